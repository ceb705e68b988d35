//! What becomes of the detail of a request, by how it ends.

use std::{future::pending, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt as _;
use trace_runtime::{
    Detail, Level, debug, force_detail, info, propagation::Extractor, report_in_flight,
    testing::Capture, timed, trace, traced_handler, warn,
};

use super::{account, capture, words};

/// What a handler does between its first and its last line.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Well,
    Fails,
    Panics,
    Waits,
    Warns,
    /// A step fails, and it goes on.
    Recovers,
    /// A step is cancelled, and it goes on.
    GivesUp,
    Asks,
    /// What is still running is reported.
    IsReported,
}

#[traced_handler]
async fn handler(does: Does) -> Result<(), &'static str> {
    debug!("begin");
    trace!("never");
    info!("at once");
    match does {
        Does::Well => {}
        Does::Fails => return Err("no"),
        Does::Panics => panic!("on purpose"),
        Does::Waits => pending().await,
        Does::Warns => warn!("odd"),
        Does::Recovers => drop(step(Err("no"))),
        Does::GivesUp => drop(waits().now_or_never()),
        Does::Asks => force_detail(),
        Does::IsReported => {
            report_in_flight();
        }
    }
    step(Ok(()))?;
    debug!("end");
    Ok(())
}

#[timed(level = "debug")]
fn step(result: Result<(), &'static str>) -> Result<(), &'static str> {
    result
}

#[timed(level = "debug")]
async fn waits() {
    pending::<()>().await;
}

fn run(detail: Detail, does: Does) -> Capture {
    let capture = capture(detail);
    let handled = AssertUnwindSafe(capture.scope(handler(does))).catch_unwind();
    let _ = handled.now_or_never();
    capture
}

#[test]
fn the_detail_of_what_did_not_go_well_stands_right_before_the_request_line() {
    for (does, expected) in [
        (Does::Well, vec!["at once", "handler"]),
        (Does::Fails, vec!["at once", "begin", "handler"]),
        (Does::Panics, vec!["at once", "panicked: on purpose", "begin", "handler"]),
        (Does::Waits, vec!["at once", "begin", "handler"]),
        (Does::Warns, vec!["at once", "odd", "begin", "step", "end", "handler"]),
        (Does::Recovers, vec!["at once", "step", "begin", "step", "end", "handler"]),
        (Does::GivesUp, vec!["at once", "waits", "begin", "step", "end", "handler"]),
        (Does::Asks, vec!["at once", "begin", "step", "end", "handler"]),
        (Does::IsReported, vec!["at once", "handler", "handler"]),
    ] {
        let capture = run(Detail::when_failed(), does);
        assert_eq!(words(&capture), expected, "{does:?}");
    }
}

#[test]
fn every_line_that_was_held_is_accounted_for() {
    for (does, expected) in
        [(Does::Well, [0, 0, 3, 0]), (Does::Fails, [0, 1, 0, 0]), (Does::Warns, [0, 3, 0, 0])]
    {
        let capture = run(Detail::when_failed(), does);
        assert_eq!(account(&capture), expected, "{does:?}");
        assert_eq!(capture.stats().detail.made(), expected.iter().sum::<u64>());
    }
}

#[test]
fn the_level_that_keeps_the_detail_can_be_set() {
    let keep = |level| Detail::when_failed().keep(level);
    let is_kept = |capture: &Capture| words(capture).contains(&"begin".to_owned());
    assert!(is_kept(&run(keep(Level::Info), Does::Well)));
    assert!(!is_kept(&run(keep(Level::Error), Does::Warns)));
    assert!(is_kept(&run(keep(Level::Debug), Does::Well)), "the detail keeps itself");
}

#[tokio::test]
async fn discarded_detail_is_marked_if_that_is_wanted_and_there_was_some() {
    #[traced_handler]
    async fn silent() {}
    let detail = || Detail::when_failed().mark_discarded();
    assert_eq!(words(&run(detail(), Does::Well)), ["at once", "handler discarded"]);
    assert_eq!(words(&run(detail(), Does::Fails)), ["at once", "begin", "handler"]);
    let capture = capture(detail());
    capture.scope(silent()).await;
    assert_eq!(words(&capture), ["silent"]);
}

#[traced_handler(slow = "1ns")]
async fn slow_by_itself() {
    debug!("begin");
    std::thread::yield_now();
}

#[traced_handler]
async fn takes(time: Duration) {
    debug!("begin");
    tokio::time::sleep(time).await;
}

#[tokio::test]
async fn a_slow_request_is_kept_by_either_limit_if_slow_ones_are_kept_at_all() {
    let hour = Duration::from_hours(1);
    for (detail, expected) in [
        (Detail::when_failed_or_slow(hour), vec!["begin", "slow_by_itself"]),
        (Detail::when_failed(), vec!["slow_by_itself"]),
    ] {
        let capture = capture(detail);
        capture.scope(slow_by_itself()).await;
        assert_eq!(words(&capture), expected);
    }
    let capture = capture(Detail::when_failed_or_slow(Duration::from_millis(2)));
    capture.scope(takes(Duration::from_millis(3))).await;
    assert_eq!(words(&capture), ["begin", "takes"]);
    assert_eq!(capture.values()[1]["level"], "INFO", "slow for its detail alone");
}

#[traced_handler(cancelled = "debug")]
async fn may_be_dropped() {
    debug!("begin");
    pending::<()>().await;
}

#[test]
fn a_cancellation_that_its_author_calls_usual_is_no_failure() {
    let capture = capture(Detail::when_failed());
    assert!(capture.scope(may_be_dropped()).now_or_never().is_none());
    assert_eq!(words(&capture), [""; 0], "its line is below the filter");
    assert_eq!(account(&capture), [0, 0, 1, 0]);
}

#[traced_handler(trace_id = Extractor::default().extract(|name| {
    (name == "traceparent").then_some(traceparent).into_iter()
}))]
async fn called(traceparent: &str) {
    debug!("begin");
}

#[tokio::test]
async fn what_the_caller_has_sampled_is_kept_if_that_is_wanted() {
    let traceparent =
        |flags| format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
    for (detail, flags, is_kept) in [
        (Detail::when_failed().when_sampled(), "01", true),
        (Detail::when_failed().when_sampled(), "00", false),
        (Detail::when_failed(), "01", false),
    ] {
        let capture = capture(detail);
        capture.scope(called(&traceparent(flags))).await;
        assert_eq!(capture.lines().len() == 2, is_kept, "{flags}");
    }
    let capture = capture(Detail::when_failed().when_sampled());
    capture.scope(called("")).await;
    assert_eq!(capture.lines().len(), 1, "without a caller, nothing is sampled by one");
}

#[tokio::test]
async fn one_request_in_so_many_is_kept_by_the_id_of_its_trace() {
    let capture = capture(Detail::when_failed().one_in(4).output(1 << 30));
    for _ in 0..2_000 {
        let _ = capture.scope(handler(Does::Well)).await;
    }
    let values = capture.values();
    let requests = values.iter().filter(|line| line["kind"] == "request").count();
    let kept = values.iter().filter(|line| line["message"] == "begin").count();
    assert_eq!(requests, 2_000);
    assert!((400..600).contains(&kept), "{kept}");
    let other = super::capture(Detail::when_failed().one_in(4).output(1 << 30));
    for line in values.iter().filter(|line| line["message"] == "begin").take(20) {
        let id = line["trace_id"].as_str().unwrap().to_owned();
        other.scope(again(id)).await;
    }
    assert_eq!(other.lines().len(), 40, "another service keeps the same traces");
}

#[traced_handler(trace_id = id)]
async fn again(id: String) {
    debug!("begin");
}
