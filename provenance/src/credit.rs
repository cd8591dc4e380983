// SPDX-License-Identifier: Apache-2.0
//! From the records of a batch to credit lines, credit pages, what a page pays, and the batch.

use alloc::vec::Vec;

use openledger_primitives::{
	ids::{
		Balance, BlockNumber, ContributionId, ModelId, PageIndex, Sequence, MAX_PAGES,
		MAX_PAGE_ENTRIES, MAX_VOUCHERS,
	},
	payload::{
		page_hash, payload_root, BatchRow, CallRecord, CreditLine, CreditPage, PageCommitment,
		PageEntry, SignedVoucher, Span, UsageBatch,
	},
	shares::{base_part, entry_pay},
	AccountId, H256,
};

/// Why credits can't be put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CreditError {
	/// A record's running span values fall.
	ValuesFall,
	/// The same span of the same call is listed twice.
	RepeatedSpan,
	/// More lines, spans or planck than their integers hold.
	Overflow,
	/// More than 64 pages of 256 contributions: the batch must be cut.
	TooManyPages,
	/// More than 256 vouchers: the batch must be cut.
	TooManyVouchers,
	/// Vouchers are not in strictly ascending channel order.
	VouchersOutOfOrder,
	/// A voucher is below what its channel has settled.
	VoucherFalls,
	/// The credit lines don't sum to the vouchers' matched increases.
	TotalsDiffer,
}

impl core::fmt::Display for CreditError {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		out.write_str(match self {
			Self::ValuesFall => "the running values of a record's spans fall",
			Self::RepeatedSpan => "a span of a call is listed twice",
			Self::Overflow => "more lines, spans or planck than their integers hold",
			Self::TooManyPages => "more than 64 pages of 256 contributions",
			Self::TooManyVouchers => "more than 256 vouchers",
			Self::VouchersOutOfOrder => "vouchers are not in strictly ascending channel order",
			Self::VoucherFalls => "a voucher is below what its channel has settled",
			Self::TotalsDiffer => "the lines don't sum to the vouchers' matched increases",
		})
	}
}

impl core::error::Error for CreditError {}

/// The credit lines of a batch: one per span with a value above 0, strictly ascending in
/// `(contribution, channel, number, span)`, with running totals.
pub fn build_lines<'a>(
	calls: impl IntoIterator<Item = (&'a CallRecord, &'a [Span])>,
) -> Result<Vec<CreditLine>, CreditError> {
	let mut lines = Vec::new();
	for (record, spans) in calls {
		let mut before: Balance = 0;
		for (place, span) in spans.iter().enumerate() {
			let value = span
				.value_total
				.checked_sub(before)
				.ok_or(CreditError::ValuesFall)?;
			before = span.value_total;
			if value == 0 {
				continue;
			}
			lines.push(CreditLine {
				contribution: span.contribution,
				channel: record.channel,
				number: record.number,
				span: u16::try_from(place).map_err(|_| CreditError::Overflow)?,
				value,
				total: 0,
			});
		}
	}
	lines.sort_unstable_by_key(line_key);
	let mut total: Balance = 0;
	let mut last = None;
	for line in &mut lines {
		let key = Some(line_key(line));
		if key == last {
			return Err(CreditError::RepeatedSpan);
		}
		last = key;
		total = total.checked_add(line.value).ok_or(CreditError::Overflow)?;
		line.total = total;
	}
	u32::try_from(lines.len()).map_err(|_| CreditError::Overflow)?;
	Ok(lines)
}

/// The order of credit lines.
pub fn line_key(line: &CreditLine) -> (ContributionId, u64, u64, u16) {
	(line.contribution, line.channel, line.number, line.span)
}

/// One entry per contribution: its last line and the running total there.
pub fn page_entries(lines: &[CreditLine]) -> Result<Vec<PageEntry>, CreditError> {
	let mut entries: Vec<PageEntry> = Vec::new();
	for (place, line) in lines.iter().enumerate() {
		let last_line = u32::try_from(place).map_err(|_| CreditError::Overflow)?;
		let entry = PageEntry {
			contribution: line.contribution,
			last_line,
			total: line.total,
		};
		match entries.last_mut() {
			Some(last) if last.contribution == line.contribution => *last = entry,
			_ => entries.push(entry),
		}
	}
	Ok(entries)
}

/// The credit pages of a batch; every page but the last is full. No lines, no pages.
pub fn build_pages(
	operator: &AccountId,
	model: ModelId,
	sequence: Sequence,
	lines: &[CreditLine],
) -> Result<Vec<CreditPage>, CreditError> {
	let entries = page_entries(lines)?;
	let size = usize::try_from(MAX_PAGE_ENTRIES).map_err(|_| CreditError::Overflow)?;
	entries
		.chunks(size)
		.enumerate()
		.map(|(place, chunk)| {
			let page = PageIndex::try_from(place)
				.ok()
				.filter(|page| u32::from(*page) < MAX_PAGES)
				.ok_or(CreditError::TooManyPages)?;
			let entries = chunk
				.to_vec()
				.try_into()
				.map_err(|_| CreditError::Overflow)?;
			Ok(CreditPage {
				operator: operator.clone(),
				model,
				sequence,
				page,
				entries,
			})
		})
		.collect()
}

/// The running total at a page's end; 0 for a page without entries (which is malformed).
pub fn end_total(page: &CreditPage) -> Balance {
	page.entries.last().map_or(0, |entry| entry.total)
}

/// Hash and end total of each page, as the batch commits to them.
pub fn page_commitments(genesis_hash: &H256, pages: &[CreditPage]) -> Vec<PageCommitment> {
	pages
		.iter()
		.map(|page| PageCommitment {
			page_hash: page_hash(genesis_hash, page),
			end_total: end_total(page),
		})
		.collect()
}

/// Why a page that hashes right is malformed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageDefect {
	/// No entries, or fewer than 256 in a page that is not the last.
	NotFull,
	/// Contributions don't rise strictly, or one is 0.
	ContributionsOutOfOrder,
	/// Last lines don't rise strictly.
	LinesOutOfOrder,
	/// Totals don't rise strictly from the page's start.
	TotalsOutOfOrder,
	/// The last total is not the page's committed end.
	EndTotalDiffers,
}

/// Checks what a page shows by itself: `start_total` is where the page before ended (0 for the
/// first), `end_total` its own committed end, `last` whether it is the batch's last page.
pub fn check_page(
	page: &CreditPage,
	start_total: Balance,
	end_total: Balance,
	last: bool,
) -> Result<(), PageDefect> {
	let full = u32::try_from(page.entries.len()) == Ok(MAX_PAGE_ENTRIES);
	if page.entries.is_empty() || !(full || last) {
		return Err(PageDefect::NotFull);
	}
	let mut contribution: ContributionId = 0;
	let mut line: Option<u32> = None;
	let mut total = start_total;
	for entry in &page.entries {
		if entry.contribution <= contribution {
			return Err(PageDefect::ContributionsOutOfOrder);
		}
		// `None` is below every place, so the first entry may end at line 0.
		if Some(entry.last_line) <= line {
			return Err(PageDefect::LinesOutOfOrder);
		}
		if entry.total <= total {
			return Err(PageDefect::TotalsOutOfOrder);
		}
		contribution = entry.contribution;
		line = Some(entry.last_line);
		total = entry.total;
	}
	if total != end_total {
		return Err(PageDefect::EndTotalDiffers);
	}
	Ok(())
}

/// Planck for each entry of a page: `⌊D·total/F⌋ − ⌊D·total_before/F⌋`, in the page's order.
///
/// `None` when the fee is 0, or totals fall or exceed what the integers hold.
pub fn page_payments(
	page: &CreditPage,
	start_total: Balance,
	data_share: Balance,
	fee: Balance,
) -> Option<Vec<(ContributionId, Balance)>> {
	let mut before = start_total;
	let mut payments = Vec::with_capacity(page.entries.len());
	for entry in &page.entries {
		payments.push((
			entry.contribution,
			entry_pay(data_share, fee, before, entry.total)?,
		));
		before = entry.total;
	}
	Some(payments)
}

/// The part of a batch's data share that is base: `D − ⌊D·matched/F⌋`.
pub fn base_payment(data_share: Balance, fee: Balance, matched: Balance) -> Option<Balance> {
	base_part(data_share, fee, matched)
}

/// What a channel has settled before a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settled {
	/// Number of calls.
	pub calls: u64,
	/// Planck of fees.
	pub fee_total: Balance,
	/// Matched planck.
	pub matched_total: Balance,
}

/// Identity and limits of a batch to be built.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchHeader {
	/// Who submits and is charged.
	pub operator: AccountId,
	/// The model that was called.
	pub model: ModelId,
	/// From 0 per (operator, model), without gap.
	pub sequence: Sequence,
	/// Last block that may include it.
	pub valid_until: BlockNumber,
	/// Most planck of weight fees the operator agrees to.
	pub max_charge: Balance,
}

/// The row of one channel, as the runtime makes it from the voucher and its own state.
pub fn batch_row(settled: &Settled, voucher: &SignedVoucher) -> BatchRow {
	let voucher = &voucher.voucher;
	BatchRow {
		channel: voucher.channel,
		from_calls: settled.calls,
		from_fee_total: settled.fee_total,
		from_matched_total: settled.matched_total,
		to_calls: voucher.calls,
		fee_total: voucher.fee_total,
		matched_total: voucher.matched_total,
		range_root: voucher.range_root,
	}
}

/// Sums of the increases of all rows: `(fee_total, matched)` of the header.
pub fn batch_totals(rows: &[BatchRow]) -> Result<(Balance, Balance), CreditError> {
	rows.iter()
		.try_fold((0, 0), |(fees, matched): (Balance, Balance), row| {
			let fee = row.fee_total.checked_sub(row.from_fee_total);
			let value = row.matched_total.checked_sub(row.from_matched_total);
			let (fee, value) = fee.zip(value).ok_or(CreditError::VoucherFalls)?;
			let sums = fees.checked_add(fee).zip(matched.checked_add(value));
			sums.ok_or(CreditError::Overflow)
		})
}

/// Puts the batch together, ready to be signed.
///
/// `vouchers` come with what their channels have settled; `lines` and `pages` are those of
/// [`build_lines`] and [`build_pages`] over exactly the calls the vouchers add.
pub fn build_batch(
	genesis_hash: &H256,
	header: BatchHeader,
	vouchers: &[(Settled, SignedVoucher)],
	lines: &[CreditLine],
	pages: &[CreditPage],
) -> Result<UsageBatch, CreditError> {
	if u32::try_from(vouchers.len()).map_or(true, |count| count > MAX_VOUCHERS) {
		return Err(CreditError::TooManyVouchers);
	}
	let rows: Vec<BatchRow> = vouchers
		.iter()
		.map(|(settled, voucher)| batch_row(settled, voucher))
		.collect();
	let ascending = rows
		.iter()
		.zip(rows.iter().skip(1))
		.all(|(a, b)| a.channel < b.channel);
	if !ascending {
		return Err(CreditError::VouchersOutOfOrder);
	}
	let (fee_total, matched) = batch_totals(&rows)?;
	let lines_total = lines.last().map_or(0, |line| line.total);
	let pages_total = pages.last().map_or(0, end_total);
	if lines_total != matched || pages_total != matched {
		return Err(CreditError::TotalsDiffer);
	}
	let commitments = page_commitments(genesis_hash, pages);
	let signed: Vec<SignedVoucher> = vouchers
		.iter()
		.map(|(_, voucher)| voucher.clone())
		.collect();
	Ok(UsageBatch {
		operator: header.operator,
		model: header.model,
		sequence: header.sequence,
		valid_until: header.valid_until,
		max_charge: header.max_charge,
		fee_total,
		matched,
		lines: u32::try_from(lines.len()).map_err(|_| CreditError::Overflow)?,
		lines_root: payload_root(genesis_hash, lines),
		pages: commitments
			.try_into()
			.map_err(|_| CreditError::TooManyPages)?,
		vouchers: signed
			.try_into()
			.map_err(|_| CreditError::TooManyVouchers)?,
	})
}
