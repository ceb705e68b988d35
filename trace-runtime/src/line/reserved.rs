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
const SCOPES: &[&str] = &["name", "error", "request_id_rejected", "method", "route", "path"];

/// Keys that are text on some of the runtime's own lines, but are not reserved.
const TEXT: &[&str] = &["cause", "first_dropped", "last_dropped", "location", "host"];

/// Returns whether a key is reserved on lines of a kind.
pub(crate) fn is_reserved(key: &str, kind: LineKind) -> bool {
    is_one_of(key, EVERY_LINE) || kind != LineKind::Event && is_one_of(key, SCOPES)
}

/// Returns whether a value under this key is written as text, whatever its
/// type.
pub(crate) fn is_text(key: &str) -> bool {
    is_one_of(key, SCOPES) || is_one_of(key, TEXT)
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
