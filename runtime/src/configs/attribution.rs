// SPDX-License-Identifier: Apache-2.0
//! The chain's own pallets: datanets, models, usage, royalties. They know each other only through
//! the ports of `openledger_primitives::ports`; here the ports get their implementations.

use super::{
	consensus::{EpochCount, EpochRandomness},
	governance::TreasuryAccount,
	parameters::dynamic_params::storage,
};
use crate::{
	constants::{pots, time::EPOCH_BLOCKS},
	AccountId, Balance, Balances, BlockNumber, Datanets, Models, Royalties, Runtime, RuntimeCall,
	RuntimeHoldReason, TransactionPayment, Usage,
};
use alloc::vec::Vec;
use frame_support::{
	parameter_types,
	traits::{fungible::HoldConsideration, LinearStoragePrice},
	weights::Weight,
	PalletId,
};
use frame_system::{offchain::CreateAuthorizedTransaction, EnsureRoot};
use pallet_royalties::WeightInfo as _;
use sp_core::{ConstU32, Get, TypedGet};
use sp_runtime::traits::{Convert, TransactionExtension};

parameter_types! {
	/// Reason of a datanet's or contribution's storage deposit.
	pub const DatanetStorage: RuntimeHoldReason =
		RuntimeHoldReason::Datanets(pallet_datanets::HoldReason::StorageDeposit);
	/// Reason of a model's storage deposit.
	pub const ModelStorage: RuntimeHoldReason =
		RuntimeHoldReason::Models(pallet_models::HoldReason::ModelDeposit);
	/// Blocks of an epoch, at most.
	pub const EpochBlocks: BlockNumber = EPOCH_BLOCKS;
	/// Names the account of undistributed money.
	pub const RoyaltiesPot: PalletId = pots::ROYALTIES;
}

/// Price of storage: per ticket and per byte, as governance has set them.
type StoragePrice = LinearStoragePrice<storage::ItemDeposit, storage::ByteDeposit, Balance>;

impl pallet_datanets::Config for Runtime {
	type Currency = Balances;
	type Consideration = HoldConsideration<AccountId, Balances, DatanetStorage, StoragePrice>;
	type Pools = Royalties;
	type TreasuryAccount = TreasuryAddress;
	type EpochIndex = EpochCount;
	type Randomness = EpochRandomness;
	type EpochBlocks = EpochBlocks;
	type WeightFee = WeightFee;
	type ExtensionWeight = ExtensionWeight;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = crate::weights::pallet_datanets::WeightInfo<Runtime>;
}

impl pallet_models::Config for Runtime {
	type Datanets = Datanets;
	type Pools = Royalties;
	type Inboxes = Royalties;
	type Operators = Usage;
	type Consideration = HoldConsideration<AccountId, Balances, ModelStorage, StoragePrice>;
	type Fungible = Balances;
	type AdvertisementPrice = StoragePrice;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = crate::weights::pallet_models::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkSetup = crate::benchmarks::Setup;
}

/// What a transaction of this weight and length pays at the current load.
pub struct WeightFee;

impl Convert<(Weight, u32), Balance> for WeightFee {
	fn convert((weight, length): (Weight, u32)) -> Balance {
		TransactionPayment::weight_to_fee(weight)
			.saturating_add(TransactionPayment::length_to_fee(length))
	}
}

/// One prepaid distribution of the widest model, with its authorization.
pub struct DistributeWeight;

impl Get<Weight> for DistributeWeight {
	fn get() -> Weight {
		type Weights = <Runtime as pallet_royalties::Config>::WeightInfo;
		// At most 8 parents and 16 own snapshots.
		Weights::distribute_due(8, 16).saturating_add(Weights::authorize_distribute_due())
	}
}

/// What the transaction extensions of a node's call weigh, beside its `authorize`.
pub struct ExtensionWeight;

impl Get<Weight> for ExtensionWeight {
	fn get() -> Weight {
		// A call without `authorize` leaves the other extensions.
		let call: RuntimeCall = frame_system::Call::remark { remark: Vec::new() }.into();
		let extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
		extension.weight(&call)
	}
}

/// The treasury's account, for `Get` bounds.
pub struct TreasuryAddress;

impl Get<AccountId> for TreasuryAddress {
	fn get() -> AccountId {
		<TreasuryAccount as TypedGet>::get()
	}
}

impl pallet_usage::Config for Runtime {
	type Fungible = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Models = Models;
	type Datanets = Datanets;
	type Royalties = Royalties;
	type Recorder = Datanets;
	type TreasuryAccount = TreasuryAddress;
	type WeightFee = WeightFee;
	type DistributeWeight = DistributeWeight;
	type ExtensionWeight = ExtensionWeight;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_usage::weights::SubstrateWeight<Runtime>;
}

impl pallet_royalties::Config for Runtime {
	type Fungible = Balances;
	type Models = Models;
	type TreasuryAccount = TreasuryAddress;
	type PotId = RoyaltiesPot;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type MaxDistributionsPerBlock = ConstU32<16>;
	type WeightInfo = crate::weights::pallet_royalties::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkSetup = crate::benchmarks::Setup;
}
