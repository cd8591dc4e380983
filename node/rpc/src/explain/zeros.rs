// SPDX-License-Identifier: Apache-2.0
//! Why a zero is a zero: what an account has that earned nothing in a range.

use super::{
	build::Explainer,
	views::{Zero, ZeroWhy},
	MAX_ZEROS,
};
use crate::{
	error::Error,
	json::grouped,
	ledger::{
		read::Span,
		records::{Accepted, BatchKey, Nothing},
		Pos,
	},
};
use openledger_primitives::{Balance, ContributionId, DatanetId, Version};

/// Contributions, and pool rows, that are looked at for one answer, at most.
const MAX_LOOKED_AT: usize = 1_024;

impl Explainer<'_> {
	/// Reasons in a range, and whether there are more.
	pub(super) fn zeros(&mut self, span: Span) -> Result<(Vec<Zero>, bool), Error> {
		let mut zeros = Vec::new();
		let nothings = self
			.snapshot
			.nothings(self.account, span, MAX_ZEROS.saturating_add(1))?;
		for (at, nothing) in nothings {
			zeros.push(self.nothing(at, nothing)?);
		}
		let mut is_cut = self.never_credited(span, &mut zeros)?;
		is_cut |= self.never_paid(span, &mut zeros)?;
		is_cut |= zeros.len() > MAX_ZEROS;
		zeros.truncate(MAX_ZEROS);
		Ok((zeros, is_cut))
	}

	fn nothing(&self, at: Pos, nothing: Nothing) -> Result<Zero, Error> {
		let (block, event) = (at.block, at.event);
		Ok(match nothing {
			Nothing::CreditOfZero {
				batch,
				contribution,
				value,
			} => Zero {
				reason: format!(
					"contribution {contribution} was quoted for {} planck in batch {} of model {}, \
					and its part of the data share rounds down to 0",
					grouped(value),
					batch.sequence,
					batch.model,
				),
				why: ZeroWhy::CreditOfZero {
					block,
					event,
					contribution,
					value: value.into(),
					batch: self.batch(&batch)?,
				},
			},
			Nothing::CreditedElsewhere {
				batch,
				contribution,
				value,
				amount,
			} => Zero {
				reason: format!(
					"{} planck for contribution {contribution} went to its datanet's pool, or to \
					the treasury because it was withdrawn or revoked",
					grouped(amount),
				),
				why: ZeroWhy::CreditedElsewhere {
					block,
					event,
					contribution,
					value: value.into(),
					amount: amount.into(),
					batch: self.batch(&batch)?,
				},
			},
			Nothing::VoidedBatch { batch, charge } => voided(at, &batch, charge),
			Nothing::Withheld {
				datanet,
				tranche,
				amount,
			} => withheld(at, (datanet, tranche), amount),
			Nothing::SetAside {
				datanet,
				tranche,
				amount,
			} => set_aside(at, (datanet, tranche), amount),
		})
	}

	/// Contributions that no settled answer of the range quotes first.
	fn never_credited(&self, span: Span, zeros: &mut Vec<Zero>) -> Result<bool, Error> {
		let own = self.snapshot.contributions(self.account, MAX_LOOKED_AT)?;
		let is_cut = own.len() >= MAX_LOOKED_AT;
		for (contribution, accepted) in own {
			if zeros.len() > MAX_ZEROS {
				return Ok(true);
			}
			if accepted.at <= span.to && !self.snapshot.is_credited(contribution, span)? {
				zeros.push(never_credited(contribution, &accepted));
			}
		}
		Ok(is_cut)
	}

	/// Pool rows whose versions got no money in the range.
	fn never_paid(&mut self, span: Span, zeros: &mut Vec<Zero>) -> Result<bool, Error> {
		let own = self.snapshot.pool_rows(self.account, MAX_LOOKED_AT)?;
		let mut is_cut = own.len() >= MAX_LOOKED_AT;
		let is_whole = self.snapshot.head()?.is_whole();
		for row in own {
			if zeros.len() > MAX_ZEROS {
				return Ok(true);
			}
			let points = self.snapshot.points_at(self.account, &row, span.to)?;
			let had_points = points.map_or(!is_whole, |(_, points)| points > 0);
			if !had_points {
				continue;
			}
			let (datanet, tranche) = (row.datanet, row.tranche);
			match self.has_payment(&row, span)? {
				Some(true) => {}
				None => is_cut = true,
				Some(false) => zeros.push(Zero {
					why: ZeroWhy::NoPayment {
						datanet,
						tranche,
						points: points.map(|(_, points)| points.into()),
					},
					reason: format!(
						"no money came into versions {tranche} and later of datanet {datanet}"
					),
				}),
			}
		}
		Ok(is_cut)
	}
}

fn voided(at: Pos, batch: &BatchKey, charge: Balance) -> Zero {
	Zero {
		reason: format!(
			"batch {} of model {} was void: nothing moved but the weight fee of {} planck",
			batch.sequence,
			batch.model,
			grouped(charge),
		),
		why: ZeroWhy::VoidedBatch {
			block: at.block,
			event: at.event,
			model: batch.model,
			sequence: batch.sequence,
			charge: charge.into(),
		},
	}
}

fn withheld(at: Pos, (datanet, tranche): (DatanetId, Version), amount: Balance) -> Zero {
	Zero {
		reason: format!(
			"{} planck that tranche {tranche} of datanet {datanet} earned are withheld, for a \
			duplicate claim is open on one of its texts",
			grouped(amount),
		),
		why: ZeroWhy::Withheld {
			block: at.block,
			event: at.event,
			datanet,
			tranche,
			amount: amount.into(),
		},
	}
}

fn set_aside(at: Pos, (datanet, tranche): (DatanetId, Version), amount: Balance) -> Zero {
	Zero {
		reason: format!(
			"a text left tranche {tranche} of datanet {datanet} while a duplicate claim was open \
			on it: {} planck of what is withheld are set aside until the claim ends",
			grouped(amount),
		),
		why: ZeroWhy::SetAside {
			block: at.block,
			event: at.event,
			datanet,
			tranche,
			amount: amount.into(),
		},
	}
}

fn never_credited(contribution: ContributionId, accepted: &Accepted) -> Zero {
	Zero {
		why: ZeroWhy::NeverCredited {
			contribution,
			datanet: accepted.datanet,
			accepted_at: accepted.at.block,
		},
		reason: format!(
			"no answer that was settled in these blocks quotes contribution {contribution} of \
			datanet {} first",
			accepted.datanet
		),
	}
}
