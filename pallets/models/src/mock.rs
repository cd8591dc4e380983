// SPDX-License-Identifier: Apache-2.0
//! A runtime with balances, vesting and stand-ins for datanets and pools.

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

use std::collections::BTreeMap;

use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{HoldConsideration, InspectHold, Mutate},
		tokens::Preservation,
		LinearStoragePrice, WithdrawReasons,
	},
};
use frame_system::EnsureRoot;
use openledger_primitives::{
	payload::Price,
	ports::{
		DatanetInspect, DatanetKind, InboxSettlement, MemberInfo, OperatorInspect, PoolLedger,
		SnapshotInfo, WeightedSnapshot,
	},
	Balance, BlockNumber, ContributionId, DatanetId, ModelId, Ppm, Version, H256, MILLI, OPEN,
};
use sp_runtime::{traits::Convert, BuildStorage, DispatchError, DispatchResult, Weight};

use crate::{
	self as pallet_models, types::State, Advertisements, HoldReason, ModelDetails, ModelKind,
	ModelParams, Models, ParentLink,
};

pub type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
/// Has nothing but the existential deposit.
pub const POOR: AccountId = 3;
/// Has a lock over its whole balance.
pub const VESTED: AccountId = 4;
/// Operators with whom channels can be opened, unless a test says otherwise; BOB is one as well.
pub const OPERATORS: [AccountId; 3] = [BOB, 21, 22];
/// Where the stand-in pools keep their money.
pub const POT: AccountId = 99;
pub const FUNDS: Balance = 1_000_000 * OPEN;

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
	#[runtime::pallet_index(51)]
	pub type ModelsPallet = pallet_models::Pallet<Test>;
}

parameter_types! {
	pub const ExistentialDeposit: Balance = MILLI;
	pub const MinVestedTransfer: Balance = OPEN;
	pub const UnvestedReasons: WithdrawReasons = WithdrawReasons::empty();
	pub const DepositReason: RuntimeHoldReason =
		RuntimeHoldReason::ModelsPallet(HoldReason::ModelDeposit);
	pub const DepositBase: Balance = 10 * MILLI;
	/// Not zero, so that a wrong footprint fails a test.
	pub const DepositPerByte: Balance = 7_919;
	pub const DbWeight: frame_support::weights::RuntimeDbWeight =
		frame_support::weights::constants::RocksDbWeight::get();
	/// `(datanet, version) → (count, text, fee, minimum)`.
	pub storage KnownSnapshots: BTreeMap<(DatanetId, Version), (u64, bool, Balance, Ppm)> =
		BTreeMap::new();
	/// What was paid into pools, in order.
	pub storage PaidIn: Vec<(AccountId, DatanetId, Version, Balance)> = Vec::new();
	/// Whether the pools refuse money.
	pub storage PoolsClosed: bool = false;
	/// `(model, developer at that time)` of every settled inbox, in order.
	pub storage SettledInboxes: Vec<(ModelId, Option<AccountId>)> = Vec::new();
	/// Whether inboxes can't be settled.
	pub storage InboxesClosed: bool = false;
	/// Operators with whom channels can be opened.
	pub storage ActiveOperators: Vec<AccountId> = OPERATORS.to_vec();
	pub const AdvertisementBase: Balance = 3 * MILLI;
	pub const AdvertisementPerByte: Balance = 6_733;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
	type DbWeight = DbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
}

impl pallet_vesting::Config for Test {
	type BlockNumberToBalance = BlocksToPlanck;
	type Currency = Balances;
	type RuntimeEvent = RuntimeEvent;
	type MinVestedTransfer = MinVestedTransfer;
	type WeightInfo = ();
	type UnvestedFundsAllowedWithdrawReasons = UnvestedReasons;
	type BlockNumberProvider = System;
	const MAX_VESTING_SCHEDULES: u32 = 4;
}

pub struct BlocksToPlanck;
impl Convert<u64, Balance> for BlocksToPlanck {
	fn convert(blocks: u64) -> Balance {
		blocks.into()
	}
}

pub type AdvertisementPrice = LinearStoragePrice<AdvertisementBase, AdvertisementPerByte, Balance>;
pub type DepositPrice = LinearStoragePrice<DepositBase, DepositPerByte, Balance>;

impl pallet_models::Config for Test {
	type Datanets = StandInDatanets;
	type Pools = StandInPools;
	type Inboxes = StandInInboxes;
	type Operators = StandInOperators;
	type Consideration = HoldConsideration<AccountId, Balances, DepositReason, DepositPrice>;
	type Fungible = Balances;
	type AdvertisementPrice = AdvertisementPrice;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = crate::weights::CountedWeight<Test>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkSetup = BenchmarkSetup;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct BenchmarkSetup;
#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkSetup<AccountId> for BenchmarkSetup {
	fn fund(who: &AccountId) {
		<Balances as Mutate<AccountId>>::set_balance(who, FUNDS);
	}

	fn snapshot(datanet: DatanetId, training_fee: Balance, minimum: Ppm) -> Version {
		let mut known = KnownSnapshots::get();
		known.insert((datanet, 1_023), (1, false, training_fee, minimum));
		KnownSnapshots::set(&known);
		1_023
	}

	fn operator(who: &AccountId) {
		let mut active = ActiveOperators::get();
		active.push(*who);
		ActiveOperators::set(&active);
	}
}

/// Knows the snapshots that a test states.
pub struct StandInDatanets;
impl DatanetInspect<AccountId> for StandInDatanets {
	fn snapshot(datanet: DatanetId, version: Version) -> Option<SnapshotInfo> {
		let (count, text, training_fee, min_contributors_ppm) =
			*KnownSnapshots::get().get(&(datanet, version))?;
		Some(SnapshotInfo {
			count,
			bytes: u128::from(count) * 2_000,
			kind: if text {
				DatanetKind::Text
			} else {
				DatanetKind::Opaque
			},
			training_fee,
			min_contributors_ppm,
		})
	}

	fn member(_: ContributionId, _: BlockNumber) -> Option<MemberInfo<AccountId>> {
		None
	}
}

/// Moves training fees to [`POT`] and keeps a list of them.
pub struct StandInPools;
impl PoolLedger<AccountId> for StandInPools {
	fn add_points(_: DatanetId, _: Version, _: &AccountId, _: u64) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}

	fn remove_points(_: DatanetId, _: Version, _: &AccountId, _: u64) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}

	fn move_points(
		_: DatanetId,
		_: Version,
		_: &AccountId,
		_: &AccountId,
		_: u64,
	) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}

	fn pay_in(
		payer: &AccountId,
		datanet: DatanetId,
		version: Version,
		amount: Balance,
	) -> DispatchResult {
		if PoolsClosed::get() {
			return Err(DispatchError::Unavailable);
		}
		<Balances as Mutate<AccountId>>::transfer(payer, &POT, amount, Preservation::Preserve)?;
		let mut all = PaidIn::get();
		all.push((*payer, datanet, version, amount));
		PaidIn::set(&all);
		Ok(())
	}

	fn lock_row(_: DatanetId, _: Version, _: &AccountId) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}

	fn unlock_row(_: DatanetId, _: Version, _: &AccountId) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}

	fn set_aside(
		_: DatanetId,
		_: Version,
		_: &AccountId,
		_: u64,
	) -> Result<Balance, DispatchError> {
		Err(DispatchError::Unavailable)
	}

	fn pay_aside(_: &AccountId, _: Balance) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}

	fn forfeit_aside(_: &AccountId, _: Balance) -> DispatchResult {
		Err(DispatchError::Unavailable)
	}
}

/// Writes down who has the rights when an inbox is settled.
pub struct StandInInboxes;
impl InboxSettlement for StandInInboxes {
	fn settle_inbox(model: ModelId) -> DispatchResult {
		let mut all = SettledInboxes::get();
		all.push((model, Models::<Test>::get(model).map(|row| row.developer)));
		SettledInboxes::set(&all);
		// After a write, which the caller has to undo.
		if InboxesClosed::get() {
			return Err(DispatchError::Unavailable);
		}
		Ok(())
	}

	fn settle_inbox_weight(parents: u32, snapshots: u32) -> Weight {
		Weight::from_parts(1_000, 10)
			.saturating_add(Weight::from_parts(70, 3).saturating_mul(parents.into()))
			.saturating_add(Weight::from_parts(50, 2).saturating_mul(snapshots.into()))
	}
}

/// Knows the operators that a test states.
pub struct StandInOperators;
impl OperatorInspect<AccountId> for StandInOperators {
	fn accepts_channels(operator: &AccountId) -> bool {
		ActiveOperators::get().contains(operator)
	}
}

/// A chain on which some accounts have money.
#[derive(Default)]
pub struct ExtBuilder {
	snapshots: BTreeMap<(DatanetId, Version), (u64, bool, Balance, Ppm)>,
}

impl ExtBuilder {
	/// A text snapshot without fee or minimum.
	pub fn text(self, datanet: DatanetId, version: Version) -> Self {
		self.snapshot(datanet, version, true, 0, 0)
	}

	/// Any snapshot; its count is `10 · version`.
	pub fn snapshot(
		mut self,
		datanet: DatanetId,
		version: Version,
		text: bool,
		fee: Balance,
		minimum: Ppm,
	) -> Self {
		let count = u64::from(version) * 10;
		self.snapshots
			.insert((datanet, version), (count, text, fee, minimum));
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let mut storage = frame_system::GenesisConfig::<Test>::default()
			.build_storage()
			.unwrap();
		pallet_balances::GenesisConfig::<Test> {
			balances: vec![
				(ALICE, FUNDS),
				(BOB, FUNDS),
				(POOR, MILLI),
				(VESTED, FUNDS),
				(POT, MILLI),
				(OPERATORS[1], FUNDS),
				(OPERATORS[2], FUNDS),
			],
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		// Tests run in block 1, before anything vests.
		pallet_vesting::GenesisConfig::<Test> {
			vesting: vec![(VESTED, 10, 1_000_000, 0)],
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			System::set_block_number(1);
			KnownSnapshots::set(&self.snapshots);
		});
		ext
	}

	/// Runs `test`, then every check on the state it leaves.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check_state();
		});
	}
}

/// `try_state`, and every account's holds are what its models and advertisements cost: exact, which
/// the pallet itself can't see behind the tickets and of accounts without rows.
pub fn check_state() {
	ModelsPallet::do_try_state().unwrap();
	let mut owed: BTreeMap<AccountId, Balance> = [ALICE, BOB, POOR, VESTED]
		.into_iter()
		.map(|who| (who, 0))
		.collect();
	for (id, model) in Models::<Test>::iter() {
		let footprint = ModelsPallet::stored_footprint(id).unwrap();
		*owed.entry(model.developer).or_default() += DepositPrice::convert(footprint);
	}
	for (who, sum) in owed {
		assert_eq!(held(who), sum, "deposits of account {who}");
	}
	let mut owed: BTreeMap<AccountId, Balance> =
		OPERATORS.into_iter().map(|who| (who, 0)).collect();
	for (_, operator, row) in Advertisements::<Test>::iter() {
		*owed.entry(operator).or_default() += row.deposit;
	}
	for (who, sum) in owed {
		assert_eq!(
			held_for_advertisements(who),
			sum,
			"advertisements of account {who}"
		);
	}
}

pub fn held_for_advertisements(who: AccountId) -> Balance {
	let reason = RuntimeHoldReason::ModelsPallet(HoldReason::Advertisement);
	Balances::balance_on_hold(&reason, &who)
}

pub fn held(who: AccountId) -> Balance {
	Balances::balance_on_hold(&DepositReason::get(), &who)
}

pub fn price_of(id: ModelId) -> Balance {
	DepositPrice::convert(ModelsPallet::stored_footprint(id).unwrap())
}

pub fn hash_of(number: u32) -> H256 {
	H256::from_low_u64_be(u64::from(number))
}

pub fn weighted(datanet: DatanetId, version: Version, weight: u32) -> WeightedSnapshot {
	WeightedSnapshot {
		datanet,
		version,
		weight,
	}
}

/// A link that agrees to the parent's terms as they are.
pub fn link(model: ModelId, ppm: Ppm) -> ParentLink {
	let terms_hash = Models::<Test>::get(model)
		.map(|row| row.terms_hash)
		.unwrap_or_default();
	ParentLink {
		model,
		ppm,
		terms_hash,
	}
}

/// A valid model without snapshots and parents; `artifact` tells models apart.
pub fn params(artifact: u32) -> ModelParams {
	ModelParams {
		name: b"oracle".to_vec().try_into().unwrap(),
		kind: ModelKind::Base,
		artifact_hash: hash_of(artifact),
		artifact_uri: b"ipfs://artifact".to_vec().try_into().unwrap(),
		metadata_uri: b"ipfs://metadata".to_vec().try_into().unwrap(),
		metadata_hash: hash_of(7),
		provenance_version: 1,
		snapshots: Default::default(),
		parents: Default::default(),
		operator_ppm: 300_000,
		developer_ppm: 1_000_000,
		contributors_ppm: 0,
		derivative_ppm: 100_000,
		min_fee_per_call: 1_000,
		suggested_price: Price {
			per_call: 5_000,
			in_per_kb: 10,
			out_per_kb: 20,
		},
	}
}

/// [`params`] with snapshots, whose contributors get `ppm`; the developer has the rest.
pub fn trained(artifact: u32, snapshots: &[WeightedSnapshot], ppm: Ppm) -> ModelParams {
	ModelParams {
		snapshots: snapshots.to_vec().try_into().unwrap(),
		contributors_ppm: ppm,
		developer_ppm: 1_000_000 - ppm,
		..params(artifact)
	}
}

/// `params` with parents, whose shares the developer gives.
pub fn derived(mut params: ModelParams, parents: &[ParentLink]) -> ModelParams {
	let sum: Ppm = parents.iter().map(|link| link.ppm).sum();
	params.kind = ModelKind::FineTune;
	params.developer_ppm -= sum;
	params.parents = parents.to_vec().try_into().unwrap();
	params
}

pub fn register(who: AccountId, params: ModelParams) -> ModelId {
	ModelsPallet::register(RuntimeOrigin::signed(who), params).unwrap();
	crate::ModelCount::<Test>::get()
}

/// Registers and publishes for [`ALICE`].
pub fn publish(params: ModelParams) -> ModelId {
	let id = register(ALICE, params);
	ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id).unwrap();
	id
}

/// A price whose reference fee is `fee`.
pub fn priced(fee: Balance) -> Price {
	Price {
		per_call: fee,
		in_per_kb: 0,
		out_per_kb: 0,
	}
}

/// Advertises for 100 blocks.
pub fn advertise(operator: AccountId, model: ModelId, price: Price) -> DispatchResult {
	ModelsPallet::advertise(
		RuntimeOrigin::signed(operator),
		model,
		b"http://gateway".to_vec().try_into().unwrap(),
		price,
		u32::try_from(System::block_number()).unwrap() + 100,
	)
}

pub fn state_of(id: ModelId) -> State {
	Models::<Test>::get(id).unwrap().state
}

pub fn suggested_price(id: ModelId) -> Price {
	ModelDetails::<Test>::get(id).unwrap().card.suggested_price
}

/// Events of the pallet since the last call.
pub fn events() -> Vec<crate::Event<Test>> {
	let events = System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::ModelsPallet(event) => Some(event),
			_ => None,
		})
		.collect();
	System::reset_events();
	events
}
