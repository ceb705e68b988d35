//! What takes longer than its `slow` threshold: a warning, and `"slow":true`.
//! What the builder sets for all requests is in `process/steps.rs`.

use std::time::Duration;

use futures::FutureExt as _;
use serde_json::Value;
use test_support::{capture, capture_at, closing};
use tokio::time::{sleep, timeout};
use trace_runtime::{step, testing::Capture, timed, traced_handler};

/// Returns the level of a closing line, and whether it is marked as slow.
#[track_caller]
fn marked(capture: &Capture, name: &str) -> (String, bool) {
    let line = closing(capture, name);
    let slow = line.get("slow");
    assert!(slow.is_none_or(|slow| *slow == true), "true or not there: {line}");
    (line["level"].as_str().unwrap().to_owned(), slow.is_some())
}

/// Checks a closing line's level and whether it is marked as slow.
#[track_caller]
fn check(capture: &Capture, name: &str, level: &str, slow: bool) {
    assert_eq!(marked(capture, name), (level.to_owned(), slow), "{name}");
}

/// Takes longer than a nanosecond.
fn busy() {
    std::thread::yield_now();
}

#[tokio::test]
async fn each_form_of_step_and_request_is_slow_above_its_threshold_and_not_below() {
    #[traced_handler(slow = "1ns")]
    async fn slow_handler() {
        slow_async().await;
        quick_async().await;
        slow_sync();
        quick_sync();
        slow_guard();
        step!("slow_block", slow = "1ns", { busy() });
        step!("quick_block", slow = "3600s", { busy() });
        step!("slow_future", slow = "1ns", async { busy() }).await;
        step!("quick_future", slow = "3600s", async { busy() }).await;
    }
    #[traced_handler(slow = "3600s")]
    async fn quick_handler() {
        busy();
    }
    #[timed(slow = "1ns")]
    async fn slow_async() {
        busy();
    }
    #[timed(slow = "3600s")]
    async fn quick_async() {
        busy();
    }
    #[timed(slow = "1ns")]
    fn slow_sync() -> u8 {
        busy();
        7
    }
    #[timed(slow = "3600s")]
    fn quick_sync() -> u8 {
        busy();
        7
    }
    #[timed(slow = "1ns")]
    fn slow_guard() {
        busy();
    }
    let capture = capture();
    capture.scope(slow_handler()).await;
    capture.scope(quick_handler()).await;
    for name in
        ["slow_handler", "slow_async", "slow_sync", "slow_guard", "slow_block", "slow_future"]
    {
        check(&capture, name, "WARN", true);
    }
    for name in ["quick_handler", "quick_async", "quick_sync", "quick_block", "quick_future"] {
        check(&capture, name, "INFO", false);
    }
}

#[tokio::test]
async fn without_a_threshold_nothing_is_slow() {
    #[traced_handler]
    async fn handler() {
        step!("step", async { sleep(Duration::from_millis(5)).await }).await;
    }
    let capture = capture();
    capture.scope(handler()).await;
    check(&capture, "handler", "INFO", false);
    check(&capture, "step", "INFO", false);
}

#[tokio::test]
async fn waiting_counts_and_so_does_time_between_polls() {
    #[timed(slow = "20ms")]
    async fn waits() {
        sleep(Duration::from_millis(30)).await;
    }
    let capture = capture();
    capture.scope(waits()).await;
    check(&capture, "waits", "WARN", true);
    assert!(closing(&capture, "waits")["busy_ms"].as_f64().unwrap() < 20.0);
}

#[tokio::test]
async fn slow_is_the_units_it_is_given_in() {
    #[timed(slow = "1us")]
    fn micros() {
        std::thread::sleep(Duration::from_micros(10));
    }
    #[timed(slow = "1s")]
    fn seconds() {
        std::thread::sleep(Duration::from_micros(10));
    }
    let capture = capture();
    capture.run(micros);
    capture.run(seconds);
    check(&capture, "micros", "WARN", true);
    check(&capture, "seconds", "INFO", false);
}

#[tokio::test]
async fn slow_never_lowers_a_level() {
    #[traced_handler(slow = "1ns")]
    async fn fails() -> Result<(), &'static str> {
        important();
        panics_caught();
        important_and_failing().unwrap_err();
        Err("no")
    }
    #[timed(slow = "1ns", level = "error")]
    fn important() {
        busy();
    }
    #[timed(slow = "1ns", level = "error")]
    fn important_and_failing() -> Result<(), &'static str> {
        Err("no")
    }
    #[timed(slow = "1ns")]
    fn panics() -> u8 {
        panic!("on purpose")
    }
    fn panics_caught() {
        std::panic::catch_unwind(panics).unwrap_err();
    }
    let capture = capture();
    capture.scope(fails()).await.unwrap_err();
    for name in ["fails", "important", "important_and_failing", "panics"] {
        check(&capture, name, "ERROR", true);
    }
}

#[tokio::test]
async fn what_fails_or_is_cancelled_may_be_slow_as_well() {
    #[timed(slow = "1ns")]
    fn fails() -> Result<(), &'static str> {
        Err("no")
    }
    #[traced_handler(slow = "5ms")]
    async fn waits() {
        fails().unwrap_err();
        std::future::pending::<()>().await;
    }
    #[timed(slow = "3600s")]
    async fn cancelled_early() {
        std::future::pending::<()>().await;
    }
    let capture = capture();
    timeout(Duration::from_millis(10), capture.scope(waits())).await.unwrap_err();
    assert!(capture.scope(cancelled_early()).now_or_never().is_none());
    check(&capture, "fails", "WARN", true);
    check(&capture, "waits", "WARN", true);
    check(&capture, "cancelled_early", "WARN", false);
}

#[tokio::test]
async fn a_slow_line_passes_the_filter_as_a_warning() {
    #[timed(level = "trace", slow = "1ns")]
    fn slow() {
        busy();
    }
    #[timed(level = "trace", slow = "3600s")]
    fn quick() {
        busy();
    }
    #[traced_handler(level = "debug", slow = "1ns")]
    async fn handler() {
        slow();
        quick();
    }
    let capture = capture_at("warn");
    capture.scope(handler()).await;
    assert_eq!(capture.tree(), "handler ok\n  slow ok\n");
}

#[tokio::test]
async fn a_handler_inside_a_handler_keeps_its_threshold() {
    #[traced_handler(slow = "1ns")]
    async fn inner() {
        busy();
    }
    #[traced_handler]
    async fn outer() {
        inner().await;
    }
    let capture = capture();
    capture.scope(outer()).await;
    check(&capture, "inner", "WARN", true);
    check(&capture, "outer", "INFO", false);
}

#[tokio::test]
async fn slow_stands_between_the_error_and_the_fields() {
    #[timed(slow = "1ns", fields(id = 1))]
    fn step() -> Result<(), &'static str> {
        Err("no")
    }
    let capture = capture();
    capture.run(step).unwrap_err();
    let keys = test_support::json::keys(&capture.lines()[0]);
    assert_eq!(keys[keys.len() - 3..], ["error", "slow", "id"]);
    let steps: Vec<Value> = test_support::values(&capture);
    assert_eq!(steps[0]["slow"], true);
}
