// SPDX-License-Identifier: Apache-2.0
//! `openledger`: contribute, review, register, open a channel, infer, see earnings and why.

mod ballots;
mod book;
mod commands;
mod context;
mod corpus;
mod demo;
mod journal;
mod kinship;
mod lane;
mod ledger;
mod nearest;
mod output;
mod reasons;
mod registration;
mod texts;

use anyhow::Result;
use clap::Parser;

use commands::{
	channel, contribute, contribution, datanet, earnings, explain, infer, model, operator,
	report_duplicate, review, status, text,
};
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
	/// Datanets.
	#[command(subcommand)]
	Datanet(datanet::Command),
	/// Registers files: commits to them, then reveals them.
	Contribute(contribute::Contribute),
	/// What becomes of a contribution that is registered.
	#[command(subcommand)]
	Contribution(contribution::Command),
	/// Where contributions stand, a line each.
	Status(status::Status),
	/// What waits for a curator, and votes.
	Review(review::Review),
	/// Claims that a contribution copies earlier texts, and proves it.
	ReportDuplicate(report_duplicate::ReportDuplicate),
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
		Command::Contribute(contribute) => contribute::run(shared, contribute).await,
		Command::Contribution(command) => contribution::run(shared, command).await,
		Command::Status(status) => status::run(shared, status).await,
		Command::Review(review) => review::run(shared, review).await,
		Command::ReportDuplicate(report) => {
			report_duplicate::run(shared, &shared.client().await?, report).await
		}
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

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn every_command_should_have_consistent_options() {
		Cli::command().debug_assert();
	}

	#[test]
	fn a_vote_should_name_contributions_or_all_of_them() {
		let parse = |line: &str| Cli::try_parse_from(line.split(' ')).is_ok();
		assert!(parse("openledger review"));
		assert!(parse("openledger review --datanet 1 list"));
		assert!(parse("openledger review vote 7 8 --accept 2"));
		assert!(parse(
			"openledger review vote --all-pending --reject filler"
		));
		assert!(!parse("openledger review vote --accept 2"));
		assert!(!parse("openledger review vote 7 --all-pending --accept 2"));
		assert!(!parse("openledger review vote 7 --accept 5"));
		assert!(!parse("openledger review vote 7 --accept 1 --reject spam"));
		assert!(!parse("openledger review vote 7 --reject nonsense"));
		assert!(parse("openledger contribute 1 a b --yes"));
		assert!(parse("openledger datanet contribute 1 a --records"));
		assert!(!parse("openledger contribute 1"));
		assert!(!parse("openledger contribute 1 a --records --opaque"));
	}
}
