// SPDX-License-Identifier: Apache-2.0
//! One file per call or topic; every test ends with the checks of `mock::check_state`.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::cast_possible_truncation,
	reason = "tests"
)]

mod advertisements;
mod attacks;
mod deposit;
mod discard;
mod inspect;
mod interleavings;
mod lineage;
mod lineages;
mod minima;
mod parameters;
mod properties;
mod publish;
mod quote;
mod register;
mod retire;
mod set_metadata;
mod set_price;
mod training_fee;
mod transfer;
mod try_state;
mod weights;
