// SPDX-License-Identifier: Apache-2.0
//! Collections of pool rows, payment by payment.

use super::{
	build::Explainer,
	formula,
	views::{Payment, PaymentWhy, PointsFrom, PoolCollection, Why, WithheldCollection},
};
use crate::{
	error::Error,
	ledger::{
		read::{OwnRow, Span},
		records::{self, Cause, Entry, PaymentCause, WithheldRow},
		Pos,
	},
};
use openledger_primitives::{Balance, U256};

/// Payments of a datanet that are looked at for one list, at most.
const MAX_LOOKED_AT: usize = 4_096;

/// Payments that are read at once.
const STRIDE: usize = 256;

/// Changes of points that one collection lists, at most.
const MAX_POINTS: usize = 64;

/// Payments that a row has a part in.
struct Found {
	payments: Vec<(Pos, records::Payment)>,
	truncated: bool,
}

fn unexplained(amount: Balance) -> (Why, String, Option<bool>) {
	(Why::Unexplained {}, formula::unexplained(amount), None)
}

impl Explainer<'_> {
	/// A collection: everything that came into versions of the row's tranche since the last one.
	pub(super) fn collection(
		&mut self,
		at: Pos,
		entry: &Entry,
	) -> Result<(Why, String, Option<bool>), Error> {
		let Cause::Pool {
			datanet,
			tranche,
			since,
			carry_before,
			carry_after,
			replayed,
		} = entry.cause
		else {
			return Ok(unexplained(entry.amount));
		};
		let row = OwnRow { datanet, tranche };
		let carries = (carry_before, carry_after);
		let (collection, formula) = self.earned(entry.amount, &row, (since, at), carries)?;
		let matches = replayed.map(|replayed| replayed == entry.amount);
		Ok((Why::PoolCollection(collection), formula, matches))
	}

	/// What a row withheld: a collection up to where something was withheld last.
	pub(super) fn withheld(
		&mut self,
		amount: Balance,
		row: OwnRow,
		found: Option<WithheldRow>,
	) -> Result<(Why, String, Option<bool>), Error> {
		let Some((found, until)) = found.and_then(|found| Some((found, found.until?))) else {
			return Ok(unexplained(amount));
		};
		let carries = (found.carry_before, found.carry_after);
		let (collection, all) = self.earned(found.amount, &row, (found.since, until), carries)?;
		let formula = formula::withheld(amount, found.aside, &all);
		let matches = found
			.replayed
			.map(|replayed| amount.checked_add(found.aside) == Some(replayed));
		let withheld = WithheldCollection {
			collection,
			aside: found.aside.into(),
		};
		Ok((Why::WithheldCollection(withheld), formula, matches))
	}

	/// What a row earned from one place to another, and the same as a sentence.
	fn earned(
		&mut self,
		amount: Balance,
		row: &OwnRow,
		(since, at): (Option<Pos>, Pos),
		(carry_before, carry_after): (u64, u64),
	) -> Result<(PoolCollection, String), Error> {
		let OwnRow { datanet, tranche } = *row;
		let span = Span {
			from: since.map_or_else(Pos::default, Pos::next),
			to: at,
		};
		let limit = self.list_limit();
		let found = self.payments_of(row, span, limit)?;
		self.listed(found.payments.len());
		let points = self.points_in(row, span)?;
		let payments = found
			.payments
			.into_iter()
			.map(|(at, payment)| self.payment(row, at, payment))
			.collect::<Result<Vec<_>, Error>>()?;
		let formula = formula::collection(
			amount,
			(datanet, tranche),
			&payments,
			found.truncated,
			(carry_before, carry_after),
		);
		let collection = PoolCollection {
			datanet,
			tranche,
			since: since.map(Into::into),
			carry_before: carry_before.into(),
			carry_after: carry_after.into(),
			points,
			payments,
			truncated: found.truncated,
		};
		Ok((collection, formula))
	}

	/// Payments into versions that pay the row's tranche. Others of the datanet are passed over, a
	/// bounded number of them.
	fn payments_of(&mut self, row: &OwnRow, mut span: Span, limit: usize) -> Result<Found, Error> {
		let mut found = Found {
			payments: Vec::new(),
			truncated: false,
		};
		for _ in 0..MAX_LOOKED_AT / STRIDE {
			if !self.take_stride() {
				break;
			}
			let rows = self.snapshot.payments(row.datanet, span, STRIDE)?;
			let is_last = rows.len() < STRIDE;
			let last = rows.last().map(|(at, _)| *at);
			for (at, payment) in rows {
				if payment.version < row.tranche {
					continue;
				}
				if found.payments.len() >= limit {
					found.truncated = true;
					return Ok(found);
				}
				found.payments.push((at, payment));
			}
			match last {
				Some(last) if !is_last => span.from = last.next(),
				_ => return Ok(found),
			}
		}
		found.truncated = true;
		Ok(found)
	}

	/// Whether money came into versions of the row's tranche; none when it can't be told in
	/// bounded time.
	pub(super) fn has_payment(&mut self, row: &OwnRow, span: Span) -> Result<Option<bool>, Error> {
		let found = self.payments_of(row, span, 1)?;
		Ok(if !found.payments.is_empty() {
			Some(true)
		} else if found.truncated {
			None
		} else {
			Some(false)
		})
	}

	/// The points at the beginning of a span, and their changes in it.
	fn points_in(&self, row: &OwnRow, span: Span) -> Result<Vec<PointsFrom>, Error> {
		let before = self.snapshot.points_at(self.account, row, span.from)?;
		let after = Span {
			from: span.from.next(),
			to: span.to,
		};
		let changes = self.snapshot.points(self.account, row, after, MAX_POINTS)?;
		Ok(before
			.into_iter()
			.chain(changes)
			.map(|(at, points)| PointsFrom {
				block: at.block,
				event: at.event,
				points: points.into(),
			})
			.collect())
	}

	fn payment(&self, row: &OwnRow, at: Pos, payment: records::Payment) -> Result<Payment, Error> {
		let own = self
			.snapshot
			.points_at(self.account, row, at)?
			.map(|(_, points)| points);
		let share_scaled = own
			.and_then(|own| payment.per_point.checked_mul(U256::from(own)))
			.map(|share| share.to_string());
		let why = match payment.cause {
			PaymentCause::Distribution { model, at } => PaymentWhy::Distribution {
				model,
				block: at.block,
				event: at.event,
			},
			PaymentCause::TrainingFee { model } => PaymentWhy::TrainingFee { model },
			PaymentCause::CreditPage(key) => PaymentWhy::CreditPage(self.batch(&key)?),
			PaymentCause::Unexplained => PaymentWhy::Unexplained {},
		};
		Ok(Payment {
			block: at.block,
			event: at.event,
			extrinsic: payment.extrinsic,
			version: payment.version,
			amount: payment.amount.into(),
			points: payment.points.into(),
			own_points: own.map(Into::into),
			share_scaled,
			why,
		})
	}
}
