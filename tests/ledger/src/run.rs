// SPDX-License-Identifier: Apache-2.0
//! Runs: a fresh chain, a list of steps, everything compared after each of them. What fails is
//! shortened by taking steps out as long as it still fails.

use std::{
	cell::RefCell,
	collections::BTreeMap,
	fmt,
	panic::{catch_unwind, AssertUnwindSafe},
	time::{Duration, Instant},
};

use num_traits::Zero;
use openledger_runtime::{Balances, Runtime, System};
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};
use sp_core::storage::StateVersion;

use crate::{
	bank::{Account, Bank},
	chain::{self, ACCOUNTS, ACTORS, FIRST_RICH},
	compare::compare,
	exact::{planck, Planck},
	ops::{self, Dice, Done, Kind, World},
	rules::{datanets, models::Models, royalties::Royalties, usage, Ledger},
};

/// One step: a kind and the dice that decide the rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
	/// What is called.
	pub kind: Kind,
	/// What decides the rest; more follow from these.
	pub dice: [u32; 6],
}

/// What the chain looks like when the steps begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
	/// Genesis and nothing else.
	Genesis,
	/// A datanet with this many contributions: credit pages of 256 entries.
	Wide(u64),
}

/// How a run failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
	/// The step, from 0.
	pub step: usize,
	/// What differs.
	pub message: String,
}

/// How often a kind was accepted, refused, skipped.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
	/// By chain and rules.
	pub accepted: u64,
	/// By chain and rules.
	pub refused: u64,
	/// Nothing to call it on.
	pub skipped: u64,
}

/// What runs met.
#[derive(Clone, Default, Debug)]
pub struct Tally {
	/// By kind.
	pub kinds: BTreeMap<Kind, Count>,
	/// By circumstance.
	pub notes: BTreeMap<&'static str, u64>,
	/// Refused calls whose state root was compared.
	pub roots: u64,
}

impl Tally {
	/// Calls that the chain answered.
	pub fn calls(&self) -> u64 {
		let counts = self.kinds.values();
		counts.map(|count| count.accepted + count.refused).sum()
	}

	/// Adds another run's.
	pub fn add(&mut self, other: &Self) {
		for (kind, count) in &other.kinds {
			let sum = self.kinds.entry(*kind).or_default();
			sum.accepted += count.accepted;
			sum.refused += count.refused;
			sum.skipped += count.skipped;
		}
		for (note, count) in &other.notes {
			*self.notes.entry(note).or_default() += count;
		}
		self.roots += other.roots;
	}

	/// Kinds that were never accepted.
	pub fn never_accepted(&self) -> Vec<Kind> {
		let accepted = |kind: &Kind| self.kinds.get(kind).is_some_and(|count| count.accepted > 0);
		let kinds = Kind::ALL.iter().map(|(kind, _)| *kind);
		kinds.filter(|kind| !accepted(kind)).collect()
	}
}

impl fmt::Display for Tally {
	fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
		writeln!(out, "{:<24}{:>10}{:>10}", "call", "accepted", "refused")?;
		for (kind, count) in &self.kinds {
			let name = format!("{kind:?}");
			writeln!(out, "{name:<24}{:>10}{:>10}", count.accepted, count.refused)?;
		}
		for (note, count) in &self.notes {
			writeln!(out, "{note:<44}{count:>10}")?;
		}
		let roots = "refused calls whose state root was compared";
		writeln!(out, "{roots:<44}{:>10}", self.roots)?;
		writeln!(out, "{:<44}{:>10}", "calls in all", self.calls())
	}
}

/// Steps of a seed: first those that get the story going, then whatever comes.
pub fn plan(seed: u64, length: usize) -> Vec<Step> {
	let mut dice = ChaCha8Rng::seed_from_u64(seed);
	let prelude = prelude().into_iter().map(Some);
	let rest = std::iter::repeat_n(None, length);
	prelude
		.chain(rest)
		.map(|kind| {
			let kind = kind.unwrap_or_else(|| weighted(dice.next_u32()));
			let dice = std::array::from_fn(|_| dice.next_u32());
			Step { kind, dice }
		})
		.collect()
}

/// The kind that a number draws by weight.
pub fn weighted(number: u32) -> Kind {
	let whole: u32 = Kind::ALL.iter().map(|(_, weight)| weight).sum();
	let mut left = number % whole;
	for (kind, weight) in Kind::ALL {
		match left.checked_sub(*weight) {
			Some(rest) => left = rest,
			None => return *kind,
		}
	}
	Kind::Block
}

/// Kinds in the order in which a market comes to life.
pub fn prelude() -> Vec<Kind> {
	let mut kinds = Vec::new();
	let mut some = |kind: Kind, count: usize| kinds.extend(std::iter::repeat_n(kind, count));
	some(Kind::Endow, 28);
	some(Kind::CreateDatanet, 3);
	some(Kind::TakeSeat, 9);
	some(Kind::Approve, 4);
	// Texts, and a block later others, some of which have their words.
	for _ in 0..2 {
		some(Kind::Commit, 12);
		some(Kind::Contribute, 12);
		some(Kind::VoteAtOnce, 10);
		some(Kind::Block, 1);
	}
	some(Kind::Snapshot, 4);
	some(Kind::Register, 4);
	some(Kind::Publish, 5);
	some(Kind::Register, 3);
	some(Kind::Publish, 4);
	some(Kind::RegisterOperator, 5);
	some(Kind::OpenChannel, 10);
	some(Kind::ClaimDuplicate, 5);
	some(Kind::Block, 1);
	some(Kind::SubmitBatch, 4);
	some(Kind::LateBlock, 5);
	some(Kind::ShowWindows, 4);
	kinds
}

/// Every n-th step has the state's root taken before, to see that a refusal leaves it alone.
const ROOT_EVERY: usize = 40;

/// Plays steps on a fresh chain.
pub fn play(start: Start, steps: &[Step]) -> (Tally, Option<Failure>) {
	let tally = RefCell::new(Tally::default());
	let at = RefCell::new(0);
	let played = catch_unwind(AssertUnwindSafe(|| {
		chain::development().execute_with(|| play_all(start, steps, &tally, &at))
	}));
	let message = match played {
		Ok(Ok(())) => None,
		Ok(Err(message)) => Some(message),
		Err(panic) => {
			let text = panic.downcast_ref::<String>().cloned();
			let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
			Some(format!("panic: {}", text.unwrap_or_default()))
		}
	};
	let step = *at.borrow();
	let failure = message.map(|message| Failure { step, message });
	(tally.into_inner(), failure)
}

fn play_all(
	start: Start,
	steps: &[Step],
	tally: &RefCell<Tally>,
	at: &RefCell<usize>,
) -> Result<(), String> {
	let mut world = world();
	chain::open_block(1);
	world.ledger.now = 1;
	world.ledger.note_epoch();
	if let Start::Wide(count) = start {
		widen(&mut world, count)?;
	}
	compare(&world.ledger, &world.genesis)?;
	for (place, step) in steps.iter().enumerate() {
		*at.borrow_mut() = place;
		let root = place.is_multiple_of(ROOT_EVERY).then(state_root);
		let mut dice = Dice::new(&step.dice);
		let done = step.kind.play(&mut world, &mut dice)?;
		if done != Done::Skipped {
			compare(&world.ledger, &world.genesis)?;
		}
		let mut tally = tally.borrow_mut();
		if let (Some(root), true) = (root, done == Done::Refused) {
			tally.roots += 1;
			if state_root() != root {
				return Err("a refused call changed the state".into());
			}
		}
		let count = tally.kinds.entry(step.kind).or_default();
		match done {
			Done::Accepted => count.accepted += 1,
			Done::Refused => count.refused += 1,
			Done::Skipped => count.skipped += 1,
		}
		tally.notes.clone_from(&world.notes);
	}
	Ok(())
}

fn state_root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

/// Money for those who fill a datanet, and the datanet.
fn widen(world: &mut World, count: u64) -> Result<(), String> {
	world.most_contributions = count + 20;
	for actor in 0..8 {
		let value = 5_000_000_000_000_000_000;
		ops::accounts::give(world, FIRST_RICH + 1 + actor, actor, value)?;
	}
	ops::datanets::fill(world, count)
}

/// The ledger of a chain at genesis.
fn world() -> World {
	let accounts: Vec<Account> = ACCOUNTS
		.iter()
		.enumerate()
		.map(|(who, id)| Account {
			free: planck(System::account(id).data.free),
			pinned: who == FIRST_RICH,
			..Account::default()
		})
		.collect();
	let genesis = planck(Balances::total_issuance());
	let billion = planck(1_000_000_000_000_000_000_000);
	assert_eq!(genesis, billion, "10^9 OPEN at genesis");
	let limits = pallet_datanets::Parameters::<Runtime>::get();
	let datanets = datanets::Datanets {
		limits: datanets::Limits {
			commit_expiry: limits.commit_expiry,
			vote_commit: limits.vote_commit_period,
			vote_reveal: limits.vote_reveal_period,
			appeal: limits.appeal_period,
			showing: limits.showing_period,
			bond_hold: limits.bond_hold,
			min_bond: limits.min_bond,
			min_bond_per_byte: limits.min_bond_per_byte,
			min_review_fee: limits.min_review_fee_per_kib,
			curator_bond: limits.curator_bond,
			snapshot_deposit: limits.snapshot_deposit,
		},
		rows: BTreeMap::new(),
		contributions: BTreeMap::new(),
		last: 0,
		roots: BTreeMap::new(),
		claims: BTreeMap::new(),
		last_claim: 0,
		epochs: Vec::new(),
	};
	let limits = pallet_usage::Parameters::<Runtime>::get();
	let usage = usage::Usage {
		limits: usage::Limits {
			window: limits.challenge_window,
			page_deadline: limits.page_deadline,
			validity: limits.batch_validity,
			thaw: limits.thaw,
			min_bond: limits.min_bond,
			min_slash: limits.min_slash,
		},
		operators: BTreeMap::new(),
		channels: BTreeMap::new(),
		last_channel: 0,
		sequences: BTreeMap::new(),
		batches: BTreeMap::new(),
	};
	let ledger = Ledger {
		bank: Bank {
			accounts,
			treasury: chain::treasury(),
			burned: Planck::zero(),
		},
		datanets,
		models: Models {
			longest: pallet_models::Parameters::<Runtime>::get().max_advertisement_period,
			..Models::default()
		},
		usage,
		royalties: royalties(),
		now: 0,
		clock: 0,
		pot: chain::pot(),
		treasury: chain::treasury(),
	};
	assert!(ledger.bank.accounts[..ACTORS]
		.iter()
		.all(|actor| actor.free.is_zero()));
	World {
		ledger,
		genesis,
		drafts: BTreeMap::new(),
		notes: BTreeMap::new(),
		most_contributions: 120,
		slots: 1,
		epoch: 0,
		texts: BTreeMap::new(),
	}
}

fn royalties() -> Royalties {
	let parameters = pallet_royalties::Parameters::<Runtime>::get();
	Royalties {
		burn: parameters.burn_ppm,
		treasury: parameters.treasury_ppm,
		threshold: parameters.payout_threshold,
		per_block: parameters.payouts_per_block,
		waiting: Planck::zero(),
		inboxes: BTreeMap::new(),
		pools: BTreeMap::new(),
		accrued: BTreeMap::new(),
		paid: BTreeMap::new(),
		keepers: (0, 0),
		gifts: Planck::zero(),
		aside: Planck::zero(),
	}
}

/// The shortest list that still fails which taking steps out finds in the time given.
pub fn shorten(start: Start, steps: &[Step], time: Duration) -> (Vec<Step>, Failure) {
	let (_, failure) = play(start, steps);
	let mut failure = failure.expect("there is nothing to shorten");
	let mut shortest = steps[..=failure.step].to_vec();
	let begun = Instant::now();
	let mut size = shortest.len().div_ceil(2);
	while size > 0 && begun.elapsed() < time {
		let mut from = 0;
		let mut shorter = false;
		while from < shortest.len() && begun.elapsed() < time {
			let mut fewer = shortest.clone();
			fewer.drain(from..(from + size).min(shortest.len()));
			if let (_, Some(other)) = play(start, &fewer) {
				fewer.truncate(other.step + 1);
				shortest = fewer;
				failure = other;
				shorter = true;
			} else {
				from += size;
			}
		}
		if !shorter || size > 1 {
			size /= 2;
		}
	}
	(shortest, failure)
}

/// What a failed run has to say.
pub fn explain(seed: u64, start: Start, steps: &[Step]) -> String {
	let (shortest, failure) = shorten(start, steps, Duration::from_secs(120));
	let listed: String = shortest
		.iter()
		.map(|step| format!("\t{:?} {:?}\n", step.kind, step.dice))
		.collect();
	format!(
		"seed {seed}, {start:?}: {}\nafter {} steps, of which these are enough:\n{listed}",
		failure.message,
		shortest.len()
	)
}
