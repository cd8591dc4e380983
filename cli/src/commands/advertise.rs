// SPDX-License-Identifier: Apache-2.0
//! Advertisements: where a model is served, by whom and at which price.

use anyhow::Result;
use openledger_client::{account::ss58, call::models, chain::Client};
use openledger_primitives::{BlockNumber, ModelId};
use serde_json::{json, Value};

use super::model::PriceArgs;
use crate::{
	context::Shared,
	output::{amount, table, text},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Says where the signer serves a model and at which price. Again = replaced.
	Advertise {
		/// The model.
		model: ModelId,
		/// Address of the gateway.
		#[arg(long)]
		endpoint: String,
		#[command(flatten)]
		price: PriceArgs,
		/// Blocks for which it counts.
		#[arg(long, default_value_t = 1_000)]
		blocks: BlockNumber,
	},
	/// Takes the signer's advertisement back with its deposit.
	Unadvertise {
		/// The model.
		model: ModelId,
	},
	/// Removes an expired advertisement; its deposit goes to the signer.
	Prune {
		/// The model.
		model: ModelId,
		/// Whose: a dev name, address or URI.
		operator: String,
	},
	/// Who serves a model, cheapest first.
	Serving {
		/// The model.
		model: ModelId,
	},
}

pub async fn run(shared: &Shared, client: &Client, command: Command) -> Result<()> {
	match command {
		Command::Advertise {
			model,
			endpoint,
			price,
			blocks,
		} => {
			let expires_at = client.best().await?.number.saturating_add(blocks);
			let call = models::advertise(model, endpoint.as_bytes(), price.price()?, expires_at);
			shared.send(client, &call).await?;
			let json = json!({ "model": model, "endpoint": endpoint, "expiresAt": expires_at });
			shared.format().print(json, || {
				println!("model {model} is advertised at {endpoint} up to block {expires_at}")
			});
			Ok(())
		}
		Command::Unadvertise { model } => {
			let call = models::withdraw_advertisement(model);
			shared.send(client, &call).await?;
			shared.format().print(json!({ "model": model }), || {
				println!("model {model} is not advertised any more")
			});
			Ok(())
		}
		Command::Prune { model, operator } => {
			let operator = shared.account_id(&operator)?;
			let call = models::prune_advertisement(model, &operator);
			shared.send(client, &call).await?;
			let json = json!({ "model": model, "operator": ss58(&operator) });
			shared.format().print(json, || {
				println!("the advertisement of {} is gone", ss58(&operator))
			});
			Ok(())
		}
		Command::Serving { model } => serving(shared, client, model).await,
	}
}

async fn serving(shared: &Shared, client: &Client, model: ModelId) -> Result<()> {
	let state = client.best_state().await?;
	let found = state.advertisements(model, None, 1_000).await?;
	let json: Vec<Value> = found
		.iter()
		.map(|one| {
			json!({
				"operator": ss58(&one.operator),
				"endpoint": text(&one.endpoint),
				"perCall": one.price.per_call.to_string(),
				"inPerKb": one.price.in_per_kb.to_string(),
				"outPerKb": one.price.out_per_kb.to_string(),
				"referenceFee": one.reference_fee.to_string(),
				"expiresAt": one.expires_at,
				"active": one.active,
			})
		})
		.collect();
	shared.format().print(json!(json), || {
		let mut rows = table([
			"operator",
			"address",
			"1 000 bytes in, 1 000 out",
			"up to block",
			"takes channels",
		]);
		for one in &found {
			rows.add_row([
				ss58(&one.operator),
				text(&one.endpoint),
				amount(one.reference_fee),
				one.expires_at.to_string(),
				one.active.to_string(),
			]);
		}
		println!("{rows}");
	});
	Ok(())
}
