// SPDX-License-Identifier: Apache-2.0
//! Views of datanets, contributions, reviews and claims.

use super::objects;
use crate::json::{grouped, text, Address, Decimal};
use openledger_primitives::{
	apis::{self, Appeal, BallotState, ClaimState, ContributionState, DatanetState},
	ports::{Credit, DatanetKind},
	AccountId, BlockNumber, ClaimId, ContributionId, DatanetId, Ppm, Version, H256,
};
use serde::{Deserialize, Serialize};

objects! {
	/// A datanet.
	Datanet {
		/// Its id.
		id: DatanetId,
		/// Who snapshots it and names curators.
		owner: Address,
		/// Its name.
		name: String,
		/// `Text` or `Opaque`.
		kind: DatanetKind,
		/// SPDX licence expression.
		licence: String,
		/// Where the Croissant file lies.
		metadata_uri: String,
		/// Its blake2-256.
		metadata_hash: H256,
		/// Who earns matched money: `Contributors` or `Pool`.
		credit: Credit,
		/// Planck per started KiB for curators who reviewed.
		review_fee_per_kib: Decimal,
		/// Planck per byte, held.
		bond_per_byte: Decimal,
		/// Planck that publishing a model trained on a later snapshot pays.
		training_fee: Decimal,
		/// Least share of a call's fee that such a model gives.
		min_contributors_ppm: Ppm,
		/// Named curators.
		curators: Vec<Address>,
		/// Those of them whose bond is whole: they vote on what is revealed now.
		seated: Vec<Address>,
		/// Whether only those may commit whom the owner has approved.
		by_approval: bool,
		/// `Open` (takes commits), `Frozen`, `Suspended` or `Closed`.
		state: DatanetState,
		/// Who may become the owner by accepting, else null.
		offered_to: Option<Address>,
		/// Contributions accepted so far.
		accepted: u64,
		/// Their bytes.
		bytes: Decimal,
		/// Latest snapshot version, 0 = none.
		version: Version,
	}

	/// A contribution.
	Contribution {
		/// Its id: smaller is earlier.
		id: ContributionId,
		/// Its datanet.
		datanet: DatanetId,
		/// Who has it: whoever committed it, until it is transferred.
		contributor: Address,
		/// Commitment to the bytes; zero until revealed.
		text_root: H256,
		/// Length stated at commit.
		byte_length: u64,
		/// Records in it.
		records: u32,
		/// Where the bytes can be fetched.
		uri: String,
		/// SPDX expression that overrides the datanet's; empty = none.
		licence: String,
		/// Block of the commit.
		committed_at: BlockNumber,
		/// Block of the reveal; 0 until revealed.
		revealed_at: BlockNumber,
		/// Where it stands.
		state: ContributionStatus,
		/// Planck still held.
		bond: Decimal,
		/// Duplicate claims open on it.
		claims: u32,
		/// Who may become the contributor by accepting, else null.
		offered_to: Option<Address>,
		/// Planck of all spans credited so far.
		used_value: Decimal,
		/// Planck earned by them.
		earned: Decimal,
	}

	/// Where a contribution stands, in one line for people and as values.
	StatusLine {
		/// The contribution.
		contribution: ContributionId,
		/// The line.
		line: String,
		/// What it says, as an object.
		state: ContributionStatus,
		/// Duplicate claims open on it.
		claims: u32,
		/// Planck of all spans credited so far.
		used_value: Decimal,
		/// Planck earned by them.
		earned: Decimal,
	}

	/// A snapshot.
	Snapshot {
		/// Its datanet.
		datanet: DatanetId,
		/// From 1.
		version: Version,
		/// Members have an acceptance number below this.
		count: u64,
		/// Bytes of all members.
		bytes: Decimal,
		/// Running hash over the members.
		hash: H256,
		/// Block in which it was made.
		at: BlockNumber,
	}

	/// That a contribution is in a snapshot.
	Membership {
		/// Its place in the acceptance order.
		number: u64,
		/// Members have a number below this.
		count: u64,
		/// Running hash over the members.
		hash: H256,
		/// Commitment to the contribution's bytes.
		text_root: H256,
	}

	/// A review that goes on, or whose rejection can be appealed.
	Review {
		/// What is reviewed.
		contribution: ContributionId,
		/// 0, or 1 in the extension.
		round: u8,
		/// Last block of vote commits.
		commits_until: BlockNumber,
		/// Last block of vote reveals.
		reveals_until: BlockNumber,
		/// Whether votes can be revealed now.
		reveals_open: bool,
		/// Each curator who may vote.
		ballots: Vec<Ballot>,
	}

	/// One curator's part in a review.
	Ballot {
		/// Who.
		curator: Address,
		/// What he has done.
		state: BallotStatus,
	}

	/// An open duplicate claim.
	Claim {
		/// Its id.
		id: ClaimId,
		/// Who makes it.
		reporter: Address,
		/// The accused.
		contribution: ContributionId,
		/// Planck held from the reporter.
		bond: Decimal,
		/// Block of the claim.
		claimed_at: BlockNumber,
		/// Where it stands.
		state: ClaimStatus,
	}
}

/// Where a contribution stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
pub enum ContributionStatus {
	/// Id taken, content not revealed.
	Committed {
		/// Last block of the reveal.
		expires: BlockNumber,
	},
	/// In review.
	Pending {
		/// 0, or 1 in the extension.
		round: u8,
		/// Last block of vote commits.
		commits_until: BlockNumber,
		/// Last block of vote reveals.
		reveals_until: BlockNumber,
	},
	/// Earns.
	Accepted {
		/// 1 to 4.
		quality: u8,
		/// Place in the datanet's acceptance order.
		number: u64,
		/// Quality times bytes.
		points: Decimal,
	},
	/// Refused.
	Rejected {
		/// Code of the curators or of governance; 254 a proved copy, 255 too few votes.
		reason: u8,
		/// Whether governance was asked.
		appeal: AppealStatus,
		/// First block in which its root can be taken by another contribution.
		root_free_from: BlockNumber,
	},
	/// Taken back by its contributor.
	Withdrawn {
		/// In which block.
		at: BlockNumber,
	},
	/// Removed by proof or governance.
	Revoked {
		/// In which block.
		at: BlockNumber,
		/// Governance's reason code; null after a duplicate proof.
		reason: Option<u8>,
	},
}

impl From<ContributionState> for ContributionStatus {
	fn from(state: ContributionState) -> Self {
		match state {
			ContributionState::Committed { expires } => Self::Committed { expires },
			ContributionState::Pending {
				round,
				commits_until,
				reveals_until,
			} => Self::Pending {
				round,
				commits_until,
				reveals_until,
			},
			ContributionState::Accepted {
				quality,
				number,
				points,
			} => Self::Accepted {
				quality,
				number,
				points: points.into(),
			},
			ContributionState::Rejected {
				reason,
				appeal,
				root_free_from,
			} => Self::Rejected {
				reason,
				appeal: appeal.into(),
				root_free_from,
			},
			ContributionState::Withdrawn { at } => Self::Withdrawn { at },
			ContributionState::Revoked { at, reason } => Self::Revoked { at, reason },
		}
	}
}

/// The appeal of a rejected contribution.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AppealStatus {
	/// None yet; possible while the root is held.
	Possible,
	/// Governance is asked.
	Open,
	/// Not possible.
	Closed,
}

impl From<Appeal> for AppealStatus {
	fn from(appeal: Appeal) -> Self {
		match appeal {
			Appeal::Possible => Self::Possible,
			Appeal::Open => Self::Open,
			Appeal::Closed => Self::Closed,
		}
	}
}

/// What a curator has done in a review.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "status")]
pub enum BallotStatus {
	/// Nothing yet.
	Silent,
	/// Committed to a vote.
	Committed {
		/// Hash of the vote.
		commitment: H256,
	},
	/// Revealed it.
	Revealed {
		/// 0 rejects, 1 to 4 accepts with that quality.
		vote: u8,
		/// Published reason code.
		reason: u8,
	},
	/// Committed and did not reveal.
	Forfeited,
}

impl From<BallotState> for BallotStatus {
	fn from(state: BallotState) -> Self {
		match state {
			BallotState::Silent => Self::Silent,
			BallotState::Committed(commitment) => Self::Committed { commitment },
			BallotState::Revealed { vote, reason } => Self::Revealed { vote, reason },
			BallotState::Forfeited => Self::Forfeited,
		}
	}
}

/// Where a duplicate claim stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "status")]
pub enum ClaimStatus {
	/// The epoch that draws the positions has not started.
	Waiting {
		/// First epoch that can draw.
		epoch: u64,
	},
	/// Positions are drawn.
	Drawn {
		/// The drawn byte positions, in order of their index.
		positions: Vec<u64>,
		/// Indices of those that are shown.
		shown: Vec<u8>,
		/// Last block of showings.
		until: BlockNumber,
	},
}

impl From<ClaimState> for ClaimStatus {
	fn from(state: ClaimState) -> Self {
		match state {
			ClaimState::Waiting { epoch } => Self::Waiting { epoch },
			ClaimState::Drawn {
				positions,
				shown,
				until,
			} => Self::Drawn {
				positions,
				shown,
				until,
			},
		}
	}
}

impl From<apis::DatanetView<AccountId>> for Datanet {
	fn from(view: apis::DatanetView<AccountId>) -> Self {
		Self {
			id: view.id,
			owner: view.owner.into(),
			name: text(view.name),
			kind: view.kind,
			licence: text(view.licence),
			metadata_uri: text(view.metadata_uri),
			metadata_hash: view.metadata_hash,
			credit: view.credit,
			review_fee_per_kib: view.review_fee_per_kib.into(),
			bond_per_byte: view.bond_per_byte.into(),
			training_fee: view.training_fee.into(),
			min_contributors_ppm: view.min_contributors_ppm,
			curators: view.curators.into_iter().map(Into::into).collect(),
			seated: view.seated.into_iter().map(Into::into).collect(),
			by_approval: view.by_approval,
			state: view.state,
			offered_to: view.offered_to.map(Into::into),
			accepted: view.accepted,
			bytes: view.bytes.into(),
			version: view.version,
		}
	}
}

impl From<apis::ContributionView<AccountId>> for Contribution {
	fn from(view: apis::ContributionView<AccountId>) -> Self {
		Self {
			id: view.id,
			datanet: view.datanet,
			contributor: view.contributor.into(),
			text_root: view.text_root,
			byte_length: view.byte_length,
			records: view.records,
			uri: text(view.uri),
			licence: text(view.licence),
			committed_at: view.committed_at,
			revealed_at: view.revealed_at,
			state: view.state.into(),
			bond: view.bond.into(),
			claims: view.claims,
			offered_to: view.offered_to.map(Into::into),
			used_value: view.used_value.into(),
			earned: view.earned.into(),
		}
	}
}

impl From<apis::ContributionView<AccountId>> for StatusLine {
	fn from(view: apis::ContributionView<AccountId>) -> Self {
		Self {
			contribution: view.id,
			line: status_line(&view),
			state: view.state.into(),
			claims: view.claims,
			used_value: view.used_value.into(),
			earned: view.earned.into(),
		}
	}
}

/// Where a contribution stands, in words.
fn status_line(view: &apis::ContributionView<AccountId>) -> String {
	let mut line = match &view.state {
		ContributionState::Committed { expires } => {
			format!("committed (reveal until block {expires})")
		}
		ContributionState::Pending {
			round,
			commits_until,
			reveals_until,
		} => {
			let extended = if *round > 0 { "extended, " } else { "" };
			format!(
				"pending ({extended}votes until block {commits_until}, \
				review ends after block {reveals_until})"
			)
		}
		ContributionState::Accepted { .. } if view.used_value > 0 => format!(
			"used (value {} planck, earned {} planck)",
			grouped(view.used_value),
			grouped(view.earned)
		),
		ContributionState::Accepted {
			quality, points, ..
		} => format!(
			"accepted (quality {quality}, {} points)",
			grouped((*points).into())
		),
		ContributionState::Rejected {
			reason,
			appeal,
			root_free_from,
		} => {
			let appeal = match appeal {
				Appeal::Possible => format!(", appeal before block {root_free_from}"),
				Appeal::Open => format!(", appealed, answer before block {root_free_from}"),
				Appeal::Closed => String::new(),
			};
			format!("rejected (reason {}{appeal})", rejection(*reason))
		}
		ContributionState::Withdrawn { at } => format!("withdrawn (block {at})"),
		ContributionState::Revoked { reason, .. } => match reason {
			Some(reason) => format!("revoked (reason {reason})"),
			None => "revoked (copy of earlier texts)".into(),
		},
	};
	if view.claims > 0 {
		line.push_str(&format!(", duplicate claims open: {}", view.claims));
	}
	line
}

/// A reason code; those that only the chain gives in words.
fn rejection(reason: u8) -> String {
	match reason {
		254 => "254: copy of earlier texts".into(),
		255 => "255: too few votes".into(),
		code => code.to_string(),
	}
}

impl From<apis::SnapshotView> for Snapshot {
	fn from(view: apis::SnapshotView) -> Self {
		Self {
			datanet: view.datanet,
			version: view.version,
			count: view.count,
			bytes: view.bytes.into(),
			hash: view.hash,
			at: view.at,
		}
	}
}

impl From<apis::MembershipView> for Membership {
	fn from(view: apis::MembershipView) -> Self {
		Self {
			number: view.number,
			count: view.count,
			hash: view.hash,
			text_root: view.text_root,
		}
	}
}

impl From<apis::ReviewView<AccountId>> for Review {
	fn from(view: apis::ReviewView<AccountId>) -> Self {
		let ballot = |(curator, state): (AccountId, BallotState)| Ballot {
			curator: curator.into(),
			state: state.into(),
		};
		Self {
			contribution: view.contribution,
			round: view.round,
			commits_until: view.commits_until,
			reveals_until: view.reveals_until,
			reveals_open: view.reveals_open,
			ballots: view.ballots.into_iter().map(ballot).collect(),
		}
	}
}

impl From<apis::ClaimView<AccountId>> for Claim {
	fn from(view: apis::ClaimView<AccountId>) -> Self {
		Self {
			id: view.id,
			reporter: view.reporter.into(),
			contribution: view.contribution,
			bond: view.bond.into(),
			claimed_at: view.claimed_at,
			state: view.state.into(),
		}
	}
}
