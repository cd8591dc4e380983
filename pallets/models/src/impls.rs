// SPDX-License-Identifier: Apache-2.0
//! What the calls do.

use codec::{Encode, MaxEncodedLen};
use frame_support::{
	ensure,
	traits::{Consideration, Footprint},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use openledger_primitives::{
	payload::{terms_hash, Price},
	ports::PoolLedger,
	ModelId, H256, MAX_PARENTS, PPM,
};
use sp_runtime::{traits::Zero, DispatchError, DispatchResult};

use crate::{
	lineage::{Fixed, Lineage},
	rights::worst_acceptance_weight,
	types::{
		Card, Details, Model, ModelParams, ModelsParameters, OwnSnapshots, State, Uri, MAX_CORPUS,
		MAX_GRANDPARENTS, MAX_OPERATOR_PPM, MAX_PARENTS_PPM, MAX_SNAPSHOTS, PROVENANCE_VERSION,
	},
	weights::WeightInfo,
	Artifacts, Config, Corpora, Error, Event, Minima, ModelCount, ModelDetails, Models,
	PaidBeyondCorpus, Pallet, Parameters, Snapshots,
};

/// What a call turned out to handle; its weight depends on nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Handled {
	/// Own snapshots.
	pub snapshots: u32,
	/// Parents.
	pub parents: u32,
	/// Snapshots of the corpus.
	pub corpus: u32,
	/// Training fees paid.
	pub fees: u32,
	/// Parents of parents that are no parents themselves.
	pub grandparents: u32,
}

impl Handled {
	fn of<AccountId>(
		model: &Model<AccountId>,
		snapshots: &OwnSnapshots,
		lineage: &Lineage,
	) -> Self {
		Self {
			snapshots: count(snapshots.len()),
			parents: count(model.vector.len()).saturating_sub(2),
			corpus: count(lineage.fixed.corpus.len()),
			fees: count(lineage.fees.len()),
			grandparents: count(lineage.grandparents),
		}
	}
}

/// The weight of a registration before the corpus is known.
pub(crate) fn registration_weight<T: Config>(params: &ModelParams) -> Weight {
	let (snapshots, parents) = (count(params.snapshots.len()), count(params.parents.len()));
	let corpus = parents.saturating_mul(MAX_CORPUS).saturating_add(snapshots);
	let grandparents = parents.saturating_mul(MAX_PARENTS);
	T::WeightInfo::register(snapshots, parents, corpus.min(MAX_CORPUS), grandparents)
}

/// The weight of a publication once done.
pub(crate) fn publication_weight<T: Config>(handled: Handled) -> Weight {
	let Handled {
		snapshots,
		parents,
		corpus,
		fees,
		grandparents,
	} = handled;
	T::WeightInfo::publish(snapshots, parents, corpus, fees, grandparents)
}

/// The weight of the largest publication.
pub(crate) fn worst_publication_weight<T: Config>() -> Weight {
	T::WeightInfo::publish(
		MAX_SNAPSHOTS,
		MAX_PARENTS,
		MAX_CORPUS,
		MAX_SNAPSHOTS,
		MAX_GRANDPARENTS,
	)
}

/// A length bounded far below 2^32.
pub(crate) fn count(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

impl<T: Config> Pallet<T> {
	/// Takes the next id for a draft and holds the deposit.
	pub(crate) fn do_register(
		developer: T::AccountId,
		params: ModelParams,
	) -> Result<Handled, DispatchError> {
		Self::ensure_card(&params)?;
		Self::ensure_shares(&params)?;
		Self::ensure_snapshot_list(&params.snapshots)?;
		ensure!(
			!Artifacts::<T>::contains_key(params.artifact_hash),
			Error::<T>::ArtifactTaken
		);
		Self::ensure_agreed(&params.parents)?;
		let id = ModelCount::<T>::get()
			.checked_add(1)
			.ok_or(Error::<T>::NoMoreIds)?;
		let mut model = Model {
			developer: developer.clone(),
			state: State::Draft,
			operator_ppm: params.operator_ppm,
			vector: params.vector(),
			derivative_ppm: params.derivative_ppm,
			min_fee_per_call: params.min_fee_per_call,
			terms_hash: H256::zero(),
		};
		model.terms_hash = Self::hash_terms(id, &model);
		let lineage = Self::lineage_of(&params.snapshots, model.operator_ppm, &model.vector)?;
		let handled = Handled::of(&model, &params.snapshots, &lineage);

		let snapshots = params.snapshots.clone();
		let card = Self::card_of(params);
		let footprint = footprint(&model, &card, &snapshots, None);
		let deposit = T::Consideration::new(&developer, footprint)?;
		ModelCount::<T>::put(id);
		Models::<T>::insert(id, model);
		let details = Details {
			card,
			offered_to: None,
			deposit,
		};
		ModelDetails::<T>::insert(id, details);
		Snapshots::<T>::insert(id, snapshots);
		Self::deposit_event(Event::Registered {
			model: id,
			developer,
		});
		Ok(handled)
	}

	/// Freezes a draft: pays its training fees, fixes what comes from its lineage, takes its
	/// artifact hash.
	pub(crate) fn do_publish(
		who: &T::AccountId,
		id: ModelId,
	) -> Result<(Handled, Lineage), DispatchError> {
		let mut model = Self::draft_of(who, id)?;
		let mut details = ModelDetails::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		let snapshots = Snapshots::<T>::get(id);
		let artifact = details.card.artifact_hash;
		ensure!(
			!Artifacts::<T>::contains_key(artifact),
			Error::<T>::ArtifactTaken
		);
		let lineage = Self::lineage_of(&snapshots, model.operator_ppm, &model.vector)?;
		let handled = Handled::of(&model, &snapshots, &lineage);
		Self::pay_training_fees(who, id, &lineage)?;

		let fixed = &lineage.fixed;
		let footprint = footprint(&model, &details.card, &snapshots, Some(fixed));
		details.deposit = details.deposit.update(who, footprint)?;
		let terms_hash = model.terms_hash;
		model.state = State::Published;
		Artifacts::<T>::insert(artifact, id);
		Models::<T>::insert(id, model);
		ModelDetails::<T>::insert(id, details);
		if !fixed.corpus.is_empty() {
			Corpora::<T>::insert(id, &fixed.corpus);
		}
		if !fixed.paid.is_empty() {
			PaidBeyondCorpus::<T>::insert(id, &fixed.paid);
		}
		if !fixed.minima.is_empty() {
			Minima::<T>::insert(id, &fixed.minima);
		}
		Self::deposit_event(Event::Published {
			model: id,
			developer: who.clone(),
			terms_hash,
		});
		Ok((handled, lineage))
	}

	/// Closes a published model to new channels and children. `who` is `None` for governance.
	pub(crate) fn do_retire(who: Option<T::AccountId>, id: ModelId) -> DispatchResult {
		let mut model = Models::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		ensure!(
			who.is_none_or(|account| account == model.developer),
			Error::<T>::NotDeveloper
		);
		match model.state {
			State::Draft => return Err(Error::<T>::NotPublished.into()),
			State::Retired => return Err(Error::<T>::AlreadyRetired.into()),
			State::Published => {}
		}
		model.state = State::Retired;
		// The hash is free again, so that governance can give it to whom it belongs.
		let details = ModelDetails::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		Artifacts::<T>::remove(details.card.artifact_hash);
		Models::<T>::insert(id, model);
		Self::deposit_event(Event::Retired { model: id });
		Ok(())
	}

	/// Changes the price a developer suggests; channels keep theirs.
	pub(crate) fn do_set_price(who: &T::AccountId, id: ModelId, price: Price) -> DispatchResult {
		let model = Self::model_of(who, id)?;
		ensure!(model.state != State::Retired, Error::<T>::AlreadyRetired);
		ModelDetails::<T>::try_mutate(id, |details| {
			let details = details.as_mut().ok_or(Error::<T>::UnknownModel)?;
			details.card.suggested_price = price;
			Ok::<(), Error<T>>(())
		})?;
		Self::deposit_event(Event::PriceSet { model: id, price });
		Ok(())
	}

	/// Removes a draft and returns its deposit. Its id stays used.
	pub(crate) fn do_discard(who: &T::AccountId, id: ModelId) -> DispatchResult {
		Self::draft_of(who, id)?;
		let details = ModelDetails::<T>::take(id).ok_or(Error::<T>::UnknownModel)?;
		Models::<T>::remove(id);
		Snapshots::<T>::remove(id);
		details.deposit.drop(who)?;
		Self::deposit_event(Event::Discarded { model: id });
		Ok(())
	}

	/// Changes where a model's metadata lie; the deposit follows.
	pub(crate) fn do_set_metadata(
		who: &T::AccountId,
		id: ModelId,
		uri: Uri,
		hash: H256,
	) -> DispatchResult {
		let model = Self::model_of(who, id)?;
		ensure!(model.state != State::Retired, Error::<T>::AlreadyRetired);
		ensure!(core::str::from_utf8(&uri).is_ok(), Error::<T>::InvalidUri);
		let mut details = ModelDetails::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		details.card.metadata_uri = uri.clone();
		details.card.metadata_hash = hash;
		let footprint = Self::footprint_with(id, &model, &details.card);
		details.deposit = details.deposit.update(who, footprint)?;
		ModelDetails::<T>::insert(id, details);
		Self::deposit_event(Event::MetadataSet {
			model: id,
			uri,
			hash,
		});
		Ok(())
	}

	/// Replaces all parameters.
	pub(crate) fn do_set_parameters(parameters: ModelsParameters) -> DispatchResult {
		ensure!(parameters.within_bounds(), Error::<T>::ParameterOutOfBounds);
		Parameters::<T>::put(parameters);
		Self::deposit_event(Event::ParametersSet);
		Ok(())
	}

	/// The weight of each call at its largest.
	pub(crate) fn worst_weights() -> [(&'static str, Weight); 12] {
		let register =
			T::WeightInfo::register(MAX_SNAPSHOTS, MAX_PARENTS, MAX_CORPUS, MAX_GRANDPARENTS);
		[
			("register", register),
			("publish", worst_publication_weight::<T>()),
			("retire", T::WeightInfo::retire()),
			("set_price", T::WeightInfo::set_price()),
			("discard", T::WeightInfo::discard()),
			("set_metadata", T::WeightInfo::set_metadata()),
			("offer_transfer", T::WeightInfo::offer_transfer()),
			("accept_transfer", worst_acceptance_weight::<T>()),
			("advertise", T::WeightInfo::advertise()),
			(
				"withdraw_advertisement",
				T::WeightInfo::withdraw_advertisement(),
			),
			("prune_advertisement", T::WeightInfo::prune_advertisement()),
			("set_parameters", T::WeightInfo::set_parameters()),
		]
	}

	/// Hash of a model's terms on this chain.
	pub(crate) fn hash_terms(id: ModelId, model: &Model<T::AccountId>) -> H256 {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		terms_hash(&genesis, &model.terms(id))
	}

	/// What all rows of a stored model take; the deposit covers it.
	pub fn stored_footprint(id: ModelId) -> Option<Footprint> {
		let model = Models::<T>::get(id)?;
		let details = ModelDetails::<T>::get(id)?;
		Some(Self::footprint_with(id, &model, &details.card))
	}

	/// What all rows of a model take when its card is this one.
	fn footprint_with(id: ModelId, model: &Model<T::AccountId>, card: &Card) -> Footprint {
		let fixed = (model.state != State::Draft).then(|| Fixed {
			corpus: Corpora::<T>::get(id),
			paid: PaidBeyondCorpus::<T>::get(id),
			minima: Minima::<T>::get(id),
		});
		footprint(model, card, &Snapshots::<T>::get(id), fixed.as_ref())
	}

	/// A model of `who`.
	pub(crate) fn model_of(
		who: &T::AccountId,
		id: ModelId,
	) -> Result<Model<T::AccountId>, Error<T>> {
		let model = Models::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		ensure!(model.developer == *who, Error::<T>::NotDeveloper);
		Ok(model)
	}

	/// A draft of `who`.
	fn draft_of(who: &T::AccountId, id: ModelId) -> Result<Model<T::AccountId>, Error<T>> {
		let model = Self::model_of(who, id)?;
		ensure!(model.state == State::Draft, Error::<T>::NotDraft);
		Ok(model)
	}

	fn pay_training_fees(who: &T::AccountId, model: ModelId, lineage: &Lineage) -> DispatchResult {
		for ((datanet, version), amount) in lineage.fees.iter().copied() {
			T::Pools::pay_in(who, datanet, version, amount)?;
			Self::deposit_event(Event::TrainingFeePaid {
				model,
				datanet,
				version,
				amount,
			});
		}
		Ok(())
	}

	fn card_of(params: ModelParams) -> Card {
		Card {
			name: params.name,
			kind: params.kind,
			artifact_hash: params.artifact_hash,
			artifact_uri: params.artifact_uri,
			metadata_uri: params.metadata_uri,
			metadata_hash: params.metadata_hash,
			provenance_version: params.provenance_version,
			suggested_price: params.suggested_price,
		}
	}

	fn ensure_card(params: &ModelParams) -> Result<(), Error<T>> {
		ensure!(
			!params.name.is_empty() && core::str::from_utf8(&params.name).is_ok(),
			Error::<T>::InvalidName
		);
		ensure!(
			[&params.artifact_uri, &params.metadata_uri]
				.iter()
				.all(|uri| core::str::from_utf8(uri).is_ok()),
			Error::<T>::InvalidUri
		);
		ensure!(
			params.provenance_version == PROVENANCE_VERSION,
			Error::<T>::UnknownProvenanceVersion
		);
		Ok(())
	}

	/// The rules about shares that need no other model.
	fn ensure_shares(params: &ModelParams) -> Result<(), Error<T>> {
		// At most ten numbers below 2^32: nothing saturates.
		let parents = params
			.parents
			.iter()
			.fold(0u64, |sum, link| sum.saturating_add(u64::from(link.ppm)));
		let whole = parents
			.saturating_add(u64::from(params.developer_ppm))
			.saturating_add(u64::from(params.contributors_ppm));
		ensure!(whole == u64::from(PPM), Error::<T>::VectorNotWhole);
		ensure!(
			parents <= u64::from(MAX_PARENTS_PPM),
			Error::<T>::ParentSharesTooHigh
		);
		ensure!(
			params.operator_ppm <= MAX_OPERATOR_PPM,
			Error::<T>::OperatorShareTooHigh
		);
		ensure!(
			params.derivative_ppm <= PPM,
			Error::<T>::DerivativeShareTooHigh
		);
		ensure!(params.min_fee_per_call >= 1, Error::<T>::MinFeeTooLow);
		ensure!(
			params.contributors_ppm == 0 || !params.snapshots.is_empty(),
			Error::<T>::ContributorsWithoutSnapshot
		);
		Ok(())
	}

	fn ensure_snapshot_list(snapshots: &OwnSnapshots) -> Result<(), Error<T>> {
		ensure!(
			snapshots.windows(2).all(|pair| matches!(
				pair,
				[a, b] if (a.datanet, a.version) < (b.datanet, b.version)
			)),
			Error::<T>::SnapshotsNotAscending
		);
		ensure!(
			snapshots.iter().all(|snapshot| snapshot.weight > 0),
			Error::<T>::ZeroWeight
		);
		Ok(())
	}
}

/// One item as large as all values that a model stores; the price's base stands for the keys. An
/// offer of the developer's rights has its place at all times.
fn footprint<AccountId: Encode + MaxEncodedLen>(
	model: &Model<AccountId>,
	card: &Card,
	snapshots: &OwnSnapshots,
	fixed: Option<&Fixed>,
) -> Footprint {
	let fixed = fixed.map_or(0, |fixed| {
		fixed
			.corpus
			.encoded_size()
			.saturating_add(fixed.paid.encoded_size())
			.saturating_add(fixed.minima.encoded_size())
			.saturating_add(card.artifact_hash.encoded_size())
	});
	let size = model
		.encoded_size()
		.saturating_add(card.encoded_size())
		.saturating_add(Option::<AccountId>::max_encoded_len())
		.saturating_add(snapshots.encoded_size())
		.saturating_add(fixed);
	Footprint::from_parts(1, size)
}
