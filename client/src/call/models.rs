// SPDX-License-Identifier: Apache-2.0
//! Calls of the pallet `Models`.

use codec::Encode;
use openledger_primitives::{
	payload::Price, ports::WeightedSnapshot, AccountId, Balance, BlockNumber, ModelId, Ppm, H256,
};

use super::Call;

const PALLET: &str = "Models";

/// What kind of model it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub enum ModelKind {
	/// Trained from data alone.
	#[codec(index = 0)]
	Base,
	/// Trained further from a parent.
	#[codec(index = 1)]
	FineTune,
	/// Weights beside a parent's.
	#[codec(index = 2)]
	Adapter,
}

/// A parent with the share it gets and the terms agreed to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub struct ParentLink {
	/// The parent.
	pub model: ModelId,
	/// Its share of the vector.
	pub ppm: Ppm,
	/// Hash of its terms.
	pub terms_hash: H256,
}

/// A model to be registered. `developer_ppm + contributors_ppm + Σ parents` is 1 000 000.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct ModelParams {
	/// At most 64 bytes.
	pub name: Vec<u8>,
	/// Its kind.
	pub kind: ModelKind,
	/// blake2-256 of the artifact.
	pub artifact_hash: H256,
	/// Where the artifact lies, at most 256 bytes.
	pub artifact_uri: Vec<u8>,
	/// Address of the metadata file, at most 256 bytes.
	pub metadata_uri: Vec<u8>,
	/// Its blake2-256.
	pub metadata_hash: H256,
	/// Provenance rule: 1.
	pub provenance_version: u8,
	/// Its own snapshots, at most 16, ascending by `(datanet, version)`.
	pub snapshots: Vec<WeightedSnapshot>,
	/// At most 8, ascending by id.
	pub parents: Vec<ParentLink>,
	/// Operator's share of the whole fee, at most 900 000.
	pub operator_ppm: Ppm,
	/// Developer's share of the vector.
	pub developer_ppm: Ppm,
	/// Contributors' share of the vector.
	pub contributors_ppm: Ppm,
	/// What a child must give to this model.
	pub derivative_ppm: Ppm,
	/// Least fee of a call.
	pub min_fee_per_call: Balance,
	/// Price that the developer suggests.
	pub suggested_price: Price,
}

/// Registers a draft.
pub fn register(params: &ModelParams) -> Call {
	Call::new(PALLET, "register", params)
}

/// Freezes a draft and pays the training fees. Developer.
pub fn publish(model: ModelId) -> Call {
	Call::new(PALLET, "publish", model)
}

/// Stops new channels. Developer.
pub fn retire(model: ModelId) -> Call {
	Call::new(PALLET, "retire", model)
}

/// Changes the suggested price. Developer.
pub fn set_price(model: ModelId, price: Price) -> Call {
	Call::new(PALLET, "set_price", (model, price))
}

/// Takes a draft back with its deposit. Developer.
pub fn discard(model: ModelId) -> Call {
	Call::new(PALLET, "discard", model)
}

/// Changes address and hash of the metadata of a draft or published model. Developer.
pub fn set_metadata(model: ModelId, uri: &[u8], hash: H256) -> Call {
	Call::new(PALLET, "set_metadata", (model, uri, hash))
}

/// Offers the developer's rights to an account, or takes the offer back. Developer.
pub fn offer_transfer(model: ModelId, to: Option<&AccountId>) -> Call {
	Call::new(PALLET, "offer_transfer", (model, to))
}

/// Takes the developer's rights that are offered to the signer; the inbox is settled first.
pub fn accept_transfer(model: ModelId) -> Call {
	Call::new(PALLET, "accept_transfer", model)
}

/// Says where and at which price the signer serves a model, up to a block. Operator.
pub fn advertise(model: ModelId, endpoint: &[u8], price: Price, expires_at: BlockNumber) -> Call {
	Call::new(PALLET, "advertise", (model, endpoint, price, expires_at))
}

/// Takes the signer's advertisement back with its deposit. Operator.
pub fn withdraw_advertisement(model: ModelId) -> Call {
	Call::new(PALLET, "withdraw_advertisement", model)
}

/// Removes an advertisement that has expired, for its deposit. Anyone.
pub fn prune_advertisement(model: ModelId, operator: &AccountId) -> Call {
	Call::new(PALLET, "prune_advertisement", (model, operator))
}
