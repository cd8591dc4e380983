// SPDX-License-Identifier: Apache-2.0
//! Bonds, channels, batches: who can be charged, what settles, what is covered.

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};

use super::{pages::Page, Ledger};
use crate::{
	bank::{need, no, Hold, Outcome, Refusal, Who},
	exact::{planck, worth, Planck},
};

/// Governance's values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
	/// Blocks of the challenge window.
	pub window: u32,
	/// Ticks until a page is missing.
	pub page_deadline: u32,
	/// Blocks that a batch may be valid.
	pub validity: u32,
	/// Ticks of a thaw.
	pub thaw: u32,
	/// Least bond.
	pub min_bond: u128,
	/// Fixed part of a coverage.
	pub min_slash: u128,
}

/// Whether an operator takes channels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stand {
	/// He does.
	Active,
	/// Slashed below the least bond.
	Suspended,
	/// Took out all of it.
	Leaving,
}

/// An operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operator {
	/// Stands for his batches.
	pub bond: Planck,
	/// On its way back, and the first block in which it is.
	pub unbonding: Option<(Planck, u32)>,
	/// Scheme of his key: 0 or 1.
	pub scheme: u8,
	/// Whether he takes channels.
	pub stand: Stand,
	/// Part of the bond that batches need.
	pub coverage: Planck,
	/// Pages neither paid nor closed.
	pub pages: u32,
	/// Block of his last batch or registration.
	pub turn: u32,
}

impl Operator {
	/// Bond that no batch needs.
	pub fn spare(&self) -> Planck {
		&self.bond - &self.coverage
	}
}

/// A channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
	/// Who pays.
	pub payer: Who,
	/// Scheme of his key: 0 or 1.
	pub scheme: u8,
	/// Who serves.
	pub operator: Who,
	/// What is called.
	pub model: u32,
	/// Ever deposited.
	pub deposit: Planck,
	/// Settled calls.
	pub calls: u64,
	/// Settled fees.
	pub fee: Planck,
	/// Settled matched money.
	pub matched: Planck,
	/// Clock of the end of the thaw.
	pub closing: Option<u64>,
}

/// Operator, model, sequence.
pub type Key = (Who, u32, u64);

/// An accepted batch that is not wholly paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
	/// Block of acceptance.
	pub accepted_at: u32,
	/// First block of its release.
	pub release_from: u32,
	/// F.
	pub fee: Planck,
	/// Matched part of F.
	pub matched: Planck,
	/// D.
	pub data: Planck,
	/// Credit lines.
	pub lines: u32,
	/// Bond that stands for it.
	pub coverage: Planck,
	/// Once released: clock from which a page is missing.
	pub deadline: Option<u64>,
	/// Its pages.
	pub pages: Vec<Page>,
}

/// Operators, channels, batches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Usage {
	/// Governance's values.
	pub limits: Limits,
	/// By account.
	pub operators: BTreeMap<Who, Operator>,
	/// By id; closed ones are gone.
	pub channels: BTreeMap<u64, Channel>,
	/// The last id given.
	pub last_channel: u64,
	/// The next sequence.
	pub sequences: BTreeMap<(Who, u32), u64>,
	/// Unpaid batches.
	pub batches: BTreeMap<Key, Batch>,
}

impl Usage {
	/// What of all data shares is not handed on yet.
	pub fn waiting(&self) -> Planck {
		self.batches.values().map(Batch::waits).sum()
	}

	/// The sequence that the next batch carries.
	pub fn sequence(&self, operator: Who, model: u32) -> u64 {
		let next = self.sequences.get(&(operator, model));
		next.copied().unwrap_or(0)
	}
}

impl Batch {
	/// Matched planck where a page starts.
	pub fn start(&self, page: usize) -> Planck {
		match page.checked_sub(1) {
			Some(before) => self.pages[before].end.clone(),
			None => Planck::zero(),
		}
	}

	/// Planck from one matched total to another.
	pub fn pays(&self, from: &Planck, to: &Planck) -> Planck {
		worth(&self.data, &self.fee, to) - worth(&self.data, &self.fee, from)
	}

	fn waits(&self) -> Planck {
		if self.deadline.is_none() {
			return self.data.clone();
		}
		let open = (0..self.pages.len()).filter(|page| self.pages[*page].is_open());
		open.map(|page| self.pays(&self.start(page), &self.pages[page].end))
			.sum()
	}
}

/// One voucher of a batch as the rules see it.
#[derive(Clone, Debug)]
pub struct Claim {
	/// The channel.
	pub channel: u64,
	/// Calls in all.
	pub calls: u64,
	/// Fees in all.
	pub fee_total: u128,
	/// Matched money in all.
	pub matched_total: u128,
	/// Scheme of the signature.
	pub scheme: u8,
	/// The payer's key signed exactly this.
	pub signed: bool,
}

/// A batch as the rules see it.
#[derive(Clone, Debug)]
pub struct Claims {
	/// Place of the batch.
	pub key: Key,
	/// Last block.
	pub valid_until: u32,
	/// Most weight fee.
	pub max_charge: u128,
	/// Stated sum of fees.
	pub fee_total: u128,
	/// Stated sum of matched money.
	pub matched: u128,
	/// Credit lines.
	pub lines: u32,
	/// End totals of the pages.
	pub ends: Vec<u128>,
	/// Vouchers.
	pub vouchers: Vec<Claim>,
	/// The operator's key signed exactly this.
	pub signed: bool,
	/// Price of the batch's own weight: what a void one pays.
	pub own: u128,
	/// Price with its pages, its release and a distribution.
	pub whole: u128,
}

/// Most batches that may be missing before one in the pool.
const MOST_GAP: u64 = 8;

impl Ledger {
	/// An operator with his first bond.
	pub fn register_operator(&mut self, who: Who, bond: u128, scheme: u8) -> Outcome {
		let free = !self.usage.operators.contains_key(&who);
		need(free, "registered")?;
		need(scheme <= 1, "scheme")?;
		need(bond >= self.usage.limits.min_bond, "bond too small")?;
		self.bank.hold(who, Hold::OperatorBond, &planck(bond))?;
		let operator = Operator {
			bond: planck(bond),
			unbonding: None,
			scheme,
			stand: Stand::Active,
			coverage: Planck::zero(),
			pages: 0,
			turn: self.now,
		};
		self.usage.operators.insert(who, operator);
		Ok(())
	}

	fn operator(&mut self, who: Who) -> Outcome<&mut Operator> {
		let operator = self.usage.operators.get_mut(&who);
		operator.ok_or(Refusal::Sure("no operator"))
	}

	/// More bond.
	pub fn bond_more(&mut self, who: Who, amount: u128) -> Outcome {
		let least = planck(self.usage.limits.min_bond);
		let operator = self.operator(who)?;
		need(amount > 0, "zero")?;
		let bond = &operator.bond + planck(amount);
		need(bond >= least, "bond too small")?;
		operator.bond = bond;
		operator.stand = Stand::Active;
		self.bank.hold(who, Hold::OperatorBond, &planck(amount))
	}

	/// Less bond, a window later.
	pub fn unbond(&mut self, who: Who, amount: u128) -> Outcome {
		let least = planck(self.usage.limits.min_bond);
		let at = self.now + self.usage.limits.window;
		let operator = self.operator(who)?;
		need(amount > 0, "zero")?;
		let bond = &operator.bond - planck(amount);
		need(!bond.is_negative() && bond >= operator.coverage, "covers")?;
		need(bond.is_zero() || bond >= least, "bond too small")?;
		let before = operator.unbonding.take().map_or(planck(0), |open| open.0);
		operator.unbonding = Some((before + planck(amount), at));
		if bond.is_zero() {
			operator.stand = Stand::Leaving;
		}
		operator.bond = bond;
		Ok(())
	}

	/// Takes it out.
	pub fn withdraw_unbonded(&mut self, who: Who) -> Outcome {
		let now = self.now;
		let operator = self.operator(who)?;
		let Some((amount, at)) = operator.unbonding.take() else {
			return no("nothing unbonding");
		};
		need(now >= at, "still bonded")?;
		if operator.bond.is_zero() {
			self.usage.operators.remove(&who);
		}
		self.bank.release(who, Hold::OperatorBond, &amount);
		Ok(())
	}

	/// A channel.
	pub fn open_channel(
		&mut self,
		payer: Who,
		operator: Who,
		model: u32,
		scheme: u8,
		deposit: u128,
	) -> Outcome {
		need(scheme <= 1, "scheme")?;
		need(deposit > 0, "zero")?;
		let stand = self.operator(operator)?.stand;
		need(stand == Stand::Active, "not active")?;
		need(self.models.is_open(model), "not served")?;
		self.bank
			.hold(payer, Hold::ChannelDeposit, &planck(deposit))?;
		self.usage.last_channel += 1;
		let channel = Channel {
			payer,
			scheme,
			operator,
			model,
			deposit: planck(deposit),
			calls: 0,
			fee: Planck::zero(),
			matched: Planck::zero(),
			closing: None,
		};
		let id = self.usage.last_channel;
		self.usage.channels.insert(id, channel);
		Ok(())
	}

	fn channel_of(&mut self, payer: Who, id: u64) -> Outcome<&mut Channel> {
		let Some(channel) = self.usage.channels.get_mut(&id) else {
			return no("no channel");
		};
		need(channel.payer == payer, "not the payer")?;
		need(channel.closing.is_none(), "closing")?;
		Ok(channel)
	}

	/// More deposit.
	pub fn top_up(&mut self, payer: Who, id: u64, amount: u128) -> Outcome {
		let channel = self.channel_of(payer, id)?;
		need(amount > 0, "zero")?;
		channel.deposit += planck(amount);
		self.bank.hold(payer, Hold::ChannelDeposit, &planck(amount))
	}

	/// Starts the thaw.
	pub fn close_channel(&mut self, payer: Who, id: u64) -> Outcome {
		let at = self.clock + u64::from(self.usage.limits.thaw);
		self.channel_of(payer, id)?.closing = Some(at);
		Ok(())
	}

	/// Gives the rest back.
	pub fn withdraw_channel(&mut self, id: u64) -> Outcome {
		let channel = self.usage.channels.get(&id).cloned();
		let channel = channel.ok_or(Refusal::Sure("no channel"))?;
		let over = channel.closing.is_some_and(|at| self.clock >= at);
		need(over, "still thawing")?;
		let rest = &channel.deposit - &channel.fee;
		self.bank
			.release(channel.payer, Hold::ChannelDeposit, &rest);
		self.usage.channels.remove(&id);
		Ok(())
	}

	/// What the operator could pay beside `need` of his bond.
	fn means(&self, who: Who, needed: &Planck) -> Outcome<Planck> {
		let spare = self.usage.operators[&who].spare() - needed;
		need(!spare.is_negative(), "bond doesn't cover")?;
		Ok(self.bank.accounts[who].spendable(true) + spare)
	}

	/// What `authorize` lets into a block.
	pub fn admit_batch(&self, claims: &Claims) -> Outcome {
		let (who, model, sequence) = claims.key;
		need(!claims.vouchers.is_empty(), "no vouchers")?;
		let operator = self.usage.operators.get(&who);
		let operator = operator.ok_or(Refusal::Sure("no operator"))?;
		let gap = sequence.checked_sub(self.usage.sequence(who, model));
		let gap = gap.ok_or(Refusal::Sure("stale"))?;
		need(gap <= MOST_GAP, "gap")?;
		need(claims.valid_until >= self.now, "expired")?;
		let latest = self.now + self.usage.limits.validity;
		need(claims.valid_until <= latest, "valid too long")?;
		need(operator.turn < self.now, "one per block")?;
		let pages = operator.pages as usize + claims.ends.len();
		need(pages <= 2_048, "too many pages")?;
		let parts = self.fee_parts(model, &planck(claims.fee_total));
		let data = parts.ok_or(Refusal::Sure("no model"))?.data;
		let means = self.means(who, &self.coverage(&data))?;
		need(claims.whole <= claims.max_charge, "charge")?;
		need(planck(claims.max_charge) <= means, "can't pay")?;
		need(claims.signed, "signature")?;
		need(gap == 0, "not its turn in a block")
	}

	fn coverage(&self, data: &Planck) -> Planck {
		data * 2 + planck(self.usage.limits.min_slash)
	}

	/// A batch that was let in: settled, or void.
	pub fn submit_batch(&mut self, claims: &Claims) -> Outcome<bool> {
		let (who, model, sequence) = claims.key;
		self.usage.sequences.insert((who, model), sequence + 1);
		let now = self.now;
		self.operator(who)?.turn = now;
		let mut settled = self.clone();
		if settled.settle_batch(claims).is_ok() {
			*self = settled;
			return Ok(true);
		}
		self.charge(who, claims.own)?;
		Ok(false)
	}

	fn charge(&mut self, who: Who, amount: u128) -> Outcome {
		let amount = planck(amount);
		let free = self.bank.accounts[who].spendable(true).min(amount.clone());
		let bonded = amount - &free;
		let treasury = self.treasury;
		self.bank.transfer(who, treasury, &free, true)?;
		let operator = self.operator(who)?;
		need(bonded <= operator.spare(), "covers")?;
		operator.bond -= &bonded;
		self.bank
			.hand_over(who, Hold::OperatorBond, treasury, &bonded)
	}

	/// Matched money fits the model and the pages.
	fn check_matched(&self, claims: &Claims) -> Outcome {
		if claims.matched == 0 {
			return need(claims.ends.is_empty(), "pages of nothing");
		}
		let parts = self.fee_parts(claims.key.1, &planck(claims.fee_total));
		let data = parts.map_or(planck(0), |parts| parts.data);
		need(!data.is_zero(), "matched without a data share")?;
		need(claims.ends.is_sorted_by(|a, b| a < b), "page totals")?;
		need(claims.ends.first() != Some(&0), "page totals")?;
		need(claims.ends.last() == Some(&claims.matched), "page totals")
	}

	fn check_voucher(&self, claims: &Claims, claim: &Claim) -> Outcome<(Planck, Planck)> {
		let (operator, model, _) = claims.key;
		let Some(channel) = self.usage.channels.get(&claim.channel) else {
			return no("no channel");
		};
		need(channel.operator == operator, "another operator")?;
		need(channel.model == model, "another model")?;
		let thawed = channel.closing.is_some_and(|at| self.clock >= at);
		need(!thawed, "thawed")?;
		need(claim.calls > channel.calls, "calls")?;
		let fee = planck(claim.fee_total) - &channel.fee;
		let least = planck(self.models.rows[&model].min_fee) * (claim.calls - channel.calls);
		need(fee >= least, "floor")?;
		need(planck(claim.fee_total) <= channel.deposit, "deposit")?;
		let matched = planck(claim.matched_total) - &channel.matched;
		need(!matched.is_negative() && matched <= fee, "matched")?;
		need(claim.scheme % 2 == channel.scheme, "curve")?;
		need(claim.scheme <= 3 && claim.signed, "signature")?;
		Ok((fee, matched))
	}

	fn settle_batch(&mut self, claims: &Claims) -> Outcome {
		let (who, model, _) = claims.key;
		self.check_matched(claims)?;
		let ids: Vec<u64> = claims.vouchers.iter().map(|claim| claim.channel).collect();
		need(ids.is_sorted_by(|a, b| a < b), "order")?;
		let mut sums = (Planck::zero(), Planck::zero());
		for claim in &claims.vouchers {
			let (fee, matched) = self.check_voucher(claims, claim)?;
			sums.0 += fee;
			sums.1 += matched;
		}
		need(sums.0 == planck(claims.fee_total), "fee sum")?;
		need(sums.1 == planck(claims.matched), "matched sum")?;
		self.charge(who, claims.whole)?;
		let pot = self.pot;
		for claim in &claims.vouchers {
			let Some(channel) = self.usage.channels.get_mut(&claim.channel) else {
				return no("no channel");
			};
			let fee = planck(claim.fee_total) - &channel.fee;
			channel.calls = claim.calls;
			channel.fee = planck(claim.fee_total);
			channel.matched = planck(claim.matched_total);
			let payer = channel.payer;
			self.bank
				.hand_over(payer, Hold::ChannelDeposit, pot, &fee)?;
		}
		let data = self.settle(model, who, &sums.0)?;
		let coverage = self.coverage(&data);
		let operator = self.operator(who)?;
		need(coverage <= operator.spare(), "covers")?;
		operator.coverage += &coverage;
		operator.pages += u32::try_from(claims.ends.len()).expect("few");
		let pages = claims.ends.iter().map(|end| Page::new(*end)).collect();
		let batch = Batch {
			accepted_at: self.now,
			release_from: self.now + self.usage.limits.window + 1,
			fee: sums.0,
			matched: sums.1,
			data,
			lines: claims.lines,
			coverage,
			deadline: None,
			pages,
		};
		self.usage.batches.insert(claims.key, batch);
		Ok(())
	}

	/// Base money to the inbox; the pages open.
	pub fn release(&mut self, key: Key) -> Outcome {
		let deadline = self.clock + u64::from(self.usage.limits.page_deadline);
		let now = self.now;
		let Some(batch) = self.usage.batches.get_mut(&key) else {
			return no("no batch");
		};
		need(batch.deadline.is_none(), "released")?;
		need(now >= batch.release_from, "not due")?;
		batch.deadline = Some(deadline);
		let matched = worth(&batch.data, &batch.fee, &batch.matched);
		let base = &batch.data - matched;
		if !base.is_zero() {
			self.release_base(key.1, &base);
		}
		self.finish(key)
	}

	/// Frees the bond of a batch without open pages, and forgets it.
	pub(super) fn finish(&mut self, key: Key) -> Outcome {
		let batch = self.usage.batches[&key].clone();
		if batch.pages.iter().any(Page::is_open) {
			return Ok(());
		}
		self.operator(key.0)?.coverage -= &batch.coverage;
		self.usage.batches.remove(&key);
		Ok(())
	}
}
