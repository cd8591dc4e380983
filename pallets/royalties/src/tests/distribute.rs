// SPDX-License-Identifier: Apache-2.0
//! `distribute`.

use super::*;
use crate::weights::WeightInfo;

fn distribute(model: ModelId) -> frame_support::dispatch::DispatchResultWithPostInfo {
	Royalties::distribute(RuntimeOrigin::signed(BOB), model)
}

#[test]
fn upstream_goes_by_the_vector_and_base_to_the_pools() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		let vector = [
			(Developer, 300_000),
			(Contributors, 600_000),
			(Upstream(1), 100_000),
		];
		publish(2, 500_000, &vector, &[(1, 1, 1), (2, 3, 2)]);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::add_points(2, 2, &BOB, 1));
		send_upstream(2, 1_000);
		wait(300);
		assert_ok!(Royalties::release_base(2, 300));
		events();
		let post = distribute(2).unwrap();
		assert_eq!(
			post.actual_weight,
			Some(<Test as Config>::WeightInfo::distribute(1, 2))
		);
		assert_eq!(
			events(),
			[
				Event::Distributed {
					model: 2,
					upstream: 1_000,
					base: 300
				},
				Event::Accrued {
					account: DEVELOPER,
					amount: 300,
					source: Source::Developer { model: 2 }
				},
				Event::InboxPaidIn {
					model: 1,
					upstream: 100,
					base: 0
				},
				Event::PoolPaidIn {
					datanet: 1,
					version: 1,
					amount: 300,
					points: 1
				},
				Event::PoolPaidIn {
					datanet: 2,
					version: 3,
					amount: 600,
					points: 1
				},
			]
		);
		assert_eq!((pending(1, 1, ALICE), pending(2, 2, BOB)), (300, 600));
		assert_eq!(Royalties::api_inbox(2), (0, 0));
		assert_eq!(Royalties::api_inbox(1), (100, 0));
		assert_exact();
	});
}

#[test]
fn one_pass_in_falling_order_empties_all_inboxes() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		publish(
			1,
			0,
			&[(Developer, 500_000), (Contributors, 500_000)],
			&[(1, 1, 1)],
		);
		for model in 2..=30 {
			let vector = if model == 2 {
				vec![(Developer, 500_000), (Upstream(1), 500_000)]
			} else {
				vec![
					(Developer, 500_000),
					(Upstream(model - 2), 100_000),
					(Upstream(model - 1), 400_000),
				]
			};
			publish(model, 0, &vector, &[]);
		}
		settle(30, 1_000 * OPEN);
		for model in (1..30).rev() {
			// Far down the lineage nothing may be left.
			if Royalties::api_inbox(model) != (0, 0) {
				assert_ok!(distribute(model));
			}
		}
		assert_eq!(Inboxes::<Test>::iter().count(), 0);
		assert_exact();
	});
}

#[test]
fn base_of_a_pool_without_members_goes_to_the_treasury() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 3), (2, 1, 1)]);
		assert_ok!(Royalties::add_points(2, 1, &BOB, 1));
		wait(1_000);
		assert_ok!(Royalties::release_base(1, 1_000));
		assert_ok!(distribute(1));
		assert_eq!(balance(TREASURY), ED + 750);
		assert_eq!(pending(2, 1, BOB), 250);
		assert_exact();
	});
}

#[test]
fn base_of_a_model_without_snapshots_goes_to_the_treasury() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		wait(1_000);
		assert_ok!(Royalties::release_base(1, 1_000));
		assert_ok!(distribute(1));
		assert_eq!(balance(TREASURY), ED + 1_000);
		assert_exact();
	});
}

#[test]
fn an_empty_inbox_is_refused() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		assert_noop!(distribute(1), Error::<Test>::InboxEmpty);
		send_upstream(1, 1);
		assert_ok!(distribute(1));
		assert_noop!(distribute(1), Error::<Test>::InboxEmpty);
	});
}

#[test]
fn an_unknown_model_keeps_its_inbox() {
	ExtBuilder::build_and_execute(|| {
		send_upstream(1, 1_000);
		assert_noop!(distribute(1), Error::<Test>::UnknownModel);
	});
}

#[test]
fn weights_that_are_no_split_are_refused() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 0)]);
		wait(10);
		assert_ok!(Royalties::release_base(1, 10));
		assert_noop!(distribute(1), Error::<Test>::InvalidTerms);
		publish(1, 0, &[(Contributors, 999_999)], &[(1, 1, 1)]);
		assert_noop!(distribute(1), Error::<Test>::InvalidTerms);
	});
}

#[test]
fn only_signed_origins_distribute() {
	ExtBuilder::build_and_execute(|| {
		send_upstream(1, 10);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Royalties::distribute(origin, 1),
				sp_runtime::DispatchError::BadOrigin
			);
		}
	});
}
