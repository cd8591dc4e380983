// SPDX-License-Identifier: Apache-2.0
//! What an account has under way in a datanet. Salts are in it before their commits are sent, and
//! ids as soon as they are known: a commit whose salt is lost costs a tenth of its bond.

use std::collections::BTreeMap;

use anyhow::{bail, Result};
use openledger_client::{account::Account, wire::bytes32};
use openledger_primitives::{BlockNumber, ContributionId, DatanetId, H256};
use serde::{Deserialize, Serialize};

use super::pieces::Piece;
use crate::{context::Shared, journal::Journal};

/// Rows that are written at a time.
const PART: usize = 5_000;

/// A line of the book.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "row")]
enum Row {
	/// Content that is to be registered, with its salt.
	Planned {
		piece: Box<Piece>,
		#[serde(with = "bytes32")]
		salt: [u8; 32],
	},
	/// Commits of these roots are sent in this order, after block `birth`.
	Sending {
		birth: BlockNumber,
		roots: Vec<H256>,
	},
	/// Those commits will never be in a block.
	Unsent { roots: Vec<H256> },
	/// Commits took these ids.
	Committed { ids: Vec<(H256, ContributionId)> },
	/// Reveals that are in final blocks.
	Revealed { roots: Vec<H256> },
	/// Nothing is left of these: not committed, expired, or given way.
	Gone { roots: Vec<H256> },
}

/// How far a piece is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
	/// Not committed.
	Planned,
	/// Its commit was about to be sent after that block, in the row with that number.
	Sending {
		/// Last final block before.
		birth: BlockNumber,
		/// Number of the lot in this book.
		lot: usize,
	},
	/// Its id is taken.
	Committed(ContributionId),
	/// It is revealed.
	Revealed(ContributionId),
}

/// One piece with its salt.
#[derive(Clone, Debug)]
pub struct Entry {
	/// The content.
	pub piece: Piece,
	/// Salt of its commit.
	pub salt: [u8; 32],
	/// How far it is.
	pub standing: Standing,
}

/// The open book.
#[derive(Debug)]
pub struct Book {
	journal: Journal<Row>,
	entries: BTreeMap<H256, Entry>,
	/// Roots of lots that were sent, by number.
	lots: Vec<Vec<H256>>,
}

impl Book {
	/// Opens the book of an account in a datanet.
	pub fn open(
		shared: &Shared,
		genesis: H256,
		datanet: DatanetId,
		signer: &Account,
	) -> Result<Self> {
		let path = shared
			.folder_of_chain("contributions", genesis)
			.join(format!("{datanet}-{}.jsonl", signer.ss58()));
		let (journal, rows) = Journal::open(&path)?;
		let mut book = Self {
			journal,
			entries: BTreeMap::new(),
			lots: Vec::new(),
		};
		for row in rows {
			book.apply(row);
		}
		Ok(book)
	}

	/// The entry of a root.
	pub fn get(&self, root: &H256) -> Option<&Entry> {
		self.entries.get(root)
	}

	/// All entries for which `which` holds, in the order of their roots.
	pub fn roots(&self, which: impl Fn(&Standing) -> bool) -> Vec<H256> {
		self.entries
			.iter()
			.filter(|(_, entry)| which(&entry.standing))
			.map(|(root, _)| *root)
			.collect()
	}

	/// Lots whose outcome is not known: last block before, and roots in the order sent.
	pub fn unknown_lots(&self) -> Vec<(BlockNumber, Vec<H256>)> {
		let mut lots = BTreeMap::new();
		for entry in self.entries.values() {
			if let Standing::Sending { birth, lot } = entry.standing {
				lots.insert(lot, birth);
			}
		}
		lots.into_iter()
			.filter_map(|(lot, birth)| Some((birth, self.lots.get(lot)?.clone())))
			.collect()
	}

	fn write(&mut self, rows: Vec<Row>) -> Result<()> {
		self.journal.append(&rows)?;
		for row in rows {
			self.apply(row);
		}
		Ok(())
	}

	/// Notes content that is to be registered, each with a fresh salt.
	pub fn plan(&mut self, pieces: Vec<Piece>) -> Result<()> {
		let mut rows = pieces
			.into_iter()
			.map(|piece| Row::Planned {
				piece: Box::new(piece),
				salt: H256::random().0,
			})
			.peekable();
		while rows.peek().is_some() {
			self.write(rows.by_ref().take(PART).collect())?;
		}
		Ok(())
	}

	/// Notes that commits are about to be sent.
	pub fn sending(&mut self, birth: BlockNumber, roots: Vec<H256>) -> Result<()> {
		self.write(vec![Row::Sending { birth, roots }])
	}

	/// Notes that commits will never be in a block.
	pub fn unsent(&mut self, roots: Vec<H256>) -> Result<()> {
		self.write(vec![Row::Unsent { roots }])
	}

	/// Notes ids.
	pub fn committed(&mut self, ids: Vec<(H256, ContributionId)>) -> Result<()> {
		self.write(vec![Row::Committed { ids }])
	}

	/// Notes reveals.
	pub fn revealed(&mut self, roots: Vec<H256>) -> Result<()> {
		self.write(vec![Row::Revealed { roots }])
	}

	/// Forgets what came to nothing.
	pub fn gone(&mut self, roots: Vec<H256>) -> Result<()> {
		self.write(vec![Row::Gone { roots }])
	}

	fn apply(&mut self, row: Row) {
		match row {
			Row::Planned { piece, salt } => {
				let entry = Entry {
					piece: *piece,
					salt,
					standing: Standing::Planned,
				};
				self.entries.insert(entry.piece.root, entry);
			}
			Row::Sending { birth, roots } => {
				let lot = self.lots.len();
				self.set(&roots, |_| Some(Standing::Sending { birth, lot }));
				self.lots.push(roots);
			}
			Row::Unsent { roots } => self.set(&roots, |_| Some(Standing::Planned)),
			Row::Committed { ids } => {
				for (root, id) in ids {
					self.set(&[root], |_| Some(Standing::Committed(id)));
				}
			}
			Row::Revealed { roots } => self.set(&roots, |standing| match standing {
				Standing::Committed(id) => Some(Standing::Revealed(*id)),
				_ => None,
			}),
			Row::Gone { roots } => {
				for root in roots {
					self.entries.remove(&root);
				}
			}
		}
	}

	fn set(&mut self, roots: &[H256], change: impl Fn(&Standing) -> Option<Standing>) {
		for root in roots {
			if let Some(entry) = self.entries.get_mut(root) {
				if let Some(standing) = change(&entry.standing) {
					entry.standing = standing;
				}
			}
		}
	}

	/// The entry of a root that is under way.
	pub fn need(&self, root: &H256) -> Result<&Entry> {
		match self.entries.get(root) {
			Some(entry) => Ok(entry),
			None => bail!("the book of contributions lost the text {root:?}"),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn piece(byte: u8) -> Piece {
		Piece {
			name: format!("text {byte}"),
			root: H256::repeat_byte(byte),
			byte_length: 2_000,
			records: 1,
			licence: String::new(),
			uri: "file:///text".into(),
			path: "/text".into(),
		}
	}

	fn open(home: &std::path::Path) -> Book {
		let shared = Shared::for_tests(home);
		let signer = Account::dev("alice").unwrap();
		Book::open(&shared, H256::repeat_byte(1), 1, &signer).unwrap()
	}

	#[test]
	fn a_killed_run_should_find_its_salts_and_lots_again() {
		let home = tempfile::tempdir().unwrap();
		let root = H256::repeat_byte;
		let salts = {
			let mut book = open(home.path());
			book.plan((1..=5).map(piece).collect()).unwrap();
			book.sending(10, vec![root(2), root(1)]).unwrap();
			book.sending(11, vec![root(3)]).unwrap();
			book.sending(12, vec![root(4)]).unwrap();
			book.committed(vec![(root(3), 7)]).unwrap();
			book.revealed(vec![root(3)]).unwrap();
			book.unsent(vec![root(4)]).unwrap();
			(1..=5)
				.map(|n| book.get(&root(n)).unwrap().salt)
				.collect::<Vec<_>>()
		};
		let mut book = open(home.path());
		for (n, salt) in (1..=5).zip(&salts) {
			assert_eq!(book.get(&root(n)).unwrap().salt, *salt);
		}
		assert_eq!(book.unknown_lots(), [(10, vec![root(2), root(1)])]);
		assert_eq!(book.get(&root(3)).unwrap().standing, Standing::Revealed(7));
		assert_eq!(book.roots(|s| *s == Standing::Planned), [root(4), root(5)]);
		book.gone(vec![root(3)]).unwrap();
		assert!(book.need(&root(3)).is_err());
		// A reveal that was never committed changes nothing.
		book.revealed(vec![root(5)]).unwrap();
		assert_eq!(book.get(&root(5)).unwrap().standing, Standing::Planned);
		let distinct: std::collections::BTreeSet<_> = salts.iter().collect();
		assert_eq!(distinct.len(), salts.len());
	}
}
