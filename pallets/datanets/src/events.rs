// SPDX-License-Identifier: Apache-2.0
//! What the pallet tells.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A datanet exists.
		DatanetCreated {
			/// Its id.
			datanet: DatanetId,
			/// Who owns it.
			owner: T::AccountId,
		},
		/// A contribution id is taken.
		Committed {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// By whom.
			contributor: T::AccountId,
			/// Bytes stated.
			byte_length: u64,
			/// Planck held.
			bond: Balance,
		},
		/// A commit is revealed and waits for review.
		Contributed {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// By whom.
			contributor: T::AccountId,
			/// Commitment to the bytes.
			text_root: H256,
			/// Bytes proven.
			byte_length: u64,
			/// Where they can be fetched.
			uri: Uri,
		},
		/// A contribution earns from the next snapshot on.
		Accepted {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// Place in the acceptance order.
			number: u64,
			/// 1 to 4.
			quality: u8,
			/// Points given to the contributor.
			points: u64,
			/// To whom.
			contributor: T::AccountId,
		},
		/// A contribution is refused. Its bond is back, but for what a proved claim or a dismissed
		/// appeal took.
		Rejected {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// The code given most often by those who voted so, governance's, or one of the chain's.
			reason: u8,
		},
		/// The acceptances so far are frozen.
		SnapshotMade {
			/// Where.
			datanet: DatanetId,
			/// From 1.
			version: Version,
			/// Acceptances in it.
			count: u64,
			/// Their bytes.
			bytes: u128,
			/// Running hash over them.
			hash: H256,
		},
		/// A commit was not revealed in time: it is gone and the rest of its bond is back.
		CommitExpired {
			/// Its id.
			contribution: ContributionId,
			/// Planck burned.
			burned: Balance,
		},
		/// The bond of a contribution that was accepted is back; or a rejected one was cleared (by
		/// `release_bond` or by the reveal that takes its root): its storage deposits are back and
		/// its root is free.
		BondReleased {
			/// Its id.
			contribution: ContributionId,
			/// Who has it back.
			contributor: T::AccountId,
			/// Planck of the bond; of a rejected one 0, unless an appeal lapsed.
			amount: Balance,
		},
		/// The owner named curators.
		CuratorsSet {
			/// Where.
			datanet: DatanetId,
			/// All who are named now.
			curators: CuratorsOf<T>,
		},
		/// A curator placed his bond.
		SeatTaken {
			/// Where.
			datanet: DatanetId,
			/// Who.
			curator: T::AccountId,
		},
		/// A curator has his bond back.
		SeatLeft {
			/// Where.
			datanet: DatanetId,
			/// Who.
			curator: T::AccountId,
		},
		/// An account may commit.
		ContributorApproved {
			/// Where.
			datanet: DatanetId,
			/// Who.
			who: T::AccountId,
		},
		/// An account may no longer commit.
		ContributorDismissed {
			/// Where.
			datanet: DatanetId,
			/// Who.
			who: T::AccountId,
		},
		/// Governance set the parameters.
		ParametersSet,
		/// A contribution gave way to the one that holds its root: it is gone, and bond, fee and
		/// storage deposit are back whole.
		TakenOver {
			/// The one that is gone.
			contribution: ContributionId,
			/// The one that holds the root.
			earlier: ContributionId,
		},
		/// A part of the review fee went to a curator who revealed his vote.
		ReviewPaid {
			/// What was reviewed.
			contribution: ContributionId,
			/// Who voted.
			curator: T::AccountId,
			/// Planck.
			amount: Balance,
		},
		/// A curator committed to a vote.
		VoteCommitted {
			/// What is reviewed.
			contribution: ContributionId,
			/// Who votes.
			curator: T::AccountId,
		},
		/// A curator revealed his vote.
		VoteRevealed {
			/// What is reviewed.
			contribution: ContributionId,
			/// Who voted.
			curator: T::AccountId,
			/// 0 rejects, 1 to 4 accepts with that quality.
			vote: u8,
			/// Published reason code.
			reason: u8,
		},
		/// A curator did not reveal what he committed to: a tenth of his bond is burned.
		VoteForfeited {
			/// What is reviewed.
			contribution: ContributionId,
			/// Who kept silent.
			curator: T::AccountId,
			/// Planck burned.
			burned: Balance,
		},
		/// Too few voted: the review has one more round.
		ReviewExtended {
			/// What is reviewed.
			contribution: ContributionId,
			/// Last block of vote commits.
			commits_until: BlockNumber,
			/// Last block of vote reveals.
			reveals_until: BlockNumber,
		},
		/// A rejection was appealed.
		Appealed {
			/// What was rejected.
			contribution: ContributionId,
			/// Planck held again.
			bond: Balance,
			/// First block in which the appeal has lapsed.
			until: BlockNumber,
		},
		/// Governance answered an appeal.
		AppealDecided {
			/// What was rejected.
			contribution: ContributionId,
			/// Whether the rejection is overturned.
			upheld: bool,
			/// Planck of the contribution's bond burned.
			burned: Balance,
		},
		/// A curator voted for what an appeal overturned: a tenth of his bond is burned.
		CuratorFined {
			/// What was rejected.
			contribution: ContributionId,
			/// Who voted so.
			curator: T::AccountId,
			/// Planck burned.
			burned: Balance,
		},
		/// Somebody claims that a text is a copy.
		DuplicateClaimed {
			/// The claim.
			claim: ClaimId,
			/// The accused.
			contribution: ContributionId,
			/// Who claims it.
			reporter: T::AccountId,
			/// Planck held.
			bond: Balance,
			/// First epoch that can draw the positions.
			epoch: u64,
		},
		/// A claim's positions are drawn.
		ClaimDrawn {
			/// The claim.
			claim: ClaimId,
			/// Randomness of the epoch; with the claim's id it gives the positions.
			randomness: H256,
			/// Last block of showings.
			until: BlockNumber,
		},
		/// A drawn window was found in an earlier text.
		WindowShown {
			/// The claim.
			claim: ClaimId,
			/// Index of the position.
			index: u8,
			/// Positions shown so far.
			shown: u32,
		},
		/// A claim ended.
		ClaimEnded {
			/// The claim.
			claim: ClaimId,
			/// The accused.
			contribution: ContributionId,
			/// How.
			outcome: ClaimOutcome,
			/// Planck that the reporter has from the accused's bond and pool money.
			reporter_paid: Balance,
			/// Planck that the accused has from the reporter's bond.
			accused_paid: Balance,
			/// Planck burned of either's bond.
			burned: Balance,
		},
		/// A contributor took an accepted contribution back.
		Withdrawn {
			/// Its id.
			contribution: ContributionId,
			/// Points that earn no more.
			points: u64,
			/// Planck of pool money set aside because a claim is open.
			aside: Balance,
		},
		/// An accepted contribution was revoked.
		Revoked {
			/// Its id.
			contribution: ContributionId,
			/// Points that earn no more.
			points: u64,
			/// Governance's reason code; none after a duplicate proof.
			reason: Option<u8>,
		},
		/// A contribution is offered, or no longer.
		ContributionOffered {
			/// Its id.
			contribution: ContributionId,
			/// To whom.
			to: Option<T::AccountId>,
		},
		/// A contribution has another contributor.
		ContributionTransferred {
			/// Its id.
			contribution: ContributionId,
			/// Who had it.
			from: T::AccountId,
			/// Who has it.
			to: T::AccountId,
		},
		/// A datanet is offered, or no longer.
		DatanetOffered {
			/// Its id.
			datanet: DatanetId,
			/// To whom.
			to: Option<T::AccountId>,
		},
		/// A datanet has another owner.
		DatanetTransferred {
			/// Its id.
			datanet: DatanetId,
			/// Who had it.
			from: T::AccountId,
			/// Who has it.
			to: T::AccountId,
		},
		/// A datanet takes commits, or no longer.
		DatanetStateSet {
			/// Its id.
			datanet: DatanetId,
			/// Its state.
			state: DatanetState,
		},
		/// A datanet has another Croissant file.
		MetadataSet {
			/// Its id.
			datanet: DatanetId,
			/// Where it lies.
			uri: Uri,
			/// Its blake2-256.
			hash: H256,
		},
		/// Later snapshots have other terms.
		TermsSet {
			/// Its id.
			datanet: DatanetId,
			/// The terms.
			terms: DatanetTerms,
		},
	}
}
