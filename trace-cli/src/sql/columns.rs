//! The columns of a table in ClickHouse: those of the keys, or those that the
//! exporter of OpenTelemetry's collector makes.
//!
//! Source: `clickhouseexporter` of `opentelemetry-collector-contrib`; its
//! words for kinds and statuses have changed once, so that both are known.

/// Whose columns a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    /// One for each key.
    Keys,
    /// `otel_logs`: what is no column is in `LogAttributes`.
    OtelLogs,
    /// `otel_traces`: a row is a span, and its time the begin.
    OtelTraces,
}

/// The keys whose values are made of columns, for whole lines.
const KEYS: [&str; 21] = [
    "timestamp",
    "level",
    "message",
    "trace_id",
    "span_id",
    "parent_span_id",
    "request_id",
    "target",
    "kind",
    "name",
    "outcome",
    "duration_ms",
    "busy_ms",
    "error",
    "method",
    "route",
    "path",
    "status",
    "host",
    "port",
    "service",
];

/// Whether a span has failed.
const HAS_FAILED: &str = "`StatusCode` IN ('Error', 'STATUS_CODE_ERROR')";

/// Whether a span answers a caller, or has none.
const IS_REQUEST: &str = "(`SpanKind` IN ('Server', 'Consumer', 'SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') OR `ParentSpanId` = '')";

impl Columns {
    /// Returns those of a table, by its name without that of its database.
    pub(super) fn of(table: Option<&str>) -> Self {
        match table.and_then(|table| table.rsplit('.').next()) {
            Some("otel_logs") => Self::OtelLogs,
            Some("otel_traces") => Self::OtelTraces,
            _ => Self::Keys,
        }
    }

    /// Returns what stands for the value of a key.
    pub(super) fn value(self, key: &str) -> String {
        match self {
            Self::Keys => quoted(key),
            Self::OtelLogs => of_logs(key),
            Self::OtelTraces => of_traces(key),
        }
    }

    /// Returns what a query selects to get whole lines.
    pub(super) fn lines(self) -> String {
        let Some(rest) = self.rest() else { return "*".to_owned() };
        let column = |key: &&str| format!("{} AS {}", self.value(key), quoted(key));
        let columns: Vec<_> = KEYS.iter().map(column).collect();
        format!("{}, `{rest}`", columns.join(", "))
    }

    /// Returns the columns of the events that spans hold, as those of lines.
    pub(super) fn events(self) -> Option<String> {
        let rest = self.rest().filter(|_| self == Self::OtelTraces)?;
        let column = |key: &&str| {
            let value = match *key {
                "timestamp" => "event.1".to_owned(),
                "level" => "if(event.3['level'] = '', 'INFO', event.3['level'])".to_owned(),
                "message" => "event.2".to_owned(),
                "trace_id" | "span_id" | "service" => self.value(key),
                "duration_ms" | "busy_ms" => "NULL".to_owned(),
                _ => "''".to_owned(),
            };
            format!("{value} AS {}", quoted(key))
        };
        let columns: Vec<_> = KEYS.iter().map(column).collect();
        Some(format!("{}, event.3 AS `{rest}`", columns.join(", ")))
    }

    /// Returns the column that holds all other fields.
    fn rest(self) -> Option<&'static str> {
        match self {
            Self::Keys => None,
            Self::OtelLogs => Some("LogAttributes"),
            Self::OtelTraces => Some("SpanAttributes"),
        }
    }
}

pub(super) fn quoted(key: &str) -> String {
    format!("`{}`", key.replace('\\', "\\\\").replace('`', "\\`"))
}

/// Returns the first of some attributes that is there.
fn first(column: &str, keys: &[&str]) -> String {
    let text = |key: &str| key.replace('\\', "\\\\").replace('\'', "\\'");
    let all: Vec<_> = keys.iter().map(|key| format!("`{column}`['{}']", text(key))).collect();
    match &all[..] {
        [one] => one.clone(),
        [rest @ .., last] => {
            let cases: Vec<_> = rest.iter().map(|it| format!("{it} != '', {it}")).collect();
            format!("multiIf({}, {last})", cases.join(", "))
        }
        [] => "''".to_owned(),
    }
}

fn of_logs(key: &str) -> String {
    let of = |keys: &[&str]| first("LogAttributes", keys);
    let or = |column: &str, key: &str| format!("if(`{column}` != '', `{column}`, {})", of(&[key]));
    match key {
        "timestamp" => quoted("Timestamp"),
        "level" => quoted("SeverityText"),
        "message" => quoted("Body"),
        "trace_id" => or("TraceId", key),
        "span_id" => or("SpanId", key),
        "service" => or("ServiceName", key),
        "target" => format!("if({0} != '', {0}, `ScopeName`)", of(&[key])),
        "kind" => format!(
            "multiIf({0} != '', {0}, `Body` = 'Request processed', 'request', `Body` = 'Step finished', 'step', '')",
            of(&[key])
        ),
        "method" => of(&[key, "http.request.method"]),
        "route" => of(&[key, "http.route"]),
        "path" => of(&[key, "url.path"]),
        "status" => of(&[key, "http.response.status_code"]),
        other => of(&[other]),
    }
}

fn of_traces(key: &str) -> String {
    let of = |keys: &[&str]| first("SpanAttributes", keys);
    match key {
        // A line is written at the end.
        "timestamp" => "addNanoseconds(`Timestamp`, `Duration`)".to_owned(),
        "level" => format!("if({HAS_FAILED}, 'ERROR', 'INFO')"),
        "message" => format!("if({IS_REQUEST}, 'Request processed', 'Step finished')"),
        "trace_id" => quoted("TraceId"),
        "span_id" => quoted("SpanId"),
        "parent_span_id" => quoted("ParentSpanId"),
        "service" => quoted("ServiceName"),
        "target" => of(&["code.namespace", "code.function.name"]),
        "kind" => format!("if({IS_REQUEST}, 'request', 'step')"),
        "name" => format!("if({0} != '', {0}, `SpanName`)", of(&["code.function"])),
        "outcome" => format!("multiIf({0} != '', {0}, {HAS_FAILED}, 'error', 'ok')", of(&[key])),
        "duration_ms" => "`Duration` / 1e6".to_owned(),
        "error" => quoted("StatusMessage"),
        "method" => of(&["http.request.method", "http.method"]),
        "route" => of(&["http.route"]),
        "path" => of(&["url.path", "http.target"]),
        "status" => of(&["http.response.status_code", "http.status_code"]),
        "host" => of_call(&of(&["server.address", "net.peer.name"])),
        "port" => of_call(&of(&["server.port", "net.peer.port"])),
        other => of(&[other]),
    }
}

/// Returns a value where a span calls another service.
fn of_call(value: &str) -> String {
    format!("if(`SpanKind` IN ('Client', 'SPAN_KIND_CLIENT'), {value}, '')")
}
