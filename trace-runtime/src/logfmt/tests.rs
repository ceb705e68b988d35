//! Lines, read back by the rules of `go-logfmt`.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::{
    __callsite as callsite, __event_callsite as event_callsite,
    clock::{Moment, Timestamp},
    context::totals::Totals,
    failure::Failure,
    field::{covered, limits::Limits, value::ToValue as _, value::Value},
    line::{self, Line},
    outcome::Outcome,
    output::StaticField,
    record::{
        Closing, FailureRef, Fields, Foreign, Message, Origin, Record, RequestSummary, Verdict,
        What,
    },
};

fn record<'a>(message: Message<'a>, origin: Origin<'a>, fields: Fields<'a>) -> Record<'a> {
    Record {
        time: Timestamp::at(1_795_316_409, 143_456),
        level: Level::Info,
        ids: None,
        origin,
        what: What::Event(message),
        fields,
        carried: None,
        around: None,
    }
}

fn both(record: &Record<'_>, style: &Style) -> (Line, String) {
    let line = line::write(Cursor::default(), record, style);
    let text = write(Cursor::default(), &line, record.level, style);
    (line, String::from_utf8(text.text().to_vec()).unwrap())
}

/// Reads a line as `go-logfmt` does, and refuses what that refuses.
fn read(line: &str) -> Vec<(String, String)> {
    let (mut pairs, mut rest) = (Vec::new(), line.strip_suffix('\n').unwrap());
    assert!(!rest.contains(char::is_control), "{rest:?}");
    while !rest.is_empty() {
        let at = rest.find(|c: char| c <= ' ' || c == '=' || c == '"').unwrap();
        let (key, value) = rest.split_at(at);
        assert!(!key.is_empty() && !key.contains('\u{fffd}'), "a key: {rest}");
        let value = value.strip_prefix('=').unwrap();
        let is_quoted = value.starts_with('"');
        let (value, behind) = if is_quoted { read_quoted(value) } else { read_bare(value) };
        pairs.push((key.to_owned(), value));
        rest = behind.strip_prefix(' ').unwrap_or(behind);
    }
    let mut keys: Vec<_> = pairs.iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
    keys.sort_unstable();
    assert!(keys.windows(2).all(|it| it[0] != it[1]), "a key stands twice: {line}");
    pairs
}

fn read_bare(value: &str) -> (String, &str) {
    let (value, behind) = value.split_at(value.find(|c| c <= ' ').unwrap_or(value.len()));
    assert!(!value.contains(['=', '"', '\u{fffd}']), "a value: {value}");
    (value.to_owned(), behind)
}

/// A value with quotes is a JSON string.
fn read_quoted(value: &str) -> (String, &str) {
    let (len, _) = members::quoted(value.as_bytes());
    let text = serde_json::from_str(&value[..len]).unwrap();
    (text, &value[len..])
}

/// Returns JSON as it is read from a line: text, or the JSON of anything else.
fn as_read(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn a_line_is_pairs_in_the_order_of_json_lines() {
    let callsite = event_callsite! {
        level: Warn, target: "shop", message: ("no \"stock\""),
        keys: ["item", "empty", "tags", "msg"]
    };
    let tags = covered::Json([1, 2]);
    let values = ["book".to_value(), "".to_value(), tags.to_value(), "a=b".to_value()];
    let message = Message::Constant(callsite.facts.text.message.unwrap());
    let record = record(message, Origin::Callsite(callsite), Fields::Values(&values));
    let (_, text) = both(&Record { level: Level::Warn, ..record }, &Style::default());
    assert_eq!(
        text,
        "time=\"2026-11-22T03:00:09.143456Z\" level=warn msg=\"no \\\"stock\\\"\" target=shop \
         item=book empty= tags=\"[1,2]\" field.msg=\"a=b\"\n",
    );
}

#[test]
fn a_failure_has_its_causes_and_a_request_its_steps_as_json() {
    let callsite = callsite! { request, target: "shop", name: "buy" }.0;
    let error = Outer(std::fmt::Error);
    let failure = Failure::of_error(&error);
    let steps = Totals::default();
    let request = RequestSummary {
        kind: crate::callsite::LineKind::Request,
        steps: &steps,
        rejected: None,
        w3c_trace_id: None,
        exchange: None,
        detail: None,
        detail_dropped: 0,
    };
    let (start, end) = (Moment::of_nanos(0), Moment::of_nanos(1_500_000));
    let closing = Closing {
        outcome: Outcome::Error,
        failure: Some(FailureRef::AtHand(&failure)),
        start,
        end,
        now: end,
        busy_ns: None,
        request: Some(&request),
    };
    let verdict = Verdict { level: Level::Error, is_slow: true, is_wanted: true };
    let record = record(Message::Constant(""), Origin::Callsite(callsite), Fields::Values(&[]));
    let what = What::Closing(&closing, verdict);
    let (_, text) = both(&Record { what, level: Level::Error, ..record }, &Style::default());
    assert_eq!(
        text,
        "time=\"2026-11-22T03:00:09.143456Z\" level=error msg=\"Request processed\" target=shop \
         kind=request name=buy outcome=error duration_ms=1.5 error=outer \
         error_chain=\"[\\\"an error occurred when formatting an argument\\\"]\" slow=true\n",
    );
}

#[derive(Debug)]
struct Outer(std::fmt::Error);

impl std::fmt::Display for Outer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("outer")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn a_nested_value_without_room_is_left_out_and_all_others_stay() {
    let callsite =
        event_callsite! { level: Info, target: "t", message: "m", keys: ["tags", "last"] };
    let tags = covered::Json(vec!["\"\\"; 300]);
    let values = [tags.to_value(), "here".to_value()];
    let fields = Fields::Values(&values);
    let service = StaticField {
        name: "service".to_owned(),
        key: br#","service":"#.to_vec(),
        value: br#""shop""#.to_vec(),
        gives_way: [false; 3],
    };
    let limits = Limits::default().line(2_560);
    let style = Style { limits, static_fields: vec![service], ..Style::default() };
    let message = Message::Constant(r#","message":"m""#);
    let (line, text) = both(&record(message, Origin::Callsite(callsite), fields), &style);
    assert!(!line.is_cut() && text.len() <= limits.line);
    assert!(text.ends_with("msg=m target=t last=here service=shop truncated=true\n"), "{text}");
}

const TEXT: &str =
    "[a-z =\"\\\\\n\u{1}\u{1b}\u{7f}é\u{85}\u{a0}\u{2028}\u{202e}\u{fffd}😀]{0,40}|(?s).{0,20}";

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_filter("has no JSON", |f| f.is_finite()).prop_map(Json::from),
        TEXT.prop_map(Json::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::hash_map(TEXT, inner, 0..3)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Checks that a line has the values of its JSON line.
fn check(line: &Line, text: &str) -> Result<(), TestCaseError> {
    let json: Json = serde_json::from_slice(line.text.text()).unwrap();
    let mut values: Vec<_> = read(text).into_iter().map(|(_, value)| sorted(value)).collect();
    let of_json = json.as_object().unwrap().values();
    let mut expected: Vec<_> = of_json.map(|value| sorted(as_read(value))).collect();
    expected.iter_mut().find(|it| *it == "INFO").unwrap().make_ascii_lowercase();
    values.sort_unstable();
    expected.sort_unstable();
    prop_assert_eq!(values, expected, "{}", text);
    Ok(())
}

/// Nested JSON is read back in another order and with other escapes.
fn sorted(text: String) -> String {
    match serde_json::from_str(&text) {
        Ok(json @ (Json::Array(_) | Json::Object(_) | Json::Number(_))) => json.to_string(),
        _ => text,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_500))]

    /// Four records of each case: 10,000.
    #[test]
    fn every_value_of_a_json_line_is_read_back(
        message in TEXT,
        fields in prop::collection::vec((TEXT, any_json()), 0..6),
    ) {
        for first in 0..4 {
            let foreign = Foreign { target: "any \"target\"", location: None };
            let fields = || fields.iter().cycle().skip(first).take(fields.len());
            let set = |to: &mut dyn FnMut(&str, &Value<'_>)| {
                for (key, json) in fields() {
                    to(key, &covered::Json(json).to_value());
                }
            };
            let message = Message::Format(format_args!("{message}"));
            let record = record(message, Origin::Foreign(&foreign), Fields::Named(&set));
            let (line, text) = both(&record, &Style::default());
            check(&line, &text)?;
        }
    }
}
