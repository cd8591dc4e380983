// SPDX-License-Identifier: Apache-2.0
//! What node-submitted calls weigh and what the operator who caused them pays.

use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use openledger_primitives::{Balance, MAX_PAGE_ENTRIES};
use sp_runtime::traits::Convert;

use crate::{Config, Pallet, WeightInfo};

/// Bytes of a transaction beside its arguments: length, version, extension, call index.
const ENVELOPE: u32 = 128;
/// A batch without vouchers and pages: its fixed fields, two lengths, the signature.
const BATCH_HEAD: u32 = 132 + 4 + 64;
/// One page in a batch.
const BATCH_PAGE: u32 = 48;
/// One voucher in a batch.
const BATCH_VOUCHER: u32 = 145;
/// A page without entries.
const PAGE_HEAD: u32 = 47;
/// One entry of a page.
const PAGE_ENTRY: u32 = 28;
/// Operator, model and sequence.
const RELEASE_LENGTH: u32 = ENVELOPE + 44;

/// Weight fees of one batch in planck.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Charge {
	/// Of the batch alone: what a void batch pays.
	pub own: Balance,
	/// Of the batch, its pages, its release and one `distribute`.
	pub whole: Balance,
}

impl<T: Config> Pallet<T> {
	/// Length of a `submit_batch` transaction, at most.
	pub(crate) fn batch_length(vouchers: u32, pages: u32) -> u32 {
		ENVELOPE
			.saturating_add(BATCH_HEAD)
			.saturating_add(BATCH_VOUCHER.saturating_mul(vouchers))
			.saturating_add(BATCH_PAGE.saturating_mul(pages))
	}

	/// Length of a `push_page` transaction, at most.
	pub(crate) fn page_length(entries: u32) -> u32 {
		ENVELOPE
			.saturating_add(PAGE_HEAD)
			.saturating_add(PAGE_ENTRY.saturating_mul(entries))
	}

	/// What a batch takes from the block; its length counts as proof size, as in `CheckWeight`.
	pub(crate) fn batch_weight(vouchers: u32, pages: u32) -> Weight {
		let call = T::WeightInfo::submit_batch(vouchers, pages)
			.saturating_add(T::WeightInfo::authorize_submit_batch(vouchers, pages));
		Self::extrinsic_weight(call, Self::batch_length(vouchers, pages))
	}

	/// What a page takes from the block.
	pub(crate) fn page_weight(entries: u32) -> Weight {
		let call = T::WeightInfo::push_page(entries)
			.saturating_add(T::WeightInfo::authorize_push_page(entries));
		Self::extrinsic_weight(call, Self::page_length(entries))
	}

	fn extrinsic_weight(call: Weight, length: u32) -> Weight {
		let base = T::BlockWeights::get()
			.get(DispatchClass::Operational)
			.base_extrinsic;
		call.saturating_add(base)
			.saturating_add(T::ExtensionWeight::get())
			.saturating_add_proof_size(u64::from(length))
	}

	/// The charge of a batch. Every page but the last is full; each entry has a line, so the lines
	/// bound the last page's entries, and `push_page` holds it to that.
	pub(crate) fn charge_of(vouchers: u32, pages: u32, lines: u32) -> Charge {
		let own = T::WeightFee::convert((
			Self::batch_weight(vouchers, pages),
			Self::batch_length(vouchers, pages),
		));
		let full = pages.saturating_sub(1);
		let rest = lines.saturating_sub(full.saturating_mul(MAX_PAGE_ENTRIES));
		let last = if pages == 0 {
			0
		} else {
			Self::page_fee(rest.min(MAX_PAGE_ENTRIES))
		};
		let release = T::WeightInfo::release().saturating_add(T::WeightInfo::authorize_release());
		let whole = own
			.saturating_add(Self::page_fee(MAX_PAGE_ENTRIES).saturating_mul(u128::from(full)))
			.saturating_add(last)
			.saturating_add(Self::keeper_fee(release))
			.saturating_add(Self::keeper_fee(T::DistributeWeight::get()));
		Charge { own, whole }
	}

	fn page_fee(entries: u32) -> Balance {
		T::WeightFee::convert((Self::page_weight(entries), Self::page_length(entries)))
	}

	fn keeper_fee(call: Weight) -> Balance {
		T::WeightFee::convert((Self::extrinsic_weight(call, RELEASE_LENGTH), RELEASE_LENGTH))
	}
}
