// SPDX-License-Identifier: Apache-2.0
//! What a transaction costs, and who gets it.

use super::*;
use crate::{
	configs::governance::TreasuryAccount,
	constants::money::{EXISTENTIAL_DEPOSIT, MILLI, OPEN, TOTAL_SUPPLY},
	Balances, TransactionPayment,
};
use sp_core::TypedGet;
use sp_runtime::AccountId32;

/// Free balance of a well-known account.
fn free(name: Sr25519Keyring) -> crate::Balance {
	Balances::free_balance(name.to_account_id())
}

#[test]
fn plain_transfer_should_cost_less_than_a_milli() {
	development().execute_with(|| {
		run_to_block(1);
		let extrinsic = signed(
			Sr25519Keyring::Bob,
			0,
			0,
			transfer(Sr25519Keyring::Eve.to_account_id(), OPEN),
		);
		let length = extrinsic.encoded_size() as u32;
		let quoted = TransactionPayment::query_info(extrinsic.clone(), length).partial_fee;
		let (before, treasury) = (free(Sr25519Keyring::Bob), TreasuryAccount::get());
		let treasury_before = Balances::free_balance(&treasury);

		Executive::apply_extrinsic(extrinsic).unwrap().unwrap();

		let paid = before - OPEN - free(Sr25519Keyring::Bob);
		assert!(paid <= quoted, "paid {paid}, quoted {quoted}");
		assert!(
			(MILLI / 10..MILLI).contains(&paid),
			"a transfer costs {paid} planck"
		);
		assert_eq!(Balances::free_balance(&treasury) - treasury_before, paid);
		assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
	});
}

#[test]
fn tip_should_go_to_the_author_and_the_fee_to_the_treasury() {
	development().execute_with(|| {
		run_to_block(1);
		let (alice, bob) = (free(Sr25519Keyring::Alice), free(Sr25519Keyring::Bob));
		let treasury = Balances::free_balance(TreasuryAccount::get());
		let extrinsic = signed(
			Sr25519Keyring::Bob,
			0,
			3 * OPEN,
			transfer(Sr25519Keyring::Eve.to_account_id(), OPEN),
		);
		Executive::apply_extrinsic(extrinsic).unwrap().unwrap();

		// Alice is the only validator.
		assert_eq!(free(Sr25519Keyring::Alice) - alice, 3 * OPEN);
		let fee = Balances::free_balance(TreasuryAccount::get()) - treasury;
		assert_eq!(bob - free(Sr25519Keyring::Bob), 4 * OPEN + fee);
		assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
	});
}

#[test]
fn dust_should_go_to_the_treasury() {
	development().execute_with(|| {
		run_to_block(1);
		let poor = AccountId32::new([7; 32]);
		let give = signed(
			Sr25519Keyring::Bob,
			0,
			0,
			transfer(poor.clone(), EXISTENTIAL_DEPOSIT + 5),
		);
		Executive::apply_extrinsic(give).unwrap().unwrap();
		let treasury = Balances::free_balance(TreasuryAccount::get());
		let take = RuntimeCall::Sudo(pallet_sudo::Call::sudo {
			call: Box::new(RuntimeCall::Balances(
				pallet_balances::Call::force_transfer {
					source: MultiAddress::Id(poor.clone()),
					dest: MultiAddress::Id(Sr25519Keyring::Bob.to_account_id()),
					value: 10,
				},
			)),
		});
		let take = signed(Sr25519Keyring::Alice, 0, 0, take);
		Executive::apply_extrinsic(take).unwrap().unwrap();

		assert_eq!(
			frame_system::Account::<crate::Runtime>::get(&poor)
				.data
				.free,
			0
		);
		// Root calls cost nothing, so nothing but the dust arrives.
		assert_eq!(
			Balances::free_balance(TreasuryAccount::get()) - treasury,
			EXISTENTIAL_DEPOSIT - 5
		);
		assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
	});
}
