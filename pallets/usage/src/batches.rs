// SPDX-License-Identifier: Apache-2.0
//! Settling a batch, or voiding it, and releasing it after its window.

use alloc::vec::Vec;

use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::hold::Mutate as _,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use openledger_primitives::{
	payload::{BatchRow, Curve, Payload, PublicKey, SignedVoucher, UsageBatch, Voucher},
	ports::{FeeSettlement, ModelInspect, RoyaltyTerms},
	shares, tree, AccountId, Balance, ChannelId,
};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
	charge::Charge,
	types::{
		Batch, BatchKey, BatchPhase, Channel, Fault, Operator, PageRecord, PageRecords, PageState,
	},
	BatchPages, Batches, Channels, Config, Error, Event, HoldReason, NextSequence, Operators,
	Pallet, Parameters, Quota, ReleasePlaces, ReleaseQueue, ServiceClock, LOG_TARGET,
};

/// Cleared places of the release queue that one release steps over, at most.
const MAX_QUEUE_STEPS: u32 = 8;

/// One voucher that passed every check, with the channel as it stands.
pub(crate) struct Settlement {
	/// The channel before.
	pub channel: Channel,
	/// What the batch settles for it.
	pub row: BatchRow,
}

impl Settlement {
	fn calls(&self) -> u64 {
		self.row.to_calls.saturating_sub(self.row.from_calls)
	}

	fn fee(&self) -> Balance {
		self.row.fee_total.saturating_sub(self.row.from_fee_total)
	}

	fn matched(&self) -> Balance {
		self.row
			.matched_total
			.saturating_sub(self.row.from_matched_total)
	}
}

impl<T: Config> Pallet<T> {
	/// Numbers of vouchers and pages.
	pub(crate) fn size_of(batch: &UsageBatch) -> (u32, u32) {
		let count = |length| u32::try_from(length).unwrap_or(u32::MAX);
		(count(batch.vouchers.len()), count(batch.pages.len()))
	}

	/// Every signature check of this pallet.
	pub(crate) fn signature_is_good(
		key: &PublicKey,
		scheme: u8,
		signature: &[u8; 64],
		message: &[u8],
	) -> bool {
		#[cfg(test)]
		crate::mock::count_signature_check();
		key.verify(scheme, signature, message)
	}

	pub(crate) fn do_submit_batch(batch: &UsageBatch) -> DispatchResult {
		let mut operator = Self::operator(&batch.operator)?;
		let next = NextSequence::<T>::get(&batch.operator, batch.model);
		ensure!(batch.sequence == next, Error::<T>::OutOfSequence);
		let after = next.checked_add(1).ok_or(Error::<T>::Overflow)?;
		NextSequence::<T>::insert(&batch.operator, batch.model, after);
		operator.last_turn = Self::now();
		let (vouchers, pages) = Self::size_of(batch);
		Self::use_quota(Self::batch_weight(vouchers, pages), 1);
		let charge = Self::charge_of(vouchers, pages, batch.lines);
		let settled = Self::check_batch(batch, ServiceClock::<T>::get()).and_then(|settlements| {
			with_storage_layer(|| {
				Self::settle_batch(batch, operator.clone(), &settlements, &charge)
			})
			.map_err(|error: SettleError| error.0)
		});
		match settled {
			Ok(()) => Ok(()),
			Err(fault) => Self::void_batch(batch, operator, fault, charge.own),
		}
	}

	/// All that `authorize` leaves to dispatch. Reads only.
	pub(crate) fn check_batch(batch: &UsageBatch, clock: u64) -> Result<Vec<Settlement>, Fault> {
		let terms = T::Models::terms(batch.model).ok_or(Fault::UnknownModel)?;
		Self::check_matched(batch, &terms)?;
		let mut before: Option<ChannelId> = None;
		let mut fees: Balance = 0;
		let mut matched: Balance = 0;
		let mut settlements = Vec::with_capacity(batch.vouchers.len());
		for signed in &batch.vouchers {
			let id = signed.voucher.channel;
			ensure!(before.is_none_or(|before| before < id), Fault::VoucherOrder);
			before = Some(id);
			let settlement = Self::check_voucher(batch, signed, &terms, clock)?;
			fees = fees.checked_add(settlement.fee()).ok_or(Fault::Overflow)?;
			matched = matched
				.checked_add(settlement.matched())
				.ok_or(Fault::Overflow)?;
			settlements.push(settlement);
		}
		ensure!(fees == batch.fee_total, Fault::FeeSum);
		ensure!(matched == batch.matched, Fault::MatchedSum);
		Ok(settlements)
	}

	/// Pages and matched money fit each other and the model.
	fn check_matched(batch: &UsageBatch, terms: &RoyaltyTerms<AccountId>) -> Result<(), Fault> {
		if batch.matched == 0 {
			ensure!(batch.pages.is_empty(), Fault::PagesWithoutMatch);
			return Ok(());
		}
		ensure!(
			terms.contributors_ppm() > 0,
			Fault::MatchWithoutContributors
		);
		let split = T::Royalties::quote(batch.model, batch.fee_total).ok_or(Fault::UnknownModel)?;
		ensure!(split.data > 0, Fault::MatchWithoutDataShare);
		let mut total = 0;
		for page in &batch.pages {
			ensure!(page.end_total > total, Fault::PageTotals);
			total = page.end_total;
		}
		ensure!(total == batch.matched, Fault::PageTotals);
		Ok(())
	}

	fn check_voucher(
		batch: &UsageBatch,
		signed: &SignedVoucher,
		terms: &RoyaltyTerms<AccountId>,
		clock: u64,
	) -> Result<Settlement, Fault> {
		let voucher = &signed.voucher;
		let unknown = if Self::was_channel(voucher.channel) {
			Fault::ChannelClosed
		} else {
			Fault::UnknownChannel
		};
		let channel = Channels::<T>::get(voucher.channel).ok_or(unknown)?;
		ensure!(channel.operator == batch.operator, Fault::WrongOperator);
		ensure!(channel.model == batch.model, Fault::WrongModel);
		ensure!(channel.takes_vouchers(clock), Fault::ChannelClosed);
		Self::check_amounts(voucher, &channel, terms)?;
		let curve = Curve::of_scheme(signed.scheme);
		ensure!(curve == Some(channel.key.curve), Fault::WrongScheme);
		let message = voucher.preimage(&Self::genesis_hash());
		let good =
			Self::signature_is_good(&channel.key, signed.scheme, &signed.signature, &message);
		ensure!(good, Fault::VoucherSignature);
		let row = BatchRow {
			channel: voucher.channel,
			from_calls: channel.settled_calls,
			from_fee_total: channel.settled_fee,
			from_matched_total: channel.settled_matched,
			to_calls: voucher.calls,
			fee_total: voucher.fee_total,
			matched_total: voucher.matched_total,
			range_root: voucher.range_root,
		};
		Ok(Settlement { channel, row })
	}

	fn check_amounts(
		voucher: &Voucher,
		channel: &Channel,
		terms: &RoyaltyTerms<AccountId>,
	) -> Result<(), Fault> {
		ensure!(voucher.calls > channel.settled_calls, Fault::CallsNotRising);
		let calls = voucher.calls.saturating_sub(channel.settled_calls);
		let fee = voucher
			.fee_total
			.checked_sub(channel.settled_fee)
			.ok_or(Fault::FeeBelowFloor)?;
		// A floor of 0 would let calls be settled for nothing.
		let floor = terms.min_fee_per_call.max(1).checked_mul(u128::from(calls));
		ensure!(
			floor.is_some_and(|floor| fee >= floor),
			Fault::FeeBelowFloor
		);
		ensure!(voucher.fee_total <= channel.deposit, Fault::FeeAboveDeposit);
		let matched = voucher
			.matched_total
			.checked_sub(channel.settled_matched)
			.ok_or(Fault::MatchedFalling)?;
		ensure!(matched <= fee, Fault::MatchedAboveFee);
		Ok(())
	}

	/// Moves the money and books the batch; the caller rolls back when it fails.
	fn settle_batch(
		batch: &UsageBatch,
		mut operator: Operator,
		settlements: &[Settlement],
		charge: &Charge,
	) -> Result<(), SettleError> {
		Self::charge_operator(&batch.operator, &mut operator, charge.whole)?;
		let mut calls: u64 = 0;
		for settlement in settlements {
			calls = calls
				.checked_add(settlement.calls())
				.ok_or(SettleError(Fault::Overflow))?;
			Self::redeem(batch.sequence, settlement)?;
		}
		let split = T::Royalties::settle(batch.model, &batch.operator, batch.fee_total)?;
		let parameters = Parameters::<T>::get();
		let coverage =
			Self::coverage_of(split.data, &parameters).ok_or(SettleError(Fault::Overflow))?;
		ensure!(
			coverage <= operator.spare_bond(),
			SettleError(Fault::Settlement)
		);
		operator.coverage = operator.coverage.saturating_add(coverage);
		let pages = Self::page_records(batch);
		let count = u32::try_from(pages.len()).map_err(|_| SettleError(Fault::Overflow))?;
		operator.unpaid_pages = operator.unpaid_pages.saturating_add(count);
		Operators::<T>::insert(&batch.operator, operator);
		let genesis_hash = Self::genesis_hash();
		let key: BatchKey = (batch.operator.clone(), batch.model, batch.sequence);
		let hash = batch.digest(&genesis_hash);
		let accepted = Batch {
			hash,
			accepted_at: Self::now(),
			window: parameters.challenge_window,
			calls,
			fee: batch.fee_total,
			matched: batch.matched,
			split: split.clone(),
			rows_root: Self::rows_root(settlements, &genesis_hash),
			lines_root: batch.lines_root,
			lines: batch.lines,
			coverage,
			phase: BatchPhase::Waiting {
				place: Self::enqueue_release(&key),
			},
		};
		Batches::<T>::insert(&key, accepted);
		if !pages.is_empty() {
			BatchPages::<T>::insert(&key, pages);
		}
		let (operator, model, sequence) = key;
		Self::deposit_event(Event::BatchAccepted {
			operator,
			model,
			sequence,
			hash,
			calls,
			fee: batch.fee_total,
			matched: batch.matched,
			charge: charge.whole,
			split,
		});
		Ok(())
	}

	/// Moves one channel's money into the pot.
	fn redeem(sequence: u64, settlement: &Settlement) -> Result<(), SettleError> {
		let row = &settlement.row;
		let mut channel = settlement.channel.clone();
		T::Fungible::transfer_on_hold(
			&HoldReason::ChannelDeposit.into(),
			&channel.payer,
			&T::Royalties::pot(),
			settlement.fee(),
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)?;
		channel.settled_calls = row.to_calls;
		channel.settled_fee = row.fee_total;
		channel.settled_matched = row.matched_total;
		Channels::<T>::insert(row.channel, channel);
		Self::deposit_event(Event::ChannelSettled {
			channel: row.channel,
			sequence,
			calls: settlement.calls(),
			fee: settlement.fee(),
			matched: settlement.matched(),
		});
		Ok(())
	}

	fn rows_root(settlements: &[Settlement], genesis_hash: &H256) -> H256 {
		tree::root_of(
			settlements
				.iter()
				.map(|settlement| settlement.row.preimage(genesis_hash)),
		)
	}

	fn page_records(batch: &UsageBatch) -> PageRecords {
		let records = batch.pages.iter().map(|page| PageRecord {
			hash: page.page_hash,
			end_total: page.end_total,
			state: PageState::Open,
		});
		PageRecords::truncate_from(records.collect())
	}

	fn void_batch(
		batch: &UsageBatch,
		mut operator: Operator,
		fault: Fault,
		own: Balance,
	) -> DispatchResult {
		// `authorize` saw more means than this in the same block.
		Self::charge_operator(&batch.operator, &mut operator, own)?;
		Operators::<T>::insert(&batch.operator, operator);
		Self::deposit_event(Event::BatchVoided {
			operator: batch.operator.clone(),
			model: batch.model,
			sequence: batch.sequence,
			fault,
			charge: own,
		});
		Ok(())
	}

	fn enqueue_release(key: &BatchKey) -> u64 {
		ReleasePlaces::<T>::mutate(|places| {
			let place = places.tail;
			ReleaseQueue::<T>::insert(place, key);
			places.tail = places.tail.saturating_add(1);
			place
		})
	}

	/// Clears a place and moves the head over cleared ones, a few at a time.
	fn dequeue_release(place: u64) {
		ReleaseQueue::<T>::remove(place);
		ReleasePlaces::<T>::mutate(|places| {
			for _ in 0..MAX_QUEUE_STEPS {
				if places.head >= places.tail || ReleaseQueue::<T>::contains_key(places.head) {
					break;
				}
				places.head = places.head.saturating_add(1);
			}
		});
	}

	pub(crate) fn do_release(key: BatchKey) -> DispatchResult {
		let mut batch = Batches::<T>::get(&key).ok_or(Error::<T>::UnknownBatch)?;
		let BatchPhase::Waiting { place } = batch.phase else {
			return Err(Error::<T>::AlreadyReleased.into());
		};
		ensure!(Self::now() >= batch.release_from(), Error::<T>::NotDue);
		Quota::<T>::mutate(|used| used.releases = used.releases.saturating_add(1));
		let base = shares::base_part(batch.split.data, batch.fee, batch.matched)
			.ok_or(Error::<T>::Unexpected)?;
		if base > 0 {
			T::Royalties::release_base(key.1, base)?;
		}
		Self::dequeue_release(place);
		let at = ServiceClock::<T>::get();
		let wait = u64::from(Parameters::<T>::get().page_deadline);
		batch.phase = BatchPhase::Released {
			at,
			deadline: at.saturating_add(wait),
		};
		let (operator, model, sequence) = key.clone();
		Self::deposit_event(Event::BatchReleased {
			operator,
			model,
			sequence,
			base,
		});
		let pages = BatchPages::<T>::get(&key);
		if pages.is_empty() {
			let operator = Self::operator(&key.0)?;
			return Self::finish_batch(key, &batch, operator);
		}
		Batches::<T>::insert(&key, batch);
		Ok(())
	}

	/// Frees the bond of a wholly paid batch and forgets it.
	pub(crate) fn finish_batch(
		key: BatchKey,
		batch: &Batch,
		mut operator: Operator,
	) -> DispatchResult {
		operator.coverage = operator
			.coverage
			.checked_sub(batch.coverage)
			.ok_or(Error::<T>::Unexpected)?;
		Operators::<T>::insert(&key.0, operator);
		Batches::<T>::remove(&key);
		BatchPages::<T>::remove(&key);
		let (operator, model, sequence) = key;
		Self::deposit_event(Event::BatchSettled {
			operator,
			model,
			sequence,
		});
		Ok(())
	}
}

/// Why settling failed: the fault that voids the batch.
struct SettleError(Fault);

impl From<DispatchError> for SettleError {
	fn from(error: DispatchError) -> Self {
		log::warn!(target: LOG_TARGET, "settlement refused: {error:?}");
		Self(Fault::Settlement)
	}
}
