//! The libraries that count.

use std::{hint::black_box, io, time::Instant};

use metrics_exporter_prometheus::PrometheusBuilder;
use prometheus_client::metrics::{family::Family, histogram::Histogram};
use trace_metrics::Metrics;
use trace_runtime::{Builder, builder, observe::Observe, sink::Sink};

use crate::workloads::{self, WORKLOADS};

/// Each contestant, and the workloads that it plays.
pub(crate) const CONTESTANTS: [(&str, &[&str]); 5] = [
    ("no observer", &["step", "filtered step", "event", "request"]),
    ("one that does nothing", &["step", "filtered step", "event", "request"]),
    ("trace-metrics", &["step", "filtered step", "event", "request"]),
    ("prometheus-client", &["request"]),
    ("metrics", &["request"]),
];

/// Calls of one measurement.
const CALLS: u32 = 300_000;

struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Nothing;

impl Observe for Nothing {}

/// Returns the nanoseconds of a call.
pub(crate) fn measure(contestant: &str, workload: &str) -> f64 {
    match contestant {
        "no observer" => ours(builder(), workload),
        "one that does nothing" => ours(builder().observe(Nothing), workload),
        "trace-metrics" => ours(builder().observe(Metrics::new()), workload),
        "prometheus-client" => prometheus_client(),
        "metrics" => metrics_crate(),
        _ => panic!("not a contestant: {contestant}"),
    }
}

fn ours(builder: Builder, workload: &str) -> f64 {
    builder.filter("info").sink(Nowhere).init().expect("the only one");
    let (_, call) = WORKLOADS.iter().find(|(name, _)| *name == workload).expect("a workload");
    if workload == "request" {
        return timed(call);
    }
    let mut nanos = 0.0;
    workloads::inside(|| nanos = timed(call));
    nanos
}

fn timed(call: impl Fn()) -> f64 {
    (0..CALLS / 10).for_each(|_| call());
    let start = Instant::now();
    (0..CALLS).for_each(|_| call());
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

/// The labels of a request, as its documentation builds them for each.
fn labels() -> Vec<(String, String)> {
    [("method", "GET"), ("route", "/users/{id}"), ("status", "200"), ("outcome", "ok")]
        .map(|(name, value)| (name.to_owned(), black_box(value).to_owned()))
        .into()
}

fn prometheus_client() -> f64 {
    let family = Family::<Vec<(String, String)>, Histogram>::new_with_constructor(|| {
        Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
    });
    timed(|| family.get_or_create(&labels()).observe(black_box(0.02)))
}

fn metrics_crate() -> f64 {
    PrometheusBuilder::new().install_recorder().expect("the only one");
    timed(|| {
        let method = black_box("GET");
        metrics::histogram!(
            "http_requests", "method" => method, "route" => black_box("/users/{id}"),
            "status" => black_box("200"), "outcome" => black_box("ok")
        )
        .record(black_box(0.02));
    })
}
