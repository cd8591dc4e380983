// SPDX-License-Identifier: Apache-2.0
//! What people do in the stories: blocks with a worker, signed calls, datanets with curators,
//! contributions and votes, models.

use super::*;
use crate::{
	constants::{
		money::{EXISTENTIAL_DEPOSIT, MICRO, MILLI, OPEN},
		pots,
	},
	Balances, Datanets, Models, Royalties, RuntimeEvent, Usage,
};
use codec::Decode;
use openledger_primitives::{
	payload::{contribution_commit_hash, vote_commit_hash, ContributionCommit, Price, VoteCommit},
	ports::{Credit, DatanetKind, WeightedSnapshot},
	text::{open_last_leaf, text_root},
	ContributionId, DatanetId, ModelId, H256,
};
use pallet_datanets::{types::Status, Admission, DatanetParams, DatanetTerms, Reveal, Review};
use pallet_models::{ModelKind, ModelParams};
use sp_core::offchain::{
	testing::{PoolState, TestOffchainExt, TestTransactionPoolExt},
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_runtime::traits::AccountIdConversion;
use std::sync::Arc;

pub(super) type Pool = Arc<parking_lot::RwLock<PoolState>>;
pub(super) type Event = pallet_datanets::Event<crate::Runtime>;

/// Owns the datanets.
pub(super) const OWNER: Sr25519Keyring = Sr25519Keyring::Bob;
/// Root of the development chain.
const GOVERNOR: Sr25519Keyring = Sr25519Keyring::Alice;
const SALT: [u8; 32] = [7; 32];

/// A chain in its first block whose nodes run the off-chain worker.
pub(super) fn with_worker(test: impl FnOnce(Pool)) {
	let mut chain = development();
	let (offchain, _) = TestOffchainExt::new();
	let (pool, state) = TestTransactionPoolExt::new();
	chain.register_extension(OffchainDbExt::new(offchain.clone()));
	chain.register_extension(OffchainWorkerExt::new(offchain));
	chain.register_extension(TransactionPoolExt::new(pool));
	chain.execute_with(|| {
		run_to_block(1);
		test(state);
		Executive::finalize_block();
		try_state();
	});
}

/// What holds between blocks. R7 is exact here, since no stranger sends to the pot, and what
/// royalties have set aside is what datanets know of.
fn try_state() {
	Datanets::do_try_state().unwrap();
	Models::do_try_state().unwrap();
	Usage::do_try_state().unwrap();
	Royalties::do_try_state().unwrap();
	let pot: AccountId = pots::ROYALTIES.into_account_truncating();
	let owed = Royalties::owed().unwrap();
	assert_eq!(Balances::free_balance(pot), EXISTENTIAL_DEPOSIT + owed);
	let aside: crate::Balance = pallet_datanets::Contributions::<crate::Runtime>::iter_values()
		.map(|row| match row.status {
			Status::Withdrawn { aside, .. } => aside,
			_ => 0,
		})
		.sum();
	assert_eq!(pallet_royalties::Aside::<crate::Runtime>::get(), aside);
}

/// Signs and applies a call.
pub(super) fn attempt(
	signer: Sr25519Keyring,
	call: impl Into<RuntimeCall>,
) -> sp_runtime::DispatchResult {
	let nonce = System::account_nonce(signer.to_account_id());
	Executive::apply_extrinsic(signed(signer, nonce, 0, call)).unwrap()
}

/// Signs and applies a call; it has to succeed.
pub(super) fn act(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) {
	let call = call.into();
	assert_eq!(attempt(signer, call.clone()), Ok(()), "{call:?}");
}

/// A call of governance, which has to succeed.
pub(super) fn govern(call: impl Into<RuntimeCall>) {
	let call = Box::new(call.into());
	act(GOVERNOR, pallet_sudo::Call::sudo { call });
	let done = System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(sudo_result),
			_ => None,
		});
	assert_eq!(done, Some(Ok(())));
}

/// Ends the block, runs the worker on it, and puts what it submitted into the next one.
pub(super) fn next_block(pool: &Pool) -> usize {
	let header = Executive::finalize_block();
	ledger::record(header.number);
	try_state();
	Executive::offchain_worker(&header);
	let submitted: Vec<UncheckedExtrinsic> = pool
		.write()
		.transactions
		.drain(..)
		.map(|bytes| UncheckedExtrinsic::decode(&mut bytes.as_slice()).unwrap())
		.collect();
	let number = header.number + 1;
	for extrinsic in &submitted {
		validate(TransactionSource::Local, extrinsic.clone()).unwrap();
	}
	start_block(number, FIRST_SLOT + u64::from(number));
	for extrinsic in submitted.iter().cloned() {
		assert_eq!(Executive::apply_extrinsic(extrinsic), Ok(Ok(())));
	}
	submitted.len()
}

/// Runs blocks with the worker up to `last`; events of datanets in them.
pub(super) fn blocks_to(pool: &Pool, last: u32) -> Vec<Event> {
	let mut seen = datanet_events();
	while System::block_number() < last {
		next_block(pool);
		seen.extend(datanet_events());
	}
	seen
}

/// What datanets reported in this block so far.
pub(super) fn datanet_events() -> Vec<Event> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Datanets(event) => Some(event),
			_ => None,
		})
		.collect()
}

pub(super) fn genesis_hash() -> H256 {
	System::block_hash(0)
}

/// The next datanet, with curators who take their seats.
pub(super) fn create_datanet(id: DatanetId, curators: &[Sr25519Keyring]) {
	let named: Vec<AccountId> = curators.iter().map(|name| name.to_account_id()).collect();
	act(
		OWNER,
		pallet_datanets::Call::create_datanet {
			params: DatanetParams {
				name: b"Landscapes".to_vec().try_into().unwrap(),
				kind: DatanetKind::Text,
				licence: b"CC-BY-4.0".to_vec().try_into().unwrap(),
				metadata_uri: Default::default(),
				metadata_hash: H256::zero(),
				admission: Admission::Open,
				credit: Credit::Contributors,
				review_fee_per_kib: MILLI,
				bond_per_byte: 10 * MICRO,
				terms: DatanetTerms {
					training_fee: 2 * OPEN,
					min_contributors_ppm: 0,
				},
				curators: named.try_into().unwrap(),
			},
		},
	);
	for curator in curators {
		act(*curator, pallet_datanets::Call::take_seat { datanet: id });
	}
}

/// Commits to a text; its id.
pub(super) fn commit(who: Sr25519Keyring, datanet: DatanetId, text: &[u8]) -> ContributionId {
	let body = ContributionCommit {
		text_root: text_root(text),
		byte_length: text.len() as u64,
		account: who.to_account_id(),
		salt: SALT,
	};
	act(
		who,
		pallet_datanets::Call::commit {
			datanet,
			commitment: contribution_commit_hash(&genesis_hash(), &body),
			byte_length: body.byte_length,
		},
	);
	pallet_datanets::ContributionCount::<crate::Runtime>::get()
}

/// The reveal of a committed text.
pub(super) fn revealing(id: ContributionId, text: &[u8]) -> pallet_datanets::Call<crate::Runtime> {
	let opening = open_last_leaf(text).unwrap();
	pallet_datanets::Call::contribute {
		contribution: id,
		reveal: Reveal {
			text_root: text_root(text),
			salt: SALT,
			uri: b"https://example.org/text".to_vec().try_into().unwrap(),
			records: 1,
			licence: Default::default(),
			last_leaf: opening.leaf.into_inner().try_into().unwrap(),
			siblings: opening.siblings.into_inner().try_into().unwrap(),
		},
	}
}

/// Commits and reveals; the id.
pub(super) fn contribute(who: Sr25519Keyring, datanet: DatanetId, text: &[u8]) -> ContributionId {
	let id = commit(who, datanet, text);
	act(who, revealing(id, text));
	id
}

/// The digest of a curator's vote in the round that goes on.
fn ballot(curator: Sr25519Keyring, id: ContributionId, vote: u8, reason: u8) -> H256 {
	let body = VoteCommit {
		contribution: id,
		curator: curator.to_account_id(),
		round: review(id).round,
		vote,
		reason,
		salt: SALT,
	};
	vote_commit_hash(&genesis_hash(), &body)
}

pub(super) fn commit_vote(curator: Sr25519Keyring, id: ContributionId, vote: u8, reason: u8) {
	let commitment = ballot(curator, id, vote, reason);
	act(
		curator,
		pallet_datanets::Call::commit_vote {
			contribution: id,
			commitment,
		},
	);
}

pub(super) fn reveal_vote(curator: Sr25519Keyring, id: ContributionId, vote: u8, reason: u8) {
	act(
		curator,
		pallet_datanets::Call::reveal_vote {
			contribution: id,
			vote,
			reason,
			salt: SALT,
		},
	);
}

/// All curators of a datanet commit to the same vote and reveal it, which decides the review.
pub(super) fn vote(curators: &[Sr25519Keyring], id: ContributionId, vote: u8) {
	for curator in curators {
		commit_vote(*curator, id, vote, 0);
	}
	for curator in curators {
		reveal_vote(*curator, id, vote, 0);
	}
}

/// The review of a contribution.
pub(super) fn review(
	id: ContributionId,
) -> Review<AccountId, pallet_datanets::TicketOf<crate::Runtime>> {
	pallet_datanets::Reviews::<crate::Runtime>::get(id).unwrap()
}

/// Where a contribution stands.
pub(super) fn status(id: ContributionId) -> Status {
	pallet_datanets::Contributions::<crate::Runtime>::get(id)
		.unwrap()
		.status
}

/// Registers and publishes a model on the first snapshot of a datanet, which pays its training
/// fee of 2 OPEN; its id.
pub(super) fn publish_model(
	developer: Sr25519Keyring,
	datanet: DatanetId,
	price: Price,
) -> ModelId {
	let id = pallet_models::ModelCount::<crate::Runtime>::get() + 1;
	act(
		developer,
		pallet_models::Call::register {
			params: ModelParams {
				name: b"Guide".to_vec().try_into().unwrap(),
				kind: ModelKind::Base,
				artifact_hash: H256::from_low_u64_be(id.into()),
				artifact_uri: b"https://example.org/guide".to_vec().try_into().unwrap(),
				metadata_uri: Default::default(),
				metadata_hash: H256::zero(),
				provenance_version: 1,
				snapshots: vec![WeightedSnapshot {
					datanet,
					version: 1,
					weight: 1,
				}]
				.try_into()
				.unwrap(),
				parents: Default::default(),
				operator_ppm: 300_000,
				developer_ppm: 300_000,
				contributors_ppm: 700_000,
				derivative_ppm: 0,
				min_fee_per_call: MICRO,
				suggested_price: price,
			},
		},
	);
	act(developer, pallet_models::Call::publish { model: id });
	id
}
