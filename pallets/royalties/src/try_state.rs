// SPDX-License-Identifier: Apache-2.0
//! Invariants, checked over the whole state. For tests and try-runtime only: never in a block.

use crate::{
	fenwick, types::*, Accrued, Aside, Config, DueCount, DueModels, DuePlaces, Inboxes, Members,
	Pallet, Parameters, PoolCells, Pools, Waiting, Withheld,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::Inspect};
use openledger_primitives::{Balance, DatanetId, Version, U256};
use sp_runtime::TryRuntimeError;

const OVERFLOW: TryRuntimeError = TryRuntimeError::Other("a sum of the state overflows");

impl<T: Config> Pallet<T> {
	/// Checks every invariant:
	///
	/// 1. parameters are within their hard bounds;
	/// 2. R7: pot ≥ existential deposit + Σ booked + Σ pools + Σ inboxes + waiting + Σ withheld +
	///    aside;
	/// 3. R2, exactly, per datanet: `balance·2^64 = residue + Σ(points·acc − debt + carry)`;
	/// 4. the live points of every cell equal those of the rows under it; no row has 0 points;
	/// 5. the due list holds exactly the inboxes with money and a prepaid distribution;
	/// 6. what is withheld has a lock, and counts from an accumulator that its row was booked up to.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_parameters()?;
		Self::try_state_pot()?;
		Self::try_state_pools()?;
		Self::try_state_withheld()?;
		Self::try_state_due()
	}

	fn try_state_parameters() -> Result<(), TryRuntimeError> {
		Self::check_parameters(&Parameters::<T>::get())
			.map_err(|_| TryRuntimeError::Other("parameters are out of bounds"))
	}

	/// Everything that the pot owes: booked, pools, inboxes, what waits, what is withheld and what
	/// is set aside.
	pub fn owed() -> Option<Balance> {
		let mut owed = Waiting::<T>::get().checked_add(Aside::<T>::get())?;
		for (_, withheld) in Withheld::<T>::iter() {
			owed = owed.checked_add(withheld.amount)?;
		}
		for (_, accrued) in Accrued::<T>::iter() {
			owed = owed.checked_add(accrued)?;
		}
		for (_, pool) in Pools::<T>::iter() {
			owed = owed.checked_add(pool.balance)?;
		}
		for (_, inbox) in Inboxes::<T>::iter() {
			owed = owed.checked_add(inbox.upstream)?.checked_add(inbox.base)?;
		}
		Some(owed)
	}

	fn try_state_pot() -> Result<(), TryRuntimeError> {
		let needed = Self::owed()
			.and_then(|owed| owed.checked_add(T::Fungible::minimum_balance()))
			.ok_or(OVERFLOW)?;
		let has = T::Fungible::balance(&Self::pot_account());
		ensure!(has >= needed, "R7: the pot holds less than it owes");
		Ok(())
	}

	fn try_state_pools() -> Result<(), TryRuntimeError> {
		let mut claims = BTreeMap::<DatanetId, U256>::new();
		let mut points = BTreeMap::<(DatanetId, Version), u128>::new();
		let mut accs = BTreeMap::<(DatanetId, Version), U256>::new();
		for ((datanet, tranche, _), row) in Members::<T>::iter() {
			ensure!(row.points > 0, "a pool row is kept without points");
			ensure!(fenwick::has_cell(tranche), "a pool row has no cell");
			if let alloc::collections::btree_map::Entry::Vacant(acc) =
				accs.entry((datanet, tranche))
			{
				acc.insert(Self::tranche_acc(datanet, tranche).ok_or(OVERFLOW)?);
			}
			let acc = accs.get(&(datanet, tranche)).copied().unwrap_or_default();
			let claim = U256::from(row.points)
				.checked_mul(acc)
				.and_then(|earned| earned.checked_sub(row.debt))
				.and_then(|open| open.checked_add(row.carry.into()))
				.ok_or(OVERFLOW)?;
			let sum = claims.entry(datanet).or_default();
			*sum = sum.checked_add(claim).ok_or(OVERFLOW)?;
			for index in fenwick::up(tranche) {
				let sum = points.entry((datanet, index)).or_default();
				*sum = sum.checked_add(row.points.into()).ok_or(OVERFLOW)?;
			}
		}
		for (datanet, index, cell) in PoolCells::<T>::iter() {
			ensure!(fenwick::has_cell(index), "a cell is outside the tree");
			let live = points.remove(&(datanet, index)).unwrap_or(0);
			ensure!(
				cell.points == live,
				"R2: live points of a cell differ from its rows"
			);
		}
		ensure!(
			points.is_empty(),
			"R2: rows have points that no cell counts"
		);
		Self::try_state_balances(claims)
	}

	fn try_state_balances(mut claims: BTreeMap<DatanetId, U256>) -> Result<(), TryRuntimeError> {
		let planck = U256::from(1u128 << 64);
		for (datanet, Pool { balance, residue }) in Pools::<T>::iter() {
			let held = U256::from(balance).checked_mul(planck).ok_or(OVERFLOW)?;
			let owed = claims
				.remove(&datanet)
				.unwrap_or_default()
				.checked_add(residue.into())
				.ok_or(OVERFLOW)?;
			ensure!(
				held == owed,
				"R2: a datanet's balance differs from residue and claims"
			);
		}
		ensure!(
			claims.values().all(U256::is_zero),
			"R2: rows claim money that no pool holds"
		);
		Ok(())
	}

	fn try_state_withheld() -> Result<(), TryRuntimeError> {
		for (key, withheld) in Withheld::<T>::iter() {
			let (_, tranche, _) = key;
			ensure!(withheld.locks > 0, "a row is withheld without a lock");
			ensure!(fenwick::has_cell(tranche), "a locked row has no cell");
			let row = Members::<T>::get(key).unwrap_or_default();
			let least = withheld.since.checked_mul(row.points.into());
			ensure!(
				least.is_some_and(|least| least <= row.debt),
				"a locked row counts from after its last touch"
			);
			ensure!(
				row.points > 0 || withheld.since.is_zero(),
				"a locked row without points counts from somewhere"
			);
		}
		Ok(())
	}

	fn try_state_due() -> Result<(), TryRuntimeError> {
		let mut listed = BTreeSet::new();
		for (place, model) in DueModels::<T>::iter() {
			ensure!(
				place < DueCount::<T>::get(),
				"a due model lies beyond the list"
			);
			ensure!(
				DuePlaces::<T>::get(model) == Some(place),
				"a due model has another place"
			);
			listed.insert(model);
		}
		let count = usize::try_from(DueCount::<T>::get()).unwrap_or(usize::MAX);
		ensure!(listed.len() == count, "the due list has holes");
		ensure!(
			DuePlaces::<T>::iter().count() == count,
			"a place leads to no due model"
		);
		for (model, inbox) in Inboxes::<T>::iter() {
			ensure!(inbox != Inbox::default(), "an empty inbox is stored");
			ensure!(
				inbox.is_due() == listed.remove(&model),
				"the due list differs from inboxes"
			);
		}
		ensure!(listed.is_empty(), "a due model has no inbox");
		Ok(())
	}
}
