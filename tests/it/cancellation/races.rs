//! What a race or a timeout cancels, and what it does not.

use std::{future::ready, pin::pin, time::Duration};

use futures::FutureExt as _;
use test_support::{LONG, capture, closing, only};
use tokio::{
    task::yield_now,
    time::{sleep, timeout},
};
use trace_runtime::timed;

use super::{outer, step};

#[tokio::test]
async fn the_loser_of_a_select_is_cancelled_and_the_winner_is_not() {
    #[timed]
    async fn winner() {
        yield_now().await;
    }
    let capture = capture();
    let race = async {
        tokio::select! {
            () = step() => unreachable!("never ends"),
            () = winner() => {}
        }
    };
    capture.scope(outer(race)).await;
    assert_eq!(capture.tree(), "outer ok\n  winner ok\n  step cancelled\n    \"on the way out\"\n");
}

#[tokio::test]
async fn a_timeout_inside_a_request_cancels_the_step_alone() {
    let capture = capture();
    let body = timeout(Duration::from_millis(1), step());
    assert!(capture.scope(outer(body)).await.is_err());
    assert_eq!(capture.tree(), "outer ok\n  step cancelled\n    \"on the way out\"\n");
    assert_eq!(closing(&capture, "outer")["level"], "INFO");
}

#[test]
fn a_future_that_is_done_but_not_dropped_is_not_cancelled() {
    let capture = capture();
    let mut request = pin!(capture.scope(outer(ready(7))));
    assert_eq!(request.as_mut().now_or_never(), Some(7));
    assert_eq!(only(&capture)["outcome"], "ok");
}

#[tokio::test]
async fn a_cancelled_request_has_been_busy_only_while_it_was_polled() {
    let capture = capture();
    let request = outer(async {
        yield_now().await;
        sleep(LONG).await;
    });
    timeout(Duration::from_millis(50), capture.scope(request)).await.unwrap_err();
    let line = only(&capture);
    let (duration, busy) = (line["duration_ms"].as_f64().unwrap(), &line["busy_ms"]);
    assert!(duration >= 50.0, "{line}");
    assert!(busy.as_f64().unwrap() < duration, "{line}");
}
