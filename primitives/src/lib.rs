// SPDX-License-Identifier: Apache-2.0
//! Ids, signed payloads, ports, share arithmetic and Merkle layout of OpenLedger.
//!
//! Everything that is hashed, signed or checked by more than one part of the system is defined
//! here once and used by runtime, gateway, cli and whoever verifies them. The crate is `no_std`,
//! depends on nothing of ours, never panics and holds no storage.
//!
//! - [`ids`]: chain-wide identifiers, money units and bounds.
//! - [`payload`]: tags, preimages and the SCALE structures behind them, signature schemes, prices.
//! - [`tree`]: the only Merkle tree, its growing form and its openings.
//! - [`text`]: the tree over the bytes of a text and the opening of its last leaf.
//! - [`duplicate`]: drawn positions and folded windows of duplicate proofs.
//! - [`review`]: the outcome of a review from its votes.
//! - [`shares`]: exact splits (R1), the accumulator (R2), page payments.
//! - [`ports`]: traits by which pallets talk to each other through the runtime.
//! - [`apis`]: runtime APIs.
//! - [`ledger`]: money events of a block, in a form that outlives runtime versions.
//! - [`offchain`]: the queue that node and off-chain worker share.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub mod apis;
pub mod duplicate;
pub mod ids;
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub mod ledger;
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub mod offchain;
pub mod payload;
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub mod ports;
pub mod review;
pub mod shares;
pub mod text;
pub mod tree;

pub use ids::*;
pub use sp_core::{H256, U256};
pub use sp_runtime::AccountId32;

/// The account of people, operators and curators in every payload: 32 bytes.
pub type AccountId = AccountId32;

/// Blake2-256, the only hash of the chain. A host call inside the runtime.
pub fn hash(bytes: &[u8]) -> H256 {
	H256(sp_io::hashing::blake2_256(bytes))
}

#[cfg(test)]
mod tests;
