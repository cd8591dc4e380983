// SPDX-License-Identifier: Apache-2.0
//! Signatures of each scheme. sr25519 signs differently each time, so the file is the source: it
//! is verified here and made anew only on demand.

use openledger_primitives::{
	payload::{verify, wrapped, Payload, SessionBody, UsageBatch, Voucher},
	AccountId, H256,
};
use serde_json::{json, Value};
use sp_core::{ed25519, sr25519, Pair};

use super::{
	genesis, hex,
	payloads::{batch_fields, session_fields, voucher_fields},
	read, write, writing,
};

const FILE: &str = "signatures.json";

fn sign(scheme: u8, message: &[u8]) -> (Value, Value) {
	let wrapped = wrapped(message);
	let message = if scheme < 2 { message } else { &wrapped };
	if scheme.is_multiple_of(2) {
		let pair = sr25519::Pair::from_seed(&[0x51; 32]);
		(hex(pair.public().0), hex(pair.sign(message).0))
	} else {
		let pair = ed25519::Pair::from_seed(&[0x52; 32]);
		(hex(pair.public().0), hex(pair.sign(message).0))
	}
}

fn voucher() -> Voucher {
	Voucher {
		channel: 17,
		calls: 64,
		fee_total: 1_234_567_890_123_456_789,
		matched_total: 987_654_321_098_765,
		range_root: H256::repeat_byte(0xc4),
	}
}

fn session() -> SessionBody {
	let operator = AccountId::new([0x0b; 32]);
	SessionBody {
		channel: 17,
		operator,
		model: 5,
		expires_ms: 1_795_250_000_000,
	}
}

fn batch() -> UsageBatch {
	UsageBatch {
		operator: AccountId::new([0x0b; 32]),
		model: 5,
		sequence: 0,
		valid_until: 1_000,
		max_charge: 2_000_000_000,
		fee_total: 99,
		matched: 0,
		lines: 0,
		lines_root: H256::repeat_byte(0x0c),
		pages: Default::default(),
		vouchers: Default::default(),
	}
}

/// What is signed, with the schemes that may sign it.
fn messages() -> Vec<(&'static str, Value, Vec<u8>, &'static [u8])> {
	let (voucher, session, batch) = (voucher(), session(), batch());
	let digest = batch.digest(&genesis()).as_bytes().to_vec();
	vec![
		(
			"Voucher",
			voucher_fields(&voucher),
			voucher.preimage(&genesis()),
			&[0, 1, 2, 3],
		),
		(
			"Session",
			session_fields(&session),
			session.preimage(&genesis()),
			&[0, 1, 2, 3],
		),
		("UsageBatch", batch_fields(&batch), digest, &[0, 1]),
	]
}

fn fresh() -> Value {
	let mut signatures = Vec::new();
	for (structure, fields, message, schemes) in messages() {
		for scheme in schemes {
			let (public, signature) = sign(*scheme, &message);
			signatures.push(json!({
				"structure": structure,
				"fields": fields,
				"message": hex(&message),
				"scheme": scheme,
				"public": public,
				"signature": signature,
			}));
		}
	}
	json!({"genesis_hash": hex(genesis()), "signatures": signatures})
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
	hex::decode(value.as_str().unwrap())
		.unwrap()
		.try_into()
		.unwrap()
}

#[test]
fn signatures_in_the_file_are_good() {
	if writing() {
		write(FILE, &fresh());
	}
	let file = read(FILE);
	let listed = file["signatures"].as_array().unwrap();
	let mut expected = Vec::new();
	for (structure, fields, message, schemes) in messages() {
		expected.extend(
			schemes
				.iter()
				.map(|scheme| (structure, fields.clone(), message.clone(), *scheme)),
		);
	}
	assert_eq!(listed.len(), expected.len());
	for (vector, (structure, fields, message, scheme)) in listed.iter().zip(expected) {
		assert_eq!(vector["structure"], structure);
		assert_eq!(vector["fields"], fields);
		assert_eq!(vector["message"], hex(&message));
		assert_eq!(vector["scheme"], scheme);
		let (public, signature) = (bytes(&vector["public"]), bytes(&vector["signature"]));
		assert!(
			verify(scheme, &public, &signature, &message),
			"{structure} {scheme}"
		);
		assert!(
			!verify((scheme + 2) % 4, &public, &signature, &message),
			"{structure} {scheme}"
		);
		assert!(
			!verify(scheme, &public, &signature, &message[1..]),
			"{structure} {scheme}"
		);
	}
}
