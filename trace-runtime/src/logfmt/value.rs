//! Values: bare, or as JSON strings.

use crate::json::{cursor::Cursor, string::Escaper};

/// How a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoted {
    /// Bare, or as the JSON string that it is.
    AsIs,
    /// JSON as text, with escapes of its own.
    Again,
}

/// Writes a value, given as JSON.
pub(super) fn push_value(to: &mut Cursor, json: &[u8]) -> Quoted {
    match json {
        [b'"', text @ .., b'"'] => to.put(if is_bare(text) { text } else { json }),
        [b'{' | b'[', ..] => {
            to.put(b"\"");
            Escaper::new(to, usize::MAX).push_lossy(json);
            to.put(b"\"");
            return Quoted::Again;
        }
        number => to.put(number),
    }
    Quoted::AsIs
}

/// Returns whether a text, given as JSON, is read as it is without quotes.
fn is_bare(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| *byte > b' ' && !matches!(byte, b'"' | b'=' | b'\\');
    let is_other = |c: char| c.is_whitespace() || c == char::REPLACEMENT_CHARACTER;
    text.iter().all(is_plain)
        && (text.is_ascii() || std::str::from_utf8(text).is_ok_and(|text| !text.contains(is_other)))
}
