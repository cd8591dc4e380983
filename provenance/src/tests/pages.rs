// SPDX-License-Identifier: Apache-2.0
//! What makes a page malformed although it hashes right.

use openledger_primitives::{
	payload::{CreditPage, PageEntry},
	AccountId,
};

use crate::credit::{check_page, page_payments, PageDefect};

/// A page of `count` entries that rise by one contribution, two lines and three planck.
fn page(count: u32, start_total: u128) -> CreditPage {
	let entries: Vec<PageEntry> = (0..count)
		.map(|place| PageEntry {
			contribution: u64::from(place) + 1,
			last_line: 2 * place,
			total: start_total + 3 * u128::from(place + 1),
		})
		.collect();
	CreditPage {
		operator: AccountId::new([4; 32]),
		model: 1,
		sequence: 0,
		page: 0,
		entries: entries.try_into().unwrap(),
	}
}

#[test]
fn good_pages_pass() {
	assert_eq!(check_page(&page(256, 0), 0, 768, false), Ok(()));
	assert_eq!(check_page(&page(256, 0), 0, 768, true), Ok(()));
	assert_eq!(check_page(&page(1, 9), 9, 12, true), Ok(()));
}

#[test]
fn only_the_last_page_may_be_short_and_none_empty() {
	assert_eq!(
		check_page(&page(255, 0), 0, 765, false),
		Err(PageDefect::NotFull)
	);
	assert_eq!(check_page(&page(255, 0), 0, 765, true), Ok(()));
	assert_eq!(
		check_page(&page(0, 0), 0, 0, true),
		Err(PageDefect::NotFull)
	);
}

#[test]
fn each_column_rises_strictly() {
	let damaged = |edit: fn(&mut PageEntry)| {
		let mut page = page(3, 0);
		edit(&mut page.entries[1]);
		check_page(&page, 0, 9, true)
	};
	assert_eq!(
		damaged(|entry| entry.contribution = 1),
		Err(PageDefect::ContributionsOutOfOrder)
	);
	assert_eq!(
		damaged(|entry| entry.contribution = 3),
		Err(PageDefect::ContributionsOutOfOrder)
	);
	assert_eq!(
		damaged(|entry| entry.last_line = 0),
		Err(PageDefect::LinesOutOfOrder)
	);
	assert_eq!(
		damaged(|entry| entry.last_line = 4),
		Err(PageDefect::LinesOutOfOrder)
	);
	assert_eq!(
		damaged(|entry| entry.total = 3),
		Err(PageDefect::TotalsOutOfOrder)
	);
	assert_eq!(
		damaged(|entry| entry.total = 9),
		Err(PageDefect::TotalsOutOfOrder)
	);
	let mut none = page(1, 0);
	none.entries[0].contribution = 0;
	assert_eq!(
		check_page(&none, 0, 3, true),
		Err(PageDefect::ContributionsOutOfOrder)
	);
}

#[test]
fn a_page_starts_and_ends_where_the_batch_says() {
	assert_eq!(
		check_page(&page(2, 0), 3, 6, true),
		Err(PageDefect::TotalsOutOfOrder)
	);
	assert_eq!(
		check_page(&page(2, 0), 0, 7, true),
		Err(PageDefect::EndTotalDiffers)
	);
	assert_eq!(
		check_page(&page(2, 0), 0, 5, true),
		Err(PageDefect::EndTotalDiffers)
	);
}

#[test]
fn payments_are_differences_of_floors() {
	// D = 10 of F = 9: ⌊30/9⌋ = 3, ⌊60/9⌋ = 6, ⌊90/9⌋ = 10.
	assert_eq!(
		page_payments(&page(3, 0), 0, 10, 9),
		Some(vec![(1, 3), (2, 3), (3, 4)])
	);
	assert_eq!(page_payments(&page(3, 0), 0, 10, 0), None);
	assert_eq!(page_payments(&page(3, 0), 4, 10, 9), None, "totals fall");
}
