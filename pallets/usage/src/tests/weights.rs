// SPDX-License-Identifier: Apache-2.0
//! The cost of a batch depends on its vouchers, pages and entries only.

use super::*;
use codec::Encode;

fn weight_of(call: RuntimeCall) -> (u64, usize) {
	let transaction = Extrinsic::new_transaction(call, extension(0));
	let info = transaction.get_dispatch_info();
	(info.total_weight().ref_time(), transaction.encoded_size())
}

/// Settles a batch of so many calls and pays its page; returns weights and lengths.
fn costs_of(calls: u64, contributors: u64) -> [(u64, usize); 3] {
	let mut costs = [(0, 0); 3];
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		// The page credits the last of so many contributions of the datanet.
		let entries = [(contribution(CREDITED, contributors - 1), OPEN)];
		let signed = by_alice(voucher(alice, calls, 10 * OPEN, OPEN));
		let mut batch = batch_of(MODEL, vec![signed]);
		let pages = add_pages(&mut batch, &entries);
		costs = [
			weight_of(submission(&batch)),
			weight_of(release_of(&batch)),
			weight_of(push(&pages[0])),
		];
		let before = free(&OPERATOR);
		accept(&batch);
		assert_eq!(before - free(&OPERATOR), Usage::charge_of(1, 1, 2).whole);
		release(&batch);
		pay(&pages[0]);
		assert_eq!(Usage::api_channel(alice).unwrap().settled_calls, calls);
	});
	costs
}

#[test]
fn a_million_calls_or_contributors_cost_what_one_does() {
	let one = costs_of(1, 1);
	let many = costs_of(1_000_000, 1);
	let crowd = costs_of(1_000_000, 1_000_000);
	println!("weights (ref_time, microseconds) and lengths (bytes)");
	println!(
		"{:<14}{:>22}{:>22}{:>22}",
		"call", "1 call, 1 contrib.", "10^6 calls", "10^6 of both"
	);
	for (row, name) in ["submit_batch", "release", "push_page"]
		.into_iter()
		.enumerate()
	{
		let cell = |(time, length): (u64, usize)| format!("{} us {} B", time / 1_000_000, length);
		println!(
			"{name:<14}{:>22}{:>22}{:>22}",
			cell(one[row]),
			cell(many[row]),
			cell(crowd[row])
		);
	}
	assert_eq!(one, many);
	assert_eq!(one, crowd);
}

#[test]
fn vouchers_pages_and_entries_are_what_costs() {
	let batch = |vouchers, pages| Usage::batch_weight(vouchers, pages).ref_time();
	let page = |entries| Usage::page_weight(entries).ref_time();
	println!("weights (ref_time, microseconds)");
	for (vouchers, pages) in [(1, 0), (1, 64), (256, 0), (256, 64)] {
		let time = batch(vouchers, pages) / 1_000_000;
		println!("batch of {vouchers:>3} vouchers, {pages:>2} pages: {time:>8}");
	}
	for entries in [1, 64, 256] {
		println!(
			"page of {entries:>3} entries: {:>8}",
			page(entries) / 1_000_000
		);
	}
	// Each voucher has a signature to check and a hold to move.
	assert!(batch(2, 0) - batch(1, 0) >= 100_000_000 + 2 * 8_000_000 + 2 * 50_000_000);
	assert!(batch(1, 1) > batch(1, 0));
	assert!(page(2) > page(1));
	// `authorize` is one signature and one hash, however many vouchers there are.
	let authorize = |vouchers| {
		<crate::weights::SubstrateWeight<Test> as crate::WeightInfo>::authorize_submit_batch(
			vouchers, 64,
		)
		.ref_time()
	};
	assert!(authorize(256) < authorize(1) + 3 * 100_000_000);
}
