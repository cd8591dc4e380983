// SPDX-License-Identifier: Apache-2.0
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::OPEN;
use sp_runtime::{DispatchError, TokenError};

use crate::{mock::*, types::*, Event, PaidBeyondCorpus};

fn open(artifact: u32, own: &[openledger_primitives::ports::WeightedSnapshot]) -> ModelParams {
	ModelParams {
		derivative_ppm: 0,
		..trained(artifact, own, 1_000)
	}
}

#[test]
fn training_fee_should_be_paid_into_each_pool_at_publication() {
	ExtBuilder::default()
		.snapshot(1, 2, true, 3 * OPEN, 0)
		.text(2, 1)
		.snapshot(4, 1, false, 5 * OPEN, 0)
		.build_and_execute(|| {
			let own = [weighted(1, 2, 1), weighted(2, 1, 1), weighted(4, 1, 1)];
			let id = register(ALICE, trained(1, &own, 1_000));
			assert_eq!(PaidIn::get(), vec![]);
			let (mine, pot) = (Balances::free_balance(ALICE), Balances::free_balance(POT));
			let held_before = held(ALICE);
			events();
			assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));

			assert_eq!(
				PaidIn::get(),
				vec![(ALICE, 1, 2, 3 * OPEN), (ALICE, 4, 1, 5 * OPEN)]
			);
			assert_eq!(Balances::free_balance(POT) - pot, 8 * OPEN);
			let deposit = held(ALICE) - held_before;
			assert_eq!(mine - Balances::free_balance(ALICE), 8 * OPEN + deposit);
			let fees = events();
			assert_eq!(
				fees[..2],
				[
					Event::TrainingFeePaid {
						model: id,
						datanet: 1,
						version: 2,
						amount: 3 * OPEN
					},
					Event::TrainingFeePaid {
						model: id,
						datanet: 4,
						version: 1,
						amount: 5 * OPEN
					},
				]
			);
			assert!(matches!(fees[2..], [Event::Published { .. }]));
		});
}

#[test]
fn training_fee_should_be_paid_once_per_lineage() {
	ExtBuilder::default()
		.snapshot(1, 1, true, OPEN, 0)
		.snapshot(1, 2, true, 2 * OPEN, 0)
		.snapshot(4, 1, false, 4 * OPEN, 0)
		.snapshot(5, 1, true, 8 * OPEN, 0)
		.build_and_execute(|| {
			let all = [weighted(1, 1, 1), weighted(1, 2, 1), weighted(4, 1, 1)];
			let first = publish(open(1, &all));
			assert_eq!(PaidIn::get().len(), 3);
			// Neither a text in the corpus, nor a lower version, nor an opaque one again.
			let second = publish(derived(open(2, &all), &[link(first, 0)]));
			assert_eq!(PaidIn::get().len(), 3);
			assert_eq!(
				PaidBeyondCorpus::<Test>::get(second).to_vec(),
				vec![(1, 1), (4, 1)]
			);
			// A generation that lists none of them passes the memory on; what is new is paid.
			let third = publish(derived(open(3, &[weighted(5, 1, 1)]), &[link(second, 0)]));
			assert_eq!(PaidIn::get()[3..], [(ALICE, 5, 1, 8 * OPEN)]);
			publish(derived(open(4, &all), &[link(third, 0)]));
			assert_eq!(PaidIn::get().len(), 4);
			// Another lineage pays for itself.
			publish(open(5, &all));
			assert_eq!(PaidIn::get().len(), 7);
		});
}

#[test]
fn training_fee_of_another_version_should_be_paid() {
	ExtBuilder::default()
		.snapshot(1, 1, true, OPEN, 0)
		.snapshot(1, 2, true, 2 * OPEN, 0)
		.build_and_execute(|| {
			let later = publish(open(1, &[weighted(1, 2, 1)]));
			// The corpus has version 2; nobody has paid for version 1.
			publish(derived(open(2, &[weighted(1, 1, 1)]), &[link(later, 0)]));
			assert_eq!(
				PaidIn::get(),
				vec![(ALICE, 1, 2, 2 * OPEN), (ALICE, 1, 1, OPEN)]
			);
		});
}

#[test]
fn training_fee_should_stop_a_publication_that_cannot_pay_it() {
	ExtBuilder::default()
		.snapshot(1, 1, true, FUNDS, 0)
		.build_and_execute(|| {
			let id = register(ALICE, trained(1, &[weighted(1, 1, 1)], 1_000));
			assert_noop!(
				ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id),
				DispatchError::Token(TokenError::FundsUnavailable)
			);
		});
}

#[test]
fn training_fee_should_move_nothing_when_a_later_pool_refuses() {
	ExtBuilder::default()
		.snapshot(1, 1, true, OPEN, 0)
		.snapshot(2, 1, true, FUNDS, 0)
		.build_and_execute(|| {
			let own = [weighted(1, 1, 1), weighted(2, 1, 1)];
			let id = register(ALICE, trained(1, &own, 1_000));
			let pot = Balances::free_balance(POT);
			assert!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id).is_err());
			assert_eq!(Balances::free_balance(POT), pot);
			assert_eq!(PaidIn::get(), vec![]);
			assert_eq!(state_of(id), State::Draft);
		});
}

#[test]
fn training_fee_of_zero_should_need_no_pool() {
	ExtBuilder::default()
		.text(1, 1)
		.snapshot(2, 1, true, 1, 0)
		.build_and_execute(|| {
			PoolsClosed::set(&true);
			publish(trained(1, &[weighted(1, 1, 1)], 1_000));
			let id = register(ALICE, trained(2, &[weighted(2, 1, 1)], 1_000));
			assert_noop!(
				ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id),
				DispatchError::Unavailable
			);
		});
}

/// Seventeen generations of sixteen opaque snapshots: one generation more than the memory holds.
#[test]
fn training_fee_memory_should_forget_the_lowest_versions_when_full() {
	let mut chain = ExtBuilder::default();
	for version in 1..=17 {
		for datanet in 1..=16 {
			chain = chain.snapshot(datanet, version, false, 1, 0);
		}
	}
	chain.build_and_execute(|| {
		let own = |version| -> Vec<_> {
			(1..=16)
				.map(|datanet| weighted(datanet, version, 1))
				.collect()
		};
		let mut last = publish(open(1, &own(1)));
		for version in 2..=16 {
			last = publish(derived(open(version, &own(version)), &[link(last, 0)]));
		}
		assert_eq!(PaidBeyondCorpus::<Test>::get(last).len(), 256);
		let full = publish(derived(open(17, &own(17)), &[link(last, 0)]));
		let kept = PaidBeyondCorpus::<Test>::get(full);
		assert_eq!(kept.len(), 256);
		assert!(kept.is_sorted());
		assert!(kept.iter().all(|(_, version)| *version > 1));
		// Version 2 is remembered, version 1 is paid again; what is own is never forgotten.
		let paid = PaidIn::get().len();
		publish(derived(open(18, &own(2)), &[link(full, 0)]));
		assert_eq!(PaidIn::get().len(), paid);
		let old = publish(derived(open(19, &own(1)), &[link(full, 0)]));
		assert_eq!(PaidIn::get().len(), paid + 16);
		assert!(PaidBeyondCorpus::<Test>::get(old).contains(&(1, 1)));
	});
}
