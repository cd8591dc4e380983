// SPDX-License-Identifier: Apache-2.0
//! Ports and runtime API.

use super::copies::*;
use crate::mock::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use openledger_primitives::{
	apis::{
		Appeal, BallotState, ClaimState, ClaimView, ContributionState, ContributionView,
		DatanetState, MembershipView, ReviewView, SnapshotView,
	},
	ports::{
		Credit, CreditTarget, DatanetInspect, DatanetKind, MemberInfo, SnapshotInfo, UsageRecorder,
	},
	text::text_root,
	AccountId32, ContributionId, H256, MICRO, MILLI, OPEN,
};

fn member(id: ContributionId, accepted_at: u32) -> Option<MemberInfo<AccountId32>> {
	<Datanets as DatanetInspect<AccountId32>>::member(id, accepted_at)
}

fn target(id: ContributionId, accepted_at: u32) -> CreditTarget<AccountId32> {
	member(id, accepted_at).unwrap().target
}

#[test]
fn members_are_what_was_accepted() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 1_500);
		let id = commit(datanet, &ALICE, &bytes);
		assert_eq!(member(id, 1), None);
		assert_ok!(Datanets::contribute(signed(&ALICE), id, reveal(&bytes)));
		assert_eq!(member(id, 1), None);
		let refused = contribute(datanet, &ALICE, &text(2, 1_500));
		reject(refused);
		assert_eq!(member(refused, 1), None);
		assert_eq!(member(99, 1), None);
		accept(contribute(datanet, &BOB, &text(3, 1_024)), 1);
		accept(id, 4);
		assert_eq!(
			member(id, 1),
			Some(MemberInfo {
				datanet,
				number: 1,
				text_root: text_root(&bytes),
				byte_length: 1_500,
				target: CreditTarget::Contributor(ALICE),
				taken_down_at: None,
			})
		);
	});
}

#[test]
fn a_pool_datanet_credits_the_pool() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.credit = Credit::Pool);
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		accept(id, 1);
		assert_eq!(target(id, 1), CreditTarget::Pool);
	});
}

#[test]
fn withdrawn_and_revoked_contributions_stay_members() {
	ExtBuilder::default().build_and_execute(|| {
		for credit in [Credit::Contributors, Credit::Pool] {
			let datanet = create(|params| params.credit = credit);
			let id = contribute(datanet, &ALICE, &text(1, 1_024));
			accept(id, 1);
			let standing = target(id, 1);
			advance(5);
			let at = now();
			assert_ok!(Datanets::withdraw(signed(&ALICE), id));
			assert_eq!(target(id, at - 1), standing);
			assert_eq!(target(id, at), standing);
			assert_eq!(target(id, at + 1), CreditTarget::Treasury);
			assert_eq!(member(id, 1).unwrap().taken_down_at, None);
			advance(5);
			// Nobody gains by revoking a popular text, whenever its batch was accepted.
			assert_ok!(Datanets::revoke(RawOrigin::Root.into(), id, 7));
			for accepted_at in [1, at, now(), now() + 1] {
				assert_eq!(target(id, accepted_at), CreditTarget::Treasury);
			}
			let member = member(id, 1).unwrap();
			assert_eq!(member.number, 0);
			assert_eq!(member.taken_down_at, Some(now()));
		}
	});
}

#[test]
fn a_copy_is_not_taken_down() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		case.show_all();
		let copy = member(case.copy.id, 1).unwrap();
		assert_eq!(copy.target, CreditTarget::Treasury);
		assert_eq!(copy.taken_down_at, None);
		// Until governance does it.
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), case.copy.id, 7));
		let copy = member(case.copy.id, 1).unwrap();
		assert_eq!(copy.taken_down_at, Some(now()));
	});
}

#[test]
fn snapshots_carry_the_terms_of_their_time() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.kind = DatanetKind::Opaque);
		accept(contribute(datanet, &ALICE, &text(1, 700)), 1);
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		crate::Datanets::<Test>::mutate(datanet, |row| {
			row.as_mut().unwrap().terms.training_fee = 0;
		});
		let read = <Datanets as DatanetInspect<AccountId32>>::snapshot;
		assert_eq!(
			read(datanet, 1),
			Some(SnapshotInfo {
				count: 1,
				bytes: 700,
				kind: DatanetKind::Opaque,
				training_fee: 5 * OPEN,
				min_contributors_ppm: 100_000,
			})
		);
		for (datanet, version) in [(datanet, 0), (datanet, 2), (datanet + 1, 1)] {
			assert_eq!(read(datanet, version), None);
		}
	});
}

#[test]
fn usage_adds_up_for_accepted_contributions_only() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		Datanets::record(id, 1, 1);
		Datanets::record(id + 1, 1, 1);
		assert_eq!(Usage::<Test>::iter().count(), 0);
		accept(id, 1);
		Datanets::record(id, 100, 60);
		Datanets::record(id, 11, 7);
		let view = Datanets::api_contribution(id).unwrap();
		assert_eq!((view.used_value, view.earned), (111, 67));
		Datanets::record(id, u128::MAX, u128::MAX);
		assert_eq!(
			Usage::<Test>::get(id),
			UsageTotals {
				value: u128::MAX,
				earned: u128::MAX
			}
		);
	});
}

#[test]
fn api_datanet_shows_everything() {
	ExtBuilder::default().build_and_execute(|| {
		let id = create_plain();
		accept(contribute(id, &ALICE, &text(1, 1_024)), 1);
		assert_ok!(Datanets::snapshot(signed(&OWNER), id));
		let view = Datanets::api_datanet(id).unwrap();
		assert_eq!((view.id, view.owner), (id, OWNER));
		assert_eq!(view.name, b"Recipes");
		assert_eq!(view.licence, b"CC-BY-4.0");
		assert_eq!(view.metadata_uri, b"https://example.org/croissant.json");
		assert_eq!(view.metadata_hash, H256::repeat_byte(9));
		assert_eq!(
			(view.kind, view.credit),
			(DatanetKind::Text, Credit::Contributors)
		);
		assert_eq!(
			(view.review_fee_per_kib, view.bond_per_byte),
			(MILLI, 10 * MICRO)
		);
		assert_eq!(
			(view.training_fee, view.min_contributors_ppm),
			(5 * OPEN, 100_000)
		);
		assert_eq!(view.curators, vec![CURATOR, SECOND_CURATOR]);
		assert_eq!(view.seated, vec![CURATOR]);
		assert!(!view.by_approval);
		assert_eq!((view.state, view.offered_to), (DatanetState::Open, None));
		assert_eq!((view.accepted, view.bytes, view.version), (1, 1_024, 1));
		assert_eq!(Datanets::api_datanet(0), None);
		assert_eq!(Datanets::api_datanet(id + 1), None);
	});
}

#[test]
fn api_datanet_follows_its_owner() {
	ExtBuilder::default().build_and_execute(|| {
		let id = create(|params| params.admission = Admission::Approved);
		let owner = || signed(&OWNER);
		assert_ok!(Datanets::offer_datanet(owner(), id, Some(BOB)));
		assert_ok!(Datanets::set_state(owner(), id, DatanetState::Frozen));
		let uri = bounded(b"ipfs://new");
		assert_ok!(Datanets::set_metadata(owner(), id, uri, H256::zero()));
		let terms = DatanetTerms {
			training_fee: 3,
			min_contributors_ppm: 4,
		};
		assert_ok!(Datanets::set_terms(owner(), id, terms));
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), id));
		let view = Datanets::api_datanet(id).unwrap();
		assert!(view.by_approval);
		assert_eq!(view.state, DatanetState::Frozen);
		assert_eq!(view.offered_to, Some(BOB));
		assert_eq!(view.metadata_uri, b"ipfs://new");
		assert_eq!(view.metadata_hash, H256::zero());
		assert_eq!((view.training_fee, view.min_contributors_ppm), (3, 4));
		assert_eq!(view.seated, vec![CURATOR, SECOND_CURATOR]);
	});
}

#[test]
fn api_datanets_pages() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..5 {
			create_plain();
		}
		let ids = |cursor, limit| {
			Datanets::api_datanets(cursor, limit)
				.iter()
				.map(|view| view.id)
				.collect::<Vec<_>>()
		};
		assert_eq!(ids(0, 2), [1, 2]);
		assert_eq!(ids(2, 2), [3, 4]);
		assert_eq!(ids(4, 2), [5]);
		assert_eq!(ids(0, u32::MAX), [1, 2, 3, 4, 5]);
		assert!(ids(0, 0).is_empty());
		assert!(ids(5, 10).is_empty());
		assert!(ids(u32::MAX, u32::MAX).is_empty());
	});
}

#[test]
fn api_contribution_follows_the_lifecycle() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		let id = commit(datanet, &ALICE, &bytes);
		let committed = ContributionView {
			id,
			datanet,
			contributor: ALICE,
			text_root: H256::zero(),
			byte_length: 1_024,
			records: 0,
			uri: vec![],
			licence: vec![],
			committed_at: 1,
			revealed_at: 0,
			state: ContributionState::Committed { expires: 101 },
			bond: OPEN,
			claims: 0,
			offered_to: None,
			used_value: 0,
			earned: 0,
		};
		let view = || Datanets::api_contribution(id).unwrap();
		assert_eq!(view(), committed);
		advance(2);
		assert_ok!(Datanets::contribute(signed(&ALICE), id, reveal(&bytes)));
		let pending = ContributionView {
			text_root: text_root(&bytes),
			records: 1,
			uri: b"https://example.org/text".to_vec(),
			revealed_at: 3,
			state: ContributionState::Pending {
				round: 0,
				commits_until: 8,
				reveals_until: 13,
			},
			..committed
		};
		assert_eq!(view(), pending);
		accept(id, 3);
		let state = ContributionState::Accepted {
			quality: 3,
			number: 0,
			points: 3 * 1_024,
		};
		let accepted = ContributionView { state, ..pending };
		assert_eq!(view(), accepted);
		assert_ok!(Datanets::claim_duplicate(signed(&BOB), id));
		assert_ok!(Datanets::offer_contribution(signed(&ALICE), id, Some(BOB)));
		assert_eq!(
			view(),
			ContributionView {
				claims: 1,
				offered_to: Some(BOB),
				..accepted
			}
		);
		assert_eq!(Datanets::contribution_state(id), Some(view()));
		assert_eq!(Datanets::api_contribution(99), None);
	});
}

#[test]
fn api_shows_rejected_withdrawn_and_revoked() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let state = |id| Datanets::api_contribution(id).unwrap().state;
		let rejected = contribute(datanet, &ALICE, &text(1, 1_024));
		reject(rejected);
		assert_eq!(
			state(rejected),
			ContributionState::Rejected {
				reason: 3,
				appeal: Appeal::Possible,
				root_free_from: 11
			}
		);
		assert_eq!(Datanets::api_contribution(rejected).unwrap().bond, 0);
		assert_ok!(Datanets::appeal(signed(&ALICE), rejected));
		assert!(matches!(
			state(rejected),
			ContributionState::Rejected {
				appeal: Appeal::Open,
				..
			}
		));
		advance(4);
		let id = contribute(datanet, &ALICE, &text(2, 1_024));
		accept(id, 1);
		assert_ok!(Datanets::withdraw(signed(&ALICE), id));
		assert_eq!(state(id), ContributionState::Withdrawn { at: 5 });
		advance(1);
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), id, 8));
		assert_eq!(
			state(id),
			ContributionState::Revoked {
				at: 6,
				reason: Some(8)
			}
		);
		let case = Case::plain();
		case.show_all();
		assert_eq!(
			state(case.copy.id),
			ContributionState::Revoked {
				at: now(),
				reason: None
			}
		);
	});
}

#[test]
fn api_contributions_pages_over_holes() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let ids: Vec<_> = (0..5)
			.map(|seed| commit(datanet, &ALICE, &text(seed, 1_024)))
			.collect();
		assert_ok!(Datanets::contribute(
			signed(&ALICE),
			ids[4],
			reveal(&text(4, 1_024))
		));
		advance(101);
		for id in [ids[1], ids[2]] {
			assert_ok!(Datanets::expire_commit(signed(&BOB), id));
		}
		let page = |cursor, limit| {
			Datanets::api_contributions(cursor, limit)
				.iter()
				.map(|view| view.id)
				.collect::<Vec<_>>()
		};
		assert_eq!(page(0, u32::MAX), [ids[0], ids[3], ids[4]]);
		// As many ids as asked for are looked at, not found.
		assert_eq!(page(0, 2), [ids[0]]);
		assert!(page(1, 2).is_empty());
		assert_eq!(page(3, 1), [ids[3]]);
		for (cursor, limit) in [(0, 0), (5, 9), (u64::MAX, 1), (u64::MAX, u32::MAX)] {
			assert!(page(cursor, limit).is_empty());
		}
	});
}

#[test]
fn api_review_shows_ballots_and_what_can_be_done() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		let silent = ReviewView {
			contribution: id,
			round: 0,
			commits_until: 6,
			reveals_until: 11,
			reveals_open: false,
			ballots: vec![
				(CURATOR, BallotState::Silent),
				(SECOND_CURATOR, BallotState::Silent),
			],
		};
		let view = || Datanets::api_review(id).unwrap();
		assert_eq!(view(), silent);
		commit_vote(id, &CURATOR, 2, 0);
		let committed = BallotState::Committed(vote_of(id, &CURATOR, 2, 0));
		assert_eq!(view().ballots[0], (CURATOR, committed));
		assert!(!view().reveals_open);
		commit_vote(id, &SECOND_CURATOR, 0, 5);
		assert!(view().reveals_open, "nobody is silent");
		reveal_vote(id, &CURATOR, 2, 0);
		let revealed = BallotState::Revealed { vote: 2, reason: 0 };
		assert_eq!(view().ballots[0], (CURATOR, revealed));
		// One of two is no majority: rejected, and the ballots stay for an appeal.
		reveal_vote(id, &SECOND_CURATOR, 0, 5);
		assert!(matches!(
			contribution(id).status,
			Status::Rejected { reason: 5, .. }
		));
		assert!(!view().reveals_open);
		let other = contribute(datanet, &ALICE, &text(2, 1_024));
		accept(other, 1);
		for gone in [other, 99] {
			assert_eq!(Datanets::api_review(gone), None);
		}
	});
}

#[test]
fn api_review_opens_when_commits_are_over() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		let open = || Datanets::api_review(id).unwrap().reveals_open;
		advance(5);
		assert!(!open());
		advance(1);
		assert!(open());
		advance(5);
		assert!(!open());
	});
}

#[test]
fn api_claim_waits_draws_and_counts() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = prose(1, 10);
		let original = published(datanet, &ALICE, &text);
		let copy = published(datanet, &BOB, text.to_uppercase());
		let id = claim_on(&copy);
		let waiting = ClaimView {
			id,
			reporter: REPORTER,
			contribution: copy.id,
			bond: OPEN,
			claimed_at: 3,
			state: ClaimState::Waiting { epoch: 2 },
		};
		assert_eq!(Datanets::api_claim(id), Some(waiting.clone()));
		wait_for_draw(id);
		// Before anybody has shown or drawn.
		assert_eq!(row(id).draw, None);
		let positions: Vec<_> = (0..96).map(|index| position(id, index, &copy)).collect();
		let drawn = |shown| ClaimView {
			state: ClaimState::Drawn {
				positions: positions.clone(),
				shown,
				until: 61,
			},
			..waiting.clone()
		};
		assert_eq!(Datanets::api_claim(id), Some(drawn(vec![])));
		let all = find_all(id, &copy, &[&original]);
		for place in [95, 0, 7] {
			assert_ok!(show(id, &all[place]));
		}
		assert_eq!(Datanets::api_claim(id), Some(drawn(vec![0, 7, 95])));
		show_all_but(id, &all, &[0, 7, 95]);
		assert_eq!(Datanets::api_claim(id), None);
		assert_eq!(Datanets::api_claim(id + 1), None);
	});
}

fn show_all_but(claim: u64, all: &[openledger_primitives::duplicate::Showing], done: &[u8]) {
	let missing = 64 - done.len();
	for showing in all
		.iter()
		.filter(|showing| !done.contains(&showing.index))
		.take(missing)
	{
		assert_ok!(show(claim, showing));
	}
}

#[test]
fn api_claim_of_an_accused_that_is_gone_has_no_positions() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = prose(1, 5);
		let early = commit(datanet, &ALICE, bytes.as_bytes());
		let accused = submitted(datanet, &BOB, &bytes);
		let claim = claim_on(&accused);
		assert_ok!(Datanets::contribute(
			signed(&ALICE),
			early,
			reveal(bytes.as_bytes())
		));
		wait_for_draw(claim);
		assert!(matches!(
			Datanets::api_claim(claim).unwrap().state,
			ClaimState::Drawn { positions, .. } if positions.is_empty()
		));
	});
}

#[test]
fn api_claims_pages_over_those_that_ended() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let accused = published(datanet, &BOB, prose(1, 5));
		let ids: Vec<_> = (0..4).map(|_| claim_on(&accused)).collect();
		wait_for_draw(ids[1]);
		run_out(ids[1]);
		let page = |cursor, limit| {
			Datanets::api_claims(cursor, limit)
				.iter()
				.map(|view| view.id)
				.collect::<Vec<_>>()
		};
		assert_eq!(page(0, u32::MAX), [ids[0], ids[2], ids[3]]);
		assert_eq!(page(0, 2), [ids[0]]);
		assert_eq!(page(2, 2), [ids[2], ids[3]]);
		for (cursor, limit) in [(0, 0), (4, 9), (u64::MAX, u32::MAX)] {
			assert!(page(cursor, limit).is_empty());
		}
	});
}

#[test]
fn api_membership_is_the_number_below_the_count() {
	ExtBuilder::default().build_and_execute(|| {
		let (datanet, other) = (create_plain(), create_plain());
		let first = published(datanet, &ALICE, prose(1, 3));
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		let second = published(datanet, &ALICE, prose(2, 3));
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		accept(contribute(other, &ALICE, &text(1, 1_024)), 1);
		assert_ok!(Datanets::snapshot(signed(&OWNER), other));
		let pending = submitted(datanet, &ALICE, prose(3, 3));
		let read = Datanets::api_membership;
		let hash = |version| Snapshots::<Test>::get(datanet, version).unwrap().hash;
		let expected = |text: &Text, number, version| {
			Some(MembershipView {
				number,
				count: version as u64,
				hash: hash(version),
				text_root: text_root(&text.bytes),
			})
		};
		assert_eq!(read(datanet, 1, first.id), expected(&first, 0, 1));
		assert_eq!(read(datanet, 2, first.id), expected(&first, 0, 2));
		assert_eq!(read(datanet, 2, second.id), expected(&second, 1, 2));
		assert_eq!(read(datanet, 1, second.id), None);
		assert_eq!(read(datanet, 2, pending.id), None);
		assert_eq!(read(datanet, 3, first.id), None);
		assert_eq!(read(datanet, 0, first.id), None);
		assert_eq!(read(other, 1, first.id), None);
		assert_eq!(read(datanet, 1, 99), None);
		assert_eq!(read(99, 1, first.id), None);
		// Whatever becomes of it.
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), first.id, 1));
		assert_eq!(
			Datanets::membership(datanet, 1, first.id),
			expected(&first, 0, 1)
		);
	});
}

#[test]
fn api_accepted_pages_in_acceptance_order() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let ids: Vec<_> = (0..4)
			.map(|seed| contribute(datanet, &ALICE, &text(seed, 1_024)))
			.collect();
		for id in [ids[3], ids[1], ids[0]] {
			accept(id, 1);
		}
		let page = |cursor, limit| {
			Datanets::api_accepted(datanet, cursor, limit)
				.iter()
				.map(|view| view.id)
				.collect::<Vec<_>>()
		};
		assert_eq!(page(0, 2), [ids[3], ids[1]]);
		assert_eq!(page(2, 2), [ids[0]]);
		assert_eq!(page(0, u32::MAX), [ids[3], ids[1], ids[0]]);
		assert!(page(3, 9).is_empty());
		assert!(page(u64::MAX, u32::MAX).is_empty());
		assert!(Datanets::api_accepted(datanet + 1, 0, 9).is_empty());
	});
}

#[test]
fn api_by_root_finds_pending_and_accepted_only() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let (first, second) = (text(1, 1_024), text(2, 1_024));
		let id = commit(datanet, &ALICE, &first);
		let find = |bytes: &[u8]| Datanets::api_by_root(datanet, text_root(bytes));
		assert_eq!(find(&first), None);
		assert_ok!(Datanets::contribute(signed(&ALICE), id, reveal(&first)));
		assert_eq!(find(&first), Some(id));
		accept(id, 1);
		assert_eq!(find(&first), Some(id));
		reject(contribute(datanet, &ALICE, &second));
		assert_eq!(find(&second), None);
		assert_eq!(Datanets::api_by_root(datanet + 1, text_root(&first)), None);
	});
}

#[test]
fn api_snapshot_shows_one() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		accept(contribute(datanet, &ALICE, &text(1, 1_024)), 1);
		advance(3);
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		let hash = crate::Datanets::<Test>::get(datanet).unwrap().hash;
		assert_eq!(
			Datanets::api_snapshot(datanet, 1),
			Some(SnapshotView {
				datanet,
				version: 1,
				count: 1,
				bytes: 1_024,
				hash,
				at: 4
			})
		);
		assert_eq!(Datanets::api_snapshot(datanet, 2), None);
	});
}
