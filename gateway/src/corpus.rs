// SPDX-License-Identifier: Apache-2.0
//! The corpus of the served model: every text of its snapshots, fetched, checked and indexed.
//!
//! A gateway that lacks one text can't tell whose words an answer holds, so it serves only when it
//! has them all. What governance has taken down is in no corpus: such a text is not fetched, and one
//! that is taken down while the gateway runs is dropped. Withdrawn texts and copies stay.

use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	sync::{Arc, PoisonError, RwLock},
};

use openledger_client::{BlockId, ContentError, ContentStore};
use openledger_primitives::{
	apis::{ContributionState, ContributionView},
	AccountId, ContributionId, DatanetId, ModelId, H256,
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
	/// The indexing was cut off.
	#[error("the corpus was not indexed to its end")]
	CutOff,
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

/// The texts of a corpus as they are at one time.
pub struct Texts {
	index: Option<Index>,
	sources: BTreeMap<ContributionId, Source>,
	roots: HashMap<H256, ContributionId>,
}

impl Texts {
	fn new(
		sources: BTreeMap<ContributionId, Source>,
		texts: Vec<(ContributionId, Vec<u8>)>,
	) -> Result<Self, IndexError> {
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
		})
	}

	/// The same without some of them.
	fn without(&self, gone: &BTreeSet<ContributionId>) -> Result<Self, IndexError> {
		let kept = |id: &ContributionId| !gone.contains(id);
		let sources: BTreeMap<ContributionId, Source> = self
			.sources
			.iter()
			.filter(|(id, _)| kept(id))
			.map(|(id, source)| (*id, source.clone()))
			.collect();
		let texts = sources
			.keys()
			.filter_map(|id| Some((*id, self.text(*id)?.to_vec())))
			.collect();
		Self::new(sources, texts)
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

	/// Bytes of all texts.
	pub fn bytes(&self) -> u64 {
		self.sources.values().map(|source| source.byte_length).sum()
	}
}

/// The texts that a model's answers are matched against.
pub struct Corpus {
	texts: RwLock<Arc<Texts>>,
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
			for member in members.iter().filter(|member| !is_taken_down(member)) {
				let uri = String::from_utf8_lossy(&member.uri).into_owned();
				let text = store
					.obtain(&member.text_root, member.byte_length, &uri)
					.await
					.map_err(|source| CorpusError::Text {
						contribution: member.id,
						source,
					})?;
				sources.insert(member.id, source(member, &uri, &licence));
				texts.push((member.id, text));
			}
		}
		Ok(Self {
			texts: RwLock::new(Arc::new(Texts::new(sources, texts)?)),
			store,
		})
	}

	/// The texts as they are now.
	pub fn now(&self) -> Arc<Texts> {
		let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
		texts.clone()
	}

	/// Drops the texts that governance has taken down by a final block, and indexes the others
	/// anew. Until that is done the corpus stays as it was. Returns what was dropped.
	pub async fn drop_taken_down(
		&self,
		chain: &dyn Chain,
		at: BlockId,
		model: ModelId,
	) -> Result<BTreeSet<ContributionId>, CorpusError> {
		let before = self.now();
		let mut gone = BTreeSet::new();
		for entry in chain.corpus(at, model).await? {
			let members = chain.members(at, entry.datanet, entry.count).await?;
			let taken_down = members.iter().filter(|member| is_taken_down(member));
			gone.extend(taken_down.map(|member| member.id));
		}
		gone.retain(|id| before.sources.contains_key(id));
		if gone.is_empty() {
			return Ok(gone);
		}
		let (rest, gone) = tokio::task::spawn_blocking(move || (before.without(&gone), gone))
			.await
			.map_err(|_| CorpusError::CutOff)?;
		let rest = Arc::new(rest?);
		*self.texts.write().unwrap_or_else(PoisonError::into_inner) = rest;
		Ok(gone)
	}

	/// Bytes of a text of this corpus, by its root.
	pub fn by_root(&self, root: &H256) -> Option<Vec<u8>> {
		let texts = self.now();
		let contribution = texts.roots.get(root)?;
		texts
			.text(*contribution)
			.map(<[u8]>::to_vec)
			.or_else(|| self.store.get(root).ok().flatten())
	}
}

/// Whether governance has taken a contribution out of every corpus. A copy that was proved to be
/// one stays.
fn is_taken_down(member: &ContributionView<AccountId>) -> bool {
	matches!(
		member.state,
		ContributionState::Revoked {
			reason: Some(_),
			..
		}
	)
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
