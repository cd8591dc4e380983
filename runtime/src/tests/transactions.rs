// SPDX-License-Identifier: Apache-2.0
//! The transaction format and a block with a signed transfer.

use super::*;
use crate::{constants::money::OPEN, AccountId, Balances, Runtime};
use codec::{Compact, Decode};
use frame_system::offchain::CreateAuthorizedTransaction;
use sp_runtime::{
	generic::Preamble, traits::TransactionExtension, transaction_validity::InvalidTransaction,
};

#[test]
fn extensions_should_stand_in_their_frozen_order() {
	let names: Vec<_> = TxExtension::metadata()
		.into_iter()
		.map(|extension| extension.identifier)
		.collect();
	assert_eq!(
		names,
		[
			"AuthorizeCall",
			"CheckNonZeroSender",
			"CheckSpecVersion",
			"CheckTxVersion",
			"CheckGenesis",
			"CheckMortality",
			"CheckNonce",
			"CheckWeight",
			"ChargeTransactionPayment",
			"CheckMetadataHash",
			"WeightReclaim",
		]
	);
}

#[test]
fn pallet_indices_should_be_frozen() {
	use frame_support::traits::PalletInfoAccess;
	let indices: Vec<_> = [
		(crate::System::index(), crate::System::name()),
		(crate::Timestamp::index(), crate::Timestamp::name()),
		(crate::Babe::index(), crate::Babe::name()),
		(crate::Grandpa::index(), crate::Grandpa::name()),
		(crate::Authorship::index(), crate::Authorship::name()),
		(crate::Balances::index(), crate::Balances::name()),
		(
			crate::TransactionPayment::index(),
			crate::TransactionPayment::name(),
		),
		(crate::Session::index(), crate::Session::name()),
		(crate::Historical::index(), crate::Historical::name()),
		(crate::Utility::index(), crate::Utility::name()),
		(crate::Multisig::index(), crate::Multisig::name()),
		(crate::Proxy::index(), crate::Proxy::name()),
		(crate::Vesting::index(), crate::Vesting::name()),
		(crate::Treasury::index(), crate::Treasury::name()),
		(crate::Parameters::index(), crate::Parameters::name()),
		(crate::Sudo::index(), crate::Sudo::name()),
		(crate::Datanets::index(), crate::Datanets::name()),
		(crate::Models::index(), crate::Models::name()),
		(crate::Usage::index(), crate::Usage::name()),
		(crate::Royalties::index(), crate::Royalties::name()),
	]
	.into();
	assert_eq!(
		indices,
		[
			(0, "System"),
			(1, "Timestamp"),
			(2, "Babe"),
			(3, "Grandpa"),
			(4, "Authorship"),
			(5, "Balances"),
			(6, "TransactionPayment"),
			(7, "Session"),
			(8, "Historical"),
			(9, "Utility"),
			(10, "Multisig"),
			(11, "Proxy"),
			(12, "Vesting"),
			(13, "Treasury"),
			(14, "Parameters"),
			(15, "Sudo"),
			(50, "Datanets"),
			(51, "Models"),
			(52, "Usage"),
			(53, "Royalties"),
		]
	);
}

#[test]
fn signed_transfer_should_move_money_and_be_version_4() {
	development().execute_with(|| {
		run_to_block(1);
		let bob = Sr25519Keyring::Bob.to_account_id();
		let before = Balances::free_balance(&bob);

		let extrinsic = signed(Sr25519Keyring::Alice, 0, 0, transfer(bob.clone(), 5 * OPEN));
		// After its length, an extrinsic starts with a signed bit and its version.
		let bytes = extrinsic.encode();
		let mut body = &bytes[..];
		Compact::<u32>::decode(&mut body).unwrap();
		assert_eq!(body[0], 0b1000_0100);

		validate(TransactionSource::External, extrinsic.clone()).unwrap();
		Executive::apply_extrinsic(extrinsic).unwrap().unwrap();
		assert_eq!(Balances::free_balance(&bob), before + 5 * OPEN);
		let header = Executive::finalize_block();
		assert_eq!(header.number, 1);
	});
}

#[test]
fn transfer_should_fail_when_signed_for_another_call() {
	development().execute_with(|| {
		run_to_block(1);
		let bob = Sr25519Keyring::Bob.to_account_id();
		let mut extrinsic = signed(Sr25519Keyring::Alice, 0, 0, transfer(bob.clone(), OPEN));
		extrinsic.function = transfer(bob, 1_000 * OPEN);
		assert_eq!(
			Executive::apply_extrinsic(extrinsic),
			Err(InvalidTransaction::BadProof.into())
		);
	});
}

#[test]
fn transfer_should_fail_when_its_nonce_is_used() {
	development().execute_with(|| {
		run_to_block(1);
		let bob = Sr25519Keyring::Bob.to_account_id();
		let extrinsic = signed(Sr25519Keyring::Alice, 0, 0, transfer(bob, OPEN));
		Executive::apply_extrinsic(extrinsic.clone())
			.unwrap()
			.unwrap();
		assert_eq!(
			Executive::apply_extrinsic(extrinsic),
			Err(InvalidTransaction::Stale.into())
		);
	});
}

fn worker_transaction() -> UncheckedExtrinsic {
	let call = frame_system::Call::<Runtime>::remark {
		remark: b"due".to_vec(),
	};
	<Runtime as CreateAuthorizedTransaction<frame_system::Call<Runtime>>>::create_authorized_transaction(
		call.into(),
	)
}

#[test]
fn worker_transactions_should_be_general_and_change_every_16_blocks() {
	development().execute_with(|| {
		run_to_block(15);
		let first = worker_transaction();
		assert!(matches!(first.preamble, Preamble::General(_)));
		run_to_block(16);
		let second = worker_transaction();
		run_to_block(31);
		let same = worker_transaction();
		assert_ne!(first.encode(), second.encode());
		assert_eq!(second.encode(), same.encode());
	});
}

#[test]
fn worker_transaction_should_be_refused_when_its_call_authorizes_nothing() {
	development().execute_with(|| {
		run_to_block(1);
		let extrinsic = worker_transaction();
		assert_eq!(
			validate(TransactionSource::Local, extrinsic.clone()),
			Err(InvalidTransaction::UnknownOrigin.into())
		);
		assert_eq!(
			Executive::apply_extrinsic(extrinsic),
			Err(InvalidTransaction::UnknownOrigin.into())
		);
	});
}

#[test]
fn accounts_should_be_32_bytes_in_every_format() {
	let alice = Sr25519Keyring::Alice.to_account_id();
	assert_eq!(alice.encode().len(), 32);
	assert_eq!(AccountId::decode(&mut &alice.encode()[..]), Ok(alice));
}
