// SPDX-License-Identifier: Apache-2.0
//! Estimates and showings from texts in a content store; the chain's part is end-to-end.

use codec::Encode;
use openledger_primitives::BlockNumber;

use super::{
	estimate::{chance_of_proof, percent},
	follow::{missing, Epoch},
	*,
};

#[test]
fn chance_of_proof_should_be_the_tail_of_a_binomial() {
	let near = |found: f64, expected: f64| (found - expected).abs() < 0.1 * expected;
	// Stated in the design: a false alarm at 0.5 and a miss at 0.8, each 7 in 10 000.
	assert!(
		near(chance_of_proof(0.5), 7.0e-4),
		"{}",
		chance_of_proof(0.5)
	);
	assert!(near(1.0 - chance_of_proof(0.8), 7.0e-4));
	assert_eq!(chance_of_proof(0.0), 0.0);
	assert_eq!(chance_of_proof(1.0), 1.0);
	assert!(chance_of_proof(0.6) < chance_of_proof(0.61));
}

#[test]
fn percent_should_not_round_to_certainty() {
	assert_eq!(percent(0.0), "0.0 %");
	assert_eq!(percent(1e-5), "less than 0.1 %");
	assert_eq!(percent(0.123), "12.3 %");
	assert_eq!(percent(0.99999), "more than 99.9 %");
	assert_eq!(percent(1.0), "100.0 %");
}

#[test]
fn epoch_should_leave_what_follows_its_head() {
	let bytes = (3u64, 100u64, 50u64, vec![7u8; 40], 1u8).encode();
	let epoch: Epoch = codec::DecodeAll::decode_all(&mut bytes.as_slice()).unwrap();
	assert_eq!((epoch.index, epoch.start, epoch.slots), (3, 100, 50));
	assert!(Epoch::decode(&mut &bytes[..23]).is_err());
}

fn view(id: u64, state: ContributionState, at: BlockNumber) -> ContributionView<AccountId> {
	ContributionView {
		id,
		datanet: 1,
		contributor: AccountId::from([0; 32]),
		text_root: Default::default(),
		byte_length: 2_000,
		records: 1,
		uri: Vec::new(),
		licence: Vec::new(),
		committed_at: at,
		revealed_at: at + 1,
		state,
		bond: 0,
		claims: 0,
		offered_to: None,
		used_value: 0,
		earned: 0,
	}
}

#[test]
fn only_what_was_revealed_before_the_commit_and_is_accepted_is_earlier() {
	let accepted = || ContributionState::Accepted {
		quality: 1,
		number: 0,
		points: 1,
	};
	let accused = view(9, accepted(), 100);
	assert!(is_earlier(&view(1, accepted(), 98), &accused));
	assert!(!is_earlier(&view(1, accepted(), 99), &accused));
	assert!(!is_earlier(&view(9, accepted(), 98), &accused));
	let withdrawn = ContributionState::Withdrawn { at: 99 };
	assert!(!is_earlier(&view(1, withdrawn, 98), &accused));
}

fn prose(seed: u64, words: u64) -> Vec<u8> {
	let word = |place: u64| (place + 1).wrapping_mul(seed).wrapping_mul(0x9e37_79b9) >> 7;
	let words: Vec<String> = (0..words)
		.map(|n| format!("w{}", word(n) % 9_973))
		.collect();
	words.join(" ").into_bytes()
}

/// A case whose accused copies the second of two earlier texts; a third can't be read.
fn case(home: &std::path::Path) -> Case {
	let shared = Shared::for_tests(home);
	let texts = Texts::open(&shared).unwrap();
	let copied = prose(7, 900);
	let bytes = String::from_utf8(copied.clone())
		.unwrap()
		.to_uppercase()
		.replace(' ', " / ")
		.into_bytes();
	let accepted = || ContributionState::Accepted {
		quality: 1,
		number: 0,
		points: 1,
	};
	let registered = |id, bytes: &[u8]| ContributionView {
		text_root: texts.store().put(bytes).unwrap(),
		byte_length: bytes.len() as u64,
		..view(id, accepted(), 5)
	};
	let earlier = vec![
		registered(1, &prose(3, 700)),
		registered(2, &copied),
		view(3, accepted(), 5),
	];
	let accused = ContributionView {
		committed_at: 100,
		..registered(9, &bytes)
	};
	Case {
		datanet: crate::commands::card::tests::datanet(),
		accused,
		bytes,
		earlier,
		bond: 1,
		texts,
	}
}

#[tokio::test]
async fn estimate_should_name_the_source_and_what_it_could_not_read() {
	let home = tempfile::tempdir().unwrap();
	let case = case(home.path());
	let estimate = case
		.estimate(&Shared::for_tests(home.path()))
		.await
		.unwrap();
	assert_eq!(estimate.shown, estimate.total);
	assert_eq!(estimate.sources.len(), 1);
	assert_eq!(estimate.sources[0].0, 2);
	assert_eq!(estimate.unread, [3]);
	assert_eq!(chance_of_proof(estimate.share(estimate.shown)), 1.0);
}

#[tokio::test]
async fn what_is_sent_should_be_what_the_chain_takes() {
	use openledger_primitives::duplicate::{draw_position, folded, ACCUSED_WINDOW, EARLIER_WINDOW};
	let home = tempfile::tempdir().unwrap();
	let case = case(home.path());
	let length = case.accused.byte_length;
	let randomness = openledger_primitives::H256::repeat_byte(8);
	let positions: Vec<u64> = (0..POSITIONS)
		.map(|index| draw_position(&randomness, 4, index, length).unwrap())
		.collect();
	let shown = [0, 17, 95];
	let findings = case.findings(&positions, &shown).await;
	assert_eq!(findings.len(), usize::from(POSITIONS) - shown.len());
	let openable = Openable::new(&case.bytes);
	for finding in &findings {
		let showing = case.showing(&openable, finding).await.unwrap();
		assert!(!shown.contains(&showing.index));
		let position = positions[usize::from(showing.index)];
		let root = &case.accused.text_root;
		let window = showing
			.accused
			.window(root, length, position, ACCUSED_WINDOW);
		let earlier = showing.earlier.unwrap();
		let source = &case.earlier[1];
		assert_eq!(earlier.contribution, source.id);
		let found = earlier.opening.window(
			&source.text_root,
			source.byte_length,
			earlier.position,
			EARLIER_WINDOW,
		);
		assert!(found.is_some());
		assert_eq!(window.and_then(folded), found.and_then(folded));
	}
}

#[test]
fn missing_should_count_down_to_nothing() {
	assert_eq!(missing(&[]), 64);
	assert_eq!(missing(&[3, 9]), 62);
	assert_eq!(missing(&[0; 70]), 0);
}
