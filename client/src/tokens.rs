// SPDX-License-Identifier: Apache-2.0
//! Amounts of OPEN as people write them. 1 OPEN = 10^12 planck.

use openledger_primitives::{Balance, MICRO, MILLI, OPEN};

use crate::error::{Error, Result};

const DECIMALS: usize = 12;

/// `1.5 OPEN`; exact, without trailing zeros.
pub fn open(planck: Balance) -> String {
	let whole = planck / OPEN;
	let rest = planck % OPEN;
	if rest == 0 {
		return format!("{} OPEN", grouped(whole));
	}
	let digits = format!("{rest:012}");
	format!("{}.{} OPEN", grouped(whole), digits.trim_end_matches('0'))
}

/// `1.5 OPEN (1 500 000 000 000 planck)`.
pub fn open_and_planck(planck: Balance) -> String {
	format!("{} ({} planck)", open(planck), grouped(planck))
}

/// Digits in groups of three.
pub fn grouped(number: u128) -> String {
	let digits = number.to_string();
	let mut text = String::with_capacity(digits.len() + digits.len() / 3);
	for (place, digit) in digits.chars().enumerate() {
		if place > 0 && (digits.len() - place).is_multiple_of(3) {
			text.push(' ');
		}
		text.push(digit);
	}
	text
}

/// Reads `1.5 OPEN`, `100 mOPEN`, `20 uOPEN` (or `µOPEN`), `7 planck`; a bare number is OPEN.
///
/// Blanks and `_` between digits are allowed. More decimals than a planck has are refused.
pub fn parse(text: &str) -> Result<Balance> {
	let refused = |why: &str| Error::Amount(format!("{text:?} is not an amount: {why}"));
	let compact: String = text
		.chars()
		.filter(|c| !c.is_whitespace() && *c != '_' && *c != '\u{202f}')
		.collect();
	let split = compact
		.find(|c: char| !c.is_ascii_digit() && c != '.')
		.unwrap_or(compact.len());
	let (number, unit) = compact.split_at(split);
	let scale = match unit.to_lowercase().as_str() {
		"" | "open" => OPEN,
		"mopen" => MILLI,
		"uopen" | "µopen" | "μopen" => MICRO,
		"planck" => 1,
		_ => return Err(refused("the unit is OPEN, mOPEN, uOPEN or planck")),
	};
	let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
	if whole.is_empty() && fraction.is_empty() {
		return Err(refused("a number is missing"));
	}
	if fraction.contains('.') {
		return Err(refused("it has two decimal points"));
	}
	let places = DECIMALS.min(scale.ilog10() as usize);
	if fraction.len() > places {
		return Err(refused("it is finer than one planck"));
	}
	let digits = |part: &str| match part {
		"" => Some(0),
		part => part.parse::<u128>().ok(),
	};
	let too_large = || refused("it is too large");
	let whole = digits(whole)
		.and_then(|n| n.checked_mul(scale))
		.ok_or_else(too_large)?;
	let unit = 10u128.pow((places - fraction.len()) as u32);
	let fraction = digits(fraction)
		.and_then(|n| n.checked_mul(unit))
		.ok_or_else(too_large)?;
	whole.checked_add(fraction).ok_or_else(too_large)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_are_read_and_written_exactly() {
		let cases = [
			("1.5 OPEN", 1_500_000_000_000, "1.5 OPEN"),
			("100 mOPEN", 100 * MILLI, "0.1 OPEN"),
			("100 000 open", 100_000 * OPEN, "100 000 OPEN"),
			("2.5µOPEN", 2_500_000, "0.0000025 OPEN"),
			("7 planck", 7, "0.000000000007 OPEN"),
			("3", 3 * OPEN, "3 OPEN"),
			(".5", OPEN / 2, "0.5 OPEN"),
			("0", 0, "0 OPEN"),
		];
		for (text, planck, written) in cases {
			assert_eq!(parse(text).unwrap(), planck, "{text}");
			assert_eq!(open(planck), written);
			assert_eq!(parse(&open(planck)).unwrap(), planck);
		}
	}

	#[test]
	fn what_is_no_amount_is_refused() {
		let refused = [
			"",
			"OPEN",
			".",
			"-1",
			"1.2.3",
			"1 DOT",
			"1e3",
			"0.0000000000001",
			"1.5 planck",
			"0.0000001 uOPEN",
			"999999999999999999999999999999999999999",
			"400000000000000000000000000 OPEN",
			"1,5",
		];
		for text in refused {
			assert!(matches!(parse(text), Err(Error::Amount(_))), "{text}");
		}
	}

	#[test]
	fn planck_is_shown_beside_the_amount() {
		assert_eq!(
			open_and_planck(1_234_567),
			"0.000001234567 OPEN (1 234 567 planck)"
		);
	}
}
