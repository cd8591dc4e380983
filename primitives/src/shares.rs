// SPDX-License-Identifier: Apache-2.0
//! Exact division of money: the split of R1, the accumulator of R2 and what a credit page pays.
//!
//! Every function is pure, works in 256 bits where a product needs it and returns `None` instead
//! of wrapping, truncating or dividing by zero.

use alloc::vec::Vec;

use sp_core::U256;

use crate::ids::{Balance, MAX_SHARES};

/// Fractional bits of the accumulator: an `acc` counts planck per point times 2^64.
pub const ACC_BITS: u32 = 64;
/// Largest total of points one accumulator divides by (2^80).
pub const MAX_WEIGHT: u128 = 1 << 80;

/// `⌊a·b / c⌋` and the remainder. `None` when `c` is 0 or the quotient exceeds `u128`.
pub fn mul_div_rem(a: u128, b: u128, c: u128) -> Option<(u128, u128)> {
	let divisor = U256::from(c);
	let product = U256::from(a).checked_mul(U256::from(b))?;
	let quotient = product.checked_div(divisor)?;
	let rest = product.checked_rem(divisor)?;
	Some((u128::try_from(quotient).ok()?, u128::try_from(rest).ok()?))
}

/// `⌊a·b / c⌋`. `None` when `c` is 0 or the quotient exceeds `u128`.
pub fn mul_div_floor(a: u128, b: u128, c: u128) -> Option<u128> {
	mul_div_rem(a, b, c).map(|(quotient, _)| quotient)
}

/// R1: splits `amount` in proportion to `shares`, floor first, then one planck each to the largest
/// remainders, ties to the lower index. The parts sum to `amount`, and a share of 0 gets 0.
///
/// `None` when there are no shares or more than [`MAX_SHARES`], or their sum is 0 or overflows.
pub fn split(amount: Balance, shares: &[u128]) -> Option<Vec<Balance>> {
	if shares.len() > MAX_SHARES {
		return None;
	}
	let whole = shares
		.iter()
		.try_fold(0u128, |sum, share| sum.checked_add(*share))?;
	let mut parts = Vec::with_capacity(shares.len());
	let mut remainders = Vec::with_capacity(shares.len());
	let mut left = amount;
	for (index, share) in shares.iter().enumerate() {
		let (part, remainder) = mul_div_rem(amount, *share, whole)?;
		left = left.checked_sub(part)?;
		parts.push(part);
		remainders.push((remainder, index));
	}
	// A stable sort keeps the lower index first among equal remainders.
	remainders.sort_by_key(|(remainder, _)| core::cmp::Reverse(*remainder));
	for (_, index) in remainders {
		if left == 0 {
			break;
		}
		let part = parts.get_mut(index)?;
		*part = part.checked_add(1)?;
		left = left.checked_sub(1)?;
	}
	(left == 0).then_some(parts)
}

/// R2, settlement: divides `amount` planck and the kept `residue` over `weight` points.
///
/// `t = amount·2^64 + residue`; returns `(t / weight, t % weight)`: what is added to the
/// accumulator and the new residue. `None` when `weight` is 0 (R3 is the caller's) or above
/// [`MAX_WEIGHT`].
pub fn accrue(amount: Balance, residue: u128, weight: u128) -> Option<(U256, u128)> {
	if weight > MAX_WEIGHT {
		return None;
	}
	let divisor = U256::from(weight);
	let scaled = U256::from(amount).checked_mul(one_planck())?;
	let total = scaled.checked_add(U256::from(residue))?;
	let delta = total.checked_div(divisor)?;
	let rest = total.checked_rem(divisor)?;
	Some((delta, u128::try_from(rest).ok()?))
}

/// R2, touch: what a row of `points` has earned since it was last touched.
///
/// `s = points·acc − debt + carry`; returns `(s >> 64, points·acc, s mod 2^64)` as
/// [`Touched`]. `None` when `debt` exceeds `points·acc` (a broken row) or a number overflows.
pub fn touch(points: u64, acc: U256, debt: U256, carry: u64) -> Option<Touched> {
	let product = debt_of(points, acc)?;
	let sum = product.checked_sub(debt)?.checked_add(U256::from(carry))?;
	let pay = sum.checked_div(one_planck())?;
	let rest = sum.checked_rem(one_planck())?;
	Some(Touched {
		pay: u128::try_from(pay).ok()?,
		carry: u64::try_from(rest).ok()?,
		debt: product,
	})
}

/// Result of [`touch`]: the row's new `debt` and `carry`, and the planck to pay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Touched {
	/// Planck earned.
	pub pay: Balance,
	/// Fraction of a planck kept in the row, in units of 2^-64 planck.
	pub carry: u64,
	/// `points·acc` with the points the row had; a row whose points change takes [`debt_of`].
	pub debt: U256,
}

/// The debt of a row of `points` that has been paid up to `acc`.
pub fn debt_of(points: u64, acc: U256) -> Option<U256> {
	U256::from(points).checked_mul(acc)
}

/// What a credit page pays an entry: `⌊D·total/F⌋ − ⌊D·total_before/F⌋`, where `data_share` is D,
/// `fee` is F of the batch and the totals are running values of matched planck.
pub fn entry_pay(
	data_share: Balance,
	fee: Balance,
	total_before: Balance,
	total: Balance,
) -> Option<Balance> {
	let upto = mul_div_floor(data_share, total, fee)?;
	let before = mul_div_floor(data_share, total_before, fee)?;
	upto.checked_sub(before)
}

/// The base part of a batch's data share: `D − ⌊D·matched/F⌋`. A batch without fee has none.
pub fn base_part(data_share: Balance, fee: Balance, matched: Balance) -> Option<Balance> {
	data_share.checked_sub(mul_div_floor(data_share, matched, fee)?)
}

/// Value of a span: `⌊fee · length / bytes_out⌋` planck. `None` when the answer is empty.
pub fn span_value(fee: Balance, length: u16, bytes_out: u32) -> Option<Balance> {
	mul_div_floor(fee, u128::from(length), u128::from(bytes_out))
}

/// 2^64, one planck in the accumulator's scale.
fn one_planck() -> U256 {
	U256([0, 1, 0, 0])
}
