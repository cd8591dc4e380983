// SPDX-License-Identifier: Apache-2.0
//! A card against the one in `vectors/card`, which a Croissant reader checks too, and its checks
//! against changed cards.

use codec::Encode;
use openledger_primitives::{ports::Credit, text::text_root};
use serde_json::Value;

use super::{
	check::{header, identity, listed, published, rows},
	*,
};
use crate::{commands::card::describe::MEMBERS, output::hex};

/// Folder of the card that the vectors hold; its texts lie below.
fn folder() -> PathBuf {
	PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/card"))
}

pub(crate) fn datanet() -> DatanetView<AccountId> {
	DatanetView {
		id: 3,
		owner: AccountId::from([1; 32]),
		name: b"Notes on {tools}".to_vec(),
		kind: openledger_primitives::ports::DatanetKind::Text,
		licence: b"MIT OR Apache-2.0".to_vec(),
		metadata_uri: Vec::new(),
		metadata_hash: H256::zero(),
		credit: Credit::Contributors,
		review_fee_per_kib: 0,
		bond_per_byte: 0,
		training_fee: 0,
		min_contributors_ppm: 0,
		curators: Vec::new(),
		seated: Vec::new(),
		by_approval: false,
		state: Default::default(),
		offered_to: None,
		accepted: 4,
		bytes: 0,
		version: 2,
	}
}

fn genesis() -> H256 {
	H256::repeat_byte(0x6c)
}

fn edition() -> Edition {
	let views = views();
	let hash = (0..)
		.zip(&views)
		.fold(H256::zero(), |before, (number, view)| {
			snapshot_step(&before, number, view.id, &view.text_root)
		});
	Edition {
		version: 2,
		count: views.len() as u64,
		hash: Some(hash),
		block: BlockId {
			hash: H256::zero(),
			number: 7,
		},
	}
}

/// Four acceptances; the third was taken down.
fn views() -> Vec<ContributionView<AccountId>> {
	let names = ["hammer.txt", "plane.txt", "", "rule.txt"];
	let licences = ["", "CC-BY-4.0", "", ""];
	(0u64..)
		.zip(names.iter().zip(licences))
		.map(|(number, (name, licence))| {
			let bytes = match name.is_empty() {
				true => vec![b'x'; 1_024],
				false => std::fs::read(folder().join("texts").join(name)).unwrap(),
			};
			ContributionView {
				id: 11 + 2 * number,
				datanet: 3,
				contributor: AccountId::from([number as u8 + 2; 32]),
				text_root: text_root(&bytes),
				byte_length: bytes.len() as u64,
				records: 1,
				uri: format!("texts/{name}").into_bytes(),
				licence: licence.as_bytes().to_vec(),
				committed_at: 1,
				revealed_at: 2,
				state: match name.is_empty() {
					true => ContributionState::Revoked {
						at: 9,
						reason: Some(1),
					},
					false => ContributionState::Withdrawn { at: 8 },
				},
				bond: 0,
				claims: 0,
				offered_to: None,
				used_value: 0,
				earned: 0,
			}
		})
		.collect()
}

fn members() -> Vec<Member> {
	list(&datanet().licence, &edition(), views()).unwrap()
}

fn card() -> Value {
	let files: Vec<File> = members()
		.into_iter()
		.filter(|member| !taken_down(&member.view))
		.map(|member| {
			let address = text(&member.view.uri);
			let bytes = std::fs::read(folder().join(&address)).unwrap();
			File {
				member,
				address,
				sha256: hex::encode(sp_io::hashing::sha2_256(&bytes)),
			}
		})
		.collect();
	let url = Some("https://example.org/notes");
	describe::card(
		&genesis(),
		&datanet(),
		&edition(),
		&files,
		"2026-11-21",
		url,
	)
}

#[test]
fn a_card_should_be_the_one_of_the_vectors() {
	let path = folder().join("card.json");
	let card = card();
	if std::env::var_os("OPENLEDGER_WRITE_VECTORS").is_some() {
		std::fs::write(&path, serde_json::to_string_pretty(&card).unwrap() + "\n").unwrap();
	}
	let kept: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
	assert_eq!(card, kept);
}

#[test]
fn a_card_should_hold_what_the_chain_says() {
	let card = card();
	assert_eq!(card["version"], "2.0.0");
	assert_eq!(card["license"][0]["name"], "MIT OR Apache-2.0");
	assert!(card["citeAs"]
		.as_str()
		.unwrap()
		.contains("title = {Notes on tools}"));
	assert!(card["description"]
		.as_str()
		.unwrap()
		.contains(&hex(edition().hash.unwrap())));
	assert_eq!(
		card["distribution"].as_array().unwrap().len(),
		4,
		"three files and their set"
	);
	assert_eq!(card["recordSet"][0]["data"].as_array().unwrap().len(), 3);
	assert_eq!(
		card["recordSet"][0]["data"][1]["members/licence"],
		"CC-BY-4.0"
	);
	let opaque = DatanetView {
		kind: openledger_primitives::ports::DatanetKind::Opaque,
		..datanet()
	};
	let card = describe::card(&genesis(), &opaque, &edition(), &[], "2026-11-21", None);
	assert_eq!(card["recordSet"].as_array().unwrap().len(), 1);
	assert_eq!(card["url"], card["identifier"]);
}

fn faults(card: &Value) -> usize {
	let members = members();
	rows(card, &members).faults.len()
		+ listed(card, &members).faults.len()
		+ header(card, &datanet()).faults.len()
}

#[test]
fn checks_should_hold_for_a_card_of_the_chain() {
	let card = card();
	assert_eq!(faults(&card), 0);
	assert_eq!(identity(&card, &genesis()).unwrap(), (3, (2, None)));
	let mut transferred = card.clone();
	transferred["recordSet"][0]["data"][0]["members/contributor"] = json!("somebody");
	assert_eq!(faults(&transferred), 0, "contributions change hands");
}

#[test]
fn list_should_refuse_other_members_than_the_snapshot_has() {
	let licence = b"MIT".as_slice();
	assert_eq!(
		list(licence, &edition(), views()).unwrap()[0].licence,
		"MIT"
	);
	let mut fewer = views();
	fewer.pop();
	assert!(list(licence, &edition(), fewer).is_err());
	let mut other = views();
	other[2].text_root = H256::zero();
	assert!(list(licence, &edition(), other).is_err());
	let mut swapped = views();
	swapped.swap(0, 1);
	assert!(list(licence, &edition(), swapped).is_err());
}

/// What makes a card false.
type Change = fn(&mut Value);

#[test]
fn checks_should_find_every_change() {
	let changes: [(&str, Change); 13] = [
		("name", |card| card["name"] = json!("Other notes")),
		("licence", |card| {
			card["license"] = json!("https://spdx.org/licenses/MIT")
		}),
		("kind", |card| card["@type"] = json!("sc:Thing")),
		("context", |card| {
			card["@context"]["source"] = json!("sc:source")
		}),
		("conformance", |card| {
			card["conformsTo"] = json!("http://mlcommons.org/croissant/0.8")
		}),
		("a row's root", |card| {
			card["recordSet"][0]["data"][0]["members/textRoot"] = json!(hex([0; 32]));
		}),
		("a row's licence", |card| {
			card["recordSet"][0]["data"][1]["members/licence"] = json!("MIT");
		}),
		("a row's id", |card| {
			card["recordSet"][0]["data"][1]["members/contribution"] = json!(12);
		}),
		("a row taken away", |card| {
			card["recordSet"][0]["data"]
				.as_array_mut()
				.unwrap()
				.remove(0);
		}),
		("a row twice", |card| {
			let row = card["recordSet"][0]["data"][0].clone();
			card["recordSet"][0]["data"]
				.as_array_mut()
				.unwrap()
				.push(row);
		}),
		("a file taken away", |card| {
			card["distribution"].as_array_mut().unwrap().remove(0);
		}),
		("a file's length", |card| {
			card["distribution"][0]["contentSize"] = json!("5 B")
		}),
		("a file's address", |card| {
			card["distribution"][0]["contentUrl"] = json!("")
		}),
	];
	for (what, change) in changes {
		let mut changed = card();
		change(&mut changed);
		assert!(faults(&changed) > 0, "{what}");
	}
	let mut taken = card();
	let mut row = describe::fixed_row(&members()[2]);
	row[format!("{MEMBERS}/contributor")] = json!("");
	taken["recordSet"][0]["data"]
		.as_array_mut()
		.unwrap()
		.push(row);
	assert_eq!(faults(&taken), 1, "what was taken down");
}

#[test]
fn the_hash_should_be_that_of_the_bytes() {
	let mut view = datanet();
	view.metadata_hash = openledger_primitives::hash(b"card");
	assert!(published(b"card", &view).faults.is_empty());
	assert_eq!(published(b"card ", &view).faults.len(), 1);
}

#[test]
fn identity_should_refuse_other_chains_and_nonsense() {
	let card = card();
	assert!(identity(&card, &H256::zero()).is_err());
	let stated = |identifier: &str, version: &str| {
		let mut card = card.clone();
		card["identifier"] = json!(identifier.replace("GENESIS", &hex::encode(genesis())));
		card["version"] = json!(version);
		identity(&card, &genesis())
	};
	let all = "urn:openledger:GENESIS:datanet:3:0.4.0";
	assert_eq!(stated(all, "0.4.0").unwrap(), (3, (0, Some(4))));
	assert!(stated(all, "0.5.0").is_err());
	for (identifier, version) in [
		("urn:openledger:GENESIS:datanet:x:2.0.0", "2.0.0"),
		("urn:openledger:GENESIS:datanet:3:2.1.0", "2.1.0"),
		(
			"urn:openledger:GENESIS:datanet:3:9999999999.0.0",
			"9999999999.0.0",
		),
		("urn:openledger:GENESIS:model:3:2.0.0", "2.0.0"),
		("GENESIS", "2.0.0"),
	] {
		assert!(stated(identifier, version).is_err(), "{identifier}");
	}
	assert!(identity(&json!({}), &genesis()).is_err());
}

#[test]
fn dates_should_be_those_of_the_calendar() {
	for (seconds, expected) in [
		(0, "1970-01-01"),
		(951_782_400, "2000-02-29"),
		(951_868_800, "2000-03-01"),
		(1_767_225_599, "2025-12-31"),
		(1_767_225_600, "2026-01-01"),
		(1_795_219_200, "2026-11-21"),
		(4_107_542_400, "2100-03-01"),
		(13_569_465_600, "2400-01-01"),
	] {
		assert_eq!(date(seconds * 1_000), expected);
	}
	date(u64::MAX);
}

#[test]
fn date_of_should_read_the_timestamp_of_a_block() {
	let inherent = |version: u8, argument: Vec<u8>| {
		let call = [vec![version, 1, 0], argument].concat();
		vec![call.encode()]
	};
	let now = Compact(1_795_219_200_000u64).encode();
	for version in [4, 5] {
		assert_eq!(
			date_of(&inherent(version, now.clone())).unwrap(),
			"2026-11-21"
		);
	}
	assert!(date_of(&inherent(0x84, now.clone())).is_err(), "signed");
	assert!(date_of(&inherent(4, [now, vec![0]].concat())).is_err());
	assert!(date_of(&[]).is_err());
	assert!(date_of(&[vec![9]]).is_err());
}
