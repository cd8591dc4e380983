// SPDX-License-Identifier: Apache-2.0
//! `status`: where contributions stand, a line each.

use anyhow::Result;
use openledger_primitives::ContributionId;
use serde_json::json;

use crate::{context::Shared, reasons};

#[derive(clap::Args, Debug)]
pub struct Status {
	/// Contributions.
	#[arg(required = true)]
	contributions: Vec<ContributionId>,
}

pub async fn run(shared: &Shared, status: Status) -> Result<()> {
	let client = shared.client().await?;
	let at = Some(client.best().await?.hash);
	let mut lines = Vec::new();
	for contribution in status.contributions {
		lines.push(client.contribution_status(contribution, at).await?);
	}
	let json = match &lines[..] {
		[line] => json!(line),
		lines => json!(lines),
	};
	shared.format().print(json, || {
		for line in &lines {
			let reason = line.state["reason"].as_u64();
			let reason = reason
				.and_then(|code| u8::try_from(code).ok())
				.map_or(String::new(), |code| {
					format!("; {}", reasons::describe(code))
				});
			println!("contribution {}: {}{reason}", line.contribution, line.line);
		}
	});
	Ok(())
}
