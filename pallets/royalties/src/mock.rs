// SPDX-License-Identifier: Apache-2.0
//! A runtime of balances and this pallet; models are a table that tests fill.
#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	missing_docs,
	reason = "tests"
)]

use crate as pallet_royalties;
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{Inspect, Mutate},
		ConstU32, Get,
	},
	weights::{constants::RocksDbWeight, RuntimeDbWeight},
	PalletId,
};
use frame_system::{
	offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase},
	EnsureRoot,
};
use openledger_primitives::{
	ports::{Beneficiary, ModelInspect, RoyaltyTerms, WeightedSnapshot},
	Balance, DatanetId, ModelId, Ppm, Version, MILLI,
};
use sp_runtime::{generic, testing::UintAuthorityId, traits::BlakeTwo256, BuildStorage};
use std::collections::BTreeMap;

pub type AccountId = u64;
pub type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub type Header = generic::Header<u32, BlakeTwo256>;
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<AccountId, RuntimeCall, UintAuthorityId, TxExtension>;
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CAROL: AccountId = 3;
pub const OPERATOR: AccountId = 7;
pub const DEVELOPER: AccountId = 8;
pub const TREASURY: AccountId = 9;
pub const PAYER: AccountId = 10;
/// Not there at genesis: can't receive less than the existential deposit.
pub const GHOST: AccountId = 11;

/// Existential deposit of the mock at genesis.
pub const ED: Balance = MILLI;
/// What `PAYER` has at genesis.
pub const RICH: Balance = 1_000_000_000_000_000_000_000_000_000_000;

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
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(5)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(53)]
	pub type Royalties = pallet_royalties;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
	type DbWeight = DbWeight;
}

parameter_types! {
	pub static ExistentialDeposit: Balance = ED;
	pub static DbWeight: RuntimeDbWeight = RocksDbWeight::get();
	pub static MaxDistributions: u32 = 4;
	pub static MockModels: BTreeMap<ModelId, MockModel> = BTreeMap::new();
	pub const PotId: PalletId = PalletId(*b"olroyalt");
	pub const TreasuryAccount: AccountId = TREASURY;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type AccountStore = System;
	type ExistentialDeposit = ExistentialDeposit;
	type MaxLocks = ConstU32<10>;
}

impl CreateTransactionBase<crate::Call<Test>> for Test {
	type RuntimeCall = RuntimeCall;
	type Extrinsic = UncheckedExtrinsic;
}

impl CreateTransaction<crate::Call<Test>> for Test {
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl CreateAuthorizedTransaction<crate::Call<Test>> for Test {
	fn create_extension() -> TxExtension {
		(frame_system::AuthorizeCall::new(),)
	}
}

/// One row of the table of models.
#[derive(Clone)]
pub struct MockModel {
	pub developer: AccountId,
	pub operator_ppm: Ppm,
	pub vector: Vec<(Beneficiary, Ppm)>,
	pub snapshots: Vec<WeightedSnapshot>,
}

/// Reads the table of models.
pub struct Models;

impl ModelInspect<AccountId> for Models {
	fn terms(model: ModelId) -> Option<RoyaltyTerms<AccountId>> {
		MockModels::get().get(&model).map(|row| RoyaltyTerms {
			developer: row.developer,
			operator_ppm: row.operator_ppm,
			vector: row.vector.clone(),
			min_fee_per_call: 1,
		})
	}

	fn own_snapshots(model: ModelId) -> Vec<WeightedSnapshot> {
		MockModels::get()
			.get(&model)
			.map(|row| row.snapshots.clone())
			.unwrap_or_default()
	}

	fn corpus_version(model: ModelId, datanet: DatanetId) -> Option<Version> {
		Self::own_snapshots(model)
			.into_iter()
			.filter(|own| own.datanet == datanet)
			.map(|own| own.version)
			.max()
	}

	fn accepts_channels(model: ModelId) -> bool {
		MockModels::get().contains_key(&model)
	}
}

impl crate::Config for Test {
	type Fungible = Balances;
	type Models = Models;
	type TreasuryAccount = TreasuryAccount;
	type PotId = PotId;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type MaxDistributionsPerBlock = MaxDistributions;
	type WeightInfo = crate::CountedWeight<Test>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkSetup = Models;
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkSetup for Models {
	fn published_model(parents: u32, snapshots: u32) -> ModelId {
		let model = 1_000;
		let data = if snapshots > 0 { 200_000 } else { 0 };
		let mut vector = vec![
			(Beneficiary::Developer, 1_000_000 - data - parents * 50_000),
			(Beneficiary::Contributors, data),
		];
		vector.retain(|(_, ppm)| *ppm > 0);
		vector.extend((1..=parents).map(|parent| (Beneficiary::Upstream(parent), 50_000)));
		let own: Vec<_> = (1..=snapshots)
			.map(|datanet| (datanet, crate::fenwick::WORST_VERSION, 1))
			.collect();
		publish(model, 100_000, &vector, &own);
		model
	}
}

/// Puts a model of `DEVELOPER` into the table.
pub fn publish(
	model: ModelId,
	operator_ppm: Ppm,
	vector: &[(Beneficiary, Ppm)],
	snapshots: &[(DatanetId, Version, u32)],
) {
	let snapshots = snapshots
		.iter()
		.map(|&(datanet, version, weight)| WeightedSnapshot {
			datanet,
			version,
			weight,
		})
		.collect();
	let row = MockModel {
		developer: DEVELOPER,
		operator_ppm,
		vector: vector.to_vec(),
		snapshots,
	};
	MockModels::mutate(|models| models.insert(model, row));
}

pub fn pot() -> AccountId {
	Royalties::pot_account()
}

pub fn balance(who: AccountId) -> Balance {
	Balances::total_balance(&who)
}

/// Moves a fee into the pot and settles it, as the usage pallet does.
pub fn settle(model: ModelId, fee: Balance) -> openledger_primitives::ports::FeeSplit {
	use openledger_primitives::ports::FeeSettlement;
	fund_pot(fee);
	Royalties::settle(model, &OPERATOR, fee).unwrap()
}

/// Moves money of `PAYER` into the pot.
pub fn fund_pot(amount: Balance) {
	<Balances as Mutate<AccountId>>::transfer(
		&PAYER,
		&pot(),
		amount,
		frame_support::traits::tokens::Preservation::Preserve,
	)
	.unwrap();
}

/// Puts money into what waits, without a batch.
pub fn wait(amount: Balance) {
	fund_pot(amount);
	crate::Waiting::<Test>::mutate(|waiting| *waiting += amount);
}

/// R7 as the oracle has it: the pot holds exactly what it owes and its existential deposit.
pub fn assert_exact() {
	assert_eq!(
		balance(pot()),
		ExistentialDeposit::get() + Royalties::owed().unwrap()
	);
}

/// Events of this pallet since the last call.
pub fn events() -> Vec<crate::Event<Test>> {
	let events = System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Royalties(event) => Some(event),
			_ => None,
		})
		.collect();
	System::reset_events();
	events
}

/// State in which pot, treasury and the named accounts exist.
pub struct ExtBuilder;

impl ExtBuilder {
	pub fn build() -> sp_io::TestExternalities {
		ExistentialDeposit::set(ED);
		DbWeight::set(RocksDbWeight::get());
		MaxDistributions::set(4);
		MockModels::set(BTreeMap::new());
		let mut balances: Vec<_> = [
			ALICE,
			BOB,
			CAROL,
			OPERATOR,
			DEVELOPER,
			TREASURY,
			crate::Pallet::<Test>::pot_account(),
		]
		.into_iter()
		.map(|who| (who, ED))
		.collect();
		balances.push((PAYER, RICH));
		let storage = RuntimeGenesisConfig {
			system: Default::default(),
			balances: pallet_balances::GenesisConfig {
				balances,
				..Default::default()
			},
			royalties: Default::default(),
		}
		.build_storage()
		.unwrap();
		let mut ext = sp_io::TestExternalities::from(storage);
		ext.execute_with(|| System::set_block_number(1));
		ext
	}

	/// Runs a test and checks every invariant after it.
	pub fn build_and_execute(test: impl FnOnce()) {
		Self::build().execute_with(|| {
			test();
			Royalties::do_try_state().unwrap();
		});
	}
}

/// Payout threshold of the mock's genesis.
pub fn threshold() -> Balance {
	crate::Parameters::<Test>::get().payout_threshold
}

/// The heaviest block's worth of weight.
pub fn full_block() -> frame_support::weights::Weight {
	let weights: frame_system::limits::BlockWeights =
		<Test as frame_system::Config>::BlockWeights::get();
	weights.max_block
}
