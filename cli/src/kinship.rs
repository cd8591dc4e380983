// SPDX-License-Identifier: Apache-2.0
//! What is said about files before their bond is paid: near duplicates, and texts that repeat
//! themselves. Advice only: the chain knows nothing of it.

use std::collections::HashMap;

use anyhow::Result;
use openledger_client::chain::Client;
use openledger_primitives::{
	apis::{ContributionState, ContributionView, MAX_PAGE},
	AccountId, ContributionId, DatanetId,
};
use rayon::prelude::*;

use crate::{
	nearest::{compression_ratio, Neighbours, NEAR, REPETITIVE},
	output::Format,
	registration::Piece,
	texts::Texts,
};

/// Latest contributions of the chain that are looked through.
const LOOKED_AT: u64 = 20_000;
/// Texts of the datanet that files are compared with, at most.
const COMPARED: usize = 2_000;
/// Files that are compared, at most.
pub const FILES: usize = 500;

/// The latest contributions of a datanet that may earn, with their bytes, as far as they are on
/// this machine.
pub async fn at_hand(
	client: &Client,
	texts: &Texts,
	datanet: DatanetId,
) -> Result<Vec<(ContributionView<AccountId>, Vec<u8>)>> {
	let state = client.best_state().await?;
	let last = state.contribution_count().await?;
	let mut cursor = last.saturating_sub(LOOKED_AT);
	let mut found = Vec::new();
	while cursor < last && found.len() < COMPARED {
		for view in state.contributions(cursor, MAX_PAGE).await? {
			let counts = matches!(
				view.state,
				ContributionState::Pending { .. } | ContributionState::Accepted { .. }
			);
			if view.datanet == datanet && counts && found.len() < COMPARED {
				if let Some(bytes) = texts.local(&view.text_root)? {
					found.push((view, bytes));
				}
			}
		}
		cursor = cursor.saturating_add(MAX_PAGE.into());
	}
	Ok(found)
}

/// A sentence for each file that is much like another text, or repeats itself.
pub async fn warnings(
	client: &Client,
	texts: &Texts,
	datanet: DatanetId,
	pieces: &[&Piece],
	format: Format,
) -> Result<Vec<String>> {
	if pieces.len() > FILES {
		format.say(format!(
			"the first {FILES} of {} files are looked through for near duplicates",
			pieces.len()
		));
	}
	let pieces = pieces.get(..FILES).unwrap_or(pieces);
	let mut all: Vec<(ContributionId, Vec<u8>)> = at_hand(client, texts, datanet)
		.await?
		.into_iter()
		.map(|(view, bytes)| (view.id, bytes))
		.collect();
	tokio::task::block_in_place(|| {
		let own = pieces
			.par_iter()
			.map(|piece| Ok(std::fs::read(&piece.path)?))
			.collect::<Result<Vec<_>>>()?;
		// Files have no id yet; they are counted down from the last one.
		let ids = |place: usize| ContributionId::MAX - place as u64;
		all.extend(own.iter().cloned().enumerate().map(|(n, t)| (ids(n), t)));
		let names: HashMap<_, _> = pieces
			.iter()
			.enumerate()
			.map(|(n, p)| (ids(n), *p))
			.collect();
		let neighbours = Neighbours::of(&all)?;
		let told = own
			.par_iter()
			.enumerate()
			.map(|(place, text)| {
				let name = &pieces[place].name;
				let near = neighbours
					.relatives(text)?
					.into_iter()
					// Of two files the later one is warned about.
					.find(|(id, share)| {
						*share >= NEAR && (*id > ids(place) || !names.contains_key(id))
					});
				let near = near.map(|(id, share)| {
					let other = match names.get(&id) {
						Some(piece) => piece.name.clone(),
						None => format!("contribution {id}"),
					};
					format!("{name}: {:.0} % like {other}", share * 100.0)
				});
				let ratio = compression_ratio(text)?;
				let repeats = (ratio > REPETITIVE).then(|| {
					format!("{name}: repeats itself, zstd makes it {ratio:.0} times smaller")
				});
				Ok(near.into_iter().chain(repeats).collect::<Vec<_>>())
			})
			.collect::<Result<Vec<_>>>()?;
		Ok(told.into_iter().flatten().collect())
	})
}
