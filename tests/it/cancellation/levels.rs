//! The level of a cancelled scope.

use std::future::pending;

use futures::{FutureExt as _, StreamExt as _, stream};
use test_support::{capture, closing, only, values};
use tokio::{sync::mpsc, task::yield_now};
use trace_runtime::{step, timed, traced_handler};

#[timed(cancelled = "debug")]
async fn next(jobs: &mut mpsc::Receiver<u8>) -> Option<u8> {
    jobs.recv().await
}

/// The usual consumer: what it waits for is dropped with each tick.
#[tokio::test]
async fn a_receive_that_a_loop_drops_again_and_again_is_no_warning() {
    #[traced_handler]
    async fn consumer(mut jobs: mpsc::Receiver<u8>) -> usize {
        let mut ticks = 0;
        while ticks < 20 {
            tokio::select! {
                biased;
                Some(_) = next(&mut jobs) => {}
                () = yield_now() => ticks += 1,
            }
        }
        ticks
    }
    let (capture, (jobs, queue)) = (capture(), mpsc::channel(1));
    jobs.send(1).await.unwrap();
    assert_eq!(capture.scope(consumer(queue)).await, 20);
    let lines = values(&capture);
    let at = |level: &str| lines.iter().filter(|line| line["level"] == level).count();
    assert_eq!((at("WARN"), at("DEBUG"), at("INFO")), (0, 20, 2));
    let steps = &closing(&capture, "consumer")["steps"];
    assert_eq!((&steps[0]["count"], steps[0].get("cancelled")), (&21.into(), None));
}

#[tokio::test]
async fn each_form_says_at_which_level_it_was_cancelled() {
    #[traced_handler(cancelled = "trace")]
    async fn handler() {
        pending::<()>().await;
    }
    #[timed(cancelled = Level::ERROR)]
    async fn timed_async() {
        pending::<()>().await;
    }
    #[timed(cancelled = "off")]
    async fn silent() {
        pending::<()>().await;
    }
    #[timed(cancelled = 3, slow = "1ns")]
    async fn slow() {
        pending::<()>().await;
    }
    let capture = capture();
    capture.run(|| {
        assert!(handler().now_or_never().is_none());
        assert!(timed_async().now_or_never().is_none());
        assert!(silent().now_or_never().is_none());
        assert!(slow().now_or_never().is_none());
        let block = step!("future", cancelled = "debug", pending::<()>());
        assert!(block.now_or_never().is_none());
        let stream = step!("stream", cancelled = "debug", stream = stream::pending::<()>());
        assert!(Box::pin(stream).next().now_or_never().is_none());
    });
    let lines = values(&capture);
    let ended: Vec<_> = lines.iter().map(|line| (&line["name"], &line["level"])).collect();
    let expected = [
        ("handler", "TRACE"),
        ("timed_async", "ERROR"),
        // However long it has waited.
        ("slow", "INFO"),
        ("future", "DEBUG"),
        ("stream", "DEBUG"),
    ];
    assert_eq!(ended.len(), expected.len());
    assert!(ended.iter().zip(expected).all(|((a, b), (c, d))| **a == c && **b == d), "{ended:?}");
    assert!(lines.iter().all(|line| line["outcome"] == "cancelled"));
}

#[tokio::test]
async fn what_may_be_dropped_still_fails_as_it_did() {
    #[timed(cancelled = "off")]
    async fn fails() -> Result<(), &'static str> {
        Err("no")
    }
    let capture = capture();
    capture.scope(fails()).await.unwrap_err();
    assert_eq!(only(&capture)["level"], "WARN");
}
