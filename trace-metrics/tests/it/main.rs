//! What stands on the page, and the programs that read it.

#![expect(
    clippy::float_cmp,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the way a test says that it failed"
)]

mod added;
mod bounded;
mod exemplars;
mod judges;
mod page;
mod prometheus;
mod service;
mod threads;

use trace_metrics::Metrics;
use trace_runtime::{
    edge::{self, Outcome, Request},
    propagation::Incoming,
    testing::Capture,
};

/// Returns metrics, and a capture that they observe.
fn metrics() -> (Metrics, Capture) {
    let metrics = Metrics::new();
    let capture = Capture::with_filter("off").observed_by(metrics.clone());
    (metrics, capture)
}

/// Opens a request of an edge and ends it.
fn exchange(method: &'static str, route: Option<&str>, status: u16) {
    let callsite = edge::callsite!("http_request", target: "my_edge");
    let mut request = Request::open(callsite, Incoming::none(), method, "/some/path");
    if let Some(route) = route {
        request.set_route(route);
    }
    request.set_status(status);
    request.end(if status < 500 { Outcome::Ok } else { Outcome::Error });
}

/// Returns the lines of a page that begin with this.
fn lines<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
    page.lines().filter(|line| line.starts_with(start)).collect()
}

/// Returns the number of the one sample that begins with this.
#[track_caller]
fn number(page: &str, start: &str) -> f64 {
    let lines = lines(page, start);
    assert_eq!(lines.len(), 1, "{start} in {page}");
    lines[0].rsplit(' ').next().unwrap().parse().unwrap()
}
