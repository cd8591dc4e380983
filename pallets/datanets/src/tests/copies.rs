// SPDX-License-Identifier: Apache-2.0
//! Texts, what copies and quotations make of them, and whoever shows it.

use crate::mock::*;
use frame_support::assert_ok;
use openledger_primitives::{
	duplicate::{
		draw_position, fold, folded, open_window, EarlierWindow, Showing, TextOpening,
		ACCUSED_WINDOW, EARLIER_WINDOW, FOLDED_BYTES, POSITIONS,
	},
	text::text_tree,
	tree::Tree,
	AccountId32, ClaimId, ContributionId, DatanetId,
};
use sp_runtime::DispatchResult;
use std::collections::HashMap;

/// Who accuses.
pub const REPORTER: AccountId32 = LOCKED;

const WORDS: &[&str] = &[
	"about", "across", "after", "again", "answer", "author", "because", "before", "begin",
	"between", "book", "branch", "bread", "bridge", "bright", "butter", "carry", "change",
	"chapter", "clear", "cloud", "coast", "colour", "copper", "count", "country", "cover", "dance",
	"deep", "dinner", "early", "earth", "eleven", "empty", "every", "family", "farmer", "field",
	"finger", "flour", "forest", "forty", "garden", "ginger", "glass", "grain", "harbour", "heavy",
	"history", "honey", "horse", "island", "kettle", "kitchen", "ladder", "lantern", "letter",
	"library", "little", "lemon", "machine", "market", "meadow", "measure", "minute", "morning",
	"mountain", "narrow", "needle", "never", "number", "olive", "onion", "orchard", "other",
	"paper", "pepper", "picture", "pocket", "potato", "quarter", "quiet", "rather", "river",
	"salt", "second", "seven", "shadow", "simple", "sister", "smoke", "spoon", "spring", "station",
	"sugar", "summer", "table", "thunder", "toward", "under", "valley", "village", "vinegar",
	"water", "weather", "window", "winter", "yellow",
];

/// SplitMix64: the same texts on every run.
pub struct Dice(pub u64);

impl Dice {
	pub fn below(&mut self, bound: usize) -> usize {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut value = self.0;
		value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		((value ^ (value >> 31)) % bound as u64) as usize
	}
}

fn sentence(dice: &mut Dice) -> String {
	let count = 6 + dice.below(9);
	let mut out = String::new();
	for place in 0..count {
		let word = WORDS[dice.below(WORDS.len())];
		if place == 0 {
			out.push_str(&word[..1].to_uppercase());
			out.push_str(&word[1..]);
		} else {
			out.push_str(if place == count / 2 { ", " } else { " " });
			out.push_str(word);
		}
	}
	out.push('.');
	out
}

/// A paragraph in lines of at most 72 bytes.
fn paragraph(dice: &mut Dice) -> String {
	let sentences: Vec<_> = (0..4 + dice.below(4)).map(|_| sentence(dice)).collect();
	wrap(&sentences.join(" "))
}

fn wrap(words: &str) -> String {
	let (mut out, mut width) = (String::new(), 0);
	for word in words.split_whitespace() {
		if width > 0 && width + 1 + word.len() > 72 {
			out.push('\n');
			width = 0;
		} else if width > 0 {
			out.push(' ');
			width += 1;
		}
		out.push_str(word);
		width += word.len();
	}
	out
}

/// Written like English, in paragraphs between empty lines. Different seeds have nothing longer
/// than a few words in common.
pub fn prose(seed: u64, paragraphs: usize) -> String {
	let mut dice = Dice(seed);
	let all: Vec<_> = (0..paragraphs).map(|_| paragraph(&mut dice)).collect();
	all.join("\n\n") + "\n"
}

/// What [`prose`] says, sentence by sentence.
pub fn sentences(text: &str) -> Vec<String> {
	text.split('.')
		.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
		.filter(|part| !part.is_empty())
		.map(|part| part + ".")
		.collect()
}

/// Sentences of `text` at every place that the rule takes, the others from elsewhere.
pub fn quoting(text: &str, takes: impl Fn(usize) -> bool) -> String {
	let mut dice = Dice(4_711);
	let mixed: Vec<_> = sentences(text)
		.into_iter()
		.enumerate()
		.map(|(place, own)| {
			if takes(place) {
				own
			} else {
				sentence(&mut dice)
			}
		})
		.collect();
	wrap(&mixed.join(" ")) + "\n"
}

/// One contribution with its bytes and their tree.
pub struct Text {
	pub id: ContributionId,
	pub bytes: Vec<u8>,
	pub tree: Tree,
}

impl Text {
	pub fn new(id: ContributionId, bytes: impl AsRef<[u8]>) -> Self {
		let bytes = bytes.as_ref().to_vec();
		let tree = text_tree(&bytes);
		Self { id, bytes, tree }
	}

	/// The leaves under `position .. position + length`, cut at the end.
	pub fn open(&self, position: u64, length: u64) -> TextOpening {
		open_window(&self.bytes, &self.tree, position, length).unwrap()
	}

	/// The folded window that stands from here on.
	pub fn words_from(&self, position: u64) -> Option<[u8; FOLDED_BYTES]> {
		let rest = &self.bytes[position as usize..];
		folded(&rest[..rest.len().min(EARLIER_WINDOW as usize)])
	}

	/// The folded window that a position of the accused stands for.
	pub fn words(&self, position: u64) -> Option<[u8; FOLDED_BYTES]> {
		let start = position as usize;
		folded(&self.bytes[start..start + ACCUSED_WINDOW as usize])
	}
}

/// Where each folded window of a text begins first.
pub fn places(text: &Text) -> HashMap<[u8; FOLDED_BYTES], u64> {
	let kept: Vec<(usize, u8)> = text
		.bytes
		.iter()
		.enumerate()
		.filter_map(|(place, byte)| fold(*byte).map(|byte| (place, byte)))
		.collect();
	let mut found = HashMap::new();
	for window in kept.windows(FOLDED_BYTES) {
		let (first, last) = (window[0].0, window[FOLDED_BYTES - 1].0);
		if ((last - first) as u64) < EARLIER_WINDOW {
			let words: Vec<u8> = window.iter().map(|(_, byte)| *byte).collect();
			found
				.entry(words.try_into().unwrap())
				.or_insert(first as u64);
		}
	}
	found
}

/// Publishes and gets accepted.
pub fn published(datanet: DatanetId, who: &AccountId32, bytes: impl AsRef<[u8]>) -> Text {
	let text = submitted(datanet, who, bytes);
	accept(text.id, 2);
	text
}

/// Publishes, in a block of its own.
pub fn submitted(datanet: DatanetId, who: &AccountId32, bytes: impl AsRef<[u8]>) -> Text {
	advance(1);
	Text::new(contribute(datanet, who, bytes.as_ref()), bytes)
}

pub fn claim_on(text: &Text) -> ClaimId {
	claim_by(&REPORTER, text)
}

pub fn claim_by(who: &AccountId32, text: &Text) -> ClaimId {
	assert_ok!(Datanets::claim_duplicate(signed(who), text.id));
	ClaimCount::<Test>::get()
}

/// To the first block of the epoch that draws.
pub fn wait_for_draw(claim: ClaimId) {
	while EpochIndex::get() < row(claim).epoch {
		next_epoch();
	}
}

pub fn row(claim: ClaimId) -> ClaimOf<Test> {
	Claims::<Test>::get(claim).unwrap()
}

pub fn draw(claim: ClaimId) -> Draw {
	Pallet::<Test>::draw_of(&row(claim)).unwrap()
}

/// The drawn position.
pub fn position(claim: ClaimId, index: u8, accused: &Text) -> u64 {
	let value = draw(claim).value;
	draw_position(&value, claim, index, accused.bytes.len() as u64).unwrap()
}

/// Everything that can be shown, in the order of the positions.
pub fn find_all(claim: ClaimId, accused: &Text, earlier: &[&Text]) -> Vec<Showing> {
	let known: Vec<_> = earlier.iter().map(|text| (*text, places(text))).collect();
	(0..POSITIONS)
		.filter_map(|index| {
			let position = position(claim, index, accused);
			let earlier = match accused.words(position) {
				None => None,
				Some(words) => Some(known.iter().find_map(|(text, places)| {
					let position = *places.get(&words)?;
					Some(EarlierWindow {
						contribution: text.id,
						position,
						opening: text.open(position, EARLIER_WINDOW),
					})
				})?),
			};
			Some(Showing {
				index,
				accused: accused.open(position, ACCUSED_WINDOW),
				earlier,
			})
		})
		.collect()
}

pub fn show(claim: ClaimId, showing: &Showing) -> DispatchResult {
	Datanets::show_window(signed(&BOB), claim, Box::new(showing.clone()))
		.map(|_| ())
		.map_err(|refused| refused.error)
}

/// Shows everything that can be shown until the claim is proved; tells how much that was.
pub fn show_all(claim: ClaimId, accused: &Text, earlier: &[&Text]) -> usize {
	let mut shown = 0;
	for showing in find_all(claim, accused, earlier) {
		assert_ok!(show(claim, &showing));
		shown += 1;
		if Claims::<Test>::get(claim).is_none() {
			break;
		}
	}
	shown
}

/// Shows so many positions of those that can be shown.
pub fn show_some(claim: ClaimId, accused: &Text, earlier: &[&Text], count: usize) {
	let all = find_all(claim, accused, earlier);
	assert!(all.len() >= count, "too little can be shown");
	for showing in &all[..count] {
		assert_ok!(show(claim, showing));
	}
}

/// A keeper's call, as a block takes it.
pub fn conclude(claim: ClaimId) {
	assert_ok!(apply(keeper(Call::conclude_claim { claim })).unwrap());
}

/// Lets the time of a drawn claim run out. If nobody has shown anything, one keeper's call draws
/// and the next one ends.
pub fn run_out(claim: ClaimId) {
	advance_to(draw(claim).until + 1);
	conclude(claim);
	if Claims::<Test>::contains_key(claim) {
		conclude(claim);
	}
	assert!(!Claims::<Test>::contains_key(claim));
}

/// How the last claim that ended did.
pub fn last_end() -> (ClaimId, ClaimOutcome) {
	events()
		.into_iter()
		.rev()
		.find_map(|event| match event {
			Event::ClaimEnded { claim, outcome, .. } => Some((claim, outcome)),
			_ => None,
		})
		.unwrap()
}

/// An original of ALICE's and what BOB made of it, both accepted, the copy accused and drawn.
pub struct Case {
	pub datanet: DatanetId,
	pub original: Text,
	pub copy: Text,
	pub claim: ClaimId,
}

impl Case {
	pub fn new(original: &str, copy: impl AsRef<[u8]>) -> Self {
		let datanet = create_plain();
		let original = published(datanet, &ALICE, original);
		let copy = published(datanet, &BOB, copy);
		let claim = claim_on(&copy);
		wait_for_draw(claim);
		Self {
			datanet,
			original,
			copy,
			claim,
		}
	}

	/// A word for word copy with another end.
	pub fn plain() -> Self {
		let text = prose(1, 20);
		Self::new(&text, format!("{text}\nCopied by hand.\n"))
	}

	pub fn find_all(&self) -> Vec<Showing> {
		find_all(self.claim, &self.copy, &[&self.original])
	}

	pub fn show_all(&self) -> usize {
		show_all(self.claim, &self.copy, &[&self.original])
	}
}

/// Whether all that can be shown of an accepted text proves the claim on it.
pub fn is_proved(original: &str, copy: impl AsRef<[u8]>) -> bool {
	let mut proved = false;
	ExtBuilder::default().build_and_execute(|| {
		let case = Case::new(original, copy);
		let shown = case.show_all();
		proved = Claims::<Test>::get(case.claim).is_none();
		if proved {
			assert_eq!(shown, 64);
			assert_eq!(last_end(), (case.claim, ClaimOutcome::Proved));
			assert!(matches!(
				contribution(case.copy.id).status,
				Status::Revoked {
					cause: Cause::Duplicate,
					..
				}
			));
		} else {
			run_out(case.claim);
			assert_eq!(last_end(), (case.claim, ClaimOutcome::Failed));
			assert!(matches!(
				contribution(case.copy.id).status,
				Status::Accepted(_)
			));
		}
	});
	proved
}
