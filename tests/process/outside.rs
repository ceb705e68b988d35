//! The report of a handler that a layer seems to have left out: once in a
//! process.

use test_support::child::{child, run};

/// Returns what a scenario wrote to standard error.
#[track_caller]
fn said(scenario: &str) -> String {
    let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), &[scenario]));
    assert!(ran.status.success(), "{ran:#?}");
    ran.stderr
}

#[test]
fn the_first_handler_outside_the_layer_is_reported_once() {
    let said = said("outside_an_edge");
    assert!(said.starts_with("trace: `added_after` opened a trace of its own"), "{said}");
    assert!(said.contains("after the last `.route(..)`"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn nothing_is_said_of_handlers_that_belong_where_they_are() {
    for scenario in ["outside_without_an_edge", "inside_an_edge", "outside_with_an_id"] {
        assert_eq!(said(scenario), "", "{scenario}");
    }
}
