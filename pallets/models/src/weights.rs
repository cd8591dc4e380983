// SPDX-License-Identifier: Apache-2.0
//! Weights by counting, until benchmarks replace them.
//!
//! A weight is the reads and writes of storage rows, priced by `T::DbWeight`, plus an estimate of
//! the computation. Estimates are rounded up to what wasm needs at two to four times native time.
//!
//! Rows by call (`s` own snapshots, `p` parents, `c` snapshots of the corpus, `f` training fees,
//! `g` different parents of parents that are no parents themselves):
//!
//! | call | reads | writes |
//! |---|---|---|
//! | register | ModelCount, Artifacts, BlockHash, Account, Holds; 2s; 5p; g | ModelCount, Models, ModelDetails, Snapshots, Account, Holds |
//! | publish | Models, ModelDetails, Snapshots, Artifacts, Account, Holds; 2s; 5p; g; 24f | Models, ModelDetails, Corpora, PaidBeyondCorpus, Minima, Artifacts, Account, Holds; 14f |
//! | retire | Models, ModelDetails | Models, Artifacts |
//! | set_price | Models, ModelDetails | ModelDetails |
//! | discard | Models, ModelDetails, Account, Holds | Models, ModelDetails, Snapshots, Account, Holds |
//! | set_metadata | Models, ModelDetails, Snapshots, Corpora, PaidBeyondCorpus, Minima, Account, Holds | ModelDetails, Account, Holds |
//! | offer_transfer | Models, ModelDetails | ModelDetails |
//! | accept_transfer | as set_metadata, and Account, Holds | Models, ModelDetails, 2 Account, 2 Holds |
//! | advertise | Models, operator, Parameters, Advertisements, Account, Holds | Advertisements, 2 AdvertisementsByFee, Account, Holds |
//! | withdraw_advertisement | Advertisements, Account, Holds | Advertisements, AdvertisementsByFee, Account, Holds |
//! | prune_advertisement | Advertisements, 2 Account, Holds | Advertisements, AdvertisementsByFee, 2 Account, Holds |
//! | set_parameters | | Parameters |
//!
//! - A snapshot is two rows of `datanets`: the snapshot and its datanet. The corpus costs no
//!   reads: its rows come with the parents.
//! - A parent is Models, once for its share and once for the terms agreed to, Corpora,
//!   PaidBeyondCorpus and Minima; its up to 64 + 256 keys go into an ordered set, 0.4 µs each:
//!   130 µs.
//! - A parent of a parent is its row of Models, read when it is not listed.
//! - A fee is `PoolLedger::pay_in`: two accounts, the pool's row, the treasury's account, and two
//!   walks of a Fenwick tree over at most 1 024 versions (10 cells read to know the points, 10
//!   read and written to add): 24 reads and 14 writes.
//! - `accept_transfer` also pays for the settlement of the inbox, which its call adds.
//!
//! The proof size is the encoded bound of the rows read.

use core::marker::PhantomData;

use frame_support::{traits::Get, weights::Weight};

/// Weights of the calls.
pub trait WeightInfo {
	/// A draft with `s` own snapshots, `p` parents, a corpus of `c` and `g` parents of parents that
	/// are no parents themselves.
	fn register(s: u32, p: u32, c: u32, g: u32) -> Weight;
	/// The same, frozen, with `f` training fees paid.
	fn publish(s: u32, p: u32, c: u32, f: u32, g: u32) -> Weight;
	/// A published model closed.
	fn retire() -> Weight;
	/// A suggested price changed.
	fn set_price() -> Weight;
	/// A draft removed.
	fn discard() -> Weight;
	/// Address and hash of the metadata changed, the deposit priced anew.
	fn set_metadata() -> Weight;
	/// The developer's rights offered, or an offer taken back.
	fn offer_transfer() -> Weight;
	/// Offered rights accepted, without the settlement of the inbox.
	fn accept_transfer() -> Weight;
	/// An advertisement made or replaced.
	fn advertise() -> Weight;
	/// An advertisement taken back.
	fn withdraw_advertisement() -> Weight;
	/// An expired advertisement removed by somebody else.
	fn prune_advertisement() -> Weight;
	/// The parameters replaced.
	fn set_parameters() -> Weight;
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
const CORPUS_ROW: u64 = 2 * MICROS;
/// Computation per parent of a parent.
const ANCESTOR: u64 = 4 * MICROS;
/// Computation per training fee.
const FEE: u64 = 80 * MICROS;
/// Proof bytes of the rows that every call reads.
const CALL_BYTES: u64 = 4_096;
/// Proof bytes of a snapshot and its datanet.
const SNAPSHOT_BYTES: u64 = 2_048;
/// Proof bytes of a parent's rows.
const PARENT_BYTES: u64 = 4_096;
/// Proof bytes of a model's row.
const ANCESTOR_BYTES: u64 = 1_024;
/// Proof bytes of all rows that a model's deposit pays for.
const MODEL_BYTES: u64 = 6_144;
/// Proof bytes of a pool's rows.
const FEE_BYTES: u64 = 4_096;

/// Weights for a chain with the database prices of `T`.
pub struct CountedWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> CountedWeight<T> {
	fn rows(reads: u64, writes: u64) -> Weight {
		T::DbWeight::get().reads_writes(reads, writes)
	}

	fn lineage(s: u32, p: u32, c: u32, g: u32) -> Weight {
		let snapshot =
			Weight::from_parts(SNAPSHOT, SNAPSHOT_BYTES).saturating_add(Self::rows(2, 0));
		let parent = Weight::from_parts(PARENT, PARENT_BYTES).saturating_add(Self::rows(5, 0));
		let row = Weight::from_parts(CORPUS_ROW, 0);
		let ancestor =
			Weight::from_parts(ANCESTOR, ANCESTOR_BYTES).saturating_add(Self::rows(1, 0));
		snapshot
			.saturating_mul(u64::from(s))
			.saturating_add(parent.saturating_mul(u64::from(p)))
			.saturating_add(row.saturating_mul(u64::from(c)))
			.saturating_add(ancestor.saturating_mul(u64::from(g)))
	}

	fn call(reads: u64, writes: u64) -> Weight {
		Weight::from_parts(CALL, CALL_BYTES).saturating_add(Self::rows(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for CountedWeight<T> {
	fn register(s: u32, p: u32, c: u32, g: u32) -> Weight {
		Self::call(5, 6).saturating_add(Self::lineage(s, p, c, g))
	}

	fn publish(s: u32, p: u32, c: u32, f: u32, g: u32) -> Weight {
		let fee = Weight::from_parts(FEE, FEE_BYTES).saturating_add(Self::rows(24, 14));
		Self::call(6, 8)
			.saturating_add(Self::lineage(s, p, c, g))
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

	fn set_metadata() -> Weight {
		Self::call(8, 3).saturating_add(Weight::from_parts(0, MODEL_BYTES))
	}

	fn offer_transfer() -> Weight {
		Self::call(2, 1)
	}

	fn accept_transfer() -> Weight {
		Self::call(10, 6).saturating_add(Weight::from_parts(0, MODEL_BYTES))
	}

	fn advertise() -> Weight {
		Self::call(6, 5)
	}

	fn withdraw_advertisement() -> Weight {
		Self::call(3, 4)
	}

	fn prune_advertisement() -> Weight {
		Self::call(4, 5)
	}

	fn set_parameters() -> Weight {
		Self::call(0, 1)
	}
}
