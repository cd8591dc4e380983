// SPDX-License-Identifier: Apache-2.0
//! Random lineages against an oracle that walks all ancestors instead of looking one generation
//! up, and minima against a division instead of a product.

use std::collections::{BTreeMap, BTreeSet};

use openledger_primitives::{
	ports::{Beneficiary, ModelInspect},
	DatanetId, Ppm, Version,
};
use proptest::prelude::*;

use crate::{mock::*, types::*, Error, Models};

/// Versions of each of the twelve datanets.
const VERSIONS: u32 = 4;
const DATANETS: u32 = 12;

/// Every third datanet is opaque.
fn is_text(datanet: DatanetId) -> bool {
	!datanet.is_multiple_of(3)
}

fn fee_of(datanet: DatanetId, version: Version) -> u128 {
	u128::from(datanet * 10 + version) % 7
}

fn world() -> ExtBuilder {
	let mut chain = ExtBuilder::default();
	for datanet in 1..=DATANETS {
		for version in 1..=VERSIONS {
			let fee = fee_of(datanet, version);
			chain = chain.snapshot(datanet, version, is_text(datanet), fee, 0);
		}
	}
	chain
}

/// What a random model states: own snapshots, parents as places among those published, shares.
#[derive(Clone, Debug)]
struct Plan {
	own: BTreeSet<(DatanetId, Version)>,
	parents: Vec<prop::sample::Index>,
	shares: (Ppm, Ppm),
}

fn plan() -> impl Strategy<Value = Plan> {
	(
		prop::collection::btree_set((1..=DATANETS, 1..=VERSIONS), 0..6),
		prop::collection::vec(any::<prop::sample::Index>(), 0..5),
		(0..=500_000u32, 0..=500_000u32),
	)
		.prop_map(|(own, parents, shares)| Plan {
			own,
			parents,
			shares,
		})
}

/// A published model as the oracle keeps it.
struct Known {
	id: u32,
	own: BTreeSet<(DatanetId, Version)>,
	parents: Vec<u32>,
}

/// All ancestors of a model and the model itself.
fn family<'a>(all: &'a [Known], parents: &[u32]) -> Vec<&'a Known> {
	let mut seen = BTreeSet::new();
	let mut open: Vec<u32> = parents.to_vec();
	while let Some(id) = open.pop() {
		if seen.insert(id) {
			open.extend(
				all.iter()
					.filter(|model| model.id == id)
					.flat_map(|m| &m.parents),
			);
		}
	}
	all.iter()
		.filter(|model| seen.contains(&model.id))
		.collect()
}

/// The params of a plan; parents get equal parts of what the shares leave them.
fn params_of(artifact: u32, plan: &Plan, parents: &[u32]) -> ModelParams {
	let (contributors, upstream) = plan.shares;
	let contributors = if plan.own.is_empty() { 0 } else { contributors };
	let own: Vec<_> = plan
		.own
		.iter()
		.map(|(datanet, version)| weighted(*datanet, *version, 1))
		.collect();
	let count = parents.len() as u32;
	let links: Vec<_> = parents
		.iter()
		.map(|id| link(*id, upstream / count.max(1)))
		.collect();
	let params = ModelParams {
		derivative_ppm: 0,
		..trained(artifact, &own, contributors)
	};
	derived(params, &links)
}

/// Publishes the plan and compares everything with the oracle's view of the whole family.
fn grow(all: &mut Vec<Known>, artifact: u32, plan: &Plan) {
	let parents: BTreeSet<u32> = plan
		.parents
		.iter()
		.filter(|_| !all.is_empty())
		.map(|index| index.get(all).id)
		.collect();
	let parents: Vec<u32> = parents.into_iter().collect();
	let paid_before = PaidIn::get().len();
	let id = publish(params_of(artifact, plan, &parents));

	let ancestors = family(all, &parents);
	let paid: BTreeSet<_> = ancestors
		.iter()
		.flat_map(|model| &model.own)
		.copied()
		.collect();
	let due: Vec<_> = plan
		.own
		.iter()
		.filter(|key| !paid.contains(key) && fee_of(key.0, key.1) > 0)
		.map(|(datanet, version)| (ALICE, *datanet, *version, fee_of(*datanet, *version)))
		.collect();
	assert_eq!(PaidIn::get()[paid_before..], due);

	let mut corpus: BTreeMap<DatanetId, Version> = BTreeMap::new();
	for (datanet, version) in paid.iter().chain(&plan.own) {
		if is_text(*datanet) {
			let highest = corpus.entry(*datanet).or_default();
			*highest = (*highest).max(*version);
		}
	}
	for datanet in 0..=DATANETS + 1 {
		assert_eq!(
			ModelsPallet::corpus_version(id, datanet),
			corpus.get(&datanet).copied()
		);
	}
	assert_eq!(ModelsPallet::api_corpus(id).len(), corpus.len());

	let vector = ModelsPallet::terms(id).unwrap().vector;
	assert_eq!(
		vector.iter().map(|(_, ppm)| u64::from(*ppm)).sum::<u64>(),
		1_000_000
	);
	let upstream: Vec<u32> = vector
		.iter()
		.filter_map(|(who, _)| match who {
			Beneficiary::Upstream(parent) => Some(*parent),
			_ => None,
		})
		.collect();
	assert_eq!(upstream, parents);
	assert!(parents.iter().all(|parent| *parent < id));
	all.push(Known {
		id,
		own: plan.own.clone(),
		parents,
	});
}

/// No draft and no published model can be made a descendant of itself.
fn no_cycles(all: &[Known]) {
	let next = crate::ModelCount::<Test>::get() + 1;
	let draft = register(ALICE, params(u32::MAX));
	for parent in [next, next + 1, draft] {
		let refused = ModelsPallet::register(
			RuntimeOrigin::signed(ALICE),
			derived(params(u32::MAX - 1), &[link(parent, 200_000)]),
		);
		assert_eq!(
			refused.unwrap_err().error,
			Error::<Test>::ParentNotPublished.into()
		);
	}
	for model in all {
		let frozen = Models::<Test>::get(model.id);
		let again = ModelsPallet::publish(RuntimeOrigin::signed(ALICE), model.id);
		assert_eq!(again.unwrap_err().error, Error::<Test>::NotDraft.into());
		assert_eq!(Models::<Test>::get(model.id), frozen);
		let ancestors = family(all, &model.parents);
		assert!(ancestors.iter().all(|ancestor| ancestor.id < model.id));
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

	#[test]
	fn lineages_should_equal_the_whole_family(plans in prop::collection::vec(plan(), 1..14)) {
		world().build_and_execute(|| {
			let mut all = Vec::new();
			for (place, plan) in plans.iter().enumerate() {
				grow(&mut all, place as u32 + 1, plan);
			}
			no_cycles(&all);
		});
	}

	#[test]
	fn minima_should_equal_a_division(
		minimum in prop_oneof![0..=1_000_000u32, Just(0), Just(1), any::<u32>()],
		operator in 0..=900_000u32,
		contributors in prop_oneof![1..=1_000_000u32, Just(1_000_000)],
		weights in prop::collection::vec(prop_oneof![1..10u32, 1..=u32::MAX], 1..=16),
		place in any::<prop::sample::Index>(),
	) {
		let asked = place.index(weights.len());
		let own: Vec<_> =
			weights.iter().zip(1..).map(|(weight, datanet)| weighted(datanet, 1, *weight)).collect();
		let chain = own.iter().zip(0..).fold(ExtBuilder::default(), |chain, (snapshot, at)| {
			let minimum = if at == asked { minimum } else { 0 };
			chain.snapshot(snapshot.datanet, 1, true, 0, minimum)
		});
		chain.build_and_execute(|| {
			let given = ModelParams { operator_ppm: operator, ..trained(1, &own, contributors) };
			let result = ModelsPallet::register(RuntimeOrigin::signed(ALICE), given);
			// A whole number of ppm is reached when the fraction, rounded down, reaches it.
			let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
			let part = u128::from(contributors) * u128::from(weights[asked]);
			let share = part * u128::from(900_000 - operator) / (whole * 1_000_000);
			if share >= u128::from(minimum) {
				assert!(result.is_ok(), "{result:?}");
			} else {
				let error = result.unwrap_err().error;
				assert_eq!(error, Error::<Test>::ContributorsShareTooLow.into());
			}
		});
	}

	#[test]
	fn derivative_shares_should_equal_a_division(
		asked in prop_oneof![0..=450_000u32, 0..=1_000_000u32],
		operator in 0..=900_000u32,
		given in 0..=500_000u32,
	) {
		ExtBuilder::default().build_and_execute(|| {
			let parent = publish(ModelParams { derivative_ppm: asked, ..params(1) });
			let child = ModelParams { operator_ppm: operator, ..params(2) };
			let result = ModelsPallet::register(
				RuntimeOrigin::signed(ALICE),
				derived(child, &[link(parent, given)]),
			);
			let share = u64::from(given) * u64::from(900_000 - operator) / 1_000_000;
			if share >= u64::from(asked) {
				assert!(result.is_ok(), "{result:?}");
			} else {
				let error = result.unwrap_err().error;
				assert_eq!(error, Error::<Test>::ParentShareTooLow.into());
			}
		});
	}
}
