// SPDX-License-Identifier: Apache-2.0
//! The treasury, who adjusts parameters, and the root key of the two test chains.

use crate::{
	constants::{pots, time::DAYS},
	AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, System,
	Treasury,
};
use frame_support::{
	parameter_types,
	traits::{
		tokens::{PayFromAccount, UnityAssetBalanceConversion},
		AsEnsureOriginWithArg, ConstU32,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess};
use sp_runtime::{traits::IdentityLookup, Permill};

parameter_types! {
	/// The treasury's account.
	pub const TreasuryPalletId: PalletId = pots::TREASURY;
	/// Blocks between two rounds of spending.
	pub const SpendPeriod: BlockNumber = DAYS;
	/// Nothing of an unspent treasury is burned: issuance falls only where the design says so.
	pub const TreasuryBurn: Permill = Permill::zero();
	/// Blocks within which an approved spend is claimed.
	pub const PayoutPeriod: BlockNumber = 30 * DAYS;
	/// Root spends any amount.
	pub const MaxSpend: Balance = Balance::MAX;
}

/// The treasury's account, which takes fees and dust.
pub struct TreasuryAccount;

impl sp_core::TypedGet for TreasuryAccount {
	type Type = AccountId;
	fn get() -> AccountId {
		Treasury::account_id()
	}
}

impl pallet_treasury::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RejectOrigin = EnsureRoot<AccountId>;
	type SpendPeriod = SpendPeriod;
	type Burn = TreasuryBurn;
	type PalletId = TreasuryPalletId;
	type BurnDestination = ();
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
	type SpendFunds = ();
	type MaxApprovals = ConstU32<100>;
	type SpendOrigin = EnsureRootWithSuccess<AccountId, MaxSpend>;
	type AssetKind = ();
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = PayoutPeriod;
	type BlockNumberProvider = System;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = super::parameters::RuntimeParameters;
	type AdminOrigin = AsEnsureOriginWithArg<EnsureRoot<AccountId>>;
	type WeightInfo = ();
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
