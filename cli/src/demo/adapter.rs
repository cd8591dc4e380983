// SPDX-License-Identifier: Apache-2.0
//! A child of the story's model: an adapter by another developer, who pays its parent and the
//! parent's contributors from every call.

use anyhow::{Context, Result};
use openledger_client::{
	account::Account,
	call::{
		models::{ModelKind, ModelParams, ParentLink},
		transfer,
	},
	chain::Client,
};
use openledger_primitives::{
	ids::{MICRO, OPEN},
	H256,
};

use super::{
	prepare::{register, send, PRICE},
	role,
	state::Story,
};
use crate::{context::Shared, output::amount};

/// The adapter's artifact: shorter answers, from two sources each.
const ARTIFACT: &[u8] = b"{\"sources\":2}\n";
/// What its parent gets of the part that is left after burn, treasury and operator, ppm.
const PARENT_PPM: u32 = 300_000;
/// What the contributors of its own snapshots get of that part, ppm.
const CONTRIBUTORS_PPM: u32 = 400_000;
/// What its developer begins with.
const ENDOWMENT: u128 = 50 * OPEN;

/// Registers and publishes the adapter, if the story has none yet.
pub async fn publish(client: &Client, shared: &Shared, story: &mut Story) -> Result<()> {
	if story.adapter.is_some() {
		return Ok(());
	}
	let parent = story.model.context("the model comes before its adapter")?;
	let terms = client.finalised_state().await?.model(parent).await?;
	let terms = terms.with_context(|| format!("no model {parent}"))?;
	let path = shared.home.join("adapter.json");
	std::fs::write(&path, ARTIFACT).with_context(|| format!("cannot write {}", path.display()))?;
	let developer = Account::dev(role::ADAPTER_DEVELOPER)?;
	send(client, &transfer(&developer.id(), ENDOWMENT), role::FUNDER).await?;
	let params = ModelParams {
		name: b"Short documentation answers".to_vec(),
		kind: ModelKind::Adapter,
		artifact_hash: openledger_primitives::hash(ARTIFACT),
		artifact_uri: format!("file://{}", path.display()).into_bytes(),
		metadata_uri: Vec::new(),
		metadata_hash: H256::zero(),
		provenance_version: 1,
		// It answers from the same texts, whose datanet asks for a share of every call.
		snapshots: terms.snapshots,
		parents: vec![ParentLink {
			model: parent,
			ppm: PARENT_PPM,
			terms_hash: terms.terms_hash,
		}],
		operator_ppm: 300_000,
		developer_ppm: 1_000_000 - PARENT_PPM - CONTRIBUTORS_PPM,
		contributors_ppm: CONTRIBUTORS_PPM,
		derivative_ppm: 0,
		min_fee_per_call: MICRO,
		suggested_price: PRICE,
	};
	let (model, fees) = register(client, &params, role::ADAPTER_DEVELOPER).await?;
	story.adapter = Some(model);
	story.save(shared)?;
	shared.format().say(format!(
		"model {model}, an adapter of model {parent}, published by {}: {PARENT_PPM} ppm to its \
		 parent; training fee paid: {} (the lineage has paid)",
		developer.ss58(),
		amount(fees)
	));
	Ok(())
}
