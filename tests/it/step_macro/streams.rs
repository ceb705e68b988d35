//! Streams as steps.

use std::{panic::AssertUnwindSafe, pin::pin, time::Duration};

use futures::{FutureExt as _, Stream, StreamExt as _, stream};
use serde_json::json;
use test_support::{capture, closing, values};
use tokio::time::{sleep, timeout};
use trace_runtime::{info, step, trace_id};

use super::handler;

#[tokio::test]
async fn a_stream_is_timed_from_its_first_poll_to_its_end() {
    let capture = capture();
    let body = async {
        let slow = stream::iter(0..3).then(async |n| {
            sleep(Duration::from_millis(5)).await;
            n
        });
        let made = step!("stream", stream = slow);
        sleep(Duration::from_millis(50)).await;
        let sum = made.fold(0, async |sum, n| sum + n).await;
        sleep(Duration::from_millis(50)).await;
        sum
    };
    assert_eq!(capture.scope(handler(body)).await, 3);
    let line = closing(&capture, "stream");
    let ms = |key: &str| line[key].as_f64().unwrap();
    assert_eq!((&line["items"], &line["outcome"]), (&json!(3), &json!("ok")));
    assert!((15.0..100.0).contains(&ms("duration_ms")), "{line}");
    assert!(ms("busy_ms") < ms("duration_ms"), "{line}");
}

#[tokio::test]
async fn between_two_items_a_stream_is_not_current() {
    let capture = capture();
    let body = async {
        let items = stream::iter(0..2).inspect(|_| info!("inside"));
        let mut stream = pin!(step!("stream", stream = items));
        while stream.next().await.is_some() {
            info!("between");
        }
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  \"between\"\n  \"between\"\n  stream ok\n    \"inside\"\n    \"inside\"\n"
    );
}

#[tokio::test]
async fn what_its_consumer_takes_is_waiting_and_not_busy() {
    let capture = capture();
    let body = async {
        let mut stream = pin!(step!("stream", stream = stream::iter(0..2)));
        while stream.next().await.is_some() {
            sleep(Duration::from_millis(15)).await;
        }
    };
    capture.scope(handler(body)).await;
    let line = closing(&capture, "stream");
    let ms = |key: &str| line[key].as_f64().unwrap();
    assert!(ms("duration_ms") >= 30.0 && ms("busy_ms") < 15.0, "{line}");
}

#[tokio::test]
async fn a_stream_dropped_before_its_end_is_cancelled() {
    let capture = capture();
    let body = async {
        let mut stream = Box::pin(step!("stream", stream = stream::iter(0..10)));
        for _ in 0..3 {
            stream.next().await;
        }
        drop(stream);
        let waits = step!("waits", stream = stream::pending::<u8>());
        timeout(Duration::from_millis(1), waits.count()).await.unwrap_err();
        drop(step!("never polled", stream = stream::iter(0..10)));
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  stream cancelled\n  waits cancelled\n");
    let lines = values(&capture);
    assert_eq!((&lines[0]["items"], &lines[0]["level"]), (&json!(3), &json!("WARN")));
    assert_eq!(lines[1]["items"], 0);
}

#[tokio::test]
async fn a_stream_that_panics_says_how_many_items_there_were() {
    let capture = capture();
    let body = async {
        let items = stream::iter(0..5).inspect(|n| assert!(*n < 2, "on purpose"));
        let panics = step!("stream", stream = items).count();
        AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
    };
    capture.scope(handler(body)).await;
    let line = closing(&capture, "stream");
    assert_eq!((&line["outcome"], &line["error"]), (&json!("panicked"), &json!("on purpose")));
    assert_eq!(line["items"], 2);
}

#[tokio::test]
async fn a_stream_that_has_ended_stays_ended_and_has_one_line() {
    let capture = capture();
    let body = async {
        let mut stream = pin!(step!("stream", stream = stream::iter(0..1)));
        assert_eq!(stream.size_hint(), (1, Some(1)));
        assert_eq!(stream.next().await, Some(0));
        for _ in 0..3 {
            assert_eq!(stream.next().await, None);
        }
        assert_eq!(stream.size_hint(), (0, Some(0)));
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  stream ok\n");
}

#[tokio::test]
async fn what_a_stream_holds_is_dropped_inside_it() {
    struct LogsDrop(&'static str);
    impl Drop for LogsDrop {
        fn drop(&mut self) {
            info!("dropped {}", self.0);
        }
    }
    fn holds(name: &'static str, items: usize) -> impl Stream<Item = ()> {
        let held = LogsDrop(name);
        stream::iter(0..items).map(move |_| {
            let _ = &held;
        })
    }
    let capture = capture();
    let body = async {
        assert_eq!(step!("ended", stream = holds("at the end", 1)).count().await, 1);
        let mut stream = Box::pin(step!("cancelled", stream = holds("early", 2)));
        stream.next().await;
        drop(stream);
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  ended ok\n    \"dropped at the end\"\n  cancelled cancelled\n    \
         \"dropped early\"\n"
    );
}

#[tokio::test]
async fn a_key_of_the_users_gives_way_to_the_number_of_items() {
    let capture = capture();
    let body = async {
        step!("stream", fields(items = "mine"), stream = stream::iter(0..3)).count().await;
    };
    capture.scope(handler(body)).await;
    // A key that stands twice is refused by the reader.
    assert_eq!(closing(&capture, "stream")["items"], 3);
}

#[tokio::test]
async fn a_stream_may_go_on_in_another_task() {
    let capture = capture();
    let body = async {
        let mut stream = Box::pin(step!(
            "stream",
            stream = stream::iter(0..3).inspect(|_| {
                assert_eq!(trace_id().unwrap().to_string(), "request-1");
            })
        ));
        stream.next().await;
        tokio::spawn(async move { stream.count().await }).await.unwrap()
    };
    assert_eq!(capture.scope(handler(body)).await, 2);
    assert_eq!(capture.tree(), "handler ok\n  stream ok\n");
}
