//! Each key stands once, with its last value.

use proptest::{collection::vec, prelude::*};
use serde_json::json;
use test_support::{at_once, capture, closing, handler, parse};
use trace_runtime::{Json, record, record_request, timed, traced_handler};

use super::fields;

#[tokio::test]
async fn the_last_value_of_a_key_wins_and_the_key_stands_once() {
    #[timed(fields(rows = 0, kept = 1))]
    fn step() {
        record!(rows = 1);
        record!(rows = "two", other = true);
        record!(rows = 3.5);
    }
    #[traced_handler(fields(user_id = 0))]
    async fn request() {
        step();
        record!(user_id = 1);
        record_request!(user_id = 2);
    }
    let capture = capture();
    capture.scope(request()).await;
    // Keys that stand twice are refused by the reader.
    assert_eq!(fields(&capture, "step"), "kept=1 other=true rows=3.5");
    assert_eq!(fields(&capture, "request"), "user_id=2");
}

#[tokio::test]
async fn a_key_in_a_value_or_in_another_key_is_not_taken_for_the_key() {
    let capture = capture();
    let body = async {
        record!(
            text = r#","rows":1,"rows":"#,
            nested = Json(json!({ "a": 1, "rows": [1, { "rows": 2 }] })),
            "many-rows" = 5,
            db.rows = 6,
            "quote\",\"rows" = 7,
        );
        record!(rows = 1);
        record!(rows = 2);
        record!(text = "short", db.rows = None::<u8>);
    };
    capture.scope(handler(body)).await;
    let line = closing(&capture, "handler");
    assert_eq!((&line["rows"], &line["text"]), (&json!(2), &json!("short")));
    assert_eq!(line["nested"], json!({ "a": 1, "rows": [1, { "rows": 2 }] }));
    assert_eq!((&line["many-rows"], &line["quote\",\"rows"]), (&json!(5), &json!(7)));
    assert!(line.get("db.rows").is_none(), "{line}");
}

#[tokio::test]
async fn none_takes_a_field_away() {
    #[timed(fields(a = 1, b = 2))]
    fn step() {
        record!(a = None::<u8>, c = None::<u8>);
    }
    let capture = capture();
    let body = async {
        step();
        record_request!(d = 4);
        record_request!(d = None::<&str>);
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "step"), "b=2");
    assert_eq!(fields(&capture, "handler"), "");
}

/// One thing that a request does to its fields.
#[derive(Clone, Copy, Debug)]
enum Change {
    A(Option<i64>),
    B(Option<i64>),
    C(Option<i64>),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<Option<i64>>().prop_map(Change::A),
        any::<Option<i64>>().prop_map(Change::B),
        any::<Option<i64>>().prop_map(Change::C),
    ]
}

#[traced_handler(fields(a, b))]
async fn changing(a: Option<i64>, b: Option<i64>, changes: &[(Change, bool)]) {
    for (change, in_step) in changes {
        let change = || match *change {
            Change::A(a) => record_request!(a),
            Change::B(b) => record_request!(b),
            Change::C(c) => record_request!(c),
        };
        if *in_step { parse(change) } else { change() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_line_has_the_last_value_of_each_key(
        first in any::<(Option<i64>, Option<i64>)>(),
        changes in vec((any_change(), any::<bool>()), 0..12),
    ) {
        let capture = capture();
        at_once(capture.scope(changing(first.0, first.1, &changes)));
        let (mut a, mut b, mut c) = (first.0, first.1, None);
        for (change, _) in &changes {
            match *change {
                Change::A(value) => a = value,
                Change::B(value) => b = value,
                Change::C(value) => c = value,
            }
        }
        let line = closing(&capture, "changing");
        for (key, expected) in [("a", a), ("b", b), ("c", c)] {
            let expected = expected.map(|value| match value {
                i64::MIN => json!(value.to_string()),
                value => json!(value),
            });
            prop_assert_eq!(line.get(key), expected.as_ref(), "{}", key);
        }
    }
}
