// SPDX-License-Identifier: Apache-2.0
//! Folded shares: at which part of a text's positions the window is in earlier texts.
//!
//! [`Earlier::shows`] asks the chain's [`folded`] at one position. [`Earlier::shown`] does a whole
//! text, [`Shares`] many texts against each other, in one pass each; tests hold the three against
//! each other.

use std::collections::HashMap;

use openledger_primitives::duplicate::{
	fold, folded, ACCUSED_WINDOW, EARLIER_WINDOW, FOLDED_BYTES,
};

/// Every folded window of earlier texts, with a text and an offset at which it is.
pub struct Earlier<'a> {
	/// The texts.
	pub texts: Vec<&'a str>,
	windows: HashMap<[u8; FOLDED_BYTES], (usize, usize)>,
}

impl<'a> Earlier<'a> {
	/// The windows of these texts.
	pub fn of(texts: impl IntoIterator<Item = &'a str>) -> Self {
		let texts: Vec<&str> = texts.into_iter().collect();
		let mut windows = HashMap::new();
		for (number, text) in texts.iter().enumerate() {
			let bytes = text.as_bytes();
			for start in (0..bytes.len()).filter(|start| fold(bytes[*start]).is_some()) {
				if let Some(words) = folded(window(bytes, start, EARLIER_WINDOW)) {
					windows.entry(words).or_insert((number, start));
				}
			}
		}
		Self { texts, windows }
	}

	/// The text and the offset at which these words are.
	pub fn place(&self, words: &[u8; FOLDED_BYTES]) -> Option<(usize, usize)> {
		self.windows.get(words).copied()
	}

	/// Whether the accused's window at a position counts as shown.
	pub fn shows(&self, accused: &str, position: usize) -> bool {
		folded(window(accused.as_bytes(), position, ACCUSED_WINDOW))
			.is_none_or(|words| self.windows.contains_key(&words))
	}

	/// For every position that can be drawn, whether it can be shown.
	pub fn shown(&self, accused: &str) -> Vec<bool> {
		let bytes = accused.as_bytes();
		let kept: Vec<usize> = (0..bytes.len())
			.filter(|place| fold(bytes[*place]).is_some())
			.collect();
		let words: Vec<u8> = kept
			.iter()
			.filter_map(|place| fold(bytes[*place]))
			.collect();
		let known: Vec<bool> = words
			.windows(FOLDED_BYTES)
			.map(|window| self.windows.contains_key(window))
			.collect();
		let mut next = 0;
		(0..places(accused))
			.map(|position| {
				next += usize::from(kept.get(next).is_some_and(|place| *place < position));
				let last = kept.get(next + FOLDED_BYTES - 1);
				let whole = last.is_some_and(|last| *last < position + ACCUSED_WINDOW as usize);
				!whole || known[next]
			})
			.collect()
	}

	/// Part of the positions that can be shown.
	pub fn share(&self, accused: &str) -> f64 {
		part(&self.shown(accused))
	}
}

/// Part of the positions that are shown.
pub fn part(shown: &[bool]) -> f64 {
	shown.iter().filter(|one| **one).count() as f64 / shown.len() as f64
}

/// Positions that can be drawn in a text.
pub fn places(text: &str) -> usize {
	(text.len() + 1).saturating_sub(ACCUSED_WINDOW as usize)
}

fn window(bytes: &[u8], start: usize, length: u64) -> &[u8] {
	&bytes[start..bytes.len().min(start + length as usize)]
}

/// One folded window of one text, packed so that equal windows stand together when sorted: a hash
/// of its words, the text's number, how many positions of the text as the accused see it, and
/// whether it can be shown when the text is the earlier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Occurrence {
	words: u64,
	text: u16,
	positions: u32,
	earlier: bool,
}

/// Any odd number without a pattern: the hash is a polynomial over it.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

fn occurrences(number: u16, text: &str, out: &mut Vec<Occurrence>) -> usize {
	let bytes = text.as_bytes();
	let kept: Vec<(usize, u64)> = (0..bytes.len())
		.filter_map(|place| fold(bytes[place]).map(|byte| (place, u64::from(byte) + 1)))
		.collect();
	let highest = (1..FOLDED_BYTES).fold(1u64, |power, _| power.wrapping_mul(BASE));
	let mut hash = 0u64;
	let mut covered = 0;
	let mut next = 0;
	for end in 0..kept.len() {
		hash = hash.wrapping_mul(BASE).wrapping_add(kept[end].1);
		let Some(first) = (end + 1).checked_sub(FOLDED_BYTES) else {
			continue;
		};
		let (start, last) = (kept[first].0, kept[end].0);
		// Positions after the folded byte before and up to this one, if the window reaches.
		let from = next.max((last + 1).saturating_sub(ACCUSED_WINDOW as usize));
		let until = (start + 1).min(places(text));
		let positions = until.saturating_sub(from);
		next = start + 1;
		covered += positions;
		out.push(Occurrence {
			words: hash,
			text: number,
			positions: positions as u32,
			earlier: last - start < EARLIER_WINDOW as usize,
		});
		hash = hash.wrapping_sub(kept[first].1.wrapping_mul(highest));
	}
	places(text) - covered
}

/// Shares of many texts in each other.
pub struct Shares {
	texts: usize,
	/// Positions of each text.
	places: Vec<usize>,
	/// Positions that count without an earlier text.
	empty: Vec<usize>,
	/// Positions of text `a` whose words are in text `b`, at `a · texts + b`.
	pairs: Vec<u32>,
	/// Positions of each text whose words are in any other.
	any: Vec<u32>,
}

impl Shares {
	/// Measures these texts against each other.
	pub fn of(texts: &[&str]) -> Self {
		let mut all = Vec::new();
		let empty = texts
			.iter()
			.enumerate()
			.map(|(number, text)| occurrences(number as u16, text, &mut all))
			.collect();
		all.sort_unstable();
		let mut shares = Self {
			texts: texts.len(),
			places: texts.iter().map(|text| places(text)).collect(),
			empty,
			pairs: vec![0; texts.len() * texts.len()],
			any: vec![0; texts.len()],
		};
		for same in all.chunk_by(|left, right| left.words == right.words) {
			shares.count(same);
		}
		shares
	}

	/// Counts one window in every text that has it.
	fn count(&mut self, same: &[Occurrence]) {
		let mut holders: Vec<(usize, u32, bool)> = Vec::new();
		for one in same.chunk_by(|left, right| left.text == right.text) {
			let positions = one.iter().map(|occurrence| occurrence.positions).sum();
			let earlier = one.iter().any(|occurrence| occurrence.earlier);
			holders.push((usize::from(one[0].text), positions, earlier));
		}
		for (accused, positions, _) in &holders {
			let row = accused * self.texts;
			let mut others = 0;
			for (earlier, _, shows) in &holders {
				if *shows && earlier != accused {
					self.pairs[row + earlier] += positions;
					others += 1;
				}
			}
			if others > 0 {
				self.any[*accused] += positions;
			}
		}
	}

	/// Share of one text in another.
	pub fn share(&self, accused: usize, earlier: usize) -> f64 {
		let words = self.pairs[accused * self.texts + earlier] as usize;
		(words + self.empty[accused]) as f64 / self.places[accused] as f64
	}

	/// Share of one text in all others together.
	pub fn in_others(&self, accused: usize) -> f64 {
		(self.any[accused] as usize + self.empty[accused]) as f64 / self.places[accused] as f64
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn words(from: u32, count: u32) -> String {
		(from..from + count)
			.map(|n| format!("word{} number, ", n * n))
			.collect()
	}

	#[test]
	fn measuring_many_is_measuring_each() {
		let base = words(0, 120);
		let texts = [
			base.clone(),
			format!("{}{}", words(60, 60), words(500, 60)),
			base.replace(' ', &" ".repeat(30)),
			words(0, 12).replace(' ', &"-".repeat(700)),
			words(900, 130).to_uppercase(),
			format!("{}{}", " ".repeat(1_500), words(100, 80)),
		];
		let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
		let shares = Shares::of(&texts);
		for (accused, text) in texts.iter().enumerate() {
			for (earlier, other) in texts.iter().enumerate() {
				if accused != earlier {
					let windows = Earlier::of([*other]);
					let shown = windows.shown(text);
					for (position, shown) in shown.iter().enumerate() {
						assert_eq!(windows.shows(text, position), *shown, "{position}");
					}
					let each = part(&shown);
					assert_eq!(
						shares.share(accused, earlier),
						each,
						"{accused} in {earlier}"
					);
				}
			}
			let others = texts
				.iter()
				.enumerate()
				.filter(|(place, _)| *place != accused);
			let each = Earlier::of(others.map(|(_, other)| *other)).share(text);
			assert_eq!(shares.in_others(accused), each, "{accused} in the others");
		}
		assert_eq!(shares.share(2, 0), 1.0, "more blanks are no other text");
		assert!((0.3..0.6).contains(&shares.share(1, 0)));
		assert!(shares.share(4, 0) < 0.05);
	}

	#[test]
	fn a_position_without_words_counts_and_a_last_one_has_a_whole_window() {
		let text = format!("{}{}", "a".repeat(40), " ".repeat(2_000));
		let shown = Earlier::of([""]).shown(&text);
		assert_eq!(shown.len(), text.len() - 511);
		// Windows that begin in the first 9 letters still hold 32 of them.
		assert_eq!(shown.iter().filter(|one| !**one).count(), 9);
		assert_eq!(places(&text[..511]), 0);
	}
}
