// SPDX-License-Identifier: Apache-2.0
//! The payer's side of a channel: what is checked in an answer before a voucher is signed.

use codec::{Decode, Encode};
use openledger_primitives::{
	apis::ChannelView,
	ids::{MAX_ANSWER_BYTES, MAX_SPAN_BYTES, MIN_SPAN_BYTES},
	payload::{payload_root, request_hash, CallRecord, Payload, Price, Span, Voucher, FLAG_OPEN},
	shares::span_value,
	tree::Frontier,
	AccountId, Balance, ChannelId, H256,
};
use openledger_provenance::record::{matched, output_root};

/// What is wrong with an answer. Whoever gets one of these doesn't sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AnswerFault {
	/// The record belongs to another channel.
	#[error("the record is of another channel")]
	Channel,
	/// The record's number doesn't follow the last one.
	#[error("the record has number {found}, {expected} is next")]
	Number {
		/// The next number.
		expected: u64,
		/// The record's.
		found: u64,
	},
	/// The record doesn't commit to the request that was sent.
	#[error("the record's request hash is not that of the request")]
	RequestHash,
	/// The record doesn't commit to the answer that came.
	#[error("the record's output root is not that of the answer")]
	OutputRoot,
	/// The prompt has another length.
	#[error("the record's bytes_in is not the prompt's length")]
	BytesIn,
	/// The answer has another length, or more than 65 536 bytes.
	#[error("the record's bytes_out is not the answer's length, or too large")]
	BytesOut,
	/// The record is open where the payer didn't ask for it, or the other way round.
	#[error("the record's flags are not what was asked for")]
	Flags,
	/// The fee is not the channel's price.
	#[error("the fee is {found} planck, the channel's price makes it {expected}")]
	Price {
		/// By the price.
		expected: Balance,
		/// In the record.
		found: Balance,
	},
	/// The running fee is not the last one plus this fee.
	#[error("the record's fee_total doesn't add up")]
	FeeTotal,
	/// The running matched amount is not the last one plus the spans' values.
	#[error("the record's matched_total doesn't add up")]
	MatchedTotal,
	/// The record commits to other spans.
	#[error("the record's spans root is not that of the spans")]
	SpansRoot,
	/// A span has another value than its share of the fee.
	#[error("span {0} has a wrong value")]
	SpanValue(usize),
	/// A span is too short, too long, out of order, overlapping or beyond the answer.
	#[error("span {0} is out of place")]
	SpanPlace(usize),
	/// The totals leave the range of their integers.
	#[error("a total overflows")]
	Overflow,
}

/// An answer with all that the gateway has to show for it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Answer {
	/// The exact text returned.
	pub text: String,
	/// The record of the call.
	pub record: CallRecord,
	/// Its spans.
	pub spans: Vec<Span>,
	/// The secret of the call.
	pub secret: [u8; 32],
}

/// The payer's book of one channel: totals and the growing tree over its records. It is all that
/// is needed to check the next answer and to sign for it; keep it ([`Encode`]) between calls.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ChannelBook {
	genesis_hash: H256,
	channel: ChannelId,
	price: Price,
	fee_total: Balance,
	matched_total: Balance,
	records: Frontier,
}

impl ChannelBook {
	/// The book of a channel that no call was made in.
	pub fn new(genesis_hash: H256, channel: ChannelId, price: Price) -> Self {
		Self {
			genesis_hash,
			channel,
			price,
			fee_total: 0,
			matched_total: 0,
			records: Frontier::default(),
		}
	}

	/// The empty book of a channel as the chain shows it; fill it with [`Self::replay`] when the
	/// channel has been used.
	pub fn of(genesis_hash: H256, view: &ChannelView<AccountId>) -> Self {
		Self::new(genesis_hash, view.id, view.price)
	}

	/// The channel.
	pub fn channel(&self) -> ChannelId {
		self.channel
	}

	/// Number of calls in the book.
	pub fn calls(&self) -> u64 {
		self.records.count()
	}

	/// Fees of all calls.
	pub fn fee_total(&self) -> Balance {
		self.fee_total
	}

	/// Matched part of the fees.
	pub fn matched_total(&self) -> Balance {
		self.matched_total
	}

	/// The price, fixed when the channel opened.
	pub fn price(&self) -> Price {
		self.price
	}

	/// The voucher for all calls in the book.
	pub fn voucher(&self) -> Voucher {
		Voucher {
			channel: self.channel,
			calls: self.calls(),
			fee_total: self.fee_total,
			matched_total: self.matched_total,
			range_root: self.records.root(),
		}
	}

	/// Checks an answer to the request with this `body`, whose prompt has `bytes_in` bytes and
	/// asked to be `open` or not. Without a fault the voucher may be signed.
	pub fn check(
		&self,
		body: &[u8],
		bytes_in: u32,
		open: bool,
		answer: &Answer,
	) -> Result<(), AnswerFault> {
		let record = &answer.record;
		self.check_place(record)?;
		if record.request_hash != request_hash(&answer.secret, body) {
			return Err(AnswerFault::RequestHash);
		}
		if record.bytes_in != bytes_in {
			return Err(AnswerFault::BytesIn);
		}
		let length = u32::try_from(answer.text.len()).ok();
		if length != Some(record.bytes_out) {
			return Err(AnswerFault::BytesOut);
		}
		if record.output_root != output_root(&answer.secret, answer.text.as_bytes()) {
			return Err(AnswerFault::OutputRoot);
		}
		if record.flags != if open { FLAG_OPEN } else { 0 } {
			return Err(AnswerFault::Flags);
		}
		check_spans(record, &answer.spans)?;
		if record.spans_root != payload_root(&self.genesis_hash, &answer.spans) {
			return Err(AnswerFault::SpansRoot);
		}
		let after = self.matched_total.checked_add(matched(&answer.spans));
		if after.ok_or(AnswerFault::Overflow)? != record.matched_total {
			return Err(AnswerFault::MatchedTotal);
		}
		self.check_record(record)
	}

	/// Checks an answer and enters it.
	pub fn accept(
		&mut self,
		body: &[u8],
		bytes_in: u32,
		open: bool,
		answer: &Answer,
	) -> Result<Voucher, AnswerFault> {
		self.check(body, bytes_in, open, answer)?;
		self.enter(&answer.record)?;
		Ok(self.voucher())
	}

	/// Enters a record of this channel that the gateway kept and the payer did not, checking all
	/// that a record shows by itself: number, size, price and totals.
	pub fn replay(&mut self, record: &CallRecord) -> Result<(), AnswerFault> {
		self.check_record(record)?;
		let matched = record.matched_total.checked_sub(self.matched_total);
		if matched.is_none_or(|matched| matched > record.fee) {
			return Err(AnswerFault::MatchedTotal);
		}
		self.enter(record)
	}

	fn check_place(&self, record: &CallRecord) -> Result<(), AnswerFault> {
		if record.channel != self.channel {
			return Err(AnswerFault::Channel);
		}
		let expected = self.calls().checked_add(1).ok_or(AnswerFault::Overflow)?;
		if record.number != expected {
			return Err(AnswerFault::Number {
				expected,
				found: record.number,
			});
		}
		Ok(())
	}

	fn check_record(&self, record: &CallRecord) -> Result<(), AnswerFault> {
		self.check_place(record)?;
		if record.bytes_out > MAX_ANSWER_BYTES {
			return Err(AnswerFault::BytesOut);
		}
		if record.flags & !FLAG_OPEN != 0 {
			return Err(AnswerFault::Flags);
		}
		let price = self.price.fee(record.bytes_in, record.bytes_out);
		let expected = price.ok_or(AnswerFault::Overflow)?;
		if record.fee != expected {
			return Err(AnswerFault::Price {
				expected,
				found: record.fee,
			});
		}
		let fee_total = self
			.fee_total
			.checked_add(record.fee)
			.ok_or(AnswerFault::Overflow)?;
		if record.fee_total != fee_total {
			return Err(AnswerFault::FeeTotal);
		}
		Ok(())
	}

	fn enter(&mut self, record: &CallRecord) -> Result<(), AnswerFault> {
		let leaf = record.preimage(&self.genesis_hash);
		self.records
			.push(&leaf)
			.map_err(|_| AnswerFault::Overflow)?;
		self.fee_total = record.fee_total;
		self.matched_total = record.matched_total;
		Ok(())
	}
}

/// Places and values of spans, as far as the answer's length and fee show them.
fn check_spans(record: &CallRecord, spans: &[Span]) -> Result<(), AnswerFault> {
	let mut free_from = 0u32;
	let mut total: Balance = 0;
	for (place, span) in spans.iter().enumerate() {
		let length = u32::from(span.length);
		let end = span
			.start
			.checked_add(length)
			.ok_or(AnswerFault::Overflow)?;
		let fits = (MIN_SPAN_BYTES..=MAX_SPAN_BYTES).contains(&length);
		if !fits || span.start < free_from || end > record.bytes_out || span.contribution == 0 {
			return Err(AnswerFault::SpanPlace(place));
		}
		free_from = end;
		let value = span_value(record.fee, span.length, record.bytes_out);
		total = value
			.and_then(|value| total.checked_add(value))
			.ok_or(AnswerFault::Overflow)?;
		if span.value_total != total {
			return Err(AnswerFault::SpanValue(place));
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_provenance::record::{assemble, CallInput, FoundSpan};

	const GENESIS: H256 = H256::repeat_byte(7);
	const PRICE: Price = Price {
		per_call: 1_000,
		in_per_kb: 500,
		out_per_kb: 70_000,
	};
	const BODY: &[u8] = br#"{"model":"openledger-1","prompt":"why?"}"#;

	fn answer(book: &ChannelBook, open: bool) -> Answer {
		let text = "word ".repeat(40);
		let secret = [9; 32];
		let call = CallInput {
			channel: 5,
			number: book.calls() + 1,
			request_hash: request_hash(&secret, BODY),
			secret: &secret,
			answer: text.as_bytes(),
			bytes_in: 4,
			flags: u8::from(open),
			fee: PRICE.fee(4, 200).unwrap(),
			fee_total_before: book.fee_total(),
			matched_total_before: book.matched_total(),
		};
		let found = [
			FoundSpan {
				start: 0,
				length: 49,
				contribution: 3,
				position: 11,
			},
			FoundSpan {
				start: 50,
				length: 104,
				contribution: 8,
				position: 0,
			},
		];
		let (record, spans) = assemble(&GENESIS, &call, &found).unwrap();
		Answer {
			text,
			record,
			spans,
			secret,
		}
	}

	fn book() -> ChannelBook {
		let mut book = ChannelBook::new(GENESIS, 5, PRICE);
		let first = answer(&book, false);
		book.accept(BODY, 4, false, &first).unwrap();
		book
	}

	#[test]
	fn what_the_gateway_assembles_passes_and_is_signed_for() {
		let mut book = book();
		let second = answer(&book, true);
		let voucher = book.accept(BODY, 4, true, &second).unwrap();
		let fee = PRICE.fee(4, 200).unwrap();
		assert_eq!((voucher.calls, voucher.fee_total), (2, 2 * fee));
		assert_eq!(voucher.matched_total, 2 * matched(&second.spans));
		let first = answer(&ChannelBook::new(GENESIS, 5, PRICE), false);
		let root = payload_root(&GENESIS, [&first.record, &second.record]);
		assert_eq!(voucher.range_root, root);
		let bytes = book.encode();
		assert_eq!(
			ChannelBook::decode(&mut bytes.as_slice())
				.unwrap()
				.voucher(),
			voucher
		);
	}

	#[test]
	fn records_alone_rebuild_the_book() {
		let first = answer(&ChannelBook::new(GENESIS, 5, PRICE), false);
		let mut rebuilt = ChannelBook::new(GENESIS, 5, PRICE);
		rebuilt.replay(&first.record).unwrap();
		assert_eq!(rebuilt, book());
		let again = rebuilt.replay(&first.record).unwrap_err();
		assert_eq!(
			again,
			AnswerFault::Number {
				expected: 2,
				found: 1
			}
		);
		let mut greedy = answer(&rebuilt, false).record;
		greedy.matched_total += greedy.fee;
		assert_eq!(rebuilt.replay(&greedy), Err(AnswerFault::MatchedTotal));
	}

	#[test]
	fn every_lie_is_named() {
		let fee = PRICE.fee(4, 200).unwrap();
		type Lie = fn(&mut Answer);
		let lies: [(Lie, AnswerFault); 16] = [
			(|a| a.record.channel = 6, AnswerFault::Channel),
			(
				|a| a.record.number = 3,
				AnswerFault::Number {
					expected: 2,
					found: 3,
				},
			),
			(
				|a| a.record.request_hash = GENESIS,
				AnswerFault::RequestHash,
			),
			(|a| a.secret = [8; 32], AnswerFault::RequestHash),
			(|a| a.record.output_root = GENESIS, AnswerFault::OutputRoot),
			(|a| a.text.replace_range(0..1, "W"), AnswerFault::OutputRoot),
			(|a| a.text.push('!'), AnswerFault::BytesOut),
			(|a| a.record.bytes_in = 5, AnswerFault::BytesIn),
			(|a| a.record.flags = 1, AnswerFault::Flags),
			(|a| a.record.fee_total += 1, AnswerFault::FeeTotal),
			(|a| a.record.matched_total += 1, AnswerFault::MatchedTotal),
			(|a| a.record.spans_root = GENESIS, AnswerFault::SpansRoot),
			(|a| a.spans[1].position += 1, AnswerFault::SpansRoot),
			(|a| a.spans[1].value_total += 1, AnswerFault::SpanValue(1)),
			(|a| a.spans[1].start = 48, AnswerFault::SpanPlace(1)),
			(|a| a.spans[0].length = 47, AnswerFault::SpanPlace(0)),
		];
		for (place, (lie, fault)) in lies.into_iter().enumerate() {
			let book = book();
			let mut answer = answer(&book, false);
			lie(&mut answer);
			assert_eq!(
				book.check(BODY, 4, false, &answer),
				Err(fault),
				"lie {place}"
			);
		}
		let book = book();
		let mut dear = answer(&book, false);
		dear.record.fee += 1;
		dear.spans.clear();
		dear.record.spans_root = payload_root(&GENESIS, &dear.spans);
		dear.record.matched_total = book.matched_total();
		let fault = AnswerFault::Price {
			expected: fee,
			found: fee + 1,
		};
		assert_eq!(book.check(BODY, 4, false, &dear), Err(fault));
		let honest = answer(&book, false);
		assert_eq!(
			book.check(b"{}", 4, false, &honest),
			Err(AnswerFault::RequestHash)
		);
		assert_eq!(book.check(BODY, 4, true, &honest), Err(AnswerFault::Flags));
	}
}
