// SPDX-License-Identifier: Apache-2.0
//! Quorum, majority, lower median and the most frequent reason.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::{
	review::{decide, fee_parts, quorum, Decision, MAX_QUALITY, REJECTING},
	shares::split,
	MAX_SHARES,
};

const NO_REASON: u8 = 0;

fn accepting(qualities: &[u8]) -> Vec<(u8, u8)> {
	qualities
		.iter()
		.map(|quality| (*quality, NO_REASON))
		.collect()
}

fn rejecting(reasons: &[u8]) -> Vec<(u8, u8)> {
	reasons.iter().map(|reason| (REJECTING, *reason)).collect()
}

#[test]
fn a_quorum_is_a_third_rounded_up_and_at_least_one() {
	let asked: Vec<u32> = [0, 1, 2, 3, 4, 6, 7, 9, 31, 32, u32::MAX]
		.into_iter()
		.map(quorum)
		.collect();
	assert_eq!(
		asked,
		[1, 1, 1, 1, 2, 2, 3, 3, 11, 11, 1_431_655_765],
		"⌈n / 3⌉, never 0"
	);
}

#[test]
fn the_first_round_asks_a_third_of_the_electors_and_else_extends() {
	let three = accepting(&[2, 2, 2]);
	assert_eq!(decide(10, 10, 0, &three), Decision::Extend);
	assert_eq!(decide(9, 9, 0, &three), Decision::Accept { quality: 2 });
	// How many committed is no matter of the first round.
	assert_eq!(decide(9, 3, 0, &three), Decision::Accept { quality: 2 });
	assert_eq!(decide(9, 9, 0, &rejecting(&[1, 1])), Decision::Extend);
}

#[test]
fn the_extension_asks_a_third_of_those_who_committed() {
	let one = accepting(&[3]);
	assert_eq!(decide(32, 1, 1, &one), Decision::Accept { quality: 3 });
	assert_eq!(decide(32, 3, 1, &one), Decision::Accept { quality: 3 });
	assert_eq!(decide(32, 4, 1, &one), Decision::NoQuorum);
	assert_eq!(decide(32, 4, 0, &one), Decision::Extend);
}

#[test]
fn without_votes_nothing_is_decided_whatever_the_electorate() {
	for electors in [0, 1, 32] {
		assert_eq!(decide(electors, 0, 0, &[]), Decision::Extend);
		assert_eq!(decide(electors, 0, 1, &[]), Decision::NoQuorum);
	}
}

#[test]
fn half_is_not_more_than_half() {
	let mut votes = accepting(&[4, 4]);
	votes.extend(rejecting(&[7, 7]));
	assert_eq!(decide(4, 4, 0, &votes), Decision::Reject { reason: 7 });
	votes.push((1, NO_REASON));
	assert_eq!(decide(5, 5, 0, &votes), Decision::Accept { quality: 4 });
}

#[test]
fn quality_is_the_lower_median_of_the_accepting_votes_only() {
	for (qualities, median) in [
		(vec![1, 4], 1),
		(vec![4, 1, 2], 2),
		(vec![4, 4, 1, 1], 1),
		(vec![3, 4, 2, 4], 3),
		(vec![4], 4),
	] {
		let mut votes = accepting(&qualities);
		assert_eq!(
			decide(3, 3, 0, &votes),
			Decision::Accept { quality: median },
			"{qualities:?}"
		);
		if qualities.len() > 1 {
			votes.push((REJECTING, 200));
			assert_eq!(
				decide(3, 3, 0, &votes),
				Decision::Accept { quality: median }
			);
		}
	}
}

#[test]
fn the_reason_is_the_one_most_rejections_give_and_of_several_the_lowest() {
	for (reasons, most) in [
		(vec![9, 3, 9], 9),
		(vec![9, 3], 3),
		(vec![249, 0, 0, 249, 17], 0),
		(vec![5], 5),
	] {
		assert_eq!(
			decide(3, 3, 0, &rejecting(&reasons)),
			Decision::Reject { reason: most },
			"{reasons:?}"
		);
	}
}

#[test]
fn the_reasons_of_accepting_votes_say_nothing() {
	let votes = [(1, 8), (1, 8), (REJECTING, 5), (REJECTING, 5)];
	assert_eq!(decide(4, 4, 0, &votes), Decision::Reject { reason: 5 });
}

#[test]
fn votes_outside_the_range_do_not_count() {
	assert_eq!(decide(3, 3, 0, &[(5, 0), (255, 0)]), Decision::Extend);
	assert_eq!(
		decide(3, 3, 0, &[(5, 0), (REJECTING, 2)]),
		Decision::Reject { reason: 2 }
	);
}

#[test]
fn the_fee_is_split_into_equal_parts_and_the_first_get_what_is_left() {
	assert_eq!(fee_parts(11, 3), [4, 4, 3]);
	assert_eq!(fee_parts(2, 3), [1, 1, 0]);
	assert_eq!(fee_parts(9, 1), [9]);
	assert!(fee_parts(9, 0).is_empty());
	assert_eq!(fee_parts(u128::MAX, 1), [u128::MAX]);
}

/// The same rule written from its text in another way.
fn expected(electors: u32, participants: u32, round: u8, votes: &[(u8, u8)]) -> Decision {
	let counted: Vec<_> = votes
		.iter()
		.filter(|(vote, _)| *vote <= MAX_QUALITY)
		.collect();
	let voters = if round == 0 { electors } else { participants };
	// revealed ≥ max(1, ⌈voters / 3⌉), without a division
	if counted.is_empty() || (counted.len() as u64) * 3 < u64::from(voters) {
		return if round == 0 {
			Decision::Extend
		} else {
			Decision::NoQuorum
		};
	}
	let accepts = counted.iter().filter(|(vote, _)| *vote > 0).count();
	if 2 * accepts > counted.len() {
		let quality = (1..=MAX_QUALITY)
			.find(|quality| {
				let up_to = counted
					.iter()
					.filter(|(vote, _)| *vote > 0 && vote <= quality)
					.count();
				2 * up_to >= accepts
			})
			.unwrap();
		return Decision::Accept { quality };
	}
	let mut given = BTreeMap::<u8, usize>::new();
	for (_, reason) in counted.iter().filter(|(vote, _)| *vote == 0) {
		*given.entry(*reason).or_default() += 1;
	}
	let most = given.values().max().unwrap();
	let reason = *given.iter().find(|(_, times)| *times == most).unwrap().0;
	Decision::Reject { reason }
}

proptest! {
	#[test]
	fn it_is_the_rule_of_the_text(
		electors in 0u32..40,
		participants in 0u32..40,
		round in 0u8..3,
		votes in prop::collection::vec((0u8..6, 0u8..4), 0..40),
	) {
		prop_assert_eq!(
			decide(electors, participants, round, &votes),
			expected(electors, participants, round, &votes)
		);
	}

	#[test]
	fn the_parts_of_a_fee_are_those_of_r1(fee: u128, revealed in 1u32..33) {
		let parts = fee_parts(fee, revealed);
		prop_assert_eq!(parts.len(), revealed as usize);
		prop_assert_eq!(parts.iter().try_fold(0u128, |sum, part| sum.checked_add(*part)), Some(fee));
		prop_assert!(parts[0] - parts[parts.len() - 1] <= 1);
		if parts.len() <= MAX_SHARES {
			prop_assert_eq!(Some(parts), split(fee, &vec![1; revealed as usize]));
		}
	}

	#[test]
	fn the_order_of_votes_says_nothing(
		(votes, shuffled) in prop::collection::vec((0u8..5, any::<u8>()), 0..33)
			.prop_flat_map(|votes| (Just(votes.clone()), Just(votes).prop_shuffle())),
	) {
		prop_assert_eq!(decide(32, 32, 0, &votes), decide(32, 32, 0, &shuffled));
	}

	#[test]
	fn any_input_is_decided(
		electors: u32,
		participants: u32,
		round: u8,
		votes in prop::collection::vec(any::<(u8, u8)>(), 0..64),
	) {
		match decide(electors, participants, round, &votes) {
			Decision::Accept { quality } => prop_assert!((1..=MAX_QUALITY).contains(&quality)),
			Decision::Reject { reason } => prop_assert!(votes.contains(&(REJECTING, reason))),
			Decision::Extend => prop_assert_eq!(round, 0),
			Decision::NoQuorum => prop_assert_ne!(round, 0),
		}
	}
}
