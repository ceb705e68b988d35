//! Exports the traces, logs and metrics of `trace-runtime` over OTLP/HTTP, to anything
//! that speaks OpenTelemetry's protocol.
//!
//! ```no_run
//! use trace_otel::Otel;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! trace_runtime::builder().observe(Otel::from_env()?).init()?;
//! # Ok(())
//! # }
//! ```
//!
//! Requests, steps and calls become spans, events become log records, with the
//! ids that stand on the lines. The variables of OpenTelemetry's SDKs decide
//! where they go, such as `OTEL_EXPORTER_OTLP_ENDPOINT` and
//! `OTEL_SERVICE_NAME`; [`Otel::builder`] has a method for each.
//!
//! An item is encoded where it ends, and appended to a bounded buffer. A thread
//! of its own delivers, over blocking HTTP/1.1: it needs no async runtime, and
//! nothing waits for it but `flush` and the end of the process, for at most two
//! seconds. A batch that meets no receiver, or one that is busy, is tried again
//! for a minute. What is lost is counted by its cause ([`Otel::stats`]), and
//! reported in a line.
//!
//! # Features
//!
//! - `gzip`: compresses requests, where that is asked for.
//! - `metrics`: exports the numbers of `trace-metrics`, too (`Otel::metrics`).
//! - `tls`: speaks `https`, with rustls, ring and the platform's roots.

#![forbid(unsafe_code)]

mod account;
mod answer;
mod buffer;
mod builder;
mod error;
mod exporter;
mod extras;
#[cfg(feature = "metrics")]
mod measured;
#[cfg(feature = "metrics")]
mod meter;
mod plan;
mod proxy;
mod record;
mod resource;
mod sampler;
#[cfg(feature = "metrics")]
mod series;
mod settings;
mod span;
mod wire;
mod worker;

pub use crate::{
    account::{SignalStats, Stats},
    builder::{Builder, Signal},
    error::Error,
    exporter::Otel,
    sampler::Sampler,
};
