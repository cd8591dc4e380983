// SPDX-License-Identifier: Apache-2.0
//! Every structure: its SCALE bytes, its preimage and the hash of it.

use openledger_primitives::{
	payload::{decode_exact, *},
	ports::Beneficiary,
	AccountId, H256,
};
use serde_json::{json, Value};

use super::{check, decimal, genesis, hex};

/// One vector; the decoder must take exactly these bytes and give the structure back.
fn vector<P>(name: &str, body: &P, fields: Value) -> Value
where
	P: Payload + codec::Decode + PartialEq + core::fmt::Debug,
{
	let scale = body.encode();
	assert_eq!(decode_exact::<P>(&scale).as_ref(), Some(body));
	assert_eq!(
		decode_exact::<P>(&[&scale[..], &[0]].concat()),
		None,
		"trailing byte"
	);
	assert_eq!(
		decode_exact::<P>(&scale[..scale.len() - 1]),
		None,
		"missing byte"
	);
	json!({
		"structure": name,
		"tag": core::str::from_utf8(&P::TAG).unwrap(),
		"fields": fields,
		"scale": hex(&scale),
		"preimage": hex(body.preimage(&genesis())),
		"hash": hex(body.digest(&genesis())),
	})
}

fn account(byte: u8) -> AccountId {
	AccountId::new([byte; 32])
}

pub fn voucher_fields(voucher: &Voucher) -> Value {
	json!({
		"channel": decimal(voucher.channel),
		"calls": decimal(voucher.calls),
		"fee_total": decimal(voucher.fee_total),
		"matched_total": decimal(voucher.matched_total),
		"range_root": hex(voucher.range_root),
	})
}

pub fn signed_voucher_fields(signed: &SignedVoucher) -> Value {
	json!({
		"voucher": voucher_fields(&signed.voucher),
		"scheme": signed.scheme,
		"signature": hex(signed.signature),
	})
}

pub fn record_fields(record: &CallRecord) -> Value {
	json!({
		"channel": decimal(record.channel),
		"number": decimal(record.number),
		"request_hash": hex(record.request_hash),
		"output_root": hex(record.output_root),
		"bytes_in": record.bytes_in,
		"bytes_out": record.bytes_out,
		"flags": record.flags,
		"fee": decimal(record.fee),
		"fee_total": decimal(record.fee_total),
		"matched_total": decimal(record.matched_total),
		"spans_root": hex(record.spans_root),
	})
}

pub fn span_fields(span: &Span) -> Value {
	json!({
		"start": span.start,
		"length": span.length,
		"contribution": decimal(span.contribution),
		"position": span.position,
		"value_total": decimal(span.value_total),
	})
}

pub fn row_fields(row: &BatchRow) -> Value {
	json!({
		"channel": decimal(row.channel),
		"from_calls": decimal(row.from_calls),
		"from_fee_total": decimal(row.from_fee_total),
		"from_matched_total": decimal(row.from_matched_total),
		"to_calls": decimal(row.to_calls),
		"fee_total": decimal(row.fee_total),
		"matched_total": decimal(row.matched_total),
		"range_root": hex(row.range_root),
	})
}

pub fn line_fields(line: &CreditLine) -> Value {
	json!({
		"contribution": decimal(line.contribution),
		"channel": decimal(line.channel),
		"number": decimal(line.number),
		"span": line.span,
		"value": decimal(line.value),
		"total": decimal(line.total),
	})
}

pub fn page_fields(page: &CreditPage) -> Value {
	let entries: Vec<Value> = page
		.entries
		.iter()
		.map(|entry| {
			json!({
				"contribution": decimal(entry.contribution),
				"last_line": entry.last_line,
				"total": decimal(entry.total),
			})
		})
		.collect();
	json!({
		"operator": hex(&page.operator),
		"model": page.model,
		"sequence": decimal(page.sequence),
		"page": page.page,
		"entries": entries,
	})
}

pub fn batch_fields(batch: &UsageBatch) -> Value {
	let pages: Vec<Value> = batch
		.pages
		.iter()
		.map(|page| json!({"page_hash": hex(page.page_hash), "end_total": decimal(page.end_total)}))
		.collect();
	json!({
		"operator": hex(&batch.operator),
		"model": batch.model,
		"sequence": decimal(batch.sequence),
		"valid_until": batch.valid_until,
		"max_charge": decimal(batch.max_charge),
		"fee_total": decimal(batch.fee_total),
		"matched": decimal(batch.matched),
		"lines": batch.lines,
		"lines_root": hex(batch.lines_root),
		"pages": pages,
		"vouchers": batch.vouchers.iter().map(signed_voucher_fields).collect::<Vec<_>>(),
	})
}

fn vote_fields(vote: &VoteCommit) -> Value {
	json!({
		"contribution": decimal(vote.contribution),
		"curator": hex(&vote.curator),
		"round": vote.round,
		"vote": vote.vote,
		"reason": vote.reason,
		"salt": hex(vote.salt),
	})
}

fn terms_fields(terms: &TermsBody) -> Value {
	let vector: Vec<Value> = terms
		.vector
		.iter()
		.map(|entry| {
			let kind = match entry.kind {
				ShareKind::Developer => 0,
				ShareKind::Contributors => 1,
				ShareKind::Upstream => 2,
			};
			json!({"kind": kind, "model": entry.model, "ppm": entry.ppm})
		})
		.collect();
	json!({
		"model": terms.model,
		"operator_ppm": terms.operator_ppm,
		"vector": vector,
		"derivative_ppm": terms.derivative_ppm,
		"min_fee_per_call": decimal(terms.min_fee_per_call),
	})
}

pub fn session_fields(body: &SessionBody) -> Value {
	json!({
		"channel": decimal(body.channel),
		"operator": hex(&body.operator),
		"model": body.model,
		"expires_ms": decimal(body.expires_ms),
	})
}

fn vouchers() -> Vec<Voucher> {
	let zero = Voucher {
		channel: 0,
		calls: 0,
		fee_total: 0,
		matched_total: 0,
		range_root: H256::zero(),
	};
	let some = Voucher {
		channel: 17,
		calls: 64,
		fee_total: 1_234_567_890_123_456_789,
		matched_total: 987_654_321_098_765,
		range_root: H256::repeat_byte(0xc4),
	};
	let most = Voucher {
		channel: u64::MAX,
		calls: u64::MAX - 1,
		fee_total: u128::MAX,
		matched_total: u128::MAX - 1,
		range_root: H256::repeat_byte(0xff),
	};
	vec![zero, some, most]
}

fn signed_vouchers() -> Vec<SignedVoucher> {
	vouchers()
		.into_iter()
		.zip([(0u8, 0x11u8), (3, 0x22), (1, 0x33)])
		.map(|(voucher, (scheme, byte))| SignedVoucher {
			voucher,
			scheme,
			signature: [byte; 64],
		})
		.collect()
}

fn call_structures() -> Vec<Value> {
	let record = CallRecord {
		channel: 3,
		number: 9,
		request_hash: H256::repeat_byte(0x01),
		output_root: H256::repeat_byte(0x02),
		bytes_in: 1_200,
		bytes_out: 65_536,
		flags: FLAG_OPEN,
		fee: 5_000_000_000,
		fee_total: 45_000_000_001,
		matched_total: 30_000_000_002,
		spans_root: H256::repeat_byte(0x03),
	};
	let span = Span {
		start: 65_024,
		length: 512,
		contribution: 552,
		position: 1_073_741_312,
		value_total: 4_999_999_999,
	};
	let mut vectors: Vec<Value> = vouchers()
		.iter()
		.map(|voucher| vector("Voucher", voucher, voucher_fields(voucher)))
		.collect();
	vectors.push(vector("CallRecord", &record, record_fields(&record)));
	vectors.push(vector("Span", &span, span_fields(&span)));
	vectors
}

fn batch_structures() -> Vec<Value> {
	let page = PageCommitment {
		page_hash: H256::repeat_byte(0x0a),
		end_total: 77,
	};
	let batch = UsageBatch {
		operator: account(0x0b),
		model: 5,
		sequence: 12,
		valid_until: 1_000,
		max_charge: 2_000_000_000,
		fee_total: 99,
		matched: 77,
		lines: 3,
		lines_root: H256::repeat_byte(0x0c),
		pages: vec![page.clone()].try_into().unwrap(),
		vouchers: signed_vouchers().try_into().unwrap(),
	};
	let empty = UsageBatch {
		matched: 0,
		lines: 0,
		pages: Default::default(),
		vouchers: Default::default(),
		..batch.clone()
	};
	// 64 pages need the two-byte form of SCALE's length.
	let wide = UsageBatch {
		pages: vec![page; 64].try_into().unwrap(),
		..empty.clone()
	};
	let row = BatchRow {
		channel: 17,
		from_calls: 60,
		from_fee_total: 10,
		from_matched_total: 4,
		to_calls: 64,
		fee_total: 20,
		matched_total: 9,
		range_root: H256::repeat_byte(0x0d),
	};
	let line = CreditLine {
		contribution: 4,
		channel: 17,
		number: 63,
		span: 1_364,
		value: 2,
		total: 8,
	};
	let entry = PageEntry {
		contribution: 4,
		last_line: 16_777_215,
		total: 8,
	};
	let page = CreditPage {
		operator: account(0x0b),
		model: 5,
		sequence: 12,
		page: 63,
		entries: vec![entry.clone()].try_into().unwrap(),
	};
	let full = CreditPage {
		entries: vec![entry; 256].try_into().unwrap(),
		..page.clone()
	};
	vec![
		vector("UsageBatch", &batch, batch_fields(&batch)),
		vector("UsageBatch", &empty, batch_fields(&empty)),
		vector("UsageBatch", &wide, batch_fields(&wide)),
		vector("BatchRow", &row, row_fields(&row)),
		vector("CreditLine", &line, line_fields(&line)),
		vector("CreditPage", &page, page_fields(&page)),
		vector("CreditPage", &full, page_fields(&full)),
	]
}

fn commit_structures() -> Vec<Value> {
	let contribution = ContributionCommit {
		text_root: H256::repeat_byte(0x0e),
		byte_length: 1 << 30,
		account: account(0x0f),
		salt: [0x10; 32],
	};
	let vote = VoteCommit {
		contribution: 8,
		curator: account(0x12),
		round: 1,
		vote: 4,
		reason: 2,
		salt: [0x13; 32],
	};
	let refusal = VoteCommit {
		contribution: u64::MAX,
		round: 0,
		vote: 0,
		reason: 249,
		..vote.clone()
	};
	assert_eq!(vote_commit_hash(&genesis(), &vote), vote.digest(&genesis()));
	let shares = [
		(Beneficiary::Developer, 200_000),
		(Beneficiary::Contributors, 500_000),
		(Beneficiary::Upstream(2), 100_000),
		(Beneficiary::Upstream(7), 200_000),
	];
	let vector_of = |shares: &[(Beneficiary, u32)]| {
		let entries: Vec<VectorEntry> = shares.iter().copied().map(VectorEntry::from).collect();
		entries.try_into().unwrap()
	};
	let terms = TermsBody {
		model: 9,
		operator_ppm: 300_000,
		vector: vector_of(&shares),
		derivative_ppm: 50_000,
		min_fee_per_call: 1_000,
	};
	let alone = TermsBody {
		vector: vector_of(&[(Beneficiary::Developer, 1_000_000)]),
		..terms.clone()
	};
	assert!(terms.is_canonical() && alone.is_canonical());
	assert_eq!(terms_hash(&genesis(), &terms), terms.digest(&genesis()));
	let contribution_fields = json!({
		"text_root": hex(contribution.text_root),
		"byte_length": decimal(contribution.byte_length),
		"account": hex(&contribution.account),
		"salt": hex(contribution.salt),
	});
	vec![
		vector("ContributionCommit", &contribution, contribution_fields),
		vector("VoteCommit", &vote, vote_fields(&vote)),
		vector("VoteCommit", &refusal, vote_fields(&refusal)),
		vector("Terms", &terms, terms_fields(&terms)),
		vector("Terms", &alone, terms_fields(&alone)),
	]
}

fn session() -> SessionBody {
	SessionBody {
		channel: 17,
		operator: account(0x0b),
		model: 5,
		expires_ms: 1_795_250_000_000,
	}
}

fn session_token() -> Value {
	let token = SessionToken {
		body: session(),
		scheme: 2,
		signature: [0x5a; 64],
	};
	json!({
		"body": session_fields(&token.body),
		"scheme": token.scheme,
		"signature": hex(token.signature),
		"text": token.to_text(),
	})
}

fn wire_voucher() -> Value {
	let signed = &signed_vouchers()[1];
	let scale = codec::Encode::encode(signed);
	assert_eq!(scale.len(), 145);
	json!({"fields": signed_voucher_fields(signed), "scale": hex(scale)})
}

#[test]
fn payloads_are_as_written() {
	let mut vectors = call_structures();
	vectors.extend(batch_structures());
	vectors.extend(commit_structures());
	vectors.push(vector("Session", &session(), session_fields(&session())));
	let computed = json!({
		"genesis_hash": hex(genesis()),
		"payloads": vectors,
		"session_token": session_token(),
		"signed_voucher": wire_voucher(),
	});
	check("payloads.json", computed);
}
