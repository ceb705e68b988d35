//! The names of all keys, and the constant text around them.
//!
//! The order on a line: `timestamp`, `level`, `message`, `trace_id`, `span_id`,
//! `parent_span_id`, `request_id`, `w3c_trace_id`, `target`, `kind`, `name`,
//! `outcome`, `duration_ms`, `busy_ms`, `error`, `error_chain`, `slow`,
//! `steps`, `steps_dropped`, `request_id_rejected`, `method`, `route`, `path`,
//! `status`, `grpc_status`, `ttfb_ms`, the user's fields, static fields,
//! `file`, `line`, `truncated`.

use crate::{callsite::LineKind, level::Level, outcome::Outcome};

/// The time is written over the zeros from `TIMESTAMP_AT` on.
pub(super) const TIMESTAMP: &[u8; 42] = br#"{"timestamp":"0000-00-00T00:00:00.000000Z""#;
pub(super) const TIMESTAMP_AT: usize = 14;
pub(super) const MESSAGE: &str = r#","message":"#;
pub(super) const TRACE_ID: &str = r#","trace_id":""#;
/// The end of a trace id, with zeros at `SPAN_AT` and `PARENT_AT` for the
/// digits of spans.
pub(super) const SPAN: &[u8] = br#"","span_id":"0000000000000000""#;
pub(super) const SPAN_AND_PARENT: &[u8] =
    br#"","span_id":"0000000000000000","parent_span_id":"0000000000000000""#;
pub(super) const SPAN_AT: usize = 13;
pub(super) const PARENT_AT: usize = 49;
pub(super) const REQUEST_ID: &str = r#","request_id":""#;
pub(super) const W3C_TRACE_ID: &str = r#","w3c_trace_id":""#;
pub(super) const TARGET: &str = r#","target":"#;
pub(super) const NAME: &str = r#","name":"#;
pub(super) const BUSY_MS: &str = r#","busy_ms":"#;
pub(super) const ERROR: &str = r#","error":"#;
pub(super) const ERROR_CHAIN: &str = r#","error_chain":"#;
pub(super) const SLOW: &str = r#","slow":true"#;
pub(super) const REQUEST_ID_REJECTED: &str = r#","request_id_rejected":""#;
/// How many items a stream had. It is a field, so that the last value wins.
#[cfg(feature = "stream")]
pub(crate) const ITEMS: &str = r#","items":"#;
pub(super) const STEPS: &str = r#","steps":["#;
pub(super) const STEPS_DROPPED: &str = r#","steps_dropped":"#;
pub(super) const COUNT: &str = r#","count":"#;
pub(super) const TOTAL_MS: &str = r#","total_ms":"#;
pub(super) const SELF_MS: &str = r#","self_ms":"#;
pub(super) const MAX_MS: &str = r#","max_ms":"#;
pub(super) const ERRORS: &str = r#","errors":"#;
pub(super) const NO_ERRORS: &str = r#","errors":0"#;
pub(super) const CANCELLED: &str = r#","cancelled":"#;
pub(crate) const METHOD: &str = r#","method":"#;
pub(super) const ROUTE: &str = r#","route":"#;
pub(super) const PATH: &str = r#","path":"#;
/// The host of a call to another service, on the line of the call's step.
pub(crate) const HOST: &str = r#","host":"#;
pub(crate) const STATUS: &str = r#","status":"#;
pub(crate) const GRPC_STATUS: &str = r#","grpc_status":"#;
pub(super) const TTFB_MS: &str = r#","ttfb_ms":"#;
pub(super) const FILE: &str = r#","file":"#;
pub(super) const LINE: &str = r#","line":"#;
pub(super) const TRUNCATED_END: &str = ",\"truncated\":true}\n";

/// The keys of the runtime's own events. The callsite adds the text around
/// them.
pub(crate) mod event {
    pub(crate) const CAUSE: &str = "cause";
    pub(crate) const ERROR: &str = "error";
    pub(crate) const FIRST_DROPPED: &str = "first_dropped";
    pub(crate) const LAST_DROPPED: &str = "last_dropped";
    pub(crate) const LINES_DROPPED: &str = "lines_dropped";
    pub(crate) const LOCATION: &str = "location";
    pub(crate) const THREAD: &str = "thread";

    /// How many of the dropped lines had each level.
    pub(crate) const DROPPED_TRACE: &str = "dropped_trace";
    pub(crate) const DROPPED_DEBUG: &str = "dropped_debug";
    pub(crate) const DROPPED_INFO: &str = "dropped_info";
    pub(crate) const DROPPED_WARN: &str = "dropped_warn";
    pub(crate) const DROPPED_ERROR: &str = "dropped_error";
}

/// The most bytes of a name, a target, a file or a key.
pub(crate) const MOST_NAME: usize = 256;

/// The most bytes of a member whose value is a name.
pub(super) const MOST_MEMBER: usize = MOST_NAME + 1;

/// The most bytes of `file` and `line` together.
pub(super) const MOST_LOCATION: usize = FILE.len() + MOST_NAME + 2 + LINE.len() + 10;

pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Trace => r#","level":"TRACE""#,
        Level::Debug => r#","level":"DEBUG""#,
        Level::Info => r#","level":"INFO""#,
        Level::Warn => r#","level":"WARN""#,
        Level::Error => r#","level":"ERROR""#,
    }
}

/// The level and the message on the line of a request or step, in one text
/// ("one copy" in `docs/speed-notes.md`).
pub(super) const fn closing(level: Level, kind: LineKind) -> &'static str {
    macro_rules! closing {
        ($level:literal) => {
            match kind {
                LineKind::Request => {
                    concat!(",\"level\":\"", $level, "\",\"message\":\"Request processed\"")
                }
                LineKind::Job => {
                    concat!(",\"level\":\"", $level, "\",\"message\":\"Job finished\"")
                }
                LineKind::Step | LineKind::Event => {
                    concat!(",\"level\":\"", $level, "\",\"message\":\"Step finished\"")
                }
            }
        };
    }
    match level {
        Level::Trace => closing!("TRACE"),
        Level::Debug => closing!("DEBUG"),
        Level::Info => closing!("INFO"),
        Level::Warn => closing!("WARN"),
        Level::Error => closing!("ERROR"),
    }
}

/// Replaces the kind of a request whose client decides how long it takes.
pub(super) const KIND_STREAM: &str = r#","kind":"stream""#;

pub(super) const fn kind(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Request => r#","kind":"request""#,
        LineKind::Job => r#","kind":"job""#,
        LineKind::Step | LineKind::Event => r#","kind":"step""#,
    }
}

/// The outcome and the key of the duration, which always follows.
pub(super) const fn outcome(ending: Outcome) -> &'static str {
    match ending {
        Outcome::Ok => r#","outcome":"ok","duration_ms":"#,
        Outcome::Error => r#","outcome":"error","duration_ms":"#,
        Outcome::Cancelled => r#","outcome":"cancelled","duration_ms":"#,
        Outcome::Panicked => r#","outcome":"panicked","duration_ms":"#,
    }
}
