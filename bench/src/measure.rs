// SPDX-License-Identifier: Apache-2.0
//! Which points of a benchmark are measured, and what comes of each.

use crate::machine::{Machine, State};
use anyhow::{anyhow, bail, Result};
use codec::Encode;
use frame_benchmarking::{
	BenchmarkBatch, BenchmarkConfig, BenchmarkList, BenchmarkParameter, BenchmarkResult,
};
use frame_support::traits::StorageInfo;
use std::collections::BTreeSet;

/// A benchmark of the runtime.
pub struct Plan {
	/// Crate of the pallet.
	pub pallet: String,
	/// Its type in the runtime.
	pub instance: String,
	/// Name of the benchmark and of the weight function.
	pub benchmark: String,
	/// Parameters with their lowest and highest values.
	pub components: Vec<(BenchmarkParameter, u32, u32)>,
}

/// What was measured at one point.
pub struct Sample {
	/// Value of each parameter, in the order of the plan.
	pub values: Vec<u32>,
	/// Nanoseconds of each run.
	pub nanos: Vec<u128>,
	/// Rows read.
	pub reads: u32,
	/// Rows written.
	pub writes: u32,
}

/// Every benchmark of the runtime; with `extra` those, too, that have no weight function.
pub fn plans(machine: &Machine, extra: bool) -> Result<Vec<Plan>> {
	let (lists, _): (Vec<BenchmarkList>, Vec<StorageInfo>) = machine.call(
		&machine.timed,
		"Benchmark_benchmark_metadata",
		&extra.encode(),
	)?;
	let mut plans = Vec::new();
	for list in lists {
		for benchmark in list.benchmarks {
			plans.push(Plan {
				pallet: String::from_utf8(list.pallet.clone())?,
				instance: String::from_utf8(list.instance.clone())?,
				benchmark: String::from_utf8(benchmark.name)?,
				components: benchmark.components,
			});
		}
	}
	Ok(plans)
}

/// The points of a benchmark: every parameter from its lowest to its highest value, with all others at
/// their highest and with all others at their lowest; and every corner. Where parameters multiply each
/// other, the cost is greatest above any plane at a corner.
fn points(components: &[(BenchmarkParameter, u32, u32)], steps: u32) -> Vec<Vec<u32>> {
	let mut points = BTreeSet::new();
	let highest: Vec<u32> = components.iter().map(|(_, _, high)| *high).collect();
	let lowest: Vec<u32> = components.iter().map(|(_, low, _)| *low).collect();
	for (place, (_, low, high)) in components.iter().enumerate() {
		for step in 0..steps {
			let part = u64::from(high - low) * u64::from(step) / u64::from(steps - 1);
			let value = low + u32::try_from(part).unwrap_or(0);
			for others in [&highest, &lowest] {
				let mut point = others.clone();
				point[place] = value;
				points.insert(point);
			}
		}
	}
	// Without parameters there is one corner: the empty point.
	let mut corners = vec![Vec::new()];
	for (_, low, high) in components {
		corners = corners
			.into_iter()
			.flat_map(|corner| [*low, *high].map(|value| [corner.as_slice(), &[value]].concat()))
			.collect();
	}
	points.extend(corners);
	points.into_iter().collect()
}

/// Runs of a point that follow each other.
const BATCH: u32 = 4;

/// Measures every point that the benchmark has; it passes over those that can't exist.
///
/// The points take turns, so that whatever else the machine does for a moment touches a few runs of
/// many points, which the fit leaves out, and not all runs of one.
pub fn run(machine: &Machine, plan: &Plan, steps: u32, repeat: u32) -> Result<Vec<Sample>> {
	let mut samples = Vec::new();
	for values in points(&plan.components, steps) {
		// The first run checks what the benchmark claims; its time doesn't count.
		if dispatch(machine, &machine.timed, plan, &values, true, 1)?.is_empty() {
			continue;
		}
		let counted = dispatch(machine, &machine.counted, plan, &values, false, 1)?;
		let Some(rows) = counted.first() else {
			bail!("{} counted nothing at {values:?}", plan.benchmark);
		};
		samples.push(Sample {
			values,
			nanos: Vec::new(),
			reads: rows.reads,
			writes: rows.writes,
		});
	}
	if samples.is_empty() {
		bail!("{} has no point that exists", plan.benchmark);
	}
	let mut left = repeat;
	while left > 0 {
		let runs = left.min(BATCH);
		left -= runs;
		for sample in &mut samples {
			let timed = dispatch(machine, &machine.timed, plan, &sample.values, false, runs)?;
			let nanos = timed.iter().map(|result| result.extrinsic_time);
			sample.nanos.extend(nanos);
		}
	}
	Ok(samples)
}

fn dispatch(
	machine: &Machine,
	state: &State,
	plan: &Plan,
	values: &[u32],
	verify: bool,
	repeats: u32,
) -> Result<Vec<BenchmarkResult>> {
	let names = plan.components.iter().map(|(name, _, _)| *name);
	let config = BenchmarkConfig {
		pallet: plan.pallet.clone().into_bytes(),
		instance: plan.instance.clone().into_bytes(),
		benchmark: plan.benchmark.clone().into_bytes(),
		selected_components: names.zip(values.iter().copied()).collect(),
		verify,
		internal_repeats: repeats,
	};
	let batches: Result<Vec<BenchmarkBatch>, String> =
		machine.call(state, "Benchmark_dispatch_benchmark", &config.encode())?;
	let batches = batches.map_err(|message| {
		anyhow!(
			"{}::{} at {values:?}: {message}",
			plan.pallet,
			plan.benchmark
		)
	})?;
	Ok(batches
		.into_iter()
		.flat_map(|batch| batch.results)
		.collect())
}

#[cfg(test)]
mod tests {
	use super::*;
	use BenchmarkParameter::{p, s};

	#[test]
	fn every_line_through_both_ends_and_every_corner_is_a_point() {
		let two = points(&[(p, 0, 8), (s, 1, 16)], 2);
		assert_eq!(two, [[0, 1], [0, 16], [8, 1], [8, 16]]);
		let lines = points(&[(p, 0, 8), (s, 1, 16)], 100);
		for value in 0..=8 {
			assert!(lines.contains(&vec![value, 1]) && lines.contains(&vec![value, 16]));
		}
		for value in 1..=16 {
			assert!(lines.contains(&vec![0, value]) && lines.contains(&vec![8, value]));
		}
		assert_eq!(lines.len(), 2 * 9 + 2 * 16 - 4);
	}

	#[test]
	fn a_benchmark_without_parameters_has_one_point() {
		assert_eq!(points(&[], 10), [[0u32; 0]]);
	}
}
