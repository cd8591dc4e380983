// SPDX-License-Identifier: Apache-2.0
//! Tests by topic, and what they share: keys, vouchers, batches, pages.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	clippy::expect_used,
	clippy::cast_possible_truncation,
	reason = "tests"
)]

mod attacks;
mod authorize;
mod bonds;
mod channels;
mod charges;
mod clock;
mod conservation;
mod faults;
mod invariants;
mod operator_inspect;
mod pages;
mod parameters;
mod release;
mod submit_batch;
mod vesting;
mod views;
mod weights;
mod worker;

use frame_support::{assert_ok, dispatch::GetDispatchInfo};
use openledger_primitives::{
	payload::{
		self, CreditPage, PageCommitment, PageEntry, Payload, Price, SignedVoucher, UsageBatch,
		Voucher,
	},
	AccountId, Balance, ChannelId, ContributionId, ModelId, OPEN,
};
use sp_core::{ed25519, sr25519, Pair, H256};
use sp_runtime::{
	traits::Checkable,
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
	BoundedVec, DispatchResult,
};

use crate::{mock::*, types::*, Call, Channels, Event, NextSequence};
use ports::*;

pub(crate) type Entry = (ContributionId, Balance);

/// Key of every batch of `OPERATOR` and `OTHER_OPERATOR`.
pub(crate) fn operator_key() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[1; 32])
}

/// Key of `ALICE`'s channels.
pub(crate) fn alice_key() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[2; 32])
}

/// Key of `BOB`'s channels.
pub(crate) fn bob_key() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[3; 32])
}

pub(crate) fn price() -> Price {
	Price {
		per_call: OPEN / 1_000,
		in_per_kb: 10,
		out_per_kb: 20,
	}
}

pub(crate) fn register(who: AccountId, bond: Balance) {
	let key = operator_key().public().0;
	assert_ok!(Usage::register_operator(
		RuntimeOrigin::signed(who),
		bond,
		key,
		0
	));
}

pub(crate) fn open_alice(model: ModelId, deposit: Balance) -> ChannelId {
	let key = alice_key().public().0;
	let origin = RuntimeOrigin::signed(ALICE);
	assert_ok!(Usage::open_channel(
		origin,
		OPERATOR,
		model,
		key,
		0,
		price(),
		deposit
	));
	crate::LastChannel::<Test>::get()
}

pub(crate) fn open_bob(model: ModelId, deposit: Balance) -> ChannelId {
	let key = bob_key().public().0;
	let origin = RuntimeOrigin::signed(BOB);
	assert_ok!(Usage::open_channel(
		origin,
		OPERATOR,
		model,
		key,
		1,
		price(),
		deposit
	));
	crate::LastChannel::<Test>::get()
}

/// An operator with 1 000 OPEN and a channel of each payer, in block 2.
pub(crate) fn served() -> (ChannelId, ChannelId) {
	register(OPERATOR, 1_000 * OPEN);
	let channels = (open_alice(MODEL, 100 * OPEN), open_bob(MODEL, 100 * OPEN));
	next_block();
	channels
}

pub(crate) fn voucher(
	channel: ChannelId,
	calls: u64,
	fee_total: Balance,
	matched_total: Balance,
) -> Voucher {
	let range_root = H256::repeat_byte(calls as u8);
	Voucher {
		channel,
		calls,
		fee_total,
		matched_total,
		range_root,
	}
}

pub(crate) fn by_alice(voucher: Voucher) -> SignedVoucher {
	let signature = alice_key().sign(&voucher.preimage(&GENESIS_HASH)).0;
	SignedVoucher {
		voucher,
		scheme: 0,
		signature,
	}
}

pub(crate) fn by_bob(voucher: Voucher) -> SignedVoucher {
	let signature = bob_key().sign(&voucher.preimage(&GENESIS_HASH)).0;
	SignedVoucher {
		voucher,
		scheme: 1,
		signature,
	}
}

/// A batch of `OPERATOR` whose totals add up.
pub(crate) fn batch_of(model: ModelId, vouchers: Vec<SignedVoucher>) -> UsageBatch {
	let (mut fee_total, mut matched) = (0, 0);
	for SignedVoucher { voucher, .. } in &vouchers {
		let before = Channels::<Test>::get(voucher.channel).map_or((0, 0), |channel| {
			(channel.settled_fee, channel.settled_matched)
		});
		fee_total += voucher.fee_total.saturating_sub(before.0);
		matched += voucher.matched_total.saturating_sub(before.1);
	}
	UsageBatch {
		operator: OPERATOR,
		model,
		sequence: NextSequence::<Test>::get(OPERATOR, model),
		valid_until: System::block_number() + 10,
		max_charge: 20 * OPEN,
		fee_total,
		matched,
		lines: 0,
		lines_root: H256::repeat_byte(7),
		pages: BoundedVec::new(),
		vouchers: vouchers.try_into().unwrap(),
	}
}

/// Adds the pages that credit `entries` in this order, with two lines for each.
pub(crate) fn add_pages(batch: &mut UsageBatch, entries: &[Entry]) -> Vec<CreditPage> {
	let mut total = 0;
	let mut pages = Vec::new();
	for (number, chunk) in entries.chunks(256).enumerate() {
		let entries: Vec<PageEntry> = chunk
			.iter()
			.enumerate()
			.map(|(place, (contribution, value))| {
				total += value;
				let last_line = (number * 256 + place) as u32 * 2 + 1;
				PageEntry {
					contribution: *contribution,
					last_line,
					total,
				}
			})
			.collect();
		pages.push(CreditPage {
			operator: batch.operator.clone(),
			model: batch.model,
			sequence: batch.sequence,
			page: number as u8,
			entries: entries.try_into().unwrap(),
		});
	}
	batch.lines = entries.len() as u32 * 2;
	commit_pages(batch, &pages);
	pages
}

/// Makes the batch commit to these pages.
pub(crate) fn commit_pages(batch: &mut UsageBatch, pages: &[CreditPage]) {
	let commitments = pages
		.iter()
		.map(|page| PageCommitment {
			page_hash: payload::page_hash(&GENESIS_HASH, page),
			end_total: page.entries.last().map_or(0, |entry| entry.total),
		})
		.collect::<Vec<_>>();
	batch.pages = commitments.try_into().unwrap();
}

pub(crate) fn sign(batch: &UsageBatch) -> [u8; 64] {
	operator_key()
		.sign(batch.digest(&GENESIS_HASH).as_bytes())
		.0
}

pub(crate) fn submission(batch: &UsageBatch) -> RuntimeCall {
	let signature = sign(batch);
	Call::submit_batch {
		batch: Box::new(batch.clone()),
		signature,
	}
	.into()
}

pub(crate) fn push(page: &CreditPage) -> RuntimeCall {
	Call::push_page { page: page.clone() }.into()
}

pub(crate) fn release_of(batch: &UsageBatch) -> RuntimeCall {
	Call::release {
		operator: batch.operator.clone(),
		model: batch.model,
		sequence: batch.sequence,
	}
	.into()
}

/// What a pool says that holds the state after this block.
pub(crate) fn validate(call: RuntimeCall) -> TransactionValidity {
	validate_minted(call, 0)
}

/// The same with other extension bytes.
pub(crate) fn validate_minted(call: RuntimeCall, nonce: u32) -> TransactionValidity {
	let transaction = Extrinsic::new_transaction(call, extension(nonce));
	let info = transaction.get_dispatch_info();
	let length = codec::Encode::encoded_size(&transaction);
	let checked = Checkable::check(transaction, &context()).unwrap();
	sp_runtime::traits::Applyable::validate::<Test>(
		&checked,
		TransactionSource::External,
		&info,
		length,
	)
}

fn context() -> frame_system::ChainContext<Test> {
	Default::default()
}

/// Puts a node-submitted call into the current block.
pub(crate) fn apply(call: RuntimeCall) -> Result<DispatchResult, TransactionValidityError> {
	apply_transaction(Extrinsic::new_transaction(call, extension(0)))
}

pub(crate) fn apply_transaction(
	transaction: Extrinsic,
) -> Result<DispatchResult, TransactionValidityError> {
	let info = transaction.get_dispatch_info();
	let length = codec::Encode::encoded_size(&transaction);
	let checked = Checkable::check(transaction, &context())?;
	let outcome = sp_runtime::traits::Applyable::apply::<Test>(checked, &info, length)?;
	Ok(outcome.map(|_| ()).map_err(|error| error.error))
}

/// Puts a batch into the current block; it must be settled.
pub(crate) fn accept(batch: &UsageBatch) {
	assert_eq!(apply(submission(batch)), Ok(Ok(())));
	assert_eq!(fault_of(batch), None, "the batch was voided");
}

/// Puts a batch into the current block; it must be void for this reason.
pub(crate) fn assert_void(batch: &UsageBatch, fault: Fault) {
	assert_eq!(apply(submission(batch)), Ok(Ok(())));
	assert_eq!(fault_of(batch), Some(fault));
}

/// Goes to the block in which the batch can be released and releases it.
pub(crate) fn release(batch: &UsageBatch) {
	let key = (batch.operator.clone(), batch.model, batch.sequence);
	run_to_block(crate::Batches::<Test>::get(key).unwrap().release_from());
	assert_eq!(apply(release_of(batch)), Ok(Ok(())));
}

pub(crate) fn pay(page: &CreditPage) {
	assert_eq!(apply(push(page)), Ok(Ok(())));
}

pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Usage(event) => Some(event),
			_ => None,
		})
		.collect()
}

fn fault_of(batch: &UsageBatch) -> Option<Fault> {
	events().into_iter().find_map(|event| match event {
		Event::BatchVoided {
			operator,
			model,
			sequence,
			fault,
			..
		} if (&operator, model, sequence) == (&batch.operator, batch.model, batch.sequence) => {
			Some(fault)
		}
		_ => None,
	})
}

pub(crate) fn refused<A>(reason: AuthorizeInvalidity) -> Result<A, TransactionValidityError> {
	Err(InvalidTransaction::Custom(reason.code()).into())
}

/// A fee of 10 OPEN, 4 of them matched by three contributions of a contributor's datanet.
pub(crate) fn matched_batch(channel: ChannelId) -> (UsageBatch, Vec<CreditPage>) {
	let entries = [
		(contribution(CREDITED, 1), OPEN),
		(contribution(CREDITED, 2), 2 * OPEN),
		(contribution(CREDITED, 9), OPEN),
	];
	let mut batch = batch_of(
		MODEL,
		vec![by_alice(voucher(channel, 64, 10 * OPEN, 4 * OPEN))],
	);
	let pages = add_pages(&mut batch, &entries);
	(batch, pages)
}

pub(crate) fn operator_row(who: &AccountId) -> Operator {
	crate::Operators::<Test>::get(who).unwrap()
}
