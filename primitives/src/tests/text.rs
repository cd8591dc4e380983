// SPDX-License-Identifier: Apache-2.0
//! The commitment to a text and the opening of its last leaf.

use codec::MaxEncodedLen;
use proptest::prelude::*;
use sp_core::H256;

use crate::{
	payload::decode_exact,
	text::{open_last_leaf, text_leaf_count, text_leaf_length, text_root, LastLeaf},
	tree::root_of,
};
use codec::Encode;

fn bytes(length: usize) -> Vec<u8> {
	(0..length).map(|place| (place * 7 % 251) as u8).collect()
}

#[test]
fn leaves_are_256_bytes_and_the_last_has_the_rest() {
	let text = bytes(600);
	assert_eq!(
		text_root(&text),
		root_of([&text[..256], &text[256..512], &text[512..]])
	);
	assert_eq!(text_leaf_count(600), 3);
	assert_eq!(text_leaf_length(600, 1), Some(256));
	assert_eq!(text_leaf_length(600, 2), Some(88));
	assert_eq!(text_leaf_length(600, 3), None);
	assert_eq!(text_leaf_length(512, 1), Some(256));
	assert_eq!(text_leaf_length(512, 2), None);
	assert_eq!(text_leaf_length(u64::MAX, u64::MAX), None);
}

#[test]
fn last_leaf_proves_exactly_one_length() {
	for length in [1usize, 255, 256, 257, 511, 512, 513, 1024, 5000] {
		let text = bytes(length);
		let root = text_root(&text);
		let opening = open_last_leaf(&text).unwrap();
		assert!(opening.verify(&root, length as u64));
		for other in (0..6000u64).filter(|other| *other != length as u64) {
			assert!(!opening.verify(&root, other), "{length} shown as {other}");
		}
	}
}

#[test]
fn an_earlier_leaf_is_not_the_last() {
	let text = bytes(512);
	let root = text_root(&text);
	let tree = crate::text::text_tree(&text);
	let siblings = tree.siblings(0, 1).unwrap();
	let first = LastLeaf {
		leaf: text[..256].to_vec().try_into().unwrap(),
		siblings: siblings.try_into().unwrap(),
	};
	assert!(!first.verify(&root, 512));
	assert!(!first.verify(&root, 256));
}

#[test]
fn no_bytes_have_no_last_leaf() {
	assert_eq!(open_last_leaf(&[]), None);
	assert!(!LastLeaf::default().verify(&text_root(&[]), 0));
}

#[test]
fn a_leaf_is_bounded_where_it_is_decoded() {
	assert_eq!(LastLeaf::max_encoded_len(), 2 + 256 + 1 + 32 * 32);
	let leaf = (vec![0u8; 256], vec![H256::zero(); 32]).encode();
	assert!(decode_exact::<LastLeaf>(&leaf).is_some());
	let long = (vec![0u8; 257], vec![H256::zero(); 32]).encode();
	assert!(decode_exact::<LastLeaf>(&long).is_none());
	let deep = (vec![0u8; 256], vec![H256::zero(); 33]).encode();
	assert!(decode_exact::<LastLeaf>(&deep).is_none());
}

proptest! {
	#[test]
	fn damaged_last_leaves_are_refused(
		text in prop::collection::vec(any::<u8>(), 1..3000),
		damage in any::<prop::sample::Index>(),
	) {
		let root = text_root(&text);
		let good = open_last_leaf(&text).unwrap();
		prop_assert!(good.verify(&root, text.len() as u64));
		let mut other = good.clone();
		let at = damage.index(other.leaf.len());
		other.leaf[at] ^= 1;
		prop_assert!(!other.verify(&root, text.len() as u64));
		let mut shorter = good.clone();
		shorter.leaf.pop();
		prop_assert!(!shorter.verify(&root, text.len() as u64));
		prop_assert!(!shorter.verify(&root, text.len() as u64 - 1));
	}
}
