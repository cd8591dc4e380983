// SPDX-License-Identifier: Apache-2.0
//! Runs the benchmarks of a runtime compiled with `runtime-benchmarks` and writes the weights of the
//! pallets it is asked for. `scripts/bench` builds both and calls it.

mod fit;
mod machine;
mod measure;
mod report;

use anyhow::{bail, Context, Result};
use clap::Parser;
use std::{fs, path::PathBuf, time::Instant};

/// Measures a runtime's pallets.
#[derive(Parser)]
#[command(name = "openledger-bench", version)]
struct Arguments {
	/// The runtime, compiled with `runtime-benchmarks`.
	#[arg(long)]
	wasm: PathBuf,

	/// A pallet by the name of its crate, as `pallet_models`; may be repeated.
	#[arg(long = "pallet", required = true)]
	pallets: Vec<String>,

	/// Only benchmarks whose name contains this; nothing is written then.
	#[arg(long)]
	only: Option<String>,

	/// Values tried of each parameter, at most.
	#[arg(long, default_value_t = 17)]
	steps: u32,

	/// Runs of each point.
	#[arg(long, default_value_t = 40)]
	repeat: u32,

	/// Genesis the state starts from: a preset of the runtime.
	#[arg(long, default_value = "development")]
	preset: String,

	/// Measures those benchmarks, too, that are there for comparison; nothing is written then.
	#[arg(long)]
	extra: bool,

	/// Prints what was measured at each point, too.
	#[arg(long)]
	points: bool,

	/// Day of the measurement, for the header of the weight files.
	#[arg(long, default_value = "undated")]
	date: String,

	/// Folder of the weight files; without it the results are only printed.
	#[arg(long)]
	output: Option<PathBuf>,
}

fn main() -> Result<()> {
	let arguments = Arguments::parse();
	if arguments.steps < 2 || arguments.repeat < 1 {
		bail!("a line needs two steps and one run");
	}
	let code = fs::read(&arguments.wasm)
		.with_context(|| format!("reading {}", arguments.wasm.display()))?;
	let machine = machine::Machine::new(code, &arguments.preset)?;
	let plans = measure::plans(&machine, arguments.extra)?;
	for pallet in &arguments.pallets {
		let started = Instant::now();
		let mut fits = Vec::new();
		let wanted = plans.iter().filter(|plan| {
			let only = arguments.only.as_deref().unwrap_or("");
			plan.pallet == *pallet && plan.benchmark.contains(only)
		});
		for plan in wanted {
			let samples = measure::run(&machine, plan, arguments.steps, arguments.repeat)?;
			let fit = fit::Fit::of(plan, &samples)?;
			if arguments.points {
				print!("{}", fit.table(&samples));
			}
			println!("{pallet}::{}", fit.summary());
			fits.push(fit);
		}
		if fits.is_empty() && arguments.only.is_none() {
			bail!("the runtime has no benchmark of {pallet}");
		}
		let whole = arguments.only.is_none() && !arguments.extra;
		if let (Some(folder), true) = (&arguments.output, whole) {
			let file = folder.join(format!("{pallet}.rs"));
			let settings = report::Settings {
				date: arguments.date.clone(),
				steps: arguments.steps,
				repeat: arguments.repeat,
			};
			fs::write(&file, report::source(pallet, &fits, &settings))
				.with_context(|| format!("writing {}", file.display()))?;
			println!("{pallet}: written to {}", file.display());
		}
		println!("{pallet}: {} s", started.elapsed().as_secs());
	}
	Ok(())
}
