// SPDX-License-Identifier: Apache-2.0
//! `explain`: why an account was paid what it was, from events.

use anyhow::Result;
use openledger_client::{account::ss58, tokens};
use openledger_primitives::{AccountId, Balance, BlockNumber};
use serde_json::json;

use crate::{
	context::Shared,
	ledger::{Ledger, Reason},
	output::amount,
};

#[derive(clap::Args, Debug)]
pub struct Explain {
	/// The account: a dev name, address or URI.
	account: String,
	/// First block.
	#[arg(long, default_value_t = 1)]
	from: BlockNumber,
}

pub async fn run(shared: &Shared, explain: Explain) -> Result<()> {
	let client = shared.client().await?;
	let account = shared.account_id(&explain.account)?;
	let head = client.finalised().await?.number;
	let bar = shared.format().bar(head as usize, "reading events");
	let mut ledger = Ledger::from(explain.from);
	ledger
		.advance(&client, |number| bar.set_position(number.into()))
		.await?;
	bar.finish_and_clear();
	let sentences = sentences(&ledger, &account);
	let json = json!({
		"account": ss58(&account),
		"from": explain.from,
		"upto": ledger.upto,
		"paid": ledger.paid.get(&account).copied().unwrap_or(0).to_string(),
		"sentences": sentences,
	});
	shared.format().print(json, || {
		for sentence in &sentences {
			println!("{sentence}");
		}
	});
	Ok(())
}

/// What happened to an account's money, one sentence each, with all numbers.
pub fn sentences(ledger: &Ledger, account: &AccountId) -> Vec<String> {
	let mut said = Vec::new();
	for ((operator, model, sequence), batch) in &ledger.batches {
		for credit in batch
			.credits
			.iter()
			.filter(|credit| credit.account.as_ref() == Some(account))
		{
			said.push(format!(
				"Block {}: batch {sequence} of model {model} by {} (accepted in block {}, fees {}, of \
				 which the data share is {}): spans of contribution {} were worth {} of the fees and \
				 earned {} (= data share × value / fees, each total rounded down).",
				credit.block,
				ss58(operator),
				batch.block,
				amount(batch.fee),
				amount(batch.split.data),
				credit.contribution,
				amount(credit.value),
				amount(credit.amount),
			));
		}
	}
	for (reason, sum) in ledger.accrued.get(account).into_iter().flatten() {
		said.push(match reason {
			Reason::Operator(model) => format!("As operator of model {model}: {}.", amount(*sum)),
			Reason::Developer(model) => format!("As developer of model {model}: {}.", amount(*sum)),
			Reason::Credit => format!("For matched text in all: {}.", amount(*sum)),
			Reason::Pool(datanet, tranche) => format!(
				"By points in the pools of datanet {datanet}, tranche {tranche}: {}.",
				amount(*sum)
			),
		});
	}
	let accrued: Balance = ledger
		.accrued
		.get(account)
		.map_or(0, |row| row.values().copied().sum());
	let paid = ledger.paid.get(account).copied().unwrap_or(0);
	if accrued == 0 {
		said.push(format!(
			"Nothing was booked up to block {}: no batch credited a text of this account, and it \
			 serves and develops no model that was used.",
			tokens::grouped(ledger.upto.into())
		));
	} else {
		said.push(format!(
			"Booked {}, transferred {}, the rest follows automatically above the threshold.",
			amount(accrued),
			amount(paid)
		));
	}
	said
}
