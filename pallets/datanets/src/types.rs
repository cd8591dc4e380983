// SPDX-License-Identifier: Apache-2.0
//! Rows, call arguments and parameters.

#![allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE derives of enums; the code below has neither"
)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::RangeInclusive;
use frame_support::{traits::ConstU32, BoundedVec};
use openledger_primitives::{
	ports::{Credit, DatanetKind},
	text::{MAX_LAST_LEAF_SIBLINGS, TEXT_LEAF_BYTES},
	Balance, BlockNumber, DatanetId, Ppm, Version, H256, MAX_OPAQUE_BYTES, MAX_TEXT_BYTES, MICRO,
	MILLI, MIN_TEXT_BYTES, OPEN,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Curators of one datanet, at most.
pub const MAX_CURATORS: u32 = 32;
/// Snapshots of one datanet, at most.
pub const MAX_VERSIONS: Version = 1_024;
/// Highest quality that a curator can give; the lowest is 1.
pub const MAX_QUALITY: u8 = 4;
/// Most that the terms of a datanet can ask of a call's fee: burn and treasury may take the rest.
pub const MAX_CONTRIBUTORS_PPM: Ppm = 900_000;
/// Bytes of the unit that the review fee is priced in.
pub const KIB: u64 = 1_024;
/// A commit that is not revealed in time loses its bond divided by this.
pub const EXPIRY_BURN_DIVISOR: Balance = 10;

/// UTF-8 name without control characters.
pub type Name = BoundedVec<u8, ConstU32<64>>;
/// SPDX licence expression in printable ASCII.
pub type Licence = BoundedVec<u8, ConstU32<128>>;
/// Where something can be fetched: UTF-8 without control characters.
pub type Uri = BoundedVec<u8, ConstU32<256>>;
/// Curators named by the owner of a datanet, without duplicates.
pub type CuratorList<AccountId> = BoundedVec<AccountId, ConstU32<MAX_CURATORS>>;

/// Who may commit to a datanet.
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
pub enum Admission {
	/// Anyone.
	#[codec(index = 0)]
	Open,
	/// Whom the owner has approved.
	#[codec(index = 1)]
	Approved,
}

/// What a model trained on a snapshot owes. Copied into each snapshot when it is made.
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
pub struct DatanetTerms {
	/// Planck that publishing the model pays into the snapshot's pool.
	pub training_fee: Balance,
	/// Least share of a call's whole fee that the model gives to the snapshot.
	pub min_contributors_ppm: Ppm,
}

/// What the owner states when a datanet is created. None of it but the curators can change.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct DatanetParams<AccountId> {
	/// Not empty.
	pub name: Name,
	/// What it holds.
	pub kind: DatanetKind,
	/// Not empty.
	pub licence: Licence,
	/// Where the Croissant JSON-LD file lies; may be empty.
	pub metadata_uri: Uri,
	/// blake2-256 of that file.
	pub metadata_hash: H256,
	/// Who may commit.
	pub admission: Admission,
	/// Who earns matched money.
	pub credit: Credit,
	/// Planck per started KiB, paid to the curator who decides.
	pub review_fee_per_kib: Balance,
	/// Planck per byte, held from the contributor.
	pub bond_per_byte: Balance,
	/// Terms of its snapshots.
	pub terms: DatanetTerms,
	/// Who may take a seat.
	pub curators: CuratorList<AccountId>,
}

/// What a contributor shows to turn a commit into a contribution.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Reveal {
	/// Root of the tree over the bytes.
	pub text_root: H256,
	/// Salt of the commitment.
	pub salt: [u8; 32],
	/// Where the bytes can be fetched; may be empty.
	pub uri: Uri,
	/// Records in it, at most one per byte.
	pub records: u32,
	/// Overrides the datanet's licence unless empty.
	pub licence: Licence,
	/// The last leaf of the tree.
	pub last_leaf: BoundedVec<u8, ConstU32<TEXT_LEAF_BYTES>>,
	/// Siblings on its way to the root.
	pub siblings: BoundedVec<H256, ConstU32<MAX_LAST_LEAF_SIBLINGS>>,
}

/// A curator's decision.
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
pub enum Verdict {
	/// Not for this datanet.
	#[codec(index = 0)]
	Reject {
		/// Published code; the chain gives it no meaning.
		reason: u8,
	},
	/// Earns from the next snapshot on.
	#[codec(index = 1)]
	Accept {
		/// 1 to 4.
		quality: u8,
	},
}

/// What every commit, reveal, review and snapshot of a datanet needs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Datanet<AccountId> {
	/// Who snapshots it and names curators.
	pub owner: AccountId,
	/// What it holds.
	pub kind: DatanetKind,
	/// Who may commit.
	pub admission: Admission,
	/// Who earns matched money.
	pub credit: Credit,
	/// Planck per started KiB.
	pub review_fee_per_kib: Balance,
	/// Planck per byte.
	pub bond_per_byte: Balance,
	/// Terms of the next snapshot.
	pub terms: DatanetTerms,
	/// Acceptances so far: the next acceptance number.
	pub accepted: u64,
	/// Bytes of all acceptances.
	pub bytes: u128,
	/// Running hash over all acceptances.
	pub hash: H256,
	/// Latest snapshot, 0 = none.
	pub version: Version,
}

impl<AccountId> Datanet<AccountId> {
	/// Tranche of an acceptance made now: the version of the next snapshot.
	pub fn tranche(&self) -> Option<Version> {
		self.version
			.checked_add(1)
			.filter(|tranche| *tranche <= MAX_VERSIONS)
	}

	/// Bond of a contribution of so many bytes.
	pub fn bond(&self, byte_length: u64, parameters: &DatanetsParameters) -> Option<Balance> {
		let by_length = self.bond_per_byte.checked_mul(byte_length.into())?;
		Some(by_length.max(parameters.min_bond))
	}

	/// Review fee of a contribution of so many bytes: each started KiB counts.
	pub fn review_fee(&self, byte_length: u64) -> Option<Balance> {
		self.review_fee_per_kib
			.checked_mul(byte_length.div_ceil(KIB).into())
	}
}

/// Lengths that contributions of a kind may have.
pub fn length_range(kind: DatanetKind) -> RangeInclusive<u64> {
	match kind {
		DatanetKind::Text => MIN_TEXT_BYTES..=MAX_TEXT_BYTES,
		DatanetKind::Opaque => 1..=MAX_OPAQUE_BYTES,
	}
}

/// What only readers of a datanet need, with the deposit for all its rows.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct DatanetDetails<Ticket> {
	/// UTF-8 name.
	pub name: Name,
	/// SPDX licence expression.
	pub licence: Licence,
	/// Where the Croissant file lies.
	pub metadata_uri: Uri,
	/// Its blake2-256.
	pub metadata_hash: H256,
	/// The owner's storage deposit.
	pub ticket: Ticket,
}

/// How a contribution was accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Acceptance {
	/// Place in the datanet's acceptance order, from 0.
	pub number: u64,
	/// 1 to 4.
	pub quality: u8,
	/// Version of the snapshot that was next when it was accepted.
	pub tranche: Version,
	/// First block in which the bond can be released.
	pub bond_free_from: BlockNumber,
}

/// Where a contribution stands, with what that state needs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub enum Status {
	/// Id taken, content not revealed.
	#[codec(index = 0)]
	Committed {
		/// Hash of the commit.
		commitment: H256,
		/// Last block of the reveal.
		expires: BlockNumber,
	},
	/// In review.
	#[codec(index = 1)]
	Pending {
		/// Review fee held from the contributor.
		fee: Balance,
	},
	/// Earns.
	#[codec(index = 2)]
	Accepted(Acceptance),
	/// Refused. The row stays until somebody clears it or takes its root.
	#[codec(index = 3)]
	Rejected {
		/// The curator's code.
		reason: u8,
		/// First block in which its root can be taken by another contribution.
		root_free_from: BlockNumber,
	},
	/// Taken back after acceptance.
	#[codec(index = 4)]
	Withdrawn {
		/// As it was accepted.
		acceptance: Acceptance,
		/// Block of the withdrawal.
		at: BlockNumber,
	},
	/// Removed by proof or governance after acceptance.
	#[codec(index = 5)]
	Revoked {
		/// As it was accepted.
		acceptance: Acceptance,
		/// Block of the revocation.
		at: BlockNumber,
	},
}

impl Status {
	/// How it was accepted, if it ever was.
	pub fn acceptance(&self) -> Option<&Acceptance> {
		match self {
			Self::Accepted(acceptance)
			| Self::Withdrawn { acceptance, .. }
			| Self::Revoked { acceptance, .. } => Some(acceptance),
			Self::Committed { .. } | Self::Pending { .. } | Self::Rejected { .. } => None,
		}
	}

	/// Whether its row in the index of roots is its own.
	pub fn holds_root(&self) -> bool {
		matches!(
			self,
			Self::Pending { .. } | Self::Accepted(_) | Self::Rejected { .. }
		)
	}
}

/// What every call on a contribution, and every credit to it, needs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Contribution<AccountId> {
	/// Its datanet.
	pub datanet: DatanetId,
	/// Who committed it.
	pub contributor: AccountId,
	/// Bytes stated at commit and proven at reveal.
	pub byte_length: u64,
	/// Zero until revealed.
	pub text_root: H256,
	/// Block of the commit.
	pub committed_at: BlockNumber,
	/// Bond still held from the contributor.
	pub bond: Balance,
	/// Where it stands.
	pub status: Status,
}

impl<AccountId> Contribution<AccountId> {
	/// Points of an acceptance: quality times bytes, so neither splitting nor merging gains.
	pub fn points(&self, quality: u8) -> Option<u64> {
		self.byte_length.checked_mul(quality.into())
	}
}

/// What only readers of a revealed contribution need, with the deposit for all its rows.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Content<Ticket> {
	/// Records in it.
	pub records: u32,
	/// Where the bytes can be fetched.
	pub uri: Uri,
	/// Overrides the datanet's licence unless empty.
	pub licence: Licence,
	/// The contributor's storage deposit.
	pub ticket: Ticket,
}

/// A frozen list of acceptances: those with `number < count`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Snapshot {
	/// Acceptances in it.
	pub count: u64,
	/// Their bytes.
	pub bytes: u128,
	/// Running hash over them.
	pub hash: H256,
	/// Terms of models trained on it.
	pub terms: DatanetTerms,
	/// Block in which it was made.
	pub at: BlockNumber,
	/// Held from the datanet's owner.
	pub deposit: Balance,
}

/// Lifetime credits of a contribution, for queries only.
#[derive(Clone, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct UsageTotals {
	/// Value of all spans credited.
	pub value: Balance,
	/// What they earned.
	pub earned: Balance,
}

/// Values that governance sets within hard bounds.
#[derive(
	Clone,
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
pub struct DatanetsParameters {
	/// Blocks between a commit and the last block of its reveal.
	pub commit_expiry: BlockNumber,
	/// Blocks for which the root of a rejected contribution stays taken.
	pub review_period: BlockNumber,
	/// Blocks for which the bond stays held after acceptance.
	pub bond_hold: BlockNumber,
	/// Least bond of a contribution, planck.
	pub min_bond: Balance,
	/// Least bond per byte that a new datanet can ask, planck.
	pub min_bond_per_byte: Balance,
	/// Least review fee per KiB that a new datanet can ask, planck.
	pub min_review_fee_per_kib: Balance,
	/// Bond of a seated curator, planck.
	pub curator_bond: Balance,
	/// Held from the owner for each snapshot, planck.
	pub snapshot_deposit: Balance,
}

impl DatanetsParameters {
	/// Longest period, about two years of 3 s blocks.
	pub const MAX_PERIOD: BlockNumber = 21_024_000;
	/// Shortest time to reveal: a commit must survive a few full blocks.
	pub const MIN_COMMIT_EXPIRY: BlockNumber = 10;
	/// Largest bond or deposit.
	pub const MAX_BOND: Balance = 10_000 * OPEN;
	/// Largest rate per byte or KiB that can be made a minimum.
	pub const MAX_RATE: Balance = OPEN;

	/// Values of a development chain.
	pub const fn development() -> Self {
		Self {
			commit_expiry: 100,
			review_period: 10,
			bond_hold: 50,
			min_bond: OPEN,
			min_bond_per_byte: 10 * MICRO,
			min_review_fee_per_kib: MILLI,
			curator_bond: 10 * OPEN,
			snapshot_deposit: OPEN,
		}
	}

	/// Values of a chain with several validators.
	pub const fn local_testnet() -> Self {
		Self {
			commit_expiry: 28_800,
			review_period: 57_600,
			bond_hold: 200_000,
			..Self::development()
		}
	}

	/// Whether every value lies within its hard bounds.
	///
	/// Bonds and deposits are at least twice the existential deposit, so that what remains of
	/// them after a slash can always be given back to an account that holds nothing else.
	pub fn within_bounds(&self, existential_deposit: Balance) -> bool {
		let period = 1..=Self::MAX_PERIOD;
		let bond = existential_deposit.saturating_mul(2)..=Self::MAX_BOND;
		self.commit_expiry >= Self::MIN_COMMIT_EXPIRY
			&& period.contains(&self.commit_expiry)
			&& period.contains(&self.review_period)
			&& period.contains(&self.bond_hold)
			&& bond.contains(&self.min_bond)
			&& bond.contains(&self.curator_bond)
			&& bond.contains(&self.snapshot_deposit)
			&& (1..=Self::MAX_RATE).contains(&self.min_bond_per_byte)
			&& self.min_review_fee_per_kib <= Self::MAX_RATE
	}
}

impl Default for DatanetsParameters {
	fn default() -> Self {
		Self::development()
	}
}
