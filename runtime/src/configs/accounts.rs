// SPDX-License-Identifier: Apache-2.0
//! Batches, shared accounts and accounts that act for others.
//!
//! An account whose keys may change is a pure proxy or a multisig. The deposits here are
//! metadata constants, so they don't follow the adjustable ones of [`super::governance`].

use crate::{
	constants::money::deposit, Balance, Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent,
	System,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	parameter_types,
	traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

parameter_types! {
	/// A pending multisig call: one item of 88 bytes.
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	/// Each approval: 32 bytes.
	pub const MultisigDepositFactor: Balance = deposit(0, 32);
	/// The list of an account's proxies: one item of 8 bytes.
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	/// Each proxy: 33 bytes, of which one is its type.
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	/// The list of a proxy's announcements: one item of 8 bytes.
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	/// Each announcement: 66 bytes.
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = MultisigDepositBase;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = System;
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = BlakeTwo256;
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
}

/// What an account lets another one do in its name. Indices are frozen.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "the SCALE derives cast variant indices"
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Everything that neither moves the account's own balance nor hands it over.
	#[codec(index = 1)]
	NonTransfer,
	/// Only the refusal of announced calls.
	#[codec(index = 2)]
	CancelProxy,
}

/// Calls of our pallets that neither pay anybody else nor put money where others can get at it.
///
/// Left out are those that pay (`contribute`: review fee, `publish`: training fees), that stake
/// (`commit`, `appeal`, `claim_duplicate`, `take_seat`, bonds, channels, advertisements: whoever
/// holds the proxy could be the one who gains by the loss), that give up what an asset would earn
/// for others (`withdraw`), that can't be undone (`set_state`), and that hand rights over. Votes are
/// in: what they can cost is burned, and a curator's bond needs no key that is at hand every day.
fn keeps_money(call: &RuntimeCall) -> bool {
	use pallet_datanets::Call as Datanets;
	use pallet_models::Call as Models;
	use pallet_usage::Call as Usage;
	match call {
		RuntimeCall::Datanets(call) => matches!(
			call,
			Datanets::create_datanet { .. }
				| Datanets::snapshot { .. }
				| Datanets::expire_commit { .. }
				| Datanets::release_bond { .. }
				| Datanets::set_curators { .. }
				| Datanets::leave_seat { .. }
				| Datanets::approve_contributor { .. }
				| Datanets::dismiss_contributor { .. }
				| Datanets::commit_vote { .. }
				| Datanets::reveal_vote { .. }
				| Datanets::show_window { .. }
				| Datanets::set_metadata { .. }
				| Datanets::set_terms { .. }
		),
		RuntimeCall::Models(call) => matches!(
			call,
			Models::register { .. }
				| Models::retire { .. }
				| Models::set_price { .. }
				| Models::set_metadata { .. }
				| Models::discard { .. }
				| Models::withdraw_advertisement { .. }
				| Models::prune_advertisement { .. }
		),
		RuntimeCall::Usage(call) => matches!(
			call,
			Usage::close_channel { .. }
				| Usage::withdraw_channel { .. }
				| Usage::unbond { .. }
				| Usage::withdraw_unbonded { .. }
		),
		// All of them pay whom the rules name.
		RuntimeCall::Royalties(_) => true,
		_ => false,
	}
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => {
				matches!(
					call,
					RuntimeCall::System(_)
						| RuntimeCall::Session(_)
						| RuntimeCall::Utility(_)
						| RuntimeCall::Multisig(_)
						| RuntimeCall::Proxy(_)
						| RuntimeCall::Vesting(
							pallet_vesting::Call::vest { .. }
								| pallet_vesting::Call::vest_other { .. }
						) | RuntimeCall::Treasury(_)
				) || keeps_money(call)
			}
			Self::CancelProxy => matches!(
				call,
				RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. })
					| RuntimeCall::Utility(pallet_utility::Call::batch { .. })
					| RuntimeCall::Utility(pallet_utility::Call::batch_all { .. })
					| RuntimeCall::Multisig(_)
			),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(one, same) if one == same => true,
			(Self::Any, _) => true,
			(_, Self::Any) => false,
			(Self::NonTransfer, _) => true,
			(Self::CancelProxy, _) => false,
		}
	}
}
