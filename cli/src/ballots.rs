// SPDX-License-Identifier: Apache-2.0
//! A curator's votes: committed with a salt that is in a book before, revealed when it is time.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use futures::{stream, StreamExt, TryStreamExt};
use openledger_client::{
	account::Account,
	call::{datanets, force_batch, Call},
	chain::Client,
	state::State,
	transaction::Wait,
	wire::bytes32,
};
use openledger_primitives::{
	apis::{BallotState, ReviewView},
	payload::{vote_commit_hash, VoteCommit},
	AccountId, BlockNumber, ContributionId, H256,
};
use serde::{Deserialize, Serialize};

use crate::{
	context::Shared,
	journal::Journal,
	lane::{items, price},
};

/// Questions to the node at a time, and those that are in memory.
const ASKED: usize = 32;
const PART: usize = 1_000;
/// Computing time that a transaction of votes reserves, in picoseconds: 0.3 s. A vote takes far
/// less than it reserves, and gives the rest back.
const LOT_REF_TIME: u64 = 300_000_000_000;

/// A vote to give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
	/// What is reviewed.
	pub contribution: ContributionId,
	/// 0 rejects, 1..=4 accepts with that quality.
	pub vote: u8,
	/// Reason code of a rejection.
	pub reason: u8,
}

/// A vote in the book.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Vote {
	/// What is reviewed.
	pub contribution: ContributionId,
	/// Round of the review.
	pub round: u8,
	/// 0 rejects, 1..=4 accepts with that quality.
	pub vote: u8,
	/// Reason code.
	pub reason: u8,
	#[serde(with = "bytes32")]
	salt: [u8; 32],
}

impl Vote {
	/// What the curator commits to.
	fn commitment(&self, genesis: &H256, curator: &AccountId) -> H256 {
		let body = VoteCommit {
			contribution: self.contribution,
			curator: curator.clone(),
			round: self.round,
			vote: self.vote,
			reason: self.reason,
			salt: self.salt,
		};
		vote_commit_hash(genesis, &body)
	}

	fn is(&self, choice: &Choice, round: u8) -> bool {
		(self.contribution, self.vote, self.reason, self.round)
			== (choice.contribution, choice.vote, choice.reason, round)
	}
}

/// A line of the book.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "row")]
enum Row {
	/// A vote that is about to be committed to.
	Voted { vote: Vote },
	/// These reviews need nothing more of the curator.
	Closed { contributions: Vec<ContributionId> },
}

/// What a look at all open votes has found and done.
#[derive(Default, Debug)]
pub struct Due {
	/// Revealed now.
	pub revealed: Vec<Vote>,
	/// Committed; votes can't be revealed before that block, unless all curators have committed.
	pub waiting: Vec<(ContributionId, BlockNumber)>,
	/// Can't be revealed any more, and why.
	pub lost: Vec<(ContributionId, String)>,
}

/// A curator with his book.
pub struct Curator {
	client: Client,
	account: Account,
	journal: Journal<Row>,
	open: BTreeMap<ContributionId, Vec<Vote>>,
}

impl Curator {
	/// Opens the book of a curator on this chain.
	pub fn open(shared: &Shared, client: &Client, account: &Account) -> Result<Self> {
		let path = shared
			.folder_of_chain("votes", client.genesis_hash())
			.join(format!("{}.jsonl", account.ss58()));
		let (journal, rows) = Journal::open(&path)?;
		let mut open: BTreeMap<ContributionId, Vec<Vote>> = BTreeMap::new();
		for row in rows {
			match row {
				Row::Voted { vote } => open.entry(vote.contribution).or_default().push(vote),
				Row::Closed { contributions } => {
					for contribution in contributions {
						open.remove(&contribution);
					}
				}
			}
		}
		Ok(Self {
			client: client.clone(),
			account: account.clone(),
			journal,
			open,
		})
	}

	/// Reviews with a vote that is not known to be at its end.
	pub fn under_way(&self) -> usize {
		self.open.len()
	}

	fn close(&mut self, contributions: Vec<ContributionId>) -> Result<()> {
		if contributions.is_empty() {
			return Ok(());
		}
		for contribution in &contributions {
			self.open.remove(contribution);
		}
		self.journal.append(&[Row::Closed { contributions }])
	}

	/// Commits to votes; those that can't be, with the reason. `done` is told how many went through.
	pub async fn commit(
		&mut self,
		choices: &[Choice],
		done: impl Fn(usize),
	) -> Result<Vec<(ContributionId, String)>> {
		let ids: Vec<_> = choices.iter().map(|choice| choice.contribution).collect();
		let state = self.client.best_state().await?;
		let now = state.block().number;
		let reviews = reviews(&state, &ids).await?;
		let (mut refused, mut votes) = (Vec::new(), Vec::new());
		let mut seen = BTreeSet::new();
		for (choice, (id, review)) in choices.iter().zip(reviews) {
			let review = match may_commit(review.as_ref(), &self.account.id(), now) {
				_ if !seen.insert(id) => continue,
				Ok(review) => review,
				Err(reason) => {
					refused.push((id, reason));
					continue;
				}
			};
			let known = self.open.get(&id).into_iter().flatten();
			let vote = known.clone().find(|vote| vote.is(choice, review.round));
			votes.push(match vote {
				Some(vote) => vote.clone(),
				None => Vote {
					contribution: id,
					round: review.round,
					vote: choice.vote,
					reason: choice.reason,
					salt: H256::random().0,
				},
			});
		}
		self.note(&votes)?;
		let (genesis, who) = (self.client.genesis_hash(), self.account.id());
		let calls: Vec<Call> = votes
			.iter()
			.map(|vote| datanets::commit_vote(vote.contribution, vote.commitment(&genesis, &who)))
			.collect();
		let size = match votes.first() {
			Some(vote) => price(&self.client, 13, (vote.contribution, H256::zero())).await?,
			None => return Ok(refused),
		};
		let failures = self
			.send(calls, size.lot_within(LOT_REF_TIME), done)
			.await?;
		for (vote, failure) in votes.iter().zip(failures) {
			if let Some(reason) = failure {
				refused.push((vote.contribution, format!("the chain refused it: {reason}")));
			}
		}
		Ok(refused)
	}

	/// Puts votes that are not in the book into it.
	fn note(&mut self, votes: &[Vote]) -> Result<()> {
		let mut rows = Vec::new();
		for vote in votes {
			let known = self.open.entry(vote.contribution).or_default();
			if !known.contains(vote) {
				known.push(vote.clone());
				rows.push(Row::Voted { vote: vote.clone() });
			}
		}
		self.journal.append(&rows)
	}

	/// Sends calls in lots; the error of each, in order.
	async fn send(
		&self,
		calls: Vec<Call>,
		size: usize,
		done: impl Fn(usize),
	) -> Result<Vec<Option<String>>> {
		let lots: Vec<(Call, Account)> = calls
			.chunks(size)
			.map(|lot| (force_batch(lot.to_vec()), self.account.clone()))
			.collect();
		let sizes: Vec<usize> = calls.chunks(size).map(<[Call]>::len).collect();
		let outcomes = self
			.client
			.submit_all(&lots, Wait::InBlock, |place| {
				done(sizes.get(place).copied().unwrap_or(0))
			})
			.await;
		let mut failures = Vec::new();
		for (outcome, size) in outcomes.into_iter().zip(sizes) {
			let mut told = items(outcome?.events.into_iter()).into_iter();
			for _ in 0..size {
				failures.push(match told.next() {
					Some(item) => item.failure,
					None => Some("the block doesn't tell of it".into()),
				});
			}
		}
		Ok(failures)
	}

	/// Reveals every vote whose time has come, and forgets those that are at their end.
	pub async fn reveal_due(&mut self, done: impl Fn(usize)) -> Result<Due> {
		let ids: Vec<_> = self.open.keys().copied().collect();
		let state = self.client.best_state().await?;
		let now = state.block().number;
		let (genesis, who) = (self.client.genesis_hash(), self.account.id());
		let (mut due, mut told, mut ended) = (Vec::new(), Due::default(), Vec::new());
		for (id, review) in reviews(&state, &ids).await? {
			let votes = self.open.get(&id).cloned().unwrap_or_default();
			match next_step(review.as_ref(), &votes, &genesis, &who, now) {
				Step::Reveal(vote) => due.push(vote),
				Step::Wait(block) => told.waiting.push((id, block)),
				Step::End(None) => ended.push(id),
				Step::End(Some(reason)) => {
					ended.push(id);
					told.lost.push((id, reason));
				}
			}
		}
		let calls: Vec<Call> = due
			.iter()
			.map(|vote| datanets::reveal_vote(vote.contribution, vote.vote, vote.reason, vote.salt))
			.collect();
		if let Some(first) = due.first() {
			let args = (first.contribution, first.vote, first.reason, first.salt);
			let size = price(&self.client, 14, args).await?;
			let failures = self
				.send(calls, size.lot_within(LOT_REF_TIME), done)
				.await?;
			for (vote, failure) in due.into_iter().zip(failures) {
				match failure {
					None => {
						ended.push(vote.contribution);
						told.revealed.push(vote);
					}
					// The next look tells whether it is at its end.
					Some(reason) => {
						tracing::warn!(vote.contribution, reason, "a reveal was refused");
						told.waiting.push((vote.contribution, now));
					}
				}
			}
		}
		self.close(ended)?;
		Ok(told)
	}
}

/// The reviews of contributions, in their order.
pub async fn reviews(
	state: &State,
	ids: &[ContributionId],
) -> Result<Vec<(ContributionId, Option<ReviewView<AccountId>>)>> {
	let mut found = Vec::with_capacity(ids.len());
	for part in ids.chunks(PART) {
		let asked: Vec<_> = part
			.iter()
			.map(|id| async move { anyhow::Ok((*id, state.review(*id).await?)) })
			.collect();
		let answers: Vec<_> = stream::iter(asked).buffered(ASKED).try_collect().await?;
		found.extend(answers);
	}
	Ok(found)
}

/// An account's part in a review.
pub fn ballot<'a>(review: &'a ReviewView<AccountId>, who: &AccountId) -> Option<&'a BallotState> {
	let own = review.ballots.iter().find(|(curator, _)| curator == who);
	own.map(|(_, state)| state)
}

fn may_commit<'a>(
	review: Option<&'a ReviewView<AccountId>>,
	who: &AccountId,
	now: BlockNumber,
) -> Result<&'a ReviewView<AccountId>, String> {
	let review = review.ok_or("it is not in review")?;
	match ballot(review, who) {
		None => Err("you were not seated when it was revealed".into()),
		Some(BallotState::Committed(_) | BallotState::Revealed { .. }) => {
			Err("you have voted already".into())
		}
		Some(BallotState::Forfeited) => Err("you kept silent about your vote".into()),
		Some(BallotState::Silent) if now > review.commits_until => Err(format!(
			"votes were committed to until block {}",
			review.commits_until
		)),
		Some(BallotState::Silent) => Ok(review),
	}
}

/// What to do about a vote in the book.
#[derive(PartialEq, Eq, Debug)]
enum Step {
	Reveal(Vote),
	/// Not before this block.
	Wait(BlockNumber),
	/// Nothing more; with a reason if the vote didn't count.
	End(Option<String>),
}

fn next_step(
	review: Option<&ReviewView<AccountId>>,
	votes: &[Vote],
	genesis: &H256,
	who: &AccountId,
	now: BlockNumber,
) -> Step {
	let Some(review) = review else {
		return Step::End(Some("the review is over".into()));
	};
	match ballot(review, who) {
		Some(BallotState::Committed(hash)) => {
			let vote = votes.iter().find(|v| v.commitment(genesis, who) == *hash);
			match vote {
				None => Step::End(Some("another book has its salt".into())),
				Some(vote) if review.reveals_open => Step::Reveal(vote.clone()),
				Some(_) if now > review.reveals_until => {
					Step::End(Some("it was not revealed in time".into()))
				}
				Some(_) => Step::Wait(review.commits_until.saturating_add(1)),
			}
		}
		Some(BallotState::Silent) if now <= review.commits_until => {
			Step::Wait(review.commits_until.saturating_add(1))
		}
		Some(BallotState::Silent) | None => Step::End(Some("its commit never arrived".into())),
		Some(BallotState::Forfeited) => Step::End(Some("it was not revealed in time".into())),
		Some(BallotState::Revealed { .. }) => Step::End(None),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn vote(quality: u8) -> Vote {
		Vote {
			contribution: 7,
			round: 0,
			vote: quality,
			reason: 0,
			salt: [quality; 32],
		}
	}

	fn review(ballot: BallotState, reveals_open: bool) -> ReviewView<AccountId> {
		ReviewView {
			contribution: 7,
			round: 0,
			commits_until: 10,
			reveals_until: 20,
			reveals_open,
			ballots: vec![(AccountId::from([1; 32]), ballot)],
		}
	}

	#[test]
	fn the_vote_that_is_on_chain_should_be_revealed_when_it_is_time() {
		let (genesis, who) = (H256::repeat_byte(9), AccountId::from([1; 32]));
		let votes = [vote(2), vote(3)];
		let step = |review: &ReviewView<AccountId>, now| {
			next_step(Some(review), &votes, &genesis, &who, now)
		};
		let committed = BallotState::Committed(votes[1].commitment(&genesis, &who));
		assert_eq!(step(&review(committed, false), 5), Step::Wait(11));
		assert_eq!(step(&review(committed, true), 12), Step::Reveal(vote(3)));
		assert!(matches!(
			step(&review(committed, false), 21),
			Step::End(Some(_))
		));
		let strange = BallotState::Committed(H256::zero());
		assert!(matches!(
			step(&review(strange, true), 12),
			Step::End(Some(_))
		));
		assert_eq!(
			step(&review(BallotState::Silent, false), 10),
			Step::Wait(11)
		);
		assert!(matches!(
			step(&review(BallotState::Silent, false), 11),
			Step::End(Some(_))
		));
		let revealed = BallotState::Revealed { vote: 3, reason: 0 };
		assert_eq!(step(&review(revealed, true), 12), Step::End(None));
		assert!(matches!(
			next_step(None, &votes, &genesis, &who, 12),
			Step::End(Some(_))
		));
	}

	#[test]
	fn only_a_silent_elector_should_commit_and_in_time() {
		let who = AccountId::from([1; 32]);
		let silent = review(BallotState::Silent, false);
		assert!(may_commit(Some(&silent), &who, 10).is_ok());
		assert!(may_commit(Some(&silent), &who, 11).is_err());
		assert!(may_commit(Some(&silent), &AccountId::from([2; 32]), 5).is_err());
		assert!(may_commit(None, &who, 5).is_err());
		for voted in [
			BallotState::Committed(H256::zero()),
			BallotState::Revealed { vote: 0, reason: 1 },
			BallotState::Forfeited,
		] {
			assert!(may_commit(Some(&review(voted, false)), &who, 5).is_err());
		}
	}
}
