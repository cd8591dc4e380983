// SPDX-License-Identifier: Apache-2.0
//! Reads behind the runtime API `UsageApi`.

use alloc::vec::Vec;

use openledger_primitives::{
	apis::{BatchQuote, BatchRejection, BatchView, ChannelState, ChannelView, OperatorView},
	payload::{decode_exact, UsageBatch},
	AccountId, Balance, ChannelId, ModelId, Sequence,
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

use crate::{
	types::{BatchPhase, ChannelPhase},
	BatchPages, Batches, Channels, Config, NextSequence, Operators, Pallet, ServiceClock,
};

impl<T: Config> Pallet<T> {
	/// One operator.
	pub fn api_operator(account: AccountId) -> Option<OperatorView<AccountId>> {
		let operator = Operators::<T>::get(&account)?;
		Some(OperatorView {
			account,
			bond: operator.bond,
			coverage: operator.coverage,
			key: operator.key.key,
			scheme: operator.key.curve.plain_scheme(),
			active: operator.is_active(),
			unpaid_pages: operator.unpaid_pages,
		})
	}

	/// One channel. A closed channel holds nothing and is known by its state only.
	pub fn api_channel(id: ChannelId) -> Option<ChannelView<AccountId>> {
		let channel = Channels::<T>::get(id)?;
		Some(ChannelView {
			id,
			payer: channel.payer,
			key: channel.key.key,
			scheme: channel.key.curve.plain_scheme(),
			operator: channel.operator,
			model: channel.model,
			price: channel.price,
			deposit: channel.deposit,
			settled_calls: channel.settled_calls,
			settled_fee: channel.settled_fee,
			settled_matched: channel.settled_matched,
			state: match channel.phase {
				ChannelPhase::Open => ChannelState::Open,
				ChannelPhase::Closing { at } => ChannelState::Closing { at },
			},
		})
	}

	/// The sequence number that the operator's next batch for the model must carry.
	pub fn api_next_sequence(operator: AccountId, model: ModelId) -> Sequence {
		NextSequence::<T>::get(operator, model)
	}

	/// One batch, until it is wholly paid.
	pub fn api_batch(
		operator: AccountId,
		model: ModelId,
		sequence: Sequence,
	) -> Option<BatchView<AccountId>> {
		let key = (operator, model, sequence);
		let batch = Batches::<T>::get(&key)?;
		let pages = BatchPages::<T>::get(&key)
			.into_iter()
			.map(|record| (record.hash, record.end_total, !record.is_open()))
			.collect();
		Some(BatchView {
			release_from: batch.release_from(),
			operator: key.0,
			model,
			sequence,
			hash: batch.hash,
			accepted_at: batch.accepted_at,
			released: matches!(batch.phase, BatchPhase::Released { .. }),
			fee: batch.fee,
			matched: batch.matched,
			split: batch.split,
			rows_root: batch.rows_root,
			lines_root: batch.lines_root,
			lines: batch.lines,
			pages,
		})
	}

	/// Runs every check of `submit_batch` on the bytes of a batch and its signature, for the next
	/// block.
	///
	/// `TooEarly` means that all checks of `authorize` passed, signature included, and only its
	/// predecessors are missing: its vouchers can't be judged before they are settled.
	pub fn api_validate_batch(
		batch: Vec<u8>,
		signature: Vec<u8>,
	) -> Result<BatchQuote<AccountId>, BatchRejection> {
		let batch: UsageBatch = decode_exact(&batch).ok_or(BatchRejection::Malformed)?;
		let signature: [u8; 64] = signature
			.try_into()
			.map_err(|_| BatchRejection::Malformed)?;
		let admitted = Self::admit_batch(&batch, &signature, Self::now().saturating_add(1))
			.map_err(rejection)?;
		if admitted.gap > 0 {
			return Err(BatchRejection::TooEarly);
		}
		Self::check_batch(&batch, ServiceClock::<T>::get())
			.map_err(|fault| BatchRejection::Void(fault.name().into_bytes()))?;
		Ok(BatchQuote {
			operator: batch.operator,
			model: batch.model,
			sequence: batch.sequence,
			charge: admitted.charge.whole,
			split: admitted.split,
		})
	}

	/// What a batch with so many vouchers and full pages would be charged.
	pub fn api_quote_charge(vouchers: u32, pages: u32) -> Balance {
		Self::charge_of(vouchers, pages, u32::MAX).whole
	}

	/// Blocks counted by the service clock.
	pub fn api_service_clock() -> u64 {
		ServiceClock::<T>::get()
	}
}

/// The reason without the pool's vocabulary. Between blocks no quota is used, so nothing else than
/// a number or `Stale` is left.
fn rejection(error: TransactionValidityError) -> BatchRejection {
	match error {
		TransactionValidityError::Invalid(InvalidTransaction::Stale) => BatchRejection::Stale,
		TransactionValidityError::Invalid(InvalidTransaction::Custom(code)) => {
			BatchRejection::Refused(code)
		}
		_ => BatchRejection::Refused(0),
	}
}
