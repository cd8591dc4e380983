// SPDX-License-Identifier: Apache-2.0
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{BuildStorage, DispatchError};

use crate::{mock::*, types::ModelsParameters, Error, Event, GenesisConfig, Parameters};

fn period(max_advertisement_period: u32) -> ModelsParameters {
	ModelsParameters {
		max_advertisement_period,
	}
}

#[test]
fn parameters_should_be_set_by_governance() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Parameters::<Test>::get(), period(1_000));
		for value in [1, 28_800, 201_600] {
			assert_ok!(ModelsPallet::set_parameters(
				RuntimeOrigin::root(),
				period(value)
			));
			assert_eq!(Parameters::<Test>::get(), period(value));
			assert_eq!(events(), vec![Event::ParametersSet]);
		}
		for origin in [RuntimeOrigin::signed(ALICE), RuntimeOrigin::none()] {
			assert_noop!(
				ModelsPallet::set_parameters(origin, period(7)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn parameters_should_keep_their_bounds() {
	ExtBuilder::default().build_and_execute(|| {
		for value in [0, 201_601, u32::MAX] {
			assert_noop!(
				ModelsPallet::set_parameters(RuntimeOrigin::root(), period(value)),
				Error::<Test>::ParameterOutOfBounds
			);
		}
	});
}

#[test]
fn genesis_should_set_the_parameters() {
	assert_eq!(
		GenesisConfig::<Test>::default().max_advertisement_period,
		1_000
	);
	let config = GenesisConfig::<Test> {
		max_advertisement_period: 28_800,
		..Default::default()
	};
	let storage = config.build_storage().unwrap();
	sp_io::TestExternalities::new(storage).execute_with(|| {
		assert_eq!(Parameters::<Test>::get(), ModelsParameters::local_testnet());
	});
}

#[test]
#[should_panic(expected = "a parameter of models is out of bounds")]
fn genesis_should_refuse_parameters_out_of_bounds() {
	let config = GenesisConfig::<Test> {
		max_advertisement_period: 201_601,
		..Default::default()
	};
	let _ = config.build_storage();
}
