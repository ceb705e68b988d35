//! Requests, decoded by OpenTelemetry's own types.

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    logs::v1::LogRecord,
    metrics::v1::Metric,
    resource::v1::Resource,
    trace::v1::Span,
};
use prost::Message as _;

/// Items of requests, in the order of their arrival, with the resource and the
/// scope (name and version) that all had.
#[derive(Clone, Debug, Default)]
pub struct Decoded<T> {
    /// The items.
    pub items: Vec<T>,
    /// The resource of the first request.
    pub resource: Option<Resource>,
    /// The scope of the first request.
    pub scope: Option<(String, String)>,
}

/// Spans of requests.
pub type Spans = Decoded<Span>;

/// Log records of requests.
pub type Logs = Decoded<LogRecord>;

/// Metrics of requests.
pub type Metrics = Decoded<Metric>;

/// What a request may hold.
pub trait Items: Sized {
    /// How its path ends.
    const PATH: &str;

    /// Decodes a request.
    fn decode(body: &[u8]) -> Self;
}

impl Items for Spans {
    const PATH: &str = "/v1/traces";

    fn decode(body: &[u8]) -> Self {
        let request = ExportTraceServiceRequest::decode(body).expect("a request of traces");
        let [resource_spans] = request.resource_spans.try_into().expect("one resource");
        let [scope_spans] = resource_spans.scope_spans.try_into().expect("one scope");
        let scope = scope_spans.scope.map(|scope| (scope.name, scope.version));
        Self { items: scope_spans.spans, resource: resource_spans.resource, scope }
    }
}

impl Items for Logs {
    const PATH: &str = "/v1/logs";

    fn decode(body: &[u8]) -> Self {
        let request = ExportLogsServiceRequest::decode(body).expect("a request of logs");
        let [resource_logs] = request.resource_logs.try_into().expect("one resource");
        let [scope_logs] = resource_logs.scope_logs.try_into().expect("one scope");
        let scope = scope_logs.scope.map(|scope| (scope.name, scope.version));
        Self { items: scope_logs.log_records, resource: resource_logs.resource, scope }
    }
}

impl Items for Metrics {
    const PATH: &str = "/v1/metrics";

    fn decode(body: &[u8]) -> Self {
        let request = ExportMetricsServiceRequest::decode(body).expect("a request of metrics");
        let [resource_metrics] = request.resource_metrics.try_into().expect("one resource");
        let [scope_metrics] = resource_metrics.scope_metrics.try_into().expect("one scope");
        let scope = scope_metrics.scope.map(|scope| (scope.name, scope.version));
        Self { items: scope_metrics.metrics, resource: resource_metrics.resource, scope }
    }
}

impl<T> Decoded<T> {
    /// Puts requests together.
    pub(super) fn all(requests: Vec<Self>) -> Self {
        let mut all = Self { items: Vec::new(), resource: None, scope: None };
        for request in requests {
            all.items.extend(request.items);
            all.resource = all.resource.or(request.resource);
            all.scope = all.scope.or(request.scope);
        }
        all
    }
}

impl Spans {
    /// Returns the names of the spans.
    pub fn names(&self) -> Vec<&str> {
        self.items.iter().map(|span| &*span.name).collect()
    }

    /// Returns the only span of this name.
    #[track_caller]
    pub fn named(&self, name: &str) -> &Span {
        let mut found = self.items.iter().filter(|span| span.name == name);
        match (found.next(), found.next()) {
            (Some(span), None) => span,
            _ => panic!("not one `{name}`: {:?}", self.names()),
        }
    }
}
