//! What is set: by methods of the builder first, by variables second.
//!
//! Source: [environment variables](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/)
//! of OpenTelemetry, and [those of OTLP](https://opentelemetry.io/docs/specs/otel/protocol/exporter/).

mod address;
mod choices;
mod environment;
mod headers;
mod pairs;
mod percent;
mod variables;

pub(crate) use self::{
    address::Address,
    choices::{Batching, CapChoices, Choices, Compression, Named, SignalChoices, Transport},
    headers::{Headers, check_header},
    percent::decoded,
    variables::{Unused, Variables},
};
