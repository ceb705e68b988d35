//! What opens a request, and what is a step of one.

use test_support::{capture, closing, in_time, only};
use tokio::sync::oneshot;
use trace_runtime::{Context, info, spawn, traced_handler};

use super::{handler, id_here, step, sync_step};

#[tokio::test]
async fn a_handler_opens_a_trace_and_closes_it() {
    let capture = capture();
    assert_eq!(id_here(), None);
    assert_eq!(capture.scope(handler(async { id_here() })).await.unwrap(), "request-1");
    assert_eq!(id_here(), None);
    let line = only(&capture);
    assert_eq!(line["kind"], "request");
    assert_eq!(line["trace_id"], "request-1");
    assert!(line.get("parent_span_id").is_none(), "{line}");
}

#[tokio::test]
async fn a_handler_inside_a_handler_is_a_step_of_it() {
    #[traced_handler(trace_id = "request-2")]
    async fn inner() -> Option<String> {
        id_here()
    }
    let capture = capture();
    assert_eq!(capture.scope(handler(inner())).await.unwrap(), "request-1");
    assert_eq!(capture.tree(), "handler ok\n  inner ok\n");
    let line = closing(&capture, "inner");
    assert_eq!(line["kind"], "step");
    assert_eq!(line["message"], "Step finished");
    assert_eq!(line["trace_id"], "request-1");
}

#[tokio::test]
async fn an_inner_handler_that_fails_is_a_warning_like_any_step() {
    #[traced_handler]
    async fn inner() -> Result<(), String> {
        Err("no".to_owned())
    }
    #[traced_handler]
    async fn outer() -> Result<(), String> {
        inner().await
    }
    let capture = capture();
    capture.scope(outer()).await.unwrap_err();
    assert_eq!(closing(&capture, "inner")["level"], "WARN");
    assert_eq!(closing(&capture, "outer")["level"], "ERROR");
}

#[tokio::test]
async fn the_end_of_a_step_does_not_close_the_trace() {
    #[traced_handler(trace_id = "request-2")]
    async fn inner() {}
    let capture = capture();
    let body = async {
        step(async {}).await;
        sync_step(|| ());
        inner().await;
        inner().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  step ok\n  sync_step ok\n  inner ok\n  inner ok\n");
}

#[tokio::test]
async fn a_refused_id_of_an_inner_handler_is_on_no_line() {
    #[traced_handler(trace_id = "not acceptable")]
    async fn inner() {}
    let capture = capture();
    capture.scope(handler(inner())).await;
    assert!(closing(&capture, "inner").get("request_id_rejected").is_none());
    assert!(closing(&capture, "handler").get("request_id_rejected").is_none());
}

#[tokio::test]
async fn a_handler_inside_a_step_outside_any_trace_opens_one() {
    let capture = capture();
    capture.scope(step(handler(async { info!("inside") }))).await;
    assert_eq!(capture.tree(), "handler ok\n  \"inside\"\nstep ok\n");
    assert!(closing(&capture, "step").get("trace_id").is_none());
}

#[tokio::test]
async fn a_handler_under_a_closed_trace_that_is_given_an_id_opens_a_new_one() {
    #[traced_handler(trace_id = "request-2")]
    async fn next() -> Option<String> {
        id_here()
    }
    let capture = capture();
    let (go, gone) = oneshot::channel::<()>();
    let mut task = None;
    let body = async {
        task = Some(spawn(async {
            gone.await.unwrap();
            next().await
        }));
    };
    capture.scope(handler(body)).await;
    go.send(()).unwrap();
    assert_eq!(in_time(task.unwrap()).await.unwrap().unwrap(), "request-2");
    assert_eq!(capture.tree(), "handler ok\nnext ok\n");
    assert_eq!(closing(&capture, "next")["kind"], "request");
}

#[tokio::test]
async fn a_handler_in_a_task_of_an_open_trace_is_a_step() {
    #[traced_handler]
    async fn inner() {}
    let capture = capture();
    capture.scope(handler(async { spawn(inner()).await.unwrap() })).await;
    assert_eq!(capture.tree(), "handler ok\n  inner ok\n");
}

#[tokio::test]
async fn a_handler_in_context_none_is_a_request_of_its_own() {
    #[traced_handler(trace_id = "request-2")]
    async fn other() {}
    let capture = capture();
    capture.scope(handler(async { Context::none().scope(other()).await })).await;
    assert_eq!(capture.tree(), "other ok\nhandler ok\n");
    assert_eq!(closing(&capture, "other")["kind"], "request");
}
