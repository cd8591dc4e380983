// SPDX-License-Identifier: Apache-2.0
//! Models: lineage, training fees, the developer's rights, advertisements.

use num_traits::Zero;
use openledger_primitives::{payload::Price, ports::WeightedSnapshot, H256};
use openledger_runtime::Runtime;
use pallet_models::{
	Advertisements, Call, HoldReason, ModelDetails, ModelKind, ModelParams, Models, ParentLink,
};

use super::{Dice, Done, Played, World};
use crate::{
	bank::{Hold, Who},
	chain,
	rules::models::{Model, NewModel, State},
};

/// Models of a run, at most.
const MOST_MODELS: u32 = 10;

/// Whose money a hold of the pallet is.
pub fn hold_of(reason: HoldReason) -> Hold {
	match reason {
		HoldReason::ModelDeposit => Hold::ModelDeposit,
		HoldReason::Advertisement => Hold::AdvertisementDeposit,
	}
}

fn of_state(world: &World, state: State) -> Vec<u32> {
	let rows = world.ledger.models.rows.iter();
	rows.filter(|(_, row)| row.state == state)
		.map(|(id, _)| *id)
		.collect()
}

fn all(world: &World) -> Vec<u32> {
	world.ledger.models.rows.keys().copied().collect()
}

/// Ids of a state, or now and then any.
fn some(world: &World, dice: &mut Dice, state: State) -> Option<(u32, Model)> {
	let of_state = of_state(world, state);
	let any = dice.chance(6) || of_state.is_empty();
	let id = dice.pick(&if any { all(world) } else { of_state })?;
	Some((id, world.ledger.models.rows[&id].clone()))
}

fn ticket(id: u32) -> Option<u128> {
	chain::ticket(ModelDetails::<Runtime>::get(id).map(|row| row.deposit))
}

/// Snapshots of a new model: none to four, ascending, and the newest of what the parents owe to.
fn snapshots(world: &World, dice: &mut Dice, parents: &[u32]) -> Vec<(u32, u32, u32)> {
	let mut keys = Vec::new();
	for (datanet, row) in &world.ledger.datanets.rows {
		for version in 1..=row.snapshots.len() as u32 {
			keys.push((*datanet, version));
		}
	}
	let mut own = Vec::new();
	for _ in 0..dice.below(4) + 1 {
		own.extend(dice.pick(&keys));
	}
	if !dice.chance(10) {
		for parent in parents {
			own.extend(world.ledger.models.rows[parent].minima.keys().copied());
		}
	}
	own.sort_unstable();
	own.dedup();
	own.truncate(16);
	own.into_iter()
		.map(|(datanet, version)| {
			let weight = match dice.below(5) {
				0 | 1 => 1,
				2 => u32::MAX,
				_ => 1 + dice.roll() % 100,
			};
			(datanet, version, if dice.chance(2) { 0 } else { weight })
		})
		.collect()
}

/// Parents: none to three, with those of their parents that ask for something.
fn parents(world: &World, dice: &mut Dice) -> Vec<u32> {
	let published = of_state(world, State::Published);
	let mut parents = Vec::new();
	for _ in 0..dice.below(4) {
		parents.extend(dice.pick(&published));
	}
	if !dice.chance(15) {
		let mut place = 0;
		while place < parents.len() {
			let row = &world.ledger.models.rows[&parents[place]];
			let asks = |id: &u32| {
				let row = &world.ledger.models.rows[id];
				row.state == State::Published && row.derivative_ppm > 0
			};
			parents.extend(row.parents.iter().map(|link| link.0).filter(asks));
			place += 1;
			if parents.len() > 8 {
				break;
			}
		}
	}
	parents.sort_unstable();
	parents.dedup();
	parents.truncate(8);
	parents
}

fn new_model(world: &World, dice: &mut Dice) -> NewModel {
	let ids = parents(world, dice);
	let snapshots = snapshots(world, dice, &ids);
	let operator_ppm = match dice.below(12) {
		0 => 0,
		1 => 900_000,
		2 => 899_999,
		3 => 900_001,
		// As much as is burned, or the treasury's: ties again.
		4 => world.ledger.royalties.burn,
		5 => world.ledger.royalties.treasury,
		_ => dice.roll() % 400_000,
	};
	let rest = u64::from(900_000_u32.saturating_sub(operator_ppm)).max(1);
	let mut left = 1_000_000_u32;
	let mut links = Vec::new();
	for id in &ids {
		let asked = u64::from(world.ledger.models.rows[id].derivative_ppm);
		let least = (asked * 1_000_000).div_ceil(rest) as u32;
		let share = least.saturating_add(dice.roll() % 60_000).min(left);
		left -= share;
		links.push((*id, share));
	}
	let contributors_ppm = match dice.below(8) {
		_ if snapshots.is_empty() && !dice.chance(4) => 0,
		0 => 0,
		1 => left,
		2 => 1.min(left),
		// Equal shares: what is left over is a tie.
		3 => left / 2,
		_ => left - dice.roll() % (left / 3 + 1),
	};
	NewModel {
		artifact: if dice.chance(8) { 1 } else { dice.roll() as u8 },
		snapshots,
		parents: links,
		agreed: !dice.chance(3),
		operator_ppm,
		developer_ppm: left - contributors_ppm + u32::from(dice.chance(3)),
		contributors_ppm,
		derivative_ppm: if dice.chance(60) {
			dice.roll() % 60_000
		} else {
			0
		},
		min_fee: match dice.below(6) {
			0 => 0,
			1 => 1_000_000,
			2 => 1_000_000_000_000,
			_ => 1,
		},
	}
}

/// `register`.
pub fn register(world: &mut World, dice: &mut Dice) -> Played {
	if world.ledger.models.last >= MOST_MODELS && !dice.chance(3) {
		return Ok(Done::Skipped);
	}
	let who = dice.actor();
	let new = new_model(world, dice);
	let parents: Vec<ParentLink> = new
		.parents
		.iter()
		.map(|(model, ppm)| {
			let hash = Models::<Runtime>::get(model).map_or(H256::zero(), |row| row.terms_hash);
			let terms_hash = if new.agreed {
				hash
			} else {
				H256::repeat_byte(9)
			};
			ParentLink {
				model: *model,
				ppm: *ppm,
				terms_hash,
			}
		})
		.collect();
	let snapshots: Vec<WeightedSnapshot> = new
		.snapshots
		.iter()
		.map(|(datanet, version, weight)| WeightedSnapshot {
			datanet: *datanet,
			version: *version,
			weight: *weight,
		})
		.collect();
	let params = ModelParams {
		name: b"Model".to_vec().try_into().unwrap(),
		kind: ModelKind::Base,
		artifact_hash: H256::repeat_byte(new.artifact),
		artifact_uri: Default::default(),
		metadata_uri: Default::default(),
		metadata_hash: H256::zero(),
		provenance_version: 1,
		snapshots: snapshots.try_into().unwrap(),
		parents: parents.try_into().unwrap(),
		operator_ppm: new.operator_ppm,
		developer_ppm: new.developer_ppm,
		contributors_ppm: new.contributors_ppm,
		derivative_ppm: new.derivative_ppm,
		min_fee_per_call: new.min_fee,
		suggested_price: Price::default(),
	};
	let answer = chain::signed(who, Call::<Runtime>::register { params });
	let told = answer
		.is_ok()
		.then(|| ticket(world.ledger.models.last + 1))
		.flatten();
	world.hold_against(answer, |ledger| ledger.register(who, &new, told))
}

/// `publish`.
pub fn publish(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, row)) = some(world, dice, State::Draft) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.developer);
	let answer = chain::signed(who, Call::<Runtime>::publish { model });
	let told = answer.is_ok().then(|| ticket(model)).flatten();
	let before = world.ledger.bank.accounts[who].free.clone();
	let done = world.hold_against(answer, |ledger| ledger.publish(who, model, told))?;
	let paid = before - &world.ledger.bank.accounts[who].free;
	if done == Done::Accepted && paid > crate::exact::planck(1_000_000_000_000) {
		world.note("publications that paid training fees");
	}
	Ok(done)
}

/// `retire`, by the developer or governance.
pub fn retire(world: &mut World, dice: &mut Dice) -> Played {
	if of_state(world, State::Published).len() < 3 {
		return Ok(Done::Skipped);
	}
	let Some((model, row)) = some(world, dice, State::Published) else {
		return Ok(Done::Skipped);
	};
	let call = Call::<Runtime>::retire { model };
	if dice.chance(30) {
		let answer = chain::root(call);
		return world.hold_against(answer, |ledger| ledger.retire(None, model));
	}
	let who = dice.mostly(row.developer);
	let answer = chain::signed(who, call);
	world.hold_against(answer, |ledger| ledger.retire(Some(who), model))
}

/// `set_price`.
pub fn set_price(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, row)) = some(world, dice, State::Published) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.developer);
	let price = Price {
		per_call: u128::from(dice.roll()),
		..Price::default()
	};
	let answer = chain::signed(who, Call::<Runtime>::set_price { model, price });
	world.hold_against(answer, |ledger| ledger.set_price(who, model))
}

/// `set_metadata`: the deposit grows and shrinks with the address.
pub fn set_metadata(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, row)) = some(world, dice, State::Published) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.developer);
	let uri = vec![b'm'; dice.below(257)].try_into().unwrap();
	let hash = H256::repeat_byte(3);
	let answer = chain::signed(who, Call::<Runtime>::set_metadata { model, uri, hash });
	let told = answer.is_ok().then(|| ticket(model)).flatten();
	world.hold_against(answer, |ledger| ledger.set_metadata(who, model, told))
}

/// `discard`.
pub fn discard(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, row)) = some(world, dice, State::Draft) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.developer);
	let answer = chain::signed(who, Call::<Runtime>::discard { model });
	world.hold_against(answer, |ledger| ledger.discard(who, model))
}

/// `offer_transfer`.
pub fn offer_transfer(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, row)) = some(world, dice, State::Published) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.developer);
	let to: Option<Who> = if dice.chance(12) {
		None
	} else {
		Some(dice.actor())
	};
	let call = Call::<Runtime>::offer_transfer {
		model,
		to: to.map(chain::id),
	};
	let answer = chain::signed(who, call);
	world.hold_against(answer, |ledger| ledger.offer_transfer(who, model, to))
}

/// `accept_transfer`.
pub fn accept_transfer(world: &mut World, dice: &mut Dice) -> Played {
	let rows = world.ledger.models.rows.iter();
	let offered: Vec<(u32, Who)> = rows
		.filter_map(|(id, row)| row.offered.map(|to| (*id, to)))
		.collect();
	let Some((model, to)) = dice.pick(&offered) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(to);
	let inbox = world.ledger.royalties.inboxes.get(&model);
	let full = inbox.is_some_and(|inbox| !inbox.sum().is_zero());
	let answer = chain::signed(who, Call::<Runtime>::accept_transfer { model });
	let told = answer.is_ok().then(|| ticket(model)).flatten();
	let done = world.hold_against(answer, |ledger| ledger.accept_transfer(who, model, told))?;
	if done == Done::Accepted && full {
		world.note("rights transferred with money in the inbox");
	}
	Ok(done)
}

/// `advertise`.
pub fn advertise(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, _)) = some(world, dice, State::Published) else {
		return Ok(Done::Skipped);
	};
	let operators: Vec<Who> = world.ledger.usage.operators.keys().copied().collect();
	let who = dice.pick(&operators).unwrap_or(0);
	let who = dice.mostly(who);
	let expires_at = world.ledger.now
		+ match dice.below(12) {
			0 => 0,
			1 => 1_000_000,
			_ => 1 + dice.roll() % 20,
		};
	let call = Call::<Runtime>::advertise {
		model,
		endpoint: vec![b'e'; 1 + dice.below(256)].try_into().unwrap(),
		price: Price {
			per_call: u128::from(dice.roll()),
			..Price::default()
		},
		expires_at,
	};
	let answer = chain::signed(who, call);
	let row = Advertisements::<Runtime>::get(model, chain::id(who));
	let told = answer.is_ok().then(|| row.map(|row| row.deposit)).flatten();
	world.hold_against(answer, |ledger| {
		ledger.advertise(who, model, expires_at, told)
	})
}

fn advertised(world: &World, dice: &mut Dice) -> Option<(u32, Who)> {
	let rows: Vec<(u32, Who)> = world.ledger.models.advertisements.keys().copied().collect();
	dice.pick(&rows)
}

/// `withdraw_advertisement`.
pub fn withdraw_advertisement(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, operator)) = advertised(world, dice) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(operator);
	let answer = chain::signed(who, Call::<Runtime>::withdraw_advertisement { model });
	world.hold_against(answer, |ledger| ledger.withdraw_advertisement(who, model))
}

/// `prune_advertisement`.
pub fn prune_advertisement(world: &mut World, dice: &mut Dice) -> Played {
	let Some((model, operator)) = advertised(world, dice) else {
		return Ok(Done::Skipped);
	};
	let by = dice.actor();
	let call = Call::<Runtime>::prune_advertisement {
		model,
		operator: chain::id(operator),
	};
	let answer = chain::signed(by, call);
	world.hold_against(answer, |ledger| {
		ledger.prune_advertisement(by, model, operator)
	})
}
