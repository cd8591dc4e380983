// SPDX-License-Identifier: Apache-2.0
//! Puts the parts of a node together.
//!
//! Blocks are authored with BABE and finalised with GRANDPA: an imported block passes BABE's
//! import first, which wraps GRANDPA's, which wraps the client.

use crate::{ledger, offchain};
use jsonrpsee::RpcModule;
use openledger_node_rpc::{create_full, ledger::LedgerIndex, BabeDeps, FullDeps, GrandpaDeps};
use openledger_runtime::{
	configs::system::MAX_BLOCK_BYTES,
	opaque::{Block, Hash},
	BlockNumber, RuntimeApi,
};
use sc_client_api::Backend as _;
use sc_consensus::{DefaultImportQueue, JustificationSyncLink, LongestChain};
use sc_consensus_babe::{BabeBlockImport, BabeLink, BabeParams, BabeWorkerHandle, SlotProportion};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaBlockImport, GrandpaParams, GrandpaPruningFilter, LinkHalf,
	SharedVoterState, VotingRulesBuilder,
};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_executor::WasmExecutor;
use sc_network::{
	config::{FullNetworkConfiguration, Role},
	service::traits::NetworkService,
	NetworkBackend, NotificationMetrics, NotificationService, ProtocolName,
};
use sc_rpc::SubscriptionTaskExecutor;
use sc_service::{
	config::Configuration, BuildNetworkParams, Error, PruningFilter, SpawnTasksParams,
	TFullBackend, TFullClient, TaskManager, WarpSyncConfig,
};
use sc_storage_monitor::{StorageMonitorParams, StorageMonitorService};
use sc_telemetry::{Telemetry, TelemetryHandle, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus::SyncOracle;
use sp_consensus_babe::{inherents::BabeCreateInherentDataProviders, SlotDuration};
use sp_keystore::KeystorePtr;
use std::{sync::Arc, time::Duration};
use substrate_prometheus_endpoint::Registry;

/// What the runtime may call: the set that every Substrate node has.
type HostFunctions = sp_io::SubstrateHostFunctions;
/// Executes the runtime and reads the chain.
pub type FullClient = TFullClient<Block, RuntimeApi, WasmExecutor<HostFunctions>>;
/// The database.
pub type FullBackend = TFullBackend<Block>;
/// Transactions that wait for a block.
pub type FullPool = TransactionPoolHandle<Block, FullClient>;

type FullSelectChain = LongestChain<FullBackend, Block>;
type GrandpaImport = GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type GrandpaLink = LinkHalf<Block, FullClient, FullSelectChain>;
type InherentProviders = BabeCreateInherentDataProviders<Block>;
type BabeImport =
	BabeBlockImport<Block, FullClient, GrandpaImport, InherentProviders, FullSelectChain>;

/// Blocks between two justifications that are kept, at most.
const JUSTIFICATION_PERIOD: BlockNumber = 512;

/// Bytes of a block, at most.
const BLOCK_SIZE_LIMIT: usize = MAX_BLOCK_BYTES as usize;

/// How long a finality message travels.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// What every part of a node shares.
#[derive(Clone)]
pub struct Shared {
	/// Executes the runtime and reads the chain.
	pub client: Arc<FullClient>,
	/// The database.
	pub backend: Arc<FullBackend>,
	/// Transactions that wait for a block.
	pub pool: Arc<FullPool>,
	/// Keys of this node.
	pub keystore: KeystorePtr,
	/// Where measurements are read; none when they aren't.
	pub registry: Option<Registry>,
	select_chain: FullSelectChain,
	telemetry: Option<TelemetryHandle>,
}

/// What the command line says about a running node, beside what every Substrate node has.
pub struct Options {
	/// When to stop because the disk is full.
	pub storage: StorageMonitorParams,
	/// Whether to keep the ledger index.
	pub ledger_index: bool,
}

/// The parts that every command on a chain needs, and the node besides.
pub struct Components {
	/// What every part of a node shares.
	pub shared: Shared,
	/// The tasks of this process.
	pub task_manager: TaskManager,
	/// Checks and imports blocks.
	pub import_queue: DefaultImportQueue<Block>,
	babe: Babe,
	grandpa: GrandpaLink,
	telemetry: Option<Telemetry>,
}

/// Block authoring.
struct Babe {
	import: BabeImport,
	link: BabeLink<Block>,
	worker: BabeWorkerHandle<Block>,
	inherents: InherentProviders,
}

/// Opens the database and makes everything that works without a network.
pub fn components(config: &Configuration) -> Result<Components, Error> {
	let (worker, telemetry) = telemetry(config)?.unzip();
	let telemetry_handle = telemetry.as_ref().map(Telemetry::handle);

	// Justifications at changes of the authorities prove them to nodes that warp.
	let keep: Vec<Arc<dyn PruningFilter>> = vec![Arc::new(GrandpaPruningFilter)];
	let (client, backend, keystore, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			telemetry_handle.clone(),
			sc_service::new_wasm_executor::<HostFunctions>(&config.executor),
			keep,
		)?;
	let client = Arc::new(client);
	if let Some(worker) = worker {
		task_manager
			.spawn_handle()
			.spawn("telemetry", None, worker.run());
	}
	let pool = sc_transaction_pool::Builder::new(
		task_manager.spawn_essential_handle(),
		client.clone(),
		config.role.is_authority().into(),
	)
	.with_options(config.transaction_pool.clone())
	.with_prometheus(config.prometheus_registry())
	.build();

	let shared = Shared {
		select_chain: LongestChain::new(backend.clone()),
		client,
		backend,
		pool: Arc::new(pool),
		keystore: keystore.keystore(),
		registry: config.prometheus_registry().cloned(),
		telemetry: telemetry_handle,
	};
	let (import_queue, babe, grandpa) = import_queue(&shared, &task_manager)?;
	Ok(Components {
		shared,
		task_manager,
		import_queue,
		babe,
		grandpa,
		telemetry,
	})
}

/// Makes the way of a block into the database: BABE, then GRANDPA, then the client.
fn import_queue(
	shared: &Shared,
	tasks: &TaskManager,
) -> Result<(DefaultImportQueue<Block>, Babe, GrandpaLink), Error> {
	let client = shared.client.clone();
	let (grandpa_import, grandpa) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&client,
		shared.select_chain.clone(),
		shared.telemetry.clone(),
	)?;

	let config = sc_consensus_babe::configuration(&*client)?;
	let slot_duration = config.slot_duration();
	let inherents = inherent_providers(slot_duration);
	let (import, link) = sc_consensus_babe::block_import(
		config,
		grandpa_import.clone(),
		client.clone(),
		inherents.clone(),
		shared.select_chain.clone(),
		OffchainTransactionPoolFactory::new(shared.pool.clone()),
	)?;
	let (import_queue, worker) =
		sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
			link: link.clone(),
			block_import: import.clone(),
			justification_import: Some(Box::new(grandpa_import)),
			client,
			slot_duration,
			spawner: &tasks.spawn_essential_handle(),
			registry: shared.registry.as_ref(),
			telemetry: shared.telemetry.clone(),
		})?;
	Ok((
		import_queue,
		Babe {
			import,
			link,
			worker,
			inherents,
		},
		grandpa,
	))
}

/// Time and slot, which every block states.
fn inherent_providers(slot_duration: SlotDuration) -> InherentProviders {
	Arc::new(move |_, ()| async move {
		let time = sp_timestamp::InherentDataProvider::from_system_time();
		let slot =
			sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
				*time,
				slot_duration,
			);
		Ok((slot, time))
	})
}

fn telemetry(config: &Configuration) -> Result<Option<(TelemetryWorker, Telemetry)>, Error> {
	let Some(endpoints) = config
		.telemetry_endpoints
		.clone()
		.filter(|all| !all.is_empty())
	else {
		return Ok(None);
	};
	let worker = TelemetryWorker::new(16)?;
	let telemetry = worker.handle().new_telemetry(endpoints);
	Ok(Some((worker, telemetry)))
}

/// Takes back what BABE and GRANDPA remember of the last blocks.
pub fn revert(
	client: Arc<FullClient>,
	backend: Arc<FullBackend>,
	blocks: BlockNumber,
) -> sc_cli::Result<()> {
	sc_consensus_babe::revert(client.clone(), backend, blocks)?;
	sc_consensus_grandpa::revert(client, blocks)?;
	Ok(())
}

/// The node's part in the gossip of finality.
struct Finality {
	protocol: ProtocolName,
	notifications: Box<dyn NotificationService>,
	voter_state: SharedVoterState,
}

/// Starts a node: network, JSON-RPC, off-chain worker, ledger index and, if it is a validator,
/// block authoring and votes on finality.
pub fn start<N>(config: Configuration, options: Options) -> Result<TaskManager, Error>
where
	N: NetworkBackend<Block, Hash>,
{
	let Components {
		shared,
		mut task_manager,
		import_queue,
		babe,
		grandpa,
		mut telemetry,
	} = components(&config)?;
	let tasks = &mut task_manager;
	let metrics = N::register_notification_metrics(shared.registry.as_ref());
	let mut net_config = FullNetworkConfiguration::new(&config.network, shared.registry.clone());
	let finality = join_finality_gossip::<N>(&config, &shared, metrics.clone(), &mut net_config);
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		sc_service::build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: shared.client.clone(),
			transaction_pool: shared.pool.clone(),
			spawn_handle: tasks.spawn_handle(),
			spawn_essential_handle: tasks.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(shared.warp_sync(&grandpa)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	let ledger = start_beside(&config, options, tasks, &shared, network.clone())?;
	let validator = Validator::of(&config);
	sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client: shared.client.clone(),
		backend: shared.backend.clone(),
		task_manager: tasks,
		keystore: shared.keystore.clone(),
		transaction_pool: shared.pool.clone(),
		rpc_builder: shared.rpc_builder(&babe, &grandpa, &finality, ledger),
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	shared.author(&validator, &task_manager, babe, sync_service.clone())?;
	if validator.follows_finality {
		let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
			config: shared.voter_config(validator, finality.protocol),
			link: grandpa,
			network,
			sync: Arc::new(sync_service),
			notification_service: finality.notifications,
			voting_rule: VotingRulesBuilder::default().build(),
			prometheus_registry: shared.registry,
			shared_voter_state: finality.voter_state,
			telemetry: shared.telemetry,
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(shared.pool),
		})?;
		task_manager
			.spawn_essential_handle()
			.spawn_blocking("grandpa-voter", None, voter);
	}
	// Telemetry ends with its handle.
	task_manager.keep_alive(telemetry);
	Ok(task_manager)
}

/// Starts what works beside the chain: the watch over the disk, the off-chain worker, the ledger
/// index, which is returned if this node keeps it.
fn start_beside(
	config: &Configuration,
	options: Options,
	tasks: &TaskManager,
	shared: &Shared,
	network: Arc<dyn NetworkService>,
) -> Result<Option<Arc<LedgerIndex>>, Error> {
	watch_storage(config, options.storage, tasks)?;
	offchain::start(config, tasks, shared, network)?;
	Ok(if options.ledger_index {
		ledger::start(config, tasks, shared)
	} else {
		ledger::say_off();
		None
	})
}

/// Announces GRANDPA's protocol to the network. Must come before the network starts.
fn join_finality_gossip<N>(
	config: &Configuration,
	shared: &Shared,
	metrics: NotificationMetrics,
	net_config: &mut FullNetworkConfiguration<Block, Hash, N>,
) -> Finality
where
	N: NetworkBackend<Block, Hash>,
{
	let genesis = shared.client.chain_info().genesis_hash;
	let protocol = sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
	let (protocol_config, notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
		protocol.clone(),
		metrics,
		net_config.peer_store_handle(),
	);
	net_config.add_notification_protocol(protocol_config);
	Finality {
		protocol,
		notifications,
		voter_state: SharedVoterState::empty(),
	}
}

/// Stops the node in time when the disk of its database runs full.
fn watch_storage(
	config: &Configuration,
	params: StorageMonitorParams,
	tasks: &TaskManager,
) -> Result<(), Error> {
	let Some(path) = config.database.path() else {
		return Ok(());
	};
	StorageMonitorService::try_spawn(params, path.into(), &tasks.spawn_essential_handle())
		.map_err(|error| Error::Application(error.into()))
}

/// What the options say about authoring and voting.
struct Validator {
	role: Role,
	name: String,
	force_authoring: bool,
	follows_finality: bool,
}

impl Validator {
	fn of(config: &Configuration) -> Self {
		Self {
			role: config.role,
			name: config.network.node_name.clone(),
			force_authoring: config.force_authoring,
			follows_finality: !config.disable_grandpa,
		}
	}
}

impl Shared {
	/// Proves the authorities to nodes that skip the history.
	fn warp_sync(&self, grandpa: &GrandpaLink) -> WarpSyncConfig<Block> {
		WarpSyncConfig::WithProvider(Arc::new(
			sc_consensus_grandpa::warp_proof::NetworkProvider::new(
				self.backend.clone(),
				grandpa.shared_authority_set().clone(),
				Vec::new(),
			),
		))
	}

	/// Builds the methods of one server: the one on the network, or the one inside the process.
	fn rpc_builder(
		&self,
		babe: &Babe,
		grandpa: &GrandpaLink,
		finality: &Finality,
		ledger: Option<Arc<LedgerIndex>>,
	) -> Box<dyn Fn(SubscriptionTaskExecutor) -> Result<RpcModule<()>, Error>> {
		let shared = self.clone();
		let worker = babe.worker.clone();
		let voter_state = finality.voter_state.clone();
		let authority_set = grandpa.shared_authority_set().clone();
		let justifications = grandpa.justification_stream();
		let proofs = FinalityProofProvider::new_for_service(
			self.backend.clone(),
			Some(authority_set.clone()),
		);
		Box::new(move |executor| {
			create_full(FullDeps {
				client: shared.client.clone(),
				pool: shared.pool.clone(),
				select_chain: shared.select_chain.clone(),
				babe: BabeDeps {
					worker: worker.clone(),
					keystore: shared.keystore.clone(),
				},
				grandpa: GrandpaDeps {
					voter_state: voter_state.clone(),
					authority_set: authority_set.clone(),
					justifications: justifications.clone(),
					proofs: proofs.clone(),
					executor,
				},
				offchain_storage: shared.backend.offchain_storage(),
				ledger: ledger.clone(),
			})
			.map_err(Error::Application)
		})
	}

	/// Authors blocks if this node is a validator.
	fn author<S>(
		&self,
		validator: &Validator,
		tasks: &TaskManager,
		babe: Babe,
		sync: S,
	) -> Result<(), Error>
	where
		S: SyncOracle + JustificationSyncLink<Block> + Clone + Send + Sync + 'static,
	{
		if !validator.role.is_authority() {
			return Ok(());
		}
		let mut proposer = sc_basic_authorship::ProposerFactory::new(
			tasks.spawn_handle(),
			self.client.clone(),
			self.pool.clone(),
			self.registry.as_ref(),
			self.telemetry.clone(),
		);
		// The runtime's limit; the default is lower.
		proposer.set_default_block_size_limit(BLOCK_SIZE_LIMIT);

		let worker = sc_consensus_babe::start_babe(BabeParams {
			keystore: self.keystore.clone(),
			client: self.client.clone(),
			select_chain: self.select_chain.clone(),
			env: proposer,
			block_import: babe.import,
			sync_oracle: sync.clone(),
			justification_sync_link: sync,
			create_inherent_data_providers: babe.inherents,
			force_authoring: validator.force_authoring,
			backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging::default()),
			babe_link: babe.link,
			// Two of the three seconds: the runtime computes for one.
			block_proposal_slot_portion: SlotProportion::new(2.0 / 3.0),
			max_block_proposal_slot_portion: None,
			telemetry: self.telemetry.clone(),
		})?;
		tasks
			.spawn_essential_handle()
			.spawn_blocking("babe", Some("block-authoring"), worker);
		Ok(())
	}

	/// A validator votes on finality; every other node only follows the votes.
	fn voter_config(
		&self,
		validator: Validator,
		protocol_name: ProtocolName,
	) -> sc_consensus_grandpa::Config {
		sc_consensus_grandpa::Config {
			gossip_duration: GOSSIP_DURATION,
			justification_generation_period: JUSTIFICATION_PERIOD,
			observer_enabled: false,
			keystore: validator.role.is_authority().then(|| self.keystore.clone()),
			local_role: validator.role,
			name: Some(validator.name),
			telemetry: self.telemetry.clone(),
			protocol_name,
		}
	}
}
