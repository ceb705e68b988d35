//! The reserved keys, and how a field with a reserved key is renamed.

use std::borrow::Cow;

use crate::callsite::LineKind;

/// Keys that are reserved on every line, ignoring case. They select lines, or
/// their values are not text, and a key has one type on every line.
const EVERY_LINE: &[&str] = &[
    "timestamp",
    "level",
    "message",
    "trace_id",
    "span_id",
    "parent_span_id",
    "request_id",
    "w3c_trace_id",
    "target",
    "kind",
    "outcome",
    "duration_ms",
    "busy_ms",
    "error_chain",
    "slow",
    "steps",
    "steps_dropped",
    "detail_dropped",
    "status",
    "grpc_status",
    "ttfb_ms",
    "lines_dropped",
    "dropped_trace",
    "dropped_debug",
    "dropped_info",
    "dropped_warn",
    "dropped_error",
    "file",
    "line",
    "truncated",
];

/// Keys that are also reserved on the lines of steps and requests. They are
/// text.
const SCOPES: &[&str] =
    &["name", "error", "detail", "request_id_rejected", "method", "route", "path"];

/// Keys that are text on some of the runtime's own lines, but are not reserved.
const TEXT: &[&str] = &["cause", "first_dropped", "last_dropped", "location", "host", "step"];

/// For each first letter, a bit for each length of the words above.
const LENGTHS: [u32; 26] = lengths();

const fn lengths() -> [u32; 26] {
    let (mut lengths, mut at) = ([0; 26], 0);
    while at < EVERY_LINE.len() + SCOPES.len() {
        let word = if at < EVERY_LINE.len() {
            EVERY_LINE[at].as_bytes()
        } else {
            SCOPES[at - EVERY_LINE.len()].as_bytes()
        };
        lengths[(word[0] - b'a') as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
}

/// Returns whether a key may be one of the words: most keys are compared with
/// none of them.
fn may_be_reserved(key: &str) -> bool {
    let first = key.bytes().next().unwrap_or_default().to_ascii_lowercase();
    let lengths = LENGTHS.get(usize::from(first.wrapping_sub(b'a')));
    key.len() < 32 && lengths.is_some_and(|lengths| lengths >> key.len() & 1 == 1)
}

/// Returns whether a key is reserved on lines of a kind.
pub(crate) fn is_reserved(key: &str, kind: LineKind) -> bool {
    may_be_reserved(key) && is_among_words(key, kind)
}

fn is_among_words(key: &str, kind: LineKind) -> bool {
    is_one_of(key, EVERY_LINE) || kind != LineKind::Event && is_one_of(key, SCOPES)
}

/// Returns whether a value under this key is written as text, whatever its
/// type.
pub(crate) fn is_text(key: &str) -> bool {
    may_be_reserved(key) && is_one_of(key, SCOPES) || is_one_of(key, TEXT)
}

fn is_one_of(key: &str, table: &[&str]) -> bool {
    table.iter().any(|word| word.eq_ignore_ascii_case(key))
}

/// Returns `name`, or `field.<name>` if the name is reserved or among `taken`,
/// ignoring case. The prefix is repeated as long as that is the case.
pub(super) fn free_name<'a>(kind: LineKind, name: &'a str, taken: &[Cow<'_, str>]) -> Cow<'a, str> {
    let mut free = Cow::Borrowed(name);
    while is_reserved(&free, kind) || taken.iter().any(|it| it.eq_ignore_ascii_case(&free)) {
        free = Cow::Owned(format!("field.{free}"));
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_are_reserved_in_any_case_and_no_others() {
        for word in EVERY_LINE.iter().chain(SCOPES) {
            assert!(is_reserved(&word.to_ascii_uppercase(), LineKind::Step), "{word}");
        }
        for word in ["", "user_id", "levels", "lever", "é", "0", "field.level"] {
            assert!(!is_reserved(word, LineKind::Step), "{word}");
        }
    }
}
