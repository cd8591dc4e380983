// SPDX-License-Identifier: Apache-2.0
//! Words and cores.

use proptest::prelude::*;

use super::reference;
use crate::rules::{core_end, cores, is_word_end, is_word_start, next_extension};

fn words_of(length: usize, count: usize) -> Vec<u8> {
	vec![vec![b'w'; length]; count].join(&b' ')
}

#[test]
fn words_are_bounded_by_five_white_bytes_only() {
	for white in [b' ', b'\t', b'\n', b'\r', 0x0c] {
		let answer = [b'a', white, b'b'];
		assert!(
			is_word_end(&answer, 1) && is_word_start(&answer, 2),
			"{white}"
		);
		assert!(
			!is_word_start(&answer, 1) && !is_word_end(&answer, 2),
			"{white}"
		);
	}
	// Vertical tab, NUL, no-break space and ideographic space belong to words.
	for other in ["\u{b}", "\0", "\u{a0}", "\u{3000}"] {
		let answer = ["a", other, "b"].concat().into_bytes();
		let inner = 1..answer.len();
		assert!(inner
			.clone()
			.all(|at| !is_word_start(&answer, at) && !is_word_end(&answer, at)));
	}
}

#[test]
fn words_at_the_edges_of_an_answer() {
	assert!(is_word_start(b"a", 0) && is_word_end(b"a", 1));
	assert!(!is_word_end(b"a", 0) && !is_word_start(b"a", 1));
	assert!(!is_word_end(b"a ", 2) && !is_word_start(b" a", 0));
	assert!(!is_word_start(b"", 0) && !is_word_end(b"", 0));
	assert!(!is_word_end(b"a", 9) && !is_word_start(b"a", usize::MAX));
}

#[test]
fn a_core_ends_at_the_first_word_end_from_48_bytes_on() {
	let exact = words_of(48, 1);
	assert_eq!(core_end(&exact, 0), Some(48));
	assert_eq!(core_end(&exact[..47], 0), None);
	// 15 words of 3 bytes are 59 bytes; word ends lie at 3, 7, … 47, 51.
	assert_eq!(core_end(&words_of(3, 15), 0), Some(51));
	assert_eq!(core_end(&words_of(3, 15), 1), None, "no word starts there");
	assert_eq!(core_end(&words_of(3, 15), 12), None, "47 bytes are left");
	assert_eq!(core_end(b"", 0), None);
}

#[test]
fn a_core_has_at_most_512_bytes() {
	assert_eq!(core_end(&words_of(512, 1), 0), Some(512));
	assert_eq!(core_end(&words_of(513, 1), 0), None);
	// A short word before a long one moves the limit with the start.
	let answer = [b"ab ".as_slice(), &words_of(510, 1)].concat();
	assert_eq!(core_end(&answer, 0), None);
	assert_eq!(core_end(&answer, 3), Some(513));
}

#[test]
fn extensions_stay_within_512_bytes_of_the_start() {
	let answer = words_of(64, 10);
	assert_eq!(next_extension(&answer, 0, 64), Some(129));
	// Ends lie at 64 + 65 k: 454 is the seventh, 519 the eighth.
	assert_eq!(next_extension(&answer, 0, 389), Some(454));
	assert_eq!(next_extension(&answer, 0, 454), None);
	assert_eq!(next_extension(&answer, 65, 454), Some(519));
	assert_eq!(next_extension(&answer, 585, 649), None, "the answer ends");
}

proptest! {
	#[test]
	fn words_and_cores_equal_the_reference(answer in prop::collection::vec(prop_oneof![4 => Just(b'a'), 1 => Just(b' '), 1 => Just(b'\n'), 1 => any::<u8>()], 0..700)) {
		for at in 0..answer.len() + 2 {
			prop_assert_eq!(is_word_start(&answer, at), reference::starts(&answer).contains(&at));
			prop_assert_eq!(is_word_end(&answer, at), reference::ends(&answer).contains(&at));
		}
		let expected: Vec<_> = reference::starts(&answer)
			.into_iter()
			.filter_map(|start| Some((start, reference::core_of(&answer, start)?)))
			.collect();
		prop_assert_eq!(cores(&answer).collect::<Vec<_>>(), expected);
	}
}
