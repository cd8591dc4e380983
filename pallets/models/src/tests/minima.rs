// SPDX-License-Identifier: Apache-2.0
//! What a datanet's terms ask of the models trained on it.

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::Ppm;

use crate::{mock::*, types::*, Error};

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

#[test]
fn contributors_of_zero_should_be_fine_when_nothing_asks_for_more() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let id = register(ALICE, trained(1, &[weighted(1, 1, 1)], 0));
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
	});
}
