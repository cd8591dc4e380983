// SPDX-License-Identifier: Apache-2.0
//! Decisions of curators.

use crate::{pallet::*, types::*, ContributionOf};
use frame_support::pallet_prelude::*;
use openledger_primitives::{payload::snapshot_step, ports::PoolLedger, ContributionId, DatanetId};
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_review(
		curator: T::AccountId,
		id: ContributionId,
		verdict: Verdict,
	) -> DispatchResult {
		let row = Self::contribution(id)?;
		let Status::Pending { fee } = row.status else {
			return Err(Error::<T>::NotPending.into());
		};
		Self::ensure_decides(row.datanet, &curator)?;
		ensure!(row.contributor != curator, Error::<T>::OwnContribution);
		Self::hand_over(HoldReason::ReviewFee, &row.contributor, &curator, fee)?;
		Self::deposit_event(Event::ReviewPaid {
			contribution: id,
			curator,
			amount: fee,
		});
		match verdict {
			Verdict::Accept { quality } => Self::accept(id, row, quality),
			Verdict::Reject { reason } => Self::reject(id, row, reason),
		}
	}

	fn ensure_decides(datanet: DatanetId, curator: &T::AccountId) -> DispatchResult {
		ensure!(
			Curators::<T>::get(datanet).contains(curator),
			Error::<T>::NotNamed
		);
		ensure!(
			Seats::<T>::contains_key(datanet, curator),
			Error::<T>::NotSeated
		);
		Ok(())
	}

	/// Appends a contribution to the acceptance order and gives its points.
	fn accept(id: ContributionId, mut row: ContributionOf<T>, quality: u8) -> DispatchResult {
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
		T::Pools::add_points(row.datanet, tranche, &row.contributor, points)?;

		let number = datanet.accepted;
		datanet.accepted = number.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		datanet.bytes = datanet
			.bytes
			.checked_add(row.byte_length.into())
			.ok_or(ArithmeticError::Overflow)?;
		datanet.hash = snapshot_step(&datanet.hash, number, id, &row.text_root);
		NumberOf::<T>::insert(row.datanet, number, id);
		Datanets::<T>::insert(row.datanet, datanet);
		row.status = Status::Accepted(Acceptance {
			number,
			quality,
			tranche,
			bond_free_from,
		});
		Self::deposit_event(Event::Accepted {
			contribution: id,
			datanet: row.datanet,
			number,
			quality,
			points,
		});
		Contributions::<T>::insert(id, row);
		Ok(())
	}

	/// Gives the bond back; the root stays taken for a period, so that a refused text can't be
	/// put up again at once.
	fn reject(id: ContributionId, mut row: ContributionOf<T>, reason: u8) -> DispatchResult {
		let root_free_from = Self::now()
			.checked_add(Parameters::<T>::get().review_period)
			.ok_or(ArithmeticError::Overflow)?;
		Self::give_back(HoldReason::ContributionBond, &row.contributor, row.bond)?;
		row.bond = 0;
		row.status = Status::Rejected {
			reason,
			root_free_from,
		};
		Self::deposit_event(Event::Rejected {
			contribution: id,
			datanet: row.datanet,
			reason,
		});
		Contributions::<T>::insert(id, row);
		Ok(())
	}
}
