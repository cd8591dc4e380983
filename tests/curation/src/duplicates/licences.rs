// SPDX-License-Identifier: Apache-2.0
//! Licence texts: many, public, of one kind, and some of them copies of each other.

use std::collections::BTreeMap;

use openledger_primitives::{duplicate::fold, MIN_TEXT_BYTES};
use spdx::text::LICENSE_TEXTS;

/// One text.
#[derive(Clone, Copy)]
pub struct Licence {
	/// Its SPDX identifier.
	pub name: &'static str,
	/// Its bytes.
	pub text: &'static str,
}

/// The text of an identifier.
///
/// # Panics
/// If there is none.
pub fn text(name: &str) -> &'static str {
	let found = LICENSE_TEXTS.iter().find(|(known, _)| *known == name);
	found.unwrap_or_else(|| panic!("no licence {name}")).1
}

/// Every licence text that is long enough to be registered, in the order of the identifiers; of
/// those that fold to the same bytes the first.
pub fn all() -> Vec<Licence> {
	let mut known = BTreeMap::new();
	for (name, text) in LICENSE_TEXTS {
		if text.len() as u64 >= MIN_TEXT_BYTES {
			let bytes: Vec<u8> = text.bytes().filter_map(fold).collect();
			known.entry(bytes).or_insert(Licence { name, text });
		}
	}
	let mut licences: Vec<Licence> = known.into_values().collect();
	licences.sort_by_key(|licence| licence.name);
	licences
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn texts_are_those_of_the_licences() {
		assert!(text("GPL-3.0").contains("Version 3, 29 June 2007"));
		assert!(text("Apache-2.0").contains("Version 2.0, January 2004"));
		let licences = all();
		assert!(licences.len() > 400, "{}", licences.len());
		let versions = ["GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later"];
		let kept = licences.iter().filter(|one| versions.contains(&one.name));
		assert_eq!(kept.count(), 1, "the same words once");
		assert!(!licences.iter().any(|one| one.name == "0BSD"), "too short");
	}
}
