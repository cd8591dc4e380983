// SPDX-License-Identifier: Apache-2.0
//! Translates this runtime's events into [`openledger_primitives::ledger`], the form that
//! histories keep.

use crate::{AccountId, Datanets, Runtime, RuntimeEvent, System};
use alloc::vec::Vec;
use frame_system::Phase;
use openledger_primitives::ledger::{LedgerEvent, LedgerRow, LedgerSource};

/// Money events of the block at whose state this runs, in their order.
pub fn events() -> Vec<LedgerRow<AccountId>> {
	(0u32..)
		.zip(System::read_events_no_consensus())
		.filter_map(|(index, record)| {
			let extrinsic = match record.phase {
				Phase::ApplyExtrinsic(number) => Some(number),
				Phase::Finalization | Phase::Initialization => None,
			};
			Some(LedgerRow {
				index,
				extrinsic,
				event: translate(record.event)?,
			})
		})
		.collect()
}

/// `None`: the event moves or books no money and decides nobody's share.
fn translate(event: RuntimeEvent) -> Option<LedgerEvent<AccountId>> {
	match event {
		RuntimeEvent::Royalties(event) => royalties(event),
		RuntimeEvent::Usage(event) => usage(event),
		RuntimeEvent::Models(pallet_models::Event::TrainingFeePaid {
			model,
			datanet,
			version,
			amount,
		}) => Some(LedgerEvent::TrainingFeePaid {
			model,
			datanet,
			version,
			amount,
		}),
		RuntimeEvent::Datanets(pallet_datanets::Event::Accepted {
			contribution,
			datanet,
			..
		}) => Some(LedgerEvent::ContributionAccepted {
			contribution,
			datanet,
			// The event names no account; an accepted contribution keeps its row.
			account: Datanets::api_contribution(contribution)?.contributor,
		}),
		_ => None,
	}
}

fn source(source: pallet_royalties::Source) -> LedgerSource {
	use pallet_royalties::Source;
	match source {
		Source::Operator { model } => LedgerSource::Operator { model },
		Source::Developer { model } => LedgerSource::Developer { model },
		Source::Credit => LedgerSource::Credit,
		Source::Pool { datanet, tranche } => LedgerSource::Pool { datanet, tranche },
		Source::Treasury => LedgerSource::Treasury,
	}
}

fn royalties(event: pallet_royalties::Event<Runtime>) -> Option<LedgerEvent<AccountId>> {
	use pallet_royalties::Event;
	Some(match event {
		Event::Settled {
			model,
			operator,
			fee,
			burn_ppm,
			treasury_ppm,
			split,
		} => LedgerEvent::Settled {
			model,
			operator,
			fee,
			burn_ppm,
			treasury_ppm,
			split,
		},
		Event::Accrued {
			account,
			amount,
			source: why,
		} => LedgerEvent::Accrued {
			account,
			amount,
			source: source(why),
		},
		Event::Distributed {
			model,
			upstream,
			base,
		} => LedgerEvent::Distributed {
			model,
			upstream,
			base,
		},
		Event::InboxPaidIn {
			model,
			upstream,
			base,
		} => LedgerEvent::InboxPaidIn {
			model,
			upstream,
			base,
		},
		event => return pools_and_payouts(event),
	})
}

fn pools_and_payouts(event: pallet_royalties::Event<Runtime>) -> Option<LedgerEvent<AccountId>> {
	use pallet_royalties::Event;
	Some(match event {
		Event::PoolPaidIn {
			datanet,
			version,
			amount,
			points,
		} => LedgerEvent::PoolPaidIn {
			datanet,
			version,
			amount,
			points,
		},
		Event::PointsSet {
			datanet,
			tranche,
			account,
			points,
		} => LedgerEvent::PointsSet {
			datanet,
			tranche,
			account,
			points,
		},
		Event::TreasuryPaid { amount } => LedgerEvent::TreasuryPaid { amount },
		Event::Burned { amount } => LedgerEvent::Burned { amount },
		Event::Paid { account, amount } => LedgerEvent::Paid { account, amount },
		_ => return None,
	})
}

fn usage(event: pallet_usage::Event<Runtime>) -> Option<LedgerEvent<AccountId>> {
	use pallet_usage::Event;
	Some(match event {
		Event::BatchAccepted {
			operator,
			model,
			sequence,
			hash,
			calls,
			fee,
			matched,
			charge,
			..
		} => LedgerEvent::BatchAccepted {
			operator,
			model,
			sequence,
			hash,
			calls,
			fee,
			matched,
			charge,
		},
		Event::BatchVoided {
			operator,
			model,
			sequence,
			charge,
			..
		} => LedgerEvent::BatchVoided {
			operator,
			model,
			sequence,
			charge,
		},
		event => return pages(event),
	})
}

fn pages(event: pallet_usage::Event<Runtime>) -> Option<LedgerEvent<AccountId>> {
	use pallet_usage::Event;
	Some(match event {
		Event::BatchReleased {
			operator,
			model,
			sequence,
			base,
		} => LedgerEvent::BatchReleased {
			operator,
			model,
			sequence,
			base,
		},
		Event::Credited {
			operator,
			model,
			sequence,
			contribution,
			account,
			value,
			amount,
		} => LedgerEvent::Credited {
			operator,
			model,
			sequence,
			contribution,
			account,
			value,
			amount,
		},
		Event::PageMissing {
			operator,
			model,
			sequence,
			page,
			subtotal,
			..
		} => LedgerEvent::PageMissing {
			operator,
			model,
			sequence,
			page,
			subtotal,
		},
		_ => return None,
	})
}
