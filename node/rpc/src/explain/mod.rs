// SPDX-License-Identifier: Apache-2.0
//! `royalties_v1_explain`: why an account was paid what it was paid, and why a zero is a zero.
//!
//! The ledger index says what happened ([`crate::ledger`]); the runtime recomputes each batch's
//! split from its event's numbers; sentences state the formula with the numbers in it. Lists are
//! bounded, in each item and in the whole answer, and what is cut says `truncated`.

mod build;
mod formula;
mod pool;
pub mod views;
mod zeros;

use crate::{
	error::Error,
	ledger::{read::Span, Head, LedgerIndex, Pos},
};
use build::Explainer;
use openledger_primitives::{ledger::Recomputed, AccountId, Balance, BlockNumber, ModelId, Ppm};
use views::{Distribution, Distributions, Explanation, IndexStatus, Place};

/// Inflows of a distribution and payments of a collection that are listed, at most.
pub const MAX_LISTED: usize = 64;

/// Inflows and payments in one answer, at most.
pub const MAX_NESTED: usize = 4_096;

/// Reads of payments for one answer, at most.
const MAX_STRIDES: usize = 1_024;

/// Zeros in one answer, at most.
pub const MAX_ZEROS: usize = 256;

/// Recomputes a settlement: model, fee, burn and treasury ppm. `None`: the runtime can't.
pub type Recompute<'a> = &'a dyn Fn(ModelId, Balance, Ppm, Ppm) -> Option<Recomputed>;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
	/// Whose lines.
	pub account: AccountId,
	/// First block.
	pub from: BlockNumber,
	/// Last block.
	pub to: BlockNumber,
	/// Lines, at most.
	pub limit: usize,
	/// The last line seen.
	pub cursor: Option<Place>,
}

/// What the index holds.
pub fn status(index: &LedgerIndex) -> Result<IndexStatus, Error> {
	Ok(IndexStatus::from(&index.head()?))
}

/// The part of a range of blocks that is indexed.
fn indexed_part(head: &Head, from: BlockNumber, to: BlockNumber) -> Result<Span, Error> {
	if from > to {
		return Err(Error::Argument(format!(
			"the range begins with block {from} and ends with block {to}"
		)));
	}
	let (first, last) = (from.max(head.from), to.min(head.height));
	if first > last {
		return Err(not_indexed(head));
	}
	Ok(Span::of_blocks(first, last))
}

fn not_indexed(head: &Head) -> Error {
	Error::NotIndexed(if head.is_empty() {
		format!("no block yet; the first will be {}", head.from)
	} else {
		format!("blocks {} to {} are", head.from, head.height)
	})
}

/// Answers a question from one state of the index.
pub fn explain(
	index: &LedgerIndex,
	recompute: Recompute,
	question: &Question,
) -> Result<Explanation, Error> {
	let snapshot = index.snapshot()?;
	let head = snapshot.head()?;
	let whole = indexed_part(&head, question.from, question.to)?;
	let mut span = whole;
	if let Some(Place(block, event)) = question.cursor {
		span.from = span.from.max(Pos { block, event }.next());
	}
	let rows = if span.from > span.to {
		Vec::new()
	} else {
		snapshot.entries(&question.account, span, question.limit)?
	};
	let next_cursor = rows
		.last()
		.filter(|_| rows.len() >= question.limit)
		.map(|(at, _)| (*at).into());
	let mut explainer = Explainer::new(&snapshot, recompute, &question.account);
	let items = rows
		.into_iter()
		.map(|(at, entry)| explainer.item(at, entry))
		.collect::<Result<Vec<_>, Error>>()?;
	// They belong to the range, not to a part of it: told once.
	let (zeros, zeros_truncated) = match question.cursor {
		None => explainer.zeros(whole)?,
		Some(_) => (Vec::new(), false),
	};
	Ok(Explanation {
		items,
		next_cursor,
		from: whole.from.block,
		to: whole.to.block,
		indexed_from: head.from,
		indexed_to: head.height,
		at: head.hash,
		zeros,
		zeros_truncated,
	})
}

/// The distributions of a model in one block, with what came into its inbox before each.
pub fn distributions(
	index: &LedgerIndex,
	recompute: Recompute,
	model: ModelId,
	block: BlockNumber,
) -> Result<Distributions, Error> {
	let snapshot = index.snapshot()?;
	let head = snapshot.head()?;
	indexed_part(&head, block, block)?;
	let nobody = AccountId::new([0; 32]);
	let mut explainer = Explainer::new(&snapshot, recompute, &nobody);
	let items = snapshot
		.distributions(model, block, MAX_LISTED)?
		.into_iter()
		.map(|(at, distribution)| explainer.distribution(model, at, distribution))
		.collect::<Result<Vec<Distribution>, Error>>()?;
	if items.is_empty() {
		return Err(Error::NotFound(format!(
			"distribution of model {model} in block {block}"
		)));
	}
	Ok(Distributions {
		items,
		indexed_from: head.from,
		indexed_to: head.height,
		at: head.hash,
	})
}
