// SPDX-License-Identifier: Apache-2.0
//! The same rules once more, without trees, queues or shared arithmetic: one accumulator per
//! version, sums over all rows, splits by picking the largest remainder again and again.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// `⌊a·b / c⌋` and the remainder by long multiplication of 32-bit digits and bitwise division.
pub(crate) fn mul_div(a: u128, b: u128, c: u128) -> (u128, u128) {
	let digits = |x: u128| {
		(0..4)
			.map(move |i| (x >> (32 * i)) as u32 as u64)
			.collect::<Vec<_>>()
	};
	let (x, y) = (digits(a), digits(b));
	let mut product = [0u64; 8];
	for i in 0..4 {
		let mut carry = 0;
		for j in 0..4 {
			let sum = product[i + j] + x[i] * y[j] + carry;
			product[i + j] = sum & 0xffff_ffff;
			carry = sum >> 32;
		}
		product[i + 4] = carry;
	}
	let (mut quotient, mut rest) = (0u128, 0u128);
	for bit in (0..256).rev() {
		let top = rest >> 127;
		rest = rest << 1 | u128::from(product[bit / 32] >> (bit % 32) & 1);
		assert!(quotient >> 127 == 0, "the quotient fits");
		quotient <<= 1;
		if top == 1 || rest >= c {
			rest = rest.wrapping_sub(c);
			quotient |= 1;
		}
	}
	(quotient, rest)
}

/// R1.
pub(crate) fn split(amount: u128, shares: &[u128]) -> Vec<u128> {
	let whole: u128 = shares.iter().sum();
	let parts: Vec<_> = shares
		.iter()
		.map(|share| mul_div(amount, *share, whole))
		.collect();
	let mut left = amount - parts.iter().map(|part| part.0).sum::<u128>();
	let mut given = BTreeSet::new();
	while left > 0 {
		let mut best = None;
		for (index, part) in parts.iter().enumerate() {
			let better = best.is_none_or(|b: usize| part.1 > parts[b].1);
			if !given.contains(&index) && better {
				best = Some(index);
			}
		}
		given.insert(best.unwrap());
		left -= 1;
	}
	(0..parts.len())
		.map(|i| parts[i].0 + u128::from(given.contains(&i)))
		.collect()
}

#[derive(Clone, Default)]
struct Row {
	points: u64,
	debt: U256,
	carry: u64,
}

/// What claims withhold of a row.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub(crate) struct Lock {
	pub locks: u32,
	pub amount: u128,
	/// What one point had earned when it began, in units of 2^-64 planck.
	since: U256,
}

#[derive(Clone, Default)]
struct Datanet {
	balance: u128,
	residue: u128,
	acc: BTreeMap<Version, U256>,
	rows: BTreeMap<(Version, AccountId), Row>,
	locks: BTreeMap<(Version, AccountId), Lock>,
}

impl Datanet {
	fn acc(&self, tranche: Version) -> U256 {
		self.acc
			.range(tranche..)
			.fold(U256::zero(), |sum, (_, acc)| sum + *acc)
	}

	fn weight(&self, version: Version) -> u128 {
		let live = self
			.rows
			.iter()
			.filter(|((tranche, _), _)| *tranche <= version);
		live.map(|(_, row)| u128::from(row.points)).sum()
	}
}

/// Everything the pallet books, and the balances that it moves.
#[derive(Clone, Default)]
pub(crate) struct Oracle {
	pub accrued: BTreeMap<AccountId, u128>,
	pub paid: BTreeMap<AccountId, u128>,
	pub balances: BTreeMap<AccountId, u128>,
	pub inboxes: BTreeMap<ModelId, (u128, u128, u32)>,
	pub waiting: u128,
	pub burned: u128,
	pub aside: u128,
	datanets: BTreeMap<DatanetId, Datanet>,
}

impl Oracle {
	/// As at the mock's genesis.
	pub fn new() -> Self {
		let accounts = [ALICE, BOB, CAROL, OPERATOR, DEVELOPER, TREASURY];
		let mut balances: BTreeMap<_, _> = accounts.into_iter().map(|who| (who, ED)).collect();
		balances.insert(PAYER, RICH);
		Self {
			balances,
			..Default::default()
		}
	}

	fn book(&mut self, who: AccountId, amount: u128) {
		*self.accrued.entry(who).or_default() += amount;
	}

	fn treasury(&mut self, amount: u128) {
		*self.balances.get_mut(&TREASURY).unwrap() += amount;
	}

	/// Money of the payer that goes into the pot.
	pub fn fund(&mut self, amount: u128) {
		*self.balances.get_mut(&PAYER).unwrap() -= amount;
	}

	pub fn settle(&mut self, model: ModelId, fee: u128) {
		self.fund(fee);
		let row = MockModels::get()[&model].clone();
		let operator = u128::from(row.operator_ppm);
		let parts = split(fee, &[20_000, 30_000, operator, 950_000 - operator]);
		self.burned += parts[0];
		self.treasury(parts[1]);
		self.book(OPERATOR, parts[2]);
		self.waiting += self.by_vector(&row, parts[3]);
	}

	/// Splits by the vector and returns what contributors get.
	fn by_vector(&mut self, row: &MockModel, amount: u128) -> u128 {
		let ppm: Vec<_> = row.vector.iter().map(|(_, ppm)| u128::from(*ppm)).collect();
		let mut data = 0;
		for ((who, _), part) in row.vector.iter().zip(split(amount, &ppm)) {
			match who {
				Developer => self.book(row.developer, part),
				Contributors => data += part,
				Upstream(parent) => self.inboxes.entry(*parent).or_default().0 += part,
			}
		}
		data
	}

	pub fn release(&mut self, model: ModelId, amount: u128) {
		self.waiting -= amount;
		let inbox = self.inboxes.entry(model).or_default();
		inbox.1 += amount;
		inbox.2 += 1;
	}

	pub fn credit(&mut self, who: AccountId, amount: u128) {
		self.waiting -= amount;
		self.book(who, amount);
	}

	pub fn credit_pool(&mut self, datanet: DatanetId, version: Version, amount: u128) {
		self.waiting -= amount;
		self.pool(datanet, version, amount);
	}

	pub fn credit_treasury(&mut self, amount: u128) {
		self.waiting -= amount;
		self.treasury(amount);
	}

	/// R2 and R3.
	pub fn pool(&mut self, datanet: DatanetId, version: Version, amount: u128) {
		let pool = self.datanets.entry(datanet).or_default();
		let weight = pool.weight(version);
		if weight == 0 {
			return self.treasury(amount);
		}
		if amount > 0 {
			let t = U256::from(amount) * U256::from(SCALE) + U256::from(pool.residue);
			*pool.acc.entry(version).or_default() += t / U256::from(weight);
			pool.residue = (t % U256::from(weight)).as_u128();
			pool.balance += amount;
		}
	}

	/// What a touch would pay now.
	pub fn pending(&self, datanet: DatanetId, tranche: Version, who: AccountId) -> u128 {
		let Some(pool) = self.datanets.get(&datanet) else {
			return 0;
		};
		let Some(row) = pool.rows.get(&(tranche, who)) else {
			return 0;
		};
		let s = U256::from(row.points) * pool.acc(tranche) - row.debt + U256::from(row.carry);
		(s >> 64).as_u128()
	}

	/// Pays a row and changes its points, in this order. Returns the planck paid.
	pub fn touch(
		&mut self,
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
		change: impl FnOnce(u64) -> u64,
	) -> u128 {
		let pool = self.datanets.entry(datanet).or_default();
		let acc = pool.acc(tranche);
		let row = pool.rows.entry((tranche, who)).or_default();
		let s = U256::from(row.points) * acc - row.debt + U256::from(row.carry);
		let pay = (s >> 64).as_u128();
		let before = row.points;
		row.carry = s.low_u64();
		row.points = change(before);
		row.debt = U256::from(row.points) * acc;
		let lock = pool.locks.get_mut(&(tranche, who));
		let is_locked = lock.is_some();
		if let Some(lock) = lock {
			lock.amount += pay;
			match (before, row.points) {
				(_, 0) => lock.since = U256::zero(),
				(0, _) => lock.since = acc,
				_ => {}
			}
		}
		if row.points == 0 {
			pool.residue += u128::from(row.carry);
			pool.rows.remove(&(tranche, who));
		}
		pool.balance -= pay;
		if !is_locked {
			self.book(who, pay);
		}
		pay
	}

	/// A claim begins.
	pub fn lock(&mut self, datanet: DatanetId, tranche: Version, who: AccountId) {
		let pool = self.datanets.entry(datanet).or_default();
		let row = pool.rows.get(&(tranche, who));
		let since = row.map_or(U256::zero(), |row| row.debt / U256::from(row.points));
		let fresh = Lock {
			since,
			..Default::default()
		};
		pool.locks.entry((tranche, who)).or_insert(fresh).locks += 1;
	}

	/// A claim ends. Whether there was one.
	pub fn unlock(&mut self, datanet: DatanetId, tranche: Version, who: AccountId) -> bool {
		let pool = self.datanets.entry(datanet).or_default();
		let Some(lock) = pool.locks.get_mut(&(tranche, who)) else {
			return false;
		};
		lock.locks -= 1;
		if lock.locks == 0 {
			let amount = lock.amount;
			pool.locks.remove(&(tranche, who));
			self.book(who, amount);
		}
		true
	}

	/// The locks of a row, and what they withhold.
	pub fn lock_of(&self, datanet: DatanetId, tranche: Version, who: AccountId) -> Option<Lock> {
		self.datanets
			.get(&datanet)?
			.locks
			.get(&(tranche, who))
			.copied()
	}

	/// Points leave a locked row for good. Returns the planck that wait for the claim's end.
	pub fn set_aside(
		&mut self,
		datanet: DatanetId,
		tranche: Version,
		who: AccountId,
		points: u64,
	) -> u128 {
		let since = self.lock_of(datanet, tranche, who).unwrap().since;
		self.touch(datanet, tranche, who, |old| old - points);
		let pool = self.datanets.get_mut(&datanet).unwrap();
		let earned = (pool.acc(tranche) - since) * U256::from(points) / U256::from(SCALE);
		let lock = pool.locks.get_mut(&(tranche, who)).unwrap();
		let part = earned.min(lock.amount.into()).as_u128();
		lock.amount -= part;
		self.aside += part;
		part
	}

	pub fn pay_aside(&mut self, who: AccountId, amount: u128) {
		self.aside -= amount;
		self.book(who, amount);
	}

	pub fn forfeit_aside(&mut self, reporter: AccountId, amount: u128) {
		self.aside -= amount;
		self.book(reporter, amount / 2);
		self.treasury(amount - amount / 2);
	}

	pub fn points(&self, datanet: DatanetId, tranche: Version, who: AccountId) -> u64 {
		let row = self
			.datanets
			.get(&datanet)
			.and_then(|pool| pool.rows.get(&(tranche, who)));
		row.map_or(0, |row| row.points)
	}

	/// Whether there was anything to distribute.
	pub fn distribute(&mut self, model: ModelId) -> bool {
		let inbox = self.inboxes.entry(model).or_default();
		let (upstream, base) = (inbox.0, inbox.1);
		(inbox.0, inbox.1) = (0, 0);
		if upstream == 0 && base == 0 {
			return false;
		}
		let row = MockModels::get()[&model].clone();
		let base = base + self.by_vector(&row, upstream);
		if row.snapshots.is_empty() {
			self.treasury(base);
			return true;
		}
		let weights: Vec<_> = row
			.snapshots
			.iter()
			.map(|own| u128::from(own.weight))
			.collect();
		for (own, part) in row.snapshots.iter().zip(split(base, &weights)) {
			self.pool(own.datanet, own.version, part);
		}
		true
	}

	/// Whether the account was paid.
	pub fn claim(&mut self, who: AccountId) -> bool {
		let amount = self.accrued.get(&who).copied().unwrap_or(0);
		let balance = self.balances.entry(who).or_default();
		if amount == 0 || *balance + amount < ED {
			return false;
		}
		*balance += amount;
		*self.paid.entry(who).or_default() += amount;
		self.accrued.remove(&who);
		true
	}

	/// Compares everything with the chain's state.
	pub fn compare(&self) {
		for who in 1..=GHOST {
			let booked = self.accrued.get(&who).copied().unwrap_or(0);
			assert_eq!(Accrued::<Test>::get(who), booked, "booked for {who}");
			let paid = self.paid.get(&who).copied().unwrap_or(0);
			assert_eq!(Paid::<Test>::get(who), paid, "paid to {who}");
			let balance = self.balances.get(&who).copied().unwrap_or(0);
			assert_eq!(super::balance(who), balance, "balance of {who}");
		}
		for model in 0..10 {
			let (upstream, base, prepaid) = self.inboxes.get(&model).copied().unwrap_or_default();
			assert_eq!(
				Inboxes::<Test>::get(model),
				Inbox {
					upstream,
					base,
					prepaid
				}
			);
		}
		for (datanet, pool) in &self.datanets {
			let Pool { balance, residue } = Pools::<Test>::get(datanet);
			assert_eq!(
				(balance, residue),
				(pool.balance, pool.residue),
				"pool {datanet}"
			);
			assert_eq!(
				Members::<Test>::iter_prefix((datanet,)).count(),
				pool.rows.len()
			);
			assert_eq!(
				Withheld::<Test>::iter_prefix((datanet,)).count(),
				pool.locks.len()
			);
			for ((tranche, who), lock) in &pool.locks {
				let Lock {
					locks,
					amount,
					since,
				} = *lock;
				let row = WithheldRow {
					locks,
					amount,
					since,
				};
				let stored = Withheld::<Test>::get((datanet, tranche, who));
				assert_eq!(
					stored,
					Some(row),
					"withheld of {who} in {datanet}/{tranche}"
				);
			}
			for (tranche, who) in pool.rows.keys() {
				let row = Royalties::api_pool_row(*datanet, *tranche, who).unwrap();
				assert_eq!(row.points, self.points(*datanet, *tranche, *who));
				assert_eq!(row.pending, self.pending(*datanet, *tranche, *who));
			}
		}
		assert_eq!(Royalties::waiting(), self.waiting);
		assert_eq!(Aside::<Test>::get(), self.aside);
		let genesis = RICH + 7 * ED;
		assert_eq!(Balances::total_issuance(), genesis - self.burned, "R8");
		Royalties::do_try_state().unwrap();
		assert_exact();
	}
}

#[test]
fn the_oracle_divides_like_256_bit_arithmetic() {
	for (a, b, c) in [
		(0, 5, 7),
		(u128::MAX, 1, u128::MAX),
		(u128::MAX, u128::MAX, u128::MAX),
		(1_000_000_000 * OPEN, 333_333, 1_000_000),
		(u128::MAX, 3, u128::MAX - 1),
		(1 << 127, 7, (1 << 127) + 1),
	] {
		let product = U256::from(a) * U256::from(b);
		let expected = (product / U256::from(c), product % U256::from(c));
		let (quotient, rest) = mul_div(a, b, c);
		assert_eq!((quotient.into(), rest.into()), expected, "{a} · {b} / {c}");
	}
}
