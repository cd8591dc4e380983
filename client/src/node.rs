// SPDX-License-Identifier: Apache-2.0
//! Methods of the node's own: a contribution's status in words, the off-chain worker's queue, and the
//! index that explains who was paid what.

use codec::Encode;
use openledger_primitives::{
	payload::{CreditPage, SignedUsageBatch},
	AccountId, BlockNumber, ContributionId, ModelId, Sequence, H256,
};
use serde::Deserialize;
use serde_json::{json, Value};

use crate::{account::ss58, chain::Client, error::Result};

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

/// Where a contribution stands, in one line.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusLine {
	/// The contribution.
	pub contribution: ContributionId,
	/// Such as `accepted (quality 3, 12 288 points)`.
	pub line: String,
	/// The same as an object: `{"status": "Accepted", …}`.
	pub state: Value,
	/// Duplicate claims open on it.
	pub claims: u32,
	/// Planck of all spans credited so far, a decimal string.
	pub used_value: String,
	/// Planck earned by them, a decimal string.
	pub earned: String,
}

/// One line of an explanation: money booked for the account, or transferred to it.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedLine {
	/// The block.
	pub block: BlockNumber,
	/// Number of the event in it.
	pub event: u32,
	/// Planck, a decimal string.
	pub amount: String,
	/// What it is, such as `Credit`; `Payout` is a transfer of what was booked before.
	pub kind: String,
	/// All numbers behind it; the node's documentation describes them by kind.
	pub cause: Value,
	/// The formula with its numbers.
	pub formula: String,
	/// Whether the node computed the amount again and got the same.
	pub matches: Option<bool>,
}

/// Something that earned nothing.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub struct ExplainedZero {
	/// Why, as a sentence.
	pub reason: String,
}

/// A part of an explanation.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
	/// Lines in the order of their events.
	pub items: Vec<ExplainedLine>,
	/// Where the next part begins.
	pub next_cursor: Option<Value>,
	/// First block that was looked at.
	pub from: BlockNumber,
	/// Last block that was looked at.
	pub to: BlockNumber,
	/// First block that the node's index holds.
	pub indexed_from: BlockNumber,
	/// What earned nothing; in the first part only.
	pub zeros: Vec<ExplainedZero>,
}

impl Client {
	/// Where a contribution stands at a block (the last finalised one when `None`), in one line.
	pub async fn contribution_status(
		&self,
		contribution: ContributionId,
		at: Option<H256>,
	) -> Result<StatusLine> {
		self.rpc("datanets_v1_status", &[json!(contribution), json!(at)])
			.await
	}

	/// Why an account was paid what it was in these blocks, as the node's index of finalised blocks
	/// tells it: at most 1 000 lines after `cursor`.
	pub async fn explain(
		&self,
		account: &AccountId,
		from: BlockNumber,
		to: BlockNumber,
		cursor: Option<&Value>,
	) -> Result<Explanation> {
		let params = [
			json!(ss58(account)),
			json!(from),
			json!(to),
			json!(1_000),
			json!(cursor),
		];
		self.rpc("royalties_v1_explain", &params).await
	}

	/// The distributions of a model's inbox in one block, with what came into it before.
	pub async fn distributions(&self, model: ModelId, block: BlockNumber) -> Result<Vec<Value>> {
		let found: Value = self
			.rpc("royalties_v1_distribution", &[json!(model), json!(block)])
			.await?;
		Ok(found["items"].as_array().cloned().unwrap_or_default())
	}

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
