// SPDX-License-Identifier: Apache-2.0
//! Invariants of the pallet's storage.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};

use codec::Encode;
use frame_support::{
	ensure,
	storage::{with_transaction, TransactionOutcome},
	traits::{fungible::InspectHold, Consideration},
};
use openledger_primitives::{
	ports::{Beneficiary, DatanetInspect, DatanetKind},
	Balance, DatanetId, ModelId, Ppm, Version, MAX_PARENTS,
};
use sp_runtime::{DispatchError, TryRuntimeError};

use crate::{
	advertisements::fee_key,
	lineage::upstreams_in,
	types::{reference_fee, CorpusRow, Model, State, MAX_OPERATOR_PPM, MAX_PAID, MAX_PARENTS_PPM},
	Advertisements, AdvertisementsByFee, Artifacts, Config, Corpora, HoldReason, Minima,
	ModelCount, ModelDetails, Models, PaidBeyondCorpus, Pallet, Parameters, Snapshots,
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant:
	///
	/// 1. Ids are given; a model has details, and no row belongs to a model that isn't there.
	/// 2. Vectors are canonical, sum to 1 000 000, keep their bounds and match the terms hash.
	/// 3. Parents have smaller ids and have been published; a published model lists each parent of
	///    its parents that asks for a share and is still published.
	/// 4. Own snapshots ascend, exist, are not empty and have a weight.
	/// 5. A published model's corpus, paid snapshots and minima equal what its parents' rows and its
	///    own snapshots give; a draft has none.
	/// 6. The artifact index names exactly the published models.
	/// 7. Every ticket is worth what the model's rows cost.
	/// 8. Nobody is offered rights that he has.
	/// 9. Advertisements are of models that were published; the index names exactly them, by their
	///    fee; what is held for them is the sum of their deposits.
	/// 10. Parameters lie within their bounds.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(
			Parameters::<T>::get().within_bounds(),
			"models: parameter out of bounds"
		);
		Self::try_state_rows()?;
		for (id, model) in Models::<T>::iter() {
			Self::try_state_vector(id, &model)?;
			Self::try_state_parents(id, &model)?;
			Self::try_state_snapshots(id)?;
			Self::try_state_ancestors(&model)?;
			Self::try_state_corpus(id, &model)?;
			Self::try_state_minima(id, &model)?;
			Self::try_state_deposit(id, &model)?;
		}
		Self::try_state_artifacts()?;
		Self::try_state_advertisements()
	}

	fn try_state_rows() -> Result<(), TryRuntimeError> {
		let last = ModelCount::<T>::get();
		let ids: BTreeSet<ModelId> = Models::<T>::iter_keys().collect();
		ensure!(
			ids.iter().all(|id| *id >= 1 && *id <= last),
			"models: id was never given"
		);
		let details: BTreeSet<ModelId> = ModelDetails::<T>::iter_keys().collect();
		ensure!(ids == details, "models: rows and details differ");
		let mut others = Snapshots::<T>::iter_keys()
			.chain(Corpora::<T>::iter_keys())
			.chain(PaidBeyondCorpus::<T>::iter_keys())
			.chain(Minima::<T>::iter_keys())
			.chain(Advertisements::<T>::iter_keys().map(|(id, _)| id));
		ensure!(
			others.all(|id| ids.contains(&id)),
			"models: row without a model"
		);
		Ok(())
	}

	fn try_state_vector(id: ModelId, model: &Model<T::AccountId>) -> Result<(), TryRuntimeError> {
		ensure!(
			model.terms(id).is_canonical(),
			"models: vector is not canonical"
		);
		let fixed: Vec<Beneficiary> = model.vector.iter().map(|(who, _)| *who).take(2).collect();
		ensure!(
			fixed == [Beneficiary::Developer, Beneficiary::Contributors],
			"models: vector lacks developer or contributors"
		);
		let upstream = model
			.vector
			.iter()
			.skip(2)
			.fold(0u64, |sum, (_, ppm)| sum.saturating_add(u64::from(*ppm)));
		ensure!(
			upstream <= u64::from(MAX_PARENTS_PPM),
			"models: parents get too much"
		);
		ensure!(
			model.operator_ppm <= MAX_OPERATOR_PPM,
			"models: operator gets too much"
		);
		ensure!(model.min_fee_per_call >= 1, "models: calls are free");
		ensure!(
			model.terms_hash == Self::hash_terms(id, model),
			"models: terms hash is wrong"
		);
		Ok(())
	}

	fn try_state_parents(id: ModelId, model: &Model<T::AccountId>) -> Result<(), TryRuntimeError> {
		let parents: Vec<ModelId> = upstreams_in(&model.vector).collect();
		let most = usize::try_from(MAX_PARENTS).unwrap_or(usize::MAX);
		ensure!(parents.len() <= most, "models: too many parents");
		for parent in parents {
			ensure!(parent < id, "models: parent is not older");
			let published =
				Models::<T>::get(parent).is_some_and(|parent| parent.state != State::Draft);
			ensure!(published, "models: parent was never published");
		}
		Ok(())
	}

	/// Holds for drafts too: parents are frozen, and a retired model isn't published again.
	fn try_state_ancestors(model: &Model<T::AccountId>) -> Result<(), TryRuntimeError> {
		let parents: BTreeSet<ModelId> = upstreams_in(&model.vector).collect();
		for parent in &parents {
			let parent = Models::<T>::get(parent).ok_or("models: parent was never published")?;
			for ancestor in upstreams_in(&parent.vector) {
				let asks = Models::<T>::get(ancestor).is_some_and(|ancestor| {
					ancestor.state == State::Published && ancestor.derivative_ppm > 0
				});
				ensure!(
					!asks || parents.contains(&ancestor),
					"models: ancestor is not listed"
				);
			}
		}
		Ok(())
	}

	fn try_state_minima(id: ModelId, model: &Model<T::AccountId>) -> Result<(), TryRuntimeError> {
		let minima: BTreeMap<(DatanetId, Version), Ppm> = Minima::<T>::get(id)
			.iter()
			.map(|row| ((row.datanet, row.version), row.ppm))
			.collect();
		if model.state == State::Draft {
			ensure!(minima.is_empty(), "models: draft has minima");
			return Ok(());
		}
		let own: BTreeSet<(DatanetId, Version)> = Snapshots::<T>::get(id)
			.iter()
			.map(|own| (own.datanet, own.version))
			.collect();
		let mut expected: BTreeMap<(DatanetId, Version), Ppm> = BTreeMap::new();
		let mut ask = |key: (DatanetId, Version), ppm: Ppm| {
			let minimum = expected.entry(key).or_default();
			*minimum = (*minimum).max(ppm);
		};
		for (datanet, version) in own.iter().copied() {
			ask((datanet, version), minimum_of::<T>(datanet, version)?);
		}
		for asked in upstreams_in(&model.vector).flat_map(Minima::<T>::get) {
			let stands = own
				.iter()
				.find(|key| key.0 == asked.datanet && key.1 >= asked.version)
				.ok_or("models: nothing stands for a parent's snapshot")?;
			ask(*stands, asked.ppm);
		}
		expected.retain(|_, ppm| *ppm > 0);
		ensure!(minima == expected, "models: minima are wrong");
		Ok(())
	}

	fn try_state_snapshots(id: ModelId) -> Result<(), TryRuntimeError> {
		let own = Snapshots::<T>::get(id);
		let keys: Vec<(DatanetId, Version)> = own
			.iter()
			.map(|snapshot| (snapshot.datanet, snapshot.version))
			.collect();
		ensure!(
			keys.is_sorted_by(|a, b| a < b),
			"models: own snapshots don't ascend"
		);
		ensure!(
			own.iter().all(|snapshot| snapshot.weight > 0),
			"models: weight is 0"
		);
		ensure!(
			keys.iter().all(
				|(datanet, version)| T::Datanets::snapshot(*datanet, *version)
					.is_some_and(|info| info.count > 0)
			),
			"models: own snapshot is missing or empty"
		);
		Ok(())
	}

	fn try_state_corpus(id: ModelId, model: &Model<T::AccountId>) -> Result<(), TryRuntimeError> {
		let corpus = Corpora::<T>::get(id);
		let paid: BTreeSet<(DatanetId, Version)> =
			PaidBeyondCorpus::<T>::get(id).into_iter().collect();
		if model.state == State::Draft {
			ensure!(
				corpus.is_empty() && paid.is_empty(),
				"models: draft has a corpus"
			);
			return Ok(());
		}
		// Every snapshot that can be in the corpus or has been paid, one generation up.
		let mut known: BTreeSet<(DatanetId, Version)> = Snapshots::<T>::get(id)
			.iter()
			.map(|own| (own.datanet, own.version))
			.collect();
		for parent in upstreams_in(&model.vector) {
			known.extend(
				Corpora::<T>::get(parent)
					.iter()
					.map(|row| (row.datanet, row.version)),
			);
			known.extend(PaidBeyondCorpus::<T>::get(parent));
		}
		let mut rows: BTreeMap<DatanetId, CorpusRow> = BTreeMap::new();
		for (datanet, version) in known.iter().copied() {
			let info = T::Datanets::snapshot(datanet, version)
				.ok_or("models: snapshot of the lineage is missing")?;
			if info.kind == DatanetKind::Text {
				// Keys ascend, so the highest version stays.
				rows.insert(
					datanet,
					CorpusRow {
						datanet,
						version,
						count: info.count,
					},
				);
			}
		}
		ensure!(
			rows.into_values().eq(corpus.iter().copied()),
			"models: corpus is wrong"
		);
		for row in &corpus {
			known.remove(&(row.datanet, row.version));
		}
		let full = usize::try_from(MAX_PAID).unwrap_or(usize::MAX);
		ensure!(
			paid == known || (paid.len() == full && paid.is_subset(&known)),
			"models: paid snapshots are wrong"
		);
		Ok(())
	}

	fn try_state_deposit(id: ModelId, model: &Model<T::AccountId>) -> Result<(), TryRuntimeError> {
		let details = ModelDetails::<T>::get(id).ok_or("models: rows and details differ")?;
		ensure!(
			details.offered_to.as_ref() != Some(&model.developer),
			"models: rights are offered to their owner"
		);
		let ticket = details.deposit;
		let footprint = Self::stored_footprint(id).ok_or("models: rows and details differ")?;
		// A ticket hides its amount: it is right when paying for the rows now leaves it as it is.
		let renewed = with_transaction(|| {
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(
				ticket.clone().update(&model.developer, footprint),
			))
		})?;
		ensure!(
			renewed == Ok(ticket),
			"models: deposit is not what the rows cost"
		);
		Ok(())
	}

	fn try_state_artifacts() -> Result<(), TryRuntimeError> {
		let mut indexed: Vec<ModelId> = Vec::new();
		for (hash, id) in Artifacts::<T>::iter() {
			let details = ModelDetails::<T>::get(id).ok_or("models: artifact of no model")?;
			ensure!(
				details.card.artifact_hash == hash,
				"models: artifact index is wrong"
			);
			indexed.push(id);
		}
		indexed.sort();
		let mut published: Vec<ModelId> = Models::<T>::iter()
			.filter(|(_, model)| model.state == State::Published)
			.map(|(id, _)| id)
			.collect();
		published.sort();
		ensure!(
			indexed == published,
			"models: artifact index is not of the published models"
		);
		Ok(())
	}

	fn try_state_advertisements() -> Result<(), TryRuntimeError> {
		let mut rows: BTreeSet<(ModelId, [u8; 16], Vec<u8>)> = BTreeSet::new();
		let mut held: BTreeMap<Vec<u8>, (T::AccountId, Balance)> = BTreeMap::new();
		for (id, operator, row) in Advertisements::<T>::iter() {
			let published = Models::<T>::get(id).is_some_and(|model| model.state != State::Draft);
			ensure!(published, "models: draft is advertised");
			ensure!(
				row.reference_fee == reference_fee(&row.price),
				"models: reference fee is wrong"
			);
			let account = operator.encode();
			rows.insert((id, fee_key(row.reference_fee), account.clone()));
			let sum = &mut held.entry(account).or_insert((operator, 0)).1;
			*sum = sum.saturating_add(row.deposit);
		}
		let index: BTreeSet<(ModelId, [u8; 16], Vec<u8>)> = AdvertisementsByFee::<T>::iter_keys()
			.map(|(id, fee, operator)| (id, fee, operator.encode()))
			.collect();
		ensure!(
			rows == index,
			"models: advertisements and their index differ"
		);
		let reason = HoldReason::Advertisement.into();
		ensure!(
			held.into_values()
				.all(|(who, sum)| T::Fungible::balance_on_hold(&reason, &who) == sum),
			"models: holds and deposits of advertisements differ"
		);
		Ok(())
	}
}

/// What a snapshot itself asks for.
fn minimum_of<T: Config>(datanet: DatanetId, version: Version) -> Result<Ppm, TryRuntimeError> {
	let info = T::Datanets::snapshot(datanet, version)
		.ok_or("models: snapshot of the lineage is missing")?;
	Ok(info.min_contributors_ppm)
}
