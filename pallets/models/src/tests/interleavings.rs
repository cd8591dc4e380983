// SPDX-License-Identifier: Apache-2.0
//! Random calls by random people: every check of the state passes after each, money is neither
//! made nor lost, and a refusal changes nothing.

use std::collections::BTreeSet;

use frame_support::{assert_ok, traits::GetCallName};
use openledger_primitives::{Ppm, OPEN};
use proptest::{prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};
use sp_runtime::{traits::Dispatchable, StateVersion};

use crate::{mock::*, types::*, Advertisements, Call, ModelCount, ModelDetails, Models};

const PEOPLE: [AccountId; 4] = [ALICE, BOB, POOR, VESTED];

#[derive(Clone, Debug)]
enum Act {
	Register {
		own: Vec<(u32, u32)>,
		parents: Vec<Index>,
		derivative: Ppm,
		artifact: u32,
	},
	Publish(Index),
	Retire(Index),
	SetPrice(Index),
	Discard(Index),
	SetMetadata(Index, usize),
	Offer(Index, Option<usize>),
	Accept(Index),
	Advertise(Index, u128, usize, u32),
	Withdraw(Index),
	Prune(Index, usize),
	Parameters(u32),
	Pass(u64),
	Fund,
}

fn act() -> impl Strategy<Value = Act> {
	let index = any::<Index>;
	let register = (
		prop::collection::btree_set((1..4u32, 1..3u32), 0..3),
		prop::collection::vec(index(), 0..3),
		prop_oneof![Just(0u32), Just(50_000)],
		0..6u32,
	)
		.prop_map(|(own, parents, derivative, artifact)| Act::Register {
			own: own.into_iter().collect(),
			parents,
			derivative,
			artifact,
		});
	prop_oneof![
		4 => register,
		4 => index().prop_map(Act::Publish),
		1 => index().prop_map(Act::Retire),
		1 => index().prop_map(Act::SetPrice),
		1 => index().prop_map(Act::Discard),
		2 => (index(), 0..257usize).prop_map(|(id, length)| Act::SetMetadata(id, length)),
		3 => (index(), prop::option::of(0..4usize)).prop_map(|(id, to)| Act::Offer(id, to)),
		3 => index().prop_map(Act::Accept),
		4 => (index(), 0..4u128, 0..60usize, 0..40u32)
			.prop_map(|(id, fee, length, period)| Act::Advertise(id, fee, length, period)),
		2 => index().prop_map(Act::Withdraw),
		3 => (index(), 0..4usize).prop_map(|(id, operator)| Act::Prune(id, operator)),
		1 => (0..40u32).prop_map(Act::Parameters),
		3 => (1..60u64).prop_map(Act::Pass),
		1 => Just(Act::Fund),
	]
}

/// Any id that was given, and the next.
fn id(index: &Index) -> u32 {
	index.index(ModelCount::<Test>::get() as usize + 1) as u32 + 1
}

/// One of the advertisements there are.
fn advertised(index: &Index) -> Option<(u32, AccountId)> {
	let rows: BTreeSet<(u32, AccountId)> = Advertisements::<Test>::iter_keys().collect();
	let rows: Vec<_> = rows.into_iter().collect();
	(!rows.is_empty()).then(|| *index.get(&rows))
}

/// One of the models whose rights are offered, and to whom.
fn offered(index: &Index) -> Option<(u32, AccountId)> {
	let rows: BTreeSet<(u32, AccountId)> = ModelDetails::<Test>::iter()
		.filter_map(|(id, details)| Some((id, details.offered_to?)))
		.collect();
	let rows: Vec<_> = rows.into_iter().collect();
	(!rows.is_empty()).then(|| *index.get(&rows))
}

/// One of the published models, of every other index.
fn published(index: &Index) -> Option<u32> {
	let rows: BTreeSet<u32> = Models::<Test>::iter()
		.filter_map(|(id, model)| (model.state == State::Published).then_some(id))
		.collect();
	let rows: Vec<_> = rows.into_iter().collect();
	(!rows.is_empty() && index.index(2) == 0).then(|| *index.get(&rows))
}

/// Who may do it, as far as it is somebody's.
fn entitled(act: &Act) -> Option<AccountId> {
	match act {
		Act::Publish(index)
		| Act::Retire(index)
		| Act::SetPrice(index)
		| Act::Discard(index)
		| Act::SetMetadata(index, _)
		| Act::Offer(index, _) => Some(Models::<Test>::get(id(index))?.developer),
		Act::Accept(index) => Some(offered(index)?.1),
		Act::Withdraw(index) => Some(advertised(index)?.1),
		_ => None,
	}
}

fn registration(
	own: &[(u32, u32)],
	parents: &[Index],
	derivative: Ppm,
	artifact: u32,
) -> ModelParams {
	let own: Vec<_> = own
		.iter()
		.map(|(datanet, version)| weighted(*datanet, *version, 1))
		.collect();
	let mut parents: Vec<u32> = parents.iter().map(id).collect();
	parents.sort_unstable();
	parents.dedup();
	let links: Vec<_> = parents
		.into_iter()
		.map(|parent| link(parent, 100_000))
		.collect();
	let contributors = if own.is_empty() { 0 } else { 400_000 };
	let params = ModelParams {
		derivative_ppm: derivative,
		..trained(artifact, &own, contributors)
	};
	derived(params, &links)
}

fn call_of(act: &Act) -> Option<Call<Test>> {
	let text = |length: usize| vec![b'x'; length].try_into().unwrap_or_default();
	let now = System::block_number() as u32;
	Some(match act {
		Act::Register {
			own,
			parents,
			derivative,
			artifact,
		} => Call::register {
			params: registration(own, parents, *derivative, *artifact),
		},
		Act::Publish(index) => Call::publish { model: id(index) },
		Act::Retire(index) => Call::retire { model: id(index) },
		Act::SetPrice(index) => Call::set_price {
			model: id(index),
			price: priced(7),
		},
		Act::Discard(index) => Call::discard { model: id(index) },
		Act::SetMetadata(index, length) => Call::set_metadata {
			model: id(index),
			uri: text(*length),
			hash: hash_of(9),
		},
		Act::Offer(index, to) => Call::offer_transfer {
			model: id(index),
			to: to.map(|place| PEOPLE[place]),
		},
		Act::Accept(index) => Call::accept_transfer {
			model: offered(index).map_or_else(|| id(index), |(model, _)| model),
		},
		Act::Advertise(index, fee, length, period) => Call::advertise {
			model: published(index).unwrap_or_else(|| id(index)),
			endpoint: text(*length),
			price: priced(*fee),
			expires_at: now + period,
		},
		Act::Withdraw(index) => Call::withdraw_advertisement {
			model: advertised(index).map_or_else(|| id(index), |(model, _)| model),
		},
		Act::Prune(index, operator) => {
			let (model, operator) =
				advertised(index).unwrap_or_else(|| (id(index), PEOPLE[*operator]));
			Call::prune_advertisement { model, operator }
		}
		Act::Parameters(value) => Call::set_parameters {
			parameters: ModelsParameters {
				max_advertisement_period: *value,
			},
		},
		Act::Pass(_) | Act::Fund => return None,
	})
}

/// Does it, and returns the name of the call that succeeded.
fn perform(act: &Act, who: AccountId) -> Option<&'static str> {
	match act {
		Act::Pass(blocks) => System::set_block_number(System::block_number() + blocks),
		Act::Fund => {
			use frame_support::traits::{fungible::Mutate, tokens::Preservation};
			let moved = Balances::transfer(&ALICE, &POOR, OPEN, Preservation::Preserve);
			assert_ok!(moved);
		}
		_ => {}
	}
	let call = call_of(act)?;
	let name = call.get_call_name();
	let origin = match call {
		Call::set_parameters { .. } => RuntimeOrigin::root(),
		_ => RuntimeOrigin::signed(who),
	};
	let before = sp_io::storage::root(StateVersion::V1);
	let done = RuntimeCall::ModelsPallet(call).dispatch(origin).is_ok();
	if !done {
		assert_eq!(sp_io::storage::root(StateVersion::V1), before);
	}
	done.then_some(name)
}

/// Does all of it with every check after each, and returns the names of the calls that succeeded.
fn run(acts: &[(Act, usize)]) -> BTreeSet<&'static str> {
	let mut done = BTreeSet::new();
	ExtBuilder::default()
		.text(1, 1)
		.snapshot(1, 2, true, OPEN, 50_000)
		.snapshot(2, 1, false, 0, 50_000)
		.text(2, 2)
		.snapshot(3, 1, true, 3, 0)
		.build_and_execute(|| {
			ActiveOperators::set(&PEOPLE.to_vec());
			let issued = Balances::total_issuance();
			for (act, who) in acts {
				// Half of the time it is whoever may do it.
				let anyone = PEOPLE[*who % PEOPLE.len()];
				let somebody = entitled(act).filter(|_| *who >= PEOPLE.len());
				done.extend(perform(act, somebody.unwrap_or(anyone)));
				check_state();
				assert_eq!(Balances::total_issuance(), issued);
			}
		});
	done
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

	#[test]
	fn calls_should_keep_every_invariant(
		acts in prop::collection::vec((act(), 0..2 * PEOPLE.len()), 1..60),
	) {
		run(&acts);
	}
}

/// Random calls are worth something only when calls of every kind succeed among them.
#[test]
fn calls_of_every_kind_should_succeed_now_and_then() {
	let mut runner = TestRunner::deterministic();
	let acts = prop::collection::vec((act(), 0..2 * PEOPLE.len()), 60);
	let mut done = BTreeSet::new();
	for _ in 0..24 {
		done.extend(run(&acts.new_tree(&mut runner).unwrap().current()));
	}
	assert!(
		Call::<Test>::get_call_names()
			.iter()
			.all(|name| done.contains(name)),
		"{done:?}"
	);
}
