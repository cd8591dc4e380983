// SPDX-License-Identifier: Apache-2.0
//! Attacks on what claims withhold, each with the defence that it meets. Take the defence away and
//! the test fails.

use super::*;
use frame_support::traits::Hooks;

fn pay_pool(amount: Balance) {
	assert_ok!(Royalties::pay_in(&PAYER, 1, 1, amount));
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

/// The accused has more texts accepted into the row, large ones, so that his copy's points are few
/// of it. Defence: the part counts what each point earned since the lock, not how many points the
/// row has at the end.
#[test]
fn diluting_the_accused_text_with_other_texts() {
	ExtBuilder::build_and_execute(|| {
		add(ALICE, 10);
		add(BOB, 10);
		pay_pool(2_000);
		lock(ALICE);
		pay_pool(2_000);
		add(ALICE, 1_000_000);
		// The copy has earned everything so far.
		frame_support::hypothetically!({
			assert_eq!(set_aside(ALICE, 10), 2_000);
			assert_eq!(withheld(ALICE), 0);
		});
		pay_pool(1_000_020);
		assert_eq!(set_aside(ALICE, 10), 2_010);
		assert_eq!(withheld(ALICE), 1_000_000);
		assert_exact();
	});
}

/// His other texts, withdrawn while the claim is open, would leave all money to the copy's points,
/// and to the reporter. Defence: the same.
#[test]
fn swelling_the_accused_text_by_what_other_texts_earned() {
	ExtBuilder::build_and_execute(|| {
		add(ALICE, 10);
		add(ALICE, 90);
		pay_pool(1_000);
		lock(ALICE);
		remove(ALICE, 90);
		assert_eq!(withheld(ALICE), 1_000);
		assert_eq!(set_aside(ALICE, 10), 100);
		assert_ok!(Royalties::forfeit_aside(&CAROL, 100));
		unlock(ALICE);
		assert_eq!((accrued(ALICE), accrued(CAROL)), (900, 50));
		assert_exact();
	});
}

/// Points go to a friend before the claim can be proved, and come back later. Defence: neither end
/// of a move may be locked; what was moved before the lock was paid up to then.
#[test]
fn moving_points_out_of_reach() {
	ExtBuilder::build_and_execute(|| {
		add(ALICE, 10);
		add(BOB, 10);
		pay_pool(100);
		assert_ok!(Royalties::move_points(1, 1, &ALICE, &CAROL, 10));
		assert_eq!(accrued(ALICE), 50);
		pay_pool(100);
		lock(CAROL);
		for friend in [ALICE, BOB, GHOST] {
			assert_noop!(
				Royalties::move_points(1, 1, &CAROL, &friend, 10),
				Error::<Test>::RowLocked
			);
		}
		// Nor do points of a friend come in to be collected with it.
		assert_noop!(
			Royalties::move_points(1, 1, &BOB, &CAROL, 10),
			Error::<Test>::RowLocked
		);
		assert_eq!(set_aside(CAROL, 10), 50);
		assert_ok!(Royalties::forfeit_aside(&BOB, 50));
		unlock(CAROL);
		assert_eq!((accrued(CAROL), accrued(BOB)), (0, 25));
		assert_exact();
	});
}

/// A flood of points of others in the tranche takes its part of what comes after it, and of nothing
/// that is withheld. Defence: R2.
#[test]
fn diluting_the_tranche_of_a_locked_row() {
	ExtBuilder::build_and_execute(|| {
		add(ALICE, 10);
		pay_pool(1_000);
		lock(ALICE);
		add(BOB, u64::MAX / 2);
		assert_eq!(set_aside(ALICE, 10), 1_000);
		assert_ok!(Royalties::pay_aside(&ALICE, 1_000));
		unlock(ALICE);
		assert_eq!((accrued(ALICE), pending(1, 1, BOB)), (1_000, 0));
		assert_exact();
	});
}

/// Getting money out of a locked row in time: by collecting, by idle blocks, by changing points, by
/// leaving. Defence: every touch of the row is withheld.
#[test]
fn draining_a_locked_row() {
	ExtBuilder::build_and_execute(|| {
		add(ALICE, 10);
		let rich = 100 * threshold();
		pay_pool(rich);
		lock(ALICE);
		assert_noop!(
			Royalties::collect(RuntimeOrigin::signed(ALICE), 1, 1, ALICE),
			Error::<Test>::RowLocked
		);
		for _ in 0..4 {
			Royalties::on_idle(1, full_block());
		}
		add(ALICE, 1);
		remove(ALICE, 11);
		assert_eq!((accrued(ALICE), balance(ALICE)), (0, ED));
		assert_eq!(withheld(ALICE), rich);
		assert_exact();
	});
}

/// Locking and unlocking one's own row by claims against oneself, at every turn. Defence: what is
/// withheld is what would have been booked; nothing is rounded twice.
#[test]
fn locking_and_unlocking_again_and_again() {
	let run = |with_locks: bool| {
		ExtBuilder::build().execute_with(|| {
			add(ALICE, 7);
			add(BOB, 5);
			for turn in 0..100u64 {
				if with_locks {
					lock(ALICE);
				}
				pay_pool(Balance::from(turn * turn) % 17 + 1);
				add(ALICE, turn % 3 + 1);
				if with_locks {
					unlock(ALICE);
				}
			}
			for who in [ALICE, BOB] {
				let _ = Royalties::collect(RuntimeOrigin::signed(CAROL), 1, 1, who);
			}
			Royalties::do_try_state().unwrap();
			assert_exact();
			(accrued(ALICE), accrued(BOB), Pools::<Test>::get(1))
		})
	};
	assert_eq!(run(true), run(false));
}

/// A claim on one text holds up the others of the same account in the same tranche, and no longer
/// than it is open: the last unlock gives all of it back. Defence: locks are counted.
#[test]
fn unlocking_what_another_claim_locks() {
	ExtBuilder::build_and_execute(|| {
		add(ALICE, 4);
		add(ALICE, 6);
		pay_pool(100);
		lock(ALICE);
		lock(ALICE);
		// The first claim is proved.
		let part = set_aside(ALICE, 4);
		assert_ok!(Royalties::forfeit_aside(&BOB, part));
		unlock(ALICE);
		assert_eq!((accrued(ALICE), withheld(ALICE)), (0, 60));
		// The second is not.
		unlock(ALICE);
		assert_eq!((accrued(ALICE), accrued(BOB)), (60, 20));
		assert_exact();
	});
}

/// Two texts proved one after the other get what each has earned, in either order. Defence: the part
/// depends on the text's points alone.
#[test]
fn the_order_of_proofs() {
	for order in [[4, 6], [6, 4]] {
		ExtBuilder::build_and_execute(|| {
			add(ALICE, 10);
			pay_pool(100);
			lock(ALICE);
			lock(ALICE);
			let parts = order.map(|points| (points, set_aside(ALICE, points)));
			assert_eq!(
				parts,
				order.map(|points| (points, 10 * Balance::from(points)))
			);
			assert_eq!(withheld(ALICE), 0);
			unlock(ALICE);
			unlock(ALICE);
		});
	}
}

/// The limit of the rule: a text that joined while another claim had the row locked counts as if it
/// had been there since. It never takes more than the row withholds.
#[test]
fn a_text_that_joined_a_locked_row() {
	ExtBuilder::build_and_execute(|| {
		add(ALICE, 10);
		pay_pool(100);
		lock(ALICE);
		add(ALICE, 4);
		lock(ALICE);
		assert_eq!(withheld(ALICE), 100);
		frame_support::hypothetically!(assert_eq!(set_aside(ALICE, 4), 40));
		frame_support::hypothetically!({
			add(ALICE, 1_000);
			assert_eq!(set_aside(ALICE, 1_000), 100);
			assert_eq!(set_aside(ALICE, 10), 0);
		});
		assert_eq!(set_aside(ALICE, 10), 100);
		assert_eq!(set_aside(ALICE, 4), 0);
		assert_ok!(Royalties::pay_aside(&ALICE, 100));
		assert_exact();
	});
}
