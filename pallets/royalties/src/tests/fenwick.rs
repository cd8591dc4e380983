// SPDX-License-Identifier: Apache-2.0
//! The tree's two paths.

use crate::fenwick::{down, has_cell, up, LONGEST_DOWN, LONGEST_UP, MAX_VERSIONS};

#[test]
fn paths_share_one_cell_exactly_when_the_tranche_is_in_the_version() {
	let downs: Vec<Vec<u32>> = (0..=MAX_VERSIONS).map(|v| down(v).collect()).collect();
	let mut on_path = vec![false; MAX_VERSIONS as usize + 1];
	for tranche in 1..=MAX_VERSIONS {
		on_path.fill(false);
		up(tranche).for_each(|cell| on_path[cell as usize] = true);
		for version in 1..=MAX_VERSIONS {
			let shared = downs[version as usize]
				.iter()
				.filter(|c| on_path[**c as usize])
				.count();
			assert_eq!(
				shared,
				usize::from(tranche <= version),
				"{tranche} in {version}"
			);
		}
	}
}

#[test]
fn paths_are_as_long_as_stated() {
	let longest = |length: &dyn Fn(u32) -> usize| {
		(1..=MAX_VERSIONS).map(length).max().unwrap_or_default() as u32
	};
	assert_eq!(longest(&|v| down(v).count()), LONGEST_DOWN);
	assert_eq!(longest(&|v| up(v).count()), LONGEST_UP);
	assert_eq!(down(1_023).count(), 10);
	assert_eq!(up(1).count(), 11);
	assert_eq!(down(1_024).collect::<Vec<_>>(), [1_024]);
	assert_eq!(up(1_024).collect::<Vec<_>>(), [1_024]);
}

#[test]
fn versions_outside_the_tree_have_no_path() {
	for version in [0, 1_025, 2_048, u32::MAX - 1, u32::MAX] {
		assert!(!has_cell(version));
		assert_eq!(down(version).count(), 0);
		assert_eq!(up(version).count(), 0);
	}
	assert!(has_cell(1) && has_cell(1_024));
}
