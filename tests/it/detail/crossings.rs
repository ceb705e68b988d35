//! Work that leaves the task, requests inside requests, edges and captures.

use std::{future::poll_fn, pin::pin};

use tokio::sync::oneshot;
use trace_runtime::{
    Context, Detail, debug,
    edge::{self, Outcome, Request},
    force_detail, info,
    propagation::Incoming,
    spawn, spawn_blocking,
    testing::Capture,
    timed, traced_handler,
};

use super::{account, capture, words};

type Result = std::result::Result<(), &'static str>;

fn result(fails: bool) -> Result {
    if fails { Err("no") } else { Ok(()) }
}

#[tokio::test]
async fn what_was_spawned_shares_the_fate_of_its_request() {
    #[traced_handler]
    async fn handler(fails: bool) -> Result {
        spawn(async { debug!("in a task") }).await.unwrap();
        spawn_blocking(|| debug!("on a thread")).await.unwrap();
        let here = Context::current();
        std::thread::spawn(move || here.run(|| debug!("carried"))).join().unwrap();
        Context::none().run(|| debug!("of no request"));
        result(fails)
    }
    let capture = capture(Detail::when_failed());
    let _ = capture.scope(handler(false)).await;
    assert_eq!((words(&capture), account(&capture)), (vec!["handler".to_owned()], [0, 0, 3, 0]));
    let _ = capture.scope(handler(true)).await;
    assert_eq!(words(&capture)[1..], ["in a task", "on a thread", "carried", "handler"]);
    assert_eq!(account(&capture), [0, 3, 3, 0]);
}

/// More than may be written in a second, in one of the tests.
fn long() -> String {
    "x".repeat(500)
}

#[timed(level = "debug", fields(text = long()))]
fn late_step() {}

#[traced_handler]
async fn leaves_a_task(
    fails: bool,
    over: oneshot::Receiver<()>,
    done: oneshot::Sender<()>,
) -> Result {
    debug!("in time");
    drop(spawn(async move {
        over.await.unwrap();
        debug!(text = long(), "late");
        late_step();
        info!("at once");
        done.send(()).unwrap();
    }));
    result(fails)
}

#[tokio::test]
async fn what_is_made_after_the_request_line_follows_what_that_decided() {
    for (fails, expected, counts) in [
        (true, vec!["in time", "leaves_a_task", "late", "late_step", "at once"], [0, 3, 0, 0]),
        (false, vec!["leaves_a_task", "at once"], [0, 0, 1, 0]),
    ] {
        let capture = capture(Detail::when_failed());
        let ((over, is_over), (done, is_done)) = (oneshot::channel(), oneshot::channel());
        let _ = capture.scope(leaves_a_task(fails, is_over, done)).await;
        over.send(()).unwrap();
        is_done.await.unwrap();
        assert_eq!((words(&capture), account(&capture)), (to_owned(&expected), counts));
    }
}

fn to_owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn late_lines_are_bounded_as_all_detail_is() {
    let capture = capture(Detail::when_failed().output(400));
    let ((over, is_over), (done, is_done)) = (oneshot::channel(), oneshot::channel());
    let _ = capture.scope(leaves_a_task(true, is_over, done)).await;
    over.send(()).unwrap();
    is_done.await.unwrap();
    assert_eq!(words(&capture), ["in time", "leaves_a_task", "at once"]);
    assert_eq!(account(&capture), [0, 1, 0, 2]);
}

#[traced_handler]
async fn outer(inner_fails: bool, fails: bool) -> Result {
    debug!("of the outer");
    let _ = inner(inner_fails).await;
    result(fails)
}

#[traced_handler(level = "debug")]
async fn inner(fails: bool) -> Result {
    debug!("of the inner");
    result(fails)
}

#[tokio::test]
async fn a_handler_inside_another_is_a_step_of_it_and_has_no_fate_of_its_own() {
    for (inner_fails, fails, expected) in [
        (false, false, vec!["outer"]),
        (false, true, vec!["of the outer", "of the inner", "inner", "outer"]),
        // Its line is a warning, and written at once.
        (true, false, vec!["inner", "of the outer", "of the inner", "outer"]),
    ] {
        let capture = capture(Detail::when_failed());
        let _ = capture.scope(outer(inner_fails, fails)).await;
        assert_eq!(words(&capture), expected);
    }
}

/// Answers a request of an edge by a handler.
async fn answer(fails: bool, set: impl FnOnce(&mut Request)) {
    let callsite = edge::callsite!("http_request", target: "my_edge");
    let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
    request.enter(|| debug!("of the edge"));
    let mut handler = pin!(inner(fails));
    let _ = poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
    set(&mut request);
    request.end(Outcome::Ok);
}

#[tokio::test]
async fn the_request_of_an_edge_decides_and_not_the_handler_that_joined() {
    let capture = capture(Detail::when_failed());
    capture.scope(answer(true, |request| request.set_status(404))).await;
    assert_eq!(words(&capture), [""; 0], "a 404 is no failure, and `inner` is at DEBUG");
    assert_eq!(account(&capture), [0, 0, 2, 0]);
    let failing = super::capture(Detail::when_failed());
    failing
        .scope(async {
            let callsite = edge::callsite!("http_request", target: "my_edge");
            let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
            request.enter(|| debug!("of the edge"));
            request.set_status(503);
            request.end(Outcome::Error);
        })
        .await;
    assert_eq!(words(&failing), ["of the edge", "http_request"]);
}

#[tokio::test]
async fn an_edge_asks_for_the_detail_of_its_request() {
    let capture = capture(Detail::when_failed());
    capture.scope(answer(false, Request::force_detail)).await;
    assert_eq!(words(&capture), ["of the edge", "of the inner", "inner"]);
}

#[tokio::test]
async fn a_client_that_leaves_once_the_head_is_there_is_no_failure() {
    for (is_stream, status, is_kept) in [
        (true, Some(200), false),
        (false, Some(200), false),
        (true, None, true),
        (false, None, true),
    ] {
        let capture = capture(Detail::when_failed());
        capture.run(|| {
            let callsite = edge::callsite!("http_request", target: "my_edge");
            let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
            request.enter(|| debug!("begin"));
            if is_stream {
                request.set_stream();
            }
            if let Some(status) = status {
                request.set_status(status);
            }
            drop(request);
        });
        assert_eq!(capture.lines().len(), if is_kept { 2 } else { 1 }, "{is_stream} {status:?}");
    }
}

#[tokio::test]
async fn a_quiet_request_has_its_line_if_its_detail_is_kept() {
    for (is_asked_for, expected) in [(false, vec![]), (true, vec!["begin", "http_request"])] {
        let capture = capture(Detail::when_failed());
        capture.run(|| {
            let callsite = edge::callsite!("http_request", target: "my_edge");
            let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
            request.set_quiet();
            request.enter(|| debug!("begin"));
            request.set_status(200);
            if is_asked_for {
                request.enter(force_detail);
            }
            request.end(Outcome::Ok);
        });
        assert_eq!(words(&capture), to_owned(&expected));
        assert_eq!(account(&capture), if is_asked_for { [0, 1, 0, 0] } else { [0, 0, 1, 0] });
    }
}

#[tokio::test]
async fn captures_hold_apart() {
    let (one, two) = (capture(Detail::when_failed()), Capture::with_filter("info"));
    let _ = one.scope(outer(false, true)).await;
    let _ = two.scope(outer(false, true)).await;
    assert_eq!((one.lines().len(), two.lines().len()), (4, 1));
    assert_eq!((account(&one), account(&two)), ([0, 3, 0, 0], [0; 4]));
}

#[tokio::test]
async fn a_request_that_is_never_closed_holds_what_it_has() {
    let capture = capture(Detail::when_failed());
    let mut future = Box::pin(capture.scope(async {
        debug!("of no request");
        waits().await;
    }));
    assert!(futures::poll!(future.as_mut()).is_pending());
    assert_eq!(account(&capture), [1, 0, 0, 0]);
    drop(future);
    assert_eq!(account(&capture), [0, 1, 0, 0]);
}

#[traced_handler]
async fn waits() {
    debug!("held");
    std::future::pending::<()>().await;
}
