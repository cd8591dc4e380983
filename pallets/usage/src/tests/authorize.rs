// SPDX-License-Identifier: Apache-2.0
//! What may enter a block, and what it costs a node to refuse the rest.

use super::*;
use crate::{
	authorize::{PRIORITY_BATCH, PRIORITY_PAGE, PRIORITY_RELEASE},
	Operators, Quota, MAX_BATCHES_PER_BLOCK, MAX_RELEASES_PER_BLOCK,
};
use codec::Encode;
use frame_support::weights::Weight;

fn simple(channel: ChannelId) -> UsageBatch {
	batch_of(MODEL, vec![by_alice(voucher(channel, 1, OPEN, 0))])
}

/// The batch is refused for this reason before any signature is checked.
fn assert_refused_unsigned(batch: &UsageBatch, reason: AuthorizeInvalidity) {
	take_signature_checks();
	assert_eq!(validate(submission(batch)), refused(reason));
	assert_eq!(apply(submission(batch)), refused(reason));
	assert_eq!(take_signature_checks(), 0);
}

#[test]
fn a_good_batch_names_only_its_identity() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		run_to_block(9);
		let batch = simple(alice);
		let valid = validate(submission(&batch)).unwrap();
		let tag = ("UsageBatch", (&OPERATOR, MODEL, 0u64)).encode();
		assert_eq!(valid.provides, vec![tag]);
		assert!(valid.requires.is_empty());
		// Eight blocks since the operator registered.
		assert_eq!(valid.priority, PRIORITY_BATCH + 8);
		assert_eq!(valid.longevity, 10);
		assert!(valid.propagate);
	});
}

#[test]
fn who_waits_longer_comes_first() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let early = validate(submission(&simple(alice))).unwrap().priority;
		run_to_block(12);
		let late = validate(submission(&simple(alice))).unwrap().priority;
		assert_eq!(late, early + 10);
		accept(&simple(alice));
		run_to_block(14);
		let second = batch_of(MODEL, vec![by_alice(voucher(alice, 2, 2 * OPEN, 0))]);
		assert_eq!(
			validate(submission(&second)).unwrap().priority,
			PRIORITY_BATCH + 2
		);
		const { assert!(PRIORITY_BATCH < PRIORITY_PAGE && PRIORITY_PAGE < PRIORITY_RELEASE) };
	});
}

#[test]
fn an_empty_batch() {
	ExtBuilder::default().build_and_execute(|| {
		served();
		assert_refused_unsigned(&batch_of(MODEL, vec![]), AuthorizeInvalidity::EmptyBatch);
	});
}

#[test]
fn an_unknown_operator() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = UsageBatch {
			operator: STRANGER,
			..simple(alice)
		};
		assert_refused_unsigned(&batch, AuthorizeInvalidity::UnknownOperator);
	});
}

#[test]
fn an_unknown_model() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = UsageBatch {
			model: NO_MODEL,
			..simple(alice)
		};
		assert_refused_unsigned(&batch, AuthorizeInvalidity::UnknownModel);
	});
}

#[test]
fn a_consumed_sequence_is_stale() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = simple(alice);
		accept(&batch);
		take_signature_checks();
		let stale = InvalidTransaction::Stale.into();
		assert_eq!(apply(submission(&batch)), Err(stale));
		next_block();
		assert_eq!(validate(submission(&batch)), Err(stale));
		assert_eq!(apply(submission(&batch)), Err(stale));
		assert_eq!(take_signature_checks(), 0);
	});
}

#[test]
fn a_gap_waits_in_the_pool_and_never_enters_a_block() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let later = UsageBatch {
			sequence: 3,
			..simple(alice)
		};
		let valid = validate(submission(&later)).unwrap();
		assert_eq!(
			valid.requires,
			vec![("UsageBatch", (&OPERATOR, MODEL, 2u64)).encode()]
		);
		assert_eq!(
			valid.provides,
			vec![("UsageBatch", (&OPERATOR, MODEL, 3u64)).encode()]
		);
		let full = InvalidTransaction::ExhaustsResources.into();
		assert_eq!(apply(submission(&later)), Err(full));
		let last = UsageBatch {
			sequence: 8,
			..simple(alice)
		};
		assert!(validate(submission(&last)).is_ok());
		let too_late = UsageBatch {
			sequence: 9,
			..simple(alice)
		};
		assert_refused_unsigned(&too_late, AuthorizeInvalidity::SequenceGap);
		let never = UsageBatch {
			sequence: u64::MAX,
			..simple(alice)
		};
		assert_refused_unsigned(&never, AuthorizeInvalidity::SequenceGap);
	});
}

#[test]
fn a_batch_past_valid_until() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = UsageBatch {
			valid_until: 5,
			..simple(alice)
		};
		run_to_block(6);
		assert_refused_unsigned(&batch, AuthorizeInvalidity::Expired);
		// The last block counts.
		accept(&UsageBatch {
			valid_until: 6,
			..simple(alice)
		});
	});
}

#[test]
fn a_batch_that_is_valid_too_long() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = UsageBatch {
			valid_until: 23,
			..simple(alice)
		};
		assert_refused_unsigned(&batch, AuthorizeInvalidity::ValidTooLong);
		accept(&UsageBatch {
			valid_until: 22,
			..simple(alice)
		});
	});
}

#[test]
fn one_batch_per_operator_and_block() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		accept(&simple(alice));
		let second = batch_of(MODEL, vec![by_alice(voucher(alice, 2, 2 * OPEN, 0))]);
		take_signature_checks();
		let full = InvalidTransaction::ExhaustsResources.into();
		assert_eq!(apply(submission(&second)), Err(full));
		assert_eq!(take_signature_checks(), 0);
		// A pool that validates for the next block lets it in.
		next_block();
		assert!(validate(submission(&second)).is_ok());
		accept(&second);
	});
}

#[test]
fn batches_leave_half_of_the_block() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = simple(alice);
		let full = InvalidTransaction::ExhaustsResources.into();
		let weight = Usage::batch_weight(1, 0);
		let half = Weight::from_parts(500_000_000_000, 5 * 1024 * 1024 / 2);
		let just_too_much = half - weight + Weight::from_parts(1, 0);
		Quota::<Test>::mutate(|used| used.weight = just_too_much);
		assert_eq!(apply(submission(&batch)), Err(full));
		let just_too_long = half - weight + Weight::from_parts(0, 1);
		Quota::<Test>::mutate(|used| used.weight = just_too_long);
		assert_eq!(apply(submission(&batch)), Err(full));
		Quota::<Test>::put(BlockUse {
			batches: MAX_BATCHES_PER_BLOCK,
			..Default::default()
		});
		assert_eq!(apply(submission(&batch)), Err(full));
		Quota::<Test>::put(BlockUse {
			weight: half - weight,
			batches: MAX_BATCHES_PER_BLOCK - 1,
			releases: 0,
		});
		accept(&batch);
		assert_eq!(Quota::<Test>::get().weight, half);
		assert_eq!(Quota::<Test>::get().batches, MAX_BATCHES_PER_BLOCK);
	});
}

#[test]
fn pages_use_the_same_half() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		accept(&batch);
		release(&batch);
		let weight = Usage::page_weight(3);
		let left = Usage::quota() - weight;
		Quota::<Test>::mutate(|used| used.weight = left + Weight::from_parts(1, 0));
		let full = InvalidTransaction::ExhaustsResources.into();
		assert_eq!(apply(push(&pages[0])), Err(full));
		Quota::<Test>::mutate(|used| used.weight = left);
		pay(&pages[0]);
		assert_eq!(Quota::<Test>::get().weight, Usage::quota());
	});
}

#[test]
fn an_operator_with_too_many_unpaid_pages() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		let set = |pages| {
			Operators::<Test>::mutate(OPERATOR, |row| row.as_mut().unwrap().unpaid_pages = pages);
		};
		set(2_048);
		assert_refused_unsigned(&batch, AuthorizeInvalidity::TooManyPages);
		set(2_047);
		assert!(validate(submission(&batch)).is_ok());
		set(0);
	});
}

#[test]
fn a_bond_that_doesnt_cover() {
	ExtBuilder::default().build_and_execute(|| {
		register(OPERATOR, 100 * OPEN);
		let alice = open_alice(MODEL, 1_000 * OPEN);
		next_block();
		// 2 · 32.5 % of the fee and 1 OPEN: 100 OPEN cover a fee of 152.3 OPEN.
		let cover = |fee| batch_of(MODEL, vec![by_alice(voucher(alice, 1, fee, 0))]);
		let most = 99 * OPEN * 100 / 65;
		let too_much = cover(most + 100);
		assert_refused_unsigned(&too_much, AuthorizeInvalidity::BondTooSmall);
		accept(&cover(most - 100));
		next_block();
		// All of the bond stands for the first batch now.
		let more = batch_of(MODEL, vec![by_alice(voucher(alice, 2, 160 * OPEN, 0))]);
		assert_refused_unsigned(&more, AuthorizeInvalidity::BondTooSmall);
		assert_ok!(Usage::bond_more(RuntimeOrigin::signed(OPERATOR), 20 * OPEN));
		accept(&more);
	});
}

#[test]
fn a_fee_nobody_can_have() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = UsageBatch {
			fee_total: u128::MAX,
			..simple(alice)
		};
		assert_refused_unsigned(&batch, AuthorizeInvalidity::BondTooSmall);
	});
}

#[test]
fn an_operator_who_cannot_pay_max_charge() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		// D is 0.325 OPEN, so 1 000 − 1.65 OPEN of the bond are above coverage.
		let spare = 1_000 * OPEN - 1_650 * OPEN / 1_000;
		let means = free(&OPERATOR) - ED + spare;
		let batch = UsageBatch {
			max_charge: means + 1,
			..simple(alice)
		};
		assert_refused_unsigned(&batch, AuthorizeInvalidity::CannotPay);
		accept(&UsageBatch {
			max_charge: means,
			..simple(alice)
		});
	});
}

#[test]
fn a_charge_above_max_charge() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let charge = Usage::charge_of(1, 0, 0).whole;
		let batch = UsageBatch {
			max_charge: charge - 1,
			..simple(alice)
		};
		assert_refused_unsigned(&batch, AuthorizeInvalidity::ChargeAboveMaximum);
		accept(&UsageBatch {
			max_charge: charge,
			..simple(alice)
		});
	});
}

#[test]
fn a_signature_that_doesnt_cover_every_byte() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = simple(alice);
		let signature = sign(&batch);
		let submit = |batch: UsageBatch, signature| {
			let call = Call::submit_batch {
				batch: Box::new(batch),
				signature,
			};
			validate(call.into())
		};
		let bad = refused(AuthorizeInvalidity::BadSignature);
		let with = |change: fn(&mut UsageBatch)| {
			let mut changed = batch.clone();
			change(&mut changed);
			changed
		};
		assert_eq!(submit(with(|b| b.valid_until -= 1), signature), bad);
		assert_eq!(submit(with(|b| b.max_charge -= 1), signature), bad);
		assert_eq!(submit(with(|b| b.fee_total -= 1), signature), bad);
		assert_eq!(submit(with(|b| b.matched += 1), signature), bad);
		assert_eq!(submit(with(|b| b.lines += 1), signature), bad);
		assert_eq!(
			submit(with(|b| b.lines_root = H256::zero()), signature),
			bad
		);
		assert_eq!(submit(with(|b| b.sequence += 1), signature), bad);
		assert_eq!(
			submit(with(|b| b.vouchers[0].signature[0] ^= 1), signature),
			bad
		);
		// Of another chain, of another key, of another scheme.
		let foreign = operator_key()
			.sign(batch.digest(&H256::zero()).as_bytes())
			.0;
		assert_eq!(submit(batch.clone(), foreign), bad);
		let stranger = alice_key().sign(batch.digest(&GENESIS_HASH).as_bytes()).0;
		assert_eq!(submit(batch.clone(), stranger), bad);
		let wrapped = payload::wrapped(batch.digest(&GENESIS_HASH).as_bytes());
		assert_eq!(submit(batch.clone(), operator_key().sign(&wrapped).0), bad);
		assert!(submit(batch.clone(), signature).is_ok());
	});
}

#[test]
fn an_ed25519_operator_signs_as_well() {
	ExtBuilder::default().build_and_execute(|| {
		let key = bob_key();
		let origin = RuntimeOrigin::signed(OPERATOR);
		assert_ok!(Usage::register_operator(
			origin,
			100 * OPEN,
			key.public().0,
			1
		));
		let alice = open_alice(MODEL, 10 * OPEN);
		next_block();
		let batch = simple(alice);
		let signature = key.sign(batch.digest(&GENESIS_HASH).as_bytes()).0;
		let call = Call::submit_batch {
			batch: Box::new(batch.clone()),
			signature,
		};
		assert_eq!(apply(call.into()), Ok(Ok(())));
		assert_eq!(Usage::api_next_sequence(OPERATOR, MODEL), 1);
	});
}

/// However often a call is minted anew with extension bytes that nobody signs, a node checks at
/// most one signature for each, never one per voucher; what the state refuses costs none.
#[test]
fn a_reminted_transaction_costs_at_most_one_signature_check() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		let vouchers = vec![
			by_alice(voucher(alice, 1, OPEN, 0)),
			by_bob(voucher(bob, 1, OPEN, 0)),
		];
		let batch = batch_of(MODEL, vouchers);
		let mut forged = batch.clone();
		forged.vouchers[0].signature = [9; 64];
		take_signature_checks();
		for nonce in 0..50 {
			let minted = Extrinsic::new_transaction(submission(&batch), extension(nonce));
			let other = Extrinsic::new_transaction(submission(&batch), extension(nonce + 1));
			assert_ne!(minted.encode(), other.encode());
			assert!(validate_minted(submission(&batch), nonce).is_ok());
			assert_eq!(take_signature_checks(), 1);
			// The operator's signature is good, a voucher's is not: dispatch will see.
			assert!(validate_minted(submission(&forged), nonce).is_ok());
			assert_eq!(take_signature_checks(), 1);
			let signature = [7; 64];
			let call = Call::submit_batch {
				batch: Box::new(batch.clone()),
				signature,
			};
			let bad = refused(AuthorizeInvalidity::BadSignature);
			assert_eq!(validate_minted(call.into(), nonce), bad);
			assert_eq!(take_signature_checks(), 1);
		}
		accept(&batch);
		assert_eq!(take_signature_checks(), 3);
		next_block();
		for nonce in 0..50 {
			assert!(validate_minted(submission(&batch), nonce).is_err());
			assert!(validate_minted(release_of(&batch), nonce).is_err());
			let page = CreditPage {
				operator: OPERATOR,
				model: MODEL,
				sequence: 0,
				page: 0,
				entries: BoundedVec::new(),
			};
			assert!(validate_minted(push(&page), nonce).is_err());
		}
		assert_eq!(take_signature_checks(), 0);
	});
}

#[test]
fn a_signed_extrinsic_is_not_authorized() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = simple(alice);
		let call: RuntimeCall = submission(&batch);
		let outcome =
			sp_runtime::traits::Dispatchable::dispatch(call, RuntimeOrigin::signed(OPERATOR));
		assert_eq!(
			outcome.unwrap_err().error,
			sp_runtime::DispatchError::BadOrigin
		);
	});
}

#[test]
fn releases_are_authorized_only_while_due() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = matched_batch(alice).0;
		assert_eq!(
			validate(release_of(&batch)),
			refused(AuthorizeInvalidity::UnknownBatch)
		);
		accept(&batch);
		// Accepted in block 2 with a window of 24.
		run_to_block(26);
		assert_eq!(
			validate(release_of(&batch)),
			refused(AuthorizeInvalidity::NotDue)
		);
		assert_eq!(
			apply(release_of(&batch)),
			refused(AuthorizeInvalidity::NotDue)
		);
		run_to_block(30);
		let valid = validate(release_of(&batch)).unwrap();
		assert_eq!(valid.priority, PRIORITY_RELEASE + 3);
		assert_eq!(
			valid.provides,
			vec![("UsageRelease", (&OPERATOR, MODEL, 0u64)).encode()]
		);
		Quota::<Test>::mutate(|used| used.releases = MAX_RELEASES_PER_BLOCK);
		let full = InvalidTransaction::ExhaustsResources.into();
		assert_eq!(apply(release_of(&batch)), Err(full));
		Quota::<Test>::mutate(|used| used.releases = MAX_RELEASES_PER_BLOCK - 1);
		assert_eq!(apply(release_of(&batch)), Ok(Ok(())));
		assert_eq!(
			apply(release_of(&batch)),
			refused(AuthorizeInvalidity::AlreadyReleased)
		);
	});
	const { assert!(MAX_RELEASES_PER_BLOCK >= MAX_BATCHES_PER_BLOCK) };
}

#[test]
fn pages_are_authorized_by_their_bytes() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		let page = pages[0].clone();
		let check = |page: &CreditPage, reason| {
			assert_eq!(validate(push(page)), refused(reason));
			assert_eq!(apply(push(page)), refused(reason));
		};
		check(&page, AuthorizeInvalidity::UnknownBatch);
		accept(&batch);
		check(&page, AuthorizeInvalidity::NotReleased);
		release(&batch);
		check(
			&CreditPage {
				page: 1,
				..page.clone()
			},
			AuthorizeInvalidity::UnknownPage,
		);
		let mut changed = page.clone();
		changed.entries[0].total += 1;
		check(&changed, AuthorizeInvalidity::PageMismatch);
		let mut shorter = page.clone();
		shorter.entries.pop();
		check(&shorter, AuthorizeInvalidity::PageMismatch);
		next_block();
		let valid = validate(push(&page)).unwrap();
		assert_eq!(valid.priority, PRIORITY_PAGE + 1);
		let tag = ("UsagePage", (&OPERATOR, MODEL, 0u64, 0u8)).encode();
		assert_eq!(valid.provides, vec![tag]);
		pay(&page);
		check(&page, AuthorizeInvalidity::UnknownBatch);
	});
}

#[test]
fn a_paid_page_is_not_paid_again() {
	ExtBuilder::default().build_and_execute(|| {
		let (batch, pages) = super::pages::two_pages();
		release(&batch);
		pay(&pages[1]);
		assert_eq!(
			validate(push(&pages[1])),
			refused(AuthorizeInvalidity::PageNotOpen)
		);
		assert_eq!(
			apply(push(&pages[1])),
			refused(AuthorizeInvalidity::PageNotOpen)
		);
	});
}

#[test]
fn codes_and_reasons_match() {
	for code in 1..=18 {
		assert_eq!(AuthorizeInvalidity::from_code(code).unwrap().code(), code);
	}
	assert_eq!(AuthorizeInvalidity::from_code(0), None);
	assert_eq!(AuthorizeInvalidity::from_code(19), None);
}
