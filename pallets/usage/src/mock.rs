// SPDX-License-Identifier: Apache-2.0
//! A runtime with real balances, vesting locks and signatures, and ports that account for every
//! planck they are given.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::cast_possible_truncation,
	missing_docs,
	reason = "tests"
)]

pub mod ports;

use std::cell::{Cell, RefCell};

use codec::Decode;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Inspect, Hooks, WithdrawReasons},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::EnsureRoot;
use openledger_primitives::{AccountId, Balance, MILLI, OPEN};
use sp_core::{
	offchain::{
		testing::TestOffchainExt, OffchainDbExt, OffchainWorkerExt, TransactionPool,
		TransactionPoolExt,
	},
	H256,
};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, Convert, IdentityLookup, TransactionExtension},
	BuildStorage, MultiSignature, Perbill,
};

use crate::{weights::SubstrateWeight, UsageParameters};

pub type TxExtension = (
	frame_system::AuthorizeCall<Test>,
	frame_system::CheckNonce<Test>,
	frame_system::CheckWeight<Test>,
);
pub type Header = generic::Header<u32, BlakeTwo256>;
pub type Extrinsic =
	generic::UncheckedExtrinsic<AccountId, RuntimeCall, MultiSignature, TxExtension>;
pub type Block = generic::Block<Header, Extrinsic>;

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
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Test>;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances::Pallet<Test>;
	#[runtime::pallet_index(2)]
	pub type Vesting = pallet_vesting::Pallet<Test>;
	#[runtime::pallet_index(52)]
	pub type Usage = crate::Pallet<Test>;
}

pub const ED: Balance = MILLI;
pub const ALICE: AccountId = AccountId::new([0xA1; 32]);
pub const BOB: AccountId = AccountId::new([0xB0; 32]);
pub const OPERATOR: AccountId = AccountId::new([0x01; 32]);
pub const OTHER_OPERATOR: AccountId = AccountId::new([0x02; 32]);
pub const STRANGER: AccountId = AccountId::new([0x57; 32]);
pub const TREASURY: AccountId = AccountId::new([0xDD; 32]);
pub const POT: AccountId = AccountId::new([0xEE; 32]);
pub const GENESIS_HASH: H256 = H256([0x99; 32]);
/// What every person has at genesis.
pub const ENDOWMENT: Balance = 100_000 * OPEN;

parameter_types! {
	pub BlockWeights: frame_system::limits::BlockWeights =
		frame_system::limits::BlockWeights::with_sensible_defaults(
			Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, 5 * 1024 * 1024),
			Perbill::from_percent(75),
		);
	pub const TreasuryAccount: AccountId = TREASURY;
	pub DistributeWeight: Weight = Weight::from_parts(3_000_000_000, 0);
	pub ExtensionWeight: Weight = {
		let other = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
		TransactionExtension::weight(&extension(0), &other)
	};
	pub UnvestedReasons: WithdrawReasons =
		WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
	/// Multiplies every fee: what the runtime's multiplier does.
	pub static FeeMultiplier: Balance = 1;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockWeights = BlockWeights;
	type DbWeight = ParityDbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = frame_support::traits::ConstU128<ED>;
}

impl pallet_vesting::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type BlockNumberToBalance = sp_runtime::traits::ConvertInto;
	type MinVestedTransfer = frame_support::traits::ConstU128<1>;
	type WeightInfo = ();
	type UnvestedFundsAllowedWithdrawReasons = UnvestedReasons;
	type BlockNumberProvider = System;
	const MAX_VESTING_SCHEDULES: u32 = 4;
}

/// One planck per picosecond and a millionth of an OPEN per byte.
pub struct WeightFee;

impl Convert<(Weight, u32), Balance> for WeightFee {
	fn convert((weight, length): (Weight, u32)) -> Balance {
		let fee = u128::from(weight.ref_time()) + u128::from(length) * (OPEN / 1_000_000);
		fee * FeeMultiplier::get()
	}
}

impl crate::Config for Test {
	type Fungible = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Models = ports::Models;
	type Datanets = ports::Datanets;
	type Royalties = ports::Ledger;
	type Recorder = ports::Recorder;
	type TreasuryAccount = TreasuryAccount;
	type WeightFee = WeightFee;
	type DistributeWeight = DistributeWeight;
	type ExtensionWeight = ExtensionWeight;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = SubstrateWeight<Test>;
}

impl frame_system::offchain::CreateTransactionBase<crate::Call<Test>> for Test {
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl frame_system::offchain::CreateTransaction<crate::Call<Test>> for Test {
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl frame_system::offchain::CreateAuthorizedTransaction<crate::Call<Test>> for Test {
	fn create_extension() -> TxExtension {
		extension(System::block_number() / 16)
	}
}

/// Extension bytes with a nonce that nobody signs.
pub fn extension(nonce: u32) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
	)
}

std::thread_local! {
	static SIGNATURE_CHECKS: Cell<u32> = const { Cell::new(0) };
	static POOL: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what the worker submits.
struct Pool;

impl TransactionPool for Pool {
	fn submit_transaction(&mut self, extrinsic: Vec<u8>) -> Result<(), ()> {
		POOL.with(|pool| pool.borrow_mut().push(extrinsic));
		Ok(())
	}
}

/// What the worker has submitted since the last call.
pub fn take_pool() -> Vec<Extrinsic> {
	POOL.with(|pool| pool.take())
		.into_iter()
		.map(|bytes| Extrinsic::decode(&mut &bytes[..]).unwrap())
		.collect()
}

pub fn count_signature_check() {
	SIGNATURE_CHECKS.with(|count| count.set(count.get() + 1));
}

/// Signature checks since the last call.
pub fn take_signature_checks() -> u32 {
	SIGNATURE_CHECKS.with(|count| count.replace(0))
}

#[derive(Default)]
pub struct ExtBuilder {
	parameters: UsageParameters,
	vesting: Vec<(AccountId, u32, u32, Balance)>,
}

impl ExtBuilder {
	pub fn parameters(mut self, parameters: UsageParameters) -> Self {
		self.parameters = parameters;
		self
	}

	/// All of the account's balance is locked for a long time.
	pub fn locked(mut self, who: AccountId) -> Self {
		self.vesting.push((who, 1_000_000, 1_000, 0));
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		ports::reset();
		take_pool();
		FeeMultiplier::set(1);
		take_signature_checks();
		let people = [ALICE, BOB, OPERATOR, OTHER_OPERATOR, STRANGER];
		let balances = people
			.into_iter()
			.map(|who| (who, ENDOWMENT))
			.chain([(TREASURY, ED), (POT, ED)])
			.collect();
		let storage = RuntimeGenesisConfig {
			system: Default::default(),
			balances: pallet_balances::GenesisConfig {
				balances,
				..Default::default()
			},
			vesting: pallet_vesting::GenesisConfig {
				vesting: self.vesting,
			},
			usage: crate::GenesisConfig {
				parameters: self.parameters,
				..Default::default()
			},
		}
		.build_storage()
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		let (offchain, _) = TestOffchainExt::new();
		ext.register_extension(OffchainDbExt::new(offchain.clone()));
		ext.register_extension(OffchainWorkerExt::new(offchain));
		ext.register_extension(TransactionPoolExt::new(Pool));
		ext.execute_with(|| start_block(1));
		ext
	}

	/// Runs `test` on a fresh chain at block 1, then every invariant.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check_invariants();
		});
	}
}

pub fn check_invariants() {
	end_block();
	Usage::do_try_state().unwrap();
	ports::check_ledger();
}

pub fn start_block(number: u32) {
	let parent = if number == 1 {
		GENESIS_HASH
	} else {
		H256::repeat_byte(number as u8)
	};
	System::reset_events();
	System::initialize(&number, &parent, &Default::default());
	let weight = Usage::on_initialize(number);
	System::register_extra_weight_unchecked(
		weight,
		frame_support::dispatch::DispatchClass::Mandatory,
	);
	System::note_finished_initialize();
}

/// What the executive does after the last transaction.
pub fn end_block() {
	let number = System::block_number();
	let used = System::block_weight().total();
	let remaining = BlockWeights::get().max_block.saturating_sub(used);
	if remaining.all_gt(Weight::zero()) {
		let idle = Usage::on_idle(number, remaining);
		System::register_extra_weight_unchecked(
			idle,
			frame_support::dispatch::DispatchClass::Mandatory,
		);
	}
	Usage::on_finalize(number);
}

pub fn next_block() {
	end_block();
	start_block(System::block_number() + 1);
}

pub fn run_to_block(number: u32) {
	while System::block_number() < number {
		next_block();
	}
}

/// Everything that people, treasury and pot own, and what was burned.
pub fn money_supply() -> Balance {
	Balances::total_issuance() + ports::burned()
}

pub fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}
