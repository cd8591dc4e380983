// SPDX-License-Identifier: Apache-2.0
//! `datanet`: create, contribute, accept, snapshot, list and show.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};
use openledger_client::{
	call::datanets::{self, Admission, DatanetParams, DatanetTerms, Reveal, Verdict},
	chain::Client,
	content::ContentStore,
	event::{DatanetsEvent, Event},
	tokens,
};
use openledger_primitives::{
	apis::{ContributionView, DatanetView},
	ports::{Credit, DatanetKind},
	AccountId, ContributionId, DatanetId, H256,
};
use serde_json::{json, Value};

use crate::{
	context::Shared,
	corpus::Corpus,
	output::{amount, hex, table, text},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Creates a datanet owned by the signer.
	Create(Create),
	/// Commits to a text, then reveals it: it gets its id before anyone sees it.
	Contribute {
		/// The datanet.
		datanet: DatanetId,
		/// The text, or a folder of texts.
		path: PathBuf,
		/// SPDX expression for these texts, if not the datanet's.
		#[arg(long, default_value = "")]
		licence: String,
	},
	/// Accepts a pending contribution. A seated curator.
	Accept {
		/// The contribution.
		contribution: ContributionId,
		/// 1..=4: its points are quality × bytes.
		#[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
		quality: u8,
	},
	/// Refuses a pending contribution. A seated curator.
	Reject {
		/// The contribution.
		contribution: ContributionId,
		/// Published reason code.
		#[arg(long)]
		reason: u8,
	},
	/// Places the curator's bond: needed before the first review.
	TakeSeat {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Freezes the list of accepted contributions. The owner.
	Snapshot {
		/// The datanet.
		datanet: DatanetId,
	},
	/// All datanets.
	List,
	/// One datanet.
	Show {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Where a contribution stands.
	Status {
		/// The contribution.
		contribution: ContributionId,
	},
}

#[derive(clap::Args, Debug)]
pub struct Create {
	/// At most 64 bytes.
	name: String,
	/// SPDX licence expression of its texts.
	#[arg(long)]
	licence: String,
	/// A curator; repeat for more, at most 32.
	#[arg(long = "curator", required = true)]
	curators: Vec<String>,
	/// Review fee per started KiB.
	#[arg(long, default_value = "1 mOPEN")]
	review_fee: String,
	/// Bond per byte.
	#[arg(long, default_value = "10 uOPEN")]
	bond_per_byte: String,
	/// Paid into a snapshot's pool by whoever publishes a model trained on it.
	#[arg(long, default_value = "0 OPEN")]
	training_fee: String,
	/// Least share of a call's fee that such a model gives, in parts per million.
	#[arg(long, default_value_t = 0)]
	min_contributors_ppm: u32,
	/// Matched money goes to the pool instead of each text's contributor.
	#[arg(long)]
	credit_pool: bool,
	/// Only whom the owner approves may contribute.
	#[arg(long)]
	approved_only: bool,
	/// Address of a metadata file (Croissant JSON-LD).
	#[arg(long, default_value = "")]
	metadata_uri: String,
	/// That file, to commit to its hash.
	#[arg(long)]
	metadata: Option<PathBuf>,
}

pub async fn run(shared: &Shared, command: Command) -> Result<()> {
	let client = shared.client().await?;
	match command {
		Command::Create(create) => run_create(shared, &client, create).await,
		Command::Contribute {
			datanet,
			path,
			licence,
		} => contribute(shared, &client, datanet, path, &licence).await,
		Command::Accept {
			contribution,
			quality,
		} => review(shared, &client, contribution, Verdict::Accept { quality }).await,
		Command::Reject {
			contribution,
			reason,
		} => review(shared, &client, contribution, Verdict::Reject { reason }).await,
		Command::TakeSeat { datanet } => {
			shared.send(&client, &datanets::take_seat(datanet)).await?;
			shared
				.format()
				.print(json!({ "datanet": datanet, "seated": true }), || {
					println!("seated as curator of datanet {datanet}")
				});
			Ok(())
		}
		Command::Snapshot { datanet } => snapshot(shared, &client, datanet).await,
		Command::List => {
			let views = client.best_state().await?.datanets(0, 1_000).await?;
			print_datanets(shared, &views);
			Ok(())
		}
		Command::Show { datanet } => {
			let view = client.best_state().await?.datanet(datanet).await?;
			print_datanets(
				shared,
				&[view.with_context(|| format!("no datanet {datanet}"))?],
			);
			Ok(())
		}
		Command::Status { contribution } => {
			let view = client
				.best_state()
				.await?
				.contribution(contribution)
				.await?;
			let view = view.with_context(|| format!("no contribution {contribution}"))?;
			shared.format().print(contribution_json(&view), || {
				println!("{}", status_line(&view))
			});
			Ok(())
		}
	}
}

async fn run_create(shared: &Shared, client: &Client, create: Create) -> Result<()> {
	spdx::Expression::parse(&create.licence)
		.map_err(|error| anyhow::anyhow!("--licence is no SPDX expression: {}", error.reason))?;
	let metadata_hash = match &create.metadata {
		Some(path) => openledger_primitives::hash(
			&std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
		),
		None => H256::zero(),
	};
	let params = DatanetParams {
		name: create.name.into_bytes(),
		kind: DatanetKind::Text,
		licence: create.licence.into_bytes(),
		metadata_uri: create.metadata_uri.into_bytes(),
		metadata_hash,
		admission: if create.approved_only {
			Admission::Approved
		} else {
			Admission::Open
		},
		credit: if create.credit_pool {
			Credit::Pool
		} else {
			Credit::Contributors
		},
		review_fee_per_kib: tokens::parse(&create.review_fee)?,
		bond_per_byte: tokens::parse(&create.bond_per_byte)?,
		terms: DatanetTerms {
			training_fee: tokens::parse(&create.training_fee)?,
			min_contributors_ppm: create.min_contributors_ppm,
		},
		curators: create
			.curators
			.iter()
			.map(|curator| shared.account_id(curator))
			.collect::<Result<_>>()?,
	};
	let outcome = shared
		.send(client, &datanets::create_datanet(&params))
		.await?;
	let datanet = outcome
		.find(|event| match event {
			Event::Datanets(DatanetsEvent::DatanetCreated { datanet, .. }) => Some(*datanet),
			_ => None,
		})
		.context("the block shows no new datanet")?;
	shared.format().print(json!({ "datanet": datanet }), || {
		println!("datanet {datanet} created")
	});
	Ok(())
}

async fn contribute(
	shared: &Shared,
	client: &Client,
	datanet: DatanetId,
	path: PathBuf,
	licence: &str,
) -> Result<()> {
	let signer = shared.signer()?;
	let corpus = if path.is_dir() {
		Corpus::of_folder(&path)?
	} else {
		Corpus::of_file(&path)?
	};
	for skipped in &corpus.skipped {
		shared
			.format()
			.say(format!("skipped {}: {}", skipped.name, skipped.reason));
	}
	if corpus.sources.is_empty() {
		bail!("nothing to contribute");
	}
	let store = ContentStore::open(shared.home.join("texts"))?;
	let bar = shared.format().bar(corpus.sources.len(), "contributing");
	let mut taken = Vec::new();
	for source in &corpus.sources {
		if let Some(earlier) = client
			.best_state()
			.await?
			.by_root(datanet, source.root)
			.await?
		{
			shared
				.format()
				.say(format!("skipped {}: registered as {earlier}", source.name));
			continue;
		}
		let root = store.put(&source.bytes)?;
		let licence = if source.licence.is_empty() {
			licence
		} else {
			&source.licence
		};
		let reveal = reveal(&source.bytes, &store.uri(&root), licence)?;
		let length = source.bytes.len() as u64;
		let hash = reveal.commitment(&client.genesis_hash(), &signer.id(), length);
		let committed = shared
			.send(client, &datanets::commit(datanet, hash, length))
			.await?;
		let contribution = committed
			.find(committed_id)
			.context("the block shows no new id")?;
		shared
			.send(client, &datanets::contribute(contribution, &reveal))
			.await?;
		taken.push(
			json!({ "contribution": contribution, "name": source.name, "textRoot": hex(root) }),
		);
		bar.inc(1);
	}
	bar.finish_and_clear();
	shared.format().print(json!(taken), || {
		for row in &taken {
			println!(
				"contribution {} pending: {}",
				row["contribution"], row["name"]
			);
		}
	});
	Ok(())
}

/// The reveal of canonical bytes under a fresh salt.
pub fn reveal(bytes: &[u8], uri: &str, licence: &str) -> Result<Reveal> {
	Reveal::of(bytes, rand_salt(), uri, 1, licence).context("the text is empty or too long")
}

fn rand_salt() -> [u8; 32] {
	H256::random().0
}

/// The id that a commit took.
pub fn committed_id(event: &Event) -> Option<ContributionId> {
	match event {
		Event::Datanets(DatanetsEvent::Committed { contribution, .. }) => Some(*contribution),
		_ => None,
	}
}

async fn review(
	shared: &Shared,
	client: &Client,
	contribution: ContributionId,
	verdict: Verdict,
) -> Result<()> {
	shared
		.send(client, &datanets::review(contribution, verdict))
		.await?;
	let view = client
		.best_state()
		.await?
		.contribution(contribution)
		.await?;
	let view = view.with_context(|| format!("no contribution {contribution}"))?;
	shared.format().print(contribution_json(&view), || {
		println!("{}", status_line(&view))
	});
	Ok(())
}

async fn snapshot(shared: &Shared, client: &Client, datanet: DatanetId) -> Result<()> {
	let outcome = shared.send(client, &datanets::snapshot(datanet)).await?;
	let (version, count, hash) = outcome
		.find(|event| match event {
			Event::Datanets(DatanetsEvent::SnapshotMade {
				version,
				count,
				hash,
				..
			}) => Some((*version, *count, *hash)),
			_ => None,
		})
		.context("the block shows no snapshot")?;
	let json = json!({ "datanet": datanet, "version": version, "count": count, "hash": hex(hash) });
	shared.format().print(json, || {
		println!(
			"datanet {datanet} version {version}: {count} contributions, {}",
			hex(hash)
		)
	});
	Ok(())
}

fn print_datanets(shared: &Shared, views: &[DatanetView<AccountId>]) {
	let json: Vec<Value> = views
		.iter()
		.map(|view| {
			json!({
				"id": view.id,
				"name": text(&view.name),
				"owner": openledger_client::account::ss58(&view.owner),
				"licence": text(&view.licence),
				"accepted": view.accepted,
				"bytes": view.bytes.to_string(),
				"version": view.version,
			})
		})
		.collect();
	shared.format().print(json!(json), || {
		let mut rows = table([
			"datanet", "name", "licence", "accepted", "bytes", "version", "owner",
		]);
		for view in views {
			rows.add_row([
				view.id.to_string(),
				text(&view.name),
				text(&view.licence),
				view.accepted.to_string(),
				tokens::grouped(view.bytes),
				view.version.to_string(),
				openledger_client::account::ss58(&view.owner),
			]);
		}
		println!("{rows}");
	});
}

fn contribution_json(view: &ContributionView<AccountId>) -> Value {
	json!({
		"id": view.id,
		"datanet": view.datanet,
		"contributor": openledger_client::account::ss58(&view.contributor),
		"textRoot": hex(view.text_root),
		"byteLength": view.byte_length,
		"state": format!("{:?}", view.state),
		"bond": view.bond.to_string(),
		"usedValue": view.used_value.to_string(),
		"earned": view.earned.to_string(),
	})
}

/// Where a contribution stands, as one line.
fn status_line(view: &ContributionView<AccountId>) -> String {
	use openledger_primitives::apis::ContributionState as S;
	let state = match &view.state {
		S::Committed { expires } => format!("committed, to be revealed by block {expires}"),
		S::Pending => "pending: in review".into(),
		S::Accepted { quality, number } => format!(
			"accepted as number {number} with quality {quality}: {} points",
			u64::from(*quality) * view.byte_length
		),
		S::Rejected { reason } => format!("rejected for reason {reason}"),
		S::Withdrawn => "withdrawn".into(),
		S::Revoked => "revoked".into(),
	};
	format!(
		"contribution {}: {state}; used for {}, earned {}",
		view.id,
		amount(view.used_value),
		amount(view.earned)
	)
}
