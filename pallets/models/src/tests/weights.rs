// SPDX-License-Identifier: Apache-2.0
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::Hooks,
	weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
};

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
	let register = Weights::register(3, 3, 3);
	for more in [
		Weights::register(4, 3, 3),
		Weights::register(3, 4, 3),
		Weights::register(3, 3, 4),
	] {
		assert!(more.all_gt(register));
	}
	let publish = Weights::publish(3, 3, 3, 3);
	assert!(publish.all_gt(register));
	for more in [
		Weights::publish(4, 3, 3, 3),
		Weights::publish(3, 4, 3, 3),
		Weights::publish(3, 3, 4, 3),
		Weights::publish(3, 3, 3, 4),
	] {
		assert!(more.all_gt(publish));
	}
}

#[test]
fn weights_should_leave_room_in_a_block_for_the_largest_publication() {
	let most = Weights::publish(16, 8, 64, 16);
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
				Weights::register(1, 1, 64)
			);
			assert_eq!(actual(call), Weights::register(1, 1, 2));
			// Without parents the corpus is known beforehand.
			let call = Call::<Test>::register {
				params: trained(3, &[weighted(1, 1, 1)], 1_000),
			};
			assert_eq!(
				call.get_dispatch_info().call_weight,
				Weights::register(1, 0, 1)
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
				Weights::publish(16, 8, 64, 16)
			);
			assert_eq!(actual(call), Weights::publish(2, 0, 2, 1));
			assert_eq!(state_of(id), State::Published);
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
	];
	for (index, call) in calls.into_iter().enumerate() {
		assert_eq!(usize::from(call.encode()[0]), index);
	}
}
