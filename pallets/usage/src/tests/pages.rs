// SPDX-License-Identifier: Apache-2.0
//! Credit pages: who is paid, in whatever order, and what a malformed or missing page costs.

use super::*;
use crate::{Batches, Error, Parameters};
use frame_support::assert_noop;
use frame_system::RawOrigin;
use openledger_primitives::shares;

/// A batch of 10 OPEN with 300 credited contributions: one full page and one of 44.
pub(crate) fn two_pages() -> (UsageBatch, Vec<CreditPage>) {
	let (alice, _) = served();
	let entries: Vec<_> = (0..300)
		.map(|number| (contribution(CREDITED, number), OPEN / 100))
		.collect();
	let signed = by_alice(voucher(alice, 64, 10 * OPEN, 3 * OPEN));
	let mut batch = batch_of(MODEL, vec![signed]);
	let pages = add_pages(&mut batch, &entries);
	accept(&batch);
	(batch, pages)
}

/// Accepts and releases a batch with the pages that `change` made of good ones.
fn released_with(change: impl FnOnce(&mut UsageBatch, &mut Vec<CreditPage>)) -> Vec<CreditPage> {
	let (alice, _) = served();
	let entries: Vec<_> = (0..300)
		.map(|number| (contribution(CREDITED, number), OPEN / 100))
		.collect();
	let signed = by_alice(voucher(alice, 64, 10 * OPEN, 3 * OPEN));
	let mut batch = batch_of(MODEL, vec![signed]);
	let mut pages = add_pages(&mut batch, &entries);
	change(&mut batch, &mut pages);
	let ends: Vec<_> = batch.pages.iter().map(|page| page.end_total).collect();
	commit_pages(&mut batch, &pages);
	for (commitment, end_total) in batch.pages.iter_mut().zip(ends) {
		commitment.end_total = end_total;
	}
	accept(&batch);
	release(&batch);
	pages
}

fn subtotal(start: Balance, end: Balance) -> Balance {
	let data = 3_250 * OPEN / 1_000;
	shares::entry_pay(data, 10 * OPEN, start, end).unwrap()
}

/// Pushing this page closes it as missing: base to the inbox, twice as much off the bond.
fn assert_malformed(page: &CreditPage, start: Balance, end: Balance) {
	let bond = operator_row(&OPERATOR).bond;
	let treasury = free(&TREASURY);
	let base = inbox(MODEL);
	pay(page);
	let subtotal = subtotal(start, end);
	let missing = Event::PageMissing {
		operator: OPERATOR,
		model: MODEL,
		sequence: 0,
		page: page.page,
		subtotal,
		slashed: 2 * subtotal,
	};
	assert!(events().contains(&missing), "{:?}", events());
	assert_eq!(inbox(MODEL), base + subtotal);
	assert_eq!(operator_row(&OPERATOR).bond, bond - 2 * subtotal);
	assert_eq!(free(&TREASURY), treasury + 2 * subtotal);
	assert_eq!(operator_row(&OPERATOR).unpaid_pages, 1);
}

/// The first of two pages, changed, is malformed; the second is paid all the same.
fn assert_first_page_malformed(change: impl FnOnce(&mut UsageBatch, &mut CreditPage)) {
	ExtBuilder::default().build_and_execute(|| {
		let pages = released_with(|batch, pages| change(batch, &mut pages[0]));
		assert_malformed(&pages[0], 0, 256 * OPEN / 100);
		pay(&pages[1]);
		assert!(Batches::<Test>::iter().next().is_none());
		assert_eq!(operator_row(&OPERATOR).coverage, 0);
	});
}

/// The second of two pages, changed, is malformed.
fn assert_second_page_malformed(change: impl FnOnce(&mut UsageBatch, &mut CreditPage)) {
	ExtBuilder::default().build_and_execute(|| {
		let pages = released_with(|batch, pages| change(batch, &mut pages[1]));
		assert_malformed(&pages[1], 256 * OPEN / 100, 3 * OPEN);
		pay(&pages[0]);
		assert!(Batches::<Test>::iter().next().is_none());
	});
}

#[test]
fn entries_are_paid_to_contributors() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, pages) = matched_batch(alice);
		accept(&batch);
		let data = waiting();
		release(&batch);
		pay(&pages[0]);
		let ids = [1, 2, 9].map(|number| contribution(CREDITED, number));
		let values = [OPEN, 2 * OPEN, OPEN];
		for (id, value) in ids.into_iter().zip(values) {
			let amount = data * value / (10 * OPEN);
			assert_eq!(recorded(id), (value, amount));
			assert!(events().contains(&Event::Credited {
				operator: OPERATOR,
				model: MODEL,
				sequence: 0,
				contribution: id,
				account: Some(contributor(id)),
				value,
				amount,
			}));
		}
		// Contributions 2 and 9 are of one account.
		assert_eq!(contributor(ids[1]), contributor(ids[2]));
		assert_eq!(accrued(&contributor(ids[1])), data * 3 / 10);
		assert_eq!(waiting(), 0);
		let paid = data * 4 / 10;
		let all = events();
		let tail = &all[all.len() - 2..];
		let (operator, model, sequence) = (OPERATOR, MODEL, 0);
		assert_eq!(
			tail[0],
			Event::PagePaid {
				operator,
				model,
				sequence,
				page: 0,
				paid
			}
		);
		assert_eq!(
			tail[1],
			Event::BatchSettled {
				operator: OPERATOR,
				model,
				sequence
			}
		);
		let row = operator_row(&OPERATOR);
		assert_eq!((row.coverage, row.unpaid_pages), (0, 0));
		assert_eq!(Usage::api_batch(OPERATOR, MODEL, 0), None);
	});
}

#[test]
fn the_order_of_pages_doesnt_matter() {
	let paid_in = |order: [usize; 2]| {
		let mut paid = Vec::new();
		ExtBuilder::default().build_and_execute(|| {
			let (batch, pages) = two_pages();
			release(&batch);
			for page in order {
				pay(&pages[page]);
			}
			paid = (0..7).map(|id| accrued(&contributor(id))).collect();
			assert_eq!(waiting(), 0);
			assert_eq!(crate::BatchPages::<Test>::iter().count(), 0);
		});
		paid
	};
	assert_eq!(paid_in([0, 1]), paid_in([1, 0]));
}

#[test]
fn pools_and_treasury_get_their_entries() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let before = contribution(CREDITED, 5);
		let after = contribution(CREDITED, 6);
		let entries = [
			(before, OPEN),
			(after, OPEN),
			(contribution(POOLED, 1), OPEN),
			(contribution(POOLED, 2), OPEN),
		];
		run_to_block(10);
		let mut batch = batch_of(
			MODEL,
			vec![by_alice(voucher(alice, 64, 10 * OPEN, 4 * OPEN))],
		);
		let pages = add_pages(&mut batch, &entries);
		withdraw(before, 9);
		withdraw(after, 11);
		accept(&batch);
		let data = waiting();
		release(&batch);
		let treasury = free(&TREASURY);
		pay(&pages[0]);
		let each = data / 10;
		// Withdrawn before the batch was accepted: to the treasury. Afterwards: still earned.
		assert_eq!(free(&TREASURY), treasury + each);
		assert_eq!(accrued(&contributor(before)), 0);
		assert_eq!(accrued(&contributor(after)), each);
		assert_eq!(pool(POOLED), 2 * each);
		let accounts: Vec<_> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::Credited { account, .. } => Some(account),
				_ => None,
			})
			.collect();
		assert_eq!(accounts, vec![None, Some(contributor(after)), None, None]);
	});
}

#[test]
fn entries_that_dont_rise() {
	assert_first_page_malformed(|_, page| page.entries.as_mut().swap(3, 4));
	assert_first_page_malformed(|_, page| {
		page.entries[4].contribution = page.entries[3].contribution;
	});
}

#[test]
fn totals_that_dont_rise() {
	assert_first_page_malformed(|_, page| page.entries[4].total = page.entries[3].total);
	assert_first_page_malformed(|_, page| page.entries[0].total = 0);
}

#[test]
fn a_page_that_ends_elsewhere() {
	assert_first_page_malformed(|_, page| page.entries[255].total += 1);
	assert_second_page_malformed(|_, page| page.entries[43].total -= 1);
}

#[test]
fn a_page_that_starts_before_the_one_before_ended() {
	assert_second_page_malformed(|_, page| page.entries[0].total = 256 * OPEN / 100);
}

#[test]
fn a_page_that_is_not_full_though_it_is_not_the_last() {
	assert_first_page_malformed(|_, page| {
		page.entries.remove(7);
	});
}

#[test]
fn a_last_page_without_entries() {
	assert_second_page_malformed(|_, page| page.entries = BoundedVec::new());
}

#[test]
fn a_contribution_outside_the_corpus() {
	let last = 255;
	// In no snapshot of the corpus, of a datanet outside it, of no datanet at all.
	assert_first_page_malformed(|_, page| {
		page.entries[last].contribution = contribution(CREDITED, MEMBERS);
	});
	assert_second_page_malformed(|_, page| {
		page.entries[43].contribution = contribution(FOREIGN, 1);
	});
	assert_second_page_malformed(|_, page| {
		page.entries[43].contribution = u64::MAX;
	});
}

#[test]
fn lines_that_cannot_be() {
	// Not rising; not enough lines for the entries before; beyond the batch's lines.
	assert_first_page_malformed(|_, page| {
		page.entries[4].last_line = page.entries[3].last_line;
	});
	assert_second_page_malformed(|_, page| page.entries[0].last_line = 255);
	assert_second_page_malformed(|_, page| page.entries[43].last_line = 600);
}

#[test]
fn pages_that_overlap() {
	// The second page begins with a contribution of the first.
	for order in [[0, 1], [1, 0]] {
		ExtBuilder::default().build_and_execute(|| {
			let pages = released_with(|_, pages| {
				pages[1].entries[0].contribution = pages[0].entries[255].contribution;
			});
			pay(&pages[order[0]]);
			pay(&pages[order[1]]);
			let missing = events()
				.iter()
				.filter(
					|event| matches!(event, Event::PageMissing { page, .. } if usize::from(*page) == order[1]),
				)
				.count();
			assert_eq!(missing, 1);
			assert!(Batches::<Test>::iter().next().is_none());
		});
	}
}

#[test]
fn a_page_may_be_late_until_somebody_reports_it() {
	ExtBuilder::default().build_and_execute(|| {
		let (batch, pages) = two_pages();
		let close = |page| {
			let origin = RuntimeOrigin::signed(STRANGER);
			Usage::close_missing_page(origin, OPERATOR, MODEL, 0, page)
		};
		assert_noop!(close(0), Error::<Test>::NotReleased);
		release(&batch);
		let released = Usage::api_service_clock();
		assert_noop!(close(0), Error::<Test>::DeadlineNotReached);
		assert_noop!(close(2), Error::<Test>::UnknownPage);
		run_to_block(System::block_number() + 19);
		assert_eq!(Usage::api_service_clock(), released + 19);
		assert_noop!(close(0), Error::<Test>::DeadlineNotReached);
		next_block();
		// Late, but nobody has said so.
		pay(&pages[1]);
		assert_noop!(close(1), Error::<Test>::PageNotOpen);
		let bond = operator_row(&OPERATOR).bond;
		let base = inbox(MODEL);
		assert_ok!(close(0));
		let lost = subtotal(0, 256 * OPEN / 100);
		assert_eq!(inbox(MODEL), base + lost);
		assert_eq!(operator_row(&OPERATOR).bond, bond - 2 * lost);
		assert_noop!(close(0), Error::<Test>::UnknownBatch);
		assert_eq!(
			apply(push(&pages[0])),
			refused(AuthorizeInvalidity::UnknownBatch)
		);
		assert_eq!(waiting(), 0);
	});
}

#[test]
fn a_closed_page_cannot_be_pushed() {
	ExtBuilder::default().build_and_execute(|| {
		let (batch, pages) = two_pages();
		release(&batch);
		run_to_block(System::block_number() + 20);
		let origin = || RuntimeOrigin::signed(STRANGER);
		assert_ok!(Usage::close_missing_page(origin(), OPERATOR, MODEL, 0, 0));
		assert_noop!(
			Usage::close_missing_page(origin(), OPERATOR, MODEL, 0, 0),
			Error::<Test>::PageNotOpen
		);
		assert_eq!(
			apply(push(&pages[0])),
			refused(AuthorizeInvalidity::PageNotOpen)
		);
		pay(&pages[1]);
		assert_eq!(operator_row(&OPERATOR).coverage, 0);
	});
}

#[test]
fn a_slash_uses_up_only_the_batchs_own_coverage() {
	ExtBuilder::default().build_and_execute(|| {
		let pages = released_with(|_, pages| pages[0].entries.as_mut().swap(3, 4));
		let other = batch_of(MODEL, vec![by_alice(voucher(1, 65, 11 * OPEN, 3 * OPEN))]);
		accept(&other);
		let before = operator_row(&OPERATOR);
		pay(&pages[0]);
		let after = operator_row(&OPERATOR);
		let slashed = 2 * subtotal(0, 256 * OPEN / 100);
		assert_eq!(after.bond, before.bond - slashed);
		assert_eq!(after.coverage, before.coverage - slashed);
		assert_eq!(after.state, OperatorState::Active);
		pay(&pages[1]);
	});
}

#[test]
fn a_slash_below_the_least_bond_suspends() {
	ExtBuilder::default().build_and_execute(|| {
		let pages = released_with(|_, pages| pages[0].entries.as_mut().swap(3, 4));
		Parameters::<Test>::mutate(|parameters| parameters.min_bond = 999 * OPEN);
		pay(&pages[0]);
		assert_eq!(operator_row(&OPERATOR).state, OperatorState::Suspended);
		assert!(!Usage::api_operator(OPERATOR).unwrap().active);
		let key = alice_key().public().0;
		let origin = RuntimeOrigin::signed(ALICE);
		assert_noop!(
			Usage::open_channel(origin, OPERATOR, MODEL, key, 0, price(), OPEN),
			Error::<Test>::OperatorNotActive
		);
		// He still settles what his bond covers.
		accept(&batch_of(
			MODEL,
			vec![by_alice(voucher(1, 65, 11 * OPEN, 3 * OPEN))],
		));
		assert_ok!(Usage::bond_more(RuntimeOrigin::signed(OPERATOR), 10 * OPEN));
		assert!(Usage::api_operator(OPERATOR).unwrap().active);
	});
}

#[test]
fn a_slash_never_exceeds_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		register(OPERATOR, 100 * OPEN);
		let mut operator = operator_row(&OPERATOR);
		let slashed = Usage::slash_operator(&OPERATOR, &mut operator, 500 * OPEN).unwrap();
		assert_eq!(slashed, 100 * OPEN);
		assert_eq!(
			(operator.bond, operator.state),
			(0, OperatorState::Suspended)
		);
		crate::Operators::<Test>::insert(OPERATOR, operator);
	});
}

#[test]
fn a_ledger_that_fails_pays_nobody() {
	ExtBuilder::default().build_and_execute(|| {
		let (batch, pages) = two_pages();
		release(&batch);
		fail_credit(true);
		let origin = RuntimeOrigin::from(RawOrigin::Authorized);
		assert_noop!(
			Usage::push_page(origin, pages[0].clone()),
			sp_runtime::DispatchError::Other("the ledger is told to fail")
		);
		fail_credit(false);
		pay(&pages[0]);
	});
}

#[test]
fn dispatch_checks_again() {
	ExtBuilder::default().build_and_execute(|| {
		let (batch, pages) = two_pages();
		let push = |page: &CreditPage| {
			let origin = RuntimeOrigin::from(RawOrigin::Authorized);
			Usage::push_page(origin, page.clone())
		};
		let unknown = CreditPage {
			sequence: 5,
			..pages[0].clone()
		};
		assert_noop!(push(&unknown), Error::<Test>::UnknownBatch);
		assert_noop!(push(&pages[0]), Error::<Test>::NotReleased);
		release(&batch);
		let beyond = CreditPage {
			page: 2,
			..pages[0].clone()
		};
		assert_noop!(push(&beyond), Error::<Test>::UnknownPage);
		assert_ok!(push(&pages[0]));
		assert_noop!(push(&pages[0]), Error::<Test>::PageNotOpen);
		let signed = Usage::push_page(RuntimeOrigin::signed(ALICE), pages[1].clone());
		assert_noop!(signed, sp_runtime::DispatchError::BadOrigin);
	});
}

#[test]
fn tiny_amounts_add_up_to_the_planck() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		// 1 000 contributions of one planck each out of a fee of 1 000 003.
		let entries: Vec<_> = (0..1_000)
			.map(|number| (contribution(CREDITED, number), 1))
			.collect();
		let signed = by_alice(voucher(alice, 10, 1_000_003, 1_000));
		let mut batch = batch_of(MODEL, vec![signed]);
		let pages = add_pages(&mut batch, &entries);
		accept(&batch);
		let data = waiting();
		release(&batch);
		let base = inbox(MODEL);
		for page in [2, 0, 3, 1] {
			pay(&pages[page]);
			next_block();
		}
		let credited: Balance = (0..7).map(|id| accrued(&contributor(id))).sum();
		assert_eq!(base + credited, data);
		assert_eq!(
			credited,
			shares::mul_div_floor(data, 1_000, 1_000_003).unwrap()
		);
	});
}
