// SPDX-License-Identifier: Apache-2.0
//! Golden vectors: the files under `vectors/` hold what this code computes.
//!
//! They are checked a second time, without any of this code, by
//! `tests/independent/check_vectors.py`. After a change of the formats (a new version), write them
//! anew with `OPENLEDGER_WRITE_VECTORS=1 cargo test -p openledger-provenance --test golden`.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::cast_possible_truncation,
	reason = "tests"
)]

mod batches;
mod duplicates;
mod hashes;
mod money;
mod payloads;
mod signatures;
mod spans;
mod texts;
mod trees;

use std::{fs, path::PathBuf};

use openledger_primitives::{hash, H256};
use serde_json::Value;

/// Hash of the genesis block in every vector.
fn genesis() -> H256 {
	hash(b"openledger golden vectors")
}

fn hex(bytes: impl AsRef<[u8]>) -> Value {
	Value::String(hex::encode(bytes))
}

/// Integers above 53 bits are decimal strings, so that every JSON reader keeps them.
fn decimal(number: impl ToString) -> Value {
	Value::String(number.to_string())
}

fn path(name: &str) -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR"))
		.join("../vectors")
		.join(name)
}

fn read(name: &str) -> Value {
	let text = fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
	serde_json::from_str(&text).unwrap()
}

fn writing() -> bool {
	std::env::var_os("OPENLEDGER_WRITE_VECTORS").is_some()
}

fn write(name: &str, value: &Value) {
	fs::write(
		path(name),
		serde_json::to_string_pretty(value).unwrap() + "\n",
	)
	.unwrap();
}

/// Compares a file with what the code computes, or writes it when asked to.
fn check(name: &str, computed: Value) {
	if writing() {
		write(name, &computed);
	}
	assert_eq!(
		read(name),
		computed,
		"{name} differs from what the code computes"
	);
}
