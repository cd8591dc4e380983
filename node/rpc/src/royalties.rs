// SPDX-License-Identifier: Apache-2.0
//! `royalties_v1_*`: who has earned what and why, and how a fee is split.

use crate::{
	at::{block_at, limit_of},
	error::Error,
	explain::{
		self,
		views::{Distributions, Explanation, IndexStatus, Place},
		Question,
	},
	json::{Address, Decimal},
	ledger::LedgerIndex,
	views::{Earnings, PoolRow, Recomputed, Split},
	Block,
};
use jsonrpsee::proc_macros::rpc;
use openledger_primitives::{
	apis::{RoyaltiesApi, MAX_PAGE},
	ledger, AccountId, Balance, BlockNumber, DatanetId, ModelId, Ppm, Version, H256,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use std::sync::Arc;

/// `[datanet, tranche]` of each pool row to look into.
pub type PoolRows = BoundedVec<(DatanetId, Version), ConstU32<MAX_PAGE>>;

/// Reads of royalties. `at` is a block hash, the last finalised block when it is left out.
#[rpc(client, server, namespace = "royalties_v1")]
pub trait RoyaltiesRpc {
	/// What an account has earned; `rows` names the pool rows whose pending money is summed, none
	/// when it is left out.
	#[method(name = "earnings", blocking)]
	fn earnings(
		&self,
		account: Address,
		rows: Option<PoolRows>,
		at: Option<H256>,
	) -> Result<Earnings, Error>;

	/// The account's row in one tranche of a datanet's pools.
	#[method(name = "poolRow", blocking)]
	fn pool_row(
		&self,
		datanet: DatanetId,
		tranche: Version,
		account: Address,
		at: Option<H256>,
	) -> Result<PoolRow, Error>;

	/// Planck in a datanet's pools that their members have not collected.
	#[method(name = "poolBalance", blocking)]
	fn pool_balance(&self, datanet: DatanetId, at: Option<H256>) -> Result<Decimal, Error>;

	/// How a fee for calls of a model would be split.
	#[method(name = "quoteSplit", blocking)]
	fn quote_split(&self, model: ModelId, fee: Decimal, at: Option<H256>) -> Result<Split, Error>;

	/// How a fee was split when burn and treasury had these shares.
	#[method(name = "recompute", blocking)]
	fn recompute(
		&self,
		model: ModelId,
		fee: Decimal,
		burn_ppm: Ppm,
		treasury_ppm: Ppm,
		at: Option<H256>,
	) -> Result<Recomputed, Error>;

	/// What the ledger index of this node holds.
	#[method(name = "indexStatus", blocking)]
	fn index_status(&self) -> Result<IndexStatus, Error>;

	/// Why an account was paid what it was paid in the blocks from `from` to `to`, and why nothing
	/// else was; `cursor` is the place of the last line seen.
	#[method(name = "explain", blocking)]
	fn explain(
		&self,
		account: Address,
		from: BlockNumber,
		to: BlockNumber,
		limit: Option<u32>,
		cursor: Option<Place>,
	) -> Result<Explanation, Error>;

	/// What a model's inbox was split into in a block, and where its money came from.
	#[method(name = "distribution", blocking)]
	fn distribution(&self, model: ModelId, block: BlockNumber) -> Result<Distributions, Error>;
}

/// Answers `royalties_v1_*`.
pub struct Royalties<C> {
	client: Arc<C>,
	ledger: Option<Arc<LedgerIndex>>,
}

impl<C> Royalties<C> {
	/// Asks the runtime of `client`, and the index of this node if it has one.
	pub fn new(client: Arc<C>, ledger: Option<Arc<LedgerIndex>>) -> Self {
		Self { client, ledger }
	}

	fn index(&self) -> Result<&LedgerIndex, Error> {
		let index = self.ledger.as_deref();
		index.ok_or_else(|| Error::Index("this node has none (--ledger-index)".into()))
	}
}

impl<C> Royalties<C>
where
	C: ProvideRuntimeApi<Block> + HeaderBackend<Block>,
	C::Api: RoyaltiesApi<Block, AccountId>,
{
	/// Recomputes settlements at the last finalised block: terms are frozen, so any block that
	/// knows the model gives the same.
	fn recomputation(
		&self,
	) -> impl Fn(ModelId, Balance, Ppm, Ppm) -> Option<ledger::Recomputed> + '_ {
		let at = self.client.info().finalized_hash;
		move |model, fee, burn_ppm, treasury_ppm| {
			let api = self.client.runtime_api();
			match api.recompute(at, model, fee, burn_ppm, treasury_ppm) {
				Ok(again) => again,
				Err(error) => {
					log::debug!("a batch of model {model} is not recomputed: {error}");
					None
				}
			}
		}
	}
}

impl<C> RoyaltiesRpcServer for Royalties<C>
where
	C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + 'static,
	C: Send + Sync,
	C::Api: RoyaltiesApi<Block, AccountId>,
{
	fn earnings(
		&self,
		account: Address,
		rows: Option<PoolRows>,
		at: Option<H256>,
	) -> Result<Earnings, Error> {
		let at = block_at(&*self.client, at);
		let rows = rows.unwrap_or_default().into_inner();
		Ok(self
			.client
			.runtime_api()
			.earnings(at, account.0, rows)?
			.into())
	}

	fn pool_row(
		&self,
		datanet: DatanetId,
		tranche: Version,
		account: Address,
		at: Option<H256>,
	) -> Result<PoolRow, Error> {
		let at = block_at(&*self.client, at);
		let found = self
			.client
			.runtime_api()
			.pool_row(at, datanet, tranche, account.0.clone())?;
		found.map(Into::into).ok_or_else(|| {
			Error::NotFound(format!(
				"row of {account} in tranche {tranche} of datanet {datanet}"
			))
		})
	}

	fn pool_balance(&self, datanet: DatanetId, at: Option<H256>) -> Result<Decimal, Error> {
		let at = block_at(&*self.client, at);
		Ok(self.client.runtime_api().pool_balance(at, datanet)?.into())
	}

	fn quote_split(&self, model: ModelId, fee: Decimal, at: Option<H256>) -> Result<Split, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().quote_split(at, model, fee.0)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("terms of model {model} that split this fee")))
	}

	fn recompute(
		&self,
		model: ModelId,
		fee: Decimal,
		burn_ppm: Ppm,
		treasury_ppm: Ppm,
		at: Option<H256>,
	) -> Result<Recomputed, Error> {
		let at = block_at(&*self.client, at);
		let api = self.client.runtime_api();
		let found = api.recompute(at, model, fee.0, burn_ppm, treasury_ppm)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("terms of model {model} that split this fee")))
	}

	fn index_status(&self) -> Result<IndexStatus, Error> {
		explain::status(self.index()?)
	}

	fn explain(
		&self,
		account: Address,
		from: BlockNumber,
		to: BlockNumber,
		limit: Option<u32>,
		cursor: Option<Place>,
	) -> Result<Explanation, Error> {
		let index = self.index()?;
		let limit = limit_of(limit)?;
		let question = Question {
			account: account.0,
			from,
			to,
			limit: usize::try_from(limit).unwrap_or(usize::MAX),
			cursor,
		};
		explain::explain(index, &self.recomputation(), &question)
	}

	fn distribution(&self, model: ModelId, block: BlockNumber) -> Result<Distributions, Error> {
		explain::distributions(self.index()?, &self.recomputation(), model, block)
	}
}
