// SPDX-License-Identifier: Apache-2.0
//! Weights by counting, until benchmarks replace them.
//!
//! A weight is the reads and writes of storage rows, priced by `T::DbWeight`, plus an estimate of
//! the computation. Estimates are rounded up to what wasm needs at two to four times native time.
//!
//! Rows by call (`s` own snapshots, `p` parents, `c` snapshots of the corpus, `f` training fees):
//!
//! | call | reads | writes |
//! |---|---|---|
//! | register | ModelCount, Artifacts, BlockHash, Account, Holds; 2s; 3p; 2c | ModelCount, Models, ModelDetails, Snapshots, Account, Holds |
//! | publish | Models, ModelDetails, Snapshots, Artifacts, Account, Holds; 2s; 3p; 2c; 24f | Models, ModelDetails, Corpora, PaidBeyondCorpus, Artifacts, Account, Holds; 14f |
//! | retire | Models, ModelDetails | Models, Artifacts |
//! | set_price | Models, ModelDetails | ModelDetails |
//! | discard | Models, ModelDetails, Account, Holds | Models, ModelDetails, Snapshots, Account, Holds |
//!
//! - A snapshot, own or of the corpus, is two rows of `datanets`: the snapshot and its datanet.
//! - A parent is Models, Corpora and PaidBeyondCorpus; its up to 64 + 256 keys go into an ordered
//!   set, 0.4 µs each: 130 µs.
//! - A fee is `PoolLedger::pay_in`: two accounts, the pool's row, the treasury's account, and two
//!   walks of a Fenwick tree over at most 1 024 versions (10 cells read to know the points, 10
//!   read and written to add): 24 reads and 14 writes.
//!
//! The proof size is the encoded bound of the rows read.

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// Weights of the calls.
pub trait WeightInfo {
	/// A draft with `s` own snapshots, `p` parents and a corpus of `c`.
	fn register(s: u32, p: u32, c: u32) -> Weight;
	/// The same, frozen, with `f` training fees paid.
	fn publish(s: u32, p: u32, c: u32, f: u32) -> Weight;
	/// A published model closed.
	fn retire() -> Weight;
	/// A suggested price changed.
	fn set_price() -> Weight;
	/// A draft removed.
	fn discard() -> Weight;
}

/// Picoseconds of a microsecond.
const MICROS: u64 = 1_000_000;
/// Computation of a call: decoding, hashing, events.
const CALL: u64 = 60 * MICROS;
/// Computation per own snapshot.
const SNAPSHOT: u64 = 8 * MICROS;
/// Computation per parent.
const PARENT: u64 = 150 * MICROS;
/// Computation per snapshot of the corpus.
const CORPUS_ROW: u64 = 6 * MICROS;
/// Computation per training fee.
const FEE: u64 = 80 * MICROS;
/// Proof bytes of the rows that every call reads.
const CALL_BYTES: u64 = 4_096;
/// Proof bytes of a snapshot and its datanet.
const SNAPSHOT_BYTES: u64 = 2_048;
/// Proof bytes of a parent's rows.
const PARENT_BYTES: u64 = 4_096;
/// Proof bytes of a pool's rows.
const FEE_BYTES: u64 = 4_096;

/// Weights for a chain with the database prices of `T`.
pub struct CountedWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> CountedWeight<T> {
	fn rows(reads: u64, writes: u64) -> Weight {
		T::DbWeight::get().reads_writes(reads, writes)
	}

	fn lineage(s: u32, p: u32, c: u32) -> Weight {
		let (s, p, c) = (u64::from(s), u64::from(p), u64::from(c));
		Weight::from_parts(SNAPSHOT, SNAPSHOT_BYTES)
			.saturating_mul(s)
			.saturating_add(Weight::from_parts(PARENT, PARENT_BYTES).saturating_mul(p))
			.saturating_add(Weight::from_parts(CORPUS_ROW, SNAPSHOT_BYTES).saturating_mul(c))
			.saturating_add(Self::rows(2, 0).saturating_mul(s))
			.saturating_add(Self::rows(3, 0).saturating_mul(p))
			.saturating_add(Self::rows(2, 0).saturating_mul(c))
	}

	fn call(reads: u64, writes: u64) -> Weight {
		Weight::from_parts(CALL, CALL_BYTES).saturating_add(Self::rows(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for CountedWeight<T> {
	fn register(s: u32, p: u32, c: u32) -> Weight {
		Self::call(5, 6).saturating_add(Self::lineage(s, p, c))
	}

	fn publish(s: u32, p: u32, c: u32, f: u32) -> Weight {
		let fee = Weight::from_parts(FEE, FEE_BYTES).saturating_add(Self::rows(24, 14));
		Self::call(6, 7)
			.saturating_add(Self::lineage(s, p, c))
			.saturating_add(fee.saturating_mul(u64::from(f)))
	}

	fn retire() -> Weight {
		Self::call(2, 2)
	}

	fn set_price() -> Weight {
		Self::call(2, 1)
	}

	fn discard() -> Weight {
		Self::call(4, 5)
	}
}
