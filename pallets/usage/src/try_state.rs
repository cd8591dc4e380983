// SPDX-License-Identifier: Apache-2.0
//! Invariants.

use alloc::collections::BTreeMap;

use frame_support::{ensure, traits::fungible::hold::Inspect as _};
use openledger_primitives::{ports::FeeSettlement, AccountId, Balance};
use sp_runtime::TryRuntimeError;

use crate::{
	pages::page_subtotal,
	types::{Batch, BatchPhase, PageRecords, PageState},
	BatchPages, Batches, Channels, Config, HoldReason, LastChannel, NextSequence, Operators,
	Pallet, Parameters, Quota, ReleasePlaces, ReleaseQueue, MAX_UNPAID_PAGES,
};

/// Coverage and open pages of one operator, counted again.
#[derive(Default)]
struct Counted {
	coverage: Balance,
	pages: u32,
}

impl<T: Config> Pallet<T> {
	/// Checks that
	/// - the parameters are within their bounds and no quota outlives its block;
	/// - each payer's hold is the sum of `deposit − settled_fee` of his channels, and what is
	///   settled of a channel never exceeds its deposit;
	/// - each operator's hold is his bond and what is unbonding;
	/// - coverage and unpaid pages equal what the batches say, coverage is never above the bond;
	/// - the data shares that batches still owe equal the money that waits in `royalties`;
	/// - the release queue holds exactly the waiting batches, each at its place.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(
			Parameters::<T>::get().is_sound(),
			"parameters out of bounds"
		);
		ensure!(!Quota::<T>::exists(), "a quota outlived its block");
		Self::try_state_channels()?;
		let counted = Self::try_state_batches()?;
		Self::try_state_operators(counted)?;
		Self::try_state_queue()
	}

	fn try_state_channels() -> Result<(), TryRuntimeError> {
		let mut held: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for (id, channel) in Channels::<T>::iter() {
			ensure!(Self::was_channel(id), "a channel beyond the counter");
			ensure!(
				channel.settled_fee <= channel.deposit,
				"settled above the deposit"
			);
			ensure!(
				channel.settled_matched <= channel.settled_fee,
				"matched above the fee"
			);
			let sum = held.entry(channel.payer.clone()).or_default();
			*sum = sum.saturating_add(channel.held());
		}
		ensure!(
			LastChannel::<T>::get() < u64::MAX,
			"the channel counter is exhausted"
		);
		for (payer, sum) in held {
			let hold = T::Fungible::balance_on_hold(&HoldReason::ChannelDeposit.into(), &payer);
			ensure!(
				hold == sum,
				"a payer's hold is not what his channels have left"
			);
		}
		Ok(())
	}

	fn try_state_batches() -> Result<BTreeMap<AccountId, Counted>, TryRuntimeError> {
		let mut counted: BTreeMap<AccountId, Counted> = BTreeMap::new();
		let mut waiting: Balance = 0;
		for (key, batch) in Batches::<T>::iter() {
			let pages = BatchPages::<T>::get(&key);
			let open = pages.iter().filter(|record| record.is_open()).count();
			ensure!(
				key.2 < NextSequence::<T>::get(&key.0, key.1),
				"a batch beyond the sequence"
			);
			let parts = &batch.split;
			let sum = [
				parts.burned,
				parts.treasury,
				parts.operator,
				parts.developer,
				parts.upstream,
				parts.data,
			]
			.into_iter()
			.fold(0u128, u128::saturating_add);
			ensure!(sum == batch.fee, "the parts of a fee don't sum to it");
			ensure!(
				pages.last().map_or(0, |record| record.end_total) == batch.matched,
				"pages don't end at matched"
			);
			waiting = waiting.saturating_add(Self::owed(&batch, &pages)?);
			let of_operator = counted.entry(key.0.clone()).or_default();
			of_operator.coverage = of_operator.coverage.saturating_add(batch.coverage);
			let open = u32::try_from(open).map_err(|_| "too many pages")?;
			of_operator.pages = of_operator.pages.saturating_add(open);
		}
		for (key, _) in BatchPages::<T>::iter() {
			ensure!(Batches::<T>::contains_key(&key), "pages without a batch");
		}
		ensure!(
			waiting == T::Royalties::waiting(),
			"waiting money is not what batches owe"
		);
		Ok(counted)
	}

	/// Money of the batch that waits in the pot.
	fn owed(batch: &Batch, pages: &PageRecords) -> Result<Balance, TryRuntimeError> {
		if matches!(batch.phase, BatchPhase::Waiting { .. }) {
			let untouched = pages.iter().all(|record| record.state == PageState::Open);
			ensure!(untouched, "a page was touched before the release");
			return Ok(batch.split.data);
		}
		ensure!(
			pages.iter().any(|record| record.is_open()),
			"a paid batch is still there"
		);
		let mut owed: Balance = 0;
		for (page, record) in (0u8..).zip(pages) {
			if record.is_open() {
				let subtotal = page_subtotal(batch, pages, page).ok_or("no subtotal")?;
				owed = owed.saturating_add(subtotal);
			}
		}
		Ok(owed)
	}

	fn try_state_operators(
		mut counted: BTreeMap<AccountId, Counted>,
	) -> Result<(), TryRuntimeError> {
		for (who, operator) in Operators::<T>::iter() {
			let count = counted.remove(&who).unwrap_or_default();
			ensure!(
				operator.coverage == count.coverage,
				"coverage is not that of the batches"
			);
			ensure!(
				operator.coverage <= operator.bond,
				"coverage above the bond"
			);
			ensure!(
				operator.unpaid_pages == count.pages,
				"unpaid pages miscounted"
			);
			ensure!(
				operator.unpaid_pages <= MAX_UNPAID_PAGES,
				"too many unpaid pages"
			);
			let unbonding = operator.unbonding.map_or(0, |unbonding| unbonding.amount);
			let hold = T::Fungible::balance_on_hold(&HoldReason::OperatorBond.into(), &who);
			ensure!(
				hold == operator.bond.saturating_add(unbonding),
				"an operator's hold is not his bond"
			);
		}
		ensure!(counted.is_empty(), "a batch without an operator");
		Ok(())
	}

	fn try_state_queue() -> Result<(), TryRuntimeError> {
		let places = ReleasePlaces::<T>::get();
		ensure!(
			places.head <= places.tail,
			"the release queue is inside out"
		);
		let mut queued = 0u64;
		for (place, key) in ReleaseQueue::<T>::iter() {
			ensure!(
				(places.head..places.tail).contains(&place),
				"a place outside the queue"
			);
			let batch = Batches::<T>::get(&key).ok_or("a queued batch is gone")?;
			ensure!(
				batch.phase == BatchPhase::Waiting { place },
				"a batch at another's place"
			);
			queued = queued.saturating_add(1);
		}
		let waiting = Batches::<T>::iter_values()
			.filter(|batch| matches!(batch.phase, BatchPhase::Waiting { .. }))
			.count();
		ensure!(
			u64::try_from(waiting) == Ok(queued),
			"a waiting batch is not queued"
		);
		Ok(())
	}
}
