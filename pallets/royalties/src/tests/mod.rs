// SPDX-License-Identifier: Apache-2.0
//! One file per call or topic.
#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	reason = "tests"
)]

mod api;
mod claim;
mod collect;
mod costs;
mod distribute;
mod distribute_due;
mod fenwick;
mod oracle;
mod parameters;
mod pay_in;
mod points;
mod pools;
mod properties;
mod settle;
mod sweep;
mod try_state;
mod waiting;
mod weights;

pub(crate) use crate::{mock::*, *};
pub(crate) use frame_support::{assert_noop, assert_ok, assert_storage_noop};
pub(crate) use openledger_primitives::{
	ports::{
		Beneficiary::{Contributors, Developer, Upstream},
		FeeSettlement, FeeSplit, PoolLedger,
	},
	Balance, DatanetId, ModelId, Version, OPEN, U256,
};

/// 2^64.
pub(crate) const SCALE: u128 = 1 << 64;

/// Points of an account in one tranche; 0 without a row.
pub(crate) fn points(datanet: DatanetId, tranche: Version, who: AccountId) -> u64 {
	Members::<Test>::get((datanet, tranche, who)).map_or(0, |row| row.points)
}

/// What touching a row would book.
pub(crate) fn pending(datanet: DatanetId, tranche: Version, who: AccountId) -> Balance {
	Royalties::api_pool_row(datanet, tranche, &who).map_or(0, |row| row.pending)
}

/// Money from a model's children into its inbox.
pub(crate) fn send_upstream(model: ModelId, amount: Balance) {
	fund_pot(amount);
	Royalties::fill_inbox(model, amount, 0, 0).unwrap();
}
