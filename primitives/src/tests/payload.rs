// SPDX-License-Identifier: Apache-2.0
//! Layout and bounds of the structures, session text, price, terms.

use codec::{Encode, MaxEncodedLen};
use proptest::prelude::*;
use sp_core::{H256, U256};

use crate::{
	hash,
	ids::{MAX_PAGES, MAX_VOUCHERS},
	payload::*,
	ports::Beneficiary,
	AccountId,
};

fn voucher() -> Voucher {
	Voucher {
		channel: 3,
		calls: 4,
		fee_total: 5,
		matched_total: 6,
		range_root: H256::repeat_byte(7),
	}
}

fn batch(pages: u32, vouchers: u32) -> UsageBatch {
	let page = PageCommitment {
		page_hash: H256::repeat_byte(1),
		end_total: 2,
	};
	let signed = SignedVoucher {
		voucher: voucher(),
		scheme: 0,
		signature: [9; 64],
	};
	UsageBatch {
		operator: AccountId::new([8; 32]),
		model: 1,
		sequence: 2,
		valid_until: 3,
		max_charge: 4,
		fee_total: 5,
		matched: 6,
		lines: 7,
		lines_root: H256::zero(),
		pages: vec![page; pages as usize].try_into().unwrap(),
		vouchers: vec![signed; vouchers as usize].try_into().unwrap(),
	}
}

#[test]
fn sizes_are_those_of_the_format() {
	assert_eq!(voucher().encode().len(), 80);
	assert_eq!(voucher().preimage(&H256::zero()).len(), 128);
	assert_eq!(SignedVoucher::max_encoded_len(), 145);
	assert_eq!(PageEntry::max_encoded_len(), 28);
	assert_eq!(
		CallRecord::max_encoded_len(),
		8 + 8 + 32 + 32 + 4 + 4 + 1 + 16 * 3 + 32
	);
	assert_eq!(Span::max_encoded_len(), 4 + 2 + 8 + 4 + 16);
	assert_eq!(
		BatchRow::max_encoded_len(),
		8 + 8 + 16 + 16 + 8 + 16 + 16 + 32
	);
	assert_eq!(CreditLine::max_encoded_len(), 8 + 8 + 8 + 2 + 16 + 16);
	assert!(CreditPage::max_encoded_len() <= 9_000);
	let largest = batch(MAX_PAGES, MAX_VOUCHERS);
	assert_eq!(
		largest.encode().len(),
		32 + 4 + 8 + 4 + 16 * 3 + 4 + 32 + 2 + 64 * 48 + 2 + 256 * 145
	);
	assert!(largest.encode().len() <= UsageBatch::max_encoded_len());
}

#[test]
fn integers_are_little_endian_and_of_fixed_width() {
	let expected = [
		&[3, 0, 0, 0, 0, 0, 0, 0][..],
		&[4, 0, 0, 0, 0, 0, 0, 0],
		&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
		&[6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
		&[7; 32],
	]
	.concat();
	assert_eq!(voucher().encode(), expected);
	let preimage = [&b"openledger:vch:1"[..], &[1; 32], &expected].concat();
	assert_eq!(voucher().preimage(&H256::repeat_byte(1)), preimage);
	assert_eq!(voucher().digest(&H256::repeat_byte(1)), hash(&preimage));
}

#[test]
fn tags_differ() {
	let mut tags = vec![
		TAG_VOUCHER,
		TAG_RECORD,
		TAG_SPAN,
		TAG_LINE,
		TAG_PAGE,
		TAG_BATCH,
		TAG_ROW,
		TAG_CONTRIBUTION,
		TAG_VOTE,
		TAG_TERMS,
		TAG_SESSION,
	];
	let count = tags.len();
	tags.sort();
	tags.dedup();
	assert_eq!(tags.len(), count);
}

#[test]
fn trailing_and_missing_bytes_are_refused() {
	let mut bytes = batch(1, 1).encode();
	assert_eq!(decode_exact(&bytes), Some(batch(1, 1)));
	bytes.push(0);
	assert_eq!(decode_exact::<UsageBatch>(&bytes), None);
	bytes.truncate(bytes.len() - 2);
	assert_eq!(decode_exact::<UsageBatch>(&bytes), None);
}

#[test]
fn longer_lists_than_allowed_are_refused() {
	let head = (AccountId::new([8; 32]), 1u32, 2u64, 0u8);
	let entry = PageEntry {
		contribution: 1,
		last_line: 2,
		total: 3,
	};
	let fits = (head.clone(), vec![entry.clone(); 256]).encode();
	assert!(decode_exact::<CreditPage>(&fits).is_some());
	let long = (head, vec![entry; 257]).encode();
	assert!(decode_exact::<CreditPage>(&long).is_none());
}

fn terms(vector: &[(Beneficiary, u32)]) -> TermsBody {
	let vector: Vec<VectorEntry> = vector.iter().copied().map(VectorEntry::from).collect();
	TermsBody {
		model: 9,
		operator_ppm: 1,
		vector: vector.try_into().unwrap(),
		derivative_ppm: 2,
		min_fee_per_call: 3,
	}
}

#[test]
fn vectors_have_one_canonical_order() {
	use Beneficiary::{Contributors, Developer, Upstream};
	assert!(terms(&[(Developer, 1_000_000)]).is_canonical());
	let full = [
		(Developer, 1),
		(Contributors, 2),
		(Upstream(3), 3),
		(Upstream(5), 999_994),
	];
	assert!(terms(&full).is_canonical());
	assert!(!terms(&[]).is_canonical(), "sum");
	assert!(!terms(&[(Developer, 999_999)]).is_canonical(), "sum");
	assert!(
		!terms(&[(Contributors, 500_000), (Developer, 500_000)]).is_canonical(),
		"order"
	);
	assert!(
		!terms(&[(Developer, 500_000), (Developer, 500_000)]).is_canonical(),
		"twice"
	);
	assert!(
		!terms(&[(Upstream(4), 500_000), (Upstream(2), 500_000)]).is_canonical(),
		"ids"
	);
	assert!(
		!terms(&[(Upstream(0), 1_000_000)]).is_canonical(),
		"0 is none"
	);
	let mut placed = terms(&[(Developer, 1_000_000)]);
	placed.vector[0].model = 1;
	assert!(!placed.is_canonical(), "a developer has no model");
	let mut overflowing = terms(&[(Developer, u32::MAX), (Contributors, 1_000_001)]);
	assert!(!overflowing.is_canonical(), "sum wraps to 1 000 000");
	overflowing.vector[0].ppm = 0;
	overflowing.vector[1].ppm = 1_000_000;
	assert!(overflowing.is_canonical());
}

#[test]
fn unknown_share_kinds_are_refused() {
	assert!(decode_exact::<VectorEntry>(&[2, 1, 0, 0, 0, 0, 0, 0, 0]).is_some());
	assert!(decode_exact::<VectorEntry>(&[3, 1, 0, 0, 0, 0, 0, 0, 0]).is_none());
}

#[test]
fn prices_round_each_part_up() {
	let price = Price {
		per_call: 10,
		in_per_kb: 3,
		out_per_kb: 1_000,
	};
	assert_eq!(price.fee(0, 0), Some(10));
	assert_eq!(price.fee(1, 1), Some(10 + 1 + 1));
	assert_eq!(price.fee(1_000, 1_000), Some(10 + 3 + 1_000));
	assert_eq!(price.fee(1_001, 2), Some(10 + 4 + 2));
	assert_eq!(
		Price {
			in_per_kb: u128::MAX,
			..price
		}
		.fee(2, 0),
		None
	);
	assert_eq!(
		Price {
			per_call: u128::MAX,
			..price
		}
		.fee(0, 1),
		None
	);
}

fn token() -> SessionToken {
	let body = SessionBody {
		channel: 1,
		operator: AccountId::new([2; 32]),
		model: 3,
		expires_ms: 4,
	};
	SessionToken {
		body,
		scheme: 1,
		signature: [0xab; 64],
	}
}

#[test]
fn session_text_has_one_form() {
	let text = token().to_text();
	assert!(text.starts_with("ol1.0100000000000000020202"));
	assert_eq!(text.len(), 4 + 2 * (8 + 32 + 4 + 8 + 1 + 64));
	assert_eq!(SessionToken::from_text(&text), Some(token()));
	assert_eq!(SessionToken::from_text(&text.to_uppercase()), None);
	assert_eq!(SessionToken::from_text(&text.replace("ab", "AB")), None);
	assert_eq!(SessionToken::from_text(&text.replace("ol1.", "ol2.")), None);
	assert_eq!(SessionToken::from_text(&text.replace("ol1.", "")), None);
	assert_eq!(SessionToken::from_text(&format!("{text}00")), None);
	assert_eq!(SessionToken::from_text(&text[..text.len() - 1]), None);
	assert_eq!(SessionToken::from_text(&text[..text.len() - 2]), None);
	assert_eq!(SessionToken::from_text(&text.replacen("00", "0g", 1)), None);
	assert_eq!(SessionToken::from_text(""), None);
}

#[test]
fn salts_are_halves_of_one_hash() {
	let secret = [5; 32];
	let pair = hash(&[&secret[..], &[3, 0, 0, 0]].concat());
	assert_eq!(output_salt(&secret, 6), pair.0[..16]);
	assert_eq!(output_salt(&secret, 7), pair.0[16..]);
	assert_ne!(output_salt(&secret, 8), output_salt(&secret, 6));
}

#[test]
fn snapshot_hash_chains_its_members() {
	let first = snapshot_step(&H256::zero(), 0, 7, &H256::repeat_byte(9));
	let bytes = [&[0; 32][..], &[0; 8], &[7, 0, 0, 0, 0, 0, 0, 0], &[9; 32]].concat();
	assert_eq!(first, hash(&bytes));
	assert_ne!(snapshot_step(&first, 1, 7, &H256::repeat_byte(9)), first);
}

proptest! {
	#[test]
	fn session_text_survives(channel in any::<u64>(), operator in any::<[u8; 32]>(), model in any::<u32>(), expires_ms in any::<u64>(), scheme in any::<u8>(), half in any::<[u8; 32]>()) {
		let mut signature = [0; 64];
		signature[..32].copy_from_slice(&half);
		signature[32..].copy_from_slice(&half);
		let body = SessionBody { channel, operator: AccountId::new(operator), model, expires_ms };
		let token = SessionToken { body, scheme, signature };
		prop_assert_eq!(SessionToken::from_text(&token.to_text()), Some(token));
	}

	#[test]
	fn hostile_session_text_never_panics(text in "\\PC*") {
		SessionToken::from_text(&text);
		prop_assert_eq!(SessionToken::from_text(&format!("ol1.{text}")), None);
	}

	#[test]
	fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
		if let Some(batch) = decode_exact::<UsageBatch>(&bytes) {
			prop_assert_eq!(batch.encode(), bytes.clone());
		}
		if let Some(page) = decode_exact::<CreditPage>(&bytes) {
			prop_assert_eq!(page.encode(), bytes);
		}
	}

	#[test]
	fn prices_equal_the_formula(per_call in any::<u64>(), in_per_kb in any::<u64>(), out_per_kb in any::<u64>(), bytes_in in any::<u32>(), bytes_out in any::<u32>()) {
		let part = |bytes: u32, rate: u64| {
			let exact = U256::from(bytes) * U256::from(rate);
			let (whole, rest) = exact.div_mod(U256::from(1_000));
			whole.as_u128() + u128::from(!rest.is_zero())
		};
		let price = Price { per_call: per_call.into(), in_per_kb: in_per_kb.into(), out_per_kb: out_per_kb.into() };
		let fee = u128::from(per_call) + part(bytes_in, in_per_kb) + part(bytes_out, out_per_kb);
		prop_assert_eq!(price.fee(bytes_in, bytes_out), Some(fee));
	}
}
