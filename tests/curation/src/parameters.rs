// SPDX-License-Identifier: Apache-2.0
//! The chain's defaults, in the units of the tables, and what its transactions cost.

use openledger_primitives::{Balance, MICRO, MILLI, OPEN};
use pallet_datanets::types::{DatanetsParameters, BURN_DIVISOR, KIB};

/// Bytes of a MiB.
pub const MIB: u64 = KIB * KIB;
/// Blocks of a day: one every three seconds.
pub const BLOCKS_PER_DAY: f64 = 28_800.0;
/// Planck for one byte of a transaction.
pub const BYTE_FEE: Balance = MICRO;
/// Planck for the weight of a commit to a vote, with what every transaction weighs; as those below
/// rounded up to a tenth of a milliOPEN. One planck buys one picosecond.
pub const COMMIT_VOTE_FEE: Balance = 7 * MILLI / 10;
/// Of the reveal of a vote that doesn't decide.
pub const REVEAL_VOTE_FEE: Balance = 5 * MILLI / 10;
/// Of both transactions that register a text.
pub const REGISTER_FEE: Balance = 21 * MILLI / 10;
/// Of a duplicate claim.
pub const CLAIM_FEE: Balance = 11 * MILLI / 10;
/// Of the showing of one window.
pub const SHOWING_FEE: Balance = 9 * MILLI / 10;
/// Bytes of a signed transaction beside its call, rounded up.
pub const ENVELOPE: u64 = 120;
/// Bytes of the calls that commit to a vote and reveal it, with their envelopes.
pub const VOTE_BYTES: u64 = 2 * ENVELOPE + 42 + 44;
/// Planck paid ahead for the keepers' calls of a review; its most ballots are counted.
pub const REVIEW_KEEPERS: Balance = 176 * MILLI / 10;
/// Planck paid ahead for the keepers' calls of a claim.
pub const CLAIM_KEEPERS: Balance = 41 * MILLI / 10;
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

/// What both transactions of a vote cost, planck.
pub fn vote_fees() -> Balance {
	COMMIT_VOTE_FEE + REVEAL_VOTE_FEE + BYTE_FEE * Balance::from(VOTE_BYTES)
}

/// What a transaction costs whose call has so much weight, in planck, and so many bytes.
pub fn transaction_fee(weight: Balance, call_bytes: u64) -> Balance {
	weight + BYTE_FEE * Balance::from(ENVELOPE + call_bytes)
}

/// What registering a text costs whose reveal has so many bytes, beside bond and deposits, planck:
/// two transactions, the keepers' calls, the review.
pub fn registration_fees(byte_length: u64, reveal_bytes: u64) -> Balance {
	let transactions = transaction_fee(REGISTER_FEE, ENVELOPE + 48 + reveal_bytes);
	transactions + REVIEW_KEEPERS + review_fee(byte_length)
}
