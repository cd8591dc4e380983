// SPDX-License-Identifier: Apache-2.0
//! Files as content that can be registered.

use std::{
	collections::HashMap,
	fs::File,
	io::{BufReader, Read},
	path::{Path, PathBuf},
};

use anyhow::{bail, Context, Result};
use codec::{Decode, Encode};
use openledger_client::{call::datanets::Reveal, content::ContentStore};
use openledger_primitives::{
	text::{text_leaf_count, TEXT_LEAF_BYTES},
	tree::{leaf_hash, Frontier},
	H256, MAX_OPAQUE_BYTES, MAX_TEXT_BYTES, MIN_TEXT_BYTES,
};
use openledger_provenance::canonical;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Opaque files up to this size are copied into the content store; larger ones stay where they
/// are.
const COPIED_BYTES: u64 = 64 << 20;
/// Files that are prepared between two looks at the result.
const CHUNK: usize = 512;

/// What is registered of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
	/// Its canonical text.
	Text,
	/// Its bytes as they are.
	Opaque,
}

/// Content that can be registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Piece {
	/// What people call it: the file's path below the folder that was named.
	pub name: String,
	/// Commitment to its bytes.
	pub root: H256,
	/// Their number.
	pub byte_length: u64,
	/// Records in it.
	pub records: u32,
	/// SPDX expression; empty = the datanet's.
	pub licence: String,
	/// Where others find the bytes.
	pub uri: String,
	/// Where they lie here.
	pub path: PathBuf,
}

/// A file that was not taken, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skipped {
	/// Its name.
	pub name: String,
	/// One clause.
	pub reason: String,
}

/// How content is registered, whatever the file.
#[derive(Clone, Debug)]
pub struct Settings {
	/// What is registered.
	pub form: Form,
	/// SPDX expression; empty = the datanet's.
	pub licence: String,
	/// Address under which the content store is published; the root is added to it. Files of this
	/// machine when left out.
	pub base: Option<String>,
}

/// What a run has to register.
#[derive(Default, Debug)]
pub struct Prepared {
	/// In the order of the files.
	pub pieces: Vec<Piece>,
	/// Everything left out.
	pub skipped: Vec<Skipped>,
}

/// Files with their names.
pub type NamedFiles = Vec<(String, PathBuf)>;

/// Files below the paths given, in order, each with its name. Links are left out.
pub fn gather(paths: &[PathBuf]) -> Result<(NamedFiles, Vec<Skipped>)> {
	let (mut files, mut skipped) = (Vec::new(), Vec::new());
	for path in paths {
		let about = || format!("cannot open {}", path.display());
		if std::fs::metadata(path).with_context(about)?.is_dir() {
			gather_folder(path, path, &mut files, &mut skipped)?;
		} else {
			let name = path.file_name().unwrap_or(path.as_os_str());
			files.push((name.to_string_lossy().into_owned(), path.clone()));
		}
	}
	Ok((files, skipped))
}

fn gather_folder(
	top: &Path,
	folder: &Path,
	files: &mut Vec<(String, PathBuf)>,
	skipped: &mut Vec<Skipped>,
) -> Result<()> {
	let mut entries = std::fs::read_dir(folder)
		.and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>())
		.with_context(|| format!("cannot open {}", folder.display()))?;
	entries.sort_by_key(std::fs::DirEntry::file_name);
	for entry in entries {
		let path = entry.path();
		let name = path.strip_prefix(top).unwrap_or(&path);
		let name = name.to_string_lossy().into_owned();
		let kind = entry
			.file_type()
			.with_context(|| format!("cannot read {}", path.display()))?;
		if kind.is_dir() {
			gather_folder(top, &path, files, skipped)?;
		} else if kind.is_file() {
			files.push((name, path));
		} else {
			let reason = if kind.is_symlink() {
				"is a link"
			} else {
				"is no file"
			};
			skipped.push(Skipped {
				name,
				reason: reason.into(),
			});
		}
	}
	Ok(())
}

/// Reads, checks and hashes files side by side; `done` is told of each.
pub fn prepare(
	files: &[(String, PathBuf)],
	settings: &Settings,
	store: &ContentStore,
	done: impl Fn() + Sync,
) -> Result<Prepared> {
	let mut prepared = Prepared::default();
	let mut seen: HashMap<H256, String> = HashMap::new();
	for chunk in files.chunks(CHUNK) {
		let pieces: Vec<Result<Result<Piece, String>>> = chunk
			.par_iter()
			.map(|(name, path)| {
				let piece = prepare_one(name, path, settings, store);
				done();
				piece
			})
			.collect();
		for (piece, (name, _)) in pieces.into_iter().zip(chunk) {
			let reason = match piece? {
				Ok(piece) => match seen.get(&piece.root) {
					None => {
						seen.insert(piece.root, piece.name.clone());
						prepared.pieces.push(piece);
						continue;
					}
					Some(earlier) => format!("has the same bytes as {earlier}"),
				},
				Err(reason) => reason,
			};
			prepared.skipped.push(Skipped {
				name: name.clone(),
				reason,
			});
		}
	}
	Ok(prepared)
}

/// One file: content, or the clause that says why it is none.
fn prepare_one(
	name: &str,
	path: &Path,
	settings: &Settings,
	store: &ContentStore,
) -> Result<Result<Piece, String>> {
	let length = match std::fs::metadata(path) {
		Ok(metadata) => metadata.len(),
		Err(error) => return Ok(Err(format!("cannot be read: {error}"))),
	};
	if let Err(reason) = length_fits(settings.form, length) {
		return Ok(Err(reason));
	}
	if settings.form == Form::Opaque && length > COPIED_BYTES {
		return Ok(in_place(name, path, settings));
	}
	let bytes = match std::fs::read(path) {
		Ok(bytes) => bytes,
		Err(error) => return Ok(Err(format!("cannot be read: {error}"))),
	};
	let bytes = match settings.form {
		Form::Opaque => bytes,
		Form::Text => match canonical(&bytes) {
			Ok(bytes) => bytes,
			Err(refusal) => return Ok(Err(refusal.to_string())),
		},
	};
	stored(name, &bytes, 1, settings, store)
}

/// Content in the store, unless its length is out of range.
fn stored(
	name: &str,
	bytes: &[u8],
	records: u32,
	settings: &Settings,
	store: &ContentStore,
) -> Result<Result<Piece, String>> {
	let byte_length = bytes.len() as u64;
	if settings.form == Form::Text && byte_length < MIN_TEXT_BYTES {
		return Ok(Err(format!(
			"{byte_length} bytes, fewer than {MIN_TEXT_BYTES}"
		)));
	}
	if let Err(reason) = length_fits(settings.form, byte_length) {
		return Ok(Err(reason));
	}
	let root = store.put(bytes)?;
	Ok(Ok(Piece {
		name: name.into(),
		root,
		byte_length,
		records,
		licence: settings.licence.clone(),
		uri: settings.uri(&root, || store.uri(&root)),
		path: store.path(&root),
	}))
}

/// A large opaque file, which stays where it is.
fn in_place(name: &str, path: &Path, settings: &Settings) -> Result<Piece, String> {
	let cannot = |error: std::io::Error| format!("cannot be read: {error}");
	let path = path.canonicalize().map_err(cannot)?;
	let opened = open(&path).map_err(cannot)?;
	let uri = settings.uri(&opened.root, || {
		reqwest::Url::from_file_path(&path)
			.map(String::from)
			.unwrap_or_default()
	});
	Ok(Piece {
		name: name.into(),
		root: opened.root,
		byte_length: opened.byte_length,
		records: 1,
		licence: settings.licence.clone(),
		uri,
		path,
	})
}

impl Settings {
	fn uri(&self, root: &H256, local: impl FnOnce() -> String) -> String {
		match &self.base {
			Some(base) => format!(
				"{}/{}",
				base.trim_end_matches('/'),
				hex::encode(root.as_bytes())
			),
			None => local(),
		}
	}
}

fn length_fits(form: Form, length: u64) -> Result<(), String> {
	let (least, most) = match form {
		// Canonical text can be a little shorter than its file, and a little longer.
		Form::Text => (1, MAX_TEXT_BYTES),
		Form::Opaque => (1, MAX_OPAQUE_BYTES),
	};
	if length < least {
		return Err("is empty".into());
	}
	if length > most {
		return Err(format!("{length} bytes, more than {most}"));
	}
	Ok(())
}

/// One record set of all files: the content, and the manifest that says which record lies where.
pub fn record_set(
	name: &str,
	files: &[(String, PathBuf)],
	settings: &Settings,
	store: &ContentStore,
) -> Result<(Piece, serde_json::Value)> {
	let mut text = Vec::new();
	let mut rows = Vec::new();
	for (record, path) in files {
		let about = || format!("record {record}");
		let raw = std::fs::read(path).with_context(about)?;
		let one = openledger_provenance::record_set(&[raw])
			.map_err(|(_, refused)| anyhow::Error::from(refused))
			.with_context(about)?;
		rows.push(serde_json::json!({
			"name": record,
			"start": text.len(),
			"length": one.len().saturating_sub(1),
		}));
		text.extend(one);
		if text.len() as u64 > MAX_TEXT_BYTES {
			bail!("the records have more than {MAX_TEXT_BYTES} bytes together");
		}
	}
	let records = u32::try_from(rows.len()).context("too many records")?;
	let piece = stored(name, &text, records, settings, store)?
		.map_err(|reason| anyhow::anyhow!("the record set: {reason}"))?;
	let manifest = serde_json::json!({
		"textRoot": format!("{:?}", piece.root),
		"byteLength": piece.byte_length,
		"records": rows,
	});
	Ok((piece, manifest))
}

/// Root, length and last leaf of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
	/// Commitment to its bytes.
	pub root: H256,
	/// Their number.
	pub byte_length: u64,
	/// The last leaf of the tree.
	pub last_leaf: Vec<u8>,
	/// Siblings on its way to the root.
	pub siblings: Vec<H256>,
}

/// Opens the last leaf of a file of any size, a leaf in memory at a time.
///
/// The siblings of a tree's last leaf are the peaks of the tree without it, the smallest first.
pub fn open(path: &Path) -> std::io::Result<Opened> {
	let full = |_| std::io::Error::other("the file is too long for a tree");
	let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
	let mut before = Frontier::default();
	let mut last = Vec::new();
	let mut byte_length = 0u64;
	loop {
		let mut leaf = Vec::with_capacity(TEXT_LEAF_BYTES as usize);
		let read = file
			.by_ref()
			.take(TEXT_LEAF_BYTES.into())
			.read_to_end(&mut leaf)?;
		if read == 0 {
			break;
		}
		if !last.is_empty() {
			before.push(&last).map_err(|_| full(()))?;
		}
		byte_length = byte_length.saturating_add(read as u64);
		last = leaf;
	}
	let (_, peaks) = <(u64, Vec<H256>)>::decode(&mut before.encode().as_slice())
		.map_err(std::io::Error::other)?;
	let siblings: Vec<H256> = peaks.into_iter().rev().collect();
	let mut whole = before;
	if !last.is_empty() {
		whole.push(&last).map_err(|_| full(()))?;
	}
	debug_assert_eq!(whole.count(), text_leaf_count(byte_length));
	debug_assert!(whole.count() != 1 || whole.top() == leaf_hash(&last));
	Ok(Opened {
		root: whole.root(),
		byte_length,
		last_leaf: last,
		siblings,
	})
}

impl Piece {
	/// The reveal of its bytes, which are read again; an error when they are others by now.
	pub fn reveal(&self, salt: [u8; 32]) -> Result<Reveal> {
		let opened =
			open(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
		if (opened.root, opened.byte_length) != (self.root, self.byte_length) {
			bail!(
				"{} was changed after it was committed to",
				self.path.display()
			);
		}
		Ok(Reveal {
			text_root: self.root,
			salt,
			uri: self.uri.clone().into_bytes(),
			records: self.records,
			licence: self.licence.clone().into_bytes(),
			last_leaf: opened.last_leaf,
			siblings: opened.siblings,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_primitives::text::{open_last_leaf, text_root, verify_last_leaf};

	fn settings(form: Form) -> Settings {
		Settings {
			form,
			licence: "CC0-1.0".into(),
			base: None,
		}
	}

	#[test]
	fn a_file_of_any_length_should_open_like_the_whole_tree() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("file");
		for length in [1, 255, 256, 257, 511, 512, 513, 1_024, 5 * 256, 70_001] {
			let bytes: Vec<u8> = (0..length).map(|n: u32| (n % 251) as u8).collect();
			std::fs::write(&path, &bytes).unwrap();
			let opened = open(&path).unwrap();
			let whole = open_last_leaf(&bytes).unwrap();
			assert_eq!(opened.root, text_root(&bytes), "{length}");
			assert_eq!(opened.last_leaf, whole.leaf.to_vec(), "{length}");
			assert_eq!(opened.siblings, whole.siblings.to_vec(), "{length}");
			assert!(verify_last_leaf(
				&opened.root,
				length.into(),
				&opened.last_leaf,
				&opened.siblings
			));
		}
	}

	#[test]
	fn folders_should_be_read_whole_and_in_order() {
		let folder = tempfile::tempdir().unwrap();
		let (top, store) = (folder.path().join("texts"), folder.path().join("store"));
		std::fs::create_dir_all(top.join("b")).unwrap();
		let long = |name: &str| format!("{name} is a line that makes this long.\n").repeat(40);
		std::fs::write(top.join("c.txt"), long("c")).unwrap();
		std::fs::write(top.join("b/a.txt"), long("a")).unwrap();
		std::fs::write(top.join("b/same.txt"), long("a").replace('\n', "\r\n")).unwrap();
		std::fs::write(top.join("b/short.txt"), "short").unwrap();
		std::fs::write(top.join("b/zero.txt"), format!("{}\0", long("z"))).unwrap();
		std::fs::write(top.join("b/empty.txt"), "").unwrap();
		std::os::unix::fs::symlink(top.join("c.txt"), top.join("link.txt")).unwrap();
		let store = ContentStore::open(store).unwrap();
		let (files, skipped) = gather(&[top.clone(), top.join("c.txt")]).unwrap();
		assert_eq!(skipped.len(), 1);
		let prepared = prepare(&files, &settings(Form::Text), &store, || ()).unwrap();
		let names = |pieces: &[Piece]| pieces.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
		assert_eq!(names(&prepared.pieces), ["b/a.txt", "c.txt"]);
		let reasons: Vec<_> = prepared
			.skipped
			.iter()
			.map(|s| (s.name.as_str(), s.reason.as_str()))
			.collect();
		assert_eq!(
			reasons,
			[
				("b/empty.txt", "is empty"),
				("b/same.txt", "has the same bytes as b/a.txt"),
				("b/short.txt", "5 bytes, fewer than 1024"),
				("b/zero.txt", "control character U+0000"),
				("c.txt", "has the same bytes as c.txt"),
			]
		);
		let piece = &prepared.pieces[0];
		let reveal = piece.reveal([7; 32]).unwrap();
		assert_eq!(reveal.text_root, piece.root);
		assert!(piece.uri.starts_with("file:///"));
		std::fs::write(&piece.path, "others").unwrap();
		assert!(piece.reveal([7; 32]).is_err());
	}

	#[test]
	fn opaque_files_should_keep_their_bytes() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("image");
		std::fs::write(&path, [0u8, 255, 13, 10]).unwrap();
		let store = ContentStore::open(folder.path().join("store")).unwrap();
		let files = [("image".to_string(), path.clone())];
		let mut with_base = settings(Form::Opaque);
		with_base.base = Some("https://example.org/texts/".into());
		let prepared = prepare(&files, &with_base, &store, || ()).unwrap();
		let piece = &prepared.pieces[0];
		assert_eq!(piece.byte_length, 4);
		assert_eq!(piece.root, text_root(&[0, 255, 13, 10]));
		let hex = hex::encode(piece.root.as_bytes());
		assert_eq!(piece.uri, format!("https://example.org/texts/{hex}"));
		let placed = in_place("image", &path, &settings(Form::Opaque)).unwrap();
		assert_eq!((placed.root, placed.byte_length), (piece.root, 4));
		assert_eq!(placed.path, path.canonicalize().unwrap());
	}

	#[test]
	fn a_record_set_should_say_where_each_record_lies() {
		let folder = tempfile::tempdir().unwrap();
		let store = ContentStore::open(folder.path().join("store")).unwrap();
		let mut files = Vec::new();
		for (name, line) in [("a", "eins\r\n"), ("b", "zwei"), ("c", "drei\n")] {
			let path = folder.path().join(name);
			std::fs::write(&path, line.repeat(200)).unwrap();
			files.push((name.to_string(), path));
		}
		let (piece, manifest) = record_set("three", &files, &settings(Form::Text), &store).unwrap();
		assert_eq!(piece.records, 3);
		let text = std::fs::read(&piece.path).unwrap();
		for (row, word) in manifest["records"]
			.as_array()
			.unwrap()
			.iter()
			.zip(["eins\n", "zwei", "drei\n"])
		{
			let start = row["start"].as_u64().unwrap() as usize;
			let length = row["length"].as_u64().unwrap() as usize;
			assert_eq!(text[start..start + length], *word.repeat(200).as_bytes());
			assert_eq!(text[start + length], b'\n');
		}
		std::fs::write(folder.path().join("b"), "\u{0}").unwrap();
		let refused = record_set("three", &files, &settings(Form::Text), &store).unwrap_err();
		assert!(format!("{refused:#}").contains("record b"), "{refused:#}");
	}
}
