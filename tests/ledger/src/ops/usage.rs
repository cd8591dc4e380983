// SPDX-License-Identifier: Apache-2.0
//! Operators and channels.

use openledger_primitives::payload::Price;
use openledger_runtime::Runtime;
use pallet_usage::{Call, UsageParameters};

use super::{Dice, Done, Played, World};
use crate::{
	bank::{need, Who},
	chain,
	exact::planck,
	rules::{models::State, usage::Channel},
};

const OPEN: u128 = 1_000_000_000_000;

/// Operators of a run, at most.
const MOST_OPERATORS: usize = 4;

fn operators(world: &World) -> Vec<Who> {
	world.ledger.usage.operators.keys().copied().collect()
}

/// An operator, or now and then nobody who is one.
fn operator(world: &World, dice: &mut Dice) -> Option<Who> {
	let who = dice.pick(&operators(world))?;
	Some(dice.mostly(who))
}

/// `register_operator`.
pub fn register_operator(world: &mut World, dice: &mut Dice) -> Played {
	if operators(world).len() >= MOST_OPERATORS && !dice.chance(5) {
		return Ok(Done::Skipped);
	}
	let who = dice.actor();
	let holdable = world.ledger.bank.accounts[who].holdable();
	let least = world.ledger.usage.limits.min_bond;
	let bond = match dice.below(6) {
		0 => least,
		1 => least - 1,
		2 => least + u128::from(dice.roll()) * 100,
		_ => dice.amount(&(holdable / 2)),
	};
	let scheme = if dice.chance(4) {
		2
	} else {
		dice.below(2) as u8
	};
	let key = chain::public(who, scheme);
	let call = Call::<Runtime>::register_operator { bond, key, scheme };
	let answer = chain::signed(who, call);
	world.hold_against(answer, |ledger| ledger.register_operator(who, bond, scheme))
}

/// `bond_more`.
pub fn bond_more(world: &mut World, dice: &mut Dice) -> Played {
	let Some(who) = operator(world, dice) else {
		return Ok(Done::Skipped);
	};
	let amount = dice.amount(&world.ledger.bank.accounts[who].holdable());
	let answer = chain::signed(who, Call::<Runtime>::bond_more { amount });
	world.hold_against(answer, |ledger| ledger.bond_more(who, amount))
}

/// `unbond`.
pub fn unbond(world: &mut World, dice: &mut Dice) -> Played {
	let Some(who) = operator(world, dice) else {
		return Ok(Done::Skipped);
	};
	let Some(row) = world.ledger.usage.operators.get(&who) else {
		let answer = chain::signed(who, Call::<Runtime>::unbond { amount: 1 });
		return world.hold_against(answer, |ledger| ledger.unbond(who, 1));
	};
	let least = planck(world.ledger.usage.limits.min_bond);
	let amount = if dice.chance(40) {
		dice.amount(&row.spare())
	} else {
		dice.amount(&(row.spare() - least).max(planck(0)))
	};
	let answer = chain::signed(who, Call::<Runtime>::unbond { amount });
	world.hold_against(answer, |ledger| ledger.unbond(who, amount))
}

/// `withdraw_unbonded`.
pub fn withdraw_unbonded(world: &mut World, dice: &mut Dice) -> Played {
	let rows = world.ledger.usage.operators.iter();
	let leaving: Vec<Who> = rows
		.filter(|(_, row)| row.unbonding.is_some())
		.map(|(who, _)| *who)
		.collect();
	let Some(who) = dice.pick(&leaving) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(who);
	let answer = chain::signed(who, Call::<Runtime>::withdraw_unbonded {});
	let before = world.ledger.usage.operators.len();
	let done = world.hold_against(answer, |ledger| ledger.withdraw_unbonded(who))?;
	if world.ledger.usage.operators.len() < before {
		world.note("operators who left");
	}
	Ok(done)
}

/// `open_channel`.
pub fn open_channel(world: &mut World, dice: &mut Dice) -> Played {
	let Some(operator) = dice.pick(&operators(world)) else {
		return Ok(Done::Skipped);
	};
	let operator = dice.mostly(operator);
	let models: Vec<u32> = world
		.ledger
		.models
		.rows
		.iter()
		.filter(|(_, row)| row.state == State::Published)
		.map(|(id, _)| *id)
		.collect();
	let model = dice.pick(&models).unwrap_or(1);
	let payer = dice.actor();
	let scheme = if dice.chance(3) {
		3
	} else {
		dice.below(2) as u8
	};
	let holdable = world.ledger.bank.accounts[payer].holdable();
	let deposit = match dice.below(4) {
		0 => 0,
		1 => dice.amount(&(planck(1_000 * OPEN)).min(holdable)),
		2 => dice.amount(&(holdable / 2)),
		_ => dice.amount(&holdable),
	};
	let call = Call::<Runtime>::open_channel {
		operator: chain::id(operator),
		model,
		key: chain::public(payer, scheme),
		scheme,
		price: Price::default(),
		deposit,
	};
	let answer = chain::signed(payer, call);
	world.hold_against(answer, |ledger| {
		ledger.open_channel(payer, operator, model, scheme, deposit)
	})
}

fn channel(
	world: &World,
	dice: &mut Dice,
	fits: impl Fn(&Channel) -> bool,
) -> Option<(u64, Channel)> {
	let rows = world.ledger.usage.channels.iter();
	let any = dice.chance(8);
	let fitting: Vec<_> = rows
		.filter(|(_, row)| any || fits(row))
		.map(|(id, row)| (*id, row.clone()))
		.collect();
	dice.pick(&fitting)
}

/// `top_up`.
pub fn top_up(world: &mut World, dice: &mut Dice) -> Played {
	let Some((channel, row)) = channel(world, dice, |row| row.closing.is_none()) else {
		return Ok(Done::Skipped);
	};
	let payer = dice.mostly(row.payer);
	let amount = dice.amount(&world.ledger.bank.accounts[payer].holdable());
	let answer = chain::signed(payer, Call::<Runtime>::top_up { channel, amount });
	world.hold_against(answer, |ledger| ledger.top_up(payer, channel, amount))
}

/// `close_channel`.
pub fn close_channel(world: &mut World, dice: &mut Dice) -> Played {
	let Some((channel, row)) = channel(world, dice, |row| row.closing.is_none()) else {
		return Ok(Done::Skipped);
	};
	let payer = dice.mostly(row.payer);
	let answer = chain::signed(payer, Call::<Runtime>::close_channel { channel });
	world.hold_against(answer, |ledger| ledger.close_channel(payer, channel))
}

/// `withdraw_channel`.
pub fn withdraw_channel(world: &mut World, dice: &mut Dice) -> Played {
	let clock = world.ledger.clock;
	let thawed = |row: &Channel| row.closing.is_some_and(|at| clock >= at);
	let Some((channel, _)) = channel(world, dice, thawed) else {
		return Ok(Done::Skipped);
	};
	let by = dice.actor();
	let answer = chain::signed(by, Call::<Runtime>::withdraw_channel { channel });
	world.hold_against(answer, |ledger| ledger.withdraw_channel(channel))
}

/// `set_parameters`: windows, deadlines and least amounts, sound or not.
pub fn set_parameters(world: &mut World, dice: &mut Dice) -> Played {
	let mut limits = world.ledger.usage.limits.clone();
	limits.window = 8 + dice.roll() % 20;
	limits.page_deadline = 8 + dice.roll() % 20;
	limits.validity = 4 + dice.roll() % 20;
	limits.thaw = 2 * limits.validity + dice.roll() % 20;
	limits.min_bond = OPEN * u128::from(1 + dice.roll() % 150);
	limits.min_slash = OPEN / 1_000 * u128::from(1 + dice.roll() % 2_000);
	let parameters = UsageParameters {
		challenge_window: limits.window,
		page_deadline: limits.page_deadline,
		batch_validity: limits.validity,
		thaw: limits.thaw,
		min_bond: limits.min_bond,
		min_slash: limits.min_slash,
	};
	let answer = chain::root(Call::<Runtime>::set_parameters { parameters });
	world.hold_against(answer, |ledger| {
		need(limits.thaw > 2 * limits.validity, "thaw")?;
		need(limits.min_bond >= limits.min_slash, "bond")?;
		ledger.usage.limits = limits;
		Ok(())
	})
}
