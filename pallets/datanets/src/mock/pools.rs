// SPDX-License-Identifier: Apache-2.0
//! A pool ledger that accounts for every point and planck it is told of.
//!
//! Everything is in storage, so that a call that fails takes it back.

use super::*;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ValueQuery, storage_alias, Blake2_128Concat};
use scale_info::TypeInfo;

/// Datanet, tranche, account.
pub type RowKey = (DatanetId, Version, AccountId32);

/// One account's row in a tranche.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, MaxEncodedLen)]
pub struct PoolRow {
	pub points: u64,
	/// Earned since the row was last touched.
	pub pending: Balance,
	/// Touched while the row was locked.
	pub withheld: Balance,
	pub locks: u32,
}

#[storage_alias]
pub type PoolRows = StorageMap<RecordedPools, Blake2_128Concat, RowKey, PoolRow, ValueQuery>;

#[storage_alias]
pub type Accrued = StorageMap<RecordedPools, Blake2_128Concat, AccountId32, Balance, ValueQuery>;

/// Planck set aside and not yet paid or forfeited.
#[storage_alias]
pub type Aside = StorageValue<RecordedPools, Balance, ValueQuery>;

parameter_types! {
	/// Whether the pools refuse points.
	pub static PoolsRefuse: bool = false;
}

pub struct RecordedPools;

/// Lets a row earn, as a settlement of its pool would.
pub fn earn(datanet: DatanetId, tranche: Version, who: &AccountId32, amount: Balance) {
	PoolRows::mutate((datanet, tranche, who.clone()), |row| {
		assert!(row.points > 0, "a row without points earns nothing");
		row.pending += amount;
	});
}

/// What the pools have booked for an account.
pub fn accrued(who: &AccountId32) -> Balance {
	Accrued::get(who)
}

/// Touches and returns a row.
pub fn pool_row(datanet: DatanetId, tranche: Version, who: &AccountId32) -> PoolRow {
	touched(&(datanet, tranche, who.clone()), |_| Ok(())).unwrap();
	PoolRows::get((datanet, tranche, who.clone()))
}

fn book(who: &AccountId32, amount: Balance) {
	Accrued::mutate(who, |sum| *sum += amount);
}

/// Touches a row, then changes it.
fn touched(key: &RowKey, change: impl FnOnce(&mut PoolRow) -> DispatchResult) -> DispatchResult {
	let mut row = PoolRows::get(key);
	let earned = core::mem::take(&mut row.pending);
	if row.locks > 0 {
		row.withheld += earned;
	} else {
		book(&key.2, earned);
	}
	change(&mut row)?;
	if row == PoolRow::default() {
		PoolRows::remove(key);
	} else {
		PoolRows::insert(key, row);
	}
	Ok(())
}

fn take(points: &mut u64, taken: u64) -> DispatchResult {
	*points = points
		.checked_sub(taken)
		.ok_or(DispatchError::Other("too few points"))?;
	Ok(())
}

impl PoolLedger<AccountId32> for RecordedPools {
	fn add_points(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId32,
		points: u64,
	) -> DispatchResult {
		if PoolsRefuse::get() {
			return Err(DispatchError::Other("pools refuse"));
		}
		touched(&(datanet, tranche, who.clone()), |row| {
			row.points += points;
			Ok(())
		})
	}

	fn remove_points(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId32,
		points: u64,
	) -> DispatchResult {
		touched(&(datanet, tranche, who.clone()), |row| {
			take(&mut row.points, points)
		})
	}

	fn move_points(
		datanet: DatanetId,
		tranche: Version,
		from: &AccountId32,
		to: &AccountId32,
		points: u64,
	) -> DispatchResult {
		let unlocked = |row: &PoolRow| match row.locks {
			0 => Ok(()),
			_ => Err(DispatchError::Other("row locked")),
		};
		touched(&(datanet, tranche, from.clone()), |row| {
			unlocked(row)?;
			take(&mut row.points, points)
		})?;
		touched(&(datanet, tranche, to.clone()), |row| {
			unlocked(row)?;
			row.points += points;
			Ok(())
		})
	}

	fn pay_in(
		payer: &AccountId32,
		_datanet: DatanetId,
		_version: Version,
		amount: Balance,
	) -> DispatchResult {
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		Balances::transfer(payer, &POOL, amount, Preservation::Preserve).map(|_| ())
	}

	fn lock_row(datanet: DatanetId, tranche: Version, who: &AccountId32) -> DispatchResult {
		PoolRows::mutate((datanet, tranche, who.clone()), |row| row.locks += 1);
		Ok(())
	}

	fn unlock_row(datanet: DatanetId, tranche: Version, who: &AccountId32) -> DispatchResult {
		touched(&(datanet, tranche, who.clone()), |row| {
			row.locks = row
				.locks
				.checked_sub(1)
				.ok_or(DispatchError::Other("row not locked"))?;
			if row.locks == 0 {
				book(who, core::mem::take(&mut row.withheld));
			}
			Ok(())
		})
	}

	fn set_aside(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId32,
		points: u64,
	) -> Result<Balance, DispatchError> {
		let mut part = 0;
		touched(&(datanet, tranche, who.clone()), |row| {
			if row.locks == 0 {
				return Err(DispatchError::Other("row not locked"));
			}
			let whole = row.points;
			take(&mut row.points, points)?;
			part = row.withheld * Balance::from(points) / Balance::from(whole);
			row.withheld -= part;
			Ok(())
		})?;
		Aside::mutate(|sum| *sum += part);
		Ok(part)
	}

	fn pay_aside(who: &AccountId32, amount: Balance) -> DispatchResult {
		leave_aside(amount)?;
		book(who, amount);
		Ok(())
	}

	fn forfeit_aside(reporter: &AccountId32, amount: Balance) -> DispatchResult {
		leave_aside(amount)?;
		book(reporter, amount / 2);
		book(&TREASURY, amount - amount / 2);
		Ok(())
	}
}

fn leave_aside(amount: Balance) -> DispatchResult {
	let left = Aside::get()
		.checked_sub(amount)
		.ok_or(DispatchError::Other("more than was set aside"))?;
	Aside::put(left);
	Ok(())
}

/// Points of every row that has any.
pub fn given_points() -> BTreeMap<RowKey, u64> {
	PoolRows::iter()
		.filter(|(_, row)| row.points > 0)
		.map(|(key, row)| (key, row.points))
		.collect()
}

/// Locks of every row that has any.
pub fn placed_locks() -> BTreeMap<RowKey, u32> {
	PoolRows::iter()
		.filter(|(_, row)| row.locks > 0)
		.map(|(key, row)| (key, row.locks))
		.collect()
}
