//! Sinks that misbehave, each in a process of its own. What becomes of the
//! lines then is in `faults/`.

use test_support::child::{Ran, child, run};

/// Runs a scenario that must end well, in both modes.
#[track_caller]
fn ran(scenario: &str) -> [Ran; 2] {
    ["direct", "background"].map(|mode| {
        let ran = run(child(env!("CARGO_BIN_EXE_child"), &[scenario]).env("MODE", mode));
        assert!(ran.status.success(), "{mode}: {ran:#?}");
        ran
    })
}

/// A panic inside a panic hook would end the process.
#[test]
fn a_sink_that_panics_does_not_turn_a_users_panic_into_an_abort() {
    for ran in ran("panic_with_a_sink_that_panics") {
        for n in 0..4 {
            assert!(ran.stderr.contains(&format!("panic {n}")), "{ran:#?}");
        }
        assert!(ran.lines().iter().any(|line| line["level"] == "ERROR"), "{ran:#?}");
    }
}

#[test]
fn a_sink_that_panics_is_named_on_standard_error() {
    let [direct, _] = ran("sink_that_panics");
    let expected = "trace: lines cannot be written: a panic in the sink\n";
    assert!(direct.stderr.contains(expected), "{direct:#?}");
}

#[test]
fn a_sink_that_holds_back_is_flushed() {
    for ran in ran("sink_that_holds_back") {
        assert_eq!(ran.lines().len(), 10, "{ran:#?}");
    }
}
