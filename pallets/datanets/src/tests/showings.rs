// SPDX-License-Identifier: Apache-2.0
//! Showing windows, honestly and otherwise.

use super::copies::*;
use crate::mock::*;
use codec::Encode;
use frame_support::{assert_noop, assert_ok, traits::Get};
use openledger_primitives::{
	duplicate::{
		draw_position, EarlierWindow, Showing, TextOpening, ACCUSED_WINDOW, EARLIER_WINDOW,
		POSITIONS,
	},
	hash, ClaimId, H256,
};
use proptest::prelude::*;
use sp_runtime::DispatchError;

/// A showing with something else in its accused part.
fn with_accused(showing: &Showing, change: impl FnOnce(&mut TextOpening)) -> Showing {
	let mut changed = showing.clone();
	change(&mut changed.accused);
	changed
}

/// A showing with something else in its earlier part.
fn with_earlier(showing: &Showing, change: impl FnOnce(&mut EarlierWindow)) -> Showing {
	let mut changed = showing.clone();
	change(changed.earlier.as_mut().unwrap());
	changed
}

fn refused(claim: ClaimId, showing: &Showing, error: Error<Test>) {
	assert_noop!(show(claim, showing), error);
}

#[test]
fn the_first_showing_draws_and_each_counts_once() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let all = case.find_all();
		let drawn = draw(case.claim);
		let due = row(case.claim).due;
		assert_ok!(show(case.claim, &all[5]));
		assert_eq!(
			events()[events().len() - 2..],
			[
				Event::ClaimDrawn {
					claim: case.claim,
					randomness: drawn.value,
					until: drawn.until
				},
				Event::WindowShown {
					claim: case.claim,
					index: all[5].index,
					shown: 1
				}
			]
		);
		let claim = row(case.claim);
		assert_eq!(claim.draw, Some(drawn));
		assert_eq!(claim.shown, 1 << all[5].index);
		assert_eq!(claim.due, drawn.until + 1);
		let keys: Vec<_> = Agenda::<Test>::iter_keys().collect();
		assert!(keys.contains(&(claim.due.to_be_bytes(), Due::Claim(case.claim))));
		assert!(!keys.contains(&(due.to_be_bytes(), Due::Claim(case.claim))));

		refused(case.claim, &all[5], Error::<Test>::AlreadyShown);
		assert_ok!(show(case.claim, &all[4]));
		assert_eq!(
			events().pop(),
			Some(Event::WindowShown {
				claim: case.claim,
				index: all[4].index,
				shown: 2
			})
		);
	});
}

#[test]
fn anyone_can_show_and_signs() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let all = case.find_all();
		for (who, showing) in [&REPORTER, &BOB, &ALICE, &POOR].into_iter().zip(&all) {
			let showing = Box::new(showing.clone());
			assert_ok!(Datanets::show_window(signed(who), case.claim, showing));
		}
		assert_noop!(
			Datanets::show_window(RuntimeOrigin::none(), case.claim, Box::new(all[9].clone())),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn showings_count_from_the_draw_to_the_deadline() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let datanet = create_plain();
		let original = published(datanet, &ALICE, &text);
		let copy = published(datanet, &BOB, text.to_uppercase());
		let claim = claim_on(&copy);
		let guess = Showing {
			index: 0,
			accused: copy.open(0, ACCUSED_WINDOW),
			earlier: None,
		};
		refused(claim, &guess, Error::<Test>::NotDrawn);
		advance_to(20);
		refused(claim, &guess, Error::<Test>::NotDrawn);
		advance(1);
		let all = find_all(claim, &copy, &[&original]);
		assert_ok!(show(claim, &all[0]));
		advance_to(21 + 40);
		assert_ok!(show(claim, &all[1]));
		advance(1);
		refused(claim, &all[2], Error::<Test>::ShowingsOver);
		conclude(claim);
		refused(claim, &all[2], Error::<Test>::ClaimNotFound);
		refused(claim + 1, &all[2], Error::<Test>::ClaimNotFound);
	});
}

#[test]
fn a_claim_that_nobody_drew_in_time_takes_no_showing() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let all = case.find_all();
		advance(41);
		refused(case.claim, &all[0], Error::<Test>::ShowingsOver);
		advance(64 * EPOCH);
		refused(case.claim, &all[0], Error::<Test>::NotDrawn);
	});
}

#[test]
fn there_are_ninety_six_positions() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let all = case.find_all();
		for index in [96, 97, 127, 128, 129, 255] {
			let showing = Showing {
				index,
				..all[0].clone()
			};
			refused(case.claim, &showing, Error::<Test>::NoSuchPosition);
		}
		let last = all.iter().find(|showing| showing.index == 95).unwrap();
		assert_ok!(show(case.claim, last));
		assert_eq!(row(case.claim).shown, 1 << 95);
	});
}

#[test]
fn a_showing_is_good_for_its_position_and_claim_only() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 40);
		let case = Case::new(&text, text.to_uppercase());
		let other = claim_by(&ALICE, &case.copy);
		wait_for_draw(other);
		let all = case.find_all();
		let mut apart = 0;
		for showing in &all {
			// Elsewhere another leaf is drawn, or other words of it.
			let moved = Showing {
				index: (showing.index + 1) % POSITIONS,
				..showing.clone()
			};
			assert!(show(case.claim, &moved).is_err());
			let leaf = |claim| position(claim, showing.index, &case.copy) / 256;
			if leaf(case.claim) != leaf(other) {
				refused(other, showing, Error::<Test>::BadOpening);
				apart += 1;
			}
		}
		assert!(apart > 80);
	});
}

#[test]
fn openings_of_the_accused_are_exact() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let case = Case::new(&text, text.to_uppercase());
		// A window over three leaves in the middle, with siblings on both sides.
		let good = case
			.find_all()
			.into_iter()
			.find(|showing| {
				let position = position(case.claim, showing.index, &case.copy);
				!position.is_multiple_of(256) && position > 2_048 && position < 5_000
			})
			.unwrap();
		assert_eq!(good.accused.bytes.len(), 768);
		let position = position(case.claim, good.index, &case.copy);
		let bad = |change: &dyn Fn(&mut TextOpening)| {
			refused(
				case.claim,
				&with_accused(&good, change),
				Error::<Test>::BadOpening,
			)
		};
		bad(&|opening| *opening = TextOpening::default());
		bad(&|opening| opening.bytes.truncate(767));
		bad(&|opening| opening.bytes.truncate(512));
		bad(&|opening| opening.bytes.truncate(0));
		bad(&|opening| opening.bytes.try_push(0).unwrap());
		bad(&|opening| opening.bytes.try_extend(0..=255).unwrap());
		bad(&|opening| opening.bytes[400] ^= 0x20);
		bad(&|opening| assert!(opening.siblings.pop().is_some()));
		bad(&|opening| opening.siblings.try_push(H256::zero()).unwrap());
		bad(&|opening| opening.siblings[0].0[31] ^= 1);
		bad(&|opening| {
			let first = opening.siblings[0];
			opening.siblings[0] = opening.siblings[1];
			opening.siblings[1] = first;
		});
		// Real leaves, but not those that the position is in.
		bad(&|opening| *opening = case.copy.open(position - 256, ACCUSED_WINDOW));
		bad(&|opening| *opening = case.copy.open(position + 256, ACCUSED_WINDOW));
		// Or too few of them: the window must be whole.
		bad(&|opening| *opening = case.copy.open(position - position % 256, 512));
		// Or those of the original.
		bad(&|opening| *opening = case.original.open(position, ACCUSED_WINDOW));
		// More than are needed are as good.
		let more = with_accused(&good, |opening| {
			*opening = case.copy.open(position, 1_024);
		});
		assert!(more.accused.bytes.len() > 768);
		assert_ok!(show(case.claim, &more));
	});
}

#[test]
fn openings_of_the_earlier_text_are_exact() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let case = Case::new(&text, text.to_uppercase());
		let good = case
			.find_all()
			.into_iter()
			.find(|showing| {
				let earlier = showing.earlier.as_ref().unwrap();
				earlier.position > 2_048 && earlier.position < 5_000
			})
			.unwrap();
		let length = case.original.bytes.len() as u64;
		let refuse = |change: &dyn Fn(&mut EarlierWindow), error| {
			refused(case.claim, &with_earlier(&good, change), error)
		};
		let bad = |change: &dyn Fn(&mut EarlierWindow)| refuse(change, Error::<Test>::BadOpening);
		bad(&|earlier| earlier.opening = TextOpening::default());
		bad(&|earlier| assert!(earlier.opening.bytes.pop().is_some()));
		bad(&|earlier| assert!(earlier.opening.siblings.pop().is_some()));
		bad(&|earlier| earlier.opening.siblings[0].0[0] ^= 1);
		bad(&|earlier| earlier.opening.bytes[300] ^= 0x20);
		bad(&|earlier| earlier.position += 256);
		bad(&|earlier| earlier.position -= 256);
		for position in [length, length + 255, u64::MAX, u64::MAX / 256 * 256] {
			bad(&|earlier| earlier.position = position);
		}
		// Right leaves, wrong place in them; right place, too short a window.
		let start = good.earlier.as_ref().unwrap().position;
		for position in (start - start % 256)..(start - start % 256 + 256) {
			let same = case.original.words_from(position) == case.original.words_from(start);
			if !same {
				refuse(
					&|earlier| earlier.position = position,
					Error::<Test>::WindowsDiffer,
				);
			}
		}
		let tail = (start / 256) * 256 + 250;
		refuse(
			&|earlier| {
				earlier.position = tail;
				earlier.opening = case.original.open(tail, 6);
			},
			Error::<Test>::WindowsDiffer,
		);
		assert_ok!(show(case.claim, &good));
	});
}

#[test]
fn words_need_an_earlier_text() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let alone = Showing {
			earlier: None,
			..case.find_all()[0].clone()
		};
		refused(case.claim, &alone, Error::<Test>::EarlierMissing);
	});
}

#[test]
fn other_words_prove_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let case = Case::new(&text, text.to_uppercase());
		let all = case.find_all();
		let swapped = Showing {
			earlier: all[1].earlier.clone(),
			..all[0].clone()
		};
		refused(case.claim, &swapped, Error::<Test>::WindowsDiffer);
		// Padding on the earlier side is no match for words.
		let blank = published(case.datanet, &ALICE, " ".repeat(2_048));
		let nothing = with_earlier(&all[0], |earlier| {
			*earlier = EarlierWindow {
				contribution: blank.id,
				position: 0,
				opening: blank.open(0, EARLIER_WINDOW),
			}
		});
		// And it comes too late, besides.
		refused(case.claim, &nothing, Error::<Test>::NotEarlier);
	});
}

#[test]
fn blank_texts_are_no_earlier_words() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let blank = published(datanet, &ALICE, " ".repeat(2_048));
		let accused = published(datanet, &BOB, prose(1, 20));
		let claim = claim_on(&accused);
		wait_for_draw(claim);
		let showing = Showing {
			index: 0,
			accused: accused.open(position(claim, 0, &accused), ACCUSED_WINDOW),
			earlier: Some(EarlierWindow {
				contribution: blank.id,
				position: 0,
				opening: blank.open(0, EARLIER_WINDOW),
			}),
		};
		refused(claim, &showing, Error::<Test>::WindowsDiffer);
	});
}

/// Everything that holds the words, but isn't earlier: and each claim pays the accused.
#[test]
fn texts_that_are_not_earlier_prove_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let words = prose(1, 10);
		let (datanet, elsewhere) = (create_plain(), create_plain());
		let variant = |ending: &str| format!("{words}\n{ending}\n");
		let rejected = submitted(datanet, &OWNER, variant("rejected"));
		reject(rejected.id);
		let pending = submitted(datanet, &OWNER, variant("pending"));
		let withdrawn = published(datanet, &OWNER, variant("withdrawn"));
		assert_ok!(Datanets::withdraw(signed(&OWNER), withdrawn.id));
		let foreign = published(elsewhere, &OWNER, variant("foreign"));
		// Committed before the accused, and even accepted before it; but revealed later.
		advance(1);
		let late = variant("late");
		let late_id = commit(datanet, &OWNER, late.as_bytes());
		let accused_bytes = words.to_uppercase();
		let accused_id = commit(datanet, &BOB, accused_bytes.as_bytes());
		let same_block = Text::new(
			contribute(datanet, &OWNER, variant("same block").as_bytes()),
			variant("same block"),
		);
		accept(same_block.id, 1);
		advance(1);
		assert_ok!(Datanets::contribute(
			signed(&OWNER),
			late_id,
			reveal(late.as_bytes())
		));
		accept(late_id, 4);
		let late = Text::new(late_id, late);
		assert_ok!(Datanets::contribute(
			signed(&BOB),
			accused_id,
			reveal(accused_bytes.as_bytes())
		));
		accept(accused_id, 1);
		let accused = Text::new(accused_id, accused_bytes);
		let later = published(datanet, &OWNER, variant("later"));

		let claim = claim_on(&accused);
		wait_for_draw(claim);
		for text in [
			&rejected,
			&pending,
			&withdrawn,
			&foreign,
			&late,
			&same_block,
			&later,
			&accused,
		] {
			let all = find_all(claim, &accused, &[text]);
			assert_eq!(all.len(), 96);
			refused(claim, &all[0], Error::<Test>::NotEarlier);
		}
		let missing = with_earlier(&find_all(claim, &accused, &[&later])[0], |earlier| {
			earlier.contribution = 99
		});
		refused(claim, &missing, Error::<Test>::NotEarlier);

		let before = (
			Balances::free_balance(&BOB),
			held(HoldReason::ReporterBond, &REPORTER),
		);
		run_out(claim);
		assert_eq!(last_end(), (claim, ClaimOutcome::Failed));
		assert_eq!(Balances::free_balance(&BOB), before.0 + before.1 / 2);
	});
}

#[test]
fn a_moot_claim_takes_no_showing() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let all = case.find_all();
		assert_ok!(show(case.claim, &all[0]));
		assert_ok!(Datanets::revoke(RuntimeOrigin::root(), case.copy.id, 1));
		refused(case.claim, &all[1], Error::<Test>::ClaimMoot);
		run_out(case.claim);
		assert_eq!(last_end(), (case.claim, ClaimOutcome::Moot));
	});
}

/// A text of the least length has 513 positions, from its first byte to the one 512 bytes before
/// its end.
#[test]
fn both_ends_of_the_shortest_text_can_be_drawn_and_shown() {
	for end in [0, 512] {
		ExtBuilder::default().build_and_execute(|| {
			let text = &prose(1, 10)[..1_024];
			let datanet = create_plain();
			let original = published(datanet, &ALICE, text);
			let copy = published(datanet, &BOB, text.to_uppercase());
			let claim = claim_on(&copy);
			let index = seed_that_draws(claim, end);
			wait_for_draw(claim);
			assert_eq!(position(claim, index, &copy), end);
			let all = find_all(claim, &copy, &[&original]);
			assert_eq!(all.len(), 96);
			let showing = all.iter().find(|showing| showing.index == index).unwrap();
			assert_eq!(showing.accused.bytes.len(), 512);
			assert_ok!(show(claim, showing));
			for showing in all.iter().filter(|showing| showing.index != index).take(63) {
				assert_ok!(show(claim, showing));
			}
			assert_eq!(last_end(), (claim, ClaimOutcome::Proved));
		});
	}
}

/// Chooses the randomness of the claim's epoch so that it draws `wanted` in a text of 1 024 bytes;
/// tells at which index.
fn seed_that_draws(claim: ClaimId, wanted: u64) -> u8 {
	let epoch = row(claim).epoch;
	for seed in 1_u64.. {
		let value = hash(&(&b"openledger/draw"[..], seed, epoch).encode());
		let index = (0..POSITIONS)
			.find(|index| draw_position(&value, claim, *index, 1_024) == Some(wanted));
		if let Some(index) = index {
			EpochSeed::set(seed);
			return index;
		}
	}
	unreachable!()
}

#[test]
fn an_earlier_window_may_lie_at_the_very_end_of_its_text() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let verse = "Salt the water, then stir the rice until it is done; ";
		let original = published(
			datanet,
			&ALICE,
			format!(
				"{}{}",
				prose(1, 5),
				verse.repeat(2).trim_end_matches([';', ' '])
			),
		);
		let copy = published(datanet, &BOB, verse.repeat(30).to_uppercase());
		let claim = claim_on(&copy);
		wait_for_draw(claim);
		let all = find_all(claim, &copy, &[&original]);
		assert_eq!(all.len(), 96);
		let end = original.bytes.len() as u64;
		for showing in &all {
			let earlier = showing.earlier.as_ref().unwrap();
			assert!(earlier.position > end - 120 && earlier.position < end);
		}
		assert_eq!(show_all(claim, &copy, &[&original]), 64);
		assert_eq!(last_end(), (claim, ClaimOutcome::Proved));
	});
}

/// An original in which words stand far apart, and a copy that has them together.
#[test]
fn an_earlier_window_takes_up_to_1_024_raw_bytes() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let case = Case::new(&text.replace(' ', &" ".repeat(100)), &text);
		assert!(case.find_all().iter().any(|showing| {
			let earlier = showing.earlier.as_ref().unwrap();
			let window = &case.original.bytes[earlier.position as usize..][..600];
			openledger_primitives::duplicate::folded(window).is_none()
		}));
		assert_eq!(case.show_all(), 64);
		assert_eq!(last_end(), (case.claim, ClaimOutcome::Proved));
	});
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let case = Case::new(&text.replace(' ', &" ".repeat(400)), &text);
		// The same words begin here, but they don't end in time.
		let (index, start, place) = (0..POSITIONS)
			.map(|index| {
				let start = position(case.claim, index, &case.copy) as usize;
				let place = start + 399 * text[..start].matches(' ').count();
				(index, start, place as u64)
			})
			.find(|(_, _, place)| case.original.words_from(*place).is_none())
			.unwrap();
		let far = Showing {
			index,
			accused: case.copy.open(start as u64, ACCUSED_WINDOW),
			earlier: Some(EarlierWindow {
				contribution: case.original.id,
				position: place,
				opening: case.original.open(place, EARLIER_WINDOW),
			}),
		};
		refused(case.claim, &far, Error::<Test>::WindowsDiffer);
	});
}

/// What was shown stays shown when the earlier text leaves.
/// Else its holder could bait reporters: let somebody claim on a copy of it, then take it back.
#[test]
fn an_earlier_text_counts_though_it_is_taken_back_during_the_claim() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		assert_ok!(Datanets::withdraw(signed(&ALICE), case.original.id));
		case.show_all();
		assert_eq!(last_end(), (case.claim, ClaimOutcome::Proved));
	});
}

/// A takedown in time counts as little as a withdrawal in time.
#[test]
fn an_earlier_text_that_is_taken_down_counts_only_against_earlier_commits() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		assert_ok!(Datanets::revoke(
			frame_system::RawOrigin::Root.into(),
			case.original.id,
			1
		));
		let after = published(
			case.datanet,
			&OWNER,
			String::from_utf8_lossy(&case.copy.bytes).to_lowercase(),
		);
		let claim = claim_on(&after);
		wait_for_draw(claim);
		let all = find_all(claim, &after, &[&case.original]);
		refused(claim, &all[0], Error::<Test>::NotEarlier);
		let all = find_all(claim, &after, &[&case.copy]);
		assert_ok!(show(claim, &all[0]));
	});
}

#[test]
fn windows_without_words_need_no_earlier_text_and_may_have_one() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let accused = published(datanet, &BOB, "-".repeat(3_000));
		let claim = claim_on(&accused);
		wait_for_draw(claim);
		let all = find_all(claim, &accused, &[]);
		assert_eq!(all.len(), 96);
		assert_ok!(show(claim, &all[0]));
		let idle = Showing {
			earlier: Some(EarlierWindow {
				contribution: 99,
				position: u64::MAX,
				opening: TextOpening::default(),
			}),
			..all[1].clone()
		};
		assert_ok!(show(claim, &idle));
		refused(
			claim,
			&with_accused(&all[2], |opening| opening.bytes[0] = b'='),
			Error::<Test>::BadOpening,
		);
	});
}

fn openings() -> impl Strategy<Value = TextOpening> {
	(
		prop::collection::vec(any::<u8>(), 0..1_300),
		prop::collection::vec(any::<[u8; 32]>(), 0..44),
	)
		.prop_map(|(mut bytes, siblings)| {
			bytes.truncate(1_280);
			TextOpening {
				bytes: bytes.try_into().unwrap(),
				siblings: siblings
					.into_iter()
					.map(H256)
					.collect::<Vec<_>>()
					.try_into()
					.unwrap(),
			}
		})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// Made up openings change nothing and bring nothing down.
	#[test]
	fn made_up_showings_are_refused(
		index in 0_u8..96,
		accused in openings(),
		opening in openings(),
		contribution in 0_u64..4,
		place in any::<u64>(),
		keep_accused in any::<bool>(),
		earlier_given in any::<bool>(),
	) {
		ExtBuilder::default().build_and_execute(|| {
			let text = prose(1, 3);
			let case = Case::new(&text, text.to_uppercase());
			let accused = if keep_accused {
				case.copy.open(position(case.claim, index, &case.copy), ACCUSED_WINDOW)
			} else {
				accused
			};
			let earlier = earlier_given.then_some(EarlierWindow {
				contribution,
				position: place,
				opening,
			});
			let showing = Showing { index, accused, earlier };
			let root = sp_io::storage::root(sp_core::storage::StateVersion::V1);
			assert!(show(case.claim, &showing).is_err());
			assert_eq!(root, sp_io::storage::root(sp_core::storage::StateVersion::V1));
		});
	}
}

#[test]
fn only_the_last_showing_is_charged_for_the_proof() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let small = <Test as Config>::WeightInfo::show_window();
		let call = |showing: &Showing| {
			Datanets::show_window(signed(&BOB), case.claim, Box::new(showing.clone()))
		};
		let all = case.find_all();
		for showing in &all[..63] {
			assert_eq!(call(showing).unwrap().actual_weight, Some(small));
		}
		let again = call(&all[0]).unwrap_err();
		assert_eq!(again.error, Error::<Test>::AlreadyShown.into());
		assert_eq!(again.post_info.actual_weight, Some(small));
		assert_eq!(call(&all[63]).unwrap().actual_weight, None);
	});
}

#[test]
fn an_epoch_fixes_its_randomness_once() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		let fixed = draw(case.claim);
		EpochSeed::set(9);
		advance(3);
		assert_eq!(draw(case.claim), fixed);
		assert_eq!(EpochIndex::get(), row(case.claim).epoch);
	});
}
