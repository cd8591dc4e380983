// SPDX-License-Identifier: Apache-2.0
//! Does what the command line says.

use crate::{
	chain_spec,
	cli::{Cli, Subcommand, Switch},
	service::{self, Options},
};
use openledger_runtime::opaque::{Block, Hash};
use sc_cli::SubstrateCli;
use sc_network::config::NetworkBackendType;
use sc_service::{ChainSpec, ChainType, Configuration};

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"OpenLedger Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		"the OpenLedger authors".into()
	}

	fn support_url() -> String {
		"the README of this repository".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn ChainSpec>, String> {
		Ok(match id {
			"dev" | "development" => Box::new(chain_spec::development()?),
			"" | "local" | "local_testnet" => Box::new(chain_spec::local_testnet()?),
			path => Box::new(chain_spec::ChainSpec::from_json_file(path.into())?),
		})
	}
}

/// Runs the command of this process.
pub fn run() -> sc_cli::Result<()> {
	let cli = Cli::from_process();
	match &cli.subcommand {
		None => run_node(&cli),
		Some(Subcommand::Key(cmd)) => cmd.run(&cli),
		Some(Subcommand::ExportChainSpec(cmd)) => {
			let spec = cli.load_spec(&cmd.chain)?;
			cmd.run(spec)
		}
		Some(Subcommand::BuildSpec(cmd)) => cli
			.create_runner(cmd)?
			.sync_run(|config| cmd.run(config.chain_spec, config.network)),
		Some(Subcommand::PurgeChain(cmd)) => cli
			.create_runner(cmd)?
			.sync_run(|config| cmd.run(config.database)),
		Some(Subcommand::ChainInfo(cmd)) => cli
			.create_runner(cmd)?
			.sync_run(|config| cmd.run::<Block>(&config)),
		Some(subcommand) => run_on_chain(&cli, subcommand),
	}
}

/// The commands that open the database and execute blocks.
fn run_on_chain(cli: &Cli, subcommand: &Subcommand) -> sc_cli::Result<()> {
	match subcommand {
		Subcommand::CheckBlock(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::components(&config)?;
			let check = cmd.run(parts.shared.client, parts.import_queue);
			Ok((check, parts.task_manager))
		}),
		Subcommand::ExportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::components(&config)?;
			let export = cmd.run(parts.shared.client, config.database);
			Ok((export, parts.task_manager))
		}),
		Subcommand::ImportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::components(&config)?;
			let import = cmd.run(parts.shared.client, parts.import_queue);
			Ok((import, parts.task_manager))
		}),
		Subcommand::ExportState(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::components(&config)?;
			let export = cmd.run(parts.shared.client, config.chain_spec);
			Ok((export, parts.task_manager))
		}),
		Subcommand::Revert(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::components(&config)?;
			let shared = parts.shared;
			let revert = cmd.run(
				shared.client,
				shared.backend,
				Some(Box::new(service::revert)),
			);
			Ok((revert, parts.task_manager))
		}),
		_ => Err(sc_cli::Error::Input(
			"not a command that needs the chain".into(),
		)),
	}
}

fn run_node(cli: &Cli) -> sc_cli::Result<()> {
	let options = Options {
		storage: cli.storage_monitor.clone(),
		ledger_index: cli.ledger_index == Switch::On,
	};
	cli.create_runner(&cli.run)?
		.run_node_until_exit(|mut config| async move {
			prepare(&mut config);
			match config.network.network_backend {
				NetworkBackendType::Litep2p => {
					service::start::<sc_network::Litep2pNetworkBackend>(config, options)
				}
				NetworkBackendType::Libp2p => {
					service::start::<sc_network::NetworkWorker<Block, Hash>>(config, options)
				}
			}
			.map_err(sc_cli::Error::Service)
		})
}

/// What a small network needs besides the options of a stock node.
fn prepare(config: &mut Configuration) {
	// Warp sync waits for three peers otherwise, and there is no option for it.
	if matches!(
		config.chain_spec.chain_type(),
		ChainType::Development | ChainType::Local
	) {
		config.network.min_peers_to_start_warp_sync = Some(1);
	}
}
