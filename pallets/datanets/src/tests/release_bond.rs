// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{text::text_root, MILLI, OPEN};
use sp_runtime::DispatchError;

fn release(id: u64) -> sp_runtime::DispatchResult {
	Datanets::release_bond(signed(&BOB), id)
}

#[test]
fn gives_the_bond_of_an_acceptance_back_after_its_period() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		accept(id, 2);
		advance(49);
		assert_noop!(release(id), Error::<Test>::StillHeld);
		advance(1);
		assert_ok!(release(id));

		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		assert_eq!(contribution(id).bond, 0);
		assert!(matches!(contribution(id).status, Status::Accepted(_)));
		assert_eq!(
			events().pop(),
			Some(Event::BondReleased {
				contribution: id,
				contributor: ALICE,
				amount: OPEN
			})
		);
		// The row stays, and so does its storage deposit.
		assert!(held(HoldReason::StorageDeposit, &ALICE) > 0);
		assert_noop!(release(id), Error::<Test>::NothingHeld);
	});
}

#[test]
fn gives_back_only_its_own_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let first = contribute(datanet, &ALICE, &text(1, 1_024));
		accept(first, 2);
		contribute(datanet, &ALICE, &text(2, 300_000));
		advance(50);
		assert_ok!(release(first));
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 3 * OPEN);
	});
}

#[test]
fn clears_a_rejected_contribution_after_its_period() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		let id = contribute(datanet, &ALICE, &bytes);
		reject(id);
		advance(9);
		assert_noop!(release(id), Error::<Test>::StillHeld);
		advance(1);
		assert_ok!(release(id));

		assert_eq!(Contributions::<Test>::get(id), None);
		assert_eq!(Roots::<Test>::get(datanet, text_root(&bytes)), None);
		assert_eq!(
			Balances::free_balance(&ALICE),
			FUNDS - MILLI - review_prepaid()
		);
		assert_eq!(Reviews::<Test>::get(id), None);
		assert_eq!(
			events().pop(),
			Some(Event::BondReleased {
				contribution: id,
				contributor: ALICE,
				amount: 0
			})
		);
		assert_noop!(release(id), Error::<Test>::ContributionNotFound);
		contribute(datanet, &BOB, &bytes);
	});
}

#[test]
fn refuses_before_a_decision() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let committed = commit(datanet, &ALICE, &text(1, 1_024));
		let pending = contribute(datanet, &ALICE, &text(2, 1_024));
		advance(10_000);
		assert_noop!(release(committed), Error::<Test>::StillHeld);
		assert_noop!(release(pending), Error::<Test>::StillHeld);
		assert_noop!(release(pending + 1), Error::<Test>::ContributionNotFound);
	});
}

/// A change of the parameters touches later decisions only.
#[test]
fn the_period_is_fixed_at_the_decision() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let accepted = contribute(datanet, &ALICE, &text(1, 1_024));
		let rejected = contribute(datanet, &ALICE, &text(2, 1_024));
		accept(accepted, 1);
		reject(rejected);
		let longer = DatanetsParameters {
			bond_hold: 1_000,
			appeal_period: 1_000,
			..Parameters::<Test>::get()
		};
		assert_ok!(Datanets::set_parameters(RuntimeOrigin::root(), longer));
		advance(10);
		assert_ok!(release(rejected));
		advance(40);
		assert_ok!(release(accepted));
	});
}

#[test]
fn the_bond_of_a_withdrawn_contribution_is_free_after_its_period() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		accept(id, 1);
		assert_ok!(Datanets::withdraw(signed(&ALICE), id));
		advance(49);
		assert_noop!(release(id), Error::<Test>::StillHeld);
		advance(1);
		assert_ok!(release(id));
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		assert_noop!(release(id), Error::<Test>::NothingHeld);
	});
}

#[test]
fn the_bond_of_a_revoked_contribution_is_free_after_its_period() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		accept(id, 1);
		assert_ok!(Datanets::revoke(RuntimeOrigin::root(), id, 7));
		assert_noop!(release(id), Error::<Test>::StillHeld);
		advance(50);
		assert_ok!(release(id));
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
	});
}

/// What a claim can take stays on hold until the claim has ended.
#[test]
fn refuses_while_a_claim_is_open() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		accept(id, 1);
		assert_ok!(Datanets::claim_duplicate(signed(&BOB), id));
		advance(50);
		assert_noop!(release(id), Error::<Test>::ClaimsOpen);
	});
}

#[test]
fn refuses_other_origins() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		accept(id, 1);
		advance(50);
		assert_noop!(
			Datanets::release_bond(RuntimeOrigin::none(), id),
			DispatchError::BadOrigin
		);
	});
}
