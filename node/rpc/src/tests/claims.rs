// SPDX-License-Identifier: Apache-2.0
//! `royalties_v1_explain` while and after duplicate claims lock an account's pool rows.

use super::{
	explain::{address, over, state},
	result,
};
use crate::ledger::tests::{account, accrued, Block, Event, FakeChain};
use openledger_primitives::ledger::LedgerSource;
use serde_json::{json, Value};

const EXPLAIN: &str = "royalties_v1_explain";
const ACCUSED: u8 = 21;
const REPORTER: u8 = 22;

fn points(points: u64) -> Event {
	Event::PointsSet {
		datanet: 1,
		tranche: 1,
		account: account(ACCUSED),
		points,
	}
}

fn payment(amount: u128, points: u128) -> Event {
	Event::PoolPaidIn {
		datanet: 1,
		version: 1,
		amount,
		points,
	}
}

fn locked(locks: u32) -> Event {
	Event::RowLocked {
		datanet: 1,
		tranche: 1,
		account: account(ACCUSED),
		locks,
	}
}

fn unlocked(locks: u32) -> Event {
	Event::RowUnlocked {
		datanet: 1,
		tranche: 1,
		account: account(ACCUSED),
		locks,
	}
}

fn withheld(amount: u128) -> Event {
	Event::Withheld {
		datanet: 1,
		tranche: 1,
		account: account(ACCUSED),
		amount,
	}
}

fn set_aside(amount: u128) -> Event {
	Event::SetAside {
		datanet: 1,
		tranche: 1,
		account: account(ACCUSED),
		amount,
	}
}

/// What the row withheld is booked.
fn released(amount: u128) -> Event {
	let source = LedgerSource::Withheld {
		datanet: 1,
		tranche: 1,
	};
	accrued(account(ACCUSED), amount, source)
}

/// A row of 300 points is locked twice; a text of 100 more comes and goes again with a proved
/// claim.
fn proved() -> FakeChain {
	FakeChain::of([
		Block::default().extrinsic([points(300)]),
		Block::default()
			.extrinsic([locked(1)])
			.extrinsic([locked(2)]),
		Block::default().hook([payment(600, 300)]),
		Block::default().extrinsic([withheld(600), points(400)]),
		Block::default().hook([payment(400, 400)]),
		Block::default().extrinsic([
			withheld(400),
			set_aside(101),
			points(300),
			Event::AsideForfeited {
				reporter: account(REPORTER),
				amount: 101,
			},
			accrued(account(REPORTER), 50, LedgerSource::Forfeited),
			Event::TreasuryPaid { amount: 51 },
			unlocked(1),
		]),
		Block::default().extrinsic([unlocked(0), released(899)]),
	])
}

#[tokio::test]
async fn withheld_money_should_be_a_zero_until_it_is_booked() {
	let (module, _indexed) = over(&proved(), state());
	let who = address(ACCUSED);
	let answer = result(&module, EXPLAIN, json!([who, 1, 6])).await;
	assert_eq!(answer["items"], json!([]));
	let zero = |kind: &str, block, event, amount: &str| json!({ "block": block, "event": event, "datanet": 1, "tranche": 1, "amount": amount, "kind": kind });
	let zeros: Vec<Value> = answer["zeros"]
		.as_array()
		.unwrap()
		.iter()
		.map(|found| {
			let mut cause = found["cause"].clone();
			cause["kind"] = found["kind"].clone();
			cause
		})
		.collect();
	assert_eq!(
		zeros,
		[
			zero("Withheld", 4, 0, "600"),
			zero("Withheld", 6, 0, "400"),
			zero("SetAside", 6, 1, "101"),
		]
	);
	assert_eq!(
		answer["zeros"][0]["reason"],
		"600 planck that tranche 1 of datanet 1 earned are withheld, for a duplicate claim is open \
		on one of its texts"
	);
	assert_eq!(
		answer["zeros"][2]["reason"],
		"a text left tranche 1 of datanet 1 while a duplicate claim was open on it: 101 planck of \
		what is withheld are set aside until the claim ends"
	);
}

#[tokio::test]
async fn booked_money_that_was_withheld_should_name_its_payments() {
	let (module, _indexed) = over(&proved(), state());
	let who = address(ACCUSED);
	let answer = result(&module, EXPLAIN, json!([who, 7, 7])).await;
	let scaled = |planck: u128| (planck << 64).to_string();
	let listed = |block, amount: u128, points: &str| {
		json!({
			"block": block, "event": 0, "extrinsic": null, "version": 1,
			"amount": amount.to_string(), "points": points, "ownPoints": points,
			"shareScaled": scaled(amount), "kind": "Unexplained", "cause": {},
		})
	};
	assert_eq!(
		answer["items"],
		json!([{
			"block": 7,
			"event": 1,
			"extrinsic": 0,
			"amount": "899",
			"kind": "WithheldCollection",
			"cause": {
				"datanet": 1,
				"tranche": 1,
				"since": [1, 0],
				"carryBefore": "0",
				"carryAfter": "0",
				"points": [
					{ "block": 1, "event": 0, "points": "300" },
					{ "block": 4, "event": 1, "points": "400" },
				],
				"payments": [listed(3, 600, "300"), listed(5, 400, "400")],
				"truncated": false,
				"aside": "101",
			},
			"formula": "899 planck withheld while claims were open on texts of the row, without the \
				101 that were set aside: 1 000 planck = 300/300 of 600 + 400/400 of 400, by points, \
				from what came into datanet 1 for tranche 1, plus the fraction 0/2^64 kept before; \
				0/2^64 are kept",
			"matches": true,
		}])
	);
	assert_eq!(answer["zeros"][0]["kind"], "NoPayment");
	// A planck more than the payments give.
	let chain = FakeChain::of([
		Block::default().extrinsic([points(300), locked(1)]),
		Block::default().hook([payment(600, 300)]),
		Block::default().extrinsic([withheld(600), unlocked(0), released(601)]),
	]);
	let (module, _indexed) = over(&chain, state());
	let answer = result(&module, EXPLAIN, json!([who, 1, 3])).await;
	assert_eq!(answer["items"][0]["matches"], false);
}

#[tokio::test]
async fn a_collection_after_a_lock_should_begin_where_the_lock_left_off() {
	let pool = LedgerSource::Pool {
		datanet: 1,
		tranche: 1,
	};
	let chain = FakeChain::of([
		Block::default().extrinsic([points(300), locked(1)]),
		Block::default().hook([payment(600, 300)]),
		// The lock goes without anything withheld; the row is touched later.
		Block::default().extrinsic([unlocked(0)]),
		Block::default().extrinsic([accrued(account(ACCUSED), 600, pool.clone())]),
		Block::default().extrinsic([locked(1)]),
		Block::default().hook([payment(600, 300)]),
		Block::default().extrinsic([withheld(600), unlocked(0), released(600)]),
		Block::default().hook([payment(600, 300)]),
		Block::default().extrinsic([accrued(account(ACCUSED), 600, pool)]),
	]);
	let (module, _indexed) = over(&chain, state());
	let answer = result(&module, EXPLAIN, json!([address(ACCUSED), 1, 9])).await;
	let found: Vec<_> = answer["items"]
		.as_array()
		.unwrap()
		.iter()
		.map(|item| {
			let payments = item["cause"]["payments"].as_array().unwrap();
			let blocks: Vec<_> = payments.iter().map(|paid| &paid["block"]).collect();
			json!([
				item["kind"],
				item["matches"],
				item["cause"]["since"],
				blocks
			])
		})
		.collect();
	assert_eq!(
		found,
		[
			json!(["PoolCollection", true, [1, 0], [2]]),
			json!(["WithheldCollection", true, [4, 0], [6]]),
			json!(["PoolCollection", true, [7, 0], [8]]),
		]
	);
}

#[tokio::test]
async fn a_reporter_s_half_and_returned_money_should_be_explained() {
	let chain = proved();
	let returned = accrued(account(ACCUSED), 70, LedgerSource::Aside);
	let odd = accrued(account(REPORTER), 9, LedgerSource::Forfeited);
	let other = accrued(account(REPORTER), 40, LedgerSource::Forfeited);
	let forfeited = Event::AsideForfeited {
		reporter: account(REPORTER),
		amount: 90,
	};
	let block = Block::default()
		.extrinsic([returned])
		.extrinsic([odd])
		.extrinsic([forfeited, other]);
	chain.push(block.rows);
	let (module, _indexed) = over(&chain, state());
	let answer = result(&module, EXPLAIN, json!([address(REPORTER), 1, 8])).await;
	let lines: Vec<_> = answer["items"]
		.as_array()
		.unwrap()
		.iter()
		.map(|item| {
			json!([
				item["kind"],
				item["cause"],
				item["matches"],
				item["formula"]
			])
		})
		.collect();
	let half = "half of what a proved claim forfeited";
	assert_eq!(
		lines,
		[
			json!(["Forfeit", { "of": "101" }, true, format!("50 planck = ⌊101/2⌋: {half}")]),
			json!(["Forfeit", { "of": null }, null, format!("9 planck = {half}")]),
			json!(["Forfeit", { "of": "90" }, false, format!("40 planck = ⌊90/2⌋: {half}")]),
		]
	);
	let answer = result(&module, EXPLAIN, json!([address(ACCUSED), 8, 8])).await;
	let item = &answer["items"][0];
	assert_eq!(
		(&item["kind"], &item["cause"]),
		(&json!("AsideReturned"), &json!({}))
	);
	assert_eq!(
		item["formula"],
		"70 planck that were set aside from a pool row because of a claim, which came to nothing"
	);
}

#[tokio::test]
async fn a_row_that_was_locked_before_the_index_should_not_be_explained() {
	let chain = proved();
	chain.prune(3);
	let (module, _indexed) = over(&chain, state());
	let answer = result(&module, EXPLAIN, json!([address(ACCUSED), 1, 9])).await;
	let item = &answer["items"][0];
	assert_eq!(
		[&item["kind"], &item["amount"], &item["matches"]],
		[&json!("Unexplained"), &json!("899"), &Value::Null]
	);
	// One that is locked again later is, but not as if everything were known.
	let chain = proved();
	for block in [
		Block::default().extrinsic([locked(1)]),
		Block::default().hook([payment(600, 300)]),
		Block::default().extrinsic([withheld(600), unlocked(0), released(600)]),
	] {
		chain.push(block.rows);
	}
	chain.prune(3);
	let (module, _indexed) = over(&chain, state());
	let answer = result(&module, EXPLAIN, json!([address(ACCUSED), 8, 10])).await;
	let item = &answer["items"][0];
	assert_eq!(
		[&item["kind"], &item["matches"], &item["cause"]["since"]],
		[&json!("WithheldCollection"), &Value::Null, &json!([6, 0])]
	);
}
