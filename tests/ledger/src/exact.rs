// SPDX-License-Identifier: Apache-2.0
//! Divisions of money by the definition of their rules, in rationals and whole numbers without
//! bounds. Nothing here knows how the chain computes them.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

/// Money in planck, without bounds.
pub type Planck = BigInt;

/// Whole planck of a number of the chain.
pub fn planck(amount: u128) -> Planck {
	BigInt::from(amount)
}

/// 2^64: a planck in the unit that pools are kept in.
pub fn fine(amount: &Planck) -> BigInt {
	amount * (BigInt::one() << 64)
}

/// R1 by its definition: each share's exact part is a fraction; everybody gets the whole planck of
/// it, and what is left goes, one planck each, to those whose fraction was cut most, the lower
/// place first among equals.
pub fn split(amount: &Planck, shares: &[u64]) -> Vec<Planck> {
	let whole: BigInt = shares.iter().map(|share| BigInt::from(*share)).sum();
	let exact: Vec<BigRational> = shares
		.iter()
		.map(|share| BigRational::new(amount * BigInt::from(*share), whole.clone()))
		.collect();
	let mut parts: Vec<Planck> = exact.iter().map(|part| part.floor().to_integer()).collect();
	let given: Planck = parts.iter().sum();
	let mut left = amount - given;
	let mut served = vec![false; shares.len()];
	while !left.is_zero() {
		let mut most: Option<usize> = None;
		for (place, part) in exact.iter().enumerate() {
			if !served[place] && most.is_none_or(|best| part.fract() > exact[best].fract()) {
				most = Some(place);
			}
		}
		let place = most.expect("fewer planck are left than there are shares");
		served[place] = true;
		parts[place] += 1;
		left -= 1;
	}
	parts
}

/// `⌊D · total / F⌋`: what the matched planck up to `total` are worth of a data share.
pub fn worth(data: &Planck, fee: &Planck, total: &Planck) -> Planck {
	if fee.is_zero() {
		return Planck::zero();
	}
	BigRational::new(data * total, fee.clone())
		.floor()
		.to_integer()
}

/// Whether `share` ppm of what an operator and the protocol's largest share leave of a fee, of
/// which a part `weight / weights` goes on, is at least `minimum` ppm of the fee.
pub fn reaches(minimum: u32, operator: u32, share: u32, weight: u64, weights: u64) -> bool {
	let ppm = |value: u32| BigRational::new(BigInt::from(value), BigInt::from(1_000_000));
	let part = BigRational::new(BigInt::from(weight), BigInt::from(weights));
	let rest = ppm(900_000) - ppm(operator);
	ppm(share) * part * rest >= ppm(minimum)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_largest_cut_should_get_the_planck_that_is_left() {
		let parts = split(&planck(10), &[1, 1, 1]);
		assert_eq!(parts, [4, 3, 3].map(planck));
		let parts = split(&planck(1), &[0, 1, 2]);
		assert_eq!(parts, [0, 0, 1].map(planck));
		let parts = split(&planck(7), &[500_000, 300_000, 200_000]);
		assert_eq!(parts, [4, 2, 1].map(planck), "3.5, 2.1, 1.4");
	}

	#[test]
	fn every_planck_should_go_somewhere() {
		for amount in 0..200_u128 {
			let parts = split(&planck(amount), &[3, 0, 7, 7, 1_000]);
			assert_eq!(parts.iter().sum::<Planck>(), planck(amount));
			assert_eq!(parts[1], planck(0));
		}
	}

	#[test]
	fn minima_should_count_on_the_whole_fee() {
		assert!(reaches(90_000, 0, 100_000, 1, 1));
		assert!(!reaches(90_001, 0, 100_000, 1, 1));
		assert!(!reaches(1, 900_000, 1_000_000, 1, 1));
		assert!(reaches(0, 900_000, 0, 1, 1));
	}
}
