// SPDX-License-Identifier: Apache-2.0
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::Hooks,
	weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
};

use openledger_primitives::ports::InboxSettlement;

use crate::{mock::*, types::*, weights::CountedWeight, Call, WeightInfo};

type Weights = CountedWeight<Test>;

/// Weight charged after the fact.
fn actual(call: Call<Test>) -> Weight {
	use frame_support::dispatch::extract_actual_weight;
	use sp_runtime::traits::Dispatchable;
	let call = RuntimeCall::ModelsPallet(call);
	let info = call.get_dispatch_info();
	extract_actual_weight(&call.dispatch(RuntimeOrigin::signed(ALICE)), &info)
}

#[test]
fn weights_should_rise_with_every_driver() {
	let register = Weights::register(3, 3, 3, 3);
	for more in [
		Weights::register(4, 3, 3, 3),
		Weights::register(3, 4, 3, 3),
		Weights::register(3, 3, 4, 3),
		Weights::register(3, 3, 3, 4),
	] {
		assert!(more.ref_time() > register.ref_time());
	}
	let publish = Weights::publish(3, 3, 3, 3, 3);
	assert!(publish.all_gt(register));
	for more in [
		Weights::publish(4, 3, 3, 3, 3),
		Weights::publish(3, 4, 3, 3, 3),
		Weights::publish(3, 3, 4, 3, 3),
		Weights::publish(3, 3, 3, 4, 3),
		Weights::publish(3, 3, 3, 3, 4),
	] {
		assert!(more.ref_time() > publish.ref_time());
	}
}

/// The name a call has in the metadata is the name its weight has.
#[test]
fn worst_weights_should_name_every_call_once() {
	use frame_support::traits::GetCallName;
	let named = ModelsPallet::worst_weights().map(|(call, weight)| {
		assert!(weight.all_gt(Weight::zero()), "{call}");
		call
	});
	assert_eq!(named.as_slice(), Call::<Test>::get_call_names());
}

#[test]
fn weights_should_leave_room_in_a_block_for_the_largest_publication() {
	let most = Weights::publish(16, 8, 64, 16, 64);
	assert!(
		most.ref_time() < 100 * WEIGHT_REF_TIME_PER_MILLIS,
		"{most:?}"
	);
	ModelsPallet::integrity_test();
}

#[test]
fn register_should_be_charged_by_what_it_handled() {
	ExtBuilder::default()
		.text(1, 1)
		.text(2, 1)
		.build_and_execute(|| {
			let parent = publish(trained(1, &[weighted(1, 1, 1)], 1_000));
			let child = derived(
				trained(2, &[weighted(2, 1, 1)], 1_000),
				&[link(parent, 200_000)],
			);
			let call = Call::<Test>::register { params: child };
			assert_eq!(
				call.get_dispatch_info().call_weight,
				Weights::register(1, 1, 64, 8)
			);
			assert_eq!(actual(call), Weights::register(1, 1, 2, 0));
			// Without parents the corpus is known beforehand.
			let call = Call::<Test>::register {
				params: trained(3, &[weighted(1, 1, 1)], 1_000),
			};
			assert_eq!(
				call.get_dispatch_info().call_weight,
				Weights::register(1, 0, 1, 0)
			);
		});
}

#[test]
fn publish_should_be_charged_by_what_it_handled() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 5, 0)
		.text(2, 1)
		.build_and_execute(|| {
			let own = [weighted(1, 1, 1), weighted(2, 1, 1)];
			let id = register(ALICE, trained(1, &own, 1_000));
			let call = Call::<Test>::publish { model: id };
			assert_eq!(
				call.get_dispatch_info().call_weight,
				Weights::publish(16, 8, 64, 16, 64)
			);
			assert_eq!(actual(call), Weights::publish(2, 0, 2, 1, 0));
			assert_eq!(state_of(id), State::Published);
		});
}

/// Two parents with one parent in common and one each, none of which asks for anything.
#[test]
fn grandparents_should_be_charged_once_each_and_only_when_not_listed() {
	ExtBuilder::default().build_and_execute(|| {
		let open = |artifact| ModelParams {
			derivative_ppm: 0,
			..params(artifact)
		};
		let [common, left, right] = [1, 2, 3].map(|artifact| link(publish(open(artifact)), 0));
		let first = link(publish(derived(open(4), &[common, left])), 0);
		let second = link(publish(derived(open(5), &[common, right])), 0);
		let params = derived(open(6), &[first, second]);
		let call = Call::<Test>::register { params };
		assert_eq!(
			call.get_dispatch_info().call_weight,
			Weights::register(0, 2, 64, 16)
		);
		assert_eq!(actual(call), Weights::register(0, 2, 0, 3));
		let params = derived(open(7), &[common, first, second]);
		let call = Call::<Test>::register { params };
		assert_eq!(actual(call), Weights::register(0, 3, 0, 2));
		let call = Call::<Test>::publish { model: 7 };
		assert_eq!(actual(call), Weights::publish(0, 3, 0, 0, 2));
	});
}

#[test]
fn accept_transfer_should_be_charged_by_the_inbox_it_settled() {
	ExtBuilder::default()
		.text(1, 1)
		.text(2, 1)
		.build_and_execute(|| {
			let parent = publish(params(1));
			let own = [weighted(1, 1, 1), weighted(2, 1, 1)];
			let child = publish(derived(trained(2, &own, 1_000), &[link(parent, 200_000)]));
			// Back and forth, so that the caller of `actual` accepts.
			let offer = |who, to| {
				let origin = RuntimeOrigin::signed(who);
				ModelsPallet::offer_transfer(origin, child, Some(to)).unwrap();
			};
			offer(ALICE, BOB);
			ModelsPallet::accept_transfer(RuntimeOrigin::signed(BOB), child).unwrap();
			offer(BOB, ALICE);
			let call = Call::<Test>::accept_transfer { model: child };
			let settle = <StandInInboxes as InboxSettlement>::settle_inbox_weight;
			assert_eq!(
				call.get_dispatch_info().call_weight,
				Weights::accept_transfer() + settle(8, 16)
			);
			assert_eq!(actual(call), Weights::accept_transfer() + settle(1, 2));
		});
}

#[test]
fn calls_should_have_the_indices_of_the_contract() {
	use codec::Encode;
	let price = params(1).suggested_price;
	let calls = [
		Call::<Test>::register { params: params(1) },
		Call::publish { model: 1 },
		Call::retire { model: 1 },
		Call::set_price { model: 1, price },
		Call::discard { model: 1 },
		// 5 stays free.
		Call::set_metadata {
			model: 1,
			uri: Default::default(),
			hash: hash_of(1),
		},
		Call::offer_transfer { model: 1, to: None },
		Call::accept_transfer { model: 1 },
		Call::advertise {
			model: 1,
			endpoint: Default::default(),
			price,
			expires_at: 1,
		},
		Call::withdraw_advertisement { model: 1 },
		Call::prune_advertisement {
			model: 1,
			operator: BOB,
		},
		Call::set_parameters {
			parameters: Default::default(),
		},
	];
	let indices = (0..=4).chain(6..=12);
	for (index, call) in indices.zip(calls) {
		assert_eq!(call.encode()[0], index);
	}
}
