// SPDX-License-Identifier: Apache-2.0
//! What a datanet's terms ask of the models trained on it.

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{ports::WeightedSnapshot, Ppm};

use crate::{mock::*, types::*, Error, Minima};

fn refused(params: ModelParams, error: Error<Test>) {
	assert_noop!(
		ModelsPallet::register(RuntimeOrigin::signed(BOB), params),
		error
	);
}

fn with_operator(operator_ppm: Ppm, params: ModelParams) -> ModelParams {
	ModelParams {
		operator_ppm,
		..params
	}
}

#[test]
fn minimum_should_count_on_the_whole_fee() {
	// 300 000 of the fee out of 900 000 − 300 000: half of the vector.
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 300_000)
		.build_and_execute(|| {
			let own = [weighted(1, 1, 1)];
			for ppm in [0, 299_999, 300_000, 499_999] {
				refused(trained(1, &own, ppm), Error::ContributorsShareTooLow);
			}
			publish(trained(1, &own, 500_000));
			refused(
				with_operator(300_001, trained(2, &own, 500_000)),
				Error::ContributorsShareTooLow,
			);
			publish(with_operator(600_000, trained(2, &own, 1_000_000)));
			refused(
				with_operator(600_001, trained(3, &own, 1_000_000)),
				Error::ContributorsShareTooLow,
			);
			refused(
				with_operator(900_000, trained(3, &own, 1_000_000)),
				Error::ContributorsShareTooLow,
			);
		});
}

#[test]
fn minimum_should_count_by_weight() {
	// A third of 900 000 at operator 0, exactly: nothing may be lost by rounding.
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 300_000)
		.text(2, 1)
		.build_and_execute(|| {
			let own = |heavy| [weighted(1, 1, 1), weighted(2, 1, heavy)];
			publish(with_operator(0, trained(1, &own(2), 1_000_000)));
			refused(
				with_operator(0, trained(2, &own(3), 1_000_000)),
				Error::ContributorsShareTooLow,
			);
			refused(
				with_operator(0, trained(2, &own(2), 999_999)),
				Error::ContributorsShareTooLow,
			);
			// The same ratio at the largest weights.
			let own = [
				weighted(1, 1, u32::MAX / 3),
				weighted(2, 1, u32::MAX / 3 * 2),
			];
			publish(with_operator(0, trained(2, &own, 1_000_000)));
			let own = [
				weighted(1, 1, u32::MAX / 3),
				weighted(2, 1, u32::MAX / 3 * 2 + 1),
			];
			refused(
				with_operator(0, trained(3, &own, 1_000_000)),
				Error::ContributorsShareTooLow,
			);
		});
}

#[test]
fn minimum_should_hold_for_each_of_several_snapshots() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 100_000)
		.snapshot(2, 1, true, 0, 200_000)
		.build_and_execute(|| {
			let own = |first, second| [weighted(1, 1, first), weighted(2, 1, second)];
			publish(with_operator(0, trained(1, &own(1, 2), 333_334)));
			for (first, second) in [(1, 1), (1, 3)] {
				refused(
					with_operator(0, trained(2, &own(first, second), 333_334)),
					Error::ContributorsShareTooLow,
				);
			}
			refused(
				with_operator(0, trained(2, &own(1, 2), 333_333)),
				Error::ContributorsShareTooLow,
			);
		});
}

#[test]
fn minimum_should_hold_for_own_snapshots_outside_the_corpus() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 200_000)
		.text(1, 2)
		.snapshot(3, 1, false, 0, 200_000)
		.build_and_execute(|| {
			// A lower version, and an opaque one.
			for own in [
				[weighted(1, 1, 1), weighted(1, 2, 9)],
				[weighted(1, 2, 9), weighted(3, 1, 1)],
			] {
				refused(trained(1, &own, 400_000), Error::ContributorsShareTooLow);
			}
		});
}

#[test]
fn minimum_should_reach_through_a_shell_model() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 200_000)
		.text(2, 1)
		.build_and_execute(|| {
			let open = |artifact, own: &[_], ppm| ModelParams {
				derivative_ppm: 0,
				..trained(artifact, own, ppm)
			};
			let shell = publish(open(1, &[weighted(1, 1, 1)], 400_000));
			let links = [link(shell, 0)];
			refused(derived(params(2), &links), Error::SnapshotNotListed);
			refused(
				derived(trained(2, &[weighted(2, 1, 1)], 400_000), &links),
				Error::SnapshotNotListed,
			);
			let own = [weighted(1, 1, 1), weighted(2, 1, 1)];
			refused(
				derived(trained(2, &own, 400_000), &links),
				Error::ContributorsShareTooLow,
			);
			let between = publish(derived(open(2, &own, 700_000), &links));
			// Two generations on it still holds.
			let links = [link(between, 0)];
			refused(derived(params(3), &links), Error::SnapshotNotListed);
			publish(derived(trained(3, &[weighted(1, 1, 1)], 400_000), &links));
		});
}

#[test]
fn minimum_should_be_asked_of_the_version_in_the_corpus() {
	ExtBuilder::default()
		.text(1, 1)
		.snapshot(1, 2, true, 0, 200_000)
		.build_and_execute(|| {
			let parent = publish(ModelParams {
				derivative_ppm: 0,
				..trained(1, &[weighted(1, 2, 1)], 400_000)
			});
			// Version 1 asks for nothing, but the corpus has version 2.
			refused(
				derived(
					trained(2, &[weighted(1, 1, 1)], 400_000),
					&[link(parent, 0)],
				),
				Error::SnapshotNotListed,
			);
		});
}

fn open(artifact: u32, own: &[WeightedSnapshot], ppm: Ppm) -> ModelParams {
	ModelParams {
		derivative_ppm: 0,
		..trained(artifact, own, ppm)
	}
}

fn minima(id: u32) -> Vec<(u32, u32, Ppm)> {
	Minima::<Test>::get(id)
		.iter()
		.map(|row| (row.datanet, row.version, row.ppm))
		.collect()
}

#[test]
fn minimum_of_opaque_snapshots_should_reach_every_generation() {
	ExtBuilder::default()
		.snapshot(3, 1, false, 0, 200_000)
		.build_and_execute(|| {
			let own = [weighted(3, 1, 1)];
			let mut last = publish(open(1, &own, 400_000));
			for artifact in 2..=4 {
				let links = [link(last, 0)];
				refused(derived(params(artifact), &links), Error::SnapshotNotListed);
				refused(
					derived(trained(artifact, &own, 333_333), &links),
					Error::ContributorsShareTooLow,
				);
				last = publish(derived(open(artifact, &own, 333_334), &links));
				assert_eq!(minima(last), vec![(3, 1, 200_000)]);
			}
		});
}

#[test]
fn minimum_should_stay_when_a_newer_snapshot_asks_for_less() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 200_000)
		.snapshot(1, 2, true, 0, 50_000)
		.text(1, 3)
		.build_and_execute(|| {
			let first = publish(open(1, &[weighted(1, 1, 1)], 400_000));
			// Trained on the newer one alone, nothing was promised before.
			assert_eq!(
				minima(publish(open(9, &[weighted(1, 2, 1)], 100_000))),
				vec![(1, 2, 50_000)]
			);
			let newer = [weighted(1, 2, 1)];
			refused(
				derived(trained(2, &newer, 333_333), &[link(first, 0)]),
				Error::ContributorsShareTooLow,
			);
			let second = publish(derived(open(2, &newer, 333_334), &[link(first, 0)]));
			assert_eq!(minima(second), vec![(1, 2, 200_000)]);
			// Whoever derives from it inherits what it inherited, not what its snapshot asks.
			let newest = [weighted(1, 3, 1)];
			refused(
				derived(trained(3, &newest, 333_333), &[link(second, 0)]),
				Error::ContributorsShareTooLow,
			);
			let third = publish(derived(open(3, &newest, 333_334), &[link(second, 0)]));
			assert_eq!(minima(third), vec![(1, 3, 200_000)]);
			// An older version doesn't stand for a newer one.
			refused(
				derived(trained(4, &newer, 400_000), &[link(third, 0)]),
				Error::SnapshotNotListed,
			);
		});
}

#[test]
fn minimum_should_be_the_highest_of_all_parents() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 100_000)
		.snapshot(1, 2, true, 0, 200_000)
		.snapshot(1, 3, true, 0, 50_000)
		.build_and_execute(|| {
			let [first, second, third] = [1, 2, 3]
				.map(|version| publish(open(version, &[weighted(1, version, 1)], 400_000)));
			let links = [first, second, third].map(|id| link(id, 0));
			let own = [weighted(1, 3, 1)];
			refused(
				derived(trained(4, &own, 333_333), &links),
				Error::ContributorsShareTooLow,
			);
			let child = publish(derived(open(4, &own, 333_334), &links));
			assert_eq!(minima(child), vec![(1, 3, 200_000)]);
			// A snapshot's own minimum counts when it is the highest.
			let links = [link(first, 0), link(third, 0)];
			refused(
				derived(trained(5, &own, 166_666), &links),
				Error::ContributorsShareTooLow,
			);
			publish(derived(trained(5, &own, 166_667), &links));
		});
}

/// The lowest own version that is as new stands for a parent's snapshot: so whoever lists what
/// the parent lists owes what the parent owes.
#[test]
fn minimum_should_fall_to_the_lowest_version_that_is_as_new() {
	ExtBuilder::default()
		.text(1, 1)
		.snapshot(1, 2, true, 0, 200_000)
		.snapshot(1, 4, true, 0, 100_000)
		.text(1, 5)
		.build_and_execute(|| {
			let own = [weighted(1, 2, 2), weighted(1, 4, 1)];
			let parent = publish(open(1, &own, 500_000));
			assert_eq!(minima(parent), vec![(1, 2, 200_000), (1, 4, 100_000)]);
			let copy = publish(derived(open(2, &own, 500_000), &[link(parent, 0)]));
			assert_eq!(minima(copy), minima(parent));
			let own = [weighted(1, 1, 1), weighted(1, 5, 9)];
			let newer = publish(derived(open(3, &own, 500_000), &[link(parent, 0)]));
			assert_eq!(minima(newer), vec![(1, 5, 200_000)]);
		});
}

#[test]
fn minima_should_be_stored_at_publication_and_only_where_owed() {
	ExtBuilder::default()
		.text(1, 1)
		.snapshot(2, 1, true, 0, 1)
		.build_and_execute(|| {
			let own = [weighted(1, 1, 1), weighted(2, 1, 1)];
			let id = register(ALICE, trained(1, &own, 400_000));
			assert!(!Minima::<Test>::contains_key(id));
			assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
			assert_eq!(minima(id), vec![(2, 1, 1)]);
			let free = publish(trained(2, &own[..1], 400_000));
			assert!(!Minima::<Test>::contains_key(free));
		});
}

#[test]
fn contributors_of_zero_should_be_fine_when_nothing_asks_for_more() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let id = register(ALICE, trained(1, &[weighted(1, 1, 1)], 0));
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
	});
}
