// SPDX-License-Identifier: Apache-2.0
//! Random histories, and a plain replay of them that shares no code with the index or the chain.
//!
//! The replay pays every row at every payment, one by one, in 512 bits, where chain and index
//! divide by accumulators. Rule R2: `t = amount · 2^64 + residue`; each point gets `⌊t / W⌋`, the
//! rest is the residue; a row pays whole planck when it is touched and keeps its fraction, which
//! joins the residue when the row leaves. What a locked row would pay is withheld until it is
//! unlocked, but for what is set aside meanwhile.

use super::*;
use crate::{
	explain::{
		explain,
		views::{PoolCollection, Why},
		Question,
	},
	ledger::store::Rows,
};
use proptest::prelude::*;
use sp_core::U512;
use std::collections::BTreeMap;

const ACCOUNTS: u8 = 5;
const TRANCHES: u32 = 4;

/// One step of a history.
#[derive(Clone, Debug)]
enum Op {
	Pay {
		datanet: u32,
		version: u32,
		amount: u64,
	},
	Points {
		datanet: u32,
		tranche: u32,
		who: u8,
		points: u64,
	},
	Collect {
		datanet: u32,
		tranche: u32,
		who: u8,
	},
	Lock {
		datanet: u32,
		tranche: u32,
		who: u8,
	},
	Unlock {
		datanet: u32,
		tranche: u32,
		who: u8,
	},
	SetAside {
		datanet: u32,
		tranche: u32,
		who: u8,
		divisor: u8,
	},
	Batch {
		who: u8,
		developer: u32,
	},
	Credit {
		who: u8,
		amount: u8,
	},
	Payout {
		who: u8,
		amount: u64,
	},
	EndBlock,
}

fn op() -> impl Strategy<Value = Op> {
	let datanet = 1..=2u32;
	let version = 1..=TRANCHES;
	let who = 0..ACCOUNTS;
	prop_oneof![
		4 => (datanet.clone(), version.clone(), 1..5_000_000_000_000u64)
			.prop_map(|(datanet, version, amount)| Op::Pay { datanet, version, amount }),
		1 => (datanet.clone(), version.clone(), 1..20u64)
			.prop_map(|(datanet, version, amount)| Op::Pay { datanet, version, amount }),
		4 => (datanet.clone(), version.clone(), who.clone(), prop_oneof![Just(0), 1..9u64, any::<u64>()])
			.prop_map(|(datanet, tranche, who, points)| Op::Points { datanet, tranche, who, points }),
		3 => (datanet.clone(), version.clone(), who.clone())
			.prop_map(|(datanet, tranche, who)| Op::Collect { datanet, tranche, who }),
		2 => (datanet.clone(), version.clone(), who.clone())
			.prop_map(|(datanet, tranche, who)| Op::Lock { datanet, tranche, who }),
		3 => (datanet.clone(), version.clone(), who.clone())
			.prop_map(|(datanet, tranche, who)| Op::Unlock { datanet, tranche, who }),
		1 => (datanet, version, who.clone(), 1..4u8)
			.prop_map(|(datanet, tranche, who, divisor)| Op::SetAside { datanet, tranche, who, divisor }),
		1 => (who.clone(), 1..650_000u32).prop_map(|(who, developer)| Op::Batch { who, developer }),
		1 => (who.clone(), any::<u8>()).prop_map(|(who, amount)| Op::Credit { who, amount }),
		1 => (who, any::<u64>()).prop_map(|(who, amount)| Op::Payout { who, amount }),
		2 => Just(Op::EndBlock),
	]
}

type RowKey = (u32, u32, u8);

/// Points and money of a row, in units of 2^-64 planck.
#[derive(Clone, Copy, Default)]
struct Row {
	points: u64,
	money: U512,
}

/// Locks of a row, and whole planck that it withholds.
#[derive(Clone, Copy, Default)]
struct Lock {
	locks: u32,
	withheld: U512,
}

/// The plain replay: makes the events of a history and knows what each must amount to.
#[derive(Default)]
struct Plain {
	rows: BTreeMap<RowKey, Row>,
	locks: BTreeMap<RowKey, Lock>,
	residues: BTreeMap<u32, U512>,
	totals: BTreeMap<u8, U512>,
	paid: BTreeMap<u8, U512>,
	sequence: u64,
}

impl Plain {
	fn book(&mut self, who: u8, amount: impl Into<U512>) {
		*self.totals.entry(who).or_default() += amount.into();
	}

	/// The sum of live points that a version pays.
	fn weight(&self, datanet: u32, version: u32) -> u128 {
		let rows = self.rows.iter();
		rows.filter(|((of, tranche, _), _)| *of == datanet && *tranche <= version)
			.map(|(_, row)| u128::from(row.points))
			.sum()
	}

	fn pay(&mut self, datanet: u32, version: u32, amount: u64) -> Vec<Event> {
		let weight = self.weight(datanet, version);
		if weight == 0 {
			return vec![Event::TreasuryPaid {
				amount: amount.into(),
			}];
		}
		let residue = self.residues.entry(datanet).or_default();
		let whole = (U512::from(amount) << 64) + *residue;
		let each = whole / U512::from(weight);
		*residue = whole % U512::from(weight);
		for ((of, tranche, _), row) in &mut self.rows {
			if *of == datanet && *tranche <= version {
				row.money += each * U512::from(row.points);
			}
		}
		vec![Event::PoolPaidIn {
			datanet,
			version,
			amount: amount.into(),
			points: weight,
		}]
	}

	/// Whole planck of a row are booked for its account, or withheld.
	fn touch(&mut self, key: RowKey) -> Vec<Event> {
		let Some(row) = self.rows.get_mut(&key) else {
			return vec![];
		};
		let whole = row.money >> 64;
		row.money -= whole << 64;
		if whole.is_zero() {
			return vec![];
		}
		let (datanet, tranche, who) = key;
		if let Some(lock) = self.locks.get_mut(&key) {
			lock.withheld += whole;
			return vec![Event::Withheld {
				datanet,
				tranche,
				account: account(who),
				amount: whole.as_u128(),
			}];
		}
		self.book(who, whole);
		vec![accrued(
			account(who),
			whole.as_u128(),
			LedgerSource::Pool { datanet, tranche },
		)]
	}

	fn set_points(&mut self, key: RowKey, points: u64) -> Vec<Event> {
		let known = self.rows.contains_key(&key);
		if !known && points == 0 {
			return vec![];
		}
		let mut events = self.touch(key);
		let (datanet, tranche, who) = key;
		let row = self.rows.entry(key).or_default();
		row.points = points;
		if points == 0 {
			let left = self.rows.remove(&key).unwrap().money;
			*self.residues.entry(datanet).or_default() += left;
		}
		events.push(Event::PointsSet {
			datanet,
			tranche,
			account: account(who),
			points,
		});
		events
	}

	fn lock(&mut self, key: RowKey) -> Vec<Event> {
		let (datanet, tranche, who) = key;
		let lock = self.locks.entry(key).or_default();
		lock.locks += 1;
		vec![Event::RowLocked {
			datanet,
			tranche,
			account: account(who),
			locks: lock.locks,
		}]
	}

	fn unlock(&mut self, key: RowKey) -> Vec<Event> {
		let (datanet, tranche, who) = key;
		let Some(lock) = self.locks.get_mut(&key) else {
			return vec![];
		};
		lock.locks -= 1;
		let mut events = vec![Event::RowUnlocked {
			datanet,
			tranche,
			account: account(who),
			locks: lock.locks,
		}];
		let Lock { locks: 0, withheld } = *lock else {
			return events;
		};
		self.locks.remove(&key);
		if !withheld.is_zero() {
			self.book(who, withheld);
			let source = LedgerSource::Withheld { datanet, tranche };
			events.push(accrued(account(who), withheld.as_u128(), source));
		}
		events
	}

	/// Takes a part of the points of a locked row, with as large a part of what it withholds.
	fn set_aside(&mut self, key: RowKey, divisor: u8) -> Vec<Event> {
		let (datanet, tranche, who) = key;
		let points = self.rows.get(&key).map_or(0, |row| row.points);
		if points == 0 || !self.locks.contains_key(&key) {
			return vec![];
		}
		let mut events = self.touch(key);
		let lock = self.locks.get_mut(&key).unwrap();
		let amount = lock.withheld / U512::from(divisor);
		lock.withheld -= amount;
		if !amount.is_zero() {
			events.push(Event::SetAside {
				datanet,
				tranche,
				account: account(who),
				amount: amount.as_u128(),
			});
		}
		events.extend(self.set_points(key, points - points / u64::from(divisor)));
		events
	}

	fn batch(&mut self, who: u8, developer: u32) -> Vec<Event> {
		self.book(who, 300_000u32);
		self.book(0, developer);
		self.sequence += 1;
		Batch {
			operator: account(who),
			model: 1,
			sequence: self.sequence,
			developer: (account(0), developer.into()),
			parents: vec![],
			data: u128::from(650_000 - developer),
			matched: 0,
		}
		.events()
	}

	fn events(&mut self, op: Op) -> Vec<Event> {
		match op {
			Op::Pay {
				datanet,
				version,
				amount,
			} => self.pay(datanet, version, amount),
			Op::Points {
				datanet,
				tranche,
				who,
				points,
			} => self.set_points((datanet, tranche, who), points),
			Op::Collect {
				datanet,
				tranche,
				who,
			} => self.touch((datanet, tranche, who)),
			Op::Lock {
				datanet,
				tranche,
				who,
			} => self.lock((datanet, tranche, who)),
			Op::Unlock {
				datanet,
				tranche,
				who,
			} => self.unlock((datanet, tranche, who)),
			Op::SetAside {
				datanet,
				tranche,
				who,
				divisor,
			} => self.set_aside((datanet, tranche, who), divisor),
			Op::Batch { who, developer } => self.batch(who, developer),
			Op::Credit { who, amount } => {
				self.book(who, amount);
				let credited = Event::Credited {
					operator: account(1),
					model: 1,
					sequence: 1,
					contribution: 9,
					account: Some(account(who)),
					value: 300,
					amount: amount.into(),
				};
				let booked = accrued(account(who), amount.into(), LedgerSource::Credit);
				let booked = Some(booked).filter(|_| amount > 0);
				booked.into_iter().chain([credited]).collect()
			}
			Op::Payout { who, amount } => {
				*self.paid.entry(who).or_default() += U512::from(amount);
				vec![paid(account(who), amount.into())]
			}
			Op::EndBlock => vec![],
		}
	}
}

/// Runs a history; the index follows it block by block and is closed and opened on the way.
fn run(ops: Vec<Op>, reopen_every: usize) -> (Plain, Indexed, FakeChain) {
	let mut plain = Plain::default();
	let chain = FakeChain::default();
	let mut indexed = Indexed::new();
	let mut block = Block::default();
	for (place, op) in ops.into_iter().enumerate() {
		if matches!(op, Op::EndBlock) {
			chain.push(std::mem::take(&mut block).rows);
			indexed.catch_up(&chain);
		} else {
			let events = plain.events(op);
			block = block.extrinsic(events);
		}
		if place % reopen_every == reopen_every - 1 {
			indexed = indexed.reopen(GENESIS).0;
		}
	}
	chain.push(block.rows);
	indexed.catch_up(&chain);
	(plain, indexed, chain)
}

/// What the page documents of a collection of `amount` planck: the parts add up, to the last
/// fraction.
fn assert_parts_add_up(collection: &PoolCollection, amount: U512) {
	let parts: U512 = collection
		.payments
		.iter()
		.map(|payment| payment.share_scaled.as_ref().unwrap())
		.map(|share| U512::from_dec_str(share).unwrap())
		.fold(U512::zero(), |sum, share| sum + share);
	if !collection.truncated {
		assert_eq!(
			parts + U512::from(collection.carry_before.0),
			(amount << 64) + U512::from(collection.carry_after.0)
		);
	}
}

/// Sums of an account's lines, read in parts: booked, transferred.
fn sums(indexed: &Indexed, who: u8) -> (U512, U512) {
	let (mut booked, mut transferred) = (U512::zero(), U512::zero());
	let mut cursor = None;
	loop {
		let question = Question {
			account: account(who),
			from: 0,
			to: u32::MAX,
			limit: 7,
			cursor,
		};
		let part = explain(&indexed.index, &|_, _, _, _| None, &question).unwrap();
		assert!(part.items.len() <= 7);
		for item in &part.items {
			let amount = U512::from(item.amount.0);
			match &item.why {
				Why::Payout {} => transferred += amount,
				Why::PoolCollection(collection) => {
					assert_eq!(item.matches, Some(true), "{item:?}");
					assert_parts_add_up(collection, amount);
					booked += amount;
				}
				Why::WithheldCollection(withheld) => {
					assert_eq!(item.matches, Some(true), "{item:?}");
					// A row that was empty meanwhile has left its fraction to the pool.
					let points = &withheld.collection.points;
					if points.iter().all(|change| change.points.0 > 0) {
						let all = amount + U512::from(withheld.aside.0);
						assert_parts_add_up(&withheld.collection, all);
					}
					booked += amount;
				}
				_ => booked += amount,
			}
		}
		cursor = part.next_cursor;
		if cursor.is_none() {
			return (booked, transferred);
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

	#[test]
	fn the_index_should_add_up_to_a_plain_replay(
		ops in proptest::collection::vec(op(), 1..160),
		reopen_every in 20..90usize,
	) {
		let (plain, indexed, _) = run(ops, reopen_every);
		for who in 0..ACCOUNTS {
			let (booked, transferred) = sums(&indexed, who);
			prop_assert_eq!(booked, plain.totals.get(&who).copied().unwrap_or_default());
			prop_assert_eq!(transferred, plain.paid.get(&who).copied().unwrap_or_default());
		}
		// Nothing of the pools is lost between the rows.
		let change = indexed.index.change().unwrap();
		for (datanet, residue) in &plain.residues {
			let stored: Option<u128> = change
				.get(store::Table::Residues, &store::keys::datanet(*datanet))
				.unwrap();
			prop_assert_eq!(U512::from(stored.unwrap_or_default()), *residue);
		}
	}

	#[test]
	fn a_planck_too_much_should_not_match(
		ops in proptest::collection::vec(op(), 40..120),
		extra in 1..3u128,
	) {
		let (_, _, chain) = run(ops, 1_000);
		let mut wrong = None;
		chain.change(|blocks| {
			for (block, rows) in blocks.rows.iter_mut().enumerate() {
				for row in rows {
					if let Event::Accrued { account, amount, source: LedgerSource::Pool { .. } | LedgerSource::Withheld { .. } } = &mut row.event {
						*amount += extra;
						wrong = Some((account.clone(), block as u32 + 1, row.index));
						return;
					}
				}
			}
		});
		let Some((account, block, event)) = wrong else { return Ok(()) };
		let indexed = Indexed::of(&chain);
		let question = Question { account, from: block, to: block, limit: 1_000, cursor: None };
		let answer = explain(&indexed.index, &|_, _, _, _| None, &question).unwrap();
		let item = answer.items.iter().find(|item| item.event == event).unwrap();
		prop_assert_eq!(item.matches, Some(false));
	}
}

#[test]
fn a_replay_with_a_part_of_the_history_should_not_claim_to_match() {
	let pool = LedgerSource::Pool {
		datanet: 1,
		tranche: 1,
	};
	let points = Event::PointsSet {
		datanet: 1,
		tranche: 1,
		account: account(1),
		points: 3,
	};
	let payment = |amount| Event::PoolPaidIn {
		datanet: 1,
		version: 1,
		amount,
		points: 3,
	};
	let chain = FakeChain::of([
		Block::default().extrinsic([points, payment(5)]),
		Block::default().extrinsic([payment(7)]),
		Block::default().extrinsic([accrued(account(1), 12, pool)]),
	]);
	chain.change(|blocks| blocks.pruned_below = 2);
	let indexed = Indexed::of(&chain);
	let question = Question {
		account: account(1),
		from: 0,
		to: 9,
		limit: 10,
		cursor: None,
	};
	let answer = explain(&indexed.index, &|_, _, _, _| None, &question).unwrap();
	assert_eq!((answer.from, answer.indexed_from), (2, 2));
	let item = &answer.items[0];
	assert_eq!((item.amount.0, item.matches), (12, None));
	let Why::PoolCollection(collection) = &item.why else {
		panic!("{item:?}");
	};
	assert_eq!(collection.since, None);
	assert_eq!(collection.payments.len(), 1);
	assert_eq!(collection.payments[0].own_points, None);
}
