// SPDX-License-Identifier: Apache-2.0
//! `PoolLedger::lock_row`, `unlock_row`, `set_aside`, `pay_aside`, `forfeit_aside`.

use super::*;
use sp_runtime::ArithmeticError;

/// Planck paid into the pool that ALICE's row of tranche 1 is in.
fn pay_pool(amount: Balance) {
	assert_ok!(Royalties::pay_in(&PAYER, 1, 1, amount));
}

fn collect(who: AccountId) -> sp_runtime::DispatchResult {
	Royalties::collect(RuntimeOrigin::signed(CAROL), 1, 1, who)
}

fn add(who: AccountId, points: u64) {
	assert_ok!(Royalties::add_points(1, 1, &who, points));
}

fn remove(who: AccountId, points: u64) {
	assert_ok!(Royalties::remove_points(1, 1, &who, points));
}

fn lock(who: AccountId) {
	assert_ok!(Royalties::lock_row(1, 1, &who));
}

fn unlock(who: AccountId) {
	assert_ok!(Royalties::unlock_row(1, 1, &who));
}

fn set_aside(who: AccountId, points: u64) -> Balance {
	Royalties::set_aside(1, 1, &who, points).unwrap()
}

fn withheld(who: AccountId) -> Balance {
	Withheld::<Test>::get((1, 1, who)).map_or(0, |row| row.amount)
}

fn accrued(who: AccountId) -> Balance {
	Accrued::<Test>::get(who)
}

/// ALICE has 10 points and BOB 30; ALICE has 100 planck pending and then her row is locked.
fn locked() -> sp_io::TestExternalities {
	let mut ext = ExtBuilder::build();
	ext.execute_with(|| {
		add(ALICE, 10);
		add(BOB, 30);
		pay_pool(400);
		lock(ALICE);
		events();
	});
	ext
}

fn execute(mut ext: sp_io::TestExternalities, test: impl FnOnce()) {
	ext.execute_with(|| {
		test();
		Royalties::do_try_state().unwrap();
		assert_exact();
	});
}

#[test]
fn every_touch_of_a_locked_row_is_withheld() {
	execute(locked(), || {
		// What was pending when it was locked, too.
		add(ALICE, 10);
		assert_eq!((withheld(ALICE), accrued(ALICE)), (100, 0));
		assert_eq!(
			events(),
			[
				Event::Withheld {
					datanet: 1,
					tranche: 1,
					account: ALICE,
					amount: 100
				},
				Event::PointsSet {
					datanet: 1,
					tranche: 1,
					account: ALICE,
					points: 20
				},
			]
		);
		pay_pool(500);
		remove(ALICE, 10);
		assert_eq!((withheld(ALICE), accrued(ALICE)), (300, 0));
		// Other rows of the tranche, other tranches and other datanets go on.
		assert_ok!(collect(BOB));
		assert_eq!(accrued(BOB), 600);
		assert_ok!(Royalties::add_points(1, 2, &ALICE, 10));
		assert_ok!(Royalties::add_points(2, 1, &ALICE, 10));
		assert_ok!(Royalties::pay_in(&PAYER, 2, 1, 70));
		assert_ok!(Royalties::collect(RuntimeOrigin::signed(BOB), 2, 1, ALICE));
		assert_eq!(accrued(ALICE), 70);
	});
}

#[test]
fn the_last_unlock_books_what_was_withheld() {
	execute(locked(), || {
		lock(ALICE);
		add(ALICE, 10);
		pay_pool(500);
		events();
		unlock(ALICE);
		assert_eq!((withheld(ALICE), accrued(ALICE)), (100, 0));
		assert_noop!(collect(ALICE), Error::<Test>::RowLocked);
		unlock(ALICE);
		assert_eq!(Withheld::<Test>::get((1, 1, ALICE)), None);
		let unlocked = |locks| Event::RowUnlocked {
			datanet: 1,
			tranche: 1,
			account: ALICE,
			locks,
		};
		let source = Source::Withheld {
			datanet: 1,
			tranche: 1,
		};
		assert_eq!(
			events(),
			[
				unlocked(1),
				unlocked(0),
				Event::Accrued {
					account: ALICE,
					amount: 100,
					source
				},
			]
		);
		// What came after the last touch is an ordinary row's.
		assert_eq!((accrued(ALICE), pending(1, 1, ALICE)), (100, 200));
		assert_ok!(collect(ALICE));
		assert_eq!(accrued(ALICE), 300);
	});
}

#[test]
fn a_lock_that_withheld_nothing_leaves_no_trace() {
	execute(locked(), || {
		unlock(ALICE);
		assert_eq!(accrued(ALICE), 0);
		assert_ok!(collect(ALICE));
		assert_eq!(accrued(ALICE), 100);
		assert_eq!(Withheld::<Test>::iter().count(), 0);
	});
}

#[test]
fn locks_are_counted_and_told() {
	ExtBuilder::build_and_execute(|| {
		events();
		// Before there is a row.
		lock(ALICE);
		lock(ALICE);
		assert_ok!(Royalties::lock_row(1, 1_024, &ALICE));
		let locked = |tranche, locks| Event::RowLocked {
			datanet: 1,
			tranche,
			account: ALICE,
			locks,
		};
		assert_eq!(events(), [locked(1, 1), locked(1, 2), locked(1_024, 1)]);
		add(ALICE, 3);
		pay_pool(9);
		assert_noop!(collect(ALICE), Error::<Test>::RowLocked);
		unlock(ALICE);
		unlock(ALICE);
		assert_ok!(collect(ALICE));
		assert_eq!(accrued(ALICE), 9);
	});
}

#[test]
fn points_leave_with_what_they_earned() {
	execute(locked(), || {
		// Two texts of 4 and 6 points.
		pay_pool(400);
		assert_eq!(set_aside(ALICE, 4), 80);
		assert_eq!((withheld(ALICE), Aside::<Test>::get()), (120, 80));
		assert_eq!((points(1, 1, ALICE), accrued(ALICE)), (6, 0));
		assert_eq!(
			events(),
			[
				Event::PoolPaidIn {
					datanet: 1,
					version: 1,
					amount: 400,
					points: 40
				},
				Event::Withheld {
					datanet: 1,
					tranche: 1,
					account: ALICE,
					amount: 200
				},
				Event::SetAside {
					datanet: 1,
					tranche: 1,
					account: ALICE,
					amount: 80
				},
				Event::PointsSet {
					datanet: 1,
					tranche: 1,
					account: ALICE,
					points: 6
				},
			]
		);
		// They earn no more.
		pay_pool(36);
		assert_eq!((pending(1, 1, ALICE), pending(1, 1, BOB)), (6, 630));
		assert_eq!(set_aside(ALICE, 6), 126);
		assert_eq!((withheld(ALICE), Aside::<Test>::get()), (0, 206));
		assert_eq!(Members::<Test>::get((1, 1, ALICE)), None);
	});
}

#[test]
fn what_is_set_aside_is_rounded_down_and_the_rest_stays_withheld() {
	execute(locked(), || {
		pay_pool(1);
		// 10 of 40 points of 401 planck: 100.25, of which 3 points have 30.075.
		assert_eq!(set_aside(ALICE, 3), 30);
		assert_eq!(withheld(ALICE), 70);
		pay_pool(37);
		// The fraction has not left the row: 7 + 0.25.
		assert_eq!(set_aside(ALICE, 7), 77);
		assert_eq!(withheld(ALICE), 0);
		unlock(ALICE);
		assert_ok!(Royalties::pay_aside(&ALICE, 107));
		assert_eq!(accrued(ALICE), 107);
	});
}

#[test]
fn what_was_set_aside_is_paid() {
	execute(locked(), || {
		let part = set_aside(ALICE, 4);
		events();
		assert_ok!(Royalties::pay_aside(&ALICE, part - 1));
		assert_eq!((accrued(ALICE), Aside::<Test>::get()), (39, 1));
		assert_eq!(
			events(),
			[Event::Accrued {
				account: ALICE,
				amount: 39,
				source: Source::Aside
			}]
		);
		assert_ok!(Royalties::pay_aside(&ALICE, 1));
		unlock(ALICE);
		assert_eq!((accrued(ALICE), Aside::<Test>::get()), (100, 0));
	});
}

#[test]
fn what_was_set_aside_is_forfeited_to_reporter_and_treasury() {
	execute(locked(), || {
		pay_pool(100);
		let part = set_aside(ALICE, 5);
		assert_eq!(part, 62);
		events();
		assert_ok!(Royalties::forfeit_aside(&CAROL, 61));
		assert_eq!((accrued(CAROL), balance(TREASURY)), (30, ED + 31));
		assert_eq!(
			events(),
			[
				Event::AsideForfeited {
					reporter: CAROL,
					amount: 61
				},
				Event::Accrued {
					account: CAROL,
					amount: 30,
					source: Source::Forfeited
				},
				Event::TreasuryPaid { amount: 31 },
			]
		);
		// A single planck is the treasury's.
		assert_ok!(Royalties::forfeit_aside(&CAROL, 1));
		assert_eq!((accrued(CAROL), balance(TREASURY)), (30, ED + 32));
		assert_eq!((accrued(ALICE), Aside::<Test>::get()), (0, 0));
	});
}

/// As any other money of the treasury.
#[test]
fn a_treasury_that_cannot_receive_is_booked() {
	execute(locked(), || {
		let part = set_aside(ALICE, 10);
		assert_ok!(Balances::transfer_all(
			RuntimeOrigin::signed(TREASURY),
			PAYER,
			false
		));
		assert_ok!(Royalties::forfeit_aside(&CAROL, part));
		assert_eq!((accrued(CAROL), accrued(TREASURY)), (50, 50));
	});
}

#[test]
fn a_row_that_leaves_keeps_what_it_withholds_until_the_last_unlock() {
	execute(locked(), || {
		lock(ALICE);
		remove(ALICE, 10);
		assert_eq!(Members::<Test>::get((1, 1, ALICE)), None);
		assert_eq!((withheld(ALICE), accrued(ALICE)), (100, 0));
		unlock(ALICE);
		assert_eq!((withheld(ALICE), accrued(ALICE)), (100, 0));
		// Points that come now have earned none of it.
		add(ALICE, 10);
		pay_pool(40);
		assert_eq!(set_aside(ALICE, 10), 10);
		assert_eq!((withheld(ALICE), Aside::<Test>::get()), (100, 10));
		unlock(ALICE);
		assert_eq!(accrued(ALICE), 100);
		assert_ok!(Royalties::forfeit_aside(&CAROL, 10));
	});
}

#[test]
fn no_points_and_no_amounts_change_nothing() {
	execute(locked(), || {
		assert_storage_noop!({
			assert_eq!(set_aside(ALICE, 0), 0);
			assert_ok!(Royalties::pay_aside(&ALICE, 0));
			assert_ok!(Royalties::forfeit_aside(&CAROL, 0));
		});
	});
}

#[test]
fn points_of_locked_rows_do_not_move() {
	execute(locked(), || {
		for (from, to, points) in [
			(ALICE, BOB, 10),
			(ALICE, BOB, 0),
			(BOB, ALICE, 5),
			(ALICE, ALICE, 1),
			(CAROL, ALICE, 1),
		] {
			assert_noop!(
				Royalties::move_points(1, 1, &from, &to, points),
				Error::<Test>::RowLocked
			);
		}
		assert_ok!(Royalties::move_points(1, 1, &BOB, &CAROL, 5));
		unlock(ALICE);
		assert_ok!(Royalties::move_points(1, 1, &ALICE, &BOB, 10));
		assert_eq!(accrued(ALICE), 100);
	});
}

#[test]
fn locked_rows_are_not_collected() {
	execute(locked(), || {
		assert_noop!(collect(ALICE), Error::<Test>::RowLocked);
		remove(ALICE, 10);
		assert_noop!(collect(ALICE), Error::<Test>::RowLocked);
		unlock(ALICE);
		assert_noop!(collect(ALICE), Error::<Test>::NotAMember);
	});
}

#[test]
fn rows_that_are_not_locked_have_nothing_to_unlock_or_set_aside() {
	execute(locked(), || {
		for (datanet, tranche, who) in [(1, 1, BOB), (1, 2, ALICE), (2, 1, ALICE)] {
			assert_noop!(
				Royalties::unlock_row(datanet, tranche, &who),
				Error::<Test>::RowNotLocked
			);
			assert_noop!(
				Royalties::set_aside(datanet, tranche, &who, 1),
				Error::<Test>::RowNotLocked
			);
		}
		unlock(ALICE);
		assert_noop!(
			Royalties::unlock_row(1, 1, &ALICE),
			Error::<Test>::RowNotLocked
		);
	});
}

#[test]
fn points_that_are_not_there_are_not_set_aside() {
	execute(locked(), || {
		assert_noop!(
			Royalties::set_aside(1, 1, &ALICE, 11),
			Error::<Test>::NotEnoughPoints
		);
		lock(CAROL);
		assert_noop!(
			Royalties::set_aside(1, 1, &CAROL, 1),
			Error::<Test>::NotAMember
		);
	});
}

#[test]
fn no_more_is_paid_or_forfeited_than_is_set_aside() {
	execute(locked(), || {
		assert_noop!(Royalties::pay_aside(&ALICE, 1), Error::<Test>::NotAside);
		let part = set_aside(ALICE, 10);
		assert_noop!(
			Royalties::pay_aside(&ALICE, part + 1),
			Error::<Test>::NotAside
		);
		assert_noop!(
			Royalties::forfeit_aside(&CAROL, part + 1),
			Error::<Test>::NotAside
		);
		assert_ok!(Royalties::forfeit_aside(&CAROL, part));
	});
}

#[test]
fn versions_outside_the_tree_are_refused() {
	ExtBuilder::build_and_execute(|| {
		for tranche in [0, 1_025, u32::MAX] {
			assert_noop!(
				Royalties::lock_row(1, tranche, &ALICE),
				Error::<Test>::VersionOutOfBounds
			);
			assert_noop!(
				Royalties::set_aside(1, tranche, &ALICE, 1),
				Error::<Test>::VersionOutOfBounds
			);
			assert_noop!(
				Royalties::unlock_row(1, tranche, &ALICE),
				Error::<Test>::RowNotLocked
			);
		}
	});
}

#[test]
fn more_locks_than_are_counted_are_refused() {
	ExtBuilder::build().execute_with(|| {
		lock(ALICE);
		Withheld::<Test>::mutate((1, 1, ALICE), |row| row.as_mut().unwrap().locks = u32::MAX);
		assert_noop!(Royalties::lock_row(1, 1, &ALICE), ArithmeticError::Overflow);
	});
}

/// The largest row, every OPEN there is: nothing overflows, and the part is what it must be.
#[test]
fn the_largest_numbers_fit() {
	ExtBuilder::build_and_execute(|| {
		let supply = 1_000_000_000 * OPEN;
		add(ALICE, 1);
		lock(ALICE);
		for _ in 0..1_000 {
			pay_pool(supply);
		}
		add(ALICE, u64::MAX - 1);
		assert_eq!(withheld(ALICE), 1_000 * supply);
		pay_pool(supply);
		// One point would be owed nearly all of it, and u64::MAX of them more than there is.
		frame_support::hypothetically!({
			let part = set_aside(ALICE, u64::MAX);
			assert!(part >= 1_001 * supply - 1, "{part}");
			assert_ok!(Royalties::forfeit_aside(&CAROL, part));
			assert_exact();
		});
		assert_eq!(set_aside(ALICE, 1), 1_000 * supply + (supply >> 64));
		assert_ok!(Royalties::pay_aside(&ALICE, 1_000 * supply));
		assert_exact();
	});
}
