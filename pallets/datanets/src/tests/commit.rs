// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{apis::DatanetState, ports::DatanetKind, H256, MICRO, OPEN};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

const SECRET: H256 = H256::repeat_byte(1);

#[test]
fn takes_the_next_id_and_holds_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_ok!(Datanets::commit(signed(&ALICE), datanet, SECRET, 1_024));

		assert_eq!(
			contribution(1),
			Contribution {
				datanet,
				contributor: ALICE,
				byte_length: 1_024,
				text_root: H256::zero(),
				committed_at: 1,
				revealed_at: 0,
				bond: OPEN,
				claims: 0,
				status: Status::Committed {
					commitment: SECRET,
					expires: 101
				},
			}
		);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), OPEN);
		assert_eq!(
			events().pop(),
			Some(Event::Committed {
				contribution: 1,
				datanet,
				contributor: ALICE,
				byte_length: 1_024,
				bond: OPEN,
			})
		);
	});
}

#[test]
fn ids_are_chain_wide() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (create_plain(), create_plain());
		assert_eq!(commit(first, &ALICE, &text(1, 1_024)), 1);
		assert_eq!(commit(second, &BOB, &text(1, 1_024)), 2);
		assert_eq!(commit(first, &BOB, &text(1, 1_024)), 3);
	});
}

#[test]
fn the_bond_is_by_length_above_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bond_of = |length| {
			assert_ok!(Datanets::commit(signed(&ALICE), datanet, SECRET, length));
			contribution(ContributionCount::<Test>::get()).bond
		};
		// 10 µOPEN a byte reach the least bond of 1 OPEN at 100 000 bytes.
		assert_eq!(bond_of(99_999), OPEN);
		assert_eq!(bond_of(100_000), OPEN);
		assert_eq!(bond_of(100_001), OPEN + 10 * MICRO);
	});
}

#[test]
fn the_length_must_fit_the_kind() {
	ExtBuilder::default().build_and_execute(|| {
		let commit = |datanet, length| Datanets::commit(signed(&ALICE), datanet, SECRET, length);
		let of_text = create_plain();
		assert_noop!(commit(of_text, 0), Error::<Test>::LengthOutOfRange);
		assert_noop!(commit(of_text, 1_023), Error::<Test>::LengthOutOfRange);
		assert_ok!(commit(of_text, 1_024));
		assert_noop!(
			commit(of_text, (1 << 30) + 1),
			Error::<Test>::LengthOutOfRange
		);
		assert_noop!(commit(of_text, u64::MAX), Error::<Test>::LengthOutOfRange);
		// In range, but nobody here has 10 737 OPEN.
		assert_noop!(commit(of_text, 1 << 30), TokenError::FundsUnavailable);

		let opaque = create(|params| params.kind = DatanetKind::Opaque);
		assert_noop!(commit(opaque, 0), Error::<Test>::LengthOutOfRange);
		assert_ok!(commit(opaque, 1));
		assert_noop!(commit(opaque, 1 << 40), TokenError::FundsUnavailable);
		assert_noop!(
			commit(opaque, (1 << 40) + 1),
			Error::<Test>::LengthOutOfRange
		);
	});
}

#[test]
fn refuses_an_unknown_datanet() {
	ExtBuilder::default().build_and_execute(|| {
		for datanet in [0, 1] {
			assert_noop!(
				Datanets::commit(signed(&ALICE), datanet, SECRET, 1_024),
				Error::<Test>::DatanetNotFound
			);
		}
	});
}

#[test]
fn refuses_a_datanet_that_is_not_open() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		let revealed_later = commit(datanet, &ALICE, &bytes);
		let commit = || Datanets::commit(signed(&ALICE), datanet, SECRET, 1_024);
		for state in [
			DatanetState::Frozen,
			DatanetState::Suspended,
			DatanetState::Closed,
		] {
			crate::Datanets::<Test>::mutate(datanet, |row| row.as_mut().unwrap().state = state);
			assert_noop!(commit(), Error::<Test>::NotOpen);
		}
		// What was committed before goes its way in every state.
		assert_ok!(Datanets::contribute(
			signed(&ALICE),
			revealed_later,
			reveal(&bytes)
		));
		accept(revealed_later, 2);
		crate::Datanets::<Test>::mutate(datanet, |row| {
			row.as_mut().unwrap().state = DatanetState::Open;
		});
		assert_ok!(commit());
	});
}

#[test]
fn refuses_a_bond_that_overflows() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.bond_per_byte = u128::MAX);
		assert_noop!(
			Datanets::commit(signed(&ALICE), datanet, SECRET, 1_024),
			ArithmeticError::Overflow
		);
	});
}

#[test]
fn refuses_who_cannot_pay_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_noop!(
			Datanets::commit(signed(&POOR), datanet, SECRET, 1_024),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn refuses_when_ids_are_exhausted() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		ContributionCount::<Test>::put(u64::MAX);
		assert_noop!(
			Datanets::commit(signed(&ALICE), datanet, SECRET, 1_024),
			Error::<Test>::IdsExhausted
		);
	});
}

#[test]
fn refuses_other_origins() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_noop!(
			Datanets::commit(RuntimeOrigin::root(), datanet, SECRET, 1_024),
			DispatchError::BadOrigin
		);
	});
}
