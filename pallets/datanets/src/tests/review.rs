// SPDX-License-Identifier: Apache-2.0
//! Electorates, votes that are committed and revealed, rounds.

use crate::mock::*;
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{apis::BallotState, AccountId32, DatanetId, H256, OPEN};
use sp_io::hashing::blake2_256;
use sp_runtime::DispatchError;

const VOTE: H256 = H256::repeat_byte(1);

/// A datanet with these on the bench, and a contribution of ALICE in review.
pub fn under_review(curators: &[AccountId32]) -> (DatanetId, u64) {
	let datanet = create(|params| params.curators = curators.to_vec().try_into().unwrap());
	for who in curators.iter().filter(|who| **who != CURATOR) {
		assert_ok!(Datanets::take_seat(signed(who), datanet));
	}
	(datanet, contribute(datanet, &ALICE, &text(1, 2_000)))
}

fn commit_as(who: &AccountId32, id: u64) -> sp_runtime::DispatchResult {
	Datanets::commit_vote(signed(who), id, VOTE)
}

fn reveal_as(
	who: &AccountId32,
	id: u64,
	vote: u8,
	reason: u8,
) -> frame_support::dispatch::DispatchResultWithPostInfo {
	Datanets::reveal_vote(signed(who), id, vote, reason, SALT)
}

#[test]
fn the_bench_at_the_reveal_is_the_electorate() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR, SECOND_CURATOR, BOB]);
		let row = review(id);
		assert_eq!(
			(row.round, row.commits_until, row.reveals_until),
			(0, 6, 11)
		);
		assert!(row
			.ballots
			.iter()
			.all(|ballot| ballot.state == BallotState::Silent));
		assert_eq!(electors(id), [CURATOR, SECOND_CURATOR, BOB]);
		assert!(Agenda::<Test>::contains_key((
			12_u32.to_be_bytes(),
			Due::Review(id)
		)));

		// Whatever the owner does later changes nothing of it.
		assert_ok!(Datanets::set_curators(
			signed(&OWNER),
			datanet,
			vec![OWNER].try_into().unwrap()
		));
		assert_ok!(Datanets::take_seat(signed(&OWNER), datanet));
		assert_eq!(electors(id), [CURATOR, SECOND_CURATOR, BOB]);
		assert_noop!(commit_as(&OWNER, id), Error::<Test>::NotElector);
		vote_all(id, 4, 0);
		assert!(matches!(contribution(id).status, Status::Accepted(_)));
		// Of the next it is the new one.
		let next = contribute(datanet, &ALICE, &text(2, 1_024));
		assert_eq!(electors(next), [OWNER]);
	});
}

#[test]
fn nobody_votes_on_his_own_contribution() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, _) = under_review(&[CURATOR, SECOND_CURATOR]);
		let own = contribute(datanet, &CURATOR, &text(2, 1_024));
		assert_eq!(electors(own), [SECOND_CURATOR]);
		assert_noop!(commit_as(&CURATOR, own), Error::<Test>::OwnContribution);
		vote_all(own, 1, 0);
		assert!(matches!(contribution(own).status, Status::Accepted(_)));
	});
}

#[test]
fn a_vote_is_committed_once() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		assert_ok!(commit_as(&CURATOR, id));
		assert_eq!(ballot(id, &CURATOR), BallotState::Committed(VOTE));
		assert_eq!(seat(datanet, &CURATOR).open, 1);
		assert_eq!(
			events().pop(),
			Some(Event::VoteCommitted {
				contribution: id,
				curator: CURATOR
			})
		);
		assert_noop!(commit_as(&CURATOR, id), Error::<Test>::AlreadyVoted);
	});
}

#[test]
fn refuses_votes_of_others() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		for who in [&OWNER, &BOB, &POOR] {
			assert_noop!(commit_as(who, id), Error::<Test>::NotElector);
			assert_noop!(reveal_as(who, id, 1, 0), Error::<Test>::NotElector);
		}
		// Named in another datanet.
		let other = create(|params| params.curators = vec![BOB].try_into().unwrap());
		assert_ok!(Datanets::take_seat(signed(&BOB), other));
		assert_noop!(commit_as(&BOB, id), Error::<Test>::NotElector);
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(
				Datanets::commit_vote(origin.clone(), id, VOTE),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Datanets::reveal_vote(origin, id, 1, 0, SALT),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn refuses_who_has_left() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		assert_ok!(Datanets::leave_seat(signed(&SECOND_CURATOR), datanet));
		assert_noop!(commit_as(&SECOND_CURATOR, id), Error::<Test>::NotSeated);
		// A new seat has the old ballot.
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
		assert_ok!(commit_as(&SECOND_CURATOR, id));
	});
}

#[test]
fn refuses_what_is_not_in_review() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, accepted) = under_review(&[CURATOR]);
		accept(accepted, 1);
		let committed = commit(datanet, &ALICE, &text(2, 1_024));
		let rejected = contribute(datanet, &ALICE, &text(3, 1_024));
		reject(rejected);
		for id in [committed, accepted, rejected] {
			assert_noop!(commit_as(&CURATOR, id), Error::<Test>::NotPending);
			assert_noop!(reveal_as(&CURATOR, id, 1, 0), Error::<Test>::NotPending);
		}
		assert_noop!(commit_as(&CURATOR, 99), Error::<Test>::ContributionNotFound);
		assert_noop!(
			reveal_as(&CURATOR, 99, 1, 0),
			Error::<Test>::ContributionNotFound
		);
	});
}

#[test]
fn commits_end_with_their_last_block() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR, SECOND_CURATOR, BOB]);
		advance_to(6);
		assert_ok!(commit_as(&CURATOR, id));
		advance(1);
		assert_noop!(commit_as(&BOB, id), Error::<Test>::CommitsOver);
	});
}

#[test]
fn reveals_wait_for_the_commits() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR, SECOND_CURATOR, BOB]);
		commit_vote(id, &CURATOR, 2, 0);
		commit_vote(id, &SECOND_CURATOR, 3, 0);
		advance_to(6);
		assert_noop!(reveal_as(&CURATOR, id, 2, 0), Error::<Test>::RevealsClosed);
		advance(1);
		reveal_vote(id, &CURATOR, 2, 0);
		assert_eq!(
			ballot(id, &CURATOR),
			BallotState::Revealed { vote: 2, reason: 0 }
		);
		advance_to(11);
		assert!(review(id).reveals_open(11));
		advance(1);
		assert_noop!(
			reveal_as(&SECOND_CURATOR, id, 3, 0),
			Error::<Test>::RevealsClosed
		);
	});
}

#[test]
fn reveals_open_at_once_when_all_have_committed() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		commit_vote(id, &CURATOR, 2, 0);
		advance(2);
		commit_vote(id, &SECOND_CURATOR, 3, 0);
		let row = review(id);
		assert_eq!((row.commits_until, row.reveals_until), (3, 8));
		assert_eq!(
			Agenda::<Test>::iter_keys().collect::<Vec<_>>(),
			[(9_u32.to_be_bytes(), Due::Review(id))]
		);
		reveal_vote(id, &CURATOR, 2, 0);
		assert_eq!(
			events().pop(),
			Some(Event::VoteRevealed {
				contribution: id,
				curator: CURATOR,
				vote: 2,
				reason: 0
			})
		);
		reveal_vote(id, &SECOND_CURATOR, 3, 0);
		assert!(matches!(contribution(id).status, Status::Accepted(_)));
		assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
	});
}

/// The digest is rebuilt here byte by byte, as `formats.md` has it.
#[test]
fn the_vote_is_the_tagged_preimage() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		let mut preimage = b"openledger:vot:1".to_vec();
		preimage.extend(System::block_hash(0).as_bytes());
		preimage.extend(id.to_le_bytes());
		preimage.extend(CURATOR.encode());
		preimage.extend([0, 3, 77]);
		preimage.extend(SALT);
		assert_eq!(preimage.len(), 16 + 32 + 8 + 32 + 3 + 32);
		let digest = H256(blake2_256(&preimage));
		assert_ok!(Datanets::commit_vote(signed(&CURATOR), id, digest));
		reveal_vote(id, &CURATOR, 3, 77);
	});
}

#[test]
fn refuses_a_reveal_that_was_not_committed() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		assert_noop!(
			reveal_as(&CURATOR, id, 2, 0),
			Error::<Test>::VoteNotCommitted
		);
		commit_vote(id, &CURATOR, 2, 5);
		// SECOND_CURATOR copies what he sees.
		let copied = vote_of(id, &CURATOR, 2, 5);
		assert_ok!(Datanets::commit_vote(signed(&SECOND_CURATOR), id, copied));
		let mismatch = Error::<Test>::CommitmentMismatch;
		assert_noop!(reveal_as(&SECOND_CURATOR, id, 2, 5), mismatch);
		let mismatch = || Error::<Test>::CommitmentMismatch;
		assert_noop!(reveal_as(&CURATOR, id, 3, 5), mismatch());
		assert_noop!(reveal_as(&CURATOR, id, 2, 6), mismatch());
		assert_noop!(
			Datanets::reveal_vote(signed(&CURATOR), id, 2, 5, [8; 32]),
			mismatch()
		);
		// A vote on another contribution.
		let other = contribute(datanet, &ALICE, &text(2, 1_024));
		assert_ok!(Datanets::commit_vote(
			signed(&CURATOR),
			other,
			vote_of(id, &CURATOR, 2, 5)
		));
		commit_vote(other, &SECOND_CURATOR, 1, 0);
		assert_noop!(reveal_as(&CURATOR, other, 2, 5), mismatch());
		reveal_vote(id, &CURATOR, 2, 5);
		assert_noop!(
			reveal_as(&CURATOR, id, 2, 5),
			Error::<Test>::VoteNotCommitted
		);
	});
}

#[test]
fn votes_are_a_quality_or_a_curators_reason() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, id) = under_review(&[CURATOR]);
		for (vote, reason, error) in [
			(5, 0, Error::<Test>::InvalidQuality),
			(u8::MAX, 0, Error::<Test>::InvalidQuality),
			(0, 250, Error::<Test>::InvalidReason),
			(0, REASON_NO_ROOM, Error::<Test>::InvalidReason),
			(0, REASON_DUPLICATE, Error::<Test>::InvalidReason),
			(0, REASON_NO_QUORUM, Error::<Test>::InvalidReason),
		] {
			frame_support::hypothetically!({
				commit_vote(id, &CURATOR, vote, reason);
				assert_noop!(reveal_as(&CURATOR, id, vote, reason), error);
			});
		}
		vote_all(id, 0, MAX_REASON);
		assert!(matches!(
			contribution(id).status,
			Status::Rejected { reason: 249, .. }
		));
		// The reason of an acceptance says nothing.
		let other = contribute(datanet, &ALICE, &text(2, 1_024));
		vote_all(other, 4, 255);
		assert!(matches!(contribution(other).status, Status::Accepted(_)));
	});
}

/// A curator whose bond a fine has taken still has his ballots, but gets no more.
#[test]
fn a_fined_curator_keeps_his_ballots() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, first) = under_review(&[CURATOR, SECOND_CURATOR]);
		commit_vote(first, &CURATOR, 2, 0);
		advance(8);
		let second = contribute(datanet, &ALICE, &text(2, 1_024));
		advance_to(12);
		conclude_review(first);
		assert_eq!(seat(datanet, &CURATOR).bond, 9 * OPEN);
		let third = contribute(datanet, &ALICE, &text(3, 1_024));
		assert_eq!(electors(second), [CURATOR, SECOND_CURATOR]);
		assert_eq!(electors(third), [SECOND_CURATOR]);
		assert_ok!(commit_as(&CURATOR, second));
		assert_noop!(commit_as(&CURATOR, third), Error::<Test>::NotElector);
	});
}

/// What the last reveal weighs grows with the ballots; the others are charged little.
#[test]
fn a_reveal_pays_for_what_it_decides() {
	ExtBuilder::default().build_and_execute(|| {
		type Weights = crate::weights::SubstrateWeight<Test>;
		let (_, id) = under_review(&[CURATOR, SECOND_CURATOR]);
		commit_vote(id, &CURATOR, 1, 0);
		commit_vote(id, &SECOND_CURATOR, 1, 0);
		let first = reveal_as(&CURATOR, id, 1, 0).unwrap().actual_weight;
		assert_eq!(first, Some(Weights::reveal_vote()));
		let last = reveal_as(&SECOND_CURATOR, id, 1, 0).unwrap().actual_weight;
		assert_eq!(
			last,
			Some(Weights::reveal_vote() + Weights::conclude_review(2))
		);
	});
}
