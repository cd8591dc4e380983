// SPDX-License-Identifier: Apache-2.0
//! `set_curators`, `take_seat`, `leave_seat`.

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{apis::BallotState, AccountId32, OPEN};
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

/// Burns a tenth of CURATOR's bond: he commits to a vote and keeps silent.
fn fine_curator(datanet: u32, seed: u64) {
	let id = contribute(datanet, &ALICE, &text(seed, 1_024));
	commit_vote(id, &CURATOR, 3, 0);
	advance_to(review(id).reveals_until + 1);
	conclude_review(id);
	assert_eq!(Reviews::<Test>::get(id), None);
}

fn bench(datanet: u32) -> Vec<AccountId32> {
	Bench::<Test>::get(datanet).into_inner()
}

#[test]
fn the_bench_follows_names_and_bonds() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_eq!(bench(datanet), [CURATOR]);
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
		assert_eq!(bench(datanet), [CURATOR, SECOND_CURATOR]);
		let name = |curators: &[AccountId32]| {
			assert_ok!(Datanets::set_curators(
				signed(&OWNER),
				datanet,
				list(curators)
			));
		};
		name(&[SECOND_CURATOR, BOB]);
		assert_eq!(bench(datanet), [SECOND_CURATOR]);
		// A whole bond is on the bench as soon as its curator is named again.
		name(&[BOB, CURATOR]);
		assert_eq!(bench(datanet), [CURATOR]);
		assert_noop!(
			Datanets::take_seat(signed(&CURATOR), datanet),
			Error::<Test>::AlreadySeated
		);
		assert_ok!(Datanets::leave_seat(signed(&CURATOR), datanet));
		assert!(!Bench::<Test>::contains_key(datanet));
		assert_ok!(Datanets::leave_seat(signed(&SECOND_CURATOR), datanet));
	});
}

#[test]
fn a_fined_curator_fills_his_bond_up() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		fine_curator(datanet, 1);
		assert_eq!(
			(seat(datanet, &CURATOR).bond, seat(datanet, &CURATOR).full),
			(9 * OPEN, 10 * OPEN)
		);
		assert!(bench(datanet).is_empty());
		// Named again, but the bond is not whole.
		assert_ok!(Datanets::set_curators(
			signed(&OWNER),
			datanet,
			list(&[CURATOR])
		));
		assert!(bench(datanet).is_empty());

		assert_ok!(Datanets::take_seat(signed(&CURATOR), datanet));
		assert_eq!(bench(datanet), [CURATOR]);
		assert_eq!(held(HoldReason::CuratorBond, &CURATOR), 10 * OPEN);
		assert_eq!(
			events().pop(),
			Some(Event::SeatTaken {
				datanet,
				curator: CURATOR
			})
		);
	});
}

/// What a seat costs is what it cost when it was last filled up.
#[test]
fn a_bond_is_filled_up_to_what_a_seat_costs_today() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let price = |curator_bond| {
			let parameters = DatanetsParameters {
				curator_bond,
				..Parameters::<Test>::get()
			};
			assert_ok!(Datanets::set_parameters(RuntimeOrigin::root(), parameters));
		};
		price(25 * OPEN);
		assert_eq!(bench(datanet), [CURATOR]);
		fine_curator(datanet, 1);
		assert_ok!(Datanets::take_seat(signed(&CURATOR), datanet));
		assert_eq!(held(HoldReason::CuratorBond, &CURATOR), 25 * OPEN);
		fine_curator(datanet, 2);
		assert_eq!(seat(datanet, &CURATOR).bond, 25 * OPEN - 25 * OPEN / 10);
		// What is left is more than enough now, and stays.
		price(5 * OPEN);
		assert_ok!(Datanets::take_seat(signed(&CURATOR), datanet));
		assert_eq!(seat(datanet, &CURATOR).bond, 25 * OPEN - 25 * OPEN / 10);
		assert_eq!(seat(datanet, &CURATOR).full, 5 * OPEN);
		assert_eq!(bench(datanet), [CURATOR]);
	});
}

/// Ten fines take everything; the eleventh takes nothing and stops nothing.
#[test]
fn a_fine_is_never_more_than_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let ids: Vec<_> = (0..12)
			.map(|seed| contribute(datanet, &ALICE, &text(seed, 1_024)))
			.collect();
		for id in &ids {
			commit_vote(*id, &CURATOR, 3, 0);
		}
		assert_eq!(seat(datanet, &CURATOR).open, 12);
		let issued = Balances::total_issuance();
		advance_to(review(ids[0]).reveals_until + 1);
		for id in &ids {
			conclude_review(*id);
		}
		assert_eq!(seat(datanet, &CURATOR).bond, 0);
		assert_eq!(Balances::total_issuance(), issued - 10 * OPEN);
		let burned: Vec<_> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::VoteForfeited { burned, .. } => Some(burned),
				_ => None,
			})
			.collect();
		assert_eq!(burned[..10], [OPEN; 10]);
		assert_eq!(burned[10..], [0; 2]);
		assert_ok!(Datanets::leave_seat(signed(&CURATOR), datanet));
		assert_eq!(Seats::<Test>::get(datanet, CURATOR), None);
	});
}

#[test]
fn nobody_leaves_with_an_open_ballot() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		let leave = |who| Datanets::leave_seat(signed(who), datanet);
		commit_vote(id, &CURATOR, 2, 0);
		assert_noop!(leave(&CURATOR), Error::<Test>::SeatBound);
		advance_to(review(id).commits_until + 1);
		// Neither does no longer being named help.
		assert_ok!(Datanets::set_curators(signed(&OWNER), datanet, list(&[])));
		assert_noop!(leave(&CURATOR), Error::<Test>::SeatBound);
		// Who has committed to nothing may go, and is missed as any other.
		assert_ok!(leave(&SECOND_CURATOR));
		assert_eq!(ballot(id, &SECOND_CURATOR), BallotState::Silent);
		reveal_vote(id, &CURATOR, 2, 0);
		assert!(matches!(contribution(id).status, Status::Accepted(_)));
		assert_ok!(leave(&CURATOR));
	});
}

/// Whoever voted for a rejection stays until no appeal can cost him any more; nobody else has to.
#[test]
fn a_vote_for_rejection_binds_until_the_appeal_is_over() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| {
			params.curators = list(&[CURATOR, SECOND_CURATOR, BOB]);
		});
		for who in [&SECOND_CURATOR, &BOB] {
			assert_ok!(Datanets::take_seat(signed(who), datanet));
		}
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		let votes = [(CURATOR, 0), (SECOND_CURATOR, 0), (BOB, 4)];
		for (who, vote) in &votes {
			commit_vote(id, who, *vote, 1);
		}
		for (who, vote) in &votes {
			reveal_vote(id, who, *vote, 1);
		}
		let leave = |who| Datanets::leave_seat(signed(who), datanet);
		assert_eq!(seat(datanet, &CURATOR).bound_until, 11);
		assert_ok!(leave(&BOB));
		assert_noop!(leave(&CURATOR), Error::<Test>::SeatBound);
		advance(9);
		assert_ok!(Datanets::appeal(signed(&ALICE), id));
		assert_eq!(seat(datanet, &CURATOR).bound_until, 20);
		advance(10);
		assert_eq!(now(), 20);
		assert_noop!(leave(&CURATOR), Error::<Test>::SeatBound);
		// The appeal has lapsed.
		advance(1);
		assert_ok!(leave(&CURATOR));
		assert_ok!(leave(&SECOND_CURATOR));
	});
}
