// SPDX-License-Identifier: Apache-2.0
//! Benchmarks of the calls, of what keepers' calls are checked by, and of the hook.
//!
//! Names, addresses and rows are as long as they can be, texts have 2^30 bytes, and what is in the
//! pools has money pending that every touch books. A review's dearest end is taken: votes that
//! nobody revealed where a fine is dearer, those that are paid where it is not. Rows are made by the
//! calls' own code; only votes are written as they would be left.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::expect_used,
	clippy::unwrap_used,
	reason = "output of the benchmark macros"
)]

mod stage;

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::traits::{Authorize, Get, Hooks};
use frame_system::RawOrigin;
use openledger_primitives::{
	apis::{BallotState, DatanetState},
	payload::{vote_commit_hash, VoteCommit},
	ports::DatanetKind,
	review::quorum,
	text::TEXT_LEAF_BYTES,
	H256, MAX_TEXT_BYTES, OPEN, PPM,
};
use sp_runtime::transaction_validity::TransactionSource;
use stage::*;

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create_datanet(c: Linear<0, 32>) -> Result<(), BenchmarkError> {
		let owner = caller::<T>();
		let params = params::<T>(DatanetKind::Text, Admission::Open, c);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), params);

		assert!(Datanets::<T>::contains_key(DatanetCount::<T>::get()));
		Ok(())
	}

	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		let (owner, datanet) = datanet_of::<T>(DatanetKind::Text, Admission::Approved, 0)?;
		let who = funded::<T>("contributor", 0);
		Pallet::<T>::do_approve_contributor(owner, datanet, who.clone())?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who),
			datanet,
			H256::repeat_byte(1),
			MAX_TEXT_BYTES,
		);

		assert!(Contributions::<T>::contains_key(
			ContributionCount::<T>::get()
		));
		Ok(())
	}

	// The reveal takes its root over from a later commit that was revealed first.
	#[benchmark]
	fn contribute(
		s: Linear<0, 32>,
		l: Linear<1, 256>,
		b: Linear<0, 32>,
	) -> Result<(), BenchmarkError> {
		let (_, datanet) = datanet_of::<T>(DatanetKind::Opaque, Admission::Open, b)?;
		let full = 1u64.checked_shl(s).unwrap_or(1).saturating_sub(1);
		let length = full
			.saturating_mul(TEXT_LEAF_BYTES.into())
			.saturating_add(l.into());
		let (who, other) = (caller::<T>(), funded::<T>("other", 0));
		let reveal = reveal_of(length, 1);
		let id = commit_to::<T>(datanet, &who, length, &reveal)?;
		let later = commit_to::<T>(datanet, &other, length, &reveal)?;
		Pallet::<T>::do_contribute(other, later, reveal.clone()).map_err(|error| error.error)?;
		cast::<T>(later, 0, b, committed())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, reveal);

		assert!(!Contributions::<T>::contains_key(later));
		assert!(Reviews::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn snapshot() -> Result<(), BenchmarkError> {
		let (owner, datanet) = texts::<T>(0)?;
		let who = funded::<T>("contributor", 0);
		accepted::<T>(datanet, &who, 1)?;
		Pallet::<T>::do_snapshot(owner.clone(), datanet)?;
		accepted::<T>(datanet, &who, 2)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), datanet);

		assert!(Snapshots::<T>::contains_key(datanet, 2));
		Ok(())
	}

	#[benchmark]
	fn expire_commit() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let who = funded::<T>("contributor", 0);
		let id = commit_to::<T>(datanet, &who, MAX_TEXT_BYTES, &reveal_of(MAX_TEXT_BYTES, 1))?;
		let expiry = Parameters::<T>::get().commit_expiry;
		go_to::<T>(Pallet::<T>::now().saturating_add(expiry).saturating_add(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), id);

		assert!(!Contributions::<T>::contains_key(id));
		Ok(())
	}

	// An appeal that nobody answered: bond, review and content go back with the row.
	#[benchmark]
	fn release_bond() -> Result<(), BenchmarkError> {
		let (who, id) = rejected::<T>(MAX_CURATORS)?;
		Pallet::<T>::do_appeal(who, id).map_err(|error| error.error)?;
		go_to::<T>(Pallet::<T>::appealable_until()?);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), id);

		assert!(!Contributions::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn set_curators(c: Linear<0, 32>) -> Result<(), BenchmarkError> {
		let (owner, datanet) = texts::<T>(c)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), datanet, curators::<T>(c));

		assert_eq!(Curators::<T>::get(datanet), curators::<T>(c));
		Ok(())
	}

	// The last of a full bench, who was fined.
	#[benchmark]
	fn take_seat() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(MAX_CURATORS)?;
		let who = curator::<T>(0);
		Pallet::<T>::fine(datanet, &who)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), datanet);

		assert!(Bench::<T>::get(datanet).contains(&who));
		Ok(())
	}

	#[benchmark]
	fn leave_seat() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(MAX_CURATORS)?;
		let who = curator::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), datanet);

		assert!(!Seats::<T>::contains_key(datanet, &who));
		Ok(())
	}

	#[benchmark]
	fn approve_contributor() -> Result<(), BenchmarkError> {
		let (owner, datanet) = datanet_of::<T>(DatanetKind::Text, Admission::Approved, 0)?;
		let who = account("contributor", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), datanet, who);

		assert!(Approvals::<T>::iter_prefix(datanet).next().is_some());
		Ok(())
	}

	// The deposit goes back to an owner of before.
	#[benchmark]
	fn dismiss_contributor() -> Result<(), BenchmarkError> {
		let (owner, datanet) = datanet_of::<T>(DatanetKind::Text, Admission::Approved, 0)?;
		let (to, who) = (
			funded::<T>("owner", 1),
			account::<T::AccountId>("contributor", 0, 0),
		);
		Pallet::<T>::do_approve_contributor(owner.clone(), datanet, who.clone())?;
		Pallet::<T>::do_offer_datanet(owner, datanet, Some(to.clone()))?;
		Pallet::<T>::do_accept_datanet(to.clone(), datanet)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(to), datanet, who);

		assert!(Approvals::<T>::iter_prefix(datanet).next().is_none());
		Ok(())
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = governance::<T>()?;

		#[extrinsic_call]
		_(
			origin as T::RuntimeOrigin,
			DatanetsParameters::local_testnet(),
		);

		assert_eq!(Parameters::<T>::get(), DatanetsParameters::local_testnet());
		Ok(())
	}

	// The last of all, so that reveals open.
	#[benchmark]
	fn commit_vote() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(MAX_CURATORS)?;
		let id = pending::<T>(datanet, &funded::<T>("contributor", 0), 1)?;
		cast::<T>(id, 1, MAX_CURATORS, committed())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(curator::<T>(0)), id, H256::repeat_byte(1));

		let (_, review) = review_of::<T>(id)?;
		assert_eq!(review.commits_until, Pallet::<T>::now());
		Ok(())
	}

	// Another can still be revealed.
	#[benchmark]
	fn reveal_vote() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(MAX_CURATORS)?;
		let id = pending::<T>(datanet, &funded::<T>("contributor", 0), 1)?;
		let who = curator::<T>(0);
		let body = VoteCommit {
			contribution: id,
			curator: who.clone(),
			round: 0,
			vote: 0,
			reason: MAX_REASON,
			salt: SALT,
		};
		let digest = vote_commit_hash(&Pallet::<T>::genesis_hash(), &body);
		cast::<T>(id, 0, 1, BallotState::Committed(digest))?;
		cast::<T>(id, 1, MAX_CURATORS, committed())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 0, MAX_REASON, SALT);

		let (_, review) = review_of::<T>(id)?;
		assert_eq!(review.revealed(), [(0, MAX_REASON)]);
		Ok(())
	}

	// Accepted by the fewest votes that can; all others were not revealed and cost a fine. The
	// contributor has another text in the tranche, and a claim is open on this one.
	#[benchmark]
	fn conclude_review(b: Linear<1, 32>) -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(b)?;
		let who = funded::<T>("contributor", 0);
		accepted::<T>(datanet, &who, 100)?;
		earn::<T>(datanet)?;
		let id = pending::<T>(datanet, &who, 1)?;
		accuse::<T>(id)?;
		cast::<T>(id, 0, quorum(b), ACCEPTING)?;
		cast::<T>(id, quorum(b), b, committed())?;
		let (_, review) = review_of::<T>(id)?;
		go_to::<T>(review.reveals_until.saturating_add(1));

		#[extrinsic_call]
		_(RawOrigin::Authorized, id);

		assert!(is_accepted::<T>(id));
		Ok(())
	}

	/// [`conclude_review`] where every vote was revealed: for comparison.
	#[benchmark(extra)]
	fn conclude_revealed_review(b: Linear<1, 32>) -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(b)?;
		let who = funded::<T>("contributor", 0);
		accepted::<T>(datanet, &who, 100)?;
		earn::<T>(datanet)?;
		let id = pending::<T>(datanet, &who, 1)?;
		accuse::<T>(id)?;
		cast::<T>(id, 0, b, ACCEPTING)?;
		let (_, review) = review_of::<T>(id)?;
		go_to::<T>(review.reveals_until.saturating_add(1));

		#[block]
		{
			Pallet::<T>::do_conclude_review(id).map_err(|error| error.error)?;
		}

		assert!(is_accepted::<T>(id));
		Ok(())
	}

	#[benchmark]
	fn appeal(b: Linear<1, 32>) -> Result<(), BenchmarkError> {
		let (who, id) = rejected::<T>(b)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert!(text_of::<T>(id)?.bond > 0);
		Ok(())
	}

	#[benchmark]
	fn decide_appeal(b: Linear<1, 32>) -> Result<(), BenchmarkError> {
		let (who, id) = rejected::<T>(b)?;
		Pallet::<T>::do_appeal(who, id).map_err(|error| error.error)?;
		let origin = governance::<T>()?;
		let verdict = Verdict::Accept {
			quality: MAX_QUALITY,
		};

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, verdict);

		assert!(is_accepted::<T>(id));
		Ok(())
	}

	#[benchmark]
	fn claim_duplicate() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let id = earning::<T>(datanet, &funded::<T>("contributor", 0))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), id);

		assert_eq!(text_of::<T>(id)?.claims, 1);
		Ok(())
	}

	// The first one, which draws.
	#[benchmark]
	fn show_window() -> Result<(), BenchmarkError> {
		let (claim, showing) = showing::<T>()?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller::<T>()),
			claim,
			alloc::boxed::Box::new(showing),
		);

		assert!(Claims::<T>::get(claim).is_some_and(|row| row.shown == 1 && row.draw.is_some()));
		Ok(())
	}

	// A text in review that every curator has voted on.
	#[benchmark]
	fn prove_claim() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(MAX_CURATORS)?;
		let id = pending::<T>(datanet, &funded::<T>("contributor", 0), 1)?;
		cast::<T>(id, 0, MAX_CURATORS, ACCEPTING)?;
		let (claim, row, accused) = proof::<T>(id)?;

		#[block]
		{
			Pallet::<T>::prove(claim, row, accused)?;
		}

		assert!(is_rejected::<T>(id));
		Ok(())
	}

	/// [`prove_claim`] on an accepted text: for comparison.
	#[benchmark(extra)]
	fn prove_claim_on_accepted() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let id = earning::<T>(datanet, &funded::<T>("contributor", 0))?;
		let (claim, row, accused) = proof::<T>(id)?;

		#[block]
		{
			Pallet::<T>::prove(claim, row, accused)?;
		}

		assert!(is_revoked::<T>(id));
		Ok(())
	}

	// The last claim on a text fails: what its row withheld is booked.
	#[benchmark]
	fn conclude_claim() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let who = funded::<T>("contributor", 0);
		let id = earning::<T>(datanet, &who)?;
		let claim = accuse::<T>(id)?;
		// A touch, so that something is withheld.
		accepted::<T>(datanet, &who, 103)?;
		draw::<T>()?;
		let drawn = |row: &ClaimOf<T>| Pallet::<T>::draw_of(row);
		let until = Claims::<T>::get(claim).and_then(|row| drawn(&row));
		let until = until.ok_or("its epoch is there")?.until;
		Claims::<T>::mutate_extant(claim, |row| {
			Pallet::<T>::take_off_agenda(row.due, Due::Claim(claim));
			row.draw = drawn(row);
			row.due = until.saturating_add(1);
			Pallet::<T>::put_on_agenda(row.due, Due::Claim(claim));
		});
		go_to::<T>(until.saturating_add(1));

		#[extrinsic_call]
		_(RawOrigin::Authorized, claim);

		assert!(!Claims::<T>::contains_key(claim));
		assert_eq!(text_of::<T>(id)?.claims, 0);
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let who = funded::<T>("contributor", 0);
		let id = earning::<T>(datanet, &who)?;
		accuse::<T>(id)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);

		assert!(!is_accepted::<T>(id));
		Ok(())
	}

	// In review, with every vote revealed.
	#[benchmark]
	fn revoke(b: Linear<1, 32>) -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(b)?;
		let id = pending::<T>(datanet, &funded::<T>("contributor", 0), 1)?;
		cast::<T>(id, 0, b, ACCEPTING)?;
		let origin = governance::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, MAX_REASON);

		assert!(is_rejected::<T>(id));
		Ok(())
	}

	/// [`revoke`] of an accepted text under claim: for comparison.
	#[benchmark(extra)]
	fn revoke_accepted() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let id = earning::<T>(datanet, &funded::<T>("contributor", 0))?;
		accuse::<T>(id)?;

		#[block]
		{
			Pallet::<T>::do_revoke(id, MAX_REASON)?;
		}

		assert!(is_revoked::<T>(id));
		Ok(())
	}

	#[benchmark]
	fn offer_contribution() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let who = funded::<T>("contributor", 0);
		let id = accepted::<T>(datanet, &who, 1)?;
		let to = account("receiver", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, Some(to));

		assert!(ContributionOffers::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn accept_contribution() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let (who, to) = (funded::<T>("contributor", 0), funded::<T>("receiver", 0));
		accepted::<T>(datanet, &to, 1)?;
		let id = accepted::<T>(datanet, &who, 2)?;
		let hold = Parameters::<T>::get().bond_hold;
		go_to::<T>(Pallet::<T>::now().saturating_add(hold));
		Pallet::<T>::do_release_bond(id)?;
		Pallet::<T>::do_offer_contribution(who, id, Some(to.clone()))?;
		earn::<T>(datanet)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), id);

		assert_eq!(text_of::<T>(id)?.contributor, to);
		Ok(())
	}

	#[benchmark]
	fn offer_datanet() -> Result<(), BenchmarkError> {
		let (owner, datanet) = texts::<T>(0)?;
		let to = account("receiver", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), datanet, Some(to));

		assert!(DatanetOffers::<T>::contains_key(datanet));
		Ok(())
	}

	#[benchmark]
	fn accept_datanet() -> Result<(), BenchmarkError> {
		let (owner, datanet) = texts::<T>(0)?;
		accepted::<T>(datanet, &funded::<T>("contributor", 0), 1)?;
		Pallet::<T>::do_snapshot(owner.clone(), datanet)?;
		let to = funded::<T>("receiver", 0);
		Pallet::<T>::do_offer_datanet(owner, datanet, Some(to.clone()))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), datanet);

		assert_eq!(row_of::<T>(datanet)?.owner, to);
		Ok(())
	}

	#[benchmark]
	fn set_state() -> Result<(), BenchmarkError> {
		let (owner, datanet) = texts::<T>(0)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), datanet, DatanetState::Closed);

		assert_eq!(row_of::<T>(datanet)?.state, DatanetState::Closed);
		Ok(())
	}

	// From short to long, so that the deposit grows.
	#[benchmark]
	fn set_metadata() -> Result<(), BenchmarkError> {
		let (owner, datanet) = texts::<T>(0)?;
		Pallet::<T>::do_set_metadata(owner.clone(), datanet, Uri::default(), H256::zero())?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(owner),
			datanet,
			longest(),
			H256::repeat_byte(7),
		);

		let details = Details::<T>::get(datanet).ok_or("it is there")?;
		assert_eq!(details.metadata_hash, H256::repeat_byte(7));
		Ok(())
	}

	#[benchmark]
	fn set_terms() -> Result<(), BenchmarkError> {
		let (owner, datanet) = texts::<T>(0)?;
		let terms = DatanetTerms {
			training_fee: 2 * OPEN,
			min_contributors_ppm: PPM / 2,
		};

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), datanet, terms);

		assert_eq!(row_of::<T>(datanet)?.terms, terms);
		Ok(())
	}

	// A claim that can be drawn from the last of all kept epochs.
	#[benchmark]
	fn authorize_conclude() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(0)?;
		let id = accepted::<T>(datanet, &funded::<T>("contributor", 0), 1)?;
		let claim = accuse::<T>(id)?;
		draw::<T>()?;
		go_to::<T>(Claims::<T>::get(claim).ok_or("it was just made")?.due);
		OutcomesOfBlock::<T>::put(Outcomes::default());
		let call = Call::<T>::conclude_claim { claim };
		let answer;

		#[block]
		{
			answer = call.authorize(TransactionSource::External);
		}

		assert!(matches!(answer, Some(Ok(_))));
		Ok(())
	}

	/// [`authorize_conclude`] of a review: for comparison.
	#[benchmark(extra)]
	fn authorize_conclude_review() -> Result<(), BenchmarkError> {
		let (_, datanet) = texts::<T>(MAX_CURATORS)?;
		let id = pending::<T>(datanet, &funded::<T>("contributor", 0), 1)?;
		let (_, review) = review_of::<T>(id)?;
		go_to::<T>(review.reveals_until.saturating_add(1));
		OutcomesOfBlock::<T>::put(Outcomes::default());
		let call = Call::<T>::conclude_review { contribution: id };
		let answer;

		#[block]
		{
			answer = call.authorize(TransactionSource::External);
		}

		assert!(matches!(answer, Some(Ok(_))));
		Ok(())
	}

	// With as many epochs kept as can be; `d` = 1 is the first block of another.
	#[benchmark]
	fn note_epoch(d: Linear<0, 1>) -> Result<(), BenchmarkError> {
		draw::<T>()?;
		let now = T::EpochIndex::get();
		let last = if d == 0 { now } else { u64::MAX };
		EpochDraws::<T>::mutate(|draws| {
			if let Some(drawn) = draws.last_mut() {
				drawn.epoch = last;
			}
		});
		OutcomesOfBlock::<T>::put(Outcomes {
			reviews: MAX_OUTCOMES_PER_BLOCK,
			claims: MAX_OUTCOMES_PER_BLOCK,
		});
		let block = frame_system::Pallet::<T>::block_number();

		#[block]
		{
			Pallet::<T>::on_initialize(block);
			Pallet::<T>::on_finalize(block);
		}

		assert!(EpochDraws::<T>::get()
			.last()
			.is_some_and(|drawn| drawn.epoch == now));
		assert!(!OutcomesOfBlock::<T>::exists());
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
