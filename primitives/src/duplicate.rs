// SPDX-License-Identifier: Apache-2.0
//! Duplicate proofs: drawn positions, folded windows and what one showing proves.
//!
//! A claim that a text copies earlier ones draws [`POSITIONS`] byte positions in it. At each,
//! anyone may show that the folded window there equals a folded window of an earlier text. Quoting
//! stays below [`NEEDED`] of them, copying does not.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

use crate::{
	ids::ContributionId,
	text::{text_leaf_count, text_leaf_length, TEXT_LEAF_BYTES},
	tree::verify_opening,
};

/// Positions that a claim draws.
pub const POSITIONS: u8 = 96;
/// Positions that must be shown for the claim to be proved.
pub const NEEDED: u32 = 64;
/// Raw bytes of the accused text under one window.
pub const ACCUSED_WINDOW: u64 = 512;
/// Raw bytes that a window of an earlier text may take.
pub const EARLIER_WINDOW: u64 = 1_024;
/// Folded bytes that are compared.
pub const FOLDED_BYTES: usize = 32;
/// Raw bytes of one opening, at most: a window of 1 024 bytes touches 5 leaves.
pub const MAX_OPENED_BYTES: u32 = 5 * TEXT_LEAF_BYTES;
/// Siblings of one opening, at most: two per level of a text of 2^30 bytes (22 levels).
pub const MAX_OPENED_SIBLINGS: u32 = 44;

/// Adjacent leaves of a text, concatenated, with their outer siblings.
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
pub struct TextOpening {
	/// Bytes of 1 to 5 whole leaves; only the text's last leaf is shorter than 256.
	pub bytes: BoundedVec<u8, ConstU32<MAX_OPENED_BYTES>>,
	/// Siblings in the order of [`crate::tree`].
	pub siblings: BoundedVec<H256, ConstU32<MAX_OPENED_SIBLINGS>>,
}

impl TextOpening {
	/// The opened bytes from `position` on, at most `length` of them, if the opening begins with
	/// the leaf that holds `position` and belongs to the text of `byte_length` bytes under
	/// `text_root`.
	pub fn window(
		&self,
		text_root: &H256,
		byte_length: u64,
		position: u64,
		length: u64,
	) -> Option<&[u8]> {
		let leaf = u64::from(TEXT_LEAF_BYTES);
		let first = position.checked_div(leaf)?;
		let mut leaves: Vec<&[u8]> = Vec::new();
		for (place, bytes) in (first..).zip(self.bytes.chunks(usize::try_from(leaf).ok()?)) {
			let opened = u64::try_from(bytes.len()).ok()?;
			if text_leaf_length(byte_length, place) != Some(opened) {
				return None;
			}
			leaves.push(bytes);
		}
		let count = text_leaf_count(byte_length);
		if leaves.is_empty() || !verify_opening(text_root, count, first, &leaves, &self.siblings) {
			return None;
		}
		let start = usize::try_from(position.checked_rem(leaf)?).ok()?;
		let rest = self.bytes.get(start..)?;
		let end = rest.len().min(usize::try_from(length).ok()?);
		rest.get(..end).filter(|window| !window.is_empty())
	}
}

/// A window of an earlier text.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct EarlierWindow {
	/// The earlier text.
	pub contribution: ContributionId,
	/// Raw offset at which the window starts.
	pub position: u64,
	/// The leaves under it.
	pub opening: TextOpening,
}

/// What is shown for one drawn position.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Showing {
	/// Which of the drawn positions, from 0.
	pub index: u8,
	/// The leaves of the accused text under the drawn window.
	pub accused: TextOpening,
	/// The same words in an earlier text; not needed where the drawn window folds to fewer than
	/// 32 bytes.
	pub earlier: Option<EarlierWindow>,
}

/// The drawn position `index` in a text of `byte_length` bytes; `None` for a text shorter than
/// one window.
///
/// The first 16 bytes of `H(randomness ‖ claim_u64 ‖ index_u32)`, little-endian, mod
/// `byte_length − 511`.
pub fn draw_position(randomness: &H256, claim: u64, index: u8, byte_length: u64) -> Option<u64> {
	let places = byte_length
		.checked_sub(ACCUSED_WINDOW)?
		.checked_add(1)
		.filter(|places| *places > 0)?;
	let digest = crate::hash(&(randomness, claim, u32::from(index)).encode());
	let (head, _) = digest.as_fixed_bytes().split_first_chunk::<16>()?;
	let drawn = u128::from_le_bytes(*head).checked_rem(places.into())?;
	u64::try_from(drawn).ok()
}

/// The folded form of a byte: ASCII letters in lower case, digits and bytes from 0x80 on as they
/// are, anything else nothing.
pub fn fold(byte: u8) -> Option<u8> {
	match byte {
		b'A'..=b'Z' => Some(byte.to_ascii_lowercase()),
		b'a'..=b'z' | b'0'..=b'9' | 0x80.. => Some(byte),
		_ => None,
	}
}

/// The first 32 folded bytes of a raw window; `None` if it folds to fewer.
pub fn folded(window: &[u8]) -> Option<[u8; FOLDED_BYTES]> {
	let mut out = [0; FOLDED_BYTES];
	let mut bytes = window.iter().copied().filter_map(fold);
	for slot in &mut out {
		*slot = bytes.next()?;
	}
	Some(out)
}

#[cfg(feature = "std")]
/// The opening of the leaves under `position .. position + length` of a text, cut at its end.
/// `tree` is the text's own. `None` if the position lies beyond the text or the range is too
/// long for an opening.
pub fn open_window(
	bytes: &[u8],
	tree: &crate::tree::Tree,
	position: u64,
	length: u64,
) -> Option<TextOpening> {
	let leaf = u64::from(TEXT_LEAF_BYTES);
	let total = u64::try_from(bytes.len()).ok()?;
	let end = position.checked_add(length)?.min(total);
	let last = end.checked_sub(1).filter(|last| *last >= position)?;
	let first = position.checked_div(leaf)?;
	let count = last.checked_div(leaf)?.checked_sub(first)?.checked_add(1)?;
	let from = first.checked_mul(leaf)?;
	let until = from.checked_add(count.checked_mul(leaf)?)?.min(total);
	let range = usize::try_from(from).ok()?..usize::try_from(until).ok()?;
	Some(TextOpening {
		bytes: bytes.get(range)?.to_vec().try_into().ok()?,
		siblings: tree.siblings(first, count)?.try_into().ok()?,
	})
}
