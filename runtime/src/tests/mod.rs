// SPDX-License-Identifier: Apache-2.0
//! Tests of the whole runtime: blocks are started, filled and closed through `Executive`.
//!
//! Every pallet's `integrity_test` runs in `runtime_integrity_tests`, which the macro adds.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "tests"
)]

mod consensus;
mod curation;
mod draws;
mod fees;
mod keepers;
mod ledger;
mod people;
mod presets;
mod proxies;
mod story;
mod transactions;

use crate::{
	constants::time::SLOT_MILLISECONDS, AccountId, Executive, Header, Nonce, RuntimeCall,
	RuntimeGenesisConfig, SignedPayload, System, TxExtension, UncheckedExtrinsic,
};
use codec::Encode;
use frame_support::{genesis_builder_helper, hypothetically};
use serde_json::Value;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era,
	traits::Header as _,
	transaction_validity::{TransactionSource, TransactionValidity},
	Digest, DigestItem, MultiAddress, MultiSignature,
};

/// The slot of block 1.
const FIRST_SLOT: u64 = 1_000;

/// `patch` laid over `base`, as RFC 7386 says.
fn merge(base: &mut Value, patch: Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key).or_insert(Value::Null), value);
			}
		}
		(base, patch) => *base = patch,
	}
}

/// The complete genesis of a preset, as a node would give it to the runtime.
fn genesis_json(preset: &str) -> Vec<u8> {
	let patch = crate::genesis_config_presets::get_preset(&preset.into()).unwrap();
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	merge(&mut config, serde_json::from_slice(&patch).unwrap());
	serde_json::to_vec(&config).unwrap()
}

/// A chain at genesis, built through the API that nodes call.
fn chain(preset: &str) -> TestExternalities {
	let mut chain = TestExternalities::default();
	chain.execute_with(|| {
		genesis_builder_helper::build_state::<RuntimeGenesisConfig>(genesis_json(preset)).unwrap();
	});
	chain
}

fn development() -> TestExternalities {
	chain(DEV_RUNTIME_PRESET)
}

/// Starts block `number` of `slot`, with its timestamp applied.
fn start_block(number: u32, slot: u64) {
	let author = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: 0,
		slot: slot.into(),
	});
	start_block_of(number, author);
}

/// The same with any claim to the slot.
fn start_block_of(number: u32, author: PreDigest) {
	let slot: u64 = author.slot().into();
	let digest = Digest {
		logs: vec![DigestItem::babe_pre_digest(author)],
	};
	let parent = System::parent_hash();
	Executive::initialize_block(&Header::new(
		number,
		Default::default(),
		Default::default(),
		parent,
		digest,
	));
	let timestamp =
		UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(pallet_timestamp::Call::set {
			now: slot * SLOT_MILLISECONDS,
		}));
	Executive::apply_extrinsic(timestamp).unwrap().unwrap();
}

/// Runs blocks 1 to `last` with nothing but their timestamp, and leaves the last one open.
fn run_to_block(last: u32) {
	let first = System::block_number();
	for number in first + 1..=last {
		if number > 1 {
			Executive::finalize_block();
		}
		start_block(number, FIRST_SLOT + u64::from(number));
	}
}

/// The extensions of a transaction as a stock client would fill them in.
fn extensions(nonce: Nonce, tip: crate::Balance) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}

/// A transaction signed by a well-known account.
fn signed(
	signer: Sr25519Keyring,
	nonce: Nonce,
	tip: crate::Balance,
	call: impl Into<RuntimeCall>,
) -> UncheckedExtrinsic {
	let payload = SignedPayload::new(call.into(), extensions(nonce, tip)).unwrap();
	let signature = payload.using_encoded(|bytes| signer.sign(bytes));
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(
		call,
		MultiAddress::Id(signer.to_account_id()),
		MultiSignature::Sr25519(signature),
		extension,
	)
}

/// What a pool would hear about a transaction, without a trace in the state.
fn validate(source: TransactionSource, extrinsic: UncheckedExtrinsic) -> TransactionValidity {
	let at = System::parent_hash();
	hypothetically!(Executive::validate_transaction(source, extrinsic, at))
}

/// A transfer of `value` planck.
fn transfer(to: AccountId, value: crate::Balance) -> RuntimeCall {
	RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
		dest: MultiAddress::Id(to),
		value,
	})
}
