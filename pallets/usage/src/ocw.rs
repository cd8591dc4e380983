// SPDX-License-Identifier: Apache-2.0
//! The off-chain worker: submits queued batches, due releases and pages of released batches, and
//! forgets what the chain has no more use for.
//!
//! It decides nothing: everything it sends passes the same checks as if a stranger had sent it,
//! and only the state of the chain counts as success. Each run looks at a bounded number of items
//! from a cursor on, so a long queue is worked through over several blocks. A transaction may be
//! lost anywhere on its way; it is sent again after [`RETRY_AFTER`] blocks, with other bytes after
//! sixteen (the runtime puts `block_number / 16` into the unsigned nonce).

use alloc::{boxed::Box, string::String, vec::Vec};

use codec::Encode;
use frame_system::offchain::SubmitTransaction;
use openledger_primitives::{
	offchain::{self as queue, Cursor, Item, LocalStore, Status, WorkerError},
	payload::{decode_exact, CreditPage, UsageBatch},
	AccountId, BlockNumber, ModelId, PageIndex, Sequence,
};
use sp_core::offchain::{Duration, StorageKind};
use sp_runtime::{
	offchain::storage_lock::{BlockAndTime, StorageLock},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};

use crate::{
	types::{AuthorizeInvalidity, Batch, BatchPhase},
	BatchPages, Batches, Call, Config, NextSequence, Pallet, ReleasePlaces, ReleaseQueue,
	LOG_TARGET,
};

/// Transactions of one run, at most.
pub(crate) const MAX_SUBMISSIONS: u32 = 16;
/// Queue items that one run looks at, at most.
const MAX_VISITS: u32 = 64;
/// Places of the chain's release queue that one run looks at, at most.
const MAX_RELEASE_VISITS: u64 = 32;
/// Blocks between two attempts at the same item.
pub(crate) const RETRY_AFTER: BlockNumber = 4;
/// Blocks that an item is kept after the chain forgot its batch: blocks can be reverted.
pub(crate) const KEEP_GONE: BlockNumber = 16;
/// Life of the lock: a run that takes longer was killed.
const LOCK_BLOCKS: u32 = 2;
/// See [`LOCK_BLOCKS`].
const LOCK_MILLISECONDS: u64 = 10_000;

/// Persistent offchain storage of the node that runs the worker.
pub(crate) struct NodeStore;

impl LocalStore for NodeStore {
	fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
		sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, key)
	}

	fn set(&mut self, key: &[u8], value: &[u8]) {
		sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, key, value);
	}

	fn remove(&mut self, key: &[u8]) {
		sp_io::offchain::local_storage_clear(StorageKind::PERSISTENT, key);
	}

	fn compare_and_set(&mut self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
		let old = old.map(<[u8]>::to_vec);
		sp_io::offchain::local_storage_compare_and_set(StorageKind::PERSISTENT, key, old, new)
	}
}

/// What becomes of an item.
enum Verdict {
	/// It stays as it is.
	Keep,
	/// It stays with these marks.
	Update(Item),
	/// It can go.
	Drop,
}

/// One run.
struct Run {
	store: NodeStore,
	now: BlockNumber,
	submitted: u32,
	error: Option<WorkerError>,
}

impl<T: Config> Pallet<T> {
	/// One run of the worker, unless another one is going on.
	pub(crate) fn run_worker() {
		let key = queue::lock_key();
		let mut lock =
			StorageLock::<BlockAndTime<frame_system::Pallet<T>>>::with_block_and_time_deadline(
				&key,
				LOCK_BLOCKS,
				Duration::from_millis(LOCK_MILLISECONDS),
			);
		let Ok(_guard) = lock.try_lock() else {
			log::debug!(target: LOG_TARGET, "another run of the worker is going on");
			return;
		};
		let mut run = Run {
			store: NodeStore,
			now: Self::now(),
			submitted: 0,
			error: None,
		};
		run.release_due::<T>();
		run.work_queue::<T>();
		run.write_status();
	}
}

impl Run {
	/// Mints and submits a call; says whether the pool took it. Only the chain's state counts.
	fn submit<T: Config>(&mut self, call: Call<T>) -> bool {
		self.submitted = self.submitted.saturating_add(1);
		let transaction = T::create_authorized_transaction(call.into());
		let taken = SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).is_ok();
		if !taken {
			log::debug!(target: LOG_TARGET, "the pool has this transaction or refuses it");
		}
		taken
	}

	fn is_spent(&self) -> bool {
		self.submitted >= MAX_SUBMISSIONS
	}

	/// The block that a submitted transaction can be in first.
	fn next_block(&self) -> BlockNumber {
		self.now.saturating_add(1)
	}

	/// Submits releases of whoever's batches are due.
	fn release_due<T: Config>(&mut self) {
		let places = ReleasePlaces::<T>::get();
		let end = places
			.tail
			.min(places.head.saturating_add(MAX_RELEASE_VISITS));
		for place in places.head..end {
			if self.submitted >= MAX_SUBMISSIONS / 2 {
				return;
			}
			let Some((operator, model, sequence)) = ReleaseQueue::<T>::get(place) else {
				continue;
			};
			let at = self.next_block();
			if Pallet::<T>::admit_release(&operator, model, sequence, at).is_ok() {
				self.submit::<T>(Call::release {
					operator,
					model,
					sequence,
				});
			}
		}
	}

	/// Goes through the queue from the cursor on, at most once around.
	fn work_queue<T: Config>(&mut self) {
		let cursor: Cursor = self
			.store
			.get(&queue::cursor_key())
			.and_then(|bytes| decode_exact(&bytes))
			.unwrap_or_default();
		let operators = queue::operators(&self.store);
		let Some(count) = u32::try_from(operators.len())
			.ok()
			.filter(|count| *count > 0)
		else {
			return;
		};
		let mut visits = 0;
		let mut next = Cursor {
			operator: cursor.operator.checked_rem(count).unwrap_or(0),
			..cursor
		};
		// The operator at the cursor comes first with his later items, and last with his earlier.
		for turn in 0..=count {
			let Some(operator) = usize::try_from(next.operator)
				.ok()
				.and_then(|i| operators.get(i))
			else {
				break;
			};
			let until = (turn == count).then_some(cursor.item);
			let stopped = self.work_operator::<T>(operator, next.item, until, &mut visits);
			if let Some(item) = stopped {
				next.item = item;
				break;
			}
			next.operator = next
				.operator
				.saturating_add(1)
				.checked_rem(count)
				.unwrap_or(0);
			next.item = 0;
		}
		for operator in &operators {
			if queue::advance_head(&mut self.store, operator, queue::MAX_QUEUED).is_err() {
				log::debug!(target: LOG_TARGET, "the queue's index is contended");
			}
		}
		self.store.set(&queue::cursor_key(), &next.encode());
	}

	/// Visits one operator's items from `from` on; returns the place to go on from when the run's
	/// budget is spent.
	fn work_operator<T: Config>(
		&mut self,
		operator: &AccountId,
		from: u64,
		until: Option<u64>,
		visits: &mut u32,
	) -> Option<u64> {
		let index = queue::index(&self.store, operator);
		let end = until.map_or(index.tail, |until| until.min(index.tail));
		for place in index.head.max(from)..end {
			if self.is_spent() || *visits >= MAX_VISITS {
				return Some(place);
			}
			let Some(item) = queue::item(&self.store, operator, place) else {
				continue;
			};
			*visits = visits.saturating_add(1);
			match self.visit::<T>(operator, &item) {
				Verdict::Keep => {}
				Verdict::Update(item) => {
					queue::put_item(&mut self.store, operator, place, &item);
				}
				Verdict::Drop => queue::drop_item(&mut self.store, operator, place, &item),
			}
		}
		None
	}

	/// Compares an item with the chain's state and does what is due.
	fn visit<T: Config>(&mut self, operator: &AccountId, item: &Item) -> Verdict {
		if item.sequence >= NextSequence::<T>::get(operator, item.model) {
			return self.visit_pending::<T>(operator, item);
		}
		let key = (operator, item.model, item.sequence);
		match Batches::<T>::get(key).filter(|batch| batch.hash == item.batch_hash) {
			Some(batch) => self.visit_accepted::<T>(operator, item, &batch),
			None => self.visit_gone(item),
		}
	}

	/// A batch that the chain has not seen.
	fn visit_pending<T: Config>(&mut self, operator: &AccountId, item: &Item) -> Verdict {
		if !self.may_try(item) {
			return Verdict::Keep;
		}
		let Some((batch, signature)) = self.load_batch(item) else {
			self.report(
				operator,
				item.model,
				item.sequence,
				"the batch's bytes are lost",
			);
			return Verdict::Drop;
		};
		match Pallet::<T>::admit_batch(&batch, &signature, self.next_block()) {
			Ok(_) => {
				self.submit::<T>(Call::submit_batch {
					batch: Box::new(batch),
					signature,
				});
			}
			Err(error) => {
				self.report(operator, item.model, item.sequence, &reason(error));
				if is_final(error) {
					return Verdict::Drop;
				}
			}
		}
		self.tried(item, 0)
	}

	/// A batch that the chain holds: its pages go out once it is released.
	fn visit_accepted<T: Config>(
		&mut self,
		operator: &AccountId,
		item: &Item,
		batch: &Batch,
	) -> Verdict {
		if matches!(batch.phase, BatchPhase::Waiting { .. }) || !self.may_try(item) {
			let came_back = Item {
				gone_since: None,
				..item.clone()
			};
			return if came_back == *item {
				Verdict::Keep
			} else {
				Verdict::Update(came_back)
			};
		}
		let pages = BatchPages::<T>::get((operator, item.model, item.sequence));
		for (page, record) in (0..PageIndex::MAX)
			.zip(&pages)
			.skip(usize::from(item.next_page))
		{
			if self.is_spent() {
				// The rest goes out in the next run, without waiting.
				return Verdict::Update(Item {
					next_page: page,
					gone_since: None,
					..item.clone()
				});
			}
			if record.is_open() {
				self.push_page::<T>(operator, item, page);
			}
		}
		self.tried(item, 0)
	}

	fn push_page<T: Config>(&mut self, operator: &AccountId, item: &Item, index: PageIndex) {
		let page = item
			.pages
			.get(usize::from(index))
			.and_then(|hash| queue::page(&self.store, hash))
			.and_then(|bytes| decode_exact::<CreditPage>(&bytes));
		let Some(page) = page else {
			return self.report(
				operator,
				item.model,
				item.sequence,
				"a page's bytes are lost",
			);
		};
		match Pallet::<T>::admit_page(&page) {
			Ok(_) => {
				self.submit::<T>(Call::push_page { page });
			}
			Err(error) => self.report(operator, item.model, item.sequence, &reason(error)),
		}
	}

	/// A batch that is settled, void or replaced.
	fn visit_gone(&self, item: &Item) -> Verdict {
		match item.gone_since {
			None => Verdict::Update(Item {
				gone_since: Some(self.now),
				..item.clone()
			}),
			Some(since) if self.now >= since.saturating_add(KEEP_GONE) => Verdict::Drop,
			Some(_) => Verdict::Keep,
		}
	}

	fn may_try(&self, item: &Item) -> bool {
		let again = item.attempted_at.saturating_add(RETRY_AFTER);
		// A block number below the last attempt's is a fork that was taken back.
		item.attempted_at == 0 || self.now >= again || self.now < item.attempted_at
	}

	fn tried(&self, item: &Item, next_page: PageIndex) -> Verdict {
		let marked = Item {
			attempted_at: self.now,
			next_page,
			gone_since: None,
			..item.clone()
		};
		Verdict::Update(marked)
	}

	fn load_batch(&self, item: &Item) -> Option<(UsageBatch, [u8; 64])> {
		let stored = queue::stored_batch(&self.store, &item.batch_hash)?;
		Some((decode_exact(&stored.batch)?, stored.signature))
	}

	fn report(&mut self, operator: &AccountId, model: ModelId, sequence: Sequence, reason: &str) {
		log::debug!(target: LOG_TARGET, "batch {sequence} of model {model}: {reason}");
		self.error = Some(WorkerError {
			at: self.now,
			operator: operator.clone(),
			model,
			sequence,
			reason: reason.as_bytes().to_vec(),
		});
	}

	fn write_status(mut self) {
		let before = queue::status(&self.store);
		let status = Status {
			last_run: self.now,
			submitted: self.submitted,
			last_error: self.error.take().or(before.last_error),
			queued: queue::list(&self.store, queue::MAX_STATUS_ITEMS),
		};
		self.store.set(&queue::status_key(), &status.encode());
	}
}

/// A refusal in words.
fn reason(error: TransactionValidityError) -> String {
	let named = match error {
		TransactionValidityError::Invalid(InvalidTransaction::Custom(code)) => {
			AuthorizeInvalidity::from_code(code)
		}
		_ => None,
	};
	named.map_or_else(
		|| alloc::format!("{error:?}"),
		|reason| alloc::format!("{reason:?}"),
	)
}

/// Whether the same bytes can never be accepted again.
fn is_final(error: TransactionValidityError) -> bool {
	let TransactionValidityError::Invalid(InvalidTransaction::Custom(code)) = error else {
		return false;
	};
	[
		AuthorizeInvalidity::EmptyBatch,
		AuthorizeInvalidity::Expired,
		AuthorizeInvalidity::BadSignature,
	]
	.iter()
	.any(|reason| reason.code() == code)
}
