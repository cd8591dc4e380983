// SPDX-License-Identifier: Apache-2.0
//! Datanets as far as money depends on them: bonds, fees, deposits, points, snapshots.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;

use super::Ledger;
use crate::{
	bank::{need, no, Hold, Outcome, Refusal, Who},
	exact::{planck, Planck},
};

/// Governance's values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
	/// Blocks until a commit expires.
	pub commit_expiry: u32,
	/// Blocks for which a rejected root stays taken.
	pub review_period: u32,
	/// Blocks for which a bond stays held.
	pub bond_hold: u32,
	/// Least bond.
	pub min_bond: u128,
	/// Least bond per byte.
	pub min_bond_per_byte: u128,
	/// Least review fee per KiB.
	pub min_review_fee: u128,
	/// Bond of a seat.
	pub curator_bond: u128,
	/// Deposit of a snapshot.
	pub snapshot_deposit: u128,
}

/// A frozen list of acceptances.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
	/// Members have a smaller number.
	pub count: u64,
	/// What publication on it pays.
	pub training_fee: u128,
	/// Least share of a fee, ppm.
	pub minimum: u32,
}

/// A datanet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Datanet {
	/// Who owns it.
	pub owner: Who,
	/// Text, or opaque bytes.
	pub text: bool,
	/// Open to all.
	pub open: bool,
	/// Matched money goes to pools.
	pub pooled: bool,
	/// Planck per started KiB.
	pub review_fee: u128,
	/// Planck per byte.
	pub bond_per_byte: u128,
	/// Terms of the next snapshot.
	pub training_fee: u128,
	/// Terms of the next snapshot, ppm.
	pub minimum: u32,
	/// Acceptances in order.
	pub accepted: Vec<u64>,
	/// By version, from 1.
	pub snapshots: Vec<Snapshot>,
	/// Named.
	pub curators: BTreeSet<Who>,
	/// Seated, with bond.
	pub seats: BTreeMap<Who, Planck>,
	/// Approved, with deposit.
	pub approvals: BTreeMap<Who, Planck>,
}

/// Where a contribution stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
	/// Until this block.
	Committed(u32),
	/// In review, with its fee.
	Pending(Planck),
	/// Earns.
	Accepted {
		/// Place in the order.
		number: u64,
		/// First block in which the bond is free.
		free_from: u32,
	},
	/// Its root is free from this block on.
	Rejected(u32),
}

/// A contribution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contribution {
	/// Where.
	pub datanet: u32,
	/// Whose.
	pub who: Who,
	/// Bytes.
	pub length: u64,
	/// Which content, as the run numbers it.
	pub text: u64,
	/// Held.
	pub bond: Planck,
	/// Storage deposit once revealed.
	pub ticket: Planck,
	/// Where it stands.
	pub stage: Stage,
}

/// All datanets and contributions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Datanets {
	/// Governance's values.
	pub limits: Limits,
	/// By id, from 1.
	pub rows: BTreeMap<u32, Datanet>,
	/// By id; gone ones leave holes.
	pub contributions: BTreeMap<u64, Contribution>,
	/// The last id given.
	pub last: u64,
	/// Who has a content in a datanet.
	pub roots: BTreeMap<(u32, u64), u64>,
}

/// What an owner states.
#[derive(Clone, Debug)]
pub struct NewDatanet {
	/// See [`Datanet`].
	pub text: bool,
	/// See [`Datanet`].
	pub open: bool,
	/// See [`Datanet`].
	pub pooled: bool,
	/// See [`Datanet`].
	pub review_fee: u128,
	/// See [`Datanet`].
	pub bond_per_byte: u128,
	/// See [`Datanet`].
	pub training_fee: u128,
	/// See [`Datanet`].
	pub minimum: u32,
	/// See [`Datanet`]; may hold one twice.
	pub curators: Vec<Who>,
}

/// Most versions of a datanet.
const MOST_VERSIONS: usize = 1_024;

impl Ledger {
	/// A new datanet.
	pub fn create_datanet(&mut self, owner: Who, new: &NewDatanet, told: Option<u128>) -> Outcome {
		let limits = &self.datanets.limits;
		need(new.minimum <= 900_000, "share too large")?;
		need(new.bond_per_byte >= limits.min_bond_per_byte, "bond")?;
		need(new.review_fee >= limits.min_review_fee, "review fee")?;
		let curators: BTreeSet<Who> = new.curators.iter().copied().collect();
		need(curators.len() == new.curators.len(), "curator twice")?;
		self.bank.hold_ticket(owner, Hold::DatanetStorage, told)?;
		let id = u32::try_from(self.datanets.rows.len() + 1).expect("few");
		let row = Datanet {
			owner,
			text: new.text,
			open: new.open,
			pooled: new.pooled,
			review_fee: new.review_fee,
			bond_per_byte: new.bond_per_byte,
			training_fee: new.training_fee,
			minimum: new.minimum,
			accepted: Vec::new(),
			snapshots: Vec::new(),
			curators,
			seats: BTreeMap::new(),
			approvals: BTreeMap::new(),
		};
		self.datanets.rows.insert(id, row);
		Ok(())
	}

	fn datanet(&mut self, id: u32) -> Outcome<&mut Datanet> {
		let row = self.datanets.rows.get_mut(&id);
		row.ok_or(Refusal::Sure("no datanet"))
	}

	fn owned(&mut self, id: u32, who: Who) -> Outcome<&mut Datanet> {
		let row = self.datanet(id)?;
		need(row.owner == who, "not the owner")?;
		Ok(row)
	}

	/// Takes an id and holds the bond.
	pub fn commit(&mut self, who: Who, datanet: u32, text: u64, length: u64) -> Outcome {
		let least = planck(self.datanets.limits.min_bond);
		let expires = self.now + self.datanets.limits.commit_expiry;
		let row = self.datanet(datanet)?;
		need(row.open || row.approvals.contains_key(&who), "not admitted")?;
		let range = if row.text {
			1_024..=1 << 30
		} else {
			1..=1 << 40
		};
		need(range.contains(&length), "length")?;
		need(row.snapshots.len() < MOST_VERSIONS, "no version left")?;
		let bond = (planck(row.bond_per_byte) * length).max(least);
		self.bank.hold(who, Hold::ContributionBond, &bond)?;
		self.datanets.last += 1;
		let contribution = Contribution {
			datanet,
			who,
			length,
			text,
			bond,
			ticket: Planck::zero(),
			stage: Stage::Committed(expires),
		};
		let id = self.datanets.last;
		self.datanets.contributions.insert(id, contribution);
		Ok(())
	}

	fn contribution(&self, id: u64) -> Outcome<Contribution> {
		let row = self.datanets.contributions.get(&id).cloned();
		row.ok_or(Refusal::Sure("no contribution"))
	}

	/// Everything back, and gone.
	fn give_way(&mut self, id: u64) {
		let Some(row) = self.datanets.contributions.remove(&id) else {
			return;
		};
		let bank = &mut self.bank;
		bank.release(row.who, Hold::ContributionBond, &row.bond);
		if let Stage::Pending(fee) = &row.stage {
			bank.release(row.who, Hold::ReviewFee, fee);
		}
		bank.release(row.who, Hold::DatanetStorage, &row.ticket);
	}

	/// Reveals. `honest`: the opening is what was committed.
	pub fn contribute(&mut self, who: Who, id: u64, honest: bool, told: Option<u128>) -> Outcome {
		let row = self.contribution(id)?;
		need(row.who == who, "not the contributor")?;
		let Stage::Committed(expires) = row.stage else {
			return no("not committed");
		};
		need(self.now <= expires, "expired")?;
		need(honest, "not what was committed")?;
		let root = (row.datanet, row.text);
		if let Some(holder) = self.datanets.roots.get(&root).copied() {
			let gives_way = match self.contribution(holder)?.stage {
				Stage::Pending(_) => id < holder,
				Stage::Rejected(free_from) => self.now >= free_from,
				_ => false,
			};
			if !gives_way {
				self.give_way(id);
				return Ok(());
			}
			self.give_way(holder);
		}
		let rate = planck(self.datanet(row.datanet)?.review_fee);
		let fee = rate * row.length.div_ceil(1_024);
		self.bank.hold(who, Hold::ReviewFee, &fee)?;
		let ticket = self.bank.hold_ticket(who, Hold::DatanetStorage, told)?;
		self.datanets.roots.insert(root, id);
		let changed = Contribution {
			ticket,
			stage: Stage::Pending(fee),
			..row
		};
		self.datanets.contributions.insert(id, changed);
		Ok(())
	}

	/// A curator's decision; `quality` 0 rejects.
	pub fn review(&mut self, curator: Who, id: u64, quality: u8) -> Outcome {
		let mut row = self.contribution(id)?;
		let Stage::Pending(fee) = row.stage.clone() else {
			return no("not pending");
		};
		let (hold, period) = {
			let limits = &self.datanets.limits;
			(limits.bond_hold, limits.review_period)
		};
		let now = self.now;
		let datanet = self.datanet(row.datanet)?;
		need(datanet.curators.contains(&curator), "not named")?;
		need(datanet.seats.contains_key(&curator), "not seated")?;
		need(row.who != curator, "his own")?;
		if quality == 0 {
			self.bank
				.hand_over(row.who, Hold::ReviewFee, curator, &fee)?;
			self.bank
				.release(row.who, Hold::ContributionBond, &row.bond);
			row.bond = Planck::zero();
			row.stage = Stage::Rejected(now + period);
		} else {
			need(quality <= 4, "quality")?;
			need(datanet.snapshots.len() < MOST_VERSIONS, "no version left")?;
			let tranche = u32::try_from(datanet.snapshots.len() + 1).expect("few");
			row.stage = Stage::Accepted {
				number: datanet.accepted.len() as u64,
				free_from: now + hold,
			};
			datanet.accepted.push(id);
			self.bank
				.hand_over(row.who, Hold::ReviewFee, curator, &fee)?;
			let points = row.length * u64::from(quality);
			self.add_points(row.datanet, tranche, row.who, points)?;
		}
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// Freezes the acceptances.
	pub fn snapshot(&mut self, who: Who, id: u32) -> Outcome {
		let deposit = planck(self.datanets.limits.snapshot_deposit);
		let row = self.owned(id, who)?;
		need(row.snapshots.len() < MOST_VERSIONS, "no version left")?;
		let count = row.accepted.len() as u64;
		let before = row.snapshots.last().map_or(0, |last| last.count);
		need(count > before, "nothing new")?;
		row.snapshots.push(Snapshot {
			count,
			training_fee: row.training_fee,
			minimum: row.minimum,
		});
		self.bank.hold(who, Hold::SnapshotDeposit, &deposit)
	}

	/// Clears a commit that was not revealed.
	pub fn expire_commit(&mut self, id: u64) -> Outcome {
		let row = self.contribution(id)?;
		let Stage::Committed(expires) = row.stage else {
			return no("not committed");
		};
		need(self.now > expires, "not expired")?;
		let tenth = &row.bond / 10;
		let rest = &row.bond - &tenth;
		self.bank.release(row.who, Hold::ContributionBond, &rest);
		self.bank.burn_held(row.who, Hold::ContributionBond, &tenth);
		self.datanets.contributions.remove(&id);
		Ok(())
	}

	/// Gives back what is held after the period.
	pub fn release_bond(&mut self, id: u64) -> Outcome {
		let mut row = self.contribution(id)?;
		match row.stage {
			Stage::Committed(_) | Stage::Pending(_) => return no("still held"),
			Stage::Rejected(free_from) => {
				need(self.now >= free_from, "still held")?;
				self.datanets.roots.remove(&(row.datanet, row.text));
				self.give_way(id);
				return Ok(());
			}
			Stage::Accepted { free_from, .. } => {
				need(!row.bond.is_zero(), "nothing held")?;
				need(self.now >= free_from, "still held")?;
			}
		}
		self.bank
			.release(row.who, Hold::ContributionBond, &row.bond);
		row.bond = Planck::zero();
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// Names curators.
	pub fn set_curators(&mut self, who: Who, id: u32, named: &[Who]) -> Outcome {
		let row = self.owned(id, who)?;
		let curators: BTreeSet<Who> = named.iter().copied().collect();
		need(curators.len() == named.len(), "curator twice")?;
		row.curators = curators;
		Ok(())
	}

	/// Places a curator's bond.
	pub fn take_seat(&mut self, who: Who, id: u32) -> Outcome {
		let bond = planck(self.datanets.limits.curator_bond);
		let row = self.datanet(id)?;
		need(row.curators.contains(&who), "not named")?;
		need(!row.seats.contains_key(&who), "seated")?;
		row.seats.insert(who, bond.clone());
		self.bank.hold(who, Hold::CuratorBond, &bond)
	}

	/// Takes it back.
	pub fn leave_seat(&mut self, who: Who, id: u32) -> Outcome {
		let bond = match self.datanets.rows.get_mut(&id) {
			Some(row) => row.seats.remove(&who),
			None => None,
		};
		let bond = bond.ok_or(Refusal::Sure("not seated"))?;
		self.bank.release(who, Hold::CuratorBond, &bond);
		Ok(())
	}

	/// Lets somebody commit.
	pub fn approve(&mut self, owner: Who, id: u32, who: Who, told: Option<u128>) -> Outcome {
		let row = self.owned(id, owner)?;
		need(!row.open, "open to all")?;
		need(!row.approvals.contains_key(&who), "approved")?;
		let ticket = self.bank.hold_ticket(owner, Hold::DatanetStorage, told)?;
		self.owned(id, owner)?.approvals.insert(who, ticket);
		Ok(())
	}

	/// Takes that back.
	pub fn dismiss(&mut self, owner: Who, id: u32, who: Who) -> Outcome {
		let row = self.owned(id, owner)?;
		need(!row.open, "open to all")?;
		let ticket = row.approvals.remove(&who);
		let ticket = ticket.ok_or(Refusal::Sure("not approved"))?;
		self.bank.release(owner, Hold::DatanetStorage, &ticket);
		Ok(())
	}
}
