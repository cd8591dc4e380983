// SPDX-License-Identifier: Apache-2.0
//! A vesting schedule over an account's whole balance shields none of its holds.

use crate::mock::*;
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use openledger_primitives::{MILLI, OPEN};
use sp_runtime::TokenError;

/// The lock is real: without force nothing of the hold can leave the account.
fn assert_locked(reason: HoldReason, amount: u128) {
	assert_eq!(Balances::usable_balance(&LOCKED), 0);
	assert_noop!(
		Balances::transfer_on_hold(
			&reason.into(),
			&LOCKED,
			&BOB,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Polite,
		),
		TokenError::Frozen
	);
}

/// A reveal of [`LOCKED`]. Keepers are paid from free balance, so he gets just what they cost above
/// what the lock covers.
fn contribute_locked(datanet: u32, bytes: &[u8]) -> u64 {
	use frame_support::traits::{fungible::Mutate, tokens::Preservation};
	let missing = FUNDS - Balances::total_balance(&LOCKED);
	assert_ok!(Balances::transfer(
		&BOB,
		&LOCKED,
		missing + review_prepaid(),
		Preservation::Preserve
	));
	contribute(datanet, &LOCKED, bytes)
}

#[test]
fn the_review_fee_reaches_the_curator() {
	ExtBuilder::default().with_lock().build_and_execute(|| {
		let datanet = create_plain();
		for decide in [|id| accept(id, 1), |id| reject(id)] {
			let id = contribute_locked(datanet, &text(now().into(), 3_000));
			assert_locked(HoldReason::ReviewFee, 3 * MILLI);
			let before = Balances::free_balance(&CURATOR);
			decide(id);
			assert_eq!(Balances::free_balance(&CURATOR), before + 3 * MILLI);
			assert_eq!(held(HoldReason::ReviewFee, &LOCKED), 0);
			advance(1);
		}
	});
}

#[test]
fn a_tenth_of_the_bond_is_burned() {
	ExtBuilder::default().with_lock().build_and_execute(|| {
		let id = commit(create_plain(), &LOCKED, &text(1, 1_024));
		assert_locked(HoldReason::ContributionBond, OPEN / 10);
		advance(101);
		let issued = Balances::total_issuance();
		assert_ok!(Datanets::expire_commit(signed(&BOB), id));
		assert_eq!(Balances::total_issuance(), issued - OPEN / 10);
		assert_eq!(Balances::free_balance(&LOCKED), FUNDS - OPEN / 10);
	});
}

#[test]
fn bonds_and_deposits_come_back() {
	ExtBuilder::default().with_lock().build_and_execute(|| {
		let datanet = create(|params| params.curators = vec![CURATOR, LOCKED].try_into().unwrap());
		assert_ok!(Datanets::take_seat(signed(&LOCKED), datanet));
		assert_ok!(Datanets::leave_seat(signed(&LOCKED), datanet));
		let bytes = text(1, 1_024);
		let early = commit(datanet, &ALICE, &bytes);
		contribute_locked(datanet, &bytes);
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
		let rejected = contribute_locked(datanet, &text(2, 1_024));
		reject(rejected);
		advance(50);
		assert_ok!(Datanets::release_bond(signed(&BOB), rejected));
		assert_eq!(Balances::reserved_balance(&LOCKED), 0);
		assert_eq!(Balances::free_balance(&LOCKED), FUNDS - MILLI);
	});
}

/// A dismissed appeal, a vote that is not revealed and one that is overturned.
#[test]
fn fines_are_burned() {
	ExtBuilder::default().with_lock().build_and_execute(|| {
		let datanet = create(|params| params.curators = vec![CURATOR, LOCKED].try_into().unwrap());
		assert_ok!(Datanets::take_seat(signed(&LOCKED), datanet));
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		commit_vote(id, &LOCKED, 4, 0);
		commit_vote(id, &CURATOR, 0, 1);
		reveal_vote(id, &CURATOR, 0, 1);
		assert_locked(HoldReason::CuratorBond, OPEN);
		advance_to(review(id).reveals_until + 1);
		conclude_review(id);
		assert_eq!(held(HoldReason::CuratorBond, &LOCKED), 9 * OPEN);

		let id = contribute_locked(datanet, &text(2, 1_024));
		reject(id);
		assert_ok!(Datanets::appeal(signed(&LOCKED), id));
		assert_locked(HoldReason::ContributionBond, OPEN);
		let dismiss = Verdict::Reject { reason: 1 };
		assert_ok!(Datanets::decide_appeal(RuntimeOrigin::root(), id, dismiss));
		assert_eq!(Balances::total_balance(&LOCKED), FUNDS - MILLI - OPEN / 10);
	});
}

/// Holds keep an account above the existential deposit, so whoever spent the rest can still be
/// paid back, to the smallest fee.
#[test]
fn an_account_at_the_existential_deposit_gets_everything_back() {
	ExtBuilder::default().build_and_execute(|| {
		use frame_support::traits::{
			fungible::{Inspect, Mutate},
			tokens::Preservation,
		};
		let datanet = create_plain();
		let bytes = text(1, 1_024);
		let early = commit(datanet, &ALICE, &bytes);
		contribute(datanet, &BOB, &bytes);
		let rest = Balances::reducible_balance(&BOB, Preservation::Expendable, Fortitude::Polite);
		assert_ok!(Balances::transfer(
			&BOB,
			&OWNER,
			rest,
			Preservation::Expendable
		));
		let before = Balances::total_balance(&BOB);
		assert_ok!(Datanets::contribute(signed(&ALICE), early, reveal(&bytes)));
		assert_eq!(Balances::free_balance(&BOB), before);
	});
}
