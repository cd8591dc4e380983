// SPDX-License-Identifier: Apache-2.0
//! The kinds of calls that a run is made of, one file per pallet.
//!
//! A step is a kind and some dice; what it names (accounts, models, amounts) follows from the dice
//! and from what exists when it is played, so a run stays playable when steps are taken out of it.
//! A new kind is a line in [`Kind`]'s table and a function that makes the call and hands its result
//! with the rule to [`World::hold_against`].

pub mod accounts;
pub mod batches;
pub mod blocks;
pub mod claims;
pub mod datanets;
pub mod models;
pub mod pages;
pub mod reviews;
pub mod royalties;
pub mod texts;
pub mod usage;

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use openledger_primitives::payload::CreditPage;
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};

use self::texts::Text;
use crate::{
	bank::{Outcome, Refusal, Who},
	chain::{Refused, ACTORS},
	exact::Planck,
	rules::{usage::Key, Ledger},
};

/// What became of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
	/// The chain took the call.
	Accepted,
	/// The chain and the rules refused it.
	Refused,
	/// There was nothing that the call could name.
	Skipped,
}

/// What became of a step, or how chain and rules differ.
pub type Played = Result<Done, String>;

/// The chain's side is in the externalities; this is the rest of a run.
pub struct World {
	/// What the rules say.
	pub ledger: Ledger,
	/// Planck of genesis.
	pub genesis: Planck,
	/// Pages of batches that are not paid, as they were committed.
	pub drafts: BTreeMap<Key, Vec<CreditPage>>,
	/// Counts what steps met.
	pub notes: BTreeMap<&'static str, u64>,
	/// Contributions, at most, so that comparing stays quick.
	pub most_contributions: u64,
	/// Slots since the chain began, this block's included.
	pub slots: u64,
	/// The last epoch that had a block, counted by slots.
	pub epoch: u64,
	/// Texts that exist, by their numbers.
	pub texts: BTreeMap<u64, Text>,
}

impl World {
	/// Takes the chain's answer and the rule; both accept or both refuse.
	pub fn hold_against<T>(
		&mut self,
		answer: Result<(), Refused>,
		rule: impl FnOnce(&mut Ledger) -> Outcome<T>,
	) -> Played {
		self.hold_against_with(answer, rule).map(|(done, _)| done)
	}

	/// The same, with what the rule returns.
	pub fn hold_against_with<T>(
		&mut self,
		answer: Result<(), Refused>,
		rule: impl FnOnce(&mut Ledger) -> Outcome<T>,
	) -> Result<(Done, Option<T>), String> {
		let mut after = self.ledger.clone();
		match (answer, rule(&mut after)) {
			(Ok(()), Ok(value)) => {
				self.ledger = after;
				Ok((Done::Accepted, Some(value)))
			}
			(Err(refused), _) if refused.no_room => Ok((Done::Refused, None)),
			(Err(_), Err(_)) => Ok((Done::Refused, None)),
			(Err(refused), Ok(_)) => {
				let reason = refused.reason;
				Err(format!("the chain refuses ({reason}), the rules don't"))
			}
			(Ok(()), Err(Refusal::Sure(reason) | Refusal::Perhaps(reason))) => {
				Err(format!("the chain accepts, the rules refuse ({reason})"))
			}
		}
	}

	/// Counts something that a step met.
	pub fn note(&mut self, what: &'static str) {
		*self.notes.entry(what).or_default() += 1;
	}
}

/// Numbers that decide what a step does.
pub struct Dice {
	given: std::vec::IntoIter<u32>,
	more: ChaCha8Rng,
}

impl Dice {
	/// The numbers given; whoever needs more gets what follows from them.
	pub fn new(given: &[u32]) -> Self {
		let seed = given
			.iter()
			.fold(0_u64, |sum, die| sum.rotate_left(11) ^ u64::from(*die));
		Self {
			given: Vec::from(given).into_iter(),
			more: ChaCha8Rng::seed_from_u64(seed),
		}
	}

	/// The next number.
	pub fn roll(&mut self) -> u32 {
		match self.given.next() {
			Some(die) => die,
			None => self.more.next_u32(),
		}
	}

	/// A number below `end`; 0 when that is 0.
	pub fn below(&mut self, end: usize) -> usize {
		let die = self.roll() as usize;
		die.checked_rem(end).unwrap_or(0)
	}

	/// Whether something happens that does in so many of a hundred cases.
	pub fn chance(&mut self, percent: usize) -> bool {
		// A die of 0 takes the ordinary way.
		100 - percent <= self.below(100)
	}

	/// One of several.
	pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
		from.get(self.below(from.len())).cloned()
	}

	/// An actor.
	pub fn actor(&mut self) -> Who {
		self.below(ACTORS)
	}

	/// Whoever should make a call, or now and then somebody else.
	pub fn mostly(&mut self, who: Who) -> Who {
		if self.chance(6) {
			self.actor()
		} else {
			who
		}
	}

	/// An amount up to `most` and sometimes a little above: often small, often all.
	pub fn amount(&mut self, most: &BigInt) -> u128 {
		let most = most.to_u128().unwrap_or(0);
		match self.below(10) {
			0 => most / (2 + u128::from(self.roll() % 64)),
			1 => 1,
			2 => most,
			3 => most.saturating_add(1),
			4 => u128::from(self.roll() % 1_000),
			_ => {
				let part = u128::from(self.roll()) + 1;
				most / (1 << 32) * part + most % (1 << 32) * part / (1 << 32)
			}
		}
	}
}

macro_rules! kinds {
	($($(#[$meta:meta])* $kind:ident => $play:path, $weight:expr;)*) => {
		/// Kinds of steps.
		#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
		pub enum Kind {
			$($(#[$meta])* $kind,)*
		}

		impl Kind {
			/// All of them with their weights in a run.
			pub const ALL: &'static [(Kind, u32)] = &[$((Kind::$kind, $weight),)*];

			/// Plays a step of this kind.
			pub fn play(self, world: &mut World, dice: &mut Dice) -> Played {
				match self {
					$(Kind::$kind => $play(world, dice),)*
				}
			}
		}
	};
}

kinds! {
	/// The block ends, with some weight for idle work, and the next begins.
	Block => blocks::block, 60;
	/// A block after slots that nobody used: epochs pass.
	LateBlock => blocks::late_block, 14;
	/// Empty blocks until all that is due is paid.
	QuietBlocks => blocks::quiet_blocks, 2;
	/// `balances.transfer_allow_death`.
	Transfer => accounts::transfer, 5;
	/// `balances.transfer_keep_alive`.
	TransferKeepAlive => accounts::transfer_keep_alive, 3;
	/// `balances.transfer_all`.
	TransferAll => accounts::transfer_all, 2;
	/// A stranger's transfer into the pot.
	GiftToPot => accounts::gift_to_pot, 2;
	/// Money of genesis to an actor.
	Endow => accounts::endow, 6;
	/// `vesting.vested_transfer`: locks.
	VestedTransfer => accounts::vested_transfer, 2;
	/// `vesting.vest`: unlocks.
	Vest => accounts::vest, 2;
	/// `datanets.create_datanet`.
	CreateDatanet => datanets::create, 3;
	/// `datanets.set_curators`.
	SetCurators => reviews::set_curators, 2;
	/// `datanets.take_seat`.
	TakeSeat => reviews::take_seat, 6;
	/// `datanets.leave_seat`.
	LeaveSeat => reviews::leave_seat, 2;
	/// `datanets.approve_contributor`.
	Approve => datanets::approve, 4;
	/// `datanets.dismiss_contributor`.
	Dismiss => datanets::dismiss, 2;
	/// `datanets.commit`.
	Commit => datanets::commit, 14;
	/// `datanets.contribute`.
	Contribute => datanets::contribute, 14;
	/// `datanets.commit_vote` and `datanets.reveal_vote` of all who may vote.
	VoteAtOnce => reviews::all_vote, 10;
	/// `datanets.commit_vote`.
	CommitVote => reviews::commit_vote, 16;
	/// `datanets.reveal_vote`.
	RevealVote => reviews::reveal_vote, 14;
	/// `datanets.conclude_review`.
	ConcludeReview => reviews::conclude, 12;
	/// `datanets.appeal`.
	Appeal => reviews::appeal, 8;
	/// `datanets.decide_appeal`.
	DecideAppeal => reviews::decide_appeal, 6;
	/// `datanets.revoke`.
	Revoke => reviews::revoke, 2;
	/// `datanets.claim_duplicate`.
	ClaimDuplicate => claims::claim, 12;
	/// `datanets.show_window` of one position, right or wrong.
	ShowWindow => claims::show_one, 5;
	/// `datanets.show_window` of every position that an earlier text has.
	ShowWindows => claims::show_all, 10;
	/// `datanets.conclude_claim`.
	ConcludeClaim => claims::conclude, 10;
	/// `datanets.withdraw`.
	Withdraw => claims::withdraw, 4;
	/// `datanets.offer_contribution`.
	OfferContribution => claims::offer, 7;
	/// `datanets.accept_contribution`.
	AcceptContribution => claims::accept, 8;
	/// `datanets.expire_commit`.
	ExpireCommit => datanets::expire_commit, 4;
	/// `datanets.release_bond`.
	ReleaseBond => datanets::release_bond, 8;
	/// `datanets.snapshot`.
	Snapshot => datanets::snapshot, 5;
	/// `datanets.set_parameters`.
	SetDatanets => datanets::set_parameters, 1;
	/// `datanets.offer_datanet`.
	OfferDatanet => datanets::offer, 3;
	/// `datanets.accept_datanet`.
	AcceptDatanet => datanets::accept, 4;
	/// `datanets.set_state`.
	SetState => datanets::set_state, 2;
	/// `datanets.suspend`.
	Suspend => datanets::suspend, 2;
	/// `datanets.set_metadata`.
	Describe => datanets::describe, 1;
	/// `datanets.set_terms`.
	SetTerms => datanets::set_terms, 1;
	/// `models.register`.
	Register => models::register, 9;
	/// `models.publish`.
	Publish => models::publish, 9;
	/// `models.retire`.
	Retire => models::retire, 1;
	/// `models.set_price`.
	SetPrice => models::set_price, 1;
	/// `models.set_metadata`.
	SetMetadata => models::set_metadata, 2;
	/// `models.discard`.
	Discard => models::discard, 1;
	/// `models.offer_transfer`.
	OfferTransfer => models::offer_transfer, 4;
	/// `models.accept_transfer`.
	AcceptTransfer => models::accept_transfer, 5;
	/// `models.advertise`.
	Advertise => models::advertise, 4;
	/// `models.withdraw_advertisement`.
	WithdrawAdvertisement => models::withdraw_advertisement, 2;
	/// `models.prune_advertisement`.
	PruneAdvertisement => models::prune_advertisement, 3;
	/// `usage.register_operator`.
	RegisterOperator => usage::register_operator, 5;
	/// `usage.bond_more`.
	BondMore => usage::bond_more, 5;
	/// `usage.unbond`.
	Unbond => usage::unbond, 3;
	/// `usage.withdraw_unbonded`.
	WithdrawUnbonded => usage::withdraw_unbonded, 3;
	/// `usage.open_channel`.
	OpenChannel => usage::open_channel, 10;
	/// `usage.top_up`.
	TopUp => usage::top_up, 4;
	/// `usage.close_channel`.
	CloseChannel => usage::close_channel, 3;
	/// `usage.withdraw_channel`.
	WithdrawChannel => usage::withdraw_channel, 4;
	/// `usage.submit_batch`, meant to settle.
	SubmitBatch => batches::submit, 40;
	/// `usage.submit_batch` with something wrong.
	SubmitFaulty => batches::submit_faulty, 12;
	/// `usage.release`.
	Release => batches::release, 30;
	/// `usage.push_page`.
	PushPage => pages::push, 30;
	/// `usage.close_missing_page`.
	CloseMissingPage => pages::close_missing, 6;
	/// `usage.set_parameters`.
	SetUsage => usage::set_parameters, 1;
	/// `royalties.claim`.
	Claim => royalties::claim, 8;
	/// `royalties.claim_many`.
	ClaimMany => royalties::claim_many, 2;
	/// `royalties.collect`.
	Collect => royalties::collect, 8;
	/// `royalties.distribute`.
	Distribute => royalties::distribute, 8;
	/// `royalties.distribute_due`.
	DistributeDue => royalties::distribute_due, 10;
	/// `royalties.set_parameters`.
	SetRoyalties => royalties::set_parameters, 1;
}
