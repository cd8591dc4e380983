// SPDX-License-Identifier: Apache-2.0
//! Database rows that an operation touches, counted.

use super::*;
use crate::fenwick::up;
use std::{
	collections::BTreeSet,
	sync::{Arc, Mutex},
};
use tracing::{
	field::{Field, Visit},
	span, Event as TraceEvent, Metadata, Subscriber,
};

/// Rows that an operation touched.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Rows {
	pub reads: usize,
	pub writes: usize,
}

#[derive(Default)]
struct Touched {
	read: BTreeSet<String>,
	written: BTreeSet<String>,
}

/// Listens to what the state machine traces about every access to storage.
struct Counter(Arc<Mutex<Touched>>);

#[derive(Default)]
struct Access {
	method: String,
	key: String,
}

impl Visit for Access {
	fn record_str(&mut self, field: &Field, value: &str) {
		if field.name() == "method" {
			self.method = value.into();
		}
	}

	fn record_debug(&mut self, field: &Field, value: &dyn core::fmt::Debug) {
		match field.name() {
			"key" => self.key = format!("{value:?}"),
			"method" => self.method = format!("{value:?}").replace('"', ""),
			_ => {}
		}
	}
}

/// Whether a row counts: those of balances and of this pallet. Events, the block number and
/// the like are touched by every block anyway.
fn counts(key: &str) -> bool {
	let prefix = |pallet: &[u8], item: &[u8]| {
		let hash = |name| hex_of(&sp_io::hashing::twox_128(name));
		hash(pallet)
			+ &if item.is_empty() {
				String::new()
			} else {
				hash(item)
			}
	};
	key.starts_with(&prefix(b"System", b"Account"))
		|| key.starts_with(&prefix(b"Balances", b""))
		|| key.starts_with(&prefix(b"Royalties", b""))
}

fn hex_of(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Subscriber for Counter {
	fn enabled(&self, metadata: &Metadata<'_>) -> bool {
		metadata.target() == "state"
	}

	fn event(&self, event: &TraceEvent<'_>) {
		let mut access = Access::default();
		event.record(&mut access);
		if !counts(&access.key) {
			return;
		}
		let mut touched = self.0.lock().unwrap();
		match access.method.as_str() {
			"Get" | "Exists" => touched.read.insert(access.key),
			"Put" => touched.written.insert(access.key),
			_ => false,
		};
	}

	fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
		span::Id::from_u64(1)
	}

	fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
	fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
	fn enter(&self, _: &span::Id) {}
	fn exit(&self, _: &span::Id) {}
}

/// Counts the different rows that `operation` reads and writes.
pub(crate) fn rows_of(operation: impl FnOnce()) -> Rows {
	let touched = Arc::new(Mutex::new(Touched::default()));
	tracing::subscriber::with_default(Counter(touched.clone()), operation);
	let touched = touched.lock().unwrap();
	Rows {
		reads: touched.read.len(),
		writes: touched.written.len(),
	}
}

/// Members with 1 000 points each, written in one stroke as `add_points` would leave them.
pub(crate) fn fill_tranche(datanet: DatanetId, tranche: Version, members: u64) {
	for who in 1_000..1_000 + members {
		let row = MemberRow {
			points: 1_000,
			..Default::default()
		};
		Members::<Test>::insert((datanet, tranche, who), row);
	}
	for index in up(tranche) {
		let points = u128::from(members) * 1_000;
		PoolCells::<Test>::mutate(datanet, index, |cell| cell.points += points);
	}
}

/// A proved claim on half of a member's points, in a pool with money pending; and one that comes to
/// nothing.
fn costs_of_a_claim(who: &AccountId) -> Vec<(&'static str, Rows)> {
	let mut aside = 0;
	vec![
		(
			"lock_row",
			rows_of(|| Royalties::lock_row(1, 1, who).unwrap()),
		),
		(
			"set_aside",
			rows_of(|| aside = Royalties::set_aside(1, 1, who, 500).unwrap()),
		),
		(
			"forfeit_aside",
			rows_of(|| Royalties::forfeit_aside(&BOB, aside / 2).unwrap()),
		),
		(
			"pay_aside",
			rows_of(|| Royalties::pay_aside(who, aside - aside / 2).unwrap()),
		),
		(
			"unlock_row",
			rows_of(|| Royalties::unlock_row(1, 1, who).unwrap()),
		),
	]
}

/// A batch's way through the pallet, and everything else that a pool with so many members sees.
pub(crate) fn costs_with(members: u64) -> Vec<(&'static str, Rows)> {
	ExtBuilder::build().execute_with(|| {
		// 1 023 has the longest path down.
		publish(
			1,
			0,
			&[(Developer, 400_000), (Contributors, 600_000)],
			&[(1, 1_023, 1)],
		);
		fill_tranche(1, 1, members);
		fund_pot(OPEN);
		let mut data = 0;
		let mut costs = vec![];
		costs.push((
			"settle",
			rows_of(|| data = Royalties::settle(1, &OPERATOR, OPEN).unwrap().data),
		));
		let matched = data / 3;
		costs.push((
			"credit_pool",
			rows_of(|| Royalties::credit_pool(1, 1_023, matched).unwrap()),
		));
		costs.push((
			"release_base",
			rows_of(|| Royalties::release_base(1, data - matched).unwrap()),
		));
		costs.push((
			"distribute",
			rows_of(|| {
				Royalties::distribute(RuntimeOrigin::signed(BOB), 1).unwrap();
			}),
		));
		costs.push((
			"collect",
			rows_of(|| Royalties::collect(RuntimeOrigin::signed(BOB), 1, 1, 1_000).unwrap()),
		));
		costs.push((
			"pay_in",
			rows_of(|| Royalties::pay_in(&PAYER, 1, 1_023, OPEN).unwrap()),
		));
		costs.push((
			"add_points",
			rows_of(|| Royalties::add_points(1, 1, &1_001, 5).unwrap()),
		));
		costs.push((
			"remove_points",
			rows_of(|| Royalties::remove_points(1, 1, &1_002, 1_000).unwrap()),
		));
		costs.push((
			"move_points",
			rows_of(|| Royalties::move_points(1, 1, &1_003, &1_004, 1_000).unwrap()),
		));
		costs.extend(costs_of_a_claim(&1_005));
		Royalties::do_try_state().unwrap();
		assert_exact();
		costs
	})
}
