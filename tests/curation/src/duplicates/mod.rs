// SPDX-License-Identifier: Apache-2.0
//! What the duplicate proof tells apart: licence texts, edited copies, chance.

pub mod claim;
pub mod edits;
pub mod licences;
pub mod measure;

use std::fmt::Write;

use openledger_primitives::duplicate::{NEEDED, POSITIONS};

use crate::{
	chance::{at_least, once},
	table::{chance, Table},
};
use measure::{part, Earlier, Shares};

/// Claims that are really drawn for each row.
pub const CLAIMS: u64 = 20;

/// Licences that share words, and the share of the design's table where it has one. Those of the
/// design were measured on another edition of the texts.
const PAIRS: [(&str, &str, Option<f64>); 10] = [
	("GPL-3.0", "GPL-2.0", Some(0.14)),
	("GPL-2.0", "GPL-1.0", Some(0.48)),
	("GPL-1.0", "GPL-2.0", None),
	("LGPL-2.1", "LGPL-2.0", None),
	("AGPL-3.0", "GPL-3.0", None),
	("MPL-2.0", "MPL-1.1", None),
	("Apache-2.0", "Apache-1.1", None),
	("CC-BY-SA-4.0", "CC-BY-4.0", None),
	("GFDL-1.3", "GFDL-1.2", None),
	("BSD-3-Clause", "BSD-2-Clause", None),
];

/// The chance that one claim is proved.
pub fn proof(share: f64) -> f64 {
	at_least(u32::from(POSITIONS), NEEDED, share)
}

fn measured(accused: &str, earlier: &Earlier) -> Vec<String> {
	let shown = earlier.shown(accused);
	let share = part(&shown);
	let played = claim::play(accused, earlier, 1);
	assert_eq!(
		played,
		claim::count(&shown, 1),
		"openings prove what was measured"
	);
	vec![
		format!("{share:.2}"),
		chance(proof(share)),
		played.to_string(),
		claim::proved(&shown, CLAIMS).to_string(),
	]
}

fn designed(share: Option<f64>) -> String {
	share.map_or_else(|| "–".into(), |share| format!("{share:.2}"))
}

fn pair_table() -> Table {
	let mut table = Table::new([
		"accused in earlier",
		"folded share",
		"designed with",
		"chance of proof",
		"shown of 96 in claim 1",
		"proved of 20 claims",
	]);
	for (accused, earlier, known) in PAIRS {
		let mut cells = measured(
			licences::text(accused),
			&Earlier::of([licences::text(earlier)]),
		);
		cells.insert(1, designed(known));
		cells.insert(0, format!("{accused} in {earlier}"));
		table.row(cells);
	}
	table
}

fn edit_table() -> Table {
	let original = licences::text("GPL-3.0");
	let earlier = Earlier::of([original]);
	let mut table = Table::new([
		"copy of GPL-3.0",
		"folded share",
		"designed with",
		"chance of proof",
		"shown of 96 in claim 1",
		"proved of 20 claims",
	]);
	for copy in edits::copies(original, licences::text("MPL-2.0")) {
		let mut cells = measured(&copy.text, &earlier);
		cells.insert(1, designed(copy.designed));
		cells.insert(0, copy.how);
		table.row(cells);
	}
	table
}

/// Folded shares of copies of GPL-3.0 with a word changed every so many bytes; 0 is no change.
pub fn edited_shares<const N: usize>(distances: [usize; N]) -> [f64; N] {
	let original = licences::text("GPL-3.0");
	let earlier = Earlier::of([original]);
	distances.map(|distance| match distance {
		0 => earlier.share(original),
		_ => earlier.share(&edits::word_changed_every(original, distance)),
	})
}

/// How many shares lie in each tenth; those of 1 in the last.
fn tenths(shares: impl Iterator<Item = f64>) -> [u32; 10] {
	let mut counts = [0; 10];
	for share in shares {
		counts[((share * 10.0) as usize).min(9)] += 1;
	}
	counts
}

fn crowd_tables(out: &mut String) {
	let licences = licences::all();
	let texts: Vec<&str> = licences.iter().map(|licence| licence.text).collect();
	let shares = Shares::of(&texts);
	let count = texts.len();
	let pairs = (0..count).flat_map(|accused| {
		let shares = &shares;
		(0..count)
			.filter(move |earlier| *earlier != accused)
			.map(move |earlier| shares.share(accused, earlier))
	});
	let pairs: Vec<f64> = pairs.collect();
	let others: Vec<f64> = (0..count)
		.map(|accused| shares.in_others(accused))
		.collect();
	let mut table = Table::new(["folded share", "pairs of texts", "a text in all others"]);
	let (by_pair, by_text) = (
		tenths(pairs.iter().copied()),
		tenths(others.iter().copied()),
	);
	for (place, (pairs, texts)) in by_pair.iter().zip(by_text).enumerate() {
		let (low, high) = (place as f64 / 10.0, (place + 1) as f64 / 10.0);
		table.row(vec![
			format!("{low:.1} to {high:.1}"),
			pairs.to_string(),
			texts.to_string(),
		]);
	}
	let bytes: usize = texts.iter().map(|text| text.len()).sum();
	// Below a share of 0.3 the chance is less than 2e-13.
	let expected = |list: &[f64]| {
		let likely = list.iter().filter(|share| **share > 0.3);
		likely.map(|share| proof(*share)).sum::<f64>()
	};
	writeln!(
		out,
		"**{count} licence texts of at least 1 024 bytes ({bytes} bytes), each in each other and in \
		 all others together**\n\n{table}\nClaims that would be proved, one against each: {:.0} of \
		 {} pairs, {:.0} of {count} texts.\n",
		expected(&pairs),
		pairs.len(),
		expected(&others),
	)
	.unwrap();
}

fn chance_table() -> Table {
	let mut table = Table::new(["true share", "one claim", "any of 3", "any of 10"]);
	for share in [
		0.30, 0.40, 0.50, 0.55, 0.60, 0.65, 0.667, 0.70, 0.75, 0.80, 0.90,
	] {
		let one = proof(share);
		table.row(vec![
			format!("{share}"),
			chance(one),
			chance(once(3, one)),
			chance(once(10, one)),
		]);
	}
	table
}

/// Everything that the program prints.
pub fn report() -> String {
	let mut out = String::new();
	writeln!(
		out,
		"**Chance that {NEEDED} of {POSITIONS} are shown**\n\n{}",
		chance_table()
	)
	.unwrap();
	writeln!(out, "**Licences in others**\n\n{}", pair_table()).unwrap();
	writeln!(out, "**Edited copies**\n\n{}", edit_table()).unwrap();
	crowd_tables(&mut out);
	out.trim_end().to_string() + "\n"
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn false_alarms_and_misses_are_as_rare_as_the_design_says() {
		assert!((6.5e-4..7.5e-4).contains(&proof(0.5)), "{}", proof(0.5));
		let miss = 1.0 - proof(0.8);
		assert!((6.5e-4..7.5e-4).contains(&miss), "{miss}");
	}

	#[test]
	fn a_licence_is_measured_alike_alone_and_in_the_crowd() {
		let names = ["GPL-1.0", "GPL-2.0", "LGPL-2.0", "MIT", "BSD-3-Clause"];
		let texts = names.map(licences::text);
		let shares = Shares::of(&texts);
		for accused in 0..texts.len() {
			for earlier in (0..texts.len()).filter(|earlier| *earlier != accused) {
				let alone = Earlier::of([texts[earlier]]).share(texts[accused]);
				assert_eq!(shares.share(accused, earlier), alone);
			}
		}
	}

	#[test]
	fn tenths_hold_their_lower_bound() {
		let counts = tenths([0.0, 0.05, 0.1, 0.99, 1.0].into_iter());
		assert_eq!(counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
	}
}
