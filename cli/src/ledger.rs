// SPDX-License-Identifier: Apache-2.0
//! Who was paid what, re-added from the chain's events alone.

use std::collections::BTreeMap;

use anyhow::Result;
use openledger_client::{
	chain::{BlockId, Client},
	event::{Event, ModelsEvent, RoyaltiesEvent, Source, UsageEvent},
};
use openledger_primitives::{
	ports::FeeSplit, AccountId, Balance, BlockNumber, ContributionId, DatanetId, ModelId, Sequence,
	Version, H256,
};

/// One entry of a credit page that was paid.
#[derive(Clone, Debug)]
pub struct Credit {
	/// Contribution credited.
	pub contribution: ContributionId,
	/// Account paid; `None` when it went to a pool or to the treasury.
	pub account: Option<AccountId>,
	/// Value of its spans.
	pub value: Balance,
	/// Paid.
	pub amount: Balance,
}

/// What is known of a batch.
#[derive(Clone, Debug)]
pub struct Batch {
	/// Block of acceptance.
	pub block: BlockNumber,
	/// Hash of the batch.
	pub hash: H256,
	/// Calls in it.
	pub calls: u64,
	/// Their fees.
	pub fee: Balance,
	/// Matched part.
	pub matched: Balance,
	/// Split of the fee.
	pub split: FeeSplit,
	/// Base part, once released.
	pub base: Option<Balance>,
	/// Entries paid.
	pub credits: Vec<Credit>,
	/// Whether all pages are paid or closed.
	pub settled: bool,
}

/// Key of a batch.
pub type BatchKey = (AccountId, ModelId, Sequence);

/// Why an accrued balance grew, ordered for tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
	/// Operator of a model.
	Operator(ModelId),
	/// Developer of a model.
	Developer(ModelId),
	/// Matched text.
	Credit,
	/// Base money by points.
	Pool(DatanetId, Version),
	/// The treasury's, while its account can't receive it.
	Treasury,
	/// Base money by points that a duplicate claim withheld.
	Withheld(DatanetId, Version),
	/// Base money by points of a withdrawn text, whose claims came to nothing.
	Aside,
	/// The reporter's half of a proved copy's base money.
	Forfeited,
}

/// Sums over all events of a range of blocks.
#[derive(Default, Debug)]
pub struct Ledger {
	/// Batches by key.
	pub batches: BTreeMap<BatchKey, Batch>,
	/// Voided batches with the name of the fault.
	pub voided: Vec<(BatchKey, String)>,
	/// Fees that left channels.
	pub fees: Balance,
	/// Burned.
	pub burned: Balance,
	/// To the treasury by royalties.
	pub treasury: Balance,
	/// Of that, from pools: the treasury's half of what proved copies had there.
	pub forfeited: Balance,
	/// Booked to accounts, by account and reason.
	pub accrued: BTreeMap<AccountId, BTreeMap<Reason, Balance>>,
	/// Transferred to accounts.
	pub paid: BTreeMap<AccountId, Balance>,
	/// Into pools.
	pub pools: BTreeMap<(DatanetId, Version), Balance>,
	/// Of that, training fees.
	pub training: Balance,
	/// Upstream money that each inbox received from children.
	pub inboxes: BTreeMap<ModelId, Balance>,
	/// Into inboxes and out of them again.
	pub inbox_in: Balance,
	/// Out of inboxes.
	pub inbox_out: Balance,
	/// Last block read.
	pub upto: BlockNumber,
}

impl Ledger {
	/// An empty ledger that begins with block `from`.
	pub fn from(from: BlockNumber) -> Self {
		Self {
			upto: from.saturating_sub(1),
			..Self::default()
		}
	}

	/// Reads the finalised blocks that it hasn't yet; `seen` is told each block's number.
	pub async fn advance(&mut self, client: &Client, seen: impl Fn(BlockNumber)) -> Result<()> {
		let head = client.finalised().await?;
		for number in self.upto.saturating_add(1)..=head.number {
			let hash = client.block_hash(number).await?;
			for record in client.events(BlockId { hash, number }).await? {
				self.add(number, &record.event);
			}
			self.upto = number;
			seen(number);
		}
		Ok(())
	}

	/// Adds one event.
	pub fn add(&mut self, number: BlockNumber, event: &Event) {
		match event {
			Event::Usage(event) => self.add_usage(number, event),
			Event::Royalties(event) => self.add_royalties(event),
			Event::Models(ModelsEvent::TrainingFeePaid { amount, .. }) => self.training += amount,
			_ => (),
		}
	}

	fn add_usage(&mut self, number: BlockNumber, event: &UsageEvent) {
		match event {
			UsageEvent::BatchAccepted {
				operator,
				model,
				sequence,
				hash,
				calls,
				fee,
				matched,
				split,
				..
			} => {
				let batch = Batch {
					block: number,
					hash: *hash,
					calls: *calls,
					fee: *fee,
					matched: *matched,
					split: split.clone(),
					base: None,
					credits: Vec::new(),
					settled: false,
				};
				self.batches
					.insert((operator.clone(), *model, *sequence), batch);
			}
			UsageEvent::BatchVoided {
				operator,
				model,
				sequence,
				fault,
				..
			} => self
				.voided
				.push(((operator.clone(), *model, *sequence), format!("{fault:?}"))),
			UsageEvent::ChannelSettled { fee, .. } => self.fees += fee,
			UsageEvent::BatchReleased {
				operator,
				model,
				sequence,
				base,
			} => {
				if let Some(batch) = self.batches.get_mut(&(operator.clone(), *model, *sequence)) {
					batch.base = Some(*base);
				}
			}
			UsageEvent::Credited {
				operator,
				model,
				sequence,
				contribution,
				account,
				value,
				amount,
			} => {
				if let Some(batch) = self.batches.get_mut(&(operator.clone(), *model, *sequence)) {
					batch.credits.push(Credit {
						contribution: *contribution,
						account: account.clone(),
						value: *value,
						amount: *amount,
					});
				}
			}
			UsageEvent::BatchSettled {
				operator,
				model,
				sequence,
			} => {
				if let Some(batch) = self.batches.get_mut(&(operator.clone(), *model, *sequence)) {
					batch.settled = true;
				}
			}
			_ => (),
		}
	}

	fn add_royalties(&mut self, event: &RoyaltiesEvent) {
		match event {
			RoyaltiesEvent::Burned { amount } => self.burned += amount,
			RoyaltiesEvent::TreasuryPaid { amount } => self.treasury += amount,
			RoyaltiesEvent::AsideForfeited { amount, .. } => {
				self.forfeited += amount - amount / 2;
			}
			RoyaltiesEvent::Accrued {
				account,
				amount,
				source,
			} => {
				let reason = match source {
					Source::Operator { model } => Reason::Operator(*model),
					Source::Developer { model } => Reason::Developer(*model),
					Source::Credit => Reason::Credit,
					Source::Pool { datanet, tranche } => Reason::Pool(*datanet, *tranche),
					Source::Treasury => Reason::Treasury,
					Source::Withheld { datanet, tranche } => Reason::Withheld(*datanet, *tranche),
					Source::Aside => Reason::Aside,
					Source::Forfeited => Reason::Forfeited,
				};
				let row = self.accrued.entry(account.clone()).or_default();
				*row.entry(reason).or_default() += amount;
			}
			RoyaltiesEvent::PoolPaidIn {
				datanet,
				version,
				amount,
				..
			} => *self.pools.entry((*datanet, *version)).or_default() += amount,
			RoyaltiesEvent::InboxPaidIn {
				model,
				upstream,
				base,
			} => {
				*self.inboxes.entry(*model).or_default() += upstream;
				self.inbox_in += upstream + base;
			}
			RoyaltiesEvent::Distributed { upstream, base, .. } => self.inbox_out += upstream + base,
			RoyaltiesEvent::Paid { account, amount } => {
				*self.paid.entry(account.clone()).or_default() += amount
			}
			_ => (),
		}
	}

	/// Sum of what was booked for a kind of reason.
	pub fn accrued_for(&self, wanted: impl Fn(&Reason) -> bool) -> Balance {
		self.accrued
			.values()
			.flatten()
			.filter(|(reason, _)| wanted(reason))
			.map(|(_, amount)| amount)
			.sum()
	}

	/// Data shares not yet paid.
	pub fn waiting(&self) -> Balance {
		self.batches
			.values()
			.map(|batch| {
				let credited: Balance = batch.credits.iter().map(|credit| credit.amount).sum();
				batch
					.split
					.data
					.saturating_sub(credited)
					.saturating_sub(batch.base.unwrap_or(0))
			})
			.sum()
	}

	/// Everything the fees became, by name. Training fees reach pools too, but from developers.
	pub fn parts(&self) -> Vec<(&'static str, Balance)> {
		let pools: Balance = self.pools.values().sum();
		vec![
			("burned", self.burned),
			(
				"treasury",
				self.treasury
					.saturating_add(self.accrued_for(|reason| *reason == Reason::Treasury))
					.saturating_sub(self.forfeited),
			),
			(
				"operators",
				self.accrued_for(|reason| matches!(reason, Reason::Operator(_))),
			),
			(
				"developers",
				self.accrued_for(|reason| matches!(reason, Reason::Developer(_))),
			),
			(
				"contributors, matched text",
				self.accrued_for(|reason| *reason == Reason::Credit),
			),
			(
				"contributors' pools, base",
				pools.saturating_sub(self.training),
			),
			(
				"still in inboxes",
				self.inbox_in.saturating_sub(self.inbox_out),
			),
			("waiting for the challenge window", self.waiting()),
		]
	}
}
