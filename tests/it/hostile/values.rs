//! Values that panic, fail or log while they are shown.

use std::{
    fmt::{self, Display},
    panic::{catch_unwind, panic_any},
};

use serde_json::{Value, json};
use test_support::{capture, only, shown, values};
use trace_runtime::{Json, info};

use super::everywhere;

/// Checks what stands in place of the value in lines of [`everywhere`].
fn check(lines: &[Value], mark: &str) {
    let [message, debug_message, field, debug_field, _] = lines else { panic!("{lines:#?}") };
    assert_eq!(message["message"], mark);
    assert_eq!(debug_message["message"], mark);
    for line in [field, debug_field] {
        assert_eq!((&line["k"], &line["after"]), (&json!(mark), &json!(1)), "{line}");
    }
}

#[test]
fn a_value_that_panics_is_marked() {
    // The panic stays silent: `check` sees no line of the hook.
    check(&everywhere(&shown(|_| panic!("on purpose"))), "<panicked>");
    let after_some_text = shown(|f| {
        f.write_str("some text")?;
        panic!("on purpose")
    });
    check(&everywhere(&after_some_text), "<panicked>");
}

#[test]
fn a_panic_payload_that_panics_when_dropped_is_no_worse() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose, in the payload");
        }
    }
    check(&everywhere(&shown(|_| panic_any(Bomb))), "<panicked>");
}

#[test]
fn a_value_that_fails_is_marked() {
    let lines = everywhere(&shown(|f| f.write_str("part").and(Err(fmt::Error))));
    let mark = lines[0]["message"].as_str().unwrap();
    assert!(mark.starts_with("<failed: "), "{mark}");
    check(&lines, mark);
}

#[test]
fn a_value_that_logs_makes_a_line_of_its_own_first() {
    let logs = shown(|f| {
        info!(inner = 1, "from inside");
        f.write_str("shown")
    });
    let capture = capture();
    capture.run(|| info!(k = %logs, "outer {logs}"));
    assert_eq!(capture.tree(), "\"from inside\"\n\"from inside\"\n\"outer shown\"\n");
    assert_eq!(values(&capture)[2]["k"], "shown");
}

#[test]
fn a_value_that_logs_itself_ends() {
    struct Itself;
    impl Display for Itself {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            info!(k = %Self);
            f.write_str("shown")
        }
    }
    let capture = capture();
    capture.run(|| info!(k = %Itself, "outermost"));
    capture.run(|| info!("next"));
    let lines = values(&capture);
    assert!((2..=6).contains(&lines.len()), "{lines:#?}");
    assert_eq!(lines[lines.len() - 2]["message"], "outermost");
    assert_eq!(lines[lines.len() - 2]["k"], "shown");
    assert_eq!(lines[lines.len() - 1]["message"], "next");
}

#[test]
fn nested_json_that_fails_or_panics_is_marked() {
    struct Fails;
    impl serde_core::Serialize for Fails {
        fn serialize<S: serde_core::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde_core::ser::Error::custom("no such \"luck\""))
        }
    }
    struct Panics;
    impl serde_core::Serialize for Panics {
        fn serialize<S: serde_core::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("on purpose")
        }
    }
    let capture = capture();
    capture.run(|| info!(fails = Json([1, 2].map(|_| Fails)), panics = Json(Panics), after = 1));
    let line = only(&capture);
    assert_eq!(line["fails"], "<failed: no such \"luck\">");
    assert_eq!(line["panics"], "<panicked>");
    assert_eq!(line["after"], 1);
}

#[test]
fn a_value_that_catches_its_own_panic_is_shown() {
    let catches = shown(|f| {
        catch_unwind(|| panic!("on purpose")).unwrap_err();
        f.write_str("shown")
    });
    check(&everywhere(&catches), "shown");
}
