// SPDX-License-Identifier: Apache-2.0
//! Many calls of one account: packed into lots that fit a block, several transactions in flight,
//! each followed until the block that holds it is final.

use anyhow::{Context, Result};
use codec::{Compact, Encode, Output};
use openledger_client::{
	account::Account,
	call::{force_batch, Call},
	chain::{BlockId, Client, FinalisedBlocks},
	event::EventRecord,
	Error,
};
use openledger_primitives::{Balance, BlockNumber, H256};

/// Blocks in which a transaction of the client can be included.
const MORTALITY: BlockNumber = 64;
/// Blocks that a lot is looked for beyond that: its transaction may be born a little later than
/// its sending was noted.
const SLACK: BlockNumber = 8;
/// Transactions in flight, at most. People's transactions have 0.75 s of a block, so these fill
/// about eight blocks: more than pass until a block is final and its successors are sent.
const FLYING: usize = 64;
/// Computing time that one lot reserves, in picoseconds: 0.1 s.
const LOT_REF_TIME: u64 = 100_000_000_000;
/// Encoded calls of one lot, at most.
const LOT_BYTES: usize = 256 * 1024;
/// Calls of one lot, at most.
const LOT_CALLS: usize = 400;
/// Index of the pallet `Datanets` in the runtime. It can never change.
const DATANETS: u8 = 50;

/// A call of the pallet `Datanets` by its index, for [`price`].
struct RawCall(Vec<u8>);

impl Encode for RawCall {
	fn encode_to<O: Output + ?Sized>(&self, out: &mut O) {
		out.write(&self.0);
	}
}

/// What one call costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
	/// Computing time that it reserves in a block, in picoseconds.
	pub ref_time: u64,
	/// Planck that it pays when it is sent alone.
	pub fee: Balance,
	/// Its encoded bytes.
	pub bytes: usize,
}

impl Price {
	/// How many such calls one lot takes.
	pub fn lot(&self) -> usize {
		self.lot_within(LOT_REF_TIME)
	}

	/// How many such calls a lot of so much computing time takes.
	pub fn lot_within(&self, ref_time: u64) -> usize {
		let by_time = ref_time / self.ref_time.max(1);
		let by_bytes = LOT_BYTES / self.bytes.max(1);
		usize::try_from(by_time)
			.unwrap_or(usize::MAX)
			.min(by_bytes)
			.clamp(1, LOT_CALLS)
	}
}

/// The price of a call of `Datanets`, by its index and arguments.
pub async fn price(client: &Client, index: u8, args: impl Encode) -> Result<Price> {
	let call = [vec![DATANETS, index], args.encode()].concat();
	let length = u32::try_from(call.len()).context("the call is too long")?;
	let bytes = call.len();
	type Info = (Compact<u64>, Compact<u64>, u8, Balance);
	let (ref_time, _, _, fee): Info = client
		.state_call(
			"TransactionPaymentCallApi_query_call_info",
			(RawCall(call), length),
			None,
		)
		.await?;
	Ok(Price {
		ref_time: ref_time.0,
		fee,
		bytes,
	})
}

/// What became of one call of a lot.
#[derive(Debug)]
pub struct Item {
	/// Its events.
	pub events: Vec<EventRecord>,
	/// The chain's error, when it failed.
	pub failure: Option<String>,
}

/// What became of a lot.
#[derive(Debug)]
pub enum Landed<L> {
	/// It is in a final block.
	Included {
		/// What was sent.
		lot: L,
		/// The block.
		block: BlockNumber,
		/// Its calls, in order.
		items: Vec<Item>,
	},
	/// It can't be included any more.
	Lost(L),
}

/// A lot on its way.
#[derive(Debug)]
struct Flight<L> {
	lot: L,
	/// Hash of its transaction; unknown if this program was killed, or the connection broke, while
	/// it was sent.
	hash: Option<H256>,
	/// Bytes that only its transaction holds.
	marker: [u8; 32],
	/// Last block that can hold it.
	until: BlockNumber,
}

/// Sends lots and follows them.
pub struct Lane<L> {
	client: Client,
	signer: Account,
	blocks: FinalisedBlocks,
	flying: Vec<Flight<L>>,
}

impl<L> Lane<L> {
	/// A lane that looks into final blocks from `from` on.
	pub fn new(client: &Client, signer: &Account, from: BlockNumber) -> Self {
		Self {
			client: client.clone(),
			signer: signer.clone(),
			blocks: client.finalised_blocks(Some(from.max(1))),
			flying: Vec::new(),
		}
	}

	/// Whether another lot may be sent.
	pub fn has_room(&self) -> bool {
		self.flying.len() < FLYING
	}

	/// Lots on their way for which `which` holds.
	pub fn count(&self, which: impl Fn(&L) -> bool) -> usize {
		self.flying.iter().filter(|f| which(&f.lot)).count()
	}

	/// Whether nothing is on its way.
	pub fn is_idle(&self) -> bool {
		self.flying.is_empty()
	}

	/// Looks for a lot that an earlier run began to send after block `birth`.
	pub fn expect(&mut self, lot: L, marker: [u8; 32], birth: BlockNumber) {
		self.flying.push(Flight {
			lot,
			hash: None,
			marker,
			until: birth.saturating_add(MORTALITY + SLACK),
		});
	}

	/// Sends a lot. A node that has no room for it is asked again at its next block.
	///
	/// `marker`: bytes of the calls that are in no other transaction.
	pub async fn send(&mut self, lot: L, calls: Vec<Call>, marker: [u8; 32]) -> Result<()> {
		let call = force_batch(calls);
		let mut patience = 20u32;
		loop {
			let head = self.client.finalised().await?.number;
			let until = head.saturating_add(MORTALITY + SLACK);
			let hash = match self.client.submit(&call, &self.signer).await {
				Ok(pending) => Some(pending.hash()),
				// It may have arrived.
				Err(Error::Unreachable { .. }) => None,
				Err(error) if patience > 0 && is_passing(&error) => {
					tracing::debug!(%error, "the node takes no more for now");
					patience -= 1;
					tokio::time::sleep(std::time::Duration::from_secs(1)).await;
					continue;
				}
				Err(error) => return Err(error.into()),
			};
			self.flying.push(Flight {
				lot,
				hash,
				marker,
				until,
			});
			return Ok(());
		}
	}

	/// What the next final blocks did to lots on their way: at least one outcome, or nothing when
	/// none is on its way.
	pub async fn next(&mut self) -> Result<Vec<Landed<L>>> {
		let mut failures = 0u32;
		while !self.flying.is_empty() {
			let block = match self.blocks.next().await {
				Ok(block) => block,
				// The stream goes on where it stopped.
				Err(error) if error.is_unreachable() && failures < 10 => {
					failures += 1;
					tracing::debug!(%error, "waiting for the node");
					tokio::time::sleep(std::time::Duration::from_secs(2)).await;
					continue;
				}
				Err(error) => return Err(error.into()),
			};
			failures = 0;
			let landed = self.look_into(block).await?;
			if !landed.is_empty() {
				return Ok(landed);
			}
		}
		Ok(Vec::new())
	}

	async fn look_into(&mut self, block: BlockId) -> Result<Vec<Landed<L>>> {
		let body = self.client.block_body(block.hash).await?;
		let mut found = Vec::new();
		for (index, bytes) in (0u32..).zip(&body) {
			let hash = openledger_primitives::hash(bytes);
			let place = self.flying.iter().position(|flight| match flight.hash {
				Some(own) => own == hash,
				None => bytes.windows(32).any(|window| window == flight.marker),
			});
			if let Some(place) = place {
				found.push((index, self.flying.remove(place).lot));
			}
		}
		let mut landed = Vec::new();
		if !found.is_empty() {
			let events = self.client.events(block).await.with_context(|| {
				format!(
					"the node has no events of block {} any more; ask one that keeps its history",
					block.number
				)
			})?;
			for (index, lot) in found {
				let own = events.iter().filter(|e| e.extrinsic == Some(index));
				landed.push(Landed::Included {
					lot,
					block: block.number,
					items: items(own.cloned()),
				});
			}
		}
		let (late, flying) = std::mem::take(&mut self.flying)
			.into_iter()
			.partition(|flight| flight.until < block.number);
		self.flying = flying;
		landed.extend(
			late.into_iter()
				.map(|flight: Flight<L>| Landed::Lost(flight.lot)),
		);
		Ok(landed)
	}
}

/// Whether a refusal of the pool may end by itself: it is full, or an earlier transaction with the
/// same number is still in it.
fn is_passing(error: &Error) -> bool {
	match error {
		// 1010 with a reason of its own is final, except that the block is full.
		Error::Rpc { code, data, .. } => match code {
			1010 => data.as_deref().is_some_and(|data| {
				data.contains("exhaust") || data.contains("outdated") || data.contains("stale")
			}),
			1011..=1018 => true,
			_ => false,
		},
		_ => false,
	}
}

/// The events of a transaction of `force_batch`, call by call.
pub fn items(events: impl Iterator<Item = EventRecord>) -> Vec<Item> {
	let mut items = Vec::new();
	let mut own = Vec::new();
	for event in events {
		let failure = match (event.pallet.as_str(), event.name.as_str()) {
			("Utility", "ItemCompleted") => None,
			("Utility", "ItemFailed") => Some(event.json()["error"].to_string()),
			_ => {
				own.push(event);
				continue;
			}
		};
		items.push(Item {
			events: std::mem::take(&mut own),
			failure,
		});
	}
	items
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_client::event::{Event, Fields};

	fn event(pallet: &str, name: &str) -> EventRecord {
		EventRecord {
			index: 0,
			extrinsic: Some(2),
			pallet: pallet.into(),
			name: name.into(),
			fields: Fields::Named(Vec::new()),
			event: Event::Other,
		}
	}

	#[test]
	fn events_should_belong_to_the_call_that_made_them() {
		let events = [
			event("Balances", "Withdraw"),
			event("Datanets", "Committed"),
			event("Utility", "ItemCompleted"),
			event("Utility", "ItemFailed"),
			event("Datanets", "Committed"),
			event("Utility", "ItemCompleted"),
			event("Utility", "BatchCompletedWithErrors"),
			event("System", "ExtrinsicSuccess"),
		];
		let items = items(events.into_iter());
		let told: Vec<_> = items
			.iter()
			.map(|item| (item.events.len(), item.failure.is_some()))
			.collect();
		assert_eq!(told, [(2, false), (0, true), (1, false)]);
	}

	#[test]
	fn lots_should_fit_a_block_whatever_a_call_costs() {
		let price = |ref_time, bytes| Price {
			ref_time,
			fee: 0,
			bytes,
		};
		assert_eq!(price(250_000_000, 80).lot(), 400);
		assert_eq!(price(1_000_000_000, 600).lot(), 100);
		assert_eq!(price(1, 8 * 1024).lot(), 32);
		assert_eq!(price(u64::MAX, 1).lot(), 1);
		assert_eq!(price(0, 0).lot(), 400);
	}

	#[test]
	fn only_what_can_change_should_be_tried_again() {
		let refused = |code, data: &str| Error::Rpc {
			method: "author_submitAndWatchExtrinsic".into(),
			code,
			message: "Invalid Transaction".into(),
			data: Some(data.into()),
		};
		assert!(is_passing(&refused(1014, "priority too low")));
		assert!(is_passing(&refused(1016, "")));
		assert!(is_passing(&refused(
			1010,
			"Transaction would exhaust the block limits"
		)));
		assert!(!is_passing(&refused(1010, "Inability to pay some fees")));
		assert!(!is_passing(&refused(
			1010,
			"Transaction has a bad signature"
		)));
		assert!(!is_passing(&Error::Account(String::new())));
	}
}
