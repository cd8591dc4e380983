// SPDX-License-Identifier: Apache-2.0
//! Settling: a batch is signed, kept, sent, and sent again until a final block has consumed its
//! sequence. Only the chain's finalised state counts as success.

use std::{sync::Arc, time::Duration};

use openledger_client::{BlockId, DatanetsEvent, Event, UsageEvent};
use openledger_primitives::{apis::BatchView, payload::Payload, AccountId, BlockNumber};

use crate::{
	batch::{BatchError, BatchLimits},
	port::ChainError,
	service::Service,
	store::{BatchRow, BatchState, Happening, HappeningRow, Put, StoreResult},
};

/// Blocks between two sendings of the same bytes.
const RESEND: BlockNumber = 2;
/// Blocks in which a good batch is included and final.
const INCLUSION: BlockNumber = 8;
/// Blocks left to the node's worker before the gateway pushes a page itself.
const PAGE_PATIENCE: BlockNumber = 6;
/// Blocks of events read at a time.
const EVENT_BLOCKS: BlockNumber = 256;
/// Signed batches kept in mind: those before them are long final.
const REMEMBERED: usize = 2_048;

/// What is done for open pages.
enum Step {
	Resend,
	Push,
}

/// A released batch whose pages the node's worker leaves open.
struct Lingering {
	sequence: u64,
	attempt: u32,
	/// Block of the last step, or of the first look.
	since: BlockNumber,
	/// Whether the node was given the pages once more.
	resent: bool,
}

/// The task that settles; one per gateway.
pub struct Settler {
	service: Arc<Service>,
	limits: BatchLimits,
	/// Batches that are not paid, oldest first.
	open: Vec<BatchRow>,
	/// Block at which unsettled vouchers were first seen.
	waiting_since: Option<BlockNumber>,
	sent_at: Option<BlockNumber>,
	/// What the node last said to the batch that is being sent, if it was no.
	refused: Option<String>,
	/// Released batches with open pages.
	lingering: Vec<Lingering>,
	/// A text of the corpus may have been taken down in a final block.
	corpus_is_doubtful: bool,
}

impl Settler {
	/// Goes on where the store ends.
	pub fn new(service: Arc<Service>, limits: BatchLimits) -> StoreResult<Self> {
		let latest = service.store.latest_batches(REMEMBERED)?;
		let unpaid = |row: &BatchRow| matches!(row.state, BatchState::Signed | BatchState::Settled);
		let mut open: Vec<BatchRow> = latest.into_iter().filter(unpaid).collect();
		open.reverse();
		Ok(Self {
			service,
			limits,
			open,
			waiting_since: None,
			sent_at: None,
			refused: None,
			lingering: Vec::new(),
			// The corpus was loaded at a block before the first whose events are read.
			corpus_is_doubtful: true,
		})
	}

	/// Settles for as long as the program runs.
	pub async fn run(mut self, poll: Duration) {
		let mut last = None;
		loop {
			match self.service.chain.finalised().await {
				Ok(head) if last == Some(head.number) => {}
				Ok(head) => {
					last = Some(head.number);
					let outcome = self.tick(head).await;
					let trouble = match outcome {
						Ok(()) => self.standing_refusal(head.number),
						Err(error) => Some(error.to_string()),
					};
					if let Some(trouble) = &trouble {
						tracing::warn!(%trouble, block = head.number, "settling");
					}
					self.service.set_status(|status| {
						status.finalised = Some(head);
						status.trouble = trouble;
					});
				}
				Err(error) => {
					let trouble = Some(error.to_string());
					self.service.set_status(|status| status.trouble = trouble);
				}
			}
			tokio::time::sleep(poll).await;
		}
	}

	/// Does what a new final block asks for.
	pub async fn tick(&mut self, head: BlockId) -> Result<(), BatchError> {
		self.read_events(head).await?;
		// A corpus that can't be brought up to date is no reason not to settle.
		let corpus = self.follow_takedowns(head).await;
		self.settle(head).await?;
		corpus
	}

	async fn settle(&mut self, head: BlockId) -> Result<(), BatchError> {
		let (operator, model) = (&self.service.terms.operator, self.service.terms.model);
		let next = self
			.service
			.chain
			.next_sequence(head, operator, model)
			.await?;
		self.resolve(head, next).await?;
		self.look_after_pages(head).await?;
		match self
			.open
			.iter()
			.find(|row| row.state == BatchState::Signed)
			.cloned()
		{
			Some(row) if head.number > row.signed.batch.valid_until => {
				// Final and not included: these bytes can never settle.
				self.mark(&row, BatchState::Superseded).await?;
				tracing::warn!(sequence = next, reason = ?self.refused.take(), "batch expired");
				self.sign_if_due(head, next, true).await
			}
			Some(row) => self.send(head, &row).await,
			None => self.sign_if_due(head, next, false).await,
		}
	}

	/// Finds out what became of batches whose sequence a final block has consumed.
	async fn resolve(&mut self, head: BlockId, next: u64) -> Result<(), BatchError> {
		let consumed: Vec<BatchRow> = self
			.open
			.iter()
			.filter(|row| row.state == BatchState::Signed && row.signed.batch.sequence < next)
			.cloned()
			.collect();
		for row in consumed {
			let state = self.fate(head, &row).await?;
			for attempt in self.service.store.attempts(row.signed.batch.sequence)? {
				if attempt.attempt != row.attempt && attempt.state == BatchState::Signed {
					self.mark(&attempt, BatchState::Superseded).await?;
				}
			}
			self.mark(&row, state).await?;
			self.refresh_channels(head, &row).await?;
			self.sent_at = None;
			self.refused = None;
			self.waiting_since = None;
			tracing::info!(sequence = row.signed.batch.sequence, ?state, "batch final");
		}
		Ok(())
	}

	/// Whether a consumed sequence settled these bytes.
	async fn fate(&self, head: BlockId, row: &BatchRow) -> Result<BatchState, BatchError> {
		let service = &self.service;
		let (operator, model) = (&service.terms.operator, service.terms.model);
		let batch = &row.signed.batch;
		let view = service
			.chain
			.batch(head, operator, model, batch.sequence)
			.await?;
		if let Some(view) = view {
			let ours = view.hash == batch.digest(service.genesis_hash());
			return Ok(if ours {
				BatchState::Settled
			} else {
				BatchState::Superseded
			});
		}
		// Paid already, or void: the channels tell.
		for signed in &batch.vouchers {
			let channel = service.chain.channel(head, signed.voucher.channel).await?;
			if channel.is_some_and(|view| view.settled_calls < signed.voucher.calls) {
				return Ok(BatchState::Void);
			}
		}
		Ok(BatchState::Settled)
	}

	/// Keeps what a final block has settled of a batch's channels.
	async fn refresh_channels(&self, head: BlockId, row: &BatchRow) -> Result<(), BatchError> {
		let service = &self.service;
		let mut puts = Vec::new();
		for signed in &row.signed.batch.vouchers {
			let id = signed.voucher.channel;
			if let Some(view) = service.chain.channel(head, id).await? {
				puts.push(Put::settled(id, &(&view).into()));
			}
		}
		Ok(service.store.write(puts).await?)
	}

	async fn mark(&mut self, row: &BatchRow, state: BatchState) -> StoreResult<()> {
		let marked = BatchRow {
			state,
			..row.clone()
		};
		self.service.store.write(vec![Put::batch(&marked)]).await?;
		let key = |row: &BatchRow| (row.signed.batch.sequence, row.attempt);
		self.open.retain(|open| key(open) != key(row));
		if matches!(state, BatchState::Signed | BatchState::Settled) {
			self.open.push(marked);
			self.open.sort_by_key(key);
		}
		Ok(())
	}

	/// Sends a batch, and again every few blocks until it is final: a node that lost it gets it
	/// back, one that has it says so.
	async fn send(&mut self, head: BlockId, row: &BatchRow) -> Result<(), BatchError> {
		let recent = |sent: BlockNumber| head.number < sent.saturating_add(RESEND);
		if self.sent_at.is_some_and(recent) {
			return Ok(());
		}
		self.sent_at = Some(head.number);
		let sequence = row.signed.batch.sequence;
		match self
			.service
			.chain
			.submit_batch(&row.signed, &row.pages)
			.await
		{
			Ok(()) => {
				tracing::debug!(sequence, block = head.number, "batch sent");
				self.refused = None;
			}
			Err(error @ ChainError::Unreachable(_)) => return Err(error.into()),
			// Also said while the batch is in a block that is not final yet.
			Err(ChainError::Refused(reason)) => {
				tracing::debug!(sequence, block = head.number, %reason, "batch not taken");
				self.refused = Some(reason);
			}
		}
		Ok(())
	}

	/// A refusal that has lasted for longer than inclusion takes.
	fn standing_refusal(&self, block: BlockNumber) -> Option<String> {
		let row = self
			.open
			.iter()
			.find(|row| row.state == BatchState::Signed)?;
		let lasting = block >= row.signed_at.saturating_add(INCLUSION);
		self.refused.clone().filter(|_| lasting)
	}

	async fn sign_if_due(
		&mut self,
		head: BlockId,
		next: u64,
		expired: bool,
	) -> Result<(), BatchError> {
		let waiting = self.service.waiting(head).await?;
		if waiting.calls == 0 {
			self.waiting_since = None;
			return Ok(());
		}
		let since = *self.waiting_since.get_or_insert(head.number);
		let old = head.number.saturating_sub(since) >= self.limits.blocks;
		if !(old || expired || waiting.closing || waiting.calls >= self.limits.calls) {
			return Ok(());
		}
		let Some(row) = self.service.sign_batch(head, next, &self.limits).await? else {
			return Ok(());
		};
		tracing::info!(
			sequence = next,
			vouchers = row.signed.batch.vouchers.len(),
			pages = row.pages.len(),
			"batch signed"
		);
		self.open.push(row.clone());
		self.sent_at = None;
		self.send(head, &row).await
	}

	/// Marks batches that are wholly paid. Pages that stay open are given to the node once more, in
	/// case it lost them, and pushed by the gateway itself if that doesn't help.
	async fn look_after_pages(&mut self, head: BlockId) -> Result<(), BatchError> {
		let settled: Vec<BatchRow> = self
			.open
			.iter()
			.filter(|row| row.state == BatchState::Settled)
			.cloned()
			.collect();
		let service = self.service.clone();
		let (operator, model) = (&service.terms.operator, service.terms.model);
		for row in settled {
			let sequence = row.signed.batch.sequence;
			let view = service.chain.batch(head, operator, model, sequence).await?;
			let Some(view) = view else {
				self.lingering.retain(|known| known.sequence != sequence);
				self.mark(&row, BatchState::Paid).await?;
				continue;
			};
			let step = if view.released {
				self.lingers(head, &row)
			} else {
				None
			};
			let outcome = match step {
				None => continue,
				Some(Step::Resend) => service.chain.submit_batch(&row.signed, &row.pages).await,
				Some(Step::Push) => self.push_open(&row, &view).await,
			};
			match outcome {
				Ok(()) => tracing::info!(sequence, "looked after open pages"),
				Err(error @ ChainError::Unreachable(_)) => return Err(error.into()),
				// Most often the worker was faster.
				Err(ChainError::Refused(reason)) => tracing::debug!(sequence, %reason, "pages"),
			}
		}
		Ok(())
	}

	/// Pushes the pages that are neither paid nor closed.
	async fn push_open(
		&self,
		row: &BatchRow,
		view: &BatchView<AccountId>,
	) -> Result<(), ChainError> {
		for (page, (_, _, done)) in row.pages.iter().zip(&view.pages) {
			if !done {
				self.service.chain.push_page(page).await?;
			}
		}
		Ok(())
	}

	/// What to do for a released batch with open pages: nothing until the worker had its time.
	fn lingers(&mut self, head: BlockId, row: &BatchRow) -> Option<Step> {
		let (sequence, attempt) = (row.signed.batch.sequence, row.attempt);
		let known = |known: &&mut Lingering| known.sequence == sequence && known.attempt == attempt;
		let Some(known) = self.lingering.iter_mut().find(known) else {
			let since = head.number;
			self.lingering.push(Lingering {
				sequence,
				attempt,
				since,
				resent: false,
			});
			return None;
		};
		if head.number < known.since.saturating_add(PAGE_PATIENCE) {
			return None;
		}
		known.since = head.number;
		let first = !std::mem::replace(&mut known.resent, true);
		Some(if first { Step::Resend } else { Step::Push })
	}

	/// Keeps what final blocks say of our batches, for whoever asks what was paid.
	async fn read_events(&mut self, head: BlockId) -> Result<(), BatchError> {
		let service = self.service.clone();
		let start = service
			.store
			.cursor()?
			.map_or(head.number, |cursor| cursor.saturating_add(1));
		let end = head.number.min(start.saturating_add(EVENT_BLOCKS));
		for number in start..=end {
			let (block, events) = match service.chain.events(number).await {
				Ok(found) => found,
				Err(error @ ChainError::Unreachable(_)) => return Err(error.into()),
				Err(error) => {
					// A node without old state: what it no longer knows can't be shown. Nothing
					// that moves money depends on it; the corpus does, so its state is read.
					tracing::warn!(%error, block = number, "events are not to be had");
					self.corpus_is_doubtful = true;
					continue;
				}
			};
			self.corpus_is_doubtful |= events.iter().any(|event| self.is_takedown(event));
			let rows = events
				.iter()
				.filter_map(|event| self.happening(block, event));
			let mut puts: Vec<Put> = rows
				.zip(0u32..)
				.map(|(row, place)| Put::happening(place, &row))
				.collect();
			puts.push(Put::cursor(number));
			service.store.write(puts).await?;
		}
		Ok(())
	}

	/// Whether governance has taken down a text of the corpus.
	fn is_takedown(&self, event: &Event) -> bool {
		let Event::Datanets(DatanetsEvent::Revoked {
			contribution,
			reason: Some(_),
			..
		}) = event
		else {
			return false;
		};
		let texts = self.service.corpus.now();
		texts.sources().contains_key(contribution)
	}

	/// Drops texts that were taken down. What fails here is done again with the next block.
	async fn follow_takedowns(&mut self, head: BlockId) -> Result<(), BatchError> {
		if !self.corpus_is_doubtful {
			return Ok(());
		}
		let service = &self.service;
		let gone = service
			.corpus
			.drop_taken_down(&*service.chain, head, service.terms.model)
			.await?;
		self.corpus_is_doubtful = false;
		if !gone.is_empty() {
			tracing::warn!(contributions = ?gone, block = head.number, "taken down: dropped");
		}
		Ok(())
	}

	fn happening(&self, block: BlockId, event: &Event) -> Option<HappeningRow> {
		let Event::Usage(event) = event else {
			return None;
		};
		let terms = &self.service.terms;
		let ((operator, model, sequence), what) = happening(event)?;
		let ours = *operator == terms.operator && model == terms.model;
		ours.then_some(HappeningRow {
			number: block.number,
			block: block.hash,
			sequence,
			what,
		})
	}
}

type Key<'a> = (&'a AccountId, u32, u64);

fn happening(event: &UsageEvent) -> Option<(Key<'_>, Happening)> {
	use UsageEvent::{BatchAccepted, BatchReleased, BatchSettled, BatchVoided, Credited, PagePaid};
	let (BatchAccepted {
		operator,
		model,
		sequence,
		..
	}
	| BatchVoided {
		operator,
		model,
		sequence,
		..
	}
	| BatchReleased {
		operator,
		model,
		sequence,
		..
	}
	| Credited {
		operator,
		model,
		sequence,
		..
	}
	| PagePaid {
		operator,
		model,
		sequence,
		..
	}
	| BatchSettled {
		operator,
		model,
		sequence,
	}) = event
	else {
		return None;
	};
	let what = match event.clone() {
		BatchAccepted {
			calls,
			fee,
			matched,
			..
		} => Happening::Accepted {
			calls,
			fee,
			matched,
		},
		BatchVoided { fault, .. } => Happening::Voided {
			fault: fault.to_string(),
		},
		BatchReleased { base, .. } => Happening::Released { base },
		Credited {
			contribution,
			account,
			value,
			amount,
			..
		} => Happening::Credited {
			contribution,
			account,
			value,
			amount,
		},
		PagePaid { page, paid, .. } => Happening::PagePaid { page, paid },
		_ => Happening::Finished,
	};
	Some(((operator, *model, *sequence), what))
}
