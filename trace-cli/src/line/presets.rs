//! The keys of other producers: a table for each, from keys to what they stand
//! for. A key that a table does not name is the runtime's own, if the table has
//! no other key for the same.
//!
//! Sources: the logs data model of OpenTelemetry, the fields of ECS, the
//! structured logs of Google Cloud, the attributes of Datadog, pino and
//! pino-http.

use clap::ValueEnum;

use super::keys::{self, Role};

/// Whose keys a log has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keys {
    /// The runtime's, or any of the others'
    #[default]
    Any,
    /// The runtime's alone
    Native,
    /// Of OpenTelemetry's logs
    Otel,
    /// The Elastic Common Schema
    Ecs,
    /// Google Cloud
    Gcp,
    /// Datadog
    Datadog,
    /// pino, and pino-http
    Pino,
}

/// A key, with dots between those of nested objects, and what it stands for.
type Table = &'static [(&'static [u8], Role)];

const OTEL: Table = &[
    (b"timestamp", Role::Time),
    (b"severity_text", Role::Level),
    (b"body", Role::Message),
    (b"trace_id", Role::Trace),
    (b"span_id", Role::Span),
    (b"service.name", Role::Service),
    (b"resource.service.name", Role::Service),
    (b"resource.attributes.service.name", Role::Service),
    (b"scope.name", Role::Target),
    (b"http.request.method", Role::Method),
    (b"http.route", Role::Route),
    (b"url.path", Role::Path),
    (b"http.response.status_code", Role::Status),
    (b"server.address", Role::Host),
    (b"server.port", Role::Port),
];

const ECS: Table = &[
    (b"@timestamp", Role::Time),
    (b"log.level", Role::Level),
    (b"message", Role::Message),
    (b"trace.id", Role::Trace),
    (b"span.id", Role::Span),
    (b"transaction.id", Role::Transaction),
    (b"parent.id", Role::Parent),
    (b"service.name", Role::Service),
    (b"log.logger", Role::Target),
    (b"event.outcome", Role::RoughOutcome),
    (b"event.duration", Role::DurationNs),
    (b"error.message", Role::Error),
    (b"error", Role::Error),
    (b"http.request.method", Role::Method),
    (b"http.route", Role::Route),
    (b"url.path", Role::Path),
    (b"http.response.status_code", Role::Status),
    (b"server.address", Role::Host),
    (b"server.port", Role::Port),
    (b"busy_ns", Role::BusyNs),
];

const GCP: Table = &[
    (b"time", Role::Time),
    (b"timestamp", Role::Time),
    (b"severity", Role::Level),
    (b"message", Role::Message),
    (b"logging.googleapis.com/trace", Role::Trace),
    (b"logging.googleapis.com/spanId", Role::Span),
    (b"httpRequest.requestMethod", Role::Method),
    (b"httpRequest.requestUrl", Role::Path),
    (b"httpRequest.status", Role::Status),
    (b"httpRequest.latency", Role::Latency),
    // Of a call to another service.
    (b"method", Role::Method),
    (b"status", Role::Status),
];

const DATADOG: Table = &[
    (b"timestamp", Role::Time),
    (b"date", Role::Time),
    (b"status", Role::Level),
    (b"message", Role::Message),
    (b"dd.trace_id", Role::TraceDecimal),
    (b"dd.span_id", Role::SpanDecimal),
    (b"dd.parent_id", Role::ParentDecimal),
    (b"service", Role::Service),
    (b"dd.service", Role::Service),
    (b"logger.name", Role::Target),
    (b"duration", Role::DurationNs),
    (b"error.message", Role::Error),
    (b"error", Role::Error),
    (b"http.method", Role::Method),
    (b"http.route", Role::Route),
    (b"http.url_details.path", Role::Path),
    (b"http.status_code", Role::Status),
    (b"http.url_details.host", Role::Host),
    (b"http.url_details.port", Role::Port),
    (b"busy_ns", Role::BusyNs),
];

const PINO: Table = &[
    (b"time", Role::Time),
    (b"level", Role::Level),
    (b"msg", Role::Message),
    (b"trace_id", Role::Trace),
    (b"span_id", Role::Span),
    (b"name", Role::Target),
    (b"reqId", Role::RequestId),
    (b"req.id", Role::RequestId),
    (b"req.method", Role::Method),
    (b"req.url", Role::Path),
    (b"res.statusCode", Role::Status),
    (b"responseTime", Role::Duration),
    (b"err.message", Role::Error),
];

impl Keys {
    /// Returns what a key stands for; keys of nested objects are joined by
    /// dots.
    pub(super) fn role(self, key: &[u8]) -> Option<Role> {
        let Some(table) = self.table() else { return foreign(key).or_else(|| own(key)) };
        let is_known = |role: &Role| table.iter().any(|it| it.1 == *role);
        let here = table.iter().find(|it| it.0 == key).map(|it| it.1);
        here.or_else(|| own(key).filter(|role| !is_known(role)))
    }

    /// Returns whether the fields of a line stand in the object that is the value
    /// of a key.
    pub(super) fn nests(self, key: &[u8]) -> bool {
        self == Self::Otel && key == b"attributes"
    }

    /// Returns whether roles may stand in the object that is the value of a
    /// key.
    pub(super) fn holds_roles(self, key: &[u8]) -> bool {
        let begins = |of: &[u8]| of.strip_prefix(key).is_some_and(|rest| rest.starts_with(b"."));
        match self.table() {
            Some(table) => table.iter().any(|it| begins(it.0)),
            None => HOLDERS.contains(&key),
        }
    }

    fn table(self) -> Option<Table> {
        match self {
            Self::Any | Self::Native => None,
            Self::Otel => Some(OTEL),
            Self::Ecs => Some(ECS),
            Self::Gcp => Some(GCP),
            Self::Datadog => Some(DATADOG),
            Self::Pino => Some(PINO),
        }
    }

    /// Returns whose key this is, if only one producer writes it.
    pub(super) fn of_key(key: &[u8], value: &[u8]) -> Option<Self> {
        let is_number = || value.first().is_some_and(u8::is_ascii_digit);
        Some(match key {
            b"severity_text" | b"severity_number" | b"trace_flags" | b"scope.name" => Self::Otel,
            b"@timestamp" | b"ecs.version" | b"ecs" | b"log.level" | b"log.logger" => Self::Ecs,
            b"severity" | b"httpRequest" => Self::Gcp,
            b"ddsource" | b"ddtags" | b"dd" | b"logger.name" => Self::Datadog,
            b"status" if is_level(value) => Self::Datadog,
            b"level" | b"time" if is_number() => Self::Pino,
            b"msg" | b"pid" | b"hostname" | b"responseTime" => Self::Pino,
            _ if key.starts_with(b"logging.googleapis.com/") => Self::Gcp,
            _ if key.starts_with(b"dd.") => Self::Datadog,
            _ => return None,
        })
    }
}

fn is_level(value: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] =
        [b"trace", b"debug", b"info", b"notice", b"warn", b"warning", b"error", b"critical"];
    WORDS.iter().any(|word| super::text::bare(value).eq_ignore_ascii_case(word))
}

/// A key of the runtime inside another object is none.
fn own(key: &[u8]) -> Option<Role> {
    if key.contains(&b'.') { None } else { keys::native(key) }
}

/// Returns the role of a key that stands for the same wherever it is written:
/// for logs that no table fits.
fn foreign(key: &[u8]) -> Option<Role> {
    Some(match key {
        b"@timestamp" | b"time" | b"ts" | b"Timestamp" | b"timeUnixNano" => Role::Time,
        b"log.level" | b"severity" | b"severity_text" | b"severityText" | b"SeverityText"
        | b"lvl" => Role::Level,
        b"msg" | b"body" | b"Body" | b"body.stringValue" => Role::Message,
        b"trace.id" | b"traceId" | b"TraceId" | b"logging.googleapis.com/trace" => Role::Trace,
        b"span.id" | b"spanId" | b"SpanId" | b"logging.googleapis.com/spanId" => Role::Span,
        b"transaction.id" => Role::Transaction,
        b"parent.id" | b"parentSpanId" | b"ParentSpanId" => Role::Parent,
        b"logger" | b"log.logger" | b"scope.name" | b"ScopeName" | b"logger.name" => Role::Target,
        b"service.name" | b"ServiceName" | b"dd.service" | b"resource.service.name" => {
            Role::Service
        }
        b"event.outcome" => Role::RoughOutcome,
        b"event.duration" => Role::DurationNs,
        b"error.message" => Role::Error,
        b"http.request.method" | b"httpRequest.requestMethod" => Role::Method,
        b"http.response.status_code" | b"http.status_code" | b"httpRequest.status" => Role::Status,
        b"http.route" => Role::Route,
        b"url.path" | b"httpRequest.requestUrl" => Role::Path,
        b"httpRequest.latency" => Role::Latency,
        b"span.name" => Role::Name,
        b"dd.trace_id" => Role::TraceDecimal,
        b"dd.span_id" => Role::SpanDecimal,
        _ => return None,
    })
}

/// The objects in which keys of `foreign` stand.
const HOLDERS: [&[u8]; 16] = [
    b"trace",
    b"span",
    b"transaction",
    b"parent",
    b"service",
    b"log",
    b"event",
    b"error",
    b"http",
    b"http.request",
    b"http.response",
    b"httpRequest",
    b"url",
    b"dd",
    b"body",
    b"resource",
];

/// What is put before the names of users' own fields.
const FIELD_PREFIXES: [&str; 2] = ["labels.", "field."];

/// Returns the name that a user gave to a field.
pub(crate) fn users_name(key: &str) -> &str {
    FIELD_PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key)
}

/// As `users_name`, for a key as it is written.
pub(crate) fn users_key(key: &[u8]) -> &[u8] {
    let rest = |prefix: &&str| key.strip_prefix(prefix.as_bytes());
    FIELD_PREFIXES.iter().find_map(rest).unwrap_or(key)
}

/// Returns whether a column holds fields: those of the tables that the exporter
/// of OpenTelemetry's collector makes in ClickHouse.
pub(super) fn holds_fields(key: &[u8]) -> bool {
    matches!(key, b"LogAttributes" | b"SpanAttributes")
}

/// Returns whether a field is left out of pictures: it says what is shown
/// elsewhere, or more than fits there.
pub(crate) fn is_quiet(key: &[u8]) -> bool {
    const QUIET: [&[u8]; 27] = [
        b"caller",
        b"code.file.path",
        b"code.function.name",
        b"code.line.number",
        b"ddsource",
        b"ddtags",
        b"ecs",
        b"ecs.version",
        b"event",
        b"event.dataset",
        b"file",
        b"hostname",
        b"http",
        b"line",
        b"log.origin.file.line",
        b"log.origin.file.name",
        b"observed_timestamp",
        b"pid",
        b"severity_number",
        b"span.id",
        b"stack_trace",
        b"stacktrace",
        b"trace_flags",
        b"transaction.id",
        b"ttfb_ms",
        b"ttfb_ns",
        b"v",
    ];
    const CLOUD: &[u8] = b"logging.googleapis.com/";
    let is_convention = |(of, _): &(&[u8], Role)| *of == key && key.contains(&b'.');
    QUIET.contains(&key) || key.starts_with(CLOUD) || OTEL.iter().any(is_convention)
}
