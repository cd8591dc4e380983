// SPDX-License-Identifier: Apache-2.0
//! Reads of datanets: the JSON of every view, statuses in words, lists whose ids have holes.

use super::{
	error,
	mock::{Node, State, BEST, FINAL},
	module,
	reads::{alice, hash, hex, ALICE, ZERO},
	result,
};
use jsonrpsee::RpcModule;
use openledger_primitives::{
	apis::{
		Appeal, BallotState, ClaimState, ClaimView, ContributionState, ContributionView,
		DatanetState, DatanetView, ReviewView, SnapshotView,
	},
	ports::{Credit, DatanetKind},
	AccountId, H256,
};
use serde_json::{json, Value};

pub(super) fn datanet(id: u32) -> DatanetView<AccountId> {
	DatanetView {
		id,
		owner: alice(),
		name: "Readmes ⚙".into(),
		kind: DatanetKind::Text,
		licence: b"MIT OR Apache-2.0".to_vec(),
		metadata_uri: b"https://a/b.json".to_vec(),
		metadata_hash: hash(5),
		credit: Credit::Contributors,
		review_fee_per_kib: 1_000_000_000,
		bond_per_byte: u128::MAX,
		training_fee: 3,
		min_contributors_ppm: 100_000,
		curators: vec![alice(), AccountId::new([0; 32])],
		seated: vec![alice()],
		by_approval: true,
		state: DatanetState::Frozen,
		offered_to: (id == 1).then(|| AccountId::new([0; 32])),
		accepted: 3,
		bytes: 1 << 60,
		version: 2,
	}
}

pub(super) fn contribution(id: u64, state: ContributionState) -> ContributionView<AccountId> {
	ContributionView {
		id,
		datanet: 1,
		contributor: alice(),
		text_root: hash(id as u8),
		byte_length: 4_096,
		records: 1,
		uri: b"ipfs://x".to_vec(),
		licence: vec![],
		committed_at: 12,
		revealed_at: 14,
		state,
		bond: 9,
		claims: 0,
		offered_to: (id == 2).then(|| AccountId::new([0; 32])),
		used_value: 0,
		earned: 0,
	}
}

pub(super) fn accepted(id: u64, number: u64) -> ContributionView<AccountId> {
	let state = ContributionState::Accepted {
		quality: 3,
		number,
		points: 12_288,
	};
	contribution(id, state)
}

fn rejected(reason: u8, appeal: Appeal) -> ContributionState {
	ContributionState::Rejected {
		reason,
		appeal,
		root_free_from: 77,
	}
}

fn pending(round: u8) -> ContributionState {
	ContributionState::Pending {
		round,
		commits_until: 40,
		reveals_until: 45,
	}
}

/// Contributions in every state; ids 5 and 11 to 14 are gone.
fn contributions() -> Vec<ContributionView<AccountId>> {
	let used = ContributionView {
		used_value: 1_234_567,
		earned: 1_000,
		..accepted(4, 2)
	};
	let accused = ContributionView {
		claims: 2,
		..contribution(7, rejected(4, Appeal::Open))
	};
	vec![
		accepted(1, 0),
		accepted(2, 1),
		contribution(3, ContributionState::Committed { expires: 112 }),
		used,
		contribution(6, pending(0)),
		accused,
		contribution(8, ContributionState::Withdrawn { at: 90 }),
		contribution(
			9,
			ContributionState::Revoked {
				at: 91,
				reason: None,
			},
		),
		contribution(
			10,
			ContributionState::Revoked {
				at: 92,
				reason: Some(7),
			},
		),
		contribution(15, pending(1)),
		contribution(16, rejected(4, Appeal::Possible)),
		contribution(17, rejected(254, Appeal::Closed)),
		contribution(18, rejected(255, Appeal::Closed)),
	]
}

fn claim(id: u64, state: ClaimState) -> ClaimView<AccountId> {
	ClaimView {
		id,
		reporter: alice(),
		contribution: 7,
		bond: 1_000_000_000_000,
		claimed_at: 60,
		state,
	}
}

fn chain() -> RpcModule<()> {
	let ballot = |byte, state| (AccountId::new([byte; 32]), state);
	let state = State {
		datanets: vec![datanet(1)],
		contributions: contributions(),
		contribution_count: 18,
		reviews: vec![ReviewView {
			contribution: 6,
			round: 1,
			commits_until: 40,
			reveals_until: 45,
			reveals_open: true,
			ballots: vec![
				(alice(), BallotState::Silent),
				ballot(0, BallotState::Committed(hash(3))),
				ballot(0, BallotState::Revealed { vote: 0, reason: 4 }),
				ballot(0, BallotState::Forfeited),
			],
		}],
		claims: vec![
			claim(3, ClaimState::Waiting { epoch: 12 }),
			claim(
				9,
				ClaimState::Drawn {
					positions: vec![0, 1_000_000_000, 77],
					shown: vec![0, 2],
					until: 130,
				},
			),
		],
		claim_count: 2_500,
		snapshots: vec![SnapshotView {
			datanet: 1,
			version: 2,
			count: 2,
			bytes: 12_288,
			hash: hash(4),
			at: 40,
		}],
		..State::default()
	};
	module(&Node::new(state, State::default()), None)
}

#[tokio::test]
async fn datanets_should_have_their_json() {
	let expected = json!({
		"id": 1,
		"owner": ALICE,
		"name": "Readmes ⚙",
		"kind": "Text",
		"licence": "MIT OR Apache-2.0",
		"metadataUri": "https://a/b.json",
		"metadataHash": hex(5),
		"credit": "Contributors",
		"reviewFeePerKib": "1000000000",
		"bondPerByte": "340282366920938463463374607431768211455",
		"trainingFee": "3",
		"minContributorsPpm": 100_000,
		"curators": [ALICE, ZERO],
		"seated": [ALICE],
		"byApproval": true,
		"state": "Frozen",
		"offeredTo": ZERO,
		"accepted": 3,
		"bytes": "1152921504606846976",
		"version": 2,
	});
	assert_eq!(
		result(&chain(), "datanets_v1_get", json!([1])).await,
		expected
	);
	let snapshot = json!({
		"datanet": 1,
		"version": 2,
		"count": 2,
		"bytes": "12288",
		"hash": hex(4),
		"at": 40,
	});
	assert_eq!(
		result(&chain(), "datanets_v1_snapshot", json!([1, 2])).await,
		snapshot
	);
}

#[tokio::test]
async fn contributions_should_have_their_json() {
	let chain = chain();
	let expected = json!({
		"id": 2,
		"datanet": 1,
		"contributor": ALICE,
		"textRoot": hex(2),
		"byteLength": 4096,
		"records": 1,
		"uri": "ipfs://x",
		"licence": "",
		"committedAt": 12,
		"revealedAt": 14,
		"state": { "status": "Accepted", "quality": 3, "number": 1, "points": "12288" },
		"bond": "9",
		"claims": 0,
		"offeredTo": ZERO,
		"usedValue": "0",
		"earned": "0",
	});
	assert_eq!(
		result(&chain, "datanets_v1_contribution", json!([2])).await,
		expected
	);
	assert_eq!(
		result(&chain, "datanets_v1_byRoot", json!([1, hex(4)])).await,
		json!(4)
	);
	assert_eq!(
		result(&chain, "datanets_v1_byRoot", json!([2, hex(4)])).await,
		Value::Null
	);
}

#[tokio::test]
async fn statuses_should_be_told_in_one_line_and_as_values() {
	let chain = chain();
	let pending = |round| json!({ "status": "Pending", "round": round, "commitsUntil": 40, "revealsUntil": 45 });
	let accepted =
		|number| json!({ "status": "Accepted", "quality": 3, "number": number, "points": "12288" });
	let rejected = |reason, appeal| json!({ "status": "Rejected", "reason": reason, "appeal": appeal, "rootFreeFrom": 77 });
	let cases = [
		(
			3,
			"committed (reveal until block 112)",
			json!({ "status": "Committed", "expires": 112 }),
		),
		(
			6,
			"pending (votes until block 40, review ends after block 45)",
			pending(0),
		),
		(
			15,
			"pending (extended, votes until block 40, review ends after block 45)",
			pending(1),
		),
		(1, "accepted (quality 3, 12 288 points)", accepted(0)),
		(
			4,
			"used (value 1 234 567 planck, earned 1 000 planck)",
			accepted(2),
		),
		(
			7,
			"rejected (reason 4, appealed, answer before block 77), duplicate claims open: 2",
			rejected(4, "Open"),
		),
		(
			16,
			"rejected (reason 4, appeal before block 77)",
			rejected(4, "Possible"),
		),
		(
			17,
			"rejected (reason 254: copy of earlier texts)",
			rejected(254, "Closed"),
		),
		(
			18,
			"rejected (reason 255: too few votes)",
			rejected(255, "Closed"),
		),
		(
			8,
			"withdrawn (block 90)",
			json!({ "status": "Withdrawn", "at": 90 }),
		),
		(
			9,
			"revoked (copy of earlier texts)",
			json!({ "status": "Revoked", "at": 91, "reason": null }),
		),
		(
			10,
			"revoked (reason 7)",
			json!({ "status": "Revoked", "at": 92, "reason": 7 }),
		),
	];
	for (id, line, state) in cases {
		let status = result(&chain, "datanets_v1_status", json!([id])).await;
		assert_eq!((&status["line"], &status["state"]), (&json!(line), &state));
		let found = result(&chain, "datanets_v1_contribution", json!([id])).await;
		for field in ["state", "claims", "usedValue", "earned"] {
			assert_eq!(status[field], found[field], "{field} of {id}");
		}
		assert_eq!(status["contribution"], json!(id));
	}
}

#[tokio::test]
async fn reviews_should_have_their_json() {
	let chain = chain();
	let expected = json!({
		"contribution": 6,
		"round": 1,
		"commitsUntil": 40,
		"revealsUntil": 45,
		"revealsOpen": true,
		"ballots": [
			{ "curator": ALICE, "state": { "status": "Silent" } },
			{ "curator": ZERO, "state": { "status": "Committed", "commitment": hex(3) } },
			{ "curator": ZERO, "state": { "status": "Revealed", "vote": 0, "reason": 4 } },
			{ "curator": ZERO, "state": { "status": "Forfeited" } },
		],
	});
	assert_eq!(
		result(&chain, "datanets_v1_review", json!([6])).await,
		expected
	);
	let by_name = json!({ "contribution": 6, "at": null });
	assert_eq!(
		result(&chain, "datanets_v1_review", by_name).await,
		expected
	);
	assert_eq!(
		error(&chain, "datanets_v1_review", json!([6, BEST]))
			.await
			.0,
		21_002
	);
}

#[tokio::test]
async fn claims_should_have_their_json() {
	let chain = chain();
	let expected = json!({
		"id": 9,
		"reporter": ALICE,
		"contribution": 7,
		"bond": "1000000000000",
		"claimedAt": 60,
		"state": {
			"status": "Drawn",
			"positions": [0, 1_000_000_000, 77],
			"shown": [0, 2],
			"until": 130,
		},
	});
	assert_eq!(
		result(&chain, "datanets_v1_claim", json!([9])).await,
		expected
	);
	let waiting = result(&chain, "datanets_v1_claim", json!([3])).await;
	assert_eq!(
		waiting["state"],
		json!({ "status": "Waiting", "epoch": 12 })
	);
}

#[tokio::test]
async fn a_member_of_a_snapshot_should_be_told_from_others() {
	let chain = chain();
	let method = "datanets_v1_membership";
	let expected = json!({ "number": 1, "count": 2, "hash": hex(4), "textRoot": hex(2) });
	assert_eq!(result(&chain, method, json!([1, 2, 2])).await, expected);
	// Accepted after the snapshot; never accepted; in another version; in another datanet.
	for params in [
		json!([1, 2, 4]),
		json!([1, 2, 6]),
		json!([1, 1, 2]),
		json!([2, 2, 2]),
	] {
		assert_eq!(
			result(&chain, method, params.clone()).await,
			Value::Null,
			"{params}"
		);
	}
}

#[tokio::test]
async fn lists_with_holes_should_go_on_to_their_end() {
	let chain = chain();
	let cases = [
		(
			"datanets_v1_contributions",
			json!([6]),
			vec![1, 2, 3, 4, 6],
			json!(6),
		),
		(
			"datanets_v1_contributions",
			json!([4, 10]),
			vec![],
			json!(14),
		),
		(
			"datanets_v1_contributions",
			json!([4, 14]),
			vec![15, 16, 17, 18],
			Value::Null,
		),
		(
			"datanets_v1_contributions",
			json!([5, u64::MAX]),
			vec![],
			Value::Null,
		),
		("datanets_v1_claims", json!([3]), vec![3], json!(3)),
		(
			"datanets_v1_claims",
			json!([1_000, 3]),
			vec![9],
			json!(1_003),
		),
		(
			"datanets_v1_claims",
			json!([1_000, 1_003]),
			vec![],
			json!(2_003),
		),
		(
			"datanets_v1_claims",
			json!([1_000, 2_003]),
			vec![],
			Value::Null,
		),
		// Nothing was ever given an id at the best block.
		(
			"datanets_v1_claims",
			json!([1, 0, BEST]),
			vec![],
			Value::Null,
		),
		(
			"datanets_v1_contributions",
			json!([1, null, BEST]),
			vec![],
			Value::Null,
		),
	];
	for (method, params, expected, next) in cases {
		let page = result(&chain, method, params.clone()).await;
		let items = page["items"].as_array().unwrap();
		let ids: Vec<_> = items
			.iter()
			.map(|item| item["id"].as_u64().unwrap())
			.collect();
		assert_eq!(
			(ids, &page["nextCursor"]),
			(expected, &next),
			"{method} {params}"
		);
		let at: H256 = if params[2] == json!(BEST) {
			BEST
		} else {
			FINAL
		};
		assert_eq!(page["at"], json!(at));
	}
	let unknown = json!([1, 0, H256::repeat_byte(99)]);
	assert_eq!(error(&chain, "datanets_v1_claims", unknown).await.0, 21_000);
}
