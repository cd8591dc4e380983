// SPDX-License-Identifier: Apache-2.0
//! Tables in Markdown, aligned so that they read well in a terminal too.

use std::fmt;

/// A table; every cell but those of the first column is aligned to the right.
pub struct Table {
	rows: Vec<Vec<String>>,
}

impl Table {
	/// A table with these headings.
	pub fn new<const N: usize>(headings: [&str; N]) -> Self {
		Self {
			rows: vec![headings.map(String::from).to_vec()],
		}
	}

	/// Adds a row.
	///
	/// # Panics
	/// If it has not as many cells as there are headings.
	pub fn row(&mut self, cells: Vec<String>) {
		assert_eq!(cells.len(), self.rows[0].len(), "{cells:?}");
		self.rows.push(cells);
	}
}

impl fmt::Display for Table {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		let widths: Vec<usize> = (0..self.rows[0].len())
			.map(|column| {
				let cells = self.rows.iter().map(|row| row[column].chars().count());
				cells.max().unwrap_or_default().max(2)
			})
			.collect();
		for (place, row) in self.rows.iter().enumerate() {
			for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
				match column {
					0 => write!(out, "| {cell:<width$} ")?,
					_ => write!(out, "| {cell:>width$} ")?,
				}
			}
			writeln!(out, "|")?;
			if place == 0 {
				for (column, width) in widths.iter().enumerate() {
					match column {
						0 => write!(out, "|:{:-<1$}", "", width + 1)?,
						_ => write!(out, "|{:-<1$}:", "", width + 1)?,
					}
				}
				writeln!(out, "|")?;
			}
		}
		Ok(())
	}
}

/// A share as whole percents.
pub fn percent(share: f64) -> String {
	format!("{:.0} %", share * 100.0)
}

/// A probability, with as many digits as a small one needs.
pub fn chance(probability: f64) -> String {
	match probability {
		p if p == 0.0 || p > 1.0 - 5e-10 => format!("{p:.0}"),
		p if p < 0.001 => format!("{p:.0e}"),
		p if p > 0.999 => format!("1 − {:.0e}", 1.0 - p),
		p => format!("{p:.3}"),
	}
}

/// A sum with a sign that can't be overlooked.
pub fn signed(sum: f64, digits: usize) -> String {
	let text = format!("{:.digits$}", sum.abs());
	let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
	match sum {
		_ if is_zero => text,
		sum if sum < 0.0 => format!("−{text}"),
		_ => format!("+{text}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn columns_are_aligned() {
		let mut table = Table::new(["text", "n"]);
		table.row(vec!["GPL".into(), "1 000".into()]);
		assert_eq!(
			table.to_string(),
			"| text |     n |\n|:-----|------:|\n| GPL  | 1 000 |\n"
		);
	}

	#[test]
	fn numbers_read_as_what_they_are() {
		assert_eq!(percent(0.125), "12 %");
		assert_eq!(
			[0.0, 7.4e-4, 0.5, 0.9993, 1.0].map(chance),
			["0", "7e-4", "0.500", "1 − 7e-4", "1"]
		);
		assert_eq!(
			[-0.004, 2.0, -1.5].map(|sum| signed(sum, 2)),
			["0.00", "+2.00", "−1.50"]
		);
	}
}
