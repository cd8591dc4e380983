// SPDX-License-Identifier: Apache-2.0
//! Curation from the first text to the last planck, through `Executive`: people sign, the worker
//! pushes what is due, epochs change as BABE changes them.

use super::{people::*, *};
use crate::{
	constants::{
		money::{MILLI, OPEN},
		time::EPOCH_BLOCKS,
	},
	Balance, Balances, BlockNumber, Datanets, Royalties, Runtime, RuntimeEvent,
};
use openledger_primitives::{
	apis::{ClaimState, ContributionState},
	duplicate::{
		draw_position, fold, folded, open_window, EarlierWindow, Showing, ACCUSED_WINDOW,
		EARLIER_WINDOW, FOLDED_BYTES, NEEDED, POSITIONS,
	},
	payload::Price,
	text::text_tree,
	tree::Tree,
	ClaimId, ContributionId,
};
use pallet_datanets::{
	types::{ClaimOutcome, Draw, Status, REASON_NO_QUORUM},
	Call, Error, Verdict,
};
use pallet_royalties::{Event as RoyaltiesEvent, Source};
use sp_runtime::DispatchResult;
use std::sync::LazyLock;

const CURATORS: [Sr25519Keyring; 3] = [
	Sr25519Keyring::Charlie,
	Sr25519Keyring::Dave,
	Sr25519Keyring::Eve,
];
const FLOODER: Sr25519Keyring = Sr25519Keyring::Ferdie;
const AUTHOR: Sr25519Keyring = Sr25519Keyring::AliceStash;
const COPIER: Sr25519Keyring = Sr25519Keyring::BobStash;
const LEAVER: Sr25519Keyring = Sr25519Keyring::FerdieStash;
const REPORTER: Sr25519Keyring = Sr25519Keyring::DaveStash;
const SHOWER: Sr25519Keyring = Sr25519Keyring::CharlieStash;
const DEVELOPER: Sr25519Keyring = Sr25519Keyring::EveStash;
const PRICE: Price = Price {
	per_call: MILLI,
	in_per_kb: 0,
	out_per_kb: 0,
};

/// A real licence.
static ORIGINAL: LazyLock<Vec<u8>> = LazyLock::new(|| include_bytes!("../../../LICENSE").to_vec());

/// The same words with other blanks, in capitals, and a line of dashes here and there.
static COPY: LazyLock<Vec<u8>> = LazyLock::new(|| {
	let text = String::from_utf8(ORIGINAL.clone()).unwrap().to_uppercase();
	let lines = text.lines().enumerate().map(|(place, line)| {
		let line = line.trim_start().replace(' ', "   ");
		let dashes = "-".repeat(if place % 20 == 19 { 900 } else { 0 });
		format!("{line}\n{dashes}\n")
	});
	lines.collect::<String>().into_bytes()
});

/// A text of its own.
fn own_text(about: &str, lines: usize) -> Vec<u8> {
	(0..lines)
		.map(|line| {
			format!(
				"{about} {line} has {} leaves and {} stones.\n",
				line * 7,
				line * 31
			)
		})
		.collect::<String>()
		.into_bytes()
}

fn free(who: Sr25519Keyring) -> Balance {
	Balances::free_balance(who.to_account_id())
}

fn on_hold(who: Sr25519Keyring) -> Balance {
	Balances::reserved_balance(who.to_account_id())
}

fn seat_bond(curator: Sr25519Keyring) -> Balance {
	pallet_datanets::Seats::<Runtime>::get(1, curator.to_account_id())
		.unwrap()
		.bond
}

fn rejected(events: &[Event]) -> Vec<(ContributionId, u8)> {
	events
		.iter()
		.filter_map(|event| match event {
			Event::Rejected {
				contribution,
				reason,
				..
			} => Some((*contribution, *reason)),
			_ => None,
		})
		.collect()
}

fn extended(events: &[Event]) -> Vec<ContributionId> {
	events
		.iter()
		.filter_map(|event| match event {
			Event::ReviewExtended { contribution, .. } => Some(*contribution),
			_ => None,
		})
		.collect()
}

/// The worker serves the agenda in turns.
fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
	list.sort();
	list
}

#[test]
fn a_flood_that_nobody_votes_on_should_be_ended_by_the_worker() {
	with_worker(|pool| {
		create_datanet(1, &CURATORS);
		let flood: Vec<ContributionId> = (0..40)
			.map(|text| contribute(FLOODER, 1, &own_text(&format!("Hill {text}"), 40)))
			.collect();
		// One curator commits to a vote on something else and doesn't reveal it.
		let seen = contribute(AUTHOR, 1, &ORIGINAL);
		commit_vote(CURATORS[0], seen, 3, 0);
		let (first, second) = (blocks_to(&pool, 16), blocks_to(&pool, 32));

		let all: Vec<ContributionId> = flood.iter().copied().chain([seen]).collect();
		assert_eq!(sorted(extended(&first)), all, "one extension each");
		assert_eq!(rejected(&first), []);
		let without_fault: Vec<_> = all.iter().map(|id| (*id, REASON_NO_QUORUM)).collect();
		assert_eq!(sorted(rejected(&second)), without_fault);
		// Whoever never committed lost nothing.
		assert_eq!(CURATORS.map(seat_bond), [9 * OPEN, 10 * OPEN, 10 * OPEN]);
		for id in flood {
			// The root is free at once.
			act(SHOWER, Call::release_bond { contribution: id });
		}
		assert_eq!(on_hold(FLOODER), 0);
	});
}

#[test]
fn a_silent_review_should_be_extended_and_then_decided_by_those_who_take_part() {
	with_worker(|pool| {
		create_datanet(1, &CURATORS);
		let id = contribute(AUTHOR, 1, &ORIGINAL);
		let first = blocks_to(&pool, 14);
		assert_eq!(extended(&first), [id]);
		assert_eq!(review(id).round, 1);
		commit_vote(CURATORS[1], id, 4, 0);
		blocks_to(&pool, review(id).commits_until + 1);
		reveal_vote(CURATORS[1], id, 4, 0);
		// One of one who took part: decided in the same call, and paid.
		assert!(matches!(status(id), Status::Accepted(row) if row.quality == 4));
		let fee = ORIGINAL.len().div_ceil(1_024) as Balance * MILLI;
		let paid = datanet_events().into_iter().any(|event| {
			matches!(event, Event::ReviewPaid { contribution, amount, .. }
				if contribution == id && amount == fee)
		});
		assert!(paid);
	});
}

/// Where a text's folded bytes stand in it.
fn places(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
	let kept = text.iter().enumerate();
	kept.filter_map(|(place, byte)| Some((fold(*byte)?, place)))
		.unzip()
}

/// Finds drawn windows of a copy in a source.
struct Finder<'a> {
	copy: &'a [u8],
	copy_tree: Tree,
	source: &'a [u8],
	source_tree: Tree,
	source_id: ContributionId,
	folded: (Vec<u8>, Vec<usize>),
}

impl<'a> Finder<'a> {
	fn new(copy: &'a [u8], source: &'a [u8], source_id: ContributionId) -> Self {
		Self {
			copy,
			copy_tree: text_tree(copy),
			source,
			source_tree: text_tree(source),
			source_id,
			folded: places(source),
		}
	}

	/// What proves one position, if anything does.
	fn showing(&self, claim: ClaimId, draw: &Draw, index: u8) -> Option<Showing> {
		let length = self.copy.len() as u64;
		let position = draw_position(&draw.value, claim, index, length).unwrap();
		let window = &self.copy[position as usize..(position + ACCUSED_WINDOW) as usize];
		let accused = open_window(self.copy, &self.copy_tree, position, ACCUSED_WINDOW).unwrap();
		let earlier = match folded(window) {
			None => None,
			Some(words) => {
				let (bytes, places) = &self.folded;
				let found = bytes.windows(FOLDED_BYTES).position(|at| *at == words)?;
				let position = places[found] as u64;
				let opening =
					open_window(self.source, &self.source_tree, position, EARLIER_WINDOW).unwrap();
				Some(EarlierWindow {
					contribution: self.source_id,
					position,
					opening,
				})
			}
		};
		Some(Showing {
			index,
			accused,
			earlier,
		})
	}
}

fn show(who: Sr25519Keyring, claim: ClaimId, showing: Showing) -> DispatchResult {
	attempt(
		who,
		Call::show_window {
			claim,
			showing: Box::new(showing),
		},
	)
}

fn draw_of(claim: ClaimId) -> Draw {
	pallet_datanets::Claims::<Runtime>::get(claim)
		.unwrap()
		.draw
		.unwrap()
}

fn points(id: ContributionId) -> u64 {
	match Datanets::api_contribution(id).unwrap().state {
		ContributionState::Accepted { points, .. } => points,
		other => panic!("{other:?}"),
	}
}

/// Planck that royalties paid or booked for an account.
fn received(who: Sr25519Keyring) -> Balance {
	let view = Royalties::api_earnings(&who.to_account_id(), vec![]);
	view.paid + view.accrued
}

/// What royalties booked for an account in this block for a proof.
fn forfeited_to(who: Sr25519Keyring) -> Balance {
	let account = who.to_account_id();
	let events = System::events().into_iter();
	events
		.filter_map(|record| match record.event {
			RuntimeEvent::Royalties(RoyaltiesEvent::Accrued {
				account: of,
				amount,
				source: Source::Forfeited,
			}) if of == account => Some(amount),
			_ => None,
		})
		.sum()
}

/// What royalties sent to the treasury in this block.
fn to_treasury() -> Balance {
	let events = System::events().into_iter();
	events
		.filter_map(|record| match record.event {
			RuntimeEvent::Royalties(RoyaltiesEvent::TreasuryPaid { amount }) => Some(amount),
			_ => None,
		})
		.sum()
}

/// A text's part of the second of two training fees, by R2: without and with the fraction of a
/// planck that the first one left to its row.
fn part_of_second_fee(points: u64, weight: u64) -> (Balance, Balance) {
	let (fee, points, weight) = (
		(2 * OPEN) << 64,
		Balance::from(points),
		Balance::from(weight),
	);
	let carry = points * (fee / weight) % (1 << 64);
	let second = points * ((fee + fee % weight) / weight);
	(second >> 64, (second + carry) >> 64)
}

/// Texts of a datanet in their snapshot.
struct Corpus {
	original: ContributionId,
	/// Made and registered while the original was in review.
	copy: ContributionId,
	/// Of somebody who will leave.
	own: ContributionId,
	/// The original's bytes in the other datanet.
	elsewhere: ContributionId,
	/// Points of the first three.
	points: [u64; 3],
}

/// Two datanets and a model that has paid its training fee.
fn corpus(pool: &Pool) -> Corpus {
	create_datanet(1, &CURATORS);
	create_datanet(2, &CURATORS[..1]);
	let elsewhere = contribute(FLOODER, 2, &ORIGINAL);
	vote(&CURATORS[..1], elsewhere, 2);
	let original = contribute(AUTHOR, 1, &ORIGINAL);
	next_block(pool);
	let copy = contribute(COPIER, 1, &COPY);
	assert!(matches!(status(original), Status::Pending { .. }));
	let own = contribute(LEAVER, 1, &own_text("Valley", 200));
	for id in [original, copy, own] {
		vote(&CURATORS, id, 2);
	}
	act(OWNER, Call::snapshot { datanet: 1 });
	next_block(pool);
	publish_model(DEVELOPER, 1, PRICE);
	for _ in 0..3 {
		next_block(pool);
	}
	for who in [AUTHOR, COPIER, LEAVER] {
		let view = Royalties::api_earnings(&who.to_account_id(), vec![(1, 1)]);
		assert!(
			view.paid > MILLI && view.pending == 0,
			"idle blocks have paid"
		);
	}
	Corpus {
		original,
		copy,
		own,
		elsewhere,
		points: [original, copy, own].map(points),
	}
}

/// Nothing but an earlier text of the same datanet proves anything.
fn refuse_false_showings(corpus: &Corpus, draw: &Draw) {
	let refused = |source: &[u8], id, error: Error<Runtime>| {
		let finder = Finder::new(&COPY, source, id);
		let mut showings = (0..POSITIONS).filter_map(|index| finder.showing(1, draw, index));
		let with_words = showings.find(|showing| showing.earlier.is_some()).unwrap();
		assert_eq!(show(SHOWER, 1, with_words), Err(error.into()));
	};
	refused(&ORIGINAL, corpus.elsewhere, Error::NotEarlier);
	refused(&COPY, corpus.copy, Error::NotEarlier);
	refused(&ORIGINAL, corpus.own, Error::NotEarlier);
	let finder = Finder::new(&COPY, &ORIGINAL, corpus.original);
	let (first, second) = (finder.showing(1, draw, 0), finder.showing(1, draw, 1));
	let mut mixed = first.unwrap();
	mixed.index = second.unwrap().index;
	assert_eq!(
		show(SHOWER, 1, mixed),
		Err(Error::<Runtime>::BadOpening.into())
	);
}

/// A third account shows what is needed but for one, over two blocks; the last showing is given
/// back.
fn show_but_one(pool: &Pool, corpus: &Corpus, draw: &Draw) -> Showing {
	let finder = Finder::new(&COPY, &ORIGINAL, corpus.original);
	let mut showings: Vec<Showing> = (0..POSITIONS)
		.filter_map(|index| finder.showing(1, draw, index))
		.take(NEEDED as usize)
		.collect();
	assert_eq!(showings.len() as u32, NEEDED);
	assert!(
		showings.iter().any(|showing| showing.earlier.is_none()),
		"padding"
	);
	let last = showings.pop().unwrap();
	for (place, showing) in showings.into_iter().enumerate() {
		if place == 30 {
			next_block(pool);
		}
		assert_eq!(show(SHOWER, 1, showing), Ok(()));
	}
	next_block(pool);
	assert!(matches!(status(corpus.copy), Status::Accepted(_)));
	last
}

/// The last showing moves every planck where the rules say.
fn prove(corpus: &Corpus, last: Showing) {
	let weight: u64 = corpus.points.iter().sum();
	let (aside, withheld) = part_of_second_fee(corpus.points[1], weight);
	let copier = received(COPIER);
	let (issuance, held, reporter) = (
		Balances::total_issuance(),
		on_hold(REPORTER),
		free(REPORTER),
	);
	let ticket = (held - 3 * OPEN) / 3;
	assert_eq!(show(SHOWER, 1, last), Ok(()));

	let bounty = OPEN / 4;
	assert!(datanet_events().contains(&Event::ClaimEnded {
		claim: 1,
		contribution: corpus.copy,
		outcome: ClaimOutcome::Proved,
		reporter_paid: bounty + aside / 2,
		accused_paid: 0,
		burned: OPEN - bounty,
	}));
	assert_eq!(Balances::total_issuance(), issuance - (OPEN - bounty));
	assert_eq!(free(REPORTER), reporter + OPEN + ticket + bounty);
	assert_eq!(on_hold(REPORTER), held - OPEN - ticket);
	assert_eq!(forfeited_to(REPORTER), aside / 2);
	assert_eq!(to_treasury(), aside - aside / 2);
	assert_eq!(
		received(COPIER),
		copier + withheld - aside,
		"a carry at most"
	);
	assert!(matches!(status(corpus.copy), Status::Revoked { .. }));
	let row = Royalties::api_pool_row(1, 1, &COPIER.to_account_id());
	assert!(row.is_none_or(|row| row.points == 0));
}

#[test]
fn a_copy_made_during_the_review_should_be_proved_by_anyone_and_false_claims_should_cost() {
	with_worker(|pool| {
		let corpus = corpus(&pool);
		let had = [AUTHOR, COPIER, LEAVER].map(received);
		// The copy is accused rightly, the two others are not.
		let claimed_at = System::block_number();
		for contribution in [corpus.copy, corpus.original, corpus.own] {
			act(REPORTER, Call::claim_duplicate { contribution });
		}
		publish_model(DEVELOPER, 1, PRICE);
		for _ in 0..3 {
			next_block(&pool);
		}
		assert_eq!([AUTHOR, COPIER, LEAVER].map(received), had, "withheld");

		let weight: u64 = corpus.points.iter().sum();
		let own = part_of_second_fee(corpus.points[2], weight);
		act(
			LEAVER,
			Call::withdraw {
				contribution: corpus.own,
			},
		);
		assert!(matches!(status(corpus.own), Status::Withdrawn { aside, .. } if aside == own.0));
		assert_eq!(pallet_royalties::Aside::<Runtime>::get(), own.0);

		let draw = drawn_by_the_worker(&pool, claimed_at);
		refuse_false_showings(&corpus, &draw);
		let last = show_but_one(&pool, &corpus, &draw);
		prove(&corpus, last);

		// The worker ends the false claims.
		let before = [free(AUTHOR), free(LEAVER)];
		let ended: Vec<_> = blocks_to(&pool, draw.until + 3)
			.into_iter()
			.filter_map(|event| match event {
				Event::ClaimEnded {
					claim,
					outcome: ClaimOutcome::Failed,
					accused_paid,
					burned,
					..
				} => Some((claim, accused_paid, burned)),
				_ => None,
			})
			.collect();
		let half = OPEN / 2;
		assert_eq!(ended, [(2, half, half), (3, half, half)]);
		assert_eq!(on_hold(REPORTER), 0);
		for _ in 0..3 {
			next_block(&pool);
		}
		let original = part_of_second_fee(corpus.points[0], weight);
		assert_eq!(free(AUTHOR) - before[0], half + original.1);
		assert_eq!(free(LEAVER) - before[1], half + own.1);
	});
}

/// Two epochs after the claims, in which people do nothing, the worker has drawn all three.
fn drawn_by_the_worker(pool: &Pool, claimed_at: BlockNumber) -> Draw {
	assert!(matches!(
		Datanets::api_claim(1).unwrap().state,
		ClaimState::Waiting { epoch: 2 }
	));
	let events = blocks_to(pool, claimed_at + 2 * EPOCH_BLOCKS + 3);
	let drawn: Vec<ClaimId> = events
		.iter()
		.filter_map(|event| match event {
			Event::ClaimDrawn { claim, .. } => Some(*claim),
			_ => None,
		})
		.collect();
	assert_eq!(drawn, [1, 2, 3]);
	let draw = draw_of(1);
	let kept = pallet_datanets::EpochDraws::<Runtime>::get();
	let epoch = kept.iter().find(|kept| kept.epoch == 2).unwrap();
	assert_eq!(
		(epoch.from, epoch.value),
		(2 * EPOCH_BLOCKS + 1, draw.value)
	);
	assert_eq!(draw.until, epoch.from + 40);
	// The same randomness, but each claim has positions of its own.
	assert_eq!(draw_of(2).value, draw.value);
	let place = |claim| draw_position(&draw.value, claim, 0, ORIGINAL.len() as u64);
	assert_ne!(place(1), place(2));
	draw
}

#[test]
fn an_appeal_that_governance_upholds_should_cost_the_curators() {
	with_worker(|pool| {
		create_datanet(1, &CURATORS);
		let id = contribute(AUTHOR, 1, &ORIGINAL);
		vote(&CURATORS, id, 0);
		assert!(matches!(status(id), Status::Rejected { .. }));
		assert_eq!(on_hold(CURATORS[0]), 10 * OPEN);
		// The ballots can still cost them.
		let leave = attempt(CURATORS[0], Call::leave_seat { datanet: 1 });
		assert_eq!(leave, Err(Error::<Runtime>::SeatBound.into()));
		act(AUTHOR, Call::appeal { contribution: id });
		next_block(&pool);
		let issuance = Balances::total_issuance();
		govern(Call::decide_appeal {
			contribution: id,
			verdict: Verdict::Accept { quality: 3 },
		});
		assert_eq!(Balances::total_issuance(), issuance - 3 * OPEN);
		assert_eq!(CURATORS.map(seat_bond), [9 * OPEN; 3]);
		assert_eq!(points(id), 3 * ORIGINAL.len() as u64);
	});
}
