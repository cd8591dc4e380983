// SPDX-License-Identifier: Apache-2.0
//! `collect`.

use super::*;

fn collect(datanet: DatanetId, tranche: Version, who: AccountId) -> sp_runtime::DispatchResult {
	Royalties::collect(RuntimeOrigin::signed(CAROL), datanet, tranche, who)
}

#[test]
fn anyone_has_a_row_booked() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::add_points(1, 2, &ALICE, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 2, 10));
		events();
		assert_ok!(collect(1, 2, ALICE));
		let source = Source::Pool {
			datanet: 1,
			tranche: 2,
		};
		assert_eq!(
			events(),
			[Event::Accrued {
				account: ALICE,
				amount: 5,
				source
			}]
		);
		assert_eq!(Accrued::<Test>::get(ALICE), 5);
		assert_eq!(Royalties::api_pool_balance(1), 5);
		// The other tranche's row is another row.
		assert_eq!((pending(1, 1, ALICE), pending(1, 2, ALICE)), (5, 0));
		assert_exact();
	});
}

#[test]
fn a_row_that_is_not_there_is_refused() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 10));
		for (datanet, tranche, who) in [
			(2, 1, ALICE),
			(1, 2, ALICE),
			(1, 1, BOB),
			(1, 0, ALICE),
			(1, 1_025, ALICE),
		] {
			assert_noop!(collect(datanet, tranche, who), Error::<Test>::NotAMember);
		}
	});
}

#[test]
fn a_row_without_a_whole_planck_is_refused() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_noop!(collect(1, 1, ALICE), Error::<Test>::NothingPending);
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 10));
		assert_ok!(collect(1, 1, ALICE));
		assert_noop!(collect(1, 1, ALICE), Error::<Test>::NothingPending);
	});
}

#[test]
fn only_signed_origins_collect() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 10));
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Royalties::collect(origin, 1, 1, ALICE),
				sp_runtime::DispatchError::BadOrigin
			);
		}
	});
}
