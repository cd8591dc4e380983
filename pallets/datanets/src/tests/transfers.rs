// SPDX-License-Identifier: Apache-2.0
//! Contributions change hands.

use super::copies::*;
use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use openledger_primitives::{
	ports::{CreditTarget, DatanetInspect},
	AccountId32, DatanetId, OPEN,
};
use sp_runtime::{DispatchError, DispatchResult, TokenError};

fn offer(who: &AccountId32, id: u64, to: Option<AccountId32>) -> DispatchResult {
	Datanets::offer_contribution(signed(who), id, to)
}

fn take(who: &AccountId32, id: u64) -> DispatchResult {
	Datanets::accept_contribution(signed(who), id)
}

/// A text of BOB's whose bond is back.
fn free_text(datanet: DatanetId) -> Text {
	let text = published(datanet, &BOB, prose(1, 5));
	advance(50);
	assert_ok!(Datanets::release_bond(signed(&BOB), text.id));
	text
}

#[test]
fn points_and_deposit_move_and_earnings_stay() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = free_text(datanet);
		let points = 2 * text.bytes.len() as u64;
		earn(datanet, 1, &BOB, 500);
		let deposit = held(HoldReason::StorageDeposit, &BOB);
		assert!(deposit > 0);
		assert_ok!(offer(&BOB, text.id, Some(ALICE)));
		assert_eq!(
			events().pop(),
			Some(Event::ContributionOffered {
				contribution: text.id,
				to: Some(ALICE)
			})
		);
		assert_ok!(take(&ALICE, text.id));

		assert_eq!(
			events().pop(),
			Some(Event::ContributionTransferred {
				contribution: text.id,
				from: BOB,
				to: ALICE
			})
		);
		assert_eq!(contribution(text.id).contributor, ALICE);
		assert_eq!(held(HoldReason::StorageDeposit, &BOB), 0);
		assert_eq!(held(HoldReason::StorageDeposit, &ALICE), deposit);
		assert_eq!(pool_row(datanet, 1, &BOB).points, 0);
		assert_eq!(pool_row(datanet, 1, &ALICE).points, points);
		earn(datanet, 1, &ALICE, 7);
		pool_row(datanet, 1, &ALICE);
		assert_eq!((accrued(&BOB), accrued(&ALICE)), (500, 7));
		assert_eq!(ContributionOffers::<Test>::get(text.id), None);
		assert_noop!(take(&ALICE, text.id), Error::<Test>::NotOffered);
	});
}

#[test]
fn the_new_contributor_is_credited_and_can_do_everything() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = free_text(datanet);
		assert_ok!(offer(&BOB, text.id, Some(ALICE)));
		assert_ok!(take(&ALICE, text.id));
		let member = <Datanets as DatanetInspect<AccountId32>>::member(text.id, now()).unwrap();
		assert_eq!(member.target, CreditTarget::Contributor(ALICE));
		assert_noop!(
			Datanets::withdraw(signed(&BOB), text.id),
			Error::<Test>::NotContributor
		);
		// And on to a third.
		assert_ok!(offer(&ALICE, text.id, Some(OWNER)));
		assert_ok!(take(&OWNER, text.id));
		assert_ok!(Datanets::withdraw(signed(&OWNER), text.id));
		assert!(given_points().is_empty());
	});
}

#[test]
fn only_the_contributor_offers_what_is_accepted() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let pending = contribute(datanet, &BOB, &text(2, 1_024));
		let rejected = contribute(datanet, &BOB, &text(3, 1_024));
		reject(rejected);
		let accepted = contribute(datanet, &BOB, &text(4, 1_024));
		accept(accepted, 1);
		let withdrawn = contribute(datanet, &BOB, &text(5, 1_024));
		accept(withdrawn, 1);
		assert_ok!(Datanets::withdraw(signed(&BOB), withdrawn));
		for id in [pending, rejected, withdrawn] {
			assert_noop!(offer(&BOB, id, Some(ALICE)), Error::<Test>::NotAccepted);
		}
		for who in [&ALICE, &OWNER, &CURATOR] {
			assert_noop!(
				offer(who, accepted, Some(ALICE)),
				Error::<Test>::NotContributor
			);
		}
		assert_noop!(offer(&BOB, accepted, Some(BOB)), Error::<Test>::OfferToSelf);
		assert_noop!(
			offer(&BOB, 99, Some(ALICE)),
			Error::<Test>::ContributionNotFound
		);
		assert_noop!(
			Datanets::offer_contribution(RawOrigin::Root.into(), accepted, None),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn an_offer_is_to_one_account_and_can_be_changed_and_taken_back() {
	ExtBuilder::default().build_and_execute(|| {
		let text = free_text(create_plain());
		assert_noop!(take(&ALICE, text.id), Error::<Test>::NotOffered);
		assert_ok!(offer(&BOB, text.id, Some(ALICE)));
		assert_noop!(take(&OWNER, text.id), Error::<Test>::NotOffered);
		assert_noop!(take(&BOB, text.id), Error::<Test>::NotOffered);
		assert_ok!(offer(&BOB, text.id, Some(OWNER)));
		assert_noop!(take(&ALICE, text.id), Error::<Test>::NotOffered);
		assert_ok!(offer(&BOB, text.id, None));
		assert_eq!(
			events().pop(),
			Some(Event::ContributionOffered {
				contribution: text.id,
				to: None
			})
		);
		assert_noop!(take(&OWNER, text.id), Error::<Test>::NotOffered);
		assert_noop!(take(&OWNER, 99), Error::<Test>::ContributionNotFound);
		assert_noop!(
			Datanets::accept_contribution(RawOrigin::None.into(), text.id),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn nothing_moves_while_the_bond_is_held_or_a_claim_is_open() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = published(datanet, &BOB, prose(1, 5));
		assert_ok!(offer(&BOB, text.id, Some(ALICE)));
		assert_noop!(take(&ALICE, text.id), Error::<Test>::StillHeld);
		advance(50);
		assert_noop!(take(&ALICE, text.id), Error::<Test>::StillHeld);
		assert_ok!(Datanets::release_bond(signed(&ALICE), text.id));
		let claim = claim_on(&text);
		assert_noop!(take(&ALICE, text.id), Error::<Test>::ClaimsOpen);
		wait_for_draw(claim);
		run_out(claim);
		assert_ok!(take(&ALICE, text.id));
	});
}

/// Pool money of a row with an accused text in it waits, and so do the row's points.
#[test]
fn a_neighbour_of_an_accused_text_does_not_move() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = free_text(datanet);
		let accused = published(datanet, &BOB, prose(2, 5));
		assert_ok!(offer(&BOB, text.id, Some(ALICE)));
		claim_on(&accused);
		assert_noop!(take(&ALICE, text.id), DispatchError::Other("row locked"));
	});
}

#[test]
fn an_offer_of_what_is_revoked_is_void() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 10);
		let case = Case::new(&text, text.to_uppercase());
		assert_ok!(offer(&BOB, case.copy.id, Some(ALICE)));
		case.show_all();
		assert_eq!(ContributionOffers::<Test>::get(case.copy.id), None);
		assert_noop!(take(&ALICE, case.copy.id), Error::<Test>::NotOffered);
		let taken_down = free_text(case.datanet);
		assert_ok!(offer(&BOB, taken_down.id, Some(ALICE)));
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), taken_down.id, 1));
		assert_eq!(ContributionOffers::<Test>::get(taken_down.id), None);
		// Left over by whatever else: the state decides.
		ContributionOffers::<Test>::insert(taken_down.id, ALICE);
		assert_noop!(take(&ALICE, taken_down.id), Error::<Test>::NotAccepted);
		ContributionOffers::<Test>::remove(taken_down.id);
	});
}

#[test]
fn who_cannot_pay_the_deposit_cannot_accept() {
	ExtBuilder::default().build_and_execute(|| {
		let text = free_text(create_plain());
		assert_ok!(offer(&BOB, text.id, Some(POOR)));
		assert_noop!(take(&POOR, text.id), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(signed(&OWNER), POOR, OPEN));
		assert_ok!(take(&POOR, text.id));
	});
}
