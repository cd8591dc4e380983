// SPDX-License-Identifier: Apache-2.0
//! Parameters, their bounds and who may set them.

use super::*;
use crate::{Error, Parameters};
use frame_support::assert_noop;
use sp_runtime::BuildStorage;

#[test]
fn the_presets_are_sound() {
	assert!(UsageParameters::development().is_sound());
	assert!(UsageParameters::local_testnet().is_sound());
}

#[test]
fn governance_sets_parameters() {
	ExtBuilder::default().build_and_execute(|| {
		let wanted = UsageParameters {
			page_deadline: 33,
			..UsageParameters::local_testnet()
		};
		let set = |origin| Usage::set_parameters(origin, wanted);
		assert_noop!(
			set(RuntimeOrigin::signed(ALICE)),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_ok!(set(RuntimeOrigin::root()));
		assert_eq!(Parameters::<Test>::get(), wanted);
		assert_eq!(events(), vec![Event::ParametersSet]);
	});
}

#[test]
fn values_out_of_bounds_are_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let refuse = |change: fn(&mut UsageParameters)| {
			let mut parameters = UsageParameters::development();
			change(&mut parameters);
			assert_noop!(
				Usage::set_parameters(RuntimeOrigin::root(), parameters),
				Error::<Test>::ParametersOutOfBounds
			);
		};
		refuse(|p| p.challenge_window = 7);
		refuse(|p| p.challenge_window = 806_401);
		refuse(|p| p.page_deadline = 7);
		refuse(|p| p.page_deadline = 806_401);
		refuse(|p| p.batch_validity = 3);
		refuse(|p| p.batch_validity = u32::MAX);
		// The thaw is longer than twice the longest validity.
		refuse(|p| p.thaw = 40);
		refuse(|p| p.thaw = 806_401);
		refuse(|p| p.min_bond = p.min_slash - 1);
		refuse(|p| p.min_bond = 1_000_001 * OPEN);
		refuse(|p| p.min_slash = OPEN / 1_000 - 1);
		refuse(|p| p.min_slash = 1_001 * OPEN);
		let mut edge = UsageParameters::development();
		edge.thaw = 41;
		assert_ok!(Usage::set_parameters(RuntimeOrigin::root(), edge));
	});
}

#[test]
fn genesis_takes_the_presets_values() {
	let parameters = UsageParameters::local_testnet();
	ExtBuilder::default()
		.parameters(parameters)
		.build_and_execute(|| {
			assert_eq!(Parameters::<Test>::get(), parameters);
		});
}

#[test]
#[should_panic(expected = "out of bounds")]
fn genesis_refuses_a_preset_out_of_bounds() {
	let parameters = UsageParameters {
		thaw: 1,
		..UsageParameters::development()
	};
	let genesis = crate::GenesisConfig::<Test> {
		parameters,
		..Default::default()
	};
	let _ = genesis.build_storage();
}
