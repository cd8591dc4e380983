// SPDX-License-Identifier: Apache-2.0
//! Dice with a fixed seed, and the binomial distribution.

use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};

/// The whole, in parts per million.
const PPM: u64 = 1_000_000;

/// Dice that fall alike on every machine.
pub struct Dice(ChaCha8Rng);

impl Dice {
	/// Dice of a seed.
	pub fn new(seed: u64) -> Self {
		Self(ChaCha8Rng::seed_from_u64(seed))
	}

	/// A number below `count`.
	pub fn below(&mut self, count: u64) -> u64 {
		// The bias is below count / 2^64.
		self.0.next_u64() % count
	}

	/// Whether something happens that does so `ppm` times in a million.
	pub fn hit(&mut self, ppm: u32) -> bool {
		self.below(PPM) < u64::from(ppm)
	}

	/// The numbers below `count` in some order.
	pub fn order(&mut self, count: usize) -> Vec<usize> {
		let mut order: Vec<usize> = (0..count).collect();
		for last in (1..count).rev() {
			let other = self.below(last as u64 + 1) as usize;
			order.swap(last, other);
		}
		order
	}
}

/// The chance that at least `needed` of `trials` hit, each with the chance `share`.
pub fn at_least(trials: u32, needed: u32, share: f64) -> f64 {
	// One trial after the other: products and sums only, so every machine gets the same bits.
	let mut exactly = vec![0.0; trials as usize + 1];
	exactly[0] = 1.0;
	for done in 0..trials as usize {
		for hits in (0..=done + 1).rev() {
			let missed = exactly[hits] * (1.0 - share);
			let hit = hits
				.checked_sub(1)
				.map_or(0.0, |fewer| exactly[fewer] * share);
			exactly[hits] = missed + hit;
		}
	}
	exactly.iter().skip(needed as usize).sum()
}

/// The chance that it happens at least once in so many trials.
pub fn once(trials: u32, each: f64) -> f64 {
	1.0 - (0..trials).fold(1.0, |missed, _| missed * (1.0 - each))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn binomials_are_those_of_the_books() {
		// 10 tosses: 56 of 1024 ways have at least 8 heads.
		assert!((at_least(10, 8, 0.5) - 56.0 / 1024.0).abs() < 1e-15);
		assert!((at_least(3, 1, 0.1) - 0.271).abs() < 1e-15);
		assert!((at_least(96, 0, 0.3) - 1.0).abs() < 1e-12);
		assert!((at_least(96, 96, 1.0) - 1.0).abs() < 1e-12);
		assert_eq!(at_least(96, 1, 0.0), 0.0);
		assert!((once(3, 0.1) - at_least(3, 1, 0.1)).abs() < 1e-15);
	}

	#[test]
	fn dice_fall_as_often_as_they_should_and_always_alike() {
		let mut dice = Dice::new(7);
		let hits = (0..10_000).filter(|_| dice.hit(250_000)).count();
		assert!((2_300..2_700).contains(&hits), "{hits}");
		assert!(!(0..100).any(|_| dice.hit(0)));
		assert!((0..100).all(|_| dice.hit(1_000_000)));
		let mut order = dice.order(50);
		assert_ne!(order, (0..50).collect::<Vec<_>>());
		order.sort_unstable();
		assert_eq!(order, (0..50).collect::<Vec<_>>());
		assert_eq!(Dice::new(3).below(1_000), Dice::new(3).below(1_000));
	}
}
