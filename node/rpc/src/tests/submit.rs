// SPDX-License-Identifier: Apache-2.0
//! `usage_v1_submitBatch` and `usage_v1_workerStatus`.

use super::{
	error,
	mock::{Node, State, Storage, BEST, GENESIS},
	module, result, INVALID_PARAMS,
};
use codec::{Encode, MaxEncodedLen};
use jsonrpsee::RpcModule;
use openledger_primitives::{
	apis::{BatchQuote, BatchRejection, BatchView, OperatorView},
	offchain::{self as queue, Index, LocalStore, Status, StoredBatch, WorkerError},
	payload::{
		page_hash, CreditPage, PageCommitment, PageEntry, Payload, SignedVoucher, UsageBatch,
		Voucher,
	},
	ports::FeeSplit,
	AccountId, H256,
};
use serde_json::{json, Value};
use sp_core::{
	offchain::{OffchainStorage, STORAGE_PREFIX},
	sr25519, Bytes, Pair,
};
use std::sync::Arc;

const SUBMIT: &str = "usage_v1_submitBatch";
const STATUS: &str = "usage_v1_workerStatus";
const MODEL: u32 = 2;

/// The storage as the runtime's worker sees it.
impl LocalStore for Storage {
	fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
		OffchainStorage::get(self, STORAGE_PREFIX, key)
	}
	fn set(&mut self, key: &[u8], value: &[u8]) {
		OffchainStorage::set(self, STORAGE_PREFIX, key, value);
	}
	fn remove(&mut self, key: &[u8]) {
		OffchainStorage::remove(self, STORAGE_PREFIX, key);
	}
	fn compare_and_set(&mut self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
		OffchainStorage::compare_and_set(self, STORAGE_PREFIX, key, old, new)
	}
}

fn key() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[7; 32])
}

fn operator() -> AccountId {
	AccountId::new([4; 32])
}

/// SS58 of [`operator`].
fn address() -> Value {
	json!(crate::json::Address(operator()))
}

/// What an operator's gateway sends.
#[derive(Clone)]
struct Sent {
	batch: UsageBatch,
	signature: Vec<u8>,
	pages: Vec<CreditPage>,
}

impl Sent {
	/// A batch with so many pages.
	fn new(sequence: u64, pages: u8) -> Self {
		let pages: Vec<_> = (0..pages).map(|place| page(sequence, place)).collect();
		let commitments: Vec<_> = pages
			.iter()
			.zip(1u128..)
			.map(|(page, total)| PageCommitment {
				page_hash: page_hash(&GENESIS, page),
				end_total: total,
			})
			.collect();
		let voucher = Voucher {
			channel: 1,
			calls: 3,
			fee_total: 90,
			matched_total: 2,
			range_root: H256::repeat_byte(1),
		};
		let batch = UsageBatch {
			operator: operator(),
			model: MODEL,
			sequence,
			valid_until: 20,
			max_charge: 5_000,
			fee_total: 90,
			matched: 2,
			lines: 1,
			lines_root: H256::repeat_byte(2),
			pages: commitments.try_into().unwrap(),
			vouchers: vec![SignedVoucher {
				voucher,
				scheme: 0,
				signature: [3; 64],
			}]
			.try_into()
			.unwrap(),
		};
		Self {
			signature: sign(&batch),
			batch,
			pages,
		}
	}

	fn params(&self) -> Value {
		let pages: Vec<_> = self.pages.iter().map(|page| Bytes(page.encode())).collect();
		json!([
			Bytes(self.batch.encode()),
			Bytes(self.signature.clone()),
			pages
		])
	}

	fn hash(&self) -> H256 {
		self.batch.digest(&GENESIS)
	}

	/// How the chain shows it while it waits for its pages.
	fn accepted(&self) -> BatchView<AccountId> {
		BatchView {
			operator: operator(),
			model: MODEL,
			sequence: self.batch.sequence,
			hash: self.hash(),
			accepted_at: 5,
			release_from: 30,
			released: false,
			fee: 90,
			matched: 2,
			split: FeeSplit::default(),
			rows_root: H256::zero(),
			lines_root: H256::repeat_byte(2),
			lines: 1,
			pages: vec![],
		}
	}
}

fn sign(batch: &UsageBatch) -> Vec<u8> {
	key().sign(batch.digest(&GENESIS).as_bytes()).0.to_vec()
}

fn page(sequence: u64, place: u8) -> CreditPage {
	let entry = PageEntry {
		contribution: u64::from(place) + 1,
		last_line: 0,
		total: u128::from(place) + 1,
	};
	CreditPage {
		operator: operator(),
		model: MODEL,
		sequence,
		page: place,
		entries: vec![entry].try_into().unwrap(),
	}
}

/// A best block whose runtime answers so. The final block's has no answer.
fn node(verdict: Result<BatchQuote<AccountId>, BatchRejection>, best: State) -> Arc<Node> {
	Node::new(
		State::default(),
		State {
			verdict: Some(verdict),
			..best
		},
	)
}

fn welcome() -> Arc<Node> {
	let quote = BatchQuote {
		operator: operator(),
		model: MODEL,
		sequence: 0,
		charge: 1_234,
		split: FeeSplit::default(),
	};
	node(Ok(quote), State::default())
}

/// A chain on which the batch's sequence is consumed.
fn stale(batches: Vec<BatchView<AccountId>>) -> Arc<Node> {
	let operators = vec![OperatorView {
		account: operator(),
		bond: 0,
		coverage: 0,
		key: key().public().0,
		scheme: 0,
		active: true,
		unpaid_pages: 0,
	}];
	let state = State {
		batches,
		operators,
		..State::default()
	};
	node(Err(BatchRejection::Stale), state)
}

fn with_storage(node: &Arc<Node>) -> (RpcModule<()>, Storage) {
	let storage = Storage::default();
	(module(node, Some(storage.clone())), storage)
}

/// Refused with this, and nothing was stored.
async fn assert_refused(node: &Arc<Node>, params: Value, code: i64, message: &str) {
	let (module, storage) = with_storage(node);
	assert_eq!(error(&module, SUBMIT, params).await, (code, message.into()));
	assert!(storage.rows().is_empty());
}

/// Refused before the runtime was asked.
async fn assert_malformed(params: Value, message: &str) {
	let node = welcome();
	assert_refused(&node, params, 21_001, &format!("bad argument: {message}")).await;
	assert!(node.0.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_valid_batch_should_be_queued_for_the_worker() {
	let (node, sent) = (welcome(), Sent::new(0, 2));
	let (module, storage) = with_storage(&node);
	let expected = |queued: bool| {
		json!({
			"operator": address(),
			"model": MODEL,
			"sequence": 0,
			"charge": "1234",
			"queued": queued,
		})
	};
	assert_eq!(result(&module, SUBMIT, sent.params()).await, expected(true));
	// Sent again it keeps its one place.
	assert_eq!(
		result(&module, SUBMIT, sent.params()).await,
		expected(false)
	);

	assert_eq!(queue::operators(&storage), vec![operator()]);
	assert_eq!(
		queue::index(&storage, &operator()),
		Index { head: 0, tail: 1 }
	);
	let item = queue::item(&storage, &operator(), 0).unwrap();
	assert_eq!(
		(item.model, item.sequence, item.batch_hash),
		(MODEL, 0, sent.hash())
	);
	let stored = StoredBatch {
		batch: sent.batch.encode(),
		signature: sent.signature.clone().try_into().unwrap(),
	};
	assert_eq!(queue::stored_batch(&storage, &sent.hash()), Some(stored));
	for (hash, page) in item.pages.iter().zip(&sent.pages) {
		assert_eq!(queue::page(&storage, hash), Some(page.encode()));
	}
	assert_eq!(item.pages.len(), 2);
	let asked = vec![(sent.batch.encode(), sent.signature.clone()); 2];
	assert_eq!(*node.0.asked.lock().unwrap(), asked);
}

#[tokio::test]
async fn parameters_should_have_names_too() {
	let (module, storage) = with_storage(&welcome());
	let list = Sent::new(0, 0).params();
	let named = json!({ "batch": list[0], "signature": list[1], "pages": list[2] });
	assert_eq!(result(&module, SUBMIT, named).await["queued"], json!(true));
	assert_eq!(queue::list(&storage, 9).len(), 1);
}

#[tokio::test]
async fn the_largest_batch_should_be_queued() {
	let mut sent = Sent::new(0, 64);
	let voucher = sent.batch.vouchers[0].clone();
	sent.batch.vouchers = vec![voucher; 256].try_into().unwrap();
	for page in &mut sent.pages {
		page.entries = vec![page.entries[0].clone(); 256].try_into().unwrap();
	}
	for (page, commitment) in sent.pages.iter().zip(sent.batch.pages.iter_mut()) {
		commitment.page_hash = page_hash(&GENESIS, page);
	}
	sent.signature = sign(&sent.batch);
	assert_eq!(sent.batch.encoded_size(), UsageBatch::max_encoded_len());
	assert_eq!(sent.pages[0].encoded_size(), CreditPage::max_encoded_len());
	let (module, storage) = with_storage(&welcome());
	result(&module, SUBMIT, sent.params()).await;
	assert_eq!(queue::list(&storage, 9)[0].pages, 64);
}

#[tokio::test]
async fn sizes_should_be_checked_first() {
	let sent = Sent::new(0, 1);
	let most = UsageBatch::max_encoded_len();
	let mut params = sent.params();
	params[0] = json!(Bytes(vec![0; most + 1]));
	let message = format!(
		"the batch has {} bytes; at most {most} are possible",
		most + 1
	);
	assert_malformed(params, &message).await;

	let most = CreditPage::max_encoded_len();
	let mut params = sent.params();
	params[2][0] = json!(Bytes(vec![0; most + 1]));
	let message = format!("a page has {} bytes; at most {most} are possible", most + 1);
	assert_malformed(params, &message).await;

	for length in [0, 63, 65] {
		let short = Sent {
			signature: vec![0; length],
			..sent.clone()
		};
		assert_malformed(short.params(), "the signature is not 64 bytes").await;
	}

	let mut params = sent.params();
	params[2] = json!(vec![Bytes(vec![]); 65]);
	let (module, storage) = with_storage(&welcome());
	assert_eq!(error(&module, SUBMIT, params).await.0, INVALID_PARAMS);
	assert!(storage.rows().is_empty());
}

#[tokio::test]
async fn bytes_should_be_decoded_exactly() {
	let sent = Sent::new(0, 1);
	let no_batch = "the batch is not the SCALE of one";
	let no_page = "page 0 is not the SCALE of one";
	let batch = sent.batch.encode();
	let page = sent.pages[0].encode();
	let bad = |bytes: &[u8]| {
		[
			[bytes, &[0]].concat(),
			bytes[..bytes.len() - 1].to_vec(),
			vec![],
		]
	};
	for bytes in bad(&batch) {
		let mut params = sent.params();
		params[0] = json!(Bytes(bytes));
		assert_malformed(params, no_batch).await;
	}
	for bytes in bad(&page) {
		let mut params = sent.params();
		params[2][0] = json!(Bytes(bytes));
		assert_malformed(params, no_page).await;
	}
	let (module, _) = with_storage(&welcome());
	let mut params = sent.params();
	params[0] = json!("0xzz");
	assert_eq!(error(&module, SUBMIT, params).await.0, INVALID_PARAMS);
}

#[tokio::test]
async fn pages_should_be_those_of_the_batch() {
	let sent = Sent::new(0, 2);
	let with = |pages: Vec<CreditPage>| {
		Sent {
			pages,
			..sent.clone()
		}
		.params()
	};
	let (first, second) = (sent.pages[0].clone(), sent.pages[1].clone());
	let count = |given: usize| format!("{given} pages came with a batch that commits to 2");
	assert_malformed(with(vec![]), &count(0)).await;
	assert_malformed(with(vec![first.clone()]), &count(1)).await;
	assert_malformed(
		with(vec![first.clone(), second.clone(), second.clone()]),
		&count(3),
	)
	.await;

	let other = |place: usize| format!("page {place} is not the one that the batch commits to");
	assert_malformed(with(vec![second.clone(), first.clone()]), &other(0)).await;
	let mut changed = second.clone();
	changed.entries[0].total += 1;
	assert_malformed(with(vec![first.clone(), changed]), &other(1)).await;

	// Hashes of another chain are not those of this one.
	let mut foreign = sent.clone();
	foreign.batch.pages[1].page_hash = page_hash(&H256::repeat_byte(8), &second);
	foreign.signature = sign(&foreign.batch);
	assert_malformed(foreign.params(), &other(1)).await;
}

#[tokio::test]
async fn the_runtimes_refusals_should_have_their_names() {
	let cases = [
		(
			BatchRejection::Refused(11),
			21_003,
			"refused: BadSignature (11)",
		),
		(
			BatchRejection::Refused(8),
			21_003,
			"refused: BondTooSmall (8)",
		),
		(
			BatchRejection::Refused(6),
			21_003,
			"refused: SequenceGap (6)",
		),
		(BatchRejection::Refused(0), 21_003, "refused: Other (0)"),
		(BatchRejection::Refused(19), 21_003, "refused: Other (19)"),
		(
			BatchRejection::Void(b"FeeUnderFloor".to_vec()),
			21_003,
			"refused: Void: FeeUnderFloor",
		),
		(
			BatchRejection::Malformed,
			21_001,
			"bad argument: the runtime of this block reads no batch in these bytes",
		),
	];
	for (rejection, code, message) in cases {
		let node = node(Err(rejection), State::default());
		assert_refused(&node, Sent::new(0, 1).params(), code, message).await;
	}
}

#[tokio::test]
async fn a_failing_runtime_should_be_reported() {
	let node = Node::new(State::default(), State::default());
	let message = "the runtime call failed: ";
	let (module, storage) = with_storage(&node);
	let (code, said) = error(&module, SUBMIT, Sent::new(0, 1).params()).await;
	assert!(code == 21_000 && said.starts_with(message), "{code} {said}");
	assert!(storage.rows().is_empty());
}

#[tokio::test]
async fn a_batch_before_its_turn_should_wait_in_the_queue() {
	let node = node(Err(BatchRejection::TooEarly), State::default());
	let (module, storage) = with_storage(&node);
	let answer = result(&module, SUBMIT, Sent::new(3, 2).params()).await;
	// One voucher and two full pages, as the runtime quotes them.
	assert_eq!(answer["charge"], json!("1014"));
	assert_eq!(queue::list(&storage, 9)[0].sequence, 3);
}

#[tokio::test]
async fn an_accepted_batch_should_be_queued_again_for_its_pages() {
	let sent = Sent::new(0, 2);
	let (module, storage) = with_storage(&stale(vec![sent.accepted()]));
	let answer = result(&module, SUBMIT, sent.params()).await;
	// Its charge was paid at acceptance.
	assert_eq!(
		(&answer["charge"], &answer["queued"]),
		(&json!("0"), &json!(true))
	);
	let item = queue::item(&storage, &operator(), 0).unwrap();
	assert_eq!(
		queue::page(&storage, &item.pages[1]),
		Some(sent.pages[1].encode())
	);
}

#[tokio::test]
async fn a_stale_batch_without_open_pages_should_be_refused() {
	let message =
		"refused: Stale: its sequence is consumed, and no batch of these bytes waits for pages";
	let sent = Sent::new(0, 1);
	// Paid, void, or never accepted.
	assert_refused(&stale(vec![]), sent.params(), 21_003, message).await;
	// Another batch stands in its place.
	let mut other = sent.accepted();
	other.hash = H256::repeat_byte(9);
	assert_refused(&stale(vec![other]), sent.params(), 21_003, message).await;
}

#[tokio::test]
async fn a_strangers_signature_should_not_replace_the_operators() {
	let message = "refused: BadSignature: the operator's key did not sign these bytes";
	let mut sent = Sent::new(0, 1);
	let node = stale(vec![sent.accepted()]);
	sent.signature = sr25519::Pair::from_seed(&[8; 32])
		.sign(sent.hash().as_bytes())
		.0
		.to_vec();
	assert_refused(&node, sent.params(), 21_003, message).await;
	// Nor a signature of the operator's key for another chain.
	let elsewhere = sent.batch.digest(&H256::repeat_byte(8));
	sent.signature = key().sign(elsewhere.as_bytes()).0.to_vec();
	assert_refused(&node, sent.params(), 21_003, message).await;
	// Nor one of an operator that is gone.
	let state = State {
		batches: vec![sent.accepted()],
		..State::default()
	};
	let node = self::node(Err(BatchRejection::Stale), state);
	assert_refused(&node, Sent::new(0, 1).params(), 21_003, message).await;
}

#[tokio::test]
async fn a_full_queue_should_be_reported() {
	let (module, mut storage) = with_storage(&welcome());
	let full = Index {
		head: 5,
		tail: 5 + queue::MAX_QUEUED,
	};
	LocalStore::set(&mut storage, &queue::index_key(&operator()), &full.encode());
	let expected = (
		21_004,
		"off-chain storage: the operator's queue is full".into(),
	);
	assert_eq!(
		error(&module, SUBMIT, Sent::new(0, 0).params()).await,
		expected
	);

	let (module, mut storage) = with_storage(&welcome());
	let others: Vec<_> = (100..164).map(|seed| AccountId::new([seed; 32])).collect();
	LocalStore::set(&mut storage, &queue::operators_key(), &others.encode());
	let message = "off-chain storage: this node queues for as many operators as it can";
	let answer = error(&module, SUBMIT, Sent::new(0, 0).params()).await;
	assert_eq!(answer, (21_004, message.into()));
}

#[tokio::test]
async fn a_node_without_off_chain_storage_should_say_so() {
	let module = module(&welcome(), None);
	let expected = (21_004, "off-chain storage: this node has none".to_string());
	assert_eq!(
		error(&module, SUBMIT, Sent::new(0, 0).params()).await,
		expected
	);
	assert_eq!(error(&module, STATUS, json!([])).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_of_one_node_should_not_lose_each_others_batches() {
	let (node, storage) = (welcome(), Storage::default());
	let tasks: Vec<_> = (0..8)
		.map(|sequence| {
			let module = module(&node, Some(storage.clone()));
			tokio::spawn(
				async move { result(&module, SUBMIT, Sent::new(sequence, 1).params()).await },
			)
		})
		.collect();
	for task in tasks {
		assert_eq!(task.await.unwrap()["queued"], json!(true));
	}
	let mut sequences: Vec<_> = queue::list(&storage, 99)
		.into_iter()
		.map(|item| item.sequence)
		.collect();
	sequences.sort_unstable();
	assert_eq!(sequences, (0..8).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_workers_status_should_have_its_json() {
	let (module, mut storage) = with_storage(&welcome());
	let nothing = json!({ "lastRun": null, "submitted": 0, "queued": [], "lastError": null });
	assert_eq!(result(&module, STATUS, json!([])).await, nothing);

	result(&module, SUBMIT, Sent::new(4, 2).params()).await;
	let status = Status {
		last_run: 12,
		submitted: 3,
		last_error: Some(WorkerError {
			at: 11,
			operator: operator(),
			model: MODEL,
			sequence: 4,
			reason: b"BondTooSmall".to_vec(),
		}),
		// The queue itself is asked, not what the last run remembers.
		queued: vec![],
	};
	LocalStore::set(&mut storage, &queue::status_key(), &status.encode());
	let operator = address();
	let said = format!(
		"block 11: batch 4 of {} for model 2: BondTooSmall",
		operator.as_str().unwrap()
	);
	let expected = json!({
		"lastRun": 12,
		"submitted": 3,
		"queued": [{ "operator": operator, "model": MODEL, "sequence": 4, "pages": 2 }],
		"lastError": said,
	});
	assert_eq!(result(&module, STATUS, json!([])).await, expected);
}

#[tokio::test]
async fn the_best_block_should_decide() {
	// The final block would refuse; the best one, where it counts, accepts.
	let last_final = State {
		verdict: Some(Err(BatchRejection::Refused(1))),
		..State::default()
	};
	let best = State {
		verdict: Some(Err(BatchRejection::TooEarly)),
		..State::default()
	};
	let (module, _) = with_storage(&Node::new(last_final, best));
	result(&module, SUBMIT, Sent::new(1, 0).params()).await;
	// The module reads the final block elsewhere.
	let at = json!([BEST]);
	assert_eq!(result(&module, "usage_v1_serviceClock", at).await, json!(9));
}
