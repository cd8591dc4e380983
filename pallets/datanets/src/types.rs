// SPDX-License-Identifier: Apache-2.0
//! Rows, call arguments and parameters.

#![allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE derives of enums; the code below has neither"
)]

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::RangeInclusive;
use frame_support::{traits::ConstU32, BoundedVec};
use openledger_primitives::{
	apis::{Appeal, BallotState, DatanetState},
	ports::{Credit, DatanetKind},
	text::{MAX_LAST_LEAF_SIBLINGS, TEXT_LEAF_BYTES},
	Balance, BlockNumber, ClaimId, ContributionId, DatanetId, Ppm, Version, H256, MAX_OPAQUE_BYTES,
	MAX_TEXT_BYTES, MICRO, MILLI, MIN_TEXT_BYTES, OPEN,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

pub use openledger_primitives::review::MAX_QUALITY;

/// Curators of one datanet, at most.
pub const MAX_CURATORS: u32 = 32;
/// Snapshots of one datanet, at most.
pub const MAX_VERSIONS: Version = 1_024;
/// Most that the terms of a datanet can ask of a call's fee: burn and treasury may take the rest.
pub const MAX_CONTRIBUTORS_PPM: Ppm = 900_000;
/// Bytes of the unit that the review fee is priced in.
pub const KIB: u64 = 1_024;
/// A commit that is not revealed in time, a vote that is not revealed, a vote that an appeal
/// overturns and an appeal that is dismissed each lose their bond divided by this.
pub const BURN_DIVISOR: Balance = 10;
/// Reason code of a contribution that a duplicate proof ended while it was in review.
pub const REASON_DUPLICATE: u8 = 254;
/// Reason code of a contribution that too few curators voted on.
pub const REASON_NO_QUORUM: u8 = 255;
/// Reason code of a contribution whose acceptance has no place: the datanet made its last snapshot
/// meanwhile, or the pool can't hold the points.
pub const REASON_NO_ROOM: u8 = 253;
/// Highest reason code that a curator can give; those above are the chain's.
pub const MAX_REASON: u8 = 249;
/// Epochs whose randomness is kept.
pub const KEPT_EPOCHS: u32 = 64;
/// Epochs between a claim's and the one that draws: the first that starts a whole epoch later.
pub const DRAW_EPOCHS: u64 = 2;
/// Claims that can be open on one contribution at a time. Each draws for itself, and the first that
/// is proved ends the others without loss: with dozens of them a text that quotes much would be
/// proved a copy by the luck of the draw. Whoever fills the places himself can't hide a copy: anyone
/// can show windows for any claim.
pub const MAX_OPEN_CLAIMS: u32 = 4;
/// Outcomes of one kind that keepers push in one block, at most.
pub const MAX_OUTCOMES_PER_BLOCK: u32 = 32;
/// Keeper calls that the fee of a review or of a claim pays ahead: for a review the extension and
/// the outcome, for a claim the draw and the outcome.
pub const PREPAID_OUTCOMES: u32 = 2;

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
	/// Whether it takes commits.
	pub state: DatanetState,
	/// Planck held from the owner for all its snapshots.
	pub snapshot_deposits: Balance,
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
	/// In review; its row in `Reviews` says how far.
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
		/// The curators' code, governance's, or [`REASON_DUPLICATE`] or [`REASON_NO_QUORUM`].
		reason: u8,
		/// First block in which its root can be taken by another contribution; an appeal moves it.
		root_free_from: BlockNumber,
		/// Whether governance is asked. While it is, the bond is held again.
		appeal: Appeal,
	},
	/// Taken back after acceptance.
	#[codec(index = 4)]
	Withdrawn {
		/// As it was accepted.
		acceptance: Acceptance,
		/// Block of the withdrawal.
		at: BlockNumber,
		/// Pool money set aside because a claim was open; goes to the contributor or, when the
		/// claim is proved, is forfeited.
		aside: Balance,
	},
	/// Removed by proof or governance after acceptance.
	#[codec(index = 5)]
	Revoked {
		/// As it was accepted.
		acceptance: Acceptance,
		/// Block of the revocation.
		at: BlockNumber,
		/// Why.
		cause: Cause,
	},
}

/// Why an accepted contribution was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub enum Cause {
	/// A duplicate claim was proved. It stays in the corpora it is in.
	#[codec(index = 0)]
	Duplicate,
	/// Governance took it down: it leaves every corpus.
	#[codec(index = 1)]
	Takedown {
		/// Public reason code.
		reason: u8,
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

	/// Whether it is accepted, or was until some block after this one.
	pub fn stood_after(&self, block: BlockNumber) -> bool {
		match self {
			Self::Accepted(_) => true,
			Self::Withdrawn { at, .. } | Self::Revoked { at, .. } => *at > block,
			Self::Committed { .. } | Self::Pending { .. } | Self::Rejected { .. } => false,
		}
	}

	/// Whether its row in the index of roots is its own.
	pub fn holds_root(&self) -> bool {
		matches!(
			self,
			Self::Pending { .. } | Self::Accepted(_) | Self::Rejected { .. }
		)
	}

	/// Whether a proved duplicate claim still changes anything.
	pub fn can_be_struck(&self) -> bool {
		matches!(
			self,
			Self::Pending { .. } | Self::Accepted(_) | Self::Withdrawn { .. }
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
	/// Block of the reveal; 0 until revealed.
	pub revealed_at: BlockNumber,
	/// Bond still held from the contributor.
	pub bond: Balance,
	/// Duplicate claims open on it. While there are any, the bond stays held, and its row in the
	/// pool is locked if it has points there.
	pub claims: u32,
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

/// An approval to contribute.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Approval<AccountId, Ticket> {
	/// The owner who gave it.
	pub by: AccountId,
	/// That owner's storage deposit.
	pub ticket: Ticket,
}

/// A curator's seat in a datanet.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Seat {
	/// Planck still held.
	pub bond: Balance,
	/// Planck that it takes to vote: what was asked when the seat was last filled up.
	pub full: Balance,
	/// Ballots of open reviews that are committed or revealed.
	pub open: u32,
	/// Last block in which an appeal can still cost this curator something.
	pub bound_until: BlockNumber,
}

impl Seat {
	/// Whether the bond is what it takes to vote.
	pub fn is_whole(&self) -> bool {
		self.full > 0 && self.bond >= self.full
	}
}

/// One curator's part in a review.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Ballot<AccountId> {
	/// Who.
	pub curator: AccountId,
	/// What he did.
	pub state: BallotState,
}

/// A review that goes on, or whose rejection can still be appealed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Review<AccountId, Ticket> {
	/// 0, or 1 in the extension.
	pub round: u8,
	/// Last block of vote commits.
	pub commits_until: BlockNumber,
	/// Last block of vote reveals; also where it stands in the agenda, while it goes on, plus one.
	pub reveals_until: BlockNumber,
	/// Those who were seated at the reveal, without the contributor.
	pub ballots: BoundedVec<Ballot<AccountId>, ConstU32<MAX_CURATORS>>,
	/// The contributor's deposit for this row.
	pub ticket: Ticket,
}

impl<AccountId, Ticket> Review<AccountId, Ticket> {
	/// Whether votes can be revealed in block `now`: all have committed, or commits are over.
	pub fn reveals_open(&self, now: BlockNumber) -> bool {
		now <= self.reveals_until && (now > self.commits_until || self.is_nobody_silent())
	}

	/// Whether nobody is left who could still commit.
	pub fn is_nobody_silent(&self) -> bool {
		self.ballots
			.iter()
			.all(|ballot| ballot.state != BallotState::Silent)
	}

	/// Whether there is a vote to be revealed.
	pub fn is_any_committed(&self) -> bool {
		self.ballots
			.iter()
			.any(|ballot| matches!(ballot.state, BallotState::Committed(_)))
	}

	/// Those who may vote.
	pub fn size(&self) -> u32 {
		crate::weights::count(&self.ballots)
	}

	/// Those who ever committed.
	pub fn participants(&self) -> u32 {
		let silent = self
			.ballots
			.iter()
			.filter(|ballot| ballot.state == BallotState::Silent)
			.count();
		self.size()
			.saturating_sub(u32::try_from(silent).unwrap_or(u32::MAX))
	}

	/// `(vote, reason)` of every revealed vote.
	pub fn revealed(&self) -> Vec<(u8, u8)> {
		self.ballots
			.iter()
			.filter_map(|ballot| match ballot.state {
				BallotState::Revealed { vote, reason } => Some((vote, reason)),
				_ => None,
			})
			.collect()
	}

	/// Who revealed a vote for rejection.
	pub fn rejecting(&self) -> impl Iterator<Item = &AccountId> {
		self.ballots
			.iter()
			.filter(|ballot| matches!(ballot.state, BallotState::Revealed { vote: 0, .. }))
			.map(|ballot| &ballot.curator)
	}
}

impl<AccountId: PartialEq, Ticket> Review<AccountId, Ticket> {
	/// The ballot of an account that may vote.
	pub fn ballot_of(&mut self, who: &AccountId) -> Option<&mut Ballot<AccountId>> {
		self.ballots
			.iter_mut()
			.find(|ballot| ballot.curator == *who)
	}
}

/// What an epoch drew.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct EpochDraw {
	/// Index of the epoch.
	pub epoch: u64,
	/// Its first block.
	pub from: BlockNumber,
	/// Chain randomness, fixed at that block.
	pub value: H256,
}

/// Positions of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Draw {
	/// Randomness of the epoch.
	pub value: H256,
	/// Last block of showings.
	pub until: BlockNumber,
}

/// A claim that a contribution is a copy.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Claim<AccountId, Ticket> {
	/// Who makes it.
	pub reporter: AccountId,
	/// The accused.
	pub contribution: ContributionId,
	/// Planck held from the reporter.
	pub bond: Balance,
	/// Block of the claim.
	pub claimed_at: BlockNumber,
	/// First epoch that can draw its positions.
	pub epoch: u64,
	/// Once drawn.
	pub draw: Option<Draw>,
	/// Bit i: position i is shown.
	pub shown: u128,
	/// Block under which it stands in the agenda.
	pub due: BlockNumber,
	/// The reporter's deposit for this row.
	pub ticket: Ticket,
}

/// How a claim ended.
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
pub enum ClaimOutcome {
	/// Enough positions were shown in time.
	#[codec(index = 0)]
	Proved,
	/// They were not: half of the reporter's bond pays the accused, half is burned.
	#[codec(index = 1)]
	Failed,
	/// The accused was revoked, rejected or gone before, or no epoch drew in time: the bond is
	/// back.
	#[codec(index = 2)]
	Moot,
}

/// What a keeper has to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub enum Due {
	/// The outcome of a review.
	#[codec(index = 0)]
	Review(ContributionId),
	/// The draw or the outcome of a claim.
	#[codec(index = 1)]
	Claim(ClaimId),
}

/// Key of the agenda: block and item big-endian, so that the rows stand in the order of blocks.
pub type AgendaKey = ([u8; 4], Due);

/// Keeper calls of the block so far.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct Outcomes {
	/// Of reviews.
	pub reviews: u32,
	/// Of claims.
	pub claims: u32,
}

/// Why a keeper's call is refused before it costs anything. Numbers are final, and no other
/// pallet of the chain uses them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorizeInvalidity {
	/// No such review or claim is open.
	NotOpen,
	/// Its time has not come.
	NotDue,
}

impl AuthorizeInvalidity {
	/// The number that clients see in `InvalidTransaction::Custom`.
	pub const fn code(self) -> u8 {
		match self {
			Self::NotOpen => 111,
			Self::NotDue => 112,
		}
	}
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
	/// Blocks in which curators commit to their votes.
	pub vote_commit_period: BlockNumber,
	/// Blocks in which they reveal them.
	pub vote_reveal_period: BlockNumber,
	/// Blocks for which a rejection can be appealed; its root stays taken. An appeal that governance
	/// does not answer lapses after as many.
	pub appeal_period: BlockNumber,
	/// Blocks in which positions of a duplicate claim can be shown, counted from the epoch that
	/// draws them.
	pub showing_period: BlockNumber,
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
			vote_commit_period: 5,
			vote_reveal_period: 5,
			appeal_period: 10,
			showing_period: 40,
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
			vote_commit_period: 28_800,
			vote_reveal_period: 28_800,
			appeal_period: 57_600,
			showing_period: 28_800,
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
			&& period.contains(&self.vote_commit_period)
			&& period.contains(&self.vote_reveal_period)
			&& period.contains(&self.appeal_period)
			&& period.contains(&self.showing_period)
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
