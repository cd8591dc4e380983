// SPDX-License-Identifier: Apache-2.0
//! The money events of a block in a form that outlives runtime versions.
//!
//! Whoever keeps a history (a node's index, an explorer) reads them through
//! [`crate::apis::LedgerApi`] at each finalised block: the runtime of that block translates its own
//! events, so the reader needs no metadata and no copy of the pallets' types. Variants are only
//! ever added at the end. All amounts are planck.

use crate::{
	ids::{Balance, ContributionId, DatanetId, ModelId, PageIndex, Ppm, Sequence, Version},
	ports::{Beneficiary, FeeSplit},
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// Why money was booked for an account.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum LedgerSource {
	/// Operator's share of a batch.
	#[codec(index = 0)]
	Operator {
		/// The model served.
		model: ModelId,
	},
	/// Developer's share of a batch, or of upstream money when an inbox was distributed.
	#[codec(index = 1)]
	Developer {
		/// The model developed.
		model: ModelId,
	},
	/// An entry of a credit page.
	#[codec(index = 2)]
	Credit,
	/// A pool row was collected.
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
	/// What a pool row withheld because of claims: the last of them is over.
	#[codec(index = 5)]
	Withheld {
		/// The datanet.
		datanet: DatanetId,
		/// The row's tranche.
		tranche: Version,
	},
	/// What was set aside from a pool row because of claims that came to nothing.
	#[codec(index = 6)]
	Aside,
	/// The reporter's half of what a proved claim forfeited.
	#[codec(index = 7)]
	Forfeited,
}

/// One event that moves or books money, or that decides who gets it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum LedgerEvent<AccountId> {
	/// A batch's fee was split.
	#[codec(index = 0)]
	Settled {
		/// The model served.
		model: ModelId,
		/// Who served it.
		operator: AccountId,
		/// Planck split.
		fee: Balance,
		/// Burned part at acceptance, ppm.
		burn_ppm: Ppm,
		/// Treasury's part at acceptance, ppm.
		treasury_ppm: Ppm,
		/// The parts.
		split: FeeSplit,
	},
	/// The batch whose `Settled` came before it in the same transaction.
	#[codec(index = 1)]
	BatchAccepted {
		/// Who served.
		operator: AccountId,
		/// What was called.
		model: ModelId,
		/// Its place.
		sequence: Sequence,
		/// Hash that the operator signed.
		hash: H256,
		/// Calls settled.
		calls: u64,
		/// Their fees.
		fee: Balance,
		/// Matched part of them.
		matched: Balance,
		/// Weight fees paid by the operator.
		charge: Balance,
	},
	/// A batch was refused in dispatch: nothing moved but the operator's charge.
	#[codec(index = 2)]
	BatchVoided {
		/// Who submitted.
		operator: AccountId,
		/// Its model.
		model: ModelId,
		/// The number it consumed.
		sequence: Sequence,
		/// Weight fee paid by the operator.
		charge: Balance,
	},
	/// The base part of a batch went to its model's inbox.
	#[codec(index = 3)]
	BatchReleased {
		/// Who served.
		operator: AccountId,
		/// Its model.
		model: ModelId,
		/// Its place.
		sequence: Sequence,
		/// Planck of base money.
		base: Balance,
	},
	/// One entry of a credit page was paid.
	#[codec(index = 4)]
	Credited {
		/// Who served.
		operator: AccountId,
		/// Its model.
		model: ModelId,
		/// The batch's place.
		sequence: Sequence,
		/// Whose spans.
		contribution: ContributionId,
		/// Who earned; none when it was a pool or the treasury.
		account: Option<AccountId>,
		/// Matched planck of the spans.
		value: Balance,
		/// Planck earned by them.
		amount: Balance,
	},
	/// A page was missing or malformed; its money went to the model's inbox.
	#[codec(index = 5)]
	PageMissing {
		/// Who served.
		operator: AccountId,
		/// Its model.
		model: ModelId,
		/// The batch's place.
		sequence: Sequence,
		/// The page.
		page: PageIndex,
		/// Planck that went to the inbox.
		subtotal: Balance,
	},
	/// An inbox received money: from a child's batch or distribution, or from a release.
	#[codec(index = 6)]
	InboxPaidIn {
		/// Whose inbox.
		model: ModelId,
		/// Planck for the whole vector.
		upstream: Balance,
		/// Planck for the pools.
		base: Balance,
	},
	/// An inbox was split.
	#[codec(index = 7)]
	Distributed {
		/// Whose inbox.
		model: ModelId,
		/// Planck that went through the vector.
		upstream: Balance,
		/// Planck that went to the pools alone.
		base: Balance,
	},
	/// A pool received money.
	#[codec(index = 8)]
	PoolPaidIn {
		/// The datanet.
		datanet: DatanetId,
		/// Tranches up to this one are paid.
		version: Version,
		/// Planck received.
		amount: Balance,
		/// Live points that share it.
		points: u128,
	},
	/// An account's points in a tranche changed.
	#[codec(index = 9)]
	PointsSet {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Whose.
		account: AccountId,
		/// Points from now on; 0 = the row is gone.
		points: u64,
	},
	/// Money was booked for an account.
	#[codec(index = 10)]
	Accrued {
		/// The account.
		account: AccountId,
		/// Planck booked.
		amount: Balance,
		/// Why.
		source: LedgerSource,
	},
	/// Booked money was transferred.
	#[codec(index = 11)]
	Paid {
		/// The account.
		account: AccountId,
		/// Planck transferred.
		amount: Balance,
	},
	/// A publication paid a training fee; the pool's event came before it.
	#[codec(index = 12)]
	TrainingFeePaid {
		/// The model.
		model: ModelId,
		/// Datanet of the snapshot.
		datanet: DatanetId,
		/// Its version.
		version: Version,
		/// Planck paid.
		amount: Balance,
	},
	/// A contribution was accepted: from now on it can earn.
	#[codec(index = 13)]
	ContributionAccepted {
		/// The contribution.
		contribution: ContributionId,
		/// Its datanet.
		datanet: DatanetId,
		/// Whose.
		account: AccountId,
	},
	/// The treasury received money.
	#[codec(index = 14)]
	TreasuryPaid {
		/// Planck received.
		amount: Balance,
	},
	/// Money was burned.
	#[codec(index = 15)]
	Burned {
		/// Planck burned.
		amount: Balance,
	},
	/// A claim locked a pool row: what it has pending and will earn is withheld.
	#[codec(index = 16)]
	RowLocked {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Whose row.
		account: AccountId,
		/// Locks from now on.
		locks: u32,
	},
	/// A lock was taken away; with the last one what was withheld is booked.
	#[codec(index = 17)]
	RowUnlocked {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Whose row.
		account: AccountId,
		/// Locks from now on.
		locks: u32,
	},
	/// A locked row earned money: it left the pool and is not booked for the account yet.
	#[codec(index = 18)]
	Withheld {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Whose row.
		account: AccountId,
		/// Planck withheld.
		amount: Balance,
	},
	/// A text left a locked row with its part of what the row withholds: a claim decides who gets
	/// it. The row's new points come next.
	#[codec(index = 19)]
	SetAside {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Whose row.
		account: AccountId,
		/// Planck set aside.
		amount: Balance,
	},
	/// A claim was proved: money that was set aside goes half to the reporter, half to the
	/// treasury, whose events come next.
	#[codec(index = 20)]
	AsideForfeited {
		/// Who made the claim.
		reporter: AccountId,
		/// Planck of both halves.
		amount: Balance,
	},
}

/// A [`LedgerEvent`] with its place in the block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct LedgerRow<AccountId> {
	/// Number of the event among all events of the block, those of other pallets included.
	pub index: u32,
	/// Number of the transaction that caused it; none in hooks.
	pub extrinsic: Option<u32>,
	/// What happened.
	pub event: LedgerEvent<AccountId>,
}

/// Who gets one share of a fee.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum FeeRole {
	/// Nobody: burned.
	#[codec(index = 0)]
	Burn,
	/// The treasury.
	#[codec(index = 1)]
	Treasury,
	/// The operator.
	#[codec(index = 2)]
	Operator,
	/// An entry of the model's vector.
	#[codec(index = 3)]
	Vector(Beneficiary),
}

/// One share of a recomputed settlement.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct FeeShare {
	/// Who gets it.
	pub role: FeeRole,
	/// Its part of `of`, ppm.
	pub ppm: Ppm,
	/// Planck that this step splits: the fee, or for the vector what the first step left.
	pub of: Balance,
	/// Planck of the share, after rule R1.
	pub amount: Balance,
}

/// A settlement, computed anew: both steps of the split, in their canonical order.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Recomputed {
	/// Every share, those of 0 ppm included. The amounts sum to the fee.
	pub shares: Vec<FeeShare>,
}
