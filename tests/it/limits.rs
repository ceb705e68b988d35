//! The limits of a capture: those that a service sets for its process.

use serde_json::json;
use test_support::{at_once, closing, only};
use trace_runtime::{Format, Limits, error, info, step, testing::Capture, traced_handler};

#[traced_handler]
async fn handler() {
    step!("load", {});
    step!("render", {});
}

#[test]
fn what_is_too_long_for_a_capture_is_cut_as_in_a_process() {
    let limits = Limits::new().value(6).message(7).error_chain(27).steps(150);
    let capture = Capture::new().limited_by(limits);
    capture.run(|| {
        info!(query = "select", "{}", "querying");
        at_once(handler());
    });
    let line = &capture.values()[0];
    assert_eq!((&line["query"], &line["message"]), (&json!("sele"), &json!("queryin")));
    let request = closing(&capture, "handler");
    assert_eq!(
        (&request["steps"][0]["name"], &request["steps_dropped"]),
        (&json!("load"), &json!(1))
    );
}

#[test]
fn of_causes_that_do_not_fit_no_empty_text_is_left() {
    let capture = Capture::new().limited_by(Limits::new().error_chain(30));
    let error = anyhow::anyhow!("disk gone").context("no index").context("no order");
    capture.run(|| error!(error, "giving up"));
    let line = only(&capture);
    assert_eq!((&line["error_chain"], &line["truncated"]), (&json!(["no index"]), &json!(true)));
}

#[test]
#[should_panic(expected = "limit `line` must be from 3584 to 16777216 bytes")]
fn a_limit_that_lines_of_the_capture_could_not_keep_panics() {
    let _ = Capture::with_format(Format::Otel).limited_by(Limits::new().line(3_000));
}

#[test]
#[should_panic(expected = "set limits before the capture is used or cloned")]
fn limits_cannot_be_set_once_a_capture_is_in_use() {
    let capture = Capture::new();
    let _other = capture.clone();
    let _ = capture.limited_by(Limits::new());
}
