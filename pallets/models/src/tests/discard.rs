// SPDX-License-Identifier: Apache-2.0
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

use crate::{mock::*, Error, Event, ModelDetails, Models, Snapshots};

#[test]
fn discard_should_remove_the_draft_and_return_the_deposit() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let free = Balances::free_balance(ALICE);
		let id = register(ALICE, trained(1, &[weighted(1, 1, 5)], 400_000));
		assert_eq!(free - Balances::free_balance(ALICE), price_of(id));
		events();
		assert_ok!(ModelsPallet::discard(RuntimeOrigin::signed(ALICE), id));

		assert_eq!(Balances::free_balance(ALICE), free);
		assert_eq!(held(ALICE), 0);
		assert!(!Models::<Test>::contains_key(id));
		assert!(!ModelDetails::<Test>::contains_key(id));
		assert!(!Snapshots::<Test>::contains_key(id));
		assert_eq!(events(), vec![Event::Discarded { model: id }]);
	});
}

#[test]
fn discard_should_leave_a_hole_in_the_ids() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		assert_ok!(ModelsPallet::discard(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(
			ModelsPallet::discard(RuntimeOrigin::signed(ALICE), id),
			Error::<Test>::UnknownModel
		);
		assert_eq!(register(ALICE, params(1)), id + 1);
	});
}

#[test]
fn discard_should_refuse_everybody_but_the_developer() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		assert_noop!(
			ModelsPallet::discard(RuntimeOrigin::signed(BOB), id),
			Error::<Test>::NotDeveloper
		);
		assert_noop!(
			ModelsPallet::discard(RuntimeOrigin::root(), id),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn discard_should_refuse_what_is_no_draft() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(
			ModelsPallet::discard(RuntimeOrigin::signed(ALICE), id),
			Error::<Test>::NotDraft
		);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(
			ModelsPallet::discard(RuntimeOrigin::signed(ALICE), id),
			Error::<Test>::NotDraft
		);
	});
}
