// SPDX-License-Identifier: Apache-2.0
//! The limits of a block.

use crate::{
	AccountId, Block, BlockNumber, Hash, Nonce, PalletInfo, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeOrigin, RuntimeTask, SingleBlockMigrations, VERSION,
};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::Perbill;
use sp_version::RuntimeVersion;

/// A block computes for at most one second of its three. Its proof size is unlimited: nobody
/// builds proofs of a chain of its own.
pub const MAX_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

/// Bytes of a block, at most.
pub const MAX_BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// The part of a block that people's transactions may fill. The rest is left to the operational
/// calls of nodes.
pub const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

parameter_types! {
	/// Blocks for which a mortal transaction may be valid: two hours.
	pub const BlockHashCount: BlockNumber = 2_400;
	/// Name and version of this runtime.
	pub const Version: RuntimeVersion = VERSION;
	/// Weight limits of a block.
	pub RuntimeBlockWeights: BlockWeights =
		BlockWeights::with_sensible_defaults(MAX_BLOCK_WEIGHT, NORMAL_RATIO);
	/// Length limits of a block.
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(MAX_BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |bytes| {
			*bytes = NORMAL_RATIO.mul_floor(*bytes);
		})
		.build();
	/// The generic prefix: every tool shows these addresses.
	pub const Ss58Prefix: u16 = 42;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type BlockHashCount = BlockHashCount;
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<crate::Balance>;
	type Nonce = Nonce;
	type Hash = Hash;
	type DbWeight = ParityDbWeight;
	type Version = Version;
	type SS58Prefix = Ss58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
	type SingleBlockMigrations = SingleBlockMigrations;
}
