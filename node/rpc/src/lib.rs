// SPDX-License-Identifier: Apache-2.0
//! The node's own JSON-RPC, beside the methods that every Substrate node has.
//!
//! A method either wraps one call of a runtime API or returns data that only this node has. Each
//! namespace has a file: a trait with its methods, and a handler whose bodies are a few lines.
//! [`create_full`] merges them. Errors have numbers: see [`error`].

pub mod at;
pub mod datanets;
pub mod error;
pub mod explain;
pub mod json;
pub mod ledger;
pub mod models;
pub mod royalties;
mod store;
mod submission;
#[cfg(test)]
mod tests;
pub mod usage;
pub mod views;

use datanets::{Datanets, DatanetsRpcServer};
use error::Error;
use jsonrpsee::RpcModule;
use ledger::LedgerIndex;
use models::{Models, ModelsRpcServer};
use openledger_primitives::{
	apis::{DatanetsApi, ModelsApi, RoyaltiesApi, UsageApi},
	AccountId, Balance, BlockNumber,
};
use pallet_transaction_payment_rpc::{
	TransactionPayment, TransactionPaymentApiServer, TransactionPaymentRuntimeApi,
};
use royalties::{Royalties, RoyaltiesRpcServer};
use sc_client_api::{Backend, StorageKey, StorageProvider};
use sc_consensus_babe::{BabeApi, BabeWorkerHandle};
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_block_builder::BlockBuilder;
use sp_blockchain::{Error as BlockChainError, HeaderBackend, HeaderMetadata};
use sp_consensus::SelectChain;
use sp_core::H256;
use sp_keystore::KeystorePtr;
use sp_runtime::{generic, traits::BlakeTwo256, OpaqueExtrinsic};
use std::{error::Error as StdError, sync::Arc};
use substrate_frame_rpc_system::{AccountNonceApi, System, SystemApiServer};
use usage::{Usage, UsageRpcServer};

/// A block whose extrinsics are bytes: the methods here need no runtime types.
pub type Block = generic::Block<generic::Header<BlockNumber, BlakeTwo256>, OpaqueExtrinsic>;

/// Number of an account's next transaction.
pub type Nonce = u32;

/// What the methods of block authoring need.
pub struct BabeDeps {
	/// Asks the import queue for epochs.
	pub worker: BabeWorkerHandle<Block>,
	/// Tells which slots this node may author.
	pub keystore: KeystorePtr,
}

/// What the methods of finality need.
pub struct GrandpaDeps<B> {
	/// Voting rounds of this node.
	pub voter_state: SharedVoterState,
	/// Authorities as the import follows them.
	pub authority_set: SharedAuthoritySet<H256, BlockNumber>,
	/// Justifications as they arrive.
	pub justifications: GrandpaJustificationStream<Block>,
	/// Proofs that a block is final.
	pub proofs: Arc<FinalityProofProvider<B, Block>>,
	/// Runs subscriptions.
	pub executor: SubscriptionTaskExecutor,
}

/// Everything the methods need.
pub struct FullDeps<C, P, SC, B>
where
	B: Backend<Block>,
{
	/// Runtime calls and headers.
	pub client: Arc<C>,
	/// Transactions that wait.
	pub pool: Arc<P>,
	/// The best chain.
	pub select_chain: SC,
	/// Block authoring.
	pub babe: BabeDeps,
	/// Finality.
	pub grandpa: GrandpaDeps<B>,
	/// The store that the node shares with the runtime's off-chain worker. A value is found there
	/// under the prefix `sp_core::offchain::STORAGE_PREFIX`.
	pub offchain_storage: Option<B::OffchainStorage>,
	/// What this node remembers of money events, if it does.
	pub ledger: Option<Arc<LedgerIndex>>,
}

/// All methods that `sc-service` doesn't bring by itself.
pub fn create_full<C, P, SC, B>(
	deps: FullDeps<C, P, SC, B>,
) -> Result<RpcModule<()>, Box<dyn StdError + Send + Sync>>
where
	C: ProvideRuntimeApi<Block>
		+ HeaderBackend<Block>
		+ HeaderMetadata<Block, Error = BlockChainError>
		+ StorageProvider<Block, B>
		+ Send
		+ Sync
		+ 'static,
	C::Api: AccountNonceApi<Block, AccountId, Nonce>
		+ BabeApi<Block>
		+ BlockBuilder<Block>
		+ TransactionPaymentRuntimeApi<Block, Balance>
		+ DatanetsApi<Block, AccountId>
		+ ModelsApi<Block, AccountId>
		+ UsageApi<Block, AccountId>
		+ RoyaltiesApi<Block, AccountId>,
	P: TransactionPool + 'static,
	SC: SelectChain<Block> + 'static,
	B: Backend<Block> + 'static,
{
	let FullDeps {
		client,
		pool,
		select_chain,
		babe,
		grandpa,
		offchain_storage,
		ledger,
	} = deps;

	let mut module = RpcModule::new(());
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	let state = client.clone();
	let read_state = move |at, key: &[u8]| {
		let found = StorageProvider::<Block, B>::storage(&*state, at, &StorageKey(key.to_vec()));
		found
			.map(|value| value.map(|stored| stored.0))
			.map_err(|error| Error::Runtime(error.to_string()))
	};
	module.merge(Datanets::new(client.clone(), Arc::new(read_state)).into_rpc())?;
	module.merge(Models::new(client.clone()).into_rpc())?;
	module.merge(Usage::new(client.clone(), offchain_storage).into_rpc())?;
	module.merge(Royalties::new(client.clone(), ledger).into_rpc())?;
	module.merge(Babe::new(client, babe.worker, babe.keystore, select_chain).into_rpc())?;
	module.merge(
		Grandpa::new(
			grandpa.executor,
			grandpa.authority_set,
			grandpa.voter_state,
			grandpa.justifications,
			grandpa.proofs,
		)
		.into_rpc(),
	)?;
	Ok(module)
}
