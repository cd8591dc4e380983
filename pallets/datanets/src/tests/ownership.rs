// SPDX-License-Identifier: Apache-2.0
//! Datanets change hands, files and terms.

use super::copies::*;
use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use openledger_primitives::{AccountId32, DatanetId, H256, MICRO, OPEN};
use sp_runtime::{DispatchError, DispatchResult, TokenError};

fn offer(who: &AccountId32, datanet: DatanetId, to: Option<AccountId32>) -> DispatchResult {
	Datanets::offer_datanet(signed(who), datanet, to)
}

fn take(who: &AccountId32, datanet: DatanetId) -> DispatchResult {
	Datanets::accept_datanet(signed(who), datanet)
}

fn datanet_row(datanet: DatanetId) -> DatanetOf<Test> {
	crate::Datanets::<Test>::get(datanet).unwrap()
}

fn snapshot_of_one_more(owner: &AccountId32, datanet: DatanetId, seed: u64) {
	published(datanet, &BOB, prose(seed, 4));
	assert_ok!(Datanets::snapshot(signed(owner), datanet));
}

#[test]
fn a_datanet_moves_with_its_deposits() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		snapshot_of_one_more(&OWNER, datanet, 1);
		// Each snapshot keeps the price of its time.
		let parameters = DatanetsParameters {
			snapshot_deposit: 3 * OPEN,
			..DatanetsParameters::development()
		};
		assert_ok!(Datanets::set_parameters(RawOrigin::Root.into(), parameters));
		snapshot_of_one_more(&OWNER, datanet, 2);
		assert_eq!(datanet_row(datanet).snapshot_deposits, 4 * OPEN);
		let deposit = held(HoldReason::StorageDeposit, &OWNER);
		let other = create_plain();

		assert_ok!(offer(&OWNER, datanet, Some(ALICE)));
		assert_eq!(
			events().pop(),
			Some(Event::DatanetOffered {
				datanet,
				to: Some(ALICE)
			})
		);
		assert_ok!(take(&ALICE, datanet));
		assert_eq!(
			events().pop(),
			Some(Event::DatanetTransferred {
				datanet,
				from: OWNER,
				to: ALICE
			})
		);
		assert_eq!(datanet_row(datanet).owner, ALICE);
		assert_eq!(held(HoldReason::SnapshotDeposit, &OWNER), 0);
		assert_eq!(held(HoldReason::SnapshotDeposit, &ALICE), 4 * OPEN);
		assert_eq!(held(HoldReason::StorageDeposit, &OWNER), deposit);
		assert_eq!(held(HoldReason::StorageDeposit, &ALICE), deposit);
		assert_eq!(DatanetOffers::<Test>::get(datanet), None);
		assert_noop!(take(&ALICE, datanet), Error::<Test>::NotOffered);

		// The new owner owns it, the old one the other.
		assert_noop!(
			Datanets::snapshot(signed(&OWNER), datanet),
			Error::<Test>::NotOwner
		);
		snapshot_of_one_more(&ALICE, datanet, 3);
		assert_eq!(held(HoldReason::SnapshotDeposit, &ALICE), 7 * OPEN);
		assert_noop!(
			Datanets::set_terms(signed(&ALICE), other, datanet_row(other).terms),
			Error::<Test>::NotOwner
		);
		// And back.
		assert_ok!(offer(&ALICE, datanet, Some(OWNER)));
		assert_ok!(take(&OWNER, datanet));
		assert_eq!(Balances::reserved_balance(&ALICE), 0);
		assert_eq!(held(HoldReason::SnapshotDeposit, &OWNER), 7 * OPEN);
	});
}

#[test]
fn approvals_stay_paid_by_whoever_gave_them() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.admission = Admission::Approved);
		let before = held(HoldReason::StorageDeposit, &OWNER);
		assert_ok!(Datanets::approve_contributor(signed(&OWNER), datanet, BOB));
		let approval = held(HoldReason::StorageDeposit, &OWNER) - before;
		assert!(approval > 0);
		assert_ok!(offer(&OWNER, datanet, Some(ALICE)));
		assert_ok!(take(&ALICE, datanet));
		assert_eq!(held(HoldReason::StorageDeposit, &OWNER), approval);
		assert_ok!(Datanets::approve_contributor(
			signed(&ALICE),
			datanet,
			CURATOR
		));
		assert_eq!(held(HoldReason::StorageDeposit, &ALICE), before + approval);
		// The new owner takes both back: each giver has his deposit again.
		assert_ok!(Datanets::dismiss_contributor(signed(&ALICE), datanet, BOB));
		assert_eq!(held(HoldReason::StorageDeposit, &OWNER), 0);
		assert_ok!(Datanets::dismiss_contributor(
			signed(&ALICE),
			datanet,
			CURATOR
		));
		assert_eq!(held(HoldReason::StorageDeposit, &ALICE), before);
	});
}

#[test]
fn only_the_owner_offers_and_only_to_others() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		for who in [&ALICE, &CURATOR] {
			assert_noop!(offer(who, datanet, Some(ALICE)), Error::<Test>::NotOwner);
		}
		assert_noop!(
			offer(&OWNER, datanet, Some(OWNER)),
			Error::<Test>::OfferToSelf
		);
		assert_noop!(
			offer(&OWNER, datanet + 1, Some(ALICE)),
			Error::<Test>::DatanetNotFound
		);
		assert_noop!(
			Datanets::offer_datanet(RawOrigin::Root.into(), datanet, None),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn an_offer_of_a_datanet_can_be_changed_and_taken_back() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_noop!(take(&ALICE, datanet), Error::<Test>::NotOffered);
		assert_noop!(take(&ALICE, datanet + 1), Error::<Test>::DatanetNotFound);
		assert_ok!(offer(&OWNER, datanet, Some(ALICE)));
		assert_noop!(take(&BOB, datanet), Error::<Test>::NotOffered);
		assert_noop!(take(&OWNER, datanet), Error::<Test>::NotOffered);
		assert_ok!(offer(&OWNER, datanet, Some(BOB)));
		assert_noop!(take(&ALICE, datanet), Error::<Test>::NotOffered);
		assert_ok!(offer(&OWNER, datanet, None));
		assert_noop!(take(&BOB, datanet), Error::<Test>::NotOffered);
	});
}

#[test]
fn who_cannot_pay_the_deposits_does_not_become_the_owner() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		snapshot_of_one_more(&OWNER, datanet, 1);
		assert_ok!(offer(&OWNER, datanet, Some(POOR)));
		assert_noop!(take(&POOR, datanet), TokenError::FundsUnavailable);
		// Enough for the rows, not for the snapshot.
		let deposit = held(HoldReason::StorageDeposit, &OWNER);
		assert_ok!(Balances::transfer_allow_death(
			signed(&BOB),
			POOR,
			deposit + OPEN / 2
		));
		assert_noop!(take(&POOR, datanet), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(signed(&BOB), POOR, OPEN));
		assert_ok!(take(&POOR, datanet));
	});
}

#[test]
fn a_longer_uri_costs_a_larger_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let before = held(HoldReason::StorageDeposit, &OWNER);
		let length = params().metadata_uri.len();
		let set = |uri: &[u8]| {
			Datanets::set_metadata(signed(&OWNER), datanet, bounded(uri), H256::repeat_byte(3))
		};
		let uri = [b'u'; 256];
		assert_ok!(set(&uri));
		let details = Details::<Test>::get(datanet).unwrap();
		assert_eq!(details.metadata_uri.to_vec(), uri);
		assert_eq!(details.metadata_hash, H256::repeat_byte(3));
		// A length from 64 bytes on takes one byte more.
		let more = (256 - length + 1) as u128;
		assert_eq!(
			held(HoldReason::StorageDeposit, &OWNER),
			before + more * 7 * MICRO
		);
		assert_eq!(
			events().pop(),
			Some(Event::MetadataSet {
				datanet,
				uri: bounded(&uri),
				hash: H256::repeat_byte(3)
			})
		);
		assert_ok!(set(b""));
		assert_eq!(
			held(HoldReason::StorageDeposit, &OWNER),
			before - length as u128 * 7 * MICRO
		);
		assert_noop!(set(b"two\nlines"), Error::<Test>::InvalidUri);
		assert_noop!(set(&[0xff]), Error::<Test>::InvalidUri);
	});
}

#[test]
fn only_the_owner_sets_metadata_and_terms() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let terms = datanet_row(datanet).terms;
		let metadata =
			|origin, datanet| Datanets::set_metadata(origin, datanet, bounded(b""), H256::zero());
		assert_noop!(metadata(signed(&ALICE), datanet), Error::<Test>::NotOwner);
		assert_noop!(
			metadata(signed(&OWNER), datanet + 1),
			Error::<Test>::DatanetNotFound
		);
		assert_noop!(
			metadata(RawOrigin::Root.into(), datanet),
			DispatchError::BadOrigin
		);
		assert_noop!(
			Datanets::set_terms(signed(&ALICE), datanet, terms),
			Error::<Test>::NotOwner
		);
		assert_noop!(
			Datanets::set_terms(signed(&OWNER), datanet + 1, terms),
			Error::<Test>::DatanetNotFound
		);
		assert_noop!(
			Datanets::set_terms(RawOrigin::Root.into(), datanet, terms),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn new_terms_are_those_of_later_snapshots() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		snapshot_of_one_more(&OWNER, datanet, 1);
		let old = datanet_row(datanet).terms;
		let new = DatanetTerms {
			training_fee: 1,
			min_contributors_ppm: MAX_CONTRIBUTORS_PPM,
		};
		assert_ok!(Datanets::set_terms(signed(&OWNER), datanet, new));
		assert_eq!(
			events().pop(),
			Some(Event::TermsSet {
				datanet,
				terms: new
			})
		);
		snapshot_of_one_more(&OWNER, datanet, 2);
		let terms = |version| Snapshots::<Test>::get(datanet, version).unwrap().terms;
		assert_eq!((terms(1), terms(2)), (old, new));
		let greedy = DatanetTerms {
			min_contributors_ppm: MAX_CONTRIBUTORS_PPM + 1,
			..new
		};
		assert_noop!(
			Datanets::set_terms(signed(&OWNER), datanet, greedy),
			Error::<Test>::ShareTooLarge
		);
	});
}
