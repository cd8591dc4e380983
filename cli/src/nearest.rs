// SPDX-License-Identifier: Apache-2.0
//! How new a text is: its nearest relatives by MinHash, and how well it compresses.
//!
//! A warning before money is at stake, not a proof: what counts is the curators' review and the
//! duplicate claim, which compares windows of 32 bytes exactly.

use anyhow::{Context, Result};
use datasketches::theta::{CompactThetaSketch, ThetaJaccardSimilarity, ThetaSketchBuilder};
use openledger_primitives::ContributionId;
use rayon::prelude::*;

/// Words of a shingle.
const SHINGLE: usize = 5;
/// A sketch keeps the smallest 2^11 hashes: the similarity is within 0.05 in 19 of 20 cases, and
/// exact for texts with fewer shingles.
const LG_K: u8 = 11;
/// Least similarity that is reported.
const RELATED: f64 = 0.1;
/// From this similarity on a text is called a near duplicate.
pub const NEAR: f64 = 0.5;
/// Above this ratio a text repeats itself; prose has 2 to 4.
pub const REPETITIVE: f64 = 10.0;

/// The smallest hashes of a text's shingles: runs of five words, letters in lower case, everything
/// but letters and digits left out. A shorter text is one shingle.
fn sketch(text: &[u8]) -> Result<CompactThetaSketch> {
	let text = String::from_utf8_lossy(text).to_lowercase();
	let words: Vec<&str> = text
		.split(|character: char| !character.is_alphanumeric())
		.filter(|word| !word.is_empty())
		.collect();
	let mut sketch = ThetaSketchBuilder::default().lg_k(LG_K).build()?;
	if words.len() < SHINGLE {
		sketch.update(words.as_slice());
	}
	for shingle in words.windows(SHINGLE) {
		sketch.update(shingle);
	}
	sketch.trim();
	Ok(sketch.compact(true))
}

/// Texts that others are compared with.
pub struct Neighbours {
	sketches: Vec<(ContributionId, CompactThetaSketch)>,
}

impl Neighbours {
	/// The texts of a datanet that are at hand.
	pub fn of(texts: &[(ContributionId, Vec<u8>)]) -> Result<Self> {
		let sketches = texts
			.par_iter()
			.map(|(id, text)| Ok((*id, sketch(text)?)))
			.collect::<Result<_>>()?;
		Ok(Self { sketches })
	}

	/// Those that share a tenth or more of all shingles of both (Jaccard), nearest first.
	pub fn relatives(&self, text: &[u8]) -> Result<Vec<(ContributionId, f64)>> {
		let this = sketch(text)?;
		let compare = ThetaJaccardSimilarity::default();
		let mut found = Vec::new();
		for (id, other) in &self.sketches {
			let similarity = compare.compute(&this, other)?.estimate();
			if similarity >= RELATED {
				found.push((*id, similarity));
			}
		}
		found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
		Ok(found)
	}
}

/// How many times smaller zstd makes a text: high for one that repeats itself.
pub fn compression_ratio(text: &[u8]) -> Result<f64> {
	let compressed = zstd::bulk::compress(text, 0).context("zstd failed")?;
	Ok(text.len() as f64 / compressed.len().max(1) as f64)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Sentences of words drawn from a seed.
	fn prose(seed: u64, words: usize) -> String {
		let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
		let mut text = String::new();
		for place in 0..words {
			state = state
				.wrapping_mul(6_364_136_223_846_793_005)
				.wrapping_add(1_442_695_040_888_963_407);
			text += &format!("w{}", (state >> 33) % 2_000);
			text += if place % 12 == 11 { ". " } else { " " };
		}
		text
	}

	fn similarity(a: &str, b: &str) -> f64 {
		let neighbours = Neighbours::of(&[(7, b.as_bytes().to_vec())]).unwrap();
		let relatives = neighbours.relatives(a.as_bytes()).unwrap();
		relatives.first().map_or(0.0, |(_, similarity)| *similarity)
	}

	/// Jaccard of the shingles, exactly.
	fn exact(a: &str, b: &str) -> f64 {
		let shingles = |text: &str| -> std::collections::HashSet<Vec<String>> {
			let words: Vec<String> = text
				.split(|c: char| !c.is_alphanumeric())
				.filter(|word| !word.is_empty())
				.map(str::to_lowercase)
				.collect();
			words.windows(SHINGLE).map(<[String]>::to_vec).collect()
		};
		let (a, b) = (shingles(a), shingles(b));
		a.intersection(&b).count() as f64 / a.union(&b).count() as f64
	}

	#[test]
	fn a_text_in_other_dress_is_the_same() {
		let text = prose(1, 3_000);
		let dressed = text.to_uppercase().replace(' ', "  -- ");
		assert_eq!(similarity(&dressed, &text), 1.0);
		assert_eq!(similarity(&prose(2, 3_000), &text), 0.0);
		assert_eq!(similarity("too short", "Too short!"), 1.0);
		assert_eq!(similarity("too short", "too long"), 0.0);
	}

	#[test]
	fn the_estimate_is_near_the_exact_share() {
		for (seed, shared, own) in [(3, 6_000, 6_000), (4, 20_000, 4_000), (5, 900, 300)] {
			let common = prose(seed, shared);
			let a = common.clone() + &prose(seed + 10, own);
			let b = common + &prose(seed + 20, own);
			let (found, expected) = (similarity(&a, &b), exact(&a, &b));
			assert!(
				(found - expected).abs() < 0.05,
				"{found} instead of {expected}"
			);
		}
	}

	#[test]
	fn relatives_come_nearest_first_and_strangers_not_at_all() {
		let text = prose(1, 2_000);
		let words: Vec<&str> = text.split(' ').collect();
		let neighbours = Neighbours::of(&[
			(4, prose(9, 2_000).into_bytes()),
			(5, words[..1_000].join(" ").into_bytes()),
			(3, words[..1_700].join(" ").into_bytes()),
		])
		.unwrap();
		let relatives = neighbours.relatives(text.as_bytes()).unwrap();
		let ids: Vec<_> = relatives.iter().map(|(id, _)| *id).collect();
		assert_eq!(ids, [3, 5]);
		assert!(relatives[0].1 > NEAR && relatives[1].1 >= RELATED);
	}

	#[test]
	fn only_a_text_that_repeats_itself_compresses_well() {
		let once = prose(6, 400);
		assert!(compression_ratio(once.as_bytes()).unwrap() < 5.0);
		assert!(compression_ratio(once.repeat(50).as_bytes()).unwrap() > REPETITIVE);
		assert!(compression_ratio(b"").unwrap() < 1.0);
	}
}
