// SPDX-License-Identifier: Apache-2.0
//! What a proxy may do with the calls of our pallets.

use crate::{configs::accounts::ProxyType, AccountId, RuntimeCall};
use frame_support::traits::InstanceFilter;
use openledger_primitives::{
	apis::DatanetState,
	duplicate::{Showing, TextOpening},
	payload::Price,
	H256, OPEN,
};
use pallet_datanets::DatanetTerms;

fn may(call: impl Into<RuntimeCall>) -> bool {
	ProxyType::NonTransfer.filter(&call.into())
}

fn someone() -> AccountId {
	AccountId::new([7; 32])
}

#[test]
fn a_non_transfer_proxy_should_run_datanets_models_and_operators() {
	assert!(may(pallet_datanets::Call::snapshot { datanet: 1 }));
	assert!(may(pallet_datanets::Call::set_terms {
		datanet: 1,
		terms: DatanetTerms {
			training_fee: OPEN,
			min_contributors_ppm: 0,
		},
	}));
	// Closing is for good.
	assert!(!may(pallet_datanets::Call::set_state {
		datanet: 1,
		state: DatanetState::Closed,
	}));
	assert!(may(pallet_datanets::Call::set_metadata {
		datanet: 1,
		uri: Default::default(),
		hash: H256::zero(),
	}));
	assert!(may(pallet_models::Call::retire { model: 1 }));
	assert!(may(pallet_usage::Call::close_channel { channel: 1 }));
	assert!(may(pallet_usage::Call::withdraw_unbonded {}));
	assert!(may(pallet_royalties::Call::claim { who: someone() }));
}

#[test]
fn a_non_transfer_proxy_should_curate() {
	assert!(may(pallet_datanets::Call::commit_vote {
		contribution: 1,
		commitment: H256::zero(),
	}));
	assert!(may(pallet_datanets::Call::reveal_vote {
		contribution: 1,
		vote: 2,
		reason: 0,
		salt: [7; 32],
	}));
	assert!(may(pallet_datanets::Call::show_window {
		claim: 1,
		showing: Box::new(Showing {
			index: 0,
			accused: TextOpening::default(),
			earlier: None,
		}),
	}));
}

#[test]
fn a_non_transfer_proxy_should_neither_bet_on_contributions_nor_part_with_them() {
	assert!(!may(pallet_datanets::Call::appeal { contribution: 1 }));
	assert!(!may(pallet_datanets::Call::claim_duplicate {
		contribution: 1
	}));
	assert!(!may(pallet_datanets::Call::withdraw { contribution: 1 }));
	assert!(!may(pallet_datanets::Call::offer_contribution {
		contribution: 1,
		to: Some(someone()),
	}));
	assert!(!may(pallet_datanets::Call::accept_contribution {
		contribution: 1
	}));
	assert!(!may(pallet_datanets::Call::offer_datanet {
		datanet: 1,
		to: Some(someone()),
	}));
	assert!(!may(pallet_datanets::Call::accept_datanet { datanet: 1 }));
}

#[test]
fn a_non_transfer_proxy_should_neither_pay_nor_stake_nor_hand_over() {
	assert!(!may(pallet_datanets::Call::commit {
		datanet: 1,
		commitment: H256::zero(),
		byte_length: 1,
	}));
	assert!(!may(pallet_datanets::Call::take_seat { datanet: 1 }));
	assert!(!may(pallet_models::Call::publish { model: 1 }));
	assert!(!may(pallet_models::Call::offer_transfer {
		model: 1,
		to: Some(someone()),
	}));
	assert!(!may(pallet_models::Call::accept_transfer { model: 1 }));
	assert!(!may(pallet_usage::Call::bond_more { amount: OPEN }));
	assert!(!may(pallet_usage::Call::top_up {
		channel: 1,
		amount: OPEN,
	}));
	assert!(!may(pallet_usage::Call::open_channel {
		operator: someone(),
		model: 1,
		key: [7; 32],
		scheme: 0,
		price: Price::default(),
		deposit: OPEN,
	}));
}
