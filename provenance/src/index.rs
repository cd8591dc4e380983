// SPDX-License-Identifier: Apache-2.0
//! The index over a corpus: texts concatenated in id order, a suffix array, a range minimum.
//!
//! The smallest `(contribution, position)` that holds some bytes is the smallest offset among the
//! suffixes that begin with them. A byte that no UTF-8 holds stands between texts, so nothing
//! matches across two of them.

use core::{cmp::Ordering, ops::Range};

use libsais::{LibsaisError, SuffixArrayConstruction};
use openledger_primitives::ids::{ContributionId, MAX_TEXT_BYTES};

/// Stands after every text; no UTF-8 holds it.
const SEPARATOR: u8 = 0xff;
/// Suffixes of one leaf of the range minimum.
const BLOCK: usize = 64;

/// Why a corpus can't be indexed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IndexError {
	/// A text is not UTF-8.
	#[error("the text of contribution {0} is not UTF-8")]
	NotUtf8(ContributionId),
	/// A text is longer than 2^30 bytes.
	#[error("the text of contribution {0} is longer than 2^30 bytes")]
	TooLong(ContributionId),
	/// Two texts have the same contribution id.
	#[error("contribution {0} is listed twice")]
	Repeated(ContributionId),
	/// The suffix array couldn't be built.
	#[error("suffix array: {0}")]
	Suffixes(LibsaisError),
}

/// Offsets in the concatenation, ordered by the suffixes that begin there.
#[derive(Debug)]
enum Suffixes {
	/// Up to 2^31 − 1 bytes.
	Narrow(Vec<i32>),
	/// More.
	Wide(Vec<i64>),
}

impl Suffixes {
	fn build(bytes: &[u8], wide: bool) -> Result<Self, LibsaisError> {
		let construction = SuffixArrayConstruction::for_text(bytes);
		Ok(if wide {
			Self::Wide(
				construction
					.in_owned_buffer64()
					.single_threaded()
					.run()?
					.into_vec(),
			)
		} else {
			Self::Narrow(
				construction
					.in_owned_buffer32()
					.single_threaded()
					.run()?
					.into_vec(),
			)
		})
	}

	fn len(&self) -> usize {
		match self {
			Self::Narrow(offsets) => offsets.len(),
			Self::Wide(offsets) => offsets.len(),
		}
	}

	/// Offset of the suffix at `rank`.
	fn offset(&self, rank: usize) -> Option<usize> {
		match self {
			Self::Narrow(offsets) => usize::try_from(*offsets.get(rank)?).ok(),
			Self::Wide(offsets) => usize::try_from(*offsets.get(rank)?).ok(),
		}
	}

	/// Smallest offset among the ranks of a short range.
	fn scan(&self, ranks: Range<usize>) -> Option<usize> {
		ranks.filter_map(|rank| self.offset(rank)).min()
	}
}

/// Smallest offset of any range of ranks: a tree of minima over blocks of the suffix array.
#[derive(Debug)]
struct RangeMinimum {
	/// Minima of blocks first, then of pairs of the level below, up to one.
	levels: Vec<Vec<usize>>,
}

impl RangeMinimum {
	fn build(suffixes: &Suffixes) -> Self {
		let count = suffixes.len();
		let mut level: Vec<usize> = (0..count.div_ceil(BLOCK))
			.filter_map(|block| {
				let start = block.checked_mul(BLOCK)?;
				suffixes.scan(start..start.saturating_add(BLOCK).min(count))
			})
			.collect();
		let mut levels = Vec::new();
		while level.len() > 1 {
			let above = level
				.chunks(2)
				.filter_map(|pair| pair.iter().copied().min())
				.collect();
			levels.push(level);
			level = above;
		}
		levels.push(level);
		Self { levels }
	}

	/// Smallest offset among whole blocks.
	fn over_blocks(&self, blocks: Range<usize>) -> Option<usize> {
		let (mut first, mut end) = (blocks.start, blocks.end);
		let mut smallest = None;
		for level in &self.levels {
			if first >= end {
				break;
			}
			if first % 2 == 1 {
				smallest = least(smallest, level.get(first).copied());
				first = first.saturating_add(1);
			}
			if end % 2 == 1 {
				end = end.saturating_sub(1);
				smallest = least(smallest, level.get(end).copied());
			}
			first /= 2;
			end /= 2;
		}
		smallest
	}

	/// Smallest offset among `ranks`.
	fn over(&self, suffixes: &Suffixes, ranks: Range<usize>) -> Option<usize> {
		let first = ranks.start.div_ceil(BLOCK);
		let end = ranks.end / BLOCK;
		if first >= end {
			return suffixes.scan(ranks);
		}
		let head = suffixes.scan(ranks.start..first.saturating_mul(BLOCK));
		let tail = suffixes.scan(end.saturating_mul(BLOCK)..ranks.end);
		least(least(head, tail), self.over_blocks(first..end))
	}
}

/// The smaller of two values that may be missing.
fn least(a: Option<usize>, b: Option<usize>) -> Option<usize> {
	match (a, b) {
		(Some(a), Some(b)) => Some(a.min(b)),
		(one, other) => one.or(other),
	}
}

/// The texts of a corpus, searchable.
#[derive(Debug)]
pub struct Index {
	/// All texts in id order, a separator after each.
	bytes: Vec<u8>,
	/// Id and place in `bytes` of each text, ascending in both.
	texts: Vec<(ContributionId, Range<usize>)>,
	suffixes: Suffixes,
	minima: RangeMinimum,
}

impl Index {
	/// Indexes canonical texts, given in any order.
	pub fn new(
		texts: impl IntoIterator<Item = (ContributionId, Vec<u8>)>,
	) -> Result<Self, IndexError> {
		Self::with_width(texts, false)
	}

	/// As [`Index::new`]; `wide` takes 64-bit offsets for a corpus that doesn't need them.
	pub(crate) fn with_width(
		texts: impl IntoIterator<Item = (ContributionId, Vec<u8>)>,
		wide: bool,
	) -> Result<Self, IndexError> {
		let mut sources: Vec<(ContributionId, Vec<u8>)> = texts.into_iter().collect();
		sources.sort_by_key(|(contribution, _)| *contribution);
		let mut bytes = Vec::new();
		let mut texts: Vec<(ContributionId, Range<usize>)> = Vec::with_capacity(sources.len());
		for (contribution, text) in sources {
			if texts.last().is_some_and(|(last, _)| *last == contribution) {
				return Err(IndexError::Repeated(contribution));
			}
			if u64::try_from(text.len()).map_or(true, |length| length > MAX_TEXT_BYTES) {
				return Err(IndexError::TooLong(contribution));
			}
			if core::str::from_utf8(&text).is_err() {
				return Err(IndexError::NotUtf8(contribution));
			}
			let start = bytes.len();
			bytes.extend(text);
			texts.push((contribution, start..bytes.len()));
			bytes.push(SEPARATOR);
		}
		let wide = wide || bytes.len() > libsais::LIBSAIS_I32_OUTPUT_MAXIMUM_SIZE;
		let suffixes = Suffixes::build(&bytes, wide).map_err(IndexError::Suffixes)?;
		let minima = RangeMinimum::build(&suffixes);
		Ok(Self {
			bytes,
			texts,
			suffixes,
			minima,
		})
	}

	/// Contributions in ascending order.
	pub fn contributions(&self) -> impl Iterator<Item = ContributionId> + '_ {
		self.texts.iter().map(|(contribution, _)| *contribution)
	}

	/// The text of a contribution of this corpus.
	pub fn text(&self, contribution: ContributionId) -> Option<&[u8]> {
		let place = self
			.texts
			.binary_search_by_key(&contribution, |(id, _)| *id)
			.ok()?;
		let (_, range) = self.texts.get(place)?;
		self.bytes.get(range.clone())
	}

	/// The smallest `(contribution, position)` at which a text holds `bytes`; `None` for no bytes.
	pub fn first(&self, bytes: &[u8]) -> Option<(ContributionId, u32)> {
		if bytes.is_empty() || bytes.contains(&SEPARATOR) {
			return None;
		}
		let offset = self.minima.over(&self.suffixes, self.ranks(bytes))?;
		self.locate(offset)
	}

	/// How often the corpus holds `bytes`.
	pub fn occurrences(&self, bytes: &[u8]) -> usize {
		if bytes.is_empty() || bytes.contains(&SEPARATOR) {
			return 0;
		}
		self.ranks(bytes).len()
	}

	/// The ranks of the suffixes that begin with `bytes`.
	fn ranks(&self, bytes: &[u8]) -> Range<usize> {
		let start = self.partition(|prefix| prefix < Ordering::Equal, bytes);
		let end = self.partition(|prefix| prefix <= Ordering::Equal, bytes);
		start..end
	}

	/// The first rank whose suffix, cut to the length of `bytes` and compared with it, isn't below.
	fn partition(&self, below: impl Fn(Ordering) -> bool, bytes: &[u8]) -> usize {
		let (mut low, mut high) = (0, self.suffixes.len());
		while low < high {
			let middle = low.midpoint(high);
			let suffix = self
				.suffixes
				.offset(middle)
				.and_then(|offset| self.bytes.get(offset..));
			let suffix = suffix.unwrap_or_default();
			let prefix = suffix.get(..bytes.len()).unwrap_or(suffix);
			if below(prefix.cmp(bytes)) {
				low = middle.saturating_add(1);
			} else {
				high = middle;
			}
		}
		low
	}

	/// The text and the position in it of an offset in the concatenation.
	fn locate(&self, offset: usize) -> Option<(ContributionId, u32)> {
		let after = self
			.texts
			.partition_point(|(_, range)| range.start <= offset);
		let (contribution, range) = self.texts.get(after.checked_sub(1)?)?;
		let position = offset.checked_sub(range.start)?;
		Some((*contribution, u32::try_from(position).ok()?))
	}
}
