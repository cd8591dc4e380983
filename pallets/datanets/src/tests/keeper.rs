// SPDX-License-Identifier: Apache-2.0
//! The agenda, what the pool takes of keepers, the off-chain worker, epochs.

use super::review::under_review;
use crate::{
	keeper::{CLAIM_TAG, KEEPER_LONGEVITY, KEEPER_PRIORITY, MAX_SUBMITTED, REVIEW_TAG},
	mock::*,
};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use openledger_primitives::H256;
use sp_core::offchain::{
	testing::{TestOffchainExt, TestTransactionPoolExt},
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError, ValidTransaction},
	DispatchError,
};
use std::collections::BTreeSet;

fn conclusion(contribution: u64) -> Extrinsic {
	keeper(Call::conclude_review { contribution })
}

fn claim_conclusion(claim: u64) -> Extrinsic {
	keeper(Call::conclude_claim { claim })
}

fn custom(code: u8) -> TransactionValidityError {
	InvalidTransaction::Custom(code).into()
}

fn valid(tag: Vec<u8>) -> Result<ValidTransaction, TransactionValidityError> {
	Ok(ValidTransaction {
		priority: KEEPER_PRIORITY,
		requires: vec![],
		provides: vec![tag],
		longevity: KEEPER_LONGEVITY,
		propagate: true,
	})
}

#[test]
fn a_review_is_taken_when_it_is_due() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		assert_eq!(validate(conclusion(id)), Err(custom(112)));
		advance_to(11);
		assert_eq!(validate(conclusion(id)), Err(custom(112)));
		assert_eq!(apply(conclusion(id)).unwrap_err(), custom(112));
		advance(1);
		assert_eq!(validate(conclusion(id)), valid((REVIEW_TAG, id).encode()));
		let post = apply(conclusion(id)).unwrap().unwrap();
		assert!(post.actual_weight.is_some());
		// Extended: not due for two more periods.
		assert_eq!(validate(conclusion(id)), Err(custom(112)));
		advance(11);
		assert_ok!(apply(conclusion(id)).unwrap());
		assert_eq!(validate(conclusion(id)), Err(custom(111)));
		assert_eq!(validate(conclusion(99)), Err(custom(111)));
		assert_eq!(AuthorizeInvalidity::NotOpen.code(), 111);
		assert_eq!(AuthorizeInvalidity::NotDue.code(), 112);
	});
}

/// The row of a rejection that can be appealed is no open review.
#[test]
fn a_rejected_contribution_is_not_concluded_again() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		reject(id);
		assert!(Reviews::<Test>::contains_key(id));
		advance(100);
		assert_eq!(validate(conclusion(id)), Err(custom(111)));
	});
}

#[test]
fn a_claim_is_taken_when_it_is_due() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		accept(id, 1);
		assert_ok!(Datanets::claim_duplicate(signed(&BOB), id));
		assert_eq!(validate(claim_conclusion(1)), Err(custom(112)));
		assert_eq!(validate(claim_conclusion(2)), Err(custom(111)));
		advance_to(Claims::<Test>::get(1).unwrap().due);
		assert_eq!(
			validate(claim_conclusion(1)),
			valid((CLAIM_TAG, 1_u64).encode())
		);
		assert_ok!(apply(claim_conclusion(1)).unwrap());
		assert_eq!(validate(claim_conclusion(1)), Err(custom(112)));
		advance_to(Claims::<Test>::get(1).unwrap().due);
		assert_ok!(apply(claim_conclusion(1)).unwrap());
		assert_eq!(validate(claim_conclusion(1)), Err(custom(111)));
	});
}

#[test]
fn a_block_takes_a_bounded_number_of_each_kind() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.curators = Default::default());
		let ids: Vec<_> = (0..=MAX_OUTCOMES_PER_BLOCK)
			.map(|seed| contribute(datanet, &ALICE, &text(seed.into(), 1_024)))
			.collect();
		for id in &ids {
			assert_ok!(Datanets::claim_duplicate(signed(&BOB), *id));
		}
		advance_to(Claims::<Test>::get(1).unwrap().due);
		let full = TransactionValidityError::from(InvalidTransaction::ExhaustsResources);
		let (last, most) = ids.split_last().unwrap();
		for id in most {
			assert_ok!(apply(conclusion(*id)).unwrap());
		}
		assert_eq!(apply(conclusion(*last)).unwrap_err(), full);
		for claim in 1..=u64::from(MAX_OUTCOMES_PER_BLOCK) {
			assert_ok!(apply(claim_conclusion(claim)).unwrap());
		}
		assert_eq!(
			OutcomesOfBlock::<Test>::get(),
			Outcomes {
				reviews: MAX_OUTCOMES_PER_BLOCK,
				claims: MAX_OUTCOMES_PER_BLOCK
			}
		);
		let claim = u64::from(MAX_OUTCOMES_PER_BLOCK) + 1;
		assert_eq!(apply(claim_conclusion(claim)).unwrap_err(), full);
		advance(1);
		assert_eq!(OutcomesOfBlock::<Test>::get(), Outcomes::default());
		assert_ok!(apply(conclusion(*last)).unwrap());
		assert_ok!(apply(claim_conclusion(claim)).unwrap());
	});
}

#[test]
fn other_origins_and_early_calls_are_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, id) = under_review(&[CURATOR]);
		assert_ok!(Datanets::claim_duplicate(signed(&BOB), id));
		for origin in [
			RuntimeOrigin::none(),
			RuntimeOrigin::root(),
			signed(&CURATOR),
		] {
			assert_noop!(
				Datanets::conclude_review(origin.clone(), id),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Datanets::conclude_claim(origin, 1),
				DispatchError::BadOrigin
			);
		}
		let authorized: RuntimeOrigin = frame_system::RawOrigin::Authorized.into();
		assert_noop!(
			Datanets::conclude_review(authorized.clone(), id),
			Error::<Test>::NotDue
		);
		assert_noop!(
			Datanets::conclude_review(authorized.clone(), 99),
			Error::<Test>::ContributionNotFound
		);
		accept(id, 1);
		assert_noop!(
			Datanets::conclude_review(authorized.clone(), id),
			Error::<Test>::NotPending
		);
		assert_noop!(
			Datanets::conclude_claim(authorized.clone(), 1),
			Error::<Test>::NotDue
		);
		assert_noop!(
			Datanets::conclude_claim(authorized, 2),
			Error::<Test>::ClaimNotFound
		);
	});
}

/// Runs a test with an off-chain worker; what it submitted is taken by the closure's argument.
fn with_worker(test: impl FnOnce(&dyn Fn() -> Vec<Extrinsic>)) {
	let mut ext = ExtBuilder::default().build();
	let (offchain, _) = TestOffchainExt::new();
	let (pool, submitted) = TestTransactionPoolExt::new();
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool));
	let drain = || {
		std::mem::take(&mut submitted.write().transactions)
			.iter()
			.map(|bytes| Extrinsic::decode(&mut &bytes[..]).unwrap())
			.collect()
	};
	ext.execute_with(|| {
		test(&drain);
		check_all();
	});
}

fn run() {
	Datanets::offchain_worker(now());
}

/// What a keeper's transaction concludes.
fn due_of(transaction: &Extrinsic) -> (u8, u64) {
	match &transaction.function {
		RuntimeCall::Datanets(Call::conclude_review { contribution }) => (0, *contribution),
		RuntimeCall::Datanets(Call::conclude_claim { claim }) => (1, *claim),
		call => panic!("the worker doesn't submit {call:?}"),
	}
}

#[test]
fn the_worker_submits_what_the_next_block_takes() {
	with_worker(|drain| {
		let (datanet, reviewed) = under_review(&[CURATOR]);
		let accused = contribute(datanet, &ALICE, &text(2, 1_024));
		accept(accused, 1);
		assert_ok!(Datanets::claim_duplicate(signed(&BOB), accused));
		let due = Claims::<Test>::get(1).unwrap().due;
		assert_eq!(due, 22);
		advance_to(10);
		run();
		assert!(drain().is_empty());
		advance(1);
		run();
		let submitted = drain();
		assert_eq!(
			submitted.iter().map(due_of).collect::<Vec<_>>(),
			[(0, reviewed)]
		);
		advance(1);
		assert_ok!(apply(submitted[0].clone()).unwrap());
		assert_eq!(review(reviewed).round, 1);
		run();
		assert!(drain().is_empty());
		advance_to(22);
		run();
		let submitted = drain();
		assert_eq!(
			submitted.iter().map(due_of).collect::<Vec<_>>(),
			[(1, 1), (0, reviewed)]
		);
		advance(1);
		for transaction in submitted {
			assert!(validate(transaction.clone()).is_ok());
			assert_ok!(apply(transaction).unwrap());
		}
		// Nothing is due now.
		run();
		assert!(drain().is_empty());
	});
}

#[test]
fn the_worker_repeats_what_was_not_included() {
	with_worker(|drain| {
		let (_, id) = under_review(&[CURATOR]);
		advance_to(30);
		for _ in 0..3 {
			advance(1);
			run();
			assert_eq!(drain().iter().map(due_of).collect::<Vec<_>>(), [(0, id)]);
		}
	});
}

#[test]
fn the_worker_is_bounded_and_leaves_nobody_out() {
	with_worker(|drain| {
		let datanet = create(|params| params.curators = Default::default());
		let ids: BTreeSet<_> = (0..40)
			.map(|seed| (0, contribute(datanet, &ALICE, &text(seed, 1_024))))
			.collect();
		advance_to(20);
		let mut seen = BTreeSet::new();
		for _ in 0..5 {
			advance(1);
			run();
			let submitted = drain();
			assert_eq!(submitted.len() as u32, MAX_SUBMITTED);
			seen.extend(submitted.iter().map(due_of));
		}
		assert_eq!(seen, ids);
	});
}

#[test]
fn the_worker_yields_to_another_run() {
	use sp_core::offchain::Duration;
	use sp_runtime::offchain::storage_lock::StorageLock;
	with_worker(|drain| {
		under_review(&[CURATOR]);
		advance_to(20);
		{
			let mut lock = StorageLock::with_deadline(
				b"openledger/datanets/lock",
				Duration::from_millis(1_000),
			);
			let _other = lock.try_lock().ok().unwrap();
			run();
			assert!(drain().is_empty());
		}
		run();
		assert_eq!(drain().len(), 1);
	});
}

/// Rows stand in the order of their blocks, whatever their kind and id.
#[test]
fn the_agenda_is_in_the_order_of_blocks() {
	ExtBuilder::default().build().execute_with(|| {
		let rows = [
			(3, Due::Claim(9)),
			(255, Due::Review(1)),
			(256, Due::Claim(0)),
			(257, Due::Review(u64::MAX)),
			(65_536, Due::Review(0)),
			(u32::MAX, Due::Review(0)),
		];
		for (block, due) in rows.iter().rev() {
			Datanets::put_on_agenda(*block, *due);
		}
		let stored: Vec<_> = Agenda::<Test>::iter_keys()
			.map(|(block, due)| (u32::from_be_bytes(block), due))
			.collect();
		assert_eq!(stored, rows);
		for (block, due) in rows {
			Datanets::take_off_agenda(block, due);
		}
		assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
	});
}

#[test]
fn every_epoch_is_kept_once() {
	ExtBuilder::default().build_and_execute(|| {
		let kept = || EpochDraws::<Test>::get().into_inner();
		assert_eq!(kept().len(), 1);
		assert_eq!((kept()[0].epoch, kept()[0].from), (0, 1));
		advance(9);
		assert_eq!(kept().len(), 1);
		advance(1);
		assert_eq!(kept().len(), 2);
		assert_eq!((kept()[1].epoch, kept()[1].from), (1, 11));
		assert_ne!(kept()[0].value, kept()[1].value);
		assert!(kept().iter().all(|draw| draw.value != H256::zero()));
		// Epochs that the chain skips leave a gap.
		SkippedEpochs::set(3);
		advance(1);
		assert_eq!((kept()[2].epoch, kept()[2].from), (4, 12));
	});
}

#[test]
fn the_latest_sixty_four_epochs_are_kept() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..70 {
			next_epoch();
		}
		let kept = EpochDraws::<Test>::get();
		assert_eq!(kept.len() as u32, KEPT_EPOCHS);
		let epochs: Vec<_> = kept.iter().map(|draw| draw.epoch).collect();
		assert_eq!(epochs, (7..=70).collect::<Vec<_>>());
	});
}

/// What a block's hooks weigh is told in its beginning.
#[test]
fn hooks_tell_their_weight() {
	ExtBuilder::default().build_and_execute(|| {
		type Weights = crate::weights::SubstrateWeight<Test>;
		System::set_block_number(2);
		assert_eq!(Datanets::on_initialize(2), Weights::note_epoch(0));
		System::set_block_number(11);
		assert_eq!(Datanets::on_initialize(11), Weights::note_epoch(1));
	});
}
