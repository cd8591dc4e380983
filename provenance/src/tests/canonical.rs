// SPDX-License-Identifier: Apache-2.0
//! The canonical form and what it refuses.

use proptest::prelude::*;

use crate::{
	canonical::{canonical, record_set, TextRefused},
	text::{opaque_length_allowed, text_length_allowed},
};

fn text(raw: &str) -> Result<String, TextRefused> {
	canonical(raw.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn line_ends_and_the_leading_mark_are_unified() {
	assert_eq!(
		text("\u{feff}a\r\nb\rc\nd\r\r\ne"),
		Ok("a\nb\nc\nd\n\ne".into())
	);
	assert_eq!(text(""), Ok(String::new()));
	assert_eq!(text("\t\u{c}\n"), Ok("\t\u{c}\n".into()));
}

#[test]
fn characters_are_composed() {
	assert_eq!(text("e\u{301}"), Ok("é".into()));
	assert_eq!(text("\u{212b}"), Ok("Å".into()), "angstrom sign");
	assert_eq!(text("\u{1100}\u{1161}"), Ok("가".into()));
	// Compatibility forms stay: NFC, not NFKC.
	assert_eq!(text("ﬁ"), Ok("ﬁ".into()));
}

#[test]
fn invalid_utf8_is_refused_with_its_place() {
	let refused = Err(TextRefused::NotUtf8 { valid_up_to: 2 });
	assert_eq!(canonical(b"ab\xffcd"), refused);
	assert_eq!(canonical(b"ab\xed\xa0\x80"), refused, "surrogate");
	assert_eq!(canonical(b"ab\xc0\xaf"), refused, "overlong");
	assert_eq!(canonical(b"ab\xe2\x82"), refused, "cut off");
}

#[test]
fn every_other_control_character_is_refused() {
	for code in 0..0x20u32 {
		let raw = format!("a{}b", char::from_u32(code).unwrap());
		match code {
			9 | 10 | 12 => assert_eq!(text(&raw), Ok(raw)),
			13 => assert_eq!(text(&raw), Ok("a\nb".into())),
			_ => assert_eq!(text(&raw), Err(TextRefused::Control { code })),
		}
	}
}

#[test]
fn invisible_characters_are_refused() {
	let listed = [
		0xad..=0xad,
		0x200b..=0x200f,
		0x202a..=0x202e,
		0x2060..=0x2064,
		0xfeff..=0xfeff,
	];
	for code in listed.into_iter().flatten() {
		let raw = format!("a{}", char::from_u32(code).unwrap());
		assert_eq!(text(&raw), Err(TextRefused::Invisible { code }), "{code:x}");
	}
	assert_eq!(
		text("\u{feff}\u{feff}a"),
		Err(TextRefused::Invisible { code: 0xfeff })
	);
	for neighbour in [0xac, 0xae, 0x200a, 0x2010, 0x2029, 0x202f, 0x205f] {
		assert!(
			text(&char::from_u32(neighbour).unwrap().to_string()).is_ok(),
			"{neighbour:x}"
		);
	}
}

#[test]
fn unassigned_code_points_are_refused() {
	for code in [0x378, 0xfdd0, 0xfffe, 0xe0080, 0x10ffff] {
		let raw = char::from_u32(code).unwrap().to_string();
		assert_eq!(text(&raw), Err(TextRefused::Unassigned { code }));
	}
	assert!(text("\u{e000}").is_ok(), "private use is assigned");
}

#[test]
fn record_sets_end_each_record_with_a_line_feed() {
	let set = record_set(&["one\r\n", "\u{feff}two", ""]).unwrap();
	assert_eq!(set, b"one\n\ntwo\n\n");
	assert_eq!(canonical(&set).unwrap(), set);
	assert_eq!(
		record_set(&["one", "\0"]),
		Err((1, TextRefused::Control { code: 0 }))
	);
	assert_eq!(record_set::<&str>(&[]), Ok(vec![]));
}

#[test]
fn lengths_have_bounds() {
	assert!(!text_length_allowed(1_023) && text_length_allowed(1_024));
	assert!(text_length_allowed(1 << 30) && !text_length_allowed((1 << 30) + 1));
	assert!(!opaque_length_allowed(0) && opaque_length_allowed(1));
	assert!(opaque_length_allowed(1 << 40) && !opaque_length_allowed((1 << 40) + 1));
}

proptest! {
	#[test]
	fn canonical_is_its_own_canonical_form(raw in "(\\PC|\r|\n|\u{feff}|e\u{301}){0,200}") {
		if let Ok(bytes) = canonical(raw.as_bytes()) {
			prop_assert_eq!(canonical(&bytes), Ok(bytes.clone()));
			prop_assert!(!bytes.contains(&b'\r'));
		}
	}

	#[test]
	fn hostile_bytes_never_panic(raw in prop::collection::vec(any::<u8>(), 0..200)) {
		if let Ok(bytes) = canonical(&raw) {
			prop_assert!(core::str::from_utf8(&bytes).is_ok());
		}
	}
}
