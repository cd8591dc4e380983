// SPDX-License-Identifier: Apache-2.0
//! Explanations in JSON. All amounts are planck.

use crate::{
	json::{Address, Decimal},
	ledger::{Head, Pos},
	views::{objects, Split},
};
use openledger_primitives::{
	BlockNumber, ContributionId, DatanetId, ModelId, PageIndex, Ppm, Sequence, Version, H256,
};
use serde::{Deserialize, Serialize};

/// `[block, event]`: place of an event in the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place(pub BlockNumber, pub u32);

impl From<Pos> for Place {
	fn from(pos: Pos) -> Self {
		Self(pos.block, pos.event)
	}
}

objects! {
	/// What the index holds.
	IndexStatus {
		/// First block from which on none is missing.
		indexed_from: BlockNumber,
		/// Last block; below `indexed_from` while none is indexed.
		indexed_to: BlockNumber,
		/// Its hash.
		at: H256,
	}

	/// Lines of an account, and why there are no others.
	Explanation {
		/// The lines in the order of their events.
		items: Vec<Item>,
		/// Cursor of the next part; null: nothing was left.
		next_cursor: Option<Place>,
		/// First block that was looked at.
		from: BlockNumber,
		/// Last block that was looked at.
		to: BlockNumber,
		/// First block of the index.
		indexed_from: BlockNumber,
		/// Last block of the index.
		indexed_to: BlockNumber,
		/// Its hash.
		at: H256,
		/// What earned nothing in the range. In the first part only.
		zeros: Vec<Zero>,
		/// Whether more zeros were left out.
		zeros_truncated: bool,
	}

	/// One line: money booked for the account, or transferred to it.
	Item {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// Number of the transaction; null in hooks.
		extrinsic: Option<u32>,
		/// Planck.
		amount: Decimal,
		/// Why: `kind` and `cause`.
		#[serde(flatten)]
		why: Why,
		/// The formula with its numbers.
		formula: String,
		/// Whether computing it again gives the amount; null where there is nothing to compute, or
		/// the index doesn't reach back far enough.
		matches: Option<bool>,
	}

	/// An accepted batch.
	Batch {
		/// Who served.
		operator: Address,
		/// The model.
		model: ModelId,
		/// Counts from 0 per (operator, model).
		sequence: Sequence,
		/// Block of its acceptance; null when that lies before the index.
		block: Option<BlockNumber>,
		/// The rest of it; absent when `block` is null.
		#[serde(flatten)]
		numbers: Option<BatchNumbers>,
	}

	/// Numbers of an accepted batch.
	BatchNumbers {
		/// Hash that the operator signed.
		hash: H256,
		/// Calls settled.
		calls: Decimal,
		/// Their fees.
		fee: Decimal,
		/// Matched part of them.
		matched: Decimal,
		/// Weight fees that the operator paid.
		charge: Decimal,
		/// Burned part, ppm of the fee.
		burn_ppm: Ppm,
		/// Treasury's part, ppm of the fee.
		treasury_ppm: Ppm,
		/// The parts.
		split: Split,
	}

	/// A share of a batch.
	BatchShare {
		/// The batch.
		batch: Batch,
		/// The share, ppm of `of`; null when the runtime can't say.
		ppm: Option<Ppm>,
		/// What it is a share of: the fee, or for a developer V, the rest after burn, treasury and
		/// operator.
		of: Option<Decimal>,
	}

	/// A share of a distribution.
	DistributionShare {
		/// The distribution; null when it can't be found.
		distribution: Option<Distribution>,
		/// The share, ppm of the upstream money; null when the runtime can't say.
		ppm: Option<Ppm>,
	}

	/// An inbox that was split.
	Distribution {
		/// Whose.
		model: ModelId,
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// Number of the transaction; null in hooks.
		extrinsic: Option<u32>,
		/// Planck that went through the vector.
		upstream: Decimal,
		/// Planck that went to the pools alone.
		base: Decimal,
		/// The model's distribution before; null: none, or before the index.
		previous: Option<Place>,
		/// Whether the inflows since then sum up to it; null when the index doesn't reach back.
		complete: Option<bool>,
		/// What came in since then.
		inflows: Vec<Inflow>,
		/// Whether more came in than is listed.
		truncated: bool,
		/// Who got it.
		outflows: Vec<Outflow>,
	}

	/// Money that came into an inbox.
	Inflow {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// Number of the transaction; null in hooks.
		extrinsic: Option<u32>,
		/// Planck for the whole vector.
		upstream: Decimal,
		/// Planck for the pools.
		base: Decimal,
		/// From where: `kind` and `cause`.
		#[serde(flatten)]
		why: InflowWhy,
	}

	/// A part of a distribution.
	Outflow {
		/// Number of the event in the distribution's block.
		event: u32,
		/// Planck.
		amount: Decimal,
		/// To whom: `kind` and `to`.
		#[serde(flatten)]
		to: OutflowTo,
	}

	/// An entry of a credit page.
	Credit {
		/// Whose spans.
		contribution: ContributionId,
		/// Their matched planck.
		value: Decimal,
		/// The batch.
		batch: Batch,
	}

	/// A collected pool row.
	PoolCollection {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// The row's collection before this one, or its first points; null when that lies before
		/// the index.
		since: Option<Place>,
		/// Fraction of a planck that the row held then, in units of 2^-64.
		carry_before: Decimal,
		/// Fraction that it holds now.
		carry_after: Decimal,
		/// The row's points, each from the named place on; the first may lie before `since`.
		points: Vec<PointsFrom>,
		/// What came into versions that pay this tranche.
		payments: Vec<Payment>,
		/// Whether more came in than is listed.
		truncated: bool,
	}

	/// What a pool row withheld while claims were open on its texts.
	WithheldCollection {
		/// What the row earned meanwhile.
		#[serde(flatten)]
		collection: PoolCollection,
		/// Planck of it that was set aside with a text that left the row.
		aside: Decimal,
	}

	/// Half of what a proved claim forfeited.
	Forfeit {
		/// Planck of both halves; null when the events don't say.
		of: Option<Decimal>,
	}

	/// A row's points.
	PointsFrom {
		/// From which block on.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// Points.
		points: Decimal,
	}

	/// Money that came into a pool.
	Payment {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// Number of the transaction; null in hooks.
		extrinsic: Option<u32>,
		/// Tranches up to this one share it.
		version: Version,
		/// Planck.
		amount: Decimal,
		/// Points that share it.
		points: Decimal,
		/// The row's points at that time; null when they were set before the index begins.
		own_points: Option<Decimal>,
		/// The row's part in units of 2^-64 planck, a decimal string.
		share_scaled: Option<String>,
		/// From where: `kind` and `cause`.
		#[serde(flatten)]
		why: PaymentWhy,
	}

	/// Something that earned the account nothing.
	Zero {
		/// What: `kind` and `cause`.
		#[serde(flatten)]
		why: ZeroWhy,
		/// The same as a sentence.
		reason: String,
	}

	/// Distributions of one block.
	Distributions {
		/// Most often one.
		items: Vec<Distribution>,
		/// First block of the index.
		indexed_from: BlockNumber,
		/// Last block of the index.
		indexed_to: BlockNumber,
		/// Its hash.
		at: H256,
	}
}

/// Why a line is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "cause")]
#[allow(clippy::large_enum_variant, reason = "built and written once")]
pub enum Why {
	/// Operator's share of a batch.
	OperatorShare(BatchShare),
	/// Developer's share of a batch.
	DeveloperShare(BatchShare),
	/// Developer's share of a distribution.
	DistributionShare(DistributionShare),
	/// An entry of a credit page.
	Credit(Credit),
	/// A pool row was collected.
	PoolCollection(PoolCollection),
	/// The last claim on texts of a pool row is over: what it withheld is booked.
	WithheldCollection(WithheldCollection),
	/// What was set aside because of a claim that came to nothing.
	AsideReturned {},
	/// The reporter's half of what a proved claim forfeited.
	Forfeit(Forfeit),
	/// Booked money was transferred.
	Payout {},
	/// The events around it don't say.
	Unexplained {},
}

/// Where money in an inbox came from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "cause")]
#[allow(clippy::large_enum_variant, reason = "built and written once")]
pub enum InflowWhy {
	/// A child's batch was settled.
	ChildBatch(Batch),
	/// A child's inbox was distributed; `royalties_v1_distribution` tells its own inflows.
	ChildDistribution {
		/// The child.
		model: ModelId,
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
	},
	/// The base part of a batch was released.
	Release(Batch),
	/// A page was missing or malformed.
	MissingPage {
		/// The batch.
		batch: Batch,
		/// The page.
		page: PageIndex,
	},
	/// The events around it don't say.
	Unexplained {},
}

/// Who got a part of a distribution.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "to")]
pub enum OutflowTo {
	/// The developer of that moment.
	Developer {
		/// Who.
		account: Address,
	},
	/// A parent's inbox.
	Upstream {
		/// The parent.
		model: ModelId,
	},
	/// A pool.
	Pool {
		/// The datanet.
		datanet: DatanetId,
		/// Tranches up to this one share it.
		version: Version,
		/// Points that share it.
		points: Decimal,
	},
	/// The treasury: there was nobody to pay.
	Treasury {},
}

/// Why a pool was paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "cause")]
#[allow(clippy::large_enum_variant, reason = "built and written once")]
pub enum PaymentWhy {
	/// An inbox was distributed; `royalties_v1_distribution` tells its inflows.
	Distribution {
		/// Whose.
		model: ModelId,
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
	},
	/// A model trained on the snapshot was published.
	TrainingFee {
		/// The model.
		model: ModelId,
	},
	/// A credit page of a batch: the datanet's matched money goes to its pool.
	CreditPage(Batch),
	/// The events around it don't say.
	Unexplained {},
}

/// Why something earned nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "cause", rename_all_fields = "camelCase")]
#[allow(clippy::large_enum_variant, reason = "built and written once")]
pub enum ZeroWhy {
	/// A credit's part of the data share is below one planck.
	CreditOfZero {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// The contribution.
		contribution: ContributionId,
		/// Matched planck of its spans.
		value: Decimal,
		/// The batch.
		batch: Batch,
	},
	/// A credit went to the datanet's pool, or to the treasury.
	CreditedElsewhere {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// The contribution.
		contribution: ContributionId,
		/// Matched planck of its spans.
		value: Decimal,
		/// Planck that went there.
		amount: Decimal,
		/// The batch.
		batch: Batch,
	},
	/// The operator's batch was void.
	VoidedBatch {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// The model.
		model: ModelId,
		/// Its place.
		sequence: Sequence,
		/// Weight fee paid.
		charge: Decimal,
	},
	/// No answer that was settled in the range quotes the contribution first.
	NeverCredited {
		/// The contribution.
		contribution: ContributionId,
		/// Its datanet.
		datanet: DatanetId,
		/// Block of its acceptance.
		accepted_at: BlockNumber,
	},
	/// No money came into a version that pays the row's tranche.
	NoPayment {
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// The row's points; null when they were set before the index begins.
		points: Option<Decimal>,
	},
	/// A pool row earned money that is withheld: a claim is open on one of its texts.
	Withheld {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Planck withheld.
		amount: Decimal,
	},
	/// A text left the row with its part of what is withheld: a claim decides who gets it.
	SetAside {
		/// The block.
		block: BlockNumber,
		/// Number of the event in it.
		event: u32,
		/// The datanet.
		datanet: DatanetId,
		/// The tranche.
		tranche: Version,
		/// Planck set aside.
		amount: Decimal,
	},
}

impl From<&Head> for IndexStatus {
	fn from(head: &Head) -> Self {
		Self {
			indexed_from: head.from,
			indexed_to: head.height,
			at: head.hash,
		}
	}
}
