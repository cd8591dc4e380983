// SPDX-License-Identifier: Apache-2.0
//! Why a call is refused.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// No datanet has this id.
		DatanetNotFound,
		/// No contribution has this id.
		ContributionNotFound,
		/// Only the datanet's owner can do this.
		NotOwner,
		/// Only the contributor can do this.
		NotContributor,
		/// A name is empty, not UTF-8, or has control characters.
		InvalidName,
		/// A licence is empty where it must not be, or has bytes outside printable ASCII.
		InvalidLicence,
		/// A URI is not UTF-8 or has control characters.
		InvalidUri,
		/// The terms ask for more of a call's fee than any model can give.
		ShareTooLarge,
		/// The bond per byte is below the chain's minimum.
		BondTooLow,
		/// The review fee is below the chain's minimum.
		ReviewFeeTooLow,
		/// A curator is named twice.
		DuplicateCurator,
		/// The account is not approved for this datanet.
		NotAdmitted,
		/// The datanet is open to all: nobody needs approval.
		AdmissionOpen,
		/// The account is approved already.
		AlreadyApproved,
		/// The account is not approved.
		NotApproved,
		/// The byte length is outside the range of the datanet's kind.
		LengthOutOfRange,
		/// The reveal is not what was committed.
		CommitmentMismatch,
		/// The opening does not prove that the root has the committed length.
		LastLeafMismatch,
		/// More records than bytes.
		TooManyRecords,
		/// The contribution is revealed already.
		NotCommitted,
		/// The contribution is not in review.
		NotPending,
		/// The time to reveal is over.
		Expired,
		/// The time to reveal is not over.
		NotExpired,
		/// The account is not a named curator of the datanet.
		NotNamed,
		/// The curator has a seat already.
		AlreadySeated,
		/// The account has no seat in the datanet.
		NotSeated,
		/// Nobody votes on his own contribution.
		OwnContribution,
		/// Quality is 1 to 4.
		InvalidQuality,
		/// Nothing was accepted since the last snapshot.
		NothingToSnapshot,
		/// The datanet has its last snapshot: it takes nothing more.
		SnapshotsExhausted,
		/// The hold period is not over.
		StillHeld,
		/// The contribution has no bond on hold.
		NothingHeld,
		/// A parameter is outside its hard bounds.
		ParameterOutOfBounds,
		/// All ids of this kind are given out.
		IdsExhausted,
		/// Storage contradicts itself. Please report.
		Unexpected,
		/// The account may not vote in this review: it was not seated at the reveal.
		NotElector,
		/// The curator has committed to a vote in this review already.
		AlreadyVoted,
		/// The time to commit to votes is over.
		CommitsOver,
		/// The curator has no committed vote to reveal.
		VoteNotCommitted,
		/// Votes can't be revealed now: commits go on, or the time is over.
		RevealsClosed,
		/// Reason codes above 249 are the chain's own.
		InvalidReason,
		/// It is not due yet.
		NotDue,
		/// The curator has open ballots, or an appeal can still cost him.
		SeatBound,
		/// The contribution is not rejected.
		NotRejected,
		/// The rejection can't be appealed, or no longer.
		AppealClosed,
		/// The contribution has no open appeal.
		NotAppealed,
		/// The datanet takes no commits now.
		NotOpen,
		/// Only pending and accepted contributions can be accused.
		NotAccusable,
		/// Opaque content has no duplicate proof.
		OpaqueContent,
		/// No open claim has this id.
		ClaimNotFound,
		/// The epoch that draws the positions has not started.
		NotDrawn,
		/// The time to show windows is over.
		ShowingsOver,
		/// There are 96 positions, from 0.
		NoSuchPosition,
		/// The position is shown already.
		AlreadyShown,
		/// The accused is gone, rejected or revoked: the claim only waits for its end.
		ClaimMoot,
		/// An opening doesn't belong to its text, or doesn't hold the window.
		BadOpening,
		/// The drawn window has words, so an earlier text must be shown.
		EarlierMissing,
		/// The other text is of another datanet, was revealed after the accused was committed, or
		/// is not accepted and wasn't after that commit either.
		NotEarlier,
		/// The folded windows differ.
		WindowsDiffer,
		/// The contribution is not accepted.
		NotAccepted,
		/// Only what is in review, accepted, withdrawn or a proved copy can be taken down.
		NotRevocable,
		/// Nothing is offered to the account.
		NotOffered,
		/// It is offered to whoever has it.
		OfferToSelf,
		/// A duplicate claim is open on it.
		ClaimsOpen,
		/// The datanet can't go from its state to that one.
		StateNotAllowed,
		/// As many claims are open on the contribution as there can be. Show windows for one of them.
		TooManyClaims,
	}
}
