// SPDX-License-Identifier: Apache-2.0
//! Holds the chain's state against the ledger, item by item. The chain is only read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use num_traits::Zero;
use openledger_primitives::apis::{Appeal as ChainAppeal, BallotState, DatanetState};
use openledger_runtime::{
	Balances, Datanets, Models, Royalties, Runtime, RuntimeHoldReason, System, Usage,
};
use pallet_datanets::{Acceptance as ChainAcceptance, Cause, Status};
use pallet_usage::{BatchPhase, ChannelPhase, OperatorState, PageState};

use crate::{
	bank::{Hold, Who},
	chain,
	exact::{planck, Planck},
	rules::{
		datanets::{Acceptance, Appeal, Contribution, Stage, State},
		models::State as ModelState,
		pages::PageStage,
		reviews::Ballot,
		royalties::Inbox,
		usage::{Batch, Stand},
		Ledger,
	},
};

/// Nothing, or what differs.
pub type Compared = Result<(), String>;

fn same<V: PartialEq + Debug>(what: impl FnOnce() -> String, chain: V, oracle: V) -> Compared {
	if chain == oracle {
		return Ok(());
	}
	let what = what();
	Err(format!("{what}: chain {chain:?}, oracle {oracle:?}"))
}

/// Whom an account of the chain is; all of them are known.
fn known(account: &openledger_primitives::AccountId32) -> Result<Who, String> {
	chain::who(account).ok_or_else(|| format!("money of an unknown account {account:?}"))
}

/// Compares everything, and runs the pallets' own checks.
pub fn compare(ledger: &Ledger, genesis: &Planck) -> Compared {
	ledger.check(genesis)?;
	accounts(ledger, genesis)?;
	royalties(ledger)?;
	usage(ledger)?;
	batches(ledger)?;
	datanets(ledger)?;
	contributions(ledger)?;
	claims(ledger)?;
	models(ledger)?;
	// What a block has used of its quota is no state between blocks, which is what is checked.
	let used = pallet_usage::Quota::<Runtime>::take();
	let states = [
		("datanets", Datanets::do_try_state()),
		("models", Models::do_try_state()),
		("usage", Usage::do_try_state()),
		("royalties", Royalties::do_try_state()),
	];
	if used != Default::default() {
		pallet_usage::Quota::<Runtime>::put(used);
	}
	for (pallet, state) in states {
		state.map_err(|error| format!("try_state of {pallet}: {error:?}"))?;
	}
	Ok(())
}

fn hold_of(reason: RuntimeHoldReason) -> Option<Hold> {
	use pallet_datanets::HoldReason as D;
	use pallet_usage::HoldReason as U;
	match reason {
		RuntimeHoldReason::Datanets(D::ContributionBond) => Some(Hold::ContributionBond),
		RuntimeHoldReason::Datanets(D::ReviewFee) => Some(Hold::ReviewFee),
		RuntimeHoldReason::Datanets(D::CuratorBond) => Some(Hold::CuratorBond),
		RuntimeHoldReason::Datanets(D::ReporterBond) => Some(Hold::ReporterBond),
		RuntimeHoldReason::Datanets(D::SnapshotDeposit) => Some(Hold::SnapshotDeposit),
		RuntimeHoldReason::Datanets(D::StorageDeposit) => Some(Hold::DatanetStorage),
		RuntimeHoldReason::Usage(U::OperatorBond) => Some(Hold::OperatorBond),
		RuntimeHoldReason::Usage(U::ChannelDeposit) => Some(Hold::ChannelDeposit),
		RuntimeHoldReason::Models(reason) => Some(crate::ops::models::hold_of(reason)),
		_ => None,
	}
}

fn accounts(ledger: &Ledger, genesis: &Planck) -> Compared {
	let issuance = genesis - &ledger.bank.burned;
	let issued = planck(Balances::total_issuance());
	same(|| "total issuance".into(), issued, issuance)?;
	for (who, account) in ledger.bank.accounts.iter().enumerate() {
		let id = chain::id(who);
		let data = System::account(&id).data;
		let name = |what: &str| format!("{what} of account {who}");
		same(|| name("free"), planck(data.free), account.free.clone())?;
		same(|| name("held"), planck(data.reserved), account.on_hold())?;
		same(
			|| name("frozen"),
			planck(data.frozen),
			account.frozen.clone(),
		)?;
		let mut held: BTreeMap<Hold, Planck> = BTreeMap::new();
		for row in pallet_balances::Holds::<Runtime>::get(&id) {
			match hold_of(row.id) {
				Some(why) => *held.entry(why).or_default() += planck(row.amount),
				// The session's deposit of the validator is no matter of ours.
				None if account.pinned => {}
				None => return Err(name("an unknown hold")),
			}
		}
		let known = account.held.clone();
		same(|| name("holds"), held, known)?;
	}
	Ok(())
}

fn royalties(ledger: &Ledger) -> Compared {
	use pallet_royalties::{Accrued, Aside, Inboxes, Members, Paid, Pools, Waiting, Withheld};
	let royalties = &ledger.royalties;
	let waiting = planck(Waiting::<Runtime>::get());
	same(|| "waiting".into(), waiting, royalties.waiting.clone())?;
	let mut accrued = BTreeMap::new();
	for (account, amount) in Accrued::<Runtime>::iter() {
		accrued.insert(known(&account)?, planck(amount));
	}
	same(|| "accrued".into(), accrued, royalties.accrued.clone())?;
	let mut paid = BTreeMap::new();
	for (account, amount) in Paid::<Runtime>::iter() {
		paid.insert(known(&account)?, planck(amount));
	}
	same(|| "paid".into(), paid, royalties.paid.clone())?;
	let inboxes = Inboxes::<Runtime>::iter()
		.map(|(model, inbox)| {
			let inbox = Inbox {
				upstream: planck(inbox.upstream),
				base: planck(inbox.base),
				prepaid: inbox.prepaid,
			};
			(model, inbox)
		})
		.collect();
	same(|| "inboxes".into(), inboxes, royalties.inboxes.clone())?;
	let pools: BTreeMap<u32, (Planck, Planck)> = Pools::<Runtime>::iter()
		.map(|(datanet, pool)| (datanet, (planck(pool.balance), planck(pool.residue))))
		.filter(|(_, (balance, residue))| !balance.is_zero() || !residue.is_zero())
		.collect();
	let expected = royalties
		.pools
		.iter()
		.map(|(datanet, pool)| (*datanet, (pool.balance.clone(), pool.residue.clone())))
		.filter(|(_, (balance, residue))| !balance.is_zero() || !residue.is_zero())
		.collect();
	same(|| "pools and residues".into(), pools, expected)?;
	let mut members = BTreeMap::new();
	for (datanet, tranche, account) in Members::<Runtime>::iter_keys() {
		let row = Royalties::api_pool_row(datanet, tranche, &account);
		let row = row.ok_or_else(|| format!("a row of datanet {datanet} can't be read"))?;
		let key = (datanet, tranche, known(&account)?);
		members.insert(key, (row.points, planck(row.pending)));
	}
	let mut expected = BTreeMap::new();
	for (datanet, pool) in &royalties.pools {
		for ((tranche, who), member) in &pool.members {
			let row = (member.points, member.pending());
			expected.insert((*datanet, *tranche, *who), row);
		}
	}
	same(|| "points and pending".into(), members, expected)?;
	let aside = planck(Aside::<Runtime>::get());
	same(|| "aside".into(), aside, royalties.aside.clone())?;
	let mut withheld = BTreeMap::new();
	for ((datanet, tranche, account), row) in Withheld::<Runtime>::iter() {
		let key = (datanet, tranche, known(&account)?);
		withheld.insert(key, (row.locks, planck(row.amount)));
	}
	let mut expected = BTreeMap::new();
	for (datanet, pool) in &royalties.pools {
		for ((tranche, who), lock) in &pool.locked {
			let key = (*datanet, *tranche, *who);
			expected.insert(key, (lock.locks, lock.withheld.clone()));
		}
	}
	same(|| "locked rows".into(), withheld, expected)
}

fn usage(ledger: &Ledger) -> Compared {
	use pallet_usage::{Channels, LastChannel, Operators};
	let usage = &ledger.usage;
	let mut seen = BTreeSet::new();
	for (account, row) in Operators::<Runtime>::iter() {
		let who = known(&account)?;
		seen.insert(who);
		let Some(oracle) = usage.operators.get(&who) else {
			return Err(format!("operator {who} is unknown to the oracle"));
		};
		let stand = match row.state {
			OperatorState::Active => Stand::Active,
			OperatorState::Suspended => Stand::Suspended,
			OperatorState::Leaving => Stand::Leaving,
		};
		let unbonding = row.unbonding.map(|open| (planck(open.amount), open.at));
		let chain = (
			planck(row.bond),
			planck(row.coverage),
			unbonding,
			stand,
			row.unpaid_pages,
		);
		let known = (
			oracle.bond.clone(),
			oracle.coverage.clone(),
			oracle.unbonding.clone(),
			oracle.stand,
			oracle.pages,
		);
		same(|| format!("operator {who}"), chain, known)?;
	}
	let all: BTreeSet<Who> = usage.operators.keys().copied().collect();
	same(|| "operators".into(), seen, all)?;
	let last = LastChannel::<Runtime>::get();
	same(|| "last channel".into(), last, usage.last_channel)?;
	let mut channels = BTreeMap::new();
	for (id, row) in Channels::<Runtime>::iter() {
		let closing = match row.phase {
			ChannelPhase::Open => None,
			ChannelPhase::Closing { at } => Some(at),
		};
		let settled = (planck(row.settled_fee), planck(row.settled_matched));
		let payer = known(&row.payer)?;
		let row = (
			payer,
			planck(row.deposit),
			row.settled_calls,
			settled,
			closing,
		);
		channels.insert(id, row);
	}
	let expected = usage
		.channels
		.iter()
		.map(|(id, row)| {
			let settled = (row.fee.clone(), row.matched.clone());
			let deposit = row.deposit.clone();
			(*id, (row.payer, deposit, row.calls, settled, row.closing))
		})
		.collect();
	same(|| "channels".into(), channels, expected)
}

/// What of a batch is compared: fee, matched, data share, coverage, deadline, pages.
type BatchFace = (
	Planck,
	Planck,
	Planck,
	Planck,
	Option<u64>,
	Vec<(Planck, PageStage)>,
);

fn face(batch: &Batch) -> BatchFace {
	let pages = batch.pages.iter();
	(
		batch.fee.clone(),
		batch.matched.clone(),
		batch.data.clone(),
		batch.coverage.clone(),
		batch.deadline,
		pages
			.map(|page| (page.end.clone(), page.stage.clone()))
			.collect(),
	)
}

fn batches(ledger: &Ledger) -> Compared {
	use pallet_usage::{BatchPages, Batches};
	let mut chain = BTreeMap::new();
	for ((account, model, sequence), row) in Batches::<Runtime>::iter() {
		let pages = BatchPages::<Runtime>::get((&account, model, sequence))
			.into_iter()
			.map(|page| {
				let stage = match page.state {
					PageState::Open => PageStage::Open,
					PageState::Paid { first, last } => PageStage::Paid(first, last),
					PageState::Missing => PageStage::Missing,
				};
				(planck(page.end_total), stage)
			})
			.collect();
		let deadline = match row.phase {
			BatchPhase::Waiting { .. } => None,
			BatchPhase::Released { deadline, .. } => Some(deadline),
		};
		let face: BatchFace = (
			planck(row.fee),
			planck(row.matched),
			planck(row.split.data),
			planck(row.coverage),
			deadline,
			pages,
		);
		chain.insert((known(&account)?, model, sequence), face);
	}
	let batches = ledger.usage.batches.iter();
	let expected = batches.map(|(key, batch)| (*key, face(batch))).collect();
	same(|| "batches".into(), chain, expected)
}

/// What of a seat is compared: bond, what makes it whole, votes, until when it is bound.
type SeatFace = (Planck, Planck, u32, u32);

fn datanets(ledger: &Ledger) -> Compared {
	use pallet_datanets::{DatanetCount, DatanetOffers, Datanets, EpochDraws, Seats};
	let datanets = &ledger.datanets;
	let count = DatanetCount::<Runtime>::get() as usize;
	same(|| "datanets".into(), count, datanets.rows.len())?;
	let epochs = EpochDraws::<Runtime>::get();
	let epochs: Vec<_> = epochs.iter().map(|draw| (draw.epoch, draw.from)).collect();
	same(|| "epochs".into(), epochs, datanets.epochs.clone())?;
	for (id, row) in &datanets.rows {
		let name = |what: &str| format!("{what} of datanet {id}");
		let chain = Datanets::<Runtime>::get(id).ok_or_else(|| name("row"))?;
		let versions = row.snapshots.len() as u32;
		same(|| name("version"), chain.version, versions)?;
		let deposits = planck(chain.snapshot_deposits);
		same(|| name("deposits"), deposits, row.deposits.clone())?;
		let state = match chain.state {
			DatanetState::Open => State::Open,
			DatanetState::Frozen => State::Frozen,
			DatanetState::Suspended => State::Suspended,
			DatanetState::Closed => State::Closed,
		};
		same(|| name("state"), state, row.state)?;
		let offered = DatanetOffers::<Runtime>::get(id);
		let offered = offered.map(|to| known(&to)).transpose()?;
		let owners = (known(&chain.owner)?, offered);
		same(|| name("owner"), owners, (row.owner, row.offered))?;
		let mut seats: BTreeMap<Who, SeatFace> = BTreeMap::new();
		for (account, seat) in Seats::<Runtime>::iter_prefix(id) {
			let (bond, full) = (planck(seat.bond), planck(seat.full));
			let face = (bond, full, seat.open, seat.bound_until);
			seats.insert(known(&account)?, face);
		}
		let expected = row.seats.iter().map(|(who, seat)| {
			let (bond, full) = (seat.bond.clone(), seat.full.clone());
			(*who, (bond, full, seat.open, seat.bound_until))
		});
		same(|| name("seats"), seats, expected.collect())?;
	}
	Ok(())
}

fn accepted(row: &ChainAcceptance) -> Acceptance {
	Acceptance {
		number: row.number,
		quality: row.quality,
		tranche: row.tranche,
		free_from: row.bond_free_from,
	}
}

fn stage(status: &Status) -> Stage {
	match status {
		Status::Committed { expires, .. } => Stage::Committed(*expires),
		Status::Pending { fee } => Stage::Pending(planck(*fee)),
		Status::Accepted(row) => Stage::Accepted(accepted(row)),
		Status::Rejected {
			reason,
			root_free_from,
			appeal,
		} => Stage::Rejected {
			reason: *reason,
			free_from: *root_free_from,
			appeal: match appeal {
				ChainAppeal::Possible => Appeal::Possible,
				ChainAppeal::Open => Appeal::Open,
				ChainAppeal::Closed => Appeal::Closed,
			},
		},
		Status::Withdrawn {
			acceptance,
			at,
			aside,
		} => Stage::Withdrawn(accepted(acceptance), *at, planck(*aside)),
		Status::Revoked {
			acceptance,
			at,
			cause,
		} => Stage::Revoked(
			accepted(acceptance),
			*at,
			match cause {
				Cause::Duplicate => None,
				Cause::Takedown { reason } => Some(*reason),
			},
		),
	}
}

/// What somebody did in a review, without the secret.
fn letter(ballot: &Ballot) -> char {
	match ballot {
		Ballot::Silent => 's',
		Ballot::Committed(_) => 'c',
		Ballot::Revealed((vote, _)) => char::from(b'0' + *vote),
		Ballot::Forfeited => 'f',
	}
}

fn letter_of_chain(ballot: &BallotState) -> char {
	match ballot {
		BallotState::Silent => 's',
		BallotState::Committed(_) => 'c',
		BallotState::Revealed { vote, .. } => char::from(b'0' + *vote),
		BallotState::Forfeited => 'f',
	}
}

/// What of a review is compared: round, both ends, ballots.
type ReviewFace = (u8, u32, u32, Vec<(Who, char)>);

/// What of a contribution is compared.
type ContributionFace = (Who, Planck, u32, Option<Who>, Stage, Option<ReviewFace>);

fn contribution_face(row: &Contribution) -> ContributionFace {
	let review = row.review.as_ref().map(|review| {
		let ballots = review.ballots.iter();
		let ballots = ballots.map(|(who, ballot)| (*who, letter(ballot)));
		let (commits, reveals) = (review.commits_until, review.reveals_until);
		(review.round, commits, reveals, ballots.collect())
	});
	let (bond, stage) = (row.bond.clone(), row.stage.clone());
	(row.who, bond, row.claims, row.offered, stage, review)
}

fn review_of_chain(id: u64) -> Result<Option<ReviewFace>, String> {
	let Some(review) = pallet_datanets::Reviews::<Runtime>::get(id) else {
		return Ok(None);
	};
	let mut ballots = Vec::new();
	for ballot in &review.ballots {
		ballots.push((known(&ballot.curator)?, letter_of_chain(&ballot.state)));
	}
	let (commits, reveals) = (review.commits_until, review.reveals_until);
	Ok(Some((review.round, commits, reveals, ballots)))
}

fn contributions(ledger: &Ledger) -> Compared {
	use pallet_datanets::{ContributionCount, ContributionOffers, Contributions};
	let datanets = &ledger.datanets;
	let last = ContributionCount::<Runtime>::get();
	same(|| "last contribution".into(), last, datanets.last)?;
	let mut chain = BTreeMap::new();
	for (id, row) in Contributions::<Runtime>::iter() {
		let offered = ContributionOffers::<Runtime>::get(id);
		let offered = offered.map(|to| known(&to)).transpose()?;
		let (who, bond) = (known(&row.contributor)?, planck(row.bond));
		let review = review_of_chain(id)?;
		let face: ContributionFace = (who, bond, row.claims, offered, stage(&row.status), review);
		chain.insert(id, face);
	}
	for id in datanets.contributions.keys() {
		if let (Some(chain), row) = (chain.get(id), &datanets.contributions[id]) {
			let face = contribution_face(row);
			same(|| format!("contribution {id}"), chain.clone(), face)?;
		}
	}
	let (chain, oracle): (Vec<_>, Vec<_>) = (
		chain.into_keys().collect(),
		datanets.contributions.keys().copied().collect(),
	);
	same(|| "contributions".into(), chain, oracle)
}

fn claims(ledger: &Ledger) -> Compared {
	use pallet_datanets::{ClaimCount, Claims};
	let datanets = &ledger.datanets;
	let last = ClaimCount::<Runtime>::get();
	same(|| "last claim".into(), last, datanets.last_claim)?;
	let mut chain = BTreeMap::new();
	for (id, row) in Claims::<Runtime>::iter() {
		let shown = (0..96_u8).filter(|index| row.shown >> index & 1 == 1);
		let face = (
			(known(&row.reporter)?, row.contribution, planck(row.bond)),
			(row.epoch, row.draw.map(|draw| draw.until), row.due),
			shown.collect::<BTreeSet<u8>>(),
		);
		chain.insert(id, face);
	}
	let expected = datanets.claims.iter().map(|(id, row)| {
		let face = (
			(row.reporter, row.accused, row.bond.clone()),
			(row.epoch, row.until, row.due),
			row.shown.clone(),
		);
		(*id, face)
	});
	same(|| "claims".into(), chain, expected.collect())
}

fn models(ledger: &Ledger) -> Compared {
	let mut chain = BTreeMap::new();
	for (id, row) in pallet_models::Models::<Runtime>::iter() {
		let state = match row.state {
			pallet_models::types::State::Draft => ModelState::Draft,
			pallet_models::types::State::Published => ModelState::Published,
			pallet_models::types::State::Retired => ModelState::Retired,
		};
		let corpus: BTreeMap<u32, u32> = Models::api_corpus(id)
			.into_iter()
			.map(|entry| (entry.datanet, entry.version))
			.collect();
		chain.insert(id, (known(&row.developer)?, state, corpus));
	}
	let expected = ledger
		.models
		.rows
		.iter()
		.map(|(id, row)| (*id, (row.developer, row.state, row.corpus.clone())))
		.collect();
	same(|| "models".into(), chain, expected)
}
