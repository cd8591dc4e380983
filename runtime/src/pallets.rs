// SPDX-License-Identifier: Apache-2.0
//! The table of pallets.
//!
//! Indices are frozen: calls, events and errors are encoded with them. 0 to 15 are stock pallets,
//! 16 to 49 are free for more of them, ours start at 50. Genesis is built and hooks run in
//! ascending order.

#![allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	missing_docs,
	reason = "the macro's output"
)]

use crate::{Block, UncheckedExtrinsic};
use alloc::vec::Vec;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::traits::Block as BlockT;

/// The inherents that an author puts into its block.
pub(crate) fn create_inherents(data: &InherentData) -> Vec<UncheckedExtrinsic> {
	data.create_extrinsics()
}

/// Whether the inherents of somebody's block agree with what this node sees.
pub(crate) fn check_inherents(
	block: &<Block as BlockT>::LazyBlock,
	data: &InherentData,
) -> CheckInherentsResult {
	data.check_extrinsics(block)
}

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;

	// BABE sets the slot that Authorship and Session read.
	#[runtime::pallet_index(2)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(3)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(4)]
	pub type Authorship = pallet_authorship;

	// Before Session, whose genesis needs the validators' accounts.
	#[runtime::pallet_index(5)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(6)]
	pub type TransactionPayment = pallet_transaction_payment;

	#[runtime::pallet_index(7)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(8)]
	pub type Historical = pallet_session::historical;

	#[runtime::pallet_index(9)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(10)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(11)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(12)]
	pub type Vesting = pallet_vesting;

	#[runtime::pallet_index(13)]
	pub type Treasury = pallet_treasury;
	#[runtime::pallet_index(14)]
	pub type Parameters = pallet_parameters;
	#[runtime::pallet_index(15)]
	pub type Sudo = pallet_sudo;

	#[runtime::pallet_index(50)]
	pub type Datanets = pallet_datanets;
	#[runtime::pallet_index(51)]
	pub type Models = pallet_models;
	#[runtime::pallet_index(52)]
	pub type Usage = pallet_usage;
	#[runtime::pallet_index(53)]
	pub type Royalties = pallet_royalties;
}
