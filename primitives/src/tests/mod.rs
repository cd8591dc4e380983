// SPDX-License-Identifier: Apache-2.0
//! Tests by topic.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::cast_possible_truncation,
	reason = "tests"
)]

mod duplicate;
mod payload;
mod review;
mod shares;
mod signatures;
mod text;
mod tree;
