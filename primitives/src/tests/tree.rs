// SPDX-License-Identifier: Apache-2.0
//! The tree against a recursive definition of it, its openings, and its growing form.

use proptest::prelude::*;
use sp_core::H256;

use crate::{
	hash,
	tree::{leaf_hash, node_hash, root_hash, root_of, verify_count, Frontier, Opening, Tree},
};

/// The same tree from above: the left part is the largest power of two below the count.
fn top_from_above(leaves: &[Vec<u8>]) -> H256 {
	match leaves {
		[] => H256::zero(),
		[leaf] => leaf_hash(leaf),
		_ => {
			let left = leaves.len().next_power_of_two() / 2;
			node_hash(
				&top_from_above(&leaves[..left]),
				&top_from_above(&leaves[left..]),
			)
		}
	}
}

fn numbered(count: usize) -> Vec<Vec<u8>> {
	(0..count)
		.map(|leaf| format!("leaf {leaf}").into_bytes())
		.collect()
}

fn opening(tree: &Tree, leaves: &[Vec<u8>], start: usize, length: usize) -> Opening {
	let siblings = tree.siblings(start as u64, length as u64).unwrap();
	Opening {
		start: start as u64,
		leaves: leaves[start..start + length].to_vec(),
		siblings,
	}
}

#[test]
fn hashes_follow_the_layout() {
	assert_eq!(leaf_hash(b"x"), hash(&[0, b'x']));
	let (left, right) = (H256::repeat_byte(1), H256::repeat_byte(2));
	let node = [&[1u8][..], left.as_bytes(), right.as_bytes()].concat();
	assert_eq!(node_hash(&left, &right), hash(&node));
	let root = [&[2u8][..], &[5, 0, 0, 0, 0, 0, 0, 0], left.as_bytes()].concat();
	assert_eq!(root_hash(5, &left), hash(&root));
}

#[test]
fn empty_tree_has_count_zero_and_a_zero_top() {
	let empty = Tree::new(Vec::<Vec<u8>>::new());
	assert_eq!((empty.count(), empty.top()), (0, H256::zero()));
	assert_eq!(empty.root(), root_hash(0, &H256::zero()));
	assert_eq!(Frontier::default().root(), empty.root());
	assert_eq!(empty.siblings(0, 0), None);
	assert_eq!(empty.siblings(0, 1), None);
}

#[test]
fn tree_and_frontier_equal_the_recursive_definition() {
	let leaves = numbered(70);
	let mut frontier = Frontier::default();
	for count in 0..=leaves.len() {
		let part = &leaves[..count];
		let root = root_hash(count as u64, &top_from_above(part));
		assert_eq!(root_of(part), root, "{count} leaves");
		assert_eq!(
			(frontier.count(), frontier.root()),
			(count as u64, root),
			"{count} leaves"
		);
		assert!(verify_count(&root, count as u64, &frontier.top()));
		assert!(!verify_count(&root, count as u64 + 1, &frontier.top()));
		if let Some(leaf) = leaves.get(count) {
			frontier.push(leaf).unwrap();
		}
	}
}

#[test]
fn every_range_of_small_trees_opens_and_nothing_else_does() {
	for count in 1..=13usize {
		let leaves = numbered(count);
		let tree = Tree::new(&leaves);
		let root = tree.root();
		for start in 0..count {
			for length in 1..=count - start {
				let good = opening(&tree, &leaves, start, length);
				assert!(good.verify(&root, count as u64), "{count} {start} {length}");
				for other in 0..count as u64 + 3 {
					let moved = Opening {
						start: other,
						..good.clone()
					};
					assert_eq!(moved.verify(&root, count as u64), other == good.start);
					assert_eq!(good.verify(&root, other), other == count as u64);
				}
			}
		}
	}
}

#[test]
fn empty_ranges_and_ranges_beyond_the_tree_are_refused() {
	let leaves = numbered(3);
	let tree = Tree::new(&leaves);
	assert_eq!(tree.siblings(0, 0), None);
	assert_eq!(tree.siblings(2, 2), None);
	assert_eq!(tree.siblings(u64::MAX, 1), None);
	let nothing = Opening {
		start: 0,
		leaves: vec![],
		siblings: vec![tree.top()],
	};
	assert!(!nothing.verify(&tree.root(), 3));
	let far = Opening {
		start: u64::MAX,
		leaves: vec![vec![1]],
		siblings: vec![],
	};
	assert!(!far.verify(&tree.root(), u64::MAX));
}

#[test]
fn a_node_is_no_leaf() {
	let leaves = numbered(2);
	let tree = Tree::new(&leaves);
	let inner = [
		leaf_hash(&leaves[0]).as_bytes(),
		leaf_hash(&leaves[1]).as_bytes(),
	]
	.concat();
	let forged = Opening {
		start: 0,
		leaves: vec![inner],
		siblings: vec![],
	};
	assert!(!forged.verify(&tree.root(), 1));
	assert!(!forged.verify(&tree.root(), 2));
}

proptest! {
	#[test]
	fn roots_agree(leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..300)) {
		let mut frontier = Frontier::default();
		for leaf in &leaves {
			frontier.push(leaf).unwrap();
		}
		let root = root_hash(leaves.len() as u64, &top_from_above(&leaves));
		prop_assert_eq!(root_of(&leaves), root);
		prop_assert_eq!(frontier.root(), root);
	}

	#[test]
	fn openings_bind_everything(
		count in 1usize..400,
		place in any::<prop::sample::Index>(),
		width in any::<prop::sample::Index>(),
		damage in any::<prop::sample::Index>(),
		bit in 0u8..8,
	) {
		let leaves = numbered(count);
		let tree = Tree::new(&leaves);
		let (root, count) = (tree.root(), count as u64);
		let start = place.index(leaves.len());
		let good = opening(&tree, &leaves, start, 1 + width.index(leaves.len() - start));
		prop_assert!(good.verify(&root, count));
		prop_assert!(good.siblings.len() <= 18);

		let mut leaf = good.clone();
		let at = damage.index(leaf.leaves.len());
		leaf.leaves[at][0] ^= 1 << bit;
		prop_assert!(!leaf.verify(&root, count));

		let mut more = good.clone();
		more.siblings.insert(damage.index(more.siblings.len() + 1), H256::zero());
		prop_assert!(!more.verify(&root, count));

		if !good.siblings.is_empty() {
			let at = damage.index(good.siblings.len());
			let mut changed = good.clone();
			changed.siblings[at].0[0] ^= 1 << bit;
			prop_assert!(!changed.verify(&root, count));
			let mut fewer = good.clone();
			fewer.siblings.remove(at);
			prop_assert!(!fewer.verify(&root, count));
		}
	}

	#[test]
	fn hostile_openings_never_panic(
		count in any::<u64>(),
		start in any::<u64>(),
		leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..9),
		siblings in prop::collection::vec(any::<[u8; 32]>(), 0..70),
	) {
		let siblings = siblings.into_iter().map(H256).collect();
		let opening = Opening { start, leaves, siblings };
		prop_assert!(!opening.verify(&H256::zero(), count));
	}
}
