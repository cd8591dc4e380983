// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod impls;
mod inspect;
mod lineage;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{ModelKind, ModelParams, ParentLink};
pub use weights::WeightInfo;

#[allow(
	clippy::expect_used,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	clippy::large_enum_variant,
	reason = "FRAME macros; the runtime's other calls are larger"
)]
#[frame_support::pallet]
pub mod pallet {
	use frame_support::{
		pallet_prelude::*,
		traits::{Consideration, Footprint},
	};
	use frame_system::pallet_prelude::*;
	use openledger_primitives::{
		payload::Price,
		ports::{DatanetInspect, PoolLedger},
		Balance, DatanetId, ModelId, Version, H256,
	};

	use crate::{
		impls::{publication_weight, registration_weight, worst_publication_weight},
		types::{Corpus, Details, Model, ModelParams, OwnSnapshots, PaidSnapshots},
		weights::WeightInfo,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime provides.
	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The snapshots that models are trained on.
		type Datanets: DatanetInspect<Self::AccountId>;
		/// The pools that training fees are paid into.
		type Pools: PoolLedger<Self::AccountId>;
		/// Storage deposit of a model's rows, held from its developer.
		type Consideration: Consideration<Self::AccountId, Footprint>;
		/// Who settles disputes: may retire any model.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why money is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Storage deposit of a model.
		#[codec(index = 0)]
		ModelDeposit,
	}

	/// The last id given. Ids count from 1 and are never used again.
	#[pallet::storage]
	pub type ModelCount<T: Config> = StorageValue<_, ModelId, ValueQuery>;

	/// What settlements and children read of a model.
	// Twox64: the keys are our own counter.
	#[pallet::storage]
	pub type Models<T: Config> = StorageMap<_, Twox64Concat, ModelId, Model<T::AccountId>>;

	/// What only readers need of a model, with its deposit.
	// Twox64: the keys are our own counter.
	#[pallet::storage]
	pub type ModelDetails<T: Config> =
		StorageMap<_, Twox64Concat, ModelId, Details<T::Consideration>>;

	/// A model's own snapshots.
	// Twox64: the keys are our own counter.
	#[pallet::storage]
	pub type Snapshots<T: Config> = StorageMap<_, Twox64Concat, ModelId, OwnSnapshots, ValueQuery>;

	/// The corpus of a model that has been published; without row: empty.
	// Twox64: the keys are our own counter.
	#[pallet::storage]
	pub type Corpora<T: Config> = StorageMap<_, Twox64Concat, ModelId, Corpus, ValueQuery>;

	/// Snapshots outside a model's corpus whose training fee its lineage has paid: lower versions
	/// and opaque ones. Without row: none.
	// Twox64: the keys are our own counter.
	#[pallet::storage]
	pub type PaidBeyondCorpus<T: Config> =
		StorageMap<_, Twox64Concat, ModelId, PaidSnapshots, ValueQuery>;

	/// The published model that has an artifact.
	// Blake2: the keys are chosen by users.
	#[pallet::storage]
	pub type Artifacts<T: Config> = StorageMap<_, Blake2_128Concat, H256, ModelId>;

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A draft was made.
		Registered {
			/// Its id.
			model: ModelId,
			/// Who holds the developer's rights.
			developer: T::AccountId,
		},
		/// A draft was frozen; it can be served from now on.
		Published {
			/// The model.
			model: ModelId,
			/// Who holds the developer's rights.
			developer: T::AccountId,
			/// What a child has to agree to.
			terms_hash: H256,
		},
		/// A published model was closed to new channels and children.
		Retired {
			/// The model.
			model: ModelId,
		},
		/// The suggested price changed; open channels keep theirs.
		PriceSet {
			/// The model.
			model: ModelId,
			/// The new suggestion.
			price: Price,
		},
		/// A draft was removed, its deposit returned.
		Discarded {
			/// The model.
			model: ModelId,
		},
		/// A publication paid a snapshot's training fee into its pool.
		TrainingFeePaid {
			/// The model.
			model: ModelId,
			/// Datanet of the snapshot.
			datanet: DatanetId,
			/// Its version.
			version: Version,
			/// Planck paid.
			amount: Balance,
		},
	}

	/// Why a call is refused.
	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id.
		UnknownModel,
		/// Only the model's developer may do this.
		NotDeveloper,
		/// The model is no draft any more.
		NotDraft,
		/// The model is still a draft.
		NotPublished,
		/// The model is retired already.
		AlreadyRetired,
		/// All ids are used.
		NoMoreIds,
		/// The name is empty or no UTF-8.
		InvalidName,
		/// A URI is no UTF-8.
		InvalidUri,
		/// There is no such provenance rule.
		UnknownProvenanceVersion,
		/// The shares of the vector don't sum to 1 000 000.
		VectorNotWhole,
		/// The parents get more than 500 000 together.
		ParentSharesTooHigh,
		/// The operator's share is above 900 000.
		OperatorShareTooHigh,
		/// The share asked of children is above 1 000 000.
		DerivativeShareTooHigh,
		/// A call has to cost at least 1 planck.
		MinFeeTooLow,
		/// Contributors have a share, and no snapshot says who they are.
		ContributorsWithoutSnapshot,
		/// Own snapshots don't ascend strictly by (datanet, version).
		SnapshotsNotAscending,
		/// A snapshot's weight is 0.
		ZeroWeight,
		/// There is no such snapshot.
		UnknownSnapshot,
		/// A snapshot has no contribution.
		EmptySnapshot,
		/// A snapshot of the corpus asks for a minimum and is not among the own ones.
		SnapshotNotListed,
		/// A snapshot gets less of a whole fee than it asks for.
		ContributorsShareTooLow,
		/// The corpus has more than 64 snapshots.
		CorpusTooLarge,
		/// Parents don't ascend strictly by id.
		ParentsNotAscending,
		/// A parent is not published, or retired.
		ParentNotPublished,
		/// A parent's terms are others than those agreed to.
		TermsMismatch,
		/// A parent gets less of a whole fee than it asks for.
		ParentShareTooLow,
		/// A published model has this artifact.
		ArtifactTaken,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let limits = T::BlockWeights::get();
			let most = limits
				.get(DispatchClass::Normal)
				.max_extrinsic
				.unwrap_or(limits.max_block);
			let publish = worst_publication_weight::<T>();
			assert!(
				publish.all_lte(most),
				"the heaviest publication fits into a block"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Makes a draft and holds its storage deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by the developer.
		///
		/// ## Details
		/// All rules are checked here and, where the chain can have changed, again at publication.
		/// Parents must be published already.
		///
		/// ## Errors
		/// [`Error::InvalidName`], [`Error::InvalidUri`], [`Error::UnknownProvenanceVersion`],
		/// [`Error::VectorNotWhole`], [`Error::ParentSharesTooHigh`],
		/// [`Error::OperatorShareTooHigh`], [`Error::DerivativeShareTooHigh`],
		/// [`Error::MinFeeTooLow`], [`Error::ContributorsWithoutSnapshot`],
		/// [`Error::SnapshotsNotAscending`], [`Error::ZeroWeight`], [`Error::ArtifactTaken`],
		/// [`Error::ParentsNotAscending`], [`Error::ParentNotPublished`],
		/// [`Error::TermsMismatch`], [`Error::NoMoreIds`], [`Error::ParentShareTooLow`],
		/// [`Error::UnknownSnapshot`], [`Error::EmptySnapshot`], [`Error::CorpusTooLarge`],
		/// [`Error::ContributorsShareTooLow`], [`Error::SnapshotNotListed`]; those of the balance
		/// when the deposit can't be held.
		///
		/// ## Events
		/// [`Event::Registered`].
		#[pallet::call_index(0)]
		#[pallet::weight(registration_weight::<T>(params))]
		pub fn register(origin: OriginFor<T>, params: ModelParams) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let handled = Self::do_register(who, params)?;
			Ok(Some(T::WeightInfo::register(
				handled.snapshots,
				handled.parents,
				handled.corpus,
			))
			.into())
		}

		/// Freezes a draft: its corpus is fixed and its training fees are paid.
		///
		/// ## Dispatch Origin
		/// Signed, by the developer.
		///
		/// ## Details
		/// Each own snapshot's training fee is paid once per lineage. The deposit grows by what is
		/// stored. The weight is that of the largest model; what is unused returns.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotDeveloper`], [`Error::NotDraft`],
		/// [`Error::ArtifactTaken`], [`Error::ParentNotPublished`], and the others about parents
		/// and snapshots that [`Pallet::register`] names; those of the pool when a fee can't be
		/// paid.
		///
		/// ## Events
		/// [`Event::TrainingFeePaid`] per fee, [`Event::Published`].
		#[pallet::call_index(1)]
		#[pallet::weight(worst_publication_weight::<T>())]
		pub fn publish(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let handled = Self::do_publish(&who, model)?;
			Ok(Some(publication_weight::<T>(handled)).into())
		}

		/// Closes a published model to new channels and children. Settlements go on.
		///
		/// ## Dispatch Origin
		/// Signed, by the developer; or the governance origin.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotDeveloper`], [`Error::NotPublished`],
		/// [`Error::AlreadyRetired`].
		///
		/// ## Events
		/// [`Event::Retired`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = match T::GovernanceOrigin::try_origin(origin) {
				Ok(_) => None,
				Err(origin) => Some(ensure_signed(origin)?),
			};
			Self::do_retire(who, model)
		}

		/// Changes the suggested price of a draft or published model.
		///
		/// ## Dispatch Origin
		/// Signed, by the developer.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotDeveloper`], [`Error::AlreadyRetired`].
		///
		/// ## Events
		/// [`Event::PriceSet`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_price())]
		pub fn set_price(origin: OriginFor<T>, model: ModelId, price: Price) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_price(&who, model, price)
		}

		/// Removes a draft and returns its deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by the developer.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotDeveloper`], [`Error::NotDraft`].
		///
		/// ## Events
		/// [`Event::Discarded`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::discard())]
		pub fn discard(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_discard(&who, model)
		}
	}
}
