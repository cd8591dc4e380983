// SPDX-License-Identifier: Apache-2.0
//! Calls of the pallet `Royalties`.

use codec::Encode;
use openledger_primitives::{AccountId, Balance, DatanetId, ModelId, Ppm, Version};

use super::Call;

const PALLET: &str = "Royalties";

/// Parameters that governance sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub struct RoyaltiesParameters {
	/// Part of every fee that is burned.
	pub burn_ppm: Ppm,
	/// Part of every fee for the treasury.
	pub treasury_ppm: Ppm,
	/// Accrued planck from which payouts are automatic.
	pub payout_threshold: Balance,
	/// Entries that the sweep of one block looks at, at most.
	pub payouts_per_block: u32,
}

/// Pays `who` what has accrued. Anyone.
pub fn claim(who: &AccountId) -> Call {
	Call::new(PALLET, "claim", who)
}

/// Books what a pool row has earned. Anyone.
pub fn collect(datanet: DatanetId, tranche: Version, who: &AccountId) -> Call {
	Call::new(PALLET, "collect", (datanet, tranche, who))
}

/// Empties a model's inbox by its vector and its snapshots' weights. Anyone.
pub fn distribute(model: ModelId) -> Call {
	Call::new(PALLET, "distribute", model)
}

/// The prepaid form of [`distribute`]. Authorized.
pub fn distribute_due(model: ModelId) -> Call {
	Call::new(PALLET, "distribute_due", model)
}

/// Changes the parameters. Governance.
pub fn set_parameters(parameters: RoyaltiesParameters) -> Call {
	Call::new(PALLET, "set_parameters", parameters)
}

/// Pays up to 64 accounts; one without anything accrued doesn't stop the others.
pub fn claim_many(who: &[AccountId]) -> Call {
	Call::new(PALLET, "claim_many", who)
}
