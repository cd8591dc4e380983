// SPDX-License-Identifier: Apache-2.0
//! Fees of accepted batches: split, booked, and what waits handed on.

use crate::{types::*, Accrued, Config, Error, Event, Pallet, Parameters, Waiting};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use openledger_primitives::{
	ports::{Beneficiary, FeeSettlement, FeeSplit, ModelInspect, RoyaltyTerms},
	shares, Balance, DatanetId, ModelId, Ppm, Version, PPM,
};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};

/// Parts of an amount that went through a vector, in the vector's order.
pub(crate) type VectorParts = Vec<(Beneficiary, Balance)>;

/// Both steps of a fee's split. Settling, quoting and recomputing all go by it.
pub(crate) struct FeeParts {
	/// First step: burned.
	pub burned: Balance,
	/// First step: the treasury's.
	pub treasury: Balance,
	/// First step: the operator's.
	pub operator: Balance,
	/// First step: what is left for the vector.
	pub rest: Balance,
	/// Second step: parts of `rest`.
	pub vector: VectorParts,
}

impl FeeParts {
	/// The parts by kind of receiver.
	fn summary(&self) -> Result<FeeSplit, ArithmeticError> {
		let mut split = FeeSplit {
			burned: self.burned,
			treasury: self.treasury,
			operator: self.operator,
			..Default::default()
		};
		for (beneficiary, part) in &self.vector {
			let sum = match beneficiary {
				Beneficiary::Developer => &mut split.developer,
				Beneficiary::Contributors => &mut split.data,
				Beneficiary::Upstream(_) => &mut split.upstream,
			};
			*sum = sum.checked_add(*part).ok_or(ArithmeticError::Overflow)?;
		}
		Ok(split)
	}
}

impl<T: Config> Pallet<T> {
	/// The account that holds all undistributed money.
	pub fn pot_account() -> T::AccountId {
		T::PotId::get().into_account_truncating()
	}

	/// Splits `amount` by the vector of a model (rule R1).
	pub(crate) fn split_vector(
		terms: &RoyaltyTerms<T::AccountId>,
		amount: Balance,
	) -> Result<VectorParts, DispatchError> {
		let vector: Vec<u128> = terms
			.vector
			.iter()
			.map(|(_, ppm)| u128::from(*ppm))
			.collect();
		let sum = vector
			.iter()
			.try_fold(0u128, |sum, ppm| sum.checked_add(*ppm));
		ensure!(sum == Some(u128::from(PPM)), Error::<T>::InvalidTerms);
		let parts = shares::split(amount, &vector).ok_or(Error::<T>::InvalidTerms)?;
		Ok(terms
			.vector
			.iter()
			.map(|(who, _)| *who)
			.zip(parts)
			.collect())
	}

	/// Splits a fee by `[burn, treasury, operator, rest]`, then the rest by the vector.
	pub(crate) fn split_fee(
		terms: &RoyaltyTerms<T::AccountId>,
		fee: Balance,
		burn_ppm: Ppm,
		treasury_ppm: Ppm,
	) -> Result<FeeParts, DispatchError> {
		let rest = PPM
			.checked_sub(burn_ppm)
			.and_then(|left| left.checked_sub(treasury_ppm))
			.and_then(|left| left.checked_sub(terms.operator_ppm))
			.ok_or(Error::<T>::InvalidTerms)?;
		let ppm = [burn_ppm, treasury_ppm, terms.operator_ppm, rest].map(u128::from);
		let parts = shares::split(fee, &ppm).ok_or(Error::<T>::InvalidTerms)?;
		let [burned, treasury, operator, rest] =
			<[Balance; 4]>::try_from(parts).map_err(|_| Error::<T>::InvalidTerms)?;
		Ok(FeeParts {
			burned,
			treasury,
			operator,
			rest,
			vector: Self::split_vector(terms, rest)?,
		})
	}

	fn do_settle(
		model: ModelId,
		operator: &T::AccountId,
		fee: Balance,
	) -> Result<FeeSplit, DispatchError> {
		let terms = T::Models::terms(model).ok_or(Error::<T>::UnknownModel)?;
		let RoyaltiesParameters {
			burn_ppm,
			treasury_ppm,
			..
		} = Parameters::<T>::get();
		let parts = Self::split_fee(&terms, fee, burn_ppm, treasury_ppm)?;
		let split = parts.summary()?;
		Self::deposit_event(Event::Settled {
			model,
			operator: operator.clone(),
			fee,
			burn_ppm,
			treasury_ppm,
			split: split.clone(),
		});
		Self::burn(split.burned)?;
		Self::to_treasury(split.treasury)?;
		Self::accrue(operator, split.operator, Source::Operator { model })?;
		Self::accrue(
			&terms.developer,
			split.developer,
			Source::Developer { model },
		)?;
		for (beneficiary, part) in parts.vector {
			if let Beneficiary::Upstream(parent) = beneficiary {
				Self::fill_inbox(parent, part, 0, 0)?;
			}
		}
		Waiting::<T>::try_mutate(|waiting| {
			*waiting = waiting
				.checked_add(split.data)
				.ok_or(ArithmeticError::Overflow)?;
			Ok::<_, DispatchError>(())
		})?;
		Ok(split)
	}

	/// Burns money of the pot.
	fn burn(amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Fungible::burn_from(
			&Self::pot_account(),
			amount,
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Polite,
		)?;
		Self::deposit_event(Event::Burned { amount });
		Ok(())
	}

	/// Moves money of the pot to the treasury. A treasury that can't receive it is booked like
	/// any other payee, so that no settlement ever fails because of it.
	pub(crate) fn to_treasury(amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let account = T::TreasuryAccount::get();
		let sent = with_storage_layer(|| {
			T::Fungible::transfer(
				&Self::pot_account(),
				&account,
				amount,
				Preservation::Preserve,
			)
		});
		if sent.is_ok() {
			Self::deposit_event(Event::TreasuryPaid { amount });
			return Ok(());
		}
		Self::accrue(&account, amount, Source::Treasury)?;
		Self::deposit_event(Event::PayoutDeferred { account, amount });
		Ok(())
	}

	/// Books money of the pot for an account and says why.
	pub(crate) fn accrue(who: &T::AccountId, amount: Balance, source: Source) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		Accrued::<T>::try_mutate(who, |accrued| {
			*accrued = accrued
				.checked_add(amount)
				.ok_or(ArithmeticError::Overflow)?;
			Ok::<_, DispatchError>(())
		})?;
		Self::deposit_event(Event::Accrued {
			account: who.clone(),
			amount,
			source,
		});
		Ok(())
	}

	/// Takes money out of what waits, for a receiver whose event doesn't tell where it comes from.
	fn take_waiting_for_any(amount: Balance) -> DispatchResult {
		Self::take_waiting(amount)?;
		if amount > 0 {
			Self::deposit_event(Event::WaitingTaken { amount });
		}
		Ok(())
	}

	/// Takes money out of what waits; the caller books it elsewhere.
	fn take_waiting(amount: Balance) -> DispatchResult {
		Waiting::<T>::try_mutate(|waiting| {
			*waiting = waiting.checked_sub(amount).ok_or(Error::<T>::NotWaiting)?;
			Ok(())
		})
	}
}

impl<T: Config> FeeSettlement<T::AccountId> for Pallet<T> {
	fn pot() -> T::AccountId {
		Self::pot_account()
	}

	fn quote(model: ModelId, fee: Balance) -> Option<FeeSplit> {
		let terms = T::Models::terms(model)?;
		let RoyaltiesParameters {
			burn_ppm,
			treasury_ppm,
			..
		} = Parameters::<T>::get();
		let parts = Self::split_fee(&terms, fee, burn_ppm, treasury_ppm).ok()?;
		parts.summary().ok()
	}

	fn settle(
		model: ModelId,
		operator: &T::AccountId,
		fee: Balance,
	) -> Result<FeeSplit, DispatchError> {
		with_storage_layer(|| Self::do_settle(model, operator, fee))
	}

	fn release_base(model: ModelId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| {
			Self::take_waiting(amount)?;
			Self::fill_inbox(model, 0, amount, 1)
		})
	}

	fn credit(who: &T::AccountId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| {
			Self::take_waiting(amount)?;
			Self::accrue(who, amount, Source::Credit)
		})
	}

	fn credit_pool(datanet: DatanetId, version: Version, amount: Balance) -> DispatchResult {
		with_storage_layer(|| {
			Self::take_waiting_for_any(amount)?;
			Self::fill_pool(datanet, version, amount)
		})
	}

	fn credit_treasury(amount: Balance) -> DispatchResult {
		with_storage_layer(|| {
			Self::take_waiting_for_any(amount)?;
			Self::to_treasury(amount)
		})
	}

	fn waiting() -> Balance {
		Waiting::<T>::get()
	}
}
