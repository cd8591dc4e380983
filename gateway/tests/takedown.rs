// SPDX-License-Identifier: Apache-2.0
//! Texts that governance takes down: never loaded, or dropped while the gateway runs.

mod common;

use std::{path::PathBuf, sync::Arc};

use common::{StandIn, World, MODEL, TEXTS};
use openledger_client::{wire::Prompt, ContentStore};
use openledger_gateway::{
	backend::{Adapter, Backend, Extractive},
	corpus::{Corpus, CorpusError},
};
use openledger_primitives::{text::text_root, ContributionId, H256};
use serde_json::{json, Value};

const QUESTION: &str = "How do I serialize a struct to JSON?";

fn root(place: usize) -> H256 {
	text_root(TEXTS[place].1.as_bytes())
}

async fn status_of(world: &World, root: H256) -> u16 {
	let url = format!("{}/v1/texts/{root:?}", world.url);
	reqwest::get(url).await.unwrap().status().as_u16()
}

/// Contributions in whose text an answer's words are found.
fn sources_of(world: &World, answer: &str) -> Vec<ContributionId> {
	let found = world.service.corpus.now().spans(answer.as_bytes());
	found.iter().map(|span| span.contribution).collect()
}

#[tokio::test]
async fn a_text_that_is_taken_down_is_dropped_while_the_gateway_runs() {
	let world = World::new().await;
	let (mut payer, mut settler) = (world.payer(), world.settler());
	settler.tick(world.chain.produce()).await.unwrap();
	let named = |answer: &str, id| answer.contains(&format!("[contribution {id}: "));
	let before = payer.complete(QUESTION, Some(400), false).await.unwrap();
	assert!(named(&before.text, 1) && named(&before.text, 2));
	assert!(before.spans.iter().any(|span| span.contribution == 1));
	assert!(sources_of(&world, TEXTS[0].1).contains(&1));
	assert_eq!(status_of(&world, root(0)).await, 200);

	world.chain.revoke(1, Some(7));
	settler.tick(world.chain.produce()).await.unwrap();
	let after = payer.complete(QUESTION, Some(400), false).await.unwrap();
	assert!(!named(&after.text, 1) && named(&after.text, 2));
	assert!(after.spans.iter().all(|span| span.contribution != 1));
	assert!(!after.spans.is_empty());
	assert!(!sources_of(&world, TEXTS[0].1).contains(&1));
	assert_eq!(status_of(&world, root(0)).await, 404);
	assert_eq!(status_of(&world, root(1)).await, 200);
	let health: Value = reqwest::get(format!("{}/health", world.url))
		.await
		.unwrap()
		.json()
		.await
		.unwrap();
	let rest = &TEXTS[1..];
	assert_eq!(health["texts"], json!(rest.len()));
	let bytes: usize = rest.iter().map(|(_, text)| text.len()).sum();
	assert_eq!(health["bytes"], json!(bytes));
	// What was recorded before is paid all the same.
	payer.settle().await.unwrap();
	for _ in 0..5 {
		settler.tick(world.chain.produce()).await.unwrap();
	}
	assert_eq!(world.chain.with(|state| state.next), 1);
}

#[tokio::test]
async fn a_copy_and_a_stranger_leave_the_corpus_as_it_is() {
	let world = World::new().await;
	let mut settler = world.settler();
	let before = world.service.corpus.now();
	let looks = world.chain.with(|state| state.looks);
	settler.tick(world.chain.produce()).await.unwrap();
	world.chain.revoke(2, None);
	settler.tick(world.chain.produce()).await.unwrap();
	// Another datanet's text.
	let mut stranger = world.chain.members.lock().unwrap()[0].clone();
	stranger.id = 99;
	world.chain.members.lock().unwrap().push(stranger);
	world.chain.revoke(99, Some(7));
	world.chain.members.lock().unwrap().pop();
	settler.tick(world.chain.produce()).await.unwrap();
	assert!(Arc::ptr_eq(&before, &world.service.corpus.now()));
	// One look at start, none for these.
	assert_eq!(world.chain.with(|state| state.looks), looks + 1);
	assert_eq!(status_of(&world, root(1)).await, 200);
}

#[tokio::test]
async fn a_takedown_between_loading_and_the_first_look_is_seen() {
	let world = World::new().await;
	world.chain.revoke(3, Some(0));
	world.chain.produce();
	let mut settler = world.settler();
	// Only this block's events are read, and the text is not in them.
	settler.tick(world.chain.produce()).await.unwrap();
	assert_eq!(status_of(&world, root(2)).await, 404);
}

#[tokio::test]
async fn a_takedown_whose_event_is_lost_is_found_in_the_state() {
	let world = World::new().await;
	let mut settler = world.settler();
	settler.tick(world.chain.produce()).await.unwrap();
	world.chain.revoke(1, Some(7));
	world.chain.with(|state| state.eventless = true);
	settler.tick(world.chain.produce()).await.unwrap();
	assert_eq!(status_of(&world, root(0)).await, 404);
}

#[tokio::test]
async fn a_node_that_is_away_only_delays_the_drop() {
	let world = World::new().await;
	let mut settler = world.settler();
	settler.tick(world.chain.produce()).await.unwrap();
	world.chain.revoke(1, Some(7));
	let head = world.chain.produce();
	world.chain.with(|state| state.down = true);
	assert!(settler.tick(head).await.is_err());
	assert_eq!(status_of(&world, root(0)).await, 200);
	world.chain.with(|state| state.down = false);
	settler.tick(world.chain.produce()).await.unwrap();
	assert_eq!(status_of(&world, root(0)).await, 404);
}

/// A chain whose first text can't be fetched any more.
fn without_the_first_text(folder: &std::path::Path) -> Arc<StandIn> {
	let sources = ContentStore::open(folder.join("sources")).unwrap();
	let chain = common::chain(&sources);
	let uri = sources.uri(&root(0));
	let path = PathBuf::from(uri.strip_prefix("file://").unwrap());
	std::fs::remove_file(path).unwrap();
	chain
}

#[tokio::test]
async fn a_text_that_was_taken_down_is_not_asked_for_at_start() {
	let folder = tempfile::tempdir().unwrap();
	let chain = without_the_first_text(folder.path());
	let load = || async {
		let texts = ContentStore::open(folder.path().join("texts")).unwrap();
		Corpus::load(&*chain, chain.head(), MODEL, texts).await
	};
	let missing = |outcome: Result<Corpus, CorpusError>| {
		let error = outcome.err().unwrap();
		assert!(
			matches!(
				error,
				CorpusError::Text {
					contribution: 1,
					..
				}
			),
			"{error}"
		);
	};
	missing(load().await);
	// A copy stays in the corpora it is in.
	chain.revoke(1, None);
	missing(load().await);
	chain.revoke(1, Some(0));
	let corpus = load().await.unwrap();
	let ids: Vec<ContributionId> = corpus.now().sources().keys().copied().collect();
	assert_eq!(ids, [2, 3, 4]);
	assert_eq!(corpus.by_root(&root(0)), None);
	assert_eq!(corpus.by_root(&root(1)).unwrap(), TEXTS[1].1.as_bytes());
}

#[tokio::test]
async fn a_corpus_of_which_nothing_is_left_matches_nothing() {
	let folder = tempfile::tempdir().unwrap();
	let texts = ContentStore::open(folder.path().join("texts")).unwrap();
	let chain = common::chain(&texts);
	let corpus = Corpus::load(&*chain, chain.head(), MODEL, texts).await;
	let corpus = Arc::new(corpus.unwrap());
	let backend = Extractive::new(corpus.clone(), Adapter::default()).unwrap();
	for contribution in 1..=4 {
		chain.revoke(contribution, Some(1));
	}
	let gone = corpus.drop_taken_down(&*chain, chain.head(), MODEL).await;
	assert_eq!(Vec::from_iter(gone.unwrap()), [1, 2, 3, 4]);
	assert_eq!(corpus.now().bytes(), 0);
	assert!(corpus.now().spans(TEXTS[0].1.as_bytes()).is_empty());
	let answer = answer_of(&backend).await;
	assert!(!answer.contains("[contribution"), "{answer}");
}

async fn answer_of(backend: &Extractive) -> String {
	let body = json!({ "model": "m", "prompt": QUESTION }).to_string();
	let prompt = Prompt::parse(body.as_bytes(), false).unwrap();
	let answer = backend.complete(&prompt, body.as_bytes()).await.unwrap();
	answer.text
}

#[tokio::test]
async fn a_large_text_that_is_gone_hides_no_other() {
	let folder = tempfile::tempdir().unwrap();
	let texts = ContentStore::open(folder.path().join("texts")).unwrap();
	let chain = common::chain(&texts);
	// More passages that fit the question best than are looked at for an answer.
	let paragraph = format!("{}.\n\n", "Serialize a struct to JSON ".repeat(9));
	let large = paragraph.repeat(100);
	let mut member = chain.members.lock().unwrap()[0].clone();
	member.id = 5;
	member.text_root = texts.put(large.as_bytes()).unwrap();
	member.byte_length = large.len() as u64;
	chain.members.lock().unwrap().push(member);
	let corpus = Corpus::load(&*chain, chain.head(), MODEL, texts).await;
	let corpus = Arc::new(corpus.unwrap());
	let backend = Extractive::new(corpus.clone(), Adapter::default()).unwrap();
	let answer = answer_of(&backend).await;
	assert!(answer.contains("[contribution 5: "), "{answer}");
	assert!(!answer.contains("[contribution 1: "), "{answer}");

	chain.revoke(5, Some(1));
	let gone = corpus.drop_taken_down(&*chain, chain.head(), MODEL).await;
	assert_eq!(Vec::from_iter(gone.unwrap()), [5]);
	let answer = answer_of(&backend).await;
	assert!(!answer.contains("[contribution 5: "), "{answer}");
	assert!(answer.contains("[contribution 1: "), "{answer}");
	let now = corpus.now();
	let gone = corpus.drop_taken_down(&*chain, chain.head(), MODEL).await;
	assert!(gone.unwrap().is_empty());
	assert!(Arc::ptr_eq(&now, &corpus.now()));
}
