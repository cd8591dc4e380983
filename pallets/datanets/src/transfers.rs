// SPDX-License-Identifier: Apache-2.0
//! What contributors and owners do with what they have: withdrawal, transfers in two steps,
//! states, metadata and terms.

use crate::{pallet::*, types::*, ContributionOf, DatanetOf};
use frame_support::{pallet_prelude::*, traits::Consideration};
use openledger_primitives::{
	apis::DatanetState, ports::PoolLedger, ContributionId, DatanetId, H256,
};
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_withdraw(who: T::AccountId, id: ContributionId) -> DispatchResult {
		let mut row = Self::contribution_of(&who, id)?;
		let (acceptance, points) = Self::points_of(&row)?;
		let aside = if row.claims > 0 {
			Self::set_points_aside(&row, &acceptance, points)?
		} else {
			T::Pools::remove_points(row.datanet, acceptance.tranche, &who, points)?;
			0
		};
		// A new edition of the same bytes may follow.
		Roots::<T>::remove(row.datanet, row.text_root);
		ContributionOffers::<T>::remove(id);
		row.status = Status::Withdrawn {
			acceptance,
			at: Self::now(),
			aside,
		};
		Contributions::<T>::insert(id, row);
		Self::deposit_event(Event::Withdrawn {
			contribution: id,
			points,
			aside,
		});
		Ok(())
	}

	/// A contribution of the caller.
	fn contribution_of(
		who: &T::AccountId,
		id: ContributionId,
	) -> Result<ContributionOf<T>, Error<T>> {
		let row = Self::contribution(id)?;
		ensure!(row.contributor == *who, Error::<T>::NotContributor);
		Ok(row)
	}

	/// How a contribution that is accepted now was accepted, and its points.
	fn points_of(row: &ContributionOf<T>) -> Result<(Acceptance, u64), DispatchError> {
		let Status::Accepted(acceptance) = row.status else {
			return Err(Error::<T>::NotAccepted.into());
		};
		let points = row
			.points(acceptance.quality)
			.ok_or(ArithmeticError::Overflow)?;
		Ok((acceptance, points))
	}

	pub(crate) fn do_offer_contribution(
		who: T::AccountId,
		id: ContributionId,
		to: Option<T::AccountId>,
	) -> DispatchResult {
		let row = Self::contribution_of(&who, id)?;
		ensure!(
			matches!(row.status, Status::Accepted(_)),
			Error::<T>::NotAccepted
		);
		ensure!(to.as_ref() != Some(&who), Error::<T>::OfferToSelf);
		ContributionOffers::<T>::set(id, to.clone());
		Self::deposit_event(Event::ContributionOffered {
			contribution: id,
			to,
		});
		Ok(())
	}

	/// The pools touch both rows before the points move, so what was earned stays the giver's.
	pub(crate) fn do_accept_contribution(who: T::AccountId, id: ContributionId) -> DispatchResult {
		let mut row = Self::contribution(id)?;
		ensure!(
			ContributionOffers::<T>::get(id).as_ref() == Some(&who),
			Error::<T>::NotOffered
		);
		let (acceptance, points) = Self::points_of(&row)?;
		ensure!(row.claims == 0, Error::<T>::ClaimsOpen);
		ensure!(row.bond == 0, Error::<T>::StillHeld);
		let mut content = Contents::<T>::get(id).ok_or(Error::<T>::Unexpected)?;
		let footprint = Self::content_footprint(&content.uri, &content.licence);
		let ticket = T::Consideration::new(&who, footprint)?;
		let from = core::mem::replace(&mut row.contributor, who.clone());
		core::mem::replace(&mut content.ticket, ticket).drop(&from)?;
		T::Pools::move_points(row.datanet, acceptance.tranche, &from, &who, points)?;
		ContributionOffers::<T>::remove(id);
		Contents::<T>::insert(id, content);
		Contributions::<T>::insert(id, row);
		Self::deposit_event(Event::ContributionTransferred {
			contribution: id,
			from,
			to: who,
		});
		Ok(())
	}

	pub(crate) fn do_offer_datanet(
		who: T::AccountId,
		datanet: DatanetId,
		to: Option<T::AccountId>,
	) -> DispatchResult {
		Self::owned(datanet, &who)?;
		ensure!(to.as_ref() != Some(&who), Error::<T>::OfferToSelf);
		DatanetOffers::<T>::set(datanet, to.clone());
		Self::deposit_event(Event::DatanetOffered { datanet, to });
		Ok(())
	}

	/// Deposits of approvals stay with those who gave them.
	pub(crate) fn do_accept_datanet(who: T::AccountId, datanet: DatanetId) -> DispatchResult {
		let mut row = Self::datanet(datanet)?;
		ensure!(
			DatanetOffers::<T>::get(datanet).as_ref() == Some(&who),
			Error::<T>::NotOffered
		);
		let mut details = Details::<T>::get(datanet).ok_or(Error::<T>::Unexpected)?;
		let footprint =
			Self::datanet_footprint(&details.name, &details.licence, &details.metadata_uri);
		let ticket = T::Consideration::new(&who, footprint)?;
		let deposits = row.snapshot_deposits;
		Self::place(HoldReason::SnapshotDeposit, &who, deposits)?;
		let from = core::mem::replace(&mut row.owner, who.clone());
		core::mem::replace(&mut details.ticket, ticket).drop(&from)?;
		Self::give_back(HoldReason::SnapshotDeposit, &from, deposits)?;
		DatanetOffers::<T>::remove(datanet);
		Details::<T>::insert(datanet, details);
		Datanets::<T>::insert(datanet, row);
		Self::deposit_event(Event::DatanetTransferred {
			datanet,
			from,
			to: who,
		});
		Ok(())
	}

	pub(crate) fn do_set_state(
		who: T::AccountId,
		datanet: DatanetId,
		state: DatanetState,
	) -> DispatchResult {
		let row = Self::owned(datanet, &who)?;
		ensure!(
			matches!(
				(row.state, state),
				(DatanetState::Open, DatanetState::Frozen)
					| (DatanetState::Frozen, DatanetState::Open)
					| (
						DatanetState::Open | DatanetState::Frozen,
						DatanetState::Closed
					)
			),
			Error::<T>::StateNotAllowed
		);
		Self::enter_state(datanet, row, state);
		Ok(())
	}

	pub(crate) fn do_suspend(datanet: DatanetId, suspended: bool) -> DispatchResult {
		let row = Self::datanet(datanet)?;
		let state = match (row.state, suspended) {
			(DatanetState::Open | DatanetState::Frozen, true) => DatanetState::Suspended,
			(DatanetState::Suspended, false) => DatanetState::Open,
			_ => return Err(Error::<T>::StateNotAllowed.into()),
		};
		Self::enter_state(datanet, row, state);
		Ok(())
	}

	fn enter_state(datanet: DatanetId, mut row: DatanetOf<T>, state: DatanetState) {
		row.state = state;
		Datanets::<T>::insert(datanet, row);
		Self::deposit_event(Event::DatanetStateSet { datanet, state });
	}

	pub(crate) fn do_set_metadata(
		who: T::AccountId,
		datanet: DatanetId,
		uri: Uri,
		hash: H256,
	) -> DispatchResult {
		Self::owned(datanet, &who)?;
		Self::ensure_uri(&uri)?;
		let details = Details::<T>::get(datanet).ok_or(Error::<T>::Unexpected)?;
		let footprint = Self::datanet_footprint(&details.name, &details.licence, &uri);
		let details = DatanetDetails {
			metadata_uri: uri.clone(),
			metadata_hash: hash,
			ticket: details.ticket.update(&who, footprint)?,
			..details
		};
		Details::<T>::insert(datanet, details);
		Self::deposit_event(Event::MetadataSet { datanet, uri, hash });
		Ok(())
	}

	/// Snapshots keep the terms that they were made under.
	pub(crate) fn do_set_terms(
		who: T::AccountId,
		datanet: DatanetId,
		terms: DatanetTerms,
	) -> DispatchResult {
		let mut row = Self::owned(datanet, &who)?;
		ensure!(
			terms.min_contributors_ppm <= MAX_CONTRIBUTORS_PPM,
			Error::<T>::ShareTooLarge
		);
		row.terms = terms;
		Datanets::<T>::insert(datanet, row);
		Self::deposit_event(Event::TermsSet { datanet, terms });
		Ok(())
	}
}
