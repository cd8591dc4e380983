// SPDX-License-Identifier: Apache-2.0
//! `contribution`: what becomes of one that is registered.

use anyhow::{bail, Context, Result};
use openledger_client::{account::ss58, call::datanets, chain::Client};
use openledger_primitives::{
	apis::{Appeal, ContributionState, ContributionView},
	AccountId, ContributionId,
};
use serde_json::{json, Value};

use crate::{
	context::Shared,
	output::{amount, hex, text},
};

#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Everything the chain knows of it.
	Show {
		/// The contribution.
		contribution: ContributionId,
	},
	/// Takes it back: it earns no more; what it earned stays.
	Withdraw {
		/// The contribution.
		contribution: ContributionId,
	},
	/// Offers it to an account, which has to accept.
	Offer {
		/// The contribution.
		contribution: ContributionId,
		/// The account: a dev name, address or URI; nobody takes an offer back.
		to: String,
	},
	/// Accepts one that is offered to the signer, who pays its storage deposit.
	Accept {
		/// The contribution.
		contribution: ContributionId,
	},
	/// Asks governance to overturn its rejection, once; the bond is held again.
	Appeal {
		/// The contribution.
		contribution: ContributionId,
	},
	/// Gives its bond back, or clears a rejected one, when its time is over.
	Release {
		/// The contribution.
		contribution: ContributionId,
	},
	/// Ends a commit that was not revealed in time.
	Expire {
		/// The contribution.
		contribution: ContributionId,
	},
}

pub async fn run(shared: &Shared, command: Command) -> Result<()> {
	let client = shared.client().await?;
	let (contribution, call) = match command {
		Command::Show { contribution } => return show(shared, &client, contribution).await,
		Command::Withdraw { contribution } => (contribution, datanets::withdraw(contribution)),
		Command::Offer { contribution, to } => {
			let to = match to.as_str() {
				"nobody" => None,
				text => Some(shared.account_id(text)?),
			};
			let call = datanets::offer_contribution(contribution, to.as_ref());
			(contribution, call)
		}
		Command::Accept { contribution } => {
			(contribution, datanets::accept_contribution(contribution))
		}
		Command::Appeal { contribution } => {
			let view = read(&client, contribution).await?;
			may_appeal(&view)?;
			(contribution, datanets::appeal(contribution))
		}
		Command::Release { contribution } => (contribution, datanets::release_bond(contribution)),
		Command::Expire { contribution } => (contribution, datanets::expire_commit(contribution)),
	};
	let outcome = shared.send(&client, &call).await?;
	let at = Some(outcome.block.hash);
	// A commit that expired, and a rejected one that was cleared, are gone.
	let line = match client
		.state_at(outcome.block)
		.contribution(contribution)
		.await?
	{
		Some(_) => client.contribution_status(contribution, at).await?.line,
		None => "gone".into(),
	};
	shared.format().print(
		json!({ "contribution": contribution, "call": call.name(), "status": line }),
		|| println!("contribution {contribution}: {line}"),
	);
	Ok(())
}

async fn read(client: &Client, id: ContributionId) -> Result<ContributionView<AccountId>> {
	let view = client.best_state().await?.contribution(id).await?;
	view.with_context(|| format!("no contribution {id}"))
}

/// Why an appeal would be refused.
fn may_appeal(view: &ContributionView<AccountId>) -> Result<()> {
	match &view.state {
		ContributionState::Rejected {
			appeal: Appeal::Possible,
			..
		} => Ok(()),
		ContributionState::Rejected {
			appeal: Appeal::Open,
			..
		} => bail!("governance is asked already"),
		ContributionState::Rejected { .. } => bail!("this rejection can't be appealed"),
		_ => bail!("it is not rejected"),
	}
}

async fn show(shared: &Shared, client: &Client, contribution: ContributionId) -> Result<()> {
	let state = client.best_state().await?;
	let view = state.contribution(contribution).await?;
	let view = view.with_context(|| format!("no contribution {contribution}"))?;
	let status = client
		.contribution_status(contribution, Some(state.block().hash))
		.await?;
	let json = contribution_json(&view, &status.line);
	shared.format().print(json, || {
		println!("contribution {contribution}: {}", status.line);
		println!("datanet {}", view.datanet);
		println!("contributor {}", ss58(&view.contributor));
		println!("root {}, {} bytes", hex(view.text_root), view.byte_length);
		println!("address {}", text(&view.uri));
		println!("bond {}", amount(view.bond));
		println!(
			"used for {}, earned {}",
			amount(view.used_value),
			amount(view.earned)
		);
		if let Some(to) = &view.offered_to {
			println!("offered to {}", ss58(to));
		}
	});
	Ok(())
}

fn contribution_json(view: &ContributionView<AccountId>, status: &str) -> Value {
	json!({
		"id": view.id,
		"datanet": view.datanet,
		"contributor": ss58(&view.contributor),
		"textRoot": hex(view.text_root),
		"byteLength": view.byte_length,
		"records": view.records,
		"uri": text(&view.uri),
		"licence": text(&view.licence),
		"committedAt": view.committed_at,
		"revealedAt": view.revealed_at,
		"status": status,
		"state": format!("{:?}", view.state),
		"claims": view.claims,
		"bond": view.bond.to_string(),
		"offeredTo": view.offered_to.as_ref().map(ss58),
		"usedValue": view.used_value.to_string(),
		"earned": view.earned.to_string(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_primitives::H256;

	fn view(state: ContributionState) -> ContributionView<AccountId> {
		ContributionView {
			id: 7,
			datanet: 1,
			contributor: AccountId::from([1; 32]),
			text_root: H256::zero(),
			byte_length: 2_000,
			records: 1,
			uri: Vec::new(),
			licence: Vec::new(),
			committed_at: 1,
			revealed_at: 2,
			state,
			bond: 0,
			claims: 0,
			offered_to: None,
			used_value: 0,
			earned: 0,
		}
	}

	#[test]
	fn only_a_rejection_by_votes_should_be_appealed_and_once() {
		let rejected = |appeal| ContributionState::Rejected {
			reason: 1,
			appeal,
			root_free_from: 9,
		};
		assert!(may_appeal(&view(rejected(Appeal::Possible))).is_ok());
		assert!(may_appeal(&view(rejected(Appeal::Open))).is_err());
		assert!(may_appeal(&view(rejected(Appeal::Closed))).is_err());
		assert!(may_appeal(&view(ContributionState::Withdrawn { at: 1 })).is_err());
	}
}
