// SPDX-License-Identifier: Apache-2.0
//! Errors of our own methods and their numbers, which never change.
//!
//! | Code | Name | When |
//! |---|---|---|
//! | 21000 | `Runtime` | the call of the runtime API failed: no such block, or an older runtime |
//! | 21001 | `Argument` | an argument is malformed or out of bounds |
//! | 21002 | `NotFound` | there is no such item at this block |
//! | 21003 | `Refused` | the runtime refuses what was to be submitted |
//! | 21004 | `Storage` | the off-chain storage is missing, full, or its index kept changing |
//! | 21005 | `Index` | this node has no ledger index, or it can't be read |
//! | 21006 | `NotIndexed` | none of the blocks asked for are in the ledger index |

use crate::ledger::IndexError;
use jsonrpsee::types::ErrorObjectOwned;

/// The first of our codes.
pub const BASE: i32 = 21_000;

/// Why a method of ours failed. Its message goes to the caller.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
	/// The call of the runtime API failed.
	#[error("the runtime call failed: {0}")]
	Runtime(String),
	/// An argument is malformed or out of bounds.
	#[error("bad argument: {0}")]
	Argument(String),
	/// There is no such item at this block.
	#[error("not found: {0}")]
	NotFound(String),
	/// The runtime refuses what was to be submitted.
	#[error("refused: {0}")]
	Refused(String),
	/// The off-chain storage is missing, full, or its index kept changing.
	#[error("off-chain storage: {0}")]
	Storage(String),
	/// This node has no ledger index, or it can't be read.
	#[error("ledger index: {0}")]
	Index(String),
	/// None of the blocks asked for are in the ledger index.
	#[error("not indexed: {0}")]
	NotIndexed(String),
}

impl Error {
	/// The number of this error.
	pub const fn code(&self) -> i32 {
		match self {
			Self::Runtime(_) => BASE,
			Self::Argument(_) => BASE + 1,
			Self::NotFound(_) => BASE + 2,
			Self::Refused(_) => BASE + 3,
			Self::Storage(_) => BASE + 4,
			Self::Index(_) => BASE + 5,
			Self::NotIndexed(_) => BASE + 6,
		}
	}
}

impl From<Error> for ErrorObjectOwned {
	fn from(error: Error) -> Self {
		ErrorObjectOwned::owned(error.code(), error.to_string(), None::<()>)
	}
}

impl From<IndexError> for Error {
	fn from(error: IndexError) -> Self {
		Self::Index(error.to_string())
	}
}

impl From<sp_api::ApiError> for Error {
	fn from(error: sp_api::ApiError) -> Self {
		Self::Runtime(error.to_string())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_should_be_those_of_the_table() {
		let all = [
			Error::Runtime("a".into()),
			Error::Argument("b".into()),
			Error::NotFound("c".into()),
			Error::Refused("d".into()),
			Error::Storage("e".into()),
			Error::Index("f".into()),
			Error::NotIndexed("g".into()),
		];
		assert_eq!(
			all.each_ref().map(Error::code),
			[21_000, 21_001, 21_002, 21_003, 21_004, 21_005, 21_006]
		);
		let object = ErrorObjectOwned::from(all[3].clone());
		assert_eq!((object.code(), object.message()), (21_003, "refused: d"));
	}
}
