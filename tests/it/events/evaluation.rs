//! When the fields of an event or a scope are evaluated.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::json;
use test_support::{capture, capture_at, closing, only, values};
use trace_runtime::{Level, debug, error, event, info, timed, traced_handler, warn};

#[test]
fn below_the_filter_nothing_of_an_event_is_evaluated() {
    fn evaluated() -> u8 {
        unreachable!("below the filter")
    }
    let capture = capture_at("info,it::events=error");
    capture.run(|| {
        debug!(field = evaluated(), "{}", evaluated());
        warn!(field = evaluated(), "{}", evaluated());
        event!(Level::Warn, field = evaluated());
        error!("passes");
    });
    assert_eq!(only(&capture)["message"], "passes");
}

#[test]
fn a_capture_says_nothing_of_a_filter_that_lets_nothing_through() {
    let capture = capture_at("another_crate");
    capture.run(|| (0..100).for_each(|n| info!(n)));
    assert_eq!(capture.lines(), [""; 0]);
}

#[test]
fn what_an_event_says_is_evaluated_once() {
    let calls = Cell::new(0);
    let call = || {
        calls.set(calls.get() + 1);
        calls.get()
    };
    let capture = capture();
    capture.run(|| info!(one = call(), two = call(), "{}", call()));
    only(&capture);
    assert_eq!(calls.get(), 3);
}

/// Arguments may be moved or changed before the end.
#[tokio::test]
async fn the_fields_of_a_scope_are_evaluated_at_its_entry() {
    #[timed(fields(n = *n, text = %text, len = text.len()))]
    async fn step(n: &mut u8, text: String) {
        *n = 9;
        drop(text);
        info!("inside");
    }
    #[traced_handler(fields(n, doubled = n * 2))]
    async fn handler(mut n: u8) {
        n += 1;
        step(&mut n, "text".to_owned()).await;
    }
    let capture = capture();
    capture.scope(handler(3)).await;
    let step = closing(&capture, "step");
    assert_eq!((&step["n"], &step["text"], &step["len"]), (&json!(4), &json!("text"), &json!(4)));
    let request = closing(&capture, "handler");
    assert_eq!((&request["n"], &request["doubled"]), (&json!(3), &json!(6)));
}

/// At entry, a scope may still end as an ERROR; where even that would be
/// filtered out, nothing is evaluated.
#[test]
fn the_fields_of_a_scope_are_not_evaluated_where_even_its_errors_are_off() {
    static EVALUATED: AtomicU32 = AtomicU32::new(0);
    #[timed(target = "quiet", level = "trace", fields(n = EVALUATED.fetch_add(1, Ordering::Relaxed)))]
    fn step() {}
    capture_at("info,quiet=off").run(step);
    assert_eq!(EVALUATED.load(Ordering::Relaxed), 0);
    capture_at("info").run(step);
    assert!(EVALUATED.load(Ordering::Relaxed) <= 1);
}

#[tokio::test]
async fn the_fields_of_a_request_stand_on_its_line_only() {
    #[traced_handler(fields(user_id))]
    async fn handler(user_id: u32) {
        info!("inside");
    }
    let capture = capture();
    capture.scope(handler(42)).await;
    let [event, request] = values(&capture).try_into().unwrap();
    assert!(event.get("user_id").is_none());
    assert_eq!(request["user_id"], 42);
}
