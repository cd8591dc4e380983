// SPDX-License-Identifier: Apache-2.0
//! Credit pages: made with a batch, pushed in any order, malformed now and then, or left out.

use openledger_primitives::payload::{CreditPage, PageEntry};
use openledger_runtime::Runtime;
use pallet_usage::Call;

use super::{Dice, Done, Played, World};
use crate::{
	chain,
	rules::{
		pages::{Entry, FULL_PAGE},
		usage::Key,
	},
};

/// The pages of a batch, and what its header says of them.
pub struct Made {
	/// In order.
	pub pages: Vec<CreditPage>,
	/// Their end totals.
	pub ends: Vec<u128>,
	/// Credit lines.
	pub lines: u32,
}

/// Members of a model's corpus, ascending.
fn members(world: &World, model: u32) -> Vec<u64> {
	let ledger = &world.ledger;
	let corpus = &ledger.models.rows[&model].corpus;
	let rows = ledger.datanets.contributions.iter();
	rows.filter(|(_, row)| {
		let Some(acceptance) = row.stage.acceptance() else {
			return false;
		};
		let Some(version) = corpus.get(&row.datanet) else {
			return false;
		};
		ledger
			.snapshot_of(row.datanet, *version)
			.is_some_and(|snapshot| acceptance.number < snapshot.count)
	})
	.map(|(id, _)| *id)
	.collect()
}

/// Entries that add up to `matched`; one in eight lists has something wrong.
fn entries(world: &World, dice: &mut Dice, model: u32, matched: u128) -> Vec<Entry> {
	let mut members = members(world, model);
	let most = usize::try_from(matched).unwrap_or(usize::MAX);
	let wanted = match dice.below(4) {
		0 => 1,
		1 => 1 + dice.below(6),
		_ => members.len(),
	};
	while members.len() > wanted.min(most).max(1) {
		let place = dice.below(members.len());
		members.remove(place);
	}
	if members.is_empty() {
		members.push(1 + dice.below(20) as u64);
	}
	let count = members.len() as u128;
	let mut line = 0;
	let mut entries: Vec<Entry> = members
		.iter()
		.enumerate()
		.map(|(place, contribution)| {
			let place = place as u128 + 1;
			// Rising, whatever the dice say, and whole at the end.
			let share = matched / count;
			let wobble = if place < count && share > 1 {
				u128::from(dice.roll()) % share
			} else {
				0
			};
			let total = if place == count {
				matched
			} else {
				share * place + wobble
			};
			line += 1 + dice.roll() % 3;
			(*contribution, line - 1, total)
		})
		.collect();
	if dice.chance(12) {
		spoil(world, dice, &mut entries);
	}
	entries
}

fn spoil(world: &World, dice: &mut Dice, entries: &mut Vec<Entry>) {
	let place = dice.below(entries.len());
	match dice.below(6) {
		0 => entries[place].2 = entries[place].2.saturating_add(1),
		1 => entries[place].0 = world.ledger.datanets.last + 1,
		2 => entries[place].0 = 1 + dice.below(world.ledger.datanets.last as usize + 1) as u64,
		3 => entries[place].1 = u32::MAX,
		4 => entries.reverse(),
		_ => {
			entries.remove(place);
		}
	}
}

/// Pages for so much matched money: mostly one; several when there are members enough for full
/// ones, or when a page is to be malformed for not being full.
pub fn make(world: &World, dice: &mut Dice, key: Key, matched: u128) -> Made {
	let mut made = Made {
		pages: Vec::new(),
		ends: Vec::new(),
		lines: 0,
	};
	if matched == 0 || !world.ledger.models.rows.contains_key(&key.1) {
		return made;
	}
	let entries = entries(world, dice, key.1, matched);
	made.lines = entries
		.iter()
		.map(|entry| entry.1)
		.max()
		.map_or(1, |line| line.min(1 << 24) + 1);
	let size = if entries.len() > 1 && dice.chance(12) {
		(1 + dice.below(entries.len())).min(FULL_PAGE)
	} else {
		FULL_PAGE
	};
	let lists: Vec<&[Entry]> = if entries.is_empty() {
		vec![&[]]
	} else {
		entries.chunks(size).collect()
	};
	for (page, list) in lists.iter().take(64).enumerate() {
		let rows: Vec<PageEntry> = list
			.iter()
			.map(|(contribution, last_line, total)| PageEntry {
				contribution: *contribution,
				last_line: *last_line,
				total: *total,
			})
			.collect();
		made.pages.push(CreditPage {
			operator: chain::id(key.0),
			model: key.1,
			sequence: key.2,
			page: page as u8,
			entries: rows.try_into().unwrap(),
		});
		made.ends.push(list.last().map_or(matched, |entry| entry.2));
	}
	if let Some(end) = made.ends.last_mut() {
		// What the batch commits to is whole even when an entry isn't.
		*end = matched;
	}
	made
}

/// `push_page`: an open page of a released batch, now and then another one or other bytes.
pub fn push(world: &mut World, dice: &mut Dice) -> Played {
	let any = dice.chance(6);
	let mut open: Vec<(Key, usize)> = Vec::new();
	for (key, batch) in &world.ledger.usage.batches {
		for (place, page) in batch.pages.iter().enumerate() {
			if any || (batch.deadline.is_some() && page.is_open()) {
				open.push((*key, place));
			}
		}
	}
	let Some((key, place)) = dice.pick(&open) else {
		return Ok(Done::Skipped);
	};
	let mut page = world.drafts[&key][place].clone();
	let same = !dice.chance(4);
	if !same {
		page.entries = Default::default();
	}
	// An empty page stays what it was.
	let same = same || world.drafts[&key][place].entries.is_empty();
	let entries: Vec<Entry> = page
		.entries
		.iter()
		.map(|entry| (entry.contribution, entry.last_line, entry.total))
		.collect();
	let answer = chain::authorized(Call::<Runtime>::push_page { page });
	let (done, paid) = world.hold_against_with(answer, |ledger| {
		ledger.push_page(key, place, &entries, same)
	})?;
	match paid {
		Some(true) => {
			world.note("pages paid");
			if place > 0 {
				world.note("second and later pages paid");
			}
		}
		Some(false) => world.note("pages malformed"),
		None => {}
	}
	forget(world, key);
	Ok(done)
}

/// `close_missing_page`, mostly after the deadline.
pub fn close_missing(world: &mut World, dice: &mut Dice) -> Played {
	let clock = world.ledger.clock;
	let any = dice.chance(5);
	let mut late: Vec<(Key, usize)> = Vec::new();
	for (key, batch) in &world.ledger.usage.batches {
		let over = batch.deadline.is_some_and(|deadline| clock >= deadline);
		for (place, page) in batch.pages.iter().enumerate() {
			if any || (over && page.is_open()) {
				late.push((*key, place));
			}
		}
	}
	let Some((key, place)) = dice.pick(&late) else {
		return Ok(Done::Skipped);
	};
	let call = Call::<Runtime>::close_missing_page {
		operator: chain::id(key.0),
		model: key.1,
		sequence: key.2,
		page: place as u8,
	};
	let answer = chain::signed(dice.actor(), call);
	let done = world.hold_against(answer, |ledger| ledger.close_missing_page(key, place))?;
	forget(world, key);
	Ok(done)
}

/// Drops the pages of a batch that is wholly paid.
fn forget(world: &mut World, key: Key) {
	if !world.ledger.usage.batches.contains_key(&key) {
		world.drafts.remove(&key);
	}
}
