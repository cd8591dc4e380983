// SPDX-License-Identifier: Apache-2.0
//! Hashes that are not of a tagged structure.

use openledger_primitives::{
	payload::{output_salt, request_hash, snapshot_step},
	H256,
};
use openledger_provenance::record::output_root;
use serde_json::{json, Value};

use super::{check, decimal, hex};

fn snapshot() -> Value {
	let members = [(3u64, 0x21u8), (4, 0x22), (9, 0x23), (70_000, 0x24)];
	let mut running = H256::zero();
	let steps: Vec<Value> = members
		.iter()
		.zip(0u64..)
		.map(|((contribution, byte), number)| {
			let text_root = H256::repeat_byte(*byte);
			running = snapshot_step(&running, number, *contribution, &text_root);
			json!({
				"number": number,
				"contribution": decimal(contribution),
				"text_root": hex(text_root),
				"hash": hex(running),
			})
		})
		.collect();
	json!(steps)
}

fn requests(secret: &[u8; 32]) -> Value {
	let bodies = [
		"",
		"{\"model\":\"1\",\"prompt\":\"How do I serialize a struct to JSON?\"}",
	];
	json!(bodies
		.iter()
		.map(|body| json!({"body": body, "hash": hex(request_hash(secret, body.as_bytes()))}))
		.collect::<Vec<_>>())
}

fn outputs(secret: &[u8; 32]) -> Value {
	let answers = [
		String::new(),
		"a".into(),
		"exactly 16 bytes".into(),
		"seventeen bytes!!".into(),
		"Grüße aus dem Wörterbuch, und zwar in mehr als zweiunddreißig Bytes".into(),
		"x".repeat(4_099),
	];
	json!(answers
		.iter()
		.map(|answer| json!({
			"answer": answer,
			"root": hex(output_root(secret, answer.as_bytes())),
		}))
		.collect::<Vec<_>>())
}

#[test]
fn hashes_are_as_written() {
	let secret: [u8; 32] = core::array::from_fn(|place| place as u8 * 3 + 1);
	let salts: Vec<Value> = (0..6).map(|leaf| hex(output_salt(&secret, leaf))).collect();
	let computed = json!({
		"snapshot": snapshot(),
		"secret": hex(secret),
		"requests": requests(&secret),
		"salts": salts,
		"outputs": outputs(&secret),
	});
	check("hashes.json", computed);
}
