// SPDX-License-Identifier: Apache-2.0
//! The methods as a caller meets them: requests and answers are JSON text.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod claims;
mod datanets;
mod explain;
mod mock;
mod reads;
mod submit;

use crate::{
	datanets::{Datanets, DatanetsRpcServer},
	ledger::LedgerIndex,
	models::{Models, ModelsRpcServer},
	royalties::{Royalties, RoyaltiesRpcServer},
	usage::{Usage, UsageRpcServer},
};
use jsonrpsee::RpcModule;
use mock::{Node, Storage};
use serde_json::{json, Value};
use std::sync::Arc;

/// JSON-RPC's own code for parameters of a wrong type.
const INVALID_PARAMS: i64 = -32602;

/// Our methods over a chain, with this off-chain storage.
fn module(node: &Arc<Node>, storage: Option<Storage>) -> RpcModule<()> {
	module_with(node, storage, None)
}

/// The same with a ledger index.
fn module_with(
	node: &Arc<Node>,
	storage: Option<Storage>,
	ledger: Option<Arc<LedgerIndex>>,
) -> RpcModule<()> {
	let mut module = RpcModule::new(());
	module
		.merge(Datanets::new(node.clone(), node.read_state()).into_rpc())
		.unwrap();
	module.merge(Models::new(node.clone()).into_rpc()).unwrap();
	module
		.merge(Usage::new(node.clone(), storage).into_rpc())
		.unwrap();
	module
		.merge(Royalties::new(node.clone(), ledger).into_rpc())
		.unwrap();
	module
}

async fn call(module: &RpcModule<()>, method: &str, params: Value) -> Value {
	let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
	let (answer, _) = module
		.raw_json_request(&request.to_string(), 1)
		.await
		.unwrap();
	serde_json::from_str(&answer).unwrap()
}

async fn result(module: &RpcModule<()>, method: &str, params: Value) -> Value {
	let answer = call(module, method, params).await;
	assert!(answer["error"].is_null(), "{method}: {answer}");
	answer["result"].clone()
}

async fn error(module: &RpcModule<()>, method: &str, params: Value) -> (i64, String) {
	let answer = call(module, method, params).await;
	let error = &answer["error"];
	assert!(error.is_object(), "{method}: {answer}");
	(
		error["code"].as_i64().unwrap(),
		error["message"].as_str().unwrap().into(),
	)
}

#[test]
fn the_documentation_should_have_every_method_and_error() {
	let text = include_str!("../../../../docs/rpc.md");
	let module = module(&Arc::new(Node::default()), None);
	let mut names: Vec<_> = module.method_names().collect();
	names.sort_unstable();
	assert_eq!(names.len(), 33);
	for name in names {
		assert!(text.contains(&format!("| `{name}` |")), "{name} is missing");
	}
	for code in 21_000..=21_006 {
		assert!(text.contains(&format!("| {code} |")), "{code} is missing");
	}
}

#[test]
fn refusals_should_have_the_names_of_the_usage_pallet() {
	for (number, name) in (1u8..).zip(crate::submission::REFUSALS) {
		let reason = pallet_usage::AuthorizeInvalidity::from_code(number).unwrap();
		assert_eq!(format!("{reason:?}"), name);
	}
	assert_eq!(pallet_usage::AuthorizeInvalidity::from_code(19), None);
}
