// SPDX-License-Identifier: Apache-2.0
//! Attacks on the money of a batch, through its pages.

use super::*;
use openledger_primitives::shares;

/// Alice's one call of `dear` planck, `dear_matched` of it matched by contribution 1, and a cheap
/// call of Bob's, wholly matched by contribution 2.
fn mixed(dear: Balance, dear_matched: Balance, cheap: Balance) -> (UsageBatch, Vec<CreditPage>) {
	let (alice, bob) = served();
	let vouchers = vec![
		by_alice(voucher(alice, 1, dear, dear_matched)),
		by_bob(voucher(bob, 1, cheap, cheap)),
	];
	let entries: Vec<Entry> = [(1, dear_matched), (2, cheap)]
		.into_iter()
		.filter(|(_, value)| *value > 0)
		.map(|(number, value)| (contribution(CREDITED, number), value))
		.collect();
	let mut batch = batch_of(MODEL, vouchers);
	let pages = add_pages(&mut batch, &entries);
	(batch, pages)
}

fn settle_alone(cheap: Balance) -> Balance {
	ExtBuilder::default().build().execute_with(|| {
		let (_, bob) = served();
		let mut batch = batch_of(MODEL, vec![by_bob(voucher(bob, 1, cheap, cheap))]);
		let pages = add_pages(&mut batch, &[(contribution(CREDITED, 2), cheap)]);
		accept(&batch);
		release(&batch);
		pay(&pages[0]);
		recorded(contribution(CREDITED, 2)).1
	})
}

#[test]
fn cheap_calls_should_draw_no_money_from_dear_calls_of_their_batch() {
	// A planck of fee earns the same whichever call it comes from, so a call that is matched
	// from end to end earns its own fee's part of the data share and nothing of another's.
	let (dear, cheap) = (10 * OPEN, OPEN / 100);
	let alone = settle_alone(cheap);
	for dear_matched in [0, 1, dear / 2, dear] {
		ExtBuilder::default().build_and_execute(|| {
			let (batch, pages) = mixed(dear, dear_matched, cheap);
			accept(&batch);
			let data = waiting();
			release(&batch);
			for page in &pages {
				pay(page);
			}
			let (value, earned) = recorded(contribution(CREDITED, 2));
			assert_eq!(value, cheap);
			assert!(earned.abs_diff(alone) <= 1, "{earned} instead of {alone}");
			// Never more than the part that its own fee brought into the data share.
			assert!(earned <= data * cheap / (dear + cheap) + 1);
		});
	}
}

#[test]
fn values_beyond_the_matched_sum_should_void_the_batch() {
	// What cheap calls would have to do to draw more: state a value above their fee.
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		let (dear, cheap) = (10 * OPEN, OPEN / 100);
		let honest = vec![
			by_alice(voucher(alice, 1, dear, 0)),
			by_bob(voucher(bob, 1, cheap, cheap)),
		];
		let mut batch = batch_of(MODEL, honest);
		add_pages(&mut batch, &[(contribution(CREDITED, 2), 5 * OPEN)]);
		assert_void(&batch, Fault::PageTotals);
		next_block();
		let matched_above_fee = vec![by_bob(voucher(bob, 1, cheap, 5 * OPEN))];
		let mut batch = batch_of(MODEL, matched_above_fee);
		add_pages(&mut batch, &[(contribution(CREDITED, 2), 5 * OPEN)]);
		assert_void(&batch, Fault::MatchedAboveFee);
		assert_eq!(waiting(), 0);
	});
}

#[test]
fn pieces_of_a_page_should_earn_what_the_whole_earns() {
	// Amounts are differences of rounded totals: cutting a value into pieces gains nothing.
	let (data, fee) = (3_333_333_333_333u128, 10 * OPEN);
	let whole = shares::entry_pay(data, fee, 0, 999_999_999).unwrap();
	for pieces in [2u128, 7, 1_000] {
		let step = 999_999_999 / pieces;
		let mut sum = 0;
		let mut start = 0;
		for piece in 1..=pieces {
			let end = if piece == pieces {
				999_999_999
			} else {
				piece * step
			};
			sum += shares::entry_pay(data, fee, start, end).unwrap();
			start = end;
		}
		assert_eq!(sum, whole);
	}
}
