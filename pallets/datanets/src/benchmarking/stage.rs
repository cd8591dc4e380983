// SPDX-License-Identifier: Apache-2.0
//! What benchmarks start from: datanets, texts as large as they can be, reviews, claims.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{fungible::Mutate, ConstU32, EnsureOrigin, Get},
	BoundedVec,
};
use openledger_primitives::{
	apis::BallotState,
	duplicate::{
		draw_position, EarlierWindow, Showing, TextOpening, ACCUSED_WINDOW, EARLIER_WINDOW,
		FOLDED_BYTES, NEEDED,
	},
	payload::{contribution_commit_hash, ContributionCommit},
	ports::{Credit, DatanetKind, PoolLedger},
	review::Decision,
	text::TEXT_LEAF_BYTES,
	tree::{leaf_hash, node_hash, root_hash},
	Balance, BlockNumber, ClaimId, ContributionId, DatanetId, Version, H256, MAX_TEXT_BYTES, OPEN,
};
use sp_runtime::{DispatchError, DispatchResult, SaturatedConversion};

/// Money of whoever has to pay: enough for the bond of the largest opaque content.
pub(super) const FUNDS: Balance = 1_000_000_000 * OPEN;
/// The tranche with the longest path through the pools' tree.
pub(super) const TRANCHE: Version = 1;
pub(super) const SALT: [u8; 32] = [7; 32];
/// Randomness for which position 0 of claim 1 in a text of 2^30 bytes lies just before its middle:
/// an opening there has two siblings on most levels. Found by trying.
pub(super) const ACROSS_THE_MIDDLE: H256 = H256([
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2b,
	0x17, 0xfe,
]);
/// Leaves of the largest opening.
pub(super) const OPENED_LEAVES: u64 = 5;

/// As many bytes as a bound allows.
pub(super) fn longest<const N: u32>() -> BoundedVec<u8, ConstU32<N>> {
	let length = usize::try_from(N).unwrap_or_default();
	BoundedVec::truncate_from(vec![b'a'; length])
}

/// An account with money.
pub(super) fn funded<T: Config>(name: &'static str, seed: u32) -> T::AccountId {
	let who = account(name, seed, 0);
	T::Currency::set_balance(&who, FUNDS);
	who
}

/// The caller, with money.
pub(super) fn caller<T: Config>() -> T::AccountId {
	let who = whitelisted_caller();
	T::Currency::set_balance(&who, FUNDS);
	who
}

pub(super) fn curator<T: Config>(seed: u32) -> T::AccountId {
	account("curator", seed, 0)
}

pub(super) fn curators<T: Config>(count: u32) -> CuratorsOf<T> {
	BoundedVec::truncate_from((0..count).map(curator::<T>).collect())
}

pub(super) fn go_to<T: Config>(block: BlockNumber) {
	frame_system::Pallet::<T>::set_block_number(block.saturated_into());
}

pub(super) fn params<T: Config>(
	kind: DatanetKind,
	admission: Admission,
	named: u32,
) -> ParamsOf<T> {
	let DatanetsParameters {
		min_bond_per_byte,
		min_review_fee_per_kib,
		..
	} = Parameters::<T>::get();
	DatanetParams {
		name: longest(),
		kind,
		licence: longest(),
		metadata_uri: longest(),
		metadata_hash: H256::repeat_byte(1),
		admission,
		credit: Credit::Contributors,
		review_fee_per_kib: min_review_fee_per_kib,
		bond_per_byte: min_bond_per_byte,
		terms: DatanetTerms {
			training_fee: OPEN,
			min_contributors_ppm: MAX_CONTRIBUTORS_PPM,
		},
		curators: curators::<T>(named),
	}
}

/// A datanet of the caller whose curators all have a seat.
pub(super) fn datanet_of<T: Config>(
	kind: DatanetKind,
	admission: Admission,
	named: u32,
) -> Result<(T::AccountId, DatanetId), BenchmarkError> {
	let owner = caller::<T>();
	Pallet::<T>::do_create_datanet(owner.clone(), params::<T>(kind, admission, named))?;
	let id = DatanetCount::<T>::get();
	for seed in 0..named {
		Pallet::<T>::do_take_seat(funded::<T>("curator", seed), id)?;
	}
	Ok((owner, id))
}

/// A text datanet, open to all.
pub(super) fn texts<T: Config>(named: u32) -> Result<(T::AccountId, DatanetId), BenchmarkError> {
	datanet_of::<T>(DatanetKind::Text, Admission::Open, named)
}

/// Root and siblings of a tree of `count` leaves in which these stand from place `first` on. The rest
/// of the tree is made up.
pub(super) fn plant(count: u64, first: u64, leaves: &[Vec<u8>]) -> (H256, Vec<H256>) {
	let mut row: Vec<H256> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
	let mut siblings = Vec::new();
	let (mut first, mut width) = (first, count);
	while width > 1 {
		if first % 2 == 1 {
			siblings.push(H256::repeat_byte(1));
			row.insert(0, H256::repeat_byte(1));
			first = first.saturating_sub(1);
		}
		let next = first.saturating_add(u64::try_from(row.len()).unwrap_or(u64::MAX));
		if next % 2 == 1 && next < width {
			siblings.push(H256::repeat_byte(2));
			row.push(H256::repeat_byte(2));
		}
		row = row
			.chunks(2)
			.filter_map(|pair| match pair {
				[left, right] => Some(node_hash(left, right)),
				[single] => Some(*single),
				_ => None,
			})
			.collect();
		first /= 2;
		width = width.div_ceil(2);
	}
	let top = row.first().copied().unwrap_or_default();
	(root_hash(count, &top), siblings)
}

/// A reveal of so many bytes, with an opening of their last leaf, which differs by `seed`.
pub(super) fn reveal_of(byte_length: u64, seed: u8) -> Reveal {
	let leaf = u64::from(TEXT_LEAF_BYTES);
	let count = byte_length.div_ceil(leaf);
	let last = count.saturating_sub(1);
	let length = byte_length.saturating_sub(last.saturating_mul(leaf));
	let bytes = vec![seed; usize::try_from(length).unwrap_or_default()];
	let (text_root, siblings) = plant(count, last, &[bytes.clone()]);
	Reveal {
		text_root,
		salt: SALT,
		uri: longest(),
		records: 1,
		licence: longest(),
		last_leaf: BoundedVec::truncate_from(bytes),
		siblings: BoundedVec::truncate_from(siblings),
	}
}

/// A commit to that reveal.
pub(super) fn commit_to<T: Config>(
	datanet: DatanetId,
	who: &T::AccountId,
	byte_length: u64,
	reveal: &Reveal,
) -> Result<ContributionId, BenchmarkError> {
	Pallet::<T>::do_commit(
		who.clone(),
		datanet,
		commitment::<T>(who, byte_length, reveal),
		byte_length,
	)?;
	Ok(ContributionCount::<T>::get())
}

pub(super) fn commitment<T: Config>(who: &T::AccountId, byte_length: u64, reveal: &Reveal) -> H256 {
	let body = ContributionCommit {
		text_root: reveal.text_root,
		byte_length,
		account: who.clone(),
		salt: SALT,
	};
	contribution_commit_hash(&Pallet::<T>::genesis_hash(), &body)
}

/// The largest text, in review. Texts differ by `seed`.
pub(super) fn pending<T: Config>(
	datanet: DatanetId,
	who: &T::AccountId,
	seed: u8,
) -> Result<ContributionId, BenchmarkError> {
	let reveal = reveal_of(MAX_TEXT_BYTES, seed);
	let id = commit_to::<T>(datanet, who, MAX_TEXT_BYTES, &reveal)?;
	Pallet::<T>::do_contribute(who.clone(), id, reveal).map_err(|error| error.error)?;
	Ok(id)
}

/// A contribution's row.
pub(super) fn text_of<T: Config>(id: ContributionId) -> Result<ContributionOf<T>, DispatchError> {
	Ok(Pallet::<T>::contribution(id)?)
}

/// The same with its review, which goes on.
pub(super) fn review_of<T: Config>(
	id: ContributionId,
) -> Result<(ContributionOf<T>, ReviewOf<T>), DispatchError> {
	Ok(Pallet::<T>::open_review_of(id)?)
}

/// A datanet's row.
pub(super) fn row_of<T: Config>(id: DatanetId) -> Result<DatanetOf<T>, DispatchError> {
	Ok(Pallet::<T>::datanet(id)?)
}

/// Lets the voters `from..to` of a review have done this.
pub(super) fn cast<T: Config>(
	id: ContributionId,
	from: u32,
	to: u32,
	state: BallotState,
) -> DispatchResult {
	let (row, mut review) = review_of::<T>(id)?;
	for (place, ballot) in (0..).zip(review.ballots.iter_mut()) {
		if (from..to).contains(&place) {
			ballot.state = state;
			Pallet::<T>::change_seat(row.datanet, &ballot.curator, |seat| {
				seat.open = seat.open.saturating_add(1);
			});
		}
	}
	Reviews::<T>::insert(id, review);
	Ok(())
}

pub(super) const ACCEPTING: BallotState = BallotState::Revealed {
	vote: MAX_QUALITY,
	reason: 0,
};
pub(super) const REJECTING: BallotState = BallotState::Revealed { vote: 0, reason: 1 };

pub(super) fn committed() -> BallotState {
	BallotState::Committed(H256::repeat_byte(3))
}

/// The largest text, accepted.
pub(super) fn accepted<T: Config>(
	datanet: DatanetId,
	who: &T::AccountId,
	seed: u8,
) -> Result<ContributionId, BenchmarkError> {
	let id = pending::<T>(datanet, who, seed)?;
	let row = text_of::<T>(id)?;
	Pallet::<T>::end_review(id, &row)?;
	Pallet::<T>::accept(id, row, MAX_QUALITY)?;
	Ok(id)
}

/// Gives everybody in the first tranche money that a touch books.
pub(super) fn earn<T: Config>(datanet: DatanetId) -> DispatchResult {
	T::Pools::pay_in(&funded::<T>("payer", 0), datanet, TRANCHE, 1_000 * OPEN)
}

/// A text of `who` beside another of his, with money pending for both.
pub(super) fn earning<T: Config>(
	datanet: DatanetId,
	who: &T::AccountId,
) -> Result<ContributionId, BenchmarkError> {
	accepted::<T>(datanet, who, 101)?;
	let id = accepted::<T>(datanet, who, 102)?;
	earn::<T>(datanet)?;
	Ok(id)
}

/// A claim on a contribution.
pub(super) fn accuse<T: Config>(id: ContributionId) -> Result<ClaimId, BenchmarkError> {
	Pallet::<T>::do_claim_duplicate(funded::<T>("reporter", 0), id)?;
	Ok(ClaimCount::<T>::get())
}

/// A contribution that all of its curators have rejected.
pub(super) fn rejected<T: Config>(
	voters: u32,
) -> Result<(T::AccountId, ContributionId), BenchmarkError> {
	let (_, datanet) = texts::<T>(voters)?;
	let who = funded::<T>("contributor", 0);
	accepted::<T>(datanet, &who, 100)?;
	earn::<T>(datanet)?;
	let id = pending::<T>(datanet, &who, 1)?;
	accuse::<T>(id)?;
	cast::<T>(id, 0, voters, REJECTING)?;
	let (row, review) = review_of::<T>(id)?;
	let decision = Decision::Reject { reason: 1 };
	Pallet::<T>::decide_review(id, row, review, decision)?;
	Ok((who, id))
}

/// Every epoch that can be kept, the last of which draws what is claimed now.
pub(super) fn draw<T: Config>() -> Result<H256, BenchmarkError> {
	let value = ACROSS_THE_MIDDLE;
	let last = T::EpochIndex::get().saturating_add(DRAW_EPOCHS);
	let first = last.saturating_add(1).saturating_sub(KEPT_EPOCHS.into());
	let draws = (first..=last).map(|epoch| EpochDraw {
		epoch,
		from: Pallet::<T>::now(),
		value,
	});
	EpochDraws::<T>::put(BoundedVec::truncate_from(draws.collect::<Vec<_>>()));
	Ok(value)
}

/// The largest opening, with the words to compare at its end, and the root it belongs to.
pub(super) fn opening(first_leaf: u64, start: u64, window: u64) -> (H256, TextOpening) {
	let leaf = u64::from(TEXT_LEAF_BYTES);
	let length = usize::try_from(OPENED_LEAVES.saturating_mul(leaf)).unwrap_or_default();
	let end = usize::try_from(start.saturating_add(window)).unwrap_or_default();
	// Blanks fold to nothing, so the whole window is read.
	let mut bytes = vec![b' '; length];
	for byte in bytes.iter_mut().take(end).rev().take(FOLDED_BYTES) {
		*byte = b'A';
	}
	let leaves: Vec<Vec<u8>> = bytes
		.chunks(usize::try_from(leaf).unwrap_or(length))
		.map(<[u8]>::to_vec)
		.collect();
	let (root, siblings) = plant(MAX_TEXT_BYTES.div_ceil(leaf), first_leaf, &leaves);
	let opening = TextOpening {
		bytes: BoundedVec::truncate_from(bytes),
		siblings: BoundedVec::truncate_from(siblings),
	};
	(root, opening)
}

/// A claim on an accepted text that nobody has drawn yet, and the dearest showing of its first
/// position.
pub(super) fn showing<T: Config>() -> Result<(ClaimId, Showing), BenchmarkError> {
	let (_, datanet) = texts::<T>(0)?;
	let earlier = accepted::<T>(datanet, &funded::<T>("author", 0), 1)?;
	go_to::<T>(Pallet::<T>::now().saturating_add(1));
	let id = accepted::<T>(datanet, &funded::<T>("contributor", 0), 2)?;
	let claim = accuse::<T>(id)?;
	let value = draw::<T>()?;
	let leaf = u64::from(TEXT_LEAF_BYTES);
	let position = draw_position(&value, claim, 0, MAX_TEXT_BYTES).ok_or("it is long enough")?;
	let first = position / leaf;
	let (root, accused) = opening(first, position % leaf, ACCUSED_WINDOW);
	Contributions::<T>::mutate_extant(id, |row| row.text_root = root);
	let (root, found) = opening(first, leaf.saturating_sub(1), EARLIER_WINDOW);
	Contributions::<T>::mutate_extant(earlier, |row| row.text_root = root);
	let showing = Showing {
		index: 0,
		accused,
		earlier: Some(EarlierWindow {
			contribution: earlier,
			position: first
				.saturating_mul(leaf)
				.saturating_add(leaf.saturating_sub(1)),
			opening: found,
		}),
	};
	Ok((claim, showing))
}

/// A claim and its accused as the last showing leaves them.
pub(super) fn proof<T: Config>(
	id: ContributionId,
) -> Result<(ClaimId, ClaimOf<T>, ContributionOf<T>), BenchmarkError> {
	let claim = accuse::<T>(id)?;
	let mut row = Claims::<T>::get(claim).ok_or("it was just made")?;
	row.shown = 1u128.checked_shl(NEEDED).unwrap_or(1).saturating_sub(1);
	Claims::<T>::insert(claim, row.clone());
	Ok((claim, row, text_of::<T>(id)?))
}

/// Governance.
pub(super) fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

pub(super) fn is_revoked<T: Config>(id: ContributionId) -> bool {
	Contributions::<T>::get(id).is_some_and(|row| matches!(row.status, Status::Revoked { .. }))
}

pub(super) fn is_accepted<T: Config>(id: ContributionId) -> bool {
	Contributions::<T>::get(id).is_some_and(|row| matches!(row.status, Status::Accepted(_)))
}

pub(super) fn is_rejected<T: Config>(id: ContributionId) -> bool {
	Contributions::<T>::get(id).is_some_and(|row| matches!(row.status, Status::Rejected { .. }))
}
