// SPDX-License-Identifier: Apache-2.0
//! Benchmarks of the calls, of what other pallets ask through ports, and of the sweep's steps.
//!
//! Each takes the dearest way through the code: a version with the longest path down
//! ([`WORST_VERSION`]) and a tranche with the longest one up (1), every cell of both there and
//! written to before; rows with money pending; inboxes that become due by what they get, and one
//! that leaves the due list from its front, so that the last one moves. Accounts that are paid don't
//! exist before. The treasury receives: booking it instead costs a row read more and a transfer less,
//! which the benchmarks marked as extra show.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::expect_used,
	clippy::unwrap_used,
	reason = "output of the benchmark macros"
)]

use crate::{fenwick::WORST_VERSION, payouts::Step, *};
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, Mutate},
		Authorize, EnsureOrigin, Get,
	},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::RawOrigin;
use openledger_primitives::{
	ports::{Beneficiary, FeeSettlement, ModelInspect, PoolLedger},
	Balance, DatanetId, ModelId, Version, OPEN,
};
use sp_runtime::{transaction_validity::TransactionSource, DispatchResult};

/// The datanet of benchmarks that need one.
const DATANET: DatanetId = 1;
/// The tranche with the longest path up.
const TRANCHE: Version = 1;
/// Points of every member.
const POINTS: u64 = 1_000_000;

/// Moves new money into the pot.
fn fund_pot<T: Config>(amount: Balance) -> DispatchResult {
	T::Fungible::mint_into(&Pallet::<T>::pot_account(), amount).map(|_| ())
}

/// Money that waits, as if batches had been settled.
fn wait<T: Config>(amount: Balance) -> DispatchResult {
	fund_pot::<T>(amount)?;
	Waiting::<T>::put(amount);
	Ok(())
}

/// The treasury without an account: it can't receive less than the existential deposit, so that its
/// money is booked after a transfer in vain.
fn broke_treasury<T: Config>() -> T::AccountId {
	let treasury = T::TreasuryAccount::get();
	T::Fungible::set_balance(&treasury, 0);
	treasury
}

/// A member of the first tranche.
fn member<T: Config>(datanet: DatanetId, seed: u32) -> Result<T::AccountId, BenchmarkError> {
	let who = account("member", seed, 0);
	Pallet::<T>::add_points(datanet, TRANCHE, &who, POINTS)?;
	Ok(who)
}

/// Pays something into the pool, so that all of its cells and what members have pending are there.
fn pay_pool<T: Config>(datanet: DatanetId) -> DispatchResult {
	fund_pot::<T>(OPEN)?;
	Pallet::<T>::fill_pool(datanet, WORST_VERSION, OPEN)
}

/// A pool with two members, both with money pending, and a third one that keeps it alive.
fn live_pool<T: Config>(
	datanet: DatanetId,
) -> Result<(T::AccountId, T::AccountId), BenchmarkError> {
	let pair = (member::<T>(datanet, 0)?, member::<T>(datanet, 1)?);
	member::<T>(datanet, 2)?;
	pay_pool::<T>(datanet)?;
	Ok(pair)
}

/// A locked row that withholds money.
fn withholding_row<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	let (who, _) = live_pool::<T>(DATANET)?;
	Pallet::<T>::lock_row(DATANET, TRANCHE, &who)?;
	Pallet::<T>::add_points(DATANET, TRANCHE, &who, POINTS)?;
	Ok(who)
}

/// Money that is set aside.
fn aside<T: Config>(amount: Balance) -> DispatchResult {
	fund_pot::<T>(amount)?;
	Aside::<T>::put(amount);
	Ok(())
}

/// A published model whose parents get due by whatever they are paid.
fn model<T: Config>(parents: u32, snapshots: u32) -> Result<ModelId, BenchmarkError> {
	let model = T::BenchmarkSetup::published_model(parents, snapshots);
	let terms = T::Models::terms(model).ok_or("the model is published")?;
	for (beneficiary, _) in terms.vector {
		if let Beneficiary::Upstream(parent) = beneficiary {
			Pallet::<T>::fill_inbox(parent, 0, 0, 1)?;
		}
	}
	Ok(model)
}

/// The same with money of both kinds in its inbox, at the front of the due list.
fn due_model<T: Config>(parents: u32, snapshots: u32) -> Result<ModelId, BenchmarkError> {
	let model = model::<T>(parents, snapshots)?;
	for own in T::Models::own_snapshots(model) {
		live_pool::<T>(own.datanet)?;
	}
	fund_pot::<T>(OPEN.saturating_mul(4))?;
	Pallet::<T>::fill_inbox(model, OPEN, OPEN, 1)?;
	Pallet::<T>::fill_inbox(ModelId::MAX, OPEN, OPEN, 1)?;
	Ok(model)
}

/// An account with money booked that doesn't exist yet.
fn payee<T: Config>(seed: u32, amount: Balance) -> Result<T::AccountId, BenchmarkError> {
	let who = account("payee", seed, 0);
	fund_pot::<T>(amount)?;
	Accrued::<T>::insert(&who, amount);
	Paid::<T>::insert(&who, amount);
	Ok(who)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let who = payee::<T>(0, OPEN)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), who.clone());

		assert_eq!(T::Fungible::balance(&who), OPEN);
		Ok(())
	}

	#[benchmark]
	fn claim_many(n: Linear<1, 64>) -> Result<(), BenchmarkError> {
		let payees = (0..n)
			.map(|seed| payee::<T>(seed, OPEN))
			.collect::<Result<Vec<_>, _>>()?;
		let accounts = BoundedVec::try_from(payees.clone()).map_err(|_| "at most 64")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), accounts);

		assert!(payees.iter().all(|who| T::Fungible::balance(who) == OPEN));
		Ok(())
	}

	#[benchmark]
	fn collect() -> Result<(), BenchmarkError> {
		let (who, _) = live_pool::<T>(DATANET)?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(whitelisted_caller()),
			DATANET,
			TRANCHE,
			who.clone(),
		);

		assert!(Accrued::<T>::get(&who) > 0);
		Ok(())
	}

	#[benchmark]
	fn distribute(p: Linear<0, 8>, s: Linear<0, 16>) -> Result<(), BenchmarkError> {
		let model = due_model::<T>(p, s)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), model);

		assert!(Inboxes::<T>::get(model).is_empty());
		assert_eq!(DueCount::<T>::get(), p.saturating_add(1));
		Ok(())
	}

	#[benchmark]
	fn distribute_due(p: Linear<0, 8>, s: Linear<0, 16>) -> Result<(), BenchmarkError> {
		let model = due_model::<T>(p, s)?;

		#[extrinsic_call]
		_(RawOrigin::Authorized, model);

		assert_eq!(Inboxes::<T>::get(model), Inbox::default());
		assert_eq!(DueCount::<T>::get(), p.saturating_add(1));
		Ok(())
	}

	#[benchmark]
	fn authorize_distribute_due() -> Result<(), BenchmarkError> {
		let model = due_model::<T>(0, 0)?;
		KeeperQuota::<T>::put((frame_system::Pallet::<T>::block_number(), 0));
		let call = Call::<T>::distribute_due { model };
		let answer;

		#[block]
		{
			answer = call.authorize(TransactionSource::External);
		}

		assert!(matches!(answer, Some(Ok(_))));
		Ok(())
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin =
			T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = RoyaltiesParameters {
			burn_ppm: 0,
			..Default::default()
		};

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters.clone());

		assert_eq!(Parameters::<T>::get(), parameters);
		Ok(())
	}

	#[benchmark]
	fn settle(p: Linear<0, 8>) -> Result<(), BenchmarkError> {
		let model = model::<T>(p, payouts::MAX_SNAPSHOTS)?;
		fund_pot::<T>(OPEN)?;
		let operator = account("operator", 0, 0);

		#[block]
		{
			<Pallet<T> as FeeSettlement<_>>::settle(model, &operator, OPEN)?;
		}

		assert!(Accrued::<T>::get(T::TreasuryAccount::get()) == 0);
		assert_eq!(DueCount::<T>::get(), p);
		Ok(())
	}

	/// [`settle`] with a treasury that can't receive: for comparison.
	#[benchmark(extra)]
	fn settle_when_broke(p: Linear<0, 8>) -> Result<(), BenchmarkError> {
		let model = model::<T>(p, payouts::MAX_SNAPSHOTS)?;
		let treasury = broke_treasury::<T>();
		let fee = T::Fungible::minimum_balance();
		fund_pot::<T>(fee)?;
		let operator = account("operator", 0, 0);
		let split;

		#[block]
		{
			split = <Pallet<T> as FeeSettlement<_>>::settle(model, &operator, fee)?;
		}

		assert_eq!(Accrued::<T>::get(&treasury), split.treasury);
		Ok(())
	}

	#[benchmark]
	fn release_base() -> Result<(), BenchmarkError> {
		wait::<T>(OPEN)?;

		#[block]
		{
			<Pallet<T> as FeeSettlement<_>>::release_base(ModelId::MAX, OPEN)?;
		}

		assert_eq!(DueCount::<T>::get(), 1);
		Ok(())
	}

	#[benchmark]
	fn credit() -> Result<(), BenchmarkError> {
		wait::<T>(OPEN)?;
		let who = account("contributor", 0, 0);

		#[block]
		{
			<Pallet<T> as FeeSettlement<_>>::credit(&who, OPEN)?;
		}

		assert_eq!(Accrued::<T>::get(&who), OPEN);
		Ok(())
	}

	#[benchmark]
	fn credit_pool() -> Result<(), BenchmarkError> {
		live_pool::<T>(DATANET)?;
		let before = Pools::<T>::get(DATANET).balance;
		wait::<T>(OPEN)?;

		#[block]
		{
			<Pallet<T> as FeeSettlement<_>>::credit_pool(DATANET, WORST_VERSION, OPEN)?;
		}

		assert_eq!(
			Pools::<T>::get(DATANET).balance,
			before.saturating_add(OPEN)
		);
		Ok(())
	}

	#[benchmark]
	fn credit_treasury() -> Result<(), BenchmarkError> {
		wait::<T>(OPEN)?;

		#[block]
		{
			<Pallet<T> as FeeSettlement<_>>::credit_treasury(OPEN)?;
		}

		assert!(T::Fungible::balance(&T::TreasuryAccount::get()) >= OPEN);
		Ok(())
	}

	/// [`credit_treasury`] with a treasury that can't receive: for comparison.
	#[benchmark(extra)]
	fn credit_treasury_when_broke() -> Result<(), BenchmarkError> {
		let treasury = broke_treasury::<T>();
		wait::<T>(1)?;

		#[block]
		{
			<Pallet<T> as FeeSettlement<_>>::credit_treasury(1)?;
		}

		assert_eq!(Accrued::<T>::get(&treasury), 1);
		Ok(())
	}

	#[benchmark]
	fn add_points() -> Result<(), BenchmarkError> {
		let (who, _) = live_pool::<T>(DATANET)?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::add_points(DATANET, TRANCHE, &who, POINTS)?;
		}

		assert!(Accrued::<T>::get(&who) > 0);
		Ok(())
	}

	#[benchmark]
	fn remove_points() -> Result<(), BenchmarkError> {
		let (who, _) = live_pool::<T>(DATANET)?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::remove_points(DATANET, TRANCHE, &who, POINTS)?;
		}

		assert!(!Members::<T>::contains_key((DATANET, TRANCHE, &who)));
		assert!(Accrued::<T>::get(&who) > 0);
		Ok(())
	}

	#[benchmark]
	fn move_points() -> Result<(), BenchmarkError> {
		let (from, to) = live_pool::<T>(DATANET)?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::move_points(DATANET, TRANCHE, &from, &to, POINTS)?;
		}

		assert!(!Members::<T>::contains_key((DATANET, TRANCHE, &from)));
		assert!(Accrued::<T>::get(&from) > 0 && Accrued::<T>::get(&to) > 0);
		Ok(())
	}

	#[benchmark]
	fn pay_in() -> Result<(), BenchmarkError> {
		live_pool::<T>(DATANET)?;
		let before = Pools::<T>::get(DATANET).balance;
		let payer = account("payer", 0, 0);
		T::Fungible::mint_into(&payer, OPEN.saturating_mul(2))?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::pay_in(&payer, DATANET, WORST_VERSION, OPEN)?;
		}

		assert_eq!(
			Pools::<T>::get(DATANET).balance,
			before.saturating_add(OPEN)
		);
		Ok(())
	}

	#[benchmark]
	fn lock_row() -> Result<(), BenchmarkError> {
		let (who, _) = live_pool::<T>(DATANET)?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::lock_row(DATANET, TRANCHE, &who)?;
		}

		assert!(Withheld::<T>::contains_key((DATANET, TRANCHE, &who)));
		Ok(())
	}

	#[benchmark]
	fn unlock_row() -> Result<(), BenchmarkError> {
		let who = withholding_row::<T>()?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::unlock_row(DATANET, TRANCHE, &who)?;
		}

		assert!(Accrued::<T>::get(&who) > 0);
		Ok(())
	}

	#[benchmark]
	fn set_aside() -> Result<(), BenchmarkError> {
		let who = withholding_row::<T>()?;
		pay_pool::<T>(DATANET)?;
		let points = Members::<T>::get((DATANET, TRANCHE, &who)).map_or(0, |row| row.points);
		let amount;

		#[block]
		{
			amount = <Pallet<T> as PoolLedger<_>>::set_aside(DATANET, TRANCHE, &who, points)?;
		}

		assert!(amount > 0 && !Members::<T>::contains_key((DATANET, TRANCHE, &who)));
		assert_eq!(Aside::<T>::get(), amount);
		Ok(())
	}

	#[benchmark]
	fn pay_aside() -> Result<(), BenchmarkError> {
		let who = account("contributor", 0, 0);
		aside::<T>(OPEN)?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::pay_aside(&who, OPEN)?;
		}

		assert_eq!(Accrued::<T>::get(&who), OPEN);
		Ok(())
	}

	#[benchmark]
	fn forfeit_aside() -> Result<(), BenchmarkError> {
		let reporter = account("reporter", 0, 0);
		aside::<T>(OPEN)?;

		#[block]
		{
			<Pallet<T> as PoolLedger<_>>::forfeit_aside(&reporter, OPEN)?;
		}

		assert_eq!(Accrued::<T>::get(&reporter), OPEN / 2);
		Ok(())
	}

	// With one step, as a sweep that does none doesn't move its cursor.
	#[benchmark]
	fn sweep_base() -> Result<(), BenchmarkError> {
		fund_pot::<T>(1)?;
		Pallet::<T>::fill_inbox(ModelId::MAX, 0, 1, 0)?;
		Sweep::<T>::put(SweepCursor::Inboxes(None));
		let limit = T::WeightInfo::sweep_base().saturating_add(T::WeightInfo::sweep_look());
		let used;

		#[block]
		{
			used = Pallet::<T>::do_sweep(limit);
		}

		assert_eq!(used, limit);
		assert_eq!(Sweep::<T>::get(), SweepCursor::Inboxes(Some(ModelId::MAX)));
		Ok(())
	}

	#[benchmark]
	fn sweep_look() -> Result<(), BenchmarkError> {
		for seed in 0..2 {
			payee::<T>(seed, 1)?;
		}
		let mut payees = Accrued::<T>::iter_keys();
		let cursor = SweepCursor::Accrued(payees.next());
		let mut meter = WeightMeter::new();
		let step;

		#[block]
		{
			step = Pallet::<T>::sweep_step(&cursor, OPEN, &mut meter);
		}

		assert!(matches!(step, Step::Looked(SweepCursor::Accrued(next)) if next == payees.next()));
		Ok(())
	}

	#[benchmark]
	fn sweep_pending() -> Result<(), BenchmarkError> {
		let (who, _) = live_pool::<T>(DATANET)?;
		let pending;

		#[block]
		{
			pending = Pallet::<T>::collectable(DATANET, TRANCHE, &who);
		}

		assert!(pending > 0);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::build(), crate::mock::Test);
}
