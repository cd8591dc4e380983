// SPDX-License-Identifier: Apache-2.0
//! The page `docs/curation.md` holds what the programs print, between markers:
//! `<!-- begin NAME -->` and `<!-- end NAME -->`.

use std::{env, fs, path::PathBuf, process::ExitCode};

/// Where the page is.
pub fn path() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/curation.md")
}

fn markers(name: &str) -> (String, String) {
	(
		format!("<!-- begin {name} -->\n\n"),
		format!("\n<!-- end {name} -->"),
	)
}

/// What a page holds under a name; `None` without the markers.
pub fn printed<'a>(page: &'a str, name: &str) -> Option<&'a str> {
	let (begin, end) = markers(name);
	let (_, rest) = page.split_once(&begin)?;
	rest.split_once(&end).map(|(held, _)| held)
}

/// The page with something else under a name; `None` without the markers.
pub fn replaced(page: &str, name: &str, report: &str) -> Option<String> {
	let (begin, end) = markers(name);
	let (before, rest) = page.split_once(&begin)?;
	let (_, after) = rest.split_once(&end)?;
	Some([before, &begin, report, &end, after].concat())
}

/// Prints a report; with `--write` it goes into the page instead.
pub fn run(name: &str, report: fn() -> String) -> ExitCode {
	let arguments: Vec<String> = env::args().skip(1).collect();
	match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
		[] => {
			print!("{}", report());
			ExitCode::SUCCESS
		}
		["--write"] => write(name, &report()),
		_ => {
			eprintln!("{name}: prints its tables; --write puts them into docs/curation.md");
			ExitCode::FAILURE
		}
	}
}

fn write(name: &str, report: &str) -> ExitCode {
	let written = fs::read_to_string(path())
		.map_err(|error| error.to_string())
		.and_then(|page| replaced(&page, name, report).ok_or_else(|| "no markers".into()))
		.and_then(|page| fs::write(path(), page).map_err(|error| error.to_string()));
	match written {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("docs/curation.md: {error}");
			ExitCode::FAILURE
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_report_stands_between_its_markers() {
		let page = "a\n<!-- begin x -->\n\nold\n\n<!-- end x -->\nb\n";
		assert_eq!(printed(page, "x"), Some("old\n"));
		assert_eq!(printed(page, "y"), None);
		let new = replaced(page, "x", "new\nlines\n").unwrap();
		assert_eq!(
			new,
			"a\n<!-- begin x -->\n\nnew\nlines\n\n<!-- end x -->\nb\n"
		);
		assert_eq!(printed(&new, "x"), Some("new\nlines\n"));
		assert_eq!(replaced(page, "y", ""), None);
	}
}
