// SPDX-License-Identifier: Apache-2.0
//! What other pallets (ports) and clients (runtime API) read, and the usage figures they leave.

use crate::{pallet::*, types::*, ContributionOf};
use alloc::vec::Vec;
use openledger_primitives::{
	apis::{ContributionState, ContributionView, DatanetView, SnapshotView, MAX_PAGE},
	ports::{Credit, CreditTarget, DatanetInspect, MemberInfo, SnapshotInfo, UsageRecorder},
	Balance, BlockNumber, ContributionId, DatanetId, Version, H256,
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
		let state = Self::view_state(&row);
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
			state,
			bond: row.bond,
			used_value: usage.value,
			earned: usage.earned,
		})
	}

	fn view_state(row: &ContributionOf<T>) -> ContributionState {
		match row.status {
			Status::Committed { expires, .. } => ContributionState::Committed { expires },
			Status::Pending { .. } => ContributionState::Pending,
			Status::Accepted(Acceptance {
				quality, number, ..
			}) => ContributionState::Accepted { quality, number },
			Status::Rejected { reason, .. } => ContributionState::Rejected { reason },
			Status::Withdrawn { .. } => ContributionState::Withdrawn,
			Status::Revoked { .. } => ContributionState::Revoked,
		}
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
}
