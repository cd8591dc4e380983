// SPDX-License-Identifier: Apache-2.0
//! Paths through the binary indexed tree that holds a datanet's pools.
//!
//! The tree has [`MAX_VERSIONS`] cells, numbered as the versions are. Two paths lead through it:
//! from a version down to 0 by taking the lowest set bit away, and from a tranche up to the last
//! cell by adding it. The path down from `v` and the path up from `j` share exactly one cell when
//! `j <= v` and none when `j > v`. So what is written along one path is found once along the
//! other:
//!
//! - points are written up from their tranche and read down from a version: `W_v`, the live points
//!   of the tranches `1..=v`;
//! - accumulators are written down from the settled version and read up from a tranche: what was
//!   settled into the versions `v >= j`.
//!
//! Both operations of one kind of caller use the same path: a settlement goes down, a member's
//! touch and change of points goes up.

use core::iter::successors;
use openledger_primitives::Version;

/// Versions of a datanet at most. A power of two: the last cell holds the sum of all points.
pub const MAX_VERSIONS: Version = 1_024;

/// Cells on the longest path down (from 1 023).
pub const LONGEST_DOWN: u32 = 10;

/// A version with the longest path down.
pub const WORST_VERSION: Version = 1_023;

/// Cells on the longest path up (from 1).
pub const LONGEST_UP: u32 = 11;

/// Whether a version or tranche has a cell.
pub const fn has_cell(version: Version) -> bool {
	version >= 1 && version <= MAX_VERSIONS
}

/// The lowest set bit.
const fn low_bit(index: Version) -> Version {
	index & index.wrapping_neg()
}

/// Cells from `version` down; none when it has no cell.
pub fn down(version: Version) -> impl Iterator<Item = Version> {
	let first = has_cell(version).then_some(version);
	successors(first, |index| {
		index
			.checked_sub(low_bit(*index))
			.filter(|next| has_cell(*next))
	})
}

/// Cells from `tranche` up; none when it has no cell.
pub fn up(tranche: Version) -> impl Iterator<Item = Version> {
	let first = has_cell(tranche).then_some(tranche);
	successors(first, |index| {
		index
			.checked_add(low_bit(*index))
			.filter(|next| has_cell(*next))
	})
}
