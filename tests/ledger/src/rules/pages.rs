// SPDX-License-Identifier: Apache-2.0
//! Credit pages: when one is well-formed, whom it pays, what a missing one costs.

use std::collections::BTreeMap;

use num_traits::Zero;

use super::{
	datanets::Stage,
	usage::{Batch, Key, Stand},
	Ledger,
};
use crate::{
	bank::{need, no, Hold, Outcome, Refusal, Who},
	exact::{planck, Planck},
};

/// Entries of a full page.
pub const FULL_PAGE: usize = 256;

/// Where a page stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PageStage {
	/// Not pushed.
	Open,
	/// Paid: its smallest and largest contribution.
	Paid(u64, u64),
	/// Closed.
	Missing,
}

/// A page of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
	/// Matched total at its end.
	pub end: Planck,
	/// Where it stands.
	pub stage: PageStage,
}

impl Page {
	/// One that waits.
	pub fn new(end: u128) -> Self {
		Self {
			end: planck(end),
			stage: PageStage::Open,
		}
	}

	/// Whether it can be pushed.
	pub fn is_open(&self) -> bool {
		self.stage == PageStage::Open
	}
}

/// An entry as it is pushed: contribution, last line, running total.
pub type Entry = (u64, u32, u128);

/// Where an entry's money goes.
enum Payee {
	Account(Who),
	Pool(u32, u32),
	Treasury,
}

impl Ledger {
	fn open_page(&self, key: Key, page: usize) -> Outcome<&Batch> {
		let batch = self.usage.batches.get(&key);
		let batch = batch.ok_or(Refusal::Sure("no batch"))?;
		need(batch.deadline.is_some(), "not released")?;
		let Some(row) = batch.pages.get(page) else {
			return no("no page");
		};
		need(row.is_open(), "page not open")?;
		Ok(batch)
	}

	/// Pushes a page; `true` when it paid, `false` when it was malformed. `same` tells whether its
	/// bytes are those that the batch committed to.
	pub fn push_page(
		&mut self,
		key: Key,
		page: usize,
		entries: &[Entry],
		same: bool,
	) -> Outcome<bool> {
		let batch = self.open_page(key, page)?.clone();
		need(same, "other bytes")?;
		let Some(payees) = self.payees(key, &batch, page, entries) else {
			self.close_page(key, page)?;
			return Ok(false);
		};
		let mut pools: BTreeMap<(u32, u32), Planck> = BTreeMap::new();
		let mut treasury = Planck::zero();
		let mut before = batch.start(page);
		for (entry, payee) in entries.iter().zip(payees) {
			let total = planck(entry.2);
			let amount = batch.pays(&before, &total);
			before = total;
			match payee {
				Payee::Account(who) => self.credit(who, &amount),
				Payee::Pool(datanet, version) => {
					*pools.entry((datanet, version)).or_default() += amount;
				}
				Payee::Treasury => treasury += amount,
			}
		}
		self.credit_treasury(&treasury)?;
		for ((datanet, version), sum) in pools {
			self.credit_pool(datanet, version, &sum)?;
		}
		let edges = PageStage::Paid(entries[0].0, entries[entries.len() - 1].0);
		self.set_page(key, page, edges)?;
		Ok(true)
	}

	fn set_page(&mut self, key: Key, page: usize, stage: PageStage) -> Outcome {
		if let Some(batch) = self.usage.batches.get_mut(&key) {
			batch.pages[page].stage = stage;
		}
		if let Some(operator) = self.usage.operators.get_mut(&key.0) {
			operator.pages -= 1;
		}
		self.finish(key)
	}

	/// Whom a well-formed page pays; nobody when it is malformed.
	fn payees(
		&self,
		key: Key,
		batch: &Batch,
		page: usize,
		entries: &[Entry],
	) -> Option<Vec<Payee>> {
		let last = page + 1 == batch.pages.len();
		let (first_id, last_id) = (entries.first()?.0, entries.last()?.0);
		let rising = entries.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1 && a.2 < b.2);
		let starts = planck(entries[0].2) > batch.start(page);
		let ends = planck(entries.last()?.2) == batch.pages[page].end;
		let full = last || entries.len() == FULL_PAGE;
		// Every entry before this one has a line of its own.
		let lines = entries
			.iter()
			.enumerate()
			.all(|(place, entry)| entry.1 as usize >= page * FULL_PAGE + place);
		let bounded = entries.last()?.1 < batch.lines;
		let apart = batch.pages.iter().enumerate().all(|(place, other)| {
			let PageStage::Paid(low, high) = other.stage else {
				return true;
			};
			if place < page {
				high < first_id
			} else {
				last_id < low
			}
		});
		if !(rising && starts && ends && full && lines && bounded && apart) {
			return None;
		}
		entries
			.iter()
			.map(|entry| self.payee(key.1, batch.accepted_at, entry.0))
			.collect()
	}

	/// A member of the model's corpus is paid: itself, or the pool of its datanet, or the treasury
	/// if it was revoked, or withdrawn before the batch was accepted.
	fn payee(&self, model: u32, accepted_at: u32, contribution: u64) -> Option<Payee> {
		let row = self.datanets.contributions.get(&contribution)?;
		let acceptance = row.stage.acceptance()?;
		let version = *self.models.rows[&model].corpus.get(&row.datanet)?;
		let snapshot = self.snapshot_of(row.datanet, version)?;
		let gone = match row.stage {
			Stage::Withdrawn(_, at, _) => at < accepted_at,
			Stage::Revoked(..) => true,
			_ => false,
		};
		(acceptance.number < snapshot.count).then(|| {
			if gone {
				Payee::Treasury
			} else if self.datanets.rows[&row.datanet].pooled {
				Payee::Pool(row.datanet, version)
			} else {
				Payee::Account(row.who)
			}
		})
	}

	/// Closes a page that nobody pushed in time.
	pub fn close_missing_page(&mut self, key: Key, page: usize) -> Outcome {
		let deadline = self.open_page(key, page)?.deadline;
		let over = deadline.is_some_and(|deadline| self.clock >= deadline);
		need(over, "deadline")?;
		self.close_page(key, page)
	}

	/// Its money to the inbox; twice as much from the bond to the treasury, as far as it goes.
	fn close_page(&mut self, key: Key, page: usize) -> Outcome {
		let least = planck(self.usage.limits.min_bond);
		let treasury = self.treasury;
		let batch = &self.usage.batches[&key];
		let subtotal = batch.pays(&batch.start(page), &batch.pages[page].end);
		if !subtotal.is_zero() {
			self.release_base(key.1, &subtotal);
		}
		let Some(operator) = self.usage.operators.get_mut(&key.0) else {
			return no("no operator");
		};
		let slash = Planck::min(subtotal * 2, operator.bond.clone());
		operator.bond -= &slash;
		if operator.stand == Stand::Active && operator.bond < least {
			operator.stand = Stand::Suspended;
		}
		if let Some(batch) = self.usage.batches.get_mut(&key) {
			// The slash uses up the coverage of its own batch only.
			let used = slash.clone().min(batch.coverage.clone());
			batch.coverage -= &used;
			operator.coverage -= used;
		}
		self.bank
			.hand_over(key.0, Hold::OperatorBond, treasury, &slash)?;
		self.set_page(key, page, PageStage::Missing)
	}
}
