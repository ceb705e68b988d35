//! JSON text as the text it stands for.

use std::borrow::Cow;

/// Returns a value without its quotes, if it has any.
#[inline]
pub(crate) fn bare(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        _ => value,
    }
}

/// Returns whether a value says nothing: `null`, `""`, `[]`, `{}` or `false`.
#[inline]
pub(crate) fn is_absent(value: &[u8]) -> bool {
    matches!(value, b"" | b"\"\"" | b"null" | b"[]" | b"{}" | b"false")
}

/// Returns what a JSON string without its quotes, or any other value, stands for.
/// Bytes that are not UTF-8, and half of a surrogate, become U+FFFD.
pub(crate) fn decode(raw: &[u8]) -> Cow<'_, str> {
    if raw.contains(&b'\\') { Cow::Owned(unescape(raw)) } else { String::from_utf8_lossy(raw) }
}

fn unescape(raw: &[u8]) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        text.push_str(&String::from_utf8_lossy(&rest[..at]));
        let (c, len) = escape(&rest[at..]);
        text.push(c);
        rest = &rest[at + len..];
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

/// Returns what the escape stands for that a text begins with, and its length.
fn escape(text: &[u8]) -> (char, usize) {
    let c = match text.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return unicode(text),
        Some(b'"' | b'\\' | b'/') => char::from(text[1]),
        // Not JSON: the backslash stands for itself.
        _ => return ('\\', 1),
    };
    (c, 2)
}

fn unicode(text: &[u8]) -> (char, usize) {
    let Some(first) = hex(text) else { return ('\\', 1) };
    if let Some(c) = char::from_u32(first) {
        return (c, 6);
    }
    let second = text.get(6..).and_then(hex);
    match second {
        Some(second @ 0xDC00..=0xDFFF) if first < 0xDC00 => {
            let joined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            (char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// Returns the four digits of `\uXXXX`.
fn hex(text: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = text else { return None };
    let digits = digits.get(..4)?;
    digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
}
