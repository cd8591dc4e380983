// SPDX-License-Identifier: Apache-2.0
//! Any OpenAI-compatible server as backend.

use std::time::Duration;

use async_trait::async_trait;
use openledger_client::wire::Prompt;
use openledger_primitives::ids::MAX_ANSWER_BYTES;
use serde_json::Value as Json;
use url::Url;

use super::{Backend, BackendError, Completion};

/// Bytes of a reply, at most.
const MAX_REPLY: usize = 1 << 20;

/// A server by its address.
pub struct Upstream {
	http: reqwest::Client,
	base: String,
	model: Option<String>,
	key: Option<String>,
}

impl Upstream {
	/// The server at `base` (before `/v1/…`). `model` replaces the name that payers ask for, `key`
	/// is sent as bearer token, `deadline` bounds a whole call.
	pub fn new(
		base: &Url,
		model: Option<String>,
		key: Option<String>,
		deadline: Duration,
	) -> Result<Self, BackendError> {
		let http = reqwest::Client::builder()
			.timeout(deadline)
			.redirect(reqwest::redirect::Policy::none())
			.build()
			.map_err(|error| BackendError::Unreachable(error.to_string()))?;
		let base = base
			.as_str()
			.trim_end_matches('/')
			.trim_end_matches("/v1")
			.to_string();
		Ok(Self {
			http,
			base,
			model,
			key,
		})
	}

	/// The payer's request without what concerns the gateway alone.
	fn forwarded(&self, body: &[u8]) -> Result<Json, BackendError> {
		let mut json: Json = serde_json::from_slice(body)
			.map_err(|error| BackendError::Malformed(error.to_string()))?;
		let fields = json.as_object_mut();
		let fields = fields.ok_or_else(|| BackendError::Malformed("no object".into()))?;
		fields.remove("openledger");
		fields.remove("user");
		fields.insert("stream".into(), Json::Bool(false));
		if let Some(model) = &self.model {
			fields.insert("model".into(), Json::String(model.clone()));
		}
		Ok(json)
	}
}

#[async_trait]
impl Backend for Upstream {
	fn name(&self) -> &'static str {
		"upstream"
	}

	fn longest_answer(&self, _prompt: &Prompt) -> u32 {
		// Its tokens may have any length.
		MAX_ANSWER_BYTES
	}

	async fn complete(&self, prompt: &Prompt, body: &[u8]) -> Result<Completion, BackendError> {
		let path = if prompt.chat {
			"/v1/chat/completions"
		} else {
			"/v1/completions"
		};
		let unreachable =
			|error: reqwest::Error| BackendError::Unreachable(error.without_url().to_string());
		let mut request = self.http.post(format!("{}{path}", self.base));
		if let Some(key) = &self.key {
			request = request.bearer_auth(key);
		}
		let mut response = request
			.json(&self.forwarded(body)?)
			.send()
			.await
			.map_err(unreachable)?;
		if !response.status().is_success() {
			return Err(BackendError::Status(response.status().as_u16()));
		}
		let mut reply = Vec::new();
		while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
			reply.extend_from_slice(&chunk);
			if reply.len() > MAX_REPLY {
				return Err(BackendError::TooLarge(MAX_REPLY));
			}
		}
		read_reply(&reply, prompt.chat)
	}
}

fn read_reply(reply: &[u8], chat: bool) -> Result<Completion, BackendError> {
	let json: Json = serde_json::from_slice(reply)
		.map_err(|error| BackendError::Malformed(error.to_string()))?;
	let choice = &json["choices"][0];
	let text = if chat {
		&choice["message"]["content"]
	} else {
		&choice["text"]
	};
	let text = text
		.as_str()
		.ok_or_else(|| BackendError::Malformed("no text".into()))?;
	let finish = match choice["finish_reason"].as_str() {
		Some("length") => "length",
		_ => "stop",
	};
	Ok(Completion {
		text: text.into(),
		finish_reason: finish.into(),
	})
}
