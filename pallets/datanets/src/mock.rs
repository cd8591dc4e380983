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

pub mod pools;

use crate as pallet_datanets;
pub use crate::*;
use codec::{Decode, Encode};
pub use frame_support::traits::{fungible::Inspect, Get};
use frame_support::{
	assert_ok, derive_impl,
	dispatch::{DispatchResultWithPostInfo, GetDispatchInfo},
	parameter_types,
	traits::{
		fungible::{HoldConsideration, InspectHold},
		ConstU128, Hooks, LinearStoragePrice, Randomness, WithdrawReasons,
	},
	weights::Weight,
};
use frame_system::offchain::{
	CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase,
};
use openledger_primitives::{
	apis::BallotState,
	hash,
	payload::{vote_commit_hash, ContributionCommit, Payload, VoteCommit},
	ports::{Credit, DatanetKind, PoolLedger},
	text::{open_last_leaf, text_root},
	AccountId32, Balance, BlockNumber, ContributionId, DatanetId, Version, H256, MICRO, MILLI,
	OPEN,
};
pub use pools::*;
use sp_runtime::{
	generic,
	traits::{Applyable, BlakeTwo256, Checkable, Convert, ConvertInto, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidityError, ValidTransaction},
	BuildStorage, DispatchError, DispatchResult, MultiSignature,
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
pub const POOL: AccountId32 = AccountId32::new([8; 32]);
pub const TREASURY: AccountId32 = AccountId32::new([9; 32]);

pub const FUNDS: Balance = 10_000 * OPEN;
pub const SALT: [u8; 32] = [7; 32];
/// Blocks of an epoch.
pub const EPOCH: BlockNumber = 10;

pub type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub type Header = generic::Header<u32, BlakeTwo256>;
pub type Extrinsic =
	generic::UncheckedExtrinsic<AccountId32, RuntimeCall, MultiSignature, TxExtension>;
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
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Vesting = pallet_vesting;
	#[runtime::pallet_index(50)]
	pub type Datanets = pallet_datanets;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
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
	pub const TreasuryAccount: AccountId32 = TREASURY;
	pub const EpochBlocks: BlockNumber = EPOCH;
	pub const ExtensionWeight: Weight = Weight::from_parts(7_000_000, 0);
	/// Epochs that the chain has skipped.
	pub static SkippedEpochs: u64 = 0;
	/// What every epoch's randomness is made from.
	pub static EpochSeed: u64 = 0;
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

/// Epochs of [`EPOCH`] blocks, the first from block 1 on, and those that were skipped.
pub struct EpochIndex;

impl Get<u64> for EpochIndex {
	fn get() -> u64 {
		u64::from(now().saturating_sub(1) / EPOCH) + SkippedEpochs::get()
	}
}

/// Fixed by seed, epoch and subject.
pub struct EpochRandomness;

impl Randomness<H256, BlockNumber> for EpochRandomness {
	fn random(subject: &[u8]) -> (H256, BlockNumber) {
		let value = hash(&(subject, EpochSeed::get(), EpochIndex::get()).encode());
		(value, now().saturating_sub(EPOCH))
	}
}

/// A thousand picoseconds a planck, and a thousand planck a byte.
pub struct WeightFee;

impl Convert<(Weight, u32), Balance> for WeightFee {
	fn convert((weight, length): (Weight, u32)) -> Balance {
		Balance::from(weight.ref_time()) / 1_000 + Balance::from(length) * 1_000
	}
}

impl Config for Test {
	type Currency = Balances;
	type Consideration = HoldConsideration<AccountId32, Balances, StorageReason, StoragePrice>;
	type Pools = RecordedPools;
	type TreasuryAccount = TreasuryAccount;
	type EpochIndex = EpochIndex;
	type Randomness = EpochRandomness;
	type EpochBlocks = EpochBlocks;
	type WeightFee = WeightFee;
	type ExtensionWeight = ExtensionWeight;
	type GovernanceOrigin = frame_system::EnsureRoot<AccountId32>;
	type WeightInfo = weights::SubstrateWeight<Test>;
}

impl CreateTransactionBase<Call<Test>> for Test {
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl CreateTransaction<Call<Test>> for Test {
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl CreateAuthorizedTransaction<Call<Test>> for Test {
	fn create_extension() -> TxExtension {
		(frame_system::AuthorizeCall::new(),)
	}
}

/// A keeper's transaction as the worker makes it.
pub fn keeper(call: Call<Test>) -> Extrinsic {
	<Test as CreateAuthorizedTransaction<Call<Test>>>::create_authorized_transaction(call.into())
}

/// What a pool says about a transaction.
pub fn validate(transaction: Extrinsic) -> Result<ValidTransaction, TransactionValidityError> {
	let (info, length) = (transaction.get_dispatch_info(), transaction.encoded_size());
	let checked =
		Checkable::check(transaction, &frame_system::ChainContext::<Test>::default()).unwrap();
	checked.validate::<Test>(TransactionSource::External, &info, length)
}

/// Through the extension, as a block does.
pub fn apply(
	transaction: Extrinsic,
) -> Result<DispatchResultWithPostInfo, TransactionValidityError> {
	let (info, length) = (transaction.get_dispatch_info(), transaction.encoded_size());
	let checked =
		Checkable::check(transaction, &frame_system::ChainContext::<Test>::default()).unwrap();
	checked.apply::<Test>(&info, length)
}

/// A keeper concludes a review that is due.
pub fn conclude_review(contribution: ContributionId) {
	assert_ok!(apply(keeper(Call::conclude_review { contribution })).unwrap());
}

/// What a reveal pays for the keepers' calls of its review by [`CURATOR`] alone.
pub fn review_prepaid() -> Balance {
	review_prepaid_for(1)
}

/// The same for so many who may vote.
pub fn review_prepaid_for(electors: u32) -> Balance {
	prepaid(<Test as Config>::WeightInfo::conclude_review(electors))
}

/// What two keepers' calls of this weight cost ahead.
pub fn prepaid(call: Weight) -> Balance {
	let limits: frame_system::limits::BlockWeights =
		<Test as frame_system::Config>::BlockWeights::get();
	let base = limits
		.get(frame_support::dispatch::DispatchClass::Operational)
		.base_extrinsic;
	let weight =
		call + <Test as Config>::WeightInfo::authorize_conclude() + ExtensionWeight::get() + base;
	2 * WeightFee::convert((weight, 136))
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
		SkippedEpochs::set(0);
		EpochSeed::set(0);
		let mut storage = frame_system::GenesisConfig::<Test>::default()
			.build_storage()
			.unwrap();
		let rich = [OWNER, CURATOR, SECOND_CURATOR, ALICE, BOB, LOCKED];
		pallet_balances::GenesisConfig::<Test> {
			balances: rich
				.into_iter()
				.map(|who| (who, FUNDS))
				.chain([(TREASURY, MILLI)])
				.collect(),
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
		ext.execute_with(|| {
			System::set_block_number(1);
			Datanets::on_initialize(1);
		});
		ext
	}

	/// Runs a test and then every invariant.
	pub fn build_and_execute<R>(self, test: impl FnOnce() -> R) -> R {
		self.build().execute_with(|| {
			let outcome = test();
			check_all();
			outcome
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
	assert_eq!(
		placed_locks(),
		Pallet::<Test>::live_locks(),
		"rows locked and contributions accused"
	);
	let aside: Balance = Contributions::<Test>::iter_values()
		.map(|row| match row.status {
			Status::Withdrawn { aside, .. } => aside,
			_ => 0,
		})
		.sum();
	assert_eq!(Aside::get(), aside, "money set aside");
	check_every_hold();
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
	let contributor_of = |id| Contributions::<Test>::get(id).unwrap().contributor;
	let tickets = Details::<Test>::iter()
		.map(|(id, row)| (owner_of(id), row.ticket))
		.chain(Approvals::<Test>::iter().map(|(_, _, row)| (row.by, row.ticket)))
		.chain(Contents::<Test>::iter().map(|(id, row)| (contributor_of(id), row.ticket)))
		.chain(Reviews::<Test>::iter().map(|(id, row)| (contributor_of(id), row.ticket)))
		.chain(Claims::<Test>::iter().map(|(_, row)| (row.reporter, row.ticket)));
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

/// So many blocks later, hooks and all.
pub fn advance(blocks: u32) {
	for _ in 0..blocks {
		Datanets::on_finalize(now());
		System::set_block_number(now() + 1);
		Datanets::on_initialize(now());
	}
}

/// To this block, if it is ahead.
pub fn advance_to(block: BlockNumber) {
	advance(block.saturating_sub(now()));
}

/// To the first block of the next epoch.
pub fn next_epoch() {
	advance(EPOCH - (now() - 1) % EPOCH);
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

/// The digest of a vote in the review's round, salted with [`SALT`].
pub fn vote_of(id: ContributionId, who: &AccountId32, vote: u8, reason: u8) -> H256 {
	let body = VoteCommit {
		contribution: id,
		curator: who.clone(),
		round: review(id).round,
		vote,
		reason,
		salt: SALT,
	};
	vote_commit_hash(&System::block_hash(0), &body)
}

pub fn commit_vote(id: ContributionId, who: &AccountId32, vote: u8, reason: u8) {
	let digest = vote_of(id, who, vote, reason);
	assert_ok!(Datanets::commit_vote(signed(who), id, digest));
}

pub fn reveal_vote(id: ContributionId, who: &AccountId32, vote: u8, reason: u8) {
	assert_ok!(Datanets::reveal_vote(signed(who), id, vote, reason, SALT));
}

/// All who may vote do, and alike: the last reveal decides.
pub fn vote_all(id: ContributionId, vote: u8, reason: u8) {
	let curators = electors(id);
	assert!(!curators.is_empty(), "nobody can vote on {id}");
	for who in &curators {
		commit_vote(id, who, vote, reason);
	}
	for who in &curators {
		reveal_vote(id, who, vote, reason);
	}
}

pub fn accept(id: ContributionId, quality: u8) {
	vote_all(id, quality, 0);
	assert!(matches!(contribution(id).status, Status::Accepted(_)));
}

pub fn reject(id: ContributionId) {
	vote_all(id, 0, 3);
	assert!(matches!(
		contribution(id).status,
		Status::Rejected { reason: 3, .. }
	));
}

pub fn review(id: ContributionId) -> ReviewOf<Test> {
	Reviews::<Test>::get(id).unwrap()
}

/// Who may vote, in the order of the ballots.
pub fn electors(id: ContributionId) -> Vec<AccountId32> {
	review(id)
		.ballots
		.into_iter()
		.map(|ballot| ballot.curator)
		.collect()
}

pub fn ballot(id: ContributionId, who: &AccountId32) -> BallotState {
	review(id)
		.ballots
		.into_iter()
		.find(|ballot| ballot.curator == *who)
		.unwrap()
		.state
}

pub fn seat(datanet: DatanetId, who: &AccountId32) -> Seat {
	Seats::<Test>::get(datanet, who).unwrap()
}

pub fn contribution(id: ContributionId) -> ContributionOf<Test> {
	Contributions::<Test>::get(id).unwrap()
}

/// Events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}
