// SPDX-License-Identifier: Apache-2.0
//! The index over chains that tests make up.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	reason = "tests"
)]

mod attribution;
mod following;
mod replay;
pub(crate) mod story;

use super::*;
use openledger_primitives::{
	ledger::{LedgerEvent, LedgerRow, LedgerSource},
	AccountId, Balance, BlockNumber, ModelId, Sequence, H256,
};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub(crate) type Event = LedgerEvent<AccountId>;

pub(crate) fn account(byte: u8) -> AccountId {
	AccountId::new([byte; 32])
}

/// One block's rows in the making. Events of other pallets stand between the transactions.
#[derive(Clone, Default)]
pub(crate) struct Block {
	pub rows: Vec<LedgerRow<AccountId>>,
	next_event: u32,
	next_extrinsic: u32,
}

impl Block {
	pub fn extrinsic(self, events: impl IntoIterator<Item = Event>) -> Self {
		let number = self.next_extrinsic;
		let mut block = self.put(Some(number), events);
		block.next_extrinsic += 1;
		block
	}

	pub fn hook(self, events: impl IntoIterator<Item = Event>) -> Self {
		self.put(None, events)
	}

	fn put(mut self, extrinsic: Option<u32>, events: impl IntoIterator<Item = Event>) -> Self {
		for event in events {
			self.rows.push(LedgerRow {
				index: self.next_event,
				extrinsic,
				event,
			});
			self.next_event += 1;
		}
		self.next_event += 2;
		self
	}
}

#[derive(Default)]
struct Blocks {
	/// Rows of block 1, 2, ….
	rows: Vec<Vec<LedgerRow<AccountId>>>,
	finalized: BlockNumber,
	/// States below this block are gone.
	pruned_below: BlockNumber,
	/// Makes the hashes of another history.
	history: u8,
	/// Block whose state doesn't read just now.
	failing: Option<BlockNumber>,
	reads: usize,
}

/// A chain that tests make up; its handles share it.
#[derive(Clone, Default)]
pub(crate) struct FakeChain(Arc<Mutex<Blocks>>);

impl FakeChain {
	/// All blocks final.
	pub fn of(blocks: impl IntoIterator<Item = Block>) -> Self {
		let chain = Self::default();
		for block in blocks {
			chain.push(block.rows);
		}
		chain
	}

	pub fn push(&self, rows: Vec<LedgerRow<AccountId>>) {
		let mut blocks = self.0.lock().unwrap();
		blocks.rows.push(rows);
		blocks.finalized = blocks.rows.len() as u32;
	}

	/// Forgets the states below a block.
	pub fn prune(&self, below: BlockNumber) {
		self.change(|blocks| blocks.pruned_below = below);
	}

	fn change(&self, change: impl FnOnce(&mut Blocks)) {
		change(&mut self.0.lock().unwrap());
	}

	fn reads(&self) -> usize {
		self.0.lock().unwrap().reads
	}
}

pub(crate) const GENESIS: H256 = H256([1; 32]);

fn hash_of(history: u8, number: BlockNumber) -> H256 {
	if number == 0 {
		return GENESIS;
	}
	let mut hash = H256::repeat_byte(history.wrapping_add(100));
	hash.0[..4].copy_from_slice(&number.to_be_bytes());
	hash
}

impl Source for FakeChain {
	fn finalized(&self) -> (BlockNumber, H256) {
		let blocks = self.0.lock().unwrap();
		(blocks.finalized, hash_of(blocks.history, blocks.finalized))
	}

	fn hash(&self, number: BlockNumber) -> Option<H256> {
		let blocks = self.0.lock().unwrap();
		(number as usize <= blocks.rows.len()).then(|| hash_of(blocks.history, number))
	}

	fn is_readable(&self, number: BlockNumber, hash: H256) -> bool {
		let blocks = self.0.lock().unwrap();
		assert_eq!(hash, hash_of(blocks.history, number));
		number >= blocks.pruned_below
	}

	fn events(&self, hash: H256) -> Result<Vec<LedgerRow<AccountId>>, String> {
		let mut blocks = self.0.lock().unwrap();
		blocks.reads += 1;
		let number = u32::from_be_bytes(hash.0[..4].try_into().unwrap());
		assert!(number >= blocks.pruned_below);
		if blocks.failing == Some(number) {
			return Err("the disk sleeps".into());
		}
		Ok(blocks.rows[number as usize - 1].clone())
	}
}

/// An index in a folder of its own.
pub(crate) struct Indexed {
	pub index: Arc<LedgerIndex>,
	folder: TempDir,
}

impl Indexed {
	pub fn new() -> Self {
		let folder = tempfile::tempdir().unwrap();
		let (index, opened) = LedgerIndex::open(&folder.path().join("a/b.redb"), GENESIS).unwrap();
		assert_eq!(opened, Opened::New);
		Self {
			index: Arc::new(index),
			folder,
		}
	}

	/// Indexes all that is final.
	pub fn of(chain: &FakeChain) -> Self {
		let indexed = Self::new();
		indexed.catch_up(chain);
		indexed
	}

	pub fn catch_up(&self, chain: &FakeChain) -> Vec<Step> {
		let follower = Follower::new(self.index.clone(), chain.clone());
		let mut steps = Vec::new();
		loop {
			match follower.step().unwrap() {
				Step::Idle => return steps,
				step => steps.push(step),
			}
			assert!(steps.len() < 100);
		}
	}

	/// Closes the file and opens it again.
	fn reopen(self, genesis: H256) -> (Self, Opened) {
		let Self { index, folder } = self;
		drop(index);
		let (index, opened) = LedgerIndex::open(&folder.path().join("a/b.redb"), genesis).unwrap();
		let index = Arc::new(index);
		(Self { index, folder }, opened)
	}
}

pub(crate) fn accrued(account: AccountId, amount: Balance, source: LedgerSource) -> Event {
	Event::Accrued {
		account,
		amount,
		source,
	}
}

pub(crate) fn paid(account: AccountId, amount: Balance) -> Event {
	Event::Paid { account, amount }
}

/// What one batch does, in the order of the pallets: shares of 1 000 000 planck are 20 000
/// burned, 30 000 treasury, 300 000 operator.
pub(crate) struct Batch {
	pub operator: AccountId,
	pub model: ModelId,
	pub sequence: Sequence,
	pub developer: (AccountId, Balance),
	pub parents: Vec<(ModelId, Balance)>,
	pub data: Balance,
	pub matched: Balance,
}

impl Batch {
	pub const FEE: Balance = 1_000_000;

	pub fn events(self) -> Vec<Event> {
		let upstream = self.parents.iter().map(|(_, part)| part).sum::<Balance>();
		let split = openledger_primitives::ports::FeeSplit {
			burned: 20_000,
			treasury: 30_000,
			operator: 300_000,
			developer: self.developer.1,
			upstream,
			data: self.data,
		};
		let (operator, model) = (self.operator, self.model);
		let mut events = vec![
			Event::Settled {
				model,
				operator: operator.clone(),
				fee: Self::FEE,
				burn_ppm: 20_000,
				treasury_ppm: 30_000,
				split,
			},
			Event::Burned { amount: 20_000 },
			Event::TreasuryPaid { amount: 30_000 },
			accrued(operator.clone(), 300_000, LedgerSource::Operator { model }),
			accrued(
				self.developer.0,
				self.developer.1,
				LedgerSource::Developer { model },
			),
		];
		for (parent, part) in self.parents {
			events.push(Event::InboxPaidIn {
				model: parent,
				upstream: part,
				base: 0,
			});
		}
		events.push(Event::BatchAccepted {
			operator,
			model,
			sequence: self.sequence,
			hash: H256::repeat_byte(9),
			calls: 7,
			fee: Self::FEE,
			matched: self.matched,
			charge: 1_234,
		});
		events
	}
}
