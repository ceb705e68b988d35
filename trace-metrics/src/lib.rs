//! Metrics of a service that [`trace_runtime`] traces, in the text formats of
//! Prometheus and OpenMetrics.
//!
//! [`Metrics`] is an observer: installed with
//! [`Builder::observe`](trace_runtime::Builder::observe), it counts requests,
//! steps and calls, whatever the filter says. No code of the service changes.
//!
//! ```
//! use trace_metrics::Metrics;
//! use trace_runtime::{timed, traced_handler};
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../trace-runtime/doc/printed.rs"));
//!
//! #[traced_handler(kind = "job")]
//! async fn nightly_report() {
//!     load();
//! }
//!
//! #[timed]
//! fn load() {}
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let metrics = Metrics::builder().step_bounds([1.0, 10.0]).build()?;
//! trace_runtime::builder().field("service", "shop").observe(metrics.clone()).init()?;
//! nightly_report().await;
//! print!("{}", metrics.render());
//! # let page = metrics.render();
//! # let of_steps = |line: &&str| line.contains("trace_step_") && !line.contains("_sum{");
//! # let lines: Vec<_> = page.lines().filter(of_steps).map(str::to_owned).collect();
//! # assert_printed(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/page.txt"), &lines);
//! # Ok(())
//! # }
//! ```
//!
//! Of steps, the page says this, and the sum of their durations:
//!
//! ```text
#![doc = include_str!("../doc/page.txt")]
//! ```
//!
//! | family | type | labels |
//! |---|---|---|
//! | `http_server_request_duration_seconds` | histogram | `http_request_method`, `http_route`, `http_response_status_code`, `outcome` |
//! | `http_server_stream_duration_seconds` | histogram | the same, of event streams: their whole life |
//! | `http_server_active_requests` | gauge | `http_request_method` |
//! | `http_client_request_duration_seconds` | histogram | `http_request_method`, `server_address`, `http_response_status_code`, `outcome` |
//! | `trace_request_duration_seconds` | histogram | `target`, `name`, `outcome`: requests without HTTP, and jobs |
//! | `trace_step_duration_seconds` | histogram | `target`, `name`, `outcome` |
//! | `trace_lines_total`, `trace_lines_dropped_total` | counter | `level`; `cause` |
//! | `process_*` | | start, processor time, memory, descriptors; Linux |
//! | `target_info` | gauge | the static fields of the output |
//!
//! The names are what the [semantic conventions] of OpenTelemetry become in
//! Prometheus. The duration of an event stream is its time until the head of
//! the response.
//!
//! Label sets are bounded: 2,000 of requests and 500 of calls. What comes after
//! them counts in one set, `otel_metric_overflow="true"`, so sums stay exact. A
//! request without a route has an empty `http_route`, and an unknown method is
//! `_OTHER`: a scanner makes no series.
//!
//! # Features
//!
//! - `tower`: [`MetricsService`], the page as a tower service, for axum too.
//! - `gzip`: compresses the page if the scraper asks for it.
//!
//! [semantic conventions]: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/

#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "tower"),
    allow(rustdoc::broken_intra_doc_links, reason = "some links are to the service")
)]

mod added;
mod bounds;
mod builder;
mod error;
mod exemplar;
mod labels;
mod local;
mod metrics;
mod names;
mod observed;
mod process;
mod row;
mod series;
#[cfg(feature = "tower")]
mod service;
mod snapshot;
mod store;
mod text;

#[cfg(feature = "tower")]
pub use self::service::{MetricsService, Page};
pub use self::{
    added::{Family, Samples},
    builder::Builder,
    error::Error,
    exemplar::Exemplar,
    metrics::Metrics,
    snapshot::{Data, FamilySnapshot, HistogramSnapshot, SeriesSnapshot, Snapshot, Type},
};
