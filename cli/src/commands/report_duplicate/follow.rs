// SPDX-License-Identifier: Apache-2.0
//! An open claim: waits for its draw, shows what is drawn, tells how it ends.

use std::time::Duration;

use anyhow::{bail, Result};
use codec::{Decode, Input};
use openledger_client::{
	call::{datanets, Call},
	chain::Client,
	event::{ClaimOutcome, DatanetsEvent, Event},
	state::State,
	transaction::Wait,
};
use openledger_primitives::{
	apis::{ClaimState, ClaimView},
	duplicate::NEEDED,
	Balance, BlockNumber, ClaimId,
};
use openledger_provenance::duplicate::Openable;
use serde_json::json;

use super::{value, Case};
use crate::{context::Shared, output::amount};

/// Showings sent before the claim is read again.
const BATCH: usize = 16;
/// Time between two looks at the chain.
const PAUSE: Duration = Duration::from_secs(2);

/// How a claim ended.
pub(super) struct Ended {
	pub outcome: ClaimOutcome,
	reporter_paid: Balance,
	accused_paid: Balance,
	burned: Balance,
}

impl Ended {
	/// The end of this claim, if the event tells it.
	fn of(event: &Event, wanted: ClaimId) -> Option<Self> {
		match event {
			Event::Datanets(DatanetsEvent::ClaimEnded {
				claim,
				outcome,
				reporter_paid,
				accused_paid,
				burned,
				..
			}) if *claim == wanted => Some(Self {
				outcome: *outcome,
				reporter_paid: *reporter_paid,
				accused_paid: *accused_paid,
				burned: *burned,
			}),
			_ => None,
		}
	}

	/// Prints it, with the amounts.
	pub fn print(&self, shared: &Shared, case: &Case, claim: ClaimId) {
		let json = json!({
			"claim": claim,
			"contribution": case.accused.id,
			"outcome": format!("{:?}", self.outcome),
			"reporterPaid": self.reporter_paid.to_string(),
			"accusedPaid": self.accused_paid.to_string(),
			"burned": self.burned.to_string(),
		});
		shared.format().print(json, || {
			let id = case.accused.id;
			match self.outcome {
				ClaimOutcome::Proved => println!(
					"claim {claim} is proved: contribution {id} is a copy. The reporter has the bond \
					 back and {}; {} is burned.",
					amount(self.reporter_paid),
					amount(self.burned)
				),
				ClaimOutcome::Failed => println!(
					"claim {claim} failed: contribution {id} stands. Of the reporter's bond, {} went \
					 to its contributor and {} is burned.",
					amount(self.accused_paid),
					amount(self.burned)
				),
				ClaimOutcome::Moot => println!(
					"claim {claim} is moot: contribution {id} is gone already, or nothing was drawn \
					 in time. The reporter has the bond back."
				),
			}
		});
	}
}

/// Waits for the draw of a claim, shows what can be shown, and waits for its end.
pub(super) async fn follow(
	shared: &Shared,
	client: &Client,
	case: &Case,
	claim: ClaimId,
) -> Result<Ended> {
	let mut seen = client.best_state().await?.block().number;
	let drawn = wait_for_draw(shared, client, claim, &mut seen).await?;
	let Some((positions, shown, until)) = drawn else {
		return end_since(client, claim, seen).await;
	};
	let findings = case.findings(&positions, &shown).await;
	let wanted = missing(&shown);
	shared.format().say(format!(
		"the positions of claim {claim} are drawn: {} are shown, {} more can be shown of the \
		 {wanted} that are needed, until block {until}",
		shown.len(),
		findings.len()
	));
	if findings.len() < wanted {
		shared.format().say(format!(
			"with the texts at hand claim {claim} can't be proved, and nothing is sent; anyone who \
			 has others can show them. Waiting for its end …"
		));
		return wait_for_end(client, claim, seen).await;
	}
	let accused = Openable::new(&case.bytes);
	let mut rest = findings.iter();
	let mut fees: Balance = 0;
	loop {
		let state = client.best_state().await?;
		let Some(view) = state.claim(claim).await? else {
			return end_since(client, claim, seen).await;
		};
		seen = state.block().number;
		let ClaimState::Drawn { shown, .. } = view.state else {
			bail!("the draw of claim {claim} was undone with its block; try again");
		};
		let mut calls = Vec::new();
		let batch = missing(&shown).min(BATCH);
		for finding in rest
			.by_ref()
			.filter(|finding| !shown.contains(&finding.index))
			.take(batch)
		{
			let showing = case.showing(&accused, finding).await?;
			calls.push(datanets::show_window(claim, &showing));
		}
		if calls.is_empty() {
			shared.format().say(format!(
				"{} of {NEEDED} positions are shown, and the texts at hand have no more. Waiting for \
				 the end of claim {claim} …",
				shown.len()
			));
			return wait_for_end(client, claim, seen).await;
		}
		let sent = send(shared, client, claim, calls).await?;
		fees = fees.saturating_add(sent.fees);
		if let Some(ended) = sent.ended {
			shared
				.format()
				.say(format!("the showings cost {} in fees", amount(fees)));
			return Ok(ended);
		}
	}
}

/// Waits until a claim is gone that was open in block `seen`.
async fn wait_for_end(client: &Client, claim: ClaimId, mut seen: BlockNumber) -> Result<Ended> {
	loop {
		let state = client.best_state().await?;
		if state.claim(claim).await?.is_none() {
			return end_since(client, claim, seen).await;
		}
		seen = state.block().number;
		tokio::time::sleep(PAUSE).await;
	}
}

/// What became of some showings.
struct Sent {
	/// The end of the claim, if one of them brought it.
	ended: Option<Ended>,
	fees: Balance,
}

/// Positions that are still to be shown.
pub(super) fn missing(shown: &[u8]) -> usize {
	usize::try_from(NEEDED)
		.unwrap_or(usize::MAX)
		.saturating_sub(shown.len())
}

/// Sends showings. One that is refused is told and left out.
async fn send(shared: &Shared, client: &Client, claim: ClaimId, calls: Vec<Call>) -> Result<Sent> {
	let signer = shared.signer()?;
	let calls: Vec<_> = calls
		.into_iter()
		.map(|call| (call, signer.clone()))
		.collect();
	let bar = shared.format().bar(calls.len(), "showing windows");
	let outcomes = client
		.submit_all(&calls, Wait::InBlock, |_| bar.inc(1))
		.await;
	bar.finish_and_clear();
	let mut sent = Sent {
		ended: None,
		fees: 0,
	};
	for outcome in outcomes {
		match outcome {
			Ok(outcome) => {
				sent.fees = sent.fees.saturating_add(outcome.fee_paid());
				sent.ended = sent.ended.or(outcome.find(|event| Ended::of(event, claim)));
			}
			Err(openledger_client::Error::Dispatch(failure)) => {
				shared
					.format()
					.say(format!("a showing was refused: {failure}"));
			}
			Err(error) => return Err(error.into()),
		}
	}
	Ok(sent)
}

/// Positions, indices that are shown, and the last block of showings.
type Drawn = (Vec<u64>, Vec<u8>, BlockNumber);

/// Waits until a claim's positions are drawn; `None` if it ends before. `seen` becomes the last
/// block in which it was open.
async fn wait_for_draw(
	shared: &Shared,
	client: &Client,
	claim: ClaimId,
	seen: &mut BlockNumber,
) -> Result<Option<Drawn>> {
	let mut bar = None;
	loop {
		let state = client.best_state().await?;
		let epoch = match state
			.claim(claim)
			.await?
			.map(|view: ClaimView<_>| view.state)
		{
			None => return Ok(None),
			Some(ClaimState::Drawn {
				positions,
				shown,
				until,
			}) => return Ok(Some((positions, shown, until))),
			Some(ClaimState::Waiting { epoch }) => epoch,
		};
		*seen = state.block().number;
		let slots = slots_until(client, &state, epoch).await?;
		let bar = bar.get_or_insert_with(|| {
			shared.format().say(format!(
				"waiting for epoch {epoch}, about {slots} blocks from now"
			));
			let total = usize::try_from(slots).unwrap_or(usize::MAX);
			(slots, shared.format().bar(total, "waiting for the draw"))
		});
		bar.1.set_position(bar.0.saturating_sub(slots));
		tokio::time::sleep(PAUSE).await;
	}
}

/// The first fields of BABE's current epoch; what follows is read and left.
pub(super) struct Epoch {
	pub index: u64,
	pub start: u64,
	pub slots: u64,
}

impl Decode for Epoch {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		let (index, start, slots) = Decode::decode(input)?;
		let rest = input.remaining_len()?.unwrap_or(0);
		let mut rest = vec![0; rest];
		input.read(&mut rest)?;
		Ok(Self {
			index,
			start,
			slots,
		})
	}
}

/// Slots before an epoch starts, each a block at most.
async fn slots_until(client: &Client, state: &State, epoch: u64) -> Result<u64> {
	let at = Some(state.block().hash);
	let current: Epoch = client.state_call("BabeApi_current_epoch", (), at).await?;
	let now: u64 = value(client, state, "Babe", "CurrentSlot")
		.await?
		.unwrap_or(current.start);
	let epochs = epoch.saturating_sub(current.index);
	let start = current
		.start
		.saturating_add(epochs.saturating_mul(current.slots));
	Ok(start.saturating_sub(now))
}

/// How a claim ended that is gone now and was open in block `seen`.
async fn end_since(client: &Client, claim: ClaimId, seen: BlockNumber) -> Result<Ended> {
	let head = client.best().await?;
	for number in seen..=head.number {
		let hash = client.block_hash(number).await?;
		let events = client
			.events(openledger_client::BlockId { hash, number })
			.await?;
		let ended = events
			.iter()
			.find_map(|record| Ended::of(&record.event, claim));
		if let Some(ended) = ended {
			return Ok(ended);
		}
	}
	bail!("claim {claim} is gone, but no block since {seen} tells how it ended")
}
