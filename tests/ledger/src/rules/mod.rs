// SPDX-License-Identifier: Apache-2.0
//! What the rules say each call does to money: one file per pallet, and R2 on its own.
//!
//! Everything works on whole numbers without bounds and on plain lists. A function that refuses may
//! leave a half-changed ledger behind: the run asks a copy.

pub mod claims;
pub mod datanets;
pub mod models;
pub mod pages;
pub mod pools;
pub mod reviews;
pub mod royalties;
pub mod usage;

use crate::{
	bank::{Bank, Who, EXISTENTIAL},
	exact::{planck, Planck},
};

/// All that money depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger {
	/// Money.
	pub bank: Bank,
	/// Datanets.
	pub datanets: datanets::Datanets,
	/// Models.
	pub models: models::Models,
	/// Operators, channels, batches.
	pub usage: usage::Usage,
	/// The pot.
	pub royalties: royalties::Royalties,
	/// The block.
	pub now: u32,
	/// The service clock, read from the chain: room in blocks is no matter of money.
	pub clock: u64,
	/// Account of undistributed money.
	pub pot: Who,
	/// The treasury.
	pub treasury: Who,
}

impl Ledger {
	/// The equations that hold between any two calls: R2, R7, and that no money is outside.
	pub fn check(&self, issuance_at_genesis: &Planck) -> Result<(), String> {
		for (datanet, pool) in &self.royalties.pools {
			if !pool.is_whole() {
				return Err(format!("R2: pool of datanet {datanet} is not whole"));
			}
		}
		let pot = &self.bank.accounts[self.pot].free;
		let owed = planck(EXISTENTIAL) + self.royalties.owed() + &self.royalties.gifts;
		if *pot != owed {
			return Err(format!("R7: the pot has {pot} and should have {owed}"));
		}
		let waiting = self.usage.waiting();
		if waiting != self.royalties.waiting {
			let kept = &self.royalties.waiting;
			return Err(format!("batches wait for {waiting}, the pot keeps {kept}"));
		}
		let total = self.bank.total();
		let issued = issuance_at_genesis - &self.bank.burned;
		if total != issued {
			return Err(format!("R8: accounts have {total} of {issued}"));
		}
		Ok(())
	}
}
