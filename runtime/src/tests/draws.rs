// SPDX-License-Identifier: Apache-2.0
//! Epochs, and the randomness that they draw by.

use super::*;
use crate::{
	configs::consensus::{EpochCount, EpochRandomness},
	constants::time::{EPOCH_BLOCKS, EPOCH_SLOTS},
	Babe, Runtime, Session,
};
use frame_support::traits::{Get, Randomness};
use pallet_datanets::{types::EpochDraw, EpochDraws};
use sp_consensus_babe::{digests::PrimaryPreDigest, make_vrf_sign_data};
use sp_core::crypto::VrfSecret;

/// What datanets ask for.
fn value() -> crate::Hash {
	EpochRandomness::random(b"openledger/draw").0
}

fn draws() -> Vec<EpochDraw> {
	EpochDraws::<Runtime>::get().into_inner()
}

/// Alice's claim to a slot as its primary author.
fn primary(slot: u64) -> PreDigest {
	let data = make_vrf_sign_data(&Babe::randomness(), slot.into(), Babe::epoch_index());
	PreDigest::Primary(PrimaryPreDigest {
		authority_index: 0,
		slot: slot.into(),
		vrf_signature: Sr25519Keyring::Alice.pair().vrf_sign(&data),
	})
}

/// Runs blocks 1 to `last`, those chosen by their primary authors. Returns BABE's own randomness,
/// which is announced for the epoch after, and the draws.
fn run(last: u32, is_primary: impl Fn(u32) -> bool) -> ([u8; 32], Vec<EpochDraw>) {
	run_after(|| (), last, is_primary)
}

/// The outputs of 256 blocks.
fn full_segment() -> frame_support::BoundedVec<[u8; 32], frame_support::traits::ConstU32<256>> {
	vec![[7; 32]; 256].try_into().unwrap()
}

fn run_after(
	prepare: impl Fn(),
	last: u32,
	is_primary: impl Fn(u32) -> bool,
) -> ([u8; 32], Vec<EpochDraw>) {
	development().execute_with(|| {
		prepare();
		for number in 1..=last {
			let slot = FIRST_SLOT + u64::from(number);
			// The first block of an epoch signs for what it brings itself.
			if is_primary(number) && number % EPOCH_BLOCKS != 1 {
				start_block_of(number, primary(slot));
			} else {
				start_block(number, slot);
			}
			Executive::finalize_block();
		}
		let draws = draws();
		(pallet_babe::NextRandomness::<Runtime>::get(), draws)
	})
}

#[test]
fn an_epochs_draw_should_be_noted_in_its_first_block_after_the_session_has_rotated() {
	assert_eq!(u64::from(EPOCH_BLOCKS), EPOCH_SLOTS);
	development().execute_with(|| {
		run_to_block(100);
		let before = value();
		run_to_block(101);
		assert_ne!(value(), before, "the change of epoch changes it");
		let second = value();
		run_to_block(201);
		let third = value();
		run_to_block(250);
		let kept: Vec<_> = draws()
			.into_iter()
			.filter(|draw| draw.epoch > 0)
			.map(|draw| (draw.epoch, draw.from, draw.value))
			.collect();
		assert_eq!(kept, [(1, 101, second), (2, 201, third)]);
	});
}

#[test]
fn every_primary_block_of_an_epoch_should_change_the_next_draw_and_none_before() {
	let of_second = |draws: Vec<EpochDraw>| (draws[1].value, draws[2].value);
	let (babe, none) = run(201, |_| false);
	let (same, one) = run(201, |number| number == 150);
	let (_, other) = run(201, |number| number == 151);
	let (_, both) = run(201, |number| number == 150 || number == 151);
	// BABE mixes whole segments of 256 outputs: an epoch's own are not in its announcement.
	assert_eq!(babe, same);
	let all = [none, one, other, both].map(of_second);
	assert!(all.iter().all(|(first, _)| *first == all[0].0));
	for (place, (_, value)) in all.iter().enumerate() {
		assert!(all[..place].iter().all(|(_, earlier)| earlier != value));
	}
}

#[test]
fn outputs_behind_a_full_segment_should_change_the_draw_too() {
	let run = |primaries: &[u32]| {
		run_after(
			|| pallet_babe::UnderConstruction::<Runtime>::insert(0, full_segment()),
			101,
			|number| primaries.contains(&number),
		)
	};
	// The first one finds the segment full and begins the next.
	let (babe, one) = run(&[50]);
	let (same, two) = run(&[50, 51]);
	assert_eq!(babe, same, "BABE takes the full segment only");
	assert_ne!(one[1].value, two[1].value);
}

#[test]
fn epochs_without_blocks_should_not_count() {
	development().execute_with(|| {
		run_to_block(50);
		Executive::finalize_block();
		start_block(51, FIRST_SLOT + 51 + 10 * EPOCH_SLOTS);
		assert_eq!(Babe::epoch_index(), 10);
		assert_eq!(Session::current_index(), 1);
		assert_eq!(EpochCount::get(), 1);
		let draw = draws().pop().unwrap();
		assert_eq!((draw.epoch, draw.from, draw.value), (1, 51, value()));
	});
}
