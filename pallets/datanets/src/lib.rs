// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(rustdoc::broken_intra_doc_links)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod claims;
mod errors;
mod events;
mod governance;
mod holds;
mod impls;
mod keeper;
mod outcome;
mod reads;
mod registration;
mod review;
mod seats;
mod storage;
mod transfers;
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
/// A review.
pub type ReviewOf<T> = Review<<T as frame_system::Config>::AccountId, TicketOf<T>>;
/// A duplicate claim.
pub type ClaimOf<T> = Claim<<T as frame_system::Config>::AccountId, TicketOf<T>>;
/// An approval.
pub type ApprovalOf<T> = Approval<<T as frame_system::Config>::AccountId, TicketOf<T>>;
/// Named curators.
pub type CuratorsOf<T> = CuratorList<<T as frame_system::Config>::AccountId>;

use frame_support::pallet_macros::import_section;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
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
		traits::{fungible, Consideration, Footprint, Randomness},
	};
	use frame_system::{
		ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*,
	};
	use openledger_primitives::{
		apis::{ContributionView, DatanetState, MembershipView},
		duplicate::Showing,
		ports::PoolLedger,
		AccountId32, Balance, BlockNumber, ClaimId, ContributionId, DatanetId, Version, H256,
	};

	use sp_runtime::traits::Convert;

	/// Layout version of this pallet's storage.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Signed bytes name 32-byte accounts and the genesis hash, so both types are fixed.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId32, Hash = H256>
		+ CreateAuthorizedTransaction<Call<Self>>
	{
		/// The money that bonds, fees and deposits are held in.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Reason: From<HoldReason>>;

		/// Storage deposits: of an owner for a datanet and its approvals, of a contributor for
		/// a revealed contribution.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Where points of accepted contributions are kept.
		type Pools: PoolLedger<Self::AccountId>;

		/// Where a proved claim's money that is nobody's goes, and the fees of keepers' calls.
		type TreasuryAccount: Get<Self::AccountId>;

		/// Index of the current BABE epoch.
		type EpochIndex: Get<u64>;

		/// Chain randomness of one epoch ago: fixed when an epoch starts, and made wholly in the
		/// epoch before.
		type Randomness: Randomness<H256, BlockNumberFor<Self>>;

		/// Blocks of an epoch, at most.
		#[pallet::constant]
		type EpochBlocks: Get<BlockNumberFor<Self>>;

		/// Fee of a transaction of this weight and length.
		type WeightFee: Convert<(Weight, u32), Balance>;

		/// Weight of the transaction extensions of a node-submitted call beside its `authorize`.
		type ExtensionWeight: Get<Weight>;

		/// Decides appeals, takes contributions down, suspends datanets, sets the parameters.
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
		/// Bond of whoever claims that a contribution is a copy.
		#[codec(index = 5)]
		ReporterBond,
	}

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

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::note_epoch()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			OutcomesOfBlock::<T>::kill();
		}

		fn offchain_worker(_: BlockNumberFor<T>) {
			Self::run_worker();
		}

		fn integrity_test() {
			Self::check_config();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	// Index 3 was a single curator's decision; it stays free.
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
		/// [`Error::DatanetNotFound`], [`Error::NotOpen`], [`Error::NotAdmitted`],
		/// [`Error::LengthOutOfRange`], [`Error::SnapshotsExhausted`], [`Error::IdsExhausted`].
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

		/// Reveals a commit: proves its length, holds the review fee and storage deposits, pays the
		/// keepers' calls, and puts it up for review by whoever is on the bench now.
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
			MAX_CURATORS,
		))]
		pub fn contribute(
			origin: OriginFor<T>,
			contribution: ContributionId,
			reveal: Reveal,
		) -> DispatchResultWithPostInfo {
			Self::do_contribute(ensure_signed(origin)?, contribution, reveal)
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

		/// Gives back what is held for a contribution whose period is over: the bond of one that was
		/// accepted; of a rejected one the storage deposits and the bond of an appeal that lapsed,
		/// which clears its row and frees its root. Anyone can call this.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::StillHeld`], [`Error::NothingHeld`],
		/// [`Error::ClaimsOpen`].
		///
		/// ## Events
		/// [`Event::BondReleased`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::release_bond())]
		pub fn release_bond(origin: OriginFor<T>, contribution: ContributionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release_bond(contribution)
		}

		/// Replaces the list of named curators. Those who are no longer named keep their seats until
		/// they leave, and their ballots, but get none of what is revealed later.
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

		/// Places the bond of a named curator, or fills up what fines left of it.
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

		/// Gives a seated curator his bond back, once none of his ballots is open and no appeal can
		/// cost him any more.
		///
		/// ## Errors
		/// [`Error::NotSeated`], [`Error::SeatBound`].
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

		/// Commits the caller, who may vote in this review, to a vote: the digest of a
		/// `VoteCommit` of this review's round.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotPending`], [`Error::OwnContribution`],
		/// [`Error::NotElector`], [`Error::AlreadyVoted`], [`Error::NotSeated`],
		/// [`Error::CommitsOver`].
		///
		/// ## Events
		/// [`Event::VoteCommitted`].
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::commit_vote())]
		pub fn commit_vote(
			origin: OriginFor<T>,
			contribution: ContributionId,
			commitment: H256,
		) -> DispatchResult {
			Self::do_commit_vote(ensure_signed(origin)?, contribution, commitment)
		}

		/// Reveals a vote: 0 rejects with a reason code, 1 to 4 accepts with that quality. The last
		/// vote that can be revealed decides the review at once, and costs no fee: the outcome is
		/// prepaid.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotPending`], [`Error::NotElector`],
		/// [`Error::VoteNotCommitted`], [`Error::RevealsClosed`], [`Error::InvalidQuality`],
		/// [`Error::InvalidReason`], [`Error::CommitmentMismatch`].
		///
		/// ## Events
		/// [`Event::VoteRevealed`]; at the outcome those of [`Pallet::conclude_review`].
		#[pallet::call_index(14)]
		#[pallet::weight(
			T::WeightInfo::reveal_vote().saturating_add(T::WeightInfo::conclude_review(MAX_CURATORS))
		)]
		pub fn reveal_vote(
			origin: OriginFor<T>,
			contribution: ContributionId,
			vote: u8,
			reason: u8,
			salt: [u8; 32],
		) -> DispatchResultWithPostInfo {
			Self::do_reveal_vote(ensure_signed(origin)?, contribution, vote, reason, salt)
		}

		/// Ends a round of a review whose time is over: extends it once when too few have voted,
		/// else decides it.
		///
		/// ## Dispatch Origin
		/// Authorized: the review is due; prepaid with the review fee.
		///
		/// ## Errors
		/// [`Error::NotPending`], [`Error::NotDue`]: only if `authorize` was passed by.
		///
		/// ## Events
		/// [`Event::VoteForfeited`] for each vote that was not revealed; then
		/// [`Event::ReviewExtended`], or [`Event::ReviewPaid`] for each vote that was and
		/// [`Event::Accepted`] or [`Event::Rejected`].
		#[pallet::call_index(15)]
		#[pallet::weight((T::WeightInfo::conclude_review(MAX_CURATORS), DispatchClass::Operational))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_conclude())]
		#[pallet::authorize(Self::authorize_conclude_review)]
		pub fn conclude_review(
			origin: OriginFor<T>,
			contribution: ContributionId,
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			Self::count_outcome(Due::Review(contribution));
			Self::do_conclude_review(contribution)
		}

		/// Asks governance to overturn the curators' rejection of the caller's contribution, once.
		/// The bond is held again.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotContributor`], [`Error::NotRejected`],
		/// [`Error::AppealClosed`].
		///
		/// ## Events
		/// [`Event::Appealed`].
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::appeal(MAX_CURATORS))]
		pub fn appeal(
			origin: OriginFor<T>,
			contribution: ContributionId,
		) -> DispatchResultWithPostInfo {
			Self::do_appeal(ensure_signed(origin)?, contribution)
		}

		/// Answers an appeal. Acceptance overturns the rejection, and whoever voted for it loses a
		/// tenth of his bond; rejection burns a tenth of the contribution's bond.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotAppealed`], [`Error::InvalidQuality`],
		/// [`Error::InvalidReason`], [`Error::SnapshotsExhausted`].
		///
		/// ## Events
		/// [`Event::AppealDecided`]; [`Event::CuratorFined`] for each and [`Event::Accepted`], or
		/// [`Event::Rejected`].
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::decide_appeal(MAX_CURATORS))]
		pub fn decide_appeal(
			origin: OriginFor<T>,
			contribution: ContributionId,
			verdict: Verdict,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_decide_appeal(contribution, verdict)
		}

		/// Claims that a pending or accepted text copies earlier ones of its datanet. The caller
		/// bonds as much as the accused's bytes cost, and pays the keepers' calls.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotAccusable`], [`Error::OpaqueContent`],
		/// [`Error::TooManyClaims`], [`Error::IdsExhausted`].
		///
		/// ## Events
		/// [`Event::DuplicateClaimed`].
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::claim_duplicate())]
		pub fn claim_duplicate(
			origin: OriginFor<T>,
			contribution: ContributionId,
		) -> DispatchResult {
			Self::do_claim_duplicate(ensure_signed(origin)?, contribution)
		}

		/// Shows that the accused's folded window at a drawn position is in an earlier text. Anyone
		/// can show. The last showing that is needed proves the claim.
		///
		/// ## Errors
		/// [`Error::ClaimNotFound`], [`Error::NotDrawn`], [`Error::ShowingsOver`],
		/// [`Error::NoSuchPosition`], [`Error::AlreadyShown`], [`Error::ClaimMoot`],
		/// [`Error::BadOpening`], [`Error::EarlierMissing`], [`Error::NotEarlier`],
		/// [`Error::WindowsDiffer`].
		///
		/// ## Events
		/// [`Event::WindowShown`]; [`Event::ClaimDrawn`] before the first of a claim that nobody
		/// has drawn; [`Event::ClaimEnded`] and [`Event::Revoked`] or [`Event::Rejected`] after
		/// the last.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::show_window().saturating_add(T::WeightInfo::prove_claim()))]
		pub fn show_window(
			origin: OriginFor<T>,
			claim: ClaimId,
			showing: alloc::boxed::Box<Showing>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_show_window(claim, &showing)
		}

		/// Draws a claim's positions, or ends a claim whose time is over.
		///
		/// ## Dispatch Origin
		/// Authorized: the claim is due; prepaid by the reporter.
		///
		/// ## Errors
		/// [`Error::ClaimNotFound`], [`Error::NotDue`]: only if `authorize` was passed by.
		///
		/// ## Events
		/// [`Event::ClaimDrawn`] or [`Event::ClaimEnded`].
		#[pallet::call_index(20)]
		#[pallet::weight((T::WeightInfo::conclude_claim(), DispatchClass::Operational))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_conclude())]
		#[pallet::authorize(Self::authorize_conclude_claim)]
		pub fn conclude_claim(origin: OriginFor<T>, claim: ClaimId) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::count_outcome(Due::Claim(claim));
			Self::do_conclude_claim(claim)
		}

		/// Takes an accepted contribution of the caller back: it earns nothing more. What it
		/// earned stays the caller's, and snapshots keep it.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotContributor`], [`Error::NotAccepted`].
		///
		/// ## Events
		/// [`Event::Withdrawn`].
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, contribution: ContributionId) -> DispatchResult {
			Self::do_withdraw(ensure_signed(origin)?, contribution)
		}

		/// Takes a contribution down, for a legal cause or because its bytes are lost: it leaves
		/// every corpus. One in review is rejected with the reason. A proved copy, which stays in
		/// its corpora otherwise, can be taken down too.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotRevocable`], [`Error::InvalidReason`].
		///
		/// ## Events
		/// [`Event::Revoked`] or [`Event::Rejected`].
		#[pallet::call_index(22)]
		#[pallet::weight(T::WeightInfo::revoke(MAX_CURATORS))]
		pub fn revoke(
			origin: OriginFor<T>,
			contribution: ContributionId,
			reason: u8,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_revoke(contribution, reason)
		}

		/// Offers an accepted contribution of the caller to an account, or takes the offer back.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotContributor`], [`Error::NotAccepted`],
		/// [`Error::OfferToSelf`].
		///
		/// ## Events
		/// [`Event::ContributionOffered`].
		#[pallet::call_index(23)]
		#[pallet::weight(T::WeightInfo::offer_contribution())]
		pub fn offer_contribution(
			origin: OriginFor<T>,
			contribution: ContributionId,
			to: Option<T::AccountId>,
		) -> DispatchResult {
			Self::do_offer_contribution(ensure_signed(origin)?, contribution, to)
		}

		/// Accepts an offered contribution: the caller pays its storage deposit and has its points
		/// from now on. What it earned before stays the giver's.
		///
		/// ## Errors
		/// [`Error::ContributionNotFound`], [`Error::NotOffered`], [`Error::NotAccepted`],
		/// [`Error::StillHeld`], [`Error::ClaimsOpen`].
		///
		/// ## Events
		/// [`Event::ContributionTransferred`].
		#[pallet::call_index(24)]
		#[pallet::weight(T::WeightInfo::accept_contribution())]
		pub fn accept_contribution(
			origin: OriginFor<T>,
			contribution: ContributionId,
		) -> DispatchResult {
			Self::do_accept_contribution(ensure_signed(origin)?, contribution)
		}

		/// Offers the caller's datanet to an account, or takes the offer back.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::OfferToSelf`].
		///
		/// ## Events
		/// [`Event::DatanetOffered`].
		#[pallet::call_index(25)]
		#[pallet::weight(T::WeightInfo::offer_datanet())]
		pub fn offer_datanet(
			origin: OriginFor<T>,
			datanet: DatanetId,
			to: Option<T::AccountId>,
		) -> DispatchResult {
			Self::do_offer_datanet(ensure_signed(origin)?, datanet, to)
		}

		/// Accepts an offered datanet: the caller pays its storage deposit and its snapshots'.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOffered`].
		///
		/// ## Events
		/// [`Event::DatanetTransferred`].
		#[pallet::call_index(26)]
		#[pallet::weight(T::WeightInfo::accept_datanet())]
		pub fn accept_datanet(origin: OriginFor<T>, datanet: DatanetId) -> DispatchResult {
			Self::do_accept_datanet(ensure_signed(origin)?, datanet)
		}

		/// Freezes, opens or closes the caller's datanet. Closing is for good.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::StateNotAllowed`].
		///
		/// ## Events
		/// [`Event::DatanetStateSet`].
		#[pallet::call_index(27)]
		#[pallet::weight(T::WeightInfo::set_state())]
		pub fn set_state(
			origin: OriginFor<T>,
			datanet: DatanetId,
			state: DatanetState,
		) -> DispatchResult {
			Self::do_set_state(ensure_signed(origin)?, datanet, state)
		}

		/// Suspends a datanet, or opens a suspended one again.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::StateNotAllowed`].
		///
		/// ## Events
		/// [`Event::DatanetStateSet`].
		#[pallet::call_index(28)]
		#[pallet::weight(T::WeightInfo::set_state())]
		pub fn suspend(
			origin: OriginFor<T>,
			datanet: DatanetId,
			suspended: bool,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_suspend(datanet, suspended)
		}

		/// Replaces URI and hash of the caller's datanet's Croissant file.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::InvalidUri`].
		///
		/// ## Events
		/// [`Event::MetadataSet`].
		#[pallet::call_index(29)]
		#[pallet::weight(T::WeightInfo::set_metadata())]
		pub fn set_metadata(
			origin: OriginFor<T>,
			datanet: DatanetId,
			uri: Uri,
			hash: H256,
		) -> DispatchResult {
			Self::do_set_metadata(ensure_signed(origin)?, datanet, uri, hash)
		}

		/// Replaces the terms that later snapshots of the caller's datanet copy.
		///
		/// ## Errors
		/// [`Error::DatanetNotFound`], [`Error::NotOwner`], [`Error::ShareTooLarge`].
		///
		/// ## Events
		/// [`Event::TermsSet`].
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::set_terms())]
		pub fn set_terms(
			origin: OriginFor<T>,
			datanet: DatanetId,
			terms: DatanetTerms,
		) -> DispatchResult {
			Self::do_set_terms(ensure_signed(origin)?, datanet, terms)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Proves that a contribution is in a snapshot: its number is below the snapshot's count.
		pub fn membership(
			datanet: DatanetId,
			version: Version,
			contribution: ContributionId,
		) -> Option<MembershipView> {
			Self::api_membership(datanet, version, contribution)
		}

		/// One contribution with its state.
		pub fn contribution_state(
			contribution: ContributionId,
		) -> Option<ContributionView<T::AccountId>> {
			Self::api_contribution(contribution)
		}
	}
}
