// SPDX-License-Identifier: Apache-2.0
//! Talking to an operator's gateway as a payer: calls, vouchers, records.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openledger_primitives::{
	payload::{CallRecord, SessionBody, SignedVoucher},
	AccountId, ChannelId, ModelId, H256,
};
use serde::{de::DeserializeOwned, Deserialize};
use serde_json::{json, Value as Json};

use crate::{
	account::Account,
	error::Result as ClientResult,
	payer::{Answer, ChannelBook},
	wire::{
		self, AnswerExtension, ErrorBody, Prompt, Quote, RecordJson, VoucherPost, VOUCHER_HEADER,
	},
};

/// Time for one call.
const DEADLINE: Duration = Duration::from_secs(120);
/// Bytes of one reply, at most.
const MAX_REPLY: usize = 16 << 20;
/// A session's length; gateways take at most an hour.
const SESSION: Duration = Duration::from_secs(50 * 60);

/// Why a gateway didn't serve.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
	/// No connection, or it broke off.
	#[error("cannot reach the gateway at {url}: {reason}")]
	Unreachable {
		/// Its address.
		url: String,
		/// What happened.
		reason: String,
	},
	/// It refused.
	#[error("the gateway refused: {message} ({status} {code})")]
	Refused {
		/// HTTP status.
		status: u16,
		/// Name of the error.
		code: String,
		/// A sentence.
		message: String,
		/// What to pay, with status 402.
		quote: Option<Box<Quote>>,
	},
	/// Its reply is not what it should be.
	#[error("the gateway's reply can't be read: {0}")]
	Malformed(String),
}

type Result<T> = core::result::Result<T, GatewayError>;

/// A gateway by its address.
#[derive(Clone, Debug)]
pub struct Gateway {
	url: String,
	http: reqwest::Client,
}

/// A model that a gateway serves.
#[derive(Clone, Debug, Deserialize)]
pub struct ServedModel {
	/// Name to ask for.
	pub id: String,
	/// What the gateway adds.
	pub openledger: ServedModelDetails,
}

/// What a gateway says of its model.
#[derive(Clone, Debug, Deserialize)]
pub struct ServedModelDetails {
	/// Id on chain.
	pub model: ModelId,
	/// Address of the operator to open a channel with.
	pub operator: String,
	/// Price to open a channel at.
	pub price: wire::PriceJson,
	/// Name on chain.
	pub name: String,
}

impl Gateway {
	/// A gateway, for example `http://127.0.0.1:8645`.
	pub fn new(url: &str) -> Result<Self> {
		let url = url.trim_end_matches('/').to_string();
		let http = reqwest::Client::builder().timeout(DEADLINE).build();
		let http = http.map_err(|error| GatewayError::Unreachable {
			url: url.clone(),
			reason: error.to_string(),
		})?;
		Ok(Self { url, http })
	}

	/// Its address.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Models it serves.
	pub async fn models(&self) -> Result<Vec<ServedModel>> {
		#[derive(Deserialize)]
		struct List {
			data: Vec<ServedModel>,
		}
		let list: List = self
			.send(self.http.get(format!("{}/v1/models", self.url)))
			.await?;
		Ok(list.data)
	}

	/// Any GET, with a session token where one is needed.
	pub async fn get<T: DeserializeOwned>(&self, path: &str, token: Option<&str>) -> Result<T> {
		let mut request = self.http.get(format!("{}{path}", self.url));
		if let Some(token) = token {
			request = request.bearer_auth(token);
		}
		self.send(request).await
	}

	/// A call with exactly this body; a voucher may come along.
	pub async fn call(
		&self,
		path: &str,
		token: &str,
		body: Vec<u8>,
		voucher: Option<&SignedVoucher>,
	) -> Result<Json> {
		let mut request = self
			.http
			.post(format!("{}{path}", self.url))
			.bearer_auth(token)
			.header("content-type", "application/json")
			.body(body);
		if let Some(voucher) = voucher {
			request = request.header(VOUCHER_HEADER, wire::voucher_hex(voucher));
		}
		self.send(request).await
	}

	/// Hands in a voucher alone.
	pub async fn post_voucher(&self, signed: &SignedVoucher) -> Result<Json> {
		let request = self.http.post(format!("{}/v1/vouchers", self.url));
		self.send(request.json(&VoucherPost::new(signed))).await
	}

	/// Records of a channel with `number > after`, as the gateway keeps them.
	pub async fn records(
		&self,
		channel: ChannelId,
		after: u64,
		token: &str,
	) -> Result<Vec<CallRecord>> {
		#[derive(Deserialize)]
		struct List {
			items: Vec<RecordJson>,
		}
		let path = format!("/v1/channels/{channel}/records?after={after}");
		let list: List = self.get(&path, Some(token)).await?;
		Ok(list.items.iter().map(CallRecord::from).collect())
	}

	async fn send<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T> {
		let broken = |error: reqwest::Error| GatewayError::Unreachable {
			url: self.url.clone(),
			reason: error.without_url().to_string(),
		};
		let mut response = request.send().await.map_err(broken)?;
		let status = response.status();
		let mut bytes = Vec::new();
		while let Some(chunk) = response.chunk().await.map_err(broken)? {
			bytes.extend_from_slice(&chunk);
			if bytes.len() > MAX_REPLY {
				return Err(GatewayError::Malformed("it is too long".into()));
			}
		}
		if status.is_success() {
			return serde_json::from_slice(&bytes)
				.map_err(|error| GatewayError::Malformed(error.to_string()));
		}
		let body: ErrorBody = serde_json::from_slice(&bytes)
			.map_err(|_| GatewayError::Malformed(format!("status {status} without a reason")))?;
		Err(GatewayError::Refused {
			status: status.as_u16(),
			code: body.error.code,
			message: body.error.message,
			quote: body.quote.map(Box::new),
		})
	}
}

/// The payer of one channel: asks, checks, signs.
pub struct Payer {
	gateway: Gateway,
	key: Account,
	genesis_hash: H256,
	operator: AccountId,
	model: ModelId,
	book: ChannelBook,
	session: Option<(String, u64)>,
	unsent: Option<SignedVoucher>,
}

impl Payer {
	/// The payer who holds `key`, the payer key of the channel of `book`.
	pub fn new(
		gateway: Gateway,
		key: Account,
		genesis_hash: H256,
		operator: AccountId,
		model: ModelId,
		book: ChannelBook,
	) -> Self {
		Self {
			gateway,
			key,
			genesis_hash,
			operator,
			model,
			book,
			session: None,
			unsent: None,
		}
	}

	/// The book; keep it between runs.
	pub fn book(&self) -> &ChannelBook {
		&self.book
	}

	/// A session token that is valid for some time yet.
	pub fn token(&mut self) -> String {
		let now = SystemTime::now()
			.duration_since(UNIX_EPOCH)
			.map_or(0, |d| d.as_millis() as u64);
		if let Some((token, expires)) = &self.session {
			if *expires > now + 60_000 {
				return token.clone();
			}
		}
		let expires_ms = now + SESSION.as_millis() as u64;
		let body = SessionBody {
			channel: self.book.channel(),
			operator: self.operator.clone(),
			model: self.model,
			expires_ms,
		};
		let token = self.key.sign_session(&self.genesis_hash, body).to_text();
		self.session = Some((token.clone(), expires_ms));
		token
	}

	/// Asks with a plain prompt.
	pub async fn complete(
		&mut self,
		prompt: &str,
		max_tokens: Option<u32>,
		open: bool,
	) -> ClientResult<Answer> {
		let body = json!({
			"model": wire::model_name(self.model),
			"prompt": prompt,
			"max_tokens": max_tokens,
			"openledger": { "open": open },
		});
		self.ask(body, false).await
	}

	/// Asks with messages: `(role, content)`.
	pub async fn chat(
		&mut self,
		messages: &[(&str, &str)],
		max_tokens: Option<u32>,
		open: bool,
	) -> ClientResult<Answer> {
		let messages: Vec<Json> = messages
			.iter()
			.map(|(role, content)| json!({ "role": role, "content": content }))
			.collect();
		let body = json!({
			"model": wire::model_name(self.model),
			"messages": messages,
			"max_tokens": max_tokens,
			"openledger": { "open": open },
		});
		self.ask(body, true).await
	}

	/// Sends a request, checks the answer, and signs for it; the voucher goes with the next call
	/// or by [`Self::settle`]. An answer with a fault is not entered and not signed for.
	async fn ask(&mut self, body: Json, chat: bool) -> ClientResult<Answer> {
		let body = body.to_string().into_bytes();
		let prompt = Prompt::parse(&body, chat)
			.map_err(|fault| GatewayError::Malformed(fault.to_string()))?;
		let path = if chat {
			"/v1/chat/completions"
		} else {
			"/v1/completions"
		};
		let token = self.token();
		let voucher = self.unsent.clone();
		let reply = self
			.gateway
			.call(path, &token, body.clone(), voucher.as_ref())
			.await?;
		self.unsent = None;
		let answer = read_answer(&reply, chat)?;
		let voucher = self
			.book
			.accept(&body, prompt.bytes_in, prompt.open, &answer)?;
		self.unsent = Some(self.key.sign_voucher(&self.genesis_hash, voucher));
		Ok(answer)
	}

	/// Hands in the voucher for all calls so far, if the gateway doesn't have it yet.
	pub async fn settle(&mut self) -> ClientResult<()> {
		if let Some(voucher) = &self.unsent {
			self.gateway.post_voucher(voucher).await?;
			self.unsent = None;
		}
		Ok(())
	}

	/// Fetches the records that the gateway has and this book lacks, for example of an answer
	/// that was lost on the way, checks what they show by themselves and enters them. Returns
	/// them; the voucher for them is signed, to be sent by the next call or [`Self::settle`].
	pub async fn catch_up(&mut self) -> ClientResult<Vec<CallRecord>> {
		let mut entered = Vec::new();
		loop {
			let token = self.token();
			let after = self.book.calls();
			let page = self
				.gateway
				.records(self.book.channel(), after, &token)
				.await?;
			if page.is_empty() {
				break;
			}
			for record in page {
				self.book.replay(&record)?;
				entered.push(record);
			}
		}
		if self.book.calls() > 0 {
			let voucher = self.book.voucher();
			self.unsent = Some(self.key.sign_voucher(&self.genesis_hash, voucher));
		}
		Ok(entered)
	}
}

/// Text and extension of a completion.
pub fn read_answer(reply: &Json, chat: bool) -> Result<Answer> {
	let malformed = |what: &str| GatewayError::Malformed(what.into());
	let choice = &reply["choices"][0];
	let text = if chat {
		&choice["message"]["content"]
	} else {
		&choice["text"]
	};
	let text = text.as_str().ok_or_else(|| malformed("it has no text"))?;
	let extension: AnswerExtension = serde_json::from_value(reply["openledger"].clone())
		.map_err(|error| GatewayError::Malformed(format!("openledger: {error}")))?;
	Ok(Answer {
		text: text.into(),
		record: (&extension.record).into(),
		spans: extension.spans.iter().map(Into::into).collect(),
		secret: extension.secret,
	})
}
