// SPDX-License-Identifier: Apache-2.0
//! Who caused a block's weight pays for it.

use super::*;
use crate::Operators;
use codec::Encode;
use openledger_primitives::ports::FeeSettlement;
use sp_runtime::traits::Convert;

/// What the runtime would charge a signed transaction of this weight and length.
fn fee_of(call: RuntimeCall) -> Balance {
	let transaction = Extrinsic::new_transaction(call, extension(0));
	let info = transaction.get_dispatch_info();
	let base = BlockWeights::get().get(info.class).base_extrinsic;
	WeightFee::convert((
		info.total_weight() + base,
		transaction.encoded_size() as u32,
	))
}

#[test]
fn an_operator_pays_for_the_blocks_he_fills() {
	ExtBuilder::default().build_and_execute(|| {
		let (batch, pages) = super::pages::two_pages();
		let all: Balance = [submission(&batch), release_of(&batch)]
			.into_iter()
			.chain(pages.iter().map(push))
			.map(fee_of)
			.sum();
		let charge = Usage::charge_of(1, 2, batch.lines);
		assert!(charge.whole >= all + WeightFee::convert((DistributeWeight::get(), 0)));
		assert!(charge.own >= fee_of(submission(&batch)));
		// He paid exactly the charge, and the treasury has it.
		let split = Ledger::quote(MODEL, batch.fee_total).unwrap();
		assert_eq!(free(&OPERATOR), ENDOWMENT - 1_000 * OPEN - charge.whole);
		assert_eq!(free(&TREASURY), ED + charge.whole + split.treasury);
		// Releases and pages cost nobody anything more.
		let before = free(&OPERATOR);
		release(&batch);
		pages.iter().for_each(pay);
		assert_eq!(free(&OPERATOR), before);
	});
}

#[test]
fn the_length_formulas_are_upper_bounds() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		for (vouchers, pages) in [(1u32, 0u32), (3, 2), (256, 64)] {
			let signed = by_alice(voucher(alice, 1, OPEN, 0));
			let commitment = PageCommitment {
				page_hash: H256::zero(),
				end_total: 1,
			};
			let mut batch = batch_of(MODEL, vec![signed; vouchers as usize]);
			batch.pages = vec![commitment; pages as usize].try_into().unwrap();
			let length =
				Extrinsic::new_transaction(submission(&batch), extension(u32::MAX)).encoded_size();
			assert!(length as u32 <= Usage::batch_length(vouchers, pages));
			assert!(Usage::batch_length(vouchers, pages) < length as u32 + 128);
		}
		for entries in [1u32, 256] {
			let entry = PageEntry {
				contribution: 1,
				last_line: 1,
				total: 1,
			};
			let page = CreditPage {
				operator: OPERATOR,
				model: MODEL,
				sequence: 0,
				page: 0,
				entries: vec![entry; entries as usize].try_into().unwrap(),
			};
			let length =
				Extrinsic::new_transaction(push(&page), extension(u32::MAX)).encoded_size();
			assert!(length as u32 <= Usage::page_length(entries));
			// The bytes that `authorize` hashes are at most 9 kB.
			assert!(length < 9_000);
		}
	});
}

#[test]
fn bond_above_coverage_pays_when_free_balance_is_short() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let charge = Usage::charge_of(1, 0, 0).whole;
		let keep = charge / 3;
		let away = free(&OPERATOR) - ED - keep;
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(OPERATOR),
			STRANGER,
			away
		));
		accept(&batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]));
		// The account keeps its existential deposit.
		assert_eq!(free(&OPERATOR), ED);
		assert_eq!(operator_row(&OPERATOR).bond, 1_000 * OPEN - (charge - keep));
	});
}

#[test]
fn covered_bond_pays_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let away = free(&OPERATOR) - ED;
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(OPERATOR),
			STRANGER,
			away
		));
		// Everything but 2.65 OPEN of the bond stands for others: 1.65 cover this batch, 1 is left.
		let coverage = 1_000 * OPEN - 2_650 * OPEN / 1_000;
		Operators::<Test>::mutate(OPERATOR, |row| row.as_mut().unwrap().coverage = coverage);
		let batch = batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))]);
		let greedy = UsageBatch {
			max_charge: OPEN + 1,
			..batch.clone()
		};
		assert_eq!(
			apply(submission(&greedy)),
			refused(AuthorizeInvalidity::CannotPay)
		);
		let modest = UsageBatch {
			max_charge: OPEN,
			..batch
		};
		assert!(validate(submission(&modest)).is_ok());
		Operators::<Test>::mutate(OPERATOR, |row| row.as_mut().unwrap().coverage = 0);
	});
}

#[test]
fn a_void_batch_pays_its_own_weight_from_the_bond_if_need_be() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let away = free(&OPERATOR) - ED;
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(OPERATOR),
			STRANGER,
			away
		));
		let batch = batch_of(MODEL, vec![by_alice(voucher(alice, 0, OPEN, 0))]);
		assert_void(&batch, Fault::CallsNotRising);
		let own = Usage::charge_of(1, 0, 0).own;
		assert_eq!(operator_row(&OPERATOR).bond, 1_000 * OPEN - own);
	});
}

#[test]
fn the_charge_follows_the_fee_multiplier() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let batch = UsageBatch {
			max_charge: Usage::charge_of(1, 0, 0).whole,
			..batch_of(MODEL, vec![by_alice(voucher(alice, 1, OPEN, 0))])
		};
		assert!(validate(submission(&batch)).is_ok());
		FeeMultiplier::set(2);
		assert_eq!(
			validate(submission(&batch)),
			refused(AuthorizeInvalidity::ChargeAboveMaximum)
		);
	});
}

/// The last page has as many entries as lines are left for it, and `push_page` holds it to that.
#[test]
fn the_charge_counts_the_entries_of_the_last_page() {
	ExtBuilder::default().build_and_execute(|| {
		let whole = |pages, lines| Usage::charge_of(1, pages, lines).whole;
		assert!(whole(1, 1) < whole(1, 2));
		assert_eq!(whole(1, 256), whole(1, 300));
		assert_eq!(whole(2, 512), whole(2, u32::MAX));
		assert!(whole(2, 257) < whole(2, 258));
		assert_eq!(Usage::api_quote_charge(1, 2), whole(2, 512));
		assert!(whole(0, 0) < whole(1, 1));
		assert_eq!(whole(0, 0), whole(0, u32::MAX));
	});
}

/// Settling many small batches instead of one can gain less than one planck per split and batch
/// (rule R9): the charge is far above a thousand times six of them.
#[test]
fn splitting_batches_gains_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert!(Usage::charge_of(1, 0, 0).own > 6_000);
	});
}
