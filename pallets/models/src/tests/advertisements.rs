// SPDX-License-Identifier: Apache-2.0
//! Operators' offers: made, replaced, listed, withdrawn, pruned.

use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Mutate, VestingSchedule},
	Hashable,
};
use openledger_primitives::{apis::AdvertisementView, payload::Price, Balance, ModelId, MILLI};
use proptest::prelude::*;
use sp_runtime::{traits::Convert, DispatchError, DispatchResult, TokenError};

use crate::{
	advertisements::{advertisement_footprint, fee_key},
	mock::*,
	types::*,
	Advertisements, AdvertisementsByFee, Error, Event, HoldReason,
};

const NOBODY: [AccountId; 0] = [];

fn place(operator: AccountId, id: ModelId, endpoint: &[u8], expires_at: u32) -> DispatchResult {
	ModelsPallet::advertise(
		RuntimeOrigin::signed(operator),
		id,
		endpoint.to_vec().try_into().unwrap(),
		priced(5),
		expires_at,
	)
}

fn withdraw(operator: AccountId, id: ModelId) -> DispatchResult {
	ModelsPallet::withdraw_advertisement(RuntimeOrigin::signed(operator), id)
}

fn prune(by: AccountId, id: ModelId, operator: AccountId) -> DispatchResult {
	ModelsPallet::prune_advertisement(RuntimeOrigin::signed(by), id, operator)
}

fn listed(id: ModelId, cursor: Option<(Balance, AccountId)>, limit: u32) -> Vec<AccountId> {
	ModelsPallet::api_advertisements(id, cursor, limit)
		.into_iter()
		.map(|view| view.operator)
		.collect()
}

#[test]
fn advertise_should_store_the_offer_and_hold_its_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		let free = Balances::free_balance(BOB);
		let price = Price {
			per_call: 100,
			in_per_kb: 7,
			out_per_kb: 20,
		};
		events();
		let endpoint = b"http://127.0.0.1:8080".to_vec();
		assert_ok!(ModelsPallet::advertise(
			RuntimeOrigin::signed(BOB),
			id,
			endpoint.clone().try_into().unwrap(),
			price,
			11
		));
		let row = Advertisements::<Test>::get(id, BOB).unwrap();
		// length and bytes of the endpoint, four amounts and a fee, a block; fee and account again.
		let bytes = 1 + 21 + 3 * 16 + 16 + 4 + 16 + 16 + 8;
		let deposit = AdvertisementBase::get() + bytes * AdvertisementPerByte::get();
		assert_eq!(
			row,
			Advertisement {
				endpoint: endpoint.clone().try_into().unwrap(),
				price,
				reference_fee: 127,
				expires_at: 11,
				deposit,
			}
		);
		assert_eq!(held_for_advertisements(BOB), deposit);
		assert_eq!(free - Balances::free_balance(BOB), deposit);
		assert!(AdvertisementsByFee::<Test>::contains_key((
			id,
			fee_key(127),
			BOB
		)));
		assert_eq!(
			events(),
			vec![Event::Advertised {
				model: id,
				operator: BOB,
				endpoint: endpoint.clone().try_into().unwrap(),
				price,
				expires_at: 11,
			}]
		);
		assert_eq!(
			ModelsPallet::advertisements(id, None, 10),
			vec![AdvertisementView {
				model: id,
				operator: BOB,
				endpoint,
				price,
				reference_fee: 127,
				expires_at: 11,
				active: true,
			}]
		);
	});
}

#[test]
fn advertise_should_replace_price_endpoint_and_expiry() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, other) = (publish(params(1)), publish(params(2)));
		assert_ok!(advertise(BOB, id, priced(50)));
		assert_ok!(advertise(BOB, other, priced(50)));
		let both = held_for_advertisements(BOB);
		// Longer by six bytes, then shorter by twelve.
		for (endpoint, more) in [(&b"http://gateway/more!"[..], 6), (&b"http://a"[..], -6)] {
			assert_ok!(place(BOB, id, endpoint, 900));
			let expected = (both as i128 + more * AdvertisementPerByte::get() as i128) as u128;
			assert_eq!(held_for_advertisements(BOB), expected);
			let row = Advertisements::<Test>::get(id, BOB).unwrap();
			assert_eq!((row.reference_fee, row.expires_at), (5, 900));
			assert_eq!(row.endpoint.to_vec(), endpoint);
		}
		assert_eq!(AdvertisementsByFee::<Test>::iter_keys().count(), 2);
		assert_eq!(listed(id, None, 10), vec![BOB]);
		// An expired one can be replaced as well.
		System::set_block_number(2_000);
		assert_eq!(listed(id, None, 10), NOBODY);
		assert_ok!(place(BOB, id, b"http://a", 3_000));
		assert_eq!(listed(id, None, 10), vec![BOB]);
	});
}

#[test]
fn advertise_should_need_an_active_operator_and_an_open_model() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(place(BOB, 1, b"x", 5), Error::<Test>::UnknownModel);
		let id = register(ALICE, params(1));
		assert_noop!(place(BOB, id, b"x", 5), Error::<Test>::NotPublished);
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
		assert_noop!(place(ALICE, id, b"x", 5), Error::<Test>::OperatorNotActive);
		assert_noop!(
			ModelsPallet::advertise(RuntimeOrigin::root(), id, Default::default(), priced(1), 5),
			DispatchError::BadOrigin
		);
		assert_ok!(place(BOB, id, b"x", 5));
		ActiveOperators::set(&vec![]);
		assert_noop!(place(BOB, id, b"x", 5), Error::<Test>::OperatorNotActive);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		ActiveOperators::set(&vec![BOB]);
		assert_noop!(place(BOB, id, b"x", 5), Error::<Test>::AlreadyRetired);
	});
}

#[test]
fn advertise_should_refuse_endpoints_that_are_no_text() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		for endpoint in [&b""[..], &[0xc3, 0x28]] {
			assert_noop!(place(BOB, id, endpoint, 5), Error::<Test>::InvalidEndpoint);
		}
		assert_ok!(place(BOB, id, &[b'x'; 256], 5));
	});
}

#[test]
fn advertise_should_count_for_the_longest_period_at_most() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		System::set_block_number(10);
		for past in [0, 9, 10] {
			assert_noop!(place(BOB, id, b"x", past), Error::<Test>::ExpiryPassed);
		}
		assert_ok!(place(BOB, id, b"x", 11));
		for late in [1_011, u32::MAX] {
			assert_noop!(place(BOB, id, b"x", late), Error::<Test>::ExpiryTooFar);
		}
		assert_ok!(place(BOB, id, b"x", 1_010));
		let parameters = ModelsParameters {
			max_advertisement_period: 7,
		};
		assert_ok!(ModelsPallet::set_parameters(
			RuntimeOrigin::root(),
			parameters
		));
		assert_noop!(place(BOB, id, b"x", 18), Error::<Test>::ExpiryTooFar);
		assert_ok!(place(BOB, id, b"x", 17));
	});
}

#[test]
fn advertise_should_fail_when_the_deposit_cannot_be_held() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		ActiveOperators::set(&vec![POOR]);
		assert_noop!(
			place(POOR, id, b"x", 5),
			DispatchError::Token(TokenError::FundsUnavailable)
		);
	});
}

#[test]
fn withdrawal_should_return_the_deposit_at_any_time() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		let free = Balances::free_balance(BOB);
		for later in [0, 5_000] {
			assert_ok!(advertise(BOB, id, priced(5)));
			System::set_block_number(System::block_number() + later);
			// Neither a suspension nor a retirement keeps it.
			ActiveOperators::set(&vec![]);
			events();
			assert_ok!(withdraw(BOB, id));
			assert_eq!(
				events(),
				vec![Event::AdvertisementWithdrawn {
					model: id,
					operator: BOB
				}]
			);
			assert_eq!(Balances::free_balance(BOB), free);
			assert_eq!(listed(id, None, 10), NOBODY);
			ActiveOperators::set(&vec![BOB]);
		}
	});
}

#[test]
fn withdrawal_should_be_of_ones_own() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_noop!(withdraw(BOB, id), Error::<Test>::NotAdvertised);
		assert_ok!(advertise(BOB, id, priced(5)));
		assert_noop!(withdraw(OPERATORS[1], id), Error::<Test>::NotAdvertised);
		assert_noop!(withdraw(BOB, id + 1), Error::<Test>::NotAdvertised);
		assert_noop!(
			ModelsPallet::withdraw_advertisement(RuntimeOrigin::root(), id),
			DispatchError::BadOrigin
		);
		assert_ok!(withdraw(BOB, id));
		assert_noop!(withdraw(BOB, id), Error::<Test>::NotAdvertised);
	});
}

#[test]
fn pruning_should_pay_the_deposit_to_whoever_does_it() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(place(BOB, id, b"x", 50));
		let deposit = held_for_advertisements(BOB);
		System::set_block_number(50);
		assert_eq!(listed(id, None, 10), vec![BOB]);
		assert_noop!(prune(POOR, id, BOB), Error::<Test>::NotExpired);
		System::set_block_number(51);
		assert_eq!(listed(id, None, 10), NOBODY);
		let (poor, bob) = (Balances::free_balance(POOR), Balances::free_balance(BOB));
		events();
		assert_ok!(prune(POOR, id, BOB));
		assert_eq!(Balances::free_balance(POOR) - poor, deposit);
		assert_eq!(Balances::free_balance(BOB), bob);
		assert_eq!(held_for_advertisements(BOB), 0);
		assert_eq!(
			events(),
			vec![Event::AdvertisementPruned {
				model: id,
				operator: BOB,
				by: POOR,
				deposit
			}]
		);
		assert_noop!(prune(POOR, id, BOB), Error::<Test>::NotAdvertised);
		assert_noop!(
			ModelsPallet::prune_advertisement(RuntimeOrigin::root(), id, BOB),
			DispatchError::BadOrigin
		);
		assert_eq!(AdvertisementsByFee::<Test>::iter_keys().count(), 0);
	});
}

#[test]
fn pruning_should_reach_the_deposit_under_a_lock_and_ones_own() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		ActiveOperators::set(&vec![VESTED, BOB]);
		assert_eq!(Vesting::vesting_balance(&VESTED), Some(FUNDS));
		for operator in [VESTED, BOB] {
			assert_ok!(place(operator, id, b"x", 50));
		}
		System::set_block_number(51);
		let deposit = held_for_advertisements(VESTED);
		let (alice, bob) = (Balances::free_balance(ALICE), Balances::free_balance(BOB));
		assert_ok!(prune(ALICE, id, VESTED));
		assert_eq!(Balances::free_balance(ALICE) - alice, deposit);
		assert_eq!(held_for_advertisements(VESTED), 0);
		// One's own comes back.
		assert_ok!(prune(BOB, id, BOB));
		assert_eq!(Balances::free_balance(BOB) - bob, deposit);
	});
}

#[test]
fn lists_should_rise_by_fee_and_end_with_prices_beyond_all_money() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		// 256 sorts after 2, whatever its bytes.
		for (operator, fee) in OPERATORS.into_iter().zip([256, 2, 255]) {
			assert_ok!(advertise(operator, id, priced(fee)));
		}
		let [bob, first, second] = OPERATORS;
		assert_eq!(listed(id, None, 10), vec![first, second, bob]);
		let beyond = Price {
			per_call: 0,
			in_per_kb: u128::MAX / 999,
			out_per_kb: 0,
		};
		assert_ok!(advertise(first, id, beyond));
		assert_eq!(listed(id, None, 10), vec![second, bob, first]);
		let last = &ModelsPallet::api_advertisements(id, None, 10)[2];
		assert_eq!(last.reference_fee, u128::MAX);
		assert_eq!(listed(id, Some((u128::MAX, first)), 10), NOBODY);
		// Of this model only, and of nobody else's fee.
		let other = publish(params(2));
		assert_ok!(advertise(bob, other, priced(1)));
		assert_eq!(listed(other, None, 10), vec![bob]);
		assert_eq!(listed(other, Some((1, bob)), 10), NOBODY);
		assert_eq!(listed(other + 1, None, 10), NOBODY);
	});
}

#[test]
fn lists_should_go_on_after_a_cursor_that_is_gone() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		let [bob, first, second] = OPERATORS;
		for (operator, fee) in [(bob, 10), (first, 20), (second, 30)] {
			assert_ok!(advertise(operator, id, priced(fee)));
		}
		assert_eq!(listed(id, None, 1), vec![bob]);
		assert_eq!(listed(id, Some((10, bob)), 1), vec![first]);
		assert_ok!(withdraw(first, id));
		assert_eq!(listed(id, Some((20, first)), 5), vec![second]);
		// Any fee will do to go on from.
		assert_eq!(listed(id, Some((29, ALICE)), 5), vec![second]);
		assert_eq!(listed(id, None, 0), NOBODY);
	});
}

#[test]
fn lists_should_say_who_takes_channels_and_be_empty_for_a_retired_model() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(advertise(BOB, id, priced(1)));
		ActiveOperators::set(&vec![]);
		assert!(!ModelsPallet::api_advertisements(id, None, 1)[0].active);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), id));
		assert_eq!(listed(id, None, 1), NOBODY);
	});
}

/// A thousand rows are read whatever they are: those that have expired take their places until
/// they are pruned, and a client passes over them by going on from a fee of its own.
#[test]
fn lists_should_read_a_thousand_rows_at_most() {
	ExtBuilder::default().build().execute_with(|| {
		let id = publish(params(1));
		let put = |operator: AccountId, fee: Balance, expires_at| {
			let row = Advertisement {
				endpoint: Default::default(),
				price: priced(fee),
				reference_fee: fee,
				expires_at,
				deposit: 0,
			};
			Advertisements::<Test>::insert(id, operator, row);
			AdvertisementsByFee::<Test>::insert((id, fee_key(fee), operator), ());
		};
		for operator in 0..1_000 {
			put(10_000 + operator, 7, 50);
		}
		put(BOB, 8, 500);
		System::set_block_number(50);
		assert_eq!(listed(id, None, u32::MAX).len(), 1_000);
		System::set_block_number(51);
		assert_eq!(listed(id, None, u32::MAX), NOBODY);
		assert_eq!(listed(id, Some((8, 0)), u32::MAX), after(0, BOB));
		assert_eq!(listed(id, Some((7, u64::MAX)), u32::MAX), vec![BOB]);
		// One of them pruned, and the live one is within reach.
		assert_ok!(prune(ALICE, id, 10_000));
		assert_eq!(listed(id, None, u32::MAX), vec![BOB]);
	});
}

/// Whether `operator` comes after `cursor` among those of one fee.
fn after(cursor: AccountId, operator: AccountId) -> Vec<AccountId> {
	let key = |who: AccountId| who.blake2_128_concat();
	(key(operator) > key(cursor))
		.then_some(operator)
		.into_iter()
		.collect()
}

#[test]
fn deposit_should_follow_the_footprint() {
	ExtBuilder::default().build_and_execute(|| {
		let id = publish(params(1));
		assert_ok!(advertise(BOB, id, priced(1)));
		let row = Advertisements::<Test>::get(id, BOB).unwrap();
		let footprint = advertisement_footprint(&row, &BOB);
		assert_eq!(footprint.size as usize, row.encode().len() + 16 + 8);
		assert_eq!(row.deposit, AdvertisementPrice::convert(footprint));
		// Holds of other reasons are left alone.
		assert_eq!(HoldReason::Advertisement.encode(), [1]);
		assert_eq!(HoldReason::ModelDeposit.encode(), [0]);
		assert_eq!(held(BOB), 0);
	});
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

	/// Pages of any size, one after the other, are all live rows by (fee, key of the operator).
	#[test]
	fn pages_should_be_the_sorted_list(
		offers in prop::collection::btree_map(
			1_000..1_200u64,
			(prop_oneof![0..4u128, any::<u128>()], any::<bool>()),
			0..40,
		),
		limit in 1..9u32,
	) {
		ExtBuilder::default().build_and_execute(|| {
			let id = publish(params(1));
			ActiveOperators::set(&offers.keys().copied().collect());
			for (operator, (fee, live)) in &offers {
				assert_ok!(Balances::mint_into(operator, 1_000 * MILLI));
				let origin = RuntimeOrigin::signed(*operator);
				let endpoint = b"x".to_vec().try_into().unwrap();
				let expires_at = if *live { 500 } else { 20 };
				assert_ok!(ModelsPallet::advertise(origin, id, endpoint, priced(*fee), expires_at));
			}
			System::set_block_number(21);
			let mut expected: Vec<(Balance, Vec<u8>, AccountId)> = offers
				.iter()
				.filter(|(_, (_, live))| *live)
				.map(|(operator, (fee, _))| (*fee, operator.blake2_128_concat(), *operator))
				.collect();
			expected.sort();
			let mut found = Vec::new();
			let mut cursor = None;
			loop {
				let page = ModelsPallet::api_advertisements(id, cursor, limit);
				let Some(last) = page.last() else { break };
				cursor = Some((last.reference_fee, last.operator));
				found.extend(page.into_iter().map(|view| view.operator));
			}
			let expected: Vec<AccountId> = expected.into_iter().map(|(_, _, who)| who).collect();
			assert_eq!(found, expected);
		});
	}
}
