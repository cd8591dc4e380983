// SPDX-License-Identifier: Apache-2.0
//! Values that governance adjusts without an upgrade. Whatever has hard bounds or differs by
//! preset is storage of the pallet that uses it.

#![allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	missing_docs,
	reason = "the macros cast variant indices and document nothing"
)]

use crate::{constants::money, Balance, Runtime};
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};

#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
	use super::*;

	/// What `Consideration` tickets of our pallets hold for the state they occupy.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod storage {
		/// Held per ticket, in planck.
		#[codec(index = 0)]
		pub static ItemDeposit: Balance = money::ITEM_DEPOSIT;
		/// Held per byte of a ticket, in planck.
		#[codec(index = 1)]
		pub static ByteDeposit: Balance = money::BYTE_DEPOSIT;
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
	fn default() -> Self {
		Self::Storage(dynamic_params::storage::Parameters::ItemDeposit(
			dynamic_params::storage::ItemDeposit,
			Some(money::ITEM_DEPOSIT),
		))
	}
}
