// SPDX-License-Identifier: Apache-2.0
//! The tables in `docs/curation.md` are those that the programs print.
//!
//! Each program writes its own anew with `--write`.

#![allow(clippy::arithmetic_side_effects, clippy::expect_used, reason = "tests")]

use std::fs;

use openledger_curation::{copies, curators, duplicates, page};

/// Names the first line that differs: a whole page of tables can't be read in a failure.
fn compare(name: &str, computed: &str) {
	let page = fs::read_to_string(page::path()).expect("docs/curation.md");
	let printed = page::printed(&page, name).expect("markers in docs/curation.md");
	for (number, (held, line)) in printed.lines().zip(computed.lines()).enumerate() {
		assert_eq!(
			held,
			line,
			"{name}, line {}: write the page anew",
			number + 1
		);
	}
	assert_eq!(printed.lines().count(), computed.lines().count(), "{name}");
}

#[test]
fn curators_are_as_printed() {
	compare("curators", &curators::report());
}

#[test]
fn copies_are_as_printed() {
	compare("copies", &copies::report());
}

#[test]
fn duplicates_are_as_printed() {
	compare("duplicates", &duplicates::report());
}
