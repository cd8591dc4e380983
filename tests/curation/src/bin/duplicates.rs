// SPDX-License-Identifier: Apache-2.0
//! Prints the tables of [`openledger_curation::duplicates`].

fn main() -> std::process::ExitCode {
	openledger_curation::page::run("duplicates", openledger_curation::duplicates::report)
}
