// SPDX-License-Identifier: Apache-2.0
//! `PoolLedger::add_points`, `remove_points`, `move_points`.

use super::*;

fn pay_pool(amount: Balance) {
	wait(amount);
	assert_ok!(Royalties::credit_pool(1, 1, amount));
}

#[test]
fn rows_are_touched_before_points_change() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 10));
		pay_pool(200);
		events();
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 30));
		let source = Source::Pool {
			datanet: 1,
			tranche: 1,
		};
		assert_eq!(
			events(),
			[
				Event::Accrued {
					account: ALICE,
					amount: 100,
					source
				},
				Event::PointsSet {
					datanet: 1,
					tranche: 1,
					account: ALICE,
					points: 40
				},
			]
		);
		pay_pool(500);
		assert_ok!(Royalties::remove_points(1, 1, &ALICE, 39));
		assert_eq!(Accrued::<Test>::get(ALICE), 100 + 400);
		pay_pool(110);
		assert_eq!(
			(pending(1, 1, ALICE), pending(1, 1, BOB)),
			(10, 100 + 100 + 100)
		);
		assert_exact();
	});
}

#[test]
fn a_row_leaves_at_no_points_and_keeps_what_it_earned() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		pay_pool(77);
		assert_ok!(Royalties::remove_points(1, 1, &ALICE, 10));
		assert_eq!(Members::<Test>::get((1, 1, ALICE)), None);
		// 77 / 10 points in units of 2^-64 falls short of 77 by a fraction.
		assert_eq!(Accrued::<Test>::get(ALICE), 76);
		assert_eq!(Royalties::api_pool_balance(1), 1);
		assert_exact();
	});
}

#[test]
fn moved_points_take_no_past_earnings_along() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 16));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 16));
		pay_pool(320);
		assert_ok!(Royalties::move_points(1, 1, &ALICE, &BOB, 12));
		assert_eq!((points(1, 1, ALICE), points(1, 1, BOB)), (4, 28));
		assert_eq!(
			(Accrued::<Test>::get(ALICE), Accrued::<Test>::get(BOB)),
			(160, 160)
		);
		pay_pool(320);
		assert_eq!((pending(1, 1, ALICE), pending(1, 1, BOB)), (40, 280));
		// All of them: the row leaves, and a new one begins for who had none.
		assert_ok!(Royalties::move_points(1, 1, &ALICE, &CAROL, 4));
		assert_eq!(Members::<Test>::get((1, 1, ALICE)), None);
		assert_eq!((points(1, 1, CAROL), pending(1, 1, CAROL)), (4, 0));
		assert_exact();
	});
}

#[test]
fn moving_to_oneself_duplicates_nothing() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 10));
		pay_pool(100);
		for moved in [1, 5, 10] {
			assert_ok!(Royalties::move_points(1, 1, &ALICE, &ALICE, moved));
			assert_eq!(points(1, 1, ALICE), 10);
		}
		assert_eq!(Accrued::<Test>::get(ALICE), 50);
		pay_pool(100);
		assert_eq!((pending(1, 1, ALICE), pending(1, 1, BOB)), (50, 100));
		assert_noop!(
			Royalties::move_points(1, 1, &ALICE, &ALICE, 11),
			Error::<Test>::NotEnoughPoints
		);
		assert_exact();
	});
}

/// Events tell of every change: a touch that books less than a planck is none.
#[test]
fn moving_to_oneself_without_a_planck_leaves_no_trace() {
	ExtBuilder::build_and_execute(|| {
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(Royalties::add_points(1, 1, &who, 1));
		}
		pay_pool(1);
		assert_storage_noop!(assert_ok!(Royalties::move_points(1, 1, &ALICE, &ALICE, 1)));
		pay_pool(2);
		assert_eq!(pending(1, 1, ALICE), 1);
		assert_exact();
	});
}

#[test]
fn no_points_change_nothing() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		assert_storage_noop!({
			assert_ok!(Royalties::add_points(1, 1, &BOB, 0));
			assert_ok!(Royalties::remove_points(1, 1, &ALICE, 0));
			assert_ok!(Royalties::move_points(1, 1, &ALICE, &BOB, 0));
		});
	});
}

#[test]
fn points_that_are_not_there_are_refused() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		assert_noop!(
			Royalties::remove_points(1, 1, &ALICE, 11),
			Error::<Test>::NotEnoughPoints
		);
		assert_noop!(
			Royalties::move_points(1, 1, &ALICE, &BOB, 11),
			Error::<Test>::NotEnoughPoints
		);
		assert_noop!(
			Royalties::remove_points(1, 1, &BOB, 1),
			Error::<Test>::NotAMember
		);
		assert_noop!(
			Royalties::remove_points(1, 2, &ALICE, 1),
			Error::<Test>::NotAMember
		);
		assert_noop!(
			Royalties::remove_points(2, 1, &ALICE, 1),
			Error::<Test>::NotAMember
		);
		assert_noop!(
			Royalties::move_points(1, 1, &BOB, &ALICE, 1),
			Error::<Test>::NotAMember
		);
	});
}

#[test]
fn more_points_than_a_row_holds_are_refused() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, u64::MAX));
		assert_noop!(
			Royalties::add_points(1, 1, &ALICE, 1),
			Error::<Test>::TooManyPoints
		);
		assert_ok!(Royalties::add_points(1, 1, &BOB, 1));
		assert_noop!(
			Royalties::move_points(1, 1, &BOB, &ALICE, 1),
			Error::<Test>::TooManyPoints
		);
	});
}

#[test]
fn more_points_than_a_datanet_holds_are_refused() {
	ExtBuilder::build_and_execute(|| {
		// 65 536 rows of 2^64 points in all: one full row and the rest written in one stroke.
		assert_ok!(Royalties::add_points(1, 1, &ALICE, u64::MAX));
		let missing = openledger_primitives::shares::MAX_WEIGHT - u128::from(u64::MAX);
		frame_support::hypothetically!({
			for index in crate::fenwick::up(1) {
				PoolCells::<Test>::mutate(1, index, |cell| cell.points += missing - 1);
			}
			assert_ok!(Royalties::add_points(1, 2, &BOB, 1));
			assert_noop!(
				Royalties::add_points(1, 2, &BOB, 1),
				Error::<Test>::TooManyPoints
			);
			assert_noop!(
				Royalties::add_points(1, 1, &CAROL, 1),
				Error::<Test>::TooManyPoints
			);
			// A pool of 2^80 points still pays.
			wait(OPEN);
			assert_ok!(Royalties::credit_pool(1, 2, OPEN));
		});
	});
}
