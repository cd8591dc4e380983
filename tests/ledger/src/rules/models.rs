// SPDX-License-Identifier: Apache-2.0
//! Models as far as money depends on them: shares, lineage, corpora, training fees.

use std::collections::{BTreeMap, BTreeSet};

use super::Ledger;
use crate::{
	bank::{need, no, Hold, Outcome, Refusal, Who},
	exact::{planck, reaches, Planck},
};

/// Who has a share of a model's vector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Share {
	/// The developer.
	Developer,
	/// The contributors.
	Contributors,
	/// A parent's inbox.
	Parent(u32),
}

/// Where a model stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
	/// Not served yet.
	Draft,
	/// Served.
	Published,
	/// No new channels.
	Retired,
}

/// What a developer states.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewModel {
	/// Which artifact.
	pub artifact: u8,
	/// (datanet, version, weight).
	pub snapshots: Vec<(u32, u32, u32)>,
	/// (model, ppm).
	pub parents: Vec<(u32, u32)>,
	/// The hashes of the parents' terms are right.
	pub agreed: bool,
	/// Of the whole fee.
	pub operator_ppm: u32,
	/// Of the vector.
	pub developer_ppm: u32,
	/// Of the vector.
	pub contributors_ppm: u32,
	/// Asked of children.
	pub derivative_ppm: u32,
	/// Least planck of a call.
	pub min_fee: u128,
}

/// A model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
	/// Who holds the rights.
	pub developer: Who,
	/// Where it stands.
	pub state: State,
	/// See [`NewModel`].
	pub artifact: u8,
	/// See [`NewModel`].
	pub snapshots: Vec<(u32, u32, u32)>,
	/// See [`NewModel`].
	pub parents: Vec<(u32, u32)>,
	/// See [`NewModel`].
	pub operator_ppm: u32,
	/// See [`NewModel`].
	pub developer_ppm: u32,
	/// See [`NewModel`].
	pub contributors_ppm: u32,
	/// See [`NewModel`].
	pub derivative_ppm: u32,
	/// See [`NewModel`].
	pub min_fee: u128,
	/// Datanet to version, once published.
	pub corpus: BTreeMap<u32, u32>,
	/// Snapshots its lineage has paid for, itself included.
	pub paid: BTreeSet<(u32, u32)>,
	/// Storage deposit.
	pub ticket: Planck,
	/// To whom the rights are offered.
	pub offered: Option<Who>,
	/// What it owes to its own snapshots of a whole fee, ppm; no zeros.
	pub minima: BTreeMap<(u32, u32), u32>,
}

impl Model {
	/// The vector in its order.
	pub fn vector(&self) -> Vec<(Share, u32)> {
		let own = [
			(Share::Developer, self.developer_ppm),
			(Share::Contributors, self.contributors_ppm),
		];
		let parents = self.parents.iter();
		own.into_iter()
			.chain(parents.map(|(model, ppm)| (Share::Parent(*model), *ppm)))
			.collect()
	}
}

/// An operator's offer to serve a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advertisement {
	/// On hold from the operator.
	pub deposit: Planck,
	/// Last block in which it counts.
	pub expires: u32,
}

/// What lineage fixes.
struct Lineage {
	corpus: BTreeMap<u32, u32>,
	minima: BTreeMap<(u32, u32), u32>,
}

/// All models.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Models {
	/// By id; discarded drafts leave holes.
	pub rows: BTreeMap<u32, Model>,
	/// The last id given.
	pub last: u32,
	/// By model and operator.
	pub advertisements: BTreeMap<(u32, Who), Advertisement>,
	/// Blocks for which an advertisement counts, at most.
	pub longest: u32,
}

impl Models {
	/// A model that was ever published.
	pub fn published(&self, id: u32) -> Option<&Model> {
		let row = self.rows.get(&id)?;
		(row.state != State::Draft).then_some(row)
	}

	/// Whether channels and children may be added.
	pub fn is_open(&self, id: u32) -> bool {
		let row = self.rows.get(&id);
		row.is_some_and(|row| row.state == State::Published)
	}

	fn has_artifact(&self, artifact: u8) -> bool {
		let mut rows = self.rows.values();
		rows.any(|row| row.state == State::Published && row.artifact == artifact)
	}
}

impl Ledger {
	/// Rules between a model, its parents and its snapshots, and what they fix.
	fn lineage(&self, model: &Model) -> Outcome<Lineage> {
		for (id, ppm) in &model.parents {
			need(self.models.is_open(*id), "parent not published")?;
			let asked = self.models.rows[id].derivative_ppm;
			let enough = reaches(asked, model.operator_ppm, *ppm, 1, 1);
			need(enough, "parent's share")?;
			for (ancestor, _) in &self.models.rows[id].parents {
				let listed = model.parents.iter().any(|(other, _)| other == ancestor);
				let asks =
					self.models.is_open(*ancestor) && self.models.rows[ancestor].derivative_ppm > 0;
				need(listed || !asks, "ancestor not listed")?;
			}
		}
		let minima = self.minima(model)?;
		let corpus = self.corpus(model);
		need(corpus.len() <= 64, "corpus too large")?;
		Ok(Lineage { corpus, minima })
	}

	/// The highest version of each datanet of texts among the own snapshots and the parents'.
	fn corpus(&self, model: &Model) -> BTreeMap<u32, u32> {
		let own = model.snapshots.iter();
		let own = own.filter(|own| self.datanets.rows[&own.0].text);
		let parents = model.parents.iter();
		let inherited = parents.flat_map(|(id, _)| self.models.rows[id].corpus.clone());
		let mut corpus: BTreeMap<u32, u32> = BTreeMap::new();
		for (datanet, version) in own.map(|own| (own.0, own.1)).chain(inherited) {
			let highest = corpus.entry(datanet).or_default();
			*highest = version.max(*highest);
		}
		corpus
	}

	/// What is owed to each own snapshot: what it asks, and what the parents owe to those it stands
	/// for, of which each is stood for by the lowest own version that is as new.
	fn minima(&self, model: &Model) -> Outcome<BTreeMap<(u32, u32), u32>> {
		let mut owed = BTreeMap::new();
		for (datanet, version, _) in &model.snapshots {
			let Some(snapshot) = self.snapshot_of(*datanet, *version) else {
				return no("no such snapshot");
			};
			owed.insert((*datanet, *version), snapshot.minimum);
		}
		for (parent, _) in &model.parents {
			for ((datanet, version), ppm) in &self.models.rows[parent].minima {
				let as_new = owed
					.iter_mut()
					.filter(|((other, own), _)| other == datanet && own >= version);
				let Some((_, minimum)) = as_new.min_by_key(|((_, own), _)| *own) else {
					return no("snapshot not listed");
				};
				*minimum = *ppm.max(minimum);
			}
		}
		let weights: u64 = model.snapshots.iter().map(|own| u64::from(own.2)).sum();
		for (datanet, version, weight) in &model.snapshots {
			let enough = reaches(
				owed[&(*datanet, *version)],
				model.operator_ppm,
				model.contributors_ppm,
				u64::from(*weight),
				weights,
			);
			need(enough, "contributors' share")?;
		}
		owed.retain(|_, ppm| *ppm > 0);
		Ok(owed)
	}

	/// A snapshot of a datanet.
	pub fn snapshot_of(&self, datanet: u32, version: u32) -> Option<&super::datanets::Snapshot> {
		let place = usize::try_from(version).ok()?.checked_sub(1)?;
		self.datanets.rows.get(&datanet)?.snapshots.get(place)
	}

	/// A draft.
	pub fn register(&mut self, who: Who, new: &NewModel, told: Option<u128>) -> Outcome {
		let parents: u64 = new.parents.iter().map(|link| u64::from(link.1)).sum();
		let own = u64::from(new.developer_ppm) + u64::from(new.contributors_ppm);
		need(parents + own == 1_000_000, "vector not whole")?;
		need(parents <= 500_000, "parents' shares")?;
		need(new.operator_ppm <= 900_000, "operator's share")?;
		need(new.derivative_ppm <= 1_000_000, "derivative share")?;
		need(new.min_fee >= 1, "least fee")?;
		let nobody = new.contributors_ppm > 0 && new.snapshots.is_empty();
		need(!nobody, "contributors of nothing")?;
		let keys: Vec<_> = new.snapshots.iter().map(|own| (own.0, own.1)).collect();
		need(keys.is_sorted_by(|a, b| a < b), "snapshots ascend")?;
		need(new.snapshots.iter().all(|own| own.2 > 0), "weight 0")?;
		need(!self.models.has_artifact(new.artifact), "artifact taken")?;
		need(new.parents.is_sorted_by(|a, b| a.0 < b.0), "parents ascend")?;
		for (parent, _) in &new.parents {
			need(self.models.is_open(*parent), "parent not published")?;
		}
		need(new.agreed || new.parents.is_empty(), "other terms")?;
		let mut model = Model {
			developer: who,
			state: State::Draft,
			artifact: new.artifact,
			snapshots: new.snapshots.clone(),
			parents: new.parents.clone(),
			operator_ppm: new.operator_ppm,
			developer_ppm: new.developer_ppm,
			contributors_ppm: new.contributors_ppm,
			derivative_ppm: new.derivative_ppm,
			min_fee: new.min_fee,
			corpus: BTreeMap::new(),
			paid: BTreeSet::new(),
			ticket: planck(0),
			offered: None,
			minima: BTreeMap::new(),
		};
		self.lineage(&model)?;
		model.ticket = self.bank.hold_ticket(who, Hold::ModelDeposit, told)?;
		self.models.last += 1;
		self.models.rows.insert(self.models.last, model);
		Ok(())
	}

	fn model_of(&self, who: Who, id: u32) -> Outcome<Model> {
		let row = self.models.rows.get(&id).cloned();
		let row = row.ok_or(Refusal::Sure("no model"))?;
		need(row.developer == who, "not the developer")?;
		Ok(row)
	}

	fn draft_of(&self, who: Who, id: u32) -> Outcome<Model> {
		let row = self.model_of(who, id)?;
		need(row.state == State::Draft, "no draft")?;
		Ok(row)
	}

	/// Publishes: training fees of what the lineage has not paid for yet.
	pub fn publish(&mut self, who: Who, id: u32, told: Option<u128>) -> Outcome {
		let mut row = self.draft_of(who, id)?;
		need(!self.models.has_artifact(row.artifact), "artifact taken")?;
		let lineage = self.lineage(&row)?;
		row.corpus = lineage.corpus;
		row.minima = lineage.minima;
		for (parent, _) in &row.parents {
			row.paid.extend(self.models.rows[parent].paid.clone());
		}
		for (datanet, version, _) in &row.snapshots {
			let fee = self.snapshot_of(*datanet, *version);
			let fee = fee.map_or(0, |snapshot| snapshot.training_fee);
			if row.paid.insert((*datanet, *version)) && fee > 0 {
				self.pay_in(who, *datanet, *version, &planck(fee))?;
			}
		}
		self.renew_ticket(&mut row, told)?;
		row.state = State::Published;
		self.models.rows.insert(id, row);
		Ok(())
	}

	/// Retires; governance needs no rights.
	pub fn retire(&mut self, who: Option<Who>, id: u32) -> Outcome {
		let row = self.models.rows.get_mut(&id);
		let row = row.ok_or(Refusal::Sure("no model"))?;
		let may = who.is_none_or(|who| who == row.developer);
		need(may, "not the developer")?;
		need(row.state == State::Published, "not published")?;
		row.state = State::Retired;
		Ok(())
	}

	/// A suggested price moves nothing.
	pub fn set_price(&mut self, who: Who, id: u32) -> Outcome {
		let row = self.model_of(who, id)?;
		need(row.state != State::Retired, "retired")
	}

	/// Removes a draft.
	pub fn discard(&mut self, who: Who, id: u32) -> Outcome {
		let row = self.draft_of(who, id)?;
		self.bank.release(who, Hold::ModelDeposit, &row.ticket);
		self.models.rows.remove(&id);
		Ok(())
	}

	/// The deposit follows what is stored.
	fn renew_ticket(&mut self, row: &mut Model, told: Option<u128>) -> Outcome {
		let who = row.developer;
		let Some(total) = told else {
			self.bank.hold_ticket(who, Hold::ModelDeposit, None)?;
			return Ok(());
		};
		need(
			total < crate::bank::MOST_DEPOSIT,
			"a storage deposit above all bounds",
		)?;
		let total = planck(total);
		if total > row.ticket {
			let more = &total - &row.ticket;
			self.bank.hold(who, Hold::ModelDeposit, &more)?;
		} else {
			let less = &row.ticket - &total;
			self.bank.release(who, Hold::ModelDeposit, &less);
		}
		row.ticket = total;
		Ok(())
	}

	/// New metadata.
	pub fn set_metadata(&mut self, who: Who, id: u32, told: Option<u128>) -> Outcome {
		let mut row = self.model_of(who, id)?;
		need(row.state != State::Retired, "retired")?;
		self.renew_ticket(&mut row, told)?;
		self.models.rows.insert(id, row);
		Ok(())
	}

	/// Offers the rights, or takes the offer back.
	pub fn offer_transfer(&mut self, who: Who, id: u32, to: Option<Who>) -> Outcome {
		let mut row = self.model_of(who, id)?;
		need(to != Some(who), "to himself")?;
		need(to.is_some() || row.offered.is_some(), "not offered")?;
		row.offered = to;
		self.models.rows.insert(id, row);
		Ok(())
	}

	/// Takes the rights and the deposit over; what is in the inbox is split before.
	pub fn accept_transfer(&mut self, who: Who, id: u32, told: Option<u128>) -> Outcome {
		let row = self.models.rows.get(&id).cloned();
		let mut row = row.ok_or(Refusal::Sure("no model"))?;
		need(row.offered == Some(who), "not offered")?;
		let inbox = self.royalties.inboxes.get(&id).cloned();
		if inbox.is_some_and(|inbox| inbox.sum() > planck(0)) {
			self.distribute(id)?;
		}
		let ticket = self.bank.hold_ticket(who, Hold::ModelDeposit, told)?;
		self.bank
			.release(row.developer, Hold::ModelDeposit, &row.ticket);
		row.ticket = ticket;
		row.developer = who;
		row.offered = None;
		self.models.rows.insert(id, row);
		Ok(())
	}

	/// An operator's offer; it replaces the one before.
	pub fn advertise(&mut self, who: Who, id: u32, expires: u32, told: Option<u128>) -> Outcome {
		need(self.models.is_open(id), "not served")?;
		let operator = self.usage.operators.get(&who);
		let active = operator.is_some_and(|row| row.stand == super::usage::Stand::Active);
		need(active, "no active operator")?;
		need(expires > self.now, "over")?;
		need(expires <= self.now + self.models.longest, "too far")?;
		let before = self.models.advertisements.remove(&(id, who));
		if let (Some(before), Some(_)) = (&before, told) {
			self.bank
				.release(who, Hold::AdvertisementDeposit, &before.deposit);
		}
		let deposit = self
			.bank
			.hold_ticket(who, Hold::AdvertisementDeposit, told)?;
		let row = Advertisement { deposit, expires };
		self.models.advertisements.insert((id, who), row);
		Ok(())
	}

	/// Takes an offer back.
	pub fn withdraw_advertisement(&mut self, who: Who, id: u32) -> Outcome {
		let row = self.models.advertisements.remove(&(id, who));
		let row = row.ok_or(Refusal::Sure("not advertised"))?;
		self.bank
			.release(who, Hold::AdvertisementDeposit, &row.deposit);
		Ok(())
	}

	/// Removes an expired offer for its deposit.
	pub fn prune_advertisement(&mut self, by: Who, id: u32, operator: Who) -> Outcome {
		let row = self.models.advertisements.remove(&(id, operator));
		let row = row.ok_or(Refusal::Sure("not advertised"))?;
		need(self.now > row.expires, "not expired")?;
		self.bank
			.hand_over(operator, Hold::AdvertisementDeposit, by, &row.deposit)
	}
}
