// SPDX-License-Identifier: Apache-2.0
//! Taking an accepted contribution back, also while a claim is open on it.

use super::copies::*;
use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use openledger_primitives::{
	ports::{CreditTarget, DatanetInspect},
	text::text_root,
	AccountId32, OPEN,
};
use sp_runtime::DispatchError;

fn withdraw(who: &AccountId32, id: u64) -> sp_runtime::DispatchResult {
	Datanets::withdraw(signed(who), id)
}

#[test]
fn the_points_go_and_what_was_earned_stays() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let taken = published(datanet, &BOB, prose(1, 5));
		let kept = published(datanet, &BOB, prose(2, 5));
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		earn(datanet, 1, &BOB, 1_000);
		advance(3);
		assert_ok!(withdraw(&BOB, taken.id));

		let points = 2 * taken.bytes.len() as u64;
		assert_eq!(
			events().pop(),
			Some(Event::Withdrawn {
				contribution: taken.id,
				points,
				aside: 0
			})
		);
		let row = contribution(taken.id);
		assert_eq!(
			row.status,
			Status::Withdrawn {
				acceptance: *row.status.acceptance().unwrap(),
				at: now(),
				aside: 0
			}
		);
		assert_eq!(
			pool_row(datanet, 1, &BOB).points,
			2 * kept.bytes.len() as u64
		);
		assert_eq!(accrued(&BOB), 1_000);
		// The snapshot keeps it, and so does its number.
		let view = Datanets::api_membership(datanet, 1, taken.id).unwrap();
		assert_eq!((view.number, view.count), (0, 2));
	});
}

#[test]
fn the_bond_stays_held_for_its_period() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let taken = published(datanet, &BOB, prose(1, 5));
		assert_ok!(withdraw(&BOB, taken.id));
		let release = || Datanets::release_bond(signed(&ALICE), taken.id);
		assert_noop!(release(), Error::<Test>::StillHeld);
		assert_eq!(held(HoldReason::ContributionBond, &BOB), OPEN);
		advance(50);
		assert_ok!(release());
		assert_eq!(held(HoldReason::ContributionBond, &BOB), 0);
	});
}

#[test]
fn the_same_bytes_can_be_registered_again() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = prose(1, 5);
		let old = published(datanet, &BOB, &text);
		assert_ok!(withdraw(&BOB, old.id));
		assert_eq!(
			Roots::<Test>::get(datanet, text_root(text.as_bytes())),
			None
		);
		let new = published(datanet, &ALICE, &text);
		assert_eq!(
			Roots::<Test>::get(datanet, text_root(text.as_bytes())),
			Some(new.id)
		);
		// A proof against the old row leaves the new one's root alone.
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), old.id, 1));
		assert_eq!(
			Datanets::api_by_root(datanet, text_root(text.as_bytes())),
			Some(new.id)
		);
	});
}

#[test]
fn credits_of_later_batches_go_to_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		let taken = published(create_plain(), &BOB, prose(1, 5));
		advance(5);
		assert_ok!(withdraw(&BOB, taken.id));
		let target = |accepted_at| {
			<Datanets as DatanetInspect<AccountId32>>::member(taken.id, accepted_at)
				.unwrap()
				.target
		};
		assert_eq!(target(now()), CreditTarget::Contributor(BOB));
		assert_eq!(target(now() + 1), CreditTarget::Treasury);
	});
}

#[test]
fn only_its_contributor_withdraws_what_is_accepted() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let committed = commit(datanet, &BOB, &text(1, 1_024));
		let pending = contribute(datanet, &BOB, &text(2, 1_024));
		let rejected = contribute(datanet, &BOB, &text(3, 1_024));
		reject(rejected);
		let accepted = contribute(datanet, &BOB, &text(4, 1_024));
		accept(accepted, 1);
		let revoked = contribute(datanet, &BOB, &text(5, 1_024));
		accept(revoked, 1);
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), revoked, 1));
		for id in [committed, pending, rejected, revoked] {
			assert_noop!(withdraw(&BOB, id), Error::<Test>::NotAccepted);
		}
		for who in [&OWNER, &CURATOR, &ALICE] {
			assert_noop!(withdraw(who, accepted), Error::<Test>::NotContributor);
		}
		assert_noop!(withdraw(&BOB, 99), Error::<Test>::ContributionNotFound);
		assert_noop!(
			Datanets::withdraw(RawOrigin::Root.into(), accepted),
			DispatchError::BadOrigin
		);
		assert_ok!(withdraw(&BOB, accepted));
		assert_noop!(withdraw(&BOB, accepted), Error::<Test>::NotAccepted);
	});
}

#[test]
fn an_offer_ends_with_a_withdrawal() {
	ExtBuilder::default().build_and_execute(|| {
		let taken = published(create_plain(), &BOB, prose(1, 5));
		assert_ok!(Datanets::offer_contribution(
			signed(&BOB),
			taken.id,
			Some(ALICE)
		));
		assert_ok!(withdraw(&BOB, taken.id));
		assert_eq!(ContributionOffers::<Test>::get(taken.id), None);
	});
}

/// Two texts of BOB's, one of them a copy that is accused; some pool money. Withdraws the copy.
fn withdrawn_while_accused() -> (Case, u128) {
	let text = prose(1, 10);
	let case = Case::new(&text, text.to_uppercase());
	let other = published(case.datanet, &BOB, prose(2, 7));
	earn(case.datanet, 1, &BOB, 1_000_003);
	assert_ok!(withdraw(&BOB, case.copy.id));
	let (points, others) = (case.copy.bytes.len() as u128, other.bytes.len() as u128);
	let aside = 1_000_003 * points / (points + others);
	assert!(aside % 2 == 1 || aside > 0);
	assert_eq!(
		events().pop(),
		Some(Event::Withdrawn {
			contribution: case.copy.id,
			points: 2 * points as u64,
			aside
		})
	);
	// The rest of the row is no longer withheld.
	assert!(placed_locks().is_empty());
	assert_eq!(accrued(&BOB), 1_000_003 - aside);
	assert_eq!(Aside::get(), aside);
	(case, aside)
}

#[test]
fn a_claim_goes_on_after_a_withdrawal() {
	ExtBuilder::default().build_and_execute(|| {
		let (case, aside) = withdrawn_while_accused();
		let bond = contribution(case.copy.id).bond;
		let before = (
			Balances::total_balance(&BOB),
			Balances::total_balance(&REPORTER),
			Balances::total_issuance(),
		);
		assert_eq!(case.show_all(), 64);
		assert_eq!(last_end(), (case.claim, ClaimOutcome::Proved));
		assert_eq!(accrued(&REPORTER), aside / 2);
		assert_eq!(accrued(&TREASURY), aside - aside / 2);
		assert_eq!(accrued(&BOB), 1_000_003 - aside);
		assert_eq!(Balances::total_balance(&BOB), before.0 - bond);
		assert_eq!(Balances::total_balance(&REPORTER), before.1 + bond / 4);
		assert_eq!(Balances::total_issuance(), before.2 - (bond - bond / 4));
		assert_eq!(
			events()[events().len() - 2..],
			[
				// Its points were gone before.
				Event::Revoked {
					contribution: case.copy.id,
					points: 0,
					reason: None
				},
				Event::ClaimEnded {
					claim: case.claim,
					contribution: case.copy.id,
					outcome: ClaimOutcome::Proved,
					reporter_paid: bond / 4 + aside / 2,
					accused_paid: 0,
					burned: bond - bond / 4
				}
			]
		);
		assert_eq!(Datanets::api_contribution(case.copy.id).unwrap().bond, 0);
	});
}

#[test]
fn what_was_set_aside_comes_back_when_the_last_claim_fails() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 10);
		let case = Case::new(&text, text.to_uppercase());
		let second = claim_by(&OWNER, &case.copy);
		earn(case.datanet, 1, &BOB, 1_001);
		assert_ok!(withdraw(&BOB, case.copy.id));
		run_out(case.claim);
		assert_eq!(accrued(&BOB), 0);
		assert_eq!(Aside::get(), 1_001);
		wait_for_draw(second);
		run_out(second);
		assert_eq!(accrued(&BOB), 1_001);
		assert!(matches!(
			contribution(case.copy.id).status,
			Status::Withdrawn { aside: 0, .. }
		));
	});
}

#[test]
fn nothing_set_aside_is_nothing_paid() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 10);
		let case = Case::new(&text, text.to_uppercase());
		assert_ok!(withdraw(&BOB, case.copy.id));
		assert_eq!(case.show_all(), 64);
		assert_eq!((accrued(&REPORTER), accrued(&TREASURY)), (0, 0));
	});
}

#[test]
fn a_copy_registered_again_is_accused_again() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 10);
		let case = Case::new(&text, text.to_uppercase());
		assert_ok!(withdraw(&BOB, case.copy.id));
		let again = published(case.datanet, &BOB, text.to_uppercase());
		assert_eq!(case.show_all(), 64);
		// The proof has not touched the new row.
		assert!(matches!(contribution(again.id).status, Status::Accepted(_)));
		assert_eq!(
			Datanets::api_by_root(case.datanet, text_root(&again.bytes)),
			Some(again.id)
		);
		let claim = claim_on(&again);
		wait_for_draw(claim);
		assert_eq!(show_all(claim, &again, &[&case.original]), 64);
	});
}
