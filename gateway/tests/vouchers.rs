// SPDX-License-Identifier: Apache-2.0
//! A voucher is taken if it says what the gateway's own records say, and for no other reason.

mod common;

use common::{alice, bob, World, GENESIS};
use openledger_client::{wire::VoucherPost, Gateway, GatewayError};
use openledger_primitives::{
	payload::{scheme, SignedVoucher, Voucher},
	H256, OPEN,
};

async fn post(world: &World, signed: &SignedVoucher) -> Result<(), String> {
	let gateway = Gateway::new(&world.url).unwrap();
	match gateway.post_voucher(signed).await {
		Ok(_) => Ok(()),
		Err(GatewayError::Refused { code, .. }) => Err(code),
		Err(other) => panic!("{other}"),
	}
}

/// Three calls, none paid; the vouchers for one, two and all three.
async fn three_calls(world: &World) -> [Voucher; 3] {
	let mut payer = world.payer();
	let mut vouchers = Vec::new();
	for question in ["serialize a struct", "answer with JSON", "random numbers"] {
		let token = payer.token();
		let body = format!(r#"{{"model":"openledger-7","prompt":"{question}"}}"#);
		let gateway = Gateway::new(&world.url).unwrap();
		let reply = gateway
			.call("/v1/completions", &token, body.into(), None)
			.await
			.unwrap();
		let voucher: openledger_client::wire::VoucherJson =
			serde_json::from_value(reply["openledger"]["voucher"].clone()).unwrap();
		vouchers.push((&voucher).into());
	}
	vouchers.try_into().unwrap()
}

fn sign(voucher: &Voucher) -> SignedVoucher {
	alice().sign_voucher(&GENESIS, voucher.clone())
}

#[tokio::test]
async fn vouchers_are_taken_in_any_rising_order_and_twice() {
	let world = World::new().await;
	let [first, _, third] = three_calls(&world).await;
	assert_eq!(post(&world, &sign(&first)).await, Ok(()));
	assert_eq!(
		world
			.service
			.store
			.channel(1)
			.unwrap()
			.unwrap()
			.voucher
			.unwrap()
			.voucher,
		first
	);
	assert_eq!(post(&world, &sign(&third)).await, Ok(()));
	assert_eq!(
		post(&world, &sign(&third)).await,
		Ok(()),
		"the same one may come again"
	);
	assert_eq!(
		world
			.service
			.store
			.channel(1)
			.unwrap()
			.unwrap()
			.voucher
			.unwrap()
			.voucher,
		third
	);
}

#[tokio::test]
async fn every_other_voucher_is_refused_by_name_and_changes_nothing() {
	let world = World::new().await;
	let [first, second, third] = three_calls(&world).await;
	post(&world, &sign(&second)).await.unwrap();
	let with = |change: fn(&mut Voucher)| {
		let mut voucher = third.clone();
		change(&mut voucher);
		sign(&voucher)
	};
	let other_chain = alice().sign_voucher(&H256::repeat_byte(1), third.clone());
	let other_key = bob().sign_voucher(&GENESIS, third.clone());
	let other_curve = SignedVoucher {
		scheme: scheme::ED25519,
		..sign(&third)
	};
	let no_scheme = SignedVoucher {
		scheme: 4,
		..sign(&third)
	};
	let cases = [
		(with(|v| v.channel = 2), "voucher_unknown_channel"),
		(with(|v| v.calls = 4), "voucher_calls"),
		(with(|v| v.calls = 0), "voucher_calls"),
		(sign(&first), "voucher_stale"),
		(with(|v| v.calls = 2), "voucher_fee_total"),
		(with(|v| v.fee_total += 1), "voucher_fee_total"),
		(with(|v| v.fee_total -= 1), "voucher_fee_total"),
		(with(|v| v.matched_total -= 1), "voucher_matched_total"),
		(with(|v| v.range_root = H256::zero()), "voucher_range_root"),
		(other_chain, "voucher_signature"),
		(other_key, "voucher_signature"),
		(other_curve, "voucher_signature"),
		(no_scheme, "voucher_signature"),
	];
	for (signed, code) in cases {
		assert_eq!(post(&world, &signed).await, Err(code.to_string()));
		let kept = world
			.service
			.store
			.channel(1)
			.unwrap()
			.unwrap()
			.voucher
			.unwrap();
		assert_eq!(kept.voucher, second, "{code}");
	}
	assert_eq!(post(&world, &sign(&third)).await, Ok(()));
}

#[tokio::test]
async fn a_voucher_above_the_deposit_is_refused() {
	let world = World::new().await;
	let [_, _, third] = three_calls(&world).await;
	// Deposits never fall on chain; a smaller one stands for a block that was abandoned.
	world.chain.with(|state| {
		state.channels.get_mut(&1).unwrap().deposit = third.fee_total - 1;
	});
	tokio::time::sleep(std::time::Duration::from_millis(6_100)).await;
	assert_eq!(
		post(&world, &sign(&third)).await,
		Err("voucher_deposit".into())
	);
	world
		.chain
		.with(|state| state.channels.get_mut(&1).unwrap().deposit = OPEN);
	assert_eq!(post(&world, &sign(&third)).await, Ok(()));
}

#[tokio::test]
async fn what_is_no_voucher_is_refused() {
	let world = World::new().await;
	let post = |body: String| {
		let request = reqwest::Client::new()
			.post(format!("{}/v1/vouchers", world.url))
			.body(body);
		async move {
			let json: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
			json["error"]["code"].as_str().unwrap().to_string()
		}
	};
	let good = VoucherPost::new(&sign(&Voucher {
		channel: 1,
		calls: 1,
		fee_total: 1,
		matched_total: 0,
		range_root: H256::zero(),
	}));
	let json = |voucher: &str| format!(r#"{{"voucher":"{voucher}"}}"#);
	assert_eq!(post("{".into()).await, "invalid_json");
	assert_eq!(post("{}".into()).await, "invalid_json");
	for broken in [
		"",
		"0x",
		"0xzz",
		&good.voucher[..100],
		&format!("{}00", good.voucher),
	] {
		assert_eq!(post(json(broken)).await, "voucher_malformed", "{broken}");
	}
	assert_eq!(post(json(&good.voucher)).await, "voucher_unknown_channel");
}
