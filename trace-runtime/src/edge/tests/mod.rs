//! The lines of requests that an edge holds.

mod cut_off;
mod handlers;
mod panics;
mod streams;

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use serde_json::Value;

use super::*;
use crate::{
    level::Level,
    propagation::{Incoming, extract},
    testing::Capture,
};

fn open() -> Request {
    Request::open(
        callsite!("http_request", target: "my_edge"),
        Incoming::none(),
        "GET",
        "/users/42",
    )
}

/// Polls a future to its end inside the request.
fn poll<F: Future>(request: &mut Request, future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = request.enter(|| future.as_mut().poll(&mut cx)) {
            return value;
        }
    }
}

/// Returns the lines that a request has after `run`.
fn lines(run: impl FnOnce(Request)) -> Vec<Value> {
    let capture = Capture::new();
    capture.run(|| run(open()));
    capture.values()
}

/// Returns its only line.
fn line(run: impl FnOnce(Request)) -> Value {
    let lines = lines(run);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines[0].clone()
}

fn ended(line: &Value) -> (&str, &str) {
    (line["outcome"].as_str().unwrap(), line["level"].as_str().unwrap())
}

#[crate::traced_handler(crate = crate, target = "shop::http", fields(user_id))]
async fn get_user(user_id: u32, result: Result<(), &'static str>) -> Result<(), &'static str> {
    result
}

#[crate::traced_handler(crate = crate)]
async fn outer() -> Result<(), &'static str> {
    let _ = get_user(7, Err("inner")).await;
    Err("outer")
}

#[crate::traced_handler(crate = crate)]
async fn panics() {
    panic!("oh no")
}

#[crate::timed(crate = crate)]
async fn load() {}

#[test]
fn a_request_without_a_handler_says_what_the_edge_knows() {
    let line = line(|mut request| {
        request.enter(|| ());
        request.set_status(404);
        request.set_grpc_status(5);
        request.end(Outcome::Ok);
    });
    assert_eq!(ended(&line), ("ok", "INFO"));
    assert_eq!(line["name"], "http_request");
    assert_eq!(line["target"], "my_edge");
    assert_eq!((&line["method"], &line["path"]), (&"GET".into(), &"/users/42".into()));
    assert_eq!((&line["status"], &line["grpc_status"]), (&404.into(), &5.into()));
    assert!(line["ttfb_ms"].is_number() && line.get("route").is_none());
}

/// Returns the line of a stream with this status, after its client has left.
fn left(status: Option<u16>) -> Value {
    line(|mut request| {
        request.set_stream();
        if let Some(status) = status {
            request.set_status(status);
        }
    })
}

#[crate::traced_handler(crate = crate, slow = "1ns")]
async fn always_slow() {}

#[crate::traced_handler(crate = crate, slow = "50ms")]
async fn seldom_slow() {}

#[test]
fn fields_that_an_edge_sets_are_on_the_line_under_keys_of_their_own() {
    let line = line(|mut request| {
        request.record(|fields| {
            fields.set("user_agent", "curl/8");
            fields.set("tenant", 1);
            fields.set("tenant", 2);
            fields.set("gone", Some(1));
            fields.set("gone", None::<u8>);
            fields.set("user_id", "the edge's");
            fields.set(&"k".repeat(300), "too long");
            for key in ["status", "trace_id", "w3c_trace_id", "field.level", "\"quoted\"\n"] {
                fields.set(key, key);
            }
        });
        let _ = poll(&mut request, get_user(7, Ok(())));
        request.set_status(200);
        request.end(Outcome::Ok);
    });
    assert_eq!((&line["user_agent"], &line["tenant"]), (&"curl/8".into(), &2.into()));
    assert_eq!((&line["user_id"], &line["status"]), (&7.into(), &200.into()));
    assert_eq!(line.get("gone"), None);
    for key in ["field.status", "field.trace_id", "field.w3c_trace_id", "field.level"] {
        let name = key.strip_prefix("field.").unwrap();
        assert!(line[key] == name || line[key] == key, "{line}");
    }
    assert_eq!(line["\"quoted\"\n"], "\"quoted\"\n");
}

#[test]
fn what_a_handler_says_goes_before_what_the_edge_has_set() {
    let of_handler = line(|mut request| {
        let _ = poll(&mut request, get_user(7, Err("handler")));
        request.set_error(&"edge");
        request.end(Outcome::Error);
    });
    assert_eq!(of_handler["error"], "handler");
    let of_edge = line(|mut request| {
        let _ = poll(&mut request, get_user(7, Ok(())));
        request.set_error(&"edge");
        request.end(Outcome::Error);
    });
    assert_eq!((ended(&of_edge), &of_edge["error"]), (("error", "ERROR"), &"edge".into()));
}

#[crate::traced_handler(crate = crate, name = "get_user", fields(nth))]
async fn waits(nth: u32) {
    std::future::pending::<()>().await;
}

/// Polls a handler once and drops it.
fn cut_off<F: Future>(request: &mut Request, handler: F) {
    let mut handler = Box::pin(handler);
    let mut cx = Context::from_waker(Waker::noop());
    assert!(request.enter(|| handler.as_mut().poll(&mut cx)).is_pending());
    request.enter(|| drop(handler));
}

#[test]
fn a_quiet_request_has_a_line_only_if_it_fails() {
    let quiet = |outcome: Option<Outcome>, status: Option<u16>| {
        let lines = lines(|mut request| {
            request.set_quiet();
            if let Some(status) = status {
                request.set_status(status);
            }
            if let Some(outcome) = outcome {
                request.end(outcome);
            }
        });
        lines.len()
    };
    assert_eq!(quiet(Some(Outcome::Ok), Some(200)), 0);
    assert_eq!(quiet(None, Some(200)), 0);
    assert_eq!(quiet(None, None), 1);
    assert_eq!(quiet(Some(Outcome::Error), Some(503)), 1);
}

#[test]
fn a_level_that_was_set_is_that_of_the_line() {
    for (outcome, name) in [(Outcome::Ok, "ok"), (Outcome::Error, "error")] {
        let line = line(|mut request| {
            request.set_level(Level::Warn);
            request.end(outcome);
        });
        assert_eq!(ended(&line), (name, "WARN"));
    }
}

#[test]
fn what_came_in_is_on_the_line() {
    let incoming = extract(|name| match name {
        "traceparent" => Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        "x-request-id" => Some("req-7"),
        _ => None,
    });
    let capture = Capture::new();
    capture.run(|| {
        let request =
            Request::open(callsite!("http_request", target: "my_edge"), &incoming, "GET", "/");
        assert_eq!(request.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(request.request_id().to_string(), "req-7");
    });
    let line = &capture.values()[0];
    assert_eq!(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(line["parent_span_id"], "00f067aa0ba902b7");
    assert_eq!(line["request_id"], "req-7");
}

#[test]
fn a_request_opened_within_another_has_a_line_of_its_own() {
    let lines = lines(|mut request| {
        request.enter(|| open().end(Outcome::Ok));
        request.end(Outcome::Ok);
    });
    assert_eq!(lines.len(), 2);
    assert_ne!(lines[0]["trace_id"], lines[1]["trace_id"]);
}

/// A type without any text.
struct Silent;

#[crate::traced_handler(crate = crate)]
async fn fails_with<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[crate::traced_handler(crate = crate)]
async fn fails(reason: Option<&str>) -> Result<(), &str> {
    reason.map_or(Ok(()), Err)
}

/// The order is: the reason that was given, the handler's error, the edge's
/// error, the type of the handler's error.
#[test]
fn the_reason_that_says_most_is_on_the_line() {
    for (given, handler, edge, expected) in [
        (true, Some("handler"), true, "given"),
        (true, None, true, "given"),
        (false, Some("handler"), true, "handler"),
        (false, None, true, "edge"),
        (false, None, false, "<trace_runtime::edge::tests::Silent>"),
    ] {
        let line = line(|mut request| {
            if given {
                request.enter(|| crate::request_error(&std::io::Error::other("given")));
            }
            if let Some(reason) = handler {
                let _ = poll(&mut request, fails(Some(reason)));
            } else {
                let _ = poll(&mut request, fails_with(Silent));
            }
            if edge {
                request.set_error(&"edge");
            }
            request.end(Outcome::Error);
        });
        assert_eq!(line["error"], expected, "{given} {handler:?} {edge}");
    }
}
