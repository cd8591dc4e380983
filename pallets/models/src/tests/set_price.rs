// SPDX-License-Identifier: Apache-2.0
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::payload::Price;
use sp_runtime::DispatchError;

use crate::{mock::*, Error, Event, Models};

const PRICE: Price = Price {
	per_call: 1,
	in_per_kb: 2,
	out_per_kb: u128::MAX,
};

#[test]
fn set_price_should_change_the_suggestion_and_nothing_else() {
	ExtBuilder::default().build_and_execute(|| {
		for id in [publish(params(1)), register(ALICE, params(2))] {
			let before = Models::<Test>::get(id);
			events();
			assert_ok!(ModelsPallet::set_price(
				RuntimeOrigin::signed(ALICE),
				id,
				PRICE
			));
			assert_eq!(suggested_price(id), PRICE);
			assert_eq!(Models::<Test>::get(id), before);
			assert_eq!(
				events(),
				vec![Event::PriceSet {
					model: id,
					price: PRICE
				}]
			);
		}
	});
}

#[test]
fn set_price_should_refuse_everybody_but_the_developer() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(
			ModelsPallet::set_price(RuntimeOrigin::signed(BOB), id, PRICE),
			Error::<Test>::NotDeveloper
		);
		assert_noop!(
			ModelsPallet::set_price(RuntimeOrigin::root(), id, PRICE),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn set_price_should_refuse_unknown_and_retired_models() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			ModelsPallet::set_price(RuntimeOrigin::signed(ALICE), 1, PRICE),
			Error::<Test>::UnknownModel
		);
		let id = publish(params(1));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(
			ModelsPallet::set_price(RuntimeOrigin::signed(ALICE), id, PRICE),
			Error::<Test>::AlreadyRetired
		);
	});
}
