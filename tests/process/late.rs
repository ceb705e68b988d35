//! The report of fields that come after their request has ended: once in a
//! process.

use test_support::child::{child, run};

const TOO_LATE: &str = "trace: a value was recorded after its request had ended and is on no line, in \
                        trace req-7 (reported once, in debug builds)\n";

#[test]
fn what_comes_after_its_request_has_ended_is_reported_once() {
    for what in ["record", "record_request", "carry", "count_request", "request_error"] {
        let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), &["too_late", what]));
        assert!(ran.status.success(), "{ran:#?}");
        assert_eq!(ran.stderr, TOO_LATE, "{what}");
        assert_eq!(ran.lines().len(), 1, "{what}");
    }
}

#[test]
fn nothing_is_said_where_no_request_was() {
    let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), &["outside_any_request"]));
    assert_eq!((&*ran.stdout, &*ran.stderr), ("", ""));
}
