// SPDX-License-Identifier: Apache-2.0
//! Who authors blocks and who finalises them.
//!
//! BABE and GRANDPA take their authorities from Session. The set of validators is the one of
//! genesis; validators change their keys with `session.setKeys`.

use crate::{
	constants::{money::OPEN, time::*},
	AccountId, Babe, Balance, Balances, BlockNumber, Hash, Historical, Runtime, RuntimeEvent,
	Session, SessionKeys,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{parameter_types, traits::Randomness};
use pallet_session::historical::{self, NoteHistoricalRoot};
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_core::{crypto::KeyTypeId, Get};
use sp_runtime::{
	traits::{BlakeTwo256, Convert, ConvertInto, Hash as _, OpaqueKeys},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError,
};
use sp_session::MembershipProof;
use sp_staking::{offence::OffenceReportSystem, SessionIndex};

/// BABE at genesis: a quarter of the slots has primary authors, and every slot a secondary one, so
/// that a single validator fills every slot. Only primary authors' VRFs make the randomness.
pub const BABE_GENESIS_EPOCH_CONFIG: BabeEpochConfiguration = BabeEpochConfiguration {
	c: (1, 4),
	allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots,
};

/// Sessions whose validators can still be proved: a week of five-minute sessions.
pub const PROVABLE_SESSIONS: SessionIndex = 2_016;

parameter_types! {
	/// A block's time is at least half a slot after its parent's.
	pub const MinimumPeriod: u64 = SLOT_MILLISECONDS / 2;
	/// Slots of an epoch.
	pub const EpochDuration: u64 = EPOCH_SLOTS;
	/// Milliseconds between two blocks.
	pub const ExpectedBlockTime: u64 = SLOT_MILLISECONDS;
	/// Validators, at most.
	pub const MaxAuthorities: u32 = 100;
	/// Nobody nominates validators.
	pub const MaxNominators: u32 = 0;
	/// GRANDPA sets whose session is remembered.
	pub MaxSetIdSessionEntries: u64 = u64::from(PROVABLE_SESSIONS);
	/// Held while session keys are registered.
	pub const KeyDeposit: Balance = OPEN;
}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Babe;
	type MinimumPeriod = MinimumPeriod;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = EpochDuration;
	type ExpectedBlockTime = ExpectedBlockTime;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type WeightInfo = ();
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = MaxNominators;
	type KeyOwnerProof = MembershipProof;
	type EquivocationReportSystem = NoEquivocationReports;
}

/// Epochs that have started: one per session. BABE's own index also counts those that passed
/// without any block, and between two of those nothing random is made.
pub struct EpochCount;

impl Get<u64> for EpochCount {
	fn get() -> u64 {
		Session::current_index().into()
	}
}

/// Chain randomness for draws, read in the first block of an epoch once the session has rotated.
///
/// BABE's `RandomnessFromOneEpochAgo` is `NextRandomness`, into which an epoch change mixes whole
/// segments of 256 VRF outputs only. Epochs here have at most [`EPOCH_SLOTS`] of them, so for about
/// ten epochs in a row it follows from the one before, and anybody could know a draw ahead. The
/// outputs that still wait in BABE's segments are therefore hashed in: with them the value depends
/// on every primary block of the epoch that has just ended.
pub struct EpochRandomness;

/// An epoch leaves no more than these segments behind.
const SEGMENTS: [u32; 2] = [0, 1];
const _: () = assert!(EPOCH_SLOTS < 256, "an epoch fills at most one segment");

impl Randomness<Hash, BlockNumber> for EpochRandomness {
	fn random(subject: &[u8]) -> (Hash, BlockNumber) {
		let (value, since) = pallet_babe::RandomnessFromOneEpochAgo::<Runtime>::random(subject);
		let waiting = SEGMENTS.map(pallet_babe::UnderConstruction::<Runtime>::get);
		(BlakeTwo256::hash(&(value, waiting).encode()), since)
	}
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = MaxNominators;
	type MaxSetIdSessionEntries = MaxSetIdSessionEntries;
	type KeyOwnerProof = MembershipProof;
	type EquivocationReportSystem = NoEquivocationReports;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ();
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = NoteHistoricalRoot<Self, GenesisValidators>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = ();
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = KeyDeposit;
}

impl historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = NoIdentification;
}

/// A validator is its account and nothing else: there is no stake behind it.
pub struct NoIdentification;

impl Convert<AccountId, Option<()>> for NoIdentification {
	fn convert(_: AccountId) -> Option<()> {
		Some(())
	}
}

/// Keeps the validators of genesis, and forgets the roots of sessions older than
/// [`PROVABLE_SESSIONS`].
pub struct GenesisValidators;

impl GenesisValidators {
	/// Whether the historical root of the session before can't be copied for the planned one:
	/// there is none yet, or a validator has new keys.
	fn root_changes(planned: SessionIndex) -> bool {
		!historical::HistoricalSessions::<Runtime>::contains_key(planned.saturating_sub(1))
			|| Session::queued_keys()
				.iter()
				.any(|(validator, keys)| Session::load_keys(validator).as_ref() != Some(keys))
	}
}

impl pallet_session::SessionManager<AccountId> for GenesisValidators {
	fn new_session(planned: SessionIndex) -> Option<Vec<AccountId>> {
		Self::root_changes(planned).then(Session::validators)
	}
	fn new_session_genesis(_: SessionIndex) -> Option<Vec<AccountId>> {
		// Session takes the validators from its own genesis.
		None
	}
	fn start_session(_: SessionIndex) {}
	fn end_session(ended: SessionIndex) {
		let keep_from = ended.saturating_sub(PROVABLE_SESSIONS);
		if historical::StoredRange::<Runtime>::get().is_some_and(|(first, _)| first < keep_from) {
			Historical::prune_up_to(keep_from);
		}
	}
}

impl historical::SessionManager<AccountId, ()> for GenesisValidators {
	fn new_session(planned: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session(planned).map(|validators| {
			validators
				.into_iter()
				.map(|validator| (validator, ()))
				.collect()
		})
	}
	fn new_session_genesis(_: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		None
	}
	fn start_session(started: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::start_session(started)
	}
	fn end_session(ended: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::end_session(ended)
	}
}

/// Refuses reports of equivocations: nothing punishes them. (`()` would take any report and
/// give its fee back, so that anybody could fill blocks for nothing.)
pub struct NoEquivocationReports;

impl<Reporter, Evidence> OffenceReportSystem<Reporter, Evidence> for NoEquivocationReports {
	type Longevity = ();

	fn publish_evidence(_: Evidence) -> Result<(), ()> {
		Err(())
	}
	fn check_evidence(_: Evidence) -> Result<(), TransactionValidityError> {
		Err(InvalidTransaction::Call.into())
	}
	fn process_evidence(_: Reporter, _: Evidence) -> Result<(), DispatchError> {
		Err(DispatchError::Unavailable)
	}
}

/// Proof that `key` belongs to a validator of the current session.
pub fn prove_key_owner(kind: KeyTypeId, key: &[u8]) -> Option<MembershipProof> {
	<Historical as frame_support::traits::KeyOwnerProofSystem<_>>::prove((kind, key))
}
