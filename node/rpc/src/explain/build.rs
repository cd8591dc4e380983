// SPDX-License-Identifier: Apache-2.0
//! Puts an account's lines together: rows of the index, numbers of the runtime, sentences.

use super::{
	formula,
	views::{
		Batch, BatchNumbers, BatchShare, Credit, Distribution, DistributionShare, Forfeit, Inflow,
		InflowWhy, Item, Outflow, OutflowTo, Why,
	},
	Recompute, MAX_LISTED, MAX_NESTED, MAX_STRIDES,
};
use crate::{
	error::Error,
	ledger::{
		read::OwnRow,
		records::{self, BatchKey, Cause, Entry, InflowCause},
		store::Snapshot,
		Pos,
	},
};
use openledger_primitives::{
	ledger::{FeeRole, FeeShare, Recomputed},
	ports::Beneficiary,
	shares, AccountId, Balance, ContributionId, ModelId, Ppm,
};
use std::collections::BTreeMap;

/// What a settlement is recomputed from.
type Settlement = (ModelId, Balance, Ppm, Ppm);

/// Explains lines of one account from one state of the index.
pub(super) struct Explainer<'a> {
	pub(super) snapshot: &'a Snapshot,
	pub(super) account: &'a AccountId,
	recompute: Recompute<'a>,
	/// Settlements that were recomputed for this answer.
	recomputed: BTreeMap<Settlement, Option<Recomputed>>,
	/// Inflows and payments that this answer can still list.
	nested_left: usize,
	/// Reads of payments that this answer can still make.
	strides_left: usize,
}

impl<'a> Explainer<'a> {
	pub(super) fn new(
		snapshot: &'a Snapshot,
		recompute: Recompute<'a>,
		account: &'a AccountId,
	) -> Self {
		Self {
			snapshot,
			account,
			recompute,
			recomputed: BTreeMap::new(),
			nested_left: MAX_NESTED,
			strides_left: MAX_STRIDES,
		}
	}

	/// How many inflows or payments the next list may have.
	pub(super) fn list_limit(&self) -> usize {
		self.nested_left.min(MAX_LISTED)
	}

	/// Whether payments may be read once more.
	pub(super) fn take_stride(&mut self) -> bool {
		let left = self.strides_left.checked_sub(1);
		self.strides_left = left.unwrap_or(0);
		left.is_some()
	}

	/// Notes that a list was built.
	pub(super) fn listed(&mut self, count: usize) {
		self.nested_left = self.nested_left.saturating_sub(count);
	}

	/// One line.
	pub(super) fn item(&mut self, at: Pos, entry: Entry) -> Result<Item, Error> {
		let amount = entry.amount;
		let (why, formula, matches) = match entry.cause {
			Cause::Operator(key) => {
				let (share, formula, matches) = self.operator_share(amount, &key)?;
				(Why::OperatorShare(share), formula, matches)
			}
			Cause::Developer(key) => {
				let (share, formula, matches) = self.developer_share(amount, &key)?;
				(Why::DeveloperShare(share), formula, matches)
			}
			Cause::Distribution { model, at } => self.distribution_share(amount, model, at)?,
			Cause::Credit {
				batch,
				contribution,
				value,
			} => self.credit(amount, &batch, contribution, value)?,
			Cause::Pool { .. } => self.collection(at, &entry)?,
			Cause::Withheld {
				datanet,
				tranche,
				row,
			} => self.withheld(amount, OwnRow { datanet, tranche }, row)?,
			Cause::Aside => (Why::AsideReturned {}, formula::aside(amount), None),
			Cause::Forfeited { of } => {
				let forfeit = Forfeit {
					of: of.map(Into::into),
				};
				let matches = of.map(|of| of >> 1 == amount);
				(Why::Forfeit(forfeit), formula::forfeit(amount, of), matches)
			}
			Cause::Payout => (Why::Payout {}, formula::payout(amount), None),
			Cause::Unexplained => (Why::Unexplained {}, formula::unexplained(amount), None),
		};
		Ok(Item {
			block: at.block,
			event: at.event,
			extrinsic: entry.extrinsic,
			amount: amount.into(),
			why,
			formula,
			matches,
		})
	}

	/// A batch as the index knows it.
	pub(super) fn batch(&self, key: &BatchKey) -> Result<Batch, Error> {
		let found = self.snapshot.batch(key)?;
		Ok(batch_view(key, found.as_ref()))
	}

	fn recomputed(&mut self, settlement: Settlement) -> Option<Recomputed> {
		let (model, fee, burn_ppm, treasury_ppm) = settlement;
		let recompute = self.recompute;
		self.recomputed
			.entry(settlement)
			.or_insert_with(|| recompute(model, fee, burn_ppm, treasury_ppm))
			.clone()
	}

	/// A batch's split as the runtime computes it now, if every part equals what was booked.
	fn split_again(
		&mut self,
		key: &BatchKey,
		batch: &records::Batch,
	) -> Option<(Recomputed, bool)> {
		let again = self.recomputed((key.model, batch.fee, batch.burn_ppm, batch.treasury_ppm))?;
		let is_same = is_split(&again, batch);
		Some((again, is_same))
	}

	fn operator_share(
		&mut self,
		amount: Balance,
		key: &BatchKey,
	) -> Result<(BatchShare, String, Option<bool>), Error> {
		let found = self.snapshot.batch(key)?;
		let again = found
			.as_ref()
			.and_then(|found| self.split_again(key, found));
		let share = again.as_ref().and_then(|(again, is_same)| {
			let share = share_of(again, &FeeRole::Operator)?.clone();
			Some((share, *is_same))
		});
		Ok(batch_share(
			amount,
			key,
			found.as_ref(),
			share,
			"operator's",
		))
	}

	fn developer_share(
		&mut self,
		amount: Balance,
		key: &BatchKey,
	) -> Result<(BatchShare, String, Option<bool>), Error> {
		let found = self.snapshot.batch(key)?;
		let again = found
			.as_ref()
			.and_then(|found| self.split_again(key, found));
		let share = again.as_ref().and_then(|(again, is_same)| {
			let share = share_of(again, &FeeRole::Vector(Beneficiary::Developer))?.clone();
			Some((share, *is_same))
		});
		Ok(batch_share(
			amount,
			key,
			found.as_ref(),
			share,
			"developer's",
		))
	}

	fn distribution_share(
		&mut self,
		amount: Balance,
		model: ModelId,
		at: Pos,
	) -> Result<(Why, String, Option<bool>), Error> {
		let Some(found) = self.snapshot.distribution(model, at)? else {
			let share = DistributionShare {
				distribution: None,
				ppm: None,
			};
			let formula = formula::unexplained(amount);
			return Ok((Why::DistributionShare(share), formula, None));
		};
		let upstream = found.upstream;
		let again = self.developer_part(model, upstream);
		let distribution = self.distribution(model, at, found)?;
		let ppm = again.map(|(ppm, _)| ppm);
		let formula = formula::distribution_share(amount, model, upstream, ppm, &distribution);
		let matches = again.map(|(_, part)| part == amount);
		let share = DistributionShare {
			distribution: Some(distribution),
			ppm,
		};
		Ok((Why::DistributionShare(share), formula, matches))
	}

	/// Developer's ppm of a model's vector, and its part of upstream money by rule R1.
	fn developer_part(&mut self, model: ModelId, upstream: Balance) -> Option<(Ppm, Balance)> {
		// The vector's shares don't depend on the fee.
		let again = self.recomputed((model, upstream, 0, 0))?;
		let vector: Vec<&FeeShare> = again
			.shares
			.iter()
			.filter(|share| matches!(share.role, FeeRole::Vector(_)))
			.collect();
		let developer = FeeRole::Vector(Beneficiary::Developer);
		let place = vector.iter().position(|share| share.role == developer)?;
		let weights: Vec<u128> = vector.iter().map(|share| share.ppm.into()).collect();
		let part = *shares::split(upstream, &weights)?.get(place)?;
		Some((vector.get(place)?.ppm, part))
	}

	fn credit(
		&mut self,
		amount: Balance,
		key: &BatchKey,
		contribution: ContributionId,
		value: Balance,
	) -> Result<(Why, String, Option<bool>), Error> {
		let found = self.snapshot.batch(key)?;
		let formula = formula::credit(amount, contribution, value, found.as_ref());
		let matches = found
			.as_ref()
			.and_then(|batch| formula::credit_fits(amount, value, batch));
		let credit = Credit {
			contribution,
			value: value.into(),
			batch: batch_view(key, found.as_ref()),
		};
		Ok((Why::Credit(credit), formula, matches))
	}

	/// A distribution with its inflows.
	pub(super) fn distribution(
		&mut self,
		model: ModelId,
		at: Pos,
		found: records::Distribution,
	) -> Result<Distribution, Error> {
		let limit = self.list_limit();
		let mut rows = self
			.snapshot
			.inflows(model, found.previous, at, limit.saturating_add(1))?;
		let truncated = rows.len() > limit;
		rows.truncate(limit);
		self.listed(rows.len());
		let inflows = rows
			.into_iter()
			.map(|(at, inflow)| self.inflow(at, inflow))
			.collect::<Result<Vec<_>, Error>>()?;
		Ok(Distribution {
			model,
			block: at.block,
			event: at.event,
			extrinsic: found.extrinsic,
			upstream: found.upstream.into(),
			base: found.base.into(),
			previous: found.previous.map(Into::into),
			complete: found.complete,
			inflows,
			truncated,
			outflows: found.outflows.into_iter().map(outflow).collect(),
		})
	}

	fn inflow(&self, at: Pos, inflow: records::Inflow) -> Result<Inflow, Error> {
		let why = match inflow.cause {
			InflowCause::ChildBatch(key) => InflowWhy::ChildBatch(self.batch(&key)?),
			InflowCause::ChildDistribution { model, at } => InflowWhy::ChildDistribution {
				model,
				block: at.block,
				event: at.event,
			},
			InflowCause::Release(key) => InflowWhy::Release(self.batch(&key)?),
			InflowCause::MissingPage { batch, page } => InflowWhy::MissingPage {
				batch: self.batch(&batch)?,
				page,
			},
			InflowCause::Unexplained => InflowWhy::Unexplained {},
		};
		Ok(Inflow {
			block: at.block,
			event: at.event,
			extrinsic: inflow.extrinsic,
			upstream: inflow.upstream.into(),
			base: inflow.base.into(),
			why,
		})
	}
}

fn batch_view(key: &BatchKey, found: Option<&records::Batch>) -> Batch {
	Batch {
		operator: key.operator.clone().into(),
		model: key.model,
		sequence: key.sequence,
		block: found.map(|batch| batch.at.block),
		numbers: found.map(|batch| BatchNumbers {
			hash: batch.hash,
			calls: batch.calls.into(),
			fee: batch.fee.into(),
			matched: batch.matched.into(),
			charge: batch.charge.into(),
			burn_ppm: batch.burn_ppm,
			treasury_ppm: batch.treasury_ppm,
			split: batch.split.clone().into(),
		}),
	}
}

fn batch_share(
	amount: Balance,
	key: &BatchKey,
	found: Option<&records::Batch>,
	share: Option<(FeeShare, bool)>,
	whose: &str,
) -> (BatchShare, String, Option<bool>) {
	let formula = match found {
		Some(batch) => {
			let share = share.as_ref().map(|(share, _)| share);
			formula::batch_share(amount, whose, key.model, batch, share)
		}
		None => formula::unexplained(amount),
	};
	let matches = share
		.as_ref()
		.map(|(share, is_same)| *is_same && share.amount == amount);
	let view = BatchShare {
		batch: batch_view(key, found),
		ppm: share.as_ref().map(|(share, _)| share.ppm),
		of: share.map(|(share, _)| share.of.into()),
	};
	(view, formula, matches)
}

fn share_of<'a>(again: &'a Recomputed, role: &FeeRole) -> Option<&'a FeeShare> {
	again.shares.iter().find(|share| share.role == *role)
}

/// Which shares of a settlement are meant.
type Wanted<'a> = &'a dyn Fn(&FeeRole) -> bool;

/// Whether a recomputed settlement has the parts that were booked.
fn is_split(again: &Recomputed, batch: &records::Batch) -> bool {
	let sum = |is_wanted: Wanted| {
		again
			.shares
			.iter()
			.filter(|share| is_wanted(&share.role))
			.try_fold(0u128, |sum, share| sum.checked_add(share.amount))
	};
	let split = &batch.split;
	let parts: [(Wanted, Balance); 7] = [
		(&|_| true, batch.fee),
		(&|role| *role == FeeRole::Burn, split.burned),
		(&|role| *role == FeeRole::Treasury, split.treasury),
		(&|role| *role == FeeRole::Operator, split.operator),
		(
			&|role| *role == FeeRole::Vector(Beneficiary::Developer),
			split.developer,
		),
		(
			&|role| *role == FeeRole::Vector(Beneficiary::Contributors),
			split.data,
		),
		(
			&|role| matches!(role, FeeRole::Vector(Beneficiary::Upstream(_))),
			split.upstream,
		),
	];
	parts
		.into_iter()
		.all(|(is_wanted, booked)| sum(is_wanted) == Some(booked))
}

fn outflow(outflow: records::Outflow) -> Outflow {
	let to = match outflow.to {
		records::OutflowTo::Developer(account) => OutflowTo::Developer {
			account: account.into(),
		},
		records::OutflowTo::Upstream(model) => OutflowTo::Upstream { model },
		records::OutflowTo::Pool {
			datanet,
			version,
			points,
		} => OutflowTo::Pool {
			datanet,
			version,
			points: points.into(),
		},
		records::OutflowTo::Treasury => OutflowTo::Treasury {},
	};
	Outflow {
		event: outflow.event,
		amount: outflow.amount.into(),
		to,
	}
}
