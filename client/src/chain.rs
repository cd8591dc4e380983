// SPDX-License-Identifier: Apache-2.0
//! The connection to a node: raw JSON-RPC, blocks and events, and reconnection.

use std::{
	collections::HashMap,
	sync::{Arc, Mutex as Lock},
	time::Duration,
};

use codec::{Decode, DecodeAll};
use openledger_primitives::{AccountId, BlockNumber, H256};
use serde::de::DeserializeOwned;
use serde_json::{json, Value as Json};
use subxt::{
	client::OnlineClientAtBlockImpl,
	rpcs::{
		client::{jsonrpsee_client, JsonrpseeRpcClient, RpcParams},
		RpcClient,
	},
	OnlineClient, SubstrateConfig,
};
use tokio::sync::{Mutex, RwLock};

use crate::{
	error::{Error, Result},
	event::{self, EventRecord},
};

/// Least and most time between two attempts to connect.
const RETRY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(3));

pub(crate) type AtBlock =
	subxt::client::ClientAtBlock<SubstrateConfig, OnlineClientAtBlockImpl<SubstrateConfig>>;

/// A block by hash and number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockId {
	/// Its hash.
	pub hash: H256,
	/// Its number.
	pub number: BlockNumber,
}

/// One live connection.
#[derive(Clone)]
pub(crate) struct Link {
	pub socket: Arc<JsonrpseeRpcClient>,
	pub rpc: RpcClient,
	pub online: OnlineClient<SubstrateConfig>,
	generation: u64,
}

struct Inner {
	url: String,
	genesis_hash: H256,
	link: RwLock<Link>,
	/// One lock per account: its transactions take their nonces one after the other.
	pub nonces: Lock<HashMap<AccountId, Arc<Mutex<()>>>>,
}

/// A connection to a node; cheap to clone, shared by all tasks, reconnects by itself.
#[derive(Clone)]
pub struct Client {
	inner: Arc<Inner>,
}

impl core::fmt::Debug for Client {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(out, "Client({})", self.inner.url)
	}
}

impl Client {
	/// Connects to a node's WebSocket address, for example `ws://127.0.0.1:9944`.
	pub async fn connect(url: &str) -> Result<Self> {
		let link = open(url, 0).await?;
		let genesis_hash = link.online.genesis_hash();
		let inner = Inner {
			url: url.into(),
			genesis_hash,
			link: RwLock::new(link),
			nonces: Lock::new(HashMap::new()),
		};
		Ok(Self {
			inner: Arc::new(inner),
		})
	}

	/// Connects as soon as the node answers, or fails after `patience`.
	pub async fn connect_within(url: &str, patience: Duration) -> Result<Self> {
		let deadline = tokio::time::Instant::now() + patience;
		let mut pause = RETRY.0;
		loop {
			match Self::connect(url).await {
				Err(error) if tokio::time::Instant::now() + pause < deadline => {
					tracing::debug!(%error, "waiting for the node");
					tokio::time::sleep(pause).await;
					pause = (pause * 2).min(RETRY.1);
				}
				outcome => return outcome,
			}
		}
	}

	/// Address of the node.
	pub fn url(&self) -> &str {
		&self.inner.url
	}

	/// Hash of block 0: part of everything that is signed.
	pub fn genesis_hash(&self) -> H256 {
		self.inner.genesis_hash
	}

	/// The lock under which an account's next nonce is read and used.
	pub(crate) fn nonce_lock(&self, account: &AccountId) -> Arc<Mutex<()>> {
		let mut locks = self
			.inner
			.nonces
			.lock()
			.unwrap_or_else(|poisoned| poisoned.into_inner());
		locks.entry(account.clone()).or_default().clone()
	}

	/// The live connection; a dead one is replaced first.
	pub(crate) async fn link(&self) -> Result<Link> {
		let link = self.inner.link.read().await.clone();
		if link.socket.is_connected() {
			return Ok(link);
		}
		let mut current = self.inner.link.write().await;
		if !current.socket.is_connected() {
			let fresh = open(&self.inner.url, current.generation + 1).await?;
			let (expected, found) = (self.inner.genesis_hash, fresh.online.genesis_hash());
			if expected != found {
				return Err(Error::OtherChain {
					url: self.inner.url.clone(),
					expected,
					found,
				});
			}
			tracing::info!(url = %self.inner.url, "connected to the node again");
			*current = fresh;
		}
		Ok(current.clone())
	}

	/// What an error of subxt means: a lost connection, or the sentence itself.
	pub(crate) fn blame(&self, link: &Link, what: &str, error: impl ToString) -> Error {
		if link.socket.is_connected() {
			Error::decode(what, error)
		} else {
			Error::Unreachable {
				url: self.inner.url.clone(),
				reason: error.to_string(),
			}
		}
	}

	fn rpc_error(&self, method: &str, error: subxt::rpcs::Error) -> Error {
		match error {
			subxt::rpcs::Error::User(user) => Error::Rpc {
				method: method.into(),
				code: user.code,
				message: user.message,
				data: user.data.map(|data| data.get().to_string()),
			},
			subxt::rpcs::Error::Deserialization(error) => {
				Error::decode(format!("the answer of {method}"), error)
			}
			other => Error::Unreachable {
				url: self.inner.url.clone(),
				reason: other.to_string(),
			},
		}
	}

	/// Calls any JSON-RPC method of the node. A lost connection is opened again and the call is
	/// repeated once: use methods that may run twice.
	pub async fn rpc<T: DeserializeOwned>(&self, method: &str, params: &[Json]) -> Result<T> {
		let mut again = true;
		loop {
			let link = self.link().await?;
			match link.rpc.request(method, rpc_params(params)?).await {
				Err(_) if again && !link.socket.is_connected() => again = false,
				outcome => return outcome.map_err(|error| self.rpc_error(method, error)),
			}
		}
	}

	/// Subscribes to a JSON-RPC method; the subscription ends when the connection does.
	pub(crate) async fn subscribe<T: DeserializeOwned>(
		&self,
		method: &str,
		params: &[Json],
		unsubscribe: &str,
	) -> Result<subxt::rpcs::client::RpcSubscription<T>> {
		let link = self.link().await?;
		link.rpc
			.subscribe(method, rpc_params(params)?, unsubscribe)
			.await
			.map_err(|error| self.rpc_error(method, error))
	}

	/// Calls a runtime API, for example `DatanetsApi_datanet`, with SCALE-encoded arguments, at a
	/// block (the best one when `None`), and decodes its SCALE answer exactly.
	pub async fn state_call<R: Decode>(
		&self,
		api: &str,
		args: impl codec::Encode,
		at: Option<H256>,
	) -> Result<R> {
		let args = format!("0x{}", hex::encode(args.encode()));
		let answer: String = self
			.rpc("state_call", &[json!(api), json!(args), json!(at)])
			.await?;
		let bytes = hex_bytes(&answer).ok_or_else(|| Error::decode(api, "not hex"))?;
		R::decode_all(&mut bytes.as_slice()).map_err(|error| Error::decode(api, error))
	}

	/// A raw storage value.
	pub async fn storage(&self, key: &[u8], at: Option<H256>) -> Result<Option<Vec<u8>>> {
		let key = format!("0x{}", hex::encode(key));
		let answer: Option<String> = self
			.rpc("state_getStorage", &[json!(key), json!(at)])
			.await?;
		answer
			.map(|text| hex_bytes(&text).ok_or_else(|| Error::decode("a storage value", "not hex")))
			.transpose()
	}

	/// The last finalised block.
	pub async fn finalised(&self) -> Result<BlockId> {
		let hash: H256 = self.rpc("chain_getFinalizedHead", &[]).await?;
		self.block(hash).await
	}

	/// The best block.
	pub async fn best(&self) -> Result<BlockId> {
		let hash: H256 = self.rpc("chain_getBlockHash", &[]).await?;
		self.block(hash).await
	}

	/// A block by its hash.
	pub async fn block(&self, hash: H256) -> Result<BlockId> {
		let header: Option<Json> = self.rpc("chain_getHeader", &[json!(hash)]).await?;
		let header = header.ok_or_else(|| Error::UnknownBlock(format!("{hash:?}")))?;
		Ok(BlockId {
			hash,
			number: header_number(&header)?,
		})
	}

	/// Hash of the block of this number on the best chain.
	pub async fn block_hash(&self, number: BlockNumber) -> Result<H256> {
		let hash: Option<H256> = self.rpc("chain_getBlockHash", &[json!(number)]).await?;
		hash.ok_or_else(|| Error::UnknownBlock(number.to_string()))
	}

	/// Encoded transactions of a block.
	pub async fn block_body(&self, hash: H256) -> Result<Vec<Vec<u8>>> {
		let block: Option<Json> = self.rpc("chain_getBlock", &[json!(hash)]).await?;
		let block = block.ok_or_else(|| Error::UnknownBlock(format!("{hash:?}")))?;
		let wrong = || Error::decode("a block", "no list of extrinsics");
		block["block"]["extrinsics"]
			.as_array()
			.ok_or_else(wrong)?
			.iter()
			.map(|item| item.as_str().and_then(hex_bytes).ok_or_else(wrong))
			.collect()
	}

	/// All events of a block.
	pub async fn events(&self, block: BlockId) -> Result<Vec<EventRecord>> {
		let (link, at) = self.at(block).await?;
		let events = at
			.events()
			.fetch()
			.await
			.map_err(|e| self.blame(&link, "the block's events", e))?;
		event::read_all(&events)
	}

	/// A subxt client at a block: metadata of its runtime, nonces, transactions.
	pub(crate) async fn at(&self, block: BlockId) -> Result<(Link, AtBlock)> {
		let link = self.link().await?;
		let at = link
			.online
			.at_block_hash_and_number(
				subxt::backend::BlockRef::from_hash(block.hash),
				block.number.into(),
			)
			.await
			.map_err(|error| self.blame(&link, "the runtime's metadata", error))?;
		Ok((link, at))
	}

	/// Every finalised block from `from` on (from the next one when `None`), without gaps.
	pub fn finalised_blocks(&self, from: Option<BlockNumber>) -> FinalisedBlocks {
		FinalisedBlocks {
			client: self.clone(),
			next: from,
			head: None,
			heads: None,
		}
	}
}

/// Stream of finalised blocks; see [`Client::finalised_blocks`].
pub struct FinalisedBlocks {
	client: Client,
	next: Option<BlockNumber>,
	head: Option<BlockNumber>,
	heads: Option<subxt::rpcs::client::RpcSubscription<Json>>,
}

impl FinalisedBlocks {
	/// The next finalised block, as soon as there is one. After an error the stream can be asked
	/// again: it goes on where it stopped.
	pub async fn next(&mut self) -> Result<BlockId> {
		loop {
			if let (Some(next), Some(head)) = (self.next, self.head) {
				if next <= head {
					let hash = self.client.block_hash(next).await?;
					self.next = Some(next + 1);
					return Ok(BlockId { hash, number: next });
				}
			}
			let number = self.next_head().await?;
			self.head = self.head.max(Some(number));
			self.next.get_or_insert(number);
		}
	}

	async fn next_head(&mut self) -> Result<BlockNumber> {
		let heads = match &mut self.heads {
			Some(heads) => heads,
			none => none.insert(
				self.client
					.subscribe(
						"chain_subscribeFinalizedHeads",
						&[],
						"chain_unsubscribeFinalizedHeads",
					)
					.await?,
			),
		};
		match heads.next().await {
			Some(Ok(header)) => header_number(&header),
			ended => {
				self.heads = None;
				let reason = match ended {
					Some(Err(error)) => error.to_string(),
					_ => "the subscription to finalised blocks ended".into(),
				};
				Err(Error::Unreachable {
					url: self.client.url().into(),
					reason,
				})
			}
		}
	}
}

async fn open(url: &str, generation: u64) -> Result<Link> {
	let unreachable = |reason: String| Error::Unreachable {
		url: url.into(),
		reason,
	};
	let socket = Arc::new(
		jsonrpsee_client(url)
			.await
			.map_err(|error| unreachable(error.to_string()))?,
	);
	let rpc = RpcClient::new(socket.clone());
	let backend = subxt::backend::LegacyBackend::builder().build(rpc.clone());
	let online = OnlineClient::from_backend(Arc::new(backend))
		.await
		.map_err(|error| unreachable(error.to_string()))?;
	Ok(Link {
		socket,
		rpc,
		online,
		generation,
	})
}

fn rpc_params(params: &[Json]) -> Result<RpcParams> {
	let mut list = RpcParams::new();
	for param in params {
		list.push(param)
			.map_err(|error| Error::decode("the request", error))?;
	}
	Ok(list)
}

/// Number in a header as JSON-RPC gives it.
fn header_number(header: &Json) -> Result<BlockNumber> {
	let wrong = || Error::decode("a block header", "no number");
	let text = header["number"]
		.as_str()
		.and_then(|text| text.strip_prefix("0x"));
	BlockNumber::from_str_radix(text.ok_or_else(wrong)?, 16).map_err(|_| wrong())
}

/// Bytes of `0x`-hex.
pub(crate) fn hex_bytes(text: &str) -> Option<Vec<u8>> {
	hex::decode(text.strip_prefix("0x")?).ok()
}
