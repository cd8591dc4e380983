// SPDX-License-Identifier: Apache-2.0
//! `FeeSettlement::settle` and `quote`.

use super::*;

fn lone_model(operator_ppm: u32) {
	publish(
		1,
		operator_ppm,
		&[(Developer, 400_000), (Contributors, 600_000)],
		&[(1, 1, 1)],
	);
}

#[test]
fn fee_is_split_and_booked() {
	ExtBuilder::build_and_execute(|| {
		lone_model(200_000);
		let issuance = Balances::total_issuance();
		let split = settle(1, 1_000_000);
		let expected = FeeSplit {
			burned: 20_000,
			treasury: 30_000,
			operator: 200_000,
			developer: 300_000,
			upstream: 0,
			data: 450_000,
		};
		assert_eq!(split, expected);
		assert_eq!(
			events(),
			[
				Event::Settled {
					model: 1,
					operator: OPERATOR,
					fee: 1_000_000,
					burn_ppm: 20_000,
					treasury_ppm: 30_000,
					split
				},
				Event::Burned { amount: 20_000 },
				Event::TreasuryPaid { amount: 30_000 },
				Event::Accrued {
					account: OPERATOR,
					amount: 200_000,
					source: Source::Operator { model: 1 }
				},
				Event::Accrued {
					account: DEVELOPER,
					amount: 300_000,
					source: Source::Developer { model: 1 }
				},
			]
		);
		assert_eq!(Balances::total_issuance(), issuance - 20_000);
		assert_eq!(balance(TREASURY), ED + 30_000);
		assert_eq!(Accrued::<Test>::get(OPERATOR), 200_000);
		assert_eq!(Accrued::<Test>::get(DEVELOPER), 300_000);
		assert_eq!(Royalties::waiting(), 450_000);
		assert_exact();
	});
}

#[test]
fn parents_are_paid_into_their_inboxes() {
	ExtBuilder::build_and_execute(|| {
		let vector = [
			(Developer, 250_000),
			(Contributors, 250_000),
			(Upstream(1), 100_000),
			(Upstream(2), 400_000),
		];
		publish(3, 0, &vector, &[(1, 1, 1)]);
		let split = settle(3, 1_000_000);
		assert_eq!(
			(split.developer, split.data, split.upstream),
			(237_500, 237_500, 475_000)
		);
		assert_eq!(Royalties::api_inbox(1), (95_000, 0));
		assert_eq!(Royalties::api_inbox(2), (380_000, 0));
		let paid_in = |model, upstream| Event::InboxPaidIn {
			model,
			upstream,
			base: 0,
		};
		let events = events();
		assert!(events.contains(&paid_in(1, 95_000)) && events.contains(&paid_in(2, 380_000)));
		assert_exact();
	});
}

#[test]
fn one_planck_goes_to_the_largest_share() {
	ExtBuilder::build_and_execute(|| {
		lone_model(200_000);
		let split = settle(1, 1);
		assert_eq!(
			split,
			FeeSplit {
				data: 1,
				..Default::default()
			}
		);
		assert_exact();
	});
}

#[test]
fn operator_may_take_all_that_the_protocol_leaves() {
	ExtBuilder::build_and_execute(|| {
		lone_model(950_000);
		let split = settle(1, 1_000);
		assert_eq!(
			(split.burned, split.treasury, split.operator),
			(20, 30, 950)
		);
		assert_eq!(split.developer + split.data + split.upstream, 0);
		assert_exact();
	});
}

#[test]
fn a_fee_of_nothing_books_nothing() {
	ExtBuilder::build_and_execute(|| {
		lone_model(200_000);
		assert_eq!(settle(1, 0), FeeSplit::default());
		assert_eq!(Accrued::<Test>::iter().count(), 0);
		assert_exact();
	});
}

#[test]
fn unknown_model_is_refused() {
	ExtBuilder::build_and_execute(|| {
		fund_pot(1_000);
		assert_noop!(
			Royalties::settle(1, &OPERATOR, 1_000),
			Error::<Test>::UnknownModel
		);
		assert_eq!(Royalties::quote(1, 1_000), None);
	});
}

#[test]
fn terms_that_do_not_add_up_are_refused() {
	ExtBuilder::build_and_execute(|| {
		fund_pot(1_000);
		// Operator, burn and treasury take more than the whole.
		lone_model(950_001);
		assert_noop!(
			Royalties::settle(1, &OPERATOR, 1_000),
			Error::<Test>::InvalidTerms
		);
		assert_eq!(Royalties::quote(1, 1_000), None);
		// The vector is not a whole.
		publish(1, 0, &[(Developer, 999_999)], &[]);
		assert_noop!(
			Royalties::settle(1, &OPERATOR, 1_000),
			Error::<Test>::InvalidTerms
		);
		publish(1, 0, &[], &[]);
		assert_noop!(
			Royalties::settle(1, &OPERATOR, 1_000),
			Error::<Test>::InvalidTerms
		);
		// More shares than one split takes.
		let many: Vec<_> = (1..=20).map(|parent| (Upstream(parent), 50_000)).collect();
		publish(1, 0, &many, &[]);
		assert_noop!(
			Royalties::settle(1, &OPERATOR, 1_000),
			Error::<Test>::InvalidTerms
		);
	});
}

#[test]
fn a_fee_that_did_not_arrive_is_refused_when_the_pot_cannot_pay() {
	ExtBuilder::build_and_execute(|| {
		lone_model(200_000);
		// Burning would take the pot below its existential deposit.
		assert!(Royalties::settle(1, &OPERATOR, 1_000_000).is_err());
		assert_storage_noop!({
			let _ = Royalties::settle(1, &OPERATOR, 1_000_000);
		});
	});
}

#[test]
fn a_sum_that_overflows_changes_nothing() {
	ExtBuilder::build().execute_with(|| {
		lone_model(200_000);
		fund_pot(1_000);
		Accrued::<Test>::insert(OPERATOR, Balance::MAX);
		assert_noop!(
			Royalties::settle(1, &OPERATOR, 1_000),
			sp_runtime::ArithmeticError::Overflow
		);
	});
}

#[test]
fn a_treasury_that_cannot_receive_is_booked() {
	ExtBuilder::build_and_execute(|| {
		lone_model(200_000);
		assert_ok!(Balances::transfer_all(
			RuntimeOrigin::signed(TREASURY),
			PAYER,
			false
		));
		assert_eq!(balance(TREASURY), 0);
		let split = settle(1, 1_000_000);
		assert_eq!(split.treasury, 30_000);
		assert_eq!(Accrued::<Test>::get(TREASURY), 30_000);
		let events = events();
		assert!(events.contains(&Event::Accrued {
			account: TREASURY,
			amount: 30_000,
			source: Source::Treasury
		}));
		assert!(events.contains(&Event::PayoutDeferred {
			account: TREASURY,
			amount: 30_000
		}));
		assert_exact();
		// A share of at least the existential deposit brings it back.
		settle(1, 100 * ED);
		assert_eq!(balance(TREASURY), 3 * ED);
		assert_exact();
	});
}

#[test]
fn quote_is_what_settle_does_and_moves_nothing() {
	ExtBuilder::build_and_execute(|| {
		lone_model(123_457);
		for fee in [1, 7, 999, 1_000_003, OPEN, 1_000_000_000 * OPEN] {
			assert_storage_noop!({
				let _ = Royalties::quote(1, fee);
			});
			let quoted = Royalties::quote(1, fee);
			assert_eq!(quoted, Some(settle(1, fee)));
			let split = quoted.unwrap();
			let sum = split.burned
				+ split.treasury
				+ split.operator
				+ split.developer
				+ split.upstream
				+ split.data;
			assert_eq!(sum, fee);
		}
		assert_exact();
	});
}
