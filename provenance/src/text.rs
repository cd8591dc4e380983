// SPDX-License-Identifier: Apache-2.0
//! The commitment to a text, as the chain checks it, and the bounds of its length.

use openledger_primitives::ids::{MAX_OPAQUE_BYTES, MAX_TEXT_BYTES, MIN_TEXT_BYTES};
pub use openledger_primitives::text::{
	open_last_leaf, text_leaf_count, text_leaf_length, text_root, text_tree, verify_last_leaf,
	LastLeaf, TEXT_LEAF_BYTES,
};

/// Whether a `Text` contribution may have this many canonical bytes.
pub fn text_length_allowed(byte_length: u64) -> bool {
	(MIN_TEXT_BYTES..=MAX_TEXT_BYTES).contains(&byte_length)
}

/// Whether an `Opaque` contribution may have this many bytes.
pub fn opaque_length_allowed(byte_length: u64) -> bool {
	(1..=MAX_OPAQUE_BYTES).contains(&byte_length)
}
