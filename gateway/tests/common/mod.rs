// SPDX-License-Identifier: Apache-2.0
//! A chain in memory behind the gateway's port, and a gateway on a free port of this machine. The
//! chain checks a batch as the runtime does and settles it in the next block.

#![allow(dead_code, reason = "each test uses a part")]

use std::{
	collections::BTreeMap,
	path::PathBuf,
	sync::{Arc, Mutex},
	time::Duration,
};

use async_trait::async_trait;
use openledger_client::{
	event::Named, Account, BlockId, ChannelBook, ContentStore, DatanetsEvent, Event, Gateway,
	Payer, UsageEvent,
};
use openledger_gateway::{
	backend::{Adapter, Backend, Extractive},
	batch::BatchLimits,
	corpus::Corpus,
	http::{router, App},
	port::{Chain, ChainError, ChainResult},
	service::{Service, Terms},
	settle::Settler,
	store::{Identity, Store},
};
use openledger_primitives::{
	apis::{
		BatchView, ChannelState, ChannelView, ContributionState, ContributionView, CorpusEntry,
		ModelState, ModelView, OperatorView,
	},
	payload::{
		page_hash, CreditPage, Curve, Payload, Price, PublicKey, SignedUsageBatch, UsageBatch,
	},
	ports::{Beneficiary, FeeSplit},
	AccountId, Balance, BlockNumber, ChannelId, ContributionId, DatanetId, ModelId, Sequence, H256,
	MILLI, OPEN,
};

pub const GENESIS: H256 = H256::repeat_byte(0x11);
pub const MODEL: ModelId = 7;
pub const PRICE: Price = Price {
	per_call: MILLI,
	in_per_kb: MILLI,
	out_per_kb: 100 * MILLI,
};

pub const TEXTS: [(&str, &str); 4] = [
	("serde_json", "# serde_json\n\nCall to_string to serialize a struct to JSON. The struct derives Serialize, and the result is a String of JSON text that any parser of the format takes back again.\n"),
	("axum", "# axum\n\nTo answer with JSON, return a Json wrapper around a struct that derives Serialize; the framework sets the content type and serializes the struct for you before it is sent.\n"),
	("toml", "# toml\n\nThis library reads and writes configuration files. A table of the file becomes a struct, and a struct that derives Serialize becomes a table in the order of its fields again.\n"),
	("rand", "# rand\n\nRandom number generation: distributions, shuffling, sampling. Seeded generators give the same numbers on every machine, which makes simulations and their tests repeatable.\n"),
];

/// A batch that the chain has taken.
#[derive(Clone)]
pub struct Accepted {
	pub batch: UsageBatch,
	pub hash: H256,
	pub at: BlockNumber,
	pub released: bool,
	pub paid: Vec<bool>,
}

#[derive(Default)]
pub struct ChainState {
	pub number: BlockNumber,
	pub channels: BTreeMap<ChannelId, ChannelView<AccountId>>,
	pub events: BTreeMap<BlockNumber, Vec<Event>>,
	pub next: Sequence,
	pub batches: BTreeMap<Sequence, Accepted>,
	/// What the node's worker holds, to be included in the next block.
	pub pool: Option<SignedUsageBatch>,
	pub submissions: Vec<SignedUsageBatch>,
	pub pages: BTreeMap<(Sequence, u8), CreditPage>,
	/// The node is away.
	pub down: bool,
	/// The node takes batches and loses them.
	pub forgetful: bool,
	/// The next batch is voided.
	pub void_next: bool,
	/// The node has no events of old blocks.
	pub eventless: bool,
	/// Reads of the corpus's members.
	pub looks: usize,
}

pub struct StandIn {
	pub state: Mutex<ChainState>,
	pub model: Mutex<ModelView<AccountId>>,
	pub members: Mutex<Vec<ContributionView<AccountId>>>,
	pub operator: Account,
}

impl StandIn {
	pub fn with<T>(&self, change: impl FnOnce(&mut ChainState) -> T) -> T {
		change(&mut self.state.lock().unwrap())
	}

	fn up(&self) -> ChainResult<()> {
		match self.with(|state| state.down) {
			true => Err(ChainError::Unreachable("the node is away".into())),
			false => Ok(()),
		}
	}

	pub fn head(&self) -> BlockId {
		block(self.with(|state| state.number))
	}

	/// A channel of Alice's key with Bob.
	pub fn open_channel(&self, id: ChannelId, payer: &Account, deposit: Balance) {
		let key = payer.public_key();
		let view = ChannelView {
			id,
			payer: payer.id(),
			key: key.key,
			scheme: key.curve.plain_scheme(),
			operator: self.operator.id(),
			model: MODEL,
			price: PRICE,
			deposit,
			settled_calls: 0,
			settled_fee: 0,
			settled_matched: 0,
			state: ChannelState::Open,
		};
		self.with(|state| state.channels.insert(id, view));
	}

	/// One block: includes what the worker holds.
	pub fn produce(&self) -> BlockId {
		self.with(|state| {
			state.number += 1;
			let number = state.number;
			let mut events = Vec::new();
			if let Some(signed) = state.pool.take() {
				if signed.batch.sequence == state.next && number <= signed.batch.valid_until {
					include(state, signed.batch, number, &mut events);
				}
			}
			state.events.entry(number).or_default().append(&mut events);
			block(number)
		})
	}

	/// Takes a contribution out of the accepted ones in the block that comes next: for good with
	/// governance's reason, as a copy without.
	pub fn revoke(&self, contribution: ContributionId, reason: Option<u8>) {
		let at = self.with(|state| state.number + 1);
		let mut members = self.members.lock().unwrap();
		let member = members.iter_mut().find(|member| member.id == contribution);
		member.unwrap().state = ContributionState::Revoked { at, reason };
		let event = Event::Datanets(DatanetsEvent::Revoked {
			contribution,
			points: 1,
			reason,
		});
		self.with(|state| state.events.entry(at).or_default().push(event));
	}

	/// Ends the window of a batch.
	pub fn release(&self, sequence: Sequence) {
		self.with(|state| {
			if let Some(accepted) = state.batches.get_mut(&sequence) {
				accepted.released = true;
			}
		});
	}
}

fn include(
	state: &mut ChainState,
	batch: UsageBatch,
	number: BlockNumber,
	events: &mut Vec<Event>,
) {
	let (operator, model, sequence) = (batch.operator.clone(), batch.model, batch.sequence);
	state.next += 1;
	if std::mem::take(&mut state.void_next) {
		let fault = Named("VoucherSignature".into());
		let event = UsageEvent::BatchVoided {
			operator,
			model,
			sequence,
			fault,
			charge: 1,
		};
		events.push(Event::Usage(event));
		return;
	}
	let mut calls = 0;
	for signed in &batch.vouchers {
		let voucher = &signed.voucher;
		let channel = state.channels.get_mut(&voucher.channel).unwrap();
		calls += voucher.calls - channel.settled_calls;
		channel.settled_calls = voucher.calls;
		channel.settled_fee = voucher.fee_total;
		channel.settled_matched = voucher.matched_total;
	}
	let hash = batch.digest(&GENESIS);
	events.push(Event::Usage(UsageEvent::BatchAccepted {
		operator,
		model,
		sequence,
		hash,
		calls,
		fee: batch.fee_total,
		matched: batch.matched,
		charge: 1,
		split: split(batch.fee_total),
	}));
	let paid = vec![false; batch.pages.len()];
	let accepted = Accepted {
		hash,
		at: number,
		released: false,
		paid,
		batch,
	};
	state.batches.insert(sequence, accepted);
}

/// 5 % protocol, 25 % operator, 70 % data.
fn split(fee: Balance) -> FeeSplit {
	let data = fee * 70 / 100;
	let operator = fee * 25 / 100;
	FeeSplit {
		operator,
		data,
		treasury: fee - data - operator,
		..FeeSplit::default()
	}
}

pub fn block(number: BlockNumber) -> BlockId {
	BlockId {
		hash: H256::from_low_u64_be(u64::from(number) + 1),
		number,
	}
}

/// The checks of dispatch, in short.
fn check(chain: &StandIn, signed: &SignedUsageBatch) -> Result<(), String> {
	let batch = &signed.batch;
	let key = chain.operator.public_key();
	let ok = |good: bool, what: &str| if good { Ok(()) } else { Err(what.to_string()) };
	ok(signed.verify(&key, &GENESIS), "operator signature")?;
	chain.with(|state| {
		ok(batch.sequence == state.next, "Stale")?;
		ok(batch.valid_until > state.number, "expired")?;
		let (mut fees, mut matched, mut last) = (0, 0, 0);
		for voucher in &batch.vouchers {
			let inner = &voucher.voucher;
			ok(inner.channel > last, "voucher order")?;
			last = inner.channel;
			let channel = state
				.channels
				.get(&inner.channel)
				.ok_or("unknown channel")?;
			let curve = Curve::of_scheme(channel.scheme).ok_or("curve")?;
			let key = PublicKey {
				curve,
				key: channel.key,
			};
			ok(voucher.verify(&key, &GENESIS), "voucher signature")?;
			ok(inner.calls > channel.settled_calls, "calls")?;
			ok(inner.fee_total > channel.settled_fee, "fee")?;
			ok(inner.fee_total <= channel.deposit, "deposit")?;
			fees += inner.fee_total - channel.settled_fee;
			matched += inner.matched_total - channel.settled_matched;
		}
		ok(fees == batch.fee_total && matched == batch.matched, "sums")?;
		let end = batch.pages.last().map_or(0, |page| page.end_total);
		ok(end == batch.matched, "page totals")
	})
}

#[async_trait]
impl Chain for StandIn {
	fn genesis_hash(&self) -> H256 {
		GENESIS
	}

	async fn finalised(&self) -> ChainResult<BlockId> {
		self.up()?;
		Ok(self.head())
	}

	async fn events(&self, number: BlockNumber) -> ChainResult<(BlockId, Vec<Event>)> {
		self.up()?;
		if self.with(|state| state.eventless) {
			return Err(ChainError::Refused("the state is pruned".into()));
		}
		let events = self.with(|state| state.events.get(&number).cloned().unwrap_or_default());
		Ok((block(number), events))
	}

	async fn model(&self, _: BlockId, id: ModelId) -> ChainResult<Option<ModelView<AccountId>>> {
		self.up()?;
		Ok((id == MODEL).then(|| self.model.lock().unwrap().clone()))
	}

	async fn corpus(&self, _: BlockId, _: ModelId) -> ChainResult<Vec<CorpusEntry>> {
		let count = self.members.lock().unwrap().len() as u64;
		Ok(vec![CorpusEntry {
			datanet: 1,
			version: 1,
			count,
		}])
	}

	async fn members(
		&self,
		_: BlockId,
		_: DatanetId,
		_: u64,
	) -> ChainResult<Vec<ContributionView<AccountId>>> {
		self.up()?;
		self.with(|state| state.looks += 1);
		Ok(self.members.lock().unwrap().clone())
	}

	async fn licence(&self, _: BlockId, _: DatanetId) -> ChainResult<String> {
		Ok("MIT".into())
	}

	async fn operator(
		&self,
		_: BlockId,
		account: &AccountId,
	) -> ChainResult<Option<OperatorView<AccountId>>> {
		let key = self.operator.public_key();
		Ok((*account == self.operator.id()).then(|| OperatorView {
			account: account.clone(),
			bond: 100 * OPEN,
			coverage: 0,
			key: key.key,
			scheme: key.curve.plain_scheme(),
			active: true,
			unpaid_pages: 0,
		}))
	}

	async fn channel(
		&self,
		_: BlockId,
		id: ChannelId,
	) -> ChainResult<Option<ChannelView<AccountId>>> {
		self.up()?;
		Ok(self.with(|state| state.channels.get(&id).cloned()))
	}

	async fn next_sequence(&self, _: BlockId, _: &AccountId, _: ModelId) -> ChainResult<Sequence> {
		self.up()?;
		Ok(self.with(|state| state.next))
	}

	async fn batch(
		&self,
		_: BlockId,
		operator: &AccountId,
		model: ModelId,
		sequence: Sequence,
	) -> ChainResult<Option<BatchView<AccountId>>> {
		let accepted = self.with(|state| state.batches.get(&sequence).cloned());
		Ok(accepted.map(|accepted| {
			let pages = accepted.batch.pages.iter().zip(&accepted.paid);
			BatchView {
				operator: operator.clone(),
				model,
				sequence,
				hash: accepted.hash,
				accepted_at: accepted.at,
				release_from: accepted.at + 25,
				released: accepted.released,
				fee: accepted.batch.fee_total,
				matched: accepted.batch.matched,
				split: split(accepted.batch.fee_total),
				rows_root: H256::zero(),
				lines_root: accepted.batch.lines_root,
				lines: accepted.batch.lines,
				pages: pages
					.map(|(page, paid)| (page.page_hash, page.end_total, *paid))
					.collect(),
			}
		}))
	}

	async fn quote_charge(&self, _: BlockId, _: u32, _: u32) -> ChainResult<Balance> {
		Ok(MILLI)
	}

	async fn quote_split(
		&self,
		_: BlockId,
		_: ModelId,
		fee: Balance,
	) -> ChainResult<Option<FeeSplit>> {
		Ok(Some(split(fee)))
	}

	async fn submit_batch(
		&self,
		signed: &SignedUsageBatch,
		pages: &[CreditPage],
	) -> ChainResult<()> {
		self.up()?;
		let ours = |accepted: &Accepted| accepted.hash == signed.batch.digest(&GENESIS);
		if self.with(|state| state.batches.get(&signed.batch.sequence).is_some_and(ours)) {
			// Accepted already: the node takes the pages once more.
			self.with(|state| state.submissions.push(signed.clone()));
			return Ok(());
		}
		check(self, signed).map_err(ChainError::Refused)?;
		for (page, commitment) in pages.iter().zip(&signed.batch.pages) {
			assert_eq!(page_hash(&GENESIS, page), commitment.page_hash);
		}
		self.with(|state| {
			state.submissions.push(signed.clone());
			if !state.forgetful {
				state.pool = Some(signed.clone());
			}
		});
		Ok(())
	}

	async fn push_page(&self, page: &CreditPage) -> ChainResult<()> {
		self.up()?;
		self.with(|state| {
			let accepted = state.batches.get_mut(&page.sequence);
			let accepted = accepted.ok_or(ChainError::Refused("no such batch".into()))?;
			accepted.paid[usize::from(page.page)] = true;
			state.pages.insert((page.sequence, page.page), page.clone());
			if accepted.paid.iter().all(|paid| *paid) {
				state.batches.remove(&page.sequence);
			}
			Ok(())
		})
	}
}

/// A gateway under test.
pub struct World {
	pub chain: Arc<StandIn>,
	pub service: Arc<Service>,
	pub url: String,
	pub folder: PathBuf,
	server: tokio::task::JoinHandle<()>,
	_keep: Option<Arc<tempfile::TempDir>>,
}

impl Drop for World {
	fn drop(&mut self) {
		self.server.abort();
	}
}

pub fn alice() -> Account {
	Account::dev("alice").unwrap()
}

pub fn bob() -> Account {
	Account::dev("bob").unwrap()
}

/// A chain with a published model over four texts.
pub fn chain(texts: &ContentStore) -> Arc<StandIn> {
	let member = |place: usize, (name, text): &(&str, &str)| {
		let text = text.as_bytes();
		let root = texts.put(text).unwrap();
		ContributionView {
			id: place as u64 + 1,
			datanet: 1,
			contributor: Account::dev(name).unwrap().id(),
			text_root: root,
			byte_length: text.len() as u64,
			records: 1,
			uri: format!("{}#{name}", texts.uri(&root)).into_bytes(),
			licence: Vec::new(),
			committed_at: 1,
			revealed_at: 2,
			state: ContributionState::Accepted {
				quality: 2,
				number: place as u64,
				points: 2 * text.len() as u64,
			},
			bond: 0,
			claims: 0,
			offered_to: None,
			used_value: 0,
			earned: 0,
		}
	};
	let members = TEXTS
		.iter()
		.enumerate()
		.map(|(place, text)| member(place, text))
		.collect();
	let model = ModelView {
		id: MODEL,
		developer: Account::dev("charlie").unwrap().id(),
		name: b"readmes".to_vec(),
		kind: 0,
		artifact_hash: H256::zero(),
		artifact_uri: Vec::new(),
		metadata_uri: Vec::new(),
		metadata_hash: H256::zero(),
		provenance_version: 1,
		snapshots: Vec::new(),
		operator_ppm: 250_000,
		vector: vec![
			(Beneficiary::Developer, 200_000),
			(Beneficiary::Contributors, 800_000),
		],
		derivative_ppm: 0,
		min_fee_per_call: 1,
		suggested_price: PRICE,
		terms_hash: H256::zero(),
		state: ModelState::Published,
		inbox: (0, 0),
		offered_to: None,
	};
	Arc::new(StandIn {
		state: Mutex::new(ChainState {
			number: 10,
			..ChainState::default()
		}),
		model: Mutex::new(model),
		members: Mutex::new(members),
		operator: bob(),
	})
}

pub fn terms() -> Terms {
	Terms {
		operator: bob().id(),
		model: MODEL,
		price: PRICE,
		unpaid_limit: 3,
		deadline: Duration::from_secs(2),
	}
}

impl World {
	/// Everything new, with the extractive backend.
	pub async fn new() -> Self {
		Self::with_backend(None).await
	}

	/// Everything new.
	pub async fn with_backend(backend: Option<Arc<dyn Backend>>) -> Self {
		let keep = Arc::new(tempfile::tempdir().unwrap());
		let folder = keep.path().to_path_buf();
		let chain = chain(&ContentStore::open(folder.join("sources")).unwrap());
		chain.open_channel(1, &alice(), 10 * OPEN);
		let mut world = Self::open(chain, folder, backend).await;
		world._keep = Some(keep);
		world
	}

	/// A gateway on a data folder, new or used.
	pub async fn open(
		chain: Arc<StandIn>,
		folder: PathBuf,
		backend: Option<Arc<dyn Backend>>,
	) -> Self {
		let port: Arc<dyn Chain> = chain.clone();
		let texts = ContentStore::open(folder.join("texts")).unwrap();
		let corpus = Corpus::load(&*port, chain.head(), MODEL, texts)
			.await
			.unwrap();
		let corpus = Arc::new(corpus);
		let extractive = || {
			Arc::new(Extractive::new(corpus.clone(), Adapter::default()).unwrap())
				as Arc<dyn Backend>
		};
		let backend = backend.unwrap_or_else(extractive);
		let store = open_store(&folder).await;
		let model = chain.model.lock().unwrap().clone();
		let service = Service::new(port, store, corpus, backend, terms(), model, bob()).unwrap();
		let service = Arc::new(service);
		let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		let app = App {
			service: service.clone(),
			body_limit: 4_096,
			node_url: "ws://127.0.0.1:9944".into(),
		};
		let server = tokio::spawn(async move { axum::serve(listener, router(app)).await.unwrap() });
		Self {
			chain,
			service,
			url,
			folder,
			server,
			_keep: None,
		}
	}

	/// Alice at channel 1.
	pub fn payer(&self) -> Payer {
		let book = ChannelBook::new(GENESIS, 1, PRICE);
		let gateway = Gateway::new(&self.url).unwrap();
		Payer::new(gateway, alice(), GENESIS, bob().id(), MODEL, book)
	}

	pub fn settler(&self) -> Settler {
		let limits = BatchLimits {
			calls: 4,
			blocks: 3,
			validity: 5,
		};
		Settler::new(self.service.clone(), limits).unwrap()
	}
}

pub fn identity() -> Identity {
	Identity {
		genesis_hash: GENESIS,
		operator: bob().id(),
		model: MODEL,
	}
}

/// Opens a store whose former owner may be just going away.
pub async fn open_store(folder: &std::path::Path) -> Store {
	for _ in 0..200 {
		if let Ok(store) = Store::open(folder, &identity()) {
			return store;
		}
		tokio::time::sleep(Duration::from_millis(25)).await;
	}
	Store::open(folder, &identity()).unwrap()
}
