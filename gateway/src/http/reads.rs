// SPDX-License-Identifier: Apache-2.0
//! Reads: the gateway's own state, calls for their payers, batches and texts for anyone.

use std::collections::BTreeMap;

use axum::{
	extract::{Path, Query, State},
	http::{header, HeaderMap, StatusCode},
	response::{IntoResponse, Response},
	Json,
};
use openledger_client::{
	ss58,
	wire::{model_name, PriceJson, RecordJson, SpanJson, VoucherJson},
};
use openledger_primitives::{payload::Payload, ChannelId, ContributionId, H256};
use serde::Deserialize;
use serde_json::{json, Value};

use super::{text as header_text, App};
use crate::{
	refusal::Refusal,
	service::Service,
	store::{BatchRow, BatchState, CallRow, Happening, HappeningRow},
};

/// Items of one reply, at most.
const MAX_ITEMS: usize = 1_000;
/// Batches that a reply lists.
const MAX_BATCHES: usize = 50;

type Reply = Result<Json<Value>, Refusal>;

pub(super) async fn health(State(app): State<App>) -> Response {
	let service = &app.service;
	let status = service.status();
	let texts = service.corpus.now();
	let serving = status.finalised.is_some() && status.trouble.is_none();
	let body = json!({
		"status": if serving { "ok" } else { "degraded" },
		"model": service.terms.model,
		"modelName": String::from_utf8_lossy(&service.model.name),
		"operator": ss58(&service.terms.operator),
		"backend": service.backend.name(),
		"node": app.node_url,
		"genesisHash": service.genesis_hash(),
		"finalised": status.finalised.map(|block| block.number),
		"texts": texts.sources().len(),
		"bytes": texts.bytes(),
		"channels": service.channels.ids().len(),
		"trouble": status.trouble,
	});
	let code = if serving {
		StatusCode::OK
	} else {
		StatusCode::SERVICE_UNAVAILABLE
	};
	(code, Json(body)).into_response()
}

pub(super) async fn models(State(app): State<App>) -> Json<Value> {
	let service = &app.service;
	let terms = &service.terms;
	Json(json!({
		"object": "list",
		"data": [{
			"id": model_name(terms.model),
			"object": "model",
			"created": 0,
			"owned_by": ss58(&service.model.developer),
			"openledger": {
				"model": terms.model,
				"name": String::from_utf8_lossy(&service.model.name),
				"operator": ss58(&terms.operator),
				"price": PriceJson::from(&terms.price),
				"unpaidLimit": terms.unpaid_limit,
				"genesisHash": service.genesis_hash(),
				"texts": service.corpus.now().sources().len(),
			},
		}],
	}))
}

/// Where to begin and how much to give.
#[derive(Deserialize)]
pub(super) struct Paging {
	cursor: Option<u64>,
	after: Option<u64>,
	limit: Option<usize>,
}

impl Paging {
	fn limit(&self) -> Result<usize, Refusal> {
		match self.limit {
			None => Ok(MAX_ITEMS),
			Some(limit) if (1..=MAX_ITEMS).contains(&limit) => Ok(limit),
			Some(_) => Err(Refusal::Parameter("limit is from 1 to 1000")),
		}
	}

	fn cursor(&self) -> Result<u32, Refusal> {
		u32::try_from(self.cursor.unwrap_or(0))
			.map_err(|_| Refusal::Parameter("cursor is below 2^32"))
	}
}

type Paged = Result<Query<Paging>, axum::extract::rejection::QueryRejection>;

fn paging(query: Paged) -> Result<Paging, Refusal> {
	let Query(paging) =
		query.map_err(|_| Refusal::Parameter("cursor, after and limit are numbers"))?;
	Ok(paging)
}

/// A call with its spans, and where its sources and its money stand.
fn call_json(service: &Service, row: &CallRow, with_answer: bool) -> Result<Value, Refusal> {
	let record = &row.record;
	let mut before = 0;
	let spans: Vec<Value> = row
		.spans
		.iter()
		.map(|span| {
			let value = span.value_total - before;
			before = span.value_total;
			let mut json = json!(SpanJson::from(span));
			json["value"] = json!(value.to_string());
			json
		})
		.collect();
	let sources: BTreeMap<ContributionId, Value> = row
		.spans
		.iter()
		.filter_map(|span| Some((span.contribution, source_json(service, span.contribution)?)))
		.collect();
	let mut call = json!({
		"id": format!("{}-{}", record.channel, record.number),
		"record": RecordJson::from(record),
		"spans": spans,
		"sources": sources,
		"servedMs": row.served_ms,
		"settlement": settlement(service, record.channel, record.number)?,
	});
	if with_answer {
		call["text"] = json!(row.answer);
		if record.is_open() {
			call["prompt"] = json!(row.prompt);
		}
	}
	Ok(call)
}

fn source_json(service: &Service, contribution: ContributionId) -> Option<Value> {
	let texts = service.corpus.now();
	let source = texts.sources().get(&contribution)?;
	Some(json!({
		"name": source.name,
		"contributor": ss58(&source.contributor),
		"licence": source.licence,
		"datanet": source.datanet,
		"textRoot": source.text_root,
	}))
}

/// The signed batch that holds a call and can settle it, or has.
fn batch_of(
	service: &Service,
	channel: ChannelId,
	number: u64,
) -> Result<Option<BatchRow>, Refusal> {
	let live = |row: &BatchRow| !matches!(row.state, BatchState::Void | BatchState::Superseded);
	Ok(service
		.store
		.covering(channel, number)?
		.into_iter()
		.find(live))
}

/// Where the money of a call stands.
fn settlement(service: &Service, channel: ChannelId, number: u64) -> Result<Value, Refusal> {
	if let Some(row) = batch_of(service, channel, number)? {
		let status = match row.state {
			BatchState::Paid => "paid",
			BatchState::Settled => "settled",
			_ => "batched",
		};
		let sequence = row.signed.batch.sequence;
		return Ok(json!({ "status": status, "sequence": sequence }));
	}
	let channel = service.store.channel(channel)?;
	let signed = channel
		.and_then(|row| row.voucher)
		.map_or(0, |signed| signed.voucher.calls);
	Ok(json!({ "status": if number <= signed { "signed" } else { "unpaid" } }))
}

/// The latest `open` answers.
pub(super) async fn answers(State(app): State<App>, query: Paged) -> Reply {
	let limit = paging(query)?.limit()?.min(100);
	let rows = app.service.store.latest_open(limit)?;
	let items: Result<Vec<Value>, Refusal> = rows
		.iter()
		.map(|row| call_json(&app.service, row, true))
		.collect();
	Ok(Json(json!({ "items": items? })))
}

/// The latest things that the chain did with this gateway's batches.
pub(super) async fn payments(State(app): State<App>, query: Paged) -> Reply {
	let limit = paging(query)?.limit()?;
	let rows = app.service.store.latest_happenings(limit)?;
	let items: Vec<Value> = rows
		.iter()
		.map(|row| happening_json(&app.service, row))
		.collect();
	Ok(Json(json!({ "items": items })))
}

fn happening_json(service: &Service, row: &HappeningRow) -> Value {
	let (kind, mut json) = match &row.what {
		Happening::Accepted {
			calls,
			fee,
			matched,
		} => (
			"accepted",
			json!({ "calls": calls, "fee": fee.to_string(), "matched": matched.to_string() }),
		),
		Happening::Voided { fault } => ("voided", json!({ "fault": fault })),
		Happening::Released { base } => ("released", json!({ "base": base.to_string() })),
		Happening::Credited {
			contribution,
			account,
			value,
			amount,
		} => (
			"credited",
			json!({
				"contribution": contribution,
				"source": source_json(service, *contribution),
				"account": account.as_ref().map(ss58),
				"value": value.to_string(),
				"amount": amount.to_string(),
			}),
		),
		Happening::PagePaid { page, paid } => (
			"pagePaid",
			json!({ "page": page, "paid": paid.to_string() }),
		),
		Happening::Finished => ("finished", json!({})),
	};
	json["kind"] = json!(kind);
	json["sequence"] = json!(row.sequence);
	json["block"] = json!(row.number);
	json["blockHash"] = json!(row.block);
	json
}

/// `channel-number`.
fn call_id(id: &str) -> Option<(ChannelId, u64)> {
	let (channel, number) = id.split_once('-')?;
	Some((channel.parse().ok()?, number.parse().ok()?))
}

/// One call: record, spans and settlement for anyone once it is in a signed batch or `open`; the
/// answer of one that is not `open`, and every secret, for its payer only.
pub(super) async fn call(
	State(app): State<App>,
	Path(id): Path<String>,
	headers: HeaderMap,
) -> Reply {
	let service = &app.service;
	let (channel, number) = call_id(&id).ok_or(Refusal::NotFound("call of that id"))?;
	let payer = match header_text(&headers, "authorization") {
		None => false,
		header => service.session(header).await?.body.channel == channel,
	};
	let row = service.store.call(channel, number)?;
	let public = match &row {
		Some(row) => row.record.is_open() || batch_of(service, channel, number)?.is_some(),
		None => false,
	};
	if !payer && !public {
		// Whether the call exists is the payer's business as well.
		return Err(match header_text(&headers, "authorization") {
			None => Refusal::MissingToken,
			Some(_) => Refusal::NotYours,
		});
	}
	let row = row.ok_or(Refusal::NotFound("call of that id"))?;
	let mut json = call_json(service, &row, payer || row.record.is_open())?;
	if payer {
		json["secret"] = json!(format!("0x{}", hex::encode(row.secret)));
	}
	Ok(Json(json))
}

/// Records of a channel, for its payer.
pub(super) async fn records(
	State(app): State<App>,
	Path(id): Path<String>,
	query: Paged,
	headers: HeaderMap,
) -> Reply {
	let service = &app.service;
	let token = service
		.session(header_text(&headers, "authorization"))
		.await?;
	let channel: ChannelId = id
		.parse()
		.map_err(|_| Refusal::NotFound("channel of that id"))?;
	if token.body.channel != channel {
		return Err(Refusal::NotYours);
	}
	let paging = paging(query)?;
	let after = paging.after.unwrap_or(0);
	let record = |row: CallRow| RecordJson::from(&row.record);
	let range = (after, u64::MAX);
	let items = service
		.store
		.calls(channel, range, paging.limit()?, record)?;
	let next = items.last().map(|last| last.number);
	Ok(Json(json!({ "items": items, "nextCursor": next })))
}

fn batch_json(service: &Service, row: &BatchRow) -> Value {
	let batch = &row.signed.batch;
	let state = match row.state {
		BatchState::Signed => "signed",
		BatchState::Settled => "settled",
		BatchState::Paid => "paid",
		BatchState::Void => "void",
		BatchState::Superseded => "superseded",
	};
	json!({
		"sequence": batch.sequence,
		"attempt": row.attempt,
		"state": state,
		"hash": batch.digest(service.genesis_hash()),
		"validUntil": batch.valid_until,
		"fee": batch.fee_total.to_string(),
		"matched": batch.matched.to_string(),
		"maxCharge": batch.max_charge.to_string(),
		"lines": batch.lines,
		"linesRoot": batch.lines_root,
		"pages": batch.pages.len(),
		"vouchers": batch
			.vouchers
			.iter()
			.map(|signed| VoucherJson::from(&signed.voucher))
			.collect::<Vec<_>>(),
	})
}

/// The latest signed batches.
pub(super) async fn batches(State(app): State<App>, query: Paged) -> Reply {
	let limit = paging(query)?.limit()?.min(MAX_BATCHES);
	let rows = app.service.store.latest_batches(limit)?;
	let items: Vec<Value> = rows
		.iter()
		.map(|row| batch_json(&app.service, row))
		.collect();
	Ok(Json(json!({ "items": items })))
}

/// Records, credit lines or pages of a batch, for anyone who checks it.
pub(super) async fn batch_part(
	State(app): State<App>,
	Path((sequence, part)): Path<(String, String)>,
	query: Paged,
) -> Reply {
	let service = &app.service;
	let unknown = || Refusal::NotFound("batch of that sequence");
	let sequence = sequence.parse().map_err(|_| unknown())?;
	let paging = paging(query)?;
	let (cursor, limit) = (paging.cursor()?, paging.limit()?);
	let attempts = service.store.attempts(sequence)?;
	// The one that the chain took, else the latest.
	let taken = |row: &&BatchRow| matches!(row.state, BatchState::Settled | BatchState::Paid);
	let row = attempts
		.iter()
		.find(taken)
		.or(attempts.last())
		.ok_or_else(unknown)?;
	let skip = usize::try_from(cursor).unwrap_or(usize::MAX);
	let items: Vec<Value> = match part.as_str() {
		"records" => service
			.batch_calls(row, skip, limit)?
			.iter()
			.map(|(record, spans)| {
				let spans: Vec<SpanJson> = spans.iter().map(SpanJson::from).collect();
				json!({ "record": RecordJson::from(record), "spans": spans })
			})
			.collect(),
		"lines" => service
			.store
			.lines(sequence, row.attempt, cursor, limit)?
			.iter()
			.map(line_json)
			.collect(),
		"pages" => row
			.pages
			.iter()
			.skip(skip)
			.take(limit)
			.map(page_json)
			.collect(),
		_ => return Err(Refusal::NotFound("such part: records, lines or pages")),
	};
	let full = items.len() == limit;
	let next = full.then(|| u64::from(cursor) + items.len() as u64);
	Ok(Json(json!({
		"batch": batch_json(service, row),
		"items": items,
		"nextCursor": next,
	})))
}

fn line_json(line: &openledger_primitives::payload::CreditLine) -> Value {
	json!({
		"contribution": line.contribution,
		"channel": line.channel,
		"number": line.number,
		"span": line.span,
		"value": line.value.to_string(),
		"total": line.total.to_string(),
	})
}

fn page_json(page: &openledger_primitives::payload::CreditPage) -> Value {
	let entries: Vec<Value> = page
		.entries
		.iter()
		.map(|entry| {
			json!({
				"contribution": entry.contribution,
				"lastLine": entry.last_line,
				"total": entry.total.to_string(),
			})
		})
		.collect();
	json!({
		"page": page.page,
		"entries": entries,
		"scale": format!("0x{}", hex::encode(codec::Encode::encode(page))),
	})
}

/// A text of the corpus by its root.
pub(super) async fn text(
	State(app): State<App>,
	Path(root): Path<String>,
) -> Result<Response, Refusal> {
	let unknown = || Refusal::NotFound("text of that root in this model's corpus");
	let digits = root.strip_prefix("0x").unwrap_or(&root);
	let bytes = hex::decode(digits)
		.ok()
		.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
	let root = H256(bytes.ok_or_else(unknown)?);
	let text = app.service.corpus.by_root(&root).ok_or_else(unknown)?;
	let headers = [
		(header::CONTENT_TYPE, "text/plain; charset=utf-8"),
		(header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
	];
	Ok((headers, text).into_response())
}
