// SPDX-License-Identifier: Apache-2.0
//! Files of JSON lines that are only appended to: what a command has to remember before it acts,
//! so that a run that was killed goes on where it stood.

use std::{
	fs::{File, OpenOptions, TryLockError},
	io::{Read, Seek, SeekFrom, Write},
	marker::PhantomData,
	path::{Path, PathBuf},
};

use anyhow::{bail, Context, Result};
use serde::{de::DeserializeOwned, Serialize};

/// An open journal; no other process can open it meanwhile.
#[derive(Debug)]
pub struct Journal<T> {
	file: File,
	path: PathBuf,
	row: PhantomData<fn(T) -> T>,
}

impl<T: Serialize + DeserializeOwned> Journal<T> {
	/// Opens the journal, which is created if need be, with all its rows. A last line that was cut
	/// off by a kill is dropped: nothing was done on its account yet.
	pub fn open(path: &Path) -> Result<(Self, Vec<T>)> {
		let about = || format!("cannot open {}", path.display());
		if let Some(folder) = path.parent() {
			std::fs::create_dir_all(folder).with_context(about)?;
		}
		let mut file = OpenOptions::new()
			.read(true)
			.write(true)
			.create(true)
			.truncate(false)
			.open(path)
			.with_context(about)?;
		match file.try_lock() {
			Ok(()) => (),
			Err(TryLockError::WouldBlock) => {
				bail!(
					"{} is in use by another run of this program",
					path.display()
				)
			}
			Err(TryLockError::Error(error)) => return Err(error).with_context(about),
		}
		let mut text = Vec::new();
		file.read_to_end(&mut text).with_context(about)?;
		let whole = text
			.iter()
			.rposition(|byte| *byte == b'\n')
			.map_or(0, |last| last + 1);
		let mut rows = Vec::new();
		for (number, line) in text[..whole].split_inclusive(|b| *b == b'\n').enumerate() {
			let row = serde_json::from_slice(line).with_context(|| {
				let number = number + 1;
				format!("line {number} of {} is damaged", path.display())
			})?;
			rows.push(row);
		}
		file.set_len(whole as u64).with_context(about)?;
		file.seek(SeekFrom::End(0)).with_context(about)?;
		let journal = Self {
			file,
			path: path.to_path_buf(),
			row: PhantomData,
		};
		Ok((journal, rows))
	}

	/// Appends rows; they are on disk when this returns.
	pub fn append(&mut self, rows: &[T]) -> Result<()> {
		let mut text = Vec::new();
		for row in rows {
			serde_json::to_writer(&mut text, row)?;
			text.push(b'\n');
		}
		self.file
			.write_all(&text)
			.and_then(|()| self.file.sync_data())
			.with_context(|| format!("cannot write {}", self.path.display()))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn rows_should_be_there_again_and_a_torn_line_should_not() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("new/rows.jsonl");
		let (mut journal, rows) = Journal::<u32>::open(&path).unwrap();
		assert!(rows.is_empty());
		journal.append(&[1, 2]).unwrap();
		journal.append(&[3]).unwrap();
		drop(journal);
		let torn = [std::fs::read(&path).unwrap(), b"4".to_vec()].concat();
		std::fs::write(&path, torn).unwrap();
		let (mut journal, rows) = Journal::<u32>::open(&path).unwrap();
		assert_eq!(rows, [1, 2, 3]);
		journal.append(&[5]).unwrap();
		drop(journal);
		assert_eq!(Journal::<u32>::open(&path).unwrap().1, [1, 2, 3, 5]);
	}

	#[test]
	fn a_damaged_or_used_journal_should_be_refused() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("rows.jsonl");
		std::fs::write(&path, "1\nx\n2\n").unwrap();
		let error = Journal::<u32>::open(&path).unwrap_err();
		assert!(error.to_string().contains("line 2"), "{error}");
		std::fs::write(&path, "1\n").unwrap();
		let _first = Journal::<u32>::open(&path).unwrap();
		assert!(Journal::<u32>::open(&path).is_err());
	}
}
