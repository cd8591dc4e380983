// SPDX-License-Identifier: Apache-2.0
//! Weights counted by hand from the database rows that each operation touches.
//!
//! Every row is counted once per operation (a second access is served by the overlay), at its
//! worst case: the longest path through a datanet's tree (10 cells down, 11 up), a treasury that
//! can't receive and is booked instead, an inbox that enters or leaves the due list. `T::Models` is
//! taken to read two rows for terms and one for snapshots. `System` rows that every block touches
//! anyway (number, events) are not counted, as in benchmarks.
//!
//! Computation is added in microseconds of the reference machine: [`CALL`] for dispatch and a
//! storage layer, [`ROW`] per row for hashing its key, decoding and 256-bit arithmetic,
//! [`TRANSFER`] per movement of balances, [`SHARE`] per share of a split. The figures are stated
//! generously, not measured: they stand in for mocks, the runtime uses those that `scripts/bench`
//! measured. The chain has no proofs: proof size is 0.

use crate::{payouts::MAX_SNAPSHOTS, MAX_CLAIMS};
use core::marker::PhantomData;
use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use openledger_primitives::MAX_PARENTS;

/// Microseconds of dispatch, checks and a storage layer.
const CALL: u64 = 20;
/// Microseconds of computation per row read or written.
const ROW: u64 = 3;
/// Microseconds of one transfer or burn besides its rows.
const TRANSFER: u64 = 40;
/// Microseconds of one share of a split: a 256-bit product and a division.
const SHARE: u64 = 4;
/// Picoseconds of a microsecond.
const MICROSECOND: u64 = 1_000_000;

/// Weights of calls, of what other pallets ask through ports, and of the sweep's steps.
///
/// `p` counts parents (0..=8), `s` own snapshots (0..=16), `n` accounts (1..=64). Every figure holds
/// for the longest paths, a treasury that can't receive and inboxes that become due.
pub trait WeightInfo {
	/// One account paid.
	fn claim() -> Weight;
	/// `n` accounts paid.
	fn claim_many(n: u32) -> Weight;
	/// One pool row booked.
	fn collect() -> Weight;
	/// An inbox split over `p` parents and `s` snapshots.
	fn distribute(p: u32, s: u32) -> Weight;
	/// The same by a keeper.
	fn distribute_due(p: u32, s: u32) -> Weight;
	/// Validity of the keeper's call.
	fn authorize_distribute_due() -> Weight;
	/// New parameters.
	fn set_parameters() -> Weight;
	/// Port `FeeSettlement::settle` for a model with `p` parents.
	fn settle(p: u32) -> Weight;
	/// Port `FeeSettlement::release_base`.
	fn release_base() -> Weight;
	/// Port `FeeSettlement::credit`.
	fn credit() -> Weight;
	/// Port `FeeSettlement::credit_pool`.
	fn credit_pool() -> Weight;
	/// Port `FeeSettlement::credit_treasury`.
	fn credit_treasury() -> Weight;
	/// Port `PoolLedger::add_points`, to a row with money pending.
	fn add_points() -> Weight;
	/// Port `PoolLedger::remove_points`, of all points of a row with money pending.
	fn remove_points() -> Weight;
	/// Port `PoolLedger::move_points`, of all points between two rows with money pending.
	fn move_points() -> Weight;
	/// Port `PoolLedger::pay_in`.
	fn pay_in() -> Weight;
	/// Port `PoolLedger::lock_row`, of a row that is there.
	fn lock_row() -> Weight;
	/// Port `PoolLedger::unlock_row`, the last one of a row that withholds money.
	fn unlock_row() -> Weight;
	/// Port `PoolLedger::set_aside`, of all points of a row with money pending.
	fn set_aside() -> Weight;
	/// Port `PoolLedger::pay_aside`.
	fn pay_aside() -> Weight;
	/// Port `PoolLedger::forfeit_aside`.
	fn forfeit_aside() -> Weight;
	/// What a sweep costs before its first step: parameters and cursor.
	fn sweep_base() -> Weight;
	/// One step of the sweep at an inbox or booked balance below the threshold: finding and reading
	/// the next entry.
	fn sweep_look() -> Weight;
	/// Computing what is pending in a pool row that is not locked. A step at a row takes it beside `sweep_look`; one
	/// that acts takes `distribute`, or `collect` and `claim`, too.
	fn sweep_pending() -> Weight;
}

/// The heaviest operation of each kind, with its name: the widest calls, and the widest step of the
/// sweep with what a sweep costs before it.
pub fn heaviest<W: WeightInfo>() -> [(&'static str, Weight); 4] {
	let distribute = W::distribute(MAX_PARENTS, MAX_SNAPSHOTS);
	let due =
		W::distribute_due(MAX_PARENTS, MAX_SNAPSHOTS).saturating_add(W::authorize_distribute_due());
	let row = W::sweep_pending()
		.saturating_add(W::collect())
		.saturating_add(W::claim());
	let step = W::sweep_base()
		.saturating_add(W::sweep_look())
		.saturating_add(distribute.max(row));
	[
		("distribute", distribute),
		("distribute_due", due),
		("claim_many", W::claim_many(MAX_CLAIMS)),
		("a step of the sweep", step),
	]
}

/// Half of what ordinary calls may take of a block.
pub fn half_of_normal<T: frame_system::Config>() -> Weight {
	let weights = T::BlockWeights::get();
	let normal = weights.get(DispatchClass::Normal).max_total;
	normal.unwrap_or(weights.max_block).saturating_div(2)
}

/// [`WeightInfo`] from the runtime's database weights.
pub struct CountedWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> CountedWeight<T> {
	fn of(reads: u64, writes: u64, micros: u64) -> Weight {
		let rows = reads.saturating_add(writes).saturating_mul(ROW);
		let time = rows.saturating_add(micros).saturating_mul(MICROSECOND);
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}

	/// `fixed + each · count`
	fn linear(fixed: u64, each: u64, count: u32) -> u64 {
		each.saturating_mul(count.into()).saturating_add(fixed)
	}
}

impl<T: frame_system::Config> WeightInfo for CountedWeight<T> {
	// Accrued, Paid, payee and pot; the issuance is only read, as by every transfer.
	fn claim() -> Weight {
		Self::of(5, 4, CALL.saturating_add(TRANSFER))
	}

	// Pot and issuance once; per account: Accrued, Paid, payee.
	fn claim_many(n: u32) -> Weight {
		let micros = Self::linear(CALL, CALL.saturating_add(TRANSFER), n);
		Self::of(Self::linear(2, 3, n), Self::linear(1, 3, n), micros)
	}

	// 11 cells, row, pool, Accrued, Withheld; cells and Withheld are not written.
	fn collect() -> Weight {
		Self::of(15, 3, CALL)
	}

	// Reads: inbox, its place, the due count, the last due, 2 terms, snapshots, developer's
	// Accrued, pot, issuance, treasury and its Accrued; per parent inbox and place; per snapshot
	// 10 cells and pool. Writes: the same without the model's and issuance, plus the two rows of
	// the due model that moves; per parent inbox, place and due model.
	fn distribute(p: u32, s: u32) -> Weight {
		let reads = Self::linear(Self::linear(12, 2, p), 11, s);
		let writes = Self::linear(Self::linear(10, 3, p), 11, s);
		let shares = Self::linear(Self::linear(CALL, SHARE, p), SHARE, s);
		Self::of(reads, writes, shares.saturating_add(TRANSFER))
	}

	// In addition the keeper's quota.
	fn distribute_due(p: u32, s: u32) -> Weight {
		Self::distribute(p, s).saturating_add(Self::of(1, 1, 0))
	}

	// Inbox and quota.
	fn authorize_distribute_due() -> Weight {
		Self::of(2, 0, CALL)
	}

	fn set_parameters() -> Weight {
		Self::of(0, 1, CALL)
	}

	// Reads: 2 terms, parameters, pot, issuance, treasury and its Accrued, operator's and
	// developer's Accrued, Waiting, due count; per parent inbox and place. Writes: the same
	// without terms and parameters; per parent inbox, place and due model.
	fn settle(p: u32) -> Weight {
		let micros = Self::linear(CALL, SHARE, p.saturating_add(6));
		let moves = TRANSFER.saturating_mul(2);
		Self::of(
			Self::linear(11, 2, p),
			Self::linear(8, 3, p),
			micros.saturating_add(moves),
		)
	}

	// Waiting, inbox, place, due count; the due model is only written.
	fn release_base() -> Weight {
		Self::of(4, 5, CALL)
	}

	// Waiting, Accrued.
	fn credit() -> Weight {
		Self::of(2, 2, CALL)
	}

	// Waiting, 10 cells, then pool (written), or pot, issuance, treasury and its Accrued.
	fn credit_pool() -> Weight {
		Self::of(15, 12, CALL.saturating_add(TRANSFER))
	}

	// Waiting, pot, treasury and its Accrued; issuance.
	fn credit_treasury() -> Weight {
		Self::of(5, 4, CALL.saturating_add(TRANSFER))
	}

	// 11 cells, row, pool, Accrued; Withheld is only read. Of a locked row Withheld is written and
	// Accrued is not touched.
	fn add_points() -> Weight {
		Self::of(15, 14, CALL)
	}

	// The same.
	fn remove_points() -> Weight {
		Self::of(15, 14, CALL)
	}

	// 11 cells and two Withheld read; pool, two rows, two Accrued.
	fn move_points() -> Weight {
		Self::of(18, 5, CALL)
	}

	// Payer, pot, issuance, 10 cells, then pool (written), or treasury and its Accrued; two
	// transfers at worst.
	fn pay_in() -> Weight {
		Self::of(15, 13, CALL.saturating_add(TRANSFER.saturating_mul(2)))
	}

	// Withheld and the row, which is only read.
	fn lock_row() -> Weight {
		Self::of(2, 1, CALL)
	}

	// Withheld, Accrued.
	fn unlock_row() -> Weight {
		Self::of(2, 2, CALL)
	}

	// 11 cells, row, pool, Withheld, Aside.
	fn set_aside() -> Weight {
		Self::of(15, 15, CALL)
	}

	// Aside, Accrued.
	fn pay_aside() -> Weight {
		Self::of(2, 2, CALL)
	}

	// Aside, Accrued, pot, treasury and its Accrued; issuance is only read.
	fn forfeit_aside() -> Weight {
		Self::of(6, 5, CALL.saturating_add(TRANSFER))
	}

	// Parameters and cursor; the cursor is written.
	fn sweep_base() -> Weight {
		Self::of(2, 1, CALL)
	}

	// The next key and its value.
	fn sweep_look() -> Weight {
		Self::of(2, 0, 0)
	}

	// 11 cells, the row and Withheld.
	fn sweep_pending() -> Weight {
		Self::of(13, 0, 0)
	}
}
