// SPDX-License-Identifier: Apache-2.0
//! Random sequences against the oracle, R9, and idle blocks.

use super::{oracle::Oracle, *};
use frame_support::traits::Hooks;
use openledger_primitives::Ppm;
use proptest::prelude::*;

/// Whatever may happen to money. `part` is a thousandth of what is there, 0..=1 000.
#[derive(Clone, Debug)]
pub(super) enum Op {
	Settle {
		model: ModelId,
		fee: u128,
	},
	Release {
		model: ModelId,
		part: u128,
	},
	Credit {
		who: AccountId,
		part: u128,
	},
	CreditPool {
		datanet: DatanetId,
		version: Version,
		part: u128,
	},
	CreditTreasury {
		part: u128,
	},
	Distribute {
		model: ModelId,
	},
	DistributeDue {
		model: ModelId,
	},
	PayIn {
		datanet: DatanetId,
		version: Version,
		amount: u128,
	},
	Seal {
		datanet: DatanetId,
	},
	Join {
		datanet: DatanetId,
		who: AccountId,
		points: u64,
	},
	Add {
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
		points: u64,
	},
	Remove {
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
		part: u64,
	},
	Move {
		datanet: DatanetId,
		tranche: Version,
		from: AccountId,
		to: AccountId,
		part: u64,
	},
	Collect {
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
	},
	Lock {
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
	},
	Unlock {
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
	},
	SetAside {
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
		part: u64,
	},
	PayAside {
		who: AccountId,
		part: u128,
	},
	Forfeit {
		reporter: AccountId,
		part: u128,
	},
	Claim {
		who: AccountId,
	},
	ClaimMany,
}

pub(super) fn planck() -> impl Strategy<Value = u128> {
	prop_oneof![
		Just(0u128),
		Just(1),
		1..100u128,
		1..10_000_000u128,
		1..100 * OPEN,
		Just(1_000_000_000 * OPEN),
	]
}

fn any_points() -> impl Strategy<Value = u64> {
	prop_oneof![
		Just(1u64),
		1..10u64,
		1_024..4_000_000u64,
		Just(u64::MAX / 64)
	]
}

fn version() -> impl Strategy<Value = Version> {
	// Mostly the few that members are in, so that operations meet.
	prop_oneof![
		8 => 1..=3u32,
		2 => 4..8u32,
		1 => Just(512u32),
		1 => Just(1_023),
		1 => Just(1_024),
	]
}

/// Thousandths: nothing, all, or anything between.
fn part() -> impl Strategy<Value = u64> {
	prop_oneof![
		1 => Just(0u64),
		3 => Just(1_000),
		4 => 1..1_000u64,
	]
}

fn member() -> impl Strategy<Value = AccountId> {
	prop_oneof![
		6 => ALICE..=CAROL,
		1 => Just(DEVELOPER),
		2 => Just(GHOST),
	]
}

pub(super) fn op() -> impl Strategy<Value = Op> {
	let (model, datanet) = (1..=4u32, 1..=2u32);
	let amount = || part().prop_map(u128::from);
	prop_oneof![
		4 => (model.clone(), planck()).prop_map(|(model, fee)| Op::Settle { model, fee }),
		2 => (model.clone(), amount()).prop_map(|(model, part)| Op::Release { model, part }),
		1 => (member(), amount()).prop_map(|(who, part)| Op::Credit { who, part }),
		2 => (datanet.clone(), version(), amount())
			.prop_map(|(datanet, version, part)| Op::CreditPool { datanet, version, part }),
		1 => amount().prop_map(|part| Op::CreditTreasury { part }),
		4 => model.clone().prop_map(|model| Op::Distribute { model }),
		2 => model.prop_map(|model| Op::DistributeDue { model }),
		4 => (datanet.clone(), version(), planck())
			.prop_map(|(datanet, version, amount)| Op::PayIn { datanet, version, amount }),
		1 => datanet.clone().prop_map(|datanet| Op::Seal { datanet }),
		4 => (datanet.clone(), member(), any_points())
			.prop_map(|(datanet, who, points)| Op::Join { datanet, who, points }),
		4 => (datanet.clone(), version(), member(), any_points())
			.prop_map(|(datanet, tranche, who, points)| Op::Add { datanet, tranche, who, points }),
		4 => (datanet.clone(), version(), member(), part())
			.prop_map(|(datanet, tranche, who, part)| Op::Remove { datanet, tranche, who, part }),
		4 => (datanet.clone(), version(), member(), member(), part()).prop_map(
			|(datanet, tranche, from, to, part)| Op::Move { datanet, tranche, from, to, part }
		),
		3 => (datanet.clone(), version(), member())
			.prop_map(|(datanet, tranche, who)| Op::Collect { datanet, tranche, who }),
		3 => (datanet.clone(), version(), member())
			.prop_map(|(datanet, tranche, who)| Op::Lock { datanet, tranche, who }),
		2 => (datanet.clone(), version(), member())
			.prop_map(|(datanet, tranche, who)| Op::Unlock { datanet, tranche, who }),
		3 => (datanet, version(), member(), part())
			.prop_map(|(datanet, tranche, who, part)| Op::SetAside { datanet, tranche, who, part }),
		1 => (member(), amount()).prop_map(|(who, part)| Op::PayAside { who, part }),
		1 => (member(), amount()).prop_map(|(reporter, part)| Op::Forfeit { reporter, part }),
		2 => member().prop_map(|who| Op::Claim { who }),
		1 => Just(Op::ClaimMany),
	]
}

/// A base model, a child, a shell without data of its own, and a grandchild of both kinds.
pub(super) fn publish_lineage() {
	publish(
		1,
		200_000,
		&[(Developer, 333_333), (Contributors, 666_667)],
		&[(1, 1, 1), (2, 3, 2)],
	);
	publish(
		2,
		0,
		&[
			(Developer, 100_001),
			(Contributors, 399_999),
			(Upstream(1), 500_000),
		],
		&[(1, 2, 7), (1, 1_024, 3), (2, 1_023, 3)],
	);
	publish(
		3,
		900_000,
		&[
			(Developer, 500_000),
			(Upstream(1), 1),
			(Upstream(2), 499_999),
		],
		&[],
	);
	publish(
		4,
		123_456,
		&[
			(Contributors, 500_003),
			(Upstream(2), 166_666),
			(Upstream(3), 333_331),
		],
		&[(2, 5, 1)],
	);
}

/// So many thousandths of an amount.
pub(super) fn thousandths(of: u128, part: u128) -> u128 {
	of / 1_000 * part + of % 1_000 * part / 1_000
}

/// Runs ops on the chain and on the oracle.
struct Run {
	oracle: Oracle,
	/// Latest version of each of the two datanets.
	sealed: [Version; 2],
}

impl Run {
	fn apply(&mut self, op: Op) {
		match op {
			Op::Settle { model, fee } => {
				settle(model, fee);
				self.oracle.settle(model, fee);
			}
			Op::Release { model, part } => {
				let amount = self.share_of_waiting(part);
				assert_ok!(Royalties::release_base(model, amount));
				self.oracle.release(model, amount);
			}
			Op::Credit { who, part } => {
				let amount = self.share_of_waiting(part);
				assert_ok!(Royalties::credit(&who, amount));
				self.oracle.credit(who, amount);
			}
			Op::CreditPool {
				datanet,
				version,
				part,
			} => {
				let amount = self.share_of_waiting(part);
				assert_ok!(Royalties::credit_pool(datanet, version, amount));
				self.oracle.credit_pool(datanet, version, amount);
			}
			Op::CreditTreasury { part } => {
				let amount = self.share_of_waiting(part);
				assert_ok!(Royalties::credit_treasury(amount));
				self.oracle.credit_treasury(amount);
			}
			Op::PayIn {
				datanet,
				version,
				amount,
			} => {
				assert_ok!(Royalties::pay_in(&PAYER, datanet, version, amount));
				self.oracle.fund(amount);
				self.oracle.pool(datanet, version, amount);
			}
			Op::Distribute { model } => {
				let done = Royalties::distribute(RuntimeOrigin::signed(BOB), model).is_ok();
				assert_eq!(done, self.oracle.distribute(model));
			}
			Op::DistributeDue { model } => self.distribute_due(model),
			Op::Claim { who } => {
				let done = Royalties::claim(RuntimeOrigin::signed(BOB), who).is_ok();
				assert_eq!(done, self.oracle.claim(who));
			}
			Op::ClaimMany => {
				let all: Vec<AccountId> = (1..=GHOST).collect();
				let accounts = all.clone().try_into().unwrap();
				assert_ok!(Royalties::claim_many(RuntimeOrigin::signed(BOB), accounts));
				all.into_iter().for_each(|who| {
					self.oracle.claim(who);
				});
			}
			Op::PayAside { who, part } => {
				let amount = thousandths(self.oracle.aside, part);
				assert_ok!(Royalties::pay_aside(&who, amount));
				self.oracle.pay_aside(who, amount);
			}
			Op::Forfeit { reporter, part } => {
				let amount = thousandths(self.oracle.aside, part);
				assert_ok!(Royalties::forfeit_aside(&reporter, amount));
				self.oracle.forfeit_aside(reporter, amount);
			}
			points => self.change_points(points),
		}
	}

	fn share_of_waiting(&self, part: u128) -> u128 {
		thousandths(self.oracle.waiting, part)
	}

	fn is_locked(&self, datanet: DatanetId, tranche: Version, who: AccountId) -> bool {
		self.oracle.lock_of(datanet, tranche, who).is_some()
	}

	/// Claims on texts of a row.
	fn change_locks(&mut self, op: Op) {
		match op {
			Op::Lock {
				datanet,
				tranche,
				who,
			} => {
				assert_ok!(Royalties::lock_row(datanet, tranche, &who));
				self.oracle.lock(datanet, tranche, who);
			}
			Op::Unlock {
				datanet,
				tranche,
				who,
			} => {
				let done = Royalties::unlock_row(datanet, tranche, &who).is_ok();
				assert_eq!(done, self.oracle.unlock(datanet, tranche, who));
			}
			Op::SetAside {
				datanet,
				tranche,
				who,
				part,
			} => {
				let (has, points) = self.share_of_points(datanet, tranche, who, part);
				let fits = has > 0 && self.is_locked(datanet, tranche, who);
				let done = Royalties::set_aside(datanet, tranche, &who, points);
				assert_eq!(done.is_ok(), fits);
				if fits && points > 0 {
					let amount = self.oracle.set_aside(datanet, tranche, who, points);
					assert_eq!(done, Ok(amount));
				}
			}
			other => unreachable!("{other:?} changes no locks"),
		}
	}

	fn distribute_due(&mut self, model: ModelId) {
		let origin = frame_system::RawOrigin::Authorized.into();
		let (upstream, base, prepaid) =
			self.oracle.inboxes.get(&model).copied().unwrap_or_default();
		let due = prepaid > 0 && upstream + base > 0;
		assert_eq!(Royalties::distribute_due(origin, model).is_ok(), due);
		if due {
			self.oracle.distribute(model);
			self.oracle.inboxes.entry(model).or_default().2 -= 1;
		}
	}

	/// What a member has, and a part of it.
	fn share_of_points(
		&self,
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
		part: u64,
	) -> (u64, u64) {
		let has = self.oracle.points(datanet, tranche, who);
		(has, (u128::from(has) * u128::from(part) / 1_000) as u64)
	}

	fn move_points(
		&mut self,
		datanet: DatanetId,
		tranche: Version,
		from: AccountId,
		to: AccountId,
		part: u64,
	) {
		let (has, points) = self.share_of_points(datanet, tranche, from, part);
		let gets = self.oracle.points(datanet, tranche, to);
		let fits = (from == to || gets.checked_add(points).is_some())
			&& ![from, to]
				.into_iter()
				.any(|who| self.is_locked(datanet, tranche, who));
		let done = Royalties::move_points(datanet, tranche, &from, &to, points).is_ok();
		assert_eq!(done, has > 0 && fits);
		if points > 0 && fits {
			let taken = if from == to { 0 } else { points };
			self.oracle.touch(datanet, tranche, from, |old| old - taken);
			self.oracle.touch(datanet, tranche, to, |old| old + taken);
		}
	}

	fn change_points(&mut self, op: Op) {
		match op {
			Op::Seal { datanet } => self.sealed[datanet as usize - 1] += 1,
			Op::Join {
				datanet,
				who,
				points,
			} => {
				// What is accepted now belongs to the tranche of the next version.
				let tranche = self.sealed[datanet as usize - 1] + 1;
				self.change_points(Op::Add {
					datanet,
					tranche,
					who,
					points,
				});
			}
			Op::Add {
				datanet,
				tranche,
				who,
				points,
			} => {
				let fits = self
					.oracle
					.points(datanet, tranche, who)
					.checked_add(points)
					.is_some();
				let done = Royalties::add_points(datanet, tranche, &who, points).is_ok();
				assert_eq!(done, fits);
				if fits {
					self.oracle.touch(datanet, tranche, who, |old| old + points);
				}
			}
			Op::Remove {
				datanet,
				tranche,
				who,
				part,
			} => {
				let (has, points) = self.share_of_points(datanet, tranche, who, part);
				let done = Royalties::remove_points(datanet, tranche, &who, points).is_ok();
				assert_eq!(done, has > 0);
				if points > 0 {
					self.oracle.touch(datanet, tranche, who, |old| old - points);
				}
			}
			Op::Move {
				datanet,
				tranche,
				from,
				to,
				part,
			} => self.move_points(datanet, tranche, from, to, part),
			Op::Collect {
				datanet,
				tranche,
				who,
			} => {
				let has = self.oracle.pending(datanet, tranche, who) > 0
					&& !self.is_locked(datanet, tranche, who);
				let origin = RuntimeOrigin::signed(BOB);
				let done = Royalties::collect(origin, datanet, tranche, who).is_ok();
				assert_eq!(done, has);
				if has {
					self.oracle.touch(datanet, tranche, who, |points| points);
				}
			}
			locks => self.change_locks(locks),
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 96, ..Default::default() })]

	#[test]
	fn every_planck_is_where_the_oracle_has_it(ops in prop::collection::vec(op(), 1..80)) {
		ExtBuilder::build().execute_with(|| {
			MaxDistributions::set(u32::MAX);
			publish_lineage();
			let mut run = Run { oracle: Oracle::new(), sealed: [0, 0] };
			for op in ops {
				run.apply(op);
				run.oracle.compare();
			}
		});
	}

	/// R9.
	#[test]
	fn one_batch_or_many_differ_by_less_than_a_planck_per_split(
		fees in prop::collection::vec(prop_oneof![1..50u128, 1..1_000_000u128, 1..OPEN], 1..12),
		operator_ppm in 0..=900_000 as Ppm,
		(developer, parents) in (0..=1_000_000 as Ppm, 0..=500_000 as Ppm),
		points in prop::collection::vec(1..1_000_000u64, 1..6),
	) {
		let parents = parents.min(1_000_000 - developer);
		let once = outcome(&[fees.iter().sum()], operator_ppm, developer, parents, &points);
		let often = outcome(&fees, operator_ppm, developer, parents, &points);
		for ((name, splits, once), (_, _, often)) in once.iter().zip(&often) {
			let settlements = fees.len() as u128 + 1;
			prop_assert!(
				once.abs_diff(*often) < splits * settlements,
				"{}: {} or {} after {} settlements", name, once, often, fees.len()
			);
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, ..Default::default() })]

	#[test]
	fn idle_blocks_pay_out_without_losing_a_planck(
		ops in prop::collection::vec(op(), 1..40),
		limit in 0..40u64,
	) {
		ExtBuilder::build().execute_with(|| {
			publish_lineage();
			let mut run = Run { oracle: Oracle::new(), sealed: [0, 0] };
			let limit = full_block() / 1_000 * limit;
			let issuance = |burned| assert_eq!(Balances::total_issuance(), RICH + 7 * ED - burned);
			for op in ops {
				run.apply(op);
				frame_support::hypothetically!({
					for _ in 0..3 {
						let used = Royalties::on_idle(1, limit);
						assert!(used.all_lte(limit));
						Royalties::do_try_state().unwrap();
						assert_exact();
						issuance(run.oracle.burned);
					}
				});
			}
			// With whole blocks, nothing above the threshold is left that could be paid.
			for _ in 0..40 {
				Royalties::on_idle(1, full_block());
			}
			Royalties::do_try_state().unwrap();
			assert_exact();
			issuance(run.oracle.burned);
			let threshold = threshold();
			prop_assert!(Accrued::<Test>::iter().all(|(_, accrued)| accrued < threshold));
			let worth = |inbox: Inbox| inbox.prepaid == 0 && inbox.upstream + inbox.base >= threshold;
			prop_assert!(!Inboxes::<Test>::iter_values().any(worth));
			for (datanet, tranche, who) in Members::<Test>::iter_keys() {
				let is_locked = run.is_locked(datanet, tranche, who);
				prop_assert!(is_locked || pending(datanet, tranche, who) < threshold);
			}
			Ok(())
		})?;
	}
}

/// Settles fees one by one and pays all of it out. Shares with the splits that each has passed.
pub(super) fn outcome(
	fees: &[u128],
	operator_ppm: Ppm,
	developer: Ppm,
	parents: Ppm,
	points: &[u64],
) -> Vec<(String, u128, u128)> {
	ExtBuilder::build().execute_with(|| {
		let data = 1_000_000 - developer - parents;
		publish(1, 0, &[(Contributors, 1_000_000)], &[(1, 1, 1), (2, 1, 2)]);
		let vector = [
			(Developer, developer),
			(Contributors, data),
			(Upstream(1), parents),
		];
		publish(2, operator_ppm, &vector, &[(3, 1, 5), (4, 1, 4)]);
		for datanet in 1..=4 {
			for (who, points) in (100..).zip(points) {
				assert_ok!(Royalties::add_points(datanet, 1, &who, *points));
			}
		}
		let issuance = Balances::total_issuance();
		for fee in fees {
			let split = settle(2, *fee);
			assert_ok!(Royalties::release_base(2, split.data));
			for model in [2, 1] {
				let _ = Royalties::distribute(RuntimeOrigin::signed(BOB), model);
			}
		}
		let mut shares = vec![
			("burn".into(), 1, issuance - Balances::total_issuance()),
			("treasury".into(), 1, balance(TREASURY) - ED),
			("operator".into(), 1, Accrued::<Test>::get(OPERATOR)),
			("developer".into(), 2, Accrued::<Test>::get(DEVELOPER)),
		];
		for datanet in 1..=4 {
			// Fee, vector, the parent's vector for its own two, weights, points.
			let splits = if datanet <= 2 { 5 } else { 4 };
			for (who, _) in (100..).zip(points) {
				let name = format!("member {who} of {datanet}");
				shares.push((name, splits, pending(datanet, 1, who)));
			}
		}
		Royalties::do_try_state().unwrap();
		assert_exact();
		shares
	})
}
