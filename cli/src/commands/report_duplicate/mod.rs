// SPDX-License-Identifier: Apache-2.0
//! `report-duplicate`: estimates how much of a text is copied, claims it, and shows the drawn
//! windows. A run that was stopped goes on with `--claim`.

mod estimate;
mod follow;
#[cfg(test)]
mod tests;

use anyhow::{bail, Context, Result};
use codec::Decode;
use openledger_client::{
	call::datanets,
	chain::Client,
	event::{ClaimOutcome, DatanetsEvent, Event},
	state::State,
};
use openledger_primitives::{
	apis::{ContributionState, ContributionView, DatanetView},
	duplicate::{Showing, POSITIONS},
	ports::DatanetKind,
	AccountId, Balance, BlockNumber, ClaimId, ContributionId,
};
use openledger_provenance::duplicate::{Finding, FoldedShare, Openable, Search};
use sp_io::hashing::twox_128;

use estimate::Estimate;
use follow::follow;

use crate::{context::Shared, texts::Texts};

#[derive(clap::Args, Debug)]
pub struct ReportDuplicate {
	/// The contribution that copies earlier ones: how much of it is found there, what a claim
	/// costs and how likely it is proved.
	#[arg(required_unless_present = "claim")]
	contribution: Option<ContributionId>,
	/// Makes the claim, waits for its draw and shows what is drawn.
	#[arg(long)]
	yes: bool,
	/// Goes on with an open claim, one's own or anybody's.
	#[arg(long, conflicts_with_all = ["contribution", "yes"])]
	claim: Option<ClaimId>,
}

pub async fn run(shared: &Shared, client: &Client, report: ReportDuplicate) -> Result<()> {
	if report.yes || report.claim.is_some() {
		shared.signer()?;
	}
	let case = match (report.claim, report.contribution) {
		(Some(claim), _) => {
			let view = client.best_state().await?.claim(claim).await?;
			let view = view.with_context(|| format!("no open claim {claim}"))?;
			Case::read(shared, client, view.contribution).await?
		}
		(None, Some(contribution)) => Case::read(shared, client, contribution).await?,
		(None, None) => bail!("which contribution?"),
	};
	let claim = match report.claim {
		Some(claim) => claim,
		None => {
			let estimate = case.estimate(shared).await?;
			estimate.print(shared, &case, report.yes);
			if !report.yes {
				return Ok(());
			}
			make(shared, client, &case).await?
		}
	};
	let ended = follow(shared, client, &case, claim).await?;
	ended.print(shared, &case, claim);
	match ended.outcome {
		ClaimOutcome::Proved => Ok(()),
		ClaimOutcome::Failed => bail!("claim {claim} failed"),
		ClaimOutcome::Moot => bail!("claim {claim} is moot"),
	}
}

/// Makes the claim.
async fn make(shared: &Shared, client: &Client, case: &Case) -> Result<ClaimId> {
	let call = datanets::claim_duplicate(case.accused.id);
	let outcome = shared.send(client, &call).await?;
	let (claim, epoch) = outcome
		.find(|event| match event {
			Event::Datanets(DatanetsEvent::DuplicateClaimed { claim, epoch, .. }) => {
				Some((*claim, *epoch))
			}
			_ => None,
		})
		.context("the block shows no new claim")?;
	shared.format().say(format!(
		"claim {claim} is made; epoch {epoch} draws its positions. Should this stop, go on with: \
		 openledger report-duplicate --claim {claim}"
	));
	Ok(claim)
}

/// What a claim rests on: the accused and the texts it may be shown from.
struct Case {
	texts: Texts,
	datanet: DatanetView<AccountId>,
	accused: ContributionView<AccountId>,
	bytes: Vec<u8>,
	earlier: Vec<ContributionView<AccountId>>,
	bond: Balance,
}

impl Case {
	async fn read(shared: &Shared, client: &Client, id: ContributionId) -> Result<Self> {
		let state = client.best_state().await?;
		let accused = state.contribution(id).await?;
		let accused = accused.with_context(|| format!("no contribution {id}"))?;
		let datanet = state.datanet(accused.datanet).await?;
		let datanet = datanet.with_context(|| format!("no datanet {}", accused.datanet))?;
		if datanet.kind != DatanetKind::Text {
			bail!(
				"datanet {} holds opaque content: it has no duplicate proof",
				datanet.id
			);
		}
		match accused.state {
			ContributionState::Pending { .. }
			| ContributionState::Accepted { .. }
			| ContributionState::Withdrawn { .. } => (),
			_ => bail!("contribution {id} is neither in review nor accepted"),
		}
		let members = state.members(datanet.id, datanet.accepted).await?;
		let earlier = members
			.into_iter()
			.filter(|other| is_earlier(other, &accused))
			.collect();
		let texts = Texts::open(shared)?;
		let bytes = texts.obtain(&accused).await;
		let bytes = bytes.with_context(|| format!("contribution {id} can't be read"))?;
		Ok(Self {
			bond: bond(client, &state, &datanet, accused.byte_length).await?,
			texts,
			datanet,
			accused,
			bytes,
			earlier,
		})
	}

	/// How much of the accused the earlier texts hold.
	async fn estimate(&self, shared: &Shared) -> Result<Estimate> {
		let mut share =
			FoldedShare::new(&self.bytes).context("the text is shorter than a window")?;
		let mut estimate = Estimate {
			sources: Vec::new(),
			unread: Vec::new(),
			blank: share.blank(),
			shown: 0,
			total: share.total(),
		};
		let bar = shared
			.format()
			.bar(self.earlier.len(), "comparing earlier texts");
		for source in &self.earlier {
			match self.texts.obtain(source).await {
				Ok(bytes) => estimate.sources.push((source.id, share.add(&bytes))),
				Err(error) => {
					tracing::debug!(contribution = source.id, %error, "can't be read");
					estimate.unread.push(source.id);
				}
			}
			bar.inc(1);
		}
		bar.finish_and_clear();
		estimate.shown = share.shown();
		estimate.sources.retain(|(_, positions)| *positions > 0);
		estimate
			.sources
			.sort_by_key(|(id, positions)| (core::cmp::Reverse(*positions), *id));
		Ok(estimate)
	}

	/// The drawn positions that can be shown, those that are shown already left out.
	async fn findings(&self, positions: &[u64], shown: &[u8]) -> Vec<Finding> {
		let open = (0..POSITIONS)
			.zip(positions.iter().copied())
			.filter(|(index, _)| !shown.contains(index));
		let mut search = Search::new(&self.bytes, open);
		for source in &self.earlier {
			if search.is_complete() {
				break;
			}
			if let Ok(bytes) = self.texts.obtain(source).await {
				search.scan(source.id, &bytes);
			}
		}
		search.findings()
	}

	/// What is sent for a finding.
	async fn showing(&self, accused: &Openable<'_>, finding: &Finding) -> Result<Showing> {
		let bytes = match finding.place {
			None => None,
			Some(place) => {
				let mut views = self.earlier.iter();
				let view = views.find(|view| view.id == place.contribution);
				Some(
					self.texts
						.obtain(view.context("the source is none")?)
						.await?,
				)
			}
		};
		let earlier = bytes.as_deref().map(Openable::new);
		finding
			.showing(accused, earlier.as_ref())
			.context("the texts changed on the way")
	}
}

/// Whether a text can be shown as the source of the accused: accepted now, and revealed before the
/// accused was committed.
fn is_earlier(other: &ContributionView<AccountId>, accused: &ContributionView<AccountId>) -> bool {
	matches!(other.state, ContributionState::Accepted { .. })
		&& other.id != accused.id
		&& other.revealed_at < accused.committed_at
}

/// Those of the datanets' parameters that a bond depends on, as far as they must be read.
#[derive(Decode)]
struct Parameters {
	_periods: [BlockNumber; 6],
	min_bond: Balance,
}

/// What a claim against a text of this length has to be bonded with today.
async fn bond(
	client: &Client,
	state: &State,
	datanet: &DatanetView<AccountId>,
	byte_length: u64,
) -> Result<Balance> {
	let stored = value(client, state, "Datanets", "Parameters").await?;
	let stored: Parameters = stored.context("the chain has no parameters of datanets")?;
	let by_length = datanet.bond_per_byte.saturating_mul(byte_length.into());
	Ok(by_length.max(stored.min_bond))
}

/// A storage value, as far as `T` reads it.
async fn value<T: Decode>(
	client: &Client,
	state: &State,
	pallet: &str,
	name: &str,
) -> Result<Option<T>> {
	let key = [twox_128(pallet.as_bytes()), twox_128(name.as_bytes())].concat();
	let stored = client.storage(&key, Some(state.block().hash)).await?;
	let stored = stored.map(|bytes| T::decode(&mut bytes.as_slice()));
	stored
		.transpose()
		.with_context(|| format!("cannot read {pallet}.{name}"))
}
