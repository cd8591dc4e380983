// SPDX-License-Identifier: Apache-2.0
//! The index answers like a search through every text.

use proptest::prelude::*;

use super::reference::{occurrences, Corpus};
use crate::index::{Index, IndexError};

fn corpus(texts: &[(u64, &str)]) -> Corpus {
	texts
		.iter()
		.map(|(id, text)| (*id, text.as_bytes().to_vec()))
		.collect()
}

#[test]
fn the_smallest_place_wins() {
	let index = Index::new(corpus(&[(9, "xabc"), (2, "zzzabcabc"), (5, "abc")])).unwrap();
	assert_eq!(index.contributions().collect::<Vec<_>>(), vec![2, 5, 9]);
	assert_eq!(index.first(b"abc"), Some((2, 3)));
	assert_eq!(index.first(b"xabc"), Some((9, 0)));
	assert_eq!(index.first(b"abcabc"), Some((2, 3)));
	assert_eq!(index.first(b"abcd"), None);
	assert_eq!(index.occurrences(b"abc"), 4);
	assert_eq!(index.text(5), Some(&b"abc"[..]));
	assert_eq!(index.text(6), None);
}

#[test]
fn nothing_matches_across_two_texts() {
	let index = Index::new(corpus(&[(1, "left"), (2, "right")])).unwrap();
	assert_eq!(index.first(b"leftright"), None);
	assert_eq!(index.first(b"t"), Some((1, 3)));
	assert_eq!(index.first(b"t\xff"), None);
	assert_eq!(index.first(b"\xff"), None);
	assert_eq!(index.occurrences(b"\xff"), 0);
}

#[test]
fn empty_corpora_and_texts_are_searchable() {
	let none = Index::new(Corpus::new()).unwrap();
	assert_eq!(none.first(b"a"), None);
	assert_eq!(none.first(b""), None);
	let empty = Index::new(corpus(&[(1, ""), (2, "a"), (3, "")])).unwrap();
	assert_eq!(empty.first(b"a"), Some((2, 0)));
	assert_eq!(empty.first(b""), None);
	assert_eq!(empty.text(3), Some(&b""[..]));
}

#[test]
fn what_is_no_corpus_is_refused_by_name() {
	let twice = vec![(4, b"a".to_vec()), (3, b"b".to_vec()), (4, b"c".to_vec())];
	assert_eq!(Index::new(twice).unwrap_err(), IndexError::Repeated(4));
	assert_eq!(
		Index::new([(7, b"a\xff".to_vec())]).unwrap_err(),
		IndexError::NotUtf8(7)
	);
}

/// Words over a small alphabet repeat often enough to make intervals of every size.
fn texts() -> impl Strategy<Value = Corpus> {
	prop::collection::btree_map(1u64..50, "[ab é]{0,300}".prop_map(String::into_bytes), 0..9)
}

proptest! {
	#[test]
	fn first_equals_exhaustive_search(corpus in texts(), pattern in "[ab é]{1,9}", wide in any::<bool>()) {
		let index = Index::with_width(corpus.clone(), wide).unwrap();
		let bytes = pattern.as_bytes();
		let places = occurrences(&corpus, bytes);
		let first = places.first().map(|(contribution, position)| (*contribution, *position as u32));
		prop_assert_eq!(index.first(bytes), first);
		prop_assert_eq!(index.occurrences(bytes), places.len());
	}

	#[test]
	fn parts_of_texts_are_found(corpus in texts(), which in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(), length in 1usize..200) {
		let index = Index::new(corpus.clone()).unwrap();
		let all: Vec<_> = corpus.iter().filter(|(_, text)| !text.is_empty()).collect();
		prop_assume!(!all.is_empty());
		let (_, text) = all[which.index(all.len())];
		let from = from.index(text.len());
		let part = &text[from..(from + length).min(text.len())];
		let first = occurrences(&corpus, part)[0];
		prop_assert_eq!(index.first(part), Some((first.0, first.1 as u32)));
	}
}
