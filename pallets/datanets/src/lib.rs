// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(rustdoc::broken_intra_doc_links)]

extern crate alloc;

mod holds;
mod impls;
mod reads;
mod registration;
mod review;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Target of this pallet's log lines.
pub(crate) const LOG_TARGET: &str = "runtime::datanets";

/// Storage deposit ticket.
pub type TicketOf<T> = <T as Config>::Consideration;
/// Call argument of `create_datanet`.
pub type ParamsOf<T> = DatanetParams<<T as frame_system::Config>::AccountId>;
/// Hot row of a datanet.
pub type DatanetOf<T> = Datanet<<T as frame_system::Config>::AccountId>;
/// Hot row of a contribution.
pub type ContributionOf<T> = Contribution<<T as frame_system::Config>::AccountId>;
/// Named curators.
pub type CuratorsOf<T> = CuratorList<<T as frame_system::Config>::AccountId>;

#[frame_support::pallet]
#[allow(
	clippy::expect_used,
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "FRAME macros"
)]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, Consideration, Footprint},
	};
	use frame_system::pallet_prelude::*;
	use openledger_primitives::{
		ports::PoolLedger, AccountId32, Balance, ContributionId, DatanetId, Version, H256,
	};

	/// Layout version of this pallet's storage.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Signed bytes name 32-byte accounts and the genesis hash, so both types are fixed.
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32, Hash = H256> {
		/// The money that bonds, fees and deposits are held in.
		type Currency: fungible::MutateHold<
			Self::AccountId,
			Balance = Balance,
			Reason: From<HoldReason>,
		>;

		/// Storage deposits: of an owner for a datanet and its approvals, of a contributor for
		/// a revealed contribution.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Where points of accepted contributions are kept.
		type Pools: PoolLedger<Self::AccountId>;

		/// Sets the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why money of an account is on hold here.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Bond of a contribution, from commit until a period after acceptance.
		#[codec(index = 0)]
		ContributionBond,
		/// Fee of a review that is still to be decided.
		#[codec(index = 1)]
		ReviewFee,
		/// Bond of a curator's seat.
		#[codec(index = 2)]
		CuratorBond,
		/// Deposit of a snapshot, which is never removed.
		#[codec(index = 3)]
		SnapshotDeposit,
		/// Storage deposits.
		#[codec(index = 4)]
		StorageDeposit,
	}

	/// Values that governance sets.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, DatanetsParameters, ValueQuery>;

	/// Highest datanet id given out.
	#[pallet::storage]
	pub type DatanetCount<T: Config> = StorageValue<_, DatanetId, ValueQuery>;

	// Ids are our own counters: no need for a hasher that resists chosen keys.
	/// Datanets by id; never removed.
	#[pallet::storage]
	pub type Datanets<T: Config> = StorageMap<_, Twox64Concat, DatanetId, DatanetOf<T>>;

	/// What only readers of a datanet need.
	#[pallet::storage]
	pub type Details<T: Config> =
		StorageMap<_, Twox64Concat, DatanetId, DatanetDetails<TicketOf<T>>>;

	/// Named curators of a datanet.
	#[pallet::storage]
	pub type Curators<T: Config> =
		StorageMap<_, Twox64Concat, DatanetId, CuratorsOf<T>, ValueQuery>;

	// Accounts can be chosen.
	/// Bond of each seated curator. A curator who is no longer named keeps the row until he
	/// leaves, but decides nothing.
	#[pallet::storage]
	pub type Seats<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DatanetId,
		Blake2_128Concat,
		T::AccountId,
		Balance,
		OptionQuery,
	>;

	/// Approved contributors with the owner's storage deposit.
	#[pallet::storage]
	pub type Approvals<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DatanetId,
		Blake2_128Concat,
		T::AccountId,
		TicketOf<T>,
		OptionQuery,
	>;

	/// Highest contribution id given out.
	#[pallet::storage]
	pub type ContributionCount<T: Config> = StorageValue<_, ContributionId, ValueQuery>;

	/// Contributions by id. A hole is a commit that expired or gave way, or a rejected
	/// contribution that was cleared.
	#[pallet::storage]
	pub type Contributions<T: Config> =
		StorageMap<_, Twox64Concat, ContributionId, ContributionOf<T>>;

	/// What only readers of a revealed contribution need.
	#[pallet::storage]
	pub type Contents<T: Config> =
		StorageMap<_, Twox64Concat, ContributionId, Content<TicketOf<T>>>;

	/// Lifetime credits of accepted contributions that have any.
	#[pallet::storage]
	pub type Usage<T: Config> =
		StorageMap<_, Twox64Concat, ContributionId, UsageTotals, ValueQuery>;

	// Roots can be chosen.
	/// The contribution that holds a root: pending, accepted, or rejected and not cleared yet.
	#[pallet::storage]
	pub type Roots<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DatanetId,
		Blake2_128Concat,
		H256,
		ContributionId,
		OptionQuery,
	>;

	/// Acceptance order: number to contribution, from 0 without gap.
	#[pallet::storage]
	pub type NumberOf<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DatanetId,
		Twox64Concat,
		u64,
		ContributionId,
		OptionQuery,
	>;

	/// Snapshots by version, from 1 without gap; never changed or removed.
	#[pallet::storage]
	pub type Snapshots<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DatanetId, Twox64Concat, Version, Snapshot, OptionQuery>;

	/// Values at genesis.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Values that governance can change later.
		pub parameters: DatanetsParameters,
		/// No other use of `T`.
		#[serde(skip)]
		pub _marker: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(
				Pallet::<T>::parameters_fit(&self.parameters),
				"a parameter of datanets is out of bounds"
			);
			Parameters::<T>::put(&self.parameters);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A datanet exists.
		DatanetCreated {
			/// Its id.
			datanet: DatanetId,
			/// Who owns it.
			owner: T::AccountId,
		},
		/// A contribution id is taken.
		Committed {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// By whom.
			contributor: T::AccountId,
			/// Bytes stated.
			byte_length: u64,
			/// Planck held.
			bond: Balance,
		},
		/// A commit is revealed and waits for review.
		Contributed {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// By whom.
			contributor: T::AccountId,
			/// Commitment to the bytes.
			text_root: H256,
			/// Bytes proven.
			byte_length: u64,
			/// Where they can be fetched.
			uri: Uri,
		},
		/// A contribution earns from the next snapshot on.
		Accepted {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// Place in the acceptance order.
			number: u64,
			/// 1 to 4.
			quality: u8,
			/// Points given to the contributor.
			points: u64,
		},
		/// A contribution is refused and its bond is back.
		Rejected {
			/// Its id.
			contribution: ContributionId,
			/// Where.
			datanet: DatanetId,
			/// The curator's code.
			reason: u8,
		},
		/// The acceptances so far are frozen.
		SnapshotMade {
			/// Where.
			datanet: DatanetId,
			/// From 1.
			version: Version,
			/// Acceptances in it.
			count: u64,
			/// Their bytes.
			bytes: u128,
			/// Running hash over them.
			hash: H256,
		},
		/// A commit was not revealed in time: it is gone and the rest of its bond is back.
		CommitExpired {
			/// Its id.
			contribution: ContributionId,
			/// Planck burned.
			burned: Balance,
		},
		/// The bond of an accepted contribution is back; or, with amount 0, a rejected one was
		/// cleared (by `release_bond` or by the reveal that takes its root): its storage deposit
		/// is back and its root is free.
		BondReleased {
			/// Its id.
			contribution: ContributionId,
			/// Who has it back.
			contributor: T::AccountId,
			/// Planck of the bond.
			amount: Balance,
		},
		/// The owner named curators.
		CuratorsSet {
			/// Where.
			datanet: DatanetId,
			/// All who are named now.
			curators: CuratorsOf<T>,
		},
		/// A curator placed his bond.
		SeatTaken {
			/// Where.
			datanet: DatanetId,
			/// Who.
			curator: T::AccountId,
		},
		/// A curator has his bond back.
		SeatLeft {
			/// Where.
			datanet: DatanetId,
			/// Who.
			curator: T::AccountId,
		},
		/// An account may commit.
		ContributorApproved {
			/// Where.
			datanet: DatanetId,
			/// Who.
			who: T::AccountId,
		},
		/// An account may no longer commit.
		ContributorDismissed {
			/// Where.
			datanet: DatanetId,
			/// Who.
			who: T::AccountId,
		},
		/// Governance set the parameters.
		ParametersSet,
		/// A contribution gave way to the one that holds its root: it is gone, and bond, fee and
		/// storage deposit are back whole.
		TakenOver {
			/// The one that is gone.
			contribution: ContributionId,
			/// The one that holds the root.
			earlier: ContributionId,
		},
		/// The review fee went to the curator who decided.
		ReviewPaid {
			/// What was reviewed.
			contribution: ContributionId,
			/// Who decided.
			curator: T::AccountId,
			/// Planck.
			amount: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No datanet has this id.
		DatanetNotFound,
		/// No contribution has this id.
		ContributionNotFound,
		/// Only the datanet's owner can do this.
		NotOwner,
		/// Only the contributor can reveal.
		NotContributor,
		/// A name is empty, not UTF-8, or has control characters.
		InvalidName,
		/// A licence is empty where it must not be, or has bytes outside printable ASCII.
		InvalidLicence,
		/// A URI is not UTF-8 or has control characters.
		InvalidUri,
		/// The terms ask for more of a call's fee than any model can give.
		ShareTooLarge,
		/// The bond per byte is below the chain's minimum.
		BondTooLow,
		/// The review fee is below the chain's minimum.
		ReviewFeeTooLow,
		/// A curator is named twice.
		DuplicateCurator,
		/// The account is not approved for this datanet.
		NotAdmitted,
		/// The datanet is open to all: nobody needs approval.
		AdmissionOpen,
		/// The account is approved already.
		AlreadyApproved,
		/// The account is not approved.
		NotApproved,
		/// The byte length is outside the range of the datanet's kind.
		LengthOutOfRange,
		/// The reveal is not what was committed.
		CommitmentMismatch,
		/// The opening does not prove that the root has the committed length.
		LastLeafMismatch,
		/// More records than bytes.
		TooManyRecords,
		/// The contribution is revealed already.
		NotCommitted,
		/// The contribution is not in review.
		NotPending,
		/// The time to reveal is over.
		Expired,
		/// The time to reveal is not over.
		NotExpired,
		/// The account is not a named curator of the datanet.
		NotNamed,
		/// The curator has a seat already.
		AlreadySeated,
		/// The account has no seat in the datanet.
		NotSeated,
		/// Nobody decides on his own contribution.
		OwnContribution,
		/// Quality is 1 to 4.
		InvalidQuality,
		/// Nothing was accepted since the last snapshot.
		NothingToSnapshot,
		/// The datanet has its last snapshot: it takes nothing more.
		SnapshotsExhausted,
		/// The hold period is not over.
		StillHeld,
		/// The contribution has no bond on hold.
		NothingHeld,
		/// A parameter is outside its hard bounds.
		ParameterOutOfBounds,
		/// All ids of this kind are given out.
		IdsExhausted,
		/// Storage contradicts itself. Please report.
		Unexpected,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			Self::check_config();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Creates a datanet owned by the caller, who pays a storage deposit for its rows.
		///
		/// ## Errors
		/// [`Error::InvalidName`], [`Error::InvalidLicence`], [`Error::InvalidUri`],
		/// [`Error::ShareTooLarge`], [`Error::BondTooLow`], [`Error::ReviewFeeTooLow`],
		/// [`Error::DuplicateCurator`], [`Error::IdsExhausted`].
		///
		/// ## Events
		/// [`Event::DatanetCreated`], [`Event::CuratorsSet`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create_datanet(weights::count(&params.curators)))]
		pub fn create_datanet(origin: OriginFor<T>, params: ParamsOf<T>) -> DispatchResult {
			Self::do_create_datanet(ensure_signed(origin)?, params)
		}

		/// Takes the next contribution id for content that is still secret, and holds its bond.
		///
		/// `commitment` is the digest of a `ContributionCommit` of the caller with this
		/// `byte_length`.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotAdmitted`], [`Error::LengthOutOfRange`],
		/// [`Error::SnapshotsExhausted`], [`Error::IdsExhausted`].
		///
		/// ## Events
		/// [`Event::Committed`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::commit())]
		pub fn commit(
			origin: OriginFor<T>,
			datanet: DatanetId,
			commitment: H256,
			byte_length: u64,
		) -> DispatchResult {
			Self::do_commit(ensure_signed(origin)?, datanet, commitment, byte_length)
		}

		/// Reveals a commit: proves its length, holds the review fee and a storage deposit, and
		/// puts it up for review.
		///
		/// If its root is taken, by an earlier id in review or by anything accepted or rejected,
		/// the reveal succeeds, but the contribution gives way: it is gone and its bond is back
		/// whole. If a later id in review has the root, that one gives way.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotContributor`], [`Error::NotCommitted`],
		/// [`Error::Expired`], [`Error::InvalidUri`], [`Error::InvalidLicence`],
		/// [`Error::TooManyRecords`], [`Error::CommitmentMismatch`], [`Error::LastLeafMismatch`].
		///
		/// ## Events
		/// [`Event::Contributed`], [`Event::TakenOver`] or both.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::contribute(
			weights::count(&reveal.siblings),
			weights::count(&reveal.last_leaf),
		))]
		pub fn contribute(
			origin: OriginFor<T>,
			contribution: ContributionId,
			reveal: Reveal,
		) -> DispatchResult {
			Self::do_contribute(ensure_signed(origin)?, contribution, reveal)
		}

		/// Decides on a contribution in review. The caller is a named and seated curator and gets
		/// the review fee.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotPending`], [`Error::NotNamed`],
		/// [`Error::NotSeated`], [`Error::OwnContribution`], [`Error::InvalidQuality`],
		/// [`Error::SnapshotsExhausted`].
		///
		/// ## Events
		/// [`Event::ReviewPaid`], then [`Event::Accepted`] or [`Event::Rejected`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::review())]
		pub fn review(
			origin: OriginFor<T>,
			contribution: ContributionId,
			verdict: Verdict,
		) -> DispatchResult {
			Self::do_review(ensure_signed(origin)?, contribution, verdict)
		}

		/// Freezes the acceptances so far under the next version. The caller owns the datanet and
		/// pays a deposit.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::NothingToSnapshot`],
		/// [`Error::SnapshotsExhausted`].
		///
		/// ## Events
		/// [`Event::SnapshotMade`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::snapshot())]
		pub fn snapshot(origin: OriginFor<T>, datanet: DatanetId) -> DispatchResult {
			Self::do_snapshot(ensure_signed(origin)?, datanet)
		}

		/// Clears a commit that was not revealed in time: burns a tenth of its bond and gives the
		/// rest back. Anyone can call this.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotCommitted`], [`Error::NotExpired`].
		///
		/// ## Events
		/// [`Event::CommitExpired`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::expire_commit())]
		pub fn expire_commit(origin: OriginFor<T>, contribution: ContributionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire_commit(contribution)
		}

		/// Gives back what is held for a contribution whose period is over: the bond of an
		/// accepted one; of a rejected one the storage deposit, which clears its row and frees its
		/// root. Anyone can call this.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::StillHeld`], [`Error::NothingHeld`].
		///
		/// ## Events
		/// [`Event::BondReleased`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::release_bond())]
		pub fn release_bond(origin: OriginFor<T>, contribution: ContributionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release_bond(contribution)
		}

		/// Replaces the list of named curators. Seats of those who are no longer named stay until
		/// they leave, but decide nothing.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::DuplicateCurator`].
		///
		/// ## Events
		/// [`Event::CuratorsSet`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_curators(weights::count(curators)))]
		pub fn set_curators(
			origin: OriginFor<T>,
			datanet: DatanetId,
			curators: CuratorsOf<T>,
		) -> DispatchResult {
			Self::do_set_curators(ensure_signed(origin)?, datanet, curators)
		}

		/// Places the bond of a named curator.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotNamed`], [`Error::AlreadySeated`].
		///
		/// ## Events
		/// [`Event::SeatTaken`].
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::take_seat())]
		pub fn take_seat(origin: OriginFor<T>, datanet: DatanetId) -> DispatchResult {
			Self::do_take_seat(ensure_signed(origin)?, datanet)
		}

		/// Gives a seated curator his bond back.
		///
		/// ## Errors
		/// [`Error::NotSeated`].
		///
		/// ## Events
		/// [`Event::SeatLeft`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::leave_seat())]
		pub fn leave_seat(origin: OriginFor<T>, datanet: DatanetId) -> DispatchResult {
			Self::do_leave_seat(ensure_signed(origin)?, datanet)
		}

		/// Lets an account commit to a datanet of approved contributors. The owner pays a storage
		/// deposit.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::AdmissionOpen`],
		/// [`Error::AlreadyApproved`].
		///
		/// ## Events
		/// [`Event::ContributorApproved`].
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::approve_contributor())]
		pub fn approve_contributor(
			origin: OriginFor<T>,
			datanet: DatanetId,
			who: T::AccountId,
		) -> DispatchResult {
			Self::do_approve_contributor(ensure_signed(origin)?, datanet, who)
		}

		/// Takes an approval back. Commits made before can still be revealed.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::AdmissionOpen`],
		/// [`Error::NotApproved`].
		///
		/// ## Events
		/// [`Event::ContributorDismissed`].
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::dismiss_contributor())]
		pub fn dismiss_contributor(
			origin: OriginFor<T>,
			datanet: DatanetId,
			who: T::AccountId,
		) -> DispatchResult {
			Self::do_dismiss_contributor(ensure_signed(origin)?, datanet, who)
		}

		/// Replaces all parameters. They count for what happens later: amounts and periods of
		/// existing rows are kept in them.
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
			parameters: DatanetsParameters,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_set_parameters(parameters)
		}
	}
}
