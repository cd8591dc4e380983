// SPDX-License-Identifier: Apache-2.0
//! Ways to pass a text off as another one.

use crate::chance::Dice;

/// A copy, how it was made, and the share of the design's table if it has one.
pub struct Copy {
	/// How it was made.
	pub how: String,
	/// Its text.
	pub text: String,
	/// What was measured when the rule was chosen.
	pub designed: Option<f64>,
}

/// Columns that a text is wrapped at before its lines are changed.
const COLUMNS: usize = 72;

/// The text in lines of at most [`COLUMNS`] bytes where words allow it.
pub fn wrapped(text: &str) -> String {
	let mut out = String::new();
	for paragraph in text.split('\n') {
		let mut column = 0;
		for word in paragraph.split(' ') {
			if column > 0 && column + 1 + word.len() > COLUMNS {
				out.push('\n');
				column = 0;
			} else if column > 0 {
				out.push(' ');
				column += 1;
			}
			out.push_str(word);
			column += word.len();
		}
		out.push('\n');
	}
	out
}

/// In every stretch of so many bytes one word is replaced by as many x.
pub fn word_changed_every(text: &str, distance: usize) -> String {
	let mut bytes = text.as_bytes().to_vec();
	for mark in (distance..bytes.len()).step_by(distance) {
		let word = |byte: &u8| byte.is_ascii_alphabetic();
		let Some(skip) = bytes[mark..].iter().position(word) else {
			break;
		};
		for byte in bytes[mark + skip..]
			.iter_mut()
			.take_while(|byte| byte.is_ascii_alphabetic())
		{
			*byte = b'x';
		}
	}
	String::from_utf8(bytes).expect("ASCII letters became others")
}

fn every_tenth_line(text: &str, change: impl Fn(&str) -> String) -> String {
	let lines = text
		.lines()
		.enumerate()
		.map(|(number, line)| match number % 10 {
			9 => change(line),
			_ => format!("{line}\n"),
		});
	lines.collect()
}

fn backwards(line: &str) -> String {
	let words: Vec<&str> = line.split(' ').rev().collect();
	words.join(" ") + "\n"
}

fn paragraphs_shuffled(text: &str) -> String {
	let paragraphs: Vec<&str> = text.split("\n\n").collect();
	let order = Dice::new(1).order(paragraphs.len());
	let shuffled: Vec<&str> = order.into_iter().map(|place| paragraphs[place]).collect();
	shuffled.join("\n\n")
}

fn padded(text: &str, padding: &str) -> String {
	text.chars()
		.map(|letter| format!("{letter}{padding}"))
		.collect()
}

fn lines_numbered(text: &str) -> String {
	let numbered = text.lines().enumerate();
	numbered
		.map(|(number, line)| format!("{} {line}\n", number + 1))
		.collect()
}

fn words_numbered(text: &str) -> String {
	let numbered = text.split(' ').enumerate();
	numbered
		.map(|(number, word)| format!("{word}{} ", number % 10))
		.collect()
}

/// What the licence says, told by somebody else.
const SUMMARY: &str = "\
You may run the program for whatever purpose you like, look into how it works, adapt it and hand it \
on, with your changes or without. Whoever gets it from you has the same rights, so you pass on these \
conditions together with the code and leave all notices where they are. If you ship a binary, the \
people who receive it can ask for everything that is needed to build it again, scripts included, \
either next to the download or by an offer that stays good for three years. When the software sits \
in a consumer device, what is needed to install a changed version belongs to that too.\n\n\
Nobody can add conditions that take these freedoms away. A few notes about names, warranty or \
origin are fine; any other restriction may be struck out. Laws against going around copy protection \
can't be used against those who exercise what they have been granted. Someone who contributes \
grants a licence to the patents that his part would infringe, and loses his own rights if he sues \
others over the same program. Deals that protect only some of the users against patents don't work.\n\n\
Breaking the conditions ends the permission, yet it comes back when you stop and nobody complains \
for two months, and the first time even within a month of a complaint. Works that only use the \
program and aren't based on it are left alone. There is no warranty, and whoever wrote the code owes \
you nothing when it does harm, as far as the law allows that.\n";

fn made(how: &str, text: String, designed: Option<f64>) -> Copy {
	Copy {
		how: how.into(),
		text,
		designed,
	}
}

fn words_changed(text: &str) -> impl Iterator<Item = Copy> + '_ {
	let designed = [(150, 0.73), (100, 0.60)];
	[300, 200, 150, 120, 100, 80, 60]
		.into_iter()
		.map(move |distance| Copy {
			how: format!("a word changed every {distance} bytes"),
			text: word_changed_every(text, distance),
			designed: designed
				.iter()
				.find(|(known, _)| *known == distance)
				.map(|(_, share)| *share),
		})
}

/// Copies of a text; `other` is what half of one of them consists of.
pub fn copies(text: &str, other: &str) -> Vec<Copy> {
	let lines = wrapped(text);
	let half = text.len() / 2;
	let half = (half..)
		.find(|place| text.is_char_boundary(*place))
		.unwrap();
	let filling: String = other.chars().cycle().take(half).collect();
	let mut copies = vec![
		made("as it is", text.into(), None),
		made("wrapped at 72 columns", lines.clone(), None),
		made("every blank doubled", text.replace(' ', "  "), Some(1.0)),
		made("all in upper case", text.to_ascii_uppercase(), None),
		made("4 blanks after every character", padded(text, "    "), None),
		made(
			"20 dashes after every character",
			padded(text, &"-".repeat(20)),
			None,
		),
		made("its first half only", text[..half].into(), None),
		made("paragraphs shuffled", paragraphs_shuffled(text), None),
		made(
			"every tenth line left out",
			every_tenth_line(&lines, |_| String::new()),
			None,
		),
		made(
			"every tenth line's words backwards",
			every_tenth_line(&lines, backwards),
			None,
		),
		made("lines numbered", lines_numbered(&lines), None),
	];
	copies.extend(words_changed(text));
	copies.extend([
		made(
			"half of it, and as much of another",
			text[..half].to_string() + &filling,
			None,
		),
		made("a digit after every word", words_numbered(text), None),
		made("every o a Cyrillic one", text.replace('o', "о"), None),
		made("told in other words", SUMMARY.into(), None),
	]);
	copies
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_primitives::{duplicate::fold, MIN_TEXT_BYTES};

	const TEXT: &str = "One two three four five six seven eight nine ten eleven twelve thirteen \
		fourteen fifteen sixteen seventeen eighteen nineteen twenty.\n\nAnd a last paragraph.";

	fn letters(text: &str) -> Vec<u8> {
		text.bytes().filter_map(fold).collect()
	}

	#[test]
	fn lines_are_wrapped_and_words_stay() {
		let lines = wrapped(TEXT);
		assert!(lines.lines().count() > 3);
		assert!(lines.lines().all(|line| line.len() <= COLUMNS));
		assert_eq!(letters(&lines), letters(TEXT));
	}

	#[test]
	fn one_word_is_changed_in_each_stretch() {
		assert_eq!(word_changed_every("aa bbb cc dd", 5), "aa bbx cc xx");
		assert_eq!(word_changed_every("aa bb 1234", 7), "aa bb 1234");
	}

	#[test]
	fn changes_are_what_they_say() {
		let ten = "a b\n".repeat(20);
		assert_eq!(
			every_tenth_line(&ten, |_| String::new()).lines().count(),
			18
		);
		let turned = every_tenth_line(&ten, backwards);
		assert_eq!(turned.lines().filter(|line| *line == "b a").count(), 2);
		assert_eq!(padded("ab", "--"), "a--b--");
		assert_eq!(lines_numbered("x\ny\n"), "1 x\n2 y\n");
		assert_eq!(words_numbered("x y"), "x0 y1 ");
		let mut sorted: Vec<u8> = letters(&paragraphs_shuffled(TEXT));
		let mut original = letters(TEXT);
		sorted.sort_unstable();
		original.sort_unstable();
		assert_eq!(sorted, original);
		assert!(SUMMARY.len() as u64 >= MIN_TEXT_BYTES);
	}
}
