// SPDX-License-Identifier: Apache-2.0
//! `set_curators`, `take_seat`, `leave_seat`.

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{AccountId32, OPEN};
use sp_runtime::TokenError;

fn list(curators: &[AccountId32]) -> CuratorsOf<Test> {
	curators.to_vec().try_into().unwrap()
}

#[test]
fn the_owner_names_curators() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_ok!(Datanets::set_curators(
			signed(&OWNER),
			datanet,
			list(&[BOB])
		));
		assert_eq!(Curators::<Test>::get(datanet), list(&[BOB]));
		assert_eq!(
			events().pop(),
			Some(Event::CuratorsSet {
				datanet,
				curators: list(&[BOB])
			})
		);
	});
}

#[test]
fn set_curators_refuses_strangers_and_duplicates() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_noop!(
			Datanets::set_curators(signed(&CURATOR), datanet, list(&[BOB])),
			Error::<Test>::NotOwner
		);
		assert_noop!(
			Datanets::set_curators(signed(&OWNER), datanet + 1, list(&[BOB])),
			Error::<Test>::DatanetNotFound
		);
		assert_noop!(
			Datanets::set_curators(signed(&OWNER), datanet, list(&[BOB, ALICE, BOB])),
			Error::<Test>::DuplicateCurator
		);
	});
}

#[test]
fn takes_thirty_two_curators_and_no_more() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let many: Vec<_> = (0..33).map(|n| AccountId32::new([100 + n; 32])).collect();
		assert!(CuratorsOf::<Test>::try_from(many.clone()).is_err());
		assert_ok!(Datanets::set_curators(
			signed(&OWNER),
			datanet,
			list(&many[..32])
		));
	});
}

#[test]
fn a_seat_costs_a_bond_that_comes_back() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.curators = list(&[BOB]));
		assert_ok!(Datanets::take_seat(signed(&BOB), datanet));
		assert_eq!(held(HoldReason::CuratorBond, &BOB), 10 * OPEN);
		assert_eq!(
			events().pop(),
			Some(Event::SeatTaken {
				datanet,
				curator: BOB
			})
		);
		assert_noop!(
			Datanets::take_seat(signed(&BOB), datanet),
			Error::<Test>::AlreadySeated
		);

		assert_ok!(Datanets::leave_seat(signed(&BOB), datanet));
		assert_eq!(held(HoldReason::CuratorBond, &BOB), 0);
		assert_eq!(
			events().pop(),
			Some(Event::SeatLeft {
				datanet,
				curator: BOB
			})
		);
		assert_noop!(
			Datanets::leave_seat(signed(&BOB), datanet),
			Error::<Test>::NotSeated
		);
	});
}

#[test]
fn take_seat_refuses_who_is_not_named() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_noop!(
			Datanets::take_seat(signed(&BOB), datanet),
			Error::<Test>::NotNamed
		);
		assert_noop!(
			Datanets::take_seat(signed(&OWNER), datanet),
			Error::<Test>::NotNamed
		);
		assert_noop!(
			Datanets::take_seat(signed(&CURATOR), datanet + 1),
			Error::<Test>::DatanetNotFound
		);
	});
}

#[test]
fn take_seat_refuses_who_cannot_pay() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.curators = list(&[POOR]));
		assert_noop!(
			Datanets::take_seat(signed(&POOR), datanet),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn a_curator_no_longer_named_keeps_his_bond_until_he_leaves() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_ok!(Datanets::set_curators(signed(&OWNER), datanet, list(&[])));
		assert_eq!(held(HoldReason::CuratorBond, &CURATOR), 10 * OPEN);
		assert_ok!(Datanets::leave_seat(signed(&CURATOR), datanet));
		assert_eq!(held(HoldReason::CuratorBond, &CURATOR), 0);
	});
}

#[test]
fn a_seat_gives_back_what_was_placed_whatever_the_parameter_is_now() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (
			create_plain(),
			create(|params| params.curators = list(&[BOB])),
		);
		let larger = DatanetsParameters {
			curator_bond: 25 * OPEN,
			..Parameters::<Test>::get()
		};
		assert_ok!(Datanets::set_parameters(RuntimeOrigin::root(), larger));
		assert_ok!(Datanets::set_curators(
			signed(&OWNER),
			second,
			list(&[CURATOR])
		));
		assert_ok!(Datanets::take_seat(signed(&CURATOR), second));
		assert_eq!(held(HoldReason::CuratorBond, &CURATOR), 35 * OPEN);
		assert_ok!(Datanets::leave_seat(signed(&CURATOR), first));
		assert_eq!(held(HoldReason::CuratorBond, &CURATOR), 25 * OPEN);
	});
}
