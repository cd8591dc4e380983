// SPDX-License-Identifier: Apache-2.0
//! Measured weights, one file per pallet, written by `scripts/bench`.

pub mod pallet_datanets;
pub mod pallet_models;
pub mod pallet_royalties;
