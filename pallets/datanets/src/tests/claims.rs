// SPDX-License-Identifier: Apache-2.0
//! Making a claim, its draw, its end, and whose money goes where.

use super::copies::*;
use crate::mock::*;
use codec::MaxEncodedLen;
use frame_support::{
	assert_noop, assert_ok,
	traits::{Get, Hooks},
};
use frame_system::RawOrigin;
use openledger_primitives::{
	ports::DatanetKind, AccountId32, Balance, ClaimId, ContributionId, MILLI, OPEN,
};
use sp_runtime::TokenError;

fn accuse(id: ContributionId) -> sp_runtime::DispatchResult {
	Datanets::claim_duplicate(signed(&REPORTER), id)
}

/// Past `authorize`, as a block's author could.
fn force_conclude(claim: ClaimId) -> sp_runtime::DispatchResult {
	Datanets::conclude_claim(RawOrigin::Authorized.into(), claim)
}

fn claim_deposit() -> Balance {
	// The lock of a pool row is 92 bytes.
	deposit_of(8 + ClaimOf::<Test>::max_encoded_len() + AgendaKey::max_encoded_len() + 92)
}

fn claim_prepaid() -> Balance {
	prepaid(<Test as Config>::WeightInfo::conclude_claim())
}

fn on_agenda(block: u32, claim: ClaimId) -> bool {
	Agenda::<Test>::contains_key((block.to_be_bytes(), Due::Claim(claim)))
}

/// All of an account's money, whatever it is held for.
fn wealth(who: &AccountId32) -> Balance {
	Balances::free_balance(who) + Balances::reserved_balance(who)
}

#[test]
fn a_claim_costs_a_bond_a_deposit_and_the_keepers_calls() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.bond_per_byte = 5 * MILLI);
		let accused = published(datanet, &BOB, prose(1, 3));
		let bond = 5 * MILLI * accused.bytes.len() as Balance;
		assert!(bond > OPEN);
		let treasury = Balances::free_balance(&TREASURY);
		assert_ok!(accuse(accused.id));

		assert_eq!(held(HoldReason::ReporterBond, &REPORTER), bond);
		assert_eq!(held(HoldReason::StorageDeposit, &REPORTER), claim_deposit());
		assert_eq!(
			Balances::free_balance(&REPORTER),
			FUNDS - bond - claim_deposit() - claim_prepaid()
		);
		assert_eq!(
			Balances::free_balance(&TREASURY),
			treasury + claim_prepaid()
		);
		let claim = row(1);
		assert_eq!(
			(claim.reporter, claim.contribution, claim.bond),
			(REPORTER, accused.id, bond)
		);
		assert_eq!((claim.claimed_at, claim.epoch), (2, 2));
		assert_eq!((claim.draw, claim.shown), (None, 0));
		assert_eq!(claim.due, 2 + 2 * EPOCH + 1);
		assert!(on_agenda(claim.due, 1));
		assert_eq!(contribution(accused.id).claims, 1);
		assert_eq!(
			events().pop(),
			Some(Event::DuplicateClaimed {
				claim: 1,
				contribution: accused.id,
				reporter: REPORTER,
				bond,
				epoch: 2,
			})
		);
	});
}

#[test]
fn the_bond_is_never_below_the_floor() {
	ExtBuilder::default().build_and_execute(|| {
		let accused = published(create_plain(), &BOB, prose(1, 3));
		claim_on(&accused);
		assert_eq!(held(HoldReason::ReporterBond, &REPORTER), OPEN);
		let parameters = DatanetsParameters {
			min_bond: 7 * OPEN,
			..DatanetsParameters::development()
		};
		assert_ok!(Datanets::set_parameters(RawOrigin::Root.into(), parameters));
		// Today's floor, not that of the accused's commit.
		claim_on(&accused);
		assert_eq!(held(HoldReason::ReporterBond, &REPORTER), 8 * OPEN);
	});
}

#[test]
fn only_pending_and_accepted_contributions_are_accused() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let committed = commit(datanet, &BOB, &text(1, 1_024));
		let pending = contribute(datanet, &BOB, &text(2, 1_024));
		let accepted = contribute(datanet, &BOB, &text(3, 1_024));
		accept(accepted, 1);
		let rejected = contribute(datanet, &BOB, &text(4, 1_024));
		reject(rejected);
		let withdrawn = contribute(datanet, &BOB, &text(5, 1_024));
		accept(withdrawn, 1);
		assert_ok!(Datanets::withdraw(signed(&BOB), withdrawn));
		let revoked = contribute(datanet, &BOB, &text(6, 1_024));
		accept(revoked, 1);
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), revoked, 9));

		for id in [committed, rejected, withdrawn, revoked] {
			assert_noop!(accuse(id), Error::<Test>::NotAccusable);
		}
		assert_noop!(accuse(99), Error::<Test>::ContributionNotFound);
		assert_ok!(accuse(pending));
		assert_ok!(accuse(accepted));
	});
}

#[test]
fn opaque_content_is_never_accused() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.kind = DatanetKind::Opaque);
		let id = contribute(datanet, &BOB, &text(1, 2_000));
		assert_noop!(accuse(id), Error::<Test>::OpaqueContent);
		accept(id, 1);
		assert_noop!(accuse(id), Error::<Test>::OpaqueContent);
	});
}

#[test]
fn a_claim_that_cannot_be_paid_or_numbered_leaves_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &BOB, &text(1, 1_024));
		assert_noop!(
			Datanets::claim_duplicate(signed(&POOR), id),
			TokenError::FundsUnavailable
		);
		// Enough for the keepers, not for the bond.
		assert_ok!(Balances::force_set_balance(
			RawOrigin::Root.into(),
			POOR,
			claim_prepaid() + OPEN
		));
		assert_noop!(
			Datanets::claim_duplicate(signed(&POOR), id),
			TokenError::FundsUnavailable
		);
		ClaimCount::<Test>::put(u64::MAX);
		assert_noop!(accuse(id), Error::<Test>::IdsExhausted);
		ClaimCount::<Test>::put(0);
		assert_noop!(
			Datanets::claim_duplicate(RawOrigin::Root.into(), id),
			sp_runtime::DispatchError::BadOrigin
		);
	});
}

#[test]
fn the_first_epoch_that_starts_a_whole_epoch_later_draws() {
	for claimed_at in [2, 9, 10, 11, 20] {
		ExtBuilder::default().build_and_execute(|| {
			let accused = published(create_plain(), &BOB, prose(1, 3));
			advance_to(claimed_at);
			let epoch = EpochIndex::get();
			let claim = claim_on(&accused);
			assert_eq!(row(claim).epoch, epoch + 2);
			while EpochIndex::get() < epoch + 2 {
				assert_eq!(Pallet::<Test>::draw_of(&row(claim)), None);
				advance(1);
			}
			assert!(now() - claimed_at > EPOCH, "a whole epoch in between");
			let drawn = EpochDraws::<Test>::get().last().copied().unwrap();
			assert_eq!((drawn.epoch, drawn.from), (epoch + 2, now()));
			assert_eq!(
				Pallet::<Test>::draw_of(&row(claim)),
				Some(Draw {
					value: drawn.value,
					until: now() + 40
				})
			);
		});
	}
}

#[test]
fn later_epochs_change_nothing_and_skipped_ones_are_passed_over() {
	ExtBuilder::default().build_and_execute(|| {
		let accused = published(create_plain(), &BOB, prose(1, 3));
		let claim = claim_on(&accused);
		next_epoch();
		// The chain misses the epoch that should draw and two more.
		advance(EPOCH - 1);
		SkippedEpochs::set(3);
		advance(1);
		let draw = draw(claim);
		let drawn = EpochDraws::<Test>::get().last().copied().unwrap();
		assert_eq!((drawn.epoch, drawn.value), (5, draw.value));
		next_epoch();
		assert_eq!(super::copies::draw(claim), draw);
	});
}

#[test]
fn claims_of_one_epoch_draw_other_positions() {
	ExtBuilder::default().build_and_execute(|| {
		let accused = published(create_plain(), &BOB, prose(1, 20));
		let (first, second) = (claim_on(&accused), claim_by(&ALICE, &accused));
		wait_for_draw(second);
		assert_eq!(draw(first), draw(second));
		let same = (0..96)
			.filter(|index| position(first, *index, &accused) == position(second, *index, &accused))
			.count();
		assert!(same < 3);
	});
}

#[test]
fn a_keeper_draws_what_nobody_shows() {
	ExtBuilder::default().build_and_execute(|| {
		let accused = published(create_plain(), &BOB, prose(1, 3));
		let claim = claim_on(&accused);
		let due = row(claim).due;
		wait_for_draw(claim);
		let fixed = draw(claim);
		assert!(now() < due);
		assert_noop!(force_conclude(claim), Error::<Test>::NotDue);
		advance_to(due - 1);
		assert_noop!(force_conclude(claim), Error::<Test>::NotDue);
		advance(1);
		conclude(claim);
		assert_eq!(
			events().pop(),
			Some(Event::ClaimDrawn {
				claim,
				randomness: fixed.value,
				until: fixed.until
			})
		);
		assert_eq!(row(claim).draw, Some(fixed));
		assert_eq!(row(claim).due, fixed.until + 1);
		assert!(!on_agenda(due, claim));
		assert!(on_agenda(fixed.until + 1, claim));
		// Once is enough, and its end isn't due yet.
		assert_noop!(force_conclude(claim), Error::<Test>::NotDue);
		advance_to(fixed.until);
		assert_noop!(force_conclude(claim), Error::<Test>::NotDue);
		advance(1);
		conclude(claim);
		assert_eq!(last_end(), (claim, ClaimOutcome::Failed));
		assert_noop!(force_conclude(claim), Error::<Test>::ClaimNotFound);
	});
}

#[test]
fn a_claim_whose_epoch_has_not_come_is_not_due() {
	ExtBuilder::default().build_and_execute(|| {
		let accused = published(create_plain(), &BOB, prose(1, 3));
		let claim = claim_on(&accused);
		// Slower epochs than promised: the block has come, the epoch hasn't.
		EpochDraws::<Test>::mutate(|kept| kept.clear());
		System::set_block_number(row(claim).due);
		assert_noop!(force_conclude(claim), Error::<Test>::NotDue);
		<Datanets as Hooks<u32>>::on_initialize(now());
		assert_ok!(force_conclude(claim));
		assert!(row(claim).draw.is_some());
	});
}

#[test]
fn a_draw_that_is_no_longer_kept_makes_the_claim_moot() {
	ExtBuilder::default().build_and_execute(|| {
		let accused = published(create_plain(), &BOB, prose(1, 3));
		let claim = claim_on(&accused);
		wait_for_draw(claim);
		let drew = row(claim).epoch;
		// The epoch that draws is the oldest that is kept.
		advance(EPOCH * (KEPT_EPOCHS - 1));
		assert_eq!(EpochDraws::<Test>::get()[0].epoch, drew);
		assert!(Pallet::<Test>::draw_of(&row(claim)).is_some());
		next_epoch();
		assert_eq!(Pallet::<Test>::draw_of(&row(claim)), None);
		conclude(claim);
		assert_eq!(last_end(), (claim, ClaimOutcome::Moot));
		assert_eq!(wealth(&REPORTER), FUNDS - claim_prepaid());
		assert_eq!(contribution(accused.id).claims, 0);
		assert!(placed_locks().is_empty());
	});
}

/// Money of a proved claim on an accepted copy, to the planck.
#[test]
fn a_proved_claim_pays_reporter_and_treasury_and_burns_the_rest() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.bond_per_byte = 777_777_777);
		let text = prose(1, 20);
		let original = published(datanet, &ALICE, &text);
		let copy = published(datanet, &BOB, format!("{text}\nBy Bob.\n"));
		let honest = published(datanet, &BOB, prose(2, 7));
		let bond = 777_777_777 * copy.bytes.len() as Balance;
		assert_ne!(bond % 4, 0);
		earn(datanet, 1, &BOB, 1_000_000_007);
		let claim = claim_on(&copy);
		earn(datanet, 1, &BOB, 333_333_333);
		let (points, others) = (2 * copy.bytes.len(), 2 * honest.bytes.len());
		let pending = 1_333_333_340_u128;
		let aside = pending * points as u128 / (points + others) as u128;
		let before = (wealth(&REPORTER), wealth(&BOB), Balances::total_issuance());
		assert_eq!(accrued(&BOB), 0);

		wait_for_draw(claim);
		assert_eq!(show_all(claim, &copy, &[&original]), 64);

		let quarter = bond / 4;
		assert_eq!(wealth(&REPORTER), before.0 + quarter);
		assert_eq!(accrued(&REPORTER), aside / 2);
		assert_eq!(accrued(&TREASURY), aside - aside / 2);
		assert_eq!(wealth(&BOB), before.1 - bond);
		assert_eq!(accrued(&BOB), pending - aside);
		assert_eq!(Balances::total_issuance(), before.2 - (bond - quarter));
		assert_eq!(Balances::reserved_balance(&REPORTER), 0);
		assert_eq!(contribution(copy.id).bond, 0);
		assert_eq!(
			contribution(honest.id).bond,
			777_777_777 * honest.bytes.len() as Balance
		);
		assert_eq!(
			events()[events().len() - 2..],
			[
				Event::Revoked {
					contribution: copy.id,
					points: points as u64,
					reason: None
				},
				Event::ClaimEnded {
					claim,
					contribution: copy.id,
					outcome: ClaimOutcome::Proved,
					reporter_paid: quarter + aside / 2,
					accused_paid: 0,
					burned: bond - quarter,
				}
			]
		);
		assert_eq!(
			contribution(copy.id).status,
			Status::Revoked {
				acceptance: *contribution(copy.id).status.acceptance().unwrap(),
				at: now(),
				cause: Cause::Duplicate
			}
		);
		assert_eq!(Claims::<Test>::iter().count(), 0);
		assert!(Agenda::<Test>::iter_keys().all(|(_, due)| due != Due::Claim(claim)));
		// The honest text goes on earning for its author.
		earn(datanet, 1, &BOB, 5);
		assert_eq!(pool_row(datanet, 1, &BOB).points, others as u64);
		assert_eq!(accrued(&BOB), pending - aside + 5);
	});
}

/// Money of a failed one.
#[test]
fn a_failed_claim_pays_the_accused_and_burns_the_rest() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.bond_per_byte = 777_777_777);
		let accused = published(datanet, &BOB, prose(1, 21));
		let bond = 777_777_777 * accused.bytes.len() as Balance;
		let before = (wealth(&REPORTER), wealth(&BOB), Balances::total_issuance());
		let claim = claim_on(&accused);
		earn(datanet, 1, &BOB, 1_001);
		assert_eq!(pool_row(datanet, 1, &BOB).withheld, 1_001);
		run_out_undrawn(claim);

		let half = bond / 2;
		assert_eq!(wealth(&REPORTER), before.0 - bond - claim_prepaid());
		assert_eq!(Balances::reserved_balance(&REPORTER), 0);
		assert_eq!(wealth(&BOB), before.1 + half);
		assert_eq!(Balances::total_issuance(), before.2 - (bond - half));
		assert_eq!(accrued(&BOB), 1_001);
		assert_eq!(contribution(accused.id).claims, 0);
		assert_eq!(
			events().pop(),
			Some(Event::ClaimEnded {
				claim,
				contribution: accused.id,
				outcome: ClaimOutcome::Failed,
				reporter_paid: 0,
				accused_paid: half,
				burned: bond - half,
			})
		);
	});
}

/// Nobody does anything until all time is over: one call draws, the next ends.
fn run_out_undrawn(claim: ClaimId) {
	wait_for_draw(claim);
	run_out(claim);
}

#[test]
fn sixty_three_windows_prove_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		show_some(case.claim, &case.copy, &[&case.original], 63);
		assert_eq!(row(case.claim).shown.count_ones(), 63);
		run_out(case.claim);
		assert_eq!(last_end(), (case.claim, ClaimOutcome::Failed));
	});
}

#[test]
fn a_proved_copy_in_review_is_rejected() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.bond_per_byte = 777_777_777);
		let text = prose(1, 10);
		let original = published(datanet, &ALICE, &text);
		let copy = submitted(datanet, &BOB, text.to_uppercase());
		let (free, bond) = (Balances::free_balance(&BOB), contribution(copy.id).bond);
		let (fee, deposit) = (
			held(HoldReason::ReviewFee, &BOB),
			held(HoldReason::StorageDeposit, &BOB),
		);
		let before = (wealth(&REPORTER), Balances::total_issuance());
		let claim = claim_on(&copy);
		wait_for_draw(claim);
		assert_eq!(show_all(claim, &copy, &[&original]), 64);

		assert_eq!(
			contribution(copy.id).status,
			Status::Rejected {
				reason: REASON_DUPLICATE,
				root_free_from: now() + 10,
				appeal: openledger_primitives::apis::Appeal::Closed,
			}
		);
		assert_eq!(Reviews::<Test>::get(copy.id), None);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		let paid = bond / 4;
		assert_eq!(wealth(&REPORTER), before.0 - claim_prepaid() + paid);
		assert_eq!(Balances::total_issuance(), before.1 - (bond - paid));
		// Nobody voted: the fee is back, and so is the deposit of the review.
		assert_eq!(held(HoldReason::ReviewFee, &BOB), 0);
		let kept = held(HoldReason::StorageDeposit, &BOB);
		assert!(kept < deposit);
		assert_eq!(Balances::free_balance(&BOB), free + fee + deposit - kept);
		assert_eq!(
			events().pop(),
			Some(Event::ClaimEnded {
				claim,
				contribution: copy.id,
				outcome: ClaimOutcome::Proved,
				reporter_paid: paid,
				accused_paid: 0,
				burned: bond - paid,
			})
		);
		// The bytes can be put up again after the period.
		advance(10);
		assert_ok!(Datanets::release_bond(signed(&OWNER), copy.id));
		submitted(datanet, &OWNER, text.to_uppercase());
	});
}

#[test]
fn a_revoked_root_is_free_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 10);
		let case = Case::new(&text, text.to_uppercase());
		case.show_all();
		assert_eq!(
			Roots::<Test>::iter()
				.map(|(_, _, id)| id)
				.collect::<Vec<_>>(),
			[case.original.id]
		);
		submitted(case.datanet, &OWNER, text.to_uppercase());
	});
}

#[test]
fn the_first_proved_ends_the_others_without_loss() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 20);
		let datanet = create_plain();
		let original = published(datanet, &ALICE, &text);
		let copy = published(datanet, &BOB, text.to_uppercase());
		let claims: Vec<_> = [&OWNER, &REPORTER, &CURATOR]
			.into_iter()
			.map(|who| claim_by(who, &copy))
			.collect();
		assert_eq!(contribution(copy.id).claims, 3);
		assert_eq!(placed_locks().into_values().sum::<u32>(), 1);
		wait_for_draw(claims[2]);
		show_some(claims[0], &copy, &[&original], 63);
		assert_eq!(show_all(claims[1], &copy, &[&original]), 64);
		assert_eq!(last_end(), (claims[1], ClaimOutcome::Proved));
		assert_eq!(contribution(copy.id).claims, 2);
		assert!(placed_locks().is_empty());

		let more = find_all(claims[0], &copy, &[&original]);
		assert_noop!(show(claims[0], &more[63]), Error::<Test>::ClaimMoot);
		let before = (wealth(&OWNER), wealth(&CURATOR), Balances::total_issuance());
		for claim in [claims[0], claims[2]] {
			advance_to(row(claim).due);
			conclude(claim);
			assert_eq!(last_end(), (claim, ClaimOutcome::Moot));
		}
		assert_eq!(
			(wealth(&OWNER), wealth(&CURATOR), Balances::total_issuance()),
			before
		);
		assert_eq!(held(HoldReason::ReporterBond, &OWNER), 0);
		assert_eq!(contribution(copy.id).claims, 0);
	});
}

#[test]
fn what_failed_claims_withhold_waits_for_the_last() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let accused = published(datanet, &BOB, prose(1, 5));
		let first = claim_on(&accused);
		next_epoch();
		let second = claim_by(&ALICE, &accused);
		earn(datanet, 1, &BOB, 100);
		run_out_undrawn(first);
		assert_eq!(pool_row(datanet, 1, &BOB).withheld, 100);
		assert_eq!(accrued(&BOB), 0);
		run_out_undrawn(second);
		assert_eq!(accrued(&BOB), 100);
		// And again from the start.
		let third = claim_on(&accused);
		earn(datanet, 1, &BOB, 7);
		assert_eq!(pool_row(datanet, 1, &BOB).withheld, 7);
		run_out_undrawn(third);
		assert_eq!(accrued(&BOB), 107);
	});
}

#[test]
fn a_pending_accused_is_locked_when_it_is_accepted() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = prose(1, 10);
		let original = published(datanet, &ALICE, &text);
		let copy = submitted(datanet, &BOB, text.to_uppercase());
		let claims = [claim_on(&copy), claim_by(&OWNER, &copy)];
		assert!(placed_locks().is_empty());
		accept(copy.id, 4);
		assert_eq!(placed_locks().into_values().collect::<Vec<_>>(), [1]);
		earn(datanet, 1, &BOB, 1_000);
		wait_for_draw(claims[0]);
		assert_eq!(show_all(claims[0], &copy, &[&original]), 64);
		assert_eq!((accrued(&REPORTER), accrued(&TREASURY)), (500, 500));
		assert_eq!(accrued(&BOB), 0);
		run_out_undrawn(claims[1]);
		assert_eq!(last_end(), (claims[1], ClaimOutcome::Moot));
	});
}

#[test]
fn a_claim_goes_on_when_an_appeal_overturns_a_rejection() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let text = prose(1, 10);
		let original = published(datanet, &ALICE, &text);
		let copy = submitted(datanet, &BOB, text.to_uppercase());
		let claim = claim_on(&copy);
		reject(copy.id);
		assert_noop!(accuse(copy.id), Error::<Test>::NotAccusable);
		assert_ok!(Datanets::appeal(signed(&BOB), copy.id));
		let verdict = Verdict::Accept { quality: 2 };
		assert_ok!(Datanets::decide_appeal(
			RawOrigin::Root.into(),
			copy.id,
			verdict
		));
		assert_eq!(placed_locks().into_values().collect::<Vec<_>>(), [1]);
		wait_for_draw(claim);
		assert_eq!(show_all(claim, &copy, &[&original]), 64);
		assert_eq!(last_end(), (claim, ClaimOutcome::Proved));
		assert!(placed_locks().is_empty());
	});
}

#[test]
fn claims_on_what_is_rejected_or_gone_are_moot() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let bytes = prose(1, 5);
		let early = commit(datanet, &ALICE, bytes.as_bytes());
		let taken_over = submitted(datanet, &BOB, &bytes);
		let rejected = submitted(datanet, &BOB, prose(2, 5));
		let cleared = submitted(datanet, &BOB, prose(3, 5));
		let revoked = published(datanet, &BOB, prose(4, 5));
		let claims: Vec<_> = [&taken_over, &rejected, &cleared, &revoked]
			.into_iter()
			.map(claim_on)
			.collect();
		assert_ok!(Datanets::contribute(
			signed(&ALICE),
			early,
			reveal(bytes.as_bytes())
		));
		assert_eq!(Contributions::<Test>::get(taken_over.id), None);
		reject(rejected.id);
		reject(cleared.id);
		assert_ok!(Datanets::revoke(RawOrigin::Root.into(), revoked.id, 1));
		advance(10);
		assert_ok!(Datanets::release_bond(signed(&OWNER), cleared.id));
		advance_to(row(claims[3]).due);
		for claim in claims {
			// Before anybody has drawn, too.
			conclude(claim);
			assert_eq!(last_end(), (claim, ClaimOutcome::Moot));
		}
		assert_eq!(wealth(&REPORTER), FUNDS - 4 * claim_prepaid());
		assert_eq!(Balances::reserved_balance(&REPORTER), 0);
		for id in [rejected.id, revoked.id] {
			assert_eq!(contribution(id).claims, 0);
		}
	});
}

#[test]
fn the_bond_stays_held_while_a_claim_is_open() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let accused = published(datanet, &BOB, prose(1, 5));
		advance(40);
		let claim = claim_on(&accused);
		advance(20);
		let release = || Datanets::release_bond(signed(&OWNER), accused.id);
		assert_noop!(release(), Error::<Test>::ClaimsOpen);
		run_out_undrawn(claim);
		assert_ok!(release());
		// Without a bond there is less to win, and the claim is as good.
		let late = claim_on(&accused);
		run_out_undrawn(late);
		assert_eq!(last_end(), (late, ClaimOutcome::Failed));
	});
}

#[test]
fn a_copy_whose_bond_is_gone_is_revoked_all_the_same() {
	ExtBuilder::default().build_and_execute(|| {
		let text = prose(1, 10);
		let datanet = create_plain();
		let original = published(datanet, &ALICE, &text);
		let copy = published(datanet, &BOB, text.to_uppercase());
		advance(50);
		assert_ok!(Datanets::release_bond(signed(&OWNER), copy.id));
		let claim = claim_on(&copy);
		wait_for_draw(claim);
		let issued = Balances::total_issuance();
		assert_eq!(show_all(claim, &copy, &[&original]), 64);
		assert_eq!(Balances::total_issuance(), issued);
		assert_eq!(wealth(&REPORTER), FUNDS - claim_prepaid());
	});
}

/// Whoever accuses himself to get ahead of others loses either way.
#[test]
fn accusing_oneself_loses() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create(|params| params.bond_per_byte = 777_777_777);
		let text = prose(1, 10);
		let original = published(datanet, &ALICE, &text);
		let copy = published(datanet, &BOB, text.to_uppercase());
		let bond = contribution(copy.id).bond;
		earn(datanet, 1, &BOB, 1_001);

		let before = wealth(&BOB);
		let failed = claim_by(&BOB, &copy);
		run_out_undrawn(failed);
		assert_eq!(wealth(&BOB), before - claim_prepaid() - (bond - bond / 2));

		let before = wealth(&BOB) + accrued(&BOB);
		earn(datanet, 1, &BOB, 1_001);
		let proved = claim_by(&BOB, &copy);
		wait_for_draw(proved);
		assert_eq!(show_all(proved, &copy, &[&original]), 64);
		assert_eq!(
			wealth(&BOB) + accrued(&BOB),
			before - claim_prepaid() - (bond - bond / 4) + 500
		);
		assert_eq!(accrued(&TREASURY), 501);
	});
}

/// Reporter and accused have all their money under a vesting lock, but for a few coins.
#[test]
fn locks_shield_neither_bond() {
	ExtBuilder::default().with_lock().build_and_execute(|| {
		assert_ok!(Balances::transfer_allow_death(
			signed(&OWNER),
			LOCKED,
			OPEN / 2
		));
		let datanet = create_plain();
		let text = prose(1, 10);
		let original = published(datanet, &ALICE, &text);
		let copy = published(datanet, &LOCKED, text.to_uppercase());
		let claim = claim_by(&BOB, &copy);
		wait_for_draw(claim);
		let before = wealth(&LOCKED);
		assert_eq!(show_all(claim, &copy, &[&original]), 64);
		assert_eq!(wealth(&LOCKED), before - OPEN);
		assert_eq!(wealth(&BOB), FUNDS - claim_prepaid() + OPEN / 4);

		// What was slashed was locked: nothing is free until more comes in.
		assert_ok!(Balances::transfer_allow_death(
			signed(&OWNER),
			LOCKED,
			2 * OPEN
		));
		let failed = claim_by(&LOCKED, &original);
		let before = wealth(&LOCKED);
		run_out_undrawn(failed);
		assert_eq!(last_end(), (failed, ClaimOutcome::Failed));
		assert_eq!(wealth(&LOCKED), before - OPEN);
	});
}

#[test]
fn a_frozen_or_closed_datanet_is_open_to_claims() {
	use openledger_primitives::apis::DatanetState;
	for state in [DatanetState::Frozen, DatanetState::Closed] {
		ExtBuilder::default().build_and_execute(|| {
			let case = Case::plain();
			assert_ok!(Datanets::set_state(signed(&OWNER), case.datanet, state));
			claim_by(&CURATOR, &case.copy);
			assert_eq!(case.show_all(), 64);
		});
	}
}

#[test]
fn a_smaller_pool_share_than_a_planck_is_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::plain();
		earn(case.datanet, 1, &BOB, 1);
		case.show_all();
		assert_eq!((accrued(&REPORTER), accrued(&TREASURY)), (0, 1));
		assert_eq!(accrued(&BOB), 0);
	});
}

/// With dozens of draws a text that quotes more than half would be proved a copy by luck.
#[test]
fn only_so_many_claims_are_open_at_a_time() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let accused = published(datanet, &BOB, prose(1, 3));
		for _ in 0..MAX_OPEN_CLAIMS {
			assert_ok!(accuse(accused.id));
		}
		assert_noop!(accuse(accused.id), Error::<Test>::TooManyClaims);
		let first = ClaimCount::<Test>::get() - u64::from(MAX_OPEN_CLAIMS) + 1;
		advance_to(row(first).due);
		conclude(first);
		advance_to(row(first).due);
		conclude(first);
		assert_ok!(accuse(accused.id));
	});
}
