// SPDX-License-Identifier: Apache-2.0
//! What the pallet stores and what its calls take.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::{Balance, DatanetId, ModelId, Ppm, Version, MILLI, OPEN, U256};
use scale_info::TypeInfo;

/// Burn and treasury together never take more of a fee than this.
pub const MAX_PROTOCOL_PPM: Ppm = 100_000;

/// The payout threshold is never above this, so that governance can't switch payouts off.
pub const MAX_PAYOUT_THRESHOLD: Balance = 100 * OPEN;

/// The sweep of one block never looks at more entries than this, whatever governance says.
pub const MAX_PAYOUTS_PER_BLOCK: u32 = 1_024;

/// What governance may change.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct RoyaltiesParameters {
	/// Share of every fee that is burned, ppm.
	pub burn_ppm: Ppm,
	/// Share of every fee that goes to the treasury, ppm.
	pub treasury_ppm: Ppm,
	/// Planck from which on idle blocks distribute an inbox, collect a pool row and pay an
	/// account.
	pub payout_threshold: Balance,
	/// Entries that the sweep of one block looks at, at most; 1..=[`MAX_PAYOUTS_PER_BLOCK`]. The
	/// block's spare weight bounds it in any case.
	pub payouts_per_block: u32,
}

impl Default for RoyaltiesParameters {
	fn default() -> Self {
		Self {
			burn_ppm: 20_000,
			treasury_ppm: 30_000,
			payout_threshold: MILLI.saturating_mul(10),
			payouts_per_block: 64,
		}
	}
}

/// Money of a model that waits to be split by its own vector. A row without money and without
/// prepaid distributions is not stored.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Inbox {
	/// Planck from children: split by the whole vector.
	pub upstream: Balance,
	/// Planck for the pools of the model's own snapshots.
	pub base: Balance,
	/// Distributions that released batches have paid for and that were not made yet.
	pub prepaid: u32,
}

impl Inbox {
	/// Whether there is nothing to split.
	pub fn is_empty(&self) -> bool {
		self.upstream == 0 && self.base == 0
	}

	/// Whether a keeper may distribute it for nothing.
	pub fn is_due(&self) -> bool {
		self.prepaid > 0 && !self.is_empty()
	}
}

/// Money of all pools of one datanet.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Pool {
	/// Planck not yet collected by members.
	pub balance: Balance,
	/// What no row can claim yet, in units of 2^-64 planck; joins the next settlement.
	pub residue: u128,
}

/// One cell of the tree over a datanet's versions; see [`crate::fenwick`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct PoolCell {
	/// Live points that members hold in the tranches under this cell.
	pub points: u128,
	/// Planck per point, times 2^64, of settlements that passed this cell.
	pub acc: U256,
}

/// What one account has in one tranche of a datanet. Never stored with 0 points.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct MemberRow {
	/// Live points.
	pub points: u64,
	/// `points · acc` up to which the row was paid.
	pub debt: U256,
	/// Fraction of a planck earned and not paid, in units of 2^-64 planck.
	pub carry: u64,
}

/// What is withheld of a row while claims on its texts are open.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct WithheldRow {
	/// Claims that lock the row, at least 1.
	pub locks: u32,
	/// Planck withheld since the first of them.
	pub amount: Balance,
	/// Accumulator of the tranche up to which the row had been booked when it was locked, or when
	/// it got its first points; 0 while it has none. A point that is there since then has earned
	/// `acc − since` of what is withheld, whatever points came or went beside it.
	pub since: U256,
}

/// Why money was booked for an account.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Source {
	/// Operator's share of a batch.
	#[codec(index = 0)]
	Operator {
		/// The model served.
		model: ModelId,
	},
	/// Developer's share of a batch or of upstream money.
	#[codec(index = 1)]
	Developer {
		/// The model developed.
		model: ModelId,
	},
	/// An entry of a credit page.
	#[codec(index = 2)]
	Credit,
	/// A row of a pool.
	#[codec(index = 3)]
	Pool {
		/// The datanet.
		datanet: DatanetId,
		/// The row's tranche.
		tranche: Version,
	},
	/// The treasury's money, while its account can't receive it.
	#[codec(index = 4)]
	Treasury,
	/// What a row withheld until its last lock was taken away.
	#[codec(index = 5)]
	Withheld {
		/// The datanet.
		datanet: DatanetId,
		/// The row's tranche.
		tranche: Version,
	},
	/// What was set aside from a row because of claims that came to nothing.
	#[codec(index = 6)]
	Aside,
	/// The reporter's half of what a proved claim forfeited.
	#[codec(index = 7)]
	Forfeited,
}

/// Where the sweep of idle blocks goes on: after the key it names, or at the start.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub enum SweepCursor<AccountId> {
	/// Among inboxes.
	#[codec(index = 0)]
	Inboxes(Option<ModelId>),
	/// Among accrued balances.
	#[codec(index = 1)]
	Accrued(Option<AccountId>),
	/// Among pool rows.
	#[codec(index = 2)]
	Members(Option<(DatanetId, Version, AccountId)>),
}

impl<AccountId> Default for SweepCursor<AccountId> {
	fn default() -> Self {
		Self::Inboxes(None)
	}
}

/// What benchmarks need of the pallets behind [`crate::Config`]'s ports.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkSetup {
	/// Publishes a model with exactly so many parents (at most 8) and own snapshots (at most 16).
	/// Its vector gives something to the developer and to every parent, and to the contributors
	/// when there is a snapshot. Snapshots lie in different datanets and have the version
	/// [`crate::fenwick::WORST_VERSION`]; the benchmark fills their pools itself.
	fn published_model(parents: u32, snapshots: u32) -> ModelId;
}
