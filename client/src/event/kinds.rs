// SPDX-License-Identifier: Apache-2.0
//! Events of our pallets as typed enums.

use openledger_primitives::{
	payload::Price, ports::FeeSplit, AccountId, Balance, BlockNumber, ChannelId, ContributionId,
	DatanetId, ModelId, PageIndex, Ppm, Sequence, Version, H256,
};

use super::value::{read, Bytes, Fields, Named, Source};

macro_rules! events {
	($(#[$meta:meta])* $name:ident { $(
		$(#[$event_meta:meta])* $event:ident $({ $($(#[$field_meta:meta])* $field:ident: $type:ty),* $(,)? })?
	),* $(,)? }) => {
		$(#[$meta])*
		#[derive(Clone, PartialEq, Eq, Debug)]
		pub enum $name {
			$($(#[$event_meta])* $event $({ $($(#[$field_meta])* $field: $type),* })?),*
		}

		impl $name {
			/// Reads the event of that name: `None` when it is unknown, the name of the field
			/// that doesn't read as error.
			pub(in crate::event) fn read(name: &str, fields: &Fields) -> Option<Result<Self, &'static str>> {
				let _ = fields;
				match name {
					$(stringify!($event) => {
						let event = || -> Result<Self, &'static str> {
							Ok(Self::$event $({ $($field: read(fields, stringify!($field))
								.ok_or(stringify!($field))?),* })?)
						};
						Some(event())
					})*
					_ => None,
				}
			}
		}
	};
}

mod datanets;

pub use datanets::DatanetsEvent;

events! {
	/// Events of the pallet `Models`.
	ModelsEvent {
		/// A draft exists.
		Registered {
			/// The model.
			model: ModelId,
			/// Its developer.
			developer: AccountId,
		},
		/// A model is frozen and can be served.
		Published {
			/// The model.
			model: ModelId,
			/// Its developer.
			developer: AccountId,
			/// Hash of its terms.
			terms_hash: H256,
		},
		/// A model takes no new channels.
		Retired {
			/// The model.
			model: ModelId,
		},
		/// The suggested price changed.
		PriceSet {
			/// The model.
			model: ModelId,
			/// The price.
			price: Price,
		},
		/// A draft was taken back.
		Discarded {
			/// The model.
			model: ModelId,
		},
		/// A snapshot's pool got its training fee.
		TrainingFeePaid {
			/// The model.
			model: ModelId,
			/// The datanet.
			datanet: DatanetId,
			/// The version.
			version: Version,
			/// Planck.
			amount: Balance,
		},
		/// A model's metadata are now these.
		MetadataSet {
			/// The model.
			model: ModelId,
			/// Where they lie.
			uri: Bytes,
			/// Their blake2-256.
			hash: H256,
		},
		/// The developer's rights are offered to somebody, or to nobody any more.
		TransferOffered {
			/// The model.
			model: ModelId,
			/// Who has them.
			from: AccountId,
			/// Who may accept them.
			to: Option<AccountId>,
		},
		/// The developer's rights changed hands.
		Transferred {
			/// The model.
			model: ModelId,
			/// Who had them.
			from: AccountId,
			/// Who has them.
			to: AccountId,
		},
		/// An operator offers to serve a model.
		Advertised {
			/// The model.
			model: ModelId,
			/// The operator.
			operator: AccountId,
			/// Address of his gateway.
			endpoint: Bytes,
			/// The price.
			price: Price,
			/// Last block in which it counts.
			expires_at: BlockNumber,
		},
		/// An operator took his advertisement back.
		AdvertisementWithdrawn {
			/// The model.
			model: ModelId,
			/// The operator.
			operator: AccountId,
		},
		/// An expired advertisement was removed.
		AdvertisementPruned {
			/// The model.
			model: ModelId,
			/// The operator.
			operator: AccountId,
			/// Who removed it.
			by: AccountId,
			/// Planck paid to him.
			deposit: Balance,
		},
		/// Governance changed the parameters.
		ParametersSet,
	}
}

events! {
	/// Events of the pallet `Usage`.
	UsageEvent {
		/// An operator can be chosen.
		OperatorRegistered {
			/// The operator.
			operator: AccountId,
			/// Planck held.
			bond: Balance,
		},
		/// An operator's bond is now this.
		BondChanged {
			/// The operator.
			operator: AccountId,
			/// Planck held.
			bond: Balance,
		},
		/// A channel is open.
		ChannelOpened {
			/// The channel.
			channel: ChannelId,
			/// Who pays.
			payer: AccountId,
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Total ever deposited.
			deposit: Balance,
		},
		/// A channel's total deposit is now this.
		ChannelToppedUp {
			/// The channel.
			channel: ChannelId,
			/// Total ever deposited.
			deposit: Balance,
		},
		/// A channel thaws until `at` on the service clock.
		ChannelClosing {
			/// The channel.
			channel: ChannelId,
			/// Service clock.
			at: u64,
		},
		/// The rest of a channel was paid out.
		ChannelClosed {
			/// The channel.
			channel: ChannelId,
			/// Planck returned.
			refund: Balance,
		},
		/// A batch settled.
		BatchAccepted {
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Place of the batch.
			sequence: Sequence,
			/// Its hash.
			hash: H256,
			/// Calls settled by it.
			calls: u64,
			/// Their fees.
			fee: Balance,
			/// Matched part of the fees.
			matched: Balance,
			/// Weight fee charged to the operator.
			charge: Balance,
			/// How the fee was split.
			split: FeeSplit,
		},
		/// A batch was consumed without effect.
		BatchVoided {
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Place of the batch.
			sequence: Sequence,
			/// What was wrong.
			fault: Named,
			/// Weight fee charged to the operator.
			charge: Balance,
		},
		/// A batch's window is over; pages are open.
		BatchReleased {
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Place of the batch.
			sequence: Sequence,
			/// Base money.
			base: Balance,
		},
		/// A page was paid.
		PagePaid {
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Place of the batch.
			sequence: Sequence,
			/// The page.
			page: PageIndex,
			/// Planck paid.
			paid: Balance,
		},
		/// One page entry was paid; no account: to a pool or the treasury.
		Credited {
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Place of the batch.
			sequence: Sequence,
			/// The contribution.
			contribution: ContributionId,
			/// The account.
			account: Option<AccountId>,
			/// Value of the spans.
			value: Balance,
			/// Planck.
			amount: Balance,
		},
		/// A page was closed unpaid.
		PageMissing {
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Place of the batch.
			sequence: Sequence,
			/// The page.
			page: PageIndex,
			/// What the page would have paid.
			subtotal: Balance,
			/// Planck slashed.
			slashed: Balance,
		},
		/// The last page of a batch is paid or closed.
		BatchSettled {
			/// The operator.
			operator: AccountId,
			/// The model.
			model: ModelId,
			/// Place of the batch.
			sequence: Sequence,
		},
		/// What one voucher settled.
		ChannelSettled {
			/// The channel.
			channel: ChannelId,
			/// Place of the batch.
			sequence: Sequence,
			/// Calls settled by it.
			calls: u64,
			/// Their fees.
			fee: Balance,
			/// Matched part of the fees.
			matched: Balance,
		},
		/// Governance changed the parameters.
		ParametersSet,
		/// Bond was paid back.
		Unbonded {
			/// The operator.
			operator: AccountId,
			/// Planck.
			amount: Balance,
		},
	}
}

events! {
	/// Events of the pallet `Royalties`.
	RoyaltiesEvent {
		/// A batch's fee was split.
		Settled {
			/// The model.
			model: ModelId,
			/// The operator.
			operator: AccountId,
			/// Their fees.
			fee: Balance,
			/// Burned part, ppm.
			burn_ppm: Ppm,
			/// Treasury's part, ppm.
			treasury_ppm: Ppm,
			/// How the fee was split.
			split: FeeSplit,
		},
		/// An account's accrued balance grew.
		Accrued {
			/// The account.
			account: AccountId,
			/// Planck.
			amount: Balance,
			/// Where it came from.
			source: Source,
		},
		/// A model's inbox was emptied.
		Distributed {
			/// The model.
			model: ModelId,
			/// Upstream money.
			upstream: Balance,
			/// Base money.
			base: Balance,
		},
		/// A pool got money.
		PoolPaidIn {
			/// The datanet.
			datanet: DatanetId,
			/// The version.
			version: Version,
			/// Planck.
			amount: Balance,
			/// Live points that share it.
			points: u128,
		},
		/// A model's inbox got money.
		InboxPaidIn {
			/// The model.
			model: ModelId,
			/// Upstream money.
			upstream: Balance,
			/// Base money.
			base: Balance,
		},
		/// The treasury got money.
		TreasuryPaid {
			/// Planck.
			amount: Balance,
		},
		/// Money was burned.
		Burned {
			/// Planck.
			amount: Balance,
		},
		/// Accrued money was transferred.
		Paid {
			/// The account.
			account: AccountId,
			/// Planck.
			amount: Balance,
		},
		/// A payee can't receive yet; it keeps its accrual.
		PayoutDeferred {
			/// The account.
			account: AccountId,
			/// Planck.
			amount: Balance,
		},
		/// Governance changed the parameters.
		ParametersSet,
		/// An account's points in a tranche are now these; 0 = the row is gone.
		PointsSet {
			/// The datanet.
			datanet: DatanetId,
			/// The tranche.
			tranche: Version,
			/// The account.
			account: AccountId,
			/// Points.
			points: u64,
		},
		/// A model's prepaid distributions are now so many.
		PrepaidSet {
			/// The model.
			model: ModelId,
			/// Distributions.
			prepaid: u32,
		},
		/// Money that waited leaves for a pool or the treasury, whose event comes next.
		WaitingTaken {
			/// Planck.
			amount: Balance,
		},
		/// A claim locked a pool row: what it earns is withheld.
		RowLocked {
			/// The datanet.
			datanet: DatanetId,
			/// The tranche.
			tranche: Version,
			/// The account.
			account: AccountId,
			/// Locks from now on.
			locks: u32,
		},
		/// A lock was taken away.
		RowUnlocked {
			/// The datanet.
			datanet: DatanetId,
			/// The tranche.
			tranche: Version,
			/// The account.
			account: AccountId,
			/// Locks from now on.
			locks: u32,
		},
		/// Money of a pool was withheld from a locked row.
		Withheld {
			/// The datanet.
			datanet: DatanetId,
			/// The tranche.
			tranche: Version,
			/// The account.
			account: AccountId,
			/// Planck.
			amount: Balance,
		},
		/// Withheld money was set aside with the points that earned it.
		SetAside {
			/// The datanet.
			datanet: DatanetId,
			/// The tranche.
			tranche: Version,
			/// The account.
			account: AccountId,
			/// Planck.
			amount: Balance,
		},
		/// A claim was proved: money that was set aside goes to the reporter and to the treasury.
		AsideForfeited {
			/// Who made the claim.
			reporter: AccountId,
			/// Planck of both halves.
			amount: Balance,
		},
	}
}
