// SPDX-License-Identifier: Apache-2.0
//! Block numbers, the service clock and the quota of node-submitted calls.

use frame_support::{
	dispatch::DispatchClass,
	traits::Get,
	weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
};
use frame_system::pallet_prelude::BlockNumberFor;
use openledger_primitives::{BlockNumber, MAX_PAGES, MAX_PAGE_ENTRIES, MAX_VOUCHERS};
use sp_core::H256;
use sp_runtime::{
	traits::{SaturatedConversion, Zero},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};

use crate::{types::BlockUse, Config, Pallet, Quota, ServiceClock, WeightInfo};

/// Weight that the largest answer to a demand may have, as an ordinary signed transaction: 16 kB
/// to hash, four trees of openings, four rows and a payment.
pub const LARGEST_ANSWER: Weight =
	Weight::from_parts(WEIGHT_REF_TIME_PER_MILLIS.saturating_mul(5), 20_480);

impl<T: Config> Pallet<T> {
	/// The block that is being built, or whose state is read.
	pub(crate) fn now() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// The chain's identity in every preimage.
	pub(crate) fn genesis_hash() -> H256 {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	/// Half of a block: what batches and pages may use together.
	pub(crate) fn quota() -> Weight {
		let block = T::BlockWeights::get().max_block;
		Weight::from_parts(block.ref_time() / 2, block.proof_size() / 2)
	}

	/// Whether a batch or page of this weight fits into what is left of the quota.
	pub(crate) fn ensure_quota(weight: Weight) -> Result<BlockUse, TransactionValidityError> {
		let used = Quota::<T>::get();
		if used.weight.saturating_add(weight).any_gt(Self::quota()) {
			return Err(InvalidTransaction::ExhaustsResources.into());
		}
		Ok(used)
	}

	/// Books a dispatched batch or page.
	pub(crate) fn use_quota(weight: Weight, batches: u32) {
		Quota::<T>::mutate(|used| {
			used.weight.saturating_accrue(weight);
			used.batches = used.batches.saturating_add(batches);
		});
	}

	/// Ticks when this block had room for the heaviest batch, the heaviest page and the largest
	/// answer. It runs before the block's idle work is booked, which takes nobody's place. A block
	/// too full for idle work had no room; pallets whose idle work takes all it gets come after
	/// this one.
	pub(crate) fn tick_service_clock(remaining: Weight) -> Weight {
		let cost = T::WeightInfo::tick();
		if cost.any_gt(remaining) {
			return Weight::zero();
		}
		if Self::had_room() {
			ServiceClock::<T>::mutate(|clock| *clock = clock.saturating_add(1));
		}
		cost
	}

	fn had_room() -> bool {
		let service = Self::heaviest_batch().saturating_add(Self::heaviest_page());
		let used = Quota::<T>::get();
		let base = T::BlockWeights::get()
			.get(DispatchClass::Normal)
			.base_extrinsic;
		used.batches < crate::MAX_BATCHES_PER_BLOCK
			&& used.weight.saturating_add(service).all_lte(Self::quota())
			&& Self::class_has_room(DispatchClass::Operational, service)
			&& Self::class_has_room(DispatchClass::Normal, LARGEST_ANSWER.saturating_add(base))
	}

	/// Whether `CheckWeight` would let `extra` of this class into the block.
	fn class_has_room(class: DispatchClass, extra: Weight) -> bool {
		let limits = T::BlockWeights::get();
		let limit = limits.get(class);
		let used = frame_system::Pallet::<T>::block_weight();
		let of_class = used.get(class).saturating_add(extra);
		if limit.max_total.is_some_and(|most| of_class.any_gt(most)) {
			return false;
		}
		let full = used.total().saturating_add(extra).any_gt(limits.max_block);
		!full
			|| limit
				.reserved
				.is_none_or(|reserved| of_class.all_lte(reserved))
	}

	pub(crate) fn heaviest_batch() -> Weight {
		Self::batch_weight(MAX_VOUCHERS, MAX_PAGES)
	}

	pub(crate) fn heaviest_page() -> Weight {
		Self::page_weight(MAX_PAGE_ENTRIES)
	}

	/// The heaviest batch and page fit into an empty block's quota, so the clock can tick.
	pub(crate) fn ensure_quota_fits() {
		let service = Self::heaviest_batch().saturating_add(Self::heaviest_page());
		assert!(
			service.all_lte(Self::quota()),
			"the heaviest batch and page exceed the quota"
		);
		let limits = T::BlockWeights::get();
		for (class, extra) in [
			(DispatchClass::Operational, service),
			(DispatchClass::Normal, LARGEST_ANSWER),
		] {
			let limit = limits.get(class).max_extrinsic.unwrap_or(limits.max_block);
			assert!(
				extra.all_lte(limit),
				"a call exceeds the limit of its class"
			);
		}
	}
}
