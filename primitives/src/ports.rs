// SPDX-License-Identifier: Apache-2.0
//! Ports: the traits through which pallets use each other.
//!
//! No pallet names another pallet. Each declares what it needs as one of these traits in its
//! `Config`; the runtime wires the pallet that implements it. All amounts are planck.

use crate::ids::{Balance, BlockNumber, ContributionId, DatanetId, ModelId, Ppm, Version};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult, Weight};

/// Who earns the matched money of a datanet's texts.
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
#[cfg_attr(feature = "std", derive(serde::Serialize, serde::Deserialize))]
pub enum Credit {
	/// Each text's contributor.
	#[codec(index = 0)]
	Contributors,
	/// The pool of the snapshot: nobody earns by being first to register public-domain text.
	#[codec(index = 1)]
	Pool,
}

/// What a datanet holds.
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
#[cfg_attr(feature = "std", derive(serde::Serialize, serde::Deserialize))]
pub enum DatanetKind {
	/// Canonical UTF-8 text: can be matched.
	#[codec(index = 0)]
	Text,
	/// Raw bytes (images, audio, tables, weights): never in a corpus.
	#[codec(index = 1)]
	Opaque,
}

/// A frozen list of a datanet's accepted contributions, as other pallets see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotInfo {
	/// Accepted contributions in it; members have `number < count`.
	pub count: u64,
	/// Their bytes in all.
	pub bytes: u128,
	/// Kind of the datanet: only `Text` snapshots enter a corpus.
	pub kind: DatanetKind,
	/// Planck that publishing a model trained on it pays into its pool.
	pub training_fee: Balance,
	/// Least share of a call's whole fee that the model's vector must give to this snapshot.
	pub min_contributors_ppm: Ppm,
}

/// Where the matched money of one contribution goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CreditTarget<AccountId> {
	/// To its contributor.
	Contributor(AccountId),
	/// To the pool of the corpus's snapshot of its datanet.
	Pool,
	/// Revoked, taken down, or withdrawn before the batch was accepted.
	Treasury,
}

/// A contribution that has been accepted at some time, as other pallets see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberInfo<AccountId> {
	/// Its datanet.
	pub datanet: DatanetId,
	/// Its place in the datanet's acceptance order; in a snapshot when `number < count`.
	pub number: u64,
	/// Commitment to its bytes.
	pub text_root: H256,
	/// Length of the committed bytes.
	pub byte_length: u64,
	/// Where credits of a batch accepted at the asked block go.
	pub target: CreditTarget<AccountId>,
	/// Block from which on governance has it out of every corpus; no demand names its bytes and
	/// no defect rests on them.
	pub taken_down_at: Option<BlockNumber>,
}

/// Read access to datanets. Implemented by `datanets`; used by `models` and `usage`.
pub trait DatanetInspect<AccountId> {
	/// The snapshot `(datanet, version)`.
	fn snapshot(datanet: DatanetId, version: Version) -> Option<SnapshotInfo>;

	/// The contribution if it was ever accepted; `accepted_at` is the block in which the batch
	/// that credits it was accepted.
	fn member(
		contribution: ContributionId,
		accepted_at: BlockNumber,
	) -> Option<MemberInfo<AccountId>>;
}

/// Points of contributors in the pools of a datanet, and money into them. Implemented by
/// `royalties`; used by `datanets` (points) and `models` (training fees).
///
/// Contributions accepted between two snapshots form a tranche. The tranche number is the version
/// of the next snapshot: version `v` pays the tranches `1..=v`.
pub trait PoolLedger<AccountId> {
	/// Gives `who` more points in a tranche. The row is touched first (rule R5).
	fn add_points(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId,
		points: u64,
	) -> DispatchResult;

	/// Takes points away; what they earned so far stays `who`'s.
	fn remove_points(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId,
		points: u64,
	) -> DispatchResult;

	/// Moves points between accounts after touching both rows.
	fn move_points(
		datanet: DatanetId,
		tranche: Version,
		from: &AccountId,
		to: &AccountId,
		points: u64,
	) -> DispatchResult;

	/// Moves `amount` from `payer`'s free balance into the pool `(datanet, version)`; to the
	/// treasury when no live point is there (rule R3).
	fn pay_in(
		payer: &AccountId,
		datanet: DatanetId,
		version: Version,
		amount: Balance,
	) -> DispatchResult;

	/// Withholds what a row has pending and will earn, until as many [`Self::unlock_row`] as
	/// locks. No points move between a locked row and another. The row need not exist yet.
	fn lock_row(datanet: DatanetId, tranche: Version, who: &AccountId) -> DispatchResult;

	/// Takes one lock away; with the last one what was withheld becomes `who`'s.
	fn unlock_row(datanet: DatanetId, tranche: Version, who: &AccountId) -> DispatchResult;

	/// Takes points from a locked row together with their part of what it withholds: what so many
	/// points have earned since the row was last booked before its first lock, rounded down and
	/// never more than is withheld. The part is set aside: neither the row's nor anybody's until
	/// [`Self::pay_aside`] or [`Self::forfeit_aside`]. Returns it.
	fn set_aside(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId,
		points: u64,
	) -> Result<Balance, DispatchError>;

	/// Books an amount that was set aside for `who`.
	fn pay_aside(who: &AccountId, amount: Balance) -> DispatchResult;

	/// Books half of an amount that was set aside (rounded down) for `reporter`, the rest for the
	/// treasury.
	fn forfeit_aside(reporter: &AccountId, amount: Balance) -> DispatchResult;
}

/// One entry of a model's royalty vector.
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
pub enum Beneficiary {
	/// The model's developer.
	#[codec(index = 0)]
	Developer,
	/// The contributors of the model's own snapshots.
	#[codec(index = 1)]
	Contributors,
	/// The inbox of a parent model.
	#[codec(index = 2)]
	Upstream(ModelId),
}

/// What a settlement needs to know of a model. Everything in it is frozen at publication, but
/// the developer, whose rights can be transferred.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoyaltyTerms<AccountId> {
	/// Who holds the developer's rights.
	pub developer: AccountId,
	/// Operator's share of the whole fee.
	pub operator_ppm: Ppm,
	/// `(beneficiary, ppm)` in canonical order: Developer, Contributors, Upstreams by id; sum
	/// 1 000 000, at most 10 entries.
	pub vector: Vec<(Beneficiary, Ppm)>,
	/// Least fee of one call, at least 1 planck.
	pub min_fee_per_call: Balance,
}

impl<AccountId> RoyaltyTerms<AccountId> {
	/// Share of `Contributors` in the vector.
	pub fn contributors_ppm(&self) -> Ppm {
		self.vector
			.iter()
			.find(|(who, _)| *who == Beneficiary::Contributors)
			.map_or(0, |(_, ppm)| *ppm)
	}
}

/// A model's own snapshot with its weight in base money.
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
pub struct WeightedSnapshot {
	/// The datanet.
	pub datanet: DatanetId,
	/// The version, from 1.
	pub version: Version,
	/// Weight in the split of base money, at least 1.
	pub weight: u32,
}

/// Read access to models. Implemented by `models`; used by `usage` and `royalties`.
pub trait ModelInspect<AccountId> {
	/// Terms of a model that has ever been published.
	fn terms(model: ModelId) -> Option<RoyaltyTerms<AccountId>>;

	/// Its own snapshots in ascending `(datanet, version)`; at most 16.
	fn own_snapshots(model: ModelId) -> Vec<WeightedSnapshot>;

	/// The version of `datanet` in the model's corpus, if it is there.
	fn corpus_version(model: ModelId, datanet: DatanetId) -> Option<Version>;

	/// Whether new channels may be opened for it: published and not retired.
	fn accepts_channels(model: ModelId) -> bool;
}

/// How one batch's fee was split at acceptance. The parts sum to the fee.
#[derive(
	Clone,
	Default,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct FeeSplit {
	/// Burned at once.
	pub burned: Balance,
	/// To the treasury at once.
	pub treasury: Balance,
	/// To the operator.
	pub operator: Balance,
	/// To the developer.
	pub developer: Balance,
	/// To the parents' inboxes.
	pub upstream: Balance,
	/// The data share D: waits for the challenge window.
	pub data: Balance,
}

/// Moves the money of accepted batches. Implemented by `royalties`; used by `usage`.
pub trait FeeSettlement<AccountId> {
	/// The account that holds all undistributed money; fees are moved here first.
	fn pot() -> AccountId;

	/// The split that `settle` would make now. Moves nothing.
	fn quote(model: ModelId, fee: Balance) -> Option<FeeSplit>;

	/// Splits `fee`, which has just arrived in the pot, and books every part; `data` waits.
	fn settle(
		model: ModelId,
		operator: &AccountId,
		fee: Balance,
	) -> Result<FeeSplit, DispatchError>;

	/// Waiting money to the base sum of the model's inbox, with one prepaid `distribute`.
	fn release_base(model: ModelId, amount: Balance) -> DispatchResult;

	/// Waiting money to a contributor's accrued balance.
	fn credit(who: &AccountId, amount: Balance) -> DispatchResult;

	/// Waiting money to a pool; to the treasury when no live point is there (rule R3).
	fn credit_pool(datanet: DatanetId, version: Version, amount: Balance) -> DispatchResult;

	/// Waiting money to the treasury.
	fn credit_treasury(amount: Balance) -> DispatchResult;

	/// Sum of all money that waits: equals the unpaid data shares of all batches.
	fn waiting() -> Balance;
}

/// Lifetime usage of a contribution, kept for queries. Implemented by `datanets`; used by `usage`.
pub trait UsageRecorder {
	/// Adds one page entry: the `value` of the spans it covers and what they `earned`. Never
	/// fails: figures for queries move no money.
	fn record(contribution: ContributionId, value: Balance, earned: Balance);
}

/// Settles a model's inbox at once, before its developer's rights change hands. Implemented by
/// `royalties`; used by `models`.
pub trait InboxSettlement {
	/// Splits the inbox under the terms and the developer of this moment. An empty inbox is fine;
	/// on error nothing has changed.
	fn settle_inbox(model: ModelId) -> DispatchResult;

	/// Weight of [`Self::settle_inbox`] for a model with so many parents and own snapshots.
	fn settle_inbox_weight(parents: u32, snapshots: u32) -> Weight;
}

/// Read access to operators. Implemented by `usage`; used by `models` for advertisements.
pub trait OperatorInspect<AccountId> {
	/// Whether new channels can be opened with this operator: registered and active.
	fn accepts_channels(operator: &AccountId) -> bool;
}
