// SPDX-License-Identifier: Apache-2.0
use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Mutate, VestingSchedule},
};
use openledger_primitives::MILLI;
use sp_runtime::{DispatchError, TokenError};

use crate::{mock::*, ModelDetails, Models, Snapshots};

#[test]
fn deposit_should_pay_for_every_byte_of_the_draft() {
	ExtBuilder::default().build_and_execute(|| {
		let short = register(ALICE, params(1));
		let before = held(ALICE);
		assert_eq!(before, price_of(short));
		let mut long = params(2);
		long.artifact_uri = b"ipfs://artifact, and 8 bytes".to_vec().try_into().unwrap();
		register(ALICE, long);
		assert_eq!(held(ALICE) - before, before + 13 * DepositPerByte::get());
		// An offer has its place from the start: one byte and an account of eight.
		let details = ModelDetails::<Test>::get(short).unwrap();
		let bytes = Models::<Test>::get(short).encode().len()
			+ details.card.encode().len()
			+ Snapshots::<Test>::get(short).encode().len()
			+ 9;
		// The option around the row is one byte.
		assert_eq!(
			price_of(short),
			DepositBase::get() + (bytes as u128 - 1) * DepositPerByte::get()
		);
	});
}

#[test]
fn deposit_should_grow_with_what_publication_stores() {
	ExtBuilder::default()
		.text(1, 1)
		.snapshot(2, 1, false, 0, 1)
		.build_and_execute(|| {
			let own = [weighted(1, 1, 5), weighted(2, 1, 1)];
			let id = register(ALICE, trained(1, &own, 400_000));
			let before = held(ALICE);
			assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
			// Artifact row 32; corpus: length and one row of 16; paid: length and one key of 8;
			// minima: length and one row of 12.
			assert_eq!(
				held(ALICE) - before,
				(32 + 17 + 9 + 13) * DepositPerByte::get()
			);
		});
}

#[test]
fn deposit_should_stop_a_publication_that_cannot_pay_it() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		let price = price_of(id);
		assert_ok!(Balances::mint_into(&POOR, price));
		let poor = register(POOR, params(2));
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(POOR), poor),
			DispatchError::Token(TokenError::FundsUnavailable)
		);
		assert_ok!(Balances::mint_into(&POOR, MILLI));
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(POOR), poor));
	});
}

#[test]
fn deposit_should_be_held_and_returned_under_a_vesting_lock() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Vesting::vesting_balance(&VESTED), Some(FUNDS));
		let id = register(VESTED, params(1));
		assert_eq!(held(VESTED), price_of(id));
		assert_ok!(ModelsPallet::discard(RuntimeOrigin::signed(VESTED), id));
		assert_eq!(held(VESTED), 0);
		assert_eq!(Balances::free_balance(VESTED), FUNDS);
	});
}
