// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{MICRO, OPEN};
use sp_runtime::DispatchError;

#[test]
fn burns_a_tenth_and_leaves_a_hole() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let id = commit(datanet, &ALICE, &text(1, 1_024));
		let issued = Balances::total_issuance();
		advance(101);
		// Anyone, with no interest of his own.
		assert_ok!(Datanets::expire_commit(signed(&BOB), id));

		assert_eq!(Contributions::<Test>::get(id), None);
		assert_eq!(Balances::free_balance(&ALICE), FUNDS - OPEN / 10);
		assert_eq!(Balances::reserved_balance(&ALICE), 0);
		assert_eq!(Balances::total_issuance(), issued - OPEN / 10);
		assert_eq!(
			events().pop(),
			Some(Event::CommitExpired {
				contribution: id,
				burned: OPEN / 10
			})
		);
		assert_eq!(commit(datanet, &ALICE, &text(1, 1_024)), id + 1);
	});
}

#[test]
fn rounds_what_is_burned_down() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.bond_per_byte = 10 * MICRO + 1);
		let id = commit(datanet, &ALICE, &text(1, 100_003));
		let bond = contribution(id).bond;
		assert_eq!(bond % 10, 3);
		advance(101);
		assert_ok!(Datanets::expire_commit(signed(&ALICE), id));
		assert_eq!(Balances::free_balance(&ALICE), FUNDS - bond / 10);
	});
}

#[test]
fn touches_only_the_bond_of_its_own_commit() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let first = commit(datanet, &ALICE, &text(1, 1_024));
		advance(50);
		let second = commit(datanet, &ALICE, &text(2, 200_000));
		advance(51);
		assert_ok!(Datanets::expire_commit(signed(&BOB), first));
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 2 * OPEN);
		assert_noop!(
			Datanets::expire_commit(signed(&BOB), second),
			Error::<Test>::NotExpired
		);
	});
}

#[test]
fn refuses_before_the_last_block_of_the_reveal_is_over() {
	ExtBuilder::default().build_and_execute(|| {
		let id = commit(create_plain(), &ALICE, &text(1, 1_024));
		advance(100);
		assert_noop!(
			Datanets::expire_commit(signed(&BOB), id),
			Error::<Test>::NotExpired
		);
		advance(1);
		assert_ok!(Datanets::expire_commit(signed(&BOB), id));
		assert_noop!(
			Datanets::expire_commit(signed(&BOB), id),
			Error::<Test>::ContributionNotFound
		);
	});
}

#[test]
fn refuses_what_was_revealed() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let pending = contribute(datanet, &ALICE, &text(1, 1_024));
		let accepted = contribute(datanet, &ALICE, &text(2, 1_024));
		accept(accepted, 1);
		advance(1_000);
		for id in [pending, accepted] {
			assert_noop!(
				Datanets::expire_commit(signed(&BOB), id),
				Error::<Test>::NotCommitted
			);
		}
	});
}

/// A change of the parameter touches later commits only.
#[test]
fn the_expiry_is_fixed_at_the_commit() {
	ExtBuilder::default().build_and_execute(|| {
		let id = commit(create_plain(), &ALICE, &text(1, 1_024));
		let shorter = DatanetsParameters {
			commit_expiry: 10,
			..Parameters::<Test>::get()
		};
		assert_ok!(Datanets::set_parameters(RuntimeOrigin::root(), shorter));
		advance(50);
		assert_noop!(
			Datanets::expire_commit(signed(&BOB), id),
			Error::<Test>::NotExpired
		);
	});
}

#[test]
fn refuses_other_origins() {
	ExtBuilder::default().build_and_execute(|| {
		let id = commit(create_plain(), &ALICE, &text(1, 1_024));
		advance(101);
		assert_noop!(
			Datanets::expire_commit(RuntimeOrigin::none(), id),
			DispatchError::BadOrigin
		);
	});
}
