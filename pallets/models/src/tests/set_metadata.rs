// SPDX-License-Identifier: Apache-2.0
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, DispatchResult, TokenError};

use crate::{mock::*, types::Uri, Error, Event, ModelDetails, Models};

fn set(who: AccountId, id: u32, uri: &[u8]) -> DispatchResult {
	let uri = uri.to_vec().try_into().unwrap();
	ModelsPallet::set_metadata(RuntimeOrigin::signed(who), id, uri, hash_of(77))
}

#[test]
fn set_metadata_should_change_address_and_hash_and_nothing_else() {
	ExtBuilder::default().build_and_execute(|| {
		for id in [publish(params(1)), register(ALICE, params(2))] {
			let row = Models::<Test>::get(id);
			let before = ModelDetails::<Test>::get(id).unwrap();
			events();
			assert_ok!(set(ALICE, id, b"ipfs://new"));
			let mut after = ModelDetails::<Test>::get(id).unwrap();
			assert_eq!(after.card.metadata_uri.to_vec(), b"ipfs://new");
			assert_eq!(after.card.metadata_hash, hash_of(77));
			after.card.metadata_uri = before.card.metadata_uri.clone();
			after.card.metadata_hash = before.card.metadata_hash;
			assert_eq!(after.card, before.card);
			assert_eq!(Models::<Test>::get(id), row);
			assert_eq!(
				events(),
				vec![Event::MetadataSet {
					model: id,
					uri: b"ipfs://new".to_vec().try_into().unwrap(),
					hash: hash_of(77)
				}]
			);
		}
	});
}

#[test]
fn set_metadata_should_price_the_deposit_anew() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 0, 1)
		.build_and_execute(|| {
			// "ipfs://metadata" has 15 bytes; a published model's other rows stay paid.
			let own = [weighted(1, 1, 1)];
			for id in [
				publish(trained(1, &own, 400_000)),
				register(ALICE, params(2)),
			] {
				let before = held(ALICE);
				assert_ok!(set(ALICE, id, &[b'x'; 20]));
				assert_eq!(held(ALICE) - before, 5 * DepositPerByte::get());
				assert_ok!(set(ALICE, id, b""));
				assert_eq!(before - held(ALICE), 15 * DepositPerByte::get());
			}
		});
}

#[test]
fn set_metadata_should_fail_when_the_deposit_cannot_be_held() {
	ExtBuilder::default().build_and_execute(|| {
		use frame_support::traits::fungible::Mutate;
		let price = price_of(register(ALICE, params(1)));
		assert_ok!(Balances::mint_into(&POOR, price));
		let id = register(POOR, params(2));
		assert_noop!(
			set(POOR, id, &[b'x'; 256]),
			DispatchError::Token(TokenError::FundsUnavailable)
		);
	});
}

#[test]
fn set_metadata_should_refuse_everybody_but_the_developer() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(set(BOB, id, b""), Error::<Test>::NotDeveloper);
		assert_noop!(
			ModelsPallet::set_metadata(RuntimeOrigin::root(), id, Uri::default(), hash_of(1)),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn set_metadata_should_refuse_unknown_and_retired_models_and_other_bytes() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(set(ALICE, 1, b""), Error::<Test>::UnknownModel);
		let id = publish(params(1));
		assert_noop!(set(ALICE, id, &[0xff]), Error::<Test>::InvalidUri);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(set(ALICE, id, b""), Error::<Test>::AlreadyRetired);
	});
}
