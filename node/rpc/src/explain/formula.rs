// SPDX-License-Identifier: Apache-2.0
//! Formulas as sentences with their numbers.

use super::views::{Distribution, InflowWhy, Payment};
use crate::{json::grouped, ledger::records::Batch};
use openledger_primitives::{
	ledger::FeeShare, shares, Balance, ContributionId, DatanetId, ModelId, Ppm, Version,
};

/// Payments that a sentence names, at most.
const MAX_TERMS: usize = 4;

pub(super) fn payout(amount: Balance) -> String {
	format!(
		"{} planck of booked money were transferred",
		grouped(amount)
	)
}

pub(super) fn unexplained(amount: Balance) -> String {
	format!(
		"{} planck; what they come from lies before the index begins",
		grouped(amount)
	)
}

/// A share of a batch. `share` is what the runtime computes now.
pub(super) fn batch_share(
	amount: Balance,
	whose: &str,
	model: ModelId,
	batch: &Batch,
	share: Option<&FeeShare>,
) -> String {
	let amount = grouped(amount);
	let fee = grouped(batch.fee);
	let split = &batch.split;
	let Some(share) = share else {
		return format!(
			"{amount} planck = {whose} part of the fee {fee} of model {model}: burned {}, \
			treasury {}, operator {}, developer {}, parents {}, data {}",
			grouped(split.burned),
			grouped(split.treasury),
			grouped(split.operator),
			grouped(split.developer),
			grouped(split.upstream),
			grouped(split.data),
		);
	};
	let ppm = grouped(share.ppm.into());
	if share.of == batch.fee && whose == "operator's" {
		return format!("{amount} planck = {whose} share {ppm} ppm of the fee {fee}");
	}
	format!(
		"{amount} planck = {whose} share {ppm} ppm of V {}; V = fee {fee} − burn {} ({} ppm) − \
		treasury {} ({} ppm) − operator {}",
		grouped(share.of),
		grouped(split.burned),
		grouped(batch.burn_ppm.into()),
		grouped(split.treasury),
		grouped(batch.treasury_ppm.into()),
		grouped(split.operator),
	)
}

/// A developer's share of a distribution.
pub(super) fn distribution_share(
	amount: Balance,
	model: ModelId,
	upstream: Balance,
	ppm: Option<Ppm>,
	distribution: &Distribution,
) -> String {
	let share = match ppm {
		Some(ppm) => format!("developer's share {} ppm", grouped(ppm.into())),
		None => "developer's share".into(),
	};
	let mut children: Vec<ModelId> = distribution
		.inflows
		.iter()
		.filter_map(|inflow| match &inflow.why {
			InflowWhy::ChildBatch(batch) => Some(batch.model),
			InflowWhy::ChildDistribution { model, .. } => Some(*model),
			_ => None,
		})
		.collect();
	children.sort_unstable();
	children.dedup();
	let children: Vec<String> = children.iter().map(ToString::to_string).collect();
	let from = match (children.is_empty(), distribution.truncated) {
		(true, _) => String::new(),
		(false, true) => format!(", from models {} and others", children.join(", ")),
		(false, false) => format!(", from models {}", children.join(", ")),
	};
	format!(
		"{} planck = {share} of the upstream money {} in the inbox of model {model}{from}",
		grouped(amount),
		grouped(upstream),
	)
}

/// An entry of a credit page.
pub(super) fn credit(
	amount: Balance,
	contribution: ContributionId,
	value: Balance,
	batch: Option<&Batch>,
) -> String {
	let amount = grouped(amount);
	let value = grouped(value);
	let Some(batch) = batch else {
		return format!(
			"{amount} planck = part of the data share for value {value} of spans of contribution \
			{contribution}; its batch was accepted before the index begins"
		);
	};
	format!(
		"{amount} planck = ⌊D·(b + v)/F⌋ − ⌊D·b/F⌋ with data share D {}, fee F {}, value v {value} \
		of spans of contribution {contribution}, b the values of the entries before it; matched \
		in all {}",
		grouped(batch.split.data),
		grouped(batch.fee),
		grouped(batch.matched),
	)
}

/// What a row withheld; `all` explains everything that it did.
pub(super) fn withheld(amount: Balance, aside: Balance, all: &str) -> String {
	let amount = grouped(amount);
	if aside == 0 {
		return format!(
			"{amount} planck withheld while claims were open on texts of the row: {all}"
		);
	}
	format!(
		"{amount} planck withheld while claims were open on texts of the row, without the {} that \
		were set aside: {all}",
		grouped(aside)
	)
}

pub(super) fn aside(amount: Balance) -> String {
	format!(
		"{} planck that were set aside from a pool row because of a claim, which came to nothing",
		grouped(amount)
	)
}

/// The reporter's half of `of`.
pub(super) fn forfeit(amount: Balance, of: Option<Balance>) -> String {
	let amount = grouped(amount);
	let Some(of) = of else {
		return format!("{amount} planck = half of what a proved claim forfeited");
	};
	format!(
		"{amount} planck = ⌊{}/2⌋: half of what a proved claim forfeited",
		grouped(of)
	)
}

/// Whether an entry's amount is `⌊D·v/F⌋` or the planck more that its place can make; none when
/// that can't be computed. The place is in the page, which is not on chain.
pub(super) fn credit_fits(amount: Balance, value: Balance, batch: &Batch) -> Option<bool> {
	let (floor, rest) = shares::mul_div_rem(batch.split.data, value, batch.fee)?;
	let more = floor.checked_add(1).filter(|_| rest > 0);
	Some(amount == floor || Some(amount) == more)
}

/// A collected row.
pub(super) fn collection(
	amount: Balance,
	(datanet, tranche): (DatanetId, Version),
	payments: &[Payment],
	truncated: bool,
	(carry_before, carry_after): (u64, u64),
) -> String {
	let terms: Vec<String> = payments
		.iter()
		.take(MAX_TERMS)
		.map(|payment| {
			let own = payment
				.own_points
				.map_or_else(|| "?".into(), |own| grouped(own.0));
			format!(
				"{own}/{} of {}",
				grouped(payment.points.0),
				grouped(payment.amount.0)
			)
		})
		.collect();
	let more = if truncated || payments.len() > MAX_TERMS {
		" + …"
	} else {
		""
	};
	format!(
		"{} planck = {}{more}, by points, from what came into datanet {datanet} for tranche \
		{tranche}, plus the fraction {carry_before}/2^64 kept before; {carry_after}/2^64 are kept",
		grouped(amount),
		if terms.is_empty() {
			"parts of payments before the index begins".into()
		} else {
			terms.join(" + ")
		},
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_should_be_grouped_from_the_right() {
		for (number, text) in [
			(0, "0"),
			(999, "999"),
			(1_000, "1 000"),
			(105_263_158, "105 263 158"),
		] {
			assert_eq!(grouped(number), text);
		}
	}
}
