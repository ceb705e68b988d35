//! Errors as the values of fields: their text under the key, and their causes
//! under `key_chain`; and values that may be missing.

use std::{error::Error, net::Ipv4Addr, rc::Rc, sync::Arc};

use serde_json::{Value, json};
use test_support::{ON_PURPOSE, at_once, capture, closing, only};
use trace_runtime::{
    DynamicEvent, Level, error,
    field::{ToValue as _, Value as Shown},
    info, record, record_request, step, timed, traced_handler,
};

use crate::errors::{Top, anyhow, eyre, top};

/// Returns what the line of an event says of each of these errors.
macro_rules! logged {
    ($($error:expr),* $(,)?) => {{
        let mut logged = Vec::new();
        $({
            let capture = capture();
            capture.run(|| error!(error = $error, "giving up"));
            let line = only(&capture);
            let said = json!([line["error"], line["error_chain"]]);
            logged.push((stringify!($error), said));
        })*
        logged
    }};
}

#[test]
fn an_error_in_an_event_has_its_causes() {
    let (error, report, boxed) = (top(), anyhow(), Box::<dyn Error>::from(top()));
    let logged = logged![
        error,
        &error,
        &error as &dyn Error,
        &error as &(dyn Error + Send + Sync),
        top(),
        report,
        &report,
        &*report,
        report.as_ref() as &dyn Error,
        eyre(),
        boxed,
        &boxed,
        Box::<dyn Error + Send + Sync>::from(top()),
        Arc::new(top()),
        Rc::new(top()),
        Arc::new(anyhow()),
        Arc::new(eyre()),
        &Arc::new(Arc::new(eyre())),
        &Arc::new(anyhow()),
    ];
    for (error, said) in logged {
        assert_eq!(said, json!(["while loading", ["disk gone"]]), "{error}");
    }
}

#[test]
fn an_error_without_a_cause_is_a_text_and_no_more() {
    let capture = capture();
    capture.run(|| error!(error = std::fmt::Error, n = 1, "giving up"));
    let line = only(&capture);
    assert!(line.get("error_chain").is_none() && line["n"] == 1, "{line}");
}

#[test]
fn a_generic_error_is_shown_as_far_as_its_bounds_go() {
    fn shows<E: Error>(error: E) {
        error!(error, "giving up");
    }
    let capture = capture();
    capture.run(|| shows(top()));
    assert_eq!(only(&capture)["error_chain"], json!(["disk gone"]));
}

#[test]
fn by_display_an_error_is_a_text_and_no_more() {
    let (capture, error) = (capture(), top());
    capture.run(|| error!(%error, "giving up"));
    assert!(only(&capture).get("error_chain").is_none());
}

#[test]
fn the_causes_of_any_key_stand_under_the_key_and_chain() {
    let capture = capture();
    capture.run(|| info!(db.error = top(), "retrying"));
    let line = only(&capture);
    assert_eq!(line["db.error"], "while loading");
    assert_eq!(line["db.error_chain"], json!(["disk gone"]));
}

#[test]
fn a_key_of_the_users_goes_before_the_key_of_causes() {
    #[timed(fields(cause = error, cause_chain = "mine"))]
    fn step(error: Top) {
        drop(error);
    }
    #[traced_handler]
    async fn handler() {
        step(top());
        record!(late_chain = "mine", late = top());
        record_request!(later = top(), later_chain = "mine");
    }
    let capture = capture();
    capture.run(|| {
        info!(cause_chain = "mine", cause = top(), "event");
        at_once(handler());
        DynamicEvent::new(Level::Info, "legacy").write(
            format_args!("foreign"),
            &[("cause", Shown::error(&top())), ("cause_chain", Shown::display(&"mine"))],
        );
    });
    let lines = test_support::values(&capture);
    for (nth, key) in [(0, "cause"), (1, "cause"), (2, "late"), (2, "later"), (3, "cause")] {
        assert_eq!(lines[nth][key], "while loading", "{}", lines[nth]);
        assert_eq!(lines[nth][format!("{key}_chain")], "mine", "{}", lines[nth]);
    }
}

#[test]
fn errors_in_fields_of_every_kind_have_their_causes() {
    #[timed(fields(at_entry = error))]
    fn step(error: &Top) {
        record!(late = *error);
        record_request!(of_step = error);
    }
    #[traced_handler(fields(at_entry = anyhow()))]
    async fn handler() {
        step(&top());
        step!("block", fields(at_entry = top()), {});
    }
    let capture = capture();
    capture.run(|| {
        at_once(handler());
        let error = top();
        DynamicEvent::new(Level::Info, "legacy")
            .write(format_args!("foreign"), &[("at_entry", Shown::error(&error))]);
    });
    let chains = |line: &Value, keys: &str| {
        for key in keys.split(' ') {
            assert_eq!(line[key], "while loading", "{key}: {line}");
            assert_eq!(line[format!("{key}_chain")], json!(["disk gone"]), "{key}: {line}");
        }
    };
    chains(&closing(&capture, "step"), "at_entry late");
    chains(&closing(&capture, "block"), "at_entry");
    chains(&closing(&capture, "handler"), "at_entry of_step");
    chains(&test_support::values(&capture)[3], "at_entry");
}

#[test]
fn a_later_value_takes_the_place_of_an_error_and_of_its_causes() {
    #[traced_handler]
    async fn handler() {
        record!(attempt = top(), other = 1);
        record!(attempt = "fine");
        record!(second = std::fmt::Error);
        record!(second = top());
        record!(second = top(), other = 2);
    }
    let capture = capture();
    capture.run(|| at_once(handler()));
    let line = only(&capture);
    assert_eq!((&line["attempt"], line.get("attempt_chain")), (&"fine".into(), None));
    assert_eq!(line["second_chain"], json!(["disk gone"]));
    assert_eq!(line["other"], 2);
}

#[test]
fn keys_known_only_at_run_time_stand_once_also_beside_causes() {
    let capture = capture();
    capture.run(|| {
        DynamicEvent::new(Level::Info, "legacy").write(
            format_args!("twice"),
            &[("error", Shown::error(&top())), ("error_chain", Shown::display(&1))],
        );
    });
    // Parsed with keys that stand twice refused.
    assert_eq!(only(&capture)["error"], "while loading");
}

/// A key may be renamed to one under which causes stand already.
#[test]
fn a_field_that_is_renamed_makes_room_for_the_causes_of_another() {
    let (capture, top) = (capture(), top());
    let fields = [
        ("field.kind", Shown::error(&top)),
        ("kind_chain", 1.to_value()),
        ("kind_chain", 2.to_value()),
    ];
    capture.run(|| DynamicEvent::new(Level::Info, "legacy").write(format_args!(""), &fields));
    let line = only(&capture);
    assert_eq!(line["field.kind_chain"], json!(["disk gone"]));
    assert_eq!((&line["kind_chain"], &line["field.field.kind_chain"]), (&json!(1), &json!(2)));
}

#[test]
fn the_causes_of_a_carried_error_are_not_left_beside_the_field_of_a_line() {
    #[traced_handler(carry(cause = top()))]
    async fn handler() {
        info!("carried");
        info!(cause = "its own", "own");
    }
    let capture = capture();
    capture.run(|| at_once(handler()));
    let lines = test_support::values(&capture);
    assert_eq!(lines[0]["cause_chain"], json!(["disk gone"]));
    assert_eq!((&lines[1]["cause"], lines[1].get("cause_chain")), (&json!("its own"), None));
}

/// `error = result.err()`: there may be none.
#[test]
fn an_error_that_may_be_missing_has_its_causes_or_no_key() {
    let (error, report) = (top(), anyhow::Error::from(top()));
    let boxed: Option<Box<dyn Error + Send + Sync>> = Some(top().into());
    let optional: Option<&Top> = Some(&error);
    let capture = capture();
    capture.run(|| {
        error!(error = Some(top()), "owned");
        error!(error = optional, "reference");
        error!(error = &Some(&error), "reference to it");
        error!(error = Some(&error as &dyn Error), "erased");
        error!(error = boxed, "boxed");
        error!(error = boxed.as_ref(), "reference to a box");
        error!(error = Some(&report), "reference to a report");
        error!(error = Some(Arc::new(anyhow::Error::from(top()))), "shared report");
        error!(error = Err::<u8, _>(anyhow::Error::from(top())).err(), "of a result");
        error!(failed = Some(top()), "under another key");
        error!(error = None::<Top>, "none");
        error!(error = None::<&dyn Error>, "none");
        error!(error = None::<&anyhow::Error>, "none");
    });
    let mut lines = test_support::values(&capture);
    for line in lines.split_off(10) {
        assert_eq!((line.get("error"), line.get("error_chain")), (None, None));
    }
    let other = lines.split_off(9);
    assert_eq!(other[0]["failed_chain"], json!(["disk gone"]));
    for line in lines {
        assert_eq!(line["error"], "while loading", "{line}");
        assert_eq!(line["error_chain"], json!(["disk gone"]), "{line}");
    }
}

#[test]
fn an_error_that_panics_leaves_a_mark() {
    #[derive(Debug)]
    struct Panics;
    impl std::fmt::Display for Panics {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("{ON_PURPOSE}")
        }
    }
    impl Error for Panics {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            panic!("{ON_PURPOSE}")
        }
    }
    let capture = capture();
    capture.run(|| error!(error = Panics, "giving up"));
    assert_eq!(only(&capture)["error"], "<panicked>");
}

#[test]
fn many_causes_are_cut_and_the_line_says_so() {
    let mut error = anyhow::anyhow!("{}", "x".repeat(900));
    for _ in 0..20 {
        error = error.context("y".repeat(300));
    }
    let capture = capture();
    capture.run(|| error!(error, "giving up"));
    let line = only(&capture);
    assert!(line["error_chain"].as_array().unwrap().len() <= 8);
    assert!(capture.lines()[0].len() < 2_000);
    assert_eq!(line["truncated"], true);
}

#[test]
fn the_tree_shows_errors_and_their_causes() {
    #[traced_handler]
    async fn handler() -> Result<(), Top> {
        error!(error = top(), "giving up");
        Err(top())
    }
    let capture = capture();
    capture.run(|| drop(at_once(handler())));
    assert_eq!(
        capture.tree(),
        "handler error: while loading: disk gone\n  \
           \"giving up\" error: while loading: disk gone\n"
    );
}

#[test]
fn by_display_none_leaves_the_key_out() {
    let (peer, none) = (Some(Ipv4Addr::LOCALHOST), None::<Ipv4Addr>);
    let (boxed, shared) = (Box::new(peer), Arc::new(none));
    let capture = capture();
    capture.run(|| info!(a = %peer, b = %none, c = %&peer, d = %boxed, e = %shared, "connected"));
    let line = only(&capture);
    let said: Vec<_> = ["a", "b", "c", "d", "e"].map(|key| line.get(key).cloned()).to_vec();
    let local = Some(json!("127.0.0.1"));
    assert_eq!(said, [local.clone(), None, local.clone(), local, None]);
}

#[test]
fn by_debug_an_option_is_shown_as_it_is() {
    let peer = Some(Ipv4Addr::LOCALHOST);
    let capture = capture();
    capture.run(|| info!(?peer, "connected"));
    assert_eq!(only(&capture)["peer"], "Some(127.0.0.1)");
}
