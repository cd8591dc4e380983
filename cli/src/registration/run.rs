// SPDX-License-Identifier: Apache-2.0
//! Commits and reveals in lots, several on their way at a time, reveals first.

use std::collections::{BTreeMap, VecDeque};

use anyhow::{bail, Result};
use futures::{stream, StreamExt, TryStreamExt};
use openledger_client::{
	account::Account,
	call::{datanets, Call},
	chain::Client,
	event::{DatanetsEvent, Event},
};
use openledger_primitives::{
	apis::ContributionState, BlockNumber, ContributionId, DatanetId, H256,
};
use rayon::prelude::*;

use super::{
	book::{Book, Standing},
	quote::Quote,
};
use crate::lane::{Item, Landed, Lane};

/// Questions to the node at a time, and those that are in memory.
const ASKED: usize = 32;
const PART: usize = 1_000;

/// A lot of commits or of reveals, by roots.
#[derive(Debug)]
enum Lot {
	Commits(Vec<H256>),
	Reveals(Vec<H256>),
}

/// What became of the pieces of a run.
#[derive(Default, Debug)]
pub struct Outcome {
	/// Revealed in a final block: root and id.
	pub registered: Vec<(H256, ContributionId)>,
	/// Came to nothing: root and one clause.
	pub failed: Vec<(H256, String)>,
	/// First and last final block that held a lot of it.
	pub blocks: Option<(BlockNumber, BlockNumber)>,
}

impl Outcome {
	/// Adds what became of other pieces.
	pub fn append(&mut self, other: Self) {
		self.registered.extend(other.registered);
		self.failed.extend(other.failed);
		self.blocks = match (self.blocks, other.blocks) {
			(Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
			(one, other) => one.or(other),
		};
	}
}

/// A run of one account in one datanet.
pub struct Run<'a> {
	client: &'a Client,
	signer: &'a Account,
	datanet: DatanetId,
	book: &'a mut Book,
	sizes: (usize, usize),
	to_commit: VecDeque<H256>,
	to_reveal: VecDeque<H256>,
	outcome: Outcome,
}

impl<'a> Run<'a> {
	/// A run over what is in the book.
	pub fn new(
		client: &'a Client,
		signer: &'a Account,
		datanet: DatanetId,
		book: &'a mut Book,
		quote: &Quote,
	) -> Self {
		Self {
			client,
			signer,
			datanet,
			book,
			sizes: (quote.commit.lot(), quote.reveal.lot()),
			to_commit: VecDeque::new(),
			to_reveal: VecDeque::new(),
			outcome: Outcome::default(),
		}
	}

	/// Learns what became of commits that an earlier run sent, and which ids still wait for their
	/// reveal; how many those are.
	pub async fn recover(&mut self, done: impl Fn(usize)) -> Result<usize> {
		let unknown = self.book.unknown_lots();
		if let Some(first) = unknown.iter().map(|(birth, _)| *birth).min() {
			let mut lane = Lane::new(self.client, self.signer, first);
			for (birth, roots) in unknown {
				let Some(head) = roots.first().copied() else {
					continue;
				};
				let marker = self.commitment(&head)?;
				lane.expect(Lot::Commits(roots), marker.0, birth);
			}
			while !lane.is_idle() {
				for landed in lane.next().await? {
					self.land(landed, &done)?;
				}
			}
		}
		self.outstanding().await
	}

	/// What [`Run::recover`] has found to be at its end.
	pub fn into_outcome(self) -> Outcome {
		self.outcome
	}

	/// Asks the chain about every id in the book that waits for its reveal.
	async fn outstanding(&mut self) -> Result<usize> {
		let roots = self
			.book
			.roots(|standing| matches!(standing, Standing::Committed(_)));
		let state = self.client.best_state().await?;
		let now = state.block().number;
		let state = &state;
		let mut found = Vec::new();
		for part in roots.chunks(PART) {
			let asked: Vec<_> = part
				.iter()
				.filter_map(|root| match self.book.get(root)?.standing {
					Standing::Committed(id) => Some((*root, id)),
					_ => None,
				})
				.map(|(root, id)| async move {
					let view = state.contribution(id).await?;
					anyhow::Ok((root, view.map(|view| view.state)))
				})
				.collect();
			let answers: Vec<_> = stream::iter(asked).buffered(ASKED).try_collect().await?;
			found.extend(answers);
		}
		let (mut gone, mut revealed) = (Vec::new(), Vec::new());
		self.to_reveal.clear();
		for (root, state) in found {
			match state {
				None => gone.push(root),
				Some(ContributionState::Committed { expires }) if expires > now => {
					self.to_reveal.push_back(root)
				}
				Some(ContributionState::Committed { .. }) => {
					self.fail(root, "its commit was not revealed in time".into());
					gone.push(root);
				}
				Some(_) => revealed.push(root),
			}
		}
		self.register(&revealed);
		if !revealed.is_empty() {
			self.book.revealed(revealed)?;
		}
		if !gone.is_empty() {
			self.book.gone(gone)?;
		}
		Ok(self.to_reveal.len())
	}

	/// Commits and reveals `roots`, which are planned in the book, after what waits for its reveal.
	/// `done` is told how many more have come to an end.
	pub async fn finish(mut self, roots: Vec<H256>, done: impl Fn(usize)) -> Result<Outcome> {
		self.to_commit = roots.into();
		let head = self.client.finalised().await?.number;
		let mut lane = Lane::new(self.client, self.signer, head);
		// Their time to reveal runs out.
		while lane.has_room() && !self.to_reveal.is_empty() {
			let size = self.sizes.1.min(self.to_reveal.len());
			let lot = Lot::Reveals(self.to_reveal.drain(..size).collect());
			self.send(&mut lane, lot).await?;
		}
		loop {
			while lane.has_room() {
				match self.next_lot(&lane) {
					Some(lot) => self.send(&mut lane, lot).await?,
					None => break,
				}
			}
			let landed = lane.next().await?;
			if landed.is_empty() && self.to_commit.is_empty() && self.to_reveal.is_empty() {
				return Ok(self.outcome);
			}
			for one in landed {
				self.land(one, &done)?;
			}
		}
	}

	/// A full lot of reveals, else commits, else what is left of reveals.
	fn next_lot(&mut self, lane: &Lane<Lot>) -> Option<Lot> {
		let (commits, reveals) = self.sizes;
		let more =
			!self.to_commit.is_empty() || lane.count(|lot| matches!(lot, Lot::Commits(_))) > 0;
		if self.to_reveal.len() >= reveals || (!more && !self.to_reveal.is_empty()) {
			let size = reveals.min(self.to_reveal.len());
			return Some(Lot::Reveals(self.to_reveal.drain(..size).collect()));
		}
		if self.to_commit.is_empty() {
			return None;
		}
		let size = commits.min(self.to_commit.len());
		Some(Lot::Commits(self.to_commit.drain(..size).collect()))
	}

	fn commitment(&self, root: &H256) -> Result<H256> {
		let entry = self.book.need(root)?;
		let body = openledger_primitives::payload::ContributionCommit {
			text_root: *root,
			byte_length: entry.piece.byte_length,
			account: self.signer.id(),
			salt: entry.salt,
		};
		let genesis = self.client.genesis_hash();
		Ok(openledger_primitives::payload::contribution_commit_hash(
			&genesis, &body,
		))
	}

	async fn send(&mut self, lane: &mut Lane<Lot>, lot: Lot) -> Result<()> {
		match lot {
			Lot::Commits(roots) => {
				let mut calls = Vec::with_capacity(roots.len());
				let mut marker = None;
				for root in &roots {
					let commitment = self.commitment(root)?;
					marker.get_or_insert(commitment.0);
					let length = self.book.need(root)?.piece.byte_length;
					calls.push(datanets::commit(self.datanet, commitment, length));
				}
				let birth = self.client.finalised().await?.number;
				self.book.sending(birth, roots.clone())?;
				let Some(marker) = marker else { return Ok(()) };
				lane.send(Lot::Commits(roots), calls, marker).await
			}
			Lot::Reveals(roots) => {
				let (roots, calls) = self.reveals(roots)?;
				match roots.first().map(|root| root.0) {
					Some(marker) => lane.send(Lot::Reveals(roots), calls, marker).await,
					None => Ok(()),
				}
			}
		}
	}

	/// The calls that reveal these roots; those whose bytes are gone or changed fail here.
	fn reveals(&mut self, roots: Vec<H256>) -> Result<(Vec<H256>, Vec<Call>)> {
		let book = &*self.book;
		let made: Vec<Result<Call, String>> = roots
			.par_iter()
			.map(|root| {
				let entry = book.need(root).map_err(|error| error.to_string())?;
				let Standing::Committed(id) = entry.standing else {
					return Err("it is not committed".to_string());
				};
				let reveal = entry.piece.reveal(entry.salt);
				let reveal = reveal.map_err(|error| format!("{error:#}"))?;
				Ok(datanets::contribute(id, &reveal))
			})
			.collect();
		let (mut kept, mut calls) = (Vec::new(), Vec::new());
		for (root, made) in roots.into_iter().zip(made) {
			match made {
				Ok(call) => {
					kept.push(root);
					calls.push(call);
				}
				Err(reason) => self.fail(root, reason),
			}
		}
		Ok((kept, calls))
	}

	fn fail(&mut self, root: H256, reason: String) {
		self.outcome.failed.push((root, reason));
	}

	fn register(&mut self, roots: &[H256]) {
		for root in roots {
			if let Some(Standing::Committed(id)) = self.book.get(root).map(|e| e.standing.clone()) {
				self.outcome.registered.push((*root, id));
			}
		}
	}

	fn land(&mut self, landed: Landed<Lot>, done: &impl Fn(usize)) -> Result<()> {
		match landed {
			Landed::Included { lot, block, items } => {
				let (first, _) = self.outcome.blocks.unwrap_or((block, block));
				self.outcome.blocks = Some((first.min(block), block));
				match lot {
					Lot::Commits(roots) => self.committed(roots, items, done),
					Lot::Reveals(roots) => self.revealed(roots, items, done),
				}
			}
			Landed::Lost(Lot::Commits(roots)) => {
				self.book.unsent(roots.clone())?;
				self.to_commit.extend(roots);
				Ok(())
			}
			Landed::Lost(Lot::Reveals(roots)) => {
				self.to_reveal.extend(roots);
				Ok(())
			}
		}
	}

	fn committed(
		&mut self,
		roots: Vec<H256>,
		items: Vec<Item>,
		done: &impl Fn(usize),
	) -> Result<()> {
		check_length(&roots, &items)?;
		let (mut ids, mut gone) = (Vec::new(), Vec::new());
		for (root, item) in roots.into_iter().zip(items) {
			let id = item.events.iter().find_map(|record| match &record.event {
				Event::Datanets(DatanetsEvent::Committed { contribution, .. }) => {
					Some(*contribution)
				}
				_ => None,
			});
			match (id, item.failure) {
				(Some(id), None) => ids.push((root, id)),
				(_, failure) => {
					let reason = failure.unwrap_or_else(|| "no id was taken".into());
					self.fail(root, format!("its commit was refused: {reason}"));
					gone.push(root);
				}
			}
		}
		if !gone.is_empty() {
			// What refused one refuses the others, and each try costs a fee.
			for root in std::mem::take(&mut self.to_commit) {
				self.fail(
					root,
					"not sent, because an earlier commit was refused".into(),
				);
			}
		}
		done(gone.len());
		self.to_reveal.extend(ids.iter().map(|(root, _)| *root));
		self.book.committed(ids)?;
		if !gone.is_empty() {
			self.book.gone(gone)?;
		}
		Ok(())
	}

	fn revealed(
		&mut self,
		roots: Vec<H256>,
		items: Vec<Item>,
		done: &impl Fn(usize),
	) -> Result<()> {
		check_length(&roots, &items)?;
		let (mut kept, mut gone) = (Vec::new(), Vec::new());
		for (root, item) in roots.into_iter().zip(items) {
			let own = match self.book.get(&root).map(|entry| &entry.standing) {
				Some(Standing::Committed(id)) => *id,
				_ => continue,
			};
			match (verdict(own, &item), item.failure) {
				(_, Some(reason)) => {
					// The commit stands: a later run tries again until it expires.
					self.fail(root, format!("its reveal was refused: {reason}"));
				}
				(Ok(()), None) => kept.push(root),
				(Err(reason), None) => {
					self.fail(root, reason);
					gone.push(root);
				}
			}
		}
		done(kept.len().saturating_add(gone.len()));
		self.register(&kept);
		self.book.revealed(kept)?;
		if !gone.is_empty() {
			self.book.gone(gone)?;
		}
		Ok(())
	}
}

/// What a reveal that went through did to the contribution.
fn verdict(own: ContributionId, item: &Item) -> Result<(), String> {
	let mut told = BTreeMap::new();
	for record in &item.events {
		match &record.event {
			Event::Datanets(DatanetsEvent::Contributed { contribution, .. }) => {
				told.insert(*contribution, None);
			}
			Event::Datanets(DatanetsEvent::TakenOver {
				contribution,
				earlier,
			}) => {
				told.insert(*contribution, Some(*earlier));
			}
			_ => (),
		}
	}
	match told.get(&own) {
		Some(None) => Ok(()),
		Some(Some(earlier)) => Err(format!(
			"its bytes are registered as contribution {earlier}; bond and fee are back"
		)),
		None => Err("the block doesn't say what became of it".into()),
	}
}

fn check_length(roots: &[H256], items: &[Item]) -> Result<()> {
	if roots.len() != items.len() {
		bail!(
			"a block tells of {} calls of a transaction that has {}",
			items.len(),
			roots.len()
		);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_client::event::{Bytes, EventRecord, Fields};

	fn item(events: Vec<DatanetsEvent>) -> Item {
		let events = events.into_iter().map(|event| EventRecord {
			index: 0,
			extrinsic: Some(1),
			pallet: "Datanets".into(),
			name: String::new(),
			fields: Fields::Named(Vec::new()),
			event: Event::Datanets(event),
		});
		Item {
			events: events.collect(),
			failure: None,
		}
	}

	fn contributed(contribution: ContributionId) -> DatanetsEvent {
		DatanetsEvent::Contributed {
			contribution,
			datanet: 1,
			contributor: Account::dev("alice").unwrap().id(),
			text_root: H256::zero(),
			byte_length: 1_024,
			uri: Bytes::default(),
		}
	}

	#[test]
	fn a_reveal_should_tell_who_gave_way() {
		let taken = |contribution, earlier| DatanetsEvent::TakenOver {
			contribution,
			earlier,
		};
		assert_eq!(verdict(7, &item(vec![contributed(7)])), Ok(()));
		// Another account's later id gave way to this one.
		assert_eq!(verdict(7, &item(vec![taken(9, 7), contributed(7)])), Ok(()));
		let gone = verdict(7, &item(vec![taken(7, 3)])).unwrap_err();
		assert!(gone.contains("contribution 3"), "{gone}");
		assert!(verdict(7, &item(vec![contributed(8)])).is_err());
	}

	#[test]
	fn a_lot_should_not_be_matched_with_the_calls_of_another() {
		let roots = [H256::zero(), H256::zero()];
		assert!(check_length(&roots, &[item(vec![])]).is_err());
		assert!(check_length(&roots[..1], &[item(vec![])]).is_ok());
	}
}
