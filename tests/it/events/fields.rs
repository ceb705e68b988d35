//! Which keys and values the fields of an event take.

use std::time::Duration;

use serde_json::json;
use test_support::{capture, json};
use trace_runtime::{Json, TraceId, info};
use uuid::Uuid;

use super::fields;

#[test]
fn fields_take_every_form_of_the_page() {
    struct State;
    impl std::fmt::Debug for State {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("State")
        }
    }
    let (user_id, n, e, s, route) = (42, 3, "io error", State, "/users");
    let written = fields(|| {
        info!(target: "x", user_id, count = n, error = %e, state = ?s, http.route = route,
            "fetched {n} messages");
    });
    let expected = json!({
        "user_id": 42, "count": 3, "error": "io error", "state": "State", "http.route": "/users",
    });
    assert_eq!(written, expected);
}

#[test]
fn every_type_of_the_page_can_be_a_value() {
    let uuid = Uuid::from_u128(7);
    let written = fields(|| {
        info!(
            flag = true,
            byte = 1u8,
            negative = -1i64,
            float = 1.5,
            c = 'x',
            text = "text",
            string = String::from("string"),
            bytes = &b"b\xFFytes"[..],
            id = TraceId::accept(b"req-1").unwrap(),
            uuid,
            took = Duration::from_micros(1_500),
            some = Some(1),
            none = None::<u8>,
            reference = &&1,
            boxed = Box::new(1),
            nested = Json(vec![Some(1), None]),
            dotted.deep.key = 1,
        );
    });
    let expected = json!({
        "flag": true, "byte": 1, "negative": -1, "float": 1.5, "c": "x", "text": "text",
        "string": "string", "bytes": "b\u{FFFD}ytes", "id": "req-1", "uuid": uuid.to_string(),
        "took": 1.5, "some": 1, "reference": 1, "boxed": 1, "nested": [1, null],
        "dotted.deep.key": 1,
    });
    assert_eq!(written, expected);
}

#[test]
fn fields_stand_in_the_order_written_after_the_head() {
    let capture = capture();
    capture.run(|| info!(z = 1, a = 2, m.n = 3, "text"));
    let expected = ["timestamp", "level", "message", "target", "z", "a", "m.n"];
    assert_eq!(json::keys(&capture.lines()[0]), expected);
}

#[test]
fn an_event_may_have_keys_that_are_text_elsewhere() {
    let written = fields(|| {
        info!(error = "e", name = "n", path = "/p", method = "GET", route = "/{id}");
    });
    let expected =
        json!({ "error": "e", "name": "n", "path": "/p", "method": "GET", "route": "/{id}" });
    assert_eq!(written, expected);
}

#[test]
fn raw_identifiers_and_string_keys_are_keys() {
    let r#type = 1;
    let written = fields(|| info!(r#type, r#match = 2, "odd-key" = 3));
    assert_eq!(written, json!({ "type": 1, "match": 2, "odd-key": 3 }));
}
