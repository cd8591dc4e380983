// SPDX-License-Identifier: Apache-2.0
//! Calls of the pallet `Datanets`.

use codec::Encode;
use openledger_primitives::{
	apis::DatanetState,
	duplicate::Showing,
	payload::{contribution_commit_hash, ContributionCommit},
	ports::{Credit, DatanetKind},
	text::open_last_leaf,
	AccountId, Balance, ClaimId, ContributionId, DatanetId, Ppm, H256,
};

use super::Call;

const PALLET: &str = "Datanets";

/// Who may contribute to a datanet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub enum Admission {
	/// Anyone.
	#[codec(index = 0)]
	Open,
	/// Whom the owner approves.
	#[codec(index = 1)]
	Approved,
}

/// What every snapshot of a datanet asks of models trained on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode)]
pub struct DatanetTerms {
	/// Planck paid into the snapshot's pool when such a model is published.
	pub training_fee: Balance,
	/// Least share of a call's fee.
	pub min_contributors_ppm: Ppm,
}

/// A datanet to be created. Texts are UTF-8 within the pallet's bounds.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct DatanetParams {
	/// At most 64 bytes.
	pub name: Vec<u8>,
	/// Text or opaque content.
	pub kind: DatanetKind,
	/// SPDX licence expression, at most 128 bytes.
	pub licence: Vec<u8>,
	/// Address of the metadata file, at most 256 bytes.
	pub metadata_uri: Vec<u8>,
	/// Its blake2-256.
	pub metadata_hash: H256,
	/// Who may contribute.
	pub admission: Admission,
	/// Who earns matched money.
	pub credit: Credit,
	/// Planck per started KiB for the curators who review.
	pub review_fee_per_kib: Balance,
	/// Planck per byte, held from contributors.
	pub bond_per_byte: Balance,
	/// Terms of later snapshots.
	pub terms: DatanetTerms,
	/// At most 32 accounts.
	pub curators: Vec<AccountId>,
}

/// Content that a commit hid until now.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct Reveal {
	/// Root of the content.
	pub text_root: H256,
	/// Salt of the commit.
	pub salt: [u8; 32],
	/// Where the bytes can be fetched, at most 256 bytes.
	pub uri: Vec<u8>,
	/// Records in it.
	pub records: u32,
	/// SPDX expression for this content; empty for the datanet's.
	pub licence: Vec<u8>,
	/// The last leaf of the content.
	pub last_leaf: Vec<u8>,
	/// Its siblings.
	pub siblings: Vec<H256>,
}

impl Reveal {
	/// The reveal of canonical `bytes`; `None` when there are none or more than 2^40.
	pub fn of(
		bytes: &[u8],
		salt: [u8; 32],
		uri: &str,
		records: u32,
		licence: &str,
	) -> Option<Self> {
		let opening = open_last_leaf(bytes)?;
		Some(Self {
			text_root: openledger_primitives::text::text_root(bytes),
			salt,
			uri: uri.into(),
			records,
			licence: licence.into(),
			last_leaf: opening.leaf.into_inner(),
			siblings: opening.siblings.into_inner(),
		})
	}

	/// The hash that the contributor commits to before.
	pub fn commitment(&self, genesis_hash: &H256, account: &AccountId, byte_length: u64) -> H256 {
		let body = ContributionCommit {
			text_root: self.text_root,
			byte_length,
			account: account.clone(),
			salt: self.salt,
		};
		contribution_commit_hash(genesis_hash, &body)
	}
}

/// Governance's answer to an appeal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
enum Verdict {
	#[codec(index = 0)]
	Reject { reason: u8 },
	#[codec(index = 1)]
	Accept { quality: u8 },
}

/// Creates a datanet owned by the signer.
pub fn create_datanet(params: &DatanetParams) -> Call {
	Call::new(PALLET, "create_datanet", params)
}

/// Takes a contribution id and holds the bond; the content stays hidden.
pub fn commit(datanet: DatanetId, commitment: H256, byte_length: u64) -> Call {
	Call::new(PALLET, "commit", (datanet, commitment, byte_length))
}

/// Reveals committed content.
pub fn contribute(contribution: ContributionId, reveal: &Reveal) -> Call {
	Call::new(PALLET, "contribute", (contribution, reveal))
}

/// Commits the signer, an elector of the review, to a vote: the hash of a `VoteCommit` of the
/// review's round.
pub fn commit_vote(contribution: ContributionId, commitment: H256) -> Call {
	Call::new(PALLET, "commit_vote", (contribution, commitment))
}

/// Reveals the signer's vote: 0 rejects with a reason code, 1..=4 accepts with that quality.
pub fn reveal_vote(contribution: ContributionId, vote: u8, reason: u8, salt: [u8; 32]) -> Call {
	Call::new(PALLET, "reveal_vote", (contribution, vote, reason, salt))
}

/// Asks governance to overturn the curators' rejection. Contributor, once.
pub fn appeal(contribution: ContributionId) -> Call {
	Call::new(PALLET, "appeal", contribution)
}

/// Answers an appeal: accepts with a quality, or dismisses with a reason code when `accept` is
/// `None`. Governance.
pub fn decide_appeal(contribution: ContributionId, accept: Option<u8>, reason: u8) -> Call {
	let verdict = match accept {
		Some(quality) => Verdict::Accept { quality },
		None => Verdict::Reject { reason },
	};
	Call::new(PALLET, "decide_appeal", (contribution, verdict))
}

/// Claims, with a bond, that a pending or accepted text copies earlier ones.
pub fn claim_duplicate(contribution: ContributionId) -> Call {
	Call::new(PALLET, "claim_duplicate", contribution)
}

/// Shows that a drawn window of the accused text is in an earlier one. Anyone.
pub fn show_window(claim: ClaimId, showing: &Showing) -> Call {
	Call::new(PALLET, "show_window", (claim, showing))
}

/// Takes an accepted contribution back: it earns no more. Contributor.
pub fn withdraw(contribution: ContributionId) -> Call {
	Call::new(PALLET, "withdraw", contribution)
}

/// Takes a contribution down, out of every corpus. Governance.
pub fn revoke(contribution: ContributionId, reason: u8) -> Call {
	Call::new(PALLET, "revoke", (contribution, reason))
}

/// Offers an accepted contribution to an account, or takes the offer back. Contributor.
pub fn offer_contribution(contribution: ContributionId, to: Option<&AccountId>) -> Call {
	Call::new(PALLET, "offer_contribution", (contribution, to))
}

/// Takes a contribution that is offered to the signer, who pays its storage deposit.
pub fn accept_contribution(contribution: ContributionId) -> Call {
	Call::new(PALLET, "accept_contribution", contribution)
}

/// Offers a datanet to an account, or takes the offer back. Owner.
pub fn offer_datanet(datanet: DatanetId, to: Option<&AccountId>) -> Call {
	Call::new(PALLET, "offer_datanet", (datanet, to))
}

/// Takes a datanet that is offered to the signer, who pays its deposits.
pub fn accept_datanet(datanet: DatanetId) -> Call {
	Call::new(PALLET, "accept_datanet", datanet)
}

/// Opens, freezes or, for good, closes a datanet for commits. Owner.
pub fn set_state(datanet: DatanetId, state: DatanetState) -> Call {
	Call::new(PALLET, "set_state", (datanet, state))
}

/// Suspends a datanet, or opens it again. Governance.
pub fn suspend(datanet: DatanetId, suspended: bool) -> Call {
	Call::new(PALLET, "suspend", (datanet, suspended))
}

/// Changes address and hash of a datanet's metadata file. Owner.
pub fn set_metadata(datanet: DatanetId, uri: &[u8], hash: H256) -> Call {
	Call::new(PALLET, "set_metadata", (datanet, uri, hash))
}

/// Changes what later snapshots ask of models trained on them. Owner.
pub fn set_terms(datanet: DatanetId, training_fee: Balance, min_contributors_ppm: Ppm) -> Call {
	let terms = DatanetTerms {
		training_fee,
		min_contributors_ppm,
	};
	Call::new(PALLET, "set_terms", (datanet, terms))
}

/// Freezes the list of accepted contributions. Owner.
pub fn snapshot(datanet: DatanetId) -> Call {
	Call::new(PALLET, "snapshot", datanet)
}

/// Ends a commit that was not revealed in time. Anyone.
pub fn expire_commit(contribution: ContributionId) -> Call {
	Call::new(PALLET, "expire_commit", contribution)
}

/// Returns the bond of an accepted contribution after its hold period. Anyone.
pub fn release_bond(contribution: ContributionId) -> Call {
	Call::new(PALLET, "release_bond", contribution)
}

/// Names the curators. Owner.
pub fn set_curators(datanet: DatanetId, curators: &[AccountId]) -> Call {
	Call::new(PALLET, "set_curators", (datanet, curators))
}

/// A named curator places his bond.
pub fn take_seat(datanet: DatanetId) -> Call {
	Call::new(PALLET, "take_seat", datanet)
}

/// A curator takes his bond back.
pub fn leave_seat(datanet: DatanetId) -> Call {
	Call::new(PALLET, "leave_seat", datanet)
}

/// Lets an account contribute where admission is by approval. Owner.
pub fn approve_contributor(datanet: DatanetId, who: &AccountId) -> Call {
	Call::new(PALLET, "approve_contributor", (datanet, who))
}

/// Takes the approval back. Owner.
pub fn dismiss_contributor(datanet: DatanetId, who: &AccountId) -> Call {
	Call::new(PALLET, "dismiss_contributor", (datanet, who))
}

/// Changes the pallet's parameters: their SCALE bytes. Governance.
pub fn set_parameters(parameters: impl Encode) -> Call {
	Call::new(PALLET, "set_parameters", parameters)
}

#[cfg(test)]
mod tests {
	use openledger_primitives::duplicate::{EarlierWindow, TextOpening};

	use super::{super::tests::args, *};

	#[test]
	fn an_answer_to_an_appeal_is_a_verdict() {
		let accept = decide_appeal(9, Some(3), 77);
		assert_eq!(
			(accept.pallet(), accept.name()),
			("Datanets", "decide_appeal")
		);
		assert_eq!(args(&accept), (9u64, 1u8, 3u8).encode());
		assert_eq!(
			args(&decide_appeal(9, None, 77)),
			(9u64, 0u8, 77u8).encode()
		);
	}

	#[test]
	fn a_vote_is_given_in_the_order_of_its_fields() {
		let (number, salt) = (1u64 << 40, [5; 32]);
		assert_eq!(
			args(&reveal_vote(number, 4, 2, salt)),
			(number, 4u8, 2u8, salt).encode()
		);
		let hash = H256::repeat_byte(3);
		assert_eq!(args(&commit_vote(number, hash)), (number, hash).encode());
	}

	#[test]
	fn a_showing_is_its_own_bytes() {
		let opening = TextOpening {
			bytes: vec![7; 300].try_into().unwrap(),
			siblings: vec![H256::repeat_byte(1)].try_into().unwrap(),
		};
		let showing = Showing {
			index: 95,
			accused: opening.clone(),
			earlier: Some(EarlierWindow {
				contribution: 4,
				position: 1 << 20,
				opening,
			}),
		};
		assert_eq!(args(&show_window(6, &showing)), (6u64, &showing).encode());
	}

	#[test]
	fn what_an_owner_changes_names_the_datanet_first() {
		assert_eq!(
			args(&set_terms(2, 1 << 70, 100_000)),
			(2u32, 1u128 << 70, 100_000u32).encode()
		);
		let hash = H256::repeat_byte(3);
		assert_eq!(
			args(&set_metadata(2, b"https://a", hash)),
			(2u32, "https://a", hash).encode()
		);
		let states = [
			DatanetState::Open,
			DatanetState::Frozen,
			DatanetState::Suspended,
			DatanetState::Closed,
		];
		for (number, state) in (0u8..).zip(states) {
			assert_eq!(args(&set_state(2, state)), (2u32, number).encode());
		}
		assert_eq!(args(&suspend(2, true)), (2u32, 1u8).encode());
		let to = AccountId::new([9; 32]);
		assert_eq!(
			args(&offer_datanet(2, Some(&to))),
			(2u32, 1u8, to.clone()).encode()
		);
		assert_eq!(args(&offer_contribution(2, None)), (2u64, 0u8).encode());
	}
}
