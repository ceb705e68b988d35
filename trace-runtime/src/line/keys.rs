//! The names of all keys, and the constant text around them.
//!
//! The order on a line: `timestamp`, `level`, `message`, `trace_id`, `span_id`,
//! `parent_span_id`, `request_id`, `w3c_trace_id`, `target`, `kind`, `name`,
//! `outcome`, `duration_ms`, `busy_ms`, `error`, `error_chain`, `slow`,
//! `steps`, `steps_dropped`, `detail`, `detail_dropped`, `request_id_rejected`,
//! `method`, `route`, `path`, `status`, `grpc_status`, `ttfb_ms`, the user's
//! fields, static fields, `file`, `line`, `truncated`.

use crate::{callsite::LineKind, json::cursor::Padded, level::Level, outcome::Outcome};

/// The time is written over the zeros from `TIMESTAMP_AT` on.
pub(crate) const TIMESTAMP_AT: usize = 14;
/// As a member behind others, which is how a line that is read back has it.
pub(crate) const LEVEL: &str = r#","level":"#;
pub(crate) const MESSAGE: &str = r#","message":"#;
pub(super) const TRACE_ID: &str = r#","trace_id":""#;
pub(super) const SPAN_ID: &str = r#","span_id":""#;
pub(super) const PARENT_ID: &str = r#","parent_span_id":""#;
/// The ids of most lines, with zeros at `TRACE_AT`, `SPAN_AT` and `PARENT_AT`.
pub(super) const IDS: &[u8; 75] =
    br#","trace_id":"00000000000000000000000000000000","span_id":"0000000000000000""#;
pub(super) const IDS_AND_PARENT: &[u8; 111] = br#","trace_id":"00000000000000000000000000000000","span_id":"0000000000000000","parent_span_id":"0000000000000000""#;
pub(super) const TRACE_AT: usize = 13;
pub(super) const SPAN_AT: usize = 58;
pub(super) const PARENT_AT: usize = 94;
pub(crate) const REQUEST_ID: &str = r#","request_id":""#;
pub(crate) const W3C_TRACE_ID: &str = r#","w3c_trace_id":""#;
pub(crate) const TARGET: &str = r#","target":"#;
pub(crate) const NAME: &str = r#","name":"#;
pub(super) const BUSY_MS: &str = r#","busy_ms":"#;
pub(super) const ERROR: &str = r#","error":"#;
pub(super) const ERROR_CHAIN: &str = r#","error_chain":"#;
pub(super) const SLOW: &str = r#","slow":true"#;
pub(crate) const REQUEST_ID_REJECTED: &str = r#","request_id_rejected":""#;
/// How many items a stream had. It is a field, so that the last value wins.
#[cfg(feature = "stream")]
pub(crate) const ITEMS: &str = r#","items":"#;
pub(super) const STEPS: &str = r#","steps":[{"#;
pub(super) const STEPS_DROPPED: &str = r#","steps_dropped":"#;
pub(super) const DETAIL_DISCARDED: &str = r#","detail":"discarded""#;
pub(super) const DETAIL_DROPPED: &str = r#","detail":"dropped""#;
pub(super) const LINES_OF_DETAIL_DROPPED: &str = r#","detail_dropped":"#;
pub(super) const COUNT: &str = r#","count":"#;
pub(super) const TOTAL_MS: &str = r#","total_ms":"#;
/// The count and the key of the time of a step that was called once.
pub(super) const ONE_TOTAL_MS: &str = r#","count":1,"total_ms":"#;
/// The same with room for what follows: the time three times.
pub(super) const ONE_CALL: Padded<96> = Padded::new(ONE_TOTAL_MS);
/// What follows each of the three times.
pub(super) const AFTER_TIMES: [Padded<16>; 3] =
    [Padded::new(SELF_MS), Padded::new(MAX_MS), Padded::new(NO_ERRORS_END)];
/// How long all of these are together.
pub(super) const ONE_CALL_LEN: usize =
    ONE_TOTAL_MS.len() + SELF_MS.len() + MAX_MS.len() + NO_ERRORS_END.len();
pub(super) const SELF_MS: &str = r#","self_ms":"#;
pub(super) const MAX_MS: &str = r#","max_ms":"#;
pub(super) const ERRORS: &str = r#","errors":"#;
pub(super) const NO_ERRORS: &str = r#","errors":0"#;
pub(super) const NO_ERRORS_END: &str = r#","errors":0}"#;
pub(super) const CANCELLED: &str = r#","cancelled":"#;
pub(crate) const METHOD: &str = r#","method":"#;
pub(crate) const ROUTE: &str = r#","route":"#;
pub(crate) const PATH: &str = r#","path":"#;
/// The host of a call to another service, on the line of the call's step.
pub(crate) const HOST: &str = r#","host":"#;
/// Its port, directly behind it, if it is not the scheme's own.
pub(crate) const PORT: &str = r#","port":"#;
pub(crate) const STATUS: &str = r#","status":"#;
pub(crate) const GRPC_STATUS: &str = r#","grpc_status":"#;
pub(super) const TTFB_MS: &str = r#","ttfb_ms":"#;
pub(crate) const FILE: &str = r#","file":"#;
pub(crate) const LINE: &str = r#","line":"#;
pub(crate) const TRUNCATED: &str = r#","truncated":"#;
pub(super) const TRUNCATED_END: &str = ",\"truncated\":true}\n";

/// The keys of the runtime's own events. The callsite adds the text around
/// them.
pub(crate) mod event {
    pub(crate) const CAUSE: &str = "cause";
    pub(crate) const ERROR: &str = "error";
    pub(crate) const FIRST_DROPPED: &str = "first_dropped";
    pub(crate) const LAST_DROPPED: &str = "last_dropped";
    pub(crate) const LINES_DROPPED: &str = "lines_dropped";
    pub(crate) const OBSERVER: &str = "observer";
    pub(crate) const LOCATION: &str = "location";
    pub(crate) const THREAD: &str = "thread";

    /// Of a request that is still running.
    pub(crate) const AGE_MS: &str = "age_ms";
    pub(crate) const STEP: &str = "step";
    pub(crate) const STEP_AGE_MS: &str = "step_age_ms";

    /// Those of a request's line that the lines and pages of open requests have,
    /// too.
    pub(crate) const TRACE_ID: &str = "trace_id";
    pub(crate) const SPAN_ID: &str = "span_id";
    pub(crate) const REQUEST_ID: &str = "request_id";
    pub(crate) const TARGET: &str = "target";
    pub(crate) const KIND: &str = "kind";
    pub(crate) const NAME: &str = "name";
    pub(crate) const METHOD: &str = "method";
    pub(crate) const ROUTE: &str = "route";
    pub(crate) const PATH: &str = "path";
    pub(crate) const STATUS: &str = "status";
    pub(crate) const STEPS: &str = "steps";
    /// The target of the line about a panic.
    pub(crate) const PANIC_TARGET: &str = "trace_runtime::panic";

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

/// Returns the head of a line for each level, and the text after it, in one
/// text ("one copy" in `speed-notes.md`).
macro_rules! heads {
    ($after:literal) => {
        heads!(@ $after, "TRACE" "DEBUG" "INFO" "WARN" "ERROR")
    };
    (@ $after:literal, $($level:literal)*) => {
        [$(Padded::new(concat!(
            r#"{"timestamp":"0000-00-00T00:00:00.000000Z","level":""#, $level, "\"", $after,
        ))),*]
    };
}

/// The head of an event's line, up to its level.
#[inline]
pub(super) fn event(level: Level) -> &'static Padded<64> {
    static HEADS: [Padded<64>; 5] = heads!("");
    at(&HEADS, level)
}

/// The head of the line of a request or step, with its message.
#[inline]
pub(super) fn closing(level: Level, kind: LineKind) -> &'static Padded<96> {
    static REQUEST: [Padded<96>; 5] = heads!(",\"message\":\"Request processed\"");
    static JOB: [Padded<96>; 5] = heads!(",\"message\":\"Job finished\"");
    static STEP: [Padded<96>; 5] = heads!(",\"message\":\"Step finished\"");
    match kind {
        LineKind::Request => at(&REQUEST, level),
        LineKind::Job => at(&JOB, level),
        LineKind::Step | LineKind::Event => at(&STEP, level),
    }
}

/// Returns the item of a level.
#[inline]
pub(super) fn at<T>(of_levels: &[T; 5], level: Level) -> &T {
    let [trace, debug, info, warn, error] = of_levels;
    match level {
        Level::Trace => trace,
        Level::Debug => debug,
        Level::Info => info,
        Level::Warn => warn,
        Level::Error => error,
    }
}

/// The kind of a scope. A stream has a kind of its own, because its client
/// decides how long it takes.
#[inline]
pub(super) fn kind(kind: LineKind, is_stream: bool) -> &'static Padded<32> {
    static STREAM: Padded<32> = Padded::new(r#","kind":"stream""#);
    static REQUEST: Padded<32> = Padded::new(r#","kind":"request""#);
    static JOB: Padded<32> = Padded::new(r#","kind":"job""#);
    static STEP: Padded<32> = Padded::new(r#","kind":"step""#);
    match kind {
        _ if is_stream => &STREAM,
        LineKind::Request => &REQUEST,
        LineKind::Job => &JOB,
        LineKind::Step | LineKind::Event => &STEP,
    }
}

/// The outcome and the key of the duration, which always follows.
#[inline]
pub(super) fn outcome(outcome: Outcome) -> &'static Padded<48> {
    static OK: Padded<48> = Padded::new(r#","outcome":"ok","duration_ms":"#);
    static ERROR: Padded<48> = Padded::new(r#","outcome":"error","duration_ms":"#);
    static CANCELLED: Padded<48> = Padded::new(r#","outcome":"cancelled","duration_ms":"#);
    static PANICKED: Padded<48> = Padded::new(r#","outcome":"panicked","duration_ms":"#);
    match outcome {
        Outcome::Ok => &OK,
        Outcome::Error => &ERROR,
        Outcome::Cancelled => &CANCELLED,
        Outcome::Panicked => &PANICKED,
    }
}
