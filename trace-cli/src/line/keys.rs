//! The names of the runtime's keys, in the order of its lines, and what they
//! stand for. Those of other producers are in `presets.rs`.

/// What a value on a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Role {
    Time,
    Level,
    Message,
    Trace,
    Span,
    Parent,
    RequestId,
    W3cTrace,
    Target,
    Kind,
    Name,
    Outcome,
    /// Milliseconds.
    Duration,
    Busy,
    Error,
    Chain,
    Slow,
    Steps,
    Method,
    Route,
    Path,
    Status,
    Service,
    Truncated,
    /// Nanoseconds: `event.duration` of ECS.
    DurationNs,
    /// Seconds with a unit: `0.030125s` of Google Cloud.
    Latency,
    /// Decimal digits, or 32 of an id as it is: `dd.trace_id`.
    TraceDecimal,
    SpanDecimal,
    ParentDecimal,
    /// The span of the request: `transaction.id` of ECS.
    Transaction,
    /// How it ended in fewer words than the runtime's: `event.outcome` of ECS.
    RoughOutcome,
    /// Nanoseconds.
    BusyNs,
    /// The host and the port of a call, where they have keys of their own.
    Host,
    Port,
}

/// How many roles there are.
pub(crate) const ROLES: usize = Role::Port as usize + 1;

/// Returns the role of a key that the runtime writes.
#[inline]
pub(crate) fn native(key: &[u8]) -> Option<Role> {
    Some(match key.len() {
        4 => match key {
            b"kind" => Role::Kind,
            b"name" => Role::Name,
            b"path" => Role::Path,
            b"slow" => Role::Slow,
            _ => return None,
        },
        5 => match key {
            b"error" => Role::Error,
            b"level" => Role::Level,
            b"route" => Role::Route,
            b"steps" => Role::Steps,
            _ => return None,
        },
        6 => match key {
            b"method" => Role::Method,
            b"status" => Role::Status,
            b"target" => Role::Target,
            _ => return None,
        },
        7 => match key {
            b"busy_ms" => Role::Busy,
            b"message" => Role::Message,
            b"outcome" => Role::Outcome,
            b"service" => Role::Service,
            b"span_id" => Role::Span,
            _ => return None,
        },
        _ => return longer(key),
    })
}

fn longer(key: &[u8]) -> Option<Role> {
    Some(match key {
        b"trace_id" => Role::Trace,
        b"timestamp" => Role::Time,
        b"truncated" => Role::Truncated,
        b"request_id" => Role::RequestId,
        b"error_chain" => Role::Chain,
        b"duration_ms" => Role::Duration,
        b"w3c_trace_id" => Role::W3cTrace,
        b"parent_span_id" => Role::Parent,
        _ => return None,
    })
}

/// The host and the port of a call to another service.
pub(super) const HOST: &str = "host";
pub(super) const PORT: &str = "port";

/// The keys of an entry of `steps`.
pub(crate) mod listed {
    pub(crate) const NAME: &[u8] = b"name";
    pub(crate) const COUNT: &[u8] = b"count";
    pub(crate) const TOTAL: &[u8] = b"total_ms";
    pub(crate) const LONGEST: &[u8] = b"max_ms";
    pub(crate) const ERRORS: &[u8] = b"errors";
    /// The same in nanoseconds.
    pub(crate) const TOTAL_NS: &[u8] = b"total_ns";
    pub(crate) const LONGEST_NS: &[u8] = b"max_ns";
}

/// What stands before the last value of an entry of `steps`.
pub(crate) const ENTRY_END: &[u8] = b"\"errors\":";

/// The end of the key that only the runtime's report of lost lines has.
pub(crate) const DROPPED: &[u8] = b"lines_dropped\":";

/// The keys of that report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dropped {
    Count,
    Cause,
    First,
    Last,
}

/// Returns what a key of the report of lost lines says.
pub(crate) fn dropped(key: &[u8]) -> Option<Dropped> {
    Some(match key {
        b"lines_dropped" => Dropped::Count,
        b"cause" => Dropped::Cause,
        b"first_dropped" => Dropped::First,
        b"last_dropped" => Dropped::Last,
        _ => return None,
    })
}

/// What a line of the runtime begins with.
pub(crate) const OBJECT_BEGIN: &[u8] = order::TIMESTAMP;

/// The keys by which events of traces are known: they have the first three, and
/// not the others.
pub(crate) const TRACE_ID: &[u8] = order::TRACE_ID;
pub(crate) const SPAN_ID: &[u8] = order::SPAN_ID;
pub(crate) const TARGET: &[u8] = order::TARGET;
pub(crate) const KIND: &[u8] = b"\"kind\"";
pub(crate) const DURATION: &[u8] = b"\"duration_ms\"";

/// What a line is about, by the time, the level and the message that it begins
/// with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// A step that went well.
    Step,
    /// A request that went well.
    Request,
    /// Anything else that the runtime writes.
    Native,
    Other,
}

/// Where the comma before the level stands.
const LEVEL_AT: usize = order::TIMESTAMP.len() + "2026-11-22T03:00:09.143456Z\"".len();

/// Returns what a line begins as.
#[inline]
pub(crate) fn head(text: &[u8]) -> Head {
    const MESSAGE_AT: usize = LEVEL_AT + br#","level":"INFO","message":""#.len();
    let Some(level) = text.get(LEVEL_AT..) else { return Head::Other };
    if text.first_chunk() != Some(order::TIMESTAMP) {
        return Head::Other;
    }
    // A few bytes say which it may be: which of them comes next, nothing does.
    match text.get(MESSAGE_AT..).and_then(<[u8]>::first_chunk) {
        Some(b"Step fin") if level.first_chunk() == Some(order::STEP) => Head::Step,
        Some(b"Request ") if level.first_chunk() == Some(order::REQUEST) => Head::Request,
        _ if level.first_chunk() == Some(order::LEVEL) => Head::Native,
        _ => Head::Other,
    }
}

/// The constants of a line in the order of the runtime, for the walk.
pub(super) mod order {
    pub(crate) const TIMESTAMP: &[u8; 14] = br#"{"timestamp":""#;
    pub(crate) const LEVEL: &[u8; 10] = br#","level":""#;
    pub(crate) const MESSAGE: &[u8; 12] = br#","message":""#;
    /// What most lines begin with behind their time.
    pub(crate) const STEP: &[u8; 41] = br#","level":"INFO","message":"Step finished""#;
    pub(crate) const REQUEST: &[u8; 45] = br#","level":"INFO","message":"Request processed""#;
    pub(crate) const TRACE_ID: &[u8; 13] = br#","trace_id":""#;
    pub(crate) const SPAN_ID: &[u8; 12] = br#","span_id":""#;
    pub(crate) const PARENT_ID: &[u8; 19] = br#","parent_span_id":""#;
    pub(crate) const TARGET: &[u8; 11] = br#","target":""#;
    pub(crate) const KIND: &[u8; 9] = br#","kind":""#;
    pub(crate) const KIND_STEP: &[u8; 14] = br#","kind":"step""#;
    pub(crate) const KIND_REQUEST: &[u8; 17] = br#","kind":"request""#;
    pub(crate) const NAME: &[u8; 9] = br#","name":""#;
    pub(crate) const OUTCOME: &[u8; 12] = br#","outcome":""#;
    pub(crate) const OUTCOME_OK: &[u8; 15] = br#","outcome":"ok""#;
    pub(crate) const DURATION: &[u8; 15] = br#","duration_ms":"#;
    pub(crate) const BUSY: &[u8; 11] = br#","busy_ms":"#;
    pub(crate) const STEPS: &[u8; 11] = br#","steps":[{"#;
    pub(crate) const METHOD: &[u8; 11] = br#","method":""#;
    pub(crate) const ROUTE: &[u8; 10] = br#","route":""#;
    pub(crate) const PATH: &[u8; 9] = br#","path":""#;
    pub(crate) const STATUS: &[u8; 10] = br#","status":"#;
    pub(crate) const SERVICE: &[u8; 12] = br#","service":""#;
}
