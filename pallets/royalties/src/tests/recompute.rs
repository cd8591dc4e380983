// SPDX-License-Identifier: Apache-2.0
//! `api_recompute`: the split of a settlement, computed anew from its event.

use super::{
	properties::{planck, publish_lineage},
	*,
};
use openledger_primitives::{
	ledger::{FeeRole, FeeShare},
	Ppm,
};
use proptest::prelude::*;

fn shares(model: ModelId, fee: Balance, burn: Ppm, treasury: Ppm) -> Vec<FeeShare> {
	Royalties::api_recompute(model, fee, burn, treasury)
		.unwrap()
		.shares
}

#[test]
fn both_steps_are_told_in_their_order() {
	ExtBuilder::build_and_execute(|| {
		publish(
			3,
			200_000,
			&[
				(Developer, 0),
				(Contributors, 400_000),
				(Upstream(1), 600_000),
			],
			&[(1, 1, 1)],
		);
		let share = |role, ppm, of, amount| FeeShare {
			role,
			ppm,
			of,
			amount,
		};
		assert_eq!(
			shares(3, 1_001, 20_000, 30_000),
			[
				share(FeeRole::Burn, 20_000, 1_001, 20),
				share(FeeRole::Treasury, 30_000, 1_001, 30),
				share(FeeRole::Operator, 200_000, 1_001, 200),
				share(FeeRole::Vector(Developer), 0, 751, 0),
				share(FeeRole::Vector(Contributors), 400_000, 751, 300),
				share(FeeRole::Vector(Upstream(1)), 600_000, 751, 451),
			]
		);
	});
}

#[test]
fn what_never_was_has_no_answer() {
	ExtBuilder::build_and_execute(|| {
		publish(1, 900_000, &[(Developer, 1_000_000)], &[]);
		assert_eq!(Royalties::api_recompute(2, 1_000, 0, 0), None);
		for (burn, treasury) in [(100_001, 0), (50_000, 50_001), (u32::MAX, u32::MAX)] {
			assert_eq!(Royalties::api_recompute(1, 1_000, burn, treasury), None);
		}
		assert!(Royalties::api_recompute(1, Balance::MAX, 100_000, 0).is_some());
		publish(1, 0, &[(Developer, 999_999)], &[]);
		assert_eq!(Royalties::api_recompute(1, 1_000, 0, 0), None);
	});
}

/// Adds up the shares of one kind of receiver.
fn sum(shares: &[FeeShare], wanted: impl Fn(&FeeRole) -> bool) -> Balance {
	let amounts = shares.iter().filter(|share| wanted(&share.role));
	amounts.map(|share| share.amount).sum()
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 128, ..Default::default() })]

	/// What settle booked is found again from its event, after parameters and developers changed.
	#[test]
	fn it_equals_what_was_booked(
		settlements in prop::collection::vec(
			(1..=4u32, planck(), 0..=100_000 as Ppm, 0..=1_000u32),
			1..8,
		),
	) {
		ExtBuilder::build().execute_with(|| {
			publish_lineage();
			let mut seen = vec![];
			for (model, fee, protocol, part) in settlements {
				let burn_ppm = protocol * part / 1_000;
				let parameters = RoyaltiesParameters {
					burn_ppm,
					treasury_ppm: protocol - burn_ppm,
					..Default::default()
				};
				assert_ok!(Royalties::set_parameters(RuntimeOrigin::root(), parameters));
				let before: Vec<_> = (1..=4).map(|id| Royalties::api_inbox(id).0).collect();
				events();
				settle(model, fee);
				seen.push((before, events()));
				for id in 1..=4 {
					let after = Royalties::api_inbox(id).0;
					let paid = after - seen.last().unwrap().0[id as usize - 1];
					seen.last_mut().unwrap().0[id as usize - 1] = paid;
				}
			}
			let new_developer = |models: &mut std::collections::BTreeMap<ModelId, MockModel>| {
				models.values_mut().for_each(|row| row.developer = CAROL)
			};
			MockModels::mutate(new_developer);
			assert_ok!(Royalties::set_parameters(RuntimeOrigin::root(), Default::default()));
			for (inboxes, events) in seen {
				let Event::Settled { model, fee, burn_ppm, treasury_ppm, split, .. } = &events[0]
				else {
					panic!("a settlement starts with its split");
				};
				let shares = shares(*model, *fee, *burn_ppm, *treasury_ppm);
				prop_assert_eq!(sum(&shares, |_| true), *fee);
				prop_assert_eq!(sum(&shares, |role| *role == FeeRole::Burn), split.burned);
				prop_assert_eq!(sum(&shares, |role| *role == FeeRole::Treasury), split.treasury);
				prop_assert_eq!(sum(&shares, |role| *role == FeeRole::Operator), split.operator);
				let vector = |who| sum(&shares, |role| *role == FeeRole::Vector(who));
				prop_assert_eq!(vector(Developer), split.developer);
				prop_assert_eq!(vector(Contributors), split.data);
				for (id, paid) in (1..).zip(inboxes) {
					prop_assert_eq!(vector(Upstream(id)), paid, "inbox of {}", id);
				}
				let accrued = |wanted: Source| events.iter().any(|event| matches!(
					event,
					Event::Accrued { source, amount, .. }
						if *source == wanted && (*amount == split.operator || *amount == split.developer)
				));
				prop_assert_eq!(accrued(Source::Operator { model: *model }), split.operator > 0);
				prop_assert_eq!(accrued(Source::Developer { model: *model }), split.developer > 0);
			}
			Royalties::do_try_state().unwrap();
			assert_exact();
			Ok(())
		})?;
	}
}
