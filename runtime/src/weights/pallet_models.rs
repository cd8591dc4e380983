// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_models`, measured by `scripts/bench`; never edited by hand.
//!
//! 2026-11-21 · AMD EPYC · at most 17 values of each parameter, 40 runs of each point ·
//! wasm compiled by wasmtime, state in memory. Rows are priced by the runtime's database
//! weights; proof size is 0, as nobody builds proofs of this chain.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_models::WeightInfo for WeightInfo<T> {
	/// `s` from 0 to 16.
	/// `p` from 0 to 8.
	/// `c` from 0 to 64.
	/// `g` from 0 to 64.
	/// Measured: 85.9 to 1281.5 µs at 77 points.
	fn register(s: u32, p: u32, c: u32, g: u32) -> Weight {
		Weight::from_parts(92_053_078, 0)
			.saturating_add(Weight::from_parts(14_004_237, 0).saturating_mul(s.into()))
			.saturating_add(Weight::from_parts(53_731_631, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(3_610_235, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(4_474_351, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(4).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(1).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	/// `s` from 0 to 16.
	/// `p` from 0 to 8.
	/// `c` from 0 to 64.
	/// `f` from 0 to 16.
	/// `g` from 0 to 64.
	/// Measured: 118.0 to 3477.5 µs at 82 points.
	fn publish(s: u32, p: u32, c: u32, f: u32, g: u32) -> Weight {
		Weight::from_parts(96_808_552, 0)
			.saturating_add(Weight::from_parts(10_419_123, 0).saturating_mul(s.into()))
			.saturating_add(Weight::from_parts(49_406_685, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(3_491_988, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(127_684_941, 0).saturating_mul(f.into()))
			.saturating_add(Weight::from_parts(4_476_771, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(4).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(11).saturating_mul(f.into()))
			.saturating_add(T::DbWeight::get().reads(1).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().writes(8))
			.saturating_add(T::DbWeight::get().writes(11).saturating_mul(f.into()))
	}

	/// Measured: 31.2 µs.
	fn retire() -> Weight {
		Weight::from_parts(31_257_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 29.2 µs.
	fn set_price() -> Weight {
		Weight::from_parts(29_233_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 107.8 µs.
	fn discard() -> Weight {
		Weight::from_parts(107_830_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// Measured: 109.7 µs.
	fn set_metadata() -> Weight {
		Weight::from_parts(109_733_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 28.6 µs.
	fn offer_transfer() -> Weight {
		Weight::from_parts(28_622_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 159.9 µs.
	fn accept_transfer() -> Weight {
		Weight::from_parts(159_948_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	/// Measured: 103.7 µs.
	fn advertise() -> Weight {
		Weight::from_parts(103_715_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// Measured: 70.4 µs.
	fn withdraw_advertisement() -> Weight {
		Weight::from_parts(70_495_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// Measured: 79.6 µs.
	fn prune_advertisement() -> Weight {
		Weight::from_parts(79_629_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// Measured: 5.3 µs.
	fn set_parameters() -> Weight {
		Weight::from_parts(5_398_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
}
