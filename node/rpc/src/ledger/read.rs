// SPDX-License-Identifier: Apache-2.0
//! Reads of one state of the index. Each returns at most as many rows as its caller allows.

use super::{
	records::*,
	store::{decode, keys, IndexError, IndexResult, Rows, Snapshot, Table},
};
use codec::Decode;
use openledger_primitives::{AccountId, BlockNumber, ContributionId, DatanetId, ModelId, Version};

/// Places in the chain, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
	/// First place.
	pub from: Pos,
	/// Last place.
	pub to: Pos,
}

impl Span {
	/// All places of the blocks from one to another.
	pub fn of_blocks(from: BlockNumber, to: BlockNumber) -> Self {
		Self {
			from: Pos::start_of(from),
			to: Pos::end_of(to),
		}
	}
}

/// A member's row with its key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OwnRow {
	/// The datanet.
	pub datanet: DatanetId,
	/// The tranche.
	pub tranche: Version,
}

impl Snapshot {
	/// Rows of a table whose keys are a beginning and a place.
	fn placed<T: Decode>(
		&self,
		table: Table,
		start: &[u8],
		span: Span,
		limit: usize,
	) -> IndexResult<Vec<(Pos, T)>> {
		let from = keys::at(start.to_vec(), span.from);
		let to = keys::at(start.to_vec(), span.to);
		self.range::<T>(table, &from, &to, limit)?
			.into_iter()
			.map(|(key, row)| Ok((keys::pos_of(&key)?, row)))
			.collect()
	}

	/// Lines of an account.
	pub(crate) fn entries(
		&self,
		account: &AccountId,
		span: Span,
		limit: usize,
	) -> IndexResult<Vec<(Pos, Entry)>> {
		self.placed(Table::Entries, &keys::account(account), span, limit)
	}

	/// What happened and paid the account nothing.
	pub(crate) fn nothings(
		&self,
		account: &AccountId,
		span: Span,
		limit: usize,
	) -> IndexResult<Vec<(Pos, Nothing)>> {
		self.placed(Table::Nothings, &keys::account(account), span, limit)
	}

	/// An accepted batch; none when it was accepted before the index begins.
	pub(crate) fn batch(&self, key: &BatchKey) -> IndexResult<Option<Batch>> {
		self.get(Table::Batches, &keys::batch(key))
	}

	/// One distribution.
	pub(crate) fn distribution(
		&self,
		model: ModelId,
		at: Pos,
	) -> IndexResult<Option<Distribution>> {
		self.get(Table::Distributions, &keys::at(keys::model(model), at))
	}

	/// Distributions of a model in one block.
	pub(crate) fn distributions(
		&self,
		model: ModelId,
		block: BlockNumber,
		limit: usize,
	) -> IndexResult<Vec<(Pos, Distribution)>> {
		let span = Span::of_blocks(block, block);
		self.placed(Table::Distributions, &keys::model(model), span, limit)
	}

	/// What came into a model's inbox between two distributions.
	pub(crate) fn inflows(
		&self,
		model: ModelId,
		after: Option<Pos>,
		until: Pos,
		limit: usize,
	) -> IndexResult<Vec<(Pos, Inflow)>> {
		let span = Span {
			from: after.unwrap_or_default(),
			to: until,
		};
		self.placed(Table::Inflows, &keys::model(model), span, limit)
	}

	/// What came into a datanet's pools.
	pub(crate) fn payments(
		&self,
		datanet: DatanetId,
		span: Span,
		limit: usize,
	) -> IndexResult<Vec<(Pos, Payment)>> {
		self.placed(Table::Payments, &keys::datanet(datanet), span, limit)
	}

	/// Changes of a row's points.
	pub(crate) fn points(
		&self,
		account: &AccountId,
		row: &OwnRow,
		span: Span,
		limit: usize,
	) -> IndexResult<Vec<(Pos, u64)>> {
		let key = keys::pool_row(account, row.datanet, row.tranche);
		self.placed(Table::Points, &key, span, limit)
	}

	/// A row's points at a place, and since when; none when they were set before the index begins.
	pub(crate) fn points_at(
		&self,
		account: &AccountId,
		row: &OwnRow,
		at: Pos,
	) -> IndexResult<Option<(Pos, u64)>> {
		let key = keys::pool_row(account, row.datanet, row.tranche);
		let from = keys::at(key.clone(), Pos::default());
		let to = keys::at(key, at);
		self.last_bytes(Table::Points, &from, &to)?
			.map(|(key, bytes)| Ok((keys::pos_of(&key)?, decode(Table::Points, &bytes)?)))
			.transpose()
	}

	/// Accepted contributions of an account.
	pub(crate) fn contributions(
		&self,
		account: &AccountId,
		limit: usize,
	) -> IndexResult<Vec<(ContributionId, Accepted)>> {
		let from = keys::owned(account, 0);
		let to = keys::owned(account, ContributionId::MAX);
		let mut found = Vec::new();
		for (key, ()) in self.range(Table::Owned, &from, &to, limit)? {
			let id = key
				.split_last_chunk::<8>()
				.map(|(_, id)| ContributionId::from_be_bytes(*id))
				.ok_or_else(|| IndexError::Damaged("a key is too short".into()))?;
			let accepted = self.get(Table::Contributions, &keys::contribution(id))?;
			found.extend(accepted.map(|accepted| (id, accepted)));
		}
		Ok(found)
	}

	/// Whether a contribution was credited.
	pub(crate) fn is_credited(
		&self,
		contribution: ContributionId,
		span: Span,
	) -> IndexResult<bool> {
		let key = keys::contribution(contribution);
		let found: Vec<(Pos, ())> = self.placed(Table::Credited, &key, span, 1)?;
		Ok(!found.is_empty())
	}

	/// Pool rows that an account has.
	pub(crate) fn pool_rows(&self, account: &AccountId, limit: usize) -> IndexResult<Vec<OwnRow>> {
		let from = keys::pool_row(account, 0, 0);
		let to = keys::pool_row(account, DatanetId::MAX, Version::MAX);
		self.range_bytes(Table::PoolRows, &from, &to, limit)?
			.into_iter()
			.map(|(key, _)| {
				let damaged = || IndexError::Damaged("a key is too short".into());
				let (rest, tranche) = key.split_last_chunk::<4>().ok_or_else(damaged)?;
				let (_, datanet) = rest.split_last_chunk::<4>().ok_or_else(damaged)?;
				Ok(OwnRow {
					datanet: u32::from_be_bytes(*datanet),
					tranche: u32::from_be_bytes(*tranche),
				})
			})
			.collect()
	}
}
