// SPDX-License-Identifier: Apache-2.0
//! Ports and runtime API.

use crate::mock::*;
use frame_support::assert_ok;
use openledger_primitives::{
	apis::{ContributionState, ContributionView, SnapshotView},
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

fn set_status(id: ContributionId, make: impl FnOnce(Acceptance) -> Status) {
	Contributions::<Test>::mutate(id, |row| {
		let row = row.as_mut().unwrap();
		row.status = make(*row.status.acceptance().unwrap());
	});
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
	ExtBuilder::default().build().execute_with(|| {
		for credit in [Credit::Contributors, Credit::Pool] {
			let datanet = create(|params| params.credit = credit);
			let id = contribute(datanet, &ALICE, &text(1, 1_024));
			accept(id, 1);
			let standing = target(id, 1);
			set_status(id, |acceptance| Status::Withdrawn { acceptance, at: 20 });
			assert_eq!(target(id, 19), standing);
			assert_eq!(target(id, 20), standing);
			assert_eq!(target(id, 21), CreditTarget::Treasury);
			// Nobody gains by revoking a popular text, whenever its batch was accepted.
			set_status(id, |acceptance| Status::Revoked { acceptance, at: 20 });
			for accepted_at in [1, 20, 21] {
				assert_eq!(target(id, accepted_at), CreditTarget::Treasury);
			}
			assert_eq!(member(id, 1).unwrap().number, 0);
		}
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
		assert_eq!((view.accepted, view.bytes, view.version), (1, 1_024, 1));
		assert_eq!(Datanets::api_datanet(0), None);
		assert_eq!(Datanets::api_datanet(id + 1), None);
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
			state: ContributionState::Committed { expires: 101 },
			bond: OPEN,
			used_value: 0,
			earned: 0,
		};
		let view = || Datanets::api_contribution(id).unwrap();
		assert_eq!(view(), committed);
		assert_ok!(Datanets::contribute(signed(&ALICE), id, reveal(&bytes)));
		let pending = ContributionView {
			text_root: text_root(&bytes),
			records: 1,
			uri: b"https://example.org/text".to_vec(),
			state: ContributionState::Pending,
			..committed
		};
		assert_eq!(view(), pending);
		accept(id, 3);
		let state = ContributionState::Accepted {
			quality: 3,
			number: 0,
		};
		assert_eq!(view(), ContributionView { state, ..pending });
		let other = contribute(datanet, &ALICE, &text(2, 1_024));
		reject(other);
		let rejected = Datanets::api_contribution(other).unwrap();
		assert_eq!(rejected.state, ContributionState::Rejected { reason: 3 });
		assert_eq!(rejected.bond, 0);
		assert_eq!(Datanets::api_contribution(99), None);
	});
}

#[test]
fn api_shows_withdrawn_and_revoked() {
	ExtBuilder::default().build().execute_with(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		accept(id, 1);
		let state = || Datanets::api_contribution(id).unwrap().state;
		set_status(id, |acceptance| Status::Withdrawn { acceptance, at: 2 });
		assert_eq!(state(), ContributionState::Withdrawn);
		set_status(id, |acceptance| Status::Revoked { acceptance, at: 2 });
		assert_eq!(state(), ContributionState::Revoked);
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
