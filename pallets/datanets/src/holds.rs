// SPDX-License-Identifier: Apache-2.0
//! The only place that moves held money.
//!
//! Holds are one row per account and reason, so each item keeps its own amount. Money leaves a
//! hold exactly, into free balance, and whatever lock covers the account: otherwise a bond could
//! be shielded behind a vesting schedule.

use crate::{pallet::*, EXPIRY_BURN_DIVISOR};
use frame_support::{
	pallet_prelude::*,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use openledger_primitives::Balance;
use sp_runtime::ArithmeticError;

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

	/// Burns the tenth (rounded down) of a bond and gives the rest back; returns what was burned.
	pub(crate) fn burn_tenth(
		reason: HoldReason,
		who: &T::AccountId,
		bond: Balance,
	) -> Result<Balance, DispatchError> {
		let burned = bond
			.checked_div(EXPIRY_BURN_DIVISOR)
			.ok_or(ArithmeticError::DivisionByZero)?;
		let rest = bond.checked_sub(burned).ok_or(ArithmeticError::Underflow)?;
		Self::give_back(reason, who, rest)?;
		if burned > 0 {
			T::Currency::burn_held(
				&reason.into(),
				who,
				burned,
				Precision::Exact,
				Fortitude::Force,
			)?;
		}
		Ok(burned)
	}
}
