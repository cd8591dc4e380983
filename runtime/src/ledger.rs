// SPDX-License-Identifier: Apache-2.0
//! Translates this runtime's events into [`openledger_primitives::ledger`], the form that
//! histories keep.

use crate::{AccountId, Runtime, RuntimeEvent, System};
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
			contributor,
			..
		}) => Some(LedgerEvent::ContributionAccepted {
			contribution,
			datanet,
			account: contributor,
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
		Source::Withheld { datanet, tranche } => LedgerSource::Withheld { datanet, tranche },
		Source::Aside => LedgerSource::Aside,
		Source::Forfeited => LedgerSource::Forfeited,
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
		event => return locks(event),
	})
}

fn locks(event: pallet_royalties::Event<Runtime>) -> Option<LedgerEvent<AccountId>> {
	use pallet_royalties::Event;
	Some(match event {
		Event::RowLocked {
			datanet,
			tranche,
			account,
			locks,
		} => LedgerEvent::RowLocked {
			datanet,
			tranche,
			account,
			locks,
		},
		Event::RowUnlocked {
			datanet,
			tranche,
			account,
			locks,
		} => LedgerEvent::RowUnlocked {
			datanet,
			tranche,
			account,
			locks,
		},
		Event::Withheld {
			datanet,
			tranche,
			account,
			amount,
		} => LedgerEvent::Withheld {
			datanet,
			tranche,
			account,
			amount,
		},
		Event::SetAside {
			datanet,
			tranche,
			account,
			amount,
		} => LedgerEvent::SetAside {
			datanet,
			tranche,
			account,
			amount,
		},
		Event::AsideForfeited { reporter, amount } => {
			LedgerEvent::AsideForfeited { reporter, amount }
		}
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

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_primitives::AccountId;
	use pallet_royalties::{Event, Source};

	const WHO: AccountId = AccountId::new([7; 32]);

	fn translated(event: Event<Runtime>) -> Option<LedgerEvent<AccountId>> {
		translate(event.into())
	}

	/// Whoever reads the ledger sees why money of a pool is withheld, and what becomes of it.
	#[test]
	fn what_claims_do_to_pool_money_should_be_in_the_ledger() {
		let (datanet, tranche, account) = (3, 4, WHO);
		let (locks, amount) = (2, 99);
		let expected = [
			(
				Event::RowLocked {
					datanet,
					tranche,
					account: account.clone(),
					locks,
				},
				LedgerEvent::RowLocked {
					datanet,
					tranche,
					account: account.clone(),
					locks,
				},
			),
			(
				Event::RowUnlocked {
					datanet,
					tranche,
					account: account.clone(),
					locks,
				},
				LedgerEvent::RowUnlocked {
					datanet,
					tranche,
					account: account.clone(),
					locks,
				},
			),
			(
				Event::Withheld {
					datanet,
					tranche,
					account: account.clone(),
					amount,
				},
				LedgerEvent::Withheld {
					datanet,
					tranche,
					account: account.clone(),
					amount,
				},
			),
			(
				Event::SetAside {
					datanet,
					tranche,
					account: account.clone(),
					amount,
				},
				LedgerEvent::SetAside {
					datanet,
					tranche,
					account: account.clone(),
					amount,
				},
			),
			(
				Event::AsideForfeited {
					reporter: account.clone(),
					amount,
				},
				LedgerEvent::AsideForfeited {
					reporter: account,
					amount,
				},
			),
		];
		for (event, row) in expected {
			assert_eq!(translated(event), Some(row));
		}
	}

	#[test]
	fn money_of_claims_should_name_its_source() {
		let (datanet, tranche, amount) = (3, 4, 99);
		for (source, expected) in [
			(
				Source::Withheld { datanet, tranche },
				LedgerSource::Withheld { datanet, tranche },
			),
			(Source::Aside, LedgerSource::Aside),
			(Source::Forfeited, LedgerSource::Forfeited),
		] {
			let event = Event::Accrued {
				account: WHO,
				amount,
				source,
			};
			let row = LedgerEvent::Accrued {
				account: WHO,
				amount,
				source: expected,
			};
			assert_eq!(translated(event), Some(row));
		}
	}

	#[test]
	fn an_acceptance_should_name_its_contributor() {
		let event = pallet_datanets::Event::Accepted {
			contribution: 5,
			datanet: 3,
			number: 0,
			quality: 2,
			points: 2_048,
			contributor: WHO,
		};
		let row = LedgerEvent::ContributionAccepted {
			contribution: 5,
			datanet: 3,
			account: WHO,
		};
		assert_eq!(translate(RuntimeEvent::Datanets(event)), Some(row));
	}
}
