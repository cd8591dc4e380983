// SPDX-License-Identifier: Apache-2.0
//! The port to the chain: all that the gateway asks of a node, so that everything above it can be
//! tested without one.

use async_trait::async_trait;
use openledger_client::{call, BlockId, Client, Error, Event, Wait};
use openledger_primitives::{
	apis::{BatchView, ChannelView, ContributionView, CorpusEntry, ModelView, OperatorView},
	payload::{CreditPage, SignedUsageBatch},
	ports::FeeSplit,
	AccountId, Balance, BlockNumber, ChannelId, DatanetId, ModelId, Sequence, H256,
};

/// Why the chain didn't answer or do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
	/// No connection to the node.
	#[error("{0}")]
	Unreachable(String),
	/// The node or the runtime said no.
	#[error("{0}")]
	Refused(String),
}

impl From<Error> for ChainError {
	fn from(error: Error) -> Self {
		if error.is_unreachable() {
			Self::Unreachable(error.to_string())
		} else {
			Self::Refused(error.to_string())
		}
	}
}

/// Result of a question to the chain.
pub type ChainResult<T> = Result<T, ChainError>;

/// What the gateway asks of a chain. Reads name the block they are read at.
#[async_trait]
pub trait Chain: Send + Sync + 'static {
	/// Hash of block 0.
	fn genesis_hash(&self) -> H256;
	/// The last finalised block.
	async fn finalised(&self) -> ChainResult<BlockId>;
	/// Our pallets' events in the finalised block of this number.
	async fn events(&self, number: BlockNumber) -> ChainResult<(BlockId, Vec<Event>)>;
	/// A model.
	async fn model(&self, at: BlockId, id: ModelId) -> ChainResult<Option<ModelView<AccountId>>>;
	/// Snapshots that a model's answers are matched against.
	async fn corpus(&self, at: BlockId, id: ModelId) -> ChainResult<Vec<CorpusEntry>>;
	/// Contributions of a datanet with an acceptance number below `count`.
	async fn members(
		&self,
		at: BlockId,
		datanet: DatanetId,
		count: u64,
	) -> ChainResult<Vec<ContributionView<AccountId>>>;
	/// SPDX expression of a datanet; empty when there is none.
	async fn licence(&self, at: BlockId, datanet: DatanetId) -> ChainResult<String>;
	/// An operator.
	async fn operator(
		&self,
		at: BlockId,
		account: &AccountId,
	) -> ChainResult<Option<OperatorView<AccountId>>>;
	/// A channel.
	async fn channel(
		&self,
		at: BlockId,
		id: ChannelId,
	) -> ChainResult<Option<ChannelView<AccountId>>>;
	/// The sequence of the next batch.
	async fn next_sequence(
		&self,
		at: BlockId,
		operator: &AccountId,
		model: ModelId,
	) -> ChainResult<Sequence>;
	/// A batch that is not wholly paid.
	async fn batch(
		&self,
		at: BlockId,
		operator: &AccountId,
		model: ModelId,
		sequence: Sequence,
	) -> ChainResult<Option<BatchView<AccountId>>>;
	/// Weight fee of a batch.
	async fn quote_charge(&self, at: BlockId, vouchers: u32, pages: u32) -> ChainResult<Balance>;
	/// How a fee would be split.
	async fn quote_split(
		&self,
		at: BlockId,
		model: ModelId,
		fee: Balance,
	) -> ChainResult<Option<FeeSplit>>;
	/// Hands a batch to the node's worker.
	async fn submit_batch(
		&self,
		signed: &SignedUsageBatch,
		pages: &[CreditPage],
	) -> ChainResult<()>;
	/// Pushes a page of a released batch.
	async fn push_page(&self, page: &CreditPage) -> ChainResult<()>;
}

/// A real node.
#[async_trait]
impl Chain for Client {
	fn genesis_hash(&self) -> H256 {
		Client::genesis_hash(self)
	}

	async fn finalised(&self) -> ChainResult<BlockId> {
		Ok(Client::finalised(self).await?)
	}

	async fn events(&self, number: BlockNumber) -> ChainResult<(BlockId, Vec<Event>)> {
		let block = BlockId {
			hash: self.block_hash(number).await?,
			number,
		};
		let records = Client::events(self, block).await?;
		let ours = records.into_iter().map(|record| record.event);
		Ok((block, ours.filter(|event| *event != Event::Other).collect()))
	}

	async fn model(&self, at: BlockId, id: ModelId) -> ChainResult<Option<ModelView<AccountId>>> {
		Ok(self.state_at(at).model(id).await?)
	}

	async fn corpus(&self, at: BlockId, id: ModelId) -> ChainResult<Vec<CorpusEntry>> {
		Ok(self.state_at(at).corpus(id).await?)
	}

	async fn members(
		&self,
		at: BlockId,
		datanet: DatanetId,
		count: u64,
	) -> ChainResult<Vec<ContributionView<AccountId>>> {
		Ok(self.state_at(at).members(datanet, count).await?)
	}

	async fn licence(&self, at: BlockId, datanet: DatanetId) -> ChainResult<String> {
		let datanet = self.state_at(at).datanet(datanet).await?;
		let bytes = datanet.map(|view| view.licence).unwrap_or_default();
		Ok(String::from_utf8_lossy(&bytes).into_owned())
	}

	async fn operator(
		&self,
		at: BlockId,
		account: &AccountId,
	) -> ChainResult<Option<OperatorView<AccountId>>> {
		Ok(self.state_at(at).operator(account).await?)
	}

	async fn channel(
		&self,
		at: BlockId,
		id: ChannelId,
	) -> ChainResult<Option<ChannelView<AccountId>>> {
		Ok(self.state_at(at).channel(id).await?)
	}

	async fn next_sequence(
		&self,
		at: BlockId,
		operator: &AccountId,
		model: ModelId,
	) -> ChainResult<Sequence> {
		Ok(self.state_at(at).next_sequence(operator, model).await?)
	}

	async fn batch(
		&self,
		at: BlockId,
		operator: &AccountId,
		model: ModelId,
		sequence: Sequence,
	) -> ChainResult<Option<BatchView<AccountId>>> {
		Ok(self.state_at(at).batch(operator, model, sequence).await?)
	}

	async fn quote_charge(&self, at: BlockId, vouchers: u32, pages: u32) -> ChainResult<Balance> {
		Ok(self.state_at(at).quote_charge(vouchers, pages).await?)
	}

	async fn quote_split(
		&self,
		at: BlockId,
		model: ModelId,
		fee: Balance,
	) -> ChainResult<Option<FeeSplit>> {
		Ok(self.state_at(at).quote_split(model, fee).await?)
	}

	async fn submit_batch(
		&self,
		signed: &SignedUsageBatch,
		pages: &[CreditPage],
	) -> ChainResult<()> {
		Client::submit_batch(self, signed, pages).await?;
		Ok(())
	}

	async fn push_page(&self, page: &CreditPage) -> ChainResult<()> {
		let pending = self
			.submit_authorized(&call::usage::push_page(page))
			.await?;
		pending.wait(Wait::InBlock).await?;
		Ok(())
	}
}
