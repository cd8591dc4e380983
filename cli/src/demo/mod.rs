// SPDX-License-Identifier: Apache-2.0
//! The whole story on real texts: contribute, review, snapshot, register, serve, ask, settle,
//! and add everything up again from the chain's events.

mod adapter;
mod ask;
mod curate;
mod prepare;
mod report;
mod state;

use std::path::PathBuf;

use anyhow::Result;

use crate::context::Shared;

/// Roles of the story and the dev accounts that play them.
pub mod role {
	/// Endows the contributors.
	pub const FUNDER: &str = "alice";
	/// Owns the datanet.
	pub const OWNER: &str = "bob";
	/// Review; those after the first are no dev accounts, so they are endowed first.
	pub const CURATORS: [&str; 3] = ["charlie", "curator//second", "curator//third"];
	/// Develops the model.
	pub const DEVELOPER: &str = "dave";
	/// Develops an adapter of it; no dev account, so it is endowed first.
	pub const ADAPTER_DEVELOPER: &str = "developer//adapter";
	/// Pays for calls.
	pub const PAYER: &str = "eve";
	/// Serves the model.
	pub const OPERATOR: &str = "ferdie";
}

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Steps 1 to 3: texts, review, snapshot, model; and the operator's registration.
	Prepare {
		/// A folder of texts; the READMEs of the crates the node is built from when left out.
		#[arg(long)]
		data: Option<PathBuf>,
		/// Manifest of the workspace whose dependencies' READMEs are taken.
		#[arg(long, default_value = "Cargo.toml")]
		manifest: PathBuf,
	},
	/// Steps 4 to 7: channel, calls, settlement, payment; then the sums from events.
	Ask {
		/// One question a line.
		#[arg(long, default_value = "demo/questions.txt")]
		questions: PathBuf,
		/// Address of the gateway that serves the adapter.
		#[arg(
			long,
			env = "OPENLEDGER_ADAPTER_GATEWAY",
			default_value = "http://127.0.0.1:8646"
		)]
		adapter_gateway: String,
	},
}

pub async fn run(shared: &Shared, command: Command) -> Result<()> {
	match command {
		Command::Prepare { data, manifest } => {
			prepare::run(shared, data.as_deref(), &manifest).await
		}
		Command::Ask {
			questions,
			adapter_gateway,
		} => ask::run(shared, &questions, adapter_gateway).await,
	}
}
