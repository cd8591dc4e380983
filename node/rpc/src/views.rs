// SPDX-License-Identifier: Apache-2.0
//! Views of the runtime APIs in JSON. Fields and their units are those of
//! [`openledger_primitives::apis`]; only their form changes, see [`crate::json`].

mod datanets;

pub use datanets::*;

use crate::json::{text, Address, Decimal};
use openledger_primitives::{
	apis::{self, ChannelState, ModelState},
	ledger::{self, FeeRole},
	payload,
	ports::{self, Beneficiary},
	AccountId, BlockNumber, ChannelId, DatanetId, ModelId, Ppm, Sequence, Version, H256,
};
use serde::{Deserialize, Serialize};

/// Declares JSON objects: camelCase field names, all the traits that the methods need.
macro_rules! objects {
	($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {
		$(
			$(#[$meta])*
			#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
			#[serde(rename_all = "camelCase")]
			pub struct $name {
				$($(#[$field_meta])* pub $field: $type,)*
			}
		)*
	};
}
pub(crate) use objects;

objects! {
	/// A model.
	Model {
		/// Its id.
		id: ModelId,
		/// Who holds the developer's rights.
		developer: Address,
		/// Its name.
		name: String,
		/// `Base`, `FineTune`, `Adapter`; of a kind unknown here, its number.
		kind: String,
		/// blake2-256 of the artifact.
		artifact_hash: H256,
		/// Where the artifact lies.
		artifact_uri: String,
		/// Where the metadata lie.
		metadata_uri: String,
		/// Their blake2-256.
		metadata_hash: H256,
		/// Provenance rule that its calls are matched by.
		provenance_version: u8,
		/// Its own snapshots by ascending (datanet, version).
		snapshots: Vec<WeightedSnapshot>,
		/// Operator's share of the whole fee.
		operator_ppm: Ppm,
		/// Royalty vector in canonical order.
		vector: Vec<Share>,
		/// What a child must give to this model.
		derivative_ppm: Ppm,
		/// Least planck of one call.
		min_fee_per_call: Decimal,
		/// Price that the developer suggests.
		suggested_price: Price,
		/// Hash of the terms.
		terms_hash: H256,
		/// Where it stands.
		state: ModelStatus,
		/// Money waiting in the inbox.
		inbox: Inbox,
		/// To whom the developer's rights are offered, else null.
		offered_to: Option<Address>,
	}

	/// What publishing a draft would do.
	PublicationQuote {
		/// Training fees that would be paid.
		training_fees: Vec<TrainingFee>,
		/// Their sum in planck.
		training_fees_total: Decimal,
		/// The corpus that would be fixed.
		corpus: Vec<CorpusSnapshot>,
	}

	/// A training fee.
	TrainingFee {
		/// The datanet.
		datanet: DatanetId,
		/// Version of the snapshot whose pool gets it.
		version: Version,
		/// Planck.
		amount: Decimal,
	}

	/// An operator's offer to serve a model.
	Advertisement {
		/// The model.
		model: ModelId,
		/// Who serves it.
		operator: Address,
		/// Address of his gateway.
		endpoint: String,
		/// What he asks.
		price: Price,
		/// Planck of a call with 1 000 bytes in and 1 000 bytes out: the order of the list.
		reference_fee: Decimal,
		/// Last block in which it counts.
		expires_at: BlockNumber,
		/// Whether new channels can be opened with him now.
		active: bool,
	}

	/// A model's own snapshot.
	WeightedSnapshot {
		/// The datanet.
		datanet: DatanetId,
		/// The version.
		version: Version,
		/// Weight in the split of base money.
		weight: u32,
	}

	/// One entry of a royalty vector.
	Share {
		/// `Developer`, `Contributors` or `Upstream`.
		to: Recipient,
		/// The parent of an `Upstream`, else null.
		model: Option<ModelId>,
		/// Its share of what is left after burn, treasury and operator.
		ppm: Ppm,
	}

	/// Price of a call in planck; 1 kb is 1 000 bytes.
	Price {
		/// Per call.
		per_call: Decimal,
		/// Per kb of the prompt.
		in_per_kb: Decimal,
		/// Per kb of the answer.
		out_per_kb: Decimal,
	}

	/// Planck waiting in a model's inbox.
	Inbox {
		/// To be split by the model's vector.
		upstream: Decimal,
		/// To be split over its snapshots' pools.
		base: Decimal,
	}

	/// One snapshot of a model's corpus.
	CorpusSnapshot {
		/// The datanet.
		datanet: DatanetId,
		/// The highest version of it in the lineage.
		version: Version,
		/// Members have an acceptance number below this.
		count: u64,
	}

	/// An operator.
	Operator {
		/// The account.
		account: Address,
		/// Planck held.
		bond: Decimal,
		/// Part of it that unpaid batches need.
		coverage: Decimal,
		/// Key that signs batches.
		key: H256,
		/// Curve of the key: 0 sr25519, 1 ed25519.
		scheme: u8,
		/// Whether new channels can be opened with him.
		active: bool,
		/// Accepted pages that are not paid yet.
		unpaid_pages: u32,
	}

	/// A channel.
	Channel {
		/// Its id.
		id: ChannelId,
		/// Who pays.
		payer: Address,
		/// Key that signs vouchers.
		key: H256,
		/// Curve of the key: 0 sr25519, 1 ed25519.
		scheme: u8,
		/// Who serves.
		operator: Address,
		/// The model served.
		model: ModelId,
		/// Price, fixed.
		price: Price,
		/// Planck ever deposited.
		deposit: Decimal,
		/// Calls settled.
		settled_calls: Decimal,
		/// Planck of fees settled.
		settled_fee: Decimal,
		/// Planck of matched money settled.
		settled_matched: Decimal,
		/// Where it stands.
		state: ChannelStatus,
	}

	/// An accepted batch.
	Batch {
		/// Who served.
		operator: Address,
		/// The model.
		model: ModelId,
		/// Counts from 0 per (operator, model).
		sequence: Sequence,
		/// Hash of the batch.
		hash: H256,
		/// Block of acceptance.
		accepted_at: BlockNumber,
		/// First block in which it can be released.
		release_from: BlockNumber,
		/// Whether pages can be pushed.
		released: bool,
		/// Planck of the fees.
		fee: Decimal,
		/// Matched part of them.
		matched: Decimal,
		/// How the fee was split.
		split: Split,
		/// Tree over the batch's rows.
		rows_root: H256,
		/// Tree over its credit lines.
		lines_root: H256,
		/// Count of the lines.
		lines: u32,
		/// Its credit pages in order.
		pages: Vec<BatchPage>,
	}

	/// A credit page of an accepted batch.
	BatchPage {
		/// What the batch committed to.
		hash: H256,
		/// Running matched total at its end.
		end_total: Decimal,
		/// Whether it is neither paid nor closed as missing.
		open: bool,
	}

	/// How a fee is split; the parts sum to it. Planck.
	Split {
		/// Burned at once.
		burned: Decimal,
		/// To the treasury at once.
		treasury: Decimal,
		/// To the operator.
		operator: Decimal,
		/// To the developer.
		developer: Decimal,
		/// To the parents' inboxes.
		upstream: Decimal,
		/// The data share, which waits for the challenge window.
		data: Decimal,
	}

	/// A settlement, computed anew.
	Recomputed {
		/// Every share in canonical order; the amounts sum to the fee.
		shares: Vec<FeeShare>,
	}

	/// One share of a recomputed settlement.
	FeeShare {
		/// `Burn`, `Treasury`, `Operator`, `Developer`, `Contributors` or `Upstream`.
		to: FeeRecipient,
		/// The parent of an `Upstream`, else null.
		model: Option<ModelId>,
		/// Its part of `of`.
		ppm: Ppm,
		/// Planck that this step splits.
		of: Decimal,
		/// Planck of the share.
		amount: Decimal,
	}

	/// What an account has earned. Planck.
	Earnings {
		/// Booked and not yet transferred.
		accrued: Decimal,
		/// Transferred so far.
		paid: Decimal,
		/// Not yet collected from the pool rows that were named.
		pending: Decimal,
	}

	/// A pool row of one account.
	PoolRow {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Live points.
		points: Decimal,
		/// Planck that collecting it would book now.
		pending: Decimal,
	}
}

/// Where a model stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ModelStatus {
	/// Can still be changed or discarded.
	Draft,
	/// Frozen, can be served.
	Published,
	/// No new channels; settlements go on.
	Retired,
}

impl From<ModelState> for ModelStatus {
	fn from(state: ModelState) -> Self {
		match state {
			ModelState::Draft => Self::Draft,
			ModelState::Published => Self::Published,
			ModelState::Retired => Self::Retired,
		}
	}
}

/// Who a share belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Recipient {
	/// The model's developer.
	Developer,
	/// The contributors of its own snapshots.
	Contributors,
	/// The inbox of a parent.
	Upstream,
}

/// Who a share of a fee belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FeeRecipient {
	/// Nobody: burned.
	Burn,
	/// The treasury.
	Treasury,
	/// The operator.
	Operator,
	/// The model's developer.
	Developer,
	/// The contributors of its own snapshots.
	Contributors,
	/// The inbox of a parent.
	Upstream,
}

/// Where a channel stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "status")]
pub enum ChannelStatus {
	/// Calls are served.
	Open,
	/// The payer is leaving.
	Closing {
		/// Service clock at which the rest can be withdrawn.
		at: u64,
	},
	/// Paid out.
	Closed,
}

impl From<ChannelState> for ChannelStatus {
	fn from(state: ChannelState) -> Self {
		match state {
			ChannelState::Open => Self::Open,
			ChannelState::Closing { at } => Self::Closing { at },
			ChannelState::Closed => Self::Closed,
		}
	}
}

impl From<apis::ModelView<AccountId>> for Model {
	fn from(view: apis::ModelView<AccountId>) -> Self {
		let (upstream, base) = view.inbox;
		Self {
			id: view.id,
			developer: view.developer.into(),
			name: text(view.name),
			kind: model_kind(view.kind),
			artifact_hash: view.artifact_hash,
			artifact_uri: text(view.artifact_uri),
			metadata_uri: text(view.metadata_uri),
			metadata_hash: view.metadata_hash,
			provenance_version: view.provenance_version,
			snapshots: view.snapshots.into_iter().map(Into::into).collect(),
			operator_ppm: view.operator_ppm,
			vector: view.vector.into_iter().map(Into::into).collect(),
			derivative_ppm: view.derivative_ppm,
			min_fee_per_call: view.min_fee_per_call.into(),
			suggested_price: view.suggested_price.into(),
			terms_hash: view.terms_hash,
			state: view.state.into(),
			inbox: Inbox {
				upstream: upstream.into(),
				base: base.into(),
			},
			offered_to: view.offered_to.map(Into::into),
		}
	}
}

fn model_kind(kind: u8) -> String {
	match kind {
		0 => "Base".into(),
		1 => "FineTune".into(),
		2 => "Adapter".into(),
		other => other.to_string(),
	}
}

impl From<ports::WeightedSnapshot> for WeightedSnapshot {
	fn from(own: ports::WeightedSnapshot) -> Self {
		Self {
			datanet: own.datanet,
			version: own.version,
			weight: own.weight,
		}
	}
}

impl From<(Beneficiary, Ppm)> for Share {
	fn from((beneficiary, ppm): (Beneficiary, Ppm)) -> Self {
		let (to, model) = match beneficiary {
			Beneficiary::Developer => (Recipient::Developer, None),
			Beneficiary::Contributors => (Recipient::Contributors, None),
			Beneficiary::Upstream(parent) => (Recipient::Upstream, Some(parent)),
		};
		Self { to, model, ppm }
	}
}

impl From<payload::Price> for Price {
	fn from(price: payload::Price) -> Self {
		Self {
			per_call: price.per_call.into(),
			in_per_kb: price.in_per_kb.into(),
			out_per_kb: price.out_per_kb.into(),
		}
	}
}

impl From<apis::CorpusEntry> for CorpusSnapshot {
	fn from(entry: apis::CorpusEntry) -> Self {
		Self {
			datanet: entry.datanet,
			version: entry.version,
			count: entry.count,
		}
	}
}

impl From<apis::PublicationQuote> for PublicationQuote {
	fn from(quote: apis::PublicationQuote) -> Self {
		let fee = |(datanet, version, amount): (DatanetId, Version, u128)| TrainingFee {
			datanet,
			version,
			amount: amount.into(),
		};
		Self {
			training_fees: quote.training_fees.into_iter().map(fee).collect(),
			training_fees_total: quote.training_fees_total.into(),
			corpus: quote.corpus.into_iter().map(Into::into).collect(),
		}
	}
}

impl From<apis::AdvertisementView<AccountId>> for Advertisement {
	fn from(view: apis::AdvertisementView<AccountId>) -> Self {
		Self {
			model: view.model,
			operator: view.operator.into(),
			endpoint: text(view.endpoint),
			price: view.price.into(),
			reference_fee: view.reference_fee.into(),
			expires_at: view.expires_at,
			active: view.active,
		}
	}
}

impl From<ledger::Recomputed> for Recomputed {
	fn from(again: ledger::Recomputed) -> Self {
		Self {
			shares: again.shares.into_iter().map(Into::into).collect(),
		}
	}
}

impl From<ledger::FeeShare> for FeeShare {
	fn from(share: ledger::FeeShare) -> Self {
		let (to, model) = match share.role {
			FeeRole::Burn => (FeeRecipient::Burn, None),
			FeeRole::Treasury => (FeeRecipient::Treasury, None),
			FeeRole::Operator => (FeeRecipient::Operator, None),
			FeeRole::Vector(Beneficiary::Developer) => (FeeRecipient::Developer, None),
			FeeRole::Vector(Beneficiary::Contributors) => (FeeRecipient::Contributors, None),
			FeeRole::Vector(Beneficiary::Upstream(parent)) => {
				(FeeRecipient::Upstream, Some(parent))
			}
		};
		Self {
			to,
			model,
			ppm: share.ppm,
			of: share.of.into(),
			amount: share.amount.into(),
		}
	}
}

impl From<apis::OperatorView<AccountId>> for Operator {
	fn from(view: apis::OperatorView<AccountId>) -> Self {
		Self {
			account: view.account.into(),
			bond: view.bond.into(),
			coverage: view.coverage.into(),
			key: view.key.into(),
			scheme: view.scheme,
			active: view.active,
			unpaid_pages: view.unpaid_pages,
		}
	}
}

impl From<apis::ChannelView<AccountId>> for Channel {
	fn from(view: apis::ChannelView<AccountId>) -> Self {
		Self {
			id: view.id,
			payer: view.payer.into(),
			key: view.key.into(),
			scheme: view.scheme,
			operator: view.operator.into(),
			model: view.model,
			price: view.price.into(),
			deposit: view.deposit.into(),
			settled_calls: view.settled_calls.into(),
			settled_fee: view.settled_fee.into(),
			settled_matched: view.settled_matched.into(),
			state: view.state.into(),
		}
	}
}

impl From<apis::BatchView<AccountId>> for Batch {
	fn from(view: apis::BatchView<AccountId>) -> Self {
		let page = |(hash, end_total, closed): (H256, u128, bool)| BatchPage {
			hash,
			end_total: end_total.into(),
			open: !closed,
		};
		Self {
			operator: view.operator.into(),
			model: view.model,
			sequence: view.sequence,
			hash: view.hash,
			accepted_at: view.accepted_at,
			release_from: view.release_from,
			released: view.released,
			fee: view.fee.into(),
			matched: view.matched.into(),
			split: view.split.into(),
			rows_root: view.rows_root,
			lines_root: view.lines_root,
			lines: view.lines,
			pages: view.pages.into_iter().map(page).collect(),
		}
	}
}

impl From<ports::FeeSplit> for Split {
	fn from(split: ports::FeeSplit) -> Self {
		Self {
			burned: split.burned.into(),
			treasury: split.treasury.into(),
			operator: split.operator.into(),
			developer: split.developer.into(),
			upstream: split.upstream.into(),
			data: split.data.into(),
		}
	}
}

impl From<apis::EarningsView> for Earnings {
	fn from(view: apis::EarningsView) -> Self {
		Self {
			accrued: view.accrued.into(),
			paid: view.paid.into(),
			pending: view.pending.into(),
		}
	}
}

impl From<apis::PoolRowView> for PoolRow {
	fn from(view: apis::PoolRowView) -> Self {
		Self {
			datanet: view.datanet,
			tranche: view.tranche,
			points: view.points.into(),
			pending: view.pending.into(),
		}
	}
}
