// SPDX-License-Identifier: Apache-2.0
//! From samples to a weight: a plane through the points, raised where it is too low.
//!
//! Least squares alone give the middle of what was measured. Where two parameters multiply each
//! other (parents times what each of them owes), a plane is too low at the corners; and a row that
//! is only touched at one end of a range would be missed. So the base is raised by the largest
//! distance of a point above the plane: of a point's fastest run for times, of the count itself for
//! rows. Whatever else the machine did can only have made a run slower, so noise raises nothing.

use crate::measure::{Plan, Sample};
use anyhow::{Context, Result};
use frame_benchmarking::{Analysis, BenchmarkParameter, BenchmarkResult, BenchmarkSelector};

/// `base + Σ slope · parameter`.
pub struct Line {
	/// Value at 0.
	pub base: u128,
	/// One slope per parameter.
	pub slopes: Vec<u128>,
}

/// The weight of one benchmark.
pub struct Fit {
	/// Name of the weight function.
	pub name: String,
	/// Its parameters with their ranges.
	pub components: Vec<(BenchmarkParameter, u32, u32)>,
	/// Picoseconds.
	pub time: Line,
	/// Rows read.
	pub reads: Line,
	/// Rows written.
	pub writes: Line,
	/// Least and greatest median of a point, nanoseconds.
	pub span: (u128, u128),
	/// Points measured.
	pub points: usize,
}

impl Line {
	/// The plane through `results`, raised to cover `floors`: values at the points of `samples`.
	fn covering(
		results: &Vec<BenchmarkResult>,
		selector: BenchmarkSelector,
		samples: &[Sample],
		floors: &[u128],
	) -> Result<Self> {
		let analysis = Analysis::min_squares_iqr(results, selector)?;
		let mut line = Self {
			base: analysis.base,
			slopes: analysis.slopes,
		};
		let lacking = samples
			.iter()
			.zip(floors)
			.map(|(sample, floor)| floor.saturating_sub(line.at(&sample.values)))
			.max()
			.unwrap_or(0);
		line.base = line.base.saturating_add(lacking);
		Ok(line)
	}

	/// Value at a point.
	pub fn at(&self, values: &[u32]) -> u128 {
		let slopes = self.slopes.iter().zip(values);
		slopes.fold(self.base, |sum, (slope, value)| {
			sum.saturating_add(slope.saturating_mul(u128::from(*value)))
		})
	}
}

impl Fit {
	/// Fits the samples of a benchmark.
	pub fn of(plan: &Plan, samples: &[Sample]) -> Result<Self> {
		let names: Vec<BenchmarkParameter> =
			plan.components.iter().map(|(name, _, _)| *name).collect();
		let result = |sample: &Sample, nanos: u128| BenchmarkResult {
			components: names.iter().copied().zip(sample.values.clone()).collect(),
			extrinsic_time: nanos,
			reads: sample.reads,
			writes: sample.writes,
			..Default::default()
		};
		let runs: Vec<BenchmarkResult> = samples
			.iter()
			.flat_map(|sample| sample.nanos.iter().map(|nanos| result(sample, *nanos)))
			.collect();
		let rows: Vec<BenchmarkResult> = samples.iter().map(|sample| result(sample, 0)).collect();
		let medians: Vec<u128> = samples.iter().map(median).collect();
		let picos: Vec<u128> = samples
			.iter()
			.map(|sample| fastest(sample).saturating_mul(1_000))
			.collect();
		let reads: Vec<u128> = samples.iter().map(|sample| sample.reads.into()).collect();
		let writes: Vec<u128> = samples.iter().map(|sample| sample.writes.into()).collect();
		let least = medians.iter().min().context("no sample")?;
		let greatest = medians.iter().max().context("no sample")?;
		Ok(Self {
			name: plan.benchmark.clone(),
			components: plan.components.clone(),
			time: Line::covering(&runs, BenchmarkSelector::ExtrinsicTime, samples, &picos)?,
			reads: Line::covering(&rows, BenchmarkSelector::Reads, samples, &reads)?,
			writes: Line::covering(&rows, BenchmarkSelector::Writes, samples, &writes)?,
			span: (*least, *greatest),
			points: samples.len(),
		})
	}

	/// Fastest run and median of each point, beside what the weight gives it: microseconds.
	pub fn table(&self, samples: &[Sample]) -> String {
		let rows = samples.iter().map(|sample| {
			format!(
				"  {:?}: {} to {} of {} µs, reads {}, writes {}\n",
				sample.values,
				fastest(sample) / 1_000,
				median(sample) / 1_000,
				self.time.at(&sample.values) / 1_000_000,
				sample.reads,
				sample.writes
			)
		});
		rows.collect()
	}

	/// One line for people: formula in microseconds, rows, and what was measured.
	pub fn summary(&self) -> String {
		let line = |line: &Line, unit: u128| {
			let slopes = line.slopes.iter().zip(&self.components);
			slopes.fold(format!("{}", line.base / unit), |text, (slope, part)| {
				format!(
					"{text} + {}.{}{}",
					slope / unit,
					slope % unit * 10 / unit,
					part.0
				)
			})
		};
		format!(
			"{}: {} µs, reads {}, writes {}; {} points, medians {}..{} µs",
			self.name,
			line(&self.time, 1_000_000),
			line(&self.reads, 1),
			line(&self.writes, 1),
			self.points,
			self.span.0 / 1_000,
			self.span.1 / 1_000,
		)
	}
}

/// Median of a point's runs, nanoseconds.
fn median(sample: &Sample) -> u128 {
	let mut nanos = sample.nanos.clone();
	nanos.sort_unstable();
	nanos.get(nanos.len() / 2).copied().unwrap_or(0)
}

/// The fastest of a point's runs, nanoseconds.
fn fastest(sample: &Sample) -> u128 {
	sample.nanos.iter().min().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
	use super::*;
	use BenchmarkParameter::{p, s};

	fn plan() -> Plan {
		Plan {
			pallet: "pallet".into(),
			instance: "Pallet".into(),
			benchmark: "call".into(),
			components: vec![(p, 0, 8), (s, 0, 16)],
		}
	}

	fn sample(values: [u32; 2], nanos: u128, rows: u32) -> Sample {
		Sample {
			values: values.to_vec(),
			nanos: vec![nanos; 8],
			reads: rows,
			writes: 0,
		}
	}

	#[test]
	fn a_plane_is_found() {
		let plane = |a: u32, b: u32| sample([a, b], u128::from(1_000 + 20 * a + 3 * b), 5 + 2 * a);
		let samples = [plane(0, 0), plane(8, 0), plane(0, 16), plane(8, 16)];
		let fit = Fit::of(&plan(), &samples).unwrap();
		assert_eq!((fit.time.base, fit.reads.base), (1_000_000, 5));
		assert_eq!(fit.time.slopes, [20_000, 3_000]);
		assert_eq!(fit.reads.slopes, [2, 0]);
		assert_eq!(fit.writes.at(&[8, 16]), 0);
	}

	#[test]
	fn what_multiplies_is_covered_at_every_corner() {
		let twisted = |a: u32, b: u32| sample([a, b], u128::from(500 + 40 * a * b), a * b);
		let samples = [twisted(0, 0), twisted(8, 0), twisted(0, 16), twisted(8, 16)];
		let fit = Fit::of(&plan(), &samples).unwrap();
		for sample in &samples {
			assert!(fit.time.at(&sample.values) >= 1_000 * fastest(sample));
			assert!(fit.reads.at(&sample.values) >= sample.reads.into());
		}
	}

	#[test]
	fn slow_runs_raise_nothing() {
		let plane = |a: u32, b: u32| sample([a, b], u128::from(1_000 + 20 * a + 3 * b), 1 + a);
		let mut samples = [plane(0, 0), plane(8, 0), plane(0, 16), plane(8, 16)];
		samples[1].nanos[6..].fill(90_000);
		let fit = Fit::of(&plan(), &samples).unwrap();
		assert_eq!(fit.time.base, 1_000_000);
		assert_eq!(fit.time.slopes, [20_000, 3_000]);
	}
}
