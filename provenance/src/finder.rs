// SPDX-License-Identifier: Apache-2.0
//! The span finder: provenance v1, "first registered, first served".

use openledger_primitives::ids::ContributionId;
use rayon::prelude::*;

use crate::{
	index::Index,
	record::FoundSpan,
	rules::{cores, next_extension},
};

/// A word start whose core a text holds, in the order in which cores become spans.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Hit {
	contribution: ContributionId,
	start: usize,
	end: usize,
	position: u32,
}

/// The spans of an answer, ascending by start.
///
/// Word starts that have a hit are taken in ascending `(contribution, start)`; a core that is
/// wholly free becomes a span and grows word end by word end while its length stays within 512
/// bytes, the text goes on alike and the added bytes are free.
pub fn spans(index: &Index, answer: &[u8]) -> Vec<FoundSpan> {
	let candidates: Vec<(usize, usize)> = cores(answer).collect();
	let mut hits: Vec<Hit> = candidates
		.into_par_iter()
		.filter_map(|(start, end)| {
			let (contribution, position) = index.first(answer.get(start..end)?)?;
			Some(Hit {
				contribution,
				start,
				end,
				position,
			})
		})
		.collect();
	hits.sort_unstable();
	let mut taken = vec![false; answer.len()];
	let mut found: Vec<FoundSpan> = hits
		.iter()
		.filter_map(|hit| take(index, answer, &mut taken, hit))
		.collect();
	found.sort_unstable_by_key(|span| span.start);
	found
}

/// Turns a hit into a span if its core is free, and marks its bytes as taken.
fn take(index: &Index, answer: &[u8], taken: &mut [bool], hit: &Hit) -> Option<FoundSpan> {
	if !free(taken, hit.start, hit.end) {
		return None;
	}
	let text = index
		.text(hit.contribution)?
		.get(usize::try_from(hit.position).ok()?..)?;
	let mut end = hit.end;
	while let Some(next) = next_extension(answer, hit.start, end) {
		let length = next.checked_sub(hit.start)?;
		let alike = text
			.get(..length)
			.is_some_and(|held| answer.get(hit.start..next) == Some(held));
		if !alike || !free(taken, end, next) {
			break;
		}
		end = next;
	}
	taken.get_mut(hit.start..end)?.fill(true);
	Some(FoundSpan {
		start: u32::try_from(hit.start).ok()?,
		length: u16::try_from(end.checked_sub(hit.start)?).ok()?,
		contribution: hit.contribution,
		position: hit.position,
	})
}

/// Whether no byte of the range belongs to a span.
fn free(taken: &[bool], start: usize, end: usize) -> bool {
	taken
		.get(start..end)
		.is_some_and(|bytes| bytes.iter().all(|byte| !byte))
}
