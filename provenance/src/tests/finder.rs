// SPDX-License-Identifier: Apache-2.0
//! The span finder against exhaustive search and against the defects it must not leave.

use proptest::prelude::*;

use super::reference::{self, Corpus};
use crate::{finder::spans, index::Index, FoundSpan};

fn found(corpus: &[(u64, &str)], answer: &str) -> Vec<FoundSpan> {
	let corpus: Corpus = corpus
		.iter()
		.map(|(id, text)| (*id, text.as_bytes().to_vec()))
		.collect();
	let index = Index::new(corpus.clone()).unwrap();
	let found = spans(&index, answer.as_bytes());
	assert_eq!(found, reference::spans(&corpus, answer.as_bytes()));
	assert_eq!(reference::defect(&corpus, answer.as_bytes(), &found), None);
	found
}

fn span(start: u32, length: u16, contribution: u64, position: u32) -> FoundSpan {
	FoundSpan {
		start,
		length,
		contribution,
		position,
	}
}

/// 62 bytes; word ends lie at 3, 9, 15, 19, 25, 30, 34, 39, 43, 47, 52, 57, 62.
const FOX: &str = "The quick brown fox jumps over the lazy dog and then goes home";

#[test]
fn a_whole_text_is_one_span() {
	assert_eq!(
		found(&[(1, FOX)], FOX),
		vec![span(0, FOX.len() as u16, 1, 0)]
	);
	assert_eq!(found(&[], FOX), vec![]);
	assert_eq!(found(&[(1, FOX)], ""), vec![]);
}

#[test]
fn less_than_48_bytes_are_no_span() {
	assert_eq!(found(&[(1, FOX)], &FOX[..47]), vec![]);
	assert_eq!(
		found(&[(1, FOX)], &FOX[..48]),
		vec![],
		"byte 48 is white space"
	);
	let longer = FOX.replace("and", "ands");
	assert_eq!(
		found(&[(1, &longer)], &longer[..48]),
		vec![span(0, 48, 1, 0)]
	);
}

#[test]
fn an_earlier_text_wins_over_a_longer_later_one() {
	let earlier = &FOX[..52];
	let answer = FOX;
	let later = format!("{FOX} and more that only the later text holds");
	assert_eq!(
		found(&[(1, earlier), (2, &later)], answer),
		vec![span(0, 52, 1, 0)]
	);
}

#[test]
fn nothing_matches_across_two_texts() {
	assert_eq!(found(&[(1, &FOX[..30]), (2, &FOX[30..])], FOX), vec![]);
}

#[test]
fn a_text_may_hold_the_bytes_inside_its_own_words() {
	let text = format!("pre{FOX}post");
	assert_eq!(
		found(&[(1, &text)], FOX),
		vec![span(0, FOX.len() as u16, 1, 3)]
	);
}

#[test]
fn an_answer_must_hold_whole_words() {
	let answer = format!("pre{FOX}post");
	// The first word is another one; the last word end that the text shares is before "homepost".
	let spans = found(&[(1, FOX)], &answer);
	assert_eq!(spans, vec![span(7, 53, 1, 4)]);
	assert_eq!(
		&answer[7..60],
		"quick brown fox jumps over the lazy dog and then goes"
	);
}

#[test]
fn the_first_position_counts_even_if_a_later_one_extends_further() {
	let text = format!("{} stop. {FOX}", &FOX[..52]);
	assert_eq!(found(&[(1, &text)], FOX), vec![span(0, 52, 1, 0)]);
}

#[test]
fn spans_end_at_512_bytes_and_the_next_begins_there() {
	let long: String = (0..200).map(|word| format!("w{word:03} ")).collect();
	let spans = found(&[(3, &long)], long.trim_end());
	assert_eq!(spans[0], span(0, 509, 3, 0));
	assert_eq!(spans[1], span(510, 489, 3, 510));
	assert_eq!(spans.len(), 2);
}

#[test]
fn an_overlap_belongs_to_the_earlier_registration() {
	let words: Vec<String> = (0..40).map(|word| format!("word{word:02}")).collect();
	let (head, tail) = (words[..24].join(" "), words[16..].join(" "));
	let answer = words.join(" ");
	// The earlier text holds the tail: the later one keeps what is left of the head.
	let spans = found(&[(1, &tail), (2, &head)], &answer);
	assert_eq!(spans, vec![span(0, 111, 2, 0), span(112, 167, 1, 0)]);
	// With ids exchanged the head goes first, and the tail begins after it.
	let spans = found(&[(1, &head), (2, &tail)], &answer);
	assert_eq!(spans, vec![span(0, 167, 1, 0), span(168, 111, 2, 56)]);
}

#[test]
fn multi_byte_characters_count_as_bytes() {
	let text = "Größenwahn übt äußerst schöne Füße für die Übergänge im Äther";
	let answer = format!("→ {text} ←");
	assert_eq!(
		found(&[(1, text)], &answer),
		vec![span(4, text.len() as u16, 1, 0)]
	);
}

#[test]
fn white_space_differs_byte_by_byte() {
	assert_eq!(found(&[(1, FOX)], &FOX.replace(' ', "\n")), vec![]);
	let broken = FOX.replacen(' ', "  ", 1);
	assert_eq!(
		found(&[(1, FOX)], &broken),
		vec![span(5, FOX.len() as u16 - 4, 1, 4)]
	);
}

#[test]
fn bytes_that_are_no_utf8_are_found_nowhere() {
	let index = Index::new([(1, FOX.as_bytes().to_vec()), (2, FOX.as_bytes().to_vec())]).unwrap();
	let answer = [FOX.as_bytes(), &[0xff], FOX.as_bytes()].concat();
	let spans = spans(&index, &answer);
	assert!(spans
		.iter()
		.all(|span| span.contribution == 1 && span.length < 62));
	assert_eq!(spans.len(), 2);
}

/// Texts of a few words, so that cores repeat; answers are stitched from pieces of the texts.
fn case() -> impl Strategy<Value = (Corpus, Vec<u8>)> {
	let word = prop_oneof![
		Just("a"),
		Just("bb"),
		Just("ccc"),
		Just("é"),
		Just("longer-word")
	];
	let gap = prop_oneof![9 => Just(" "), 1 => Just("\n"), 1 => Just("  ")];
	let text = prop::collection::vec((word.clone(), gap), 0..90).prop_map(|words| {
		words
			.into_iter()
			.flat_map(|(word, gap)| [word, gap])
			.collect::<String>()
	});
	let corpus = prop::collection::btree_map(1u64..30, text, 1..6);
	let pieces = prop::collection::vec(
		(
			any::<prop::sample::Index>(),
			any::<prop::sample::Index>(),
			1usize..600,
			word,
		),
		0..7,
	);
	(corpus, pieces).prop_map(|(corpus, pieces)| {
		let corpus: Corpus = corpus
			.into_iter()
			.map(|(id, text)| (id, text.into_bytes()))
			.collect();
		let texts: Vec<&Vec<u8>> = corpus.values().collect();
		let mut answer = Vec::new();
		for (which, from, length, word) in pieces {
			let text = texts[which.index(texts.len())];
			if !text.is_empty() {
				let from = from.index(text.len());
				answer.extend_from_slice(&text[from..(from + length).min(text.len())]);
			}
			answer.extend_from_slice(word.as_bytes());
			answer.push(b' ');
		}
		(corpus, answer)
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(400))]

	#[test]
	fn spans_equal_exhaustive_search((corpus, answer) in case()) {
		let index = Index::new(corpus.clone()).unwrap();
		prop_assert_eq!(spans(&index, &answer), reference::spans(&corpus, &answer));
	}

	#[test]
	fn spans_have_no_defect_and_any_change_has_one(
		(corpus, answer) in case(),
		which in any::<prop::sample::Index>(),
		change in 0u8..4,
	) {
		let index = Index::new(corpus.clone()).unwrap();
		let mut list = spans(&index, &answer);
		prop_assert_eq!(reference::defect(&corpus, &answer, &list), None);
		prop_assume!(!list.is_empty());
		let at = which.index(list.len());
		match change {
			0 => { list.remove(at); },
			1 => list[at].position += 1,
			2 => {
				// Cut back by a word: still well formed when long enough.
				let span = list[at];
				let end = span.start as usize + usize::from(span.length);
				let shorter = reference::ends(&answer).into_iter().rev().find(|other| *other < end);
				let shorter = shorter.filter(|other| *other >= span.start as usize + 48);
				prop_assume!(shorter.is_some());
				list[at].length = (shorter.unwrap() - span.start as usize) as u16;
			},
			_ => list[at].contribution += 1,
		}
		prop_assert!(reference::defect(&corpus, &answer, &list).is_some());
	}
}

#[test]
fn stitched_cases_do_have_spans() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut counts = [0usize; 3];
	for _ in 0..100 {
		let (corpus, answer) = case().new_tree(&mut runner).unwrap().current();
		let number = spans(&Index::new(corpus).unwrap(), &answer).len();
		counts[number.min(2)] += 1;
	}
	assert!(counts[1] >= 5 && counts[2] >= 20, "{counts:?}");
}
