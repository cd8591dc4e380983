// SPDX-License-Identifier: Apache-2.0
//! Commit, reveal, and what becomes of commits and bonds later.

use crate::{
	pallet::*,
	types::*,
	weights::{count, WeightInfo},
	ContributionOf, DatanetOf, LOG_TARGET,
};
use codec::{Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchResultWithPostInfo,
	pallet_prelude::*,
	traits::{Consideration, Footprint},
};
use openledger_primitives::{
	apis::DatanetState,
	payload::{contribution_commit_hash, ContributionCommit},
	text::verify_last_leaf,
	ContributionId, DatanetId, H256,
};
use sp_runtime::{traits::Zero, ArithmeticError};

/// Bytes of a root's or a number's index row: the datanet, the root or number, the contribution.
const INDEX_ROWS_BYTES: usize = 64;

/// Bytes of an offer: the contribution, the account.
const OFFER_ROW_BYTES: usize = 40;

/// Whether a root can be taken.
enum Vacated {
	/// It can; `displaced` ballots were in the review of whoever had it.
	Free { displaced: u32 },
	/// This contribution keeps it.
	HeldBy(ContributionId),
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_commit(
		who: T::AccountId,
		datanet: DatanetId,
		commitment: H256,
		byte_length: u64,
	) -> DispatchResult {
		let row = Self::datanet(datanet)?;
		ensure!(row.state == DatanetState::Open, Error::<T>::NotOpen);
		Self::ensure_admitted(datanet, &row, &who)?;
		ensure!(
			length_range(row.kind).contains(&byte_length),
			Error::<T>::LengthOutOfRange
		);
		ensure!(row.tranche().is_some(), Error::<T>::SnapshotsExhausted);
		let parameters = Parameters::<T>::get();
		let bond = row
			.bond(byte_length, &parameters)
			.ok_or(ArithmeticError::Overflow)?;
		let id = ContributionCount::<T>::get()
			.checked_add(1)
			.ok_or(Error::<T>::IdsExhausted)?;
		let now = Self::now();
		let expires = now
			.checked_add(parameters.commit_expiry)
			.ok_or(ArithmeticError::Overflow)?;
		Self::place(HoldReason::ContributionBond, &who, bond)?;
		ContributionCount::<T>::put(id);
		Contributions::<T>::insert(
			id,
			Contribution {
				datanet,
				contributor: who.clone(),
				byte_length,
				text_root: H256::zero(),
				committed_at: now,
				revealed_at: 0,
				bond,
				claims: 0,
				status: Status::Committed {
					commitment,
					expires,
				},
			},
		);
		Self::deposit_event(Event::Committed {
			contribution: id,
			datanet,
			contributor: who,
			byte_length,
			bond,
		});
		Ok(())
	}

	fn ensure_admitted(
		datanet: DatanetId,
		row: &DatanetOf<T>,
		who: &T::AccountId,
	) -> DispatchResult {
		let admitted = match row.admission {
			Admission::Open => true,
			Admission::Approved => Approvals::<T>::contains_key(datanet, who),
		};
		ensure!(admitted, Error::<T>::NotAdmitted);
		Ok(())
	}

	pub(crate) fn do_contribute(
		who: T::AccountId,
		id: ContributionId,
		reveal: Reveal,
	) -> DispatchResultWithPostInfo {
		let row = Self::contribution(id)?;
		ensure!(row.contributor == who, Error::<T>::NotContributor);
		let Status::Committed {
			commitment,
			expires,
		} = row.status
		else {
			return Err(Error::<T>::NotCommitted.into());
		};
		ensure!(Self::now() <= expires, Error::<T>::Expired);
		Self::ensure_opens(&row, commitment, &reveal)?;
		let (siblings, leaf) = (count(&reveal.siblings), count(&reveal.last_leaf));
		let displaced = match Self::vacate_root(row.datanet, reveal.text_root, id)? {
			Vacated::HeldBy(holder) => {
				Self::give_way(id, row, holder)?;
				0
			}
			Vacated::Free { displaced } => {
				Self::put_up_for_review(id, row, reveal)?;
				displaced
			}
		};
		Ok(Some(T::WeightInfo::contribute(siblings, leaf, displaced)).into())
	}

	/// Whether the reveal is what was committed and proves the committed length.
	fn ensure_opens(row: &ContributionOf<T>, commitment: H256, reveal: &Reveal) -> DispatchResult {
		Self::ensure_uri(&reveal.uri)?;
		Self::ensure_licence(&reveal.licence)?;
		ensure!(
			u64::from(reveal.records) <= row.byte_length,
			Error::<T>::TooManyRecords
		);
		let body = ContributionCommit {
			text_root: reveal.text_root,
			byte_length: row.byte_length,
			account: row.contributor.clone(),
			salt: reveal.salt,
		};
		ensure!(
			contribution_commit_hash(&Self::genesis_hash(), &body) == commitment,
			Error::<T>::CommitmentMismatch
		);
		ensure!(
			verify_last_leaf(
				&reveal.text_root,
				row.byte_length,
				&reveal.last_leaf,
				&reveal.siblings
			),
			Error::<T>::LastLeafMismatch
		);
		Ok(())
	}

	/// Makes room for `id` as holder of a root, or tells who keeps it.
	///
	/// A later id in review gives way, and a rejected contribution whose period is over is
	/// cleared.
	fn vacate_root(
		datanet: DatanetId,
		text_root: H256,
		id: ContributionId,
	) -> Result<Vacated, DispatchError> {
		let Some(holder) = Roots::<T>::get(datanet, text_root) else {
			return Ok(Vacated::Free { displaced: 0 });
		};
		let Some(row) = Contributions::<T>::get(holder) else {
			log::error!(target: LOG_TARGET, "root of missing contribution {holder}");
			return Err(Error::<T>::Unexpected.into());
		};
		match row.status {
			Status::Pending { .. } if id < holder => {
				let displaced = Self::give_way(holder, row, id)?;
				Ok(Vacated::Free { displaced })
			}
			Status::Rejected { root_free_from, .. } if Self::now() >= root_free_from => {
				Self::clear_rejected(holder, row)?;
				Ok(Vacated::Free { displaced: 0 })
			}
			_ => Ok(Vacated::HeldBy(holder)),
		}
	}

	/// Removes a contribution whose root `holder` has, and gives everything back: no curator is at
	/// fault, and none is paid. Claims that are open on it end by themselves. Returns the ballots
	/// of its review.
	///
	/// The bond comes first: with it the account can receive any amount, however small.
	fn give_way(
		id: ContributionId,
		row: ContributionOf<T>,
		holder: ContributionId,
	) -> Result<u32, DispatchError> {
		Self::give_back(HoldReason::ContributionBond, &row.contributor, row.bond)?;
		let ballots = match row.status {
			Status::Pending { fee } => {
				Self::give_back(HoldReason::ReviewFee, &row.contributor, fee)?;
				Self::break_off_review(id, &row)?
			}
			_ => 0,
		};
		Self::remove_rows(id, &row)?;
		Self::deposit_event(Event::TakenOver {
			contribution: id,
			earlier: holder,
		});
		Ok(ballots)
	}

	fn put_up_for_review(
		id: ContributionId,
		mut row: ContributionOf<T>,
		reveal: Reveal,
	) -> DispatchResult {
		let fee = Self::datanet(row.datanet)?
			.review_fee(row.byte_length)
			.ok_or(ArithmeticError::Overflow)?;
		Self::place(HoldReason::ReviewFee, &row.contributor, fee)?;
		let footprint = Self::content_footprint(&reveal.uri, &reveal.licence);
		let ticket = T::Consideration::new(&row.contributor, footprint)?;
		row.text_root = reveal.text_root;
		row.revealed_at = Self::now();
		row.status = Status::Pending { fee };
		Self::open_review(id, &row)?;
		Self::deposit_event(Event::Contributed {
			contribution: id,
			datanet: row.datanet,
			contributor: row.contributor.clone(),
			text_root: row.text_root,
			byte_length: row.byte_length,
			uri: reveal.uri.clone(),
		});
		Roots::<T>::insert(row.datanet, row.text_root, id);
		Contents::<T>::insert(
			id,
			Content {
				records: reveal.records,
				uri: reveal.uri,
				licence: reveal.licence,
				ticket,
			},
		);
		Contributions::<T>::insert(id, row);
		Ok(())
	}

	/// All rows that a revealed contribution will ever have, but those of its review.
	pub(crate) fn content_footprint(uri: &Uri, licence: &Licence) -> Footprint {
		let rows = ContributionOf::<T>::max_encoded_len()
			.saturating_add(UsageTotals::max_encoded_len())
			.saturating_add(INDEX_ROWS_BYTES)
			.saturating_add(OFFER_ROW_BYTES)
			.saturating_add(uri.encoded_size())
			.saturating_add(licence.encoded_size());
		Footprint::from_parts(1, rows)
	}

	pub(crate) fn do_expire_commit(id: ContributionId) -> DispatchResult {
		let row = Self::contribution(id)?;
		let Status::Committed { expires, .. } = row.status else {
			return Err(Error::<T>::NotCommitted.into());
		};
		ensure!(Self::now() > expires, Error::<T>::NotExpired);
		let burned = Self::burn_tenth(HoldReason::ContributionBond, &row.contributor, row.bond)?;
		Self::remove_rows(id, &row)?;
		Self::deposit_event(Event::CommitExpired {
			contribution: id,
			burned,
		});
		Ok(())
	}

	pub(crate) fn do_release_bond(id: ContributionId) -> DispatchResult {
		let mut row = Self::contribution(id)?;
		let acceptance = match row.status {
			Status::Committed { .. } | Status::Pending { .. } => {
				return Err(Error::<T>::StillHeld.into())
			}
			Status::Rejected { root_free_from, .. } => {
				ensure!(Self::now() >= root_free_from, Error::<T>::StillHeld);
				return Self::clear_rejected(id, row);
			}
			Status::Accepted(acceptance)
			| Status::Withdrawn { acceptance, .. }
			| Status::Revoked { acceptance, .. } => acceptance,
		};
		ensure!(row.bond > 0, Error::<T>::NothingHeld);
		ensure!(row.claims == 0, Error::<T>::ClaimsOpen);
		ensure!(
			Self::now() >= acceptance.bond_free_from,
			Error::<T>::StillHeld
		);
		let amount = core::mem::take(&mut row.bond);
		Self::give_back(HoldReason::ContributionBond, &row.contributor, amount)?;
		Self::deposit_event(Event::BondReleased {
			contribution: id,
			contributor: row.contributor.clone(),
			amount,
		});
		Contributions::<T>::insert(id, row);
		Ok(())
	}

	/// Frees the root of a rejected contribution and removes it, with whatever an appeal that
	/// nobody answered has on hold. Claims that are open on it end by themselves.
	fn clear_rejected(id: ContributionId, row: ContributionOf<T>) -> DispatchResult {
		Self::give_back(HoldReason::ContributionBond, &row.contributor, row.bond)?;
		Self::drop_review(id, &row.contributor)?;
		Roots::<T>::remove(row.datanet, row.text_root);
		Self::remove_rows(id, &row)?;
		Self::deposit_event(Event::BondReleased {
			contribution: id,
			contributor: row.contributor,
			amount: row.bond,
		});
		Ok(())
	}

	/// Removes the rows of a contribution that was never accepted, and gives its deposit back.
	fn remove_rows(id: ContributionId, row: &ContributionOf<T>) -> DispatchResult {
		Contributions::<T>::remove(id);
		match Contents::<T>::take(id) {
			Some(content) => content.ticket.drop(&row.contributor),
			None => Ok(()),
		}
	}

	pub(crate) fn contribution(id: ContributionId) -> Result<ContributionOf<T>, Error<T>> {
		Contributions::<T>::get(id).ok_or(Error::<T>::ContributionNotFound)
	}

	pub(crate) fn genesis_hash() -> H256 {
		frame_system::Pallet::<T>::block_hash(
			frame_system::pallet_prelude::BlockNumberFor::<T>::zero(),
		)
	}
}
