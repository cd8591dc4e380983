// SPDX-License-Identifier: Apache-2.0
//! HTTP: an OpenAI-compatible API with vouchers beside it, and reads for payers and watchers.

mod reads;

use std::sync::Arc;

use axum::{
	body::Body,
	extract::{Request, State},
	http::{header, HeaderMap, HeaderValue, Method, StatusCode},
	middleware::{self, Next},
	response::{Html, IntoResponse, Response},
	routing::{get, post},
	Json, Router,
};
use futures::StreamExt;
use openledger_client::wire::{self, VoucherPost, VOUCHER_HEADER};
use serde_json::{json, Value};

use crate::{
	refusal::{Refusal, VoucherFault},
	service::{Served, Service},
};

/// The page at `/`.
const PAGE: &str = include_str!("page.html");
/// What the page may do: its own style and script, and reads from this gateway.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
	script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; \
	form-action 'none'; frame-ancestors 'none'";

/// What the handlers share.
#[derive(Clone)]
pub struct App {
	/// The service.
	pub service: Arc<Service>,
	/// Bytes of a request, at most.
	pub body_limit: usize,
	/// Node address for links to blocks.
	pub node_url: String,
}

impl IntoResponse for Refusal {
	fn into_response(self) -> Response {
		let (status, _) = self.status_and_code();
		if status >= 500 {
			tracing::warn!(error = %self, "request failed");
		}
		let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
		(status, Json(self.body())).into_response()
	}
}

/// All routes.
pub fn router(app: App) -> Router {
	Router::new()
		.route("/", get(page))
		.route("/health", get(reads::health))
		.route("/v1/models", get(reads::models))
		.route("/v1/completions", post(completions))
		.route("/v1/chat/completions", post(chat_completions))
		.route("/v1/vouchers", post(vouchers))
		.route("/v1/answers", get(reads::answers))
		.route("/v1/payments", get(reads::payments))
		.route("/v1/calls/{id}", get(reads::call))
		.route("/v1/channels/{id}/records", get(reads::records))
		.route("/v1/batches", get(reads::batches))
		.route("/v1/batches/{sequence}/{part}", get(reads::batch_part))
		.route("/v1/texts/{root}", get(reads::text))
		.fallback(|| async { Refusal::NotFound("such path") })
		.method_not_allowed_fallback(|| async {
			let body = Refusal::NotFound("such method on this path").body();
			(StatusCode::METHOD_NOT_ALLOWED, Json(body))
		})
		.layer(middleware::from_fn(open_to_browsers))
		.with_state(app)
}

/// Lets web pages of any origin call: sessions are tokens, never cookies.
async fn open_to_browsers(request: Request, next: Next) -> Response {
	let preflight = request.method() == Method::OPTIONS;
	let mut response = if preflight {
		StatusCode::NO_CONTENT.into_response()
	} else {
		next.run(request).await
	};
	let headers = response.headers_mut();
	headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
	headers.insert(
		"x-content-type-options",
		HeaderValue::from_static("nosniff"),
	);
	if preflight {
		headers.insert(
			"access-control-allow-methods",
			HeaderValue::from_static("GET, POST"),
		);
		let allowed = "authorization, content-type, x-openledger-voucher";
		headers.insert(
			"access-control-allow-headers",
			HeaderValue::from_static(allowed),
		);
		headers.insert("access-control-max-age", HeaderValue::from_static("86400"));
	}
	response
}

async fn page() -> impl IntoResponse {
	([(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(PAGE))
}

/// A header as text.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
	headers
		.get(name)
		.map(|value| value.to_str().unwrap_or_default())
}

/// Reads a body to its end, or refuses as soon as it is too large.
async fn read_body(headers: &HeaderMap, body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
	if text(headers, "content-encoding").is_some_and(|encoding| encoding != "identity") {
		return Err(Refusal::ContentEncoding);
	}
	let stated = text(headers, "content-length").and_then(|length| length.parse::<usize>().ok());
	if stated.is_some_and(|stated| stated > limit) {
		return Err(Refusal::BodyTooLarge(limit));
	}
	let mut bytes = Vec::with_capacity(stated.unwrap_or(0));
	let mut chunks = body.into_data_stream();
	while let Some(chunk) = chunks.next().await {
		let chunk = chunk.map_err(|_| Refusal::BodyBroken)?;
		if bytes.len() + chunk.len() > limit {
			return Err(Refusal::BodyTooLarge(limit));
		}
		bytes.extend_from_slice(&chunk);
	}
	Ok(bytes)
}

async fn completions(
	app: State<App>,
	headers: HeaderMap,
	body: Body,
) -> Result<Json<Value>, Refusal> {
	answer(app, headers, body, false).await
}

async fn chat_completions(
	app: State<App>,
	headers: HeaderMap,
	body: Body,
) -> Result<Json<Value>, Refusal> {
	answer(app, headers, body, true).await
}

/// A call runs to its end even when the payer hangs up: what is recorded is kept for him.
async fn answer(
	State(app): State<App>,
	headers: HeaderMap,
	body: Body,
	chat: bool,
) -> Result<Json<Value>, Refusal> {
	let service = app.service.clone();
	let token = service.session(text(&headers, "authorization")).await?;
	let body = read_body(&headers, body, app.body_limit).await?;
	let voucher = text(&headers, VOUCHER_HEADER).map(String::from);
	let running =
		tokio::spawn(async move { service.serve(&token, voucher.as_deref(), &body, chat).await });
	let served = running
		.await
		.map_err(|error| Refusal::Internal(error.to_string()))??;
	Ok(Json(completion(&served, chat)))
}

/// The answer in OpenAI's shape, with the record beside it.
fn completion(served: &Served, chat: bool) -> Value {
	let record = &served.row.record;
	let id = format!("{}-{}", record.channel, record.number);
	let text = &served.row.answer;
	let finish = &served.finish_reason;
	let (kind, choice) = if chat {
		let message = json!({ "role": "assistant", "content": text });
		(
			"chat.completion",
			json!({ "index": 0, "message": message, "finish_reason": finish }),
		)
	} else {
		(
			"text_completion",
			json!({ "index": 0, "text": text, "finish_reason": finish }),
		)
	};
	let tokens = |bytes: u32| bytes.div_ceil(crate::backend::BYTES_PER_TOKEN);
	let (prompt, answer) = (tokens(record.bytes_in), tokens(record.bytes_out));
	json!({
		"id": id,
		"object": kind,
		"created": served.row.served_ms / 1_000,
		"model": served.prompt.model,
		"choices": [choice],
		"usage": {
			"prompt_tokens": prompt,
			"completion_tokens": answer,
			"total_tokens": prompt + answer,
		},
		"openledger": served.extension(),
	})
}

async fn vouchers(
	State(app): State<App>,
	headers: HeaderMap,
	body: Body,
) -> Result<Json<Value>, Refusal> {
	let body = read_body(&headers, body, app.body_limit).await?;
	let post: VoucherPost = serde_json::from_slice(&body)
		.map_err(|error| Refusal::Request(wire::RequestFault::InvalidJson(error.to_string())))?;
	let signed = wire::voucher_from_hex(&post.voucher).ok_or(VoucherFault::Malformed)?;
	let service = app.service.clone();
	let running = tokio::spawn(async move { service.accept_voucher(&signed).await });
	let accepted = running
		.await
		.map_err(|error| Refusal::Internal(error.to_string()))??;
	Ok(Json(
		json!({ "accepted": wire::VoucherJson::from(&accepted) }),
	))
}
