// SPDX-License-Identifier: Apache-2.0
//! Blocks end and begin. What idle work does and in which order is the chain's choice within its
//! weight; each thing it reports is held against the rules before the states are compared.

use frame_support::weights::Weight;
use num_traits::Zero;
use openledger_runtime::{
	configs::system::MAX_BLOCK_WEIGHT, constants::time::EPOCH_SLOTS, Runtime, RuntimeEvent, Usage,
};
use pallet_royalties::{Event, Source};

use super::{Dice, Done, Played, World};
use crate::{
	bank::Who,
	chain,
	exact::{planck, Planck},
};

/// The block ends with some weight for idle work and the next one begins.
pub fn block(world: &mut World, dice: &mut Dice) -> Played {
	let whole = MAX_BLOCK_WEIGHT.ref_time();
	let idle = match dice.below(6) {
		0 => whole,
		1 => 0,
		2 => whole / 1_000,
		3 => whole / 10_000 * dice.below(400) as u64,
		_ => whole / 1_000 * dice.below(1_000) as u64,
	};
	let busy = if dice.chance(10) {
		whole / 1_000 * (300 + dice.below(700)) as u64
	} else {
		0
	};
	let blocks = if dice.chance(15) {
		1 + dice.below(12)
	} else {
		1
	};
	for _ in 0..blocks {
		end(world, busy, idle, 1)?;
	}
	Ok(Done::Accepted)
}

/// A block after slots without one, so that an epoch ends early, or some of them pass by.
pub fn late_block(world: &mut World, dice: &mut Dice) -> Played {
	let slots = match dice.below(4) {
		0 => 150 + dice.below(400),
		_ => 30 + dice.below(90),
	};
	end(world, 0, MAX_BLOCK_WEIGHT.ref_time(), slots as u64)?;
	Ok(Done::Accepted)
}

/// Empty blocks with all their weight idle, until the sweep has looked at everything: then nothing
/// that can be paid is left.
pub fn quiet_blocks(world: &mut World, _: &mut Dice) -> Played {
	let whole = MAX_BLOCK_WEIGHT.ref_time();
	let royalties = &world.ledger.royalties;
	let members: usize = royalties
		.pools
		.values()
		.map(|pool| pool.members.len())
		.sum();
	let entries = royalties.inboxes.len() + royalties.accrued.len() + 2 * members + 8;
	// Money that a distribution of one round sets free is paid in the next.
	let rounds = 2 + 2 * world.ledger.models.rows.len();
	let per_block = royalties.per_block as usize;
	let blocks = (rounds * entries).div_ceil(per_block) + rounds;
	if blocks > 60 {
		return Ok(Done::Skipped);
	}
	for _ in 0..blocks {
		end(world, 0, whole, 1)?;
	}
	let left = world.ledger.payable();
	if !left.is_empty() {
		return Err(format!("idle blocks left {left:?} unpaid"));
	}
	let least = planck(world.ledger.royalties.threshold);
	for (model, inbox) in &world.ledger.royalties.inboxes {
		if inbox.prepaid == 0 && inbox.sum() >= least {
			return Err(format!("idle blocks left the inbox of model {model}"));
		}
	}
	for (datanet, pool) in &world.ledger.royalties.pools {
		let left = pool
			.members
			.iter()
			.any(|((tranche, who), row)| row.pending() >= least && !pool.is_locked(*tranche, *who));
		if left {
			return Err(format!("idle blocks left a row of datanet {datanet}"));
		}
	}
	Ok(Done::Accepted)
}

fn end(world: &mut World, busy: u64, idle: u64, slots: u64) -> Result<(), String> {
	let clock = world.ledger.clock;
	let swept = chain::close_block(weight(busy), weight(idle));
	for event in swept {
		replay(world, event)?;
	}
	chain::open_block(slots);
	world.ledger.now += 1;
	world.slots += slots;
	let epoch = (world.slots - 1) / EPOCH_SLOTS;
	if epoch > world.epoch {
		// Epochs without any block don't count.
		world.epoch = epoch;
		world.ledger.note_epoch();
	}
	world.ledger.clock = Usage::api_service_clock();
	let ticks = world.ledger.clock - clock;
	if ticks > 1 || (ticks > 0 && idle == 0) {
		return Err(format!("the service clock went on by {ticks}"));
	}
	if ticks == 0 {
		world.note("blocks without room");
	}
	Ok(())
}

fn weight(time: u64) -> Weight {
	Weight::from_parts(time, if time == 0 { 0 } else { u64::MAX / 4 })
}

/// One thing that idle work did.
fn replay(world: &mut World, event: RuntimeEvent) -> Result<(), String> {
	let RuntimeEvent::Royalties(event) = event else {
		return Ok(());
	};
	match event {
		Event::<Runtime>::Distributed { model, .. } => swept_inbox(world, model),
		Event::Accrued {
			account,
			amount,
			source: Source::Pool { datanet, tranche },
		} => swept_row(world, (datanet, tranche, known(&account)?), &planck(amount)),
		Event::Paid { account, amount } => paid(world, known(&account)?, &planck(amount)),
		Event::PayoutDeferred { account, amount } => {
			let who = known(&account)?;
			world.note("payouts deferred in idle blocks");
			let booked = world.ledger.royalties.accrued.get(&who);
			if booked != Some(&planck(amount)) {
				return Err(format!(
					"{amount} of {who} were deferred, {booked:?} booked"
				));
			}
			let could = world.ledger.clone().claim(who).is_ok();
			could.then_some(()).map_or(Ok(()), |()| {
				Err(format!("the payout of {who} was deferred for nothing"))
			})
		}
		_ => Ok(()),
	}
}

fn known(account: &openledger_primitives::AccountId32) -> Result<Who, String> {
	chain::who(account).ok_or_else(|| format!("paid an unknown account {account:?}"))
}

fn swept_inbox(world: &mut World, model: u32) -> Result<(), String> {
	let least = planck(world.ledger.royalties.threshold);
	let inbox = world.ledger.royalties.inboxes.get(&model);
	let fits = inbox.is_some_and(|inbox| inbox.prepaid == 0 && inbox.sum() >= least);
	if !fits {
		return Err(format!("an idle block split inbox {model}: {inbox:?}"));
	}
	world.note("inboxes split in idle blocks");
	let done = world.ledger.distribute(model);
	done.map_err(|refusal| format!("inbox {model}: {refusal:?}"))
}

fn swept_row(
	world: &mut World,
	(datanet, tranche, who): (u32, u32, Who),
	amount: &Planck,
) -> Result<(), String> {
	let least = planck(world.ledger.royalties.threshold);
	let booked = world
		.ledger
		.collect(datanet, tranche, who)
		.map_err(|refusal| format!("row of {who}: {refusal:?}"))?;
	world.note("rows collected in idle blocks");
	if booked != *amount || booked < least || booked.is_zero() {
		return Err(format!(
			"an idle block booked {amount} of {booked} for {who}"
		));
	}
	Ok(())
}

fn paid(world: &mut World, who: Who, amount: &Planck) -> Result<(), String> {
	let least = planck(world.ledger.royalties.threshold);
	let booked = world.ledger.royalties.accrued.get(&who).cloned();
	if booked.as_ref() != Some(amount) || *amount < least {
		return Err(format!(
			"an idle block paid {amount} of {booked:?} to {who}"
		));
	}
	world.note("payouts in idle blocks");
	let done = world.ledger.claim(who);
	done.map_err(|refusal| format!("payout to {who}: {refusal:?}"))
}
