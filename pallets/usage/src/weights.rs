// SPDX-License-Identifier: Apache-2.0
//! Weights and how they come about.
//!
//! They are derived, not yet measured; a benchmark replaces [`SubstrateWeight`] without changing a
//! signature. Only three things drive a weight: **vouchers**, **pages** and **entries** of the
//! call. The calls behind a voucher, the credit lines behind a page and the contributors of a pool
//! don't appear: a batch of one call and one of a million cost the same.
//!
//! - Storage: `T::DbWeight` per read and write (ParityDB: 8 µs and 50 µs). A key that is read and
//!   written several times in one call counts once.
//! - [`VERIFY`]: one sr25519 verification from inside the runtime, 100 µs. Natively one takes
//!   29 µs; the rest is the host call, the preimage and a slower machine. ed25519 is not slower.
//! - [`HASH_PER_KB`]: blake2-256 through the host call with copying, 4 µs per started kilobyte.
//! - [`STEP`]: decoding, comparing and bookkeeping of one voucher or entry, 10 µs.
//! - [`EVENT`]: one deposited event, 5 µs (events are one growing value that is never read).
//! - Ports have a budget each (`reads`, `writes`), the most their documentation allows.
//! - Proof size is 0: this chain makes no storage proofs for its blocks.

use core::marker::PhantomData;

use frame_support::{
	traits::Get,
	weights::{RuntimeDbWeight, Weight},
};

/// One signature, in picoseconds.
pub const VERIFY: u64 = 100_000_000;
/// Hashing one kilobyte.
pub const HASH_PER_KB: u64 = 4_000_000;
/// Bookkeeping of one voucher or entry.
pub const STEP: u64 = 10_000_000;
/// One event.
pub const EVENT: u64 = 5_000_000;

/// Pages of a batch stand in their own row, hashed with it: about 1 / 20 of a kilobyte each.
const PAGES_PER_KB: u64 = 20;
/// Vouchers per kilobyte of a batch.
const VOUCHERS_PER_KB: u64 = 7;
/// Datanets that one page can touch: the largest corpus.
const MAX_DATANETS: u32 = 64;

/// `FeeSettlement::quote`: the model's terms and the royalty parameters.
const QUOTE: (u64, u64) = (2, 0);
/// `FeeSettlement::settle`: terms, parameters, pot, issuance, treasury and what is booked for it,
/// waiting sum, due count; operator, developer and up to eight parents' inboxes, each with its
/// place in the due list and the row that moves there.
const SETTLE: (u64, u64) = (27, 32);
/// `FeeSettlement::release_base`: waiting sum, inbox, its place among the due.
const RELEASE_BASE: (u64, u64) = (4, 5);
/// `FeeSettlement::credit`: waiting sum, accrued row.
const CREDIT: (u64, u64) = (2, 2);
/// `FeeSettlement::credit_pool`: waiting sum, ten cells, then the pool, or what the treasury needs.
const CREDIT_POOL: (u64, u64) = (15, 12);
/// `FeeSettlement::credit_treasury`: waiting sum, pot, issuance, treasury and what is booked for it.
const CREDIT_TREASURY: (u64, u64) = (5, 4);
/// `DatanetInspect::member`: contribution and datanet.
const MEMBER: (u64, u64) = (2, 0);
/// `ModelInspect::corpus_version` with `DatanetInspect::snapshot`.
const CORPUS: (u64, u64) = (2, 0);
/// `UsageRecorder::record`: whether the contribution exists, its sums.
const RECORD: (u64, u64) = (2, 1);
/// Account and holds of the payer or operator whose hold moves; the receiver counts once per call.
const MOVE_HELD: (u64, u64) = (2, 2);

/// Weights of the pallet's calls. `vouchers`, `pages` and `entries` are those of the call.
pub trait WeightInfo {
	/// `register_operator`.
	fn register_operator() -> Weight;
	/// `bond_more`.
	fn bond_more() -> Weight;
	/// `unbond`.
	fn unbond() -> Weight;
	/// `withdraw_unbonded`.
	fn withdraw_unbonded() -> Weight;
	/// `open_channel`.
	fn open_channel() -> Weight;
	/// `top_up`.
	fn top_up() -> Weight;
	/// `close_channel`.
	fn close_channel() -> Weight;
	/// `withdraw_channel`.
	fn withdraw_channel() -> Weight;
	/// Checks before `submit_batch` enters a block: constant state, one signature, one hash.
	fn authorize_submit_batch(vouchers: u32, pages: u32) -> Weight;
	/// `submit_batch`.
	fn submit_batch(vouchers: u32, pages: u32) -> Weight;
	/// Checks before `release` enters a block.
	fn authorize_release() -> Weight;
	/// `release`.
	fn release() -> Weight;
	/// Checks before `push_page` enters a block: two rows and one hash.
	fn authorize_push_page(entries: u32) -> Weight;
	/// `push_page`.
	fn push_page(entries: u32) -> Weight;
	/// `close_missing_page`.
	fn close_missing_page() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// Clearing the block's quota.
	fn on_finalize() -> Weight;
	/// Ticking the service clock.
	fn tick() -> Weight;
}

/// The derived weights over the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

fn rows(db: &RuntimeDbWeight, access: &[(u64, u64)]) -> Weight {
	access.iter().fold(Weight::zero(), |sum, (reads, writes)| {
		sum.saturating_add(db.reads_writes(*reads, *writes))
	})
}

fn work(picoseconds: u64) -> Weight {
	Weight::from_parts(picoseconds, 0)
}

/// A call of fixed size: some bookkeeping, an event, its rows.
fn fixed(db: &RuntimeDbWeight, access: &[(u64, u64)]) -> Weight {
	work(STEP.saturating_add(EVENT)).saturating_add(rows(db, access))
}

fn hashing(kilobytes: u64) -> Weight {
	work(HASH_PER_KB.saturating_mul(kilobytes.saturating_add(1)))
}

/// Hashing a whole batch.
fn batch_hash(vouchers: u32, pages: u32) -> Weight {
	let vouchers = u64::from(vouchers).div_ceil(VOUCHERS_PER_KB);
	hashing(vouchers.saturating_add(u64::from(pages).div_ceil(PAGES_PER_KB)))
}

/// One voucher: preimage and signature, its channel, its payer's hold, its row, its event.
fn voucher(db: &RuntimeDbWeight) -> Weight {
	let compute = VERIFY
		.saturating_add(STEP)
		.saturating_add(EVENT.saturating_mul(2))
		.saturating_add(HASH_PER_KB.saturating_mul(3));
	work(compute).saturating_add(rows(db, &[(1, 1), MOVE_HELD]))
}

/// One page entry: its contribution, whoever is credited, its record, its event.
fn entry(db: &RuntimeDbWeight) -> Weight {
	work(STEP.saturating_add(EVENT.saturating_mul(2)))
		.saturating_add(rows(db, &[MEMBER, CREDIT, RECORD]))
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register_operator() -> Weight {
		fixed(&T::DbWeight::get(), &[(2, 1), MOVE_HELD])
	}

	fn bond_more() -> Weight {
		fixed(&T::DbWeight::get(), &[(2, 1), MOVE_HELD])
	}

	fn unbond() -> Weight {
		fixed(&T::DbWeight::get(), &[(2, 1)])
	}

	fn withdraw_unbonded() -> Weight {
		fixed(&T::DbWeight::get(), &[(1, 1), MOVE_HELD])
	}

	fn open_channel() -> Weight {
		// Operator, parameters, model with its state; channel and its counter.
		fixed(&T::DbWeight::get(), &[(5, 2), MOVE_HELD])
	}

	fn top_up() -> Weight {
		fixed(&T::DbWeight::get(), &[(1, 1), MOVE_HELD])
	}

	fn close_channel() -> Weight {
		fixed(&T::DbWeight::get(), &[(3, 1)])
	}

	fn withdraw_channel() -> Weight {
		fixed(&T::DbWeight::get(), &[(2, 1), MOVE_HELD])
	}

	fn authorize_submit_batch(vouchers: u32, pages: u32) -> Weight {
		// Operator, parameters, sequence, quota, fee multiplier, free balance, genesis hash.
		work(VERIFY.saturating_add(STEP))
			.saturating_add(batch_hash(vouchers, pages))
			.saturating_add(rows(&T::DbWeight::get(), &[(7, 0), QUOTE]))
	}

	fn submit_batch(vouchers: u32, pages: u32) -> Weight {
		let db = T::DbWeight::get();
		// Operator, sequence, quota, batch, pages, queue place and range, parameters, clock,
		// operator's and treasury's accounts, pot.
		let head = fixed(&db, &[(12, 10), MOVE_HELD, SETTLE, QUOTE]);
		head.saturating_add(batch_hash(vouchers, pages))
			.saturating_add(voucher(&db).saturating_mul(u64::from(vouchers)))
			.saturating_add(work(EVENT.saturating_mul(u64::from(pages))))
	}

	fn authorize_release() -> Weight {
		work(STEP).saturating_add(rows(&T::DbWeight::get(), &[(2, 0)]))
	}

	fn release() -> Weight {
		// Batch, pages, range, clock, parameters, quota, operator, and up to nine queue places.
		fixed(&T::DbWeight::get(), &[(7, 6), (9, 1), RELEASE_BASE])
	}

	fn authorize_push_page(entries: u32) -> Weight {
		let kilobytes = u64::from(entries).div_ceil(36);
		work(STEP)
			.saturating_add(hashing(kilobytes))
			.saturating_add(rows(&T::DbWeight::get(), &[(5, 0)]))
	}

	fn push_page(entries: u32) -> Weight {
		let db = T::DbWeight::get();
		let datanets = u64::from(entries.min(MAX_DATANETS));
		// Batch, pages, operator, quota; what a malformed page costs instead is less.
		fixed(&db, &[(5, 4), MOVE_HELD, RELEASE_BASE, CREDIT_TREASURY])
			.saturating_add(entry(&db).saturating_mul(u64::from(entries)))
			.saturating_add(rows(&db, &[CORPUS, CREDIT_POOL]).saturating_mul(datanets))
	}

	fn close_missing_page() -> Weight {
		// Batch, pages, operator, clock; treasury's account.
		fixed(&T::DbWeight::get(), &[(5, 4), MOVE_HELD, RELEASE_BASE])
	}

	fn set_parameters() -> Weight {
		fixed(&T::DbWeight::get(), &[(0, 1)])
	}

	fn on_finalize() -> Weight {
		rows(&T::DbWeight::get(), &[(0, 1)])
	}

	fn tick() -> Weight {
		work(STEP).saturating_add(rows(&T::DbWeight::get(), &[(3, 1)]))
	}
}
