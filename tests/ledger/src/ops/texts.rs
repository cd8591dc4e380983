// SPDX-License-Identifier: Apache-2.0
//! Contents: texts with words that can be copied, and roots of bytes that don't exist.

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use openledger_primitives::{
	duplicate::{open_window, TextOpening},
	text::{open_last_leaf, text_root, text_tree},
	tree::{leaf_hash, node_hash, root_hash, Tree},
	H256,
};
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};
use sp_io::hashing::blake2_256;

use super::{Dice, World};

/// Numbers of texts that exist begin here.
const FIRST_TEXT: u64 = 1 << 32;

/// A text that exists.
pub struct Text {
	/// Its bytes.
	pub bytes: Vec<u8>,
	/// It has words of another text.
	pub copied: bool,
	tree: Tree,
	/// Its folded bytes with their places.
	folded: Vec<(u8, usize)>,
}

/// The words of a byte, if it has any: letters in lower case and digits.
fn fold(byte: u8) -> Option<u8> {
	let letter = char::from(byte);
	if byte >= 128 {
		Some(byte)
	} else if letter.is_ascii_alphanumeric() {
		Some(letter.to_lowercase().next().unwrap() as u8)
	} else {
		None
	}
}

/// The first 32 folded bytes.
fn words(window: &[u8]) -> Option<Vec<u8>> {
	let folded: Vec<u8> = window.iter().filter_map(|byte| fold(*byte)).collect();
	folded.get(..32).map(Vec::from)
}

impl Text {
	fn new(bytes: Vec<u8>, copied: bool) -> Self {
		let places = bytes.iter().enumerate();
		let folded = places.filter_map(|(place, byte)| Some((fold(*byte)?, place)));
		Self {
			tree: text_tree(&bytes),
			folded: folded.collect(),
			copied,
			bytes,
		}
	}

	/// The words in the 512 bytes from a place on.
	pub fn drawn_words(&self, place: usize) -> Option<Vec<u8>> {
		words(&self.bytes[place..place + 512])
	}

	/// The words in up to 1 024 bytes from a place on.
	pub fn found_words(&self, place: usize) -> Option<Vec<u8>> {
		words(&self.bytes[place..self.bytes.len().min(place + 1_024)])
	}

	/// A place from which these words stand here.
	pub fn find(&self, words: &[u8]) -> Option<usize> {
		let mut windows = self.folded.windows(words.len());
		let found = windows.find(|window| window.iter().map(|(byte, _)| byte).eq(words));
		found.map(|window| window[0].1)
	}

	/// The leaves under so many bytes from a place on.
	pub fn open(&self, place: usize, length: u64) -> TextOpening {
		open_window(&self.bytes, &self.tree, place as u64, length).expect("within the text")
	}
}

/// Place `index` of a claim on a text of so many bytes, by the formula of the formats.
pub fn position(value: &H256, claim: u64, index: u8, length: usize) -> usize {
	let mut bytes = value.as_bytes().to_vec();
	bytes.extend_from_slice(&claim.to_le_bytes());
	bytes.extend_from_slice(&u32::from(index).to_le_bytes());
	let digest = blake2_256(&bytes);
	let drawn = BigInt::from_bytes_le(num_bigint::Sign::Plus, &digest[..16]);
	(drawn % (length - 511))
		.to_usize()
		.expect("within the text")
}

/// Words that nobody else has.
fn own(seed: u64, length: usize) -> Vec<u8> {
	let mut dice = ChaCha8Rng::seed_from_u64(seed);
	let mut bytes = Vec::new();
	while bytes.len() < length {
		let word = dice.next_u64();
		bytes.extend((0..4 + word % 5).map(|step| b'a' + (word >> (8 * step)) as u8 % 26));
		bytes.push(if word.is_multiple_of(11) { b'\n' } else { b' ' });
	}
	bytes
}

/// The same words in other dress.
fn dressed(bytes: &[u8], how: usize) -> Vec<u8> {
	let mut copy = Vec::new();
	for (place, byte) in bytes.iter().enumerate() {
		match (how, byte) {
			(0, b' ') => copy.extend_from_slice(b"  "),
			(1, b' ') => copy.extend_from_slice(b" - "),
			(2, byte) => copy.push(byte.to_ascii_uppercase()),
			(_, byte) => copy.push(*byte),
		}
		if how == 3 && place % 900 == 899 {
			copy.extend([b'='; 600]);
		}
	}
	copy
}

impl World {
	/// A new text: of somebody's own, or with the words of one that is known already, all of them
	/// or half.
	pub fn new_text(&mut self, dice: &mut Dice, known: &[u64]) -> (u64, u64) {
		let number = FIRST_TEXT + self.texts.len() as u64;
		let length = 1_100 + dice.below(3_000);
		let source = dice.pick(known).filter(|_| dice.chance(70));
		let source = source.and_then(|source| self.texts.get(&source));
		let copied = source.is_some();
		let bytes = match source {
			None => own(number, length),
			Some(source) => match dice.below(6) {
				0 => {
					let half = source.bytes.len() / 2;
					[&source.bytes[..half], &own(number, half.max(1_100))].concat()
				}
				1 => [&source.bytes[..], &own(number, 200)].concat(),
				how => dressed(&source.bytes, how - 2),
			},
		};
		let length = bytes.len() as u64;
		// Two who dress the same text alike have the same bytes, and so the same root.
		let mut known = self.texts.iter();
		if let Some((same, _)) = known.find(|(_, text)| text.bytes == bytes) {
			return (*same, length);
		}
		self.texts.insert(number, Text::new(bytes, copied));
		(number, length)
	}

	/// A content by its number and length: its root, last leaf and the siblings above. Of those
	/// that don't exist as texts only these bytes do: a last leaf proves the length of any number
	/// of bytes.
	pub fn content(&self, text: u64, length: u64) -> (H256, Vec<u8>, Vec<H256>) {
		if let Some(text) = self.texts.get(&text) {
			let opening = open_last_leaf(&text.bytes).expect("not empty");
			let (leaf, siblings) = (opening.leaf.into_inner(), opening.siblings.into_inner());
			return (text_root(&text.bytes), leaf, siblings);
		}
		let count = length.div_ceil(256);
		let rest = length - (count - 1) * 256;
		let leaf = vec![text.to_le_bytes()[0] | 1; rest as usize];
		let mut siblings = Vec::new();
		let mut node = leaf_hash(&leaf);
		let (mut place, mut width) = (count - 1, count);
		while width > 1 {
			if !place.is_multiple_of(2) {
				let level = siblings.len() as u64;
				let sibling = H256::from_low_u64_be(text * 64 + level + 1);
				node = node_hash(&sibling, &node);
				siblings.push(sibling);
			}
			place /= 2;
			width = width.div_ceil(2);
		}
		// A content of one leaf has no sibling that tells it from another.
		(root_hash(count, &node), leaf, siblings)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_dressed_copy_should_have_the_same_words() {
		let text = Text::new(own(1, 1_200), false);
		for how in 0..4 {
			let copy = Text::new(dressed(&text.bytes, how), true);
			assert_ne!(copy.bytes, text.bytes);
			let all =
				|text: &Text| -> Vec<u8> { text.folded.iter().map(|(byte, _)| *byte).collect() };
			assert_eq!(all(&copy), all(&text));
			let found = text.find(&copy.drawn_words(40).unwrap()).unwrap();
			assert_eq!(text.found_words(found), copy.drawn_words(40));
		}
		assert_eq!(words(b"Ab-9 "), None);
	}
}
