// SPDX-License-Identifier: Apache-2.0
//! The rule of provenance v1 written down naively, without the crate's own functions, and the
//! properties that leave exactly one list of spans.

use std::collections::BTreeMap;

use crate::FoundSpan;

/// Texts by contribution id.
pub type Corpus = BTreeMap<u64, Vec<u8>>;

fn white(byte: u8) -> bool {
	b" \t\n\r\x0c".contains(&byte)
}

/// Word starts, in order.
pub fn starts(answer: &[u8]) -> Vec<usize> {
	(0..answer.len())
		.filter(|&at| !white(answer[at]) && (at == 0 || white(answer[at - 1])))
		.collect()
}

/// Word ends, in order.
pub fn ends(answer: &[u8]) -> Vec<usize> {
	(1..=answer.len())
		.filter(|&at| !white(answer[at - 1]) && (at == answer.len() || white(answer[at])))
		.collect()
}

/// End of the core of a word start.
pub fn core_of(answer: &[u8], start: usize) -> Option<usize> {
	let end = ends(answer).into_iter().find(|end| *end >= start + 48)?;
	(end <= start + 512).then_some(end)
}

/// Every place of `bytes`, smallest first.
pub fn occurrences(corpus: &Corpus, bytes: &[u8]) -> Vec<(u64, usize)> {
	let mut places = Vec::new();
	for (contribution, text) in corpus {
		for position in 0..text.len() {
			if text[position..].starts_with(bytes) {
				places.push((*contribution, position));
			}
		}
	}
	places
}

/// The spans of an answer by exhaustive search.
pub fn spans(corpus: &Corpus, answer: &[u8]) -> Vec<FoundSpan> {
	let mut hits = Vec::new();
	for start in starts(answer) {
		let Some(end) = core_of(answer, start) else {
			continue;
		};
		if let Some((contribution, position)) = occurrences(corpus, &answer[start..end]).first() {
			hits.push((*contribution, start, end, *position));
		}
	}
	hits.sort();
	let mut owner: Vec<Option<usize>> = vec![None; answer.len()];
	let mut found = Vec::new();
	for (contribution, start, core, position) in hits {
		if owner[start..core].iter().any(Option::is_some) {
			continue;
		}
		let text = &corpus[&contribution];
		let mut end = core;
		for next in ends(answer).into_iter().filter(|next| *next > core) {
			let within = next - start <= 512 && position + (next - start) <= text.len();
			if !within
				|| text[position..position + (next - start)] != answer[start..next]
				|| owner[end..next].iter().any(Option::is_some)
			{
				break;
			}
			end = next;
		}
		owner[start..end].fill(Some(start));
		found.push(FoundSpan {
			start: start as u32,
			length: (end - start) as u16,
			contribution,
			position: position as u32,
		});
	}
	found.sort_by_key(|span| span.start);
	found
}

fn key(span: &FoundSpan) -> (u64, usize) {
	(span.contribution, span.start as usize)
}

fn range(span: &FoundSpan) -> std::ops::Range<usize> {
	span.start as usize..span.start as usize + usize::from(span.length)
}

/// The first of the defects D10 to D13 of a span list, as the format words them.
pub fn defect(corpus: &Corpus, answer: &[u8], spans: &[FoundSpan]) -> Option<&'static str> {
	let (starts, ends) = (starts(answer), ends(answer));
	let mut free_from = 0;
	for span in spans {
		let at = range(span);
		if !starts.contains(&at.start) || !ends.contains(&at.end) || at.start < free_from {
			return Some("D10");
		}
		if !(48..=512).contains(&at.len()) || !corpus.contains_key(&span.contribution) {
			return Some("D10");
		}
		free_from = at.end;
		let text = &corpus[&span.contribution];
		let held = text.get(span.position as usize..).unwrap_or_default();
		if !held.starts_with(&answer[at]) {
			return Some("D11");
		}
	}
	let over = |byte: usize| spans.iter().find(|span| range(span).contains(&byte));
	for &start in &starts {
		let Some(end) = core_of(answer, start) else {
			continue;
		};
		for (contribution, position) in occurrences(corpus, &answer[start..end]) {
			let better = |span: &FoundSpan| {
				key(span) > (contribution, start)
					|| span.start as usize == start
						&& (span.contribution, span.position as usize) > (contribution, position)
			};
			if (start..end).all(|byte| over(byte).is_none_or(better)) {
				return Some("D12");
			}
		}
	}
	for span in spans {
		let at = range(span);
		let Some(next) = ends.iter().copied().find(|end| *end > at.end) else {
			continue;
		};
		let held = &corpus[&span.contribution][span.position as usize..];
		let free = (at.end..next).all(|byte| over(byte).is_none_or(|other| key(other) > key(span)));
		if next - at.start <= 512 && held.starts_with(&answer[at.start..next]) && free {
			return Some("D13");
		}
	}
	None
}
