// SPDX-License-Identifier: Apache-2.0
//! The JSON-LD of a card.

use openledger_client::{account::ss58, tokens};
use openledger_primitives::{
	apis::DatanetView, ports::DatanetKind, AccountId, ContributionId, DatanetId, H256,
};
use serde_json::{json, Value};

use super::{Edition, File, Member};
use crate::{
	commands::licence,
	output::{hex, text},
};

/// The version of Croissant that a card conforms to.
pub(super) const CONFORMS_TO: &str = "http://mlcommons.org/croissant/1.0";
/// Record set of the contributions themselves.
pub(super) const MEMBERS: &str = "members";
/// Fields of [`MEMBERS`] that never change, with their data types.
const FIXED: [(&str, &str); 7] = [
	("contribution", "sc:Integer"),
	("number", "sc:Integer"),
	("textRoot", "sc:Text"),
	("byteLength", "sc:Integer"),
	("records", "sc:Integer"),
	("licence", "sc:Text"),
	("file", "sc:Text"),
];

/// The version as Croissant wants it: `N.0.0` for snapshot N, else `0.K.0` for K acceptances.
pub(super) fn version(edition: &Edition) -> String {
	match edition.version {
		0 => format!("0.{}.0", edition.count),
		version => format!("{version}.0.0"),
	}
}

/// The name of an edition among all chains' datanets.
fn urn(genesis: &H256, datanet: DatanetId, version: &str) -> String {
	let genesis = hex::encode(genesis);
	format!("urn:openledger:{genesis}:datanet:{datanet}:{version}")
}

/// Name of a contribution's file in a card.
pub(super) fn file_id(contribution: ContributionId) -> String {
	format!("contribution-{contribution}")
}

/// The card.
pub(super) fn card(
	genesis: &H256,
	view: &DatanetView<AccountId>,
	edition: &Edition,
	files: &[File],
	date: &str,
	url: Option<&str>,
) -> Value {
	let (name, licence, version) = (text(&view.name), text(&view.licence), version(edition));
	let urn = urn(genesis, view.id, &version);
	let owner = ss58(&view.owner);
	let bytes: u128 = files
		.iter()
		.map(|file| u128::from(file.member.view.byte_length))
		.sum();
	let seal = edition.hash.map_or_else(String::new, |hash| {
		format!(" Running hash over the snapshot: {}.", hex(hash))
	});
	let mut distribution: Vec<Value> = files
		.iter()
		.map(|file| file_json(view.kind, file))
		.collect();
	let mut record_sets = vec![member_records(files)];
	if view.kind == DatanetKind::Text {
		distribution.push(file_set(files));
		record_sets.push(text_records());
	}
	json!({
		"@context": context(),
		"@type": "sc:Dataset",
		"conformsTo": CONFORMS_TO,
		"name": name,
		"description": format!(
			"{} contributions with {} bytes, in the order of their acceptance by the curators of \
			 datanet {} of the OpenLedger chain with the genesis block {}. The chain holds the \
			 root of each contribution's bytes and pays its contributor when a model uses it.{seal}",
			files.len(), tokens::grouped(bytes), view.id, hex(genesis),
		),
		"identifier": urn,
		"url": url.unwrap_or(&urn),
		"license": licence::json_ld(&licence),
		"version": version,
		"datePublished": date,
		"creator": { "@type": "sc:Organization", "name": owner },
		"citeAs": cite(&name, view.id, &owner, &version, date, &urn),
		"distribution": distribution,
		"recordSet": record_sets,
	})
}

/// A BibTeX entry.
fn cite(name: &str, id: DatanetId, owner: &str, version: &str, date: &str, urn: &str) -> String {
	let plain = |text: &str| text.replace(['{', '}', '\\'], "");
	let year = date.get(..4).unwrap_or(date);
	format!(
		"@misc{{openledger-datanet-{id}, title = {{{}}}, author = {{{{{owner}}}}}, year = {{{year}}}, \
		 version = {{{version}}}, howpublished = {{{urn}}}}}",
		plain(name)
	)
}

fn file_json(kind: DatanetKind, file: &File) -> Value {
	let id = file_id(file.member.view.id);
	json!({
		"@type": "cr:FileObject",
		"@id": id,
		"name": id,
		"contentUrl": file.address,
		"contentSize": format!("{} B", file.member.view.byte_length),
		"encodingFormat": match kind {
			DatanetKind::Text => "text/plain",
			DatanetKind::Opaque => "application/octet-stream",
		},
		"sha256": file.sha256,
	})
}

fn file_set(files: &[File]) -> Value {
	let contained: Vec<Value> = files
		.iter()
		.map(|file| json!({ "@id": file_id(file.member.view.id) }))
		.collect();
	json!({
		"@type": "cr:FileSet",
		"@id": "all-texts",
		"name": "all-texts",
		"containedIn": contained,
		"encodingFormat": "text/plain",
		"includes": "*",
	})
}

/// The chain's row of each contribution.
fn member_records(files: &[File]) -> Value {
	let field = |(name, kind): &(&str, &str)| {
		json!({
			"@type": "cr:Field",
			"@id": format!("{MEMBERS}/{name}"),
			"name": name,
			"dataType": kind,
		})
	};
	let mut fields: Vec<Value> = FIXED.iter().map(field).collect();
	fields.push(field(&("contributor", "sc:Text")));
	let rows: Vec<Value> = files
		.iter()
		.map(|file| {
			let mut row = fixed_row(&file.member);
			row[format!("{MEMBERS}/contributor")] = json!(ss58(&file.member.view.contributor));
			row
		})
		.collect();
	json!({
		"@type": "cr:RecordSet",
		"@id": MEMBERS,
		"name": MEMBERS,
		"description": "What the chain holds of each contribution.",
		"key": { "@id": format!("{MEMBERS}/contribution") },
		"field": fields,
		"data": rows,
	})
}

/// The part of a member's row that never changes.
pub(super) fn fixed_row(member: &Member) -> Value {
	let values = [
		json!(member.view.id),
		json!(member.number),
		json!(hex(member.view.text_root)),
		json!(member.view.byte_length),
		json!(member.view.records),
		json!(member.licence),
		json!(file_id(member.view.id)),
	];
	FIXED
		.iter()
		.zip(values)
		.map(|((name, _), value)| (format!("{MEMBERS}/{name}"), value))
		.collect()
}

/// The texts, one record each.
fn text_records() -> Value {
	json!({
		"@type": "cr:RecordSet",
		"@id": "texts",
		"name": "texts",
		"description": "The canonical bytes of each contribution.",
		"field": [{
			"@type": "cr:Field",
			"@id": "texts/content",
			"name": "content",
			"dataType": "sc:Text",
			"source": {
				"fileSet": { "@id": "all-texts" },
				"extract": { "fileProperty": "content" },
			},
		}],
	})
}

/// The context that Croissant 1.0 prescribes.
pub(super) fn context() -> Value {
	let mut context = json!({
		"@language": "en",
		"@vocab": "https://schema.org/",
		"conformsTo": "dct:conformsTo",
		"cr": "http://mlcommons.org/croissant/",
		"data": { "@id": "cr:data", "@type": "@json" },
		"dataType": { "@id": "cr:dataType", "@type": "@vocab" },
		"dct": "http://purl.org/dc/terms/",
		"examples": { "@id": "cr:examples", "@type": "@json" },
		"rai": "http://mlcommons.org/croissant/RAI/",
		"sc": "https://schema.org/",
	});
	for term in [
		"citeAs",
		"column",
		"equivalentProperty",
		"extract",
		"field",
		"fileObject",
		"fileProperty",
		"fileSet",
		"format",
		"includes",
		"isLiveDataset",
		"jsonPath",
		"key",
		"md5",
		"parentField",
		"path",
		"recordSet",
		"references",
		"regex",
		"repeated",
		"replace",
		"samplingRate",
		"separator",
		"source",
		"subField",
		"transform",
	] {
		context[term] = json!(format!("cr:{term}"));
	}
	context
}
