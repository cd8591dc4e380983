// SPDX-License-Identifier: Apache-2.0
//! Trees of awkward sizes and their openings, good and bad.

use openledger_primitives::{
	tree::{Frontier, Opening, Tree},
	H256,
};
use serde_json::{json, Value};

use super::{check, hex};

fn leaves(count: usize) -> Vec<Vec<u8>> {
	(0..count)
		.map(|place| place.to_string().into_bytes())
		.collect()
}

fn shown(count: u64, opening: &Opening, root: &H256) -> Value {
	json!({
		"count": count,
		"start": opening.start,
		"leaves": opening.leaves.iter().map(hex).collect::<Vec<_>>(),
		"siblings": opening.siblings.iter().map(hex).collect::<Vec<_>>(),
		"valid": opening.verify(root, count),
	})
}

/// Damages that keep the opening's shape; all of them must show as not valid.
fn damaged(good: &Opening) -> Vec<Opening> {
	let mut all = vec![Opening {
		start: good.start + 1,
		..good.clone()
	}];
	if good.siblings.len() > 1 {
		let mut swapped = good.clone();
		swapped.siblings.swap(0, 1);
		all.push(swapped);
	}
	let mut shorter = good.clone();
	if shorter.siblings.pop().is_some() {
		all.push(shorter);
	}
	let mut longer = good.clone();
	longer.siblings.push(H256::zero());
	all.push(longer);
	all
}

fn tree(count: usize, ranges: &[(usize, usize)]) -> Value {
	let leaves = leaves(count);
	let tree = Tree::new(&leaves);
	let mut frontier = Frontier::default();
	leaves.iter().for_each(|leaf| frontier.push(leaf).unwrap());
	assert_eq!(frontier.root(), tree.root());
	let mut openings = Vec::new();
	for (start, length) in ranges.iter().copied() {
		let good = Opening {
			start: start as u64,
			leaves: leaves[start..start + length].to_vec(),
			siblings: tree.siblings(start as u64, length as u64).unwrap(),
		};
		assert!(good.verify(&tree.root(), count as u64));
		openings.push(shown(count as u64, &good, &tree.root()));
		openings.push(shown(count as u64 + 1, &good, &tree.root()));
		for bad in damaged(&good) {
			assert!(!bad.verify(&tree.root(), count as u64));
			openings.push(shown(count as u64, &bad, &tree.root()));
		}
	}
	json!({"count": count, "top": hex(tree.top()), "root": hex(tree.root()), "openings": openings})
}

#[test]
fn trees_are_as_written() {
	let computed = json!({
		"leaves": "leaf n is n in decimal digits, ASCII",
		"siblings": "from the leaves upwards, on each level the left one before the right one",
		"trees": [
			tree(0, &[]),
			tree(1, &[(0, 1)]),
			tree(2, &[(0, 1), (1, 1), (0, 2)]),
			tree(3, &[(0, 1), (2, 1), (1, 2), (0, 3)]),
			tree(5, &[(0, 1), (3, 1), (4, 1), (1, 3), (2, 3), (3, 2)]),
			tree(256, &[(0, 1), (127, 2), (255, 1), (100, 20)]),
			tree(257, &[(0, 1), (255, 2), (256, 1), (3, 7)]),
		],
	});
	check("trees.json", computed);
}
