// SPDX-License-Identifier: Apache-2.0
//! `datanet card --check`: a card against the chain.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{bail, Context, Result};
use openledger_client::chain::Client;
use openledger_primitives::{apis::DatanetView, AccountId, DatanetId, Version, H256};
use serde_json::{json, Value};

use super::{
	describe::{context, file_id, fixed_row, version as semantic, CONFORMS_TO, MEMBERS},
	edition, members, taken_down, Edition, Member, MAX_CARD,
};
use crate::{
	commands::licence,
	context::Shared,
	output::{table, text},
	texts::{fetch_file, Texts},
};

/// One thing that was checked.
pub(super) struct Check {
	what: &'static str,
	/// Why it fails; empty when it doesn't.
	pub faults: Vec<String>,
}

/// Checks a card against the chain and prints the outcome.
pub(super) async fn run(shared: &Shared, client: &Client, subject: &str) -> Result<()> {
	let state = client.best_state().await?;
	let bytes = match subject.parse::<DatanetId>() {
		Ok(id) => {
			let view = state.datanet(id).await?;
			let view = view.with_context(|| format!("no datanet {id}"))?;
			if view.metadata_uri.is_empty() {
				bail!("datanet {id} names no card");
			}
			fetch_file(&text(&view.metadata_uri), MAX_CARD).await?
		}
		Err(_) => {
			let bytes = std::fs::read(subject);
			bytes.with_context(|| format!("cannot read {subject}"))?
		}
	};
	let card: Value = serde_json::from_slice(&bytes).context("the card is no JSON")?;
	let (id, version) = identity(&card, &client.genesis_hash())?;
	if subject.parse().is_ok_and(|asked: DatanetId| asked != id) {
		bail!("datanet {subject} names a card of datanet {id}");
	}
	let view = state.datanet(id).await?;
	let view = view.with_context(|| format!("no datanet {id}"))?;
	let mut edition = edition(client, &state, &view, Some(version.0)).await?;
	if let (0, Some(count)) = version {
		if count > edition.count {
			bail!(
				"the card has {count} acceptances, the datanet {}",
				edition.count
			);
		}
		edition.count = count;
	}
	if card["version"] != semantic(&edition) {
		bail!("{} is no version of a card", card["version"]);
	}
	let members = members(&state, &view, &edition).await?;
	let checks = vec![
		published(&bytes, &view),
		header(&card, &view),
		rows(&card, &members),
		listed(&card, &members),
		contents(shared, &card, &members).await?,
	];
	report(shared, id, &edition, &checks)
}

fn report(shared: &Shared, id: DatanetId, edition: &Edition, checks: &[Check]) -> Result<()> {
	let failed = checks
		.iter()
		.filter(|check| !check.faults.is_empty())
		.count();
	let json = json!({
		"datanet": id,
		"version": semantic(edition),
		"valid": failed == 0,
		"checks": checks
			.iter()
			.map(|check| json!({ "what": check.what, "faults": check.faults }))
			.collect::<Vec<_>>(),
	});
	shared.format().print(json, || {
		let mut rows = table(["checked", "outcome"]);
		for check in checks {
			let outcome = match check.faults.as_slice() {
				[] => "holds".into(),
				[only] => only.clone(),
				[first, rest @ ..] => format!("{first}; and {} more", rest.len()),
			};
			rows.add_row([check.what.to_string(), outcome]);
		}
		println!("{rows}");
	});
	if failed > 0 {
		bail!(
			"the card of datanet {id} fails {failed} of {} checks",
			checks.len()
		);
	}
	Ok(())
}

/// Which edition of which datanet of this chain a card is of: the snapshot's version, or 0 and the
/// number of acceptances.
pub(super) fn identity(
	card: &Value,
	genesis: &H256,
) -> Result<(DatanetId, (Version, Option<u64>))> {
	let stated = card["identifier"]
		.as_str()
		.context("the card has no identifier")?;
	let wrong = || format!("{stated:?} names no datanet");
	let rest = stated.strip_prefix("urn:openledger:").with_context(wrong)?;
	let (chain, rest) = rest.split_once(":datanet:").with_context(wrong)?;
	if chain != hex::encode(genesis) {
		bail!("the card is of another chain: its genesis block is 0x{chain}");
	}
	let (id, version) = rest.split_once(':').with_context(wrong)?;
	let id = id.parse().ok().with_context(wrong)?;
	if card["version"] != version {
		bail!("identifier and version of the card differ");
	}
	let numbers: Vec<u64> = version
		.split('.')
		.filter_map(|part| part.parse().ok())
		.collect();
	match numbers.as_slice() {
		[0, count, 0] => Ok((id, (0, Some(*count)))),
		[version, 0, 0] => Ok((id, (Version::try_from(*version)?, None))),
		_ => bail!(wrong()),
	}
}

/// Whether these are the bytes that the datanet commits to.
pub(super) fn published(bytes: &[u8], view: &DatanetView<AccountId>) -> Check {
	let hash = openledger_primitives::hash(bytes);
	let fault = if view.metadata_hash.is_zero() {
		format!("it commits to none yet; these have {hash}")
	} else {
		format!("it commits to {}; these have {hash}", view.metadata_hash)
	};
	Check {
		what: "the datanet commits to these bytes",
		faults: if hash == view.metadata_hash {
			Vec::new()
		} else {
			vec![fault]
		},
	}
}

/// What the head of a card says of the datanet.
pub(super) fn header(card: &Value, view: &DatanetView<AccountId>) -> Check {
	let expected = [
		("@type", json!("sc:Dataset")),
		("@context", context()),
		("conformsTo", json!(CONFORMS_TO)),
		("name", json!(text(&view.name))),
		("license", licence::json_ld(&text(&view.licence))),
	];
	Check {
		what: "name and licence are the datanet's",
		faults: expected
			.iter()
			.filter(|(name, value)| card[*name] != *value)
			.map(|(name, value)| match *name {
				"@context" => "@context is not that of Croissant 1.0".into(),
				name => format!("{name} is {}, not {value}", card[name]),
			})
			.collect(),
	}
}

/// The rows of a card's record set of members.
fn data(card: &Value) -> impl Iterator<Item = &Value> {
	let sets = card["recordSet"].as_array().into_iter().flatten();
	sets.filter(|set| set["@id"] == MEMBERS)
		.flat_map(|set| set["data"].as_array().into_iter().flatten())
}

/// Whether the rows are the members that are not taken down, each once.
pub(super) fn rows(card: &Value, members: &[Member]) -> Check {
	let mut faults = Vec::new();
	let mut seen = BTreeSet::new();
	let by_id: BTreeMap<u64, &Member> = members
		.iter()
		.map(|member| (member.view.id, member))
		.collect();
	for row in data(card) {
		let id = row[format!("{MEMBERS}/contribution")].as_u64().unwrap_or(0);
		match by_id.get(&id) {
			None => faults.push(format!("contribution {id} is not in it")),
			Some(member) if taken_down(&member.view) => {
				faults.push(format!("contribution {id} was taken down"));
			}
			Some(_) if !seen.insert(id) => {
				faults.push(format!("contribution {id} is listed twice"))
			}
			Some(member) => {
				let expected = fixed_row(member);
				let expected = expected.as_object().into_iter().flatten();
				let wrong = expected.filter(|(name, value)| row[name.as_str()] != **value);
				faults
					.extend(wrong.map(|(name, value)| {
						format!("{name} of contribution {id} is not {value}")
					}));
			}
		}
	}
	let missing = members
		.iter()
		.filter(|member| !taken_down(&member.view) && !seen.contains(&member.view.id));
	faults.extend(missing.map(|member| format!("contribution {} is missing", member.view.id)));
	Check {
		what: "rows are the contributions of the snapshot",
		faults,
	}
}

/// The files of a card by their names.
fn files(card: &Value) -> impl Iterator<Item = (&str, &Value)> {
	let entries = card["distribution"].as_array().into_iter().flatten();
	entries
		.filter(|entry| entry["@type"] != "cr:FileSet")
		.map(|entry| (entry["@id"].as_str().unwrap_or_default(), entry))
}

/// Whether the distribution lists exactly the files of the members, with their lengths.
pub(super) fn listed(card: &Value, members: &[Member]) -> Check {
	let mut faults = Vec::new();
	let mut expected: BTreeMap<String, u64> = members
		.iter()
		.filter(|member| !taken_down(&member.view))
		.map(|member| (file_id(member.view.id), member.view.byte_length))
		.collect();
	for (id, file) in files(card) {
		let Some(length) = expected.remove(id) else {
			faults.push(format!("{id:?} is no file of it, or listed twice"));
			continue;
		};
		if file["@type"] != "cr:FileObject" || file["contentSize"] != format!("{length} B") {
			faults.push(format!("{id} is not stated as a file of {length} bytes"));
		}
		if file["contentUrl"].as_str().is_none_or(str::is_empty) {
			faults.push(format!("{id} has no contentUrl"));
		}
	}
	faults.extend(expected.keys().map(|id| format!("{id} is missing")));
	Check {
		what: "the distribution lists their files",
		faults,
	}
}

/// Whether the hashes fit the registered bytes, as far as these can be had.
async fn contents(shared: &Shared, card: &Value, members: &[Member]) -> Result<Check> {
	let texts = Texts::open(shared)?;
	let bar = shared.format().bar(members.len(), "reading the texts");
	let listed: BTreeMap<&str, &Value> = files(card).collect();
	let mut faults = Vec::new();
	for member in members.iter().filter(|member| !taken_down(&member.view)) {
		bar.inc(1);
		let id = file_id(member.view.id);
		let Some(file) = listed.get(id.as_str()) else {
			continue;
		};
		match texts.obtain(&member.view).await {
			Ok(bytes) if file["sha256"] == hex::encode(sp_io::hashing::sha2_256(&bytes)) => (),
			Ok(_) => faults.push(format!(
				"sha256 of {id} is not that of the registered bytes"
			)),
			Err(error) => faults.push(format!("{id} can't be read: {error}")),
		}
	}
	bar.finish_and_clear();
	Ok(Check {
		what: "hashes fit the registered bytes",
		faults,
	})
}
