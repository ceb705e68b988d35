//! Values under a key that is text on other lines.

use std::time::Duration;

use serde_core::{Serialize, Serializer, ser::Error as _};
use serde_json::json;
use test_support::{ON_PURPOSE, capture, only};
use trace_runtime::{
    DynamicEvent, Json, Level, Public, Secret, TraceId, field::ToValue as _, info,
};
use uuid::Uuid;

use super::fields;

/// A key has one type on every line: `error` is text on the lines of requests.
#[test]
fn under_a_key_that_is_text_elsewhere_any_value_is_text() {
    struct Failing;
    impl Serialize for Failing {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no"))
        }
    }
    struct Panicking;
    impl Serialize for Panicking {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("{ON_PURPOSE}")
        }
    }
    let (uuid, id) = (Uuid::from_u128(7), TraceId::accept(b"req-1").unwrap());
    macro_rules! cases {
        ($($value:expr => $text:expr,)*) => {$(
            assert_eq!(fields(|| info!(error = $value)), json!({ "error": $text }));
            // Known only at run time, in any case.
            let event = DynamicEvent::new(Level::Info, "x");
            let write = || event.write(format_args!(""), &[("Error", $value.to_value())]);
            assert_eq!(fields(write), json!({ "Error": $text }));
        )*};
    }
    cases! {
        true => "true",
        5_u8 => "5",
        -5_i64 => "-5",
        u64::MAX => "18446744073709551615",
        u128::MAX => u128::MAX.to_string(),
        i128::MIN => i128::MIN.to_string(),
        1.5_f32 => "1.5",
        -2.0_f64 => "-2.0",
        f64::NAN => "NaN",
        f32::NEG_INFINITY => "-inf",
        'x' => "x",
        "text" => "text",
        String::from("a \"string\"") => "a \"string\"",
        b"b\xFFytes"[..] => "b\u{FFFD}ytes",
        *"unsized" => "unsized",
        id => "req-1",
        uuid => uuid.to_string(),
        Duration::from_micros(1_500) => "1.5",
        Some(5) => "5",
        &&5 => "5",
        Box::new(5) => "5",
        Secret(5) => "[redacted]",
        Public(5) => "5",
        Json([1, 2]) => "[1,2]",
        Json(json!({ "a": "b\n" })) => r#"{"a":"b\n"}"#,
        Json("a") => r#""a""#,
        Json(Failing) => "<failed: no>",
        Json(Panicking) => "<panicked>",
    }
    assert_eq!(fields(|| info!(error = None::<u8>)), json!({}));
    let error = 5;
    assert_eq!(fields(|| info!(error, Path = ?error)), json!({ "error": "5", "Path": "5" }));
}

#[test]
fn what_is_too_long_for_text_is_cut_whatever_it_was() {
    let capture = capture();
    capture.run(|| info!(error = Json(vec!["x"; 4_000]), path = Json("y".repeat(9_000)), n = 1));
    let line = only(&capture);
    assert!(line["error"].as_str().unwrap().starts_with(r#"["x","x","x""#), "{line}");
    assert!(line["path"].is_string());
    assert_eq!((&line["n"], &line["truncated"]), (&json!(1), &json!(true)));
}
