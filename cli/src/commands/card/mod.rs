// SPDX-License-Identifier: Apache-2.0
//! `datanet card`: the Croissant 1.0 file of a datanet, made from the chain and checked against it.

mod check;
mod describe;
#[cfg(test)]
pub(crate) mod tests;

use std::path::PathBuf;

use anyhow::{bail, Context, Result};
use codec::{Compact, DecodeAll};
use openledger_client::{
	call::datanets,
	chain::{BlockId, Client},
	state::State,
};
use openledger_primitives::{
	apis::{ContributionState, ContributionView, DatanetView},
	payload::snapshot_step,
	AccountId, DatanetId, Version, H256,
};
use serde_json::json;

use crate::{
	context::Shared,
	output::{hex, text},
	texts::Texts,
};

/// Bytes of a card, at most: about 2^16 contributions.
const MAX_CARD: usize = 64 << 20;

#[derive(clap::Args, Debug)]
pub struct Card {
	/// The datanet.
	#[arg(required_unless_present = "check")]
	datanet: Option<DatanetId>,
	/// Version of the snapshot that the card describes; the newest when left out, and all that is
	/// accepted so far where there is none.
	#[arg(long)]
	snapshot: Option<Version>,
	/// Where to write the card; standard output when it is neither written nor published.
	#[arg(long)]
	out: Option<PathBuf>,
	/// Where others find the texts by their root, for example https://host/v1/texts; each
	/// contribution's own address when left out.
	#[arg(long)]
	texts: Option<String>,
	/// Web page of the datanet.
	#[arg(long)]
	url: Option<String>,
	/// Puts the card into the content store and commits the datanet to it. The owner.
	#[arg(long)]
	publish: bool,
	/// Where others find the published card; its file address in the store when left out.
	#[arg(long, requires = "publish")]
	uri: Option<String>,
	/// Checks a card against the chain instead: the one that a datanet (given by its id) commits
	/// to, or a file.
	#[arg(
		long,
		value_name = "ID|FILE",
		conflicts_with_all = ["datanet", "snapshot", "out", "texts", "url", "publish"]
	)]
	check: Option<String>,
}

/// What a card describes: the contributions with `number < count`.
struct Edition {
	/// 0 = no snapshot yet.
	version: Version,
	count: u64,
	/// Running hash over them; none without a snapshot.
	hash: Option<H256>,
	/// Block in which the snapshot was made, or that the state was read at.
	block: BlockId,
}

/// One file of a card.
struct File {
	member: Member,
	address: String,
	sha256: String,
}

/// What the chain says of a contribution of an edition.
struct Member {
	number: u64,
	view: ContributionView<AccountId>,
	/// The datanet's licence unless it has its own.
	licence: String,
}

pub async fn run(shared: &Shared, client: &Client, card: Card) -> Result<()> {
	if let Some(subject) = &card.check {
		return check::run(shared, client, subject).await;
	}
	let datanet = card.datanet.context("which datanet?")?;
	let state = client.best_state().await?;
	let view = state.datanet(datanet).await?;
	let view = view.with_context(|| format!("no datanet {datanet}"))?;
	let edition = edition(client, &state, &view, card.snapshot).await?;
	let members = members(&state, &view, &edition).await?;
	let files = files(shared, members, card.texts.as_deref()).await?;
	let date = date_of(&client.block_body(edition.block.hash).await?)?;
	let genesis = client.genesis_hash();
	let json = describe::card(
		&genesis,
		&view,
		&edition,
		&files,
		&date,
		card.url.as_deref(),
	);
	let mut bytes = serde_json::to_vec_pretty(&json)?;
	bytes.push(b'\n');
	if bytes.len() > MAX_CARD {
		bail!("the card has {} bytes, more than {MAX_CARD}", bytes.len());
	}
	if let Some(path) = &card.out {
		std::fs::write(path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
	}
	let published = match card.publish {
		true => Some(publish(shared, client, datanet, &bytes, card.uri).await?),
		false => None,
	};
	if card.out.is_none() && published.is_none() {
		println!("{}", String::from_utf8_lossy(&bytes).trim_end());
		return Ok(());
	}
	let hash = openledger_primitives::hash(&bytes);
	let report = json!({
		"datanet": datanet,
		"version": describe::version(&edition),
		"files": files.len(),
		"hash": hex(hash),
		"out": card.out,
		"uri": published,
	});
	shared.format().print(report, || {
		let version = describe::version(&edition);
		println!(
			"card of datanet {datanet} version {version}: {} files",
			files.len()
		);
		if let Some(path) = &card.out {
			println!("written to {}", path.display());
		}
		if let Some(uri) = &published {
			println!("published at {uri}, blake2-256 {}", hex(hash));
		}
	});
	Ok(())
}

async fn publish(
	shared: &Shared,
	client: &Client,
	datanet: DatanetId,
	bytes: &[u8],
	uri: Option<String>,
) -> Result<String> {
	let texts = Texts::open(shared)?;
	let root = texts.store().put(bytes)?;
	let uri = uri.unwrap_or_else(|| texts.store().uri(&root));
	let hash = openledger_primitives::hash(bytes);
	let call = datanets::set_metadata(datanet, uri.as_bytes(), hash);
	shared.send(client, &call).await?;
	Ok(uri)
}

/// The edition to describe.
async fn edition(
	client: &Client,
	state: &State,
	view: &DatanetView<AccountId>,
	version: Option<Version>,
) -> Result<Edition> {
	let version = version.unwrap_or(view.version);
	let edition = if version == 0 {
		Edition {
			version,
			count: view.accepted,
			hash: None,
			block: state.block(),
		}
	} else {
		let snapshot = state.snapshot(view.id, version).await?;
		let snapshot =
			snapshot.with_context(|| format!("datanet {} has no version {version}", view.id))?;
		let number = snapshot.at;
		Edition {
			version,
			count: snapshot.count,
			hash: Some(snapshot.hash),
			block: BlockId {
				hash: client.block_hash(number).await?,
				number,
			},
		}
	};
	if edition.count == 0 {
		bail!("datanet {} has no accepted contribution", view.id);
	}
	Ok(edition)
}

/// All members of an edition, those that were taken down included; checked against its hash.
async fn members(
	state: &State,
	view: &DatanetView<AccountId>,
	edition: &Edition,
) -> Result<Vec<Member>> {
	let views = state.members(view.id, edition.count).await?;
	list(&view.licence, edition, views)
}

/// Numbers what the node lists, and compares it with the edition.
fn list(
	licence: &[u8],
	edition: &Edition,
	views: Vec<ContributionView<AccountId>>,
) -> Result<Vec<Member>> {
	if views.len() as u64 != edition.count {
		bail!(
			"the node lists {} of {} members",
			views.len(),
			edition.count
		);
	}
	let mut running = H256::zero();
	let mut members = Vec::new();
	for (number, view) in (0..).zip(views) {
		running = snapshot_step(&running, number, view.id, &view.text_root);
		let own = match view.licence.is_empty() {
			true => licence,
			false => &view.licence,
		};
		members.push(Member {
			number,
			licence: text(own),
			view,
		});
	}
	if edition.hash.is_some_and(|hash| hash != running) {
		bail!("the members that the node lists don't have the snapshot's hash");
	}
	Ok(members)
}

/// Whether governance has it out of every corpus.
fn taken_down(view: &ContributionView<AccountId>) -> bool {
	matches!(
		view.state,
		ContributionState::Revoked {
			reason: Some(_),
			..
		}
	)
}

/// Fetches the bytes of all members but those that were taken down.
async fn files(shared: &Shared, members: Vec<Member>, server: Option<&str>) -> Result<Vec<File>> {
	let texts = Texts::open(shared)?;
	let bar = shared.format().bar(members.len(), "reading the texts");
	let mut files = Vec::new();
	for member in members {
		bar.inc(1);
		if taken_down(&member.view) {
			continue;
		}
		let bytes = texts.obtain(&member.view).await;
		let bytes =
			bytes.with_context(|| format!("contribution {} can't be read", member.view.id))?;
		let address = match server {
			// As the content store names its files; gateways take it too.
			Some(server) => {
				let root = hex::encode(member.view.text_root);
				format!("{}/{root}", server.trim_end_matches('/'))
			}
			None => text(&member.view.uri),
		};
		if address.is_empty() {
			bail!(
				"contribution {} has no address; name a server of the texts with --texts",
				member.view.id
			);
		}
		files.push(File {
			member,
			address,
			sha256: hex::encode(sp_io::hashing::sha2_256(&bytes)),
		});
	}
	bar.finish_and_clear();
	Ok(files)
}

/// The UTC date of a block, `YYYY-MM-DD`, from its timestamp: its first transaction, a bare one
/// whose only argument is milliseconds since 1970.
fn date_of(body: &[Vec<u8>]) -> Result<String> {
	let stated = body.first().and_then(|first| {
		let inner = Vec::<u8>::decode_all(&mut first.as_slice()).ok()?;
		let [version, _pallet, _call, argument @ ..] = inner.as_slice() else {
			return None;
		};
		let Compact(milliseconds) = Compact::<u64>::decode_all(&mut &*argument).ok()?;
		(version >> 6 == 0).then_some(milliseconds)
	});
	Ok(date(stated.context("the block states no time")?))
}

/// The UTC date of a time in milliseconds since 1970.
fn date(milliseconds: u64) -> String {
	let mut days = milliseconds / 86_400_000;
	let leap = |year: u64| {
		year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
	};
	// 146 097 days are 400 years of the calendar, and start the count of leap years anew.
	let mut year = 1970 + 400 * (days / 146_097);
	days %= 146_097;
	while days >= 365 + u64::from(leap(year)) {
		days -= 365 + u64::from(leap(year));
		year += 1;
	}
	let february = 28 + u64::from(leap(year));
	let mut month = 1;
	for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
		if days < length {
			break;
		}
		days -= length;
		month += 1;
	}
	format!("{year:04}-{month:02}-{:02}", days + 1)
}
