// SPDX-License-Identifier: Apache-2.0
//! `royalties_v1_*`: who has earned what, and how a fee would be split.

use crate::{
	at::block_at,
	error::Error,
	json::{Address, Decimal},
	views::{Earnings, PoolRow, Split},
	Block,
};
use jsonrpsee::proc_macros::rpc;
use openledger_primitives::{
	apis::{RoyaltiesApi, MAX_PAGE},
	AccountId, DatanetId, ModelId, Version, H256,
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
}

/// Answers `royalties_v1_*`.
pub struct Royalties<C> {
	client: Arc<C>,
}

impl<C> Royalties<C> {
	/// Asks the runtime of `client`.
	pub fn new(client: Arc<C>) -> Self {
		Self { client }
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
}
