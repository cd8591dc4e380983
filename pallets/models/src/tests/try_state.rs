// SPDX-License-Identifier: Apache-2.0
//! Each invariant is broken once, and found.

use frame_support::{assert_ok, hypothetically};
use openledger_primitives::ports::Beneficiary;
use sp_runtime::{DispatchError, TryRuntimeError};

use crate::{
	mock::*, types::*, Artifacts, Corpora, ModelCount, ModelDetails, Models, PaidBeyondCorpus,
	Snapshots,
};

/// A parent (1), its child (2), a retired model (3) and a draft (4).
fn staged(break_it: impl FnOnce(), expected: &'static str) {
	ExtBuilder::default()
		.text(1, 1)
		.text(1, 2)
		.text(2, 1)
		.snapshot(3, 1, false, 0, 0)
		.build_and_execute(|| {
			let parent = publish(trained(1, &[weighted(1, 1, 1), weighted(3, 1, 1)], 100_000));
			publish(derived(
				trained(2, &[weighted(1, 2, 1)], 100_000),
				&[link(parent, 200_000)],
			));
			let retired = publish(params(3));
			assert_ok!(ModelsPallet::retire(RuntimeOrigin::root(), retired));
			register(ALICE, trained(4, &[weighted(2, 1, 1)], 100_000));
			assert_eq!(ModelsPallet::do_try_state(), Ok(()));
			hypothetically!({
				break_it();
				let found: Result<(), TryRuntimeError> = Err(DispatchError::Other(expected));
				assert_eq!(ModelsPallet::do_try_state(), found);
			});
		});
}

/// Changes a model's row so that its terms hash still fits.
fn change(id: u32, change: impl FnOnce(&mut Model<u64>)) {
	let mut model = Models::<Test>::get(id).unwrap();
	change(&mut model);
	model.terms_hash = ModelsPallet::hash_terms(id, &model);
	Models::<Test>::insert(id, model);
}

#[test]
fn rows_should_belong_to_models() {
	staged(|| ModelCount::<Test>::put(3), "models: id was never given");
	staged(
		|| ModelDetails::<Test>::remove(4),
		"models: rows and details differ",
	);
	let stray: [fn(); 3] = [
		|| Snapshots::<Test>::insert(9, OwnSnapshots::default()),
		|| Corpora::<Test>::insert(9, Corpus::default()),
		|| PaidBeyondCorpus::<Test>::insert(9, PaidSnapshots::default()),
	];
	for break_it in stray {
		staged(break_it, "models: row without a model");
	}
}

#[test]
fn vectors_should_be_canonical_and_whole() {
	staged(
		|| change(4, |model| model.vector[0].1 -= 1),
		"models: vector is not canonical",
	);
	staged(
		|| change(2, |model| model.vector[..].reverse()),
		"models: vector is not canonical",
	);
	staged(
		|| {
			change(3, |model| {
				model.vector.pop();
			})
		},
		"models: vector lacks developer or contributors",
	);
	staged(
		|| {
			change(2, |model| {
				model.vector[0].1 = 0;
				model.vector[2].1 = 900_000;
			})
		},
		"models: parents get too much",
	);
	staged(
		|| change(1, |model| model.operator_ppm = 900_001),
		"models: operator gets too much",
	);
	staged(
		|| change(1, |model| model.min_fee_per_call = 0),
		"models: calls are free",
	);
	staged(
		|| Models::<Test>::mutate(1, |model| model.as_mut().unwrap().derivative_ppm += 1),
		"models: terms hash is wrong",
	);
}

#[test]
fn parents_should_be_older_and_published() {
	for parent in [2, 4] {
		staged(
			|| change(2, |model| model.vector[2].0 = Beneficiary::Upstream(parent)),
			"models: parent is not older",
		);
	}
	staged(
		|| {
			// A draft's child, with nothing else wrong before it is looked at.
			change(3, |model| {
				model.vector = Models::<Test>::get(2).unwrap().vector
			});
			Models::<Test>::mutate(1, |model| model.as_mut().unwrap().state = State::Draft);
			Corpora::<Test>::remove(1);
			PaidBeyondCorpus::<Test>::remove(1);
			Models::<Test>::remove(2);
			ModelDetails::<Test>::remove(2);
			Snapshots::<Test>::remove(2);
			Corpora::<Test>::remove(2);
			PaidBeyondCorpus::<Test>::remove(2);
			let footprint = ModelsPallet::stored_footprint(1).unwrap();
			ModelDetails::<Test>::mutate(1, |details| {
				use frame_support::traits::Consideration;
				let details = details.as_mut().unwrap();
				details.deposit = details.deposit.clone().update(&ALICE, footprint).unwrap();
			});
		},
		"models: parent was never published",
	);
}

#[test]
fn own_snapshots_should_be_as_registered() {
	let own = |rows: &[_]| OwnSnapshots::try_from(rows.to_vec()).unwrap();
	let put = |rows| move || Snapshots::<Test>::insert(4, rows);
	staged(
		put(own(&[weighted(2, 1, 1), weighted(2, 1, 1)])),
		"models: own snapshots don't ascend",
	);
	staged(put(own(&[weighted(2, 1, 0)])), "models: weight is 0");
	staged(
		put(own(&[weighted(2, 2, 1)])),
		"models: own snapshot is missing or empty",
	);
}

#[test]
fn corpora_should_be_what_the_lineage_gives() {
	staged(
		|| Corpora::<Test>::insert(4, Corpora::<Test>::get(1)),
		"models: draft has a corpus",
	);
	staged(
		|| PaidBeyondCorpus::<Test>::insert(4, PaidBeyondCorpus::<Test>::get(1)),
		"models: draft has a corpus",
	);
	staged(|| Corpora::<Test>::remove(2), "models: corpus is wrong");
	let broken: [fn(&mut CorpusRow); 3] = [
		|row| row.version = 1,
		|row| row.count += 1,
		|row| row.datanet = 2,
	];
	for spoil in broken {
		staged(
			|| Corpora::<Test>::mutate(2, |rows| spoil(&mut rows[0])),
			"models: corpus is wrong",
		);
	}
	staged(
		|| PaidBeyondCorpus::<Test>::remove(2),
		"models: paid snapshots are wrong",
	);
	staged(
		|| {
			PaidBeyondCorpus::<Test>::mutate(2, |paid| paid.try_push((9, 9)).unwrap());
		},
		"models: paid snapshots are wrong",
	);
}

#[test]
fn deposits_should_be_what_the_rows_cost() {
	staged(
		|| {
			ModelDetails::<Test>::mutate(4, |details| {
				details.as_mut().unwrap().card.name = Default::default();
			});
		},
		"models: deposit is not what the rows cost",
	);
	staged(
		|| {
			let other = ModelDetails::<Test>::get(1).unwrap().deposit;
			ModelDetails::<Test>::mutate(4, |details| {
				details.as_mut().unwrap().deposit = other;
			});
		},
		"models: deposit is not what the rows cost",
	);
}

#[test]
fn artifacts_should_be_of_the_published_models() {
	staged(
		|| Artifacts::<Test>::insert(hash_of(8), 9),
		"models: artifact of no model",
	);
	staged(
		|| Artifacts::<Test>::insert(hash_of(8), 1),
		"models: artifact index is wrong",
	);
	staged(
		|| Artifacts::<Test>::remove(hash_of(1)),
		"models: artifact index is not of the published models",
	);
	staged(
		|| Artifacts::<Test>::insert(hash_of(3), 3),
		"models: artifact index is not of the published models",
	);
}
