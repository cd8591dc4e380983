// SPDX-License-Identifier: Apache-2.0
//! Random interleavings of all calls against a model that knows nothing but the events.

use crate::mock::*;
use frame_support::dispatch::DispatchResult;
use openledger_primitives::{
	ports::DatanetKind, AccountId32, Balance, ContributionId, DatanetId, Version, MILLI,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PEOPLE: [AccountId32; 5] = [OWNER, CURATOR, SECOND_CURATOR, ALICE, BOB];
const DATANETS: u32 = 2;

#[derive(Clone, Debug)]
enum Op {
	Commit {
		who: usize,
		datanet: u32,
		seed: u64,
	},
	Contribute {
		pick: usize,
		seed: u64,
		by: usize,
	},
	Review {
		pick: usize,
		by: usize,
		verdict: Verdict,
	},
	Expire {
		pick: usize,
	},
	Release {
		pick: usize,
	},
	Snapshot {
		by: usize,
		datanet: u32,
	},
	SetCurators {
		datanet: u32,
		named: u8,
	},
	TakeSeat {
		who: usize,
		datanet: u32,
	},
	LeaveSeat {
		who: usize,
		datanet: u32,
	},
	Approve {
		who: usize,
	},
	Dismiss {
		who: usize,
	},
	Advance {
		blocks: u32,
	},
}

fn ops() -> impl Strategy<Value = Op> {
	let who = 0..PEOPLE.len();
	let datanet = 1..=DATANETS;
	let pick = 0..12_usize;
	// CURATOR is the second of PEOPLE.
	let curator = prop_oneof![3 => Just(1), 2 => who.clone()];
	let named = prop_oneof![3 => any::<u8>().prop_map(|named| named | 0b1010), 1 => any::<u8>()];
	let verdict = prop_oneof![
		4 => (1..=4_u8).prop_map(|quality| Verdict::Accept { quality }),
		1 => (0..=5_u8).prop_map(|quality| Verdict::Accept { quality }),
		1 => any::<u8>().prop_map(|reason| Verdict::Reject { reason }),
	];
	prop_oneof![
		6 => (who.clone(), datanet.clone(), 0..6_u64)
			.prop_map(|(who, datanet, seed)| Op::Commit { who, datanet, seed }),
		8 => (pick.clone(), 0..6_u64, who.clone())
			.prop_map(|(pick, seed, by)| Op::Contribute { pick, seed, by }),
		8 => (pick.clone(), curator, verdict)
			.prop_map(|(pick, by, verdict)| Op::Review { pick, by, verdict }),
		2 => pick.clone().prop_map(|pick| Op::Expire { pick }),
		2 => pick.prop_map(|pick| Op::Release { pick }),
		2 => (who.clone(), datanet.clone()).prop_map(|(by, datanet)| Op::Snapshot { by, datanet }),
		1 => (datanet.clone(), named)
			.prop_map(|(datanet, named)| Op::SetCurators { datanet, named }),
		2 => (who.clone(), datanet.clone()).prop_map(|(who, datanet)| Op::TakeSeat { who, datanet }),
		1 => (who.clone(), datanet).prop_map(|(who, datanet)| Op::LeaveSeat { who, datanet }),
		1 => who.clone().prop_map(|who| Op::Approve { who }),
		1 => who.prop_map(|who| Op::Dismiss { who }),
		4 => (1..8_u32).prop_map(|blocks| Op::Advance { blocks }),
	]
}

/// Distinct lengths, so that a bond or fee of another text shows.
fn bytes_of(seed: u64) -> Vec<u8> {
	text(seed, 1_024 + 400 * seed as usize)
}

/// Mostly one of the contributions that the call is made for, sometimes any id.
fn picked(pick: usize, fits: impl Fn(&Status) -> bool) -> ContributionId {
	let mut ids: Vec<_> = Contributions::<Test>::iter()
		.filter(|(_, row)| fits(&row.status))
		.map(|(id, _)| id)
		.collect();
	ids.sort_unstable();
	match ids.len() {
		0 => pick as u64,
		_ if pick == 11 => pick as u64,
		length => ids[pick % length],
	}
}

fn apply(op: &Op) -> DispatchResult {
	let person = |index: usize| PEOPLE[index].clone();
	match op.clone() {
		Op::Commit { who, datanet, seed } => {
			let (who, bytes) = (person(who), bytes_of(seed));
			let length = bytes.len() as u64;
			Datanets::commit(signed(&who), datanet, commitment(&who, &bytes), length)
		}
		Op::Contribute { pick, seed, by } => {
			let id = picked(pick, |status| matches!(status, Status::Committed { .. }));
			// Mostly the contributor with his own text, sometimes anyone with any.
			let row = Contributions::<Test>::get(id);
			let honest = row.filter(|_| by != 0);
			let who = honest
				.as_ref()
				.map_or(person(by), |row| row.contributor.clone());
			let seed = honest.map_or(seed, |row| (row.byte_length - 1_024) / 400);
			Datanets::contribute(signed(&who), id, reveal(&bytes_of(seed)))
		}
		Op::Review { pick, by, verdict } => {
			let id = picked(pick, |status| matches!(status, Status::Pending { .. }));
			Datanets::review(signed(&person(by)), id, verdict)
		}
		Op::Expire { pick } => {
			let id = picked(pick, |status| matches!(status, Status::Committed { .. }));
			Datanets::expire_commit(signed(&BOB), id)
		}
		Op::Release { pick } => {
			let decided =
				|status: &Status| status.holds_root() && !matches!(status, Status::Pending { .. });
			Datanets::release_bond(signed(&BOB), picked(pick, decided))
		}
		Op::Snapshot { by, datanet } => Datanets::snapshot(signed(&person(by / 2)), datanet),
		Op::SetCurators { datanet, named } => {
			let curators: Vec<_> = PEOPLE
				.into_iter()
				.enumerate()
				.filter(|(bit, _)| named & (1 << bit) != 0)
				.map(|(_, who)| who)
				.collect();
			Datanets::set_curators(signed(&OWNER), datanet, curators.try_into().unwrap())
		}
		Op::TakeSeat { who, datanet } => Datanets::take_seat(signed(&person(who)), datanet),
		Op::LeaveSeat { who, datanet } => Datanets::leave_seat(signed(&person(who)), datanet),
		Op::Approve { who } => Datanets::approve_contributor(signed(&OWNER), 2, person(who)),
		Op::Dismiss { who } => Datanets::dismiss_contributor(signed(&OWNER), 2, person(who)),
		Op::Advance { blocks } => {
			advance(blocks);
			Ok(())
		}
	}
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
	Committed,
	Pending,
	Accepted,
	Rejected,
}

/// What follows from the events alone.
#[derive(Default)]
struct Model {
	/// Stage, contributor, bond and fee held.
	live: BTreeMap<ContributionId, (Stage, AccountId32, Balance, Balance)>,
	/// Bytes stated at commit.
	lengths: BTreeMap<ContributionId, u64>,
	points: BTreeMap<(DatanetId, Version, AccountId32), u64>,
	versions: BTreeMap<DatanetId, Version>,
	burned: Balance,
}

impl Model {
	/// Moves a contribution; each has one stage at a time and only these ways on.
	fn step(&mut self, id: ContributionId, from: Stage, to: Stage) {
		let row = self.live.get_mut(&id).unwrap();
		assert_eq!(row.0, from, "contribution {id} to {to:?}");
		row.0 = to;
	}

	fn see(&mut self, event: Event<Test>) {
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
				let row = (Stage::Committed, contributor, bond, 0);
				assert!(self.live.insert(contribution, row).is_none());
			}
			Event::Contributed {
				contribution,
				byte_length,
				..
			} => {
				self.step(contribution, Stage::Committed, Stage::Pending);
				let kib = u128::from(byte_length.div_ceil(1_024));
				self.live.get_mut(&contribution).unwrap().3 = kib * MILLI;
			}
			Event::ReviewPaid {
				contribution,
				amount,
				curator,
			} => {
				let row = self.live.get_mut(&contribution).unwrap();
				assert_ne!(row.1, curator);
				assert_eq!(std::mem::take(&mut row.3), amount);
			}
			Event::Accepted {
				contribution,
				datanet,
				quality,
				points,
				..
			} => {
				self.step(contribution, Stage::Pending, Stage::Accepted);
				assert_eq!(points, self.lengths[&contribution] * u64::from(quality));
				let tranche = self.versions.get(&datanet).copied().unwrap_or(0) + 1;
				let who = self.live[&contribution].1.clone();
				*self.points.entry((datanet, tranche, who)).or_default() += points;
			}
			Event::Rejected { contribution, .. } => {
				self.step(contribution, Stage::Pending, Stage::Rejected);
				self.live.get_mut(&contribution).unwrap().2 = 0;
			}
			Event::TakenOver { contribution, .. } => {
				let (stage, ..) = self.live.remove(&contribution).unwrap();
				assert!(matches!(stage, Stage::Committed | Stage::Pending));
			}
			Event::CommitExpired {
				contribution,
				burned,
			} => {
				let (stage, _, bond, _) = self.live.remove(&contribution).unwrap();
				assert_eq!((stage, burned), (Stage::Committed, bond / 10));
				self.burned += burned;
			}
			Event::BondReleased {
				contribution,
				contributor,
				amount,
			} => {
				let row = self.live.get_mut(&contribution).unwrap();
				assert_eq!((&row.1, row.2), (&contributor, amount));
				row.2 = 0;
				if row.0 == Stage::Rejected {
					self.live.remove(&contribution);
				}
			}
			Event::SnapshotMade {
				datanet, version, ..
			} => {
				let before = self.versions.insert(datanet, version).unwrap_or(0);
				assert_eq!(version, before + 1);
			}
			_ => (),
		}
	}

	fn compare(&self, issued: Balance) {
		let stages: BTreeMap<_, _> = self.live.iter().map(|(id, row)| (*id, row.0)).collect();
		let stored: BTreeMap<_, _> = Contributions::<Test>::iter()
			.map(|(id, row)| {
				let stage = match row.status {
					Status::Committed { .. } => Stage::Committed,
					Status::Pending { .. } => Stage::Pending,
					Status::Rejected { .. } => Stage::Rejected,
					_ => Stage::Accepted,
				};
				(id, stage)
			})
			.collect();
		assert_eq!(stages, stored);
		for who in PEOPLE {
			let own = || self.live.values().filter(|row| row.1 == who);
			let bonds: Balance = own().map(|row| row.2).sum();
			let fees: Balance = own().map(|row| row.3).sum();
			assert_eq!(held(HoldReason::ContributionBond, &who), bonds);
			assert_eq!(held(HoldReason::ReviewFee, &who), fees);
		}
		assert_eq!(given_points(), self.points);
		assert_eq!(Balances::total_issuance(), issued - self.burned);
	}
}

/// A reveal that clears a rejected contribution is possible within a run: the periods are short.
fn short() -> DatanetsParameters {
	DatanetsParameters {
		commit_expiry: 15,
		review_period: 6,
		bond_hold: 10,
		..DatanetsParameters::development()
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn bonds_states_and_points_hold_under_any_interleaving(
		ops in prop::collection::vec(ops(), 1..120)
	) {
		ExtBuilder::default().parameters(short()).build_and_execute(|| {
			create(|params| {
				params.curators = vec![CURATOR, ALICE].try_into().unwrap();
				params.bond_per_byte = MILLI;
			});
			Datanets::take_seat(signed(&ALICE), 1).unwrap();
			create(|params| {
				params.admission = Admission::Approved;
				params.kind = DatanetKind::Opaque;
			});
			Datanets::approve_contributor(signed(&OWNER), 2, ALICE).unwrap();
			Datanets::approve_contributor(signed(&OWNER), 2, BOB).unwrap();
			let issued = Balances::total_issuance();
			let mut model = Model::default();
			for op in &ops {
				System::reset_events();
				let outcome = frame_support::storage::with_storage_layer(|| apply(op));
				if outcome.is_err() {
					assert!(events().is_empty());
				}
				for event in events() {
					model.see(event);
				}
				model.compare(issued);
				check_all();
			}
		});
	}
}
