//! Which keys are the runtime's own, and on which lines?
//!
//! A key stands once in a line, and has one type on every line: a reader such as
//! `DuckDB` or `ClickHouse` infers the types of columns from some lines, and
//! refuses the others. So a field must not be called like a key that is no text,
//! or that selects lines, anywhere; nor like any key of its own line. A field that
//! shares its key with text is written as text. Keys are compared without case,
//! as rsyslog and `DuckDB` do.
//!
//! The tables repeat those of the runtime's `line/keys.rs`; a test compares the
//! two files as text, for neither crate can name the other's constants.

/// What a line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// Something a person wrote down: `info!` and the like.
    Event,
    /// The end of one timed call: `#[timed]`.
    Step,
    /// The end of a whole request: `#[traced_handler]`.
    Request,
}

/// The runtime's own on every line: what selects lines, and what is no text.
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

/// Besides, on the lines of steps and requests; text.
const SCOPES: &[&str] = &["name", "error", "request_id_rejected", "method", "route", "path"];

/// Text on some lines of the runtime's, and nowhere reserved.
const TEXT: &[&str] = &["cause", "first_dropped", "last_dropped", "location", "host"];

/// Returns the runtime's own key that `key` would be mistaken for on a line of
/// this kind.
pub(crate) fn reserved(key: &str, kind: LineKind) -> Option<&'static str> {
    let on_scopes = if kind == LineKind::Event { &[] } else { SCOPES };
    find(key, EVERY_LINE).or_else(|| find(key, on_scopes))
}

/// Returns whether a value under `key` is written as text, whatever its type.
pub(crate) fn is_text(key: &str) -> bool {
    find(key, SCOPES).or_else(|| find(key, TEXT)).is_some()
}

fn find(key: &str, table: &[&'static str]) -> Option<&'static str> {
    table.iter().copied().find(|word| word.eq_ignore_ascii_case(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_reserved_everywhere_and_text_on_scopes_alone() {
        for (key, kinds, is_text_there) in [
            ("trace_id", [true, true, true], false),
            ("status", [true, true, true], false),
            ("Status", [true, true, true], false),
            ("error", [false, true, true], true),
            ("PATH", [false, true, true], true),
            ("cause", [false, false, false], true),
            ("user_id", [false, false, false], false),
        ] {
            let found = [LineKind::Event, LineKind::Step, LineKind::Request]
                .map(|kind| reserved(key, kind).is_some());
            assert_eq!((found, is_text(key)), (kinds, is_text_there), "{key}");
        }
    }
}
