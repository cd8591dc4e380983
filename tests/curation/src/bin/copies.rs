// SPDX-License-Identifier: Apache-2.0
//! Prints the tables of [`openledger_curation::copies`].

fn main() -> std::process::ExitCode {
	openledger_curation::page::run("copies", openledger_curation::copies::report)
}
