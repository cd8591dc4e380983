// SPDX-License-Identifier: Apache-2.0
//! The payer's books of his channels, as files in the home folder.

use std::path::PathBuf;

use anyhow::{Context, Result};
use codec::{DecodeAll, Encode};
use openledger_client::{
	account::Account,
	chain::Client,
	gateway::{Gateway, Payer},
	payer::ChannelBook,
};
use openledger_primitives::{apis::ChannelView, AccountId, ChannelId, H256};

use crate::{context::Shared, output::amount};

fn folder(shared: &Shared, genesis_hash: H256) -> PathBuf {
	shared.folder_of_chain("channels", genesis_hash)
}

/// Loads the book of a channel, or an empty one.
pub fn load(shared: &Shared, genesis: H256, view: &ChannelView<AccountId>) -> Result<ChannelBook> {
	let path = folder(shared, genesis).join(view.id.to_string());
	match std::fs::read(&path) {
		Ok(bytes) => ChannelBook::decode_all(&mut bytes.as_slice())
			.ok()
			.filter(|book| book.channel() == view.id)
			.with_context(|| format!("{} is damaged; remove it to start over", path.display())),
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
			Ok(ChannelBook::of(genesis, view))
		}
		Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
	}
}

/// Keeps a book; the file appears whole or not at all.
pub fn save(shared: &Shared, genesis: H256, book: &ChannelBook) -> Result<()> {
	let folder = folder(shared, genesis);
	std::fs::create_dir_all(&folder)?;
	let path = folder.join(book.channel().to_string());
	let fresh = path.with_extension("new");
	std::fs::write(&fresh, book.encode())?;
	std::fs::rename(&fresh, &path).with_context(|| format!("cannot write {}", path.display()))
}

/// The newest channel of this payer with a book here.
pub fn latest(shared: &Shared, genesis: H256) -> Result<ChannelId> {
	let folder = folder(shared, genesis);
	std::fs::read_dir(&folder)
		.ok()
		.into_iter()
		.flatten()
		.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
		.max()
		.context("no channel yet; open one with `openledger channel open`")
}

/// The payer of a channel, caught up with what the gateway has recorded.
pub async fn payer(
	shared: &Shared,
	client: &Client,
	channel: ChannelId,
	key: Account,
) -> Result<Payer> {
	let view = client.best_state().await?.channel(channel).await?;
	let view = view.with_context(|| format!("no channel {channel}"))?;
	let genesis = client.genesis_hash();
	let book = load(shared, genesis, &view)?;
	let gateway = Gateway::new(&shared.gateway)?;
	let mut payer = Payer::new(gateway, key, genesis, view.operator, view.model, book);
	let before = payer.book().fee_total();
	let found = payer.catch_up().await?;
	if !found.is_empty() {
		let fees = payer.book().fee_total().saturating_sub(before);
		shared.format().say(format!(
			"{} calls that the gateway recorded were not in this book: {}",
			found.len(),
			amount(fees)
		));
		save(shared, genesis, payer.book())?;
	}
	Ok(payer)
}
