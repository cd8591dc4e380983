// SPDX-License-Identifier: Apache-2.0
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

use crate::{mock::*, types::*, Artifacts, Corpora, Error, Event, Models, PaidBeyondCorpus};

#[test]
fn publish_should_freeze_the_model() {
	ExtBuilder::default()
		.text(1, 2)
		.text(5, 1)
		.build_and_execute(|| {
			let id = register(
				ALICE,
				trained(1, &[weighted(1, 2, 5), weighted(5, 1, 1)], 400_000),
			);
			let before = Models::<Test>::get(id).unwrap();
			events();
			assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));

			let after = Models::<Test>::get(id).unwrap();
			assert_eq!(
				after,
				Model {
					state: State::Published,
					..before.clone()
				}
			);
			assert_eq!(Artifacts::<Test>::get(hash_of(1)), Some(id));
			assert_eq!(
				Corpora::<Test>::get(id).to_vec(),
				vec![
					CorpusRow {
						datanet: 1,
						version: 2,
						count: 20
					},
					CorpusRow {
						datanet: 5,
						version: 1,
						count: 10
					},
				]
			);
			assert_eq!(
				events(),
				vec![Event::Published {
					model: id,
					developer: ALICE,
					terms_hash: before.terms_hash
				}]
			);
		});
}

#[test]
fn publish_should_store_no_empty_rows() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert!(!Corpora::<Test>::contains_key(id));
		assert!(!PaidBeyondCorpus::<Test>::contains_key(id));
	});
}

#[test]
fn publish_should_refuse_unknown_models() {
	ExtBuilder::default().build_and_execute(|| {
		for id in [0, 1, u32::MAX] {
			assert_noop!(
				ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id),
				Error::<Test>::UnknownModel
			);
		}
	});
}

#[test]
fn publish_should_refuse_everybody_but_the_developer() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(BOB), id),
			Error::<Test>::NotDeveloper
		);
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::root(), id),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn publish_should_refuse_what_is_no_draft() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id),
			Error::<Test>::NotDraft
		);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id),
			Error::<Test>::NotDraft
		);
	});
}

#[test]
fn publish_should_give_an_artifact_to_one_of_two_drafts() {
	ExtBuilder::default().build_and_execute(|| {
		let slow = register(ALICE, params(1));
		let quick = register(BOB, params(1));
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(BOB), quick));
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(ALICE), slow),
			Error::<Test>::ArtifactTaken
		);
		// Governance settles the dispute.
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::root(), quick));
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), slow));
		assert_eq!(Artifacts::<Test>::get(hash_of(1)), Some(slow));
	});
}

#[test]
fn publish_should_check_parents_again_when_one_was_retired() {
	ExtBuilder::default().build_and_execute(|| {
		let parent = publish(params(1));
		let child = register(ALICE, derived(params(2), &[link(parent, 200_000)]));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), parent));
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(ALICE), child),
			Error::<Test>::ParentNotPublished
		);
	});
}
