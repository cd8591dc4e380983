// SPDX-License-Identifier: Apache-2.0
//! Steps 1 to 3 of the story. Each step looks at the chain first, so that a second run goes on
//! where the first one ended.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use openledger_client::{
	account::Account,
	call::{
		batch_all,
		datanets::{self, Admission, DatanetParams, DatanetTerms, Verdict},
		models::{self, ModelKind, ModelParams},
		transfer, usage, Call,
	},
	chain::Client,
	content::ContentStore,
	event::{DatanetsEvent, Event, ModelsEvent},
	transaction::{Outcome, Wait},
};
use openledger_primitives::{
	apis::ContributionState,
	ids::{MICRO, MILLI, OPEN},
	payload::Price,
	ports::{Credit, DatanetKind, WeightedSnapshot},
	Balance, ContributionId, DatanetId, ModelId, H256,
};

use super::{adapter, role, state::Story};
use crate::{
	commands::{
		datanet::{committed_id, reveal},
		model::manifest,
	},
	context::Shared,
	corpus::{Corpus, Source},
	output::{amount, Format},
};

/// Price of the demo's models.
pub const PRICE: Price = Price {
	per_call: 10 * MILLI,
	in_per_kb: 10 * MILLI,
	out_per_kb: 100 * MILLI,
};
/// What the datanet asks of models that are trained on it: a fee per lineage, and a fifth of every
/// call's fee.
const TERMS: DatanetTerms = DatanetTerms {
	training_fee: 5 * OPEN,
	min_contributors_ppm: 200_000,
};
/// Bond per byte and least bond of a contribution.
const BOND_PER_BYTE: Balance = 10 * MICRO;
const LEAST_BOND: Balance = OPEN;
/// What a contributor gets beside his bond: review fee, storage deposit, transaction fees.
const POCKET: Balance = 3 * OPEN;
/// Transfers or reviews in one transaction.
const CHUNK: usize = 40;

pub async fn run(shared: &Shared, data: Option<&Path>, manifest: &Path) -> Result<()> {
	let format = shared.format();
	let client = shared.client().await?;
	let now = client.best().await?.number;
	let mut story = Story::load(shared, client.genesis_hash(), now)?;
	if story.model.is_some() {
		format.say("datanet and model are on chain already: the story goes on");
	} else {
		let corpus = read_corpus(format, data, manifest)?;
		let datanet = datanet(&client, shared, &mut story, data.is_some()).await?;
		contribute(&client, shared, &mut story, datanet, &corpus).await?;
		review(&client, format, datanet, &story).await?;
		snapshot(&client, shared, &mut story, datanet).await?;
		model(&client, shared, &mut story, datanet).await?;
	}
	adapter::publish(&client, shared, &mut story).await?;
	operator(&client, format).await
}

fn read_corpus(format: Format, data: Option<&Path>, manifest: &Path) -> Result<Corpus> {
	let corpus = match data {
		Some(folder) => Corpus::of_folder(folder)?,
		None => Corpus::of_dependencies(manifest)?,
	};
	format.say(format!(
		"{} texts, {} bytes, each under its licence; {} left out:",
		corpus.sources.len(),
		corpus.bytes(),
		corpus.skipped.len()
	));
	let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
	for skipped in &corpus.skipped {
		let reason = match skipped.reason.split_once(" bytes, fewer") {
			Some(_) => "too short",
			None => &skipped.reason,
		};
		reasons.entry(reason).or_default().push(&skipped.name);
	}
	for (reason, names) in reasons {
		format.say(format!("  {} {reason}: {}", names.len(), names.join(" ")));
	}
	Ok(corpus)
}

/// Sends one call of a role and waits for its block.
pub async fn send(client: &Client, call: &Call, role: &str) -> Result<Outcome> {
	let signer = Account::dev(role)?;
	client
		.submit_and_wait(call, &signer, Wait::InBlock)
		.await
		.with_context(|| format!("{}.{} by {role}", call.pallet(), call.name()))
}

async fn datanet(
	client: &Client,
	shared: &Shared,
	story: &mut Story,
	own_texts: bool,
) -> Result<DatanetId> {
	if let Some(datanet) = story.datanet {
		return Ok(datanet);
	}
	let (name, licence) = if own_texts {
		("Own texts", "LicenseRef-own-texts")
	} else {
		("Rust crate documentation", "MIT OR Apache-2.0")
	};
	let params = DatanetParams {
		name: name.into(),
		kind: DatanetKind::Text,
		licence: licence.into(),
		metadata_uri: Vec::new(),
		metadata_hash: H256::zero(),
		admission: Admission::Open,
		credit: Credit::Contributors,
		review_fee_per_kib: MILLI,
		bond_per_byte: BOND_PER_BYTE,
		terms: TERMS,
		curators: vec![Account::dev(role::CURATOR)?.id()],
	};
	let outcome = send(client, &datanets::create_datanet(&params), role::OWNER).await?;
	let datanet = outcome
		.find(|event| match event {
			Event::Datanets(DatanetsEvent::DatanetCreated { datanet, .. }) => Some(*datanet),
			_ => None,
		})
		.context("the block shows no new datanet")?;
	send(client, &datanets::take_seat(datanet), role::CURATOR).await?;
	story.datanet = Some(datanet);
	story.save(shared)?;
	shared.format().say(format!(
		"datanet {datanet} \"{name}\" created by {}",
		role::OWNER
	));
	Ok(datanet)
}

/// The account that speaks for a source: one per crate or file.
pub fn contributor(name: &str) -> Result<Account> {
	Ok(Account::from_uri(&format!("//contributor//{name}"))?)
}

async fn contribute(
	client: &Client,
	shared: &Shared,
	story: &mut Story,
	datanet: DatanetId,
	corpus: &Corpus,
) -> Result<()> {
	let format = shared.format();
	let mut left: Vec<&Source> = Vec::new();
	for source in &corpus.sources {
		match client
			.best_state()
			.await?
			.by_root(datanet, source.root)
			.await?
		{
			Some(contribution) => {
				story.names.insert(contribution, source.name.clone());
				story.authors.insert(contribution, source.authors.clone());
			}
			None => left.push(source),
		}
	}
	if left.is_empty() {
		return story.save(shared);
	}
	fund(client, format, &left).await?;
	let store = ContentStore::open(shared.home.join("texts"))?;
	let mut reveals = Vec::new();
	for source in &left {
		let root = store.put(&source.bytes)?;
		reveals.push(reveal(&source.bytes, &store.uri(&root), &source.licence)?);
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
	let ids = outcomes
		.iter()
		.map(|outcome| {
			outcome
				.find(committed_id)
				.context("a block shows no new contribution id")
		})
		.collect::<Result<Vec<ContributionId>>>()?;
	let mut calls = Vec::new();
	for ((id, source), reveal) in ids.iter().zip(&left).zip(&reveals) {
		calls.push((
			datanets::contribute(*id, reveal),
			contributor(&source.name)?,
		));
		story.names.insert(*id, source.name.clone());
		story.authors.insert(*id, source.authors.clone());
	}
	send_all(client, format, "revealing", &calls).await?;
	story.save(shared)?;
	format.say(format!(
		"{} texts registered, each by an account of its own",
		ids.len()
	));
	Ok(())
}

async fn send_all(
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

/// Endows the contributors with bond and pocket money.
async fn fund(client: &Client, format: Format, sources: &[&Source]) -> Result<()> {
	let funder = Account::dev(role::FUNDER)?;
	let mut transfers = Vec::new();
	for source in sources {
		let bond = (source.bytes.len() as Balance * BOND_PER_BYTE).max(LEAST_BOND);
		transfers.push(transfer(&contributor(&source.name)?.id(), bond + POCKET));
	}
	let calls: Vec<(Call, Account)> = transfers
		.chunks(CHUNK)
		.map(|chunk| (batch_all(chunk.to_vec()), funder.clone()))
		.collect();
	send_all(client, format, "endowing contributors", &calls).await?;
	Ok(())
}

/// The curator accepts what is pending: quality 3 for texts that show code, else 2.
async fn review(client: &Client, format: Format, datanet: DatanetId, story: &Story) -> Result<()> {
	let state = client.best_state().await?;
	let mut verdicts = Vec::new();
	let mut stored = BTreeMap::new();
	for id in story.names.keys() {
		let view = state
			.contribution(*id)
			.await?
			.with_context(|| format!("no contribution {id}"))?;
		if view.state == ContributionState::Pending && view.datanet == datanet {
			let uri = String::from_utf8(view.uri).context("a URI is UTF-8")?;
			let bytes = openledger_client::content::fetch(&uri, view.byte_length).await?;
			let quality = if bytes.windows(3).any(|window| window == b"```") {
				3
			} else {
				2
			};
			*stored.entry(quality).or_insert(0) += 1;
			verdicts.push(datanets::review(*id, Verdict::Accept { quality }));
		}
	}
	if verdicts.is_empty() {
		return Ok(());
	}
	let curator = Account::dev(role::CURATOR)?;
	let calls: Vec<(Call, Account)> = verdicts
		.chunks(CHUNK)
		.map(|chunk| (batch_all(chunk.to_vec()), curator.clone()))
		.collect();
	send_all(client, format, "reviewing", &calls).await?;
	for (quality, count) in stored {
		format.say(format!("{count} texts accepted with quality {quality}"));
	}
	Ok(())
}

async fn snapshot(
	client: &Client,
	shared: &Shared,
	story: &mut Story,
	datanet: DatanetId,
) -> Result<()> {
	if story.version.is_some() {
		return Ok(());
	}
	let signer = Account::dev(role::OWNER)?;
	// The model is built from finalised state, so the snapshot has to be final.
	let outcome = client
		.submit_and_wait(&datanets::snapshot(datanet), &signer, Wait::Finalised)
		.await?;
	let (version, count) = outcome
		.find(|event| match event {
			Event::Datanets(DatanetsEvent::SnapshotMade { version, count, .. }) => {
				Some((*version, *count))
			}
			_ => None,
		})
		.context("the block shows no snapshot")?;
	story.version = Some(version);
	story.save(shared)?;
	shared.format().say(format!(
		"snapshot {version} of datanet {datanet}: {count} texts"
	));
	Ok(())
}

async fn model(
	client: &Client,
	shared: &Shared,
	story: &mut Story,
	datanet: DatanetId,
) -> Result<()> {
	let version = story
		.version
		.context("the snapshot comes before the model")?;
	let snapshots = vec![WeightedSnapshot {
		datanet,
		version,
		weight: 1,
	}];
	let (manifest, count) = manifest(client, &snapshots).await?;
	let path = shared.home.join("model.manifest");
	std::fs::write(&path, &manifest)?;
	let params = ModelParams {
		name: b"Documentation retriever".to_vec(),
		kind: ModelKind::Base,
		artifact_hash: openledger_primitives::hash(manifest.as_bytes()),
		artifact_uri: b"manifest:own-snapshots".to_vec(),
		metadata_uri: Vec::new(),
		metadata_hash: H256::zero(),
		provenance_version: 1,
		snapshots,
		parents: Vec::new(),
		operator_ppm: 300_000,
		developer_ppm: 300_000,
		contributors_ppm: 700_000,
		derivative_ppm: 100_000,
		min_fee_per_call: MICRO,
		suggested_price: PRICE,
	};
	let (model, fees) = register(client, &params, role::DEVELOPER).await?;
	story.model = Some(model);
	story.save(shared)?;
	shared.format().say(format!(
		"model {model} published by {}: {count} texts, price {} per call + {} per 1 000 answer \
		 bytes; training fee paid into the pool: {}",
		role::DEVELOPER,
		amount(PRICE.per_call),
		amount(PRICE.out_per_kb),
		amount(fees)
	));
	Ok(())
}

/// Registers and publishes a model; its id, and the training fees that its publication paid.
pub async fn register(
	client: &Client,
	params: &ModelParams,
	developer: &str,
) -> Result<(ModelId, Balance)> {
	let outcome = send(client, &models::register(params), developer).await?;
	let model = outcome
		.find(|event| match event {
			Event::Models(ModelsEvent::Registered { model, .. }) => Some(*model),
			_ => None,
		})
		.context("the block shows no new model")?;
	let developer = Account::dev(developer)?;
	let outcome = client
		.submit_and_wait(&models::publish(model), &developer, Wait::Finalised)
		.await?;
	let fees = outcome
		.find(|event| match event {
			Event::Models(ModelsEvent::TrainingFeePaid { amount, .. }) => Some(*amount),
			_ => None,
		})
		.unwrap_or(0);
	Ok((model, fees))
}

async fn operator(client: &Client, format: Format) -> Result<()> {
	let operator = Account::dev(role::OPERATOR)?;
	if client
		.best_state()
		.await?
		.operator(&operator.id())
		.await?
		.is_none()
	{
		let call = usage::register_operator(1_000 * OPEN, operator.public_key());
		client
			.submit_and_wait(&call, &operator, Wait::Finalised)
			.await?;
		format.say(format!(
			"{} registered as operator with a bond of 1 000 OPEN",
			role::OPERATOR
		));
	}
	Ok(())
}
