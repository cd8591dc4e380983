// SPDX-License-Identifier: Apache-2.0
//! Free, held and locked money of every account, and when the chain's token lets it move.

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};

use crate::exact::{planck, Planck};

/// An account by its place in the list of the run.
pub type Who = usize;

/// Existential deposit in planck: 1 milliOPEN.
pub const EXISTENTIAL: u128 = 1_000_000_000;

/// Most that a storage deposit of one item can be: 1 OPEN.
pub const MOST_DEPOSIT: u128 = 1_000_000_000_000;

/// Why a call is refused, as the oracle sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
	/// The chain has to refuse it.
	Sure(&'static str),
	/// The chain may refuse it: the price of its storage decides, which only the chain knows.
	Perhaps(&'static str),
}

/// What a rule says of a call.
pub type Outcome<T = ()> = Result<T, Refusal>;

/// A refusal that the chain has to make as well.
pub fn no<T>(reason: &'static str) -> Outcome<T> {
	Err(Refusal::Sure(reason))
}

/// `Ok` if a condition holds.
pub fn need(holds: bool, reason: &'static str) -> Outcome {
	if holds {
		Ok(())
	} else {
		no(reason)
	}
}

/// Why money is on hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Hold {
	/// Of a contribution.
	ContributionBond,
	/// Of a review to come.
	ReviewFee,
	/// Of a seat.
	CuratorBond,
	/// Of a claim that a text is a copy.
	ReporterBond,
	/// Of a snapshot.
	SnapshotDeposit,
	/// Of a datanet's, contribution's, review's, claim's or approval's rows.
	DatanetStorage,
	/// Of a model's rows.
	ModelDeposit,
	/// Of an advertisement.
	AdvertisementDeposit,
	/// Of an operator.
	OperatorBond,
	/// Of channels.
	ChannelDeposit,
}

/// Money that vests whole after a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lock {
	/// Planck that can't leave.
	pub amount: Planck,
	/// Last block in which they can't.
	pub until: u32,
}

/// One account.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Account {
	/// Planck not on hold.
	pub free: Planck,
	/// Planck on hold by reason; no zeros.
	pub held: BTreeMap<Hold, Planck>,
	/// Vesting schedules.
	pub locks: Vec<Lock>,
	/// Planck that the locks covered when they were last counted.
	pub frozen: Planck,
	/// Something else than money counts on the account: it can't be removed.
	pub pinned: bool,
}

impl Account {
	/// All money on hold.
	pub fn on_hold(&self) -> Planck {
		self.held.values().sum()
	}

	fn is_counted_on(&self) -> bool {
		self.pinned || !self.held.is_empty() || !self.frozen.is_zero()
	}

	/// Planck that a transfer can take; a lock is satisfied by held money first.
	pub fn spendable(&self, keep: bool) -> Planck {
		let mut stays = (&self.frozen - self.on_hold()).max(Planck::zero());
		if keep || (!self.free.is_zero() && self.is_counted_on()) {
			stays = stays.max(planck(EXISTENTIAL));
		}
		(&self.free - stays).max(Planck::zero())
	}

	/// Planck that can be put on hold, locked or not.
	pub fn holdable(&self) -> Planck {
		(&self.free - planck(EXISTENTIAL)).max(Planck::zero())
	}
}

/// All accounts of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bank {
	/// By place.
	pub accounts: Vec<Account>,
	/// Gets dust.
	pub treasury: Who,
	/// Planck burned since genesis.
	pub burned: Planck,
}

impl Bank {
	/// A transfer; without `keep` it may empty the sender.
	pub fn transfer(&mut self, from: Who, to: Who, amount: &Planck, keep: bool) -> Outcome {
		if amount.is_zero() {
			return Ok(());
		}
		let sender = &self.accounts[from];
		let rest = &sender.free - amount;
		need(!rest.is_negative(), "balance too low")?;
		need(*amount <= sender.spendable(false), "locked or needed")?;
		let dies = rest < planck(EXISTENTIAL);
		need(!(dies && keep), "the sender would be removed")?;
		need(!(dies && sender.is_counted_on()), "the sender is needed")?;
		self.ensure_receives(to, amount)?;
		if from == to {
			return Ok(());
		}
		self.accounts[from].free = rest.clone();
		self.accounts[to].free += amount;
		if dies {
			self.accounts[from].free = Planck::zero();
			let treasury = self.treasury;
			self.accounts[treasury].free += rest;
		}
		Ok(())
	}

	/// Whether an account would have its existential deposit with `amount` more.
	pub fn ensure_receives(&self, to: Who, amount: &Planck) -> Outcome {
		let after = &self.accounts[to].free + amount;
		need(
			amount.is_zero() || after >= planck(EXISTENTIAL),
			"below the existential deposit",
		)
	}

	/// Free money to a hold.
	pub fn hold(&mut self, who: Who, why: Hold, amount: &Planck) -> Outcome {
		if amount.is_zero() {
			return Ok(());
		}
		let account = &mut self.accounts[who];
		need(*amount <= account.holdable(), "can't be held")?;
		account.free -= amount;
		*account.held.entry(why).or_default() += amount;
		Ok(())
	}

	/// Free money to a hold whose amount only a successful call tells.
	pub fn hold_ticket(&mut self, who: Who, why: Hold, told: Option<u128>) -> Outcome<Planck> {
		let Some(amount) = told else {
			let short = self.accounts[who].holdable() < planck(MOST_DEPOSIT);
			return if short {
				Err(Refusal::Perhaps("storage deposit"))
			} else {
				Ok(Planck::zero())
			};
		};
		need(amount < MOST_DEPOSIT, "a storage deposit above all bounds")?;
		self.hold(who, why, &planck(amount))?;
		Ok(planck(amount))
	}

	/// Takes from a hold; what isn't there is a mistake of the oracle.
	fn take_held(&mut self, who: Who, why: Hold, amount: &Planck) {
		if amount.is_zero() {
			return;
		}
		let held = self.accounts[who].held.entry(why).or_default();
		*held -= amount;
		assert!(!held.is_negative(), "oracle: {why:?} of {who} is not there");
		if held.is_zero() {
			self.accounts[who].held.remove(&why);
		}
	}

	/// A hold back to free money.
	pub fn release(&mut self, who: Who, why: Hold, amount: &Planck) {
		self.take_held(who, why, amount);
		self.accounts[who].free += amount;
	}

	/// A hold to somebody's free money, whatever is locked.
	pub fn hand_over(&mut self, from: Who, why: Hold, to: Who, amount: &Planck) -> Outcome {
		self.ensure_receives(to, amount)?;
		self.take_held(from, why, amount);
		self.accounts[to].free += amount;
		Ok(())
	}

	/// Burns held money.
	pub fn burn_held(&mut self, who: Who, why: Hold, amount: &Planck) {
		self.take_held(who, why, amount);
		self.burned += amount;
	}

	/// Burns free money of an account that keeps its existential deposit.
	pub fn burn(&mut self, who: Who, amount: &Planck) -> Outcome {
		if amount.is_zero() {
			return Ok(());
		}
		let account = &mut self.accounts[who];
		need(*amount <= account.spendable(true), "can't be burned")?;
		account.free -= amount;
		self.burned += amount;
		Ok(())
	}

	/// Counts an account's locks anew.
	pub fn recount_locks(&mut self, who: Who, now: u32) {
		let account = &mut self.accounts[who];
		account.locks.retain(|lock| lock.until >= now);
		account.frozen = account.locks.iter().map(|lock| &lock.amount).sum();
	}

	/// Money of all accounts.
	pub fn total(&self) -> Planck {
		self.accounts
			.iter()
			.map(|account| &account.free + account.on_hold())
			.sum()
	}
}
