// SPDX-License-Identifier: Apache-2.0
//! Stated weights cover the rows that are touched, and fit a block.

use super::{
	costs::{rows_of, Rows},
	*,
};
use crate::weights::WeightInfo;
use frame_support::{
	traits::Hooks,
	weights::{RuntimeDbWeight, Weight},
};

type Weights = <Test as Config>::WeightInfo;

/// Rows that a weight counts, read off its dependence on the database weights.
fn stated(weight: fn() -> Weight) -> Rows {
	let with = |read, write| {
		DbWeight::set(RuntimeDbWeight { read, write });
		weight().ref_time()
	};
	let (none, reads, writes) = (with(0, 0), with(1, 0), with(0, 1));
	DbWeight::set(frame_support::weights::constants::RocksDbWeight::get());
	Rows {
		reads: (reads - none) as usize,
		writes: (writes - none) as usize,
	}
}

fn covered(name: &str, weight: fn() -> Weight, operation: impl FnOnce()) {
	let (stated, touched) = (stated(weight), rows_of(operation));
	println!("{name:<18} stated {stated:?}, touched {touched:?}");
	assert!(
		stated.reads >= touched.reads,
		"{name}: {stated:?} < {touched:?}"
	);
	assert!(
		stated.writes >= touched.writes,
		"{name}: {stated:?} < {touched:?}"
	);
	// Generous, not arbitrary: models are read from a table outside the state here.
	assert!(
		stated.reads <= touched.reads + 8,
		"{name}: {stated:?} > {touched:?}"
	);
	assert!(
		stated.writes <= touched.writes + 11,
		"{name}: {stated:?} > {touched:?}"
	);
}

/// A model with eight parents, each of which gets due by what it is paid, and 16 snapshots with
/// the longest path.
fn heavy_model() {
	let mut vector = vec![(Developer, 400_000), (Contributors, 200_000)];
	vector.extend((1..=8).map(|parent| (Upstream(parent), 50_000)));
	let snapshots: Vec<_> = (1..=16).map(|datanet| (datanet, 1_023, 1)).collect();
	publish(20, 100_000, &vector, &snapshots);
	for datanet in 1..=16 {
		assert_ok!(Royalties::add_points(datanet, 1, &ALICE, 1));
	}
}

fn no_treasury() {
	assert_ok!(Balances::transfer_all(
		RuntimeOrigin::signed(TREASURY),
		PAYER,
		false
	));
}

fn prepay_parents() {
	for parent in 1..=8 {
		assert_ok!(Royalties::release_base(parent, 0));
	}
}

/// What other pallets add to their own weights for these ports: their authors rely on it.
#[test]
fn ports_touch_no_more_than_other_pallets_count() {
	ExtBuilder::build_and_execute(|| {
		let assumed = [
			("settle(0)", stated(|| Weights::settle(0)), (11, 8)),
			("settle(8)", stated(|| Weights::settle(8)), (27, 32)),
			("release_base", stated(Weights::release_base), (4, 5)),
			("credit", stated(Weights::credit), (2, 2)),
			("credit_pool", stated(Weights::credit_pool), (15, 12)),
			("credit_treasury", stated(Weights::credit_treasury), (5, 4)),
			("pay_in", stated(Weights::pay_in), (15, 13)),
			("add_points", stated(Weights::add_points), (15, 14)),
			("remove_points", stated(Weights::remove_points), (15, 14)),
			("move_points", stated(Weights::move_points), (18, 5)),
			("lock_row", stated(Weights::lock_row), (2, 1)),
			("unlock_row", stated(Weights::unlock_row), (2, 2)),
			("set_aside", stated(Weights::set_aside), (15, 15)),
			("pay_aside", stated(Weights::pay_aside), (2, 2)),
			("forfeit_aside", stated(Weights::forfeit_aside), (6, 5)),
		];
		for (name, stated, (reads, writes)) in assumed {
			assert_eq!(stated, Rows { reads, writes }, "{name}");
		}
	});
}

/// Terms are two rows of the models pallet, which are in no storage here.
#[test]
fn settle_is_covered_for_every_number_of_parents() {
	for parents in 0..=8u32 {
		for has_treasury in [true, false] {
			ExtBuilder::build_and_execute(|| {
				let mut vector = vec![(Developer, 500_000 - parents * 50_000)];
				vector.push((Contributors, 500_000));
				vector.extend((1..=parents).map(|parent| (Upstream(parent), 50_000)));
				publish(20, 100_000, &vector, &[]);
				prepay_parents();
				if !has_treasury {
					no_treasury();
				}
				fund_pot(10_000);
				let touched = rows_of(|| {
					Royalties::settle(20, &OPERATOR, 10_000).unwrap();
				});
				let p = parents as usize;
				println!("settle({p}), treasury {has_treasury}: {touched:?}");
				// Without parents nothing gets due.
				let list = usize::from(p > 0);
				let treasury = usize::from(!has_treasury);
				assert_eq!(touched.reads, 7 + list + treasury + 2 * p);
				assert_eq!(touched.writes, 6 + list + 3 * p);
				assert!(touched.reads + 2 <= 11 + 2 * p && touched.writes <= 8 + 3 * p);
			});
		}
	}
}

#[test]
fn heaviest_operations_fit_half_of_what_people_may_take() {
	ExtBuilder::build_and_execute(|| {
		for (name, weight) in crate::weights::heaviest::<Weights>() {
			println!("{name:<22}{:>8} µs", weight.ref_time() / 1_000_000);
		}
		let claims = crate::weights::heaviest::<Weights>()[2];
		assert_eq!(claims, ("claim_many", Weights::claim_many(MAX_CLAIMS)));
		Royalties::integrity_test();
	});
}

/// The runtime's own check, at other prices of rows.
fn integrity_with(read: u64, write: u64) {
	ExtBuilder::build().execute_with(|| {
		DbWeight::set(RuntimeDbWeight { read, write });
		Royalties::integrity_test();
	});
}

#[test]
#[should_panic(expected = "distribute takes")]
fn a_distribution_that_does_not_fit_is_seen() {
	// 204 reads.
	integrity_with(2_000_000_000, 0);
}

#[test]
#[should_panic(expected = "a step of the sweep takes")]
fn a_step_of_the_sweep_that_does_not_fit_is_seen() {
	// 208 reads, where a keeper's distribution with its authorization has 207.
	integrity_with(1_800_000_000, 0);
}

#[test]
fn settlements_are_covered() {
	ExtBuilder::build_and_execute(|| {
		heavy_model();
		prepay_parents();
		fund_pot(OPEN);
		covered(
			"settle(8)",
			|| Weights::settle(8),
			|| {
				Royalties::settle(20, &OPERATOR, OPEN).unwrap();
			},
		);
		wait(OPEN);
		covered("credit", Weights::credit, || {
			Royalties::credit(&BOB, 10).unwrap()
		});
		covered("credit_treasury", Weights::credit_treasury, || {
			Royalties::credit_treasury(10).unwrap()
		});
		covered("credit_pool", Weights::credit_pool, || {
			Royalties::credit_pool(1, 1_023, 10).unwrap()
		});
		covered("release_base", Weights::release_base, || {
			Royalties::release_base(30, 10).unwrap()
		});
	});
}

#[test]
fn a_treasury_that_cannot_receive_is_covered() {
	ExtBuilder::build_and_execute(|| {
		heavy_model();
		prepay_parents();
		no_treasury();
		fund_pot(1_000);
		covered(
			"settle(8)",
			|| Weights::settle(8),
			|| {
				Royalties::settle(20, &OPERATOR, 1_000).unwrap();
			},
		);
		wait(OPEN);
		covered("credit_treasury", Weights::credit_treasury, || {
			Royalties::credit_treasury(10).unwrap()
		});
		covered("credit_pool", Weights::credit_pool, || {
			Royalties::credit_pool(99, 1_023, 10).unwrap()
		});
		covered("pay_in", Weights::pay_in, || {
			Royalties::pay_in(&PAYER, 99, 1_023, 10).unwrap()
		});
	});
}

#[test]
fn distributions_are_covered() {
	ExtBuilder::build_and_execute(|| {
		heavy_model();
		prepay_parents();
		publish(31, 0, &[(Contributors, 1_000_000)], &[]);
		wait(OPEN);
		// The model that leaves the due list is not its last.
		assert_ok!(Royalties::release_base(20, OPEN / 2));
		assert_ok!(Royalties::release_base(31, OPEN / 2));
		send_upstream(20, OPEN);
		frame_support::hypothetically!({
			covered(
				"distribute",
				|| Weights::distribute(8, 16),
				|| {
					Royalties::distribute(RuntimeOrigin::signed(BOB), 20).unwrap();
				},
			);
		});
		let origin = frame_system::RawOrigin::Authorized.into();
		covered(
			"distribute_due",
			|| Weights::distribute_due(8, 16),
			|| {
				Royalties::distribute_due(origin, 20).unwrap();
			},
		);
		covered("authorize", Weights::authorize_distribute_due, || {
			Royalties::authorize_distribute_due(
				sp_runtime::transaction_validity::TransactionSource::External,
				&31,
			)
			.unwrap();
		});
	});
}

#[test]
fn points_and_payouts_are_covered() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 10));
		covered("pay_in", Weights::pay_in, || {
			Royalties::pay_in(&PAYER, 1, 1_023, OPEN).unwrap()
		});
		covered("add_points", Weights::add_points, || {
			Royalties::add_points(1, 1, &ALICE, 10).unwrap()
		});
		assert_ok!(Royalties::add_points(1, 1, &CAROL, 10));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1_023, OPEN));
		covered("remove_points", Weights::remove_points, || {
			Royalties::remove_points(1, 1, &CAROL, 10).unwrap()
		});
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1_023, OPEN));
		covered("move_points", Weights::move_points, || {
			Royalties::move_points(1, 1, &ALICE, &BOB, 20).unwrap()
		});
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1_023, OPEN));
		covered("collect", Weights::collect, || {
			Royalties::collect(RuntimeOrigin::signed(ALICE), 1, 1, BOB).unwrap()
		});
		covered("claim", Weights::claim, || {
			Royalties::claim(RuntimeOrigin::signed(ALICE), BOB).unwrap()
		});
		for who in 100..164 {
			wait(OPEN);
			assert_ok!(Royalties::credit(&who, OPEN));
		}
		let accounts: Vec<AccountId> = (100..164).collect();
		covered(
			"claim_many(64)",
			|| Weights::claim_many(64),
			|| {
				let accounts = accounts.try_into().unwrap();
				Royalties::claim_many(RuntimeOrigin::signed(ALICE), accounts).unwrap()
			},
		);
		covered("set_parameters", Weights::set_parameters, || {
			Royalties::set_parameters(RuntimeOrigin::root(), Default::default()).unwrap()
		});
	});
}

/// A locked row changes its points at the same price: what is withheld is a row, and so is what is
/// booked.
#[test]
fn claims_are_covered() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 40));
		let pay_in = || Royalties::pay_in(&PAYER, 1, 1_023, OPEN).unwrap();
		pay_in();
		covered("lock_row", Weights::lock_row, || {
			Royalties::lock_row(1, 1, &ALICE).unwrap()
		});
		covered("add_points", Weights::add_points, || {
			Royalties::add_points(1, 1, &ALICE, 1).unwrap()
		});
		pay_in();
		covered("remove_points", Weights::remove_points, || {
			Royalties::remove_points(1, 1, &ALICE, 1).unwrap()
		});
		pay_in();
		let (mut part, mut all) = (0, 0);
		frame_support::hypothetically!({
			covered("set_aside", Weights::set_aside, || {
				all = Royalties::set_aside(1, 1, &ALICE, 40).unwrap()
			});
		});
		covered("set_aside", Weights::set_aside, || {
			part = Royalties::set_aside(1, 1, &ALICE, 20).unwrap()
		});
		assert!(part > 0 && all > part);
		covered("pay_aside", Weights::pay_aside, || {
			Royalties::pay_aside(&BOB, 1).unwrap()
		});
		covered("forfeit_aside", Weights::forfeit_aside, || {
			Royalties::forfeit_aside(&CAROL, 2 * ED).unwrap()
		});
		no_treasury();
		covered("forfeit_aside", Weights::forfeit_aside, || {
			Royalties::forfeit_aside(&GHOST, 3).unwrap()
		});
		covered("unlock_row", Weights::unlock_row, || {
			Royalties::unlock_row(1, 1, &ALICE).unwrap()
		});
	});
}

#[test]
fn weights_follow_their_drivers() {
	ExtBuilder::build_and_execute(|| {
		assert!(
			Weights::distribute(1, 0).all_gt(Weights::distribute(0, 0)) || {
				Weights::distribute(1, 0).ref_time() > Weights::distribute(0, 0).ref_time()
			}
		);
		assert!(Weights::distribute(0, 1).ref_time() > Weights::distribute(0, 0).ref_time());
		assert!(Weights::settle(8).ref_time() > Weights::settle(0).ref_time());
		assert!(Weights::claim_many(2).ref_time() > Weights::claim_many(1).ref_time());
		// The heaviest call takes a small part of a block of one second.
		let block = frame_support::weights::constants::WEIGHT_REF_TIME_PER_SECOND;
		assert!(Weights::distribute_due(8, 16).ref_time() < block / 20);
		assert!(Weights::claim_many(64).ref_time() < block / 10);
	});
}
