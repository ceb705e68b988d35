//! Fields recorded while a scope is dropped or panics, or by many tasks at once.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures::{FutureExt as _, future::join_all};
use test_support::{capture, closing, handler, load, only, parse};
use tokio::task::yield_now;
use trace_runtime::{record, record_request, spawn, timed};

use super::fields;

#[tokio::test]
async fn what_is_dropped_with_the_body_may_still_record() {
    struct Records(&'static str);
    impl Drop for Records {
        fn drop(&mut self) {
            record!(dropped = self.0);
            record_request!(last = self.0);
        }
    }
    let capture = capture();
    let body = async {
        let _outer = Records("outer");
        load(async {
            let _inner = Records("inner");
            pending::<()>().await;
        })
        .await;
    };
    let mut request = Box::pin(capture.scope(handler(body)));
    assert!(request.as_mut().now_or_never().is_none());
    drop(request);
    assert_eq!(fields(&capture, "load"), r#"dropped="inner""#);
    assert_eq!(fields(&capture, "handler"), r#"dropped="outer" last="outer""#);
    assert_eq!(closing(&capture, "load")["outcome"], "cancelled");
}

#[tokio::test]
async fn a_step_that_panics_keeps_what_it_recorded_and_the_outer_one_goes_on() {
    let capture = capture();
    let body = async {
        let panics = || {
            record!(inner = 1);
            panic!("on purpose");
        };
        catch_unwind(|| parse(panics)).unwrap_err();
        record!(outer = 1);
        let panics = load(async { panics() });
        AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        record!(again = 2);
    };
    capture.scope(handler(load_outer(body))).await;
    for name in ["parse", "load"] {
        assert_eq!(closing(&capture, name)["inner"], 1);
        assert_eq!(closing(&capture, name)["outcome"], "panicked");
    }
    assert_eq!(fields(&capture, "load_outer"), "outer=1 again=2");
}

#[timed]
async fn load_outer<F: Future>(body: F) -> F::Output {
    body.await
}

#[test]
fn fields_recorded_by_64_tasks_at_once_are_all_there() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let capture = capture();
    let body = async {
        let tasks = (0..64_u32).map(|own| {
            spawn(async move {
                for turn in 0..100 {
                    record_of(own, turn);
                    yield_now().await;
                }
            })
        });
        for ended in join_all(tasks).await {
            ended.unwrap();
        }
    };
    runtime.block_on(capture.scope(handler(body)));
    let line = only(&capture);
    for own in 0..8 {
        assert_eq!(line[format!("k{own}")].as_u64().unwrap() % 100, 99, "{line}");
    }
    assert_eq!(line["last"].as_u64().unwrap() % 100, 99, "{line}");
}

/// Each of eight keys is written by eight tasks.
fn record_of(own: u32, turn: u32) {
    let value = own * 100 + turn;
    match own % 8 {
        0 => record_request!(k0 = value),
        1 => record_request!(k1 = value),
        2 => record_request!(k2 = value),
        3 => record_request!(k3 = value),
        4 => record_request!(k4 = value),
        5 => record_request!(k5 = value),
        6 => record_request!(k6 = value),
        _ => record_request!(k7 = value),
    }
    record_request!(last = value);
}
