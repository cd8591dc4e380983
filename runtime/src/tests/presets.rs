// SPDX-License-Identifier: Apache-2.0
//! The presets build a valid genesis.

use super::*;
use crate::{
	configs::governance::TreasuryAccount,
	constants::{
		money::{EXISTENTIAL_DEPOSIT, OPEN, TOTAL_SUPPLY},
		pots,
	},
	genesis_config_presets::{get_preset, preset_names},
	Babe, Balances, Grandpa, Runtime, Session,
};
use pallet_datanets::DatanetsParameters;
use sp_core::TypedGet;
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_runtime::traits::AccountIdConversion;

#[test]
fn every_named_preset_should_build() {
	assert_eq!(
		preset_names(),
		[DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET]
	);
	for name in preset_names() {
		chain(name.as_ref()).execute_with(|| {
			assert_eq!(Babe::authorities().len(), { Session::validators().len() })
		});
	}
}

#[test]
fn unknown_preset_should_be_nothing() {
	assert_eq!(get_preset(&"mainnet".into()), None);
}

#[test]
fn validators_should_get_their_keys_from_session() {
	for (preset, validators) in [(DEV_RUNTIME_PRESET, 1), (LOCAL_TESTNET_RUNTIME_PRESET, 4)] {
		// The patch names no authorities of its own.
		let patch: Value = serde_json::from_slice(&get_preset(&preset.into()).unwrap()).unwrap();
		assert_eq!(patch["babe"].get("authorities"), None);
		assert_eq!(patch.get("grandpa"), None);

		chain(preset).execute_with(|| {
			let expected: Vec<AccountId> = Sr25519Keyring::iter()
				.take(validators)
				.map(|name| name.to_account_id())
				.collect();
			assert_eq!(Session::validators(), expected);
			assert_eq!(Babe::authorities().len(), validators);
			assert_eq!(Grandpa::grandpa_authorities().len(), validators);
			assert_eq!(
				pallet_sudo::Key::<Runtime>::get(),
				Some(Sr25519Keyring::Alice.to_account_id())
			);
			// The accounts exist before Session counts on them.
			for validator in expected {
				let account = frame_system::Account::<Runtime>::get(validator);
				assert_eq!((account.providers, account.consumers), (1, 1));
			}
		});
	}
}

#[test]
fn issuance_should_be_exactly_the_total_supply() {
	for preset in preset_names() {
		chain(preset.as_ref()).execute_with(|| {
			assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
			let held: crate::Balance = frame_system::Account::<Runtime>::iter()
				.map(|(_, account)| account.data.free + account.data.reserved)
				.sum();
			assert_eq!(held, TOTAL_SUPPLY);
		});
	}
}

#[test]
fn accounts_without_keys_should_hold_their_existential_deposit() {
	development().execute_with(|| {
		assert!(Balances::free_balance(TreasuryAccount::get()) > 1_000_000 * OPEN);
		let royalties: AccountId = pots::ROYALTIES.into_account_truncating();
		assert_eq!(Balances::free_balance(royalties), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn datanets_should_start_with_the_values_of_their_chain() {
	for (preset, expected) in [
		(DEV_RUNTIME_PRESET, DatanetsParameters::development()),
		(
			LOCAL_TESTNET_RUNTIME_PRESET,
			DatanetsParameters::local_testnet(),
		),
	] {
		// Every value is named, so that a chain spec shows what it will be.
		let patch: Value = serde_json::from_slice(&get_preset(&preset.into()).unwrap()).unwrap();
		let named = patch["datanets"]["parameters"].as_object().unwrap();
		assert_eq!(
			named["voteCommitPeriod"],
			serde_json::json!(expected.vote_commit_period)
		);
		assert_eq!(named.len(), 11);
		chain(preset).execute_with(|| {
			assert_eq!(pallet_datanets::Parameters::<Runtime>::get(), expected);
		});
	}
}
