// SPDX-License-Identifier: Apache-2.0
//! The chain against the oracle: a short run for every change, a long one behind `scripts/oracle`.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "tests"
)]

use std::time::Instant;

use openledger_ledger_oracle::run::{explain, plan, play, weighted, Start, Step, Tally};
use proptest::{array::uniform6, collection::vec, prelude::*, test_runner::Config};

/// Calls after the prelude of one run.
const LENGTH: usize = 420;

/// Plays a seed; fails with the shortest steps that still fail.
fn run(seed: u64, start: Start, length: usize, tally: &mut Tally) {
	let steps = plan(seed, length);
	let (one, failure) = play(start, &steps);
	tally.add(&one);
	if failure.is_some() {
		panic!("{}", explain(seed, start, &steps));
	}
}

#[test]
fn fixed_seeds_should_agree_to_the_planck() {
	let mut tally = Tally::default();
	for seed in 1..=8 {
		run(seed, Start::Genesis, LENGTH, &mut tally);
	}
	println!("{tally}");
	let settled = tally.notes.get("batches settled");
	assert!(settled.is_some_and(|count| *count > 50), "{tally}");
}

#[test]
fn pages_of_256_entries_should_agree_to_the_planck() {
	let mut tally = Tally::default();
	run(1, Start::Wide(300), 200, &mut tally);
	println!("{tally}");
}

fn step() -> impl Strategy<Value = Step> {
	let dice = uniform6(any::<u32>());
	(any::<u32>(), dice).prop_map(|(kind, dice)| Step {
		kind: weighted(kind),
		dice,
	})
}

proptest! {
	#![proptest_config(Config {
		cases: 10,
		max_shrink_iters: 400,
		failure_persistence: None,
		..Config::default()
	})]

	#[test]
	fn any_steps_should_agree_to_the_planck(seed in any::<u64>(), later in vec(step(), 1..250)) {
		let mut steps = plan(seed, 0);
		steps.extend(later);
		let (_, failure) = play(Start::Genesis, &steps);
		prop_assert!(failure.is_none(), "{:?}", failure);
	}
}

/// A number from the environment.
fn setting(name: &str, otherwise: u64) -> u64 {
	let text = std::env::var(name).ok();
	text.map_or(otherwise, |text| text.parse().expect(name))
}

#[test]
#[ignore = "takes minutes to hours: scripts/oracle"]
fn a_long_run_should_agree_to_the_planck() {
	let wanted = setting("ORACLE_CALLS", 200_000);
	let first = setting("ORACLE_SEED", 1);
	let begun = Instant::now();
	let mut tally = Tally::default();
	let mut told = 0;
	let mut seed = first;
	while tally.calls() < wanted {
		// Every fortieth run begins with a wide datanet; lengths differ.
		let start = if seed.is_multiple_of(40) {
			Start::Wide(300)
		} else {
			Start::Genesis
		};
		let length = if start == Start::Genesis {
			300 + seed as usize % 5 * 200
		} else {
			300
		};
		run(seed, start, length, &mut tally);
		seed += 1;
		let seconds = begun.elapsed().as_secs();
		if seconds >= told + 15 {
			told = seconds;
			let calls = tally.calls();
			let accepted: u64 = tally.kinds.values().map(|count| count.accepted).sum();
			println!(
				"{seconds} s: {calls} of {wanted} calls ({} per second), {accepted} accepted, seed {seed}",
				calls / seconds.max(1)
			);
		}
	}
	println!(
		"seeds {first} to {}, {} s",
		seed - 1,
		begun.elapsed().as_secs()
	);
	println!("{tally}");
	let never = tally.never_accepted();
	assert!(never.is_empty(), "never accepted: {never:?}");
}
