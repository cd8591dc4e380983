// SPDX-License-Identifier: Apache-2.0
//! What a model takes over from its parents: corpus, minima and training fees already paid.
//!
//! Parents are published and so have smaller ids: cycles are impossible without search, and every
//! step looks one generation up only.

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
		Corpus, CorpusRow, Model, PaidSnapshots, ParentLink, State, MAX_OPERATOR_PPM, MAX_PAID,
	},
	Config, Corpora, Error, Models, PaidBeyondCorpus, Pallet,
};

/// A snapshot by its key.
pub(crate) type SnapshotKey = (DatanetId, Version);

/// What publication fixes and pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lineage {
	/// The snapshots that answers are matched against.
	pub corpus: Corpus,
	/// Snapshots outside it whose training fee the lineage has paid, this model included.
	pub paid: PaidSnapshots,
	/// Training fees that this model owes, above 0 planck.
	pub fees: Vec<(SnapshotKey, Balance)>,
}

/// An own snapshot with what its datanet says of it.
type OwnSnapshot = (WeightedSnapshot, SnapshotInfo);

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
		let own = Self::own_infos(snapshots)?;
		let inherited: Vec<Corpus> = parents.iter().map(Corpora::<T>::get).collect();
		let corpus = Self::merged_corpus(&own, &inherited)?;
		Self::ensure_minima(&own, &corpus, operator_ppm, contributors_in(vector))?;

		let mut paid: BTreeSet<SnapshotKey> = BTreeSet::new();
		for (parent, rows) in parents.iter().zip(&inherited) {
			// Whatever is in a corpus was some ancestor's own snapshot: its fee is paid.
			paid.extend(rows.iter().map(|row| (row.datanet, row.version)));
			paid.extend(PaidBeyondCorpus::<T>::get(parent));
		}
		let fees = own
			.iter()
			.map(|(snapshot, info)| ((snapshot.datanet, snapshot.version), info.training_fee))
			.filter(|(key, fee)| *fee > 0 && !paid.contains(key))
			.collect();
		let paid = remembered(paid, snapshots, &corpus);
		Ok(Lineage { corpus, paid, fees })
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
	) -> Result<Vec<ModelId>, Error<T>> {
		let mut parents = Vec::new();
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
			parents.push(*id);
		}
		Ok(parents)
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

	/// A snapshot of the corpus that asks for a minimum is listed as own, and every own snapshot
	/// gets the minimum it asks for.
	fn ensure_minima(
		own: &[OwnSnapshot],
		corpus: &Corpus,
		operator_ppm: Ppm,
		contributors_ppm: Ppm,
	) -> Result<(), Error<T>> {
		let weights = own.iter().fold(0u128, |sum, (snapshot, _)| {
			sum.saturating_add(u128::from(snapshot.weight))
		});
		for (snapshot, info) in own {
			let weight = u128::from(snapshot.weight);
			let minimum = info.min_contributors_ppm;
			// On the whole fee, which is the stricter: weight's part ≥ minimum follows.
			ensure!(
				reaches(minimum, operator_ppm, contributors_ppm, weight, weights),
				Error::<T>::ContributorsShareTooLow
			);
		}
		for row in corpus {
			let listed = own.iter().any(|(snapshot, _)| {
				(snapshot.datanet, snapshot.version) == (row.datanet, row.version)
			});
			if listed {
				continue;
			}
			let info = T::Datanets::snapshot(row.datanet, row.version)
				.ok_or(Error::<T>::UnknownSnapshot)?;
			ensure!(
				info.min_contributors_ppm == 0,
				Error::<T>::SnapshotNotListed
			);
		}
		Ok(())
	}
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
	let own: BTreeSet<SnapshotKey> = own
		.iter()
		.map(|snapshot| (snapshot.datanet, snapshot.version))
		.collect();
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
