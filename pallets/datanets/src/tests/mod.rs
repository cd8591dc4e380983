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
mod appeals;
mod claims;
mod commit;
mod contribute;
mod copies;
mod copying;
mod create_datanet;
mod decoding;
mod expire_commit;
mod interleavings;
mod invariants;
mod keeper;
mod locks;
mod outcome;
mod ownership;
mod parameters;
mod reads;
mod release_bond;
mod review;
mod revoke;
mod seats;
mod showings;
mod snapshot;
mod states;
mod takeover;
mod transfers;
mod withdraw;
