// SPDX-License-Identifier: Apache-2.0
//! What all reads share: the block they are about, and lists in pages.

use crate::{error::Error, Block};
use openledger_primitives::{apis::MAX_PAGE, H256};
use serde::{Deserialize, Serialize};
use sp_blockchain::HeaderBackend;

/// Items of a list when the caller names no limit.
pub const DEFAULT_LIMIT: u32 = 100;

/// Part of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T, K> {
	/// The items in ascending order.
	pub items: Vec<T>,
	/// Cursor of the next part; null: nothing was left at this block.
	pub next_cursor: Option<K>,
	/// The block that was read. Give it with the cursor to go on in the same state.
	pub at: H256,
}

impl<T, K> Page<T, K> {
	/// A whole list.
	pub(crate) fn whole<V: Into<T>>(views: Vec<V>, at: H256) -> Self {
		Self {
			items: views.into_iter().map(Into::into).collect(),
			next_cursor: None,
			at,
		}
	}

	/// The items after a cursor, which is the `key` of the item before them. A part with as many
	/// items as were asked for may be the last one.
	pub(crate) fn after<V: Into<T>>(
		views: Vec<V>,
		limit: u32,
		key: impl Fn(&V) -> K,
		at: H256,
	) -> Self {
		let is_full = u32::try_from(views.len()).is_ok_and(|count| count >= limit);
		let next_cursor = views.last().filter(|_| is_full).map(key);
		Self {
			next_cursor,
			..Self::whole(views, at)
		}
	}
}

/// The block that is named, else the last finalised one.
pub(crate) fn block_at(client: &impl HeaderBackend<Block>, at: Option<H256>) -> H256 {
	at.unwrap_or_else(|| client.info().finalized_hash)
}

/// The number of items that is asked for.
pub(crate) fn limit_of(limit: Option<u32>) -> Result<u32, Error> {
	let limit = limit.unwrap_or(DEFAULT_LIMIT);
	if (1..=MAX_PAGE).contains(&limit) {
		return Ok(limit);
	}
	Err(Error::Argument(format!(
		"the limit is {limit}; it must be 1 to {MAX_PAGE}"
	)))
}
