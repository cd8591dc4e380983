// SPDX-License-Identifier: Apache-2.0
//! The chain's defaults, in the units of the tables, and what its transactions cost.

use openledger_primitives::{Balance, MICRO, OPEN};
use pallet_datanets::types::{DatanetsParameters, BURN_DIVISOR, KIB, PREPAID_OUTCOMES};

/// Bytes of a MiB.
pub const MIB: u64 = KIB * KIB;
/// Blocks of a day: one every three seconds.
pub const BLOCKS_PER_DAY: f64 = 28_800.0;
/// Planck for one byte of a transaction: the runtime's `ByteFee`.
pub const BYTE_FEE: Balance = MICRO;

// The runtime's `WeightToFee` is one planck per picosecond: a weight is its fee, and a microsecond
// costs a microOPEN.

/// Planck for a row read, and for one written: frame-support's `ParityDbWeight`, 8 and 50 µs.
const ROW_FEES: (Balance, Balance) = (8 * MICRO, 50 * MICRO);
/// Planck for what every transaction weighs beside its call: 108 µs of frame-support's
/// `ExtrinsicBaseWeight`, and 253 µs of the extensions of the runtime's `TxExtension` by
/// frame-system's and pallet-transaction-payment's weights.
const TRANSACTION: Balance = 361 * MICRO;

/// Planck for a call of so many picoseconds that reads and writes so many rows.
const fn call(picoseconds: Balance, reads: Balance, writes: Balance) -> Balance {
	let (read, write) = ROW_FEES;
	picoseconds + reads * read + writes * write
}

// Picoseconds and rows of each call are those of `runtime/src/weights/pallet_datanets.rs`, as
// `scripts/bench` measured them. A test holds them against that file.

/// `commit_vote`.
const COMMIT_VOTE: Balance = call(72_297_000, 4, 4);
/// `reveal_vote`, without the outcome.
const REVEAL_VOTE: Balance = call(48_262_000, 3, 1);
/// `commit`.
const COMMIT: Balance = call(73_139_000, 6, 4);
/// `contribute` with [`SIBLINGS`] that takes no root over.
const CONTRIBUTE: Balance = call(460_408_947 + SIBLINGS * 1_241_693, 15, 13);
/// `claim_duplicate`.
const CLAIM_DUPLICATE: Balance = call(273_887_000, 11, 7);
/// `show_window`, without the proof.
const SHOW_WINDOW: Balance = call(165_566_000, 5, 3);
/// `conclude_review` without its ballots.
const CONCLUDE_REVIEW: Balance = call(250_096_992, 22, 23);
/// What each ballot adds to it.
const BALLOT: Balance = call(52_295_661, 3, 3);
/// `conclude_claim`.
const CONCLUDE_CLAIM: Balance = call(171_425_000, 8, 9);
/// `authorize_conclude`, which each of a keeper's calls weighs beside.
const AUTHORIZE: Balance = call(15_403_000, 4, 0);

/// Siblings that open the last leaf of a text of 128 KiB.
const SIBLINGS: Balance = 9;
/// Bytes of a keeper's transaction as the pallet counts them.
const KEEPER_BYTES: Balance = 136;

/// Planck for the weight of a commit to a vote, with what every transaction weighs.
pub const COMMIT_VOTE_FEE: Balance = TRANSACTION + COMMIT_VOTE;
/// Of the reveal of a vote that doesn't end the round; one that does is free.
pub const REVEAL_VOTE_FEE: Balance = TRANSACTION + REVEAL_VOTE;
/// Of both transactions that register a text.
pub const REGISTER_FEE: Balance = 2 * TRANSACTION + COMMIT + CONTRIBUTE;
/// Of a duplicate claim.
pub const CLAIM_FEE: Balance = TRANSACTION + CLAIM_DUPLICATE;
/// Of the showing of one window.
pub const SHOWING_FEE: Balance = TRANSACTION + SHOW_WINDOW;
/// Planck paid ahead for the keepers' calls of a claim.
pub const CLAIM_KEEPERS: Balance = keepers(CONCLUDE_CLAIM);
/// Bytes of a signed transaction beside its call, rounded up.
pub const ENVELOPE: u64 = 120;
/// Bytes of the transactions that commit to a vote and that reveal it.
const VOTE_BYTES: [u64; 2] = [ENVELOPE + 42, ENVELOPE + 44];
/// The accused's bond divided by this is the reporter's after a proof.
pub const REPORTER_DIVISOR: Balance = 4;
/// The reporter's bond divided by this is the accused's after a failure; the rest is burned.
pub const ACCUSED_DIVISOR: Balance = 2;

/// Values of a chain with several validators.
pub const fn chain() -> DatanetsParameters {
	DatanetsParameters::local_testnet()
}

/// OPEN as a number.
pub fn open(planck: Balance) -> f64 {
	planck as f64 / OPEN as f64
}

/// Bond of a contribution of so many bytes, and of whoever accuses it, planck.
pub fn bond(byte_length: u64) -> Balance {
	let by_length = chain().min_bond_per_byte * Balance::from(byte_length);
	by_length.max(chain().min_bond)
}

/// Review fee of a contribution of so many bytes, planck.
pub fn review_fee(byte_length: u64) -> Balance {
	chain().min_review_fee_per_kib * Balance::from(byte_length.div_ceil(KIB))
}

/// What a vote that is not revealed, or one that an appeal overturns, costs a curator, planck.
pub fn fine() -> Balance {
	chain().curator_bond / BURN_DIVISOR
}

/// What is paid ahead for keepers' calls of this weight: all that one claim or review needs.
const fn keepers(call: Balance) -> Balance {
	PREPAID_OUTCOMES as Balance * (TRANSACTION + AUTHORIZE + call + KEEPER_BYTES * BYTE_FEE)
}

/// Planck paid ahead for the keepers' calls of a review with so many ballots.
pub const fn review_keepers(ballots: u32) -> Balance {
	keepers(CONCLUDE_REVIEW + ballots as Balance * BALLOT)
}

/// What the commit to a vote costs, planck.
pub fn commit_fee() -> Balance {
	COMMIT_VOTE_FEE + BYTE_FEE * Balance::from(VOTE_BYTES[0])
}

/// What the reveal of a vote costs that doesn't end the round, planck.
pub fn reveal_fee() -> Balance {
	REVEAL_VOTE_FEE + BYTE_FEE * Balance::from(VOTE_BYTES[1])
}

/// What a vote costs in the mean when one of so many reveals ends the round, which is free, planck.
/// With none of them free it is the whole fee of both transactions.
pub fn vote_fees(one_free_of: u32) -> Balance {
	let saved = reveal_fee().checked_div(Balance::from(one_free_of));
	commit_fee() + reveal_fee() - saved.unwrap_or_default()
}

/// What a transaction costs whose call has so much weight, in planck, and so many bytes.
pub fn transaction_fee(weight: Balance, call_bytes: u64) -> Balance {
	weight + BYTE_FEE * Balance::from(ENVELOPE + call_bytes)
}

/// What registering a text costs whose reveal has so many bytes and whose review so many ballots,
/// beside bond and deposits, planck: two transactions, the keepers' calls, the review.
pub fn registration_fees(byte_length: u64, reveal_bytes: u64, ballots: u32) -> Balance {
	let transactions = transaction_fee(REGISTER_FEE, ENVELOPE + 48 + reveal_bytes);
	transactions + review_keepers(ballots) + review_fee(byte_length)
}

#[cfg(test)]
mod tests {
	use super::*;

	const MEASURED: &str = include_str!("../../../runtime/src/weights/pallet_datanets.rs");

	fn number(text: &str) -> Balance {
		let digits: String = text
			.chars()
			.take_while(|sign| sign.is_ascii_digit() || *sign == '_')
			.filter(char::is_ascii_digit)
			.collect();
		digits.parse().unwrap()
	}

	/// The fee of a call as the file of weights says it, with the values of its drivers.
	fn measured(name: &str, drivers: &[(char, Balance)]) -> Balance {
		let (_, rest) = MEASURED.split_once(&format!("fn {name}(")).unwrap();
		let (body, _) = rest.split_once("\n\t}").unwrap();
		let (_, body) = body.split_once('{').unwrap();
		let terms = body.split(".saturating_add(").map(|term| {
			let times = term
				.split_once(".saturating_mul(")
				.map_or(1, |(_, driver)| {
					let known = drivers.iter().find(|(name, _)| driver.starts_with(*name));
					known.unwrap().1
				});
			let (read, write) = ROW_FEES;
			let kinds = [("from_parts(", 1), ("reads(", read), ("writes(", write)];
			let fee = kinds.into_iter().find_map(|(kind, each)| {
				let (_, amount) = term.split_once(kind)?;
				Some(number(amount) * each)
			});
			fee.unwrap() * times
		});
		terms.sum()
	}

	/// Each measurement differs a little from the one before.
	fn agree(name: &str, here: Balance, measured: Balance) {
		assert!(
			here.abs_diff(measured) * 20 <= measured,
			"{name}: {here} here, {measured} measured: copy it, write the page anew"
		);
	}

	#[test]
	fn fees_are_those_of_the_measured_weights() {
		let plain = [
			("commit_vote", COMMIT_VOTE),
			("reveal_vote", REVEAL_VOTE),
			("commit", COMMIT),
			("claim_duplicate", CLAIM_DUPLICATE),
			("show_window", SHOW_WINDOW),
			("conclude_claim", CONCLUDE_CLAIM),
			("authorize_conclude", AUTHORIZE),
		];
		for (name, here) in plain {
			agree(name, here, measured(name, &[]));
		}
		let contribute = measured("contribute", &[('s', SIBLINGS), ('b', 0)]);
		agree("contribute", CONTRIBUTE, contribute);
		for ballots in [0, 1, 9, 32] {
			let outcome = measured("conclude_review", &[('b', ballots)]);
			agree(
				"conclude_review",
				CONCLUDE_REVIEW + ballots * BALLOT,
				outcome,
			);
		}
		assert!(measured("commit_vote", &[]) > 4 * 58 * MICRO);
	}

	#[test]
	fn a_vote_saves_its_part_of_the_one_free_reveal() {
		assert_eq!(vote_fees(0), commit_fee() + reveal_fee());
		assert_eq!(vote_fees(1), commit_fee());
		assert!(vote_fees(2) < vote_fees(3) && vote_fees(3) < vote_fees(0));
		let (few, many) = (review_keepers(1), review_keepers(32));
		assert_eq!(many - few, 31 * 2 * BALLOT);
	}
}
