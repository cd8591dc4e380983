// SPDX-License-Identifier: Apache-2.0
//! Keepers: which `distribute_due` the pool takes, and the off-chain worker that makes them.

use crate::{Call, Config, DueCount, DueModels, Inboxes, Pallet};
use alloc::vec;
use codec::Encode;
use frame_support::{pallet_prelude::TransactionValidityWithRefund, traits::Get, weights::Weight};
use frame_system::{offchain::SubmitTransaction, pallet_prelude::BlockNumberFor};
use openledger_primitives::ModelId;
use sp_core::offchain::Duration;
use sp_runtime::{
	offchain::storage_lock::StorageLock,
	traits::UniqueSaturatedInto,
	transaction_validity::{
		InvalidTransaction, TransactionLongevity, TransactionPriority, TransactionSource,
		TransactionValidityError, ValidTransaction,
	},
};

/// Before ordinary transactions, behind what usage has nodes submit: pages and releases feed what
/// is distributed.
pub const KEEPER_PRIORITY: TransactionPriority = 1 << 59;

/// Blocks that a keeper call stays in a pool. As long as nodes agree on its bytes.
pub const KEEPER_LONGEVITY: TransactionLongevity = 16;

/// Distributions that one run of the worker submits, at most.
pub const MAX_SUBMITTED: u32 = 8;

/// First part of the only tag that `distribute_due` provides; the second is the model.
pub const DISTRIBUTE_TAG: &[u8] = b"royalties/distribute";

/// Offchain storage key of the worker's lock.
const LOCK_KEY: &[u8] = b"openledger/royalties/lock";

/// Milliseconds after which a lock left behind no longer counts.
const LOCK_MILLIS: u64 = 6_000;

/// Why `distribute_due` is refused before it costs anything. Numbers are final, and no other
/// pallet of the chain uses them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorizeInvalidity {
	/// No released batch has paid for a distribution of the model.
	NotPrepaid,
	/// The model's inbox holds no money.
	InboxEmpty,
}

impl AuthorizeInvalidity {
	/// The number that clients see in `InvalidTransaction::Custom`.
	pub const fn code(self) -> u8 {
		match self {
			Self::NotPrepaid => 101,
			Self::InboxEmpty => 102,
		}
	}
}

impl From<AuthorizeInvalidity> for TransactionValidityError {
	fn from(reason: AuthorizeInvalidity) -> Self {
		InvalidTransaction::Custom(reason.code()).into()
	}
}

impl<T: Config> Pallet<T> {
	/// Whether a keeper may distribute the model's inbox, in this block or a later one.
	fn check_due(model: ModelId) -> Result<(), AuthorizeInvalidity> {
		let inbox = Inboxes::<T>::get(model);
		if inbox.prepaid == 0 {
			return Err(AuthorizeInvalidity::NotPrepaid);
		}
		if inbox.is_empty() {
			return Err(AuthorizeInvalidity::InboxEmpty);
		}
		Ok(())
	}

	/// Validity of `distribute_due`: two reads, no signature, whatever its source.
	pub(crate) fn authorize_distribute_due(
		_source: TransactionSource,
		model: &ModelId,
	) -> TransactionValidityWithRefund {
		Self::check_due(*model)?;
		if Self::keeper_quota_used() >= T::MaxDistributionsPerBlock::get() {
			return Err(InvalidTransaction::ExhaustsResources.into());
		}
		let validity = ValidTransaction {
			priority: KEEPER_PRIORITY,
			requires: vec![],
			provides: vec![(DISTRIBUTE_TAG, *model).encode()],
			longevity: KEEPER_LONGEVITY,
			propagate: true,
		};
		Ok((validity, Weight::zero()))
	}

	/// One run of the off-chain worker: submits up to [`MAX_SUBMITTED`] due distributions. The
	/// window over the list moves on with every block, so that none waits behind others for ever.
	/// Only chain state counts as success: what was not included is still due at the next block.
	pub(crate) fn run_worker(now: BlockNumberFor<T>) {
		let count = DueCount::<T>::get();
		let mut lock = StorageLock::with_deadline(LOCK_KEY, Duration::from_millis(LOCK_MILLIS));
		if count == 0 {
			return;
		}
		let Ok(_guard) = lock.try_lock() else { return };
		let now: u32 = now.unique_saturated_into();
		let start = u64::from(now).saturating_mul(MAX_SUBMITTED.into());
		for step in 0..MAX_SUBMITTED.min(count) {
			let place = start.saturating_add(step.into()).checked_rem(count.into());
			let Some(place) = place.and_then(|place| u32::try_from(place).ok()) else {
				continue;
			};
			let Some(model) = DueModels::<T>::get(place) else {
				continue;
			};
			if Self::check_due(model).is_err() {
				continue;
			}
			let call = Call::<T>::distribute_due { model };
			let transaction = T::create_authorized_transaction(call.into());
			if SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).is_err() {
				log::debug!(
					target: crate::LOG_TARGET,
					"distribution of model {model} not taken by the pool"
				);
			}
		}
	}
}
