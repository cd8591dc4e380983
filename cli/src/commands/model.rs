// SPDX-License-Identifier: Apache-2.0
//! `model`: build the artifact of a model over snapshots, register, publish, list and show.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};
use openledger_client::{
	account::ss58,
	call::models::{self, ModelKind, ModelParams, ParentLink},
	chain::Client,
	event::{Event, ModelsEvent},
	tokens,
};
use openledger_primitives::{
	apis::ModelView,
	payload::Price,
	ports::{Beneficiary, WeightedSnapshot},
	AccountId, ModelId, H256,
};
use serde_json::{json, Value};

use super::rights;
use crate::{
	context::Shared,
	output::{amount, hex, table, text},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Writes the artifact of a retrieval model: the manifest of the texts it answers from.
	Build {
		/// A snapshot as DATANET:VERSION; repeat for more.
		#[arg(long = "snapshot", required = true)]
		snapshots: Vec<String>,
		/// Where to write it.
		#[arg(long)]
		out: PathBuf,
	},
	/// Registers a model and, with --publish, publishes it.
	Register(Register),
	/// Freezes a draft and opens it for channels.
	Publish {
		/// The model.
		model: ModelId,
	},
	/// All models.
	List,
	/// One model with its terms.
	Show {
		/// The model.
		model: ModelId,
	},
	/// Publication quoted, metadata changed, rights handed over.
	#[command(flatten)]
	Rights(rights::Command),
}

#[derive(clap::Args, Debug)]
pub struct Register {
	/// At most 64 bytes.
	name: String,
	/// The artifact, to commit to its hash.
	#[arg(long)]
	artifact: PathBuf,
	/// Where others find the artifact; its file address when left out.
	#[arg(long)]
	artifact_uri: Option<String>,
	/// A snapshot as DATANET:VERSION or DATANET:VERSION:WEIGHT; repeat for more.
	#[arg(long = "snapshot")]
	snapshots: Vec<String>,
	/// A parent as MODEL:PPM; its present terms are agreed to. Repeat for more.
	#[arg(long = "parent")]
	parents: Vec<String>,
	/// Weights of a parent trained further, not weights beside a parent's.
	#[arg(long, requires = "parents")]
	fine_tune: bool,
	/// Operator's share of the whole fee, parts per million.
	#[arg(long, default_value_t = 300_000)]
	operator_ppm: u32,
	/// Contributors' share of the rest; the developer gets what neither they nor parents get.
	#[arg(long, default_value_t = 700_000)]
	contributors_ppm: u32,
	/// What a child must give to this model.
	#[arg(long, default_value_t = 100_000)]
	derivative_ppm: u32,
	/// Least fee of one call.
	#[arg(long, default_value = "1 uOPEN")]
	min_fee: String,
	#[command(flatten)]
	price: PriceArgs,
	/// Publish it at once.
	#[arg(long)]
	publish: bool,
}

/// A price per call and per 1 000 bytes.
#[derive(clap::Args, Clone, Debug)]
pub struct PriceArgs {
	/// Fee of each call.
	#[arg(long, default_value = "1 mOPEN")]
	per_call: String,
	/// Fee per 1 000 bytes of the prompt.
	#[arg(long, default_value = "1 mOPEN")]
	in_per_kb: String,
	/// Fee per 1 000 bytes of the answer.
	#[arg(long, default_value = "10 mOPEN")]
	out_per_kb: String,
}

impl PriceArgs {
	/// The price in planck.
	pub fn price(&self) -> Result<Price> {
		Ok(Price {
			per_call: tokens::parse(&self.per_call)?,
			in_per_kb: tokens::parse(&self.in_per_kb)?,
			out_per_kb: tokens::parse(&self.out_per_kb)?,
		})
	}
}

pub async fn run(shared: &Shared, command: Command) -> Result<()> {
	let client = shared.client().await?;
	match command {
		Command::Build { snapshots, out } => build(shared, &client, &snapshots, out).await,
		Command::Register(register) => run_register(shared, &client, register).await,
		Command::Publish { model } => {
			let terms = publish(shared, &client, model).await?;
			shared
				.format()
				.print(json!({ "model": model, "termsHash": hex(terms) }), || {
					println!("model {model} published with terms {}", hex(terms))
				});
			Ok(())
		}
		Command::Rights(command) => rights::run(shared, &client, command).await,
		Command::List => {
			print_models(shared, &client.best_state().await?.models(0, 1_000).await?);
			Ok(())
		}
		Command::Show { model } => {
			let view = client.best_state().await?.model(model).await?;
			print_models(
				shared,
				&[view.with_context(|| format!("no model {model}"))?],
			);
			Ok(())
		}
	}
}

/// Parses `DATANET:VERSION` or `DATANET:VERSION:WEIGHT`.
pub fn snapshot(given: &str) -> Result<WeightedSnapshot> {
	let numbers = given
		.split(':')
		.map(str::parse)
		.collect::<Result<Vec<u32>, _>>()
		.with_context(|| format!("{given}: a snapshot is DATANET:VERSION[:WEIGHT]"))?;
	match numbers[..] {
		[datanet, version] => Ok(WeightedSnapshot {
			datanet,
			version,
			weight: 1,
		}),
		[datanet, version, weight] => Ok(WeightedSnapshot {
			datanet,
			version,
			weight,
		}),
		_ => bail!("{given}: a snapshot is DATANET:VERSION[:WEIGHT]"),
	}
}

/// The manifest of the texts in `snapshots`, one line each, and how many they are.
pub async fn manifest(client: &Client, snapshots: &[WeightedSnapshot]) -> Result<(String, u64)> {
	let state = client.finalised_state().await?;
	let mut lines = String::from("# contribution text_root byte_length\n");
	let mut count = 0;
	for &WeightedSnapshot {
		datanet, version, ..
	} in snapshots
	{
		let view = state
			.snapshot(datanet, version)
			.await?
			.with_context(|| format!("datanet {datanet} has no version {version}"))?;
		for member in state.members(datanet, view.count).await? {
			lines.push_str(&format!(
				"{} {} {}\n",
				member.id,
				hex(member.text_root),
				member.byte_length
			));
			count += 1;
		}
	}
	Ok((lines, count))
}

async fn build(shared: &Shared, client: &Client, given: &[String], out: PathBuf) -> Result<()> {
	let snapshots = given
		.iter()
		.map(|text| snapshot(text))
		.collect::<Result<Vec<_>>>()?;
	let (manifest, count) = manifest(client, &snapshots).await?;
	std::fs::write(&out, &manifest).with_context(|| format!("cannot write {}", out.display()))?;
	let hash = openledger_primitives::hash(manifest.as_bytes());
	let json = json!({ "artifact": out, "hash": hex(hash), "texts": count });
	shared.format().print(json, || {
		println!("{}: {count} texts, hash {}", out.display(), hex(hash))
	});
	Ok(())
}

async fn run_register(shared: &Shared, client: &Client, register: Register) -> Result<()> {
	let mut snapshots = register
		.snapshots
		.iter()
		.map(|text| snapshot(text))
		.collect::<Result<Vec<_>>>()?;
	snapshots.sort_by_key(|entry| (entry.datanet, entry.version));
	let parents = parents(client, &register.parents).await?;
	let upstream: u32 = parents.iter().map(|link| link.ppm).sum();
	let developer_ppm = 1_000_000u32
		.checked_sub(register.contributors_ppm)
		.and_then(|rest| rest.checked_sub(upstream))
		.context("contributors and parents get more than 1 000 000 ppm")?;
	let artifact = std::fs::read(&register.artifact)
		.with_context(|| format!("cannot read {}", register.artifact.display()))?;
	let uri = match &register.artifact_uri {
		Some(uri) => uri.clone(),
		None => format!("file://{}", register.artifact.canonicalize()?.display()),
	};
	let params = ModelParams {
		name: register.name.into_bytes(),
		kind: match (parents.is_empty(), register.fine_tune) {
			(true, _) => ModelKind::Base,
			(false, true) => ModelKind::FineTune,
			(false, false) => ModelKind::Adapter,
		},
		artifact_hash: openledger_primitives::hash(&artifact),
		artifact_uri: uri.into_bytes(),
		metadata_uri: Vec::new(),
		metadata_hash: H256::zero(),
		provenance_version: 1,
		snapshots,
		parents,
		operator_ppm: register.operator_ppm,
		developer_ppm,
		contributors_ppm: register.contributors_ppm,
		derivative_ppm: register.derivative_ppm,
		min_fee_per_call: tokens::parse(&register.min_fee)?,
		suggested_price: register.price.price()?,
	};
	let outcome = shared.send(client, &models::register(&params)).await?;
	let model = outcome
		.find(|event| match event {
			Event::Models(ModelsEvent::Registered { model, .. }) => Some(*model),
			_ => None,
		})
		.context("the block shows no new model")?;
	if register.publish {
		publish(shared, client, model).await?;
	}
	let state = if register.publish {
		"published"
	} else {
		"registered as a draft"
	};
	shared.format().print(
		json!({ "model": model, "published": register.publish }),
		|| println!("model {model} {state}"),
	);
	Ok(())
}

/// Reads `MODEL:PPM` and the hash of each parent's terms.
async fn parents(client: &Client, given: &[String]) -> Result<Vec<ParentLink>> {
	let state = client.best_state().await?;
	let mut links = Vec::new();
	for text in given {
		let (model, ppm) = text.split_once(':').context("a parent is MODEL:PPM")?;
		let model = model.parse().context("a parent is MODEL:PPM")?;
		let view = state
			.model(model)
			.await?
			.with_context(|| format!("no model {model}"))?;
		links.push(ParentLink {
			model,
			ppm: ppm.parse()?,
			terms_hash: view.terms_hash,
		});
	}
	links.sort_by_key(|link| link.model);
	Ok(links)
}

async fn publish(shared: &Shared, client: &Client, model: ModelId) -> Result<H256> {
	let outcome = shared.send(client, &models::publish(model)).await?;
	outcome
		.find(|event| match event {
			Event::Models(ModelsEvent::Published { terms_hash, .. }) => Some(*terms_hash),
			_ => None,
		})
		.context("the block shows no published model")
}

/// `Developer 300 000 ppm, Contributors 700 000 ppm`.
pub fn vector_text(vector: &[(Beneficiary, u32)]) -> String {
	let parts: Vec<String> = vector
		.iter()
		.map(|(who, ppm)| {
			let who = match who {
				Beneficiary::Developer => "developer".into(),
				Beneficiary::Contributors => "contributors".into(),
				Beneficiary::Upstream(model) => format!("model {model}"),
			};
			format!("{who} {} ppm", tokens::grouped(u128::from(*ppm)))
		})
		.collect();
	parts.join(", ")
}

fn print_models(shared: &Shared, views: &[ModelView<AccountId>]) {
	let json: Vec<Value> = views
		.iter()
		.map(|view| {
			json!({
				"id": view.id,
				"name": text(&view.name),
				"developer": ss58(&view.developer),
				"state": format!("{:?}", view.state),
				"operatorPpm": view.operator_ppm,
				"vector": vector_text(&view.vector),
				"minFeePerCall": view.min_fee_per_call.to_string(),
				"termsHash": hex(view.terms_hash),
				"artifactHash": hex(view.artifact_hash),
			})
		})
		.collect();
	shared.format().print(json!(json), || {
		let mut rows = table([
			"model",
			"name",
			"state",
			"operator",
			"of the rest",
			"least fee",
		]);
		for view in views {
			rows.add_row([
				view.id.to_string(),
				text(&view.name),
				format!("{:?}", view.state),
				format!("{} ppm", tokens::grouped(u128::from(view.operator_ppm))),
				vector_text(&view.vector),
				amount(view.min_fee_per_call),
			]);
		}
		println!("{rows}");
	});
}
