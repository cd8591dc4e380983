// SPDX-License-Identifier: Apache-2.0
//! What governance is asked: appeals against rejections, and what it takes down by itself.

use crate::{pallet::*, types::*, weights::WeightInfo, ContributionOf, ReviewOf};
use frame_support::{dispatch::DispatchResultWithPostInfo, pallet_prelude::*};
use openledger_primitives::{apis::Appeal, ports::PoolLedger, ContributionId};
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_appeal(who: T::AccountId, id: ContributionId) -> DispatchResultWithPostInfo {
		let mut row = Self::contribution(id)?;
		ensure!(row.contributor == who, Error::<T>::NotContributor);
		let Status::Rejected {
			root_free_from,
			appeal,
			..
		} = &mut row.status
		else {
			return Err(Error::<T>::NotRejected.into());
		};
		ensure!(
			*appeal == Appeal::Possible && Self::now() < *root_free_from,
			Error::<T>::AppealClosed
		);
		let until = Self::appealable_until()?;
		*appeal = Appeal::Open;
		// A shorter period of today doesn't free the root earlier.
		*root_free_from = until.max(*root_free_from);
		let until = *root_free_from;
		row.bond = Self::datanet(row.datanet)?
			.bond(row.byte_length, &Parameters::<T>::get())
			.ok_or(ArithmeticError::Overflow)?;
		Self::place(HoldReason::ContributionBond, &who, row.bond)?;
		let review = Reviews::<T>::get(id).ok_or(Error::<T>::Unexpected)?;
		Self::bind_rejecting(&row, &review, until);
		Self::deposit_event(Event::Appealed {
			contribution: id,
			bond: row.bond,
			until,
		});
		Contributions::<T>::insert(id, row);
		Ok(Some(T::WeightInfo::appeal(review.size())).into())
	}

	pub(crate) fn do_decide_appeal(id: ContributionId, verdict: Verdict) -> DispatchResult {
		let row = Self::contribution(id)?;
		let Status::Rejected {
			root_free_from,
			appeal: Appeal::Open,
			..
		} = row.status
		else {
			return Err(Error::<T>::NotAppealed.into());
		};
		// Later it has lapsed, and who voted may have left.
		ensure!(Self::now() < root_free_from, Error::<T>::NotAppealed);
		let review = Reviews::<T>::get(id).ok_or(Error::<T>::Unexpected)?;
		match verdict {
			Verdict::Accept { quality } => Self::overturn(id, row, &review, quality),
			Verdict::Reject { reason } => Self::uphold(id, row, reason),
		}
	}

	/// The contribution is accepted after all, and whoever voted against it pays.
	fn overturn(
		id: ContributionId,
		row: ContributionOf<T>,
		review: &ReviewOf<T>,
		quality: u8,
	) -> DispatchResult {
		Self::drop_review(id, &row.contributor)?;
		for curator in review.rejecting() {
			let burned = Self::fine(row.datanet, curator)?;
			Self::deposit_event(Event::CuratorFined {
				contribution: id,
				curator: curator.clone(),
				burned,
			});
		}
		Self::deposit_event(Event::AppealDecided {
			contribution: id,
			upheld: true,
			burned: 0,
		});
		Self::accept(id, row, quality)
	}

	/// The rejection stands, now for governance's reason.
	fn uphold(id: ContributionId, mut row: ContributionOf<T>, new_reason: u8) -> DispatchResult {
		ensure!(new_reason <= MAX_REASON, Error::<T>::InvalidReason);
		let bond = core::mem::take(&mut row.bond);
		let burned = Self::burn_tenth(HoldReason::ContributionBond, &row.contributor, bond)?;
		Self::drop_review(id, &row.contributor)?;
		if let Status::Rejected { reason, appeal, .. } = &mut row.status {
			*reason = new_reason;
			*appeal = Appeal::Closed;
		}
		Self::deposit_event(Event::AppealDecided {
			contribution: id,
			upheld: false,
			burned,
		});
		Self::deposit_event(Event::Rejected {
			contribution: id,
			datanet: row.datanet,
			reason: new_reason,
		});
		Contributions::<T>::insert(id, row);
		Ok(())
	}

	/// Claims that are open on what is revoked end by themselves.
	pub(crate) fn do_revoke(id: ContributionId, reason: u8) -> DispatchResult {
		ensure!(reason <= MAX_REASON, Error::<T>::InvalidReason);
		let mut row = Self::contribution(id)?;
		let (acceptance, points) = match row.status {
			Status::Pending { .. } => {
				Self::return_bond(&mut row)?;
				return Self::reject_without_vote(id, row, reason, Self::appealable_until()?);
			}
			Status::Accepted(acceptance) => {
				let points = Self::remove_all_points(&row, &acceptance)?;
				Roots::<T>::remove(row.datanet, row.text_root);
				ContributionOffers::<T>::remove(id);
				(acceptance, points)
			}
			Status::Withdrawn {
				acceptance, aside, ..
			} => {
				if aside > 0 {
					T::Pools::pay_aside(&row.contributor, aside)?;
				}
				(acceptance, 0)
			}
			// A copy stays in the corpora it is in, so it may still have to be taken down.
			Status::Revoked {
				acceptance,
				cause: Cause::Duplicate,
				..
			} => (acceptance, 0),
			_ => return Err(Error::<T>::NotRevocable.into()),
		};
		row.status = Status::Revoked {
			acceptance,
			at: Self::now(),
			cause: Cause::Takedown { reason },
		};
		Contributions::<T>::insert(id, row);
		Self::deposit_event(Event::Revoked {
			contribution: id,
			points,
			reason: Some(reason),
		});
		Ok(())
	}

	/// What was withheld because of a claim is the contributor's: nothing is proved.
	fn remove_all_points(
		row: &ContributionOf<T>,
		acceptance: &Acceptance,
	) -> Result<u64, DispatchError> {
		let points = row
			.points(acceptance.quality)
			.ok_or(ArithmeticError::Overflow)?;
		if row.claims > 0 {
			let aside = Self::set_points_aside(row, acceptance, points)?;
			if aside > 0 {
				T::Pools::pay_aside(&row.contributor, aside)?;
			}
		} else {
			T::Pools::remove_points(row.datanet, acceptance.tranche, &row.contributor, points)?;
		}
		Ok(points)
	}
}
