// SPDX-License-Identifier: Apache-2.0
//! The service clock and the quota.

use super::*;
use crate::{clock::LARGEST_ANSWER, Quota};
use frame_support::{dispatch::DispatchClass, traits::Hooks, weights::Weight};

fn fill(class: DispatchClass, milliseconds: u64) {
	System::register_extra_weight_unchecked(
		Weight::from_parts(milliseconds * 1_000_000_000, 0),
		class,
	);
}

/// Whether this block ticks the clock.
fn ticks() -> bool {
	let before = Usage::api_service_clock();
	next_block();
	Usage::api_service_clock() > before
}

#[test]
fn empty_blocks_count() {
	ExtBuilder::default().build_and_execute(|| {
		run_to_block(11);
		assert_eq!(Usage::api_service_clock(), 10);
	});
}

#[test]
fn a_block_whose_quota_is_used_up_doesnt_count() {
	ExtBuilder::default().build_and_execute(|| {
		let service = Usage::heaviest_batch() + Usage::heaviest_page();
		let room = Usage::quota() - service;
		Quota::<Test>::mutate(|used| used.weight = room);
		assert!(ticks());
		Quota::<Test>::mutate(|used| used.weight = room + Weight::from_parts(1, 0));
		assert!(!ticks());
		Quota::<Test>::mutate(|used| used.batches = crate::MAX_BATCHES_PER_BLOCK);
		assert!(!ticks());
	});
}

#[test]
fn a_block_full_of_normal_transactions_doesnt_count() {
	ExtBuilder::default().build_and_execute(|| {
		let answer = LARGEST_ANSWER.ref_time() / 1_000_000_000;
		fill(DispatchClass::Normal, 750 - answer - 50);
		assert!(ticks());
		fill(DispatchClass::Normal, 750 - answer + 1);
		assert!(!ticks());
	});
}

/// The block that starts a session has no room for normal transactions.
#[test]
fn a_block_filled_by_the_system_doesnt_count() {
	ExtBuilder::default().build_and_execute(|| {
		fill(DispatchClass::Mandatory, 1_000);
		assert!(!ticks());
		fill(DispatchClass::Mandatory, 600);
		assert!(ticks());
	});
}

#[test]
fn a_block_full_of_operational_transactions_doesnt_count() {
	ExtBuilder::default().build_and_execute(|| {
		fill(DispatchClass::Operational, 900);
		assert!(!ticks());
	});
}

#[test]
fn idle_work_of_others_takes_nobodys_place() {
	ExtBuilder::default().build_and_execute(|| {
		let number = System::block_number();
		let remaining = BlockWeights::get().max_block;
		Usage::on_idle(number, remaining);
		assert_eq!(Usage::api_service_clock(), 1);
		// What other pallets do in `on_idle` is booked after all of them.
		fill(DispatchClass::Mandatory, 1_000);
		Usage::on_finalize(number);
		start_block(number + 1);
	});
}

#[test]
fn a_block_without_time_for_the_clock_doesnt_count() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Usage::on_idle(1, Weight::from_parts(1, 0)), Weight::zero());
		assert_eq!(Usage::api_service_clock(), 0);
	});
}

#[test]
fn the_quota_is_empty_between_blocks() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		accept(&batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]));
		assert_eq!(Quota::<Test>::get().batches, 1);
		end_block();
		assert!(!Quota::<Test>::exists());
	});
}

#[test]
fn heaviest_calls_fit_the_quota() {
	ExtBuilder::default().build_and_execute(Usage::integrity_test);
}
