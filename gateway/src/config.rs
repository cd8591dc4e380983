// SPDX-License-Identifier: Apache-2.0
//! Configuration: command line, then a file, then environment.

use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use openledger_client::tokens;
use openledger_primitives::{payload::Price, Balance, ModelId};
use url::Url;

/// What produces answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum BackendKind {
	/// Quotes the best passages of the model's registered texts; needs nothing else.
	Extractive,
	/// Any OpenAI-compatible server.
	Upstream,
}

fn amount(text: &str) -> Result<Balance, String> {
	tokens::parse(text).map_err(|error| error.to_string())
}

/// Serves one model of one operator: an OpenAI-compatible API paid by vouchers, settled in batches.
#[derive(Clone, Debug, Parser)]
#[command(name = "openledger-gateway", version, about, args_override_self = true)]
pub struct Config {
	/// File with one `name = value` per line, names as below without the dashes. The command line
	/// wins over it, it wins over the environment.
	#[arg(long, value_name = "FILE")]
	pub config: Option<PathBuf>,
	/// WebSocket address of a node.
	#[arg(long, env = "OPENLEDGER_NODE", default_value = "ws://127.0.0.1:9944")]
	pub node: String,
	/// Node address as browsers reach it, for links to blocks; the node's own by default.
	#[arg(long, env = "OPENLEDGER_PUBLIC_NODE")]
	pub public_node: Option<String>,
	/// Key that signs batches, as registered: a development name, file:PATH, env:NAME or //path.
	#[arg(long, env = "OPENLEDGER_OPERATOR_KEY", hide_env_values = true)]
	pub key: String,
	/// The operator's address, when the signing key is not the account's own.
	#[arg(long, env = "OPENLEDGER_OPERATOR")]
	pub operator: Option<String>,
	/// Id of the model to serve.
	#[arg(long, env = "OPENLEDGER_MODEL")]
	pub model: ModelId,
	/// Address to listen on.
	#[arg(long, env = "OPENLEDGER_LISTEN", default_value = "127.0.0.1:8645")]
	pub listen: std::net::SocketAddr,
	/// Folder of the durable store and of fetched texts.
	#[arg(long, env = "OPENLEDGER_GATEWAY_DATA", default_value = "gateway-data")]
	pub data: PathBuf,
	/// Folder of texts, when they are kept elsewhere.
	#[arg(long, env = "OPENLEDGER_TEXTS")]
	pub texts: Option<PathBuf>,
	/// What produces answers.
	#[arg(
		long,
		env = "OPENLEDGER_BACKEND",
		value_enum,
		default_value = "extractive"
	)]
	pub backend: BackendKind,
	/// Artifact of an adapter of a retrieval model; must be the one that was registered.
	#[arg(long, env = "OPENLEDGER_ADAPTER", value_name = "FILE")]
	pub adapter: Option<PathBuf>,
	/// Address of the upstream server, before /v1.
	#[arg(
		long,
		env = "OPENLEDGER_UPSTREAM",
		required_if_eq("backend", "upstream")
	)]
	pub upstream: Option<Url>,
	/// Model name that the upstream server knows.
	#[arg(long, env = "OPENLEDGER_UPSTREAM_MODEL")]
	pub upstream_model: Option<String>,
	/// Bearer token for the upstream server.
	#[arg(long, env = "OPENLEDGER_UPSTREAM_KEY", hide_env_values = true)]
	pub upstream_key: Option<String>,
	/// Seconds for one answer.
	#[arg(long, env = "OPENLEDGER_DEADLINE", default_value_t = 60)]
	pub deadline: u64,
	/// Least price of a call; the model's suggestion by default. For example "1 mOPEN".
	#[arg(long, env = "OPENLEDGER_PRICE_PER_CALL", value_parser = amount)]
	pub price_per_call: Option<Balance>,
	/// Least price of 1 000 bytes of a prompt.
	#[arg(long, env = "OPENLEDGER_PRICE_IN", value_parser = amount)]
	pub price_in_per_kb: Option<Balance>,
	/// Least price of 1 000 bytes of an answer.
	#[arg(long, env = "OPENLEDGER_PRICE_OUT", value_parser = amount)]
	pub price_out_per_kb: Option<Balance>,
	/// Calls per channel that are served before a voucher comes.
	#[arg(long, env = "OPENLEDGER_UNPAID_LIMIT", default_value_t = 8)]
	pub unpaid_limit: u64,
	/// Settle as soon as so many calls wait; 64 on development chains, 4096 elsewhere.
	#[arg(long, env = "OPENLEDGER_BATCH_CALLS")]
	pub batch_calls: Option<u64>,
	/// Settle what waits after so many blocks; 3 on development chains, 200 elsewhere.
	#[arg(long, env = "OPENLEDGER_BATCH_BLOCKS")]
	pub batch_blocks: Option<u32>,
	/// Blocks for which a signed batch is valid; 16 on development chains, 1000 elsewhere.
	#[arg(long, env = "OPENLEDGER_BATCH_VALIDITY")]
	pub batch_validity: Option<u32>,
	/// Bytes of a request, at most.
	#[arg(long, env = "OPENLEDGER_BODY_LIMIT", default_value_t = 1 << 20)]
	pub body_limit: usize,
	/// Seconds to wait for the node at start.
	#[arg(long, env = "OPENLEDGER_PATIENCE", default_value_t = 60)]
	pub patience: u64,
}

/// Why a configuration file doesn't read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// The file.
	#[error("{path}: {source}")]
	File {
		/// Its path.
		path: PathBuf,
		/// What the system said.
		source: std::io::Error,
	},
	/// A line that is not `name = value`.
	#[error("{path}, line {line}: expected name = value")]
	Line {
		/// Path of the file.
		path: PathBuf,
		/// Its line.
		line: usize,
	},
	/// The command line.
	#[error(transparent)]
	Arguments(#[from] clap::Error),
}

impl Config {
	/// Reads the command line and the file it names.
	pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, ConfigError> {
		let arguments: Vec<String> = arguments.into_iter().collect();
		let Some(path) = file_of(&arguments) else {
			return Ok(Self::try_parse_from(arguments)?);
		};
		let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::File {
			path: path.clone(),
			source,
		})?;
		// What stands later on a command line wins, so the file goes in front.
		let mut all: Vec<String> = arguments.first().cloned().into_iter().collect();
		all.extend(file_arguments(&path, &text)?);
		all.extend(arguments.into_iter().skip(1));
		Ok(Self::try_parse_from(all)?)
	}

	/// The least price, where the model's suggestion fills what is not given.
	pub fn price(&self, suggested: Price) -> Price {
		Price {
			per_call: self.price_per_call.unwrap_or(suggested.per_call),
			in_per_kb: self.price_in_per_kb.unwrap_or(suggested.in_per_kb),
			out_per_kb: self.price_out_per_kb.unwrap_or(suggested.out_per_kb),
		}
	}
}

fn file_of(arguments: &[String]) -> Option<PathBuf> {
	let mut arguments = arguments.iter();
	while let Some(argument) = arguments.next() {
		if argument == "--config" {
			return arguments.next().map(PathBuf::from);
		}
		if let Some(path) = argument.strip_prefix("--config=") {
			return Some(path.into());
		}
	}
	None
}

fn file_arguments(path: &Path, text: &str) -> Result<Vec<String>, ConfigError> {
	text.lines()
		.enumerate()
		.map(|(index, line)| (index + 1, line.trim()))
		.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
		.map(|(line, text)| {
			let (name, value) = text.split_once('=').ok_or_else(|| ConfigError::Line {
				path: path.into(),
				line,
			})?;
			let name = name.trim().replace('_', "-");
			Ok(format!("--{name}={}", value.trim().trim_matches('"')))
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn read(arguments: &[&str]) -> Result<Config, ConfigError> {
		let program = std::iter::once("gateway").chain(arguments.iter().copied());
		Config::read(program.map(String::from))
	}

	#[test]
	fn the_command_line_wins_over_the_file() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("gateway.conf");
		std::fs::write(
			&file,
			"# the operator\nkey = \"bob\"\nmodel = 3\nprice_per_call = 2 mOPEN\nunpaid-limit = 4\n",
		)
		.unwrap();
		let path = format!("--config={}", file.display());
		let config = read(&[&path, "--model", "7"]).unwrap();
		assert_eq!(
			(config.key.as_str(), config.model, config.unpaid_limit),
			("bob", 7, 4)
		);
		let suggested = Price {
			per_call: 1,
			in_per_kb: 2,
			out_per_kb: 3,
		};
		let price = config.price(suggested);
		assert_eq!((price.per_call, price.out_per_kb), (2_000_000_000, 3));
		assert_eq!(config.listen.port(), 8_645);
	}

	#[test]
	fn wrong_configurations_are_refused() {
		assert!(matches!(
			read(&["--key", "bob"]),
			Err(ConfigError::Arguments(_))
		));
		let upstream = ["--key", "bob", "--model", "1", "--backend", "upstream"];
		assert!(matches!(read(&upstream), Err(ConfigError::Arguments(_))));
		let price = ["--key", "bob", "--model", "1", "--price-per-call", "cheap"];
		assert!(matches!(read(&price), Err(ConfigError::Arguments(_))));
		assert!(matches!(
			read(&["--config", "/no/such"]),
			Err(ConfigError::File { .. })
		));
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("gateway.conf");
		std::fs::write(&file, "model 3\n").unwrap();
		let path = format!("--config={}", file.display());
		assert!(matches!(
			read(&[&path]),
			Err(ConfigError::Line { line: 1, .. })
		));
	}
}
