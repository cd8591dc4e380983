// SPDX-License-Identifier: Apache-2.0
//! Events of the pallet `Datanets`.

use openledger_primitives::{
	apis::DatanetState, AccountId, Balance, BlockNumber, ClaimId, ContributionId, DatanetId,
	Version, H256,
};

use crate::{
	call::datanets::DatanetTerms,
	event::value::{read, Bytes, ClaimOutcome, Fields},
};

events! {
	/// Events of the pallet `Datanets`.
	DatanetsEvent {
		/// A datanet exists.
		DatanetCreated {
			/// The datanet.
			datanet: DatanetId,
			/// Its owner.
			owner: AccountId,
		},
		/// A contribution id is taken.
		Committed {
			/// The contribution.
			contribution: ContributionId,
			/// The datanet.
			datanet: DatanetId,
			/// Who contributed it.
			contributor: AccountId,
			/// Its stated length.
			byte_length: u64,
			/// Planck held.
			bond: Balance,
		},
		/// Content is revealed and in review.
		Contributed {
			/// The contribution.
			contribution: ContributionId,
			/// The datanet.
			datanet: DatanetId,
			/// Who contributed it.
			contributor: AccountId,
			/// Its root.
			text_root: H256,
			/// Its stated length.
			byte_length: u64,
			/// Where its bytes lie.
			uri: Bytes,
		},
		/// A contribution earns from now on.
		Accepted {
			/// The contribution.
			contribution: ContributionId,
			/// The datanet.
			datanet: DatanetId,
			/// Its place in the order of acceptance.
			number: u64,
			/// 1..=4.
			quality: u8,
			/// Its weight in the pool.
			points: u64,
			/// Who has them.
			contributor: AccountId,
		},
		/// A contribution is refused.
		Rejected {
			/// The contribution.
			contribution: ContributionId,
			/// The datanet.
			datanet: DatanetId,
			/// Published code of the curators or of governance; 254 a proved copy, 255 too few votes.
			reason: u8,
		},
		/// The list of accepted contributions is frozen.
		SnapshotMade {
			/// The datanet.
			datanet: DatanetId,
			/// The version.
			version: Version,
			/// Members.
			count: u64,
			/// Their bytes.
			bytes: u128,
			/// Its hash.
			hash: H256,
		},
		/// A commit was not revealed in time.
		CommitExpired {
			/// The contribution.
			contribution: ContributionId,
			/// Planck burned.
			burned: Balance,
		},
		/// A bond is free.
		BondReleased {
			/// The contribution.
			contribution: ContributionId,
			/// Who contributed it.
			contributor: AccountId,
			/// Planck.
			amount: Balance,
		},
		/// Curators are named.
		CuratorsSet {
			/// The datanet.
			datanet: DatanetId,
			/// The curators.
			curators: Vec<AccountId>,
		},
		/// A curator placed his bond.
		SeatTaken {
			/// The datanet.
			datanet: DatanetId,
			/// The curator.
			curator: AccountId,
		},
		/// A curator left.
		SeatLeft {
			/// The datanet.
			datanet: DatanetId,
			/// The curator.
			curator: AccountId,
		},
		/// An account may contribute.
		ContributorApproved {
			/// The datanet.
			datanet: DatanetId,
			/// The account.
			who: AccountId,
		},
		/// An account may no longer contribute.
		ContributorDismissed {
			/// The datanet.
			datanet: DatanetId,
			/// The account.
			who: AccountId,
		},
		/// Governance changed the parameters.
		ParametersSet,
		/// An earlier registration of the same root took its place.
		TakenOver {
			/// The contribution.
			contribution: ContributionId,
			/// The contribution that holds the root now.
			earlier: ContributionId,
		},
		/// A part of the review fee was paid.
		ReviewPaid {
			/// The contribution.
			contribution: ContributionId,
			/// The curator.
			curator: AccountId,
			/// Planck.
			amount: Balance,
		},
		/// A curator committed to a vote.
		VoteCommitted {
			/// The contribution.
			contribution: ContributionId,
			/// The curator.
			curator: AccountId,
		},
		/// A curator revealed his vote.
		VoteRevealed {
			/// The contribution.
			contribution: ContributionId,
			/// The curator.
			curator: AccountId,
			/// 0 rejects, 1..=4 accepts with that quality.
			vote: u8,
			/// Published reason code.
			reason: u8,
		},
		/// A curator did not reveal what he committed to.
		VoteForfeited {
			/// The contribution.
			contribution: ContributionId,
			/// The curator.
			curator: AccountId,
			/// Planck burned.
			burned: Balance,
		},
		/// A review has one more round.
		ReviewExtended {
			/// The contribution.
			contribution: ContributionId,
			/// Last block of vote commits.
			commits_until: BlockNumber,
			/// Last block of vote reveals.
			reveals_until: BlockNumber,
		},
		/// A rejection was appealed.
		Appealed {
			/// The contribution.
			contribution: ContributionId,
			/// Planck held again.
			bond: Balance,
			/// First block in which the appeal has lapsed.
			until: BlockNumber,
		},
		/// Governance answered an appeal.
		AppealDecided {
			/// The contribution.
			contribution: ContributionId,
			/// Whether the rejection is overturned.
			upheld: bool,
			/// Planck burned of the bond.
			burned: Balance,
		},
		/// A curator voted for what an appeal overturned.
		CuratorFined {
			/// The contribution.
			contribution: ContributionId,
			/// The curator.
			curator: AccountId,
			/// Planck burned.
			burned: Balance,
		},
		/// Somebody claims that a text is a copy.
		DuplicateClaimed {
			/// The claim.
			claim: ClaimId,
			/// The accused.
			contribution: ContributionId,
			/// Who claims it.
			reporter: AccountId,
			/// Planck held.
			bond: Balance,
			/// First epoch that can draw the positions.
			epoch: u64,
		},
		/// A claim's positions are drawn.
		ClaimDrawn {
			/// The claim.
			claim: ClaimId,
			/// What they are drawn from, together with the claim's id.
			randomness: H256,
			/// Last block of showings.
			until: BlockNumber,
		},
		/// A drawn window was found in an earlier text.
		WindowShown {
			/// The claim.
			claim: ClaimId,
			/// Index of the position.
			index: u8,
			/// Positions shown so far.
			shown: u32,
		},
		/// A claim ended.
		ClaimEnded {
			/// The claim.
			claim: ClaimId,
			/// The accused.
			contribution: ContributionId,
			/// How.
			outcome: ClaimOutcome,
			/// Planck that the reporter has of the accused's money.
			reporter_paid: Balance,
			/// Planck that the accused has of the reporter's bond.
			accused_paid: Balance,
			/// Planck burned of either's bond.
			burned: Balance,
		},
		/// A contributor took an accepted contribution back.
		Withdrawn {
			/// The contribution.
			contribution: ContributionId,
			/// Points that earn no more.
			points: u64,
			/// Planck of pool money set aside because a claim is open.
			aside: Balance,
		},
		/// An accepted contribution was revoked.
		Revoked {
			/// The contribution.
			contribution: ContributionId,
			/// Points that earn no more.
			points: u64,
			/// Governance's reason code; none after a duplicate proof.
			reason: Option<u8>,
		},
		/// A contribution is offered, or no longer.
		ContributionOffered {
			/// The contribution.
			contribution: ContributionId,
			/// Who may accept it.
			to: Option<AccountId>,
		},
		/// A contribution changed hands.
		ContributionTransferred {
			/// The contribution.
			contribution: ContributionId,
			/// Who had it.
			from: AccountId,
			/// Who has it.
			to: AccountId,
		},
		/// A datanet is offered, or no longer.
		DatanetOffered {
			/// The datanet.
			datanet: DatanetId,
			/// Who may accept it.
			to: Option<AccountId>,
		},
		/// A datanet changed hands.
		DatanetTransferred {
			/// The datanet.
			datanet: DatanetId,
			/// Who had it.
			from: AccountId,
			/// Who has it.
			to: AccountId,
		},
		/// A datanet takes commits, or no longer.
		DatanetStateSet {
			/// The datanet.
			datanet: DatanetId,
			/// Its state.
			state: DatanetState,
		},
		/// A datanet's metadata are now these.
		MetadataSet {
			/// The datanet.
			datanet: DatanetId,
			/// Where they lie.
			uri: Bytes,
			/// Their blake2-256.
			hash: H256,
		},
		/// Later snapshots have these terms.
		TermsSet {
			/// The datanet.
			datanet: DatanetId,
			/// The terms.
			terms: DatanetTerms,
		},
	}
}

#[cfg(test)]
mod tests {
	use subxt::ext::scale_value::{Composite, Value};

	use super::*;

	fn fields<const N: usize>(fields: [(&str, Value<()>); N]) -> Fields {
		Composite::named(fields)
	}

	fn unit(name: &str) -> Value<()> {
		Value::unnamed_variant(name, [])
	}

	fn bytes(byte: u8) -> Value<()> {
		// As the chain's H256 and AccountId32 decode: a wrapper around 32 numbers.
		let numbers = (0..32).map(|_| Value::u128(byte.into()));
		Value::unnamed_composite([Value::unnamed_composite(numbers)])
	}

	fn ended(outcome: Value<()>) -> Option<Result<DatanetsEvent, &'static str>> {
		let number = |number| Value::u128(number);
		let found = fields([
			("claim", number(3)),
			("contribution", number(9)),
			("outcome", outcome),
			("reporter_paid", number(1 << 100)),
			("accused_paid", number(0)),
			("burned", number(5)),
		]);
		DatanetsEvent::read("ClaimEnded", &found)
	}

	#[test]
	fn the_end_of_a_claim_names_its_outcome() {
		for (name, outcome) in [
			("Proved", ClaimOutcome::Proved),
			("Failed", ClaimOutcome::Failed),
			("Moot", ClaimOutcome::Moot),
		] {
			let event = DatanetsEvent::ClaimEnded {
				claim: 3,
				contribution: 9,
				outcome,
				reporter_paid: 1 << 100,
				accused_paid: 0,
				burned: 5,
			};
			assert_eq!(ended(unit(name)), Some(Ok(event)));
		}
		assert_eq!(ended(unit("Other")), Some(Err("outcome")));
		let with_field = Value::unnamed_variant("Proved", [Value::u128(1)]);
		assert_eq!(ended(with_field), Some(Err("outcome")));
	}

	#[test]
	fn a_takedown_differs_from_a_proved_copy() {
		let revoked = |reason| {
			let found = fields([
				("contribution", Value::u128(9)),
				("points", Value::u128(77)),
				("reason", reason),
			]);
			DatanetsEvent::read("Revoked", &found)
		};
		let event = |reason| {
			Some(Ok(DatanetsEvent::Revoked {
				contribution: 9,
				points: 77,
				reason,
			}))
		};
		assert_eq!(revoked(unit("None")), event(None));
		let some = |code| Value::unnamed_variant("Some", [Value::u128(code)]);
		assert_eq!(revoked(some(249)), event(Some(249)));
		assert_eq!(revoked(some(256)), Some(Err("reason")));
		assert_eq!(revoked(Value::u128(1)), Some(Err("reason")));
	}

	#[test]
	fn states_and_terms_of_a_datanet_read() {
		let set = |state| {
			let found = fields([("datanet", Value::u128(2)), ("state", state)]);
			DatanetsEvent::read("DatanetStateSet", &found)
		};
		for (name, state) in [
			("Open", DatanetState::Open),
			("Frozen", DatanetState::Frozen),
			("Suspended", DatanetState::Suspended),
			("Closed", DatanetState::Closed),
		] {
			let event = DatanetsEvent::DatanetStateSet { datanet: 2, state };
			assert_eq!(set(unit(name)), Some(Ok(event)));
		}
		assert_eq!(set(unit("Ajar")), Some(Err("state")));
		let terms = Value::named_composite([
			("training_fee", Value::u128(5)),
			("min_contributors_ppm", Value::u128(100_000)),
		]);
		let found = fields([("datanet", Value::u128(2)), ("terms", terms)]);
		let terms = DatanetTerms {
			training_fee: 5,
			min_contributors_ppm: 100_000,
		};
		let event = DatanetsEvent::TermsSet { datanet: 2, terms };
		assert_eq!(DatanetsEvent::read("TermsSet", &found), Some(Ok(event)));
	}

	#[test]
	fn an_offer_names_who_may_accept_it() {
		let offered = |to| {
			let found = fields([("contribution", Value::u128(9)), ("to", to)]);
			DatanetsEvent::read("ContributionOffered", &found)
		};
		let event = |to| {
			Some(Ok(DatanetsEvent::ContributionOffered {
				contribution: 9,
				to,
			}))
		};
		assert_eq!(offered(unit("None")), event(None));
		let to = Value::unnamed_variant("Some", [bytes(7)]);
		assert_eq!(offered(to), event(Some(AccountId::new([7; 32]))));
	}

	#[test]
	fn a_missing_field_is_named_and_an_unknown_event_is_nobody_s() {
		let found = fields([("claim", Value::u128(3)), ("index", Value::u128(95))]);
		assert_eq!(
			DatanetsEvent::read("WindowShown", &found),
			Some(Err("shown"))
		);
		assert_eq!(DatanetsEvent::read("SomethingNew", &found), None);
	}
}
