// SPDX-License-Identifier: Apache-2.0
//! Parents, and the corpus that comes from them.

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{
	ports::{Beneficiary, ModelInspect},
	DatanetId, Version, H256,
};

use crate::{mock::*, types::*, Corpora, Error, Models};

fn corpus(id: u32) -> Vec<(DatanetId, Version)> {
	Corpora::<Test>::get(id)
		.iter()
		.map(|row| (row.datanet, row.version))
		.collect()
}

fn refused(params: ModelParams, error: Error<Test>) {
	assert_noop!(
		ModelsPallet::register(RuntimeOrigin::signed(BOB), params),
		error
	);
}

#[test]
fn parents_should_stand_in_the_vector_in_ascending_order() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (publish(params(1)), publish(params(2)));
		let id = publish(derived(
			params(3),
			&[link(first, 200_000), link(second, 300_000)],
		));
		assert_eq!(
			Models::<Test>::get(id).unwrap().vector.to_vec(),
			vec![
				(Beneficiary::Developer, 500_000),
				(Beneficiary::Contributors, 0),
				(Beneficiary::Upstream(first), 200_000),
				(Beneficiary::Upstream(second), 300_000),
			]
		);
	});
}

#[test]
fn parents_should_ascend_without_duplicates() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (publish(params(1)), publish(params(2)));
		for links in [[second, first], [first, first]] {
			refused(
				derived(params(3), &links.map(|id| link(id, 200_000))),
				Error::ParentsNotAscending,
			);
		}
	});
}

#[test]
fn parents_should_be_published() {
	ExtBuilder::default().build_and_execute(|| {
		let draft = register(ALICE, params(1));
		let retired = publish(params(2));
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), retired));
		let own = retired + 1;
		for id in [0, draft, retired, own, own + 1, u32::MAX] {
			refused(
				derived(params(3), &[link(id, 200_000)]),
				Error::ParentNotPublished,
			);
		}
	});
}

#[test]
fn parents_should_have_the_terms_agreed_to() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (publish(params(1)), publish(params(2)));
		let good = link(second, 200_000);
		for terms_hash in [H256::zero(), link(first, 0).terms_hash] {
			refused(
				derived(params(3), &[ParentLink { terms_hash, ..good }]),
				Error::TermsMismatch,
			);
		}
		publish(derived(params(3), &[good]));
	});
}

#[test]
fn parents_should_get_half_at_most() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (publish(params(1)), publish(params(2)));
		let half = [link(first, 200_000), link(second, 300_000)];
		let more = [link(first, 200_000), link(second, 300_001)];
		refused(derived(params(3), &more), Error::ParentSharesTooHigh);
		publish(derived(params(3), &half));
	});
}

#[test]
fn parents_should_get_their_least_share_of_the_whole_fee() {
	// 100 000 of the fee out of 900 000 − 300 000 that remain: 166 666.67 of the vector.
	ExtBuilder::default().build_and_execute(|| {
		let parent = publish(params(1));
		for ppm in [0, 99_999, 100_000, 166_666] {
			refused(
				derived(params(2), &[link(parent, ppm)]),
				Error::ParentShareTooLow,
			);
		}
		publish(derived(params(2), &[link(parent, 166_667)]));
		// 166 667 · 0.599 999 is still enough, · 0.599 998 is not; without operator 111 112 is.
		let greedy = |operator_ppm| ModelParams {
			operator_ppm,
			..params(3)
		};
		refused(
			derived(greedy(300_002), &[link(parent, 166_667)]),
			Error::ParentShareTooLow,
		);
		register(ALICE, derived(greedy(300_001), &[link(parent, 166_667)]));
		let modest = ModelParams {
			operator_ppm: 0,
			..params(3)
		};
		refused(
			derived(modest.clone(), &[link(parent, 111_111)]),
			Error::ParentShareTooLow,
		);
		publish(derived(modest, &[link(parent, 111_112)]));
	});
}

#[test]
fn parents_should_be_checked_each() {
	ExtBuilder::default().build_and_execute(|| {
		let free = publish(ModelParams {
			derivative_ppm: 0,
			..params(1)
		});
		let asking = publish(params(2));
		refused(
			derived(params(3), &[link(free, 300_000), link(asking, 166_666)]),
			Error::ParentShareTooLow,
		);
		publish(derived(params(3), &[link(free, 0), link(asking, 166_667)]));
	});
}

#[test]
fn parents_should_be_able_to_forbid_children() {
	ExtBuilder::default().build_and_execute(|| {
		// Half of the vector is at most 450 000 of a fee.
		let open = publish(ModelParams {
			derivative_ppm: 450_000,
			..params(1)
		});
		let shut = publish(ModelParams {
			derivative_ppm: 450_001,
			..params(2)
		});
		let child = ModelParams {
			operator_ppm: 0,
			..params(3)
		};
		refused(
			derived(child.clone(), &[link(shut, 500_000)]),
			Error::ParentShareTooLow,
		);
		publish(derived(child, &[link(open, 500_000)]));
	});
}

#[test]
fn ancestors_that_ask_should_be_listed() {
	ExtBuilder::default().build_and_execute(|| {
		let open = |artifact| ModelParams {
			derivative_ppm: 0,
			..params(artifact)
		};
		let asking = publish(params(1));
		let shell = publish(derived(open(2), &[link(asking, 166_667)]));
		refused(
			derived(params(3), &[link(shell, 500_000)]),
			Error::AncestorNotListed,
		);
		// Listed, it gets as much as from any child.
		refused(
			derived(params(3), &[link(asking, 166_666), link(shell, 0)]),
			Error::ParentShareTooLow,
		);
		let child = publish(derived(open(3), &[link(asking, 166_667), link(shell, 0)]));
		// The same one generation on, where the shell itself asks for nothing.
		refused(
			derived(params(4), &[link(child, 500_000)]),
			Error::AncestorNotListed,
		);
		publish(derived(params(4), &[link(asking, 166_667), link(child, 0)]));
	});
}

#[test]
fn ancestors_that_are_retired_should_ask_for_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let asking = publish(params(1));
		let shell = publish(derived(params(2), &[link(asking, 166_667)]));
		let draft = register(
			ALICE,
			derived(params(3), &[link(asking, 166_667), link(shell, 166_667)]),
		);
		assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), asking));
		// It takes no new children, so the draft that lists it has to be made again without it.
		assert_noop!(
			ModelsPallet::publish(RuntimeOrigin::signed(ALICE), draft),
			Error::<Test>::ParentNotPublished
		);
		publish(derived(params(3), &[link(shell, 166_667)]));
	});
}

/// The ninth generation of models that all ask for a share has no place left for the eighth.
#[test]
fn ancestors_that_ask_should_be_eight_at_most() {
	ExtBuilder::default().build_and_execute(|| {
		let line = |artifact, derivative_ppm| ModelParams {
			operator_ppm: 0,
			derivative_ppm,
			..params(artifact)
		};
		let mut links: Vec<ParentLink> = Vec::new();
		for artifact in 1..=8 {
			links.push(link(
				publish(derived(line(artifact, 50_000), &links)),
				62_500,
			));
		}
		// Eight at 5 % of the fee each is all that they can have: 8 · 62 500 is half of a vector.
		let full = publish(derived(line(9, 0), &links));
		links.remove(0);
		links.push(link(full, 0));
		refused(derived(line(10, 0), &links), Error::AncestorNotListed);
	});
}

/// Who asks for nothing can be derived from without end.
#[test]
fn lineage_should_be_as_deep_as_it_likes_where_nobody_asks() {
	ExtBuilder::default().build_and_execute(|| {
		let open = |artifact| ModelParams {
			derivative_ppm: 0,
			..params(artifact)
		};
		let asking = publish(params(1));
		let mut last = publish(derived(open(2), &[link(asking, 166_667)]));
		for artifact in 3..=64 {
			let links = [link(asking, 166_667), link(last, 100_000)];
			last = publish(derived(open(artifact), &links));
		}
	});
}

#[test]
fn corpus_should_join_own_texts_and_the_parents_with_the_highest_versions() {
	ExtBuilder::default()
		.text(1, 1)
		.text(1, 2)
		.text(2, 1)
		.text(2, 5)
		.text(3, 1)
		.snapshot(4, 1, false, 0, 0)
		.build_and_execute(|| {
			let first = publish(trained(1, &[weighted(1, 2, 1), weighted(2, 1, 1)], 1_000));
			let second = publish(trained(2, &[weighted(2, 5, 1), weighted(4, 1, 1)], 1_000));
			assert_eq!(corpus(first), vec![(1, 2), (2, 1)]);
			assert_eq!(corpus(second), vec![(2, 5)]);
			let links = [link(first, 200_000), link(second, 200_000)];
			let child = publish(derived(
				trained(3, &[weighted(1, 1, 1), weighted(3, 1, 1)], 1_000),
				&links,
			));
			assert_eq!(corpus(child), vec![(1, 2), (2, 5), (3, 1)]);
			assert_eq!(
				ModelsPallet::own_snapshots(child),
				vec![weighted(1, 1, 1), weighted(3, 1, 1)]
			);
			// A diamond adds nothing.
			let links = [first, second, child].map(|id| link(id, 166_666));
			let params = ModelParams {
				operator_ppm: 200_000,
				..params(4)
			};
			assert_eq!(corpus(publish(derived(params, &links))), corpus(child));
		});
}

#[test]
fn corpus_should_keep_the_highest_of_two_own_versions() {
	ExtBuilder::default()
		.text(1, 1)
		.text(1, 7)
		.build_and_execute(|| {
			let id = publish(trained(1, &[weighted(1, 1, 1), weighted(1, 7, 1)], 1_000));
			assert_eq!(
				Corpora::<Test>::get(id).to_vec(),
				vec![CorpusRow {
					datanet: 1,
					version: 7,
					count: 70
				}]
			);
		});
}

#[test]
fn corpus_should_stay_fixed_whatever_is_published_later() {
	ExtBuilder::default()
		.text(1, 1)
		.text(1, 2)
		.build_and_execute(|| {
			let parent = publish(trained(1, &[weighted(1, 1, 1)], 1_000));
			let child = publish(derived(params(2), &[link(parent, 200_000)]));
			publish(trained(3, &[weighted(1, 2, 1)], 1_000));
			assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), parent));
			assert_eq!(corpus(child), vec![(1, 1)]);
		});
}

#[test]
fn corpus_should_hold_64_snapshots_at_most() {
	let chain = (1..=65).fold(ExtBuilder::default(), |chain, datanet| {
		chain.text(datanet, 1)
	});
	chain.build_and_execute(|| {
		let parents: Vec<_> = (0..4)
			.map(|n| {
				let own: Vec<_> = (1..=16)
					.map(|datanet| weighted(n * 16 + datanet, 1, 1))
					.collect();
				let params = trained(n + 1, &own, 1_000);
				link(
					publish(ModelParams {
						derivative_ppm: 0,
						..params
					}),
					0,
				)
			})
			.collect();
		let full = publish(derived(params(5), &parents));
		assert_eq!(corpus(full).len(), 64);
		refused(
			derived(trained(6, &[weighted(65, 1, 1)], 1_000), &parents),
			Error::CorpusTooLarge,
		);
		// A datanet that is there already takes no place.
		publish(derived(trained(6, &[weighted(64, 1, 1)], 1_000), &parents));
	});
}
