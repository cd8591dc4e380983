// SPDX-License-Identifier: Apache-2.0
//! What can go wrong between a program and the chain, in sentences a person can act on.

use openledger_primitives::H256;

/// Result of this crate.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Every failure of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// No connection, or it was lost before the answer came.
	#[error("cannot reach the node at {url}: {reason}")]
	Unreachable {
		/// Address of the node.
		url: String,
		/// What the connection said.
		reason: String,
	},
	/// After a reconnection another chain answers.
	#[error("the node at {url} serves another chain: genesis {found:?}, expected {expected:?}")]
	OtherChain {
		/// Address of the node.
		url: String,
		/// Genesis hash of the first connection.
		expected: H256,
		/// Genesis hash now.
		found: H256,
	},
	/// The node answered with a JSON-RPC error.
	#[error("the node refused {method}: {message} (code {code}{})", detail(.data))]
	Rpc {
		/// The method called.
		method: String,
		/// Error code.
		code: i32,
		/// Error message.
		message: String,
		/// Further data, as JSON.
		data: Option<String>,
	},
	/// The call was included and failed.
	#[error("{0}")]
	Dispatch(DispatchFailure),
	/// The pool dropped the transaction or the watch ended early; it may still be included.
	#[error("the transaction {hash:?} was not included: {reason}")]
	NotIncluded {
		/// Hash of the transaction.
		hash: H256,
		/// Last known status.
		reason: String,
	},
	/// The runtime lacks a pallet or call, or its arguments have other types.
	#[error("the call {call} does not fit this chain's runtime: {reason}")]
	CallMismatch {
		/// `Pallet.call`.
		call: String,
		/// What differs.
		reason: String,
	},
	/// Bytes from the node are not what they should be.
	#[error("cannot decode {what}: {reason}")]
	Decode {
		/// What was to be decoded.
		what: String,
		/// Where it failed.
		reason: String,
	},
	/// No such block at this node.
	#[error("the node has no block {0}")]
	UnknownBlock(String),
	/// Not the name, path, seed or file of a key.
	#[error("{0}")]
	Account(String),
	/// Not an amount of money.
	#[error("{0}")]
	Amount(String),
	/// Content could not be fetched, stored or does not match its root.
	#[error(transparent)]
	Content(#[from] crate::content::ContentError),
	/// A gateway refused or broke off.
	#[error(transparent)]
	Gateway(#[from] crate::gateway::GatewayError),
	/// An answer that the payer must not sign for.
	#[error("the answer is not what would be signed for: {0}")]
	Answer(#[from] crate::payer::AnswerFault),
	/// A local file.
	#[error("{path}: {source}")]
	File {
		/// Path of the file.
		path: String,
		/// What the system said.
		source: std::io::Error,
	},
}

fn detail(data: &Option<String>) -> String {
	data.as_ref()
		.map_or_else(String::new, |data| format!(", {data}"))
}

impl Error {
	/// Whether trying again later may help: the node could not be reached.
	pub fn is_unreachable(&self) -> bool {
		matches!(self, Self::Unreachable { .. })
	}

	/// Whether this is the named dispatch error, for example `("Usage", "ChannelClosed")`.
	pub fn is_dispatch(&self, pallet: &str, name: &str) -> bool {
		matches!(self, Self::Dispatch(failure) if failure.pallet == pallet && failure.name == name)
	}

	pub(crate) fn decode(what: impl Into<String>, reason: impl ToString) -> Self {
		Self::Decode {
			what: what.into(),
			reason: reason.to_string(),
		}
	}
}

/// A dispatch error with the sentence that the runtime's metadata gives for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispatchFailure {
	/// Pallet whose error it is; `System` for errors of no pallet.
	pub pallet: String,
	/// Name of the error.
	pub name: String,
	/// What it means; empty when the runtime doesn't say.
	pub sentence: String,
}

impl core::fmt::Display for DispatchFailure {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		if self.sentence.is_empty() {
			write!(
				out,
				"the chain refused the call: {}.{}",
				self.pallet, self.name
			)
		} else {
			write!(out, "{} ({}.{})", self.sentence, self.pallet, self.name)
		}
	}
}

impl DispatchFailure {
	/// Reads a SCALE `DispatchError`.
	pub(crate) fn decode(bytes: &[u8], metadata: subxt::ArcMetadata) -> Result<Self> {
		use subxt::error::DispatchError;
		let error = DispatchError::decode_from(bytes, metadata)
			.map_err(|error| Error::decode("the dispatch error", error))?;
		let DispatchError::Module(module) = &error else {
			return Ok(Self {
				pallet: "System".into(),
				name: variant_name(&error),
				sentence: error.to_string(),
			});
		};
		let details = module
			.details()
			.map_err(|error| Error::decode("the dispatch error", error))?;
		let sentence = details.variant.docs.join(" ").trim().to_string();
		Ok(Self {
			pallet: details.pallet.name().to_string(),
			name: details.variant.name.clone(),
			sentence,
		})
	}
}

/// `Token(FundsUnavailable)` of the debug form: the names, without the text.
fn variant_name(error: &subxt::error::DispatchError) -> String {
	format!("{error:?}")
}
