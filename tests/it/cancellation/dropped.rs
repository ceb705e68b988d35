//! Where a future may be dropped.

use std::{
    cell::RefCell,
    future::pending,
    sync::{Arc, Mutex},
    thread,
};

use futures::{FutureExt as _, future::BoxFuture};
use test_support::{LONG, capture, closing, only, values};
use tokio::sync::Notify;
use trace_runtime::{Context, info, testing::Capture, timed, trace_id, traced_handler};

use super::{OnDrop, begun, inner, multi_thread, outer};

const CANCELLED: &str = "inner cancelled\n  step cancelled\n    \"on the way out\"\n";

fn check_inner(capture: &Capture) {
    assert_eq!(capture.tree(), CANCELLED);
    for line in values(capture) {
        assert_eq!(line["trace_id"], "inner", "{line}");
    }
}

#[tokio::test]
async fn a_future_dropped_inside_another_request_keeps_its_own_id() {
    let (capture, elsewhere) = (capture(), capture());
    let request = begun(&capture);
    elsewhere.scope(outer(async { drop(request) })).await;
    check_inner(&capture);
    assert_eq!(only(&elsewhere)["trace_id"], "outer");
}

#[test]
fn a_future_dropped_inside_a_sync_step_leaves_the_step_as_it_was() {
    #[timed]
    fn drops(request: BoxFuture<'static, ()>) {
        drop(request);
        info!("after the drop");
    }
    let (capture, elsewhere) = (capture(), capture());
    let request = begun(&capture);
    let body = async { drops(request) };
    assert!(elsewhere.scope(outer(body)).now_or_never().is_some());
    check_inner(&capture);
    assert_eq!(elsewhere.tree(), "outer ok\n  drops ok\n    \"after the drop\"\n");
}

#[test]
fn a_future_dropped_on_another_thread_keeps_its_own_id() {
    let capture = capture();
    let request = begun(&capture);
    thread::spawn(move || drop(request)).join().unwrap();
    check_inner(&capture);
}

#[test]
fn a_future_dropped_after_its_runtime_keeps_its_own_id() {
    let capture = capture();
    let request = Arc::new(Mutex::new(None));
    let runtime = multi_thread();
    let (kept, scope) = (Arc::clone(&request), capture.clone());
    runtime
        .block_on(runtime.spawn(async move { *kept.lock().unwrap() = Some(begun(&scope)) }))
        .unwrap();
    runtime.shutdown_timeout(LONG);
    drop(request.lock().unwrap().take());
    check_inner(&capture);
}

/// By then, what the future's own destructor logs has no context any more; the
/// line of the request has.
#[test]
fn a_future_dropped_in_the_destructor_of_a_thread_local_keeps_its_own_id() {
    thread_local! {
        static KEPT: RefCell<Option<BoxFuture<'static, ()>>> = const { RefCell::new(None) };
    }
    for register_first in [true, false] {
        let capture = capture();
        let scope = capture.clone();
        thread::spawn(move || {
            // Destructors run in the opposite order of their registration.
            if register_first {
                KEPT.with_borrow_mut(|_| ());
            }
            let request = begun(&scope);
            KEPT.set(Some(request));
        })
        .join()
        .unwrap();
        for name in ["inner", "step"] {
            let line = closing(&capture, name);
            assert_eq!(line["trace_id"], "inner", "{line}");
            assert_eq!(line["outcome"], "cancelled", "{line}");
        }
    }
}

#[test]
fn what_was_never_polled_has_no_line() {
    let capture = capture();
    drop(capture.scope(inner()));
    capture.run(|| drop(inner()));
    assert_eq!(capture.lines(), [""; 0]);
}

#[tokio::test]
async fn what_is_dropped_after_its_end_has_the_one_line_it_had() {
    #[traced_handler]
    async fn done() {}
    let capture = capture();
    let mut request = Box::pin(capture.scope(done()));
    request.as_mut().await;
    drop(request);
    assert_eq!(capture.tree(), "done ok\n");
}

#[tokio::test]
async fn a_destructor_that_runs_on_cancellation_sees_the_trace() {
    let capture = capture();
    let (seen, notify) = (Arc::new(Mutex::new(None)), Arc::new(Notify::new()));
    let (kept, begun) = (Arc::clone(&seen), Arc::clone(&notify));
    let task = tokio::spawn(capture.scope(outer(async move {
        let _last = OnDrop(|| *kept.lock().unwrap() = Some((trace_id(), Context::current())));
        begun.notify_one();
        pending::<()>().await;
    })));
    notify.notified().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    let (id, context) = seen.lock().unwrap().take().unwrap();
    assert_eq!(id.unwrap().to_string(), "outer");
    assert_eq!(context.trace_id().unwrap().to_string(), "outer");
}
