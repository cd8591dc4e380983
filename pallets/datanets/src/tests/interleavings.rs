// SPDX-License-Identifier: Apache-2.0
//! Random interleavings of all calls against a model that knows nothing but the events.

mod model;

use crate::mock::*;
use frame_support::dispatch::DispatchResult;
use model::Model;
use openledger_primitives::{
	apis::{Appeal, DatanetState},
	duplicate::{
		draw_position, open_window, EarlierWindow, Showing, ACCUSED_WINDOW, EARLIER_WINDOW,
		POSITIONS,
	},
	ports::DatanetKind,
	text::text_tree,
	AccountId32, Balance, ClaimId, ContributionId, DatanetId, H256, MICRO, MILLI, OPEN,
};
use proptest::{
	prelude::*,
	test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use std::collections::BTreeMap;

const PEOPLE: [AccountId32; 5] = [OWNER, CURATOR, SECOND_CURATOR, ALICE, BOB];
const DATANETS: u32 = 2;
/// Seeds of texts. Two lengths of one seed are copies of each other.
const SEEDS: u64 = 6;

#[derive(Clone, Debug)]
enum Op {
	Commit { who: usize, datanet: u32, seed: u64 },
	Register { who: usize, datanet: u32, seed: u64 },
	Contribute { pick: usize, seed: u64, by: usize },
	CommitVote { pick: usize, by: usize, vote: u8 },
	RevealVote { pick: usize, by: usize, lie: bool },
	Vote { pick: usize, votes: [u8; 5] },
	Conclude { pick: usize },
	Appeal { pick: usize },
	Decide { pick: usize, verdict: Verdict },
	Claim { pick: usize, by: usize },
	Show { pick: usize, showings: u8 },
	ConcludeClaim { pick: usize },
	Withdraw { pick: usize, by: usize },
	Revoke { pick: usize, reason: u8 },
	Offer { pick: usize, to: usize },
	AcceptContribution { pick: usize },
	OfferDatanet { datanet: u32, to: usize },
	AcceptDatanet { datanet: u32 },
	SetState { datanet: u32, state: DatanetState },
	Suspend { datanet: u32, suspended: bool },
	SetMetadata { datanet: u32, length: usize },
	SetTerms { datanet: u32, ppm: u32 },
	SetParameters { bond: u8 },
	Earn { pick: usize, amount: Balance },
	Expire { pick: usize },
	Release { pick: usize },
	Snapshot { datanet: u32 },
	SetCurators { datanet: u32, named: u8 },
	TakeSeat { who: usize, datanet: u32 },
	LeaveSeat { who: usize, datanet: u32 },
	Approve { who: usize },
	Dismiss { who: usize },
	Advance { blocks: u32 },
}

fn content_ops() -> impl Strategy<Value = Op> {
	let who = || 0..PEOPLE.len();
	let datanet = || 1..=DATANETS;
	let pick = || 0..12_usize;
	prop_oneof![
		9 => (who(), datanet(), 0..2 * SEEDS)
			.prop_map(|(who, datanet, seed)| Op::Register { who, datanet, seed }),
		6 => (who(), datanet(), 0..2 * SEEDS)
			.prop_map(|(who, datanet, seed)| Op::Commit { who, datanet, seed }),
		8 => (pick(), 0..2 * SEEDS, who())
			.prop_map(|(pick, seed, by)| Op::Contribute { pick, seed, by }),
		2 => pick().prop_map(|pick| Op::Expire { pick }),
		3 => pick().prop_map(|pick| Op::Release { pick }),
		2 => (pick(), who()).prop_map(|(pick, by)| Op::Withdraw { pick, by }),
		1 => (pick(), any::<u8>()).prop_map(|(pick, reason)| Op::Revoke { pick, reason }),
		2 => (pick(), 0..PEOPLE.len() + 1).prop_map(|(pick, to)| Op::Offer { pick, to }),
		2 => pick().prop_map(|pick| Op::AcceptContribution { pick }),
		3 => (pick(), 0..10_000 * MICRO).prop_map(|(pick, amount)| Op::Earn { pick, amount }),
	]
}

fn review_ops() -> impl Strategy<Value = Op> {
	let who = || 0..PEOPLE.len();
	let pick = || 0..12_usize;
	let vote = || prop_oneof![5 => 0..=4_u8, 1 => any::<u8>()];
	let verdict = prop_oneof![
		4 => (0..=5_u8).prop_map(|quality| Verdict::Accept { quality }),
		4 => any::<u8>().prop_map(|reason| Verdict::Reject { reason }),
	];
	prop_oneof![
		6 => (pick(), who(), vote()).prop_map(|(pick, by, vote)| Op::CommitVote { pick, by, vote }),
		6 => (pick(), who(), prop::bool::weighted(0.1))
			.prop_map(|(pick, by, lie)| Op::RevealVote { pick, by, lie }),
		14 => (pick(), prop_oneof![
			2 => [1..=4_u8, 1..=4, 1..=4, 0..=4, 0..=4],
			2 => [0..=1_u8, 0..=1, 0..=1, 0..=1, 0..=1],
		])
			.prop_map(|(pick, votes)| Op::Vote { pick, votes }),
		4 => pick().prop_map(|pick| Op::Conclude { pick }),
		10 => pick().prop_map(|pick| Op::Appeal { pick }),
		10 => (pick(), verdict).prop_map(|(pick, verdict)| Op::Decide { pick, verdict }),
		6 => (pick(), who()).prop_map(|(pick, by)| Op::Claim { pick, by }),
		6 => (pick(), prop_oneof![Just(1_u8), Just(30), Just(POSITIONS)])
			.prop_map(|(pick, showings)| Op::Show { pick, showings }),
		4 => pick().prop_map(|pick| Op::ConcludeClaim { pick }),
	]
}

fn datanet_ops() -> impl Strategy<Value = Op> {
	let who = || 0..PEOPLE.len();
	let datanet = || 1..=DATANETS;
	let named = prop_oneof![5 => any::<u8>().prop_map(|named| named | 0b1110), 1 => any::<u8>()];
	let state = prop_oneof![
		4 => Just(DatanetState::Open),
		2 => Just(DatanetState::Frozen),
		1 => Just(DatanetState::Suspended),
	];
	prop_oneof![
		3 => datanet().prop_map(|datanet| Op::Snapshot { datanet }),
		2 => (datanet(), named).prop_map(|(datanet, named)| Op::SetCurators { datanet, named }),
		14 => (who(), datanet()).prop_map(|(who, datanet)| Op::TakeSeat { who, datanet }),
		2 => (who(), datanet()).prop_map(|(who, datanet)| Op::LeaveSeat { who, datanet }),
		1 => who().prop_map(|who| Op::Approve { who }),
		1 => who().prop_map(|who| Op::Dismiss { who }),
		1 => (datanet(), who()).prop_map(|(datanet, to)| Op::OfferDatanet { datanet, to }),
		1 => datanet().prop_map(|datanet| Op::AcceptDatanet { datanet }),
		2 => (datanet(), state).prop_map(|(datanet, state)| Op::SetState { datanet, state }),
		1 => (datanet(), prop::bool::weighted(0.3))
			.prop_map(|(datanet, suspended)| Op::Suspend { datanet, suspended }),
		1 => (datanet(), 0..256_usize)
			.prop_map(|(datanet, length)| Op::SetMetadata { datanet, length }),
		1 => (datanet(), 0..1_000_000_u32).prop_map(|(datanet, ppm)| Op::SetTerms { datanet, ppm }),
		1 => (1..20_u8).prop_map(|bond| Op::SetParameters { bond }),
	]
}

fn ops() -> impl Strategy<Value = Op> {
	prop_oneof![
		5 => content_ops(),
		6 => review_ops(),
		3 => datanet_ops(),
		3 => (1..7_u32).prop_map(|blocks| Op::Advance { blocks }),
	]
}

/// Distinct lengths, so that a bond or fee of another text shows; seeds from [`SEEDS`] on are
/// longer copies of those before.
fn bytes_of(seed: u64) -> Vec<u8> {
	text(seed % SEEDS, 1_024 + 400 * seed as usize)
}

fn seed_of(row: &ContributionOf<Test>) -> u64 {
	(row.byte_length - 1_024) / 400
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

fn pending(pick: usize) -> ContributionId {
	picked(pick, |status| matches!(status, Status::Pending { .. }))
}

/// Mostly what can still be voted on.
fn votable(pick: usize) -> ContributionId {
	let open = |id: &ContributionId| {
		Contributions::<Test>::get(id)
			.is_some_and(|row| matches!(row.status, Status::Pending { .. }))
	};
	let mut ids: Vec<_> = Reviews::<Test>::iter()
		.filter(|(id, row)| open(id) && now() <= row.commits_until)
		.map(|(id, _)| id)
		.collect();
	ids.sort_unstable();
	match ids.len() {
		0 => pending(pick),
		length => ids[pick % length],
	}
}

/// Mostly what is due.
fn due(pick: usize) -> ContributionId {
	Agenda::<Test>::iter_keys()
		.find_map(|(block, due)| match due {
			Due::Review(id) if u32::from_be_bytes(block) <= now() => Some(id),
			_ => None,
		})
		.unwrap_or_else(|| pending(pick))
}

fn accepted(pick: usize) -> ContributionId {
	picked(pick, |status| matches!(status, Status::Accepted(_)))
}

/// Mostly one that can be appealed or decided, the youngest most often.
fn rejected(pick: usize, wanted: Appeal) -> ContributionId {
	let pick = if pick < 8 { 7 } else { pick };
	picked(pick, |status| match status {
		Status::Rejected { appeal, .. } => *appeal == wanted || pick != 7,
		_ => false,
	})
}

/// Mostly what copies an earlier text, if there is any.
fn accusable(pick: usize) -> ContributionId {
	let mut copies: Vec<_> = Contributions::<Test>::iter()
		.filter(|(_, row)| row.datanet == 1 && row.status.can_be_struck())
		.filter(|(_, row)| earlier_of(row).is_some())
		.map(|(id, _)| id)
		.collect();
	copies.sort_unstable();
	match copies.len() {
		length if length > 0 && !pick.is_multiple_of(4) => copies[pick % length],
		_ => picked(pick, |status| {
			matches!(status, Status::Pending { .. } | Status::Accepted(_))
		}),
	}
}

/// An accepted text of the same seed that was revealed before this one was committed.
fn earlier_of(accused: &ContributionOf<Test>) -> Option<(ContributionId, ContributionOf<Test>)> {
	Contributions::<Test>::iter().find(|(_, row)| {
		row.datanet == accused.datanet
			&& matches!(row.status, Status::Accepted(_))
			&& seed_of(row) % SEEDS == seed_of(accused) % SEEDS
			&& row.revealed_at < accused.committed_at
	})
}

fn picked_claim(pick: usize) -> ClaimId {
	let mut ids: Vec<_> = Claims::<Test>::iter_keys().collect();
	ids.sort_unstable();
	match ids.len() {
		0 => pick as u64,
		length => ids[pick % length],
	}
}

fn person(index: usize) -> AccountId32 {
	PEOPLE[index].clone()
}

fn contributor_of(id: ContributionId, otherwise: usize) -> AccountId32 {
	Contributions::<Test>::get(id).map_or(person(otherwise), |row| row.contributor)
}

fn owner_of(datanet: DatanetId) -> AccountId32 {
	crate::Datanets::<Test>::get(datanet).unwrap().owner
}

fn authorized() -> RuntimeOrigin {
	frame_system::RawOrigin::Authorized.into()
}

/// What people keep to themselves: the votes behind their commits.
type Secrets = BTreeMap<(ContributionId, AccountId32), (u8, u8)>;

fn apply(op: &Op, secrets: &mut Secrets) -> DispatchResult {
	match op.clone() {
		Op::Commit { who, datanet, seed } => {
			let (who, bytes) = (person(who), bytes_of(seed));
			let length = bytes.len() as u64;
			Datanets::commit(signed(&who), datanet, commitment(&who, &bytes), length)
		}
		Op::Register { who, datanet, seed } => {
			let (who, bytes) = (person(who), bytes_of(seed));
			let (digest, length) = (commitment(&who, &bytes), bytes.len() as u64);
			Datanets::commit(signed(&who), datanet, digest, length)?;
			let id = ContributionCount::<Test>::get();
			done(Datanets::contribute(signed(&who), id, reveal(&bytes)))
		}
		Op::Contribute { pick, seed, by } => {
			let id = picked(pick, |status| matches!(status, Status::Committed { .. }));
			// Mostly the contributor with his own text, sometimes anyone with any.
			let row = Contributions::<Test>::get(id).filter(|_| by != 0);
			let who = row
				.as_ref()
				.map_or(person(by), |row| row.contributor.clone());
			let seed = row.as_ref().map_or(seed, seed_of);
			done(Datanets::contribute(
				signed(&who),
				id,
				reveal(&bytes_of(seed)),
			))
		}
		Op::Expire { pick } => {
			let id = picked(pick, |status| matches!(status, Status::Committed { .. }));
			Datanets::expire_commit(signed(&BOB), id)
		}
		Op::Release { pick } => {
			let decided = |status: &Status| {
				!matches!(status, Status::Committed { .. } | Status::Pending { .. })
			};
			Datanets::release_bond(signed(&BOB), picked(pick, decided))
		}
		Op::Withdraw { pick, by } => {
			let id = accepted(pick);
			let who = if by == 0 {
				person(by)
			} else {
				contributor_of(id, by)
			};
			Datanets::withdraw(signed(&who), id)
		}
		Op::Revoke { pick, reason } => {
			Datanets::revoke(RuntimeOrigin::root(), picked(pick, |_| true), reason)
		}
		other => apply_review(&other, secrets).unwrap_or_else(|| apply_datanet(&other)),
	}
}

fn done(post: frame_support::dispatch::DispatchResultWithPostInfo) -> DispatchResult {
	post.map(|_| ()).map_err(|error| error.error)
}

fn apply_review(op: &Op, secrets: &mut Secrets) -> Option<DispatchResult> {
	Some(match op.clone() {
		Op::CommitVote { pick, by, vote } => commit_secretly(votable(pick), by, vote, secrets),
		Op::RevealVote { pick, by, lie } => reveal_secret(pending(pick), by, lie, secrets),
		Op::Vote { pick, votes } => vote_together(votable(pick), votes, secrets),
		Op::Conclude { pick } => done(Datanets::conclude_review(authorized(), due(pick))),
		Op::Appeal { pick } => {
			let id = rejected(pick, Appeal::Possible);
			done(Datanets::appeal(signed(&contributor_of(id, 3)), id))
		}
		Op::Decide { pick, verdict } => {
			Datanets::decide_appeal(RuntimeOrigin::root(), rejected(pick, Appeal::Open), verdict)
		}
		Op::Claim { pick, by } => Datanets::claim_duplicate(signed(&person(by)), accusable(pick)),
		Op::Show { pick, showings } => show_some(picked_claim(pick), showings),
		Op::ConcludeClaim { pick } => Datanets::conclude_claim(authorized(), picked_claim(pick)),
		_ => return None,
	})
}

fn commit_secretly(
	id: ContributionId,
	by: usize,
	vote: u8,
	secrets: &mut Secrets,
) -> DispatchResult {
	let who = person(by);
	let digest = match Reviews::<Test>::get(id) {
		Some(_) => vote_of(id, &who, vote, by as u8),
		None => H256::zero(),
	};
	Datanets::commit_vote(signed(&who), id, digest)?;
	secrets.insert((id, who), (vote, by as u8));
	Ok(())
}

/// A whole electorate, as far as it goes.
fn vote_together(id: ContributionId, votes: [u8; 5], secrets: &mut Secrets) -> DispatchResult {
	for (by, vote) in votes.into_iter().enumerate() {
		let _ = commit_secretly(id, by, vote, secrets);
	}
	let row = Reviews::<Test>::get(id).ok_or(Error::<Test>::NotPending)?;
	if !row.reveals_open(now()) {
		advance_to(row.commits_until + 1);
	}
	for by in 0..PEOPLE.len() {
		let _ = reveal_secret(id, by, false, secrets);
	}
	Ok(())
}

fn reveal_secret(id: ContributionId, by: usize, lie: bool, secrets: &Secrets) -> DispatchResult {
	let who = person(by);
	let (vote, reason) = secrets.get(&(id, who.clone())).copied().unwrap_or((1, 0));
	let vote = if lie { vote ^ 1 } else { vote };
	done(Datanets::reveal_vote(signed(&who), id, vote, reason, SALT))
}

/// Shows so many positions, honestly: from the first accepted text of the same seed that is
/// earlier, or from the accused itself.
fn show_some(id: ClaimId, showings: u8) -> DispatchResult {
	let claim = Claims::<Test>::get(id).ok_or(Error::<Test>::ClaimNotFound)?;
	while showings > 1 && EpochIndex::get() < claim.epoch {
		next_epoch();
	}
	let draw = Datanets::draw_of(&claim).ok_or(Error::<Test>::NotDrawn)?;
	let accused = Contributions::<Test>::get(claim.contribution).ok_or(Error::<Test>::ClaimMoot)?;
	let bytes = bytes_of(seed_of(&accused));
	let (earlier_id, earlier) =
		earlier_of(&accused).unwrap_or((claim.contribution, accused.clone()));
	let source = bytes_of(seed_of(&earlier));
	let (tree, source_tree) = (text_tree(&bytes), text_tree(&source));
	let unshown = (0..POSITIONS).filter(|index| claim.shown & (1 << index) == 0);
	for index in unshown.take(showings.into()) {
		let at = draw_position(&draw.value, id, index, accused.byte_length).unwrap();
		// The texts repeat one phrase of seven bytes.
		let position = at % 7;
		let showing = Showing {
			index,
			accused: open_window(&bytes, &tree, at, ACCUSED_WINDOW).unwrap(),
			earlier: Some(EarlierWindow {
				contribution: earlier_id,
				position,
				opening: open_window(&source, &source_tree, position, EARLIER_WINDOW).unwrap(),
			}),
		};
		done(Datanets::show_window(signed(&BOB), id, Box::new(showing)))?;
		if Claims::<Test>::get(id).is_none() {
			break;
		}
	}
	Ok(())
}

fn apply_transfer(op: &Op) -> DispatchResult {
	match op.clone() {
		Op::Offer { pick, to } => {
			let id = accepted(pick);
			let to = PEOPLE.get(to).cloned();
			Datanets::offer_contribution(signed(&contributor_of(id, 0)), id, to)
		}
		Op::AcceptContribution { pick } => {
			let offers: Vec<_> = ContributionOffers::<Test>::iter().collect();
			let (id, who) = match offers.len() {
				0 => (pick as u64, ALICE),
				length => offers[pick % length].clone(),
			};
			Datanets::accept_contribution(signed(&who), id)
		}
		Op::Earn { pick, amount } => {
			if let Some(row) = Contributions::<Test>::get(accepted(pick)) {
				if let Status::Accepted(acceptance) = row.status {
					earn(row.datanet, acceptance.tranche, &row.contributor, amount);
				}
			}
			Ok(())
		}
		Op::Advance { blocks } => {
			advance(blocks);
			Ok(())
		}
		other => panic!("{other:?} is applied elsewhere"),
	}
}

fn apply_datanet(op: &Op) -> DispatchResult {
	match op.clone() {
		Op::Snapshot { datanet } => Datanets::snapshot(signed(&owner_of(datanet)), datanet),
		Op::SetCurators { datanet, named } => {
			let curators: Vec<_> = PEOPLE
				.into_iter()
				.enumerate()
				.filter(|(bit, _)| named & (1 << bit) != 0)
				.map(|(_, who)| who)
				.collect();
			let curators = curators.try_into().unwrap();
			Datanets::set_curators(signed(&owner_of(datanet)), datanet, curators)
		}
		Op::TakeSeat { who, datanet } => Datanets::take_seat(signed(&person(who)), datanet),
		Op::LeaveSeat { who, datanet } => Datanets::leave_seat(signed(&person(who)), datanet),
		Op::Approve { who } => Datanets::approve_contributor(signed(&owner_of(2)), 2, person(who)),
		Op::Dismiss { who } => Datanets::dismiss_contributor(signed(&owner_of(2)), 2, person(who)),
		Op::OfferDatanet { datanet, to } => {
			Datanets::offer_datanet(signed(&owner_of(datanet)), datanet, Some(person(to)))
		}
		Op::AcceptDatanet { datanet } => {
			let who = DatanetOffers::<Test>::get(datanet).unwrap_or(ALICE);
			Datanets::accept_datanet(signed(&who), datanet)
		}
		Op::SetState { datanet, state } => {
			Datanets::set_state(signed(&owner_of(datanet)), datanet, state)
		}
		Op::Suspend { datanet, suspended } => {
			Datanets::suspend(RuntimeOrigin::root(), datanet, suspended)
		}
		Op::SetMetadata { datanet, length } => {
			let uri = bounded(&vec![b'u'; length]);
			Datanets::set_metadata(signed(&owner_of(datanet)), datanet, uri, H256::zero())
		}
		Op::SetTerms { datanet, ppm } => {
			let terms = DatanetTerms {
				training_fee: 1,
				min_contributors_ppm: ppm,
			};
			Datanets::set_terms(signed(&owner_of(datanet)), datanet, terms)
		}
		Op::SetParameters { bond } => {
			let parameters = DatanetsParameters {
				curator_bond: OPEN * Balance::from(bond),
				min_bond: OPEN / 10 * Balance::from(bond),
				..short()
			};
			Datanets::set_parameters(RuntimeOrigin::root(), parameters)
		}
		other => apply_transfer(&other),
	}
}

/// Pool money that anybody has or will have.
fn pool_money() -> Balance {
	let rows: Balance = PoolRows::iter_values()
		.map(|row| row.pending + row.withheld)
		.sum();
	rows + Accrued::iter_values().sum::<Balance>() + Aside::get()
}

/// Short enough for everything to happen within a run.
fn short() -> DatanetsParameters {
	DatanetsParameters {
		commit_expiry: 15,
		vote_commit_period: 5,
		vote_reveal_period: 4,
		appeal_period: 12,
		showing_period: 15,
		bond_hold: 10,
		..DatanetsParameters::development()
	}
}

/// Two datanets with somebody on each bench.
fn two_datanets() {
	create(|params| {
		params.curators = vec![CURATOR, SECOND_CURATOR, ALICE].try_into().unwrap();
		params.bond_per_byte = MILLI;
	});
	Datanets::take_seat(signed(&ALICE), 1).unwrap();
	Datanets::take_seat(signed(&SECOND_CURATOR), 1).unwrap();
	create(|params| {
		params.admission = Admission::Approved;
		params.kind = DatanetKind::Opaque;
	});
	Datanets::approve_contributor(signed(&OWNER), 2, ALICE).unwrap();
	Datanets::approve_contributor(signed(&OWNER), 2, BOB).unwrap();
}

/// Whatever was left undone, keepers end every review and every claim.
fn keepers_end_everything(model: &mut Model, issued: Balance) {
	for _ in 0..400 {
		let Some((block, due)) = Agenda::<Test>::iter_keys().next() else {
			break;
		};
		advance_to(u32::from_be_bytes(block));
		System::reset_events();
		let call = match due {
			Due::Review(contribution) => Call::conclude_review { contribution },
			Due::Claim(claim) => Call::conclude_claim { claim },
		};
		match crate::mock::apply(keeper(call)) {
			Ok(outcome) => assert!(outcome.is_ok(), "{outcome:?}"),
			// The quota of a block.
			Err(_) => advance(1),
		}
		events().into_iter().for_each(|event| model.see(event));
		model.compare(issued);
		check_all();
	}
	assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
	assert_eq!(Claims::<Test>::iter_keys().count(), 0);
	assert!(!Contributions::<Test>::iter_values()
		.any(|row| matches!(row.status, Status::Pending { .. })));
}

/// Names of the events so far, of all cases.
type Kinds = BTreeMap<String, u32>;

fn run_case(ops: &[Op], kinds: &mut Kinds) {
	two_datanets();
	let issued = Balances::total_issuance();
	let (mut model, mut secrets, mut earned) = (Model::default(), Secrets::new(), 0);
	for op in ops {
		System::reset_events();
		let before = pool_money();
		let outcome = frame_support::storage::with_storage_layer(|| apply(op, &mut secrets));
		if outcome.is_err() {
			assert!(events().is_empty());
		}
		for event in events() {
			*kinds.entry(kind_of(&event)).or_default() += 1;
			model.see(event);
		}
		model.compare(issued);
		if matches!(op, Op::Earn { .. }) {
			earned += pool_money() - before;
		}
		assert_eq!(pool_money(), earned);
		check_all();
	}
	keepers_end_everything(&mut model, issued);
	assert_eq!(pool_money(), earned);
	assert_eq!(Aside::get(), 0);
}

/// Its name, and how, if it ends something.
fn kind_of(event: &Event<Test>) -> String {
	match event {
		Event::ClaimEnded { outcome, .. } => format!("ClaimEnded {outcome:?}"),
		Event::AppealDecided { upheld, .. } => format!("AppealDecided {upheld}"),
		Event::Rejected { reason, .. } if *reason > MAX_REASON => format!("Rejected {reason}"),
		Event::Revoked { reason: None, .. } => "Revoked copy".into(),
		Event::Withdrawn { aside: 1.., .. } => "Withdrawn with money aside".into(),
		other => {
			let text = format!("{other:?}");
			let name = text.trim_start_matches("Event::");
			let end = name.find(|c: char| !c.is_alphanumeric());
			name[..end.unwrap_or(name.len())].into()
		}
	}
}

/// What must have happened for the test to mean anything.
const EXPECTED: &[&str] = &[
	"Accepted",
	"AppealDecided false",
	"AppealDecided true",
	"Appealed",
	"BondReleased",
	"ClaimDrawn",
	"ClaimEnded Failed",
	"ClaimEnded Moot",
	"ClaimEnded Proved",
	"CommitExpired",
	"ContributionOffered",
	"CuratorFined",
	"DatanetTransferred",
	"DuplicateClaimed",
	"MetadataSet",
	"Rejected",
	"Rejected 255",
	"ReviewExtended",
	"ReviewPaid",
	"Revoked",
	"SeatLeft",
	"SnapshotMade",
	"TakenOver",
	"TermsSet",
	"VoteForfeited",
	"Withdrawn",
	"Withdrawn with money aside",
];

fn run(mut runner: TestRunner) -> Kinds {
	let kinds = std::cell::RefCell::new(Kinds::new());
	let outcome = runner.run(&prop::collection::vec(ops(), 80..240), |ops| {
		ExtBuilder::default()
			.parameters(short())
			.build_and_execute(|| run_case(&ops, &mut kinds.borrow_mut()));
		Ok(())
	});
	outcome.unwrap();
	kinds.into_inner()
}

fn cases(cases: u32) -> ProptestConfig {
	ProptestConfig {
		cases,
		failure_persistence: None,
		..Default::default()
	}
}

/// The same cases on every run, so that what they reach can be asserted.
#[test]
fn bonds_states_and_points_hold_whatever_happens() {
	let dice = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
	let kinds = run(TestRunner::new_with_rng(cases(32), dice));
	println!("{kinds:#?}");
	for kind in EXPECTED {
		assert!(kinds.contains_key(*kind), "{kind} never happened");
	}
}

/// Others on every run.
#[test]
fn bonds_states_and_points_hold_under_any_interleaving() {
	run(TestRunner::new(cases(16)));
}
