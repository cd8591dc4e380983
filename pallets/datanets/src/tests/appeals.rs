// SPDX-License-Identifier: Apache-2.0
//! `appeal` and `decide_appeal`.

use super::review::under_review;
use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{apis::Appeal, text::text_root, MILLI, OPEN};
use sp_runtime::{DispatchError, DispatchResult, TokenError};

fn decide(id: u64, verdict: Verdict) -> DispatchResult {
	Datanets::decide_appeal(RuntimeOrigin::root(), id, verdict)
}

const OVERTURN: Verdict = Verdict::Accept { quality: 2 };
const UPHOLD: Verdict = Verdict::Reject { reason: 44 };

/// CURATOR and SECOND_CURATOR reject what BOB would accept.
fn rejected() -> (u32, u64) {
	let (datanet, id) = under_review(&[CURATOR, SECOND_CURATOR, BOB]);
	let votes = [(CURATOR, 0), (SECOND_CURATOR, 0), (BOB, 4)];
	for (who, vote) in &votes {
		commit_vote(id, who, *vote, 3);
	}
	for (who, vote) in &votes {
		reveal_vote(id, who, *vote, 3);
	}
	(datanet, id)
}

fn appeal(id: u64) {
	assert_ok!(Datanets::appeal(signed(&ALICE), id));
}

#[test]
fn an_appeal_holds_the_bond_again() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = rejected();
		advance(9);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		let post = Datanets::appeal(signed(&ALICE), id).unwrap();
		assert_eq!(
			post.actual_weight,
			Some(crate::weights::SubstrateWeight::<Test>::appeal(3))
		);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), OPEN);
		assert_eq!(contribution(id).bond, OPEN);
		assert_eq!(
			contribution(id).status,
			Status::Rejected {
				reason: 3,
				root_free_from: 20,
				appeal: Appeal::Open
			}
		);
		assert_eq!(seat(datanet, &CURATOR).bound_until, 20);
		assert_eq!(seat(datanet, &SECOND_CURATOR).bound_until, 20);
		assert_eq!(seat(datanet, &BOB).bound_until, 0);
		assert_eq!(
			events().pop(),
			Some(Event::Appealed {
				contribution: id,
				bond: OPEN,
				until: 20
			})
		);
	});
}

#[test]
fn only_the_contributor_appeals_once_and_in_time() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = rejected();
		let appeal = |who, id| Datanets::appeal(signed(who), id);
		assert_noop!(appeal(&BOB, id), Error::<Test>::NotContributor);
		assert_noop!(appeal(&ALICE, 99), Error::<Test>::ContributionNotFound);
		assert_ok!(appeal(&ALICE, id));
		assert_noop!(appeal(&ALICE, id), Error::<Test>::AppealClosed);
		assert_ok!(decide(id, UPHOLD));
		assert_noop!(appeal(&ALICE, id), Error::<Test>::AppealClosed);

		let late = contribute(datanet, &ALICE, &text(2, 1_024));
		reject(late);
		advance(10);
		assert_noop!(appeal(&ALICE, late), Error::<Test>::AppealClosed);
		// Nothing but a rejection.
		let committed = commit(datanet, &ALICE, &text(3, 1_024));
		let pending = contribute(datanet, &ALICE, &text(4, 1_024));
		let accepted = contribute(datanet, &ALICE, &text(5, 1_024));
		accept(accepted, 1);
		for id in [committed, pending, accepted] {
			assert_noop!(appeal(&ALICE, id), Error::<Test>::NotRejected);
		}
		assert_noop!(
			Datanets::appeal(RuntimeOrigin::root(), late),
			DispatchError::BadOrigin
		);
	});
}

/// There is no vote to overturn.
#[test]
fn a_rejection_without_fault_cannot_be_appealed() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		for _ in 0..2 {
			advance_to(review(id).reveals_until + 1);
			conclude_review(id);
		}
		assert_noop!(
			Datanets::appeal(signed(&ALICE), id),
			Error::<Test>::AppealClosed
		);
	});
}

#[test]
fn refuses_who_cannot_pay_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		let (_, id) = rejected();
		let free = Balances::free_balance(&ALICE);
		assert_ok!(Balances::transfer(
			&ALICE,
			&BOB,
			free - OPEN,
			Preservation::Preserve
		));
		assert_noop!(
			Datanets::appeal(signed(&ALICE), id),
			TokenError::FundsUnavailable
		);
	});
}

/// The contribution is accepted as any other, and whoever voted against it pays a tenth.
#[test]
fn an_overturned_rejection_costs_those_who_voted_for_it() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = rejected();
		appeal(id);
		advance(9);
		let issued = Balances::total_issuance();
		assert_ok!(decide(id, OVERTURN));
		assert_eq!(
			contribution(id).status,
			Status::Accepted(Acceptance {
				number: 0,
				quality: 2,
				tranche: 1,
				bond_free_from: 60
			})
		);
		assert_eq!(contribution(id).bond, OPEN);
		assert_eq!(given_points()[&(datanet, 1, ALICE)], 4_000);
		assert_eq!(Reviews::<Test>::get(id), None);
		assert_eq!(Balances::total_issuance(), issued - 2 * OPEN);
		for who in [&CURATOR, &SECOND_CURATOR] {
			assert_eq!(seat(datanet, who).bond, 9 * OPEN);
		}
		assert_eq!(seat(datanet, &BOB).bond, 10 * OPEN);
		assert_eq!(Bench::<Test>::get(datanet).into_inner(), [BOB]);
		let all = events();
		let fined = |curator| Event::CuratorFined {
			contribution: id,
			curator,
			burned: OPEN,
		};
		assert_eq!(
			all[all.len() - 4..all.len() - 1],
			[
				fined(CURATOR),
				fined(SECOND_CURATOR),
				Event::AppealDecided {
					contribution: id,
					upheld: true,
					burned: 0
				},
			]
		);
		assert!(matches!(all[all.len() - 1], Event::Accepted { .. }));
	});
}

#[test]
fn a_dismissed_appeal_costs_a_tenth_of_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = rejected();
		appeal(id);
		let (issued, total) = (Balances::total_issuance(), Balances::total_balance(&ALICE));
		assert_ok!(decide(id, UPHOLD));
		assert_eq!(
			contribution(id).status,
			Status::Rejected {
				reason: 44,
				root_free_from: 11,
				appeal: Appeal::Closed
			}
		);
		assert_eq!(contribution(id).bond, 0);
		assert_eq!(Balances::total_issuance(), issued - OPEN / 10);
		assert_eq!(Balances::total_balance(&ALICE), total - OPEN / 10);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		assert_eq!(Reviews::<Test>::get(id), None);
		assert_eq!(seat(datanet, &CURATOR).bond, 10 * OPEN);
		let all = events();
		assert_eq!(
			all[all.len() - 2..],
			[
				Event::AppealDecided {
					contribution: id,
					upheld: false,
					burned: OPEN / 10
				},
				Event::Rejected {
					contribution: id,
					datanet,
					reason: 44
				}
			]
		);
		advance(10);
		assert_ok!(Datanets::release_bond(signed(&BOB), id));
		assert_eq!(Contributions::<Test>::get(id), None);
	});
}

/// The bond is back whole, by whoever clears the row.
#[test]
fn an_appeal_without_an_answer_lapses() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, first) = rejected();
		let bytes = text(2, 1_024);
		let second = contribute(datanet, &ALICE, &bytes);
		reject(second);
		appeal(first);
		appeal(second);
		advance(9);
		assert_noop!(
			Datanets::release_bond(signed(&BOB), first),
			Error::<Test>::StillHeld
		);
		advance(1);
		assert_noop!(decide(first, OVERTURN), Error::<Test>::NotAppealed);
		assert_noop!(decide(first, UPHOLD), Error::<Test>::NotAppealed);
		assert_ok!(Datanets::release_bond(signed(&BOB), first));
		assert_eq!(
			events().pop(),
			Some(Event::BondReleased {
				contribution: first,
				contributor: ALICE,
				amount: OPEN
			})
		);
		let again = contribute(datanet, &BOB, &bytes);
		assert_eq!(Roots::<Test>::get(datanet, text_root(&bytes)), Some(again));
		for id in [first, second] {
			assert_eq!(Contributions::<Test>::get(id), None);
			assert_eq!(Reviews::<Test>::get(id), None);
		}
		assert_eq!(Balances::reserved_balance(&ALICE), 0);
		assert_eq!(
			Balances::free_balance(&ALICE),
			FUNDS - 2 * MILLI - MILLI - 2 * review_prepaid_for(3)
		);
	});
}

#[test]
fn governance_decides_what_is_appealed() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = rejected();
		assert_noop!(decide(id, OVERTURN), Error::<Test>::NotAppealed);
		assert_noop!(decide(99, OVERTURN), Error::<Test>::ContributionNotFound);
		appeal(id);
		for origin in [signed(&OWNER), signed(&ALICE), RuntimeOrigin::none()] {
			assert_noop!(
				Datanets::decide_appeal(origin, id, OVERTURN),
				DispatchError::BadOrigin
			);
		}
		for quality in [0, 5, u8::MAX] {
			assert_noop!(
				decide(id, Verdict::Accept { quality }),
				Error::<Test>::InvalidQuality
			);
		}
		for reason in [250, REASON_NO_QUORUM] {
			assert_noop!(
				decide(id, Verdict::Reject { reason }),
				Error::<Test>::InvalidReason
			);
		}
		assert_ok!(decide(id, OVERTURN));
		assert_noop!(decide(id, UPHOLD), Error::<Test>::NotAppealed);
	});
}

/// Governance can't accept what has no place; it can still answer no.
#[test]
fn an_acceptance_that_is_not_possible_changes_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = rejected();
		appeal(id);
		PoolsRefuse::set(true);
		assert_noop!(decide(id, OVERTURN), DispatchError::Other("pools refuse"));
		PoolsRefuse::set(false);
		frame_support::hypothetically!({
			crate::Datanets::<Test>::mutate(datanet, |row| {
				row.as_mut().unwrap().version = MAX_VERSIONS;
			});
			assert_noop!(decide(id, OVERTURN), Error::<Test>::SnapshotsExhausted);
		});
		assert_ok!(decide(id, UPHOLD));
	});
}

/// A root that an appeal keeps is not to be had, even by an earlier id.
#[test]
fn an_open_appeal_keeps_the_root() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		let early = commit(datanet, &BOB, &bytes);
		let id = contribute(datanet, &ALICE, &bytes);
		reject(id);
		advance(9);
		appeal(id);
		advance(9);
		assert_ok!(Datanets::contribute(signed(&BOB), early, reveal(&bytes)));
		assert_eq!(Contributions::<Test>::get(early), None);
		assert_ok!(decide(id, OVERTURN));
	});
}

/// A curator whose bond is smaller than the fine loses what there is.
#[test]
fn a_fine_larger_than_the_bond_takes_all_of_it() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let ids: Vec<_> = (0..11)
			.map(|seed| contribute(datanet, &ALICE, &text(seed, 1_024)))
			.collect();
		for id in &ids {
			reject(*id);
			appeal(*id);
		}
		for id in &ids {
			assert_ok!(decide(*id, OVERTURN));
		}
		assert_eq!(seat(datanet, &CURATOR).bond, 0);
		assert_eq!(held(HoldReason::CuratorBond, &CURATOR), 0);
		assert!(events().contains(&Event::CuratorFined {
			contribution: ids[10],
			curator: CURATOR,
			burned: 0
		}));
	});
}
