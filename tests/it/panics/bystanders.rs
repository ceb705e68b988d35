//! What a panic does not touch.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures::FutureExt as _;
use test_support::{capture, only, values};
use trace_runtime::{info, timed, traced_handler};

use super::{Fate, request};

#[tokio::test]
async fn a_handler_that_catches_a_panic_is_ok() {
    #[traced_handler]
    async fn handler() -> &'static str {
        catch_unwind(step).unwrap_err();
        info!("went on");
        "fine"
    }
    #[timed]
    fn step() {
        panic!("on purpose");
    }
    let capture = capture();
    assert_eq!(capture.scope(handler()).await, "fine");
    assert_eq!(
        capture.tree(),
        "handler ok\n  step panicked: on purpose\n    \"panicked: on purpose\"\n  \"went on\"\n"
    );
}

#[tokio::test]
async fn an_innocent_sibling_of_a_panic_is_cancelled() {
    let capture = capture();
    let request = AssertUnwindSafe(capture.scope(request(3, Fate::BesideAnInnocent)));
    request.catch_unwind().await.unwrap_err();
    let outcomes: Vec<_> = values(&capture)
        .iter()
        .filter(|line| line.get("kind").is_some())
        .map(|line| format!("{} {}", line["name"], line["outcome"]).replace('"', ""))
        .collect();
    assert_eq!(
        outcomes,
        ["failing panicked", "innocent cancelled", "innocent cancelled", "request panicked"]
    );
}

#[test]
fn a_future_polled_again_after_its_panic_has_one_line() {
    let capture = capture();
    let mut request = Box::pin(capture.scope(request(1, Fate::BeforeTheFirstAwait)));
    for _ in 0..2 {
        catch_unwind(AssertUnwindSafe(|| request.as_mut().now_or_never())).unwrap_err();
    }
    drop(request);
    let closed = values(&capture).iter().filter(|line| line.get("kind").is_some()).count();
    assert_eq!(closed, 1, "{}", capture.tree());
}

#[test]
fn a_future_polled_again_after_its_end_panics_as_any_does() {
    #[timed]
    async fn step() {}
    let mut done = Box::pin(step());
    assert!(done.as_mut().now_or_never().is_some());
    let again = catch_unwind(AssertUnwindSafe(|| done.as_mut().now_or_never()));
    let payload = again.unwrap_err();
    let message = payload.downcast_ref::<&str>().copied().unwrap_or_default();
    assert!(message.contains("resumed after completion"), "{message}");
}

#[tokio::test]
async fn the_next_request_on_the_thread_knows_nothing_of_a_panic() {
    let capture = capture();
    let panics = AssertUnwindSafe(capture.scope(request(1, Fate::InASyncStep)));
    panics.catch_unwind().await.unwrap_err();
    let next = test_support::capture();
    next.scope(request(2, Fate::Fine)).await;
    assert_eq!(next.tree(), "request ok\n");
    assert_eq!(only(&next)["trace_id"], "request-2");
    assert!(trace_runtime::trace_id().is_none());
}
