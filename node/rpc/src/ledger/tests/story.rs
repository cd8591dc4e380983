// SPDX-License-Identifier: Apache-2.0
//! A base model 1 and its child 2: a chain of nine blocks, with every kind of money event.
//!
//! Model 1: operator 300 000 ppm, developer 300 000, contributors 700 000 of the rest. Model 2:
//! developer 500 000, upstream 500 000.

use super::*;

pub(crate) const OPERATOR: u8 = 10;
pub(crate) const CHILD_DEVELOPER: u8 = 11;
pub(crate) const DEVELOPER: u8 = 12;
pub(crate) const CONTRIBUTOR: u8 = 13;

fn accepted(contribution: u64, tranche: u32, points: u64) -> Vec<Event> {
	vec![
		Event::PointsSet {
			datanet: 1,
			tranche,
			account: account(CONTRIBUTOR),
			points,
		},
		Event::ContributionAccepted {
			contribution,
			datanet: 1,
			account: account(CONTRIBUTOR),
		},
	]
}

fn child_batch() -> Vec<Event> {
	Batch {
		operator: account(OPERATOR),
		model: 2,
		sequence: 0,
		developer: (account(CHILD_DEVELOPER), 325_000),
		parents: vec![(1, 325_000)],
		data: 0,
		matched: 0,
	}
	.events()
}

fn base_batch() -> Vec<Event> {
	Batch {
		operator: account(OPERATOR),
		model: 1,
		sequence: 0,
		developer: (account(DEVELOPER), 195_000),
		parents: vec![],
		data: 455_000,
		matched: 400_000,
	}
	.events()
}

fn release() -> Vec<Event> {
	vec![
		Event::InboxPaidIn {
			model: 1,
			upstream: 0,
			base: 273_000,
		},
		Event::BatchReleased {
			operator: account(OPERATOR),
			model: 1,
			sequence: 0,
			base: 273_000,
		},
	]
}

/// 455 000 · 400 000 / 1 000 000 = 182 000, of which the second entry's part is below a planck.
fn page() -> Vec<Event> {
	let credited = |contribution, value, amount| Event::Credited {
		operator: account(OPERATOR),
		model: 1,
		sequence: 0,
		contribution,
		account: Some(account(CONTRIBUTOR)),
		value,
		amount,
	};
	vec![
		accrued(account(CONTRIBUTOR), 181_999, LedgerSource::Credit),
		credited(1, 399_999, 181_999),
		credited(2, 1, 0),
	]
}

/// Upstream 325 000: the developer gets 97 500, the rest joins the base money.
fn distribution() -> Vec<Event> {
	vec![
		Event::Distributed {
			model: 1,
			upstream: 325_000,
			base: 273_000,
		},
		accrued(
			account(DEVELOPER),
			97_500,
			LedgerSource::Developer { model: 1 },
		),
		Event::PoolPaidIn {
			datanet: 1,
			version: 1,
			amount: 500_500,
			points: 300,
		},
	]
}

fn training_fee() -> Vec<Event> {
	vec![
		Event::PoolPaidIn {
			datanet: 1,
			version: 1,
			amount: 50,
			points: 300,
		},
		Event::TrainingFeePaid {
			model: 1,
			datanet: 1,
			version: 1,
			amount: 50,
		},
	]
}

/// The blocks. The contributor has 300 points in tranche 1, later 9 in tranche 2.
pub(crate) fn story() -> FakeChain {
	let block = Block::default;
	let collection = LedgerSource::Pool {
		datanet: 1,
		tranche: 1,
	};
	FakeChain::of([
		block()
			.extrinsic(accepted(1, 1, 100))
			.extrinsic(accepted(2, 1, 300)),
		block().extrinsic(training_fee()),
		block().extrinsic(child_batch()),
		block().extrinsic(base_batch()),
		block().extrinsic(release()),
		block().extrinsic(page()),
		block().hook(distribution()),
		block()
			.extrinsic([accrued(account(CONTRIBUTOR), 500_550, collection)])
			.hook([paid(account(CONTRIBUTOR), 682_549)]),
		block()
			.extrinsic([Event::BatchVoided {
				operator: account(OPERATOR),
				model: 2,
				sequence: 1,
				charge: 77,
			}])
			.extrinsic(accepted(3, 2, 9)),
	])
}
