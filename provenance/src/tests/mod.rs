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

mod canonical;
mod credit;
mod duplicate;
mod finder;
mod index;
mod pages;
mod record;
mod reference;
mod rules;
