// SPDX-License-Identifier: Apache-2.0
//! Opening, topping up and leaving a channel.

use super::*;
use crate::{Error, HoldReason};
use frame_support::{assert_noop, traits::fungible::hold::Inspect as _};
use sp_runtime::TokenError;

fn held(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::ChannelDeposit.into(), who)
}

fn open(operator: AccountId, model: ModelId, scheme: u8, deposit: Balance) -> DispatchResult {
	let origin = RuntimeOrigin::signed(ALICE);
	Usage::open_channel(origin, operator, model, [5; 32], scheme, price(), deposit)
}

#[test]
fn opening_holds_the_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		register(OPERATOR, 100 * OPEN);
		assert_eq!(open_alice(MODEL, 3 * OPEN), 1);
		assert_eq!(open_alice(MODEL, 4 * OPEN), 2);
		assert_eq!(held(&ALICE), 7 * OPEN);
		let opened = Event::ChannelOpened {
			channel: 2,
			payer: ALICE,
			operator: OPERATOR,
			model: MODEL,
			deposit: 4 * OPEN,
		};
		assert_eq!(events().last(), Some(&opened));
	});
}

#[test]
fn opening_is_refused_with_a_name() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			open(OPERATOR, MODEL, 0, OPEN),
			Error::<Test>::UnknownOperator
		);
		register(OPERATOR, 100 * OPEN);
		assert_noop!(open(OPERATOR, MODEL, 2, OPEN), Error::<Test>::UnknownScheme);
		assert_noop!(open(OPERATOR, MODEL, 0, 0), Error::<Test>::ZeroAmount);
		assert_noop!(
			open(OPERATOR, NO_MODEL, 0, OPEN),
			Error::<Test>::ModelNotServed
		);
		assert_noop!(
			open(OPERATOR, RETIRED_MODEL, 0, OPEN),
			Error::<Test>::ModelNotServed
		);
		assert_noop!(
			open(OPERATOR, MODEL, 0, ENDOWMENT),
			TokenError::FundsUnavailable
		);
		assert_ok!(Usage::unbond(RuntimeOrigin::signed(OPERATOR), 100 * OPEN));
		assert_noop!(
			open(OPERATOR, MODEL, 0, OPEN),
			Error::<Test>::OperatorNotActive
		);
	});
}

#[test]
fn the_payer_tops_up() {
	ExtBuilder::default().build_and_execute(|| {
		let (channel, _) = served();
		let top_up = |who, id, amount| Usage::top_up(RuntimeOrigin::signed(who), id, amount);
		assert_noop!(top_up(ALICE, 77, OPEN), Error::<Test>::UnknownChannel);
		assert_noop!(top_up(BOB, channel, OPEN), Error::<Test>::NotPayer);
		assert_noop!(top_up(ALICE, channel, 0), Error::<Test>::ZeroAmount);
		assert_ok!(top_up(ALICE, channel, OPEN));
		assert_eq!(held(&ALICE), 101 * OPEN);
		assert_eq!(Usage::api_channel(channel).unwrap().deposit, 101 * OPEN);
		// The voucher that was above the deposit now fits.
		accept(&batch_of(
			MODEL,
			vec![by_alice(voucher(channel, 1, 101 * OPEN, 0))],
		));
		assert_eq!(held(&ALICE), 0);
	});
}

#[test]
fn leaving_takes_a_thaw_on_the_service_clock() {
	ExtBuilder::default().build_and_execute(|| {
		let (channel, _) = served();
		let close = |who| Usage::close_channel(RuntimeOrigin::signed(who), channel);
		let withdraw = || Usage::withdraw_channel(RuntimeOrigin::signed(STRANGER), channel);
		assert_noop!(withdraw(), Error::<Test>::StillThawing);
		assert_noop!(close(BOB), Error::<Test>::NotPayer);
		assert_ok!(close(ALICE));
		let at = Usage::api_service_clock() + 50;
		assert_eq!(events(), vec![Event::ChannelClosing { channel, at }]);
		assert_noop!(close(ALICE), Error::<Test>::ChannelNotOpen);
		let top_up = Usage::top_up(RuntimeOrigin::signed(ALICE), channel, OPEN);
		assert_noop!(top_up, Error::<Test>::ChannelNotOpen);
		run_to_block(51);
		assert_noop!(withdraw(), Error::<Test>::StillThawing);
		run_to_block(52);
		// Anyone may send the rest back.
		assert_ok!(withdraw());
		assert_eq!(
			events(),
			vec![Event::ChannelClosed {
				channel,
				refund: 100 * OPEN
			}]
		);
		assert_eq!(free(&ALICE), ENDOWMENT);
		assert_noop!(withdraw(), Error::<Test>::UnknownChannel);
		let close = Usage::close_channel(RuntimeOrigin::signed(ALICE), channel);
		assert_noop!(close, Error::<Test>::UnknownChannel);
	});
}

#[test]
fn a_voucher_stays_valid_until_the_thaw_is_over() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		assert_ok!(Usage::close_channel(RuntimeOrigin::signed(ALICE), alice));
		assert_ok!(Usage::close_channel(RuntimeOrigin::signed(BOB), bob));
		let service = Usage::api_service_clock();
		run_to_block(51);
		assert_eq!(Usage::api_service_clock(), service + 49);
		accept(&batch_of(
			MODEL,
			vec![by_alice(voucher(alice, 3, 2 * OPEN, 0))],
		));
		next_block();
		// Bob's was as good, but now his thaw is over.
		assert_void(
			&batch_of(MODEL, vec![by_bob(voucher(bob, 3, 2 * OPEN, 0))]),
			Fault::ChannelClosed,
		);
		assert_ok!(Usage::withdraw_channel(
			RuntimeOrigin::signed(STRANGER),
			alice
		));
		assert_eq!(free(&ALICE), ENDOWMENT - 2 * OPEN);
	});
}

#[test]
fn a_channel_without_rest_is_forgotten_all_the_same() {
	ExtBuilder::default().build_and_execute(|| {
		let (channel, _) = served();
		accept(&batch_of(
			MODEL,
			vec![by_alice(voucher(channel, 1, 100 * OPEN, 0))],
		));
		assert_ok!(Usage::close_channel(RuntimeOrigin::signed(ALICE), channel));
		run_to_block(60);
		assert_ok!(Usage::withdraw_channel(
			RuntimeOrigin::signed(STRANGER),
			channel
		));
		assert_eq!(events(), vec![Event::ChannelClosed { channel, refund: 0 }]);
	});
}
