// SPDX-License-Identifier: Apache-2.0
//! What payers and gateways say to each other over HTTP, beside the OpenAI-compatible fields.
//!
//! Amounts are decimal strings of planck, bytes are `0x`-hex, ids and counts are numbers.

use openledger_primitives::{
	payload::{CallRecord, Price, SignedVoucher, Span, Voucher},
	Balance, ChannelId, ContributionId, ModelId, H256,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Header that carries a voucher with a call: hex of a SCALE `SignedVoucher`.
pub const VOUCHER_HEADER: &str = "x-openledger-voucher";

/// Amounts as decimal strings.
pub mod planck {
	use serde::{de::Error, Deserialize, Deserializer, Serializer};

	/// Writes the decimal string.
	pub fn serialize<S: Serializer>(amount: &u128, out: S) -> Result<S::Ok, S::Error> {
		out.collect_str(amount)
	}

	/// Reads the decimal string.
	pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<u128, D::Error> {
		let text = String::deserialize(input)?;
		text.parse()
			.map_err(|_| D::Error::custom("not a decimal string of planck"))
	}
}

/// Bytes as `0x`-hex.
pub mod bytes32 {
	use serde::{de::Error, Deserialize, Deserializer, Serializer};

	/// Writes `0x`-hex.
	pub fn serialize<S: Serializer>(bytes: &[u8; 32], out: S) -> Result<S::Ok, S::Error> {
		out.serialize_str(&format!("0x{}", hex::encode(bytes)))
	}

	/// Reads `0x`-hex.
	pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<[u8; 32], D::Error> {
		let text = String::deserialize(input)?;
		let bytes = crate::chain::hex_bytes(&text).and_then(|bytes| bytes.try_into().ok());
		bytes.ok_or_else(|| D::Error::custom("not 32 bytes of 0x-hex"))
	}
}

/// A call record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordJson {
	/// Channel that paid.
	pub channel: ChannelId,
	/// Number within the channel, from 1.
	pub number: u64,
	/// Hash of secret and request body.
	pub request_hash: H256,
	/// Root of the salted answer.
	pub output_root: H256,
	/// Bytes of the prompt.
	pub bytes_in: u32,
	/// Bytes of the answer.
	pub bytes_out: u32,
	/// Bit 0: open.
	pub flags: u8,
	/// Fee of the call.
	#[serde(with = "planck")]
	pub fee: Balance,
	/// Fees of the channel so far.
	#[serde(with = "planck")]
	pub fee_total: Balance,
	/// Matched planck of the channel so far.
	#[serde(with = "planck")]
	pub matched_total: Balance,
	/// Root of the spans.
	pub spans_root: H256,
}

/// A span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanJson {
	/// First byte in the answer.
	pub start: u32,
	/// Bytes.
	pub length: u16,
	/// Contribution whose text holds them.
	pub contribution: ContributionId,
	/// First byte there.
	pub position: u32,
	/// Values of the record's spans so far.
	#[serde(with = "planck")]
	pub value_total: Balance,
}

/// A price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceJson {
	/// Per call.
	#[serde(with = "planck")]
	pub per_call: Balance,
	/// Per 1 000 bytes of the prompt.
	#[serde(with = "planck")]
	pub in_per_kb: Balance,
	/// Per 1 000 bytes of the answer.
	#[serde(with = "planck")]
	pub out_per_kb: Balance,
}

/// A voucher, unsigned: what the payer is asked to sign next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherJson {
	/// The channel.
	pub channel: ChannelId,
	/// Calls paid for.
	pub calls: u64,
	/// Their fees.
	#[serde(with = "planck")]
	pub fee_total: Balance,
	/// Matched part of them.
	#[serde(with = "planck")]
	pub matched_total: Balance,
	/// Root of the channel's records.
	pub range_root: H256,
}

macro_rules! same_fields {
	($($json:ident <=> $scale:ident { $($field:ident),* })*) => {
		$(
			impl From<&$scale> for $json {
				fn from(value: &$scale) -> Self {
					Self { $($field: value.$field),* }
				}
			}
			impl From<&$json> for $scale {
				fn from(value: &$json) -> Self {
					Self { $($field: value.$field),* }
				}
			}
		)*
	};
}
same_fields! {
	RecordJson <=> CallRecord {
		channel, number, request_hash, output_root, bytes_in, bytes_out, flags, fee, fee_total,
		matched_total, spans_root
	}
	SpanJson <=> Span { start, length, contribution, position, value_total }
	PriceJson <=> Price { per_call, in_per_kb, out_per_kb }
	VoucherJson <=> Voucher { channel, calls, fee_total, matched_total, range_root }
}

/// The field `openledger` of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerExtension {
	/// The record of the call.
	pub record: RecordJson,
	/// Its spans.
	pub spans: Vec<SpanJson>,
	/// Secret of the call: salts the request hash and the output tree.
	#[serde(with = "bytes32")]
	pub secret: [u8; 32],
	/// What the payer is asked to sign next, for all calls of the channel.
	pub voucher: VoucherJson,
}

/// Why a call must be paid before the next one is served, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
	/// The channel.
	pub channel: ChannelId,
	/// Calls that no accepted voucher covers.
	pub unpaid_calls: u64,
	/// Most calls the gateway serves on trust.
	pub unpaid_limit: u64,
	/// The voucher that pays all of them.
	pub voucher: VoucherJson,
	/// Total ever deposited in the channel.
	#[serde(with = "planck")]
	pub deposit: Balance,
	/// Most that this call can cost.
	#[serde(with = "planck")]
	pub highest_fee: Balance,
	/// Deposit that would cover it.
	#[serde(with = "planck")]
	pub deposit_needed: Balance,
	/// Price of the channel.
	pub price: PriceJson,
}

/// Body of every refusal: OpenAI's shape, with a quote where payment is due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorBody {
	/// What was wrong.
	pub error: ErrorJson,
	/// What to pay, with status 402.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub quote: Option<Quote>,
}

/// What was wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorJson {
	/// A sentence.
	pub message: String,
	/// OpenAI's class of error.
	#[serde(rename = "type")]
	pub kind: String,
	/// The name of this error.
	pub code: String,
	/// The field it is about.
	pub param: Option<String>,
}

/// Body of `POST /v1/vouchers`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VoucherPost {
	/// `0x`-hex of a SCALE `SignedVoucher`.
	pub voucher: String,
}

impl VoucherPost {
	/// Writes a signed voucher.
	pub fn new(signed: &SignedVoucher) -> Self {
		Self {
			voucher: format!("0x{}", voucher_hex(signed)),
		}
	}
}

/// Hex of a signed voucher, as the header carries it.
pub fn voucher_hex(signed: &SignedVoucher) -> String {
	hex::encode(codec::Encode::encode(signed))
}

/// Reads a signed voucher from hex, with or without `0x`; nothing may be left over.
pub fn voucher_from_hex(text: &str) -> Option<SignedVoucher> {
	let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok()?;
	openledger_primitives::payload::decode_exact(&bytes)
}

/// Name under which a gateway serves a model: `openledger-<id>`.
pub fn model_name(model: ModelId) -> String {
	format!("openledger-{model}")
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
	/// Name of the model.
	pub model: String,
	/// Role and text of each message; a plain prompt is one message of the user.
	pub messages: Vec<(String, String)>,
	/// Whether it came as messages.
	pub chat: bool,
	/// Most tokens of the answer.
	pub max_tokens: Option<u32>,
	/// Whether the payer lets anyone see the answer.
	pub open: bool,
	/// UTF-8 bytes that the price counts.
	pub bytes_in: u32,
}

/// Why a request is refused before it is served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
	/// Not JSON.
	#[error("the body is not valid JSON: {0}")]
	InvalidJson(String),
	/// A field has another type than it must have.
	#[error("{field}: {expected}")]
	InvalidField {
		/// Its name.
		field: &'static str,
		/// What it must be.
		expected: &'static str,
	},
	/// Asks for something that version 1 doesn't serve.
	#[error("{field}: {reason}")]
	NotSupported {
		/// The field that asks for it.
		field: &'static str,
		/// What is not supported.
		reason: &'static str,
	},
}

impl RequestFault {
	/// Name of the error.
	pub fn code(&self) -> &'static str {
		match self {
			Self::InvalidJson(_) => "invalid_json",
			Self::InvalidField { .. } => "invalid_field",
			Self::NotSupported { .. } => "not_supported",
		}
	}

	/// The field it is about.
	pub fn field(&self) -> Option<&'static str> {
		match self {
			Self::InvalidJson(_) => None,
			Self::InvalidField { field, .. } | Self::NotSupported { field, .. } => Some(field),
		}
	}
}

impl Prompt {
	/// Reads the body of `/v1/completions` or, with `chat`, of `/v1/chat/completions`.
	pub fn parse(body: &[u8], chat: bool) -> Result<Self, RequestFault> {
		let json: Json = serde_json::from_slice(body)
			.map_err(|error| RequestFault::InvalidJson(error.to_string()))?;
		let wrong = |field, expected| RequestFault::InvalidField { field, expected };
		if !json.is_object() {
			return Err(wrong("body", "a JSON object is expected"));
		}
		refuse_unsupported(&json)?;
		let model = json["model"]
			.as_str()
			.ok_or(wrong("model", "a string is expected"))?;
		let messages = if chat {
			messages(&json)?
		} else {
			vec![single_prompt(&json)?]
		};
		let length = messages.iter().map(|(_, text)| text.len()).sum::<usize>();
		let bytes_in =
			u32::try_from(length).map_err(|_| wrong("prompt", "it has 2^32 bytes or more"))?;
		let max_tokens = match &json["max_tokens"] {
			Json::Null => &json["max_completion_tokens"],
			given => given,
		};
		let max_tokens = match max_tokens {
			Json::Null => None,
			given => {
				let number = given.as_u64().filter(|number| *number > 0);
				let number = number.and_then(|number| u32::try_from(number).ok());
				Some(number.ok_or(wrong("max_tokens", "an integer above 0 is expected"))?)
			}
		};
		let open = match &json["openledger"]["open"] {
			Json::Null => false,
			Json::Bool(open) => *open,
			_ => return Err(wrong("openledger.open", "true or false is expected")),
		};
		Ok(Self {
			model: model.into(),
			messages,
			chat,
			max_tokens,
			open,
			bytes_in,
		})
	}

	/// The last message: what a search looks for.
	pub fn question(&self) -> &str {
		self.messages.last().map_or("", |(_, text)| text)
	}
}

fn refuse_unsupported(json: &Json) -> Result<(), RequestFault> {
	let refused = |field, reason| Err(RequestFault::NotSupported { field, reason });
	let given = |field: &str| match &json[field] {
		Json::Null => false,
		Json::Array(list) => !list.is_empty(),
		_ => true,
	};
	if json["stream"].as_bool() == Some(true) {
		return refused(
			"stream",
			"answers are not streamed: an answer comes with its record",
		);
	}
	for field in ["n", "best_of"] {
		if json[field].as_u64().is_some_and(|choices| choices > 1) {
			return refused("n", "one answer per call");
		}
	}
	for field in ["tools", "tool_choice", "functions", "function_call"] {
		if given(field) && json[field] != "none" {
			return refused("tools", "tool calls are not served");
		}
	}
	if json["echo"].as_bool() == Some(true) {
		return refused("echo", "the prompt is not repeated in the answer");
	}
	if given("suffix") && json["suffix"] != "" {
		return refused("suffix", "text is not inserted");
	}
	Ok(())
}

fn single_prompt(json: &Json) -> Result<(String, String), RequestFault> {
	match &json["prompt"] {
		Json::String(text) => Ok(("user".into(), text.clone())),
		Json::Array(_) => Err(RequestFault::NotSupported {
			field: "prompt",
			reason: "one prompt per call, as a string",
		}),
		_ => Err(RequestFault::InvalidField {
			field: "prompt",
			expected: "a string is expected",
		}),
	}
}

fn messages(json: &Json) -> Result<Vec<(String, String)>, RequestFault> {
	let wrong = |expected| RequestFault::InvalidField {
		field: "messages",
		expected,
	};
	let list = json["messages"].as_array().filter(|list| !list.is_empty());
	list.ok_or(wrong("a list of messages is expected"))?
		.iter()
		.map(|message| {
			let role = message["role"]
				.as_str()
				.ok_or(wrong("each message has a role"))?;
			Ok((role.into(), content(&message["content"])?))
		})
		.collect()
}

/// A message's text, or the text parts of its content array put together.
fn content(content: &Json) -> Result<String, RequestFault> {
	let wrong = RequestFault::InvalidField {
		field: "messages",
		expected: "content is a string or a list of text parts",
	};
	match content {
		Json::String(text) => Ok(text.clone()),
		Json::Array(parts) => parts
			.iter()
			.map(
				|part| match (part["type"].as_str(), part["text"].as_str()) {
					(Some("text"), Some(text)) => Ok(text),
					(Some("text"), None) | (None, _) => Err(wrong.clone()),
					(Some(_), _) => Err(RequestFault::NotSupported {
						field: "messages",
						reason: "only text parts are served",
					}),
				},
			)
			.collect(),
		_ => Err(wrong),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(body: &str, chat: bool) -> Result<Prompt, RequestFault> {
		Prompt::parse(body.as_bytes(), chat)
	}

	#[test]
	fn prompts_are_counted_in_utf8_bytes_of_the_decoded_text() {
		let plain = parse(r#"{"model":"m","prompt":"d\u00e9j\u00e0"}"#, false).unwrap();
		assert_eq!((plain.bytes_in, plain.question()), (6, "déjà"));
		let chat = r#"{"model":"m","max_tokens":7,"openledger":{"open":true},"messages":[
			{"role":"system","content":"ab"},
			{"role":"user","content":[{"type":"text","text":"cd"},{"type":"text","text":"e"}]}]}"#;
		let chat = parse(chat, true).unwrap();
		assert_eq!(
			(chat.bytes_in, chat.question(), chat.open),
			(5, "cde", true)
		);
		assert_eq!(chat.max_tokens, Some(7));
	}

	#[test]
	fn what_version_1_does_not_serve_is_refused_by_name() {
		let refused = [
			(r#"{"model":"m","prompt":"a","stream":true}"#, "stream"),
			(r#"{"model":"m","prompt":"a","n":2}"#, "n"),
			(r#"{"model":"m","prompt":["a","b"]}"#, "prompt"),
			(r#"{"model":"m","prompt":"a","tools":[{}]}"#, "tools"),
			(r#"{"model":"m","prompt":"a","echo":true}"#, "echo"),
			(r#"{"model":"m","prompt":"a","suffix":"b"}"#, "suffix"),
		];
		for (body, field) in refused {
			let fault = parse(body, false).unwrap_err();
			assert_eq!(
				(fault.code(), fault.field()),
				("not_supported", Some(field)),
				"{body}"
			);
		}
		let image =
			r#"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]}"#;
		assert_eq!(parse(image, true).unwrap_err().code(), "not_supported");
	}

	#[test]
	fn malformed_requests_are_refused_by_name() {
		assert_eq!(parse("{", false).unwrap_err().code(), "invalid_json");
		let wrong = [
			("[]", false),
			(r#"{"prompt":"a"}"#, false),
			(r#"{"model":"m"}"#, false),
			(r#"{"model":"m","prompt":1}"#, false),
			(r#"{"model":"m","prompt":"a","max_tokens":0}"#, false),
			(r#"{"model":"m","prompt":"a","max_tokens":"7"}"#, false),
			(
				r#"{"model":"m","prompt":"a","openledger":{"open":1}}"#,
				false,
			),
			(r#"{"model":"m","messages":[]}"#, true),
			(r#"{"model":"m","messages":[{"content":"a"}]}"#, true),
			(r#"{"model":"m","messages":[{"role":"user"}]}"#, true),
		];
		for (body, chat) in wrong {
			assert_eq!(
				parse(body, chat).unwrap_err().code(),
				"invalid_field",
				"{body}"
			);
		}
	}

	#[test]
	fn records_survive_json() {
		let record = CallRecord {
			channel: 1,
			number: 2,
			request_hash: H256::repeat_byte(3),
			output_root: H256::repeat_byte(4),
			bytes_in: 5,
			bytes_out: 6,
			flags: 1,
			fee: u128::MAX,
			fee_total: 8,
			matched_total: 9,
			spans_root: H256::repeat_byte(10),
		};
		let text = serde_json::to_string(&RecordJson::from(&record)).unwrap();
		let back: RecordJson = serde_json::from_str(&text).unwrap();
		assert_eq!(CallRecord::from(&back), record);
	}
}
