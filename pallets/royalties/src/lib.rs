// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod api;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod fenwick;
mod inboxes;
pub mod keeper;
mod locks;
mod payouts;
mod pools;
mod settlement;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE derives of enums; the module converts nothing itself"
)]
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use keeper::AuthorizeInvalidity;
pub use pallet::*;
pub use types::*;
pub use weights::{CountedWeight, WeightInfo};

/// Target of the pallet's log lines.
pub(crate) const LOG_TARGET: &str = "runtime::royalties";

#[allow(
	clippy::expect_used,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "FRAME macros"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		types::*,
		weights::{half_of_normal, heaviest, WeightInfo},
	};
	use crate::payouts::MAX_SNAPSHOTS;
	use frame_support::{pallet_prelude::*, traits::fungible, PalletId};
	use frame_system::{
		ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*,
	};
	use openledger_primitives::{
		ports::{FeeSplit, ModelInspect},
		Balance, DatanetId, ModelId, Ppm, Version, MAX_PARENTS,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Accounts of one `claim_many`, at most.
	pub const MAX_CLAIMS: u32 = 64;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config + CreateAuthorizedTransaction<Call<Self>> {
		/// The token.
		type Fungible: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::Mutate<Self::AccountId>;

		/// Terms and snapshots of models.
		type Models: ModelInspect<Self::AccountId>;

		/// Receives the treasury's share and what has no member to go to.
		type TreasuryAccount: Get<Self::AccountId>;

		/// Names the pot account. Changing it on a live chain orphans all undistributed money.
		#[pallet::constant]
		type PotId: Get<PalletId>;

		/// Who may change parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Keeper distributions in one block, at most.
		#[pallet::constant]
		type MaxDistributionsPerBlock: Get<u32>;

		/// Weights.
		type WeightInfo: WeightInfo;

		/// Models for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkSetup: BenchmarkSetup;
	}

	/// What governance may change.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, RoyaltiesParameters, ValueQuery>;

	/// Data shares of accepted batches that are not paid yet.
	#[pallet::storage]
	pub type Waiting<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// Money that waits to be split by a model's vector.
	#[pallet::storage]
	pub type Inboxes<T: Config> = StorageMap<_, Twox64Concat, ModelId, Inbox, ValueQuery>;

	/// Length of the due list.
	#[pallet::storage]
	pub type DueCount<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The due list: models with a prepaid distribution and money in their inbox, by place.
	#[pallet::storage]
	pub type DueModels<T: Config> = StorageMap<_, Twox64Concat, u32, ModelId, OptionQuery>;

	/// Place of a model in the due list.
	#[pallet::storage]
	pub type DuePlaces<T: Config> = StorageMap<_, Twox64Concat, ModelId, u32, OptionQuery>;

	/// Keeper distributions made in the named block.
	#[pallet::storage]
	pub type KeeperQuota<T: Config> = StorageValue<_, (BlockNumberFor<T>, u32), ValueQuery>;

	/// Money of all pools of a datanet.
	#[pallet::storage]
	pub type Pools<T: Config> = StorageMap<_, Twox64Concat, DatanetId, Pool, ValueQuery>;

	/// The tree over a datanet's versions.
	#[pallet::storage]
	pub type PoolCells<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DatanetId, Twox64Concat, Version, PoolCell, ValueQuery>;

	/// Rows of members: (datanet, tranche, account).
	#[pallet::storage]
	pub type Members<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, DatanetId>,
			NMapKey<Twox64Concat, Version>,
			NMapKey<Blake2_128Concat, T::AccountId>,
		),
		MemberRow,
		OptionQuery,
	>;

	/// What is withheld of rows of members, from the first lock to the last unlock: (datanet,
	/// tranche, account). The row itself may be gone, or not be there yet.
	#[pallet::storage]
	pub type Withheld<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, DatanetId>,
			NMapKey<Twox64Concat, Version>,
			NMapKey<Blake2_128Concat, T::AccountId>,
		),
		WithheldRow,
		OptionQuery,
	>;

	/// Planck taken out of what was withheld, whose receiver a claim decides.
	#[pallet::storage]
	pub type Aside<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// Planck booked for an account and not transferred yet.
	#[pallet::storage]
	pub type Accrued<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

	/// Planck ever transferred to an account.
	#[pallet::storage]
	pub type Paid<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

	/// Where the next sweep goes on.
	#[pallet::storage]
	pub type Sweep<T: Config> = StorageValue<_, SweepCursor<T::AccountId>, ValueQuery>;

	/// Parameters at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Share of every fee that is burned, ppm.
		pub burn_ppm: Ppm,
		/// Share of every fee that goes to the treasury, ppm.
		pub treasury_ppm: Ppm,
		/// Planck from which on payouts are automatic.
		pub payout_threshold: Balance,
		/// Entries that the sweep of one block looks at, at most.
		pub payouts_per_block: u32,
		/// Marks the runtime.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			let RoyaltiesParameters {
				burn_ppm,
				treasury_ppm,
				payout_threshold,
				payouts_per_block,
			} = Default::default();
			Self {
				burn_ppm,
				treasury_ppm,
				payout_threshold,
				payouts_per_block,
				_config: Default::default(),
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let parameters = RoyaltiesParameters {
				burn_ppm: self.burn_ppm,
				treasury_ppm: self.treasury_ppm,
				payout_threshold: self.payout_threshold,
				payouts_per_block: self.payouts_per_block,
			};
			assert!(
				Pallet::<T>::check_parameters(&parameters).is_ok(),
				"royalties parameters of the genesis are out of bounds"
			);
			Parameters::<T>::put(parameters);
		}
	}

	/// What the pallet reports. Indices are final.
	///
	/// All state but the sweep's cursor and the block's quota can be rebuilt from these events,
	/// in their order, and the genesis: `tests/replay.rs` does it.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A batch's fee was split and booked.
		Settled {
			/// The model served.
			model: ModelId,
			/// Who served it.
			operator: T::AccountId,
			/// Planck split.
			fee: Balance,
			/// Burned part at this moment, ppm.
			burn_ppm: Ppm,
			/// Treasury's part at this moment, ppm.
			treasury_ppm: Ppm,
			/// The parts; `data` waits from now on.
			split: FeeSplit,
		},
		/// Money was booked for an account. With the source `Credit` it waited before; with `Pool` it
		/// leaves the pool, with `Withheld` a row that is no longer locked, with `Aside` what was
		/// set aside.
		Accrued {
			/// The account.
			account: T::AccountId,
			/// Planck booked.
			amount: Balance,
			/// Why.
			source: Source,
		},
		/// An inbox was split.
		Distributed {
			/// Whose inbox.
			model: ModelId,
			/// Planck that went through the whole vector.
			upstream: Balance,
			/// Planck that went to the pools alone.
			base: Balance,
		},
		/// A pool received money.
		PoolPaidIn {
			/// The datanet.
			datanet: DatanetId,
			/// Its version: tranches up to it are paid.
			version: Version,
			/// Planck received.
			amount: Balance,
			/// Live points of all members that shared it.
			points: u128,
		},
		/// An inbox received money: upstream money of a child, or base money that waited.
		InboxPaidIn {
			/// Whose inbox.
			model: ModelId,
			/// Planck for the whole vector.
			upstream: Balance,
			/// Planck for the pools.
			base: Balance,
		},
		/// The treasury received money.
		TreasuryPaid {
			/// Planck received.
			amount: Balance,
		},
		/// Money was burned.
		Burned {
			/// Planck burned.
			amount: Balance,
		},
		/// Booked money was transferred.
		Paid {
			/// The account.
			account: T::AccountId,
			/// Planck transferred.
			amount: Balance,
		},
		/// Money stays booked because the account can't receive it.
		PayoutDeferred {
			/// The account.
			account: T::AccountId,
			/// Planck that stay booked.
			amount: Balance,
		},
		/// Parameters were changed.
		ParametersSet {
			/// All of them, as they are now.
			parameters: RoyaltiesParameters,
		},
		/// Points of an account in a tranche changed. What the row earned until then was booked
		/// or withheld before.
		PointsSet {
			/// The datanet.
			datanet: DatanetId,
			/// The tranche.
			tranche: Version,
			/// Whose points.
			account: T::AccountId,
			/// Points from now on; 0 = the row is gone.
			points: u64,
		},
		/// A release prepaid a distribution, or a keeper made one.
		PrepaidSet {
			/// Whose inbox.
			model: ModelId,
			/// Prepaid distributions from now on.
			prepaid: u32,
		},
		/// Money that waited leaves for a pool or the treasury, whose event comes next.
		WaitingTaken {
			/// Planck taken.
			amount: Balance,
		},
		/// A claim locked a row: what it has pending and will earn is withheld.
		RowLocked {
			/// The datanet.
			datanet: DatanetId,
			/// The row's tranche.
			tranche: Version,
			/// Whose row.
			account: T::AccountId,
			/// Locks from now on.
			locks: u32,
		},
		/// A lock was taken away. With the last one what was withheld is booked for the account,
		/// whose event comes next.
		RowUnlocked {
			/// The datanet.
			datanet: DatanetId,
			/// The row's tranche.
			tranche: Version,
			/// Whose row.
			account: T::AccountId,
			/// Locks from now on; 0 = nothing is withheld any more.
			locks: u32,
		},
		/// Money of a pool was withheld from a locked row that had earned it.
		Withheld {
			/// The datanet.
			datanet: DatanetId,
			/// The row's tranche.
			tranche: Version,
			/// Whose row.
			account: T::AccountId,
			/// Planck that left the pool.
			amount: Balance,
		},
		/// Withheld money was set aside with the points that earned it.
		SetAside {
			/// The datanet.
			datanet: DatanetId,
			/// The row's tranche.
			tranche: Version,
			/// Whose row.
			account: T::AccountId,
			/// Planck taken out of what the row withholds.
			amount: Balance,
		},
		/// A claim was proved: money that was set aside goes half to the reporter, half to the
		/// treasury, whose events come next.
		AsideForfeited {
			/// Who made the claim.
			reporter: T::AccountId,
			/// Planck of both halves.
			amount: Balance,
		},
	}

	/// Why the pallet refuses. Indices are final.
	#[pallet::error]
	pub enum Error<T> {
		/// No such model has ever been published.
		UnknownModel,
		/// The model's shares don't add up, or leave less than the protocol's share.
		InvalidTerms,
		/// More was released than waits.
		NotWaiting,
		/// The inbox holds no money.
		InboxEmpty,
		/// No prepaid distribution, or no money in the inbox.
		NotDue,
		/// Versions and tranches run from 1 to 1 024.
		VersionOutOfBounds,
		/// A row has at most 2^64 − 1 points, a datanet at most 2^80.
		TooManyPoints,
		/// The row has fewer points.
		NotEnoughPoints,
		/// The account has no row in the tranche.
		NotAMember,
		/// The row has not earned a whole planck since it was last collected.
		NothingPending,
		/// Nothing is booked for the account.
		NothingAccrued,
		/// The account can't receive the amount, most often because it would stay below the
		/// existential deposit. The amount stays booked.
		CannotReceive,
		/// Burn and treasury together may take at most 100 000 ppm.
		ProtocolShareTooHigh,
		/// The payout threshold is at least the existential deposit and at most 100 OPEN.
		ThresholdOutOfBounds,
		/// The pot can't pay into itself.
		PotCannotPay,
		/// The sweep of one block looks at 1 to 1 024 entries.
		PayoutsOutOfBounds,
		/// A claim is open on a text of the row: it pays nothing and its points don't move.
		RowLocked,
		/// The row is not locked.
		RowNotLocked,
		/// Less than the amount is set aside.
		NotAside,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::do_sweep(remaining)
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			Self::run_worker(now);
		}

		fn integrity_test() {
			assert!(
				T::MaxDistributionsPerBlock::get() > 0,
				"keepers could do nothing"
			);
			let half = half_of_normal::<T>();
			for (name, weight) in heaviest::<T::WeightInfo>() {
				assert!(
					weight.all_lte(half),
					"{name} takes {weight:?}, more than half of what people's calls may take: {half:?}"
				);
			}
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Transfers what is booked for `who` to `who`.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::NothingAccrued`], [`Error::CannotReceive`].
		///
		/// ## Events
		/// [`Event::Paid`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(&who)?;
			Ok(())
		}

		/// Books what `who` has earned in one tranche of a datanet.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::RowLocked`], [`Error::NotAMember`], [`Error::NothingPending`].
		///
		/// ## Events
		/// [`Event::Accrued`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::collect())]
		pub fn collect(
			origin: OriginFor<T>,
			datanet: DatanetId,
			tranche: Version,
			who: T::AccountId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(datanet, tranche, &who)?;
			Ok(())
		}

		/// Splits a model's inbox: upstream money by its vector, base money over its pools.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::InboxEmpty`], [`Error::UnknownModel`], [`Error::InvalidTerms`].
		///
		/// ## Events
		/// [`Event::Distributed`], then one per share.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::distribute(MAX_PARENTS, MAX_SNAPSHOTS))]
		pub fn distribute(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let extent = Self::do_distribute(model)?;
			Ok(Some(T::WeightInfo::distribute(extent.parents, extent.snapshots)).into())
		}

		/// The same, once for every batch whose release has paid for it.
		///
		/// ## Dispatch Origin
		/// Authorized: submitted by nodes while the inbox holds money and a prepaid
		/// distribution.
		///
		/// ## Errors
		/// [`Error::NotDue`], which the pool refuses beforehand.
		///
		/// ## Events
		/// As [`Pallet::distribute`].
		#[pallet::call_index(3)]
		#[pallet::weight((
			T::WeightInfo::distribute_due(MAX_PARENTS, MAX_SNAPSHOTS),
			DispatchClass::Operational,
		))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_distribute_due())]
		#[pallet::authorize(Pallet::<T>::authorize_distribute_due)]
		pub fn distribute_due(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			let used = Self::do_distribute_due(model)?
				.map(|extent| T::WeightInfo::distribute_due(extent.parents, extent.snapshots));
			Ok(used.into())
		}

		/// Changes the parameters, within their hard bounds.
		///
		/// ## Dispatch Origin
		/// [`Config::GovernanceOrigin`].
		///
		/// ## Errors
		/// [`Error::ProtocolShareTooHigh`], [`Error::ThresholdOutOfBounds`],
		/// [`Error::PayoutsOutOfBounds`].
		///
		/// ## Events
		/// [`Event::ParametersSet`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(
			origin: OriginFor<T>,
			parameters: RoyaltiesParameters,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::check_parameters(&parameters)?;
			Parameters::<T>::put(&parameters);
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}

		/// Transfers what is booked for each of the accounts. One without money is passed over;
		/// one that can't receive keeps what is booked.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Events
		/// [`Event::Paid`] or [`Event::PayoutDeferred`] for each account with money.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::claim_many(u32::try_from(accounts.len()).unwrap_or(MAX_CLAIMS)))]
		pub fn claim_many(
			origin: OriginFor<T>,
			accounts: BoundedVec<T::AccountId, ConstU32<MAX_CLAIMS>>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			for who in &accounts {
				Self::pay_or_defer(who);
			}
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// Whether parameters are within their hard bounds.
		pub fn check_parameters(parameters: &RoyaltiesParameters) -> Result<(), Error<T>> {
			let RoyaltiesParameters {
				burn_ppm,
				treasury_ppm,
				payout_threshold,
				payouts_per_block,
			} = *parameters;
			let protocol = burn_ppm.checked_add(treasury_ppm);
			ensure!(
				protocol.is_some_and(|sum| sum <= MAX_PROTOCOL_PPM),
				Error::<T>::ProtocolShareTooHigh
			);
			let least = <T::Fungible as fungible::Inspect<T::AccountId>>::minimum_balance();
			ensure!(
				(least..=MAX_PAYOUT_THRESHOLD).contains(&payout_threshold),
				Error::<T>::ThresholdOutOfBounds
			);
			ensure!(
				(1..=MAX_PAYOUTS_PER_BLOCK).contains(&payouts_per_block),
				Error::<T>::PayoutsOutOfBounds
			);
			Ok(())
		}
	}
}
