// SPDX-License-Identifier: Apache-2.0
//! `distribute_due`: the due list, what the pool takes, and the off-chain worker.

use super::*;
use crate::keeper::{DISTRIBUTE_TAG, KEEPER_LONGEVITY, KEEPER_PRIORITY, MAX_SUBMITTED};
use codec::{Decode, Encode};
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, GetDispatchInfo},
	traits::Hooks,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use sp_core::offchain::{
	testing::{TestOffchainExt, TestTransactionPoolExt},
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_runtime::{
	traits::{Applyable, Checkable},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
	},
};

type Validity = Result<ValidTransaction, TransactionValidityError>;

fn release(model: ModelId, amount: Balance) {
	wait(amount);
	assert_ok!(Royalties::release_base(model, amount));
}

fn transaction(model: ModelId) -> UncheckedExtrinsic {
	<Test as CreateAuthorizedTransaction<Call<Test>>>::create_authorized_transaction(
		Call::distribute_due { model }.into(),
	)
}

fn validate(transaction: UncheckedExtrinsic) -> Validity {
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	let checked =
		Checkable::check(transaction, &frame_system::ChainContext::<Test>::default()).unwrap();
	checked.validate::<Test>(TransactionSource::External, &info, length)
}

/// Through the extension, as a block does.
fn apply(
	transaction: UncheckedExtrinsic,
) -> Result<DispatchResultWithPostInfo, TransactionValidityError> {
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	let checked =
		Checkable::check(transaction, &frame_system::ChainContext::<Test>::default()).unwrap();
	checked.apply::<Test>(&info, length)
}

fn custom(code: u8) -> TransactionValidityError {
	InvalidTransaction::Custom(code).into()
}

fn lone_model(model: ModelId) {
	publish(
		model,
		0,
		&[(Developer, 400_000), (Contributors, 600_000)],
		&[(1, 1, 1)],
	);
}

#[test]
fn a_prepaid_distribution_is_made_once() {
	ExtBuilder::build_and_execute(|| {
		lone_model(1);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		release(1, 1_000);
		assert_ok!(apply(transaction(1)).unwrap());
		assert_eq!(pending(1, 1, ALICE), 1_000);
		assert_eq!(Inboxes::<Test>::iter().count(), 0);
		assert_eq!(apply(transaction(1)).unwrap_err(), custom(101));
		assert_exact();
	});
}

#[test]
fn validity_names_the_model_and_nothing_else() {
	ExtBuilder::build_and_execute(|| {
		lone_model(1);
		release(1, 1_000);
		let expected = ValidTransaction {
			priority: KEEPER_PRIORITY,
			requires: vec![],
			provides: vec![(DISTRIBUTE_TAG, 1u32).encode()],
			longevity: KEEPER_LONGEVITY,
			propagate: true,
		};
		assert_eq!(validate(transaction(1)), Ok(expected.clone()));
		// More money and more prepaid distributions change nothing of it.
		release(1, 5);
		assert_eq!(validate(transaction(1)), Ok(expected));
	});
}

#[test]
fn what_is_not_due_is_refused_by_number() {
	ExtBuilder::build_and_execute(|| {
		lone_model(1);
		assert_eq!(validate(transaction(1)), Err(custom(101)));
		// Money that nobody prepaid.
		send_upstream(1, 500);
		assert_eq!(validate(transaction(1)), Err(custom(101)));
		assert_eq!(validate(transaction(u32::MAX)), Err(custom(101)));
		// A prepaid distribution without money.
		assert_ok!(Royalties::release_base(2, 0));
		assert_eq!(validate(transaction(2)), Err(custom(102)));
		assert_eq!(AuthorizeInvalidity::NotPrepaid.code(), 101);
		assert_eq!(AuthorizeInvalidity::InboxEmpty.code(), 102);
	});
}

#[test]
fn a_block_takes_a_bounded_number() {
	ExtBuilder::build_and_execute(|| {
		MaxDistributions::set(2);
		for model in 1..=3 {
			lone_model(model);
			release(model, 1_000);
		}
		assert_ok!(apply(transaction(1)).unwrap());
		assert_ok!(apply(transaction(2)).unwrap());
		let full = TransactionValidityError::from(InvalidTransaction::ExhaustsResources);
		assert_eq!(apply(transaction(3)).unwrap_err(), full);
		System::set_block_number(2);
		assert_ok!(apply(transaction(3)).unwrap());
		assert_eq!(KeeperQuota::<Test>::get(), (2, 1));
	});
}

#[test]
fn other_origins_and_early_calls_are_refused() {
	ExtBuilder::build_and_execute(|| {
		lone_model(1);
		release(1, 1_000);
		for origin in [
			RuntimeOrigin::none(),
			RuntimeOrigin::root(),
			RuntimeOrigin::signed(ALICE),
		] {
			assert_noop!(
				Royalties::distribute_due(origin, 1),
				sp_runtime::DispatchError::BadOrigin
			);
		}
		let authorized: RuntimeOrigin = frame_system::RawOrigin::Authorized.into();
		assert_noop!(
			Royalties::distribute_due(authorized.clone(), 2),
			Error::<Test>::NotDue
		);
		assert_ok!(Royalties::distribute_due(authorized, 1));
	});
}

#[test]
fn a_distribution_that_fails_is_not_had_twice() {
	ExtBuilder::build_and_execute(|| {
		release(1, 1_000);
		release(1, 1_000);
		// No terms: it can't be split, yet the transaction is paid for and stands.
		assert_ok!(apply(transaction(1)).unwrap());
		assert_eq!(
			Inboxes::<Test>::get(1),
			Inbox {
				upstream: 0,
				base: 2_000,
				prepaid: 1
			}
		);
		assert_ok!(apply(transaction(1)).unwrap());
		assert_eq!(apply(transaction(1)).unwrap_err(), custom(101));
		assert_exact();
	});
}

#[test]
fn unused_prepaid_distributions_stay() {
	ExtBuilder::build_and_execute(|| {
		lone_model(1);
		release(1, 10);
		release(1, 10);
		assert_ok!(Royalties::distribute(RuntimeOrigin::signed(BOB), 1));
		assert_eq!(
			Inboxes::<Test>::get(1),
			Inbox {
				upstream: 0,
				base: 0,
				prepaid: 2
			}
		);
		assert_eq!(DueCount::<Test>::get(), 0);
		// Money from a child makes the inbox due at once.
		send_upstream(1, 10);
		assert_eq!(DueCount::<Test>::get(), 1);
		assert_ok!(apply(transaction(1)).unwrap());
		assert_eq!(Inboxes::<Test>::get(1).prepaid, 1);
	});
}

#[test]
fn the_due_list_has_no_holes() {
	ExtBuilder::build_and_execute(|| {
		let listed = || {
			(0..DueCount::<Test>::get())
				.map(|place| DueModels::<Test>::get(place).unwrap())
				.collect::<Vec<_>>()
		};
		for model in 1..=4 {
			lone_model(model);
			release(model, 100);
		}
		assert_eq!(listed(), [1, 2, 3, 4]);
		assert_ok!(Royalties::distribute(RuntimeOrigin::signed(BOB), 2));
		assert_eq!(listed(), [1, 4, 3]);
		Royalties::do_try_state().unwrap();
		assert_ok!(Royalties::distribute(RuntimeOrigin::signed(BOB), 3));
		assert_eq!(listed(), [1, 4]);
		release(2, 1);
		assert_eq!(listed(), [1, 4, 2]);
		for model in [1, 4, 2] {
			Royalties::do_try_state().unwrap();
			assert_ok!(Royalties::distribute(RuntimeOrigin::signed(BOB), model));
		}
		assert_eq!(listed(), [0u32; 0]);
	});
}

/// Runs a test with an off-chain worker; what it submitted is taken by the closure's argument.
fn with_worker(test: impl FnOnce(&dyn Fn() -> Vec<UncheckedExtrinsic>)) {
	let mut ext = ExtBuilder::build();
	let (offchain, _) = TestOffchainExt::new();
	let (pool, submitted) = TestTransactionPoolExt::new();
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool));
	let drain = || {
		std::mem::take(&mut submitted.write().transactions)
			.iter()
			.map(|bytes| UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap())
			.collect()
	};
	ext.execute_with(|| {
		test(&drain);
		Royalties::do_try_state().unwrap();
	});
}

/// The model that a keeper's transaction distributes.
fn model_of(transaction: &UncheckedExtrinsic) -> ModelId {
	match transaction.function {
		RuntimeCall::Royalties(Call::distribute_due { model }) => model,
		_ => panic!("the worker submits nothing else"),
	}
}

#[test]
fn worker_submits_what_is_due_and_the_block_takes_it() {
	with_worker(|drain| {
		lone_model(1);
		lone_model(2);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		Royalties::offchain_worker(1);
		assert!(drain().is_empty());
		release(1, 1_000);
		release(2, 500);
		send_upstream(3, 500);
		Royalties::offchain_worker(1);
		let submitted = drain();
		let mut models: Vec<_> = submitted.iter().map(model_of).collect();
		models.sort_unstable();
		assert_eq!(models, [1, 2]);
		for transaction in submitted {
			assert!(validate(transaction.clone()).is_ok());
			assert_ok!(apply(transaction).unwrap());
		}
		assert_eq!(pending(1, 1, ALICE), 1_500);
		// Nothing is due now.
		Royalties::offchain_worker(2);
		assert!(drain().is_empty());
		assert_exact();
	});
}

#[test]
fn worker_repeats_what_was_not_included() {
	with_worker(|drain| {
		lone_model(1);
		release(1, 1_000);
		for block in 1..5 {
			Royalties::offchain_worker(block);
			assert_eq!(drain().iter().map(model_of).collect::<Vec<_>>(), [1]);
		}
	});
}

#[test]
fn worker_is_bounded_and_leaves_nobody_out() {
	with_worker(|drain| {
		for model in 1..=30 {
			lone_model(model);
			release(model, 10);
		}
		let mut seen = std::collections::BTreeSet::new();
		for block in 1..=4 {
			Royalties::offchain_worker(block);
			let submitted = drain();
			assert_eq!(submitted.len() as u32, MAX_SUBMITTED);
			seen.extend(submitted.iter().map(model_of));
		}
		assert_eq!(seen.len(), 30);
	});
}

#[test]
fn worker_works_at_the_last_block_number() {
	with_worker(|drain| {
		for model in 1..=3 {
			lone_model(model);
			release(model, 10);
		}
		Royalties::offchain_worker(u32::MAX);
		assert_eq!(drain().len(), 3);
	});
}

#[test]
fn worker_yields_to_another_run() {
	use sp_core::offchain::Duration;
	use sp_runtime::offchain::storage_lock::StorageLock;
	with_worker(|drain| {
		lone_model(1);
		release(1, 10);
		{
			let mut lock = StorageLock::with_deadline(
				b"openledger/royalties/lock",
				Duration::from_millis(1_000),
			);
			let _other = lock.try_lock().ok().unwrap();
			Royalties::offchain_worker(1);
			assert!(drain().is_empty());
		}
		Royalties::offchain_worker(1);
		assert_eq!(drain().len(), 1);
	});
}
