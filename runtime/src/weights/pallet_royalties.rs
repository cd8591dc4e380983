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
	/// Measured: 77.5 µs.
	fn claim() -> Weight {
		Weight::from_parts(77_555_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// `n` from 1 to 64.
	/// Measured: 79.9 to 4667.6 µs at 17 points.
	fn claim_many(n: u32) -> Weight {
		Weight::from_parts(77_696_000, 0)
			.saturating_add(Weight::from_parts(74_164_930, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(3).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(n.into()))
	}

	/// Measured: 93.0 µs.
	fn collect() -> Weight {
		Weight::from_parts(93_018_000, 0)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// `p` from 0 to 8.
	/// `s` from 0 to 16.
	/// Measured: 127.2 to 1427.2 µs at 48 points.
	fn distribute(p: u32, s: u32) -> Weight {
		Weight::from_parts(102_934_594, 0)
			.saturating_add(Weight::from_parts(16_794_203, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(73_393_209, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(11).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().writes(11).saturating_mul(s.into()))
	}

	/// `p` from 0 to 8.
	/// `s` from 0 to 16.
	/// Measured: 140.6 to 1335.3 µs at 48 points.
	fn distribute_due(p: u32, s: u32) -> Weight {
		Weight::from_parts(105_567_000, 0)
			.saturating_add(Weight::from_parts(17_922_591, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(67_417_984, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(11).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().writes(10))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().writes(11).saturating_mul(s.into()))
	}

	/// Measured: 8.1 µs.
	fn authorize_distribute_due() -> Weight {
		Weight::from_parts(8_153_000, 0).saturating_add(T::DbWeight::get().reads(2))
	}

	/// Measured: 5.8 µs.
	fn set_parameters() -> Weight {
		Weight::from_parts(5_818_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}

	/// `p` from 0 to 8.
	/// Measured: 101.1 to 208.4 µs at 9 points.
	fn settle(p: u32) -> Weight {
		Weight::from_parts(104_582_393, 0)
			.saturating_add(Weight::from_parts(13_325_535, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(p.into()))
	}

	/// Measured: 20.4 µs.
	fn release_base() -> Weight {
		Weight::from_parts(20_481_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	/// Measured: 11.0 µs.
	fn credit() -> Weight {
		Weight::from_parts(11_017_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 78.5 µs.
	fn credit_pool() -> Weight {
		Weight::from_parts(78_567_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	/// Measured: 58.6 µs.
	fn credit_treasury() -> Weight {
		Weight::from_parts(58_617_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// Measured: 102.9 µs.
	fn add_points() -> Weight {
		Weight::from_parts(102_913_000, 0)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	/// Measured: 110.4 µs.
	fn remove_points() -> Weight {
		Weight::from_parts(110_414_000, 0)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	/// Measured: 121.5 µs.
	fn move_points() -> Weight {
		Weight::from_parts(121_580_000, 0)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	/// Measured: 118.5 µs.
	fn pay_in() -> Weight {
		Weight::from_parts(118_506_000, 0)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	/// Measured: 25.3 µs.
	fn lock_row() -> Weight {
		Weight::from_parts(25_388_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 24.3 µs.
	fn unlock_row() -> Weight {
		Weight::from_parts(24_357_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 137.1 µs.
	fn set_aside() -> Weight {
		Weight::from_parts(137_173_000, 0)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	/// Measured: 10.9 µs.
	fn pay_aside() -> Weight {
		Weight::from_parts(10_987_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 62.7 µs.
	fn forfeit_aside() -> Weight {
		Weight::from_parts(62_714_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// Measured: 10.8 µs.
	fn sweep_base() -> Weight {
		Weight::from_parts(10_846_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 10.2 µs.
	fn sweep_look() -> Weight {
		Weight::from_parts(10_286_000, 0).saturating_add(T::DbWeight::get().reads(2))
	}

	/// Measured: 52.2 µs.
	fn sweep_pending() -> Weight {
		Weight::from_parts(52_208_000, 0).saturating_add(T::DbWeight::get().reads(13))
	}
}
