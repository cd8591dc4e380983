// SPDX-License-Identifier: Apache-2.0
//! The port that other pallets use, and what clients read.

use frame_support::assert_ok;
use openledger_primitives::{
	apis::{CorpusEntry, ModelState, ModelView},
	ports::{Beneficiary, ModelInspect, RoyaltyTerms},
};

use crate::{mock::*, types::*, ModelCount, Models};

#[test]
fn terms_should_be_those_of_published_and_retired_models_only() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let id = register(ALICE, trained(1, &[weighted(1, 1, 5)], 400_000));
		assert_eq!(ModelsPallet::terms(id), None);
		assert_eq!(ModelsPallet::terms(id + 1), None);
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
		let terms = RoyaltyTerms {
			developer: ALICE,
			operator_ppm: 300_000,
			vector: vec![
				(Beneficiary::Developer, 600_000),
				(Beneficiary::Contributors, 400_000),
			],
			min_fee_per_call: 1_000,
		};
		assert_eq!(ModelsPallet::terms(id), Some(terms.clone()));
		assert_eq!(terms.contributors_ppm(), 400_000);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::root(), id));
		assert_eq!(ModelsPallet::terms(id), Some(terms));
	});
}

#[test]
fn channels_should_be_accepted_while_published_only() {
	ExtBuilder::default().build_and_execute(|| {
		let id = register(ALICE, params(1));
		assert!(!ModelsPallet::accepts_channels(id));
		assert!(!ModelsPallet::accepts_channels(id + 1));
		assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
		assert!(ModelsPallet::accepts_channels(id));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::root(), id));
		assert!(!ModelsPallet::accepts_channels(id));
	});
}

#[test]
fn corpus_version_should_find_texts_and_nothing_else() {
	ExtBuilder::default()
		.text(2, 3)
		.text(5, 1)
		.text(9, 2)
		.snapshot(7, 1, false, 0, 0)
		.build_and_execute(|| {
			let own = [
				weighted(2, 3, 1),
				weighted(5, 1, 1),
				weighted(7, 1, 1),
				weighted(9, 2, 1),
			];
			let id = register(ALICE, trained(1, &own, 1_000));
			assert_eq!(ModelsPallet::corpus_version(id, 2), None);
			assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
			let found: Vec<_> = (0..11)
				.map(|datanet| ModelsPallet::corpus_version(id, datanet))
				.collect();
			let mut expected = vec![None; 11];
			expected[2] = Some(3);
			expected[5] = Some(1);
			expected[9] = Some(2);
			assert_eq!(found, expected);
			assert_eq!(ModelsPallet::corpus_version(id + 1, 2), None);
			assert_eq!(
				ModelsPallet::api_corpus(id),
				vec![
					CorpusEntry {
						datanet: 2,
						version: 3,
						count: 30
					},
					CorpusEntry {
						datanet: 5,
						version: 1,
						count: 10
					},
					CorpusEntry {
						datanet: 9,
						version: 2,
						count: 20
					},
				]
			);
		});
}

#[test]
fn own_snapshots_should_be_those_stated() {
	ExtBuilder::default()
		.text(1, 1)
		.text(2, 1)
		.build_and_execute(|| {
			let own = vec![weighted(1, 1, 5), weighted(2, 1, 7)];
			let id = publish(trained(1, &own, 1_000));
			assert_eq!(ModelsPallet::own_snapshots(id), own);
			assert_eq!(ModelsPallet::own_snapshots(id + 1), vec![]);
		});
}

#[test]
fn api_model_should_show_everything() {
	ExtBuilder::default().text(1, 1).build_and_execute(|| {
		let given = ModelParams {
			kind: ModelKind::Adapter,
			..trained(1, &[weighted(1, 1, 5)], 400_000)
		};
		let id = publish(given.clone());
		let row = Models::<Test>::get(id).unwrap();
		assert_ok!(ModelsPallet::offer_transfer(
			RuntimeOrigin::signed(ALICE),
			id,
			Some(BOB)
		));
		assert_eq!(
			ModelsPallet::api_model(id, (11, 22)),
			Some(ModelView {
				id,
				developer: ALICE,
				name: b"oracle".to_vec(),
				kind: 2,
				artifact_hash: hash_of(1),
				artifact_uri: b"ipfs://artifact".to_vec(),
				metadata_uri: b"ipfs://metadata".to_vec(),
				metadata_hash: hash_of(7),
				provenance_version: 1,
				snapshots: vec![weighted(1, 1, 5)],
				operator_ppm: 300_000,
				vector: row.vector.to_vec(),
				derivative_ppm: 100_000,
				min_fee_per_call: 1_000,
				suggested_price: given.suggested_price,
				terms_hash: row.terms_hash,
				state: ModelState::Published,
				inbox: (11, 22),
				offered_to: Some(BOB),
			})
		);
		assert_eq!(ModelsPallet::api_model(id + 1, (0, 0)), None);
	});
}

#[test]
fn api_models_should_page_over_holes() {
	ExtBuilder::default().build_and_execute(|| {
		for artifact in 1..=6 {
			register(ALICE, params(artifact));
		}
		for hole in [1, 4] {
			assert_ok!(ModelsPallet::discard(RuntimeOrigin::signed(ALICE), hole));
		}
		let page = |cursor, limit| -> Vec<_> {
			ModelsPallet::api_models(cursor, limit, |id| (u128::from(id), 0))
				.into_iter()
				.map(|view| {
					assert_eq!(view.inbox, (u128::from(view.id), 0));
					assert_eq!(view.state, ModelState::Draft);
					view.id
				})
				.collect()
		};
		assert_eq!(page(0, 2), vec![2, 3]);
		assert_eq!(page(3, 2), vec![5, 6]);
		assert_eq!(page(6, 2), Vec::<u32>::new());
		assert_eq!(page(0, 0), Vec::<u32>::new());
		assert_eq!(page(0, u32::MAX), vec![2, 3, 5, 6]);
		assert_eq!(page(u32::MAX, 5), Vec::<u32>::new());
	});
}

#[test]
fn api_models_should_return_a_thousand_at_most() {
	ExtBuilder::default().build_and_execute(|| {
		register(ALICE, params(1));
		let (row, details) = (
			Models::<Test>::get(1).unwrap(),
			crate::ModelDetails::<Test>::get(1).unwrap(),
		);
		frame_support::hypothetically!({
			for id in 2..=1_005 {
				Models::<Test>::insert(id, row.clone());
				crate::ModelDetails::<Test>::insert(id, details.clone());
			}
			ModelCount::<Test>::put(1_005);
			assert_eq!(
				ModelsPallet::api_models(0, u32::MAX, |_| (0, 0)).len(),
				1_000
			);
		});
	});
}
