// SPDX-License-Identifier: Apache-2.0
//! Reviews: ballots, votes that are committed and revealed, rounds and what they say.
//!
//! The electorate is fixed when a contribution is revealed. Whatever curators do or leave undone,
//! the review ends: its time is in the agenda, and keepers conclude it.

use crate::{pallet::*, types::*, weights::WeightInfo, ContributionOf, ReviewOf};
use codec::MaxEncodedLen;
use frame_support::{
	dispatch::DispatchResultWithPostInfo,
	pallet_prelude::*,
	traits::{Consideration, Footprint},
};
use openledger_primitives::{
	apis::BallotState,
	payload::{vote_commit_hash, VoteCommit},
	review::{decide, Decision, REJECTING},
	BlockNumber, ContributionId, H256,
};
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
	/// Gives a revealed contribution a ballot for everyone on the bench but its contributor, who
	/// pays for the rows and for the keepers' calls.
	pub(crate) fn open_review(id: ContributionId, row: &ContributionOf<T>) -> DispatchResult {
		let mut bench = Bench::<T>::get(row.datanet);
		bench.retain(|curator| *curator != row.contributor);
		let outcome = T::WeightInfo::conclude_review(crate::weights::count(&bench));
		Self::charge_keeper(&row.contributor, outcome)?;
		let mut ballots = BoundedVec::new();
		for curator in bench {
			let state = BallotState::Silent;
			ballots
				.try_push(Ballot { curator, state })
				.map_err(|_| Error::<T>::Unexpected)?;
		}
		let (commits_until, reveals_until) = Self::round_from_now()?;
		let ticket = T::Consideration::new(&row.contributor, Self::review_footprint())?;
		Self::put_on_agenda(due_after(reveals_until), Due::Review(id));
		Reviews::<T>::insert(
			id,
			Review {
				round: 0,
				commits_until,
				reveals_until,
				ballots,
				ticket,
			},
		);
		Ok(())
	}

	/// Last blocks of the commits and reveals of a round that starts now.
	fn round_from_now() -> Result<(BlockNumber, BlockNumber), DispatchError> {
		let parameters = Parameters::<T>::get();
		let commits_until = Self::now()
			.checked_add(parameters.vote_commit_period)
			.ok_or(ArithmeticError::Overflow)?;
		let reveals_until = commits_until
			.checked_add(parameters.vote_reveal_period)
			.ok_or(ArithmeticError::Overflow)?;
		Ok((commits_until, reveals_until))
	}

	/// A review's row and its row in the agenda.
	fn review_footprint() -> Footprint {
		let bytes = ContributionId::max_encoded_len()
			.saturating_add(ReviewOf::<T>::max_encoded_len())
			.saturating_add(AgendaKey::max_encoded_len());
		Footprint::from_parts(1, bytes)
	}

	/// A review that goes on.
	pub(crate) fn open_review_of(
		id: ContributionId,
	) -> Result<(ContributionOf<T>, ReviewOf<T>), Error<T>> {
		let row = Self::contribution(id)?;
		ensure!(
			matches!(row.status, Status::Pending { .. }),
			Error::<T>::NotPending
		);
		let review = Reviews::<T>::get(id).ok_or(Error::<T>::Unexpected)?;
		Ok((row, review))
	}

	pub(crate) fn do_commit_vote(
		who: T::AccountId,
		id: ContributionId,
		commitment: H256,
	) -> DispatchResult {
		let (row, mut review) = Self::open_review_of(id)?;
		ensure!(row.contributor != who, Error::<T>::OwnContribution);
		let ballot = review.ballot_of(&who).ok_or(Error::<T>::NotElector)?;
		ensure!(
			ballot.state == BallotState::Silent,
			Error::<T>::AlreadyVoted
		);
		ballot.state = BallotState::Committed(commitment);
		let mut seat = Seats::<T>::get(row.datanet, &who).ok_or(Error::<T>::NotSeated)?;
		let now = Self::now();
		ensure!(now <= review.commits_until, Error::<T>::CommitsOver);
		seat.open = seat.open.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		Seats::<T>::insert(row.datanet, &who, seat);
		if review.is_nobody_silent() {
			// All have committed: no reason to wait with the reveals.
			let reveals_until = now
				.checked_add(Parameters::<T>::get().vote_reveal_period)
				.ok_or(ArithmeticError::Overflow)?;
			review.commits_until = now;
			Self::move_review(id, &mut review, reveals_until);
		}
		Reviews::<T>::insert(id, review);
		Self::deposit_event(Event::VoteCommitted {
			contribution: id,
			curator: who,
		});
		Ok(())
	}

	/// Another end of the reveals, in the agenda too.
	fn move_review(id: ContributionId, review: &mut ReviewOf<T>, reveals_until: BlockNumber) {
		Self::take_off_agenda(due_after(review.reveals_until), Due::Review(id));
		review.reveals_until = reveals_until;
		Self::put_on_agenda(due_after(reveals_until), Due::Review(id));
	}

	pub(crate) fn do_reveal_vote(
		who: T::AccountId,
		id: ContributionId,
		vote: u8,
		reason: u8,
		salt: [u8; 32],
	) -> DispatchResultWithPostInfo {
		let (row, mut review) = Self::open_review_of(id)?;
		let (round, open) = (review.round, review.reveals_open(Self::now()));
		let ballot = review.ballot_of(&who).ok_or(Error::<T>::NotElector)?;
		let BallotState::Committed(commitment) = ballot.state else {
			return Err(Error::<T>::VoteNotCommitted.into());
		};
		ensure!(open, Error::<T>::RevealsClosed);
		ensure!(vote <= MAX_QUALITY, Error::<T>::InvalidQuality);
		ensure!(
			vote != REJECTING || reason <= MAX_REASON,
			Error::<T>::InvalidReason
		);
		let body = VoteCommit {
			contribution: id,
			curator: who.clone(),
			round,
			vote,
			reason,
			salt,
		};
		ensure!(
			vote_commit_hash(&Self::genesis_hash(), &body) == commitment,
			Error::<T>::CommitmentMismatch
		);
		ballot.state = BallotState::Revealed { vote, reason };
		Self::deposit_event(Event::VoteRevealed {
			contribution: id,
			curator: who,
			vote,
			reason,
		});
		// Reveals are open: whoever is still silent can't commit any more.
		if review.is_any_committed() {
			Reviews::<T>::insert(id, review);
			return Ok(Some(T::WeightInfo::reveal_vote()).into());
		}
		let outcome = T::WeightInfo::conclude_review(review.size());
		Self::conclude(id, row, review)?;
		// The contributor has paid for the outcome: it is no fee of whoever happens to be last.
		let weight = T::WeightInfo::reveal_vote().saturating_add(outcome);
		Ok((Some(weight), Pays::No).into())
	}

	pub(crate) fn do_conclude_review(id: ContributionId) -> DispatchResultWithPostInfo {
		let (row, review) = Self::open_review_of(id)?;
		ensure!(Self::now() > review.reveals_until, Error::<T>::NotDue);
		let weight = T::WeightInfo::conclude_review(review.size());
		Self::conclude(id, row, review)?;
		Ok(Some(weight).into())
	}

	/// Ends a round: extends the review once, or decides it.
	fn conclude(
		id: ContributionId,
		row: ContributionOf<T>,
		mut review: ReviewOf<T>,
	) -> DispatchResult {
		Self::forfeit_unrevealed(id, &row, &mut review)?;
		// Where nobody is left who could still vote, an extension changes nothing.
		let round = if review.is_nobody_silent() {
			1
		} else {
			review.round
		};
		let decision = decide(
			review.size(),
			review.participants(),
			round,
			&review.revealed(),
		);
		match decision {
			Decision::Extend => Self::extend(id, review),
			decided => Self::decide_review(id, row, review, decided),
		}
	}

	/// A vote that was committed and not revealed costs a tenth of the bond. One that was never
	/// committed costs nothing: a flood of cheap texts could otherwise burn everybody's bonds.
	fn forfeit_unrevealed(
		id: ContributionId,
		row: &ContributionOf<T>,
		review: &mut ReviewOf<T>,
	) -> DispatchResult {
		for ballot in review.ballots.iter_mut() {
			if !matches!(ballot.state, BallotState::Committed(_)) {
				continue;
			}
			ballot.state = BallotState::Forfeited;
			let burned = Self::fine(row.datanet, &ballot.curator)?;
			Self::deposit_event(Event::VoteForfeited {
				contribution: id,
				curator: ballot.curator.clone(),
				burned,
			});
		}
		Ok(())
	}

	fn extend(id: ContributionId, mut review: ReviewOf<T>) -> DispatchResult {
		let (commits_until, reveals_until) = Self::round_from_now()?;
		review.round = 1;
		review.commits_until = commits_until;
		Self::move_review(id, &mut review, reveals_until);
		Reviews::<T>::insert(id, review);
		Self::deposit_event(Event::ReviewExtended {
			contribution: id,
			commits_until,
			reveals_until,
		});
		Ok(())
	}
}

/// Block from which on a review is due.
pub(crate) fn due_after(reveals_until: BlockNumber) -> BlockNumber {
	reveals_until.saturating_add(1)
}
