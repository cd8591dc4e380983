// SPDX-License-Identifier: Apache-2.0
//! `earnings`: what an account has been paid, has accrued, and would be paid from pools.

use anyhow::Result;
use openledger_client::{account::ss58, call::royalties, chain::Client};
use openledger_primitives::{apis::EarningsView, AccountId, DatanetId, Version};
use serde_json::json;

use crate::{
	context::Shared,
	output::{amount, table},
};

#[derive(clap::Args, Debug)]
pub struct Earnings {
	/// The account: a dev name, address or URI; the signer when left out.
	account: Option<String>,
	/// Transfer what has accrued now, signed by --account.
	#[arg(long)]
	claim: bool,
}

/// All tranches of all datanets: the rows an account can have.
pub async fn tranches(client: &Client) -> Result<Vec<(DatanetId, Version)>> {
	let datanets = client.best_state().await?.datanets(0, 1_000).await?;
	Ok(datanets
		.iter()
		.flat_map(|view| {
			(1..=view.version.saturating_add(1)).map(move |tranche| (view.id, tranche))
		})
		.take(1_000)
		.collect())
}

/// Earnings of an account over all tranches.
pub async fn read(client: &Client, account: &AccountId) -> Result<EarningsView> {
	let rows = tranches(client).await?;
	Ok(client.best_state().await?.earnings(account, &rows).await?)
}

pub async fn run(shared: &Shared, earnings: Earnings) -> Result<()> {
	let client = shared.client().await?;
	let account = match &earnings.account {
		Some(text) => shared.account_id(text)?,
		None => shared.signer()?.id(),
	};
	if earnings.claim {
		for (datanet, tranche) in tranches(&client).await? {
			let row = client
				.best_state()
				.await?
				.pool_row(datanet, tranche, &account)
				.await?;
			if row.is_some_and(|row| row.pending > 0) {
				shared
					.send(&client, &royalties::collect(datanet, tranche, &account))
					.await?;
			}
		}
		shared.send(&client, &royalties::claim(&account)).await?;
	}
	let view = read(&client, &account).await?;
	let json = json!({
		"account": ss58(&account),
		"paid": view.paid.to_string(),
		"accrued": view.accrued.to_string(),
		"pending": view.pending.to_string(),
	});
	shared.format().print(json, || {
		let mut rows = table(["account", "paid", "accrued", "pending in pools"]);
		rows.add_row([
			ss58(&account),
			amount(view.paid),
			amount(view.accrued),
			amount(view.pending),
		]);
		println!("{rows}");
	});
	Ok(())
}
