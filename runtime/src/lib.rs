// SPDX-License-Identifier: Apache-2.0
//! The OpenLedger runtime: the pallets, their wiring, and the APIs that clients read.
//!
//! | Where | What |
//! |---|---|
//! | this file | types, version, transaction extensions |
//! | `pallets.rs` | the table of pallets and their indices |
//! | [`configs`] | the configuration of every pallet, one concern per file |
//! | [`apis`] | runtime APIs |
//! | [`ledger`] | money events of a block for those who keep a history |
//! | [`constants`] | money, time, accounts without keys |
//! | [`offchain`] | how the off-chain worker builds its transactions |
//! | [`weights`] | what the calls of our pallets cost, as measured |
//! | [`genesis_config_presets`] | the chains `development` and `local_testnet` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "std")]
mod wasm {
	#![allow(dead_code, missing_docs, reason = "written by substrate-wasm-builder")]
	include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod constants;
pub mod genesis_config_presets;
pub mod ledger;
pub mod offchain;
mod pallets;
pub mod weights;

#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{generic, impl_opaque_keys, traits::BlakeTwo256, MultiAddress, MultiSignature};
use sp_version::RuntimeVersion;

pub use apis::{RuntimeApi, RUNTIME_API_VERSIONS};
pub use openledger_primitives::{AccountId, Balance, BlockNumber};
pub use pallets::*;
#[cfg(feature = "std")]
pub use wasm::{WASM_BINARY, WASM_BINARY_BLOATY};

/// A signature of a transaction: sr25519, ed25519 or ECDSA.
pub type Signature = MultiSignature;
/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// Number of an account's next transaction.
pub type Nonce = u32;
/// A hash of the chain: blake2-256.
pub type Hash = sp_core::H256;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block with decoded extrinsics.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What every transaction carries besides its call, in the order in which it is checked.
///
/// No extension is our own, so that every stock client can sign for this chain. `AuthorizeCall`
/// stands first: it gives the calls of nodes their origin. The order is part of the transaction
/// format: a change needs a new `transaction_version`.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// An extrinsic as it stands in a block: version 4 if signed, version 5 if general.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// The bytes that the signer of a transaction signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Runs blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Migrations of the next upgrade, each with the version after which it is removed.
pub type SingleBlockMigrations = ();

/// Types for a node that carries blocks without knowing their calls.
pub mod opaque {
	use super::*;

	/// A block with extrinsics as bytes.
	pub type Block = generic::Block<Header, sp_runtime::OpaqueExtrinsic>;
	/// Hash of a block.
	pub type Hash = super::Hash;
}

/// The keys of a validator. Apart from the macro so that the reason below covers its output.
#[allow(missing_docs, reason = "the macro documents nothing it adds")]
mod session_keys {
	use super::*;

	impl_opaque_keys! {
		/// The keys a validator works with, in the order of `SessionHandler`.
		pub struct SessionKeys {
			pub babe: Babe,
			pub grandpa: Grandpa,
		}
	}
}
pub use session_keys::SessionKeys;

/// Name and version of this runtime.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("openledger"),
	impl_name: Cow::Borrowed("openledger"),
	authoring_version: 1,
	// Rises with every change of state or logic.
	spec_version: 1,
	impl_version: 1,
	apis: RUNTIME_API_VERSIONS,
	// Rises when a call index, an argument or an extension changes.
	transaction_version: 1,
	system_version: 1,
};
