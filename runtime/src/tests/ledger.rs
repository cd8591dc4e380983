// SPDX-License-Identifier: Apache-2.0
//! The ledger of the story's blocks holds what was paid: summing its rows gives the state.

use super::{people::*, story::*, *};
use crate::{
	constants::money::OPEN, Balance, Balances, BlockNumber, Royalties, Runtime, RuntimeEvent, Usage,
};
use openledger_primitives::{
	apis::runtime_decl_for_ledger_api::LedgerApi,
	ledger::{FeeRole, LedgerEvent, LedgerRow, LedgerSource},
	ports::Beneficiary,
};
use std::{cell::RefCell, collections::BTreeMap};

thread_local! {
	static BLOCKS: RefCell<Vec<(BlockNumber, Vec<LedgerRow<AccountId>>)>> =
		const { RefCell::new(Vec::new()) };
}

/// Keeps the rows of a block that has just ended.
pub(super) fn record(number: BlockNumber) {
	let rows = Runtime::ledger_events();
	let events = System::events();
	for pair in rows.windows(2) {
		assert!(pair[0].index < pair[1].index);
	}
	for row in &rows {
		let record = &events[row.index as usize];
		assert!(matches!(
			record.event,
			RuntimeEvent::Royalties(_)
				| RuntimeEvent::Usage(_)
				| RuntimeEvent::Models(_)
				| RuntimeEvent::Datanets(_)
		));
		let extrinsic = match record.phase {
			frame_system::Phase::ApplyExtrinsic(number) => Some(number),
			_ => None,
		};
		assert_eq!(row.extrinsic, extrinsic);
	}
	BLOCKS.with_borrow_mut(|blocks| blocks.push((number, rows)));
}

fn rows() -> Vec<LedgerEvent<AccountId>> {
	BLOCKS.with_borrow(|blocks| {
		for pair in blocks.windows(2) {
			assert_eq!(pair[0].0 + 1, pair[1].0, "every block is there once");
		}
		let rows = blocks.iter().flat_map(|(_, rows)| rows);
		rows.map(|row| row.event.clone()).collect()
	})
}

/// The whole story, to the last payment.
fn run(pool: &Pool) -> Balance {
	prepared(pool);
	let issuance = Balances::total_issuance();
	let (batch, pages) = batch(&calls());
	hand_in(&batch, &pages);
	next_block(pool);
	while Usage::api_batch(batch.operator.clone(), 1, 0).is_some() {
		next_block(pool);
		assert!(System::block_number() < 60, "the batch is not paid");
	}
	for _ in 0..4 {
		next_block(pool);
	}
	issuance
}

#[test]
fn booked_and_paid_money_should_be_in_the_ledger() {
	with_worker(|pool| {
		run(&pool);
		let mut accrued: BTreeMap<AccountId, Balance> = BTreeMap::new();
		let mut paid: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for event in rows() {
			match event {
				LedgerEvent::Accrued {
					account, amount, ..
				} => *accrued.entry(account).or_default() += amount,
				LedgerEvent::Paid { account, amount } => {
					*paid.entry(account).or_default() += amount
				}
				_ => {}
			}
		}
		// Operator, developer and both contributors.
		assert_eq!(accrued.len(), 4);
		assert!(!paid.is_empty());
		for (account, booked) in &accrued {
			let state = Royalties::api_earnings(account, vec![]);
			assert_eq!(*booked, state.accrued + state.paid);
			assert_eq!(paid.get(account).copied().unwrap_or(0), state.paid);
		}
	});
}

#[test]
fn pools_and_inboxes_should_be_in_the_ledger() {
	with_worker(|pool| {
		run(&pool);
		let mut pools = 0;
		let mut inbox = (0, 0);
		let mut training = 0;
		let mut points: BTreeMap<AccountId, u64> = BTreeMap::new();
		let mut live = 0u128;
		for event in rows() {
			match event {
				LedgerEvent::PoolPaidIn { amount, points, .. } => {
					assert_eq!(points, live);
					pools += amount;
				}
				LedgerEvent::Accrued {
					amount,
					source: LedgerSource::Pool { .. },
					..
				} => pools -= amount,
				LedgerEvent::PointsSet {
					account,
					points: now,
					..
				} => {
					points.insert(account, now);
					live = points.values().copied().map(u128::from).sum();
				}
				LedgerEvent::InboxPaidIn { upstream, base, .. } => {
					inbox.0 += upstream;
					inbox.1 += base;
				}
				LedgerEvent::Distributed { upstream, base, .. } => {
					inbox.0 -= upstream;
					inbox.1 -= base;
				}
				LedgerEvent::TrainingFeePaid { amount, .. } => training += amount,
				_ => {}
			}
		}
		assert_eq!(pools, Royalties::api_pool_balance(1));
		assert_eq!(inbox, Royalties::api_inbox(1));
		assert_eq!(training, 2 * OPEN);
		for contributor in CONTRIBUTORS {
			let row = Royalties::api_pool_row(1, 1, &contributor.to_account_id()).unwrap();
			assert_eq!(points[&contributor.to_account_id()], row.points);
		}
	});
}

#[test]
fn the_batch_should_be_in_the_ledger_and_recompute_to_the_planck() {
	with_worker(|pool| {
		let issuance = run(&pool);
		let rows = rows();
		let (mut burned, mut credited, mut accepted) = (0, 0, vec![]);
		let mut settled = None;
		for event in &rows {
			match event {
				LedgerEvent::Burned { amount } => burned += amount,
				LedgerEvent::Credited { amount, .. } => credited += amount,
				LedgerEvent::ContributionAccepted { account, .. } => accepted.push(account.clone()),
				LedgerEvent::Settled { .. } => settled = Some(event.clone()),
				_ => {}
			}
		}
		assert_eq!(Balances::total_issuance(), issuance - burned);
		assert_eq!(accepted, CONTRIBUTORS.map(|who| who.to_account_id()));
		let Some(LedgerEvent::Settled {
			model,
			fee,
			burn_ppm,
			treasury_ppm,
			split,
			..
		}) = settled
		else {
			panic!("no batch was settled");
		};
		assert!(rows.iter().any(|event| matches!(
			event,
			LedgerEvent::BatchAccepted { model: 1, sequence: 0, fee: of, .. } if *of == fee
		)));
		let released = rows.iter().find_map(|event| match event {
			LedgerEvent::BatchReleased { base, .. } => Some(*base),
			_ => None,
		});
		assert_eq!(released.unwrap() + credited, split.data);
		let again = Royalties::api_recompute(model, fee, burn_ppm, treasury_ppm).unwrap();
		let part = |role: FeeRole| {
			let mut shares = again.shares.iter();
			shares.find(|share| share.role == role).unwrap().amount
		};
		assert_eq!(part(FeeRole::Burn), split.burned);
		assert_eq!(part(FeeRole::Treasury), split.treasury);
		assert_eq!(part(FeeRole::Operator), split.operator);
		assert_eq!(
			part(FeeRole::Vector(Beneficiary::Developer)),
			split.developer
		);
		assert_eq!(part(FeeRole::Vector(Beneficiary::Contributors)), split.data);
		assert_eq!(
			again
				.shares
				.iter()
				.map(|share| share.amount)
				.sum::<Balance>(),
			fee
		);
	});
}
