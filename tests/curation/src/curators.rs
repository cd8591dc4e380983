// SPDX-License-Identifier: Apache-2.0
//! Benches of honest, lazy and colluding curators, under the chain's own rule of review.
//!
//! Every review draws a bench of its own: each curator colludes, is lazy or is honest with the
//! population's shares. What people do is [`PEOPLE`]; how their votes become an outcome and their
//! fee is [`openledger_primitives::review`].

use std::fmt::Write;

use openledger_primitives::{
	review::{decide, fee_parts, Decision, MAX_QUALITY, REJECTING},
	Balance,
};
use pallet_datanets::types::KIB;

use crate::{
	chance::Dice,
	parameters::{commit_fee, fine, open, review_fee, review_keepers, vote_fees},
	table::{percent, signed, Table},
};

/// Reviews of each kind of text behind every row.
pub const REVIEWS: u32 = 1_000;
/// Bytes of a reviewed text.
pub const TEXT_BYTES: u64 = 64 * KIB;
/// Sizes of benches.
pub const BENCHES: [usize; 3] = [3, 9, 32];
/// The whole, in parts per million.
const PPM: u32 = 1_000_000;
/// Planck of a milliOPEN, as the divisor of an OPEN.
const MILLI_PER_OPEN: f64 = 1_000.0;

/// How people behave, in parts per million.
pub struct Behaviour {
	/// An honest curator takes no part in the first round.
	pub away: u32,
	/// One who was away is there in the extension.
	pub back: u32,
	/// An honest or lazy curator commits and forgets to reveal.
	pub forgets: u32,
	/// An honest curator takes spam for a text.
	pub fooled: u32,
	/// An honest curator takes a good text for spam.
	pub mistaken: u32,
	/// An honest curator's quality is one off.
	pub one_off: u32,
	/// The contributor of a good text that is rejected appeals.
	pub appeals: u32,
	/// Governance upholds the appeal of a good text.
	pub upholds: u32,
}

/// The behaviour behind the tables.
pub const PEOPLE: Behaviour = Behaviour {
	away: 100_000,
	back: 500_000,
	forgets: 2_000,
	fooled: 50_000,
	mistaken: 50_000,
	one_off: 400_000,
	appeals: 500_000,
	upholds: 900_000,
};

/// What a curator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
	/// Accepts the coalition's texts with the best quality, rejects all others.
	Colluding,
	/// Accepts everything with quality 2, unread.
	Lazy,
	/// Reads.
	Honest,
}

/// All kinds, in the order of the columns.
pub const KINDS: [Kind; 3] = [Kind::Colluding, Kind::Lazy, Kind::Honest];

/// What is reviewed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Text {
	/// Worth accepting with this quality.
	Good(u8),
	/// Worth nothing, by somebody without accomplices.
	Spam,
	/// Worth nothing, by one of the coalition.
	OwnSpam,
}

/// What one ballot became.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ballot {
	Silent,
	Forfeited,
	Revealed(u8, u8),
}

/// Published reasons: spam, filler, and the coalition's pretext, off-topic.
const REASONS: [u8; 3] = [1, 8, 7];

/// How one review ended.
pub struct Outcome {
	decision: Decision,
	extended: bool,
	ballots: Vec<Ballot>,
	/// For each ballot the number of reveals of its round, if one of them ended it.
	one_free_of: Vec<u32>,
}

fn draw_bench(size: usize, colluding: u32, lazy: u32, dice: &mut Dice) -> Vec<Kind> {
	(0..size)
		.map(|_| match dice.below(u64::from(PPM)) as u32 {
			place if place < colluding => Kind::Colluding,
			place if place < colluding + lazy => Kind::Lazy,
			_ => Kind::Honest,
		})
		.collect()
}

/// Quality as an honest curator sees it.
fn seen(quality: u8, people: &Behaviour, dice: &mut Dice) -> u8 {
	if !dice.hit(people.one_off) {
		return quality;
	}
	let seen = if dice.hit(PPM / 2) {
		quality + 1
	} else {
		quality - 1
	};
	seen.clamp(1, MAX_QUALITY)
}

/// `(vote, reason)` of one who votes.
fn vote(kind: Kind, text: Text, people: &Behaviour, dice: &mut Dice) -> (u8, u8) {
	let [spam, poor, pretext] = REASONS;
	match (kind, text) {
		(Kind::Colluding, Text::OwnSpam) => (MAX_QUALITY, 0),
		(Kind::Colluding, _) => (REJECTING, pretext),
		(Kind::Lazy, _) => (2, 0),
		(Kind::Honest, Text::Good(_)) if dice.hit(people.mistaken) => (REJECTING, poor),
		(Kind::Honest, Text::Good(quality)) => (seen(quality, people, dice), 0),
		(Kind::Honest, _) if dice.hit(people.fooled) => (seen(1, people, dice), 0),
		(Kind::Honest, _) => (REJECTING, spam),
	}
}

/// One round: those who are still silent may commit, and then reveal or forget to.
fn play_round(
	round: u8,
	bench: &[Kind],
	text: Text,
	ballots: &mut [Ballot],
	people: &Behaviour,
	dice: &mut Dice,
) {
	for (kind, ballot) in bench.iter().zip(ballots) {
		let away = match (kind, round) {
			(Kind::Honest, 0) => dice.hit(people.away),
			(Kind::Honest, _) => !dice.hit(people.back),
			_ => false,
		};
		if *ballot != Ballot::Silent || away {
			continue;
		}
		let (vote, reason) = vote(*kind, text, people, dice);
		let forgets = *kind != Kind::Colluding && dice.hit(people.forgets);
		*ballot = if forgets {
			Ballot::Forfeited
		} else {
			Ballot::Revealed(vote, reason)
		};
	}
}

/// Notes who revealed in a round that the last of them ended: nobody forgot to, so that none had to
/// wait for a keeper.
fn note_free(before: &[Ballot], after: &[Ballot], one_free_of: &mut [u32]) {
	let is_new = |place: &usize| before[*place] != after[*place];
	let new: Vec<usize> = (0..after.len()).filter(is_new).collect();
	if new.iter().all(|place| after[*place] != Ballot::Forfeited) {
		for place in &new {
			one_free_of[*place] = new.len() as u32;
		}
	}
}

fn revealed(ballots: &[Ballot]) -> Vec<(u8, u8)> {
	ballots
		.iter()
		.filter_map(|ballot| match ballot {
			Ballot::Revealed(vote, reason) => Some((*vote, *reason)),
			_ => None,
		})
		.collect()
}

/// Both rounds of one review.
pub fn review(bench: &[Kind], text: Text, people: &Behaviour, dice: &mut Dice) -> Outcome {
	let mut ballots = vec![Ballot::Silent; bench.len()];
	let mut decision = Decision::Extend;
	let mut extended = false;
	let mut one_free_of = vec![0; bench.len()];
	for round in 0..2 {
		let before = ballots.clone();
		play_round(round, bench, text, &mut ballots, people, dice);
		note_free(&before, &ballots, &mut one_free_of);
		let participants = ballots
			.iter()
			.filter(|ballot| **ballot != Ballot::Silent)
			.count();
		decision = decide(
			bench.len() as u32,
			participants as u32,
			round,
			&revealed(&ballots),
		);
		if decision != Decision::Extend {
			break;
		}
		extended = true;
	}
	Outcome {
		decision,
		extended,
		ballots,
		one_free_of,
	}
}

/// Planck that a kind of curators has received and spent, and in how many reviews.
#[derive(Clone, Copy, Default)]
struct Purse {
	/// Parts of review fees.
	fees: Balance,
	/// Fees of the transactions that carry the votes.
	transactions: Balance,
	/// Votes that were not revealed.
	forfeits: Balance,
	/// Rejections that an appeal overturned.
	fines: Balance,
	/// Seats, summed over the reviews.
	seats: u64,
}

impl Purse {
	fn net(&self) -> f64 {
		open(self.fees) - open(self.transactions) - open(self.forfeits) - open(self.fines)
	}
}

/// Sums over the reviews of one row.
#[derive(Default)]
pub struct Tally {
	reviews: [u32; 3],
	accepted: [u32; 3],
	appealed_back: u32,
	extended: u32,
	off: u64,
	purses: [Purse; 3],
}

impl Tally {
	/// Plays [`REVIEWS`] reviews of each kind of text; half of all reviews are of good ones, so
	/// those count twice where kinds are summed.
	pub fn of(size: usize, colluding: u32, lazy: u32, people: &Behaviour) -> Self {
		let seed = (size as u64) << 48 | u64::from(colluding) << 24 | u64::from(lazy);
		let mut dice = Dice::new(seed);
		let mut tally = Self::default();
		for turn in 0..REVIEWS {
			let quality = (turn % u32::from(MAX_QUALITY)) as u8 + 1;
			for (text, times) in [
				(Text::Good(quality), 2),
				(Text::Spam, 1),
				(Text::OwnSpam, 1),
			] {
				let bench = draw_bench(size, colluding, lazy, &mut dice);
				let outcome = review(&bench, text, people, &mut dice);
				tally.count(&bench, text, times, &outcome, people, &mut dice);
			}
		}
		tally
	}

	fn count(
		&mut self,
		bench: &[Kind],
		text: Text,
		times: u128,
		outcome: &Outcome,
		people: &Behaviour,
		dice: &mut Dice,
	) {
		let place = match text {
			Text::Good(_) => 0,
			Text::Spam => 1,
			Text::OwnSpam => 2,
		};
		self.reviews[place] += 1;
		self.extended += u32::from(outcome.extended);
		let mut upheld = false;
		match (outcome.decision, text) {
			(Decision::Accept { quality }, _) => {
				self.accepted[place] += 1;
				if let Text::Good(worth) = text {
					self.off += u64::from(quality.abs_diff(worth));
				}
			}
			(Decision::Reject { .. }, Text::Good(_)) => {
				upheld = dice.hit(people.appeals) && dice.hit(people.upholds);
				self.appealed_back += u32::from(upheld);
			}
			_ => {}
		}
		self.pay(bench, outcome, upheld, times);
	}

	fn pay(&mut self, bench: &[Kind], outcome: &Outcome, upheld: bool, times: u128) {
		let count = revealed(&outcome.ballots).len() as u32;
		let mut parts = fee_parts(review_fee(TEXT_BYTES), count).into_iter();
		let ballots = outcome.ballots.iter().zip(&outcome.one_free_of);
		for (kind, (ballot, one_free_of)) in bench.iter().zip(ballots) {
			let purse = &mut self.purses[KINDS.iter().position(|one| one == kind).unwrap()];
			purse.seats += times as u64;
			match ballot {
				Ballot::Silent => {}
				Ballot::Forfeited => {
					purse.transactions += times * commit_fee();
					purse.forfeits += times * fine();
				}
				Ballot::Revealed(vote, _) => {
					// Whoever of them is the last: anyone is as likely as the others.
					purse.transactions += times * vote_fees(*one_free_of);
					purse.fees += times * parts.next().unwrap();
					if upheld && *vote == REJECTING {
						purse.fines += times * fine();
					}
				}
			}
		}
	}

	/// Share of the texts at a place that were accepted.
	fn share(&self, place: usize) -> f64 {
		f64::from(self.accepted[place]) / f64::from(self.reviews[place])
	}

	/// Share of others' spam that gets in.
	pub fn spam_in(&self) -> f64 {
		self.share(1)
	}

	/// Share of the coalition's spam that gets in.
	pub fn own_spam_in(&self) -> f64 {
		self.share(2)
	}

	/// Share of good texts that the votes keep out.
	pub fn good_out(&self) -> f64 {
		1.0 - self.share(0)
	}

	/// The same after appeals.
	pub fn good_out_at_last(&self) -> f64 {
		self.good_out() - f64::from(self.appealed_back) / f64::from(self.reviews[0])
	}

	/// Mean distance of the decided quality from the text's.
	pub fn off(&self) -> Option<f64> {
		let accepted = self.accepted[0];
		(accepted > 0).then(|| self.off as f64 / f64::from(accepted))
	}

	/// Net milliOPEN per review of a curator of a kind; `None` if there are none.
	pub fn net(&self, kind: Kind) -> Option<f64> {
		let purse = &self.purses[KINDS.iter().position(|one| *one == kind).unwrap()];
		(purse.seats > 0).then(|| purse.net() / purse.seats as f64 * MILLI_PER_OPEN)
	}

	fn cells(&self) -> Vec<String> {
		let none = || "–".to_string();
		let mut cells = vec![
			percent(self.own_spam_in()),
			percent(self.spam_in()),
			percent(self.good_out()),
			percent(self.good_out_at_last()),
			self.off().map_or_else(none, |off| format!("{off:.2}")),
		];
		let nets = KINDS.map(|kind| self.net(kind).map_or_else(none, |net| signed(net, 1)));
		cells.extend(nets);
		cells
	}
}

/// `(colluding, lazy)` shares of the rows, in percent.
fn populations() -> impl Iterator<Item = (u32, u32)> {
	[0, 10, 20, 30, 40, 50, 60]
		.into_iter()
		.flat_map(|colluding| {
			[0, 20, 40, 60]
				.into_iter()
				.filter(move |lazy| colluding + lazy <= 100)
				.map(move |lazy| (colluding, lazy))
		})
}

fn bench_table(size: usize) -> Table {
	let mut table = Table::new([
		"colluding, lazy, honest",
		"coalition's spam in",
		"other spam in",
		"good out",
		"after appeals",
		"quality off by",
		"net, colluding",
		"net, lazy",
		"net, honest",
	]);
	for (colluding, lazy) in populations() {
		let tally = Tally::of(size, colluding * PPM / 100, lazy * PPM / 100, &PEOPLE);
		let mut cells = vec![format!("{colluding}, {lazy}, {} %", 100 - colluding - lazy)];
		cells.extend(tally.cells());
		table.row(cells);
	}
	table
}

/// What appeals change where a coalition has the majority.
fn appeal_table() -> Table {
	let mut table = Table::new([
		"appeals of rejected good texts, of these upheld",
		"good out",
		"after appeals",
		"net, colluding",
		"net, honest",
	]);
	for (appeals, upholds) in [(0, 0), (50, 0), (50, 50), (50, 90), (100, 90), (100, 100)] {
		let people = Behaviour {
			appeals: appeals * PPM / 100,
			upholds: upholds * PPM / 100,
			..PEOPLE
		};
		let tally = Tally::of(9, 600_000, 0, &people);
		table.row(vec![
			format!("{appeals} %, {upholds} %"),
			percent(tally.good_out()),
			percent(tally.good_out_at_last()),
			signed(tally.net(Kind::Colluding).unwrap(), 1),
			signed(tally.net(Kind::Honest).unwrap(), 1),
		]);
	}
	table
}

/// From which length on a vote's part of the fee pays for its transactions, all voting.
fn length_table() -> Table {
	let mut table = Table::new([
		"curators who vote",
		"fees of a vote in the mean, mOPEN",
		"paid from",
		"net of a text of 4 KiB, mOPEN each",
		"of 64 KiB",
		"of 1 MiB",
		"votes that a forgotten one costs, 64 KiB",
		"keepers' calls, paid ahead by the contributor, mOPEN",
	]);
	for size in [1, 3, 9, 32u32] {
		let votes = vote_fees(size);
		let lowest = (1..=1 << 20)
			.find(|kib| *fee_parts(review_fee(kib * KIB), size).last().unwrap() >= votes);
		let won = |kib: u64| {
			let part = *fee_parts(review_fee(kib * KIB), size).last().unwrap();
			open(part) - open(votes)
		};
		let net = |kib: u64| signed(won(kib) * MILLI_PER_OPEN, 2);
		table.row(vec![
			size.to_string(),
			format!("{:.2}", open(votes) * MILLI_PER_OPEN),
			format!("{} KiB", lowest.unwrap()),
			net(4),
			net(64),
			net(1_024),
			format!("{:.0}", open(fine()) / won(64)),
			format!("{:.1}", open(review_keepers(size)) * MILLI_PER_OPEN),
		]);
	}
	table
}

/// Everything that the program prints.
pub fn report() -> String {
	let mut out = String::new();
	for size in BENCHES {
		writeln!(out, "**{size} curators**\n\n{}", bench_table(size)).unwrap();
	}
	writeln!(
		out,
		"**Appeals: 9 curators, 60 % colluding, 40 % honest**\n\n{}",
		appeal_table()
	)
	.unwrap();
	write!(out, "**What a review costs**\n\n{}", length_table()).unwrap();
	out
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_honest_bench_of_infallible_people_makes_no_mistake() {
		let people = Behaviour {
			away: 0,
			back: PPM,
			forgets: 0,
			fooled: 0,
			mistaken: 0,
			one_off: 0,
			..PEOPLE
		};
		for size in BENCHES {
			let tally = Tally::of(size, 0, 0, &people);
			assert_eq!((tally.spam_in(), tally.own_spam_in()), (0.0, 0.0));
			assert_eq!((tally.good_out(), tally.off()), (0.0, Some(0.0)));
			let part = open(fee_parts(review_fee(TEXT_BYTES), size as u32)[0]);
			let net = tally.net(Kind::Honest).unwrap() / MILLI_PER_OPEN;
			assert!(
				(net - (part - open(vote_fees(size as u32)))).abs() < 1e-9,
				"{net}"
			);
		}
	}

	#[test]
	fn a_coalition_alone_has_its_way_and_pays_when_appeals_are_upheld() {
		let tally = Tally::of(9, PPM, 0, &PEOPLE);
		assert_eq!((tally.own_spam_in(), tally.spam_in()), (1.0, 0.0));
		assert_eq!(tally.good_out(), 1.0);
		assert!(tally.good_out_at_last() < 0.7);
		assert!(tally.net(Kind::Colluding).unwrap() < -100.0);
		assert_eq!(tally.net(Kind::Honest).map(f64::to_bits), None);
	}

	#[test]
	fn lazy_curators_let_everything_in_with_quality_2() {
		let tally = Tally::of(
			9,
			0,
			PPM,
			&Behaviour {
				forgets: 0,
				..PEOPLE
			},
		);
		assert_eq!((tally.spam_in(), tally.good_out()), (1.0, 0.0));
		// Worth 1, 2, 3 and 4 in turn.
		assert_eq!(tally.off(), Some(1.0));
	}

	#[test]
	fn one_reveal_of_a_round_is_free_unless_somebody_forgot() {
		let (silent, voted, forgot) = (Ballot::Silent, Ballot::Revealed(2, 0), Ballot::Forfeited);
		let mut free = [0; 4];
		note_free(&[silent; 4], &[voted, silent, forgot, silent], &mut free);
		assert_eq!(free, [0; 4]);
		let before = [voted, silent, forgot, silent];
		note_free(&before, &[voted, voted, forgot, voted], &mut free);
		assert_eq!(free, [0, 2, 0, 2]);
	}

	#[test]
	fn people_who_stay_away_extend_the_review_and_cost_nobody() {
		let people = Behaviour {
			away: PPM,
			back: 0,
			..PEOPLE
		};
		let mut dice = Dice::new(1);
		let outcome = review(&[Kind::Honest; 9], Text::Good(3), &people, &mut dice);
		assert!(outcome.extended);
		assert_eq!(outcome.decision, Decision::NoQuorum);
		let tally = Tally::of(9, 0, 0, &people);
		assert_eq!(tally.net(Kind::Honest), Some(0.0));
		assert_eq!(tally.good_out(), 1.0);
	}
}
