// SPDX-License-Identifier: Apache-2.0
//! What it brings in to copy a whole datanet, to report a copy, and to accuse falsely.
//!
//! The copier registers every text of a datanet again with a word changed every so many bytes, and
//! gets all of it past the curators: the worst case. Reporters look at each copy with some chance a
//! day and claim where the folded share is at least [`CLAIM_FROM`]. What earlier texts are matched
//! with is not in here: matching serves them first, so a copier lives on base money.

use std::fmt::Write;

use codec::Encode;
use openledger_primitives::{
	duplicate::{open_window, EarlierWindow, Showing, ACCUSED_WINDOW, NEEDED},
	text::text_tree,
	Balance, BlockNumber, MICRO,
};
use pallet_datanets::types::{KIB, MAX_OPEN_CLAIMS};

use crate::{
	chance::once,
	duplicates::{edited_shares, proof},
	parameters::{
		bond, chain, open, registration_fees, transaction_fee, ACCUSED_DIVISOR, BLOCKS_PER_DAY,
		CLAIM_FEE, CLAIM_KEEPERS, MIB, REPORTER_DIVISOR, SHOWING_FEE,
	},
	table::{chance, percent, signed, Table},
};

/// Texts of the copied datanet.
const TEXTS: u64 = 800;
/// Bytes of each: 100 MiB in all.
const TEXT_BYTES: u64 = 128 * KIB;
/// Bytes of the call that reveals one of them: last leaf, nine siblings, address.
const REVEAL_BYTES: u64 = 700;
/// Curators who have a ballot in each review.
const BALLOTS: u32 = 9;
/// Days that a copier's accounts are kept for.
const DAYS: u32 = 365;
/// Folded share from which on reporters claim.
const CLAIM_FROM: f64 = 0.70;

/// What copying costs and earns.
pub struct Setting {
	/// Planck per byte.
	pub bond_per_byte: Balance,
	/// Blocks for which the bond stays held.
	pub hold: BlockNumber,
	/// Folded share of each copy in its original.
	pub share: f64,
	/// Chance a day that a copy is looked at.
	pub looked_at: f64,
}

impl Setting {
	fn of(share: f64, looked_at: f64) -> Self {
		Self {
			bond_per_byte: chain().min_bond_per_byte,
			hold: chain().bond_hold,
			share,
			looked_at,
		}
	}

	fn bond(&self) -> f64 {
		let by_length = self.bond_per_byte * Balance::from(TEXT_BYTES);
		open(by_length.max(chain().min_bond))
	}
}

/// A copier's accounts.
pub struct Year {
	/// OPEN that transactions, keepers' calls and reviews cost.
	pub fees: f64,
	/// Part of the copies that is revoked while their bonds are held.
	pub caught: f64,
	/// OPEN of bonds lost, less what failed claims brought in.
	pub bonds: f64,
	/// Income, in days of the pool's whole base money.
	pub days: f64,
}

impl Year {
	/// Plays a copier's year, day by day.
	pub fn of(setting: &Setting) -> Self {
		let each = open(registration_fees(TEXT_BYTES, REVEAL_BYTES, BALLOTS));
		let held_days = f64::from(setting.hold) / BLOCKS_PER_DAY;
		let claimed = if setting.share < CLAIM_FROM {
			0.0
		} else {
			setting.looked_at
		};
		let proof = proof(setting.share);
		let mut year = Self {
			fees: each * TEXTS as f64,
			caught: 0.0,
			bonds: 0.0,
			days: 0.0,
		};
		let mut live = 1.0;
		for day in 0..DAYS {
			let part = live / (1.0 + live);
			let revoked = live * claimed * proof;
			// What a copy earns while the claim is open that revokes it is lost with it.
			year.days += part;
			let held = (held_days - f64::from(day)).clamp(0.0, 1.0);
			year.caught += revoked * held;
			let failed = live * claimed * (1.0 - proof);
			let lost = revoked * held - failed / ACCUSED_DIVISOR as f64;
			year.bonds += lost * setting.bond() * TEXTS as f64;
			live -= revoked;
		}
		year
	}

	/// OPEN won or lost when the pool pays so many a day.
	pub fn net(&self, pool_per_day: f64) -> f64 {
		self.days * pool_per_day - self.fees - self.bonds
	}

	/// OPEN a day of the pool's base money from which on copying pays; none if it always does.
	pub fn break_even(&self) -> f64 {
		((self.fees + self.bonds) / self.days).max(0.0)
	}
}

/// Base money of the whole pool a day, OPEN.
const POOLS: [f64; 4] = [0.1, 1.0, 10.0, 100.0];

fn copier_table() -> Table {
	let mut table = Table::new([
		"copies, looked at a day",
		"folded share",
		"chance of proof",
		"caught in the hold",
		"bonds lost, less won",
		"fees",
		"net, pool of 0.1 a day",
		"of 1",
		"of 10",
		"of 100",
		"pays from",
	]);
	let distances = [0, 300, 150, 120, 100, 60];
	for (distance, share) in distances.into_iter().zip(edited_shares(distances)) {
		let looks = if share < CLAIM_FROM {
			&[0.2][..]
		} else {
			&[0.01, 0.05, 0.2, 0.5]
		};
		for looked_at in looks {
			let year = Year::of(&Setting::of(share, *looked_at));
			let how = match distance {
				0 => "as they are".to_string(),
				_ => format!("a word in {distance} bytes"),
			};
			let mut cells = vec![
				format!("{how}, {}", percent(*looked_at)),
				format!("{share:.2}"),
				chance(proof(share)),
				percent(year.caught),
				format!("{:.0}", year.bonds),
				format!("{:.0}", year.fees),
			];
			cells.extend(POOLS.map(|pool| signed(year.net(pool), 0)));
			cells.push(format!("{:.1}", year.break_even()));
			table.row(cells);
		}
	}
	table
}

/// What other parameters would make of the copier who changes nothing.
fn parameter_table() -> Table {
	let mut table = Table::new([
		"bond per byte, hold",
		"looked at 1 % a day: pays from",
		"5 %",
		"20 %",
		"50 %",
	]);
	for (micro, days) in [(1, 7), (10, 2), (10, 7), (10, 28), (100, 7), (100, 28)] {
		let mut cells = vec![format!("{micro} µOPEN, {days} days")];
		for looked_at in [0.01, 0.05, 0.2, 0.5] {
			let setting = Setting {
				bond_per_byte: micro * MICRO,
				hold: (f64::from(days) * BLOCKS_PER_DAY) as BlockNumber,
				..Setting::of(1.0, looked_at)
			};
			cells.push(format!("{:.1}", Year::of(&setting).break_even()));
		}
		table.row(cells);
	}
	table
}

/// Bytes of a call that shows one window: of the accused text the drawn window, of the earlier one
/// no more than the words need.
pub fn showing_bytes(byte_length: u64) -> u64 {
	let text = vec![b'a'; byte_length as usize];
	let tree = text_tree(&text);
	let position = byte_length / 2 + 100;
	let showing = Showing {
		index: 0,
		accused: open_window(&text, &tree, position, ACCUSED_WINDOW).expect("inside"),
		earlier: Some(EarlierWindow {
			contribution: 1,
			position,
			opening: open_window(&text, &tree, position, 40).expect("inside"),
		}),
	};
	// Pallet, call and claim before it.
	(showing.encoded_size() + 10) as u64
}

/// What a claim on a text costs, planck.
#[derive(Clone, Copy)]
pub struct ClaimCosts {
	/// The reporter's bond; the accused's was the same.
	pub bond: Balance,
	/// Transaction and keepers' calls of the claim itself.
	pub claim: Balance,
	/// As many showings as a proof needs.
	pub showings: Balance,
}

impl ClaimCosts {
	/// Of a text of so many bytes.
	pub fn of(byte_length: u64) -> Self {
		let showing = transaction_fee(SHOWING_FEE, showing_bytes(byte_length));
		Self {
			bond: bond(byte_length),
			claim: transaction_fee(CLAIM_FEE, 10) + CLAIM_KEEPERS,
			showings: showing * Balance::from(NEEDED),
		}
	}

	/// OPEN that so many claims side by side bring their author, in the mean. He sees each draw
	/// before he pays for showings, and shows only for one that suffices; the proof ends the others
	/// without loss. `stake` is the text's pool money that is not paid out, OPEN.
	pub fn accuser_net(&self, share: f64, claims: u32, stake: f64) -> f64 {
		let proved = once(claims, proof(share));
		let claims = f64::from(claims);
		let lost = (1.0 - proved) * claims * open(self.bond);
		proved * self.won(stake) - lost - claims * open(self.claim)
	}

	/// OPEN that claims bring him in the mean that he makes until one is proved, so many of them open
	/// at a time and as far apart as that allows: a draw saves its own claim and those still open.
	pub fn persistent_net(&self, share: f64, open_claims: u32, stake: f64) -> f64 {
		let proof = proof(share);
		if proof == 0.0 {
			return f64::NEG_INFINITY;
		}
		// A bond is lost if its claim's own draw and those while it is open fail.
		let lost = (1.0 - once(open_claims, proof)) * open(self.bond);
		self.won(stake) - (lost + open(self.claim)) / proof
	}

	/// What the author of a proved claim has, less his showings.
	fn won(&self, stake: f64) -> f64 {
		open(self.bond) / REPORTER_DIVISOR as f64 + stake / 2.0 - open(self.showings)
	}
}

fn length(bytes: u64) -> String {
	match bytes / MIB {
		0 => format!("{} KiB", bytes / KIB),
		mebi => format!("{mebi} MiB"),
	}
}

fn reporter_table() -> Table {
	let mut table = Table::new([
		"text",
		"bond of each side",
		"fees of a claim",
		"of 64 showings",
		"quarter of the bond",
		"net, proved in the hold",
		"proved after it",
		"not proved",
		"unpaid pool money that makes up for it",
	]);
	for bytes in [4 * KIB, 32 * KIB, 128 * KIB, MIB, 8 * MIB] {
		let ClaimCosts {
			bond,
			claim,
			showings,
		} = ClaimCosts::of(bytes);
		let (bond, costs) = (open(bond), open(claim + showings));
		let quarter = bond / REPORTER_DIVISOR as f64;
		table.row(vec![
			length(bytes),
			format!("{bond:.2}"),
			format!("{:.3}", open(claim)),
			format!("{:.3}", open(showings)),
			format!("{quarter:.2}"),
			signed(quarter - costs, 2),
			signed(-costs, 2),
			signed(-bond - open(claim), 2),
			format!("{:.2}", costs * 2.0),
		]);
	}
	table
}

fn accuser_table() -> Table {
	let mut table = Table::new([
		"true folded share",
		"chance of proof",
		"net, text of 32 KiB",
		"of 1 MiB",
		"of 1 MiB with 10 OPEN at stake",
		"stake that makes 1 MiB pay",
	]);
	let (short, long) = (ClaimCosts::of(32 * KIB), ClaimCosts::of(MIB));
	for share in [0.0, 0.14, 0.30, 0.48, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75] {
		let one = proof(share);
		let lost = long.accuser_net(share, 1, 0.0);
		let stake = match one {
			_ if lost >= 0.0 => "0".into(),
			one if one < 1e-9 => "–".into(),
			one => format!("{:.1}", -lost * 2.0 / one),
		};
		table.row(vec![
			format!("{share:.2}"),
			chance(one),
			signed(short.accuser_net(share, 1, 0.0), 2),
			signed(lost, 2),
			signed(long.accuser_net(share, 1, 10.0), 2),
			stake,
		]);
	}
	table
}

/// Claims side by side, each with a draw of its own: as many as can be open on a text, and more.
fn side_by_side_table() -> Table {
	const MOST: u32 = 4_096;
	let mut table = Table::new([
		"true folded share",
		"net of 1 claim",
		"of 2",
		"of 3",
		"of 4: no more can be open",
		"until one is proved, 4 open",
		"if they could: of 10",
		"of 100",
		"pays from so many claims",
		"bonds placed for them",
	]);
	let costs = ClaimCosts::of(MIB);
	for share in [0.50, 0.55, 0.58, 0.60, 0.62, 0.65, 0.67] {
		let net = |claims| costs.accuser_net(share, claims, 0.0);
		let mut cells = vec![format!("{share:.2}")];
		cells.extend([1, 2, 3, MAX_OPEN_CLAIMS].map(|claims| signed(net(claims), 1)));
		let persistent = costs.persistent_net(share, MAX_OPEN_CLAIMS, 0.0);
		cells.push(signed(persistent, 1));
		cells.extend([10, 100].map(|claims| signed(net(claims), 1)));
		match (1..=MOST).find(|claims| net(*claims) > 0.0) {
			Some(claims) => {
				cells.push(claims.to_string());
				cells.push(format!("{:.0}", open(costs.bond) * f64::from(claims)));
			}
			None => cells.extend([format!("not up to {MOST}"), "–".into()]),
		}
		table.row(cells);
	}
	table
}

/// The least folded share, in thousandths, at which so many claims side by side pay, placed at once
/// or until one is proved.
fn pays_from(costs: &ClaimCosts, claims: u32, stake: f64) -> Option<f64> {
	(300..=1_000)
		.map(|thousandths| f64::from(thousandths) / 1_000.0)
		.find(|share| {
			costs.accuser_net(*share, claims, stake) > 0.0
				|| costs.persistent_net(*share, claims, stake) > 0.0
		})
}

fn limit_table() -> Table {
	let mut table = Table::new([
		"claims open at a time",
		"text of 32 KiB",
		"of 1 MiB",
		"of 1 MiB with 10 OPEN at stake",
	]);
	let (short, long) = (ClaimCosts::of(32 * KIB), ClaimCosts::of(MIB));
	for claims in [1, 2, 3, MAX_OPEN_CLAIMS, 10, 48, 100, 1_000] {
		let how = match claims {
			MAX_OPEN_CLAIMS => format!("{claims}, the most"),
			_ if claims > MAX_OPEN_CLAIMS => format!("{claims}, if they could be"),
			_ => claims.to_string(),
		};
		let mut cells = vec![how];
		cells.extend(
			[(short, 0.0), (long, 0.0), (long, 10.0)].map(|(costs, stake)| {
				pays_from(&costs, claims, stake)
					.map_or_else(|| "never".into(), |share| format!("{share:.3}"))
			}),
		);
		table.row(cells);
	}
	table
}

/// Everything that the program prints.
pub fn report() -> String {
	let mut out = String::new();
	let parts = [
		(
			"A year of a copier of 800 texts of 128 KiB (OPEN)",
			copier_table(),
		),
		(
			"The same with other parameters, copies as they are: base money of the pool a day from \
			 which on copying pays (OPEN)",
			parameter_table(),
		),
		("Reporting a copy (OPEN)", reporter_table()),
		("Accusing a text that only quotes, once (OPEN)", accuser_table()),
		(
			"The same by claims side by side, text of 1 MiB (OPEN)",
			side_by_side_table(),
		),
		(
			"True folded share from which false claims pay",
			limit_table(),
		),
	];
	for (title, table) in parts {
		writeln!(out, "**{title}**\n\n{table}").unwrap();
	}
	out.trim_end().to_string() + "\n"
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nobody_looking_leaves_fees_and_half_of_the_pool() {
		let year = Year::of(&Setting::of(1.0, 0.0));
		assert_eq!((year.caught, year.bonds), (0.0, 0.0));
		assert!((year.days - f64::from(DAYS) / 2.0).abs() < 1e-9);
		assert!((year.net(10.0) - (10.0 * year.days - year.fees)).abs() < 1e-9);
		assert!((year.net(year.break_even())).abs() < 1e-6);
	}

	#[test]
	fn everybody_looking_takes_every_bond_on_the_first_day() {
		let setting = Setting::of(1.0, 1.0);
		let year = Year::of(&setting);
		assert!((year.caught - 1.0).abs() < 1e-9);
		assert!((year.bonds - setting.bond() * TEXTS as f64).abs() < 1e-6);
		assert!((year.days - 0.5).abs() < 1e-9, "{}", year.days);
		assert!(year.net(100.0) < 0.0);
	}

	#[test]
	fn a_shorter_hold_a_smaller_bond_and_fewer_looks_favour_the_copier() {
		let usual = Year::of(&Setting::of(1.0, 0.05)).break_even();
		let hold = Setting {
			hold: 50,
			..Setting::of(1.0, 0.05)
		};
		let small = Setting {
			bond_per_byte: MICRO,
			..Setting::of(1.0, 0.05)
		};
		assert!(Year::of(&hold).break_even() < usual);
		assert!(Year::of(&small).break_even() < usual);
		assert!(Year::of(&Setting::of(1.0, 0.01)).break_even() < usual);
		assert!(Year::of(&Setting::of(0.6, 0.05)).break_even() < usual);
	}

	#[test]
	fn at_the_defaults_one_false_claim_loses_and_a_true_one_of_length_wins() {
		let (short, long) = (ClaimCosts::of(32 * KIB), ClaimCosts::of(MIB));
		for share in [0.0, 0.14, 0.48, 0.5, 0.6] {
			assert!(short.accuser_net(share, 1, 0.0) < 0.0, "{share}");
			assert!(long.accuser_net(share, 1, 0.0) < 0.0, "{share}");
		}
		assert!(long.accuser_net(1.0, 1, 0.0) > 0.0);
		let lost = long.accuser_net(0.0, 3, 0.0);
		assert!((lost + 3.0 * open(long.bond + long.claim)).abs() < 1e-9);
	}

	#[test]
	fn as_many_claims_as_can_be_open_lose_where_dozens_would_pay() {
		let costs = ClaimCosts::of(MIB);
		assert!(costs.accuser_net(0.6, MAX_OPEN_CLAIMS, 0.0) < 0.0);
		assert!(costs.accuser_net(0.6, 100, 0.0) > 0.0);
		let limits =
			[1, MAX_OPEN_CLAIMS, 100].map(|claims| pays_from(&costs, claims, 0.0).unwrap());
		assert!(limits[0] > limits[1] && limits[1] > 0.6 && limits[1] > limits[2]);
		assert_eq!(pays_from(&ClaimCosts { bond: 0, ..costs }, 1, 0.0), None);
		// Alone, trying again is trying once as often as it takes.
		let (once, again) = (
			costs.accuser_net(0.7, 1, 0.0),
			costs.persistent_net(0.7, 1, 0.0),
		);
		assert!((again * proof(0.7) - once).abs() < 1e-9, "{once} {again}");
		let apart = costs.persistent_net(0.66, MAX_OPEN_CLAIMS, 0.0);
		assert!(apart > costs.accuser_net(0.66, MAX_OPEN_CLAIMS, 0.0));
	}

	#[test]
	fn a_showing_grows_with_the_depth_of_its_texts_only() {
		let (short, long) = (showing_bytes(4 * KIB), showing_bytes(4 * MIB));
		assert!(
			short < long && long < short + 2 * 2 * 10 * 32,
			"{short} {long}"
		);
	}
}
