// SPDX-License-Identifier: Apache-2.0
//! Brings the index to the finalised head, a bounded group of blocks at a time.

use super::{
	apply::apply,
	store::{Head, IndexError, IndexResult, LedgerIndex},
};
use openledger_primitives::{ledger::LedgerRow, AccountId, BlockNumber, H256};
use std::sync::Arc;

/// Blocks in one transaction, at most.
const GROUP_BLOCKS: BlockNumber = 64;

/// Events after which a transaction takes no further block.
const GROUP_EVENTS: usize = 16_384;

/// The chain that is indexed.
pub trait Source {
	/// The last finalised block.
	fn finalized(&self) -> (BlockNumber, H256);

	/// Hash of a finalised block; `None` where this node doesn't have it.
	fn hash(&self, number: BlockNumber) -> Option<H256>;

	/// Whether the block's state is here and its runtime tells its money events. Once a block is
	/// readable, every later one is: states are pruned from the beginning.
	fn is_readable(&self, number: BlockNumber, hash: H256) -> bool;

	/// Money events of a block, or what went wrong this time.
	fn events(&self, hash: H256) -> Result<Vec<LedgerRow<AccountId>>, String>;
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
	/// Nothing was left to do.
	Idle,
	/// Blocks up to this one are indexed now.
	Indexed(BlockNumber),
	/// The index was emptied and begins with this block: the chain below can't be read, or was
	/// another one's.
	Restarted(BlockNumber),
}

/// Fills an index from a chain. There is one at a time.
pub struct Follower<S> {
	index: Arc<LedgerIndex>,
	source: S,
}

impl<S: Source> Follower<S> {
	/// Goes on where the index stands.
	pub fn new(index: Arc<LedgerIndex>, source: S) -> Self {
		Self { index, source }
	}

	/// Indexes the next group of finalised blocks. On error nothing of the group is written.
	pub fn step(&self) -> IndexResult<Step> {
		match self.try_step() {
			Err(IndexError::Damaged(why)) => {
				log::warn!("ledger index: damaged ({why}); it is built anew");
				Ok(Step::Restarted(self.index.rebuild()?.from))
			}
			other => other,
		}
	}

	fn try_step(&self) -> IndexResult<Step> {
		let head = self.index.head()?;
		let (finalized, _) = self.source.finalized();
		if self.is_other_chain(&head, finalized) {
			log::warn!("ledger index: of another history of this chain; it is built anew");
			return Ok(Step::Restarted(self.index.rebuild()?.from));
		}
		if finalized <= head.height {
			return Ok(Step::Idle);
		}
		let next = head.height.saturating_add(1);
		if !self.is_readable(next) {
			return self.skip_to_readable(&head, next, finalized);
		}
		self.index_group(head, next, finalized)
	}

	/// Whether what is indexed differs from the chain, where both are known.
	fn is_other_chain(&self, head: &Head, finalized: BlockNumber) -> bool {
		let differs = |number: BlockNumber, hash: H256| {
			!hash.is_zero()
				&& number <= finalized
				&& self.source.hash(number).is_some_and(|found| found != hash)
		};
		differs(head.height, head.hash) || differs(head.from, head.from_hash)
	}

	fn is_readable(&self, number: BlockNumber) -> bool {
		let hash = self.source.hash(number);
		hash.is_some_and(|hash| self.source.is_readable(number, hash))
	}

	/// Blocks are missing: starts anew at the first one that can be read. While there is none,
	/// what is indexed stays.
	fn skip_to_readable(
		&self,
		head: &Head,
		missing: BlockNumber,
		finalized: BlockNumber,
	) -> IndexResult<Step> {
		if !self.is_readable(finalized) {
			return Ok(Step::Idle);
		}
		let (mut below, mut first) = (missing, finalized);
		while first.saturating_sub(below) > 1 {
			let middle = below.saturating_add(first.saturating_sub(below) / 2);
			if self.is_readable(middle) {
				first = middle;
			} else {
				below = middle;
			}
		}
		log::warn!(
			"ledger index: blocks {missing} to {below} can't be read (their state is pruned, or \
			their runtime doesn't tell events): it begins anew with block {first}"
		);
		let height = first.saturating_sub(1);
		self.index.restart(&Head {
			genesis: head.genesis,
			from: first,
			from_hash: H256::zero(),
			height,
			hash: self.source.hash(height).unwrap_or_default(),
		})?;
		Ok(Step::Restarted(first))
	}

	fn index_group(
		&self,
		mut head: Head,
		next: BlockNumber,
		finalized: BlockNumber,
	) -> IndexResult<Step> {
		let change = self.index.change()?;
		let last = finalized.min(head.height.saturating_add(GROUP_BLOCKS));
		let mut events = 0usize;
		for number in next..=last {
			let Some(hash) = self.source.hash(number) else {
				break;
			};
			if number > next && !self.source.is_readable(number, hash) {
				break;
			}
			let rows = match self.source.events(hash) {
				Ok(rows) => rows,
				Err(error) if number == next => {
					return Err(IndexError::Failed(format!("block {number}: {error}")))
				}
				// What was read is kept; the next step meets the error again.
				Err(_) => break,
			};
			apply(&change, &head, number, &rows)?;
			if number == head.from {
				head.from_hash = hash;
			}
			(head.height, head.hash) = (number, hash);
			events = events.saturating_add(rows.len());
			if events >= GROUP_EVENTS {
				break;
			}
		}
		change.put_head(&head)?;
		change.commit()?;
		Ok(Step::Indexed(head.height))
	}
}
