// SPDX-License-Identifier: Apache-2.0
//! Several contributions of one root.

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{text::text_root, MILLI, OPEN};

/// ALICE commits before BOB, both to the same bytes.
fn two_commits() -> (DatanetIdAndBytes, u64, u64) {
	let datanet = create_plain();
	let bytes = text(1, 2_000);
	let (early, late) = (
		commit(datanet, &ALICE, &bytes),
		commit(datanet, &BOB, &bytes),
	);
	((datanet, bytes), early, late)
}

type DatanetIdAndBytes = (u32, Vec<u8>);

/// Nothing is on hold, and nothing spent but what so many reveals pay for keepers.
fn assert_all_back(who: &openledger_primitives::AccountId32, reveals: u128) {
	assert_all_back_but(who, reveals * review_prepaid());
}

fn assert_all_back_but(who: &openledger_primitives::AccountId32, keepers: u128) {
	assert_eq!(Balances::free_balance(who), FUNDS - keepers);
	assert_eq!(Balances::reserved_balance(who), 0);
}

#[test]
fn a_later_id_gives_way_with_its_bond_back_whole() {
	ExtBuilder::default().build_and_execute(|| {
		let ((datanet, bytes), early, late) = two_commits();
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
		assert_ok!(Datanets::contribute(signed(&BOB), late, reveal(&bytes)));

		assert_eq!(Contributions::<Test>::get(late), None);
		assert_all_back(&BOB, 0);
		assert_eq!(
			events().pop(),
			Some(Event::TakenOver {
				contribution: late,
				earlier: early
			})
		);
		assert_eq!(Roots::<Test>::get(datanet, text_root(&bytes)), Some(early));
		assert!(matches!(contribution(early).status, Status::Pending { .. }));
	});
}

#[test]
fn an_earlier_id_takes_the_root_over_while_the_other_is_pending() {
	ExtBuilder::default().build_and_execute(|| {
		let ((datanet, bytes), early, late) = two_commits();
		assert_ok!(Datanets::contribute(signed(&BOB), late, reveal(&bytes)));
		assert_eq!(held(HoldReason::ReviewFee, &BOB), 2 * MILLI);
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));

		assert_eq!(Contributions::<Test>::get(late), None);
		assert_eq!(Contents::<Test>::get(late), None);
		assert_all_back(&BOB, 1);
		assert_eq!(Roots::<Test>::get(datanet, text_root(&bytes)), Some(early));
		let all = events();
		assert_eq!(
			all[all.len() - 2],
			Event::TakenOver {
				contribution: late,
				earlier: early
			}
		);
		assert!(
			matches!(all[all.len() - 1], Event::Contributed { contribution, .. } if contribution == early)
		);
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 2 * MILLI);
		accept(early, 2);
	});
}

#[test]
fn an_accepted_root_stays_with_the_later_id() {
	ExtBuilder::default().build_and_execute(|| {
		let ((_, bytes), early, late) = two_commits();
		assert_ok!(Datanets::contribute(signed(&BOB), late, reveal(&bytes)));
		accept(late, 3);
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));

		assert_eq!(Contributions::<Test>::get(early), None);
		assert_all_back(&ALICE, 0);
		assert_eq!(
			events().pop(),
			Some(Event::TakenOver {
				contribution: early,
				earlier: late
			})
		);
		assert!(matches!(contribution(late).status, Status::Accepted(_)));
	});
}

#[test]
fn a_rejected_root_stays_taken_for_its_period() {
	ExtBuilder::default().build_and_execute(|| {
		let ((_, bytes), early, late) = two_commits();
		assert_ok!(Datanets::contribute(signed(&BOB), late, reveal(&bytes)));
		reject(late);
		advance(9);
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
		assert_eq!(Contributions::<Test>::get(early), None);
		assert_all_back(&ALICE, 0);
		assert!(matches!(contribution(late).status, Status::Rejected { .. }));
	});
}

#[test]
fn a_rejected_root_is_free_after_its_period() {
	ExtBuilder::default().build_and_execute(|| {
		let ((datanet, bytes), early, late) = two_commits();
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
		reject(early);
		advance(10);
		// A larger id than the rejected one: the rejected row is cleared with its deposit.
		assert_ok!(Datanets::contribute(signed(&BOB), late, reveal(&bytes)));
		assert_eq!(Contributions::<Test>::get(early), None);
		assert_eq!(Contents::<Test>::get(early), None);
		let cleared = Event::BondReleased {
			contribution: early,
			contributor: ALICE,
			amount: 0,
		};
		assert!(events().contains(&cleared));
		assert_eq!(Balances::reserved_balance(&ALICE), 0);
		// All that ALICE lost is the fee of the review and of its keepers.
		assert_eq!(
			Balances::free_balance(&ALICE),
			FUNDS - 2 * MILLI - review_prepaid()
		);
		assert_eq!(Reviews::<Test>::get(early), None);
		assert_eq!(Roots::<Test>::get(datanet, text_root(&bytes)), Some(late));
	});
}

#[test]
fn a_taken_root_is_no_excuse_for_a_bad_reveal() {
	ExtBuilder::default().build_and_execute(|| {
		let ((datanet, bytes), early, late) = two_commits();
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
		let mut bad = reveal(&bytes);
		bad.last_leaf[0] ^= 1;
		assert_noop!(
			Datanets::contribute(signed(&BOB), late, bad),
			Error::<Test>::LastLeafMismatch
		);
		// Nor for a secret that was never committed: the bond is not free.
		let other = commit(datanet, &BOB, &text(2, 2_000));
		assert_noop!(
			Datanets::contribute(signed(&BOB), other, reveal(&bytes)),
			Error::<Test>::CommitmentMismatch
		);
		advance(101);
		assert_noop!(
			Datanets::contribute(signed(&BOB), late, reveal(&bytes)),
			Error::<Test>::Expired
		);
	});
}

/// The review of the one that gives way ends with nobody paid and nobody bound.
#[test]
fn a_takeover_breaks_the_review_off() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
		let bytes = text(1, 2_000);
		let early = commit(datanet, &ALICE, &bytes);
		let late = contribute(datanet, &BOB, &bytes);
		commit_vote(late, &CURATOR, 0, 1);
		commit_vote(late, &SECOND_CURATOR, 4, 0);
		reveal_vote(late, &CURATOR, 0, 1);
		let free = Balances::free_balance(&CURATOR);
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));

		assert_all_back_but(&BOB, review_prepaid_for(2));
		assert_eq!(Reviews::<Test>::get(late), None);
		assert_eq!(Balances::free_balance(&CURATOR), free);
		for curator in [&CURATOR, &SECOND_CURATOR] {
			assert_eq!(
				(seat(datanet, curator).open, seat(datanet, curator).bond),
				(0, 10 * OPEN)
			);
		}
		assert_noop!(
			Datanets::reveal_vote(signed(&SECOND_CURATOR), late, 4, 0, SALT),
			Error::<Test>::ContributionNotFound
		);
		accept(early, 2);
	});
}

/// What a reveal weighs grows with the review that it breaks off.
#[test]
fn a_reveal_pays_for_what_it_displaces() {
	ExtBuilder::default().build_and_execute(|| {
		type Weights = crate::weights::SubstrateWeight<Test>;
		let ((_, bytes), early, late) = two_commits();
		let weight = |who, id| {
			let post = Datanets::contribute(signed(who), id, reveal(&bytes)).unwrap();
			post.actual_weight.unwrap()
		};
		let drivers = reveal(&bytes);
		let (siblings, leaf) = (
			drivers.siblings.len() as u32,
			drivers.last_leaf.len() as u32,
		);
		assert_eq!(weight(&BOB, late), Weights::contribute(siblings, leaf, 0));
		assert_eq!(
			weight(&ALICE, early),
			Weights::contribute(siblings, leaf, 1)
		);
	});
}

#[test]
fn one_root_may_be_in_several_datanets() {
	ExtBuilder::default().build_and_execute(|| {
		let bytes = text(1, 2_000);
		let (first, second) = (create_plain(), create_plain());
		let ids = [
			contribute(first, &ALICE, &bytes),
			contribute(second, &BOB, &bytes),
		];
		assert_eq!(Roots::<Test>::get(first, text_root(&bytes)), Some(ids[0]));
		assert_eq!(Roots::<Test>::get(second, text_root(&bytes)), Some(ids[1]));
		assert_eq!(held(HoldReason::ContributionBond, &BOB), OPEN);
	});
}

#[test]
fn one_account_can_outrun_itself() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 2_000);
		let (early, late) = (
			commit(datanet, &ALICE, &bytes),
			commit(datanet, &ALICE, &bytes),
		);
		assert_ok!(Datanets::contribute(signed(&ALICE), late, reveal(&bytes)));
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
		assert_eq!(Contributions::<Test>::get(late), None);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), OPEN);
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 2 * MILLI);
	});
}

#[test]
fn a_root_of_nothing_is_reported_and_changes_nothing() {
	ExtBuilder::default().build().execute_with(|| {
		let ((datanet, bytes), early, _) = two_commits();
		Roots::<Test>::insert(datanet, text_root(&bytes), 77);
		assert_noop!(
			Datanets::contribute(signed(&ALICE), early, reveal(&bytes)),
			Error::<Test>::Unexpected
		);
	});
}
