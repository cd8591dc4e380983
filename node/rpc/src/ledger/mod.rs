// SPDX-License-Identifier: Apache-2.0
//! The ledger index: what this node remembers of money events, so that it can say why an account
//! was paid what it was paid.
//!
//! The chain's state holds sums, not their history. The index follows **finalised** blocks and
//! asks the runtime of each for its money events
//! ([`LedgerApi`](openledger_primitives::apis::LedgerApi)), so it knows no pallet and never sees a
//! block that is taken back. Blocks and the place that was reached are written in one transaction:
//! whatever kills the process, the index goes on after the last whole group of blocks.
//!
//! | Module | What |
//! |---|---|
//! | [`attribute`] | events of one block → facts, each with its cause |
//! | [`records`] | what is stored |
//! | [`store`] | the file: tables, transactions, whose chain it belongs to |
//! | [`apply`] | facts → rows |
//! | [`pools`] | rule R2 replayed, so that a collection can be shown payment by payment |
//! | [`follow`] | from the last indexed block to the finalised head |
//! | [`read`] | bounded reads of one state of the index |
//!
//! It is gapless from `from` on. Where a block's state is pruned already, it starts anew at the
//! first block that can be read, and says so.

mod apply;
mod attribute;
pub mod follow;
mod pools;
pub(crate) mod read;
pub mod records;
pub mod store;

#[cfg(test)]
pub(crate) mod tests;

pub use follow::{Follower, Source, Step};
pub use records::Pos;
pub use store::{Head, IndexError, LedgerIndex, Opened};
