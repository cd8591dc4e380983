// SPDX-License-Identifier: Apache-2.0
//! Rows of the index, SCALE-encoded. A change of any of them is a new
//! [`LAYOUT`](super::store::LAYOUT). All amounts are planck.

use codec::{Decode, Encode};
use openledger_primitives::{
	ports::FeeSplit, AccountId, Balance, BlockNumber, ContributionId, DatanetId, ModelId,
	PageIndex, Ppm, Sequence, Version, H256, U256,
};

/// Place of an event in the chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Encode, Decode)]
pub struct Pos {
	/// Number of the block.
	pub block: BlockNumber,
	/// Number of the event in it.
	pub event: u32,
}

impl Pos {
	/// Before every event of a block.
	pub const fn start_of(block: BlockNumber) -> Self {
		Self { block, event: 0 }
	}

	/// After every event of a block.
	pub const fn end_of(block: BlockNumber) -> Self {
		Self {
			block,
			event: u32::MAX,
		}
	}

	/// The next place.
	pub const fn next(self) -> Self {
		match self.event.checked_add(1) {
			Some(event) => Self {
				block: self.block,
				event,
			},
			None => Self::start_of(self.block.saturating_add(1)),
		}
	}
}

/// Names a usage batch.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode)]
pub struct BatchKey {
	/// Who served.
	pub operator: AccountId,
	/// The model.
	pub model: ModelId,
	/// Its place.
	pub sequence: Sequence,
}

/// An accepted batch.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Batch {
	/// Where it was accepted.
	pub at: Pos,
	/// Hash that the operator signed.
	pub hash: H256,
	/// Calls settled.
	pub calls: u64,
	/// Their fees.
	pub fee: Balance,
	/// Matched part of them.
	pub matched: Balance,
	/// Weight fees paid by the operator.
	pub charge: Balance,
	/// Burned part, ppm.
	pub burn_ppm: Ppm,
	/// Treasury's part, ppm.
	pub treasury_ppm: Ppm,
	/// The parts.
	pub split: FeeSplit,
}

/// Why an account's line is there.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Cause {
	/// Operator's share of a batch.
	#[codec(index = 0)]
	Operator(BatchKey),
	/// Developer's share of a batch.
	#[codec(index = 1)]
	Developer(BatchKey),
	/// Developer's share of a distribution.
	#[codec(index = 2)]
	Distribution {
		/// The model.
		model: ModelId,
		/// The distribution.
		at: Pos,
	},
	/// An entry of a credit page.
	#[codec(index = 3)]
	Credit {
		/// The batch.
		batch: BatchKey,
		/// Whose spans.
		contribution: ContributionId,
		/// Their matched planck.
		value: Balance,
	},
	/// A pool row was collected.
	#[codec(index = 4)]
	Pool {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// The row's collection before this one, or its first points; none when that lies before
		/// the index.
		since: Option<Pos>,
		/// Fraction of a planck that the row held at `since`, in units of 2^-64.
		carry_before: u64,
		/// Fraction that it holds now.
		carry_after: u64,
		/// What replaying R2 gives; none when the index doesn't reach back to the first block.
		replayed: Option<Balance>,
	},
	/// Booked money was transferred.
	#[codec(index = 5)]
	Payout,
	/// The events around it don't say.
	#[codec(index = 6)]
	Unexplained,
	/// What a pool row withheld because of claims.
	#[codec(index = 7)]
	Withheld {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// What was withheld; none when a part of it lies before the index.
		row: Option<WithheldRow>,
	},
	/// What was set aside because of claims that came to nothing.
	#[codec(index = 8)]
	Aside,
	/// The reporter's half of what a proved claim forfeited.
	#[codec(index = 9)]
	Forfeited {
		/// Planck of both halves; none when the events around it don't say.
		of: Option<Balance>,
	},
}

/// What a locked pool row has withheld since its first lock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct WithheldRow {
	/// Planck withheld.
	pub amount: Balance,
	/// Planck of it that was set aside.
	pub aside: Balance,
	/// The row's collection before, or its first points; none when that lies before the index.
	pub since: Option<Pos>,
	/// Fraction of a planck that the row held then, in units of 2^-64.
	pub carry_before: u64,
	/// Where something was withheld last; none: nothing was yet.
	pub until: Option<Pos>,
	/// Fraction that the row held then.
	pub carry_after: u64,
	/// What replaying R2 gives for all of it; none when the index doesn't reach back to the first
	/// block.
	pub replayed: Option<Balance>,
}

/// One line of an account.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Entry {
	/// The transaction; none in hooks.
	pub extrinsic: Option<u32>,
	/// Planck booked, or transferred.
	pub amount: Balance,
	/// Why.
	pub cause: Cause,
}

/// Where money in an inbox came from.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum InflowCause {
	/// A child's batch was settled.
	#[codec(index = 0)]
	ChildBatch(BatchKey),
	/// A child's inbox was distributed.
	#[codec(index = 1)]
	ChildDistribution {
		/// The child.
		model: ModelId,
		/// The distribution.
		at: Pos,
	},
	/// The base part of a batch was released.
	#[codec(index = 2)]
	Release(BatchKey),
	/// A page was missing or malformed.
	#[codec(index = 3)]
	MissingPage {
		/// The batch.
		batch: BatchKey,
		/// The page.
		page: PageIndex,
	},
	/// The events around it don't say.
	#[codec(index = 4)]
	Unexplained,
}

/// Money that came into an inbox.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Inflow {
	/// The transaction; none in hooks.
	pub extrinsic: Option<u32>,
	/// Planck for the whole vector.
	pub upstream: Balance,
	/// Planck for the pools.
	pub base: Balance,
	/// Why.
	pub cause: InflowCause,
}

/// Who got a part of a distribution.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum OutflowTo {
	/// The developer of that moment.
	#[codec(index = 0)]
	Developer(AccountId),
	/// A parent's inbox.
	#[codec(index = 1)]
	Upstream(ModelId),
	/// A pool.
	#[codec(index = 2)]
	Pool {
		/// The datanet.
		datanet: DatanetId,
		/// Tranches up to this one.
		version: Version,
		/// Points that share it.
		points: u128,
	},
	/// The treasury: there was nobody to pay.
	#[codec(index = 3)]
	Treasury,
}

/// A part of a distribution.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Outflow {
	/// Number of the event in the block.
	pub event: u32,
	/// Planck.
	pub amount: Balance,
	/// To whom.
	pub to: OutflowTo,
}

/// An inbox was split.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Distribution {
	/// The transaction; none in hooks.
	pub extrinsic: Option<u32>,
	/// Planck that went through the vector.
	pub upstream: Balance,
	/// Planck that went to the pools alone.
	pub base: Balance,
	/// The model's distribution before this one.
	pub previous: Option<Pos>,
	/// Whether the inflows since then sum up to it; none when the index doesn't reach back to it.
	pub complete: Option<bool>,
	/// Who got it.
	pub outflows: Vec<Outflow>,
}

/// What an inbox has received since its last distribution.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct InboxState {
	/// Planck for the whole vector.
	pub upstream: Balance,
	/// Planck for the pools.
	pub base: Balance,
	/// The last distribution.
	pub last: Option<Pos>,
}

/// Why a pool was paid.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum PaymentCause {
	/// An inbox was distributed.
	#[codec(index = 0)]
	Distribution {
		/// Whose.
		model: ModelId,
		/// Where.
		at: Pos,
	},
	/// A model trained on the snapshot was published.
	#[codec(index = 1)]
	TrainingFee {
		/// The model.
		model: ModelId,
	},
	/// A credit page of a batch: the datanet's matched money goes to its pool.
	#[codec(index = 2)]
	CreditPage(BatchKey),
	/// The events around it don't say.
	#[codec(index = 3)]
	Unexplained,
}

/// Money that came into a pool.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Payment {
	/// The transaction; none in hooks.
	pub extrinsic: Option<u32>,
	/// Tranches up to this one share it.
	pub version: Version,
	/// Planck.
	pub amount: Balance,
	/// Live points that share it.
	pub points: u128,
	/// What one point got, in units of 2^-64 planck: `⌊(amount · 2^64 + residue) / points⌋`.
	pub per_point: U256,
	/// Why.
	pub cause: PaymentCause,
}

/// A member's row as the replay has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct PoolRow {
	/// Points; none when they were set before the index begins.
	pub points: Option<u64>,
	/// Accumulator of the tranche when the row was touched last.
	pub acc: U256,
	/// Fraction of a planck kept, in units of 2^-64.
	pub carry: u64,
	/// The last collection, or the first points.
	pub since: Option<Pos>,
	/// Fraction kept at `since`.
	pub carry_since: u64,
}

/// Something happened to an account's work and it got nothing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Nothing {
	/// A credit's part of the data share is below one planck.
	#[codec(index = 0)]
	CreditOfZero {
		/// The batch.
		batch: BatchKey,
		/// The contribution.
		contribution: ContributionId,
		/// Matched planck of its spans.
		value: Balance,
	},
	/// Its credit went to a pool or to the treasury.
	#[codec(index = 1)]
	CreditedElsewhere {
		/// The batch.
		batch: BatchKey,
		/// The contribution.
		contribution: ContributionId,
		/// Matched planck of its spans.
		value: Balance,
		/// Planck that went there.
		amount: Balance,
	},
	/// The operator's batch was void.
	#[codec(index = 2)]
	VoidedBatch {
		/// The batch.
		batch: BatchKey,
		/// Weight fee paid.
		charge: Balance,
	},
	/// A pool row earned money while a claim locked it.
	#[codec(index = 3)]
	Withheld {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Planck withheld.
		amount: Balance,
	},
	/// A text left a locked pool row with its part of what the row withholds.
	#[codec(index = 4)]
	SetAside {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Planck set aside.
		amount: Balance,
	},
}

/// A contribution that was accepted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Accepted {
	/// Its datanet.
	pub datanet: DatanetId,
	/// Whose.
	pub account: AccountId,
	/// When.
	pub at: Pos,
}
