// SPDX-License-Identifier: Apache-2.0
//! Claims and showings; withdrawals and transfers of contributions.

use num_traits::Zero;
use openledger_primitives::{
	duplicate::{EarlierWindow, Showing, TextOpening},
	H256,
};
use openledger_runtime::Runtime;
use pallet_datanets::{Call, Claims, Contents, EpochDraws};

use super::{
	datanets::{of_stage, offeree},
	texts::{position, Text},
	Dice, Done, Played, World,
};
use crate::{
	bank::Who,
	chain,
	rules::{
		claims::{Evidence, POSITIONS},
		datanets::{Contribution, Stage},
	},
};

/// `claim_duplicate`: most often of a text that has words of another.
pub fn claim(world: &mut World, dice: &mut Dice) -> Played {
	let (any, copied) = (dice.chance(10), dice.chance(60));
	let all = of_stage(world, |stage| {
		any || matches!(stage, Stage::Pending(_) | Stage::Accepted(_))
	});
	let worded: Vec<_> = all
		.into_iter()
		.filter(|(_, row)| {
			let text = world.texts.get(&row.text);
			any || text.is_some_and(|text| text.copied || !copied)
		})
		.collect();
	let Some((contribution, _)) = dice.pick(&worded) else {
		return Ok(Done::Skipped);
	};
	let who = dice.actor();
	let keepers = chain::keeper_fee(None);
	let answer = chain::signed(who, Call::<Runtime>::claim_duplicate { contribution });
	let id = world.ledger.datanets.last_claim + 1;
	let told = chain::ticket(Claims::<Runtime>::get(id).map(|row| row.ticket));
	world.hold_against(answer, |ledger| {
		ledger.claim_duplicate(who, contribution, told, keepers)
	})
}

/// What an epoch drew: the chain's choice.
fn value(epoch: u64) -> Option<H256> {
	let draws = EpochDraws::<Runtime>::get();
	let drawn = draws.iter().find(|draw| draw.epoch == epoch);
	drawn.map(|draw| draw.value)
}

/// A drawn claim on a text that has words.
struct Scene<'a> {
	claim: u64,
	value: H256,
	accused: Contribution,
	text: &'a Text,
}

impl<'a> Scene<'a> {
	fn of(world: &'a World, claim: u64) -> Option<Self> {
		let (epoch, _) = world.ledger.drawn(claim)?;
		let accused = world.ledger.datanets.claims.get(&claim)?.accused;
		let accused = world.ledger.datanets.contributions.get(&accused)?.clone();
		Some(Self {
			claim,
			value: value(epoch)?,
			text: world.texts.get(&accused.text)?,
			accused,
		})
	}

	fn place(&self, index: u8) -> usize {
		position(&self.value, self.claim, index, self.text.bytes.len())
	}

	fn window(&self, index: u8) -> TextOpening {
		self.text.open(self.place(index), 512)
	}
}

/// Texts with words and the contributions that they are.
fn texts(world: &World, like: impl Fn(&Contribution) -> bool) -> Vec<(u64, &Text)> {
	let rows = world.ledger.datanets.contributions.iter();
	rows.filter(|(_, row)| like(row))
		.filter_map(|(id, row)| Some((*id, world.texts.get(&row.text)?)))
		.collect()
}

fn beside(contribution: u64, text: &Text, place: usize) -> EarlierWindow {
	EarlierWindow {
		contribution,
		position: place as u64,
		opening: text.open(place, 1_024),
	}
}

/// What shows a position truly, if any of these texts does.
fn true_showing(scene: &Scene, index: u8, sources: &[(u64, &Text)]) -> Option<(Showing, Evidence)> {
	let (earlier, evidence) = match scene.text.drawn_words(scene.place(index)) {
		None => (None, Evidence::Padding),
		Some(words) => {
			let found = sources
				.iter()
				.find_map(|(id, text)| Some((*id, *text, text.find(&words)?)));
			let (id, text, place) = found?;
			let same = text.found_words(place) == Some(words);
			let window = beside(id, text, place);
			(Some(window), Evidence::Beside(id, same))
		}
	};
	let showing = Showing {
		index,
		accused: scene.window(index),
		earlier,
	};
	Some((showing, evidence))
}

/// What shows nothing, or not in this claim.
fn doubtful_showing(
	scene: &Scene,
	dice: &mut Dice,
	sources: &[(u64, &Text)],
) -> (Showing, Evidence) {
	let index = dice.below(POSITIONS.into()) as u8;
	let words = scene.text.drawn_words(scene.place(index));
	let mut showing = Showing {
		index,
		accused: scene.window(index),
		earlier: None,
	};
	let plain = match &words {
		None => Evidence::Padding,
		Some(_) => Evidence::Alone,
	};
	match dice.below(5) {
		0 => (showing, plain),
		1 => {
			let mut bytes = showing.accused.bytes.to_vec();
			bytes[0] ^= 1;
			showing.accused.bytes = bytes.try_into().unwrap();
			(showing, Evidence::Bad)
		}
		2 => {
			showing.index = POSITIONS;
			(showing, plain)
		}
		_ => {
			let Some((id, text)) = dice.pick(sources) else {
				return (showing, plain);
			};
			let place = dice.below(text.bytes.len());
			showing.earlier = Some(beside(id, text, place));
			let evidence = match words {
				None => Evidence::Padding,
				Some(words) => Evidence::Beside(id, text.found_words(place) == Some(words)),
			};
			(showing, evidence)
		}
	}
}

fn show(world: &mut World, who: Who, claim: u64, showing: Showing, evidence: Evidence) -> Played {
	let index = showing.index;
	let call = Call::<Runtime>::show_window {
		claim,
		showing: Box::new(showing),
	};
	let answer = chain::signed(who, call);
	let done = world.hold_against(answer, |ledger| ledger.show(claim, index, evidence))?;
	if done == Done::Accepted && !world.ledger.datanets.claims.contains_key(&claim) {
		world.note("claims proved");
	}
	Ok(done)
}

/// Claims that may be shown now, or now and then any.
fn open_claims(world: &World, dice: &mut Dice) -> Vec<u64> {
	let any = dice.chance(10);
	let now = world.ledger.now;
	let claims = world.ledger.datanets.claims.keys().copied();
	claims
		.filter(|id| {
			let drawn = world.ledger.drawn(*id);
			any || drawn.is_some_and(|(_, until)| now <= until)
		})
		.collect()
}

/// `show_window` once.
pub fn show_one(world: &mut World, dice: &mut Dice) -> Played {
	let open = open_claims(world, dice);
	let Some(claim) = dice.pick(&open) else {
		return Ok(Done::Skipped);
	};
	let who = dice.actor();
	let Some(scene) = Scene::of(world, claim) else {
		// Not drawn, or gone: whatever is shown.
		let showing = Showing {
			index: 0,
			accused: TextOpening::default(),
			earlier: None,
		};
		return show(world, who, claim, showing, Evidence::Bad);
	};
	let sources = texts(world, |_| true);
	let (showing, evidence) = if dice.chance(50) {
		let index = dice.below(POSITIONS.into()) as u8;
		true_showing(&scene, index, &sources)
			.unwrap_or_else(|| doubtful_showing(&scene, dice, &sources))
	} else {
		doubtful_showing(&scene, dice, &sources)
	};
	show(world, who, claim, showing, evidence)
}

/// `show_window` of all positions that earlier texts have, until the claim is proved.
pub fn show_all(world: &mut World, dice: &mut Dice) -> Played {
	let open = open_claims(world, dice);
	let Some(claim) = dice.pick(&open) else {
		return Ok(Done::Skipped);
	};
	let who = dice.actor();
	let most = if dice.chance(20) { 40 } else { POSITIONS };
	let mut last = Done::Skipped;
	for index in 0..most {
		let Some(scene) = Scene::of(world, claim) else {
			break;
		};
		let shown = &world.ledger.datanets.claims[&claim].shown;
		if shown.contains(&index) {
			continue;
		}
		let sources = texts(world, |row| {
			row.datanet == scene.accused.datanet
				&& row.stage.stood_after(scene.accused.committed_at)
				&& row.revealed_at < scene.accused.committed_at
		});
		let Some((showing, evidence)) = true_showing(&scene, index, &sources) else {
			continue;
		};
		last = show(world, who, claim, showing, evidence)?;
	}
	Ok(last)
}

/// `conclude_claim`.
pub fn conclude(world: &mut World, dice: &mut Dice) -> Played {
	let now = world.ledger.now;
	let early = dice.chance(6);
	let claims = world.ledger.datanets.claims.iter();
	let due: Vec<u64> = claims
		.filter(|(_, claim)| early || claim.due <= now)
		.map(|(id, _)| *id)
		.collect();
	let Some(claim) = dice.pick(&due) else {
		return Ok(Done::Skipped);
	};
	let before = world.ledger.datanets.claims[&claim].clone();
	let answer = chain::authorized(Call::<Runtime>::conclude_claim { claim });
	let done = world.hold_against(answer, |ledger| {
		ledger.admit_claim(claim)?;
		ledger.conclude_claim(claim)
	})?;
	if done == Done::Accepted {
		let gone = !world.ledger.datanets.claims.contains_key(&claim);
		match (gone, before.until) {
			(false, _) => world.note("claims drawn by keepers"),
			(true, Some(_)) => world.note("claims failed or moot after their draw"),
			(true, None) => world.note("claims moot before their draw"),
		}
	}
	Ok(done)
}

/// Somebody's accepted contribution, or now and then any.
fn earning(world: &World, dice: &mut Dice) -> Option<(u64, Contribution)> {
	let any = dice.chance(10);
	let all = of_stage(world, |stage| any || matches!(stage, Stage::Accepted(_)));
	dice.pick(&all)
}

/// `withdraw`.
pub fn withdraw(world: &mut World, dice: &mut Dice) -> Played {
	let Some((contribution, row)) = earning(world, dice) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.who);
	let answer = chain::signed(who, Call::<Runtime>::withdraw { contribution });
	let done = world.hold_against(answer, |ledger| ledger.withdraw(who, contribution))?;
	if done == Done::Accepted && row.claims > 0 {
		world.note("accused contributions withdrawn");
	}
	Ok(done)
}

/// `offer_contribution`.
pub fn offer(world: &mut World, dice: &mut Dice) -> Played {
	let free = of_stage(world, |stage| matches!(stage, Stage::Accepted(_)));
	let free: Vec<_> = free
		.into_iter()
		.filter(|(_, row)| row.bond.is_zero() && row.offered.is_none())
		.collect();
	let chosen = dice.pick(&free).filter(|_| dice.chance(70));
	let Some((contribution, row)) = chosen.or_else(|| earning(world, dice)) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.who);
	let to = offeree(dice, who);
	let call = Call::<Runtime>::offer_contribution {
		contribution,
		to: to.map(chain::id),
	};
	let answer = chain::signed(who, call);
	world.hold_against(answer, |ledger| {
		ledger.offer_contribution(who, contribution, to)
	})
}

/// `accept_contribution`.
pub fn accept(world: &mut World, dice: &mut Dice) -> Played {
	let any = dice.chance(15);
	let rows = world.ledger.datanets.contributions.iter();
	let offered: Vec<(u64, Who)> = rows
		.filter(|(_, row)| any || (row.claims == 0 && row.bond.is_zero()))
		.filter_map(|(id, row)| Some((*id, row.offered?)))
		.collect();
	let Some((contribution, who)) = dice.pick(&offered) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(who);
	let answer = chain::signed(who, Call::<Runtime>::accept_contribution { contribution });
	let content = answer
		.is_ok()
		.then(|| Contents::<Runtime>::get(contribution));
	let told = chain::ticket(content.flatten().map(|row| row.ticket));
	let done = world.hold_against(answer, |ledger| {
		ledger.accept_contribution(who, contribution, told)
	})?;
	if done == Done::Accepted {
		world.note("contributions transferred");
	}
	Ok(done)
}
