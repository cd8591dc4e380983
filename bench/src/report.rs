// SPDX-License-Identifier: Apache-2.0
//! The source file with a pallet's weights.

use crate::fit::{Fit, Line};
use std::{fmt::Write, fs};

/// How the weights were measured.
pub struct Settings {
	/// Day of the measurement.
	pub date: String,
	/// Values tried of each parameter.
	pub steps: u32,
	/// Runs of each point.
	pub repeat: u32,
}

/// The file: an implementation of the pallet's `WeightInfo` over the runtime's database weights.
pub fn source(pallet: &str, fits: &[Fit], settings: &Settings) -> String {
	let mut text = String::new();
	header(&mut text, pallet, settings);
	for (place, fit) in fits.iter().enumerate() {
		if place > 0 {
			text.push('\n');
		}
		function(&mut text, fit);
	}
	text.push_str("}\n");
	text
}

fn header(text: &mut String, pallet: &str, settings: &Settings) {
	let Settings {
		date,
		steps,
		repeat,
	} = settings;
	let lines = [
		"// SPDX-License-Identifier: Apache-2.0".into(),
		format!("//! Weights of `{pallet}`, measured by `scripts/bench`; never edited by hand."),
		"//!".into(),
		format!(
			"//! {date} · {} · at most {steps} values of each parameter, {repeat} runs of each point ·",
			processor()
		),
		"//! wasm compiled by wasmtime, state in memory. Rows are priced by the runtime's database"
			.into(),
		"//! weights; proof size is 0, as nobody builds proofs of this chain.".into(),
		String::new(),
		"use core::marker::PhantomData;".into(),
		"use frame_support::{traits::Get, weights::Weight};".into(),
		String::new(),
		"/// The measured weights.".into(),
		"pub struct WeightInfo<T>(PhantomData<T>);".into(),
		String::new(),
		format!("impl<T: frame_system::Config> {pallet}::WeightInfo for WeightInfo<T> {{"),
	];
	for line in lines {
		text.push_str(&line);
		text.push('\n');
	}
}

fn function(text: &mut String, fit: &Fit) {
	let used = |place: usize| {
		[&fit.time, &fit.reads, &fit.writes]
			.iter()
			.any(|line| line.slopes.get(place).is_some_and(|slope| *slope > 0))
	};
	for (name, low, high) in &fit.components {
		let _ = writeln!(text, "\t/// `{name}` from {low} to {high}.");
	}
	let (least, greatest) = (micros(fit.span.0), micros(fit.span.1));
	let _ = match fit.points {
		1 => writeln!(text, "\t/// Measured: {least} µs."),
		points => writeln!(
			text,
			"\t/// Measured: {least} to {greatest} µs at {points} points."
		),
	};
	let parameters: Vec<String> = fit
		.components
		.iter()
		.enumerate()
		.map(|(place, (name, _, _))| {
			let mark = if used(place) { "" } else { "_" };
			format!("{mark}{name}: u32")
		})
		.collect();
	let _ = writeln!(
		text,
		"\tfn {}({}) -> Weight {{",
		fit.name,
		parameters.join(", ")
	);
	let _ = write!(text, "\t\tWeight::from_parts({}, 0)", digits(fit.time.base));
	for (slope, (name, _, _)) in fit.time.slopes.iter().zip(&fit.components) {
		if *slope > 0 {
			let slope = digits(*slope);
			let _ = write!(
				text,
				"\n\t\t\t.saturating_add(Weight::from_parts({slope}, 0).saturating_mul({name}.into()))"
			);
		}
	}
	rows(text, fit, &fit.reads, "reads");
	rows(text, fit, &fit.writes, "writes");
	text.push_str("\n\t}\n");
}

fn rows(text: &mut String, fit: &Fit, line: &Line, kind: &str) {
	if line.base > 0 {
		let base = digits(line.base);
		let _ = write!(
			text,
			"\n\t\t\t.saturating_add(T::DbWeight::get().{kind}({base}))"
		);
	}
	for (slope, (name, _, _)) in line.slopes.iter().zip(&fit.components) {
		if *slope > 0 {
			let slope = digits(*slope);
			let _ = write!(
				text,
				"\n\t\t\t.saturating_add(T::DbWeight::get().{kind}({slope}).saturating_mul({name}.into()))"
			);
		}
	}
}

/// A number with its thousands apart.
fn digits(value: u128) -> String {
	let plain = value.to_string();
	let mut text = String::new();
	for (place, digit) in plain.chars().enumerate() {
		if place > 0 && (plain.len() - place) % 3 == 0 {
			text.push('_');
		}
		text.push(digit);
	}
	text
}

/// Nanoseconds as microseconds with one place.
fn micros(nanos: u128) -> String {
	format!("{}.{}", nanos / 1_000, nanos % 1_000 / 100)
}

/// Name of the processor, where the system tells it.
fn processor() -> String {
	let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
	let name = text
		.lines()
		.find_map(|line| line.strip_prefix("model name"));
	name.and_then(|line| line.split_once(':')).map_or_else(
		|| "unknown processor".into(),
		|(_, name)| name.trim().into(),
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn thousands_stand_apart() {
		assert_eq!(digits(0), "0");
		assert_eq!(digits(999), "999");
		assert_eq!(digits(1_000), "1_000");
		assert_eq!(digits(1_234_567), "1_234_567");
	}
}
