// SPDX-License-Identifier: Apache-2.0
//! A batch from its answers to its pages, and pages of many contributions.

use openledger_primitives::{
	hash,
	payload::{
		page_hash, payload_root, request_hash, CallRecord, CreditPage, Payload, SignedVoucher,
		Span, Voucher,
	},
	tree::Frontier,
	AccountId, H256,
};
use openledger_provenance::{
	credit::{
		base_payment, batch_row, build_batch, build_lines, build_pages, check_page, end_total,
		page_payments, BatchHeader, Settled,
	},
	record::{assemble, CallInput},
	spans, Index,
};
use serde_json::{json, Value};

use super::{
	check, decimal, genesis, hex,
	payloads::{batch_fields, line_fields, page_fields, record_fields, row_fields, span_fields},
};

const MILL: &str = "The mill by the river grinds the corn of the whole valley, day and night.";
const SHIP: &str = "A ship in harbour is safe, but that is not what ships are built for at all.";

/// The corpus of the batch: the third text repeats the first and adds to it.
fn corpus() -> Vec<(u64, String)> {
	vec![
		(11, MILL.into()),
		(12, SHIP.into()),
		(
			40,
			format!("{MILL} And when the ice comes, the old mill stands still until the spring."),
		),
	]
}

/// `(channel, number, answer, fee, flags)` in the order the operator served them.
fn calls() -> Vec<(u64, u64, String, u128, u8)> {
	let both = format!("Said the miller: {MILL}\n\n{SHIP} So they sailed.");
	let later =
		format!("{MILL} And when the ice comes, the old mill stands still until the spring.");
	vec![
		(5, 1, MILL.into(), 1_000_003, 0),
		(5, 2, both, 2_000_000_001, 1),
		(9, 1, "Nothing here is quoted from anyone.".into(), 700, 0),
		(5, 3, later, 999_999_999, 0),
		(9, 2, String::new(), 50, 1),
		(9, 3, SHIP.to_uppercase() + " " + SHIP, 31, 0),
	]
}

struct Call {
	record: CallRecord,
	spans: Vec<Span>,
	shown: Value,
}

fn served() -> Vec<Call> {
	let texts = corpus()
		.into_iter()
		.map(|(id, text)| (id, text.into_bytes()));
	let index = Index::new(texts).unwrap();
	let mut served: Vec<Call> = Vec::new();
	for (channel, number, answer, fee, flags) in calls() {
		let before = served
			.iter()
			.rev()
			.find(|call| call.record.channel == channel);
		let secret = hash(format!("secret {channel} {number}").as_bytes()).0;
		let body = format!("{{\"prompt\":\"question {channel} {number}\"}}");
		let input = CallInput {
			channel,
			number,
			request_hash: request_hash(&secret, body.as_bytes()),
			secret: &secret,
			answer: answer.as_bytes(),
			bytes_in: body.len() as u32,
			flags,
			fee,
			fee_total_before: before.map_or(0, |call| call.record.fee_total),
			matched_total_before: before.map_or(0, |call| call.record.matched_total),
		};
		let found = spans(&index, answer.as_bytes());
		let (record, spans) = assemble(&genesis(), &input, &found).unwrap();
		let shown = json!({
			"secret": hex(secret),
			"body": body,
			"answer": answer,
			"record": record_fields(&record),
			"spans": spans.iter().map(span_fields).collect::<Vec<_>>(),
		});
		served.push(Call {
			record,
			spans,
			shown,
		});
	}
	served
}

/// The voucher over a channel's first `calls` records, and what it has settled after `settled`.
fn voucher(
	served: &[Call],
	channel: u64,
	settled: usize,
	calls: usize,
) -> (Settled, SignedVoucher) {
	let records: Vec<&CallRecord> = served
		.iter()
		.map(|call| &call.record)
		.filter(|record| record.channel == channel)
		.collect();
	let totals = |count: usize| {
		let last = count.checked_sub(1).map(|place| records[place]);
		last.map_or((0, 0), |record| (record.fee_total, record.matched_total))
	};
	let mut growing = Frontier::default();
	for record in &records[..calls] {
		growing.push(&record.preimage(&genesis())).unwrap();
	}
	let range_root = payload_root(&genesis(), records[..calls].iter().copied());
	assert_eq!(growing.root(), range_root);
	let (fee_total, matched_total) = totals(calls);
	let voucher = Voucher {
		channel,
		calls: calls as u64,
		fee_total,
		matched_total,
		range_root,
	};
	let (fee_before, matched_before) = totals(settled);
	let settled = Settled {
		calls: settled as u64,
		fee_total: fee_before,
		matched_total: matched_before,
	};
	(
		settled,
		SignedVoucher {
			voucher,
			scheme: 0,
			signature: [channel as u8; 64],
		},
	)
}

fn pages_shown(pages: &[CreditPage], data_share: u128, fee: u128) -> Vec<Value> {
	let mut start = 0;
	let mut shown = Vec::new();
	for (place, page) in pages.iter().enumerate() {
		assert_eq!(
			check_page(page, start, end_total(page), place + 1 == pages.len()),
			Ok(())
		);
		let payments = page_payments(page, start, data_share, fee).unwrap();
		start = end_total(page);
		shown.push(json!({
			"page": page_fields(page),
			"page_hash": hex(page_hash(&genesis(), page)),
			"end_total": decimal(start),
			"payments": payments.iter().map(|(_, amount)| decimal(amount)).collect::<Vec<_>>(),
		}));
	}
	shown
}

/// Channel 5 settles calls 2 and 3 (call 1 is settled), channel 9 its first three.
fn story() -> Value {
	let served = served();
	let vouchers = [voucher(&served, 5, 1, 3), voucher(&served, 9, 0, 3)];
	let batched = |call: &&Call| (call.record.channel, call.record.number) != (5, 1);
	let lines = build_lines(
		served
			.iter()
			.filter(batched)
			.map(|call| (&call.record, &call.spans[..])),
	)
	.unwrap();
	let operator = AccountId::new([0x77; 32]);
	let pages = build_pages(&operator, 3, 4, &lines).unwrap();
	let header = BatchHeader {
		operator,
		model: 3,
		sequence: 4,
		valid_until: 500,
		max_charge: 9_000_000_000,
	};
	let batch = build_batch(&genesis(), header, &vouchers, &lines, &pages).unwrap();
	let rows: Vec<_> = vouchers
		.iter()
		.map(|(settled, signed)| batch_row(settled, signed))
		.collect();
	let data_share = batch.fee_total / 3;
	json!({
		"corpus": corpus()
			.into_iter()
			.map(|(id, text)| json!({"contribution": decimal(id), "text": text}))
			.collect::<Vec<_>>(),
		"calls": served.iter().map(|call| call.shown.clone()).collect::<Vec<_>>(),
		"settled_calls": {"5": 1, "9": 0},
		"rows": rows.iter().map(row_fields).collect::<Vec<_>>(),
		"rows_root": hex(payload_root(&genesis(), &rows)),
		"lines": lines.iter().map(line_fields).collect::<Vec<_>>(),
		"batch": batch_fields(&batch),
		"batch_hash": hex(batch.digest(&genesis())),
		"data_share": decimal(data_share),
		"pages": pages_shown(&pages, data_share, batch.fee_total),
		"base": decimal(base_payment(data_share, batch.fee_total, batch.matched).unwrap()),
	})
}

/// A record without anything but its place: credit lines read no more.
fn bare_record(channel: u64, number: u64) -> CallRecord {
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

/// Two calls credit some of 700 contributions: a full page and a part of a second.
fn many_contributions() -> Value {
	let spans = |factor: u64| {
		let mut value_total = 0;
		let mut spans = Vec::new();
		for place in 0..260u64 {
			value_total += u128::from(place * factor % 4);
			let contribution = 1 + place * factor % 700;
			spans.push(Span {
				start: 0,
				length: 48,
				contribution,
				position: 0,
				value_total,
			});
		}
		spans
	};
	let calls = [
		(bare_record(2, 8), spans(11)),
		(bare_record(1, 9), spans(13)),
	];
	let lines = build_lines(calls.iter().map(|(record, spans)| (record, &spans[..]))).unwrap();
	let pages = build_pages(&AccountId::new([0x78; 32]), 6, 7, &lines).unwrap();
	assert_eq!(pages.len(), 2);
	let matched = lines.last().unwrap().total;
	let (data_share, fee) = (1_000_003, matched + 17);
	json!({
		"rule": "span n (0..260) of call (2, 8) with f = 11 and of call (1, 9) with f = 13: value \
			n f mod 4 for contribution 1 + n f mod 700",
		"lines": lines.len(),
		"lines_root": hex(payload_root(&genesis(), &lines)),
		"matched": decimal(matched),
		"operator": hex([0x78; 32]),
		"model": 6,
		"sequence": "7",
		"data_share": decimal(data_share),
		"fee": decimal(fee),
		"pages": pages_shown(&pages, data_share, fee),
		"base": decimal(base_payment(data_share, fee, matched).unwrap()),
	})
}

#[test]
fn batches_are_as_written() {
	let computed = json!({
		"genesis_hash": hex(genesis()),
		"story": story(),
		"many_contributions": many_contributions(),
	});
	check("batches.json", computed);
}
