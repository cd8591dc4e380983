// SPDX-License-Identifier: Apache-2.0
//! `PoolLedger::pay_in`.

use super::*;
use sp_runtime::TokenError;

#[test]
fn money_of_the_payer_goes_to_the_pool() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(4, 2, &ALICE, 1));
		events();
		assert_ok!(Royalties::pay_in(&PAYER, 4, 2, 5 * OPEN));
		assert_eq!(balance(PAYER), RICH - 5 * OPEN);
		assert_eq!(Royalties::api_pool_balance(4), 5 * OPEN);
		assert_eq!(pending(4, 2, ALICE), 5 * OPEN);
		assert_eq!(
			events(),
			[Event::PoolPaidIn {
				datanet: 4,
				version: 2,
				amount: 5 * OPEN,
				points: 1
			}]
		);
		assert_exact();
	});
}

#[test]
fn an_empty_pool_pays_the_treasury() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::pay_in(&PAYER, 4, 2, 5));
		assert_eq!(balance(TREASURY), ED + 5);
		assert_eq!(events(), [Event::TreasuryPaid { amount: 5 }]);
		assert_exact();
	});
}

#[test]
fn nothing_is_paid_for_nothing() {
	ExtBuilder::build_and_execute(|| {
		assert_storage_noop!(assert_ok!(Royalties::pay_in(&GHOST, 1, 1, 0)));
	});
}

#[test]
fn a_payer_without_the_money_is_refused() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_noop!(
			Royalties::pay_in(&GHOST, 1, 1, 1),
			TokenError::FundsUnavailable
		);
		// Nobody pays with his existential deposit.
		assert_noop!(Royalties::pay_in(&BOB, 1, 1, ED), TokenError::NotExpendable);
	});
}

#[test]
fn the_pot_is_no_payer() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_noop!(
			Royalties::pay_in(&pot(), 1, 1, 1),
			Error::<Test>::PotCannotPay
		);
	});
}
