// SPDX-License-Identifier: Apache-2.0
//! The developer's rights change hands in two steps, because the deposit does too.

use frame_support::{ensure, traits::Consideration, weights::Weight};
use openledger_primitives::{ports::InboxSettlement, ModelId, MAX_PARENTS};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
	impls::count, lineage::upstreams_in, types::MAX_SNAPSHOTS, weights::WeightInfo, Config, Error,
	Event, ModelDetails, Models, Pallet, Snapshots,
};

/// How large a settled inbox's model was: its parents and its own snapshots.
pub(crate) type Settled = (u32, u32);

/// The weight of an acceptance once done.
pub(crate) fn acceptance_weight<T: Config>((parents, snapshots): Settled) -> Weight {
	T::WeightInfo::accept_transfer()
		.saturating_add(T::Inboxes::settle_inbox_weight(parents, snapshots))
}

/// The weight of an acceptance of the largest model.
pub(crate) fn worst_acceptance_weight<T: Config>() -> Weight {
	acceptance_weight::<T>((MAX_PARENTS, MAX_SNAPSHOTS))
}

impl<T: Config> Pallet<T> {
	/// Offers the rights to `to`, or to nobody.
	pub(crate) fn do_offer_transfer(
		who: &T::AccountId,
		id: ModelId,
		to: Option<T::AccountId>,
	) -> DispatchResult {
		Self::model_of(who, id)?;
		ensure!(to.as_ref() != Some(who), Error::<T>::SelfTransfer);
		let mut details = ModelDetails::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		ensure!(
			to.is_some() || details.offered_to.is_some(),
			Error::<T>::NotOffered
		);
		details.offered_to.clone_from(&to);
		ModelDetails::<T>::insert(id, details);
		Self::deposit_event(Event::TransferOffered {
			model: id,
			from: who.clone(),
			to,
		});
		Ok(())
	}

	/// Settles the inbox, then moves deposit and rights to `who`.
	pub(crate) fn do_accept_transfer(
		who: &T::AccountId,
		id: ModelId,
	) -> Result<Settled, DispatchError> {
		let mut model = Models::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		let mut details = ModelDetails::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		ensure!(
			details.offered_to.as_ref() == Some(who),
			Error::<T>::NotOffered
		);
		// While the rights are still the old developer's: what came before is his.
		T::Inboxes::settle_inbox(id)?;

		let footprint = Self::stored_footprint(id).ok_or(Error::<T>::UnknownModel)?;
		let deposit = T::Consideration::new(who, footprint)?;
		details.deposit.drop(&model.developer)?;
		details.deposit = deposit;
		details.offered_to = None;
		let settled = (
			count(upstreams_in(&model.vector).count()),
			count(Snapshots::<T>::decode_len(id).unwrap_or_default()),
		);
		let from = core::mem::replace(&mut model.developer, who.clone());
		Models::<T>::insert(id, model);
		ModelDetails::<T>::insert(id, details);
		Self::deposit_event(Event::Transferred {
			model: id,
			from,
			to: who.clone(),
		});
		Ok(settled)
	}
}
