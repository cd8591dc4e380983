// SPDX-License-Identifier: Apache-2.0
//! What is a copy and what isn't, from commit to outcome, with whole texts.

use super::copies::*;
use crate::mock::*;
use frame_support::{assert_noop, assert_ok};

fn original() -> String {
	prose(1, 40)
}

#[test]
fn a_copy_without_every_tenth_line_is_one() {
	let text = original();
	let copy: String = text
		.lines()
		.enumerate()
		.filter(|(place, _)| place % 10 != 9)
		.map(|(_, line)| format!("{line}\n"))
		.collect();
	assert!(copy.len() < text.len());
	assert!(is_proved(&text, copy));
}

#[test]
fn shuffled_paragraphs_are_a_copy() {
	let text = original();
	let mut paragraphs: Vec<_> = text.split("\n\n").collect();
	let mut dice = Dice(77);
	for place in (1..paragraphs.len()).rev() {
		paragraphs.swap(place, dice.below(place + 1));
	}
	let copy = paragraphs.join("\n\n");
	assert_ne!(copy, text);
	assert!(is_proved(&text, copy));
}

#[test]
fn white_space_case_and_punctuation_hide_nothing() {
	let text = original();
	assert!(is_proved(&text, text.replace(' ', "  ")), "blanks doubled");
	assert!(is_proved(&text, text.replace('\n', " \r\n\t")), "lines");
	assert!(is_proved(&text, text.to_uppercase()), "upper case");
	assert!(is_proved(&text, text.replace([',', '.'], "")), "unmarked");
	assert!(is_proved(&text.to_uppercase(), text.replace(',', " --")));
}

#[test]
fn padding_hides_nothing() {
	let text = original();
	let wide = [("blanks", " ".repeat(40)), ("dashes", "-".repeat(40))];
	for (what, wide) in &wide {
		assert!(is_proved(&text, text.replace(' ', wide)), "wide {what}");
	}
	// Wider than a window: there is nothing to compare, and that counts as shown.
	let rows = [("blanks", " ".repeat(900)), ("dashes", "-".repeat(900))];
	for (what, row) in &rows {
		let copy = text.replace("\n\n", &format!("\n{row}\n"));
		assert!(is_proved(&text, copy), "rows of {what}");
	}
}

#[test]
fn one_text_stitched_together_from_several_is_a_copy() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let first = published(datanet, &ALICE, prose(1, 20));
		let second = published(datanet, &OWNER, prose(2, 20));
		let stitched: Vec<_> = prose(1, 20)
			.split("\n\n")
			.zip(prose(2, 20).split("\n\n"))
			.map(|(one, two)| format!("{one}\n\n{two}"))
			.collect();
		let copy = published(datanet, &BOB, stitched.join("\n\n"));
		let claim = claim_on(&copy);
		wait_for_draw(claim);
		assert_eq!(show_all(claim, &copy, &[&first, &second]), 64);
		assert_eq!(last_end(), (claim, ClaimOutcome::Proved));
	});
}

#[test]
fn a_summary_is_none() {
	let text = original();
	let every_fifth: Vec<_> = sentences(&text).into_iter().step_by(5).collect();
	let summary = quoting(&text, |place| place % 5 == 0);
	assert!(every_fifth
		.iter()
		.all(|quoted| summary.replace('\n', " ").contains(quoted.as_str())));
	assert!(!is_proved(&text, summary));
}

#[test]
fn quoting_half_of_a_text_is_none() {
	let text = original();
	assert!(!is_proved(&text, quoting(&text, |place| place % 2 == 0)));
	// All of one text beside as much that is new.
	assert!(!is_proved(&text, text.clone() + &prose(3, 45)));
}

#[test]
fn another_text_on_the_same_words_is_none() {
	assert!(!is_proved(&original(), prose(2, 40)));
}

/// A stated limit: who changes a word every few dozen bytes has written something else here. The
/// rule that earlier texts are served first is what is left against it.
#[test]
fn an_edit_every_sixty_bytes_passes() {
	let text = original();
	let copy: Vec<_> = text
		.split(' ')
		.enumerate()
		.map(|(place, word)| if place % 6 == 5 { "indeed" } else { word })
		.collect();
	assert!(!is_proved(&text, copy.join(" ")));
}

#[test]
fn a_copy_made_while_its_original_is_in_review_is_caught_once_that_is_accepted() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = prose(1, 20);
		let original = submitted(datanet, &ALICE, &text);
		let copy = submitted(datanet, &BOB, text.to_uppercase());
		let claim = claim_on(&copy);
		wait_for_draw(claim);
		let all = find_all(claim, &copy, &[&original]);
		assert_noop!(show(claim, &all[0]), Error::<Test>::NotEarlier);
		conclude_late(original.id, 3);
		assert_eq!(show_all(claim, &copy, &[&original]), 64);
		assert_eq!(last_end(), (claim, ClaimOutcome::Proved));
	});
}

/// Reviews that ran out are extended once; there the only elector votes.
fn conclude_late(id: u64, quality: u8) {
	if now() > review(id).reveals_until {
		conclude_review(id);
	}
	accept(id, quality);
}

#[test]
fn a_new_edition_needs_the_old_one_withdrawn_first() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = prose(1, 20);
		for withdraw_first in [false, true] {
			let old = published(datanet, &ALICE, text.replace(',', ";"));
			if withdraw_first {
				assert_ok!(Datanets::withdraw(signed(&ALICE), old.id));
			}
			let edition = published(datanet, &ALICE, format!("Edition {}. {text}", old.id));
			let claim = claim_on(&edition);
			wait_for_draw(claim);
			let all = find_all(claim, &edition, &[&old]);
			assert!(all.len() > 90);
			if withdraw_first {
				assert_noop!(show(claim, &all[0]), Error::<Test>::NotEarlier);
				run_out(claim);
				assert_eq!(last_end(), (claim, ClaimOutcome::Failed));
			} else {
				assert_eq!(show_all(claim, &edition, &[&old]), 64);
				assert_eq!(last_end(), (claim, ClaimOutcome::Proved));
				assert_ok!(Datanets::withdraw(signed(&ALICE), old.id));
			}
		}
	});
}

/// A word for word copy of a copy: the first shown is enough, whoever wrote it.
#[test]
fn a_copy_of_a_copy_is_proved_by_either_though_the_first_is_revoked() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let case = Case::new(&text, text.to_uppercase());
		let second = published(case.datanet, &OWNER, text.replace(' ', "  "));
		let claim = claim_on(&second);
		wait_for_draw(claim);
		let by_copy = find_all(claim, &second, &[&case.copy]);
		assert_ok!(show(claim, &by_copy[0]));
		case.show_all();
		assert_eq!(last_end(), (case.claim, ClaimOutcome::Proved));
		assert_ok!(show(claim, &by_copy[1]));
		let by_original = find_all(claim, &second, &[&case.original]);
		for showing in by_original.iter().skip(2).take(62) {
			assert_ok!(show(claim, showing));
		}
		assert_eq!(last_end(), (claim, ClaimOutcome::Proved));
	});
}
