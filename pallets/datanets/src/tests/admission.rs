// SPDX-License-Identifier: Apache-2.0
//! `approve_contributor`, `dismiss_contributor` and what they admit to.

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};

fn approved_only() -> u32 {
	create(|params| params.admission = Admission::Approved)
}

#[test]
fn only_approved_contributors_commit() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = approved_only();
		let bytes = text(1, 1_024);
		let commit = |who| Datanets::commit(signed(who), datanet, commitment(who, &bytes), 1_024);
		assert_noop!(commit(&ALICE), Error::<Test>::NotAdmitted);
		assert_noop!(commit(&OWNER), Error::<Test>::NotAdmitted);

		assert_ok!(Datanets::approve_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		assert_eq!(
			events().pop(),
			Some(Event::ContributorApproved {
				datanet,
				who: ALICE
			})
		);
		assert_ok!(commit(&ALICE));
		assert_noop!(commit(&BOB), Error::<Test>::NotAdmitted);
	});
}

#[test]
fn an_approval_costs_the_owner_a_deposit_that_comes_back() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = approved_only();
		let before = held(HoldReason::StorageDeposit, &OWNER);
		assert_ok!(Datanets::approve_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		// Datanet 4, account 32; who gave it 32, ticket 16.
		assert_eq!(
			held(HoldReason::StorageDeposit, &OWNER),
			before + deposit_of(84)
		);
		assert_ok!(Datanets::dismiss_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		assert_eq!(
			events().pop(),
			Some(Event::ContributorDismissed {
				datanet,
				who: ALICE
			})
		);
		assert_eq!(held(HoldReason::StorageDeposit, &OWNER), before);
	});
}

/// Whoever paid for an approval has the deposit back, even if the datanet is another's by then.
#[test]
fn a_dismissal_pays_whoever_gave_the_approval() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = approved_only();
		assert_ok!(Datanets::approve_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		assert_eq!(Approvals::<Test>::get(datanet, ALICE).unwrap().by, OWNER);
		assert_ok!(Datanets::offer_datanet(signed(&OWNER), datanet, Some(BOB)));
		assert_ok!(Datanets::accept_datanet(signed(&BOB), datanet));
		assert_eq!(held(HoldReason::StorageDeposit, &OWNER), deposit_of(84));
		assert_ok!(Datanets::dismiss_contributor(signed(&BOB), datanet, ALICE));
		assert_eq!(Balances::free_balance(&OWNER), FUNDS);
	});
}

/// An owner could otherwise make contributors lose a tenth of their bonds.
#[test]
fn a_dismissed_contributor_still_reveals_what_he_committed() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = approved_only();
		let bytes = text(1, 1_024);
		assert_ok!(Datanets::approve_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		let id = commit(datanet, &ALICE, &bytes);
		assert_ok!(Datanets::dismiss_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		assert_ok!(Datanets::contribute(signed(&ALICE), id, reveal(&bytes)));
		assert_noop!(
			Datanets::commit(signed(&ALICE), datanet, commitment(&ALICE, &bytes), 1_024),
			Error::<Test>::NotAdmitted
		);
	});
}

#[test]
fn refuses_everyone_but_the_owner() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = approved_only();
		assert_noop!(
			Datanets::approve_contributor(signed(&ALICE), datanet, ALICE),
			Error::<Test>::NotOwner
		);
		assert_ok!(Datanets::approve_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		assert_noop!(
			Datanets::dismiss_contributor(signed(&BOB), datanet, ALICE),
			Error::<Test>::NotOwner
		);
	});
}

#[test]
fn refuses_where_nobody_needs_approval() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_noop!(
			Datanets::approve_contributor(signed(&OWNER), datanet, ALICE),
			Error::<Test>::AdmissionOpen
		);
		assert_noop!(
			Datanets::dismiss_contributor(signed(&OWNER), datanet, ALICE),
			Error::<Test>::AdmissionOpen
		);
		assert_noop!(
			Datanets::approve_contributor(signed(&OWNER), 9, ALICE),
			Error::<Test>::DatanetNotFound
		);
	});
}

#[test]
fn refuses_to_approve_twice_or_dismiss_nobody() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = approved_only();
		assert_noop!(
			Datanets::dismiss_contributor(signed(&OWNER), datanet, ALICE),
			Error::<Test>::NotApproved
		);
		assert_ok!(Datanets::approve_contributor(
			signed(&OWNER),
			datanet,
			ALICE
		));
		assert_noop!(
			Datanets::approve_contributor(signed(&OWNER), datanet, ALICE),
			Error::<Test>::AlreadyApproved
		);
	});
}
