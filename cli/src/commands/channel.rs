// SPDX-License-Identifier: Apache-2.0
//! `channel`: open, show, top up, close, withdraw.

use anyhow::{Context, Result};
use openledger_client::{
	account::{ss58, Account},
	call::usage,
	chain::Client,
	event::{Event, UsageEvent},
	gateway::Gateway,
	payer::ChannelBook,
	tokens,
};
use openledger_primitives::{
	apis::{ChannelState, ChannelView},
	AccountId, ChannelId,
};
use serde_json::json;

use crate::{
	book,
	context::Shared,
	output::{amount, table},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Opens a prepaid channel with the operator of the gateway, at the price he serves for.
	Open {
		/// Planck to deposit; what is not spent comes back.
		#[arg(long, default_value = "100 OPEN")]
		deposit: String,
	},
	/// One channel.
	Show {
		/// The channel; the newest one of this payer when left out.
		channel: Option<ChannelId>,
		/// The newest channel of this payer.
		#[arg(long, conflicts_with = "channel")]
		latest: bool,
	},
	/// Adds to the deposit.
	TopUp {
		/// The channel.
		channel: ChannelId,
		/// How much.
		amount: String,
	},
	/// Starts the thaw, after which the rest can be withdrawn.
	Close {
		/// The channel.
		channel: ChannelId,
	},
	/// Pays the rest out after the thaw.
	Withdraw {
		/// The channel.
		channel: ChannelId,
	},
}

pub async fn run(shared: &Shared, command: Command) -> Result<()> {
	let client = shared.client().await?;
	match command {
		Command::Open { deposit } => {
			let signer = shared.signer()?;
			let channel = open(shared, &client, &signer, &deposit).await?;
			shared.format().print(json!({ "channel": channel }), || {
				println!("channel {channel} open with a deposit of {deposit}")
			});
			return Ok(());
		}
		Command::Show { channel, .. } => return show(shared, &client, channel).await,
		Command::TopUp { channel, amount } => {
			shared
				.send(&client, &usage::top_up(channel, tokens::parse(&amount)?))
				.await?;
			show(shared, &client, Some(channel)).await?;
		}
		Command::Close { channel } => {
			shared.send(&client, &usage::close_channel(channel)).await?;
			show(shared, &client, Some(channel)).await?;
		}
		Command::Withdraw { channel } => {
			let outcome = shared
				.send(&client, &usage::withdraw_channel(channel))
				.await?;
			let refund = outcome
				.find(|event| match event {
					Event::Usage(UsageEvent::ChannelClosed { refund, .. }) => Some(*refund),
					_ => None,
				})
				.context("the block shows no closed channel")?;
			shared.format().print(
				json!({ "channel": channel, "refund": refund.to_string() }),
				|| println!("channel {channel} closed, {} came back", amount(refund)),
			);
		}
	}
	Ok(())
}

/// Opens a channel at the gateway's price; the signer's key is the payer key.
pub async fn open(
	shared: &Shared,
	client: &Client,
	payer: &Account,
	deposit: &str,
) -> Result<ChannelId> {
	let served = Gateway::new(&shared.gateway)?.models().await?;
	let served = served.first().context("the gateway serves no model")?;
	let operator = openledger_client::account::account_id(&served.openledger.operator)?;
	let price = (&served.openledger.price).into();
	let call = usage::open_channel(
		&operator,
		served.openledger.model,
		payer.public_key(),
		price,
		tokens::parse(deposit)?,
	);
	let outcome = client
		.submit_and_wait(
			&call,
			payer,
			openledger_client::transaction::Wait::Finalised,
		)
		.await?;
	let channel = outcome
		.find(|event| match event {
			Event::Usage(UsageEvent::ChannelOpened { channel, .. }) => Some(*channel),
			_ => None,
		})
		.context("the block shows no new channel")?;
	let genesis = client.genesis_hash();
	book::save(shared, genesis, &ChannelBook::new(genesis, channel, price))?;
	Ok(channel)
}

async fn show(shared: &Shared, client: &Client, channel: Option<ChannelId>) -> Result<()> {
	let channel = match channel {
		Some(channel) => channel,
		None => book::latest(shared, client.genesis_hash())?,
	};
	let view = client.finalised_state().await?.channel(channel).await?;
	let view = view.with_context(|| format!("no channel {channel}"))?;
	let own = book::load(shared, client.genesis_hash(), &view)?;
	print(shared, &view, &own);
	Ok(())
}

fn state_text(state: ChannelState) -> String {
	match state {
		ChannelState::Open => "open".into(),
		ChannelState::Closing { at } => format!("closing until service clock {at}"),
		ChannelState::Closed => "closed".into(),
	}
}

fn print(shared: &Shared, view: &ChannelView<AccountId>, own: &ChannelBook) {
	let json = json!({
		"channel": view.id,
		"payer": ss58(&view.payer),
		"operator": ss58(&view.operator),
		"model": view.model,
		"deposit": view.deposit.to_string(),
		"settledCalls": view.settled_calls,
		"settledFee": view.settled_fee.to_string(),
		"settledMatched": view.settled_matched.to_string(),
		"calls": own.calls(),
		"feeTotal": own.fee_total().to_string(),
		"state": state_text(view.state),
	});
	shared.format().print(json, || {
		let mut rows = table(["channel", "model", "deposit", "called", "settled", "state"]);
		rows.add_row([
			view.id.to_string(),
			view.model.to_string(),
			amount(view.deposit),
			format!("{} calls, {}", own.calls(), amount(own.fee_total())),
			format!("{} calls, {}", view.settled_calls, amount(view.settled_fee)),
			state_text(view.state),
		]);
		println!("{rows}");
	});
}
