// SPDX-License-Identifier: Apache-2.0
//! The configuration of every pallet, one concern per file.
//!
//! | File | Pallets |
//! |---|---|
//! | [`system`] | system |
//! | [`consensus`] | timestamp, babe, grandpa, authorship, session, historical |
//! | [`tokens`] | balances, transaction-payment, vesting |
//! | [`accounts`] | utility, multisig, proxy |
//! | [`attribution`] | datanets, models, usage, royalties |
//! | [`governance`] | treasury, parameters, sudo |
//! | [`parameters`] | the values that parameters keeps |

pub mod accounts;
pub mod attribution;
pub mod consensus;
pub mod governance;
pub mod parameters;
pub mod system;
pub mod tokens;
