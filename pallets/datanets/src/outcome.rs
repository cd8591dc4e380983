// SPDX-License-Identifier: Apache-2.0
//! How a review ends: acceptance, rejection, who has its fee.

use crate::{
	pallet::*, review::due_after, types::*, weights::count, ContributionOf, ReviewOf, LOG_TARGET,
};
use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, storage::with_storage_layer, traits::Consideration};
use openledger_primitives::{
	apis::{Appeal, BallotState},
	payload::snapshot_step,
	ports::PoolLedger,
	review::{fee_parts, Decision},
	Balance, BlockNumber, ContributionId,
};
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
	/// Ends a review: the fee is paid, the curators are free, and the contribution is accepted or
	/// rejected. Where the points of an acceptance have no place it is rejected without fault
	/// instead, so that a review always ends.
	pub(crate) fn decide_review(
		id: ContributionId,
		row: ContributionOf<T>,
		review: ReviewOf<T>,
		decision: Decision,
	) -> DispatchResult {
		Self::settle_review(id, &row, &review)?;
		let quality = match decision {
			Decision::Accept { quality } => quality,
			Decision::Reject { reason } => return Self::reject_by_votes(id, row, review, reason),
			Decision::Extend | Decision::NoQuorum => {
				return Self::reject_without_fault(id, row, review, REASON_NO_QUORUM)
			}
		};
		match with_storage_layer(|| Self::accept(id, row.clone(), quality)) {
			Ok(()) => Self::remove_review(id, &row.contributor, review),
			Err(error) => {
				log::debug!(target: LOG_TARGET, "contribution {id} can't be accepted: {error:?}");
				Self::reject_without_fault(id, row, review, REASON_NO_ROOM)
			}
		}
	}

	/// Appends a contribution to the acceptance order and gives its points. Its bond stays.
	pub(crate) fn accept(
		id: ContributionId,
		mut row: ContributionOf<T>,
		quality: u8,
	) -> DispatchResult {
		ensure!(
			(1..=MAX_QUALITY).contains(&quality),
			Error::<T>::InvalidQuality
		);
		let mut datanet = Self::datanet(row.datanet)?;
		let tranche = datanet.tranche().ok_or(Error::<T>::SnapshotsExhausted)?;
		let points = row.points(quality).ok_or(ArithmeticError::Overflow)?;
		let bond_free_from = Self::now()
			.checked_add(Parameters::<T>::get().bond_hold)
			.ok_or(ArithmeticError::Overflow)?;
		let number = datanet.accepted;
		T::Pools::add_points(row.datanet, tranche, &row.contributor, points)?;
		row.status = Status::Accepted(Acceptance {
			number,
			quality,
			tranche,
			bond_free_from,
		});
		Self::lock_if_accused(id, &row)?;

		datanet.accepted = number.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		datanet.bytes = datanet
			.bytes
			.checked_add(row.byte_length.into())
			.ok_or(ArithmeticError::Overflow)?;
		datanet.hash = snapshot_step(&datanet.hash, number, id, &row.text_root);
		NumberOf::<T>::insert(row.datanet, number, id);
		Datanets::<T>::insert(row.datanet, datanet);
		Self::deposit_event(Event::Accepted {
			contribution: id,
			datanet: row.datanet,
			number,
			quality,
			points,
			contributor: row.contributor.clone(),
		});
		Contributions::<T>::insert(id, row);
		Ok(())
	}

	/// The curators' rejection: the bond is back, and the root stays taken while it can be
	/// appealed. Until then whoever voted for it is bound to his seat.
	fn reject_by_votes(
		id: ContributionId,
		mut row: ContributionOf<T>,
		review: ReviewOf<T>,
		reason: u8,
	) -> DispatchResult {
		let root_free_from = Self::appealable_until()?;
		Self::return_bond(&mut row)?;
		Self::bind_rejecting(&row, &review, root_free_from);
		Reviews::<T>::insert(id, review);
		Self::write_rejection(id, row, reason, root_free_from, Appeal::Possible);
		Ok(())
	}

	/// A rejection that is nobody's vote and nobody's fault: everything is back, and the root can
	/// be taken at once.
	fn reject_without_fault(
		id: ContributionId,
		mut row: ContributionOf<T>,
		review: ReviewOf<T>,
		reason: u8,
	) -> DispatchResult {
		Self::return_bond(&mut row)?;
		Self::remove_review(id, &row.contributor, review)?;
		Self::write_rejection(id, row, reason, Self::now(), Appeal::Closed);
		Ok(())
	}

	/// Ends a review from outside and rejects for good. What becomes of the bond is the caller's
	/// business: `row.bond` must be zero by now.
	pub(crate) fn reject_without_vote(
		id: ContributionId,
		row: ContributionOf<T>,
		reason: u8,
		root_free_from: BlockNumber,
	) -> DispatchResult {
		Self::end_review(id, &row)?;
		Self::write_rejection(id, row, reason, root_free_from, Appeal::Closed);
		Ok(())
	}

	fn write_rejection(
		id: ContributionId,
		mut row: ContributionOf<T>,
		reason: u8,
		root_free_from: BlockNumber,
		appeal: Appeal,
	) {
		row.status = Status::Rejected {
			reason,
			root_free_from,
			appeal,
		};
		Self::deposit_event(Event::Rejected {
			contribution: id,
			datanet: row.datanet,
			reason,
		});
		Contributions::<T>::insert(id, row);
	}

	/// First block in which what is rejected or appealed now can't be appealed or decided any more.
	pub(crate) fn appealable_until() -> Result<BlockNumber, DispatchError> {
		Self::now()
			.checked_add(Parameters::<T>::get().appeal_period)
			.ok_or(ArithmeticError::Overflow.into())
	}

	/// Gives the whole bond back.
	pub(crate) fn return_bond(row: &mut ContributionOf<T>) -> DispatchResult {
		let bond = core::mem::take(&mut row.bond);
		Self::give_back(HoldReason::ContributionBond, &row.contributor, bond)
	}

	/// Keeps whoever voted for a rejection in his seat until this block.
	pub(crate) fn bind_rejecting(
		row: &ContributionOf<T>,
		review: &ReviewOf<T>,
		until: BlockNumber,
	) {
		for curator in review.rejecting() {
			Self::change_seat(row.datanet, curator, |seat| {
				seat.bound_until = seat.bound_until.max(until);
			});
		}
	}

	/// Ends a review with its fee paid to those who revealed, or back, and removes its rows. The
	/// contribution is for the caller to write.
	pub(crate) fn end_review(id: ContributionId, row: &ContributionOf<T>) -> DispatchResult {
		let review = Reviews::<T>::get(id).ok_or(Error::<T>::Unexpected)?;
		Self::settle_review(id, row, &review)?;
		Self::remove_review(id, &row.contributor, review)
	}

	/// Ends a review without an outcome: nobody is paid, and its rows go. Returns its ballots.
	pub(crate) fn break_off_review(
		id: ContributionId,
		row: &ContributionOf<T>,
	) -> Result<u32, DispatchError> {
		let review = Reviews::<T>::get(id).ok_or(Error::<T>::Unexpected)?;
		let ballots = review.size();
		Self::free_seats(id, row, &review);
		Self::remove_review(id, &row.contributor, review)?;
		Ok(ballots)
	}

	/// Pays the fee and lets the curators go; the review's row is the caller's.
	fn settle_review(
		id: ContributionId,
		row: &ContributionOf<T>,
		review: &ReviewOf<T>,
	) -> DispatchResult {
		Self::pay_fee(id, row, review)?;
		Self::free_seats(id, row, review);
		Ok(())
	}

	/// Ballots are open no longer, and keepers have nothing to do.
	fn free_seats(id: ContributionId, row: &ContributionOf<T>, review: &ReviewOf<T>) {
		Self::take_off_agenda(due_after(review.reveals_until), Due::Review(id));
		for ballot in &review.ballots {
			if ballot.state != BallotState::Silent {
				Self::change_seat(row.datanet, &ballot.curator, |seat| {
					seat.open = seat.open.saturating_sub(1);
				});
			}
		}
	}

	/// Equal parts of the fee to all who revealed, in the order of the ballots: see [`fee_parts`]. If
	/// none did, it is back.
	fn pay_fee(
		id: ContributionId,
		row: &ContributionOf<T>,
		review: &ReviewOf<T>,
	) -> DispatchResult {
		let Status::Pending { fee } = row.status else {
			return Err(Error::<T>::NotPending.into());
		};
		let voters: Vec<&T::AccountId> = review
			.ballots
			.iter()
			.filter(|ballot| matches!(ballot.state, BallotState::Revealed { .. }))
			.map(|ballot| &ballot.curator)
			.collect();
		let parts = fee_parts(fee, count(&voters));
		if parts.is_empty() {
			return Self::give_back(HoldReason::ReviewFee, &row.contributor, fee);
		}
		for (curator, part) in voters.into_iter().zip(parts) {
			Self::pay_voter(id, row, curator, part)?;
		}
		Ok(())
	}

	/// A curator who can't receive his part blocks nothing: it is back to the contributor.
	fn pay_voter(
		id: ContributionId,
		row: &ContributionOf<T>,
		curator: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		let paid = with_storage_layer(|| {
			Self::hand_over(HoldReason::ReviewFee, &row.contributor, curator, amount)
		});
		if paid.is_err() {
			return Self::give_back(HoldReason::ReviewFee, &row.contributor, amount);
		}
		Self::deposit_event(Event::ReviewPaid {
			contribution: id,
			curator: curator.clone(),
			amount,
		});
		Ok(())
	}

	fn remove_review(
		id: ContributionId,
		contributor: &T::AccountId,
		review: ReviewOf<T>,
	) -> DispatchResult {
		Reviews::<T>::remove(id);
		review.ticket.drop(contributor)
	}

	/// Removes the review of a rejection that can't be appealed any more, if it is still there.
	pub(crate) fn drop_review(id: ContributionId, contributor: &T::AccountId) -> DispatchResult {
		match Reviews::<T>::get(id) {
			Some(review) => Self::remove_review(id, contributor, review),
			None => Ok(()),
		}
	}
}
