// SPDX-License-Identifier: Apache-2.0
//! Claims, collections, distributions.

use openledger_runtime::Runtime;
use pallet_royalties::{Call, RoyaltiesParameters};

use super::{Dice, Done, Played, World};
use crate::{
	bank::{Who, EXISTENTIAL},
	chain,
};

/// Whoever has something booked, or now and then anybody.
fn creditor(world: &World, dice: &mut Dice) -> Who {
	let booked: Vec<Who> = world.ledger.royalties.accrued.keys().copied().collect();
	let who = dice.pick(&booked).unwrap_or(0);
	if dice.chance(10) {
		dice.below(chain::ACCOUNTS.len())
	} else {
		who
	}
}

/// `claim`.
pub fn claim(world: &mut World, dice: &mut Dice) -> Played {
	let who = creditor(world, dice);
	let call = Call::<Runtime>::claim {
		who: chain::id(who),
	};
	let answer = chain::signed(dice.actor(), call);
	let booked = world.ledger.royalties.accrued.contains_key(&who);
	let done = world.hold_against(answer, |ledger| ledger.claim(who))?;
	if booked && done == Done::Refused {
		world.note("claims that can't be received");
	}
	Ok(done)
}

/// `claim_many`.
pub fn claim_many(world: &mut World, dice: &mut Dice) -> Played {
	let list: Vec<Who> = (0..dice.below(6)).map(|_| creditor(world, dice)).collect();
	let accounts: Vec<_> = list.iter().map(|who| chain::id(*who)).collect();
	let call = Call::<Runtime>::claim_many {
		accounts: accounts.try_into().unwrap(),
	};
	let answer = chain::signed(dice.actor(), call);
	world.hold_against(answer, |ledger| {
		ledger.claim_many(&list);
		Ok(())
	})
}

/// `collect`.
pub fn collect(world: &mut World, dice: &mut Dice) -> Played {
	let pools = world.ledger.royalties.pools.iter();
	let rows: Vec<(u32, u32, Who)> = pools
		.flat_map(|(datanet, pool)| {
			let members = pool.members.keys();
			members.map(|(tranche, who)| (*datanet, *tranche, *who))
		})
		.collect();
	let Some((datanet, tranche, who)) = dice.pick(&rows) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(who);
	let call = Call::<Runtime>::collect {
		datanet,
		tranche,
		who: chain::id(who),
	};
	let answer = chain::signed(dice.actor(), call);
	world.hold_against(answer, |ledger| ledger.collect(datanet, tranche, who))
}

fn inbox(world: &World, dice: &mut Dice, due: bool) -> Option<u32> {
	let any = dice.chance(6);
	let inboxes = world.ledger.royalties.inboxes.iter();
	let full: Vec<u32> = inboxes
		.filter(|(_, inbox)| any || !due || inbox.prepaid > 0)
		.map(|(model, _)| *model)
		.collect();
	dice.pick(&full)
}

/// `distribute`.
pub fn distribute(world: &mut World, dice: &mut Dice) -> Played {
	let Some(model) = inbox(world, dice, false) else {
		return Ok(Done::Skipped);
	};
	let answer = chain::signed(dice.actor(), Call::<Runtime>::distribute { model });
	world.hold_against(answer, |ledger| ledger.distribute(model))
}

/// `distribute_due`.
pub fn distribute_due(world: &mut World, dice: &mut Dice) -> Played {
	let Some(model) = inbox(world, dice, true) else {
		return Ok(Done::Skipped);
	};
	let answer = chain::authorized(Call::<Runtime>::distribute_due { model });
	world.hold_against(answer, |ledger| ledger.distribute_due(model))
}

/// `set_parameters`: shares and thresholds, within bounds or not.
pub fn set_parameters(world: &mut World, dice: &mut Dice) -> Played {
	let burn = dice.roll() % 55_000;
	let equal = dice.chance(30);
	let shares = (burn, if equal { burn } else { dice.roll() % 55_000 });
	let threshold = match dice.below(4) {
		0 => EXISTENTIAL - 1,
		1 => EXISTENTIAL,
		_ => EXISTENTIAL * u128::from(1 + dice.roll() % 100_000),
	};
	let per_block = if dice.chance(5) {
		0
	} else {
		1 + dice.roll() % 100
	};
	let parameters = RoyaltiesParameters {
		burn_ppm: shares.0,
		treasury_ppm: shares.1,
		payout_threshold: threshold,
		payouts_per_block: per_block,
	};
	let answer = chain::root(Call::<Runtime>::set_parameters { parameters });
	world.hold_against(answer, |ledger| {
		ledger.set_royalties(shares, threshold, per_block)
	})
}
