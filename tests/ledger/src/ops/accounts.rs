// SPDX-License-Identifier: Apache-2.0
//! Plain money: transfers that empty accounts, strangers' gifts to the pot, locks.

use num_traits::Zero;
use openledger_runtime::Runtime;
use pallet_balances::Call;
use pallet_vesting::{Call as VestingCall, VestingInfo};
use sp_runtime::MultiAddress;

use super::{Dice, Done, Played, World};
use crate::{
	bank::{need, Lock, Who, EXISTENTIAL},
	chain::{self, ACCOUNTS, FIRST_RICH},
	exact::planck,
};

type Address = openledger_runtime::Address;

const OPEN: u128 = 1_000_000_000_000;

fn address(who: Who) -> Address {
	MultiAddress::Id(chain::id(who))
}

/// Most often an actor, sometimes the treasury.
fn receiver(world: &World, dice: &mut Dice) -> Who {
	if dice.chance(8) {
		world.ledger.treasury
	} else {
		dice.actor()
	}
}

fn sent(world: &mut World, from: Who, dice: &mut Dice) -> u128 {
	let account = &world.ledger.bank.accounts[from];
	match dice.below(4) {
		0 => dice.amount(&planck(10 * OPEN).min(account.free.clone())),
		1 => dice.amount(&account.spendable(true)),
		2 => dice.amount(&account.free),
		_ => dice.amount(&planck(2 * EXISTENTIAL)),
	}
}

/// Somebody who has something, if the dice find him in a few attempts.
fn sender(world: &World, dice: &mut Dice) -> Who {
	let first = dice.actor();
	let accounts = &world.ledger.bank.accounts;
	let has = (0..chain::ACTORS)
		.map(|step| (first + step) % chain::ACTORS)
		.find(|who| !accounts[*who].free.is_zero());
	has.unwrap_or(first)
}

/// `transfer_allow_death`.
pub fn transfer(world: &mut World, dice: &mut Dice) -> Played {
	let (from, to) = (sender(world, dice), receiver(world, dice));
	let value = sent(world, from, dice);
	let dest = address(to);
	let call = Call::<Runtime>::transfer_allow_death { dest, value };
	let before = world.ledger.bank.accounts[from].free.clone();
	let answer = chain::signed(from, call);
	let done = world.hold_against(answer, |ledger| {
		ledger.bank.transfer(from, to, &planck(value), false)
	})?;
	if !before.is_zero() && world.ledger.bank.accounts[from].free.is_zero() {
		world.note("accounts removed");
	}
	Ok(done)
}

/// `transfer_keep_alive`.
pub fn transfer_keep_alive(world: &mut World, dice: &mut Dice) -> Played {
	let (from, to) = (sender(world, dice), receiver(world, dice));
	let value = sent(world, from, dice);
	let dest = address(to);
	let call = Call::<Runtime>::transfer_keep_alive { dest, value };
	let answer = chain::signed(from, call);
	world.hold_against(answer, |ledger| {
		ledger.bank.transfer(from, to, &planck(value), true)
	})
}

/// `transfer_all`.
pub fn transfer_all(world: &mut World, dice: &mut Dice) -> Played {
	let (from, to) = (sender(world, dice), receiver(world, dice));
	let keep_alive = dice.chance(50);
	let dest = address(to);
	let call = Call::<Runtime>::transfer_all { dest, keep_alive };
	let answer = chain::signed(from, call);
	world.hold_against(answer, |ledger| {
		let all = ledger.bank.accounts[from].spendable(keep_alive);
		ledger.bank.transfer(from, to, &all, keep_alive)
	})
}

/// A transfer into the pot: it is nobody's.
pub fn gift_to_pot(world: &mut World, dice: &mut Dice) -> Played {
	let from = sender(world, dice);
	let value = dice.amount(&planck(OPEN).min(world.ledger.bank.accounts[from].free.clone()));
	let pot = world.ledger.pot;
	let dest = address(pot);
	let call = Call::<Runtime>::transfer_allow_death { dest, value };
	let answer = chain::signed(from, call);
	world.hold_against(answer, |ledger| {
		ledger.royalties.gifts += planck(value);
		ledger.bank.transfer(from, pot, &planck(value), false)
	})
}

/// Governance moves money of genesis to an actor: a little, some, or nearly all there is.
pub fn endow(world: &mut World, dice: &mut Dice) -> Played {
	let rich = ACCOUNTS.len() - FIRST_RICH - 2;
	let from = FIRST_RICH + 1 + dice.below(rich - 1);
	let to = if dice.chance(3) {
		dice.actor()
	} else {
		// The others own what they earn, and can't receive less than the existential deposit.
		dice.below(chain::ACTORS - chain::POOR)
	};
	let value = match dice.below(5) {
		0 => u128::from(dice.roll() % 2_000) * OPEN,
		1 => u128::from(dice.roll() % 200) * OPEN + u128::from(dice.roll()),
		2 => EXISTENTIAL + u128::from(dice.roll() % 3),
		3 => u128::from(dice.roll() % 2_000_000) * OPEN + 1,
		_ => {
			let all = world.ledger.bank.accounts[from].spendable(false);
			dice.amount(&all)
		}
	};
	give(world, from, to, value)
}

/// `force_transfer`.
pub fn give(world: &mut World, from: Who, to: Who, value: u128) -> Played {
	let call = Call::<Runtime>::force_transfer {
		source: address(from),
		dest: address(to),
		value,
	};
	let answer = chain::root(call);
	world.hold_against(answer, |ledger| {
		ledger.bank.transfer(from, to, &planck(value), false)
	})
}

/// Alice gives money that is locked until a block.
pub fn vested_transfer(world: &mut World, dice: &mut Dice) -> Played {
	let to = dice.actor();
	let amount = OPEN * u128::from(1 + dice.roll() % 500);
	let until = world.ledger.now + dice.below(400) as u32;
	let call = VestingCall::<Runtime>::vested_transfer {
		target: address(to),
		schedule: VestingInfo::new(amount, amount, until),
	};
	let answer = chain::signed(FIRST_RICH, call);
	world.hold_against(answer, |ledger| {
		let now = ledger.now;
		let account = &ledger.bank.accounts[to];
		need(account.locks.len() < 28, "too many schedules")?;
		ledger
			.bank
			.transfer(FIRST_RICH, to, &planck(amount), false)?;
		let amount = planck(amount);
		let account = &mut ledger.bank.accounts[to];
		account.locks.push(Lock { amount, until });
		ledger.bank.recount_locks(to, now);
		Ok(())
	})
}

/// Unlocks what has vested.
pub fn vest(world: &mut World, dice: &mut Dice) -> Played {
	let locked: Vec<Who> = (0..chain::ACTORS)
		.filter(|who| !world.ledger.bank.accounts[*who].locks.is_empty())
		.collect();
	let Some(who) = dice.pick(&locked) else {
		return Ok(Done::Skipped);
	};
	let answer = chain::signed(who, VestingCall::<Runtime>::vest {});
	world.hold_against(answer, |ledger| {
		let now = ledger.now;
		need(!ledger.bank.accounts[who].locks.is_empty(), "no schedule")?;
		ledger.bank.recount_locks(who, now);
		Ok(())
	})
}
