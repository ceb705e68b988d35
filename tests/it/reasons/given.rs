//! What `request_error` puts on the line of the request.

use std::{error::Error, fmt::Debug};

use serde_json::json;
use test_support::{ON_PURPOSE, at_once, capture, closing, only};
use trace_runtime::{record_request, request_error, spawn, timed, traced_handler};

use super::said;
use crate::errors::{Top, top};

#[timed]
async fn gives(error: &(dyn Error + Send + Sync)) {
    request_error(error);
}

#[test]
fn is_on_the_request_line_and_changes_no_outcome() {
    #[traced_handler]
    async fn handler() -> u16 {
        gives(&top()).await;
        502
    }
    let capture = capture();
    capture.run(|| at_once(handler()));
    assert_eq!(capture.tree(), "handler ok: while loading: disk gone\n  gives ok\n");
    assert_eq!(closing(&capture, "handler")["level"], "INFO");
}

#[test]
fn goes_before_what_the_handler_returns_and_the_last_call_wins() {
    #[traced_handler]
    async fn handler() -> Result<u8, Top> {
        gives(&std::fmt::Error).await;
        gives(&*anyhow::anyhow!("the reason")).await;
        Err(top())
    }
    let capture = capture();
    capture.run(|| drop(at_once(handler())));
    assert_eq!(said(&closing(&capture, "handler")), json!(["the reason", null]));
}

#[tokio::test]
async fn does_not_go_before_a_panic() {
    #[traced_handler]
    async fn handler() {
        request_error(&top());
        panic!("{ON_PURPOSE}");
    }
    let capture = capture();
    tokio::spawn(capture.scope(handler())).await.unwrap_err();
    let line = closing(&capture, "handler");
    assert_eq!((&line["outcome"], &line["error"]), (&"panicked".into(), &ON_PURPOSE.into()));
}

#[tokio::test]
async fn may_come_from_a_spawned_task_and_stays_when_the_request_is_cancelled() {
    #[traced_handler]
    async fn handler() {
        spawn(async { request_error(&top()) }).await.unwrap();
        std::future::pending::<()>().await;
    }
    let capture = capture();
    let mut request = Box::pin(capture.scope(handler()));
    while futures::poll!(&mut request).is_pending() {
        tokio::task::yield_now().await;
        if tokio::runtime::Handle::current().metrics().num_alive_tasks() == 0 {
            break;
        }
    }
    drop(request);
    assert_eq!(capture.tree(), "handler cancelled: while loading: disk gone\n");
}

#[test]
fn does_nothing_outside_a_request_and_after_it() {
    #[traced_handler]
    async fn handler() -> trace_runtime::Context {
        trace_runtime::Context::current()
    }
    let capture = capture();
    capture.run(|| {
        request_error(&top());
        at_once(handler()).run(|| request_error(&top()));
    });
    assert_eq!(capture.tree(), "handler ok\n");
}

#[test]
fn is_encoded_where_its_code_may_trace() {
    #[derive(Debug)]
    struct Traces;
    impl Error for Traces {}
    impl std::fmt::Display for Traces {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            record_request!(shown = true);
            request_error(&std::fmt::Error);
            f.write_str("traces")
        }
    }
    #[traced_handler]
    async fn handler() {
        request_error(&Traces);
    }
    let capture = capture();
    capture.run(|| at_once(handler()));
    let line = only(&capture);
    assert_eq!((&line["error"], &line["shown"]), (&"traces".into(), &true.into()));
}
