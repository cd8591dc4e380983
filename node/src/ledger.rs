// SPDX-License-Identifier: Apache-2.0
//! Keeps the ledger index of this node: follows finalised blocks of its database.

use crate::service::{FullBackend, FullClient, Shared};
use futures::{FutureExt, Stream, StreamExt};
use openledger_node_rpc::ledger::{Follower, Head, LedgerIndex, Opened, Source, Step};
use openledger_primitives::{apis::LedgerApi, ledger::LedgerRow, AccountId, BlockNumber, H256};
use openledger_runtime::opaque::Block;
use sc_client_api::{Backend as _, BlockchainEvents};
use sc_service::{Configuration, TaskManager};
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use std::{future::poll_fn, sync::Arc, task::Poll};
use substrate_prometheus_endpoint::{register, Gauge, Registry, U64};

/// Name of the file, beside the database's folder.
const FILE: &str = "ledger-index.redb";

/// Target of the log lines.
const LOG_TARGET: &str = "ledger-index";

/// This node's finalised chain.
struct FinalChain {
	client: Arc<FullClient>,
	backend: Arc<FullBackend>,
}

impl Source for FinalChain {
	fn finalized(&self) -> (BlockNumber, H256) {
		let info = self.client.info();
		(info.finalized_number, info.finalized_hash)
	}

	fn hash(&self, number: BlockNumber) -> Option<H256> {
		HeaderBackend::hash(&*self.client, number).ok().flatten()
	}

	fn is_readable(&self, number: BlockNumber, hash: H256) -> bool {
		self.backend.have_state_at(hash, number)
			&& self
				.client
				.runtime_api()
				.has_api::<dyn LedgerApi<Block, AccountId>>(hash)
				.unwrap_or(false)
	}

	fn events(&self, hash: H256) -> Result<Vec<LedgerRow<AccountId>>, String> {
		let api = self.client.runtime_api();
		api.ledger_events(hash).map_err(|error| error.to_string())
	}
}

/// Says that there is no index.
pub fn say_off() {
	log::info!("ledger index: off (--ledger-index): this node doesn't answer royalties_v1_explain");
}

/// Opens the index and follows the chain with it. A node whose index doesn't open runs without it:
/// nothing but explanations depends on it.
pub fn start(
	config: &Configuration,
	tasks: &TaskManager,
	shared: &Shared,
) -> Option<Arc<LedgerIndex>> {
	let folder = config.base_path.config_dir(config.chain_spec.id());
	let path = folder.join(FILE);
	let genesis = shared.client.info().genesis_hash;
	let opened = LedgerIndex::open(&path, genesis)
		.and_then(|(index, opened)| Ok((index.head()?, index, opened)));
	let (head, index, opened) = match opened {
		Ok(parts) => parts,
		Err(error) => {
			log::error!(
				"ledger index: off, {} does not open: {error}",
				path.display()
			);
			return None;
		}
	};
	if let Opened::Rebuilt(why) = &opened {
		log::warn!("ledger index: {} was deleted: {why}", path.display());
	}
	say_on(&head, &opened);
	let index = Arc::new(index);
	let follower = Follower::new(
		index.clone(),
		FinalChain {
			client: shared.client.clone(),
			backend: shared.backend.clone(),
		},
	);
	let gauge = shared.registry.as_ref().and_then(height_gauge);
	let finality = shared.client.finality_notification_stream();
	tasks
		.spawn_handle()
		.spawn_blocking("ledger-index", None, follow(follower, gauge, finality));
	Some(index)
}

fn say_on(head: &Head, opened: &Opened) {
	if *opened == Opened::Resumed && !head.is_empty() {
		log::info!(
			"ledger index: on, gapless from block {}, goes on after block {}",
			head.from,
			head.height
		);
	} else {
		log::info!("ledger index: on, new, from block {}", head.from);
	}
}

fn height_gauge(registry: &Registry) -> Option<Gauge<U64>> {
	Gauge::new(
		"openledger_ledger_index_height",
		"Last block in the ledger index",
	)
	.and_then(|gauge| register(gauge, registry))
	.inspect_err(|error| log::warn!("ledger index: no gauge of its height: {error}"))
	.ok()
}

/// Indexes whatever is finalised, until the node stops.
async fn follow<F>(
	follower: Follower<FinalChain>,
	gauge: Option<Gauge<U64>>,
	mut finality: impl Stream<Item = F> + Unpin,
) {
	let mut last_error = None;
	loop {
		match follower.step() {
			Ok(Step::Idle) => {
				if finality.next().await.is_none() {
					return;
				}
			}
			Ok(step) => {
				last_error = None;
				let (Step::Indexed(height) | Step::Restarted(height)) = step else {
					continue;
				};
				log::debug!(target: LOG_TARGET, "{step:?}");
				if let Some(gauge) = &gauge {
					gauge.set(height.into());
				}
			}
			// Tried again with the next finalised block; told once as long as it stays.
			Err(error) => {
				if last_error.as_ref() != Some(&error) {
					log::warn!("ledger index: {error}");
				}
				last_error = Some(error);
				if finality.next().await.is_none() {
					return;
				}
			}
		}
		// Each notification pins its block; the head is read anew in every step.
		while finality.next().now_or_never().flatten().is_some() {}
		give_way().await;
	}
}

/// Lets the node stop between two steps.
async fn give_way() {
	let mut was_here = false;
	poll_fn(|context| {
		if was_here {
			return Poll::Ready(());
		}
		was_here = true;
		context.waker().wake_by_ref();
		Poll::Pending
	})
	.await
}
