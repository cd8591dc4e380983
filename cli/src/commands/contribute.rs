// SPDX-License-Identifier: Apache-2.0
//! `contribute`: files to contributions, any number at a time.

use std::{
	collections::BTreeMap,
	io::{BufRead, IsTerminal},
	path::PathBuf,
	time::Instant,
};

use anyhow::{bail, Context, Result};
use futures::{stream, StreamExt, TryStreamExt};
use openledger_client::{account::Account, chain::Client, state::State, tokens};
use openledger_primitives::{
	apis::{ContributionState, DatanetState, DatanetView},
	ports::DatanetKind,
	AccountId, BlockNumber, DatanetId,
};
use serde_json::{json, Value};

use super::licence;
use crate::{
	context::Shared,
	kinship,
	output::{amount, hex, table, Format},
	registration::{
		gather, prepare, quote, record_set, Book, Form, Outcome, Piece, Prepared, Quote, Run,
		Settings, Skipped, Standing,
	},
	texts::Texts,
};

/// Questions to the node at a time, and those that are in memory.
const ASKED: usize = 32;
const PART: usize = 1_000;
/// Lines that are printed one by one; of more only the sums are.
const LINES: usize = 20;

#[derive(clap::Args, Debug)]
pub struct Contribute {
	/// The datanet.
	datanet: DatanetId,
	/// Files, and folders with everything below them.
	#[arg(required = true)]
	paths: Vec<PathBuf>,
	/// SPDX expression for these files, if not the datanet's.
	#[arg(long, default_value = "")]
	licence: String,
	/// One record set of all files instead of a contribution per file.
	#[arg(long, conflicts_with = "opaque")]
	records: bool,
	/// Where the manifest of a record set is written.
	#[arg(long, requires = "records", default_value = "manifest.json")]
	manifest: PathBuf,
	/// Bytes as they are (images, tables, weights), for a datanet of that kind.
	#[arg(long)]
	opaque: bool,
	/// Address under which you publish the content store; the text's root is added. Without it
	/// only this machine finds the bytes.
	#[arg(long)]
	uri_base: Option<String>,
	/// Pay without asking, and in spite of near duplicates.
	#[arg(long, short)]
	yes: bool,
}

pub async fn run(shared: &Shared, contribute: Contribute) -> Result<()> {
	let client = shared.client().await?;
	let signer = shared.signer()?;
	let format = shared.format();
	let datanet = client
		.best_state()
		.await?
		.datanet(contribute.datanet)
		.await?;
	let datanet = datanet.with_context(|| format!("no datanet {}", contribute.datanet))?;
	takes_commits(&datanet)?;
	let settings = settings(&contribute, &datanet)?;
	let texts = Texts::open(shared)?;
	let mut prepared = read(shared, &contribute, &settings, &texts)?;
	let mut book = Book::open(shared, client.genesis_hash(), datanet.id, &signer)?;
	let quoted = quote(&client, &datanet, &[]).await?;
	let mut early = Run::new(&client, &signer, datanet.id, &mut book, &quoted);
	let waiting = early.recover(|_| ()).await?;
	let mut outcome = early.into_outcome();
	if waiting > 0 {
		format.say(format!(
			"{waiting} commits of an earlier run wait for their reveal: they come first"
		));
	}
	let left = sift(shared, &client, datanet.id, &book, &mut prepared).await?;
	print_skipped(format, &prepared.skipped);
	let pieces: Vec<&Piece> = left.iter().collect();
	let quoted = quote(&client, &datanet, &pieces).await?;
	let agreed = left.is_empty() || {
		// Who has said yes to more than that wants no list.
		let compared =
			settings.form == Form::Text && !(contribute.yes && pieces.len() > kinship::FILES);
		let relatives = if compared {
			kinship::warnings(&client, &texts, datanet.id, &pieces, format).await?
		} else {
			Vec::new()
		};
		show_quote(&client, &signer, format, &quoted).await?;
		agree(&contribute, format, &relatives)?
	};
	if !agreed && waiting == 0 {
		bail!("nothing was sent");
	}
	let left = if agreed { left } else { Vec::new() };
	let roots: Vec<_> = left.iter().map(|piece| piece.root).collect();
	book.plan(left)?;
	let started = Instant::now();
	let bar = format.bar(roots.len().saturating_add(waiting), "registered");
	let mut run = Run::new(&client, &signer, datanet.id, &mut book, &quoted);
	run.recover(|_| ()).await?;
	let told = run.finish(roots, |count| bar.inc(count as u64)).await;
	bar.finish_and_clear();
	let told = told.context("the run broke off; the same command goes on where it stands")?;
	let seconds = started.elapsed().as_secs_f64();
	let per_second = told.registered.len() as f64 / seconds.max(0.001);
	let pace = (seconds, per_second);
	outcome.append(told);
	report(format, &book, &datanet, &prepared.skipped, &outcome, pace)
}

fn settings(contribute: &Contribute, datanet: &DatanetView<AccountId>) -> Result<Settings> {
	let licence = match contribute.licence.as_str() {
		"" => String::new(),
		expression => licence::parse(expression)?,
	};
	let form = match (datanet.kind, contribute.opaque) {
		(DatanetKind::Text, false) => Form::Text,
		(DatanetKind::Opaque, true) => Form::Opaque,
		(DatanetKind::Text, true) => bail!("datanet {} takes texts only", datanet.id),
		(DatanetKind::Opaque, false) => {
			bail!("datanet {} takes opaque content: add --opaque", datanet.id)
		}
	};
	Ok(Settings {
		form,
		licence,
		base: contribute.uri_base.clone(),
	})
}

/// The files as content, read and hashed side by side.
fn read(
	shared: &Shared,
	contribute: &Contribute,
	settings: &Settings,
	texts: &Texts,
) -> Result<Prepared> {
	let (files, links) = gather(&contribute.paths)?;
	let mut prepared = if contribute.records {
		let (piece, manifest) = record_set("record set", &files, settings, texts.store())?;
		let path = &contribute.manifest;
		std::fs::write(path, serde_json::to_vec_pretty(&manifest)?)
			.with_context(|| format!("cannot write {}", path.display()))?;
		shared.format().say(format!(
			"{} records, {} bytes; manifest: {}",
			piece.records,
			tokens::grouped(piece.byte_length.into()),
			path.display()
		));
		Prepared {
			pieces: vec![piece],
			skipped: Vec::new(),
		}
	} else {
		let bar = shared.format().bar(files.len(), "read and hashed");
		let prepared =
			tokio::task::block_in_place(|| prepare(&files, settings, texts.store(), || bar.inc(1)));
		bar.finish_and_clear();
		prepared?
	};
	prepared.skipped.extend(links);
	Ok(prepared)
}

/// What is still to be registered; everything else moves to the skipped ones with its reason.
async fn sift(
	shared: &Shared,
	client: &Client,
	datanet: DatanetId,
	book: &Book,
	prepared: &mut Prepared,
) -> Result<Vec<Piece>> {
	let pieces = std::mem::take(&mut prepared.pieces);
	let state = client.best_state().await?;
	let (state, now) = (&state, state.block().number);
	let bar = shared.format().bar(pieces.len(), "asked the chain");
	let mut left = Vec::new();
	let mut pieces = pieces.into_iter().peekable();
	while pieces.peek().is_some() {
		let part: Vec<_> = pieces
			.by_ref()
			.take(PART)
			.map(|piece| async move {
				let reason = why_not(state, now, datanet, book, &piece).await?;
				anyhow::Ok((piece, reason))
			})
			.collect();
		let mut answers = stream::iter(part).buffered(ASKED);
		while let Some((piece, reason)) = answers.try_next().await? {
			bar.inc(1);
			match reason {
				None => left.push(piece),
				Some(reason) => prepared.skipped.push(Skipped {
					name: piece.name,
					reason,
				}),
			}
		}
	}
	bar.finish_and_clear();
	Ok(left)
}

/// Why a piece is not to be registered, if it isn't.
async fn why_not(
	state: &State,
	now: BlockNumber,
	datanet: DatanetId,
	book: &Book,
	piece: &Piece,
) -> Result<Option<String>> {
	let standing = book.get(&piece.root).map(|entry| &entry.standing);
	let holder = match standing {
		Some(Standing::Committed(id)) => {
			return Ok(Some(format!("committed as contribution {id}")))
		}
		Some(Standing::Sending { .. }) => return Ok(Some("its commit is on its way".into())),
		Some(Standing::Planned | Standing::Revealed(_)) | None => {
			state.by_root(datanet, piece.root).await?
		}
	};
	Ok(match (holder, standing) {
		(Some(id), _) => Some(format!("registered as contribution {id}")),
		(None, Some(Standing::Revealed(id))) => match state.contribution(*id).await? {
			Some(view) => refused_before(*id, &view.state, now),
			None => None,
		},
		(None, _) => None,
	})
}

/// Why bytes that were rejected can't be registered again yet.
fn refused_before(id: u64, state: &ContributionState, now: u32) -> Option<String> {
	match state {
		ContributionState::Rejected { root_free_from, .. } if *root_free_from > now => {
			Some(format!(
				"rejected as contribution {id}; can be registered again from block {root_free_from}"
			))
		}
		_ => None,
	}
}

fn print_skipped(format: Format, skipped: &[Skipped]) {
	if skipped.len() <= LINES {
		for one in skipped {
			format.say(format!("skipped {}: {}", one.name, one.reason));
		}
		return;
	}
	// Numbers in a reason tell the files apart, not the reasons.
	let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
	for one in skipped {
		let words = one.reason.split(' ').map(|word| {
			if word.chars().next().is_some_and(|c| c.is_ascii_digit()) {
				"…"
			} else {
				word
			}
		});
		*reasons
			.entry(words.collect::<Vec<_>>().join(" "))
			.or_default() += 1;
	}
	for (reason, count) in reasons {
		format.say(format!("skipped {count}: {reason}"));
	}
}

async fn show_quote(
	client: &Client,
	signer: &Account,
	format: Format,
	quoted: &Quote,
) -> Result<()> {
	let money = client.best_state().await?.money(&signer.id()).await?;
	let mut rows = table(["to register", "amount", ""]);
	let lines = [
		(
			"bonds",
			quoted.bond,
			"held; free some time after acceptance",
		),
		("review fees", quoted.review_fee, "paid to the curators"),
		(
			"storage deposits",
			quoted.deposit,
			"about; held while they stand",
		),
		(
			"transactions",
			quoted.fees,
			"about; with the keepers' calls",
		),
		("in all", quoted.total(), ""),
	];
	for (what, sum, note) in lines {
		rows.add_row([what.to_string(), amount(sum), note.into()]);
	}
	format.say(format!(
		"{} contributions, {} bytes, by {}\n{rows}",
		quoted.count,
		tokens::grouped(quoted.bytes.into()),
		signer.ss58()
	));
	let free = money.free.saturating_sub(money.frozen);
	if free < quoted.bond.saturating_add(quoted.review_fee) {
		bail!(
			"{} has {}, which doesn't cover bonds and fees",
			signer.ss58(),
			amount(free)
		);
	}
	Ok(())
}

/// Whether the money is to be spent.
fn agree(contribute: &Contribute, format: Format, warnings: &[String]) -> Result<bool> {
	for warning in warnings {
		format.say(warning);
	}
	if contribute.yes {
		return Ok(true);
	}
	if format == Format::Json || !std::io::stdin().is_terminal() {
		if !warnings.is_empty() {
			bail!(
				"{} near duplicates or repetitive texts, the first: {}; --yes registers them all \
				 the same",
				warnings.len(),
				warnings.first().map_or("", String::as_str)
			);
		}
		return Ok(true);
	}
	eprint!("Pay this? [y/N] ");
	let mut answer = String::new();
	std::io::stdin().lock().read_line(&mut answer)?;
	Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn report(
	format: Format,
	book: &Book,
	datanet: &DatanetView<AccountId>,
	skipped: &[Skipped],
	outcome: &Outcome,
	(seconds, per_second): (f64, f64),
) -> Result<()> {
	let name = |root| book.get(root).map_or("", |entry| entry.piece.name.as_str());
	let registered = outcome.registered.len();
	let rows: Vec<Value> = outcome
		.registered
		.iter()
		.map(|(root, id)| json!({ "contribution": id, "name": name(root), "textRoot": hex(root) }))
		.collect();
	let json = json!({
		"datanet": datanet.id,
		"registered": rows,
		"skipped": skipped
			.iter()
			.map(|one| json!({ "name": one.name, "reason": one.reason }))
			.collect::<Vec<_>>(),
		"failed": outcome
			.failed
			.iter()
			.map(|(root, reason)| json!({ "textRoot": hex(root), "reason": reason }))
			.collect::<Vec<_>>(),
		"seconds": seconds,
		"perSecond": per_second,
		"blocks": outcome.blocks.map(|(first, last)| json!([first, last])),
	});
	format.print(json, || {
		if registered <= LINES {
			for (root, id) in &outcome.registered {
				println!("contribution {id} is in review: {}", name(root));
			}
		}
		for (root, reason) in outcome.failed.iter().take(LINES) {
			println!("failed {}: {reason}", hex(root));
		}
		println!(
			"{registered} registered, {} skipped, {} failed in {seconds:.1} s: {per_second:.1} \
			 contributions/s",
			skipped.len(),
			outcome.failed.len(),
		);
	});
	if registered == 0 && !outcome.failed.is_empty() && format == Format::Human {
		bail!("nothing was registered");
	}
	Ok(())
}

/// Whether a datanet takes commits now.
fn takes_commits(datanet: &DatanetView<AccountId>) -> Result<()> {
	match datanet.state {
		DatanetState::Open => Ok(()),
		state => bail!("datanet {} is {state:?}: it takes no commits", datanet.id),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_primitives::apis::Appeal;

	#[test]
	fn rejected_bytes_should_wait_for_their_root() {
		let rejected = |root_free_from| ContributionState::Rejected {
			reason: 1,
			appeal: Appeal::Possible,
			root_free_from,
		};
		assert!(refused_before(7, &rejected(11), 10).is_some());
		assert_eq!(refused_before(7, &rejected(10), 10), None);
		let withdrawn = ContributionState::Withdrawn { at: 3 };
		assert_eq!(refused_before(7, &withdrawn, 10), None);
	}
}
