// SPDX-License-Identifier: Apache-2.0
//! Every invariant is seen when it is broken.

use super::*;

/// State with a bit of everything, then `break_it`, then the check.
fn verdict(break_it: impl FnOnce()) -> Result<(), sp_runtime::TryRuntimeError> {
	ExtBuilder::build().execute_with(|| {
		publish(
			1,
			0,
			&[(Developer, 400_000), (Contributors, 600_000)],
			&[(1, 2, 1)],
		);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 3));
		assert_ok!(Royalties::add_points(1, 2, &BOB, 4));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 2, 100));
		settle(1, 1_000);
		assert_ok!(Royalties::release_base(1, 500));
		assert_ok!(Royalties::lock_row(1, 2, &BOB));
		assert_ok!(Royalties::add_points(1, 2, &BOB, 1));
		assert_ok!(Royalties::set_aside(1, 2, &BOB, 3).map(|_| ()));
		break_it();
		Royalties::do_try_state()
	})
}

fn broken(break_it: impl FnOnce(), part_of_text: &str) {
	let text = format!("{:?}", verdict(break_it).unwrap_err());
	assert!(text.contains(part_of_text), "{text}");
}

/// Changes what is withheld of BOB's row.
fn withheld(change: fn(&mut WithheldRow)) {
	Withheld::<Test>::mutate((1, 2, BOB), |row| change(row.as_mut().unwrap()));
}

#[test]
fn sound_state_passes() {
	assert_eq!(verdict(|| ()), Ok(()));
	// What strangers send to the pot does no harm.
	assert_eq!(verdict(|| fund_pot(1)), Ok(()));
}

#[test]
fn one_planck_too_many_is_seen() {
	broken(
		|| Accrued::<Test>::mutate(ALICE, |accrued| *accrued += 1),
		"R7",
	);
	broken(|| Waiting::<Test>::mutate(|waiting| *waiting += 1), "R7");
	broken(|| Aside::<Test>::mutate(|aside| *aside += 1), "R7");
	broken(|| withheld(|row| row.amount += 1), "R7");
	broken(|| Aside::<Test>::put(Balance::MAX), "overflows");
	broken(|| withheld(|row| row.amount = Balance::MAX), "overflows");
	broken(|| Inboxes::<Test>::mutate(1, |inbox| inbox.base += 1), "R7");
	broken(
		|| Inboxes::<Test>::mutate(1, |inbox| inbox.upstream += 1),
		"R7",
	);
	broken(|| Pools::<Test>::mutate(1, |pool| pool.balance += 1), "R7");
	broken(
		|| {
			fund_pot(1);
			Pools::<Test>::mutate(1, |pool| pool.balance += 1)
		},
		"R2: a datanet's balance",
	);
	broken(|| Accrued::<Test>::insert(ALICE, Balance::MAX), "overflows");
}

#[test]
fn a_fraction_too_many_is_seen() {
	broken(
		|| Pools::<Test>::mutate(1, |pool| pool.residue += 1),
		"R2: a datanet's balance",
	);
	let row = |change: fn(&mut MemberRow)| {
		Members::<Test>::mutate((1, 1, ALICE), |row| change(row.as_mut().unwrap()))
	};
	broken(|| row(|row| row.carry += 1), "R2: a datanet's balance");
	broken(
		|| row(|row| row.debt += U256::one()),
		"R2: a datanet's balance",
	);
	broken(
		|| {
			Members::<Test>::insert(
				(7, 1, ALICE),
				MemberRow {
					carry: 1,
					points: 1,
					..Default::default()
				},
			);
			for index in crate::fenwick::up(1) {
				PoolCells::<Test>::mutate(7, index, |cell| cell.points += 1);
			}
		},
		"no pool holds",
	);
}

#[test]
fn points_that_do_not_add_up_are_seen() {
	broken(
		|| PoolCells::<Test>::mutate(1, 2, |cell| cell.points += 1),
		"live points",
	);
	broken(|| PoolCells::<Test>::remove(1, 1_024), "no cell counts");
	broken(
		|| PoolCells::<Test>::insert(1, 1_025, PoolCell::default()),
		"outside the tree",
	);
	broken(
		|| Members::<Test>::insert((1, 1, BOB), MemberRow::default()),
		"kept without points",
	);
	broken(
		|| {
			Members::<Test>::insert(
				(1, 0, BOB),
				MemberRow {
					points: 1,
					..Default::default()
				},
			)
		},
		"has no cell",
	);
}

#[test]
fn locks_that_are_none_are_seen() {
	broken(|| withheld(|row| row.locks = 0), "without a lock");
	broken(
		|| withheld(|row| row.since += U256::from(SCALE) * 1_000),
		"after its last touch",
	);
	broken(
		|| withheld(|row| row.since = U256::MAX),
		"after its last touch",
	);
	let stray = WithheldRow {
		locks: 1,
		..Default::default()
	};
	broken(
		|| Withheld::<Test>::insert((1, 0, BOB), stray),
		"a locked row has no cell",
	);
	broken(
		|| {
			let since = U256::one();
			Withheld::<Test>::insert((1, 3, BOB), WithheldRow { since, ..stray })
		},
		"counts from somewhere",
	);
}

#[test]
fn a_due_list_that_differs_is_seen() {
	broken(|| DueCount::<Test>::put(2), "holes");
	broken(|| DueCount::<Test>::put(0), "beyond the list");
	broken(|| DuePlaces::<Test>::insert(1, 1), "another place");
	broken(|| DuePlaces::<Test>::insert(2, 1), "leads to no due model");
	broken(
		|| Inboxes::<Test>::mutate(1, |inbox| inbox.prepaid = 0),
		"differs from inboxes",
	);
	broken(
		|| Inboxes::<Test>::insert(2, Inbox::default()),
		"an empty inbox",
	);
	broken(|| Inboxes::<Test>::remove(1), "has no inbox");
}

#[test]
fn parameters_out_of_bounds_are_seen() {
	broken(
		|| Parameters::<Test>::mutate(|p| p.burn_ppm = 100_001),
		"parameters",
	);
	broken(
		|| Parameters::<Test>::mutate(|p| p.payout_threshold = 0),
		"parameters",
	);
}
