// SPDX-License-Identifier: Apache-2.0
//! Each invariant is broken once, and found.

use frame_support::{assert_ok, hypothetically};
use openledger_primitives::ports::Beneficiary;
use sp_runtime::{DispatchError, TryRuntimeError};

use crate::{
	advertisements::fee_key, mock::*, types::*, Advertisements, AdvertisementsByFee, Artifacts,
	Corpora, Minima, ModelCount, ModelDetails, Models, PaidBeyondCorpus, Parameters, Snapshots,
};

fn offer(fee: u128) -> Advertisement {
	Advertisement {
		endpoint: Default::default(),
		price: priced(fee),
		reference_fee: fee,
		expires_at: 9,
		deposit: 0,
	}
}

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

/// A model that asks, for itself and for its snapshot (1), its child (2), and a draft of a child of
/// both (3); BOB and another operator advertise the first.
fn bound(break_it: impl FnOnce(), expected: &'static str) {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 50_000)
		.text(2, 1)
		.build_and_execute(|| {
			let own = [weighted(1, 1, 1), weighted(2, 1, 1)];
			let asking = publish(trained(1, &own, 300_000));
			let due = link(asking, 200_000);
			let child = publish(derived(trained(2, &own, 300_000), &[due]));
			let links = [due, link(child, 200_000)];
			register(ALICE, derived(trained(3, &own, 300_000), &links));
			for (operator, fee) in [(BOB, 5), (OPERATORS[1], 3)] {
				assert_ok!(advertise(operator, asking, priced(fee)));
			}
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
	let stray: [fn(); 5] = [
		|| Snapshots::<Test>::insert(9, OwnSnapshots::default()),
		|| Corpora::<Test>::insert(9, Corpus::default()),
		|| PaidBeyondCorpus::<Test>::insert(9, PaidSnapshots::default()),
		|| Minima::<Test>::insert(9, MinimumRows::default()),
		|| Advertisements::<Test>::insert(9, BOB, offer(1)),
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

#[test]
fn parameters_should_lie_within_their_bounds() {
	staged(
		|| {
			Parameters::<Test>::put(ModelsParameters {
				max_advertisement_period: 0,
			})
		},
		"models: parameter out of bounds",
	);
}

#[test]
fn ancestors_that_ask_should_be_listed() {
	// The draft keeps the child as its parent and drops the child's.
	bound(
		|| {
			change(3, |model| {
				let dropped = model.vector.remove(2);
				model.vector[0].1 += dropped.1;
			})
		},
		"models: ancestor is not listed",
	);
}

#[test]
fn minima_should_be_what_snapshots_and_parents_ask() {
	bound(|| Minima::<Test>::remove(1), "models: minima are wrong");
	bound(|| Minima::<Test>::remove(2), "models: minima are wrong");
	bound(
		|| Minima::<Test>::mutate(2, |rows| rows[0].ppm -= 1),
		"models: minima are wrong",
	);
	bound(
		|| Minima::<Test>::insert(3, Minima::<Test>::get(1)),
		"models: draft has minima",
	);
	bound(
		|| {
			Snapshots::<Test>::mutate(2, |rows| {
				rows.remove(0);
			})
		},
		"models: nothing stands for a parent's snapshot",
	);
}

#[test]
fn offers_should_not_go_to_whoever_has_the_rights() {
	bound(
		|| {
			ModelDetails::<Test>::mutate(2, |details| {
				details.as_mut().unwrap().offered_to = Some(ALICE);
			})
		},
		"models: rights are offered to their owner",
	);
}

#[test]
fn advertisements_and_their_index_should_agree() {
	const DIFFER: &str = "models: advertisements and their index differ";
	bound(|| Advertisements::<Test>::remove(1, BOB), DIFFER);
	bound(
		|| AdvertisementsByFee::<Test>::remove((1, fee_key(5), BOB)),
		DIFFER,
	);
	bound(
		|| AdvertisementsByFee::<Test>::insert((1, fee_key(6), BOB), ()),
		DIFFER,
	);
	bound(
		|| {
			Advertisements::<Test>::mutate(1, BOB, |row| {
				row.as_mut().unwrap().reference_fee += 1;
			})
		},
		"models: reference fee is wrong",
	);
	bound(
		|| Advertisements::<Test>::insert(3, BOB, offer(1)),
		"models: draft is advertised",
	);
}

#[test]
fn deposits_of_advertisements_should_be_held() {
	for change in [-1, 1] {
		bound(
			|| {
				Advertisements::<Test>::mutate(1, BOB, |row| {
					let row = row.as_mut().unwrap();
					row.deposit = row.deposit.strict_add_signed(change);
				})
			},
			"models: holds and deposits of advertisements differ",
		);
	}
}
