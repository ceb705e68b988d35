//! A receiver of OTLP/HTTP, which decodes with OpenTelemetry's own types and
//! may misbehave.

mod decoded;
mod http;
mod points;
mod receiver;
mod shown;

pub use opentelemetry_proto::tonic::{
    logs::v1::LogRecord,
    metrics::v1::{HistogramDataPoint, Metric, exemplar::Value as ExemplarValue},
    trace::v1::Span,
};

pub use self::{
    decoded::{Items, Logs, Metrics, Spans},
    http::Request,
    points::{histograms, points, times},
    receiver::{Reaction, Receiver},
    shown::{attribute, attributes, hex, record, span, value},
};
