//! Decides under which key a field stands in a format.
//!
//! A field keeps its key, unless the format has another name for it, or a
//! meaning of its own for the key. Where fields are labels, those that the
//! schema knows are none.
//!
//! Two keys of one line never become one: what is renamed is `field.<key>`, and
//! so is what looks like that. The keys of labels lose their dots, and may
//! become one then; they are called odd, and compared with the keys before.

#![expect(clippy::inline_always, reason = "so that the tables are constant")]

use std::borrow::Cow;

use super::{
    ecs_fields,
    table::{Facts, Fields, PREFIX},
};
use crate::{
    callsite::LineKind,
    json::{cursor::Cursor, string::Escaper, unescape},
};

/// The key of a label, up to its name.
pub(super) const LABELS: &str = ",\"labels.";

/// How a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Same,
    /// Under a name of the format's.
    Known(&'static str),
    /// As `field.<key>`.
    Renamed,
    /// As `labels.<key>`.
    Label,
    /// As `labels.<key>`, with other characters in it.
    OddLabel,
}

impl Spelling {
    /// How the keys are written that nothing is special about.
    #[inline(always)]
    pub(super) fn usual(fields: &Fields) -> Self {
        if fields.keys.are_labels { Self::Label } else { Self::Same }
    }

    /// Returns whether it is the key of a label.
    #[inline]
    pub(super) fn is_label(&self) -> bool {
        matches!(self, Self::Label | Self::OddLabel)
    }

    /// Returns `key`, which is JSON with comma and colon, as it is written, and
    /// whether another key may be written so, too.
    pub(super) fn key<'a>(&self, key: &'a [u8]) -> (Cow<'a, [u8]>, bool) {
        let inside = key.get(2..).unwrap_or_default();
        match self {
            Self::Same => (Cow::Borrowed(key), false),
            Self::Known(name) => (Cow::Owned([b",\"", name.as_bytes(), b"\":"].concat()), false),
            Self::Renamed => (Cow::Owned([b",\"", PREFIX.as_bytes(), inside].concat()), false),
            Self::Label => (Cow::Owned([LABELS.as_bytes(), inside].concat()), false),
            Self::OddLabel => (Cow::Owned(odd_label(name_of(key))), true),
        }
    }
}

/// Returns the key of a label whose name has characters that none may have.
fn odd_label(name: &[u8]) -> Vec<u8> {
    let (mut plain, mut to) = (Vec::new(), Cursor::default());
    unescape::push(&mut plain, &String::from_utf8_lossy(name));
    let name = String::from_utf8_lossy(&plain);
    let name = name.strip_prefix("labels.").unwrap_or(&name).replace(['.', '*', '\\'], "_");
    to.put(LABELS.as_bytes());
    Escaper::new(&mut to, usize::MAX / 2).push(&name);
    to.put(b"\":");
    to.text().to_vec()
}

/// Returns a key with a prefix, for one that is taken.
pub(super) fn again(key: &[u8]) -> Vec<u8> {
    match key.strip_prefix(LABELS.as_bytes()) {
        Some(label) => [LABELS.as_bytes(), b"field_", label].concat(),
        None => [b",\"", PREFIX.as_bytes(), key.get(2..).unwrap_or_default()].concat(),
    }
}

/// Returns how a key, which is JSON with comma and colon, is written on the
/// line of a kind, which has these facts among its fields.
#[inline(always)]
pub(super) fn spelling(fields: &Fields, key: &[u8], kind: LineKind, facts: Facts) -> Spelling {
    let name = name_of(key);
    if fields.may_be_special(name) || !facts.is_empty() {
        special(fields, key, kind, facts)
    } else if fields.keys.are_labels {
        label(key)
    } else {
        Spelling::Same
    }
}

/// The same for a key of a callsite that is not plain.
#[inline(never)]
pub(super) fn spelling_of_value(fields: &Fields, key: &str, kind: LineKind) -> Spelling {
    spelling(fields, key.as_bytes(), kind, &[])
}

/// Returns the name in `,"name":`.
#[inline(always)]
fn name_of(key: &[u8]) -> &[u8] {
    key.get(2..key.len().saturating_sub(2)).unwrap_or_default()
}

/// Returns how a key is written where fields are labels.
#[inline(always)]
fn label(key: &[u8]) -> Spelling {
    if is_plain(key) { Spelling::Label } else { odd(name_of(key)) }
}

/// Returns whether the name in a key has none of the characters that the key of
/// a label may not have. Most keys are looked at as two words.
#[inline(always)]
fn is_plain(key: &[u8]) -> bool {
    match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        (Some(first), Some(last)) if key.len() <= 16 => {
            is_plain_word(*first) && is_plain_word(*last)
        }
        _ => !key.iter().any(|byte| matches!(byte, b'.' | b'*' | b'\\')),
    }
}

#[inline(always)]
fn is_plain_word(word: [u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_ne_bytes(word);
    let equal = |byte: u8| {
        let differs = word ^ (ONES * u64::from(byte));
        differs.wrapping_sub(ONES) & !differs
    };
    (equal(b'.') | equal(b'*') | equal(b'\\')) & (ONES << 7) == 0
}

#[cold]
fn odd(name: &[u8]) -> Spelling {
    let is_known = std::str::from_utf8(name).is_ok_and(ecs_fields::contains);
    if is_known { Spelling::Same } else { Spelling::OddLabel }
}

#[cold]
fn special(fields: &Fields, key: &[u8], kind: LineKind, facts: Facts) -> Spelling {
    let name = name_of(key);
    let find = |table: Facts| {
        table.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name)).map(|it| it.1)
    };
    if let Some(known) = find(facts).or_else(|| find(fields.keys.known)) {
        return Spelling::Known(known);
    }
    let plain = unprefixed(name);
    let is_taken = fields.is_taken(plain, kind) || is_name_of(facts, plain);
    match (is_taken, fields.keys.are_labels) {
        (true, true) => Spelling::OddLabel,
        (true, false) => Spelling::Renamed,
        (false, true) if ecs_fields::contains(&String::from_utf8_lossy(name)) => Spelling::Same,
        (false, true) => label(key),
        (false, false) => Spelling::Same,
    }
}

/// Returns how the key of a static field is written, which stands on lines of all
/// kinds.
pub(super) fn spelling_of_static(fields: &Fields, key: &[u8]) -> Spelling {
    let plain = unprefixed(name_of(key));
    let is_taken = [fields.keys.of_calls, fields.keys.of_open]
        .into_iter()
        .any(|facts| is_name_of(facts, plain));
    match (is_taken, fields.keys.are_labels) {
        (false, _) => spelling(fields, key, LineKind::Request, &[]),
        (true, true) => Spelling::OddLabel,
        (true, false) => Spelling::Renamed,
    }
}

/// Returns whether the format has this name for one of the facts.
fn is_name_of(facts: Facts, name: &[u8]) -> bool {
    facts.iter().any(|(own, known)| own != known && known.as_bytes().eq_ignore_ascii_case(name))
}

/// Returns a name without any `field.` before it.
fn unprefixed(mut name: &[u8]) -> &[u8] {
    let prefix = PREFIX.as_bytes();
    while name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
        name = &name[prefix.len()..];
    }
    name
}

impl Fields {
    /// Returns whether the format writes this key itself on lines of a kind, or
    /// has a meaning for it.
    fn is_taken(&self, name: &[u8], kind: LineKind) -> bool {
        let is_in =
            |table: &[&str]| table.iter().any(|it| it.as_bytes().eq_ignore_ascii_case(name));
        is_in(self.keys.every_line) || kind != LineKind::Event && is_in(self.keys.scopes)
    }

    /// Returns whether a name may be in one of the tables: most names are
    /// compared with none of them.
    #[inline(always)]
    fn may_be_special(&self, name: &[u8]) -> bool {
        let first = usize::from(name.first().copied().unwrap_or_default() & 31);
        name.len() > 63 || self.lengths[first] >> name.len() & 1 == 1
    }
}
