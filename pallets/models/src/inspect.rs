// SPDX-License-Identifier: Apache-2.0
//! What other pallets and clients read.

use alloc::vec::Vec;

use frame_support::storage::{with_transaction, TransactionOutcome};
use openledger_primitives::{
	apis::{CorpusEntry, ModelView, PublicationQuote, MAX_PAGE},
	ports::{ModelInspect, RoyaltyTerms, WeightedSnapshot},
	Balance, DatanetId, ModelId, Version,
};
use sp_runtime::DispatchError;

use crate::{
	lineage::Lineage, types::State, Config, Corpora, Error, ModelCount, ModelDetails, Models,
	Pallet, Snapshots,
};

impl<T: Config> ModelInspect<T::AccountId> for Pallet<T> {
	fn terms(model: ModelId) -> Option<RoyaltyTerms<T::AccountId>> {
		let model = Models::<T>::get(model).filter(|model| model.state != State::Draft)?;
		Some(RoyaltyTerms {
			developer: model.developer,
			operator_ppm: model.operator_ppm,
			vector: model.vector.into_inner(),
			min_fee_per_call: model.min_fee_per_call,
		})
	}

	fn own_snapshots(model: ModelId) -> Vec<WeightedSnapshot> {
		Snapshots::<T>::get(model).into_inner()
	}

	fn corpus_version(model: ModelId, datanet: DatanetId) -> Option<Version> {
		let corpus = Corpora::<T>::get(model);
		let place = corpus
			.binary_search_by_key(&datanet, |row| row.datanet)
			.ok()?;
		corpus.get(place).map(|row| row.version)
	}

	fn accepts_channels(model: ModelId) -> bool {
		Models::<T>::get(model).is_some_and(|model| model.state == State::Published)
	}
}

impl<T: Config> Pallet<T> {
	/// One model. `inbox` is `(upstream, base)`, which another pallet holds.
	pub fn api_model(id: ModelId, inbox: (Balance, Balance)) -> Option<ModelView<T::AccountId>> {
		let model = Models::<T>::get(id)?;
		let details = ModelDetails::<T>::get(id)?;
		let card = details.card;
		Some(ModelView {
			id,
			developer: model.developer,
			name: card.name.into_inner(),
			kind: card.kind.index(),
			artifact_hash: card.artifact_hash,
			artifact_uri: card.artifact_uri.into_inner(),
			metadata_uri: card.metadata_uri.into_inner(),
			metadata_hash: card.metadata_hash,
			provenance_version: card.provenance_version,
			snapshots: Self::own_snapshots(id),
			operator_ppm: model.operator_ppm,
			vector: model.vector.into_inner(),
			derivative_ppm: model.derivative_ppm,
			min_fee_per_call: model.min_fee_per_call,
			suggested_price: card.suggested_price,
			terms_hash: model.terms_hash,
			state: model.state.into(),
			inbox,
			offered_to: details.offered_to,
		})
	}

	/// Models with `id > cursor`, ascending, at most `limit` and never more than [`MAX_PAGE`];
	/// `inbox` gives each one's `(upstream, base)`.
	pub fn api_models(
		cursor: ModelId,
		limit: u32,
		inbox: impl Fn(ModelId) -> (Balance, Balance),
	) -> Vec<ModelView<T::AccountId>> {
		let Some(first) = cursor.checked_add(1) else {
			return Vec::new();
		};
		let most = usize::try_from(limit.min(MAX_PAGE)).unwrap_or(usize::MAX);
		// Discarded drafts leave holes.
		(first..=ModelCount::<T>::get())
			.filter(|id| Models::<T>::contains_key(id))
			.take(most)
			.filter_map(|id| Self::api_model(id, inbox(id)))
			.collect()
	}

	/// The snapshots that a published model's answers are matched against, by ascending datanet.
	pub fn api_corpus(id: ModelId) -> Vec<CorpusEntry> {
		Corpora::<T>::get(id)
			.into_iter()
			.map(CorpusEntry::from)
			.collect()
	}

	/// What publishing a draft would do now: it is published and everything undone, so the answer
	/// is the one that the developer's call would get in this state.
	///
	/// A refusal is the name of the error, or of an error that is no pallet's the words that the
	/// runtime has for it, UTF-8.
	pub fn api_quote_publication(id: ModelId) -> Result<PublicationQuote, Vec<u8>> {
		with_transaction(|| TransactionOutcome::Rollback(Self::tried_publication(id)))
			.map(quote_of)
			.map_err(|error| <&'static str>::from(error).as_bytes().to_vec())
	}

	/// Publishes in the name of the developer.
	fn tried_publication(id: ModelId) -> Result<Lineage, DispatchError> {
		let model = Models::<T>::get(id).ok_or(Error::<T>::UnknownModel)?;
		let (_, lineage) = Self::do_publish(&model.developer, id)?;
		Ok(lineage)
	}
}

fn quote_of(lineage: Lineage) -> PublicationQuote {
	let training_fees: Vec<_> = lineage
		.fees
		.iter()
		.map(|((datanet, version), fee)| (*datanet, *version, *fee))
		.collect();
	PublicationQuote {
		training_fees_total: training_fees
			.iter()
			.fold(0, |sum: Balance, (_, _, fee)| sum.saturating_add(*fee)),
		training_fees,
		corpus: lineage
			.fixed
			.corpus
			.into_iter()
			.map(CorpusEntry::from)
			.collect(),
	}
}
