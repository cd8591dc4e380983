// SPDX-License-Identifier: Apache-2.0
//! Rows that claims lock: what they earn is withheld, and the part of a text that a claim accuses is
//! set aside until the claim ends.

use crate::{fenwick, types::*, Aside, Config, Error, Event, Members, Pallet, Withheld};
use frame_support::ensure;
use openledger_primitives::{shares::ACC_BITS, Balance, DatanetId, Version, U256};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// One planck in the accumulator's units.
const PLANCK: u128 = 1 << ACC_BITS;

/// What so many points have earned while the accumulator went from `since` to `acc`: rounded down,
/// and never more than is withheld. `None` on overflow.
fn part_of(withheld: Balance, points: u64, since: U256, acc: U256) -> Option<Balance> {
	let earned = acc.checked_sub(since)?.checked_mul(points.into())?;
	let planck = earned.checked_div(PLANCK.into())?;
	Some(Balance::try_from(planck).unwrap_or(withheld).min(withheld))
}

impl<T: Config> Pallet<T> {
	/// Refuses a row that a claim locks.
	pub(crate) fn ensure_unlocked(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
	) -> DispatchResult {
		ensure!(
			!Withheld::<T>::contains_key((datanet, tranche, who)),
			Error::<T>::RowLocked
		);
		Ok(())
	}

	/// What collecting a row would book now: nothing while it is locked, or when it is not there.
	pub(crate) fn collectable(datanet: DatanetId, tranche: Version, who: &T::AccountId) -> Balance {
		if Self::ensure_unlocked(datanet, tranche, who).is_err() {
			return 0;
		}
		Self::pending(datanet, tranche, who).map_or(0, |(_, pending)| pending)
	}

	/// Withholds money that has just left the pool for a row. `false`: the row is not locked.
	pub(crate) fn withhold(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		amount: Balance,
	) -> Result<bool, DispatchError> {
		let Some(mut withheld) = Withheld::<T>::get((datanet, tranche, who)) else {
			return Ok(false);
		};
		withheld.amount = withheld
			.amount
			.checked_add(amount)
			.ok_or(ArithmeticError::Overflow)?;
		Withheld::<T>::insert((datanet, tranche, who), withheld);
		Self::deposit_event(Event::Withheld {
			datanet,
			tranche,
			account: who.clone(),
			amount,
		});
		Ok(true)
	}

	/// Notes of a locked row, if it is one, from which accumulator on its points earn what is
	/// withheld: it has its first points, or (with 0) no more of them.
	pub(crate) fn withheld_since(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		since: U256,
	) {
		let key = (datanet, tranche, who);
		if let Some(withheld) = Withheld::<T>::get(key) {
			Withheld::<T>::insert(key, WithheldRow { since, ..withheld });
		}
	}

	pub(crate) fn do_lock_row(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
	) -> DispatchResult {
		Self::ensure_version(tranche)?;
		let key = (datanet, tranche, who);
		let mut withheld = match Withheld::<T>::get(key) {
			Some(withheld) => withheld,
			// A row's debt is the product of its points and the accumulator that it was booked
			// up to; without a row there is nothing to divide.
			None => WithheldRow {
				since: Members::<T>::get(key)
					.and_then(|row| row.debt.checked_div(row.points.into()))
					.unwrap_or_default(),
				..Default::default()
			},
		};
		withheld.locks = withheld
			.locks
			.checked_add(1)
			.ok_or(ArithmeticError::Overflow)?;
		Withheld::<T>::insert(key, withheld);
		Self::deposit_event(Event::RowLocked {
			datanet,
			tranche,
			account: who.clone(),
			locks: withheld.locks,
		});
		Ok(())
	}

	pub(crate) fn do_unlock_row(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
	) -> DispatchResult {
		let key = (datanet, tranche, who);
		let mut withheld = Withheld::<T>::get(key).ok_or(Error::<T>::RowNotLocked)?;
		withheld.locks = withheld
			.locks
			.checked_sub(1)
			.ok_or(ArithmeticError::Underflow)?;
		Self::deposit_event(Event::RowUnlocked {
			datanet,
			tranche,
			account: who.clone(),
			locks: withheld.locks,
		});
		if withheld.locks > 0 {
			Withheld::<T>::insert(key, withheld);
			return Ok(());
		}
		Withheld::<T>::remove(key);
		Self::accrue(who, withheld.amount, Source::Withheld { datanet, tranche })
	}

	pub(crate) fn do_set_aside(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		points: u64,
	) -> Result<Balance, DispatchError> {
		Self::ensure_version(tranche)?;
		let key = (datanet, tranche, who);
		ensure!(Withheld::<T>::contains_key(key), Error::<T>::RowNotLocked);
		let mut row = Members::<T>::get(key).ok_or(Error::<T>::NotAMember)?;
		ensure!(row.points >= points, Error::<T>::NotEnoughPoints);
		if points == 0 {
			return Ok(0);
		}
		let mut path = Self::load_path(datanet, fenwick::up(tranche));
		let acc = Self::acc_of(&path).ok_or(ArithmeticError::Overflow)?;
		Self::touch_row(datanet, tranche, who, &mut row, acc)?;
		let amount = Self::take_withheld(datanet, tranche, who, points, acc)?;
		Self::shrink_row(datanet, tranche, who, row, points, acc)?;
		Self::take_live_points(&mut path, points)?;
		Self::store_path(datanet, path);
		Ok(amount)
	}

	/// Moves what so many points of a touched row have earned out of what it withholds.
	fn take_withheld(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		points: u64,
		acc: U256,
	) -> Result<Balance, DispatchError> {
		let key = (datanet, tranche, who);
		let mut withheld = Withheld::<T>::get(key).ok_or(Error::<T>::RowNotLocked)?;
		let amount = part_of(withheld.amount, points, withheld.since, acc)
			.ok_or(ArithmeticError::Overflow)?;
		if amount == 0 {
			return Ok(0);
		}
		withheld.amount = withheld
			.amount
			.checked_sub(amount)
			.ok_or(ArithmeticError::Underflow)?;
		Withheld::<T>::insert(key, withheld);
		Aside::<T>::try_mutate(|aside| {
			*aside = aside.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
			Ok::<_, DispatchError>(())
		})?;
		Self::deposit_event(Event::SetAside {
			datanet,
			tranche,
			account: who.clone(),
			amount,
		});
		Ok(amount)
	}

	/// Takes money out of what is set aside; the caller books it elsewhere.
	fn take_aside(amount: Balance) -> DispatchResult {
		Aside::<T>::try_mutate(|aside| {
			*aside = aside.checked_sub(amount).ok_or(Error::<T>::NotAside)?;
			Ok(())
		})
	}

	pub(crate) fn do_pay_aside(who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		Self::take_aside(amount)?;
		Self::accrue(who, amount, Source::Aside)
	}

	pub(crate) fn do_forfeit_aside(reporter: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		Self::take_aside(amount)?;
		Self::deposit_event(Event::AsideForfeited {
			reporter: reporter.clone(),
			amount,
		});
		let half = amount >> 1;
		let rest = amount.checked_sub(half).ok_or(ArithmeticError::Underflow)?;
		Self::accrue(reporter, half, Source::Forfeited)?;
		Self::to_treasury(rest)
	}
}
