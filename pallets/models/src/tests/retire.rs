// SPDX-License-Identifier: Apache-2.0
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::ports::ModelInspect;
use sp_runtime::DispatchError;

use crate::{mock::*, types::State, Artifacts, Error, Event};

#[test]
fn retire_should_stop_channels_and_keep_settlements() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let id = publish(trained(1, &[weighted(1, 1, 5)], 400_000));
		let terms = ModelsPallet::terms(id);
		events();
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));

		assert_eq!(state_of(id), State::Retired);
		assert!(!ModelsPallet::accepts_channels(id));
		assert!(terms.is_some());
		assert_eq!(ModelsPallet::terms(id), terms);
		assert_eq!(ModelsPallet::own_snapshots(id), vec![weighted(1, 1, 5)]);
		assert_eq!(ModelsPallet::corpus_version(id, 1), Some(1));
		assert_eq!(events(), vec![Event::Retired { model: id }]);
	});
}

#[test]
fn retire_should_free_the_artifact_hash() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_eq!(Artifacts::<Test>::get(hash_of(1)), None);
		let next = publish(params(1));
		assert_eq!(Artifacts::<Test>::get(hash_of(1)), Some(next));
	});
}

#[test]
fn retire_should_be_open_to_governance() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::root(), id));
		assert_eq!(state_of(id), State::Retired);
	});
}

#[test]
fn retire_should_keep_the_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		let before = held(ALICE);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_eq!(held(ALICE), before);
	});
}

#[test]
fn retire_should_refuse_strangers() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(
			ModelsPallet::retire(RuntimeOrigin::signed(BOB), id),
			Error::<Test>::NotDeveloper
		);
		assert_noop!(
			ModelsPallet::retire(RuntimeOrigin::none(), id),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn retire_should_refuse_drafts_and_the_unknown() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		for origin in [RuntimeOrigin::signed(ALICE), RuntimeOrigin::root()] {
			assert_noop!(
				ModelsPallet::retire(origin.clone(), id),
				Error::<Test>::NotPublished
			);
			assert_noop!(
				ModelsPallet::retire(origin, id + 1),
				Error::<Test>::UnknownModel
			);
		}
	});
}

#[test]
fn retire_should_refuse_to_retire_twice() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(
			ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id),
			Error::<Test>::AlreadyRetired
		);
	});
}
