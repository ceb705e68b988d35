//! Logging in destructors of thread-locals, and while the process ends.

use test_support::{
    child::{Ran, child, run},
    json,
};

const MODES: [&str; 2] = ["direct", "background"];

#[track_caller]
fn ran(mode: &str, scenario: &[&str]) -> Ran {
    let ran = run(child(env!("CARGO_BIN_EXE_child"), scenario).env("MODE", mode));
    assert!(ran.status.success(), "{ran:#?}");
    assert_eq!(ran.stderr, "");
    ran
}

/// What the destructor logs, in order.
const IN_THE_DESTRUCTOR: [&str; 13] = [
    "in the destructor",
    "in a step",
    "Step finished",
    "Step finished",
    "in an async step",
    "Step finished",
    "in a request",
    "in a step",
    "Step finished",
    "in an async step",
    "Step finished",
    "Request processed",
    "in a context",
];

#[track_caller]
fn check(whose: &str, order: &str) {
    for mode in MODES {
        check_in(mode, whose, order);
    }
}

#[track_caller]
fn check_in(mode: &str, whose: &str, order: &str) {
    let ran = ran(mode, &["thread_local", whose, order]);
    let mut messages = ran.messages();
    let after = messages.split_off(7);
    assert_eq!(messages[5..], ["Request processed", "before the end"], "{ran:#?}");
    assert_eq!(after[..IN_THE_DESTRUCTOR.len().min(after.len())], IN_THE_DESTRUCTOR, "{ran:#?}");
}

#[test]
fn a_destructor_that_is_run_last_may_log() {
    check("of_a_thread", "first");
}

#[test]
fn a_destructor_that_is_run_first_may_log() {
    check("of_a_thread", "last");
}

#[test]
fn a_destructor_may_be_the_first_to_enter_a_scope() {
    let ran = ran("direct", &["thread_local", "that_only_logs"]);
    let messages = ran.messages();
    assert_eq!(messages[0], "before the end");
    assert_eq!(messages[1..], IN_THE_DESTRUCTOR, "{ran:#?}");
}

#[test]
fn a_destructor_of_the_main_thread_may_log() {
    check("of_main", "first");
    check("of_main", "last");
}

#[test]
fn a_destructor_of_a_runtimes_thread_may_log() {
    for (mode, order) in MODES.into_iter().flat_map(|mode| [(mode, "first"), (mode, "last")]) {
        let messages = ran(mode, &["thread_local", "of_a_worker", order]).messages();
        for expected in IN_THE_DESTRUCTOR {
            let count = |of: &[&str]| of.iter().filter(|each| **each == expected).count();
            let all: Vec<_> = messages.iter().map(String::as_str).collect();
            assert!(count(&all) >= count(&IN_THE_DESTRUCTOR), "{expected}: {messages:#?}");
        }
    }
}

/// The request that the destructor runs still has its one line, and an id.
#[test]
fn a_request_in_a_destructor_has_an_id() {
    for order in ["first", "last"] {
        let ran = ran("direct", &["thread_local", "of_a_thread", order]);
        let requests: Vec<_> =
            ran.lines().into_iter().filter(|line| line["kind"] == "request").collect();
        assert_eq!(requests.len(), 2, "{ran:#?}");
        assert_ne!(requests[0]["trace_id"], requests[1]["trace_id"]);
        assert!(requests.iter().all(|line| line["trace_id"].is_string()));
    }
}

#[test]
fn threads_that_log_while_main_returns_do_no_harm() {
    for mode in MODES.into_iter().cycle().take(40) {
        let ran = ran(mode, &["detached"]);
        // Nothing but the very end may be torn.
        let (whole, _torn) = ran.stdout.rsplit_once('\n').unwrap();
        assert!(whole.lines().map(json::parse).count() >= 100);
    }
}
