// SPDX-License-Identifier: Apache-2.0
//! `explain`: why an account was paid what it was, in sentences with numbers, hop by hop.

use std::collections::BTreeMap;

use anyhow::{bail, Result};
use openledger_client::{
	account::ss58,
	chain::Client,
	node::{ExplainedLine, ExplainedZero},
	tokens,
};
use openledger_primitives::{AccountId, Balance, BlockNumber, ModelId};
use serde_json::{json, Value};

use crate::{context::Shared, output::amount};

/// Hops through lineage that are followed; deeper ones are named, not followed.
const MAX_HOPS: usize = 16;
/// Lines that are read in all.
const MAX_LINES: usize = 100_000;

#[derive(clap::Args, Debug)]
pub struct Explain {
	/// The account: a dev name, address or URI.
	account: String,
	/// First block.
	#[arg(long, default_value_t = 1)]
	from: BlockNumber,
	/// Last block; the last finalised one when left out.
	#[arg(long)]
	to: Option<BlockNumber>,
}

/// A line with the hops behind it: how deep each is, and what it says.
pub struct Line {
	/// As the node tells it.
	pub told: ExplainedLine,
	/// Where the money came from, nearest first.
	pub hops: Vec<(usize, String)>,
}

/// All that the node's index says of an account.
pub struct Explained {
	/// Lines in the order of their events.
	pub lines: Vec<Line>,
	/// What earned nothing.
	pub zeros: Vec<ExplainedZero>,
	/// First and last block looked at.
	pub range: (BlockNumber, BlockNumber),
	/// First block of the index.
	pub indexed_from: BlockNumber,
}

pub async fn run(shared: &Shared, explain: Explain) -> Result<()> {
	let client = shared.client().await?;
	let account = shared.account_id(&explain.account)?;
	let explained = fetch(&client, &account, explain.from, explain.to).await?;
	let sentences = sentences(&explained);
	let json = json!({
		"account": ss58(&account),
		"from": explained.range.0,
		"to": explained.range.1,
		"lines": explained.lines.iter().map(|line| &line.told).collect::<Vec<_>>(),
		"zeros": explained.zeros,
		"sentences": sentences,
	});
	shared.format().print(json, || {
		for sentence in &sentences {
			println!("{sentence}");
		}
	});
	Ok(())
}

/// Asks the node for every line of an account in a range of finalised blocks.
pub async fn fetch(
	client: &Client,
	account: &AccountId,
	from: BlockNumber,
	to: Option<BlockNumber>,
) -> Result<Explained> {
	let to = match to {
		Some(to) => to,
		None => client.finalised().await?.number,
	};
	let mut teller = Teller {
		client,
		known: BTreeMap::new(),
	};
	let mut first = None;
	let mut lines = Vec::new();
	let mut cursor = None;
	loop {
		let part = client.explain(account, from, to, cursor.as_ref()).await?;
		for told in part.items {
			let hops = teller.hops_of(&told).await?;
			lines.push(Line { told, hops });
		}
		let head = (part.zeros, (part.from, part.to), part.indexed_from);
		let head = first.get_or_insert(head);
		cursor = part.next_cursor;
		if cursor.is_none() {
			return Ok(Explained {
				lines,
				zeros: std::mem::take(&mut head.0),
				range: head.1,
				indexed_from: head.2,
			});
		}
		if lines.len() > MAX_LINES {
			bail!("more than {MAX_LINES} lines; ask for fewer blocks with --from and --to");
		}
	}
}

/// What happened to an account's money, one sentence each, with all numbers; hops are indented.
pub fn sentences(explained: &Explained) -> Vec<String> {
	let mut said = Vec::new();
	let (mut booked, mut paid): (Balance, Balance) = (0, 0);
	for line in &explained.lines {
		let planck: Balance = line.told.amount.parse().unwrap_or(0);
		match line.told.kind.as_str() {
			"Payout" => paid += planck,
			_ => booked += planck,
		}
		let checked = match line.told.matches {
			Some(true) => ", computed again: the same",
			Some(false) => ", computed again: DIFFERENT",
			None => "",
		};
		said.push(format!(
			"Block {}: {}: {}{checked}.",
			line.told.block,
			tokens::open(planck),
			line.told.formula
		));
		for (depth, hop) in &line.hops {
			said.push(format!("{}{hop}", "   ".repeat(depth + 1)));
		}
	}
	for zero in &explained.zeros {
		said.push(format!("Nothing: {}.", zero.reason));
	}
	let (from, to) = explained.range;
	if explained.indexed_from > from {
		said.push(format!(
			"The node's index begins with block {}.",
			explained.indexed_from
		));
	}
	said.push(format!(
		"Blocks {from} to {to}: booked {}, transferred {}.",
		amount(booked),
		amount(paid)
	));
	said
}

/// Follows money back through inboxes.
struct Teller<'a> {
	client: &'a Client,
	/// Distributions read so far, by model and block.
	known: BTreeMap<(ModelId, BlockNumber), Vec<Value>>,
}

impl Teller<'_> {
	async fn hops_of(&mut self, line: &ExplainedLine) -> Result<Vec<(usize, String)>> {
		let mut hops = Vec::new();
		// What is still to be told: how deep, and an inflow or payment.
		let mut left: Vec<(usize, Value)> = Vec::new();
		let listed = match line.kind.as_str() {
			"DistributionShare" => &line.cause["distribution"]["inflows"],
			"PoolCollection" => &line.cause["payments"],
			_ => &Value::Null,
		};
		push(&mut left, 0, listed);
		while let Some((depth, flow)) = left.pop() {
			hops.push((depth, flow_text(&flow)));
			let Some(source) = source_of(&flow) else {
				continue;
			};
			if depth < MAX_HOPS {
				for inflow in self.inflows(source).await? {
					left.push((depth + 1, inflow));
				}
			}
		}
		Ok(hops)
	}

	/// What came into an inbox before the distribution `(model, block, event)`, the latest first.
	async fn inflows(&mut self, (model, block, event): Source) -> Result<Vec<Value>> {
		if !self.known.contains_key(&(model, block)) {
			let found = self.client.distributions(model, block).await?;
			self.known.insert((model, block), found);
		}
		let found = self.known.get(&(model, block)).into_iter().flatten();
		let mut inflows = Vec::new();
		for distribution in found.filter(|one| one["event"].as_u64() == Some(event)) {
			push(&mut inflows, 0, &distribution["inflows"]);
		}
		Ok(inflows.into_iter().map(|(_, inflow)| inflow).collect())
	}
}

/// Model, block and event of a distribution.
type Source = (ModelId, BlockNumber, u64);

/// Puts a list where its first entry is taken first.
fn push(left: &mut Vec<(usize, Value)>, depth: usize, list: &Value) {
	let entries = list.as_array().into_iter().flatten().rev();
	left.extend(entries.map(|entry| (depth, entry.clone())));
}

/// The distribution that money came from.
fn source_of(flow: &Value) -> Option<Source> {
	let is_distribution = matches!(flow["kind"].as_str()?, "ChildDistribution" | "Distribution");
	let cause = flow.get("cause").filter(|_| is_distribution)?;
	let number = |name: &str| u32::try_from(cause[name].as_u64()?).ok();
	Some((number("model")?, number("block")?, cause["event"].as_u64()?))
}

fn planck(value: &Value) -> Balance {
	value
		.as_str()
		.and_then(|text| text.parse().ok())
		.unwrap_or(0)
}

/// Money that came into an inbox or a pool, in one sentence.
fn flow_text(flow: &Value) -> String {
	let cause = &flow["cause"];
	let sum = match flow.get("amount") {
		Some(paid) => format!(
			"{} into the pool of version {}, {} of {} points",
			amount(planck(paid)),
			flow["version"],
			flow["ownPoints"].as_str().unwrap_or("?"),
			flow["points"].as_str().unwrap_or("?"),
		),
		None => {
			let (upstream, base) = (planck(&flow["upstream"]), planck(&flow["base"]));
			match (upstream, base) {
				(_, 0) => format!("{} upstream", amount(upstream)),
				(0, _) => format!("{} base", amount(base)),
				_ => format!("{} upstream, {} base", amount(upstream), amount(base)),
			}
		}
	};
	let batch = |cause: &Value| {
		format!(
			"batch {} of model {} ({} calls, fees {})",
			cause["sequence"],
			cause["model"],
			cause["calls"].as_str().unwrap_or("?"),
			amount(planck(&cause["fee"])),
		)
	};
	let from = match flow["kind"].as_str().unwrap_or_default() {
		"ChildBatch" => format!("from {}", batch(cause)),
		"Release" => format!("base part of {}", batch(cause)),
		"CreditPage" => format!("matched text in {}", batch(cause)),
		"MissingPage" => format!("a page missing in {}", batch(&cause["batch"])),
		"ChildDistribution" | "Distribution" => {
			format!("from the inbox of model {}", cause["model"])
		}
		"TrainingFee" => format!("training fee of model {}", cause["model"]),
		_ => "from before the index".into(),
	};
	format!("← block {}: {sum}, {from}", flow["block"])
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn flows_name_their_source_and_their_sums() {
		let flow = json!({
			"block": 7, "event": 3, "upstream": "1000000000000", "base": "0", "kind": "ChildBatch",
			"cause": { "model": 2, "sequence": 0, "calls": "4", "fee": "5000000000000" },
		});
		let text = flow_text(&flow);
		assert!(text.starts_with("← block 7: 1 OPEN"), "{text}");
		assert!(text.contains("batch 0 of model 2 (4 calls"), "{text}");
		assert_eq!(source_of(&flow), None);
		let payment = json!({
			"block": 9, "event": 1, "version": 1, "amount": "10", "points": "40", "ownPoints": "4",
			"kind": "Distribution", "cause": { "model": 1, "block": 9, "event": 0 },
		});
		assert!(flow_text(&payment).contains("4 of 40 points, from the inbox of model 1"));
		assert_eq!(source_of(&payment), Some((1, 9, 0)));
	}

	#[test]
	fn lists_are_told_from_their_beginning() {
		let mut left = Vec::new();
		push(&mut left, 0, &json!([1, 2, 3]));
		assert_eq!(left.pop(), Some((0, json!(1))));
		push(&mut left, 0, &Value::Null);
		assert_eq!(left.len(), 2);
	}
}
