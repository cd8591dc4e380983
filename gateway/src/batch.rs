// SPDX-License-Identifier: Apache-2.0
//! Building a usage batch from vouchers and the calls they pay.

use openledger_client::BlockId;
use openledger_primitives::{
	apis::{ChannelState, ChannelView},
	ids::MAX_VOUCHERS,
	payload::{CallRecord, CreditLine, SignedVoucher, Span},
	AccountId, Balance, BlockNumber, ChannelId, Sequence,
};
use openledger_provenance::credit::{
	build_batch, build_lines, build_pages, BatchHeader, CreditError, Settled,
};

use crate::{
	corpus::CorpusError,
	port::ChainError,
	refusal::Refusal,
	service::Service,
	store::{BatchRow, BatchState, CallRow, Put, SettledRow},
};

/// What the operator agrees to pay, in times of the quoted charge: fees move between now and then.
const CHARGE_MARGIN: Balance = 2;

/// When a batch is sent and how long it may take.
#[derive(Clone, Copy, Debug)]
pub struct BatchLimits {
	/// Calls that are settled as soon as there are so many.
	pub calls: u64,
	/// Blocks after which fewer are settled as well.
	pub blocks: BlockNumber,
	/// Blocks for which a batch is valid.
	pub validity: BlockNumber,
}

/// One channel's part in a batch.
struct Part {
	channel: ChannelId,
	settled: SettledRow,
	voucher: SignedVoucher,
}

/// Why no batch was made.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The store, or a channel.
	#[error(transparent)]
	Refused(#[from] Refusal),
	/// The corpus couldn't be brought up to date.
	#[error(transparent)]
	Corpus(#[from] CorpusError),
	/// The lines and pages don't fit together.
	#[error("the batch can't be built: {0}")]
	Credit(CreditError),
}

impl From<crate::store::StoreError> for BatchError {
	fn from(error: crate::store::StoreError) -> Self {
		Self::Refused(error.into())
	}
}

/// What waits to be settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
	/// Calls under accepted vouchers.
	pub calls: u64,
	/// Whether a payer is leaving: no time to lose.
	pub closing: bool,
}

impl Service {
	/// Channels whose voucher is ahead of what a final block has settled, with that block's view.
	async fn parts(&self, at: BlockId) -> Result<(Vec<Part>, Waiting), BatchError> {
		let mut parts = Vec::new();
		let mut waiting = Waiting::default();
		for id in self.channels.ids() {
			// The store's rows, not the channel's lock: a call in progress holds nobody up.
			let row = self.store.channel(id)?;
			let Some(voucher) = row.and_then(|row| row.voucher) else {
				continue;
			};
			if voucher.voucher.calls <= self.store.settled(id)?.calls {
				continue;
			}
			let Some(view) = self.chain.channel(at, id).await? else {
				continue;
			};
			if let Some(reason) = unredeemable(&view, &voucher, self.model.min_fee_per_call) {
				tracing::warn!(channel = id, reason, "a voucher can't be redeemed");
				continue;
			}
			waiting.calls += voucher.voucher.calls - view.settled_calls;
			waiting.closing |= matches!(view.state, ChannelState::Closing { .. });
			parts.push(Part {
				channel: id,
				settled: (&view).into(),
				voucher,
			});
		}
		Ok((parts, waiting))
	}

	/// What waits to be settled at a final block.
	pub async fn waiting(&self, at: BlockId) -> Result<Waiting, BatchError> {
		Ok(self.parts(at).await?.1)
	}

	/// Signs a batch for everything that waits and puts it on disk; `None` when nothing can be
	/// settled yet. It is sent by whoever called.
	pub async fn sign_batch(
		&self,
		at: BlockId,
		sequence: Sequence,
		limits: &BatchLimits,
	) -> Result<Option<BatchRow>, BatchError> {
		let (mut parts, _) = self.parts(at).await?;
		parts.truncate(usize::try_from(MAX_VOUCHERS).unwrap_or(usize::MAX));
		let attempt = self
			.store
			.attempts(sequence)?
			.last()
			.map_or(0, |last| last.attempt + 1);
		while !parts.is_empty() {
			match self.try_batch(at, sequence, attempt, limits, &parts).await {
				// Too many contributions for 64 pages: fewer channels at once.
				Err(BatchError::Credit(CreditError::TooManyPages)) if parts.len() > 1 => {
					parts.truncate(parts.len() / 2);
				}
				Err(error) => return Err(error),
				Ok(None) => return Ok(None),
				Ok(Some((row, lines))) => {
					let mut puts = Put::lines(&row, &lines);
					puts.extend(Put::covers(&row));
					puts.push(Put::batch(&row));
					self.store.write(puts).await?;
					return Ok(Some(row));
				}
			}
		}
		Ok(None)
	}

	async fn try_batch(
		&self,
		at: BlockId,
		sequence: Sequence,
		attempt: u32,
		limits: &BatchLimits,
		parts: &[Part],
	) -> Result<Option<(BatchRow, Vec<CreditLine>)>, BatchError> {
		let (operator, model) = (self.terms.operator.clone(), self.terms.model);
		let mut calls: Vec<(CallRecord, Vec<Span>)> = Vec::new();
		for part in parts {
			let range = (part.settled.calls, part.voucher.voucher.calls);
			calls.extend(
				self.store
					.calls(part.channel, range, usize::MAX, spans_of)?,
			);
		}
		let spans = calls
			.iter()
			.map(|(record, spans)| (record, spans.as_slice()));
		let lines = build_lines(spans).map_err(BatchError::Credit)?;
		let pages = build_pages(&operator, model, sequence, &lines).map_err(BatchError::Credit)?;
		let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
		let charge = self
			.chain
			.quote_charge(at, count(parts.len()), count(pages.len()))
			.await?;
		let header = BatchHeader {
			operator,
			model,
			sequence,
			valid_until: at.number.saturating_add(limits.validity),
			max_charge: charge.saturating_mul(CHARGE_MARGIN),
		};
		let vouchers: Vec<(Settled, SignedVoucher)> = parts
			.iter()
			.map(|part| (settled(&part.settled), part.voucher.clone()))
			.collect();
		let batch = build_batch(self.genesis_hash(), header, &vouchers, &lines, &pages)
			.map_err(BatchError::Credit)?;
		if batch.matched > 0 {
			// Matched money needs a data share: such small calls wait for more.
			let split = self.chain.quote_split(at, model, batch.fee_total).await?;
			if split.is_none_or(|split| split.data == 0) {
				return Ok(None);
			}
		}
		let row = BatchRow {
			attempt,
			signed: self.key.sign_batch(self.genesis_hash(), batch),
			pages,
			from: parts
				.iter()
				.map(|part| (part.channel, part.settled))
				.collect(),
			signed_at: at.number,
			state: BatchState::Signed,
		};
		Ok(Some((row, lines)))
	}

	/// The calls of a batch: each channel's, in the batch's order.
	pub fn batch_calls(
		&self,
		row: &BatchRow,
		mut skip: usize,
		limit: usize,
	) -> Result<Vec<(CallRecord, Vec<Span>)>, Refusal> {
		let mut found = Vec::new();
		for signed in &row.signed.batch.vouchers {
			let voucher = &signed.voucher;
			let from = row.from.iter().find(|(id, _)| *id == voucher.channel);
			let after = from.map_or(0, |(_, settled)| settled.calls);
			let length = usize::try_from(voucher.calls.saturating_sub(after)).unwrap_or(0);
			if skip >= length {
				skip -= length;
				continue;
			}
			let first = after + skip as u64;
			let left = limit - found.len();
			let range = (first, voucher.calls);
			found.extend(self.store.calls(voucher.channel, range, left, spans_of)?);
			skip = 0;
			if found.len() >= limit {
				break;
			}
		}
		Ok(found)
	}
}

fn spans_of(row: CallRow) -> (CallRecord, Vec<Span>) {
	(row.record, row.spans)
}

fn settled(row: &SettledRow) -> Settled {
	Settled {
		calls: row.calls,
		fee_total: row.fee,
		matched_total: row.matched,
	}
}

/// Why dispatch would void a batch with this voucher; such a voucher stays out of it.
fn unredeemable(
	view: &ChannelView<AccountId>,
	signed: &SignedVoucher,
	floor: Balance,
) -> Option<&'static str> {
	let voucher = &signed.voucher;
	let Some(calls) = voucher
		.calls
		.checked_sub(view.settled_calls)
		.filter(|calls| *calls > 0)
	else {
		return Some("its calls are settled");
	};
	let Some(fee) = voucher.fee_total.checked_sub(view.settled_fee) else {
		return Some("its fee_total is below what is settled");
	};
	let Some(matched) = voucher.matched_total.checked_sub(view.settled_matched) else {
		return Some("its matched_total is below what is settled");
	};
	let least = Balance::from(calls).saturating_mul(floor.max(1));
	match view.state {
		ChannelState::Closed => Some("the channel is closed"),
		_ if fee < least => Some("its fee is below the model's floor"),
		_ if voucher.fee_total > view.deposit => Some("its fee_total is above the deposit"),
		_ if matched > fee => Some("its matched part is above the fee"),
		_ => None,
	}
}
