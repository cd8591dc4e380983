// SPDX-License-Identifier: Apache-2.0
//! Every refusal over HTTP has its status and its name, and leaves no trace.

mod common;

use common::{alice, bob, World, GENESIS, MODEL, PRICE};
use openledger_client::{wire, Account};
use openledger_gateway::service::now_ms;
use openledger_primitives::{
	apis::ChannelState,
	payload::{Price, SessionBody},
	ChannelId, H256, OPEN,
};
use serde_json::{json, Value};

const QUESTION: &str = r#"{"model":"openledger-7","prompt":"serialize a struct to JSON"}"#;

struct Ask<'a> {
	world: &'a World,
	token: Option<String>,
	path: &'a str,
	headers: Vec<(&'a str, String)>,
}

impl<'a> Ask<'a> {
	fn new(world: &'a World) -> Self {
		let token = Some(token(&alice(), 1, |_| {}));
		Self {
			world,
			token,
			path: "/v1/completions",
			headers: Vec::new(),
		}
	}

	async fn send(&self, body: impl Into<reqwest::Body>) -> (u16, Value) {
		let mut request = reqwest::Client::new()
			.post(format!("{}{}", self.world.url, self.path))
			.body(body);
		if let Some(token) = &self.token {
			request = request.bearer_auth(token);
		}
		for (name, value) in &self.headers {
			request = request.header(*name, value);
		}
		let response = request.send().await.unwrap();
		(response.status().as_u16(), response.json().await.unwrap())
	}

	async fn refusal(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
		let (status, json) = self.send(body).await;
		assert!(!json["error"]["message"].as_str().unwrap().is_empty());
		(status, json["error"]["code"].as_str().unwrap().to_string())
	}
}

/// The status line for a body of unstated length that is too large.
async fn chunked(world: &World) -> String {
	use tokio::io::{AsyncReadExt, AsyncWriteExt};
	let address = world.url.strip_prefix("http://").unwrap();
	let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
	let token = token(&alice(), 1, |_| {});
	let head = format!(
		"POST /v1/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
		 transfer-encoding: chunked\r\n\r\n"
	);
	stream.write_all(head.as_bytes()).await.unwrap();
	let chunk = format!("3e8\r\n{}\r\n", " ".repeat(1_000));
	for _ in 0..5 {
		stream.write_all(chunk.as_bytes()).await.unwrap();
	}
	let mut reply = vec![0; 64];
	let length = stream.read(&mut reply).await.unwrap();
	String::from_utf8_lossy(&reply[..length]).into_owned()
}

fn token(key: &Account, channel: ChannelId, change: impl FnOnce(&mut SessionBody)) -> String {
	let expires_ms = now_ms() + 600_000;
	let mut body = SessionBody {
		channel,
		operator: bob().id(),
		model: MODEL,
		expires_ms,
	};
	change(&mut body);
	key.sign_session(&GENESIS, body).to_text()
}

fn named(status: u16, code: &str) -> (u16, String) {
	(status, code.to_string())
}

#[tokio::test]
async fn sessions_that_are_not_good_are_refused() {
	let world = World::new().await;
	let other_chain = {
		let body = SessionBody {
			channel: 1,
			operator: bob().id(),
			model: MODEL,
			expires_ms: now_ms() + 600_000,
		};
		alice().sign_session(&H256::repeat_byte(9), body).to_text()
	};
	let cases = [
		(None, 401, "missing_token"),
		(Some("ol1.00".to_string()), 401, "invalid_token"),
		(
			Some(token(&alice(), 1, |b| b.expires_ms = now_ms() - 1)),
			401,
			"expired_token",
		),
		(
			Some(token(&alice(), 1, |b| b.expires_ms += 3_600_000)),
			401,
			"token_too_long",
		),
		(
			Some(token(&alice(), 1, |b| b.operator = alice().id())),
			401,
			"wrong_operator",
		),
		(Some(token(&bob(), 1, |_| {})), 401, "token_signature"),
		(Some(other_chain), 401, "token_signature"),
		(
			Some(token(&alice(), 1, |b| b.model = 8)),
			403,
			"wrong_model",
		),
		(Some(token(&alice(), 2, |_| {})), 404, "unknown_channel"),
	];
	for (token, status, code) in cases {
		let ask = Ask {
			token,
			..Ask::new(&world)
		};
		assert_eq!(ask.refusal(QUESTION).await, named(status, code));
	}
	assert!(
		world.service.channels.ids().is_empty(),
		"no refused call enters a channel"
	);
}

#[tokio::test]
async fn requests_that_are_not_good_are_refused() {
	let world = World::new().await;
	let ask = Ask::new(&world);
	let cases = [
		("{", 400, "invalid_json"),
		("[]", 400, "invalid_field"),
		(r#"{"model":"gpt-4","prompt":"a"}"#, 404, "model_not_found"),
		(
			r#"{"model":"openledger-8","prompt":"a"}"#,
			404,
			"model_not_found",
		),
		(
			r#"{"model":"openledger-7","prompt":"a","stream":true}"#,
			400,
			"not_supported",
		),
		(
			r#"{"model":"openledger-7","prompt":"a","n":2}"#,
			400,
			"not_supported",
		),
		(
			r#"{"model":"openledger-7","prompt":["a","b"]}"#,
			400,
			"not_supported",
		),
		(
			r#"{"model":"openledger-7","prompt":"a","tools":[{}]}"#,
			400,
			"not_supported",
		),
	];
	for (body, status, code) in cases {
		assert_eq!(ask.refusal(body).await, named(status, code), "{body}");
	}
	assert_eq!(
		ask.refusal(vec![b' '; 4_097]).await,
		named(413, "body_too_large")
	);
	assert!(chunked(&world).await.starts_with("HTTP/1.1 413 "));
	let zipped = Ask {
		headers: vec![("content-encoding", "gzip".into())],
		..Ask::new(&world)
	};
	assert_eq!(
		zipped.refusal(QUESTION).await,
		named(415, "content_encoding")
	);
	let nowhere = Ask {
		path: "/v2/completions",
		..Ask::new(&world)
	};
	assert_eq!(nowhere.refusal(QUESTION).await, named(404, "not_found"));
	let wrong_method = Ask {
		path: "/health",
		..Ask::new(&world)
	};
	assert_eq!(wrong_method.send(QUESTION).await.0, 405);
	assert!(
		world.service.channels.ids().is_empty(),
		"no refused call enters a channel"
	);
}

#[tokio::test]
async fn channels_that_are_not_ours_or_not_open_or_too_cheap_are_refused() {
	let world = World::new().await;
	for id in 2..=6 {
		world.chain.open_channel(id, &alice(), OPEN);
	}
	world.chain.with(|state| {
		state.channels.get_mut(&2).unwrap().operator = alice().id();
		state.channels.get_mut(&3).unwrap().model = 8;
		state.channels.get_mut(&4).unwrap().state = ChannelState::Closing { at: 99 };
		let cheap = Price {
			out_per_kb: PRICE.out_per_kb - 1,
			..PRICE
		};
		state.channels.get_mut(&5).unwrap().price = cheap;
		state.channels.get_mut(&6).unwrap().settled_calls = 1;
	});
	let cases = [
		(2, 403, "foreign_channel"),
		(3, 403, "foreign_channel"),
		(4, 409, "channel_closed"),
		(5, 403, "price_too_low"),
		(6, 403, "foreign_channel"),
	];
	for (id, status, code) in cases {
		let ask = Ask {
			token: Some(token(&alice(), id, |_| {})),
			..Ask::new(&world)
		};
		assert_eq!(
			ask.refusal(QUESTION).await,
			named(status, code),
			"channel {id}"
		);
	}
	world.chain.with(|state| state.down = true);
	let ask = Ask::new(&world);
	assert_eq!(ask.refusal(QUESTION).await, named(503, "chain_unavailable"));
	assert!(
		world.service.channels.ids().is_empty(),
		"no refused call enters a channel"
	);
}

#[tokio::test]
async fn payment_is_asked_for_with_a_quote_that_can_be_signed() {
	let world = World::new().await;
	let ask = Ask::new(&world);
	for _ in 0..3 {
		assert_eq!(ask.send(QUESTION).await.0, 200);
	}
	let (status, refusal) = ask.send(QUESTION).await;
	assert_eq!(
		(status, refusal["error"]["code"].as_str()),
		(402, Some("voucher_required"))
	);
	let quote: wire::Quote = serde_json::from_value(refusal["quote"].clone()).unwrap();
	assert_eq!(
		(quote.unpaid_calls, quote.unpaid_limit, quote.voucher.calls),
		(3, 3, 3)
	);
	assert_eq!(quote.deposit, 10 * OPEN);
	let signed = alice().sign_voucher(&GENESIS, (&quote.voucher).into());
	let header = wire::voucher_hex(&signed);
	let paying = Ask {
		headers: vec![(wire::VOUCHER_HEADER, header)],
		..Ask::new(&world)
	};
	assert_eq!(paying.send(QUESTION).await.0, 200);
	assert_eq!(ask.send(QUESTION).await.0, 200, "one unpaid call again");
}

#[tokio::test]
async fn a_deposit_that_cannot_cover_the_next_call_is_refused_with_what_it_lacks() {
	let world = World::new().await;
	let highest = PRICE.fee(26, 2_048).unwrap();
	world.chain.open_channel(2, &alice(), highest - 1);
	let ask = Ask {
		token: Some(token(&alice(), 2, |_| {})),
		..Ask::new(&world)
	};
	let (status, refusal) = ask.send(QUESTION).await;
	assert_eq!(
		(status, refusal["error"]["code"].as_str()),
		(402, Some("deposit_exhausted"))
	);
	let quote: wire::Quote = serde_json::from_value(refusal["quote"].clone()).unwrap();
	assert_eq!(
		(quote.highest_fee, quote.deposit_needed),
		(highest, highest)
	);
	assert_eq!(quote.voucher.calls, 0);
	// A top-up is seen at once, however fresh the last look at the channel was.
	world
		.chain
		.with(|state| state.channels.get_mut(&2).unwrap().deposit = highest);
	assert_eq!(ask.send(QUESTION).await.0, 200);
	assert_eq!(ask.refusal(QUESTION).await.0, 402);
}

#[tokio::test]
async fn private_calls_are_shown_to_their_payer_and_open_ones_to_anyone() {
	let world = World::new().await;
	let ask = Ask::new(&world);
	let (_, private) = ask.send(QUESTION).await;
	let open = r#"{"model":"openledger-7","prompt":"struct to JSON","openledger":{"open":true}}"#;
	let (_, open) = ask.send(open).await;
	let get = |path: &str, token: Option<String>| {
		let mut request = reqwest::Client::new().get(format!("{}{path}", world.url));
		if let Some(token) = token {
			request = request.bearer_auth(token);
		}
		async move {
			let response = request.send().await.unwrap();
			let status = response.status().as_u16();
			(status, response.json::<Value>().await.unwrap_or_default())
		}
	};
	world.chain.open_channel(2, &bob(), OPEN);
	let stranger = token(&bob(), 2, |_| {});
	let payer = token(&alice(), 1, |_| {});

	assert_eq!(get("/v1/calls/1-1", None).await.0, 401);
	assert_eq!(get("/v1/calls/1-1", Some(stranger.clone())).await.0, 403);
	assert_eq!(get("/v1/calls/1-9", Some(stranger.clone())).await.0, 403);
	let (status, own) = get("/v1/calls/1-1", Some(payer.clone())).await;
	assert_eq!(
		(status, &own["text"]),
		(200, &private["choices"][0]["text"])
	);
	assert_eq!(own["secret"], private["openledger"]["secret"]);
	assert_eq!(own["settlement"], json!({ "status": "unpaid" }));

	let (status, seen) = get("/v1/calls/1-2", None).await;
	assert_eq!((status, &seen["text"]), (200, &open["choices"][0]["text"]));
	assert_eq!(seen["prompt"], "struct to JSON");
	assert!(seen["secret"].is_null());
	let (_, latest) = get("/v1/answers", None).await;
	let ids: Vec<&str> = latest["items"]
		.as_array()
		.unwrap()
		.iter()
		.map(|c| c["id"].as_str().unwrap())
		.collect();
	assert_eq!(ids, ["1-2"], "private calls are not listed");

	assert_eq!(get("/v1/channels/1/records", None).await.0, 401);
	assert_eq!(get("/v1/channels/1/records", Some(stranger)).await.0, 403);
	let (_, records) = get("/v1/channels/1/records?after=1", Some(payer.clone())).await;
	assert_eq!(records["items"].as_array().unwrap().len(), 1);
	assert_eq!(records["items"][0], open["openledger"]["record"]);
	assert_eq!(
		get("/v1/channels/1/records?limit=0", Some(payer)).await.0,
		400
	);
}

#[tokio::test]
async fn the_page_models_health_and_texts_are_there_for_anyone() {
	let world = World::new().await;
	let get = |path: String| {
		let url = format!("{}{path}", world.url);
		async move { reqwest::get(url).await.unwrap() }
	};
	let page = get("/".into()).await;
	assert!(page.headers()["content-security-policy"]
		.to_str()
		.unwrap()
		.contains("'none'"));
	let html = page.text().await.unwrap();
	for external in ["src=\"http", "href=\"http", "@import", "url("] {
		assert!(
			!html.contains(external),
			"the page loads nothing: {external}"
		);
	}
	let models: Value = get("/v1/models".into()).await.json().await.unwrap();
	assert_eq!(models["data"][0]["id"], "openledger-7");
	// Nothing has been settled or seen final yet.
	assert_eq!(get("/health".into()).await.status(), 503);
	world
		.service
		.set_status(|status| status.finalised = Some(world.chain.head()));
	let health: Value = get("/health".into()).await.json().await.unwrap();
	assert_eq!(
		(&health["status"], &health["texts"]),
		(&json!("ok"), &json!(4))
	);

	let member = world.chain.members.lock().unwrap()[0].clone();
	let text = get(format!("/v1/texts/{:?}", member.text_root)).await;
	assert_eq!(text.bytes().await.unwrap(), common::TEXTS[0].1.as_bytes());
	assert_eq!(
		get(format!("/v1/texts/{:?}", H256::zero())).await.status(),
		404
	);
	assert_eq!(get("/v1/texts/zz".into()).await.status(), 404);
	assert_eq!(get("/v1/batches/0/records".into()).await.status(), 404);
}
