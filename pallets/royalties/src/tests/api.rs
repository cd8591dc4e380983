// SPDX-License-Identifier: Apache-2.0
//! What the runtime API reads.

use super::*;
use openledger_primitives::apis::{EarningsView, PoolRowView};

#[test]
fn earnings_are_booked_paid_and_pending() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::add_points(2, 1, &ALICE, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 10));
		assert_ok!(Royalties::pay_in(&PAYER, 2, 1, 100));
		wait(9);
		assert_ok!(Royalties::credit(&ALICE, 4));
		assert_ok!(Royalties::claim(RuntimeOrigin::signed(BOB), ALICE));
		assert_ok!(Royalties::credit(&ALICE, 5));
		let view = |rows| Royalties::api_earnings(&ALICE, rows);
		let expected = |pending| EarningsView {
			accrued: 5,
			paid: 4,
			pending,
		};
		assert_eq!(view(vec![]), expected(0));
		assert_eq!(view(vec![(1, 1)]), expected(10));
		assert_eq!(
			view(vec![(1, 1), (2, 1), (3, 1), (0, 0), (1, 1_025)]),
			expected(110)
		);
		// Naming a row twice doesn't double it.
		assert_eq!(view(vec![(1, 1); 5]), expected(10));
		// Only the first 1 000 are read.
		let mut many = vec![(9, 9); 1_000];
		many.push((1, 1));
		assert_eq!(view(many), expected(0));
		assert_eq!(
			Royalties::api_earnings(&GHOST, vec![(1, 1)]),
			EarningsView {
				accrued: 0,
				paid: 0,
				pending: 0
			}
		);
	});
}

#[test]
fn rows_pools_and_inboxes_are_read() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 2, &ALICE, 3));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 2, 10));
		assert_eq!(
			Royalties::api_pool_row(1, 2, &ALICE),
			Some(PoolRowView {
				datanet: 1,
				tranche: 2,
				points: 3,
				pending: 9
			})
		);
		assert_eq!(Royalties::api_pool_row(1, 1, &ALICE), None);
		assert_eq!(Royalties::api_pool_row(1, 2, &BOB), None);
		assert_eq!(
			(
				Royalties::api_pool_balance(1),
				Royalties::api_pool_balance(2)
			),
			(10, 0)
		);
		wait(3);
		assert_ok!(Royalties::release_base(5, 3));
		send_upstream(5, 2);
		assert_eq!(
			(Royalties::api_inbox(5), Royalties::api_inbox(6)),
			((2, 3), (0, 0))
		);
	});
}

#[test]
fn a_split_is_quoted() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 100_000, &[(Developer, 1_000_000)], &[]);
		let split = Royalties::api_quote_split(1, 1_000).unwrap();
		assert_eq!((split.operator, split.developer), (100, 850));
		assert_eq!(Royalties::api_quote_split(2, 1_000), None);
		assert!(Royalties::api_quote_split(1, Balance::MAX).is_some());
	});
}
