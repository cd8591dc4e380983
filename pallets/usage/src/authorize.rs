// SPDX-License-Identifier: Apache-2.0
//! Which calls of nodes may enter a block.
//!
//! Every function here costs the same whatever the call holds: some rows, one hash over the bytes
//! and at most one signature. The extension bytes of such a transaction are signed by nobody, so
//! anyone can mint the same call under many hashes; each is as cheap to refuse. The source of a
//! transaction is never trusted: what authorizes it is in the state and in its own bytes.

use frame_support::{
	ensure,
	pallet_prelude::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
		TransactionValidityWithRefund, ValidTransaction,
	},
	weights::Weight,
};
use openledger_primitives::{
	payload::{CreditPage, Payload, UsageBatch},
	ports::{FeeSettlement, FeeSplit},
	AccountId, Balance, BlockNumber, ModelId, Sequence,
};

use crate::{
	charge::Charge,
	types::{AuthorizeInvalidity, BatchPhase, Operator, UsageParameters},
	BatchPages, Batches, Config, NextSequence, Operators, Pallet, Parameters, Quota, ServiceClock,
	MAX_BATCHES_PER_BLOCK, MAX_RELEASES_PER_BLOCK, MAX_SEQUENCE_GAP, MAX_UNPAID_PAGES,
};

/// Tiers of node-submitted calls, far apart; within a tier, whoever has waited longer comes first.
/// A release is small and prepaid, a page has a deadline, a batch can be resent.
pub(crate) const PRIORITY_RELEASE: TransactionPriority = 3 << 60;
/// See [`PRIORITY_RELEASE`].
pub(crate) const PRIORITY_PAGE: TransactionPriority = 2 << 60;
/// See [`PRIORITY_RELEASE`].
pub(crate) const PRIORITY_BATCH: TransactionPriority = 1 << 60;

/// Blocks after which the pool forgets a call that was not included; the worker mints it again.
const LONGEVITY: u64 = 64;

/// A batch that `authorize` accepts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Admitted {
	/// Batches of this (operator, model) that come before it; 0 when it is its turn.
	pub gap: u64,
	/// Weight fees.
	pub charge: Charge,
	/// How its fee would be split.
	pub split: FeeSplit,
	/// Blocks since the operator's last batch.
	pub waited: BlockNumber,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_submit_batch(
		source: TransactionSource,
		batch: &UsageBatch,
		signature: &[u8; 64],
	) -> TransactionValidityWithRefund {
		let now = Self::now();
		let admitted = Self::admit_batch(batch, signature, now)?;
		if admitted.gap > 0 && source == TransactionSource::InBlock {
			return Err(InvalidTransaction::ExhaustsResources.into());
		}
		let mut validity = ValidTransaction::with_tag_prefix("UsageBatch")
			.priority(PRIORITY_BATCH.saturating_add(u64::from(admitted.waited)))
			.longevity(u64::from(batch.valid_until.saturating_sub(now)).clamp(1, LONGEVITY))
			.and_provides((&batch.operator, batch.model, batch.sequence))
			.propagate(true);
		if admitted.gap > 0 {
			// A gap is `requires`, not `Future`: a pool bans what is invalid.
			let before = batch.sequence.saturating_sub(1);
			validity = validity.and_requires((&batch.operator, batch.model, before));
		}
		Ok((validity.into(), Weight::zero()))
	}

	/// All checks of a batch that is to be included in block `at`, cheapest first, the one
	/// signature last.
	pub(crate) fn admit_batch(
		batch: &UsageBatch,
		signature: &[u8; 64],
		at: BlockNumber,
	) -> Result<Admitted, TransactionValidityError> {
		ensure!(!batch.vouchers.is_empty(), AuthorizeInvalidity::EmptyBatch);
		let operator =
			Operators::<T>::get(&batch.operator).ok_or(AuthorizeInvalidity::UnknownOperator)?;
		let gap = Self::ensure_sequence(batch)?;
		let parameters = Parameters::<T>::get();
		ensure!(batch.valid_until >= at, AuthorizeInvalidity::Expired);
		let latest = at.saturating_add(parameters.batch_validity);
		ensure!(
			batch.valid_until <= latest,
			AuthorizeInvalidity::ValidTooLong
		);
		Self::ensure_turn(batch, &operator, at)?;
		let (charge, split) = Self::ensure_covered(batch, &operator, &parameters)?;
		let digest = batch.digest(&Self::genesis_hash());
		let scheme = operator.key.curve.plain_scheme();
		let signed = Self::signature_is_good(&operator.key, scheme, signature, digest.as_bytes());
		ensure!(signed, AuthorizeInvalidity::BadSignature);
		Ok(Admitted {
			gap,
			charge,
			split,
			waited: at.saturating_sub(operator.last_turn),
		})
	}

	/// How many batches of this (operator, model) are missing before this one.
	fn ensure_sequence(batch: &UsageBatch) -> Result<u64, TransactionValidityError> {
		let next = NextSequence::<T>::get(&batch.operator, batch.model);
		let gap = batch
			.sequence
			.checked_sub(next)
			.ok_or(InvalidTransaction::Stale)?;
		ensure!(gap <= MAX_SEQUENCE_GAP, AuthorizeInvalidity::SequenceGap);
		Ok(gap)
	}

	/// One batch per operator and block, and room in the quota.
	fn ensure_turn(
		batch: &UsageBatch,
		operator: &Operator,
		at: BlockNumber,
	) -> Result<(), TransactionValidityError> {
		ensure!(
			operator.last_turn < at,
			InvalidTransaction::ExhaustsResources
		);
		let (vouchers, pages) = Self::size_of(batch);
		let used = Self::ensure_quota(Self::batch_weight(vouchers, pages))?;
		ensure!(
			used.batches < MAX_BATCHES_PER_BLOCK,
			InvalidTransaction::ExhaustsResources
		);
		let unpaid = operator.unpaid_pages.saturating_add(pages);
		ensure!(
			unpaid <= MAX_UNPAID_PAGES,
			AuthorizeInvalidity::TooManyPages
		);
		Ok(())
	}

	/// The bond covers the batch, and the operator can pay the most he agreed to.
	fn ensure_covered(
		batch: &UsageBatch,
		operator: &Operator,
		parameters: &UsageParameters,
	) -> Result<(Charge, FeeSplit), TransactionValidityError> {
		let split = T::Royalties::quote(batch.model, batch.fee_total)
			.ok_or(AuthorizeInvalidity::UnknownModel)?;
		let spare = Self::coverage_of(split.data, parameters)
			.and_then(|need| operator.spare_bond().checked_sub(need))
			.ok_or(AuthorizeInvalidity::BondTooSmall)?;
		let (vouchers, pages) = Self::size_of(batch);
		let charge = Self::charge_of(vouchers, pages, batch.lines);
		ensure!(
			charge.whole <= batch.max_charge,
			AuthorizeInvalidity::ChargeAboveMaximum
		);
		let means = Self::means(&batch.operator, spare);
		ensure!(batch.max_charge <= means, AuthorizeInvalidity::CannotPay);
		Ok((charge, split))
	}

	/// Part of the bond that a batch with this data share needs: twice that and a fixed minimum.
	pub(crate) fn coverage_of(data: Balance, parameters: &UsageParameters) -> Option<Balance> {
		data.checked_mul(2)?.checked_add(parameters.min_slash)
	}

	pub(crate) fn authorize_release(
		_source: TransactionSource,
		operator: &AccountId,
		model: &ModelId,
		sequence: &Sequence,
	) -> TransactionValidityWithRefund {
		let due = Self::admit_release(operator, *model, *sequence, Self::now())?;
		let waited = Self::now().saturating_sub(due);
		Ok((
			ValidTransaction::with_tag_prefix("UsageRelease")
				.priority(PRIORITY_RELEASE.saturating_add(u64::from(waited)))
				.longevity(LONGEVITY)
				.and_provides((operator, model, sequence))
				.propagate(true)
				.into(),
			Weight::zero(),
		))
	}

	/// The checks of a release in block `at`; returns the block since which it was due.
	pub(crate) fn admit_release(
		operator: &AccountId,
		model: ModelId,
		sequence: Sequence,
		at: BlockNumber,
	) -> Result<BlockNumber, TransactionValidityError> {
		let batch = Batches::<T>::get((operator, model, sequence))
			.ok_or(AuthorizeInvalidity::UnknownBatch)?;
		let waiting = matches!(batch.phase, BatchPhase::Waiting { .. });
		ensure!(waiting, AuthorizeInvalidity::AlreadyReleased);
		ensure!(at >= batch.release_from(), AuthorizeInvalidity::NotDue);
		let releases = Quota::<T>::get().releases;
		ensure!(
			releases < MAX_RELEASES_PER_BLOCK,
			InvalidTransaction::ExhaustsResources
		);
		Ok(batch.release_from())
	}

	pub(crate) fn authorize_push_page(
		_source: TransactionSource,
		page: &CreditPage,
	) -> TransactionValidityWithRefund {
		let waited = Self::admit_page(page)?;
		Ok((
			ValidTransaction::with_tag_prefix("UsagePage")
				.priority(PRIORITY_PAGE.saturating_add(waited))
				.longevity(LONGEVITY)
				.and_provides((&page.operator, page.model, page.sequence, page.page))
				.propagate(true)
				.into(),
			Weight::zero(),
		))
	}

	/// The checks of a page; returns the ticks since its batch was released. Its size is bounded
	/// by its type: what doesn't fit was never decoded.
	pub(crate) fn admit_page(page: &CreditPage) -> Result<u64, TransactionValidityError> {
		let key = (&page.operator, page.model, page.sequence);
		let batch = Batches::<T>::get(key).ok_or(AuthorizeInvalidity::UnknownBatch)?;
		let BatchPhase::Released { at, .. } = batch.phase else {
			return Err(AuthorizeInvalidity::NotReleased.into());
		};
		let pages = BatchPages::<T>::get(key);
		let record = pages
			.get(usize::from(page.page))
			.ok_or(AuthorizeInvalidity::UnknownPage)?;
		ensure!(record.is_open(), AuthorizeInvalidity::PageNotOpen);
		let entries = u32::try_from(page.entries.len()).unwrap_or(u32::MAX);
		Self::ensure_quota(Self::page_weight(entries))?;
		let hash = page.digest(&Self::genesis_hash());
		ensure!(hash == record.hash, AuthorizeInvalidity::PageMismatch);
		Ok(ServiceClock::<T>::get().saturating_sub(at))
	}
}
