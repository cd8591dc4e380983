// SPDX-License-Identifier: Apache-2.0
//! Calls of the pallet `Datanets`.

use codec::Encode;
use openledger_primitives::{
	payload::{contribution_commit_hash, ContributionCommit},
	ports::{Credit, DatanetKind},
	text::open_last_leaf,
	AccountId, Balance, ContributionId, DatanetId, Ppm, H256,
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

/// A curator's verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub enum Verdict {
	/// Refused, with a published reason code.
	#[codec(index = 0)]
	Reject {
		/// The code.
		reason: u8,
	},
	/// Accepted.
	#[codec(index = 1)]
	Accept {
		/// 1..=4.
		quality: u8,
	},
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

/// Verdict of a seated curator.
pub fn review(contribution: ContributionId, verdict: Verdict) -> Call {
	Call::new(PALLET, "review", (contribution, verdict))
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
