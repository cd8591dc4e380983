// SPDX-License-Identifier: Apache-2.0
//! State is rebuilt from events alone: whoever keeps a history of the chain relies on it.

use super::{
	properties::{op, planck, publish_lineage, thousandths, Op},
	*,
};
use frame_support::traits::Hooks;
use openledger_primitives::Ppm;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One datanet's pools: one accumulator per version, no tree.
#[derive(Default, PartialEq, Debug)]
struct PoolHistory {
	balance: u128,
	residue: u128,
	acc: BTreeMap<Version, U256>,
	rows: BTreeMap<(Version, AccountId), MemberRow>,
	withheld: BTreeMap<(Version, AccountId), WithheldRow>,
}

impl PoolHistory {
	fn acc(&self, tranche: Version) -> U256 {
		let later = self.acc.range(tranche..);
		later.fold(U256::zero(), |sum, (_, acc)| sum + *acc)
	}

	fn paid_in(&mut self, version: Version, amount: u128, points: u128) {
		let live = self.rows.iter().filter(|((j, _), _)| *j <= version);
		let sum: u128 = live.map(|(_, row)| u128::from(row.points)).sum();
		assert_eq!(points, sum, "the event names the live points");
		let t = U256::from(amount) * U256::from(SCALE) + U256::from(self.residue);
		*self.acc.entry(version).or_default() += t / U256::from(points);
		self.residue = (t % U256::from(points)).as_u128();
		self.balance += amount;
	}

	/// A row is paid up to now. Returns the planck, which an event must have told.
	fn touch(&mut self, key: (Version, AccountId)) -> u128 {
		let acc = self.acc(key.0);
		let row = self.rows.entry(key).or_default();
		let s = U256::from(row.points) * acc - row.debt + U256::from(row.carry);
		row.carry = s.low_u64();
		row.debt = U256::from(row.points) * acc;
		(s >> 64).as_u128()
	}

	fn set_points(&mut self, key: (Version, AccountId), points: u64) {
		assert_eq!(
			self.touch(key),
			0,
			"a row is booked before its points change"
		);
		let acc = self.acc(key.0);
		let row = self.rows.get_mut(&key).unwrap();
		if let Some(withheld) = self.withheld.get_mut(&key) {
			match (row.points, points) {
				(_, 0) => withheld.since = U256::zero(),
				(0, _) => withheld.since = acc,
				_ => {}
			}
		}
		row.points = points;
		row.debt = U256::from(points) * acc;
		if points == 0 {
			self.residue += u128::from(row.carry);
			self.rows.remove(&key);
		}
	}

	/// The first lock counts from the accumulator that the row was booked up to.
	fn set_locks(&mut self, key: (Version, AccountId), locks: u32) {
		let booked = self.rows.get(&key).map(|row| row.debt / row.points);
		let fresh = WithheldRow {
			since: booked.unwrap_or_default(),
			..Default::default()
		};
		self.withheld.entry(key).or_insert(fresh).locks = locks;
	}

	/// A locked row earned money.
	fn withhold(&mut self, key: (Version, AccountId), amount: u128) {
		self.balance -= amount;
		assert_eq!(self.touch(key), amount);
		self.withheld.get_mut(&key).unwrap().amount += amount;
	}
}

/// What the events say.
#[derive(Default)]
struct History {
	parameters: RoyaltiesParameters,
	accrued: BTreeMap<AccountId, u128>,
	paid: BTreeMap<AccountId, u128>,
	inboxes: BTreeMap<ModelId, Inbox>,
	waiting: u128,
	aside: u128,
	burned: u128,
	pools: BTreeMap<DatanetId, PoolHistory>,
}

impl History {
	fn apply(&mut self, event: Event<Test>) {
		match event {
			Event::Settled { split, .. } => self.waiting += split.data,
			Event::Accrued {
				account,
				amount,
				source,
			} => self.accrue(account, amount, source),
			Event::Distributed {
				model,
				upstream,
				base,
			} => {
				let inbox = self.inboxes.entry(model).or_default();
				assert_eq!((inbox.upstream, inbox.base), (upstream, base));
				(inbox.upstream, inbox.base) = (0, 0);
			}
			Event::PoolPaidIn {
				datanet,
				version,
				amount,
				points,
			} => {
				let pool = self.pools.entry(datanet).or_default();
				pool.paid_in(version, amount, points);
			}
			Event::InboxPaidIn {
				model,
				upstream,
				base,
			} => {
				let inbox = self.inboxes.entry(model).or_default();
				inbox.upstream += upstream;
				inbox.base += base;
				self.waiting -= base;
			}
			Event::Paid { account, amount } => {
				assert_eq!(self.accrued.remove(&account), Some(amount));
				*self.paid.entry(account).or_default() += amount;
			}
			Event::Burned { amount } => self.burned += amount,
			Event::ParametersSet { parameters } => self.parameters = parameters,
			Event::PointsSet {
				datanet,
				tranche,
				account,
				points,
			} => {
				let pool = self.pools.entry(datanet).or_default();
				pool.set_points((tranche, account), points);
			}
			Event::PrepaidSet { model, prepaid } => {
				self.inboxes.entry(model).or_default().prepaid = prepaid
			}
			Event::WaitingTaken { amount } => self.waiting -= amount,
			other => self.apply_claims(other),
		}
	}

	/// What claims do to rows.
	fn apply_claims(&mut self, event: Event<Test>) {
		match event {
			Event::RowLocked {
				datanet,
				tranche,
				account,
				locks,
			} => {
				let pool = self.pools.entry(datanet).or_default();
				pool.set_locks((tranche, account), locks);
			}
			Event::RowUnlocked {
				datanet,
				tranche,
				account,
				locks,
			} => {
				let pool = self.pools.get_mut(&datanet).unwrap();
				pool.set_locks((tranche, account), locks);
				// With money, the row's end is told by what is booked.
				let row = pool.withheld[&(tranche, account)];
				if (row.locks, row.amount) == (0, 0) {
					pool.withheld.remove(&(tranche, account));
				}
			}
			Event::Withheld {
				datanet,
				tranche,
				account,
				amount,
			} => {
				let pool = self.pools.get_mut(&datanet).unwrap();
				pool.withhold((tranche, account), amount);
			}
			Event::SetAside {
				datanet,
				tranche,
				account,
				amount,
			} => {
				let pool = self.pools.get_mut(&datanet).unwrap();
				pool.withheld.get_mut(&(tranche, account)).unwrap().amount -= amount;
				self.aside += amount;
			}
			Event::AsideForfeited { amount, .. } => self.aside -= amount,
			// The treasury's balance is told by the token's events; a deferral books nothing.
			Event::TreasuryPaid { .. } | Event::PayoutDeferred { .. } => {}
			other => unreachable!("{other:?}"),
		}
	}

	fn accrue(&mut self, account: AccountId, amount: u128, source: Source) {
		*self.accrued.entry(account).or_default() += amount;
		match source {
			Source::Credit => self.waiting -= amount,
			Source::Pool { datanet, tranche } => {
				let pool = self.pools.get_mut(&datanet).unwrap();
				pool.balance -= amount;
				assert_eq!(pool.touch((tranche, account)), amount);
			}
			Source::Withheld { datanet, tranche } => {
				let pool = self.pools.get_mut(&datanet).unwrap();
				let row = pool.withheld.remove(&(tranche, account)).unwrap();
				assert_eq!((row.locks, row.amount), (0, amount));
			}
			Source::Aside => self.aside -= amount,
			// Left what was set aside before.
			Source::Forfeited => {}
			Source::Operator { .. } | Source::Developer { .. } | Source::Treasury => {}
		}
	}

	/// Compares everything with the chain's state.
	fn compare(&self) {
		assert_eq!(self.parameters, Parameters::<Test>::get());
		assert_eq!(self.accrued, Accrued::<Test>::iter().collect());
		assert_eq!(self.paid, Paid::<Test>::iter().collect());
		assert_eq!(self.waiting, Waiting::<Test>::get());
		assert_eq!(self.aside, Aside::<Test>::get());
		let inboxes = self.inboxes.iter().filter(|(_, i)| **i != Inbox::default());
		let inboxes: BTreeMap<_, _> = inboxes.map(|(id, inbox)| (*id, *inbox)).collect();
		assert_eq!(inboxes, Inboxes::<Test>::iter().collect());
		let due = inboxes.iter().filter(|(_, inbox)| inbox.is_due());
		let due: Vec<_> = due.map(|(id, _)| *id).collect();
		let mut listed: Vec<_> = DueModels::<Test>::iter_values().collect();
		listed.sort_unstable();
		assert_eq!(due, listed);
		let issuance = RICH + 7 * ED - self.burned;
		assert_eq!(Balances::total_issuance(), issuance);
		self.compare_pools();
	}

	fn compare_pools(&self) {
		let (mut rows, mut locked) = (0, 0);
		for (datanet, pool) in &self.pools {
			let Pool { balance, residue } = Pools::<Test>::get(datanet);
			assert_eq!((pool.balance, pool.residue), (balance, residue));
			for ((tranche, who), row) in &pool.rows {
				let stored = Members::<Test>::get((datanet, tranche, who));
				assert_eq!(stored, Some(*row), "row of {who} in {datanet}/{tranche}");
				let acc = Royalties::tranche_acc(*datanet, *tranche);
				assert_eq!(acc, Some(pool.acc(*tranche)));
			}
			rows += pool.rows.len();
			for ((tranche, who), withheld) in &pool.withheld {
				let stored = Withheld::<Test>::get((datanet, tranche, who));
				assert_eq!(
					stored,
					Some(*withheld),
					"withheld of {who} in {datanet}/{tranche}"
				);
			}
			locked += pool.withheld.len();
			for (index, cell) in PoolCells::<Test>::iter_prefix(datanet) {
				let under = |tranche| crate::fenwick::up(tranche).any(|cell| cell == index);
				let live = pool.rows.iter().filter(|((tranche, _), _)| under(*tranche));
				let points: u128 = live.map(|(_, row)| u128::from(row.points)).sum();
				assert_eq!(cell.points, points);
			}
		}
		assert_eq!(Members::<Test>::iter_keys().count(), rows);
		assert_eq!(Withheld::<Test>::iter_keys().count(), locked);
	}
}

/// Whatever may happen, and what happens rarely.
#[derive(Clone, Debug)]
enum Step {
	Op(Op),
	Parameters {
		burn: Ppm,
		treasury: Ppm,
	},
	Idle {
		thousandths: u64,
	},
	/// The treasury's account is emptied and goes: what it gets is booked until it can exist.
	NoTreasury,
	/// A release for a model whose terms nobody knows, and the keeper's attempt to distribute it.
	Unknown {
		amount: u128,
	},
	SettleInbox {
		model: ModelId,
	},
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		12 => op().prop_map(Step::Op),
		1 => (0..=50_000 as Ppm, 0..=50_000 as Ppm)
			.prop_map(|(burn, treasury)| Step::Parameters { burn, treasury }),
		1 => (0..1_000u64).prop_map(|thousandths| Step::Idle { thousandths }),
		1 => Just(Step::NoTreasury),
		1 => planck().prop_map(|amount| Step::Unknown { amount }),
		1 => (1..=4u32).prop_map(|model| Step::SettleInbox { model }),
	]
}

fn perform(step: Step) {
	match step {
		Step::Op(op) => perform_op(op),
		Step::Parameters { burn, treasury } => {
			let parameters = RoyaltiesParameters {
				burn_ppm: burn,
				treasury_ppm: treasury,
				..Default::default()
			};
			assert_ok!(Royalties::set_parameters(RuntimeOrigin::root(), parameters));
		}
		Step::Idle { thousandths } => {
			quietly(|| Royalties::on_idle(1, full_block() / 1_000 * thousandths));
		}
		Step::NoTreasury => {
			let origin = RuntimeOrigin::signed(TREASURY);
			let _ = Balances::transfer_all(origin, PAYER, false);
		}
		Step::Unknown { amount } => {
			wait_by_settling(amount);
			assert_ok!(Royalties::release_base(
				99,
				share(1_000, Waiting::<Test>::get())
			));
			let origin = frame_system::RawOrigin::Authorized.into();
			let _ = quietly(|| Royalties::distribute_due(origin, 99));
		}
		Step::SettleInbox { model } => {
			use openledger_primitives::ports::InboxSettlement;
			assert_ok!(Royalties::settle_inbox(model));
		}
	}
}

/// Money waits only after a settlement.
fn wait_by_settling(amount: u128) {
	settle(1, amount);
}

fn share(part: u128, of: u128) -> u128 {
	thousandths(of, part)
}

fn part_of_points(datanet: DatanetId, tranche: Version, who: AccountId, part: u64) -> u64 {
	share(part.into(), points(datanet, tranche, who).into()) as u64
}

/// Outcomes don't matter here: what fails leaves neither state nor events.
fn perform_op(op: Op) {
	let part_of_waiting = |part| share(part, Waiting::<Test>::get());
	let signed = || RuntimeOrigin::signed(BOB);
	let _ = match op {
		Op::Settle { model, fee } => {
			settle(model, fee);
			Ok(())
		}
		Op::Release { model, part } => Royalties::release_base(model, part_of_waiting(part)),
		Op::Credit { who, part } => Royalties::credit(&who, part_of_waiting(part)),
		Op::CreditPool {
			datanet,
			version,
			part,
		} => Royalties::credit_pool(datanet, version, part_of_waiting(part)),
		Op::CreditTreasury { part } => Royalties::credit_treasury(part_of_waiting(part)),
		Op::Distribute { model } => Royalties::do_distribute(model).map(|_| ()),
		Op::DistributeDue { model } => {
			let origin = frame_system::RawOrigin::Authorized.into();
			let done = Royalties::distribute_due(origin, model);
			done.map(|_| ()).map_err(|error| error.error)
		}
		Op::PayIn {
			datanet,
			version,
			amount,
		} => Royalties::pay_in(&PAYER, datanet, version, amount),
		Op::Seal { .. } => Ok(()),
		Op::Join {
			datanet,
			who,
			points,
		} => Royalties::add_points(datanet, 1, &who, points),
		Op::Add {
			datanet,
			tranche,
			who,
			points,
		} => Royalties::add_points(datanet, tranche, &who, points),
		Op::Remove {
			datanet,
			tranche,
			who,
			part,
		} => {
			let points = part_of_points(datanet, tranche, who, part);
			Royalties::remove_points(datanet, tranche, &who, points)
		}
		Op::Move {
			datanet,
			tranche,
			from,
			to,
			part,
		} => {
			let points = part_of_points(datanet, tranche, from, part);
			Royalties::move_points(datanet, tranche, &from, &to, points)
		}
		Op::Collect {
			datanet,
			tranche,
			who,
		} => Royalties::collect(signed(), datanet, tranche, who),
		Op::Claim { who } => Royalties::claim(signed(), who),
		Op::ClaimMany => {
			let all: Vec<AccountId> = (1..=GHOST).collect();
			Royalties::claim_many(signed(), all.try_into().unwrap())
		}
		claims => perform_claim(claims),
	};
}

/// What claims do.
fn perform_claim(op: Op) -> sp_runtime::DispatchResult {
	let part_of_aside = |part| share(part, Aside::<Test>::get());
	match op {
		Op::Lock {
			datanet,
			tranche,
			who,
		} => Royalties::lock_row(datanet, tranche, &who),
		Op::Unlock {
			datanet,
			tranche,
			who,
		} => Royalties::unlock_row(datanet, tranche, &who),
		Op::SetAside {
			datanet,
			tranche,
			who,
			part,
		} => {
			let points = part_of_points(datanet, tranche, who, part);
			Royalties::set_aside(datanet, tranche, &who, points).map(|_| ())
		}
		Op::PayAside { who, part } => Royalties::pay_aside(&who, part_of_aside(part)),
		Op::Forfeit { reporter, part } => Royalties::forfeit_aside(&reporter, part_of_aside(part)),
		other => unreachable!("{other:?} is no claim's"),
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 128, ..Default::default() })]

	#[test]
	fn all_state_follows_from_the_events(steps in prop::collection::vec(step(), 1..80)) {
		ExtBuilder::build().execute_with(|| {
			publish_lineage();
			let mut history = History::default();
			for step in steps {
				perform(step);
				events().into_iter().for_each(|event| history.apply(event));
				history.compare();
			}
			Royalties::do_try_state().unwrap();
			assert_exact();
		});
	}
}

#[test]
fn what_the_treasury_cannot_receive_is_told() {
	ExtBuilder::build_and_execute(|| {
		publish_lineage();
		let mut history = History::default();
		let mut follow = || {
			events().into_iter().for_each(|event| history.apply(event));
			history.compare();
			history.accrued.get(&TREASURY).copied()
		};
		perform(Step::NoTreasury);
		settle(1, 1_000_000);
		assert_eq!(follow(), Some(30_000));
		// R3 and a credit to the treasury are booked in the same way.
		assert_ok!(Royalties::credit_pool(7, 1, 5));
		assert_ok!(Royalties::credit_treasury(6));
		assert_eq!(follow(), Some(30_011));
		// Big enough to exist: this one is sent, and then the booked ones can be claimed.
		assert_ok!(Royalties::pay_in(&PAYER, 7, 1, ED));
		assert_ok!(Royalties::claim(RuntimeOrigin::signed(BOB), TREASURY));
		assert_eq!(follow(), None);
		assert_eq!(balance(TREASURY), ED + 30_011);
		assert_exact();
	});
}

#[test]
fn a_keeper_in_vain_is_told() {
	ExtBuilder::build_and_execute(|| {
		publish_lineage();
		let mut history = History::default();
		perform(Step::Unknown { amount: OPEN });
		let events = events();
		let prepaid = |prepaid| Event::PrepaidSet { model: 99, prepaid };
		assert!(events.contains(&prepaid(1)) && events.contains(&prepaid(0)));
		events.into_iter().for_each(|event| history.apply(event));
		history.compare();
		assert!(history.inboxes[&99].base > 0);
	});
}
