// SPDX-License-Identifier: Apache-2.0
//! Attacks by name. Each fails when the defence it is about is taken away.

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{ports::WeightedSnapshot, Ppm, OPEN};

use crate::{mock::*, types::*, Error, ModelCount, Models};

fn refused(params: ModelParams, error: Error<Test>) {
	assert_noop!(
		ModelsPallet::register(RuntimeOrigin::signed(BOB), params),
		error
	);
}

/// A model that asks nothing of its children.
fn shell(params: ModelParams) -> ModelParams {
	ModelParams {
		derivative_ppm: 0,
		..params
	}
}

/// A model can name what doesn't exist yet, itself, or a draft; none of it closes a circle.
#[test]
fn royalty_cycle_is_impossible() {
	ExtBuilder::default().build_and_execute(|| {
		// Two drafts that name each other, the first by the id that the second will have.
		let first = ModelCount::<Test>::get() + 1;
		for parent in [first, first + 1] {
			refused(
				derived(shell(params(1)), &[link(parent, 200_000)]),
				Error::ParentNotPublished,
			);
		}
		let first = register(ALICE, shell(params(1)));
		refused(
			derived(shell(params(2)), &[link(first, 200_000)]),
			Error::ParentNotPublished,
		);
		// Once published the vector is frozen: a child can't become the parent's parent.
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), first));
		let frozen = Models::<Test>::get(first);
		let child = publish(derived(shell(params(2)), &[link(first, 200_000)]));
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(ALICE), first),
			Error::<Test>::NotDraft
		);
		assert_noop!(
			ModelsPallet::discard(RuntimeOrigin::signed(ALICE), first),
			Error::<Test>::NotDraft
		);
		assert_eq!(Models::<Test>::get(first), frozen);
		assert!(child > first);
	});
}

/// Ann reads a draft's terms; it is taken away and another with dearer terms comes under the id
/// she expects, or in its place.
#[test]
fn terms_changed_before_link() {
	ExtBuilder::default().build_and_execute(|| {
		let shown = register(BOB, params(1));
		let agreed = link(shown, 200_000);
		assert_ok!(ModelsPallet::discard(RuntimeOrigin::signed(BOB), shown));
		let dearer = register(
			BOB,
			ModelParams {
				operator_ppm: 900_000,
				min_fee_per_call: 1_000 * OPEN,
				..params(1)
			},
		);
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(BOB), dearer));
		for model in [shown, dearer] {
			let links = [ParentLink { model, ..agreed }];
			let refused =
				ModelsPallet::register(RuntimeOrigin::signed(ALICE), derived(params(2), &links));
			let expected: Error<Test> = if model == shown {
				Error::ParentNotPublished
			} else {
				Error::TermsMismatch
			};
			assert_eq!(refused.unwrap_err().error, expected.into());
		}
	});
}

/// One parent twice would be paid once where two minima are asked, one snapshot twice would count
/// its weight once for the check and twice for the split.
#[test]
fn duplicate_ids_in_a_list() {
	ExtBuilder::default()
		.snapshot(1, 1, true, OPEN, 100_000)
		.build_and_execute(|| {
			let parent = publish(params(1));
			refused(
				derived(params(2), &[link(parent, 200_000), link(parent, 200_000)]),
				Error::ParentsNotAscending,
			);
			let twice = [weighted(1, 1, 1), weighted(1, 1, 1)];
			refused(trained(2, &twice, 800_000), Error::SnapshotsNotAscending);
			// Other weights don't make them different.
			let twice = [weighted(1, 1, 1), weighted(1, 1, 2)];
			refused(trained(2, &twice, 800_000), Error::SnapshotsNotAscending);
			assert_eq!(PaidIn::get(), vec![]);
		});
}

/// Rights handed to oneself, directly or by an offer that outlived a transfer, would settle and
/// re-price for nothing, or hold a second deposit.
#[test]
fn self_transfer_of_rights() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		let (free, before) = (Balances::free_balance(ALICE), held(ALICE));
		let offer =
			|who, to| ModelsPallet::offer_transfer(RuntimeOrigin::signed(who), id, Some(to));
		let accept = |who| {
			ModelsPallet::accept_transfer(RuntimeOrigin::signed(who), id)
				.map(|_| ())
				.map_err(|refused| refused.error)
		};
		assert_noop!(offer(ALICE, ALICE), Error::<Test>::SelfTransfer);
		assert_noop!(accept(ALICE), Error::<Test>::NotOffered);
		assert_ok!(offer(ALICE, BOB));
		assert_ok!(accept(BOB));
		assert_noop!(offer(BOB, BOB), Error::<Test>::SelfTransfer);
		// The offer that made BOB the developer is used up.
		assert_noop!(accept(BOB), Error::<Test>::NotOffered);
		assert_ok!(offer(BOB, ALICE));
		assert_ok!(accept(ALICE));
		assert_eq!((Balances::free_balance(ALICE), held(ALICE)), (free, before));
		assert_eq!((Balances::free_balance(BOB), held(BOB)), (FUNDS, 0));
		assert_eq!(SettledInboxes::get().len(), 2);
	});
}

/// A base model asks 10 % of every fee, and its snapshots (a text, an opaque one) 10 % each. Shells
/// that ask nothing, keep nothing and list newer snapshots with lower minima stand in between.
#[test]
fn shell_model_evades_nothing() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 100_000)
		.text(1, 2)
		.snapshot(2, 1, false, 0, 100_000)
		.snapshot(2, 2, false, 0, 0)
		.build_and_execute(|| {
			let own = |version| [weighted(1, version, 1), weighted(2, version, 1)];
			let line = |artifact, own: &[WeightedSnapshot], contributors: Ppm| ModelParams {
				operator_ppm: 0,
				..trained(artifact, own, contributors)
			};
			let base = publish(line(1, &own(1), 250_000));
			let due = link(base, 112_000);
			// Nobody can make the shell itself without paying.
			refused(
				derived(shell(line(2, &own(2), 220_000)), &[due]),
				Error::ContributorsShareTooLow,
			);
			let mut last = publish(derived(shell(line(2, &own(2), 250_000)), &[due]));
			for artifact in 3..=6 {
				let through = link(last, 100_000);
				// Not the base model's developer,
				refused(
					derived(line(artifact, &own(2), 250_000), &[through]),
					Error::AncestorNotListed,
				);
				let both = [due, through];
				let less = ParentLink {
					ppm: 111_111,
					..due
				};
				refused(
					derived(line(artifact, &own(2), 250_000), &[less, through]),
					Error::ParentShareTooLow,
				);
				// nor the text's contributors,
				refused(
					derived(line(artifact, &own(2)[1..], 250_000), &both),
					Error::SnapshotNotListed,
				);
				// nor those of the opaque snapshot,
				refused(
					derived(line(artifact, &own(2)[..1], 250_000), &both),
					Error::SnapshotNotListed,
				);
				// by a newer version that asks for nothing, the weights, or the operator's share.
				refused(
					derived(line(artifact, &own(2), 222_221), &both),
					Error::ContributorsShareTooLow,
				);
				let uneven = [weighted(1, 2, 1), weighted(2, 2, 3)];
				refused(
					derived(line(artifact, &uneven, 250_000), &both),
					Error::ContributorsShareTooLow,
				);
				let greedy = ModelParams {
					operator_ppm: 100_001,
					..line(artifact, &own(2), 250_000)
				};
				let more = ParentLink {
					ppm: 150_000,
					..due
				};
				refused(
					derived(greedy, &[more, through]),
					Error::ContributorsShareTooLow,
				);
				last = publish(derived(shell(line(artifact, &own(2), 250_000)), &both));
			}
		});
}

/// The fee is due for the snapshot, once per lineage that has paid it: a shell that doesn't list
/// it, a newer version, a draft, weights and the operator's share are no payment.
#[test]
fn training_fee_not_evaded() {
	ExtBuilder::default()
		.snapshot(1, 1, true, OPEN, 0)
		.snapshot(1, 2, true, 2 * OPEN, 0)
		.snapshot(2, 1, false, 4 * OPEN, 0)
		.text(3, 1)
		.build_and_execute(|| {
			let paid = || -> u128 { PaidIn::get().iter().map(|(.., amount)| amount).sum() };
			let greedy = |artifact, own: &[WeightedSnapshot]| {
				shell(ModelParams {
					operator_ppm: 900_000,
					..trained(artifact, own, u32::from(!own.is_empty()))
				})
			};
			// A shell that lists neither.
			let empty = publish(shell(trained(1, &[weighted(3, 1, 1)], 1)));
			// One that lists them and stays a draft.
			let both = [weighted(1, 1, 1), weighted(2, 1, 1)];
			let draft = register(ALICE, greedy(2, &both));
			refused(
				derived(greedy(3, &both), &[link(draft, 0)]),
				Error::ParentNotPublished,
			);
			assert_eq!(paid(), 0);
			// The least weight, the largest operator's share, no parent's money.
			let light = [
				weighted(1, 1, 1),
				weighted(2, 1, 1),
				weighted(3, 1, u32::MAX),
			];
			let first = publish(derived(greedy(4, &light), &[link(empty, 0)]));
			assert_eq!(paid(), 5 * OPEN);
			// Its lineage has paid; a shell between changes nothing, in either direction.
			let between = publish(derived(greedy(5, &[]), &[link(first, 0)]));
			publish(derived(greedy(6, &both), &[link(between, 0)]));
			assert_eq!(paid(), 5 * OPEN);
			// A newer version is another snapshot, also where the datanet is in the corpus.
			let newer = publish(derived(
				greedy(7, &[weighted(1, 2, 1)]),
				&[link(between, 0)],
			));
			assert_eq!(paid(), 7 * OPEN);
			// A newer one in the corpus is no payment for the older.
			let other = publish(greedy(8, &[weighted(1, 2, 1)]));
			assert_eq!(paid(), 9 * OPEN);
			publish(derived(greedy(9, &both[..1]), &[link(other, 0)]));
			assert_eq!(paid(), 10 * OPEN);
			publish(derived(greedy(10, &both), &[link(newer, 0)]));
			assert_eq!(paid(), 10 * OPEN);
			// A sibling's payment is another lineage's.
			publish(derived(greedy(11, &both), &[link(empty, 0)]));
			assert_eq!(paid(), 15 * OPEN);
		});
}
