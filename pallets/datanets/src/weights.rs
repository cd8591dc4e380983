// SPDX-License-Identifier: Apache-2.0
//! Weights, derived by counting until benchmarks replace the numbers.
//!
//! A weight is `reads · read + writes · write` of the runtime's database plus the compute time
//! estimated below, all upper bounds for the call's most expensive path. Counted are the rows a
//! call touches; events, the block number and the genesis hash (one read in `contribute`) follow
//! the same rule. Money on hold is two rows per account: `System::Account` and `Balances::Holds`.
//! Proof size is a flat estimate (2 KiB) for each row read.
//!
//! Drivers: `curators` named, `siblings` and `leaf_bytes` of an opening.

use core::marker::PhantomData;
use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_NANOS, RuntimeDbWeight, Weight};
use sp_core::Get;

/// Decoding, checks, encoding and the events of any call: 25 µs.
const BASE_NANOS: u64 = 25_000;
/// One change of an account's hold: 15 µs.
const HOLD_NANOS: u64 = 15_000;
/// One blake2-256 of up to 300 bytes through a host call, and the copying around it: 2 µs.
const HASH_NANOS: u64 = 2_000;
/// Copying and hashing one more byte of an argument: 5 ns.
const BYTE_NANOS: u64 = 5;
/// Decoding, sorting and storing one account of a list: 1 µs.
const ACCOUNT_NANOS: u64 = 1_000;
/// Arithmetic of the pools in 256 bits, behind the port: 30 µs.
const POOL_NANOS: u64 = 30_000;
/// Rows read, and as many written, by the pools to touch a row and change its points.
const POOL_ROWS: u64 = 14;
/// Trie nodes and value of one row.
const PROOF_BYTES_PER_ROW: u64 = 2_048;

/// Weights of this pallet's calls.
pub trait WeightInfo {
	/// Reads parameters, counter, account, holds; writes counter, three rows, account, holds.
	fn create_datanet(curators: u32) -> Weight;
	/// Reads datanet, approval, parameters, counter, account, holds; writes the last three and
	/// the contribution.
	fn commit() -> Weight;
	/// The reveal that takes a root over: two contributions, two contents, root, datanet, genesis
	/// hash, two accounts with holds changed five times; a commit hash, the leaf and the path.
	fn contribute(siblings: u32, leaf_bytes: u32) -> Weight;
	/// Reads contribution, curators, seat, parameters, datanet; two accounts, holds changed twice;
	/// writes contribution, datanet, number; the snapshot hash; the pools.
	fn review() -> Weight;
	/// Reads datanet, last snapshot, parameters, account, holds; writes datanet, snapshot,
	/// account, holds.
	fn snapshot() -> Weight;
	/// Contribution, content, account, holds changed twice, total issuance.
	fn expire_commit() -> Weight;
	/// Contribution, content, root, account, holds changed twice.
	fn release_bond() -> Weight;
	/// Reads the datanet, writes the list.
	fn set_curators(curators: u32) -> Weight;
	/// Reads datanet, curators, seat, parameters, account, holds; writes seat, account, holds.
	fn take_seat() -> Weight;
	/// Seat, account, holds.
	fn leave_seat() -> Weight;
	/// Reads datanet, approval, account, holds; writes the last three.
	fn approve_contributor() -> Weight;
	/// As [`WeightInfo::approve_contributor`].
	fn dismiss_contributor() -> Weight;
	/// Writes the parameters.
	fn set_parameters() -> Weight;
}

/// The derivation above over the database weights of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

/// Sum of the parts.
fn derived(database: RuntimeDbWeight, reads: u64, writes: u64, nanos: u64) -> Weight {
	let compute = BASE_NANOS
		.saturating_add(nanos)
		.saturating_mul(WEIGHT_REF_TIME_PER_NANOS);
	Weight::from_parts(compute, PROOF_BYTES_PER_ROW.saturating_mul(reads))
		.saturating_add(database.reads_writes(reads, writes))
}

/// Time of so many units.
fn times(unit: u64, count: u32) -> u64 {
	unit.saturating_mul(count.into())
}

/// Length of a list as a weight driver.
pub(crate) fn count<I>(items: &[I]) -> u32 {
	u32::try_from(items.len()).unwrap_or(u32::MAX)
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn create_datanet(curators: u32) -> Weight {
		let nanos = HOLD_NANOS.saturating_add(times(ACCOUNT_NANOS, curators));
		derived(T::DbWeight::get(), 4, 6, nanos)
	}

	fn commit() -> Weight {
		derived(T::DbWeight::get(), 6, 4, HOLD_NANOS)
	}

	fn contribute(siblings: u32, leaf_bytes: u32) -> Weight {
		// The commit, the leaf and the count are hashed whatever the number of siblings.
		let nanos = times(HOLD_NANOS, 5)
			.saturating_add(times(HASH_NANOS, siblings.saturating_add(3)))
			.saturating_add(times(BYTE_NANOS, leaf_bytes));
		derived(T::DbWeight::get(), 11, 9, nanos)
	}

	fn review() -> Weight {
		let nanos = times(HOLD_NANOS, 2)
			.saturating_add(HASH_NANOS)
			.saturating_add(POOL_NANOS);
		derived(
			T::DbWeight::get(),
			POOL_ROWS.saturating_add(9),
			POOL_ROWS.saturating_add(7),
			nanos,
		)
	}

	fn snapshot() -> Weight {
		derived(T::DbWeight::get(), 5, 4, HOLD_NANOS)
	}

	fn expire_commit() -> Weight {
		derived(T::DbWeight::get(), 5, 5, times(HOLD_NANOS, 2))
	}

	fn release_bond() -> Weight {
		derived(T::DbWeight::get(), 4, 5, times(HOLD_NANOS, 2))
	}

	fn set_curators(curators: u32) -> Weight {
		derived(T::DbWeight::get(), 1, 1, times(ACCOUNT_NANOS, curators))
	}

	fn take_seat() -> Weight {
		derived(T::DbWeight::get(), 6, 3, HOLD_NANOS)
	}

	fn leave_seat() -> Weight {
		derived(T::DbWeight::get(), 3, 3, HOLD_NANOS)
	}

	fn approve_contributor() -> Weight {
		derived(T::DbWeight::get(), 4, 3, HOLD_NANOS)
	}

	fn dismiss_contributor() -> Weight {
		derived(T::DbWeight::get(), 4, 3, HOLD_NANOS)
	}

	fn set_parameters() -> Weight {
		derived(T::DbWeight::get(), 0, 1, 0)
	}
}
