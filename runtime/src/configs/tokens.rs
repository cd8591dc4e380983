// SPDX-License-Identifier: Apache-2.0
//! The token OPEN and what a transaction costs.
//!
//! A transaction pays one planck per picosecond of its weight, so a whole second of the chain
//! costs one OPEN, and one microOPEN per byte: a plain transfer is well below a milliOPEN.
//! The weight part is multiplied by a factor that is one until blocks are more than a quarter
//! full. Fees and dust go to the treasury; a tip goes to the block's author, whom it persuades.

use crate::{
	constants::money::{EXISTENTIAL_DEPOSIT, MICRO, OPEN},
	Authorship, Balance, Balances, Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason,
	System,
};
use frame_support::{
	parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		tokens::imbalance::{OnUnbalanced, ResolveTo},
		ConstU32, ConstU8, VariantCountOf, WithdrawReasons,
	},
	weights::{ConstantMultiplier, IdentityFee},
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
	traits::{ConvertInto, One},
	FixedPointNumber, Perquintill,
};

use super::governance::TreasuryAccount;

parameter_types! {
	/// An account below this is removed.
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	/// Price of a transaction's byte: 1 microOPEN.
	pub const ByteFee: Balance = MICRO;
	/// Blocks fuller than this with people's transactions raise the fees.
	pub const TargetFullness: Perquintill = Perquintill::from_percent(25);
	/// How fast fees follow the load: e-fold in fifteen hours of full blocks.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	/// Fees never fall below the price above.
	pub MinimumMultiplier: Multiplier = Multiplier::one();
	/// Nor rise above a thousand times it.
	pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(1_000);
	/// A vested transfer is at least this.
	pub const MinVestedTransfer: Balance = OPEN;
	/// Unvested money pays fees, and can't be transferred or reserved.
	pub UnvestedWithdrawReasons: WithdrawReasons =
		WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
}

/// One planck per picosecond of weight, before the load factor.
pub type WeightToFee = IdentityFee<Balance>;
/// The price of a transaction's bytes.
pub type LengthToFee = ConstantMultiplier<Balance, ByteFee>;

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type Balance = Balance;
	type DustRemoval = ResolveTo<TreasuryAccount, Balances>;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, FeesToTreasury>;
	type WeightToFee = WeightToFee;
	type LengthToFee = LengthToFee;
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Self,
		TargetFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

impl pallet_vesting::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type BlockNumberToBalance = ConvertInto;
	type MinVestedTransfer = MinVestedTransfer;
	type WeightInfo = pallet_vesting::weights::SubstrateWeight<Runtime>;
	type UnvestedFundsAllowedWithdrawReasons = UnvestedWithdrawReasons;
	type BlockNumberProvider = System;
	const MAX_VESTING_SCHEDULES: u32 = 28;
}

type Money = Credit<crate::AccountId, Balances>;

/// Gives the fee to the treasury and the tip to the author of the block.
pub struct FeesToTreasury;

impl OnUnbalanced<Money> for FeesToTreasury {
	fn on_unbalanceds(mut fee_then_tip: impl Iterator<Item = Money>) {
		if let Some(fee) = fee_then_tip.next() {
			Self::on_unbalanced(fee);
		}
		if let Some(tip) = fee_then_tip.next() {
			// An author whose account can't receive it leaves it to the treasury.
			let left = match Authorship::author() {
				Some(author) => Balances::resolve(&author, tip).err(),
				None => Some(tip),
			};
			if let Some(left) = left {
				Self::on_unbalanced(left);
			}
		}
	}

	fn on_nonzero_unbalanced(fee: Money) {
		ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(fee);
	}
}
