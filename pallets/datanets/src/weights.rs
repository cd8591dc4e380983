// SPDX-License-Identifier: Apache-2.0
//! Weights, derived by counting until benchmarks replace the numbers.
//!
//! A weight is `reads · read + writes · write` of the runtime's database plus the compute time
//! estimated below, all upper bounds for the call's most expensive path. Counted are the rows a
//! call touches; events, the block number and the genesis hash (one read where something is opened)
//! follow the same rule. Money on hold is two rows per account: `System::Account` and
//! `Balances::Holds`; what is burned is one more, the total issuance. Proof size is a flat estimate
//! (2 KiB) for each row read.
//!
//! Drivers: `curators` named, `siblings` and `leaf_bytes` of an opening, `ballots` of a review.
//!
//! What decides something has a weight of its own, which the call that may come to it adds and
//! gives back: a reveal of a vote that of [`WeightInfo::conclude_review`], a showing that of
//! [`WeightInfo::prove_claim`].

use crate::MAX_CURATORS;
use core::marker::PhantomData;
use frame_support::{
	dispatch::DispatchClass,
	weights::{constants::WEIGHT_REF_TIME_PER_NANOS, RuntimeDbWeight, Weight},
};
use openledger_primitives::text::{MAX_LAST_LEAF_SIBLINGS, TEXT_LEAF_BYTES};
use sp_core::Get;

/// Decoding, checks, encoding and the events of any call: 25 µs.
const BASE_NANOS: u64 = 25_000;
/// One change of an account's hold: 15 µs.
const HOLD_NANOS: u64 = 15_000;
/// One blake2-256 of up to 300 bytes through a host call, and the copying around it: 2 µs.
const HASH_NANOS: u64 = 2_000;
/// Copying and hashing one more byte of an argument: 5 ns.
const BYTE_NANOS: u64 = 5;
/// Decoding, sorting and storing one account of a list: 1 µs.
const ACCOUNT_NANOS: u64 = 1_000;
/// Arithmetic of the pools in 256 bits, behind the port: 30 µs.
const POOL_NANOS: u64 = 30_000;
/// Rows read, and as many written, by the pools to touch a row and change its points.
const POOL_ROWS: u64 = 15;
/// Rows read, and as many written, by the pools to lock, unlock or book beside that.
const LOCK_ROWS: u64 = 3;
/// Rows of each curator whose ballot is settled: the seat, the account, its holds.
const BALLOT_ROWS: u64 = 3;
/// Hashes of the two largest openings of a showing, with the draw.
const SHOWING_HASHES: u32 = 130;
/// Bytes of the two largest openings of a showing, each hashed and folded.
const SHOWING_BYTES: u32 = 5_120;
/// Trie nodes and value of one row.
const PROOF_BYTES_PER_ROW: u64 = 2_048;

/// Weights of this pallet's calls and hooks.
pub trait WeightInfo {
	/// Reads parameters, counter, account, holds; writes counter, three rows, account, holds.
	fn create_datanet(curators: u32) -> Weight;
	/// Reads datanet, approval, parameters, counter, account, holds; writes the last three and
	/// the contribution.
	fn commit() -> Weight;
	/// The reveal that takes a root over from a review with so many ballots: two contributions, two
	/// contents, two reviews, root, datanet, parameters, bench, genesis hash, treasury, two accounts
	/// with holds changed eight times, two rows of the agenda, a seat per ballot; a commit hash, the
	/// leaf and the path.
	fn contribute(siblings: u32, leaf_bytes: u32, ballots: u32) -> Weight;
	/// Reads datanet, last snapshot, parameters, account, holds; writes datanet, snapshot,
	/// account, holds.
	fn snapshot() -> Weight;
	/// Contribution, content, account, holds changed twice, total issuance.
	fn expire_commit() -> Weight;
	/// Contribution, content, review, root, account, holds changed three times.
	fn release_bond() -> Weight;
	/// Reads the datanet and each seat, writes list and bench.
	fn set_curators(curators: u32) -> Weight;
	/// Reads datanet, curators, seat, bench, parameters, account, holds; writes seat, bench, account,
	/// holds.
	fn take_seat() -> Weight;
	/// Seat, bench, account, holds.
	fn leave_seat() -> Weight;
	/// Reads datanet, approval, account, holds; writes the last three.
	fn approve_contributor() -> Weight;
	/// As [`WeightInfo::approve_contributor`].
	fn dismiss_contributor() -> Weight;
	/// Writes the parameters.
	fn set_parameters() -> Weight;
	/// Reads contribution, review, seat, parameters; writes review, seat, two rows of the agenda.
	fn commit_vote() -> Weight;
	/// A reveal that decides nothing: reads contribution, review, genesis hash; writes the review;
	/// one hash.
	fn reveal_vote() -> Weight;
	/// An acceptance: contribution, review, parameters, datanet, number, bench, quota, issuance, two
	/// rows of the agenda, the contributor's account with holds changed twice; seat, account and
	/// holds of each ballot's curator, changed twice; the snapshot hash; the pools.
	fn conclude_review(ballots: u32) -> Weight;
	/// Reads contribution, review, parameters, datanet, account, holds and each ballot's seat; writes
	/// contribution, account, holds and the seats.
	fn appeal(ballots: u32) -> Weight;
	/// As [`WeightInfo::conclude_review`].
	fn decide_appeal(ballots: u32) -> Weight;
	/// Reads contribution, datanet, counter, parameters, epoch, treasury, account, holds; writes
	/// claim, counter, contribution, agenda, treasury, account, holds changed three times; the lock.
	fn claim_duplicate() -> Weight;
	/// A showing that proves nothing yet: reads claim, draws, parameters, two contributions; writes
	/// claim and two rows of the agenda; two openings.
	fn show_window() -> Weight;
	/// What the last showing does beside: as [`WeightInfo::conclude_review`] with every ballot, and
	/// claim, agenda, root, offer, the reporter's account with holds changed four times.
	fn prove_claim() -> Weight;
	/// Reads claim, draws, parameters, contribution, quota, two accounts with holds, issuance; writes
	/// them but the parameters and draws, and two rows of the agenda; holds changed three times; the
	/// pools.
	fn conclude_claim() -> Weight;
	/// Contribution, root, offer; the pools.
	fn withdraw() -> Weight;
	/// As [`WeightInfo::conclude_review`], and root and offer.
	fn revoke(ballots: u32) -> Weight;
	/// Reads the contribution, writes the offer.
	fn offer_contribution() -> Weight;
	/// Contribution, offer, content, two accounts with holds; two rows of the pools.
	fn accept_contribution() -> Weight;
	/// Reads the datanet, writes the offer.
	fn offer_datanet() -> Weight;
	/// Datanet, offer, details, two accounts with holds changed twice each.
	fn accept_datanet() -> Weight;
	/// The datanet.
	fn set_state() -> Weight;
	/// Reads datanet, details, account, holds; writes the last three.
	fn set_metadata() -> Weight;
	/// The datanet.
	fn set_terms() -> Weight;
	/// Validity of a keeper's call: reads claim, draws, parameters, contribution, quota.
	fn authorize_conclude() -> Weight;
	/// Every block: reads epoch and draws, clears the quota; with a new epoch (`drawn` = 1) reads
	/// the randomness and writes the draws.
	fn note_epoch(drawn: u32) -> Weight;
}

/// The heaviest of each call that has drivers or decides something, with its name.
pub fn heaviest<W: WeightInfo>() -> [(&'static str, Weight); 12] {
	let keeper = |call: Weight| call.saturating_add(W::authorize_conclude());
	[
		("create_datanet", W::create_datanet(MAX_CURATORS)),
		(
			"contribute",
			W::contribute(MAX_LAST_LEAF_SIBLINGS, TEXT_LEAF_BYTES, MAX_CURATORS),
		),
		("set_curators", W::set_curators(MAX_CURATORS)),
		(
			"reveal_vote",
			W::reveal_vote().saturating_add(W::conclude_review(MAX_CURATORS)),
		),
		("conclude_review", keeper(W::conclude_review(MAX_CURATORS))),
		("appeal", W::appeal(MAX_CURATORS)),
		("decide_appeal", W::decide_appeal(MAX_CURATORS)),
		(
			"show_window",
			W::show_window().saturating_add(W::prove_claim()),
		),
		("conclude_claim", keeper(W::conclude_claim())),
		("revoke", W::revoke(MAX_CURATORS)),
		("accept_contribution", W::accept_contribution()),
		("note_epoch", W::note_epoch(1)),
	]
}

/// Half of what ordinary calls may take of a block.
pub fn half_of_normal<T: frame_system::Config>() -> Weight {
	let weights = T::BlockWeights::get();
	let normal = weights.get(DispatchClass::Normal).max_total;
	normal.unwrap_or(weights.max_block).saturating_div(2)
}

/// The derivation above over the database weights of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

/// Sum of the parts.
fn derived(database: RuntimeDbWeight, reads: u64, writes: u64, nanos: u64) -> Weight {
	let compute = BASE_NANOS
		.saturating_add(nanos)
		.saturating_mul(WEIGHT_REF_TIME_PER_NANOS);
	Weight::from_parts(compute, PROOF_BYTES_PER_ROW.saturating_mul(reads))
		.saturating_add(database.reads_writes(reads, writes))
}

/// Time of so many units.
fn times(unit: u64, count: u32) -> u64 {
	unit.saturating_mul(count.into())
}

/// Length of a list as a weight driver.
pub(crate) fn count<I>(items: &[I]) -> u32 {
	u32::try_from(items.len()).unwrap_or(u32::MAX)
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn create_datanet(curators: u32) -> Weight {
		let nanos = HOLD_NANOS.saturating_add(times(ACCOUNT_NANOS, curators));
		derived(T::DbWeight::get(), 4, 6, nanos)
	}

	fn commit() -> Weight {
		derived(T::DbWeight::get(), 6, 4, HOLD_NANOS)
	}

	fn contribute(siblings: u32, leaf_bytes: u32, ballots: u32) -> Weight {
		// The commit, the leaf and the count are hashed whatever the number of siblings.
		let nanos = times(HOLD_NANOS, 8)
			.saturating_add(times(HASH_NANOS, siblings.saturating_add(3)))
			.saturating_add(times(BYTE_NANOS, leaf_bytes))
			.saturating_add(times(ACCOUNT_NANOS, ballots));
		let seats = u64::from(ballots);
		derived(
			T::DbWeight::get(),
			seats.saturating_add(15),
			seats.saturating_add(15),
			nanos,
		)
	}

	fn snapshot() -> Weight {
		derived(T::DbWeight::get(), 5, 4, HOLD_NANOS)
	}

	fn expire_commit() -> Weight {
		derived(T::DbWeight::get(), 5, 5, times(HOLD_NANOS, 2))
	}

	fn release_bond() -> Weight {
		derived(T::DbWeight::get(), 5, 6, times(HOLD_NANOS, 3))
	}

	fn set_curators(curators: u32) -> Weight {
		let reads = u64::from(curators).saturating_add(1);
		derived(T::DbWeight::get(), reads, 2, times(ACCOUNT_NANOS, curators))
	}

	fn take_seat() -> Weight {
		derived(T::DbWeight::get(), 7, 4, HOLD_NANOS)
	}

	fn leave_seat() -> Weight {
		derived(T::DbWeight::get(), 4, 4, HOLD_NANOS)
	}

	fn approve_contributor() -> Weight {
		derived(T::DbWeight::get(), 4, 3, HOLD_NANOS)
	}

	fn dismiss_contributor() -> Weight {
		derived(T::DbWeight::get(), 4, 3, HOLD_NANOS)
	}

	fn set_parameters() -> Weight {
		derived(T::DbWeight::get(), 0, 1, 0)
	}

	fn commit_vote() -> Weight {
		derived(T::DbWeight::get(), 4, 4, 0)
	}

	fn reveal_vote() -> Weight {
		derived(T::DbWeight::get(), 3, 1, HASH_NANOS)
	}

	fn conclude_review(ballots: u32) -> Weight {
		decided(T::DbWeight::get(), ballots, 9, 11)
	}

	fn appeal(ballots: u32) -> Weight {
		let seats = u64::from(ballots);
		let nanos = HOLD_NANOS.saturating_add(times(ACCOUNT_NANOS, ballots));
		derived(
			T::DbWeight::get(),
			seats.saturating_add(6),
			seats.saturating_add(3),
			nanos,
		)
	}

	fn decide_appeal(ballots: u32) -> Weight {
		decided(T::DbWeight::get(), ballots, 9, 11)
	}

	fn claim_duplicate() -> Weight {
		derived(
			T::DbWeight::get(),
			LOCK_ROWS.saturating_add(8),
			LOCK_ROWS.saturating_add(7),
			times(HOLD_NANOS, 3),
		)
	}

	fn show_window() -> Weight {
		let nanos = times(HASH_NANOS, SHOWING_HASHES)
			.saturating_add(times(BYTE_NANOS, SHOWING_BYTES).saturating_mul(2));
		derived(T::DbWeight::get(), 5, 3, nanos)
	}

	fn prove_claim() -> Weight {
		decided(T::DbWeight::get(), MAX_CURATORS, 12, 19).saturating_add(Weight::from_parts(
			times(HOLD_NANOS, 4).saturating_mul(WEIGHT_REF_TIME_PER_NANOS),
			0,
		))
	}

	fn conclude_claim() -> Weight {
		let nanos = times(HOLD_NANOS, 3).saturating_add(POOL_NANOS);
		derived(
			T::DbWeight::get(),
			POOL_ROWS.saturating_add(10),
			POOL_ROWS.saturating_add(10),
			nanos,
		)
	}

	fn withdraw() -> Weight {
		let rows = POOL_ROWS.saturating_add(LOCK_ROWS);
		derived(
			T::DbWeight::get(),
			rows.saturating_add(1),
			rows.saturating_add(3),
			POOL_NANOS,
		)
	}

	fn revoke(ballots: u32) -> Weight {
		decided(T::DbWeight::get(), ballots, 9, 13)
	}

	fn offer_contribution() -> Weight {
		derived(T::DbWeight::get(), 1, 1, 0)
	}

	fn accept_contribution() -> Weight {
		let rows = POOL_ROWS.saturating_mul(2).saturating_add(7);
		let nanos = times(HOLD_NANOS, 2).saturating_add(times(POOL_NANOS, 2));
		derived(T::DbWeight::get(), rows, rows, nanos)
	}

	fn offer_datanet() -> Weight {
		derived(T::DbWeight::get(), 1, 1, 0)
	}

	fn accept_datanet() -> Weight {
		derived(T::DbWeight::get(), 7, 7, times(HOLD_NANOS, 4))
	}

	fn set_state() -> Weight {
		derived(T::DbWeight::get(), 1, 1, 0)
	}

	fn set_metadata() -> Weight {
		derived(T::DbWeight::get(), 4, 3, HOLD_NANOS)
	}

	fn set_terms() -> Weight {
		derived(T::DbWeight::get(), 1, 1, 0)
	}

	fn authorize_conclude() -> Weight {
		derived(T::DbWeight::get(), 5, 0, 0)
	}

	fn note_epoch(drawn: u32) -> Weight {
		let drawn = u64::from(drawn);
		derived(
			T::DbWeight::get(),
			drawn.saturating_add(2),
			drawn.saturating_add(1),
			drawn.saturating_mul(HASH_NANOS),
		)
	}
}

/// What ends a review, with every ballot settled and the points given or taken.
fn decided(database: RuntimeDbWeight, ballots: u32, reads: u64, writes: u64) -> Weight {
	let rows = BALLOT_ROWS
		.saturating_mul(ballots.into())
		.saturating_add(POOL_ROWS)
		.saturating_add(LOCK_ROWS);
	let per_ballot = HOLD_NANOS.saturating_mul(2).saturating_add(ACCOUNT_NANOS);
	let nanos = times(per_ballot, ballots)
		.saturating_add(times(HOLD_NANOS, 2))
		.saturating_add(HASH_NANOS)
		.saturating_add(POOL_NANOS);
	derived(
		database,
		rows.saturating_add(reads),
		rows.saturating_add(writes),
		nanos,
	)
}
