// SPDX-License-Identifier: Apache-2.0
//! A usage batch on its way into the off-chain worker's queue.
//!
//! Cheapest checks first: sizes, bytes, page hashes, then the runtime at the best block. Nothing
//! is stored that a registered operator did not sign and could not be charged for, so strangers
//! can't fill the node's disk.

use crate::{error::Error, Block};
use codec::MaxEncodedLen;
use openledger_primitives::{
	apis::{BatchRejection, UsageApi},
	offchain::{self as queue, Index, Item, LocalStore, StoredBatch},
	payload::{
		decode_exact, page_hash, CreditPage, Curve, Payload, PublicKey, SignedUsageBatch,
		UsageBatch,
	},
	AccountId, Balance, H256,
};
use sp_core::Bytes;

/// Names of the runtime's numbers from 1 on: `AuthorizeInvalidity` of the usage pallet, whose
/// numbers never change. This crate knows runtime APIs only, not pallets.
pub(crate) const REFUSALS: [&str; 18] = [
	"UnknownOperator",
	"UnknownModel",
	"EmptyBatch",
	"Expired",
	"ValidTooLong",
	"SequenceGap",
	"TooManyPages",
	"BondTooSmall",
	"CannotPay",
	"ChargeAboveMaximum",
	"BadSignature",
	"UnknownBatch",
	"NotDue",
	"AlreadyReleased",
	"NotReleased",
	"UnknownPage",
	"PageNotOpen",
	"PageMismatch",
];

/// A batch with its signature and all its pages: they fit each other, the signature is unchecked.
pub(crate) struct Submission {
	pub signed: SignedUsageBatch,
	hash: H256,
	stored: StoredBatch,
	page_hashes: Vec<H256>,
	pages: Vec<Vec<u8>>,
}

impl Submission {
	/// Reads what arrived for the chain of `genesis_hash`.
	pub(crate) fn read(
		genesis_hash: &H256,
		batch: Bytes,
		signature: Bytes,
		pages: Vec<Bytes>,
	) -> Result<Self, Error> {
		ensure_size("the batch", batch.len(), UsageBatch::max_encoded_len())?;
		for page in &pages {
			ensure_size("a page", page.len(), CreditPage::max_encoded_len())?;
		}
		let signature: [u8; 64] = signature
			.0
			.try_into()
			.map_err(|_| Error::Argument("the signature is not 64 bytes".into()))?;
		let body: UsageBatch = decode_exact(&batch)
			.ok_or_else(|| Error::Argument("the batch is not the SCALE of one".into()))?;
		let page_hashes = read_pages(genesis_hash, &body, &pages)?;
		Ok(Self {
			hash: body.digest(genesis_hash),
			stored: StoredBatch {
				batch: batch.0,
				signature,
			},
			page_hashes,
			pages: pages.into_iter().map(|page| page.0).collect(),
			signed: SignedUsageBatch {
				batch: body,
				signature,
			},
		})
	}

	/// Asks the runtime at block `at` whether the batch, or a page of it, can still be of use.
	/// Returns the charge that is still to come, in planck.
	pub(crate) fn admit<A>(&self, api: &A, at: H256, genesis_hash: &H256) -> Result<Balance, Error>
	where
		A: UsageApi<Block, AccountId>,
	{
		let StoredBatch { batch, signature } = &self.stored;
		match api.validate_batch(at, batch.clone(), signature.to_vec())? {
			Ok(quote) => Ok(quote.charge),
			// All but the predecessors is in order, and few of them are missing: the worker waits.
			Err(BatchRejection::TooEarly) => self.highest_charge(api, at),
			Err(BatchRejection::Stale) => {
				self.ensure_unpaid(api, at, genesis_hash)?;
				Ok(0)
			}
			Err(rejection) => Err(refusal(&rejection)),
		}
	}

	/// What the batch costs if every page is full.
	fn highest_charge<A>(&self, api: &A, at: H256) -> Result<Balance, Error>
	where
		A: UsageApi<Block, AccountId>,
	{
		let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
		let vouchers = count(self.signed.batch.vouchers.len());
		Ok(api.quote_charge(at, vouchers, count(self.pages.len()))?)
	}

	/// A batch whose sequence is consumed is of use only if it is the accepted one and has pages to
	/// push: its item may have been lost with a commit. The runtime didn't look at the signature.
	fn ensure_unpaid<A>(&self, api: &A, at: H256, genesis_hash: &H256) -> Result<(), Error>
	where
		A: UsageApi<Block, AccountId>,
	{
		let UsageBatch {
			operator,
			model,
			sequence,
			..
		} = &self.signed.batch;
		let accepted = api.batch(at, operator.clone(), *model, *sequence)?;
		if accepted.is_none_or(|accepted| accepted.hash != self.hash) {
			return Err(refusal(&BatchRejection::Stale));
		}
		let signer = api.operator(at, operator.clone())?.and_then(|operator| {
			Some(PublicKey {
				curve: Curve::of_scheme(operator.scheme)?,
				key: operator.key,
			})
		});
		if !signer.is_some_and(|key| self.signed.verify(&key, genesis_hash)) {
			return Err(Error::Refused(
				"BadSignature: the operator's key did not sign these bytes".into(),
			));
		}
		Ok(())
	}

	/// Stores it for the worker; says whether it was not there before.
	pub(crate) fn enqueue(&self, store: &mut impl LocalStore) -> Result<bool, Error> {
		let UsageBatch {
			operator,
			model,
			sequence,
			..
		} = &self.signed.batch;
		let is_new = !is_queued(store, operator, &self.hash);
		let item = Item::new(*model, *sequence, self.hash, self.page_hashes.clone());
		queue::enqueue(store, operator, &item, &self.stored, &self.pages)?;
		Ok(is_new)
	}
}

/// Decodes the pages and compares them with what the batch commits to; returns their hashes.
fn read_pages(
	genesis_hash: &H256,
	batch: &UsageBatch,
	pages: &[Bytes],
) -> Result<Vec<H256>, Error> {
	if pages.len() != batch.pages.len() {
		let (given, committed) = (pages.len(), batch.pages.len());
		return Err(Error::Argument(format!(
			"{given} pages came with a batch that commits to {committed}"
		)));
	}
	let mut hashes = Vec::with_capacity(pages.len());
	for (place, (bytes, commitment)) in pages.iter().zip(&batch.pages).enumerate() {
		let page: CreditPage = decode_exact(bytes)
			.ok_or_else(|| Error::Argument(format!("page {place} is not the SCALE of one")))?;
		let hash = page_hash(genesis_hash, &page);
		if hash != commitment.page_hash {
			return Err(Error::Argument(format!(
				"page {place} is not the one that the batch commits to"
			)));
		}
		hashes.push(hash);
	}
	Ok(hashes)
}

fn is_queued(store: &impl LocalStore, operator: &AccountId, batch_hash: &H256) -> bool {
	let Index { head, tail } = queue::index(store, operator);
	(head..tail).any(|place| {
		queue::item(store, operator, place).is_some_and(|item| item.batch_hash == *batch_hash)
	})
}

fn ensure_size(what: &str, length: usize, most: usize) -> Result<(), Error> {
	if length <= most {
		return Ok(());
	}
	Err(Error::Argument(format!(
		"{what} has {length} bytes; at most {most} are possible"
	)))
}

/// A rejection by name.
fn refusal(rejection: &BatchRejection) -> Error {
	match rejection {
		BatchRejection::Malformed => {
			Error::Argument("the runtime of this block reads no batch in these bytes".into())
		}
		BatchRejection::Void(fault) => {
			Error::Refused(format!("Void: {}", String::from_utf8_lossy(fault)))
		}
		BatchRejection::Stale => Error::Refused(
			"Stale: its sequence is consumed, and no batch of these bytes waits for pages".into(),
		),
		BatchRejection::TooEarly => Error::Refused("TooEarly: its predecessors are missing".into()),
		BatchRejection::Refused(number) => {
			let place = usize::from(*number).checked_sub(1);
			let name = place
				.and_then(|place| REFUSALS.get(place))
				.unwrap_or(&"Other");
			Error::Refused(format!("{name} ({number})"))
		}
	}
}
