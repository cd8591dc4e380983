// SPDX-License-Identifier: Apache-2.0
//! Canonical forms, refusals, record sets and commitments of texts.

use openledger_provenance::{
	canonical, record_set,
	text::{open_last_leaf, text_root},
	TextRefused,
};
use serde_json::{json, Value};

use super::{check, hex};

fn refusal(refused: TextRefused) -> &'static str {
	match refused {
		TextRefused::NotUtf8 { .. } => "not UTF-8",
		TextRefused::Control { .. } => "control",
		TextRefused::Unassigned { .. } => "unassigned",
		TextRefused::Invisible { .. } => "invisible",
	}
}

fn form(raw: &[u8]) -> Value {
	match canonical(raw) {
		Ok(bytes) => json!({"raw": hex(raw), "canonical": hex(bytes)}),
		Err(refused) => json!({"raw": hex(raw), "refused": refusal(refused)}),
	}
}

/// Only code points whose composition and assignment no Unicode version changes.
fn forms() -> Vec<Value> {
	let raws: [&[u8]; 22] = [
		b"",
		b"plain\n",
		b"\xef\xbb\xbfmark",
		b"\xef\xbb\xbf\xef\xbb\xbftwo marks",
		b"inner \xef\xbb\xbf mark",
		b"a\r\nb\rc\r\r\nd\n\re",
		b"tab\there\x0cfeed",
		b"vertical\x0btab",
		b"nul\0",
		b"escape\x1b[31m",
		b"delete\x7f stays",
		b"bad \xff byte",
		b"cut \xe2\x82",
		b"surrogate \xed\xa0\x80",
		"e\u{301} \u{212b} \u{1100}\u{1161}\u{11a8} q\u{323}\u{307} q\u{307}\u{323}".as_bytes(),
		"ligature ﬁ stays".as_bytes(),
		"soft\u{ad}hyphen".as_bytes(),
		"zero\u{200b}width".as_bytes(),
		"override\u{202e}".as_bytes(),
		"joiner\u{2060}".as_bytes(),
		"noncharacter \u{fffe}".as_bytes(),
		"private \u{e000} stays, emoji 🦀 too".as_bytes(),
	];
	raws.iter().map(|raw| form(raw)).collect()
}

/// The bytes of the commitments: byte n is 7 n mod 251.
fn bytes(length: usize) -> Vec<u8> {
	(0..length).map(|place| (place * 7 % 251) as u8).collect()
}

fn commitment(length: usize) -> Value {
	let text = bytes(length);
	let root = text_root(&text);
	let last = open_last_leaf(&text).map(|opening| {
		assert!(opening.verify(&root, length as u64));
		assert!(!opening.verify(&root, length as u64 + 1));
		json!({
			"leaf": hex(&opening.leaf),
			"siblings": opening.siblings.iter().map(hex).collect::<Vec<_>>(),
		})
	});
	json!({"byte_length": length, "text_root": hex(root), "last_leaf": last})
}

#[test]
fn texts_are_as_written() {
	let records = [
		"first\r\nrecord",
		"\u{feff}second: e\u{301}",
		"",
		"fourth\n",
	];
	let lengths = [0, 1, 255, 256, 257, 512, 513, 1_024, 1_279, 65_537];
	let computed = json!({
		"canonical": forms(),
		"record_set": {
			"records": records.iter().map(hex).collect::<Vec<_>>(),
			"text": hex(record_set(&records).unwrap()),
		},
		"bytes": "byte n is 7 n mod 251",
		"commitments": lengths.map(commitment),
	});
	check("texts.json", computed);
}
