// SPDX-License-Identifier: Apache-2.0
//! Payouts: on demand, and by bounded sweeps of idle blocks.

use crate::{
	types::*, weights::WeightInfo, Accrued, Config, Error, Event, Inboxes, Members, Paid, Pallet,
	Parameters, Sweep,
};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{fungible::Mutate, tokens::Preservation},
	weights::{Weight, WeightMeter},
};
use openledger_primitives::{Balance, DatanetId, ModelId, Version, MAX_PARENTS, MAX_SHARES};
use sp_runtime::DispatchError;

/// Own snapshots of a model, at most: the shares of one split.
pub(crate) const MAX_SNAPSHOTS: u32 = {
	assert!(MAX_SHARES == 16, "weights are stated for 16 own snapshots");
	16
};

/// What one step of the sweep came to.
pub(crate) enum Step<AccountId> {
	/// One entry looked at: go on from here.
	Looked(SweepCursor<AccountId>),
	/// No entry left in this map, or none that fits: go on with the next map.
	Ended(SweepCursor<AccountId>),
	/// The weight is used up.
	Stopped,
}

impl<T: Config> Pallet<T> {
	/// Pays what was booked for an account. Marked as paid only together with the transfer
	/// (rule R6): on error nothing has changed.
	pub(crate) fn do_claim(who: &T::AccountId) -> Result<Balance, DispatchError> {
		with_storage_layer(|| {
			let amount = Accrued::<T>::take(who);
			ensure!(amount > 0, Error::<T>::NothingAccrued);
			let pot = Self::pot_account();
			// A transfer to oneself succeeds and moves nothing.
			ensure!(*who != pot, Error::<T>::CannotReceive);
			T::Fungible::transfer(&pot, who, amount, Preservation::Preserve)
				.map_err(|_| Error::<T>::CannotReceive)?;
			Paid::<T>::mutate(who, |paid| *paid = paid.saturating_add(amount));
			Self::deposit_event(Event::Paid {
				account: who.clone(),
				amount,
			});
			Ok(amount)
		})
	}

	/// Pays an account if anything was booked for it; says so when it can't receive it.
	pub(crate) fn pay_or_defer(who: &T::AccountId) {
		let amount = Accrued::<T>::get(who);
		if amount > 0 && Self::do_claim(who).is_err() {
			Self::deposit_event(Event::PayoutDeferred {
				account: who.clone(),
				amount,
			});
		}
	}

	/// Uses an idle block: goes on where the last one stopped, through inboxes, booked balances
	/// and pool rows in turn. Returns the weight used, never more than `limit`.
	pub(crate) fn do_sweep(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::sweep_base()).is_err() {
			return Weight::zero();
		}
		let RoyaltiesParameters {
			payout_threshold: threshold,
			payouts_per_block,
			..
		} = Parameters::<T>::get();
		let start = Sweep::<T>::get();
		let mut cursor = start.clone();
		let mut maps_left = 3u32;
		for _ in 0..payouts_per_block.min(MAX_PAYOUTS_PER_BLOCK) {
			match Self::sweep_step(&cursor, threshold, &mut meter) {
				Step::Looked(next) => cursor = next,
				Step::Ended(next) => {
					cursor = next;
					maps_left = maps_left.saturating_sub(1);
					if maps_left == 0 {
						break;
					}
				}
				Step::Stopped => break,
			}
		}
		if cursor != start {
			Sweep::<T>::put(cursor);
		}
		meter.consumed()
	}

	/// Looks at the entry after `cursor`, and acts on it if it is worth it and fits.
	pub(crate) fn sweep_step(
		cursor: &SweepCursor<T::AccountId>,
		threshold: Balance,
		meter: &mut WeightMeter,
	) -> Step<T::AccountId> {
		if meter.try_consume(T::WeightInfo::sweep_look()).is_err() {
			return Step::Stopped;
		}
		match cursor {
			SweepCursor::Inboxes(last) => Self::sweep_inbox(*last, threshold, meter),
			SweepCursor::Accrued(last) => Self::sweep_accrued(last.as_ref(), threshold, meter),
			SweepCursor::Members(last) => Self::sweep_member(last.as_ref(), threshold, meter),
		}
	}

	/// Distributes the next inbox if nobody prepaid it and it is worth it. One that doesn't fit
	/// lets payouts go first, so that busy blocks never stop them.
	fn sweep_inbox(
		last: Option<ModelId>,
		threshold: Balance,
		meter: &mut WeightMeter,
	) -> Step<T::AccountId> {
		let next = match last {
			Some(model) => Inboxes::<T>::iter_keys_from_key(model).next(),
			None => Inboxes::<T>::iter_keys().next(),
		};
		let Some(model) = next else {
			return Step::Ended(SweepCursor::Accrued(None));
		};
		let inbox = Inboxes::<T>::get(model);
		let worth = inbox.upstream.saturating_add(inbox.base) >= threshold;
		if worth && inbox.prepaid == 0 {
			let heaviest = T::WeightInfo::distribute(MAX_PARENTS, MAX_SNAPSHOTS);
			if !meter.can_consume(heaviest) {
				return Step::Ended(SweepCursor::Accrued(None));
			}
			let used = match Self::do_distribute(model) {
				Ok(extent) => T::WeightInfo::distribute(extent.parents, extent.snapshots),
				Err(error) => {
					log::error!(target: crate::LOG_TARGET, "inbox {model} stays: {error:?}");
					heaviest
				}
			};
			meter.consume(used.min(heaviest));
		}
		Step::Looked(SweepCursor::Inboxes(Some(model)))
	}

	/// Pays the next account if enough is booked for it.
	fn sweep_accrued(
		last: Option<&T::AccountId>,
		threshold: Balance,
		meter: &mut WeightMeter,
	) -> Step<T::AccountId> {
		let next = match last {
			Some(who) => Accrued::<T>::iter_keys_from_key(who).next(),
			None => Accrued::<T>::iter_keys().next(),
		};
		let Some(who) = next else {
			return Step::Ended(SweepCursor::Members(None));
		};
		if Accrued::<T>::get(&who) >= threshold {
			if meter.try_consume(T::WeightInfo::claim()).is_err() {
				return Step::Stopped;
			}
			Self::pay_or_defer(&who);
		}
		Step::Looked(SweepCursor::Accrued(Some(who)))
	}

	/// Collects the next pool row if enough is pending in it, and pays its account. Locked rows
	/// are passed over.
	fn sweep_member(
		last: Option<&(DatanetId, Version, T::AccountId)>,
		threshold: Balance,
		meter: &mut WeightMeter,
	) -> Step<T::AccountId> {
		let next = match last {
			Some(key) => {
				Members::<T>::iter_keys_from(Members::<T>::hashed_key_for(key.clone())).next()
			}
			None => Members::<T>::iter_keys().next(),
		};
		let Some((datanet, tranche, who)) = next else {
			return Step::Ended(SweepCursor::Inboxes(None));
		};
		if meter.try_consume(T::WeightInfo::sweep_pending()).is_err() {
			return Step::Stopped;
		}
		if Self::collectable(datanet, tranche, &who) >= threshold {
			let needed = T::WeightInfo::collect().saturating_add(T::WeightInfo::claim());
			if meter.try_consume(needed).is_err() {
				return Step::Stopped;
			}
			match with_storage_layer(|| Self::do_collect(datanet, tranche, &who)) {
				Ok(_) => Self::pay_or_defer(&who),
				Err(error) => log::error!(
					target: crate::LOG_TARGET,
					"row of tranche {tranche} of datanet {datanet} stays: {error:?}"
				),
			}
		}
		Step::Looked(SweepCursor::Members(Some((datanet, tranche, who))))
	}
}
