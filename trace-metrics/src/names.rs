//! The names of metrics and labels, and which are allowed.

use crate::{error::Error, snapshot::Type};

/// The families that are always there: name, help, type.
pub(crate) type Named = (&'static str, &'static str, Type);

pub(crate) const REQUESTS: Named = (
    "http_server_request_duration_seconds",
    "Duration of HTTP requests; of event streams, until the head of the response.",
    Type::Histogram,
);
pub(crate) const STREAMS: Named = (
    "http_server_stream_duration_seconds",
    "Duration of HTTP responses that are event streams.",
    Type::Histogram,
);
pub(crate) const ACTIVE: Named =
    ("http_server_active_requests", "HTTP requests that have not ended.", Type::Gauge);
pub(crate) const CALLS: Named = (
    "http_client_request_duration_seconds",
    "Duration of HTTP requests to other services.",
    Type::Histogram,
);
pub(crate) const HANDLERS: Named = (
    "trace_request_duration_seconds",
    "Duration of requests without HTTP, and of jobs.",
    Type::Histogram,
);
pub(crate) const STEPS: Named =
    ("trace_step_duration_seconds", "Duration of timed calls.", Type::Histogram);
pub(crate) const LINES: Named =
    ("trace_lines", "Lines that passed the filter, by level.", Type::Counter);
pub(crate) const DROPPED: Named =
    ("trace_lines_dropped", "Lines that were not written, by cause.", Type::Counter);
pub(crate) const TARGET: Named = ("target", "The service.", Type::Info);

pub(crate) const PROCESS: [Named; 6] = [
    ("process_cpu_seconds", "Processor time, user and system.", Type::Counter),
    ("process_start_time_seconds", "Start, in seconds since 1970.", Type::Gauge),
    ("process_resident_memory_bytes", "Resident memory.", Type::Gauge),
    ("process_virtual_memory_bytes", "Virtual memory.", Type::Gauge),
    ("process_open_fds", "Open descriptors.", Type::Gauge),
    ("process_max_fds", "The most descriptors.", Type::Gauge),
];

/// The families that are on every page, without those of the process.
pub(crate) const OURS: [Named; 9] =
    [TARGET, REQUESTS, STREAMS, ACTIVE, CALLS, HANDLERS, STEPS, LINES, DROPPED];

/// Returns whether a name is that of a family of ours.
pub(crate) fn is_ours(name: &str) -> bool {
    OURS.iter().chain(&PROCESS).any(|(ours, ..)| base(ours) == base(name))
}

/// What a family's samples may add to its name.
const SUFFIXES: [&str; 6] = ["_total", "_bucket", "_sum", "_count", "_created", "_info"];

/// Returns a name without what a sample adds to it.
pub(crate) fn base(name: &str) -> &str {
    SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

/// Checks the name of a metric ([Prometheus data model]).
///
/// [Prometheus data model]: https://prometheus.io/docs/concepts/data_model/
pub(crate) fn check(name: &str) -> Result<(), Error> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let is_name = name.bytes().all(is_allowed)
        && name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    if is_name { Ok(()) } else { Err(Error::name(name)) }
}

/// Checks the names of labels.
pub(crate) fn check_labels(labels: &[String]) -> Result<(), Error> {
    for (place, label) in labels.iter().enumerate() {
        let is_reserved = matches!(label.as_str(), "le" | "quantile") || label.starts_with("__");
        if is_reserved || label.contains(':') || check(label).is_err() {
            return Err(Error::label(label));
        }
        if labels.iter().take(place).any(|other| other == label) {
            return Err(Error::label_twice(label));
        }
    }
    Ok(())
}

/// Makes any text the name of a label.
pub(crate) fn to_label(name: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name: String = name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    let is_usable = check_labels(std::slice::from_ref(&name)).is_ok();
    if is_usable { name } else { format!("field_{}", name.trim_start_matches('_')) }
}
