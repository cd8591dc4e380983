// SPDX-License-Identifier: Apache-2.0
//! The outcome of a review, from the votes that were revealed, and the parts of its fee.
//!
//! One account, one vote. Nothing here knows who voted, what a bond is or which block it is: the
//! chain, simulations and whoever checks an outcome call the same function.

use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::ids::Balance;

/// The vote that rejects. Every other valid vote accepts with that quality.
pub const REJECTING: u8 = 0;
/// Highest quality that a vote can give; the lowest is 1.
pub const MAX_QUALITY: u8 = 4;
/// A review needs one revealed vote of so many who could have given one, rounded up.
pub const QUORUM_DIVISOR: u32 = 3;

/// What the votes of a review say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
	/// Too few of the electorate revealed a vote in the first round: there is one more round.
	Extend,
	/// Too few revealed a vote in the extension: rejected, and nobody is at fault.
	NoQuorum,
	/// More than half of the revealed votes accept.
	Accept {
		/// Lower median of the accepting votes.
		quality: u8,
	},
	/// At most half of the revealed votes accept.
	Reject {
		/// The reason that most rejecting votes give; of several the lowest code.
		reason: u8,
	},
}

/// Revealed votes that a review needs when so many could have voted: a third, rounded up, and
/// never fewer than one.
pub fn quorum(voters: u32) -> u32 {
	voters.div_ceil(QUORUM_DIVISOR).max(1)
}

/// Decides a review.
///
/// - `electors`: those who could vote since the reveal of the contribution.
/// - `participants`: those of them who committed to a vote in any round, revealed or not.
/// - `round`: 0, or 1 in the extension. The first round asks for the [`quorum`] of `electors`,
///   the extension for that of `participants`.
/// - `votes`: `(vote, reason)` of every revealed vote of all rounds, in any order. A vote is
///   [`REJECTING`] or a quality up to [`MAX_QUALITY`]; others don't count. The reason of an
///   accepting vote says nothing.
pub fn decide(electors: u32, participants: u32, round: u8, votes: &[(u8, u8)]) -> Decision {
	let mut qualities = Vec::new();
	let mut reasons = Vec::new();
	for (vote, reason) in votes {
		match *vote {
			REJECTING => reasons.push(*reason),
			1..=MAX_QUALITY => qualities.push(*vote),
			_ => {}
		}
	}
	let revealed = qualities.len().saturating_add(reasons.len());
	let (asked, missed) = match round {
		0 => (electors, Decision::Extend),
		_ => (participants, Decision::NoQuorum),
	};
	if u32::try_from(revealed).is_ok_and(|revealed| revealed < quorum(asked)) {
		return missed;
	}
	if qualities.len() > reasons.len() {
		return lower_median(qualities).map_or(missed, |quality| Decision::Accept { quality });
	}
	most_frequent(reasons).map_or(missed, |reason| Decision::Reject { reason })
}

/// The parts of a review fee, one for each of so many who revealed, in ballot order: R1 with equal
/// shares, for more of them than [`crate::shares::split`] takes. They sum to `fee`; there are
/// none for nobody.
pub fn fee_parts(fee: Balance, revealed: u32) -> Vec<Balance> {
	let count = Balance::from(revealed);
	let Some((each, rest)) = fee.checked_div(count).zip(fee.checked_rem(count)) else {
		return Vec::new();
	};
	(0..count)
		.map(|place| each.saturating_add(u128::from(place < rest)))
		.collect()
}

/// The middle value; of two the lower. `None` of nothing.
fn lower_median(mut values: Vec<u8>) -> Option<u8> {
	values.sort_unstable();
	let middle = values.len().checked_sub(1)?.checked_div(2)?;
	values.get(middle).copied()
}

/// The value that occurs most often; of several the lowest. `None` of nothing.
fn most_frequent(mut values: Vec<u8>) -> Option<u8> {
	values.sort_unstable();
	values
		.chunk_by(|left, right| left == right)
		.filter_map(|run| run.first().map(|value| (run.len(), Reverse(*value))))
		.max()
		.map(|(_, Reverse(value))| value)
}
