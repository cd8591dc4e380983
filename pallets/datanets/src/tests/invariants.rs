// SPDX-License-Identifier: Apache-2.0
//! Each invariant of `try_state` bites: storage is spoiled in one place at a time.

use crate::mock::*;
use frame_support::{assert_ok, hypothetically};
use openledger_primitives::{
	apis::{Appeal, BallotState},
	text::text_root,
	H256, OPEN,
};

/// A state with a row of every kind.
fn populate() {
	let open = create_plain();
	let approved = create(|params| params.admission = Admission::Approved);
	assert_ok!(Datanets::approve_contributor(signed(&OWNER), approved, BOB));
	for seed in 1..=3 {
		accept(contribute(open, &ALICE, &text(seed, 1_024)), 2);
		if seed < 3 {
			assert_ok!(Datanets::snapshot(signed(&OWNER), open));
		}
	}
	contribute(open, &BOB, &text(4, 1_024));
	reject(contribute(open, &BOB, &text(5, 1_024)));
	commit(open, &BOB, &text(6, 1_024));
	assert_ok!(Datanets::claim_duplicate(signed(&BOB), 1));
	assert_ok!(Datanets::offer_contribution(signed(&ALICE), 2, Some(BOB)));
	assert_ok!(Datanets::offer_datanet(signed(&OWNER), open, Some(BOB)));
	commit_vote(4, &CURATOR, 2, 0);
	next_epoch();
}

/// Asserts that the spoiled state is noticed, for the reason given.
fn notices(reason: &'static str, spoil: impl FnOnce()) {
	hypothetically!({
		spoil();
		assert_eq!(Datanets::do_try_state(), Err(reason.into()));
	});
}

fn change(id: u64, edit: impl FnOnce(&mut ContributionOf<Test>)) {
	Contributions::<Test>::mutate(id, |row| edit(row.as_mut().unwrap()));
}

fn change_datanet(edit: impl FnOnce(&mut DatanetOf<Test>)) {
	crate::Datanets::<Test>::mutate(1, |row| edit(row.as_mut().unwrap()));
}

#[test]
fn notices_wrong_ids_and_rows() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		notices("parameters out of bounds", || {
			Parameters::<Test>::mutate(|p| p.bond_hold = 0)
		});
		notices("datanet ids have holes", || DatanetCount::<Test>::put(3));
		notices("details lost", || Details::<Test>::remove(1));
		notices("curators of no datanet, or none", || {
			Curators::<Test>::remove(2)
		});
		notices("contribution above its count", || {
			ContributionCount::<Test>::put(5)
		});
		notices("content of no contribution", || {
			Contributions::<Test>::remove(4)
		});
		notices("usage of no accepted contribution", || {
			Usage::<Test>::insert(4, UsageTotals::default());
		});
		notices("claim above its count", || ClaimCount::<Test>::put(0));
		notices("row of no datanet", || {
			let seat = seat(1, &CURATOR);
			Seats::<Test>::insert(9, ALICE, Seat { open: 0, ..seat });
		});
		notices("row of no datanet", || {
			Bench::<Test>::insert(9, CuratorsOf::<Test>::default());
		});
	});
}

#[test]
fn notices_contributions_that_contradict_their_status() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		notices("contribution to no datanet", || {
			change(6, |row| row.datanet = 9)
		});
		notices("length out of range", || {
			change(6, |row| row.byte_length = 1_023)
		});
		notices("content without reveal, or lost", || {
			Contents::<Test>::remove(1)
		});
		notices("root without reveal, or lost", || {
			change(6, |row| row.text_root = H256([1; 32]))
		});
		for edit in [
			|row: &mut ContributionOf<Test>| row.revealed_at = 0,
			|row: &mut ContributionOf<Test>| row.committed_at = row.revealed_at + 1,
		] {
			notices("block of the reveal is wrong", || change(4, edit));
		}
		notices("block of the reveal is wrong", || {
			change(6, |row| row.revealed_at = 9)
		});
		notices("no bond", || change(4, |row| row.bond = 0));
		notices("money aside without a claim", || {
			change(2, |row| {
				let acceptance = *row.status.acceptance().unwrap();
				row.status = Status::Withdrawn {
					acceptance,
					at: 1,
					aside: 1,
				};
			});
		});
		notices("bond of a rejected contribution", || {
			change(5, |row| row.bond = 1)
		});
		notices("bond of a rejected contribution", || {
			change(5, |row| {
				if let Status::Rejected { appeal, .. } = &mut row.status {
					*appeal = Appeal::Open;
				}
			})
		});
		notices("quality out of range", || {
			change(1, |row| {
				let acceptance = *row.status.acceptance().unwrap();
				row.status = Status::Accepted(Acceptance {
					quality: 5,
					..acceptance
				});
			});
		});
		notices("acceptance in the wrong tranche", || {
			change(1, |row| {
				let acceptance = *row.status.acceptance().unwrap();
				row.status = Status::Accepted(Acceptance {
					tranche: 2,
					..acceptance
				});
			});
		});
	});
}

#[test]
fn notices_a_broken_index() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		notices("root lost", || {
			Roots::<Test>::remove(1, text_root(&text(4, 1_024)))
		});
		notices("root of no contribution", || {
			Roots::<Test>::insert(1, H256([1; 32]), 99)
		});
		notices("root of another contribution", || {
			Roots::<Test>::insert(1, H256([1; 32]), 1)
		});
		notices("acceptance lost its number", || {
			NumberOf::<Test>::remove(1, 0)
		});
		notices("number of no contribution", || {
			NumberOf::<Test>::insert(1, 9, 99)
		});
		notices("number of another contribution", || {
			NumberOf::<Test>::insert(1, 9, 1)
		});
	});
}

#[test]
fn notices_totals_and_snapshots_that_do_not_follow() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		notices("hole in the acceptances", || {
			change_datanet(|row| row.accepted = 4)
		});
		notices("acceptances differ from their totals", || {
			change_datanet(|row| row.bytes += 1)
		});
		notices("acceptances differ from their totals", || {
			change_datanet(|row| row.hash = H256::zero());
		});
		notices("snapshot differs from its acceptances", || {
			Snapshots::<Test>::mutate(1, 2, |row| row.as_mut().unwrap().hash = H256::zero());
		});
		notices("snapshot differs from its acceptances", || {
			Snapshots::<Test>::mutate(1, 1, |row| row.as_mut().unwrap().bytes += 1);
		});
		notices("snapshot without acceptances", || {
			change_datanet(|row| row.version = 3)
		});
		notices("snapshot above the version", || {
			let row = Snapshots::<Test>::get(1, 2).unwrap();
			Snapshots::<Test>::insert(1, 7, row);
		});
	});
}

#[test]
fn notices_broken_curation() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		notices("curator named twice", || {
			Curators::<Test>::insert(1, CuratorsOf::<Test>::try_from(vec![BOB, BOB]).unwrap());
		});
		notices("approval where nobody needs one", || {
			crate::Datanets::<Test>::mutate(2, |row| {
				row.as_mut().unwrap().admission = Admission::Open;
			});
		});
		notices("seat without bond", || {
			Seats::<Test>::insert(1, BOB, Seat::default());
		});
		notices("curator twice on the bench", || {
			Bench::<Test>::insert(
				1,
				CuratorsOf::<Test>::try_from(vec![CURATOR, CURATOR]).unwrap(),
			);
		});
		for bench in [vec![], vec![SECOND_CURATOR], vec![CURATOR, BOB]] {
			notices("bench differs from the seats", || {
				Bench::<Test>::insert(1, CuratorsOf::<Test>::try_from(bench).unwrap());
			});
		}
		notices("bench differs from the seats", || {
			Seats::<Test>::mutate(1, CURATOR, |seat| seat.as_mut().unwrap().bond -= 1);
		});
		notices("snapshot deposits differ from their sum", || {
			change_datanet(|row| row.snapshot_deposits = OPEN);
		});
	});
}

fn change_review(id: u64, edit: impl FnOnce(&mut ReviewOf<Test>)) {
	Reviews::<Test>::mutate(id, |row| edit(row.as_mut().unwrap()));
}

#[test]
fn notices_broken_reviews() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		notices("review of no contribution", || {
			let row = review(4);
			Reviews::<Test>::insert(9, row);
		});
		let doubled = "ballot twice, or of the contributor";
		notices(doubled, || {
			change_review(4, |row| {
				let ballot = row.ballots[0].clone();
				row.ballots.try_push(ballot).unwrap();
			})
		});
		notices(doubled, || {
			change_review(4, |row| row.ballots[0].curator = BOB)
		});
		let lost = "review of nothing, or lost";
		notices(lost, || Reviews::<Test>::remove(4));
		notices(lost, || Reviews::<Test>::remove(5));
		notices(lost, || {
			let row = review(4);
			Reviews::<Test>::insert(1, row);
		});
		notices(lost, || {
			change(5, |row| {
				if let Status::Rejected { appeal, .. } = &mut row.status {
					*appeal = Appeal::Closed;
				}
			})
		});
		let unbound = "curator not bound by an appeal";
		notices(unbound, || {
			Seats::<Test>::mutate(1, CURATOR, |seat| seat.as_mut().unwrap().bound_until = 10);
		});
		let open = "open ballots differ from the seat's";
		notices(open, || {
			Seats::<Test>::mutate(1, CURATOR, |seat| seat.as_mut().unwrap().open = 0);
		});
		notices(open, || {
			change_review(4, |row| row.ballots[0].state = BallotState::Silent)
		});
		notices("open ballot without seat", || {
			change_review(4, |row| row.ballots[0].curator = SECOND_CURATOR);
			Seats::<Test>::mutate(1, CURATOR, |seat| seat.as_mut().unwrap().open = 0);
		});
	});
}

#[test]
fn notices_broken_claims_agendas_and_offers() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		let count = "claims differ from their count";
		notices(count, || change(1, |row| row.claims = 2));
		notices(count, || Claims::<Test>::remove(1));
		let order = "draws out of order";
		notices(order, || {
			EpochDraws::<Test>::mutate(|draws| draws[1].epoch = draws[0].epoch);
		});
		notices(order, || {
			EpochDraws::<Test>::mutate(|draws| draws[1].from = draws[0].from);
		});
		let agenda = "agenda differs from what is due";
		notices(agenda, || change_review(4, |row| row.reveals_until += 1));
		notices(agenda, || {
			Claims::<Test>::mutate(1, |row| row.as_mut().unwrap().due += 1);
		});
		notices(agenda, || Datanets::put_on_agenda(50, Due::Review(5)));
		notices(agenda, || {
			Datanets::take_off_agenda(review(4).reveals_until + 1, Due::Review(4));
		});
		notices("offer of no accepted contribution", || {
			ContributionOffers::<Test>::insert(4, ALICE);
		});
		notices("offer of no datanet", || {
			DatanetOffers::<Test>::insert(9, ALICE)
		});
	});
}

#[test]
fn notices_holds_that_differ_from_the_rows() {
	ExtBuilder::default().build_and_execute(|| {
		populate();
		let differs = "held money differs from what the rows say";
		notices(differs, || change(4, |row| row.bond -= 1));
		notices(differs, || {
			change(4, |row| row.status = Status::Pending { fee: 1 })
		});
		notices(differs, || {
			Seats::<Test>::mutate(1, CURATOR, |seat| {
				let seat = seat.as_mut().unwrap();
				(seat.bond, seat.full) = (9 * OPEN, 9 * OPEN);
			});
		});
		notices(differs, || {
			Snapshots::<Test>::mutate(1, 1, |row| row.as_mut().unwrap().deposit = 0);
			change_datanet(|row| row.snapshot_deposits = OPEN);
		});
		notices(differs, || {
			Claims::<Test>::mutate(1, |row| row.as_mut().unwrap().bond += 1);
		});
		// Money left behind of somebody whose only row says zero.
		notices(differs, || {
			use frame_support::traits::fungible::MutateHold;
			assert_ok!(Balances::hold(&HoldReason::ReviewFee.into(), &ALICE, 1));
		});
	});
}
