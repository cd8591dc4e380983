// SPDX-License-Identifier: Apache-2.0
//! What an accepted batch does.

use super::*;
use crate::{BatchPages, Batches, Error};
use frame_support::assert_noop;
use frame_system::RawOrigin;
use openledger_primitives::{payload::BatchRow, tree};

#[test]
fn an_accepted_batch_moves_the_money_of_every_channel() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		let before = free(&OPERATOR);
		let mut batch = batch_of(
			MODEL,
			vec![
				by_alice(voucher(alice, 64, 10 * OPEN, 4 * OPEN)),
				by_bob(voucher(bob, 3, 2 * OPEN, 0)),
			],
		);
		add_pages(&mut batch, &[(contribution(CREDITED, 1), 4 * OPEN)]);
		accept(&batch);
		let split = <Ledger as openledger_primitives::ports::FeeSettlement<AccountId>>::quote(
			MODEL,
			12 * OPEN,
		)
		.unwrap();
		let charge = Usage::charge_of(2, 1, 2).whole;
		let hash = batch.digest(&GENESIS_HASH);
		let settled = |channel, calls, fee, matched| Event::ChannelSettled {
			channel,
			sequence: 0,
			calls,
			fee,
			matched,
		};
		assert_eq!(
			events(),
			vec![
				settled(alice, 64, 10 * OPEN, 4 * OPEN),
				settled(bob, 3, 2 * OPEN, 0),
				Event::BatchAccepted {
					operator: OPERATOR,
					model: MODEL,
					sequence: 0,
					hash,
					calls: 67,
					fee: 12 * OPEN,
					matched: 4 * OPEN,
					charge,
					split: split.clone(),
				},
			]
		);
		// All of D waits, matched and base together; the rest is booked at once.
		assert_eq!(waiting(), split.data);
		assert_eq!(accrued(&OPERATOR), split.operator);
		assert_eq!(free(&OPERATOR), before - charge);
		let channel = Usage::api_channel(alice).unwrap();
		assert_eq!(
			(
				channel.settled_calls,
				channel.settled_fee,
				channel.settled_matched
			),
			(64, 10 * OPEN, 4 * OPEN)
		);
	});
}

#[test]
fn a_batch_keeps_what_later_proofs_open() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		accept(&batch_of(MODEL, vec![by_alice(voucher(alice, 5, OPEN, 0))]));
		next_block();
		let mut batch = batch_of(
			MODEL,
			vec![
				by_alice(voucher(alice, 9, 3 * OPEN, OPEN)),
				by_bob(voucher(bob, 3, 2 * OPEN, OPEN)),
			],
		);
		let pages = add_pages(&mut batch, &[(contribution(POOLED, 4), 2 * OPEN)]);
		accept(&batch);
		let row = |channel, from: (u64, Balance), to: (u64, Balance, Balance)| BatchRow {
			channel,
			from_calls: from.0,
			from_fee_total: from.1,
			from_matched_total: 0,
			to_calls: to.0,
			fee_total: to.1,
			matched_total: to.2,
			range_root: H256::repeat_byte(to.0 as u8),
		};
		let rows = [
			row(alice, (5, OPEN), (9, 3 * OPEN, OPEN)),
			row(bob, (0, 0), (3, 2 * OPEN, OPEN)),
		];
		let kept = Batches::<Test>::get((OPERATOR, MODEL, 1)).unwrap();
		assert_eq!(
			kept.rows_root,
			tree::root_of(rows.iter().map(|row| row.preimage(&GENESIS_HASH)))
		);
		assert_eq!((kept.lines, kept.lines_root), (2, batch.lines_root));
		assert_eq!(
			(kept.fee, kept.matched, kept.calls),
			(4 * OPEN, 2 * OPEN, 7)
		);
		assert_eq!((kept.accepted_at, kept.window), (3, 24));
		let records = BatchPages::<Test>::get((OPERATOR, MODEL, 1));
		assert_eq!(records[0].hash, pages[0].digest(&GENESIS_HASH));
		assert_eq!(operator_row(&OPERATOR).unpaid_pages, 1);
	});
}

#[test]
fn every_scheme_of_a_curve_signs_vouchers() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		let mut first = by_alice(voucher(alice, 1, OPEN, 0));
		let message = payload::wrapped(&first.voucher.preimage(&GENESIS_HASH));
		(first.scheme, first.signature) = (2, alice_key().sign(&message).0);
		let mut second = by_bob(voucher(bob, 1, OPEN, 0));
		let message = payload::wrapped(&second.voucher.preimage(&GENESIS_HASH));
		(second.scheme, second.signature) = (3, bob_key().sign(&message).0);
		accept(&batch_of(MODEL, vec![first, second]));
	});
}

#[test]
fn models_and_operators_have_their_own_sequences() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let unmatched = open_alice(UNMATCHED_MODEL, 10 * OPEN);
		accept(&batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]));
		next_block();
		accept(&batch_of(
			UNMATCHED_MODEL,
			vec![by_alice(voucher(unmatched, 1, OPEN, 0))],
		));
		assert_eq!(Usage::api_next_sequence(OPERATOR, MODEL), 1);
		assert_eq!(Usage::api_next_sequence(OPERATOR, UNMATCHED_MODEL), 1);
		assert_eq!(Usage::api_next_sequence(OTHER_OPERATOR, MODEL), 0);
	});
}

#[test]
fn retired_models_still_settle() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		// The model is retired after the channel was opened.
		Channels::<Test>::mutate(alice, |channel| {
			channel.as_mut().unwrap().model = RETIRED_MODEL;
		});
		accept(&batch_of(
			RETIRED_MODEL,
			vec![by_alice(voucher(alice, 1, OPEN, 0))],
		));
	});
}

#[test]
fn only_authorize_opens_the_way_to_dispatch() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]);
		let submit = |origin: RuntimeOrigin, batch: &UsageBatch| {
			Usage::submit_batch(origin, Box::new(batch.clone()), sign(batch))
		};
		let bad_origin = sp_runtime::DispatchError::BadOrigin;
		assert_noop!(submit(RuntimeOrigin::signed(OPERATOR), &batch), bad_origin);
		assert_noop!(submit(RuntimeOrigin::root(), &batch), bad_origin);
		assert_noop!(submit(RuntimeOrigin::none(), &batch), bad_origin);
		// Whatever authorized it, dispatch checks the turn again.
		let authorized = || RuntimeOrigin::from(RawOrigin::Authorized);
		let later = UsageBatch {
			sequence: 1,
			..batch.clone()
		};
		assert_noop!(submit(authorized(), &later), Error::<Test>::OutOfSequence);
		let unknown = UsageBatch {
			operator: STRANGER,
			..batch
		};
		assert_noop!(
			submit(authorized(), &unknown),
			Error::<Test>::UnknownOperator
		);
	});
}
