// SPDX-License-Identifier: Apache-2.0
//! `review`: what waits for a curator, the text with its relatives beside it, votes.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{bail, Context, Result};
use openledger_client::{account::ss58, chain::Client, state::State, tokens};
use openledger_primitives::{
	apis::{BallotState, ContributionState, ContributionView, ReviewView, MAX_PAGE},
	ports::DatanetKind,
	AccountId, ContributionId, DatanetId,
};
use serde_json::{json, Value};

use crate::{
	ballots::{ballot, reviews, Choice, Curator, Due},
	context::Shared,
	kinship,
	nearest::{compression_ratio, Neighbours},
	output::{hex, table, text},
	reasons,
	texts::Texts,
};

/// Time between two looks at the chain.
const PAUSE: Duration = Duration::from_secs(2);
/// Relatives that are shown.
const RELATIVES: usize = 5;

#[derive(clap::Args, Debug)]
pub struct Review {
	#[command(subcommand)]
	command: Option<Command>,
	/// Only what is in this datanet.
	#[arg(long, global = true)]
	datanet: Option<DatanetId>,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
	/// What waits for the signer's vote or its reveal.
	List,
	/// One contribution: its text, nearest relatives and compression ratio.
	Show {
		/// The contribution.
		contribution: ContributionId,
		/// Characters of the text that are shown.
		#[arg(long, default_value_t = 1_500)]
		characters: usize,
	},
	/// Commits to a vote, and reveals it as soon as it is time.
	Vote(Vote),
	/// Reveals every vote whose time has come.
	Reveal,
	/// Reveals votes as their time comes, until none is left.
	Watch,
}

#[derive(clap::Args, Debug)]
struct Vote {
	/// The contributions.
	#[arg(required_unless_present = "all_pending")]
	contributions: Vec<ContributionId>,
	/// Everything that waits for the signer's vote.
	#[arg(long, conflicts_with = "contributions")]
	all_pending: bool,
	/// Accepts with this quality, 1..=4: the points are quality × bytes.
	#[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
	accept: Option<u8>,
	/// Rejects for this reason: a code or its name, see docs/curation-codes.md.
	#[arg(long, value_parser = reasons::code, conflicts_with = "accept")]
	reject: Option<u8>,
	/// Stays until all of the signer's votes are revealed.
	#[arg(long)]
	watch: bool,
}

pub async fn run(shared: &Shared, review: Review) -> Result<()> {
	let client = shared.client().await?;
	match review.command.unwrap_or(Command::List) {
		Command::List => list(shared, &client, review.datanet).await,
		Command::Show {
			contribution,
			characters,
		} => show(shared, &client, contribution, characters).await,
		Command::Vote(vote) => run_vote(shared, &client, review.datanet, vote).await,
		Command::Reveal => {
			let mut curator = Curator::open(shared, &client, &shared.signer()?)?;
			let due = curator.reveal_due(|_| ()).await?;
			print_due(shared, &[], &due);
			Ok(())
		}
		Command::Watch => {
			let mut curator = Curator::open(shared, &client, &shared.signer()?)?;
			let due = watch(&mut curator).await?;
			print_due(shared, &[], &due);
			Ok(())
		}
	}
}

/// A contribution in review, with its review.
type Case = (ContributionView<AccountId>, ReviewView<AccountId>);

/// Contributions in review that `who` may vote on.
async fn cases(state: &State, datanet: Option<DatanetId>, who: &AccountId) -> Result<Vec<Case>> {
	let last = state.contribution_count().await?;
	let mut views = BTreeMap::new();
	let mut cursor = 0;
	while cursor < last {
		for view in state.contributions(cursor, MAX_PAGE).await? {
			let pending = matches!(view.state, ContributionState::Pending { .. });
			if pending && datanet.is_none_or(|datanet| view.datanet == datanet) {
				views.insert(view.id, view);
			}
		}
		cursor = cursor.saturating_add(MAX_PAGE.into());
	}
	let ids: Vec<_> = views.keys().copied().collect();
	let mut cases = Vec::new();
	for (id, review) in reviews(state, &ids).await? {
		if let (Some(review), Some(view)) = (review, views.remove(&id)) {
			if ballot(&review, who).is_some() {
				cases.push((view, review));
			}
		}
	}
	Ok(cases)
}

fn told(state: &BallotState) -> String {
	match state {
		BallotState::Silent => "none yet".into(),
		BallotState::Committed(_) => "committed".into(),
		BallotState::Revealed { vote: 0, reason } => match reasons::name(*reason) {
			Some(name) => format!("rejects: {name}"),
			None => format!("rejects: code {reason}"),
		},
		BallotState::Revealed { vote, .. } => format!("accepts with quality {vote}"),
		BallotState::Forfeited => "not revealed".into(),
	}
}

fn case_json((view, review): &Case, own: Option<&BallotState>) -> Value {
	let count = |which: fn(&BallotState) -> bool| {
		review
			.ballots
			.iter()
			.filter(|(_, state)| which(state))
			.count()
	};
	json!({
		"contribution": view.id,
		"datanet": view.datanet,
		"contributor": ss58(&view.contributor),
		"textRoot": hex(view.text_root),
		"byteLength": view.byte_length,
		"records": view.records,
		"licence": text(&view.licence),
		"uri": text(&view.uri),
		"round": review.round,
		"commitsUntil": review.commits_until,
		"revealsUntil": review.reveals_until,
		"revealsOpen": review.reveals_open,
		"curators": review.ballots.len(),
		"silent": count(|state| *state == BallotState::Silent),
		"revealed": count(|state| matches!(state, BallotState::Revealed { .. })),
		"ownVote": own.map(told),
	})
}

async fn list(shared: &Shared, client: &Client, datanet: Option<DatanetId>) -> Result<()> {
	let who = shared.signer()?.id();
	let state = client.best_state().await?;
	let now = state.block().number;
	let mut cases = cases(&state, datanet, &who).await?;
	cases.retain(|(_, review)| {
		matches!(
			ballot(review, &who),
			Some(BallotState::Silent | BallotState::Committed(_))
		)
	});
	let json: Vec<Value> = cases
		.iter()
		.map(|case| case_json(case, ballot(&case.1, &who)))
		.collect();
	shared.format().print(json!(json), || {
		if cases.is_empty() {
			println!("nothing waits for {}", ss58(&who));
			return;
		}
		let mut rows = table([
			"contribution",
			"datanet",
			"bytes",
			"your vote",
			"silent",
			"commits until block",
			"reveals until block",
		]);
		for (view, review) in &cases {
			let silent = review
				.ballots
				.iter()
				.filter(|(_, state)| *state == BallotState::Silent);
			rows.add_row([
				view.id.to_string(),
				view.datanet.to_string(),
				tokens::grouped(view.byte_length.into()),
				ballot(review, &who).map_or(String::new(), told),
				format!("{} of {}", silent.count(), review.ballots.len()),
				review.commits_until.to_string(),
				review.reveals_until.to_string(),
			]);
		}
		println!("{rows}\nthis is block {now}");
	});
	Ok(())
}

/// What `review show` tells of a contribution.
struct Dossier {
	view: ContributionView<AccountId>,
	kind: DatanetKind,
	licence: String,
	status: String,
	review: Option<ReviewView<AccountId>>,
	bytes: Vec<u8>,
	/// Nearest texts of the datanet that are at hand, and what both share.
	relatives: Vec<(ContributionId, f64)>,
	/// How many times smaller zstd makes it; of texts only.
	ratio: Option<f64>,
}

async fn show(
	shared: &Shared,
	client: &Client,
	contribution: ContributionId,
	characters: usize,
) -> Result<()> {
	let dossier = Dossier::read(shared, client, contribution).await?;
	shared
		.format()
		.print(dossier.json(characters), || dossier.print(characters));
	Ok(())
}

impl Dossier {
	async fn read(shared: &Shared, client: &Client, contribution: ContributionId) -> Result<Self> {
		let state = client.best_state().await?;
		let view = state.contribution(contribution).await?;
		let view = view.with_context(|| format!("no contribution {contribution}"))?;
		let datanet = state.datanet(view.datanet).await?;
		let datanet = datanet.with_context(|| format!("no datanet {}", view.datanet))?;
		let status = client
			.contribution_status(contribution, Some(state.block().hash))
			.await?;
		if matches!(view.state, ContributionState::Committed { .. }) {
			bail!("contribution {contribution} is not revealed yet");
		}
		let texts = Texts::open(shared)?;
		let bytes = texts.obtain(&view).await?;
		let (mut relatives, mut ratio) = (Vec::new(), None);
		if datanet.kind == DatanetKind::Text {
			let others = kinship::at_hand(client, &texts, view.datanet).await?;
			let others: Vec<_> = others
				.into_iter()
				.filter(|(other, _)| other.id != contribution)
				.map(|(other, bytes)| (other.id, bytes))
				.collect();
			relatives = tokio::task::block_in_place(|| Neighbours::of(&others)?.relatives(&bytes))?;
			relatives.truncate(RELATIVES);
			ratio = Some(compression_ratio(&bytes)?);
		}
		let licence = if view.licence.is_empty() {
			text(&datanet.licence)
		} else {
			text(&view.licence)
		};
		Ok(Self {
			review: state.review(contribution).await?,
			kind: datanet.kind,
			status: status.line,
			licence,
			view,
			bytes,
			relatives,
			ratio,
		})
	}

	fn ballots(&self) -> impl Iterator<Item = &(AccountId, BallotState)> {
		self.review.iter().flat_map(|review| &review.ballots)
	}

	/// The beginning of the text, and how many characters are left out.
	fn excerpt(&self, characters: usize) -> (String, usize) {
		let text = String::from_utf8_lossy(&self.bytes);
		let shown = text.chars().take(characters).map(harmless).collect();
		(shown, text.chars().count().saturating_sub(characters))
	}

	fn json(&self, characters: usize) -> Value {
		let text = (self.kind == DatanetKind::Text).then(|| self.excerpt(characters).0);
		json!({
			"contribution": self.view.id,
			"status": self.status,
			"licence": self.licence,
			"byteLength": self.view.byte_length,
			"contributor": ss58(&self.view.contributor),
			"relatives": self.relatives
				.iter()
				.map(|(id, share)| json!({ "contribution": id, "similarity": share }))
				.collect::<Vec<_>>(),
			"compressionRatio": self.ratio,
			"ballots": self.ballots()
				.map(|(who, state)| json!({ "curator": ss58(who), "vote": told(state) }))
				.collect::<Vec<_>>(),
			"text": text,
		})
	}

	fn print(&self, characters: usize) {
		println!("contribution {}: {}", self.view.id, self.status);
		println!(
			"{} bytes by {}, licence {}",
			tokens::grouped(self.view.byte_length.into()),
			ss58(&self.view.contributor),
			self.licence
		);
		for (who, state) in self.ballots() {
			println!("  {}: {}", ss58(who), told(state));
		}
		if self.kind == DatanetKind::Opaque {
			println!("opaque bytes, from {}", text(&self.view.uri));
			return;
		}
		for (id, share) in &self.relatives {
			println!("  {:.0} % like contribution {id}", share * 100.0);
		}
		if self.relatives.is_empty() {
			println!("  like no other text of the datanet that is at hand");
		}
		if let Some(ratio) = self.ratio {
			println!("  zstd makes it {ratio:.1} times smaller (prose: 2 to 4)");
		}
		let (shown, left) = self.excerpt(characters);
		println!("{:-<72}\n{shown}", "");
		if left > 0 {
			println!("{:-<72}\n… {left} more characters", "");
		}
	}
}

async fn run_vote(
	shared: &Shared,
	client: &Client,
	datanet: Option<DatanetId>,
	vote: Vote,
) -> Result<()> {
	let (decision, reason) = reasons::vote(vote.accept, vote.reject)?;
	let format = shared.format();
	let signer = shared.signer()?;
	let mut contributions = vote.contributions;
	if vote.all_pending {
		let state = client.best_state().await?;
		contributions = cases(&state, datanet, &signer.id())
			.await?
			.into_iter()
			.filter(|(_, review)| ballot(review, &signer.id()) == Some(&BallotState::Silent))
			.map(|(view, _)| view.id)
			.collect();
	}
	let choices: Vec<Choice> = contributions
		.iter()
		.map(|contribution| Choice {
			contribution: *contribution,
			vote: decision,
			reason,
		})
		.collect();
	let mut curator = Curator::open(shared, client, &signer)?;
	let bar = format.bar(choices.len(), "committed to votes");
	let refused = curator
		.commit(&choices, |count| bar.inc(count as u64))
		.await;
	bar.finish_and_clear();
	let refused = refused?;
	let due = if vote.watch {
		watch(&mut curator).await?
	} else {
		curator.reveal_due(|_| ()).await?
	};
	print_due(shared, &refused, &due);
	if refused.len() == choices.len() && !choices.is_empty() {
		bail!(
			"no vote was taken; contribution {}: {}",
			refused[0].0,
			refused[0].1
		);
	}
	Ok(())
}

/// Reveals what is due until nothing of the curator is under way.
async fn watch(curator: &mut Curator) -> Result<Due> {
	let mut all = Due::default();
	loop {
		let due = curator.reveal_due(|_| ()).await?;
		all.revealed.extend(due.revealed);
		all.lost.extend(due.lost);
		if curator.under_way() == 0 {
			return Ok(all);
		}
		tokio::time::sleep(PAUSE).await;
	}
}

fn print_due(shared: &Shared, refused: &[(ContributionId, String)], due: &Due) {
	let pairs = |pairs: &[(ContributionId, String)]| -> Vec<Value> {
		pairs
			.iter()
			.map(|(id, reason)| json!({ "contribution": id, "reason": reason }))
			.collect()
	};
	let json = json!({
		"revealed": due.revealed.iter().map(|vote| vote.contribution).collect::<Vec<_>>(),
		"waiting": due.waiting
			.iter()
			.map(|(id, block)| json!({ "contribution": id, "revealsFrom": block }))
			.collect::<Vec<_>>(),
		"refused": pairs(refused),
		"lost": pairs(&due.lost),
	});
	shared.format().print(json, || {
		for (id, reason) in refused {
			println!("contribution {id}: no vote: {reason}");
		}
		for (id, reason) in &due.lost {
			println!("contribution {id}: the vote didn't count: {reason}");
		}
		println!(
			"{} votes revealed, {} committed and waiting",
			due.revealed.len(),
			due.waiting.len()
		);
		if let Some(block) = due.waiting.iter().map(|(_, block)| *block).min() {
			println!(
				"reveals open when all curators have committed, at the latest in block {block}: \
				 `openledger review watch` waits for it"
			);
		}
	});
}

/// A character that does nothing to a terminal but stand there: the chain checks no bytes.
fn harmless(character: char) -> char {
	if character.is_control() && !matches!(character, '\n' | '\t') {
		'\u{fffd}'
	} else {
		character
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_text_should_not_command_the_terminal() {
		let shown: String = "a\tb\n\u{1b}[2J\u{9b}é".chars().map(harmless).collect();
		assert_eq!(shown, "a\tb\n\u{fffd}[2J\u{fffd}é");
	}

	#[test]
	fn votes_should_read_like_words() {
		let revealed = |vote, reason| told(&BallotState::Revealed { vote, reason });
		assert_eq!(revealed(3, 0), "accepts with quality 3");
		assert_eq!(revealed(0, 8), "rejects: filler");
		assert_eq!(revealed(0, 99), "rejects: code 99");
		assert_eq!(told(&BallotState::Silent), "none yet");
	}
}
