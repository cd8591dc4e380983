// SPDX-License-Identifier: Apache-2.0
//! The chains this node knows by name. Their genesis is a preset of the runtime.

use openledger_runtime::{configs::system::Ss58Prefix, WASM_BINARY};
use sc_chain_spec::{GenericChainSpec, Properties};
use sc_service::ChainType;
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};

/// A chain specification without extensions.
pub type ChainSpec = GenericChainSpec;

/// Decimals of OPEN: one OPEN is 10^12 planck.
const TOKEN_DECIMALS: u8 = 12;

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "OPEN".into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), Ss58Prefix::get().into());
	properties
}

fn from_preset(
	name: &str,
	id: &str,
	chain_type: ChainType,
	preset: &str,
) -> Result<ChainSpec, String> {
	let wasm = WASM_BINARY.ok_or("this node was built without a runtime (SKIP_WASM_BUILD)")?;
	Ok(ChainSpec::builder(wasm, None)
		.with_name(name)
		.with_id(id)
		.with_protocol_id(id)
		.with_chain_type(chain_type)
		.with_properties(properties())
		.with_genesis_config_preset_name(preset)
		.build())
}

/// One validator, Alice.
pub fn development() -> Result<ChainSpec, String> {
	from_preset(
		"OpenLedger Development",
		"openledger_dev",
		ChainType::Development,
		DEV_RUNTIME_PRESET,
	)
}

/// Four validators, Alice to Dave.
pub fn local_testnet() -> Result<ChainSpec, String> {
	from_preset(
		"OpenLedger Local Testnet",
		"openledger_local",
		ChainType::Local,
		LOCAL_TESTNET_RUNTIME_PRESET,
	)
}
