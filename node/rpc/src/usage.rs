// SPDX-License-Identifier: Apache-2.0
//! `usage_v1_*`: operators, channels and batches, and the way into the off-chain worker's queue.

use crate::{
	at::block_at,
	error::Error,
	json::{Address, Decimal},
	store::Shared,
	submission::Submission,
	views::{Batch, Channel, Operator},
	Block,
};
use jsonrpsee::proc_macros::rpc;
use openledger_primitives::{
	apis::UsageApi,
	offchain::{self as queue, Status, WorkerError, MAX_STATUS_ITEMS},
	AccountId, BlockNumber, ChannelId, ModelId, Sequence, H256, MAX_PAGES,
};
use serde::{Deserialize, Serialize};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::{offchain::OffchainStorage, Bytes, ConstU32};
use sp_runtime::BoundedVec;
use std::sync::Arc;

/// SCALE of each credit page of a batch, in order.
pub type Pages = BoundedVec<Bytes, ConstU32<MAX_PAGES>>;

/// What the node says of a batch that it keeps for its worker.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Submitted {
	/// Who is charged.
	pub operator: Address,
	/// The model.
	pub model: ModelId,
	/// The sequence.
	pub sequence: Sequence,
	/// Planck of weight fees still to be charged: the most it can be while predecessors are
	/// missing, 0 when the batch is accepted already.
	pub charge: Decimal,
	/// Whether it was stored now; else it was there before.
	pub queued: bool,
}

/// What the off-chain worker of this node does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerStatus {
	/// Block of its last run; null: it never ran.
	pub last_run: Option<BlockNumber>,
	/// Transactions that this run handed to the pool.
	pub submitted: u32,
	/// What is queued now: the first 256 items.
	pub queued: Vec<Queued>,
	/// What went wrong last, in words; null: nothing.
	pub last_error: Option<String>,
}

/// A batch in the queue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queued {
	/// Its operator.
	pub operator: Address,
	/// Its model.
	pub model: ModelId,
	/// Its sequence.
	pub sequence: Sequence,
	/// Number of its pages.
	pub pages: u32,
}

impl From<queue::Queued> for Queued {
	fn from(item: queue::Queued) -> Self {
		Self {
			operator: item.operator.into(),
			model: item.model,
			sequence: item.sequence,
			pages: item.pages,
		}
	}
}

/// Reads of operators, channels and batches, and work for the node's off-chain worker. `at` is a
/// block hash, the last finalised block when it is left out.
#[rpc(client, server, namespace = "usage_v1")]
pub trait UsageRpc {
	/// One operator.
	#[method(name = "operator", blocking)]
	fn operator(&self, account: Address, at: Option<H256>) -> Result<Operator, Error>;

	/// One channel.
	#[method(name = "channel", blocking)]
	fn channel(&self, id: ChannelId, at: Option<H256>) -> Result<Channel, Error>;

	/// One accepted batch, until it is wholly paid.
	#[method(name = "batch", blocking)]
	fn batch(
		&self,
		operator: Address,
		model: ModelId,
		sequence: Sequence,
		at: Option<H256>,
	) -> Result<Batch, Error>;

	/// The sequence that the operator's next batch for the model must carry.
	#[method(name = "nextSequence", blocking)]
	fn next_sequence(
		&self,
		operator: Address,
		model: ModelId,
		at: Option<H256>,
	) -> Result<Sequence, Error>;

	/// Planck that a batch with so many vouchers and full pages would be charged.
	#[method(name = "quoteCharge", blocking)]
	fn quote_charge(&self, vouchers: u32, pages: u32, at: Option<H256>) -> Result<Decimal, Error>;

	/// Blocks counted by the service clock, on which thaws and page deadlines run.
	#[method(name = "serviceClock", blocking)]
	fn service_clock(&self, at: Option<H256>) -> Result<u64, Error>;

	/// Checks a signed batch and its pages against the best block and keeps them for the worker.
	/// May be repeated; only the chain's state tells that a batch is settled.
	#[method(name = "submitBatch", blocking)]
	fn submit_batch(
		&self,
		batch: Bytes,
		signature: Bytes,
		pages: Pages,
	) -> Result<Submitted, Error>;

	/// What the off-chain worker of this node does.
	#[method(name = "workerStatus", blocking)]
	fn worker_status(&self) -> Result<WorkerStatus, Error>;
}

/// Answers `usage_v1_*`.
pub struct Usage<C, S> {
	client: Arc<C>,
	store: Shared<S>,
}

impl<C, S: OffchainStorage> Usage<C, S> {
	/// Asks the runtime of `client` and queues in `storage`.
	pub fn new(client: Arc<C>, storage: Option<S>) -> Self {
		Self {
			client,
			store: Shared::new(storage),
		}
	}
}

impl<C, S> UsageRpcServer for Usage<C, S>
where
	C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + 'static,
	C: Send + Sync,
	C::Api: UsageApi<Block, AccountId>,
	S: OffchainStorage + 'static,
{
	fn operator(&self, account: Address, at: Option<H256>) -> Result<Operator, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().operator(at, account.0.clone())?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("operator {account}")))
	}

	fn channel(&self, id: ChannelId, at: Option<H256>) -> Result<Channel, Error> {
		let at = block_at(&*self.client, at);
		let found = self.client.runtime_api().channel(at, id)?;
		found
			.map(Into::into)
			.ok_or_else(|| Error::NotFound(format!("channel {id}")))
	}

	fn batch(
		&self,
		operator: Address,
		model: ModelId,
		sequence: Sequence,
		at: Option<H256>,
	) -> Result<Batch, Error> {
		let at = block_at(&*self.client, at);
		let found = self
			.client
			.runtime_api()
			.batch(at, operator.0.clone(), model, sequence)?;
		found.map(Into::into).ok_or_else(|| {
			Error::NotFound(format!(
				"unpaid batch {sequence} of {operator} for model {model}"
			))
		})
	}

	fn next_sequence(
		&self,
		operator: Address,
		model: ModelId,
		at: Option<H256>,
	) -> Result<Sequence, Error> {
		let at = block_at(&*self.client, at);
		Ok(self
			.client
			.runtime_api()
			.next_sequence(at, operator.0, model)?)
	}

	fn quote_charge(&self, vouchers: u32, pages: u32, at: Option<H256>) -> Result<Decimal, Error> {
		let at = block_at(&*self.client, at);
		Ok(self
			.client
			.runtime_api()
			.quote_charge(at, vouchers, pages)?
			.into())
	}

	fn service_clock(&self, at: Option<H256>) -> Result<u64, Error> {
		let at = block_at(&*self.client, at);
		Ok(self.client.runtime_api().service_clock(at)?)
	}

	fn submit_batch(
		&self,
		batch: Bytes,
		signature: Bytes,
		pages: Pages,
	) -> Result<Submitted, Error> {
		let info = self.client.info();
		let genesis = info.genesis_hash;
		let submission = Submission::read(&genesis, batch, signature, pages.into_inner())?;
		let charge = submission
			.admit(&*self.client.runtime_api(), info.best_hash, &genesis)?
			.into();
		let queued = submission.enqueue(&mut *self.store.lock()?)?;
		let batch = submission.signed.batch;
		Ok(Submitted {
			operator: batch.operator.into(),
			model: batch.model,
			sequence: batch.sequence,
			charge,
			queued,
		})
	}

	fn worker_status(&self) -> Result<WorkerStatus, Error> {
		let store = self.store.lock()?;
		let Status {
			last_run,
			submitted,
			last_error,
			..
		} = queue::status(&*store);
		let queued = queue::list(&*store, MAX_STATUS_ITEMS);
		Ok(WorkerStatus {
			// The first run is in block 1.
			last_run: (last_run > 0).then_some(last_run),
			submitted,
			queued: queued.into_iter().map(Into::into).collect(),
			last_error: last_error.map(in_words),
		})
	}
}

fn in_words(error: WorkerError) -> String {
	let WorkerError {
		at,
		operator,
		model,
		sequence,
		reason,
	} = error;
	let (operator, reason) = (Address(operator), String::from_utf8_lossy(&reason));
	format!("block {at}: batch {sequence} of {operator} for model {model}: {reason}")
}
