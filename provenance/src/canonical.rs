// SPDX-License-Identifier: Apache-2.0
//! The canonical form of a text and of a record set. Tools refuse what the chain can't see.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Why a text has no canonical form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TextRefused {
	/// Not UTF-8.
	#[error("not valid UTF-8 after byte {valid_up_to}")]
	NotUtf8 {
		/// Bytes before the first invalid one.
		valid_up_to: usize,
	},
	/// A control character other than tab, LF and FF.
	#[error("control character U+{code:04X}")]
	Control {
		/// The code point.
		code: u32,
	},
	/// A code point that Unicode has not assigned.
	#[error("unassigned code point U+{code:04X}")]
	Unassigned {
		/// The code point.
		code: u32,
	},
	/// An invisible character that would tell equal-looking texts apart.
	#[error("invisible character U+{code:04X}")]
	Invisible {
		/// The code point.
		code: u32,
	},
}

/// The canonical bytes of a text: one leading U+FEFF removed, CRLF and lone CR become LF, NFC.
///
/// Refuses invalid UTF-8, C0 characters other than tab, LF and FF, unassigned code points, and
/// U+00AD, U+200B–200F, U+202A–202E, U+2060–2064, U+FEFF. The length is a separate check
/// ([`crate::text::text_length_allowed`]).
pub fn canonical(raw: &[u8]) -> Result<Vec<u8>, TextRefused> {
	let text = core::str::from_utf8(raw).map_err(|error| TextRefused::NotUtf8 {
		valid_up_to: error.valid_up_to(),
	})?;
	let text = text.strip_prefix('\u{feff}').unwrap_or(text);
	let lines = text.replace("\r\n", "\n").replace('\r', "\n");
	let composed: String = lines.nfc().collect();
	composed.chars().try_for_each(allowed)?;
	Ok(composed.into_bytes())
}

/// Refuses what a canonical text must not hold.
fn allowed(character: char) -> Result<(), TextRefused> {
	let code = u32::from(character);
	match character {
		'\t' | '\n' | '\u{c}' => Ok(()),
		'\0'..='\u{1f}' => Err(TextRefused::Control { code }),
		'\u{ad}'
		| '\u{200b}'..='\u{200f}'
		| '\u{202a}'..='\u{202e}'
		| '\u{2060}'..='\u{2064}'
		| '\u{feff}' => Err(TextRefused::Invisible { code }),
		other if other.general_category() == GeneralCategory::Unassigned => {
			Err(TextRefused::Unassigned { code })
		}
		_ => Ok(()),
	}
}

/// A record set as one text: the canonical records, each followed by one LF, in manifest order.
///
/// On refusal also says which record, counted from 0.
pub fn record_set<R: AsRef<[u8]>>(records: &[R]) -> Result<Vec<u8>, (usize, TextRefused)> {
	let mut text = Vec::new();
	for (place, record) in records.iter().enumerate() {
		text.extend(canonical(record.as_ref()).map_err(|refused| (place, refused))?);
		text.push(b'\n');
	}
	Ok(text)
}
