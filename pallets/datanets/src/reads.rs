// SPDX-License-Identifier: Apache-2.0
//! What other pallets (ports) and clients (runtime API) read, and the usage figures they leave.

use crate::{pallet::*, types::*, ClaimOf, ContributionOf};
use alloc::vec::Vec;
use openledger_primitives::{
	apis::{
		ClaimState, ClaimView, ContributionState, ContributionView, DatanetView, MembershipView,
		ReviewView, SnapshotView, MAX_PAGE,
	},
	duplicate::{draw_position, POSITIONS},
	ports::{Credit, CreditTarget, DatanetInspect, MemberInfo, SnapshotInfo, UsageRecorder},
	Balance, BlockNumber, ClaimId, ContributionId, DatanetId, Version, H256,
};

impl<T: Config> DatanetInspect<T::AccountId> for Pallet<T> {
	fn snapshot(datanet: DatanetId, version: Version) -> Option<SnapshotInfo> {
		let snapshot = Snapshots::<T>::get(datanet, version)?;
		Some(SnapshotInfo {
			count: snapshot.count,
			bytes: snapshot.bytes,
			kind: Datanets::<T>::get(datanet)?.kind,
			training_fee: snapshot.terms.training_fee,
			min_contributors_ppm: snapshot.terms.min_contributors_ppm,
		})
	}

	fn member(
		contribution: ContributionId,
		accepted_at: BlockNumber,
	) -> Option<MemberInfo<T::AccountId>> {
		let row = Contributions::<T>::get(contribution)?;
		let number = row.status.acceptance()?.number;
		let taken_down_at = match row.status {
			Status::Revoked {
				at,
				cause: Cause::Takedown { .. },
				..
			} => Some(at),
			_ => None,
		};
		let target = match row.status {
			Status::Revoked { .. } => CreditTarget::Treasury,
			Status::Withdrawn { at, .. } if at < accepted_at => CreditTarget::Treasury,
			_ => match Datanets::<T>::get(row.datanet)?.credit {
				Credit::Contributors => CreditTarget::Contributor(row.contributor),
				Credit::Pool => CreditTarget::Pool,
			},
		};
		Some(MemberInfo {
			datanet: row.datanet,
			number,
			text_root: row.text_root,
			byte_length: row.byte_length,
			target,
			taken_down_at,
		})
	}
}

impl<T: Config> UsageRecorder for Pallet<T> {
	fn record(contribution: ContributionId, value: Balance, earned: Balance) {
		let accepted = Contributions::<T>::get(contribution)
			.is_some_and(|row| row.status.acceptance().is_some());
		if accepted {
			Usage::<T>::mutate(contribution, |totals| {
				totals.value = totals.value.saturating_add(value);
				totals.earned = totals.earned.saturating_add(earned);
			});
		}
	}
}

/// The runtime API `DatanetsApi`, one function each.
impl<T: Config> Pallet<T> {
	/// One datanet.
	pub fn api_datanet(id: DatanetId) -> Option<DatanetView<T::AccountId>> {
		let row = Datanets::<T>::get(id)?;
		let details = Details::<T>::get(id)?;
		Some(DatanetView {
			id,
			owner: row.owner,
			name: details.name.into_inner(),
			kind: row.kind,
			licence: details.licence.into_inner(),
			metadata_uri: details.metadata_uri.into_inner(),
			metadata_hash: details.metadata_hash,
			credit: row.credit,
			review_fee_per_kib: row.review_fee_per_kib,
			bond_per_byte: row.bond_per_byte,
			training_fee: row.terms.training_fee,
			min_contributors_ppm: row.terms.min_contributors_ppm,
			curators: Curators::<T>::get(id).into_inner(),
			seated: Bench::<T>::get(id).into_inner(),
			by_approval: row.admission == Admission::Approved,
			state: row.state,
			offered_to: DatanetOffers::<T>::get(id),
			accepted: row.accepted,
			bytes: row.bytes,
			version: row.version,
		})
	}

	/// At most `limit` datanets with `id > cursor`. Ids have no holes, so this reads only what it
	/// returns.
	pub fn api_datanets(cursor: DatanetId, limit: u32) -> Vec<DatanetView<T::AccountId>> {
		let first = cursor.saturating_add(1);
		let last = DatanetCount::<T>::get().min(cursor.saturating_add(limit.min(MAX_PAGE)));
		(first..=last).filter_map(Self::api_datanet).collect()
	}

	/// One contribution.
	pub fn api_contribution(id: ContributionId) -> Option<ContributionView<T::AccountId>> {
		let row = Contributions::<T>::get(id)?;
		let state = Self::view_state(id, &row)?;
		let content = Contents::<T>::get(id);
		let usage = Usage::<T>::get(id);
		let (records, uri, licence) = content
			.map(|content| (content.records, content.uri, content.licence))
			.unwrap_or_default();
		Some(ContributionView {
			id,
			datanet: row.datanet,
			contributor: row.contributor,
			text_root: row.text_root,
			byte_length: row.byte_length,
			records,
			uri: uri.into_inner(),
			licence: licence.into_inner(),
			committed_at: row.committed_at,
			revealed_at: row.revealed_at,
			state,
			bond: row.bond,
			claims: row.claims,
			offered_to: ContributionOffers::<T>::get(id),
			used_value: usage.value,
			earned: usage.earned,
		})
	}

	/// `None` only if storage contradicts itself.
	fn view_state(id: ContributionId, row: &ContributionOf<T>) -> Option<ContributionState> {
		Some(match row.status {
			Status::Committed { expires, .. } => ContributionState::Committed { expires },
			Status::Pending { .. } => {
				let review = Reviews::<T>::get(id)?;
				ContributionState::Pending {
					round: review.round,
					commits_until: review.commits_until,
					reveals_until: review.reveals_until,
				}
			}
			Status::Accepted(Acceptance {
				quality, number, ..
			}) => ContributionState::Accepted {
				quality,
				number,
				points: row.points(quality)?,
			},
			Status::Rejected {
				reason,
				root_free_from,
				appeal,
			} => ContributionState::Rejected {
				reason,
				appeal,
				root_free_from,
			},
			Status::Withdrawn { at, .. } => ContributionState::Withdrawn { at },
			Status::Revoked { at, cause, .. } => ContributionState::Revoked {
				at,
				reason: match cause {
					Cause::Duplicate => None,
					Cause::Takedown { reason } => Some(reason),
				},
			},
		})
	}

	/// Contributions with `id > cursor`, in any state; looks at no more than `limit` ids, because
	/// ids have holes.
	pub fn api_contributions(
		cursor: ContributionId,
		limit: u32,
	) -> Vec<ContributionView<T::AccountId>> {
		let first = cursor.saturating_add(1);
		let last =
			ContributionCount::<T>::get().min(cursor.saturating_add(limit.min(MAX_PAGE).into()));
		(first..=last).filter_map(Self::api_contribution).collect()
	}

	/// At most `limit` acceptances of a datanet with `number >= cursor`, in order.
	pub fn api_accepted(
		datanet: DatanetId,
		cursor: u64,
		limit: u32,
	) -> Vec<ContributionView<T::AccountId>> {
		let accepted = Datanets::<T>::get(datanet).map_or(0, |row| row.accepted);
		let end = accepted.min(cursor.saturating_add(limit.min(MAX_PAGE).into()));
		(cursor..end)
			.filter_map(|number| NumberOf::<T>::get(datanet, number))
			.filter_map(Self::api_contribution)
			.collect()
	}

	/// The contribution that holds this root among pending and accepted ones.
	pub fn api_by_root(datanet: DatanetId, text_root: H256) -> Option<ContributionId> {
		let holder = Roots::<T>::get(datanet, text_root)?;
		let row = Contributions::<T>::get(holder)?;
		matches!(row.status, Status::Pending { .. } | Status::Accepted(_)).then_some(holder)
	}

	/// One snapshot.
	pub fn api_snapshot(datanet: DatanetId, version: Version) -> Option<SnapshotView> {
		let snapshot = Snapshots::<T>::get(datanet, version)?;
		Some(SnapshotView {
			datanet,
			version,
			count: snapshot.count,
			bytes: snapshot.bytes,
			hash: snapshot.hash,
			at: snapshot.at,
		})
	}

	/// That a contribution is in a snapshot. It stays there whatever becomes of it.
	pub fn api_membership(
		datanet: DatanetId,
		version: Version,
		contribution: ContributionId,
	) -> Option<MembershipView> {
		let snapshot = Snapshots::<T>::get(datanet, version)?;
		let row = Contributions::<T>::get(contribution).filter(|row| row.datanet == datanet)?;
		let number = row.status.acceptance()?.number;
		(number < snapshot.count).then_some(MembershipView {
			number,
			count: snapshot.count,
			hash: snapshot.hash,
			text_root: row.text_root,
		})
	}

	/// The review of a contribution, while it goes on or can be appealed.
	pub fn api_review(contribution: ContributionId) -> Option<ReviewView<T::AccountId>> {
		let review = Reviews::<T>::get(contribution)?;
		let pending = Contributions::<T>::get(contribution)
			.is_some_and(|row| matches!(row.status, Status::Pending { .. }));
		Some(ReviewView {
			contribution,
			round: review.round,
			commits_until: review.commits_until,
			reveals_until: review.reveals_until,
			reveals_open: pending && review.reveals_open(Self::now()),
			ballots: review
				.ballots
				.into_iter()
				.map(|ballot| (ballot.curator, ballot.state))
				.collect(),
		})
	}

	/// One open claim. Its positions are known as soon as its epoch has started, whether or not
	/// anybody has fixed them; those of an accused that is gone are not.
	pub fn api_claim(id: ClaimId) -> Option<ClaimView<T::AccountId>> {
		let claim = Claims::<T>::get(id)?;
		let state = match Self::draw_of(&claim) {
			Some(draw) => Self::view_draw(id, &claim, &draw),
			None => ClaimState::Waiting { epoch: claim.epoch },
		};
		Some(ClaimView {
			id,
			reporter: claim.reporter,
			contribution: claim.contribution,
			bond: claim.bond,
			claimed_at: claim.claimed_at,
			state,
		})
	}

	fn view_draw(id: ClaimId, claim: &ClaimOf<T>, draw: &Draw) -> ClaimState {
		let length = Contributions::<T>::get(claim.contribution).map_or(0, |row| row.byte_length);
		let is_shown = |index: &u8| {
			claim
				.shown
				.checked_shr((*index).into())
				.is_some_and(|bits| bits & 1 == 1)
		};
		ClaimState::Drawn {
			positions: (0..POSITIONS)
				.filter_map(|index| draw_position(&draw.value, id, index, length))
				.collect(),
			shown: (0..POSITIONS).filter(is_shown).collect(),
			until: draw.until,
		}
	}

	/// Open claims with `id > cursor`; looks at no more than `limit` ids.
	pub fn api_claims(cursor: ClaimId, limit: u32) -> Vec<ClaimView<T::AccountId>> {
		let first = cursor.saturating_add(1);
		let last = ClaimCount::<T>::get().min(cursor.saturating_add(limit.min(MAX_PAGE).into()));
		(first..=last).filter_map(Self::api_claim).collect()
	}
}
