// SPDX-License-Identifier: Apache-2.0
//! Steps 1 to 7 through `Executive`: people's calls as signed transactions, the operator's batch
//! through the off-chain worker, whose pool is drained, validated and applied block by block.

use super::{people::*, *};
use crate::{
	constants::money::{MILLI, OPEN},
	Balances, Datanets, Royalties, RuntimeEvent, Usage,
};
use frame_support::traits::fungible::Inspect;
use openledger_primitives::{
	offchain::{self as queue, Item, LocalStore, StoredBatch},
	payload::{
		payload_root, request_hash, CallRecord, CreditPage, Payload, Price, SignedVoucher, Span,
		UsageBatch, Voucher,
	},
	ports::FeeSplit,
	Balance,
};
use openledger_provenance::{
	credit::{build_batch, build_lines, build_pages, BatchHeader, Settled},
	record::{assemble, CallInput},
	spans, Index,
};
use sp_core::offchain::StorageKind;
use sp_runtime::AccountId32;
use std::sync::LazyLock;

const CURATOR: Sr25519Keyring = Sr25519Keyring::Charlie;
const DEVELOPER: Sr25519Keyring = Sr25519Keyring::Dave;
const PAYER: Sr25519Keyring = Sr25519Keyring::Eve;
const OPERATOR: Sr25519Keyring = Sr25519Keyring::Ferdie;
/// Two contributors with a text each.
pub(super) const CONTRIBUTORS: [Sr25519Keyring; 2] =
	[Sr25519Keyring::AliceStash, Sr25519Keyring::BobStash];
const PRICE: Price = Price {
	per_call: 10 * MILLI,
	in_per_kb: MILLI,
	out_per_kb: 100 * MILLI,
};

static TEXTS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
	["river", "mountain"].map(|word| {
		(0..80)
			.map(|line| {
				format!("Line {line} of a text about the {word}, which no other text has.\n")
			})
			.collect::<String>()
			.into_bytes()
	})
});

/// The node's persistent storage, as its JSON-RPC writes it.
struct NodeStore;

impl LocalStore for NodeStore {
	fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
		sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, key)
	}
	fn set(&mut self, key: &[u8], value: &[u8]) {
		sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, key, value);
	}
	fn remove(&mut self, key: &[u8]) {
		sp_io::offchain::local_storage_clear(StorageKind::PERSISTENT, key);
	}
	fn compare_and_set(&mut self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
		let old = old.map(<[u8]>::to_vec);
		sp_io::offchain::local_storage_compare_and_set(StorageKind::PERSISTENT, key, old, new)
	}
}

fn open_channel() {
	act(
		OPERATOR,
		pallet_usage::Call::register_operator {
			bond: 1_000 * OPEN,
			key: OPERATOR.public().0,
			scheme: 0,
		},
	);
	act(
		PAYER,
		pallet_usage::Call::open_channel {
			operator: OPERATOR.to_account_id(),
			model: 1,
			key: PAYER.public().0,
			scheme: 0,
			price: PRICE,
			deposit: 100 * OPEN,
		},
	);
}

/// Two calls whose answers quote one text each, and say something of their own.
pub(super) fn calls() -> Vec<(CallRecord, Vec<Span>)> {
	let corpus = [(1, TEXTS[0].clone()), (2, TEXTS[1].clone())];
	let index = Index::new(corpus).unwrap();
	let mut calls: Vec<(CallRecord, Vec<Span>)> = Vec::new();
	for (place, text) in TEXTS.iter().enumerate() {
		let quoted = String::from_utf8(text[..600].to_vec()).unwrap();
		let answer = format!("As somebody wrote:\n{quoted}\nThat is all I know about it today.");
		let secret = [place as u8; 32];
		let before = calls
			.last()
			.map_or((0, 0), |(r, _)| (r.fee_total, r.matched_total));
		let input = CallInput {
			channel: 1,
			number: place as u64 + 1,
			request_hash: request_hash(&secret, b"{}"),
			secret: &secret,
			answer: answer.as_bytes(),
			bytes_in: 12,
			flags: 0,
			fee: PRICE.fee(12, answer.len() as u32).unwrap(),
			fee_total_before: before.0,
			matched_total_before: before.1,
		};
		let found = spans(&index, answer.as_bytes());
		assert!(!found.is_empty());
		calls.push(assemble(&genesis_hash(), &input, &found).unwrap());
	}
	calls
}

pub(super) fn batch(calls: &[(CallRecord, Vec<Span>)]) -> (UsageBatch, Vec<CreditPage>) {
	let genesis = genesis_hash();
	let last = &calls.last().unwrap().0;
	let voucher = Voucher {
		channel: 1,
		calls: calls.len() as u64,
		fee_total: last.fee_total,
		matched_total: last.matched_total,
		range_root: payload_root(&genesis, calls.iter().map(|(record, _)| record)),
	};
	let signature = PAYER.sign(&voucher.preimage(&genesis)).0;
	let signed = SignedVoucher {
		voucher,
		scheme: 0,
		signature,
	};
	let lines = build_lines(calls.iter().map(|(r, s)| (r, s.as_slice()))).unwrap();
	let operator: AccountId32 = OPERATOR.to_account_id();
	let pages = build_pages(&operator, 1, 0, &lines).unwrap();
	let header = BatchHeader {
		operator,
		model: 1,
		sequence: 0,
		valid_until: System::block_number() + 10,
		max_charge: OPEN,
	};
	let vouchers = [(Settled::default(), signed)];
	let batch = build_batch(&genesis, header, &vouchers, &lines, &pages).unwrap();
	(batch, pages)
}

/// What `usage_v1_submitBatch` does: asks the runtime, then queues.
pub(super) fn hand_in(batch: &UsageBatch, pages: &[CreditPage]) {
	let genesis = genesis_hash();
	let digest = batch.digest(&genesis);
	let signature = OPERATOR.sign(digest.as_bytes()).0;
	let quote = Usage::api_validate_batch(batch.encode(), signature.to_vec()).unwrap();
	assert!(quote.charge <= batch.max_charge);
	let hashes = pages.iter().map(|page| page.digest(&genesis)).collect();
	let item = Item::new(batch.model, batch.sequence, digest, hashes);
	let stored = StoredBatch {
		batch: batch.encode(),
		signature,
	};
	let bytes: Vec<_> = pages.iter().map(Encode::encode).collect();
	queue::enqueue(&mut NodeStore, &batch.operator, &item, &stored, &bytes).unwrap();
}

/// Everything up to the open channel.
pub(super) fn prepared(pool: &Pool) {
	create_datanet(1, &[CURATOR]);
	for (place, contributor) in CONTRIBUTORS.into_iter().enumerate() {
		let id = contribute(contributor, 1, &TEXTS[place]);
		vote(&[CURATOR], id, 2);
	}
	act(OWNER, pallet_datanets::Call::snapshot { datanet: 1 });
	next_block(pool);
	publish_model(DEVELOPER, 1, PRICE);
	open_channel();
	next_block(pool);
}

fn split_of_the_batch() -> Option<FeeSplit> {
	System::events()
		.into_iter()
		.find_map(|record| match record.event {
			RuntimeEvent::Usage(pallet_usage::Event::BatchAccepted { split, .. }) => Some(split),
			_ => None,
		})
}

#[test]
fn the_worker_should_carry_a_batch_from_the_queue_to_the_last_payment() {
	with_worker(|pool| {
		prepared(&pool);
		let issuance = Balances::total_issuance();
		let (batch, pages) = batch(&calls());
		hand_in(&batch, &pages);
		assert_eq!(next_block(&pool), 1, "the batch");
		let split = split_of_the_batch().unwrap();
		let parts = [
			split.burned,
			split.treasury,
			split.operator,
			split.developer,
			split.upstream,
			split.data,
		];
		assert_eq!(parts.iter().sum::<Balance>(), batch.fee_total);
		assert_eq!(Balances::total_issuance(), issuance - split.burned);
		let mut submitted = 0;
		while Usage::api_batch(batch.operator.clone(), 1, 0).is_some() {
			submitted += next_block(&pool);
			assert!(System::block_number() < 60, "the batch is not paid");
		}
		assert!(submitted >= 2, "a release and a page");
		for _ in 0..4 {
			next_block(&pool);
		}
		assert_eq!(
			Royalties::api_inbox(1),
			(0, 0),
			"base money was distributed"
		);
		assert!(Royalties::api_pool_balance(1) > 0);
		paid_like_the_rule_says(&batch, &split);
	});
}

/// Adds up credits again, from the values of the spans.
fn paid_like_the_rule_says(batch: &UsageBatch, split: &FeeSplit) {
	let mut total = 0;
	let mut credited = 0;
	for (place, contributor) in CONTRIBUTORS.into_iter().enumerate() {
		let view = Datanets::api_contribution(place as u64 + 1).unwrap();
		let upto = |value: Balance| split.data * value / batch.fee_total;
		let expected = upto(total + view.used_value) - upto(total);
		assert_eq!(view.earned, expected);
		total += view.used_value;
		credited += expected;
		let rows = vec![(1, 1)];
		let earnings = Royalties::api_earnings(&contributor.to_account_id(), rows);
		let all = earnings.paid + earnings.accrued + earnings.pending;
		assert!(earnings.paid >= expected, "paid automatically");
		assert!(all > expected, "points in the pool earn as well");
	}
	assert_eq!(total, batch.matched);
	assert!(credited <= split.data);
}

#[test]
fn a_batch_should_cost_its_operator_the_weight_of_all_its_transactions() {
	with_worker(|pool| {
		prepared(&pool);
		let (batch, pages) = batch(&calls());
		let quote = Usage::api_quote_charge(1, 1);
		let free = Balances::balance(&OPERATOR.to_account_id());
		hand_in(&batch, &pages);
		next_block(&pool);
		let paid = free - Balances::balance(&OPERATOR.to_account_id());
		assert!(paid > 0 && paid <= quote, "{paid} of {quote}");
		assert!(
			paid > 6_000,
			"more than a thousand times what splitting could gain (R9)"
		);
	});
}

#[test]
fn a_batch_reminted_under_other_hashes_should_be_refused_once_it_is_in() {
	with_worker(|pool| {
		prepared(&pool);
		let (batch, pages) = batch(&calls());
		hand_in(&batch, &pages);
		next_block(&pool);
		let digest = batch.digest(&genesis_hash());
		let call = pallet_usage::Call::submit_batch {
			batch: Box::new(batch),
			signature: OPERATOR.sign(digest.as_bytes()).0,
		};
		for nonce in 0..3 {
			let minted =
				UncheckedExtrinsic::new_transaction(call.clone().into(), extensions(nonce, 0));
			assert!(validate(TransactionSource::External, minted).is_err());
		}
		let stored = queue::status(&NodeStore);
		assert_eq!(stored.last_error, None);
	});
}

#[test]
fn a_text_taken_down_before_the_batch_should_earn_for_the_treasury() {
	with_worker(|pool| {
		prepared(&pool);
		govern(pallet_datanets::Call::revoke {
			contribution: 1,
			reason: 3,
		});
		let (batch, pages) = batch(&calls());
		hand_in(&batch, &pages);
		next_block(&pool);
		let split = split_of_the_batch().unwrap();
		let mut arrived = 0;
		while Usage::api_batch(batch.operator.clone(), 1, 0).is_some() {
			next_block(&pool);
			arrived += System::events()
				.into_iter()
				.filter_map(|record| match record.event {
					RuntimeEvent::Royalties(pallet_royalties::Event::TreasuryPaid { amount }) => {
						Some(amount)
					}
					_ => None,
				})
				.sum::<Balance>();
			assert!(System::block_number() < 60, "the batch is not paid");
		}
		let gone = Datanets::api_contribution(1).unwrap();
		let kept = Datanets::api_contribution(2).unwrap();
		let upto = |value: Balance| split.data * value / batch.fee_total;
		assert_eq!(gone.used_value + kept.used_value, batch.matched);
		assert_eq!(
			arrived,
			upto(gone.used_value),
			"what the first would have had"
		);
		assert!(gone.used_value > 0);
		let taken = Royalties::api_earnings(&CONTRIBUTORS[0].to_account_id(), vec![(1, 1)]);
		assert_eq!(taken.pending, 0, "and no share of base money");
	});
}
