// SPDX-License-Identifier: Apache-2.0
//! Text commitments, provenance spans and their verification.
//!
//! The rule is "first registered, first served" (provenance v1): integer only, deterministic, and
//! nobody has to trust an index. What the chain itself checks is `no_std`:
//!
//! - [`text`]: the commitment to a text and the opening of its last leaf.
//! - [`rules`]: words, cores and limits of an answer.
//! - [`record`]: output tree, span values, call records.
//! - [`credit`]: credit lines, credit pages, what a page pays, totals of a batch.
//!
//! What finds spans needs `std`:
//!
//! - [`canonical`]: the canonical form of a text and of a record set.
//! - [`index`]: a suffix array with a range minimum over the texts of a corpus.
//! - [`finder`]: the spans of an answer.
//! - [`duplicate`]: the windows of a text that earlier texts hold, for a duplicate claim.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "std")]
pub mod canonical;
pub mod credit;
#[cfg(feature = "std")]
pub mod duplicate;
#[cfg(feature = "std")]
pub mod finder;
#[cfg(feature = "std")]
pub mod index;
pub mod record;
pub mod rules;
pub mod text;

#[cfg(feature = "std")]
pub use canonical::{canonical, record_set, TextRefused};
#[cfg(feature = "std")]
pub use finder::spans;
#[cfg(feature = "std")]
pub use index::{Index, IndexError};
pub use record::FoundSpan;

#[cfg(test)]
mod tests;
