// SPDX-License-Identifier: Apache-2.0
//! Claims that a text is a copy, and what contributors do with what they have.

use std::collections::BTreeSet;

use num_traits::Zero;

use super::{
	datanets::{Appeal, Contribution, Stage},
	reviews::PROVED,
	Ledger,
};
use crate::{
	bank::{need, no, Hold, Outcome, Refusal, Who},
	exact::{planck, Planck},
};

/// Positions of a claim.
pub const POSITIONS: u8 = 96;
/// Positions that prove it.
pub const NEEDED: usize = 64;
/// Blocks after which two epochs have passed for sure.
const TWO_EPOCHS: u32 = 201;
/// Epochs that are remembered.
const KEPT: usize = 64;

/// A claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
	/// Whose.
	pub reporter: Who,
	/// The accused.
	pub accused: u64,
	/// Held.
	pub bond: Planck,
	/// First epoch that draws.
	pub epoch: u64,
	/// Last block of showings, once somebody has fixed it.
	pub until: Option<u32>,
	/// Positions shown.
	pub shown: BTreeSet<u8>,
	/// Block from which a keeper looks at it.
	pub due: u32,
	/// Storage deposit.
	pub ticket: Planck,
}

/// What a showing shows, as whoever looks at both texts sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
	/// An opening isn't one.
	Bad,
	/// The window has too few words.
	Padding,
	/// It has words, and nothing is shown beside them.
	Alone,
	/// The words are, or are not, in another contribution.
	Beside(u64, bool),
}

/// What is known of a claim's draw.
enum Draw {
	Waiting,
	Until(u32),
	Lost,
}

impl Ledger {
	/// A new epoch begins with this block.
	pub fn note_epoch(&mut self) {
		let epochs = &mut self.datanets.epochs;
		let next = epochs.last().map_or(0, |(last, _)| last + 1);
		if epochs.len() == KEPT {
			epochs.remove(0);
		}
		epochs.push((next, self.now));
	}

	/// Accuses a contribution; `keepers` is the price of the keepers' calls.
	pub fn claim_duplicate(
		&mut self,
		who: Who,
		id: u64,
		told: Option<u128>,
		keepers: u128,
	) -> Outcome {
		let least = planck(self.datanets.limits.min_bond);
		let mut row = self.contribution(id)?;
		let accusable = matches!(row.stage, Stage::Pending(_) | Stage::Accepted(_));
		need(accusable, "not accusable")?;
		let datanet = self.datanet(row.datanet)?;
		need(datanet.text, "opaque")?;
		need(row.claims < 4, "as many claims as there can be")?;
		let bond = (planck(datanet.bond_per_byte) * row.length).max(least);
		let treasury = self.treasury;
		let bank = &mut self.bank;
		bank.transfer(who, treasury, &planck(keepers), true)?;
		bank.hold(who, Hold::ReporterBond, &bond)?;
		let ticket = bank.hold_ticket(who, Hold::DatanetStorage, told)?;
		row.claims += 1;
		if let (1, Stage::Accepted(acceptance)) = (row.claims, &row.stage) {
			self.lock_row(row.datanet, acceptance.tranche, row.who);
		}
		let epoch = self.datanets.epochs.last().map_or(0, |(last, _)| *last);
		let claim = Claim {
			reporter: who,
			accused: id,
			bond,
			epoch: epoch + 2,
			until: None,
			shown: BTreeSet::new(),
			due: self.now + TWO_EPOCHS,
			ticket,
		};
		self.datanets.contributions.insert(id, row);
		self.datanets.last_claim += 1;
		let last = self.datanets.last_claim;
		self.datanets.claims.insert(last, claim);
		Ok(())
	}

	fn claim_row(&self, id: u64) -> Outcome<Claim> {
		let claim = self.datanets.claims.get(&id).cloned();
		claim.ok_or(Refusal::Sure("no claim"))
	}

	/// The first epoch that may draw does, unless it may be forgotten.
	fn draw(&self, claim: &Claim) -> Draw {
		if let Some(until) = claim.until {
			return Draw::Until(until);
		}
		let epochs = &self.datanets.epochs;
		let oldest = epochs.first().map_or(0, |(oldest, _)| *oldest);
		if epochs.len() == KEPT && oldest > claim.epoch {
			return Draw::Lost;
		}
		let drawing = epochs.iter().find(|(epoch, _)| *epoch >= claim.epoch);
		match drawing {
			Some((_, from)) => Draw::Until(from + self.datanets.limits.showing),
			None => Draw::Waiting,
		}
	}

	/// The number of the epoch that draws a claim, and the last block of showings.
	pub fn drawn(&self, id: u64) -> Option<(u64, u32)> {
		let claim = self.datanets.claims.get(&id)?;
		let Draw::Until(until) = self.draw(claim) else {
			return None;
		};
		let mut epochs = self.datanets.epochs.iter();
		let (epoch, _) = epochs.find(|(epoch, _)| *epoch >= claim.epoch)?;
		Some((*epoch, until))
	}

	/// The accused while a proof can still touch it.
	fn standing(&self, id: u64) -> Option<Contribution> {
		let row = self.datanets.contributions.get(&id);
		row.filter(|row| row.stage.stands()).cloned()
	}

	/// Shows a position.
	pub fn show(&mut self, id: u64, index: u8, evidence: Evidence) -> Outcome {
		let mut claim = self.claim_row(id)?;
		let Draw::Until(until) = self.draw(&claim) else {
			return no("not drawn");
		};
		need(self.now <= until, "over")?;
		need(index < POSITIONS, "no such position")?;
		need(claim.shown.insert(index), "shown")?;
		let accused = self.standing(claim.accused);
		let accused = accused.ok_or(Refusal::Sure("moot"))?;
		match evidence {
			Evidence::Padding => {}
			Evidence::Bad => return no("bad opening"),
			Evidence::Alone => return no("nothing beside it"),
			Evidence::Beside(other, same) => {
				let other = self.contribution(other);
				let earlier = other.is_ok_and(|other| {
					other.datanet == accused.datanet
						&& other.stage.stood_after(accused.committed_at)
						&& other.revealed_at < accused.committed_at
				});
				need(earlier, "not an earlier text")?;
				need(same, "other words")?;
			}
		}
		fix(&mut claim, until);
		if claim.shown.len() < NEEDED {
			self.datanets.claims.insert(id, claim);
			return Ok(());
		}
		self.prove(id, &claim, accused)
	}

	/// A quarter of the bond and half of the pool money to the reporter.
	fn prove(&mut self, id: u64, claim: &Claim, mut accused: Contribution) -> Outcome {
		let (who, reporter) = (accused.who, claim.reporter);
		let bond = std::mem::take(&mut accused.bond);
		let quarter = &bond / 4;
		let rest = &bond - &quarter;
		let bank = &mut self.bank;
		bank.release(reporter, Hold::ReporterBond, &claim.bond);
		bank.hand_over(who, Hold::ContributionBond, reporter, &quarter)?;
		bank.burn_held(who, Hold::ContributionBond, &rest);
		match accused.stage.clone() {
			Stage::Accepted(acceptance) => {
				let aside = self.take_points(&accused, acceptance)?;
				self.forfeit_aside(reporter, &aside)?;
				let root = (accused.datanet, accused.text);
				self.datanets.roots.remove(&root);
				accused.offered = None;
				accused.stage = Stage::Revoked(acceptance, self.now, None);
			}
			Stage::Withdrawn(acceptance, _, aside) => {
				self.forfeit_aside(reporter, &aside)?;
				accused.stage = Stage::Revoked(acceptance, self.now, None);
			}
			_ => {
				self.end_review(&mut accused);
				accused.stage = Stage::Rejected {
					reason: PROVED,
					free_from: self.now + self.datanets.limits.appeal,
					appeal: Appeal::Closed,
				};
			}
		}
		self.datanets.contributions.insert(claim.accused, accused);
		self.close_claim(id)
	}

	/// The claim's deposit is back, and its accused has one claim less.
	fn close_claim(&mut self, id: u64) -> Outcome {
		let claim = self.claim_row(id)?;
		self.datanets.claims.remove(&id);
		let bank = &mut self.bank;
		bank.release(claim.reporter, Hold::DatanetStorage, &claim.ticket);
		let Ok(mut row) = self.contribution(claim.accused) else {
			return Ok(());
		};
		row.claims -= 1;
		if row.claims == 0 {
			match &mut row.stage {
				Stage::Accepted(acceptance) => {
					self.unlock_row(row.datanet, acceptance.tranche, row.who)?;
				}
				Stage::Withdrawn(_, _, aside) => {
					self.pay_aside(row.who, &std::mem::take(aside));
				}
				_ => {}
			}
		}
		self.datanets.contributions.insert(claim.accused, row);
		Ok(())
	}

	/// Whether a keeper may draw or end a claim.
	pub fn admit_claim(&self, id: u64) -> Outcome {
		let claim = self.claim_row(id)?;
		need(self.now >= claim.due, "not due")?;
		let waits = matches!(self.draw(&claim), Draw::Waiting);
		need(!waits || self.standing(claim.accused).is_none(), "waits")
	}

	/// Draws a claim, or ends it.
	pub fn conclude_claim(&mut self, id: u64) -> Outcome {
		let mut claim = self.claim_row(id)?;
		let Some(accused) = self.standing(claim.accused) else {
			return self.make_moot(id, &claim);
		};
		if claim.until.is_some() {
			let half = &claim.bond / 2;
			let rest = &claim.bond - &half;
			let bank = &mut self.bank;
			bank.hand_over(claim.reporter, Hold::ReporterBond, accused.who, &half)?;
			bank.burn_held(claim.reporter, Hold::ReporterBond, &rest);
			return self.close_claim(id);
		}
		match self.draw(&claim) {
			Draw::Until(until) => {
				fix(&mut claim, until);
				self.datanets.claims.insert(id, claim);
				Ok(())
			}
			_ => self.make_moot(id, &claim),
		}
	}

	fn make_moot(&mut self, id: u64, claim: &Claim) -> Outcome {
		let bank = &mut self.bank;
		bank.release(claim.reporter, Hold::ReporterBond, &claim.bond);
		self.close_claim(id)
	}

	/// Takes an accepted contribution back.
	pub fn withdraw(&mut self, who: Who, id: u64) -> Outcome {
		let mut row = self.contribution(id)?;
		need(row.who == who, "not the contributor")?;
		let Stage::Accepted(acceptance) = row.stage else {
			return no("not accepted");
		};
		let aside = self.take_points(&row, acceptance)?;
		self.datanets.roots.remove(&(row.datanet, row.text));
		row.offered = None;
		row.stage = Stage::Withdrawn(acceptance, self.now, aside);
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// Offers a contribution.
	pub fn offer_contribution(&mut self, who: Who, id: u64, to: Option<Who>) -> Outcome {
		let mut row = self.contribution(id)?;
		need(row.who == who, "not the contributor")?;
		need(matches!(row.stage, Stage::Accepted(_)), "not accepted")?;
		need(to != Some(who), "to himself")?;
		row.offered = to;
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// Takes it over, points and all; what it has earned stays.
	pub fn accept_contribution(&mut self, who: Who, id: u64, told: Option<u128>) -> Outcome {
		let mut row = self.contribution(id)?;
		need(row.offered == Some(who), "not offered")?;
		let Stage::Accepted(acceptance) = row.stage else {
			return no("not accepted");
		};
		need(row.claims == 0, "accused")?;
		need(row.bond.is_zero(), "bond held")?;
		let ticket = self.bank.hold_ticket(who, Hold::DatanetStorage, told)?;
		let bank = &mut self.bank;
		bank.release(row.who, Hold::DatanetStorage, &row.ticket);
		let points = row.length * u64::from(acceptance.quality);
		self.move_points(row.datanet, acceptance.tranche, row.who, who, points)?;
		row.who = who;
		row.ticket = ticket;
		row.offered = None;
		self.datanets.contributions.insert(id, row);
		Ok(())
	}
}

/// The draw is fixed by whoever is first.
fn fix(claim: &mut Claim, until: u32) {
	if claim.until.is_none() {
		claim.until = Some(until);
		claim.due = until + 1;
	}
}
