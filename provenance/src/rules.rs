// SPDX-License-Identifier: Apache-2.0
//! Provenance v1, rules about an answer: words, cores and limits.
//!
//! All of them look at the answer alone. A text may hold a core's bytes anywhere.

/// Bytes after which a core may end.
pub const CORE_BYTES: usize = 48;
/// Bytes of a core or a span, at most.
pub const SPAN_BYTES: usize = 512;

/// White space: space, tab, LF, CR, FF. No other byte.
pub fn is_white(byte: u8) -> bool {
	matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Whether a word starts at offset `at`: its byte is not white space, and it is the first of the
/// answer or follows white space.
pub fn is_word_start(answer: &[u8], at: usize) -> bool {
	let here = answer.get(at).is_some_and(|byte| !is_white(*byte));
	here && at
		.checked_sub(1)
		.and_then(|before| answer.get(before))
		.is_none_or(|b| is_white(*b))
}

/// Whether a word ends at offset `at`: it follows a byte that is not white space, and it is the
/// answer's length or followed by white space.
pub fn is_word_end(answer: &[u8], at: usize) -> bool {
	let before = at.checked_sub(1).and_then(|before| answer.get(before));
	before.is_some_and(|byte| !is_white(*byte)) && answer.get(at).is_none_or(|b| is_white(*b))
}

/// The first word end in `from ..= upto`.
pub fn word_end_within(answer: &[u8], from: usize, upto: usize) -> Option<usize> {
	let upto = upto.min(answer.len());
	(from..=upto).find(|at| is_word_end(answer, *at))
}

/// End of the core of the word start `start`: the first word end at least 48 bytes after it.
/// `None` when that is more than 512 bytes after it, or when no word starts there.
pub fn core_end(answer: &[u8], start: usize) -> Option<usize> {
	if !is_word_start(answer, start) {
		return None;
	}
	word_end_within(
		answer,
		start.checked_add(CORE_BYTES)?,
		start.checked_add(SPAN_BYTES)?,
	)
}

/// The word starts of an answer that have a core, each with the core's end.
pub fn cores(answer: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
	(0..answer.len()).filter_map(|start| Some((start, core_end(answer, start)?)))
}

/// The word end after `end` to which the span that begins at `start` may grow.
pub fn next_extension(answer: &[u8], start: usize, end: usize) -> Option<usize> {
	word_end_within(answer, end.checked_add(1)?, start.checked_add(SPAN_BYTES)?)
}
