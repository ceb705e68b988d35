//! Knows the keys that the runtime writes itself, and on which lines no field
//! may have one.
//!
//! A key stands once in a line, and has one type on every line: a reader such
//! as `DuckDB` or `ClickHouse` infers the types of columns from some lines, and
//! refuses lines that differ. So no field may have the key of a value that is
//! not text, or that lines are selected by; nor any other key of its own line.
//! A field whose key is text on other lines is written as text. Keys are
//! compared without case, as rsyslog and `DuckDB` do.
//!
//! The tables repeat those of the runtime. A test compares the two files as
//! text, because neither crate can name the other's constants.

/// The kind of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// An event: `info!` and the like.
    Event,
    /// The end of a step: `#[timed]` or `step!`.
    Step,
    /// The end of a request or a job: `#[traced_handler]`.
    Request,
}

/// Reserved on every line: what selects lines, and what is not text.
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

/// Reserved on the lines of steps and requests as well; text.
const SCOPES: &[&str] =
    &["name", "error", "detail", "request_id_rejected", "method", "route", "path"];

/// Text on some lines that the runtime writes, and reserved nowhere.
const TEXT: &[&str] = &["cause", "first_dropped", "last_dropped", "location", "host", "step"];

/// Returns the reserved key that a reader would take `key` for on a line of
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
    fn keys_of_numbers_are_reserved_everywhere_and_those_of_text_on_scopes_alone() {
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
