// SPDX-License-Identifier: Apache-2.0
//! Invariants of this pallet's storage. Run after every test and by `try-runtime`.
//!
//! 1. Ids: datanets are `1..=count` with all their rows; no contribution or claim is above its
//!    count.
//! 2. A contribution's rows and amounts fit its status.
//! 3. A root row points at a contribution of that datanet and root that is pending, accepted or
//!    rejected, and each of those has its row.
//! 4. Acceptance numbers are `0..accepted` and point at contributions that carry them; bytes and
//!    running hash of the datanet, and of each snapshot, follow from them.
//! 5. Snapshots are `1..=version`, each with more acceptances than the one before; the datanet
//!    counts their deposits.
//! 6. Curators are distinct; the bench are those of them whose bond is whole; approvals are only
//!    where admission asks for them.
//! 7. A review is of a pending contribution, or of a rejected one that can be appealed or is. No
//!    contributor votes on his own. Seats count the open ballots, and whoever a rejection can still
//!    cost something is bound to his.
//! 8. The agenda is what is due: a row for each review that goes on and for each claim, no others.
//! 9. A contribution counts the claims that are open on it; draws are in the order of epochs.
//! 10. Offers are of accepted contributions and of datanets.
//! 11. Held money equals bonds, fees and deposits per account and reason.
//! 12. The parameters are within their bounds.

use crate::{pallet::*, review::due_after, types::*, ContributionOf, DatanetOf};
use alloc::collections::{BTreeMap, BTreeSet};
use codec::Encode;
use frame_support::{ensure, traits::fungible::InspectHold};
use openledger_primitives::{
	apis::{Appeal, BallotState},
	payload::snapshot_step,
	Balance, ContributionId, DatanetId, Version, H256,
};
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;

/// Planck that should be on hold, by reason and account; storage deposits are in their tickets.
pub type Owed<AccountId> = [(HoldReason, BTreeMap<AccountId, Balance>); 5];

/// Live points by datanet, tranche and contributor.
pub type LivePoints<AccountId> = BTreeMap<(DatanetId, Version, AccountId), u64>;

/// Locks by datanet, tranche and contributor.
pub type LiveLocks<AccountId> = BTreeMap<(DatanetId, Version, AccountId), u32>;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this module's documentation.
	pub fn do_try_state() -> Checked {
		ensure!(
			Self::parameters_fit(&Parameters::<T>::get()),
			"parameters out of bounds"
		);
		Self::try_state_ids()?;
		for (id, row) in Contributions::<T>::iter() {
			Self::try_state_contribution(id, &row)?;
		}
		Self::try_state_roots()?;
		for (id, row) in Datanets::<T>::iter() {
			Self::try_state_acceptances(id, &row)?;
			Self::try_state_curation(id, &row)?;
		}
		Self::try_state_numbers()?;
		Self::try_state_reviews()?;
		Self::try_state_seats()?;
		Self::try_state_claims()?;
		Self::try_state_agenda()?;
		Self::try_state_offers()?;
		Self::try_state_holds()
	}

	/// Points that the pools must hold for this pallet: those of accepted contributions.
	pub fn live_points() -> LivePoints<T::AccountId> {
		let mut sums = BTreeMap::new();
		for row in Contributions::<T>::iter_values() {
			if let Status::Accepted(acceptance) = &row.status {
				let points = row.points(acceptance.quality).unwrap_or(u64::MAX);
				let sum: &mut u64 = sums
					.entry((row.datanet, acceptance.tranche, row.contributor))
					.or_default();
				*sum = sum.saturating_add(points);
			}
		}
		sums
	}

	/// Locks that the pools must hold for this pallet: one for each accepted contribution that a
	/// claim is open on.
	pub fn live_locks() -> LiveLocks<T::AccountId> {
		let mut sums = BTreeMap::new();
		for row in Contributions::<T>::iter_values() {
			if let (Status::Accepted(acceptance), 1..) = (&row.status, row.claims) {
				let sum: &mut u32 = sums
					.entry((row.datanet, acceptance.tranche, row.contributor))
					.or_default();
				*sum = sum.saturating_add(1);
			}
		}
		sums
	}

	fn try_state_ids() -> Checked {
		let count = DatanetCount::<T>::get();
		let ids: BTreeSet<_> = Datanets::<T>::iter_keys().collect();
		let dense = ids.first().map_or(count == 0, |first| *first == 1)
			&& ids.last().map_or(count == 0, |last| *last == count)
			&& u32::try_from(ids.len()).ok() == Some(count);
		ensure!(dense, "datanet ids have holes");
		ensure!(
			Details::<T>::iter_keys().collect::<BTreeSet<_>>() == ids,
			"details lost"
		);
		ensure!(
			Curators::<T>::iter_keys().collect::<BTreeSet<_>>() == ids,
			"curators of no datanet, or none"
		);
		let highest = ContributionCount::<T>::get();
		ensure!(
			Contributions::<T>::iter_keys().all(|id| (1..=highest).contains(&id)),
			"contribution above its count"
		);
		let claims = ClaimCount::<T>::get();
		ensure!(
			Claims::<T>::iter_keys().all(|id| (1..=claims).contains(&id)),
			"claim above its count"
		);
		ensure!(
			Contents::<T>::iter_keys().all(Contributions::<T>::contains_key),
			"content of no contribution"
		);
		let used =
			|id| Contributions::<T>::get(id).is_some_and(|row| row.status.acceptance().is_some());
		ensure!(
			Usage::<T>::iter_keys().all(used),
			"usage of no accepted contribution"
		);
		Ok(())
	}

	fn try_state_contribution(id: ContributionId, row: &ContributionOf<T>) -> Checked {
		let datanet = Datanets::<T>::get(row.datanet).ok_or("contribution to no datanet")?;
		ensure!(
			length_range(datanet.kind).contains(&row.byte_length),
			"length out of range"
		);
		let committed = matches!(row.status, Status::Committed { .. });
		ensure!(
			committed != Contents::<T>::contains_key(id),
			"content without reveal, or lost"
		);
		ensure!(
			committed == row.text_root.is_zero(),
			"root without reveal, or lost"
		);
		ensure!(
			committed == (row.revealed_at == 0)
				&& (committed || row.revealed_at >= row.committed_at),
			"block of the reveal is wrong"
		);
		match row.status {
			Status::Committed { .. } | Status::Pending { .. } => {
				ensure!(row.bond > 0, "no bond")
			}
			Status::Rejected { appeal, .. } => ensure!(
				(row.bond > 0) == (appeal == Appeal::Open),
				"bond of a rejected contribution"
			),
			Status::Withdrawn { aside, .. } => {
				ensure!(aside == 0 || row.claims > 0, "money aside without a claim")
			}
			_ => (),
		}
		if let Some(acceptance) = row.status.acceptance() {
			ensure!(
				(1..=MAX_QUALITY).contains(&acceptance.quality),
				"quality out of range"
			);
			ensure!(
				NumberOf::<T>::get(row.datanet, acceptance.number) == Some(id),
				"acceptance lost its number"
			);
			Self::try_state_tranche(row.datanet, acceptance)?;
		}
		if row.status.holds_root() {
			ensure!(
				Roots::<T>::get(row.datanet, row.text_root) == Some(id),
				"root lost"
			);
		}
		Ok(())
	}

	/// The tranche's snapshot is the first with the acceptance in it.
	fn try_state_tranche(datanet: DatanetId, acceptance: &Acceptance) -> Checked {
		let counted = |version| Snapshots::<T>::get(datanet, version).map(|row| row.count);
		let before = acceptance.tranche.checked_sub(1).ok_or("tranche 0")?;
		ensure!(
			counted(before).unwrap_or(0) <= acceptance.number
				&& counted(acceptance.tranche).is_none_or(|count| count > acceptance.number),
			"acceptance in the wrong tranche"
		);
		Ok(())
	}

	fn try_state_roots() -> Checked {
		for (datanet, root, id) in Roots::<T>::iter() {
			let row = Contributions::<T>::get(id).ok_or("root of no contribution")?;
			ensure!(
				row.datanet == datanet && row.text_root == root && row.status.holds_root(),
				"root of another contribution"
			);
		}
		Ok(())
	}

	/// Replays the acceptances of a datanet.
	fn try_state_acceptances(id: DatanetId, row: &DatanetOf<T>) -> Checked {
		let mut hash = H256::zero();
		let mut bytes = 0_u128;
		let mut version: Version = 0;
		for number in 0..row.accepted {
			let accepted = NumberOf::<T>::get(id, number).ok_or("hole in the acceptances")?;
			let member = Contributions::<T>::get(accepted).ok_or("acceptance lost its row")?;
			hash = snapshot_step(&hash, number, accepted, &member.text_root);
			bytes = bytes
				.checked_add(member.byte_length.into())
				.ok_or("bytes overflow")?;
			let next = number.checked_add(1).ok_or("count overflows")?;
			let above = version.checked_add(1).ok_or("version overflows")?;
			if let Some(snapshot) = Snapshots::<T>::get(id, above) {
				if snapshot.count == next {
					ensure!(
						snapshot.hash == hash && snapshot.bytes == bytes,
						"snapshot differs from its acceptances"
					);
					version = above;
				}
			}
		}
		ensure!(
			row.hash == hash && row.bytes == bytes,
			"acceptances differ from their totals"
		);
		ensure!(
			row.version == version && version <= MAX_VERSIONS,
			"snapshot without acceptances"
		);
		let kept = Snapshots::<T>::iter_key_prefix(id).count();
		ensure!(
			u32::try_from(kept).ok() == Some(version),
			"snapshot above the version"
		);
		Ok(())
	}

	fn try_state_curation(id: DatanetId, row: &DatanetOf<T>) -> Checked {
		let curators = Curators::<T>::get(id);
		let distinct: BTreeSet<_> = curators.iter().collect();
		ensure!(distinct.len() == curators.len(), "curator named twice");
		ensure!(
			row.admission == Admission::Approved
				|| Approvals::<T>::iter_key_prefix(id).next().is_none(),
			"approval where nobody needs one"
		);
		let bench = Bench::<T>::get(id);
		let seated: BTreeSet<_> = bench.iter().collect();
		ensure!(seated.len() == bench.len(), "curator twice on the bench");
		let whole: BTreeSet<_> = curators
			.iter()
			.filter(|who| Seats::<T>::get(id, who).is_some_and(|seat| seat.is_whole()))
			.collect();
		ensure!(seated == whole, "bench differs from the seats");
		let deposits = Snapshots::<T>::iter_prefix_values(id)
			.try_fold(0, |sum: Balance, snapshot| {
				sum.checked_add(snapshot.deposit)
			});
		ensure!(
			deposits == Some(row.snapshot_deposits),
			"snapshot deposits differ from their sum"
		);
		Ok(())
	}

	fn try_state_reviews() -> Checked {
		for (id, review) in Reviews::<T>::iter() {
			let row = Contributions::<T>::get(id).ok_or("review of no contribution")?;
			let voters: BTreeSet<_> = review
				.ballots
				.iter()
				.map(|ballot| &ballot.curator)
				.collect();
			ensure!(
				voters.len() == review.ballots.len() && !voters.contains(&row.contributor),
				"ballot twice, or of the contributor"
			);
			let Status::Rejected { root_free_from, .. } = row.status else {
				continue;
			};
			let bound = review.rejecting().all(|curator| {
				Seats::<T>::get(row.datanet, curator)
					.is_some_and(|seat| seat.bound_until >= root_free_from)
			});
			ensure!(
				bound || Self::now() > root_free_from,
				"curator not bound by an appeal"
			);
		}
		for (id, row) in Contributions::<T>::iter() {
			let reviewed = match row.status {
				Status::Pending { .. } => true,
				Status::Rejected { appeal, .. } => appeal != Appeal::Closed,
				_ => false,
			};
			ensure!(
				reviewed == Reviews::<T>::contains_key(id),
				"review of nothing, or lost"
			);
		}
		Ok(())
	}

	/// Open ballots per seat: those that are not silent, of reviews that go on.
	fn try_state_seats() -> Checked {
		let mut open: BTreeMap<(DatanetId, T::AccountId), u32> = BTreeMap::new();
		for (id, review) in Reviews::<T>::iter() {
			let row = Contributions::<T>::get(id).ok_or("review of no contribution")?;
			if !matches!(row.status, Status::Pending { .. }) {
				continue;
			}
			for ballot in review.ballots {
				if ballot.state != BallotState::Silent {
					let count = open.entry((row.datanet, ballot.curator)).or_default();
					*count = count.saturating_add(1);
				}
			}
		}
		for (datanet, who, seat) in Seats::<T>::iter() {
			let counted = open.remove(&(datanet, who)).unwrap_or_default();
			ensure!(seat.open == counted, "open ballots differ from the seat's");
			ensure!(seat.full > 0, "seat without bond");
		}
		ensure!(open.is_empty(), "open ballot without seat");
		Ok(())
	}

	fn try_state_claims() -> Checked {
		let mut open: BTreeMap<ContributionId, u32> = BTreeMap::new();
		for claim in Claims::<T>::iter_values() {
			let count = open.entry(claim.contribution).or_default();
			*count = count.saturating_add(1);
		}
		for (id, row) in Contributions::<T>::iter() {
			let counted = open.get(&id).copied().unwrap_or_default();
			ensure!(row.claims == counted, "claims differ from their count");
		}
		let draws = EpochDraws::<T>::get();
		let ordered = draws
			.iter()
			.zip(draws.iter().skip(1))
			.all(|(earlier, later)| earlier.epoch < later.epoch && earlier.from < later.from);
		ensure!(ordered, "draws out of order");
		Ok(())
	}

	fn try_state_agenda() -> Checked {
		let pending = Contributions::<T>::iter()
			.filter(|(_, row)| matches!(row.status, Status::Pending { .. }))
			.filter_map(|(id, _)| {
				let due = due_after(Reviews::<T>::get(id)?.reveals_until);
				Some((due.to_be_bytes(), Due::Review(id)))
			});
		let claims =
			Claims::<T>::iter().map(|(id, claim)| (claim.due.to_be_bytes(), Due::Claim(id)));
		let due: BTreeSet<_> = pending.chain(claims).map(|key| key.encode()).collect();
		let kept: BTreeSet<_> = Agenda::<T>::iter_keys().map(|key| key.encode()).collect();
		ensure!(kept == due, "agenda differs from what is due");
		Ok(())
	}

	fn try_state_offers() -> Checked {
		let accepted = |id| {
			Contributions::<T>::get(id)
				.is_some_and(|row: ContributionOf<T>| matches!(row.status, Status::Accepted(_)))
		};
		ensure!(
			ContributionOffers::<T>::iter_keys().all(accepted),
			"offer of no accepted contribution"
		);
		ensure!(
			DatanetOffers::<T>::iter_keys().all(Datanets::<T>::contains_key),
			"offer of no datanet"
		);
		Ok(())
	}

	/// Nothing is left of datanets that don't exist, and each number has its acceptance.
	fn try_state_numbers() -> Checked {
		for (datanet, number, id) in NumberOf::<T>::iter() {
			let row = Contributions::<T>::get(id).ok_or("number of no contribution")?;
			let own = row
				.status
				.acceptance()
				.is_some_and(|own| own.number == number);
			ensure!(
				row.datanet == datanet && own,
				"number of another contribution"
			);
		}
		let orphans = Snapshots::<T>::iter_keys()
			.map(|(id, _)| id)
			.chain(Seats::<T>::iter_keys().map(|(id, _)| id))
			.chain(Bench::<T>::iter_keys())
			.chain(Approvals::<T>::iter_keys().map(|(id, _)| id))
			.any(|id| !Datanets::<T>::contains_key(id));
		ensure!(!orphans, "row of no datanet");
		Ok(())
	}

	fn try_state_holds() -> Checked {
		for (reason, owed) in Self::owed()? {
			for (who, amount) in owed {
				ensure!(
					T::Currency::balance_on_hold(&reason.into(), &who) == amount,
					"held money differs from what the rows say"
				);
			}
		}
		Ok(())
	}

	/// What the rows say is held, by reason and account: a zero for everyone who has any row, so
	/// that money left behind shows up too.
	pub fn owed() -> Result<Owed<T::AccountId>, TryRuntimeError> {
		let (mut bonds, mut fees) = (BTreeMap::new(), BTreeMap::new());
		for row in Contributions::<T>::iter_values() {
			let fee = if let Status::Pending { fee } = row.status {
				fee
			} else {
				0
			};
			add(&mut bonds, &row.contributor, row.bond)?;
			add(&mut fees, &row.contributor, fee)?;
		}
		let mut seats = BTreeMap::new();
		for (_, who, seat) in Seats::<T>::iter() {
			add(&mut seats, &who, seat.bond)?;
		}
		let mut reporters = BTreeMap::new();
		for claim in Claims::<T>::iter_values() {
			add(&mut reporters, &claim.reporter, claim.bond)?;
		}
		let mut snapshots = BTreeMap::new();
		for (datanet, _, snapshot) in Snapshots::<T>::iter() {
			let row = Datanets::<T>::get(datanet).ok_or("snapshot of no datanet")?;
			add(&mut snapshots, &row.owner, snapshot.deposit)?;
		}
		Ok([
			(HoldReason::ContributionBond, bonds),
			(HoldReason::ReviewFee, fees),
			(HoldReason::CuratorBond, seats),
			(HoldReason::SnapshotDeposit, snapshots),
			(HoldReason::ReporterBond, reporters),
		])
	}
}

fn add<AccountId: Ord + Clone>(
	sums: &mut BTreeMap<AccountId, Balance>,
	who: &AccountId,
	amount: Balance,
) -> Checked {
	let sum = sums.entry(who.clone()).or_default();
	*sum = sum.checked_add(amount).ok_or("sum of holds overflows")?;
	Ok(())
}
