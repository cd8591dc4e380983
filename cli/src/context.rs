// SPDX-License-Identifier: Apache-2.0
//! What every command needs: the node, the signer and the form of its output.

use anyhow::{Context as _, Result};
use openledger_client::{
	account::Account,
	call::Call,
	chain::Client,
	transaction::{Outcome, Wait},
};
use openledger_primitives::{AccountId, H256};
use std::time::Duration;

use crate::output::Format;

/// Options that all commands share.
#[derive(clap::Args, Clone, Debug)]
pub struct Shared {
	/// WebSocket address of the node.
	#[arg(
		long,
		global = true,
		env = "OPENLEDGER_NODE",
		default_value = "ws://127.0.0.1:9944"
	)]
	pub node: String,
	/// Address of the gateway.
	#[arg(
		long,
		global = true,
		env = "OPENLEDGER_GATEWAY",
		default_value = "http://127.0.0.1:8645"
	)]
	pub gateway: String,
	/// Who signs: a dev account's name (alice … ferdie), a secret URI such as //Alice, or the
	/// path of a file that holds one.
	#[arg(
		long,
		global = true,
		env = "OPENLEDGER_ACCOUNT",
		hide_env_values = true
	)]
	pub account: Option<String>,
	/// Folder for the payer's state and the content store.
	#[arg(
		long,
		global = true,
		env = "OPENLEDGER_HOME",
		default_value = ".openledger"
	)]
	pub home: std::path::PathBuf,
	/// Print one JSON document instead of tables.
	#[arg(long, global = true)]
	pub json: bool,
}

impl Shared {
	/// How results are printed.
	pub fn format(&self) -> Format {
		if self.json {
			Format::Json
		} else {
			Format::Human
		}
	}

	/// Folder of this home for something of one chain.
	pub fn folder_of_chain(&self, what: &str, genesis_hash: H256) -> std::path::PathBuf {
		self.home.join(what).join(&hex::encode(genesis_hash)[..16])
	}

	/// Options of a test: a home of its own, and nobody to talk to.
	#[cfg(test)]
	pub fn for_tests(home: &std::path::Path) -> Self {
		Self {
			node: "ws://127.0.0.1:1".into(),
			gateway: "http://127.0.0.1:1".into(),
			account: None,
			home: home.into(),
			json: true,
		}
	}

	/// Connects to the node; waits up to ten seconds for it.
	pub async fn client(&self) -> Result<Client> {
		Client::connect_within(&self.node, Duration::from_secs(10))
			.await
			.with_context(|| {
				format!(
					"no node at {}; start one, or name it with --node",
					self.node
				)
			})
	}

	/// The signer.
	pub fn signer(&self) -> Result<Account> {
		let text = self
			.account
			.as_deref()
			.context("who signs? Name an account with --account (for example --account alice)")?;
		Ok(Account::resolve(text)?)
	}

	/// An account given as name, address or secret URI.
	pub fn account_id(&self, text: &str) -> Result<AccountId> {
		Ok(openledger_client::account::account_id(text)?)
	}

	/// Signs, sends and waits for the finalised block.
	pub async fn send(&self, client: &Client, call: &Call) -> Result<Outcome> {
		let signer = self.signer()?;
		self.format().say(format!(
			"{}.{} signed by {}, waiting for its block …",
			call.pallet(),
			call.name(),
			signer.ss58()
		));
		Ok(client.submit_and_wait(call, &signer, Wait::InBlock).await?)
	}
}
