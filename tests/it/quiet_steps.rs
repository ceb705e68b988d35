//! Steps whose level is filtered out, outside any request: what does not end
//! well is a line there as it is inside one.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use futures::{FutureExt as _, StreamExt as _, stream};
use test_support::{capture_at, closing, values};
use tokio::task::yield_now;
use trace_runtime::{Context, Secret, step, testing::Capture, timed, traced_handler};

type Result = std::result::Result<(), &'static str>;

#[timed(level = "debug", fields(id))]
async fn quiet(id: u32, result: Result) -> Result {
    yield_now().await;
    result
}

#[timed(level = "debug")]
async fn waits() {
    pending::<()>().await;
}

#[timed(level = "debug", slow = "1ms")]
fn slow(took: Duration) {
    std::thread::sleep(took);
}

#[timed(level = "debug", fields(id))]
fn quiet_sync(id: u32, result: Result) -> Result {
    result
}

#[timed(level = "debug")]
fn panics(panics: bool) {
    assert!(!panics, "on purpose");
}

#[timed(level = "debug")]
async fn panics_async() {
    yield_now().await;
    panic!("on purpose");
}

/// Everything that does not end well, and as much that does.
async fn body() {
    let _ = (quiet(1, Ok(())).await, quiet(2, Err("no")).await);
    let _ = (quiet_sync(3, Ok(())), quiet_sync(4, Err("no")));
    assert!(waits().now_or_never().is_none());
    slow(Duration::ZERO);
    slow(Duration::from_millis(2));
    panics(false);
    catch_unwind(|| panics(true)).unwrap_err();
    AssertUnwindSafe(panics_async()).catch_unwind().await.unwrap_err();
    step!("stream", level = "debug", stream = stream::iter(0..3)).count().await;
    let mut stream = Box::pin(step!("endless", level = "debug", stream = stream::pending::<()>()));
    assert!(stream.next().now_or_never().is_none());
}

/// Returns what the lines of steps say, without their times.
fn step_lines(capture: &Capture) -> Vec<String> {
    let lines = values(capture).into_iter().filter(|line| line["kind"] == "step");
    let text = |line: &serde_json::Value, key: &str| match &line[key] {
        serde_json::Value::Null => String::new(),
        value => format!(" {value}"),
    };
    lines
        .map(|line| {
            ["level", "name", "outcome", "error", "slow", "id"].map(|key| text(&line, key)).concat()
        })
        .collect()
}

#[tokio::test]
async fn what_does_not_end_well_is_a_line_outside_a_request_as_it_is_inside() {
    #[traced_handler]
    async fn handler() {
        body().await;
    }
    let (outside, inside) = (capture_at("info"), capture_at("info"));
    outside.scope(body()).await;
    inside.scope(handler()).await;
    let expected = [
        r#" "WARN" "quiet" "error" "no" 2"#,
        r#" "WARN" "quiet_sync" "error" "no" 4"#,
        r#" "WARN" "waits" "cancelled""#,
        r#" "WARN" "slow" "ok" true"#,
        r#" "ERROR" "panics" "panicked" "on purpose""#,
        r#" "ERROR" "panics_async" "panicked" "on purpose""#,
        r#" "WARN" "endless" "cancelled""#,
    ];
    assert_eq!(step_lines(&outside), expected);
    assert_eq!(step_lines(&inside), expected);
}

#[tokio::test]
async fn where_warnings_are_filtered_out_nothing_is_done() {
    fn evaluated() -> u8 {
        panic!("evaluated")
    }
    #[timed(level = "debug", fields(n = evaluated()))]
    fn fails_sync() -> Result {
        Err("no")
    }
    #[timed(level = "debug", fields(n = evaluated()))]
    async fn fails() -> Result {
        Err("no")
    }
    for filter in ["error", "info,it::quiet_steps=error", "off"] {
        let capture = capture_at(filter);
        capture.run(fails_sync).unwrap_err();
        capture.scope(fails()).await.unwrap_err();
        assert_eq!(step_lines(&capture), [""; 0], "{filter}");
    }
}

#[tokio::test]
async fn a_level_of_another_target_does_not_matter() {
    let capture = capture_at("info,elsewhere=trace");
    let _ = capture.scope(quiet(1, Err("no"))).await;
    assert_eq!(step_lines(&capture), [r#" "WARN" "quiet" "error" "no" 1"#]);
}

/// It says when it began, not when it was seen to fail.
#[tokio::test]
async fn its_time_is_the_whole_calls() {
    #[timed(level = "debug")]
    async fn sleeps() -> Result {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Err("no")
    }
    let capture = capture_at("info");
    let _ = capture.scope(sleeps()).await;
    assert!(closing(&capture, "sleeps")["duration_ms"].as_f64().unwrap() >= 5.0);
}

#[tokio::test]
async fn its_parent_is_the_step_that_it_was_called_from() {
    #[timed]
    async fn outer() {
        let _ = quiet(1, Err("no")).await;
        let _ = quiet_sync(1, Err("no"));
    }
    let capture = capture_at("info");
    capture.scope(outer()).await;
    assert_eq!(capture.tree(), "outer ok\n  quiet error: no\n  quiet_sync error: no\n");
}

/// Whatever it is polled or dropped in later.
#[tokio::test]
async fn one_that_began_outside_a_request_stays_outside() {
    #[traced_handler]
    async fn handler<F: Future>(body: F) -> F::Output {
        body.await
    }
    let capture = capture_at("info");
    let body = async {
        let mut begun = Box::pin(quiet(1, Err("no")));
        assert!(begun.as_mut().now_or_never().is_none());
        let _ = handler(begun).await;
    };
    capture.scope(body).await;
    let line = closing(&capture, "quiet");
    assert!(line.get("trace_id").is_none() && line.get("parent_span_id").is_none(), "{line}");
    assert!(closing(&capture, "handler").get("steps").is_none());
}

#[tokio::test]
async fn inside_it_nothing_is_hidden() {
    #[timed(level = "debug", fields(token = Secret(token)))]
    async fn outer(token: &str) -> Result {
        let here = Context::current();
        assert!(here.trace_id().is_none());
        trace_runtime::info!("inside");
        Err("no")
    }
    let capture = capture_at("info");
    let _ = capture.scope(outer("x")).await;
    assert_eq!(capture.lines().len(), 2);
    assert_eq!(closing(&capture, "outer")["token"], "[redacted]");
}
