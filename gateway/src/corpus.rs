// SPDX-License-Identifier: Apache-2.0
//! The corpus of the served model: every text of its snapshots, fetched, checked and indexed.
//!
//! A gateway that lacks one text can't tell whose words an answer holds, so it serves only when it
//! has them all.

use std::collections::{BTreeMap, HashMap};

use openledger_client::{BlockId, ContentError, ContentStore};
use openledger_primitives::{
	apis::ContributionView, AccountId, ContributionId, DatanetId, ModelId, H256,
};
use openledger_provenance::{spans, FoundSpan, Index, IndexError};

use crate::port::{Chain, ChainError};

/// Longest name of a source in an answer, bytes.
const LONGEST_NAME: usize = 120;

/// Why a corpus can't be served.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
	/// The node is away.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// A text is not to be had.
	#[error("contribution {contribution}: {source}")]
	Text {
		/// Which.
		contribution: ContributionId,
		/// Why.
		source: ContentError,
	},
	/// The chain lists fewer texts than the snapshot has.
	#[error("datanet {datanet} lists {found} of the {expected} texts of the model's snapshot")]
	Incomplete {
		/// Which.
		datanet: DatanetId,
		/// Texts in the snapshot.
		expected: u64,
		/// Texts listed.
		found: u64,
	},
	/// The texts can't be indexed.
	#[error(transparent)]
	Index(#[from] IndexError),
}

/// Where a text comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
	/// Its datanet.
	pub datanet: DatanetId,
	/// Who contributed it.
	pub contributor: AccountId,
	/// What people call it: the fragment of its address, else the end of the path.
	pub name: String,
	/// SPDX expression, its own or the datanet's.
	pub licence: String,
	/// Its root.
	pub text_root: H256,
	/// Its length.
	pub byte_length: u64,
}

/// The texts that a model's answers are matched against.
pub struct Corpus {
	index: Option<Index>,
	sources: BTreeMap<ContributionId, Source>,
	roots: HashMap<H256, ContributionId>,
	store: ContentStore,
}

impl Corpus {
	/// Loads the corpus that the chain lists for the model at a final block; every text is fetched
	/// by its address unless the content store has it, and checked against root and length.
	pub async fn load(
		chain: &dyn Chain,
		at: BlockId,
		model: ModelId,
		store: ContentStore,
	) -> Result<Self, CorpusError> {
		let mut sources = BTreeMap::new();
		let mut texts = Vec::new();
		for entry in chain.corpus(at, model).await? {
			let members = chain.members(at, entry.datanet, entry.count).await?;
			let found = members.len() as u64;
			if found != entry.count {
				let (datanet, expected) = (entry.datanet, entry.count);
				return Err(CorpusError::Incomplete {
					datanet,
					expected,
					found,
				});
			}
			let licence = chain.licence(at, entry.datanet).await?;
			for member in members {
				let uri = String::from_utf8_lossy(&member.uri).into_owned();
				let text = store
					.obtain(&member.text_root, member.byte_length, &uri)
					.await
					.map_err(|source| CorpusError::Text {
						contribution: member.id,
						source,
					})?;
				sources.insert(member.id, source(&member, &uri, &licence));
				texts.push((member.id, text));
			}
		}
		let roots = sources
			.iter()
			.map(|(id, source)| (source.text_root, *id))
			.collect();
		let index = if texts.is_empty() {
			None
		} else {
			Some(Index::new(texts)?)
		};
		Ok(Self {
			index,
			sources,
			roots,
			store,
		})
	}

	/// The spans of an answer.
	pub fn spans(&self, answer: &[u8]) -> Vec<FoundSpan> {
		self.index
			.as_ref()
			.map_or_else(Vec::new, |index| spans(index, answer))
	}

	/// The text of a contribution.
	pub fn text(&self, contribution: ContributionId) -> Option<&[u8]> {
		self.index.as_ref()?.text(contribution)
	}

	/// All sources, ascending by contribution.
	pub fn sources(&self) -> &BTreeMap<ContributionId, Source> {
		&self.sources
	}

	/// Bytes of a text of this corpus, by its root.
	pub fn by_root(&self, root: &H256) -> Option<Vec<u8>> {
		let contribution = self.roots.get(root)?;
		self.text(*contribution)
			.map(<[u8]>::to_vec)
			.or_else(|| self.store.get(root).ok().flatten())
	}

	/// Bytes of all texts.
	pub fn bytes(&self) -> u64 {
		self.sources.values().map(|source| source.byte_length).sum()
	}
}

fn source(member: &ContributionView<AccountId>, uri: &str, of_datanet: &str) -> Source {
	let own = String::from_utf8_lossy(&member.licence);
	Source {
		datanet: member.datanet,
		contributor: member.contributor.clone(),
		name: name(uri, member.id),
		licence: if own.is_empty() {
			of_datanet.into()
		} else {
			own.into_owned()
		},
		text_root: member.text_root,
		byte_length: member.byte_length,
	}
}

/// What people call a text: the fragment of its address when it has one, else the last two parts
/// of the path, on one line.
fn name(uri: &str, contribution: ContributionId) -> String {
	let (path, fragment) = uri.split_once('#').unwrap_or((uri, ""));
	let mut parts: Vec<&str> = path
		.rsplit('/')
		.filter(|part| !part.is_empty())
		.take(2)
		.collect();
	parts.reverse();
	let full = if fragment.is_empty() {
		parts.join("/")
	} else {
		fragment.to_string()
	};
	let mut name: String = full.chars().filter(|c| !c.is_control()).collect();
	if name.len() > LONGEST_NAME {
		let end = (0..=LONGEST_NAME)
			.rev()
			.find(|at| name.is_char_boundary(*at))
			.unwrap_or(0);
		name.truncate(end);
	}
	if name.is_empty() {
		name = format!("contribution {contribution}");
	}
	name
}

#[cfg(test)]
mod tests {
	use super::name;

	#[test]
	fn a_source_is_named_on_one_line() {
		assert_eq!(
			name("file:///a/b/serde-1.0.200/README.md", 1),
			"serde-1.0.200/README.md"
		);
		assert_eq!(name("file:///store/00ff#serde 1.0.200", 1), "serde 1.0.200");
		assert_eq!(name("https://x.org/a\nb#c\r\nd", 1), "cd");
		assert_eq!(name("", 7), "contribution 7");
		assert_eq!(name(&format!("#{}", "é".repeat(100)), 7).len(), 120);
	}
}
