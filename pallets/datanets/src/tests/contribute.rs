// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use codec::{Encode, MaxEncodedLen};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
	ports::DatanetKind,
	text::{text_root, text_tree},
	H256, MILLI, OPEN,
};
use sp_io::hashing::blake2_256;
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

/// Commits 3 000 bytes of ALICE and asserts that the changed reveal is refused.
fn refuses(error: impl Into<DispatchError>, change: impl FnOnce(&mut Reveal)) {
	ExtBuilder::default().build_and_execute(|| {
		let bytes = text(1, 3_000);
		let id = commit(create_plain(), &ALICE, &bytes);
		let mut reveal = reveal(&bytes);
		change(&mut reveal);
		assert_noop!(
			Datanets::contribute(signed(&ALICE), id, reveal),
			error.into()
		);
	});
}

#[test]
fn puts_content_up_for_review() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 3_000);
		let id = commit(datanet, &ALICE, &bytes);
		let mut reveal = reveal(&bytes);
		reveal.licence = bounded(b"MIT OR Apache-2.0");
		reveal.records = 4;
		assert_ok!(Datanets::contribute(signed(&ALICE), id, reveal.clone()));

		let row = contribution(id);
		// Three started KiB.
		assert_eq!(row.status, Status::Pending { fee: 3 * MILLI });
		assert_eq!((row.text_root, row.bond), (text_root(&bytes), OPEN));
		let content = Contents::<Test>::get(id).unwrap();
		assert_eq!((content.records, content.uri), (4, reveal.uri.clone()));
		assert_eq!(content.licence, reveal.licence);
		assert_eq!(Roots::<Test>::get(datanet, row.text_root), Some(id));
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), OPEN);
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 3 * MILLI);
		assert_eq!((row.revealed_at, row.claims), (1, 0));
		// Hot row 142, usage 32, index rows 64, offer 40, URI 1 + 24, licence 1 + 17; and of the
		// review: id 8, row 2 106, agenda 13.
		assert_eq!(ContributionOf::<Test>::max_encoded_len(), 142);
		assert_eq!(ReviewOf::<Test>::max_encoded_len(), 2_106);
		assert_eq!(
			held(HoldReason::StorageDeposit, &ALICE),
			deposit_of(142 + 32 + 64 + 40 + 25 + 18) + deposit_of(8 + 2_106 + 13)
		);
		let spent = held(HoldReason::StorageDeposit, &ALICE) + OPEN + 3 * MILLI + review_prepaid();
		assert_eq!(Balances::free_balance(&ALICE), FUNDS - spent);
		assert_eq!(Balances::free_balance(&TREASURY), MILLI + review_prepaid());
		assert!(review_prepaid() > 0);
		assert_eq!(
			events().pop(),
			Some(Event::Contributed {
				contribution: id,
				datanet,
				contributor: ALICE,
				text_root: row.text_root,
				byte_length: 3_000,
				uri: reveal.uri,
			})
		);
	});
}

/// The commit is rebuilt here byte by byte, as `formats.md` has it.
#[test]
fn the_commitment_is_the_tagged_preimage() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		let mut preimage = b"openledger:reg:1".to_vec();
		preimage.extend(System::block_hash(0).as_bytes());
		preimage.extend(text_root(&bytes).as_bytes());
		preimage.extend(1_024_u64.to_le_bytes());
		preimage.extend(ALICE.encode());
		preimage.extend(SALT);
		assert_eq!(preimage.len(), 16 + 32 + 32 + 8 + 32 + 32);
		let commitment = H256(blake2_256(&preimage));
		assert_ok!(Datanets::commit(signed(&ALICE), datanet, commitment, 1_024));
		assert_ok!(Datanets::contribute(signed(&ALICE), 1, reveal(&bytes)));
	});
}

#[test]
fn the_fee_is_per_started_kib() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.kind = DatanetKind::Opaque);
		for (length, kib) in [
			(1, 1),
			(1_023, 1),
			(1_024, 1),
			(1_025, 2),
			(2_048, 2),
			(2_049, 3),
		] {
			let id = contribute(datanet, &ALICE, &text(1, length));
			assert_eq!(
				contribution(id).status,
				Status::Pending { fee: kib * MILLI }
			);
		}
	});
}

#[test]
fn takes_every_number_of_leaves() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.kind = DatanetKind::Opaque);
		for length in [1, 255, 256, 257, 511, 512, 513, 1_000, 4_096, 10_000] {
			contribute(datanet, &ALICE, &text(7, length));
		}
	});
}

#[test]
fn reveals_in_the_last_block_but_not_later() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let (first, second) = (text(1, 1_024), text(2, 1_024));
		let ids = [
			commit(datanet, &ALICE, &first),
			commit(datanet, &ALICE, &second),
		];
		advance(100);
		assert_ok!(Datanets::contribute(signed(&ALICE), ids[0], reveal(&first)));
		advance(1);
		assert_noop!(
			Datanets::contribute(signed(&ALICE), ids[1], reveal(&second)),
			Error::<Test>::Expired
		);
	});
}

#[test]
fn refuses_a_reveal_that_was_not_committed() {
	refuses(Error::<Test>::CommitmentMismatch, |reveal| {
		reveal.salt[0] ^= 1
	});
	// A whole and honest opening of another text.
	refuses(Error::<Test>::CommitmentMismatch, |reveal| {
		*reveal = crate::mock::reveal(&text(2, 3_000));
	});
}

#[test]
fn refuses_a_commit_for_another_account_chain_or_length() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		// BOB copies the commitment that ALICE made.
		let copied = commitment(&ALICE, &bytes);
		assert_ok!(Datanets::commit(signed(&BOB), datanet, copied, 1_024));
		assert_noop!(
			Datanets::contribute(signed(&BOB), 1, reveal(&bytes)),
			Error::<Test>::CommitmentMismatch
		);
		// The length of the call is not that of the commitment.
		assert_ok!(Datanets::commit(signed(&ALICE), datanet, copied, 1_025));
		assert_noop!(
			Datanets::contribute(signed(&ALICE), 2, reveal(&bytes)),
			Error::<Test>::CommitmentMismatch
		);
		// The genesis hash is another one.
		assert_ok!(Datanets::commit(signed(&ALICE), datanet, copied, 1_024));
		let genesis = System::block_hash(0);
		frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(1));
		assert_noop!(
			Datanets::contribute(signed(&ALICE), 3, reveal(&bytes)),
			Error::<Test>::CommitmentMismatch
		);
		frame_system::BlockHash::<Test>::insert(0, genesis);
		assert_ok!(Datanets::contribute(signed(&ALICE), 3, reveal(&bytes)));
	});
}

#[test]
fn refuses_an_opening_that_does_not_prove_the_length() {
	let mismatch = Error::<Test>::LastLeafMismatch;
	refuses(mismatch, |reveal| reveal.last_leaf = bounded(b""));
	let mismatch = || Error::<Test>::LastLeafMismatch;
	refuses(mismatch(), |reveal| reveal.last_leaf[0] ^= 1);
	refuses(mismatch(), |reveal| {
		reveal.last_leaf.pop();
	});
	refuses(mismatch(), |reveal| reveal.last_leaf.try_push(0).unwrap());
	refuses(mismatch(), |reveal| {
		reveal.siblings.pop();
	});
	refuses(mismatch(), |reveal| {
		reveal.siblings.try_push(H256::zero()).unwrap()
	});
	refuses(mismatch(), |reveal| reveal.siblings[0].0[31] ^= 1);
	// A leaf that is in the tree, but not the last.
	refuses(mismatch(), |reveal| {
		let bytes = text(1, 3_000);
		reveal.last_leaf = bounded(&bytes[..256]);
		reveal.siblings = text_tree(&bytes)
			.siblings(0, 1)
			.unwrap()
			.try_into()
			.unwrap();
	});
}

/// Whoever states less than he registers would pay less bond, fee and get other points.
#[test]
fn refuses_a_length_that_the_root_does_not_have() {
	ExtBuilder::default().build_and_execute(|| {
		use openledger_primitives::payload::{ContributionCommit, Payload};
		let datanet = create_plain();
		let bytes = text(1, 3_000);
		for stated in [2_900, 2_999, 3_001, 3_072, 4_000] {
			let commitment = ContributionCommit {
				text_root: text_root(&bytes),
				byte_length: stated,
				account: ALICE,
				salt: SALT,
			}
			.digest(&System::block_hash(0));
			assert_ok!(Datanets::commit(
				signed(&ALICE),
				datanet,
				commitment,
				stated
			));
			let id = ContributionCount::<Test>::get();
			assert_noop!(
				Datanets::contribute(signed(&ALICE), id, reveal(&bytes)),
				Error::<Test>::LastLeafMismatch
			);
		}
	});
}

#[test]
fn refuses_bad_texts_and_too_many_records() {
	refuses(Error::<Test>::InvalidUri, |reveal| {
		reveal.uri = bounded(&[0xff])
	});
	refuses(Error::<Test>::InvalidUri, |reveal| {
		reveal.uri = bounded(b"a\tb")
	});
	refuses(Error::<Test>::InvalidLicence, |reveal| {
		reveal.licence = bounded(&[0x7f])
	});
	refuses(Error::<Test>::TooManyRecords, |reveal| {
		reveal.records = 3_001
	});
}

#[test]
fn refuses_everyone_but_the_contributor() {
	ExtBuilder::default().build_and_execute(|| {
		let bytes = text(1, 1_024);
		let id = commit(create_plain(), &ALICE, &bytes);
		assert_noop!(
			Datanets::contribute(signed(&BOB), id, reveal(&bytes)),
			Error::<Test>::NotContributor
		);
	});
}

#[test]
fn refuses_an_unknown_contribution() {
	ExtBuilder::default().build_and_execute(|| {
		for id in [0, 1, u64::MAX] {
			assert_noop!(
				Datanets::contribute(signed(&ALICE), id, reveal(&text(1, 1_024))),
				Error::<Test>::ContributionNotFound
			);
		}
	});
}

#[test]
fn refuses_a_second_reveal() {
	ExtBuilder::default().build_and_execute(|| {
		let bytes = text(1, 1_024);
		let id = contribute(create_plain(), &ALICE, &bytes);
		let again = || Datanets::contribute(signed(&ALICE), id, reveal(&bytes));
		assert_noop!(again(), Error::<Test>::NotCommitted);
		accept(id, 1);
		assert_noop!(again(), Error::<Test>::NotCommitted);
	});
}

#[test]
fn refuses_who_cannot_pay_the_fee_and_keeps_the_commit() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.review_fee_per_kib = FUNDS);
		let bytes = text(1, 1_024);
		let id = commit(datanet, &ALICE, &bytes);
		assert_noop!(
			Datanets::contribute(signed(&ALICE), id, reveal(&bytes)),
			TokenError::FundsUnavailable
		);
		assert!(matches!(contribution(id).status, Status::Committed { .. }));
	});
}

/// The keepers' calls are paid from free balance, and nobody is reaped for them.
#[test]
fn refuses_who_cannot_pay_the_keepers() {
	ExtBuilder::default().build_and_execute(|| {
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		let id = commit(datanet, &ALICE, &bytes);
		let deposits = deposit_of(142 + 32 + 64 + 40 + 25 + 1) + deposit_of(8 + 2_106 + 13);
		let least = deposits + MILLI + review_prepaid() + MILLI;
		let free = Balances::free_balance(&ALICE);
		assert_ok!(Balances::transfer(
			&ALICE,
			&BOB,
			free - least + 1,
			Preservation::Preserve
		));
		let contribute = || Datanets::contribute(signed(&ALICE), id, reveal(&bytes));
		assert!(contribute().is_err());
		assert!(matches!(contribution(id).status, Status::Committed { .. }));
		assert_ok!(Balances::transfer(&BOB, &ALICE, 1, Preservation::Preserve));
		assert_ok!(contribute());
		assert_eq!(Balances::free_balance(&ALICE), MILLI);
	});
}

#[test]
fn refuses_a_fee_that_overflows() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.review_fee_per_kib = u128::MAX);
		let bytes = text(1, 1_025);
		let id = commit(datanet, &ALICE, &bytes);
		assert_noop!(
			Datanets::contribute(signed(&ALICE), id, reveal(&bytes)),
			ArithmeticError::Overflow
		);
	});
}
