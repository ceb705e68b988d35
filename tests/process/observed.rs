//! A process with observers, from its beginning to its end.

use std::time::{Duration, Instant};

use test_support::child::{Ran, child, run};

#[track_caller]
fn ran(scenario: &str, filter: &str) -> Ran {
    let mut child = child(env!("CARGO_BIN_EXE_child"), &["observed", scenario]);
    let ran = run(child.env("RUST_LOG", filter));
    assert!(ran.status.success(), "{ran:#?}");
    ran
}

#[test]
fn at_the_end_of_the_process_observers_deliver_what_they_have() {
    let ran = ran("end", "info");
    assert_eq!(ran.stderr, "service, opened handler, closed load, closed handler, closed load\n");
    assert_eq!(ran.lines().len(), 3);
}

#[test]
fn without_any_lines_everything_is_offered_all_the_same() {
    let ran = ran("end", "off");
    assert_eq!(ran.stderr, "service, opened handler, closed load, closed handler, closed load\n");
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_flush_asks_observers_too() {
    let ran = ran("flush", "info");
    assert_eq!(ran.stderr, "opened handler, closed load, closed handler\n\n");
}

#[test]
fn observers_that_deliver_nothing_hold_the_end_back_for_two_seconds_together() {
    let start = Instant::now();
    let ran = ran("stalled", "info");
    let mut said = ran.stderr.lines();
    assert_eq!(said.next(), Some("opened handler, closed load, closed handler"));
    assert_eq!(said.next(), Some("2 observers have not delivered in time"));
    let took = start.elapsed();
    assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(20), "{took:?}");
    assert_eq!(ran.lines().len(), 2);
}

#[test]
fn the_line_of_a_panic_is_offered_on_a_thread_that_does_not_panic() {
    let ran = ran("panics", "info");
    assert!(ran.stderr.ends_with("event panicked: on purpose panicking=false\n"), "{ran:#?}");
}

#[test]
fn the_panics_of_an_observer_are_counted_and_reported_once() {
    let ran = ran("faulty", "info");
    assert_eq!(ran.stderr, "2\n");
    let lines = ran.lines();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["Step finished", "Observer panicked", "Request processed"]);
    assert_eq!(lines[1]["observer"], "child::observed::Panics");
}

#[test]
fn an_observer_can_log_once_the_output_is_in_place_and_at_the_end_of_the_process() {
    for mode in ["direct", "background"] {
        let mut child = child(env!("CARGO_BIN_EXE_child"), &["observed", "phases"]);
        let ran = run(child.env("RUST_LOG", "info").env("MODE", mode));
        let lines = ran.lines();
        let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
        let expected = ["started", "Step finished", "Request processed", "flushed", "ended"];
        assert_eq!(messages, expected, "{mode}: {ran:#?}");
        assert_eq!(lines[4]["has_time"], true);
    }
}
