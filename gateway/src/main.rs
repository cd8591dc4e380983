// SPDX-License-Identifier: Apache-2.0
//! The operator's service as a program.

use openledger_gateway::{
	config::{Config, ConfigError},
	start,
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> std::process::ExitCode {
	let config = match Config::read(std::env::args()) {
		Ok(config) => config,
		Err(ConfigError::Arguments(error)) => error.exit(),
		Err(error) => {
			eprintln!("{error}");
			return 2.into();
		}
	};
	let filter =
		EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,tantivy=warn"));
	tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_writer(std::io::stderr)
		.init();
	match start::run(config, stop()).await {
		Ok(()) => std::process::ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("{error:#}");
			std::process::ExitCode::FAILURE
		}
	}
}

/// Ctrl-C, or SIGTERM from whoever started it.
async fn stop() {
	let interrupt = tokio::signal::ctrl_c();
	match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
		Ok(mut terminate) => tokio::select! {
			_ = interrupt => {}
			_ = terminate.recv() => {}
		},
		Err(_) => {
			let _ = interrupt.await;
		}
	}
}
