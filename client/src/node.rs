// SPDX-License-Identifier: Apache-2.0
//! Methods of the node that are not part of the chain's state: the off-chain worker's queue.

use codec::Encode;
use openledger_primitives::{
	payload::{CreditPage, SignedUsageBatch},
	BlockNumber, ModelId, Sequence,
};
use serde::Deserialize;
use serde_json::json;

use crate::{chain::Client, error::Result};

/// What the node says to a batch that it has stored for its worker.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Submitted {
	/// Address of the operator.
	pub operator: String,
	/// The model.
	pub model: ModelId,
	/// The sequence.
	pub sequence: Sequence,
	/// Weight fee that the operator will be charged, planck as a decimal string.
	pub charge: String,
	/// Whether it was stored now (`false`: it was there already).
	pub queued: bool,
}

/// State of the node's off-chain worker.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerStatus {
	/// Block of its last run.
	pub last_run: Option<BlockNumber>,
	/// Batches it still holds.
	pub queued: Vec<QueuedBatch>,
	/// Its last error.
	pub last_error: Option<String>,
}

/// A batch that the worker holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueuedBatch {
	/// Address of the operator.
	pub operator: String,
	/// The model.
	pub model: ModelId,
	/// The sequence.
	pub sequence: Sequence,
	/// Pages stored with it.
	pub pages: u32,
}

impl Client {
	/// Hands a signed batch and its pages to the node, which checks them and pushes them into
	/// blocks. An Ok is no guarantee: only the chain's state is.
	pub async fn submit_batch(
		&self,
		signed: &SignedUsageBatch,
		pages: &[CreditPage],
	) -> Result<Submitted> {
		let hex = |bytes: Vec<u8>| format!("0x{}", hex::encode(bytes));
		let pages: Vec<String> = pages.iter().map(|page| hex(page.encode())).collect();
		let params = [
			json!(hex(signed.batch.encode())),
			json!(hex(signed.signature.to_vec())),
			json!(pages),
		];
		self.rpc("usage_v1_submitBatch", &params).await
	}

	/// What the node's off-chain worker is doing.
	pub async fn worker_status(&self) -> Result<WorkerStatus> {
		self.rpc("usage_v1_workerStatus", &[]).await
	}
}
