// SPDX-License-Identifier: Apache-2.0
//! Stand-ins for datanets, models and royalties. The ledger keeps real money in the pot and books
//! it in storage, so that what a failed call booked is rolled back with it.

use std::{cell::RefCell, collections::BTreeMap};

use frame_support::{
	pallet_prelude::*,
	storage_alias,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
	},
};
use openledger_primitives::{
	ports::{
		Beneficiary, CreditTarget, DatanetInspect, DatanetKind, FeeSettlement, FeeSplit,
		MemberInfo, ModelInspect, RoyaltyTerms, SnapshotInfo, UsageRecorder, WeightedSnapshot,
	},
	shares, AccountId, Balance, BlockNumber, ContributionId, DatanetId, ModelId, Version,
};

use super::{Balances, ED, POT, TREASURY};

/// Matched: operator 30 %, the rest half to its developer, half to its contributors.
pub const MODEL: ModelId = 1;
/// Without a `Contributors` share.
pub const UNMATCHED_MODEL: ModelId = 2;
/// Contributors get a millionth of the rest, so a small fee leaves no data share.
pub const STINGY_MODEL: ModelId = 3;
/// Like `MODEL`, but retired.
pub const RETIRED_MODEL: ModelId = 4;
/// Was never published.
pub const NO_MODEL: ModelId = 99;
/// Least fee of a call of every model.
pub const FLOOR: Balance = 1_000;
/// Contributors' money goes to the contributor.
pub const CREDITED: DatanetId = 1;
/// Contributors' money goes to the pool.
pub const POOLED: DatanetId = 2;
/// Not in any model's corpus.
pub const FOREIGN: DatanetId = 3;
/// Members of the corpus's snapshot of each datanet.
pub const MEMBERS: u64 = 1_000_000;
/// Distance between the ids of two datanets' contributions.
const STRIDE: u64 = 10_000_000;

#[derive(Default)]
struct World {
	/// Blocks in which contributions were withdrawn.
	withdrawn: BTreeMap<ContributionId, BlockNumber>,
	fail_settle: bool,
	fail_credit: bool,
}

std::thread_local! {
	static WORLD: RefCell<World> = RefCell::default();
}

pub fn reset() {
	WORLD.with(|world| *world.borrow_mut() = World::default());
}

pub fn withdraw(contribution: ContributionId, at: BlockNumber) {
	WORLD.with(|world| world.borrow_mut().withdrawn.insert(contribution, at));
}

pub fn fail_settle(fail: bool) {
	WORLD.with(|world| world.borrow_mut().fail_settle = fail);
}

pub fn fail_credit(fail: bool) {
	WORLD.with(|world| world.borrow_mut().fail_credit = fail);
}

/// Contribution ids carry their datanet.
pub fn contribution(datanet: DatanetId, number: u64) -> ContributionId {
	u64::from(datanet) * STRIDE + number
}

/// A contributor for every seven contributions.
pub fn contributor(contribution: ContributionId) -> AccountId {
	let mut bytes = [0xC0; 32];
	bytes[..8].copy_from_slice(&(contribution % 7).to_le_bytes());
	AccountId::new(bytes)
}

pub struct Datanets;

impl DatanetInspect<AccountId> for Datanets {
	fn snapshot(datanet: DatanetId, version: Version) -> Option<SnapshotInfo> {
		(datanet <= FOREIGN && version == 2).then_some(SnapshotInfo {
			count: MEMBERS,
			bytes: 1 << 20,
			kind: DatanetKind::Text,
			training_fee: 0,
			min_contributors_ppm: 0,
		})
	}

	fn member(id: ContributionId, accepted_at: BlockNumber) -> Option<MemberInfo<AccountId>> {
		let datanet = u32::try_from(id / STRIDE).ok()?;
		if !(CREDITED..=FOREIGN).contains(&datanet) {
			return None;
		}
		let withdrawn = WORLD.with(|world| world.borrow().withdrawn.get(&id).copied());
		let target = match withdrawn {
			Some(at) if at <= accepted_at => CreditTarget::Treasury,
			_ if datanet == POOLED => CreditTarget::Pool,
			_ => CreditTarget::Contributor(contributor(id)),
		};
		Some(MemberInfo {
			datanet,
			number: id % STRIDE,
			text_root: Default::default(),
			byte_length: 4_096,
			target,
			taken_down_at: None,
		})
	}
}

pub struct Models;

impl ModelInspect<AccountId> for Models {
	fn terms(model: ModelId) -> Option<RoyaltyTerms<AccountId>> {
		let contributors = match model {
			MODEL | RETIRED_MODEL => 500_000,
			UNMATCHED_MODEL => 0,
			STINGY_MODEL => 1,
			_ => return None,
		};
		Some(RoyaltyTerms {
			developer: AccountId::new([0xDE; 32]),
			operator_ppm: 300_000,
			vector: vec![
				(Beneficiary::Developer, 1_000_000 - contributors),
				(Beneficiary::Contributors, contributors),
			],
			min_fee_per_call: FLOOR,
		})
	}

	fn own_snapshots(_: ModelId) -> Vec<WeightedSnapshot> {
		Vec::new()
	}

	fn corpus_version(_: ModelId, datanet: DatanetId) -> Option<Version> {
		(datanet < FOREIGN).then_some(2)
	}

	fn accepts_channels(model: ModelId) -> bool {
		matches!(model, MODEL | UNMATCHED_MODEL | STINGY_MODEL)
	}
}

#[storage_alias]
type Waiting = StorageValue<Ledger, Balance, ValueQuery>;
#[storage_alias]
type BurnedSum = StorageValue<Ledger, Balance, ValueQuery>;
#[storage_alias]
type Accrued = StorageMap<Ledger, Blake2_128Concat, AccountId, Balance, ValueQuery>;
#[storage_alias]
type Inbox = StorageMap<Ledger, Twox64Concat, ModelId, Balance, ValueQuery>;
#[storage_alias]
type Pools = StorageMap<Ledger, Twox64Concat, (DatanetId, Version), Balance, ValueQuery>;
#[storage_alias]
type Recorded = StorageMap<Recorder, Twox64Concat, ContributionId, (Balance, Balance), ValueQuery>;

pub fn accrued(who: &AccountId) -> Balance {
	Accrued::get(who)
}

pub fn inbox(model: ModelId) -> Balance {
	Inbox::get(model)
}

pub fn pool(datanet: DatanetId) -> Balance {
	Pools::get((datanet, 2))
}

pub fn waiting() -> Balance {
	Waiting::get()
}

pub fn burned() -> Balance {
	BurnedSum::get()
}

pub fn recorded(contribution: ContributionId) -> (Balance, Balance) {
	Recorded::get(contribution)
}

/// The pot holds its existential deposit and everything that is booked, to the planck.
pub fn check_ledger() {
	let booked: Balance = Accrued::iter_values().sum::<Balance>()
		+ Inbox::iter_values().sum::<Balance>()
		+ Pools::iter_values().sum::<Balance>()
		+ Waiting::get();
	assert_eq!(Balances::balance(&POT), ED + booked);
}

/// Keeps the books of the pot.
pub struct Ledger;

impl Ledger {
	fn take_waiting(amount: Balance) -> DispatchResult {
		let left = Waiting::get()
			.checked_sub(amount)
			.ok_or("more than waits")?;
		Waiting::put(left);
		if WORLD.with(|world| world.borrow().fail_credit) {
			return Err("the ledger is told to fail".into());
		}
		Ok(())
	}
}

impl FeeSettlement<AccountId> for Ledger {
	fn pot() -> AccountId {
		POT
	}

	fn quote(model: ModelId, fee: Balance) -> Option<FeeSplit> {
		let terms = Models::terms(model)?;
		let rest = 950_000 - terms.operator_ppm;
		let parts = shares::split(
			fee,
			&[
				20_000,
				30_000,
				u128::from(terms.operator_ppm),
				u128::from(rest),
			],
		)?;
		let of_rest: Vec<u128> = terms
			.vector
			.iter()
			.map(|(_, ppm)| u128::from(*ppm))
			.collect();
		let vector = shares::split(parts[3], &of_rest)?;
		Some(FeeSplit {
			burned: parts[0],
			treasury: parts[1],
			operator: parts[2],
			developer: vector[0],
			upstream: 0,
			data: vector[1],
		})
	}

	fn settle(
		model: ModelId,
		operator: &AccountId,
		fee: Balance,
	) -> Result<FeeSplit, DispatchError> {
		let split = Self::quote(model, fee).ok_or("no such model")?;
		let developer = Models::terms(model).ok_or("no such model")?.developer;
		Balances::burn_from(
			&POT,
			split.burned,
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Force,
		)?;
		BurnedSum::mutate(|sum| *sum += split.burned);
		Balances::transfer(&POT, &TREASURY, split.treasury, Preservation::Preserve)?;
		Accrued::mutate(operator, |sum| *sum += split.operator);
		Accrued::mutate(developer, |sum| *sum += split.developer);
		Waiting::mutate(|sum| *sum += split.data);
		if WORLD.with(|world| world.borrow().fail_settle) {
			return Err("the ledger is told to fail".into());
		}
		Ok(split)
	}

	fn release_base(model: ModelId, amount: Balance) -> DispatchResult {
		Self::take_waiting(amount)?;
		Inbox::mutate(model, |sum| *sum += amount);
		Ok(())
	}

	fn credit(who: &AccountId, amount: Balance) -> DispatchResult {
		Self::take_waiting(amount)?;
		Accrued::mutate(who, |sum| *sum += amount);
		Ok(())
	}

	fn credit_pool(datanet: DatanetId, version: Version, amount: Balance) -> DispatchResult {
		Self::take_waiting(amount)?;
		Pools::mutate((datanet, version), |sum| *sum += amount);
		Ok(())
	}

	fn credit_treasury(amount: Balance) -> DispatchResult {
		Self::take_waiting(amount)?;
		Balances::transfer(&POT, &TREASURY, amount, Preservation::Preserve)?;
		Ok(())
	}

	fn waiting() -> Balance {
		Waiting::get()
	}
}

pub struct Recorder;

impl UsageRecorder for Recorder {
	fn record(contribution: ContributionId, value: Balance, earned: Balance) {
		Recorded::mutate(contribution, |sum| {
			sum.0 += value;
			sum.1 += earned;
		});
	}
}
