// SPDX-License-Identifier: Apache-2.0
//! Pools per (datanet, version): money divided by points without visiting members (rules R2-R5).

use crate::{fenwick, types::*, Config, Error, Event, Members, Pallet, PoolCells, Pools};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{fungible::Mutate, tokens::Preservation},
};
use openledger_primitives::{
	ports::PoolLedger,
	shares::{self, MAX_WEIGHT},
	Balance, DatanetId, Version, U256,
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// Cells of one path through a datanet's tree.
pub(crate) type Path = Vec<(Version, PoolCell)>;

impl<T: Config> Pallet<T> {
	pub(crate) fn ensure_version(version: Version) -> DispatchResult {
		ensure!(fenwick::has_cell(version), Error::<T>::VersionOutOfBounds);
		Ok(())
	}

	pub(crate) fn load_path(datanet: DatanetId, cells: impl Iterator<Item = Version>) -> Path {
		cells
			.map(|index| (index, PoolCells::<T>::get(datanet, index)))
			.collect()
	}

	pub(crate) fn store_path(datanet: DatanetId, path: Path) {
		for (index, cell) in path {
			PoolCells::<T>::insert(datanet, index, cell);
		}
	}

	/// Accumulator of a tranche from the cells up from it. `None` on overflow.
	pub(crate) fn acc_of(path: &Path) -> Option<U256> {
		path.iter()
			.try_fold(U256::zero(), |acc, (_, cell)| acc.checked_add(cell.acc))
	}

	/// The accumulator that rows of a tranche are paid by. `None` on overflow.
	pub(crate) fn tranche_acc(datanet: DatanetId, tranche: Version) -> Option<U256> {
		Self::acc_of(&Self::load_path(datanet, fenwick::up(tranche)))
	}

	/// Books money of the pot for a pool (rule R2); to the treasury when no live point is there
	/// (rule R3).
	pub(crate) fn fill_pool(
		datanet: DatanetId,
		version: Version,
		amount: Balance,
	) -> DispatchResult {
		Self::ensure_version(version)?;
		if amount == 0 {
			return Ok(());
		}
		let mut path = Self::load_path(datanet, fenwick::down(version));
		let weight = path
			.iter()
			.try_fold(0u128, |sum, (_, cell)| sum.checked_add(cell.points))
			.ok_or(ArithmeticError::Overflow)?;
		if weight == 0 {
			return Self::to_treasury(amount);
		}
		Pools::<T>::try_mutate(datanet, |pool| {
			let (delta, residue) =
				shares::accrue(amount, pool.residue, weight).ok_or(ArithmeticError::Overflow)?;
			for (_, cell) in &mut path {
				cell.acc = cell
					.acc
					.checked_add(delta)
					.ok_or(ArithmeticError::Overflow)?;
			}
			pool.balance = pool
				.balance
				.checked_add(amount)
				.ok_or(ArithmeticError::Overflow)?;
			pool.residue = residue;
			Ok::<_, DispatchError>(())
		})?;
		Self::store_path(datanet, path);
		Self::deposit_event(Event::PoolPaidIn {
			datanet,
			version,
			amount,
			points: weight,
		});
		Ok(())
	}

	fn points_set(datanet: DatanetId, tranche: Version, who: &T::AccountId, points: u64) {
		Self::deposit_event(Event::PointsSet {
			datanet,
			tranche,
			account: who.clone(),
			points,
		});
	}

	/// Books what a row has earned up to `acc` (rule R5), or withholds it. Returns the planck; the
	/// caller stores the row.
	pub(crate) fn touch_row(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		row: &mut MemberRow,
		acc: U256,
	) -> Result<Balance, DispatchError> {
		let touched =
			shares::touch(row.points, acc, row.debt, row.carry).ok_or(ArithmeticError::Overflow)?;
		row.debt = touched.debt;
		row.carry = touched.carry;
		if touched.pay > 0 {
			Pools::<T>::try_mutate(datanet, |pool| {
				pool.balance = pool
					.balance
					.checked_sub(touched.pay)
					.ok_or(ArithmeticError::Underflow)?;
				Ok::<_, DispatchError>(())
			})?;
			if !Self::withhold(datanet, tranche, who, touched.pay)? {
				Self::accrue(who, touched.pay, Source::Pool { datanet, tranche })?;
			}
		}
		Ok(touched.pay)
	}

	/// Gives a touched row more points and stores it.
	fn grow_row(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		mut row: MemberRow,
		points: u64,
		acc: U256,
	) -> DispatchResult {
		if row.points == 0 {
			Self::withheld_since(datanet, tranche, who, acc);
		}
		row.points = row
			.points
			.checked_add(points)
			.ok_or(Error::<T>::TooManyPoints)?;
		row.debt = shares::debt_of(row.points, acc).ok_or(ArithmeticError::Overflow)?;
		Members::<T>::insert((datanet, tranche, who), row);
		Self::points_set(datanet, tranche, who, row.points);
		Ok(())
	}

	/// Takes points from a touched row and stores it. At 0 points it leaves and hands its carry
	/// to the residue; what is withheld of it stays.
	pub(crate) fn shrink_row(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		mut row: MemberRow,
		points: u64,
		acc: U256,
	) -> DispatchResult {
		row.points = row
			.points
			.checked_sub(points)
			.ok_or(Error::<T>::NotEnoughPoints)?;
		Self::points_set(datanet, tranche, who, row.points);
		if row.points > 0 {
			row.debt = shares::debt_of(row.points, acc).ok_or(ArithmeticError::Overflow)?;
			Members::<T>::insert((datanet, tranche, who), row);
			return Ok(());
		}
		Members::<T>::remove((datanet, tranche, who));
		Self::withheld_since(datanet, tranche, who, U256::zero());
		Pools::<T>::try_mutate(datanet, |pool| {
			pool.residue = pool
				.residue
				.checked_add(row.carry.into())
				.ok_or(ArithmeticError::Overflow)?;
			Ok(())
		})
	}

	fn do_add_points(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		points: u64,
	) -> DispatchResult {
		Self::ensure_version(tranche)?;
		if points == 0 {
			return Ok(());
		}
		let mut path = Self::load_path(datanet, fenwick::up(tranche));
		let acc = Self::acc_of(&path).ok_or(ArithmeticError::Overflow)?;
		let mut row = Members::<T>::get((datanet, tranche, who)).unwrap_or_default();
		Self::touch_row(datanet, tranche, who, &mut row, acc)?;
		Self::grow_row(datanet, tranche, who, row, points, acc)?;
		for (_, cell) in &mut path {
			cell.points = cell
				.points
				.checked_add(points.into())
				.filter(|sum| *sum <= MAX_WEIGHT)
				.ok_or(Error::<T>::TooManyPoints)?;
		}
		Self::store_path(datanet, path);
		Ok(())
	}

	fn do_remove_points(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		points: u64,
	) -> DispatchResult {
		Self::ensure_version(tranche)?;
		let mut row = Members::<T>::get((datanet, tranche, who)).ok_or(Error::<T>::NotAMember)?;
		if points == 0 {
			return Ok(());
		}
		let mut path = Self::load_path(datanet, fenwick::up(tranche));
		let acc = Self::acc_of(&path).ok_or(ArithmeticError::Overflow)?;
		Self::touch_row(datanet, tranche, who, &mut row, acc)?;
		Self::shrink_row(datanet, tranche, who, row, points, acc)?;
		Self::take_live_points(&mut path, points)?;
		Self::store_path(datanet, path);
		Ok(())
	}

	/// Takes points out of the cells that count them; the caller stores the path.
	pub(crate) fn take_live_points(path: &mut Path, points: u64) -> DispatchResult {
		for (_, cell) in path {
			cell.points = cell
				.points
				.checked_sub(points.into())
				.ok_or(ArithmeticError::Underflow)?;
		}
		Ok(())
	}

	fn do_move_points(
		datanet: DatanetId,
		tranche: Version,
		from: &T::AccountId,
		to: &T::AccountId,
		points: u64,
	) -> DispatchResult {
		Self::ensure_version(tranche)?;
		for who in [from, to] {
			Self::ensure_unlocked(datanet, tranche, who)?;
		}
		let mut row = Members::<T>::get((datanet, tranche, from)).ok_or(Error::<T>::NotAMember)?;
		ensure!(row.points >= points, Error::<T>::NotEnoughPoints);
		if points == 0 {
			return Ok(());
		}
		let acc = Self::tranche_acc(datanet, tranche).ok_or(ArithmeticError::Overflow)?;
		let paid = Self::touch_row(datanet, tranche, from, &mut row, acc)?;
		if from == to {
			// A touch that books nothing has no event, so it leaves no trace either.
			if paid > 0 {
				Members::<T>::insert((datanet, tranche, from), row);
			}
			return Ok(());
		}
		Self::shrink_row(datanet, tranche, from, row, points, acc)?;
		let mut row = Members::<T>::get((datanet, tranche, to)).unwrap_or_default();
		Self::touch_row(datanet, tranche, to, &mut row, acc)?;
		Self::grow_row(datanet, tranche, to, row, points, acc)
	}

	/// What touching a row would book or withhold now. `None` when there is no such row.
	pub(crate) fn pending(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
	) -> Option<(MemberRow, Balance)> {
		let row = Members::<T>::get((datanet, tranche, who))?;
		let acc = Self::tranche_acc(datanet, tranche)?;
		let touched = shares::touch(row.points, acc, row.debt, row.carry)?;
		Some((row, touched.pay))
	}

	/// Books what a row has earned. Returns the planck booked, at least 1.
	pub(crate) fn do_collect(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
	) -> Result<Balance, DispatchError> {
		Self::ensure_unlocked(datanet, tranche, who)?;
		let mut row = Members::<T>::get((datanet, tranche, who)).ok_or(Error::<T>::NotAMember)?;
		let acc = Self::tranche_acc(datanet, tranche).ok_or(ArithmeticError::Overflow)?;
		let paid = Self::touch_row(datanet, tranche, who, &mut row, acc)?;
		ensure!(paid > 0, Error::<T>::NothingPending);
		Members::<T>::insert((datanet, tranche, who), row);
		Ok(paid)
	}
}

impl<T: Config> PoolLedger<T::AccountId> for Pallet<T> {
	fn add_points(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		points: u64,
	) -> DispatchResult {
		with_storage_layer(|| Self::do_add_points(datanet, tranche, who, points))
	}

	fn remove_points(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		points: u64,
	) -> DispatchResult {
		with_storage_layer(|| Self::do_remove_points(datanet, tranche, who, points))
	}

	fn move_points(
		datanet: DatanetId,
		tranche: Version,
		from: &T::AccountId,
		to: &T::AccountId,
		points: u64,
	) -> DispatchResult {
		with_storage_layer(|| Self::do_move_points(datanet, tranche, from, to, points))
	}

	fn pay_in(
		payer: &T::AccountId,
		datanet: DatanetId,
		version: Version,
		amount: Balance,
	) -> DispatchResult {
		with_storage_layer(|| {
			let pot = Self::pot_account();
			ensure!(*payer != pot, Error::<T>::PotCannotPay);
			if amount > 0 {
				T::Fungible::transfer(payer, &pot, amount, Preservation::Preserve)?;
			}
			Self::fill_pool(datanet, version, amount)
		})
	}

	fn lock_row(datanet: DatanetId, tranche: Version, who: &T::AccountId) -> DispatchResult {
		with_storage_layer(|| Self::do_lock_row(datanet, tranche, who))
	}

	fn unlock_row(datanet: DatanetId, tranche: Version, who: &T::AccountId) -> DispatchResult {
		with_storage_layer(|| Self::do_unlock_row(datanet, tranche, who))
	}

	fn set_aside(
		datanet: DatanetId,
		tranche: Version,
		who: &T::AccountId,
		points: u64,
	) -> Result<Balance, DispatchError> {
		with_storage_layer(|| Self::do_set_aside(datanet, tranche, who, points))
	}

	fn pay_aside(who: &T::AccountId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| Self::do_pay_aside(who, amount))
	}

	fn forfeit_aside(reporter: &T::AccountId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| Self::do_forfeit_aside(reporter, amount))
	}
}
