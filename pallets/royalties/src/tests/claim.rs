// SPDX-License-Identifier: Apache-2.0
//! `claim` and `claim_many`.

use super::*;
use frame_support::{traits::ConstU32, BoundedVec};
use sp_runtime::DispatchError;

fn credit(who: AccountId, amount: Balance) {
	wait(amount);
	assert_ok!(Royalties::credit(&who, amount));
}

fn claim_many(accounts: &[AccountId]) -> frame_support::dispatch::DispatchResult {
	let accounts: BoundedVec<_, ConstU32<64>> = accounts.to_vec().try_into().unwrap();
	Royalties::claim_many(RuntimeOrigin::signed(PAYER), accounts)
}

#[test]
fn anyone_has_an_account_paid() {
	ExtBuilder::build_and_execute(|| {
		credit(ALICE, 123);
		events();
		assert_ok!(Royalties::claim(RuntimeOrigin::signed(BOB), ALICE));
		assert_eq!(balance(ALICE), ED + 123);
		assert_eq!(balance(BOB), ED);
		assert_eq!(
			(Accrued::<Test>::get(ALICE), Paid::<Test>::get(ALICE)),
			(0, 123)
		);
		assert!(!Accrued::<Test>::contains_key(ALICE));
		assert_eq!(
			events(),
			[Event::Paid {
				account: ALICE,
				amount: 123
			}]
		);
		credit(ALICE, 7);
		assert_ok!(Royalties::claim(RuntimeOrigin::signed(ALICE), ALICE));
		assert_eq!(Paid::<Test>::get(ALICE), 130);
		assert_exact();
	});
}

#[test]
fn an_account_without_money_is_refused() {
	ExtBuilder::build_and_execute(|| {
		let claim = || Royalties::claim(RuntimeOrigin::signed(BOB), ALICE);
		assert_noop!(claim(), Error::<Test>::NothingAccrued);
		credit(ALICE, 1);
		assert_ok!(claim());
		assert_noop!(claim(), Error::<Test>::NothingAccrued);
	});
}

#[test]
fn what_cannot_be_received_is_not_marked_paid() {
	ExtBuilder::build_and_execute(|| {
		credit(GHOST, ED - 1);
		let claim = || Royalties::claim(RuntimeOrigin::signed(BOB), GHOST);
		assert_noop!(claim(), Error::<Test>::CannotReceive);
		assert_eq!(
			(Accrued::<Test>::get(GHOST), Paid::<Test>::get(GHOST)),
			(ED - 1, 0)
		);
		// One planck more, and it is an account.
		credit(GHOST, 1);
		assert_ok!(claim());
		assert_eq!((balance(GHOST), Paid::<Test>::get(GHOST)), (ED, ED));
		// From then on any amount arrives.
		credit(GHOST, 1);
		assert_ok!(claim());
		assert_eq!(balance(GHOST), ED + 1);
		assert_exact();
	});
}

#[test]
fn a_pot_that_owes_more_than_it_has_pays_nothing() {
	ExtBuilder::build().execute_with(|| {
		Accrued::<Test>::insert(ALICE, 1);
		assert_noop!(
			Royalties::claim(RuntimeOrigin::signed(BOB), ALICE),
			Error::<Test>::CannotReceive
		);
		assert_eq!(balance(pot()), ED);
	});
}

#[test]
fn many_are_paid_and_none_spoils_the_rest() {
	ExtBuilder::build_and_execute(|| {
		credit(ALICE, 5);
		credit(GHOST, 6);
		credit(CAROL, 7);
		events();
		// BOB has nothing, GHOST can't receive, ALICE is named twice.
		assert_ok!(claim_many(&[BOB, ALICE, GHOST, ALICE, CAROL]));
		assert_eq!(
			events(),
			[
				Event::Paid {
					account: ALICE,
					amount: 5
				},
				Event::PayoutDeferred {
					account: GHOST,
					amount: 6
				},
				Event::Paid {
					account: CAROL,
					amount: 7
				},
			]
		);
		assert_eq!((balance(ALICE), balance(CAROL)), (ED + 5, ED + 7));
		assert_eq!(
			(Accrued::<Test>::get(GHOST), Paid::<Test>::get(GHOST)),
			(6, 0)
		);
		assert_exact();
	});
}

#[test]
fn none_is_many_enough() {
	ExtBuilder::build_and_execute(|| {
		assert_storage_noop!(assert_ok!(claim_many(&[])));
		assert_storage_noop!(assert_ok!(claim_many(&[BOB; 64])));
	});
}

#[test]
fn the_whole_supply_can_be_claimed() {
	ExtBuilder::build_and_execute(|| {
		let supply = 1_000_000_000 * OPEN;
		credit(ALICE, supply);
		assert_ok!(Royalties::claim(RuntimeOrigin::signed(BOB), ALICE));
		assert_eq!(balance(ALICE), ED + supply);
		assert_exact();
	});
}

#[test]
fn only_signed_origins_claim() {
	ExtBuilder::build_and_execute(|| {
		credit(ALICE, 5);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Royalties::claim(origin.clone(), ALICE),
				DispatchError::BadOrigin
			);
			let accounts: BoundedVec<_, _> = vec![ALICE].try_into().unwrap();
			assert_noop!(
				Royalties::claim_many(origin, accounts),
				DispatchError::BadOrigin
			);
		}
	});
}
