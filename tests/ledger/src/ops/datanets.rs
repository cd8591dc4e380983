// SPDX-License-Identifier: Apache-2.0
//! Datanets, contributions, curators, snapshots; and the port by which points will be moved once
//! contributions can be withdrawn and transferred.

use openledger_primitives::{
	payload::{contribution_commit_hash, ContributionCommit},
	ports::{Credit, DatanetKind, PoolLedger},
	tree::{leaf_hash, node_hash, root_hash},
	H256,
};
use openledger_runtime::{Royalties, Runtime};
use pallet_datanets::{
	Admission, Approvals, Call, Contents, DatanetParams, DatanetTerms, DatanetsParameters, Details,
	Reveal, Verdict,
};

use super::{Dice, Done, Played, World};
use crate::{
	bank::Who,
	chain::{self, Refused},
	exact::planck,
	rules::datanets::{Contribution, NewDatanet, Stage},
};

const OPEN: u128 = 1_000_000_000_000;
const SALT: [u8; 32] = [7; 32];

/// Datanets of a run, at most.
const MOST_DATANETS: usize = 4;

/// A content by its number and length: its root, last leaf and the siblings above. Only these bytes
/// exist: a last leaf proves the length of any number of bytes.
pub fn content(text: u64, length: u64) -> (H256, Vec<u8>, Vec<H256>) {
	let count = length.div_ceil(256);
	let rest = length - (count - 1) * 256;
	let leaf = vec![text.to_le_bytes()[0] | 1; rest as usize];
	let mut siblings = Vec::new();
	let mut node = leaf_hash(&leaf);
	let (mut place, mut width) = (count - 1, count);
	while width > 1 {
		if !place.is_multiple_of(2) {
			let level = siblings.len() as u64;
			let sibling = H256::from_low_u64_be(text * 64 + level + 1);
			node = node_hash(&sibling, &node);
			siblings.push(sibling);
		}
		place /= 2;
		width = width.div_ceil(2);
	}
	// A content of one leaf has no sibling that tells it from another.
	(root_hash(count, &node), leaf, siblings)
}

fn commitment(who: Who, text: u64, length: u64) -> H256 {
	let (text_root, ..) = content(text, length);
	let body = ContributionCommit {
		text_root,
		byte_length: length,
		account: chain::id(who),
		salt: SALT,
	};
	contribution_commit_hash(&chain::genesis_hash(), &body)
}

fn ids(world: &World) -> Vec<u32> {
	world.ledger.datanets.rows.keys().copied().collect()
}

/// Contributions that stand somewhere.
fn of_stage(world: &World, stage: impl Fn(&Stage) -> bool) -> Vec<(u64, Contribution)> {
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

fn accounts(list: &[Who]) -> pallet_datanets::CuratorsOf<Runtime> {
	let accounts: Vec<_> = list.iter().map(|who| chain::id(*who)).collect();
	accounts.try_into().unwrap()
}

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
		let (answer, told) = reveal(who, id, &row, true);
		world.hold_against(answer, |ledger| ledger.contribute(who, id, true, told))?;
		review_with(world, 0, id, 1 + (step % 4) as u8)?;
	}
	let answer = chain::signed(0, Call::<Runtime>::snapshot { datanet });
	world.hold_against(answer, |ledger| ledger.snapshot(0, datanet))?;
	Ok(())
}

/// `take_seat`.
pub fn take_seat(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let named: Vec<Who> = world.ledger.datanets.rows[&datanet]
		.curators
		.iter()
		.copied()
		.collect();
	let who = dice.pick(&named).unwrap_or(0);
	let who = dice.mostly(who);
	let answer = chain::signed(who, Call::<Runtime>::take_seat { datanet });
	world.hold_against(answer, |ledger| ledger.take_seat(who, datanet))
}

/// `leave_seat`.
pub fn leave_seat(world: &mut World, dice: &mut Dice) -> Played {
	let Some(datanet) = dice.pick(&ids(world)) else {
		return Ok(Done::Skipped);
	};
	let seated: Vec<Who> = world.ledger.datanets.rows[&datanet]
		.seats
		.keys()
		.copied()
		.collect();
	let who = dice.pick(&seated).unwrap_or(0);
	let who = dice.mostly(who);
	let answer = chain::signed(who, Call::<Runtime>::leave_seat { datanet });
	world.hold_against(answer, |ledger| ledger.leave_seat(who, datanet))
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
	let told = chain::ticket(Approvals::<Runtime>::get(datanet, account));
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
	let (text, length) = match dice.pick(&known) {
		Some((_, row)) if dice.chance(15) => (row.text, row.length),
		_ => (world.ledger.datanets.last + 1, length(dice)),
	};
	commit_with(world, who, datanet, (text, length))
}

fn commit_with(world: &mut World, who: Who, datanet: u32, (text, length): (u64, u64)) -> Played {
	let call = Call::<Runtime>::commit {
		datanet,
		commitment: commitment(who, text, length),
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
	let (answer, told) = reveal(who, id, &row, honest);
	world.hold_against(answer, |ledger| ledger.contribute(who, id, honest, told))
}

fn reveal(
	who: Who,
	id: u64,
	row: &Contribution,
	honest: bool,
) -> (Result<(), Refused>, Option<u128>) {
	let (text_root, mut leaf, siblings) = content(row.text, row.length);
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
	let answer = chain::signed(who, call);
	let told = chain::ticket(Contents::<Runtime>::get(id).map(|row| row.ticket));
	(answer, told)
}

/// `review`.
pub fn review(world: &mut World, dice: &mut Dice) -> Played {
	let pending = of_stage(world, |stage| matches!(stage, Stage::Pending(_)));
	let Some((contribution, row)) = dice.pick(&pending) else {
		return Ok(Done::Skipped);
	};
	let datanet = &world.ledger.datanets.rows[&row.datanet];
	let seated: Vec<Who> = datanet.seats.keys().copied().collect();
	let curator = dice.pick(&seated).unwrap_or(0);
	let curator = dice.mostly(curator);
	let quality = match dice.below(12) {
		0 => 0,
		1 => 5,
		die => 1 + (die % 4) as u8,
	};
	review_with(world, curator, contribution, quality)
}

fn review_with(world: &mut World, curator: Who, contribution: u64, quality: u8) -> Played {
	let verdict = match quality {
		0 => Verdict::Reject { reason: 1 },
		quality => Verdict::Accept { quality },
	};
	let call = Call::<Runtime>::review {
		contribution,
		verdict,
	};
	let answer = chain::signed(curator, call);
	world.hold_against(answer, |ledger| {
		ledger.review(curator, contribution, quality)
	})
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
		Stage::Accepted { free_from, .. } | Stage::Rejected(free_from) => *free_from <= now,
		_ => false,
	});
	let due: Vec<_> = due
		.into_iter()
		.filter(|(_, row)| row.bond > planck(0) || matches!(row.stage, Stage::Rejected(_)))
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
	limits.review_period = 1 + dice.roll() % 20;
	limits.commit_expiry = 10 + dice.roll() % 60;
	limits.curator_bond = OPEN * u128::from(1 + dice.roll() % 12);
	limits.snapshot_deposit = OPEN / 500 * u128::from(dice.roll() % 12);
	limits.min_bond = OPEN / 500 + u128::from(dice.roll());
	let parameters = DatanetsParameters {
		commit_expiry: limits.commit_expiry,
		review_period: limits.review_period,
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

fn port(result: sp_runtime::DispatchResult) -> Result<(), Refused> {
	result.map_err(|error| Refused {
		reason: format!("{error:?}"),
		no_room: false,
	})
}

/// A row of a pool.
fn row(world: &World, dice: &mut Dice) -> Option<(u32, u32, Who, u64)> {
	let pools = world.ledger.royalties.pools.iter();
	let rows: Vec<_> = pools
		.flat_map(|(datanet, pool)| {
			let members = pool.members.iter();
			members.map(|((tranche, who), row)| (*datanet, *tranche, *who, row.points))
		})
		.collect();
	dice.pick(&rows)
}

fn points(dice: &mut Dice, has: u64) -> u64 {
	match dice.below(4) {
		0 => has,
		1 => has.saturating_add(1),
		_ => u64::from(dice.roll()) % has + 1,
	}
}

/// Points leave a row, all of them or some.
pub fn remove_points(world: &mut World, dice: &mut Dice) -> Played {
	let Some((datanet, tranche, who, has)) = row(world, dice) else {
		return Ok(Done::Skipped);
	};
	let points = points(dice, has);
	let answer = port(Royalties::remove_points(
		datanet,
		tranche,
		&chain::id(who),
		points,
	));
	let done = world.hold_against(answer, |ledger| {
		ledger.remove_points(datanet, tranche, who, points)
	})?;
	let pool = &world.ledger.royalties.pools[&datanet];
	if done == Done::Accepted && pool.members.is_empty() {
		world.note("pools left by everybody");
	}
	Ok(done)
}

/// Points move to another account, or to the same one.
pub fn move_points(world: &mut World, dice: &mut Dice) -> Played {
	let Some((datanet, tranche, from, has)) = row(world, dice) else {
		return Ok(Done::Skipped);
	};
	let to = if dice.chance(40) {
		chain::ACTORS - 1 - dice.below(chain::POOR)
	} else {
		dice.actor()
	};
	let points = points(dice, has);
	let (giver, taker) = (chain::id(from), chain::id(to));
	let answer = port(Royalties::move_points(
		datanet, tranche, &giver, &taker, points,
	));
	world.hold_against(answer, |ledger| {
		ledger.move_points(datanet, tranche, from, to, points)
	})
}
