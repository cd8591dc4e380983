// SPDX-License-Identifier: Apache-2.0
//! The durable store: every acknowledged call, voucher and batch, fsynced before anyone hears of it.
//!
//! One thread writes. It takes whatever waits, commits it in one transaction with immediate
//! durability, and only then answers: many calls share one fsync, none is acknowledged before it.

use std::{
	path::Path,
	sync::{mpsc, Arc},
};

use codec::{Decode, DecodeAll, Encode};
use openledger_primitives::{
	apis::ChannelView,
	payload::{
		CallRecord, CreditLine, CreditPage, Price, PublicKey, SignedUsageBatch, SignedVoucher, Span,
	},
	AccountId, Balance, BlockNumber, ChannelId, ContributionId, ModelId, PageIndex, Sequence, H256,
};
use redb::{Database, Durability, ReadableDatabase, TableDefinition};
use tokio::sync::oneshot;

/// Version of the rows below.
const LAYOUT: u32 = 1;
/// Writes that share one transaction, at most.
const GROUP: usize = 256;
/// Batches looked at to find the one that holds a call: attempts at one sequence are few.
const COVERS: usize = 64;

type Rows = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// What went wrong with the store.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
	/// The database refused or the disk failed.
	#[error("the store failed: {0}")]
	Failed(String),
	/// A row doesn't read: the file is damaged or of another version.
	#[error("the store's {0} does not read")]
	Damaged(&'static str),
	/// The folder belongs to another chain, operator or model.
	#[error("this data folder belongs to another chain, operator or model: {0}")]
	Foreign(String),
}

impl StoreError {
	fn failed(error: impl core::fmt::Display) -> Self {
		Self::Failed(error.to_string())
	}
}

/// Result of the store.
pub type StoreResult<T> = Result<T, StoreError>;

/// Whose calls these are.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Identity {
	/// Hash of block 0.
	pub genesis_hash: H256,
	/// The operator.
	pub operator: AccountId,
	/// The model served.
	pub model: ModelId,
}

/// One acknowledged call, with all that opens it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct CallRow {
	/// Its record.
	pub record: CallRecord,
	/// Its spans.
	pub spans: Vec<Span>,
	/// Its secret.
	pub secret: [u8; 32],
	/// The exact text returned.
	pub answer: String,
	/// What was asked, kept for `open` calls only.
	pub prompt: String,
	/// Root of the channel's records, this one included.
	pub range_root: H256,
	/// When it was served, Unix milliseconds.
	pub served_ms: u64,
}

/// What a channel has settled on chain, at a finalised block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct SettledRow {
	/// Calls.
	pub calls: u64,
	/// Their fees.
	pub fee: Balance,
	/// Matched part of the fees.
	pub matched: Balance,
}

impl From<&ChannelView<AccountId>> for SettledRow {
	fn from(view: &ChannelView<AccountId>) -> Self {
		Self {
			calls: view.settled_calls,
			fee: view.settled_fee,
			matched: view.settled_matched,
		}
	}
}

/// A channel of this gateway.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ChannelRow {
	/// Who pays.
	pub payer: AccountId,
	/// Key that signs vouchers and sessions.
	pub key: PublicKey,
	/// Price, fixed.
	pub price: Price,
	/// The accepted voucher with the most calls.
	pub voucher: Option<SignedVoucher>,
}

/// Where a signed batch stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum BatchState {
	/// Signed, and sent until the chain has consumed its sequence.
	Signed,
	/// Accepted in a final block; its pages are not all paid.
	Settled,
	/// Accepted, and every page paid or closed.
	Paid,
	/// Voided: the sequence is consumed, its vouchers are not.
	Void,
	/// Its sequence went to other bytes, or it expired before it was included.
	Superseded,
}

/// A signed batch with all that belongs to it; its credit lines have rows of their own.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct BatchRow {
	/// Counts signed batches of one sequence.
	pub attempt: u32,
	/// The batch.
	pub signed: SignedUsageBatch,
	/// Its pages.
	pub pages: Vec<CreditPage>,
	/// What each of its channels had settled before.
	pub from: Vec<(ChannelId, SettledRow)>,
	/// Final block at which it was signed.
	pub signed_at: BlockNumber,
	/// Where it stands.
	pub state: BatchState,
}

/// Something the chain did with our batches.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Happening {
	/// A batch settled.
	Accepted {
		/// Calls in it.
		calls: u64,
		/// Their fees.
		fee: Balance,
		/// Matched part.
		matched: Balance,
	},
	/// A batch was consumed without effect.
	Voided {
		/// Name of the fault.
		fault: String,
	},
	/// Its window is over.
	Released {
		/// Base money to the inbox.
		base: Balance,
	},
	/// One contribution was paid.
	Credited {
		/// Which.
		contribution: ContributionId,
		/// To whom; `None`: to a pool or the treasury.
		account: Option<AccountId>,
		/// Value of its spans.
		value: Balance,
		/// Planck paid.
		amount: Balance,
	},
	/// A page was paid.
	PagePaid {
		/// Which.
		page: PageIndex,
		/// Planck paid by it.
		paid: Balance,
	},
	/// Nothing is left to be paid.
	Finished,
}

/// A happening with its block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct HappeningRow {
	/// The block.
	pub number: BlockNumber,
	/// Its hash.
	pub block: H256,
	/// The batch.
	pub sequence: Sequence,
	/// What happened.
	pub what: Happening,
}

/// A table of the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Table {
	/// `identity`, `layout`, `cursor`.
	Meta,
	/// (channel, number) → [`CallRow`].
	Calls,
	/// channel → [`ChannelRow`].
	Channels,
	/// channel → [`SettledRow`].
	Settled,
	/// (sequence, attempt) → [`BatchRow`].
	Batches,
	/// (channel, last call, sequence, attempt) → first call − 1: which batches hold a call.
	Covers,
	/// (sequence, attempt, place) → credit line.
	Lines,
	/// (block, place) → [`HappeningRow`].
	Happenings,
	/// (time, channel, number) → nothing: `open` calls by time.
	Open,
}

impl Table {
	const ALL: [Self; 9] = [
		Self::Meta,
		Self::Calls,
		Self::Channels,
		Self::Settled,
		Self::Batches,
		Self::Covers,
		Self::Lines,
		Self::Happenings,
		Self::Open,
	];

	fn rows(self) -> Rows {
		TableDefinition::new(match self {
			Self::Meta => "meta",
			Self::Calls => "calls",
			Self::Channels => "channels",
			Self::Settled => "settled",
			Self::Batches => "batches",
			Self::Covers => "covers",
			Self::Lines => "lines",
			Self::Happenings => "happenings",
			Self::Open => "open",
		})
	}
}

/// One row to be written.
#[derive(Clone, Debug)]
pub struct Put {
	table: Table,
	key: Vec<u8>,
	value: Vec<u8>,
}

impl Put {
	/// A call; `open` ones are listed by time as well.
	pub fn call(row: &CallRow) -> Vec<Self> {
		let key = [
			row.record.channel.to_be_bytes(),
			row.record.number.to_be_bytes(),
		]
		.concat();
		let mut puts = Vec::with_capacity(2);
		if row.record.is_open() {
			let key = [&row.served_ms.to_be_bytes()[..], &key].concat();
			puts.push(Self {
				table: Table::Open,
				key,
				value: Vec::new(),
			});
		}
		puts.push(Self {
			table: Table::Calls,
			key,
			value: row.encode(),
		});
		puts
	}

	/// A channel.
	pub fn channel(id: ChannelId, row: &ChannelRow) -> Self {
		Self {
			table: Table::Channels,
			key: id.to_be_bytes().into(),
			value: row.encode(),
		}
	}

	/// What a channel has settled.
	pub fn settled(id: ChannelId, row: &SettledRow) -> Self {
		Self {
			table: Table::Settled,
			key: id.to_be_bytes().into(),
			value: row.encode(),
		}
	}

	/// A batch.
	pub fn batch(row: &BatchRow) -> Self {
		let key = batch_key(row.signed.batch.sequence, row.attempt);
		Self {
			table: Table::Batches,
			key,
			value: row.encode(),
		}
	}

	/// Which calls a batch holds.
	pub fn covers(row: &BatchRow) -> Vec<Self> {
		let batch = batch_key(row.signed.batch.sequence, row.attempt);
		let vouchers = row.signed.batch.vouchers.iter();
		vouchers
			.map(|signed| {
				let (channel, calls) = (signed.voucher.channel, signed.voucher.calls);
				let from = row.from.iter().find(|(id, _)| *id == channel);
				let after = from.map_or(0, |(_, settled)| settled.calls);
				let key = [&channel.to_be_bytes()[..], &calls.to_be_bytes(), &batch].concat();
				Self {
					table: Table::Covers,
					key,
					value: after.encode(),
				}
			})
			.collect()
	}

	/// The credit lines of a batch.
	pub fn lines(row: &BatchRow, lines: &[CreditLine]) -> Vec<Self> {
		let batch = batch_key(row.signed.batch.sequence, row.attempt);
		let rows = lines.iter().zip(0u32..);
		rows.map(|(line, place)| {
			let key = [&batch[..], &place.to_be_bytes()].concat();
			Self {
				table: Table::Lines,
				key,
				value: line.encode(),
			}
		})
		.collect()
	}

	/// A happening, by its place in the block.
	pub fn happening(place: u32, row: &HappeningRow) -> Self {
		let key = [row.number.to_be_bytes(), place.to_be_bytes()].concat();
		Self {
			table: Table::Happenings,
			key,
			value: row.encode(),
		}
	}

	/// The last block whose events are stored.
	pub fn cursor(number: BlockNumber) -> Self {
		Self {
			table: Table::Meta,
			key: b"cursor".into(),
			value: number.encode(),
		}
	}
}

fn batch_key(sequence: Sequence, attempt: u32) -> Vec<u8> {
	[&sequence.to_be_bytes()[..], &attempt.to_be_bytes()].concat()
}

struct Job {
	puts: Vec<Put>,
	done: oneshot::Sender<StoreResult<()>>,
}

/// The open store; cheap to clone.
#[derive(Clone)]
pub struct Store {
	database: Arc<Database>,
	jobs: mpsc::Sender<Job>,
}

impl Store {
	/// Opens `gateway.redb` in `folder`, which is created if need be, and checks whose it is.
	pub fn open(folder: &Path, identity: &Identity) -> StoreResult<Self> {
		std::fs::create_dir_all(folder).map_err(StoreError::failed)?;
		let database = Database::create(folder.join("gateway.redb")).map_err(StoreError::failed)?;
		let writing = database.begin_write().map_err(StoreError::failed)?;
		for table in Table::ALL {
			writing
				.open_table(table.rows())
				.map_err(StoreError::failed)?;
		}
		writing.commit().map_err(StoreError::failed)?;
		let (jobs, waiting) = mpsc::channel();
		let store = Self {
			database: Arc::new(database),
			jobs,
		};
		store.claim(identity)?;
		let database = store.database.clone();
		std::thread::Builder::new()
			.name("store".into())
			.spawn(move || write_all(&database, &waiting))
			.map_err(StoreError::failed)?;
		Ok(store)
	}

	/// Writes the identity into a new store, compares it with an old one's.
	fn claim(&self, identity: &Identity) -> StoreResult<()> {
		let layout: Option<u32> = self.get(Table::Meta, b"layout", "layout")?;
		let known: Option<Identity> = self.get(Table::Meta, b"identity", "identity")?;
		match (layout, known) {
			(None, None) => {
				let put = |key: &[u8], value| Put {
					table: Table::Meta,
					key: key.into(),
					value,
				};
				let puts = [
					put(b"layout", LAYOUT.encode()),
					put(b"identity", identity.encode()),
				];
				commit(&self.database, &[&puts])
			}
			(Some(LAYOUT), Some(known)) if known == *identity => Ok(()),
			(Some(LAYOUT), Some(known)) => Err(StoreError::Foreign(format!(
				"genesis {:?}, operator {}, model {}",
				known.genesis_hash, known.operator, known.model
			))),
			_ => Err(StoreError::Damaged("layout")),
		}
	}

	/// Writes rows in one transaction; returns when they are on disk.
	pub async fn write(&self, puts: Vec<Put>) -> StoreResult<()> {
		let (done, outcome) = oneshot::channel();
		let gone = |_| StoreError::Failed("the writing thread has ended".into());
		self.jobs
			.send(Job { puts, done })
			.map_err(|error| gone(error.to_string()))?;
		outcome.await.map_err(|error| gone(error.to_string()))?
	}

	fn get<T: Decode>(
		&self,
		table: Table,
		key: &[u8],
		what: &'static str,
	) -> StoreResult<Option<T>> {
		let reading = self.database.begin_read().map_err(StoreError::failed)?;
		let rows = reading
			.open_table(table.rows())
			.map_err(StoreError::failed)?;
		let value = rows.get(key).map_err(StoreError::failed)?;
		value.map(|value| read(value.value(), what)).transpose()
	}

	/// Rows with `from <= key < to`, at most `limit`, in ascending or descending order of keys.
	fn scan<T: Decode>(
		&self,
		table: Table,
		range: (&[u8], &[u8]),
		limit: usize,
		descending: bool,
		what: &'static str,
	) -> StoreResult<Vec<(Vec<u8>, T)>> {
		let whole = |key: &[u8], row: T| (key.to_vec(), row);
		self.scan_with(table, range, limit, descending, what, whole)
	}

	/// As [`Self::scan`], each row as `pick` sees it.
	fn scan_with<R: Decode, T>(
		&self,
		table: Table,
		(from, to): (&[u8], &[u8]),
		limit: usize,
		descending: bool,
		what: &'static str,
		pick: impl Fn(&[u8], R) -> T,
	) -> StoreResult<Vec<T>> {
		let reading = self.database.begin_read().map_err(StoreError::failed)?;
		let rows = reading
			.open_table(table.rows())
			.map_err(StoreError::failed)?;
		let mut range = rows.range::<&[u8]>(from..to).map_err(StoreError::failed)?;
		let mut found = Vec::new();
		while found.len() < limit {
			let next = match descending {
				true => range.next_back(),
				false => range.next(),
			};
			let Some(next) = next else { break };
			let (key, value) = next.map_err(StoreError::failed)?;
			found.push(pick(key.value(), read(value.value(), what)?));
		}
		Ok(found)
	}

	/// One call.
	pub fn call(&self, channel: ChannelId, number: u64) -> StoreResult<Option<CallRow>> {
		let key = [channel.to_be_bytes(), number.to_be_bytes()].concat();
		self.get(Table::Calls, &key, "call")
	}

	/// Calls of a channel with `after < number <= upto`, at most `limit`, each as `pick` sees it:
	/// who needs records only doesn't hold all answers at once.
	pub fn calls<T>(
		&self,
		channel: ChannelId,
		(after, upto): (u64, u64),
		limit: usize,
		pick: impl Fn(CallRow) -> T,
	) -> StoreResult<Vec<T>> {
		let (Some(first), end) = (after.checked_add(1), upto.saturating_add(1)) else {
			return Ok(Vec::new());
		};
		if first >= end {
			return Ok(Vec::new());
		}
		let from = [channel.to_be_bytes(), first.to_be_bytes()].concat();
		let to = [channel.to_be_bytes(), end.to_be_bytes()].concat();
		let pick = |_: &[u8], row| pick(row);
		self.scan_with(Table::Calls, (&from, &to), limit, false, "call", pick)
	}

	/// The latest `open` calls, newest first.
	pub fn latest_open(&self, limit: usize) -> StoreResult<Vec<CallRow>> {
		let keys = self.scan::<()>(Table::Open, (&[], &[0xff; 25]), limit, true, "open call")?;
		let rows = keys.into_iter().filter_map(|(key, ())| {
			let channel = key.get(8..16)?.try_into().map(u64::from_be_bytes).ok()?;
			let number = key.get(16..24)?.try_into().map(u64::from_be_bytes).ok()?;
			self.call(channel, number).transpose()
		});
		rows.collect()
	}

	/// One channel.
	pub fn channel(&self, id: ChannelId) -> StoreResult<Option<ChannelRow>> {
		self.get(Table::Channels, &id.to_be_bytes(), "channel")
	}

	/// What a channel has settled in a final block, as far as is known here.
	pub fn settled(&self, id: ChannelId) -> StoreResult<SettledRow> {
		let row = self.get(Table::Settled, &id.to_be_bytes(), "settled")?;
		Ok(row.unwrap_or_default())
	}

	/// Ids of all channels.
	pub fn channel_ids(&self) -> StoreResult<Vec<ChannelId>> {
		let rows: Vec<(Vec<u8>, ChannelRow)> = self.scan(
			Table::Channels,
			(&[], &[0xff; 9]),
			usize::MAX,
			false,
			"channel",
		)?;
		let id = |(key, _): (Vec<u8>, _)| key.try_into().map(u64::from_be_bytes);
		rows.into_iter()
			.map(|row| id(row).map_err(|_| StoreError::Damaged("channel")))
			.collect()
	}

	/// Signed batches, the latest first, at most `limit`.
	pub fn latest_batches(&self, limit: usize) -> StoreResult<Vec<BatchRow>> {
		let rows = self.scan(Table::Batches, (&[], &[0xff; 13]), limit, true, "batch")?;
		Ok(rows.into_iter().map(|(_, row)| row).collect())
	}

	/// All signed batches of a sequence, the first attempt first.
	pub fn attempts(&self, sequence: Sequence) -> StoreResult<Vec<BatchRow>> {
		let from = batch_key(sequence, 0);
		let to = [&sequence.to_be_bytes()[..], &[0xff; 5]].concat();
		let rows = self.scan(Table::Batches, (&from, &to), usize::MAX, false, "batch")?;
		Ok(rows.into_iter().map(|(_, row)| row).collect())
	}

	/// Signed batches that hold a call, the one with the fewest calls first.
	pub fn covering(&self, channel: ChannelId, number: u64) -> StoreResult<Vec<BatchRow>> {
		let from = [channel.to_be_bytes(), number.to_be_bytes()].concat();
		let to = [&channel.to_be_bytes()[..], &[0xff; 21]].concat();
		let rows = self.scan::<u64>(Table::Covers, (&from, &to), COVERS, false, "cover")?;
		let holding = rows.into_iter().filter(|(_, after)| *after < number);
		let batches = holding.filter_map(|(key, _)| {
			self.get(Table::Batches, key.get(16..)?, "batch")
				.transpose()
		});
		batches.collect()
	}

	/// Credit lines of a batch from `cursor` on, at most `limit`.
	pub fn lines(
		&self,
		sequence: Sequence,
		attempt: u32,
		cursor: u32,
		limit: usize,
	) -> StoreResult<Vec<CreditLine>> {
		let batch = batch_key(sequence, attempt);
		let from = [&batch[..], &cursor.to_be_bytes()].concat();
		let to = [&batch[..], &[0xff; 5]].concat();
		let rows = self.scan(Table::Lines, (&from, &to), limit, false, "credit line")?;
		Ok(rows.into_iter().map(|(_, line)| line).collect())
	}

	/// The latest happenings, newest first.
	pub fn latest_happenings(&self, limit: usize) -> StoreResult<Vec<HappeningRow>> {
		let all: (&[u8], &[u8]) = (&[], &[0xff; 9]);
		let rows = self.scan(Table::Happenings, all, limit, true, "happening")?;
		Ok(rows.into_iter().map(|(_, row)| row).collect())
	}

	/// The last block whose events are stored.
	pub fn cursor(&self) -> StoreResult<Option<BlockNumber>> {
		self.get(Table::Meta, b"cursor", "cursor")
	}
}

fn read<T: Decode>(bytes: &[u8], what: &'static str) -> StoreResult<T> {
	T::decode_all(&mut &bytes[..]).map_err(|_| StoreError::Damaged(what))
}

/// Commits waiting jobs in groups until every [`Store`] is gone.
fn write_all(database: &Database, waiting: &mpsc::Receiver<Job>) {
	while let Ok(first) = waiting.recv() {
		let mut group = vec![first];
		group.extend(waiting.try_iter().take(GROUP - 1));
		let puts: Vec<&[Put]> = group.iter().map(|job| job.puts.as_slice()).collect();
		let outcome = commit(database, &puts);
		for job in group {
			// Who no longer waits has lost interest, not the row.
			let _ = job.done.send(outcome.clone());
		}
	}
}

fn commit(database: &Database, jobs: &[&[Put]]) -> StoreResult<()> {
	let mut writing = database.begin_write().map_err(StoreError::failed)?;
	writing
		.set_durability(Durability::Immediate)
		.map_err(StoreError::failed)?;
	for table in Table::ALL {
		let mut rows = writing
			.open_table(table.rows())
			.map_err(StoreError::failed)?;
		for put in jobs
			.iter()
			.flat_map(|puts| puts.iter())
			.filter(|put| put.table == table)
		{
			rows.insert(put.key.as_slice(), put.value.as_slice())
				.map_err(StoreError::failed)?;
		}
	}
	writing.commit().map_err(StoreError::failed)
}
