//! What is the same of blocks, futures and streams.

use std::{
    fmt::Display,
    future::ready,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures::{StreamExt as _, stream};
use serde_json::json;
use test_support::{at_once, capture, closing, values};
use tokio::task::yield_now;
use trace_runtime::{info, step};

use super::handler;

#[tokio::test]
async fn a_block_a_future_and_a_stream_are_steps() {
    let capture = capture();
    let body = async {
        let block = step!("block", {
            info!("in the block");
            7
        });
        let future = step!("future", async {
            info!("in the future");
            8
        });
        let stream =
            step!("stream", stream = stream::iter([9]).inspect(|_| info!("in the stream")));
        (block, future.await, stream.collect::<Vec<_>>().await)
    };
    assert_eq!(capture.scope(handler(body)).await, (7, 8, vec![9]));
    assert_eq!(
        capture.tree(),
        "handler ok\n  block ok\n    \"in the block\"\n  future ok\n    \"in the future\"\n  \
         stream ok\n    \"in the stream\"\n"
    );
}

#[test]
fn outside_any_trace_it_has_a_span_and_no_trace() {
    let capture = capture();
    capture.run(|| step!("block", {}));
    at_once(capture.scope(step!("future", async {})));
    for line in values(&capture) {
        assert_eq!(line["kind"], "step");
        assert!(line.get("trace_id").is_none() && line["span_id"].is_string(), "{line}");
    }
}

#[test]
fn without_init_and_capture_it_is_silent() {
    assert_eq!(step!("block", { 7 }), 7);
    assert_eq!(at_once(step!("future", ready(7))), 7);
    let items = step!("stream", stream = stream::iter(0..3)).count();
    assert_eq!(at_once(items), 3);
}

#[test]
fn a_panic_passes_through_and_is_on_the_line() {
    let capture = capture();
    let panics = || -> u8 { panic!("on purpose") };
    let block = || capture.run(|| step!("block", { panics() }));
    catch_unwind(AssertUnwindSafe(block)).unwrap_err();
    let future = || at_once(capture.scope(step!("future", async { panics() })));
    catch_unwind(AssertUnwindSafe(future)).unwrap_err();
    let lines = values(&capture);
    let closed: Vec<_> = lines.iter().filter(|line| line["kind"] == "step").collect();
    assert_eq!(closed.len(), 2);
    for line in closed {
        assert_eq!((&line["outcome"], &line["error"]), (&json!("panicked"), &json!("on purpose")));
    }
}

#[tokio::test]
async fn what_was_polled_more_than_once_says_how_long_it_was_busy() {
    let capture = capture();
    let body = async {
        step!("twice", yield_now()).await;
        step!("once", ready(())).await;
        step!("block", {});
    };
    capture.scope(handler(body)).await;
    let has_busy = |name| closing(&capture, name).get("busy_ms").is_some();
    assert_eq!(["twice", "once", "block"].map(has_busy), [true, false, false]);
}

#[test]
fn errors_are_read_by_their_type_as_in_functions() {
    fn step_of<E: Display>(error: E) -> Result<(), E> {
        step!("generic", { Err(error) })
    }
    let capture = capture();
    capture.run(|| step!("text", { Err::<(), _>("no") })).unwrap_err();
    capture.run(|| step_of("no")).unwrap_err();
    let anyhow = || step!("chain", { Err::<(), _>(anyhow::anyhow!("cause").context("no")) });
    capture.run(anyhow).unwrap_err();
    capture.run(|| step!("option", { None::<u8> }));
    assert_eq!(
        capture.tree(),
        "text error: no\ngeneric error: no\nchain error: no: cause\noption ok\n"
    );
    assert_eq!(closing(&capture, "chain")["error_chain"], json!(["cause"]));
}
