// SPDX-License-Identifier: Apache-2.0
//! The content store: bytes kept off chain, keyed by the root that the chain holds.
//!
//! Whatever enters or leaves the store is hashed: a file that was changed is as good as absent.

use std::{
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
	time::Duration,
};

use openledger_primitives::{text::text_root, H256};
use url::Url;

/// Time for one download.
const DEADLINE: Duration = Duration::from_secs(60);

/// Why content is not available.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
	/// The address can't be read or has a scheme other than file, http and https.
	#[error("{0:?} is not an address of a file, http or https")]
	Address(String),
	/// The source didn't give the bytes.
	#[error("{uri}: {reason}")]
	Unavailable {
		/// Where they were looked for.
		uri: String,
		/// What the source said.
		reason: String,
	},
	/// More bytes than the chain states.
	#[error("{uri} holds {found} bytes or more, {expected} are registered")]
	Length {
		/// Where they came from.
		uri: String,
		/// Length on chain.
		expected: u64,
		/// Length found.
		found: u64,
	},
	/// The bytes have another root.
	#[error("{uri} holds other bytes than the registered ones: root {found:?}, not {expected:?}")]
	Root {
		/// Where they came from.
		uri: String,
		/// Root on chain.
		expected: H256,
		/// Root found.
		found: H256,
	},
	/// The store itself.
	#[error("content store: {path}: {source}")]
	Store {
		/// File or folder.
		path: PathBuf,
		/// What the system said.
		source: std::io::Error,
	},
}

type Result<T> = core::result::Result<T, ContentError>;

/// Files named by their root.
#[derive(Clone, Debug)]
pub struct ContentStore {
	folder: PathBuf,
}

impl ContentStore {
	/// Opens the store in `folder`, which is created if need be.
	pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
		let folder = folder.into();
		std::fs::create_dir_all(&folder).map_err(|source| ContentError::Store {
			path: folder.clone(),
			source,
		})?;
		let path = folder.clone();
		let folder = folder
			.canonicalize()
			.map_err(|source| ContentError::Store { path, source })?;
		Ok(Self { folder })
	}

	/// Path of the file with this root, whether it is there or not.
	pub fn path(&self, root: &H256) -> PathBuf {
		self.folder.join(hex::encode(root.as_bytes()))
	}

	/// Address under which whoever shares this file system finds the bytes.
	pub fn uri(&self, root: &H256) -> String {
		Url::from_file_path(self.path(root))
			.map(String::from)
			.unwrap_or_default()
	}

	/// Keeps bytes and returns their root. The file appears whole or not at all.
	pub fn put(&self, bytes: &[u8]) -> Result<H256> {
		let root = text_root(bytes);
		let path = self.path(&root);
		let failed = |source| ContentError::Store {
			path: path.clone(),
			source,
		};
		if self.get(&root)?.is_some() {
			return Ok(root);
		}
		static DRAFTS: AtomicU64 = AtomicU64::new(0);
		let draft = DRAFTS.fetch_add(1, Ordering::Relaxed);
		let draft = path.with_extension(format!("{}-{draft}.part", std::process::id()));
		std::fs::write(&draft, bytes).map_err(failed)?;
		std::fs::File::open(&draft)
			.and_then(|file| file.sync_all())
			.map_err(failed)?;
		std::fs::rename(&draft, &path).map_err(failed)?;
		Ok(root)
	}

	/// The bytes with this root, checked; `None` when the store lacks them or holds others.
	pub fn get(&self, root: &H256) -> Result<Option<Vec<u8>>> {
		let path = self.path(root);
		match std::fs::read(&path) {
			Ok(bytes) if text_root(&bytes) == *root => Ok(Some(bytes)),
			Ok(_) => Ok(None),
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
			Err(source) => Err(ContentError::Store { path, source }),
		}
	}

	/// The bytes with this root and length: from the store, else from `uri`, then kept.
	pub async fn obtain(&self, root: &H256, byte_length: u64, uri: &str) -> Result<Vec<u8>> {
		if let Some(bytes) = self.get(root)? {
			return Ok(bytes);
		}
		let bytes = fetch(uri, byte_length).await?;
		let found = text_root(&bytes);
		if found != *root {
			return Err(ContentError::Root {
				uri: uri.into(),
				expected: *root,
				found,
			});
		}
		self.put(&bytes)?;
		Ok(bytes)
	}
}

/// Exactly `byte_length` bytes from a `file://`, `http://` or `https://` address.
pub async fn fetch(uri: &str, byte_length: u64) -> Result<Vec<u8>> {
	let address = || ContentError::Address(uri.into());
	let url = Url::parse(uri).map_err(|_| address())?;
	let bytes = match url.scheme() {
		"file" => {
			read_file(
				uri,
				&url.to_file_path().map_err(|()| address())?,
				byte_length,
			)
			.await?
		}
		"http" | "https" => download(uri, byte_length).await?,
		_ => return Err(address()),
	};
	length_fits(uri, byte_length, bytes.len() as u64, true)?;
	Ok(bytes)
}

fn length_fits(uri: &str, expected: u64, found: u64, whole: bool) -> Result<()> {
	if found > expected || (whole && found != expected) {
		return Err(ContentError::Length {
			uri: uri.into(),
			expected,
			found,
		});
	}
	Ok(())
}

async fn read_file(uri: &str, path: &Path, byte_length: u64) -> Result<Vec<u8>> {
	let failed = |error: std::io::Error| ContentError::Unavailable {
		uri: uri.into(),
		reason: error.to_string(),
	};
	let length = tokio::fs::metadata(path).await.map_err(failed)?.len();
	length_fits(uri, byte_length, length, true)?;
	tokio::fs::read(path).await.map_err(failed)
}

async fn download(uri: &str, byte_length: u64) -> Result<Vec<u8>> {
	let failed = |error: reqwest::Error| ContentError::Unavailable {
		uri: uri.into(),
		reason: error.without_url().to_string(),
	};
	let client = reqwest::Client::builder()
		.timeout(DEADLINE)
		.build()
		.map_err(failed)?;
	let mut response = client
		.get(uri)
		.send()
		.await
		.and_then(|r| r.error_for_status())
		.map_err(failed)?;
	let mut bytes = Vec::new();
	while let Some(chunk) = response.chunk().await.map_err(failed)? {
		bytes.extend_from_slice(&chunk);
		length_fits(uri, byte_length, bytes.len() as u64, false)?;
	}
	Ok(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn bytes_are_found_by_their_root_and_fetched_from_a_file() {
		let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
		let source = ContentStore::open(there.path()).unwrap();
		let root = source.put(b"some text").unwrap();
		let store = ContentStore::open(here.path().join("new/folder")).unwrap();
		assert_eq!(store.get(&root).unwrap(), None);
		let bytes = store.obtain(&root, 9, &source.uri(&root)).await.unwrap();
		assert_eq!(bytes, b"some text");
		assert_eq!(store.get(&root).unwrap().unwrap(), b"some text");
	}

	#[tokio::test]
	async fn other_bytes_are_never_taken() {
		let folder = tempfile::tempdir().unwrap();
		let store = ContentStore::open(folder.path().join("store")).unwrap();
		let file = folder.path().join("text");
		std::fs::write(&file, "some text").unwrap();
		let uri = String::from(Url::from_file_path(&file).unwrap());
		let root = text_root(b"some text");

		let other = store
			.obtain(&H256::repeat_byte(1), 9, &uri)
			.await
			.unwrap_err();
		assert!(matches!(other, ContentError::Root { .. }), "{other}");
		for length in [8, 10] {
			let wrong = store.obtain(&root, length, &uri).await.unwrap_err();
			assert!(matches!(wrong, ContentError::Length { .. }), "{wrong}");
		}
		for address in ["text", "ftp://127.0.0.1/text", ""] {
			let wrong = store.obtain(&root, 9, address).await.unwrap_err();
			assert!(matches!(wrong, ContentError::Address(_)), "{wrong}");
		}
		let absent = store
			.obtain(&root, 9, "file:///no/such/file")
			.await
			.unwrap_err();
		assert!(
			matches!(absent, ContentError::Unavailable { .. }),
			"{absent}"
		);

		let kept = store.put(b"some text").unwrap();
		std::fs::write(store.path(&kept), "changed").unwrap();
		assert_eq!(store.get(&kept).unwrap(), None);
		assert_eq!(store.put(b"some text").unwrap(), kept);
		assert_eq!(store.get(&kept).unwrap().unwrap(), b"some text");
	}
}
