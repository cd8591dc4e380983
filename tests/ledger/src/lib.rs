// SPDX-License-Identifier: Apache-2.0
//! A model of all money in arbitrary precision that replays random calls on the real runtime and
//! is compared with its state, planck by planck, after every one of them.
//!
//! | Where | What |
//! |---|---|
//! | [`exact`] | divisions by the definition of their rules, in rationals |
//! | [`bank`] | free, held and locked money of accounts |
//! | [`rules`] | what each call does to money, one file per pallet |
//! | [`chain`] | the runtime: genesis, blocks, calls, keys |
//! | [`compare`] | every amount of the chain against the model's |
//! | [`ops`] | the kinds of calls a run is made of, one file per pallet |
//! | [`run`] | runs, their counts, and the shortest one that still fails |
//!
//! Nothing of the pallets' arithmetic is called or copied: the pallets are read to compare, and
//! their call types are used to make calls.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "a test that stands in a crate of its own"
)]

pub mod bank;
pub mod chain;
pub mod compare;
pub mod exact;
pub mod ops;
pub mod rules;
pub mod run;
