// SPDX-License-Identifier: Apache-2.0
//! What the pallet stores.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
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
	/// Seats of curators. A curator who is no longer named keeps the row until he leaves, but has
	/// no vote on what is revealed later.
	#[pallet::storage]
	pub type Seats<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DatanetId,
		Blake2_128Concat,
		T::AccountId,
		Seat,
		OptionQuery,
	>;

	/// Named curators whose bond is whole: they vote on what is revealed now.
	#[pallet::storage]
	pub type Bench<T: Config> = StorageMap<_, Twox64Concat, DatanetId, CuratorsOf<T>, ValueQuery>;

	/// Who may become owner of a datanet by accepting.
	#[pallet::storage]
	pub type DatanetOffers<T: Config> = StorageMap<_, Twox64Concat, DatanetId, T::AccountId>;

	/// Who may become the contributor of a contribution by accepting.
	#[pallet::storage]
	pub type ContributionOffers<T: Config> =
		StorageMap<_, Twox64Concat, ContributionId, T::AccountId>;

	/// Reviews that go on, and those of rejections that can be appealed.
	#[pallet::storage]
	pub type Reviews<T: Config> = StorageMap<_, Twox64Concat, ContributionId, ReviewOf<T>>;

	/// Highest claim id given out.
	#[pallet::storage]
	pub type ClaimCount<T: Config> = StorageValue<_, ClaimId, ValueQuery>;

	/// Open duplicate claims by id.
	#[pallet::storage]
	pub type Claims<T: Config> = StorageMap<_, Twox64Concat, ClaimId, ClaimOf<T>>;

	/// Randomness of the latest epochs, oldest first.
	#[pallet::storage]
	pub type EpochDraws<T: Config> =
		StorageValue<_, BoundedVec<EpochDraw, ConstU32<KEPT_EPOCHS>>, ValueQuery>;

	// Identity: rows stand in the order of their blocks, which is what the agenda is for. A key
	// costs its author a bond, and its block is the chain's choice.
	/// What keepers have to do, from which block on.
	#[pallet::storage]
	pub type Agenda<T: Config> = StorageMap<_, Identity, AgendaKey, (), OptionQuery>;

	/// Keeper calls of this block; gone at its end.
	#[pallet::storage]
	pub type OutcomesOfBlock<T: Config> = StorageValue<_, Outcomes, ValueQuery>;

	/// Approved contributors.
	#[pallet::storage]
	pub type Approvals<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DatanetId,
		Blake2_128Concat,
		T::AccountId,
		ApprovalOf<T>,
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
}
