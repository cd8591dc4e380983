// SPDX-License-Identifier: Apache-2.0
//! Following a chain: restarts, gaps, other chains, broken files.

use super::*;
use crate::ledger::read::Span;

const WHO: u8 = 5;

/// A block in which one account is paid.
fn block(number: u32) -> Block {
	Block::default().hook([paid(account(WHO), number.into())])
}

fn chain(blocks: u32) -> FakeChain {
	FakeChain::of((1..=blocks).map(block))
}

/// Blocks whose payment is in the index.
fn indexed_blocks(indexed: &Indexed) -> Vec<u32> {
	let snapshot = indexed.index.snapshot().unwrap();
	let entries = snapshot
		.entries(&account(WHO), Span::of_blocks(0, u32::MAX), 100_000)
		.unwrap();
	entries
		.into_iter()
		.map(|(at, entry)| {
			assert_eq!(entry.amount, u128::from(at.block));
			at.block
		})
		.collect()
}

#[test]
fn all_final_blocks_should_be_indexed_in_groups() {
	let chain = chain(150);
	let indexed = Indexed::new();
	assert!(indexed.index.head().unwrap().is_empty());
	let steps = indexed.catch_up(&chain);
	assert_eq!(
		steps,
		[Step::Indexed(64), Step::Indexed(128), Step::Indexed(150)]
	);
	assert_eq!(indexed_blocks(&indexed), (1..=150).collect::<Vec<_>>());
	let head = indexed.index.head().unwrap();
	assert_eq!((head.from, head.height), (1, 150));
	assert_eq!(head.hash, hash_of(0, 150));
	// Nothing is read twice.
	assert_eq!(indexed.catch_up(&chain), []);
	assert_eq!(chain.reads(), 150);
}

#[test]
fn blocks_that_are_not_final_should_not_be_indexed() {
	let chain = chain(10);
	chain.change(|blocks| blocks.finalized = 4);
	let indexed = Indexed::of(&chain);
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4]);
	chain.change(|blocks| blocks.finalized = 6);
	indexed.catch_up(&chain);
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_busy_group_should_end_early() {
	let busy = Block::default().hook((0..10_000).map(|_| paid(account(1), 1)));
	let chain = FakeChain::of([busy.clone(), busy.clone(), busy]);
	let steps = Indexed::new().catch_up(&chain);
	assert_eq!(steps, [Step::Indexed(2), Step::Indexed(3)]);
}

#[test]
fn a_restart_should_go_on_after_the_last_group() {
	let chain = chain(100);
	let indexed = Indexed::new();
	let follower = Follower::new(indexed.index.clone(), chain.clone());
	assert_eq!(follower.step().unwrap(), Step::Indexed(64));
	drop(follower);
	let (indexed, opened) = indexed.reopen(GENESIS);
	assert_eq!(opened, Opened::Resumed);
	assert_eq!(indexed.catch_up(&chain), [Step::Indexed(100)]);
	assert_eq!(chain.reads(), 100);
	assert_eq!(indexed_blocks(&indexed), (1..=100).collect::<Vec<_>>());
}

#[test]
fn a_group_that_is_not_committed_should_leave_no_trace() {
	let chain = chain(3);
	let indexed = Indexed::of(&chain);
	// What a killed process leaves: a transaction without its end.
	let change = indexed.index.change().unwrap();
	let head = indexed.index.head().unwrap();
	super::super::apply::apply(&change, &head, 4, &block(4).rows).unwrap();
	drop(change);
	let (indexed, opened) = indexed.reopen(GENESIS);
	assert_eq!(opened, Opened::Resumed);
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3]);
	assert_eq!(indexed.index.head().unwrap(), head);
}

#[test]
fn pruned_blocks_should_move_the_beginning_and_say_so() {
	let chain = chain(40);
	let indexed = Indexed::of(&chain);
	for number in 41..=300 {
		chain.push(block(number).rows);
	}
	// While the node's index was off, blocks up to 170 were pruned.
	chain.change(|blocks| blocks.pruned_below = 171);
	let steps = indexed.catch_up(&chain);
	assert_eq!(steps[0], Step::Restarted(171));
	let head = indexed.index.head().unwrap();
	assert_eq!((head.from, head.height), (171, 300));
	assert_eq!(head.from_hash, hash_of(0, 171));
	assert!(!head.is_whole());
	assert_eq!(indexed_blocks(&indexed), (171..=300).collect::<Vec<_>>());
}

#[test]
fn a_gap_should_be_closed_from_each_possible_beginning() {
	for first in 2..=9 {
		let chain = chain(9);
		chain.change(|blocks| blocks.pruned_below = first);
		let indexed = Indexed::of(&chain);
		assert_eq!(indexed_blocks(&indexed), (first..=9).collect::<Vec<_>>());
	}
}

#[test]
fn what_is_indexed_should_stay_while_no_new_block_can_be_read() {
	let chain = chain(5);
	let indexed = Indexed::of(&chain);
	for number in 6..=8 {
		chain.push(block(number).rows);
	}
	chain.change(|blocks| blocks.pruned_below = 9);
	assert_eq!(indexed.catch_up(&chain), []);
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4, 5]);
}

#[test]
fn a_block_that_fails_should_be_tried_again_and_never_skipped() {
	let chain = chain(10);
	chain.change(|blocks| blocks.failing = Some(7));
	let indexed = Indexed::new();
	let follower = Follower::new(indexed.index.clone(), chain.clone());
	assert_eq!(follower.step().unwrap(), Step::Indexed(6));
	for _ in 0..3 {
		let error = follower.step().unwrap_err();
		assert_eq!(error, IndexError::Failed("block 7: the disk sleeps".into()));
	}
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4, 5, 6]);
	chain.change(|blocks| blocks.failing = None);
	assert_eq!(follower.step().unwrap(), Step::Indexed(10));
	assert_eq!(indexed_blocks(&indexed), (1..=10).collect::<Vec<_>>());
}

#[test]
fn another_history_of_the_same_genesis_should_be_indexed_anew() {
	let first = chain(20);
	let indexed = Indexed::of(&first);
	// The database was purged; a chain with the same genesis began again and is shorter.
	let second = chain(6);
	second.change(|blocks| blocks.history = 1);
	let steps = indexed.catch_up(&second);
	assert_eq!(steps, [Step::Restarted(1), Step::Indexed(6)]);
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4, 5, 6]);
	assert_eq!(indexed.index.head().unwrap().hash, hash_of(1, 6));
}

#[test]
fn a_database_that_lost_its_last_blocks_should_not_cost_the_index() {
	let chain = chain(20);
	let indexed = Indexed::of(&chain);
	// After a power cut the database may know less than the index.
	chain.change(|blocks| blocks.finalized = 17);
	assert_eq!(indexed.catch_up(&chain), []);
	assert_eq!(indexed_blocks(&indexed).len(), 20);
	chain.push(block(21).rows);
	assert_eq!(indexed.catch_up(&chain), [Step::Indexed(21)]);
	assert_eq!(indexed_blocks(&indexed), (1..=21).collect::<Vec<_>>());
}

#[test]
fn an_index_of_another_chain_should_be_replaced() {
	let indexed = Indexed::of(&chain(5));
	let other = H256::repeat_byte(7);
	let (indexed, opened) = indexed.reopen(other);
	assert_eq!(opened, Opened::Rebuilt("it is another chain's".into()));
	assert_eq!(indexed.index.head().unwrap(), Head::of_chain(other));
	assert!(indexed_blocks(&indexed).is_empty());
}

#[test]
fn an_index_of_another_layout_should_be_replaced() {
	let indexed = Indexed::of(&chain(5));
	let change = indexed.index.change().unwrap();
	change
		.put(store::Table::Meta, b"layout", &(store::LAYOUT + 1))
		.unwrap();
	change.commit().unwrap();
	let (indexed, opened) = indexed.reopen(GENESIS);
	let why = format!("its layout is Some({})", store::LAYOUT + 1);
	assert_eq!(opened, Opened::Rebuilt(why));
	assert!(indexed_blocks(&indexed).is_empty());
}

#[test]
fn a_broken_file_should_be_replaced() {
	let broken: [fn(&mut Vec<u8>); 3] = [
		|bytes| *bytes = b"not a database".repeat(1_000),
		|bytes| bytes[..512].fill(0xff),
		|bytes| bytes.truncate(100),
	];
	for (case, break_it) in broken.into_iter().enumerate() {
		let chain = chain(5);
		let Indexed { index, folder } = Indexed::of(&chain);
		drop(index);
		let path = folder.path().join("a/b.redb");
		let mut bytes = std::fs::read(&path).unwrap();
		break_it(&mut bytes);
		std::fs::write(&path, bytes).unwrap();
		let (index, opened) = LedgerIndex::open(&path, GENESIS).unwrap();
		assert!(
			matches!(opened, Opened::Rebuilt(_)),
			"case {case}: {opened:?}"
		);
		let index = Arc::new(index);
		let indexed = Indexed { index, folder };
		indexed.catch_up(&chain);
		assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4, 5], "case {case}");
	}
}

#[test]
fn a_damaged_row_should_make_the_follower_build_anew() {
	let chain = chain(5);
	let indexed = Indexed::of(&chain);
	let change = indexed.index.change().unwrap();
	change.put(store::Table::Meta, b"head", &[0u8; 3]).unwrap();
	change.commit().unwrap();
	assert!(matches!(indexed.index.head(), Err(IndexError::Damaged(_))));
	let steps = indexed.catch_up(&chain);
	assert_eq!(steps, [Step::Restarted(1), Step::Indexed(5)]);
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4, 5]);
}

#[test]
fn a_file_that_is_in_use_should_not_be_deleted() {
	let indexed = Indexed::of(&chain(5));
	let path = indexed.folder.path().join("a/b.redb");
	assert!(matches!(
		LedgerIndex::open(&path, GENESIS).map(|_| ()),
		Err(IndexError::Failed(_))
	));
	assert_eq!(indexed_blocks(&indexed), [1, 2, 3, 4, 5]);
}
