// SPDX-License-Identifier: Apache-2.0
//! The store: what was acknowledged is there after any end of the program, and damage is noticed.

mod common;

use common::{alice, bob, identity, open_store, GENESIS, MODEL, PRICE};
use openledger_gateway::{
	channels::{Channel, Channels},
	store::{CallRow, ChannelRow, Identity, Put, Store, StoreError},
};
use openledger_primitives::{payload::request_hash, H256};
use openledger_provenance::record::{assemble, CallInput, FoundSpan};

fn channel_row() -> ChannelRow {
	ChannelRow {
		payer: alice().id(),
		key: alice().public_key(),
		price: PRICE,
		voucher: None,
	}
}

/// The next call of a channel.
fn next(channel: &Channel, open: bool) -> CallRow {
	let (secret, answer) = ([3; 32], "word ".repeat(30));
	let call = CallInput {
		channel: channel.id,
		number: channel.calls() + 1,
		request_hash: request_hash(&secret, b"{}"),
		secret: &secret,
		answer: answer.as_bytes(),
		bytes_in: 4,
		flags: u8::from(open),
		fee: PRICE.fee(4, 150).unwrap(),
		fee_total_before: channel.fee_total,
		matched_total_before: channel.matched_total,
	};
	let found = [FoundSpan {
		start: 5,
		length: 49,
		contribution: 2,
		position: 1,
	}];
	let (record, spans) = assemble(&GENESIS, &call, &found).unwrap();
	let range_root = channel.root_with(&GENESIS, &record).unwrap();
	let served_ms = channel.calls();
	CallRow {
		record,
		spans,
		secret,
		answer,
		prompt: "q".into(),
		range_root,
		served_ms,
	}
}

async fn filled(folder: &std::path::Path, calls: u64) -> (Store, Channel) {
	let store = open_store(folder).await;
	store
		.write(vec![Put::channel(1, &channel_row())])
		.await
		.unwrap();
	let mut channel = Channel::new(1, channel_row());
	for number in 1..=calls {
		let row = next(&channel, number % 2 == 0);
		store.write(Put::call(&row)).await.unwrap();
		channel = channel.after(&GENESIS, &row).unwrap();
	}
	(store, channel)
}

#[tokio::test]
async fn a_channel_is_replayed_to_the_last_acknowledged_call() {
	let folder = tempfile::tempdir().unwrap();
	// More calls than one page of the replay.
	let (store, channel) = filled(folder.path(), 1_030).await;
	let signed = alice().sign_voucher(&GENESIS, channel.voucher());
	let row = ChannelRow {
		voucher: Some(signed),
		..channel_row()
	};
	store.write(vec![Put::channel(1, &row)]).await.unwrap();
	drop(store);
	let store = open_store(folder.path()).await;
	let channels = Channels::replay(&store, GENESIS).unwrap();
	let replayed = channels.lock_own(1).await.unwrap().unwrap();
	assert_eq!(replayed.voucher(), channel.voucher());
	assert_eq!((replayed.unpaid(), &replayed.row), (0, &row));
	assert_eq!(
		store
			.calls(1, (1_000, 1_010), 100, |row| row)
			.unwrap()
			.len(),
		10
	);
	assert_eq!(
		store
			.calls(1, (1_029, u64::MAX), 100, |row| row)
			.unwrap()
			.len(),
		1
	);
	assert!(store.calls(1, (5, 5), 100, |row| row).unwrap().is_empty());
	let open: Vec<u64> = store
		.latest_open(3)
		.unwrap()
		.iter()
		.map(|row| row.record.number)
		.collect();
	assert_eq!(open, [1_030, 1_028, 1_026]);
}

#[tokio::test]
async fn a_copy_taken_while_it_runs_holds_every_acknowledged_call() {
	let folder = tempfile::tempdir().unwrap();
	let (_running, channel) = filled(folder.path(), 20).await;
	let crashed = tempfile::tempdir().unwrap();
	let name = "gateway.redb";
	std::fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
	let store = open_store(crashed.path()).await;
	let replayed = Channel::replay(&store, &GENESIS, 1).unwrap().unwrap();
	assert_eq!(replayed.voucher(), channel.voucher());
}

#[tokio::test]
async fn gaps_and_changed_calls_are_noticed() {
	type Damage = fn(&mut CallRow);
	let damages: [Damage; 5] = [
		|row| row.record.number += 1,
		|row| row.record.fee_total += 1,
		|row| row.record.bytes_in += 1,
		|row| row.spans.clear(),
		|row| row.range_root = H256::zero(),
	];
	for damage in damages {
		let folder = tempfile::tempdir().unwrap();
		let (store, channel) = filled(folder.path(), 3).await;
		let mut row = next(&channel, false);
		damage(&mut row);
		store.write(Put::call(&row)).await.unwrap();
		let replayed = Channel::replay(&store, &GENESIS, 1);
		assert!(matches!(replayed, Err(StoreError::Damaged(_))));
	}
}

#[tokio::test]
async fn a_folder_serves_one_chain_operator_and_model() {
	let folder = tempfile::tempdir().unwrap();
	drop(open_store(folder.path()).await);
	let others = [
		Identity {
			genesis_hash: H256::zero(),
			..identity()
		},
		Identity {
			operator: alice().id(),
			..identity()
		},
		Identity {
			model: MODEL + 1,
			..identity()
		},
	];
	for other in others {
		let mut opened = Store::open(folder.path(), &other);
		while matches!(opened, Err(StoreError::Failed(_))) {
			tokio::time::sleep(std::time::Duration::from_millis(25)).await;
			opened = Store::open(folder.path(), &other);
		}
		assert!(matches!(opened, Err(StoreError::Foreign(_))));
	}
	assert_eq!(identity().operator, bob().id());
	drop(open_store(folder.path()).await);
}

#[tokio::test]
async fn many_writers_share_the_disk_and_none_is_lost() {
	let folder = tempfile::tempdir().unwrap();
	let store = open_store(folder.path()).await;
	let writers = (1..=200u64).map(|id| {
		let store = store.clone();
		tokio::spawn(async move { store.write(vec![Put::channel(id, &channel_row())]).await })
	});
	for writer in writers.collect::<Vec<_>>() {
		writer.await.unwrap().unwrap();
	}
	assert_eq!(store.channel_ids().unwrap(), (1..=200).collect::<Vec<_>>());
}
