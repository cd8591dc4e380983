// SPDX-License-Identifier: Apache-2.0
//! What keepers of reviews and claims send: when a node takes it, its bytes, what it costs whom.

use super::{people::*, *};
use crate::{
	configs::{
		attribution::{ExtensionWeight, WeightFee},
		governance::TreasuryAccount,
	},
	constants::money::{MILLI, OPEN},
	Balance, Balances, Runtime, RuntimeEvent,
};
use codec::{Compact, Decode};
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::Get,
	weights::Weight,
};
use pallet_datanets::{
	types::{AuthorizeInvalidity, MAX_CURATORS, PREPAID_OUTCOMES},
	Call, WeightInfo,
};
use sp_core::TypedGet;
use sp_runtime::{
	traits::Convert,
	transaction_validity::{InvalidTransaction, TransactionValidityError, ValidTransaction},
};

const CURATOR: Sr25519Keyring = Sr25519Keyring::Charlie;
const AUTHOR: Sr25519Keyring = Sr25519Keyring::AliceStash;
const REPORTER: Sr25519Keyring = Sr25519Keyring::DaveStash;

type Weights = <Runtime as pallet_datanets::Config>::WeightInfo;

fn text() -> Vec<u8> {
	b"A text that nobody has written before, in one line.\n".repeat(40)
}

fn keeper(call: Call<Runtime>, nonce: Nonce) -> UncheckedExtrinsic {
	UncheckedExtrinsic::new_transaction(call.into(), extensions(nonce, 0))
}

fn refused(call: Call<Runtime>) -> Option<u8> {
	match validate(TransactionSource::External, keeper(call, 0)) {
		Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(code))) => Some(code),
		_ => None,
	}
}

/// A review and a claim on what it is about, in block 1.
fn accused() {
	create_datanet(1, &[CURATOR]);
	contribute(AUTHOR, 1, &text());
	act(REPORTER, Call::claim_duplicate { contribution: 1 });
}

fn check_validity(valid: &ValidTransaction) {
	assert_eq!(valid.provides.len(), 1);
	assert_eq!(valid.requires, Vec::<Vec<u8>>::new());
	assert_eq!(valid.longevity, 16);
	assert!(valid.propagate);
	// Before people's, behind what moves money that was earned.
	assert!(valid.priority > 1 << 57 && valid.priority < pallet_royalties::keeper::KEEPER_PRIORITY);
}

#[test]
fn outcomes_should_be_taken_from_the_block_they_are_due_in() {
	with_worker(|_| {
		accused();
		let (review, claim) = (
			|| Call::conclude_review { contribution: 1 },
			|| Call::conclude_claim { claim: 1 },
		);
		let not_due = Some(AuthorizeInvalidity::NotDue.code());
		let not_open = Some(AuthorizeInvalidity::NotOpen.code());
		assert_eq!((not_open, not_due), (Some(111), Some(112)));
		assert_eq!(refused(review()), not_due);
		assert_eq!(refused(claim()), not_due);
		assert_eq!(refused(Call::conclude_review { contribution: 2 }), not_open);
		assert_eq!(refused(Call::conclude_claim { claim: 2 }), not_open);

		// A pool asks for the block after: 12 is the first one of the outcome.
		run_to_block(10);
		assert_eq!(refused(review()), not_due);
		run_to_block(11);
		let first = validate(TransactionSource::External, keeper(review(), 0)).unwrap();
		let again = validate(TransactionSource::Local, keeper(review(), 1)).unwrap();
		check_validity(&first);
		assert_eq!(first.provides, again.provides, "whatever its bytes");

		run_to_block(205);
		let drawn = validate(TransactionSource::External, keeper(claim(), 0)).unwrap();
		check_validity(&drawn);
		assert_ne!(drawn.provides, first.provides);
	});
}

#[test]
fn outcomes_should_be_short_and_read_as_any_general_transaction() {
	with_worker(|_| {
		let sent = [
			(keeper(Call::conclude_review { contribution: 7 }, 3), 15),
			(keeper(Call::conclude_claim { claim: 7 }, 3), 20),
		];
		for (extrinsic, index) in sent {
			let bytes = extrinsic.encode();
			assert!(bytes.len() < 128, "{} bytes", bytes.len());
			let mut rest = &bytes[..];
			let length = Compact::<u32>::decode(&mut rest).unwrap();
			assert_eq!(length.0 as usize, rest.len());
			// General, version 5, extensions of version 0.
			assert_eq!(rest[..2], [0b0100_0101, 0]);
			let mut rest = &rest[2..];
			// Immortal era, nonce, tip, no metadata hash.
			assert_eq!(u8::decode(&mut rest), Ok(0));
			assert_eq!(Compact::<u32>::decode(&mut rest), Ok(Compact(3)));
			assert_eq!(Compact::<u128>::decode(&mut rest), Ok(Compact(0)));
			assert_eq!(u8::decode(&mut rest), Ok(0));
			assert_eq!(rest[..2], [50, index]);
			assert_eq!(u64::decode(&mut &rest[2..]), Ok(7));
			assert_eq!(rest.len(), 10);
			let again = UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap();
			assert_eq!(again.encode(), bytes);
			let info = again.function.get_dispatch_info();
			assert_eq!(info.class, DispatchClass::Operational);
		}
	});
}

/// Price of one keeper call at no load: by the formula, not by the pallet's own.
fn price(call: Weight, length: usize) -> Balance {
	let limits = <Runtime as frame_system::Config>::BlockWeights::get();
	let base = limits.get(DispatchClass::Operational).base_extrinsic;
	let weight = call + Weights::authorize_conclude() + ExtensionWeight::get() + base;
	WeightFee::convert((weight, length as u32))
}

/// Free planck that a call takes from its signer beside the fee of its transaction.
fn paid_beside_the_fee(who: Sr25519Keyring, call: Call<Runtime>) -> (Balance, Balance) {
	let account = who.to_account_id();
	let total = || Balances::free_balance(&account) + Balances::reserved_balance(&account);
	let (before, treasury) = (total(), Balances::free_balance(TreasuryAccount::get()));
	let fees = || {
		System::events()
			.into_iter()
			.filter_map(|record| match record.event {
				RuntimeEvent::TransactionPayment(
					pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
				) => Some(actual_fee),
				_ => None,
			})
			.sum::<Balance>()
	};
	let paid = fees();
	act(who, call);
	let fee = fees() - paid;
	let gained = Balances::free_balance(TreasuryAccount::get()) - treasury;
	(before - total() - fee, gained - fee)
}

#[test]
fn contributors_and_reporters_should_pay_the_outcomes_ahead() {
	with_worker(|_| {
		create_datanet(1, &[CURATOR]);
		let text = text();
		let id = commit(AUTHOR, 1, &text);
		let (paid, gained) = paid_beside_the_fee(AUTHOR, revealing(id, &text));
		let length = keeper(Call::conclude_review { contribution: 1 }, Nonce::MAX).encoded_size();
		// One curator has a seat, so the outcome is one of a single vote.
		let outcome = price(Weights::conclude_review(1), length);
		assert_eq!(paid, gained, "to the treasury");
		let calls = Balance::from(PREPAID_OUTCOMES);
		assert!(paid >= outcome * calls, "{paid}, twice {outcome}");
		for votes in [1, 3, 8, 16, MAX_CURATORS] {
			let ahead = calls * price(Weights::conclude_review(votes), length);
			println!("outcomes of a review with {votes} votes, paid ahead: {ahead} planck");
			assert!(ahead < OPEN / 50, "small beside the least bond of 1 OPEN");
		}

		let accuse = Call::claim_duplicate { contribution: 1 };
		let (paid, gained) = paid_beside_the_fee(REPORTER, accuse);
		let length = keeper(Call::conclude_claim { claim: 1 }, Nonce::MAX).encoded_size();
		let outcome = price(Weights::conclude_claim(), length);
		assert_eq!(paid, gained);
		assert!(paid >= outcome * Balance::from(PREPAID_OUTCOMES));
		println!("conclude_claim: {outcome} planck; paid ahead per claim: {paid} planck");
		assert!(paid < 10 * MILLI);
	});
}
