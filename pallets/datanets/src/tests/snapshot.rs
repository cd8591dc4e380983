// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{apis::Appeal, ports::DatanetKind, OPEN};
use sp_runtime::TokenError;

#[test]
fn freezes_the_acceptances_and_holds_a_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		accept(contribute(datanet, &ALICE, &text(1, 1_024)), 1);
		accept(contribute(datanet, &BOB, &text(2, 2_048)), 4);
		contribute(datanet, &BOB, &text(3, 2_048));
		advance(6);
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));

		let row = crate::Datanets::<Test>::get(datanet).unwrap();
		assert_eq!((row.version, row.snapshot_deposits), (1, OPEN));
		let first = Snapshots::<Test>::get(datanet, 1).unwrap();
		assert_eq!(
			first,
			Snapshot {
				count: 2,
				bytes: 3_072,
				hash: row.hash,
				terms: params().terms,
				at: 7,
				deposit: OPEN,
			}
		);
		assert_eq!(held(HoldReason::SnapshotDeposit, &OWNER), OPEN);
		assert_eq!(
			events().pop(),
			Some(Event::SnapshotMade {
				datanet,
				version: 1,
				count: 2,
				bytes: 3_072,
				hash: row.hash
			})
		);

		// A later one changes nothing of it.
		accept(contribute(datanet, &BOB, &text(4, 1_500)), 1);
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		assert_eq!(Snapshots::<Test>::get(datanet, 1), Some(first.clone()));
		let second = Snapshots::<Test>::get(datanet, 2).unwrap();
		assert_eq!((second.count, second.bytes), (3, 4_572));
		assert_ne!(second.hash, first.hash);
		assert_eq!(held(HoldReason::SnapshotDeposit, &OWNER), 2 * OPEN);
	});
}

#[test]
fn refuses_everyone_but_the_owner() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		accept(contribute(datanet, &ALICE, &text(1, 1_024)), 1);
		for who in [&ALICE, &CURATOR] {
			assert_noop!(
				Datanets::snapshot(signed(who), datanet),
				Error::<Test>::NotOwner
			);
		}
		assert_noop!(
			Datanets::snapshot(signed(&OWNER), datanet + 1),
			Error::<Test>::DatanetNotFound
		);
	});
}

#[test]
fn refuses_when_nothing_was_accepted_since() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let again = || Datanets::snapshot(signed(&OWNER), datanet);
		assert_noop!(again(), Error::<Test>::NothingToSnapshot);
		reject(contribute(datanet, &ALICE, &text(1, 1_024)));
		assert_noop!(again(), Error::<Test>::NothingToSnapshot);
		accept(contribute(datanet, &ALICE, &text(2, 1_024)), 1);
		assert_ok!(again());
		assert_noop!(again(), Error::<Test>::NothingToSnapshot);
	});
}

#[test]
fn refuses_an_owner_who_cannot_pay_the_deposit() {
	let parameters = DatanetsParameters {
		snapshot_deposit: FUNDS,
		..DatanetsParameters::development()
	};
	ExtBuilder::default()
		.parameters(parameters)
		.build_and_execute(|| {
			let datanet = create_plain();
			accept(contribute(datanet, &ALICE, &text(1, 1_024)), 1);
			assert_noop!(
				Datanets::snapshot(signed(&OWNER), datanet),
				TokenError::FundsUnavailable
			);
		});
}

/// Points in a tranche that never gets a snapshot would never earn.
#[test]
fn a_datanet_with_its_last_snapshot_takes_nothing_more() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.kind = DatanetKind::Opaque);
		for seed in 1..1_024 {
			accept(contribute(datanet, &ALICE, format!("{seed}").as_bytes()), 1);
			assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		}
		let committed = commit(datanet, &BOB, b"committed");
		let pending = contribute(datanet, &BOB, b"pending");
		accept(contribute(datanet, &ALICE, b"last"), 1);
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		assert_eq!(
			crate::Datanets::<Test>::get(datanet).unwrap().version,
			MAX_VERSIONS
		);

		assert_noop!(
			Datanets::snapshot(signed(&OWNER), datanet),
			Error::<Test>::SnapshotsExhausted
		);
		assert_noop!(
			Datanets::commit(signed(&ALICE), datanet, commitment(&ALICE, b"more"), 4),
			Error::<Test>::SnapshotsExhausted
		);
		// Whoever is still under way comes out with his bond, whatever the curators say.
		vote_all(pending, 1, 0);
		assert_eq!(
			contribution(pending).status,
			Status::Rejected {
				reason: REASON_NO_ROOM,
				root_free_from: now(),
				appeal: Appeal::Closed
			}
		);
		assert_eq!(Reviews::<Test>::get(pending), None);
		assert_ok!(Datanets::contribute(
			signed(&BOB),
			committed,
			reveal(b"committed")
		));
		reject(committed);
		assert_eq!(held(HoldReason::ContributionBond, &BOB), 0);
	});
}
