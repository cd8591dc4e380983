// SPDX-License-Identifier: Apache-2.0
//! Bytes of contributions: from the content store, from their own address, from the gateway.

use anyhow::{bail, Context, Result};
use openledger_client::content::{ContentError, ContentStore};
use openledger_primitives::{apis::ContributionView, AccountId, H256};
use std::time::Duration;

use crate::{
	context::Shared,
	output::{hex, text},
};

/// Time for one download.
const DEADLINE: Duration = Duration::from_secs(60);

/// Where texts are looked for.
pub struct Texts {
	store: ContentStore,
	gateway: String,
}

impl Texts {
	/// The content store of this home, and the gateway behind it.
	pub fn open(shared: &Shared) -> Result<Self> {
		Ok(Self {
			store: ContentStore::open(shared.home.join("texts"))?,
			gateway: shared.gateway.trim_end_matches('/').into(),
		})
	}

	/// The store itself.
	pub fn store(&self) -> &ContentStore {
		&self.store
	}

	/// The bytes with this root, if they are on this machine.
	pub fn local(&self, root: &H256) -> Result<Option<Vec<u8>>> {
		Ok(self.store.get(root)?)
	}

	/// The bytes of a contribution, checked against root and length, and kept. The error is that of
	/// the contribution's own address.
	pub async fn obtain(
		&self,
		view: &ContributionView<AccountId>,
	) -> Result<Vec<u8>, ContentError> {
		let (root, length) = (&view.text_root, view.byte_length);
		let own = self.store.obtain(root, length, &text(&view.uri)).await;
		let Err(error) = own else { return own };
		let served = format!("{}/v1/texts/{}", self.gateway, hex(root));
		let served = self.store.obtain(root, length, &served).await;
		served.map_err(|_| error)
	}
}

/// A file of unknown length, at most `limit` bytes of it, from a `file`, `http` or `https` address.
pub async fn fetch_file(uri: &str, limit: usize) -> Result<Vec<u8>> {
	let about = || format!("cannot fetch {uri}");
	let url = reqwest::Url::parse(uri).with_context(about)?;
	let mut bytes = Vec::new();
	match url.scheme() {
		"file" => {
			let path = url
				.to_file_path()
				.map_err(|()| anyhow::anyhow!("{uri} names no file"))?;
			if std::fs::metadata(&path).with_context(about)?.len() > limit as u64 {
				bail!("{uri} has more than {limit} bytes");
			}
			bytes = std::fs::read(&path).with_context(about)?;
		}
		"http" | "https" => {
			let client = reqwest::Client::builder().timeout(DEADLINE).build()?;
			let response = client.get(url).send().await;
			let mut response = response
				.and_then(reqwest::Response::error_for_status)
				.with_context(about)?;
			while let Some(chunk) = response.chunk().await.with_context(about)? {
				bytes.extend_from_slice(&chunk);
				if bytes.len() > limit {
					bail!("{uri} has more than {limit} bytes");
				}
			}
		}
		_ => bail!("{uri} is not an address of a file, http or https"),
	}
	Ok(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn fetch_file_should_refuse_what_is_too_long_or_has_another_scheme() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("card.json");
		std::fs::write(&path, "0123456789").unwrap();
		let uri = format!("file://{}", path.display());
		assert_eq!(fetch_file(&uri, 10).await.unwrap(), b"0123456789");
		assert!(fetch_file(&uri, 9).await.is_err());
		for uri in ["ftp://127.0.0.1/a", "card.json", "", "file:///no/such/file"] {
			assert!(fetch_file(uri, 10).await.is_err(), "{uri}");
		}
	}
}
