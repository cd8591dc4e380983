// SPDX-License-Identifier: Apache-2.0
//! R2 by its definition: a payment into version `v` gives every member of the tranches `1..=v` its
//! part by points, in units of 2^-64 planck; what doesn't divide is left for the next payment.
//!
//! Members are a plain list that every payment visits.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_traits::{One, Zero};

use crate::{
	bank::{need, no, Outcome, Who},
	exact::{fine, Planck},
};

/// What somebody has in one tranche.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Member {
	/// Live points.
	pub points: u64,
	/// Earned and not collected, in units of 2^-64 planck.
	pub earned: BigInt,
	/// What a point of the tranche had earned when the whole planck were last taken out.
	pub since: BigInt,
}

/// What is withheld of a row while claims are open on texts in it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Lock {
	/// Accused texts.
	pub locks: u32,
	/// Planck that left the pool and are nobody's yet.
	pub withheld: Planck,
	/// What a point had earned when withholding began.
	pub since: BigInt,
}

impl Member {
	/// Whole planck that collecting gives.
	pub fn pending(&self) -> Planck {
		&self.earned >> 64
	}
}

/// All pools of a datanet.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Pool {
	/// Planck not collected.
	pub balance: Planck,
	/// What no member has, in units of 2^-64 planck.
	pub residue: BigInt,
	/// By tranche and account; none has 0 points.
	pub members: BTreeMap<(u32, Who), Member>,
	/// Locked rows, whether or not they have points.
	pub locked: BTreeMap<(u32, Who), Lock>,
	/// What payments into a version gave to each point.
	pub given: BTreeMap<u32, BigInt>,
}

impl Pool {
	/// Live points that a payment into `version` is divided by.
	pub fn weight(&self, version: u32) -> BigInt {
		self.members
			.iter()
			.filter(|((tranche, _), _)| *tranche <= version)
			.map(|(_, member)| BigInt::from(member.points))
			.sum()
	}

	/// Divides a payment; `false` when there is nobody to divide it among.
	pub fn pay(&mut self, version: u32, amount: &Planck) -> bool {
		let weight = self.weight(version);
		if weight.is_zero() {
			return false;
		}
		let whole = fine(amount) + &self.residue;
		let each = &whole / &weight;
		self.residue = whole % weight;
		self.balance += amount;
		*self.given.entry(version).or_default() += &each;
		for ((tranche, _), member) in &mut self.members {
			if *tranche <= version {
				member.earned += &each * member.points;
			}
		}
		true
	}

	/// What a point of a tranche has earned since genesis.
	pub fn per_point(&self, tranche: u32) -> BigInt {
		let later = self
			.given
			.iter()
			.filter(|(version, _)| **version >= tranche);
		later.map(|(_, each)| each).sum()
	}

	/// Whether claims are open on texts of a row.
	pub fn is_locked(&self, tranche: u32, who: Who) -> bool {
		self.locked.contains_key(&(tranche, who))
	}

	/// Whole planck that a member has earned leave the pool; 0 for whoever is none. What a locked
	/// row has earned is withheld instead of given.
	fn touch(&mut self, tranche: u32, who: Who) -> Planck {
		let now = self.per_point(tranche);
		let Some(member) = self.members.get_mut(&(tranche, who)) else {
			return Planck::zero();
		};
		let paid = member.pending();
		member.earned -= fine(&paid);
		member.since = now;
		self.balance -= &paid;
		match self.locked.get_mut(&(tranche, who)) {
			Some(lock) => {
				lock.withheld += paid;
				Planck::zero()
			}
			None => paid,
		}
	}

	/// One more accused text in a row.
	pub fn lock(&mut self, tranche: u32, who: Who) {
		let since = self.members.get(&(tranche, who));
		let since = since.map_or(BigInt::zero(), |member| member.since.clone());
		let lock = self.locked.entry((tranche, who)).or_insert(Lock {
			since,
			..Lock::default()
		});
		lock.locks += 1;
	}

	/// One accused text less; with the last one what is withheld is given.
	pub fn unlock(&mut self, tranche: u32, who: Who) -> Outcome<Planck> {
		let Some(lock) = self.locked.get_mut(&(tranche, who)) else {
			return no("not locked");
		};
		lock.locks -= 1;
		if lock.locks > 0 {
			return Ok(Planck::zero());
		}
		let lock = self.locked.remove(&(tranche, who)).unwrap_or_default();
		Ok(lock.withheld)
	}

	/// The points of an accused text leave a locked row; what they have earned since withholding
	/// began, rounded down and at most what is withheld, is set aside.
	pub fn set_aside(&mut self, tranche: u32, who: Who, points: u64) -> Outcome<Planck> {
		need(self.is_locked(tranche, who), "not locked")?;
		let has = self.members.get(&(tranche, who)).map(|row| row.points);
		need(has.is_some_and(|has| has >= points), "fewer points")?;
		self.touch(tranche, who);
		let now = self.per_point(tranche);
		let Some(lock) = self.locked.get_mut(&(tranche, who)) else {
			return no("not locked");
		};
		let earned: Planck = ((now - &lock.since) * points) >> 64;
		let aside = earned.min(lock.withheld.clone());
		lock.withheld -= &aside;
		self.remove(tranche, who, points)?;
		Ok(aside)
	}

	/// What `collect` books.
	pub fn collect(&mut self, tranche: u32, who: Who) -> Outcome<Planck> {
		need(!self.is_locked(tranche, who), "locked")?;
		need(self.members.contains_key(&(tranche, who)), "no member")?;
		let paid = self.touch(tranche, who);
		need(!paid.is_zero(), "nothing pending")?;
		Ok(paid)
	}

	/// More points; returns what was booked before (R5).
	pub fn add(&mut self, tranche: u32, who: Who, points: u64) -> Outcome<Planck> {
		let paid = self.touch(tranche, who);
		let now = self.per_point(tranche);
		if !self.members.contains_key(&(tranche, who)) {
			if let Some(lock) = self.locked.get_mut(&(tranche, who)) {
				lock.since.clone_from(&now);
			}
		}
		let member = self.members.entry((tranche, who)).or_default();
		member.since = now;
		member.points = member
			.points
			.checked_add(points)
			.ok_or(crate::bank::Refusal::Sure("too many points"))?;
		need(self.weight(u32::MAX) <= BigInt::one() << 80, "too heavy")?;
		Ok(paid)
	}

	/// Fewer points; a member without any leaves and its fraction of a planck stays.
	pub fn remove(&mut self, tranche: u32, who: Who, points: u64) -> Outcome<Planck> {
		let Some(member) = self.members.get(&(tranche, who)) else {
			return no("no member");
		};
		need(member.points >= points, "fewer points")?;
		if points == 0 {
			return Ok(Planck::zero());
		}
		let paid = self.touch(tranche, who);
		let member = self.members.entry((tranche, who)).or_default();
		member.points -= points;
		if member.points == 0 {
			self.residue += &member.earned;
			self.members.remove(&(tranche, who));
			if let Some(lock) = self.locked.get_mut(&(tranche, who)) {
				lock.since = BigInt::zero();
			}
		}
		Ok(paid)
	}

	/// R2's invariant: every unit in the balance is somebody's or left over.
	pub fn is_whole(&self) -> bool {
		let claims: BigInt = self.members.values().map(|member| &member.earned).sum();
		fine(&self.balance) == claims + &self.residue
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::exact::planck;

	#[test]
	fn later_tranches_should_not_share_earlier_versions() {
		let mut pool = Pool::default();
		pool.add(1, 0, 1).unwrap();
		pool.add(2, 1, 3).unwrap();
		assert!(pool.pay(1, &planck(10)));
		assert!(pool.pay(2, &planck(8)));
		assert_eq!(pool.members[&(1, 0)].pending(), planck(12));
		assert_eq!(pool.members[&(2, 1)].pending(), planck(6));
		assert!(pool.is_whole());
	}

	#[test]
	fn an_accused_text_should_take_its_own_part_along() {
		let mut pool = Pool::default();
		pool.add(1, 0, 3).unwrap();
		pool.lock(1, 0);
		assert!(pool.pay(1, &planck(30)));
		// A later text of the same account shares later money only.
		pool.add(1, 0, 3).unwrap();
		assert!(pool.pay(1, &planck(60)));
		assert_eq!(pool.collect(1, 0), no("locked"));
		assert_eq!(pool.set_aside(1, 0, 3), Ok(planck(60)));
		assert_eq!(pool.unlock(1, 0), Ok(planck(30)));
		assert_eq!(pool.balance, planck(0));
		assert!(pool.is_whole() && pool.locked.is_empty());
	}

	#[test]
	fn a_leaver_should_leave_the_fraction() {
		let mut pool = Pool::default();
		pool.add(1, 0, 1).unwrap();
		pool.add(1, 1, 2).unwrap();
		assert!(pool.pay(1, &planck(1)));
		assert_eq!(pool.remove(1, 0, 1), Ok(planck(0)));
		assert!(pool.residue > BigInt::zero());
		assert!(pool.is_whole());
		assert!(pool.pay(1, &planck(1)));
		assert_eq!(pool.remove(1, 1, 2), Ok(planck(2)), "all of it");
		assert!(!pool.pay(1, &planck(5)), "nobody is left");
		assert!(pool.is_whole());
	}
}
