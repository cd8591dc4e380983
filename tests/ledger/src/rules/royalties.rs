// SPDX-License-Identifier: Apache-2.0
//! What becomes of fees: splits, inboxes, booked money, payouts.

use std::collections::BTreeMap;

use num_traits::Zero;

use super::{models::Share, pools::Pool, Ledger};
use crate::{
	bank::{need, no, Outcome, Refusal, Who},
	exact::{planck, split, Planck},
};

/// Money that waits to be split by a model's vector.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Inbox {
	/// For the whole vector.
	pub upstream: Planck,
	/// For the pools.
	pub base: Planck,
	/// Distributions paid for in advance.
	pub prepaid: u32,
}

impl Inbox {
	/// Money in it.
	pub fn sum(&self) -> Planck {
		&self.upstream + &self.base
	}
}

/// Parts of a fee.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct FeeParts {
	/// To be burned.
	pub burned: Planck,
	/// To the treasury.
	pub treasury: Planck,
	/// To the operator.
	pub operator: Planck,
	/// To the developer.
	pub developer: Planck,
	/// To parents.
	pub parents: Vec<(u32, Planck)>,
	/// D.
	pub data: Planck,
}

/// Undistributed money and where it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Royalties {
	/// Burned share, ppm.
	pub burn: u32,
	/// Treasury's share, ppm.
	pub treasury: u32,
	/// Planck from which on payouts are automatic.
	pub threshold: u128,
	/// Entries that an idle block looks at, at most.
	pub per_block: u32,
	/// Data shares that wait.
	pub waiting: Planck,
	/// By model; none is empty.
	pub inboxes: BTreeMap<u32, Inbox>,
	/// By datanet.
	pub pools: BTreeMap<u32, Pool>,
	/// Booked by account; no zeros.
	pub accrued: BTreeMap<Who, Planck>,
	/// Ever paid by account; no zeros.
	pub paid: BTreeMap<Who, Planck>,
	/// Keepers' distributions of a block.
	pub keepers: (u32, u32),
	/// What strangers sent to the pot.
	pub gifts: Planck,
	/// Taken out of what was withheld; a claim decides whose it is.
	pub aside: Planck,
}

/// Keepers' distributions of one block, at most.
const MOST_KEEPERS: u32 = 16;

impl Royalties {
	/// All that the pot owes.
	pub fn owed(&self) -> Planck {
		let inboxes: Planck = self.inboxes.values().map(Inbox::sum).sum();
		let pools: Planck = self.pools.values().map(|pool| &pool.balance).sum();
		let accrued: Planck = self.accrued.values().sum();
		let locked = self.pools.values().flat_map(|pool| pool.locked.values());
		let withheld: Planck = locked.map(|lock| &lock.withheld).sum();
		&self.waiting + inboxes + pools + accrued + withheld + &self.aside
	}

	fn book(&mut self, who: Who, amount: &Planck) {
		if !amount.is_zero() {
			*self.accrued.entry(who).or_default() += amount;
		}
	}

	fn fill_inbox(&mut self, model: u32, upstream: &Planck, base: &Planck, prepaid: u32) {
		let inbox = self.inboxes.entry(model).or_default();
		inbox.upstream += upstream;
		inbox.base += base;
		inbox.prepaid += prepaid;
		if *inbox == Inbox::default() {
			self.inboxes.remove(&model);
		}
	}
}

impl Ledger {
	/// Both splits of a fee; `None` for a model that was never published.
	pub fn fee_parts(&self, model: u32, fee: &Planck) -> Option<FeeParts> {
		let terms = self.models.published(model)?;
		let royalties = &self.royalties;
		let rest = 1_000_000 - royalties.burn - royalties.treasury - terms.operator_ppm;
		let first = [royalties.burn, royalties.treasury, terms.operator_ppm, rest];
		let first = split(fee, &first.map(u64::from));
		let mut parts = FeeParts {
			burned: first[0].clone(),
			treasury: first[1].clone(),
			operator: first[2].clone(),
			..FeeParts::default()
		};
		for (share, part) in self.by_vector(model, &first[3]) {
			match share {
				Share::Developer => parts.developer = part,
				Share::Contributors => parts.data = part,
				Share::Parent(parent) => parts.parents.push((parent, part)),
			}
		}
		Some(parts)
	}

	fn by_vector(&self, model: u32, amount: &Planck) -> Vec<(Share, Planck)> {
		let vector = self.models.rows[&model].vector();
		let shares: Vec<u64> = vector.iter().map(|(_, ppm)| u64::from(*ppm)).collect();
		let parts = split(amount, &shares);
		vector.into_iter().map(|(who, _)| who).zip(parts).collect()
	}

	/// Books a fee that has just arrived in the pot; returns D.
	pub fn settle(&mut self, model: u32, operator: Who, fee: &Planck) -> Outcome<Planck> {
		let Some(parts) = self.fee_parts(model, fee) else {
			return no("model never published");
		};
		let developer = self.models.rows[&model].developer;
		self.bank.burn(self.pot, &parts.burned)?;
		self.to_treasury(&parts.treasury)?;
		self.royalties.book(operator, &parts.operator);
		self.royalties.book(developer, &parts.developer);
		for (parent, part) in &parts.parents {
			self.royalties.fill_inbox(*parent, part, &Planck::zero(), 0);
		}
		self.royalties.waiting += &parts.data;
		Ok(parts.data)
	}

	/// Money of the pot to the treasury.
	pub fn to_treasury(&mut self, amount: &Planck) -> Outcome {
		self.bank.transfer(self.pot, self.treasury, amount, true)
	}

	/// Waiting money to an inbox, with one distribution paid for.
	pub fn release_base(&mut self, model: u32, amount: &Planck) {
		self.royalties.waiting -= amount;
		self.royalties.fill_inbox(model, &Planck::zero(), amount, 1);
	}

	/// Waiting money to an account.
	pub fn credit(&mut self, who: Who, amount: &Planck) {
		self.royalties.waiting -= amount;
		self.royalties.book(who, amount);
	}

	/// Waiting money to a pool.
	pub fn credit_pool(&mut self, datanet: u32, version: u32, amount: &Planck) -> Outcome {
		self.royalties.waiting -= amount;
		self.fill_pool(datanet, version, amount)
	}

	/// Waiting money to the treasury.
	pub fn credit_treasury(&mut self, amount: &Planck) -> Outcome {
		self.royalties.waiting -= amount;
		self.to_treasury(amount)
	}

	/// Money of the pot to a pool, or to the treasury when nobody is in it (R3).
	pub fn fill_pool(&mut self, datanet: u32, version: u32, amount: &Planck) -> Outcome {
		if amount.is_zero() {
			return Ok(());
		}
		let pool = self.royalties.pools.entry(datanet).or_default();
		if pool.pay(version, amount) {
			return Ok(());
		}
		self.to_treasury(amount)
	}

	/// Somebody's free money into a pool.
	pub fn pay_in(&mut self, from: Who, datanet: u32, version: u32, amount: &Planck) -> Outcome {
		self.bank.transfer(from, self.pot, amount, true)?;
		self.fill_pool(datanet, version, amount)
	}

	/// Gives points in a tranche.
	pub fn add_points(&mut self, datanet: u32, tranche: u32, who: Who, points: u64) -> Outcome {
		let pool = self.royalties.pools.entry(datanet).or_default();
		let paid = pool.add(tranche, who, points)?;
		self.royalties.book(who, &paid);
		Ok(())
	}

	/// Takes points in a tranche.
	pub fn remove_points(&mut self, datanet: u32, tranche: u32, who: Who, points: u64) -> Outcome {
		let pool = self.royalties.pools.entry(datanet).or_default();
		let paid = pool.remove(tranche, who, points)?;
		self.royalties.book(who, &paid);
		Ok(())
	}

	/// Moves points in a tranche between two accounts, neither of which is accused.
	pub fn move_points(
		&mut self,
		datanet: u32,
		tranche: u32,
		from: Who,
		to: Who,
		points: u64,
	) -> Outcome {
		let pool = self.royalties.pools.entry(datanet).or_default();
		let locked = [from, to].map(|who| pool.is_locked(tranche, who));
		need(locked == [false, false], "locked")?;
		self.remove_points(datanet, tranche, from, points)?;
		self.add_points(datanet, tranche, to, points)
	}

	/// Withholds what a row earns.
	pub fn lock_row(&mut self, datanet: u32, tranche: u32, who: Who) {
		let pool = self.royalties.pools.entry(datanet).or_default();
		pool.lock(tranche, who);
	}

	/// One lock less.
	pub fn unlock_row(&mut self, datanet: u32, tranche: u32, who: Who) -> Outcome {
		let pool = self.royalties.pools.entry(datanet).or_default();
		let given = pool.unlock(tranche, who)?;
		self.royalties.book(who, &given);
		Ok(())
	}

	/// Takes an accused text's points and what they earned out of its row, and one lock away.
	pub fn set_aside(
		&mut self,
		datanet: u32,
		tranche: u32,
		who: Who,
		points: u64,
	) -> Outcome<Planck> {
		let pool = self.royalties.pools.entry(datanet).or_default();
		let aside = pool.set_aside(tranche, who, points)?;
		self.royalties.aside += &aside;
		self.unlock_row(datanet, tranche, who)?;
		Ok(aside)
	}

	/// What was set aside is the contributor's.
	pub fn pay_aside(&mut self, who: Who, amount: &Planck) {
		self.royalties.aside -= amount;
		self.royalties.book(who, amount);
	}

	/// What was set aside is half the reporter's, half the treasury's.
	pub fn forfeit_aside(&mut self, reporter: Who, amount: &Planck) -> Outcome {
		self.royalties.aside -= amount;
		let half: Planck = amount / 2;
		self.royalties.book(reporter, &half);
		self.to_treasury(&(amount - half))
	}

	/// Books what a member has earned.
	pub fn collect(&mut self, datanet: u32, tranche: u32, who: Who) -> Outcome<Planck> {
		let pool = self.royalties.pools.entry(datanet).or_default();
		let paid = pool.collect(tranche, who)?;
		self.royalties.book(who, &paid);
		Ok(paid)
	}

	/// Splits an inbox by the model's terms and its developer of this moment.
	pub fn distribute(&mut self, model: u32) -> Outcome {
		let inbox = self.royalties.inboxes.get(&model).cloned();
		let inbox = inbox.unwrap_or_default();
		need(!inbox.sum().is_zero(), "inbox empty")?;
		need(self.models.published(model).is_some(), "never published")?;
		let emptied = Inbox {
			prepaid: inbox.prepaid,
			..Inbox::default()
		};
		self.royalties.inboxes.insert(model, emptied);
		let developer = self.models.rows[&model].developer;
		let mut base = inbox.base;
		for (share, part) in self.by_vector(model, &inbox.upstream) {
			match share {
				Share::Developer => self.royalties.book(developer, &part),
				Share::Contributors => base += part,
				Share::Parent(parent) => {
					self.royalties.fill_inbox(parent, &part, &Planck::zero(), 0)
				}
			}
		}
		self.distribute_base(model, &base)?;
		if inbox.prepaid == 0 {
			self.royalties.inboxes.remove(&model);
		}
		Ok(())
	}

	fn distribute_base(&mut self, model: u32, base: &Planck) -> Outcome {
		let own = self.models.rows[&model].snapshots.clone();
		if base.is_zero() {
			return Ok(());
		}
		if own.is_empty() {
			return self.to_treasury(base);
		}
		let weights: Vec<u64> = own
			.iter()
			.map(|(_, _, weight)| u64::from(*weight))
			.collect();
		for ((datanet, version, _), part) in own.iter().zip(split(base, &weights)) {
			self.fill_pool(*datanet, *version, &part)?;
		}
		Ok(())
	}

	/// A keeper's distribution.
	pub fn distribute_due(&mut self, model: u32) -> Outcome {
		let inbox = self.royalties.inboxes.get(&model).cloned();
		let inbox = inbox.unwrap_or_default();
		need(inbox.prepaid > 0, "not prepaid")?;
		need(!inbox.sum().is_zero(), "inbox empty")?;
		let (block, used) = self.royalties.keepers;
		let used = if block == self.now { used } else { 0 };
		need(used < MOST_KEEPERS, "enough for this block")?;
		self.royalties.keepers = (self.now, used + 1);
		if let Some(inbox) = self.royalties.inboxes.get_mut(&model) {
			inbox.prepaid -= 1;
		}
		self.distribute(model)
	}

	/// Pays what is booked.
	pub fn claim(&mut self, who: Who) -> Outcome {
		let amount = self.royalties.accrued.get(&who).cloned();
		let amount = amount.ok_or(Refusal::Sure("nothing accrued"))?;
		self.bank.transfer(self.pot, who, &amount, true)?;
		self.royalties.accrued.remove(&who);
		*self.royalties.paid.entry(who).or_default() += amount;
		Ok(())
	}

	/// Pays whoever of several can be paid.
	pub fn claim_many(&mut self, accounts: &[Who]) {
		for who in accounts {
			let _ = self.claim(*who);
		}
	}

	/// Governance's parameters.
	pub fn set_royalties(
		&mut self,
		(burn, treasury): (u32, u32),
		threshold: u128,
		per_block: u32,
	) -> Outcome {
		let protocol = u64::from(burn) + u64::from(treasury);
		need(protocol <= 100_000, "protocol share")?;
		let bounds = crate::bank::EXISTENTIAL..=100 * 1_000_000_000_000;
		need(bounds.contains(&threshold), "threshold")?;
		need((1..=1_024).contains(&per_block), "payouts per block")?;
		self.royalties.burn = burn;
		self.royalties.treasury = treasury;
		self.royalties.threshold = threshold;
		self.royalties.per_block = per_block;
		Ok(())
	}

	/// Sum of what accounts can claim from a threshold on and could receive.
	pub fn payable(&self) -> Vec<Who> {
		let least = planck(self.royalties.threshold);
		let accrued = self.royalties.accrued.iter();
		accrued
			.filter(|(who, amount)| {
				**amount >= least && self.bank.ensure_receives(**who, amount).is_ok()
			})
			.map(|(who, _)| *who)
			.collect()
	}
}
