// SPDX-License-Identifier: Apache-2.0
//! From calls to a settled batch, whatever the node, the chain or the machine does in between.

mod common;

use common::{alice, World, GENESIS, MODEL};
use openledger_client::{Account, Gateway};
use openledger_gateway::store::BatchState;
use openledger_primitives::{
	payload::{payload_root, request_hash, CreditLine, Payload},
	OPEN,
};
use serde_json::{json, Value};

const QUESTIONS: [&str; 3] = [
	"How do I serialize a struct to JSON?",
	"table of a configuration file",
	"random numbers",
];

async fn get(world: &World, path: &str) -> Value {
	reqwest::get(format!("{}{path}", world.url))
		.await
		.unwrap()
		.json()
		.await
		.unwrap()
}

/// Three paid calls.
async fn paid_calls(world: &World) {
	let mut payer = world.payer();
	for question in QUESTIONS {
		let answer = payer.complete(question, Some(400), true).await.unwrap();
		assert!(!answer.spans.is_empty(), "{question}");
	}
	payer.settle().await.unwrap();
}

#[tokio::test]
async fn a_call_is_checked_paid_settled_and_paid_out() {
	let world = World::new().await;
	let mut payer = world.payer();
	let answer = payer.complete(QUESTIONS[0], Some(400), true).await.unwrap();
	assert!(answer.text.contains("[contribution 1: serde_json, MIT]"));
	let sources: Vec<u64> = answer.spans.iter().map(|span| span.contribution).collect();
	assert!(sources.contains(&1) && sources.contains(&2), "{sources:?}");
	let chat = payer
		.chat(
			&[("system", "be brief"), ("user", QUESTIONS[1])],
			None,
			false,
		)
		.await;
	assert_eq!(chat.unwrap().record.number, 2);
	payer.settle().await.unwrap();
	assert_eq!(
		get(&world, "/v1/calls/1-1").await["settlement"],
		json!({ "status": "signed" })
	);

	let mut settler = world.settler();
	for _ in 0..4 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	let batched = json!({ "status": "batched", "sequence": 0 });
	assert_eq!(get(&world, "/v1/calls/1-1").await["settlement"], batched);
	settler.tick(world.chain.produce()).await.unwrap();
	let settled = json!({ "status": "settled", "sequence": 0 });
	assert_eq!(get(&world, "/v1/calls/1-1").await["settlement"], settled);
	let row = world.service.store.settled(1).unwrap();
	assert_eq!((row.calls, row.fee), (2, payer.book().fee_total()));
	assert_eq!(row.matched, payer.book().matched_total());

	whoever_checks_finds_all(&world).await;

	// The worker leaves the pages open: it gets them again, then the gateway pushes them itself.
	world.chain.release(0);
	let sent = world.chain.with(|state| state.submissions.len());
	for _ in 0..7 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	assert_eq!(world.chain.with(|state| state.submissions.len()), sent + 1);
	assert!(world.chain.with(|state| state.pages.is_empty()));
	for _ in 0..7 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	assert_eq!(world.chain.with(|state| state.pages.len()), 1);
	let paid = json!({ "status": "paid", "sequence": 0 });
	assert_eq!(get(&world, "/v1/calls/1-1").await["settlement"], paid);
	let accepted = &get(&world, "/v1/payments").await["items"][0];
	assert_eq!(
		(&accepted["kind"], &accepted["calls"]),
		(&json!("accepted"), &json!(2))
	);
}

/// Records, lines and pages of the first batch, as served.
async fn whoever_checks_finds_all(world: &World) {
	let records = get(world, "/v1/batches/0/records").await;
	assert_eq!(records["items"].as_array().unwrap().len(), 2);
	let second = get(world, "/v1/batches/0/records?cursor=1&limit=1").await;
	assert_eq!(second["items"][0], records["items"][1]);
	let lines = get(world, "/v1/batches/0/lines").await;
	let lines: Vec<CreditLine> = lines["items"]
		.as_array()
		.unwrap()
		.iter()
		.map(line)
		.collect();
	let row = &world.service.store.attempts(0).unwrap()[0];
	assert_eq!(payload_root(&GENESIS, &lines), row.signed.batch.lines_root);
	assert_eq!(lines.last().unwrap().total, row.signed.batch.matched);
	let pages = get(world, "/v1/batches/0/pages").await;
	assert_eq!(pages["items"].as_array().unwrap().len(), row.pages.len());
	assert_eq!(
		get(world, "/v1/calls/1-2").await["text"],
		Value::Null,
		"still private"
	);
}

fn line(json: &Value) -> CreditLine {
	let number = |name: &str| json[name].as_u64().unwrap();
	let amount = |name: &str| json[name].as_str().unwrap().parse().unwrap();
	CreditLine {
		contribution: number("contribution"),
		channel: number("channel"),
		number: number("number"),
		span: number("span") as u16,
		value: amount("value"),
		total: amount("total"),
	}
}

#[tokio::test]
async fn a_batch_is_made_by_count_or_by_blocks_and_only_of_what_is_signed() {
	let world = World::new().await;
	let mut settler = world.settler();
	settler.tick(world.chain.produce()).await.unwrap();
	let mut payer = world.payer();
	for _ in 0..3 {
		payer.complete(QUESTIONS[0], None, false).await.unwrap();
	}
	// Two calls came with vouchers, the third is not signed for.
	settler.tick(world.chain.produce()).await.unwrap();
	assert!(
		world.chain.with(|state| state.submissions.is_empty()),
		"two calls wait for more"
	);
	payer.settle().await.unwrap();
	payer.complete(QUESTIONS[1], None, false).await.unwrap();
	payer.complete(QUESTIONS[1], None, false).await.unwrap();
	settler.tick(world.chain.produce()).await.unwrap();
	let batch = world.chain.with(|state| state.submissions[0].batch.clone());
	assert_eq!(
		batch.vouchers[0].voucher.calls, 4,
		"four calls are enough, the fifth is unpaid"
	);
	assert_eq!(world.service.store.settled(1).unwrap().calls, 0);
}

#[tokio::test]
async fn the_same_bytes_are_sent_until_a_final_block_has_them() {
	let world = World::new().await;
	paid_calls(&world).await;
	world.chain.with(|state| state.forgetful = true);
	let mut settler = world.settler();
	for _ in 0..6 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	let sent = world.chain.with(|state| state.submissions.clone());
	assert!(sent.len() >= 2, "a node that lost it gets it again");
	assert!(sent.windows(2).all(|pair| pair[0] == pair[1]));
	world.chain.with(|state| state.forgetful = false);
	for _ in 0..4 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	assert_eq!(world.service.store.settled(1).unwrap().calls, 3);
	assert_eq!(world.service.store.attempts(0).unwrap().len(), 1);
	let sent = world.chain.with(|state| state.submissions.len());
	for _ in 0..6 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	assert_eq!(
		world.chain.with(|state| state.submissions.len()),
		sent,
		"settled once"
	);
}

#[tokio::test]
async fn other_bytes_for_a_sequence_are_signed_only_when_the_first_can_not_be_included() {
	let world = World::new().await;
	paid_calls(&world).await;
	world.chain.with(|state| state.forgetful = true);
	let mut settler = world.settler();
	while world.service.store.attempts(0).unwrap().is_empty() {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	let valid_until = world.service.store.attempts(0).unwrap()[0]
		.signed
		.batch
		.valid_until;
	while world.chain.head().number < valid_until {
		settler.tick(world.chain.produce()).await.unwrap();
		assert_eq!(world.service.store.attempts(0).unwrap().len(), 1);
	}
	settler.tick(world.chain.produce()).await.unwrap();
	let attempts = world.service.store.attempts(0).unwrap();
	assert_eq!(attempts.len(), 2);
	assert_eq!(attempts[0].state, BatchState::Superseded);
	assert!(attempts[1].signed.batch.valid_until > valid_until);
	world.chain.with(|state| state.forgetful = false);
	for _ in 0..4 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	let attempts = world.service.store.attempts(0).unwrap();
	assert_eq!(attempts[1].state, BatchState::Settled);
	assert_eq!(world.service.store.settled(1).unwrap().calls, 3);
}

#[tokio::test]
async fn vouchers_of_a_void_batch_settle_with_the_next_sequence() {
	let world = World::new().await;
	paid_calls(&world).await;
	world.chain.with(|state| state.void_next = true);
	let mut settler = world.settler();
	for _ in 0..12 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	assert_eq!(
		world.service.store.attempts(0).unwrap()[0].state,
		BatchState::Void
	);
	assert_eq!(
		world.service.store.attempts(1).unwrap()[0].state,
		BatchState::Settled
	);
	assert_eq!(world.service.store.settled(1).unwrap().calls, 3);
	let kinds = get(&world, "/v1/payments").await;
	assert_eq!(kinds["items"][1]["kind"], "voided");
}

#[tokio::test]
async fn a_crash_between_serving_and_settling_loses_and_doubles_nothing() {
	let world = World::new().await;
	paid_calls(&world).await;
	let mut payer = world.payer();
	assert_eq!(payer.catch_up().await.unwrap().len(), 3);
	payer
		.complete("not paid yet: JSON", None, false)
		.await
		.unwrap();
	// The files as they are while the gateway runs: what a SIGKILL leaves behind.
	let crashed = tempfile::tempdir().unwrap();
	copy(&world.folder, crashed.path());
	let again = World::open(world.chain.clone(), crashed.path().to_path_buf(), None).await;
	assert_eq!(again.service.channels.ids(), [1]);

	let mut settler = again.settler();
	for _ in 0..4 {
		settler.tick(again.chain.produce()).await.unwrap();
	}
	// Again a crash: signed and sent, not yet known to be settled.
	assert_eq!(
		again.service.store.attempts(0).unwrap()[0].state,
		BatchState::Signed
	);
	let twice = tempfile::tempdir().unwrap();
	copy(&again.folder, twice.path());
	let last = World::open(world.chain.clone(), twice.path().to_path_buf(), None).await;
	let mut settler = last.settler();
	for _ in 0..8 {
		settler.tick(last.chain.produce()).await.unwrap();
	}
	let attempts = last.service.store.attempts(0).unwrap();
	assert_eq!(
		(attempts.len(), attempts[0].state),
		(1, BatchState::Settled)
	);
	assert!(last.service.store.attempts(1).unwrap().is_empty());

	// The payer goes on with his book where he stands.
	let gateway = Gateway::new(&last.url).unwrap();
	let operator = common::bob().id();
	let book = payer.book().clone();
	let mut payer = openledger_client::Payer::new(gateway, alice(), GENESIS, operator, MODEL, book);
	let answer = payer.complete(QUESTIONS[2], None, false).await.unwrap();
	assert_eq!(answer.record.number, 5);
	payer.settle().await.unwrap();
	for _ in 0..6 {
		settler.tick(last.chain.produce()).await.unwrap();
	}
	let settled = last.service.store.settled(1).unwrap();
	assert_eq!((settled.calls, settled.fee), (5, payer.book().fee_total()));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
	for entry in std::fs::read_dir(from).unwrap() {
		let entry = entry.unwrap();
		let target = to.join(entry.file_name());
		if entry.file_type().unwrap().is_dir() {
			std::fs::create_dir_all(&target).unwrap();
			copy(&entry.path(), &target);
		} else {
			std::fs::copy(entry.path(), target).unwrap();
		}
	}
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_found_again_and_paid_once() {
	let world = World::new().await;
	let mut payer = world.payer();
	let token = payer.token();
	let body = br#"{"model":"openledger-7","prompt":"JSON"}"#.to_vec();
	let gateway = Gateway::new(&world.url).unwrap();
	let lost = gateway
		.call("/v1/completions", &token, body.clone(), None)
		.await
		.unwrap();
	let next = payer.complete("JSON", None, false).await.unwrap_err();
	assert!(next.to_string().contains("number 2, 1 is next"), "{next}");
	let found = payer.catch_up().await.unwrap();
	assert_eq!(found.len(), 2);
	let call: Value = gateway.get("/v1/calls/1-1", Some(&token)).await.unwrap();
	assert_eq!(call["text"], lost["choices"][0]["text"]);
	let secret: [u8; 32] = hex::decode(&call["secret"].as_str().unwrap()[2..])
		.unwrap()
		.try_into()
		.unwrap();
	assert_eq!(request_hash(&secret, &body), found[0].request_hash);
	payer.settle().await.unwrap();
	assert_eq!(
		payer
			.complete("JSON", None, false)
			.await
			.unwrap()
			.record
			.number,
		3
	);
}

#[tokio::test]
async fn many_channels_settle_in_one_batch_and_calls_of_one_come_in_order() {
	let world = World::new().await;
	let mut tasks = Vec::new();
	for id in 2..=6u64 {
		let key = Account::dev(&format!("payer{id}")).unwrap();
		world.chain.open_channel(id, &key, OPEN);
		let book = openledger_client::ChannelBook::new(GENESIS, id, common::PRICE);
		let gateway = Gateway::new(&world.url).unwrap();
		let operator = common::bob().id();
		let mut payer = openledger_client::Payer::new(gateway, key, GENESIS, operator, MODEL, book);
		tasks.push(tokio::spawn(async move {
			for question in QUESTIONS {
				payer.complete(question, Some(200), false).await.unwrap();
			}
			payer.settle().await.unwrap();
			payer.book().voucher()
		}));
	}
	let mut vouchers = Vec::new();
	for task in tasks {
		vouchers.push(task.await.unwrap());
	}
	let mut settler = world.settler();
	settler.tick(world.chain.produce()).await.unwrap();
	let signed = world.chain.with(|state| state.submissions[0].clone());
	let batched: Vec<_> = signed
		.batch
		.vouchers
		.iter()
		.map(|v| v.voucher.clone())
		.collect();
	assert_eq!(batched, vouchers);
	let fees: u128 = vouchers.iter().map(|voucher| voucher.fee_total).sum();
	assert_eq!(signed.batch.fee_total, fees);
	settler.tick(world.chain.produce()).await.unwrap();
	let row = &world.service.store.attempts(0).unwrap()[0];
	let all = world.service.batch_calls(row, 0, 1_000).unwrap();
	assert_eq!(all.len(), 15);
	for (place, (record, _)) in all.iter().enumerate() {
		assert_eq!(
			(record.channel, record.number),
			(2 + place as u64 / 3, 1 + place as u64 % 3)
		);
	}
	for skip in 0..15 {
		let part = world.service.batch_calls(row, skip, 4).unwrap();
		assert_eq!(part, all[skip..(skip + 4).min(15)]);
	}
	let digest = row.signed.batch.digest(&GENESIS);
	assert_eq!(world.chain.with(|state| state.batches[&0].hash), digest);
}
