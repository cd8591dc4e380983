// SPDX-License-Identifier: Apache-2.0
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{hash, ports::Beneficiary, H256};
use sp_runtime::{DispatchError, TokenError};

use crate::{mock::*, types::*, Error, Event, ModelCount, ModelDetails, Models, Snapshots};

/// What changes a valid model into one that is refused.
type Spoil = fn(&mut ModelParams);

fn refused(spoil: Spoil, error: Error<Test>) {
	ExtBuilder::default()
		.text(1, 1)
		.text(2, 3)
		.build_and_execute(|| {
			let good = trained(1, &[weighted(1, 1, 2), weighted(2, 3, 1)], 400_000);
			let mut bad = good.clone();
			spoil(&mut bad);
			assert_noop!(
				ModelsPallet::register(RuntimeOrigin::signed(ALICE), bad),
				error
			);
			assert_ok!(ModelsPallet::register(RuntimeOrigin::signed(ALICE), good));
		});
}

#[test]
fn register_should_store_a_draft() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let given = trained(1, &[weighted(1, 1, 5)], 400_000);
		assert_ok!(ModelsPallet::register(
			RuntimeOrigin::signed(ALICE),
			given.clone()
		));

		assert_eq!(ModelCount::<Test>::get(), 1);
		let model = Models::<Test>::get(1).unwrap();
		assert_eq!(model.developer, ALICE);
		assert_eq!(model.state, State::Draft);
		assert_eq!(
			model.vector.to_vec(),
			vec![
				(Beneficiary::Developer, 600_000),
				(Beneficiary::Contributors, 400_000)
			]
		);
		assert_eq!(
			(
				model.operator_ppm,
				model.derivative_ppm,
				model.min_fee_per_call
			),
			(300_000, 100_000, 1_000)
		);
		let card = ModelDetails::<Test>::get(1).unwrap().card;
		assert_eq!(card.name, given.name);
		assert_eq!(card.artifact_hash, given.artifact_hash);
		assert_eq!(card.metadata_uri, given.metadata_uri);
		assert_eq!(card.suggested_price, given.suggested_price);
		assert_eq!(Snapshots::<Test>::get(1), given.snapshots);
		assert_eq!(
			events(),
			vec![Event::Registered {
				model: 1,
				developer: ALICE
			}]
		);
	});
}

#[test]
fn register_should_count_ids_from_one_when_called_again() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(register(ALICE, params(1)), 1);
		assert_eq!(register(BOB, params(1)), 2);
		assert_eq!(Models::<Test>::get(2).unwrap().developer, BOB);
	});
}

/// The preimage of `formats.md`, byte by byte, built without the code under test.
#[test]
fn register_should_hash_the_terms_as_formats_says() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let parent = publish(params(1));
		let id = register(
			ALICE,
			derived(
				trained(2, &[weighted(1, 1, 5)], 400_000),
				&[link(parent, 250_000)],
			),
		);
		let mut bytes = b"openledger:trm:1".to_vec();
		bytes.extend([69u8; 32]);
		bytes.extend(id.to_le_bytes());
		bytes.extend(300_000u32.to_le_bytes());
		bytes.push(3 << 2);
		for (kind, model, ppm) in [
			(0u8, 0u32, 350_000u32),
			(1, 0, 400_000),
			(2, parent, 250_000),
		] {
			bytes.push(kind);
			bytes.extend(model.to_le_bytes());
			bytes.extend(ppm.to_le_bytes());
		}
		bytes.extend(100_000u32.to_le_bytes());
		bytes.extend(1_000u128.to_le_bytes());
		assert_eq!(Models::<Test>::get(id).unwrap().terms_hash, hash(&bytes));
	});
}

#[test]
fn register_should_keep_shares_of_zero_in_the_vector() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		assert_eq!(
			Models::<Test>::get(id).unwrap().vector.to_vec(),
			vec![
				(Beneficiary::Developer, 1_000_000),
				(Beneficiary::Contributors, 0)
			]
		);
	});
}

#[test]
fn register_should_take_everything_at_its_bound() {
	let text: Vec<_> = (1..=16)
		.map(|datanet| weighted(datanet, 1, u32::MAX))
		.collect();
	let chain = text
		.iter()
		.fold(ExtBuilder::default(), |chain, s| chain.text(s.datanet, 1));
	chain.build_and_execute(|| {
		let parents: Vec<_> = (1..=8)
			.map(|artifact| {
				publish(ModelParams {
					derivative_ppm: 0,
					..params(artifact)
				})
			})
			.map(|id| link(id, 62_500))
			.collect();
		let largest = ModelParams {
			name: vec![b'n'; 64].try_into().unwrap(),
			artifact_uri: vec![b'a'; 256].try_into().unwrap(),
			metadata_uri: vec![b'm'; 256].try_into().unwrap(),
			operator_ppm: 900_000,
			derivative_ppm: 1_000_000,
			min_fee_per_call: u128::MAX,
			..derived(trained(9, &text, 400_000), &parents)
		};
		let id = register(ALICE, largest);
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
	});
}

#[test]
fn register_should_refuse_unsigned_origins() {
	ExtBuilder::default().build_and_execute(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				ModelsPallet::register(origin, params(1)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn register_should_refuse_names_that_are_empty_or_no_utf8() {
	refused(|p| p.name = Default::default(), Error::InvalidName);
	refused(
		|p| p.name = vec![0xff].try_into().unwrap(),
		Error::InvalidName,
	);
}

#[test]
fn register_should_refuse_uris_that_are_no_utf8() {
	refused(
		|p| p.artifact_uri = vec![0xc3].try_into().unwrap(),
		Error::InvalidUri,
	);
	refused(
		|p| p.metadata_uri = vec![0xc3].try_into().unwrap(),
		Error::InvalidUri,
	);
}

#[test]
fn register_should_refuse_unknown_provenance_rules() {
	refused(
		|p| p.provenance_version = 0,
		Error::UnknownProvenanceVersion,
	);
	refused(
		|p| p.provenance_version = 2,
		Error::UnknownProvenanceVersion,
	);
}

#[test]
fn register_should_refuse_vectors_that_are_not_whole() {
	refused(|p| p.developer_ppm -= 1, Error::VectorNotWhole);
	refused(|p| p.developer_ppm += 1, Error::VectorNotWhole);
	refused(|p| p.contributors_ppm = 0, Error::VectorNotWhole);
	// 2^32 + 1 000 000 would be whole if sums wrapped.
	refused(
		|p| {
			p.developer_ppm = u32::MAX;
			p.contributors_ppm = 1_000_001;
		},
		Error::VectorNotWhole,
	);
}

#[test]
fn register_should_refuse_operator_shares_above_the_bound() {
	refused(|p| p.operator_ppm = 900_001, Error::OperatorShareTooHigh);
	refused(|p| p.operator_ppm = u32::MAX, Error::OperatorShareTooHigh);
}

#[test]
fn register_should_refuse_derivative_shares_above_the_whole() {
	refused(
		|p| p.derivative_ppm = 1_000_001,
		Error::DerivativeShareTooHigh,
	);
}

#[test]
fn register_should_refuse_free_calls() {
	refused(|p| p.min_fee_per_call = 0, Error::MinFeeTooLow);
}

#[test]
fn register_should_refuse_contributors_without_snapshot() {
	refused(
		|p| p.snapshots = Default::default(),
		Error::ContributorsWithoutSnapshot,
	);
}

#[test]
fn register_should_refuse_snapshots_that_do_not_ascend() {
	refused(|p| p.snapshots[..].reverse(), Error::SnapshotsNotAscending);
	refused(
		|p| p.snapshots[1] = p.snapshots[0],
		Error::SnapshotsNotAscending,
	);
	// The weight is no part of the order.
	refused(
		|p| p.snapshots[1] = weighted(1, 1, 9),
		Error::SnapshotsNotAscending,
	);
}

#[test]
fn register_should_refuse_weights_of_zero() {
	refused(|p| p.snapshots[1].weight = 0, Error::ZeroWeight);
	// Also when contributors get nothing.
	refused(
		|p| {
			p.developer_ppm = 1_000_000;
			p.contributors_ppm = 0;
			p.snapshots[0].weight = 0;
		},
		Error::ZeroWeight,
	);
}

#[test]
fn register_should_refuse_unknown_snapshots() {
	refused(|p| p.snapshots[1].version = 4, Error::UnknownSnapshot);
	refused(|p| p.snapshots[0].datanet = 0, Error::UnknownSnapshot);
}

#[test]
fn register_should_refuse_empty_snapshots() {
	// The stand-in counts ten members per version.
	ExtBuilder::default().text(1, 0).build_and_execute(|| {
		assert_noop!(
			ModelsPallet::register(
				RuntimeOrigin::signed(ALICE),
				trained(1, &[weighted(1, 0, 1)], 1_000)
			),
			Error::<Test>::EmptySnapshot
		);
	});
}

#[test]
fn register_should_refuse_an_artifact_that_is_published() {
	ExtBuilder::default().build_and_execute(|| {
		publish(params(1));
		assert_noop!(
			ModelsPallet::register(RuntimeOrigin::signed(BOB), params(1)),
			Error::<Test>::ArtifactTaken
		);
	});
}

#[test]
fn register_should_refuse_when_all_ids_are_used() {
	ExtBuilder::default().build_and_execute(|| {
		ModelCount::<Test>::put(u32::MAX - 1);
		assert_eq!(register(ALICE, params(1)), u32::MAX);
		assert_noop!(
			ModelsPallet::register(RuntimeOrigin::signed(ALICE), params(2)),
			Error::<Test>::NoMoreIds
		);
	});
}

#[test]
fn register_should_refuse_developers_who_cannot_pay_the_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			ModelsPallet::register(RuntimeOrigin::signed(POOR), params(1)),
			DispatchError::Token(TokenError::FundsUnavailable)
		);
	});
}

#[test]
fn params_should_decode_only_within_their_bounds() {
	let good = params(1).encode();
	assert_eq!(ModelParams::decode(&mut &good[..]), Ok(params(1)));
	// The name's length, 6, is the first byte.
	let mut long = vec![(65u32 << 2) as u8, 1];
	long.extend([b'n'; 65]);
	long.extend(&good[7..]);
	assert!(ModelParams::decode(&mut &long[..]).is_err());
	let mut kind = good.clone();
	kind[7] = 3;
	assert!(ModelParams::decode(&mut &kind[..]).is_err());
	assert!(ModelParams::decode(&mut &good[..good.len() - 1]).is_err());
}

#[test]
fn params_should_have_the_bytes_of_the_contract() {
	let given = derived(
		trained(1, &[weighted(3, 2, 9)], 400_000),
		&[ParentLink {
			model: 5,
			ppm: 100_000,
			terms_hash: H256::repeat_byte(8),
		}],
	);
	let mut bytes = vec![6 << 2];
	bytes.extend(b"oracle");
	bytes.push(1);
	bytes.extend(hash_of(1).0);
	bytes.push(15 << 2);
	bytes.extend(b"ipfs://artifact");
	bytes.push(15 << 2);
	bytes.extend(b"ipfs://metadata");
	bytes.extend(hash_of(7).0);
	bytes.push(1);
	bytes.push(1 << 2);
	bytes.extend([3u32, 2, 9].map(u32::to_le_bytes).concat());
	bytes.push(1 << 2);
	bytes.extend([5u32, 100_000].map(u32::to_le_bytes).concat());
	bytes.extend([8u8; 32]);
	bytes.extend(
		[300_000u32, 500_000, 400_000, 100_000]
			.map(u32::to_le_bytes)
			.concat(),
	);
	bytes.extend([1_000u128, 5_000, 10, 20].map(u128::to_le_bytes).concat());
	assert_eq!(given.encode(), bytes);
}
