// SPDX-License-Identifier: Apache-2.0
//! Steps 1 to 3 of the story. Each step looks at the chain first, so that a second run goes on
//! where the first one ended.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use openledger_client::{
	account::Account,
	call::{
		datanets::{self, Admission, DatanetParams, DatanetTerms},
		models::{self, ModelKind, ModelParams},
		transfer, usage, Call,
	},
	chain::Client,
	event::{DatanetsEvent, Event, ModelsEvent},
	transaction::{Outcome, Wait},
};
use openledger_primitives::{
	ids::{MICRO, MILLI, OPEN},
	payload::Price,
	ports::{Credit, DatanetKind, WeightedSnapshot},
	Balance, DatanetId, ModelId, H256,
};

use super::{
	adapter,
	curate::{self, send_all, BOND_PER_BYTE},
	role,
	state::Story,
};
use crate::{
	commands::model::manifest,
	context::Shared,
	corpus::Corpus,
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
/// What a curator without a dev account begins with: the bond of a seat, and fees.
const CURATOR_ENDOWMENT: Balance = 50 * OPEN;

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
		curate::run(&client, shared, &mut story, datanet, &corpus).await?;
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
	let curators = role::CURATORS
		.iter()
		.map(|name| Account::dev(name))
		.collect::<Result<Vec<_>, _>>()?;
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
		curators: curators.iter().map(Account::id).collect(),
	};
	let mut calls = vec![(
		datanets::create_datanet(&params),
		Account::dev(role::OWNER)?,
	)];
	for curator in curators.iter().skip(1) {
		let endowment = transfer(&curator.id(), CURATOR_ENDOWMENT);
		calls.push((endowment, Account::dev(role::FUNDER)?));
	}
	let outcomes = send_all(client, shared.format(), "creating the datanet", &calls).await?;
	let datanet = outcomes
		.iter()
		.find_map(|outcome| {
			outcome.find(|event| match event {
				Event::Datanets(DatanetsEvent::DatanetCreated { datanet, .. }) => Some(*datanet),
				_ => None,
			})
		})
		.context("the block shows no new datanet")?;
	let seats: Vec<(Call, Account)> = curators
		.iter()
		.map(|curator| (datanets::take_seat(datanet), curator.clone()))
		.collect();
	send_all(client, shared.format(), "taking seats", &seats).await?;
	story.datanet = Some(datanet);
	story.save(shared)?;
	shared.format().say(format!(
		"datanet {datanet} \"{name}\" created by {}, {} curators seated",
		role::OWNER,
		curators.len()
	));
	Ok(datanet)
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
