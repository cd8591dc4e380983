// SPDX-License-Identifier: Apache-2.0
//! Runtime APIs: whatever a client that can't call view functions has to read.
//!
//! All amounts are planck, all lengths bytes, all times block numbers. Lists return at most
//! `limit` items (never more than [`MAX_PAGE`]) from `cursor` on, in ascending order.

use crate::{
	ids::{
		Balance, BlockNumber, ChannelId, ClaimId, ContributionId, DatanetId, ModelId, Ppm,
		Sequence, Version,
	},
	ledger::{LedgerRow, Recomputed},
	payload::Price,
	ports::{Beneficiary, Credit, DatanetKind, FeeSplit, WeightedSnapshot},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// Most items that one list call returns.
pub const MAX_PAGE: u32 = 1_000;

/// A datanet as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DatanetView<AccountId> {
	/// Its id.
	pub id: DatanetId,
	/// Who snapshots it and names curators.
	pub owner: AccountId,
	/// UTF-8 name.
	pub name: Vec<u8>,
	/// What it holds.
	pub kind: DatanetKind,
	/// SPDX licence expression.
	pub licence: Vec<u8>,
	/// Where the Croissant file lies.
	pub metadata_uri: Vec<u8>,
	/// Its blake2-256.
	pub metadata_hash: H256,
	/// Who earns matched money.
	pub credit: Credit,
	/// Planck per started KiB, paid to curators who reviewed.
	pub review_fee_per_kib: Balance,
	/// Planck per byte, held.
	pub bond_per_byte: Balance,
	/// Planck that publishing a model trained on a later snapshot pays.
	pub training_fee: Balance,
	/// Least share of a call's fee that such a model gives.
	pub min_contributors_ppm: Ppm,
	/// Named curators.
	pub curators: Vec<AccountId>,
	/// Those of them who have their whole bond placed: they vote on what is revealed now.
	pub seated: Vec<AccountId>,
	/// Whether anyone may commit (`false`), or only whom the owner has approved.
	pub by_approval: bool,
	/// Whether it takes commits.
	pub state: DatanetState,
	/// Who may become the owner by accepting.
	pub offered_to: Option<AccountId>,
	/// Contributions accepted so far: the next acceptance number.
	pub accepted: u64,
	/// Their bytes.
	pub bytes: u128,
	/// Latest snapshot version, 0 = none.
	pub version: Version,
}

/// Whether a datanet takes commits. Reveals, reviews, claims and snapshots go on in every state.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
#[cfg_attr(feature = "std", derive(serde::Serialize, serde::Deserialize))]
pub enum DatanetState {
	/// It does.
	#[default]
	#[codec(index = 0)]
	Open,
	/// The owner has paused it.
	#[codec(index = 1)]
	Frozen,
	/// Governance has paused it.
	#[codec(index = 2)]
	Suspended,
	/// The owner has ended it, for good.
	#[codec(index = 3)]
	Closed,
}

/// The appeal of a rejected contribution.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub enum Appeal {
	/// None yet; possible while the root is held.
	#[default]
	#[codec(index = 0)]
	Possible,
	/// Governance is asked; without an answer it lapses when the root is free.
	#[codec(index = 1)]
	Open,
	/// Not possible: dismissed, or the rejection was nobody's vote.
	#[codec(index = 2)]
	Closed,
}

/// Where a contribution stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum ContributionState {
	/// Id taken, content not revealed; until `expires`.
	#[codec(index = 0)]
	Committed {
		/// Last block of the reveal.
		expires: BlockNumber,
	},
	/// In review.
	#[codec(index = 1)]
	Pending {
		/// 0, or 1 in the extension.
		round: u8,
		/// Last block of vote commits.
		commits_until: BlockNumber,
		/// Last block of vote reveals; the outcome is due after it at the latest.
		reveals_until: BlockNumber,
	},
	/// Earns.
	#[codec(index = 2)]
	Accepted {
		/// 1..=4.
		quality: u8,
		/// Place in the datanet's acceptance order.
		number: u64,
		/// Quality times bytes.
		points: u64,
	},
	/// Refused by the curators.
	#[codec(index = 3)]
	Rejected {
		/// Published reason code.
		reason: u8,
		/// Whether governance was asked.
		appeal: Appeal,
		/// First block in which its root can be taken by another contribution.
		root_free_from: BlockNumber,
	},
	/// Taken back by its contributor.
	#[codec(index = 4)]
	Withdrawn {
		/// In which block.
		at: BlockNumber,
	},
	/// Removed by proof or governance.
	#[codec(index = 5)]
	Revoked {
		/// In which block.
		at: BlockNumber,
		/// Governance's reason code; none after a duplicate proof.
		reason: Option<u8>,
	},
}

/// What a curator has done in a review.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub enum BallotState {
	/// Nothing yet.
	#[codec(index = 0)]
	Silent,
	/// Committed to a vote.
	#[codec(index = 1)]
	Committed(H256),
	/// Revealed it.
	#[codec(index = 2)]
	Revealed {
		/// 0 rejects, 1 to 4 accepts with that quality.
		vote: u8,
		/// Published reason code.
		reason: u8,
	},
	/// Committed and did not reveal: a tenth of the bond is burned.
	#[codec(index = 3)]
	Forfeited,
}

/// A review as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ReviewView<AccountId> {
	/// What is reviewed.
	pub contribution: ContributionId,
	/// 0, or 1 in the extension.
	pub round: u8,
	/// Last block of vote commits.
	pub commits_until: BlockNumber,
	/// Last block of vote reveals.
	pub reveals_until: BlockNumber,
	/// Whether votes can be revealed now.
	pub reveals_open: bool,
	/// Each curator who may vote, and what he did.
	pub ballots: Vec<(AccountId, BallotState)>,
}

/// Where a duplicate claim stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum ClaimState {
	/// The epoch that draws the positions has not started.
	#[codec(index = 0)]
	Waiting {
		/// First epoch that can draw.
		epoch: u64,
	},
	/// Positions are drawn.
	#[codec(index = 1)]
	Drawn {
		/// The drawn byte positions, in order of their index.
		positions: Vec<u64>,
		/// Indices of those that are shown.
		shown: Vec<u8>,
		/// Last block of showings.
		until: BlockNumber,
	},
}

/// An open duplicate claim as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ClaimView<AccountId> {
	/// Its id.
	pub id: ClaimId,
	/// Who makes it.
	pub reporter: AccountId,
	/// The accused.
	pub contribution: ContributionId,
	/// Planck held from the reporter.
	pub bond: Balance,
	/// Block of the claim.
	pub claimed_at: BlockNumber,
	/// Where it stands.
	pub state: ClaimState,
}

/// That a contribution is in a snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MembershipView {
	/// Its place in the acceptance order.
	pub number: u64,
	/// Acceptances in the snapshot: `number < count`.
	pub count: u64,
	/// Running hash over them.
	pub hash: H256,
	/// Commitment to its bytes.
	pub text_root: H256,
}

/// A contribution as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ContributionView<AccountId> {
	/// Its id: smaller is earlier.
	pub id: ContributionId,
	/// Its datanet.
	pub datanet: DatanetId,
	/// Who committed it.
	pub contributor: AccountId,
	/// Commitment to the bytes; zero until revealed.
	pub text_root: H256,
	/// Length stated at commit.
	pub byte_length: u64,
	/// Records in it.
	pub records: u32,
	/// Where the bytes can be fetched.
	pub uri: Vec<u8>,
	/// SPDX expression that overrides the datanet's; empty = none.
	pub licence: Vec<u8>,
	/// Block of the commit.
	pub committed_at: BlockNumber,
	/// Block of the reveal; 0 until revealed.
	pub revealed_at: BlockNumber,
	/// Where it stands.
	pub state: ContributionState,
	/// Bond still held.
	pub bond: Balance,
	/// Duplicate claims open on it.
	pub claims: u32,
	/// Who may become the contributor by accepting.
	pub offered_to: Option<AccountId>,
	/// Value of all spans credited so far.
	pub used_value: Balance,
	/// Earned by them.
	pub earned: Balance,
}

/// A snapshot as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SnapshotView {
	/// Its datanet.
	pub datanet: DatanetId,
	/// From 1.
	pub version: Version,
	/// Members have `number < count`.
	pub count: u64,
	/// Bytes of all members.
	pub bytes: u128,
	/// Running hash over the members.
	pub hash: H256,
	/// Block in which it was made.
	pub at: BlockNumber,
}

/// Where a model stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum ModelState {
	/// Can still be changed or discarded.
	#[codec(index = 0)]
	Draft,
	/// Frozen, can be served.
	#[codec(index = 1)]
	Published,
	/// No new channels; settlements go on.
	#[codec(index = 2)]
	Retired,
}

/// A model as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ModelView<AccountId> {
	/// Its id.
	pub id: ModelId,
	/// Who holds the developer's rights.
	pub developer: AccountId,
	/// UTF-8 name.
	pub name: Vec<u8>,
	/// 0 base, 1 fine-tune, 2 adapter.
	pub kind: u8,
	/// blake2-256 of the artifact.
	pub artifact_hash: H256,
	/// Where the artifact lies.
	pub artifact_uri: Vec<u8>,
	/// Where the metadata lie.
	pub metadata_uri: Vec<u8>,
	/// Their blake2-256.
	pub metadata_hash: H256,
	/// Provenance rule that its calls are matched by.
	pub provenance_version: u8,
	/// Its own snapshots by ascending `(datanet, version)`.
	pub snapshots: Vec<WeightedSnapshot>,
	/// Operator's share of the whole fee.
	pub operator_ppm: Ppm,
	/// Royalty vector in canonical order.
	pub vector: Vec<(Beneficiary, Ppm)>,
	/// What a child must give to this model.
	pub derivative_ppm: Ppm,
	/// Least fee of one call.
	pub min_fee_per_call: Balance,
	/// Price that the developer suggests.
	pub suggested_price: Price,
	/// Hash of the terms.
	pub terms_hash: H256,
	/// Where it stands.
	pub state: ModelState,
	/// Money waiting in the inbox: `(upstream, base)`.
	pub inbox: (Balance, Balance),
	/// To whom the developer's rights are offered.
	pub offered_to: Option<AccountId>,
}

/// What publishing a draft would do now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct PublicationQuote {
	/// Training fees that would be paid: `(datanet, version, planck)`.
	pub training_fees: Vec<(DatanetId, Version, Balance)>,
	/// Their sum.
	pub training_fees_total: Balance,
	/// The corpus that would be fixed.
	pub corpus: Vec<CorpusEntry>,
}

/// An operator's offer to serve a model.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AdvertisementView<AccountId> {
	/// The model.
	pub model: ModelId,
	/// Who serves it.
	pub operator: AccountId,
	/// Address of his gateway, UTF-8.
	pub endpoint: Vec<u8>,
	/// What he asks.
	pub price: Price,
	/// Planck of a call with 1 000 bytes in and 1 000 bytes out: what lists are ordered by.
	pub reference_fee: Balance,
	/// Last block in which it counts.
	pub expires_at: BlockNumber,
	/// Whether new channels can be opened with the operator now.
	pub active: bool,
}

/// One snapshot of a model's corpus.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct CorpusEntry {
	/// The datanet.
	pub datanet: DatanetId,
	/// The highest version of it in the lineage.
	pub version: Version,
	/// Members have `number < count`.
	pub count: u64,
}

/// An operator as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct OperatorView<AccountId> {
	/// The account.
	pub account: AccountId,
	/// Bond held.
	pub bond: Balance,
	/// Part of it that unpaid batches need.
	pub coverage: Balance,
	/// Key that signs batches.
	pub key: [u8; 32],
	/// 0 sr25519, 1 ed25519.
	pub scheme: u8,
	/// Whether new channels can be opened with him.
	pub active: bool,
	/// Accepted pages that are not paid yet.
	pub unpaid_pages: u32,
}

/// Where a channel stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum ChannelState {
	/// Calls are served.
	#[codec(index = 0)]
	Open,
	/// The payer is leaving; vouchers are redeemed until `at` on the service clock.
	#[codec(index = 1)]
	Closing {
		/// Service clock at which the rest can be withdrawn.
		at: u64,
	},
	/// Paid out.
	#[codec(index = 2)]
	Closed,
}

/// A channel as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChannelView<AccountId> {
	/// Its id.
	pub id: ChannelId,
	/// Who pays.
	pub payer: AccountId,
	/// Key that signs vouchers.
	pub key: [u8; 32],
	/// Curve of the key: 0 sr25519, 1 ed25519.
	pub scheme: u8,
	/// Who serves.
	pub operator: AccountId,
	/// The model served.
	pub model: ModelId,
	/// Price, fixed.
	pub price: Price,
	/// Total ever deposited; vouchers are cumulative against it.
	pub deposit: Balance,
	/// Calls settled.
	pub settled_calls: u64,
	/// Fee settled.
	pub settled_fee: Balance,
	/// Matched money settled.
	pub settled_matched: Balance,
	/// Where it stands.
	pub state: ChannelState,
}

/// An accepted batch as read by clients.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BatchView<AccountId> {
	/// Who served.
	pub operator: AccountId,
	/// The model.
	pub model: ModelId,
	/// Counts from 0 per (operator, model).
	pub sequence: Sequence,
	/// `H(preimage(bat, UsageBatch))`.
	pub hash: H256,
	/// Block of acceptance.
	pub accepted_at: BlockNumber,
	/// First block in which it can be released.
	pub release_from: BlockNumber,
	/// Whether pages are open.
	pub released: bool,
	/// Sum of the fees.
	pub fee: Balance,
	/// Matched part of them.
	pub matched: Balance,
	/// How the fee was split.
	pub split: FeeSplit,
	/// Tree over the batch's rows.
	pub rows_root: H256,
	/// Tree over its credit lines.
	pub lines_root: H256,
	/// Count of the lines.
	pub lines: u32,
	/// `(hash, end total, paid or closed)` of each page.
	pub pages: Vec<(H256, Balance, bool)>,
}

/// Why a batch would be refused by `authorize` or voided by dispatch now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum BatchRejection {
	/// Refused before it costs anything: the number is the pallet's `AuthorizeInvalidity`.
	#[codec(index = 0)]
	Refused(u8),
	/// Would be voided: name of the fault, UTF-8.
	#[codec(index = 1)]
	Void(Vec<u8>),
	/// The bytes don't decode.
	#[codec(index = 2)]
	Malformed,
	/// Its sequence number has been consumed.
	#[codec(index = 3)]
	Stale,
	/// Its predecessor has not been accepted yet.
	#[codec(index = 4)]
	TooEarly,
}

/// What accepting a batch would do.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BatchQuote<AccountId> {
	/// Who would be charged.
	pub operator: AccountId,
	/// The model.
	pub model: ModelId,
	/// Its sequence number.
	pub sequence: Sequence,
	/// Weight fee of the batch, its release and its pages.
	pub charge: Balance,
	/// How the fee would be split.
	pub split: FeeSplit,
}

/// What an account has earned and can have now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct EarningsView {
	/// Booked and not yet transferred.
	pub accrued: Balance,
	/// Transferred so far.
	pub paid: Balance,
	/// Not yet collected from the pool rows that were asked for.
	pub pending: Balance,
}

/// A pool row of one account.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct PoolRowView {
	/// The datanet.
	pub datanet: DatanetId,
	/// The tranche.
	pub tranche: Version,
	/// Live points.
	pub points: u64,
	/// What a touch would book now.
	pub pending: Balance,
}

sp_api::decl_runtime_apis! {
	/// Reads of datanets.
	#[api_version(1)]
	pub trait DatanetsApi<AccountId> where AccountId: codec::Codec {
		/// One datanet.
		fn datanet(id: DatanetId) -> Option<DatanetView<AccountId>>;
		/// Datanets with `id > cursor`.
		fn datanets(cursor: DatanetId, limit: u32) -> Vec<DatanetView<AccountId>>;
		/// One contribution.
		fn contribution(id: ContributionId) -> Option<ContributionView<AccountId>>;
		/// Accepted contributions of a datanet with `number >= cursor`.
		fn accepted(datanet: DatanetId, cursor: u64, limit: u32) -> Vec<ContributionView<AccountId>>;
		/// The contribution that holds this root among Pending and Accepted.
		fn by_root(datanet: DatanetId, text_root: H256) -> Option<ContributionId>;
		/// One snapshot.
		fn snapshot(datanet: DatanetId, version: Version) -> Option<SnapshotView>;
		/// The review of a contribution, while it goes on or can be appealed.
		fn review(contribution: ContributionId) -> Option<ReviewView<AccountId>>;
		/// One open claim.
		fn claim(id: ClaimId) -> Option<ClaimView<AccountId>>;
		/// Open claims with `id > cursor`; looks at no more than `limit` ids.
		fn claims(cursor: ClaimId, limit: u32) -> Vec<ClaimView<AccountId>>;
		/// That the contribution is in the snapshot, or nothing.
		fn membership(datanet: DatanetId, version: Version, contribution: ContributionId) -> Option<MembershipView>;
		/// Contributions with `id > cursor`, in any state; looks at no more than `limit` ids.
		fn contributions(cursor: ContributionId, limit: u32) -> Vec<ContributionView<AccountId>>;
	}

	/// Reads of models.
	#[api_version(1)]
	pub trait ModelsApi<AccountId> where AccountId: codec::Codec {
		/// One model.
		fn model(id: ModelId) -> Option<ModelView<AccountId>>;
		/// Models with `id > cursor`.
		fn models(cursor: ModelId, limit: u32) -> Vec<ModelView<AccountId>>;
		/// The snapshots that the model's answers are matched against.
		fn corpus(id: ModelId) -> Vec<CorpusEntry>;
		/// What publishing a draft would do now, or the name of the error that refuses it, UTF-8.
		fn quote_publication(id: ModelId) -> Result<PublicationQuote, Vec<u8>>;
		/// Operators that serve the model, cheapest first, those that have expired left out; after
		/// the `(reference fee, operator)` of the last one seen.
		fn advertisements(
			model: ModelId,
			cursor: Option<(Balance, AccountId)>,
			limit: u32,
		) -> Vec<AdvertisementView<AccountId>>;
	}

	/// Reads of operators, channels and batches.
	#[api_version(1)]
	pub trait UsageApi<AccountId> where AccountId: codec::Codec {
		/// One operator.
		fn operator(account: AccountId) -> Option<OperatorView<AccountId>>;
		/// One channel.
		fn channel(id: ChannelId) -> Option<ChannelView<AccountId>>;
		/// The sequence number that the operator's next batch for the model must carry.
		fn next_sequence(operator: AccountId, model: ModelId) -> Sequence;
		/// One batch, until it is wholly paid.
		fn batch(operator: AccountId, model: ModelId, sequence: Sequence) -> Option<BatchView<AccountId>>;
		/// Runs all checks of `submit_batch` on a SCALE-encoded batch and its signature.
		fn validate_batch(batch: Vec<u8>, signature: Vec<u8>) -> Result<BatchQuote<AccountId>, BatchRejection>;
		/// What a batch with so many vouchers and pages would be charged.
		fn quote_charge(vouchers: u32, pages: u32) -> Balance;
		/// Blocks counted by the service clock.
		fn service_clock() -> u64;
	}

	/// Reads of royalties.
	#[api_version(1)]
	pub trait RoyaltiesApi<AccountId> where AccountId: codec::Codec {
		/// Booked, paid and, over the given `(datanet, tranche)` rows (at most 1 000), pending money.
		fn earnings(account: AccountId, rows: Vec<(DatanetId, Version)>) -> EarningsView;
		/// The account's row in one tranche.
		fn pool_row(datanet: DatanetId, tranche: Version, account: AccountId) -> Option<PoolRowView>;
		/// Balance of the datanet's pools.
		fn pool_balance(datanet: DatanetId) -> Balance;
		/// How a fee for a call of the model would be split now.
		fn quote_split(model: ModelId, fee: Balance) -> Option<FeeSplit>;
		/// How a fee was split when burn and treasury had these shares. Terms are frozen, so any
		/// later block gives the same answer; `None` for an unknown model or impossible shares.
		fn recompute(model: ModelId, fee: Balance, burn_ppm: Ppm, treasury_ppm: Ppm) -> Option<Recomputed>;
	}

	/// What a block did with money.
	#[api_version(1)]
	pub trait LedgerApi<AccountId> where AccountId: codec::Codec {
		/// Money events of the block at whose state this is called, in their order.
		fn ledger_events() -> Vec<LedgerRow<AccountId>>;
	}
}
