// SPDX-License-Identifier: Apache-2.0
//! Records: values, totals, the output tree.

use openledger_primitives::{payload::payload_root, payload::request_hash, tree::Tree, H256};
use proptest::prelude::*;

use crate::record::{assemble, output_root, output_tree, value_spans, CallInput, RecordError};
use crate::FoundSpan;

const GENESIS: H256 = H256::repeat_byte(1);

fn call<'a>(secret: &'a [u8; 32], answer: &'a [u8]) -> CallInput<'a> {
	CallInput {
		channel: 1,
		number: 2,
		request_hash: request_hash(secret, b"{}"),
		secret,
		answer,
		bytes_in: 3,
		flags: 0,
		fee: 1_000,
		fee_total_before: 500,
		matched_total_before: 70,
	}
}

fn span(start: u32, length: u16) -> FoundSpan {
	FoundSpan {
		start,
		length,
		contribution: 1,
		position: 0,
	}
}

#[test]
fn totals_run_over_spans_and_calls() {
	let answer = [b'a'; 150];
	let (record, spans) = assemble(
		&GENESIS,
		&call(&[0; 32], &answer),
		&[span(0, 50), span(60, 49)],
	)
	.unwrap();
	// ⌊1000 · 50 / 150⌋ = 333, ⌊1000 · 49 / 150⌋ = 326.
	assert_eq!(
		spans
			.iter()
			.map(|span| span.value_total)
			.collect::<Vec<_>>(),
		vec![333, 659]
	);
	assert_eq!((record.fee_total, record.matched_total), (1_500, 729));
	assert_eq!((record.bytes_in, record.bytes_out), (3, 150));
	assert_eq!(record.spans_root, payload_root(&GENESIS, &spans));
	assert_eq!(record.output_root, output_root(&[0; 32], &answer));
}

#[test]
fn an_empty_answer_is_all_base() {
	let (record, spans) = assemble(&GENESIS, &call(&[0; 32], b""), &[]).unwrap();
	assert!(spans.is_empty());
	assert_eq!(
		(record.bytes_out, record.matched_total, record.fee_total),
		(0, 70, 1_500)
	);
	assert_eq!(record.output_root, Tree::new(Vec::<Vec<u8>>::new()).root());
}

#[test]
fn calls_out_of_bounds_have_no_record() {
	let long = vec![b'a'; 65_537];
	let refused = |input: &CallInput, found: &[FoundSpan]| assemble(&GENESIS, input, found).err();
	assert_eq!(
		refused(&call(&[0; 32], &long), &[]),
		Some(RecordError::AnswerTooLong)
	);
	assert_eq!(refused(&call(&[0; 32], &long[1..]), &[]), None);
	let answer = [b'a'; 100];
	let good = call(&[0; 32], &answer);
	assert_eq!(
		refused(&CallInput { flags: 2, ..good }, &[]),
		Some(RecordError::UnknownFlag)
	);
	assert_eq!(refused(&CallInput { flags: 1, ..good }, &[]), None);
	let full = CallInput {
		fee_total_before: u128::MAX,
		..good
	};
	assert_eq!(refused(&full, &[]), Some(RecordError::Overflow));
	let full = CallInput {
		matched_total_before: u128::MAX,
		..good
	};
	assert_eq!(refused(&full, &[span(0, 50)]), Some(RecordError::Overflow));
	for found in [
		[span(0, 50), span(49, 48)],
		[span(50, 48), span(0, 48)],
		[span(0, 48), span(60, 48)],
	] {
		assert_eq!(refused(&good, &found), Some(RecordError::SpansOutOfPlace));
	}
	assert_eq!(
		refused(&good, &[span(u32::MAX, 48)]),
		Some(RecordError::SpansOutOfPlace)
	);
}

#[test]
fn output_leaves_are_salted_and_sixteen_bytes() {
	let secret = [7; 32];
	let answer: Vec<u8> = (0..40).collect();
	let salt = |leaf| openledger_primitives::payload::output_salt(&secret, leaf);
	let leaves: Vec<Vec<u8>> = [(0, 0..16), (1, 16..32), (2, 32..40)]
		.into_iter()
		.map(|(leaf, range)| [&salt(leaf)[..], &answer[range]].concat())
		.collect();
	assert_eq!(output_tree(&secret, &answer), Tree::new(&leaves));
	assert_ne!(
		output_root(&[8; 32], &answer),
		output_root(&secret, &answer)
	);
}

proptest! {
	#[test]
	fn values_stay_within_the_fee(fee in any::<u128>(), lengths in prop::collection::vec((48u16..=512, 0u32..100), 0..50), rest in 0u32..500) {
		let mut at = 0;
		let found: Vec<FoundSpan> = lengths
			.into_iter()
			.map(|(length, gap)| {
				let span = span(at + gap, length);
				at += gap + u32::from(length);
				span
			})
			.collect();
		let spans = value_spans(&found, fee, at + rest).unwrap();
		prop_assert!(crate::record::matched(&spans) <= fee);
		let mut before = 0;
		for span in spans {
			prop_assert!(span.value_total >= before);
			before = span.value_total;
		}
	}
}
