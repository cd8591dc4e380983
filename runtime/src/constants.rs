// SPDX-License-Identifier: Apache-2.0
//! Money, time and the accounts without keys.

/// Money, in planck.
pub mod money {
	use openledger_primitives::Balance;
	pub use openledger_primitives::{MICRO, MILLI, OPEN};

	/// All OPEN there is at genesis: 1 000 000 000. Issuance only falls afterwards, by burning.
	pub const TOTAL_SUPPLY: Balance = 1_000_000_000 * OPEN;
	/// An account below this is removed: 1 milliOPEN.
	pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
	/// Deposit per item of storage, where a pallet keeps it as a constant: 0.1 OPEN.
	pub const ITEM_DEPOSIT: Balance = 100 * MILLI;
	/// Deposit per byte of storage, where a pallet keeps it as a constant: 100 microOPEN.
	pub const BYTE_DEPOSIT: Balance = 100 * MICRO;

	/// Deposit for `items` storage items of `bytes` bytes in all.
	pub const fn deposit(items: u32, bytes: u32) -> Balance {
		// `From` is not const, and widening never truncates.
		#[allow(clippy::as_conversions, reason = "const widening of u32")]
		let (items, bytes) = (items as Balance, bytes as Balance);
		items
			.saturating_mul(ITEM_DEPOSIT)
			.saturating_add(bytes.saturating_mul(BYTE_DEPOSIT))
	}
}

/// Time, in slots of three seconds. Every slot has a block unless its author is away.
pub mod time {
	use openledger_primitives::BlockNumber;

	/// Length of a slot in milliseconds. It can never change on a live chain.
	pub const SLOT_MILLISECONDS: u64 = 3_000;
	/// Slots of a BABE epoch, which is also a session: five minutes. It can never change either.
	pub const EPOCH_SLOTS: u64 = 100;
	/// Blocks of an epoch, at most: one in each of its slots.
	pub const EPOCH_BLOCKS: BlockNumber = 100;
	/// Blocks of a minute.
	pub const MINUTES: BlockNumber = 20;
	/// Blocks of an hour.
	pub const HOURS: BlockNumber = 60 * MINUTES;
	/// Blocks of a day.
	pub const DAYS: BlockNumber = 24 * HOURS;
}

/// Accounts without keys. Each of them holds its existential deposit from genesis.
pub mod pots {
	use frame_support::PalletId;

	/// Governance's money: fees, dust, the protocol's share.
	pub const TREASURY: PalletId = PalletId(*b"ol/treas");
	/// All money of royalties that is not distributed yet.
	pub const ROYALTIES: PalletId = PalletId(*b"ol/royal");
}
