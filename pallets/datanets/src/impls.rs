// SPDX-License-Identifier: Apache-2.0
//! Datanets: creation, admissions, snapshots, parameters; and the checks all calls share.

use crate::{
	pallet::*,
	types::*,
	weights::{half_of_normal, heaviest},
	ApprovalOf, CuratorsOf, DatanetOf, ParamsOf,
};
use codec::{Encode, MaxEncodedLen};
use frame_support::{
	pallet_prelude::*,
	traits::{fungible::Inspect, Consideration, Footprint},
};
use openledger_primitives::{apis::DatanetState, BlockNumber, DatanetId, H256};
use sp_runtime::{traits::Zero, ArithmeticError, SaturatedConversion};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create_datanet(owner: T::AccountId, params: ParamsOf<T>) -> DispatchResult {
		Self::ensure_params(&params)?;
		let id = DatanetCount::<T>::get()
			.checked_add(1)
			.ok_or(Error::<T>::IdsExhausted)?;
		let footprint =
			Self::datanet_footprint(&params.name, &params.licence, &params.metadata_uri);
		let ticket = T::Consideration::new(&owner, footprint)?;
		DatanetCount::<T>::put(id);
		Details::<T>::insert(
			id,
			DatanetDetails {
				name: params.name,
				licence: params.licence,
				metadata_uri: params.metadata_uri,
				metadata_hash: params.metadata_hash,
				ticket,
			},
		);
		Datanets::<T>::insert(
			id,
			Datanet {
				owner: owner.clone(),
				kind: params.kind,
				admission: params.admission,
				credit: params.credit,
				review_fee_per_kib: params.review_fee_per_kib,
				bond_per_byte: params.bond_per_byte,
				terms: params.terms,
				accepted: 0,
				bytes: 0,
				hash: H256::zero(),
				version: 0,
				state: DatanetState::Open,
				snapshot_deposits: 0,
			},
		);
		Curators::<T>::insert(id, &params.curators);
		Self::deposit_event(Event::DatanetCreated { datanet: id, owner });
		Self::deposit_event(Event::CuratorsSet {
			datanet: id,
			curators: params.curators,
		});
		Ok(())
	}

	fn ensure_params(params: &ParamsOf<T>) -> DispatchResult {
		let minimum = Parameters::<T>::get();
		ensure!(
			!params.name.is_empty() && is_plain(&params.name),
			Error::<T>::InvalidName
		);
		ensure!(!params.licence.is_empty(), Error::<T>::InvalidLicence);
		Self::ensure_licence(&params.licence)?;
		Self::ensure_uri(&params.metadata_uri)?;
		ensure!(
			params.terms.min_contributors_ppm <= MAX_CONTRIBUTORS_PPM,
			Error::<T>::ShareTooLarge
		);
		ensure!(
			params.bond_per_byte >= minimum.min_bond_per_byte,
			Error::<T>::BondTooLow
		);
		ensure!(
			params.review_fee_per_kib >= minimum.min_review_fee_per_kib,
			Error::<T>::ReviewFeeTooLow
		);
		Self::ensure_distinct(&params.curators)
	}

	/// All rows of a datanet that its owner pays for at once: details, the hot row, an offer, and
	/// those who are named and on the bench at their most.
	pub(crate) fn datanet_footprint(
		name: &Name,
		licence: &Licence,
		metadata_uri: &Uri,
	) -> Footprint {
		let rows = [
			name.encoded_size(),
			licence.encoded_size(),
			metadata_uri.encoded_size(),
			H256::max_encoded_len(),
			DatanetOf::<T>::max_encoded_len(),
			CuratorsOf::<T>::max_encoded_len(),
			CuratorsOf::<T>::max_encoded_len(),
			DatanetId::max_encoded_len(),
			T::AccountId::max_encoded_len(),
		];
		let bytes = rows.into_iter().fold(0_usize, usize::saturating_add);
		Footprint::from_parts(1, bytes)
	}

	pub(crate) fn do_approve_contributor(
		owner: T::AccountId,
		datanet: DatanetId,
		who: T::AccountId,
	) -> DispatchResult {
		Self::ensure_approves(datanet, &owner)?;
		ensure!(
			!Approvals::<T>::contains_key(datanet, &who),
			Error::<T>::AlreadyApproved
		);
		let row = DatanetId::max_encoded_len()
			.saturating_add(T::AccountId::max_encoded_len())
			.saturating_add(ApprovalOf::<T>::max_encoded_len());
		let ticket = T::Consideration::new(&owner, Footprint::from_parts(1, row))?;
		Approvals::<T>::insert(datanet, &who, Approval { by: owner, ticket });
		Self::deposit_event(Event::ContributorApproved { datanet, who });
		Ok(())
	}

	pub(crate) fn do_dismiss_contributor(
		owner: T::AccountId,
		datanet: DatanetId,
		who: T::AccountId,
	) -> DispatchResult {
		Self::ensure_approves(datanet, &owner)?;
		let approval = Approvals::<T>::take(datanet, &who).ok_or(Error::<T>::NotApproved)?;
		approval.ticket.drop(&approval.by)?;
		Self::deposit_event(Event::ContributorDismissed { datanet, who });
		Ok(())
	}

	fn ensure_approves(datanet: DatanetId, owner: &T::AccountId) -> DispatchResult {
		let row = Self::owned(datanet, owner)?;
		ensure!(
			row.admission == Admission::Approved,
			Error::<T>::AdmissionOpen
		);
		Ok(())
	}

	pub(crate) fn do_snapshot(who: T::AccountId, datanet: DatanetId) -> DispatchResult {
		let mut row = Self::owned(datanet, &who)?;
		let version = row.tranche().ok_or(Error::<T>::SnapshotsExhausted)?;
		let before = Snapshots::<T>::get(datanet, row.version).map_or(0, |last| last.count);
		ensure!(row.accepted > before, Error::<T>::NothingToSnapshot);
		let deposit = Parameters::<T>::get().snapshot_deposit;
		Self::place(HoldReason::SnapshotDeposit, &who, deposit)?;
		let snapshot = Snapshot {
			count: row.accepted,
			bytes: row.bytes,
			hash: row.hash,
			terms: row.terms,
			at: Self::now(),
			deposit,
		};
		Self::deposit_event(Event::SnapshotMade {
			datanet,
			version,
			count: snapshot.count,
			bytes: snapshot.bytes,
			hash: snapshot.hash,
		});
		Snapshots::<T>::insert(datanet, version, snapshot);
		row.version = version;
		row.snapshot_deposits = row
			.snapshot_deposits
			.checked_add(deposit)
			.ok_or(ArithmeticError::Overflow)?;
		Datanets::<T>::insert(datanet, row);
		Ok(())
	}

	pub(crate) fn do_set_parameters(parameters: DatanetsParameters) -> DispatchResult {
		ensure!(
			Self::parameters_fit(&parameters),
			Error::<T>::ParameterOutOfBounds
		);
		Parameters::<T>::put(parameters);
		Self::deposit_event(Event::ParametersSet);
		Ok(())
	}

	pub(crate) fn parameters_fit(parameters: &DatanetsParameters) -> bool {
		parameters.within_bounds(T::Currency::minimum_balance())
	}

	pub(crate) fn datanet(id: DatanetId) -> Result<DatanetOf<T>, Error<T>> {
		Datanets::<T>::get(id).ok_or(Error::<T>::DatanetNotFound)
	}

	pub(crate) fn owned(id: DatanetId, who: &T::AccountId) -> Result<DatanetOf<T>, Error<T>> {
		let row = Self::datanet(id)?;
		ensure!(row.owner == *who, Error::<T>::NotOwner);
		Ok(row)
	}

	pub(crate) fn ensure_uri(uri: &Uri) -> DispatchResult {
		ensure!(is_plain(uri), Error::<T>::InvalidUri);
		Ok(())
	}

	pub(crate) fn ensure_licence(licence: &Licence) -> DispatchResult {
		let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
		ensure!(licence.iter().all(printable), Error::<T>::InvalidLicence);
		Ok(())
	}

	pub(crate) fn now() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// What the runtime's configuration must give; run once by its tests.
	pub(crate) fn check_config() {
		assert!(
			Self::parameters_fit(&DatanetsParameters::development())
				&& Self::parameters_fit(&DatanetsParameters::local_testnet()),
			"the existential deposit is too large for the default bonds"
		);
		assert!(
			!T::EpochBlocks::get().is_zero(),
			"an epoch has at least one block"
		);
		let half = half_of_normal::<T>();
		for (name, weight) in heaviest::<T::WeightInfo>() {
			assert!(
				weight.all_lte(half),
				"{name} takes {weight:?}, more than half of what people's calls may take: {half:?}"
			);
		}
	}
}

/// UTF-8 without control characters.
fn is_plain(text: &[u8]) -> bool {
	core::str::from_utf8(text).is_ok_and(|text| !text.chars().any(char::is_control))
}
