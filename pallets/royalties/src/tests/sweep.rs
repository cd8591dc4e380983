// SPDX-License-Identifier: Apache-2.0
//! Payouts of idle blocks.

use super::{costs::rows_of, *};
use crate::weights::{heaviest, WeightInfo};
use frame_support::{traits::Hooks, weights::Weight};
use proptest::prelude::*;

type Weights = <Test as Config>::WeightInfo;

fn credit(who: AccountId, amount: Balance) {
	wait(amount);
	assert_ok!(Royalties::credit(&who, amount));
}

fn idle() -> Weight {
	let used = Royalties::on_idle(1, full_block());
	assert!(used.all_lte(full_block()));
	used
}

#[test]
fn booked_money_above_the_threshold_is_paid() {
	ExtBuilder::build_and_execute(|| {
		let threshold = threshold();
		credit(ALICE, threshold);
		credit(BOB, threshold - 1);
		credit(GHOST, threshold + 1);
		idle();
		assert_eq!(balance(ALICE), ED + threshold);
		assert_eq!(
			(balance(BOB), Accrued::<Test>::get(BOB)),
			(ED, threshold - 1)
		);
		assert_eq!(balance(GHOST), threshold + 1);
		credit(BOB, 1);
		idle();
		assert_eq!(balance(BOB), ED + threshold);
		assert_exact();
	});
}

#[test]
fn pool_rows_above_the_threshold_are_collected_and_paid() {
	ExtBuilder::build_and_execute(|| {
		let threshold = threshold();
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 2));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 3 * threshold - 3));
		credit(ALICE, 5);
		idle();
		assert_eq!(balance(ALICE), ED + 2 * threshold - 2 + 5);
		assert_eq!((balance(BOB), pending(1, 1, BOB)), (ED, threshold - 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 3));
		idle();
		assert_eq!(balance(BOB), ED + threshold);
		assert_exact();
	});
}

#[test]
fn locked_rows_are_passed_over() {
	ExtBuilder::build_and_execute(|| {
		let threshold = threshold();
		let members: Vec<AccountId> = (100..120).collect();
		for who in &members {
			assert_ok!(Royalties::add_points(1, 1, who, 1));
		}
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 20 * threshold));
		// All but the one whose key comes last.
		let keys: Vec<_> = Members::<Test>::iter_keys().collect();
		let (last, locked) = keys.split_last().unwrap();
		for (datanet, tranche, who) in locked {
			assert_ok!(Royalties::lock_row(*datanet, *tranche, who));
		}
		events();
		// Few looks per block, with no more weight than a look and a collection take.
		Parameters::<Test>::mutate(|parameters| parameters.payouts_per_block = 3);
		for _ in 0..8 {
			idle();
		}
		assert_eq!(balance(last.2), threshold);
		assert!(locked.iter().all(|(_, _, who)| balance(*who) == 0));
		let is_quiet =
			|event: &Event<Test>| matches!(event, Event::Accrued { .. } | Event::Paid { .. });
		assert!(events().iter().all(is_quiet));
		// Unlocked, they are next.
		for (datanet, tranche, who) in locked {
			assert_ok!(Royalties::unlock_row(*datanet, *tranche, who));
		}
		for _ in 0..40 {
			idle();
		}
		assert!(members.iter().all(|who| balance(*who) == threshold));
		assert_exact();
	});
}

/// A look at a locked row costs no more than at one with nothing pending.
#[test]
fn locked_rows_cost_a_look() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, threshold()));
		assert_ok!(Royalties::lock_row(1, 1, &ALICE));
		let looks = Weights::sweep_look().saturating_mul(4);
		let expected = Weights::sweep_base()
			.saturating_add(looks)
			.saturating_add(Weights::sweep_pending());
		assert_eq!(Royalties::on_idle(1, expected), expected);
		assert_eq!(balance(ALICE), ED);
	});
}

#[test]
fn inboxes_that_nobody_prepaid_are_distributed() {
	ExtBuilder::build_and_execute(|| {
		let threshold = threshold();
		for model in 1..=3 {
			publish(model, 0, &[(Developer, 1_000_000)], &[]);
		}
		send_upstream(1, threshold);
		send_upstream(2, threshold - 1);
		wait(threshold);
		assert_ok!(Royalties::release_base(3, threshold));
		idle();
		assert_eq!(Royalties::api_inbox(1), (0, 0));
		// Too small, and prepaid: a keeper's.
		assert_eq!(Royalties::api_inbox(2), (threshold - 1, 0));
		assert_eq!(Royalties::api_inbox(3), (0, threshold));
		assert_eq!(balance(DEVELOPER), ED + threshold);
		assert_exact();
	});
}

#[test]
fn money_flows_down_the_lineage_to_the_members_by_itself() {
	ExtBuilder::build_and_execute(|| {
		publish(
			1,
			0,
			&[(Developer, 500_000), (Contributors, 500_000)],
			&[(1, 1, 1)],
		);
		publish(2, 0, &[(Developer, 600_000), (Upstream(1), 400_000)], &[]);
		publish(3, 0, &[(Developer, 600_000), (Upstream(2), 400_000)], &[]);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::add_points(1, 1, &GHOST, 1));
		settle(3, 100 * OPEN);
		for _ in 0..6 {
			idle();
		}
		// 100 · 0.95 · 0.4 · 0.4 · 0.5 for the two members.
		let each = 38 * OPEN / 10;
		assert_eq!((balance(ALICE), balance(GHOST)), (ED + each, each));
		assert_eq!(Paid::<Test>::get(GHOST), each);
		assert_eq!(Royalties::owed(), Some(0));
		assert_exact();
	});
}

#[test]
fn one_block_looks_at_a_bounded_number_and_the_next_goes_on() {
	ExtBuilder::build_and_execute(|| {
		Parameters::<Test>::mutate(|parameters| parameters.payouts_per_block = 5);
		let payees: Vec<AccountId> = (100..140).collect();
		for who in &payees {
			credit(*who, threshold());
		}
		let paid = || payees.iter().filter(|who| balance(**who) > 0).count();
		let mut blocks = 0;
		while paid() < payees.len() {
			let before = paid();
			idle();
			blocks += 1;
			assert!(paid() - before <= 5);
			assert!(blocks <= 12, "the sweep comes around");
		}
		assert_exact();
	});
}

#[test]
fn weight_used_never_exceeds_the_limit() {
	ExtBuilder::build_and_execute(|| {
		let threshold = threshold();
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		let steps = 40;
		for step in 0..=steps {
			send_upstream(1, threshold);
			credit(ALICE, threshold);
			assert_ok!(Royalties::add_points(1, 1, &BOB, 1));
			assert_ok!(Royalties::pay_in(&PAYER, 1, 1, threshold));
			let heavy = Weights::distribute(8, 16).saturating_mul(2);
			let limit = heavy.saturating_mul(step) / steps;
			let used = Royalties::on_idle(1, limit);
			assert!(used.all_lte(limit), "{used:?} of {limit:?}");
		}
		assert_exact();
	});
}

#[test]
fn without_weight_nothing_is_touched() {
	ExtBuilder::build_and_execute(|| {
		credit(ALICE, threshold());
		assert_storage_noop!(assert_eq!(
			Royalties::on_idle(1, Weight::zero()),
			Weight::zero()
		));
		let too_little = Weights::sweep_base() - Weight::from_parts(1, 0);
		assert_storage_noop!(assert_eq!(
			Royalties::on_idle(1, too_little),
			Weight::zero()
		));
	});
}

#[test]
fn an_empty_state_costs_little() {
	ExtBuilder::build_and_execute(|| {
		assert_storage_noop!({
			let _ = idle();
		});
		let used = idle();
		let looks = Weights::sweep_look().saturating_mul(3);
		assert_eq!(used, Weights::sweep_base().saturating_add(looks));
	});
}

#[test]
fn busy_blocks_pay_accounts_though_no_distribution_fits() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		send_upstream(1, threshold());
		credit(ALICE, threshold());
		let limit = Weights::distribute(8, 16);
		Royalties::on_idle(1, limit);
		assert_eq!(balance(ALICE), ED + threshold());
		assert_eq!(Royalties::api_inbox(1), (threshold(), 0));
		assert_exact();
	});
}

#[test]
fn an_inbox_that_cannot_be_split_stops_nobody() {
	ExtBuilder::build_and_execute(|| {
		// No terms are known of it.
		send_upstream(1, threshold());
		credit(ALICE, threshold());
		idle();
		assert_eq!(Royalties::api_inbox(1), (threshold(), 0));
		assert_eq!(balance(ALICE), ED + threshold());
		assert_exact();
	});
}

#[test]
fn what_cannot_be_received_stays_booked_and_is_said() {
	ExtBuilder::build().execute_with(|| {
		let amount = threshold();
		credit(GHOST, amount);
		credit(ALICE, amount);
		events();
		// The only way for the threshold to be below the existential deposit.
		ExistentialDeposit::set(amount + 1);
		assert_ok!(Balances::force_set_balance(
			RuntimeOrigin::root(),
			pot(),
			RICH
		));
		assert_ok!(Balances::force_set_balance(
			RuntimeOrigin::root(),
			ALICE,
			RICH
		));
		idle();
		let events = events();
		assert!(events.contains(&Event::PayoutDeferred {
			account: GHOST,
			amount
		}));
		assert!(events.contains(&Event::Paid {
			account: ALICE,
			amount
		}));
		assert_eq!(
			(Accrued::<Test>::get(GHOST), Paid::<Test>::get(GHOST)),
			(amount, 0)
		);
		assert_eq!(
			(Accrued::<Test>::get(ALICE), Paid::<Test>::get(ALICE)),
			(0, amount)
		);
	});
}

#[test]
fn a_broken_row_does_not_panic_the_block() {
	ExtBuilder::build().execute_with(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		Members::<Test>::mutate((1, 1, ALICE), |row| row.as_mut().unwrap().debt = U256::MAX);
		PoolCells::<Test>::mutate(2, 1, |cell| cell.acc = U256::MAX);
		Members::<Test>::insert(
			(2, 1, BOB),
			MemberRow {
				points: u64::MAX,
				debt: U256::zero(),
				carry: u64::MAX,
			},
		);
		// Claims more than its pool holds.
		PoolCells::<Test>::mutate(3, 1, |cell| cell.acc = U256::from(1u128 << 127));
		Members::<Test>::insert(
			(3, 1, BOB),
			MemberRow {
				points: u64::MAX,
				debt: U256::zero(),
				carry: 0,
			},
		);
		credit(CAROL, threshold());
		idle();
		assert_eq!(balance(CAROL), ED + threshold());
		assert_eq!(Accrued::<Test>::get(BOB), 0);
	});
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, ..Default::default() })]

	/// Whatever is left of a block, whatever there is to do: the sweep never takes more than it was
	/// given, and says what it took.
	#[test]
	fn any_remaining_weight_is_kept_to(
		steps in 0..4_000u64,
		proof in prop_oneof![Just(0u64), Just(u64::MAX), 0..10_000u64],
		payouts_per_block in prop_oneof![1..8u32, Just(64), Just(1_024)],
		parents in 0..=8u32,
		todo in prop::collection::vec((0..5u8, 0..3u8), 0..24),
	) {
		ExtBuilder::build().execute_with(|| {
			Parameters::<Test>::mutate(|parameters| {
				parameters.payouts_per_block = payouts_per_block
			});
			for (model, (kind, size)) in (20..).zip(todo) {
				let amount = threshold() + Balance::from(size) - 1;
				let who = AccountId::from(model) * 100;
				match kind {
					0 => {
						let mut vector = vec![(Developer, 1_000_000 - parents * 50_000)];
						vector.extend((1..=parents).map(|parent| (Upstream(parent), 50_000)));
						publish(model, 0, &vector, &[]);
						send_upstream(model, amount);
					}
					1 => {
						assert_ok!(Royalties::add_points(1, 1, &who, 1));
						assert_ok!(Royalties::pay_in(&PAYER, 1, 1, amount));
					}
					// Nobody knows its terms.
					2 => send_upstream(model + 1_000, amount),
					3 => {
						assert_ok!(Royalties::add_points(1, 1, &who, 1));
						assert_ok!(Royalties::pay_in(&PAYER, 1, 1, amount));
						assert_ok!(Royalties::lock_row(1, 1, &who));
					}
					_ => credit(if size == 0 { pot() } else { who }, amount),
				}
			}
			// From nothing to some of the heaviest steps, in uneven parts of them.
			let unit = heaviest::<Weights>()[3].1.ref_time() / 1_000;
			let limit = Weight::from_parts(unit * steps, proof);
			for _ in 0..4 {
				let mut used = Weight::zero();
				let rows = rows_of(|| used = Royalties::on_idle(1, limit));
				prop_assert!(used.all_lte(limit), "{:?} of {:?}", used, limit);
				let price = DbWeight::get().reads_writes(rows.reads as u64, rows.writes as u64);
				prop_assert!(price.all_lte(used), "{:?} cost more than {:?}", rows, used);
			}
			Royalties::do_try_state().unwrap();
			assert_exact();
			Ok(())
		})?;
	}
}
