// SPDX-License-Identifier: Apache-2.0
//! Curators, votes, outcomes, appeals, takedowns.

use openledger_primitives::payload::{vote_commit_hash, VoteCommit};
use openledger_runtime::Runtime;
use pallet_datanets::{Call, Verdict};

use super::{
	datanets::{accounts, ids, of_stage, SALT},
	Dice, Done, Played, World,
};
use crate::{
	bank::Who,
	chain,
	rules::{
		datanets::{Appeal, Contribution, Stage},
		reviews::{Ballot, Review, Vote},
	},
};

/// `set_curators`.
pub fn set_curators(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let owner = dice.mostly(world.ledger.datanets.rows[&datanet].owner);
	let first = dice.actor();
	let mut named: Vec<Who> = (0..2 + dice.below(5))
		.map(|step| (first + step * 3) % chain::ACTORS)
		.collect();
	if dice.chance(10) {
		named.push(first);
	}
	let curators = accounts(&named);
	let answer = chain::signed(owner, Call::<Runtime>::set_curators { datanet, curators });
	world.hold_against(answer, |ledger| ledger.set_curators(owner, datanet, &named))
}

/// `take_seat`.
pub fn take_seat(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let row = &world.ledger.datanets.rows[&datanet];
	let whole = |who: &Who| {
		row.seats
			.get(who)
			.is_some_and(|seat| seat.bond >= seat.full)
	};
	let named = row.curators.iter().copied();
	let any = dice.chance(10);
	let missing: Vec<Who> = named.filter(|who| any || !whole(who)).collect();
	let who = dice.pick(&missing).unwrap_or(0);
	let who = dice.mostly(who);
	let answer = chain::signed(who, Call::<Runtime>::take_seat { datanet });
	world.hold_against(answer, |ledger| ledger.take_seat(who, datanet))
}

/// `leave_seat`.
pub fn leave_seat(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let row = &world.ledger.datanets.rows[&datanet];
	let seated: Vec<Who> = row.seats.keys().copied().collect();
	let who = dice.pick(&seated).unwrap_or(0);
	let who = dice.mostly(who);
	let answer = chain::signed(who, Call::<Runtime>::leave_seat { datanet });
	world.hold_against(answer, |ledger| ledger.leave_seat(who, datanet))
}

/// A vote, now and then none that can be revealed.
fn any_vote(dice: &mut Dice) -> Vote {
	match dice.below(24) {
		0 => (5, 0),
		1 => (0, 250),
		2..8 => (0, (dice.below(3)) as u8),
		die => (1 + (die % 4) as u8, 0),
	}
}

/// Reviews that go on, with their contributions.
fn going_on(world: &World, like: impl Fn(&Review) -> bool) -> Vec<(u64, Contribution, Review)> {
	let pending = of_stage(world, |stage| matches!(stage, Stage::Pending(_)));
	pending
		.into_iter()
		.filter_map(|(id, row)| {
			let review = row.review.clone()?;
			like(&review).then_some((id, row, review))
		})
		.collect()
}

/// Somebody who may vote and has done so and so much.
fn elector(review: &Review, dice: &mut Dice, like: impl Fn(&Ballot) -> bool) -> Option<Who> {
	let ballots = review.ballots.iter();
	let fit: Vec<Who> = ballots
		.filter(|(_, ballot)| like(ballot))
		.map(|(who, _)| *who)
		.collect();
	dice.pick(&fit)
}

fn commit_with(world: &mut World, who: Who, contribution: u64, vote: Vote, round: u8) -> Played {
	let body = VoteCommit {
		contribution,
		curator: chain::id(who),
		round,
		vote: vote.0,
		reason: vote.1,
		salt: SALT,
	};
	let call = Call::<Runtime>::commit_vote {
		contribution,
		commitment: vote_commit_hash(&chain::genesis_hash(), &body),
	};
	let answer = chain::signed(who, call);
	world.hold_against(answer, |ledger| ledger.commit_vote(who, contribution, vote))
}

fn reveal_with(world: &mut World, who: Who, contribution: u64, vote: Vote) -> Played {
	let call = Call::<Runtime>::reveal_vote {
		contribution,
		vote: vote.0,
		reason: vote.1,
		salt: SALT,
	};
	let answer = chain::signed(who, call);
	world.hold_against(answer, |ledger| ledger.reveal_vote(who, contribution, vote))
}

/// The same vote of several, in one go.
pub fn vote_at_once(world: &mut World, electors: &[Who], id: u64, vote: Vote) -> Played {
	let round = |world: &World| {
		let row = world.ledger.datanets.contributions.get(&id);
		row.and_then(|row| row.review.as_ref())
			.map_or(0, |review| review.round)
	};
	let mut all = Done::Accepted;
	for who in electors {
		let round = round(world);
		if commit_with(world, *who, id, vote, round)? == Done::Refused {
			all = Done::Refused;
		}
	}
	for who in electors {
		if reveal_with(world, *who, id, vote)? == Done::Refused {
			all = Done::Refused;
		}
	}
	Ok(all)
}

/// All who may still vote commit and reveal, most of them the same.
pub fn all_vote(world: &mut World, dice: &mut Dice) -> Played {
	let open = going_on(world, Review::is_silent);
	let Some((id, _, review)) = dice.pick(&open) else {
		return Ok(Done::Skipped);
	};
	let vote = match dice.below(8) {
		0 => (0, 7),
		die => (1 + (die % 4) as u8, 0),
	};
	let ballots = review.ballots.iter();
	let silent: Vec<Who> = ballots
		.filter(|(_, ballot)| *ballot == Ballot::Silent)
		.map(|(who, _)| *who)
		.collect();
	vote_at_once(world, &silent, id, vote)
}

/// `commit_vote`.
pub fn commit_vote(world: &mut World, dice: &mut Dice) -> Played {
	let any = dice.chance(8);
	let open = going_on(world, |review| any || review.is_silent());
	let Some((id, _, review)) = dice.pick(&open) else {
		return Ok(Done::Skipped);
	};
	let who = elector(&review, dice, |ballot| any || *ballot == Ballot::Silent);
	let who = dice.mostly(who.unwrap_or(0));
	let vote = any_vote(dice);
	commit_with(world, who, id, vote, review.round)
}

/// `reveal_vote`: as committed, or not.
pub fn reveal_vote(world: &mut World, dice: &mut Dice) -> Played {
	let now = world.ledger.now;
	let early = dice.chance(10);
	let open = going_on(world, |review| {
		let secret = |ballot: &(Who, Ballot)| matches!(ballot.1, Ballot::Committed(_));
		early || (review.is_revealing(now) && review.ballots.iter().any(secret))
	});
	let Some((id, _, review)) = dice.pick(&open) else {
		return Ok(Done::Skipped);
	};
	let who = elector(&review, dice, |ballot| {
		matches!(ballot, Ballot::Committed(_))
	});
	let who = dice.mostly(who.unwrap_or(0));
	let ballot = review.ballots.iter().find(|(elector, _)| *elector == who);
	let vote = match ballot {
		Some((_, Ballot::Committed(vote))) if !dice.chance(6) => *vote,
		_ => any_vote(dice),
	};
	reveal_with(world, who, id, vote)
}

/// `conclude_review`.
pub fn conclude(world: &mut World, dice: &mut Dice) -> Played {
	let now = world.ledger.now;
	let early = dice.chance(6);
	let due = going_on(world, |review| early || now > review.reveals_until);
	let Some((contribution, _, before)) = dice.pick(&due) else {
		return Ok(Done::Skipped);
	};
	let answer = chain::authorized(Call::<Runtime>::conclude_review { contribution });
	let done = world.hold_against(answer, |ledger| {
		ledger.admit_review(contribution)?;
		ledger.conclude(contribution)
	})?;
	if done == Done::Accepted {
		let row = &world.ledger.datanets.contributions[&contribution];
		match &row.review {
			Some(review) if review.round > before.round => world.note("reviews extended"),
			_ => world.note("reviews ended by keepers"),
		}
		let forfeited = |ballot: &(Who, Ballot)| matches!(ballot.1, Ballot::Committed(_));
		if before.ballots.iter().any(forfeited) {
			world.note("reviews with forfeited votes");
		}
	}
	Ok(done)
}

/// `appeal`.
pub fn appeal(world: &mut World, dice: &mut Dice) -> Played {
	let (any, now) = (dice.chance(8), world.ledger.now);
	let rejected = of_stage(world, |stage| match stage {
		Stage::Rejected {
			appeal, free_from, ..
		} => any || (*appeal == Appeal::Possible && now < *free_from),
		_ => false,
	});
	let Some((contribution, row)) = dice.pick(&rejected) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.who);
	let answer = chain::signed(who, Call::<Runtime>::appeal { contribution });
	world.hold_against(answer, |ledger| ledger.appeal(who, contribution))
}

/// `decide_appeal`.
pub fn decide_appeal(world: &mut World, dice: &mut Dice) -> Played {
	let (any, now) = (dice.chance(8), world.ledger.now);
	let open = of_stage(world, |stage| match stage {
		Stage::Rejected {
			appeal, free_from, ..
		} => any || (*appeal == Appeal::Open && now < *free_from),
		_ => false,
	});
	let Some((contribution, _)) = dice.pick(&open) else {
		return Ok(Done::Skipped);
	};
	let (verdict, rule) = match dice.below(10) {
		0 => (Verdict::Reject { reason: 250 }, Err(250)),
		1 => (Verdict::Accept { quality: 5 }, Ok(5)),
		2..6 => (Verdict::Reject { reason: 9 }, Err(9)),
		_ => (Verdict::Accept { quality: 3 }, Ok(3)),
	};
	let call = Call::<Runtime>::decide_appeal {
		contribution,
		verdict,
	};
	let answer = chain::root(call);
	let done = world.hold_against(answer, |ledger| ledger.decide_appeal(contribution, rule))?;
	if done == Done::Accepted && rule.is_ok() {
		world.note("rejections overturned");
	}
	Ok(done)
}

/// `revoke`.
pub fn revoke(world: &mut World, dice: &mut Dice) -> Played {
	let any = dice.chance(25);
	let all = of_stage(world, |stage| any || stage.stands());
	let Some((contribution, row)) = dice.pick(&all) else {
		return Ok(Done::Skipped);
	};
	let reason = if dice.chance(8) { 250 } else { 4 };
	let call = Call::<Runtime>::revoke {
		contribution,
		reason,
	};
	let answer = chain::root(call);
	let done = world.hold_against(answer, |ledger| ledger.revoke(contribution, reason))?;
	if done == Done::Accepted && row.claims > 0 {
		world.note("accused contributions taken down");
	}
	Ok(done)
}
