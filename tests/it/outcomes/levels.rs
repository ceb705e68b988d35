//! The level of the line, by how it ended.

use serde_json::json;
use test_support::{capture, capture_at, only, values};
use trace_runtime::{timed, traced_handler};

use super::{Timeout, step_said};

/// A failure that passes five steps is one ERROR to alert on, not six.
#[tokio::test]
async fn a_failing_request_is_an_error_and_a_failing_step_a_warning() {
    #[traced_handler]
    async fn handler() -> Result<(), Timeout> {
        outer().await
    }
    #[timed]
    async fn outer() -> Result<(), Timeout> {
        inner()
    }
    #[timed]
    fn inner() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    let capture = capture();
    capture.scope(handler()).await.unwrap_err();
    let levels: Vec<_> = values(&capture).iter().map(|line| line["level"].clone()).collect();
    assert_eq!(levels, ["WARN", "WARN", "ERROR"]);
}

#[test]
fn what_ended_well_has_the_level_of_its_attribute() {
    #[timed(level = "trace")]
    fn by_name() {}
    #[timed(level = Level::WARN)]
    fn by_constant() {}
    #[timed(level = 2)]
    fn by_number() {}
    #[timed(level = "error")]
    fn as_an_error() {}
    for (step, level) in [
        (by_name as fn(), "TRACE"),
        (by_constant, "WARN"),
        (by_number, "DEBUG"),
        (as_an_error, "ERROR"),
    ] {
        assert_eq!(step_said(step), json!([level, "ok", null, null]));
    }
}

/// The attribute's level is the least it can be.
#[test]
fn a_failing_step_is_at_least_a_warning() {
    #[timed(level = "trace")]
    fn quiet() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    #[timed(level = "error")]
    fn loud() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    assert_eq!(step_said(quiet)[0], "WARN");
    assert_eq!(step_said(loud)[0], "ERROR");
}

#[tokio::test]
async fn a_failure_passes_a_filter_that_success_does_not() {
    #[traced_handler(level = "debug")]
    async fn handler(fails: bool) -> Result<(), Timeout> {
        if fails { Err(Timeout::default()) } else { Ok(()) }
    }
    let capture = capture_at("error");
    capture.scope(handler(false)).await.unwrap();
    assert_eq!(capture.lines(), [""; 0]);
    capture.scope(handler(true)).await.unwrap_err();
    assert_eq!(only(&capture)["outcome"], "error");
}
