// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod advertisements;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod impls;
mod inspect;
mod lineage;
mod rights;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkSetup;
pub use pallet::*;
pub use types::{ModelKind, ModelParams, ModelsParameters, ParentLink};
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
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, Consideration, Footprint},
	};
	use frame_system::pallet_prelude::*;
	use openledger_primitives::{
		apis::{AdvertisementView, PublicationQuote},
		payload::Price,
		ports::{DatanetInspect, InboxSettlement, OperatorInspect, PoolLedger},
		Balance, BlockNumber, DatanetId, ModelId, Version, H256,
	};
	use sp_runtime::traits::Convert;

	use crate::{
		impls::{publication_weight, registration_weight, worst_publication_weight},
		rights::{acceptance_weight, worst_acceptance_weight},
		types::{
			Advertisement, Corpus, Details, MinimumRows, Model, ModelParams, ModelsParameters,
			OwnSnapshots, PaidSnapshots, Uri,
		},
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
		/// The inboxes, settled before a developer's rights change hands.
		type Inboxes: InboxSettlement;
		/// The operators who can advertise.
		type Operators: OperatorInspect<Self::AccountId>;
		/// Storage deposit of a model's rows, held from its developer.
		type Consideration: Consideration<Self::AccountId, Footprint>;
		/// The money that deposits of advertisements are held in.
		type Fungible: fungible::MutateHold<
			Self::AccountId,
			Balance = Balance,
			Reason: From<HoldReason>,
		>;
		/// Deposit of an advertisement's rows, in planck.
		type AdvertisementPrice: Convert<Footprint, Balance>;
		/// Who settles disputes: may retire any model, and sets the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Other pallets' rows for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkSetup: crate::BenchmarkSetup<Self::AccountId>;
	}

	/// Why money is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Storage deposit of a model.
		#[codec(index = 0)]
		ModelDeposit,
		/// Deposit of an advertisement; whoever prunes it once it has expired gets it.
		#[codec(index = 1)]
		Advertisement,
	}

	/// Values that governance sets.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, ModelsParameters, ValueQuery>;

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
		StorageMap<_, Twox64Concat, ModelId, Details<T::AccountId, T::Consideration>>;

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

	/// What a published model owes to its own snapshots, and its children to those that stand for
	/// them; without row: nothing.
	// Twox64: the keys are our own counter.
	#[pallet::storage]
	pub type Minima<T: Config> = StorageMap<_, Twox64Concat, ModelId, MinimumRows, ValueQuery>;

	/// The published model that has an artifact.
	// Blake2: the keys are chosen by users.
	#[pallet::storage]
	pub type Artifacts<T: Config> = StorageMap<_, Blake2_128Concat, H256, ModelId>;

	/// Operators' offers to serve a model.
	// Twox64: the models are our own counter. Blake2: accounts are chosen by users.
	#[pallet::storage]
	pub type Advertisements<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ModelId, Blake2_128Concat, T::AccountId, Advertisement>;

	/// The same by rising reference fee: iteration follows the keys, and a fee is its own key, most
	/// significant byte first.
	// Identity: under a model a fee can only be placed where it sorts, which is what the index is
	// for; what follows is hashed.
	#[pallet::storage]
	pub type AdvertisementsByFee<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, ModelId>,
			NMapKey<Identity, [u8; 16]>,
			NMapKey<Blake2_128Concat, T::AccountId>,
		),
		(),
	>;

	/// Values at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Blocks for which an advertisement counts, at most.
		pub max_advertisement_period: BlockNumber,
		/// No other use of `T`.
		#[serde(skip)]
		pub _marker: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				max_advertisement_period: ModelsParameters::development().max_advertisement_period,
				_marker: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let parameters = ModelsParameters {
				max_advertisement_period: self.max_advertisement_period,
			};
			assert!(
				parameters.within_bounds(),
				"a parameter of models is out of bounds"
			);
			Parameters::<T>::put(parameters);
		}
	}

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
		/// Address and hash of the metadata changed.
		MetadataSet {
			/// The model.
			model: ModelId,
			/// Where the metadata lie.
			uri: Uri,
			/// Their blake2-256.
			hash: H256,
		},
		/// The developer's rights were offered, or an offer was taken back.
		TransferOffered {
			/// The model.
			model: ModelId,
			/// Who has the rights.
			from: T::AccountId,
			/// Who may accept them; `None`: nobody.
			to: Option<T::AccountId>,
		},
		/// The developer's rights changed hands, with the deposit. What was in the inbox had been
		/// split for the one who had them before.
		Transferred {
			/// The model.
			model: ModelId,
			/// Who had the rights.
			from: T::AccountId,
			/// Who has them now.
			to: T::AccountId,
		},
		/// An operator offers to serve a model; an earlier offer is replaced.
		Advertised {
			/// The model.
			model: ModelId,
			/// Who serves it.
			operator: T::AccountId,
			/// Address of the gateway, UTF-8.
			endpoint: Uri,
			/// What the operator asks.
			price: Price,
			/// Last block in which it counts.
			expires_at: BlockNumber,
		},
		/// An operator took an advertisement back, with its deposit.
		AdvertisementWithdrawn {
			/// The model.
			model: ModelId,
			/// Who served it.
			operator: T::AccountId,
		},
		/// An expired advertisement was removed.
		AdvertisementPruned {
			/// The model.
			model: ModelId,
			/// Who served it.
			operator: T::AccountId,
			/// Who removed it.
			by: T::AccountId,
			/// Planck of the deposit, paid to `by`.
			deposit: Balance,
		},
		/// Governance changed the parameters.
		ParametersSet,
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
		/// A parent owes a minimum to a snapshot, and no own one of the same datanet is as new.
		SnapshotNotListed,
		/// A snapshot gets less of a whole fee than it, or one it stands for in a parent, asks for.
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
		/// A parent's parent asks for a share and is not among the parents.
		AncestorNotListed,
		/// The rights are not offered to the caller, or to nobody at all.
		NotOffered,
		/// The developer has these rights.
		SelfTransfer,
		/// The caller is no operator with whom channels can be opened.
		OperatorNotActive,
		/// The address of the gateway is empty or no UTF-8.
		InvalidEndpoint,
		/// The advertisement would end before it counts.
		ExpiryPassed,
		/// The advertisement would count for longer than is allowed.
		ExpiryTooFar,
		/// The operator doesn't advertise the model.
		NotAdvertised,
		/// The advertisement still counts.
		NotExpired,
		/// A parameter lies outside its hard bounds.
		ParameterOutOfBounds,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let half = T::BlockWeights::get().max_block.saturating_div(2);
			for (call, weight) in Self::worst_weights() {
				assert!(
					weight.all_lte(half),
					"the heaviest {call} takes more than half of a block: {weight:?}"
				);
			}
			assert!(
				ModelsParameters::development().within_bounds()
					&& ModelsParameters::local_testnet().within_bounds(),
				"the default parameters are within their bounds"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What publishing a draft would do now, or the name of the error that refuses it, UTF-8.
		pub fn quote_publication(id: ModelId) -> Result<PublicationQuote, Vec<u8>> {
			Self::api_quote_publication(id)
		}

		/// Operators that serve a model, cheapest first, after the `(reference fee, operator)` given.
		pub fn advertisements(
			model: ModelId,
			cursor: Option<(Balance, T::AccountId)>,
			limit: u32,
		) -> Vec<AdvertisementView<T::AccountId>> {
			Self::api_advertisements(model, cursor, limit)
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
		/// [`Error::AncestorNotListed`], [`Error::UnknownSnapshot`], [`Error::EmptySnapshot`],
		/// [`Error::CorpusTooLarge`],
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
				handled.grandparents,
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
			let (handled, _) = Self::do_publish(&who, model)?;
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

		/// Changes where the metadata of a draft or published model lie, and their hash.
		///
		/// ## Dispatch Origin
		/// Signed, by the developer.
		///
		/// ## Details
		/// The deposit follows the bytes stored.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotDeveloper`], [`Error::AlreadyRetired`],
		/// [`Error::InvalidUri`]; those of the balance when the deposit can't be held.
		///
		/// ## Events
		/// [`Event::MetadataSet`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_metadata())]
		pub fn set_metadata(
			origin: OriginFor<T>,
			model: ModelId,
			uri: Uri,
			hash: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_metadata(&who, model, uri, hash)
		}

		/// Offers the developer's rights to an account, in place of whoever had an offer before;
		/// `None` takes the offer back.
		///
		/// ## Dispatch Origin
		/// Signed, by the developer.
		///
		/// ## Details
		/// Holds in every state of the model, and until it is accepted, replaced or taken back.
		/// The deposit counts the place of an offer at all times, so this costs nothing.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotDeveloper`], [`Error::SelfTransfer`],
		/// [`Error::NotOffered`] when there is no offer to take back.
		///
		/// ## Events
		/// [`Event::TransferOffered`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::offer_transfer())]
		pub fn offer_transfer(
			origin: OriginFor<T>,
			model: ModelId,
			to: Option<T::AccountId>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_offer_transfer(&who, model, to)
		}

		/// Takes over the developer's rights and the deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by the account to which they are offered.
		///
		/// ## Details
		/// The inbox is settled first: money that came before is the old developer's. What is
		/// unused of the weight returns.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotOffered`]; those of the settlement, and of the
		/// balance when the deposit can't be held.
		///
		/// ## Events
		/// [`Event::Transferred`].
		#[pallet::call_index(8)]
		#[pallet::weight(worst_acceptance_weight::<T>())]
		pub fn accept_transfer(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let settled = Self::do_accept_transfer(&who, model)?;
			Ok(Some(acceptance_weight::<T>(settled)).into())
		}

		/// Offers to serve a model: where, at which price, up to which block. Replaces the caller's
		/// earlier offer for it.
		///
		/// ## Dispatch Origin
		/// Signed, by an operator with whom channels can be opened.
		///
		/// ## Details
		/// The model must be published and not retired. The price may lie below the model's
		/// `min_fee_per_call`, which is a floor of each settlement, not of an offer.
		///
		/// ## Errors
		/// [`Error::UnknownModel`], [`Error::NotPublished`], [`Error::AlreadyRetired`],
		/// [`Error::OperatorNotActive`], [`Error::InvalidEndpoint`], [`Error::ExpiryPassed`],
		/// [`Error::ExpiryTooFar`]; those of the balance when the deposit can't be held.
		///
		/// ## Events
		/// [`Event::Advertised`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::advertise())]
		pub fn advertise(
			origin: OriginFor<T>,
			model: ModelId,
			endpoint: Uri,
			price: Price,
			expires_at: BlockNumber,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_advertise(who, model, endpoint, price, expires_at)
		}

		/// Takes an advertisement back, expired or not, and returns its deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by the operator.
		///
		/// ## Errors
		/// [`Error::NotAdvertised`].
		///
		/// ## Events
		/// [`Event::AdvertisementWithdrawn`].
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::withdraw_advertisement())]
		pub fn withdraw_advertisement(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_advertisement(who, model)
		}

		/// Removes an advertisement that has expired. Its deposit is the caller's.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::NotAdvertised`], [`Error::NotExpired`].
		///
		/// ## Events
		/// [`Event::AdvertisementPruned`].
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::prune_advertisement())]
		pub fn prune_advertisement(
			origin: OriginFor<T>,
			model: ModelId,
			operator: T::AccountId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_prune_advertisement(who, model, operator)
		}

		/// Replaces all parameters. Advertisements keep the expiry they have.
		///
		/// ## Dispatch Origin
		/// The governance origin.
		///
		/// ## Errors
		/// [`Error::ParameterOutOfBounds`].
		///
		/// ## Events
		/// [`Event::ParametersSet`].
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(
			origin: OriginFor<T>,
			parameters: ModelsParameters,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_set_parameters(parameters)
		}
	}
}
