// SPDX-License-Identifier: Apache-2.0
//! Datanets, registrations, approvals, snapshots, owners.

use openledger_primitives::{
	apis::DatanetState,
	payload::{contribution_commit_hash, ContributionCommit},
	ports::{Credit, DatanetKind},
	H256,
};
use openledger_runtime::Runtime;
use pallet_datanets::{
	Admission, Approvals, Call, Contents, DatanetParams, DatanetTerms, DatanetsParameters, Details,
	Reveal, Reviews,
};

use super::{Dice, Done, Played, World};
use crate::{
	bank::Who,
	chain::{self, Refused},
	exact::planck,
	rules::datanets::{Contribution, NewDatanet, Stage, State, Told},
};

const OPEN: u128 = 1_000_000_000_000;
pub(super) const SALT: [u8; 32] = [7; 32];

/// Datanets of a run, at most.
const MOST_DATANETS: usize = 4;

fn commitment(world: &World, who: Who, text: u64, length: u64) -> H256 {
	let (text_root, ..) = world.content(text, length);
	let body = ContributionCommit {
		text_root,
		byte_length: length,
		account: chain::id(who),
		salt: SALT,
	};
	contribution_commit_hash(&chain::genesis_hash(), &body)
}

pub(super) fn ids(world: &World) -> Vec<u32> {
	world.ledger.datanets.rows.keys().copied().collect()
}

/// Contributions that stand somewhere.
pub(super) fn of_stage(world: &World, stage: impl Fn(&Stage) -> bool) -> Vec<(u64, Contribution)> {
	world
		.ledger
		.datanets
		.contributions
		.iter()
		.filter(|(_, row)| stage(&row.stage))
		.map(|(id, row)| (*id, row.clone()))
		.collect()
}

/// `create_datanet`.
pub fn create(world: &mut World, dice: &mut Dice) -> Played {
	if world.ledger.datanets.rows.len() >= MOST_DATANETS {
		return Ok(Done::Skipped);
	}
	let owner = dice.actor();
	let first = dice.actor();
	let mut curators: Vec<Who> = (0..1 + dice.below(4))
		.map(|step| (first + step * 5) % chain::ACTORS)
		.collect();
	if dice.chance(5) {
		curators.push(first);
	}
	let new = NewDatanet {
		text: !dice.chance(20),
		open: !dice.chance(25),
		pooled: dice.chance(35),
		review_fee: 1_000_000_000 + u128::from(dice.roll() % 1_000) * 7,
		bond_per_byte: if dice.chance(5) {
			1
		} else {
			10_000_000 + u128::from(dice.roll() % 1_000)
		},
		training_fee: match dice.below(4) {
			0 => 0,
			1 => 1,
			2 => OPEN + u128::from(dice.roll()),
			_ => u128::from(dice.roll() % 1_000) * OPEN,
		},
		minimum: if dice.chance(50) {
			0
		} else {
			dice.roll() % 300_000
		},
		curators,
	};
	create_with(world, owner, &new)
}

fn create_with(world: &mut World, owner: Who, new: &NewDatanet) -> Played {
	let params = DatanetParams {
		name: b"Datanet".to_vec().try_into().unwrap(),
		kind: if new.text {
			DatanetKind::Text
		} else {
			DatanetKind::Opaque
		},
		licence: b"CC-BY-4.0".to_vec().try_into().unwrap(),
		metadata_uri: Default::default(),
		metadata_hash: H256::zero(),
		admission: if new.open {
			Admission::Open
		} else {
			Admission::Approved
		},
		credit: if new.pooled {
			Credit::Pool
		} else {
			Credit::Contributors
		},
		review_fee_per_kib: new.review_fee,
		bond_per_byte: new.bond_per_byte,
		terms: DatanetTerms {
			training_fee: new.training_fee,
			min_contributors_ppm: new.minimum,
		},
		curators: accounts(&new.curators),
	};
	let answer = chain::signed(owner, Call::<Runtime>::create_datanet { params });
	let id = world.ledger.datanets.rows.len() as u32 + 1;
	let told = chain::ticket(Details::<Runtime>::get(id).map(|row| row.ticket));
	world.hold_against(answer, |ledger| ledger.create_datanet(owner, new, told))
}

pub(super) fn accounts(list: &[Who]) -> pallet_datanets::CuratorsOf<Runtime> {
	let accounts: Vec<_> = list.iter().map(|who| chain::id(*who)).collect();
	accounts.try_into().unwrap()
}

/// One open datanet of texts with so many acceptances of several contributors, in a snapshot: more
/// than one credit page can name.
pub fn fill(world: &mut World, count: u64) -> Result<(), String> {
	let new = NewDatanet {
		text: true,
		open: true,
		pooled: false,
		review_fee: 1_000_000_000,
		bond_per_byte: 10_000_000,
		training_fee: OPEN,
		minimum: 0,
		curators: vec![0],
	};
	let datanet = world.ledger.datanets.rows.len() as u32 + 1;
	create_with(world, 0, &new)?;
	let call = Call::<Runtime>::take_seat { datanet };
	let answer = chain::signed(0, call);
	world.hold_against(answer, |ledger| ledger.take_seat(0, datanet))?;
	for step in 0..count {
		let who = 1 + (step % 7) as Who;
		let id = world.ledger.datanets.last + 1;
		commit_with(world, who, datanet, (id, 1_024 + step))?;
		let row = world.ledger.datanets.contributions[&id].clone();
		let (answer, told) = reveal(world, who, id, &row, true);
		world.hold_against(answer, |ledger| ledger.contribute(who, id, true, &told))?;
		super::reviews::vote_at_once(world, &[0], id, (1 + (step % 4) as u8, 0))?;
	}
	let answer = chain::signed(0, Call::<Runtime>::snapshot { datanet });
	world.hold_against(answer, |ledger| ledger.snapshot(0, datanet))?;
	Ok(())
}

/// `approve_contributor`.
pub fn approve(world: &mut World, dice: &mut Dice) -> Played {
	let closed: Vec<u32> = ids(world)
		.into_iter()
		.filter(|id| !world.ledger.datanets.rows[id].open)
		.collect();
	let any = if dice.chance(5) { ids(world) } else { closed };
	let Some(datanet) = dice.pick(&any) else {
		return Ok(Done::Skipped);
	};
	let owner = dice.mostly(world.ledger.datanets.rows[&datanet].owner);
	let who = dice.actor();
	let account = chain::id(who);
	let call = Call::<Runtime>::approve_contributor {
		datanet,
		who: account.clone(),
	};
	let answer = chain::signed(owner, call);
	let told = chain::ticket(Approvals::<Runtime>::get(datanet, account).map(|row| row.ticket));
	world.hold_against(answer, |ledger| ledger.approve(owner, datanet, who, told))
}

/// `dismiss_contributor`.
pub fn dismiss(world: &mut World, dice: &mut Dice) -> Played {
	let approved: Vec<(u32, Who)> = world
		.ledger
		.datanets
		.rows
		.iter()
		.flat_map(|(id, row)| row.approvals.keys().map(|who| (*id, *who)))
		.collect();
	let Some((datanet, who)) = dice.pick(&approved) else {
		return Ok(Done::Skipped);
	};
	let owner = dice.mostly(world.ledger.datanets.rows[&datanet].owner);
	let call = Call::<Runtime>::dismiss_contributor {
		datanet,
		who: chain::id(who),
	};
	let answer = chain::signed(owner, call);
	world.hold_against(answer, |ledger| ledger.dismiss(owner, datanet, who))
}

/// `commit`: now and then to a content that somebody else has committed to.
pub fn commit(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	if world.ledger.datanets.last >= world.most_contributions {
		return Ok(Done::Skipped);
	}
	let row = &world.ledger.datanets.rows[&datanet];
	let admitted: Vec<Who> = row.approvals.keys().copied().collect();
	let who = match dice.pick(&admitted) {
		Some(who) => dice.mostly(who),
		None => dice.actor(),
	};
	let known = of_stage(world, |_| true);
	let known: Vec<_> = known
		.into_iter()
		.filter(|(_, row)| row.datanet == datanet)
		.collect();
	let is_text = world.ledger.datanets.rows[&datanet].text;
	let (text, length) = match dice.pick(&known) {
		Some((_, row)) if dice.chance(12) => (row.text, row.length),
		_ if is_text && dice.chance(60) => {
			let words: Vec<u64> = known.iter().map(|(_, row)| row.text).collect();
			world.new_text(dice, &words)
		}
		_ => (world.ledger.datanets.last + 1, length(dice)),
	};
	commit_with(world, who, datanet, (text, length))
}

fn commit_with(world: &mut World, who: Who, datanet: u32, (text, length): (u64, u64)) -> Played {
	let call = Call::<Runtime>::commit {
		datanet,
		commitment: commitment(world, who, text, length),
		byte_length: length,
	};
	let answer = chain::signed(who, call);
	world.hold_against(answer, |ledger| ledger.commit(who, datanet, text, length))
}

fn length(dice: &mut Dice) -> u64 {
	match dice.below(12) {
		0 => 1_024,
		1 => 1 << (10 + dice.below(21)),
		2 => 1_023,
		3 => (1 << 30) + 1,
		_ => 1_024 + u64::from(dice.roll() % 200_000),
	}
}

/// `contribute`: as committed, or not.
pub fn contribute(world: &mut World, dice: &mut Dice) -> Played {
	let committed = of_stage(world, |stage| matches!(stage, Stage::Committed(_)));
	let Some((id, row)) = dice.pick(&committed) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(row.who);
	let honest = !dice.chance(6);
	let (answer, told) = reveal(world, who, id, &row, honest);
	world.hold_against(answer, |ledger| ledger.contribute(who, id, honest, &told))
}

fn reveal(
	world: &World,
	who: Who,
	id: u64,
	row: &Contribution,
	honest: bool,
) -> (Result<(), Refused>, Told) {
	let (text_root, mut leaf, siblings) = world.content(row.text, row.length);
	if !honest {
		leaf[0] ^= 0xff;
	}
	let reveal = Reveal {
		text_root,
		salt: SALT,
		uri: vec![b'u'; (id % 5) as usize].try_into().unwrap(),
		records: 1,
		licence: Default::default(),
		last_leaf: leaf.try_into().unwrap(),
		siblings: siblings.try_into().unwrap(),
	};
	let call = Call::<Runtime>::contribute {
		contribution: id,
		reveal,
	};
	let electors = world.ledger.electorate(row.datanet, row.who).len();
	let keepers = chain::keeper_fee(Some(electors));
	let answer = chain::signed(who, call);
	let review = Reviews::<Runtime>::get(id);
	let order = review.iter().flat_map(|review| review.ballots.iter());
	let told = Told {
		content: chain::ticket(Contents::<Runtime>::get(id).map(|row| row.ticket)),
		order: order
			.map(|ballot| chain::who(&ballot.curator).expect("an actor"))
			.collect(),
		review: chain::ticket(review.map(|review| review.ticket)),
		keepers,
	};
	(answer, told)
}

/// `expire_commit`.
pub fn expire_commit(world: &mut World, dice: &mut Dice) -> Played {
	let now = world.ledger.now;
	let late = of_stage(
		world,
		|stage| matches!(stage, Stage::Committed(until) if *until < now),
	);
	let any = of_stage(world, |_| true);
	let chosen = if dice.chance(15) || late.is_empty() {
		any
	} else {
		late
	};
	let Some((contribution, _)) = dice.pick(&chosen) else {
		return Ok(Done::Skipped);
	};
	let answer = chain::signed(
		dice.actor(),
		Call::<Runtime>::expire_commit { contribution },
	);
	world.hold_against(answer, |ledger| ledger.expire_commit(contribution))
}

/// `release_bond`.
pub fn release_bond(world: &mut World, dice: &mut Dice) -> Played {
	let now = world.ledger.now;
	let due = of_stage(world, |stage| match stage {
		Stage::Accepted(row) | Stage::Withdrawn(row, ..) | Stage::Revoked(row, ..) => {
			row.free_from <= now
		}
		Stage::Rejected { free_from, .. } => *free_from <= now,
		_ => false,
	});
	let due: Vec<_> = due
		.into_iter()
		.filter(|(_, row)| row.bond > planck(0) || matches!(row.stage, Stage::Rejected { .. }))
		.collect();
	let any = of_stage(world, |_| true);
	let chosen = if dice.chance(15) || due.is_empty() {
		any
	} else {
		due
	};
	let Some((contribution, _)) = dice.pick(&chosen) else {
		return Ok(Done::Skipped);
	};
	let answer = chain::signed(dice.actor(), Call::<Runtime>::release_bond { contribution });
	world.hold_against(answer, |ledger| ledger.release_bond(contribution))
}

/// `snapshot`.
pub fn snapshot(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let owner = dice.mostly(world.ledger.datanets.rows[&datanet].owner);
	let answer = chain::signed(owner, Call::<Runtime>::snapshot { datanet });
	world.hold_against(answer, |ledger| ledger.snapshot(owner, datanet))
}

/// `set_parameters`: periods and rates, within bounds or not.
pub fn set_parameters(world: &mut World, dice: &mut Dice) -> Played {
	let mut limits = world.ledger.datanets.limits.clone();
	limits.bond_hold = 1 + dice.roll() % 60;
	limits.vote_commit = 1 + dice.roll() % 8;
	limits.vote_reveal = 1 + dice.roll() % 8;
	limits.appeal = 1 + dice.roll() % 25;
	limits.showing = 1 + dice.roll() % 90;
	limits.commit_expiry = 10 + dice.roll() % 60;
	limits.curator_bond = OPEN * u128::from(1 + dice.roll() % 12);
	limits.snapshot_deposit = OPEN / 500 * u128::from(dice.roll() % 12);
	limits.min_bond = OPEN / 500 + u128::from(dice.roll());
	let parameters = DatanetsParameters {
		commit_expiry: limits.commit_expiry,
		vote_commit_period: limits.vote_commit,
		vote_reveal_period: limits.vote_reveal,
		appeal_period: limits.appeal,
		showing_period: limits.showing,
		bond_hold: limits.bond_hold,
		min_bond: limits.min_bond,
		min_bond_per_byte: limits.min_bond_per_byte,
		min_review_fee_per_kib: limits.min_review_fee,
		curator_bond: limits.curator_bond,
		snapshot_deposit: limits.snapshot_deposit,
	};
	let answer = chain::root(Call::<Runtime>::set_parameters { parameters });
	world.hold_against(answer, |ledger| {
		crate::bank::need(limits.snapshot_deposit >= 2_000_000_000, "deposit")?;
		ledger.datanets.limits = limits;
		Ok(())
	})
}

/// Whom somebody offers something: often an actor, now and then nobody or himself.
pub(super) fn offeree(dice: &mut Dice, owner: Who) -> Option<Who> {
	match dice.below(12) {
		0 => None,
		1 => Some(owner),
		_ => Some(dice.actor()),
	}
}

/// `offer_datanet`.
pub fn offer(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let owner = dice.mostly(world.ledger.datanets.rows[&datanet].owner);
	let to = offeree(dice, owner);
	let call = Call::<Runtime>::offer_datanet {
		datanet,
		to: to.map(chain::id),
	};
	let answer = chain::signed(owner, call);
	world.hold_against(answer, |ledger| ledger.offer_datanet(owner, datanet, to))
}

/// `accept_datanet`.
pub fn accept(world: &mut World, dice: &mut Dice) -> Played {
	let rows = world.ledger.datanets.rows.iter();
	let offered: Vec<(u32, Who)> = rows
		.filter_map(|(id, row)| Some((*id, row.offered?)))
		.collect();
	let Some((datanet, who)) = dice.pick(&offered) else {
		return Ok(Done::Skipped);
	};
	let who = dice.mostly(who);
	let answer = chain::signed(who, Call::<Runtime>::accept_datanet { datanet });
	let told = new_ticket(&answer, datanet);
	let done = world.hold_against(answer, |ledger| ledger.accept_datanet(who, datanet, told))?;
	if done == Done::Accepted {
		world.note("datanets transferred");
	}
	Ok(done)
}

/// A datanet's deposit after a call that has changed it.
fn new_ticket(answer: &Result<(), Refused>, datanet: u32) -> Option<u128> {
	let details = answer.is_ok().then(|| Details::<Runtime>::get(datanet))?;
	chain::ticket(details.map(|row| row.ticket))
}

/// `set_state`.
pub fn set_state(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let row = &world.ledger.datanets.rows[&datanet];
	let frozen = row.state == State::Frozen;
	let owner = dice.mostly(row.owner);
	// Most often back to open: nothing is committed to a datanet that isn't.
	let (state, rule) = match dice.below(14) {
		0 => (DatanetState::Closed, State::Closed),
		1 => (DatanetState::Suspended, State::Suspended),
		2 => (DatanetState::Open, State::Open),
		_ if frozen => (DatanetState::Open, State::Open),
		_ => (DatanetState::Frozen, State::Frozen),
	};
	let answer = chain::signed(owner, Call::<Runtime>::set_state { datanet, state });
	world.hold_against(answer, |ledger| ledger.set_state(owner, datanet, rule))
}

/// `suspend`.
pub fn suspend(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let is = world.ledger.datanets.rows[&datanet].state == State::Suspended;
	let suspended = is == dice.chance(10);
	let answer = chain::root(Call::<Runtime>::suspend { datanet, suspended });
	world.hold_against(answer, |ledger| ledger.suspend(datanet, suspended))
}

/// `set_metadata`: longer and shorter URIs.
pub fn describe(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let owner = dice.mostly(world.ledger.datanets.rows[&datanet].owner);
	let call = Call::<Runtime>::set_metadata {
		datanet,
		uri: vec![b'u'; dice.below(257)].try_into().unwrap(),
		hash: H256::zero(),
	};
	let answer = chain::signed(owner, call);
	let told = new_ticket(&answer, datanet);
	world.hold_against(answer, |ledger| ledger.describe(owner, datanet, told))
}

/// `set_terms`: within bounds or not.
pub fn set_terms(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let owner = dice.mostly(world.ledger.datanets.rows[&datanet].owner);
	let terms = DatanetTerms {
		training_fee: u128::from(dice.roll() % 1_000) * OPEN / 7,
		min_contributors_ppm: match dice.below(10) {
			0 => 900_001,
			1..4 => dice.roll() % 300_000,
			_ => 0,
		},
	};
	let (fee, minimum) = (terms.training_fee, terms.min_contributors_ppm);
	let answer = chain::signed(owner, Call::<Runtime>::set_terms { datanet, terms });
	world.hold_against(answer, |ledger| {
		ledger.set_terms(owner, datanet, fee, minimum)
	})
}
