//! Which keys does the runtime write itself, on which kind of line?
//!
//! A key stands once in a line, so a field must not be called like one of
//! these. The tables repeat what the runtime's `line.rs` writes; a test compares
//! the two files as text, for neither crate can name the other's constants.

/// What a line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something a person wrote down: `info!` and the like.
    Event,
    /// The end of one timed call: `#[timed]`.
    Step,
    /// The end of a whole request: `#[traced_handler]`.
    Request,
}

/// On every line.
pub(crate) const EVENT: &[&str] = &[
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
    "file",
    "line",
    "truncated",
];

/// Besides, on the line of a step.
pub(crate) const STEP: &[&str] =
    &["name", "outcome", "duration_ms", "busy_ms", "error", "error_chain", "slow"];

/// Besides, on the line of a request.
pub(crate) const REQUEST: &[&str] = &[
    "steps",
    "steps_dropped",
    "request_id_rejected",
    "detail_dropped",
    "method",
    "route",
    "path",
    "status",
    "grpc_status",
    "ttfb_ms",
    "lines_dropped",
];

/// Whether the runtime writes `key` itself on a line of this kind.
pub(crate) fn is_reserved(key: &str, kind: Kind) -> bool {
    let tables: &[&[&str]] = match kind {
        Kind::Event => &[EVENT],
        Kind::Step => &[EVENT, STEP],
        Kind::Request => &[EVENT, STEP, REQUEST],
    };
    tables.iter().any(|table| table.contains(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_line_reserves_what_the_simpler_ones_do() {
        for (key, kinds) in [
            ("trace_id", [true, true, true]),
            ("error", [false, true, true]),
            ("status", [false, false, true]),
            ("user_id", [false, false, false]),
        ] {
            let found = [Kind::Event, Kind::Step, Kind::Request].map(|kind| is_reserved(key, kind));
            assert_eq!(found, kinds, "{key}");
        }
    }
}
