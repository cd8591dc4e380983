// SPDX-License-Identifier: Apache-2.0
//! How values look in JSON.
//!
//! - Whole numbers that can exceed 2^53 − 1, the largest that JavaScript reads exactly, are decimal
//!   strings ([`Decimal`]): amounts, sums of bytes, points, calls of a channel. Ids, block numbers,
//!   lengths, sequences and shares are numbers.
//! - Accounts are SS58 addresses ([`Address`]), hashes and keys are 0x-hex, names and addresses of
//!   content are text.
//! - Variants of enumerations are named as in the chain's metadata.

use openledger_primitives::AccountId;
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};

/// Address prefix of the chain.
pub const SS58_PREFIX: u16 = 42;

/// Characters of an address, at most. Base 58 takes quadratic time to decode.
const MAX_ADDRESS: usize = 64;

/// Digits of the largest [`Decimal`].
const MAX_DIGITS: usize = 39;

/// A whole number as a decimal string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Decimal(pub u128);

impl<N: Into<u128>> From<N> for Decimal {
	fn from(number: N) -> Self {
		Self(number.into())
	}
}

impl Serialize for Decimal {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&self.0)
	}
}

impl<'de> Deserialize<'de> for Decimal {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		let is_decimal = text.len() <= MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
		let number = is_decimal.then(|| text.parse().ok()).flatten();
		number
			.map(Self)
			.ok_or_else(|| D::Error::custom("not a decimal string below 2^128"))
	}
}

/// An account as SS58 address. Written with the chain's prefix; read with any registered one, for
/// the key is the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address(pub AccountId);

impl From<AccountId> for Address {
	fn from(account: AccountId) -> Self {
		Self(account)
	}
}

impl core::fmt::Display for Address {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		let format = Ss58AddressFormat::custom(SS58_PREFIX);
		out.write_str(&self.0.to_ss58check_with_version(format))
	}
}

impl Serialize for Address {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for Address {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		if text.len() > MAX_ADDRESS {
			return Err(D::Error::custom("too long for an SS58 address"));
		}
		AccountId::from_ss58check(&text)
			.map(Self)
			.map_err(|error| D::Error::custom(format!("not an SS58 address: {error:?}")))
	}
}

/// Text of the chain. The runtime lets only UTF-8 in; whatever isn't shows as U+FFFD.
pub(crate) fn text(bytes: Vec<u8>) -> String {
	String::from_utf8(bytes)
		.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A number in groups of three digits, for sentences.
pub(crate) fn grouped(number: u128) -> String {
	let digits = number.to_string();
	let mut text = String::with_capacity(digits.len().saturating_mul(2));
	for (place, digit) in digits.chars().enumerate() {
		let left = digits.len().saturating_sub(place);
		if place > 0 && left % 3 == 0 {
			text.push(' ');
		}
		text.push(digit);
	}
	text
}
