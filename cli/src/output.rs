// SPDX-License-Identifier: Apache-2.0
//! What a person or a program gets to see: tables with units, or JSON.

use comfy_table::{presets::UTF8_BORDERS_ONLY, Table};
use indicatif::{ProgressBar, ProgressStyle};
use openledger_client::tokens;
use openledger_primitives::Balance;
use serde_json::Value;

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
	/// Tables and sentences.
	Human,
	/// One JSON document on standard output.
	Json,
}

impl Format {
	/// Prints a result: `json` for programs, what `human` prints for people.
	pub fn print(self, json: Value, human: impl FnOnce()) {
		match self {
			Self::Json => println!("{json}"),
			Self::Human => human(),
		}
	}

	/// A sentence for people on standard error; programs don't get it.
	pub fn say(self, sentence: impl AsRef<str>) {
		if self == Self::Human {
			eprintln!("{}", sentence.as_ref());
		}
	}

	/// A bar on standard error that counts to `total`; hidden for programs and in log files.
	pub fn bar(self, total: usize, what: &str) -> ProgressBar {
		if self == Self::Json {
			return ProgressBar::hidden();
		}
		let style = ProgressStyle::with_template("{msg:<28} {wide_bar} {pos}/{len} [{elapsed}]")
			.unwrap_or_else(|_| ProgressStyle::default_bar());
		let bar = ProgressBar::new(total as u64).with_style(style);
		bar.set_message(what.to_string());
		bar
	}
}

/// A table with a header row.
pub fn table<H: ToString>(header: impl IntoIterator<Item = H>) -> Table {
	let mut table = Table::new();
	table.load_style(UTF8_BORDERS_ONLY);
	table.set_header(
		header
			.into_iter()
			.map(|cell| cell.to_string())
			.collect::<Vec<_>>(),
	);
	table
}

/// An amount in OPEN with the planck sum behind it.
pub fn amount(planck: Balance) -> String {
	tokens::open_and_planck(planck)
}

/// `0x`-hex of bytes.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Text of an on-chain byte string.
pub fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}
