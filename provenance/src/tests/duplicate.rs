// SPDX-License-Identifier: Apache-2.0
//! Folded windows against exhaustive search, and showings against what the chain checks.

use std::collections::HashSet;

use openledger_primitives::{
	duplicate::{
		draw_position, folded, Showing, ACCUSED_WINDOW, EARLIER_WINDOW, NEEDED, POSITIONS,
	},
	ids::ContributionId,
	text::text_root,
	H256,
};
use proptest::prelude::*;

use crate::duplicate::{folded_share, Finding, FoldedShare, Openable, Rolling, Search};

type Texts = Vec<(ContributionId, Vec<u8>)>;

fn drawn(byte_length: usize, seed: u8) -> Vec<(u8, u64)> {
	let randomness = H256::repeat_byte(seed);
	(0..POSITIONS)
		.map(|index| {
			let position = draw_position(&randomness, 7, index, byte_length as u64).unwrap();
			(index, position)
		})
		.collect()
}

/// The windows that start at any offset of any text.
fn held<'a>(texts: impl IntoIterator<Item = &'a Vec<u8>>) -> HashSet<[u8; 32]> {
	let reach = EARLIER_WINDOW as usize;
	let windows = texts.into_iter().flat_map(|text| {
		(0..text.len()).filter_map(move |at| folded(&text[at..text.len().min(at + reach)]))
	});
	windows.collect()
}

/// The window of the accused at a position, as the chain takes it.
fn window(accused: &[u8], position: u64) -> Option<[u8; 32]> {
	let at = position as usize;
	folded(&accused[at..at + ACCUSED_WINDOW as usize])
}

/// Positions that can be shown, by trying them all.
fn share_by_search(accused: &[u8], texts: &[Vec<u8>]) -> (u64, u64) {
	let total = accused.len() as u64 - ACCUSED_WINDOW + 1;
	let held = held(texts);
	let shown = (0..total)
		.filter(|position| window(accused, *position).is_none_or(|window| held.contains(&window)))
		.count();
	(shown as u64, total)
}

/// What the chain checks of a showing, apart from where the texts stand.
fn accepted(showing: &Showing, position: u64, accused: &[u8], texts: &Texts) -> bool {
	let opened = showing.accused.window(
		&text_root(accused),
		accused.len() as u64,
		position,
		ACCUSED_WINDOW,
	);
	let Some(opened) = opened.filter(|opened| opened.len() as u64 == ACCUSED_WINDOW) else {
		return false;
	};
	let Some(window) = folded(opened) else {
		return true;
	};
	let Some(earlier) = &showing.earlier else {
		return false;
	};
	let text = texts.iter().find(|(id, _)| *id == earlier.contribution);
	text.is_some_and(|(_, text)| {
		let opened = earlier.opening.window(
			&text_root(text),
			text.len() as u64,
			earlier.position,
			EARLIER_WINDOW,
		);
		opened.and_then(folded) == Some(window)
	})
}

fn showings(accused: &[u8], texts: &Texts, findings: &[Finding]) -> Vec<Showing> {
	let openable = Openable::new(accused);
	findings
		.iter()
		.map(|finding| {
			let text = finding.place.map(|place| {
				let (_, text) = texts
					.iter()
					.find(|(id, _)| *id == place.contribution)
					.unwrap();
				Openable::new(text)
			});
			finding.showing(&openable, text.as_ref()).unwrap()
		})
		.collect()
}

fn findings(accused: &[u8], texts: &Texts, positions: &[(u8, u64)]) -> Vec<Finding> {
	let mut search = Search::new(accused, positions.iter().copied());
	for (id, text) in texts {
		search.scan(*id, text);
	}
	search.findings()
}

/// Lines of made-up words, no two texts of different seeds alike.
fn prose(seed: u64, bytes: usize) -> Vec<u8> {
	let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
	let mut text = String::new();
	while text.len() < bytes {
		state = state
			.wrapping_mul(6_364_136_223_846_793_005)
			.wrapping_add(1_442_695_040_888_963_407);
		let word = state >> 33;
		text.push_str(["lo", "ra", "mi", "tek", "Sun", "ö", "vel", "42"][(word % 8) as usize]);
		text.push_str(["", "", "na ", "s, ", "r. ", "\n"][((word >> 8) % 6) as usize]);
	}
	text.into_bytes()
}

#[test]
fn a_copy_in_other_dress_is_shown_at_every_position() {
	let original = prose(1, 4_000);
	let mut dressed = Vec::new();
	for byte in &original {
		dressed.push(byte.to_ascii_uppercase());
		if *byte == b' ' {
			dressed.extend_from_slice(b" -- ");
		}
	}
	let texts = vec![(1, prose(2, 3_000)), (5, original)];
	let positions = drawn(dressed.len(), 3);
	let found = findings(&dressed, &texts, &positions);
	assert_eq!(found.len(), usize::from(POSITIONS));
	assert!(found
		.iter()
		.all(|finding| finding.place.unwrap().contribution == 5));
	for (showing, (_, position)) in showings(&dressed, &texts, &found).iter().zip(&positions) {
		assert!(accepted(showing, *position, &dressed, &texts));
	}
	assert_eq!(
		folded_share(&dressed, [&texts[1].1]),
		Some((dressed.len() as u64 - 511, dressed.len() as u64 - 511))
	);
}

#[test]
fn another_text_is_shown_nowhere() {
	let (accused, texts) = (prose(1, 3_000), vec![(1, prose(2, 9_000))]);
	assert_eq!(
		findings(&accused, &texts, &drawn(accused.len(), 9)),
		Vec::new()
	);
	assert_eq!(folded_share(&accused, [&texts[0].1]).unwrap().0, 0);
}

#[test]
fn positions_without_words_count_without_a_text() {
	let mut accused = prose(4, 600);
	accused.extend_from_slice(&[b'-'; 3_000]);
	let share = FoldedShare::new(&accused).unwrap();
	assert_eq!(share.shown(), share.blank());
	assert_eq!(
		(share.shown(), share.total()),
		share_by_search(&accused, &[])
	);
	let positions = drawn(accused.len(), 1);
	let found = findings(&accused, &Vec::new(), &positions);
	assert!(found.len() >= NEEDED as usize, "{}", found.len());
	for finding in &found {
		let showing = finding.showing(&Openable::new(&accused), None).unwrap();
		assert!(showing.earlier.is_none());
		assert!(accepted(&showing, finding.position, &accused, &Vec::new()));
	}
}

#[test]
fn an_earlier_window_may_take_1024_bytes_and_no_more() {
	let accused = prose(5, 700);
	let spread = |gap: usize| -> Vec<u8> {
		let letters: Vec<u8> = window(&accused, 0).unwrap().to_vec();
		letters
			.iter()
			.flat_map(|letter| std::iter::once(*letter).chain(std::iter::repeat_n(b' ', gap)))
			.collect()
	};
	// From the first letter to the last: 31 · (gap + 1) + 1 bytes.
	let found = findings(&accused, &vec![(1, spread(32))], &[(0, 0)]);
	assert_eq!(found[0].place.unwrap().length, EARLIER_WINDOW);
	assert_eq!(
		findings(&accused, &vec![(1, spread(33))], &[(0, 0)]),
		Vec::new()
	);
}

#[test]
fn a_finding_is_not_shown_with_texts_it_was_not_found_in() {
	let accused = prose(6, 2_000);
	let other = prose(7, 2_000);
	let found = findings(&accused, &vec![(3, accused.clone())], &[(0, 100)]);
	let (right, wrong) = (Openable::new(&accused), Openable::new(&other));
	assert!(found[0].showing(&right, Some(&right)).is_some());
	assert!(found[0].showing(&right, Some(&wrong)).is_none());
	assert!(found[0].showing(&right, None).is_none());
	assert!(found[0].showing(&wrong, Some(&right)).is_none());
}

#[test]
fn texts_shorter_than_a_window_and_positions_beyond_it_are_left_out() {
	assert_eq!(folded_share(&prose(1, 600)[..511], [b"x"]), None);
	let accused = prose(1, 600);
	let beyond = accused.len() as u64 - 511;
	let found = findings(
		&accused,
		&vec![(1, accused.clone())],
		&[(0, beyond), (1, u64::MAX), (2, beyond - 1)],
	);
	assert_eq!(found.len(), 1);
	assert_eq!(found[0].index, 2);
}

#[test]
fn search_ends_early_and_keeps_the_first_place() {
	let accused = prose(8, 1_500);
	let mut search = Search::new(&accused, [(0, 0), (1, 500), (2, 500)]);
	assert!(!search.is_complete());
	search.scan(4, &accused);
	assert!(search.is_complete());
	search.scan(2, &accused);
	let found = search.findings();
	assert_eq!(found.len(), 3);
	assert!(found
		.iter()
		.all(|finding| finding.place.unwrap().contribution == 4));
}

/// Pieces of earlier texts and of new ones, dressed: other case, other gaps, changed bytes.
fn case() -> impl Strategy<Value = (Vec<u8>, Texts)> {
	let texts = prop::collection::vec((1u64..40, 40usize..900), 0..4);
	let pieces = prop::collection::vec(
		(
			any::<prop::sample::Index>(),
			0usize..900,
			0usize..400,
			0u8..6,
		),
		1..12,
	);
	(texts, pieces).prop_map(|(texts, pieces)| {
		let texts: Texts = (1..)
			.zip(texts)
			.map(|(id, (seed, bytes))| (id, prose(seed, bytes)))
			.collect();
		let fresh = prose(99, 900);
		let mut accused = Vec::new();
		for (which, from, length, dress) in pieces {
			let which = which.index(texts.len() + 1);
			let source = texts.get(which).map_or(&fresh, |(_, text)| text);
			let from = from.min(source.len());
			let piece = &source[from..source.len().min(from + length)];
			match dress {
				0 => accused.extend(piece.iter().map(u8::to_ascii_uppercase)),
				1 => accused.extend(piece.iter().flat_map(|byte| [*byte, b'_'])),
				2 => accused.extend(piece.iter().enumerate().map(|(at, byte)| {
					if at % 90 == 89 {
						byte ^ 1
					} else {
						*byte
					}
				})),
				3 => accused.extend_from_slice(&vec![b' '; length]),
				_ => accused.extend_from_slice(piece),
			}
		}
		accused.extend_from_slice(&fresh[..fresh.len().min(520)]);
		(accused, texts)
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(60))]

	#[test]
	fn every_showing_is_accepted_and_none_is_missing(
		(accused, texts) in case(),
		seed in any::<u8>(),
	) {
		let positions = drawn(accused.len(), seed);
		let found = findings(&accused, &texts, &positions);
		for (showing, finding) in showings(&accused, &texts, &found).iter().zip(&found) {
			prop_assert_eq!(showing.index, finding.index);
			prop_assert!(accepted(showing, finding.position, &accused, &texts));
		}
		let held = held(texts.iter().map(|(_, text)| text));
		let expected: Vec<u8> = positions
			.iter()
			.filter(|(_, at)| window(&accused, *at).is_none_or(|window| held.contains(&window)))
			.map(|(index, _)| *index)
			.collect();
		let indices: Vec<u8> = found.iter().map(|finding| finding.index).collect();
		prop_assert_eq!(indices, expected);
	}

	#[test]
	fn shares_equal_exhaustive_search((accused, texts) in case()) {
		let accused = &accused[..accused.len().min(1_200)];
		let plain: Vec<Vec<u8>> = texts.iter().map(|(_, text)| text.clone()).collect();
		prop_assert_eq!(folded_share(accused, &plain), Some(share_by_search(accused, &plain)));
		let mut all = FoldedShare::new(accused).unwrap();
		for text in &plain {
			let alone = all.add(text) + all.blank();
			prop_assert_eq!(alone, share_by_search(accused, std::slice::from_ref(text)).0);
		}
	}

	#[test]
	fn collisions_change_nothing((accused, texts) in case(), seed in any::<u8>()) {
		let weak = Rolling::with_base(1);
		let positions = drawn(accused.len(), seed);
		let mut search = Search::with_rolling(weak, &accused, positions.iter().copied());
		let mut share = FoldedShare::with_rolling(weak, &accused).unwrap();
		for (id, text) in &texts {
			search.scan(*id, text);
			share.add(text);
		}
		prop_assert_eq!(search.findings(), findings(&accused, &texts, &positions));
		let plain = texts.iter().map(|(_, text)| text);
		prop_assert_eq!(Some((share.shown(), share.total())), folded_share(&accused, plain));
	}

	#[test]
	fn a_changed_showing_is_refused(
		(accused, texts) in case(),
		which in any::<prop::sample::Index>(),
		byte in any::<prop::sample::Index>(),
	) {
		let positions = drawn(accused.len(), 5);
		let found = findings(&accused, &texts, &positions);
		prop_assume!(!found.is_empty());
		let mut shown = showings(&accused, &texts, &found);
		let at = which.index(shown.len());
		let bytes = &mut shown[at].accused.bytes;
		let place = byte.index(bytes.len());
		bytes[place] ^= 0x20;
		prop_assert!(!accepted(&shown[at], found[at].position, &accused, &texts));
	}
}

#[test]
fn cases_do_have_showings_of_both_kinds() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let (mut blank, mut placed, mut missing) = (0, 0, 0);
	for _ in 0..60 {
		let (accused, texts) = case().new_tree(&mut runner).unwrap().current();
		let found = findings(&accused, &texts, &drawn(accused.len(), 2));
		blank += found
			.iter()
			.filter(|finding| finding.place.is_none())
			.count();
		placed += found
			.iter()
			.filter(|finding| finding.place.is_some())
			.count();
		missing += usize::from(POSITIONS) - found.len();
	}
	assert!(
		blank > 50 && placed > 500 && missing > 500,
		"{blank} {placed} {missing}"
	);
}
