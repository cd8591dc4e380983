// SPDX-License-Identifier: Apache-2.0
//! `openledger`: contribute, review, register, open a channel, infer, see earnings and why.

mod book;
mod commands;
mod context;
mod corpus;
mod demo;
mod ledger;
mod output;

use anyhow::Result;
use clap::Parser;

use commands::{channel, datanet, earnings, explain, infer, model, operator, text};
use context::Shared;

/// Data, models and agents that get paid every time they are used.
#[derive(Parser, Debug)]
#[command(name = "openledger", version, about)]
struct Cli {
	#[command(flatten)]
	shared: Shared,
	#[command(subcommand)]
	command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
	/// Datanets and contributions.
	#[command(subcommand)]
	Datanet(datanet::Command),
	/// Models.
	#[command(subcommand)]
	Model(model::Command),
	/// Operators.
	#[command(subcommand)]
	Operator(operator::Command),
	/// Prepaid channels.
	#[command(subcommand)]
	Channel(channel::Command),
	/// Ask a model, check the answer, sign for it.
	Infer(infer::Ask),
	/// What an account has earned.
	Earnings(earnings::Earnings),
	/// Why an account was paid what it was, from the chain's events.
	Explain(explain::Explain),
	/// Commitments and spans of texts, without a node.
	#[command(subcommand)]
	Text(text::Command),
	/// The whole story on real texts: what `scripts/run` calls.
	#[command(subcommand)]
	Demo(demo::Command),
}

async fn run(cli: Cli) -> Result<()> {
	let shared = &cli.shared;
	match cli.command {
		Command::Datanet(command) => datanet::run(shared, command).await,
		Command::Model(command) => model::run(shared, command).await,
		Command::Operator(command) => operator::run(shared, command).await,
		Command::Channel(command) => channel::run(shared, command).await,
		Command::Infer(ask) => infer::run(shared, ask).await,
		Command::Earnings(earnings) => earnings::run(shared, earnings).await,
		Command::Explain(explain) => explain::run(shared, explain).await,
		Command::Text(command) => text::run(shared, command),
		Command::Demo(command) => demo::run(shared, command).await,
	}
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
	tracing_subscriber::fmt()
		.with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
		.with_writer(std::io::stderr)
		.init();
	let cli = Cli::parse();
	let json = cli.shared.json;
	match run(cli).await {
		Ok(()) => std::process::ExitCode::SUCCESS,
		Err(error) if json => {
			println!("{}", serde_json::json!({ "error": format!("{error:#}") }));
			std::process::ExitCode::FAILURE
		}
		Err(error) => {
			eprintln!("openledger: {error:#}");
			std::process::ExitCode::FAILURE
		}
	}
}
