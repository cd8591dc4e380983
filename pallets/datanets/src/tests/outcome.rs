// SPDX-License-Identifier: Apache-2.0
//! How reviews end: quorum, extension, forfeits, fee, acceptance, rejection.

use super::review::under_review;
use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
	apis::{Appeal, BallotState},
	ports::DatanetKind,
	AccountId32, Balance, H256, MILLI, OPEN,
};
use sp_io::hashing::blake2_256;

/// Accounts that exist for voting only.
fn crowd(size: u8) -> Vec<AccountId32> {
	(0..size).map(|n| AccountId32::new([100 + n; 32])).collect()
}

/// A contribution of ALICE before a bench of so many.
fn before_a_crowd(size: u8) -> (u32, u64, Vec<AccountId32>) {
	use frame_support::traits::{fungible::Mutate, tokens::Preservation};
	let curators = crowd(size);
	for who in &curators {
		assert_ok!(Balances::transfer(
			&BOB,
			who,
			20 * OPEN,
			Preservation::Preserve
		));
	}
	let (datanet, id) = under_review(&curators);
	assert_eq!(electors(id), curators);
	(datanet, id, curators)
}

/// Commits these votes, and reveals those of the first `revealed` once commits are over.
fn cast(id: u64, votes: &[(AccountId32, u8, u8)], revealed: usize) {
	for (who, vote, reason) in votes {
		commit_vote(id, who, *vote, *reason);
	}
	if !review(id).reveals_open(now()) {
		advance_to(review(id).commits_until + 1);
	}
	for (who, vote, reason) in &votes[..revealed] {
		reveal_vote(id, who, *vote, *reason);
	}
}

/// A keeper comes as soon as the review is due.
fn time_out(id: u64) {
	advance_to(review(id).reveals_until + 1);
	conclude_review(id);
}

fn votes(curators: &[AccountId32], votes: &[(u8, u8)]) -> Vec<(AccountId32, u8, u8)> {
	curators
		.iter()
		.cloned()
		.zip(votes)
		.map(|(who, (vote, reason))| (who, *vote, *reason))
		.collect()
}

fn no_fault(reason: u8) -> Status {
	Status::Rejected {
		reason,
		root_free_from: now(),
		appeal: Appeal::Closed,
	}
}

#[test]
fn acceptance_gives_points_number_and_fee() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		let before = Balances::free_balance(&CURATOR);
		let deposit = held(HoldReason::StorageDeposit, &ALICE);
		advance(4);
		accept(id, 3);

		let row = contribution(id);
		assert_eq!(
			row.status,
			Status::Accepted(Acceptance {
				number: 0,
				quality: 3,
				tranche: 1,
				bond_free_from: 55
			})
		);
		assert_eq!(row.bond, OPEN);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), OPEN);
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 0);
		assert_eq!(Balances::free_balance(&CURATOR), before + 2 * MILLI);
		assert_eq!(
			given_points().into_iter().collect::<Vec<_>>(),
			[((datanet, 1, ALICE), 6_000)]
		);
		assert_eq!(NumberOf::<Test>::get(datanet, 0), Some(id));
		// The review's row is gone and its deposit back.
		assert_eq!(Reviews::<Test>::get(id), None);
		assert_eq!(
			held(HoldReason::StorageDeposit, &ALICE),
			deposit - deposit_of(8 + 2_106 + 13)
		);
		assert_eq!(seat(datanet, &CURATOR).open, 0);
		let all = events();
		assert_eq!(
			all[all.len() - 2..],
			[
				Event::ReviewPaid {
					contribution: id,
					curator: CURATOR,
					amount: 2 * MILLI
				},
				Event::Accepted {
					contribution: id,
					datanet,
					number: 0,
					quality: 3,
					points: 6_000,
					contributor: ALICE,
				},
			]
		);
	});
}

/// The running hash is rebuilt here byte by byte, as `formats.md` has it.
#[test]
fn acceptances_are_numbered_counted_and_hashed_in_order() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let ids: Vec<_> = (1..=3)
			.map(|seed| contribute(datanet, &ALICE, &text(seed, 1_024)))
			.collect();
		for id in [ids[2], ids[0], ids[1]] {
			accept(id, 1);
		}
		let mut hash = [0; 32];
		for (number, id) in [ids[2], ids[0], ids[1]].into_iter().enumerate() {
			let mut step = hash.to_vec();
			step.extend((number as u64).to_le_bytes());
			step.extend(id.to_le_bytes());
			step.extend(contribution(id).text_root.as_bytes());
			hash = blake2_256(&step);
		}
		let row = crate::Datanets::<Test>::get(datanet).unwrap();
		assert_eq!(
			(row.accepted, row.bytes, row.hash),
			(3, 3 * 1_024, H256(hash))
		);
	});
}

#[test]
fn rejection_gives_the_bond_back_and_pays_the_curators() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		let before = Balances::free_balance(&CURATOR);
		vote_all(id, 0, 9);

		let row = contribution(id);
		assert_eq!(
			row.status,
			Status::Rejected {
				reason: 9,
				root_free_from: 11,
				appeal: Appeal::Possible,
			}
		);
		assert_eq!(row.bond, 0);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 0);
		assert_eq!(Balances::free_balance(&CURATOR), before + 2 * MILLI);
		assert!(given_points().is_empty());
		assert_eq!(crate::Datanets::<Test>::get(datanet).unwrap().accepted, 0);
		// The ballots stay for an appeal, but keepers have nothing to do.
		assert_eq!(
			ballot(id, &CURATOR),
			BallotState::Revealed { vote: 0, reason: 9 }
		);
		assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
		assert_eq!(
			events().pop(),
			Some(Event::Rejected {
				contribution: id,
				datanet,
				reason: 9
			})
		);
	});
}

#[test]
fn the_majority_decides_and_the_lower_median_grades() {
	for (cast_votes, outcome) in [
		(&[(1, 0), (4, 0), (2, 0)][..], Ok(2)),
		(&[(1, 0), (4, 0), (2, 0), (3, 0)], Ok(2)),
		(&[(4, 0), (0, 7), (4, 0)], Ok(4)),
		// Equal votes: not more than half.
		(&[(4, 0), (0, 7), (4, 0), (0, 7)], Err(7)),
		// The reason that most give; of several the lowest.
		(&[(0, 9), (0, 8), (0, 9)], Err(9)),
		(&[(0, 9), (0, 3), (0, 9), (0, 3)], Err(3)),
		(&[(4, 200), (0, 9), (0, 8)], Err(8)),
	] {
		ExtBuilder::default().build_and_execute(|| {
			let (_, id, curators) = before_a_crowd(cast_votes.len() as u8);
			cast(id, &votes(&curators, cast_votes), cast_votes.len());
			match (contribution(id).status, outcome) {
				(Status::Accepted(acceptance), Ok(quality)) => {
					assert_eq!(acceptance.quality, quality)
				}
				(Status::Rejected { reason, .. }, Err(expected)) => assert_eq!(reason, expected),
				(status, _) => panic!("{cast_votes:?} gives {status:?}"),
			}
		});
	}
}

/// Equal parts; what doesn't divide goes by single planck to the first ballots.
#[test]
fn the_fee_is_shared_by_those_who_revealed() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id, curators) = before_a_crowd(8);
		let free: Vec<_> = curators.iter().map(Balances::free_balance).collect();
		// The first is silent, the last doesn't reveal.
		let mine = votes(&curators[1..], &[(2, 0); 7]);
		cast(id, &mine, 6);
		time_out(id);
		let gained: Vec<_> = curators
			.iter()
			.zip(free)
			.map(|(who, before)| Balances::free_balance(who) - before)
			.collect();
		let part = 2 * MILLI / 6;
		let expected = [0, part + 1, part + 1, part, part, part, part, 0];
		assert_eq!(gained, expected);
		assert_eq!(expected.iter().sum::<Balance>(), 2 * MILLI);
	});
}

#[test]
fn the_fee_is_back_if_nobody_revealed() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id, curators) = before_a_crowd(3);
		cast(id, &votes(&curators, &[(2, 0); 3]), 0);
		time_out(id);
		assert_eq!(contribution(id).status, no_fault(REASON_NO_QUORUM));
		assert_ok!(Datanets::release_bond(signed(&BOB), id));
		assert_eq!(
			Balances::free_balance(&ALICE),
			FUNDS - review_prepaid_for(3)
		);
	});
}

#[test]
fn a_vote_that_is_not_revealed_is_forfeited() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id, curators) = before_a_crowd(3);
		let mine = votes(&curators, &[(2, 0), (2, 0), (0, 9)]);
		cast(id, &mine, 2);
		let issued = Balances::total_issuance();
		let due = review(id).reveals_until + 1;
		advance_to(due - 1);
		assert!(apply(keeper(Call::conclude_review { contribution: id })).is_err());
		time_out(id);
		assert!(matches!(contribution(id).status, Status::Accepted(_)));
		assert_eq!(Balances::total_issuance(), issued - OPEN);
		let fined = seat(datanet, &curators[2]);
		assert_eq!(
			(fined.bond, fined.full, fined.open),
			(9 * OPEN, 10 * OPEN, 0)
		);
		assert_eq!(
			Bench::<Test>::get(datanet).into_inner(),
			curators[..2].to_vec()
		);
		assert!(events().contains(&Event::VoteForfeited {
			contribution: id,
			curator: curators[2].clone(),
			burned: OPEN
		}));
	});
}

/// A flood of texts must not burn the bonds of those who can't keep up.
#[test]
fn silence_costs_nothing_but_the_fee() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		let before = (Balances::total_issuance(), Balances::free_balance(&CURATOR));
		time_out(id);
		time_out(id);
		assert_eq!(contribution(id).status, no_fault(REASON_NO_QUORUM));
		assert_eq!(
			(Balances::total_issuance(), Balances::free_balance(&CURATOR)),
			before
		);
		for who in [&CURATOR, &SECOND_CURATOR] {
			assert_eq!(
				seat(datanet, who),
				Seat {
					bond: 10 * OPEN,
					full: 10 * OPEN,
					open: 0,
					bound_until: 0
				}
			);
		}
		// All that ALICE lost are the keepers' calls; her root is free at once.
		let bytes = text(1, 2_000);
		let again = contribute(datanet, &BOB, &bytes);
		assert_eq!(Contributions::<Test>::get(id), None);
		assert_eq!(
			Balances::free_balance(&ALICE),
			FUNDS - review_prepaid_for(2)
		);
		assert_eq!(electors(again).len(), 2);
	});
}

/// A third of the electorate, rounded up.
#[test]
fn a_missed_quorum_extends_the_review_once() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id, curators) = before_a_crowd(7);
		cast(id, &votes(&curators, &[(4, 0), (4, 0)]), 2);
		// The last reveal ends the round: nobody who has committed is missing.
		let row = review(id);
		assert_eq!(
			(row.round, row.commits_until, row.reveals_until),
			(1, 12, 17)
		);
		assert_eq!(
			events().pop(),
			Some(Event::ReviewExtended {
				contribution: id,
				commits_until: 12,
				reveals_until: 17
			})
		);
		assert_eq!(
			Agenda::<Test>::iter_keys().collect::<Vec<_>>(),
			[(18_u32.to_be_bytes(), Due::Review(id))]
		);
		// Their votes stand.
		assert_noop!(
			Datanets::commit_vote(signed(&curators[0]), id, H256::zero()),
			Error::<Test>::AlreadyVoted
		);
		assert_eq!(seat(datanet, &curators[0]).open, 1);
		time_out(id);
		// Those who stayed silent don't count: two of two.
		assert!(matches!(contribution(id).status, Status::Accepted(_)));
		assert_eq!(seat(datanet, &curators[0]).open, 0);
	});
}

#[test]
fn the_extension_lets_the_silent_vote() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id, curators) = before_a_crowd(7);
		cast(id, &votes(&curators[..2], &[(4, 0), (4, 0)]), 2);
		assert_eq!(review(id).round, 1);
		// A commit made for the first round is none for the second.
		let stale = openledger_primitives::payload::vote_commit_hash(
			&System::block_hash(0),
			&openledger_primitives::payload::VoteCommit {
				contribution: id,
				curator: curators[2].clone(),
				round: 0,
				vote: 0,
				reason: 5,
				salt: SALT,
			},
		);
		assert_ok!(Datanets::commit_vote(signed(&curators[2]), id, stale));
		cast(id, &votes(&curators[3..], &[(0, 5), (0, 5), (0, 6)]), 3);
		assert_noop!(
			Datanets::reveal_vote(signed(&curators[2]), id, 0, 5, SALT),
			Error::<Test>::CommitmentMismatch
		);
		time_out(id);
		assert!(matches!(
			contribution(id).status,
			Status::Rejected { reason: 5, .. }
		));
	});
}

/// A forfeited vote is out, and counts against the quorum of the extension.
#[test]
fn the_extension_can_miss_its_quorum_too() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id, curators) = before_a_crowd(10);
		// Four commit, one reveals: a third of ten is four.
		cast(id, &votes(&curators[..4], &[(4, 0); 4]), 1);
		time_out(id);
		assert_eq!(review(id).round, 1);
		assert_eq!(ballot(id, &curators[3]), BallotState::Forfeited);
		assert_noop!(
			Datanets::commit_vote(signed(&curators[3]), id, H256::zero()),
			Error::<Test>::AlreadyVoted
		);
		// His seat is bound until the review ends.
		assert_noop!(
			Datanets::leave_seat(signed(&curators[3]), datanet),
			Error::<Test>::SeatBound
		);
		let before = Balances::free_balance(&curators[0]);
		time_out(id);
		// One of four who ever committed.
		assert_eq!(contribution(id).status, no_fault(REASON_NO_QUORUM));
		assert_eq!(Balances::free_balance(&curators[0]), before + 2 * MILLI);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		assert_ok!(Datanets::leave_seat(signed(&curators[3]), datanet));
	});
}

#[test]
fn a_third_of_the_participants_is_enough_in_the_extension() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id, curators) = before_a_crowd(10);
		cast(id, &votes(&curators[..3], &[(4, 0); 3]), 1);
		time_out(id);
		time_out(id);
		assert!(matches!(contribution(id).status, Status::Accepted(_)));
	});
}

/// Nobody is left who could vote in it.
#[test]
fn no_extension_without_voters() {
	ExtBuilder::default().build_and_execute(|| {
		// No bench at all.
		let datanet = create(|params| params.curators = Default::default());
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		assert!(electors(id).is_empty());
		time_out(id);
		assert_eq!(contribution(id).status, no_fault(REASON_NO_QUORUM));
		// The only curator contributes himself.
		let datanet = create_plain();
		let id = contribute(datanet, &CURATOR, &text(1, 1_024));
		assert!(electors(id).is_empty());
		time_out(id);
		assert_eq!(contribution(id).status, no_fault(REASON_NO_QUORUM));
		assert_eq!(held(HoldReason::ContributionBond, &CURATOR), 0);
	});
}

#[test]
fn points_go_to_the_tranche_of_the_next_snapshot() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		accept(contribute(datanet, &ALICE, &text(1, 1_024)), 1);
		accept(contribute(datanet, &ALICE, &text(2, 1_024)), 4);
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		accept(contribute(datanet, &ALICE, &text(3, 1_024)), 2);
		assert_eq!(
			given_points().into_iter().collect::<Vec<_>>(),
			[
				((datanet, 1, ALICE), 5 * 1_024),
				((datanet, 2, ALICE), 2 * 1_024)
			]
		);
	});
}

/// Pools that refuse block no review: nobody is at fault.
#[test]
fn no_acceptance_without_points() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		let before = Balances::free_balance(&CURATOR);
		PoolsRefuse::set(true);
		vote_all(id, 4, 0);
		assert_eq!(contribution(id).status, no_fault(REASON_NO_ROOM));
		assert!(given_points().is_empty());
		assert_eq!(crate::Datanets::<Test>::get(datanet).unwrap().accepted, 0);
		assert_eq!(Balances::free_balance(&CURATOR), before + 2 * MILLI);
		assert_eq!(Balances::reserved_balance(&ALICE), {
			held(HoldReason::StorageDeposit, &ALICE)
		});
		assert!(!events()
			.iter()
			.any(|event| matches!(event, Event::Accepted { .. })));
	});
}

/// Neither do totals that overflow.
#[test]
fn totals_that_overflow_block_no_review() {
	for edit in [
		|row: &mut DatanetOf<Test>| row.bytes = u128::MAX,
		|row: &mut DatanetOf<Test>| row.accepted = u64::MAX,
	] {
		ExtBuilder::default().build().execute_with(|| {
			let (datanet, id) = under_review(&[CURATOR]);
			crate::Datanets::<Test>::mutate(datanet, |row| edit(row.as_mut().unwrap()));
			vote_all(id, 4, 0);
			assert_eq!(contribution(id).status, no_fault(REASON_NO_ROOM));
			assert!(given_points().is_empty());
		});
	}
}

#[test]
fn the_largest_content_has_points_that_fit() {
	let largest = Contribution {
		datanet: 1,
		contributor: ALICE,
		byte_length: *length_range(DatanetKind::Opaque).end(),
		text_root: H256::zero(),
		committed_at: 1,
		revealed_at: 2,
		bond: 0,
		claims: 0,
		status: Status::Pending { fee: 0 },
	};
	assert_eq!(largest.points(4), Some(1 << 42));
	assert_eq!(
		Contribution {
			byte_length: u64::MAX,
			..largest
		}
		.points(2),
		None
	);
}

/// A voter whose account is gone stops nothing: his part of the fee is back to the contributor.
#[test]
fn a_voter_who_cannot_receive_blocks_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		let poor = AccountId32::new([99; 32]);
		assert_ok!(Balances::transfer(
			&BOB,
			&poor,
			10 * OPEN + MILLI,
			Preservation::Preserve
		));
		// Half a fee of 1 mOPEN is less than an account needs to exist.
		let datanet = create(|params| {
			params.curators = vec![CURATOR, poor.clone()].try_into().unwrap();
		});
		assert_ok!(Datanets::take_seat(signed(&poor), datanet));
		let ids: Vec<_> = (0..10)
			.map(|seed| contribute(datanet, &ALICE, &text(seed, 1_024)))
			.collect();
		for id in &ids {
			commit_vote(*id, &poor, 1, 0);
		}
		advance_to(12);
		for id in &ids {
			conclude_review(*id);
		}
		// Ten fines have taken the bond; a last vote, and the account is emptied.
		assert_eq!(seat(datanet, &poor).bond, 0);
		let last = contribute(datanet, &ALICE, &text(11, 1_024));
		Reviews::<Test>::mutate(last, |row| {
			let ballots = &mut row.as_mut().unwrap().ballots;
			ballots
				.try_push(Ballot {
					curator: poor.clone(),
					state: BallotState::Silent,
				})
				.unwrap();
		});
		commit_vote(last, &CURATOR, 3, 0);
		commit_vote(last, &poor, 3, 0);
		reveal_vote(last, &poor, 3, 0);
		assert_ok!(Balances::transfer(
			&poor,
			&BOB,
			MILLI,
			Preservation::Expendable
		));
		assert!(!System::account_exists(&poor));
		let before = Balances::free_balance(&CURATOR);
		reveal_vote(last, &CURATOR, 3, 0);
		assert!(matches!(contribution(last).status, Status::Accepted(_)));
		assert_eq!(Balances::free_balance(&CURATOR), before + MILLI / 2);
		assert!(!System::account_exists(&poor));
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 10 * MILLI);
		// The other ten reviews are extended, and time out.
		for id in &ids {
			time_out(*id);
		}
	});
}
