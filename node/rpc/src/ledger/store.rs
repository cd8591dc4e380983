// SPDX-License-Identifier: Apache-2.0
//! The file of the index: tables of bytes, read in snapshots, written in transactions.

use super::records::{BatchKey, Pos};
use codec::{Decode, DecodeAll, Encode};
use openledger_primitives::{
	AccountId, BlockNumber, ContributionId, DatanetId, ModelId, Version, H256,
};
use redb::{
	Database, DatabaseError, ReadTransaction, ReadableDatabase, ReadableTable, StorageError,
	TableDefinition, TableError, WriteTransaction,
};
use std::{
	panic::{catch_unwind, AssertUnwindSafe},
	path::Path,
};

/// Version of the tables and their rows. Another one is rebuilt.
pub const LAYOUT: u32 = 2;

/// Bytes of pages that the database keeps in memory, at most.
const CACHE: usize = 32 << 20;

/// Why the index can't be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
	/// The file or a row in it doesn't read.
	#[error("the ledger index is damaged: {0}")]
	Damaged(String),
	/// The disk or the system refused.
	#[error("the ledger index failed: {0}")]
	Failed(String),
}

impl IndexError {
	fn failed(error: impl core::fmt::Display) -> Self {
		Self::Failed(error.to_string())
	}
}

impl From<StorageError> for IndexError {
	fn from(error: StorageError) -> Self {
		match error {
			StorageError::Corrupted(what) => Self::Damaged(what),
			other => Self::failed(other),
		}
	}
}

impl From<TableError> for IndexError {
	fn from(error: TableError) -> Self {
		match error {
			TableError::Storage(error) => error.into(),
			other => Self::Damaged(other.to_string()),
		}
	}
}

/// Result of the index.
pub type IndexResult<T> = Result<T, IndexError>;

/// What the index holds: every finalised block from `from` to `height`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Head {
	/// Hash of block 0 of the chain.
	pub genesis: H256,
	/// First block that is indexed, or will be.
	pub from: BlockNumber,
	/// Its hash; zero while it is not indexed.
	pub from_hash: H256,
	/// Last block that is indexed; `from - 1` if none is.
	pub height: BlockNumber,
	/// Its hash; zero where it is not known.
	pub hash: H256,
}

impl Head {
	/// Nothing indexed, everything from the first block on to come.
	pub const fn of_chain(genesis: H256) -> Self {
		Self {
			genesis,
			from: 1,
			from_hash: H256::zero(),
			height: 0,
			hash: genesis,
		}
	}

	/// Whether no block is indexed.
	pub const fn is_empty(&self) -> bool {
		self.height < self.from
	}

	/// Whether nothing that ever happened is missing.
	pub const fn is_whole(&self) -> bool {
		self.from <= 1
	}
}

/// How the file was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
	/// There was none.
	New,
	/// It goes on.
	Resumed,
	/// It could not be used, and a new one is built; why.
	Rebuilt(String),
}

/// The tables. Keys are big-endian, so that they sort as numbers do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Table {
	/// `layout`, `head`.
	Meta,
	/// (account, place) → [`Entry`](super::records::Entry).
	Entries,
	/// (account, place) → [`Nothing`](super::records::Nothing).
	Nothings,
	/// contribution → [`Accepted`](super::records::Accepted).
	Contributions,
	/// (account, contribution) → nothing.
	Owned,
	/// (contribution, place) → nothing: where it was credited.
	Credited,
	/// batch → [`Batch`](super::records::Batch).
	Batches,
	/// (model, place) → [`Inflow`](super::records::Inflow).
	Inflows,
	/// (model, place) → [`Distribution`](super::records::Distribution).
	Distributions,
	/// model → [`InboxState`](super::records::InboxState).
	Inboxes,
	/// (datanet, place) → [`Payment`](super::records::Payment).
	Payments,
	/// (datanet, version) → planck per point, times 2^64, of payments into just this version.
	Cells,
	/// datanet → residue.
	Residues,
	/// (account, datanet, tranche) → [`PoolRow`](super::records::PoolRow).
	PoolRows,
	/// (account, datanet, tranche, place) → points from then on.
	Points,
	/// (account, datanet, tranche) → [`WithheldRow`](super::records::WithheldRow).
	Withheld,
}

impl Table {
	const ALL: [Self; 16] = [
		Self::Meta,
		Self::Entries,
		Self::Nothings,
		Self::Contributions,
		Self::Owned,
		Self::Credited,
		Self::Batches,
		Self::Inflows,
		Self::Distributions,
		Self::Inboxes,
		Self::Payments,
		Self::Cells,
		Self::Residues,
		Self::PoolRows,
		Self::Points,
		Self::Withheld,
	];

	const fn rows(self) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
		TableDefinition::new(match self {
			Self::Meta => "meta",
			Self::Entries => "entries",
			Self::Nothings => "nothings",
			Self::Contributions => "contributions",
			Self::Owned => "owned",
			Self::Credited => "credited",
			Self::Batches => "batches",
			Self::Inflows => "inflows",
			Self::Distributions => "distributions",
			Self::Inboxes => "inboxes",
			Self::Payments => "payments",
			Self::Cells => "cells",
			Self::Residues => "residues",
			Self::PoolRows => "pool-rows",
			Self::Points => "points",
			Self::Withheld => "withheld",
		})
	}
}

/// Keys, or their beginnings.
pub(super) mod keys {
	use super::*;

	pub fn account(account: &AccountId) -> Vec<u8> {
		let bytes: &[u8] = account.as_ref();
		bytes.to_vec()
	}

	pub fn owned(who: &AccountId, contribution: ContributionId) -> Vec<u8> {
		[&account(who)[..], &contribution.to_be_bytes()].concat()
	}

	pub fn batch(key: &BatchKey) -> Vec<u8> {
		[
			&account(&key.operator)[..],
			&key.model.to_be_bytes(),
			&key.sequence.to_be_bytes(),
		]
		.concat()
	}

	pub fn cell(datanet: DatanetId, version: Version) -> Vec<u8> {
		[datanet.to_be_bytes(), version.to_be_bytes()].concat()
	}

	pub fn pool_row(who: &AccountId, datanet: DatanetId, tranche: Version) -> Vec<u8> {
		[&account(who)[..], &cell(datanet, tranche)].concat()
	}

	pub fn model(model: ModelId) -> Vec<u8> {
		model.to_be_bytes().to_vec()
	}

	pub fn datanet(datanet: DatanetId) -> Vec<u8> {
		datanet.to_be_bytes().to_vec()
	}

	pub fn contribution(contribution: ContributionId) -> Vec<u8> {
		contribution.to_be_bytes().to_vec()
	}

	/// A key that goes on with a place.
	pub fn at(mut start: Vec<u8>, pos: Pos) -> Vec<u8> {
		start.extend(pos.block.to_be_bytes());
		start.extend(pos.event.to_be_bytes());
		start
	}

	/// The place at the end of a key.
	pub fn pos_of(key: &[u8]) -> IndexResult<Pos> {
		let damaged = || IndexError::Damaged("a key is too short".into());
		let (rest, event) = key.split_last_chunk::<4>().ok_or_else(damaged)?;
		let (_, block) = rest.split_last_chunk::<4>().ok_or_else(damaged)?;
		Ok(Pos {
			block: u32::from_be_bytes(*block),
			event: u32::from_be_bytes(*event),
		})
	}
}

/// A key and its row.
pub(super) type Row<T> = (Vec<u8>, T);

/// Reads of a snapshot, or of a transaction that is being written.
pub(super) trait Rows {
	/// The bytes of one row.
	fn bytes(&self, table: Table, key: &[u8]) -> IndexResult<Option<Vec<u8>>>;

	/// At most `limit` rows from one key to another, both included, in ascending order.
	fn range_bytes(
		&self,
		table: Table,
		from: &[u8],
		to: &[u8],
		limit: usize,
	) -> IndexResult<Vec<Row<Vec<u8>>>>;

	/// The last row from one key to another, both included.
	fn last_bytes(&self, table: Table, from: &[u8], to: &[u8])
		-> IndexResult<Option<Row<Vec<u8>>>>;

	/// One row.
	fn get<T: Decode>(&self, table: Table, key: &[u8]) -> IndexResult<Option<T>> {
		self.bytes(table, key)?
			.map(|bytes| decode(table, &bytes))
			.transpose()
	}

	/// As [`Rows::range_bytes`], decoded.
	fn range<T: Decode>(
		&self,
		table: Table,
		from: &[u8],
		to: &[u8],
		limit: usize,
	) -> IndexResult<Vec<Row<T>>> {
		self.range_bytes(table, from, to, limit)?
			.into_iter()
			.map(|(key, bytes)| Ok((key, decode(table, &bytes)?)))
			.collect()
	}
}

pub(super) fn decode<T: Decode>(table: Table, bytes: &[u8]) -> IndexResult<T> {
	T::decode_all(&mut &bytes[..])
		.map_err(|error| IndexError::Damaged(format!("a row of {table:?}: {error}")))
}

macro_rules! read_table {
	() => {
		fn bytes(&self, table: Table, key: &[u8]) -> IndexResult<Option<Vec<u8>>> {
			let rows = self.0.open_table(table.rows())?;
			let found = rows.get(key)?.map(|row| row.value().to_vec());
			Ok(found)
		}

		fn range_bytes(
			&self,
			table: Table,
			from: &[u8],
			to: &[u8],
			limit: usize,
		) -> IndexResult<Vec<Row<Vec<u8>>>> {
			let rows = self.0.open_table(table.rows())?;
			let mut found = Vec::new();
			for row in rows.range::<&[u8]>(from..=to)?.take(limit) {
				let (key, value) = row?;
				found.push((key.value().to_vec(), value.value().to_vec()));
			}
			Ok(found)
		}

		fn last_bytes(
			&self,
			table: Table,
			from: &[u8],
			to: &[u8],
		) -> IndexResult<Option<Row<Vec<u8>>>> {
			let rows = self.0.open_table(table.rows())?;
			let mut range = rows.range::<&[u8]>(from..=to)?;
			let Some(row) = range.next_back() else {
				return Ok(None);
			};
			let (key, value) = row?;
			let found = (key.value().to_vec(), value.value().to_vec());
			Ok(Some(found))
		}
	};
}

/// One state of the index. Blocks that are indexed meanwhile don't show.
pub struct Snapshot(ReadTransaction);

impl Rows for Snapshot {
	read_table!();
}

impl Snapshot {
	/// What this state holds.
	pub fn head(&self) -> IndexResult<Head> {
		self.get(Table::Meta, b"head")?
			.ok_or_else(|| IndexError::Damaged("no head".into()))
	}
}

/// A transaction: all of it is written, or nothing.
pub(super) struct Change(WriteTransaction);

impl Rows for Change {
	read_table!();
}

impl Change {
	pub fn put(&self, table: Table, key: &[u8], row: &impl Encode) -> IndexResult<()> {
		let mut rows = self.0.open_table(table.rows())?;
		rows.insert(key, row.encode().as_slice())?;
		Ok(())
	}

	pub fn remove(&self, table: Table, key: &[u8]) -> IndexResult<()> {
		let mut rows = self.0.open_table(table.rows())?;
		rows.remove(key)?;
		Ok(())
	}

	pub fn put_head(&self, head: &Head) -> IndexResult<()> {
		self.put(Table::Meta, b"layout", &LAYOUT)?;
		self.put(Table::Meta, b"head", head)
	}

	/// Empties every table and makes those that are missing.
	fn clear(&self) -> IndexResult<()> {
		for table in Table::ALL {
			self.0.delete_table(table.rows())?;
			self.0.open_table(table.rows())?;
		}
		Ok(())
	}

	pub fn commit(self) -> IndexResult<()> {
		self.0.commit().map_err(IndexError::failed)
	}
}

/// The open index. One task writes, everybody reads.
pub struct LedgerIndex {
	database: Database,
	genesis: H256,
}

impl LedgerIndex {
	/// Opens the index of a chain, or makes it. A file that can't be read, of another layout or of
	/// another chain is replaced: everything in it can be built again.
	pub fn open(path: &Path, genesis: H256) -> IndexResult<(Self, Opened)> {
		if let Some(folder) = path.parent() {
			std::fs::create_dir_all(folder).map_err(IndexError::failed)?;
		}
		let existed = path.exists();
		let why = match Self::open_as_is(path, genesis) {
			Ok(index) if existed => return Ok((index, Opened::Resumed)),
			Ok(index) => return Ok((index, Opened::New)),
			Err(IndexError::Damaged(why)) => why,
			Err(error) => return Err(error),
		};
		std::fs::remove_file(path).map_err(IndexError::failed)?;
		Ok((Self::open_as_is(path, genesis)?, Opened::Rebuilt(why)))
	}

	/// `Damaged` means: of no use.
	fn open_as_is(path: &Path, genesis: H256) -> IndexResult<Self> {
		// A database made of arbitrary bytes may fail an assertion instead of returning an error.
		let opened = catch_unwind(AssertUnwindSafe(|| {
			let mut builder = Database::builder();
			builder.set_cache_size(CACHE);
			let database = builder.create(path).map_err(|error| match error {
				DatabaseError::Storage(StorageError::Corrupted(what)) => IndexError::Damaged(what),
				DatabaseError::Storage(StorageError::Io(error))
					if error.kind() == std::io::ErrorKind::InvalidData
						|| error.kind() == std::io::ErrorKind::UnexpectedEof =>
				{
					IndexError::Damaged(error.to_string())
				}
				DatabaseError::UpgradeRequired(version) => {
					IndexError::Damaged(format!("file format {version}"))
				}
				DatabaseError::RepairAborted => IndexError::Damaged("not repaired".into()),
				other => IndexError::failed(other),
			})?;
			let index = Self { database, genesis };
			index.claim()?;
			Ok(index)
		}));
		opened.unwrap_or_else(|_| Err(IndexError::Damaged("it can't be opened".into())))
	}

	/// Writes whose index this is into a new file, compares it with an old one's.
	fn claim(&self) -> IndexResult<()> {
		let change = self.change()?;
		if change.0.list_tables()?.next().is_none() {
			change.clear()?;
			change.put_head(&Head::of_chain(self.genesis))?;
			return change.commit();
		}
		for table in Table::ALL {
			change.0.open_table(table.rows())?;
		}
		let layout: Option<u32> = change.get(Table::Meta, b"layout")?;
		if layout != Some(LAYOUT) {
			return Err(IndexError::Damaged(format!("its layout is {layout:?}")));
		}
		let head: Option<Head> = change.get(Table::Meta, b"head")?;
		match head {
			Some(head) if head.genesis == self.genesis => change.commit(),
			Some(_) => Err(IndexError::Damaged("it is another chain's".into())),
			None => Err(IndexError::Damaged("no head".into())),
		}
	}

	/// The state of this moment.
	pub fn snapshot(&self) -> IndexResult<Snapshot> {
		self.database
			.begin_read()
			.map(Snapshot)
			.map_err(IndexError::failed)
	}

	/// What it holds now.
	pub fn head(&self) -> IndexResult<Head> {
		self.snapshot()?.head()
	}

	pub(super) fn change(&self) -> IndexResult<Change> {
		self.database
			.begin_write()
			.map(Change)
			.map_err(IndexError::failed)
	}

	/// Forgets everything and starts with the chain's first block.
	pub(super) fn rebuild(&self) -> IndexResult<Head> {
		let head = Head::of_chain(self.genesis);
		self.restart(&head)?;
		Ok(head)
	}

	/// Forgets everything and starts with this head.
	pub(super) fn restart(&self, head: &Head) -> IndexResult<()> {
		let change = self.change()?;
		change.clear()?;
		change.put_head(head)?;
		change.commit()
	}
}
