//! `Capture::assert_request`: what it takes, what it refuses, and that a
//! failure shows the tree.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures::FutureExt as _;
use serde_json::{Value, json};
use test_support::{at_once, capture, capture_at};
use trace_runtime::{
    info, record_request, step,
    testing::{AssertRequest, Capture},
    timed, traced_handler,
};

#[traced_handler(fields(user_id))]
async fn get_messages(user_id: u32) -> Result<(), String> {
    find_user();
    record_request!(plan = "free", share = 0.5, tags = trace_runtime::Json(["a", "b"]));
    fetch_messages().await
}

#[timed]
fn find_user() {
    info!("looking");
}

#[timed]
async fn fetch_messages() -> Result<(), String> {
    Err("database timeout".to_owned())
}

fn captured() -> Capture {
    let capture = capture();
    at_once(capture.scope(get_messages(42))).unwrap_err();
    capture
}

const TREE: &str = "
  get_messages error: database timeout
    find_user ok
      \"looking\"
    fetch_messages error: database timeout";

/// Returns how an assertion fails.
#[track_caller]
fn failure<R>(assert: impl FnOnce() -> R) -> String {
    match catch_unwind(AssertUnwindSafe(assert)) {
        Ok(_) => panic!("it held"),
        Err(payload) => *payload.downcast().expect("a text that was put together"),
    }
}

/// Checks how an assertion about `get_messages` fails: with what is not so,
/// and the tree of all that is.
#[track_caller]
fn fails<R>(what: &str, assert: impl FnOnce(AssertRequest) -> R) {
    let capture = captured();
    let message = failure(|| assert(capture.assert_request("get_messages")));
    assert_eq!(message, format!("request `get_messages`: {what}{TREE}"));
}

#[test]
fn what_is_so_can_be_said_in_one_chain() {
    captured()
        .assert_request("get_messages")
        .outcome("error")
        .error("database timeout")
        .has_step("find_user")
        .has_step("fetch_messages")
        .has_no_step("get_messages")
        .has_no_step("looking")
        .field("user_id", 42)
        .field("plan", "free")
        .field("share", 0.5)
        .field("tags", json!(["a", "b"]))
        .field("level", "ERROR")
        .field("kind", "request");
}

#[test]
fn an_outcome_that_is_another_fails() {
    fails(r#"`outcome` is "error", not "ok""#, |request| request.outcome("ok"));
}

#[test]
fn an_error_that_is_another_fails() {
    fails(r#"`error` is "database timeout", not "timeout""#, |request| request.error("timeout"));
}

#[test]
fn an_error_that_is_not_there_fails() {
    #[traced_handler]
    async fn fine() {}
    let capture = capture();
    at_once(capture.scope(fine()));
    let message = failure(|| capture.assert_request("fine").error("no"));
    assert_eq!(message, "request `fine`: `error` is not there, not \"no\"\n  fine ok");
}

#[test]
fn a_field_that_is_another_fails() {
    fails("`user_id` is 42, not 41", |request| request.field("user_id", 41));
    fails(r#"`user_id` is 42, not "42""#, |request| request.field("user_id", "42"));
    fails(r#"`tags` is ["a","b"], not ["a"]"#, |request| request.field("tags", json!(["a"])));
}

#[test]
fn a_field_that_is_not_there_fails() {
    fails("`status` is not there, not 200", |request| request.field("status", 200));
    fails("`slow` is not there, not null", |request| request.field("slow", Value::Null));
}

#[test]
fn a_step_that_is_not_there_fails() {
    fails("no step `render`", |request| request.has_step("render"));
    fails("no step `looking`", |request| request.has_step("looking"));
}

#[test]
fn a_step_that_should_not_be_there_fails() {
    fails("a step `find_user`", |request| request.has_no_step("find_user"));
}

#[test]
fn a_request_that_is_not_there_fails() {
    for name in ["get_message", "find_user", ""] {
        let message = failure(|| captured().assert_request(name));
        assert_eq!(message, format!("no request `{name}`{TREE}"));
    }
    assert_eq!(failure(|| capture().assert_request("any")), "no request `any`");
}

#[test]
fn a_request_that_is_there_more_than_once_fails() {
    let capture = captured();
    at_once(capture.scope(get_messages(43))).unwrap_err();
    at_once(capture.scope(get_messages(44))).unwrap_err();
    let message = failure(|| capture.assert_request("get_messages"));
    assert_eq!(message, format!("3 requests `get_messages`{TREE}{TREE}{TREE}"));
}

#[test]
fn a_request_that_has_not_ended_is_still_open() {
    let capture = captured();
    let mut request = Box::pin(capture.scope(waits()));
    assert!(request.as_mut().now_or_never().is_none());
    let why = "still open: its future has not been polled to its end or dropped";
    let tree = format!("{TREE}\n  waits {why}\n    \"waiting\"");
    let message = failure(|| capture.assert_request("waits"));
    assert_eq!(message, format!("request `waits` is {why}{tree}"));
    let message = failure(|| capture.assert_request("get_messages").has_step("render"));
    assert_eq!(message, format!("request `get_messages`: no step `render`{tree}"));
    drop(request);
    capture.assert_request("waits").outcome("cancelled");
    assert!(!capture.tree().contains("open"));
}

#[traced_handler]
async fn waits() {
    info!("waiting");
    pending::<()>().await;
}

#[test]
fn other_requests_do_not_matter() {
    #[traced_handler]
    async fn other() {
        step!("render", {});
    }
    let capture = captured();
    at_once(capture.scope(other()));
    capture.assert_request("other").outcome("ok").has_step("render").has_no_step("find_user");
    let message = failure(|| capture.assert_request("get_messages").has_step("render"));
    let trees = format!("{TREE}\n  other ok\n    render ok");
    assert_eq!(message, format!("request `get_messages`: no step `render`{trees}"));
}

#[test]
fn steps_whose_lines_are_filtered_out_are_there() {
    let capture = capture_at("error");
    at_once(capture.scope(get_messages(42))).unwrap_err();
    let request = capture.assert_request("get_messages").has_step("find_user");
    let message = failure(|| request.has_step("render"));
    assert!(message.ends_with("\n  get_messages error: database timeout"), "{message}");
}
