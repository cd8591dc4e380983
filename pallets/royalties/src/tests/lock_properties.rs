// SPDX-License-Identifier: Apache-2.0
//! A claim changes when money comes, never how much; and nothing done beside it changes what the
//! accused text has earned. Both are shown on two chains that differ in one thing.

use super::{properties::planck, *};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The accused text and the other texts, when they are two accounts' rows.
const TEXT: AccountId = 200;
const OTHERS: AccountId = 201;

/// Whatever happens beside a claim on a text of ALICE. Each row keeps a point, so that fractions of
/// rows that leave do not change the accumulator.
#[derive(Clone, Debug)]
enum Beside {
	Pay(u128),
	/// ALICE's other texts: more of them, or a part (thousandths) of their points gone.
	More(u64),
	Fewer(u64),
	/// Strangers, likewise.
	Join(u64),
	Leave(u64),
	Collect,
	Lock,
	Unlock,
}

fn beside() -> impl Strategy<Value = Beside> {
	let points = || prop_oneof![1..10u64, 1_024..4_000_000u64, Just(u64::MAX / 256)];
	prop_oneof![
		4 => planck().prop_map(Beside::Pay),
		2 => points().prop_map(Beside::More),
		1 => (0..=1_000u64).prop_map(Beside::Fewer),
		2 => points().prop_map(Beside::Join),
		1 => (0..=1_000u64).prop_map(Beside::Leave),
		2 => Just(Beside::Collect),
		2 => Just(Beside::Lock),
		2 => Just(Beside::Unlock),
	]
}

fn text_points() -> impl Strategy<Value = u64> {
	prop_oneof![1..10u64, 1_024..4_000_000u64, Just(u64::MAX / 256)]
}

fn pay_pool(amount: Balance) {
	assert_ok!(Royalties::pay_in(&PAYER, 1, 1, amount));
}

fn add(who: AccountId, points: u64) {
	// More points than a row holds are refused on both chains.
	let _ = Royalties::add_points(1, 1, &who, points);
}

fn remove(who: AccountId, points: u64) {
	assert_ok!(Royalties::remove_points(1, 1, &who, points));
}

fn collect(who: AccountId) {
	let _ = Royalties::collect(RuntimeOrigin::signed(BOB), 1, 1, who);
}

/// A part of points, but never the last one.
fn some_of(points: u64, thousandths: u64) -> u64 {
	(u128::from(points - 1) * u128::from(thousandths) / 1_000) as u64
}

/// What a chain has booked and still holds.
type Ending = (
	BTreeMap<AccountId, Balance>,
	Pool,
	BTreeMap<AccountId, MemberRow>,
);

/// A claim (if `is_claimed`) that comes to nothing, and the end of the text. Locks that `ops` leave
/// open are taken away at the end.
fn after_a_withdrawal(text: u64, ops: &[Beside], is_claimed: bool) -> Ending {
	ExtBuilder::build().execute_with(|| {
		add(ALICE, text);
		add(ALICE, 1);
		add(CAROL, 1);
		let mut locks = 0;
		for op in ops {
			match *op {
				Beside::Pay(amount) => pay_pool(amount),
				Beside::More(points) => add(ALICE, points),
				Beside::Fewer(part) => remove(ALICE, some_of(points(1, 1, ALICE) - text, part)),
				Beside::Join(points) => add(CAROL, points),
				Beside::Leave(part) => remove(CAROL, some_of(points(1, 1, CAROL), part)),
				Beside::Collect => collect(ALICE),
				Beside::Lock if is_claimed => {
					assert_ok!(Royalties::lock_row(1, 1, &ALICE));
					locks += 1;
				}
				Beside::Unlock if locks > 0 => {
					assert_ok!(Royalties::unlock_row(1, 1, &ALICE));
					locks -= 1;
				}
				Beside::Lock | Beside::Unlock => {}
			}
			Royalties::do_try_state().unwrap();
			assert_exact();
		}
		if is_claimed {
			assert_ok!(Royalties::lock_row(1, 1, &ALICE));
			let aside = Royalties::set_aside(1, 1, &ALICE, text).unwrap();
			assert_ok!(Royalties::pay_aside(&ALICE, aside));
			for _ in 0..=locks {
				assert_ok!(Royalties::unlock_row(1, 1, &ALICE));
			}
		} else {
			remove(ALICE, text);
		}
		[ALICE, CAROL].into_iter().for_each(collect);
		Royalties::do_try_state().unwrap();
		assert_exact();
		assert_eq!(Withheld::<Test>::iter().count(), 0);
		assert_eq!(Aside::<Test>::get(), 0);
		let rows = Members::<Test>::iter().map(|((_, _, who), row)| (who, row));
		(
			Accrued::<Test>::iter().collect(),
			Pools::<Test>::get(1),
			rows.collect(),
		)
	})
}

/// What is set aside of a text that shares its row with other texts. `before` and `after` the lock.
fn share_in_one_row(text: u64, before: &[Beside], after: &[Beside]) -> (Balance, Balance) {
	ExtBuilder::build().execute_with(|| {
		add(ALICE, text);
		add(ALICE, 1);
		add(CAROL, 1);
		for (op, is_locked) in with_phase(before, after) {
			if let Some(true) = is_locked {
				assert_ok!(Royalties::lock_row(1, 1, &ALICE));
			}
			match *op {
				Beside::Pay(amount) => pay_pool(amount),
				Beside::More(points) => add(ALICE, points),
				Beside::Fewer(part) => remove(ALICE, some_of(points(1, 1, ALICE) - text, part)),
				Beside::Join(points) => add(CAROL, points),
				Beside::Leave(part) => remove(CAROL, some_of(points(1, 1, CAROL), part)),
				Beside::Collect => collect(ALICE),
				Beside::Lock | Beside::Unlock => {}
			}
		}
		let share = Royalties::set_aside(1, 1, &ALICE, text).unwrap();
		Royalties::do_try_state().unwrap();
		assert_exact();
		(share, Withheld::<Test>::get((1, 1, ALICE)).unwrap().amount)
	})
}

/// Ops in their order; the first after the lock is marked. There is always one.
fn with_phase<'a>(
	before: &'a [Beside],
	after: &'a [Beside],
) -> impl Iterator<Item = (&'a Beside, Option<bool>)> {
	let locking = core::iter::once((&Beside::Pay(0), Some(true)));
	let before = before.iter().map(|op| (op, Some(false)));
	before
		.chain(locking)
		.chain(after.iter().map(|op| (op, None)))
}

/// What the same text has pending when it has a row of its own that is paid whenever the shared one
/// would be, until the lock.
fn share_in_its_own_row(text: u64, before: &[Beside], after: &[Beside]) -> Balance {
	ExtBuilder::build().execute_with(|| {
		add(TEXT, text);
		add(OTHERS, 1);
		add(CAROL, 1);
		for (op, is_locked) in with_phase(before, after) {
			let touches = match *op {
				Beside::Collect | Beside::More(_) => true,
				// Taking no points away touches nothing.
				Beside::Fewer(part) => some_of(points(1, 1, OTHERS), part) > 0,
				_ => false,
			};
			if touches && is_locked.is_some() {
				collect(TEXT);
			}
			match *op {
				Beside::Pay(amount) => pay_pool(amount),
				Beside::More(points) => add(OTHERS, points),
				Beside::Fewer(part) => remove(OTHERS, some_of(points(1, 1, OTHERS), part)),
				Beside::Join(points) => add(CAROL, points),
				Beside::Leave(part) => remove(CAROL, some_of(points(1, 1, CAROL), part)),
				Beside::Collect | Beside::Lock | Beside::Unlock => {}
			}
		}
		Royalties::do_try_state().unwrap();
		pending(1, 1, TEXT)
	})
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 192, ..Default::default() })]

	/// To the planck, and to the last fraction that rows and pools keep: for the accused, for
	/// everybody else, whatever claims lock and unlock in between.
	#[test]
	fn a_claim_that_comes_to_nothing_changes_nothing(
		text in text_points(),
		ops in prop::collection::vec(beside(), 0..40),
	) {
		let (with, without) = (
			after_a_withdrawal(text, &ops, true),
			after_a_withdrawal(text, &ops, false),
		);
		prop_assert_eq!(with, without);
	}

	/// Neither other texts of the accused, accepted or withdrawn while the claim is open, nor
	/// strangers' change what the accused text forfeits, but for the fraction of a planck that is
	/// rounded away.
	#[test]
	fn nothing_beside_a_text_changes_its_part(
		text in text_points(),
		before in prop::collection::vec(beside(), 0..20),
		after in prop::collection::vec(beside(), 0..30),
	) {
		let (share, rest) = share_in_one_row(text, &before, &after);
		let own = share_in_its_own_row(text, &before, &after);
		prop_assert!(
			share <= own && own <= share + 1,
			"{} set aside, {} earned, {} still withheld", share, own, rest
		);
	}
}
