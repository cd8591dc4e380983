// SPDX-License-Identifier: Apache-2.0
//! The release after the window, and its queue.

use super::*;
use crate::{Batches, Error, ReleasePlaces, ReleaseQueue};
use frame_support::assert_noop;
use frame_system::RawOrigin;

fn nth(channel: ChannelId, number: u64) -> UsageBatch {
	batch_of(
		MODEL,
		vec![by_alice(voucher(
			channel,
			number,
			u128::from(number) * OPEN,
			0,
		))],
	)
}

#[test]
fn the_base_part_goes_to_the_inbox() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		accept(&batch);
		let data = waiting();
		release(&batch);
		// 4 of 10 OPEN were matched.
		let base = data - data * 4 / 10;
		assert_eq!(inbox(MODEL), base);
		assert_eq!(waiting(), data - base);
		let released = Event::BatchReleased {
			operator: OPERATOR,
			model: MODEL,
			sequence: 0,
			base,
		};
		assert_eq!(events(), vec![released]);
		let view = Usage::api_batch(OPERATOR, MODEL, 0).unwrap();
		assert!(view.released);
	});
}

#[test]
fn a_batch_without_pages_is_settled_by_its_release() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = nth(alice, 1);
		accept(&batch);
		let data = waiting();
		release(&batch);
		assert_eq!(inbox(MODEL), data);
		assert_eq!(waiting(), 0);
		assert_eq!(operator_row(&OPERATOR).coverage, 0);
		assert_eq!(Batches::<Test>::iter().count(), 0);
		let settled = Event::BatchSettled {
			operator: OPERATOR,
			model: MODEL,
			sequence: 0,
		};
		assert_eq!(events().last(), Some(&settled));
	});
}

#[test]
fn a_batch_that_leaves_no_data_share_still_waits_for_its_window() {
	ExtBuilder::default().build_and_execute(|| {
		served();
		let channel = open_alice(UNMATCHED_MODEL, 10 * OPEN);
		next_block();
		let batch = batch_of(
			UNMATCHED_MODEL,
			vec![by_alice(voucher(channel, 1, OPEN, 0))],
		);
		accept(&batch);
		assert_eq!(waiting(), 0);
		// Its records can be challenged: the fixed minimum stands for it.
		assert_eq!(operator_row(&OPERATOR).coverage, OPEN);
		release(&batch);
		assert_eq!(operator_row(&OPERATOR).coverage, 0);
		assert_eq!(inbox(UNMATCHED_MODEL), 0);
	});
}

#[test]
fn releases_in_any_order_clear_the_queue() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let mut batches = Vec::new();
		for number in 1..=20 {
			let batch = nth(alice, number);
			accept(&batch);
			batches.push(batch);
			next_block();
		}
		run_to_block(60);
		let order = [
			19, 3, 1, 2, 7, 0, 5, 4, 6, 8, 18, 17, 9, 10, 11, 12, 13, 14, 15, 16,
		];
		for place in order {
			assert_eq!(apply(release_of(&batches[place])), Ok(Ok(())));
			Usage::do_try_state().unwrap_err();
			next_block();
			end_block();
			Usage::do_try_state().unwrap();
			start_block(System::block_number() + 1);
		}
		assert_eq!(ReleaseQueue::<Test>::iter().count(), 0);
		let places = ReleasePlaces::<Test>::get();
		assert!(places.head <= places.tail);
		assert_eq!(places.tail, 20);
	});
}

#[test]
fn a_governance_change_leaves_accepted_batches_alone() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = nth(alice, 1);
		accept(&batch);
		let longer = UsageParameters {
			challenge_window: 100,
			..UsageParameters::development()
		};
		assert_ok!(Usage::set_parameters(RuntimeOrigin::root(), longer));
		run_to_block(27);
		assert_eq!(apply(release_of(&batch)), Ok(Ok(())));
	});
}

#[test]
fn dispatch_checks_again() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let release = || {
			let origin = RuntimeOrigin::from(RawOrigin::Authorized);
			Usage::release(origin, OPERATOR, MODEL, 0)
		};
		assert_noop!(release(), Error::<Test>::UnknownBatch);
		accept(&matched_batch(alice).0);
		assert_noop!(release(), Error::<Test>::NotDue);
		run_to_block(27);
		let signed = Usage::release(RuntimeOrigin::signed(ALICE), OPERATOR, MODEL, 0);
		assert_noop!(signed, sp_runtime::DispatchError::BadOrigin);
		assert_ok!(release());
		assert_noop!(release(), Error::<Test>::AlreadyReleased);
	});
}
