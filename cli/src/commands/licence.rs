// SPDX-License-Identifier: Apache-2.0
//! Licences: SPDX expressions as the chain keeps them, and as a dataset card names them.

use anyhow::{bail, Result};
use serde_json::{json, Value};
use spdx::{error::Reason, Expression, LicenseItem};

/// Bytes of an expression on chain, at most.
const MAX_BYTES: usize = 128;
/// Where SPDX describes its licences.
const LIST: &str = "https://spdx.org/licenses/";

/// Checks an SPDX licence expression and returns it without blanks around it. A refusal shows the
/// place and, where one can be guessed, what was meant.
pub fn parse(expression: &str) -> Result<String> {
	let expression = expression.trim();
	if let Err(error) = Expression::parse(expression) {
		let mut text = format!(
			"{expression:?} is no SPDX licence expression: {}",
			error.reason
		);
		if expression.is_ascii() && !expression.contains(char::is_control) && !error.span.is_empty()
		{
			let marks = "^".repeat(error.span.len());
			text += &format!("\n  {expression}\n  {:1$}{marks}", "", error.span.start);
		}
		text += &advice(expression, &error.reason);
		bail!(text);
	}
	if expression.len() > MAX_BYTES {
		bail!(
			"the licence has {} bytes, the chain takes {MAX_BYTES}",
			expression.len()
		);
	}
	Ok(expression.into())
}

/// What to write instead.
fn advice(expression: &str, reason: &Reason) -> String {
	let meant = Expression::canonicalize(expression).ok().flatten();
	match (meant, reason) {
		(Some(meant), _) if Expression::parse(&meant).is_ok() => format!("\n  try {meant:?}"),
		(_, Reason::Empty) => "\n  for example \"MIT OR Apache-2.0\"".into(),
		(_, Reason::DeprecatedLicenseId) => {
			"\n  name the newer identifier, for GNU licences with -only or -or-later".into()
		}
		(_, Reason::UnknownLicense | Reason::UnknownTerm | Reason::UnknownException) => format!(
			"\n  identifiers are listed at {LIST}; a licence of your own is LicenseRef-and-a-name"
		),
		_ => String::new(),
	}
}

/// The value of `license` in JSON-LD: the address of a single SPDX licence, else the expression by
/// name, and the addresses of the licences and exceptions in it.
pub fn json_ld(expression: &str) -> Value {
	let named = json!({ "@type": "sc:CreativeWork", "name": expression });
	let Ok(parsed) = Expression::parse(expression) else {
		return named;
	};
	let (mut addresses, mut requirements) = (Vec::new(), 0);
	let mut add = |name: &str| {
		let address = format!("{LIST}{name}");
		if !addresses.contains(&address) {
			addresses.push(address);
		}
	};
	for requirement in parsed.requirements() {
		requirements += 1;
		match &requirement.req.license {
			LicenseItem::Spdx { id, or_later } => {
				add(id.name);
				requirements += usize::from(*or_later);
			}
			LicenseItem::Other(_) => requirements += 1,
		}
		if let Some(addition) = &requirement.req.addition {
			requirements += 1;
			if let Some(exception) = addition.id() {
				add(exception.name);
			}
		}
	}
	match addresses.as_slice() {
		[only] if requirements == 1 => json!(only),
		_ => Value::Array(
			core::iter::once(named)
				.chain(addresses.iter().map(|address| json!(address)))
				.collect(),
		),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn refusal(expression: &str) -> String {
		parse(expression).unwrap_err().to_string()
	}

	#[test]
	fn parse_should_take_expressions_as_they_are_written() {
		for expression in [
			"MIT",
			"MIT OR Apache-2.0",
			"(MIT OR Apache-2.0) AND CC-BY-4.0",
			"GPL-2.0-only WITH Classpath-exception-2.0",
			"Apache-2.0 WITH LLVM-exception",
			"LicenseRef-house-style",
			"GPL-3.0-or-later",
		] {
			assert_eq!(parse(expression).unwrap(), expression);
		}
		assert_eq!(parse("  MIT\n").unwrap(), "MIT");
	}

	#[test]
	fn parse_should_show_the_place_and_what_was_meant() {
		let text = refusal("MIT OR Apache2");
		assert!(
			text.contains("\n  MIT OR Apache2\n         ^^^^^^^"),
			"{text}"
		);
		assert!(refusal("MIT/Apache-2.0").contains("try \"MIT OR Apache-2.0\""));
		assert!(refusal("mit").contains("try \"MIT\""), "{}", refusal("mit"));
		assert!(refusal("do what you like").contains(LIST));
		assert!(refusal("").contains("for example"));
		assert!(refusal("(MIT").contains("unclosed"));
		assert!(refusal("MIT OR").contains("MIT OR"));
		assert!(refusal("MIT \u{202e}").contains("SPDX"));
	}

	#[test]
	fn parse_should_refuse_what_the_chain_would() {
		let long = ["MIT"; 20].join(" OR ");
		assert!(long.len() > MAX_BYTES);
		assert!(refusal(&long).contains("128"));
		assert!(parse("LicenseRef-ö").is_err());
	}

	#[test]
	fn json_ld_should_give_the_address_of_a_single_licence_only() {
		assert_eq!(json_ld("MIT"), json!("https://spdx.org/licenses/MIT"));
		let choice = json_ld("MIT OR Apache-2.0 OR MIT");
		assert_eq!(
			choice,
			json!([
				{ "@type": "sc:CreativeWork", "name": "MIT OR Apache-2.0 OR MIT" },
				"https://spdx.org/licenses/MIT",
				"https://spdx.org/licenses/Apache-2.0",
			])
		);
		let excepted = json_ld("GPL-2.0-only WITH Classpath-exception-2.0");
		assert_eq!(
			excepted[2],
			"https://spdx.org/licenses/Classpath-exception-2.0"
		);
		assert_eq!(json_ld("LicenseRef-own")[0]["name"], "LicenseRef-own");
		assert_eq!(json_ld("nonsense")["name"], "nonsense");
		assert_eq!(json_ld("Apache-2.0+")[0]["name"], "Apache-2.0+");
	}
}
