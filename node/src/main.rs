// SPDX-License-Identifier: Apache-2.0
//! The OpenLedger node: authors and finalises blocks, keeps the chain's state, answers JSON-RPC
//! and runs the runtime's off-chain worker.

mod chain_spec;
mod cli;
mod command;
mod ledger;
mod offchain;
mod service;

fn main() -> sc_cli::Result<()> {
	command::run()
}
