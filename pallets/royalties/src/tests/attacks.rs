// SPDX-License-Identifier: Apache-2.0
//! Attacks on the money, each with the defence that it meets. Take the defence away and the test
//! fails.

use super::{
	costs::{costs_with, rows_of, Rows},
	properties::outcome,
	*,
};
use crate::fenwick::up;
use frame_support::{
	traits::{Hooks, LockableCurrency, WithdrawReasons},
	BoundedVec,
};

/// All OPEN there is.
const SUPPLY: Balance = 1_000_000_000 * OPEN;

fn credit(who: AccountId, amount: Balance) {
	wait(amount);
	assert_ok!(Royalties::credit(&who, amount));
}

fn claim(who: AccountId) -> sp_runtime::DispatchResult {
	Royalties::claim(RuntimeOrigin::signed(BOB), who)
}

fn claim_many(accounts: &[AccountId]) {
	let accounts: BoundedVec<_, _> = accounts.to_vec().try_into().unwrap();
	assert_ok!(Royalties::claim_many(RuntimeOrigin::signed(BOB), accounts));
}

fn distribute(model: ModelId) {
	assert_ok!(Royalties::distribute(RuntimeOrigin::signed(BOB), model));
}

/// Booked and paid.
fn ledger(who: AccountId) -> (Balance, Balance) {
	(Accrued::<Test>::get(who), Paid::<Test>::get(who))
}

fn lock(who: AccountId, amount: Balance) {
	Balances::set_lock(*b"stranger", &who, amount, WithdrawReasons::all());
}

/// An ancestor reached on two ways is paid on both and twice on neither. Defence: an inbox adds up
/// what arrives, and every hop splits what it holds once.
#[test]
fn diamond() {
	ExtBuilder::build_and_execute(|| {
		let half = |parent| vec![(Developer, 500_000), (Upstream(parent), 500_000)];
		publish(
			1,
			0,
			&[(Developer, 500_000), (Contributors, 500_000)],
			&[(1, 1, 1)],
		);
		publish(2, 0, &half(1), &[]);
		publish(3, 0, &half(1), &[]);
		publish(
			4,
			0,
			&[
				(Developer, 500_000),
				(Upstream(2), 250_000),
				(Upstream(3), 250_000),
			],
			&[],
		);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		settle(4, 16_000_000);
		assert_eq!(Royalties::api_inbox(1), (0, 0));
		distribute(2);
		distribute(3);
		// 16 · 0.95 · (1/4 + 1/4) · 1/2
		assert_eq!(Royalties::api_inbox(1), (3_800_000, 0));
		distribute(1);
		assert_eq!(pending(1, 1, ALICE), 1_900_000);
		assert_eq!(
			Accrued::<Test>::get(DEVELOPER),
			7_600_000 + 3_800_000 + 1_900_000
		);
		assert_eq!(Inboxes::<Test>::iter().count(), 0);
		assert_exact();
	});
}

/// A lineage in which every model has up to eight parents, the ones before it.
fn publish_ancestors(last: ModelId) {
	publish(1, 0, &[(Developer, 1_000_000)], &[]);
	for model in 2..=last {
		let parents: Vec<_> = (model.saturating_sub(8).max(1)..model).collect();
		let ppm = 500_000 / parents.len() as u32;
		let mut vector = vec![(Developer, 1_000_000 - ppm * parents.len() as u32)];
		vector.extend(parents.into_iter().map(|parent| (Upstream(parent), ppm)));
		publish(model, 100_000, &vector, &[]);
	}
}

fn rows_of_settling(ancestors: ModelId) -> Rows {
	ExtBuilder::build().execute_with(|| {
		if ancestors == 8 {
			// Eight parents without parents: depth 1.
			let mut vector = vec![(Developer, 500_000)];
			vector.extend((1..=8).map(|parent| (Upstream(parent), 62_500)));
			(1..=8).for_each(|model| publish(model, 0, &[(Developer, 1_000_000)], &[]));
			publish(9, 100_000, &vector, &[]);
		} else {
			publish_ancestors(ancestors + 1);
		}
		fund_pot(OPEN);
		rows_of(|| {
			Royalties::settle(ancestors + 1, &OPERATOR, OPEN).unwrap();
		})
	})
}

/// A model with 1 024 ancestors settles like one with a single generation. Defence: a settlement
/// adds to the parents' inboxes and goes no further.
#[test]
fn bomb_of_1024_ancestors() {
	let (shallow, deep) = (rows_of_settling(8), rows_of_settling(1_024));
	println!("rows of a settlement: {shallow:?} at depth 1, {deep:?} with 1 024 ancestors");
	assert_eq!(shallow, deep);
}

/// And what it owes its ancestors is not stuck: every hop is bounded, one pass is enough. Defence:
/// parents have smaller ids, and a distribution empties its inbox before it fills others.
#[test]
fn bomb_of_1024_ancestors_is_emptied_in_one_pass() {
	ExtBuilder::build_and_execute(|| {
		publish_ancestors(1_025);
		settle(1_025, SUPPLY);
		let mut distributed = 0;
		for model in (1..=1_024).rev() {
			if Royalties::api_inbox(model) == (0, 0) {
				continue;
			}
			let rows = rows_of(|| distribute(model));
			assert!(rows.reads <= 20 && rows.writes <= 20, "{model}: {rows:?}");
			distributed += 1;
		}
		assert!(distributed > 300, "money reaches {distributed} ancestors");
		assert_eq!(Inboxes::<Test>::iter().count(), 0);
		assert_exact();
	});
}

/// Terms with a cycle, which no model can have. Defence: a distribution is one hop, so money goes
/// around as often as somebody pays for it, and none appears.
#[test]
fn cycle_in_the_terms() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 500_000), (Upstream(2), 500_000)], &[]);
		publish(2, 0, &[(Developer, 500_000), (Upstream(1), 500_000)], &[]);
		publish(3, 0, &[(Developer, 500_000), (Upstream(3), 500_000)], &[]);
		send_upstream(1, 1_024);
		send_upstream(3, 1_024);
		for round in 1..=10 {
			distribute(if round % 2 == 1 { 1 } else { 2 });
			distribute(3);
			assert_exact();
		}
		assert_eq!(Royalties::api_inbox(1), (1, 0));
		assert_eq!(Royalties::api_inbox(3), (1, 0));
		assert_eq!(Accrued::<Test>::get(DEVELOPER), 2 * 1_023);
	});
}

/// The same calls in one batch or in a hundred: nobody wins or loses a planck per split he passes
/// and settlement (R9). Defence: the largest remainder of R1, the residue and carry of R2.
#[test]
fn dust_theft_by_splitting_batches() {
	const BATCHES: u128 = 100;
	let points = [1, 999_999, 3, 77_777];
	let terms = [
		(123_457, 333_333, 166_667),
		(900_000, 1, 499_999),
		(0, 7, 0),
	];
	for fee in [1, 7, 19, 1_001, 12_345, 1_000_003, OPEN / 7] {
		for (operator, developer, parents) in terms {
			let of = |fees: &[u128]| outcome(fees, operator, developer, parents, &points);
			let one = of(&[fee * BATCHES]);
			let many = of(&vec![fee; BATCHES as usize]);
			let (mut won, mut lost) = (0, 0);
			for ((name, splits, one), (_, _, many)) in one.iter().zip(&many) {
				let bound = splits * (BATCHES + 1);
				assert!(*many < one + bound, "{name} wins {} of {fee}", many - one);
				assert!(*one < many + bound, "{name} loses {} of {fee}", one - many);
				won += many.saturating_sub(*one);
				lost += one.saturating_sub(*many);
			}
			// What some win others lose, but for what rows and residues have not made a planck of.
			let open = 4 * (points.len() as u128 + 1);
			assert!(won.abs_diff(lost) <= open, "{won} won, {lost} lost");
		}
	}
}

/// A flood of texts accepted after the snapshot that a model was trained on gets none of its
/// money. Defence: version `v` pays along the path down from `v`, where later tranches have no
/// cell.
#[test]
fn contributions_accepted_after_the_snapshot() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 1)]);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 10));
		for tranche in [2, 3, 1_024] {
			assert_ok!(Royalties::add_points(1, tranche, &BOB, u64::MAX / 2));
		}
		let split = settle(1, 1_000_000);
		assert_ok!(Royalties::credit_pool(1, 1, split.data / 2));
		assert_ok!(Royalties::release_base(1, split.data / 2));
		distribute(1);
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 50_000));
		for tranche in [2, 3, 1_024] {
			assert_eq!(pending(1, tranche, BOB), 0);
		}
		assert_eq!(pending(1, 1, ALICE), 1_000_000);
		assert_exact();
	});
}

/// Whoever joins, or grows, the moment before or after money arrives shares only what comes
/// later. Defence: a row's debt starts at the accumulator of its tranche.
#[test]
fn joining_for_money_that_is_already_there() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 4));
		assert_ok!(Royalties::add_points(1, 1, &CAROL, 4));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 800));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 1 << 40));
		assert_ok!(Royalties::add_points(1, 1, &CAROL, 1 << 40));
		assert_eq!(pending(1, 1, BOB), 0);
		assert_eq!((pending(1, 1, ALICE), ledger(CAROL)), (400, (400, 0)));
		assert_eq!(pending(1, 1, CAROL), 0);
		assert_exact();
	});
}

/// Points that change hands take no earnings along and leave none behind twice. Defence: both rows
/// are touched before points move (R5).
#[test]
fn transfer_that_moves_or_duplicates_an_accumulator() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 8));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 8));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 1_600));
		// Round and round, to an account with a row, to one without, and to oneself.
		for _ in 0..3 {
			assert_ok!(Royalties::move_points(1, 1, &ALICE, &CAROL, 8));
			assert_ok!(Royalties::move_points(1, 1, &CAROL, &CAROL, 8));
			assert_ok!(Royalties::move_points(1, 1, &CAROL, &BOB, 3));
			assert_ok!(Royalties::move_points(1, 1, &CAROL, &ALICE, 5));
			assert_ok!(Royalties::move_points(1, 1, &BOB, &ALICE, 3));
		}
		assert_eq!(
			(ledger(ALICE), ledger(BOB), ledger(CAROL)),
			((800, 0), (800, 0), (0, 0))
		);
		assert_eq!(Royalties::api_pool_balance(1), 0);
		assert_exact();
	});
}

/// A revoked text keeps what it earned, earns nothing more, and gives nothing away. Defence: touch
/// first, then take the points out of every cell above the tranche.
#[test]
fn revocation_that_moves_or_duplicates_an_accumulator() {
	ExtBuilder::build_and_execute(|| {
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 8));
		assert_ok!(Royalties::add_points(1, 1, &BOB, 8));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 1_600));
		assert_ok!(Royalties::remove_points(1, 1, &ALICE, 8));
		assert_eq!(ledger(ALICE), (800, 0));
		assert_noop!(
			Royalties::remove_points(1, 1, &ALICE, 8),
			Error::<Test>::NotAMember
		);
		// Back again: what he had earned before is not earned once more.
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 8));
		assert_eq!((pending(1, 1, ALICE), pending(1, 1, BOB)), (0, 800));
		assert_ok!(Royalties::remove_points(1, 1, &ALICE, 8));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 7, 100));
		assert_eq!((ledger(ALICE), pending(1, 1, BOB)), ((800, 0), 900));
		assert_exact();
	});
}

/// Nobody waits for a jackpot: what finds no member goes to the treasury at once (R3), on every
/// way into a pool. Defence: the test for `W = 0` before anything is booked.
#[test]
fn waiting_for_a_jackpot() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 1)]);
		// The last member leaves, and is the first to come back.
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::remove_points(1, 1, &ALICE, 1));
		wait(1_000);
		assert_ok!(Royalties::credit_pool(1, 1, 1_000));
		send_upstream(1, 2_000);
		distribute(1);
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 4_000));
		assert_eq!(balance(TREASURY), ED + 7_000);
		assert_eq!(Royalties::api_pool_balance(1), 0);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 1));
		assert_eq!(pending(1, 1, ALICE), 1);
		assert_exact();
	});
}

/// Rounding leaves no jackpot either: a whole crowd that leaves leaves less than a planck per row
/// behind. Defence: a row that leaves is paid first and hands over its carry only.
#[test]
fn waiting_for_what_a_crowd_leaves_behind() {
	ExtBuilder::build_and_execute(|| {
		let crowd: Vec<AccountId> = (100..200).collect();
		for who in &crowd {
			assert_ok!(Royalties::add_points(1, 1, who, 1_000 + who % 7));
		}
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, OPEN));
		for who in &crowd {
			let points = points(1, 1, *who);
			assert_ok!(Royalties::remove_points(1, 1, who, points));
		}
		let left = Royalties::api_pool_balance(1);
		assert!(left <= crowd.len() as u128, "{left} planck are left");
		assert_ok!(Royalties::add_points(1, 1, &BOB, 1));
		assert_ok!(Royalties::pay_in(&PAYER, 1, 1, 1));
		assert_eq!(pending(1, 1, BOB), 1 + left);
		assert_exact();
	});
}

/// A transfer that fails leaves the money booked and nothing marked paid (R6), on every way out.
/// Defence: one storage layer around the booking and the transfer.
#[test]
fn transfer_that_fails_but_is_marked_paid() {
	ExtBuilder::build_and_execute(|| {
		credit(GHOST, ED - 1);
		let unchanged = || {
			assert_eq!(ledger(GHOST), (ED - 1, 0));
			assert_eq!(balance(GHOST), 0);
			assert_exact();
		};
		assert_noop!(claim(GHOST), Error::<Test>::CannotReceive);
		unchanged();
		claim_many(&[GHOST; 64]);
		unchanged();
		// Swept at once, if the threshold would let it.
		Parameters::<Test>::mutate(|parameters| parameters.payout_threshold = 1);
		Royalties::on_idle(1, full_block());
		unchanged();
		Parameters::<Test>::put(RoyaltiesParameters::default());
	});
}

/// The largest settlement there can be, through three generations. Defence: 256-bit products and
/// checked sums.
#[test]
fn maximum_amounts_in_a_settlement() {
	ExtBuilder::build_and_execute(|| {
		let vector = |parent| {
			[
				(Developer, 333_333),
				(Contributors, 166_668),
				(Upstream(parent), 499_999),
			]
		};
		publish(
			1,
			0,
			&[(Contributors, 1_000_000)],
			&[(1, 1, u32::MAX), (2, 1, 1)],
		);
		publish(2, 0, &vector(1), &[(1, 1_024, 1)]);
		publish(3, 900_000, &vector(2), &[(3, 1_023, 1)]);
		// All that the protocol leaves, into one pool.
		publish(4, 0, &[(Contributors, 1_000_000)], &[(4, 1_023, 1)]);
		for datanet in 1..=4 {
			assert_ok!(Royalties::add_points(datanet, 1, &ALICE, u64::MAX));
		}
		let mut settled = 0;
		for _ in 0..100 {
			for model in [4, 3] {
				let split = settle(model, SUPPLY);
				assert_ok!(Royalties::release_base(model, split.data));
			}
			for model in [4, 3, 2, 1] {
				distribute(model);
			}
			settled += SUPPLY;
			assert_exact();
		}
		assert_eq!(Accrued::<Test>::get(OPERATOR), settled / 10 * 9);
		assert_eq!(Royalties::api_pool_balance(4), settled / 100 * 95);
		let open: Balance = (1..=4).map(|datanet| pending(datanet, 1, ALICE)).sum();
		let pools: Balance = (1..=4).map(Royalties::api_pool_balance).sum();
		// R4: a row and the residue leave less than a planck each.
		assert!(pools - open <= 4 * 2, "{}", pools - open);
		for who in [OPERATOR, DEVELOPER] {
			assert_ok!(claim(who));
		}
		assert_exact();
	});
}

/// A datanet with 2^80 points, each of them in a row, takes all OPEN there is and one planck, and
/// not one point more. Defence: the bound on points, without which a payment could not be divided
/// and its money would be stuck.
#[test]
fn maximum_points_in_a_pool() {
	ExtBuilder::build_and_execute(|| {
		// 65 536 · (2^64 − 1) + 65 536 = 2^80
		let full = MemberRow {
			points: u64::MAX,
			..Default::default()
		};
		(1_000..1_000 + 65_536)
			.for_each(|who: AccountId| Members::<Test>::insert((1, 1, who), full));
		for index in up(1) {
			PoolCells::<Test>::mutate(1, index, |cell| cell.points = (1 << 80) - 65_536);
		}
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 65_536));
		assert_eq!(
			Royalties::add_points(1, 1_024, &BOB, 1),
			Err(Error::<Test>::TooManyPoints.into())
		);
		for amount in [SUPPLY, 1, SUPPLY] {
			wait(amount);
			assert_ok!(Royalties::credit_pool(1, 1_024, amount));
		}
		let each = pending(1, 1, 1_000);
		assert!(each.abs_diff(2 * SUPPLY / 65_536) <= 2, "{each}");
		assert_eq!(pending(1, 1, ALICE), (2 * SUPPLY) >> 64);
		assert_ok!(Royalties::collect(RuntimeOrigin::signed(BOB), 1, 1, 1_000));
		assert_ok!(Royalties::move_points(1, 1, &1_001, &GHOST, u64::MAX));
		assert_eq!(ledger(1_001), (each, 0));
		assert_exact();
	});
}

/// One planck goes to one receiver and stays one planck on its whole way. Defence: R1 gives out
/// what floors leave.
#[test]
fn one_planck() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 1), (2, 1, 1)]);
		publish(
			2,
			300_000,
			&[
				(Developer, 400_000),
				(Contributors, 100_000),
				(Upstream(1), 500_000),
			],
			&[(3, 1, 1)],
		);
		assert_ok!(Royalties::add_points(1, 1, &ALICE, 1));
		assert_eq!(settle(2, 1).upstream, 1);
		distribute(1);
		// Equal remainders: the lower index has it.
		assert_eq!(
			(
				Royalties::api_pool_balance(1),
				Royalties::api_pool_balance(2)
			),
			(1, 0)
		);
		assert_ok!(Royalties::collect(RuntimeOrigin::signed(BOB), 1, 1, ALICE));
		assert_ok!(claim(ALICE));
		assert_eq!((balance(ALICE), Royalties::owed()), (ED + 1, Some(0)));
		assert_exact();
	});
}

/// What is booked below the existential deposit waits for the account to exist, and the pot never
/// gives its own. Defence: `Preservation::Preserve`, and the accrual of whoever can't receive.
#[test]
fn existential_deposit_edge() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		credit(GHOST, ED - 1);
		assert_noop!(claim(GHOST), Error::<Test>::CannotReceive);
		// It exists, by others' money: the same accrual is paid now.
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(PAYER),
			GHOST,
			ED
		));
		assert_ok!(claim(GHOST));
		assert_eq!((balance(GHOST), ledger(GHOST)), (2 * ED - 1, (0, ED - 1)));
		// The pot has paid all it owed.
		assert_eq!((Royalties::owed(), balance(pot())), (Some(0), ED));
		// A fee that has not arrived would come out of its deposit: nothing of it moves.
		for fee in [1, 40, ED / 2, ED, 2 * ED] {
			frame_support::hypothetically!({
				let settled = Royalties::settle(1, &OPERATOR, fee);
				// A single planck is the developer's, and only booked.
				assert!(settled.is_err() || fee == 1);
				assert_eq!(balance(pot()), ED);
			});
		}
		Accrued::<Test>::insert(ALICE, 1);
		assert_noop!(claim(ALICE), Error::<Test>::CannotReceive);
		Accrued::<Test>::remove(ALICE);
		assert_exact();
	});
}

/// 100 000 contributors cost what ten do, whatever is done with their pool. Defence: accumulators;
/// nobody visits members.
#[test]
fn a_hundred_thousand_contributors() {
	let (few, many) = (costs_with(10), costs_with(100_000));
	println!("rows (reads + writes) by members in the pool");
	println!("{:<14}{:>12}{:>14}", "operation", "10", "100 000");
	for ((name, few), (_, many)) in few.iter().zip(&many) {
		let text = |rows: &Rows| format!("{} + {}", rows.reads, rows.writes);
		println!("{name:<14}{:>12}{:>14}", text(few), text(many));
		assert!(few.reads > 0 && few.writes > 0, "{name} is counted");
	}
	assert_eq!(few, many);
}

/// A list of claims with nothing, with too little, with the pot, and with one account 40 times
/// pays every other entry once. Defence: every entry has its own storage layer, and no error ends
/// the list.
#[test]
fn an_entry_that_spoils_a_list_of_claims() {
	ExtBuilder::build_and_execute(|| {
		credit(GHOST, ED - 1);
		credit(pot(), 50);
		credit(ALICE, 60);
		credit(CAROL, 70);
		// BOB has nothing.
		let mut accounts = vec![BOB, GHOST, pot()];
		accounts.extend([ALICE; 40]);
		accounts.extend([GHOST, BOB, CAROL]);
		claim_many(&accounts);
		assert_eq!((balance(ALICE), ledger(ALICE)), (ED + 60, (0, 60)));
		assert_eq!((balance(CAROL), ledger(CAROL)), (ED + 70, (0, 70)));
		assert_eq!((ledger(GHOST), ledger(pot())), ((ED - 1, 0), (50, 0)));
		assert_exact();
	});
}

/// The pot as a payee: a transfer to itself would succeed and move nothing, and what was owed
/// would be nobody's. Defence: the pot can't be paid.
#[test]
fn payout_to_the_pot_itself() {
	ExtBuilder::build_and_execute(|| {
		credit(pot(), 2 * OPEN);
		assert_noop!(claim(pot()), Error::<Test>::CannotReceive);
		claim_many(&[pot()]);
		Royalties::on_idle(1, full_block());
		assert_eq!(ledger(pot()), (2 * OPEN, 0));
		assert_exact();
	});
}

/// Accounts whose whole balance is locked are paid like others, and a stranger's locked gift to
/// the pot (a vested transfer) holds no payout up: its lock is never more than the gift. Were more
/// than that locked, everything would stay booked. Defence: R6; a lock stops no deposit.
#[test]
fn locked_accounts() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 0, &[(Developer, 1_000_000)], &[]);
		credit(ALICE, 60);
		credit(BOB, threshold());
		[ALICE, BOB, TREASURY, DEVELOPER, OPERATOR]
			.into_iter()
			.for_each(|who| lock(who, Balance::MAX));
		for gift in [ED, 500 * OPEN] {
			frame_support::hypothetically!({
				fund_pot(gift);
				lock(pot(), gift);
				settle(1, OPEN);
				assert_ok!(claim(ALICE));
				assert_ok!(claim(DEVELOPER));
				Royalties::on_idle(1, full_block());
				assert_eq!(balance(ALICE), ED + 60);
				assert_eq!(balance(BOB), ED + threshold());
				assert_eq!(balance(TREASURY), ED + OPEN / 100 * 3);
				assert_eq!(balance(DEVELOPER), ED + OPEN / 100 * 95);
				assert_eq!((Royalties::owed(), balance(pot())), (Some(0), ED + gift));
			});
		}
		lock(pot(), Balance::MAX);
		assert_noop!(claim(ALICE), Error::<Test>::CannotReceive);
		claim_many(&[ALICE, BOB]);
		Royalties::on_idle(1, full_block());
		assert_eq!((ledger(ALICE), ledger(BOB)), ((60, 0), (threshold(), 0)));
		assert_exact();
	});
}
