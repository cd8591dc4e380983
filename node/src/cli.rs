// SPDX-License-Identifier: Apache-2.0
//! What the command line accepts.

use clap::{CommandFactory, FromArgMatches, Parser};
use sc_cli::{
	BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd,
	ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd, SubstrateCli,
};
use sc_storage_monitor::StorageMonitorParams;

/// The command line.
#[derive(Debug, Parser)]
pub struct Cli {
	/// A command that isn't running the node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// How to run the node.
	#[clap(flatten)]
	pub run: RunCmd,

	/// When to stop because the disk is full.
	#[clap(flatten)]
	pub storage_monitor: StorageMonitorParams,

	/// Keep an index of the money events of finalised blocks, which answers
	/// `royalties_v1_explain`. It begins with the first block whose state this node has.
	#[arg(long, value_enum, value_name = "ON_OR_OFF", default_value_t = Switch::On)]
	pub ledger_index: Switch,
}

/// Whether something runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Switch {
	/// It runs.
	On,
	/// It doesn't.
	Off,
}

/// Commands besides running the node.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant, reason = "one value per process")]
pub enum Subcommand {
	/// Generate, show and insert keys.
	#[command(subcommand)]
	Key(KeySubcommand),

	/// Write a chain specification, with the address of this node as its boot node.
	BuildSpec(BuildSpecCmd),

	/// Write a chain specification.
	ExportChainSpec(ExportChainSpecCmd),

	/// Execute a block of the database again.
	CheckBlock(CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(ExportBlocksCmd),

	/// Read blocks from a file.
	ImportBlocks(ImportBlocksCmd),

	/// Write the state of a block as a chain specification.
	ExportState(ExportStateCmd),

	/// Remove the whole chain from the disk.
	PurgeChain(PurgeChainCmd),

	/// Take back blocks that aren't final.
	Revert(RevertCmd),

	/// Show what the database holds.
	ChainInfo(ChainInfoCmd),
}

impl Cli {
	/// The arguments of this process. Ends the process with a message if they are wrong.
	///
	/// Differs from a stock node in one default: off-chain workers run for every role, because
	/// the nodes of operators author no blocks.
	pub fn from_process() -> Self {
		let matches = Self::with_our_defaults().get_matches();
		Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
	}

	fn with_our_defaults() -> clap::Command {
		<Self as SubstrateCli>::setup_command(Self::command())
			.mut_arg("enabled", |offchain_worker| {
				offchain_worker.default_value("always")
			})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_cli::OffchainWorkerEnabled::{self, Always, Never, WhenAuthority};

	fn offchain_worker(arguments: &[&str]) -> OffchainWorkerEnabled {
		let command = Cli::with_our_defaults().no_binary_name(true);
		let matches = command.try_get_matches_from(arguments).unwrap();
		Cli::from_arg_matches(&matches)
			.unwrap()
			.run
			.offchain_worker_params
			.enabled
	}

	#[test]
	fn ledger_index_should_be_on_unless_told_otherwise() {
		let switch = |arguments: &[&str]| {
			let command = Cli::with_our_defaults().no_binary_name(true);
			let matches = command.try_get_matches_from(arguments)?;
			Ok::<_, clap::Error>(Cli::from_arg_matches(&matches)?.ledger_index)
		};
		assert_eq!(switch(&["--dev"]).unwrap(), Switch::On);
		assert_eq!(switch(&["--ledger-index", "on"]).unwrap(), Switch::On);
		assert_eq!(switch(&["--ledger-index", "off"]).unwrap(), Switch::Off);
		assert!(switch(&["--ledger-index", "maybe"]).is_err());
		assert!(switch(&["--ledger-index"]).is_err());
	}

	#[test]
	fn command_line_should_be_consistent() {
		Cli::with_our_defaults().debug_assert();
	}

	#[test]
	fn offchain_worker_should_run_unless_told_otherwise() {
		assert!(matches!(offchain_worker(&[]), Always));
		assert!(matches!(offchain_worker(&["--dev"]), Always));
		assert!(matches!(
			offchain_worker(&["--offchain-worker", "never"]),
			Never
		));
		assert!(matches!(
			offchain_worker(&["--offchain-worker", "when-authority"]),
			WhenAuthority
		));
	}
}
