// SPDX-License-Identifier: Apache-2.0
//! The real runtime, natively: genesis, blocks, calls, and the accounts that play.

use std::sync::LazyLock;

use codec::Encode;
use frame_support::{
	genesis_builder_helper,
	traits::{Authorize, Get, OnFinalize, OnIdle, OnInitialize, UnfilteredDispatchable},
	weights::Weight,
};
use openledger_primitives::{payload::Payload, AccountId32, H256};
use openledger_runtime::{
	constants::time::SLOT_MILLISECONDS, AllPalletsWithSystem, Babe, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeGenesisConfig, RuntimeOrigin, System, Timestamp, TransactionPayment,
	Treasury,
};
use pallet_datanets::WeightInfo as _;
use pallet_usage::WeightInfo as _;
use serde_json::Value;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::{ed25519, sr25519, Pair};
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	traits::AccountIdConversion,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	Digest, DigestItem,
};

use crate::bank::Who;

/// Accounts that play.
pub const ACTORS: usize = 14;

/// The last of them, who begin with nothing.
pub const POOR: usize = 3;

/// The slot before block 1's.
const FIRST_SLOT: u64 = 1_000;

/// An account that plays: its keys of both curves; its id is the sr25519 one.
pub struct Actor {
	/// Its id.
	pub id: AccountId32,
	/// Scheme 0.
	pub sr25519: sr25519::Pair,
	/// Scheme 1.
	pub ed25519: ed25519::Pair,
}

/// All that play, always the same.
pub static CAST: LazyLock<Vec<Actor>> = LazyLock::new(|| {
	(0..ACTORS)
		.map(|place| {
			let seed = [u8::try_from(place).unwrap() + 1; 32];
			let sr25519 = sr25519::Pair::from_seed(&seed);
			Actor {
				id: sr25519.public().0.into(),
				ed25519: ed25519::Pair::from_seed(&seed),
				sr25519,
			}
		})
		.collect()
});

/// Every account of a run: the actors, those with money at genesis, the pot, the treasury.
pub static ACCOUNTS: LazyLock<Vec<AccountId32>> = LazyLock::new(|| {
	let pot = openledger_runtime::constants::pots::ROYALTIES.into_account_truncating();
	let actors = CAST.iter().map(|actor| actor.id.clone());
	let rich = Sr25519Keyring::well_known().map(|name| name.to_account_id());
	actors
		.chain(rich)
		.chain([pot, Treasury::account_id()])
		.collect()
});

/// Place of the first account with money at genesis: Alice, whom the chain's session counts on.
pub const FIRST_RICH: Who = ACTORS;

/// Place of the pot.
pub fn pot() -> Who {
	ACCOUNTS.len() - 2
}

/// Place of the treasury.
pub fn treasury() -> Who {
	ACCOUNTS.len() - 1
}

/// The account at a place.
pub fn id(who: Who) -> AccountId32 {
	ACCOUNTS[who].clone()
}

/// The place of an account.
pub fn who(id: &AccountId32) -> Option<Who> {
	ACCOUNTS.iter().position(|account| account == id)
}

/// Signs with an actor's key of a curve.
pub fn sign(actor: Who, scheme: u8, message: &[u8]) -> [u8; 64] {
	let wrapped;
	let message = if scheme >= 2 {
		wrapped = [b"<Bytes>", message, b"</Bytes>"].concat();
		&wrapped
	} else {
		message
	};
	let actor = &CAST[actor];
	if scheme.is_multiple_of(2) {
		actor.sr25519.sign(message).0
	} else {
		actor.ed25519.sign(message).0
	}
}

/// An actor's public key of a curve.
pub fn public(actor: Who, scheme: u8) -> [u8; 32] {
	let actor = &CAST[actor];
	if scheme.is_multiple_of(2) {
		actor.sr25519.public().0
	} else {
		actor.ed25519.public().0
	}
}

fn merge(base: &mut Value, patch: Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key).or_insert(Value::Null), value);
			}
		}
		(base, patch) => *base = patch,
	}
}

static GENESIS: LazyLock<Vec<u8>> = LazyLock::new(|| {
	let preset = DEV_RUNTIME_PRESET.into();
	let patch = openledger_runtime::genesis_config_presets::get_preset(&preset).unwrap();
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	merge(&mut config, serde_json::from_slice(&patch).unwrap());
	serde_json::to_vec(&config).unwrap()
});

/// The development chain at genesis.
pub fn development() -> TestExternalities {
	let mut chain = TestExternalities::default();
	chain.execute_with(|| {
		genesis_builder_helper::build_state::<RuntimeGenesisConfig>(GENESIS.clone()).unwrap();
	});
	chain
}

/// Why the chain refused a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
	/// In the chain's words.
	pub reason: String,
	/// The block had no room, which is no matter of money.
	pub no_room: bool,
}

fn dispatch(call: RuntimeCall, origin: RuntimeOrigin) -> Result<(), Refused> {
	let done = call.dispatch_bypass_filter(origin);
	done.map(|_| ()).map_err(|error| Refused {
		reason: format!("{:?}", error.error),
		no_room: false,
	})
}

/// A person's call.
pub fn signed(by: Who, call: impl Into<RuntimeCall>) -> Result<(), Refused> {
	dispatch(call.into(), RuntimeOrigin::signed(id(by)))
}

/// Governance's call.
pub fn root(call: impl Into<RuntimeCall>) -> Result<(), Refused> {
	dispatch(call.into(), RuntimeOrigin::root())
}

/// A node's call: authorized as in a block, then dispatched.
pub fn authorized(call: impl Into<RuntimeCall>) -> Result<(), Refused> {
	let call = call.into();
	let verdict = call.authorize(TransactionSource::InBlock);
	match verdict.expect("the call can be authorized") {
		Ok(_) => dispatch(call, frame_system::RawOrigin::Authorized.into()),
		Err(error) => Err(Refused {
			no_room: error
				== TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources),
			reason: format!("{error:?}"),
		}),
	}
}

/// Starts the next block so many slots after the last one.
pub fn open_block(slots: u64) {
	let number = System::block_number() + 1;
	let before = u64::from(Babe::current_slot()).max(FIRST_SLOT);
	let slot = before + slots;
	let author = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: 0,
		slot: slot.into(),
	});
	let digest = Digest {
		logs: vec![DigestItem::babe_pre_digest(author)],
	};
	let parent = H256::from_low_u64_be(u64::from(number));
	System::reset_events();
	System::initialize(&number, &parent, &digest);
	let _ = <AllPalletsWithSystem as OnInitialize<u32>>::on_initialize(number);
	System::note_finished_initialize();
	let now = slot * SLOT_MILLISECONDS;
	let inherent = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
	dispatch(inherent, RuntimeOrigin::none()).expect("the timestamp is right");
	debug_assert_eq!(Timestamp::get(), now);
}

/// Ends the block with so much weight for idle work; returns what that work reported.
pub fn close_block(used: Weight, idle: Weight) -> Vec<RuntimeEvent> {
	let number = System::block_number();
	let class = frame_support::dispatch::DispatchClass::Normal;
	System::register_extra_weight_unchecked(used, class);
	let before = System::events().len();
	let _ = <AllPalletsWithSystem as OnIdle<u32>>::on_idle(number, idle);
	let swept = System::events()
		.into_iter()
		.skip(before)
		.map(|record| record.event)
		.collect();
	<AllPalletsWithSystem as OnFinalize<u32>>::on_finalize(number);
	swept
}

/// The chain's identity in signed bytes.
pub fn genesis_hash() -> H256 {
	System::block_hash(0)
}

/// Digest of a payload on this chain.
pub fn digest<P: Payload>(payload: &P) -> H256 {
	payload.digest(&genesis_hash())
}

/// A storage deposit as the chain keeps it in a ticket.
pub fn ticket(stored: Option<impl Encode>) -> Option<u128> {
	let bytes = stored?.encode();
	bytes.try_into().ok().map(u128::from_le_bytes)
}

/// Price of a batch at this moment, from the chain's price list of weights and bytes: alone, and
/// with its pages, its release and one distribution.
pub fn charges(vouchers: u32, pages: u32, lines: u32) -> (u128, u128) {
	type Weights = <Runtime as pallet_usage::Config>::WeightInfo;
	// An envelope of at most 128 bytes; lengths of lists take at most two bytes each.
	let batch_bytes = 128 + 200 + 145 * vouchers + 48 * pages;
	let page_bytes = |entries: u32| 128 + 47 + 28 * entries;
	let keeper_bytes = 128 + 44;
	let own = price(
		Weights::submit_batch(vouchers, pages) + Weights::authorize_submit_batch(vouchers, pages),
		batch_bytes,
	);
	let page = |entries: u32| {
		let weight = Weights::push_page(entries) + Weights::authorize_push_page(entries);
		price(weight, page_bytes(entries))
	};
	let release = Weights::release() + Weights::authorize_release();
	let distribute = <Runtime as pallet_usage::Config>::DistributeWeight::get();
	let mut whole = own + price(release, keeper_bytes) + price(distribute, keeper_bytes);
	if pages > 0 {
		let full = pages - 1;
		let rest = lines.saturating_sub(full * 256).min(256);
		whole += page(256) * u128::from(full) + page(rest);
	}
	(own, whole)
}

/// Price of the keepers' calls that a review by so many, or (`None`) a claim, pays ahead: two of
/// them.
pub fn keeper_fee(electors: Option<usize>) -> u128 {
	type Weights = <Runtime as pallet_datanets::Config>::WeightInfo;
	let call = match electors {
		Some(count) => Weights::conclude_review(count as u32),
		None => Weights::conclude_claim(),
	};
	// An envelope of at most 128 bytes and an id.
	2 * price(call + Weights::authorize_conclude(), 136)
}

/// Fee of an operational transaction of this weight and length.
fn price(call: Weight, bytes: u32) -> u128 {
	let limits = <Runtime as frame_system::Config>::BlockWeights::get();
	let class = limits.get(frame_support::dispatch::DispatchClass::Operational);
	let extension = <Runtime as pallet_usage::Config>::ExtensionWeight::get();
	let weight = call + class.base_extrinsic + extension;
	TransactionPayment::weight_to_fee(weight) + TransactionPayment::length_to_fee(bytes)
}
