// SPDX-License-Identifier: Apache-2.0
//! What a proxy may do with the calls of our pallets.

use crate::{configs::accounts::ProxyType, AccountId, RuntimeCall};
use frame_support::traits::InstanceFilter;
use openledger_primitives::{payload::Price, H256, OPEN};

fn may(call: impl Into<RuntimeCall>) -> bool {
	ProxyType::NonTransfer.filter(&call.into())
}

fn someone() -> AccountId {
	AccountId::new([7; 32])
}

#[test]
fn a_non_transfer_proxy_should_run_datanets_models_and_operators() {
	assert!(may(pallet_datanets::Call::snapshot { datanet: 1 }));
	assert!(may(pallet_models::Call::retire { model: 1 }));
	assert!(may(pallet_usage::Call::close_channel { channel: 1 }));
	assert!(may(pallet_usage::Call::withdraw_unbonded {}));
	assert!(may(pallet_royalties::Call::claim { who: someone() }));
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
