// SPDX-License-Identifier: Apache-2.0
//! Keys and accounts: development accounts by name, derivation paths, files and environment.

use std::{path::Path, sync::Arc};

use openledger_primitives::{
	payload::{
		Curve, Payload, PublicKey, SessionBody, SessionToken, SignedUsageBatch, SignedVoucher,
		UsageBatch, Voucher,
	},
	AccountId, H256,
};
use sp_core::{
	crypto::{SecretUri, Ss58Codec},
	ed25519, sr25519, Pair as _,
};
use subxt::config::substrate;

use crate::error::{Error, Result};

/// Names of the development accounts, `//Alice` … of the well-known phrase. Their keys are public.
pub const DEV_NAMES: [&str; 6] = ["alice", "bob", "charlie", "dave", "eve", "ferdie"];

/// A key pair with the account that it controls.
#[derive(Clone)]
pub struct Account {
	pair: Arc<Pair>,
	label: String,
}

#[allow(clippy::large_enum_variant, reason = "one per account, behind an Arc")]
enum Pair {
	Sr25519(sr25519::Pair),
	Ed25519(ed25519::Pair),
}

impl core::fmt::Debug for Account {
	/// Shows the label and the address, never the key.
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(out, "{} ({})", self.label, self.ss58())
	}
}

impl Account {
	/// A key from whatever a person writes:
	///
	/// - a development name (`alice`),
	/// - `env:NAME`: the environment variable holds one of the forms below,
	/// - `file:PATH`: the file's first line holds one of the forms below,
	/// - a secret URI: phrase, `0x` seed or `//path`, each with an optional derivation path.
	///
	/// `ed25519:` in front of a secret URI selects that curve; sr25519 otherwise.
	pub fn resolve(text: &str) -> Result<Self> {
		let text = text.trim();
		if let Some(name) = text.strip_prefix("env:") {
			return Self::from_env(name);
		}
		if let Some(path) = text.strip_prefix("file:") {
			return Self::from_file(path);
		}
		if DEV_NAMES.contains(&text.to_lowercase().as_str()) {
			return Self::dev(text);
		}
		Self::from_uri(text)
	}

	/// The development account of that name, any case; also any other name as `//name`.
	pub fn dev(name: &str) -> Result<Self> {
		let lower = name.to_lowercase();
		let mut path = String::from("//");
		if DEV_NAMES.contains(&lower.as_str()) {
			path.push_str(&lower[..1].to_uppercase());
			path.push_str(&lower[1..]);
		} else {
			path.push_str(name);
		}
		let mut account = Self::from_uri(&path)?;
		account.label = lower;
		Ok(account)
	}

	/// A key from a phrase, seed or path, `ed25519:` in front for that curve.
	pub fn from_uri(uri: &str) -> Result<Self> {
		let (curve, secret) = match uri.strip_prefix("ed25519:") {
			Some(rest) => (Curve::Ed25519, rest),
			None => (Curve::Sr25519, uri.strip_prefix("sr25519:").unwrap_or(uri)),
		};
		// The secret is never repeated in an error.
		let refused = |_| {
			Error::Account(
				"this is neither a development name, a secret phrase, a 0x seed nor a //path"
					.into(),
			)
		};
		if secret.is_empty() {
			return Err(Error::Account("the key is empty".into()));
		}
		let pair = match curve {
			Curve::Sr25519 => {
				Pair::Sr25519(sr25519::Pair::from_string(secret, None).map_err(refused)?)
			}
			Curve::Ed25519 => {
				Pair::Ed25519(ed25519::Pair::from_string(secret, None).map_err(refused)?)
			}
		};
		let account = Self {
			pair: Arc::new(pair),
			label: String::new(),
		};
		let label = if secret.starts_with("//") {
			secret.to_string()
		} else {
			account.ss58()
		};
		Ok(Self { label, ..account })
	}

	/// A key from the first line of a file.
	pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
		let path = path.as_ref();
		let text = std::fs::read_to_string(path).map_err(|source| Error::File {
			path: path.display().to_string(),
			source,
		})?;
		Self::from_uri(text.lines().next().unwrap_or_default().trim())
	}

	/// A key from an environment variable.
	pub fn from_env(name: &str) -> Result<Self> {
		let text = std::env::var(name)
			.map_err(|_| Error::Account(format!("the environment has no variable {name}")))?;
		Self::from_uri(text.trim())
	}

	/// The key at a path below this one, for example `//crate//serde` (hard junctions).
	pub fn derive(&self, path: &str) -> Result<Self> {
		let refused = || Error::Account(format!("{path:?} is no derivation path"));
		if !path.starts_with('/') || path.contains("///") {
			return Err(refused());
		}
		let junctions = path.parse::<SecretUri>().map_err(|_| refused())?.junctions;
		let junctions = junctions.into_iter();
		let pair = match &*self.pair {
			Pair::Sr25519(pair) => {
				Pair::Sr25519(pair.derive(junctions, None).map_err(|_| refused())?.0)
			}
			Pair::Ed25519(pair) => {
				Pair::Ed25519(pair.derive(junctions, None).map_err(|_| refused())?.0)
			}
		};
		Ok(Self {
			pair: Arc::new(pair),
			label: format!("{}{path}", self.label),
		})
	}

	/// A fresh random sr25519 key; it can't be shown again.
	pub fn generate() -> Self {
		let account = Self {
			pair: Arc::new(Pair::Sr25519(sr25519::Pair::generate().0)),
			label: String::new(),
		};
		let label = account.ss58();
		Self { label, ..account }
	}

	/// Name under which the key was asked for.
	pub fn label(&self) -> &str {
		&self.label
	}

	/// The account.
	pub fn id(&self) -> AccountId {
		AccountId::from(self.public_key().key)
	}

	/// The account's address, prefix 42.
	pub fn ss58(&self) -> String {
		self.id().to_ss58check()
	}

	/// The public key with its curve.
	pub fn public_key(&self) -> PublicKey {
		match &*self.pair {
			Pair::Sr25519(pair) => PublicKey {
				curve: Curve::Sr25519,
				key: pair.public().0,
			},
			Pair::Ed25519(pair) => PublicKey {
				curve: Curve::Ed25519,
				key: pair.public().0,
			},
		}
	}

	/// The signature scheme of this key: 0 or 1.
	pub fn scheme(&self) -> u8 {
		self.public_key().curve.plain_scheme()
	}

	/// Signs bytes.
	pub fn sign(&self, message: &[u8]) -> [u8; 64] {
		match &*self.pair {
			Pair::Sr25519(pair) => pair.sign(message).0,
			Pair::Ed25519(pair) => pair.sign(message).0,
		}
	}

	/// Signs a voucher of a channel whose payer key this is.
	pub fn sign_voucher(&self, genesis_hash: &H256, voucher: Voucher) -> SignedVoucher {
		let signature = self.sign(&voucher.preimage(genesis_hash));
		SignedVoucher {
			voucher,
			scheme: self.scheme(),
			signature,
		}
	}

	/// Signs a session for a channel whose payer key this is.
	pub fn sign_session(&self, genesis_hash: &H256, body: SessionBody) -> SessionToken {
		let signature = self.sign(&body.preimage(genesis_hash));
		SessionToken {
			body,
			scheme: self.scheme(),
			signature,
		}
	}

	/// Signs a usage batch of an operator whose signing key this is (over its hash).
	pub fn sign_batch(&self, genesis_hash: &H256, batch: UsageBatch) -> SignedUsageBatch {
		let signature = self.sign(batch.digest(genesis_hash).as_bytes());
		SignedUsageBatch { batch, signature }
	}
}

impl subxt::transactions::Signer<subxt::SubstrateConfig> for Account {
	fn account_id(&self) -> substrate::AccountId32 {
		substrate::AccountId32(self.public_key().key)
	}

	fn sign(&self, payload: &[u8]) -> substrate::MultiSignature {
		let signature = Account::sign(self, payload);
		match &*self.pair {
			Pair::Sr25519(_) => substrate::MultiSignature::Sr25519(signature),
			Pair::Ed25519(_) => substrate::MultiSignature::Ed25519(signature),
		}
	}
}

/// An address from whatever a person writes: an SS58 address, `0x` and 64 hex digits, or whatever
/// [`Account::resolve`] takes.
pub fn account_id(text: &str) -> Result<AccountId> {
	let text = text.trim();
	if let Ok(id) = AccountId::from_ss58check(text) {
		return Ok(id);
	}
	let hex = text.strip_prefix("0x").filter(|digits| digits.len() == 64);
	if let Some(bytes) = hex.and_then(|digits| hex::decode(digits).ok()) {
		if let Ok(bytes) = <[u8; 32]>::try_from(bytes) {
			return Ok(AccountId::from(bytes));
		}
	}
	Account::resolve(text)
		.map(|account| account.id())
		.map_err(|error| match error {
			Error::Account(_) => {
				Error::Account(format!("{text:?} is neither an address nor a key"))
			}
			other => other,
		})
}

/// The SS58 address of an account, prefix 42.
pub fn ss58(account: &AccountId) -> String {
	account.to_ss58check()
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn development_names_paths_and_addresses_agree() {
		for text in ["alice", "Alice", "//Alice", "sr25519://Alice"] {
			assert_eq!(Account::resolve(text).unwrap().ss58(), ALICE, "{text}");
			assert_eq!(ss58(&account_id(text).unwrap()), ALICE);
		}
		assert_eq!(ss58(&account_id(ALICE).unwrap()), ALICE);
		let hex = format!(
			"0x{}",
			hex::encode(Account::dev("alice").unwrap().public_key().key)
		);
		assert_eq!(ss58(&account_id(&hex).unwrap()), ALICE);
	}

	#[test]
	fn derived_keys_equal_those_of_the_whole_path() {
		for curve in ["", "ed25519:"] {
			let parent = Account::from_uri(&format!("{curve}//Alice")).unwrap();
			let whole = Account::from_uri(&format!("{curve}//Alice//crate//serde_json")).unwrap();
			assert_eq!(
				parent.derive("//crate//serde_json").unwrap().id(),
				whole.id()
			);
			assert_ne!(parent.id(), whole.id());
		}
	}

	#[test]
	fn keys_come_from_files_and_environment() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		std::fs::write(&path, "//Alice\nsecond line\n").unwrap();
		let text = format!("file:{}", path.display());
		assert_eq!(Account::resolve(&text).unwrap().ss58(), ALICE);
		std::env::set_var("OPENLEDGER_TEST_KEY", "ed25519://Alice");
		let account = Account::resolve("env:OPENLEDGER_TEST_KEY").unwrap();
		assert_eq!(account.public_key().curve, Curve::Ed25519);
	}

	#[test]
	fn what_is_no_key_is_refused_without_repeating_it() {
		let secret = "correct horse battery staple";
		for text in [
			secret,
			"",
			"ed25519:",
			"0x1234",
			"env:OPENLEDGER_NO_SUCH",
			"file:/no/such",
		] {
			let message = Account::resolve(text).unwrap_err().to_string();
			assert!(!message.contains(secret), "{message}");
		}
		assert!(account_id("nobody at all").is_err());
		let alice = Account::dev("alice").unwrap();
		for path in ["", "serde", "//a///b"] {
			assert!(alice.derive(path).is_err(), "{path}");
		}
	}

	#[test]
	fn every_signed_structure_verifies_for_its_chain_only() {
		let (here, there) = (H256::repeat_byte(1), H256::repeat_byte(2));
		for account in [
			Account::dev("bob").unwrap(),
			Account::from_uri("ed25519://Bob").unwrap(),
		] {
			let key = account.public_key();
			let voucher = Voucher {
				channel: 1,
				calls: 2,
				fee_total: 3,
				matched_total: 1,
				range_root: H256::zero(),
			};
			let signed = account.sign_voucher(&here, voucher);
			assert!(signed.verify(&key, &here) && !signed.verify(&key, &there));
			let body = SessionBody {
				channel: 1,
				operator: account.id(),
				model: 1,
				expires_ms: 5,
			};
			let session = account.sign_session(&here, body);
			assert!(session.verify(&key, &here) && !session.verify(&key, &there));
		}
	}
}
