// SPDX-License-Identifier: Apache-2.0
//! `set_parameters` and genesis.

use super::*;
use sp_runtime::{BuildStorage, DispatchError};

fn parameters(burn_ppm: u32, treasury_ppm: u32, payout_threshold: Balance) -> RoyaltiesParameters {
	RoyaltiesParameters {
		burn_ppm,
		treasury_ppm,
		payout_threshold,
	}
}

fn set(burn_ppm: u32, treasury_ppm: u32, payout_threshold: Balance) -> sp_runtime::DispatchResult {
	Royalties::set_parameters(
		RuntimeOrigin::root(),
		parameters(burn_ppm, treasury_ppm, payout_threshold),
	)
}

#[test]
fn genesis_has_the_defaults() {
	ExtBuilder::build_and_execute(|| {
		assert_eq!(
			Parameters::<Test>::get(),
			parameters(20_000, 30_000, OPEN / 100)
		);
	});
}

#[test]
fn genesis_takes_other_values() {
	let storage = GenesisConfig::<Test> {
		burn_ppm: 1,
		treasury_ppm: 99_999,
		payout_threshold: OPEN,
		..Default::default()
	}
	.build_storage()
	.unwrap();
	sp_io::TestExternalities::from(storage).execute_with(|| {
		assert_eq!(Parameters::<Test>::get(), parameters(1, 99_999, OPEN));
	});
}

#[test]
#[should_panic(expected = "out of bounds")]
fn genesis_refuses_values_out_of_bounds() {
	let genesis = GenesisConfig::<Test> {
		burn_ppm: 70_001,
		..Default::default()
	};
	let _ = genesis.build_storage();
}

#[test]
fn governance_changes_what_later_settlements_do() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		assert_ok!(set(0, 0, ED));
		assert_eq!(events(), [Event::ParametersSet]);
		let split = settle(1, 1_000);
		assert_eq!(
			(split.burned, split.treasury, split.developer),
			(0, 0, 1_000)
		);
		assert_ok!(set(60_000, 40_000, 100 * OPEN));
		let split = settle(1, 1_000);
		assert_eq!(
			(split.burned, split.treasury, split.developer),
			(60, 40, 900)
		);
		assert_exact();
	});
}

#[test]
fn a_protocol_share_above_a_tenth_is_refused() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(set(100_000, 0, OPEN));
		assert_ok!(set(0, 100_000, OPEN));
		for (burn, treasury) in [
			(100_001, 0),
			(0, 100_001),
			(50_000, 50_001),
			(u32::MAX, 1),
			(1, u32::MAX),
		] {
			assert_noop!(
				set(burn, treasury, OPEN),
				Error::<Test>::ProtocolShareTooHigh
			);
		}
	});
}

#[test]
fn a_threshold_out_of_bounds_is_refused() {
	ExtBuilder::build_and_execute(|| {
		for threshold in [0, ED - 1, 100 * OPEN + 1, Balance::MAX] {
			assert_noop!(set(0, 0, threshold), Error::<Test>::ThresholdOutOfBounds);
		}
	});
}

#[test]
fn others_change_nothing() {
	ExtBuilder::build_and_execute(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::signed(ALICE)] {
			assert_noop!(
				Royalties::set_parameters(origin, parameters(0, 0, OPEN)),
				DispatchError::BadOrigin
			);
		}
	});
}
