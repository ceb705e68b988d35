//! Observers and lines in other formats: each gets what it would get alone.

use std::{
    fmt,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::Value;
use trace_runtime::{Format, observe::Observe};

use super::*;

const FORMATS: [Format; 5] =
    [Format::Json, Format::Otel, Format::Ecs, Format::Gcp, Format::Datadog];

/// A request with all that observers read: messages, fields, failures, carried
/// fields and an exchange over HTTP.
async fn everything() {
    carry!(tenant = "acme");
    info!(severity = "high", db.rows = 3, host = "db", "said \"{}\"", 1);
    let callsite = edge::callsite!("http_request", target: "my_edge");
    let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders/0");
    request.set_route("/orders/{id}");
    let mut handler = Box::pin(get_order(0));
    let _ = poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
    request.set_status(500);
    request.end(Outcome::Error);
    let _ = sync(true);
}

#[traced_handler(kind = "job", trace_id = "job-7")]
async fn job() {
    everything().await;
}

struct Nothing;

impl Observe for Nothing {}

async fn recorded(format: Format) -> Vec<String> {
    let recorder = Recorder::default();
    let capture = Capture::with_format(format).observed_by(recorder.clone());
    capture.scope(job()).await;
    recorder.said()
}

#[tokio::test]
async fn observers_are_offered_the_same_in_every_format() {
    let native = recorded(Format::Json).await;
    assert!(native.iter().any(|said| said.contains("error=\"disk gone\"")), "{native:#?}");
    for format in FORMATS {
        assert_eq!(recorded(format.clone()).await, native, "{format}");
    }
}

/// Returns a line without what differs from one run to the next.
fn masked(mut line: Value) -> Value {
    const DIFFER: [&str; 8] =
        ["time", "id", "duration", "busy", "ttfb", "steps", "httpRequest", "com/trace"];
    let members = line.as_object_mut().unwrap();
    for (key, value) in members.iter_mut() {
        if DIFFER.iter().any(|part| key.to_lowercase().contains(&part.to_lowercase())) {
            *value = Value::Null;
        }
    }
    line
}

/// Returns the lines of a job, without what differs from one run to the next.
async fn lines(capture: Capture) -> Vec<Value> {
    capture.scope(job()).await;
    capture.values().into_iter().map(masked).collect()
}

#[tokio::test]
async fn lines_are_the_same_with_and_without_observers_in_every_format() {
    for format in FORMATS {
        let alone = lines(Capture::with_format(format.clone())).await;
        let observed = Capture::with_format(format.clone()).observed_by(Nothing);
        assert!(alone.len() > 4, "{format}");
        assert_eq!(alone, lines(observed).await, "{format}");
    }
}

#[test]
fn code_of_the_users_runs_once_for_each_record() {
    static SHOWN: AtomicU32 = AtomicU32::new(0);
    struct Counts;
    impl fmt::Display for Counts {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "shown {}", SHOWN.fetch_add(1, Ordering::Relaxed))
        }
    }
    let capture = Capture::with_format(Format::Ecs).observed_by(Recorder::default());
    capture.run(|| info!(value = %Counts, "{}", Counts));
    assert_eq!(SHOWN.load(Ordering::Relaxed), 2);
}
