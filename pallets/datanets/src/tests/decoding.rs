// SPDX-License-Identifier: Apache-2.0
//! Whatever decodes as a call is refused or done, from any origin and in any state: nothing
//! panics, and every invariant holds.

use crate::mock::*;
use codec::{Decode, Encode};
use frame_support::{assert_ok, traits::UnfilteredDispatchable};
use openledger_primitives::AccountId32;
use proptest::prelude::*;

/// Rows of every kind.
fn populate() {
	let datanet = create_plain();
	assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
	let by_approval = create(|params| params.admission = Admission::Approved);
	assert_ok!(Datanets::approve_contributor(
		signed(&OWNER),
		by_approval,
		BOB
	));
	for seed in 1..=3 {
		accept(contribute(datanet, &ALICE, &text(seed, 1_024)), 2);
	}
	assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
	reject(contribute(datanet, &ALICE, &text(4, 1_024)));
	let appealed = contribute(datanet, &ALICE, &text(5, 1_024));
	reject(appealed);
	assert_ok!(Datanets::appeal(signed(&ALICE), appealed));
	let pending = contribute(datanet, &ALICE, &text(6, 1_024));
	commit_vote(pending, &CURATOR, 1, 0);
	commit(datanet, &ALICE, &text(7, 1_024));
	assert_ok!(Datanets::claim_duplicate(signed(&BOB), 1));
	assert_ok!(Datanets::claim_duplicate(signed(&BOB), pending));
	assert_ok!(Datanets::withdraw(signed(&ALICE), 1));
	assert_ok!(Datanets::offer_contribution(signed(&ALICE), 2, Some(BOB)));
	assert_ok!(Datanets::offer_datanet(signed(&OWNER), datanet, Some(BOB)));
}

/// Bytes of which most are zero, so that ids, lengths and variants are often real.
fn arguments() -> impl Strategy<Value = Vec<u8>> {
	let byte = prop_oneof![12 => Just(0_u8), 6 => 1..8_u8, 2 => any::<u8>()];
	prop_oneof![
		prop::collection::vec(byte, 0..400),
		prop::collection::vec(any::<u8>(), 0..4_000),
		// A small id first.
		(1..9_u8, prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(id, rest)| [
			&[id, 0, 0, 0, 0, 0, 0, 0][..],
			&rest
		]
		.concat()),
		(1..3_u8, prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(id, rest)| [
			&[id, 0, 0, 0][..],
			&rest
		]
		.concat()),
	]
}

fn origins() -> impl Strategy<Value = RuntimeOrigin> {
	let people: [AccountId32; 6] = [OWNER, CURATOR, SECOND_CURATOR, ALICE, BOB, POOR];
	prop_oneof![
		6 => prop::sample::select(people.to_vec()).prop_map(|who| signed(&who)),
		2 => Just(RuntimeOrigin::root()),
		1 => Just(RuntimeOrigin::none()),
		2 => Just(frame_system::RawOrigin::Authorized.into()),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn no_call_that_decodes_panics(
		calls in prop::collection::vec((0..=31_u8, arguments(), origins(), 0..12_u32), 1..60)
	) {
		ExtBuilder::default().build_and_execute(|| {
			populate();
			for (index, arguments, origin, blocks) in calls {
				let bytes = [&[index][..], &arguments].concat();
				let Ok(call) = Call::<Test>::decode(&mut &bytes[..]) else {
					continue;
				};
				// What decodes once decodes again to the same.
				prop_assert!(Call::<Test>::decode(&mut &call.encode()[..]).ok().as_ref() == Some(&call));
				let _ = call.dispatch_bypass_filter(origin);
				check_all();
				advance(blocks);
			}
			Ok(())
		})?;
	}

	/// Nothing that a pool is sent makes it panic.
	#[test]
	fn no_keeper_call_panics_a_pool(id in prop_oneof![0..9_u64, any::<u64>()], blocks in 0..60_u32) {
		ExtBuilder::default().build_and_execute(|| {
			populate();
			advance(blocks);
			for call in [
				Call::conclude_review { contribution: id },
				Call::conclude_claim { claim: id },
			] {
				let validity = validate(keeper(call.clone()));
				let applied = apply(keeper(call));
				prop_assert_eq!(validity.is_ok(), applied.is_ok());
				if let Ok(outcome) = applied {
					prop_assert!(outcome.is_ok());
				}
			}
			Ok(())
		})?;
	}
}
