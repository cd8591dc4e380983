// SPDX-License-Identifier: Apache-2.0
//! Money arithmetic: exact sums, whatever the numbers.

use proptest::prelude::*;
use sp_core::U256;

use crate::{
	ids::{MAX_SHARES, OPEN},
	shares::{
		accrue, base_part, debt_of, entry_pay, mul_div_floor, mul_div_rem, span_value, split,
		touch, Touched, MAX_WEIGHT,
	},
};

fn shares() -> impl Strategy<Value = Vec<u128>> {
	prop::collection::vec(
		prop_oneof![
			Just(0u128),
			1..10u128,
			0..1_000_001u128,
			any::<u64>().prop_map(u128::from)
		],
		1..=MAX_SHARES,
	)
}

#[test]
fn mul_div_floor_works_in_256_bits() {
	assert_eq!(
		mul_div_floor(u128::MAX, u128::MAX, u128::MAX),
		Some(u128::MAX)
	);
	assert_eq!(mul_div_rem(7, 3, 4), Some((5, 1)));
	assert_eq!(mul_div_floor(u128::MAX, 2, 1), None);
	assert_eq!(mul_div_floor(1, 1, 0), None);
}

#[test]
fn split_gives_the_rest_to_the_largest_remainders() {
	// 100 · 1/3 = 33.33…: the first of three equal remainders gets the planck.
	assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
	// 10 · 2/3 = 6.67 has the larger remainder than 10 · 1/3 = 3.33.
	assert_eq!(split(10, &[1, 2]), Some(vec![3, 7]));
	assert_eq!(split(1, &[1, 1]), Some(vec![1, 0]));
	assert_eq!(split(1, &[0, 1]), Some(vec![0, 1]));
	assert_eq!(split(0, &[3, 4]), Some(vec![0, 0]));
	assert_eq!(
		split(u128::MAX, &[1, 1]),
		Some(vec![u128::MAX / 2 + 1, u128::MAX / 2])
	);
}

#[test]
fn split_refuses_what_it_cannot_divide_by() {
	assert_eq!(split(1, &[]), None);
	assert_eq!(split(1, &[0, 0]), None);
	assert_eq!(split(1, &[u128::MAX, 1]), None);
	assert_eq!(split(1, &[1; MAX_SHARES + 1]), None);
	assert!(split(1, &[1; MAX_SHARES]).is_some());
}

#[test]
fn accrue_refuses_an_empty_or_oversized_pool() {
	assert_eq!(accrue(1, 0, 0), None);
	assert_eq!(accrue(1, 0, MAX_WEIGHT + 1), None);
	assert_eq!(accrue(1, 0, 1), Some((U256::from(1u128 << 64), 0)));
	assert!(accrue(u128::MAX, u128::MAX, MAX_WEIGHT).is_some());
}

#[test]
fn touch_refuses_a_broken_row() {
	assert_eq!(touch(1, U256::from(1), U256::from(2), 0), None);
	assert_eq!(touch(u64::MAX, U256::MAX, U256::zero(), 0), None);
	assert_eq!(debt_of(2, U256::MAX), None);
	// A pay of 2^128 planck doesn't fit.
	assert_eq!(touch(1, U256::from(1) << 192, U256::zero(), 0), None);
}

#[test]
fn base_and_entries_refuse_a_batch_without_fee() {
	assert_eq!(entry_pay(1, 0, 0, 0), None);
	assert_eq!(base_part(1, 0, 0), None);
	assert_eq!(entry_pay(1, 2, 2, 1), None, "totals never fall");
	assert_eq!(span_value(1, 48, 0), None);
}

/// A row of an accumulator in the simulation.
#[derive(Clone, Copy, Default)]
struct Row {
	points: u64,
	debt: U256,
	carry: u64,
}

/// One pool with R2's state, as a pallet keeps it.
#[derive(Default)]
struct Pool {
	balance: u128,
	residue: u128,
	acc: U256,
	rows: [Row; 4],
}

impl Pool {
	fn weight(&self) -> u128 {
		self.rows.iter().map(|row| u128::from(row.points)).sum()
	}

	fn pay_in(&mut self, amount: u128) {
		if let Some((delta, residue)) = accrue(amount, self.residue, self.weight()) {
			self.balance += amount;
			self.acc = self.acc.checked_add(delta).unwrap();
			self.residue = residue;
		}
	}

	/// Touches a row, then gives it new points; an empty row hands its carry to the residue.
	fn set_points(&mut self, place: usize, points: u64) {
		let row = &mut self.rows[place];
		let Touched { pay, carry, debt } =
			touch(row.points, self.acc, row.debt, row.carry).unwrap();
		assert_eq!(debt, debt_of(row.points, self.acc).unwrap());
		self.balance -= pay;
		*row = Row {
			points,
			debt: debt_of(points, self.acc).unwrap(),
			carry,
		};
		if points == 0 {
			self.residue += u128::from(carry);
			*row = Row::default();
		}
	}

	/// `balance·2^64 = residue + Σ(points·acc − debt + carry)`, exact.
	fn check(&self) {
		let owed = self.rows.iter().fold(U256::from(self.residue), |sum, row| {
			sum + debt_of(row.points, self.acc).unwrap() - row.debt + U256::from(row.carry)
		});
		assert_eq!(U256::from(self.balance) << 64, owed);
	}
}

proptest! {
	#[test]
	fn split_is_exact_and_fair(amount in any::<u128>(), shares in shares()) {
		let whole: u128 = shares.iter().sum();
		let Some(parts) = split(amount, &shares) else {
			prop_assert_eq!(whole, 0);
			return Ok(());
		};
		prop_assert_eq!(parts.iter().sum::<u128>(), amount);
		let mut extra = Vec::new();
		let mut plain = Vec::new();
		for (index, (part, share)) in parts.iter().zip(&shares).enumerate() {
			let (floor, rest) = mul_div_rem(amount, *share, whole).unwrap();
			prop_assert!(*part == floor || *part == floor + 1);
			let key = (core::cmp::Reverse(rest), index);
			if *part == floor { plain.push(key) } else { extra.push(key) }
		}
		// Whoever got the extra planck comes before everyone who didn't.
		prop_assert!(extra.iter().max() < plain.iter().min() || extra.is_empty() || plain.is_empty());
	}

	#[test]
	fn accrue_loses_nothing(amount in any::<u128>(), residue in any::<u128>(), weight in 1..=MAX_WEIGHT) {
		let (delta, rest) = accrue(amount, residue, weight).unwrap();
		prop_assert!(rest < weight);
		let back = delta * U256::from(weight) + U256::from(rest);
		prop_assert_eq!(back, (U256::from(amount) << 64) + U256::from(residue));
	}

	#[test]
	fn touch_loses_nothing(points in any::<u64>(), acc in any::<u128>(), paid in any::<u64>(), carry in any::<u64>()) {
		let acc = U256::from(acc);
		let debt = debt_of(points, acc).unwrap().min(U256::from(paid));
		let touched = touch(points, acc, debt, carry).unwrap();
		let kept = (U256::from(touched.pay) << 64) + U256::from(touched.carry);
		prop_assert_eq!(kept, touched.debt - debt + U256::from(carry));
	}

	#[test]
	fn pools_balance_after_every_step(steps in prop::collection::vec((0u8..2, 0usize..4, any::<u64>(), 0..1_000_000 * OPEN), 1..60)) {
		let mut pool = Pool::default();
		for (kind, place, points, amount) in steps {
			if kind == 0 {
				pool.pay_in(amount);
			} else {
				pool.set_points(place, if points.is_multiple_of(5) { 0 } else { points });
			}
			pool.check();
		}
	}

	#[test]
	fn pages_pay_exactly_the_data_share(
		fee in 1..1_000_000 * OPEN,
		data_ppm in 0..=1_000_000u128,
		parts in prop::collection::vec(any::<u32>(), 1..50),
		matched_ppm in 0..=1_000_000u128,
	) {
		let data = fee * data_ppm / 1_000_000;
		let matched = fee * matched_ppm / 1_000_000;
		let whole: u128 = parts.iter().map(|part| u128::from(*part)).sum::<u128>().max(1);
		let mut totals: Vec<u128> = parts
			.iter()
			.scan(0u128, |sum, part| { *sum += u128::from(*part); Some(matched * *sum / whole) })
			.collect();
		totals.push(matched);
		let mut before = 0;
		let mut paid = 0;
		for total in totals {
			paid += entry_pay(data, fee, before, total).unwrap();
			before = total;
		}
		prop_assert_eq!(paid + base_part(data, fee, matched).unwrap(), data);
	}

	#[test]
	fn span_values_never_exceed_the_fee(fee in any::<u128>(), lengths in prop::collection::vec(48u16..=512, 1..40), gap in 0u32..1000) {
		let bytes_out = lengths.iter().map(|length| u32::from(*length)).sum::<u32>() + gap;
		let sum = lengths.iter().try_fold(0u128, |sum, length| sum.checked_add(span_value(fee, *length, bytes_out)?));
		prop_assert!(sum.unwrap() <= fee);
	}
}
