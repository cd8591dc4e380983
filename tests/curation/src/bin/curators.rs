// SPDX-License-Identifier: Apache-2.0
//! Prints the tables of [`openledger_curation::curators`].

fn main() -> std::process::ExitCode {
	openledger_curation::page::run("curators", openledger_curation::curators::report)
}
