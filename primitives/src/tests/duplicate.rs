// SPDX-License-Identifier: Apache-2.0
//! Drawn positions, folded windows, and openings of texts.

use codec::{Encode, MaxEncodedLen};
use proptest::prelude::*;
use sp_core::H256;

use crate::{
	duplicate::{
		draw_position, fold, folded, open_window, EarlierWindow, Showing, TextOpening,
		ACCUSED_WINDOW, EARLIER_WINDOW, FOLDED_BYTES, MAX_OPENED_BYTES, MAX_OPENED_SIBLINGS,
		NEEDED, POSITIONS,
	},
	hash,
	ids::MAX_TEXT_BYTES,
	payload::decode_exact,
	text::text_tree,
	tree::{leaf_hash, Tree},
};

fn bytes(length: usize) -> Vec<u8> {
	(0..length).map(|place| (place * 7 % 251) as u8).collect()
}

/// Computed with another implementation of blake2.
#[test]
fn positions_are_those_of_the_layout() {
	let randomness = H256::repeat_byte(0x11);
	for (claim, index, byte_length, expected) in [
		(1, 0, 1_024, 340),
		(1, 1, 1_024, 418),
		(1, 95, 1_024, 463),
		(2, 0, 1_024, 64),
		(7, 42, 35_149, 1_757),
		(7, 42, MAX_TEXT_BYTES, 724_408_478),
		(u64::MAX, 255, MAX_TEXT_BYTES, 857_313),
		(1, 0, 513, 1),
	] {
		assert_eq!(
			draw_position(&randomness, claim, index, byte_length),
			Some(expected)
		);
	}
	assert_eq!(draw_position(&H256::zero(), 1, 0, 10_000), Some(8_583));
}

#[test]
fn a_text_of_one_window_has_one_position_and_a_shorter_one_none() {
	for index in 0..POSITIONS {
		assert_eq!(draw_position(&H256::zero(), 1, index, 512), Some(0));
		for byte_length in [0, 1, 511] {
			assert_eq!(draw_position(&H256::zero(), 1, index, byte_length), None);
		}
	}
}

/// 16 equal ranges, 9 600 draws: the sum stays below what chance exceeds once in a thousand times
/// (37.7 with 15 degrees of freedom).
#[test]
fn positions_are_spread_evenly() {
	const RANGES: u64 = 16;
	for byte_length in [511 + RANGES * 64, 511 + RANGES * 1_000_000] {
		let mut counts = [0_u32; RANGES as usize];
		let places = byte_length - 511;
		for claim in 1..=100 {
			for index in 0..POSITIONS {
				let position =
					draw_position(&H256::repeat_byte(0x2b), claim, index, byte_length).unwrap();
				counts[(position * RANGES / places) as usize] += 1;
			}
		}
		let expected = 100.0 * f64::from(POSITIONS) / RANGES as f64;
		let chi_squared: f64 = counts
			.iter()
			.map(|count| (f64::from(*count) - expected).powi(2) / expected)
			.sum();
		assert!(chi_squared < 37.7, "{chi_squared}");
	}
}

#[test]
fn folding_keeps_letters_in_lower_case_digits_and_all_beyond_ascii() {
	for byte in 0..=u8::MAX {
		let expected = match byte as char {
			letter if letter.is_ascii_alphabetic() => Some(letter.to_ascii_lowercase() as u8),
			digit if digit.is_ascii_digit() => Some(byte),
			_ if byte >= 128 => Some(byte),
			_ => None,
		};
		assert_eq!(fold(byte), expected, "{byte}");
		// Folding twice is folding once.
		assert_eq!(expected.and_then(fold), expected);
	}
}

#[test]
fn folded_windows_are_the_first_32_folded_bytes() {
	let expected = Some(*b"thequickbrownfox1234jumpsoverthe");
	for window in [
		"The quick brown fox (1234) jumps over the lazy dog",
		"THE QUICK   BROWN\n\nFOX 12-34 JUMPS, OVER: THE",
		"--- the-quick_brown.fox 1 2 3 4 jumps|over\t\tthe",
		"thequickbrownfox1234jumpsoverthe",
	] {
		assert_eq!(folded(window.as_bytes()), expected, "{window}");
	}
	assert_eq!(folded(b"thequickbrownfox1234jumpsoverth"), None);
	assert_eq!(folded(b""), None);
	assert_eq!(folded(&[b' '; 512]), None);
	// Bytes, not characters: a window may begin within one.
	let umlauts = "ÄÖÜäöüßÄÖÜäöüßÄÖ".as_bytes();
	assert_eq!(folded(umlauts).map(Vec::from), Some(umlauts.to_vec()));
	assert_eq!(folded(&umlauts[1..]), None);
}

#[test]
fn bounds_fit_the_largest_text() {
	assert!(u32::from(POSITIONS) <= u128::BITS);
	assert!(NEEDED <= u32::from(POSITIONS));
	// A window that begins with the last byte of a leaf.
	let touched = (255 + EARLIER_WINDOW).div_ceil(256);
	assert_eq!(touched * 256, u64::from(MAX_OPENED_BYTES));
	let levels = MAX_TEXT_BYTES.div_ceil(256).ilog2();
	assert_eq!(2 * levels, MAX_OPENED_SIBLINGS);
	assert_eq!(
		TextOpening::max_encoded_len(),
		2 + MAX_OPENED_BYTES as usize + 1 + 32 * MAX_OPENED_SIBLINGS as usize
	);
	// A showing of two full openings is what a transaction can carry easily.
	let opening = TextOpening {
		bytes: vec![0; MAX_OPENED_BYTES as usize].try_into().unwrap(),
		siblings: vec![H256::zero(); MAX_OPENED_SIBLINGS as usize]
			.try_into()
			.unwrap(),
	};
	let showing = Showing {
		index: 0,
		accused: opening.clone(),
		earlier: Some(EarlierWindow {
			contribution: u64::MAX,
			position: u64::MAX,
			opening,
		}),
	};
	assert_eq!(showing.encoded_size(), 5_400);
	assert_eq!(decode_exact::<Showing>(&showing.encode()), Some(showing));
}

#[test]
fn longer_openings_are_refused_where_they_are_decoded() {
	let opening =
		|bytes: usize, siblings: usize| (vec![0_u8; bytes], vec![H256::zero(); siblings]).encode();
	assert!(decode_exact::<TextOpening>(&opening(1_280, 44)).is_some());
	assert!(decode_exact::<TextOpening>(&opening(1_281, 44)).is_none());
	assert!(decode_exact::<TextOpening>(&opening(1_280, 45)).is_none());
}

#[test]
fn no_opening_needs_more_than_two_siblings_a_level() {
	let leaves: Vec<_> = (0..4_096_u32)
		.map(|leaf| leaf_hash(&leaf.encode()))
		.collect();
	let tree = Tree::from_hashes(leaves);
	let most = (0..4_096)
		.flat_map(|start| (1..=5).map(move |count| (start, count)))
		.filter_map(|(start, count)| tree.siblings(start, count))
		.map(|siblings| siblings.len())
		.max();
	assert!(most.unwrap() <= 2 * 12);
}

#[test]
fn every_window_of_a_text_opens() {
	for length in [1_usize, 255, 256, 257, 1_024, 1_300, 2_048] {
		let text = bytes(length);
		let tree = text_tree(&text);
		for position in 0..length {
			for window in [1, ACCUSED_WINDOW, EARLIER_WINDOW] {
				let opening = open_window(&text, &tree, position as u64, window).unwrap();
				let end = length.min(position + window as usize);
				assert_eq!(
					opening.window(&tree.root(), length as u64, position as u64, window),
					Some(&text[position..end]),
					"{length} {position} {window}"
				);
			}
		}
		for (position, window) in [(length, 1), (length + 1, 1), (0, 0), (length - 1, 0)] {
			assert_eq!(open_window(&text, &tree, position as u64, window), None);
		}
		assert_eq!(open_window(&text, &tree, u64::MAX, 512), None);
	}
}

#[test]
fn a_window_over_six_leaves_is_not_opened() {
	let text = bytes(4_096);
	let tree = text_tree(&text);
	assert!(open_window(&text, &tree, 255, 1_025).is_some());
	assert_eq!(open_window(&text, &tree, 255, 1_026), None);
	assert!(open_window(&text, &tree, 0, 1_280).is_some());
	assert_eq!(open_window(&text, &tree, 0, 1_281), None);
	// But at the end of the text.
	assert!(open_window(&text, &tree, 4_096 - 1_280, 9_999).is_some());
}

/// A shorter text with the same first leaves is another text, and its last leaf is no whole one.
#[test]
fn the_leaf_count_is_part_of_the_proof() {
	let text = bytes(2_000);
	let (long, short) = (text_tree(&text), text_tree(&text[..1_500]));
	let opening = open_window(&text, &long, 256, 512).unwrap();
	assert_eq!(
		opening.window(&long.root(), 2_000, 256, 512),
		Some(&text[256..768])
	);
	for byte_length in [0, 1, 256, 512, 768, 1_500, 1_792, 2_049, 2_304, u64::MAX] {
		assert_eq!(opening.window(&long.root(), byte_length, 256, 512), None);
		assert_eq!(opening.window(&short.root(), byte_length, 256, 512), None);
	}
	let cut = open_window(&text[..1_500], &short, 1_280, 512).unwrap();
	assert_eq!(cut.bytes.len(), 220);
	assert_eq!(
		cut.window(&short.root(), 1_500, 1_280, 512),
		Some(&text[1_280..1_500])
	);
	for byte_length in [1_499, 1_501, 1_536] {
		assert_eq!(cut.window(&short.root(), byte_length, 1_280, 512), None);
	}
}

#[test]
fn an_opening_begins_with_the_leaf_of_its_position() {
	let text = bytes(2_048);
	let tree = text_tree(&text);
	let opening = open_window(&text, &tree, 512, 512).unwrap();
	for position in 512..768 {
		assert!(opening.window(&tree.root(), 2_048, position, 256).is_some());
	}
	for position in [0, 256, 511, 768, 1_024, 2_048, u64::MAX] {
		assert_eq!(opening.window(&tree.root(), 2_048, position, 256), None);
	}
	let empty = TextOpening::default();
	assert_eq!(empty.window(&tree.root(), 2_048, 0, 1), None);
	assert_eq!(empty.window(&text_tree(&[]).root(), 0, 0, 1), None);
	// Nothing is no window, whatever is opened.
	assert_eq!(opening.window(&tree.root(), 2_048, 512, 0), None);
}

proptest! {
	#[test]
	fn positions_leave_room_for_a_window(
		randomness in any::<[u8; 32]>(),
		claim in any::<u64>(),
		index in any::<u8>(),
		byte_length in any::<u64>(),
	) {
		let randomness = H256(randomness);
		match draw_position(&randomness, claim, index, byte_length) {
			None => prop_assert!(byte_length < ACCUSED_WINDOW),
			Some(position) => {
				prop_assert!(position <= byte_length - ACCUSED_WINDOW);
				let digest = hash(&(randomness, claim, u32::from(index)).encode());
				let drawn = u128::from_le_bytes(digest[..16].try_into().unwrap());
				prop_assert_eq!(u128::from(position), drawn % (u128::from(byte_length) - 511));
			}
		}
	}

	#[test]
	fn folding_takes_the_first_32_of_what_it_keeps(
		window in prop::collection::vec(any::<u8>(), 0..200),
	) {
		let kept: Vec<u8> = window
			.iter()
			.filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
			.map(u8::to_ascii_lowercase)
			.collect();
		let expected = kept.get(..FOLDED_BYTES).map(<[u8]>::to_vec);
		prop_assert_eq!(folded(&window).map(Vec::from), expected);
	}

	/// Whatever is strewn in and however it is cased, the words are the same.
	#[test]
	fn padding_and_case_change_no_words(
		words in "[a-zA-Z0-9äöü]{40,60}",
		padding in "[ -/:-@\\[-`{-~\t\n]{0,9}",
	) {
		let spread: String = words
			.chars()
			.map(|letter| format!("{letter}{padding}"))
			.collect();
		prop_assert_eq!(folded(spread.as_bytes()), folded(words.as_bytes()));
		prop_assert_eq!(
			folded(words.to_ascii_uppercase().as_bytes()),
			folded(words.to_ascii_lowercase().as_bytes())
		);
	}

	#[test]
	fn damaged_openings_show_nothing(
		text in prop::collection::vec(any::<u8>(), 1..4_000),
		place in any::<prop::sample::Index>(),
		damage in any::<prop::sample::Index>(),
		window in 1_u64..=1_024,
		bit in 0_u8..8,
	) {
		let tree = text_tree(&text);
		let (root, length) = (tree.root(), text.len() as u64);
		let position = place.index(text.len()) as u64;
		let good = open_window(&text, &tree, position, window).unwrap();
		prop_assert!(good.window(&root, length, position, window).is_some());

		let mut changed = good.clone();
		let at = damage.index(changed.bytes.len());
		changed.bytes[at] ^= 1 << bit;
		prop_assert!(changed.window(&root, length, position, window).is_none());

		let mut shorter = good.clone();
		shorter.bytes.pop();
		prop_assert!(shorter.window(&root, length, position, window).is_none());

		let mut longer = good.clone();
		if longer.bytes.try_push(0).is_ok() {
			prop_assert!(longer.window(&root, length, position, window).is_none());
		}

		let mut more = good.clone();
		let at = damage.index(more.siblings.len() + 1);
		more.siblings.try_insert(at, H256::zero()).unwrap();
		prop_assert!(more.window(&root, length, position, window).is_none());

		if !good.siblings.is_empty() {
			let at = damage.index(good.siblings.len());
			let mut other = good.clone();
			other.siblings[at].0[31] ^= 1 << bit;
			prop_assert!(other.window(&root, length, position, window).is_none());
			let mut fewer = good.clone();
			fewer.siblings.remove(at);
			prop_assert!(fewer.window(&root, length, position, window).is_none());
		}
		let mut other_root = root;
		other_root.0[0] ^= 1 << bit;
		prop_assert!(good.window(&other_root, length, position, window).is_none());
	}

	#[test]
	fn made_up_openings_show_nothing_and_never_panic(
		bytes in prop::collection::vec(any::<u8>(), 0..=1_280),
		siblings in prop::collection::vec(any::<[u8; 32]>(), 0..=44),
		byte_length in any::<u64>(),
		position in any::<u64>(),
		window in any::<u64>(),
		small in any::<bool>(),
	) {
		let opening = TextOpening {
			bytes: bytes.try_into().unwrap(),
			siblings: siblings.into_iter().map(H256).collect::<Vec<_>>().try_into().unwrap(),
		};
		let (byte_length, position) = if small {
			(byte_length % 5_000, position % 5_000)
		} else {
			(byte_length, position)
		};
		let root = H256::repeat_byte(1);
		prop_assert!(opening.window(&root, byte_length, position, window).is_none());
	}

	#[test]
	fn arbitrary_bytes_decode_to_a_showing_or_nothing(
		encoded in prop::collection::vec(any::<u8>(), 0..600),
	) {
		if let Some(showing) = decode_exact::<Showing>(&encoded) {
			prop_assert_eq!(showing.encode(), encoded);
		}
	}
}
