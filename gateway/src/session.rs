// SPDX-License-Identifier: Apache-2.0
//! Session tokens: who asks, for which channel, until when.

use openledger_primitives::{
	payload::{PublicKey, SessionToken},
	AccountId, ModelId, H256,
};

use crate::refusal::Refusal;

/// A session is valid for at most an hour.
pub const LONGEST_MS: u64 = 3_600_000;

/// The token in an `Authorization` header.
pub fn bearer(header: Option<&str>) -> Result<&str, Refusal> {
	let header = header.ok_or(Refusal::MissingToken)?;
	let (scheme, token) = header.split_once(' ').ok_or(Refusal::InvalidToken)?;
	if !scheme.eq_ignore_ascii_case("bearer") {
		return Err(Refusal::InvalidToken);
	}
	Ok(token.trim())
}

/// Reads a token and checks what needs no chain: form, time, operator, model.
pub fn read(
	text: &str,
	now_ms: u64,
	operator: &AccountId,
	model: ModelId,
) -> Result<SessionToken, Refusal> {
	let token = SessionToken::from_text(text).ok_or(Refusal::InvalidToken)?;
	if token.body.expires_ms <= now_ms {
		return Err(Refusal::ExpiredToken);
	}
	if token.body.expires_ms > now_ms.saturating_add(LONGEST_MS) {
		return Err(Refusal::TokenTooLong);
	}
	if token.body.operator != *operator {
		return Err(Refusal::WrongOperator);
	}
	if token.body.model != model {
		return Err(Refusal::WrongModel);
	}
	Ok(token)
}

/// Checks the signature by the channel's key.
pub fn verify(token: &SessionToken, key: &PublicKey, genesis_hash: &H256) -> Result<(), Refusal> {
	if token.verify(key, genesis_hash) {
		Ok(())
	} else {
		Err(Refusal::TokenSignature)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use openledger_client::Account;
	use openledger_primitives::payload::SessionBody;

	const NOW: u64 = 1_000_000_000;
	const GENESIS: H256 = H256::repeat_byte(3);

	fn token(expires_ms: u64) -> String {
		let operator = Account::dev("bob").unwrap().id();
		let body = SessionBody {
			channel: 1,
			operator,
			model: 7,
			expires_ms,
		};
		Account::dev("alice")
			.unwrap()
			.sign_session(&GENESIS, body)
			.to_text()
	}

	fn code(outcome: Result<SessionToken, Refusal>) -> &'static str {
		outcome.unwrap_err().status_and_code().1
	}

	#[test]
	fn a_good_token_is_read_and_verified() {
		let bob = Account::dev("bob").unwrap().id();
		let text = format!("Bearer {}", token(NOW + LONGEST_MS));
		let read = read(bearer(Some(&text)).unwrap(), NOW, &bob, 7).unwrap();
		let alice = Account::dev("alice").unwrap().public_key();
		assert!(verify(&read, &alice, &GENESIS).is_ok());
		let mallory = Account::dev("eve").unwrap().public_key();
		let other = H256::repeat_byte(4);
		assert!(matches!(
			verify(&read, &mallory, &GENESIS),
			Err(Refusal::TokenSignature)
		));
		assert!(matches!(
			verify(&read, &alice, &other),
			Err(Refusal::TokenSignature)
		));
	}

	#[test]
	fn every_bad_token_has_its_name() {
		let bob = Account::dev("bob").unwrap().id();
		let eve = Account::dev("eve").unwrap().id();
		assert!(matches!(bearer(None), Err(Refusal::MissingToken)));
		assert!(matches!(
			bearer(Some("Basic abc")),
			Err(Refusal::InvalidToken)
		));
		assert!(matches!(bearer(Some("ol1.00")), Err(Refusal::InvalidToken)));
		let good = token(NOW + 1);
		for text in [
			"",
			"ol1.",
			"ol1.00",
			&good[1..],
			&good.to_uppercase(),
			&format!("{good}00"),
		] {
			assert_eq!(code(read(text, NOW, &bob, 7)), "invalid_token");
		}
		assert_eq!(code(read(&token(NOW), NOW, &bob, 7)), "expired_token");
		assert_eq!(
			code(read(&token(NOW + LONGEST_MS + 1), NOW, &bob, 7)),
			"token_too_long"
		);
		assert_eq!(code(read(&good, NOW, &eve, 7)), "wrong_operator");
		assert_eq!(code(read(&good, NOW, &bob, 8)), "wrong_model");
	}
}
