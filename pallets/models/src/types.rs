// SPDX-License-Identifier: Apache-2.0
//! What a model is made of, in calls and in storage.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use openledger_primitives::{
	apis::{CorpusEntry, ModelState},
	payload::{Price, TermsBody, VectorEntry},
	ports::{Beneficiary, WeightedSnapshot},
	Balance, BlockNumber, DatanetId, ModelId, Ppm, Version, H256, MAX_PARENTS, MAX_VECTOR, PPM,
};
use scale_info::TypeInfo;

/// Bytes of a model's name, at most.
pub const MAX_NAME_BYTES: u32 = 64;
/// Bytes of a URI, at most.
pub const MAX_URI_BYTES: u32 = 256;
/// Snapshots that a model lists as its own, at most.
pub const MAX_SNAPSHOTS: u32 = 16;
/// Snapshots of a corpus, at most.
pub const MAX_CORPUS: u32 = 64;
/// Paid snapshots outside the corpus that a lineage remembers, at most.
pub const MAX_PAID: u32 = 256;
/// Parents of a model's parents, at most.
pub const MAX_GRANDPARENTS: u32 = MAX_PARENTS * MAX_PARENTS;
/// Burn and treasury never take more of a fee than this, together.
pub const MAX_PROTOCOL_PPM: Ppm = 100_000;
/// The operator's share, at most: what the protocol's largest share leaves.
pub const MAX_OPERATOR_PPM: Ppm = PPM - MAX_PROTOCOL_PPM;
/// Shares of all parents together, at most.
pub const MAX_PARENTS_PPM: Ppm = 500_000;
/// The provenance rule of `formats.md`; the only one so far.
pub const PROVENANCE_VERSION: u8 = 1;

// A vector holds the developer, the contributors and every parent.
const _: () = assert!(MAX_VECTOR == MAX_PARENTS + 2);

/// A UTF-8 name.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME_BYTES>>;
/// A UTF-8 URI.
pub type Uri = BoundedVec<u8, ConstU32<MAX_URI_BYTES>>;
/// A model's own snapshots by ascending `(datanet, version)`.
pub type OwnSnapshots = BoundedVec<WeightedSnapshot, ConstU32<MAX_SNAPSHOTS>>;
/// Parents by ascending id.
pub type ParentLinks = BoundedVec<ParentLink, ConstU32<MAX_PARENTS>>;
/// `(beneficiary, ppm)` in canonical order: Developer, Contributors, then each parent by id.
pub type Vector = BoundedVec<(Beneficiary, Ppm), ConstU32<MAX_VECTOR>>;
/// The snapshots that answers are matched against, by ascending datanet.
pub type Corpus = BoundedVec<CorpusRow, ConstU32<MAX_CORPUS>>;
/// Snapshots outside the corpus whose training fee a lineage has paid, ascending.
pub type PaidSnapshots = BoundedVec<(DatanetId, Version), ConstU32<MAX_PAID>>;
/// What a model owes to those of its own snapshots that it owes anything, ascending.
pub type MinimumRows = BoundedVec<Minimum, ConstU32<MAX_SNAPSHOTS>>;

/// How a model came to be.
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
pub enum ModelKind {
	/// Trained from the start.
	#[codec(index = 0)]
	Base,
	/// Weights of another model, trained further.
	#[codec(index = 1)]
	FineTune,
	/// Small weights beside another model's.
	#[codec(index = 2)]
	Adapter,
}

impl ModelKind {
	/// The number clients read: 0 base, 1 fine-tune, 2 adapter.
	pub fn index(self) -> u8 {
		match self {
			Self::Base => 0,
			Self::FineTune => 1,
			Self::Adapter => 2,
		}
	}
}

/// A parent, what it gets, and the terms the child agreed to.
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
pub struct ParentLink {
	/// The parent.
	pub model: ModelId,
	/// Its share of the child's vector.
	pub ppm: Ppm,
	/// Hash of the parent's terms as the developer read them.
	pub terms_hash: H256,
}

/// Everything a developer states about a new model.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ModelParams {
	/// UTF-8 name, not empty.
	pub name: Name,
	/// How the model came to be.
	pub kind: ModelKind,
	/// blake2-256 of the artifact.
	pub artifact_hash: H256,
	/// Where the artifact lies.
	pub artifact_uri: Uri,
	/// Where the metadata lie.
	pub metadata_uri: Uri,
	/// Their blake2-256.
	pub metadata_hash: H256,
	/// Provenance rule that calls are matched by: [`PROVENANCE_VERSION`].
	pub provenance_version: u8,
	/// What it was trained on, strictly ascending.
	pub snapshots: OwnSnapshots,
	/// What it derives from, strictly ascending by id.
	pub parents: ParentLinks,
	/// Operator's share of the whole fee.
	pub operator_ppm: Ppm,
	/// Developer's share of the vector.
	pub developer_ppm: Ppm,
	/// Contributors' share of the vector.
	pub contributors_ppm: Ppm,
	/// Least share of a whole fee that a child gives to this model.
	pub derivative_ppm: Ppm,
	/// Least planck of one call.
	pub min_fee_per_call: Balance,
	/// Price that the developer suggests to operators.
	pub suggested_price: Price,
}

impl ModelParams {
	/// The royalty vector. Entries of 0 ppm stay in it, so that the bytes of the terms depend on
	/// nothing but the numbers.
	pub fn vector(&self) -> Vector {
		let shares = [
			(Beneficiary::Developer, self.developer_ppm),
			(Beneficiary::Contributors, self.contributors_ppm),
		];
		let parents = self
			.parents
			.iter()
			.map(|link| (Beneficiary::Upstream(link.model), link.ppm));
		// Two and at most eight entries fit into ten.
		BoundedVec::truncate_from(shares.into_iter().chain(parents).collect())
	}
}

/// Where a model stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum State {
	/// Its developer can publish or discard it.
	#[codec(index = 0)]
	Draft,
	/// Frozen; can be served and derived from.
	#[codec(index = 1)]
	Published,
	/// No new channels and children; settlements go on.
	#[codec(index = 2)]
	Retired,
}

impl From<State> for ModelState {
	fn from(state: State) -> Self {
		match state {
			State::Draft => Self::Draft,
			State::Published => Self::Published,
			State::Retired => Self::Retired,
		}
	}
}

/// What settlements and children read. Frozen at publication, the state aside.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Model<AccountId> {
	/// Who holds the developer's rights.
	pub developer: AccountId,
	/// Where it stands.
	pub state: State,
	/// Operator's share of the whole fee.
	pub operator_ppm: Ppm,
	/// How the rest is split.
	pub vector: Vector,
	/// Least share of a whole fee that a child gives to this model.
	pub derivative_ppm: Ppm,
	/// Least planck of one call.
	pub min_fee_per_call: Balance,
	/// Hash of the terms: of [`Self::terms`].
	pub terms_hash: H256,
}

impl<AccountId> Model<AccountId> {
	/// The terms as they are hashed for the model with this id.
	pub fn terms(&self, model: ModelId) -> TermsBody {
		TermsBody {
			model,
			operator_ppm: self.operator_ppm,
			// Both vectors have the same bound.
			vector: BoundedVec::truncate_from(
				self.vector.iter().copied().map(VectorEntry::from).collect(),
			),
			derivative_ppm: self.derivative_ppm,
			min_fee_per_call: self.min_fee_per_call,
		}
	}
}

/// What only readers need.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Card {
	/// UTF-8 name.
	pub name: Name,
	/// How the model came to be.
	pub kind: ModelKind,
	/// blake2-256 of the artifact.
	pub artifact_hash: H256,
	/// Where the artifact lies.
	pub artifact_uri: Uri,
	/// Where the metadata lie.
	pub metadata_uri: Uri,
	/// Their blake2-256.
	pub metadata_hash: H256,
	/// Provenance rule that calls are matched by.
	pub provenance_version: u8,
	/// Price that the developer suggests; may change at any time.
	pub suggested_price: Price,
}

/// A [`Card`] with the ticket for the storage deposit.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Details<AccountId, Ticket> {
	/// What readers need.
	pub card: Card,
	/// To whom the developer's rights are offered; never to the developer.
	pub offered_to: Option<AccountId>,
	/// What the developer has on hold for all rows of the model.
	pub deposit: Ticket,
}

/// One snapshot of a corpus. Snapshots never change, so neither does the copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct CorpusRow {
	/// The datanet.
	pub datanet: DatanetId,
	/// The highest version of it in the lineage.
	pub version: Version,
	/// Members have `number < count`.
	pub count: u64,
}

impl From<CorpusRow> for CorpusEntry {
	fn from(row: CorpusRow) -> Self {
		Self {
			datanet: row.datanet,
			version: row.version,
			count: row.count,
		}
	}
}

/// What a model owes to one of its own snapshots: the highest minimum that the snapshot itself or
/// one that it stands for in a parent asks. Never 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Minimum {
	/// The datanet.
	pub datanet: DatanetId,
	/// The version, one of the model's own snapshots.
	pub version: Version,
	/// Least share of a whole fee.
	pub ppm: Ppm,
}

/// An operator's offer to serve a model.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Advertisement {
	/// Address of the gateway, UTF-8.
	pub endpoint: Uri,
	/// What the operator asks.
	pub price: Price,
	/// [`reference_fee`] of the price.
	pub reference_fee: Balance,
	/// Last block in which it counts.
	pub expires_at: BlockNumber,
	/// Planck held from the operator.
	pub deposit: Balance,
}

/// Planck of a call with 1 000 bytes in and 1 000 bytes out, which lists are ordered by. A price
/// too high for a `u128` counts as the highest fee there is, so it comes last.
pub fn reference_fee(price: &Price) -> Balance {
	price.fee(1_000, 1_000).unwrap_or(Balance::MAX)
}

/// Values that governance sets.
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
pub struct ModelsParameters {
	/// Blocks for which an advertisement counts, at most.
	pub max_advertisement_period: BlockNumber,
}

impl ModelsParameters {
	/// Longest period, a week of 3 s blocks.
	pub const MAX_PERIOD: BlockNumber = 201_600;

	/// Values of a development chain.
	pub const fn development() -> Self {
		Self {
			max_advertisement_period: 1_000,
		}
	}

	/// Values of a chain with several validators.
	pub const fn local_testnet() -> Self {
		Self {
			max_advertisement_period: 28_800,
		}
	}

	/// Whether every value lies within its hard bounds.
	pub fn within_bounds(&self) -> bool {
		(1..=Self::MAX_PERIOD).contains(&self.max_advertisement_period)
	}
}

impl Default for ModelsParameters {
	fn default() -> Self {
		Self::development()
	}
}
