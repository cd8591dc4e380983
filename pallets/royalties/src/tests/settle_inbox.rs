// SPDX-License-Identifier: Apache-2.0
//! `InboxSettlement`: an inbox is split before the developer's rights change hands.

use super::*;
use crate::weights::WeightInfo;
use openledger_primitives::ports::InboxSettlement;

#[test]
fn the_inbox_goes_to_the_developer_of_this_moment() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		send_upstream(1, 1_000);
		assert_ok!(Royalties::settle_inbox(1));
		MockModels::mutate(|models| models.get_mut(&1).unwrap().developer = BOB);
		send_upstream(1, 10);
		assert_ok!(Royalties::settle_inbox(1));
		assert_eq!(
			(Accrued::<Test>::get(DEVELOPER), Accrued::<Test>::get(BOB)),
			(1_000, 10)
		);
		assert_exact();
	});
}

#[test]
fn it_does_what_distribute_does() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		publish(
			2,
			0,
			&[
				(Developer, 300_000),
				(Contributors, 600_000),
				(Upstream(1), 100_000),
			],
			&[(1, 1, 1)],
		);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 3));
		send_upstream(2, 1_001);
		wait(77);
		assert_ok!(Royalties::release_base(2, 77));
		events();
		let by_call = frame_support::hypothetically!({
			assert_ok!(Royalties::distribute(RuntimeOrigin::signed(BOB), 2));
			events()
		});
		assert_ok!(Royalties::settle_inbox(2));
		assert_eq!(events(), by_call);
		assert_exact();
	});
}

#[test]
fn prepaid_distributions_stay() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 1)]);
		wait(10);
		assert_ok!(Royalties::release_base(1, 4));
		assert_ok!(Royalties::release_base(1, 6));
		assert_eq!(DueCount::<Test>::get(), 1);
		assert_ok!(Royalties::settle_inbox(1));
		assert_eq!(
			Inboxes::<Test>::get(1),
			Inbox {
				prepaid: 2,
				..Default::default()
			}
		);
		assert_eq!(DueCount::<Test>::get(), 0);
		assert_exact();
	});
}

#[test]
fn an_empty_inbox_is_fine() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		assert_storage_noop!(assert_ok!(Royalties::settle_inbox(1)));
		// Unknown to the models, and nothing to split.
		assert_storage_noop!(assert_ok!(Royalties::settle_inbox(99)));
		assert_ok!(Royalties::release_base(1, 0));
		assert_storage_noop!(assert_ok!(Royalties::settle_inbox(1)));
	});
}

#[test]
fn an_inbox_that_cannot_be_split_changes_nothing() {
	ExtBuilder::build_and_execute(|| {
		send_upstream(1, 1_000);
		assert_noop!(Royalties::settle_inbox(1), Error::<Test>::UnknownModel);
		publish(1, 0, &[(Developer, 999_999)], &[]);
		assert_noop!(Royalties::settle_inbox(1), Error::<Test>::InvalidTerms);
	});
}

#[test]
fn its_weight_is_a_distribution_and_a_look() {
	ExtBuilder::build_and_execute(|| {
		for (parents, snapshots) in [(0, 0), (3, 5), (8, 16)] {
			let distribute = <Test as Config>::WeightInfo::distribute(parents, snapshots);
			assert_eq!(
				Royalties::settle_inbox_weight(parents, snapshots),
				distribute + DbWeight::get().reads(1)
			);
		}
	});
}
