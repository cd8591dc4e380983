// SPDX-License-Identifier: Apache-2.0
//! Credit lines, pages and the batch over them.

use std::collections::BTreeMap;

use openledger_primitives::{
	payload::{page_hash, payload_root, CallRecord, CreditLine, SignedVoucher, Span, Voucher},
	AccountId, H256,
};
use proptest::prelude::*;

use crate::credit::{
	base_payment, batch_row, batch_totals, build_batch, build_lines, build_pages, check_page,
	end_total, line_key, page_entries, page_payments, BatchHeader, CreditError, Settled,
};

const GENESIS: H256 = H256::repeat_byte(1);

/// A record that has only what credit lines read.
pub fn record(channel: u64, number: u64) -> CallRecord {
	CallRecord {
		channel,
		number,
		request_hash: H256::zero(),
		output_root: H256::zero(),
		bytes_in: 0,
		bytes_out: 0,
		flags: 0,
		fee: 0,
		fee_total: 0,
		matched_total: 0,
		spans_root: H256::zero(),
	}
}

/// Spans worth these planck for these contributions.
pub fn worth(values: &[(u64, u128)]) -> Vec<Span> {
	let mut value_total = 0;
	values
		.iter()
		.map(|(contribution, value)| {
			value_total += value;
			Span {
				start: 0,
				length: 48,
				contribution: *contribution,
				position: 0,
				value_total,
			}
		})
		.collect()
}

fn operator() -> AccountId {
	AccountId::new([4; 32])
}

#[test]
fn lines_are_sorted_and_skip_worthless_spans() {
	let calls = [
		(record(2, 1), worth(&[(9, 5), (3, 0), (3, 7)])),
		(record(1, 8), worth(&[(3, 1)])),
		(record(1, 7), worth(&[(3, 2), (9, 4)])),
	];
	let lines = build_lines(calls.iter().map(|(record, spans)| (record, &spans[..]))).unwrap();
	let shown: Vec<_> = lines
		.iter()
		.map(|line| (line_key(line), line.value, line.total))
		.collect();
	assert_eq!(
		shown,
		vec![
			((3, 1, 7, 0), 2, 2),
			((3, 1, 8, 0), 1, 3),
			((3, 2, 1, 2), 7, 10),
			((9, 1, 7, 1), 4, 14),
			((9, 2, 1, 0), 5, 19),
		]
	);
}

#[test]
fn lines_refuse_falling_values_and_repeated_calls() {
	let mut falling = worth(&[(1, 5), (2, 5)]);
	falling[1].value_total = 4;
	let one = record(1, 1);
	assert_eq!(
		build_lines([(&one, &falling[..])]),
		Err(CreditError::ValuesFall)
	);
	let good = worth(&[(1, 5)]);
	let twice = [(&one, &good[..]), (&one, &good[..])];
	assert_eq!(build_lines(twice), Err(CreditError::RepeatedSpan));
	let most = worth(&[(1, u128::MAX)]);
	let other = record(1, 2);
	assert_eq!(
		build_lines([(&one, &most[..]), (&other, &good[..])]),
		Err(CreditError::Overflow)
	);
	let many = worth(&vec![(1, 1); 65_537]);
	assert_eq!(build_lines([(&one, &many[..])]), Err(CreditError::Overflow));
	assert_eq!(
		build_lines([(&one, &many[..65_536])]).map(|lines| lines.len()),
		Ok(65_536)
	);
}

/// Lines that credit `count` contributions.
fn lines_for(count: u64) -> Vec<CreditLine> {
	let values: Vec<(u64, u128)> = (1..=count).map(|id| (id, 1 + u128::from(id % 3))).collect();
	let spans = worth(&values);
	let record = record(1, 1);
	build_lines([(&record, &spans[..])]).unwrap()
}

#[test]
fn pages_are_full_but_for_the_last() {
	for (count, sizes) in [
		(0, vec![]),
		(1, vec![1]),
		(256, vec![256]),
		(257, vec![256, 1]),
		(600, vec![256, 256, 88]),
	] {
		let lines = lines_for(count);
		let pages = build_pages(&operator(), 5, 6, &lines).unwrap();
		assert_eq!(
			pages
				.iter()
				.map(|page| page.entries.len())
				.collect::<Vec<_>>(),
			sizes
		);
		let mut start = 0;
		for (place, page) in pages.iter().enumerate() {
			assert_eq!(
				(usize::from(page.page), page.model, page.sequence),
				(place, 5, 6)
			);
			let end = end_total(page);
			assert_eq!(
				check_page(page, start, end, place + 1 == pages.len()),
				Ok(())
			);
			start = end;
		}
		assert_eq!(start, lines.last().map_or(0, |line| line.total));
	}
}

#[test]
fn sixty_four_pages_are_the_limit() {
	let lines = lines_for(64 * 256);
	assert_eq!(
		build_pages(&operator(), 1, 0, &lines).map(|pages| pages.len()),
		Ok(64)
	);
	let lines = lines_for(64 * 256 + 1);
	assert_eq!(
		build_pages(&operator(), 1, 0, &lines),
		Err(CreditError::TooManyPages)
	);
}

fn voucher(channel: u64, fee_total: u128, matched_total: u128) -> SignedVoucher {
	let voucher = Voucher {
		channel,
		calls: 3,
		fee_total,
		matched_total,
		range_root: H256::zero(),
	};
	SignedVoucher {
		voucher,
		scheme: 0,
		signature: [0; 64],
	}
}

fn header() -> BatchHeader {
	BatchHeader {
		operator: operator(),
		model: 5,
		sequence: 6,
		valid_until: 7,
		max_charge: 8,
	}
}

#[test]
fn a_batch_carries_sums_and_roots() {
	let spans = worth(&[(1, 5), (2, 6)]);
	let call = record(1, 1);
	let lines = build_lines([(&call, &spans[..])]).unwrap();
	let pages = build_pages(&operator(), 5, 6, &lines).unwrap();
	let settled = Settled {
		calls: 2,
		fee_total: 10,
		matched_total: 4,
	};
	let vouchers = [
		(settled, voucher(1, 40, 15)),
		(Settled::default(), voucher(2, 9, 0)),
	];
	let batch = build_batch(&GENESIS, header(), &vouchers, &lines, &pages).unwrap();
	assert_eq!((batch.fee_total, batch.matched, batch.lines), (39, 11, 2));
	assert_eq!(batch.lines_root, payload_root(&GENESIS, &lines));
	assert_eq!(batch.pages.len(), 1);
	assert_eq!(batch.pages[0].end_total, 11);
	assert_eq!(batch.pages[0].page_hash, page_hash(&GENESIS, &pages[0]));
	assert_eq!(batch.vouchers[1], vouchers[1].1);
	let row = batch_row(&settled, &vouchers[0].1);
	assert_eq!((row.channel, row.from_calls, row.to_calls), (1, 2, 3));
	assert_eq!((row.from_fee_total, row.fee_total), (10, 40));
	assert_eq!((row.from_matched_total, row.matched_total), (4, 15));
}

#[test]
fn a_batch_that_does_not_add_up_is_refused() {
	let zero = Settled::default();
	let build = |vouchers: &[(Settled, SignedVoucher)], lines: &[CreditLine]| {
		let pages = build_pages(&operator(), 5, 6, lines).unwrap();
		build_batch(&GENESIS, header(), vouchers, lines, &pages).err()
	};
	let ordered = [(zero, voucher(1, 1, 0)), (zero, voucher(2, 1, 0))];
	assert_eq!(build(&ordered, &[]), None);
	let swapped = [ordered[1].clone(), ordered[0].clone()];
	assert_eq!(build(&swapped, &[]), Some(CreditError::VouchersOutOfOrder));
	let twice = [ordered[0].clone(), ordered[0].clone()];
	assert_eq!(build(&twice, &[]), Some(CreditError::VouchersOutOfOrder));
	let ahead = Settled {
		calls: 3,
		fee_total: 2,
		matched_total: 0,
	};
	assert_eq!(
		build(&[(ahead, voucher(1, 1, 0))], &[]),
		Some(CreditError::VoucherFalls)
	);
	let ahead = Settled {
		calls: 3,
		fee_total: 0,
		matched_total: 1,
	};
	assert_eq!(
		build(&[(ahead, voucher(1, 1, 0))], &[]),
		Some(CreditError::VoucherFalls)
	);
	assert_eq!(
		build(&[(zero, voucher(1, 9, 1))], &[]),
		Some(CreditError::TotalsDiffer)
	);
	assert_eq!(
		build(&ordered, &lines_for(2)),
		Some(CreditError::TotalsDiffer)
	);
	let full = [(zero, voucher(1, u128::MAX, 0)), (zero, voucher(2, 1, 0))];
	assert_eq!(build(&full, &[]), Some(CreditError::Overflow));
	let many: Vec<_> = (1..=257)
		.map(|channel| (zero, voucher(channel, 1, 0)))
		.collect();
	assert_eq!(build(&many, &[]), Some(CreditError::TooManyVouchers));
	assert_eq!(build(&many[1..], &[]), None);
	// Pages that don't belong to the lines.
	let lines = lines_for(2);
	let vouchers = [(zero, voucher(1, 99, lines[1].total))];
	let missing = build_batch(&GENESIS, header(), &vouchers, &lines, &[]);
	assert_eq!(missing.err(), Some(CreditError::TotalsDiffer));
}

proptest! {
	#[test]
	fn pages_pay_each_contribution_for_its_lines(
		calls in prop::collection::btree_map((1u64..4, 1u64..6), prop::collection::vec((1u64..700, 0u128..1_000_000), 0..120), 0..9),
		data_ppm in 0u128..=1_000_000,
		base in 1u128..1_000_000,
	) {
		let calls: Vec<_> = calls
			.into_iter()
			.map(|((channel, number), values)| (record(channel, number), worth(&values)))
			.collect();
		let lines = build_lines(calls.iter().map(|(record, spans)| (record, &spans[..]))).unwrap();
		let matched = lines.last().map_or(0, |line| line.total);
		let mut credits: BTreeMap<u64, u128> = BTreeMap::new();
		for line in &lines {
			*credits.entry(line.contribution).or_default() += line.value;
		}
		let spans: u128 = calls.iter().map(|(_, spans)| crate::record::matched(spans)).sum();
		prop_assert_eq!(matched, spans);
		prop_assert!(lines.windows(2).all(|pair| line_key(&pair[0]) < line_key(&pair[1])));

		let entries = page_entries(&lines).unwrap();
		prop_assert!(entries.iter().map(|entry| entry.contribution).eq(credits.keys().copied()));

		let fee = matched + base;
		let data = fee * data_ppm / 1_000_000;
		let pages = build_pages(&operator(), 1, 0, &lines).unwrap();
		let mut start = 0;
		let mut paid = base_payment(data, fee, matched).unwrap();
		for page in &pages {
			for (contribution, amount) in page_payments(page, start, data, fee).unwrap() {
				let exact = data * credits[&contribution] / fee;
				prop_assert!(amount == exact || amount == exact + 1, "{amount} {exact}");
				paid += amount;
			}
			start = end_total(page);
		}
		prop_assert_eq!(paid, data);
		let rows = [batch_row(&Settled::default(), &voucher(1, fee, matched))];
		prop_assert_eq!(batch_totals(&rows), Ok((fee, matched)));
	}
}
