// SPDX-License-Identifier: Apache-2.0
//! What the demo has to remember between runs: a small JSON file in the home folder.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{bail, Context, Result};
use openledger_primitives::{BlockNumber, ChannelId, ContributionId, DatanetId, ModelId, Version};
use serde::{Deserialize, Serialize};

use crate::{context::Shared, corpus::Source, output::hex};

/// The story so far on one chain.
#[derive(Default, Serialize, Deserialize, Debug)]
pub struct Story {
	/// Genesis hash of the chain it is told on.
	pub genesis: String,
	/// Block before the first transaction of the story.
	pub first_block: BlockNumber,
	/// The datanet.
	pub datanet: Option<DatanetId>,
	/// Its snapshot.
	pub version: Option<Version>,
	/// The model.
	pub model: Option<ModelId>,
	/// An adapter of it.
	#[serde(default)]
	pub adapter: Option<ModelId>,
	/// The payer's channel for the model.
	pub channel: Option<ChannelId>,
	/// The payer's channel for the adapter.
	#[serde(default)]
	pub adapter_channel: Option<ChannelId>,
	/// Names of contributions.
	pub names: BTreeMap<ContributionId, String>,
	/// Their authors, as the sources state them.
	pub authors: BTreeMap<ContributionId, Vec<String>>,
}

fn path(shared: &Shared) -> PathBuf {
	shared.home.join("story.json")
}

impl Story {
	/// Loads the story of this chain, or begins one.
	pub fn load(shared: &Shared, genesis: impl AsRef<[u8]>, now: BlockNumber) -> Result<Self> {
		let genesis = hex(genesis);
		let story = match std::fs::read(path(shared)) {
			Ok(bytes) => serde_json::from_slice(&bytes)
				.with_context(|| format!("{} is damaged", path(shared).display()))?,
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self {
				genesis: genesis.clone(),
				first_block: now,
				..Self::default()
			},
			Err(error) => return Err(error).context("cannot read the story's state"),
		};
		if story.genesis != genesis {
			bail!(
				"{} belongs to another chain; start over with scripts/run --fresh",
				path(shared).display()
			);
		}
		Ok(story)
	}

	/// Keeps it.
	pub fn save(&self, shared: &Shared) -> Result<()> {
		std::fs::create_dir_all(&shared.home)?;
		let fresh = shared.home.join("story.json.new");
		std::fs::write(&fresh, serde_json::to_vec_pretty(self)?)?;
		std::fs::rename(&fresh, path(shared)).context("cannot keep the story's state")
	}

	/// Notes whose text a contribution is.
	pub fn note(&mut self, contribution: ContributionId, source: &Source) {
		self.names.insert(contribution, source.name.clone());
		self.authors.insert(contribution, source.authors.clone());
	}

	/// Whether a text of that name is registered.
	pub fn knows(&self, name: &str) -> bool {
		self.names.values().any(|known| known == name)
	}

	/// Name of a contribution.
	pub fn name(&self, contribution: ContributionId) -> String {
		match self.names.get(&contribution) {
			Some(name) => name.clone(),
			None => format!("contribution {contribution}"),
		}
	}

	/// Authors of a contribution, without mail addresses, shortened.
	pub fn authors(&self, contribution: ContributionId) -> String {
		let names: Vec<&str> = self
			.authors
			.get(&contribution)
			.into_iter()
			.flatten()
			.map(|author| author.split('<').next().unwrap_or(author).trim())
			.collect();
		match names[..] {
			[] => "not stated".into(),
			[one] => one.into(),
			[first, ..] => format!("{first} and {} more", names.len() - 1),
		}
	}
}
