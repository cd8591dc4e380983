// SPDX-License-Identifier: Apache-2.0
//! Curators: who is named, who has a seat, and who of them is on the bench.
//!
//! The bench of a datanet are its named curators with a whole bond. It is the electorate of what
//! is revealed now; reviews that go on keep theirs.

use crate::{pallet::*, types::*, CuratorsOf};
use frame_support::pallet_prelude::*;
use openledger_primitives::{Balance, DatanetId};
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_curators(
		who: T::AccountId,
		datanet: DatanetId,
		curators: CuratorsOf<T>,
	) -> DispatchResult {
		Self::owned(datanet, &who)?;
		Self::ensure_distinct(&curators)?;
		let mut bench = curators.clone();
		bench.retain(|curator| {
			Seats::<T>::get(datanet, curator).is_some_and(|seat| seat.is_whole())
		});
		Self::put_bench(datanet, bench);
		Curators::<T>::insert(datanet, &curators);
		Self::deposit_event(Event::CuratorsSet { datanet, curators });
		Ok(())
	}

	/// At most 32 accounts: sorting them is cheap.
	pub(crate) fn ensure_distinct(curators: &CuratorsOf<T>) -> DispatchResult {
		let mut sorted: alloc::vec::Vec<_> = curators.iter().collect();
		sorted.sort_unstable();
		sorted.dedup();
		ensure!(sorted.len() == curators.len(), Error::<T>::DuplicateCurator);
		Ok(())
	}

	/// Fills the caller's bond up to what a seat costs today.
	pub(crate) fn do_take_seat(who: T::AccountId, datanet: DatanetId) -> DispatchResult {
		Self::datanet(datanet)?;
		ensure!(
			Curators::<T>::get(datanet).contains(&who),
			Error::<T>::NotNamed
		);
		let mut seat = Seats::<T>::get(datanet, &who).unwrap_or_default();
		ensure!(!seat.is_whole(), Error::<T>::AlreadySeated);
		seat.full = Parameters::<T>::get().curator_bond;
		let missing = seat.full.saturating_sub(seat.bond);
		Self::place(HoldReason::CuratorBond, &who, missing)?;
		seat.bond = seat
			.bond
			.checked_add(missing)
			.ok_or(ArithmeticError::Overflow)?;
		let mut bench = Bench::<T>::get(datanet);
		bench
			.try_push(who.clone())
			.map_err(|_| Error::<T>::Unexpected)?;
		Self::put_bench(datanet, bench);
		Seats::<T>::insert(datanet, &who, seat);
		Self::deposit_event(Event::SeatTaken {
			datanet,
			curator: who,
		});
		Ok(())
	}

	/// Nobody leaves while a ballot is open or an appeal can cost him something.
	pub(crate) fn do_leave_seat(who: T::AccountId, datanet: DatanetId) -> DispatchResult {
		let seat = Seats::<T>::get(datanet, &who).ok_or(Error::<T>::NotSeated)?;
		ensure!(
			seat.open == 0 && Self::now() > seat.bound_until,
			Error::<T>::SeatBound
		);
		Seats::<T>::remove(datanet, &who);
		Self::leave_bench(datanet, &who);
		Self::give_back(HoldReason::CuratorBond, &who, seat.bond)?;
		Self::deposit_event(Event::SeatLeft {
			datanet,
			curator: who,
		});
		Ok(())
	}

	/// Burns a tenth of a whole bond, at most what is left of it. A bond that isn't whole any more
	/// is off the bench. Returns what was burned.
	pub(crate) fn fine(
		datanet: DatanetId,
		curator: &T::AccountId,
	) -> Result<Balance, DispatchError> {
		let Some(mut seat) = Seats::<T>::get(datanet, curator) else {
			return Ok(0);
		};
		let burned = Self::tenth(seat.full).min(seat.bond);
		Self::burn_held(HoldReason::CuratorBond, curator, burned)?;
		seat.bond = seat
			.bond
			.checked_sub(burned)
			.ok_or(ArithmeticError::Underflow)?;
		if !seat.is_whole() {
			Self::leave_bench(datanet, curator);
		}
		Seats::<T>::insert(datanet, curator, seat);
		Ok(burned)
	}

	/// Changes a seat, if it is still there.
	pub(crate) fn change_seat(
		datanet: DatanetId,
		curator: &T::AccountId,
		change: impl FnOnce(&mut Seat),
	) {
		Seats::<T>::mutate_exists(datanet, curator, |seat| {
			if let Some(seat) = seat {
				change(seat);
			}
		});
	}

	fn leave_bench(datanet: DatanetId, curator: &T::AccountId) {
		let mut bench = Bench::<T>::get(datanet);
		bench.retain(|seated| seated != curator);
		Self::put_bench(datanet, bench);
	}

	fn put_bench(datanet: DatanetId, bench: CuratorsOf<T>) {
		if bench.is_empty() {
			Bench::<T>::remove(datanet);
		} else {
			Bench::<T>::insert(datanet, bench);
		}
	}
}
