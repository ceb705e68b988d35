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
        Next::Member { key, value, after } => {
            at = after;
            Some(Member { key: &object[key.0..key.1], value: &object[value.0..value.1] })
        }
        Next::End(_) => None,
    })
}

/// What stands at a place between the members of an object.
pub(super) enum Next {
    Member {
        key: (usize, usize),
        value: (usize, usize),
        after: usize,
    },
    /// The object ends before this place.
    End(usize),
}

/// Reads the member that begins at `at`, where its quote or the object's end
/// is expected. Returns `None` if there is neither.
#[inline]
pub(super) fn next(text: &[u8], at: usize) -> Option<Next> {
    match text.get(at)? {
        b'"' => {
            let key_end = string_end(text, at)?;
            let colon = blanks(text, key_end);
            if *text.get(colon)? != b':' {
                return None;
            }
            let begin = blanks(text, colon + 1);
            let end = value_end(text, begin)?;
            let after = behind_comma(text, end)?;
            Some(Next::Member { key: (at + 1, key_end - 1), value: (begin, end), after })
        }
        b'}' => Some(Next::End(at + 1)),
        _ => None,
    }
}

/// Returns where the next member, or the object's end, begins.
#[inline]
fn behind_comma(text: &[u8], end: usize) -> Option<usize> {
    let at = blanks(text, end);
    match text.get(at)? {
        b',' => {
            let next = blanks(text, at + 1);
            (*text.get(next)? == b'"').then_some(next)
        }
        b'}' => Some(at),
        _ => None,
    }
}

/// Returns the first place from `at` on that is no blank.
#[inline]
pub(super) fn blanks(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
        at += 1;
    }
    at
}

/// Returns the place behind the value that begins at `at`.
#[inline]
pub(super) fn value_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string_end(text, at),
        b'{' | b'[' => nested_end(text, at),
        _ => scalar_end(text, at),
    }
}

/// Returns the place behind the string whose quote is at `at`. A string holds
/// no newline: so no object goes beyond its line, whatever follows it.
#[inline]
pub(super) fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let inner = text.get(at + 1..)?;
    match swar::short_string(inner) {
        Some(len) => Some(at + len + 2),
        None => long_string_end(text, at + 1),
    }
}

#[inline(never)]
fn long_string_end(text: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let found = swar::first_special(text, from)?;
        match text[found] {
            b'"' => return Some(found + 1),
            b'\n' => return None,
            b'\\' => from = found + 2,
            _ => from = found + 1,
        }
    }
}

/// Returns the place behind an array or an object.
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

/// Returns the place behind a number or a word.
#[inline]
fn scalar_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let len = match rest.first()? {
        b'0'..=b'9' | b'-' => rest.iter().take_while(is_part).count(),
        _ => 0,
    };
    let is_number = len > 0 && is_end(*rest.get(len)?);
    if is_number { Some(at + len) } else { word_end(rest).map(|len| at + len) }
}

/// DuckDB prints `NaN` and `Infinity` bare.
fn word_end(rest: &[u8]) -> Option<usize> {
    let word = &rest[..rest.iter().position(|byte| is_end(*byte))?];
    let words: [&[u8]; 9] =
        [b"true", b"false", b"null", b"NaN", b"nan", b"Infinity", b"inf", b"-Infinity", b"-inf"];
    words.contains(&word).then_some(word.len())
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
        let behind = blanks(array, end);
        at = match array.get(behind) {
            Some(b',') => blanks(array, behind + 1),
            _ => array.len(),
        };
        Some(element)
    })
}
