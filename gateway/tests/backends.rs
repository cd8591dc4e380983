// SPDX-License-Identifier: Apache-2.0
//! Backends: what they are asked, and that their failures cost nothing.

mod common;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{routing::post, Json, Router};
use common::{World, MODEL};
use openledger_client::{wire::Prompt, ContentStore, GatewayError};
use openledger_gateway::{
	backend::{Adapter, Backend, BackendError, Completion, Extractive, Upstream},
	corpus::Corpus,
};
use serde_json::{json, Value};
use url::Url;

/// Says what it is told to, as slowly as it is told to.
struct Scripted {
	reply: Result<String, BackendError>,
	after: Duration,
}

#[async_trait]
impl Backend for Scripted {
	fn name(&self) -> &'static str {
		"scripted"
	}

	fn longest_answer(&self, _: &Prompt) -> u32 {
		65_536
	}

	async fn complete(&self, _: &Prompt, _: &[u8]) -> Result<Completion, BackendError> {
		tokio::time::sleep(self.after).await;
		let text = self.reply.clone()?;
		Ok(Completion {
			text,
			finish_reason: "stop".into(),
		})
	}
}

async fn scripted(reply: Result<String, BackendError>, after: Duration) -> World {
	World::with_backend(Some(Arc::new(Scripted { reply, after }))).await
}

#[tokio::test]
async fn a_backend_that_fails_or_stalls_leaves_no_record() {
	let refused = Err(BackendError::Status(500));
	for (reply, after) in [(refused, 0), (Ok("too late".into()), 5_000)] {
		let world = scripted(reply, Duration::from_millis(after)).await;
		let error = world.payer().complete("a", None, false).await.unwrap_err();
		let openledger_client::Error::Gateway(GatewayError::Refused { status, code, .. }) = error
		else {
			panic!("{error}")
		};
		assert_eq!((status, code.as_str()), (502, "backend_failed"));
		assert!(world.service.store.call(1, 1).unwrap().is_none());
		let channel = world.service.channels.lock_own(1).await.unwrap().unwrap();
		assert_eq!((channel.calls(), channel.fee_total), (0, 0));
	}
}

#[tokio::test]
async fn a_call_in_progress_does_not_hold_up_settling() {
	let world = scripted(Ok("slow".into()), Duration::from_millis(700)).await;
	let mut payer = world.payer();
	payer.complete("a", None, false).await.unwrap();
	payer.settle().await.unwrap();
	let mut settler = world.settler();
	let calling = tokio::spawn(async move { payer.complete("b", None, false).await });
	tokio::time::sleep(Duration::from_millis(100)).await;
	for _ in 0..6 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	assert!(!calling.is_finished());
	assert_eq!(world.service.store.settled(1).unwrap().calls, 1);
	assert_eq!(calling.await.unwrap().unwrap().record.number, 2);
}

#[tokio::test]
async fn answers_are_cut_at_65536_bytes_and_pass_the_payers_checks() {
	let world = scripted(Ok("é".repeat(40_000)), Duration::ZERO).await;
	let answer = world.payer().complete("a", None, false).await.unwrap();
	assert_eq!(answer.text.len(), 65_536);
	assert_eq!(answer.record.bytes_out, 65_536);
}

#[tokio::test]
async fn empty_answers_are_all_base() {
	let world = scripted(Ok(String::new()), Duration::ZERO).await;
	let answer = world.payer().complete("a", None, false).await.unwrap();
	assert_eq!(
		(answer.record.bytes_out, answer.record.matched_total),
		(0, 0)
	);
	assert!(answer.record.fee > 0);
}

#[tokio::test]
async fn a_model_without_a_contributors_share_is_not_matched() {
	let text = common::TEXTS[0].1.to_string();
	let world = scripted(Ok(text.clone()), Duration::ZERO).await;
	assert!(!world
		.payer()
		.complete("a", None, false)
		.await
		.unwrap()
		.spans
		.is_empty());

	let keep = tempfile::tempdir().unwrap();
	let texts = openledger_client::ContentStore::open(keep.path().join("sources")).unwrap();
	let chain = common::chain(&texts);
	chain.model.lock().unwrap().vector[1].1 = 0;
	chain.open_channel(1, &common::alice(), 10 * openledger_primitives::OPEN);
	let backend = Arc::new(Scripted {
		reply: Ok(text),
		after: Duration::ZERO,
	});
	let world = World::open(chain, keep.path().to_path_buf(), Some(backend)).await;
	let answer = world.payer().complete("a", None, false).await.unwrap();
	assert!(answer.spans.is_empty());
	assert_eq!(answer.record.matched_total, 0);
}

/// An upstream server that answers with what `reply` makes of the request.
async fn upstream(reply: fn(Value) -> Value) -> Url {
	let answer = move |Json(body): Json<Value>| async move { Json(reply(body)) };
	let router = Router::new()
		.route("/v1/completions", post(answer))
		.route("/v1/chat/completions", post(answer));
	let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}/v1/", listener.local_addr().unwrap());
	tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
	url.parse().unwrap()
}

async fn ask(url: &Url, body: Value, chat: bool) -> Result<Completion, BackendError> {
	let deadline = Duration::from_secs(5);
	let upstream = Upstream::new(url, Some("small".into()), None, deadline).unwrap();
	let body = body.to_string().into_bytes();
	let prompt = Prompt::parse(&body, chat).unwrap();
	upstream.complete(&prompt, &body).await
}

#[tokio::test]
async fn the_upstream_gets_the_request_without_what_is_ours() {
	let url = upstream(|body| json!({ "choices": [{ "text": body.to_string() }] })).await;
	let model = format!("openledger-{MODEL}");
	let body = json!({
		"model": model, "prompt": "a", "temperature": 0.5, "openledger": { "open": true },
	});
	let echoed: Value = serde_json::from_str(&ask(&url, body, false).await.unwrap().text).unwrap();
	let sent = json!({ "model": "small", "prompt": "a", "temperature": 0.5, "stream": false });
	assert_eq!(echoed, sent);
}

#[tokio::test]
async fn upstream_replies_are_read_or_refused() {
	let body = || json!({ "model": "m", "messages": [{ "role": "user", "content": "a" }] });
	let url = upstream(
		|_| json!({ "choices": [{ "message": { "content": "b" }, "finish_reason": "length" }] }),
	)
	.await;
	let good = ask(&url, body(), true).await.unwrap();
	assert_eq!(
		(good.text.as_str(), good.finish_reason.as_str()),
		("b", "length")
	);
	let url = upstream(|_| json!({ "choices": [] })).await;
	assert!(matches!(
		ask(&url, body(), true).await,
		Err(BackendError::Malformed(_))
	));
	let url =
		upstream(|_| json!({ "choices": [{ "message": { "content": "x".repeat(1 << 21) } }] }));
	assert!(matches!(
		ask(&url.await, body(), true).await,
		Err(BackendError::TooLarge(_))
	));
	let nobody: Url = "http://127.0.0.1:9/".parse().unwrap();
	assert!(matches!(
		ask(&nobody, body(), true).await,
		Err(BackendError::Unreachable(_))
	));
	let wrong_path: Url = format!("{}other", upstream(|body| body).await)
		.parse()
		.unwrap();
	assert!(matches!(
		ask(&wrong_path, body(), true).await,
		Err(BackendError::Status(404))
	));
}

/// What the extractive backend says to a question, with an adapter.
async fn extracted(question: &str, adapter: Adapter) -> String {
	let folder = tempfile::tempdir().unwrap();
	let texts = ContentStore::open(folder.path().join("texts")).unwrap();
	let chain = common::chain(&texts);
	let corpus = Corpus::load(&*chain, chain.head(), MODEL, texts)
		.await
		.unwrap();
	let backend = Extractive::new(Arc::new(corpus), adapter).unwrap();
	let body = json!({ "model": "m", "prompt": question }).to_string();
	let prompt = Prompt::parse(body.as_bytes(), false).unwrap();
	let answer = backend.complete(&prompt, body.as_bytes()).await.unwrap();
	answer.text
}

fn sources(answer: &str) -> Vec<&str> {
	let named = answer
		.lines()
		.filter_map(|line| line.strip_prefix("[contribution "));
	named.collect()
}

#[tokio::test]
async fn an_adapter_bounds_the_sources_of_an_answer() {
	let question = "How do I serialize a struct to JSON?";
	let answer = extracted(question, Adapter::default()).await;
	assert!(sources(&answer).len() > 1, "{answer}");
	let adapted = extracted(question, Adapter { sources: 1 }).await;
	assert_eq!(sources(&adapted), &sources(&answer)[..1]);
	let given = |text: &str| Adapter::read(text.as_bytes());
	assert_eq!(given("{\"sources\":64}"), Ok(Adapter { sources: 64 }));
	for wrong in [
		"",
		"{}",
		"{\"sources\":0}",
		"{\"sources\":65}",
		"{\"sources\":1,\"more\":2}",
	] {
		assert!(given(wrong).is_err(), "{wrong}");
	}
}

#[tokio::test]
async fn words_that_name_no_subject_dont_rank() {
	// "is" and "the" stand in texts that have nothing to do with tables.
	let answer = extracted("What is the table?", Adapter::default()).await;
	assert_eq!(sources(&answer).len(), 1, "{answer}");
	// A question of such words alone is still answered.
	assert!(!sources(&extracted("to the", Adapter::default()).await).is_empty());
}
