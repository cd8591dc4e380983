// SPDX-License-Identifier: Apache-2.0
//! Registering, raising and lowering a bond.

use super::*;
use crate::{Error, HoldReason, Operators};
use frame_support::{assert_noop, traits::fungible::hold::Inspect as _};
use sp_runtime::TokenError;

fn origin() -> RuntimeOrigin {
	RuntimeOrigin::signed(OPERATOR)
}

fn held() -> Balance {
	Balances::balance_on_hold(&HoldReason::OperatorBond.into(), &OPERATOR)
}

#[test]
fn registering_holds_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		register(OPERATOR, 100 * OPEN);
		assert_eq!(held(), 100 * OPEN);
		let row = operator_row(&OPERATOR);
		assert_eq!(
			(row.bond, row.coverage, row.state),
			(100 * OPEN, 0, OperatorState::Active)
		);
		let expected = Event::OperatorRegistered {
			operator: OPERATOR,
			bond: 100 * OPEN,
		};
		assert_eq!(events(), vec![expected]);
	});
}

#[test]
fn registering_is_refused_with_a_name() {
	ExtBuilder::default().build_and_execute(|| {
		let refuse = |bond, scheme, error: Error<Test>| {
			assert_noop!(
				Usage::register_operator(origin(), bond, [1; 32], scheme),
				error
			);
		};
		refuse(100 * OPEN - 1, 0, Error::BondTooSmall);
		// Wrapped schemes belong to vouchers.
		refuse(100 * OPEN, 2, Error::UnknownScheme);
		refuse(100 * OPEN, 4, Error::UnknownScheme);
		assert_noop!(
			Usage::register_operator(origin(), 2 * ENDOWMENT, [1; 32], 0),
			TokenError::FundsUnavailable
		);
		register(OPERATOR, 100 * OPEN);
		refuse(100 * OPEN, 0, Error::AlreadyRegistered);
	});
}

#[test]
fn more_bond_is_held() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			Usage::bond_more(origin(), OPEN),
			Error::<Test>::UnknownOperator
		);
		register(OPERATOR, 100 * OPEN);
		assert_noop!(Usage::bond_more(origin(), 0), Error::<Test>::ZeroAmount);
		assert_ok!(Usage::bond_more(origin(), 5 * OPEN));
		assert_eq!(held(), 105 * OPEN);
		assert_eq!(operator_row(&OPERATOR).bond, 105 * OPEN);
	});
}

#[test]
fn unbonded_money_comes_back_a_window_later() {
	ExtBuilder::default().build_and_execute(|| {
		register(OPERATOR, 150 * OPEN);
		let withdraw = || Usage::withdraw_unbonded(origin());
		assert_noop!(withdraw(), Error::<Test>::NothingUnbonding);
		assert_ok!(Usage::unbond(origin(), 20 * OPEN));
		run_to_block(10);
		// The second request makes both wait again.
		assert_ok!(Usage::unbond(origin(), 30 * OPEN));
		assert_eq!(operator_row(&OPERATOR).bond, 100 * OPEN);
		run_to_block(33);
		assert_noop!(withdraw(), Error::<Test>::StillBonded);
		assert_eq!(held(), 150 * OPEN);
		run_to_block(34);
		assert_ok!(withdraw());
		assert_eq!(held(), 100 * OPEN);
		assert_eq!(free(&OPERATOR), ENDOWMENT - 100 * OPEN);
		assert_eq!(
			events(),
			vec![Event::Unbonded {
				operator: OPERATOR,
				amount: 50 * OPEN
			}]
		);
	});
}

#[test]
fn a_bond_is_lowered_to_the_least_bond_or_taken_out_whole() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Usage::unbond(origin(), 1), Error::<Test>::UnknownOperator);
		register(OPERATOR, 150 * OPEN);
		assert_noop!(Usage::unbond(origin(), 0), Error::<Test>::ZeroAmount);
		assert_noop!(
			Usage::unbond(origin(), 151 * OPEN),
			Error::<Test>::CoverageNeeded
		);
		assert_noop!(
			Usage::unbond(origin(), 51 * OPEN),
			Error::<Test>::BondTooSmall
		);
		assert_ok!(Usage::unbond(origin(), 150 * OPEN));
		assert_eq!(operator_row(&OPERATOR).state, OperatorState::Leaving);
		// Coming back takes the least bond again.
		assert_noop!(
			Usage::bond_more(origin(), 99 * OPEN),
			Error::<Test>::BondTooSmall
		);
		assert_ok!(Usage::bond_more(origin(), 100 * OPEN));
		assert_eq!(operator_row(&OPERATOR).state, OperatorState::Active);
		assert_ok!(Usage::unbond(origin(), 100 * OPEN));
		run_to_block(25);
		assert_ok!(Usage::withdraw_unbonded(origin()));
		assert_noop!(
			Usage::withdraw_unbonded(origin()),
			Error::<Test>::UnknownOperator
		);
		assert!(!Operators::<Test>::contains_key(OPERATOR));
		assert_eq!(free(&OPERATOR), ENDOWMENT);
	});
}

#[test]
fn what_unpaid_batches_need_stays() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		accept(&batch);
		let coverage = operator_row(&OPERATOR).coverage;
		// D = half of 65 % of 10 OPEN.
		assert_eq!(coverage, 2 * 3_250 * OPEN / 1_000 + OPEN);
		let spare = 1_000 * OPEN - coverage;
		assert_noop!(
			Usage::unbond(origin(), spare + 1),
			Error::<Test>::CoverageNeeded
		);
		assert_noop!(
			Usage::unbond(origin(), 1_000 * OPEN),
			Error::<Test>::CoverageNeeded
		);
		// The last page frees it.
		release(&batch);
		pay(&pages[0]);
		assert_eq!(operator_row(&OPERATOR).coverage, 0);
		assert_ok!(Usage::unbond(origin(), 1_000 * OPEN));
	});
}

#[test]
fn sequences_go_on_after_coming_back() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]);
		accept(&batch);
		release(&batch);
		assert_ok!(Usage::unbond(origin(), 1_000 * OPEN));
		run_to_block(60);
		assert_ok!(Usage::withdraw_unbonded(origin()));
		register(OPERATOR, 100 * OPEN);
		assert_eq!(Usage::api_next_sequence(OPERATOR, MODEL), 1);
	});
}
