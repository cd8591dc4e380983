// SPDX-License-Identifier: Apache-2.0
//! The only place that moves held money.
//!
//! Holds are one row per account and reason, so each item keeps its own amount. Money leaves a
//! hold exactly, into free balance, and whatever lock covers the account: otherwise a bond could
//! be shielded behind a vesting schedule.

use crate::{pallet::*, weights::WeightInfo, BURN_DIVISOR, PREPAID_OUTCOMES};
use frame_support::{
	dispatch::DispatchClass,
	pallet_prelude::*,
	traits::{
		fungible::{Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation, Restriction},
	},
};
use openledger_primitives::Balance;
use sp_runtime::{traits::Convert, ArithmeticError};

/// Length of a keeper's transaction: 128 bytes beside its arguments, and an id.
const KEEPER_LENGTH: u32 = 128 + 8;

impl<T: Config> Pallet<T> {
	/// Free balance to a hold.
	pub(crate) fn place(reason: HoldReason, who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::hold(&reason.into(), who, amount)
	}

	/// A hold back to the free balance of the same account.
	pub(crate) fn give_back(
		reason: HoldReason,
		who: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(|_| ())
	}

	/// A hold to the free balance of another account.
	pub(crate) fn hand_over(
		reason: HoldReason,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::transfer_on_hold(
			&reason.into(),
			from,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.map(|_| ())
	}

	/// Burns held money.
	pub(crate) fn burn_held(
		reason: HoldReason,
		who: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::burn_held(
			&reason.into(),
			who,
			amount,
			Precision::Exact,
			Fortitude::Force,
		)
		.map(|_| ())
	}

	/// Burns the tenth (rounded down) of a bond and gives the rest back; returns what was burned.
	pub(crate) fn burn_tenth(
		reason: HoldReason,
		who: &T::AccountId,
		bond: Balance,
	) -> Result<Balance, DispatchError> {
		let burned = Self::tenth(bond);
		let rest = bond.checked_sub(burned).ok_or(ArithmeticError::Underflow)?;
		Self::give_back(reason, who, rest)?;
		Self::burn_held(reason, who, burned)?;
		Ok(burned)
	}

	/// A tenth, rounded down.
	pub(crate) fn tenth(bond: Balance) -> Balance {
		bond.checked_div(BURN_DIVISOR).unwrap_or_default()
	}

	/// Pays the weight fees of the keeper calls of this weight that follow from a caller's doing,
	/// into the treasury as every fee. They are never refunded.
	pub(crate) fn charge_keeper(who: &T::AccountId, call_weight: Weight) -> DispatchResult {
		let base = <T as frame_system::Config>::BlockWeights::get()
			.get(DispatchClass::Operational)
			.base_extrinsic;
		let weight = call_weight
			.saturating_add(T::WeightInfo::authorize_conclude())
			.saturating_add(T::ExtensionWeight::get())
			.saturating_add(base);
		let fee = T::WeightFee::convert((weight, KEEPER_LENGTH))
			.checked_mul(PREPAID_OUTCOMES.into())
			.ok_or(ArithmeticError::Overflow)?;
		T::Currency::transfer(who, &T::TreasuryAccount::get(), fee, Preservation::Preserve)
			.map(|_| ())
	}
}
