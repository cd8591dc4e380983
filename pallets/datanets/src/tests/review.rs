// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{ports::DatanetKind, H256, MILLI, OPEN};
use sp_io::hashing::blake2_256;
use sp_runtime::{ArithmeticError, DispatchError};

const ACCEPT: Verdict = Verdict::Accept { quality: 3 };
const REJECT: Verdict = Verdict::Reject { reason: 9 };

#[test]
fn acceptance_gives_points_number_and_fee() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let id = contribute(datanet, &ALICE, &text(1, 2_000));
		let before = Balances::free_balance(&CURATOR);
		advance(4);
		assert_ok!(Datanets::review(signed(&CURATOR), id, ACCEPT));

		let row = contribution(id);
		assert_eq!(
			row.status,
			Status::Accepted(Acceptance {
				number: 0,
				quality: 3,
				tranche: 1,
				bond_free_from: 55
			})
		);
		assert_eq!(row.bond, OPEN);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), OPEN);
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 0);
		assert_eq!(Balances::free_balance(&CURATOR), before + 2 * MILLI);
		assert_eq!(
			given_points().into_iter().collect::<Vec<_>>(),
			[((datanet, 1, ALICE), 6_000)]
		);
		assert_eq!(NumberOf::<Test>::get(datanet, 0), Some(id));
		let all = events();
		assert_eq!(
			all[all.len() - 2..],
			[
				Event::ReviewPaid {
					contribution: id,
					curator: CURATOR,
					amount: 2 * MILLI
				},
				Event::Accepted {
					contribution: id,
					datanet,
					number: 0,
					quality: 3,
					points: 6_000
				},
			]
		);
	});
}

/// The running hash is rebuilt here byte by byte, as `formats.md` has it.
#[test]
fn acceptances_are_numbered_counted_and_hashed_in_order() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let ids: Vec<_> = (1..=3)
			.map(|seed| contribute(datanet, &ALICE, &text(seed, 1_024)))
			.collect();
		for id in [ids[2], ids[0], ids[1]] {
			accept(id, 1);
		}
		let mut hash = [0; 32];
		for (number, id) in [ids[2], ids[0], ids[1]].into_iter().enumerate() {
			let mut step = hash.to_vec();
			step.extend((number as u64).to_le_bytes());
			step.extend(id.to_le_bytes());
			step.extend(contribution(id).text_root.as_bytes());
			hash = blake2_256(&step);
		}
		let row = crate::Datanets::<Test>::get(datanet).unwrap();
		assert_eq!(
			(row.accepted, row.bytes, row.hash),
			(3, 3 * 1_024, H256(hash))
		);
	});
}

#[test]
fn rejection_gives_the_bond_back_and_pays_the_curator() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let id = contribute(datanet, &ALICE, &text(1, 2_000));
		let before = Balances::free_balance(&CURATOR);
		assert_ok!(Datanets::review(signed(&CURATOR), id, REJECT));

		let row = contribution(id);
		assert_eq!(
			row.status,
			Status::Rejected {
				reason: 9,
				root_free_from: 11
			}
		);
		assert_eq!(row.bond, 0);
		assert_eq!(held(HoldReason::ContributionBond, &ALICE), 0);
		assert_eq!(held(HoldReason::ReviewFee, &ALICE), 0);
		assert_eq!(Balances::free_balance(&CURATOR), before + 2 * MILLI);
		assert!(given_points().is_empty());
		assert_eq!(crate::Datanets::<Test>::get(datanet).unwrap().accepted, 0);
		assert_eq!(
			events().pop(),
			Some(Event::Rejected {
				contribution: id,
				datanet,
				reason: 9
			})
		);
	});
}

#[test]
fn points_go_to_the_tranche_of_the_next_snapshot() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		accept(contribute(datanet, &ALICE, &text(1, 1_024)), 1);
		accept(contribute(datanet, &ALICE, &text(2, 1_024)), 4);
		assert_ok!(Datanets::snapshot(signed(&OWNER), datanet));
		accept(contribute(datanet, &ALICE, &text(3, 1_024)), 2);
		assert_eq!(
			given_points().into_iter().collect::<Vec<_>>(),
			[
				((datanet, 1, ALICE), 5 * 1_024),
				((datanet, 2, ALICE), 2 * 1_024)
			]
		);
	});
}

#[test]
fn the_first_decision_decides() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		assert_ok!(Datanets::review(signed(&SECOND_CURATOR), id, REJECT));
		assert_noop!(
			Datanets::review(signed(&CURATOR), id, ACCEPT),
			Error::<Test>::NotPending
		);
	});
}

#[test]
fn refuses_what_is_not_in_review() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let id = commit(datanet, &ALICE, &text(1, 1_024));
		let review = |id| Datanets::review(signed(&CURATOR), id, ACCEPT);
		assert_noop!(review(id), Error::<Test>::NotPending);
		assert_noop!(review(id + 1), Error::<Test>::ContributionNotFound);
		let accepted = contribute(datanet, &ALICE, &text(2, 1_024));
		accept(accepted, 1);
		assert_noop!(review(accepted), Error::<Test>::NotPending);
	});
}

#[test]
fn refuses_who_is_not_named_or_not_seated() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		let review = |who| Datanets::review(signed(who), id, ACCEPT);
		assert_noop!(review(&BOB), Error::<Test>::NotNamed);
		assert_noop!(review(&OWNER), Error::<Test>::NotNamed);
		assert_noop!(review(&SECOND_CURATOR), Error::<Test>::NotSeated);
		// A seat without a name decides nothing.
		assert_ok!(Datanets::set_curators(
			signed(&OWNER),
			datanet,
			Default::default()
		));
		assert_noop!(review(&CURATOR), Error::<Test>::NotNamed);
		// A seat in another datanet decides nothing here.
		let other = create(|params| params.curators = vec![BOB].try_into().unwrap());
		assert_ok!(Datanets::take_seat(signed(&BOB), other));
		assert_noop!(review(&BOB), Error::<Test>::NotNamed);
	});
}

#[test]
fn nobody_decides_on_his_own_contribution() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		let id = contribute(datanet, &CURATOR, &text(1, 1_024));
		for verdict in [ACCEPT, REJECT] {
			assert_noop!(
				Datanets::review(signed(&CURATOR), id, verdict),
				Error::<Test>::OwnContribution
			);
		}
		assert_ok!(Datanets::take_seat(signed(&SECOND_CURATOR), datanet));
		assert_ok!(Datanets::review(signed(&SECOND_CURATOR), id, ACCEPT));
	});
}

#[test]
fn quality_is_one_to_four() {
	ExtBuilder::default().build_and_execute(|| {
		let datanet = create_plain();
		for quality in 1..=4 {
			let id = contribute(datanet, &ALICE, &text(quality.into(), 1_024));
			for wrong in [0, 5, u8::MAX] {
				let verdict = Verdict::Accept { quality: wrong };
				assert_noop!(
					Datanets::review(signed(&CURATOR), id, verdict),
					Error::<Test>::InvalidQuality
				);
			}
			accept(id, quality);
		}
		assert_eq!(
			given_points()[&(datanet, 1, ALICE)],
			(1 + 2 + 3 + 4) * 1_024
		);
	});
}

#[test]
fn no_acceptance_without_points() {
	ExtBuilder::default().build_and_execute(|| {
		let id = contribute(create_plain(), &ALICE, &text(1, 1_024));
		PoolsRefuse::set(true);
		assert_noop!(
			Datanets::review(signed(&CURATOR), id, ACCEPT),
			DispatchError::Other("pools refuse")
		);
		PoolsRefuse::set(false);
		assert_ok!(Datanets::review(signed(&CURATOR), id, ACCEPT));
	});
}

#[test]
fn the_largest_content_has_points_that_fit() {
	let largest = Contribution {
		datanet: 1,
		contributor: ALICE,
		byte_length: *length_range(DatanetKind::Opaque).end(),
		text_root: H256::zero(),
		committed_at: 1,
		bond: 0,
		status: Status::Pending { fee: 0 },
	};
	assert_eq!(largest.points(4), Some(1 << 42));
	assert_eq!(
		Contribution {
			byte_length: u64::MAX,
			..largest
		}
		.points(2),
		None
	);
}

#[test]
fn refuses_totals_that_overflow() {
	ExtBuilder::default().build().execute_with(|| {
		let datanet = create_plain();
		let id = contribute(datanet, &ALICE, &text(1, 1_024));
		let change = |edit: fn(&mut DatanetOf<Test>)| {
			crate::Datanets::<Test>::mutate(datanet, |row| edit(row.as_mut().unwrap()))
		};
		change(|row| row.bytes = u128::MAX);
		assert_noop!(
			Datanets::review(signed(&CURATOR), id, ACCEPT),
			ArithmeticError::Overflow
		);
		change(|row| (row.bytes, row.accepted) = (0, u64::MAX));
		assert_noop!(
			Datanets::review(signed(&CURATOR), id, ACCEPT),
			ArithmeticError::Overflow
		);
	});
}
