// SPDX-License-Identifier: Apache-2.0
//! Operators' offers to serve a model.
//!
//! Two rows each: the offer by (model, operator), and its place by (model, reference fee, operator).
//! Keys iterate in the order of their bytes, so the second lists a model's offers cheapest first
//! without sorting, and without a longest list whose places a rival could take.

use alloc::vec::Vec;

use codec::Encode;
use frame_support::{
	ensure,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
		Footprint,
	},
};
use openledger_primitives::{
	apis::{AdvertisementView, MAX_PAGE},
	payload::Price,
	ports::{ModelInspect, OperatorInspect},
	Balance, BlockNumber, ModelId,
};
use sp_runtime::{
	traits::{Convert, SaturatedConversion},
	DispatchResult,
};

use crate::{
	types::{reference_fee, Advertisement, State, Uri},
	Advertisements, AdvertisementsByFee, Config, Error, Event, HoldReason, Models, Pallet,
	Parameters,
};

/// A fee as a key: most significant byte first, so that keys sort like fees.
pub(crate) fn fee_key(fee: Balance) -> [u8; 16] {
	fee.to_be_bytes()
}

impl<T: Config> Pallet<T> {
	/// Makes or replaces the operator's advertisement of a model.
	pub(crate) fn do_advertise(
		operator: T::AccountId,
		id: ModelId,
		endpoint: Uri,
		price: Price,
		expires_at: BlockNumber,
	) -> DispatchResult {
		let model = Models::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		match model.state {
			State::Draft => return Err(Error::<T>::NotPublished.into()),
			State::Retired => return Err(Error::<T>::AlreadyRetired.into()),
			State::Published => {}
		}
		ensure!(
			T::Operators::accepts_channels(&operator),
			Error::<T>::OperatorNotActive
		);
		ensure!(
			!endpoint.is_empty() && core::str::from_utf8(&endpoint).is_ok(),
			Error::<T>::InvalidEndpoint
		);
		let now = Self::now();
		let latest = now.saturating_add(Parameters::<T>::get().max_advertisement_period);
		ensure!(expires_at > now, Error::<T>::ExpiryPassed);
		ensure!(expires_at <= latest, Error::<T>::ExpiryTooFar);

		let mut row = Advertisement {
			endpoint: endpoint.clone(),
			price,
			reference_fee: reference_fee(&price),
			expires_at,
			deposit: 0,
		};
		row.deposit = T::AdvertisementPrice::convert(advertisement_footprint(&row, &operator));
		let before = Advertisements::<T>::get(id, &operator);
		let held = before.as_ref().map_or(0, |before| before.deposit);
		Self::move_deposit(&operator, held, row.deposit)?;
		if let Some(before) = before {
			AdvertisementsByFee::<T>::remove((id, fee_key(before.reference_fee), &operator));
		}
		AdvertisementsByFee::<T>::insert((id, fee_key(row.reference_fee), &operator), ());
		Advertisements::<T>::insert(id, &operator, row);
		Self::deposit_event(Event::Advertised {
			model: id,
			operator,
			endpoint,
			price,
			expires_at,
		});
		Ok(())
	}

	/// Removes the operator's own advertisement and returns its deposit.
	pub(crate) fn do_withdraw_advertisement(operator: T::AccountId, id: ModelId) -> DispatchResult {
		let row = Advertisements::<T>::get(id, &operator).ok_or(Error::<T>::NotAdvertised)?;
		Self::remove_advertisement(id, &operator, &row);
		Self::move_deposit(&operator, row.deposit, 0)?;
		Self::deposit_event(Event::AdvertisementWithdrawn {
			model: id,
			operator,
		});
		Ok(())
	}

	/// Removes an expired advertisement; its deposit goes to `by`.
	pub(crate) fn do_prune_advertisement(
		by: T::AccountId,
		id: ModelId,
		operator: T::AccountId,
	) -> DispatchResult {
		let row = Advertisements::<T>::get(id, &operator).ok_or(Error::<T>::NotAdvertised)?;
		ensure!(!row.counts_at(Self::now()), Error::<T>::NotExpired);
		Self::remove_advertisement(id, &operator, &row);
		if row.deposit > 0 {
			T::Fungible::transfer_on_hold(
				&HoldReason::Advertisement.into(),
				&operator,
				&by,
				row.deposit,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)?;
		}
		Self::deposit_event(Event::AdvertisementPruned {
			model: id,
			operator,
			by,
			deposit: row.deposit,
		});
		Ok(())
	}

	/// Operators that serve a model, by rising `(reference fee, key of the operator)`, after the
	/// `(reference fee, operator)` given; nobody once the model accepts no channels.
	///
	/// At most `limit`, and never more than [`MAX_PAGE`], live rows. Expired ones are passed over
	/// but count among the rows read, of which there are never more than [`MAX_PAGE`]: a client
	/// that gets fewer than it asked for may go on from any pair, whether a row has it or not.
	pub fn api_advertisements(
		model: ModelId,
		cursor: Option<(Balance, T::AccountId)>,
		limit: u32,
	) -> Vec<AdvertisementView<T::AccountId>> {
		if !<Self as ModelInspect<T::AccountId>>::accepts_channels(model) {
			return Vec::new();
		}
		let keys = match cursor {
			Some((fee, operator)) => {
				let last =
					AdvertisementsByFee::<T>::hashed_key_for((model, fee_key(fee), operator));
				AdvertisementsByFee::<T>::iter_key_prefix_from((model,), last)
			}
			None => AdvertisementsByFee::<T>::iter_key_prefix((model,)),
		};
		let most = usize::try_from(MAX_PAGE).unwrap_or(usize::MAX);
		let now = Self::now();
		keys.take(most)
			.filter_map(|(_, operator)| {
				let row = Advertisements::<T>::get(model, &operator)?;
				row.counts_at(now)
					.then(|| Self::advertisement_view(model, operator, row))
			})
			.take(usize::try_from(limit).unwrap_or(usize::MAX))
			.collect()
	}

	fn advertisement_view(
		model: ModelId,
		operator: T::AccountId,
		row: Advertisement,
	) -> AdvertisementView<T::AccountId> {
		AdvertisementView {
			model,
			endpoint: row.endpoint.into_inner(),
			price: row.price,
			reference_fee: row.reference_fee,
			expires_at: row.expires_at,
			active: T::Operators::accepts_channels(&operator),
			operator,
		}
	}

	/// Removes both rows.
	fn remove_advertisement(id: ModelId, operator: &T::AccountId, row: &Advertisement) {
		Advertisements::<T>::remove(id, operator);
		AdvertisementsByFee::<T>::remove((id, fee_key(row.reference_fee), operator));
	}

	/// Changes what is held for an advertisement.
	fn move_deposit(who: &T::AccountId, from: Balance, to: Balance) -> DispatchResult {
		let reason = HoldReason::Advertisement.into();
		let (more, less) = (to.saturating_sub(from), from.saturating_sub(to));
		if more > 0 {
			T::Fungible::hold(&reason, who, more)?;
		}
		if less > 0 {
			T::Fungible::release(&reason, who, less, Precision::Exact)?;
		}
		Ok(())
	}

	/// The block that is being built, or whose state is read.
	pub(crate) fn now() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}
}

impl Advertisement {
	/// Whether it counts in a block.
	pub fn counts_at(&self, now: BlockNumber) -> bool {
		now <= self.expires_at
	}
}

/// One item as large as the value and what the second row repeats of it in its key; the price's
/// base stands for the rest of the keys.
pub(crate) fn advertisement_footprint<AccountId: Encode>(
	row: &Advertisement,
	operator: &AccountId,
) -> Footprint {
	let size = row
		.encoded_size()
		.saturating_add(row.reference_fee.encoded_size())
		.saturating_add(operator.encoded_size());
	Footprint::from_parts(1, size)
}
