// SPDX-License-Identifier: Apache-2.0
//! `models_v1_*`: models and what their answers are matched against.

use crate::{
	at::{block_at, limit_of, Page},
	error::Error,
	views::{CorpusSnapshot, Model},
	Block,
};
use jsonrpsee::proc_macros::rpc;
use openledger_primitives::{apis::ModelsApi, AccountId, DatanetId, ModelId, H256};
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
}

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
}
