// SPDX-License-Identifier: Apache-2.0
//! Benchmarks of the calls.
//!
//! Names, addresses and rows are as long as they can be. Own snapshots are opaque, so that the
//! corpus is the parents'; each asks for a minimum, which every parent owes too. Each parent remembers
//! as many paid snapshots as it can, and no two the same ones. Parameters depend on each other (a fee
//! needs a snapshot, a corpus and grandparents need parents): points that can't exist are skipped.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::expect_used,
	clippy::unwrap_used,
	reason = "output of the benchmark macros"
)]

use crate::{types::*, *};
use alloc::vec;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{ConstU32, EnsureOrigin},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use openledger_primitives::{
	payload::Price,
	ports::{Beneficiary, WeightedSnapshot},
	Balance, DatanetId, ModelId, Ppm, Version, H256, OPEN, PPM,
};
use sp_runtime::SaturatedConversion;

/// What benchmarks need of the pallets behind the ports.
pub trait BenchmarkSetup<AccountId> {
	/// Gives an account money for deposits and fees.
	fn fund(who: &AccountId);

	/// Makes an opaque snapshot that is not empty, in a datanet of its own, with these terms.
	/// Returns its version, one with the longest path through the pools' tree; every row that a
	/// payment into its pool touches is there.
	fn snapshot(datanet: DatanetId, training_fee: Balance, minimum: Ppm) -> Version;

	/// Makes an account an operator with whom channels can be opened.
	fn operator(who: &AccountId);
}

/// The first of the parents; the first grandparent follows the last of them.
const FIRST_PARENT: ModelId = 1;
/// Models before the one that is registered: parents and grandparents.
const ANCESTORS: ModelId = MAX_PARENTS_OF_ONE + MAX_GRANDPARENTS;
/// Parents of a model, at most.
const MAX_PARENTS_OF_ONE: u32 = openledger_primitives::MAX_PARENTS;
/// Share of one parent.
const PARENT_PPM: Ppm = 50_000;
/// Share of the contributors.
const CONTRIBUTORS_PPM: Ppm = 200_000;
/// The least minimum there is.
const MINIMUM_PPM: Ppm = 1;
/// Fee of a snapshot that has one.
const TRAINING_FEE: Balance = OPEN;

/// As many bytes as a bound allows.
fn longest<const N: u32>() -> BoundedVec<u8, ConstU32<N>> {
	let length = usize::try_from(N).unwrap_or_default();
	BoundedVec::truncate_from(vec![b'a'; length])
}

fn price(planck: Balance) -> Price {
	Price {
		per_call: planck,
		in_per_kb: planck,
		out_per_kb: planck,
	}
}

/// The caller, with money.
fn developer<T: Config>() -> T::AccountId {
	let who = whitelisted_caller();
	T::BenchmarkSetup::fund(&who);
	who
}

/// Own snapshots, of which the first `fees` cost a fee.
fn own_snapshots<T: Config>(count: u32, fees: u32) -> OwnSnapshots {
	let rows = (1..=count).map(|datanet| {
		let fee = if datanet <= fees { TRAINING_FEE } else { 0 };
		WeightedSnapshot {
			datanet,
			version: T::BenchmarkSetup::snapshot(datanet, fee, MINIMUM_PPM),
			weight: 1,
		}
	});
	OwnSnapshots::truncate_from(rows.collect())
}

/// Stores a published model with these parents and the longest vector they allow.
fn store_model<T: Config>(id: ModelId, parents: impl Iterator<Item = ModelId>) {
	let mut vector = vec![
		(Beneficiary::Developer, PPM),
		(Beneficiary::Contributors, 0),
	];
	vector.extend(parents.map(|parent| (Beneficiary::Upstream(parent), 0)));
	Models::<T>::insert(
		id,
		Model {
			developer: account("ancestor", id, 0),
			state: State::Published,
			operator_ppm: 0,
			vector: Vector::truncate_from(vector),
			derivative_ppm: 0,
			min_fee_per_call: 1,
			terms_hash: H256::repeat_byte(1),
		},
	);
}

/// Stores `parents` with `corpus` rows each, all owing minima to `own`, and their `grandparents`.
fn store_lineage<T: Config>(parents: u32, corpus: u32, grandparents: u32, own: &OwnSnapshots) {
	let minima = own.iter().map(|own| Minimum {
		datanet: own.datanet,
		version: own.version,
		ppm: MINIMUM_PPM,
	});
	let minima = MinimumRows::truncate_from(minima.collect());
	let first_grandparent = FIRST_PARENT.saturating_add(MAX_PARENTS_OF_ONE);
	for place in 0..parents {
		let id = FIRST_PARENT.saturating_add(place);
		let from = place.saturating_mul(MAX_PARENTS_OF_ONE);
		let to = grandparents.min(from.saturating_add(MAX_PARENTS_OF_ONE));
		let theirs = (from..to).map(|place| first_grandparent.saturating_add(place));
		store_model::<T>(id, theirs);
		// The same datanets in other versions: as many keys as can be, in a corpus of this size.
		let rows = (0..corpus).map(|row| CorpusRow {
			datanet: DatanetId::MAX.saturating_sub(corpus).saturating_add(row),
			version: id,
			count: 1,
		});
		Corpora::<T>::insert(id, Corpus::truncate_from(rows.collect()));
		let paid = (1..=MAX_PAID).map(|version| (DatanetId::MAX, version_of(id, version)));
		PaidBeyondCorpus::<T>::insert(id, PaidSnapshots::truncate_from(paid.collect()));
		Minima::<T>::insert(id, minima.clone());
	}
	for place in 0..grandparents {
		// A row as long as rows can be; nobody reads what it names.
		let ids = 0..MAX_PARENTS_OF_ONE;
		store_model::<T>(first_grandparent.saturating_add(place), ids);
	}
	ModelCount::<T>::put(ANCESTORS);
}

/// A version that no other parent has.
fn version_of(parent: ModelId, number: u32) -> Version {
	parent.saturating_mul(MAX_PAID).saturating_add(number)
}

/// A registration that agrees to the stored parents.
fn params<T: Config>(parents: u32, own: OwnSnapshots) -> ModelParams {
	let contributors_ppm = if own.is_empty() { 0 } else { CONTRIBUTORS_PPM };
	let given = PARENT_PPM
		.saturating_mul(parents)
		.saturating_add(contributors_ppm);
	let links = (0..parents).map(|place| ParentLink {
		model: FIRST_PARENT.saturating_add(place),
		ppm: PARENT_PPM,
		terms_hash: H256::repeat_byte(1),
	});
	ModelParams {
		name: longest(),
		kind: ModelKind::Adapter,
		artifact_hash: H256::repeat_byte(2),
		artifact_uri: longest(),
		metadata_uri: longest(),
		metadata_hash: H256::repeat_byte(3),
		provenance_version: PROVENANCE_VERSION,
		snapshots: own,
		parents: ParentLinks::truncate_from(links.collect()),
		operator_ppm: 0,
		developer_ppm: PPM.saturating_sub(given),
		contributors_ppm,
		derivative_ppm: 0,
		min_fee_per_call: 1,
		suggested_price: price(1),
	}
}

/// A registration with its lineage stored; skipped when there is no such model.
fn registration<T: Config>(
	snapshots: u32,
	parents: u32,
	corpus: u32,
	fees: u32,
	grandparents: u32,
) -> Result<ModelParams, BenchmarkError> {
	let possible = fees <= snapshots
		&& (parents > 0 || corpus == 0)
		&& grandparents <= parents.saturating_mul(MAX_PARENTS_OF_ONE);
	if !possible {
		return Err(BenchmarkError::Skip);
	}
	let own = own_snapshots::<T>(snapshots, fees);
	store_lineage::<T>(parents, corpus, grandparents, &own);
	Ok(params::<T>(parents, own))
}

/// The id that the next registration gets.
fn next_id<T: Config>() -> ModelId {
	ModelCount::<T>::get().saturating_add(1)
}

/// A draft of the caller.
fn draft<T: Config>(params: ModelParams) -> Result<(T::AccountId, ModelId), BenchmarkError> {
	let (who, id) = (developer::<T>(), next_id::<T>());
	Pallet::<T>::do_register(who.clone(), params)?;
	Ok((who, id))
}

/// A published model of the caller, as large as one can be.
fn published<T: Config>() -> Result<(T::AccountId, ModelId), BenchmarkError> {
	let params = registration::<T>(MAX_SNAPSHOTS, MAX_PARENTS_OF_ONE, MAX_CORPUS, 0, 0)?;
	let (who, id) = draft::<T>(params)?;
	Pallet::<T>::do_publish(&who, id)?;
	Ok((who, id))
}

/// An advertisement by `operator` of a large model, with a short address.
fn advertised<T: Config>(operator: &T::AccountId) -> Result<ModelId, BenchmarkError> {
	let (_, id) = published::<T>()?;
	T::BenchmarkSetup::fund(operator);
	T::BenchmarkSetup::operator(operator);
	let endpoint = Uri::truncate_from(vec![b'a']);
	let expires_at = Pallet::<T>::now().saturating_add(1);
	Pallet::<T>::do_advertise(operator.clone(), id, endpoint, price(2), expires_at)?;
	Ok(id)
}

/// Some account that isn't whitelisted.
fn stranger<AccountId: Decode>() -> AccountId {
	account("stranger", 0, 0)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register(
		s: Linear<0, 16>,
		p: Linear<0, 8>,
		c: Linear<0, 64>,
		g: Linear<0, 64>,
	) -> Result<(), BenchmarkError> {
		let params = registration::<T>(s, p, c, 0, g)?;
		let (who, id) = (developer::<T>(), next_id::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(who), params);

		assert!(Models::<T>::get(id).is_some_and(|model| model.state == State::Draft));
		Ok(())
	}

	#[benchmark]
	fn publish(
		s: Linear<0, 16>,
		p: Linear<0, 8>,
		c: Linear<0, 64>,
		f: Linear<0, 16>,
		g: Linear<0, 64>,
	) -> Result<(), BenchmarkError> {
		let (who, id) = draft::<T>(registration::<T>(s, p, c, f, g)?)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert!(Models::<T>::get(id).is_some_and(|model| model.state == State::Published));
		assert_eq!(
			Corpora::<T>::decode_len(id).unwrap_or_default(),
			usize::try_from(c).unwrap_or_default()
		);
		Ok(())
	}

	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let (who, id) = published::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert!(Models::<T>::get(id).is_some_and(|model| model.state == State::Retired));
		Ok(())
	}

	#[benchmark]
	fn set_price() -> Result<(), BenchmarkError> {
		let (who, id) = published::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, price(7));

		let details = ModelDetails::<T>::get(id).ok_or("the model is there")?;
		assert_eq!(details.card.suggested_price, price(7));
		Ok(())
	}

	#[benchmark]
	fn discard() -> Result<(), BenchmarkError> {
		let (who, id) = draft::<T>(registration::<T>(MAX_SNAPSHOTS, 8, MAX_CORPUS, 0, 0)?)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert!(!Models::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn set_metadata() -> Result<(), BenchmarkError> {
		let (who, id) = published::<T>()?;
		// From short to long, so that the deposit grows.
		Pallet::<T>::do_set_metadata(&who, id, Uri::default(), H256::zero())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, longest(), H256::repeat_byte(7));

		let details = ModelDetails::<T>::get(id).ok_or("the model is there")?;
		assert_eq!(details.card.metadata_hash, H256::repeat_byte(7));
		Ok(())
	}

	#[benchmark]
	fn offer_transfer() -> Result<(), BenchmarkError> {
		let (who, id) = published::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, Some(stranger()));

		let details = ModelDetails::<T>::get(id).ok_or("the model is there")?;
		assert_eq!(details.offered_to, Some(stranger()));
		Ok(())
	}

	#[benchmark]
	fn accept_transfer() -> Result<(), BenchmarkError> {
		let (who, id) = published::<T>()?;
		let to = stranger::<T::AccountId>();
		T::BenchmarkSetup::fund(&to);
		Pallet::<T>::do_offer_transfer(&who, id, Some(to.clone()))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), id);

		assert!(Models::<T>::get(id).is_some_and(|model| model.developer == to));
		Ok(())
	}

	#[benchmark]
	fn advertise() -> Result<(), BenchmarkError> {
		let operator: T::AccountId = whitelisted_caller();
		// The second one replaces the first at another fee, and holds more.
		let id = advertised::<T>(&operator)?;
		let expires_at = Pallet::<T>::now().saturating_add(2);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(operator.clone()),
			id,
			longest(),
			price(1),
			expires_at,
		);

		let row = Advertisements::<T>::get(id, &operator).ok_or("it is advertised")?;
		assert_eq!(row.price, price(1));
		Ok(())
	}

	#[benchmark]
	fn withdraw_advertisement() -> Result<(), BenchmarkError> {
		let operator: T::AccountId = whitelisted_caller();
		let id = advertised::<T>(&operator)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), id);

		assert!(!Advertisements::<T>::contains_key(id, &operator));
		Ok(())
	}

	#[benchmark]
	fn prune_advertisement() -> Result<(), BenchmarkError> {
		let operator = stranger::<T::AccountId>();
		let id = advertised::<T>(&operator)?;
		let expired: BlockNumberFor<T> = Pallet::<T>::now().saturating_add(2).saturated_into();
		frame_system::Pallet::<T>::set_block_number(expired);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(whitelisted_caller()),
			id,
			operator.clone(),
		);

		assert!(!Advertisements::<T>::contains_key(id, &operator));
		Ok(())
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin =
			T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(
			origin as T::RuntimeOrigin,
			ModelsParameters::local_testnet(),
		);

		assert_eq!(Parameters::<T>::get(), ModelsParameters::local_testnet());
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);

	/// The suite stops at the first point that doesn't exist, so it reaches few of these.
	#[cfg(test)]
	#[test]
	fn every_corner_that_exists_is_measured() {
		use crate::mock::{ExtBuilder, Test};
		let mut measured = 0;
		for corner in 0..32u32 {
			let at = |bit: u32, high: u32| if corner >> bit & 1 == 1 { high } else { 0 };
			let (s, p, c, f, g) = (at(0, 16), at(1, 8), at(2, 64), at(3, 16), at(4, 64));
			let exists = f <= s && (p > 0 || c + g == 0);
			ExtBuilder::default().build().execute_with(|| {
				let done = _publish::<Test>(s, p, c, f, g, true);
				assert_eq!(done.is_ok(), exists, "{s} {p} {c} {f} {g}: {done:?}");
				measured += u32::from(exists);
			});
			ExtBuilder::default().build().execute_with(|| {
				let done = _register::<Test>(s, p, c, g, true);
				assert_eq!(
					done.is_ok(),
					p > 0 || c + g == 0,
					"{s} {p} {c} {g}: {done:?}"
				);
			});
		}
		assert_eq!(measured, 15);
	}
}
