// SPDX-License-Identifier: Apache-2.0
//! Duplicate claims: who accuses whom, what an epoch draws, what is shown, and how it ends.
//!
//! A claim stands in the agenda until it ends: first under the block by which its epoch has
//! surely started, then under the block after its last showing.

use crate::{pallet::*, types::*, weights::WeightInfo, ClaimOf, ContributionOf, LOG_TARGET};
use codec::MaxEncodedLen;
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, WithPostDispatchInfo},
	pallet_prelude::*,
	traits::{Consideration, Footprint},
};
use openledger_primitives::{
	duplicate::{
		draw_position, folded, EarlierWindow, Showing, ACCUSED_WINDOW, EARLIER_WINDOW,
		FOLDED_BYTES, NEEDED, POSITIONS,
	},
	ports::{DatanetKind, PoolLedger},
	Balance, BlockNumber, ClaimId, ContributionId,
};
use sp_runtime::{ArithmeticError, SaturatedConversion};

/// The reporter of a proved claim has the accused's bond divided by this.
const REPORTER_DIVISOR: Balance = 4;
/// The accused of a failed claim has the reporter's bond divided by this.
const ACCUSED_DIVISOR: Balance = 2;
/// The reporter has pool money that was set aside divided by this: see
/// [`PoolLedger::forfeit_aside`].
const FORFEIT_DIVISOR: Balance = 2;

/// The pool row's lock that the first claim on a text makes: datanet, tranche, account, locks,
/// amount, accumulator.
const LOCK_ROW_BYTES: usize = 4 + 4 + 32 + 4 + 16 + 32;

/// A claim with the contribution it accuses.
type ClaimAndAccused<T> = (ClaimOf<T>, ContributionOf<T>);

/// What the kept epochs know of a claim's draw.
enum Drawing {
	/// The epoch that draws has not started.
	Waiting,
	/// It has.
	Drawn(Draw),
	/// It may be one that is no longer kept.
	Lost,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_claim_duplicate(
		reporter: T::AccountId,
		contribution: ContributionId,
	) -> DispatchResult {
		let mut accused = Self::contribution(contribution)?;
		ensure!(
			matches!(accused.status, Status::Pending { .. } | Status::Accepted(_)),
			Error::<T>::NotAccusable
		);
		let datanet = Self::datanet(accused.datanet)?;
		ensure!(datanet.kind == DatanetKind::Text, Error::<T>::OpaqueContent);
		ensure!(accused.claims < MAX_OPEN_CLAIMS, Error::<T>::TooManyClaims);
		let id = ClaimCount::<T>::get()
			.checked_add(1)
			.ok_or(Error::<T>::IdsExhausted)?;
		let bond = datanet
			.bond(accused.byte_length, &Parameters::<T>::get())
			.ok_or(ArithmeticError::Overflow)?;
		let claim = Self::file(reporter, contribution, bond)?;
		accused.claims = accused
			.claims
			.checked_add(1)
			.ok_or(ArithmeticError::Overflow)?;
		if accused.claims == 1 && matches!(accused.status, Status::Accepted(_)) {
			Self::lock_if_accused(contribution, &accused)?;
		}
		Self::put_on_agenda(claim.due, Due::Claim(id));
		Self::deposit_event(Event::DuplicateClaimed {
			claim: id,
			contribution,
			reporter: claim.reporter.clone(),
			bond,
			epoch: claim.epoch,
		});
		ClaimCount::<T>::put(id);
		Claims::<T>::insert(id, claim);
		Contributions::<T>::insert(contribution, accused);
		Ok(())
	}

	/// Takes what a claim costs its reporter.
	fn file(
		reporter: T::AccountId,
		contribution: ContributionId,
		bond: Balance,
	) -> Result<ClaimOf<T>, DispatchError> {
		let now = Self::now();
		let epochs: BlockNumber = T::EpochBlocks::get().saturated_into();
		let due = epochs
			.checked_mul(DRAW_EPOCHS.saturated_into())
			.and_then(|wait| wait.checked_add(1))
			.and_then(|wait| now.checked_add(wait))
			.ok_or(ArithmeticError::Overflow)?;
		let epoch = T::EpochIndex::get()
			.checked_add(DRAW_EPOCHS)
			.ok_or(ArithmeticError::Overflow)?;
		Self::charge_keeper(&reporter, T::WeightInfo::conclude_claim())?;
		Self::place(HoldReason::ReporterBond, &reporter, bond)?;
		let ticket = T::Consideration::new(&reporter, Self::claim_footprint())?;
		Ok(Claim {
			reporter,
			contribution,
			bond,
			claimed_at: now,
			epoch,
			draw: None,
			shown: 0,
			due,
			ticket,
		})
	}

	/// A claim's row, its row in the agenda and the lock of the accused's pool row.
	pub(crate) fn claim_footprint() -> Footprint {
		let bytes = ClaimId::max_encoded_len()
			.saturating_add(ClaimOf::<T>::max_encoded_len())
			.saturating_add(AgendaKey::max_encoded_len())
			.saturating_add(LOCK_ROW_BYTES);
		Footprint::from_parts(1, bytes)
	}

	/// Withholds the pool money of a contribution that claims are open on, if it is accepted now.
	/// To be called once when it is accepted.
	pub(crate) fn lock_if_accused(id: ContributionId, row: &ContributionOf<T>) -> DispatchResult {
		if row.claims == 0 {
			return Ok(());
		}
		let Status::Accepted(acceptance) = &row.status else {
			log::error!(target: LOG_TARGET, "no points of contribution {id} to lock");
			return Err(Error::<T>::Unexpected.into());
		};
		T::Pools::lock_row(row.datanet, acceptance.tranche, &row.contributor)
	}

	/// What draws a claim's positions, once it is known.
	pub(crate) fn draw_of(claim: &ClaimOf<T>) -> Option<Draw> {
		match Self::drawing(claim) {
			Drawing::Drawn(draw) => Some(draw),
			Drawing::Waiting | Drawing::Lost => None,
		}
	}

	/// The first kept epoch from the claim's on draws, unless an earlier one that is no longer
	/// kept might have: nobody chooses by waiting.
	fn drawing(claim: &ClaimOf<T>) -> Drawing {
		if let Some(draw) = claim.draw {
			return Drawing::Drawn(draw);
		}
		let kept = EpochDraws::<T>::get();
		let forgotten = kept.is_full()
			&& kept
				.first()
				.is_some_and(|oldest| oldest.epoch > claim.epoch);
		if forgotten {
			return Drawing::Lost;
		}
		kept.iter()
			.find(|drawn| drawn.epoch >= claim.epoch)
			.map_or(Drawing::Waiting, |drawn| {
				let period = Parameters::<T>::get().showing_period;
				Drawing::Drawn(Draw {
					value: drawn.value,
					until: drawn.from.saturating_add(period),
				})
			})
	}

	/// Whether [`Pallet::conclude_claim`] has something to do in block `now`.
	pub(crate) fn is_claim_due(claim: &ClaimOf<T>, now: BlockNumber) -> bool {
		now >= claim.due
			&& (!matches!(Self::drawing(claim), Drawing::Waiting)
				|| Self::standing(claim.contribution).is_none())
	}

	/// The accused, while a proof can still touch it.
	fn standing(contribution: ContributionId) -> Option<ContributionOf<T>> {
		Contributions::<T>::get(contribution).filter(|row| row.status.can_be_struck())
	}

	/// Fixes the positions, once.
	fn fix_draw(id: ClaimId, claim: &mut ClaimOf<T>, draw: Draw) {
		if claim.draw.is_some() {
			return;
		}
		Self::take_off_agenda(claim.due, Due::Claim(id));
		claim.draw = Some(draw);
		claim.due = draw.until.saturating_add(1);
		Self::put_on_agenda(claim.due, Due::Claim(id));
		Self::deposit_event(Event::ClaimDrawn {
			claim: id,
			randomness: draw.value,
			until: draw.until,
		});
	}

	/// Only the showing that proves a claim costs what its proof does.
	pub(crate) fn do_show_window(id: ClaimId, showing: &Showing) -> DispatchResultWithPostInfo {
		let weight = T::WeightInfo::show_window();
		let proved = Self::count_showing(id, showing).map_err(|error| error.with_weight(weight))?;
		let Some((claim, accused)) = proved else {
			return Ok(Some(weight).into());
		};
		Self::prove(id, claim, accused)?;
		Ok(().into())
	}

	/// Counts a showing. Returns the claim with the accused when it is the last one needed.
	fn count_showing(
		id: ClaimId,
		showing: &Showing,
	) -> Result<Option<ClaimAndAccused<T>>, DispatchError> {
		let mut claim = Claims::<T>::get(id).ok_or(Error::<T>::ClaimNotFound)?;
		let draw = Self::draw_of(&claim).ok_or(Error::<T>::NotDrawn)?;
		ensure!(Self::now() <= draw.until, Error::<T>::ShowingsOver);
		ensure!(showing.index < POSITIONS, Error::<T>::NoSuchPosition);
		let bit = 1_u128
			.checked_shl(showing.index.into())
			.ok_or(Error::<T>::NoSuchPosition)?;
		ensure!(claim.shown & bit == 0, Error::<T>::AlreadyShown);
		let accused = Self::standing(claim.contribution).ok_or(Error::<T>::ClaimMoot)?;
		Self::ensure_shows(id, &draw, &accused, showing)?;

		Self::fix_draw(id, &mut claim, draw);
		claim.shown |= bit;
		let shown = claim.shown.count_ones();
		Self::deposit_event(Event::WindowShown {
			claim: id,
			index: showing.index,
			shown,
		});
		if shown >= NEEDED {
			return Ok(Some((claim, accused)));
		}
		Claims::<T>::insert(id, claim);
		Ok(None)
	}

	/// Whether the words under a drawn window are in an earlier text. A window without enough
	/// words counts as shown: padding hides nothing.
	fn ensure_shows(
		id: ClaimId,
		draw: &Draw,
		accused: &ContributionOf<T>,
		showing: &Showing,
	) -> DispatchResult {
		let length = accused.byte_length;
		let position =
			draw_position(&draw.value, id, showing.index, length).ok_or(Error::<T>::Unexpected)?;
		let window = showing
			.accused
			.window(&accused.text_root, length, position, ACCUSED_WINDOW)
			.filter(|window| u64::try_from(window.len()) == Ok(ACCUSED_WINDOW))
			.ok_or(Error::<T>::BadOpening)?;
		match folded(window) {
			Some(words) => {
				let earlier = showing.earlier.as_ref().ok_or(Error::<T>::EarlierMissing)?;
				Self::ensure_found(accused, earlier, &words)
			}
			None => Ok(()),
		}
	}

	/// Whether a window of an earlier text folds to these words. That it was revealed before the
	/// accused was committed leaves the accused itself out. One that was taken back only after that
	/// counts as before: else whoever holds it could let a true claim fail.
	fn ensure_found(
		accused: &ContributionOf<T>,
		shown: &EarlierWindow,
		words: &[u8; FOLDED_BYTES],
	) -> DispatchResult {
		let earlier = Contributions::<T>::get(shown.contribution)
			.filter(|row| {
				row.datanet == accused.datanet
					&& row.status.stood_after(accused.committed_at)
					&& row.revealed_at < accused.committed_at
			})
			.ok_or(Error::<T>::NotEarlier)?;
		let window = shown
			.opening
			.window(
				&earlier.text_root,
				earlier.byte_length,
				shown.position,
				EARLIER_WINDOW,
			)
			.ok_or(Error::<T>::BadOpening)?;
		ensure!(
			folded(window).as_ref() == Some(words),
			Error::<T>::WindowsDiffer
		);
		Ok(())
	}

	pub(crate) fn do_conclude_claim(id: ClaimId) -> DispatchResult {
		let mut claim = Claims::<T>::get(id).ok_or(Error::<T>::ClaimNotFound)?;
		ensure!(Self::is_claim_due(&claim, Self::now()), Error::<T>::NotDue);
		let Some(accused) = Self::standing(claim.contribution) else {
			return Self::make_moot(id, claim);
		};
		if claim.draw.is_some() {
			return Self::fail(id, claim, &accused);
		}
		match Self::draw_of(&claim) {
			Some(draw) => {
				Self::fix_draw(id, &mut claim, draw);
				Claims::<T>::insert(id, claim);
				Ok(())
			}
			None => Self::make_moot(id, claim),
		}
	}

	/// Strikes the accused. The reporter's bond comes back first: with it that account can receive
	/// any amount.
	pub(crate) fn prove(
		id: ClaimId,
		claim: ClaimOf<T>,
		mut accused: ContributionOf<T>,
	) -> DispatchResult {
		let reporter = claim.reporter.clone();
		Self::give_back(HoldReason::ReporterBond, &reporter, claim.bond)?;
		let bounty = part(accused.bond, REPORTER_DIVISOR)?;
		let burned = rest(accused.bond, bounty)?;
		let contributor = accused.contributor.clone();
		Self::hand_over(
			HoldReason::ContributionBond,
			&contributor,
			&reporter,
			bounty,
		)?;
		Self::burn_held(HoldReason::ContributionBond, &contributor, burned)?;
		accused.bond = 0;
		let forfeited = Self::strike(claim.contribution, accused, &reporter)?;
		let reporter_paid = bounty
			.checked_add(forfeited)
			.ok_or(ArithmeticError::Overflow)?;
		Self::close(
			id,
			claim,
			Ended {
				outcome: ClaimOutcome::Proved,
				reporter_paid,
				accused_paid: 0,
				burned,
			},
		)
	}

	/// Revokes a copy, or rejects one in review. Returns what its reporter has of its pool money.
	fn strike(
		id: ContributionId,
		mut row: ContributionOf<T>,
		reporter: &T::AccountId,
	) -> Result<Balance, DispatchError> {
		let now = Self::now();
		let (acceptance, points, aside) = match row.status {
			Status::Accepted(acceptance) => {
				let points = row
					.points(acceptance.quality)
					.ok_or(ArithmeticError::Overflow)?;
				let aside = Self::set_points_aside(&row, &acceptance, points)?;
				Roots::<T>::remove(row.datanet, row.text_root);
				ContributionOffers::<T>::remove(id);
				(acceptance, points, aside)
			}
			Status::Withdrawn {
				acceptance, aside, ..
			} => (acceptance, 0, aside),
			_ => {
				let root_free_from = now
					.checked_add(Parameters::<T>::get().appeal_period)
					.ok_or(ArithmeticError::Overflow)?;
				Self::reject_without_vote(id, row, REASON_DUPLICATE, root_free_from)?;
				return Ok(0);
			}
		};
		if aside > 0 {
			T::Pools::forfeit_aside(reporter, aside)?;
		}
		row.status = Status::Revoked {
			acceptance,
			at: now,
			cause: Cause::Duplicate,
		};
		Contributions::<T>::insert(id, row);
		Self::deposit_event(Event::Revoked {
			contribution: id,
			points,
			reason: None,
		});
		part(aside, FORFEIT_DIVISOR)
	}

	/// Takes an accused contribution's points, with their part of what its locked row withholds,
	/// out of the row, which is locked on its account no longer.
	pub(crate) fn set_points_aside(
		row: &ContributionOf<T>,
		acceptance: &Acceptance,
		points: u64,
	) -> Result<Balance, DispatchError> {
		let (tranche, who) = (acceptance.tranche, &row.contributor);
		let aside = T::Pools::set_aside(row.datanet, tranche, who, points)?;
		T::Pools::unlock_row(row.datanet, tranche, who)?;
		Ok(aside)
	}

	fn fail(id: ClaimId, claim: ClaimOf<T>, accused: &ContributionOf<T>) -> DispatchResult {
		let accused_paid = part(claim.bond, ACCUSED_DIVISOR)?;
		let burned = rest(claim.bond, accused_paid)?;
		Self::hand_over(
			HoldReason::ReporterBond,
			&claim.reporter,
			&accused.contributor,
			accused_paid,
		)?;
		Self::burn_held(HoldReason::ReporterBond, &claim.reporter, burned)?;
		Self::close(
			id,
			claim,
			Ended {
				outcome: ClaimOutcome::Failed,
				reporter_paid: 0,
				accused_paid,
				burned,
			},
		)
	}

	fn make_moot(id: ClaimId, claim: ClaimOf<T>) -> DispatchResult {
		Self::give_back(HoldReason::ReporterBond, &claim.reporter, claim.bond)?;
		Self::close(
			id,
			claim,
			Ended {
				outcome: ClaimOutcome::Moot,
				reporter_paid: 0,
				accused_paid: 0,
				burned: 0,
			},
		)
	}

	/// Removes a claim whose money has been moved.
	fn close(id: ClaimId, claim: ClaimOf<T>, ended: Ended) -> DispatchResult {
		Claims::<T>::remove(id);
		Self::take_off_agenda(claim.due, Due::Claim(id));
		claim.ticket.drop(&claim.reporter)?;
		Self::leave_accused(claim.contribution)?;
		Self::deposit_event(Event::ClaimEnded {
			claim: id,
			contribution: claim.contribution,
			outcome: ended.outcome,
			reporter_paid: ended.reporter_paid,
			accused_paid: ended.accused_paid,
			burned: ended.burned,
		});
		Ok(())
	}

	/// One claim less on a contribution. With the last one what was withheld for it is its
	/// contributor's.
	fn leave_accused(id: ContributionId) -> DispatchResult {
		let Some(mut row) = Contributions::<T>::get(id) else {
			return Ok(());
		};
		row.claims = row
			.claims
			.checked_sub(1)
			.ok_or(ArithmeticError::Underflow)?;
		if row.claims == 0 {
			match &mut row.status {
				Status::Accepted(acceptance) => {
					T::Pools::unlock_row(row.datanet, acceptance.tranche, &row.contributor)?;
				}
				Status::Withdrawn { aside, .. } if *aside > 0 => {
					T::Pools::pay_aside(&row.contributor, core::mem::take(aside))?;
				}
				_ => (),
			}
		}
		Contributions::<T>::insert(id, row);
		Ok(())
	}
}

/// Who got what when a claim ended.
struct Ended {
	outcome: ClaimOutcome,
	reporter_paid: Balance,
	accused_paid: Balance,
	burned: Balance,
}

/// An amount's part, rounded down.
fn part(amount: Balance, divisor: Balance) -> Result<Balance, DispatchError> {
	amount
		.checked_div(divisor)
		.ok_or(ArithmeticError::DivisionByZero.into())
}

/// What is left of an amount after a part of it.
fn rest(amount: Balance, part: Balance) -> Result<Balance, DispatchError> {
	amount
		.checked_sub(part)
		.ok_or(ArithmeticError::Underflow.into())
}
