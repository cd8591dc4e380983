// SPDX-License-Identifier: Apache-2.0
//! Who earned what and why, and whether every planck of the fees is accounted for.

use std::{
	collections::{BTreeMap, BTreeSet},
	ops::Range,
};

use anyhow::{ensure, Result};
use openledger_client::{account::ss58, payer::Answer, tokens};
use openledger_primitives::{
	ids::MIN_SPAN_BYTES, payload::Span, shares::span_value, AccountId, Balance, ContributionId,
};

use super::{ask::is_pool, curate::contributor, role, state::Story};
use crate::{
	ledger::{Ledger, Reason},
	output::{amount, table},
};

/// Rows of long tables.
const ROWS: usize = 15;

/// What the report is made of: events, and the answers the payer holds.
pub struct Facts<'a> {
	/// The story.
	pub story: &'a Story,
	/// Sums over events.
	pub ledger: &'a Ledger,
	/// Questions and answers of this run.
	pub answers: &'a [(String, Answer)],
}

impl Facts<'_> {
	/// Prints all tables.
	pub fn print(&self) {
		self.print_batches();
		self.print_spans();
		self.print_credits();
		self.print_shares();
		self.print_lineage();
		self.print_sum();
	}

	fn print_batches(&self) {
		let mut rows = table([
			"batch",
			"block",
			"calls",
			"fees",
			"matched",
			"data share",
			"hash",
		]);
		for ((_, model, sequence), batch) in &self.ledger.batches {
			rows.add_row([
				format!("model {model} #{sequence}"),
				batch.block.to_string(),
				batch.calls.to_string(),
				amount(batch.fee),
				amount(batch.matched),
				amount(batch.split.data),
				format!("{:?}", batch.hash),
			]);
		}
		println!("\nUsage batches\n{rows}");
	}

	fn print_spans(&self) {
		let Some((question, answer)) = self.answers.first() else {
			return;
		};
		let record = &answer.record;
		let mut rows = table(["span", "text", "from", "value"]);
		for span in &answer.spans {
			let start = span.start as usize;
			let quoted = &answer.text.as_bytes()[start..start + usize::from(span.length)];
			let quoted = String::from_utf8_lossy(quoted).replace('\n', " ");
			rows.add_row([
				format!("{}+{}", span.start, span.length),
				quoted.chars().take(48).collect(),
				format!("{} @ {}", self.story.name(span.contribution), span.position),
				amount(span_value(record.fee, span.length, record.bytes_out).unwrap_or(0)),
			]);
		}
		println!("\nWhy: spans of the first answer of this run, \"{question}\"\n{rows}");
	}

	/// Sums of credits by contribution: value and amount.
	fn credits(&self) -> BTreeMap<ContributionId, (Balance, Balance, Option<AccountId>)> {
		let mut sums = BTreeMap::new();
		for credit in self
			.ledger
			.batches
			.values()
			.flat_map(|batch| &batch.credits)
		{
			let row = sums
				.entry(credit.contribution)
				.or_insert((0, 0, credit.account.clone()));
			row.0 += credit.value;
			row.1 += credit.amount;
		}
		sums
	}

	/// The earliest text that a credit page paid for.
	pub fn first_used(&self) -> Option<ContributionId> {
		let mut paid = self.credits().into_iter();
		paid.find(|(_, (_, earned, _))| *earned > 0)
			.map(|(contribution, _)| contribution)
	}

	fn print_credits(&self) {
		let mut sums: Vec<_> = self.credits().into_iter().collect();
		sums.sort_by_key(|(id, (_, earned, _))| (core::cmp::Reverse(*earned), *id));
		let mut rows = table([
			"contribution",
			"authors",
			"account",
			"value of its spans",
			"earned",
		]);
		for (contribution, (value, earned, account)) in sums.iter().take(ROWS) {
			rows.add_row([
				format!("{contribution} {}", self.story.name(*contribution)),
				self.story.authors(*contribution),
				account.as_ref().map_or("pool or treasury".into(), ss58),
				amount(*value),
				amount(*earned),
			]);
		}
		println!(
			"\nPaid by credit pages: {} contributions\n{rows}",
			sums.len()
		);
		if sums.len() > ROWS {
			println!("… and {} more", sums.len() - ROWS);
		}
	}

	fn print_shares(&self) {
		let mut rows = table(["who", "why", "booked"]);
		let names: BTreeMap<AccountId, String> = self.names();
		for (account, reasons) in &self.ledger.accrued {
			for (reason, sum) in reasons {
				let why = match reason {
					Reason::Operator(model) => format!("operator of model {model}"),
					Reason::Developer(model) => format!("developer of model {model}"),
					Reason::Pool(datanet, tranche) => {
						format!("points in datanet {datanet}, tranche {tranche}")
					}
					Reason::Treasury => "treasury".into(),
					Reason::Withheld(datanet, tranche) => {
						format!("points in datanet {datanet}, tranche {tranche}, after a claim")
					}
					Reason::Aside => "points of a text taken back, after a claim".into(),
					Reason::Forfeited => "proved that a text was a copy".into(),
					Reason::Credit => continue,
				};
				let who = names.get(account).cloned().unwrap_or_else(|| ss58(account));
				rows.add_row([who, why, amount(*sum)]);
			}
		}
		println!("\nOperators, developers, and members of pools so far\n{rows}");
	}

	fn names(&self) -> BTreeMap<AccountId, String> {
		let dev = [role::DEVELOPER, role::ADAPTER_DEVELOPER, role::OPERATOR]
			.into_iter()
			.filter_map(|name| {
				Some((
					openledger_client::account::Account::dev(name).ok()?.id(),
					name.into(),
				))
			});
		let contributors = self
			.story
			.names
			.values()
			.filter_map(|name| Some((contributor(name).ok()?.id(), name.clone())));
		dev.chain(contributors).collect()
	}

	fn print_lineage(&self) {
		let mut rows = table(["model", "from the calls of its children"]);
		for (model, upstream) in self.ledger.inboxes.iter().filter(|(_, sum)| **sum > 0) {
			rows.add_row([model.to_string(), amount(*upstream)]);
		}
		println!("\nLineage\n{rows}");
	}

	fn print_sum(&self) {
		let mut rows = table(["the fees became", "amount"]);
		let mut sum: Balance = 0;
		for (name, part) in self.ledger.parts() {
			rows.add_row([name.to_string(), amount(part)]);
			sum += part;
		}
		rows.add_row(["sum of all shares".into(), amount(sum)]);
		rows.add_row(["fees that left channels".into(), amount(self.ledger.fees)]);
		println!(
			"\nSum check, from the events of blocks up to {}\n{rows}",
			self.ledger.upto
		);
		let verdict = if sum == self.ledger.fees {
			"equal, to the last planck"
		} else {
			"DIFFERENT"
		};
		println!(
			"{} planck and {} planck: {verdict}",
			tokens::grouped(sum),
			tokens::grouped(self.ledger.fees)
		);
	}

	/// Whether the story is whole; the reason when it isn't.
	pub fn check(&self) -> Result<()> {
		let ledger = self.ledger;
		let sum: Balance = ledger.parts().iter().map(|(_, part)| part).sum();
		ensure!(ledger.fees > 0, "no call was settled");
		ensure!(
			sum == ledger.fees,
			"the shares sum to {sum} planck, the fees to {}",
			ledger.fees
		);
		for (name, part) in ledger.parts() {
			let waits = name.starts_with("waiting") || name.starts_with("still");
			ensure!(waits || part > 0, "nothing went to: {name}");
			ensure!(!waits || part == 0, "{part} planck: {name}");
		}
		let paid: BTreeSet<_> = self
			.credits()
			.into_values()
			.filter(|row| row.1 > 0)
			.filter_map(|row| row.2)
			.collect();
		ensure!(
			paid.len() >= 3,
			"only {} contributors were paid by credit pages",
			paid.len()
		);
		let parent = self.story.model.unwrap_or_default();
		let upstream = ledger.inboxes.get(&parent).copied().unwrap_or(0);
		ensure!(upstream > 0, "the adapter's calls paid its parent nothing");
		let members = ledger.accrued_for(is_pool);
		ensure!(members > 0, "base money reached no member of a pool");
		self.check_quoted()
	}

	/// Every contribution that an answer of this run quotes was paid, unless earlier
	/// registrations hold the passage or it is too short to count.
	fn check_quoted(&self) -> Result<()> {
		let credits = self.credits();
		let earned = |id: &ContributionId| credits.get(id).map_or(0, |row| row.1);
		for (question, answer) in self.answers {
			for (id, passage) in passages(&answer.text) {
				let inside = |span: &&Span| {
					let start = span.start as usize;
					start < passage.end && start + usize::from(span.length) > passage.start
				};
				let mut holders = answer.spans.iter().filter(inside).peekable();
				let counts = passage.len() > MIN_SPAN_BYTES as usize;
				let held_earlier =
					holders.peek().is_some() && holders.all(|span| span.contribution < id);
				ensure!(
					earned(&id) > 0 || held_earlier || !counts,
					"the answer to \"{question}\" quotes {}, which was not paid",
					self.story.name(id)
				);
			}
			for span in &answer.spans {
				let value = span_value(answer.record.fee, span.length, answer.record.bytes_out);
				ensure!(
					value == Some(0) || earned(&span.contribution) > 0,
					"{} has a span in the answer to \"{question}\" and was not paid",
					self.story.name(span.contribution)
				);
			}
		}
		Ok(())
	}
}

/// What an extractive answer quotes: each passage stands under `[contribution ID: …]`.
fn passages(answer: &str) -> Vec<(ContributionId, Range<usize>)> {
	let mut found: Vec<(ContributionId, Range<usize>)> = Vec::new();
	let mut at = 0;
	for line in answer.split_inclusive('\n') {
		let id = line
			.strip_prefix("[contribution ")
			.and_then(|rest| rest.split_once(':'))
			.and_then(|(id, _)| id.parse().ok());
		if let Some(id) = id {
			if let Some((_, last)) = found.last_mut() {
				last.end = at;
			}
			found.push((id, at + line.len()..answer.len()));
		}
		at += line.len();
	}
	found
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn passages_should_stand_between_the_lines_that_name_them() {
		let answer = "[contribution 7: a, MIT]\nfirst\n\n[contribution 12: b]\nsecond\n";
		let found = passages(answer);
		assert_eq!(found.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [7, 12]);
		assert_eq!(&answer[found[0].1.clone()], "first\n\n");
		assert_eq!(&answer[found[1].1.clone()], "second\n");
		assert!(passages("no source named").is_empty());
	}
}
