// SPDX-License-Identifier: Apache-2.0
//! The treasury, adjustable parameters, and the root key of the two test chains.

use crate::{
	constants::{money, pots, time::DAYS},
	AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, System,
	Treasury,
};
use frame_support::{
	dynamic_params::{dynamic_pallet_params, dynamic_params},
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

/// Values that governance adjusts without an upgrade. Whatever has hard bounds or differs by
/// preset is storage of the pallet that uses it.
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	missing_docs,
	reason = "the macros cast variant indices and document nothing"
)]
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
	use super::*;

	/// What `Consideration` tickets of our pallets hold for the state they occupy.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod storage {
		/// Held per ticket, in planck.
		#[codec(index = 0)]
		pub static ItemDeposit: Balance = money::ITEM_DEPOSIT;
		/// Held per byte of a ticket, in planck.
		#[codec(index = 1)]
		pub static ByteDeposit: Balance = money::BYTE_DEPOSIT;
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
	fn default() -> Self {
		Self::Storage(dynamic_params::storage::Parameters::ItemDeposit(
			dynamic_params::storage::ItemDeposit,
			Some(money::ITEM_DEPOSIT),
		))
	}
}

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type AdminOrigin = AsEnsureOriginWithArg<EnsureRoot<AccountId>>;
	type WeightInfo = ();
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
