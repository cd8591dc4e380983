// SPDX-License-Identifier: Apache-2.0
//! Reason codes of rejections and takedowns. The chain gives those up to 249 no meaning; this is
//! the table that this program and its readers agree on (`docs/curation-codes.md`).

use anyhow::{bail, Result};

/// Highest code that a person can give.
const HIGHEST: u8 = 249;

/// Code, name on the command line, meaning.
pub const REASONS: [(u8, &str, &str); 12] = [
	(1, "spam", "advertising or bulk text of no use to a reader"),
	(2, "language", "not in a language of the datanet"),
	(
		3,
		"licence",
		"not under the stated licence, or nobody may license it",
	),
	(4, "personal-data", "personal data or secrets of somebody"),
	(5, "duplicate", "a copy, or nearly one, of an earlier text"),
	(
		6,
		"broken",
		"broken encoding, markup debris or scanning errors",
	),
	(7, "off-topic", "not about the datanet's subject"),
	(8, "filler", "machine-made filler or word salad"),
	(
		9,
		"fragment",
		"cut off, or of no meaning without what is missing",
	),
	(10, "unlawful", "unlawful to publish"),
	(11, "false", "knowingly or grossly wrong"),
	(
		12,
		"poisoned",
		"made to plant instructions or behaviour in models",
	),
];

/// Codes that the chain itself gives.
const CHAIN: [(u8, &str, &str); 2] = [
	(
		254,
		"proved-copy",
		"a duplicate claim was proved during the review",
	),
	(255, "no-quorum", "too few curators voted"),
];

/// The code of a name or number.
pub fn code(text: &str) -> Result<u8, String> {
	if let Some((code, ..)) = REASONS.iter().find(|(_, name, _)| *name == text) {
		return Ok(*code);
	}
	match text.parse::<u8>() {
		Ok(code) if code <= HIGHEST => Ok(code),
		_ => Err(format!(
			"a number up to {HIGHEST} or one of {}",
			REASONS.map(|(_, name, _)| name).join(", ")
		)),
	}
}

/// Name of a code, if it has one.
pub fn name(code: u8) -> Option<&'static str> {
	REASONS
		.iter()
		.chain(&CHAIN)
		.find(|(own, ..)| *own == code)
		.map(|(_, name, _)| *name)
}

/// A code as people read it: `8 filler: machine-made filler or word salad`.
pub fn describe(code: u8) -> String {
	REASONS
		.iter()
		.chain(&CHAIN)
		.find(|(own, ..)| *own == code)
		.map_or_else(
			|| format!("code {code}"),
			|(code, name, meaning)| format!("{code} {name}: {meaning}"),
		)
}

/// A vote from the two options of a command: a quality, or a reason to reject.
pub fn vote(accept: Option<u8>, reject: Option<u8>) -> Result<(u8, u8)> {
	match (accept, reject) {
		(Some(quality), None) => Ok((quality, 0)),
		(None, Some(reason)) => Ok((0, reason)),
		_ => bail!("say either --accept QUALITY or --reject REASON"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_and_numbers_should_mean_the_same_codes() {
		for (place, (number, label, _)) in REASONS.iter().enumerate() {
			assert_eq!(usize::from(*number), place + 1);
			assert_eq!(code(label), Ok(*number));
			assert_eq!(code(&number.to_string()), Ok(*number));
			assert_eq!(name(*number), Some(*label));
		}
		assert_eq!(code("249"), Ok(249));
		for refused in ["250", "254", "-1", "Spam", ""] {
			assert!(code(refused).is_err(), "{refused}");
		}
		assert_eq!(name(254), Some("proved-copy"));
		assert_eq!(describe(77), "code 77");
	}

	#[test]
	fn a_vote_should_be_one_thing() {
		assert_eq!(vote(Some(3), None).unwrap(), (3, 0));
		assert_eq!(vote(None, Some(8)).unwrap(), (0, 8));
		assert!(vote(None, None).is_err());
		assert!(vote(Some(1), Some(1)).is_err());
	}

	#[test]
	fn the_document_should_hold_the_same_table() {
		let document = include_str!("../../docs/curation-codes.md");
		for (code, name, meaning) in REASONS.iter().chain(&CHAIN) {
			let row = format!("| {code} | `{name}` | {meaning} |");
			assert!(
				document.to_lowercase().contains(&row.to_lowercase()),
				"{row}"
			);
		}
	}
}
