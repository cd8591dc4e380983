// SPDX-License-Identifier: Apache-2.0
//! What is known before a claim: how much can be shown, and what is at stake.

use openledger_client::account::ss58;
use openledger_primitives::{
	duplicate::{NEEDED, POSITIONS},
	ContributionId,
};
use serde_json::json;

use super::Case;
use crate::{
	context::Shared,
	output::{amount, table},
};

/// Sources that the estimate lists.
const LISTED: usize = 10;

/// What is known before a claim.
pub(super) struct Estimate {
	/// Earlier texts with the positions that each can show, most first.
	pub sources: Vec<(ContributionId, u64)>,
	/// Earlier texts whose bytes can't be had.
	pub unread: Vec<ContributionId>,
	pub blank: u64,
	pub shown: u64,
	pub total: u64,
}

impl Estimate {
	/// Positions as a part of all.
	pub fn share(&self, positions: u64) -> f64 {
		positions as f64 / self.total.max(1) as f64
	}

	/// Prints it, and what a claim puts at stake.
	pub fn print(&self, shared: &Shared, case: &Case, yes: bool) {
		let share = self.share(self.shown);
		let chance = chance_of_proof(share);
		let json = json!({
			"contribution": case.accused.id,
			"datanet": case.datanet.id,
			"positions": self.total,
			"shown": self.shown,
			"blank": self.blank,
			"share": share,
			"chance": chance,
			"bond": case.bond.to_string(),
			"openClaims": case.accused.claims,
			"sources": self
				.sources
				.iter()
				.map(|(id, positions)| json!({
					"contribution": id, "positions": positions, "share": self.share(*positions),
				}))
				.collect::<Vec<_>>(),
			"unread": self.unread,
		});
		if yes && shared.json {
			return;
		}
		shared.format().print(json, || {
			let mut rows = table(["earlier contribution", "holds of it"]);
			for (id, positions) in self.sources.iter().take(LISTED) {
				rows.add_row([id.to_string(), percent(self.share(*positions))]);
			}
			if self.blank > 0 {
				rows.add_row(["(no words)".into(), percent(self.share(self.blank))]);
			}
			rows.add_row(["all together".into(), percent(share)]);
			println!("{rows}");
			if self.sources.len() > LISTED {
				println!(
					"{} more hold some of it.",
					self.sources.len().saturating_sub(LISTED)
				);
			}
			if !self.unread.is_empty() {
				println!(
					"{} earlier texts can't be read; what they hold is not counted.",
					self.unread.len()
				);
			}
			self.print_stakes(case, chance);
			if !yes {
				println!("Make the claim with --yes.");
			}
		});
	}

	fn print_stakes(&self, case: &Case, chance: f64) {
		println!(
			"{NEEDED} of {POSITIONS} drawn positions must be shown: the chance is {}.",
			percent(chance)
		);
		println!(
			"A claim holds {} and pays its keepers. Proved, all of the bond comes back with a \
			 quarter of the accused's bond and half of its unpaid pool money; otherwise half of it \
			 goes to {} and half is burned.",
			amount(case.bond),
			ss58(&case.accused.contributor)
		);
		if case.accused.claims > 0 {
			println!(
				"{} claims are open on it; the first that is proved ends the others without loss.",
				case.accused.claims
			);
		}
	}
}

/// `12.3 %`, and never 0 or 100 for what only comes near.
pub(super) fn percent(share: f64) -> String {
	match share * 100.0 {
		percents if percents > 0.0 && percents < 0.05 => "less than 0.1 %".into(),
		percents if (99.95..100.0).contains(&percents) => "more than 99.9 %".into(),
		percents => format!("{percents:.1} %"),
	}
}

/// The chance that enough of the drawn positions can be shown, if this share of all can: the draws
/// are independent.
pub(super) fn chance_of_proof(share: f64) -> f64 {
	let needed = usize::try_from(NEEDED).unwrap_or(usize::MAX);
	// Chances of 0, 1, … positions shown, after each draw.
	let mut chances = vec![1.0];
	for _ in 0..POSITIONS {
		let mut next = vec![0.0; chances.len() + 1];
		for (shown, chance) in chances.iter().enumerate() {
			next[shown] += chance * (1.0 - share);
			next[shown + 1] += chance * share;
		}
		chances = next;
	}
	chances.iter().skip(needed).sum::<f64>().clamp(0.0, 1.0)
}
