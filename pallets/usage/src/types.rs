// SPDX-License-Identifier: Apache-2.0
//! Stored structures, faults, reasons of refusal and parameters.

use alloc::{format, string::String};

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, weights::Weight, BoundedVec};
use openledger_primitives::{
	payload::{Price, PublicKey},
	ports::FeeSplit,
	AccountId, Balance, BlockNumber, ContributionId, ModelId, Sequence, MAX_PAGES, OPEN,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

/// Values that differ by preset; governance may change them within [`UsageParameters::is_sound`].
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsageParameters {
	/// Blocks in which an accepted batch can be challenged.
	pub challenge_window: BlockNumber,
	/// Ticks of the service clock from release until a page counts as missing.
	pub page_deadline: u32,
	/// Blocks that a batch's `valid_until` may lie ahead.
	pub batch_validity: BlockNumber,
	/// Ticks of the service clock from a channel's closing until its rest can be withdrawn.
	pub thaw: u32,
	/// Least planck of an operator's bond.
	pub min_bond: Balance,
	/// Planck that a batch's coverage holds beside twice its data share: the fixed part of a slash.
	pub min_slash: Balance,
}

impl UsageParameters {
	/// The values of the `development` preset.
	pub const fn development() -> Self {
		Self {
			challenge_window: 24,
			page_deadline: 20,
			batch_validity: 20,
			thaw: 50,
			min_bond: 100 * OPEN,
			min_slash: OPEN,
		}
	}

	/// The values of the `local_testnet` preset.
	pub const fn local_testnet() -> Self {
		Self {
			challenge_window: 4_800,
			page_deadline: 4_800,
			batch_validity: 1_200,
			thaw: 9_600,
			..Self::development()
		}
	}

	/// Hard bounds: a window of at least 8 blocks and at most four weeks of 3-second blocks, at
	/// least 8 ticks for a page, a batch valid for at least 4 blocks, a thaw longer than twice the
	/// longest validity, a bond that covers at least one slash.
	pub fn is_sound(&self) -> bool {
		const FOUR_WEEKS: u32 = 806_400;
		let twice_validity = self.batch_validity.checked_mul(2);
		(8..=FOUR_WEEKS).contains(&self.challenge_window)
			&& (8..=FOUR_WEEKS).contains(&self.page_deadline)
			&& (4..=FOUR_WEEKS).contains(&self.batch_validity)
			&& self.thaw <= FOUR_WEEKS
			&& twice_validity.is_some_and(|least| self.thaw > least)
			&& (OPEN / 1_000..=1_000 * OPEN).contains(&self.min_slash)
			&& (self.min_slash..=1_000_000 * OPEN).contains(&self.min_bond)
	}
}

impl Default for UsageParameters {
	fn default() -> Self {
		Self::development()
	}
}

/// Whether an operator takes new channels.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum OperatorState {
	/// Serves.
	#[codec(index = 0)]
	Active,
	/// Was slashed below the least bond: no new channels until he bonds again. Settles what his
	/// bond covers.
	#[codec(index = 1)]
	Suspended,
	/// Took out his whole bond.
	#[codec(index = 2)]
	Leaving,
}

/// Bond on its way back to the operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Unbonding {
	/// Planck, still on hold.
	pub amount: Balance,
	/// First block in which they can be withdrawn.
	pub at: BlockNumber,
}

/// Who serves models and submits batches.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Operator {
	/// Planck that stand for his batches, on hold.
	pub bond: Balance,
	/// Planck that no longer do, on hold as well.
	pub unbonding: Option<Unbonding>,
	/// Key that signs batches.
	pub key: PublicKey,
	/// Whether he takes new channels.
	pub state: OperatorState,
	/// Part of the bond that unpaid batches need; never above it.
	pub coverage: Balance,
	/// Accepted pages that are neither paid nor closed.
	pub unpaid_pages: u32,
	/// Block of his last batch, accepted or void; at first that of his registration.
	pub last_turn: BlockNumber,
}

/// Whether a payer is leaving.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum ChannelPhase {
	/// Calls are served.
	#[codec(index = 0)]
	Open,
	/// Vouchers are redeemed until the service clock shows `at`.
	#[codec(index = 1)]
	Closing {
		/// Service clock from which the rest can be withdrawn.
		at: u64,
	},
}

/// A prepaid channel. A closed one has no row: its id is below the next one and holds nothing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Channel {
	/// Who pays.
	pub payer: AccountId,
	/// Key that signs vouchers, fixed.
	pub key: PublicKey,
	/// Who serves.
	pub operator: AccountId,
	/// What is called.
	pub model: ModelId,
	/// Price, fixed.
	pub price: Price,
	/// Planck ever deposited.
	pub deposit: Balance,
	/// Calls settled.
	pub settled_calls: u64,
	/// Fees settled; `deposit − settled_fee` is on hold.
	pub settled_fee: Balance,
	/// Matched planck settled.
	pub settled_matched: Balance,
	/// Whether the payer is leaving.
	pub phase: ChannelPhase,
}

/// Operator, model and sequence of a batch.
pub type BatchKey = (AccountId, ModelId, Sequence);

/// Where an accepted batch stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum BatchPhase {
	/// All of its data share waits.
	#[codec(index = 0)]
	Waiting {
		/// Its place in the release queue.
		place: u64,
	},
	/// Its base part is in the inbox and its pages can be pushed.
	#[codec(index = 1)]
	Released {
		/// Service clock of the release.
		at: u64,
		/// Service clock from which an open page can be closed as missing.
		deadline: u64,
	},
}

/// An accepted batch that is not wholly paid. Everything a later proof opens is here.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Batch {
	/// `H(preimage(bat, UsageBatch))`.
	pub hash: H256,
	/// Block of acceptance.
	pub accepted_at: BlockNumber,
	/// Challenge window in force then.
	pub window: BlockNumber,
	/// Calls settled.
	pub calls: u64,
	/// F: sum of the fees.
	pub fee: Balance,
	/// Matched part of them.
	pub matched: Balance,
	/// How the fee was split; its `data` is D.
	pub split: FeeSplit,
	/// Tree over the batch's rows.
	pub rows_root: H256,
	/// Tree over its credit lines.
	pub lines_root: H256,
	/// Number of its credit lines.
	pub lines: u32,
	/// Part of the operator's bond that stands for it.
	pub coverage: Balance,
	/// Where it stands.
	pub phase: BatchPhase,
}

impl Batch {
	/// First block in which it can be released.
	pub fn release_from(&self) -> BlockNumber {
		self.accepted_at
			.saturating_add(self.window)
			.saturating_add(1)
	}
}

/// Where a page stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum PageState {
	/// Not pushed yet.
	#[codec(index = 0)]
	Open,
	/// Paid. Its outermost contributions are kept so that its neighbours can be checked against
	/// them in whatever order pages arrive.
	#[codec(index = 1)]
	Paid {
		/// Smallest contribution in it.
		first: ContributionId,
		/// Largest contribution in it.
		last: ContributionId,
	},
	/// Missing or malformed: its money went to the inbox.
	#[codec(index = 2)]
	Missing,
}

/// What the batch committed to for one page, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct PageRecord {
	/// `H(preimage(pag, CreditPage))`.
	pub hash: H256,
	/// Running matched total at its end.
	pub end_total: Balance,
	/// Where it stands.
	pub state: PageState,
}

/// The pages of one batch in order.
pub type PageRecords = BoundedVec<PageRecord, ConstU32<MAX_PAGES>>;

/// Occupied places of the release queue: `head .. tail`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct ReleaseRange {
	/// First place that may hold a batch.
	pub head: u64,
	/// The next batch's place.
	pub tail: u64,
}

/// What node-submitted calls have used of this block. Lives for one block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct BlockUse {
	/// Weight of batches and pages.
	pub weight: Weight,
	/// Number of batches.
	pub batches: u32,
	/// Number of releases.
	pub releases: u32,
}

/// Why a batch was voided. The sequence is consumed, the operator pays the batch's own weight,
/// nothing else moves.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum Fault {
	/// Vouchers are not in strictly ascending channel order.
	#[codec(index = 0)]
	VoucherOrder,
	/// No channel ever had this id.
	#[codec(index = 1)]
	UnknownChannel,
	/// The channel is closed, or its thaw is over.
	#[codec(index = 2)]
	ChannelClosed,
	/// The channel is with another operator.
	#[codec(index = 3)]
	WrongOperator,
	/// The channel is for another model.
	#[codec(index = 4)]
	WrongModel,
	/// The signature scheme doesn't fit the curve of the payer's key.
	#[codec(index = 5)]
	WrongScheme,
	/// The number of calls doesn't rise.
	#[codec(index = 6)]
	CallsNotRising,
	/// The fee rises by less than the model's floor for the calls.
	#[codec(index = 7)]
	FeeBelowFloor,
	/// The fee total is above the deposit.
	#[codec(index = 8)]
	FeeAboveDeposit,
	/// The matched total falls.
	#[codec(index = 9)]
	MatchedFalling,
	/// The matched total rises by more than the fee.
	#[codec(index = 10)]
	MatchedAboveFee,
	/// The payer's key did not sign this voucher on this chain.
	#[codec(index = 11)]
	VoucherSignature,
	/// The batch's fee is not the sum of the increases.
	#[codec(index = 12)]
	FeeSum,
	/// The batch's matched total is not the sum of the increases.
	#[codec(index = 13)]
	MatchedSum,
	/// End totals of pages don't rise, or the last is not `matched`.
	#[codec(index = 14)]
	PageTotals,
	/// Pages although nothing matched.
	#[codec(index = 15)]
	PagesWithoutMatch,
	/// Matched money of a model without a `Contributors` share.
	#[codec(index = 16)]
	MatchWithoutContributors,
	/// Matched money, but the data share is 0: settle more calls at once.
	#[codec(index = 17)]
	MatchWithoutDataShare,
	/// The model has no terms any more.
	#[codec(index = 18)]
	UnknownModel,
	/// A sum exceeds its type.
	#[codec(index = 19)]
	Overflow,
	/// Money could not be moved or booked.
	#[codec(index = 20)]
	Settlement,
}

impl Fault {
	/// The variant's name.
	pub fn name(self) -> String {
		format!("{self:?}")
	}
}

/// Why `authorize` refuses a call of a node: the code in `InvalidTransaction::Custom`. A sequence
/// that was consumed is `Stale`, a full quota `ExhaustsResources`.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorizeInvalidity {
	/// The operator is not registered.
	UnknownOperator = 1,
	/// The model was never published, or its terms can't split this fee.
	UnknownModel = 2,
	/// A batch without vouchers.
	EmptyBatch = 3,
	/// `valid_until` has passed.
	Expired = 4,
	/// `valid_until` lies further ahead than the parameter allows.
	ValidTooLong = 5,
	/// More batches are missing before this one than may wait.
	SequenceGap = 6,
	/// The operator would have too many unpaid pages.
	TooManyPages = 7,
	/// The bond doesn't cover the batch.
	BondTooSmall = 8,
	/// Neither free balance nor bond above coverage can pay `max_charge`.
	CannotPay = 9,
	/// The weight fee is above `max_charge`.
	ChargeAboveMaximum = 10,
	/// The operator's key did not sign these bytes on this chain.
	BadSignature = 11,
	/// There is no such batch waiting or unpaid.
	UnknownBatch = 12,
	/// The challenge window is not over.
	NotDue = 13,
	/// The batch was released before.
	AlreadyReleased = 14,
	/// The batch is not released yet.
	NotReleased = 15,
	/// The batch has no such page.
	UnknownPage = 16,
	/// The page was paid or closed.
	PageNotOpen = 17,
	/// The bytes are not those the batch committed to.
	PageMismatch = 18,
}

impl AuthorizeInvalidity {
	/// The number in `InvalidTransaction::Custom`.
	#[allow(clippy::as_conversions, reason = "repr(u8)")]
	pub const fn code(self) -> u8 {
		self as u8
	}

	/// The reason behind a number.
	pub fn from_code(code: u8) -> Option<Self> {
		use AuthorizeInvalidity::*;
		[
			UnknownOperator,
			UnknownModel,
			EmptyBatch,
			Expired,
			ValidTooLong,
			SequenceGap,
			TooManyPages,
			BondTooSmall,
			CannotPay,
			ChargeAboveMaximum,
			BadSignature,
			UnknownBatch,
			NotDue,
			AlreadyReleased,
			NotReleased,
			UnknownPage,
			PageNotOpen,
			PageMismatch,
		]
		.into_iter()
		.find(|reason| reason.code() == code)
	}
}

impl From<AuthorizeInvalidity> for TransactionValidityError {
	fn from(reason: AuthorizeInvalidity) -> Self {
		InvalidTransaction::Custom(reason.code()).into()
	}
}
