//! Exports the traces, logs and metrics of `trace-runtime` over OTLP/HTTP, to anything
//! that speaks OpenTelemetry's protocol.
//!
//! ```
//! use trace_otel::Otel;
//! use trace_runtime::{info, timed, traced_handler};
//! # use std::time::Duration;
//! # use test_support::otlp::{self, Receiver};
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../trace-runtime/doc/printed.rs"));
//!
//! #[traced_handler(fields(order_id))]
//! async fn get_order(order_id: u32) -> Result<(), String> {
//!     load_order(order_id)
//! }
//!
//! #[timed]
//! fn load_order(order_id: u32) -> Result<(), String> {
//!     info!(order_id, "looking");
//!     Err("database timeout".to_owned())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let collector = Receiver::start();
//! # // SAFETY: no other thread reads variables.
//! # unsafe { std::env::set_var("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()) };
//! trace_runtime::builder().observe(Otel::from_env()?).init()?;
//! let order = get_order(7).await;
//! # assert!(order.is_err());
//! # trace_runtime::flush(Duration::from_secs(60))?;
//! # let mut items: Vec<_> = collector.spans().items.iter_mut().map(|span| {
//! #     span.attributes.retain(|it| !it.key.starts_with("code.") && it.key != "busy_ms");
//! #     otlp::span(span)
//! # }).collect();
//! # let logs = collector.logs();
//! # let mut records = logs.items.iter().map(otlp::record);
//! # items.extend(records.find(|record| record.contains("looking")));
//! # assert_printed(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/received.txt"), &items);
//! # Ok(())
//! # }
//! ```
//!
//! With `OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318`, the collector gets
//! two spans and a log record, here without `code.*`, times and ids:
//!
//! ```text
#![doc = include_str!("../doc/received.txt")]
//! ```
//!
//! Requests, steps and calls become spans, events become log records, with the
//! ids that stand on the lines. The variables of OpenTelemetry's SDKs decide
//! where they go, such as `OTEL_EXPORTER_OTLP_ENDPOINT` and
//! `OTEL_SERVICE_NAME`; [`Otel::builder`] sets the same in code.
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
    builder::{Builder, Endpoint, Signal},
    error::Error,
    exporter::Otel,
    sampler::Sampler,
};
