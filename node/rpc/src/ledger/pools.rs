// SPDX-License-Identifier: Apache-2.0
//! Rule R2 replayed from events.
//!
//! The chain divides a payment by the live points and pays a row when somebody touches it; the
//! event of a collection states the sum alone. To name the payments in it, the index runs the same
//! arithmetic: `t = amount · 2^64 + residue; per_point = ⌊t / points⌋; residue = t mod points`, and
//! a row that is touched gets `s = points · (acc − acc then) + carry`, pays `s >> 64` and keeps the
//! rest. Versions have plain cells here: the accumulator of a tranche is the sum of the cells from
//! it on.

use super::{
	records::*,
	store::{keys, Change, IndexError, IndexResult, Rows, Table},
};
use openledger_primitives::{shares, AccountId, Balance, DatanetId, Version, U256};

/// Versions of a datanet, at most.
const MAX_VERSIONS: usize = 1_024;

/// Names a member's row.
pub(super) struct RowKey<'a> {
	/// Whose.
	pub account: &'a AccountId,
	/// The datanet.
	pub datanet: DatanetId,
	/// The tranche.
	pub tranche: Version,
}

impl RowKey<'_> {
	fn bytes(&self) -> Vec<u8> {
		keys::pool_row(self.account, self.datanet, self.tranche)
	}
}

fn overflow() -> IndexError {
	IndexError::Damaged("a pool's numbers overflow".into())
}

/// Books a payment. Returns what one point got, in units of 2^-64 planck.
pub(super) fn pay(
	change: &Change,
	datanet: DatanetId,
	version: Version,
	amount: Balance,
	points: u128,
) -> IndexResult<U256> {
	let residue: u128 = change
		.get(Table::Residues, &keys::datanet(datanet))?
		.unwrap_or_default();
	let (per_point, residue) = shares::accrue(amount, residue, points).ok_or_else(overflow)?;
	let key = keys::cell(datanet, version);
	let cell: U256 = change.get(Table::Cells, &key)?.unwrap_or_default();
	let cell = cell.checked_add(per_point).ok_or_else(overflow)?;
	change.put(Table::Cells, &key, &cell)?;
	change.put(Table::Residues, &keys::datanet(datanet), &residue)?;
	Ok(per_point)
}

/// What rows of a tranche are paid by.
fn acc(change: &Change, datanet: DatanetId, tranche: Version) -> IndexResult<U256> {
	let from = keys::cell(datanet, tranche);
	let to = keys::cell(datanet, Version::MAX);
	change
		.range::<U256>(Table::Cells, &from, &to, MAX_VERSIONS)?
		.into_iter()
		.try_fold(U256::zero(), |sum, (_, cell)| sum.checked_add(cell))
		.ok_or_else(overflow)
}

/// Brings a row up to the accumulator of now. Returns what that pays.
fn touch(row: &mut PoolRow, acc: U256) -> IndexResult<Balance> {
	let points = row.points.unwrap_or(0);
	let debt = shares::debt_of(points, row.acc).ok_or_else(overflow)?;
	let touched = shares::touch(points, acc, debt, row.carry).ok_or_else(overflow)?;
	row.acc = acc;
	row.carry = touched.carry;
	Ok(touched.pay)
}

/// A touch that paid, replayed.
struct Touched {
	/// The one before, or the row's first points.
	since: Option<Pos>,
	carry_before: u64,
	carry_after: u64,
	/// What this one pays.
	paid: Balance,
}

/// Touches a stored row whose money left the pool at this place.
fn touch_stored(change: &Change, key: &RowKey, at: Pos) -> IndexResult<Touched> {
	let bytes = key.bytes();
	let known: Option<PoolRow> = change.get(Table::PoolRows, &bytes)?;
	let mut row = known.unwrap_or_default();
	let (since, carry_before) = (row.since, row.carry_since);
	let paid = touch(&mut row, acc(change, key.datanet, key.tranche)?)?;
	row.since = Some(at);
	row.carry_since = row.carry;
	change.put(Table::PoolRows, &bytes, &row)?;
	Ok(Touched {
		since,
		carry_before,
		carry_after: row.carry,
		paid,
	})
}

/// A collection: what explains it. `is_whole`: no earlier event is missing.
pub(super) fn collect(
	change: &Change,
	key: &RowKey,
	at: Pos,
	is_whole: bool,
) -> IndexResult<Cause> {
	let touched = touch_stored(change, key, at)?;
	Ok(Cause::Pool {
		datanet: key.datanet,
		tranche: key.tranche,
		since: touched.since,
		carry_before: touched.carry_before,
		carry_after: touched.carry_after,
		replayed: is_whole.then_some(touched.paid),
	})
}

/// A row's first lock: nothing is withheld yet.
pub(super) fn lock(change: &Change, key: &RowKey, is_whole: bool) -> IndexResult<()> {
	let row = WithheldRow {
		replayed: is_whole.then_some(0),
		..Default::default()
	};
	change.put(Table::Withheld, &key.bytes(), &row)
}

/// A locked row was touched. One that was locked before the index begins has no row here.
pub(super) fn withhold(change: &Change, key: &RowKey, at: Pos, amount: Balance) -> IndexResult<()> {
	let touched = touch_stored(change, key, at)?;
	let Some(mut row) = change.get::<WithheldRow>(Table::Withheld, &key.bytes())? else {
		return Ok(());
	};
	if row.until.is_none() {
		row.since = touched.since;
		row.carry_before = touched.carry_before;
	}
	row.until = Some(at);
	row.carry_after = touched.carry_after;
	row.amount = row.amount.checked_add(amount).ok_or_else(overflow)?;
	row.replayed = row
		.replayed
		.map(|replayed| replayed.checked_add(touched.paid).ok_or_else(overflow))
		.transpose()?;
	change.put(Table::Withheld, &key.bytes(), &row)
}

/// A part of what a row withholds is somebody's whom a claim decides.
pub(super) fn set_aside(change: &Change, key: &RowKey, amount: Balance) -> IndexResult<()> {
	let Some(mut row) = change.get::<WithheldRow>(Table::Withheld, &key.bytes())? else {
		return Ok(());
	};
	row.aside = row.aside.checked_add(amount).ok_or_else(overflow)?;
	change.put(Table::Withheld, &key.bytes(), &row)
}

/// What a row withheld was booked: what explains it.
pub(super) fn unlock(change: &Change, key: &RowKey) -> IndexResult<Option<WithheldRow>> {
	let row = change.get(Table::Withheld, &key.bytes())?;
	change.remove(Table::Withheld, &key.bytes())?;
	Ok(row)
}

/// A row's points changed. What it had earned was collected just before: a whole planck never
/// stays behind.
pub(super) fn set_points(change: &Change, key: &RowKey, at: Pos, points: u64) -> IndexResult<()> {
	let bytes = key.bytes();
	let known: Option<PoolRow> = change.get(Table::PoolRows, &bytes)?;
	let is_new = known.is_none();
	let mut row = known.unwrap_or_default();
	touch(&mut row, acc(change, key.datanet, key.tranche)?)?;
	row.points = Some(points);
	if is_new {
		row.since = Some(at);
	}
	change.put(Table::Points, &keys::at(bytes.clone(), at), &points)?;
	if points > 0 {
		return change.put(Table::PoolRows, &bytes, &row);
	}
	// A row that leaves hands its fraction to the residue.
	let datanet = keys::datanet(key.datanet);
	let residue: u128 = change.get(Table::Residues, &datanet)?.unwrap_or_default();
	let residue = residue.checked_add(row.carry.into()).ok_or_else(overflow)?;
	change.put(Table::Residues, &datanet, &residue)?;
	change.remove(Table::PoolRows, &bytes)
}
