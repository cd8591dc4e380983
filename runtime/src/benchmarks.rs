// SPDX-License-Identifier: Apache-2.0
//! Which pallets can be measured, and what their benchmarks need of each other.
//!
//! Rows are written as the pallets themselves would leave them; only what a benchmark touches is
//! there.

use crate::{AllPalletsWithSystem, Balance, Balances, Royalties, Runtime};
use alloc::{string::String, vec, vec::Vec};
use frame_benchmarking::{define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{
	fungible::Mutate, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys,
};
use openledger_primitives::{
	apis::DatanetState,
	payload::{Curve, PublicKey},
	ports::{Beneficiary, Credit, DatanetKind, PoolLedger, WeightedSnapshot},
	AccountId, DatanetId, ModelId, Ppm, Version, H256, OPEN, PPM,
};
use pallet_royalties::fenwick::WORST_VERSION;

define_benchmarks!(
	[pallet_datanets, crate::Datanets]
	[pallet_models, crate::Models]
	[pallet_royalties, crate::Royalties]
);

/// What the runtime can measure, and the storage it knows.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs one benchmark.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	// Rows that every block touches anyway.
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// Prepares other pallets for a pallet's benchmarks.
pub struct Setup;

/// Money of whoever has to pay.
const FUNDS: Balance = 1_000_000 * OPEN;
/// The model that royalties are settled for; parents have smaller ids.
const MODEL: ModelId = 1_000;

impl pallet_royalties::BenchmarkSetup for Setup {
	fn published_model(parents: u32, snapshots: u32) -> ModelId {
		let contributors = if snapshots > 0 { 200_000 } else { 0 };
		let parent = 50_000;
		let given = parents.saturating_mul(parent).saturating_add(contributors);
		let mut vector = vec![
			(Beneficiary::Developer, PPM.saturating_sub(given)),
			(Beneficiary::Contributors, contributors),
		];
		vector.extend((1..=parents).map(|id| (Beneficiary::Upstream(id), parent)));
		let own = (1..=snapshots).map(|datanet| WeightedSnapshot {
			datanet,
			version: WORST_VERSION,
			weight: 1,
		});
		pallet_models::Models::<Runtime>::insert(
			MODEL,
			pallet_models::types::Model {
				developer: frame_benchmarking::account("developer", 0, 0),
				state: pallet_models::types::State::Published,
				operator_ppm: 100_000,
				vector: pallet_models::types::Vector::truncate_from(vector),
				derivative_ppm: 0,
				min_fee_per_call: 1,
				terms_hash: H256::zero(),
			},
		);
		pallet_models::Snapshots::<Runtime>::insert(
			MODEL,
			pallet_models::types::OwnSnapshots::truncate_from(own.collect()),
		);
		MODEL
	}
}

impl pallet_models::BenchmarkSetup<AccountId> for Setup {
	fn fund(who: &AccountId) {
		Balances::set_balance(who, FUNDS);
	}

	fn snapshot(datanet: DatanetId, training_fee: Balance, minimum: Ppm) -> Version {
		let terms = pallet_datanets::DatanetTerms {
			training_fee,
			min_contributors_ppm: minimum,
		};
		pallet_datanets::Datanets::<Runtime>::insert(
			datanet,
			pallet_datanets::Datanet {
				owner: frame_benchmarking::account("owner", 0, 0),
				kind: DatanetKind::Opaque,
				admission: pallet_datanets::Admission::Open,
				credit: Credit::Contributors,
				review_fee_per_kib: 0,
				bond_per_byte: 0,
				terms,
				accepted: 1,
				bytes: 1,
				hash: H256::zero(),
				version: WORST_VERSION,
				state: DatanetState::Open,
				snapshot_deposits: 0,
			},
		);
		pallet_datanets::Snapshots::<Runtime>::insert(
			datanet,
			WORST_VERSION,
			pallet_datanets::Snapshot {
				count: 1,
				bytes: 1,
				hash: H256::zero(),
				terms,
				at: 1,
				deposit: 0,
			},
		);
		if training_fee > 0 {
			fill_pool(datanet);
		}
		WORST_VERSION
	}

	fn operator(who: &AccountId) {
		pallet_usage::Operators::<Runtime>::insert(
			who,
			pallet_usage::Operator {
				bond: OPEN,
				unbonding: None,
				key: PublicKey {
					curve: Curve::Sr25519,
					key: [1; 32],
				},
				state: pallet_usage::OperatorState::Active,
				coverage: 0,
				unpaid_pages: 0,
				last_turn: 0,
			},
		);
	}
}

/// Gives a pool a member, and every cell that a payment touches a value.
fn fill_pool(datanet: DatanetId) {
	let payer = frame_benchmarking::account("payer", 0, 0);
	Balances::set_balance(&payer, FUNDS);
	let filled = Royalties::add_points(datanet, 1, &payer, 1_000_000)
		.and_then(|()| Royalties::pay_in(&payer, datanet, WORST_VERSION, OPEN));
	assert!(filled.is_ok(), "a pool with a member takes money");
}
