// SPDX-License-Identifier: Apache-2.0
//! Finds the cause of every money event of a block from the events around it.
//!
//! What one transaction does stands together, and one hook's work too. Within such a group:
//!
//! - `Settled` opens a batch and its `BatchAccepted` closes it; what is booked between is a share
//!   of it;
//! - `Distributed` opens a distribution, which is over when its parts sum up to it;
//! - base money enters an inbox just before the `BatchReleased` or `PageMissing` that sent it;
//! - an entry of a page is booked just before its `Credited`; pools get their sum after the page's
//!   last `Credited`;
//! - a training fee enters its pool just before its `TrainingFeePaid`;
//! - the reporter's half of what a claim forfeited is booked after its `AsideForfeited`.

use super::records::*;
use openledger_primitives::{
	ledger::{LedgerEvent, LedgerRow, LedgerSource},
	AccountId, Balance, BlockNumber, ContributionId, DatanetId, ModelId, Version,
};

/// What an event did, with its cause.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fact {
	/// A batch was accepted.
	Batch(BatchKey, Batch),
	/// A batch was void.
	Voided { batch: BatchKey, charge: Balance },
	/// An account got a line. Pool collections are facts of their own.
	Line { account: AccountId, entry: Entry },
	/// A pool row was collected.
	Collected {
		account: AccountId,
		datanet: DatanetId,
		tranche: Version,
		amount: Balance,
	},
	/// A contribution was credited.
	Credited {
		batch: BatchKey,
		contribution: ContributionId,
		account: Option<AccountId>,
		value: Balance,
		amount: Balance,
	},
	/// An inbox received money.
	Inflow { model: ModelId, inflow: Inflow },
	/// An inbox was split.
	Distributed {
		model: ModelId,
		upstream: Balance,
		base: Balance,
		outflows: Vec<Outflow>,
	},
	/// A pool received money.
	Payment {
		datanet: DatanetId,
		version: Version,
		amount: Balance,
		points: u128,
		cause: PaymentCause,
	},
	/// A pool row earned money that is withheld from it.
	Withheld {
		account: AccountId,
		datanet: DatanetId,
		tranche: Version,
		amount: Balance,
	},
	/// A part of what a row withholds was set aside.
	SetAside {
		account: AccountId,
		datanet: DatanetId,
		tranche: Version,
		amount: Balance,
	},
	/// The first claim locked a row.
	Locked {
		account: AccountId,
		datanet: DatanetId,
		tranche: Version,
	},
	/// What a row withheld was booked for its account.
	Unlocked {
		account: AccountId,
		datanet: DatanetId,
		tranche: Version,
		amount: Balance,
	},
	/// A row's points changed.
	Points {
		datanet: DatanetId,
		tranche: Version,
		account: AccountId,
		points: u64,
	},
	/// A contribution was accepted.
	Accepted {
		contribution: ContributionId,
		datanet: DatanetId,
		account: AccountId,
	},
}

/// A fact with its place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Placed {
	/// Where.
	pub at: Pos,
	/// The transaction; none in hooks.
	pub extrinsic: Option<u32>,
	/// What.
	pub fact: Fact,
}

/// The facts of a block, in the order of its events.
pub(super) fn attribute(block: BlockNumber, rows: &[LedgerRow<AccountId>]) -> Vec<Placed> {
	rows.chunk_by(|before, after| before.extrinsic == after.extrinsic)
		.flat_map(|group| Reader::new(block, group).read())
		.collect()
}

/// What the events that come now are a part of.
enum Context {
	Nothing,
	/// Between `Settled` and `BatchAccepted`.
	Batch(BatchKey),
	/// After `Distributed`, as long as `left` planck of it are not seen.
	Distribution {
		model: ModelId,
		at: Pos,
		fact: usize,
		left: Balance,
	},
	/// After a `Credited`.
	Page(BatchKey),
	/// After an `AsideForfeited` of so much.
	Forfeit(Balance),
}

struct Reader<'a> {
	block: BlockNumber,
	rows: &'a [LedgerRow<AccountId>],
	context: Context,
	facts: Vec<Placed>,
}

impl<'a> Reader<'a> {
	fn new(block: BlockNumber, rows: &'a [LedgerRow<AccountId>]) -> Self {
		Self {
			block,
			rows,
			context: Context::Nothing,
			facts: Vec::new(),
		}
	}

	fn read(mut self) -> Vec<Placed> {
		let mut rest = self.rows;
		while let Some((row, after)) = rest.split_first() {
			if let Some(fact) = self.fact(row, after) {
				self.facts.push(Placed {
					at: self.pos(row),
					extrinsic: row.extrinsic,
					fact,
				});
			}
			rest = after;
		}
		self.facts
	}

	fn pos(&self, row: &LedgerRow<AccountId>) -> Pos {
		Pos {
			block: self.block,
			event: row.index,
		}
	}

	/// `None`: nothing to remember by itself.
	fn fact(&mut self, row: &LedgerRow<AccountId>, after: &[LedgerRow<AccountId>]) -> Option<Fact> {
		match &row.event {
			LedgerEvent::Settled { .. }
			| LedgerEvent::BatchAccepted { .. }
			| LedgerEvent::BatchVoided { .. } => self.batch(row, after),
			LedgerEvent::Accrued {
				account,
				amount,
				source,
			} => self.accrued(row, after, account, *amount, source),
			LedgerEvent::Credited { .. } => self.credited(&row.event),
			LedgerEvent::InboxPaidIn {
				model,
				upstream,
				base,
			} => Some(self.inflow(row, after, *model, (*upstream, *base))),
			LedgerEvent::Distributed { .. } => self.distributed(row),
			LedgerEvent::PoolPaidIn { .. } => self.payment(row, after),
			LedgerEvent::TreasuryPaid { amount } => {
				self.outflow(row, *amount, OutflowTo::Treasury);
				None
			}
			LedgerEvent::AsideForfeited { amount, .. } => {
				self.context = Context::Forfeit(*amount);
				None
			}
			LedgerEvent::RowLocked { .. }
			| LedgerEvent::Withheld { .. }
			| LedgerEvent::SetAside { .. } => locked(&row.event),
			event => member(event, row.extrinsic),
		}
	}

	fn batch(
		&mut self,
		row: &LedgerRow<AccountId>,
		after: &[LedgerRow<AccountId>],
	) -> Option<Fact> {
		match &row.event {
			LedgerEvent::Settled {
				fee,
				burn_ppm,
				treasury_ppm,
				split,
				..
			} => {
				let (at, key, mut batch) = self.accepted(&row.event, after)?;
				batch.at = at;
				batch.fee = *fee;
				batch.burn_ppm = *burn_ppm;
				batch.treasury_ppm = *treasury_ppm;
				batch.split = split.clone();
				self.context = Context::Batch(key.clone());
				Some(Fact::Batch(key, batch))
			}
			LedgerEvent::BatchVoided {
				operator,
				model,
				sequence,
				charge,
			} => Some(Fact::Voided {
				batch: key(operator, *model, *sequence),
				charge: *charge,
			}),
			_ => {
				self.context = Context::Nothing;
				None
			}
		}
	}

	/// The `BatchAccepted` of a `Settled`.
	fn accepted(
		&self,
		settled: &LedgerEvent<AccountId>,
		after: &[LedgerRow<AccountId>],
	) -> Option<(Pos, BatchKey, Batch)> {
		let LedgerEvent::Settled {
			model, operator, ..
		} = settled
		else {
			return None;
		};
		let closing = after
			.iter()
			.take_while(|row| !matches!(row.event, LedgerEvent::Settled { .. }))
			.find(|row| matches!(row.event, LedgerEvent::BatchAccepted { .. }))?;
		let LedgerEvent::BatchAccepted {
			operator: by,
			model: of,
			sequence,
			hash,
			calls,
			fee,
			matched,
			charge,
		} = &closing.event
		else {
			return None;
		};
		if (by, of) != (operator, model) {
			return None;
		}
		let batch = Batch {
			at: self.pos(closing),
			hash: *hash,
			calls: *calls,
			fee: *fee,
			matched: *matched,
			charge: *charge,
			burn_ppm: 0,
			treasury_ppm: 0,
			split: Default::default(),
		};
		Some((self.pos(closing), key(by, *of, *sequence), batch))
	}

	fn accrued(
		&mut self,
		row: &LedgerRow<AccountId>,
		after: &[LedgerRow<AccountId>],
		account: &AccountId,
		amount: Balance,
		source: &LedgerSource,
	) -> Option<Fact> {
		let cause = match (source, &self.context) {
			(LedgerSource::Pool { datanet, tranche }, _) => {
				return Some(Fact::Collected {
					account: account.clone(),
					datanet: *datanet,
					tranche: *tranche,
					amount,
				});
			}
			(LedgerSource::Withheld { datanet, tranche }, _) => {
				return Some(Fact::Unlocked {
					account: account.clone(),
					datanet: *datanet,
					tranche: *tranche,
					amount,
				});
			}
			(LedgerSource::Aside, _) => Cause::Aside,
			(LedgerSource::Forfeited, Context::Forfeit(of)) => Cause::Forfeited { of: Some(*of) },
			(LedgerSource::Forfeited, _) => Cause::Forfeited { of: None },
			(LedgerSource::Credit, _) => credit_of(account, amount, after),
			(LedgerSource::Operator { .. }, Context::Batch(key)) => Cause::Operator(key.clone()),
			(LedgerSource::Developer { .. }, Context::Batch(key)) => Cause::Developer(key.clone()),
			(LedgerSource::Developer { model: of }, Context::Distribution { model, at, .. })
				if of == model =>
			{
				Cause::Distribution {
					model: *model,
					at: *at,
				}
			}
			_ => Cause::Unexplained,
		};
		if matches!(cause, Cause::Distribution { .. }) {
			self.outflow(row, amount, OutflowTo::Developer(account.clone()));
		}
		Some(Fact::Line {
			account: account.clone(),
			entry: Entry {
				extrinsic: row.extrinsic,
				amount,
				cause,
			},
		})
	}

	fn credited(&mut self, event: &LedgerEvent<AccountId>) -> Option<Fact> {
		let LedgerEvent::Credited {
			operator,
			model,
			sequence,
			contribution,
			account,
			value,
			amount,
		} = event
		else {
			return None;
		};
		let batch = key(operator, *model, *sequence);
		self.context = Context::Page(batch.clone());
		Some(Fact::Credited {
			batch,
			contribution: *contribution,
			account: account.clone(),
			value: *value,
			amount: *amount,
		})
	}

	fn inflow(
		&mut self,
		row: &LedgerRow<AccountId>,
		after: &[LedgerRow<AccountId>],
		model: ModelId,
		(upstream, base): (Balance, Balance),
	) -> Fact {
		let cause = if base > 0 {
			base_of(model, base, after)
		} else {
			match &self.context {
				Context::Batch(key) => InflowCause::ChildBatch(key.clone()),
				Context::Distribution { model, at, .. } => InflowCause::ChildDistribution {
					model: *model,
					at: *at,
				},
				_ => InflowCause::Unexplained,
			}
		};
		if matches!(cause, InflowCause::ChildDistribution { .. }) {
			self.outflow(row, upstream, OutflowTo::Upstream(model));
		}
		Fact::Inflow {
			model,
			inflow: Inflow {
				extrinsic: row.extrinsic,
				upstream,
				base,
				cause,
			},
		}
	}

	fn distributed(&mut self, row: &LedgerRow<AccountId>) -> Option<Fact> {
		let LedgerEvent::Distributed {
			model,
			upstream,
			base,
		} = row.event
		else {
			return None;
		};
		self.context = Context::Distribution {
			model,
			at: self.pos(row),
			fact: self.facts.len(),
			left: upstream.saturating_add(base),
		};
		Some(Fact::Distributed {
			model,
			upstream,
			base,
			outflows: Vec::new(),
		})
	}

	fn payment(
		&mut self,
		row: &LedgerRow<AccountId>,
		after: &[LedgerRow<AccountId>],
	) -> Option<Fact> {
		let LedgerEvent::PoolPaidIn {
			datanet,
			version,
			amount,
			points,
		} = row.event
		else {
			return None;
		};
		let cause = match &self.context {
			Context::Distribution { model, at, .. } => PaymentCause::Distribution {
				model: *model,
				at: *at,
			},
			context => match (after.first().map(|next| &next.event), context) {
				(
					Some(LedgerEvent::TrainingFeePaid {
						model,
						datanet: of,
						version: up_to,
						amount: paid,
					}),
					_,
				) if (*of, *up_to, *paid) == (datanet, version, amount) => {
					PaymentCause::TrainingFee { model: *model }
				}
				(_, Context::Page(key)) => PaymentCause::CreditPage(key.clone()),
				_ => PaymentCause::Unexplained,
			},
		};
		if matches!(cause, PaymentCause::Distribution { .. }) {
			let to = OutflowTo::Pool {
				datanet,
				version,
				points,
			};
			self.outflow(row, amount, to);
		}
		Some(Fact::Payment {
			datanet,
			version,
			amount,
			points,
			cause,
		})
	}

	/// Notes a part of the open distribution, if there is one, and closes it with its last planck.
	fn outflow(&mut self, row: &LedgerRow<AccountId>, amount: Balance, to: OutflowTo) {
		let Context::Distribution { fact, left, .. } = &mut self.context else {
			return;
		};
		*left = left.saturating_sub(amount);
		let is_over = *left == 0;
		if let Some(Placed {
			fact: Fact::Distributed { outflows, .. },
			..
		}) = self.facts.get_mut(*fact)
		{
			outflows.push(Outflow {
				event: row.index,
				amount,
				to,
			});
		}
		if is_over {
			self.context = Context::Nothing;
		}
	}
}

fn key(operator: &AccountId, model: ModelId, sequence: u64) -> BatchKey {
	BatchKey {
		operator: operator.clone(),
		model,
		sequence,
	}
}

/// The page entry that an account was credited by.
fn credit_of(account: &AccountId, paid: Balance, after: &[LedgerRow<AccountId>]) -> Cause {
	match after.first().map(|next| &next.event) {
		Some(LedgerEvent::Credited {
			operator,
			model,
			sequence,
			contribution,
			account: Some(who),
			value,
			amount,
		}) if who == account && *amount == paid => Cause::Credit {
			batch: key(operator, *model, *sequence),
			contribution: *contribution,
			value: *value,
		},
		_ => Cause::Unexplained,
	}
}

/// Which release or missing page sent base money to an inbox.
fn base_of(model: ModelId, sent: Balance, after: &[LedgerRow<AccountId>]) -> InflowCause {
	after
		.iter()
		.find_map(|row| match &row.event {
			LedgerEvent::BatchReleased {
				operator,
				model: of,
				sequence,
				base,
			} if (*of, *base) == (model, sent) => Some(InflowCause::Release(key(operator, *of, *sequence))),
			LedgerEvent::PageMissing {
				operator,
				model: of,
				sequence,
				page,
				subtotal,
			} if (*of, *subtotal) == (model, sent) => Some(InflowCause::MissingPage {
				batch: key(operator, *of, *sequence),
				page: *page,
			}),
			_ => None,
		})
		.unwrap_or(InflowCause::Unexplained)
}

/// What claims do to a pool row.
fn locked(event: &LedgerEvent<AccountId>) -> Option<Fact> {
	match event {
		LedgerEvent::RowLocked {
			datanet,
			tranche,
			account,
			locks: 1,
		} => Some(Fact::Locked {
			account: account.clone(),
			datanet: *datanet,
			tranche: *tranche,
		}),
		LedgerEvent::Withheld {
			datanet,
			tranche,
			account,
			amount,
		} => Some(Fact::Withheld {
			account: account.clone(),
			datanet: *datanet,
			tranche: *tranche,
			amount: *amount,
		}),
		LedgerEvent::SetAside {
			datanet,
			tranche,
			account,
			amount,
		} => Some(Fact::SetAside {
			account: account.clone(),
			datanet: *datanet,
			tranche: *tranche,
			amount: *amount,
		}),
		_ => None,
	}
}

/// Facts that explain themselves.
fn member(event: &LedgerEvent<AccountId>, extrinsic: Option<u32>) -> Option<Fact> {
	match event {
		LedgerEvent::Paid { account, amount } => Some(Fact::Line {
			account: account.clone(),
			entry: Entry {
				extrinsic,
				amount: *amount,
				cause: Cause::Payout,
			},
		}),
		LedgerEvent::PointsSet {
			datanet,
			tranche,
			account,
			points,
		} => Some(Fact::Points {
			datanet: *datanet,
			tranche: *tranche,
			account: account.clone(),
			points: *points,
		}),
		LedgerEvent::ContributionAccepted {
			contribution,
			datanet,
			account,
		} => Some(Fact::Accepted {
			contribution: *contribution,
			datanet: *datanet,
			account: account.clone(),
		}),
		_ => None,
	}
}
