// SPDX-License-Identifier: Apache-2.0
//! The agenda, which keeper calls the pool takes, the off-chain worker that makes them, and the
//! epochs that claims are drawn by.

use crate::{pallet::*, types::*, weights::WeightInfo, LOG_TARGET};
use alloc::{vec, vec::Vec};
use codec::Encode;
use frame_support::{pallet_prelude::*, traits::Randomness};
use frame_system::offchain::SubmitTransaction;
use openledger_primitives::{BlockNumber, ClaimId, ContributionId};
use sp_core::offchain::Duration;
use sp_runtime::{
	offchain::storage_lock::StorageLock,
	transaction_validity::{TransactionLongevity, TransactionPriority},
};

/// Before ordinary transactions, behind what usage and royalties have nodes submit.
pub const KEEPER_PRIORITY: TransactionPriority = 1 << 58;

/// Blocks that a keeper call stays in a pool. As long as nodes agree on its bytes.
pub const KEEPER_LONGEVITY: TransactionLongevity = 16;

/// Calls that one run of the worker submits, at most.
pub const MAX_SUBMITTED: u32 = 16;

/// Rows of the agenda that one run of the worker looks at, at most.
const MAX_VISITS: usize = 64;

/// First part of the only tag that `conclude_review` provides; the second is the contribution.
pub const REVIEW_TAG: &[u8] = b"datanets/review";

/// First part of the only tag that `conclude_claim` provides; the second is the claim.
pub const CLAIM_TAG: &[u8] = b"datanets/claim";

/// Subject of an epoch's randomness; a claim's id joins it when positions are drawn.
const DRAW_SUBJECT: &[u8] = b"openledger/draw";

/// Offchain storage key of the worker's lock.
const LOCK_KEY: &[u8] = b"openledger/datanets/lock";

/// Milliseconds after which a lock left behind no longer counts.
const LOCK_MILLIS: u64 = 6_000;

impl From<AuthorizeInvalidity> for TransactionValidityError {
	fn from(reason: AuthorizeInvalidity) -> Self {
		InvalidTransaction::Custom(reason.code()).into()
	}
}

impl<T: Config> Pallet<T> {
	/// Lets keepers look at an item from this block on.
	pub(crate) fn put_on_agenda(block: BlockNumber, due: Due) {
		Agenda::<T>::insert(agenda_key(block, due), ());
	}

	/// The opposite of [`Self::put_on_agenda`], with the same block.
	pub(crate) fn take_off_agenda(block: BlockNumber, due: Due) {
		Agenda::<T>::remove(agenda_key(block, due));
	}

	/// Keeps what a new epoch draws.
	pub(crate) fn note_epoch() -> Weight {
		let epoch = T::EpochIndex::get();
		let mut draws = EpochDraws::<T>::get();
		if draws.last().is_some_and(|last| last.epoch == epoch) {
			return T::WeightInfo::note_epoch(0);
		}
		if draws.is_full() {
			draws.remove(0);
		}
		let drawn = EpochDraw {
			epoch,
			from: Self::now(),
			value: T::Randomness::random(DRAW_SUBJECT).0,
		};
		if draws.try_push(drawn).is_err() {
			log::error!(target: LOG_TARGET, "no room for the draw of epoch {epoch}");
		}
		EpochDraws::<T>::put(draws);
		T::WeightInfo::note_epoch(1)
	}

	/// Whether a keeper may conclude the review in block `now`.
	fn check_review(id: ContributionId, now: BlockNumber) -> Result<(), AuthorizeInvalidity> {
		let (_, review) = Self::open_review_of(id).map_err(|_| AuthorizeInvalidity::NotOpen)?;
		if now > review.reveals_until {
			Ok(())
		} else {
			Err(AuthorizeInvalidity::NotDue)
		}
	}

	/// Whether a keeper may draw or conclude the claim in block `now`.
	fn check_claim(id: ClaimId, now: BlockNumber) -> Result<(), AuthorizeInvalidity> {
		let claim = Claims::<T>::get(id).ok_or(AuthorizeInvalidity::NotOpen)?;
		if Self::is_claim_due(&claim, now) {
			Ok(())
		} else {
			Err(AuthorizeInvalidity::NotDue)
		}
	}

	/// Validity of `conclude_review`: three reads, no signature, whatever its source.
	pub(crate) fn authorize_conclude_review(
		_source: TransactionSource,
		contribution: &ContributionId,
	) -> TransactionValidityWithRefund {
		Self::check_review(*contribution, Self::now())?;
		has_room(OutcomesOfBlock::<T>::get().reviews)?;
		Ok((
			keeper_call((REVIEW_TAG, *contribution).encode()),
			Weight::zero(),
		))
	}

	/// Validity of `conclude_claim`, like that of a review.
	pub(crate) fn authorize_conclude_claim(
		_source: TransactionSource,
		claim: &ClaimId,
	) -> TransactionValidityWithRefund {
		Self::check_claim(*claim, Self::now())?;
		has_room(OutcomesOfBlock::<T>::get().claims)?;
		Ok((keeper_call((CLAIM_TAG, *claim).encode()), Weight::zero()))
	}

	/// Counts a keeper call of this block.
	pub(crate) fn count_outcome(due: Due) {
		OutcomesOfBlock::<T>::mutate(|used| {
			let used = match due {
				Due::Review(_) => &mut used.reviews,
				Due::Claim(_) => &mut used.claims,
			};
			*used = used.saturating_add(1);
		});
	}

	/// One run of the off-chain worker: submits up to [`MAX_SUBMITTED`] of the items that have
	/// waited longest. If more are waiting, the window over them moves on with every block, so that
	/// none waits behind others for ever. Only chain state counts as success: what was not included
	/// is still due at the next block.
	pub(crate) fn run_worker() {
		let mut lock = StorageLock::with_deadline(LOCK_KEY, Duration::from_millis(LOCK_MILLIS));
		// A transaction that is submitted now can be in the next block first.
		let next = Self::now().saturating_add(1);
		let waiting: Vec<Due> = Agenda::<T>::iter_keys()
			.take_while(|(block, _)| u32::from_be_bytes(*block) <= next)
			.take(MAX_VISITS)
			.map(|(_, due)| due)
			.collect();
		if waiting.is_empty() {
			return;
		}
		let Ok(_guard) = lock.try_lock() else {
			log::debug!(target: LOG_TARGET, "another run of the worker is going on");
			return;
		};
		let start = usize::try_from(next.wrapping_mul(MAX_SUBMITTED))
			.ok()
			.and_then(|start| start.checked_rem(waiting.len()))
			.unwrap_or_default();
		let (earlier, later) = waiting.split_at(start);
		let due = later.iter().chain(earlier).filter(|due| match due {
			Due::Review(id) => Self::check_review(*id, next).is_ok(),
			Due::Claim(id) => Self::check_claim(*id, next).is_ok(),
		});
		for (_, due) in (0..MAX_SUBMITTED).zip(due) {
			Self::submit(*due);
		}
	}

	fn submit(due: Due) {
		let call = match due {
			Due::Review(contribution) => Call::<T>::conclude_review { contribution },
			Due::Claim(claim) => Call::<T>::conclude_claim { claim },
		};
		let transaction = T::create_authorized_transaction(call.into());
		if SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).is_err() {
			log::debug!(target: LOG_TARGET, "{due:?} not taken by the pool");
		}
	}
}

fn agenda_key(block: BlockNumber, due: Due) -> AgendaKey {
	(block.to_be_bytes(), due)
}

/// A bounded number of keeper calls of each kind is in a block.
fn has_room(used: u32) -> Result<(), TransactionValidityError> {
	if used < MAX_OUTCOMES_PER_BLOCK {
		Ok(())
	} else {
		Err(InvalidTransaction::ExhaustsResources.into())
	}
}

/// `tag` carries identity only: one such call at a time is in a pool.
fn keeper_call(tag: Vec<u8>) -> ValidTransaction {
	ValidTransaction {
		priority: KEEPER_PRIORITY,
		requires: vec![],
		provides: vec![tag],
		longevity: KEEPER_LONGEVITY,
		propagate: true,
	}
}
