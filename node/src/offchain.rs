// SPDX-License-Identifier: Apache-2.0
//! Runs the runtime's off-chain worker.

use crate::service::Shared;
use futures::FutureExt;
use openledger_runtime::opaque::{Block, Hash};
use sc_client_api::Backend as _;
use sc_network::service::traits::NetworkService;
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{Configuration, Error, TaskManager};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::sync::Arc;

/// Starts the worker unless the operator of the node said `--offchain-worker never`, and says
/// which it is.
pub fn start(
	config: &Configuration,
	tasks: &TaskManager,
	shared: &Shared,
	network: Arc<dyn NetworkService>,
) -> Result<(), Error> {
	if !config.offchain_worker.enabled {
		log::info!("offchain worker: off (--offchain-worker): this node submits no usage batches");
		return Ok(());
	}
	let Shared {
		client,
		backend,
		pool,
		keystore,
		..
	} = shared.clone();
	let Some(storage) = backend.offchain_storage() else {
		return Err(Error::Other("the database has no off-chain storage".into()));
	};
	let workers = OffchainWorkers::new(OffchainWorkerOptions {
		runtime_api_provider: client.clone(),
		keystore: Some(keystore),
		offchain_db: Some(storage),
		transaction_pool: Some(OffchainTransactionPoolFactory::<Block>::new(pool)),
		network_provider: Arc::new(network),
		is_validator: config.role.is_authority(),
		enable_http_requests: true,
		custom_extensions: |_: Hash| Vec::new(),
	})?;
	tasks.spawn_handle().spawn(
		"offchain-workers-runner",
		Some("offchain-worker"),
		workers.run(client, tasks.spawn_handle()).boxed(),
	);
	log::info!(
		"offchain worker: on, after every new best block (role {})",
		config.display_role()
	);
	Ok(())
}
