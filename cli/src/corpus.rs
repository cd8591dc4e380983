// SPDX-License-Identifier: Apache-2.0
//! Real texts for a datanet: the READMEs of a Rust dependency tree, or the files of a folder.

use anyhow::{bail, Context, Result};
use cargo_metadata::PackageId;
use openledger_primitives::ids::MIN_TEXT_BYTES;
use openledger_primitives::text::text_root;
use openledger_primitives::H256;
use openledger_provenance::canonical;
use std::{
	collections::{HashMap, HashSet},
	path::{Path, PathBuf},
};

/// One text that can be contributed.
#[derive(Clone, Debug)]
pub struct Source {
	/// Who contributes it: a crate's name, or a file's name without its ending.
	pub name: String,
	/// SPDX licence expression; empty = the datanet's.
	pub licence: String,
	/// Authors as the source states them.
	pub authors: Vec<String>,
	/// Canonical bytes.
	pub bytes: Vec<u8>,
	/// Commitment to them.
	pub root: H256,
}

/// A text that was not taken, and why.
#[derive(Clone, Debug)]
pub struct Skipped {
	/// Name of the source.
	pub name: String,
	/// One clause a person understands.
	pub reason: String,
}

/// Texts that can be contributed, and those that can't.
#[derive(Default, Debug)]
pub struct Corpus {
	/// In the order they are to be registered.
	pub sources: Vec<Source>,
	/// Everything left out.
	pub skipped: Vec<Skipped>,
	seen: HashMap<H256, String>,
}

impl Corpus {
	fn skip(&mut self, name: &str, reason: impl Into<String>) {
		self.skipped.push(Skipped {
			name: name.into(),
			reason: reason.into(),
		});
	}

	/// Reads, canonicalises and commits to one file.
	fn add(&mut self, name: &str, licence: &str, authors: &[String], path: &Path) -> Result<()> {
		let raw = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
		let bytes = match canonical(&raw) {
			Ok(bytes) => bytes,
			Err(refusal) => {
				self.skip(name, refusal.to_string());
				return Ok(());
			}
		};
		if (bytes.len() as u64) < MIN_TEXT_BYTES {
			self.skip(
				name,
				format!("{} bytes, fewer than {MIN_TEXT_BYTES}", bytes.len()),
			);
			return Ok(());
		}
		let root = text_root(&bytes);
		if let Some(earlier) = self.seen.get(&root) {
			let reason = format!("same text as {earlier}");
			self.skip(name, reason);
			return Ok(());
		}
		self.seen.insert(root, name.into());
		self.sources.push(Source {
			name: name.into(),
			licence: licence.into(),
			authors: authors.to_vec(),
			bytes,
			root,
		});
		Ok(())
	}

	/// READMEs of the crates that the workspace at `manifest` is built from; needs them in
	/// cargo's registry, as they are after a build. Ascending by crate name; the newest version
	/// of a crate speaks for it.
	pub fn of_dependencies(manifest: &Path) -> Result<Self> {
		let platform = host_platform()?;
		let metadata = cargo_metadata::MetadataCommand::new()
			.manifest_path(manifest)
			// Only what this machine's build has fetched.
			.other_options(vec![
				"--locked".into(),
				"--filter-platform".into(),
				platform,
			])
			.exec()
			.context("`cargo metadata` failed; build the workspace once, then try again")?;
		let built: HashSet<&PackageId> = metadata
			.resolve
			.iter()
			.flat_map(|tree| &tree.nodes)
			.map(|node| &node.id)
			.collect();
		let mut packages: Vec<_> = metadata
			.packages
			.iter()
			.filter(|package| package.source.is_some() && built.contains(&package.id))
			.collect();
		packages.sort_by(|a, b| a.name.cmp(&b.name).then(b.version.cmp(&a.version)));
		let mut corpus = Self::default();
		let mut last = String::new();
		for package in packages {
			if package.name.as_str() == last {
				continue;
			}
			last = package.name.to_string();
			let Some(readme) = package.readme.as_ref() else {
				corpus.skip(&last, "has no README");
				continue;
			};
			let folder = package
				.manifest_path
				.parent()
				.context("a manifest lies in a folder")?;
			let path = folder.join(readme).into_std_path_buf();
			if !path.is_file() {
				corpus.skip(&last, "its README is not in the package");
				continue;
			}
			let Some(licence) = package.license.as_deref().and_then(spdx_expression) else {
				corpus.skip(&last, "states no SPDX licence expression");
				continue;
			};
			corpus.add(&last, &licence, &package.authors, &path)?;
		}
		Ok(corpus)
	}

	/// The files of a folder, one contributor per file, ascending by name; links are skipped.
	pub fn of_folder(folder: &Path) -> Result<Self> {
		let mut corpus = Self::default();
		let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
			.with_context(|| format!("cannot open {}", folder.display()))?
			.collect::<std::io::Result<Vec<_>>>()?
			.into_iter()
			.map(|entry| entry.path())
			.collect();
		paths.sort();
		for path in paths {
			let name = path
				.file_stem()
				.map(|stem| stem.to_string_lossy().into_owned())
				.context("a file of a folder has a name")?;
			if path.is_symlink() {
				corpus.skip(&name, "is a link");
			} else if path.is_file() {
				corpus.add(&name, "", &[], &path)?;
			} else {
				corpus.skip(&name, "is no file");
			}
		}
		if corpus.sources.is_empty() {
			bail!(
				"{} holds no text of at least {MIN_TEXT_BYTES} bytes",
				folder.display()
			);
		}
		Ok(corpus)
	}

	/// Bytes of all texts.
	pub fn bytes(&self) -> u64 {
		self.sources
			.iter()
			.map(|source| source.bytes.len() as u64)
			.sum()
	}
}

/// The platform that rustc builds for by default.
fn host_platform() -> Result<String> {
	let output = std::process::Command::new("rustc")
		.arg("-vV")
		.output()
		.context("no rustc")?;
	let text = String::from_utf8(output.stdout).context("`rustc -vV` prints no text")?;
	let host = text.lines().find_map(|line| line.strip_prefix("host: "));
	Ok(host.context("`rustc -vV` names no host")?.into())
}

/// The licence as a strict SPDX expression; `MIT/Apache-2.0` is read as `MIT OR Apache-2.0`.
fn spdx_expression(stated: &str) -> Option<String> {
	let expression = stated.replace('/', " OR ");
	spdx::Expression::parse(&expression)
		.ok()
		.map(|_| expression)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn of_folder_should_skip_short_repeated_and_linked_texts() {
		let folder = tempfile::tempdir().unwrap();
		let long = "A line that is repeated until the text is long enough.\n".repeat(30);
		std::fs::write(folder.path().join("a.txt"), &long).unwrap();
		std::fs::write(folder.path().join("b.txt"), &long).unwrap();
		std::fs::write(folder.path().join("c.txt"), "short").unwrap();
		std::fs::write(folder.path().join("d.txt"), format!("{long}\u{0}")).unwrap();
		std::os::unix::fs::symlink(folder.path().join("a.txt"), folder.path().join("e.txt"))
			.unwrap();
		let corpus = Corpus::of_folder(folder.path()).unwrap();
		assert_eq!(corpus.sources.len(), 1);
		assert_eq!(corpus.sources[0].name, "a");
		let reasons: Vec<_> = corpus
			.skipped
			.iter()
			.map(|skipped| skipped.name.as_str())
			.collect();
		assert_eq!(reasons, ["b", "c", "d", "e"]);
	}

	#[test]
	fn of_folder_should_refuse_a_folder_without_texts() {
		assert!(Corpus::of_folder(tempfile::tempdir().unwrap().path()).is_err());
	}

	#[test]
	fn spdx_expression_should_read_the_old_slash_form_and_refuse_nonsense() {
		assert_eq!(
			spdx_expression("MIT/Apache-2.0").as_deref(),
			Some("MIT OR Apache-2.0")
		);
		assert_eq!(spdx_expression("do what you like"), None);
	}
}
