// SPDX-License-Identifier: Apache-2.0
//! The pool's accumulator: R2, R3, R4 and the edges of the tree.

use super::*;

fn pay_pool(datanet: DatanetId, version: Version, amount: Balance) {
	wait(amount);
	assert_ok!(Royalties::credit_pool(datanet, version, amount));
}

#[test]
fn version_pays_its_own_tranches_only() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		pay_pool(1, 1, 100);
		assert_ok!(Royalties::add_points(1, 2, &BOB, 10));
		pay_pool(1, 1, 100);
		pay_pool(1, 2, 100);
		assert_eq!((pending(1, 1, ALICE), pending(1, 2, BOB)), (250, 50));
		// A pool of another datanet is another pool.
		assert_ok!(Royalties::add_points(2, 1, &CAROL, 1));
		pay_pool(2, 1, 7);
		assert_eq!((pending(2, 1, CAROL), pending(1, 1, ALICE)), (7, 250));
		assert_exact();
	});
}

#[test]
fn later_points_earn_from_later_money_only() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		pay_pool(1, 1, 1_000);
		assert_ok!(Royalties::add_points(1, 1, &BOB, 990));
		assert_eq!(pending(1, 1, BOB), 0);
		pay_pool(1, 1, 1_000);
		assert_eq!((pending(1, 1, ALICE), pending(1, 1, BOB)), (1_010, 990));
		assert_exact();
	});
}

#[test]
fn edges_of_the_tree_work() {
	ExtBuilder::build_and_execute(|| {
		let edges = [1, 2, 511, 512, 513, 1_023, 1_024];
		for (index, tranche) in edges.into_iter().enumerate() {
			assert_ok!(Royalties::add_points(1, tranche, &(100 + index as u64), 1));
		}
		for (index, version) in edges.into_iter().enumerate() {
			let before: Vec<_> = (0..7)
				.map(|member| pending(1, edges[member], 100 + member as u64))
				.collect();
			// One planck for each tranche in the version.
			pay_pool(1, version, index as u128 + 1);
			for member in 0..7 {
				let earned = pending(1, edges[member], 100 + member as u64) - before[member];
				assert_eq!(
					earned,
					Balance::from(member <= index),
					"{member} of {version}"
				);
			}
		}
		assert_exact();
	});
}

#[test]
fn versions_outside_the_tree_are_refused() {
	ExtBuilder::build_and_execute(|| {
		wait(10);
		for version in [0, 1_025, u32::MAX] {
			let error = || Error::<Test>::VersionOutOfBounds;
			assert_noop!(Royalties::credit_pool(1, version, 10), error());
			assert_noop!(Royalties::credit_pool(1, version, 0), error());
			assert_noop!(Royalties::pay_in(&PAYER, 1, version, 10), error());
			assert_noop!(Royalties::add_points(1, version, &ALICE, 1), error());
			assert_noop!(Royalties::remove_points(1, version, &ALICE, 1), error());
			assert_noop!(Royalties::move_points(1, version, &ALICE, &BOB, 1), error());
		}
	});
}

#[test]
fn fractions_are_kept_until_they_are_a_planck() {
	ExtBuilder::build_and_execute(|| {
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(Royalties::add_points(1, 1, &who, 1));
		}
		pay_pool(1, 1, 1);
		assert_eq!(pending(1, 1, ALICE), 0);
		// Collecting a fraction is refused, and gives none of it away.
		assert_noop!(
			Royalties::collect(RuntimeOrigin::signed(BOB), 1, 1, ALICE),
			Error::<Test>::NothingPending
		);
		pay_pool(1, 1, 1);
		pay_pool(1, 1, 1);
		// The residue of the first two payments completes the third.
		for who in [ALICE, BOB, CAROL] {
			assert_eq!(pending(1, 1, who), 1);
			assert_ok!(Royalties::collect(RuntimeOrigin::signed(BOB), 1, 1, who));
		}
		assert_eq!(Royalties::api_pool_balance(1), 0);
		assert_exact();
	});
}

#[test]
fn pool_whose_members_have_left_pays_the_treasury() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 3));
		pay_pool(1, 1, 100);
		assert_ok!(Royalties::remove_points(1, 1, &ALICE, 3));
		assert_eq!(Accrued::<Test>::get(ALICE), 99);
		pay_pool(1, 1, 50);
		assert_eq!(balance(TREASURY), ED + 50);
		// What nobody could claim is in the residue and goes to the next member.
		assert_eq!(Royalties::api_pool_balance(1), 1);
		assert_eq!(Pools::<Test>::get(1).residue, SCALE);
		assert_ok!(Royalties::add_points(1, 2, &BOB, 5));
		pay_pool(1, 2, 9);
		assert_eq!(pending(1, 2, BOB), 10);
		assert_exact();
	});
}

#[test]
fn the_largest_numbers_fit() {
	ExtBuilder::build_and_execute(|| {
		let supply = 1_000_000_000 * OPEN;
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		for _ in 0..1_000 {
			pay_pool(1, 1, supply);
		}
		assert_ok!(Royalties::add_points(1, 1, &BOB, u64::MAX));
		assert_ok!(Royalties::add_points(1, 1, &ALICE, u64::MAX - 1));
		pay_pool(1, 1, supply);
		// A row's claim rounds down by at most W / 2^64 planck, which is below 2 here (R4).
		assert_eq!(pending(1, 1, ALICE), supply / 2 - 1);
		assert_eq!(Accrued::<Test>::get(ALICE), 1_000 * supply);
		assert_exact();
	});
}
