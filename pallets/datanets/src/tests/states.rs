// SPDX-License-Identifier: Apache-2.0
//! Open, frozen, suspended, closed.

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use openledger_primitives::{
	apis::DatanetState::{self, Closed, Frozen, Open, Suspended},
	DatanetId, H256,
};
use sp_runtime::{DispatchError, DispatchResult};

const STATES: [DatanetState; 4] = [Open, Frozen, Suspended, Closed];

fn set(datanet: DatanetId, state: DatanetState) -> DispatchResult {
	Datanets::set_state(signed(&OWNER), datanet, state)
}

fn suspend(datanet: DatanetId, suspended: bool) -> DispatchResult {
	Datanets::suspend(RawOrigin::Root.into(), datanet, suspended)
}

fn state(datanet: DatanetId) -> DatanetState {
	crate::Datanets::<Test>::get(datanet).unwrap().state
}

/// A new datanet in this state.
fn datanet_in(state: DatanetState) -> DatanetId {
	let datanet = create_plain();
	match state {
		Open => (),
		Suspended => {
			assert_ok!(suspend(datanet, true));
		}
		_ => {
			assert_ok!(set(datanet, state));
		}
	}
	datanet
}

#[test]
fn owners_pause_resume_and_close() {
	ExtBuilder::default().build_and_execute(|| {
		let allowed = [
			(Open, Frozen),
			(Frozen, Open),
			(Open, Closed),
			(Frozen, Closed),
		];
		for before in STATES {
			for after in STATES {
				let datanet = datanet_in(before);
				if allowed.contains(&(before, after)) {
					assert_ok!(set(datanet, after));
					assert_eq!(state(datanet), after);
					assert_eq!(
						events().pop(),
						Some(Event::DatanetStateSet {
							datanet,
							state: after
						})
					);
				} else {
					assert_noop!(set(datanet, after), Error::<Test>::StateNotAllowed);
				}
			}
		}
	});
}

#[test]
fn governance_suspends_and_opens_again() {
	ExtBuilder::default().build_and_execute(|| {
		for before in STATES {
			let datanet = datanet_in(before);
			if matches!(before, Open | Frozen) {
				assert_ok!(suspend(datanet, true));
				assert_eq!(state(datanet), Suspended);
				assert_eq!(
					events().pop(),
					Some(Event::DatanetStateSet {
						datanet,
						state: Suspended
					})
				);
			} else {
				assert_noop!(suspend(datanet, true), Error::<Test>::StateNotAllowed);
			}
			let datanet = datanet_in(before);
			if before == Suspended {
				assert_ok!(suspend(datanet, false));
				assert_eq!(state(datanet), Open);
			} else {
				assert_noop!(suspend(datanet, false), Error::<Test>::StateNotAllowed);
			}
		}
	});
}

#[test]
fn each_state_has_its_origin() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_noop!(
			Datanets::set_state(signed(&ALICE), datanet, Frozen),
			Error::<Test>::NotOwner
		);
		assert_noop!(
			Datanets::set_state(RawOrigin::Root.into(), datanet, Frozen),
			DispatchError::BadOrigin
		);
		assert_noop!(set(datanet + 1, Frozen), Error::<Test>::DatanetNotFound);
		assert_noop!(
			Datanets::suspend(signed(&OWNER), datanet, true),
			DispatchError::BadOrigin
		);
		assert_noop!(suspend(datanet + 1, true), Error::<Test>::DatanetNotFound);
	});
}

#[test]
fn only_an_open_datanet_takes_commits() {
	ExtBuilder::default().build_and_execute(|| {
		for state in [Frozen, Suspended, Closed] {
			let datanet = datanet_in(state);
			assert_noop!(
				Datanets::commit(signed(&ALICE), datanet, H256::zero(), 2_000),
				Error::<Test>::NotOpen
			);
		}
		let datanet = datanet_in(Frozen);
		assert_ok!(set(datanet, Open));
		commit(datanet, &ALICE, &text(1, 2_000));
		let datanet = datanet_in(Suspended);
		assert_ok!(suspend(datanet, false));
		commit(datanet, &ALICE, &text(1, 2_000));
	});
}

#[test]
fn everything_that_has_begun_goes_on_in_every_state() {
	ExtBuilder::default().build_and_execute(|| {
		for state in [Frozen, Suspended, Closed] {
			let datanet = create_plain();
			let bytes = text(1, 2_000);
			let early = commit(datanet, &ALICE, &bytes);
			let pending = contribute(datanet, &BOB, &text(2, 2_000));
			match state {
				Suspended => {
					assert_ok!(suspend(datanet, true));
				}
				_ => {
					assert_ok!(set(datanet, state));
				}
			}
			assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
			accept(early, 1);
			accept(pending, 2);
			assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
			assert_ok!(Datanets::withdraw(signed(&BOB), pending));
			assert_ok!(Datanets::offer_datanet(signed(&OWNER), datanet, Some(BOB)));
			assert_ok!(Datanets::accept_datanet(signed(&BOB), datanet));
		}
	});
}
