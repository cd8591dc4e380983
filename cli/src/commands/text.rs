// SPDX-License-Identifier: Apache-2.0
//! `text root` and `text spans`: what anyone needs to check a claim by hand.

use std::path::PathBuf;

use anyhow::{Context, Result};
use openledger_primitives::text::text_root;
use openledger_provenance::{canonical, spans, Index};
use serde_json::json;

use crate::{
	context::Shared,
	output::{hex, table},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Canonical length and commitment of a file.
	Root {
		/// The file.
		file: PathBuf,
	},
	/// Spans of an answer against texts, in the order of their registration.
	Spans {
		/// File that holds the answer's exact bytes.
		answer: PathBuf,
		/// Texts, earliest first; the first counts as contribution 1.
		#[arg(required = true)]
		texts: Vec<PathBuf>,
	},
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
	std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

pub fn run(shared: &Shared, command: Command) -> Result<()> {
	match command {
		Command::Root { file } => {
			let bytes = canonical(&read(&file)?)?;
			let root = text_root(&bytes);
			shared.format().print(
				json!({ "textRoot": hex(root), "byteLength": bytes.len() }),
				|| println!("{}  {} bytes  {}", hex(root), bytes.len(), file.display()),
			);
		}
		Command::Spans { answer, texts } => {
			let answer = read(&answer)?;
			let corpus = (1u64..)
				.zip(&texts)
				.map(|(id, path)| Ok((id, canonical(&read(path)?)?)))
				.collect::<Result<Vec<_>>>()?;
			let index = Index::new(corpus)?;
			let found = spans(&index, &answer);
			let json: Vec<_> = found
				.iter()
				.map(|span| {
					json!({
						"start": span.start,
						"length": span.length,
						"contribution": span.contribution,
						"position": span.position,
					})
				})
				.collect();
			shared.format().print(json!(json), || {
				let mut rows = table(["start", "bytes", "contribution", "position", "text"]);
				for span in &found {
					let from = span.start as usize;
					let quoted = &answer[from..from + usize::from(span.length)];
					rows.add_row([
						span.start.to_string(),
						span.length.to_string(),
						span.contribution.to_string(),
						span.position.to_string(),
						String::from_utf8_lossy(quoted).chars().take(60).collect(),
					]);
				}
				println!("{rows}");
			});
		}
	}
	Ok(())
}
