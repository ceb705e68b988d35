//! Requests that have not ended: what is reported of them, and when.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use test_support::{
    child::{self, Ran},
    json,
};

fn ran(scenario: &[&str]) -> Ran {
    let ran = child::run(&mut child::child(env!("CARGO_BIN_EXE_child"), scenario));
    assert!(ran.status.success(), "{ran:#?}");
    ran
}

/// The age at which the child's requests are reported, in milliseconds.
const AGE: f64 = 100.0;

/// Asserts that a request was reported once per doubling of its age, with the
/// step that it is stuck in.
#[track_caller]
fn is_reported(lines: &[Value], message: &str, name: &str, step: &str) {
    let mut doublings = BTreeSet::new();
    for line in lines {
        let said = ["message", "level", "name", "step"].map(|key| line[key].as_str().unwrap());
        assert_eq!(said, [message, "WARN", name, step]);
        for id in ["trace_id", "span_id"] {
            assert_eq!(line[id], lines[0][id], "{id}");
        }
        let [age, step_age] = ["age_ms", "step_age_ms"].map(|key| line[key].as_f64().unwrap());
        assert!(age >= AGE && step_age <= age, "{line}");
        let doubling = (age / AGE).log2().floor().to_string();
        assert!(doublings.insert(doubling), "twice: {lines:#?}");
    }
    assert!(lines.len() >= 4, "{lines:#?}");
}

#[test]
fn a_request_that_awaits_for_ever_is_reported_once_per_doubling_with_its_innermost_step() {
    is_reported(&ran(&["stuck", "awaiting"]).lines(), "Request still running", "awaiting", "never");
}

#[test]
fn a_step_of_the_sink_is_no_step_of_the_request_that_is_reported() {
    let lines = ran(&["watched_with_a_timed_sink"]).lines();
    let request = lines.last().unwrap();
    assert_eq!(
        (&request["message"], &request["steps"]),
        (&"Request processed".into(), &Value::Null)
    );
}

#[test]
fn a_request_that_waits_for_a_blocking_thread_is_reported_with_the_step_there() {
    is_reported(
        &ran(&["stuck", "blocking"]).lines(),
        "Request still running",
        "blocking",
        "sleeps",
    );
}

#[test]
fn a_request_in_a_busy_loop_is_reported_although_no_worker_is_left() {
    is_reported(&ran(&["stuck", "busy"]).lines(), "Request still running", "busy", "spins");
}

#[test]
fn of_steps_side_by_side_the_one_that_has_not_ended_is_reported() {
    let lines = ran(&["stuck", "side_by_side"]).lines();
    // All lines but those that were written when a step ended.
    let (running, steps): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| line["message"] == "Request still running");
    assert_eq!(steps.len(), 1, "{steps:#?}");
    assert_eq!(steps[0]["name"], "soon");
    for line in running {
        assert_eq!(line["step"], "never");
    }
}

#[test]
fn a_job_is_reported_as_a_job() {
    is_reported(&ran(&["stuck", "job"]).lines(), "Job still running", "job", "never");
}

#[test]
fn a_report_passes_the_filter_as_a_warning_of_its_handler() {
    let lines = ran(&["watched_and_refused"]).lines();
    for line in &lines {
        let said = ["name", "target"].map(|key| line[key].as_str().unwrap());
        assert_eq!(said, ["loud", "shop"]);
    }
}

#[test]
fn a_signal_has_one_line_written_for_each_open_request() {
    let mut command = child::child(env!("CARGO_BIN_EXE_child"), &["open_and_asked_by_a_signal"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || json::parse(&lines.next().unwrap().unwrap());
    // Steps that have ended come before.
    while next()["message"] != "ready" {}
    for _ in 0..2 {
        kill_process(Pid::from_child(&child), Signal::USR1).unwrap();
        let of = |line: &Value| {
            ["message", "name", "step"].map(|key| line[key].as_str().unwrap().to_owned())
        };
        let first = ["Request still running", "awaiting", "never"];
        assert_eq!(of(&next()), first);
        assert_eq!(of(&next()), ["Request still running", "blocking", "sleeps"]);
    }
    drop(child.stdin.take());
    assert!(child::ended(&mut child).success());
}

#[test]
fn a_shutdown_says_what_it_waits_for_until_that_has_ended() {
    let ran = ran(&["shutdown_that_waits"]);
    let mut messages = ran.messages();
    messages.dedup(); // it may wait for longer than one report
    assert_eq!(
        messages,
        ["Request still running", "Step finished", "Request processed", "shut down"],
        "{ran:#?}",
    );
}

#[test]
fn a_look_while_others_open_and_close_finds_whole_requests_that_have_not_ended() {
    let seen: usize = ran(&["hammered"]).stdout.trim().parse().unwrap();
    assert!(seen > 0, "none was ever open");
}

#[test]
fn a_hundred_thousand_open_requests_are_listed_from_the_oldest_to_the_newest() {
    assert_eq!(ran(&["many_open"]).stdout, "100000 true\n50000 true\n0\n");
}
