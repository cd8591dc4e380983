// SPDX-License-Identifier: Apache-2.0
//! What registering content costs, before it is paid.

use anyhow::{Context, Result};
use codec::Decode;
use openledger_client::{call::datanets::Reveal, chain::Client};
use openledger_primitives::{apis::DatanetView, AccountId, Balance, H256, MAX_TEXT_BYTES};
use sp_io::hashing::twox_128;

use super::pieces::Piece;
use crate::lane::{price, Price};

/// Longest address that the chain takes.
const MAX_URI_BYTES: usize = 256;
/// Bytes that the review fee is priced by.
const KIB: u64 = 1_024;
/// Keeper calls that a reveal pays ahead.
const KEEPER_CALLS: Balance = 2;
/// Storage deposit of a ticket and of a byte in planck, and the bytes of a contribution's rows
/// beside address and licence: two tickets, of its content and of its review.
const DEPOSIT: (Balance, Balance, Balance) = (100_000_000_000, 100_000_000, 2_500);

/// What it costs, and what one call of each kind takes of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quote {
	/// Contributions.
	pub count: usize,
	/// Their bytes.
	pub bytes: u64,
	/// Held until after acceptance; exact.
	pub bond: Balance,
	/// Paid to the curators who reveal; exact.
	pub review_fee: Balance,
	/// Held as long as the contributions stand; about.
	pub deposit: Balance,
	/// Fees of transactions and of keepers' calls; about.
	pub fees: Balance,
	/// One commit.
	pub commit: Price,
	/// One reveal.
	pub reveal: Price,
}

impl Quote {
	/// All of it.
	pub fn total(&self) -> Balance {
		self.bond
			.saturating_add(self.review_fee)
			.saturating_add(self.deposit)
			.saturating_add(self.fees)
	}
}

/// The first values of the pallet's parameters: six periods, then the least bond.
async fn least_bond(client: &Client) -> Result<Balance> {
	let key = [twox_128(b"Datanets"), twox_128(b"Parameters")].concat();
	let stored = client.storage(&key, None).await?;
	let stored = stored.context("the chain has no datanets")?;
	let (_, bond) = <([u32; 6], Balance)>::decode(&mut stored.as_slice())
		.context("the parameters of datanets read otherwise than this program knows")?;
	Ok(bond)
}

/// The quote for pieces that are to be registered in a datanet.
pub async fn quote(
	client: &Client,
	datanet: &DatanetView<AccountId>,
	pieces: &[&Piece],
) -> Result<Quote> {
	let least = least_bond(client).await?;
	let commit = price(client, 1, (datanet.id, H256::zero(), 0u64)).await?;
	// Fees differ by length only; the longest reveal stands for all.
	let longest = pieces
		.iter()
		.max_by_key(|piece| (piece.uri.len(), piece.byte_length));
	let sample = match longest {
		Some(piece) => sample(&piece.uri, &piece.licence, piece.byte_length),
		// What an earlier run has left to reveal is not larger.
		None => sample(&"x".repeat(MAX_URI_BYTES), "", MAX_TEXT_BYTES),
	};
	let reveal = price(client, 2, (0u64, sample)).await?;
	let keeper = price(client, 15, 0u64).await?;
	let mut quote = Quote {
		count: pieces.len(),
		bytes: 0,
		bond: 0,
		review_fee: 0,
		deposit: 0,
		fees: 0,
		commit,
		reveal,
	};
	for piece in pieces {
		quote.add(datanet, piece, least);
	}
	let each = commit.fee + reveal.fee + KEEPER_CALLS * keeper.fee;
	quote.fees = each.saturating_mul(pieces.len() as Balance);
	Ok(quote)
}

impl Quote {
	fn add(&mut self, datanet: &DatanetView<AccountId>, piece: &Piece, least: Balance) {
		let length = Balance::from(piece.byte_length);
		let bond = datanet.bond_per_byte.saturating_mul(length).max(least);
		let kib = Balance::from(piece.byte_length.div_ceil(KIB));
		let (ticket, byte, rows) = DEPOSIT;
		let own = (piece.uri.len() + piece.licence.len()) as Balance;
		self.bytes = self.bytes.saturating_add(piece.byte_length);
		self.bond = self.bond.saturating_add(bond);
		self.review_fee = self
			.review_fee
			.saturating_add(datanet.review_fee_per_kib.saturating_mul(kib));
		self.deposit = self
			.deposit
			.saturating_add(2 * ticket + byte * (rows + own));
	}
}

/// A reveal as large as that of such a piece.
fn sample(uri: &str, licence: &str, byte_length: u64) -> Reveal {
	let leaves = openledger_primitives::text::text_leaf_count(byte_length);
	let levels = u64::BITS - leaves.saturating_sub(1).leading_zeros();
	Reveal {
		text_root: H256::zero(),
		salt: [0; 32],
		uri: uri.into(),
		records: 1,
		licence: licence.into(),
		last_leaf: vec![0; 256],
		siblings: vec![H256::zero(); levels as usize],
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_primitives::text::open_last_leaf;

	#[test]
	fn a_sample_should_be_as_large_as_the_real_reveal() {
		for length in [1_024u64, 1_025, 5 * 256, 70_000] {
			let bytes = vec![b'a'; length as usize];
			let real = open_last_leaf(&bytes).unwrap();
			let sample = sample("file:///a", "MIT", length);
			assert!(sample.siblings.len() >= real.siblings.len(), "{length}");
			assert!(sample.last_leaf.len() >= real.leaf.len());
		}
	}
}
