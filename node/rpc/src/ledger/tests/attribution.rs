// SPDX-License-Identifier: Apache-2.0
//! Causes: each event between others that could be taken for its cause.

use super::{super::attribute::*, *};

fn facts(block: Block) -> Vec<Placed> {
	attribute(7, &block.rows)
}

fn batch(operator: u8, model: ModelId, sequence: Sequence) -> records::BatchKey {
	records::BatchKey {
		operator: account(operator),
		model,
		sequence,
	}
}

fn causes(block: Block) -> Vec<records::Cause> {
	let lines = facts(block)
		.into_iter()
		.filter_map(|placed| match placed.fact {
			Fact::Line { entry, .. } => Some(entry.cause),
			_ => None,
		});
	lines.collect()
}

fn inflow_causes(block: Block) -> Vec<records::InflowCause> {
	let inflows = facts(block)
		.into_iter()
		.filter_map(|placed| match placed.fact {
			Fact::Inflow { inflow, .. } => Some(inflow.cause),
			_ => None,
		});
	inflows.collect()
}

fn payment_causes(block: Block) -> Vec<records::PaymentCause> {
	let payments = facts(block)
		.into_iter()
		.filter_map(|placed| match placed.fact {
			Fact::Payment { cause, .. } => Some(cause),
			_ => None,
		});
	payments.collect()
}

fn sample(operator: u8, model: ModelId, sequence: Sequence) -> Vec<Event> {
	Batch {
		operator: account(operator),
		model,
		sequence,
		developer: (account(2), 300_000),
		parents: vec![(3, 1), (4, 2)],
		data: 349_997,
		matched: 5,
	}
	.events()
}

fn distribution(model: ModelId, parts: [Balance; 3]) -> Vec<Event> {
	let [developer, parent, pool] = parts;
	vec![
		Event::Distributed {
			model,
			upstream: developer + parent,
			base: pool,
		},
		accrued(account(2), developer, LedgerSource::Developer { model }),
		Event::InboxPaidIn {
			model: 1,
			upstream: parent,
			base: 0,
		},
		pool_paid(pool),
	]
}

fn pool_paid(amount: Balance) -> Event {
	Event::PoolPaidIn {
		datanet: 1,
		version: 2,
		amount,
		points: 8,
	}
}

fn training_fee(amount: Balance) -> Event {
	Event::TrainingFeePaid {
		model: 6,
		datanet: 1,
		version: 2,
		amount,
	}
}

#[test]
fn shares_of_a_batch_should_name_it() {
	let found = facts(Block::default().extrinsic([]).extrinsic(sample(1, 5, 3)));
	let Fact::Batch(key, stored) = &found[0].fact else {
		panic!("{found:?}");
	};
	assert_eq!(*key, batch(1, 5, 3));
	assert_eq!((stored.at.block, stored.calls), (7, 7));
	assert_eq!((stored.burn_ppm, stored.treasury_ppm), (20_000, 30_000));
	assert_eq!((stored.fee, stored.matched), (Batch::FEE, 5));
	assert_eq!(stored.split.data, 349_997);
	assert!(found.iter().all(|placed| placed.extrinsic == Some(1)));
	let block = || {
		Block::default()
			.extrinsic(sample(1, 5, 3))
			.extrinsic(sample(9, 5, 0))
	};
	assert_eq!(
		causes(block()),
		[
			records::Cause::Operator(batch(1, 5, 3)),
			records::Cause::Developer(batch(1, 5, 3)),
			records::Cause::Operator(batch(9, 5, 0)),
			records::Cause::Developer(batch(9, 5, 0)),
		]
	);
	assert_eq!(
		inflow_causes(block()),
		[
			records::InflowCause::ChildBatch(batch(1, 5, 3)),
			records::InflowCause::ChildBatch(batch(1, 5, 3)),
			records::InflowCause::ChildBatch(batch(9, 5, 0)),
			records::InflowCause::ChildBatch(batch(9, 5, 0)),
		]
	);
}

#[test]
fn a_distribution_should_end_with_its_last_planck() {
	// One sweep distributes two inboxes and pays; then a call of the same hook books more.
	let mut events = distribution(5, [10, 20, 30]);
	events.extend(distribution(6, [1, 2, 3]));
	events.push(pool_paid(50));
	let first = Pos { block: 7, event: 0 };
	let second = Pos { block: 7, event: 4 };
	let block = || Block::default().hook(events.clone());
	let at = |model, at| records::PaymentCause::Distribution { model, at };
	assert_eq!(
		payment_causes(block()),
		[
			at(5, first),
			at(6, second),
			records::PaymentCause::Unexplained
		]
	);
	assert_eq!(
		causes(block())[1],
		records::Cause::Distribution {
			model: 6,
			at: second
		}
	);
	assert_eq!(
		inflow_causes(block())[0],
		records::InflowCause::ChildDistribution {
			model: 5,
			at: first
		}
	);
	let sums: Vec<Balance> = facts(block())
		.iter()
		.filter_map(|placed| match &placed.fact {
			Fact::Distributed { outflows, .. } => {
				Some(outflows.iter().map(|part| part.amount).sum())
			}
			_ => None,
		})
		.collect();
	assert_eq!(sums, [60, 6]);
}

#[test]
fn a_part_without_takers_should_be_the_treasury_s() {
	let block = Block::default().extrinsic([
		Event::Distributed {
			model: 5,
			upstream: 0,
			base: 9,
		},
		Event::TreasuryPaid { amount: 9 },
		// Of something else in the same transaction.
		Event::TreasuryPaid { amount: 4 },
	]);
	let found = facts(block);
	assert_eq!(found.len(), 1);
	let Fact::Distributed { outflows, .. } = &found[0].fact else {
		panic!("{found:?}");
	};
	assert_eq!(
		*outflows,
		[records::Outflow {
			event: 1,
			amount: 9,
			to: records::OutflowTo::Treasury
		}]
	);
}

#[test]
fn a_training_fee_should_be_told_from_a_distribution_beside_it() {
	let mut events = distribution(5, [10, 20, 30]);
	events.extend([pool_paid(30), training_fee(30)]);
	assert_eq!(
		payment_causes(Block::default().extrinsic(events)),
		[
			records::PaymentCause::Distribution {
				model: 5,
				at: Pos { block: 7, event: 0 }
			},
			records::PaymentCause::TrainingFee { model: 6 },
		]
	);
	// The fee of a snapshot without points went to the treasury: no payment is its.
	let block = Block::default().extrinsic([
		pool_paid(30),
		Event::TreasuryPaid { amount: 30 },
		training_fee(30),
	]);
	assert_eq!(payment_causes(block), [records::PaymentCause::Unexplained]);
}

#[test]
fn base_money_should_name_its_release_or_missing_page() {
	let inbox = |base| Event::InboxPaidIn {
		model: 5,
		upstream: 0,
		base,
	};
	let released = Event::BatchReleased {
		operator: account(1),
		model: 5,
		sequence: 3,
		base: 40,
	};
	let missing = Event::PageMissing {
		operator: account(1),
		model: 5,
		sequence: 2,
		page: 6,
		subtotal: 41,
	};
	let block = Block::default()
		.extrinsic([inbox(40), released.clone()])
		.extrinsic([inbox(41), missing])
		.extrinsic([inbox(42), released.clone()])
		.extrinsic([inbox(40)])
		.extrinsic([released]);
	assert_eq!(
		inflow_causes(block),
		[
			records::InflowCause::Release(batch(1, 5, 3)),
			records::InflowCause::MissingPage {
				batch: batch(1, 5, 2),
				page: 6
			},
			records::InflowCause::Unexplained,
			// What another transaction did is no cause.
			records::InflowCause::Unexplained,
		]
	);
}

#[test]
fn credits_should_name_their_entry_and_pools_their_page() {
	let credited = |contribution, who: Option<u8>, amount| Event::Credited {
		operator: account(1),
		model: 5,
		sequence: 3,
		contribution,
		account: who.map(account),
		value: amount * 2,
		amount,
	};
	let block = || {
		Block::default()
			.extrinsic([
				accrued(account(2), 5, LedgerSource::Credit),
				credited(11, Some(2), 5),
				accrued(account(2), 6, LedgerSource::Credit),
				credited(12, Some(2), 6),
				credited(13, None, 7),
				pool_paid(7),
			])
			.extrinsic([pool_paid(7)])
			.extrinsic([accrued(account(2), 5, LedgerSource::Credit)])
	};
	let credit = |contribution, value| records::Cause::Credit {
		batch: batch(1, 5, 3),
		contribution,
		value,
	};
	assert_eq!(
		causes(block()),
		[credit(11, 10), credit(12, 12), records::Cause::Unexplained]
	);
	assert_eq!(
		payment_causes(block()),
		[
			records::PaymentCause::CreditPage(batch(1, 5, 3)),
			records::PaymentCause::Unexplained
		]
	);
}

#[test]
fn a_share_without_its_batch_should_be_unexplained() {
	let mut cut = sample(1, 5, 3);
	cut.pop();
	let block = Block::default().extrinsic(cut).extrinsic(sample(1, 5, 3));
	assert_eq!(
		causes(block),
		[
			records::Cause::Unexplained,
			records::Cause::Unexplained,
			records::Cause::Operator(batch(1, 5, 3)),
			records::Cause::Developer(batch(1, 5, 3)),
		]
	);
}
