// SPDX-License-Identifier: Apache-2.0
//! What the runtime API reads.

use crate::{settlement::FeeParts, Accrued, Config, Inboxes, Paid, Pallet, Pools};
use alloc::{collections::BTreeSet, vec::Vec};
use openledger_primitives::{
	apis::{EarningsView, PoolRowView, MAX_PAGE},
	ledger::{FeeRole, FeeShare, Recomputed},
	ports::{FeeSettlement, FeeSplit, ModelInspect},
	Balance, DatanetId, ModelId, Ppm, Version,
};

impl<T: Config> Pallet<T> {
	/// Booked and paid money of an account, and what touching the named `(datanet, tranche)` rows
	/// would book. A row named twice counts once; only the first 1 000 are read.
	pub fn api_earnings(account: &T::AccountId, rows: Vec<(DatanetId, Version)>) -> EarningsView {
		let limit = usize::try_from(MAX_PAGE).unwrap_or(usize::MAX);
		let rows: BTreeSet<_> = rows.into_iter().take(limit).collect();
		let pending = rows
			.into_iter()
			.filter_map(|(datanet, tranche)| Self::pending(datanet, tranche, account))
			.fold(0, |sum: Balance, (_, pending)| sum.saturating_add(pending));
		EarningsView {
			accrued: Accrued::<T>::get(account),
			paid: Paid::<T>::get(account),
			pending,
		}
	}

	/// An account's row in one tranche.
	pub fn api_pool_row(
		datanet: DatanetId,
		tranche: Version,
		account: &T::AccountId,
	) -> Option<PoolRowView> {
		let (row, pending) = Self::pending(datanet, tranche, account)?;
		Some(PoolRowView {
			datanet,
			tranche,
			points: row.points,
			pending,
		})
	}

	/// Money in the pools of a datanet that its members have not collected.
	pub fn api_pool_balance(datanet: DatanetId) -> Balance {
		Pools::<T>::get(datanet).balance
	}

	/// How a fee for a call of the model would be split now.
	pub fn api_quote_split(model: ModelId, fee: Balance) -> Option<FeeSplit> {
		<Self as FeeSettlement<T::AccountId>>::quote(model, fee)
	}

	/// The split of a settlement made when burn and treasury had these shares, both steps in their
	/// canonical order. A published model's terms are frozen, so the answer is the same at any
	/// later block. `None` for an unknown model, or shares that leave less than the operator's.
	pub fn api_recompute(
		model: ModelId,
		fee: Balance,
		burn_ppm: Ppm,
		treasury_ppm: Ppm,
	) -> Option<Recomputed> {
		let terms = T::Models::terms(model)?;
		let FeeParts {
			burned,
			treasury,
			operator,
			rest,
			vector,
		} = Self::split_fee(&terms, fee, burn_ppm, treasury_ppm).ok()?;
		let first = [
			(FeeRole::Burn, burn_ppm, burned),
			(FeeRole::Treasury, treasury_ppm, treasury),
			(FeeRole::Operator, terms.operator_ppm, operator),
		]
		.map(|(role, ppm, amount)| FeeShare {
			role,
			ppm,
			of: fee,
			amount,
		});
		let second = terms
			.vector
			.iter()
			.zip(vector)
			.map(|((_, ppm), (who, amount))| FeeShare {
				role: FeeRole::Vector(who),
				ppm: *ppm,
				of: rest,
				amount,
			});
		Some(Recomputed {
			shares: first.into_iter().chain(second).collect(),
		})
	}

	/// Money in a model's inbox: `(upstream, base)`.
	pub fn api_inbox(model: ModelId) -> (Balance, Balance) {
		let inbox = Inboxes::<T>::get(model);
		(inbox.upstream, inbox.base)
	}
}
