// SPDX-License-Identifier: Apache-2.0
//! `models_v1_*`: models, what their answers are matched against, and who serves them.

use crate::{
	at::{block_at, limit_of, Page},
	error::Error,
	json::{text, Address, Decimal},
	views::{Advertisement, CorpusSnapshot, Model, PublicationQuote},
	Block,
};
use jsonrpsee::proc_macros::rpc;
use openledger_primitives::{
	apis::{AdvertisementView, ModelsApi},
	AccountId, DatanetId, ModelId, H256,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use std::sync::Arc;

/// Reads of models. `at` is a block hash, the last finalised block when it is left out.
#[rpc(client, server, namespace = "models_v1")]
pub trait ModelsRpc {
	/// One model.
	#[method(name = "get", blocking)]
	fn get(&self, id: ModelId, at: Option<H256>) -> Result<Model, Error>;

	/// Models by ascending id; `cursor` is the last id seen.
	#[method(name = "list", blocking)]
	fn list(
		&self,
		limit: Option<u32>,
		cursor: Option<ModelId>,
		at: Option<H256>,
	) -> Result<Page<Model, ModelId>, Error>;

	/// The snapshots that a model's answers are matched against: at most 64, in one part. None
	/// before it is published.
	#[method(name = "corpus", blocking)]
	fn corpus(
		&self,
		id: ModelId,
		at: Option<H256>,
	) -> Result<Page<CorpusSnapshot, DatanetId>, Error>;

	/// What publishing a draft would do; refused with the name of the error that would refuse it.
	#[method(name = "quotePublication", blocking)]
	fn quote_publication(&self, id: ModelId, at: Option<H256>) -> Result<PublicationQuote, Error>;

	/// Operators that serve a model, cheapest first; `cursor` is the reference fee and the operator
	/// of the last one seen.
	#[method(name = "advertisements", blocking)]
	fn advertisements(
		&self,
		model: ModelId,
		limit: Option<u32>,
		cursor: Option<AdvertisementCursor>,
		at: Option<H256>,
	) -> Result<Page<Advertisement, AdvertisementCursor>, Error>;
}

/// `[referenceFee, operator]` of an advertisement.
pub type AdvertisementCursor = (Decimal, Address);

/// Answers `models_v1_*`.
pub struct Models<C> {
	client: Arc<C>,
}

impl<C> Models<C> {
	/// Asks the runtime of `client`.
	pub fn new(client: Arc<C>) -> Self {
		Self { client }
	}
}

impl<C> ModelsRpcServer for Models<C>
where
	C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + 'static,
	C: Send + Sync,
	C::Api: ModelsApi<Block, AccountId>,
{
	fn get(&self, id: ModelId, at: Option<H256>) -> Result<Model, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().model(at, id)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("model {id}")))
	}

	fn list(
		&self,
		limit: Option<u32>,
		cursor: Option<ModelId>,
		at: Option<H256>,
	) -> Result<Page<Model, ModelId>, Error> {
		let (limit, at) = (limit_of(limit)?, block_at(&*self.client, at));
		let found = self
			.client
			.runtime_api()
			.models(at, cursor.unwrap_or(0), limit)?;
		Ok(Page::after(found, limit, |view| view.id, at))
	}

	fn corpus(
		&self,
		id: ModelId,
		at: Option<H256>,
	) -> Result<Page<CorpusSnapshot, DatanetId>, Error> {
		let at = block_at(&*self.client, at);
		let api = self.client.runtime_api();
		let found = api.corpus(at, id)?;
		if found.is_empty() && api.model(at, id)?.is_none() {
			return Err(Error::NotFound(format!("model {id}")));
		}
		Ok(Page::whole(found, at))
	}

	fn quote_publication(&self, id: ModelId, at: Option<H256>) -> Result<PublicationQuote, Error> {
		let at = block_at(&*self.client, at);
		let quote = self.client.runtime_api().quote_publication(at, id)?;
		quote
			.map(Into::into)
			.map_err(|name| Error::Refused(text(name)))
	}

	fn advertisements(
		&self,
		model: ModelId,
		limit: Option<u32>,
		cursor: Option<AdvertisementCursor>,
		at: Option<H256>,
	) -> Result<Page<Advertisement, AdvertisementCursor>, Error> {
		let (limit, at) = (limit_of(limit)?, block_at(&*self.client, at));
		let cursor = cursor.map(|(fee, operator)| (fee.0, operator.0));
		let found = self
			.client
			.runtime_api()
			.advertisements(at, model, cursor, limit)?;
		let key = |view: &AdvertisementView<AccountId>| {
			(view.reference_fee.into(), view.operator.clone().into())
		};
		Ok(Page::after(found, limit, key, at))
	}
}
