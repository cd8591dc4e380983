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
		for ((tranche, _), member) in &mut self.members {
			if *tranche <= version {
				member.earned += &each * member.points;
			}
		}
		true
	}

	/// Whole planck that a member has earned leave the pool; 0 for whoever is none.
	fn touch(&mut self, tranche: u32, who: Who) -> Planck {
		let Some(member) = self.members.get_mut(&(tranche, who)) else {
			return Planck::zero();
		};
		let paid = member.pending();
		member.earned -= fine(&paid);
		self.balance -= &paid;
		paid
	}

	/// What `collect` books.
	pub fn collect(&mut self, tranche: u32, who: Who) -> Outcome<Planck> {
		need(self.members.contains_key(&(tranche, who)), "no member")?;
		let paid = self.touch(tranche, who);
		need(!paid.is_zero(), "nothing pending")?;
		Ok(paid)
	}

	/// More points; returns what was booked before (R5).
	pub fn add(&mut self, tranche: u32, who: Who, points: u64) -> Outcome<Planck> {
		let paid = self.touch(tranche, who);
		let member = self.members.entry((tranche, who)).or_default();
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
