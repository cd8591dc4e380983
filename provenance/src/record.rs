// SPDX-License-Identifier: Apache-2.0
//! Call records: the output tree, the values of spans, and the record that commits to both.

use alloc::vec::Vec;

use openledger_primitives::{
	ids::{Balance, ChannelId, ContributionId, MAX_ANSWER_BYTES},
	payload::{
		output_leaf, output_salt, payload_root, CallRecord, Span, FLAG_OPEN, OUTPUT_LEAF_BYTES,
	},
	shares::span_value,
	tree::Tree,
	H256,
};

/// Bytes of an answer that a registered text holds, before they have a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundSpan {
	/// First byte in the answer.
	pub start: u32,
	/// Bytes, 48 to 512.
	pub length: u16,
	/// Contribution whose text holds them.
	pub contribution: ContributionId,
	/// First byte in that text.
	pub position: u32,
}

/// Why a call can't become a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordError {
	/// The answer has more than 65 536 bytes.
	AnswerTooLong,
	/// A flag other than bit 0 is set.
	UnknownFlag,
	/// The spans overlap, are not in ascending order or lie beyond the answer.
	SpansOutOfPlace,
	/// A running total leaves `u128`.
	Overflow,
}

impl core::fmt::Display for RecordError {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		out.write_str(match self {
			Self::AnswerTooLong => "the answer is longer than 65 536 bytes",
			Self::UnknownFlag => "a flag other than bit 0 is set",
			Self::SpansOutOfPlace => "spans overlap, are out of order or lie beyond the answer",
			Self::Overflow => "a running total of the channel overflows",
		})
	}
}

impl core::error::Error for RecordError {}

/// What is known of a call when its answer stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallInput<'a> {
	/// Channel that pays.
	pub channel: ChannelId,
	/// 1, 2, 3 … within the channel.
	pub number: u64,
	/// `request_hash` of primitives.
	pub request_hash: H256,
	/// Random bytes of this call.
	pub secret: &'a [u8; 32],
	/// The exact bytes returned.
	pub answer: &'a [u8],
	/// Bytes of the prompt.
	pub bytes_in: u32,
	/// Bit 0: anyone may see the answer.
	pub flags: u8,
	/// Planck of this call.
	pub fee: Balance,
	/// The channel's fees before this call.
	pub fee_total_before: Balance,
	/// The channel's matched planck before this call.
	pub matched_total_before: Balance,
}

/// The tree over an answer in salted leaves of 16 bytes.
pub fn output_tree(secret: &[u8; 32], answer: &[u8]) -> Tree {
	let chunks = answer.chunks(OUTPUT_LEAF_BYTES).zip(0u32..);
	Tree::new(chunks.map(|(bytes, leaf)| output_leaf(&output_salt(secret, leaf), bytes)))
}

/// The root of [`output_tree`].
pub fn output_root(secret: &[u8; 32], answer: &[u8]) -> H256 {
	output_tree(secret, answer).root()
}

/// Gives each found span its value and the record's running total.
///
/// A span is worth `⌊fee · length / bytes_out⌋` planck; values sum to at most `fee` because spans
/// don't overlap, which is checked here.
pub fn value_spans(
	found: &[FoundSpan],
	fee: Balance,
	bytes_out: u32,
) -> Result<Vec<Span>, RecordError> {
	let mut spans = Vec::with_capacity(found.len());
	let mut free_from = 0u32;
	let mut value_total: Balance = 0;
	for span in found {
		let end = span.start.checked_add(u32::from(span.length));
		let end = end.filter(|end| span.start >= free_from && *end <= bytes_out);
		free_from = end.ok_or(RecordError::SpansOutOfPlace)?;
		let value = span_value(fee, span.length, bytes_out).ok_or(RecordError::Overflow)?;
		value_total = value_total
			.checked_add(value)
			.ok_or(RecordError::Overflow)?;
		spans.push(Span {
			start: span.start,
			length: span.length,
			contribution: span.contribution,
			position: span.position,
			value_total,
		});
	}
	Ok(spans)
}

/// Matched planck of a record: the last running total of its spans, 0 without spans.
pub fn matched(spans: &[Span]) -> Balance {
	spans.last().map_or(0, |span| span.value_total)
}

/// Makes the record of a call and its valued spans.
pub fn assemble(
	genesis_hash: &H256,
	call: &CallInput<'_>,
	found: &[FoundSpan],
) -> Result<(CallRecord, Vec<Span>), RecordError> {
	let bytes_out = u32::try_from(call.answer.len())
		.ok()
		.filter(|length| *length <= MAX_ANSWER_BYTES)
		.ok_or(RecordError::AnswerTooLong)?;
	if call.flags & !FLAG_OPEN != 0 {
		return Err(RecordError::UnknownFlag);
	}
	let spans = value_spans(found, call.fee, bytes_out)?;
	let matched_total = call
		.matched_total_before
		.checked_add(matched(&spans))
		.ok_or(RecordError::Overflow)?;
	let record = CallRecord {
		channel: call.channel,
		number: call.number,
		request_hash: call.request_hash,
		output_root: output_root(call.secret, call.answer),
		bytes_in: call.bytes_in,
		bytes_out,
		flags: call.flags,
		fee: call.fee,
		fee_total: call
			.fee_total_before
			.checked_add(call.fee)
			.ok_or(RecordError::Overflow)?,
		matched_total,
		spans_root: payload_root(genesis_hash, &spans),
	};
	Ok((record, spans))
}
