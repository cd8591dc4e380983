// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_royalties`, measured by `scripts/bench`; never edited by hand.
//!
//! 2026-11-21 · AMD EPYC · at most 17 values of each parameter, 40 runs of each point ·
//! wasm compiled by wasmtime, state in memory. Rows are priced by the runtime's database
//! weights; proof size is 0, as nobody builds proofs of this chain.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_royalties::WeightInfo for WeightInfo<T> {
	/// Measured: 69.2 µs.
	fn claim() -> Weight {
		Weight::from_parts(69_203_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// `n` from 1 to 64.
	/// Measured: 78.9 to 4129.1 µs at 17 points.
	fn claim_many(n: u32) -> Weight {
		Weight::from_parts(138_778_944, 0)
			.saturating_add(Weight::from_parts(64_299_633, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(3).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(n.into()))
	}

	/// Measured: 71.2 µs.
	fn collect() -> Weight {
		Weight::from_parts(71_226_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `p` from 0 to 8.
	/// `s` from 0 to 16.
	/// Measured: 102.8 to 1220.5 µs at 48 points.
	fn distribute(p: u32, s: u32) -> Weight {
		Weight::from_parts(96_650_855, 0)
			.saturating_add(Weight::from_parts(14_424_145, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(64_332_429, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(11).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().writes(11).saturating_mul(s.into()))
	}

	/// `p` from 0 to 8.
	/// `s` from 0 to 16.
	/// Measured: 111.3 to 1267.5 µs at 48 points.
	fn distribute_due(p: u32, s: u32) -> Weight {
		Weight::from_parts(105_237_666, 0)
			.saturating_add(Weight::from_parts(14_029_334, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(64_882_706, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(11).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().writes(10))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().writes(11).saturating_mul(s.into()))
	}

	/// Measured: 7.7 µs.
	fn authorize_distribute_due() -> Weight {
		Weight::from_parts(7_772_000, 0).saturating_add(T::DbWeight::get().reads(2))
	}

	/// Measured: 5.7 µs.
	fn set_parameters() -> Weight {
		Weight::from_parts(5_778_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}

	/// `p` from 0 to 8.
	/// Measured: 100.9 to 208.7 µs at 9 points.
	fn settle(p: u32) -> Weight {
		Weight::from_parts(103_307_485, 0)
			.saturating_add(Weight::from_parts(13_534_446, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(p.into()))
	}

	/// Measured: 20.1 µs.
	fn release_base() -> Weight {
		Weight::from_parts(20_150_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	/// Measured: 10.8 µs.
	fn credit() -> Weight {
		Weight::from_parts(10_846_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 78.2 µs.
	fn credit_pool() -> Weight {
		Weight::from_parts(78_267_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	/// Measured: 59.2 µs.
	fn credit_treasury() -> Weight {
		Weight::from_parts(59_218_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// Measured: 96.2 µs.
	fn add_points() -> Weight {
		Weight::from_parts(96_253_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	/// Measured: 97.8 µs.
	fn remove_points() -> Weight {
		Weight::from_parts(97_886_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	/// Measured: 91.3 µs.
	fn move_points() -> Weight {
		Weight::from_parts(91_396_000, 0)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	/// Measured: 119.8 µs.
	fn pay_in() -> Weight {
		Weight::from_parts(119_818_000, 0)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	/// Measured: 10.7 µs.
	fn sweep_base() -> Weight {
		Weight::from_parts(10_726_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 10.5 µs.
	fn sweep_look() -> Weight {
		Weight::from_parts(10_566_000, 0).saturating_add(T::DbWeight::get().reads(2))
	}

	/// Measured: 47.3 µs.
	fn sweep_pending() -> Weight {
		Weight::from_parts(47_370_000, 0).saturating_add(T::DbWeight::get().reads(12))
	}
}
