// SPDX-License-Identifier: Apache-2.0
//! `try_state` sees each kind of damage, and calls that meet it change nothing.

use super::*;
use crate::{
	BatchPages, Batches, Error, LastChannel, Operators, Parameters, Quota, ReleasePlaces,
	ReleaseQueue,
};
use frame_support::{assert_noop, traits::fungible::hold::Mutate as _};
use frame_system::RawOrigin;

/// A chain with a waiting batch and a released one, then damaged; says what `try_state` says.
fn damaged(damage: impl FnOnce()) -> Result<(), sp_runtime::TryRuntimeError> {
	let mut verdict = Ok(());
	ExtBuilder::default().build_and_execute(|| {
		let (batch, _) = super::pages::two_pages();
		release(&batch);
		let (waiting, _) = {
			let signed = by_alice(voucher(1, 70, 12 * OPEN, 4 * OPEN));
			let mut batch = batch_of(MODEL, vec![signed]);
			let pages = add_pages(&mut batch, &[(contribution(CREDITED, 1), OPEN)]);
			(batch, pages)
		};
		accept(&waiting);
		end_block();
		assert_eq!(Usage::do_try_state(), Ok(()));
		frame_support::hypothetically!({
			damage();
			verdict = Usage::do_try_state();
		});
	});
	verdict
}

fn assert_seen(damage: impl FnOnce(), message: &'static str) {
	assert_eq!(damaged(damage), Err(message.into()));
}

fn operator(change: impl FnOnce(&mut Operator)) {
	Operators::<Test>::mutate(OPERATOR, |row| change(row.as_mut().unwrap()));
}

fn channel(change: impl FnOnce(&mut Channel)) {
	Channels::<Test>::mutate(1, |row| change(row.as_mut().unwrap()));
}

fn batch(sequence: u64, change: impl FnOnce(&mut Batch)) {
	let key = (OPERATOR, MODEL, sequence);
	Batches::<Test>::mutate(key, |row| change(row.as_mut().unwrap()));
}

#[test]
fn damage_to_parameters_and_quota_is_seen() {
	assert_seen(
		|| Parameters::<Test>::mutate(|p| p.thaw = 1),
		"parameters out of bounds",
	);
	assert_seen(
		|| Quota::<Test>::put(BlockUse::default()),
		"a quota outlived its block",
	);
}

#[test]
fn damage_to_channels_is_seen() {
	let held = "a payer's hold is not what his channels have left";
	assert_seen(|| channel(|row| row.deposit += 1), held);
	assert_seen(
		|| channel(|row| row.settled_fee = 200 * OPEN),
		"settled above the deposit",
	);
	assert_seen(
		|| channel(|row| row.settled_matched = 13 * OPEN),
		"matched above the fee",
	);
	assert_seen(
		|| LastChannel::<Test>::put(1),
		"a channel beyond the counter",
	);
	assert_seen(
		|| {
			let reason = crate::HoldReason::ChannelDeposit.into();
			assert_ok!(Balances::hold(&reason, &ALICE, 1));
		},
		held,
	);
}

#[test]
fn damage_to_operators_is_seen() {
	assert_seen(
		|| operator(|row| row.bond += 1),
		"an operator's hold is not his bond",
	);
	assert_seen(
		|| operator(|row| row.coverage += 1),
		"coverage is not that of the batches",
	);
	assert_seen(
		|| operator(|row| row.unpaid_pages += 1),
		"unpaid pages miscounted",
	);
	assert_seen(
		|| operator(|row| row.bond = row.coverage - 1),
		"coverage above the bond",
	);
	assert_seen(
		|| Operators::<Test>::remove(OPERATOR),
		"a batch without an operator",
	);
}

#[test]
fn damage_to_batches_is_seen() {
	let owed = "waiting money is not what batches owe";
	assert_seen(
		|| {
			batch(1, |row| {
				row.split.data -= 1;
				row.split.developer += 1;
			})
		},
		owed,
	);
	assert_seen(
		|| batch(1, |row| row.fee += 1),
		"the parts of a fee don't sum to it",
	);
	assert_seen(
		|| batch(1, |row| row.matched += 1),
		"pages don't end at matched",
	);
	assert_seen(
		|| batch(1, |row| row.coverage += 1),
		"coverage is not that of the batches",
	);
	assert_seen(
		|| NextSequence::<Test>::insert(OPERATOR, MODEL, 1),
		"a batch beyond the sequence",
	);
	let pages = |sequence, change: fn(&mut PageRecord)| {
		BatchPages::<Test>::mutate((OPERATOR, MODEL, sequence), |rows| {
			rows.iter_mut().for_each(change);
		});
	};
	assert_seen(
		|| pages(1, |row| row.state = PageState::Missing),
		"a page was touched before the release",
	);
	assert_seen(
		|| pages(0, |row| row.state = PageState::Missing),
		"a paid batch is still there",
	);
	assert_seen(
		|| {
			Batches::<Test>::remove((OPERATOR, MODEL, 0));
			operator(|row| (row.coverage, row.unpaid_pages) = (0, 0));
		},
		"pages without a batch",
	);
}

#[test]
fn damage_to_the_release_queue_is_seen() {
	assert_seen(
		|| ReleasePlaces::<Test>::mutate(|places| places.head = places.tail + 1),
		"the release queue is inside out",
	);
	assert_seen(
		|| ReleasePlaces::<Test>::mutate(|places| places.head = places.tail),
		"a place outside the queue",
	);
	assert_seen(
		|| ReleaseQueue::<Test>::remove(1),
		"a waiting batch is not queued",
	);
	assert_seen(
		|| batch(1, |row| row.phase = BatchPhase::Waiting { place: 7 }),
		"a batch at another's place",
	);
}

#[test]
fn broken_rows_stop_a_call_without_a_trace() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		accept(&batch);
		release(&batch);
		let coverage = operator_row(&OPERATOR).coverage;
		operator(|row| row.coverage = 0);
		let origin = RuntimeOrigin::from(RawOrigin::Authorized);
		assert_noop!(
			Usage::push_page(origin, pages[0].clone()),
			Error::<Test>::Unexpected
		);
		operator(|row| row.coverage = coverage);
		pay(&pages[0]);
	});
}

#[test]
fn sums_that_overflow_are_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let payer = RuntimeOrigin::signed(ALICE);
		assert_noop!(
			Usage::top_up(payer, alice, u128::MAX),
			Error::<Test>::Overflow
		);
		let who = RuntimeOrigin::signed(OPERATOR);
		assert_noop!(Usage::bond_more(who, u128::MAX), Error::<Test>::Overflow);
		NextSequence::<Test>::insert(OPERATOR, MODEL, u64::MAX);
		let batch = batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]);
		let origin = RuntimeOrigin::from(RawOrigin::Authorized);
		let signature = sign(&batch);
		assert_noop!(
			Usage::submit_batch(origin, Box::new(batch), signature),
			Error::<Test>::Overflow
		);
	});
}
