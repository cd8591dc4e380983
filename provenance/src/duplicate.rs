// SPDX-License-Identifier: Apache-2.0
//! What a duplicate claim needs: the folded windows of an accused text in earlier texts.
//!
//! Each earlier text is read once, with a rolling hash over its folded bytes. What the hash finds
//! is compared byte by byte: a collision costs time and changes nothing. The base of the hash is
//! drawn at run time, so that nobody can write a text full of collisions.
//!
//! [`FoldedShare`] tells before a claim how much of a text can be shown; [`Search`] finds the drawn
//! windows of a claim, and [`Finding::showing`] opens them.

use std::{
	collections::{HashMap, VecDeque},
	hash::{BuildHasher, RandomState},
};

use openledger_primitives::{
	duplicate::{
		fold, folded, open_window, EarlierWindow, Showing, ACCUSED_WINDOW, EARLIER_WINDOW,
		FOLDED_BYTES,
	},
	ids::ContributionId,
	text::text_tree,
	tree::Tree,
};

/// The Mersenne prime 2^61 − 1.
const MODULUS: u64 = (1 << 61) - 1;
/// Smallest base that is drawn: above every byte.
const MIN_BASE: u64 = 256;

/// A folded window.
type Folded = [u8; FOLDED_BYTES];

/// A polynomial hash mod 2^61 − 1 over [`FOLDED_BYTES`] bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rolling {
	base: u64,
	/// `base ^ (FOLDED_BYTES − 1)`: weight of the byte that leaves first.
	leading: u64,
}

impl Rolling {
	/// The hash with a base drawn by the standard library.
	fn random() -> Self {
		let drawn = RandomState::new().hash_one(FOLDED_BYTES);
		let range = MODULUS.saturating_sub(MIN_BASE);
		Self::with_base(
			drawn
				.checked_rem(range)
				.unwrap_or(0)
				.saturating_add(MIN_BASE),
		)
	}

	/// The hash with a given base; base 1 makes every rearrangement of bytes collide.
	pub(crate) fn with_base(base: u64) -> Self {
		let leading = (1..FOLDED_BYTES).fold(1, |power, _| times(power, base));
		Self { base, leading }
	}

	/// The hash of a window after another byte.
	fn append(&self, hash: u64, byte: u8) -> u64 {
		plus(times(hash, self.base), byte.into())
	}

	/// The hash of a window without its first byte.
	fn behead(&self, hash: u64, byte: u8) -> u64 {
		let gone = times(byte.into(), self.leading);
		plus(hash, MODULUS.saturating_sub(gone))
	}

	/// The hash of a whole window.
	fn of(&self, window: &Folded) -> u64 {
		window.iter().fold(0, |hash, byte| self.append(hash, *byte))
	}
}

/// `a + b` mod 2^61 − 1, of numbers up to the modulus.
fn plus(a: u64, b: u64) -> u64 {
	let sum = a.saturating_add(b);
	sum.checked_sub(MODULUS).unwrap_or(sum)
}

/// `a · b` mod 2^61 − 1, of numbers below the modulus: 2^61 is 1, so the high bits are added.
fn times(a: u64, b: u64) -> u64 {
	let product = u128::from(a).saturating_mul(b.into());
	let low = u64::try_from(product & u128::from(MODULUS)).unwrap_or(0);
	let high = u64::try_from(product >> 61).unwrap_or(0);
	plus(low, high)
}

/// A folded window that slides over a text.
struct Sliding {
	/// Folded bytes with their raw offsets, the first one in front.
	bytes: VecDeque<(u8, usize)>,
	hash: u64,
}

impl Sliding {
	/// Raw offset of the first folded byte.
	fn start(&self) -> usize {
		self.bytes.front().map_or(0, |(_, at)| *at)
	}

	/// Raw offset of the last folded byte.
	fn last(&self) -> usize {
		self.bytes.back().map_or(0, |(_, at)| *at)
	}

	/// Raw bytes from the first folded byte to the last.
	fn length(&self) -> u64 {
		let bytes = self.last().saturating_sub(self.start()).saturating_add(1);
		u64::try_from(bytes).unwrap_or(u64::MAX)
	}

	fn equals(&self, window: &[u8]) -> bool {
		self.bytes.iter().map(|(byte, _)| byte).eq(window)
	}
}

/// Shows every folded window of a text to `visit`, in order.
fn slide(rolling: &Rolling, text: &[u8], mut visit: impl FnMut(&Sliding)) {
	let mut window = Sliding {
		bytes: VecDeque::with_capacity(FOLDED_BYTES),
		hash: 0,
	};
	for (at, byte) in text.iter().enumerate() {
		let Some(byte) = fold(*byte) else { continue };
		if window.bytes.len() == FOLDED_BYTES {
			if let Some((first, _)) = window.bytes.pop_front() {
				window.hash = rolling.behead(window.hash, first);
			}
		}
		window.hash = rolling.append(window.hash, byte);
		window.bytes.push_back((byte, at));
		if window.bytes.len() == FOLDED_BYTES {
			visit(&window);
		}
	}
}

/// Where an earlier text holds a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
	/// The earlier text.
	pub contribution: ContributionId,
	/// Raw offset of the first folded byte.
	pub position: u64,
	/// Raw bytes up to the last folded byte: 32 to 1 024.
	pub length: u64,
}

/// A drawn position that can be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finding {
	/// Which of the drawn positions, from 0.
	pub index: u8,
	/// Raw offset in the accused text.
	pub position: u64,
	/// Where an earlier text holds the window; `None` where the window folds to fewer than
	/// 32 bytes and counts without one.
	pub place: Option<Place>,
}

/// A text with its tree, from which windows can be opened.
pub struct Openable<'a> {
	bytes: &'a [u8],
	tree: Tree,
}

impl<'a> Openable<'a> {
	/// Hashes the text.
	pub fn new(bytes: &'a [u8]) -> Self {
		Self {
			bytes,
			tree: text_tree(bytes),
		}
	}

	/// At most `length` raw bytes from `position` on.
	fn window(&self, position: u64, length: u64) -> Option<&[u8]> {
		let rest = self.bytes.get(usize::try_from(position).ok()?..)?;
		let end = rest.len().min(usize::try_from(length).ok()?);
		rest.get(..end)
	}
}

impl Finding {
	/// What the chain asks for: the opened window of the accused and that of the earlier text.
	/// `None` if these are not the texts that it was found in.
	pub fn showing(&self, accused: &Openable, earlier: Option<&Openable>) -> Option<Showing> {
		let window = folded(accused.window(self.position, ACCUSED_WINDOW)?);
		let earlier = match (window, self.place) {
			(None, None) => None,
			(Some(window), Some(place)) => {
				let text = earlier?;
				if folded(text.window(place.position, place.length)?)? != window {
					return None;
				}
				Some(EarlierWindow {
					contribution: place.contribution,
					position: place.position,
					opening: open_window(text.bytes, &text.tree, place.position, place.length)?,
				})
			}
			(None, Some(_)) | (Some(_), None) => return None,
		};
		Some(Showing {
			index: self.index,
			accused: open_window(accused.bytes, &accused.tree, self.position, ACCUSED_WINDOW)?,
			earlier,
		})
	}
}

/// A drawn position with its window.
struct Wanted {
	index: u8,
	position: u64,
	window: Option<Folded>,
	place: Option<Place>,
}

/// The search for the drawn windows of a claim. Texts are given one after the other and need not
/// be in memory together.
pub struct Search {
	rolling: Rolling,
	wanted: Vec<Wanted>,
	/// Places in `wanted` by the hash of their window.
	by_hash: HashMap<u64, Vec<usize>>,
	missing: usize,
}

impl Search {
	/// A search for the windows of `accused` at the drawn `(index, position)`s; one beyond the
	/// text's last whole window is left out.
	pub fn new(accused: &[u8], positions: impl IntoIterator<Item = (u8, u64)>) -> Self {
		Self::with_rolling(Rolling::random(), accused, positions)
	}

	/// As [`Search::new`], with a given hash.
	pub(crate) fn with_rolling(
		rolling: Rolling,
		accused: &[u8],
		positions: impl IntoIterator<Item = (u8, u64)>,
	) -> Self {
		let wanted: Vec<Wanted> = positions
			.into_iter()
			.filter_map(|(index, position)| {
				let start = usize::try_from(position).ok()?;
				let end = start.checked_add(usize::try_from(ACCUSED_WINDOW).ok()?)?;
				Some(Wanted {
					index,
					position,
					window: folded(accused.get(start..end)?),
					place: None,
				})
			})
			.collect();
		let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
		let mut missing = 0usize;
		for (slot, item) in wanted.iter().enumerate() {
			if let Some(window) = &item.window {
				by_hash.entry(rolling.of(window)).or_default().push(slot);
				missing = missing.saturating_add(1);
			}
		}
		Self {
			rolling,
			wanted,
			by_hash,
			missing,
		}
	}

	/// Reads an earlier text. What was found in one read before stays.
	pub fn scan(&mut self, contribution: ContributionId, text: &[u8]) {
		let Self {
			rolling,
			wanted,
			by_hash,
			missing,
		} = self;
		if *missing == 0 {
			return;
		}
		slide(rolling, text, |sliding| {
			let length = sliding.length();
			if length > EARLIER_WINDOW {
				return;
			}
			let Ok(position) = u64::try_from(sliding.start()) else {
				return;
			};
			for slot in by_hash.get(&sliding.hash).into_iter().flatten() {
				let Some(item) = wanted.get_mut(*slot).filter(|item| item.place.is_none()) else {
					continue;
				};
				if item.window.is_some_and(|window| sliding.equals(&window)) {
					item.place = Some(Place {
						contribution,
						position,
						length,
					});
					*missing = missing.saturating_sub(1);
				}
			}
		});
	}

	/// Whether every position can be shown: further texts change nothing.
	pub fn is_complete(&self) -> bool {
		self.missing == 0
	}

	/// The positions that can be shown, in the order in which they were given.
	pub fn findings(&self) -> Vec<Finding> {
		self.wanted
			.iter()
			.filter(|item| item.window.is_none() || item.place.is_some())
			.map(|item| Finding {
				index: item.index,
				position: item.position,
				place: item.place,
			})
			.collect()
	}
}

/// A distinct folded window of the accused text.
struct Class {
	/// Its place in the folded text.
	at: usize,
	/// Positions whose window it is.
	weight: u64,
	/// Number of the last source that holds it, from 1; 0 = none.
	seen: u32,
}

/// How many of the positions that a claim can draw can be shown, counted exactly. Takes about 50
/// bytes of memory per byte of the accused text.
pub struct FoldedShare {
	rolling: Rolling,
	folded: Vec<u8>,
	classes: Vec<Class>,
	/// The first class with a hash.
	by_hash: HashMap<u64, usize>,
	/// Further classes with the hash of another: rare.
	clashes: HashMap<u64, Vec<usize>>,
	sources: u32,
	total: u64,
	blank: u64,
	shown: u64,
}

impl FoldedShare {
	/// Counts the positions of the accused text; `None` if it is shorter than one window.
	pub fn new(accused: &[u8]) -> Option<Self> {
		Self::with_rolling(Rolling::random(), accused)
	}

	/// As [`FoldedShare::new`], with a given hash.
	pub(crate) fn with_rolling(rolling: Rolling, accused: &[u8]) -> Option<Self> {
		let window = usize::try_from(ACCUSED_WINDOW).ok()?;
		let last = accused.len().checked_sub(window)?;
		let total = u64::try_from(last).ok()?.checked_add(1)?;
		let mut share = Self {
			rolling,
			folded: accused.iter().copied().filter_map(fold).collect(),
			classes: Vec::new(),
			by_hash: HashMap::new(),
			clashes: HashMap::new(),
			sources: 0,
			total,
			blank: total,
			shown: 0,
		};
		let (mut at, mut first) = (0usize, 0usize);
		slide(&rolling, accused, |sliding| {
			// The positions from which this window is the next one and ends within their 512 bytes.
			let from = first.max(sliding.last().saturating_add(1).saturating_sub(window));
			let until = sliding.start().min(last).saturating_add(1);
			if let Ok(weight @ 1..) = u64::try_from(until.saturating_sub(from)) {
				share.insert(sliding, at, weight);
			}
			first = sliding.start().saturating_add(1);
			at = at.saturating_add(1);
		});
		Some(share)
	}

	/// Adds positions to the class of a window of the accused.
	fn insert(&mut self, sliding: &Sliding, at: usize, weight: u64) {
		self.blank = self.blank.saturating_sub(weight);
		let known = self.find(sliding);
		if let Some(class) = known.and_then(|known| self.classes.get_mut(known)) {
			class.weight = class.weight.saturating_add(weight);
			return;
		}
		let fresh = self.classes.len();
		self.classes.push(Class {
			at,
			weight,
			seen: 0,
		});
		let first = *self.by_hash.entry(sliding.hash).or_insert(fresh);
		if first != fresh {
			self.clashes.entry(sliding.hash).or_default().push(fresh);
		}
	}

	/// The class that a window equals.
	fn find(&self, sliding: &Sliding) -> Option<usize> {
		let first = self.by_hash.get(&sliding.hash)?;
		let others = self.clashes.get(&sliding.hash).into_iter().flatten();
		core::iter::once(first)
			.chain(others)
			.copied()
			.find(|place| self.holds(*place, sliding))
	}

	fn holds(&self, place: usize, sliding: &Sliding) -> bool {
		let at = self.classes.get(place).map(|class| class.at);
		let range = at.and_then(|at| Some(at..at.checked_add(FOLDED_BYTES)?));
		let window = range.and_then(|range| self.folded.get(range));
		window.is_some_and(|window| sliding.equals(window))
	}

	/// Reads an earlier text and returns how many positions can be shown with it alone, those that
	/// need no earlier text left out.
	pub fn add(&mut self, text: &[u8]) -> u64 {
		self.sources = self.sources.saturating_add(1);
		let source = self.sources;
		let rolling = self.rolling;
		let mut here = 0u64;
		slide(&rolling, text, |sliding| {
			if sliding.length() > EARLIER_WINDOW {
				return;
			}
			let Some(place) = self.find(sliding) else {
				return;
			};
			let Some(class) = self.classes.get_mut(place) else {
				return;
			};
			if class.seen == 0 {
				self.shown = self.shown.saturating_add(class.weight);
			}
			if class.seen != source {
				class.seen = source;
				here = here.saturating_add(class.weight);
			}
		});
		here
	}

	/// Positions that a claim can draw.
	pub fn total(&self) -> u64 {
		self.total
	}

	/// Positions whose window folds to fewer than 32 bytes: they count as shown.
	pub fn blank(&self) -> u64 {
		self.blank
	}

	/// Positions that can be shown with the texts read so far, blank ones included.
	pub fn shown(&self) -> u64 {
		self.blank.saturating_add(self.shown)
	}
}

/// Positions of `accused` that can be shown with the `earlier` texts, and all positions; `None` if
/// it is shorter than one window.
pub fn folded_share<T: AsRef<[u8]>>(
	accused: &[u8],
	earlier: impl IntoIterator<Item = T>,
) -> Option<(u64, u64)> {
	let mut share = FoldedShare::new(accused)?;
	for text in earlier {
		share.add(text.as_ref());
	}
	Some((share.shown(), share.total()))
}
