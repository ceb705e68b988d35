//! Values that panic, log or drop requests while they are shown.

use std::{cell::Cell, future::pending};

use futures::FutureExt as _;
use test_support::{at_once, capture, closing, handler, load, parse, shown};
use trace_runtime::{info, record, record_request, traced_handler};

use super::fields;

#[tokio::test]
async fn a_value_that_panics_is_marked_and_the_others_are_there() {
    let capture = capture();
    let body = async {
        record!(a = 1, panics = %shown(|_| panic!("on purpose")), b = 2);
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "handler"), r#"a=1 panics="<panicked>" b=2"#);
    assert_eq!(closing(&capture, "handler")["outcome"], "ok");
}

#[tokio::test]
async fn a_value_that_records_and_logs_while_it_is_shown_works() {
    let capture = capture();
    let body = async {
        let records = shown(|f| {
            record!(inner = 1, records = "not yet");
            record_request!(request = 2);
            parse(|| record!(deep = 3));
            info!("shown");
            f.write_str("text")
        });
        load(async { record!(%records) }).await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "load"), r#"inner=1 records="text""#);
    assert_eq!(fields(&capture, "parse"), "deep=3");
    assert_eq!(fields(&capture, "handler"), "request=2");
    assert_eq!(capture.tree(), "handler ok\n  load ok\n    parse ok\n    \"shown\"\n");
}

#[test]
fn a_value_that_drops_its_own_request_while_it_is_shown_works() {
    let capture = capture();
    let mut request = capture.scope(handler(pending::<()>())).boxed_local();
    assert!(request.as_mut().now_or_never().is_none());
    let kept = Cell::new(Some(request));
    let other = async {
        record!(value = %shown(|f| {
            drop(kept.take());
            f.write_str("text")
        }));
    };
    at_once(capture.scope(load_outer_request(other)));
    assert_eq!(fields(&capture, "load_outer_request"), r#"value="text""#);
    assert_eq!(fields(&capture, "handler"), "");
}

#[traced_handler]
async fn load_outer_request<F: Future>(body: F) -> F::Output {
    body.await
}
