// SPDX-License-Identifier: Apache-2.0
//! Inboxes of models, their distribution, and the list of those that a keeper may distribute.

use crate::{
	types::*, Config, DueCount, DueModels, DuePlaces, Error, Event, Inboxes, KeeperQuota, Pallet,
	WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{ensure, storage::with_storage_layer, traits::Get, weights::Weight};
use openledger_primitives::{
	ports::{Beneficiary, InboxSettlement, ModelInspect},
	shares, Balance, ModelId,
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// What a distribution had to do: drives its weight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
	/// Parents in the model's vector.
	pub parents: u32,
	/// Its own snapshots.
	pub snapshots: u32,
}

impl<T: Config> Pallet<T> {
	/// Books money of the pot and prepaid distributions for a model.
	pub(crate) fn fill_inbox(
		model: ModelId,
		upstream: Balance,
		base: Balance,
		prepaid: u32,
	) -> DispatchResult {
		if upstream == 0 && base == 0 && prepaid == 0 {
			return Ok(());
		}
		let mut inbox = Inboxes::<T>::get(model);
		inbox.upstream = inbox
			.upstream
			.checked_add(upstream)
			.ok_or(ArithmeticError::Overflow)?;
		inbox.base = inbox
			.base
			.checked_add(base)
			.ok_or(ArithmeticError::Overflow)?;
		inbox.prepaid = inbox.prepaid.saturating_add(prepaid);
		Self::store_inbox(model, inbox)?;
		if upstream > 0 || base > 0 {
			Self::deposit_event(Event::InboxPaidIn {
				model,
				upstream,
				base,
			});
		}
		if prepaid > 0 {
			Self::deposit_event(Event::PrepaidSet {
				model,
				prepaid: inbox.prepaid,
			});
		}
		Ok(())
	}

	/// Stores an inbox and keeps the list of due models true to it.
	fn store_inbox(model: ModelId, inbox: Inbox) -> DispatchResult {
		if inbox == Inbox::default() {
			Inboxes::<T>::remove(model);
		} else {
			Inboxes::<T>::insert(model, inbox);
		}
		match (inbox.is_due(), DuePlaces::<T>::get(model)) {
			(true, None) => Self::list_due(model),
			(false, Some(place)) => Self::unlist_due(model, place),
			_ => Ok(()),
		}
	}

	fn list_due(model: ModelId) -> DispatchResult {
		let place = DueCount::<T>::get();
		let count = place.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		DueModels::<T>::insert(place, model);
		DuePlaces::<T>::insert(model, place);
		DueCount::<T>::put(count);
		Ok(())
	}

	/// The last of the list takes the place of the one that leaves.
	fn unlist_due(model: ModelId, place: u32) -> DispatchResult {
		let last = DueCount::<T>::get()
			.checked_sub(1)
			.ok_or(ArithmeticError::Underflow)?;
		if let Some(moved) = DueModels::<T>::take(last) {
			if moved != model {
				DueModels::<T>::insert(place, moved);
				DuePlaces::<T>::insert(moved, place);
			}
		}
		DuePlaces::<T>::remove(model);
		DueCount::<T>::put(last);
		Ok(())
	}

	/// Splits an inbox: upstream money by the vector, whose `Contributors` part joins the base
	/// money; then all base money over the model's own snapshots. Changes nothing on error.
	pub(crate) fn do_distribute(model: ModelId) -> Result<Extent, DispatchError> {
		with_storage_layer(|| {
			let inbox = Inboxes::<T>::get(model);
			ensure!(!inbox.is_empty(), Error::<T>::InboxEmpty);
			let terms = T::Models::terms(model).ok_or(Error::<T>::UnknownModel)?;
			Self::store_inbox(
				model,
				Inbox {
					prepaid: inbox.prepaid,
					..Default::default()
				},
			)?;
			Self::deposit_event(Event::Distributed {
				model,
				upstream: inbox.upstream,
				base: inbox.base,
			});
			let mut base = inbox.base;
			let mut parents = 0u32;
			for (beneficiary, part) in Self::split_vector(&terms, inbox.upstream)? {
				match beneficiary {
					Beneficiary::Developer => {
						Self::accrue(&terms.developer, part, Source::Developer { model })?
					}
					Beneficiary::Contributors => {
						base = base.checked_add(part).ok_or(ArithmeticError::Overflow)?
					}
					Beneficiary::Upstream(parent) => {
						parents = parents.saturating_add(1);
						Self::fill_inbox(parent, part, 0, 0)?
					}
				}
			}
			let snapshots = Self::distribute_base(model, base)?;
			Ok(Extent { parents, snapshots })
		})
	}

	/// Splits base money over the pools of a model's own snapshots by weight. A model without
	/// any has nobody to pay, so it goes to the treasury (as in rule R3, nothing parks). Returns
	/// the number of snapshots.
	fn distribute_base(model: ModelId, base: Balance) -> Result<u32, DispatchError> {
		if base == 0 {
			return Ok(0);
		}
		let snapshots = T::Models::own_snapshots(model);
		if snapshots.is_empty() {
			Self::to_treasury(base)?;
			return Ok(0);
		}
		let weights: Vec<u128> = snapshots.iter().map(|own| u128::from(own.weight)).collect();
		let parts = shares::split(base, &weights).ok_or(Error::<T>::InvalidTerms)?;
		for (own, part) in snapshots.iter().zip(parts) {
			Self::fill_pool(own.datanet, own.version, part)?;
		}
		Ok(u32::try_from(snapshots.len()).unwrap_or(u32::MAX))
	}

	/// A keeper's distribution. Takes one prepaid distribution whatever comes of it, so that the
	/// same one is never had twice; `None` when the inbox could not be split and stays.
	pub(crate) fn do_distribute_due(model: ModelId) -> Result<Option<Extent>, DispatchError> {
		let mut inbox = Inboxes::<T>::get(model);
		ensure!(inbox.is_due(), Error::<T>::NotDue);
		inbox.prepaid = inbox.prepaid.saturating_sub(1);
		Self::store_inbox(model, inbox)?;
		Self::deposit_event(Event::PrepaidSet {
			model,
			prepaid: inbox.prepaid,
		});
		let now = frame_system::Pallet::<T>::block_number();
		let used = Self::keeper_quota_used().saturating_add(1);
		KeeperQuota::<T>::put((now, used));
		let extent = Self::do_distribute(model);
		if let Err(error) = &extent {
			log::error!(target: crate::LOG_TARGET, "inbox {model} stays: {error:?}");
		}
		Ok(extent.ok())
	}

	/// Keeper distributions made in this block.
	pub(crate) fn keeper_quota_used() -> u32 {
		let (block, used) = KeeperQuota::<T>::get();
		if block == frame_system::Pallet::<T>::block_number() {
			used
		} else {
			0
		}
	}
}

impl<T: Config> InboxSettlement for Pallet<T> {
	fn settle_inbox(model: ModelId) -> DispatchResult {
		if Inboxes::<T>::get(model).is_empty() {
			return Ok(());
		}
		Self::do_distribute(model).map(|_| ())
	}

	/// One read more than a distribution, for the look whether there is anything to split.
	fn settle_inbox_weight(parents: u32, snapshots: u32) -> Weight {
		T::WeightInfo::distribute(parents, snapshots).saturating_add(T::DbWeight::get().reads(1))
	}
}
