// SPDX-License-Identifier: Apache-2.0
//! Reads: the JSON of every view, the block that is read, parts of lists, wrong parameters.

use super::{
	call,
	datanets::{accepted, contribution, datanet},
	error,
	mock::{Node, State, BEST, FINAL},
	module, result, INVALID_PARAMS,
};
use jsonrpsee::RpcModule;
use openledger_primitives::{
	apis::{
		BatchView, ChannelState, ChannelView, ContributionState, CorpusEntry, EarningsView,
		ModelState, ModelView, OperatorView, PoolRowView, SnapshotView,
	},
	payload,
	ports::{Beneficiary, FeeSplit, WeightedSnapshot},
	AccountId, H256,
};
use serde_json::{json, Value};

pub(super) const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
pub(super) const ZERO: &str = "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM";

pub(super) fn alice() -> AccountId {
	let key: H256 = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
		.parse()
		.unwrap();
	AccountId::new(key.0)
}

pub(super) fn hash(byte: u8) -> H256 {
	H256::repeat_byte(byte)
}

pub(super) fn hex(byte: u8) -> String {
	format!("{:?}", hash(byte))
}

fn model(id: u32) -> ModelView<AccountId> {
	ModelView {
		id,
		developer: alice(),
		name: b"guide".to_vec(),
		kind: 1,
		artifact_hash: hash(6),
		artifact_uri: b"file:a".to_vec(),
		metadata_uri: b"file:m".to_vec(),
		metadata_hash: hash(15),
		provenance_version: 1,
		snapshots: vec![WeightedSnapshot {
			datanet: 1,
			version: 2,
			weight: 3,
		}],
		operator_ppm: 300_000,
		vector: vec![
			(Beneficiary::Developer, 400_000),
			(Beneficiary::Contributors, 500_000),
			(Beneficiary::Upstream(1), 100_000),
		],
		derivative_ppm: 50_000,
		min_fee_per_call: 1,
		suggested_price: payload::Price {
			per_call: 1,
			in_per_kb: 2,
			out_per_kb: 3,
		},
		terms_hash: hash(7),
		state: ModelState::Published,
		inbox: (4, 5),
		offered_to: (id == 2).then(|| AccountId::new([0; 32])),
	}
}

fn channel(id: u64, state: ChannelState) -> ChannelView<AccountId> {
	ChannelView {
		id,
		payer: alice(),
		key: [8; 32],
		scheme: 1,
		operator: AccountId::new([0; 32]),
		model: 2,
		price: payload::Price {
			per_call: 1,
			in_per_kb: 2,
			out_per_kb: 3,
		},
		deposit: 1_000_000_000_000,
		settled_calls: u64::MAX,
		settled_fee: 20,
		settled_matched: 10,
		state,
	}
}

fn batch(sequence: u64) -> BatchView<AccountId> {
	BatchView {
		operator: alice(),
		model: 2,
		sequence,
		hash: hash(9),
		accepted_at: 100,
		release_from: 125,
		released: true,
		fee: 100,
		matched: 50,
		split: FeeSplit {
			burned: 2,
			treasury: 3,
			operator: 30,
			developer: 5,
			upstream: 0,
			data: 60,
		},
		rows_root: hash(10),
		lines_root: hash(11),
		lines: 4,
		pages: vec![(hash(12), 25, true), (hash(13), 50, false)],
	}
}

/// Everything is there at the final block; the best block has one datanet more.
fn chain() -> RpcModule<()> {
	let state = State {
		datanets: vec![datanet(1), datanet(2), datanet(3)],
		contributions: vec![
			accepted(1, 0),
			accepted(2, 1),
			contribution(3, ContributionState::Committed { expires: 112 }),
			accepted(4, 2),
		],
		contribution_count: 4,
		snapshots: vec![SnapshotView {
			datanet: 1,
			version: 2,
			count: 3,
			bytes: 12_288,
			hash: hash(4),
			at: 40,
		}],
		models: vec![model(1), model(2), model(4)],
		corpora: [(
			2,
			vec![CorpusEntry {
				datanet: 1,
				version: 2,
				count: 3,
			}],
		)]
		.into(),
		operators: vec![OperatorView {
			account: alice(),
			bond: 100,
			coverage: 20,
			key: [14; 32],
			scheme: 0,
			active: true,
			unpaid_pages: 2,
		}],
		channels: vec![
			channel(1, ChannelState::Open),
			channel(2, ChannelState::Closing { at: 77 }),
			channel(3, ChannelState::Closed),
		],
		batches: vec![batch(0)],
		earnings: [(
			alice(),
			EarningsView {
				accrued: 1,
				paid: 2,
				pending: 0,
			},
		)]
		.into(),
		pool_rows: vec![
			(
				alice(),
				PoolRowView {
					datanet: 1,
					tranche: 1,
					points: u64::MAX,
					pending: 40,
				},
			),
			(
				alice(),
				PoolRowView {
					datanet: 1,
					tranche: 2,
					points: 8,
					pending: 2,
				},
			),
		],
		..State::default()
	};
	let mut best = state.clone();
	best.datanets.push(datanet(4));
	module(&Node::new(state, best), None)
}

#[tokio::test]
async fn models_should_have_their_json() {
	let chain = chain();
	let expected = json!({
		"id": 2,
		"developer": ALICE,
		"name": "guide",
		"kind": "FineTune",
		"artifactHash": hex(6),
		"artifactUri": "file:a",
		"metadataUri": "file:m",
		"metadataHash": hex(15),
		"provenanceVersion": 1,
		"snapshots": [{ "datanet": 1, "version": 2, "weight": 3 }],
		"operatorPpm": 300_000,
		"vector": [
			{ "to": "Developer", "model": null, "ppm": 400_000 },
			{ "to": "Contributors", "model": null, "ppm": 500_000 },
			{ "to": "Upstream", "model": 1, "ppm": 100_000 },
		],
		"derivativePpm": 50_000,
		"minFeePerCall": "1",
		"suggestedPrice": { "perCall": "1", "inPerKb": "2", "outPerKb": "3" },
		"termsHash": hex(7),
		"state": "Published",
		"inbox": { "upstream": "4", "base": "5" },
		"offeredTo": ZERO,
	});
	assert_eq!(result(&chain, "models_v1_get", json!([2])).await, expected);
	let nobody = result(&chain, "models_v1_get", json!([1])).await;
	assert_eq!(nobody["offeredTo"], Value::Null);
	let corpus = json!({
		"items": [{ "datanet": 1, "version": 2, "count": 3 }],
		"nextCursor": null,
		"at": format!("{FINAL:?}"),
	});
	assert_eq!(result(&chain, "models_v1_corpus", json!([2])).await, corpus);
	// A draft has none yet.
	assert_eq!(
		result(&chain, "models_v1_corpus", json!([1])).await["items"],
		json!([])
	);
}

#[tokio::test]
async fn operators_and_channels_should_have_their_json() {
	let chain = chain();
	let operator = json!({
		"account": ALICE,
		"bond": "100",
		"coverage": "20",
		"key": hex(14),
		"scheme": 0,
		"active": true,
		"unpaidPages": 2,
	});
	assert_eq!(
		result(&chain, "usage_v1_operator", json!([ALICE])).await,
		operator
	);
	let channel = json!({
		"id": 2,
		"payer": ALICE,
		"key": hex(8),
		"scheme": 1,
		"operator": ZERO,
		"model": 2,
		"price": { "perCall": "1", "inPerKb": "2", "outPerKb": "3" },
		"deposit": "1000000000000",
		"settledCalls": "18446744073709551615",
		"settledFee": "20",
		"settledMatched": "10",
		"state": { "status": "Closing", "at": 77 },
	});
	assert_eq!(
		result(&chain, "usage_v1_channel", json!([2])).await,
		channel
	);
	for (id, status) in [(1, "Open"), (3, "Closed")] {
		let found = result(&chain, "usage_v1_channel", json!([id])).await;
		assert_eq!(found["state"], json!({ "status": status }));
	}
}

#[tokio::test]
async fn batches_should_have_their_json() {
	let chain = chain();
	let expected = json!({
		"operator": ALICE,
		"model": 2,
		"sequence": 0,
		"hash": hex(9),
		"acceptedAt": 100,
		"releaseFrom": 125,
		"released": true,
		"fee": "100",
		"matched": "50",
		"split": {
			"burned": "2",
			"treasury": "3",
			"operator": "30",
			"developer": "5",
			"upstream": "0",
			"data": "60",
		},
		"rowsRoot": hex(10),
		"linesRoot": hex(11),
		"lines": 4,
		"pages": [
			{ "hash": hex(12), "endTotal": "25", "open": false },
			{ "hash": hex(13), "endTotal": "50", "open": true },
		],
	});
	assert_eq!(
		result(&chain, "usage_v1_batch", json!([ALICE, 2, 0])).await,
		expected
	);
	assert_eq!(
		result(&chain, "usage_v1_nextSequence", json!([ALICE, 2])).await,
		json!(1)
	);
	assert_eq!(
		result(&chain, "usage_v1_nextSequence", json!([ALICE, 3])).await,
		json!(0)
	);
	assert_eq!(
		result(&chain, "usage_v1_quoteCharge", json!([3, 2])).await,
		json!("3014")
	);
}

#[tokio::test]
async fn royalties_should_have_their_json() {
	let chain = chain();
	let earnings = |pending: &str| json!({ "accrued": "1", "paid": "2", "pending": pending });
	let method = "royalties_v1_earnings";
	assert_eq!(result(&chain, method, json!([ALICE])).await, earnings("0"));
	assert_eq!(
		result(&chain, method, json!([ALICE, [[1, 1], [1, 2]]])).await,
		earnings("42")
	);
	let row = json!({
		"datanet": 1,
		"tranche": 1,
		"points": "18446744073709551615",
		"pending": "40",
	});
	assert_eq!(
		result(&chain, "royalties_v1_poolRow", json!([1, 1, ALICE])).await,
		row
	);
	assert_eq!(
		result(&chain, "royalties_v1_poolBalance", json!([1])).await,
		json!("42")
	);
	let split = result(
		&chain,
		"royalties_v1_quoteSplit",
		json!([2, "12345678901234567890"]),
	)
	.await;
	assert_eq!(split["data"], json!("12345678901234567890"));
}

#[tokio::test]
async fn what_is_not_there_should_be_an_error() {
	let chain = chain();
	let cases = [
		("datanets_v1_get", json!([4]), "datanet 4".to_string()),
		("datanets_v1_accepted", json!([4]), "datanet 4".into()),
		(
			"datanets_v1_contribution",
			json!([9]),
			"contribution 9".into(),
		),
		("datanets_v1_status", json!([9]), "contribution 9".into()),
		(
			"datanets_v1_review",
			json!([1]),
			"review of contribution 1".into(),
		),
		("datanets_v1_claim", json!([1]), "open claim 1".into()),
		(
			"datanets_v1_snapshot",
			json!([1, 3]),
			"snapshot 3 of datanet 1".into(),
		),
		("models_v1_get", json!([3]), "model 3".into()),
		("models_v1_corpus", json!([3]), "model 3".into()),
		(
			"usage_v1_operator",
			json!([ZERO]),
			format!("operator {ZERO}"),
		),
		("usage_v1_channel", json!([4]), "channel 4".into()),
		(
			"usage_v1_batch",
			json!([ALICE, 2, 1]),
			format!("unpaid batch 1 of {ALICE} for model 2"),
		),
		(
			"royalties_v1_poolRow",
			json!([1, 3, ALICE]),
			format!("row of {ALICE} in tranche 3 of datanet 1"),
		),
		(
			"royalties_v1_quoteSplit",
			json!([3, "1"]),
			"terms of model 3 that split this fee".into(),
		),
	];
	for (method, params, what) in cases {
		let expected = (21_002, format!("not found: {what}"));
		assert_eq!(error(&chain, method, params).await, expected, "{method}");
	}
}

#[tokio::test]
async fn the_named_block_should_be_read() {
	let chain = chain();
	// The fourth datanet is in the best block only, which is not the default.
	let best = format!("{BEST:?}");
	assert_eq!(error(&chain, "datanets_v1_get", json!([4])).await.0, 21_002);
	assert_eq!(
		result(&chain, "datanets_v1_get", json!([4, best])).await["id"],
		json!(4)
	);
	let by_name = json!({ "id": 4, "at": best });
	assert_eq!(
		result(&chain, "datanets_v1_get", by_name).await["id"],
		json!(4)
	);
	assert_eq!(
		result(&chain, "usage_v1_serviceClock", json!([])).await,
		json!(7)
	);
	assert_eq!(
		result(&chain, "usage_v1_serviceClock", json!([null])).await,
		json!(7)
	);
	assert_eq!(
		result(&chain, "usage_v1_serviceClock", json!([best])).await,
		json!(9)
	);
	let (code, message) = error(&chain, "usage_v1_serviceClock", json!([hex(99)])).await;
	assert_eq!(code, 21_000);
	assert!(
		message.starts_with("the runtime call failed: "),
		"{message}"
	);
}

#[tokio::test]
async fn lists_should_come_in_parts() {
	let chain = chain();
	let ids = |page: &Value| {
		let items = page["items"].as_array().unwrap();
		items
			.iter()
			.map(|item| item["id"].as_u64().unwrap())
			.collect::<Vec<_>>()
	};
	let cases = [
		("datanets_v1_list", json!([]), vec![1, 2, 3], Value::Null),
		("datanets_v1_list", json!([2]), vec![1, 2], json!(2)),
		("datanets_v1_list", json!([2, 2]), vec![3], Value::Null),
		("datanets_v1_list", json!([1, 2, BEST]), vec![3], json!(3)),
		("datanets_v1_list", json!([2, 4]), vec![], Value::Null),
		("models_v1_list", json!([2]), vec![1, 2], json!(2)),
		("models_v1_list", json!([2, 2]), vec![4], Value::Null),
		(
			"datanets_v1_accepted",
			json!([1]),
			vec![1, 2, 4],
			Value::Null,
		),
		("datanets_v1_accepted", json!([1, 2]), vec![1, 2], json!(2)),
		(
			"datanets_v1_accepted",
			json!([1, 2, 2]),
			vec![4],
			Value::Null,
		),
		(
			"datanets_v1_accepted",
			json!([1, 3]),
			vec![1, 2, 4],
			Value::Null,
		),
	];
	for (method, params, expected, next) in cases {
		let page = result(&chain, method, params.clone()).await;
		assert_eq!(
			(ids(&page), &page["nextCursor"]),
			(expected, &next),
			"{method} {params}"
		);
		let at = if params[2] == json!(BEST) {
			BEST
		} else {
			FINAL
		};
		assert_eq!(page["at"], json!(at));
	}
}

#[tokio::test]
async fn limits_should_be_refused_out_of_bounds() {
	let chain = chain();
	for (method, before) in [
		("datanets_v1_list", None),
		("datanets_v1_contributions", None),
		("datanets_v1_claims", None),
		("models_v1_list", None),
		("datanets_v1_accepted", Some(1)),
	] {
		for limit in [0, 1_001] {
			let params: Vec<_> = before.into_iter().chain([limit]).collect();
			let message = format!("bad argument: the limit is {limit}; it must be 1 to 1000");
			assert_eq!(
				error(&chain, method, json!(params)).await,
				(21_001, message)
			);
		}
		let params: Vec<_> = before.into_iter().chain([1_000]).collect();
		result(&chain, method, json!(params)).await;
	}
}

#[tokio::test]
async fn malformed_parameters_should_be_refused() {
	let chain = chain();
	let rows = vec![[1, 1]; 1_001];
	let cases = [
		("datanets_v1_get", json!([])),
		("datanets_v1_get", json!(["1"])),
		("datanets_v1_get", json!([-1])),
		("datanets_v1_get", json!([4_294_967_296u64])),
		("datanets_v1_get", json!([1, "0x12"])),
		(
			"usage_v1_operator",
			json!(["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"]),
		),
		("usage_v1_operator", json!(["//Alice"])),
		("usage_v1_operator", json!(["1".repeat(65)])),
		("royalties_v1_quoteSplit", json!([2, 5])),
		("royalties_v1_quoteSplit", json!([2, ""])),
		("royalties_v1_quoteSplit", json!([2, "+5"])),
		("royalties_v1_quoteSplit", json!([2, "0x5"])),
		(
			"royalties_v1_quoteSplit",
			json!([2, "340282366920938463463374607431768211456"]),
		),
		("royalties_v1_earnings", json!([ALICE, rows])),
		("royalties_v1_earnings", json!([ALICE, [[1]]])),
	];
	for (method, params) in cases {
		let answer = call(&chain, method, params.clone()).await;
		assert_eq!(
			answer["error"]["code"],
			json!(INVALID_PARAMS),
			"{method} {params}: {answer}"
		);
	}
	// As many rows as are allowed.
	result(
		&chain,
		"royalties_v1_earnings",
		json!([ALICE, vec![[1, 1]; 1_000]]),
	)
	.await;
}

#[tokio::test]
async fn addresses_of_other_networks_should_name_the_same_key() {
	// Alice's key with the prefix of Polkadot.
	let address = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
	let found = result(&chain(), "usage_v1_operator", json!([address])).await;
	assert_eq!(found["account"], json!(ALICE));
}
