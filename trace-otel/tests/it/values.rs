//! Values of fields, as a receiver sees them.

use test_support::otlp::{attribute, record};
use trace_runtime::{
    Json,
    edge::{self, Outcome, Request},
    info,
    propagation::Incoming,
    timed, traced_handler,
};

use crate::support::Exported;

fn shown(log: impl FnOnce()) -> String {
    let exported = Exported::new();
    exported.capture.run(log);
    record(&exported.logs().items[0])
}

#[test]
fn numbers_keep_their_kind_and_what_does_not_fit_is_the_text_of_the_line() {
    let none: Option<u8> = None;
    let shown = shown(|| {
        info!(
            a = 200u8,
            b = 17usize,
            c = i64::MAX as u64,
            d = u64::MAX,
            e = -1i128,
            f = u128::MAX,
            g = 0.1f32,
            h = true,
            i = none,
            j = f64::NAN,
            k = 1e300,
            l = i64::MIN
        );
    });
    let expected = concat!(
        "a=200 b=17 c=9223372036854775807 d=\"18446744073709551615\" e=-1 ",
        "f=\"340282366920938463463374607431768211455\" g=0.1 h=true j=- ",
        "k=1e300 l=\"-9223372036854775808\" target="
    );
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn nested_values_are_lists_and_maps() {
    let value =
        serde_json::json!({"big": u64::MAX, "id": 7, "none": {}, "tags": ["a", {"b\"c": null}]});
    let shown = shown(|| info!(value = Json(&value)));
    let expected = r#"value={big="18446744073709551615" id=7 none={} tags=["a" {b"c=-}]}"#;
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn text_is_what_was_written_whatever_is_in_it() {
    let text: String =
        (0..0x250).filter_map(char::from_u32).chain("\u{2028}\u{1F980}".chars()).collect();
    let long = "x".repeat(4000);
    let shown = shown(|| info!(text, long));
    assert!(shown.contains(&format!("text={text:?} long={long:?}")), "{shown}");
}

#[traced_handler(fields(a = 1, b = 2, text))]
async fn handler(text: &str) {
    step();
}

#[timed(fields(http.route = "mine", code.file.path = 5, url.path = "x"))]
fn step() {}

#[tokio::test]
async fn a_field_of_the_user_takes_the_place_of_ours() {
    let exported = Exported::new();
    exported.capture.scope(handler("")).await;
    let spans = exported.spans();
    let step = &spans.named("step").attributes;
    assert_eq!(attribute(step, "http.route"), Some("\"mine\"".to_owned()));
    assert_eq!(attribute(step, "code.file.path"), Some("5".to_owned()));
    assert!(attribute(step, "code.line.number").is_some());
}

#[tokio::test]
async fn limits_leave_out_the_users_last_fields_and_the_ends_of_texts() {
    let set = |it: trace_otel::Builder| it.attribute_count_limit(5).attribute_value_length_limit(3);
    let exported = Exported::with("info", set);
    exported.capture.scope(handler("ééééé")).await;
    let spans = exported.spans();
    let span = spans.named("handler");
    let keys: Vec<_> = span.attributes.iter().map(|it| &*it.key).collect();
    let expected = ["a", "code.function.name", "code.file.path", "code.line.number", "outcome"];
    assert_eq!((keys, span.dropped_attributes_count), (expected.to_vec(), 2));
    let exported = Exported::with("info", |builder| builder.attribute_value_length_limit(3));
    exported.capture.scope(handler("ééééé")).await;
    let spans = exported.spans();
    let span = spans.named("handler");
    assert_eq!(attribute(&span.attributes, "text"), Some("\"ééé\"".to_owned()));
    assert_eq!(span.dropped_attributes_count, 0);
}

#[test]
fn of_many_fields_the_first_ones_are_kept_and_the_rest_is_counted() {
    let exported = Exported::new();
    exported.capture.run(|| {
        let callsite = edge::callsite!("http_request", target: "my_edge");
        let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
        request.record(|fields| {
            (0..200).for_each(|number| fields.set(&format!("field_{number}"), number));
        });
        request.end(Outcome::Ok);
    });
    let spans = exported.spans();
    let span = spans.named("GET");
    let line = &exported.capture.values()[0];
    let on_line = line.as_object().unwrap().keys().filter(|key| key.starts_with("field_")).count();
    let kept = span.attributes.iter().filter(|it| it.key.starts_with("field_")).count();
    assert_eq!(span.attributes.len(), 128);
    assert_eq!(span.dropped_attributes_count as usize, on_line - kept);
    assert_eq!(attribute(&span.attributes, "field_7"), Some("7".to_owned()));
    assert_eq!(attribute(&span.attributes, "outcome"), Some("\"ok\"".to_owned()));
}
