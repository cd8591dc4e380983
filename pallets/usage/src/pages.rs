// SPDX-License-Identifier: Apache-2.0
//! Credit pages: what makes one well-formed, who is paid, and what happens to one that is
//! malformed or missing.

use alloc::{collections::BTreeMap, vec::Vec};

use frame_support::ensure;
use openledger_primitives::{
	payload::{CreditPage, PageEntry},
	ports::{CreditTarget, DatanetInspect, FeeSettlement, ModelInspect, UsageRecorder},
	shares, AccountId, Balance, BlockNumber, ContributionId, DatanetId, ModelId, PageIndex,
	Version, MAX_PAGE_ENTRIES,
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
	types::{Batch, BatchKey, BatchPhase, PageRecord, PageRecords, PageState},
	BatchPages, Batches, Config, Error, Event, Operators, Pallet, ServiceClock,
};

impl PageRecord {
	/// Whether it can still be pushed.
	pub fn is_open(&self) -> bool {
		self.state == PageState::Open
	}
}

/// Where an entry's money goes.
enum Target {
	Contributor(AccountId),
	Pool(DatanetId, Version),
	Treasury,
}

/// One entry with its money.
struct Payment {
	contribution: ContributionId,
	value: Balance,
	amount: Balance,
	target: Target,
}

/// The page is not what `formats.md` demands of one.
struct Malformed;

/// A model's corpus, each datanet looked up once.
struct Corpus {
	model: ModelId,
	snapshots: BTreeMap<DatanetId, Option<(Version, u64)>>,
}

impl Corpus {
	/// The version of the datanet's snapshot in the corpus and its count.
	fn snapshot<T: Config>(&mut self, datanet: DatanetId) -> Option<(Version, u64)> {
		let model = self.model;
		*self.snapshots.entry(datanet).or_insert_with(|| {
			let version = T::Models::corpus_version(model, datanet)?;
			Some((version, T::Datanets::snapshot(datanet, version)?.count))
		})
	}

	/// Where credits of a member of the corpus go; `None` when it is none.
	fn target<T: Config>(
		&mut self,
		contribution: ContributionId,
		accepted_at: BlockNumber,
	) -> Option<Target> {
		let member = T::Datanets::member(contribution, accepted_at)?;
		let (version, count) = self.snapshot::<T>(member.datanet)?;
		(member.number < count).then_some(match member.target {
			CreditTarget::Contributor(account) => Target::Contributor(account),
			CreditTarget::Pool => Target::Pool(member.datanet, version),
			CreditTarget::Treasury => Target::Treasury,
		})
	}
}

/// The matched total at which a page starts.
pub(crate) fn start_total(pages: &PageRecords, page: PageIndex) -> Balance {
	usize::from(page)
		.checked_sub(1)
		.and_then(|before| pages.get(before))
		.map_or(0, |record| record.end_total)
}

/// Planck that a page pays in all.
pub(crate) fn page_subtotal(
	batch: &Batch,
	pages: &PageRecords,
	page: PageIndex,
) -> Option<Balance> {
	let end = pages.get(usize::from(page))?.end_total;
	shares::entry_pay(batch.split.data, batch.fee, start_total(pages, page), end)
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_push_page(page: &CreditPage) -> DispatchResult {
		let key: BatchKey = (page.operator.clone(), page.model, page.sequence);
		let (batch, mut pages, _) = Self::open_page(&key, page.page)?;
		let entries = u32::try_from(page.entries.len()).map_err(|_| Error::<T>::Overflow)?;
		Self::use_quota(Self::page_weight(entries), 0);
		let Ok(payments) = Self::plan_page(&batch, &pages, page) else {
			return Self::close_page(key, batch, pages, page.page);
		};
		let paid = Self::pay_page(&key, payments)?;
		let (first, last) = edges(page).ok_or(Error::<T>::Unexpected)?;
		let state = PageState::Paid { first, last };
		pages
			.get_mut(usize::from(page.page))
			.ok_or(Error::<T>::UnknownPage)?
			.state = state;
		let (operator, model, sequence) = key.clone();
		Self::deposit_event(Event::PagePaid {
			operator,
			model,
			sequence,
			page: page.page,
			paid,
		});
		let mut operator = Self::operator(&key.0)?;
		operator.unpaid_pages = operator
			.unpaid_pages
			.checked_sub(1)
			.ok_or(Error::<T>::Unexpected)?;
		if pages.iter().any(PageRecord::is_open) {
			Operators::<T>::insert(&key.0, operator);
			BatchPages::<T>::insert(&key, pages);
			return Ok(());
		}
		Self::finish_batch(key, &batch, operator)
	}

	/// A released batch with its pages, if this one is open; and its deadline.
	fn open_page(
		key: &BatchKey,
		page: PageIndex,
	) -> Result<(Batch, PageRecords, u64), DispatchError> {
		let batch = Batches::<T>::get(key).ok_or(Error::<T>::UnknownBatch)?;
		let BatchPhase::Released { deadline, .. } = batch.phase else {
			return Err(Error::<T>::NotReleased.into());
		};
		let pages = BatchPages::<T>::get(key);
		let record = pages
			.get(usize::from(page))
			.ok_or(Error::<T>::UnknownPage)?;
		ensure!(record.is_open(), Error::<T>::PageNotOpen);
		Ok((batch, pages, deadline))
	}

	/// What the page pays to whom. Reads only.
	///
	/// Well-formed: every page but the last is full and the last has an entry; contributions rise
	/// strictly, also past the pages that were paid before, on either side; totals rise strictly
	/// from where the page before ended to what the batch committed to; each entry's last line
	/// leaves one line for every entry before it and lies below `lines`; each contribution is in
	/// the model's corpus.
	fn plan_page(
		batch: &Batch,
		pages: &PageRecords,
		page: &CreditPage,
	) -> Result<Vec<Payment>, Malformed> {
		Self::ensure_place(batch, pages, page)?;
		let mut corpus = Corpus {
			model: page.model,
			snapshots: BTreeMap::new(),
		};
		let mut total = start_total(pages, page.page);
		let mut payments = Vec::with_capacity(page.entries.len());
		for entry in &page.entries {
			ensure!(entry.total > total, Malformed);
			let amount = shares::entry_pay(batch.split.data, batch.fee, total, entry.total)
				.ok_or(Malformed)?;
			let target = corpus
				.target::<T>(entry.contribution, batch.accepted_at)
				.ok_or(Malformed)?;
			let value = entry.total.saturating_sub(total);
			payments.push(Payment {
				contribution: entry.contribution,
				value,
				amount,
				target,
			});
			total = entry.total;
		}
		let end = pages
			.get(usize::from(page.page))
			.ok_or(Malformed)?
			.end_total;
		ensure!(total == end, Malformed);
		Ok(payments)
	}

	/// Number, order and lines of the entries.
	fn ensure_place(
		batch: &Batch,
		pages: &PageRecords,
		page: &CreditPage,
	) -> Result<(), Malformed> {
		let count = u32::try_from(page.entries.len()).map_err(|_| Malformed)?;
		let is_last = usize::from(page.page).saturating_add(1) == pages.len();
		ensure!(is_last || count == MAX_PAGE_ENTRIES, Malformed);
		let (first, last) = edges(page).ok_or(Malformed)?;
		for (index, other) in pages.iter().enumerate() {
			if let PageState::Paid {
				first: their_first,
				last: their_last,
			} = other.state
			{
				let apart = if index < usize::from(page.page) {
					their_last < first
				} else {
					last < their_first
				};
				ensure!(apart, Malformed);
			}
		}
		let mut least_line = u32::from(page.page).saturating_mul(MAX_PAGE_ENTRIES);
		let mut before: Option<&PageEntry> = None;
		for entry in &page.entries {
			let rising = before.is_none_or(|before| {
				before.contribution < entry.contribution && before.last_line < entry.last_line
			});
			let has_line = entry.last_line >= least_line && entry.last_line < batch.lines;
			ensure!(rising && has_line, Malformed);
			least_line = least_line.saturating_add(1);
			before = Some(entry);
		}
		Ok(())
	}

	/// Books every entry; pools and treasury get one sum each.
	fn pay_page(key: &BatchKey, payments: Vec<Payment>) -> Result<Balance, DispatchError> {
		let mut pools: BTreeMap<(DatanetId, Version), Balance> = BTreeMap::new();
		let mut treasury: Balance = 0;
		let mut paid: Balance = 0;
		for Payment {
			contribution,
			value,
			amount,
			target,
		} in payments
		{
			paid = paid.checked_add(amount).ok_or(Error::<T>::Overflow)?;
			let account = match target {
				Target::Contributor(account) => {
					if amount > 0 {
						T::Royalties::credit(&account, amount)?;
					}
					Some(account)
				}
				Target::Pool(datanet, version) => {
					let sum = pools.entry((datanet, version)).or_default();
					*sum = sum.checked_add(amount).ok_or(Error::<T>::Overflow)?;
					None
				}
				Target::Treasury => {
					treasury = treasury.checked_add(amount).ok_or(Error::<T>::Overflow)?;
					None
				}
			};
			T::Recorder::record(contribution, value, amount);
			let (operator, model, sequence) = key.clone();
			Self::deposit_event(Event::Credited {
				operator,
				model,
				sequence,
				contribution,
				account,
				value,
				amount,
			});
		}
		for ((datanet, version), sum) in pools.into_iter().filter(|(_, sum)| *sum > 0) {
			T::Royalties::credit_pool(datanet, version, sum)?;
		}
		if treasury > 0 {
			T::Royalties::credit_treasury(treasury)?;
		}
		Ok(paid)
	}

	pub(crate) fn do_close_missing_page(key: BatchKey, page: PageIndex) -> DispatchResult {
		let (batch, pages, deadline) = Self::open_page(&key, page)?;
		ensure!(
			ServiceClock::<T>::get() >= deadline,
			Error::<T>::DeadlineNotReached
		);
		Self::close_page(key, batch, pages, page)
	}

	/// Sends the page's money to the model's inbox and slashes twice as much.
	fn close_page(
		key: BatchKey,
		mut batch: Batch,
		mut pages: PageRecords,
		page: PageIndex,
	) -> DispatchResult {
		let subtotal = page_subtotal(&batch, &pages, page).ok_or(Error::<T>::Unexpected)?;
		if subtotal > 0 {
			T::Royalties::release_base(key.1, subtotal)?;
		}
		let mut operator = Self::operator(&key.0)?;
		let slashed = Self::slash_operator(&key.0, &mut operator, subtotal.saturating_mul(2))?;
		// The slash used up this much of the batch's own coverage, so that it takes nothing from
		// what stands for other batches.
		let used = slashed.min(batch.coverage);
		batch.coverage = batch.coverage.saturating_sub(used);
		operator.coverage = operator
			.coverage
			.checked_sub(used)
			.ok_or(Error::<T>::Unexpected)?;
		operator.unpaid_pages = operator
			.unpaid_pages
			.checked_sub(1)
			.ok_or(Error::<T>::Unexpected)?;
		let record = pages
			.get_mut(usize::from(page))
			.ok_or(Error::<T>::UnknownPage)?;
		record.state = PageState::Missing;
		let (who, model, sequence) = key.clone();
		Self::deposit_event(Event::PageMissing {
			operator: who,
			model,
			sequence,
			page,
			subtotal,
			slashed,
		});
		if pages.iter().any(PageRecord::is_open) {
			Operators::<T>::insert(&key.0, operator);
			Batches::<T>::insert(&key, batch);
			BatchPages::<T>::insert(&key, pages);
			return Ok(());
		}
		Self::finish_batch(key, &batch, operator)
	}
}

/// Smallest and largest contribution of a page whose entries rise.
fn edges(page: &CreditPage) -> Option<(ContributionId, ContributionId)> {
	Some((
		page.entries.first()?.contribution,
		page.entries.last()?.contribution,
	))
}
