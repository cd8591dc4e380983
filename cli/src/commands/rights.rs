// SPDX-License-Identifier: Apache-2.0
//! What a developer does with a registered model: quote its publication, change its metadata, hand
//! its rights over.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};
use openledger_client::{account::ss58, call::models, chain::Client};
use openledger_primitives::{apis::ModelState, ModelId};
use serde_json::json;

use crate::{
	context::Shared,
	output::{amount, hex, table, text},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// What publishing a draft would cost and fix, without doing it.
	Quote {
		/// The draft.
		model: ModelId,
	},
	/// Commits to another metadata file.
	SetMetadata {
		/// The model.
		model: ModelId,
		/// The file.
		file: PathBuf,
		/// Where others find it; its file address when left out.
		#[arg(long)]
		uri: Option<String>,
	},
	/// Offers the developer's rights to an account, which has to accept.
	Offer {
		/// The model.
		model: ModelId,
		/// The account: a dev name, address or URI; nobody takes an offer back.
		to: String,
	},
	/// Accepts rights that are offered to the signer. What the model has earned before goes to the
	/// developer before.
	Accept {
		/// The model.
		model: ModelId,
	},
}

pub async fn run(shared: &Shared, client: &Client, command: Command) -> Result<()> {
	match command {
		Command::Quote { model } => quote(shared, client, model).await,
		Command::SetMetadata { model, file, uri } => {
			let bytes =
				std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
			let hash = openledger_primitives::hash(&bytes);
			let uri = match uri {
				Some(uri) => uri,
				None => format!("file://{}", file.canonicalize()?.display()),
			};
			let call = models::set_metadata(model, uri.as_bytes(), hash);
			shared.send(client, &call).await?;
			shared.format().print(
				json!({ "model": model, "uri": uri, "hash": hex(hash) }),
				|| println!("metadata of model {model}: {uri}, hash {}", hex(hash)),
			);
			Ok(())
		}
		Command::Offer { model, to } => {
			let to = match to.as_str() {
				"nobody" => None,
				text => Some(shared.account_id(text)?),
			};
			shared
				.send(client, &models::offer_transfer(model, to.as_ref()))
				.await?;
			let address = to.as_ref().map(ss58);
			shared.format().print(
				json!({ "model": model, "offeredTo": address }),
				|| match &address {
					Some(address) => println!("model {model} is offered to {address}"),
					None => println!("model {model} is offered to nobody"),
				},
			);
			Ok(())
		}
		Command::Accept { model } => {
			shared.send(client, &models::accept_transfer(model)).await?;
			let developer = shared.signer()?.ss58();
			shared
				.format()
				.print(json!({ "model": model, "developer": developer }), || {
					println!("{developer} is the developer of model {model}")
				});
			Ok(())
		}
	}
}

async fn quote(shared: &Shared, client: &Client, model: ModelId) -> Result<()> {
	let state = client.best_state().await?;
	let view = state.model(model).await?;
	let view = view.with_context(|| format!("no model {model}"))?;
	if view.state != ModelState::Draft {
		bail!("model {model} is no draft any more");
	}
	let quote = match state.quote_publication(model).await? {
		Ok(quote) => quote,
		Err(error) => bail!(
			"publishing model {model} would be refused: {}",
			text(&error)
		),
	};
	let total = quote.training_fees_total;
	let json = json!({
		"model": model,
		"trainingFees": quote
			.training_fees
			.iter()
			.map(|(datanet, version, fee)| json!({
				"datanet": datanet, "version": version, "fee": fee.to_string(),
			}))
			.collect::<Vec<_>>(),
		"trainingFeesTotal": total.to_string(),
		"corpus": quote
			.corpus
			.iter()
			.map(|row| json!({
				"datanet": row.datanet, "version": row.version, "count": row.count,
			}))
			.collect::<Vec<_>>(),
	});
	shared.format().print(json, || {
		let mut rows = table(["training fee for", "amount"]);
		for (datanet, version, fee) in &quote.training_fees {
			rows.add_row([format!("datanet {datanet} version {version}"), amount(*fee)]);
		}
		rows.add_row(["in all".into(), amount(total)]);
		println!("{rows}");
		for row in &quote.corpus {
			println!(
				"answers are matched against datanet {} version {}: {} texts",
				row.datanet, row.version, row.count
			);
		}
	});
	Ok(())
}
