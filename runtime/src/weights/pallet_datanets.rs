// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_datanets`, measured by `scripts/bench`; never edited by hand.
//!
//! 2026-11-21 · AMD EPYC · at most 17 values of each parameter, 40 runs of each point ·
//! wasm compiled by wasmtime, state in memory. Rows are priced by the runtime's database
//! weights; proof size is 0, as nobody builds proofs of this chain.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_datanets::WeightInfo for WeightInfo<T> {
	/// `c` from 0 to 32.
	/// Measured: 74.0 to 76.8 µs at 17 points.
	fn create_datanet(c: u32) -> Weight {
		Weight::from_parts(75_694_979, 0)
			.saturating_add(Weight::from_parts(61_077, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	/// Measured: 73.1 µs.
	fn commit() -> Weight {
		Weight::from_parts(73_139_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// `s` from 0 to 32.
	/// `l` from 1 to 256.
	/// `b` from 0 to 32.
	/// Measured: 441.3 to 750.4 µs at 98 points.
	fn contribute(s: u32, _l: u32, b: u32) -> Weight {
		Weight::from_parts(460_408_947, 0)
			.saturating_add(Weight::from_parts(1_241_693, 0).saturating_mul(s.into()))
			.saturating_add(Weight::from_parts(6_046_252, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads(1).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().writes(13))
			.saturating_add(T::DbWeight::get().writes(1).saturating_mul(b.into()))
	}

	/// Measured: 88.7 µs.
	fn snapshot() -> Weight {
		Weight::from_parts(88_792_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// Measured: 139.3 µs.
	fn expire_commit() -> Weight {
		Weight::from_parts(139_317_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// Measured: 231.4 µs.
	fn release_bond() -> Weight {
		Weight::from_parts(231_434_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	/// `c` from 0 to 32.
	/// Measured: 17.2 to 173.1 µs at 17 points.
	fn set_curators(c: u32) -> Weight {
		Weight::from_parts(24_839_179, 0)
			.saturating_add(Weight::from_parts(4_647_122, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(1).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 107.0 µs.
	fn take_seat() -> Weight {
		Weight::from_parts(107_089_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// Measured: 88.6 µs.
	fn leave_seat() -> Weight {
		Weight::from_parts(88_692_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// Measured: 76.0 µs.
	fn approve_contributor() -> Weight {
		Weight::from_parts(76_063_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 56.3 µs.
	fn dismiss_contributor() -> Weight {
		Weight::from_parts(56_304_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 5.9 µs.
	fn set_parameters() -> Weight {
		Weight::from_parts(5_999_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 72.2 µs.
	fn commit_vote() -> Weight {
		Weight::from_parts(72_297_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	/// Measured: 48.2 µs.
	fn reveal_vote() -> Weight {
		Weight::from_parts(48_262_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// `b` from 1 to 32.
	/// Measured: 315.7 to 1917.6 µs at 17 points.
	fn conclude_review(b: u32) -> Weight {
		Weight::from_parts(250_096_992, 0)
			.saturating_add(Weight::from_parts(52_295_661, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().reads(3).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().writes(23))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(b.into()))
	}

	/// `b` from 1 to 32.
	/// Measured: 105.6 to 312.2 µs at 17 points.
	fn appeal(b: u32) -> Weight {
		Weight::from_parts(105_779_654, 0)
			.saturating_add(Weight::from_parts(6_823_401, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(1).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(1).saturating_mul(b.into()))
	}

	/// `b` from 1 to 32.
	/// Measured: 293.8 to 1821.5 µs at 17 points.
	fn decide_appeal(b: u32) -> Weight {
		Weight::from_parts(269_724_100, 0)
			.saturating_add(Weight::from_parts(46_157_185, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().reads(3).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().writes(22))
			.saturating_add(T::DbWeight::get().writes(3).saturating_mul(b.into()))
	}

	/// Measured: 273.8 µs.
	fn claim_duplicate() -> Weight {
		Weight::from_parts(273_887_000, 0)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	/// Measured: 165.5 µs.
	fn show_window() -> Weight {
		Weight::from_parts(165_566_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	/// Measured: 1976.1 µs.
	fn prove_claim() -> Weight {
		Weight::from_parts(1_976_186_000, 0)
			.saturating_add(T::DbWeight::get().reads(70))
			.saturating_add(T::DbWeight::get().writes(73))
	}

	/// Measured: 171.4 µs.
	fn conclude_claim() -> Weight {
		Weight::from_parts(171_425_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	/// Measured: 172.7 µs.
	fn withdraw() -> Weight {
		Weight::from_parts(172_737_000, 0)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(19))
	}

	/// `b` from 1 to 32.
	/// Measured: 190.1 to 2088.5 µs at 17 points.
	fn revoke(b: u32) -> Weight {
		Weight::from_parts(172_969_982, 0)
			.saturating_add(Weight::from_parts(60_368_208, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(2).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes(2).saturating_mul(b.into()))
	}

	/// Measured: 19.8 µs.
	fn offer_contribution() -> Weight {
		Weight::from_parts(19_890_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 293.0 µs.
	fn accept_contribution() -> Weight {
		Weight::from_parts(293_095_000, 0)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	/// Measured: 17.8 µs.
	fn offer_datanet() -> Weight {
		Weight::from_parts(17_857_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 253.3 µs.
	fn accept_datanet() -> Weight {
		Weight::from_parts(253_336_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	/// Measured: 31.4 µs.
	fn set_state() -> Weight {
		Weight::from_parts(31_466_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 83.0 µs.
	fn set_metadata() -> Weight {
		Weight::from_parts(83_094_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	/// Measured: 15.2 µs.
	fn set_terms() -> Weight {
		Weight::from_parts(15_273_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	/// Measured: 15.4 µs.
	fn authorize_conclude() -> Weight {
		Weight::from_parts(15_403_000, 0).saturating_add(T::DbWeight::get().reads(4))
	}

	/// `d` from 0 to 1.
	/// Measured: 6.4 to 18.1 µs at 2 points.
	fn note_epoch(d: u32) -> Weight {
		Weight::from_parts(6_639_300, 0)
			.saturating_add(Weight::from_parts(12_335_450, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(4).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes(1).saturating_mul(d.into()))
	}
}
