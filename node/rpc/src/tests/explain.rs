// SPDX-License-Identifier: Apache-2.0
//! `royalties_v1_explain` and its like, over a chain with every kind of money event; and who
//! serves a model.

use super::{
	error,
	mock::{Node, State, BEST, FINAL},
	module, module_with, result, INVALID_PARAMS,
};
use crate::{
	json::Address,
	ledger::tests::{
		account, paid,
		story::{story, CHILD_DEVELOPER, CONTRIBUTOR, DEVELOPER, OPERATOR},
		Batch, Block, Event, FakeChain, Indexed,
	},
};
use jsonrpsee::RpcModule;
use openledger_primitives::{
	apis::{AdvertisementView, CorpusEntry, ModelState, ModelView, PublicationQuote},
	payload::Price,
	ports::Beneficiary,
	AccountId, ModelId, Ppm, H256,
};
use serde_json::{json, Value};

const EXPLAIN: &str = "royalties_v1_explain";
const DISTRIBUTION: &str = "royalties_v1_distribution";

pub(super) fn address(byte: u8) -> Value {
	json!(Address(account(byte)))
}

fn model(id: ModelId, vector: Vec<(Beneficiary, Ppm)>) -> ModelView<AccountId> {
	ModelView {
		id,
		developer: account(DEVELOPER),
		name: vec![],
		kind: 0,
		artifact_hash: H256::zero(),
		artifact_uri: vec![],
		metadata_uri: vec![],
		metadata_hash: H256::zero(),
		provenance_version: 1,
		snapshots: vec![],
		operator_ppm: 300_000,
		vector,
		derivative_ppm: 0,
		min_fee_per_call: 1,
		suggested_price: Price {
			per_call: 1,
			in_per_kb: 1,
			out_per_kb: 1,
		},
		terms_hash: H256::zero(),
		state: ModelState::Published,
		inbox: (0, 0),
		offered_to: None,
	}
}

/// The models of the story as the runtime knows them.
pub(super) fn state() -> State {
	State {
		models: vec![
			model(
				1,
				vec![
					(Beneficiary::Developer, 300_000),
					(Beneficiary::Contributors, 700_000),
				],
			),
			model(
				2,
				vec![
					(Beneficiary::Developer, 500_000),
					(Beneficiary::Upstream(1), 500_000),
				],
			),
		],
		..State::default()
	}
}

pub(super) fn over(chain: &FakeChain, state: State) -> (RpcModule<()>, Indexed) {
	let indexed = Indexed::of(chain);
	let node = Node::new(state.clone(), state);
	let module = module_with(&node, None, Some(indexed.index.clone()));
	(module, indexed)
}

async fn explained(byte: u8) -> Value {
	let (module, _indexed) = over(&story(), state());
	result(&module, EXPLAIN, json!([address(byte), 1, 9])).await
}

fn batch(model: ModelId, block: u32, split: [&str; 3], matched: &str) -> Value {
	let [developer, upstream, data] = split;
	json!({
		"operator": address(OPERATOR),
		"model": model,
		"sequence": 0,
		"block": block,
		"hash": H256::repeat_byte(9),
		"calls": "7",
		"fee": "1000000",
		"matched": matched,
		"charge": "1234",
		"burnPpm": 20_000,
		"treasuryPpm": 30_000,
		"split": {
			"burned": "20000",
			"treasury": "30000",
			"operator": "300000",
			"developer": developer,
			"upstream": upstream,
			"data": data,
		},
	})
}

fn child_batch() -> Value {
	batch(2, 3, ["325000", "325000", "0"], "0")
}

fn base_batch() -> Value {
	batch(1, 4, ["195000", "0", "455000"], "400000")
}

#[tokio::test]
async fn a_developer_s_share_of_a_batch_should_be_explained() {
	let answer = explained(CHILD_DEVELOPER).await;
	assert_eq!(
		answer["items"],
		json!([{
			"block": 3,
			"event": 4,
			"extrinsic": 0,
			"amount": "325000",
			"kind": "DeveloperShare",
			"cause": { "batch": child_batch(), "ppm": 500_000, "of": "650000" },
			"formula": "325 000 planck = developer's share 500 000 ppm of V 650 000; V = fee \
				1 000 000 − burn 20 000 (20 000 ppm) − treasury 30 000 (30 000 ppm) − operator \
				300 000",
			"matches": true,
		}])
	);
	assert_eq!(answer["nextCursor"], Value::Null);
	assert_eq!(
		[
			&answer["from"],
			&answer["to"],
			&answer["indexedFrom"],
			&answer["indexedTo"]
		],
		[&json!(1), &json!(9), &json!(1), &json!(9)]
	);
}

#[tokio::test]
async fn an_operator_s_lines_and_void_batches_should_be_explained() {
	let answer = explained(OPERATOR).await;
	let items = answer["items"].as_array().unwrap();
	assert_eq!(items.len(), 2);
	for (item, batch) in items.iter().zip([child_batch(), base_batch()]) {
		assert_eq!(item["kind"], "OperatorShare");
		assert_eq!(item["amount"], "300000");
		assert_eq!(
			item["cause"],
			json!({ "batch": batch, "ppm": 300_000, "of": "1000000" })
		);
		assert_eq!(
			item["formula"],
			"300 000 planck = operator's share 300 000 ppm of the fee 1 000 000"
		);
		assert_eq!(item["matches"], true);
	}
	assert_eq!(
		answer["zeros"],
		json!([{
			"kind": "VoidedBatch",
			"cause": { "block": 9, "event": 0, "model": 2, "sequence": 1, "charge": "77" },
			"reason": "batch 1 of model 2 was void: nothing moved but the weight fee of 77 planck",
		}])
	);
}

/// The distribution of block 7.
fn distribution() -> Value {
	json!({
		"model": 1,
		"block": 7,
		"event": 0,
		"extrinsic": null,
		"upstream": "325000",
		"base": "273000",
		"previous": null,
		"complete": true,
		"inflows": [
			{
				"block": 3, "event": 5, "extrinsic": 0, "upstream": "325000", "base": "0",
				"kind": "ChildBatch", "cause": child_batch(),
			},
			{
				"block": 5, "event": 0, "extrinsic": 0, "upstream": "0", "base": "273000",
				"kind": "Release", "cause": base_batch(),
			},
		],
		"truncated": false,
		"outflows": [
			{
				"event": 1, "amount": "97500",
				"kind": "Developer", "to": { "account": address(DEVELOPER) },
			},
			{
				"event": 2, "amount": "500500",
				"kind": "Pool", "to": { "datanet": 1, "version": 1, "points": "300" },
			},
		],
	})
}

#[tokio::test]
async fn a_parent_s_developer_should_see_the_child_s_calls() {
	let answer = explained(DEVELOPER).await;
	let items = answer["items"].as_array().unwrap();
	assert_eq!(items.len(), 2);
	assert_eq!(items[0]["kind"], "DeveloperShare");
	assert_eq!(items[0]["matches"], true);
	assert_eq!(
		items[1],
		json!({
			"block": 7,
			"event": 1,
			"extrinsic": null,
			"amount": "97500",
			"kind": "DistributionShare",
			"cause": { "distribution": distribution(), "ppm": 300_000 },
			"formula": "97 500 planck = developer's share 300 000 ppm of the upstream money \
				325 000 in the inbox of model 1, from models 2",
			"matches": true,
		})
	);
	let (module, _indexed) = over(&story(), state());
	let hop = result(&module, DISTRIBUTION, json!([1, 7])).await;
	assert_eq!(hop["items"], json!([distribution()]));
	assert_eq!(
		error(&module, DISTRIBUTION, json!([1, 6])).await,
		(
			21_002,
			"not found: distribution of model 1 in block 6".into()
		)
	);
	assert_eq!(
		error(&module, DISTRIBUTION, json!([1, 10])).await,
		(21_006, "not indexed: blocks 1 to 9 are".into())
	);
}

#[tokio::test]
async fn a_contributor_s_credits_and_collections_should_be_explained() {
	let answer = explained(CONTRIBUTOR).await;
	let items = answer["items"].as_array().unwrap();
	let kinds: Vec<_> = items.iter().map(|item| &item["kind"]).collect();
	assert_eq!(kinds, ["Credit", "PoolCollection", "Payout"]);
	assert_eq!(
		items[0]["cause"],
		json!({ "contribution": 1, "value": "399999", "batch": base_batch() })
	);
	assert_eq!(
		items[0]["formula"],
		"181 999 planck = ⌊D·(b + v)/F⌋ − ⌊D·b/F⌋ with data share D 455 000, fee F 1 000 000, value \
		v 399 999 of spans of contribution 1, b the values of the entries before it; matched in all \
		400 000"
	);
	assert_eq!(items[0]["matches"], true);
	// 300 of 300 points. 50 · 2^64 leaves 200 by 300: the residue that the second payment takes up.
	let scaled = |planck: u128| planck << 64;
	assert_eq!(
		items[1]["cause"],
		json!({
			"datanet": 1,
			"tranche": 1,
			"since": [1, 0],
			"carryBefore": "0",
			"carryAfter": "0",
			"points": [
				{ "block": 1, "event": 0, "points": "100" },
				{ "block": 1, "event": 4, "points": "300" },
			],
			"payments": [
				{
					"block": 2, "event": 0, "extrinsic": 0, "version": 1, "amount": "50",
					"points": "300", "ownPoints": "300", "shareScaled": (scaled(50) - 200).to_string(),
					"kind": "TrainingFee", "cause": { "model": 1 },
				},
				{
					"block": 7, "event": 2, "extrinsic": null, "version": 1, "amount": "500500",
					"points": "300", "ownPoints": "300",
					"shareScaled": (scaled(500_500) + 200).to_string(),
					"kind": "Distribution", "cause": { "model": 1, "block": 7, "event": 0 },
				},
			],
			"truncated": false,
		})
	);
	assert_eq!(items[2]["cause"], json!({}));
	assert_eq!(items[2]["matches"], Value::Null);
	let kinds: Vec<_> = answer["zeros"].as_array().unwrap().iter().collect();
	assert_eq!(kinds.len(), 3);
	assert_eq!(kinds[0]["kind"], "CreditOfZero");
	assert_eq!(kinds[0]["cause"]["contribution"], 2);
	assert_eq!(
		kinds[1],
		&json!({
			"kind": "NeverCredited",
			"cause": { "contribution": 3, "datanet": 1, "acceptedAt": 9 },
			"reason": "no answer that was settled in these blocks quotes contribution 3 of datanet 1 \
				first",
		})
	);
	assert_eq!(
		kinds[2]["cause"],
		json!({ "datanet": 1, "tranche": 2, "points": "9" })
	);
}

#[tokio::test]
async fn a_split_that_the_runtime_does_not_confirm_should_say_so() {
	let mut other = state();
	other.models[1].vector = vec![
		(Beneficiary::Developer, 400_000),
		(Beneficiary::Upstream(1), 600_000),
	];
	let (module, _indexed) = over(&story(), other);
	let answer = result(&module, EXPLAIN, json!([address(CHILD_DEVELOPER), 1, 9])).await;
	assert_eq!(answer["items"][0]["matches"], false);
	// The operator's part is the same, the split isn't.
	let answer = result(&module, EXPLAIN, json!([address(OPERATOR), 1, 3])).await;
	assert_eq!(answer["items"][0]["matches"], false);
	// A runtime that doesn't know the model confirms nothing.
	let (module, _indexed) = over(&story(), State::default());
	let answer = result(&module, EXPLAIN, json!([address(CHILD_DEVELOPER), 1, 9])).await;
	let item = &answer["items"][0];
	assert_eq!(item["matches"], Value::Null);
	assert_eq!(item["cause"]["ppm"], Value::Null);
	assert_eq!(
		item["formula"],
		"325 000 planck = developer's part of the fee 1 000 000 of model 2: burned 20 000, treasury \
		30 000, operator 300 000, developer 325 000, parents 325 000, data 0"
	);
}

#[tokio::test]
async fn what_lies_before_the_index_should_be_named_as_unknown() {
	let chain = story();
	chain.prune(5);
	let (module, _indexed) = over(&chain, state());
	let who = address(CONTRIBUTOR);
	let answer = result(&module, EXPLAIN, json!([who, 1, 9])).await;
	assert_eq!(
		[&answer["from"], &answer["indexedFrom"]],
		[&json!(5), &json!(5)]
	);
	let items = answer["items"].as_array().unwrap();
	let before = json!({
		"operator": address(OPERATOR), "model": 1, "sequence": 0, "block": null,
	});
	assert_eq!(items[0]["cause"]["batch"], before);
	assert_eq!(items[0]["matches"], Value::Null);
	let collection = &items[1]["cause"];
	assert_eq!(
		[&collection["since"], &items[1]["matches"]],
		[&Value::Null, &Value::Null]
	);
	let payment = &collection["payments"][0];
	assert_eq!(
		[&payment["ownPoints"], &payment["shareScaled"]],
		[&Value::Null, &Value::Null]
	);
	let hop = result(&module, DISTRIBUTION, json!([1, 7])).await;
	let distribution = &hop["items"][0];
	assert_eq!(distribution["complete"], Value::Null);
	assert_eq!(distribution["inflows"][0]["kind"], "Release");
	assert_eq!(distribution["inflows"][0]["cause"], before);
	assert_eq!(
		error(&module, EXPLAIN, json!([who, 1, 4])).await,
		(21_006, "not indexed: blocks 5 to 9 are".into())
	);
}

#[tokio::test]
async fn lines_should_come_in_parts_and_ranges() {
	let (module, _indexed) = over(&story(), state());
	let who = address(CONTRIBUTOR);
	let blocks = |answer: &Value| {
		let items = answer["items"].as_array().unwrap();
		let blocks = items.iter().map(|item| item["block"].as_u64().unwrap());
		blocks.collect::<Vec<_>>()
	};
	let part = result(&module, EXPLAIN, json!([who, 0, 4_000_000_000u32, 2])).await;
	assert_eq!(blocks(&part), [6, 8]);
	assert_eq!(part["nextCursor"], json!([8, 0]));
	assert_eq!(part["zeros"].as_array().unwrap().len(), 3);
	let next = json!({ "account": who, "from": 0, "to": 9, "limit": 2, "cursor": [8, 0] });
	let part = result(&module, EXPLAIN, next).await;
	assert_eq!(blocks(&part), [8]);
	assert_eq!(part["nextCursor"], Value::Null);
	assert_eq!(part["zeros"], json!([]));
	// A cursor behind the range finds nothing more; one before it changes nothing.
	let part = result(&module, EXPLAIN, json!([who, 1, 7, 9, [20, 1]])).await;
	assert_eq!(blocks(&part), [] as [u64; 0]);
	let part = result(&module, EXPLAIN, json!([who, 7, 8, 9, [2, 1]])).await;
	assert_eq!(blocks(&part), [8, 8]);
	let part = result(&module, EXPLAIN, json!([who, 6, 6])).await;
	assert_eq!(blocks(&part), [6]);
	assert_eq!([&part["from"], &part["to"]], [&json!(6), &json!(6)]);
	// What happened later is no zero of the range.
	let zeros = part["zeros"].as_array().unwrap();
	let kinds: Vec<_> = zeros.iter().map(|zero| &zero["kind"]).collect();
	assert_eq!(kinds, ["CreditOfZero", "NoPayment"]);
	let stranger = result(&module, EXPLAIN, json!([address(99), 1, 9])).await;
	assert_eq!(stranger["items"], json!([]));
	assert_eq!(stranger["zeros"], json!([]));
}

#[tokio::test]
async fn wrong_ranges_and_limits_should_be_refused() {
	let (module, _indexed) = over(&story(), state());
	let who = address(CONTRIBUTOR);
	let cases = [
		(
			json!([who, 5, 4]),
			21_001,
			"bad argument: the range begins with block 5 and ends with block 4",
		),
		(
			json!([who, 1, 9, 0]),
			21_001,
			"bad argument: the limit is 0; it must be 1 to 1000",
		),
		(
			json!([who, 1, 9, 1_001]),
			21_001,
			"bad argument: the limit is 1001; it must be 1 to 1000",
		),
		(
			json!([who, 10, 12]),
			21_006,
			"not indexed: blocks 1 to 9 are",
		),
		(json!([who, 0, 0]), 21_006, "not indexed: blocks 1 to 9 are"),
	];
	for (params, code, message) in cases {
		assert_eq!(
			error(&module, EXPLAIN, params.clone()).await,
			(code, message.into()),
			"{params}"
		);
	}
	for params in [
		json!([]),
		json!([who]),
		json!([who, 1]),
		json!([who, -1, 2]),
		json!([who, "1", 2]),
		json!([who, 1, 4_294_967_296u64]),
		json!([who, 1, 2, 1, [1]]),
		json!([who, 1, 2, 1, "x"]),
		json!(["nobody", 1, 2]),
	] {
		let (code, _) = error(&module, EXPLAIN, params.clone()).await;
		assert_eq!(code, INVALID_PARAMS, "{params}");
	}
	let (code, _) = error(&module, DISTRIBUTION, json!([1])).await;
	assert_eq!(code, INVALID_PARAMS);
}

#[tokio::test]
async fn an_empty_or_missing_index_should_be_named() {
	let (module, _indexed) = over(&FakeChain::default(), state());
	assert_eq!(
		error(&module, EXPLAIN, json!([address(1), 0, 9])).await,
		(
			21_006,
			"not indexed: no block yet; the first will be 1".into()
		)
	);
	let status = result(&module, "royalties_v1_indexStatus", json!([])).await;
	assert_eq!(
		status,
		json!({ "indexedFrom": 1, "indexedTo": 0, "at": H256([1; 32]) })
	);
	let node = Node::new(State::default(), State::default());
	let module = super::module(&node, None);
	for (method, params) in [
		(EXPLAIN, json!([address(1), 0, 9])),
		(DISTRIBUTION, json!([1, 1])),
		("royalties_v1_indexStatus", json!([])),
	] {
		assert_eq!(
			error(&module, method, params).await,
			(
				21_005,
				"ledger index: this node has none (--ledger-index)".into()
			),
			"{method}"
		);
	}
}

#[tokio::test]
async fn long_lists_should_be_cut_and_say_so() {
	let mut sequence = 0;
	let mut batches = || {
		let batch = Batch {
			operator: account(OPERATOR),
			model: 2,
			sequence,
			developer: (account(CHILD_DEVELOPER), 325_000),
			parents: vec![(1, 325_000)],
			data: 0,
			matched: 0,
		};
		sequence += 1;
		batch.events()
	};
	let distributed = |count: u128| {
		let upstream = 325_000 * count;
		let developer = upstream * 3 / 10;
		[
			Event::Distributed {
				model: 1,
				upstream,
				base: 0,
			},
			crate::ledger::tests::accrued(
				account(DEVELOPER),
				developer,
				openledger_primitives::ledger::LedgerSource::Developer { model: 1 },
			),
			Event::PoolPaidIn {
				datanet: 1,
				version: 1,
				amount: upstream - developer,
				points: 5,
			},
		]
	};
	let mut blocks = Vec::new();
	for count in [64u128, 65] {
		let mut block = Block::default();
		for _ in 0..count {
			block = block.extrinsic(batches());
		}
		blocks.push(block.hook(distributed(count)));
	}
	let (module, _indexed) = over(&FakeChain::of(blocks), state());
	let answer = result(&module, EXPLAIN, json!([address(DEVELOPER), 1, 2])).await;
	let lists: Vec<_> = answer["items"]
		.as_array()
		.unwrap()
		.iter()
		.map(|item| {
			let distribution = &item["cause"]["distribution"];
			let count = distribution["inflows"].as_array().unwrap().len();
			assert_eq!(item["matches"], true);
			assert_eq!(distribution["complete"], true);
			(count, distribution["truncated"].clone())
		})
		.collect();
	assert_eq!(lists, [(64, json!(false)), (64, json!(true))]);
}

#[tokio::test]
async fn all_lists_together_should_be_bounded() {
	let chain = FakeChain::default();
	for _ in 0..70u32 {
		let mut block = Block::default();
		for _ in 0..64 {
			block = block.extrinsic([Event::InboxPaidIn {
				model: 1,
				upstream: 10,
				base: 0,
			}]);
		}
		let source = openledger_primitives::ledger::LedgerSource::Developer { model: 1 };
		let block = block.hook([
			Event::Distributed {
				model: 1,
				upstream: 640,
				base: 0,
			},
			crate::ledger::tests::accrued(account(DEVELOPER), 192, source),
		]);
		chain.push(block.rows);
	}
	let (module, _indexed) = over(&chain, state());
	let params = json!([address(DEVELOPER), 1, 70, 1_000]);
	let answer = result(&module, EXPLAIN, params).await;
	let items = answer["items"].as_array().unwrap();
	assert_eq!(items.len(), 70);
	let listed = |item: &Value| {
		let distribution = &item["cause"]["distribution"];
		let count = distribution["inflows"].as_array().unwrap().len();
		(count, distribution["truncated"].as_bool().unwrap())
	};
	assert!(items[..64].iter().all(|item| listed(item) == (64, false)));
	assert!(items[64..].iter().all(|item| listed(item) == (0, true)));
}

#[tokio::test]
async fn zeros_should_be_bounded() {
	let voided = (0..300).map(|sequence| Event::BatchVoided {
		operator: account(OPERATOR),
		model: 2,
		sequence,
		charge: 1,
	});
	let chain = FakeChain::of([
		Block::default().extrinsic(voided),
		Block::default().hook([paid(account(1), 1)]),
	]);
	let (module, _indexed) = over(&chain, state());
	let answer = result(&module, EXPLAIN, json!([address(OPERATOR), 1, 2])).await;
	assert_eq!(answer["zeros"].as_array().unwrap().len(), 256);
	assert_eq!(answer["zerosTruncated"], true);
	let answer = result(&module, EXPLAIN, json!([address(OPERATOR), 2, 2])).await;
	assert_eq!(answer["zeros"], json!([]));
	assert_eq!(answer["zerosTruncated"], false);
}

#[tokio::test]
async fn a_settlement_should_be_recomputed() {
	let (module, _indexed) = over(&story(), state());
	let method = "royalties_v1_recompute";
	let share = |to: &str, model: Value, ppm: u32, of: &str, amount: &str| json!({ "to": to, "model": model, "ppm": ppm, "of": of, "amount": amount });
	assert_eq!(
		result(&module, method, json!([2, "1000000", 20_000, 30_000])).await,
		json!({ "shares": [
			share("Burn", Value::Null, 20_000, "1000000", "20000"),
			share("Treasury", Value::Null, 30_000, "1000000", "30000"),
			share("Operator", Value::Null, 300_000, "1000000", "300000"),
			share("Developer", Value::Null, 500_000, "650000", "325000"),
			share("Upstream", json!(1), 500_000, "650000", "325000"),
		] })
	);
	let contributors = result(&module, method, json!([1, "1000000", 20_000, 30_000])).await;
	assert_eq!(contributors["shares"][4]["to"], "Contributors");
	assert_eq!(
		error(&module, method, json!([3, "1", 0, 0])).await,
		(
			21_002,
			"not found: terms of model 3 that split this fee".into()
		)
	);
	for params in [
		json!([1, 5, 0, 0]),
		json!([1, "5", 0]),
		json!([1, "5", -1, 0]),
	] {
		assert_eq!(error(&module, method, params).await.0, INVALID_PARAMS);
	}
}

fn advertisement(
	model: ModelId,
	operator: u8,
	reference_fee: u128,
) -> AdvertisementView<AccountId> {
	AdvertisementView {
		model,
		operator: account(operator),
		endpoint: b"https://gateway.example".to_vec(),
		price: Price {
			per_call: 1,
			in_per_kb: 2,
			out_per_kb: 1 << 60,
		},
		reference_fee,
		expires_at: 900,
		active: operator == 1,
	}
}

#[tokio::test]
async fn advertisements_should_come_cheapest_first_and_in_parts() {
	let state = State {
		advertisements: vec![
			advertisement(2, 1, 6),
			advertisement(2, 3, 6),
			advertisement(7, 1, 7),
			advertisement(2, 2, 1 << 60),
		],
		..State::default()
	};
	let node = Node::new(state.clone(), state);
	let module = module(&node, None);
	let method = "models_v1_advertisements";
	let all = result(&module, method, json!([2])).await;
	assert_eq!(
		all["items"][0],
		json!({
			"model": 2,
			"operator": address(1),
			"endpoint": "https://gateway.example",
			"price": { "perCall": "1", "inPerKb": "2", "outPerKb": "1152921504606846976" },
			"referenceFee": "6",
			"expiresAt": 900,
			"active": true,
		})
	);
	assert_eq!(all["items"].as_array().unwrap().len(), 3);
	assert_eq!(all["nextCursor"], Value::Null);
	assert_eq!(all["at"], json!(FINAL));
	let part = result(&module, method, json!([2, 1])).await;
	assert_eq!(part["nextCursor"], json!(["6", address(1)]));
	let part = result(&module, method, json!([2, 2, part["nextCursor"], BEST])).await;
	let fees: Vec<_> = part["items"]
		.as_array()
		.unwrap()
		.iter()
		.map(|item| (&item["operator"], &item["referenceFee"]))
		.collect();
	let (third, second) = (address(3), address(2));
	assert_eq!(
		fees,
		[
			(&third, &json!("6")),
			(&second, &json!("1152921504606846976"))
		]
	);
	for limit in [0, 1_001] {
		assert_eq!(error(&module, method, json!([2, limit])).await.0, 21_001);
	}
	for cursor in [json!(["6"]), json!([6, address(1)]), json!(["6", "x"])] {
		let params = json!([2, 1, cursor]);
		assert_eq!(error(&module, method, params).await.0, INVALID_PARAMS);
	}
}

#[tokio::test]
async fn a_publication_should_be_quoted_or_refused_by_name() {
	let quote = PublicationQuote {
		training_fees: vec![(1, 2, 1 << 60), (3, 1, 5)],
		training_fees_total: (1 << 60) + 5,
		corpus: vec![CorpusEntry {
			datanet: 1,
			version: 2,
			count: 3,
		}],
	};
	let state = State {
		publications: [(1, Ok(quote)), (2, Err(b"NotDraft".to_vec()))].into(),
		..State::default()
	};
	let node = Node::new(state.clone(), state);
	let module = module(&node, None);
	let method = "models_v1_quotePublication";
	assert_eq!(
		result(&module, method, json!([1])).await,
		json!({
			"trainingFees": [
				{ "datanet": 1, "version": 2, "amount": "1152921504606846976" },
				{ "datanet": 3, "version": 1, "amount": "5" },
			],
			"trainingFeesTotal": "1152921504606846981",
			"corpus": [{ "datanet": 1, "version": 2, "count": 3 }],
		})
	);
	assert_eq!(
		error(&module, method, json!([2])).await,
		(21_003, "refused: NotDraft".into())
	);
	assert_eq!(
		error(&module, method, json!([3])).await,
		(21_003, "refused: UnknownModel".into())
	);
	assert_eq!(error(&module, method, json!(["1"])).await.0, INVALID_PARAMS);
}
