// SPDX-License-Identifier: Apache-2.0
//! `infer`: asks a model, checks the answer, signs for it.

use anyhow::Result;
use openledger_client::payer::Answer;
use openledger_primitives::{shares::span_value, ChannelId};
use serde_json::{json, Value};

use crate::{
	book,
	context::Shared,
	output::{amount, hex, table},
};

#[derive(clap::Args, Debug)]
pub struct Ask {
	/// The question.
	question: String,
	/// The channel that pays; the newest one when left out.
	#[arg(long)]
	channel: Option<ChannelId>,
	/// Most tokens of the answer (about four bytes each).
	#[arg(long)]
	max_tokens: Option<u32>,
	/// Let anyone see the answer, so that anyone can check it.
	#[arg(long)]
	open: bool,
}

pub async fn run(shared: &Shared, ask: Ask) -> Result<()> {
	let client = shared.client().await?;
	let genesis = client.genesis_hash();
	let channel = match ask.channel {
		Some(channel) => channel,
		None => book::latest(shared, genesis)?,
	};
	let mut payer = book::payer(shared, &client, channel, shared.signer()?).await?;
	let answer = payer
		.chat(&[("user", &ask.question)], ask.max_tokens, ask.open)
		.await?;
	book::save(shared, genesis, payer.book())?;
	payer.settle().await?;
	shared.format().print(answer_json(&answer), || {
		println!("{}\n", answer.text);
		let mut rows = table(["start", "bytes", "contribution", "at", "value"]);
		let record = &answer.record;
		for span in &answer.spans {
			let value = span_value(record.fee, span.length, record.bytes_out).unwrap_or(0);
			rows.add_row([
				span.start.to_string(),
				span.length.to_string(),
				span.contribution.to_string(),
				span.position.to_string(),
				amount(value),
			]);
		}
		println!("{rows}");
		println!(
			"call {} of channel {channel}: fee {}",
			record.number,
			amount(record.fee)
		);
	});
	Ok(())
}

/// An answer with its fee and spans for programs.
pub fn answer_json(answer: &Answer) -> Value {
	let spans: Vec<Value> = answer
		.spans
		.iter()
		.map(|span| {
			json!({
				"start": span.start,
				"length": span.length,
				"contribution": span.contribution,
				"position": span.position,
				"valueTotal": span.value_total.to_string(),
			})
		})
		.collect();
	json!({
		"channel": answer.record.channel,
		"number": answer.record.number,
		"text": answer.text,
		"fee": answer.record.fee.to_string(),
		"feeTotal": answer.record.fee_total.to_string(),
		"matchedTotal": answer.record.matched_total.to_string(),
		"outputRoot": hex(answer.record.output_root),
		"spans": spans,
	})
}
