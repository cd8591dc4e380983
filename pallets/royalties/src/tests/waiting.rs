// SPDX-License-Identifier: Apache-2.0
//! What waits: `release_base`, `credit`, `credit_pool`, `credit_treasury`.

use super::*;

#[test]
fn base_goes_to_the_inbox_with_one_prepaid_distribution() {
	ExtBuilder::build_and_execute(|| {
		wait(1_000);
		assert_ok!(Royalties::release_base(1, 400));
		assert_eq!(Royalties::waiting(), 600);
		assert_eq!(
			Inboxes::<Test>::get(1),
			Inbox {
				upstream: 0,
				base: 400,
				prepaid: 1
			}
		);
		assert_eq!(
			events(),
			[
				Event::InboxPaidIn {
					model: 1,
					upstream: 0,
					base: 400
				},
				Event::PrepaidSet {
					model: 1,
					prepaid: 1
				},
			]
		);
		assert_ok!(Royalties::release_base(1, 600));
		assert_eq!(
			Inboxes::<Test>::get(1),
			Inbox {
				upstream: 0,
				base: 1_000,
				prepaid: 2
			}
		);
		assert_exact();
	});
}

#[test]
fn a_release_without_base_still_prepays() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::release_base(1, 0));
		assert_eq!(Inboxes::<Test>::get(1).prepaid, 1);
		assert_eq!(
			events(),
			[Event::PrepaidSet {
				model: 1,
				prepaid: 1
			}]
		);
		assert_eq!(DueCount::<Test>::get(), 0);
	});
}

#[test]
fn credit_is_booked() {
	ExtBuilder::build_and_execute(|| {
		wait(1_000);
		assert_ok!(Royalties::credit(&ALICE, 999));
		assert_eq!(Accrued::<Test>::get(ALICE), 999);
		assert_eq!(
			events(),
			[Event::Accrued {
				account: ALICE,
				amount: 999,
				source: Source::Credit
			}]
		);
		assert_ok!(Royalties::credit(&ALICE, 0));
		assert!(events().is_empty());
		assert_eq!(Royalties::waiting(), 1);
		assert_exact();
	});
}

#[test]
fn credit_to_a_pool_is_shared_by_points() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 3));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 1));
		wait(1_000);
		events();
		assert_ok!(Royalties::credit_pool(1, 1, 1_000));
		assert_eq!(
			events(),
			[
				Event::WaitingTaken { amount: 1_000 },
				Event::PoolPaidIn {
					datanet: 1,
					version: 1,
					amount: 1_000,
					points: 4
				},
			]
		);
		assert_eq!((pending(1, 1, ALICE), pending(1, 1, BOB)), (750, 250));
		assert_eq!(Royalties::waiting(), 0);
		assert_exact();
	});
}

#[test]
fn credit_to_an_empty_pool_goes_to_the_treasury() {
	ExtBuilder::build_and_execute(|| {
		// Points of a later tranche don't count for this version.
		assert_ok!(Royalties::add_points(1, 2, &ALICE, 3));
		wait(1_000);
		events();
		assert_ok!(Royalties::credit_pool(1, 1, 1_000));
		assert_eq!(
			events(),
			[
				Event::WaitingTaken { amount: 1_000 },
				Event::TreasuryPaid { amount: 1_000 },
			]
		);
		assert_eq!(balance(TREASURY), ED + 1_000);
		assert_eq!(Royalties::api_pool_balance(1), 0);
		assert_exact();
	});
}

#[test]
fn credit_to_the_treasury_is_paid_at_once() {
	ExtBuilder::build_and_execute(|| {
		wait(1_000);
		assert_ok!(Royalties::credit_treasury(1_000));
		assert_eq!(balance(TREASURY), ED + 1_000);
		assert_eq!(Royalties::waiting(), 0);
		assert_exact();
	});
}

#[test]
fn more_than_waits_is_refused() {
	ExtBuilder::build_and_execute(|| {
		wait(1_000);
		let error = Error::<Test>::NotWaiting;
		assert_noop!(Royalties::release_base(1, 1_001), error);
		let error = Error::<Test>::NotWaiting;
		assert_noop!(Royalties::credit(&ALICE, 1_001), error);
		let error = Error::<Test>::NotWaiting;
		assert_noop!(Royalties::credit_pool(1, 1, 1_001), error);
		let error = Error::<Test>::NotWaiting;
		assert_noop!(Royalties::credit_treasury(1_001), error);
		assert_exact();
	});
}

#[test]
fn a_refused_pool_leaves_the_money_waiting() {
	ExtBuilder::build_and_execute(|| {
		wait(1_000);
		assert_noop!(
			Royalties::credit_pool(1, 1_025, 1_000),
			Error::<Test>::VersionOutOfBounds
		);
		assert_eq!(Royalties::waiting(), 1_000);
	});
}
