// SPDX-License-Identifier: Apache-2.0
//! Minima over random lineages against a walk over all ancestors.
//!
//! The pallet looks at parents only and keeps what they owe. Here nothing is kept: for every model
//! that tries to be published, the whole family is walked, and each ancestor's demands are weighed
//! one by one with divisions of their own.

use std::collections::{BTreeMap, BTreeSet};

use openledger_primitives::{DatanetId, Ppm, Version};
use proptest::{prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};

use crate::{mock::*, types::*, Error};

type Key = (DatanetId, Version);

const DATANETS: u32 = 5;
const VERSIONS: u32 = 3;
/// Shares of a model that gives what its family asks: 15 own snapshots at most get 36 000 of a fee
/// each, eight parents 33 750 each.
const CONTRIBUTORS: Ppm = 600_000;
const UPSTREAM: Ppm = 37_500;

/// Versions ask for more or less than the one before; two datanets are opaque.
fn minimum_of((datanet, version): Key) -> Ppm {
	[0, 10_000, 30_000, 0][((datanet * 7 + version * 3) % 4) as usize]
}

fn world() -> ExtBuilder {
	let keys =
		(1..=DATANETS).flat_map(|datanet| (1..=VERSIONS).map(move |version| (datanet, version)));
	keys.fold(ExtBuilder::default(), |chain, (datanet, version)| {
		let minimum = minimum_of((datanet, version));
		chain.snapshot(datanet, version, datanet > 2, 0, minimum)
	})
}

/// What is left out or kept back in a first try.
#[derive(Clone, Debug)]
enum Fault {
	Nothing,
	Parent(Index),
	Snapshot(Index),
	OlderVersion(Index),
	Contributors(Ppm),
	Operator(Ppm),
}

#[derive(Clone, Debug)]
struct Plan {
	parents: Vec<Index>,
	own: BTreeSet<Key>,
	asks: bool,
	fault: Fault,
	retire: Option<Index>,
}

fn plan() -> impl Strategy<Value = Plan> {
	let fault = prop_oneof![
		Just(Fault::Nothing),
		any::<Index>().prop_map(Fault::Parent),
		any::<Index>().prop_map(Fault::Snapshot),
		any::<Index>().prop_map(Fault::OlderVersion),
		(0..CONTRIBUTORS).prop_map(Fault::Contributors),
		(0..900_000u32).prop_map(Fault::Operator),
	];
	(
		prop::collection::vec(any::<Index>(), 0..2),
		prop::collection::btree_set((1..=DATANETS, 1..=VERSIONS), 0..3),
		prop::bool::weighted(0.3),
		fault,
		prop::option::weighted(0.15, any::<Index>()),
	)
		.prop_map(|(parents, own, asks, fault, retire)| Plan {
			parents,
			own,
			asks,
			fault,
			retire,
		})
}

/// A published model as the walk sees it.
#[derive(Clone, Debug)]
struct Known {
	id: u32,
	own: BTreeSet<Key>,
	parents: BTreeSet<u32>,
	derivative: Ppm,
	retired: bool,
	depth: u32,
}

/// What a model that tries to be published states.
#[derive(Clone, Debug)]
struct Try {
	own: BTreeSet<Key>,
	parents: BTreeSet<u32>,
	contributors: Ppm,
	operator: Ppm,
	derivative: Ppm,
}

/// All ancestors, each once.
fn ancestors<'a>(all: &'a [Known], parents: &BTreeSet<u32>) -> Vec<&'a Known> {
	let mut open: Vec<u32> = parents.iter().copied().collect();
	let mut seen = BTreeSet::new();
	while let Some(id) = open.pop() {
		if seen.insert(id) {
			open.extend(
				all.iter()
					.filter(|model| model.id == id)
					.flat_map(|model| &model.parents),
			);
		}
	}
	all.iter()
		.filter(|model| seen.contains(&model.id))
		.collect()
}

/// What a model with these lists owes to its own snapshots, by recursion over the family.
fn owed(all: &[Known], own: &BTreeSet<Key>, parents: &BTreeSet<u32>) -> Option<BTreeMap<Key, Ppm>> {
	let mut owed: BTreeMap<Key, Ppm> = own.iter().map(|key| (*key, minimum_of(*key))).collect();
	for parent in all.iter().filter(|model| parents.contains(&model.id)) {
		for (asked, ppm) in owed_by(all, parent) {
			let stands = own
				.iter()
				.find(|key| key.0 == asked.0 && key.1 >= asked.1)?;
			let minimum = owed.get_mut(stands).unwrap();
			*minimum = (*minimum).max(ppm);
		}
	}
	owed.retain(|_, ppm| *ppm > 0);
	Some(owed)
}

fn owed_by(all: &[Known], model: &Known) -> BTreeMap<Key, Ppm> {
	owed(all, &model.own, &model.parents).expect("it was published")
}

/// Share of a whole fee, rounded down: a whole number of ppm is reached when this reaches it.
fn of_fee(share: Ppm, part: u64, whole: u64, operator: Ppm) -> Ppm {
	(u64::from(share) * part * u64::from(900_000 - operator) / (whole * 1_000_000)) as Ppm
}

impl Try {
	fn upstream(&self) -> Ppm {
		of_fee(UPSTREAM, 1, 1, self.operator)
	}

	fn each(&self) -> Ppm {
		of_fee(
			self.contributors,
			1,
			self.own.len().max(1) as u64,
			self.operator,
		)
	}

	/// Why the walk over the whole family refuses it.
	fn refusal(&self, all: &[Known]) -> Option<Error<Test>> {
		let family = ancestors(all, &self.parents);
		let asks = |model: &Known| !model.retired && model.derivative > 0;
		let mut asking = family.iter().filter(|model| asks(model));
		if asking
			.clone()
			.any(|model| self.parents.contains(&model.id) && self.upstream() < model.derivative)
		{
			return Some(Error::ParentShareTooLow);
		}
		if asking.any(|model| !self.parents.contains(&model.id)) {
			return Some(Error::AncestorNotListed);
		}
		let Some(owed) = owed(all, &self.own, &self.parents) else {
			return Some(Error::SnapshotNotListed);
		};
		owed.values()
			.any(|minimum| self.each() < *minimum)
			.then_some(Error::ContributorsShareTooLow)
	}

	fn params(&self, artifact: u32) -> ModelParams {
		let own: Vec<_> = self
			.own
			.iter()
			.map(|(datanet, version)| weighted(*datanet, *version, 1))
			.collect();
		let contributors = if own.is_empty() { 0 } else { self.contributors };
		let links: Vec<_> = self.parents.iter().map(|id| link(*id, UPSTREAM)).collect();
		let params = ModelParams {
			operator_ppm: self.operator,
			derivative_ppm: self.derivative,
			..trained(artifact, &own, contributors)
		};
		derived(params, &links)
	}

	/// Registers and publishes it, or says why that is refused.
	fn publish(&self, artifact: u32) -> Result<u32, sp_runtime::DispatchError> {
		let origin = RuntimeOrigin::signed(ALICE);
		ModelsPallet::register(origin.clone(), self.params(artifact)).map_err(|e| e.error)?;
		let id = crate::ModelCount::<Test>::get();
		ModelsPallet::publish(origin, id).map_err(|e| e.error)?;
		Ok(id)
	}
}

/// A model that gives its whole family what it asks, as far as eight parents go; the last one
/// published is always among the parents, so that lineages get deep.
fn complete(all: &[Known], plan: &Plan) -> Try {
	let living: Vec<&Known> = all.iter().filter(|model| !model.retired).collect();
	let mut parents: BTreeSet<u32> = living.last().map(|model| model.id).into_iter().collect();
	if !living.is_empty() {
		parents.extend(plan.parents.iter().map(|index| index.get(&living).id));
	}
	let family = ancestors(all, &parents);
	let asking = family
		.iter()
		.filter(|model| !model.retired && model.derivative > 0);
	parents.extend(asking.map(|model| model.id));
	// A family that asks for too much can't be derived from.
	if parents.len() > 8 {
		parents.clear();
	}
	let mut own = plan.own.clone();
	for parent in all.iter().filter(|model| parents.contains(&model.id)) {
		own.extend(owed_by(all, parent).keys());
	}
	Try {
		own,
		parents,
		contributors: CONTRIBUTORS,
		operator: 0,
		derivative: if plan.asks { 30_000 } else { 0 },
	}
}

fn spoiled(mut given: Try, fault: &Fault) -> Try {
	let own: Vec<Key> = given.own.iter().copied().collect();
	match fault {
		Fault::Nothing => {}
		Fault::Parent(index) if !given.parents.is_empty() => {
			let parents: Vec<u32> = given.parents.iter().copied().collect();
			given.parents.remove(index.get(&parents));
		}
		Fault::Snapshot(index) if !own.is_empty() => {
			given.own.remove(index.get(&own));
		}
		Fault::OlderVersion(index) if !own.is_empty() => {
			let (datanet, version) = *index.get(&own);
			given.own.remove(&(datanet, version));
			given.own.insert((datanet, (version - 1).max(1)));
		}
		Fault::Contributors(ppm) => given.contributors = *ppm,
		Fault::Operator(ppm) => given.operator = *ppm,
		_ => {}
	}
	given
}

/// Tries `given`; the pallet and the walk agree, and what was published gives every ancestor what
/// it asks, whatever stands between.
fn attempt(all: &mut Vec<Known>, given: &Try, artifact: u32) -> bool {
	let expected = given.refusal(all);
	match given.publish(artifact) {
		Err(error) => {
			assert_eq!(Some(error), expected.map(Into::into), "{given:?}");
			false
		}
		Ok(id) => {
			assert!(expected.is_none(), "{expected:?}: {given:?}");
			let family = ancestors(all, &given.parents);
			for ancestor in &family {
				for key in ancestor.own.iter().filter(|key| minimum_of(**key) > 0) {
					let stands = given.own.iter().any(|own| own.0 == key.0 && own.1 >= key.1);
					assert!(
						stands && given.each() >= minimum_of(*key),
						"{key:?}: {given:?}"
					);
				}
				let asks = !ancestor.retired && ancestor.derivative > 0;
				assert!(!asks || given.parents.contains(&ancestor.id));
				assert!(!asks || given.upstream() >= ancestor.derivative);
			}
			let depth = family
				.iter()
				.map(|model| model.depth + 1)
				.max()
				.unwrap_or(0);
			all.push(Known {
				id,
				own: given.own.clone(),
				parents: given.parents.clone(),
				derivative: given.derivative,
				retired: false,
				depth,
			});
			true
		}
	}
}

fn run(plans: &[Plan]) -> u32 {
	let mut all: Vec<Known> = Vec::new();
	for (place, plan) in plans.iter().enumerate() {
		let artifact = place as u32 * 2 + 1;
		let given = complete(&all, plan);
		attempt(&mut all, &spoiled(given, &plan.fault), artifact);
		let given = complete(&all, plan);
		assert!(attempt(&mut all, &given, artifact + 1), "{given:?}");
		let living: Vec<usize> = (0..all.len()).filter(|at| !all[*at].retired).collect();
		if let Some(index) = plan.retire.filter(|_| living.len() > 1) {
			let model = &mut all[*index.get(&living)];
			ModelsPallet::retire(RuntimeOrigin::signed(ALICE), model.id).unwrap();
			model.retired = true;
		}
	}
	all.iter().map(|model| model.depth).max().unwrap_or(0)
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

	#[test]
	fn minima_should_hold_for_every_ancestor(plans in prop::collection::vec(plan(), 8..14)) {
		world().build_and_execute(|| {
			run(&plans);
		});
	}
}

/// The random lineages are as deep as they are meant to be.
#[test]
fn lineages_should_be_deep() {
	let mut runner = TestRunner::deterministic();
	let plans = prop::collection::vec(plan(), 8..14);
	let deep = (0..12)
		.filter(|_| {
			let plans = plans.new_tree(&mut runner).unwrap().current();
			let mut depth = 0;
			world().build_and_execute(|| depth = run(&plans));
			depth >= 6
		})
		.count();
	assert!(deep >= 8, "{deep} of 12");
}
