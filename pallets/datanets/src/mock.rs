// SPDX-License-Identifier: Apache-2.0
//! A small runtime and staged fixtures.

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

use crate as pallet_datanets;
pub use crate::*;
use codec::{Decode, Encode};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{HoldConsideration, InspectHold},
		ConstU128, LinearStoragePrice, WithdrawReasons,
	},
	Blake2_128Concat,
};
use openledger_primitives::{
	payload::{ContributionCommit, Payload},
	ports::{Credit, DatanetKind, PoolLedger},
	text::{open_last_leaf, text_root},
	AccountId32, Balance, ContributionId, DatanetId, Version, H256, MICRO, MILLI, OPEN,
};
use sp_runtime::{
	traits::{Convert, ConvertInto, IdentityLookup},
	BuildStorage, DispatchError, DispatchResult,
};
use std::collections::BTreeMap;

pub const OWNER: AccountId32 = AccountId32::new([1; 32]);
pub const CURATOR: AccountId32 = AccountId32::new([2; 32]);
pub const SECOND_CURATOR: AccountId32 = AccountId32::new([3; 32]);
pub const ALICE: AccountId32 = AccountId32::new([4; 32]);
pub const BOB: AccountId32 = AccountId32::new([5; 32]);
/// Has nothing but a vesting schedule over its whole balance, where a test asks for it.
pub const LOCKED: AccountId32 = AccountId32::new([6; 32]);
/// Has no money at all.
pub const POOR: AccountId32 = AccountId32::new([7; 32]);
const POOL: AccountId32 = AccountId32::new([8; 32]);

pub const FUNDS: Balance = 10_000 * OPEN;
pub const SALT: [u8; 32] = [7; 32];

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Vesting: pallet_vesting,
		Datanets: pallet_datanets,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId32;
	type Lookup = IdentityLookup<AccountId32>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<MILLI>;
	type AccountStore = System;
}

parameter_types! {
	pub UnvestedFundsAllowedWithdrawReasons: WithdrawReasons =
		WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
	pub const StorageReason: RuntimeHoldReason =
		RuntimeHoldReason::Datanets(HoldReason::StorageDeposit);
	/// Whether the pools refuse points.
	pub static PoolsRefuse: bool = false;
}

#[allow(deprecated, reason = "pallet-vesting still asks for the event type")]
impl pallet_vesting::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type BlockNumberToBalance = ConvertInto;
	type MinVestedTransfer = ConstU128<OPEN>;
	type WeightInfo = ();
	type UnvestedFundsAllowedWithdrawReasons = UnvestedFundsAllowedWithdrawReasons;
	type BlockNumberProvider = System;
	const MAX_VESTING_SCHEDULES: u32 = 3;
}

/// A base and a slope, so that a wrong footprint shows.
pub type StoragePrice =
	LinearStoragePrice<ConstU128<{ 5 * MILLI }>, ConstU128<{ 7 * MICRO }>, Balance>;

impl Config for Test {
	type Currency = Balances;
	type Consideration = HoldConsideration<AccountId32, Balances, StorageReason, StoragePrice>;
	type Pools = RecordedPools;
	type GovernanceOrigin = frame_system::EnsureRoot<AccountId32>;
	type WeightInfo = weights::SubstrateWeight<Test>;
}

/// Points given through the port. In storage, so that a call that fails takes them back.
#[frame_support::storage_alias]
pub type GivenPoints = StorageMap<
	RecordedPools,
	Blake2_128Concat,
	(DatanetId, Version, AccountId32),
	u64,
	frame_support::pallet_prelude::ValueQuery,
>;

/// Records what comes through the port.
pub struct RecordedPools;

impl PoolLedger<AccountId32> for RecordedPools {
	fn add_points(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId32,
		points: u64,
	) -> DispatchResult {
		if PoolsRefuse::get() {
			return Err(DispatchError::Other("pools refuse"));
		}
		GivenPoints::mutate((datanet, tranche, who), |sum| *sum += points);
		Ok(())
	}

	fn remove_points(
		datanet: DatanetId,
		tranche: Version,
		who: &AccountId32,
		points: u64,
	) -> DispatchResult {
		GivenPoints::mutate((datanet, tranche, who), |sum| *sum -= points);
		Ok(())
	}

	fn move_points(
		datanet: DatanetId,
		tranche: Version,
		from: &AccountId32,
		to: &AccountId32,
		points: u64,
	) -> DispatchResult {
		Self::remove_points(datanet, tranche, from, points)?;
		Self::add_points(datanet, tranche, to, points)
	}

	fn pay_in(
		payer: &AccountId32,
		_datanet: DatanetId,
		_version: Version,
		amount: Balance,
	) -> DispatchResult {
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		Balances::transfer(payer, &POOL, amount, Preservation::Preserve).map(|_| ())
	}
}

/// Builds the state that a test starts from.
#[derive(Default)]
pub struct ExtBuilder {
	locked: bool,
	parameters: DatanetsParameters,
}

impl ExtBuilder {
	/// Covers the whole balance of [`LOCKED`] by a vesting schedule.
	pub fn with_lock(mut self) -> Self {
		self.locked = true;
		self
	}

	pub fn parameters(mut self, parameters: DatanetsParameters) -> Self {
		self.parameters = parameters;
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		PoolsRefuse::set(false);
		let mut storage = frame_system::GenesisConfig::<Test>::default()
			.build_storage()
			.unwrap();
		let rich = [OWNER, CURATOR, SECOND_CURATOR, ALICE, BOB, LOCKED];
		pallet_balances::GenesisConfig::<Test> {
			balances: rich.into_iter().map(|who| (who, FUNDS)).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let vesting = if self.locked {
			vec![(LOCKED, 0, 1_000_000, 0)]
		} else {
			Vec::new()
		};
		pallet_vesting::GenesisConfig::<Test> { vesting }
			.assimilate_storage(&mut storage)
			.unwrap();
		pallet_datanets::GenesisConfig::<Test> {
			parameters: self.parameters,
			_marker: Default::default(),
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| System::set_block_number(1));
		ext
	}

	/// Runs a test and then every invariant.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check_all();
		})
	}
}

/// `try_state`, and what only this runtime can compare.
pub fn check_all() {
	Pallet::<Test>::do_try_state().unwrap();
	assert_eq!(
		given_points(),
		Pallet::<Test>::live_points(),
		"points given and points earned"
	);
	check_every_hold();
}

pub fn given_points() -> BTreeMap<(DatanetId, Version, AccountId32), u64> {
	GivenPoints::iter()
		.filter(|(_, points)| *points > 0)
		.collect()
}

/// Every hold of every account is owed by one of our rows or tickets, and nothing else is held.
fn check_every_hold() {
	let mut owed: BTreeMap<(Vec<u8>, AccountId32), Balance> = BTreeMap::new();
	for (reason, sums) in Pallet::<Test>::owed().unwrap() {
		for (who, amount) in sums {
			*owed
				.entry((RuntimeHoldReason::from(reason).encode(), who))
				.or_default() += amount;
		}
	}
	let owner_of = |datanet| {
		pallet_datanets::Datanets::<Test>::get(datanet)
			.unwrap()
			.owner
	};
	let tickets = Details::<Test>::iter()
		.map(|(id, row)| (owner_of(id), row.ticket))
		.chain(Approvals::<Test>::iter().map(|(id, _, ticket)| (owner_of(id), ticket)))
		.chain(Contents::<Test>::iter().map(|(id, row)| {
			(
				Contributions::<Test>::get(id).unwrap().contributor,
				row.ticket,
			)
		}));
	for (who, ticket) in tickets {
		let amount = Balance::decode(&mut &ticket.encode()[..]).unwrap();
		*owed
			.entry((StorageReason::get().encode(), who))
			.or_default() += amount;
	}
	let held: BTreeMap<_, _> = pallet_balances::Holds::<Test>::iter()
		.flat_map(|(who, holds)| {
			holds
				.into_iter()
				.map(move |hold| ((hold.id.encode(), who.clone()), hold.amount))
		})
		.collect();
	owed.retain(|_, amount| *amount > 0);
	assert_eq!(held, owed);
}

pub fn held(reason: HoldReason, who: &AccountId32) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

/// Storage deposit of a footprint of so many bytes.
pub fn deposit_of(bytes: usize) -> Balance {
	StoragePrice::convert(frame_support::traits::Footprint::from_parts(1, bytes))
}

pub fn signed(who: &AccountId32) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

pub fn now() -> u32 {
	System::block_number()
}

pub fn advance(blocks: u32) {
	System::set_block_number(now() + blocks);
}

pub fn bounded<N: sp_core::Get<u32>>(bytes: &[u8]) -> frame_support::BoundedVec<u8, N> {
	bytes.to_vec().try_into().unwrap()
}

/// A text datanet, open to all, with two named curators.
pub fn params() -> ParamsOf<Test> {
	DatanetParams {
		name: bounded(b"Recipes"),
		kind: DatanetKind::Text,
		licence: bounded(b"CC-BY-4.0"),
		metadata_uri: bounded(b"https://example.org/croissant.json"),
		metadata_hash: H256::repeat_byte(9),
		admission: Admission::Open,
		credit: Credit::Contributors,
		review_fee_per_kib: MILLI,
		bond_per_byte: 10 * MICRO,
		terms: DatanetTerms {
			training_fee: 5 * OPEN,
			min_contributors_ppm: 100_000,
		},
		curators: vec![CURATOR, SECOND_CURATOR].try_into().unwrap(),
	}
}

/// Creates a datanet that differs from [`params`] as told; CURATOR takes his seat if named.
pub fn create(change: impl FnOnce(&mut ParamsOf<Test>)) -> DatanetId {
	let mut params = params();
	change(&mut params);
	let named = params.curators.contains(&CURATOR);
	assert_ok!(Datanets::create_datanet(signed(&OWNER), params));
	let id = DatanetCount::<Test>::get();
	if named {
		assert_ok!(Datanets::take_seat(signed(&CURATOR), id));
	}
	id
}

pub fn create_plain() -> DatanetId {
	create(|_| ())
}

/// Distinct bytes for each seed.
pub fn text(seed: u64, length: usize) -> Vec<u8> {
	format!("text {seed} ")
		.bytes()
		.cycle()
		.take(length)
		.collect()
}

pub fn commitment(who: &AccountId32, bytes: &[u8]) -> H256 {
	ContributionCommit {
		text_root: text_root(bytes),
		byte_length: bytes.len() as u64,
		account: who.clone(),
		salt: SALT,
	}
	.digest(&System::block_hash(0))
}

pub fn reveal(bytes: &[u8]) -> Reveal {
	let opening = open_last_leaf(bytes).unwrap();
	Reveal {
		text_root: text_root(bytes),
		salt: SALT,
		uri: bounded(b"https://example.org/text"),
		records: 1,
		licence: bounded(b""),
		last_leaf: opening.leaf,
		siblings: opening.siblings,
	}
}

pub fn commit(datanet: DatanetId, who: &AccountId32, bytes: &[u8]) -> ContributionId {
	let length = bytes.len() as u64;
	assert_ok!(Datanets::commit(
		signed(who),
		datanet,
		commitment(who, bytes),
		length
	));
	ContributionCount::<Test>::get()
}

pub fn contribute(datanet: DatanetId, who: &AccountId32, bytes: &[u8]) -> ContributionId {
	let id = commit(datanet, who, bytes);
	assert_ok!(Datanets::contribute(signed(who), id, reveal(bytes)));
	id
}

pub fn accept(id: ContributionId, quality: u8) {
	assert_ok!(Datanets::review(
		signed(&CURATOR),
		id,
		Verdict::Accept { quality }
	));
}

pub fn reject(id: ContributionId) {
	assert_ok!(Datanets::review(
		signed(&CURATOR),
		id,
		Verdict::Reject { reason: 3 }
	));
}

pub fn contribution(id: ContributionId) -> ContributionOf<Test> {
	Contributions::<Test>::get(id).unwrap()
}

/// Events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}
