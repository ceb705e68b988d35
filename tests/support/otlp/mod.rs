//! A receiver of OTLP/HTTP, which decodes with OpenTelemetry's own types and
//! may misbehave.

mod decoded;
mod http;
mod receiver;
mod shown;

pub use opentelemetry_proto::tonic::{logs::v1::LogRecord, trace::v1::Span};

pub use self::{
    decoded::{Items, Logs, Spans},
    http::Request,
    receiver::{Reaction, Receiver},
    shown::{attribute, attributes, hex, record, span, value},
};
