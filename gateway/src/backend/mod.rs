// SPDX-License-Identifier: Apache-2.0
//! What produces answers.

pub mod extractive;
pub mod upstream;

use async_trait::async_trait;
use openledger_client::wire::Prompt;
use openledger_primitives::ids::MAX_ANSWER_BYTES;

pub use extractive::{Adapter, Extractive};
pub use upstream::Upstream;

/// Bytes that count as a token where a backend has no tokens of its own.
pub const BYTES_PER_TOKEN: u32 = 4;

/// Why a backend gave no answer. The call leaves no record and costs nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
	/// No connection, or it took too long.
	#[error("it can't be reached: {0}")]
	Unreachable(String),
	/// It answered with an error.
	#[error("it answered with status {0}")]
	Status(u16),
	/// Its reply is too large.
	#[error("its reply has more than {0} bytes")]
	TooLarge(usize),
	/// Its reply has no text.
	#[error("its reply does not read: {0}")]
	Malformed(String),
	/// A search failed.
	#[error("{0}")]
	Failed(String),
}

/// An answer before it is cut and matched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
	/// The text.
	pub text: String,
	/// Why it ends: `stop` or `length`.
	pub finish_reason: String,
}

/// A model's engine.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
	/// Its name.
	fn name(&self) -> &'static str;

	/// Most bytes that an answer to this prompt can have: what a payer must be good for.
	fn longest_answer(&self, prompt: &Prompt) -> u32;

	/// Answers. `body` is the request as the payer sent it.
	async fn complete(&self, prompt: &Prompt, body: &[u8]) -> Result<Completion, BackendError>;
}

/// Cuts a text to at most `limit` bytes, at the end of a character.
pub fn cut(text: &mut String, limit: u32) -> bool {
	let limit = usize::try_from(limit.min(MAX_ANSWER_BYTES)).unwrap_or(0);
	if text.len() <= limit {
		return false;
	}
	let end = (0..=limit)
		.rev()
		.find(|at| text.is_char_boundary(*at))
		.unwrap_or(0);
	text.truncate(end);
	true
}

#[cfg(test)]
mod tests {
	use super::cut;

	#[test]
	fn answers_are_cut_at_the_end_of_a_character() {
		let mut short = String::from("déjà");
		assert!(!cut(&mut short, 6));
		assert!(cut(&mut short, 5));
		assert_eq!(short, "déj");
		let mut long = "é".repeat(40_000);
		long.insert(0, 'a');
		assert!(cut(&mut long, u32::MAX));
		assert_eq!(long.len(), 65_535);
	}
}
