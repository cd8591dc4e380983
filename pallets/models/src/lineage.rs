// SPDX-License-Identifier: Apache-2.0
//! What a model takes over from its parents: corpus, minima and training fees already paid.
//!
//! Parents are published and so have smaller ids: cycles are impossible without search. Minima hold
//! for all ancestors by induction: what a parent owes to its own snapshots is kept with it, its
//! children owe it again, and a parent's parents that ask for a share are the child's own. So one
//! look at the parents and what they list is enough, however deep the lineage.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cmp::Reverse;

use frame_support::ensure;
use openledger_primitives::{
	ports::{Beneficiary, DatanetInspect, DatanetKind, SnapshotInfo, WeightedSnapshot},
	Balance, DatanetId, ModelId, Ppm, Version, PPM,
};

use crate::{
	types::{
		Corpus, CorpusRow, Minimum, MinimumRows, Model, PaidSnapshots, ParentLink, State,
		MAX_OPERATOR_PPM, MAX_PAID,
	},
	Config, Corpora, Error, Minima, Models, PaidBeyondCorpus, Pallet,
};

/// A snapshot by its key.
pub(crate) type SnapshotKey = (DatanetId, Version);

/// What publication stores, never to change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fixed {
	/// The snapshots that answers are matched against.
	pub corpus: Corpus,
	/// Snapshots outside it whose training fee the lineage has paid, this model included.
	pub paid: PaidSnapshots,
	/// What the model owes to its own snapshots.
	pub minima: MinimumRows,
}

/// What a model takes over, and pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lineage {
	/// What publication stores.
	pub fixed: Fixed,
	/// Training fees that this model owes, above 0 planck.
	pub fees: Vec<(SnapshotKey, Balance)>,
	/// Parents of parents that are no parents themselves: how many rows were read for them.
	pub grandparents: usize,
}

/// An own snapshot with what its datanet says of it.
type OwnSnapshot = (WeightedSnapshot, SnapshotInfo);
/// Rows of the parents by id.
type Parents<AccountId> = BTreeMap<ModelId, Model<AccountId>>;

impl<T: Config> Pallet<T> {
	/// Each link names a published model by strictly ascending id and the hash of its terms.
	pub(crate) fn ensure_agreed(links: &[ParentLink]) -> Result<(), Error<T>> {
		ensure!(
			links
				.windows(2)
				.all(|pair| matches!(pair, [a, b] if a.model < b.model)),
			Error::<T>::ParentsNotAscending
		);
		for link in links {
			let parent = Self::published_parent(link.model)?;
			ensure!(
				parent.terms_hash == link.terms_hash,
				Error::<T>::TermsMismatch
			);
		}
		Ok(())
	}

	/// Checks all rules between a model, its parents and its snapshots, and works out what
	/// publication fixes. Nothing is written.
	pub(crate) fn lineage_of(
		snapshots: &[WeightedSnapshot],
		operator_ppm: Ppm,
		vector: &[(Beneficiary, Ppm)],
	) -> Result<Lineage, Error<T>> {
		let parents = Self::parents_in(operator_ppm, vector)?;
		let grandparents = Self::ensure_ancestors_listed(&parents)?;
		let own = Self::own_infos(snapshots)?;
		let inherited: Vec<Corpus> = parents.keys().map(Corpora::<T>::get).collect();
		let corpus = Self::merged_corpus(&own, &inherited)?;
		let owed = Self::owed_to(&own, &parents)?;
		Self::ensure_minima(snapshots, &owed, operator_ppm, contributors_in(vector))?;

		let mut paid: BTreeSet<SnapshotKey> = BTreeSet::new();
		for (parent, rows) in parents.keys().zip(&inherited) {
			// Whatever is in a corpus was some ancestor's own snapshot: its fee is paid.
			paid.extend(rows.iter().map(|row| (row.datanet, row.version)));
			paid.extend(PaidBeyondCorpus::<T>::get(parent));
		}
		let fees = own
			.iter()
			.map(|(snapshot, info)| (key_of(snapshot), info.training_fee))
			.filter(|(key, fee)| *fee > 0 && !paid.contains(key))
			.collect();
		let paid = remembered(paid, snapshots, &corpus);
		let minima = minimum_rows(owed);
		let fixed = Fixed {
			corpus,
			paid,
			minima,
		};
		Ok(Lineage {
			fixed,
			fees,
			grandparents,
		})
	}

	/// A model that can be derived from.
	fn published_parent(parent: ModelId) -> Result<Model<T::AccountId>, Error<T>> {
		Models::<T>::get(parent)
			.filter(|model| model.state == State::Published)
			.ok_or(Error::<T>::ParentNotPublished)
	}

	/// The parents in a vector; each is published and gets its least share of the whole fee.
	fn parents_in(
		operator_ppm: Ppm,
		vector: &[(Beneficiary, Ppm)],
	) -> Result<Parents<T::AccountId>, Error<T>> {
		let mut parents = Parents::new();
		for (beneficiary, ppm) in vector {
			let Beneficiary::Upstream(id) = beneficiary else {
				continue;
			};
			let parent = Self::published_parent(*id)?;
			// On the whole fee, which is the stricter of the two: ppm ≥ derivative_ppm follows.
			ensure!(
				reaches(parent.derivative_ppm, operator_ppm, *ppm, 1, 1),
				Error::<T>::ParentShareTooLow
			);
			parents.insert(*id, parent);
		}
		Ok(parents)
	}

	/// A parent's parent that asks for a share is a parent too, so that its share is checked like
	/// any parent's. One that is retired asks for nothing more, as it can't have children.
	///
	/// Returns how many rows were read.
	fn ensure_ancestors_listed(parents: &Parents<T::AccountId>) -> Result<usize, Error<T>> {
		let others: BTreeSet<ModelId> = parents
			.values()
			.flat_map(|parent| upstreams_in(&parent.vector))
			.filter(|id| !parents.contains_key(id))
			.collect();
		for id in &others {
			let asks = Models::<T>::get(id)
				.is_some_and(|model| model.state == State::Published && model.derivative_ppm > 0);
			ensure!(!asks, Error::<T>::AncestorNotListed);
		}
		Ok(others.len())
	}

	/// Reads what the datanets say of a model's own snapshots; none is empty.
	fn own_infos(snapshots: &[WeightedSnapshot]) -> Result<Vec<OwnSnapshot>, Error<T>> {
		snapshots
			.iter()
			.map(|snapshot| {
				let info = T::Datanets::snapshot(snapshot.datanet, snapshot.version)
					.ok_or(Error::<T>::UnknownSnapshot)?;
				ensure!(info.count > 0, Error::<T>::EmptySnapshot);
				Ok((*snapshot, info))
			})
			.collect()
	}

	/// Own snapshots of texts and the parents' corpora, the highest version of each datanet.
	fn merged_corpus(own: &[OwnSnapshot], inherited: &[Corpus]) -> Result<Corpus, Error<T>> {
		let mut rows: BTreeMap<DatanetId, CorpusRow> = BTreeMap::new();
		let texts = own
			.iter()
			.filter(|(_, info)| info.kind == DatanetKind::Text)
			.map(|(snapshot, info)| CorpusRow {
				datanet: snapshot.datanet,
				version: snapshot.version,
				count: info.count,
			});
		for row in texts.chain(inherited.iter().flatten().copied()) {
			let highest = rows.entry(row.datanet).or_insert(row);
			if row.version > highest.version {
				*highest = row;
			}
		}
		let rows: Vec<CorpusRow> = rows.into_values().collect();
		Corpus::try_from(rows).map_err(|_| Error::<T>::CorpusTooLarge)
	}

	/// What a model owes to each of its own snapshots: what the snapshot itself asks, and what the
	/// parents owe to those it stands for. A parent's snapshot is stood for by the lowest own
	/// version of its datanet that is as new: by itself where it is listed.
	fn owed_to(
		own: &[OwnSnapshot],
		parents: &Parents<T::AccountId>,
	) -> Result<BTreeMap<SnapshotKey, Ppm>, Error<T>> {
		let mut owed: BTreeMap<SnapshotKey, Ppm> = own
			.iter()
			.map(|(snapshot, info)| (key_of(snapshot), info.min_contributors_ppm))
			.collect();
		for asked in parents.keys().flat_map(Minima::<T>::get) {
			let as_new = (asked.datanet, asked.version)..=(asked.datanet, Version::MAX);
			let (_, minimum) = owed
				.range_mut(as_new)
				.next()
				.ok_or(Error::<T>::SnapshotNotListed)?;
			*minimum = (*minimum).max(asked.ppm);
		}
		Ok(owed)
	}

	/// Every own snapshot gets, by its part of the weights, what it is owed of a whole fee.
	fn ensure_minima(
		own: &[WeightedSnapshot],
		owed: &BTreeMap<SnapshotKey, Ppm>,
		operator_ppm: Ppm,
		contributors_ppm: Ppm,
	) -> Result<(), Error<T>> {
		let weights = own.iter().fold(0u128, |sum, snapshot| {
			sum.saturating_add(u128::from(snapshot.weight))
		});
		for snapshot in own {
			let weight = u128::from(snapshot.weight);
			let minimum = owed.get(&key_of(snapshot)).copied().unwrap_or_default();
			// On the whole fee, which is the stricter: weight's part ≥ minimum follows.
			ensure!(
				reaches(minimum, operator_ppm, contributors_ppm, weight, weights),
				Error::<T>::ContributorsShareTooLow
			);
		}
		Ok(())
	}
}

/// The parents in a vector.
pub(crate) fn upstreams_in(vector: &[(Beneficiary, Ppm)]) -> impl Iterator<Item = ModelId> + '_ {
	vector.iter().filter_map(|(who, _)| match who {
		Beneficiary::Upstream(parent) => Some(*parent),
		_ => None,
	})
}

fn key_of(snapshot: &WeightedSnapshot) -> SnapshotKey {
	(snapshot.datanet, snapshot.version)
}

/// What is stored of the minima: those above 0. They are among the own snapshots, so they fit.
fn minimum_rows(owed: BTreeMap<SnapshotKey, Ppm>) -> MinimumRows {
	let rows = owed.into_iter().filter(|(_, ppm)| *ppm > 0);
	let rows = rows.map(|((datanet, version), ppm)| Minimum {
		datanet,
		version,
		ppm,
	});
	MinimumRows::truncate_from(rows.collect())
}

/// Whether `share · part/whole · (900 000 − operator)/1 000 000 ≥ minimum`, all shares in ppm.
///
/// Multiplied out, so nothing is rounded. Factors are below 2^32 (`whole` below 2^36), so products
/// stay below 2^96 and nothing saturates.
fn reaches(minimum: Ppm, operator_ppm: Ppm, share: Ppm, part: u128, whole: u128) -> bool {
	let rest = u128::from(MAX_OPERATOR_PPM.saturating_sub(operator_ppm));
	let given = u128::from(share).saturating_mul(part).saturating_mul(rest);
	let asked = u128::from(minimum)
		.saturating_mul(whole)
		.saturating_mul(u128::from(PPM));
	given >= asked
}

/// Share of `Contributors` in a vector.
fn contributors_in(vector: &[(Beneficiary, Ppm)]) -> Ppm {
	vector
		.iter()
		.find(|(beneficiary, _)| *beneficiary == Beneficiary::Contributors)
		.map_or(0, |(_, ppm)| *ppm)
}

/// What of the paid snapshots a model has to remember beside its corpus.
///
/// A lineage that outgrows the row forgets the lowest versions of its ancestors first: they would
/// be paid once more if a descendant listed them again, and no lineage is ever refused for its age.
fn remembered(
	mut paid: BTreeSet<SnapshotKey>,
	own: &[WeightedSnapshot],
	corpus: &Corpus,
) -> PaidSnapshots {
	let own: BTreeSet<SnapshotKey> = own.iter().map(key_of).collect();
	paid.extend(own.iter().copied());
	for row in corpus {
		paid.remove(&(row.datanet, row.version));
	}
	let mut keys: Vec<SnapshotKey> = paid.into_iter().collect();
	let most = usize::try_from(MAX_PAID).unwrap_or(usize::MAX);
	if keys.len() > most {
		keys.sort_by_key(|key| (!own.contains(key), Reverse(key.1), key.0));
		keys.truncate(most);
		keys.sort();
	}
	PaidSnapshots::truncate_from(keys)
}
