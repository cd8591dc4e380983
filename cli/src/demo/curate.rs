// SPDX-License-Identifier: Apache-2.0
//! Contribution and review of the story: every text by an account of its own, three curators who
//! commit to their votes and reveal them when all have committed.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{bail, Context, Result};
use futures::future::try_join_all;
use openledger_client::{
	account::Account,
	call::{
		batch_all,
		datanets::{self, Reveal},
		transfer, Call,
	},
	chain::Client,
	content::ContentStore,
	transaction::{Outcome, Wait},
};
use openledger_primitives::{
	apis::ContributionState,
	ids::{MICRO, OPEN},
	text::text_root,
	Balance, ContributionId, DatanetId, H256,
};

use super::{role, state::Story};
use crate::{
	ballots::{Choice, Curator},
	commands::datanet::committed_id,
	context::Shared,
	corpus::{Corpus, Source},
	nearest::{compression_ratio, REPETITIVE},
	output::Format,
	reasons,
	texts::Texts,
};

/// Bond per byte and least bond of a contribution.
pub const BOND_PER_BYTE: Balance = 10 * MICRO;
const LEAST_BOND: Balance = OPEN;
/// What a contributor gets beside his bond: review fee, storage deposits, transaction fees.
const POCKET: Balance = 3 * OPEN;
/// Transfers in one transaction.
const TRANSFERS: usize = 40;
/// Texts that are revealed while the curators vote on those before. Their time to vote begins with
/// the reveal and is short on a development chain.
const CHUNK: usize = 200;
/// How long the curators go on with reviews that took a second round.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// Reason code of texts that repeat themselves.
const FILLER: u8 = 8;
/// Name of the account that tries to get paid for such a text.
const MILL: &str = "filler-mill";

/// The account that speaks for a source: one per crate or file.
pub fn contributor(name: &str) -> Result<Account> {
	Ok(Account::from_uri(&format!("//contributor//{name}"))?)
}

/// What no datanet wants: a sentence that a machine repeats with other numbers.
fn filler() -> Source {
	let bytes: Vec<u8> = (1..=300)
		.map(|number| format!("Fact {number}: this library is the best library for everything.\n"))
		.collect::<String>()
		.into_bytes();
	Source {
		name: MILL.into(),
		licence: "CC0-1.0".into(),
		authors: Vec::new(),
		root: text_root(&bytes),
		bytes,
	}
}

/// Sends calls of several accounts and waits for their blocks.
pub async fn send_all(
	client: &Client,
	format: Format,
	what: &str,
	calls: &[(Call, Account)],
) -> Result<Vec<Outcome>> {
	let bar = format.bar(calls.len(), what);
	let outcomes = client
		.submit_all(calls, Wait::InBlock, |_| bar.inc(1))
		.await;
	bar.finish_and_clear();
	Ok(outcomes.into_iter().collect::<Result<_, _>>()?)
}

/// Prints where a contribution stands.
pub async fn tell_status(client: &Client, shared: &Shared, id: ContributionId) -> Result<()> {
	let at = client.best().await?.hash;
	let status = client.contribution_status(id, Some(at)).await?;
	shared
		.format()
		.say(format!("  contribution {id}: {}", status.line));
	Ok(())
}

/// Registers what is not on chain yet, and has all of it reviewed.
pub async fn run(
	client: &Client,
	shared: &Shared,
	story: &mut Story,
	datanet: DatanetId,
	corpus: &Corpus,
) -> Result<()> {
	let mut bench = Bench::open(client, shared)?;
	let filler = filler();
	let sources = corpus.sources.iter().chain([&filler]);
	let mut left: Vec<&Source> = Vec::new();
	for source in sources {
		let state = client.best_state().await?;
		match state.by_root(datanet, source.root).await? {
			Some(contribution) => story.note(contribution, source),
			// The filler is rejected, so its root is not found again.
			None if story.knows(&source.name) => (),
			None => left.push(source),
		}
	}
	story.save(shared)?;
	if !left.is_empty() {
		register(client, shared, story, datanet, &left, &mut bench).await?;
	}
	bench.finish(story).await?;
	report(client, shared, story).await
}

/// Commits to texts, then reveals them part by part while the curators vote.
async fn register(
	client: &Client,
	shared: &Shared,
	story: &mut Story,
	datanet: DatanetId,
	left: &[&Source],
	bench: &mut Bench,
) -> Result<()> {
	let format = shared.format();
	fund(client, format, left).await?;
	let store = ContentStore::open(shared.home.join("texts"))?;
	let mut reveals = Vec::new();
	for source in left {
		let root = store.put(&source.bytes)?;
		let salt = H256::random().0;
		let reveal = Reveal::of(&source.bytes, salt, &store.uri(&root), 1, &source.licence);
		reveals.push(reveal.context("the text is empty or too long")?);
	}
	let genesis = client.genesis_hash();
	let mut commits = Vec::new();
	for (source, reveal) in left.iter().zip(&reveals) {
		let signer = contributor(&source.name)?;
		let length = source.bytes.len() as u64;
		let hash = reveal.commitment(&genesis, &signer.id(), length);
		commits.push((datanets::commit(datanet, hash, length), signer));
	}
	let outcomes = send_all(client, format, "committing", &commits).await?;
	let mut calls = Vec::new();
	let mut ids = Vec::new();
	for ((outcome, source), reveal) in outcomes.iter().zip(left).zip(&reveals) {
		let id = outcome.find(committed_id);
		let id = id.context("a block shows no new contribution id")?;
		ids.push(id);
		calls.push((datanets::contribute(id, reveal), contributor(&source.name)?));
	}
	let example = ids.first().copied().context("no text is left")?;
	tell_status(client, shared, example).await?;
	let mut chunks = ids.chunks(CHUNK).zip(calls.chunks(CHUNK));
	let mut voted: &[ContributionId] = &[];
	loop {
		// The next texts are revealed while the curators vote on the last ones.
		let next = chunks.next();
		let reveal = async {
			match next {
				Some((_, calls)) => send_all(client, format, "revealing", calls)
					.await
					.map(|_| ()),
				None => Ok(()),
			}
		};
		let (revealed, vote) = tokio::join!(reveal, bench.vote(voted));
		revealed?;
		vote?;
		let Some((ids, _)) = next else { break };
		if ids.contains(&example) {
			tell_status(client, shared, example).await?;
		}
		voted = ids;
	}
	for (id, source) in ids.iter().zip(left) {
		story.note(*id, source);
	}
	story.save(shared)?;
	format.say(format!(
		"{} texts registered, each by an account of its own",
		ids.len()
	));
	Ok(())
}

/// Endows the contributors with bond and pocket money.
async fn fund(client: &Client, format: Format, sources: &[&Source]) -> Result<()> {
	let funder = Account::dev(role::FUNDER)?;
	let mut transfers = Vec::new();
	for source in sources {
		let bond = (source.bytes.len() as Balance * BOND_PER_BYTE).max(LEAST_BOND);
		transfers.push(transfer(&contributor(&source.name)?.id(), bond + POCKET));
	}
	let calls: Vec<(Call, Account)> = transfers
		.chunks(TRANSFERS)
		.map(|chunk| (batch_all(chunk.to_vec()), funder.clone()))
		.collect();
	send_all(client, format, "endowing contributors", &calls).await?;
	Ok(())
}

/// The curators of the story.
struct Bench {
	client: Client,
	format: Format,
	texts: Texts,
	curators: Vec<Curator>,
}

impl Bench {
	fn open(client: &Client, shared: &Shared) -> Result<Self> {
		let curators = role::CURATORS.iter().map(|name| {
			let account = Account::dev(name)?;
			Curator::open(shared, client, &account)
		});
		Ok(Self {
			client: client.clone(),
			format: shared.format(),
			texts: Texts::open(shared)?,
			curators: curators.collect::<Result<_>>()?,
		})
	}

	/// The curators read what is in review of these, commit to their votes and reveal those that
	/// can be revealed.
	async fn vote(&mut self, ids: &[ContributionId]) -> Result<()> {
		let mut verdicts = Vec::new();
		let state = self.client.best_state().await?;
		for id in ids {
			let view = state.contribution(*id).await?;
			let view = view.with_context(|| format!("no contribution {id}"))?;
			if matches!(view.state, ContributionState::Pending { .. }) {
				verdicts.push((*id, judge(&self.texts.obtain(&view).await?)?));
			}
		}
		let bar = self
			.format
			.bar(self.curators.len() * verdicts.len(), "voting");
		let committed = self
			.curators
			.iter_mut()
			.enumerate()
			.map(|(place, curator)| {
				let choices: Vec<Choice> = verdicts
					.iter()
					.map(|(contribution, verdict)| verdict.of_curator(place, *contribution))
					.collect();
				let bar = &bar;
				async move {
					let refused = curator
						.commit(&choices, |count| bar.inc(count as u64))
						.await?;
					for (id, reason) in refused {
						tracing::debug!("curator {place}, contribution {id}: {reason}");
					}
					anyhow::Ok(())
				}
			});
		let outcome = try_join_all(committed).await;
		bar.finish_and_clear();
		outcome?;
		self.reveal().await
	}

	async fn reveal(&mut self) -> Result<()> {
		let revealed = self
			.curators
			.iter_mut()
			.map(|curator| async move { curator.reveal_due(|_| ()).await });
		try_join_all(revealed).await?;
		Ok(())
	}

	/// Goes on until nothing is in review any more.
	async fn finish(&mut self, story: &Story) -> Result<()> {
		let deadline = tokio::time::Instant::now() + PATIENCE;
		loop {
			let state = self.client.best_state().await?;
			let mut open = Vec::new();
			for id in story.names.keys() {
				let view = state.contribution(*id).await?;
				let pending =
					view.is_some_and(|v| matches!(v.state, ContributionState::Pending { .. }));
				if pending {
					open.push(*id);
				}
			}
			if open.is_empty() {
				return Ok(());
			}
			if tokio::time::Instant::now() > deadline {
				bail!("{} texts are still in review", open.len());
			}
			self.vote(&open).await?;
			tokio::time::sleep(Duration::from_secs(2)).await;
		}
	}
}

/// What a curator finds a text worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
	Accept(u8),
	Reject(u8),
}

impl Verdict {
	/// The third curator is stricter than the others; the lower median is what counts.
	fn of_curator(self, place: usize, contribution: ContributionId) -> Choice {
		let (vote, reason) = match self {
			Self::Accept(quality) if place == 2 => (quality.saturating_sub(1).max(1), 0),
			Self::Accept(quality) => (quality, 0),
			Self::Reject(reason) => (0, reason),
		};
		Choice {
			contribution,
			vote,
			reason,
		}
	}
}

/// Quality 3 for texts that show code, else 2; texts that repeat themselves are filler.
fn judge(text: &[u8]) -> Result<Verdict> {
	if compression_ratio(text)? > REPETITIVE {
		return Ok(Verdict::Reject(FILLER));
	}
	let shows_code = text.windows(3).any(|window| window == b"```");
	Ok(Verdict::Accept(if shows_code { 3 } else { 2 }))
}

/// How the reviews ended.
async fn report(client: &Client, shared: &Shared, story: &Story) -> Result<()> {
	let format = shared.format();
	let state = client.best_state().await?;
	let mut stored: BTreeMap<u8, Vec<ContributionId>> = BTreeMap::new();
	let mut rejected = Vec::new();
	for id in story.names.keys() {
		match state.contribution(*id).await?.map(|view| view.state) {
			Some(ContributionState::Accepted { quality, .. }) => {
				stored.entry(quality).or_default().push(*id)
			}
			Some(ContributionState::Rejected { reason, .. }) => rejected.push((*id, reason)),
			_ => (),
		}
	}
	for (quality, ids) in &stored {
		format.say(format!(
			"{} texts accepted with quality {quality}",
			ids.len()
		));
	}
	for (id, reason) in &rejected {
		format.say(format!(
			"the text of {} was rejected: {}",
			story.name(*id),
			reasons::describe(*reason)
		));
	}
	let first = stored.values().flatten().min();
	for id in first.into_iter().chain(rejected.first().map(|(id, _)| id)) {
		tell_status(client, shared, *id).await?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn filler_should_be_told_from_prose() {
		let readme = include_str!("../../../README.md");
		assert!(matches!(
			judge(readme.as_bytes()).unwrap(),
			Verdict::Accept(_)
		));
		assert_eq!(judge(&filler().bytes).unwrap(), Verdict::Reject(FILLER));
		assert!(filler().bytes.len() as u64 >= openledger_primitives::MIN_TEXT_BYTES);
		assert_eq!(reasons::name(FILLER), Some("filler"));
	}

	#[test]
	fn a_strict_curator_should_still_accept() {
		let choice = Verdict::Accept(1).of_curator(2, 7);
		assert_eq!((choice.vote, choice.reason), (1, 0));
		assert_eq!(Verdict::Accept(3).of_curator(2, 7).vote, 2);
		assert_eq!(Verdict::Accept(3).of_curator(0, 7).vote, 3);
		let rejected = Verdict::Reject(FILLER).of_curator(2, 7);
		assert_eq!((rejected.vote, rejected.reason), (0, FILLER));
	}
}
