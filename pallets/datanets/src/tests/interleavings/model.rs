// SPDX-License-Identifier: Apache-2.0
//! What follows from the events alone.

use super::PEOPLE;
use crate::mock::*;
use openledger_primitives::{
	AccountId32, Balance, ClaimId, ContributionId, DatanetId, Version, MILLI,
};
use std::collections::BTreeMap;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
	Committed,
	Pending,
	Accepted,
	Rejected,
	Withdrawn,
	Revoked,
}

#[derive(Clone, Debug)]
struct Live {
	stage: Stage,
	contributor: AccountId32,
	bond: Balance,
	fee: Balance,
	/// Points while they count, with their tranche.
	points: (DatanetId, Version, u64),
}

/// What follows from the events alone.
#[derive(Default)]
pub struct Model {
	live: BTreeMap<ContributionId, Live>,
	/// Bytes stated at commit.
	lengths: BTreeMap<ContributionId, u64>,
	versions: BTreeMap<DatanetId, Version>,
	/// Reporter and bond.
	claims: BTreeMap<ClaimId, (AccountId32, Balance)>,
	burned: Balance,
}

impl Model {
	/// Moves a contribution; each has one stage at a time and only these ways on.
	fn step(&mut self, id: ContributionId, from: &[Stage], to: Stage) -> &mut Live {
		let row = self.live.get_mut(&id).unwrap();
		assert!(
			from.contains(&row.stage),
			"contribution {id}: {row:?} to {to:?}"
		);
		row.stage = to;
		row
	}

	pub fn see(&mut self, event: Event<Test>) {
		match event {
			Event::Committed {
				contribution,
				contributor,
				byte_length,
				bond,
				..
			} => {
				assert_eq!(contribution, self.lengths.len() as u64 + 1);
				self.lengths.insert(contribution, byte_length);
				let row = Live {
					stage: Stage::Committed,
					contributor,
					bond,
					fee: 0,
					points: (0, 0, 0),
				};
				assert!(self.live.insert(contribution, row).is_none());
			}
			Event::Contributed {
				contribution,
				byte_length,
				..
			} => {
				let kib = u128::from(byte_length.div_ceil(1_024));
				let row = self.step(contribution, &[Stage::Committed], Stage::Pending);
				row.fee = kib * MILLI;
			}
			Event::TakenOver { contribution, .. } => {
				let row = self.live.remove(&contribution).unwrap();
				assert!(matches!(row.stage, Stage::Committed | Stage::Pending));
			}
			Event::CommitExpired {
				contribution,
				burned,
			} => {
				let row = self.live.remove(&contribution).unwrap();
				assert_eq!((row.stage, burned), (Stage::Committed, row.bond / 10));
				self.burned += burned;
			}
			Event::BondReleased {
				contribution,
				contributor,
				amount,
			} => {
				let row = self.live.get_mut(&contribution).unwrap();
				assert_eq!((&row.contributor, row.bond), (&contributor, amount));
				row.bond = 0;
				if row.stage == Stage::Rejected {
					self.live.remove(&contribution);
				}
			}
			Event::SnapshotMade {
				datanet, version, ..
			} => {
				let before = self.versions.insert(datanet, version).unwrap_or(0);
				assert_eq!(version, before + 1);
			}
			other => self.see_outcome(other),
		}
	}

	fn see_outcome(&mut self, event: Event<Test>) {
		match event {
			Event::ReviewPaid {
				contribution,
				amount,
				curator,
			} => {
				let row = self.live.get_mut(&contribution).unwrap();
				assert_ne!(row.contributor, curator);
				row.fee = row.fee.checked_sub(amount).unwrap();
			}
			Event::Accepted {
				contribution,
				datanet,
				quality,
				points,
				..
			} => {
				assert_eq!(points, self.lengths[&contribution] * u64::from(quality));
				let tranche = self.versions.get(&datanet).copied().unwrap_or(0) + 1;
				let from = [Stage::Pending, Stage::Rejected];
				let row = self.step(contribution, &from, Stage::Accepted);
				assert_eq!(row.fee, 0);
				assert!(row.bond > 0);
				row.points = (datanet, tranche, points);
			}
			Event::Rejected { contribution, .. } => {
				// The second time after an appeal that was dismissed.
				let from = [Stage::Pending, Stage::Rejected];
				let row = self.step(contribution, &from, Stage::Rejected);
				(row.bond, row.fee) = (0, 0);
			}
			Event::Appealed {
				contribution, bond, ..
			} => {
				self.step(contribution, &[Stage::Rejected], Stage::Rejected)
					.bond = bond;
			}
			Event::Withdrawn { contribution, .. } => {
				self.step(contribution, &[Stage::Accepted], Stage::Withdrawn)
					.points
					.2 = 0;
			}
			Event::Revoked {
				contribution,
				reason,
				points,
			} => {
				let from = [Stage::Accepted, Stage::Withdrawn, Stage::Revoked];
				let row = self.step(contribution, &from, Stage::Revoked);
				assert_eq!(std::mem::take(&mut row.points.2), points);
				if reason.is_none() {
					row.bond = 0;
				}
			}
			other => self.see_others(other),
		}
	}

	fn see_others(&mut self, event: Event<Test>) {
		match event {
			Event::ContributionTransferred {
				contribution,
				from,
				to,
			} => {
				let row = self.step(contribution, &[Stage::Accepted], Stage::Accepted);
				assert_eq!(std::mem::replace(&mut row.contributor, to), from);
				assert_eq!(row.bond, 0);
			}
			Event::DuplicateClaimed {
				claim,
				reporter,
				bond,
				..
			} => {
				assert!(self.claims.insert(claim, (reporter, bond)).is_none());
			}
			Event::ClaimEnded { claim, burned, .. } => {
				assert!(self.claims.remove(&claim).is_some());
				self.burned += burned;
			}
			Event::VoteForfeited { burned, .. }
			| Event::CuratorFined { burned, .. }
			| Event::AppealDecided { burned, .. } => self.burned += burned,
			_ => (),
		}
	}

	pub fn compare(&self, issued: Balance) {
		let stages: BTreeMap<_, _> = self.live.iter().map(|(id, row)| (*id, row.stage)).collect();
		let stored: BTreeMap<_, _> = Contributions::<Test>::iter()
			.map(|(id, row)| (id, stage_of(&row.status)))
			.collect();
		assert_eq!(stages, stored);
		for who in PEOPLE {
			let own = || self.live.values().filter(|row| row.contributor == who);
			let bonds: Balance = own().map(|row| row.bond).sum();
			let fees: Balance = own().map(|row| row.fee).sum();
			let claims = self
				.claims
				.values()
				.filter(|(reporter, _)| *reporter == who);
			let reported: Balance = claims.map(|(_, bond)| bond).sum();
			assert_eq!(held(HoldReason::ContributionBond, &who), bonds);
			assert_eq!(held(HoldReason::ReviewFee, &who), fees);
			assert_eq!(held(HoldReason::ReporterBond, &who), reported);
		}
		let mut points = BTreeMap::new();
		for row in self.live.values().filter(|row| row.points.2 > 0) {
			let (datanet, tranche, worth) = row.points;
			*points
				.entry((datanet, tranche, row.contributor.clone()))
				.or_default() += worth;
		}
		assert_eq!(given_points(), points);
		assert_eq!(Balances::total_issuance(), issued - self.burned);
	}
}

fn stage_of(status: &Status) -> Stage {
	match status {
		Status::Committed { .. } => Stage::Committed,
		Status::Pending { .. } => Stage::Pending,
		Status::Accepted(_) => Stage::Accepted,
		Status::Rejected { .. } => Stage::Rejected,
		Status::Withdrawn { .. } => Stage::Withdrawn,
		Status::Revoked { .. } => Stage::Revoked,
	}
}
