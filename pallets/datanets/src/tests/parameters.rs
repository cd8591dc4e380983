// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::{assert_noop, assert_ok, weights::Weight};
use openledger_primitives::{MILLI, OPEN};
use sp_runtime::DispatchError;

/// Bounds of every value: the least and the largest that pass, and their neighbours that don't.
fn refused() -> Vec<DatanetsParameters> {
	[refused_periods(), refused_amounts()].concat()
}

fn refused_periods() -> Vec<DatanetsParameters> {
	let base = DatanetsParameters::development();
	let longest = DatanetsParameters::MAX_PERIOD;
	vec![
		DatanetsParameters {
			commit_expiry: 9,
			..base.clone()
		},
		DatanetsParameters {
			commit_expiry: longest + 1,
			..base.clone()
		},
		DatanetsParameters {
			vote_commit_period: 0,
			..base.clone()
		},
		DatanetsParameters {
			vote_commit_period: longest + 1,
			..base.clone()
		},
		DatanetsParameters {
			vote_reveal_period: 0,
			..base.clone()
		},
		DatanetsParameters {
			vote_reveal_period: longest + 1,
			..base.clone()
		},
		DatanetsParameters {
			appeal_period: 0,
			..base.clone()
		},
		DatanetsParameters {
			appeal_period: longest + 1,
			..base.clone()
		},
		DatanetsParameters {
			showing_period: 0,
			..base.clone()
		},
		DatanetsParameters {
			showing_period: longest + 1,
			..base.clone()
		},
		DatanetsParameters {
			bond_hold: 0,
			..base.clone()
		},
		DatanetsParameters {
			bond_hold: u32::MAX,
			..base
		},
	]
}

fn refused_amounts() -> Vec<DatanetsParameters> {
	let base = DatanetsParameters::development();
	vec![
		DatanetsParameters {
			min_bond: 2 * MILLI - 1,
			..base.clone()
		},
		DatanetsParameters {
			min_bond: 10_000 * OPEN + 1,
			..base.clone()
		},
		DatanetsParameters {
			curator_bond: 2 * MILLI - 1,
			..base.clone()
		},
		DatanetsParameters {
			curator_bond: u128::MAX,
			..base.clone()
		},
		DatanetsParameters {
			snapshot_deposit: 2 * MILLI - 1,
			..base.clone()
		},
		DatanetsParameters {
			snapshot_deposit: u128::MAX,
			..base.clone()
		},
		DatanetsParameters {
			min_bond_per_byte: 0,
			..base.clone()
		},
		DatanetsParameters {
			min_bond_per_byte: OPEN + 1,
			..base.clone()
		},
		DatanetsParameters {
			min_review_fee_per_kib: OPEN + 1,
			..base
		},
	]
}

#[test]
fn governance_sets_them_within_bounds() {
	ExtBuilder::default().build_and_execute(|| {
		let extremes = DatanetsParameters {
			commit_expiry: 10,
			vote_commit_period: 1,
			vote_reveal_period: 1,
			appeal_period: 1,
			showing_period: 1,
			bond_hold: DatanetsParameters::MAX_PERIOD,
			min_bond: 2 * MILLI,
			min_bond_per_byte: 1,
			min_review_fee_per_kib: 0,
			curator_bond: 10_000 * OPEN,
			snapshot_deposit: 2 * MILLI,
		};
		assert_ok!(Datanets::set_parameters(
			RuntimeOrigin::root(),
			extremes.clone()
		));
		assert_eq!(Parameters::<Test>::get(), extremes);
		assert_eq!(events().pop(), Some(Event::ParametersSet));
	});
}

#[test]
fn refuses_values_out_of_bounds() {
	ExtBuilder::default().build_and_execute(|| {
		for parameters in refused() {
			assert_noop!(
				Datanets::set_parameters(RuntimeOrigin::root(), parameters),
				Error::<Test>::ParameterOutOfBounds
			);
		}
	});
}

#[test]
fn refuses_everyone_but_governance() {
	ExtBuilder::default().build_and_execute(|| {
		for origin in [signed(&OWNER), RuntimeOrigin::none()] {
			assert_noop!(
				Datanets::set_parameters(origin, DatanetsParameters::local_testnet()),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn genesis_sets_them() {
	ExtBuilder::default()
		.parameters(DatanetsParameters::local_testnet())
		.build_and_execute(|| {
			assert_eq!(
				Parameters::<Test>::get(),
				DatanetsParameters::local_testnet()
			);
		});
}

#[test]
#[should_panic(expected = "out of bounds")]
fn genesis_refuses_values_out_of_bounds() {
	ExtBuilder::default()
		.parameters(refused().remove(0))
		.build();
}

#[test]
fn defaults_are_those_of_the_design() {
	let development = DatanetsParameters::development();
	assert_eq!(development.commit_expiry, 100);
	assert_eq!(development.vote_commit_period, 5);
	assert_eq!(development.vote_reveal_period, 5);
	assert_eq!(development.appeal_period, 10);
	assert_eq!(development.showing_period, 40);
	assert_eq!(development.bond_hold, 50);
	assert_eq!(development.min_bond, 1_000_000_000_000);
	assert_eq!(development.min_bond_per_byte, 10_000_000);
	assert_eq!(development.min_review_fee_per_kib, 1_000_000_000);
	assert_eq!(development.curator_bond, 10_000_000_000_000);
	assert_eq!(development.snapshot_deposit, 1_000_000_000_000);
	let testnet = DatanetsParameters::local_testnet();
	assert_eq!(testnet.commit_expiry, 28_800);
	assert_eq!(testnet.vote_commit_period, 28_800);
	assert_eq!(testnet.vote_reveal_period, 28_800);
	assert_eq!(testnet.appeal_period, 57_600);
	assert_eq!(testnet.showing_period, 28_800);
	assert_eq!(testnet.bond_hold, 200_000);
	assert_eq!(testnet.min_bond, development.min_bond);
}

#[test]
fn the_configuration_of_the_mock_passes() {
	ExtBuilder::default().build_and_execute(|| {
		use frame_support::traits::Hooks;
		<Datanets as Hooks<u32>>::integrity_test();
	});
}

/// Every driver of a weight counts.
#[test]
fn weights_grow_with_their_drivers() {
	type Weights = crate::weights::SubstrateWeight<Test>;
	let grows = |less: Weight, more: Weight| less.ref_time() < more.ref_time();
	assert!(grows(
		Weights::create_datanet(0),
		Weights::create_datanet(32)
	));
	assert!(grows(Weights::set_curators(0), Weights::set_curators(32)));
	assert!(grows(
		Weights::contribute(0, 1, 0),
		Weights::contribute(0, 256, 0)
	));
	assert!(grows(
		Weights::contribute(0, 1, 0),
		Weights::contribute(32, 1, 0)
	));
	assert!(grows(
		Weights::contribute(0, 1, 0),
		Weights::contribute(0, 1, 32)
	));
	for weight in [
		Weights::conclude_review,
		Weights::appeal,
		Weights::decide_appeal,
		Weights::revoke,
	] {
		assert!(grows(weight(0), weight(32)));
	}
	assert!(grows(Weights::note_epoch(0), Weights::note_epoch(1)));
}
