// SPDX-License-Identifier: Apache-2.0
//! No lock shields what is on hold: redeeming and slashing reach it even when a vesting lock
//! covers the whole balance of the account.

use super::*;
use frame_support::traits::{
	fungible::Inspect,
	tokens::{Fortitude, Preservation},
	LockableCurrency, WithdrawReasons,
};

fn spendable(who: &AccountId) -> Balance {
	Balances::reducible_balance(who, Preservation::Expendable, Fortitude::Polite)
}

#[test]
fn vouchers_are_redeemed_from_a_locked_account() {
	ExtBuilder::default().locked(ALICE).build_and_execute(|| {
		assert_eq!(
			pallet_balances::Locks::<Test>::get(ALICE)[0].amount,
			ENDOWMENT
		);
		let (alice, _) = served();
		// Held and locked at once: she can spend nothing at all.
		assert_eq!(spendable(&ALICE), 0);
		let batch = batch_of(MODEL, vec![by_alice(voucher(alice, 1, 100 * OPEN, 0))]);
		accept(&batch);
		assert_eq!(Balances::total_balance(&ALICE), ENDOWMENT - 100 * OPEN);
		let channel = Usage::api_channel(alice).unwrap();
		assert_eq!(channel.settled_fee, channel.deposit);
	});
}

#[test]
fn a_lock_placed_after_the_channel_was_opened_shields_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		// Another lock than vesting's, over more than she has.
		<Balances as LockableCurrency<AccountId>>::set_lock(
			*b"shield00",
			&ALICE,
			10 * ENDOWMENT,
			WithdrawReasons::all(),
		);
		assert_eq!(spendable(&ALICE), 0);
		accept(&batch_of(
			MODEL,
			vec![by_alice(voucher(alice, 1, 100 * OPEN, 0))],
		));
		assert_eq!(Balances::total_balance(&ALICE), ENDOWMENT - 100 * OPEN);
	});
}

#[test]
fn a_locked_operator_is_charged_and_slashed() {
	ExtBuilder::default()
		.locked(OPERATOR)
		.build_and_execute(|| {
			let (alice, _) = served();
			assert_eq!(spendable(&OPERATOR), 0);
			let (mut batch, mut pages) = matched_batch(alice);
			pages[0].entries.as_mut().swap(0, 1);
			let end_total = batch.pages[0].end_total;
			commit_pages(&mut batch, &pages);
			batch.pages[0].end_total = end_total;
			accept(&batch);
			// Nothing is free to pay with, so the bond paid the charge.
			let charge = Usage::charge_of(1, 1, batch.lines).whole;
			assert_eq!(operator_row(&OPERATOR).bond, 1_000 * OPEN - charge);
			release(&batch);
			pay(&pages[0]);
			let slashed = 2 * 3_250 * OPEN / 1_000 * 4 / 10;
			assert_eq!(
				operator_row(&OPERATOR).bond,
				1_000 * OPEN - charge - slashed
			);
			assert_eq!(
				Balances::total_balance(&OPERATOR),
				ENDOWMENT - charge - slashed
			);
		});
}
