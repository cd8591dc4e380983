// SPDX-License-Identifier: Apache-2.0
//! Reviews as far as money depends on them: seats, votes, outcomes, fees, appeals, takedowns.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;

use super::{
	datanets::{Acceptance, Appeal, Contribution, Seat, Stage, Told, MOST_VERSIONS},
	Ledger,
};
use crate::{
	bank::{need, no, Hold, Outcome, Refusal, Who},
	exact::{planck, split, Planck},
};

/// Reason code of a contribution that a proof ended in review.
pub const PROVED: u8 = 254;
/// Reason code of a contribution that too few voted on.
pub const TOO_FEW: u8 = 255;
/// Highest reason code that people give.
const MOST_REASON: u8 = 249;

/// A vote: 0 rejects, 1 to 4 accept; and a reason code.
pub type Vote = (u8, u8);

/// What somebody who may vote has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ballot {
	/// Nothing yet.
	Silent,
	/// Committed to a vote.
	Committed(Vote),
	/// Revealed it.
	Revealed(Vote),
	/// Committed and kept silent.
	Forfeited,
}

/// A review that goes on, or whose rejection can be appealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
	/// 0, or 1 in the extension.
	pub round: u8,
	/// Last block of commits.
	pub commits_until: u32,
	/// Last block of reveals.
	pub reveals_until: u32,
	/// In the order in which the chain lists them.
	pub ballots: Vec<(Who, Ballot)>,
	/// The contributor's deposit for it.
	pub ticket: Planck,
}

impl Review {
	/// Whether anybody's ballot is like this.
	fn any(&self, like: impl Fn(&Ballot) -> bool) -> bool {
		self.ballots.iter().any(|(_, ballot)| like(ballot))
	}

	/// Somebody could still commit, if there is time.
	pub fn is_silent(&self) -> bool {
		self.any(|ballot| *ballot == Ballot::Silent)
	}

	/// Somebody could still reveal, if there is time.
	fn is_secret(&self) -> bool {
		self.any(|ballot| matches!(ballot, Ballot::Committed(_)))
	}

	/// Whether reveals are taken.
	pub fn is_revealing(&self, now: u32) -> bool {
		now <= self.reveals_until && (now > self.commits_until || !self.is_silent())
	}

	/// Those who revealed, with their votes.
	fn votes(&self) -> Vec<(Who, Vote)> {
		let ballots = self.ballots.iter();
		ballots
			.filter_map(|(who, ballot)| match ballot {
				Ballot::Revealed(vote) => Some((*who, *vote)),
				_ => None,
			})
			.collect()
	}

	/// Those who revealed a vote against it.
	fn against(&self) -> Vec<Who> {
		let votes = self.votes().into_iter();
		votes
			.filter(|(_, (vote, _))| *vote == 0)
			.map(|(who, _)| who)
			.collect()
	}
}

/// What the revealed votes of a review say.
enum Says {
	Extend,
	TooFew,
	Accept(u8),
	Reject(u8),
}

impl Review {
	/// A third of the electorate has to have revealed; in the extension, or when nobody is left who
	/// could still vote, a third of those who took part. More than half of the votes accept, with
	/// the lower median of their qualities.
	fn says(&self) -> Says {
		let votes = self.votes();
		let extends = self.round == 0 && self.is_silent();
		let asked = if extends {
			self.ballots.len()
		} else {
			let took_part = self.ballots.iter();
			took_part
				.filter(|(_, ballot)| *ballot != Ballot::Silent)
				.count()
		};
		if votes.is_empty() || votes.len() * 3 < asked {
			return if extends { Says::Extend } else { Says::TooFew };
		}
		let mut qualities: Vec<u8> = votes.iter().map(|(_, (vote, _))| *vote).collect();
		qualities.retain(|quality| *quality > 0);
		qualities.sort_unstable();
		if qualities.len() * 2 > votes.len() {
			return Says::Accept(qualities[(qualities.len() - 1) / 2]);
		}
		let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
		for (_, (vote, reason)) in &votes {
			if *vote == 0 {
				*counts.entry(*reason).or_default() += 1;
			}
		}
		let most = counts.values().max().copied().unwrap_or(0);
		let reason = counts.iter().find(|(_, count)| **count == most);
		Says::Reject(reason.map_or(0, |(reason, _)| *reason))
	}
}

impl Ledger {
	/// Names curators.
	pub fn set_curators(&mut self, who: Who, id: u32, named: &[Who]) -> Outcome {
		let row = self.datanet(id)?;
		need(row.owner == who, "not the owner")?;
		let curators: BTreeSet<Who> = named.iter().copied().collect();
		need(curators.len() == named.len(), "curator twice")?;
		row.curators = curators;
		Ok(())
	}

	/// Places a curator's bond, or makes it whole again.
	pub fn take_seat(&mut self, who: Who, id: u32) -> Outcome {
		let full = planck(self.datanets.limits.curator_bond);
		let row = self.datanet(id)?;
		need(row.curators.contains(&who), "not named")?;
		let seat = row.seats.entry(who).or_insert(Seat {
			bond: Planck::zero(),
			full: Planck::zero(),
			open: 0,
			bound_until: 0,
		});
		need(seat.full.is_zero() || seat.bond < seat.full, "seated")?;
		let missing = (&full - &seat.bond).max(Planck::zero());
		seat.full = full;
		seat.bond += &missing;
		self.bank.hold(who, Hold::CuratorBond, &missing)
	}

	/// Takes it back.
	pub fn leave_seat(&mut self, who: Who, id: u32) -> Outcome {
		let now = self.now;
		let row = self.datanets.rows.get_mut(&id);
		let row = row.ok_or(Refusal::Sure("no datanet"))?;
		let seat = row.seats.remove(&who);
		let seat = seat.ok_or(Refusal::Sure("not seated"))?;
		need(seat.open == 0 && now > seat.bound_until, "bound")?;
		self.bank.release(who, Hold::CuratorBond, &seat.bond);
		Ok(())
	}

	/// Who may vote on what is revealed now by somebody: those named, seated and whole but him.
	pub fn electorate(&self, datanet: u32, contributor: Who) -> BTreeSet<Who> {
		let row = &self.datanets.rows[&datanet];
		let seats = row.seats.iter();
		seats
			.filter(|(who, seat)| row.curators.contains(who) && seat.bond >= seat.full)
			.map(|(who, _)| *who)
			.filter(|who| *who != contributor)
			.collect()
	}

	/// A review of what has just been revealed.
	pub fn open_review(&mut self, row: &Contribution, told: &Told) -> Outcome<Review> {
		let (treasury, keepers) = (self.treasury, planck(told.keepers));
		self.bank.transfer(row.who, treasury, &keepers, true)?;
		let ticket = self
			.bank
			.hold_ticket(row.who, Hold::DatanetStorage, told.review)?;
		let electorate = self.electorate(row.datanet, row.who);
		let listed: BTreeSet<Who> = told.order.iter().copied().collect();
		let right = listed == electorate && told.order.len() == listed.len();
		need(told.review.is_none() || right, "another electorate")?;
		let (commits_until, reveals_until) = self.round();
		Ok(Review {
			round: 0,
			commits_until,
			reveals_until,
			ballots: told
				.order
				.iter()
				.map(|who| (*who, Ballot::Silent))
				.collect(),
			ticket,
		})
	}

	/// Last blocks of a round that begins now.
	fn round(&self) -> (u32, u32) {
		let commits = self.now + self.datanets.limits.vote_commit;
		(commits, commits + self.datanets.limits.vote_reveal)
	}

	/// A contribution in review.
	fn reviewed(&self, id: u64) -> Outcome<(Contribution, Review)> {
		let row = self.contribution(id)?;
		need(matches!(row.stage, Stage::Pending(_)), "not pending")?;
		match row.review.clone() {
			Some(review) => Ok((row, review)),
			None => no("no review"),
		}
	}

	fn keep_review(&mut self, id: u64, review: Review) {
		let row = self.datanets.contributions.get_mut(&id);
		row.expect("in review").review = Some(review);
	}

	/// A seat that is still there.
	fn seat(&mut self, datanet: u32, who: Who) -> Option<&mut Seat> {
		let row = self.datanets.rows.get_mut(&datanet);
		row.and_then(|row| row.seats.get_mut(&who))
	}

	/// Commits to a vote.
	pub fn commit_vote(&mut self, who: Who, id: u64, vote: Vote) -> Outcome {
		let now = self.now;
		let (row, mut review) = self.reviewed(id)?;
		let period = self.datanets.limits.vote_reveal;
		let ballot = review
			.ballots
			.iter_mut()
			.find(|(elector, _)| *elector == who);
		let (_, ballot) = ballot.ok_or(Refusal::Sure("may not vote"))?;
		need(*ballot == Ballot::Silent, "voted")?;
		*ballot = Ballot::Committed(vote);
		need(now <= review.commits_until, "commits are over")?;
		let seat = self.seat(row.datanet, who);
		seat.ok_or(Refusal::Sure("no seat"))?.open += 1;
		if !review.is_silent() {
			review.commits_until = now;
			review.reveals_until = now + period;
		}
		self.keep_review(id, review);
		Ok(())
	}

	/// Reveals it; the last one decides.
	pub fn reveal_vote(&mut self, who: Who, id: u64, vote: Vote) -> Outcome {
		let (_, mut review) = self.reviewed(id)?;
		need(review.is_revealing(self.now), "no reveals now")?;
		let ballot = review
			.ballots
			.iter_mut()
			.find(|(elector, _)| *elector == who);
		let (_, ballot) = ballot.ok_or(Refusal::Sure("may not vote"))?;
		need(*ballot == Ballot::Committed(vote), "not committed to it")?;
		need(vote.0 <= 4, "quality")?;
		need(vote.0 > 0 || vote.1 <= MOST_REASON, "reason")?;
		*ballot = Ballot::Revealed(vote);
		let over = !review.is_secret();
		self.keep_review(id, review);
		if over {
			return self.conclude(id);
		}
		Ok(())
	}

	/// Whether a keeper may end the round.
	pub fn admit_review(&self, id: u64) -> Outcome {
		let (_, review) = self.reviewed(id)?;
		need(self.now > review.reveals_until, "not due")
	}

	/// Ends a round.
	pub fn conclude(&mut self, id: u64) -> Outcome {
		let (mut row, mut review) = self.reviewed(id)?;
		for (who, ballot) in &mut review.ballots {
			if matches!(ballot, Ballot::Committed(_)) {
				*ballot = Ballot::Forfeited;
				self.fine(row.datanet, *who);
			}
		}
		row.review = Some(review.clone());
		match review.says() {
			Says::Extend => {
				let (commits_until, reveals_until) = self.round();
				review.round = 1;
				review.commits_until = commits_until;
				review.reveals_until = reveals_until;
				row.review = Some(review);
			}
			Says::TooFew => self.reject_without_fault(&mut row, TOO_FEW),
			Says::Accept(quality) => {
				self.pay_fee(&row);
				self.free_seats(&row);
				self.drop_review(&mut row);
				self.accept(id, &mut row, quality)?;
			}
			Says::Reject(reason) => self.reject_by_votes(&mut row, reason),
		}
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// A tenth of a whole bond, at most what is left, is burned.
	fn fine(&mut self, datanet: u32, who: Who) {
		let Some(seat) = self.seat(datanet, who) else {
			return;
		};
		let tenth: Planck = Planck::min(&seat.full / 10, seat.bond.clone());
		seat.bond -= tenth.clone();
		self.bank.burn_held(who, Hold::CuratorBond, &tenth);
	}

	fn return_bond(&mut self, row: &mut Contribution) {
		let bond = std::mem::take(&mut row.bond);
		self.bank.release(row.who, Hold::ContributionBond, &bond);
	}

	/// The review's deposit back, if it is still there.
	pub fn drop_review(&mut self, row: &mut Contribution) {
		if let Some(review) = row.review.take() {
			let bank = &mut self.bank;
			bank.release(row.who, Hold::DatanetStorage, &review.ticket);
		}
	}

	/// Equal parts to those who revealed, or back. Who can't receive his part leaves it to the
	/// contributor.
	fn pay_fee(&mut self, row: &Contribution) {
		let (Stage::Pending(fee), Some(review)) = (&row.stage, &row.review) else {
			return;
		};
		let voters = review.votes();
		if voters.is_empty() {
			self.bank.release(row.who, Hold::ReviewFee, fee);
			return;
		}
		let parts = split(fee, &vec![1; voters.len()]);
		for ((voter, _), part) in voters.iter().zip(parts) {
			let bank = &mut self.bank;
			if bank
				.hand_over(row.who, Hold::ReviewFee, *voter, &part)
				.is_err()
			{
				bank.release(row.who, Hold::ReviewFee, &part);
			}
		}
	}

	/// Votes are open no longer.
	pub fn free_seats(&mut self, row: &Contribution) {
		let ballots = row.review.iter().flat_map(|review| review.ballots.clone());
		for (who, ballot) in ballots {
			if ballot != Ballot::Silent {
				if let Some(seat) = self.seat(row.datanet, who) {
					seat.open -= 1;
				}
			}
		}
	}

	/// Nobody's vote and nobody's fault.
	fn reject_without_fault(&mut self, row: &mut Contribution, reason: u8) {
		self.return_bond(row);
		self.end_review(row);
		row.stage = Stage::Rejected {
			reason,
			free_from: self.now,
			appeal: Appeal::Closed,
		};
	}

	/// Fee paid, seats free, deposit back.
	pub fn end_review(&mut self, row: &mut Contribution) {
		self.pay_fee(row);
		self.free_seats(row);
		self.drop_review(row);
	}

	fn reject_by_votes(&mut self, row: &mut Contribution, reason: u8) {
		let free_from = self.now + self.datanets.limits.appeal;
		self.return_bond(row);
		self.pay_fee(row);
		self.free_seats(row);
		self.bind(row, free_from);
		row.stage = Stage::Rejected {
			reason,
			free_from,
			appeal: Appeal::Possible,
		};
	}

	/// Whoever voted against it stays in his seat.
	fn bind(&mut self, row: &Contribution, until: u32) {
		let against = row.review.iter().flat_map(Review::against);
		for who in against.collect::<Vec<_>>() {
			if let Some(seat) = self.seat(row.datanet, who) {
				seat.bound_until = seat.bound_until.max(until);
			}
		}
	}

	/// Points from now on; withheld while it is accused.
	fn accept(&mut self, id: u64, row: &mut Contribution, quality: u8) -> Outcome {
		need((1..=4).contains(&quality), "quality")?;
		let free_from = self.now + self.datanets.limits.bond_hold;
		let datanet = self.datanet(row.datanet)?;
		need(datanet.snapshots.len() < MOST_VERSIONS, "no version left")?;
		let acceptance = Acceptance {
			number: datanet.accepted.len() as u64,
			quality,
			tranche: u32::try_from(datanet.snapshots.len() + 1).expect("few"),
			free_from,
		};
		datanet.accepted.push(id);
		row.stage = Stage::Accepted(acceptance);
		let points = row.length * u64::from(quality);
		self.add_points(row.datanet, acceptance.tranche, row.who, points)?;
		if row.claims > 0 {
			self.lock_row(row.datanet, acceptance.tranche, row.who);
		}
		Ok(())
	}

	/// Asks governance.
	pub fn appeal(&mut self, who: Who, id: u64) -> Outcome {
		let until = self.now + self.datanets.limits.appeal;
		let least = planck(self.datanets.limits.min_bond);
		let mut row = self.contribution(id)?;
		need(row.who == who, "not the contributor")?;
		let Stage::Rejected {
			reason,
			free_from,
			appeal,
		} = row.stage
		else {
			return no("not rejected");
		};
		need(appeal == Appeal::Possible, "no appeal")?;
		need(self.now < free_from, "too late")?;
		let free_from = free_from.max(until);
		row.stage = Stage::Rejected {
			reason,
			free_from,
			appeal: Appeal::Open,
		};
		let rate = planck(self.datanet(row.datanet)?.bond_per_byte);
		row.bond = (rate * row.length).max(least);
		self.bank.hold(who, Hold::ContributionBond, &row.bond)?;
		self.bind(&row, free_from);
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// Governance's answer: a quality overturns the rejection, a reason confirms it.
	pub fn decide_appeal(&mut self, id: u64, verdict: Result<u8, u8>) -> Outcome {
		let mut row = self.contribution(id)?;
		let Stage::Rejected {
			free_from, appeal, ..
		} = row.stage
		else {
			return no("not rejected");
		};
		need(appeal == Appeal::Open, "no appeal")?;
		need(self.now < free_from, "lapsed")?;
		let against = row.review.iter().flat_map(Review::against);
		let against: Vec<Who> = against.collect();
		self.drop_review(&mut row);
		match verdict {
			Ok(quality) => {
				for who in against {
					self.fine(row.datanet, who);
				}
				self.accept(id, &mut row, quality)?;
			}
			Err(reason) => {
				need(reason <= MOST_REASON, "reason")?;
				let bond = std::mem::take(&mut row.bond);
				let tenth = &bond / 10;
				let rest = &bond - &tenth;
				let bank = &mut self.bank;
				bank.release(row.who, Hold::ContributionBond, &rest);
				bank.burn_held(row.who, Hold::ContributionBond, &tenth);
				row.stage = Stage::Rejected {
					reason,
					free_from,
					appeal: Appeal::Closed,
				};
			}
		}
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// Governance takes something down.
	pub fn revoke(&mut self, id: u64, reason: u8) -> Outcome {
		need(reason <= MOST_REASON, "reason")?;
		let mut row = self.contribution(id)?;
		let acceptance = match row.stage.clone() {
			Stage::Pending(_) => {
				let free_from = self.now + self.datanets.limits.appeal;
				self.return_bond(&mut row);
				self.end_review(&mut row);
				row.stage = Stage::Rejected {
					reason,
					free_from,
					appeal: Appeal::Closed,
				};
				self.datanets.contributions.insert(id, row);
				return Ok(());
			}
			Stage::Accepted(acceptance) => {
				let aside = self.take_points(&row, acceptance)?;
				self.pay_aside(row.who, &aside);
				self.datanets.roots.remove(&(row.datanet, row.text));
				row.offered = None;
				acceptance
			}
			Stage::Withdrawn(acceptance, _, aside) => {
				self.pay_aside(row.who, &aside);
				acceptance
			}
			Stage::Revoked(acceptance, _, None) => acceptance,
			_ => return no("nothing to revoke"),
		};
		row.stage = Stage::Revoked(acceptance, self.now, Some(reason));
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// An accepted contribution's points leave; what an accused one has earned is set aside.
	pub fn take_points(&mut self, row: &Contribution, acceptance: Acceptance) -> Outcome<Planck> {
		let points = row.length * u64::from(acceptance.quality);
		let (datanet, tranche) = (row.datanet, acceptance.tranche);
		if row.claims > 0 {
			return self.set_aside(datanet, tranche, row.who, points);
		}
		self.remove_points(datanet, tranche, row.who, points)?;
		Ok(Planck::zero())
	}
}
