//! The tokenizer: the members of any JSON object, in any order.
//!
//! It checks as much as it takes to find where values end. A value that is
//! cut off, or is no JSON at all, is noticed; a bracket of the wrong kind is
//! not.

use super::swar;

/// A member of an object, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member<'a> {
    /// Without its quotes.
    pub(crate) key: &'a [u8],
    /// With its quotes.
    pub(crate) value: &'a [u8],
}

/// Returns the members of an object, up to its end or the first mistake.
pub(crate) fn members(object: &[u8]) -> impl Iterator<Item = Member<'_>> {
    let mut at = blanks(object, 1);
    std::iter::from_fn(move || match next(object, at)? {
        Next::Member(member, after) => {
            at = after;
            Some(member)
        }
        Next::End(_) => None,
    })
}

/// What stands at a place between the members of an object, and the place behind
/// it.
pub(super) enum Next<'a> {
    Member(Member<'a>, usize),
    End(usize),
}

/// Reads the member that begins at `at`, where its quote or the object's end
/// is expected. Returns `None` if there is neither.
#[expect(clippy::inline_always, reason = "so that no member is built in memory")]
#[inline(always)]
pub(super) fn next(text: &[u8], at: usize) -> Option<Next<'_>> {
    match text.get(at)? {
        b'"' => {
            let key_end = string_end(text, at)?;
            let begin = behind(b':', text, key_end)?;
            let end = value_end(text, begin)?;
            let member = Member { key: &text[at + 1..key_end - 1], value: &text[begin..end] };
            Some(Next::Member(member, behind_comma(text, end)?))
        }
        b'}' => Some(Next::End(at + 1)),
        _ => None,
    }
}

/// Returns where the next member, or the object's end, begins.
#[inline]
fn behind_comma(text: &[u8], end: usize) -> Option<usize> {
    if text.get(end..)?.starts_with(b",\"") {
        return Some(end + 1);
    }
    let at = blanks(text, end);
    match text.get(at)? {
        b',' => Some(blanks(text, at + 1)).filter(|next| text.get(*next) == Some(&b'"')),
        b'}' => Some(at),
        _ => None,
    }
}

/// Returns the place behind a sign, and behind the blanks around it.
#[inline]
fn behind(sign: u8, text: &[u8], at: usize) -> Option<usize> {
    let at = blanks(text, at);
    (*text.get(at)? == sign).then(|| blanks(text, at + 1))
}

/// Returns the first place from `at` on that is no blank.
#[inline]
pub(super) fn blanks(text: &[u8], at: usize) -> usize {
    // Most objects hold none.
    match text.get(at) {
        Some(byte) if *byte <= b' ' => behind_blanks(text, at),
        _ => at,
    }
}

#[inline(never)]
fn behind_blanks(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
        at += 1;
    }
    at
}

/// Returns the place behind the value that begins at `at`.
#[inline]
fn value_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string_end(text, at),
        b'{' | b'[' => nested_end(text, at),
        _ => Some(at + scalar_len(&text[at..])?),
    }
}

/// Returns the place behind the string whose quote is at `at`. A string holds
/// no newline: so no object goes beyond its line, whatever follows it.
#[inline]
pub(super) fn string_end(text: &[u8], at: usize) -> Option<usize> {
    match swar::short_string(text.get(at + 1..)?) {
        Some(len) => Some(at + len + 2),
        None => long_end::<true>(text, at + 1),
    }
}

/// As `string_end`, but `None` for a string that holds control characters, which
/// JSON does not allow.
#[inline]
pub(super) fn text_end(text: &[u8], at: usize) -> Option<usize> {
    long_end::<false>(text, at + 1)
}

#[inline(never)]
fn long_end<const CONTROLS: bool>(text: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let found = swar::first_special(text, from)?;
        match text[found] {
            b'"' => return Some(found + 1),
            b'\\' => from = found + 2,
            b'\n' => return None,
            _ if CONTROLS => from = found + 1,
            _ => return None,
        }
    }
}

/// Returns the place behind an array or an object.
#[inline(never)]
fn nested_end(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' => {
                at = string_end(text, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Returns the length of a number or a word.
#[inline]
fn scalar_len(text: &[u8]) -> Option<usize> {
    // Most numbers are short ones.
    let len = text.first_chunk().map_or(0, |bytes| swar::digits_len(*bytes) as usize);
    match text.get(len) {
        Some(b',' | b'}') if len > 0 => Some(len),
        _ => any_scalar_len(text),
    }
}

#[inline(never)]
fn any_scalar_len(text: &[u8]) -> Option<usize> {
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let len = match text.first()? {
        b'0'..=b'9' | b'-' => text.iter().take_while(is_part).count(),
        _ => 0,
    };
    let is_number = len > 0 && is_end(*text.get(len)?);
    if is_number { Some(len) } else { word_len(text) }
}

/// DuckDB prints `NaN` and `Infinity` bare.
fn word_len(text: &[u8]) -> Option<usize> {
    const WORDS: [&[u8]; 9] =
        [b"true", b"false", b"null", b"NaN", b"nan", b"Infinity", b"inf", b"-Infinity", b"-inf"];
    let len = text.iter().position(|byte| is_end(*byte))?;
    WORDS.contains(&&text[..len]).then_some(len)
}

#[inline]
fn is_end(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n')
}

/// Returns the elements of an array, up to its end or the first mistake.
pub(crate) fn elements(array: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = match array.first() {
        Some(b'[') => blanks(array, 1),
        _ => array.len(),
    };
    std::iter::from_fn(move || {
        let end = value_end(array, at)?;
        let element = &array[at..end];
        at = behind(b',', array, end).unwrap_or(array.len());
        Some(element)
    })
}
