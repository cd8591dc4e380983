// SPDX-License-Identifier: Apache-2.0
//! Channels in memory: replayed from the store, one lock each, so that the calls of a channel come
//! one after the other.

use std::{
	collections::HashMap,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex as Lock,
	},
};

use openledger_primitives::{
	payload::{Curve, Payload, SignedVoucher, Voucher},
	tree::Frontier,
	Balance, ChannelId, H256,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
	refusal::{Refusal, VoucherFault},
	store::{CallRow, ChannelRow, Store, StoreError, StoreResult},
};

/// Calls of one channel that may wait for each other.
const LONGEST_QUEUE: usize = 16;
/// Calls read at once while a channel is replayed.
const REPLAY_PAGE: usize = 1_024;

/// A channel as the gateway serves it.
#[derive(Clone, Debug)]
pub struct Channel {
	/// Its id.
	pub id: ChannelId,
	/// What the store holds.
	pub row: ChannelRow,
	/// Fees of all calls.
	pub fee_total: Balance,
	/// Matched part of them.
	pub matched_total: Balance,
	/// A write failed: the store knows better.
	pub doubtful: bool,
	records: Frontier,
}

impl Channel {
	/// A channel without calls.
	pub fn new(id: ChannelId, row: ChannelRow) -> Self {
		Self {
			id,
			row,
			fee_total: 0,
			matched_total: 0,
			doubtful: false,
			records: Frontier::default(),
		}
	}

	/// Rebuilds a channel from its calls. Each must follow the one before: a gap, a broken total
	/// or another root means that the store is damaged.
	pub fn replay(store: &Store, genesis_hash: &H256, id: ChannelId) -> StoreResult<Option<Self>> {
		let Some(row) = store.channel(id)? else {
			return Ok(None);
		};
		let mut channel = Self::new(id, row);
		loop {
			let page = store.calls(id, (channel.calls(), u64::MAX), REPLAY_PAGE, |row| row)?;
			for call in &page {
				let after = channel.after(genesis_hash, call)?;
				if after.records.root() != call.range_root {
					return Err(StoreError::Damaged("range root"));
				}
				channel = after;
			}
			if page.len() < REPLAY_PAGE {
				return Ok(Some(channel));
			}
		}
	}

	/// Number of calls served.
	pub fn calls(&self) -> u64 {
		self.records.count()
	}

	/// Calls that no voucher covers.
	pub fn unpaid(&self) -> u64 {
		let signed = self.row.voucher.as_ref();
		let paid = signed.map_or(0, |signed| signed.voucher.calls);
		self.calls().saturating_sub(paid)
	}

	/// The voucher for all calls.
	pub fn voucher(&self) -> Voucher {
		Voucher {
			channel: self.id,
			calls: self.calls(),
			fee_total: self.fee_total,
			matched_total: self.matched_total,
			range_root: self.records.root(),
		}
	}

	/// The channel with one call more.
	pub fn after(&self, genesis_hash: &H256, call: &CallRow) -> StoreResult<Self> {
		let record = &call.record;
		let fee_total = self.fee_total.checked_add(record.fee);
		let spans = openledger_provenance::record::matched(&call.spans);
		let matched_total = self.matched_total.checked_add(spans);
		let follows = record.channel == self.id
			&& self.calls().checked_add(1) == Some(record.number)
			&& fee_total == Some(record.fee_total)
			&& matched_total == Some(record.matched_total);
		if !follows {
			return Err(StoreError::Damaged("call log"));
		}
		let mut after = self.clone();
		let pushed = after.records.push(&record.preimage(genesis_hash));
		pushed.map_err(|_| StoreError::Damaged("call log"))?;
		after.fee_total = record.fee_total;
		after.matched_total = record.matched_total;
		Ok(after)
	}

	/// Root of the channel's records with this one added.
	pub fn root_with(&self, genesis_hash: &H256, record: &impl Payload) -> Option<H256> {
		let mut records = self.records.clone();
		records.push(&record.preimage(genesis_hash)).ok()?;
		Some(records.root())
	}

	/// Checks a voucher against this gateway's own count, totals and root, the deposit, and the
	/// payer's key. `own` is the voucher for the calls that it counts.
	pub fn check_voucher(
		&self,
		genesis_hash: &H256,
		signed: &SignedVoucher,
		own: &Voucher,
		deposit: Balance,
	) -> Result<(), VoucherFault> {
		let voucher = &signed.voucher;
		if voucher.channel != self.id {
			return Err(VoucherFault::OtherChannel);
		}
		if voucher.calls == 0 || voucher.calls > self.calls() || voucher.calls != own.calls {
			return Err(VoucherFault::Calls);
		}
		let accepted = self
			.row
			.voucher
			.as_ref()
			.map_or(0, |signed| signed.voucher.calls);
		if voucher.calls < accepted {
			return Err(VoucherFault::Stale);
		}
		if voucher.fee_total != own.fee_total {
			return Err(VoucherFault::FeeTotal);
		}
		if voucher.matched_total != own.matched_total {
			return Err(VoucherFault::MatchedTotal);
		}
		if voucher.range_root != own.range_root {
			return Err(VoucherFault::RangeRoot);
		}
		if voucher.fee_total > deposit {
			return Err(VoucherFault::Deposit);
		}
		let fits = Curve::of_scheme(signed.scheme) == Some(self.row.key.curve);
		if !fits || !signed.verify(&self.row.key, genesis_hash) {
			return Err(VoucherFault::Signature);
		}
		Ok(())
	}
}

struct Slot {
	waiting: AtomicUsize,
	channel: Arc<Mutex<Channel>>,
}

/// A place in a channel's queue.
struct Place(Arc<Slot>);

impl Place {
	fn take(slot: Arc<Slot>) -> Option<Self> {
		let before = slot.waiting.fetch_add(1, Ordering::SeqCst);
		let place = Self(slot);
		(before < LONGEST_QUEUE).then_some(place)
	}
}

impl Drop for Place {
	fn drop(&mut self) {
		self.0.waiting.fetch_sub(1, Ordering::SeqCst);
	}
}

/// All channels that have been used here.
pub struct Channels {
	store: Store,
	genesis_hash: H256,
	slots: Lock<HashMap<ChannelId, Arc<Slot>>>,
}

impl Channels {
	/// Replays every channel of the store.
	pub fn replay(store: &Store, genesis_hash: H256) -> StoreResult<Self> {
		let channels = Self {
			store: store.clone(),
			genesis_hash,
			slots: Lock::default(),
		};
		for id in store.channel_ids()? {
			if let Some(channel) = Channel::replay(store, &genesis_hash, id)? {
				channels.insert(channel);
			}
		}
		Ok(channels)
	}

	fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<ChannelId, Arc<Slot>>> {
		self.slots
			.lock()
			.unwrap_or_else(|poisoned| poisoned.into_inner())
	}

	/// Adds a channel unless it is there already.
	pub fn insert(&self, channel: Channel) {
		self.slots().entry(channel.id).or_insert_with(|| {
			Arc::new(Slot {
				waiting: AtomicUsize::new(0),
				channel: Arc::new(Mutex::new(channel)),
			})
		});
	}

	/// Whether the channel has been used here.
	pub fn knows(&self, id: ChannelId) -> bool {
		self.slots().contains_key(&id)
	}

	/// Ids in ascending order.
	pub fn ids(&self) -> Vec<ChannelId> {
		let mut ids: Vec<ChannelId> = self.slots().keys().copied().collect();
		ids.sort_unstable();
		ids
	}

	/// The channel, when the calls before are done; `None` when it has not been used here.
	pub async fn lock(&self, id: ChannelId) -> Result<Option<OwnedMutexGuard<Channel>>, Refusal> {
		let Some(slot) = self.slots().get(&id).cloned() else {
			return Ok(None);
		};
		let place = Place::take(slot).ok_or(Refusal::Busy)?;
		let guard = place.0.channel.clone().lock_owned().await;
		Ok(Some(self.certain(guard)?))
	}

	/// The channel for the gateway's own work, which waits however many calls do.
	pub async fn lock_own(&self, id: ChannelId) -> StoreResult<Option<OwnedMutexGuard<Channel>>> {
		let Some(slot) = self.slots().get(&id).cloned() else {
			return Ok(None);
		};
		self.certain(slot.channel.clone().lock_owned().await)
			.map(Some)
	}

	/// Reads a channel again whose last write failed: the row may have reached the disk or not.
	fn certain(
		&self,
		mut channel: OwnedMutexGuard<Channel>,
	) -> StoreResult<OwnedMutexGuard<Channel>> {
		if channel.doubtful {
			let replayed = Channel::replay(&self.store, &self.genesis_hash, channel.id)?;
			let fresh = || Channel::new(channel.id, channel.row.clone());
			*channel = replayed.unwrap_or_else(fresh);
		}
		Ok(channel)
	}
}
