//! Steps of `trace-runtime`, without lines.

use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use trace_otel::{Builder, Endpoint, Otel, Signal};
use trace_runtime::{flush, observe::Observe, timed, traced_handler};

use crate::clock::{BATCH, Sample, batches};

#[timed]
fn step() {}

#[timed(fields(user_id, user, hit, share, rows))]
fn five(user_id: u64, user: &str, hit: bool, share: f64, rows: u32) {
    black_box((user_id, user, hit, share, rows));
}

#[traced_handler]
async fn steps() {
    (0..BATCH).for_each(|_| step());
}

#[traced_handler]
async fn fives() {
    (0..BATCH).for_each(|id| five(id, "alice", true, 0.25, 12));
}

fn at_once(future: impl Future<Output = ()>) {
    let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Ready(())), "it waits for nothing");
}

/// Is offered everything, and does nothing.
struct Nothing;

impl Observe for Nothing {}

fn exporter(url: &str, set: impl FnOnce(Builder) -> Builder) -> Otel {
    let delay = Signal::new().schedule_delay(Duration::from_hours(1));
    set(Otel::builder().endpoint(url).traces(delay).logs(Signal::off())).build().expect("a URL")
}

pub(crate) fn measure(kind: &str, workload: &str, url: &str) -> Sample {
    let otel = match kind {
        "" => exporter(url, |it| it),
        "gzip" => exporter(url, |it| it.endpoint(Endpoint::default().gzip(true))),
        _ => exporter(url, |it| it.disabled(true)),
    };
    let builder = trace_runtime::builder().filter("off").observe(otel.clone());
    let builder = if kind == "observed" { builder.observe(Nothing) } else { builder };
    builder.init().expect("the first one");
    let make = || match workload {
        "step" => at_once(steps()),
        _ => at_once(fives()),
    };
    let deliver = || flush(Duration::from_mins(1)).expect("the receiver takes all");
    let (caller_ns, all_ns) = batches(make, deliver);
    Sample { caller_ns, all_ns, lost: otel.stats().traces.dropped() }
}
