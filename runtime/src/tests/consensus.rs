// SPDX-License-Identifier: Apache-2.0
//! Sessions, their historical roots, and reports of equivocations.

use super::*;
use crate::{
	configs::consensus::{prove_key_owner, GenesisValidators, PROVABLE_SESSIONS},
	AccountId, Babe, Grandpa, Historical, Runtime, Session,
};
use frame_support::traits::KeyOwnerProofSystem;
use pallet_session::{
	historical::{HistoricalSessions, StoredRange},
	SessionManager,
};
use sp_consensus_babe::{AuthorityId, EquivocationProof};
use sp_core::{crypto::KeyTypeId, ByteArray};
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_runtime::{key_types, DispatchError};

fn babe_key(index: usize) -> AuthorityId {
	Babe::authorities()[index].0.clone()
}

#[test]
fn sessions_should_rotate_every_epoch_and_keep_the_validators() {
	development().execute_with(|| {
		run_to_block(100);
		assert_eq!(Session::current_index(), 0);
		run_to_block(101);
		assert_eq!(Session::current_index(), 1);
		run_to_block(301);
		assert_eq!(Session::current_index(), 3);
		let alice: AccountId = Sr25519Keyring::Alice.to_account_id();
		assert_eq!(Session::validators(), [alice]);
		assert_eq!(Grandpa::grandpa_authorities().len(), 1);
		// Planned in session 0 already; the set is handed on once, not every session.
		assert!(HistoricalSessions::<Runtime>::contains_key(2));
		run_to_block(501);
		assert_eq!(Grandpa::current_set_id(), 1);
		assert_eq!(
			HistoricalSessions::<Runtime>::get(2),
			HistoricalSessions::<Runtime>::get(5)
		);
	});
}

#[test]
fn key_owners_should_be_provable_now_and_later() {
	chain(LOCAL_TESTNET_RUNTIME_PRESET).execute_with(|| {
		run_to_block(301);
		let key = babe_key(2);
		let proof = prove_key_owner(key_types::BABE, key.as_slice()).unwrap();
		let check = |kind: KeyTypeId| {
			<Historical as KeyOwnerProofSystem<_>>::check_proof(
				(kind, key.as_slice()),
				proof.clone(),
			)
		};
		let charlie = Sr25519Keyring::Charlie.to_account_id();
		assert_eq!(check(key_types::BABE), Some((charlie.clone(), ())));
		assert_eq!(check(key_types::GRANDPA), None);
		run_to_block(501);
		assert_eq!(check(key_types::BABE), Some((charlie, ())));
		// For a key that nobody has, a proof of its absence proves no owner.
		let absence = prove_key_owner(key_types::BABE, &[9; 32]).unwrap();
		let owner = <Historical as KeyOwnerProofSystem<_>>::check_proof(
			(key_types::BABE, &[9; 32]),
			absence,
		);
		assert_eq!(owner, None);
	});
}

#[test]
fn old_sessions_should_be_forgotten() {
	development().execute_with(|| {
		run_to_block(1);
		StoredRange::<Runtime>::put((2, PROVABLE_SESSIONS + 5));
		for session in 2..PROVABLE_SESSIONS + 5 {
			HistoricalSessions::<Runtime>::insert(session, (crate::Hash::zero(), 1));
		}
		<GenesisValidators as SessionManager<AccountId>>::end_session(PROVABLE_SESSIONS + 2);
		assert_eq!(
			StoredRange::<Runtime>::get(),
			Some((2, PROVABLE_SESSIONS + 5))
		);
		<GenesisValidators as SessionManager<AccountId>>::end_session(PROVABLE_SESSIONS + 4);
		assert_eq!(
			StoredRange::<Runtime>::get(),
			Some((4, PROVABLE_SESSIONS + 5))
		);
		assert!(!HistoricalSessions::<Runtime>::contains_key(3));
		assert!(HistoricalSessions::<Runtime>::contains_key(4));
	});
}

#[test]
fn report_of_an_equivocation_should_be_refused_and_charged() {
	development().execute_with(|| {
		run_to_block(1);
		let header = Header::new(
			1,
			Default::default(),
			Default::default(),
			Default::default(),
			Default::default(),
		);
		let call = RuntimeCall::Babe(pallet_babe::Call::report_equivocation {
			equivocation_proof: Box::new(EquivocationProof {
				offender: babe_key(0),
				slot: FIRST_SLOT.into(),
				first_header: header.clone(),
				second_header: header,
			}),
			key_owner_proof: prove_key_owner(key_types::BABE, babe_key(0).as_slice()).unwrap(),
		});
		let bob = Sr25519Keyring::Bob.to_account_id();
		let before = crate::Balances::free_balance(&bob);
		assert_eq!(
			Executive::apply_extrinsic(signed(Sr25519Keyring::Bob, 0, 0, call)).unwrap(),
			Err(DispatchError::Unavailable)
		);
		assert!(crate::Balances::free_balance(&bob) < before);
	});
}
