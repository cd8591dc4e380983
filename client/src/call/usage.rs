// SPDX-License-Identifier: Apache-2.0
//! Calls of the pallet `Usage`. Batches usually go through the node's off-chain worker
//! ([`crate::Client::submit_batch`]); the authorized calls here are for whoever has the bytes.

use codec::Encode;
use openledger_primitives::{
	payload::{CreditPage, Price, PublicKey, SignedUsageBatch},
	AccountId, Balance, ChannelId, ModelId, PageIndex, Sequence,
};

use super::Call;

const PALLET: &str = "Usage";

/// Registers the signer as operator with the key that signs his batches.
pub fn register_operator(bond: Balance, key: PublicKey) -> Call {
	Call::new(
		PALLET,
		"register_operator",
		(bond, key.key, key.curve.plain_scheme()),
	)
}

/// Adds to the operator's bond.
pub fn bond_more(amount: Balance) -> Call {
	Call::new(PALLET, "bond_more", amount)
}

/// Takes from the operator's bond what coverage doesn't need; paid out one window later.
pub fn unbond(amount: Balance) -> Call {
	Call::new(PALLET, "unbond", amount)
}

/// Opens a channel paid by the signer; vouchers are signed by `key`.
pub fn open_channel(
	operator: &AccountId,
	model: ModelId,
	key: PublicKey,
	price: Price,
	deposit: Balance,
) -> Call {
	let args = (
		operator,
		model,
		key.key,
		key.curve.plain_scheme(),
		price,
		deposit,
	);
	Call::new(PALLET, "open_channel", args)
}

/// Adds to a channel's deposit.
pub fn top_up(channel: ChannelId, amount: Balance) -> Call {
	Call::new(PALLET, "top_up", (channel, amount))
}

/// Starts the thaw of a channel. Payer.
pub fn close_channel(channel: ChannelId) -> Call {
	Call::new(PALLET, "close_channel", channel)
}

/// Pays the rest of a channel out after its thaw.
pub fn withdraw_channel(channel: ChannelId) -> Call {
	Call::new(PALLET, "withdraw_channel", channel)
}

/// A usage batch. Authorized: send it with [`crate::Client::submit_authorized`].
pub fn submit_batch(signed: &SignedUsageBatch) -> Call {
	Call::new(PALLET, "submit_batch", (&signed.batch, signed.signature))
}

/// Releases a batch after its window. Authorized.
pub fn release(operator: &AccountId, model: ModelId, sequence: Sequence) -> Call {
	Call::new(PALLET, "release", (operator, model, sequence))
}

/// Pays the contributions of a page. Authorized.
pub fn push_page(page: &CreditPage) -> Call {
	Call::new(PALLET, "push_page", page)
}

/// Reports a page that is missing at its deadline. Anyone.
pub fn close_missing_page(
	operator: &AccountId,
	model: ModelId,
	sequence: Sequence,
	page: PageIndex,
) -> Call {
	Call::new(
		PALLET,
		"close_missing_page",
		(operator, model, sequence, page),
	)
}

/// Changes the pallet's parameters: their SCALE bytes. Governance.
pub fn set_parameters(parameters: impl Encode) -> Call {
	Call::new(PALLET, "set_parameters", parameters)
}

/// Pays out what was unbonded, after its window.
pub fn withdraw_unbonded() -> Call {
	Call::new(PALLET, "withdraw_unbonded", ())
}
