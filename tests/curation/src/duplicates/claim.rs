// SPDX-License-Identifier: Apache-2.0
//! A claim as the chain plays it: positions are drawn, leaves are opened, windows are folded and
//! compared.

use openledger_primitives::{
	duplicate::{
		draw_position, folded, open_window, ACCUSED_WINDOW, EARLIER_WINDOW, FOLDED_BYTES, NEEDED,
		POSITIONS,
	},
	hash,
	text::text_tree,
	tree::Tree,
	H256,
};

use super::measure::Earlier;

/// The randomness of every run.
pub fn randomness() -> H256 {
	hash(b"openledger curation")
}

/// Whether the chain would take a window that is shown of a text: its opening proves it.
fn opened(text: &[u8], tree: &Tree, position: u64, length: u64) -> Option<[u8; FOLDED_BYTES]> {
	let opening = open_window(text, tree, position, length).expect("inside the text");
	let window = opening
		.window(&tree.root(), text.len() as u64, position, length)
		.expect("its own opening");
	folded(window)
}

/// Shows what can be shown of a claim's positions, each with the openings that the chain would
/// ask for, and counts them.
///
/// # Panics
/// If an opening doesn't prove its window.
pub fn play(accused: &str, earlier: &Earlier, claim: u64) -> u32 {
	let bytes = accused.as_bytes();
	let tree = text_tree(bytes);
	let trees: Vec<Tree> = earlier
		.texts
		.iter()
		.map(|text| text_tree(text.as_bytes()))
		.collect();
	let mut shown = 0;
	for index in 0..POSITIONS {
		let length = bytes.len() as u64;
		let position = draw_position(&randomness(), claim, index, length).expect("long enough");
		let Some(words) = opened(bytes, &tree, position, ACCUSED_WINDOW) else {
			shown += 1;
			continue;
		};
		let Some((text, place)) = earlier.place(&words) else {
			continue;
		};
		let other = earlier.texts[text].as_bytes();
		let found = opened(other, &trees[text], place as u64, EARLIER_WINDOW);
		assert_eq!(found, Some(words));
		shown += 1;
	}
	shown
}

/// How many positions of a claim are among those that can be shown.
pub fn count(shown: &[bool], claim: u64) -> u32 {
	let length = shown.len() as u64 + ACCUSED_WINDOW - 1;
	let positions = (0..POSITIONS).map(|index| {
		draw_position(&randomness(), claim, index, length).expect("long enough") as usize
	});
	positions.filter(|position| shown[*position]).count() as u32
}

/// How many of so many claims side by side are proved: each has an id of its own and so a draw of
/// its own.
pub fn proved(shown: &[bool], claims: u64) -> u64 {
	let proved = |claim: &u64| count(shown, *claim) >= NEEDED;
	(1..=claims).filter(proved).count() as u64
}

#[cfg(test)]
mod tests {
	use super::*;

	fn text(from: u64, lines: u64) -> String {
		(from..from + lines)
			.map(|n| format!("line {} has its own words\n", n * 7_919))
			.collect()
	}

	#[test]
	fn a_copy_is_shown_wholly_and_a_stranger_not_at_all() {
		let original = text(0, 200);
		let copy = original.to_uppercase().replace(' ', "  ");
		let earlier = Earlier::of([original.as_str()]);
		assert_eq!(play(&copy, &earlier, 1), 96);
		assert_eq!(proved(&earlier.shown(&copy), 5), 5);
		let stranger = "Nothing of this is in the other text, whatever is drawn of it. ".repeat(60);
		assert_eq!(play(&stranger, &earlier, 1), 0);
		assert_eq!(proved(&earlier.shown(&stranger), 5), 0);
	}

	#[test]
	fn what_is_opened_is_what_was_measured() {
		let original = text(0, 200);
		let half = text(0, 100) + &text(5_000, 100);
		let earlier = Earlier::of([original.as_str()]);
		let shown = earlier.shown(&half);
		for claim in 1..4 {
			let counted = count(&shown, claim);
			assert_eq!(play(&half, &earlier, claim), counted);
			assert!((30..70).contains(&counted), "{counted}");
		}
	}
}
