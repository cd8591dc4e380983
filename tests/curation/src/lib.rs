// SPDX-License-Identifier: Apache-2.0
//! What curation protects against, in numbers.
//!
//! | Where | What |
//! |---|---|
//! | [`curators`] | benches of honest, lazy and colluding curators under the chain's rule of review |
//! | [`copies`] | what copying a datanet, accusing falsely and accusing rightly bring in |
//! | [`duplicates`] | folded shares of every licence text in every other, of edited copies, draws |
//! | [`parameters`] | the chain's defaults and fees that the numbers rest on |
//! | [`page`] | the tables' place in `docs/curation.md` |
//!
//! Decisions, folding, draws and openings are the chain's own functions. Every table is the same on
//! every machine: seeds are fixed, and floats are only added, multiplied and divided.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "simulations that stand in a crate of their own"
)]

pub mod chance;
pub mod copies;
pub mod curators;
pub mod duplicates;
pub mod page;
pub mod parameters;
pub mod table;
