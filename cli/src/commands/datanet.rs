// SPDX-License-Identifier: Apache-2.0
//! `datanet`: create, contribute, seats, snapshots, state, ownership, terms, list and show.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};
use openledger_client::{
	account::ss58,
	call::{
		datanets::{self, Admission, DatanetParams, DatanetTerms},
		Call,
	},
	chain::Client,
	event::{DatanetsEvent, Event},
	tokens,
};
use openledger_primitives::{
	apis::{DatanetState, DatanetView},
	ports::{Credit, DatanetKind},
	AccountId, ContributionId, DatanetId, H256,
};
use serde_json::{json, Value};

use super::{
	card::{self, Card},
	contribute::{self, Contribute},
	licence,
	status::{self, Status},
};
use crate::{
	context::Shared,
	output::{amount, hex, table, text},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Creates a datanet owned by the signer.
	Create(Box<Create>),
	/// Files to contributions; the same as `openledger contribute`.
	Contribute(Contribute),
	/// Makes or checks the datanet's Croissant file.
	Card(Card),
	/// Places the curator's bond, or fills it up: needed to vote on what is revealed later.
	TakeSeat {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Gives the curator's bond back, when no vote binds it any more.
	LeaveSeat {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Replaces the named curators. The owner.
	Curators {
		/// The datanet.
		datanet: DatanetId,
		/// All of them, at most 32.
		curators: Vec<String>,
	},
	/// Lets an account contribute where admission is by approval. The owner.
	Approve {
		/// The datanet.
		datanet: DatanetId,
		/// The account: a dev name, address or URI.
		who: String,
	},
	/// Takes an approval back. The owner.
	Dismiss {
		/// The datanet.
		datanet: DatanetId,
		/// The account: a dev name, address or URI.
		who: String,
	},
	/// Freezes the list of accepted contributions. The owner.
	Snapshot {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Takes no commits for now; reveals and reviews go on. The owner.
	Freeze {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Takes commits again. The owner.
	Open {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Takes no commits any more, for good. The owner.
	Close {
		/// The datanet.
		datanet: DatanetId,
		/// It can't be opened again.
		#[arg(long)]
		for_good: bool,
	},
	/// Offers it to an account, which has to accept. The owner.
	Offer {
		/// The datanet.
		datanet: DatanetId,
		/// The account: a dev name, address or URI; nobody takes an offer back.
		to: String,
	},
	/// Accepts one that is offered to the signer, who pays its deposits.
	Accept {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Changes what later snapshots ask of models trained on them. The owner.
	Terms {
		/// The datanet.
		datanet: DatanetId,
		/// Paid into a snapshot's pool by whoever publishes a model trained on it; as it is when
		/// left out.
		#[arg(long)]
		training_fee: Option<String>,
		/// Least share of a call's fee that such a model gives, in parts per million; as it is when
		/// left out.
		#[arg(long)]
		min_contributors_ppm: Option<u32>,
	},
	/// All datanets.
	List,
	/// One datanet.
	Show {
		/// The datanet.
		datanet: DatanetId,
	},
	/// Where contributions stand; the same as `openledger status`.
	Status(Status),
}

#[derive(clap::Args, Debug)]
pub struct Create {
	/// At most 64 bytes.
	name: String,
	/// Images, tables, weights: bytes as they are, never matched with answers.
	#[arg(long)]
	opaque: bool,
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
	// These connect themselves.
	let command = match command {
		Command::Contribute(contribute) => return contribute::run(shared, contribute).await,
		Command::Status(status) => return status::run(shared, status).await,
		other => other,
	};
	let client = shared.client().await?;
	match command {
		Command::Create(create) => run_create(shared, &client, *create).await,
		Command::Card(card) => card::run(shared, &client, card).await,
		Command::Snapshot { datanet } => snapshot(shared, &client, datanet).await,
		Command::List => {
			let views = client.best_state().await?.datanets(0, 1_000).await?;
			print_datanets(shared, &views);
			Ok(())
		}
		Command::Show { datanet } => show(shared, &client, datanet).await,
		other => change(shared, &client, other).await,
	}
}

/// Sends the call of a command that changes one datanet, and shows the datanet then.
async fn change(shared: &Shared, client: &Client, command: Command) -> Result<()> {
	let (datanet, call) = call_of(shared, client, command).await?;
	let outcome = shared.send(client, &call).await?;
	let view = client.state_at(outcome.block).datanet(datanet).await?;
	let view = view.with_context(|| format!("no datanet {datanet}"))?;
	let mut json = datanet_json(&view);
	json["call"] = json!(call.name());
	shared.format().print(json, || print_one(&view));
	Ok(())
}

async fn call_of(shared: &Shared, client: &Client, command: Command) -> Result<(DatanetId, Call)> {
	Ok(match command {
		Command::TakeSeat { datanet } => (datanet, datanets::take_seat(datanet)),
		Command::LeaveSeat { datanet } => (datanet, datanets::leave_seat(datanet)),
		Command::Curators { datanet, curators } => {
			let curators = accounts(shared, &curators)?;
			(datanet, datanets::set_curators(datanet, &curators))
		}
		Command::Approve { datanet, who } => {
			let who = shared.account_id(&who)?;
			(datanet, datanets::approve_contributor(datanet, &who))
		}
		Command::Dismiss { datanet, who } => {
			let who = shared.account_id(&who)?;
			(datanet, datanets::dismiss_contributor(datanet, &who))
		}
		Command::Freeze { datanet } => {
			(datanet, datanets::set_state(datanet, DatanetState::Frozen))
		}
		Command::Open { datanet } => (datanet, datanets::set_state(datanet, DatanetState::Open)),
		Command::Close { datanet, for_good } => {
			if !for_good {
				bail!("a closed datanet can't be opened again: add --for-good, or freeze it");
			}
			(datanet, datanets::set_state(datanet, DatanetState::Closed))
		}
		Command::Offer { datanet, to } => {
			let to = match to.as_str() {
				"nobody" => None,
				text => Some(shared.account_id(text)?),
			};
			(datanet, datanets::offer_datanet(datanet, to.as_ref()))
		}
		Command::Accept { datanet } => (datanet, datanets::accept_datanet(datanet)),
		Command::Terms {
			datanet,
			training_fee,
			min_contributors_ppm,
		} => {
			let view = client.best_state().await?.datanet(datanet).await?;
			let view = view.with_context(|| format!("no datanet {datanet}"))?;
			let fee = match training_fee {
				Some(text) => tokens::parse(&text)?,
				None => view.training_fee,
			};
			let ppm = min_contributors_ppm.unwrap_or(view.min_contributors_ppm);
			(datanet, datanets::set_terms(datanet, fee, ppm))
		}
		other => bail!("{other:?} changes no datanet"),
	})
}

fn accounts(shared: &Shared, texts: &[String]) -> Result<Vec<AccountId>> {
	texts.iter().map(|text| shared.account_id(text)).collect()
}

async fn run_create(shared: &Shared, client: &Client, create: Create) -> Result<()> {
	let licence = licence::parse(&create.licence)?;
	let metadata_hash = match &create.metadata {
		Some(path) => openledger_primitives::hash(
			&std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
		),
		None => H256::zero(),
	};
	let params = DatanetParams {
		name: create.name.into_bytes(),
		kind: if create.opaque {
			DatanetKind::Opaque
		} else {
			DatanetKind::Text
		},
		licence: licence.into_bytes(),
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
		curators: accounts(shared, &create.curators)?,
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

/// The id that a commit took.
pub fn committed_id(event: &Event) -> Option<ContributionId> {
	match event {
		Event::Datanets(DatanetsEvent::Committed { contribution, .. }) => Some(*contribution),
		_ => None,
	}
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

async fn show(shared: &Shared, client: &Client, datanet: DatanetId) -> Result<()> {
	let view = client.best_state().await?.datanet(datanet).await?;
	let view = view.with_context(|| format!("no datanet {datanet}"))?;
	shared
		.format()
		.print(datanet_json(&view), || print_one(&view));
	Ok(())
}

fn datanet_json(view: &DatanetView<AccountId>) -> Value {
	json!({
		"id": view.id,
		"name": text(&view.name),
		"owner": ss58(&view.owner),
		"kind": format!("{:?}", view.kind),
		"state": format!("{:?}", view.state),
		"licence": text(&view.licence),
		"metadataUri": text(&view.metadata_uri),
		"metadataHash": hex(view.metadata_hash),
		"byApproval": view.by_approval,
		"reviewFeePerKib": view.review_fee_per_kib.to_string(),
		"bondPerByte": view.bond_per_byte.to_string(),
		"trainingFee": view.training_fee.to_string(),
		"minContributorsPpm": view.min_contributors_ppm,
		"curators": view.curators.iter().map(ss58).collect::<Vec<_>>(),
		"seated": view.seated.iter().map(ss58).collect::<Vec<_>>(),
		"offeredTo": view.offered_to.as_ref().map(ss58),
		"accepted": view.accepted,
		"bytes": view.bytes.to_string(),
		"version": view.version,
	})
}

fn print_one(view: &DatanetView<AccountId>) {
	let state = match view.state {
		DatanetState::Open if view.by_approval => "open to whom the owner approves",
		DatanetState::Open => "open to all",
		DatanetState::Frozen => "frozen by its owner",
		DatanetState::Suspended => "suspended by governance",
		DatanetState::Closed => "closed",
	};
	let mut rows = table(["datanet", &view.id.to_string()]);
	let lines = [
		("name", text(&view.name)),
		("kind", format!("{:?}", view.kind)),
		("state", state.into()),
		("licence", text(&view.licence)),
		("owner", ss58(&view.owner)),
		(
			"offered to",
			view.offered_to.as_ref().map_or(String::new(), ss58),
		),
		("metadata", text(&view.metadata_uri)),
		("review fee per KiB", amount(view.review_fee_per_kib)),
		("bond per byte", amount(view.bond_per_byte)),
		("training fee", amount(view.training_fee)),
		(
			"least contributors' share",
			format!("{} ppm", view.min_contributors_ppm),
		),
		("accepted", tokens::grouped(view.accepted.into())),
		("bytes", tokens::grouped(view.bytes)),
		("latest snapshot", view.version.to_string()),
	];
	for (what, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
		rows.add_row([what.to_string(), value]);
	}
	for curator in &view.curators {
		let seat = if view.seated.contains(curator) {
			"seated curator"
		} else {
			"curator without a whole bond"
		};
		rows.add_row([seat.to_string(), ss58(curator)]);
	}
	println!("{rows}");
}

fn print_datanets(shared: &Shared, views: &[DatanetView<AccountId>]) {
	let json: Vec<Value> = views.iter().map(datanet_json).collect();
	shared.format().print(json!(json), || {
		let mut rows = table([
			"datanet", "name", "kind", "state", "licence", "accepted", "bytes", "version",
		]);
		for view in views {
			rows.add_row([
				view.id.to_string(),
				text(&view.name),
				format!("{:?}", view.kind),
				format!("{:?}", view.state),
				text(&view.licence),
				view.accepted.to_string(),
				tokens::grouped(view.bytes),
				view.version.to_string(),
			]);
		}
		println!("{rows}");
	});
}
