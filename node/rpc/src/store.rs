// SPDX-License-Identifier: Apache-2.0
//! The off-chain worker's queue as the node sees it.

use openledger_primitives::offchain::{LocalStore, QueueError};
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Error;

/// The node's persistent off-chain storage, under the prefix by which the worker reads it.
pub(crate) struct PersistentStore<S>(S);

impl<S: OffchainStorage> LocalStore for PersistentStore<S> {
	fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
		self.0.get(STORAGE_PREFIX, key)
	}

	fn set(&mut self, key: &[u8], value: &[u8]) {
		self.0.set(STORAGE_PREFIX, key, value);
	}

	fn remove(&mut self, key: &[u8]) {
		self.0.remove(STORAGE_PREFIX, key);
	}

	fn compare_and_set(&mut self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
		self.0.compare_and_set(STORAGE_PREFIX, key, old, new)
	}
}

/// One writer of this handler at a time. Other servers of the node and the worker write as well;
/// against them the queue's compare-and-set holds.
pub(crate) struct Shared<S>(Option<Mutex<PersistentStore<S>>>);

impl<S: OffchainStorage> Shared<S> {
	pub(crate) fn new(storage: Option<S>) -> Self {
		Self(storage.map(|storage| Mutex::new(PersistentStore(storage))))
	}

	/// The store, for as long as the guard lives.
	pub(crate) fn lock(&self) -> Result<MutexGuard<'_, PersistentStore<S>>, Error> {
		let store = self.0.as_ref();
		let store = store.ok_or_else(|| Error::Storage("this node has none".into()))?;
		// Nothing is held in memory that a panic could leave half done.
		Ok(store.lock().unwrap_or_else(PoisonError::into_inner))
	}
}

impl From<QueueError> for Error {
	fn from(error: QueueError) -> Self {
		match error {
			QueueError::TooLarge => {
				Self::Argument("larger than a batch or its pages can be".into())
			}
			QueueError::TooManyOperators => {
				Self::Storage("this node queues for as many operators as it can".into())
			}
			QueueError::Full => Self::Storage("the operator's queue is full".into()),
			QueueError::Contended => Self::Storage("others changed the queue; try again".into()),
		}
	}
}
