// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod authorize;
mod batches;
mod channels;
mod charge;
mod clock;
mod ocw;
mod operator_inspect;
mod operators;
mod pages;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod types;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Target of this pallet's log lines.
pub const LOG_TARGET: &str = "runtime::usage";

/// Accepted pages of one operator that are neither paid nor closed, at most.
pub const MAX_UNPAID_PAGES: u32 = 2_048;
/// Batches of one (operator, model) that may wait in the pool before the one whose turn it is.
pub const MAX_SEQUENCE_GAP: u64 = 8;
/// Batches of one block, at most; their weight binds earlier when they are large.
pub const MAX_BATCHES_PER_BLOCK: u32 = 64;
/// Releases of one block, at most: no fewer than batches can be accepted.
pub const MAX_RELEASES_PER_BLOCK: u32 = 64;

#[frame_support::pallet]
#[allow(
	clippy::expect_used,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "FRAME macros"
)]
pub mod pallet {
	use super::{types::*, weights::WeightInfo};
	use alloc::boxed::Box;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{self, hold},
			EnsureOrigin, StorageVersion,
		},
	};
	use frame_system::{
		ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*,
	};
	use openledger_primitives::{
		payload::{CreditPage, Price, UsageBatch},
		ports::{DatanetInspect, FeeSettlement, FeeSplit, ModelInspect, UsageRecorder},
		AccountId, Balance, ChannelId, ContributionId, ModelId, PageIndex, Sequence,
	};
	use sp_core::H256;
	use sp_runtime::traits::Convert;

	/// Version of the storage layout.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId, Hash = H256>
		+ CreateAuthorizedTransaction<Call<Self>>
	{
		/// The chain's money. Bonds and deposits are holds.
		type Fungible: fungible::Mutate<AccountId, Balance = Balance>
			+ hold::Mutate<AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Terms and corpora.
		type Models: ModelInspect<AccountId>;

		/// Contributions and snapshots.
		type Datanets: DatanetInspect<AccountId>;

		/// Who splits, books and pays the money of batches.
		type Royalties: FeeSettlement<AccountId>;

		/// Who counts lifetime usage.
		type Recorder: UsageRecorder;

		/// Gets weight fees and slashes. Holds its existential deposit from genesis.
		type TreasuryAccount: Get<AccountId>;

		/// Fee of a transaction of this weight and length at the current multiplier.
		type WeightFee: Convert<(Weight, u32), Balance>;

		/// Weight of one `distribute` with its `authorize`: prepaid by every batch.
		type DistributeWeight: Get<Weight>;

		/// Weight of the transaction extensions of a node-submitted call beside its `authorize`.
		type ExtensionWeight: Get<Weight>;

		/// Who may change the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Weights of this pallet's calls.
		type WeightInfo: WeightInfo;
	}

	/// Why money of this pallet is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// An operator's bond, unbonding money included.
		#[codec(index = 0)]
		OperatorBond,
		/// What channels of a payer have not settled yet.
		#[codec(index = 1)]
		ChannelDeposit,
	}

	/// Parameters in force.
	#[pallet::storage]
	pub type Parameters<T> = StorageValue<_, UsageParameters, ValueQuery>;

	/// Operators by account. // Blake2: accounts are chosen by users.
	#[pallet::storage]
	pub type Operators<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Operator>;

	/// Channels that are not closed. // Twox: ids are a counter of ours.
	#[pallet::storage]
	pub type Channels<T: Config> = StorageMap<_, Twox64Concat, ChannelId, Channel>;

	/// Id of the channel opened last; 0 before the first.
	#[pallet::storage]
	pub type LastChannel<T> = StorageValue<_, ChannelId, ValueQuery>;

	/// The sequence number that the operator's next batch for the model carries. Never reset.
	#[pallet::storage]
	pub type NextSequence<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		AccountId,
		Twox64Concat,
		ModelId,
		Sequence,
		ValueQuery,
	>;

	/// Accepted batches that are not wholly paid.
	#[pallet::storage]
	pub type Batches<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Blake2_128Concat, AccountId>,
			NMapKey<Twox64Concat, ModelId>,
			NMapKey<Twox64Concat, Sequence>,
		),
		Batch,
	>;

	/// Pages of accepted batches; no row when a batch has none.
	#[pallet::storage]
	pub type BatchPages<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Blake2_128Concat, AccountId>,
			NMapKey<Twox64Concat, ModelId>,
			NMapKey<Twox64Concat, Sequence>,
		),
		PageRecords,
		ValueQuery,
	>;

	/// Batches that wait for their release, in order of acceptance.
	#[pallet::storage]
	pub type ReleaseQueue<T: Config> = StorageMap<_, Twox64Concat, u64, BatchKey>;

	/// Occupied places of the release queue.
	#[pallet::storage]
	pub type ReleasePlaces<T> = StorageValue<_, ReleaseRange, ValueQuery>;

	/// Blocks in which there was room for the heaviest batch, the heaviest page and the largest
	/// answer.
	#[pallet::storage]
	pub type ServiceClock<T> = StorageValue<_, u64, ValueQuery>;

	/// Use of the quota in this block. Empty between blocks, so the pool never sees an old one.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type Quota<T> = StorageValue<_, BlockUse, ValueQuery>;

	/// Parameters at genesis.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Values of the preset.
		pub parameters: UsageParameters,
		/// Marker.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(
				self.parameters.is_sound(),
				"usage parameters of the preset are out of bounds"
			);
			Parameters::<T>::put(self.parameters);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An operator placed his bond.
		OperatorRegistered {
			/// Who.
			operator: AccountId,
			/// Planck on hold.
			bond: Balance,
		},
		/// An operator's bond was raised or lowered by himself.
		BondChanged {
			/// Who.
			operator: AccountId,
			/// Planck that stand for his batches now.
			bond: Balance,
		},
		/// A payer opened a channel.
		ChannelOpened {
			/// Its id.
			channel: ChannelId,
			/// Who pays.
			payer: AccountId,
			/// Who serves.
			operator: AccountId,
			/// What is called.
			model: ModelId,
			/// Planck deposited.
			deposit: Balance,
		},
		/// A payer added to a channel.
		ChannelToppedUp {
			/// Its id.
			channel: ChannelId,
			/// Planck deposited in all.
			deposit: Balance,
		},
		/// A payer is leaving.
		ChannelClosing {
			/// Its id.
			channel: ChannelId,
			/// Service clock from which the rest can be withdrawn.
			at: u64,
		},
		/// A channel's rest went back to its payer.
		ChannelClosed {
			/// Its id.
			channel: ChannelId,
			/// Planck released.
			refund: Balance,
		},
		/// A batch was settled.
		BatchAccepted {
			/// Who served.
			operator: AccountId,
			/// What was called.
			model: ModelId,
			/// Its place.
			sequence: Sequence,
			/// `H(preimage(bat, UsageBatch))`.
			hash: H256,
			/// Calls settled.
			calls: u64,
			/// Their fees.
			fee: Balance,
			/// Matched part of them.
			matched: Balance,
			/// Weight fees paid by the operator.
			charge: Balance,
			/// How the fee was split.
			split: FeeSplit,
		},
		/// A batch was voided: only its own weight was paid.
		BatchVoided {
			/// Who submitted.
			operator: AccountId,
			/// Its model.
			model: ModelId,
			/// The number it consumed.
			sequence: Sequence,
			/// What was wrong.
			fault: Fault,
			/// Weight fee paid by the operator.
			charge: Balance,
		},
		/// The base part of a batch went to its model's inbox; its pages are open.
		BatchReleased {
			/// Who served.
			operator: AccountId,
			/// Its model.
			model: ModelId,
			/// Its place.
			sequence: Sequence,
			/// Planck of base money.
			base: Balance,
		},
		/// All entries of a page were paid.
		PagePaid {
			/// Who served.
			operator: AccountId,
			/// Its model.
			model: ModelId,
			/// The batch's place.
			sequence: Sequence,
			/// The page.
			page: PageIndex,
			/// Planck paid by it.
			paid: Balance,
		},
		/// One page entry was paid.
		Credited {
			/// Who served.
			operator: AccountId,
			/// Its model.
			model: ModelId,
			/// The batch's place.
			sequence: Sequence,
			/// Whose spans.
			contribution: ContributionId,
			/// Who earned; none when it was a pool or the treasury.
			account: Option<AccountId>,
			/// Matched planck of the spans.
			value: Balance,
			/// Planck earned by them.
			amount: Balance,
		},
		/// A page was missing or malformed and is closed.
		PageMissing {
			/// Who served.
			operator: AccountId,
			/// Its model.
			model: ModelId,
			/// The batch's place.
			sequence: Sequence,
			/// The page.
			page: PageIndex,
			/// Planck that went to the model's inbox instead.
			subtotal: Balance,
			/// Planck taken from the bond.
			slashed: Balance,
		},
		/// The last page of a batch is paid or closed; the bond is free of it.
		BatchSettled {
			/// Who served.
			operator: AccountId,
			/// Its model.
			model: ModelId,
			/// Its place.
			sequence: Sequence,
		},
		/// One voucher of an accepted batch. Calls, fee and matched are the increases it settled.
		ChannelSettled {
			/// The channel.
			channel: ChannelId,
			/// The batch's place.
			sequence: Sequence,
			/// Calls settled by it.
			calls: u64,
			/// Planck moved by it.
			fee: Balance,
			/// Matched part of them.
			matched: Balance,
		},
		/// Governance changed the parameters.
		ParametersSet,
		/// Bond went back to an operator.
		Unbonded {
			/// Who.
			operator: AccountId,
			/// Planck released.
			amount: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is an operator already.
		AlreadyRegistered,
		/// The account is no operator.
		UnknownOperator,
		/// The bond is, or would be left, below the least one without being taken out whole.
		BondTooSmall,
		/// The bond would fall below what unpaid batches need.
		CoverageNeeded,
		/// Key schemes are 0 (sr25519) and 1 (ed25519).
		UnknownScheme,
		/// An amount of zero.
		ZeroAmount,
		/// Nothing is unbonding.
		NothingUnbonding,
		/// The waiting time of unbonding money is not over.
		StillBonded,
		/// The operator takes no new channels.
		OperatorNotActive,
		/// The model is not published, or retired.
		ModelNotServed,
		/// There is no such open or closing channel.
		UnknownChannel,
		/// Only the payer may do this.
		NotPayer,
		/// The channel is closing.
		ChannelNotOpen,
		/// The channel is not closing, or its thaw is not over.
		StillThawing,
		/// There is no such batch waiting or unpaid.
		UnknownBatch,
		/// A batch reached dispatch out of its turn.
		OutOfSequence,
		/// The challenge window is not over.
		NotDue,
		/// The batch was released before.
		AlreadyReleased,
		/// The batch is not released yet.
		NotReleased,
		/// The batch has no such page.
		UnknownPage,
		/// The page was paid or closed.
		PageNotOpen,
		/// The deadline of the page is not over.
		DeadlineNotReached,
		/// The parameters are outside their hard bounds.
		ParametersOutOfBounds,
		/// A sum exceeds its type.
		Overflow,
		/// An invariant does not hold. Never seen unless there is a bug.
		Unexpected,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::on_finalize()
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::tick_service_clock(remaining)
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Quota::<T>::kill();
		}

		fn offchain_worker(_: BlockNumberFor<T>) {
			Self::run_worker();
		}

		fn integrity_test() {
			Self::ensure_quota_fits();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Places an operator's bond and names the key that signs his batches.
		///
		/// ## Dispatch Origin
		/// Signed by the future operator.
		///
		/// ## Details
		/// The key is fixed. To change it, take out the whole bond and register again; sequence
		/// numbers go on.
		///
		/// ## Errors
		/// `AlreadyRegistered`, `UnknownScheme`, `BondTooSmall`, and those of the hold.
		///
		/// ## Events
		/// `OperatorRegistered`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register_operator())]
		pub fn register_operator(
			origin: OriginFor<T>,
			bond: Balance,
			key: [u8; 32],
			scheme: u8,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register_operator(who, bond, key, scheme)
		}

		/// Adds to the bond; ends a suspension and calls off leaving when it reaches the least
		/// bond.
		///
		/// ## Dispatch Origin
		/// Signed by the operator.
		///
		/// ## Errors
		/// `UnknownOperator`, `ZeroAmount`, `BondTooSmall`, and those of the hold.
		///
		/// ## Events
		/// `BondChanged`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::bond_more())]
		pub fn bond_more(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_more(who, amount)
		}

		/// Takes money out of the bond, down to coverage; it can be withdrawn a challenge window
		/// later.
		///
		/// ## Dispatch Origin
		/// Signed by the operator.
		///
		/// ## Details
		/// What stays is at least the least bond, or nothing: then the operator is leaving and
		/// gets no new channels. Money that is unbonding already waits again, together with this.
		///
		/// ## Errors
		/// `UnknownOperator`, `ZeroAmount`, `CoverageNeeded`, `BondTooSmall`.
		///
		/// ## Events
		/// `BondChanged`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(who, amount)
		}

		/// Opens a prepaid channel to an operator for a model at a fixed price.
		///
		/// ## Dispatch Origin
		/// Signed by the payer.
		///
		/// ## Details
		/// `key` and `scheme` (0 sr25519, 1 ed25519) are what vouchers are checked against; they
		/// never change.
		///
		/// ## Errors
		/// `UnknownScheme`, `ZeroAmount`, `UnknownOperator`, `OperatorNotActive`,
		/// `ModelNotServed`, and those of the hold.
		///
		/// ## Events
		/// `ChannelOpened`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::open_channel())]
		pub fn open_channel(
			origin: OriginFor<T>,
			operator: AccountId,
			model: ModelId,
			key: [u8; 32],
			scheme: u8,
			price: Price,
			deposit: Balance,
		) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_open_channel(payer, operator, model, key, scheme, price, deposit)
		}

		/// Adds to a channel's deposit.
		///
		/// ## Dispatch Origin
		/// Signed by the payer.
		///
		/// ## Errors
		/// `UnknownChannel`, `NotPayer`, `ChannelNotOpen`, `ZeroAmount`, and those of the hold.
		///
		/// ## Events
		/// `ChannelToppedUp`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::top_up())]
		pub fn top_up(origin: OriginFor<T>, channel: ChannelId, amount: Balance) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_top_up(payer, channel, amount)
		}

		/// Announces that the payer leaves. Vouchers stay valid until the thaw is over.
		///
		/// ## Dispatch Origin
		/// Signed by the payer.
		///
		/// ## Errors
		/// `UnknownChannel`, `NotPayer`, `ChannelNotOpen`.
		///
		/// ## Events
		/// `ChannelClosing`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::close_channel())]
		pub fn close_channel(origin: OriginFor<T>, channel: ChannelId) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_close_channel(payer, channel)
		}

		/// Gives what a thawed channel has not settled back to its payer and forgets it.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// `UnknownChannel`, `StillThawing`.
		///
		/// ## Events
		/// `ChannelClosed`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::withdraw_channel())]
		pub fn withdraw_channel(origin: OriginFor<T>, channel: ChannelId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw_channel(channel)
		}

		/// Settles the vouchers of a usage batch.
		///
		/// ## Dispatch Origin
		/// Authorized: the operator's signing key over the batch's digest.
		///
		/// ## Details
		/// `authorize` has checked all that is cheap and one signature over every byte. Here the
		/// operator is charged, each voucher is checked, and either everything settles or the
		/// batch is void: its sequence number is consumed, its own weight is paid, nothing else
		/// moves. Both end in `Ok`.
		///
		/// ## Errors
		/// `UnknownOperator`, `OutOfSequence`: only if `authorize` was passed by.
		///
		/// ## Events
		/// `ChannelSettled` for each voucher and `BatchAccepted`, or `BatchVoided`.
		#[pallet::call_index(7)]
		#[pallet::weight((
			T::WeightInfo::submit_batch(batch.vouchers.len() as u32, batch.pages.len() as u32),
			DispatchClass::Operational,
		))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_submit_batch(
			batch.vouchers.len() as u32,
			batch.pages.len() as u32,
		))]
		#[pallet::authorize(|source, batch, signature| {
			Self::authorize_submit_batch(source, batch, signature)
		})]
		pub fn submit_batch(
			origin: OriginFor<T>,
			batch: Box<UsageBatch>,
			signature: [u8; 64],
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// Checked by `authorize`.
			let _ = signature;
			Self::do_submit_batch(&batch)
		}

		/// Moves the base part of a batch to its model's inbox and opens its pages.
		///
		/// ## Dispatch Origin
		/// Authorized: the challenge window is over; prepaid by the batch.
		///
		/// ## Errors
		/// `UnknownBatch`, `AlreadyReleased`, `NotDue`: only if `authorize` was passed by.
		///
		/// ## Events
		/// `BatchReleased`; `BatchSettled` when there are no pages.
		#[pallet::call_index(8)]
		#[pallet::weight((T::WeightInfo::release(), DispatchClass::Operational))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_release())]
		#[pallet::authorize(Self::authorize_release)]
		pub fn release(
			origin: OriginFor<T>,
			operator: AccountId,
			model: ModelId,
			sequence: Sequence,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_release((operator, model, sequence))
		}

		/// Pays the entries of a credit page.
		///
		/// ## Dispatch Origin
		/// Authorized: the batch is released, the page is open and these are the bytes it
		/// committed to; prepaid by the batch.
		///
		/// ## Details
		/// A page that hashes right and is malformed is closed as missing: its subtotal goes to
		/// the model's inbox as base money and the bond loses twice as much.
		///
		/// ## Errors
		/// `UnknownBatch`, `NotReleased`, `UnknownPage`, `PageNotOpen`: only if `authorize` was
		/// passed by.
		///
		/// ## Events
		/// `Credited` for each entry and `PagePaid`, or `PageMissing`; `BatchSettled` after the
		/// last page.
		#[pallet::call_index(9)]
		#[pallet::weight((
			T::WeightInfo::push_page(page.entries.len() as u32),
			DispatchClass::Operational,
		))]
		#[pallet::weight_of_authorize(
			T::WeightInfo::authorize_push_page(page.entries.len() as u32)
		)]
		#[pallet::authorize(Self::authorize_push_page)]
		pub fn push_page(origin: OriginFor<T>, page: CreditPage) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_push_page(&page)
		}

		/// Closes a page that nobody pushed before its deadline.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// The page's subtotal goes to the model's inbox as base money; the operator's bond loses
		/// twice as much to the treasury. The other pages are paid.
		///
		/// ## Errors
		/// `UnknownBatch`, `NotReleased`, `UnknownPage`, `PageNotOpen`, `DeadlineNotReached`.
		///
		/// ## Events
		/// `PageMissing`; `BatchSettled` after the last page.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::close_missing_page())]
		pub fn close_missing_page(
			origin: OriginFor<T>,
			operator: AccountId,
			model: ModelId,
			sequence: Sequence,
			page: PageIndex,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close_missing_page((operator, model, sequence), page)
		}

		/// Changes the parameters within their hard bounds. Accepted batches and closing channels
		/// keep what they began with.
		///
		/// ## Dispatch Origin
		/// `GovernanceOrigin`.
		///
		/// ## Errors
		/// `ParametersOutOfBounds`.
		///
		/// ## Events
		/// `ParametersSet`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(origin: OriginFor<T>, parameters: UsageParameters) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			ensure!(parameters.is_sound(), Error::<T>::ParametersOutOfBounds);
			Parameters::<T>::put(parameters);
			Self::deposit_event(Event::ParametersSet);
			Ok(())
		}

		/// Withdraws unbonded money; an operator without bond is forgotten.
		///
		/// ## Dispatch Origin
		/// Signed by the operator.
		///
		/// ## Errors
		/// `UnknownOperator`, `NothingUnbonding`, `StillBonded`.
		///
		/// ## Events
		/// `Unbonded`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::withdraw_unbonded())]
		pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(who)
		}
	}
}
