// SPDX-License-Identifier: Apache-2.0
//! `datanets_v1_*`: datanets, contributions and snapshots.

use crate::{
	at::{block_at, limit_of, Page},
	error::Error,
	views::{Contribution, Datanet, Snapshot},
	Block,
};
use jsonrpsee::proc_macros::rpc;
use openledger_primitives::{
	apis::DatanetsApi, AccountId, ContributionId, DatanetId, Version, H256,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use std::sync::Arc;

/// Reads of datanets. `at` is a block hash, the last finalised block when it is left out.
#[rpc(client, server, namespace = "datanets_v1")]
pub trait DatanetsRpc {
	/// One datanet.
	#[method(name = "get", blocking)]
	fn get(&self, id: DatanetId, at: Option<H256>) -> Result<Datanet, Error>;

	/// Datanets by ascending id; `cursor` is the last id seen.
	#[method(name = "list", blocking)]
	fn list(
		&self,
		limit: Option<u32>,
		cursor: Option<DatanetId>,
		at: Option<H256>,
	) -> Result<Page<Datanet, DatanetId>, Error>;

	/// One contribution.
	#[method(name = "contribution", blocking)]
	fn contribution(&self, id: ContributionId, at: Option<H256>) -> Result<Contribution, Error>;

	/// Contributions of a datanet that were ever accepted, by acceptance number; `cursor` is the
	/// first number.
	#[method(name = "accepted", blocking)]
	fn accepted(
		&self,
		datanet: DatanetId,
		limit: Option<u32>,
		cursor: Option<u64>,
		at: Option<H256>,
	) -> Result<Page<Contribution, u64>, Error>;

	/// Id of the pending or accepted contribution with this root; null: there is none.
	#[method(name = "byRoot", blocking)]
	fn by_root(
		&self,
		datanet: DatanetId,
		text_root: H256,
		at: Option<H256>,
	) -> Result<Option<ContributionId>, Error>;

	/// One snapshot.
	#[method(name = "snapshot", blocking)]
	fn snapshot(
		&self,
		datanet: DatanetId,
		version: Version,
		at: Option<H256>,
	) -> Result<Snapshot, Error>;
}

/// Answers `datanets_v1_*`.
pub struct Datanets<C> {
	client: Arc<C>,
}

impl<C> Datanets<C> {
	/// Asks the runtime of `client`.
	pub fn new(client: Arc<C>) -> Self {
		Self { client }
	}
}

impl<C> DatanetsRpcServer for Datanets<C>
where
	C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + 'static,
	C: Send + Sync,
	C::Api: DatanetsApi<Block, AccountId>,
{
	fn get(&self, id: DatanetId, at: Option<H256>) -> Result<Datanet, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().datanet(at, id)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("datanet {id}")))
	}

	fn list(
		&self,
		limit: Option<u32>,
		cursor: Option<DatanetId>,
		at: Option<H256>,
	) -> Result<Page<Datanet, DatanetId>, Error> {
		let (limit, at) = (limit_of(limit)?, block_at(&*self.client, at));
		let found = self
			.client
			.runtime_api()
			.datanets(at, cursor.unwrap_or(0), limit)?;
		Ok(Page::after(found, limit, |view| view.id, at))
	}

	fn contribution(&self, id: ContributionId, at: Option<H256>) -> Result<Contribution, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().contribution(at, id)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("contribution {id}")))
	}

	fn accepted(
		&self,
		datanet: DatanetId,
		limit: Option<u32>,
		cursor: Option<u64>,
		at: Option<H256>,
	) -> Result<Page<Contribution, u64>, Error> {
		let (limit, at) = (limit_of(limit)?, block_at(&*self.client, at));
		let api = self.client.runtime_api();
		let known = api.datanet(at, datanet)?;
		let known = known.ok_or_else(|| Error::NotFound(format!("datanet {datanet}")))?;
		let first = cursor.unwrap_or(0);
		let found = api.accepted(at, datanet, first, limit)?;
		// A view doesn't always tell its number, so the cursor counts.
		let next = first.saturating_add(limit.into());
		let next_cursor = (next < known.accepted).then_some(next);
		Ok(Page {
			next_cursor,
			..Page::whole(found, at)
		})
	}

	fn by_root(
		&self,
		datanet: DatanetId,
		text_root: H256,
		at: Option<H256>,
	) -> Result<Option<ContributionId>, Error> {
		let at = block_at(&*self.client, at);
		Ok(self.client.runtime_api().by_root(at, datanet, text_root)?)
	}

	fn snapshot(
		&self,
		datanet: DatanetId,
		version: Version,
		at: Option<H256>,
	) -> Result<Snapshot, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().snapshot(at, datanet, version)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("snapshot {version} of datanet {datanet}")))
	}
}
