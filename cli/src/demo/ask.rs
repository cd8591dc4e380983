// SPDX-License-Identifier: Apache-2.0
//! Steps 4 to 7 of the story: calls, settlement, payment.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{bail, Context, Result};
use openledger_client::{
	account::{ss58, Account},
	call::{force_batch, royalties, Call},
	chain::Client,
	payer::Answer,
	transaction::Wait,
};
use openledger_primitives::{AccountId, ChannelId, DatanetId};

use super::{curate::tell_status, report, role, state::Story};
use crate::{
	book,
	commands::{channel, explain},
	context::Shared,
	ledger::{Ledger, Reason},
	output::amount,
};

/// How long to wait for settlement and payment: the window, the pages and some room.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Questions that the adapter is asked too.
const ADAPTER_QUESTIONS: usize = 4;

pub async fn run(shared: &Shared, questions: &Path, adapter_gateway: String) -> Result<()> {
	let format = shared.format();
	let client = shared.client().await?;
	let now = client.best().await?.number;
	let mut story = Story::load(shared, client.genesis_hash(), now)?;
	let datanet = story
		.datanet
		.context("no datanet yet; run `openledger demo prepare` first")?;
	let model = story
		.model
		.context("no model yet; run `openledger demo prepare` first")?;
	let adapter = story
		.adapter
		.context("no adapter yet; run `openledger demo prepare` first")?;
	let questions = read_questions(questions)?;
	let channel = open(shared, &client, story.channel).await?;
	story.channel = Some(channel);
	story.save(shared)?;
	let mut answers = ask_all(shared, &client, channel, &questions, &story).await?;
	format.say(format!(
		"the same of model {adapter}, an adapter of model {model}:"
	));
	let at_adapter = Shared {
		gateway: adapter_gateway,
		..shared.clone()
	};
	let adapter_channel = open(&at_adapter, &client, story.adapter_channel).await?;
	story.adapter_channel = Some(adapter_channel);
	story.save(shared)?;
	let some = questions.get(..ADAPTER_QUESTIONS).unwrap_or(&questions);
	answers.extend(ask_all(&at_adapter, &client, adapter_channel, some, &story).await?);
	settle(shared, &client, channel).await?;
	settle(shared, &client, adapter_channel).await?;
	let mut ledger = paid_out(shared, &client, &story).await?;
	let members = collect_pools(&client, datanet, &story).await?;
	ledger.advance(&client, |_| ()).await?;
	let facts = report::Facts {
		story: &story,
		ledger: &ledger,
		answers: &answers,
	};
	facts.print();
	if let Some(used) = facts.first_used() {
		format.say("where a text stands that the answers quote:");
		tell_status(&client, shared, used).await?;
	}
	explain(shared, &client, &story, members.first()).await?;
	facts.check()?;
	format.say("");
	println!("story complete");
	Ok(())
}

fn read_questions(path: &Path) -> Result<Vec<String>> {
	let text =
		std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
	let questions: Vec<String> = text
		.lines()
		.map(str::trim)
		.filter(|line| !line.is_empty() && !line.starts_with('#'))
		.map(String::from)
		.collect();
	if questions.is_empty() {
		bail!("{} holds no question", path.display());
	}
	Ok(questions)
}

async fn open(shared: &Shared, client: &Client, known: Option<ChannelId>) -> Result<ChannelId> {
	if let Some(channel) = known {
		return Ok(channel);
	}
	let payer = Account::dev(role::PAYER)?;
	let channel = channel::open(shared, client, &payer, "1000 OPEN").await?;
	shared.format().say(format!(
		"channel {channel} opened by {} with 1 000 OPEN",
		role::PAYER
	));
	Ok(channel)
}

async fn ask_all(
	shared: &Shared,
	client: &Client,
	channel: ChannelId,
	questions: &[String],
	story: &Story,
) -> Result<Vec<(String, Answer)>> {
	let genesis = client.genesis_hash();
	let mut payer = book::payer(shared, client, channel, Account::dev(role::PAYER)?).await?;
	let mut answers = Vec::new();
	for question in questions {
		let answer = payer
			.chat(&[("user", question)], Some(600), true)
			.await
			.with_context(|| format!("asking: {question}"))?;
		book::save(shared, genesis, payer.book())?;
		let matched: u32 = answer.spans.iter().map(|span| u32::from(span.length)).sum();
		let mut sources: Vec<String> = answer
			.spans
			.iter()
			.map(|span| story.name(span.contribution))
			.collect();
		sources.dedup();
		shared.format().say(format!(
			"call {}: {question}\n  {} bytes, {} of them found in {}; fee {}",
			answer.record.number,
			answer.record.bytes_out,
			matched,
			if sources.is_empty() {
				"no text".into()
			} else {
				sources.join(", ")
			},
			amount(answer.record.fee)
		));
		answers.push((question.clone(), answer));
	}
	payer.settle().await?;
	Ok(answers)
}

/// Waits until the chain has settled every call of the channel in a finalised block.
async fn settle(shared: &Shared, client: &Client, channel: ChannelId) -> Result<()> {
	let format = shared.format();
	let view = client
		.best_state()
		.await?
		.channel(channel)
		.await?
		.context("the channel is gone")?;
	let calls = book::load(shared, client.genesis_hash(), &view)?.calls();
	let bar = format.bar(calls as usize, "calls settled on chain");
	let deadline = tokio::time::Instant::now() + PATIENCE;
	loop {
		let view = client.finalised_state().await?.channel(channel).await?;
		let settled = view.map_or(0, |view| view.settled_calls);
		bar.set_position(settled);
		if settled >= calls {
			bar.finish_and_clear();
			format.say(format!(
				"{settled} calls of channel {channel} settled in finalised blocks"
			));
			return Ok(());
		}
		if tokio::time::Instant::now() > deadline {
			let status = client.worker_status().await?;
			bail!("only {settled} of {calls} calls settled; off-chain worker: {status:?}");
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
}

/// Waits until every batch is released, its pages are paid and all inboxes are empty.
async fn paid_out(shared: &Shared, client: &Client, story: &Story) -> Result<Ledger> {
	let format = shared.format();
	format.say("waiting for the challenge window, the credit pages and the pools …");
	let deadline = tokio::time::Instant::now() + PATIENCE;
	let mut last = 0;
	let mut ledger = Ledger::from(story.first_block.max(1));
	loop {
		ledger.advance(client, |_| ()).await?;
		let open = ledger
			.batches
			.values()
			.filter(|batch| !batch.settled)
			.count();
		let left = ledger.inbox_in.saturating_sub(ledger.inbox_out);
		if open == 0 && ledger.waiting() == 0 && left == 0 {
			return Ok(ledger);
		}
		if open == 0 && ledger.waiting() == 0 {
			// Keepers empty the inboxes of served models, idle blocks those above the threshold;
			// anyone may empty any of them at once.
			distribute(client, &ledger).await?;
		}
		if ledger.upto >= last + 5 {
			last = ledger.upto;
			format.say(format!(
				"  block {}: {open} of {} batches open, {} waiting, {} in inboxes",
				ledger.upto,
				ledger.batches.len(),
				amount(ledger.waiting()),
				amount(left)
			));
		}
		if tokio::time::Instant::now() > deadline {
			let status = client.worker_status().await?;
			bail!("the batches were not paid in time; off-chain worker: {status:?}");
		}
		tokio::time::sleep(Duration::from_secs(3)).await;
	}
}

/// Distributes the inboxes that hold money, children before parents.
async fn distribute(client: &Client, ledger: &Ledger) -> Result<()> {
	let state = client.best_state().await?;
	let signer = Account::dev(role::FUNDER)?;
	for model in ledger.inboxes.keys().rev() {
		let inbox = state.model(*model).await?.map_or((0, 0), |view| view.inbox);
		if inbox != (0, 0) {
			// A keeper may be first: then there is nothing left to do.
			let sent = client
				.submit_and_wait(&royalties::distribute(*model), &signer, Wait::InBlock)
				.await;
			if let Err(error) = sent {
				tracing::debug!("distribute({model}): {error}");
			}
		}
	}
	Ok(())
}

/// Why the parent's developer, and the member of its pool, were paid.
async fn explain(
	shared: &Shared,
	client: &Client,
	story: &Story,
	member: Option<&AccountId>,
) -> Result<()> {
	let developer = Account::dev(role::DEVELOPER)?.id();
	let told = [
		("the developer of the adapter's parent", Some(&developer)),
		("a contributor of the datanet", member),
	];
	for (who, account) in told {
		let Some(account) = account else { continue };
		println!("\nWhy {who} was paid ({})", ss58(account));
		let explained = explain::fetch(client, account, story.first_block.max(1), None).await?;
		for sentence in explain::sentences(&explained) {
			println!("{sentence}");
		}
	}
	shared.format().say("");
	Ok(())
}

/// Collects and claims for the members with the most pending in the pool, as anyone may; who they
/// are, the one with the most first.
async fn collect_pools(
	client: &Client,
	datanet: DatanetId,
	story: &Story,
) -> Result<Vec<AccountId>> {
	let state = client.best_state().await?;
	let mut pending: BTreeMap<u128, AccountId> = BTreeMap::new();
	for name in story.names.values() {
		let account = super::curate::contributor(name)?.id();
		if let Some(row) = state.pool_row(datanet, 1, &account).await? {
			if row.pending > 0 {
				pending.insert(row.pending, account);
			}
		}
	}
	let members: Vec<AccountId> = pending.into_values().rev().take(5).collect();
	if members.is_empty() {
		return Ok(members);
	}
	let mut calls: Vec<Call> = members
		.iter()
		.map(|account| royalties::collect(datanet, 1, account))
		.collect();
	calls.push(royalties::claim_many(&members));
	let signer = Account::dev(role::FUNDER)?;
	// An idle block may collect a row first: then there is nothing left to do for it.
	client
		.submit_and_wait(&force_batch(calls), &signer, Wait::Finalised)
		.await?;
	Ok(members)
}

/// Whether a reason is a pool's.
pub fn is_pool(reason: &Reason) -> bool {
	matches!(reason, Reason::Pool(..))
}
