// SPDX-License-Identifier: Apache-2.0
//! Spans of small handmade corpora, each made for one corner of the rule.

use openledger_primitives::payload::payload_root;
use openledger_provenance::{record::value_spans, spans, Index};
use serde_json::{json, Value};

use super::{check, decimal, genesis, hex, payloads::span_fields};

/// 62 bytes; word ends lie at 3, 9, 15, 19, 25, 30, 34, 39, 43, 47, 52, 57, 62.
const FOX: &str = "The quick brown fox jumps over the lazy dog and then goes home";

fn case(name: &str, corpus: &[(u64, &str)], answer: &str, fee: u128) -> Value {
	let texts = corpus
		.iter()
		.map(|(id, text)| (*id, text.as_bytes().to_vec()));
	let found = spans(&Index::new(texts).unwrap(), answer.as_bytes());
	let valued = value_spans(&found, fee, answer.len() as u32).unwrap();
	json!({
		"name": name,
		"corpus": corpus
			.iter()
			.map(|(id, text)| json!({"contribution": decimal(id), "text": text}))
			.collect::<Vec<_>>(),
		"answer": answer,
		"fee": decimal(fee),
		"spans": valued.iter().map(span_fields).collect::<Vec<_>>(),
		"spans_root": hex(payload_root(&genesis(), &valued)),
	})
}

fn order_cases() -> Vec<Value> {
	let longer = format!("{FOX} and more that only the later text holds");
	let twice = format!("{} stop. {FOX}", &FOX[..52]);
	let words: Vec<String> = (0..40).map(|word| format!("word{word:02}")).collect();
	let (head, tail, answer) = (
		words[..24].join(" "),
		words[16..].join(" "),
		words.join(" "),
	);
	let both = format!("{FOX} {FOX}");
	vec![
		case("whole text", &[(1, FOX)], FOX, 1_000_000),
		case("no corpus", &[], FOX, 1_000_000),
		case("empty answer", &[(1, FOX)], "", 1_000_000),
		case(
			"earlier text wins over a longer one",
			&[(2, &longer), (1, &FOX[..52])],
			FOX,
			999,
		),
		case(
			"first position wins over a longer one",
			&[(5, &twice)],
			FOX,
			999,
		),
		case(
			"overlap, earlier text has the tail",
			&[(1, &tail), (2, &head)],
			&answer,
			10_007,
		),
		case(
			"overlap, earlier text has the head",
			&[(1, &head), (2, &tail)],
			&answer,
			10_007,
		),
		case("same text twice in one answer", &[(7, FOX)], &both, 3),
		case(
			"copies in two texts",
			&[(300, FOX), (299, FOX)],
			&both,
			u128::MAX,
		),
	]
}

fn boundary_cases() -> Vec<Value> {
	let core = FOX.replace("and", "ands");
	let inside = format!("pre{FOX}post");
	let newlines = FOX.replace(' ', "\n");
	let double = FOX.replacen(' ', "  ", 1);
	let no_break = FOX.replace(' ', "\u{a0}");
	let word = |length: usize| "w".repeat(length);
	let long: String = (0..200).map(|word| format!("w{word:03} ")).collect();
	let gap = format!("{} changed {}", &FOX[..52], &longer_tail());
	vec![
		case("core of 47 bytes", &[(1, FOX)], &FOX[..47], 100),
		case("core of 48 bytes", &[(1, &core)], &core[..48], 100),
		case("core of 512 bytes", &[(1, &word(512))], &word(512), 100),
		case(
			"no core within 512 bytes",
			&[(1, &word(513))],
			&word(513),
			100,
		),
		case(
			"spans end at 512 bytes",
			&[(3, &long)],
			long.trim_end(),
			1_000_000_007,
		),
		case(
			"text holds the bytes inside its words",
			&[(1, &inside)],
			FOX,
			100,
		),
		case(
			"answer's words differ at the edges",
			&[(1, FOX)],
			&inside,
			100,
		),
		case(
			"nothing across two texts",
			&[(1, &FOX[..30]), (2, &FOX[30..])],
			FOX,
			100,
		),
		case(
			"text ends before the extension",
			&[(1, &FOX[..52]), (2, &FOX[52..])],
			FOX,
			100,
		),
		case("other white space", &[(1, FOX)], &newlines, 100),
		case("white space doubled", &[(1, FOX)], &double, 100),
		case(
			"no-break space is no white space",
			&[(1, &no_break)],
			&no_break,
			100,
		),
		case(
			"all white spaces end words",
			&[(1, &white())],
			&white(),
			100,
		),
		case(
			"a changed word between two spans",
			&[(1, &gap), (2, FOX)],
			&joined(),
			12_345,
		),
		case(
			"white space at both ends",
			&[(1, FOX)],
			&format!(" \n{FOX}\t "),
			100,
		),
	]
}

fn longer_tail() -> String {
	"rivers run through the valley until they meet the wide open sea".into()
}

fn joined() -> String {
	format!("{} another {}", FOX, longer_tail())
}

fn white() -> String {
	FOX.replacen(' ', "\t", 1)
		.replacen(' ', "\r", 1)
		.replacen(' ', "\u{c}", 1)
}

fn byte_cases() -> Vec<Value> {
	let german = "Größenwahn übt äußerst schöne Füße für die Übergänge im Äther";
	let chinese = "知识产权属于作者 每次使用都应当付费 这是公平的做法 也是可以验证的";
	let emoji = "🦀🦀🦀🦀🦀🦀 🦀🦀🦀🦀🦀🦀 🦀🦀🦀🦀🦀🦀";
	let composed = "café crème brûlée à la carte, déjà vu près du château fort";
	vec![
		case(
			"two-byte characters",
			&[(1, german)],
			&format!("→ {german} ←"),
			777,
		),
		case("three-byte characters", &[(1, chinese)], chinese, 777),
		case("four-byte characters", &[(1, emoji)], &emoji[4..], 777),
		case(
			"control bytes in an answer",
			&[(1, FOX)],
			&format!("\0\u{1} {FOX} \u{7f}"),
			777,
		),
		case(
			"an answer is never normalised",
			&[(1, composed)],
			&composed.replace('é', "e\u{301}"),
			777,
		),
		case("value rounds down", &[(1, FOX)], &format!("{FOX} xyz"), 65),
		case("value of zero", &[(1, FOX)], &format!("{FOX} xyz"), 1),
	]
}

#[test]
fn spans_are_as_written() {
	let mut cases = order_cases();
	cases.extend(boundary_cases());
	cases.extend(byte_cases());
	check(
		"spans.json",
		json!({"genesis_hash": hex(genesis()), "cases": cases}),
	);
}
