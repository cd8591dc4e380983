// SPDX-License-Identifier: Apache-2.0
//! Identifiers, money units and the bounds that formats share.

/// A datanet. Chain-wide counter from 1; 0 means none.
pub type DatanetId = u32;
/// A model. Chain-wide counter from 1; 0 means none.
pub type ModelId = u32;
/// A contribution. Chain-wide counter from 1; 0 means none; smaller is registered earlier.
pub type ContributionId = u64;
/// A claim that a contribution is a copy. Chain-wide counter from 1; 0 means none.
pub type ClaimId = u64;
/// A payment channel. Chain-wide counter from 1; 0 means none.
pub type ChannelId = u64;
/// Place of a usage batch in the row of its (operator, model), from 0.
pub type Sequence = u64;
/// Version of a datanet's snapshot, from 1.
pub type Version = u32;
/// Place of a credit page in its batch, from 0.
pub type PageIndex = u8;
/// Money in planck.
pub type Balance = u128;
/// Height of a block.
pub type BlockNumber = u32;
/// Parts per million.
pub type Ppm = u32;

/// The whole, in parts per million.
pub const PPM: Ppm = 1_000_000;
/// One OPEN in planck.
pub const OPEN: Balance = 1_000_000_000_000;
/// One milliOPEN in planck.
pub const MILLI: Balance = 1_000_000_000;
/// One microOPEN in planck.
pub const MICRO: Balance = 1_000_000;

/// Credit pages of one usage batch, at most.
pub const MAX_PAGES: u32 = 64;
/// Vouchers (channels) of one usage batch, at most.
pub const MAX_VOUCHERS: u32 = 256;
/// Entries of one credit page, at most. Every page but the last of a batch is full.
pub const MAX_PAGE_ENTRIES: u32 = 256;
/// Entries of a model's vector, at most: Developer, Contributors and eight parents.
pub const MAX_VECTOR: u32 = 10;
/// Parents of a model, at most.
pub const MAX_PARENTS: u32 = 8;
/// Shares of one R1 split, at most.
pub const MAX_SHARES: usize = 16;
/// Bytes of one answer, at most.
pub const MAX_ANSWER_BYTES: u32 = 65_536;
/// Bytes of one span, at least: the core reaches this far.
pub const MIN_SPAN_BYTES: u32 = 48;
/// Bytes of one span, at most.
pub const MAX_SPAN_BYTES: u32 = 512;
/// Bytes of a `Text` contribution, at least.
pub const MIN_TEXT_BYTES: u64 = 1_024;
/// Bytes of a `Text` contribution, at most (2^30).
pub const MAX_TEXT_BYTES: u64 = 1_073_741_824;
/// Bytes of an `Opaque` contribution, at most (2^40).
pub const MAX_OPAQUE_BYTES: u64 = 1_099_511_627_776;
