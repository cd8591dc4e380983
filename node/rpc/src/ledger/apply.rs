// SPDX-License-Identifier: Apache-2.0
//! Writes the facts of a block into the tables.

use super::{
	attribute::{attribute, Fact, Placed},
	pools::{self, RowKey},
	records::*,
	store::{keys, Change, Head, IndexResult, Rows, Table},
};
use openledger_primitives::{
	ledger::LedgerRow, AccountId, Balance, BlockNumber, ContributionId, DatanetId, ModelId, Version,
};

/// Adds one block. `head` says what the index reaches back to.
pub(super) fn apply(
	change: &Change,
	head: &Head,
	block: BlockNumber,
	rows: &[LedgerRow<AccountId>],
) -> IndexResult<()> {
	for placed in attribute(block, rows) {
		write(change, head.is_whole(), placed)?;
	}
	Ok(())
}

fn write(change: &Change, is_whole: bool, placed: Placed) -> IndexResult<()> {
	let Placed {
		at,
		extrinsic,
		fact,
	} = placed;
	match fact {
		Fact::Batch(key, batch) => change.put(Table::Batches, &keys::batch(&key), &batch),
		Fact::Voided { batch, charge } => {
			let operator = batch.operator.clone();
			let what = Nothing::VoidedBatch { batch, charge };
			nothing(change, &operator, at, &what)
		}
		Fact::Line { account, entry } => line(change, &account, at, &entry),
		Fact::Credited {
			batch,
			contribution,
			account,
			value,
			amount,
		} => credited(change, at, batch, contribution, account, (value, amount)),
		Fact::Inflow { model, inflow } => write_inflow(change, model, at, &inflow),
		Fact::Distributed {
			model,
			upstream,
			base,
			outflows,
		} => {
			let distribution = Distribution {
				extrinsic,
				upstream,
				base,
				previous: None,
				complete: None,
				outflows,
			};
			distributed(change, is_whole, model, at, distribution)
		}
		Fact::Accepted {
			contribution,
			datanet,
			account,
		} => {
			change.put(Table::Owned, &keys::owned(&account, contribution), &())?;
			let accepted = Accepted {
				datanet,
				account,
				at,
			};
			let key = keys::contribution(contribution);
			change.put(Table::Contributions, &key, &accepted)
		}
		fact => write_pool(change, is_whole, at, extrinsic, fact),
	}
}

/// Payments into pools, their collection, and changes of points and locks.
fn write_pool(
	change: &Change,
	is_whole: bool,
	at: Pos,
	extrinsic: Option<u32>,
	fact: Fact,
) -> IndexResult<()> {
	match fact {
		Fact::Collected {
			account,
			datanet,
			tranche,
			amount,
		} => {
			let key = row_key(&account, datanet, tranche);
			let entry = Entry {
				extrinsic,
				amount,
				cause: pools::collect(change, &key, at, is_whole)?,
			};
			line(change, &account, at, &entry)
		}
		Fact::Payment {
			datanet,
			version,
			amount,
			points,
			cause,
		} => {
			let payment = Payment {
				extrinsic,
				version,
				amount,
				points,
				per_point: pools::pay(change, datanet, version, amount, points)?,
				cause,
			};
			let key = keys::at(keys::datanet(datanet), at);
			change.put(Table::Payments, &key, &payment)
		}
		Fact::Points {
			datanet,
			tranche,
			account,
			points,
		} => {
			let key = row_key(&account, datanet, tranche);
			pools::set_points(change, &key, at, points)
		}
		fact => write_locked(change, is_whole, at, extrinsic, fact),
	}
}

/// What locked rows withhold.
fn write_locked(
	change: &Change,
	is_whole: bool,
	at: Pos,
	extrinsic: Option<u32>,
	fact: Fact,
) -> IndexResult<()> {
	match fact {
		Fact::Locked {
			account,
			datanet,
			tranche,
		} => pools::lock(change, &row_key(&account, datanet, tranche), is_whole),
		Fact::Withheld {
			account,
			datanet,
			tranche,
			amount,
		} => {
			let key = row_key(&account, datanet, tranche);
			pools::withhold(change, &key, at, amount)?;
			let what = Nothing::Withheld {
				datanet,
				tranche,
				amount,
			};
			nothing(change, &account, at, &what)
		}
		Fact::SetAside {
			account,
			datanet,
			tranche,
			amount,
		} => {
			let key = row_key(&account, datanet, tranche);
			pools::set_aside(change, &key, amount)?;
			let what = Nothing::SetAside {
				datanet,
				tranche,
				amount,
			};
			nothing(change, &account, at, &what)
		}
		Fact::Unlocked {
			account,
			datanet,
			tranche,
			amount,
		} => {
			let key = row_key(&account, datanet, tranche);
			let cause = Cause::Withheld {
				datanet,
				tranche,
				row: pools::unlock(change, &key)?,
			};
			let entry = Entry {
				extrinsic,
				amount,
				cause,
			};
			line(change, &account, at, &entry)
		}
		_ => Ok(()),
	}
}

fn row_key(account: &AccountId, datanet: DatanetId, tranche: Version) -> RowKey<'_> {
	RowKey {
		account,
		datanet,
		tranche,
	}
}

fn line(change: &Change, account: &AccountId, at: Pos, entry: &Entry) -> IndexResult<()> {
	let key = keys::at(keys::account(account), at);
	change.put(Table::Entries, &key, entry)
}

fn nothing(change: &Change, account: &AccountId, at: Pos, what: &Nothing) -> IndexResult<()> {
	let key = keys::at(keys::account(account), at);
	change.put(Table::Nothings, &key, what)
}

/// A credit that pays has its line from the event before; one that doesn't leaves a trace here.
fn credited(
	change: &Change,
	at: Pos,
	batch: BatchKey,
	contribution: ContributionId,
	account: Option<AccountId>,
	(value, amount): (Balance, Balance),
) -> IndexResult<()> {
	let key = keys::at(keys::contribution(contribution), at);
	change.put(Table::Credited, &key, &())?;
	match account {
		Some(_) if amount > 0 => Ok(()),
		Some(account) => {
			let what = Nothing::CreditOfZero {
				batch,
				contribution,
				value,
			};
			nothing(change, &account, at, &what)
		}
		None => {
			let accepted: Option<Accepted> =
				change.get(Table::Contributions, &keys::contribution(contribution))?;
			let Some(Accepted { account, .. }) = accepted else {
				return Ok(());
			};
			let what = Nothing::CreditedElsewhere {
				batch,
				contribution,
				value,
				amount,
			};
			nothing(change, &account, at, &what)
		}
	}
}

fn write_inflow(change: &Change, model: ModelId, at: Pos, inflow: &Inflow) -> IndexResult<()> {
	let key = keys::model(model);
	let mut state: InboxState = change.get(Table::Inboxes, &key)?.unwrap_or_default();
	state.upstream = state.upstream.saturating_add(inflow.upstream);
	state.base = state.base.saturating_add(inflow.base);
	change.put(Table::Inboxes, &key, &state)?;
	change.put(Table::Inflows, &keys::at(key, at), inflow)
}

/// A distribution empties the inbox, so from the first one on the inflows are known whole.
fn distributed(
	change: &Change,
	is_whole: bool,
	model: ModelId,
	at: Pos,
	mut distribution: Distribution,
) -> IndexResult<()> {
	let key = keys::model(model);
	let state: InboxState = change.get(Table::Inboxes, &key)?.unwrap_or_default();
	let is_known = is_whole || state.last.is_some();
	let sums = (state.upstream, state.base);
	distribution.previous = state.last;
	distribution.complete = is_known.then_some(sums == (distribution.upstream, distribution.base));
	let emptied = InboxState {
		last: Some(at),
		..Default::default()
	};
	change.put(Table::Inboxes, &key, &emptied)?;
	change.put(Table::Distributions, &keys::at(key, at), &distribution)
}
