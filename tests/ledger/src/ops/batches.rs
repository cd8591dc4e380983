// SPDX-License-Identifier: Apache-2.0
//! Usage batches with real signatures, good ones and ones with something wrong; and releases.

use num_traits::ToPrimitive;
use openledger_primitives::{
	payload::{PageCommitment, Payload, SignedVoucher, UsageBatch, Voucher},
	H256,
};
use openledger_runtime::Runtime;
use pallet_usage::Call;

use super::{pages, Dice, Done, Played, World};
use crate::{
	bank::Who,
	chain,
	exact::{planck, worth},
	rules::usage::{Channel, Claim, Claims, Key},
};

/// What is wrong with a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Flaw {
	None,
	Order,
	Signature,
	Deposit,
	FeeSum,
	MatchedSum,
	MatchedAboveFee,
	Channel,
	Floor,
	PageTotals,
	Scheme,
	Operator,
	Gap,
	Stale,
	Expired,
	TooLong,
	Charge,
	Means,
	Calls,
	Lines,
}

const FLAWS: [Flaw; 19] = [
	Flaw::Signature,
	Flaw::Order,
	Flaw::Deposit,
	Flaw::FeeSum,
	Flaw::MatchedSum,
	Flaw::MatchedAboveFee,
	Flaw::Channel,
	Flaw::Floor,
	Flaw::PageTotals,
	Flaw::Scheme,
	Flaw::Operator,
	Flaw::Gap,
	Flaw::Stale,
	Flaw::Expired,
	Flaw::TooLong,
	Flaw::Charge,
	Flaw::Means,
	Flaw::Calls,
	Flaw::Lines,
];

/// A batch whose vouchers and pages are as they should be.
pub fn submit(world: &mut World, dice: &mut Dice) -> Played {
	batch(world, dice, Flaw::None)
}

/// A batch with something wrong.
pub fn submit_faulty(world: &mut World, dice: &mut Dice) -> Played {
	let flaw = dice.pick(&FLAWS).unwrap_or(Flaw::Signature);
	batch(world, dice, flaw)
}

/// Channels by id.
type Open = Vec<(u64, Channel)>;

/// Channels of one operator and model that take vouchers.
fn channels(world: &World, dice: &mut Dice) -> Option<(Who, u32, Open)> {
	let usage = &world.ledger.usage;
	let live = |row: &Channel| row.closing.is_none_or(|at| world.ledger.clock < at);
	let busy = |row: &Channel| {
		let operator = usage.operators.get(&row.operator);
		operator.is_some_and(|operator| operator.turn < world.ledger.now)
	};
	let left = |row: &Channel| row.deposit > row.fee;
	let open: Open = usage
		.channels
		.iter()
		.filter(|(_, row)| live(row) && left(row) && busy(row))
		.map(|(id, row)| (*id, row.clone()))
		.collect();
	let (_, first) = dice.pick(&open)?;
	let (operator, model) = (first.operator, first.model);
	let all = open
		.into_iter()
		.filter(|(_, row)| row.operator == operator && row.model == model)
		.collect();
	Some((operator, model, all))
}

/// One voucher: more calls, a fee between the floor and what is left, a matched part.
fn voucher(world: &World, dice: &mut Dice, id: u64, row: &Channel, most: u128) -> Voucher {
	let terms = &world.ledger.models.rows[&row.model];
	let calls = match dice.below(4) {
		0 => 1 + u64::from(dice.roll() % 1_000_000),
		_ => 1 + dice.below(8) as u64,
	};
	let least = terms.min_fee.saturating_mul(u128::from(calls));
	let left = (&row.deposit - &row.fee).to_u128().unwrap_or(0);
	let above = left.min(most).saturating_sub(least);
	let fee = least + dice.amount(&planck(above)).min(above);
	let matched = match dice.below(5) {
		_ if terms.contributors_ppm == 0 => 0,
		0 => 0,
		1 => fee,
		_ => dice.amount(&planck(fee)).min(fee),
	};
	let total = |before: &crate::exact::Planck, more: u128| {
		before.to_u128().unwrap_or(0).saturating_add(more)
	};
	Voucher {
		channel: id,
		calls: row.calls + calls,
		fee_total: total(&row.fee, fee),
		matched_total: total(&row.matched, matched),
		range_root: H256::from_low_u64_be(calls),
	}
}

/// About as much fee as the operator's bond covers.
fn coverable(world: &World, operator: Who, model: u32) -> u128 {
	let ledger = &world.ledger;
	let spare = ledger.usage.operators[&operator].spare() - planck(ledger.usage.limits.min_slash);
	let whole = planck(1_000_000_000_000);
	let parts = ledger.fee_parts(model, &whole);
	let data = parts.map_or(planck(0), |parts| parts.data);
	if data == planck(0) {
		return u128::MAX;
	}
	// Fees of which twice the data share is what is spare.
	let most = worth(&spare.max(planck(0)), &(data * 2), &whole);
	most.to_u128().unwrap_or(u128::MAX)
}

fn batch(world: &mut World, dice: &mut Dice, flaw: Flaw) -> Played {
	let Some((operator, model, rows)) = channels(world, dice) else {
		return Ok(Done::Skipped);
	};
	let wanted = 1 + dice.below(3);
	let most = if dice.chance(8) {
		u128::MAX
	} else {
		coverable(world, operator, model)
	};
	let most = most / wanted as u128;
	let first = dice.below(rows.len());
	let mut vouchers: Vec<Voucher> = Vec::new();
	let mut payers: Vec<(Who, u8)> = Vec::new();
	for step in 0..wanted.min(rows.len()) {
		let (id, row) = &rows[(first + step) % rows.len()];
		vouchers.push(voucher(world, dice, *id, row, most));
		payers.push((row.payer, row.scheme));
	}
	let mut order: Vec<usize> = (0..vouchers.len()).collect();
	order.sort_by_key(|place| vouchers[*place].channel);
	let vouchers: Vec<Voucher> = order.iter().map(|place| vouchers[*place].clone()).collect();
	let payers: Vec<(Who, u8)> = order.iter().map(|place| payers[*place]).collect();
	let mut draft = Draft::new(world, (operator, model), vouchers, payers);
	draft.spoil(world, flaw, dice);
	draft.play(world, dice, flaw)
}

/// A batch in the making.
struct Draft {
	key: Key,
	vouchers: Vec<Voucher>,
	payers: Vec<(Who, u8)>,
	schemes: Vec<u8>,
	fee_total: u128,
	matched: u128,
}

impl Draft {
	fn new(
		world: &World,
		(operator, model): (Who, u32),
		vouchers: Vec<Voucher>,
		payers: Vec<(Who, u8)>,
	) -> Self {
		let sequence = world.ledger.usage.sequence(operator, model);
		let mut draft = Self {
			key: (operator, model, sequence),
			schemes: payers.iter().map(|(_, scheme)| *scheme).collect(),
			vouchers,
			payers,
			fee_total: 0,
			matched: 0,
		};
		draft.add_up(world);
		draft
	}

	/// The header's sums; a channel that isn't there adds nothing.
	fn add_up(&mut self, world: &World) {
		let (mut fee, mut matched) = (0_u128, 0_u128);
		for voucher in &self.vouchers {
			let row = world.ledger.usage.channels.get(&voucher.channel);
			let before = row.map_or((0, 0), |row| {
				(row.fee.to_u128().unwrap(), row.matched.to_u128().unwrap())
			});
			fee = fee.saturating_add(voucher.fee_total.saturating_sub(before.0));
			matched = matched.saturating_add(voucher.matched_total.saturating_sub(before.1));
		}
		self.fee_total = fee;
		self.matched = matched;
	}

	/// Flaws in the vouchers and their sums.
	fn spoil(&mut self, world: &World, flaw: Flaw, dice: &mut Dice) {
		let last = self.vouchers.len() - 1;
		match flaw {
			Flaw::Order => self.vouchers.push(self.vouchers[0].clone()),
			Flaw::Deposit => {
				let row = &world.ledger.usage.channels[&self.vouchers[last].channel];
				self.vouchers[last].fee_total = row.deposit.to_u128().unwrap() + 1;
			}
			Flaw::MatchedAboveFee => {
				self.vouchers[last].matched_total = self.vouchers[last].fee_total.saturating_add(1);
			}
			Flaw::Channel => {
				let ids = world.ledger.usage.last_channel + 2;
				self.vouchers[last].channel = dice.below(ids as usize) as u64;
			}
			Flaw::Calls => {
				let row = &world.ledger.usage.channels[&self.vouchers[last].channel];
				self.vouchers[last].calls = row.calls;
			}
			Flaw::Floor => self.vouchers[last].calls = u64::MAX,
			Flaw::Scheme => self.schemes[last] = dice.below(5) as u8,
			Flaw::None if dice.chance(30) => self.schemes[last] += 2,
			_ => {}
		}
		if flaw == Flaw::Order {
			self.schemes.push(self.schemes[0]);
			self.payers.push(self.payers[0]);
		}
		self.add_up(world);
		match flaw {
			Flaw::FeeSum => self.fee_total = self.fee_total.saturating_sub(1),
			Flaw::MatchedSum => self.matched = self.matched.saturating_add(1),
			Flaw::Gap => self.key.2 += 1 + dice.below(10) as u64,
			Flaw::Stale => self.key.2 = self.key.2.saturating_sub(1),
			_ => {}
		}
	}

	fn sign(&self, world: &World, flaw: Flaw) -> (Vec<SignedVoucher>, Vec<Claim>) {
		let genesis = chain::genesis_hash();
		let mut signed = Vec::new();
		let mut claims = Vec::new();
		for (place, voucher) in self.vouchers.iter().enumerate() {
			let scheme = self.schemes[place];
			let (payer, curve) = self.payers[place];
			let named = world.ledger.usage.channels.get(&voucher.channel);
			let his = named.is_some_and(|row| (row.payer, row.scheme) == (payer, curve));
			let broken = flaw == Flaw::Signature && place + 1 == self.vouchers.len();
			let mut message = voucher.preimage(&genesis);
			message[40] ^= u8::from(broken);
			signed.push(SignedVoucher {
				voucher: voucher.clone(),
				scheme,
				signature: chain::sign(payer, scheme, &message),
			});
			claims.push(Claim {
				channel: voucher.channel,
				calls: voucher.calls,
				fee_total: voucher.fee_total,
				matched_total: voucher.matched_total,
				scheme,
				// A voucher that names another channel has another payer's signature, or not.
				signed: !broken && scheme % 2 == curve && his,
			});
		}
		(signed, claims)
	}

	/// Makes pages, signs, submits, and holds the outcome against the rules.
	fn play(self, world: &mut World, dice: &mut Dice, flaw: Flaw) -> Played {
		let (operator, model, sequence) = self.key;
		let (vouchers, claims) = self.sign(world, flaw);
		let mut made = pages::make(world, dice, self.key, self.matched);
		if flaw == Flaw::PageTotals {
			if let Some(end) = made.ends.last_mut() {
				*end += 1;
			}
		}
		if flaw == Flaw::Lines {
			made.lines = made.lines.saturating_sub(1);
		}
		let count = |length: usize| length as u32;
		let sizes = (count(vouchers.len()), count(made.pages.len()));
		let (own, whole) = chain::charges(sizes.0, sizes.1, made.lines);
		let now = world.ledger.now;
		let validity = world.ledger.usage.limits.validity;
		let max_charge = match flaw {
			Flaw::Charge => whole - 1,
			Flaw::Means => u128::MAX / 4,
			_ => whole + u128::from(dice.roll() % 1_000),
		};
		let valid_until = match flaw {
			Flaw::Expired => now - 1,
			Flaw::TooLong => now + validity + 1,
			_ => now + dice.roll() % (validity + 1),
		};
		let commitments: Vec<PageCommitment> = made
			.pages
			.iter()
			.zip(&made.ends)
			.map(|(page, end_total)| PageCommitment {
				page_hash: chain::digest(page),
				end_total: *end_total,
			})
			.collect();
		let batch = UsageBatch {
			operator: chain::id(operator),
			model,
			sequence,
			valid_until,
			max_charge,
			fee_total: self.fee_total,
			matched: self.matched,
			lines: made.lines,
			lines_root: H256::repeat_byte(1),
			pages: commitments.try_into().unwrap(),
			vouchers: vouchers.try_into().unwrap(),
		};
		let claims = Claims {
			key: self.key,
			valid_until,
			max_charge,
			fee_total: self.fee_total,
			matched: self.matched,
			lines: made.lines,
			ends: made.ends,
			vouchers: claims,
			signed: flaw != Flaw::Operator,
			own,
			whole,
		};
		submit_signed(world, batch, claims, made.pages)
	}
}

fn submit_signed(
	world: &mut World,
	batch: UsageBatch,
	claims: Claims,
	pages: Vec<openledger_primitives::payload::CreditPage>,
) -> Played {
	let key = claims.key;
	let scheme = world.ledger.usage.operators[&key.0].scheme;
	let digest = chain::digest(&batch);
	let mut message = digest.as_bytes().to_vec();
	message[0] ^= u8::from(!claims.signed);
	let call = Call::<Runtime>::submit_batch {
		batch: Box::new(batch),
		signature: chain::sign(key.0, scheme, &message),
	};
	let answer = chain::authorized(call);
	let (done, settled) = world.hold_against_with(answer, |ledger| {
		ledger.admit_batch(&claims)?;
		ledger.submit_batch(&claims)
	})?;
	match settled {
		Some(true) => {
			world.note("batches settled");
			if planck(claims.fee_total) > planck(1_000_000_000_000_000_000) {
				world.note("batches of more than a million OPEN");
			}
			if claims.fee_total < 1_000 {
				world.note("batches of less than 1000 planck");
			}
			world.drafts.insert(key, pages);
		}
		Some(false) => world.note("batches void"),
		None => {}
	}
	Ok(done)
}

/// `release`, mostly of what is due.
pub fn release(world: &mut World, dice: &mut Dice) -> Played {
	let now = world.ledger.now;
	let early = dice.chance(5);
	let batches = world.ledger.usage.batches.iter();
	let waiting: Vec<Key> = batches
		.filter(|(_, row)| early || (row.deadline.is_none() && row.release_from <= now))
		.map(|(key, _)| *key)
		.collect();
	let Some(key) = dice.pick(&waiting) else {
		return Ok(Done::Skipped);
	};
	let call = Call::<Runtime>::release {
		operator: chain::id(key.0),
		model: key.1,
		sequence: key.2,
	};
	let answer = chain::authorized(call);
	world.hold_against(answer, |ledger| ledger.release(key))
}
