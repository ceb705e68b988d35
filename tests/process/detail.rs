//! Detail on demand, for a whole process: its end, its filters, its memory.

use std::process::ExitStatus;

use test_support::child::{Ran, child, run};

#[track_caller]
fn ran(scenario: &[&str]) -> Ran {
    let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), scenario));
    assert!(ran.status.success(), "{ran:#?}");
    ran
}

/// Ends a child within a request, in both modes; returns its messages.
#[track_caller]
fn end(how: &str, is_expected: impl Fn(ExitStatus) -> bool) -> Vec<String> {
    let [direct, background] = ["direct", "background"].map(|mode| {
        let mut child = child(env!("CARGO_BIN_EXE_child"), &["detail_at_the_end", how]);
        let ran = run(child.env("MODE", mode));
        assert!(is_expected(ran.status), "{ran:#?}");
        ran.messages()
    });
    assert_eq!(direct, background);
    direct
}

#[test]
fn an_exit_loses_what_open_requests_hold_and_says_how_many_lines() {
    assert_eq!(end("exit", |status| status.code() == Some(7)), ["Detail lost"]);
    let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), &["detail_at_the_end", "exit"]));
    let line = &ran.lines()[0];
    assert_eq!((&line["lines_dropped"], &line["cause"]), (&2.into(), &"ended".into()));
}

#[test]
fn a_panic_that_ends_the_process_writes_what_all_open_requests_hold() {
    let messages = end("panic_that_cannot_unwind", |status| !status.success());
    let expected = [
        "panicked: on purpose",
        "of another request",
        "one",
        "two",
        "panicked: panic in a function that cannot unwind",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn a_panic_that_unwinds_writes_it_before_the_request_line() {
    let messages = end("panic_in_main", |status| status.code() == Some(101));
    assert_eq!(messages, ["panicked: on purpose", "one", "two", "Request processed"]);
}

#[test]
fn requests_that_are_dropped_with_their_runtime_are_cancelled_and_keep_their_detail() {
    let ran = ran(&["detail_of_a_runtime"]);
    assert_eq!(ran.messages(), ["one", "Request processed"]);
    assert_eq!(ran.lines()[1]["outcome"], "cancelled");
}

#[test]
fn settings_that_cannot_be_right_are_refused_and_change_nothing() {
    let ran = ran(&["detail_refused"]);
    let expected = [
        "filter: unknown level `loud` in `shop=loud`",
        "detail: its filter lets nothing through",
        "limit `per_request` must be from 1 to 1073741824 bytes",
        "limit `per_request` must be from 1 to 1073741824 bytes",
        "limit `total` must be at least 1 byte",
        "limit `output` must be at least 1 byte",
        "detail: one request in 0 is none: leave `one_in` out",
    ];
    assert_eq!(ran.stderr.lines().collect::<Vec<_>>(), expected);
    assert_eq!(ran.messages(), ["none of them was in force"]);
}

#[test]
fn another_filter_changes_what_is_written_at_once_and_not_what_is_held() {
    let ran = ran(&["detail_filters"]);
    let messages = ran.messages();
    assert_eq!(messages.len(), 3 * 4);
    for of_request in messages.chunks(4) {
        assert_eq!(of_request, ["info", "debug", "Step finished", "Request processed"]);
    }
}

/// Returns the numbers on each line.
#[track_caller]
fn numbers(text: &str) -> Vec<Vec<u64>> {
    let numbers = |line: &str| line.split(' ').filter_map(|word| word.parse().ok()).collect();
    text.lines().map(numbers).collect()
}

#[test]
fn a_hundred_thousand_open_requests_are_bounded_and_counted() {
    let numbers = numbers(&ran(&["detail_crowd"]).stdout);
    let [open, ended, log] = &numbers[..] else { panic!("{numbers:?}") };
    let &[held, dropped, made, grown] = &open[..] else { panic!("{numbers:?}") };
    assert_eq!((made, held + dropped), (300_000, made));
    assert!(held > 10_000 && dropped > 100_000, "{numbers:?}");
    assert!(grown <= (16 << 20) + 100_000 * 1_024, "{grown} bytes");
    let &[still_held, written, discarded, dropped_at_last] = &ended[..] else { panic!() };
    assert_eq!((still_held, written + discarded, dropped_at_last), (0, held, dropped));
    let &[lines, missing] = &log[..] else { panic!("{numbers:?}") };
    assert_eq!(lines, 100_000 + written);
    assert_eq!(written + missing, 3 * 1_000, "of the thousand that failed");
}

#[test]
fn a_loop_that_is_one_request_keeps_its_newest_lines_in_little_memory() {
    let ran = ran(&["detail_loop"]);
    let numbers = &numbers(&ran.stderr)[0];
    let &[grown, made, held] = &numbers[..] else { panic!("{ran:#?}") };
    assert!(grown <= 1 << 20, "{grown} bytes");
    assert_eq!((made, held), (1_000_000 + 1_100, 0));
    let lines = ran.lines();
    let count = |message: &str| lines.iter().filter(|line| line["message"] == message).count();
    assert_eq!((count("still here"), count("Request processed")), (10, 1_101));
    assert_eq!(count("held"), 0, "the short ones have a line each");
    let request = lines.iter().find(|line| line["name"] == "works_for_ever").unwrap();
    let kept: Vec<_> =
        lines.iter().filter(|line| line["message"] == "line").map(|line| &line["number"]).collect();
    let missing = request["detail_dropped"].as_u64().unwrap();
    assert_eq!(missing + kept.len() as u64, 1_000_000);
    let newest: Vec<_> = (missing + 1..=1_000_000).collect();
    assert_eq!(kept.iter().map(|number| number.as_u64().unwrap()).collect::<Vec<_>>(), newest);
    let bytes: usize = ran
        .stdout
        .lines()
        .filter(|line| line.contains(r#""message":"line""#))
        .map(|line| line.len() + 1)
        .sum();
    assert!((40 * 1_024..=64 * 1_024).contains(&bytes), "{bytes}");
}
