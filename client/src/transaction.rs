// SPDX-License-Identifier: Apache-2.0
//! Signing, sending and following transactions.

use std::time::Duration;

use futures::{stream, StreamExt};
use openledger_primitives::{Balance, BlockNumber, H256};
use serde_json::json;
use subxt::{
	config::{DefaultExtrinsicParamsBuilder, SubstrateConfig},
	rpcs::methods::legacy::TransactionStatus,
};

use crate::{
	account::Account,
	call::Call,
	chain::{AtBlock, BlockId, Client},
	error::{DispatchFailure, Error, Result},
	event::{Event, EventRecord},
};

/// Blocks for which a transaction stays valid.
const MORTALITY: u64 = 64;
/// Blocks after which a transaction that nobody watches is given up.
const GIVEN_UP: u32 = 72;
/// Time between two looks for a transaction that nobody watches.
const LOOK: Duration = Duration::from_millis(500);
/// The pool's answer to a transaction that it has.
const ALREADY_IMPORTED: i32 = 1013;
/// Transactions that [`Client::submit_all`] follows at a time.
const FOLLOWED: usize = 128;

/// How long to follow a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
	/// Until it is in a block, which may still be abandoned.
	InBlock,
	/// Until its block is final.
	Finalised,
}

/// A transaction that was included and succeeded.
#[derive(Clone, Debug)]
pub struct Outcome {
	/// Its block.
	pub block: BlockId,
	/// Its hash.
	pub hash: H256,
	/// Its place in the block.
	pub index: u32,
	/// Its events.
	pub events: Vec<EventRecord>,
}

impl Outcome {
	/// Events of our pallets.
	pub fn ours(&self) -> impl Iterator<Item = &Event> {
		self.events
			.iter()
			.map(|record| &record.event)
			.filter(|event| **event != Event::Other)
	}

	/// The first event that `pick` takes.
	pub fn find<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> Option<T> {
		self.ours().find_map(pick)
	}

	/// Planck paid for inclusion.
	pub fn fee_paid(&self) -> Balance {
		let paid = self
			.events
			.iter()
			.find(|r| r.is("TransactionPayment", "TransactionFeePaid"));
		paid.and_then(|record| record.field("actual_fee"))
			.unwrap_or(0)
	}
}

/// A transaction in the pool.
pub struct Pending {
	client: Client,
	hash: H256,
	bytes: Vec<u8>,
	statuses: Statuses,
}

/// How a transaction is followed.
enum Statuses {
	/// The pool tells.
	Watched(subxt::rpcs::client::RpcSubscription<TransactionStatus<H256>>),
	/// It is in the pool and nobody watches it: it is looked for in the blocks after this one.
	From(BlockNumber),
}

impl Pending {
	/// Hash of the transaction.
	pub fn hash(&self) -> H256 {
		self.hash
	}

	/// Follows it until it is included as `wait` asks, and reads what it did. A call that failed
	/// is [`Error::Dispatch`].
	pub async fn wait(self, wait: Wait) -> Result<Outcome> {
		let hash = self.hash;
		let lost = |reason: &str| Error::NotIncluded {
			hash,
			reason: reason.into(),
		};
		let mut statuses = match self.statuses {
			Statuses::Watched(statuses) => statuses,
			Statuses::From(block) => {
				let found = self.client.search(block, &self.bytes, wait).await?;
				let block = found.ok_or_else(|| lost("no block took it in time"))?;
				return self.client.outcome(block, hash, &self.bytes).await;
			}
		};
		while let Some(status) = statuses.next().await {
			let status = status.map_err(|error| lost(&error.to_string()))?;
			let block = match status {
				TransactionStatus::InBlock(block) if wait == Wait::InBlock => block,
				TransactionStatus::Finalized(block) => block,
				TransactionStatus::Usurped(_) => {
					return Err(lost("another transaction of the account took its place"))
				}
				TransactionStatus::Dropped => return Err(lost("the pool dropped it")),
				TransactionStatus::Invalid => return Err(lost("it is no longer valid")),
				TransactionStatus::FinalityTimeout(_) => {
					return Err(lost("its block was not finalised in time"))
				}
				TransactionStatus::Future
				| TransactionStatus::Ready
				| TransactionStatus::Broadcast(_)
				| TransactionStatus::InBlock(_)
				| TransactionStatus::Retracted(_) => continue,
			};
			return self.client.outcome(block, hash, &self.bytes).await;
		}
		Err(lost("the connection ended before it was included"))
	}
}

impl Client {
	/// Signs a call and puts it into the pool.
	pub async fn submit(&self, call: &Call, signer: &Account) -> Result<Pending> {
		let lock = self.nonce_lock(&signer.id());
		let _one_at_a_time = lock.lock().await;
		let head = self.finalised().await?;
		let nonce: u64 = self
			.rpc("system_accountNextIndex", &[json!(signer.ss58())])
			.await?;
		let (link, at) = self.at(head).await?;
		let resolved = call.resolve(at.metadata_ref())?;
		let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
			.nonce(nonce)
			.mortal_from_unchecked(MORTALITY, head.number.into(), head.hash)
			.build();
		let bytes = at
			.tx()
			.create_v4_signable_offline(&resolved, params)
			.and_then(|mut signable| signable.sign(signer))
			.map_err(|error| self.blame(&link, "the transaction", error))?
			.into_encoded();
		match self.watch(bytes.clone()).await {
			// It was written a moment ago: a new block's view of the pool has it already, and only
			// the watch came too late.
			Err(Error::Rpc { code, .. }) if code == ALREADY_IMPORTED => Ok(Pending {
				client: self.clone(),
				hash: openledger_primitives::hash(&bytes),
				bytes,
				statuses: Statuses::From(head.number),
			}),
			watched => watched,
		}
	}

	/// The block after `from` that holds the transaction, on the chain that `wait` asks for; `None`
	/// when it can't be included any more.
	async fn search(&self, from: BlockNumber, bytes: &[u8], wait: Wait) -> Result<Option<H256>> {
		let mut next = from.saturating_add(1);
		while next <= from.saturating_add(GIVEN_UP) {
			let head = match wait {
				Wait::InBlock => self.best().await?.number,
				Wait::Finalised => self.finalised().await?.number,
			};
			for number in next..=head {
				let block = self.block_hash(number).await?;
				if self.block_body(block).await?.iter().any(|own| own == bytes) {
					return Ok(Some(block));
				}
			}
			next = next.max(head.saturating_add(1));
			tokio::time::sleep(LOOK).await;
		}
		Ok(None)
	}

	/// Signs a call, sends it and follows it as `wait` asks.
	pub async fn submit_and_wait(
		&self,
		call: &Call,
		signer: &Account,
		wait: Wait,
	) -> Result<Outcome> {
		self.submit(call, signer).await?.wait(wait).await
	}

	/// Sends many transactions at once and follows them all; `done` is told the number of each as
	/// it ends. Those of one account are sent in the order given. Outcomes come in that order.
	pub async fn submit_all(
		&self,
		calls: &[(Call, Account)],
		wait: Wait,
		done: impl Fn(usize),
	) -> Vec<Result<Outcome>> {
		let done = &done;
		// Sent one after the other, which keeps an account's order; followed side by side.
		let sent =
			stream::iter(calls.iter().enumerate()).then(|(place, (call, signer))| async move {
				(place, self.submit(call, signer).await)
			});
		let followed = sent.map(|(place, pending)| async move {
			let outcome = match pending {
				Ok(pending) => pending.wait(wait).await,
				Err(error) => Err(error),
			};
			done(place);
			(place, outcome)
		});
		let mut outcomes: Vec<(usize, Result<Outcome>)> =
			followed.buffer_unordered(FOLLOWED).collect().await;
		outcomes.sort_unstable_by_key(|(place, _)| *place);
		outcomes.into_iter().map(|(_, outcome)| outcome).collect()
	}

	/// Sends an authorized call as a general transaction: it carries no signature of its own, the
	/// runtime checks what is inside.
	pub async fn submit_authorized(&self, call: &Call) -> Result<Pending> {
		let head = self.finalised().await?;
		let (link, at) = self.at(head).await?;
		let resolved = call.resolve(at.metadata_ref())?;
		let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
			.nonce(u64::from(head.number) / 16)
			.immortal()
			.build();
		let nobody = subxt::config::substrate::AccountId32([0; 32]);
		let none = subxt::config::substrate::MultiSignature::Sr25519([0; 64]);
		let bytes = at
			.tx()
			.create_v5_signable_offline(&resolved, params)
			.and_then(|mut signable| signable.sign_with_account_and_signature(&nobody, &none))
			.map_err(|error| self.blame(&link, "the transaction", error))?
			.into_encoded();
		self.watch(bytes).await
	}

	async fn watch(&self, bytes: Vec<u8>) -> Result<Pending> {
		let hash = openledger_primitives::hash(&bytes);
		let params = [json!(format!("0x{}", hex::encode(&bytes)))];
		let statuses = self
			.subscribe(
				"author_submitAndWatchExtrinsic",
				&params,
				"author_unwatchExtrinsic",
			)
			.await?;
		Ok(Pending {
			client: self.clone(),
			hash,
			bytes,
			statuses: Statuses::Watched(statuses),
		})
	}

	/// What a transaction did in its block.
	async fn outcome(&self, block: H256, hash: H256, bytes: &[u8]) -> Result<Outcome> {
		let block = self.block(block).await?;
		let body = self.block_body(block.hash).await?;
		let index = body.iter().position(|transaction| transaction == bytes);
		let index = index
			.and_then(|index| u32::try_from(index).ok())
			.ok_or_else(|| Error::NotIncluded {
				hash,
				reason: "its block doesn't hold it".into(),
			})?;
		let (link, at) = self.at(block).await?;
		let events = at
			.events()
			.fetch()
			.await
			.map_err(|e| self.blame(&link, "the block's events", e))?;
		if let Some(failure) = failure(&events, index, &at)? {
			return Err(Error::Dispatch(failure));
		}
		let mut events = crate::event::read_all(&events)?;
		events.retain(|record| record.extrinsic == Some(index));
		Ok(Outcome {
			block,
			hash,
			index,
			events,
		})
	}
}

/// The dispatch error of a transaction, also of a call inside `Sudo.sudo`.
fn failure(
	events: &subxt::events::Events<SubstrateConfig>,
	index: u32,
	at: &AtBlock,
) -> Result<Option<DispatchFailure>> {
	for event in events.iter() {
		let event = event.map_err(|error| Error::decode("the block's events", error))?;
		if event.phase() != subxt::events::Phase::ApplyExtrinsic(index) {
			continue;
		}
		let bytes = match (event.pallet_name(), event.event_name(), event.field_bytes()) {
			("System", "ExtrinsicFailed", bytes) => bytes,
			// A result: 1 and the error.
			("Sudo", "Sudid", [1, bytes @ ..]) => bytes,
			_ => continue,
		};
		return DispatchFailure::decode(bytes, at.metadata()).map(Some);
	}
	Ok(None)
}
