// SPDX-License-Identifier: Apache-2.0
//! The only Merkle tree.
//!
//! Leaf `H(0x00 ‖ leaf)`, node `H(0x01 ‖ left ‖ right)`, a node without a right neighbour moves up
//! unchanged, root `H(0x02 ‖ count_u64_le ‖ top)`; without leaves count is 0 and top 32 zero bytes.
//!
//! **Order of an opening's siblings**: from the leaves upwards; on each level first the left
//! sibling (when the range begins at an odd place), then the right one (when the range ends at an
//! even place and a node follows it on that level). No level contributes anything else, and a
//! sibling too many or too few is refused.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

use crate::hash;

/// Peaks a [`Frontier`] keeps, at most; it takes up to 2^40 leaves.
pub const MAX_PEAKS: u32 = 40;
/// Leaves a [`Frontier`] takes, at most.
pub const MAX_FRONTIER_LEAVES: u64 = 1 << MAX_PEAKS;

/// `H(0x00 ‖ leaf)`.
pub fn leaf_hash(leaf: &[u8]) -> H256 {
	let mut bytes = Vec::with_capacity(leaf.len().saturating_add(1));
	bytes.push(0);
	bytes.extend_from_slice(leaf);
	hash(&bytes)
}

/// `H(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &H256, right: &H256) -> H256 {
	let mut bytes = Vec::with_capacity(65);
	bytes.push(1);
	bytes.extend_from_slice(left.as_bytes());
	bytes.extend_from_slice(right.as_bytes());
	hash(&bytes)
}

/// `H(0x02 ‖ count ‖ top)`.
pub fn root_hash(count: u64, top: &H256) -> H256 {
	let mut bytes = Vec::with_capacity(41);
	bytes.push(2);
	bytes.extend_from_slice(&count.to_le_bytes());
	bytes.extend_from_slice(top.as_bytes());
	hash(&bytes)
}

/// Whether `root` commits to exactly `count` leaves under `top`.
pub fn verify_count(root: &H256, count: u64, top: &H256) -> bool {
	root_hash(count, top) == *root
}

/// The root over `leaves`, without keeping the levels.
pub fn root_of<L: AsRef<[u8]>>(leaves: impl IntoIterator<Item = L>) -> H256 {
	Tree::new(leaves).root()
}

/// Whether `leaves` stand at `start ..` in the tree of `count` leaves with this `root`.
///
/// The work is bounded by the number of leaves and siblings given. An empty range proves nothing
/// and is refused.
pub fn verify_opening<L: AsRef<[u8]>>(
	root: &H256,
	count: u64,
	start: u64,
	leaves: &[L],
	siblings: &[H256],
) -> bool {
	let row = leaves.iter().map(|leaf| leaf_hash(leaf.as_ref())).collect();
	fold(count, start, row, siblings).is_some_and(|top| verify_count(root, count, &top))
}

/// Climbs from the hashes of a range of leaves to the top.
fn fold(count: u64, start: u64, leaves: Vec<H256>, siblings: &[H256]) -> Option<H256> {
	let mut row = leaves;
	let mut first = start;
	let mut width = count;
	let mut rest = siblings.iter();
	if row.is_empty() || end_of(first, &row)? > width {
		return None;
	}
	while width > 1 {
		let mut level = Vec::with_capacity(row.len().saturating_add(2));
		if first % 2 == 1 {
			level.push(*rest.next()?);
			first = first.checked_sub(1)?;
		}
		level.append(&mut row);
		let next = end_of(first, &level)?;
		if next % 2 == 1 && next < width {
			level.push(*rest.next()?);
		}
		row = pair_up(&level);
		first /= 2;
		width = width.div_ceil(2);
	}
	if rest.next().is_some() {
		return None;
	}
	row.first().copied()
}

/// The place after a row of nodes that begins at `first`.
fn end_of(first: u64, row: &[H256]) -> Option<u64> {
	first.checked_add(u64::try_from(row.len()).ok()?)
}

/// The level above; an odd last node moves up unchanged.
fn pair_up(level: &[H256]) -> Vec<H256> {
	level
		.chunks(2)
		.filter_map(|pair| match pair {
			[left, right] => Some(node_hash(left, right)),
			[single] => Some(*single),
			_ => None,
		})
		.collect()
}

/// A whole tree with all its levels, for whoever serves openings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
	/// Leaf hashes first, the top last; empty without leaves.
	levels: Vec<Vec<H256>>,
}

impl Tree {
	/// Builds the tree over `leaves` in the order given.
	pub fn new<L: AsRef<[u8]>>(leaves: impl IntoIterator<Item = L>) -> Self {
		Self::from_hashes(
			leaves
				.into_iter()
				.map(|leaf| leaf_hash(leaf.as_ref()))
				.collect(),
		)
	}

	/// Builds the tree over leaves that are hashed already (by [`leaf_hash`]).
	pub fn from_hashes(leaves: Vec<H256>) -> Self {
		let mut levels = Vec::new();
		let mut level = leaves;
		while level.len() > 1 {
			let above = pair_up(&level);
			levels.push(level);
			level = above;
		}
		if !level.is_empty() {
			levels.push(level);
		}
		Self { levels }
	}

	/// Number of leaves.
	pub fn count(&self) -> u64 {
		self.levels
			.first()
			.and_then(|level| u64::try_from(level.len()).ok())
			.unwrap_or(0)
	}

	/// The hash above all leaves; 32 zero bytes without leaves.
	pub fn top(&self) -> H256 {
		self.levels
			.last()
			.and_then(|level| level.first())
			.copied()
			.unwrap_or_default()
	}

	/// The root, which commits to the count.
	pub fn root(&self) -> H256 {
		root_hash(self.count(), &self.top())
	}

	/// The siblings that open the leaves `start .. start + length`, in the order of this module's
	/// documentation. `None` for an empty range or one that leaves the tree.
	pub fn siblings(&self, start: u64, length: u64) -> Option<Vec<H256>> {
		let mut first = usize::try_from(start).ok()?;
		let mut end = first.checked_add(usize::try_from(length).ok()?)?;
		if length == 0 || end > self.levels.first()?.len() {
			return None;
		}
		let mut siblings = Vec::new();
		for level in &self.levels {
			if level.len() == 1 {
				break;
			}
			if first % 2 == 1 {
				first = first.checked_sub(1)?;
				siblings.push(*level.get(first)?);
			}
			if end % 2 == 1 {
				siblings.extend(level.get(end).copied());
			}
			first /= 2;
			end = end.div_ceil(2);
		}
		Some(siblings)
	}
}

/// A contiguous range of leaves with its outer siblings.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Opening {
	/// Place of the first leaf, from 0.
	pub start: u64,
	/// The leaves themselves.
	pub leaves: Vec<Vec<u8>>,
	/// Outer siblings, in the order of this module's documentation.
	pub siblings: Vec<H256>,
}

impl Opening {
	/// Whether the range belongs to the tree of `count` leaves with this `root`.
	pub fn verify(&self, root: &H256, count: u64) -> bool {
		verify_opening(root, count, self.start, &self.leaves, &self.siblings)
	}
}

/// A growing tree: the peaks of the complete subtrees, largest first, and the count.
///
/// Its root equals that of [`Tree`] over the same leaves: peaks are bagged from the right.
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
pub struct Frontier {
	count: u64,
	peaks: BoundedVec<H256, ConstU32<MAX_PEAKS>>,
}

/// The frontier holds [`MAX_FRONTIER_LEAVES`] leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrontierFull;

impl Frontier {
	/// Number of leaves.
	pub fn count(&self) -> u64 {
		self.count
	}

	/// Appends a leaf.
	pub fn push(&mut self, leaf: &[u8]) -> Result<(), FrontierFull> {
		if self.count >= MAX_FRONTIER_LEAVES {
			return Err(FrontierFull);
		}
		let next = self.count.checked_add(1).ok_or(FrontierFull)?;
		let mut node = leaf_hash(leaf);
		// Each trailing one bit of the count is a complete subtree as large as the new one.
		for _ in 0..self.count.trailing_ones() {
			let left = self.peaks.pop().ok_or(FrontierFull)?;
			node = node_hash(&left, &node);
		}
		self.peaks.try_push(node).map_err(|_| FrontierFull)?;
		self.count = next;
		Ok(())
	}

	/// The hash above all leaves; 32 zero bytes without leaves.
	pub fn top(&self) -> H256 {
		self.peaks
			.iter()
			.rev()
			.copied()
			.reduce(|right, left| node_hash(&left, &right))
			.unwrap_or_default()
	}

	/// The root, which commits to the count.
	pub fn root(&self) -> H256 {
		root_hash(self.count, &self.top())
	}
}
