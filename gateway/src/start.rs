// SPDX-License-Identifier: Apache-2.0
//! Start-up: from a configuration to a gateway that serves and settles.

use std::{sync::Arc, time::Duration};

use anyhow::{bail, Context, Result};
use openledger_client::{account_id, ss58, Account, Client, ContentStore};
use openledger_primitives::{apis::OperatorView, payload::Curve, AccountId, H256};
use serde_json::Value as Json;

use crate::{
	backend::{Adapter, Backend, Extractive, Upstream},
	batch::BatchLimits,
	config::{BackendKind, Config},
	corpus::Corpus,
	http::{router, App},
	port::Chain,
	service::{is_served, Service, Terms},
	settle::Settler,
	store::{Identity, Store},
};

/// Time between two looks at the finalised head.
const POLL: Duration = Duration::from_millis(750);

/// Runs a gateway until `stop` completes; the store needs no closing.
pub async fn run(config: Config, stop: impl std::future::Future<Output = ()>) -> Result<()> {
	let stop = std::pin::pin!(stop);
	let listener = tokio::net::TcpListener::bind(config.listen)
		.await
		.with_context(|| format!("cannot listen on {}", config.listen))?;
	let running = serve(config, listener);
	tokio::select! {
		outcome = running => outcome,
		() = stop => Ok(()),
	}
}

async fn serve(config: Config, listener: tokio::net::TcpListener) -> Result<()> {
	let patience = Duration::from_secs(config.patience);
	let client = Client::connect_within(&config.node, patience).await?;
	let limits = limits(&config, &client).await?;
	let chain: Arc<dyn Chain> = Arc::new(client);
	let service = Arc::new(build(&config, chain).await?);
	let settler = Settler::new(service.clone(), limits)?;
	tokio::spawn(settler.run(POLL));
	let app = App {
		service,
		body_limit: config.body_limit,
		node_url: config
			.public_node
			.clone()
			.unwrap_or_else(|| config.node.clone()),
	};
	let address = listener.local_addr()?;
	tracing::info!(%address, "serving");
	println!("gateway ready on http://{address}");
	axum::serve(listener, router(app)).await?;
	Ok(())
}

/// Limits of batches: small and quick on development chains.
async fn limits(config: &Config, client: &Client) -> Result<BatchLimits> {
	let kind: Json = client.rpc("system_chainType", &[]).await?;
	let (calls, blocks, validity) = if kind == "Development" {
		(64, 3, 16)
	} else {
		(4_096, 200, 1_000)
	};
	Ok(BatchLimits {
		calls: config.batch_calls.unwrap_or(calls).max(1),
		blocks: config.batch_blocks.unwrap_or(blocks),
		validity: config.batch_validity.unwrap_or(validity),
	})
}

/// Checks operator, key and model on chain, loads the corpus, opens the store, starts the backend.
pub async fn build(config: &Config, chain: Arc<dyn Chain>) -> Result<Service> {
	let key = Account::resolve(&config.key)?;
	let operator = match &config.operator {
		Some(text) => account_id(text)?,
		None => key.id(),
	};
	let at = chain.finalised().await?;
	let model = chain.model(at, config.model).await?;
	let model =
		model.with_context(|| format!("model {} is not in a finalised block", config.model))?;
	if !is_served(&model) {
		bail!("model {} is a draft: publish it first", model.id);
	}
	let view = chain.operator(at, &operator).await?;
	check_key(&operator, view.as_ref(), &key)?;
	let folder = config
		.texts
		.clone()
		.unwrap_or_else(|| config.data.join("texts"));
	let corpus = Corpus::load(&*chain, at, model.id, ContentStore::open(folder)?)
		.await
		.context("the model's corpus is not whole, so it can't be served")?;
	let corpus = Arc::new(corpus);
	let texts = corpus.now();
	tracing::info!(
		texts = texts.sources().len(),
		bytes = texts.bytes(),
		"corpus indexed"
	);
	let identity = Identity {
		genesis_hash: chain.genesis_hash(),
		operator: operator.clone(),
		model: model.id,
	};
	let store = Store::open(&config.data, &identity)?;
	let terms = Terms {
		operator,
		model: model.id,
		price: config.price(model.suggested_price),
		unpaid_limit: config.unpaid_limit,
		deadline: Duration::from_secs(config.deadline),
	};
	let backend = backend(config, &corpus, &model.artifact_hash)?;
	Ok(Service::new(
		chain, store, corpus, backend, terms, model, key,
	)?)
}

fn check_key(
	operator: &AccountId,
	view: Option<&OperatorView<AccountId>>,
	key: &Account,
) -> Result<()> {
	let address = ss58(operator);
	let view =
		view.with_context(|| format!("{address} is not registered as operator: register first"))?;
	let registered = (Curve::of_scheme(view.scheme), view.key);
	let ours = key.public_key();
	if registered != (Some(ours.curve), ours.key) {
		bail!("the signing key of operator {address} is another one than the key given");
	}
	Ok(())
}

/// The adapter of the configuration, if it is the artifact that the model's developer registered.
fn adapter(config: &Config, artifact_hash: &H256) -> Result<Adapter> {
	let Some(path) = &config.adapter else {
		return Ok(Adapter::default());
	};
	let artifact =
		std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
	if openledger_primitives::hash(&artifact) != *artifact_hash {
		bail!(
			"{} is not the artifact that was registered for the model",
			path.display()
		);
	}
	Ok(Adapter::read(&artifact)?)
}

fn backend(
	config: &Config,
	corpus: &Arc<Corpus>,
	artifact_hash: &H256,
) -> Result<Arc<dyn Backend>> {
	Ok(match config.backend {
		BackendKind::Extractive => Arc::new(Extractive::new(
			corpus.clone(),
			adapter(config, artifact_hash)?,
		)?),
		BackendKind::Upstream => {
			let url = config
				.upstream
				.as_ref()
				.context("an upstream address is needed")?;
			let (model, key) = (config.upstream_model.clone(), config.upstream_key.clone());
			Arc::new(Upstream::new(
				url,
				model,
				key,
				Duration::from_secs(config.deadline),
			)?)
		}
	})
}
