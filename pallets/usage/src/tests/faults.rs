// SPDX-License-Identifier: Apache-2.0
//! Every fault voids the batch: the sequence is consumed, the batch's own weight is paid, and
//! nothing else moves.

use super::*;

/// Submits the batch, expects the fault, and checks that only the charge and the sequence changed.
fn assert_only_charged(batch: &UsageBatch, fault: Fault) {
	let channels: Vec<_> = Channels::<Test>::iter().collect();
	let operator = operator_row(&OPERATOR);
	let money = (
		free(&OPERATOR),
		free(&ALICE),
		free(&BOB),
		free(&POT),
		free(&TREASURY),
	);
	let sequence = NextSequence::<Test>::get(OPERATOR, batch.model);
	assert_void(batch, fault);
	let (vouchers, pages) = (batch.vouchers.len() as u32, batch.pages.len() as u32);
	let own = Usage::charge_of(vouchers, pages, batch.lines).own;
	assert!(own > 0);
	let now = (
		free(&OPERATOR),
		free(&ALICE),
		free(&BOB),
		free(&POT),
		free(&TREASURY),
	);
	assert_eq!(
		now,
		(money.0 - own, money.1, money.2, money.3, money.4 + own)
	);
	assert_eq!(Channels::<Test>::iter().collect::<Vec<_>>(), channels);
	let expected = Operator {
		last_turn: System::block_number(),
		..operator
	};
	assert_eq!(operator_row(&OPERATOR), expected);
	assert_eq!(
		NextSequence::<Test>::get(OPERATOR, batch.model),
		sequence + 1
	);
	assert_eq!(crate::Batches::<Test>::iter().count(), 0);
	let charged = events().into_iter().find_map(|event| match event {
		Event::BatchVoided { charge, .. } => Some(charge),
		_ => None,
	});
	assert_eq!(charged, Some(own));
}

/// One voucher of Alice, changed and signed again.
fn assert_voucher_fault(change: impl FnOnce(&mut Voucher), fault: Fault) {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let mut bad = voucher(alice, 10, OPEN, 0);
		change(&mut bad);
		assert_only_charged(&batch_of(MODEL, vec![by_alice(bad)]), fault);
	});
}

/// The same after ten calls for one OPEN, half of it matched, have been settled.
fn assert_second_voucher_fault(change: impl FnOnce(&mut Voucher), fault: Fault) {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let mut first = batch_of(MODEL, vec![by_alice(voucher(alice, 10, OPEN, OPEN / 2))]);
		let pages = add_pages(&mut first, &[(contribution(CREDITED, 1), OPEN / 2)]);
		accept(&first);
		release(&first);
		pay(&pages[0]);
		next_block();
		let mut bad = voucher(alice, 20, 2 * OPEN, OPEN / 2);
		change(&mut bad);
		assert_only_charged(&batch_of(MODEL, vec![by_alice(bad)]), fault);
	});
}

#[test]
fn an_unknown_channel() {
	assert_voucher_fault(|voucher| voucher.channel = 77, Fault::UnknownChannel);
	assert_voucher_fault(|voucher| voucher.channel = 0, Fault::UnknownChannel);
}

#[test]
fn a_closed_channel() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let bytes = by_alice(voucher(alice, 10, OPEN, 0));
		assert_ok!(Usage::close_channel(RuntimeOrigin::signed(ALICE), alice));
		run_to_block(52);
		assert_only_charged(&batch_of(MODEL, vec![bytes.clone()]), Fault::ChannelClosed);
		assert_ok!(Usage::withdraw_channel(RuntimeOrigin::signed(ALICE), alice));
		next_block();
		assert_only_charged(&batch_of(MODEL, vec![bytes]), Fault::ChannelClosed);
	});
}

#[test]
fn a_voucher_for_another_channel() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, bob) = served();
		// Signed by Alice for her channel, presented for Bob's.
		let mut stolen = by_alice(voucher(1, 10, OPEN, 0));
		stolen.voucher.channel = bob;
		assert_only_charged(&batch_of(MODEL, vec![stolen.clone()]), Fault::WrongScheme);
		next_block();
		stolen.scheme = 1;
		assert_only_charged(&batch_of(MODEL, vec![stolen]), Fault::VoucherSignature);
		// The same payer and key do not help either.
		let second = open_alice(MODEL, 10 * OPEN);
		next_block();
		let mut moved = by_alice(voucher(1, 10, OPEN, 0));
		moved.voucher.channel = second;
		assert_only_charged(&batch_of(MODEL, vec![moved]), Fault::VoucherSignature);
	});
}

#[test]
fn a_voucher_for_another_chain() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let mut foreign = by_alice(voucher(alice, 10, OPEN, 0));
		let preimage = foreign.voucher.preimage(&H256::repeat_byte(1));
		foreign.signature = alice_key().sign(&preimage).0;
		assert_only_charged(&batch_of(MODEL, vec![foreign]), Fault::VoucherSignature);
	});
}

#[test]
fn a_voucher_that_was_changed_after_signing() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let mut forged = by_alice(voucher(alice, 10, OPEN, 0));
		forged.voucher.fee_total = 2 * OPEN;
		assert_only_charged(&batch_of(MODEL, vec![forged]), Fault::VoucherSignature);
	});
}

#[test]
fn a_channel_with_another_operator() {
	ExtBuilder::default().build_and_execute(|| {
		served();
		register(OTHER_OPERATOR, 100 * OPEN);
		let key = alice_key().public().0;
		assert_ok!(Usage::open_channel(
			RuntimeOrigin::signed(ALICE),
			OTHER_OPERATOR,
			MODEL,
			key,
			0,
			price(),
			OPEN
		));
		next_block();
		let batch = batch_of(MODEL, vec![by_alice(voucher(3, 1, OPEN, 0))]);
		assert_only_charged(&batch, Fault::WrongOperator);
	});
}

#[test]
fn a_channel_for_another_model() {
	ExtBuilder::default().build_and_execute(|| {
		served();
		let channel = open_alice(UNMATCHED_MODEL, 10 * OPEN);
		next_block();
		let batch = batch_of(MODEL, vec![by_alice(voucher(channel, 1, OPEN, 0))]);
		assert_only_charged(&batch, Fault::WrongModel);
	});
}

#[test]
fn a_scheme_of_another_curve() {
	for scheme in [1, 3, 4, 255] {
		ExtBuilder::default().build_and_execute(|| {
			let (alice, _) = served();
			let mut bad = by_alice(voucher(alice, 10, OPEN, 0));
			bad.scheme = scheme;
			assert_only_charged(&batch_of(MODEL, vec![bad]), Fault::WrongScheme);
		});
	}
}

#[test]
fn calls_that_dont_rise() {
	assert_voucher_fault(|voucher| voucher.calls = 0, Fault::CallsNotRising);
	assert_second_voucher_fault(|voucher| voucher.calls = 10, Fault::CallsNotRising);
	assert_second_voucher_fault(|voucher| voucher.calls = 9, Fault::CallsNotRising);
}

#[test]
fn a_fee_that_doesnt_rise_by_the_floor() {
	assert_voucher_fault(
		|voucher| voucher.fee_total = 10 * FLOOR - 1,
		Fault::FeeBelowFloor,
	);
	assert_voucher_fault(|voucher| voucher.calls = u64::MAX, Fault::FeeBelowFloor);
	let settled = OPEN;
	assert_second_voucher_fault(|voucher| voucher.fee_total = settled, Fault::FeeBelowFloor);
	assert_second_voucher_fault(
		|voucher| voucher.fee_total = settled - 1,
		Fault::FeeBelowFloor,
	);
	assert_second_voucher_fault(
		|voucher| voucher.fee_total = settled + 10 * FLOOR - 1,
		Fault::FeeBelowFloor,
	);
}

#[test]
fn a_fee_at_the_floor_settles() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		accept(&batch_of(
			MODEL,
			vec![by_alice(voucher(alice, 10, 10 * FLOOR, 0))],
		));
	});
}

#[test]
fn a_fee_over_the_deposit() {
	assert_voucher_fault(
		|voucher| voucher.fee_total = 100 * OPEN + 1,
		Fault::FeeAboveDeposit,
	);
}

#[test]
fn matched_money_that_falls() {
	assert_second_voucher_fault(|voucher| voucher.matched_total = 0, Fault::MatchedFalling);
}

#[test]
fn matched_money_above_the_fee() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let mut batch = batch_of(MODEL, vec![by_alice(voucher(alice, 10, OPEN, OPEN + 1))]);
		add_pages(&mut batch, &[(contribution(CREDITED, 1), OPEN + 1)]);
		assert_only_charged(&batch, Fault::MatchedAboveFee);
	});
}

#[test]
fn vouchers_out_of_order() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		let of_alice = by_alice(voucher(alice, 10, OPEN, 0));
		let of_bob = by_bob(voucher(bob, 10, OPEN, 0));
		let swapped = batch_of(MODEL, vec![of_bob, of_alice.clone()]);
		assert_only_charged(&swapped, Fault::VoucherOrder);
		next_block();
		let doubled = batch_of(MODEL, vec![of_alice.clone(), of_alice]);
		assert_only_charged(&doubled, Fault::VoucherOrder);
	});
}

#[test]
fn totals_that_dont_add_up() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (good, pages) = matched_batch(alice);
		for fee_total in [good.fee_total - 1, good.fee_total + 1] {
			let batch = UsageBatch {
				fee_total,
				..matched_batch(alice).0
			};
			assert_only_charged(&batch, Fault::FeeSum);
			next_block();
		}
		for wrong in [-1i64, 1] {
			let mut batch = matched_batch(alice).0;
			batch.matched = batch.matched.checked_add_signed(wrong.into()).unwrap();
			batch.pages[0].end_total = batch.matched;
			assert_only_charged(&batch, Fault::MatchedSum);
			next_block();
		}
		assert_eq!(pages.len(), 1);
	});
}

#[test]
fn page_totals_that_dont_rise_to_matched() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let void_with = |ends: &[Balance]| {
			let (mut batch, _) = matched_batch(alice);
			let page_hash = batch.pages[0].page_hash;
			let pages: Vec<_> = ends
				.iter()
				.map(|end_total| PageCommitment {
					page_hash,
					end_total: *end_total,
				})
				.collect();
			batch.pages = pages.try_into().unwrap();
			assert_only_charged(&batch, Fault::PageTotals);
			next_block();
		};
		void_with(&[]);
		void_with(&[4 * OPEN - 1]);
		void_with(&[4 * OPEN + 1]);
		void_with(&[0, 4 * OPEN]);
		void_with(&[4 * OPEN, 4 * OPEN]);
		void_with(&[3 * OPEN, 2 * OPEN, 4 * OPEN]);
	});
}

#[test]
fn pages_without_a_match() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (matched, _) = matched_batch(alice);
		let mut batch = batch_of(MODEL, vec![by_alice(voucher(alice, 10, OPEN, 0))]);
		batch.pages = matched.pages;
		assert_only_charged(&batch, Fault::PagesWithoutMatch);
	});
}

#[test]
fn matched_money_of_a_model_without_contributors() {
	ExtBuilder::default().build_and_execute(|| {
		served();
		let channel = open_alice(UNMATCHED_MODEL, 10 * OPEN);
		next_block();
		let signed = by_alice(voucher(channel, 10, OPEN, OPEN / 2));
		let mut batch = batch_of(UNMATCHED_MODEL, vec![signed]);
		add_pages(&mut batch, &[(contribution(CREDITED, 1), OPEN / 2)]);
		assert_only_charged(&batch, Fault::MatchWithoutContributors);
	});
}

#[test]
fn matched_money_without_a_data_share() {
	ExtBuilder::default().build_and_execute(|| {
		served();
		let channel = open_alice(STINGY_MODEL, 10 * OPEN);
		next_block();
		// A millionth of 65 % of 700 000 planck is less than half a planck.
		let mut batch = batch_of(
			STINGY_MODEL,
			vec![by_alice(voucher(channel, 1, 700_000, 1_000))],
		);
		add_pages(&mut batch, &[(contribution(CREDITED, 1), 1_000)]);
		assert_only_charged(&batch, Fault::MatchWithoutDataShare);
		next_block();
		// More calls at once: now there is one.
		let mut batch = batch_of(
			STINGY_MODEL,
			vec![by_alice(voucher(channel, 10, 7_000_000, 1_000))],
		);
		add_pages(&mut batch, &[(contribution(CREDITED, 1), 1_000)]);
		accept(&batch);
	});
}

#[test]
fn sums_that_overflow() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		// No such deposit can exist; the sums are checked all the same.
		for id in [alice, bob] {
			Channels::<Test>::mutate(id, |row| row.as_mut().unwrap().deposit = u128::MAX);
		}
		let mut batch = batch_of(MODEL, vec![by_alice(voucher(alice, 1, u128::MAX, 0))]);
		let more = by_bob(voucher(bob, 1, u128::MAX, 0));
		batch.vouchers.try_push(more).unwrap();
		batch.fee_total = OPEN;
		assert_eq!(Usage::check_batch(&batch, 0).err(), Some(Fault::Overflow));
		for id in [alice, bob] {
			Channels::<Test>::mutate(id, |row| row.as_mut().unwrap().deposit = 100 * OPEN);
		}
	});
}

#[test]
fn a_model_that_lost_its_terms() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		// `authorize` refuses it already; dispatch would as well.
		let batch = batch_of(NO_MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]);
		assert_eq!(
			apply(submission(&batch)),
			refused(AuthorizeInvalidity::UnknownModel)
		);
		assert_eq!(
			Usage::check_batch(&batch, 0).err(),
			Some(Fault::UnknownModel)
		);
	});
}

#[test]
fn a_ledger_that_fails_halfway() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		fail_settle(true);
		// The vouchers' money had moved and the ledger had booked: both are rolled back.
		assert_only_charged(&batch, Fault::Settlement);
		assert_eq!(waiting(), 0);
		fail_settle(false);
		next_block();
		accept(&matched_batch(alice).0);
	});
}

#[test]
fn good_vouchers_stay_redeemable() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		let good = by_alice(voucher(alice, 10, OPEN, 0));
		let mut bad = by_bob(voucher(bob, 10, OPEN, 0));
		bad.signature[5] ^= 1;
		assert_only_charged(
			&batch_of(MODEL, vec![good.clone(), bad]),
			Fault::VoucherSignature,
		);
		next_block();
		accept(&batch_of(MODEL, vec![good]));
	});
}

#[test]
fn fault_names_are_those_of_the_variants() {
	assert_eq!(Fault::FeeAboveDeposit.name(), "FeeAboveDeposit");
	assert_eq!(Fault::VoucherSignature.name(), "VoucherSignature");
}
