// SPDX-License-Identifier: Apache-2.0
//! The four signature schemes, outside externalities, and what each refuses.

use sp_core::{ed25519, sr25519, Pair, H256};

use crate::{
	payload::{
		scheme, verify, wrapped, Curve, Payload, PublicKey, SignedUsageBatch, SignedVoucher,
		UsageBatch, Voucher,
	},
	AccountId,
};

fn sr25519_pair() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[1; 32])
}

fn ed25519_pair() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[2; 32])
}

/// A valid (public, signature) for each scheme.
fn sign(with: u8, message: &[u8]) -> ([u8; 32], [u8; 64]) {
	let sr = || sr25519_pair().public().0;
	let ed = || ed25519_pair().public().0;
	match with {
		scheme::SR25519 => (sr(), sr25519_pair().sign(message).0),
		scheme::ED25519 => (ed(), ed25519_pair().sign(message).0),
		scheme::SR25519_WRAPPED => (sr(), sr25519_pair().sign(&wrapped(message)).0),
		_ => (ed(), ed25519_pair().sign(&wrapped(message)).0),
	}
}

#[test]
fn each_scheme_accepts_its_own_signature_only() {
	let message = b"one hundred and twenty-eight bytes, or any other number";
	for signed_with in 0..4u8 {
		let (public, signature) = sign(signed_with, message);
		for checked_with in 0..=255u8 {
			let valid = verify(checked_with, &public, &signature, message);
			assert_eq!(
				valid,
				signed_with == checked_with,
				"{signed_with} as {checked_with}"
			);
		}
		let mut broken = signature;
		broken[5] ^= 1;
		assert!(!verify(signed_with, &public, &broken, message));
		assert!(!verify(signed_with, &public, &signature, &message[1..]));
		assert!(!verify(signed_with, &[0; 32], &signature, message));
	}
}

#[test]
fn wrapping_is_literal() {
	assert_eq!(wrapped(b"x"), b"<Bytes>x</Bytes>");
	// A plain signature over bytes that look wrapped is the wrapped one: the same message.
	let (public, signature) = sign(scheme::SR25519, b"<Bytes>x</Bytes>");
	assert!(verify(scheme::SR25519_WRAPPED, &public, &signature, b"x"));
}

#[test]
fn a_key_refuses_schemes_of_the_other_curve() {
	assert_eq!(Curve::of_scheme(4), None);
	for with in 0..4u8 {
		let (public, signature) = sign(with, b"message");
		let curve = Curve::of_scheme(with).unwrap();
		assert_eq!(curve.plain_scheme(), with % 2);
		let other = if curve == Curve::Sr25519 {
			Curve::Ed25519
		} else {
			Curve::Sr25519
		};
		assert!(PublicKey { curve, key: public }.verify(with, &signature, b"message"));
		assert!(!PublicKey {
			curve: other,
			key: public
		}
		.verify(with, &signature, b"message"));
	}
}

#[test]
fn a_voucher_is_bound_to_its_chain_and_every_field() {
	let genesis = H256::repeat_byte(3);
	let voucher = Voucher {
		channel: 1,
		calls: 2,
		fee_total: 3,
		matched_total: 1,
		range_root: H256::repeat_byte(5),
	};
	let key = PublicKey {
		curve: Curve::Ed25519,
		key: ed25519_pair().public().0,
	};
	let signature = ed25519_pair().sign(&voucher.preimage(&genesis)).0;
	let signed = SignedVoucher {
		voucher,
		scheme: scheme::ED25519,
		signature,
	};
	assert!(signed.verify(&key, &genesis));
	assert!(!signed.verify(&key, &H256::repeat_byte(4)));
	let change = |edit: fn(&mut Voucher)| {
		let mut other = signed.clone();
		edit(&mut other.voucher);
		other.verify(&key, &genesis)
	};
	assert!(!change(|voucher| voucher.channel += 1));
	assert!(!change(|voucher| voucher.calls += 1));
	assert!(!change(|voucher| voucher.fee_total += 1));
	assert!(!change(|voucher| voucher.matched_total += 1));
	assert!(!change(|voucher| voucher.range_root = H256::zero()));
}

#[test]
fn a_batch_is_signed_over_its_hash_with_the_plain_scheme() {
	let genesis = H256::repeat_byte(3);
	let batch = UsageBatch {
		operator: AccountId::new([8; 32]),
		model: 1,
		sequence: 2,
		valid_until: 3,
		max_charge: 4,
		fee_total: 5,
		matched: 6,
		lines: 7,
		lines_root: H256::zero(),
		pages: Default::default(),
		vouchers: Default::default(),
	};
	let key = PublicKey {
		curve: Curve::Sr25519,
		key: sr25519_pair().public().0,
	};
	let digest = batch.digest(&genesis);
	let good = sr25519_pair().sign(digest.as_bytes()).0;
	let signed = SignedUsageBatch {
		batch,
		signature: good,
	};
	assert!(signed.verify(&key, &genesis));
	let unhashed = sr25519_pair().sign(&signed.batch.preimage(&genesis)).0;
	assert!(!SignedUsageBatch {
		signature: unhashed,
		..signed.clone()
	}
	.verify(&key, &genesis));
	let wallet = sr25519_pair().sign(&wrapped(digest.as_bytes())).0;
	assert!(!SignedUsageBatch {
		signature: wallet,
		..signed.clone()
	}
	.verify(&key, &genesis));
	let mut other = signed;
	other.batch.max_charge += 1;
	assert!(!other.verify(&key, &genesis));
}
