// SPDX-License-Identifier: Apache-2.0
//! The off-chain worker: what it submits is applied as it is; only the chain's state counts.

use super::*;
use crate::ocw::{NodeStore, KEEP_GONE, MAX_SUBMISSIONS, RETRY_AFTER};
use codec::Encode;
use frame_support::traits::Hooks;
use openledger_primitives::offchain::{self as queue, Item, LocalStore, StoredBatch};

/// Queues a batch as the node's RPC does.
fn enqueue(batch: &UsageBatch, pages: &[CreditPage]) -> u64 {
	enqueue_signed(batch, pages, sign(batch))
}

fn enqueue_signed(batch: &UsageBatch, pages: &[CreditPage], signature: [u8; 64]) -> u64 {
	let hashes = pages
		.iter()
		.map(|page| page.digest(&GENESIS_HASH))
		.collect();
	let item = Item::new(
		batch.model,
		batch.sequence,
		batch.digest(&GENESIS_HASH),
		hashes,
	);
	let stored = StoredBatch {
		batch: batch.encode(),
		signature,
	};
	let bytes: Vec<_> = pages.iter().map(Encode::encode).collect();
	queue::enqueue(&mut NodeStore, &batch.operator, &item, &stored, &bytes).unwrap()
}

/// One run of the worker after the current block; returns what it submitted.
fn run() -> Vec<Extrinsic> {
	Usage::offchain_worker(System::block_number());
	take_pool()
}

/// Ends the block, runs the worker, and puts what it submitted into the next block.
fn run_and_apply() -> usize {
	end_block();
	let submitted = run();
	start_block(System::block_number() + 1);
	for transaction in submitted.iter().cloned() {
		assert_eq!(apply_transaction(transaction), Ok(Ok(())));
	}
	submitted.len()
}

fn status() -> queue::Status {
	queue::status(&NodeStore)
}

fn queued() -> usize {
	queue::list(&NodeStore, 1_000).len()
}

#[test]
fn a_batch_goes_all_the_way_by_itself() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		assert_eq!(run_and_apply(), 1);
		assert_eq!(Usage::api_next_sequence(OPERATOR, MODEL), 1);
		let settled_at = loop {
			run_and_apply();
			if Usage::api_batch(OPERATOR, MODEL, 0).is_none() {
				break System::block_number();
			}
			assert!(System::block_number() < 60, "never settled");
		};
		// Accepted in block 3, released in block 28, its page in block 29.
		assert_eq!(settled_at, 29);
		assert_eq!(waiting(), 0);
		// The item goes only when no fork can bring the batch back.
		assert_eq!(queued(), 1);
		for _ in 0..=KEEP_GONE {
			assert_eq!(run_and_apply(), 0);
		}
		assert_eq!(queued(), 0);
		assert!(queue::operators(&NodeStore).is_empty());
		assert_eq!(status().last_error, None);
	});
}

#[test]
fn nothing_is_sent_twice_in_a_row() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		let first = run();
		assert_eq!(first.len(), 1);
		// The same block again: idempotent.
		assert_eq!(run().len(), 0);
		for _ in 1..RETRY_AFTER {
			next_block();
			assert_eq!(run().len(), 0);
		}
		next_block();
		// It was lost on the way, so it goes out again.
		assert_eq!(run(), first);
	});
}

#[test]
fn a_retry_has_other_bytes_after_sixteen_blocks() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (mut batch, pages) = matched_batch(alice);
		batch.valid_until = 20;
		enqueue(&batch, &pages);
		let first = run();
		run_to_block(16);
		let second = run();
		assert_eq!(first[0].function, second[0].function);
		assert_ne!(first[0].encode(), second[0].encode());
	});
}

#[test]
fn batches_with_a_gap_go_out_together() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let first = batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]);
		let second = UsageBatch {
			sequence: 1,
			..batch_of(MODEL, vec![by_alice(voucher(alice, 2, 2 * OPEN, 0))])
		};
		let second = UsageBatch {
			fee_total: OPEN,
			..second
		};
		enqueue(&first, &[]);
		enqueue(&second, &[]);
		end_block();
		let submitted = run();
		assert_eq!(submitted.len(), 2);
		start_block(System::block_number() + 1);
		let [one, two] = &submitted[..] else {
			panic!("two transactions")
		};
		assert_eq!(apply_transaction(one.clone()), Ok(Ok(())));
		next_block();
		assert_eq!(apply_transaction(two.clone()), Ok(Ok(())));
		assert_eq!(Usage::api_channel(alice).unwrap().settled_calls, 2);
	});
}

#[test]
fn an_expired_batch_is_dropped() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (mut batch, pages) = matched_batch(alice);
		batch.valid_until = 4;
		enqueue(&batch, &pages);
		// The next block is still good.
		run_to_block(3);
		assert_eq!(run().len(), 1);
		run_to_block(8);
		assert_eq!(run().len(), 0);
		assert_eq!(queued(), 0);
		let error = status().last_error.unwrap();
		assert_eq!((error.at, error.model, error.sequence), (8, MODEL, 0));
		assert_eq!(error.reason, b"Expired");
	});
}

#[test]
fn what_is_refused_for_a_while_is_kept_and_reported() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (mut batch, pages) = matched_batch(alice);
		batch.max_charge = Usage::charge_of(1, 1, batch.lines).whole;
		enqueue(&batch, &pages);
		FeeMultiplier::set(2);
		assert_eq!(run().len(), 0);
		assert_eq!(status().last_error.unwrap().reason, b"ChargeAboveMaximum");
		assert_eq!(queued(), 1);
		FeeMultiplier::set(1);
		run_to_block(System::block_number() + RETRY_AFTER);
		assert_eq!(run_and_apply(), 1);
	});
}

#[test]
fn a_forged_signature_is_dropped() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		enqueue_signed(&batch, &pages, [4; 64]);
		assert_eq!(run().len(), 0);
		assert_eq!(queued(), 0);
		assert_eq!(status().last_error.unwrap().reason, b"BadSignature");
	});
}

#[test]
fn bytes_that_are_lost_are_reported_and_dropped() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		NodeStore.remove(&queue::batch_key(&batch.digest(&GENESIS_HASH)));
		assert_eq!(run().len(), 0);
		assert_eq!(queued(), 0);
		assert_eq!(
			status().last_error.unwrap().reason,
			b"the batch's bytes are lost"
		);
	});
}

#[test]
fn garbage_in_the_store_stops_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		NodeStore.set(&queue::cursor_key(), b"?");
		NodeStore.set(&queue::status_key(), b"?");
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		// A place that can't be decoded, and an operator nobody knows.
		let place = enqueue(
			&UsageBatch {
				sequence: 1,
				..batch.clone()
			},
			&[],
		);
		NodeStore.set(&queue::item_key(&OPERATOR, place), b"?");
		assert_eq!(run_and_apply(), 1);
		assert_eq!(status().queued.len(), 1);
	});
}

#[test]
fn a_batch_that_another_replaced_is_dropped_after_a_while() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		// The operator signed another one for the same sequence, and that was accepted.
		accept(&UsageBatch {
			valid_until: 7,
			..batch
		});
		assert_eq!(run().len(), 0);
		run_to_block(System::block_number() + KEEP_GONE - 1);
		run();
		assert_eq!(queued(), 1);
		next_block();
		run();
		assert_eq!(queued(), 0);
	});
}

#[test]
fn a_batch_that_a_fork_took_back_is_sent_again() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		frame_support::hypothetically!({
			run_to_block(5);
			accept(&UsageBatch {
				valid_until: 9,
				..batch.clone()
			});
			run();
			let item = queue::item(&NodeStore, &OPERATOR, 0).unwrap();
			assert_eq!(item.gone_since, Some(5));
		});
		// Another fork, in which nothing was accepted: the mark is taken away.
		assert_eq!(run().len(), 1);
		let item = queue::item(&NodeStore, &OPERATOR, 0).unwrap();
		assert_eq!(item.gone_since, None);
	});
}

#[test]
fn releases_of_strangers_are_pushed_too() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		accept(&batch);
		run_to_block(25);
		assert_eq!(run().len(), 0);
		next_block();
		// Block 27 is the first that can take it.
		assert_eq!(run_and_apply(), 1);
		assert!(Usage::api_batch(OPERATOR, MODEL, 0).unwrap().released);
	});
}

#[test]
fn a_run_is_bounded_and_the_next_goes_on() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let entries: Vec<_> = (0..20 * 256)
			.map(|number| (contribution(CREDITED, number), OPEN / 10_000))
			.collect();
		let matched = entries.len() as u128 * OPEN / 10_000;
		let signed = by_alice(voucher(alice, 64, 10 * OPEN, matched));
		let mut batch = batch_of(MODEL, vec![signed]);
		let pages = add_pages(&mut batch, &entries);
		assert_eq!(pages.len(), 20);
		enqueue(&batch, &pages);
		run_and_apply();
		release(&batch);
		let first = run();
		assert_eq!(first.len() as u32, MAX_SUBMISSIONS);
		let second = run();
		assert_eq!(second.len(), 4);
		assert_eq!(status().submitted, 4);
		let pushed: std::collections::BTreeSet<_> = first
			.into_iter()
			.chain(second)
			.map(|transaction| transaction.encode())
			.collect();
		assert_eq!(pushed.len(), 20);
	});
}

#[test]
fn many_items_are_worked_through_in_turns() {
	ExtBuilder::default().build_and_execute(|| {
		register(OPERATOR, 1_000 * OPEN);
		let mut expected = Vec::new();
		for _ in 0..40 {
			let channel = open_alice(MODEL, OPEN);
			let batch = batch_of(MODEL, vec![by_alice(voucher(channel, 1, FLOOR, 0))]);
			enqueue(&batch, &[]);
			expected.push(submission(&batch).encode().len());
		}
		next_block();
		let sizes = [run().len(), run().len(), run().len(), run().len()];
		assert_eq!(sizes, [16, 16, 8, 0]);
		assert_eq!(status().queued.len(), expected.len());
	});
}

#[test]
fn a_second_run_waits_for_the_first() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		let key = queue::lock_key();
		let mut lock = sp_runtime::offchain::storage_lock::StorageLock::<
			sp_runtime::offchain::storage_lock::BlockAndTime<System>,
		>::with_block_and_time_deadline(
			&key, 2, sp_core::offchain::Duration::from_millis(10_000)
		);
		{
			let _guard = lock.try_lock().ok().unwrap();
			assert_eq!(run().len(), 0);
		}
		assert_eq!(run().len(), 1);
	});
}

#[test]
fn the_status_is_written_after_every_run() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		run();
		assert_eq!((status().last_run, status().queued.len()), (2, 0));
		let (batch, pages) = matched_batch(alice);
		enqueue(&batch, &pages);
		next_block();
		run();
		let status = status();
		assert_eq!((status.last_run, status.submitted), (3, 1));
		let [item] = &status.queued[..] else {
			panic!("one item")
		};
		assert_eq!((item.model, item.sequence, item.pages), (MODEL, 0, 1));
		assert_eq!(item.operator, OPERATOR);
	});
}
