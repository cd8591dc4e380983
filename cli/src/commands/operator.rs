// SPDX-License-Identifier: Apache-2.0
//! `operator`: register with a bond, show.

use anyhow::{Context, Result};
use openledger_client::{account::ss58, call::usage, tokens};
use serde_json::json;

use super::advertise;
use crate::{
	context::Shared,
	output::{amount, table},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Registers the signer; his key also signs batches unless --signing-key names another.
	Register {
		/// Bond, at least 100 OPEN: twice the data share of all unpaid batches must fit in it.
		#[arg(long, default_value = "1000 OPEN")]
		bond: String,
		/// Key that signs batches: a dev name, secret URI or file.
		#[arg(long)]
		signing_key: Option<String>,
	},
	/// One operator.
	Show {
		/// The account: a dev name, address or URI.
		operator: String,
	},
	/// Where a model is served and at which price.
	#[command(flatten)]
	Advertise(advertise::Command),
}

pub async fn run(shared: &Shared, command: Command) -> Result<()> {
	let client = shared.client().await?;
	match command {
		Command::Advertise(command) => advertise::run(shared, &client, command).await?,
		Command::Register { bond, signing_key } => {
			let signer = shared.signer()?;
			let key = match signing_key {
				Some(text) => openledger_client::account::Account::resolve(&text)?,
				None => signer.clone(),
			};
			let call = usage::register_operator(tokens::parse(&bond)?, key.public_key());
			shared.send(&client, &call).await?;
			shared
				.format()
				.print(json!({ "operator": signer.ss58() }), || {
					println!(
						"operator {} registered with a bond of {bond}",
						signer.ss58()
					)
				});
		}
		Command::Show { operator } => {
			let account = shared.account_id(&operator)?;
			let view = client.best_state().await?.operator(&account).await?;
			let view = view.with_context(|| format!("{operator} is no operator"))?;
			let json = json!({
				"operator": ss58(&view.account),
				"bond": view.bond.to_string(),
				"coverage": view.coverage.to_string(),
				"active": view.active,
				"unpaidPages": view.unpaid_pages,
			});
			shared.format().print(json, || {
				let mut rows = table(["operator", "bond", "needed by unpaid batches", "active"]);
				rows.add_row([
					ss58(&view.account),
					amount(view.bond),
					amount(view.coverage),
					view.active.to_string(),
				]);
				println!("{rows}");
			});
		}
	}
	Ok(())
}
