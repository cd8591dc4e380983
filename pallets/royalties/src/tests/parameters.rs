// SPDX-License-Identifier: Apache-2.0
//! `set_parameters` and genesis.

use super::*;
use sp_runtime::{BuildStorage, DispatchError};

fn parameters(burn_ppm: u32, treasury_ppm: u32, payout_threshold: Balance) -> RoyaltiesParameters {
	RoyaltiesParameters {
		burn_ppm,
		treasury_ppm,
		payout_threshold,
		payouts_per_block: 64,
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
		payouts_per_block: 3,
		..Default::default()
	}
	.build_storage()
	.unwrap();
	sp_io::TestExternalities::from(storage).execute_with(|| {
		let expected = RoyaltiesParameters {
			payouts_per_block: 3,
			..parameters(1, 99_999, OPEN)
		};
		assert_eq!(Parameters::<Test>::get(), expected);
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
#[should_panic(expected = "out of bounds")]
fn genesis_refuses_a_sweep_that_pays_nobody() {
	let genesis = GenesisConfig::<Test> {
		payouts_per_block: 0,
		..Default::default()
	};
	let _ = genesis.build_storage();
}

#[test]
fn governance_changes_what_later_settlements_do() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		assert_ok!(set(0, 0, ED));
		assert_eq!(
			events(),
			[Event::ParametersSet {
				parameters: parameters(0, 0, ED)
			}]
		);
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
fn a_sweep_out_of_bounds_is_refused() {
	ExtBuilder::build_and_execute(|| {
		let set = |payouts_per_block| {
			let parameters = RoyaltiesParameters {
				payouts_per_block,
				..Default::default()
			};
			Royalties::set_parameters(RuntimeOrigin::root(), parameters)
		};
		for payouts in [0, 1_025, u32::MAX] {
			assert_noop!(set(payouts), Error::<Test>::PayoutsOutOfBounds);
		}
		for payouts in [1, 1_024] {
			assert_ok!(set(payouts));
			assert_eq!(Parameters::<Test>::get().payouts_per_block, payouts);
		}
	});
}

/// Terms are shares of the whole fee (operator) and of what is left (vector): the protocol's share
/// changes what is left, never those shares.
#[test]
fn terms_of_models_stay_as_they_were_published() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 900_000, &[(Developer, 1_000_000)], &[]);
		publish(
			2,
			300_000,
			&[
				(Developer, 500_000),
				(Contributors, 300_000),
				(Upstream(1), 200_000),
			],
			&[(1, 1, 1)],
		);
		for (burn, treasury) in [(0, 0), (20_000, 30_000), (100_000, 0), (1, 99_999)] {
			assert_ok!(set(burn, treasury, OPEN));
			let split = settle(2, 1_000_000_000);
			assert_eq!(split.operator, 300_000_000);
			let rest = 700_000_000 - 1_000 * Balance::from(burn + treasury);
			assert_eq!(
				(split.developer, split.data, split.upstream),
				(rest / 2, rest / 10 * 3, rest / 5)
			);
			// The widest operator share fits the widest protocol share.
			assert_eq!(settle(1, 1_000_000).operator, 900_000);
			assert_exact();
		}
	});
}

#[test]
fn what_waits_does_not_change_with_the_parameters() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 1)]);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		let split = settle(1, 1_000_000);
		assert_ok!(set(100_000, 0, OPEN));
		assert_ok!(Royalties::release_base(1, split.data));
		assert_ok!(Royalties::distribute(RuntimeOrigin::signed(BOB), 1));
		assert_eq!(pending(1, 1, ALICE), 950_000);
		assert_exact();
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
