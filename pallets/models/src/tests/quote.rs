// SPDX-License-Identifier: Apache-2.0
//! A quote is what publication then does.

use frame_support::assert_ok;
use openledger_primitives::{
	apis::{CorpusEntry, PublicationQuote},
	OPEN,
};
use sp_runtime::StateVersion;

use crate::{mock::*, types::*, Event};

/// The quote, which leaves no trace.
fn quoted(id: u32) -> Result<PublicationQuote, Vec<u8>> {
	let before = sp_io::storage::root(StateVersion::V1);
	let quoted = ModelsPallet::api_quote_publication(id);
	assert_eq!(sp_io::storage::root(StateVersion::V1), before);
	quoted
}

/// The quote, and what the developer's call then answers: both say the same.
fn refused(who: AccountId, id: u32, name: &str) {
	let quoted = quoted(id);
	assert_eq!(quoted, Err(name.as_bytes().to_vec()));
	assert_eq!(ModelsPallet::quote_publication(id), quoted);
	let refused = ModelsPallet::publish(RuntimeOrigin::signed(who), id).unwrap_err();
	assert_eq!(<&'static str>::from(refused.error), name);
}

#[test]
fn quote_should_be_what_publication_pays_and_fixes() {
	ExtBuilder::default()
		.snapshot(1, 2, true, 3 * OPEN, 0)
		.text(2, 1)
		.snapshot(4, 1, false, 5 * OPEN, 0)
		.snapshot(5, 1, true, OPEN, 0)
		.build_and_execute(|| {
			let parent = publish(trained(9, &[weighted(5, 1, 1)], 1_000));
			let own = [
				weighted(1, 2, 1),
				weighted(2, 1, 1),
				weighted(4, 1, 1),
				weighted(5, 1, 1),
			];
			let id = register(
				ALICE,
				derived(trained(1, &own, 1_000), &[link(parent, 200_000)]),
			);
			let quoted = quoted(id);
			let entry = |datanet, version, count| CorpusEntry {
				datanet,
				version,
				count,
			};
			let quoted = quoted.unwrap();
			assert_eq!(
				quoted,
				PublicationQuote {
					training_fees: vec![(1, 2, 3 * OPEN), (4, 1, 5 * OPEN)],
					training_fees_total: 8 * OPEN,
					corpus: vec![entry(1, 2, 20), entry(2, 1, 10), entry(5, 1, 10)],
				}
			);
			assert_eq!(
				ModelsPallet::quote_publication(id),
				Ok(quoted.clone()),
				"the view function"
			);

			let (pot, before) = (Balances::free_balance(POT), PaidIn::get().len());
			events();
			assert_ok!(ModelsPallet::publish(RuntimeOrigin::signed(ALICE), id));
			let paid: Vec<_> = PaidIn::get()[before..]
				.iter()
				.map(|(_, datanet, version, amount)| (*datanet, *version, *amount))
				.collect();
			assert_eq!(paid, quoted.training_fees);
			assert_eq!(
				Balances::free_balance(POT) - pot,
				quoted.training_fees_total
			);
			assert_eq!(ModelsPallet::api_corpus(id), quoted.corpus);
			assert!(matches!(events().last(), Some(Event::Published { .. })));
		});
}

#[test]
fn quote_should_name_the_error_that_refuses() {
	ExtBuilder::default()
		.snapshot(1, 1, true, 2 * FUNDS, 0)
		.snapshot(2, 1, true, 1, 0)
		.build_and_execute(|| {
			refused(ALICE, 9, "UnknownModel");
			let slow = register(ALICE, params(1));
			let parent = publish(params(1));
			refused(ALICE, parent, "NotDraft");
			refused(ALICE, slow, "ArtifactTaken");
			let child = register(ALICE, derived(params(2), &[link(parent, 200_000)]));
			let dear = register(ALICE, trained(3, &[weighted(1, 1, 1)], 1_000));
			// No pallet's error: the runtime's words for it.
			refused(ALICE, dear, "Funds are unavailable");
			let shut = register(ALICE, trained(4, &[weighted(2, 1, 1)], 1_000));
			PoolsClosed::set(&true);
			refused(ALICE, shut, "Resource unavailable");
			assert_ok!(ModelsPallet::retire(RuntimeOrigin::signed(ALICE), parent));
			refused(ALICE, child, "ParentNotPublished");
		});
}

/// A draft whose ancestor was retired after registration; the other way round a draft can't have
/// an ancestor that it doesn't list, because it was refused before.
#[test]
fn quote_should_follow_the_state() {
	ExtBuilder::default()
		.snapshot(1, 1, true, OPEN, 0)
		.build_and_execute(|| {
			let own = [weighted(1, 1, 1)];
			let slow = register(ALICE, trained(1, &own, 1_000));
			let fee = |id| {
				ModelsPallet::api_quote_publication(id)
					.map(|quote| quote.training_fees_total)
					.unwrap()
			};
			assert_eq!(fee(slow), OPEN);
			let parent = publish(ModelParams {
				derivative_ppm: 0,
				..trained(2, &own, 1_000)
			});
			let child = register(ALICE, derived(trained(3, &own, 1_000), &[link(parent, 0)]));
			assert_eq!((fee(slow), fee(child)), (OPEN, 0));
		});
}
