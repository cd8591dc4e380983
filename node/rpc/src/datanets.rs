// SPDX-License-Identifier: Apache-2.0
//! `datanets_v1_*`: datanets, contributions, reviews, duplicate claims and snapshots.

use crate::{
	at::{block_at, limit_of, Page},
	error::Error,
	views::{Claim, Contribution, Datanet, Membership, Review, Snapshot, StatusLine},
	Block,
};
use codec::DecodeAll;
use jsonrpsee::proc_macros::rpc;
use openledger_primitives::{
	apis::DatanetsApi, AccountId, ClaimId, ContributionId, DatanetId, Version, H256,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_io::hashing::twox_128;
use std::sync::Arc;

/// Reads what is stored under a key of the state at a block.
pub type ReadState = Arc<dyn Fn(H256, &[u8]) -> Result<Option<Vec<u8>>, Error> + Send + Sync>;

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

	/// Contributions in any state by ascending id; `cursor` is the last id looked at. A part looks
	/// at `limit` ids and leaves out those that are gone.
	#[method(name = "contributions", blocking)]
	fn contributions(
		&self,
		limit: Option<u32>,
		cursor: Option<ContributionId>,
		at: Option<H256>,
	) -> Result<Page<Contribution, ContributionId>, Error>;

	/// Where a contribution stands, in one line.
	#[method(name = "status", blocking)]
	fn status(&self, contribution: ContributionId, at: Option<H256>) -> Result<StatusLine, Error>;

	/// The review of a contribution, while it goes on or its rejection can be appealed.
	#[method(name = "review", blocking)]
	fn review(&self, contribution: ContributionId, at: Option<H256>) -> Result<Review, Error>;

	/// One open duplicate claim.
	#[method(name = "claim", blocking)]
	fn claim(&self, id: ClaimId, at: Option<H256>) -> Result<Claim, Error>;

	/// Open duplicate claims by ascending id; `cursor` is the last id looked at. A part looks at
	/// `limit` ids and leaves out the claims that have ended.
	#[method(name = "claims", blocking)]
	fn claims(
		&self,
		limit: Option<u32>,
		cursor: Option<ClaimId>,
		at: Option<H256>,
	) -> Result<Page<Claim, ClaimId>, Error>;

	/// Place of a contribution in a snapshot; null: it is not in it.
	#[method(name = "membership", blocking)]
	fn membership(
		&self,
		datanet: DatanetId,
		version: Version,
		contribution: ContributionId,
		at: Option<H256>,
	) -> Result<Option<Membership>, Error>;

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
	read_state: ReadState,
}

impl<C> Datanets<C> {
	/// Asks the runtime of `client`, whose state `read_state` reads.
	pub fn new(client: Arc<C>, read_state: ReadState) -> Self {
		Self { client, read_state }
	}

	/// A counter of the pallet: ids with holes don't tell where they end.
	fn counter(&self, at: H256, name: &str) -> Result<u64, Error> {
		let key = [twox_128(b"Datanets"), twox_128(name.as_bytes())].concat();
		let Some(stored) = (self.read_state)(at, &key)? else {
			return Ok(0);
		};
		u64::decode_all(&mut stored.as_slice())
			.map_err(|error| Error::Runtime(format!("the counter {name}: {error}")))
	}
}

/// A part of a list whose ids have holes: it looked at `limit` ids after `cursor`, of `last` ids
/// that were given out.
fn part<V: Into<T>, T>(
	views: Vec<V>,
	cursor: u64,
	limit: u32,
	last: u64,
	at: H256,
) -> Page<T, u64> {
	let next = cursor.saturating_add(limit.into());
	Page {
		next_cursor: (next < last).then_some(next),
		..Page::whole(views, at)
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

	fn contributions(
		&self,
		limit: Option<u32>,
		cursor: Option<ContributionId>,
		at: Option<H256>,
	) -> Result<Page<Contribution, ContributionId>, Error> {
		let (limit, at) = (limit_of(limit)?, block_at(&*self.client, at));
		let cursor = cursor.unwrap_or(0);
		let found = self.client.runtime_api().contributions(at, cursor, limit)?;
		let last = self.counter(at, "ContributionCount")?;
		Ok(part(found, cursor, limit, last, at))
	}

	fn status(&self, contribution: ContributionId, at: Option<H256>) -> Result<StatusLine, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().contribution(at, contribution)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("contribution {contribution}")))
	}

	fn review(&self, contribution: ContributionId, at: Option<H256>) -> Result<Review, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().review(at, contribution)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("review of contribution {contribution}")))
	}

	fn claim(&self, id: ClaimId, at: Option<H256>) -> Result<Claim, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().claim(at, id)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("open claim {id}")))
	}

	fn claims(
		&self,
		limit: Option<u32>,
		cursor: Option<ClaimId>,
		at: Option<H256>,
	) -> Result<Page<Claim, ClaimId>, Error> {
		let (limit, at) = (limit_of(limit)?, block_at(&*self.client, at));
		let cursor = cursor.unwrap_or(0);
		let found = self.client.runtime_api().claims(at, cursor, limit)?;
		let last = self.counter(at, "ClaimCount")?;
		Ok(part(found, cursor, limit, last, at))
	}

	fn membership(
		&self,
		datanet: DatanetId,
		version: Version,
		contribution: ContributionId,
		at: Option<H256>,
	) -> Result<Option<Membership>, Error> {
		let at = block_at(&*self.client, at);
		let api = self.client.runtime_api();
		let found = api.membership(at, datanet, version, contribution)?;
		Ok(found.map(Into::into))
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
		Ok(part(found, first, limit, known.accepted, at))
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
