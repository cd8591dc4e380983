// SPDX-License-Identifier: Apache-2.0
//! The two chains that anybody can start: `development` with one validator, `local_testnet` with
//! four, of which three must be up for finality.
//!
//! All OPEN is divided among the well-known accounts (Alice to Ferdie and their stashes), the
//! accounts without keys, which get their existential deposit, and the treasury, which gets the
//! rest. BABE's and GRANDPA's authorities stay empty: Session sets them.

use crate::{
	configs::{consensus::BABE_GENESIS_EPOCH_CONFIG, governance::TreasuryAccount},
	constants::{
		money::{EXISTENTIAL_DEPOSIT, OPEN, TOTAL_SUPPLY},
		pots,
	},
	AccountId, BabeConfig, Balance, BalancesConfig, DatanetsConfig, ModelsConfig,
	RuntimeGenesisConfig, SessionConfig, SessionKeys, SudoConfig, UsageConfig,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_datanets::types::DatanetsParameters;
use pallet_models::types::ModelsParameters;
use pallet_usage::types::UsageParameters;
use serde_json::Value;
use sp_core::TypedGet;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::traits::AccountIdConversion;

/// What each well-known account owns.
const ENDOWMENT: Balance = 80_000_000 * OPEN;

/// Accounts without keys besides the treasury.
fn pot_accounts() -> [AccountId; 1] {
	[pots::ROYALTIES.into_account_truncating()]
}

/// Every balance of genesis. They sum to [`TOTAL_SUPPLY`].
fn balances() -> Vec<(AccountId, Balance)> {
	let mut balances: Vec<(AccountId, Balance)> = Sr25519Keyring::well_known()
		.map(|name| (name.to_account_id(), ENDOWMENT))
		.chain(pot_accounts().map(|pot| (pot, EXISTENTIAL_DEPOSIT)))
		.collect();
	let given = balances
		.iter()
		.fold(0, |sum: Balance, (_, balance)| sum.saturating_add(*balance));
	balances.push((TreasuryAccount::get(), TOTAL_SUPPLY.saturating_sub(given)));
	balances
}

/// A well-known name as validator: its account, and the session keys derived from the name.
fn validator(
	account: Sr25519Keyring,
	finality: Ed25519Keyring,
) -> (AccountId, AccountId, SessionKeys) {
	let id = account.to_account_id();
	(
		id.clone(),
		id,
		SessionKeys {
			babe: account.public().into(),
			grandpa: finality.public().into(),
		},
	)
}

fn genesis(
	validators: Vec<(AccountId, AccountId, SessionKeys)>,
	root: AccountId,
	datanets: DatanetsParameters,
	models: ModelsParameters,
	usage: UsageParameters,
) -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig {
			balances: balances()
		},
		babe: BabeConfig {
			epoch_config: BABE_GENESIS_EPOCH_CONFIG
		},
		session: SessionConfig { keys: validators },
		sudo: SudoConfig { key: Some(root) },
		datanets: DatanetsConfig {
			parameters: datanets
		},
		models: ModelsConfig {
			max_advertisement_period: models.max_advertisement_period
		},
		usage: UsageConfig { parameters: usage },
	})
}

/// One validator, Alice, who is also root.
fn development() -> Value {
	genesis(
		vec![validator(Sr25519Keyring::Alice, Ed25519Keyring::Alice)],
		Sr25519Keyring::Alice.to_account_id(),
		DatanetsParameters::development(),
		ModelsParameters::development(),
		UsageParameters::development(),
	)
}

/// Four validators, Alice to Dave; Alice is root.
fn local_testnet() -> Value {
	genesis(
		vec![
			validator(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
			validator(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
			validator(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
			validator(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
		],
		Sr25519Keyring::Alice.to_account_id(),
		DatanetsParameters::local_testnet(),
		ModelsParameters::local_testnet(),
		UsageParameters::local_testnet(),
	)
}

/// The JSON patch of a preset, or nothing if there is no such preset.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET_RUNTIME_PRESET => local_testnet(),
		_ => return None,
	};
	serde_json::to_vec(&patch).ok()
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![
		PresetId::from(DEV_RUNTIME_PRESET),
		PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET),
	]
}
