// SPDX-License-Identifier: Apache-2.0
//! Duplicate proofs: drawn positions, folded windows, openings of texts.

use openledger_primitives::{
	duplicate::{
		draw_position, folded, open_window, TextOpening, ACCUSED_WINDOW, EARLIER_WINDOW, POSITIONS,
	},
	text::text_tree,
	H256,
};
use serde_json::{json, Value};

use super::{check, decimal, genesis, hex};

/// All positions of a claim; `null` for a text shorter than one window.
fn draw(randomness: H256, claim: u64, byte_length: u64) -> Value {
	let positions: Option<Vec<u64>> = (0..POSITIONS)
		.map(|index| draw_position(&randomness, claim, index, byte_length))
		.collect();
	json!({
		"randomness": hex(randomness),
		"claim": decimal(claim),
		"byte_length": byte_length,
		"positions": positions,
	})
}

fn draws() -> Vec<Value> {
	let mixed = genesis();
	vec![
		draw(mixed, 1, 511),
		draw(mixed, 1, 512),
		draw(mixed, 1, 513),
		draw(mixed, 1, 1_024),
		draw(mixed, 2, 1_024),
		draw(H256::zero(), 0, 35_149),
		draw(H256::repeat_byte(0xff), u64::MAX, 35_149),
		draw(mixed, 7, 1 << 30),
	]
}

fn fold_case(window: &[u8]) -> Value {
	json!({"window": hex(window), "folded": folded(window).map(hex)})
}

fn folds() -> Vec<Value> {
	let every: Vec<u8> = (0..=255).collect();
	let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	let spaced: Vec<u8> = letters
		.iter()
		.flat_map(|byte| [*byte, b' ', b'-'])
		.collect();
	let padded = [&[b' '; 481][..], &letters[..31]].concat();
	let full = [&[b'\n'; 480][..], &letters[..32]].concat();
	vec![
		fold_case(b""),
		fold_case(&every),
		fold_case(letters),
		fold_case(&letters[..31]),
		fold_case(&letters[..32]),
		fold_case(&spaced),
		fold_case(&padded),
		fold_case(&full),
		fold_case("Ärger ÜBER Größe: „Straße“, naïve façade".as_bytes()),
	]
}

/// The bytes of the texts: byte n is 7 n mod 251.
fn bytes(length: usize) -> Vec<u8> {
	(0..length).map(|place| (place * 7 % 251) as u8).collect()
}

struct Shown {
	root: H256,
	byte_length: u64,
	position: u64,
	most: u64,
}

impl Shown {
	fn with(&self, opening: &TextOpening) -> Value {
		let window = opening.window(&self.root, self.byte_length, self.position, self.most);
		json!({
			"text_root": hex(self.root),
			"byte_length": self.byte_length,
			"position": self.position,
			"most": self.most,
			"bytes": hex(&opening.bytes),
			"siblings": opening.siblings.iter().map(hex).collect::<Vec<_>>(),
			"window": window.map(hex),
		})
	}
}

/// An opening as it must be, and the same one damaged or claimed for something else.
fn openings_of(length: usize, position: u64, most: u64) -> Vec<Value> {
	let text = bytes(length);
	let tree = text_tree(&text);
	let good = open_window(&text, &tree, position, most).unwrap();
	let shown = Shown {
		root: tree.root(),
		byte_length: length as u64,
		position,
		most,
	};
	let end = text.len().min((position + most) as usize);
	assert_eq!(
		good.window(&shown.root, shown.byte_length, position, most),
		Some(&text[position as usize..end])
	);
	let mut changed = good.clone();
	changed.bytes[0] ^= 1;
	let mut cut = good.clone();
	cut.bytes.pop();
	let mut deep = good.clone();
	deep.siblings.try_push(H256::zero()).unwrap();
	let bad = [
		shown.with(&changed),
		shown.with(&cut),
		shown.with(&deep),
		shown.with(&TextOpening::default()),
		Shown {
			position: position + 256,
			..shown
		}
		.with(&good),
		Shown {
			byte_length: shown.byte_length + 256,
			..shown
		}
		.with(&good),
	];
	assert!(bad.iter().all(|case| case["window"].is_null()));
	let mut all = vec![shown.with(&good)];
	all.extend(bad);
	all
}

#[test]
fn duplicates_are_as_written() {
	let openings: Vec<Value> = [
		(1_024, 0, ACCUSED_WINDOW),
		(1_024, 512, ACCUSED_WINDOW),
		(5_000, 255, ACCUSED_WINDOW),
		(5_000, 4_488, ACCUSED_WINDOW),
		(5_000, 1_023, EARLIER_WINDOW),
		(5_000, 4_990, EARLIER_WINDOW),
		(65_537, 65_025, ACCUSED_WINDOW),
	]
	.into_iter()
	.flat_map(|(length, position, most)| openings_of(length, position, most))
	.collect();
	let computed = json!({
		"draws": draws(),
		"folds": folds(),
		"bytes": "byte n is 7 n mod 251",
		"openings": openings,
	});
	check("duplicates.json", computed);
}
