// SPDX-License-Identifier: Apache-2.0
//! One file per call or topic.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::cast_possible_truncation,
	reason = "tests"
)]

mod admission;
mod commit;
mod contribute;
mod create_datanet;
mod expire_commit;
mod interleavings;
mod invariants;
mod locks;
mod parameters;
mod reads;
mod release_bond;
mod review;
mod seats;
mod snapshot;
mod takeover;
