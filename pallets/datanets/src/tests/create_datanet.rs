// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{apis::DatanetState, ports::Credit, H256, MICRO, MILLI};
use sp_runtime::TokenError;

fn refuses(error: Error<Test>, change: impl FnOnce(&mut ParamsOf<Test>)) {
	let mut params = params();
	change(&mut params);
	assert_noop!(Datanets::create_datanet(signed(&OWNER), params), error);
}

#[test]
fn creates_rows_holds_a_deposit_and_tells() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Datanets::create_datanet(signed(&OWNER), params()));

		let row = crate::Datanets::<Test>::get(1).unwrap();
		assert_eq!(row.owner, OWNER);
		assert_eq!((row.accepted, row.bytes, row.version), (0, 0, 0));
		assert_eq!(row.hash, H256::zero());
		assert_eq!(Curators::<Test>::get(1), params().curators);
		assert_eq!(
			events(),
			vec![
				Event::DatanetCreated {
					datanet: 1,
					owner: OWNER
				},
				Event::CuratorsSet {
					datanet: 1,
					curators: params().curators
				},
			]
		);
		assert_eq!(row.state, DatanetState::Open);
		assert_eq!(row.snapshot_deposits, 0);
		// Hot row 164, named and bench 1 025 each, hash 32, offer 36, texts 8 + 10 + 35.
		assert_eq!(
			held(HoldReason::StorageDeposit, &OWNER),
			deposit_of(164 + 2 * 1_025 + 32 + 36 + 53)
		);
	});
}

#[test]
fn counts_ids_from_one() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(create_plain(), 1);
		assert_eq!(create(|params| params.credit = Credit::Pool), 2);
		assert_eq!(
			crate::Datanets::<Test>::get(2).unwrap().credit,
			Credit::Pool
		);
	});
}

#[test]
fn takes_the_extremes_of_what_is_allowed() {
	ExtBuilder::default().build_and_execute(|| {
		create(|params| {
			params.name = bounded("ünïcode ✓".as_bytes());
			params.metadata_uri = bounded(b"");
			params.terms.min_contributors_ppm = 900_000;
			params.terms.training_fee = u128::MAX;
			params.bond_per_byte = u128::MAX;
			params.review_fee_per_kib = u128::MAX;
			params.curators = Default::default();
		});
	});
}

#[test]
fn refuses_bad_texts() {
	ExtBuilder::default().build_and_execute(|| {
		refuses(Error::InvalidName, |params| params.name = bounded(b""));
		refuses(Error::InvalidName, |params| {
			params.name = bounded(&[0xff, 0xfe])
		});
		refuses(Error::InvalidName, |params| {
			params.name = bounded(b"two\nlines")
		});
		refuses(Error::InvalidLicence, |params| {
			params.licence = bounded(b"")
		});
		refuses(Error::InvalidLicence, |params| {
			params.licence = bounded("MIT\u{e9}".as_bytes())
		});
		refuses(Error::InvalidLicence, |params| {
			params.licence = bounded(b"MIT\0")
		});
		refuses(Error::InvalidUri, |params| {
			params.metadata_uri = bounded(&[0xc3])
		});
		refuses(Error::InvalidUri, |params| {
			params.metadata_uri = bounded(b"https://a\r\nb")
		});
	});
}

#[test]
fn refuses_terms_that_no_model_can_meet() {
	ExtBuilder::default().build_and_execute(|| {
		refuses(Error::ShareTooLarge, |params| {
			params.terms.min_contributors_ppm = 900_001
		});
	});
}

#[test]
fn refuses_rates_below_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		refuses(Error::BondTooLow, |params| {
			params.bond_per_byte = 10 * MICRO - 1
		});
		refuses(Error::ReviewFeeTooLow, |params| {
			params.review_fee_per_kib = MILLI - 1
		});
	});
}

#[test]
fn refuses_a_curator_named_twice() {
	ExtBuilder::default().build_and_execute(|| {
		refuses(Error::DuplicateCurator, |params| {
			params.curators = vec![ALICE, BOB, ALICE].try_into().unwrap();
		});
	});
}

#[test]
fn refuses_an_owner_who_cannot_pay_the_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			Datanets::create_datanet(signed(&POOR), params()),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn refuses_when_ids_are_exhausted() {
	ExtBuilder::default().build().execute_with(|| {
		DatanetCount::<Test>::put(u32::MAX);
		refuses(Error::IdsExhausted, |_| ());
	});
}

#[test]
fn refuses_other_origins() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			Datanets::create_datanet(RuntimeOrigin::root(), params()),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_noop!(
			Datanets::create_datanet(RuntimeOrigin::none(), params()),
			sp_runtime::DispatchError::BadOrigin
		);
	});
}
