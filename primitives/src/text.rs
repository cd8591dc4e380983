// SPDX-License-Identifier: Apache-2.0
//! The commitment to a text (or to opaque bytes): the tree over leaves of 256 bytes, without tag
//! and genesis hash, because content is independent of the chain.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

use crate::tree::{verify_opening, Tree};

/// Bytes of one leaf; the last one has the rest.
pub const TEXT_LEAF_BYTES: u32 = 256;
/// Siblings of a last leaf, at most: 2^40 bytes are 2^32 leaves.
pub const MAX_LAST_LEAF_SIBLINGS: u32 = 32;

/// The last leaf of a text and the siblings on its way up: proves the stated `byte_length`.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct LastLeaf {
	/// The bytes of the leaf: 1 to 256.
	pub leaf: BoundedVec<u8, ConstU32<TEXT_LEAF_BYTES>>,
	/// Siblings in the order of [`crate::tree`].
	pub siblings: BoundedVec<H256, ConstU32<MAX_LAST_LEAF_SIBLINGS>>,
}

impl LastLeaf {
	/// Whether this is the last leaf of the text of `byte_length` bytes with this `text_root`.
	pub fn verify(&self, text_root: &H256, byte_length: u64) -> bool {
		verify_last_leaf(text_root, byte_length, &self.leaf, &self.siblings)
	}
}

/// Number of leaves of a text of `byte_length` bytes.
pub fn text_leaf_count(byte_length: u64) -> u64 {
	byte_length.div_ceil(u64::from(TEXT_LEAF_BYTES))
}

/// Bytes in the leaf at place `leaf`; `None` when the text has no such leaf.
pub fn text_leaf_length(byte_length: u64, leaf: u64) -> Option<u64> {
	let start = leaf.checked_mul(u64::from(TEXT_LEAF_BYTES))?;
	let rest = byte_length.checked_sub(start)?;
	(rest > 0).then(|| rest.min(u64::from(TEXT_LEAF_BYTES)))
}

/// Whether `leaf` is the last leaf of the text of `byte_length` bytes with this `text_root`.
///
/// Checks the count, the place, the leaf's length and the path; a text without bytes has no leaf.
pub fn verify_last_leaf(
	text_root: &H256,
	byte_length: u64,
	leaf: &[u8],
	siblings: &[H256],
) -> bool {
	let count = text_leaf_count(byte_length);
	let Some(place) = count.checked_sub(1) else {
		return false;
	};
	let length = u64::try_from(leaf.len()).ok();
	length.is_some()
		&& length == text_leaf_length(byte_length, place)
		&& verify_opening(text_root, count, place, &[leaf], siblings)
}

/// The tree over the bytes of a text. Bytes are taken as they are.
pub fn text_tree(bytes: &[u8]) -> Tree {
	// The leaf size is a constant above zero; a target whose `usize` is below 9 bits isn't one.
	Tree::new(bytes.chunks(usize::try_from(TEXT_LEAF_BYTES).unwrap_or(usize::MAX)))
}

/// The root of [`text_tree`]: `text_root` of a contribution.
pub fn text_root(bytes: &[u8]) -> H256 {
	text_tree(bytes).root()
}

/// The opening of the last leaf; `None` for no bytes or more than 2^40.
pub fn open_last_leaf(bytes: &[u8]) -> Option<LastLeaf> {
	let tree = text_tree(bytes);
	let place = tree.count().checked_sub(1)?;
	let siblings = tree.siblings(place, 1)?;
	let start = usize::try_from(place.checked_mul(u64::from(TEXT_LEAF_BYTES))?).ok()?;
	Some(LastLeaf {
		leaf: bytes.get(start..)?.to_vec().try_into().ok()?,
		siblings: siblings.try_into().ok()?,
	})
}
