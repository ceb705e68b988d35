//! The lines of requests that an edge holds.

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

#[test]
fn a_handler_joins_and_gives_name_target_fields_and_error() {
    let line = line(|mut request| {
        let _ = poll(&mut request, get_user(7, Err("no such user")));
        request.set_route("/users/{id}");
        request.set_status(404);
        request.end(Outcome::Ok);
    });
    assert_eq!(ended(&line), ("ok", "INFO"), "the status decides");
    assert_eq!((&line["name"], &line["target"]), (&"get_user".into(), &"shop::http".into()));
    assert_eq!((&line["user_id"], &line["error"]), (&7.into(), &"no such user".into()));
    assert_eq!(line["route"], "/users/{id}");
}

#[test]
fn a_nested_and_a_second_handler_are_steps() {
    let lines = lines(|mut request| {
        let _ = poll(&mut request, outer());
        let _ = poll(&mut request, get_user(8, Ok(())));
        request.set_status(500);
        request.end(Outcome::Error);
    });
    let kinds: Vec<_> = lines.iter().map(|line| (&line["kind"], &line["name"])).collect();
    let (step, request) = (Value::from("step"), Value::from("request"));
    let (get_user, outer) = (Value::from("get_user"), Value::from("outer"));
    assert_eq!(kinds, [(&step, &get_user), (&step, &get_user), (&request, &outer)]);
    assert_eq!((ended(&lines[2]), &lines[2]["error"]), (("error", "ERROR"), &"outer".into()));
    assert_eq!(lines[0]["parent_span_id"], lines[2]["span_id"]);
    assert!(lines.iter().all(|line| line["trace_id"] == lines[0]["trace_id"]));
}

#[test]
fn steps_below_a_handler_that_joined_belong_to_the_request() {
    let mut steps = Vec::new();
    let lines = lines(|mut request| {
        poll(&mut request, load());
        steps = request.steps();
        request.set_status(200);
        request.end(Outcome::Ok);
    });
    assert_eq!(lines[0]["parent_span_id"], lines[1]["span_id"]);
    assert_eq!(lines[1]["steps"][0]["name"], "load");
    assert_eq!(steps[0].0, "load");
}

#[test]
fn what_is_dropped_was_cancelled_which_after_the_head_is_no_fault() {
    assert_eq!(ended(&line(drop)), ("cancelled", "WARN"));
    let after_the_head = line(|mut request| request.set_status(200));
    assert_eq!(ended(&after_the_head), ("cancelled", "INFO"));
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

#[test]
fn a_stream_that_its_client_leaves_is_ok_unless_it_was_refused() {
    for (status, expected) in [
        (Some(200), ("ok", "INFO")),
        (Some(399), ("ok", "INFO")),
        (Some(400), ("cancelled", "INFO")),
        (None, ("cancelled", "WARN")),
    ] {
        let line = left(status);
        assert_eq!(ended(&line), expected, "{status:?}");
        assert_eq!(line["kind"], "stream");
        assert_eq!(line["message"], "Request processed");
    }
}

#[test]
fn a_stream_that_fails_is_an_error() {
    let line = line(|mut request| {
        request.set_stream();
        request.set_status(200);
        request.set_error(&"disk on fire");
        request.end(Outcome::Error);
    });
    assert_eq!((ended(&line), &line["kind"]), (("error", "ERROR"), &"stream".into()));
}

#[crate::traced_handler(crate = crate, slow = "1ns")]
async fn always_slow() {}

#[crate::traced_handler(crate = crate, slow = "50ms")]
async fn seldom_slow() {}

#[test]
fn a_stream_is_slow_if_its_head_was_late() {
    let late = line(|mut request| {
        poll(&mut request, always_slow());
        request.set_stream();
        request.set_status(200);
    });
    assert_eq!((ended(&late), &late["slow"]), (("ok", "WARN"), &true.into()));
    let soon = line(|mut request| {
        poll(&mut request, seldom_slow());
        request.set_stream();
        request.set_status(200);
        std::thread::sleep(Duration::from_millis(60)); // the stream goes on
    });
    assert_eq!((ended(&soon), soon.get("slow")), (("ok", "INFO"), None));
}

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
fn a_panic_while_fields_are_set_is_caught_and_those_before_it_stay() {
    let lines = lines(|mut request| {
        request.record(|fields| {
            fields.set("before", 1);
            panic!("no header");
        });
        request.end(Outcome::Ok);
    });
    assert_eq!((lines.len(), &lines[0]["before"]), (1, &1.into()));
    assert_eq!(ended(&lines[0]), ("ok", "INFO"));
}

#[test]
fn a_panic_that_passes_through_closes_the_request_at_once() {
    let line_of = |run: fn(&mut Request)| {
        let lines = lines(|mut request| {
            let passed = catch_unwind(AssertUnwindSafe(|| run(&mut request)));
            assert!(passed.is_err());
        });
        assert_eq!(lines[0]["message"], "panicked: oh no");
        assert_eq!(lines[0]["trace_id"], lines[1]["trace_id"]);
        assert_eq!(lines.len(), 2);
        lines[1].clone()
    };
    let bare = line_of(|request| request.enter(|| panic!("oh no")));
    assert_eq!((ended(&bare), &bare["error"]), (("panicked", "ERROR"), &"oh no".into()));
    let handler = line_of(|request| poll(request, panics()));
    assert_eq!((&handler["name"], &handler["error"]), (&"panics".into(), &"oh no".into()));
    assert_eq!(ended(&handler), ("panicked", "ERROR"));
}

#[test]
fn a_panic_that_the_edge_caught_decides_whatever_is_answered() {
    let lines = lines(|mut request| {
        let caught = request.enter(|| catch_unwind(|| panic!("oh no")));
        request.panic_caught(caught.unwrap_err().as_ref());
        request.set_status(500);
        request.set_level(Level::Info);
        request.end(Outcome::Error);
    });
    let line = lines.last().unwrap();
    assert_eq!((ended(line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!(line["status"], 500);
}

#[test]
fn a_panic_that_a_layer_below_caught_decides_until_another_handler_answers() {
    let request = |is_tried_again: bool| {
        let lines = lines(move |mut request| {
            let caught = request.enter(|| {
                catch_unwind(|| {
                    let _ = pin!(panics()).poll(&mut Context::from_waker(Waker::noop()));
                })
            });
            assert!(caught.is_err());
            if is_tried_again {
                let _ = poll(&mut request, get_user(7, Ok(())));
            }
            request.set_status(200);
            request.end(Outcome::Ok);
        });
        lines.last().unwrap().clone()
    };
    let line = request(false);
    assert_eq!((ended(&line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!((&line["name"], &line["status"]), (&"panics".into(), &200.into()));
    let line = request(true);
    assert_eq!((ended(&line), line.get("error")), (("ok", "INFO"), None));
    assert_eq!(line["name"], "get_user");
}

#[test]
fn what_a_handler_says_goes_before_what_the_edge_was_told() {
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
fn a_handler_that_was_cut_off_never_reads_as_ok_whatever_is_answered() {
    for (status, outcome, level) in [
        (Some(200), Some(Outcome::Ok), "WARN"),
        (Some(408), Some(Outcome::Ok), "WARN"),
        (Some(503), Some(Outcome::Error), "ERROR"),
        (None, Some(Outcome::Error), "ERROR"),
        (Some(408), None, "WARN"),
        (Some(503), None, "ERROR"),
        (None, None, "WARN"),
    ] {
        let line = line(|mut request| {
            request.set_quiet();
            cut_off(&mut request, waits(1));
            if let Some(status) = status {
                request.set_status(status);
            }
            if let Some(outcome) = outcome {
                request.end(outcome);
            }
        });
        assert_eq!(ended(&line), ("cancelled", level), "{line}");
        assert_eq!((&line["name"], &line["nth"]), (&"get_user".into(), &1.into()));
    }
}

#[test]
fn a_level_that_was_set_does_not_hide_that_a_handler_was_cut_off() {
    for (outcome, level) in [(Outcome::Ok, Level::Debug), (Outcome::Error, Level::Info)] {
        let line = line(|mut request| {
            cut_off(&mut request, waits(1));
            request.set_level(level);
            request.end(outcome);
        });
        assert_eq!(ended(&line), ("cancelled", "WARN"));
    }
}

#[test]
fn of_a_handler_that_is_tried_again_the_last_answer_counts() {
    let again = line(|mut request| {
        cut_off(&mut request, waits(1));
        let _ = poll(&mut request, get_user(7, Err("busy")));
        request.set_status(429);
        request.end(Outcome::Ok);
    });
    assert_eq!((ended(&again), &again["error"]), (("ok", "INFO"), &"busy".into()));
    assert_eq!((&again["user_id"], &again["nth"]), (&7.into(), &1.into()));
    let in_vain = lines(|mut request| {
        let _ = poll(&mut request, get_user(7, Err("busy")));
        cut_off(&mut request, waits(2));
        request.set_status(408);
        request.end(Outcome::Ok);
    });
    assert_eq!(ended(in_vain.last().unwrap()), ("cancelled", "WARN"));
}

#[test]
fn of_handlers_tried_beside_each_other_one_answer_is_enough() {
    let lines = lines(|mut request| {
        let (mut first, mut cx) = (Box::pin(waits(1)), Context::from_waker(Waker::noop()));
        assert!(request.enter(|| first.as_mut().poll(&mut cx)).is_pending());
        let _ = poll(&mut request, get_user(7, Ok(())));
        request.enter(|| drop(first));
        request.set_status(200);
        request.end(Outcome::Ok);
    });
    assert_eq!(ended(lines.last().unwrap()), ("ok", "INFO"));
}

/// Neither the handler that it called, nor one in a task that it spawned.
#[test]
fn what_a_handler_called_does_not_answer_for_it() {
    #[crate::traced_handler(crate = crate)]
    async fn waits_after(spawned: bool) {
        let here = crate::Context::current();
        let inner = get_user(7, Ok(()));
        if spawned {
            let mut inner = Box::pin(here.scope(inner));
            let run = || inner.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
            assert!(crate::Context::none().run(run));
        } else {
            let _ = inner.await;
        }
        std::future::pending::<()>().await;
    }
    for spawned in [false, true] {
        let lines = lines(|mut request| {
            cut_off(&mut request, waits_after(spawned));
            request.set_status(200);
            request.end(Outcome::Ok);
        });
        assert_eq!(ended(lines.last().unwrap()), ("cancelled", "WARN"));
    }
}

#[test]
fn where_being_cut_off_is_usual_the_handler_says_what_it_means() {
    #[crate::traced_handler(crate = crate, cancelled = "debug")]
    async fn polls() {
        std::future::pending::<()>().await;
    }
    #[crate::traced_handler(crate = crate, cancelled = "off")]
    async fn says_nothing() {
        std::future::pending::<()>().await;
    }
    let answered = |status, outcome| {
        line(|mut request| {
            cut_off(&mut request, polls());
            request.set_status(status);
            request.end(outcome);
        })
    };
    assert_eq!(ended(&answered(204, Outcome::Ok)), ("cancelled", "DEBUG"));
    assert_eq!(ended(&answered(503, Outcome::Error)), ("cancelled", "ERROR"));
    let nothing = lines(|mut request| {
        cut_off(&mut request, says_nothing());
        request.end(Outcome::Ok);
    });
    assert!(nothing.is_empty(), "{nothing:?}");
}

#[test]
fn a_job_below_an_edge_is_a_job() {
    #[crate::traced_handler(crate = crate, kind = "job")]
    async fn sweep() {}
    let line = line(|mut request| {
        poll(&mut request, sweep());
        request.set_status(202);
        request.end(Outcome::Ok);
    });
    assert_eq!((&line["kind"], &line["message"]), (&"job".into(), &"Job finished".into()));
    assert_eq!(line["status"], 202);
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

#[test]
fn a_request_that_is_over_takes_no_further_handler() {
    let lines = lines(|mut request| {
        let here = request.enter(crate::Context::current);
        request.set_status(200);
        request.end(Outcome::Ok);
        let mut cx = Context::from_waker(Waker::noop());
        let _ = here.run(|| pin!(get_user(7, Ok(()))).poll(&mut cx));
    });
    let kinds: Vec<_> = lines.iter().map(|line| &line["kind"]).collect();
    assert_eq!(kinds, ["request", "request"]);
    assert_eq!(lines[1]["trace_id"], lines[0]["trace_id"]);
    assert_eq!(lines[1]["parent_span_id"], lines[0]["span_id"]);
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

#[test]
fn the_message_of_a_panic_goes_before_a_reason_that_was_given() {
    let lines = lines(|mut request| {
        request.enter(|| crate::request_error(&std::io::Error::other("given")));
        let unwound = catch_unwind(AssertUnwindSafe(|| poll(&mut request, panics())));
        request.panic_caught(&*unwound.unwrap_err());
        request.end(Outcome::Error);
    });
    // The first line is that of the panic itself.
    let line = &lines[1];
    assert_eq!((&line["outcome"], &line["error"]), (&"panicked".into(), &"oh no".into()));
}
