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
mod attacks;
mod claim;
mod collect;
mod costs;
mod distribute;
mod distribute_due;
mod fenwick;
mod lock_attacks;
mod lock_properties;
mod locks;
mod oracle;
mod parameters;
mod pay_in;
mod points;
mod pools;
mod properties;
mod recompute;
mod replay;
mod settle;
mod settle_inbox;
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

/// Runs what is bound to log errors, without the lines.
pub(crate) fn quietly<R>(run: impl FnOnce() -> R) -> R {
	tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::default(), run)
}

/// Money from a model's children into its inbox.
pub(crate) fn send_upstream(model: ModelId, amount: Balance) {
	fund_pot(amount);
	Royalties::fill_inbox(model, amount, 0, 0).unwrap();
}
