// SPDX-License-Identifier: Apache-2.0
//! The queue of usage batches and credit pages in a node's offchain storage.
//!
//! Two sides share it: the node's JSON-RPC, which appends what the runtime has found valid, and
//! the off-chain worker, which submits it and forgets what is settled. Offchain storage is a plain
//! key-value store without iteration and without writes of several keys at once, so the layout is
//! an index per operator, and every change of an index is a compare-and-set.
//!
//! # Where
//! Kind `PERSISTENT` of offchain storage. Inside the runtime that is
//! `sp_io::offchain::local_storage_*`; in the node it is `sc_client_api::OffchainStorage` with the
//! prefix [`sp_core::offchain::STORAGE_PREFIX`]. [`LocalStore`] is the view both sides implement.
//!
//! # Keys (all begin with [`PREFIX`])
//! | Key | Value (SCALE) | Written by |
//! |---|---|---|
//! | [`operators_key`] | `Vec<AccountId>`, at most [`MAX_OPERATORS`] | both, compare-and-set |
//! | [`index_key`] | [`Index`] `{head, tail}` | both, compare-and-set |
//! | [`item_key`] | [`Item`] | created by the RPC (compare-and-set from nothing), then the worker's |
//! | [`batch_key`] | [`StoredBatch`] | the RPC; removed by the worker |
//! | [`page_key`] | bytes of a SCALE `CreditPage` | the RPC; removed by the worker |
//! | [`status_key`] | [`Status`] | the worker |
//! | [`cursor_key`] | [`Cursor`] | the worker |
//! | [`lock_key`] | deadline of the worker's lock | the worker |
//!
//! Batches and pages lie under their own hashes, so writing them twice is harmless and an item
//! stays small however many pages a batch has.
//!
//! # Protocol
//! *Appending* ([`enqueue`]): store batch and pages; create the item at `tail` by compare-and-set
//! from nothing; move `tail` past it by compare-and-set; list the operator. Whoever finds an item
//! at `tail` helps its writer by moving `tail`, so a writer that died in between blocks nobody.
//!
//! *Removing* ([`drop_item`], [`advance_head`]): clear pages and batch, then the item, then move
//! `head` over cleared places. A crash in between leaves an item without bytes, which the worker
//! drops, or a cleared place; never an item behind `head`.
//!
//! A commit of the database may be lost when the process is killed, and an append that races with
//! the worker at an empty queue may be lost as well: the sender's resending until it reads the
//! settlement on chain is the guarantee, not the queue.

use alloc::vec::Vec;

use codec::{Decode, Encode, MaxEncodedLen};
use sp_core::H256;

use crate::{
	ids::{BlockNumber, ModelId, PageIndex, Sequence, MAX_PAGES},
	payload::{decode_exact, CreditPage, UsageBatch},
	AccountId,
};

/// First bytes of every key.
pub const PREFIX: &[u8] = b"openledger/usage/1/";
/// Operators one node queues for, at most.
pub const MAX_OPERATORS: usize = 64;
/// Items of one operator, at most.
pub const MAX_QUEUED: u64 = 1_024;
/// Items that a [`Status`] lists, at most.
pub const MAX_STATUS_ITEMS: usize = 256;
/// Compare-and-set rounds before [`QueueError::Contended`].
const MAX_ROUNDS: u32 = 32;

/// Persistent offchain storage as both sides see it.
pub trait LocalStore {
	/// The value under `key`.
	fn get(&self, key: &[u8]) -> Option<Vec<u8>>;
	/// Puts `value` under `key`.
	fn set(&mut self, key: &[u8], value: &[u8]);
	/// Removes `key`.
	fn remove(&mut self, key: &[u8]);
	/// Puts `new` under `key` if the value there is `old` (`None`: nothing there). Says whether it
	/// did.
	fn compare_and_set(&mut self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool;
}

/// Occupied places of one operator's queue: `head .. tail`, never reset.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Index {
	/// First place that may hold an item.
	pub head: u64,
	/// The next item's place.
	pub tail: u64,
}

/// One queued batch with its pages, without their bytes.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Item {
	/// Model of the batch.
	pub model: ModelId,
	/// Sequence of the batch.
	pub sequence: Sequence,
	/// `H(preimage(bat, UsageBatch))`: key of the bytes.
	pub batch_hash: H256,
	/// `page_hash` of each page in order: keys of the bytes.
	pub pages: Vec<H256>,
	/// Block in which the worker last tried to submit something of it; 0 = never.
	pub attempted_at: BlockNumber,
	/// First page the worker tries next.
	pub next_page: PageIndex,
	/// Block since which the chain has no more use for it. It is kept a while: blocks can be
	/// reverted.
	pub gone_since: Option<BlockNumber>,
}

impl Item {
	/// A batch that was never tried.
	pub fn new(model: ModelId, sequence: Sequence, batch_hash: H256, pages: Vec<H256>) -> Self {
		Self {
			model,
			sequence,
			batch_hash,
			pages,
			attempted_at: 0,
			next_page: 0,
			gone_since: None,
		}
	}
}

/// A signed batch as it arrived.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct StoredBatch {
	/// SCALE of the `UsageBatch`.
	pub batch: Vec<u8>,
	/// Operator's signature over the batch's digest.
	pub signature: [u8; 64],
}

/// Where the worker's next run begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Cursor {
	/// Place in the list of operators.
	pub operator: u32,
	/// Place in that operator's queue.
	pub item: u64,
}

/// One item in a list for people.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Queued {
	/// Operator of the batch.
	pub operator: AccountId,
	/// Model of the batch.
	pub model: ModelId,
	/// Sequence of the batch.
	pub sequence: Sequence,
	/// Number of its pages.
	pub pages: u32,
}

/// The last thing that went wrong in the worker.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct WorkerError {
	/// Block of the run.
	pub at: BlockNumber,
	/// Whose item.
	pub operator: AccountId,
	/// Model of the item.
	pub model: ModelId,
	/// Sequence of the item.
	pub sequence: Sequence,
	/// What went wrong, UTF-8.
	pub reason: Vec<u8>,
}

/// What the worker says about itself after each run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Status {
	/// Block of the last run.
	pub last_run: BlockNumber,
	/// Transactions that the last run handed to the pool.
	pub submitted: u32,
	/// What went wrong last, in this or an earlier run.
	pub last_error: Option<WorkerError>,
	/// Items in the queue after the run, at most [`MAX_STATUS_ITEMS`].
	pub queued: Vec<Queued>,
}

/// Why an item was not queued.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QueueError {
	/// Larger than a batch or page can be, or more pages than a batch can have.
	TooLarge,
	/// The node queues for [`MAX_OPERATORS`] operators already.
	TooManyOperators,
	/// The operator has [`MAX_QUEUED`] items already.
	Full,
	/// Others changed the index all the time; try again.
	Contended,
}

fn key(kind: u8, body: &impl Encode) -> Vec<u8> {
	let mut key = PREFIX.to_vec();
	key.push(kind);
	body.encode_to(&mut key);
	key
}

/// Key of the list of operators.
pub fn operators_key() -> Vec<u8> {
	key(b'o', &())
}

/// Key of an operator's [`Index`].
pub fn index_key(operator: &AccountId) -> Vec<u8> {
	key(b'x', operator)
}

/// Key of an operator's item at a place.
pub fn item_key(operator: &AccountId, place: u64) -> Vec<u8> {
	key(b'i', &(operator, place))
}

/// Key of a batch's bytes.
pub fn batch_key(batch_hash: &H256) -> Vec<u8> {
	key(b'b', batch_hash)
}

/// Key of a page's bytes.
pub fn page_key(page_hash: &H256) -> Vec<u8> {
	key(b'p', page_hash)
}

/// Key of the worker's [`Status`].
pub fn status_key() -> Vec<u8> {
	key(b's', &())
}

/// Key of the worker's [`Cursor`].
pub fn cursor_key() -> Vec<u8> {
	key(b'c', &())
}

/// Key of the worker's lock.
pub fn lock_key() -> Vec<u8> {
	key(b'l', &())
}

fn read<T: Decode>(store: &impl LocalStore, key: &[u8]) -> Option<T> {
	decode_exact(&store.get(key)?)
}

/// Replaces what `change` saw by what it returns; `None` from `change` leaves the value alone.
/// Returns the value that stands afterwards.
fn update<T: Decode + Encode + Default>(
	store: &mut impl LocalStore,
	key: &[u8],
	mut change: impl FnMut(&T) -> Option<T>,
) -> Result<T, QueueError> {
	for _ in 0..MAX_ROUNDS {
		let old = store.get(key);
		let value = old.as_deref().and_then(decode_exact).unwrap_or_default();
		let Some(new) = change(&value) else {
			return Ok(value);
		};
		if store.compare_and_set(key, old.as_deref(), &new.encode()) {
			return Ok(new);
		}
	}
	Err(QueueError::Contended)
}

/// Operators with a queue in this store.
pub fn operators(store: &impl LocalStore) -> Vec<AccountId> {
	read(store, &operators_key()).unwrap_or_default()
}

/// The occupied places of an operator.
pub fn index(store: &impl LocalStore, operator: &AccountId) -> Index {
	read(store, &index_key(operator)).unwrap_or_default()
}

/// The item at a place; `None` when it was cleared or can't be decoded.
pub fn item(store: &impl LocalStore, operator: &AccountId, place: u64) -> Option<Item> {
	read(store, &item_key(operator, place))
}

/// The bytes of a batch.
pub fn stored_batch(store: &impl LocalStore, batch_hash: &H256) -> Option<StoredBatch> {
	read(store, &batch_key(batch_hash))
}

/// The bytes of a page.
pub fn page(store: &impl LocalStore, page_hash: &H256) -> Option<Vec<u8>> {
	store.get(&page_key(page_hash))
}

/// The worker's last word.
pub fn status(store: &impl LocalStore) -> Status {
	read(store, &status_key()).unwrap_or_default()
}

/// All items, operator by operator, at most `limit`.
pub fn list(store: &impl LocalStore, limit: usize) -> Vec<Queued> {
	let mut queued = Vec::new();
	for operator in operators(store) {
		let Index { head, tail } = index(store, &operator);
		for place in head..tail {
			if queued.len() >= limit {
				return queued;
			}
			let Some(item) = item(store, &operator, place) else {
				continue;
			};
			queued.push(Queued {
				operator: operator.clone(),
				model: item.model,
				sequence: item.sequence,
				pages: u32::try_from(item.pages.len()).unwrap_or(u32::MAX),
			});
		}
	}
	queued
}

/// Appends a batch with its pages and returns its place. `item` must carry the true hashes of
/// `batch` and, in the same order, of `pages`: the caller has checked both against the runtime. A
/// batch that is queued already keeps its place.
pub fn enqueue(
	store: &mut impl LocalStore,
	operator: &AccountId,
	item: &Item,
	batch: &StoredBatch,
	pages: &[Vec<u8>],
) -> Result<u64, QueueError> {
	let page_limit = usize::try_from(MAX_PAGES).unwrap_or(usize::MAX);
	if batch.batch.len() > UsageBatch::max_encoded_len()
		|| pages.len() > page_limit
		|| pages.len() != item.pages.len()
		|| pages
			.iter()
			.any(|page| page.len() > CreditPage::max_encoded_len())
	{
		return Err(QueueError::TooLarge);
	}
	let known = operators(store);
	if !known.contains(operator) && known.len() >= MAX_OPERATORS {
		return Err(QueueError::TooManyOperators);
	}
	store.set(&batch_key(&item.batch_hash), &batch.encode());
	for (hash, bytes) in item.pages.iter().zip(pages) {
		store.set(&page_key(hash), bytes);
	}
	let place = match place_of(store, operator, &item.batch_hash) {
		Some(place) => place,
		None => claim_place(store, operator, item)?,
	};
	list_operator(store, operator)?;
	Ok(place)
}

/// The place at which this batch is queued.
fn place_of(store: &impl LocalStore, operator: &AccountId, batch_hash: &H256) -> Option<u64> {
	let Index { head, tail } = index(store, operator);
	(head..tail).find(|place| {
		item(store, operator, *place).is_some_and(|item| item.batch_hash == *batch_hash)
	})
}

fn claim_place(
	store: &mut impl LocalStore,
	operator: &AccountId,
	item: &Item,
) -> Result<u64, QueueError> {
	for _ in 0..MAX_ROUNDS {
		let Index { head, tail } = index(store, operator);
		if tail.saturating_sub(head) >= MAX_QUEUED {
			return Err(QueueError::Full);
		}
		let key = item_key(operator, tail);
		let claimed = store.compare_and_set(&key, None, &item.encode());
		let after = move_tail(store, operator, tail)?;
		if !claimed {
			continue;
		}
		if after.head <= tail {
			return Ok(tail);
		}
		// The place was passed while this writer slept: nobody would look at it again.
		store.remove(&key);
	}
	Err(QueueError::Contended)
}

/// Moves `tail` past `place`, for oneself or for a writer that died.
fn move_tail(
	store: &mut impl LocalStore,
	operator: &AccountId,
	place: u64,
) -> Result<Index, QueueError> {
	update(store, &index_key(operator), |index: &Index| {
		(index.tail <= place).then(|| Index {
			tail: place.saturating_add(1),
			..*index
		})
	})
}

fn list_operator(store: &mut impl LocalStore, operator: &AccountId) -> Result<(), QueueError> {
	let listed = update(store, &operators_key(), |list: &Vec<AccountId>| {
		if list.contains(operator) || list.len() >= MAX_OPERATORS {
			return None;
		}
		let mut list = list.clone();
		list.push(operator.clone());
		Some(list)
	})?;
	listed
		.contains(operator)
		.then_some(())
		.ok_or(QueueError::TooManyOperators)
}

/// The worker's: rewrites an item of its own queue.
pub fn put_item(store: &mut impl LocalStore, operator: &AccountId, place: u64, item: &Item) {
	store.set(&item_key(operator, place), &item.encode());
}

/// The worker's: clears an item and its bytes.
pub fn drop_item(store: &mut impl LocalStore, operator: &AccountId, place: u64, item: &Item) {
	for hash in &item.pages {
		store.remove(&page_key(hash));
	}
	store.remove(&batch_key(&item.batch_hash));
	store.remove(&item_key(operator, place));
}

/// The worker's: moves `head` over at most `limit` cleared places and forgets an operator whose
/// queue is empty.
pub fn advance_head(
	store: &mut impl LocalStore,
	operator: &AccountId,
	limit: u64,
) -> Result<Index, QueueError> {
	let seen = index(store, operator);
	let end = seen.tail.min(seen.head.saturating_add(limit));
	let cleared = (seen.head..end)
		.take_while(|place| item(store, operator, *place).is_none())
		.last()
		.map_or(seen.head, |place| place.saturating_add(1));
	let index = update(store, &index_key(operator), |index: &Index| {
		(index.head < cleared).then_some(Index {
			head: cleared,
			..*index
		})
	})?;
	if index.head == index.tail {
		forget_operator(store, operator)?;
	}
	Ok(index)
}

fn forget_operator(store: &mut impl LocalStore, operator: &AccountId) -> Result<(), QueueError> {
	update(store, &operators_key(), |list: &Vec<AccountId>| {
		list.contains(operator).then(|| {
			list.iter()
				.filter(|known| *known != operator)
				.cloned()
				.collect()
		})
	})?;
	// An item that arrived meanwhile saw the operator still listed.
	let Index { head, tail } = self::index(store, operator);
	if head == tail {
		return Ok(());
	}
	list_operator(store, operator)
}

#[cfg(test)]
#[allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "tests"
)]
mod tests {
	use super::*;
	use crate::hash;
	use std::collections::BTreeMap;

	/// What another party does when this store is first asked to compare and set.
	type Interference = Box<dyn FnOnce(&mut Memory)>;

	#[derive(Default)]
	struct Memory {
		rows: BTreeMap<Vec<u8>, Vec<u8>>,
		/// Runs before the compare-and-set on a key, once.
		before: Option<(Vec<u8>, Interference)>,
		/// Runs after it, once.
		after: Option<(Vec<u8>, Interference)>,
	}

	impl LocalStore for Memory {
		fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
			self.rows.get(key).cloned()
		}
		fn set(&mut self, key: &[u8], value: &[u8]) {
			self.rows.insert(key.to_vec(), value.to_vec());
		}
		fn remove(&mut self, key: &[u8]) {
			self.rows.remove(key);
		}
		fn compare_and_set(&mut self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
			if self.before.as_ref().is_some_and(|(at, _)| at == key) {
				let (_, act) = self.before.take().unwrap();
				act(self);
			}
			let fits = self.rows.get(key).map(Vec::as_slice) == old;
			if fits {
				self.set(key, new);
			}
			if self.after.as_ref().is_some_and(|(at, _)| at == key) {
				let (_, act) = self.after.take().unwrap();
				act(self);
			}
			fits
		}
	}

	fn operator(seed: u8) -> AccountId {
		AccountId::new([seed; 32])
	}

	fn append(store: &mut Memory, who: u8, sequence: u64) -> Result<u64, QueueError> {
		let batch = StoredBatch {
			batch: vec![who, sequence as u8],
			signature: [7; 64],
		};
		let page = vec![who, sequence as u8, 1];
		let item = Item::new(3, sequence, hash(&batch.batch), vec![hash(&page)]);
		enqueue(store, &operator(who), &item, &batch, &[page])
	}

	fn finish(store: &mut Memory, who: u8, place: u64) {
		let found = item(store, &operator(who), place).unwrap();
		drop_item(store, &operator(who), place, &found);
		advance_head(store, &operator(who), 16).unwrap();
	}

	#[test]
	fn items_come_back_with_their_bytes() {
		let mut store = Memory::default();
		assert_eq!(append(&mut store, 1, 0), Ok(0));
		assert_eq!(append(&mut store, 1, 1), Ok(1));
		assert_eq!(append(&mut store, 2, 0), Ok(0));
		assert_eq!(operators(&store), vec![operator(1), operator(2)]);
		let found = item(&store, &operator(1), 1).unwrap();
		assert_eq!((found.model, found.sequence), (3, 1));
		assert_eq!(
			stored_batch(&store, &found.batch_hash).unwrap().batch,
			vec![1, 1]
		);
		assert_eq!(page(&store, &found.pages[0]), Some(vec![1, 1, 1]));
		assert_eq!(list(&store, 9).len(), 3);
		assert_eq!(list(&store, 2).len(), 2);
	}

	#[test]
	fn sending_twice_keeps_one_place() {
		let mut store = Memory::default();
		assert_eq!(append(&mut store, 1, 0), Ok(0));
		assert_eq!(append(&mut store, 1, 0), Ok(0));
		assert_eq!(index(&store, &operator(1)), Index { head: 0, tail: 1 });
	}

	#[test]
	fn everything_is_gone_after_the_last_item() {
		let mut store = Memory::default();
		append(&mut store, 1, 0).unwrap();
		append(&mut store, 1, 1).unwrap();
		finish(&mut store, 1, 1);
		// The head waits for the first item.
		assert_eq!(index(&store, &operator(1)), Index { head: 0, tail: 2 });
		finish(&mut store, 1, 0);
		assert_eq!(index(&store, &operator(1)), Index { head: 2, tail: 2 });
		assert_eq!(operators(&store), vec![]);
		// Only the index and the empty list stay.
		assert_eq!(store.rows.len(), 2);
		// Places go on where they stood.
		assert_eq!(append(&mut store, 1, 2), Ok(2));
	}

	#[test]
	fn two_writers_get_two_places() {
		let mut store = Memory::default();
		let key = item_key(&operator(1), 0);
		store.before = Some((
			key,
			Box::new(|store| assert_eq!(append(store, 1, 7), Ok(0))),
		));
		assert_eq!(append(&mut store, 1, 8), Ok(1));
		assert_eq!(item(&store, &operator(1), 0).unwrap().sequence, 7);
		assert_eq!(item(&store, &operator(1), 1).unwrap().sequence, 8);
	}

	#[test]
	fn a_writer_that_died_before_moving_the_tail_blocks_nobody() {
		let mut store = Memory::default();
		let dead = Item::new(3, 5, H256::repeat_byte(5), vec![]);
		store.set(&item_key(&operator(1), 0), &dead.encode());
		assert_eq!(append(&mut store, 1, 6), Ok(1));
		assert_eq!(index(&store, &operator(1)), Index { head: 0, tail: 2 });
	}

	#[test]
	fn a_place_that_was_passed_is_given_up() {
		let mut store = Memory::default();
		let key = item_key(&operator(1), 0);
		store.before = Some((
			key,
			Box::new(|store| {
				append(store, 1, 7).unwrap();
				finish(store, 1, 0);
			}),
		));
		// The sleeping writer's place 0 is behind the head; it takes the next one.
		assert_eq!(append(&mut store, 1, 8), Ok(1));
		assert!(item(&store, &operator(1), 0).is_none());
		assert_eq!(operators(&store), vec![operator(1)]);
	}

	#[test]
	fn an_operator_is_not_forgotten_while_an_item_arrives() {
		let mut store = Memory::default();
		append(&mut store, 1, 0).unwrap();
		let key = operators_key();
		store.before = Some((
			key,
			Box::new(|store| assert_eq!(append(store, 1, 1), Ok(1))),
		));
		finish(&mut store, 1, 0);
		assert_eq!(operators(&store), vec![operator(1)]);
		assert_eq!(list(&store, 9).len(), 1);
	}

	#[test]
	fn a_contended_index_ends_with_an_error() {
		struct Busy;
		impl LocalStore for Busy {
			fn get(&self, _: &[u8]) -> Option<Vec<u8>> {
				None
			}
			fn set(&mut self, _: &[u8], _: &[u8]) {}
			fn remove(&mut self, _: &[u8]) {}
			fn compare_and_set(&mut self, _: &[u8], _: Option<&[u8]>, _: &[u8]) -> bool {
				false
			}
		}
		let item = Item::new(3, 0, H256::zero(), vec![]);
		let batch = StoredBatch {
			batch: vec![],
			signature: [0; 64],
		};
		let refused = enqueue(&mut Busy, &operator(1), &item, &batch, &[]);
		assert_eq!(refused, Err(QueueError::Contended));
	}

	#[test]
	fn oversized_things_are_refused() {
		let mut store = Memory::default();
		let batch = StoredBatch {
			batch: vec![],
			signature: [0; 64],
		};
		let large = StoredBatch {
			batch: vec![0; UsageBatch::max_encoded_len() + 1],
			signature: [0; 64],
		};
		let item = Item::new(3, 0, H256::zero(), vec![]);
		let one = Item::new(3, 0, H256::zero(), vec![H256::zero()]);
		let who = operator(1);
		assert_eq!(
			enqueue(&mut store, &who, &item, &large, &[]),
			Err(QueueError::TooLarge)
		);
		assert_eq!(
			enqueue(&mut store, &who, &one, &batch, &[]),
			Err(QueueError::TooLarge)
		);
		let page = vec![0; CreditPage::max_encoded_len() + 1];
		assert_eq!(
			enqueue(&mut store, &who, &one, &batch, &[page]),
			Err(QueueError::TooLarge)
		);
		assert!(store.rows.is_empty());
	}

	#[test]
	fn queues_are_bounded() {
		let mut store = Memory::default();
		let full = Index {
			head: 3,
			tail: 3 + MAX_QUEUED,
		};
		store.set(&index_key(&operator(1)), &full.encode());
		assert_eq!(append(&mut store, 1, 0), Err(QueueError::Full));
		let many: Vec<_> = (0..MAX_OPERATORS as u8).map(operator).collect();
		store.set(&operators_key(), &many.encode());
		assert_eq!(
			append(&mut store, 200, 0),
			Err(QueueError::TooManyOperators)
		);
		assert_eq!(append(&mut store, 2, 0), Ok(0));
	}
}
