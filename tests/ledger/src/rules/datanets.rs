// SPDX-License-Identifier: Apache-2.0
//! Datanets as far as money depends on them: registrations, deposits, snapshots, owners.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;

use super::{claims::Claim, reviews::Review, Ledger};
use crate::{
	bank::{need, no, Hold, Outcome, Refusal, Who, MOST_DEPOSIT},
	exact::{planck, Planck},
};

/// Governance's values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
	/// Blocks until a commit expires.
	pub commit_expiry: u32,
	/// Blocks of vote commits.
	pub vote_commit: u32,
	/// Blocks of vote reveals.
	pub vote_reveal: u32,
	/// Blocks for which a rejection can be appealed.
	pub appeal: u32,
	/// Blocks of showings.
	pub showing: u32,
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

/// Whether a datanet takes commits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
	/// It does.
	Open,
	/// Its owner has paused it.
	Frozen,
	/// Governance has.
	Suspended,
	/// Never again.
	Closed,
}

/// A curator's seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seat {
	/// Held.
	pub bond: Planck,
	/// What makes it whole.
	pub full: Planck,
	/// Votes in reviews that go on.
	pub open: u32,
	/// Last block in which an appeal can still cost something.
	pub bound_until: u32,
}

/// A datanet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Datanet {
	/// Who owns it.
	pub owner: Who,
	/// Who may take it over.
	pub offered: Option<Who>,
	/// Whether it takes commits.
	pub state: State,
	/// Storage deposit of its rows.
	pub ticket: Planck,
	/// Deposits of its snapshots.
	pub deposits: Planck,
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
	/// Seated.
	pub seats: BTreeMap<Who, Seat>,
	/// Approved: by whom, and that owner's deposit.
	pub approvals: BTreeMap<Who, (Who, Planck)>,
}

/// Whether governance is asked about a rejection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Appeal {
	/// It can be.
	Possible,
	/// It is.
	Open,
	/// It can't be.
	Closed,
}

/// How a contribution was accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Acceptance {
	/// Place in the order.
	pub number: u64,
	/// 1 to 4.
	pub quality: u8,
	/// Version of the next snapshot then.
	pub tranche: u32,
	/// First block in which the bond is free.
	pub free_from: u32,
}

/// Where a contribution stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
	/// Until this block.
	Committed(u32),
	/// In review, with its fee.
	Pending(Planck),
	/// Earns.
	Accepted(Acceptance),
	/// Its root is free from a block on.
	Rejected {
		/// Of curators, governance or the chain.
		reason: u8,
		/// The block.
		free_from: u32,
		/// Whether governance is asked.
		appeal: Appeal,
	},
	/// Taken back, with pool money that a claim decides on.
	Withdrawn(Acceptance, u32, Planck),
	/// Removed: when, and governance's reason.
	Revoked(Acceptance, u32, Option<u8>),
}

impl Stage {
	/// How it was accepted, if it ever was.
	pub fn acceptance(&self) -> Option<Acceptance> {
		match self {
			Self::Accepted(acceptance)
			| Self::Withdrawn(acceptance, ..)
			| Self::Revoked(acceptance, ..) => Some(*acceptance),
			Self::Committed(_) | Self::Pending(_) | Self::Rejected { .. } => None,
		}
	}

	/// Whether it is accepted, or was until some block after this one.
	pub fn stood_after(&self, block: u32) -> bool {
		match self {
			Self::Accepted(_) => true,
			Self::Withdrawn(_, at, _) | Self::Revoked(_, at, _) => *at > block,
			Self::Committed(_) | Self::Pending(_) | Self::Rejected { .. } => false,
		}
	}

	/// Whether a proof still changes anything.
	pub fn stands(&self) -> bool {
		matches!(
			self,
			Self::Pending(_) | Self::Accepted(_) | Self::Withdrawn(..)
		)
	}
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
	/// Block of the commit.
	pub committed_at: u32,
	/// Block of the reveal.
	pub revealed_at: u32,
	/// Held.
	pub bond: Planck,
	/// Storage deposit once revealed.
	pub ticket: Planck,
	/// Open claims on it.
	pub claims: u32,
	/// Who may take it over.
	pub offered: Option<Who>,
	/// While it goes on or can be appealed.
	pub review: Option<Review>,
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
	/// Open claims by id.
	pub claims: BTreeMap<u64, Claim>,
	/// The last claim's id.
	pub last_claim: u64,
	/// Epochs that are remembered: their numbers and first blocks.
	pub epochs: Vec<(u64, u32)>,
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

/// What a reveal costs that only the chain knows.
#[derive(Clone, Debug)]
pub struct Told {
	/// Deposit of the contribution's rows.
	pub content: Option<u128>,
	/// Deposit of the review's rows.
	pub review: Option<u128>,
	/// In which order those who may vote are listed.
	pub order: Vec<Who>,
	/// Price of the keepers' calls.
	pub keepers: u128,
}

/// Most versions of a datanet.
pub const MOST_VERSIONS: usize = 1_024;

impl Ledger {
	/// A new datanet.
	pub fn create_datanet(&mut self, owner: Who, new: &NewDatanet, told: Option<u128>) -> Outcome {
		let limits = &self.datanets.limits;
		need(new.minimum <= 900_000, "share too large")?;
		need(new.bond_per_byte >= limits.min_bond_per_byte, "bond")?;
		need(new.review_fee >= limits.min_review_fee, "review fee")?;
		let curators: BTreeSet<Who> = new.curators.iter().copied().collect();
		need(curators.len() == new.curators.len(), "curator twice")?;
		let ticket = self.bank.hold_ticket(owner, Hold::DatanetStorage, told)?;
		let id = u32::try_from(self.datanets.rows.len() + 1).expect("few");
		let row = Datanet {
			owner,
			offered: None,
			state: State::Open,
			ticket,
			deposits: Planck::zero(),
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

	/// A datanet.
	pub fn datanet(&mut self, id: u32) -> Outcome<&mut Datanet> {
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
		let now = self.now;
		let row = self.datanet(datanet)?;
		need(row.state == State::Open, "takes no commits")?;
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
			committed_at: now,
			revealed_at: 0,
			bond,
			ticket: Planck::zero(),
			claims: 0,
			offered: None,
			review: None,
			stage: Stage::Committed(expires),
		};
		let id = self.datanets.last;
		self.datanets.contributions.insert(id, contribution);
		Ok(())
	}

	/// A contribution.
	pub fn contribution(&self, id: u64) -> Outcome<Contribution> {
		let row = self.datanets.contributions.get(&id).cloned();
		row.ok_or(Refusal::Sure("no contribution"))
	}

	/// Everything back, and gone. A review that goes on pays nobody.
	fn give_way(&mut self, id: u64) {
		let Some(mut row) = self.datanets.contributions.remove(&id) else {
			return;
		};
		if let Stage::Pending(fee) = &row.stage {
			self.bank.release(row.who, Hold::ReviewFee, fee);
			self.free_seats(&row);
		}
		self.drop_review(&mut row);
		let bank = &mut self.bank;
		bank.release(row.who, Hold::ContributionBond, &row.bond);
		bank.release(row.who, Hold::DatanetStorage, &row.ticket);
	}

	/// Reveals. `honest`: the opening is what was committed.
	pub fn contribute(&mut self, who: Who, id: u64, honest: bool, told: &Told) -> Outcome {
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
				Stage::Rejected { free_from, .. } => self.now >= free_from,
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
		let ticket = self
			.bank
			.hold_ticket(who, Hold::DatanetStorage, told.content)?;
		let review = self.open_review(&row, told)?;
		self.datanets.roots.insert(root, id);
		let changed = Contribution {
			ticket,
			revealed_at: self.now,
			review: Some(review),
			stage: Stage::Pending(fee),
			..row
		};
		self.datanets.contributions.insert(id, changed);
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
		row.deposits += &deposit;
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
		let acceptance = match row.stage {
			Stage::Committed(_) | Stage::Pending(_) => return no("still held"),
			Stage::Rejected { free_from, .. } => {
				need(self.now >= free_from, "still held")?;
				self.datanets.roots.remove(&(row.datanet, row.text));
				self.give_way(id);
				return Ok(());
			}
			Stage::Accepted(acceptance)
			| Stage::Withdrawn(acceptance, ..)
			| Stage::Revoked(acceptance, ..) => acceptance,
		};
		need(!row.bond.is_zero(), "nothing held")?;
		need(row.claims == 0, "accused")?;
		need(self.now >= acceptance.free_from, "still held")?;
		self.bank
			.release(row.who, Hold::ContributionBond, &row.bond);
		row.bond = Planck::zero();
		self.datanets.contributions.insert(id, row);
		Ok(())
	}

	/// Lets somebody commit.
	pub fn approve(&mut self, owner: Who, id: u32, who: Who, told: Option<u128>) -> Outcome {
		let row = self.owned(id, owner)?;
		need(!row.open, "open to all")?;
		need(!row.approvals.contains_key(&who), "approved")?;
		let ticket = self.bank.hold_ticket(owner, Hold::DatanetStorage, told)?;
		let approvals = &mut self.owned(id, owner)?.approvals;
		approvals.insert(who, (owner, ticket));
		Ok(())
	}

	/// Takes that back; the deposit is whose it was.
	pub fn dismiss(&mut self, owner: Who, id: u32, who: Who) -> Outcome {
		let row = self.owned(id, owner)?;
		need(!row.open, "open to all")?;
		let approval = row.approvals.remove(&who);
		let (by, ticket) = approval.ok_or(Refusal::Sure("not approved"))?;
		self.bank.release(by, Hold::DatanetStorage, &ticket);
		Ok(())
	}

	/// Offers a datanet.
	pub fn offer_datanet(&mut self, owner: Who, id: u32, to: Option<Who>) -> Outcome {
		let row = self.owned(id, owner)?;
		need(to != Some(owner), "to himself")?;
		row.offered = to;
		Ok(())
	}

	/// Takes it over with its deposits; those of approvals stay.
	pub fn accept_datanet(&mut self, who: Who, id: u32, told: Option<u128>) -> Outcome {
		let row = self.datanet(id)?.clone();
		need(row.offered == Some(who), "not offered")?;
		let ticket = self.bank.hold_ticket(who, Hold::DatanetStorage, told)?;
		self.bank.hold(who, Hold::SnapshotDeposit, &row.deposits)?;
		let bank = &mut self.bank;
		bank.release(row.owner, Hold::DatanetStorage, &row.ticket);
		bank.release(row.owner, Hold::SnapshotDeposit, &row.deposits);
		let taken = Datanet {
			owner: who,
			offered: None,
			ticket,
			..row
		};
		*self.datanet(id)? = taken;
		Ok(())
	}

	/// The owner's freeze, opening and end.
	pub fn set_state(&mut self, owner: Who, id: u32, state: State) -> Outcome {
		let row = self.owned(id, owner)?;
		let allowed = match (row.state, state) {
			(State::Open, to) => to == State::Frozen || to == State::Closed,
			(State::Frozen, to) => to == State::Open || to == State::Closed,
			(State::Suspended | State::Closed, _) => false,
		};
		need(allowed, "state")?;
		row.state = state;
		Ok(())
	}

	/// Governance's pause and its end.
	pub fn suspend(&mut self, id: u32, suspended: bool) -> Outcome {
		let row = self.datanet(id)?;
		let (from, to) = match row.state {
			State::Open | State::Frozen => (true, State::Suspended),
			State::Suspended => (false, State::Open),
			State::Closed => return no("closed"),
		};
		need(from == suspended, "state")?;
		row.state = to;
		Ok(())
	}

	/// Another file: its deposit follows the length of its URI.
	pub fn describe(&mut self, owner: Who, id: u32, told: Option<u128>) -> Outcome {
		let before = self.owned(id, owner)?.ticket.clone();
		let Some(told) = told else {
			let short = self.bank.accounts[owner].holdable() < planck(MOST_DEPOSIT);
			return if short {
				Err(Refusal::Perhaps("storage deposit"))
			} else {
				Ok(())
			};
		};
		let after = planck(told);
		if after >= before {
			let more = &after - &before;
			self.bank.hold(owner, Hold::DatanetStorage, &more)?;
		} else {
			let less = &before - &after;
			self.bank.release(owner, Hold::DatanetStorage, &less);
		}
		self.owned(id, owner)?.ticket = after;
		Ok(())
	}

	/// Other terms of later snapshots.
	pub fn set_terms(&mut self, owner: Who, id: u32, fee: u128, minimum: u32) -> Outcome {
		let row = self.owned(id, owner)?;
		need(minimum <= 900_000, "share too large")?;
		row.training_fee = fee;
		row.minimum = minimum;
		Ok(())
	}
}
