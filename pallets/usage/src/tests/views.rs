// SPDX-License-Identifier: Apache-2.0
//! Reads, and the dry run of a batch.

use super::*;
use codec::Encode;
use openledger_primitives::apis::{BatchQuote, BatchRejection, ChannelState};
use openledger_primitives::ports::FeeSettlement;

fn dry_run(batch: &UsageBatch) -> Result<BatchQuote<AccountId>, BatchRejection> {
	Usage::api_validate_batch(batch.encode(), sign(batch).to_vec())
}

fn void(fault: Fault) -> Result<BatchQuote<AccountId>, BatchRejection> {
	Err(BatchRejection::Void(fault.name().into_bytes()))
}

#[test]
fn a_good_batch_is_quoted_as_it_will_settle() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		let quote = dry_run(&batch).unwrap();
		assert_eq!(quote.split, Ledger::quote(MODEL, 10 * OPEN).unwrap());
		assert_eq!(
			(quote.operator, quote.model, quote.sequence),
			(OPERATOR, MODEL, 0)
		);
		let before = free(&OPERATOR);
		// The dry run is for the next block.
		next_block();
		accept(&batch);
		assert_eq!(quote.charge, before - free(&OPERATOR));
	});
}

#[test]
fn bytes_that_dont_decode_are_malformed() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		let bytes = batch.encode();
		let signature = sign(&batch).to_vec();
		let malformed = Err(BatchRejection::Malformed);
		let check = |batch: &[u8], signature: &[u8]| {
			Usage::api_validate_batch(batch.to_vec(), signature.to_vec())
		};
		assert_eq!(check(&[], &signature), malformed);
		assert_eq!(check(&bytes[..bytes.len() - 1], &signature), malformed);
		assert_eq!(check(&[&bytes[..], &[0]].concat(), &signature), malformed);
		assert_eq!(check(&bytes, &signature[1..]), malformed);
		assert_eq!(check(&bytes, &[&signature[..], &[0]].concat()), malformed);
		// 257 vouchers, 65 pages.
		let mut head = bytes[..132].to_vec();
		head.extend(codec::Compact(0u32).encode());
		let mut many = head.clone();
		many.extend(vec![batch.vouchers[0].clone(); 257].encode());
		assert_eq!(check(&many, &signature), malformed);
		let mut pages = bytes[..132].to_vec();
		pages.extend(vec![batch.pages[0].clone(); 65].encode());
		pages.extend(batch.vouchers.encode());
		assert_eq!(check(&pages, &signature), malformed);
	});
}

#[test]
fn refusals_carry_their_number() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		let refused = |reason: AuthorizeInvalidity| Err(BatchRejection::Refused(reason.code()));
		let expired = UsageBatch {
			valid_until: 2,
			..batch.clone()
		};
		assert_eq!(dry_run(&expired), refused(AuthorizeInvalidity::Expired));
		let unknown = UsageBatch {
			model: NO_MODEL,
			..batch.clone()
		};
		assert_eq!(
			dry_run(&unknown),
			refused(AuthorizeInvalidity::UnknownModel)
		);
		let forged = Usage::api_validate_batch(batch.encode(), vec![1; 64]);
		assert_eq!(forged, refused(AuthorizeInvalidity::BadSignature));
		let far = UsageBatch {
			sequence: 9,
			..batch
		};
		assert_eq!(dry_run(&far), refused(AuthorizeInvalidity::SequenceGap));
	});
}

#[test]
fn what_comes_too_late_or_too_early_is_told_apart() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let (batch, _) = matched_batch(alice);
		let early = UsageBatch {
			sequence: 1,
			..batch.clone()
		};
		assert_eq!(dry_run(&early), Err(BatchRejection::TooEarly));
		// Too early says that the signature is good.
		let forged = Usage::api_validate_batch(early.encode(), vec![1; 64]);
		let bad = BatchRejection::Refused(AuthorizeInvalidity::BadSignature.code());
		assert_eq!(forged, Err(bad));
		accept(&batch);
		assert_eq!(dry_run(&batch), Err(BatchRejection::Stale));
	});
}

#[test]
fn faults_are_named() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, _) = served();
		let dry = |bad: Voucher| dry_run(&batch_of(MODEL, vec![by_alice(bad)]));
		assert_eq!(dry(voucher(77, 1, OPEN, 0)), void(Fault::UnknownChannel));
		assert_eq!(dry(voucher(alice, 0, OPEN, 0)), void(Fault::CallsNotRising));
		assert_eq!(
			dry(voucher(alice, 1, 200 * OPEN, 0)),
			void(Fault::FeeAboveDeposit)
		);
		let (mut batch, _) = matched_batch(alice);
		batch.vouchers[0].signature[0] ^= 1;
		assert_eq!(dry_run(&batch), void(Fault::VoucherSignature));
		// A dry run changes nothing.
		assert_eq!(Usage::api_next_sequence(OPERATOR, MODEL), 0);
		assert_eq!(events(), vec![]);
	});
}

#[test]
fn operators_channels_and_batches_are_read() {
	ExtBuilder::default().build_and_execute(|| {
		let (alice, bob) = served();
		let (batch, _) = matched_batch(alice);
		accept(&batch);
		let operator = Usage::api_operator(OPERATOR).unwrap();
		assert_eq!(operator.key, operator_key().public().0);
		assert_eq!(
			(operator.scheme, operator.active, operator.unpaid_pages),
			(0, true, 1)
		);
		assert_eq!(operator.coverage, 7_500 * OPEN / 1_000);
		assert_eq!(Usage::api_operator(STRANGER), None);
		let channel = Usage::api_channel(bob).unwrap();
		assert_eq!((channel.scheme, channel.payer), (1, BOB));
		assert_eq!((channel.price, channel.deposit), (price(), 100 * OPEN));
		assert_eq!(channel.state, ChannelState::Open);
		assert_ok!(Usage::close_channel(RuntimeOrigin::signed(BOB), bob));
		let state = Usage::api_channel(bob).unwrap().state;
		assert_eq!(
			state,
			ChannelState::Closing {
				at: Usage::api_service_clock() + 50
			}
		);
		assert_eq!(Usage::api_channel(77), None);
		let view = Usage::api_batch(OPERATOR, MODEL, 0).unwrap();
		assert_eq!(
			(view.accepted_at, view.release_from, view.released),
			(2, 27, false)
		);
		assert_eq!(view.hash, batch.digest(&GENESIS_HASH));
		assert_eq!(
			view.pages,
			vec![(batch.pages[0].page_hash, 4 * OPEN, false)]
		);
		assert_eq!(Usage::api_batch(OPERATOR, MODEL, 1), None);
		assert_eq!(Usage::api_next_sequence(OPERATOR, MODEL), 1);
	});
}
