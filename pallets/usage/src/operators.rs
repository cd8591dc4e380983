// SPDX-License-Identifier: Apache-2.0
//! Bonds: registering, raising, lowering, charging and slashing.

use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Mutate as _, Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation, Restriction},
		Get,
	},
};
use openledger_primitives::{
	payload::{Curve, PublicKey},
	AccountId, Balance,
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
	types::{Operator, OperatorState, Unbonding},
	Config, Error, Event, HoldReason, Operators, Pallet, Parameters,
};

impl Operator {
	/// Bond that no unpaid batch needs.
	pub fn spare_bond(&self) -> Balance {
		self.bond.saturating_sub(self.coverage)
	}

	/// Whether new channels can be opened with him.
	pub fn is_active(&self) -> bool {
		self.state == OperatorState::Active
	}
}

/// A key of scheme 0 or 1; the wrapped schemes belong to signatures of payers.
pub(crate) fn public_key(scheme: u8, key: [u8; 32]) -> Option<PublicKey> {
	let curve = Curve::of_scheme(scheme).filter(|curve| curve.plain_scheme() == scheme)?;
	Some(PublicKey { curve, key })
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register_operator(
		who: AccountId,
		bond: Balance,
		key: [u8; 32],
		scheme: u8,
	) -> DispatchResult {
		ensure!(
			!Operators::<T>::contains_key(&who),
			Error::<T>::AlreadyRegistered
		);
		let key = public_key(scheme, key).ok_or(Error::<T>::UnknownScheme)?;
		ensure!(
			bond >= Parameters::<T>::get().min_bond,
			Error::<T>::BondTooSmall
		);
		T::Fungible::hold(&HoldReason::OperatorBond.into(), &who, bond)?;
		let operator = Operator {
			bond,
			unbonding: None,
			key,
			state: OperatorState::Active,
			coverage: 0,
			unpaid_pages: 0,
			last_turn: Self::now(),
		};
		Operators::<T>::insert(&who, operator);
		Self::deposit_event(Event::OperatorRegistered {
			operator: who,
			bond,
		});
		Ok(())
	}

	pub(crate) fn do_bond_more(who: AccountId, amount: Balance) -> DispatchResult {
		let mut operator = Self::operator(&who)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let bond = operator
			.bond
			.checked_add(amount)
			.ok_or(Error::<T>::Overflow)?;
		ensure!(
			bond >= Parameters::<T>::get().min_bond,
			Error::<T>::BondTooSmall
		);
		T::Fungible::hold(&HoldReason::OperatorBond.into(), &who, amount)?;
		operator.bond = bond;
		operator.state = OperatorState::Active;
		Operators::<T>::insert(&who, operator);
		Self::deposit_event(Event::BondChanged {
			operator: who,
			bond,
		});
		Ok(())
	}

	pub(crate) fn do_unbond(who: AccountId, amount: Balance) -> DispatchResult {
		let mut operator = Self::operator(&who)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let bond = operator
			.bond
			.checked_sub(amount)
			.ok_or(Error::<T>::CoverageNeeded)?;
		ensure!(bond >= operator.coverage, Error::<T>::CoverageNeeded);
		let parameters = Parameters::<T>::get();
		ensure!(
			bond == 0 || bond >= parameters.min_bond,
			Error::<T>::BondTooSmall
		);
		let waiting = operator.unbonding.map_or(0, |unbonding| unbonding.amount);
		operator.bond = bond;
		operator.unbonding = Some(Unbonding {
			amount: waiting.checked_add(amount).ok_or(Error::<T>::Overflow)?,
			at: Self::now().saturating_add(parameters.challenge_window),
		});
		if bond == 0 {
			operator.state = OperatorState::Leaving;
		}
		Operators::<T>::insert(&who, operator);
		Self::deposit_event(Event::BondChanged {
			operator: who,
			bond,
		});
		Ok(())
	}

	pub(crate) fn do_withdraw_unbonded(who: AccountId) -> DispatchResult {
		let mut operator = Self::operator(&who)?;
		let unbonding = operator
			.unbonding
			.take()
			.ok_or(Error::<T>::NothingUnbonding)?;
		ensure!(Self::now() >= unbonding.at, Error::<T>::StillBonded);
		let amount = unbonding.amount;
		T::Fungible::release(
			&HoldReason::OperatorBond.into(),
			&who,
			amount,
			Precision::Exact,
		)?;
		// Coverage is never above the bond, so nothing of his is unpaid.
		if operator.bond == 0 {
			Operators::<T>::remove(&who);
		} else {
			Operators::<T>::insert(&who, operator);
		}
		Self::deposit_event(Event::Unbonded {
			operator: who,
			amount,
		});
		Ok(())
	}

	/// The operator, or a named error.
	pub(crate) fn operator(who: &AccountId) -> Result<Operator, DispatchError> {
		Operators::<T>::get(who).ok_or_else(|| Error::<T>::UnknownOperator.into())
	}

	/// What the operator can pay: free balance above the existential deposit, then `spare_bond`.
	pub(crate) fn means(who: &AccountId, spare_bond: Balance) -> Balance {
		Self::free_means(who).saturating_add(spare_bond)
	}

	fn free_means(who: &AccountId) -> Balance {
		T::Fungible::reducible_balance(who, Preservation::Preserve, Fortitude::Polite)
	}

	/// Takes `amount` from the operator's free balance, then from bond above coverage, for the
	/// treasury.
	pub(crate) fn charge_operator(
		who: &AccountId,
		operator: &mut Operator,
		amount: Balance,
	) -> DispatchResult {
		let treasury = T::TreasuryAccount::get();
		let free = amount.min(Self::free_means(who));
		let bonded = amount.saturating_sub(free);
		ensure!(bonded <= operator.spare_bond(), Error::<T>::CoverageNeeded);
		if free > 0 {
			T::Fungible::transfer(who, &treasury, free, Preservation::Preserve)?;
		}
		Self::take_bond(who, operator, bonded)
	}

	/// Slashes up to `amount` for the treasury and returns what was there.
	pub(crate) fn slash_operator(
		who: &AccountId,
		operator: &mut Operator,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		let slashed = amount.min(operator.bond);
		Self::take_bond(who, operator, slashed)?;
		if operator.is_active() && operator.bond < Parameters::<T>::get().min_bond {
			operator.state = OperatorState::Suspended;
		}
		Ok(slashed)
	}

	fn take_bond(who: &AccountId, operator: &mut Operator, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		operator.bond = operator
			.bond
			.checked_sub(amount)
			.ok_or(Error::<T>::Unexpected)?;
		T::Fungible::transfer_on_hold(
			&HoldReason::OperatorBond.into(),
			who,
			&T::TreasuryAccount::get(),
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)?;
		Ok(())
	}
}
