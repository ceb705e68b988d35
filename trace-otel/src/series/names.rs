//! The names, units and types of OpenTelemetry for what has other ones on a page
//! of Prometheus.
//!
//! Source: [conventions for HTTP](https://opentelemetry.io/docs/specs/semconv/http/http-metrics/).

use trace_metrics::{FamilySnapshot, Type};

/// What a family is called.
pub(super) struct Names<'a> {
    pub(super) name: &'a str,
    pub(super) unit: &'static str,
    pub(super) shape: Shape,
    /// Whether its labels are attributes of the conventions.
    is_of_http: bool,
}

/// How a metric is aggregated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Gauge,
    Sum { is_monotonic: bool },
    Histogram,
}

/// The metrics of the conventions: on a page, in OpenTelemetry, the unit.
const OF_HTTP: [(&str, &str, &str); 4] = [
    ("http_server_request_duration_seconds", "http.server.request.duration", "s"),
    ("http_client_request_duration_seconds", "http.client.request.duration", "s"),
    (ACTIVE, "http.server.active_requests", "{request}"),
    // Not in the conventions, but with their attributes.
    (STREAMS, STREAMS, "s"),
];
const ACTIVE: &str = "http_server_active_requests";
const STREAMS: &str = "http_server_stream_duration_seconds";

/// Units that stand at the end of a name.
const UNITS: [(&str, &str); 2] = [("_seconds", "s"), ("_bytes", "By")];

/// How a label becomes an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label<'a> {
    /// Its name, and its value as it is.
    Text(&'a str),
    /// Its value is a whole number.
    Int(&'a str),
    /// Its value is `true`.
    True(&'a str),
}

impl<'a> Names<'a> {
    pub(super) fn of(family: &'a FamilySnapshot) -> Self {
        let name = &*family.name;
        let shape = shape(family);
        if let Some((_, name, unit)) = OF_HTTP.iter().find(|(ours, ..)| *ours == name) {
            return Self { name, unit, shape, is_of_http: true };
        }
        let unit = UNITS.iter().find(|(suffix, _)| name.ends_with(suffix));
        Self { name, unit: unit.map_or("", |(_, unit)| unit), shape, is_of_http: false }
    }

    /// Returns the attribute of a label. `None` if there is none: the page has an
    /// empty label where a route or a status is not known.
    pub(super) fn label(&self, name: &'a str, value: &str) -> Option<Label<'a>> {
        if !self.is_of_http {
            return Some(Label::Text(name));
        }
        if value.is_empty() {
            return None;
        }
        Some(match name {
            "http_request_method" => Label::Text("http.request.method"),
            "http_route" => Label::Text("http.route"),
            "http_response_status_code" => Label::Int("http.response.status_code"),
            "server_address" => Label::Text("server.address"),
            "otel_metric_overflow" => Label::True("otel.metric.overflow"),
            other => Label::Text(other),
        })
    }
}

/// What is active rises and falls, and can be added up: an `UpDownCounter`.
fn shape(family: &FamilySnapshot) -> Shape {
    match family.kind {
        Type::Counter => Shape::Sum { is_monotonic: true },
        Type::Histogram => Shape::Histogram,
        _ if family.name == ACTIVE => Shape::Sum { is_monotonic: false },
        _ => Shape::Gauge,
    }
}
