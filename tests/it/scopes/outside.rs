//! Lines and steps outside any trace.

use test_support::{at_once, capture, only, values};
use trace_runtime::{Context, info, timed};

use super::{handler, id_here, step, sync_step};

#[tokio::test]
async fn a_step_outside_any_trace_has_a_span_and_no_trace() {
    let capture = capture();
    capture.scope(step(async { assert_eq!(id_here(), None) })).await;
    let line = only(&capture);
    assert_eq!(line["kind"], "step");
    assert!(line["duration_ms"].is_number());
    assert_eq!(line["span_id"].as_str().unwrap().len(), 16);
    for key in ["trace_id", "parent_span_id"] {
        assert!(line.get(key).is_none(), "{line}");
    }
}

#[test]
fn a_sync_step_outside_any_trace_has_a_span_and_no_trace() {
    #[timed]
    fn nothing() {}
    let capture = capture();
    capture.run(|| sync_step(|| ()));
    capture.run(nothing);
    for line in values(&capture) {
        assert_eq!(line["kind"], "step");
        assert!(line.get("trace_id").is_none(), "{line}");
        assert!(line.get("parent_span_id").is_none(), "{line}");
        assert_eq!(line["span_id"].as_str().unwrap().len(), 16);
    }
    assert_eq!(capture.tree(), "sync_step ok\nnothing ok\n");
}

#[test]
fn an_event_outside_any_trace_has_a_line_without_ids() {
    let capture = capture();
    capture.run(|| info!("alone"));
    let line = only(&capture);
    assert_eq!(line["message"], "alone");
    assert!(line.get("trace_id").is_none(), "{line}");
    assert!(line.get("span_id").is_none(), "{line}");
}

/// No expansion panics without a trace, a runtime or `init`.
#[test]
fn without_trace_runtime_and_init_all_is_silent() {
    assert_eq!(sync_step(|| 7), 7);
    assert_eq!(at_once(step(async { 7 })), 7);
    info!("nowhere");
    let id = at_once(handler(async { id_here() }));
    assert_eq!(id.unwrap(), "request-1");
}

#[tokio::test]
async fn a_plain_spawn_carries_nothing() {
    let capture = capture();
    let body = async { tokio::spawn(async { id_here() }).await.unwrap() };
    assert_eq!(capture.scope(handler(body)).await, None);
}

#[tokio::test]
async fn context_none_is_outside_any_trace() {
    let capture = capture();
    let body = async {
        Context::none()
            .scope(async {
                info!("outside");
                step(async { assert_eq!(id_here(), None) }).await;
            })
            .await;
        Context::none().run(|| assert_eq!(id_here(), None));
        info!("inside");
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "\"outside\"\nstep ok\nhandler ok\n  \"inside\"\n");
}
