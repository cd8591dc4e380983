// SPDX-License-Identifier: Apache-2.0
//! The developer's rights change hands: offer, then acceptance.

use frame_support::{assert_noop, assert_ok, dispatch::DispatchResultWithPostInfo};
use openledger_primitives::ports::ModelInspect;
use sp_runtime::{DispatchError, DispatchResult, TokenError};

use crate::{mock::*, types::State, Error, Event, ModelDetails, Models};

fn offer(who: AccountId, id: u32, to: Option<AccountId>) -> DispatchResult {
	ModelsPallet::offer_transfer(RuntimeOrigin::signed(who), id, to)
}

fn accept(who: AccountId, id: u32) -> DispatchResultWithPostInfo {
	ModelsPallet::accept_transfer(RuntimeOrigin::signed(who), id)
}

fn offered(id: u32) -> Option<AccountId> {
	ModelDetails::<Test>::get(id).unwrap().offered_to
}

#[test]
fn transfer_should_move_rights_and_deposit_in_two_steps() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let id = publish(trained(1, &[weighted(1, 1, 5)], 400_000));
		let (row, price) = (Models::<Test>::get(id).unwrap(), price_of(id));
		let free = Balances::free_balance(ALICE);
		events();
		assert_ok!(offer(ALICE, id, Some(BOB)));
		assert_eq!(offered(id), Some(BOB));
		// An offer moves neither rights nor money.
		assert_eq!(Models::<Test>::get(id).unwrap(), row);
		assert_eq!((held(ALICE), held(BOB)), (price, 0));
		assert_eq!(SettledInboxes::get(), vec![]);

		assert_ok!(accept(BOB, id));
		assert_eq!(offered(id), None);
		let after = Models::<Test>::get(id).unwrap();
		assert_eq!(after.developer, BOB);
		// Terms are frozen: their hash knows no developer.
		assert_eq!(after.terms_hash, row.terms_hash);
		assert_eq!(ModelsPallet::terms(id).unwrap().developer, BOB);
		assert_eq!((held(ALICE), held(BOB)), (0, price));
		assert_eq!(Balances::free_balance(ALICE) - free, price);
		assert_eq!(Balances::free_balance(BOB), FUNDS - price);
		assert_eq!(
			events(),
			vec![
				Event::TransferOffered {
					model: id,
					from: ALICE,
					to: Some(BOB)
				},
				Event::Transferred {
					model: id,
					from: ALICE,
					to: BOB
				},
			]
		);
		// From here on the rights are BOB's alone.
		let price = priced(1);
		assert_noop!(
			ModelsPallet::set_price(RuntimeOrigin::signed(ALICE), id, price),
			Error::<Test>::NotDeveloper
		);
		assert_ok!(ModelsPallet::set_price(
			RuntimeOrigin::signed(BOB),
			id,
			price
		));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(BOB), id));
	});
}

#[test]
fn transfer_should_settle_the_inbox_while_the_old_developer_has_the_rights() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(offer(ALICE, id, Some(BOB)));
		assert_ok!(accept(BOB, id));
		assert_ok!(offer(BOB, id, Some(ALICE)));
		assert_ok!(accept(ALICE, id));
		assert_eq!(
			SettledInboxes::get(),
			vec![(id, Some(ALICE)), (id, Some(BOB))]
		);
	});
}

#[test]
fn transfer_should_change_nothing_when_the_settlement_fails() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(offer(ALICE, id, Some(BOB)));
		InboxesClosed::set(&true);
		assert_noop!(accept(BOB, id), DispatchError::Unavailable);
		assert_eq!(SettledInboxes::get(), vec![]);
		InboxesClosed::set(&false);
		assert_ok!(accept(BOB, id));
	});
}

#[test]
fn transfer_should_change_nothing_when_the_deposit_cannot_be_held() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(offer(ALICE, id, Some(POOR)));
		assert_noop!(
			accept(POOR, id),
			DispatchError::Token(TokenError::FundsUnavailable)
		);
		assert_eq!(SettledInboxes::get(), vec![]);
		assert_eq!(Models::<Test>::get(id).unwrap().developer, ALICE);
		assert_eq!(offered(id), Some(POOR));
	});
}

#[test]
fn transfer_should_take_the_deposit_from_under_a_vesting_lock() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(VESTED, params(1));
		let price = price_of(id);
		assert_ok!(offer(VESTED, id, Some(BOB)));
		assert_ok!(accept(BOB, id));
		assert_eq!((held(VESTED), held(BOB)), (0, price));
		assert_ok!(offer(BOB, id, Some(VESTED)));
		assert_ok!(accept(VESTED, id));
		assert_eq!((held(VESTED), held(BOB)), (price, 0));
		assert_eq!(Balances::free_balance(BOB), FUNDS);
	});
}

#[test]
fn transfer_should_be_accepted_by_the_named_account_only() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(accept(BOB, id), Error::<Test>::NotOffered);
		assert_ok!(offer(ALICE, id, Some(BOB)));
		for who in [ALICE, VESTED] {
			assert_noop!(accept(who, id), Error::<Test>::NotOffered);
		}
		assert_noop!(
			ModelsPallet::accept_transfer(RuntimeOrigin::root(), id),
			DispatchError::BadOrigin
		);
		assert_noop!(accept(BOB, id + 1), Error::<Test>::UnknownModel);
		assert_ok!(accept(BOB, id));
		// Accepting uses the offer up.
		assert_noop!(accept(BOB, id), Error::<Test>::NotOffered);
	});
}

#[test]
fn offer_should_be_the_developers() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(offer(BOB, id, Some(BOB)), Error::<Test>::NotDeveloper);
		assert_noop!(offer(BOB, id, None), Error::<Test>::NotDeveloper);
		assert_noop!(offer(ALICE, id + 1, Some(BOB)), Error::<Test>::UnknownModel);
		assert_noop!(
			ModelsPallet::offer_transfer(RuntimeOrigin::root(), id, Some(BOB)),
			DispatchError::BadOrigin
		);
		// Whoever gets an offer can't pass it on before he accepts it.
		assert_ok!(offer(ALICE, id, Some(BOB)));
		assert_noop!(offer(BOB, id, Some(VESTED)), Error::<Test>::NotDeveloper);
	});
}

#[test]
fn offer_should_be_replaced_and_taken_back() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		let price = held(ALICE);
		assert_noop!(offer(ALICE, id, None), Error::<Test>::NotOffered);
		assert_ok!(offer(ALICE, id, Some(BOB)));
		assert_ok!(offer(ALICE, id, Some(VESTED)));
		assert_noop!(accept(BOB, id), Error::<Test>::NotOffered);
		events();
		assert_ok!(offer(ALICE, id, None));
		assert_eq!(
			events(),
			vec![Event::TransferOffered {
				model: id,
				from: ALICE,
				to: None
			}]
		);
		assert_noop!(accept(VESTED, id), Error::<Test>::NotOffered);
		// Its place is part of the deposit at all times.
		assert_eq!(held(ALICE), price);
		assert_ok!(offer(ALICE, id, Some(VESTED)));
		assert_eq!(held(ALICE), price);
		assert_ok!(accept(VESTED, id));
	});
}

#[test]
fn offer_should_hold_in_every_state() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		assert_ok!(offer(ALICE, id, Some(BOB)));
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
		assert_eq!(offered(id), Some(BOB));
		assert_ok!(ModelsPallet::set_metadata(
			RuntimeOrigin::signed(ALICE),
			id,
			Default::default(),
			hash_of(1)
		));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_eq!(offered(id), Some(BOB));
		assert_ok!(accept(BOB, id));
		assert_eq!(state_of(id), State::Retired);
		// Retired rights still earn what is settled later, so they can move on.
		assert_ok!(offer(BOB, id, Some(ALICE)));
		assert_ok!(accept(ALICE, id));
	});
}

#[test]
fn offer_should_go_with_a_discarded_draft() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		assert_ok!(offer(ALICE, id, Some(BOB)));
		assert_ok!(ModelsPallet::discard(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(accept(BOB, id), Error::<Test>::UnknownModel);
		// The id is never used again, so neither is the offer.
		let next = register(ALICE, params(1));
		assert_eq!(offered(next), None);
	});
}

#[test]
fn draft_should_be_published_and_discarded_by_whoever_accepted_it() {
	ExtBuilder::default().build_and_execute(|| {
		for (artifact, published) in [(1, true), (2, false)] {
			let id = register(ALICE, params(artifact));
			assert_ok!(offer(ALICE, id, Some(BOB)));
			assert_ok!(accept(BOB, id));
			assert_noop!(
				ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id),
				Error::<Test>::NotDeveloper
			);
			if published {
				assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(BOB), id));
			} else {
				assert_ok!(ModelsPallet::discard(RuntimeOrigin::signed(BOB), id));
			}
		}
		assert_eq!(held(ALICE), 0);
	});
}
