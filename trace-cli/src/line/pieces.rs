//! What stands on a line of a file: usually one object; else another text
//! before it, several objects, or half of one.

use memchr::memmem;

use super::{
    keys::{Role, order},
    object::Line,
    order::read,
    presets::Keys,
};

/// A part of a line. Each counts as one.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// An object with a time.
    Line(&'a Line<'a>),
    /// Anything else.
    Other,
    /// The begin of an object that does not end.
    Broken,
}

/// Takes a line of a file apart, which is given without its newline.
#[inline]
pub(crate) fn pieces(text: &[u8], keys: Keys, take: &mut impl FnMut(Piece<'_>)) {
    let object = if text.first() == Some(&b'{') { read(text, keys) } else { None };
    match object {
        Some((line, end)) if end == text.len() && line.has(Role::Time) => take(Piece::Line(&line)),
        _ => slowly(text, keys, take),
    }
}

#[cold]
fn slowly(text: &[u8], keys: Keys, take: &mut impl FnMut(Piece<'_>)) {
    let text = trim(text);
    let Some(mut at) = object_begin(text) else { return take(Piece::Other) };
    let mut is_object = at == 0;
    while at < text.len() {
        let object = &text[at..];
        let Some((line, end)) = read(object, keys) else {
            // Behind words that may be anything, a brace begins an object only
            // if its key is ours.
            let is_broken = is_object || !is_text(object);
            take(if is_broken { Piece::Broken } else { Piece::Other });
            // A process may have died in a line, and the next have written on.
            let Some(next) = glued(object) else { return };
            (at, is_object) = (at + next, true);
            continue;
        };
        take(if line.has(Role::Time) { Piece::Line(&line) } else { Piece::Other });
        is_object = true;
        at += end + between(&object[end..]);
        if at < text.len() && text[at] != b'{' {
            take(Piece::Other);
            let Some(next) = glued(&text[at..]) else { return };
            at += next;
        }
    }
}

/// Returns whether a brace is rather part of a text than the begin of a line.
fn is_text(object: &[u8]) -> bool {
    !object.starts_with(order::TIMESTAMP.strip_suffix(b"\"").unwrap_or(order::TIMESTAMP))
}

/// Returns where a whole line begins inside a torn one.
fn glued(object: &[u8]) -> Option<usize> {
    memmem::find(object.get(1..)?, order::TIMESTAMP).map(|at| at + 1)
}

/// Returns where the first object begins: a brace, blanks and a quote.
fn object_begin(text: &[u8]) -> Option<usize> {
    if text.first() == Some(&b'{') {
        return Some(0);
    }
    if let Some(at) = memmem::find(text, order::TIMESTAMP) {
        return Some(at);
    }
    let is_begin = |at: &usize| {
        let behind = text[at + 1..].trim_ascii_start();
        behind.first() == Some(&b'"')
    };
    memchr::memchr_iter(b'{', text).find(is_begin)
}

/// Cuts what is no text from both ends: blanks, NULs, a byte order mark.
fn trim(text: &[u8]) -> &[u8] {
    let is_nothing = |byte: &&u8| byte.is_ascii_whitespace() || **byte == 0;
    let before = text.iter().take_while(is_nothing).count();
    let text = &text[before..];
    let behind = text.iter().rev().take_while(is_nothing).count();
    let text = &text[..text.len() - behind];
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// Returns the length of what may stand between and behind objects: blanks,
/// the signs of an array, NULs and colours.
fn between(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b',' | b']' | 0 => at += 1,
            0x1b => at += colour(&text[at..]),
            _ => break,
        }
    }
    at
}

/// Returns the length of an escape sequence that a terminal acts on.
fn colour(text: &[u8]) -> usize {
    let is_end = |byte: &u8| byte.is_ascii_alphabetic();
    text.iter().skip(1).position(is_end).map_or(1, |at| at + 2)
}
