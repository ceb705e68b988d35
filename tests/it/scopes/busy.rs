//! `busy_ms`: for how long a scope was polled.

use std::time::Duration;

use test_support::{capture, values};

use super::{handler, step, sync_step};

#[tokio::test]
async fn what_was_polled_once_does_not_say_busy_ms() {
    let capture = capture();
    capture.scope(handler(step(async { sync_step(|| ()) }))).await;
    for line in values(&capture) {
        assert!(line.get("busy_ms").is_none(), "{line}");
    }
}

#[tokio::test]
async fn what_was_polled_more_than_once_says_how_long_it_was_busy() {
    let capture = capture();
    let body = async {
        step(tokio::time::sleep(Duration::from_millis(30))).await;
        step(async {}).await;
    };
    capture.scope(handler(body)).await;
    let [slept, quick, request] = values(&capture).try_into().unwrap();
    for line in [&slept, &request] {
        let ms = |key: &str| line[key].as_f64().unwrap();
        assert!(ms("duration_ms") >= 30.0 && ms("busy_ms") < ms("duration_ms"), "{line}");
    }
    assert!(quick.get("busy_ms").is_none(), "{quick}");
}
