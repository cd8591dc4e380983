// SPDX-License-Identifier: Apache-2.0

use super::review::under_review;
use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
	apis::Appeal, ports::DatanetInspect, text::text_root, AccountId32, MILLI, OPEN,
};
use sp_runtime::{DispatchError, DispatchResult};

fn revoke(id: u64, reason: u8) -> DispatchResult {
	Datanets::revoke(RuntimeOrigin::root(), id, reason)
}

fn taken_down_at(id: u64) -> Option<u32> {
	<Datanets as DatanetInspect<AccountId32>>::member(id, 1)
		.unwrap()
		.taken_down_at
}

fn takedown(id: u64) -> (u32, Cause) {
	match contribution(id).status {
		Status::Revoked { at, cause, .. } => (at, cause),
		status => panic!("{status:?}"),
	}
}

#[test]
fn takes_an_accepted_contribution_down() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		accept(id, 3);
		earn(datanet, 1, &ALICE, 500);
		assert_ok!(Datanets::offer_contribution(signed(&ALICE), id, Some(BOB)));
		assert_eq!(taken_down_at(id), None);
		advance(6);
		assert_ok!(revoke(id, 12));
		assert_eq!(takedown(id), (7, Cause::Takedown { reason: 12 }));
		assert_eq!(taken_down_at(id), Some(7));
		assert!(given_points().is_empty());
		assert_eq!(ContributionOffers::<Test>::get(id), None);
		// What it earned stays the contributor's; the bond goes its way.
		assert_eq!(accrued(&ALICE), 500);
		assert_eq!(contribution(id).bond, OPEN);
		assert_eq!(
			events().pop(),
			Some(Event::Revoked {
				contribution: id,
				points: 6_000,
				reason: Some(12)
			})
		);
		assert_noop!(revoke(id, 12), Error::<Test>::NotRevocable);
		// The root is free.
		let again = contribute(datanet, &BOB, &text(1, 2_000));
		assert_eq!(
			Roots::<Test>::get(datanet, text_root(&text(1, 2_000))),
			Some(again)
		);
	});
}

/// What was withheld because of a claim is the contributor's: nothing is proved.
#[test]
fn pays_what_a_claim_withheld() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		accept(id, 1);
		let other = contribute(datanet, &ALICE, &text(2, 3_000));
		accept(other, 2);
		for _ in 0..2 {
			assert_ok!(Datanets::claim_duplicate(signed(&BOB), id));
		}
		earn(datanet, 1, &ALICE, 8_000);
		assert_eq!(pool_row(datanet, 1, &ALICE).withheld, 8_000);
		assert_ok!(revoke(id, 12));
		// 2 000 of 8 000 points, and the rest since the row's only lock is gone.
		assert_eq!(accrued(&ALICE), 8_000);
		assert_eq!(Aside::get(), 0);
		assert_eq!(given_points()[&(datanet, 1, ALICE)], 6_000);
		assert_eq!(contribution(id).claims, 2);
		check_all();
	});
}

#[test]
fn takes_a_withdrawn_contribution_down() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		accept(id, 1);
		assert_ok!(Datanets::claim_duplicate(signed(&BOB), id));
		earn(datanet, 1, &ALICE, 700);
		assert_ok!(Datanets::withdraw(signed(&ALICE), id));
		assert_eq!(Aside::get(), 700);
		// Somebody else has the bytes by now, and keeps them.
		let again = contribute(datanet, &BOB, &text(1, 2_000));
		advance(1);
		assert_ok!(revoke(id, 0));
		assert_eq!(takedown(id), (2, Cause::Takedown { reason: 0 }));
		assert_eq!(accrued(&ALICE), 700);
		assert_eq!(
			events().pop(),
			Some(Event::Revoked {
				contribution: id,
				points: 0,
				reason: Some(0)
			})
		);
		assert_eq!(
			Roots::<Test>::get(datanet, text_root(&text(1, 2_000))),
			Some(again)
		);
	});
}

/// A proved copy stays in the corpora it is in, so it may have to be taken down later.
#[test]
fn takes_a_proved_copy_down() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		accept(id, 1);
		assert_ok!(revoke(id, 1));
		Contributions::<Test>::mutate(id, |row| {
			if let Status::Revoked { cause, .. } = &mut row.as_mut().unwrap().status {
				*cause = Cause::Duplicate;
			}
		});
		assert_eq!(taken_down_at(id), None);
		advance(3);
		assert_ok!(revoke(id, 2));
		assert_eq!(takedown(id), (4, Cause::Takedown { reason: 2 }));
		assert_eq!(taken_down_at(id), Some(4));
		assert_noop!(revoke(id, 2), Error::<Test>::NotRevocable);
	});
}

#[test]
fn rejects_what_is_in_review() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		commit_vote(id, &CURATOR, 4, 0);
		commit_vote(id, &SECOND_CURATOR, 4, 0);
		reveal_vote(id, &CURATOR, 4, 0);
		let before = Balances::free_balance(&CURATOR);
		assert_ok!(revoke(id, 77));
		assert_eq!(
			contribution(id).status,
			Status::Rejected {
				reason: 77,
				root_free_from: 11,
				appeal: Appeal::Closed
			}
		);
		// Who revealed has the fee; who had not yet is at no fault.
		assert_eq!(Balances::free_balance(&CURATOR), before + 2 * MILLI);
		assert_eq!(
			seat(datanet, &SECOND_CURATOR),
			Seat {
				bond: 10 * OPEN,
				full: 10 * OPEN,
				open: 0,
				bound_until: 0
			}
		);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		assert_eq!(Reviews::<Test>::get(id), None);
		assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
		assert_eq!(
			events().pop(),
			Some(Event::Rejected {
				contribution: id,
				datanet,
				reason: 77
			})
		);
		assert_noop!(
			Datanets::appeal(signed(&ALICE), id),
			Error::<Test>::AppealClosed
		);
		// Nobody has the root for a while.
		advance(9);
		let refused = contribute(datanet, &BOB, &text(1, 2_000));
		assert_eq!(Contributions::<Test>::get(refused), None);
		advance(1);
		contribute(datanet, &BOB, &text(1, 2_000));
	});
}

#[test]
fn gives_the_fee_back_if_nobody_revealed() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		commit_vote(id, &CURATOR, 4, 0);
		assert_ok!(revoke(id, 77));
		let rest = held(HoldReason::StorageDeposit, &ALICE) + review_prepaid();
		assert_eq!(Balances::free_balance(&ALICE), FUNDS - rest);
	});
}

#[test]
fn refuses_what_was_never_revealed_or_is_rejected() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		reject(id);
		let committed = commit(datanet, &ALICE, &text(2, 1_024));
		assert_noop!(revoke(id, 1), Error::<Test>::NotRevocable);
		assert_noop!(revoke(committed, 1), Error::<Test>::NotRevocable);
		assert_noop!(revoke(99, 1), Error::<Test>::ContributionNotFound);
	});
}

#[test]
fn refuses_the_chains_own_reasons() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		accept(id, 1);
		for reason in [250, REASON_DUPLICATE, REASON_NO_QUORUM] {
			assert_noop!(revoke(id, reason), Error::<Test>::InvalidReason);
		}
		assert_ok!(revoke(id, MAX_REASON));
	});
}

#[test]
fn refuses_everyone_but_governance() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		accept(id, 1);
		for origin in [signed(&OWNER), signed(&ALICE), RuntimeOrigin::none()] {
			assert_noop!(Datanets::revoke(origin, id, 1), DispatchError::BadOrigin);
		}
	});
}
